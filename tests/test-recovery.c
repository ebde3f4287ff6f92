/* Accounts that are lost with password and phone: codes issued by managers and administrators, what
 * they open, how often they are given, and that nobody issues one for an account of others. */
#define G_LOG_DOMAIN "test-recovery"

#include "demo-fixture.h"
#include "gateway.h"

#include "account-desk.h"
#include "notify.h"

#define MANAGER "enterprisesd"
#define MEMBER "quanxin2" /* of the same organisation */
#define NEW_PASSWORD "another horse 9"
#define N_ROUNDS 3

typedef struct
{
  Demo demo;
  Gateway *gateway;
  gint64 now;
  GHashTable *tokens; /* user -> token */
} Test;

static void
set_up (Test *t, gconstpointer with_gateway)
{
  demo_set_up (&t->demo, NULL);
  t->now = DEMO_NOW;
  t->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (with_gateway != NULL)
    {
      t->gateway = gateway_new ();
      t->demo.server->config->sms_gateway = gateway_url (t->gateway);
      t->demo.server->config->sms_secret = g_strdup (GATEWAY_SECRET);
    }
  g_clear_pointer (&t->demo.conn, sql_close);
  yq_fixture_start (t->demo.server);
}

static void
tear_down (Test *t, gconstpointer with_gateway)
{
  g_clear_pointer (&t->tokens, g_hash_table_unref);
  demo_tear_down (&t->demo, NULL);
  g_clear_pointer (&t->gateway, gateway_free);
}

static void
pass (Test *t, gint64 seconds)
{
  t->now += seconds * YQ_SECOND;
  yq_clock_set (t->now);
}

static const char *
token_of (Test *t, const char *user)
{
  char *token = g_hash_table_lookup (t->tokens, user);

  if (token == NULL)
    {
      token = yq_fixture_sign_in (t->demo.server, user, YQ_DEMO_PASSWORD);
      g_hash_table_insert (t->tokens, g_strdup (user), token);
    }
  return token;
}

/* Of who issues it; password NULL: the right one. */
static YqAnswer *
issue (Test *t, const char *issuer, const char *user, const char *password)
{
  g_autofree char *account = yq_demo_id ("account", user);
  g_autofree char *body =
    g_strdup_printf ("{\"account\":\"%s\",\"password\":\"%s\",\"comment\":\"手机丢失\"}", account,
                     password != NULL ? password : YQ_DEMO_PASSWORD);

  return yq_fixture_send (t->demo.server, "POST", "/v1/recoveries", token_of (t, issuer), body);
}

static char *
issued (Test *t, const char *issuer, const char *user)
{
  g_autoptr(YqAnswer) answer = issue (t, issuer, user, NULL);
  g_autoptr(JsonNode) node = yq_answer_json (answer);
  JsonObject *object = json_node_get_object (node);

  if (answer->status != 201)
    g_error ("%s", answer->body->str);
  g_assert_cmpstr (json_object_get_string_member (object, "username"), ==, user);
  return g_strdup (json_object_get_string_member (object, "code"));
}

static YqAnswer *
recover (Test *t, const char *user, const char *code, const char *password)
{
  g_autofree char *body =
    password == NULL
      ? g_strdup_printf ("{\"username\":\"%s\",\"code\":{\"text\":\"%s\"}}", user, code)
      : g_strdup_printf ("{\"username\":\"%s\",\"code\":{\"text\":\"%s\"},"
                         "\"password\":\"%s\"}",
                         user, code, password);

  return yq_fixture_send (t->demo.server, "POST", "/v1/passwords", NULL, body);
}

static char *
command_body (const char *entity, const char *id, const char *action, gint64 revision,
              const char *fields)
{
  g_autofree char *command = yq_id_new ();

  return g_strdup_printf (
    "{\"commands\":[{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\","
    "\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}]}",
    command, entity, id, action, revision, fields);
}

static guint
try_sign_in (Test *t, const char *user, const char *password)
{
  g_autofree char *body =
    g_strdup_printf ("{\"username\":\"%s\",\"password\":\"%s\"}", user, password);
  g_autoptr(YqAnswer) answer = yq_fixture_send (t->demo.server, "POST", "/v1/sessions", NULL, body);

  return answer->status;
}

static void
assert_refused (const YqAnswer *answer, guint status, const char *code)
{
  g_autofree char *found = NULL;

  if (answer->status != status)
    g_test_message ("%s", answer->body->str);
  g_assert_cmpuint (answer->status, ==, status);
  found = yq_answer_code (answer);
  g_assert_cmpstr (found, ==, code);
}

