/* The real yiquand command as operators run it: a clean stop, logs, TLS, backup beside a busy
 * server, refusals. */
#define G_LOG_DOMAIN "test-serve"

#include "demo-fixture.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tls.h"

typedef struct
{
  char *folder; /* of everything */
  char *data;
  char *log; /* what it said on stderr */
  GPid pid;
  guint port;
} Served;

/* -- the process -- */

static char *
command_path (void)
{
  return g_build_filename (g_getenv ("YQ_BUILD_DIR"), "server", "yiquand", NULL);
}

static void
start (Served *served, const char *config)
{
  g_autofree char *program = command_path ();
  g_autofree char *path = g_build_filename (served->folder, "yiquand.conf", NULL);
  g_autofree char *shell =
    g_strdup_printf ("exec \"$0\" serve --config '%s' 2>'%s'", path, served->log);
  const char *const argv[] = { "/bin/sh", "-c", shell, program, NULL };
  g_autofree char *text = g_strdup_printf ("[server]\nlisten=127.0.0.1:0\nloops=2\ndata=%s\n%s",
                                           served->data, config != NULL ? config : "");
  g_autoptr(GError) error = NULL;
  char line[64] = "";
  int out;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &served->pid, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  for (gsize n = 0; n + 1 < sizeof line && strchr (line, '\n') == NULL; n++)
    if (read (out, &line[n], 1) != 1)
      break;
  close (out);
  g_assert_nonnull (strstr (line, " on port "));
  served->port = atoi (strrchr (line, ' '));
}

/* Sends SIGTERM and waits; the exit status. */
static int
stop (Served *served)
{
  int status;

  kill (served->pid, SIGTERM);
  g_assert_cmpint (waitpid (served->pid, &status, 0), ==, served->pid);
  served->pid = 0;
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static int
run (const char *a, const char *b, const char *c, const char *d, char **said)
{
  g_autofree char *program = command_path ();
  const char *const argv[] = { program, a, b, c, d, NULL };
  g_autofree char *out = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL,
                said != NULL ? G_SPAWN_DEFAULT : G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, said,
                &status, &error);
  g_assert_no_error (error);
  return WEXITSTATUS (status);
}

static void
set_up (Served *served, gconstpointer unused)
{
  Demo demo = { NULL };

  yq_session_set_cost (1, 8192);
  demo_set_up (&demo, NULL);
  g_clear_pointer (&demo.conn, sql_close);
  g_clear_pointer (&demo.sessions, g_hash_table_unref);
  served->folder = demo.server->folder;
  served->data = g_strdup (demo.server->config->data);
  served->log = g_build_filename (served->folder, "log", NULL);
  yq_config_free (demo.server->config);
  g_free (demo.server);
}

static void
tear_down (Served *served, gconstpointer unused)
{
  if (served->pid != 0)
    stop (served);
  yq_test_remove_folder (served->folder);
  g_free (served->folder);
  g_free (served->data);
  g_free (served->log);
  yq_clock_set (0);
}

static char *
sign_in (Served *served, const char *user)
{
  g_autofree char *body =
    g_strdup_printf ("{\"username\":\"%s\",\"password\":\"%s\"}", user, YQ_DEMO_PASSWORD);
  g_autoptr(YqAnswer) answer =
    yq_test_send (served->port, "POST", "/v1/sessions", NULL, NULL, body, -1);
  g_autoptr(JsonNode) node = NULL;

  g_assert_cmpuint (answer->status, ==, 201);
  node = yq_answer_json (answer);
  return g_strdup (json_object_get_string_member (json_node_get_object (node), "token"));
}

/* -- a clean stop -- */

/* A connection with a request that the server is busy with. */
static int ask (Served *served, const char *format, ...) G_GNUC_PRINTF (2, 3);

static int
ask (Served *served, const char *format, ...)
{
  int fd = yq_test_connect (served->port);
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (yq_test_write (fd, text, -1));
  return fd;
}

static gboolean
waits_for_changes (gpointer user_data)
{
  Served *served = user_data;
  g_autoptr(YqAnswer) answer = yq_test_send (served->port, "GET", "/metrics", NULL, NULL, NULL, -1);

  return strstr (answer->body->str, "\nyiquan_feed_waits 1\n") != NULL;
}

