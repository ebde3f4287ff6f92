/* What leaves the server: signed, again until it is taken, never holding up a command, and at least
 * once whatever is killed in between. */
#define G_LOG_DOMAIN "test-notify"

#include "fixture.h"
#include "gateway.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "notify.h"
#include "office.h"
#include "party.h"
#include "programme.h"
#include "record-sql.h"
#include "world-sql.h"

#define START G_GINT64_CONSTANT (1790000000000)
#define DAY_MS G_GINT64_CONSTANT (86400000)

typedef struct
{
  YqFixture *http;
  Gateway *gateway;
  gint64 now;
} Test;

static void
set_up (Test *t, gconstpointer data)
{
  t->now = START;
  yq_clock_set (t->now);
  t->gateway = gateway_new ();
  t->http = yq_fixture_new ();
  t->http->config->sms_gateway = gateway_url (t->gateway);
  t->http->config->sms_secret = g_strdup (GATEWAY_SECRET);
  t->http->config->webhook_url = gateway_url (t->gateway);
  t->http->config->webhook_secret = g_strdup (GATEWAY_SECRET);
  t->http->config->webhook_events = g_strdup ("organisation.submit|organisation.approve");
  yq_fixture_start (t->http);
}

static void
tear_down (Test *t, gconstpointer data)
{
  g_clear_pointer (&t->http, yq_fixture_free);
  g_clear_pointer (&t->gateway, gateway_free);
  yq_clock_set (0);
}

static void
pass (Test *t, gint64 ms)
{
  t->now += ms;
  yq_clock_set (t->now);
  yq_notify_wake (t->http->server);
}

static void
wait_for (Test *t, guint n)
{
  GatewayWait wait = { t->gateway, n };

  yq_test_wait_until (gateway_has, &wait);
}

/* -- writing in a transaction -- */

typedef struct
{
  gint64 now;
  const char *phone;
  gint64 until;
} Text;

static gboolean
write_sms (SqlConn *conn, gpointer data, GError **error)
{
  const Text *text = data;
  YqWorld *world = yq_world_sql_new (conn, text->now);
  gboolean done;
  YqTx tx;

  yq_tx_init (&tx, conn, world, NULL, text->now);
  done = yq_notify_sms (&tx, NULL, text->phone, "test.text", "正文 123456", "正文 ******", NULL,
                        text->until, error);
  yq_world_sql_free (world);
  return done;
}

static void
send_sms (Test *t)
{
  Text text = { t->now, "13800001111", t->now + DAY_MS };

  yq_fixture_write (t->http, write_sms, &text);
}

static YqRecord *
the_sms (Test *t)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (t->http);
  g_autofree char *id = sql_get_text (conn, "SELECT id FROM sms", SQL_NO_ARGS, NULL);

  return yq_record_sql_get (conn, &yq_sms, id, NULL);
}

typedef struct
{
  Test *t;
  const char *state;
  gint64 tries;
} Expected;

static gboolean
is_logged (gpointer data)
{
  const Expected *expected = data;
  g_autoptr(YqRecord) sms = the_sms (expected->t);

  return sms != NULL && yq_record_in_state (sms, expected->state) &&
         yq_record_int (sms, SMS_TRIES) == expected->tries;
}

static void
assert_logged (Test *t, const char *state, gint64 tries)
{
  Expected expected = { t, state, tries };

  yq_test_wait_until (is_logged, &expected);
}

/* -- cases -- */