#define REFUSED(call, status, code)         \
  G_STMT_START                              \
  {                                         \
    g_autoptr(YqAnswer) _answer = call;     \
    assert_refused (_answer, status, code); \
  }                                         \
  G_STMT_END

#define DONE(call)                        \
  G_STMT_START                            \
  {                                       \
    g_autoptr(YqAnswer) _answer = call;   \
    if (_answer->status != 204)           \
      g_error ("%s", _answer->body->str); \
  }                                       \
  G_STMT_END

static gint64
count_in (Test *t, const char *sql, const char *argument)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (t->demo.server);
  gint64 n = 0;

  sql_get_int (conn, sql, SQL_ARGS (SQL_TEXT (argument)), &n, NULL);
  return n;
}

/* -- the whole way -- */

static void
test_a_manager_recovers_her_member (Test *t, gconstpointer data)
{
  g_autofree char *id = yq_demo_id ("account", MEMBER);
  g_autofree char *issuer = yq_demo_id ("account", MANAGER);
  g_autofree char *code = NULL;
  g_autofree char *typed = NULL;
  const char *old = token_of (t, MEMBER);

  code = issued (t, MANAGER, MEMBER);
  g_assert_cmpuint (strlen (code), ==, 14);
  /* Nothing has changed yet, and she has been told. */
  g_assert_cmpuint (try_sign_in (t, MEMBER, YQ_DEMO_PASSWORD), ==, 201);
  g_assert_cmpint (count_in (t,
                             "SELECT COUNT (*) FROM \"message\" WHERE account = $1"
                             " AND type = 'account.issue_recovery'",
                             id),
                   ==, 1);
  g_assert_cmpint (count_in (t,
                             "SELECT COUNT (*) FROM event WHERE record = $1"
                             " AND action = 'issue_recovery' AND changed IS NOT NULL",
                             id),
                   ==, 1);
  g_assert_cmpint (count_in (t,
                             "SELECT COUNT (*) FROM event WHERE account = $1"
                             " AND action = 'issue_recovery'",
                             issuer),
                   ==, 1);
  REFUSED (recover (t, MEMBER, code, NULL), 422, "required");
  REFUSED (recover (t, MEMBER, code, "short"), 422, "invalid");
  /* As it is read out and typed. */
  typed = g_ascii_strdown (code, -1);
  g_strdelimit (typed, "-", ' ');
  DONE (recover (t, MEMBER, typed, NEW_PASSWORD));
  g_assert_cmpuint (try_sign_in (t, MEMBER, YQ_DEMO_PASSWORD), ==, 401);
  g_assert_cmpuint (try_sign_in (t, MEMBER, NEW_PASSWORD), ==, 201);
  REFUSED (yq_fixture_send (t->demo.server, "GET", "/v1/changes?scope=mine&after=0", old, NULL),
           401, "unauthenticated");
  /* Once. */
  REFUSED (recover (t, MEMBER, code, "a third horse 11"), 422, "invalid");
  /* In the chain, and the code itself nowhere. */
  yq_fixture_stop (t->demo.server);
  demo_open (&t->demo);
  demo_verify_chain (&t->demo);
  g_assert_cmpint (
    demo_count (&t->demo, "SELECT COUNT (*) FROM event WHERE instr (changed, $1) > 0", code), ==,
    0);
}

static void
test_the_phone_is_told (Test *t, gconstpointer data)
{
  GatewayWait wait = { t->gateway, 1 };
  g_autofree char *code = issued (t, MANAGER, MEMBER);
  g_autofree char *text = NULL;

  yq_test_wait_until (gateway_has, &wait);
  text = gateway_member (t->gateway, 0, "text");
  g_assert_nonnull (strstr (text, "找回码"));
  g_assert_nonnull (strstr (text, MEMBER));
  g_assert_null (strstr (text, code));
}

static void
test_an_administrator_recovers_anybody (Test *t, gconstpointer data)
{
  static const char *const users[] = { "reviewer1", "carrier1", "personsd", "testerjs" };

  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autofree char *code = issued (t, "admin", users[i]);

      DONE (recover (t, users[i], code, NEW_PASSWORD));
      g_assert_cmpuint (try_sign_in (t, users[i], NEW_PASSWORD), ==, 201);
    }
  REFUSED (issue (t, "admin", "admin", NULL), 403, "forbidden");
}

