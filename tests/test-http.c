/* The HTTP side of the server: routes, problems, languages, connections, limits, a clean stop. */
#define G_LOG_DOMAIN "test-http"

#include "fixture.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "routes.h"

/* -- routes -- */

static void
test_routes_are_sound (void)
{
  for (guint i = 0; i < yq_routes_count (); i++)
    {
      const YqRoute *route = yq_routes_nth (i);

      g_assert_true (g_str_has_prefix (route->pattern, "/"));
      g_assert_nonnull (route->handler);
      for (guint k = 0; k < i; k++)
        g_assert_false (g_str_equal (route->method, yq_routes_nth (k)->method) &&
                        g_str_equal (route->pattern, yq_routes_nth (k)->pattern));
    }
}

static void
test_health_answers (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/healthz", NULL, NULL);
  g_autoptr(JsonNode) node = yq_answer_json (answer);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (yq_answer_header (answer, "content-type"), ==, "application/json");
  g_assert_cmpstr (yq_answer_header (answer, "x-content-type-options"), ==, "nosniff");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (node), "status"), ==, "ok");
}

static void
test_unknown_path_is_not_found (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/nothing/here", NULL, NULL);
  g_autofree char *code = yq_answer_code (answer);

  g_assert_cmpuint (answer->status, ==, 404);
  g_assert_cmpstr (code, ==, "not_found");
}

static void
test_wrong_method_names_the_right_ones (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "PUT", "/v1/sessions", NULL, NULL);
  g_autofree char *code = yq_answer_code (answer);

  g_assert_cmpuint (answer->status, ==, 405);
  g_assert_cmpstr (code, ==, "method");
  g_assert_cmpstr (yq_answer_header (answer, "allow"), ==, "POST");
}

static void
test_broken_escapes_are_malformed (void)
{
  static const char *const paths[] = { "/v1/files/%zz", "/v1/files/a%0",  "/v1/files/%00",
                                       "/v1/files/%ff", "/healthz?a=%c3", "/healthz?%00=1" };
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", paths[i], NULL, NULL);
      g_autofree char *code = yq_answer_code (answer);

      g_assert_cmpuint (answer->status, ==, 400);
      g_assert_cmpstr (code, ==, "malformed");
    }
}

static void
test_an_escaped_slash_is_no_separator (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  g_autoptr(YqAnswer) plain = yq_fixture_send (fixture, "GET", "/health%7A", NULL, NULL);
  g_autoptr(YqAnswer) slash = yq_fixture_send (fixture, "GET", "/v1%2Fsessions", NULL, NULL);

  g_assert_cmpuint (plain->status, ==, 200);
  g_assert_cmpuint (slash->status, ==, 404);
}

static void
test_no_token_is_unauthenticated (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  g_autoptr(YqAnswer) none =
    yq_fixture_send (fixture, "DELETE", "/v1/sessions/current", NULL, NULL);
  g_autoptr(YqAnswer) bad = yq_fixture_send (fixture, "GET", "/healthz", "nonsense", NULL);
  g_autofree char *code = yq_answer_code (none);

  g_assert_cmpuint (none->status, ==, 401);
  g_assert_cmpstr (code, ==, "unauthenticated");
  g_assert_cmpstr (yq_answer_header (none, "www-authenticate"), ==, "Bearer");
  g_assert_cmpuint (bad->status, ==, 401);
}

static void
test_head_has_no_body (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  int fd = yq_fixture_connect (fixture);
  g_autoptr(YqAnswer) head = NULL;
  g_autoptr(YqAnswer) get = NULL;

  g_assert_true (yq_test_write (fd, "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n", -1));
  head = yq_test_read (fd, FALSE);
  g_assert_true (yq_test_write (fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", -1));
  get = yq_test_read (fd, TRUE);
  close (fd);

  g_assert_cmpuint (head->status, ==, 200);
  g_assert_cmpuint (get->status, ==, 200);
  g_assert_cmpstr (yq_answer_header (head, "content-length"), ==,
                   yq_answer_header (get, "content-length"));
}

/* -- languages -- */

static void
assert_title (YqFixture *fixture, const char *language, const char *expected)
{
  g_autofree char *extra = g_strdup_printf ("Accept-Language: %s\r\n", language);
  g_autoptr(YqAnswer) answer =
    yq_fixture_send_full (fixture, "GET", "/nothing", NULL, extra, NULL, -1);
  g_autoptr(JsonNode) node = yq_answer_json (answer);

  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (node), "detail"), ==,
                   expected);
}

static void
test_problems_speak_the_language_asked_for (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  const char *english = "There is no such address.";
  const char *usual = yq_gettext (english);

  assert_title (fixture, "en", english);
  assert_title (fixture, "en-GB,zh;q=0.5", english);
  assert_title (fixture, "zh-CN,en;q=0.9", usual);
  assert_title (fixture, "de", usual);
}

/* -- connections -- */

