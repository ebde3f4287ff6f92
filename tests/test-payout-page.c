/* A batch of payments that the server has not seen says what it will be. */
#define G_LOG_DOMAIN "test-payout-page"

#include "frame-fixture.h"

#include "payout-page.h"
#include "payout.h"

#define PROGRAMME "018f3c00-0000-7000-8000-0000000000c1"

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "disbursements", "yq-payout-symbolic", _("Disbursements"),
                     yq_disbursements_page_new, NULL);
}

static void
receive_one (Desk *f, const char *entity, const char *id, const char *state, const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"%s\",\"id\":\"%s\",\"revision\":1,\"state\":\"%s\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"330421\",\"fields\":{%s}}",
    entity, id, state, fields);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

static void
set_up (Desk *f, gconstpointer english)
{
  static const YqGrant grants[] = { { YQ_ROLE_REVIEWER, "330421" } };
  const YqWho who = { ACCOUNT, NULL, grants, 1, FALSE };

  yq_text_set_language (english != NULL ? YQ_LANGUAGE_EN : YQ_LANGUAGE_DEFAULT);
  open_desk (f, &who, build_window);
  receive_one (f, "programme", PROGRAMME, "open",
               "\"name\":\"嘉善县2026年长三角科技创新券\",\"seat\":\"330421\",\"year\":2026");
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("018f3c00-0000-7000-8000-00000001%04u", i);
      g_autofree char *fields =
        g_strdup_printf ("\"number\":\"CSJDF-%04u\",\"programme\":\"" PROGRAMME
                         "\",\"reviewed_by\":\"330421\",\"approved_amount\":%u,"
                         "\"applicant_name\":\"嘉善祥符荡生物科技有限公司\"",
                         i, i * 411511);

      receive_one (f, "redemption", id, "payable", fields);
    }
  show_desk (f, 1270, 780);
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
  yq_text_set_language (YQ_LANGUAGE_DEFAULT);
}

static gboolean
has_cell (GtkWidget *widget, const char *text)
{
  if (GTK_IS_INSCRIPTION (widget) && gtk_widget_get_mapped (widget) &&
      g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (widget)), text) == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_cell (child, text))
      return TRUE;
  return FALSE;
}

static gboolean
shows_batch (gpointer data)
{
  GtkWidget *window = GTK_WIDGET (((Desk *) data)->frame);

  return has_cell (window, "嘉善县2026年长三角科技创新券") && has_cell (window, "3") &&
         has_cell (window, "24,690.66") && has_cell (window, _("No number yet")) &&
         has_cell (window, _("Only on this computer"));
}

/* First a draft that is only here, then a command that waits. */
static void
test_a_gathered_batch_says_what_it_is (Desk *f, gconstpointer english)
{
  GtkWidget *page = GTK_WIDGET (yq_frame_show_page (f->frame, "disbursements"));
  g_autoptr(YqQuery) query = yq_query_new (&yq_disbursement);
  g_autoptr(GPtrArray) found = NULL;

  gtk_widget_activate_action (page, "page.gather", NULL);
  gt_settle (GTK_WIDGET (f->frame));
  found = yq_store_list (f->place.store, query, 0);
  g_assert_cmpuint (found->len, ==, 1);
  yq_frame_show_page (f->frame, "disbursements");
  gt_until (shows_batch, f, 2000);
  shoot_desk (f, english != NULL ? "batch-draft-en.png" : "batch-draft-zh.png");
  g_assert_true (shows_batch (f));

  g_assert_true (yq_outbox_save (f->outbox, found->pdata[0], NULL));
  g_assert_false (yq_outbox_is_empty (f->outbox));
  gt_until (shows_batch, f, 2000);
  shoot_desk (f, english != NULL ? "batch-queued-en.png" : "batch-queued-zh.png");
  g_assert_true (shows_batch (f));
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, english)                                                                        \
  g_test_add ("/payout-page/" name, Desk, english, set_up, test_a_gathered_batch_says_what_it_is, \
              tear_down)
  ADD ("zh", NULL);
  ADD ("en", "en");
  return g_test_run ();
}