static void
test_a_manager_recovers_a_secondary_account (Test *t, gconstpointer data)
{
  g_autofree char *code = NULL;

  REFUSED (issue (t, "testerjs", "deskjs", NULL), 404, "not_found");
  REFUSED (issue (t, "deskjs", "carrierjs", NULL), 404, "not_found");
  code = issued (t, "carrierjs", "deskjs");
  DONE (recover (t, "deskjs", code, NEW_PASSWORD));
  g_assert_cmpuint (try_sign_in (t, "deskjs", NEW_PASSWORD), ==, 201);
}

/* Nobody is put into a department, and so into a manager's hands, who has not joined. */
static void
test_a_stranger_is_not_taken_in (Test *t, gconstpointer data)
{
  static const char *const strangers[] = { "personsd", "enterprise1", "admin", "deskjs" };
  g_autofree char *member = yq_demo_id ("account", "carrierjs");
  g_autofree char *desk = yq_demo_id ("desk", "js");
  g_autoptr(SqlConn) conn = yq_fixture_read (t->demo.server);
  g_autofree char *there = yq_demo_id ("account", "deskjs");

  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autofree char *account = yq_demo_id ("account", strangers[i]);
      gboolean is_there = strcmp (account, there) == 0;
      g_autofree char *fields =
        g_strdup_printf ("{\"accounts\":[\"%s\",\"%s\"]}", there, is_there ? member : account);
      gint64 revision = 0;
      g_autofree char *body = NULL;
      g_autoptr(YqAnswer) answer = NULL;

      sql_get_int (conn, "SELECT revision FROM \"desk\" WHERE id = $1", SQL_ARGS (SQL_TEXT (desk)),
                   &revision, NULL);
      body = command_body ("desk", desk, "save", revision, fields);
      answer =
        yq_fixture_send (t->demo.server, "POST", "/v1/commands", token_of (t, "carrierjs"), body);
      g_assert_nonnull (strstr (answer->body->str, is_there ? "\"applied\"" : "\"forbidden\""));
    }
}

/* An export of elsewhere has the secondary accounts in its departments, who never joined. */
static void
test_an_import_keeps_its_people (Test *t, gconstpointer data)
{
  g_autofree char *path = g_build_filename (t->demo.server->folder, "desks.jsonl", NULL);
  g_autofree char *carrier = yq_demo_id ("organisation", "carrierjs");
  g_autofree char *account = yq_demo_id ("account", "deskjs");
  g_autofree char *desk = yq_id_new ();
  g_autofree char *line = g_strdup_printf (
    "{\"entity\":\"desk\",\"id\":\"%s\",\"state\":\"active\",\"carrier\":\"%s\",\"fields\":{"
    "\"name\":\"微纳平台\",\"accounts\":[\"%s\"]}}\n",
    desk, carrier, account);
  char *arguments[] = { (char *) "desk", path, NULL };

  yq_fixture_stop (t->demo.server);
  g_assert_true (g_file_set_contents (path, line, -1, NULL));
  g_assert_cmpint (demo_run_verb (&yq_verb_import, t->demo.server->config, arguments, "/dev/null"),
                   ==, 0);
}

/* -- limits -- */

static void
test_guesses_and_time_end_a_code (Test *t, gconstpointer data)
{
  g_autofree char *guessed = issued (t, MANAGER, MEMBER);
  g_autofree char *first = NULL, *second = NULL, *late = NULL;

  for (guint i = 0; i < 5; i++)
    REFUSED (recover (t, MEMBER, "AAAA-BBBB-CCCC", NEW_PASSWORD), 422,
             i < 3 ? "invalid" : "required");
  pass (t, 16 * 60);
  for (guint i = 0; i < 2; i++)
    REFUSED (recover (t, MEMBER, "AAAA-BBBB-CCCC", NEW_PASSWORD), 422, "invalid");
  REFUSED (recover (t, MEMBER, guessed, NEW_PASSWORD), 422, "invalid");
  pass (t, 16 * 60);
  /* A new one ends the one before. */
  first = issued (t, MANAGER, MEMBER);
  pass (t, 61);
  second = issued (t, MANAGER, MEMBER);
  REFUSED (recover (t, MEMBER, first, NEW_PASSWORD), 422, "invalid");
  DONE (recover (t, MEMBER, second, NEW_PASSWORD));
  pass (t, 16 * 60);
  late = issued (t, MANAGER, MEMBER);
  pass (t, 24 * 3600 + 1);
  REFUSED (recover (t, MEMBER, late, "a third horse 11"), 422, "invalid");
  REFUSED (recover (t, "nobody", late, "a third horse 11"), 422, "invalid");
  REFUSED (recover (t, MANAGER, late, "a third horse 11"), 422, "invalid");
}