static void
test_a_stop_finishes_what_is_under_way (Served *served, gconstpointer unused)
{
  g_autofree char *file = g_strnfill (100000, 'f');
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, file, -1);
  g_autofree char *token = NULL;
  gint64 begun;
  int waiting, uploading, idle;

  start (served, NULL);
  token = sign_in (served, "enterprise1");
  {
    g_autoptr(YqAnswer) all =
      yq_test_send (served->port, "GET", "/v1/changes?scope=mine&after=0", token, NULL, NULL, -1);
    g_autoptr(JsonNode) node = yq_answer_json (all);
    gint64 next = json_object_get_int_member (json_node_get_object (node), "next");

    g_assert_false (json_object_get_boolean_member (json_node_get_object (node), "more"));
    waiting = ask (served,
                   "GET /v1/changes?scope=mine&wait=25&after=%" G_GINT64_FORMAT
                   " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
                   next, token);
  }
  yq_test_wait_until (waits_for_changes, served);
  idle = ask (served, "%s", "");
  uploading = ask (served,
                   "PATCH /v1/files/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                   "Upload-Offset: 0\r\nUpload-Length: 100000\r\nContent-Length: 100000\r\n"
                   "Expect: 100-continue\r\n\r\n",
                   sum, token);
  {
    char interim[64];

    g_assert_cmpint (recv (uploading, interim, sizeof interim, 0), >, 0); /* it is at work on it */
  }
  begun = g_get_monotonic_time ();
  kill (served->pid, SIGTERM);

  {
    g_autoptr(YqAnswer) empty = yq_test_read (waiting, TRUE);
    g_autoptr(YqAnswer) uploaded = NULL;

    g_assert_cmpuint (empty->status, ==, 200);
    g_assert_true (yq_test_write (uploading, file, 100000));
    uploaded = yq_test_read (uploading, TRUE);
    g_assert_cmpuint (uploaded->status, ==, 204);
  }
  close (waiting);
  close (uploading);
  g_assert_cmpint (stop (served), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 9 * G_USEC_PER_SEC);
  close (idle);
}

static void
test_logs_are_structured_and_tell_nothing (Served *served, gconstpointer unused)
{
  g_autofree char *token = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  guint n = 0;

  start (served, "log_requests=true\n");
  token = sign_in (served, "enterprise1");
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *id = yq_demo_id ("instrument", "carrier1 3");
      g_autofree char *path = g_strconcat ("/v1/instruments/", id, "?q=secret", NULL);
      g_autoptr(YqAnswer) answer = yq_test_send (served->port, "GET", path, token, NULL, NULL, -1);
    }
  g_assert_cmpint (stop (served), ==, 0);

  g_assert_true (g_file_get_contents (served->log, &text, NULL, NULL));
  g_assert_null (strstr (text, token));
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, "enterprise1"));
  g_assert_null (strstr (text, "127.0.0.1"));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(JsonNode) node = json_from_string (lines[i], &error);
      JsonObject *object;

      g_assert_no_error (error);
      object = json_node_get_object (node);
      g_assert_true (json_object_has_member (object, "time"));
      g_assert_true (json_object_has_member (object, "level"));
      if (!json_object_has_member (object, "route"))
        continue;
      n++;
      if (g_str_equal (json_object_get_string_member (object, "method"), "GET"))
        g_assert_cmpstr (json_object_get_string_member (object, "route"), ==, "/v1/*/*");
    }
  g_assert_cmpuint (n, ==, 3);
}

/* -- TLS -- */

static gboolean
accept_ours (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors,
             gpointer expected)
{
  return g_tls_certificate_is_same (certificate, expected);
}

static void
make_tls_client (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *address,
                 GIOStream *stream, gpointer certificate)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect (stream, "accept-certificate", G_CALLBACK (accept_ours), certificate);
}

static void
test_tls (Served *served, gconstpointer unused)
{
  static const char request[] = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  g_autofree char *key = g_build_filename (served->folder, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (served->folder, "certificate.pem", NULL);
  g_autofree char *config = g_strdup_printf ("[tls]\nkey=%s\ncertificate=%s\n", key, certificate);
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnection) connection = NULL;
  g_autoptr(GTlsCertificate) expected = NULL;
  g_autoptr(GError) error = NULL;
  char answer[4096] = "";

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("no TLS for the client");
      return;
    }
  g_assert_true (g_file_set_contents (key, TEST_KEY, -1, NULL));
  g_assert_true (g_file_set_contents (certificate, TEST_CERTIFICATE, -1, NULL));
  start (served, config);

  expected = g_tls_certificate_new_from_pem (TEST_CERTIFICATE, -1, &error);
  g_assert_no_error (error);
  g_socket_client_set_tls (client, TRUE);
  g_signal_connect (client, "event", G_CALLBACK (make_tls_client), expected);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", served->port, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                             strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer,
                           sizeof answer - 1, NULL, NULL, NULL);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (answer, "\"status\":\"ok\""));
  {
    /* Plain HTTP gets nothing, and does no harm. */
    g_autoptr(YqAnswer) plain =
      yq_test_send (served->port, "GET", "/healthz", NULL, NULL, NULL, -1);

    g_assert_cmpuint (plain->status, ==, 0);
  }
}

/* -- backup -- */

typedef struct
{
  Served *served;
  const char *token;
  int is_over, n_applied;
} Busy;

static gpointer
claim_on_and_on (gpointer data)
{
  Busy *busy = data;

  while (!g_atomic_int_get (&busy->is_over))
    {
      g_autofree char *id = yq_id_new ();
      g_autofree char *record = yq_id_new ();
      g_autofree char *fields = demo_claim (100);
      g_autofree char *body =
        g_strdup_printf ("{\"commands\":[{\"id\":\"%s\",\"entity\":\"claim\",\"record\":\"%s\","
                         "\"action\":\"submit\",\"revision\":0,\"fields\":%s}]}",
                         id, record, fields);
      g_autoptr(YqAnswer) answer =
        yq_test_send (busy->served->port, "POST", "/v1/commands", busy->token, NULL, body, -1);

      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_nonnull (strstr (answer->body->str, "\"outcome\":\"applied\""));
      g_atomic_int_inc (&busy->n_applied);
    }
  return NULL;
}