static void
test_a_text_arrives_signed (Test *t, gconstpointer data)
{
  Delivery *delivery;
  g_autofree char *signature = NULL;
  g_autofree char *phone = NULL;
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;
  g_autoptr(YqRecord) sms = NULL;

  send_sms (t);
  wait_for (t, 1);
  delivery = t->gateway->deliveries->pdata[0];
  signature = yq_notify_signature (GATEWAY_SECRET, g_ascii_strtoll (delivery->timestamp, NULL, 10),
                                   delivery->body);
  g_assert_cmpstr (delivery->signature, ==, signature);
  g_assert_cmpstr (delivery->timestamp, ==, "1790000000");
  phone = gateway_member (t->gateway, 0, "phone");
  text = gateway_member (t->gateway, 0, "text");
  id = gateway_member (t->gateway, 0, "id");
  g_assert_cmpstr (phone, ==, "13800001111");
  g_assert_cmpstr (text, ==, "正文 123456");
  g_assert_cmpstr (id, ==, delivery->id);
  assert_logged (t, "sent", 1);
  sms = the_sms (t);
  g_assert_cmpstr (yq_record_id (sms), ==, delivery->id);
  g_assert_cmpstr (yq_record_text (sms, SMS_TEXT), ==, "正文 ******");
}

/* RFC 4231, case 2, through the same path: "Jefe" would sign SECONDS.BODY. */
static void
test_the_signature_is_hmac_sha256 (void)
{
  g_autofree char *signature = yq_notify_signature ("key", 1, "body");
  g_autofree char *hex =
    g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) "key", 3, "1.body", -1);

  g_assert_true (g_str_has_prefix (signature, "sha256="));
  g_assert_cmpstr (signature + 7, ==, hex);
  g_assert_cmpuint (strlen (hex), ==, 64);
}

static void
test_failures_are_tried_again_with_pauses (Test *t, gconstpointer data)
{
  static const gint64 pauses[] = { 5000, 10000, 20000 };

  t->gateway->fail_next = 3;
  send_sms (t);
  for (guint i = 0; i < G_N_ELEMENTS (pauses); i++)
    {
      wait_for (t, i + 1);
      assert_logged (t, "waiting", i + 1);
      pass (t, pauses[i] - 1);
      pass (t, 1);
    }
  wait_for (t, 4);
  assert_logged (t, "sent", 4);
  for (guint i = 1; i < 4; i++)
    {
      Delivery *first = t->gateway->deliveries->pdata[0];
      Delivery *again = t->gateway->deliveries->pdata[i];

      g_assert_cmpstr (first->id, ==, again->id);
      g_assert_cmpstr (first->body, ==, again->body);
      g_assert_cmpstr (first->signature, !=, again->signature);
    }
}

static void
test_an_outage_loses_nothing (Test *t, gconstpointer data)
{
  gateway_call (t->gateway, gateway_close);
  send_sms (t);
  assert_logged (t, "waiting", 1);
  gateway_call (t->gateway, gateway_open);
  pass (t, 5000);
  wait_for (t, 1);
  assert_logged (t, "sent", 2);
}

static void
test_a_refusal_is_final (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) sms = NULL;

  t->gateway->status = 422;
  send_sms (t);
  assert_logged (t, "failed", 1);
  sms = the_sms (t);
  g_assert_cmpstr (yq_record_text (sms, SMS_FAILURE), ==, "HTTP 422");
  pass (t, DAY_MS);
  g_assert_cmpuint (gateway_count (t->gateway), ==, 1);
}

static void
test_what_is_too_late_is_given_up (Test *t, gconstpointer data)
{
  Text text = { t->now, "13800001111", t->now + 7000 };

  t->gateway->fail_next = 9;
  yq_fixture_write (t->http, write_sms, &text);
  assert_logged (t, "waiting", 1);
  pass (t, 5000);
  assert_logged (t, "failed", 2);
}

static void
test_a_silent_gateway_holds_up_nothing (Test *t, gconstpointer data)
{
  gint64 start;

  t->gateway->is_silent = TRUE;
  send_sms (t);
  wait_for (t, 1); /* it has it, and does not answer */
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 50; i++)
    send_sms (t);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

/* -- which messages -- */