static void
test_connections_are_kept_and_pipelined (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  int fd = yq_fixture_connect (fixture);

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr(YqAnswer) answer = NULL;

      g_assert_true (yq_test_write (fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", -1));
      answer = yq_test_read (fd, TRUE);
      g_assert_cmpuint (answer->status, ==, 200);
    }
  close (fd);
}

static void
test_a_refused_body_keeps_the_connection (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  g_autofree char *body = g_strnfill (100000, 'x');
  int fd = yq_fixture_connect (fixture);
  g_autoptr(YqAnswer) refused = NULL;
  g_autoptr(YqAnswer) next = NULL;

  yq_test_write (fd, "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", -1);
  yq_test_write (fd, body, -1);
  refused = yq_test_read (fd, TRUE);
  yq_test_write (fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  next = yq_test_read (fd, TRUE);
  close (fd);

  g_assert_cmpuint (refused->status, ==, 404);
  g_assert_cmpuint (next->status, ==, 200);
}

static gboolean
are_connections_gone (gpointer user_data)
{
  YqFixture *fixture = user_data;

  return yq_metrics_get (yq_server_metrics (fixture->server), YQ_METRIC_CONNECTIONS) == 0;
}

/* A connection is counted out before its descriptor is closed. */
static gboolean
are_descriptors_back (gpointer user_data)
{
  return yq_test_count_fds () <= *(guint *) user_data;
}

static void
test_descriptors_come_back (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  guint before = yq_test_count_fds ();

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/healthz", NULL, NULL);

      g_assert_cmpuint (answer->status, ==, 200);
    }
  yq_test_wait_until (are_connections_gone, fixture);
  yq_test_wait_until (are_descriptors_back, &before);
}

static void
test_connections_of_one_address_are_limited (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new ();
  int fds[4];
  guint n_answers = 0;

  fixture->config->per_ip_connections = 3;
  fixture->config->loops = 1;
  yq_fixture_start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_autoptr(YqAnswer) answer = NULL;

      fds[i] = yq_fixture_connect (fixture);
      yq_test_write (fds[i], "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", -1);
      answer = yq_test_read (fds[i], TRUE);
      n_answers += answer->status == 200;
    }
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);

  g_assert_cmpuint (n_answers, ==, 3);
}

/* -- a clean stop -- */

static void
test_stops_and_starts_on_the_same_port (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  int idle = yq_fixture_connect (fixture);
  guint port = fixture->port;

  yq_fixture_stop (fixture);
  yq_fixture_start (fixture);
  g_assert_cmpuint (fixture->port, ==, port);
  {
    g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/healthz", NULL, NULL);

    g_assert_cmpuint (answer->status, ==, 200);
  }
  close (idle);
}

static void
test_two_servers_do_not_share_a_port_or_a_folder (void)
{
  g_autoptr(YqFixture) first = yq_fixture_new_started ();
  g_autoptr(YqFixture) second = yq_fixture_new ();
  g_autoptr(GError) error = NULL;

  g_free (second->config->listen);
  second->config->listen = g_strdup (first->config->listen);
  g_assert_null (yq_server_start (second->config, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_clear_error (&error);

  g_free (second->config->listen);
  second->config->listen = g_strdup ("127.0.0.1:0");
  g_free (second->config->data);
  second->config->data = g_strdup (first->config->data);
  g_assert_null (yq_server_start (second->config, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

/* -- metrics -- */

static void
test_metrics_count_answers (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/healthz", NULL, NULL);

      g_assert_cmpuint (answer->status, ==, 200);
    }
  {
    g_autoptr(YqAnswer) lost = yq_fixture_send (fixture, "GET", "/nothing", NULL, NULL);
    g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/metrics", NULL, NULL);

    g_assert_cmpuint (lost->status, ==, 404);
    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_nonnull (
      strstr (answer->body->str,
              "yiquan_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 3\n"));
    g_assert_nonnull (strstr (
      answer->body->str, "yiquan_requests_total{method=\"\",route=\"none\",status=\"404\"} 1\n"));
    g_assert_nonnull (strstr (answer->body->str, "yiquan_request_seconds_count 4\n"));
  }
}

static void
test_long_answers_are_compressed_where_accepted (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  g_autoptr(YqAnswer) plain = yq_fixture_send (fixture, "GET", "/metrics", NULL, NULL);
  g_autoptr(YqAnswer) packed = yq_fixture_send_full (
    fixture, "GET", "/metrics", NULL, "Accept-Encoding: deflate, gzip\r\n", NULL, -1);
  g_autoptr(YqAnswer) refused = yq_fixture_send_full (fixture, "GET", "/metrics", NULL,
                                                      "Accept-Encoding: gzip;q=0\r\n", NULL, -1);

  g_assert_null (yq_answer_header (plain, "content-encoding"));
  g_assert_null (yq_answer_header (refused, "content-encoding"));
  g_assert_cmpstr (yq_answer_header (packed, "content-encoding"), ==, "gzip");
  g_assert_cmpuint (packed->body->len, <, plain->body->len / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/routes-are-sound", test_routes_are_sound);
  g_test_add_func ("/http/health", test_health_answers);
  g_test_add_func ("/http/unknown-path", test_unknown_path_is_not_found);
  g_test_add_func ("/http/wrong-method", test_wrong_method_names_the_right_ones);
  g_test_add_func ("/http/broken-escapes", test_broken_escapes_are_malformed);
  g_test_add_func ("/http/escaped-slash", test_an_escaped_slash_is_no_separator);
  g_test_add_func ("/http/no-token", test_no_token_is_unauthenticated);
  g_test_add_func ("/http/head", test_head_has_no_body);
  g_test_add_func ("/http/languages", test_problems_speak_the_language_asked_for);
  g_test_add_func ("/http/keep-alive", test_connections_are_kept_and_pipelined);
  g_test_add_func ("/http/refused-body", test_a_refused_body_keeps_the_connection);
  g_test_add_func ("/http/descriptors", test_descriptors_come_back);
  g_test_add_func ("/http/per-address", test_connections_of_one_address_are_limited);
  g_test_add_func ("/http/stop-and-start", test_stops_and_starts_on_the_same_port);
  g_test_add_func ("/http/two-servers", test_two_servers_do_not_share_a_port_or_a_folder);
  g_test_add_func ("/http/metrics", test_metrics_count_answers);
  g_test_add_func ("/http/compression", test_long_answers_are_compressed_where_accepted);
  return g_test_run ();
}
