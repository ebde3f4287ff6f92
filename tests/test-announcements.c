/* Announcements, policies and downloads: in every window, only what is shown today, to be read. */
#define G_LOG_DOMAIN "test-announcements"

#include "frame-fixture.h"

#include "announcement-page.h"
#include "palette.h"
#include "record-page.h"
#include "record-table.h"

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
build_window (YqFrame *frame)
{
  yq_window_kind_find ("person")->build (frame);
}

/* "shown_from" and "shown_to" as JSON, or nothing. */
static void
receive_announcement (Desk *f, guint i, const char *kind, const char *title, const char *days)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"announcement\",\"id\":\"018f3c00-0000-7000-8000-%012u\","
    "\"revision\":1,\"state\":\"published\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-0%uT00:00:00.000Z\",\"region\":\"330421\","
    "\"fields\":{\"kind\":\"%s\",\"title\":\"%s\",\"text\":\"正文第%u篇\","
    "\"seat\":\"330421\"%s,\"files\":[{\"sha256\":\"" SHA "\",\"name\":\"细则.pdf\"}]}}",
    900 + i, 9 - i, kind, title, i, days);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant none[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, NULL, none, 0, FALSE };

  open_desk (f, &who, build_window);
  yq_clock_set (G_GINT64_CONSTANT (1795230000000)); /* 21 November 2026 */
  receive_announcement (f, 1, "policy", "创新券管理办法", ",\"shown_from\":\"2026-03-01\"");
  receive_announcement (f, 2, "notice", "国庆安排",
                        ",\"shown_from\":\"2026-09-01\",\"shown_to\":\"2026-10-31\"");
  receive_announcement (f, 3, "download", "申请表模板", "");
  receive_announcement (f, 4, "notice", "年底结算",
                        ",\"shown_from\":\"2026-11-21\",\"shown_to\":\"2026-11-21\"");
  receive_announcement (f, 5, "policy", "明年办法", ",\"shown_from\":\"2026-12-01\"");
}

static void
tear_down (Desk *f, gconstpointer data)
{
  yq_clock_set (0);
  close_desk (f);
}

static YqRecordTable *
table (Desk *f)
{
  return YQ_RECORD_TABLE (
    gt_find_type (GTK_WIDGET (yq_frame_top (f->frame)), YQ_TYPE_RECORD_TABLE));
}

static const char *
nth_title (Desk *f, guint i)
{
  g_autoptr(YqRecord) record =
    g_list_model_get_item (G_LIST_MODEL (yq_record_table_list (table (f))), i);

  return record != NULL ? yq_record_title (record) : "";
}

static guint
count (Desk *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (yq_record_table_list (table (f))));
}

static gboolean
shows_three (gpointer data)
{
  return count (data) == 3;
}

static gboolean
shows_one (gpointer data)
{
  return count (data) == 1;
}

/* -- everywhere -- */

static void
test_every_window_has_them (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, BUYER, grants, 1, FALSE };

  show_desk (f, 1200, 760);
  yq_store_set_who (f->place.store, &who);
  for (const YqWindowKind *kind = yq_window_kinds; kind->name != NULL; kind++)
    {
      YqFrame *frame = yq_frame_new (NULL, kind, f->place.store, f->outbox, NULL);
      g_auto(GStrv) pages = yq_frame_dup_pages (frame);

      if (!g_strv_contains ((const char *const *) pages, "announcements"))
        g_error ("no announcements in the window %s", kind->name);
      gtk_window_destroy (GTK_WINDOW (frame));
    }
}

/* -- the list -- */

static void
test_what_is_shown_today_stands_newest_first (Desk *f, gconstpointer data)
{
  show_desk (f, 1200, 760);
  yq_frame_show_page (f->frame, "announcements");
  g_assert_true (gt_until (shows_three, f, WAIT_MS));
  g_assert_cmpstr (nth_title (f, 0), ==, "年底结算");
  g_assert_cmpstr (nth_title (f, 1), ==, "创新券管理办法");
  g_assert_cmpstr (nth_title (f, 2), ==, "申请表模板");
  yq_record_table_search (table (f), "办法");
  g_assert_true (gt_until (shows_one, f, WAIT_MS));
  g_assert_cmpstr (nth_title (f, 0), ==, "创新券管理办法");
}

static gboolean
shows_two (gpointer data)
{
  return count (data) == 2;
}

/* The window stays open over night. */
static void
test_another_day_shows_others (Desk *f, gconstpointer data)
{
  show_desk (f, 1200, 760);
  yq_frame_show_page (f->frame, "announcements");
  g_assert_true (gt_until (shows_three, f, WAIT_MS));
  yq_clock_set (G_GINT64_CONSTANT (1795230000000) + 24 * 3600 * 1000);
  yq_frame_show_page (f->frame, "account");
  yq_frame_show_page (f->frame, "announcements");
  g_assert_true (gt_until (shows_two, f, WAIT_MS));
}

/* -- one -- */

static void
test_one_is_read_with_its_files (Desk *f, gconstpointer data)
{
  GtkWidget *window;

  show_desk (f, 1200, 760);
  window = GTK_WIDGET (f->frame);
  yq_frame_open_record (f->frame, "announcement", "018f3c00-0000-7000-8000-000000000901");
  gt_settle (window);
  g_assert_true (gt_comes (window, "正文第1篇"));
  g_assert_true (gt_comes (window, "政策"));
  g_assert_true (gt_comes (window, "细则.pdf"));
  g_assert_false (gt_has_text (window, "已送达"));
  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"announcement\",\"id\":\"018f3c00-0000-7000-8000-000000000901\","
           "\"revision\":2,\"state\":\"published\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"330421\",\"fields\":{"
           "\"kind\":\"policy\",\"title\":\"创新券管理办法\",\"text\":\"改过的正文\","
           "\"seat\":\"330421\"}}");
  g_assert_true (gt_comes (window, "改过的正文"));
}

static gboolean
is_found (gpointer data)
{
  Desk *f = data;

  return gt_find_label (GTK_WIDGET (f->frame), "创新券管理办法") != NULL;
}

static void
test_the_palette_finds_those_of_today (Desk *f, gconstpointer data)
{
  show_desk (f, 1200, 760);
  yq_frame_open_palette (f->frame, "办法");
  g_assert_true (gt_until (is_found, f, WAIT_MS));
  g_assert_null (gt_find_label (GTK_WIDGET (f->frame), "明年办法"));
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/announcements/" name, Desk, NULL, set_up, func, tear_down)
  ADD ("everywhere", test_every_window_has_them);
  ADD ("list", test_what_is_shown_today_stands_newest_first);
  ADD ("another-day", test_another_day_shows_others);
  ADD ("read", test_one_is_read_with_its_files);
  ADD ("palette", test_the_palette_finds_those_of_today);
  return g_test_run ();
}
