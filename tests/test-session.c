/* Signing in and out: tokens, ninety sliding days, throttling, the cache. */
#define G_LOG_DOMAIN "test-session"

#include "fixture.h"

#include <string.h>

#include "account-desk.h"
#include "clock.h"
#include "throttle.h"

#define START G_GINT64_CONSTANT (1790000000000)

static YqFixture *
start (void)
{
  YqFixture *fixture;

  yq_clock_set (START);
  fixture = yq_fixture_new_started ();
  g_free (yq_fixture_add_account (fixture, "clerk", "right"));
  return fixture;
}

/* With the picture code that is asked for after three failures, read as a person would. */
static char *
credentials (YqFixture *fixture, const char *username, const char *password)
{
  YqPictureCodes *pictures = yq_account_desk_pictures (fixture->server);
  g_autoptr(GBytes) png = NULL;
  g_autofree char *id = yq_picture_codes_add (pictures, yq_clock_now (), &png);
  g_autofree char *text = yq_picture_codes_peek (pictures, id);

  return g_strdup_printf ("{\"username\":\"%s\",\"password\":\"%s\","
                          "\"captcha\":{\"id\":\"%s\",\"text\":\"%s\"}}",
                          username, password, id, text);
}

static YqAnswer *
try_password (YqFixture *fixture, const char *username, const char *password)
{
  g_autofree char *body = credentials (fixture, username, password);

  return yq_fixture_send (fixture, "POST", "/v1/sessions", NULL, body);
}

static guint
use_token (YqFixture *fixture, const char *token)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/healthz", token, NULL);

  return answer->status;
}

/* -- signing in -- */

static void
test_the_answer_says_who (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autofree char *id = yq_fixture_add_account (fixture, "reviewer", "pass");
  g_autoptr(YqAnswer) answer = NULL;
  g_autoptr(JsonNode) node = NULL;
  JsonObject *object, *grant;

  yq_fixture_add_grant (fixture, id, "reviewer", "330421");
  answer = try_password (fixture, "reviewer", "pass");
  node = yq_answer_json (answer);
  object = json_node_get_object (node);
  grant = json_array_get_object_element (json_object_get_array_member (object, "grants"), 0);

  g_assert_cmpuint (answer->status, ==, 201);
  g_assert_cmpuint (strlen (json_object_get_string_member (object, "token")), ==, 43);
  g_assert_cmpstr (json_object_get_string_member (object, "account"), ==, id);
  g_assert_true (json_object_get_null_member (object, "organisation"));
  g_assert_cmpstr (json_object_get_string_member (object, "expires_at"), ==,
                   "2026-12-20T14:13:20.000Z");
  g_assert_cmpstr (json_object_get_string_member (grant, "role"), ==, "reviewer");
  g_assert_cmpstr (json_object_get_string_member (grant, "region"), ==, "330421");
}

static void
test_wrong_password_and_unknown_name_look_the_same (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autoptr(YqAnswer) wrong = try_password (fixture, "clerk", "wrong");
  g_autoptr(YqAnswer) unknown = try_password (fixture, "nobody", "wrong");

  g_assert_cmpuint (wrong->status, ==, 401);
  g_assert_cmpuint (unknown->status, ==, 401);
  g_assert_cmpstr (wrong->body->str, ==, unknown->body->str);
}

static void
test_broken_bodies_are_malformed (void)
{
  static const char *const bodies[] = { "",
                                        "{",
                                        "[]",
                                        "null",
                                        "{\"username\":\"clerk\"}",
                                        "{\"username\":1,\"password\":\"x\"}",
                                        "{\"username\":\"clerk\",\"password\":null}",
                                        "{\"username\":\"clerk\",\"password\":\"right\",}" };
  g_autoptr(YqFixture) fixture = start ();

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr(YqAnswer) answer =
        yq_fixture_send (fixture, "POST", "/v1/sessions", NULL, bodies[i]);
      g_autofree char *code = yq_answer_code (answer);

      g_assert_cmpuint (answer->status, ==, 400);
      g_assert_cmpstr (code, ==, "malformed");
    }
}

static void
test_signing_out_ends_the_token (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autofree char *token = yq_fixture_sign_in (fixture, "clerk", "right");
  g_autofree char *other = yq_fixture_sign_in (fixture, "clerk", "right");
  g_autoptr(YqAnswer) out = NULL;

  g_assert_cmpuint (use_token (fixture, token), ==, 200);
  out = yq_fixture_send (fixture, "DELETE", "/v1/sessions/current", token, NULL);
  g_assert_cmpuint (out->status, ==, 204);
  g_assert_cmpuint (use_token (fixture, token), ==, 401);
  g_assert_cmpuint (use_token (fixture, other), ==, 200);
}

static void
test_no_token_is_stored_as_it_is (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autofree char *token = yq_fixture_sign_in (fixture, "clerk", "right");
  const char *const names[] = { "yiquan.db", "yiquan.db-wal" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->config->data, names[i], NULL);
      g_autofree char *contents = NULL;
      gsize size = 0;

      g_file_get_contents (path, &contents, &size, NULL);
      g_assert_null (memmem (contents, size, token, strlen (token)));
      g_assert_null (memmem (contents, size, "right", 5));
    }
}