static gboolean
write_world (SqlConn *conn, gpointer data, GError **error)
{
  YqWorld *world = yq_world_sql_new (conn, START);
  g_autoptr(YqRecord) jurisdiction = yq_record_new (&yq_jurisdiction, NULL);
  g_autoptr(YqRecord) account = yq_record_new (&yq_account, NULL);
  g_autoptr(YqRecord) organisation = yq_record_new (&yq_organisation, NULL);
  g_autoptr(JsonNode) regions = json_from_string ("[{\"region\":\"330000\"}]", NULL);
  g_autoptr(JsonNode) sms = json_from_string ("[{\"message\":\"organisation.approve\"}]", NULL);
  gboolean done;
  YqTx tx;

  yq_tx_init (&tx, conn, world, NULL, START);
  yq_record_set_text (jurisdiction, JURISDICTION_NAME, "浙江");
  yq_record_set_text (jurisdiction, JURISDICTION_CODE, "zhejiang");
  yq_record_set_text (jurisdiction, JURISDICTION_REGION, "330000");
  yq_record_take_array (jurisdiction, JURISDICTION_REGIONS,
                        json_array_ref (json_node_get_array (regions)));
  yq_record_take_array (jurisdiction, JURISDICTION_SMS, json_array_ref (json_node_get_array (sms)));
  yq_record_set_text (account, ACCOUNT_PHONE, "13800001111");
  yq_record_set_text (organisation, ORGANISATION_NAME, "嘉善试验材料有限公司");
  yq_record_set_region (organisation, "330421");
  done = yq_tx_insert (&tx, jurisdiction, "save", error) &&
         yq_tx_insert (&tx, account, "save", error) &&
         yq_tx_insert (&tx, organisation, "save", error) &&
         yq_tx_tell_account (&tx, yq_record_id (account), "organisation.return", organisation,
                             "退回", error) &&
         yq_tx_tell_account (&tx, yq_record_id (account), "organisation.approve", organisation,
                             "通过", error);
  yq_world_sql_free (world);
  return done;
}

static void
test_the_jurisdiction_says_which_go_by_sms (Test *t, gconstpointer data)
{
  g_autofree char *type = NULL;
  g_autofree char *text = NULL;

  yq_fixture_write (t->http, write_world, NULL);
  wait_for (t, 1);
  assert_logged (t, "sent", 1);
  g_assert_cmpuint (gateway_count (t->gateway), ==, 1);
  type = gateway_member (t->gateway, 0, "type");
  text = gateway_member (t->gateway, 0, "text");
  g_assert_cmpstr (type, ==, "organisation.approve");
  g_assert_cmpstr (text, ==, "通过");
}

static gboolean
write_events (SqlConn *conn, gpointer data, GError **error)
{
  YqWorld *world = yq_world_sql_new (conn, START);
  g_autoptr(YqRecord) organisation = yq_record_new (&yq_organisation, NULL);
  gboolean done;
  YqTx tx;

  yq_tx_init (&tx, conn, world, NULL, START);
  yq_record_set_text (organisation, ORGANISATION_NAME, "嘉善试验材料有限公司");
  done = yq_notify_event (&tx, organisation, "return", error) &&
         yq_notify_event (&tx, organisation, "approve", error);
  yq_world_sql_free (world);
  return done;
}

static void
test_events_go_to_the_webhook_that_asked (Test *t, gconstpointer data)
{
  g_autofree char *type = NULL;
  Delivery *delivery;

  t->gateway->fail_next = 1;
  yq_fixture_write (t->http, write_events, NULL);
  wait_for (t, 1);
  while (gateway_count (t->gateway) < 2)
    {
      pass (t, 5000);
      g_thread_yield ();
    }
  type = gateway_member (t->gateway, 0, "type");
  g_assert_cmpstr (type, ==, "organisation.approve");
  delivery = t->gateway->deliveries->pdata[1];
  g_assert_nonnull (strstr (delivery->body, "\"entity\":\"organisation\""));
  g_assert_null (strstr (delivery->body, "嘉善"));
}

/* -- a process that is killed -- */

typedef struct
{
  GPid pid;
  guint port;
} Process;

