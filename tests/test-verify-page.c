/* The page behind a QR code: what each state says, and that no forged token gets through. */
#define G_LOG_DOMAIN "test-verify-page"

#include "demo-fixture.h"

static char *
token_of (Demo *d, const YqEntity *entity, const char *id, guint field)
{
  g_autoptr(YqRecord) record = demo_load (d, entity, id);

  return g_strdup (yq_record_text (record, field));
}

static char *
render (Demo *d, const char *token, gint64 now, guint expected)
{
  guint status = 0;
  GString *page = yq_verify_page_render (d->conn, token, now, &status);

  g_assert_cmpuint (status, ==, expected);
  g_assert_null (strstr (page->str, "<script"));
  g_assert_null (strstr (page->str, "http"));
  return g_string_free (page, FALSE);
}

static void
assert_says (Demo *d, const char *token, gint64 now, const char *verdict)
{
  g_autofree char *page = render (d, token, now, 200);
  g_autofree char *wanted = g_strdup_printf ("<b>%s</b>", verdict);

  g_assert_nonnull (strstr (page, wanted));
}

static void
test_a_voucher_says_what_it_is_worth (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *token = token_of (d, &yq_voucher, voucher, VOUCHER_TOKEN);
  g_autofree char *page = render (d, token, DEMO_NOW, 200);

  g_assert_nonnull (strstr (page, "10,000.00"));
  g_assert_nonnull (strstr (page, "嘉善启明精密机械有限公司"));
  assert_says (d, token, DEMO_NOW, "有效");
  assert_says (d, token, DEMO_NOW + 400 * YQ_DAY, "已过期");
  assert_sent (d, "reviewer1", &yq_voucher, voucher, "revoke", g_strdup ("{\"comment\":\"违规\"}"),
               "applied");
  assert_says (d, token, DEMO_NOW, "已撤销");
}

static void
test_a_used_up_voucher_says_so (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 600000);
  g_autofree char *token = token_of (d, &yq_voucher, voucher, VOUCHER_TOKEN);
  g_autofree char *use = yq_id_new ();
  g_autofree char *invoice = yq_id_new ();
  g_autofree char *redemption = yq_id_new ();
  g_autofree char *line = g_strdup_printf ("{\"use\":\"%s\"}", use);
  g_autofree char *use_token = NULL;

  assert_sent (d, "enterprise2", &yq_voucher_use, use, "submit",
               demo_use (voucher, NULL, "carrier1", 600000, 600000, "enterprise"), "applied");
  use_token = token_of (d, &yq_voucher_use, use, VOUCHER_USE_TOKEN);
  assert_says (d, use_token, DEMO_NOW, "待载体确认");
  assert_sent (d, "carrier1", &yq_voucher_use, use, "confirm", NULL, "applied");
  assert_says (d, use_token, DEMO_NOW, "已确认");
  assert_says (d, token, DEMO_NOW, "有效");
  assert_sent (d, "enterprise2", &yq_invoice, invoice, "save",
               demo_invoice ("26332000000900000001", 600000, "enterprise", use), "applied");
  g_free (line);
  line = g_strdup_printf ("{\"use\":\"%s\",\"fee\":600000,\"asked\":600000}", use);
  assert_sent (d, "enterprise2", &yq_redemption, redemption, "submit",
               demo_redemption ("enterprise", line, ""), "applied");
  assert_says (d, use_token, DEMO_NOW, "兑付审核中");
  assert_sent (d, "reviewer1", &yq_redemption, redemption, "approve", NULL, "applied");
  assert_says (d, use_token, DEMO_NOW, "已兑付");
  assert_says (d, token, DEMO_NOW, "已用完");
}

static void
test_no_changed_token_is_genuine (Demo *d, gconstpointer data)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *token = token_of (d, &yq_voucher, voucher, VOUCHER_TOKEN);
  gsize length = strlen (token);

  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *forged = g_strdup (token);

      do
        forged[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      while (forged[i] == token[i]);
      g_free (render (d, forged, DEMO_NOW, 404));
    }
  for (gsize i = 0; i < length; i += 7)
    {
      g_autofree char *cut = g_strndup (token, i);

      g_free (render (d, cut, DEMO_NOW, 404));
    }
  g_free (render (d, "", DEMO_NOW, 404));
  g_free (render (d, "../../etc/passwd", DEMO_NOW, 404));
}

static void
test_names_are_escaped (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 600000);
  g_autofree char *use = yq_id_new ();
  g_autofree char *plain = demo_use (voucher, NULL, "carrier1", 600000, 600000, "enterprise");
  g_autoptr(GString) fields = g_string_new (plain);
  g_autofree char *token = NULL;
  g_autofree char *page = NULL;

  g_string_replace (fields, "检测合同", "<img src=x onerror=alert(1)>&", 0);
  assert_sent (d, "enterprise2", &yq_voucher_use, use, "submit", g_strdup (fields->str), "applied");
  token = token_of (d, &yq_voucher_use, use, VOUCHER_USE_TOKEN);
  page = render (d, token, DEMO_NOW, 200);
  g_assert_null (strstr (page, "<img"));
  g_assert_nonnull (strstr (page, "&lt;img src=x onerror=alert(1)&gt;&amp;"));
}

/* In a real browser of a phone's size: the words are there, and nothing is wider than the screen.
 */
static void
test_a_browser_shows_it (Demo *d, gconstpointer data)
{
  g_autofree char *program = g_find_program_in_path ("chromium");
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *token = token_of (d, &yq_voucher, voucher, VOUCHER_TOKEN);
  g_autofree char *url = NULL;
  g_autofree char *profile = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  if (program == NULL)
    {
      g_test_skip ("there is no chromium");
      return;
    }
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  url = g_strdup_printf ("http://127.0.0.1:%u/v/%s", d->server->port, token);
  profile = g_strdup_printf ("--user-data-dir=%s/chromium", d->server->folder);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error, program, "--headless=new", "--no-sandbox", "--disable-gpu",
                              "--window-size=360,640", profile, "--dump-dom", url, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "<b>有效</b>"));
  g_assert_nonnull (strstr (text, "10,000.00"));
  yq_fixture_stop (d->server);
  demo_open (d);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/verify-page/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("voucher", test_a_voucher_says_what_it_is_worth);
  ADD ("used-up", test_a_used_up_voucher_says_so);
  ADD ("forged", test_no_changed_token_is_genuine);
  ADD ("escaped", test_names_are_escaped);
  ADD ("browser", test_a_browser_shows_it);

  return g_test_run ();
}