/* -- ninety days -- */

static void
test_sessions_slide_and_end (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autofree char *token = yq_fixture_sign_in (fixture, "clerk", "right");

  for (guint day = 0; day < 400; day += 80)
    {
      yq_clock_set (START + day * YQ_DAY);
      /* Slides by use; the first one after a day is written in the background. */
      for (guint i = 0; i < 3; i++)
        g_assert_cmpuint (use_token (fixture, token), ==, 200);
      yq_fixture_stop (fixture); /* the cache is gone, what counts is stored */
      yq_fixture_start (fixture);
    }
  yq_clock_set (START + (320 + 91) * YQ_DAY);
  g_assert_cmpuint (use_token (fixture, token), ==, 401);
}

static void
test_use_is_written_once_a_day (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autofree char *token = yq_fixture_sign_in (fixture, "clerk", "right");
  gint64 before = yq_metrics_get (yq_server_metrics (fixture->server), YQ_METRIC_WRITER_UNITS);

  for (guint i = 0; i < 20; i++)
    {
      yq_clock_set (START + i * 3600 * YQ_SECOND);
      g_assert_cmpuint (use_token (fixture, token), ==, 200);
    }
  g_assert_cmpint (yq_metrics_get (yq_server_metrics (fixture->server), YQ_METRIC_WRITER_UNITS), ==,
                   before);
}

/* -- throttling -- */

static void
test_five_failures_close_the_account (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autoptr(YqAnswer) sixth = NULL;
  g_autoptr(YqAnswer) later = NULL;
  g_autofree char *code = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr(YqAnswer) answer = try_password (fixture, "clerk", "wrong");

      g_assert_cmpuint (answer->status, ==, 401);
    }
  sixth = try_password (fixture, "clerk", "right");
  code = yq_answer_code (sixth);
  g_assert_cmpuint (sixth->status, ==, 429);
  g_assert_cmpstr (code, ==, "throttled");
  g_assert_cmpstr (yq_answer_header (sixth, "retry-after"), ==, "900");

  yq_clock_set (START + 15 * 60 * YQ_SECOND);
  later = try_password (fixture, "clerk", "right");
  g_assert_cmpuint (later->status, ==, 201);
}

static void
test_five_failures_close_the_address (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autoptr(YqAnswer) sixth = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("guess%u", i);
      g_autoptr(YqAnswer) answer = try_password (fixture, name, "wrong");

      g_assert_cmpuint (answer->status, ==, 401);
    }
  sixth = try_password (fixture, "clerk", "right");
  g_assert_cmpuint (sixth->status, ==, 429);
}

static void
test_only_the_proxy_is_believed (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new ();
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autoptr(YqAnswer) other = NULL;
  g_autoptr(YqAnswer) same = NULL;

  yq_clock_set (START);
  fixture->config->proxy = g_strdup ("127.0.0.1");
  yq_fixture_start (fixture);
  g_free (yq_fixture_add_account (fixture, "clerk", "right"));
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("guess%u", i);
      g_autofree char *body = credentials (fixture, name, "wrong");
      g_autoptr(YqAnswer) answer =
        yq_fixture_send_full (fixture, "POST", "/v1/sessions", NULL,
                              "X-Forwarded-For: 9.9.9.9, 198.51.100.7\r\n", body, -1);

      g_assert_cmpuint (answer->status, ==, 401);
    }
  one = credentials (fixture, "clerk", "right");
  two = credentials (fixture, "clerk", "right");
  same = yq_fixture_send_full (fixture, "POST", "/v1/sessions", NULL,
                               "X-Forwarded-For: 8.8.8.8, 198.51.100.7\r\n", one, -1);
  other = yq_fixture_send_full (fixture, "POST", "/v1/sessions", NULL,
                                "X-Forwarded-For: 198.51.100.7, 203.0.113.1\r\n", two, -1);
  g_assert_cmpuint (same->status, ==, 429);
  g_assert_cmpuint (other->status, ==, 201);
}

static void
test_old_failures_count_no_longer (void)
{
  YqThrottle *throttle = yq_throttle_new ();

  for (guint i = 0; i < 5; i++)
    yq_throttle_fail (throttle, "a", START + i * 60 * YQ_SECOND);
  g_assert_cmpint (yq_throttle_wait (throttle, "a", START + 5 * 60 * YQ_SECOND), ==,
                   10 * 60 * YQ_SECOND);
  g_assert_cmpint (yq_throttle_wait (throttle, "b", START), ==, 0);
  g_assert_cmpint (yq_throttle_wait (throttle, "a", START + 15 * 60 * YQ_SECOND), ==, 0);
  yq_throttle_fail (throttle, "a", START + 15 * 60 * YQ_SECOND);
  g_assert_cmpint (yq_throttle_wait (throttle, "a", START + 15 * 60 * YQ_SECOND), ==,
                   60 * YQ_SECOND);
  yq_throttle_forget (throttle, "a");
  g_assert_cmpint (yq_throttle_wait (throttle, "a", START + 15 * 60 * YQ_SECOND), ==, 0);
  yq_throttle_free (throttle);
}