static void
test_one_a_minute_and_five_a_day (Test *t, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      g_free (issued (t, MANAGER, MEMBER));
      REFUSED (issue (t, MANAGER, MEMBER, NULL), 429, "throttled");
      pass (t, 61);
    }
  REFUSED (issue (t, MANAGER, MEMBER, NULL), 429, "throttled");
  /* Not by anybody else either. */
  REFUSED (issue (t, "admin", MEMBER, NULL), 429, "throttled");
  pass (t, 24 * 3600);
  g_free (issued (t, "admin", MEMBER));
}

static void
test_her_own_password_is_asked (Test *t, gconstpointer data)
{
  g_autofree char *account = yq_demo_id ("account", MEMBER);
  g_autofree char *bare = g_strdup_printf ("{\"account\":\"%s\"}", account);

  REFUSED (issue (t, MANAGER, MEMBER, "not hers at all"), 422, "invalid");
  REFUSED (yq_fixture_send (t->demo.server, "POST", "/v1/recoveries", token_of (t, MANAGER), bare),
           422, "required");
  REFUSED (yq_fixture_send (t->demo.server, "POST", "/v1/recoveries", NULL, bare), 401,
           "unauthenticated");
  REFUSED (yq_fixture_send (t->demo.server, "POST", "/v1/recoveries", token_of (t, MANAGER),
                            "{\"account\":\"x\",\"password\":\"y\"}"),
           422, "required");
  g_assert_cmpint (count_in (t, "SELECT COUNT (*) FROM code WHERE purpose = $1", "issued"), ==, 0);
}

/* -- whose accounts: every pair of people, with grants as they come and go -- */

/* What she may do, said once more in SQL. */
static guint
expected_status (SqlConn *conn, const char *issuer, const char *target)
{
  gint64 is_admin = 0, all = 0, inside = 0;
  const SqlValue args[] = { SQL_TEXT (issuer), SQL_TEXT (target) };

  if (strcmp (issuer, target) == 0)
    return 403;
  sql_get_int (conn,
               "SELECT COUNT (*) FROM \"grant\" WHERE account = $1 AND role = 'administrator'",
               args, 1, &is_admin, NULL);
  if (is_admin > 0)
    return 201;
  sql_get_int (conn, "SELECT COUNT (*) FROM \"grant\" WHERE account = $1", &args[1], 1, &all, NULL);
  sql_get_int (
    conn,
    "SELECT COUNT (*) FROM \"grant\" g WHERE g.account = $2"
    " AND g.role NOT IN ('reviewer', 'expert', 'administrator')"
    " AND COALESCE (g.organisation, (SELECT d.carrier FROM \"desk\" d WHERE d.id = g.desk))"
    " IN (SELECT m.organisation FROM \"grant\" m WHERE m.account = $1"
    "     AND m.role IN ('manager', 'entrepreneur'))",
    args, 2, &inside, NULL);
  return inside == 0 ? 404 : inside == all ? 201 : 403;
}

static GPtrArray *
everybody (SqlConn *conn)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn, "SELECT username FROM \"account\" WHERE state = 'active' ORDER BY username",
               SQL_NO_ARGS, NULL);
  GPtrArray *users = g_ptr_array_new_with_free_func (g_free);

  while (sql_rows_next (rows, NULL))
    g_ptr_array_add (users, g_strdup (sql_rows_text (rows, 0)));
  return users;
}

/* The administrator gives a random grant to somebody. */
static void
give_a_grant (Test *t, GPtrArray *users)
{
  static const char *const roles[] = { "member", "manager", "reviewer", "expert" };
  const char *role = roles[g_test_rand_int_range (0, G_N_ELEMENTS (roles))];
  g_autofree char *account =
    yq_demo_id ("account", users->pdata[g_test_rand_int_range (0, (int) users->len)]);
  g_autofree char *organisation =
    yq_demo_id ("organisation", g_test_rand_bit () ? MANAGER : "carriersd");
  g_autofree char *record = yq_id_new ();
  g_autofree char *scope = yq_word_in ("member|manager", role)
                             ? g_strdup_printf (",\"organisation\":\"%s\"", organisation)
                             : g_strdup (",\"scope_region\":\"370100\"");
  g_autofree char *fields =
    g_strdup_printf ("{\"account\":\"%s\",\"role\":\"%s\"%s}", account, role, scope);
  g_autofree char *body = command_body ("grant", record, "save", 0, fields);
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (t->demo.server, "POST", "/v1/commands", token_of (t, "admin"), body);

  g_assert_cmpuint (answer->status, ==, 200);
}