static Process
spawn (const char *folder, const char *gateway)
{
  g_autofree char *program =
    g_build_filename (g_getenv ("YQ_BUILD_DIR"), "server", "yiquand", NULL);
  g_autofree char *path = g_build_filename (folder, "yiquand.conf", NULL);
  g_autofree char *text =
    g_strdup_printf ("[server]\nlisten=127.0.0.1:0\nloops=1\ndata=%s/data\n[sms]\ngateway=%s\n"
                     "secret=" GATEWAY_SECRET "\n",
                     folder, gateway);
  const char *const argv[] = { program, "serve", "--config", path, NULL };
  g_autoptr(GError) error = NULL;
  char line[64] = "";
  Process process;
  int out;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_spawn_async_with_pipes (NULL, (char **) argv, NULL,
                            G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                            &process.pid, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  for (gsize n = 0; n + 1 < sizeof line && strchr (line, '\n') == NULL; n++)
    if (read (out, &line[n], 1) != 1)
      break;
  close (out);
  g_assert_nonnull (strstr (line, " on port "));
  process.port = atoi (strrchr (line, ' '));
  return process;
}

static void
end (Process process, int with_signal)
{
  int status;

  kill (process.pid, with_signal);
  g_assert_cmpint (waitpid (process.pid, &status, 0), ==, process.pid);
}

static gboolean
write_now (SqlConn *conn, gpointer data, GError **error)
{
  Text text = { yq_clock_now (), "13800001111", yq_clock_now () + DAY_MS };

  return write_sms (conn, &text, error);
}

/* Between the receiver's having it and the mark: it comes again, under the same id. */
static void
test_killed_before_the_mark_it_comes_again (void)
{
  g_autofree char *folder = g_dir_make_tmp ("yq-notify-XXXXXX", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  Gateway *gateway = gateway_new ();
  g_autofree char *url = gateway_url (gateway);
  GatewayWait first = { gateway, 1 }, second = { gateway, 2 };
  g_autofree char *uri = g_strdup_printf ("sqlite:%s/yiquan.db", data);
  g_autoptr(GError) error = NULL;
  Process process = spawn (folder, url);
  SqlConn *conn;
  Delivery *a, *b;

  gateway->is_silent = TRUE;
  end (process, SIGTERM);
  /* Another process writes it down: the key and the tables are there. */
  conn = sql_open (uri, SQL_OPEN_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (yq_record_sql_load_key (conn, &error));
  g_assert_true (sql_begin (conn, TRUE, &error) && write_now (conn, NULL, &error) &&
                 sql_commit (conn, &error));
  sql_close (conn);
  process = spawn (folder, url);
  yq_test_wait_until (gateway_has, &first);
  end (process, SIGKILL);
  g_mutex_lock (&gateway->lock);
  gateway->is_silent = FALSE;
  g_mutex_unlock (&gateway->lock);
  process = spawn (folder, url);
  yq_test_wait_until (gateway_has, &second);
  end (process, SIGTERM);
  a = gateway->deliveries->pdata[0];
  b = gateway->deliveries->pdata[1];
  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpstr (a->body, ==, b->body);
  gateway_free (gateway);
  yq_test_remove_folder (folder);
}

#define ADD(name, func) g_test_add ("/notify/" name, Test, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  yq_text_init (TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notify/hmac", test_the_signature_is_hmac_sha256);
  ADD ("signed", test_a_text_arrives_signed);
  ADD ("failures", test_failures_are_tried_again_with_pauses);
  ADD ("outage", test_an_outage_loses_nothing);
  ADD ("refusal", test_a_refusal_is_final);
  ADD ("too-late", test_what_is_too_late_is_given_up);
  ADD ("silent", test_a_silent_gateway_holds_up_nothing);
  ADD ("jurisdiction", test_the_jurisdiction_says_which_go_by_sms);
  ADD ("webhook", test_events_go_to_the_webhook_that_asked);
  g_test_add_func ("/notify/killed", test_killed_before_the_mark_it_comes_again);
  return g_test_run ();
}