static gboolean
has_applied_some (gpointer busy)
{
  return g_atomic_int_get (&((Busy *) busy)->n_applied) >= 20;
}

static void
test_backup_beside_a_busy_server (Served *served, gconstpointer unused)
{
  g_autofree char *file = g_strnfill (300000, 'b');
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, file, -1);
  g_autofree char *path = g_strconcat ("/v1/files/", sum, NULL);
  g_autofree char *copy = g_build_filename (served->folder, "copy", NULL);
  g_autofree char *restored = g_build_filename (served->folder, "restored", NULL);
  g_autofree char *token = NULL;
  g_autofree char *data = NULL;
  Busy busy = { served };
  GThread *thread;

  start (served, NULL);
  busy.token = token = sign_in (served, "enterprise1");
  {
    g_autoptr(YqAnswer) answer =
      yq_test_send (served->port, "PATCH", path, token,
                    "Upload-Offset: 0\r\nUpload-Length: 300000\r\n", file, 300000);

    g_assert_cmpuint (answer->status, ==, 204);
  }
  thread = g_thread_new ("busy", claim_on_and_on, &busy);
  yq_test_wait_until (has_applied_some, &busy);
  g_assert_cmpint (run ("backup", "--data", served->data, copy, NULL), ==, 0);
  g_assert_cmpint (run ("backup", "--data", served->data, copy, NULL), ==, 1); /* is not empty */
  g_atomic_int_set (&busy.is_over, TRUE);
  g_thread_join (thread);
  g_assert_cmpint (stop (served), ==, 0);

  g_assert_cmpint (run ("restore", "--data", restored, copy, NULL), ==, 0);
  g_assert_cmpint (run ("verify", "--data", restored, NULL, NULL), ==, 0);
  data = g_steal_pointer (&served->data);
  served->data = g_strdup (restored);
  start (served, NULL);
  {
    /* The session, the file and the claims are in the copy. */
    g_autoptr(YqAnswer) answer = yq_test_send (served->port, "GET", path, token, NULL, NULL, -1);
    g_autoptr(YqAnswer) claims =
      yq_test_send (served->port, "GET", "/v1/claims?limit=1", token, NULL, NULL, -1);
    g_autoptr(JsonNode) node = yq_answer_json (claims);

    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_cmpmem (answer->body->str, answer->body->len, file, 300000);
    g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "count"), >=, 20);
  }
}

/* -- refusals -- */

static void
test_a_broken_configuration_stops_the_start (Served *served, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (served->folder, "broken.conf", NULL);
  g_autofree char *said = NULL;
  g_autofree char *expected = g_strconcat (path, ":3: [server] lisen: there is no such key", NULL);

  g_assert_true (g_file_set_contents (path, "[server]\ndata=/x\nlisen=127.0.0.1:1\n", -1, NULL));
  g_assert_cmpint (run ("serve", "--config", path, NULL, &said), ==, 1);
  g_assert_nonnull (strstr (said, expected));
}

static void
test_a_second_server_on_one_folder_is_refused (Served *served, gconstpointer unused)
{
  g_autofree char *said = NULL;
  g_autofree char *data = g_strconcat ("--data=", served->data, NULL);

  start (served, NULL);
  g_assert_cmpint (run ("serve", data, "--listen", "127.0.0.1:0", &said), ==, 1);
  g_assert_nonnull (strstr (said, "Another yiquand is serving"));
}

static void
test_the_folder_is_private (Served *served, gconstpointer unused)
{
  static const char *const names[] = { "yiquan.db", "files.db", "yiquan.key", "voucher.key" };
  g_autofree char *data = g_build_filename (served->folder, "fresh", NULL);
  GStatBuf found;

  g_assert_cmpint (run ("init", "--data", data, NULL, NULL), ==, 0);
  g_free (served->data);
  served->data = g_strdup (data);
  start (served, NULL);
  g_assert_cmpint (stop (served), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (data, names[i], NULL);

      g_assert_cmpint (g_stat (path, &found), ==, 0);
      g_assert_cmpint (found.st_mode & 077, ==, 0);
    }
}

#define ADD(path, func) g_test_add ("/serve/" path, Served, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("stop", test_a_stop_finishes_what_is_under_way);
  ADD ("logs", test_logs_are_structured_and_tell_nothing);
  ADD ("tls", test_tls);
  ADD ("backup", test_backup_beside_a_busy_server);
  ADD ("broken-configuration", test_a_broken_configuration_stops_the_start);
  ADD ("second-server", test_a_second_server_on_one_folder_is_refused);
  ADD ("private-folder", test_the_folder_is_private);
  return g_test_run ();
}