/* Of those who have nothing to do with each other some, dealt out evenly; of all others everybody.
 * 0: not asked. */
static guint
check_pair (Test *t, SqlConn *conn, const char *issuer, const char *user, guint nth)
{
  g_autofree char *from = yq_demo_id ("account", issuer);
  g_autofree char *to = yq_demo_id ("account", user);
  guint expected = expected_status (conn, from, to);
  g_autoptr(YqAnswer) answer = NULL;

  if (expected == 404 && nth % (g_getenv ("YQ_SANITIZED") != NULL ? 29 : 7) != 0)
    return 0;
  if (expected == 201)
    pass (t, 6 * 3600);
  answer = issue (t, issuer, user, NULL);
  if (answer->status != expected)
    g_error ("%s for %s: %u instead of %u: %s", issuer, user, answer->status, expected,
             answer->body->str);
  return expected;
}

static void
test_nobody_recovers_an_account_of_others (Test *t, gconstpointer data)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (t->demo.server);
  g_autoptr(GPtrArray) users = everybody (conn);
  guint given = 0, forbidden = 0, unknown = 0, nth = 0;

  g_assert_cmpuint (users->len, >, 20);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      for (guint i = 0; i < users->len; i++)
        for (guint k = 0; k < users->len; k++)
          {
            /* The administrator, who may always, a few times only. */
            if (strcmp (users->pdata[i], "admin") == 0 && k % 8 != round)
              continue;
            switch (check_pair (t, conn, users->pdata[i], users->pdata[k], nth++))
              {
              case 0:
                break;
              case 201:
                given++;
                break;
              case 403:
                forbidden++;
                break;
              default:
                unknown++;
                break;
              }
          }
      for (guint i = 0; i < 10; i++)
        give_a_grant (t, users);
    }
  g_test_message ("%u given, %u forbidden, %u unknown", given, forbidden, unknown);
  g_assert_cmpuint (given, >, 10);
  g_assert_cmpuint (forbidden, >, users->len);
  g_assert_cmpuint (unknown, >, 100);
}

/* Whoever has got hold of an administrator's window does not empty the house. */
static void
test_fifty_a_day_by_one_person (Test *t, gconstpointer data)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (t->demo.server);
  g_autoptr(GPtrArray) users = everybody (conn);
  guint n = 0;

  for (guint i = 0; n < 50; i++)
    {
      const char *user = users->pdata[i % users->len];

      pass (t, 3);
      if (strcmp (user, "admin") == 0)
        continue;
      g_free (issued (t, "admin", user));
      n++;
    }
  pass (t, 61);
  REFUSED (issue (t, "admin", MEMBER, NULL), 429, "throttled");
  g_free (issued (t, MANAGER, MEMBER)); /* others go on */
  pass (t, 24 * 3600);
  g_free (issued (t, "admin", MEMBER));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, with_gateway, func) \
  g_test_add ("/recovery/" name, Test, with_gateway, set_up, func, tear_down)
  ADD ("member", NULL, test_a_manager_recovers_her_member);
  ADD ("phone", GINT_TO_POINTER (TRUE), test_the_phone_is_told);
  ADD ("administrator", NULL, test_an_administrator_recovers_anybody);
  ADD ("desk", NULL, test_a_manager_recovers_a_secondary_account);
  ADD ("stranger", NULL, test_a_stranger_is_not_taken_in);
  ADD ("import", NULL, test_an_import_keeps_its_people);
  ADD ("ended", NULL, test_guesses_and_time_end_a_code);
  ADD ("rate", NULL, test_one_a_minute_and_five_a_day);
  ADD ("fifty", NULL, test_fifty_a_day_by_one_person);
  ADD ("password", NULL, test_her_own_password_is_asked);
  ADD ("everybody", NULL, test_nobody_recovers_an_account_of_others);

  return g_test_run ();
}
