/* What a window says is in its language, also where another thread made it, and where the language
 * was changed after it began. */
#define G_LOG_DOMAIN "test-language"

#include "import-fixture.h"

#include "api-client.h"
#include "api-private.h"

static void
set_up_language (Fixture *f, gconstpointer english)
{
  yq_text_set_language (english != NULL ? YQ_LANGUAGE_EN : YQ_LANGUAGE_DEFAULT);
  set_up (f, NULL);
}

static void
tear_down_language (Fixture *f, gconstpointer data)
{
  tear_down (f, NULL);
  yq_text_set_language (YQ_LANGUAGE_DEFAULT);
}

static gboolean
shows (Fixture *f, const char *text)
{
  return gt_has_text (GTK_WIDGET (f->desk.frame), text);
}

static gboolean
is_checked (gpointer data)
{
  return gt_find_button (GTK_WIDGET (((Fixture *) data)->desk.frame), _("Another file")) != NULL;
}

static GtkWidget *
check_rows (Fixture *f, const char *rows)
{
  GtkWidget *page = GTK_WIDGET (yq_frame_show_page (f->desk.frame, "import"));

  g_assert_true (g_file_set_contents (f->path, rows, -1, NULL));
  gtk_widget_activate_action (page, "page.open", "s", f->path);
  gt_settle (GTK_WIDGET (f->desk.frame));
  gtk_widget_activate_action (page, "page.check", NULL);
  g_assert_true (gt_until (is_checked, f, WAIT_MS));
  return page;
}

/* The key stands under the name that this file gives it. */
#define ROWS                                                    \
  "asset_number,original_value,used_since,condition,category\n" \
  "A-1,a lot,,,\n"                                              \
  "A-2,,2099-01-01,,\n"                                         \
  "A-3,,,broken,\n"                                             \
  "A-4,,,,999\n"                                                \
  ",5,,,\n"                                                     \
  "A-6,5,,,\n"                                                  \
  "A-6,6,,,\n"

static void
test_reasons_in_english (Fixture *f, gconstpointer english)
{
  check_rows (f, ROWS);
  shoot_desk (&f->desk, "reasons-en.png");
  g_assert_true (shows (f, "original_value: “a lot” is not an amount: write it like 12345.60"));
  g_assert_true (shows (f, "used_since: This may not lie in the future."));
  g_assert_true (shows (f, "condition: “broken” is not one of: Normal, Under repair"));
  g_assert_true (shows (f, "category: “999” is not known"));
  g_assert_true (shows (f, "“asset_number” is empty"));
  g_assert_true (shows (f, "“asset_number” is the same as in row 8"));
}

static void
test_reasons_in_chinese (Fixture *f, gconstpointer english)
{
  check_rows (f, ROWS);
  shoot_desk (&f->desk, "reasons-zh.png");
  g_assert_true (shows (f, "original_value：“a lot”不是金额，请写成 12345.60 的样式"));
  g_assert_true (shows (f, "“broken”不在可选项中"));
  g_assert_true (shows (f, "“asset_number”与第 8 行重复"));
}

static gboolean
has_result (gpointer data)
{
  return gt_find_button (GTK_WIDGET (((Fixture *) data)->desk.frame), _("Undo this import")) !=
         NULL;
}

/* What the disk or an open conflict kept out is told by the store's thread. */
static void
test_what_was_not_kept (Fixture *f, gconstpointer english)
{
  GtkWidget *page;

  make_conflict (f);
  page = check_rows (f, "asset_number,name,model\nA-1,SEM,SU1\nA-2,SEM,SU2\n");
  gtk_widget_activate_action (page, "page.apply", NULL);
  g_assert_true (gt_until (has_result, f, WAIT_MS));
  shoot_desk (&f->desk, "lost-en.png");
  g_assert_true (shows (f, "First choose which of the two versions to keep"));
}

static void
test_the_missing_column (Fixture *f, gconstpointer english)
{
  g_autoptr(YqRecord) prototype = yq_store_new_record (f->desk.place.store, &yq_instrument);
  YqImport *import = yq_import_new (&yq_instrument, prototype, NULL);
  const char *cells[] = { "name" };
  g_autofree char *why = NULL;

  yq_import_set_header (import, cells, 1);
  why = yq_import_check_header (import);
  g_assert_nonnull (strstr (why, english != NULL ? "“Asset number (所在单位内仪器编号)”"
                                                 : "“资产编号（所在单位内仪器编号）”"));
  yq_import_free (import);
}

static const char *
asked_language (YqApiClient *api)
{
  g_autoptr(SoupMessage) message = yq_api_message (api, "GET", "/v1/me");
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  return g_intern_string (soup_message_headers_get_one (headers, "Accept-Language"));
}

static void
test_the_server_is_asked_in_the_language_of_the_moment (void)
{
  g_autoptr(YqApiClient) api = yq_api_client_new ("http://127.0.0.1:1");

  g_assert_cmpstr (asked_language (api), ==, "zh-CN");
  yq_look_set_language (FALSE);
  g_assert_cmpstr (asked_language (api), ==, "en");
  yq_look_set_language (TRUE);
  g_assert_cmpstr (asked_language (api), ==, "zh-CN");
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, english, func) \
  g_test_add ("/language/" name, Fixture, english, set_up_language, func, tear_down_language)
  ADD ("reasons/en", "en", test_reasons_in_english);
  ADD ("reasons/zh", NULL, test_reasons_in_chinese);
  ADD ("not-kept", "en", test_what_was_not_kept);
  ADD ("column/en", "en", test_the_missing_column);
  ADD ("column/zh", NULL, test_the_missing_column);
  g_test_add_func ("/language/server", test_the_server_is_asked_in_the_language_of_the_moment);
  return g_test_run ();
}