/* -- a flood -- */

#define N_FLOOD 48

static gpointer
flood (gpointer data)
{
  static int n;
  g_autofree char *name = g_strdup_printf ("flood%d", g_atomic_int_add (&n, 1));
  g_autoptr(YqAnswer) answer = try_password (data, name, "wrong");

  return GUINT_TO_POINTER (answer->status);
}

static void
test_a_flood_is_turned_away_and_others_are_served (void)
{
  g_autoptr(YqFixture) fixture = start ();
  GThread *threads[N_FLOOD];
  guint n_refused = 0, n_throttled = 0;

  for (guint i = 0; i < N_FLOOD; i++)
    threads[i] = g_thread_new ("flood", flood, fixture);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (use_token (fixture, NULL), ==, 200);
  for (guint i = 0; i < N_FLOOD; i++)
    {
      guint status = GPOINTER_TO_UINT (g_thread_join (threads[i]));

      n_refused += status == 401;
      n_throttled += status == 429;
    }
  g_assert_cmpuint (n_refused + n_throttled, ==, N_FLOOD);
  g_assert_cmpuint (n_refused, ==, 5); /* each is judged again when its turn comes */
}

/* -- the cache -- */

static gboolean
close_account (SqlConn *conn, gpointer id, GError **error)
{
  return sql_exec (conn, "UPDATE \"account\" SET \"state\" = 'closed' WHERE \"id\" = $1",
                   SQL_ARGS (SQL_TEXT (id)), error) == 1;
}

static void
test_dropping_an_account_reads_it_again (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autofree char *id = yq_fixture_add_account (fixture, "expert", "pass");
  g_autofree char *token = yq_fixture_sign_in (fixture, "expert", "pass");

  g_assert_cmpuint (use_token (fixture, token), ==, 200);
  yq_fixture_write (fixture, close_account, id);
  g_assert_cmpuint (use_token (fixture, token), ==, 200); /* from memory */
  yq_sessions_drop_account (yq_server_sessions (fixture->server), id);
  g_assert_cmpuint (use_token (fixture, token), ==, 401);
}

/* As `yiquand user` beside a serving process does. */
static void
test_another_process_is_noticed (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autofree char *id = yq_fixture_add_account (fixture, "expert", "pass");
  g_autofree char *token = yq_fixture_sign_in (fixture, "expert", "pass");
  g_autofree char *uri = yq_server_database (fixture->config);
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlConn) other = sql_open (uri, SQL_OPEN_READ_WRITE, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (use_token (fixture, token), ==, 200);
  g_assert_true (close_account (other, id, &error));
  g_free (yq_fixture_sign_in (fixture, "clerk", "right")); /* the next transaction looks */
  g_assert_cmpuint (use_token (fixture, token), ==, 401);
}

static void
test_a_new_password_ends_the_sessions (void)
{
  g_autoptr(YqFixture) fixture = start ();
  g_autofree char *id = yq_fixture_add_account (fixture, "expert", "old");
  g_autofree char *token = yq_fixture_sign_in (fixture, "expert", "old");
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlConn) conn = NULL;
  g_autoptr(YqAnswer) old = NULL;

  yq_fixture_stop (fixture);
  {
    g_autofree char *uri = yq_server_database (fixture->config);

    conn = sql_open (uri, SQL_OPEN_READ_WRITE, &error);
    g_assert_no_error (error);
    g_assert_true (yq_session_set_password (conn, id, "new", &error));
    g_assert_no_error (error);
  }
  yq_fixture_start (fixture);
  g_assert_cmpuint (use_token (fixture, token), ==, 401);
  old = try_password (fixture, "expert", "old");
  g_assert_cmpuint (old->status, ==, 401);
  g_free (yq_fixture_sign_in (fixture, "expert", "new"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/who", test_the_answer_says_who);
  g_test_add_func ("/session/wrong", test_wrong_password_and_unknown_name_look_the_same);
  g_test_add_func ("/session/malformed", test_broken_bodies_are_malformed);
  g_test_add_func ("/session/sign-out", test_signing_out_ends_the_token);
  g_test_add_func ("/session/not-stored", test_no_token_is_stored_as_it_is);
  g_test_add_func ("/session/sliding", test_sessions_slide_and_end);
  g_test_add_func ("/session/once-a-day", test_use_is_written_once_a_day);
  g_test_add_func ("/session/throttle-account", test_five_failures_close_the_account);
  g_test_add_func ("/session/throttle-address", test_five_failures_close_the_address);
  g_test_add_func ("/session/proxy", test_only_the_proxy_is_believed);
  g_test_add_func ("/session/throttle-window", test_old_failures_count_no_longer);
  g_test_add_func ("/session/flood", test_a_flood_is_turned_away_and_others_are_served);
  g_test_add_func ("/session/drop", test_dropping_an_account_reads_it_again);
  g_test_add_func ("/session/another-process", test_another_process_is_noticed);
  g_test_add_func ("/session/new-password", test_a_new_password_ends_the_sessions);
  return g_test_run ();
}
