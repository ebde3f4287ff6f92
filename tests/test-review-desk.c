/* The reviewer's desk: decisions on all that is ticked, once, whatever keys are pressed meanwhile.
 */
#define G_LOG_DOMAIN "test-review-desk"

#include "frame-fixture.h"

#include "batch-bar.h"
#include "board.h"
#include "reviewer-window.h"

#define N 30

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_REVIEWER, "330421" } };
  const YqWho who = { ACCOUNT, NULL, grants, 1, FALSE };

  open_desk (f, &who, yq_reviewer_window_build);
  for (guint i = 1; i <= N; i++)
    {
      g_autofree char *json = g_strdup_printf (
        "{\"entity\":\"post\",\"id\":\"018f3c00-0000-7000-8000-00000002%04u\",\"revision\":1,"
        "\"state\":\"pending\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
        "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER
        "\",\"region\":\"330421\",\"fields\":{\"kind\":\"demand\",\"until\":\"2099-12-31\","
        "\"title\":\"求购检测服务 %02u\","
        "\"text\":\"需要检测\",\"contact_name\":\"陈晓\",\"contact_phone\":\"13905730101\","
        "\"reviewed_by\":\"330421\"}}",
        i, i);

      receive (f->place.store, YQ_SCOPE_MINE, 1, json);
    }
  show_desk (f, 1270, 780);
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

static GtkWidget *
window (Desk *f)
{
  return GTK_WIDGET (f->frame);
}

static GtkWidget *
all_ticked (Desk *f)
{
  GtkWidget *page = GTK_WIDGET (yq_frame_show_page (f->frame, "desk-posts"));

  g_assert_true (gt_comes (window (f), "求购检测服务"));
  gtk_widget_activate_action (page, "page.select-all", NULL);
  g_assert_true (gt_comes (window (f), "已选 30 项"));
  return page;
}

static gboolean
is_kept (gpointer data)
{
  return gt_has_text (window (data), "通过：30 项");
}

/* A key that repeats while they are being kept decides nothing a second time, and tells nobody that
 * the second time was not kept. */
static void
test_a_repeated_key_decides_once (Desk *f, gconstpointer data)
{
  GtkWidget *page = all_ticked (f);
  GListModel *tops;

  gtk_widget_activate_action (page, "page.approve", NULL);
  gtk_widget_activate_action (page, "page.approve", NULL);
  gtk_widget_activate_action (page, "page.return", NULL);
  g_assert_true (gt_until (is_kept, f, WAIT_MS));
  shoot_desk (f, "review-desk-kept.png");
  gt_run (300);
  tops = gtk_window_get_toplevels ();
  g_assert_cmpuint (g_list_model_get_n_items (tops), ==, 1);
  g_assert_cmpuint (yq_outbox_n_held (f->outbox), ==, N);
  gtk_widget_activate_action (page, "page.undo", NULL);
  gt_settle (window (f));
  g_assert_true (yq_outbox_is_empty (f->outbox));
}

/* A button of the keyboard is pressed a quarter of a second after its key: another key may be
 * quicker. */
static void
test_a_dialog_is_asked_once (Desk *f, gconstpointer data)
{
  GtkWidget *page = all_ticked (f);
  GListModel *tops = gtk_window_get_toplevels ();

  gtk_widget_activate_action (page, "page.return", NULL);
  gtk_widget_activate_action (page, "page.return", NULL);
  gtk_widget_activate_action (page, "page.approve", NULL);
  gt_settle (window (f));
  g_assert_cmpuint (g_list_model_get_n_items (tops), ==, 2);
  gt_click (gt_find_button (gt_find_dialog (window (f)), "取消"));
  gt_settle (window (f));
  g_assert_cmpuint (g_list_model_get_n_items (tops), ==, 1);
  g_assert_true (yq_outbox_is_empty (f->outbox));
  gtk_widget_activate_action (page, "page.approve", NULL);
  g_assert_true (gt_until (is_kept, f, WAIT_MS));
  gtk_widget_activate_action (page, "page.undo", NULL);
  gt_settle (window (f));
  g_assert_true (yq_outbox_is_empty (f->outbox));
}

/* The same quarter of a second, in which the last of a batch is done. */
static void
test_a_button_of_what_is_done (Desk *f, gconstpointer data)
{
  const char *signals[] = { "retry", "failures", "undo", "reasons", "clear" };
  GtkWidget *bar;

  all_ticked (f);
  bar = gt_find_type (window (f), YQ_TYPE_BATCH_BAR);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_emit_by_name (bar, signals[i]);
  gt_settle (window (f));
  g_assert_true (yq_outbox_is_empty (f->outbox));
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/review-desk/once", Desk, NULL, set_up, test_a_repeated_key_decides_once, tear_down);
  g_test_add ("/review-desk/done", Desk, NULL, set_up, test_a_button_of_what_is_done, tear_down);
  g_test_add ("/review-desk/asked-once", Desk, NULL, set_up, test_a_dialog_is_asked_once,
              tear_down);
  return g_test_run ();
}
