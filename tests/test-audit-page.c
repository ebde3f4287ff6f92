/* The page of decisions lists what the science bureau decided, and nothing else. */
#define G_LOG_DOMAIN "test-audit-page"

#include "frame-fixture.h"

#include "audit-page.h"

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "audit", "document-edit-symbolic", "审核记录", yq_audit_page_new, NULL);
}

static void
receive_review (Desk *f, guint i, const char *entity, const char *action, const char *title)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"review\",\"id\":\"018f3c00-0000-7000-8000-%012u\",\"revision\":1,"
    "\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"330421\",\"fields\":{"
    "\"entity\":\"%s\",\"record\":\"018f3c00-0000-7000-8000-00000000000a\",\"title\":\"%s\","
    "\"action\":\"%s\",\"comment\":\"材料齐全，同意按规定金额兑付，请尽快提供收款账户信息\","
    "\"decided_by\":\"沈丽\",\"amount\":1234567800,\"decided_at\":\"2026-11-20T08:00:00.000Z\"}}",
    100 + i, entity, title, action);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_REVIEWER, "330421" } };
  const YqWho who = { ACCOUNT, NULL, grants, 1, FALSE };

  open_desk (f, &who, build_window);
  receive_review (f, 0, "redemption", "approve", "浙嘉善兑付二〇二六一一二〇〇一号");
  receive_review (f, 1, "order", "accept", "预约的受理");
  receive_review (f, 2, "order", "confirm_quota", "预约的额度");
  receive_review (f, 3, "membership", "dismiss", "管理员的免去");
  receive_review (f, 4, "objection", "dismiss", "不成立的异议");
  receive_review (f, 5, "redemption", "consent", "企业的同意");
  show_desk (f, 1270, 780);
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

static gboolean
shows_decisions (gpointer data)
{
  Desk *f = data;

  return gt_has_text (GTK_WIDGET (f->frame), "浙嘉善兑付");
}

static void
test_only_decisions_of_the_bureau (Desk *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->frame);

  g_assert_true (gt_until (shows_decisions, f, WAIT_MS));
  g_assert_true (gt_comes (window, "预约的额度"));
  g_assert_true (gt_comes (window, "不成立的异议"));
  g_assert_false (gt_has_text (window, "预约的受理"));
  g_assert_false (gt_has_text (window, "管理员的免去"));
  g_assert_false (gt_has_text (window, "企业的同意"));
}

/* At the width of a small screen the table has no more to scroll to. */
static void
test_every_column_fits (Desk *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->frame);
  const char *shot = g_getenv ("YQ_SHOT");
  GtkWidget *view;
  GtkAdjustment *across;

  g_assert_true (gt_until (shows_decisions, f, WAIT_MS));
  gt_settle (window);
  if (shot != NULL)
    gt_shot (window, shot, NULL);
  view = gt_find_type (window, GTK_TYPE_COLUMN_VIEW);
  across = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (view));
  g_assert_cmpfloat (gtk_adjustment_get_upper (across), <=,
                     gtk_adjustment_get_page_size (across) + 0.5);
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/audit-page/" name, Desk, NULL, set_up, func, tear_down)
  ADD ("decisions", test_only_decisions_of_the_bureau);
  ADD ("columns", test_every_column_fits);
  return g_test_run ();
}
