/* The mobile phone that recovers an account: who may change it, and who may not. */
#define G_LOG_DOMAIN "test-phone"

#include "account-fixture.h"

#define NEW_PHONE "13900002222"

/* Registered with a proved phone; two computers are signed in. */
typedef struct
{
  char *token, *other;
} Person;

static void
person_clear (Person *person)
{
  g_free (person->token);
  g_free (person->other);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Person, person_clear)

static void
sign_in_twice (Test *t, Person *person)
{
  register_enterprise (t, "zhaoyi");
  person->token = yq_fixture_sign_in (t->http, "zhaoyi", PASSWORD);
  person->other = yq_fixture_sign_in (t->http, "zhaoyi", PASSWORD);
  pass (t, 61);
}

/* {"id","text"} of a code that was sent to the phone at the wish of who has the token. */
static char *
phone_code (Test *t, const char *token, const char *phone)
{
  g_autoptr(YqAnswer) asked =
    post (t, "/v1/codes", token, "{'purpose':'phone','phone':'%s'}", phone);
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;

  if (asked->status != 201)
    g_test_message ("%s", asked->body->str);
  g_assert_cmpuint (asked->status, ==, 201);
  id = member (asked, "id");
  digits = read_code (t);
  return g_strdup_printf ("{'id':'%s','text':'%s'}", id, digits);
}

static YqAnswer *
change_phone (Test *t, const char *token, const char *phone, const char *password, const char *code)
{
  g_autofree char *picture = solve_picture (t);

  return post (t, "/v1/phones", token, "{'phone':'%s','password':'%s','captcha':%s%s%s}", phone,
               password, picture, code ? ",'code':" : "", code ? code : "");
}

static void
assert_phone (Test *t, const char *phone)
{
  g_autoptr(YqRecord) account = find_record (t, &yq_account, "username", "zhaoyi");

  g_assert_cmpstr (yq_record_text (account, ACCOUNT_PHONE), ==, phone);
}

static guint
status_of (Test *t, const char *token)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (t->http, "GET", "/healthz", token, NULL);

  return answer->status;
}

static void
test_no_save_changes_the_phone (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) account = NULL;
  g_autoptr(YqAnswer) saved = NULL;
  g_auto(Person) person = { 0 };

  sign_in_twice (t, &person);
  account = find_record (t, &yq_account, "username", "zhaoyi");
  saved = post (t, "/v1/commands", person.token,
                "{'commands':[{'id':'0190a8f0-0000-7000-8000-000000000001','entity':'account',"
                "'record':'%s','action':'save','revision':1,'fields':{'phone':'" NEW_PHONE "'}}]}",
                yq_record_id (account));
  g_assert_cmpuint (saved->status, ==, 200);
  g_assert_nonnull (strstr (saved->body->str, "\"forbidden\""));
  assert_phone (t, "13800001111");
}

static gboolean
count_changes (SqlConn *conn, gpointer data, GError **error)
{
  gint64 *n = data;

  return sql_get_int (
    conn, "SELECT COUNT (*) FROM event WHERE action = 'change_phone' AND account = record",
    SQL_NO_ARGS, n, error);
}

static gboolean
count_recoveries (SqlConn *conn, gpointer data, GError **error)
{
  gint64 *n = data;

  return sql_get_int (conn, "SELECT COUNT (*) FROM sms WHERE type = 'code.recover'", SQL_NO_ARGS, n,
                      error);
}

static void
test_password_and_code_change_the_phone (Test *t, gconstpointer data)
{
  g_autofree char *code = NULL;
  g_autofree char *warned = NULL;
  g_autofree char *words = NULL;
  g_autofree char *ticket = NULL;
  g_autoptr(YqAnswer) changed = NULL;
  g_autoptr(YqAnswer) again = NULL;
  g_auto(Person) person = { 0 };
  GatewayWait wait = { t->gateway, 3 };
  gint64 n = 0;

  sign_in_twice (t, &person);
  code = phone_code (t, person.token, NEW_PHONE);
  changed = change_phone (t, person.token, "+86 139 0000 2222", PASSWORD, code);
  if (changed->status != 204)
    g_test_message ("%s", changed->body->str);
  g_assert_cmpuint (changed->status, ==, 204);
  assert_phone (t, NEW_PHONE);
  /* The old phone is told, with what is left of the new number. */
  yq_test_wait_until (gateway_has, &wait);
  warned = gateway_member (t->gateway, 2, "phone");
  words = gateway_member (t->gateway, 2, "text");
  g_assert_cmpstr (warned, ==, "13800001111");
  g_assert_nonnull (strstr (words, "139****2222"));
  t->n_codes = 3;
  /* Whoever else was signed in is out. */
  g_assert_cmpuint (status_of (t, person.token), ==, 200);
  g_assert_cmpuint (status_of (t, person.other), ==, 401);
  yq_fixture_write (t->http, count_changes, &n);
  g_assert_cmpint (n, ==, 1);
  again = change_phone (t, person.token, "13900003333", PASSWORD, code);
  assert_refused (again, 422, "invalid", "code");
  /* The new phone recovers the account now, the old one does not. */
  pass (t, 16 * 60);
  g_free (ask_code (t, "recover", "phone", NEW_PHONE));
  ticket = read_code (t);
  g_free (ask_code (t, "recover", "phone", "13800001111"));
  yq_fixture_write (t->http, count_recoveries, &n);
  g_assert_cmpint (n, ==, 1);
}

static void
test_a_phone_needs_both_proofs (Test *t, gconstpointer data)
{
  g_autofree char *code = NULL;
  g_autofree char *mistyped = NULL;
  g_autoptr(YqAnswer) without = NULL;
  g_autoptr(YqAnswer) wrong = NULL;
  g_autoptr(YqAnswer) guessed = NULL;
  g_autoptr(YqAnswer) late = NULL;
  g_autoptr(YqAnswer) visitor = NULL;
  g_autoptr(YqAnswer) same = NULL;
  g_auto(Person) person = { 0 };

  sign_in_twice (t, &person);
  code = phone_code (t, person.token, NEW_PHONE);
  mistyped = g_strdup (code);
  strstr (mistyped, "'text':'")[8] = 'x';
  without = change_phone (t, person.token, NEW_PHONE, PASSWORD, NULL);
  assert_refused (without, 422, "required", "code");
  wrong = change_phone (t, person.token, NEW_PHONE, "guess", code);
  assert_refused (wrong, 422, "invalid", "password");
  guessed = change_phone (t, person.token, NEW_PHONE, PASSWORD, mistyped);
  assert_refused (guessed, 422, "invalid", "code");
  same = change_phone (t, person.token, "13800001111", PASSWORD, code);
  assert_refused (same, 422, "invalid", "phone");
  visitor = change_phone (t, NULL, NEW_PHONE, PASSWORD, code);
  g_assert_cmpuint (visitor->status, ==, 401);
  pass (t, 10 * 60);
  late = change_phone (t, person.token, NEW_PHONE, PASSWORD, code);
  assert_refused (late, 422, "invalid", "code");
  assert_phone (t, "13800001111");
  g_assert_cmpuint (status_of (t, person.other), ==, 200);
}

static void
test_a_code_is_for_one_phone_of_one_account (Test *t, gconstpointer data)
{
  g_autofree char *stranger = NULL;
  g_autofree char *theirs = NULL;
  g_autofree char *own = NULL;
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;
  g_autofree char *other_purpose = NULL;
  g_autoptr(YqAnswer) borrowed = NULL;
  g_autoptr(YqAnswer) elsewhere = NULL;
  g_autoptr(YqAnswer) recovery = NULL;
  g_auto(Person) person = { 0 };

  sign_in_twice (t, &person);
  g_free (yq_fixture_add_account (t->http, "thief", PASSWORD));
  stranger = yq_fixture_sign_in (t->http, "thief", PASSWORD);
  theirs = phone_code (t, stranger, NEW_PHONE);
  borrowed = change_phone (t, person.token, NEW_PHONE, PASSWORD, theirs);
  assert_refused (borrowed, 422, "invalid", "code");
  own = phone_code (t, person.token, "13900003333");
  elsewhere = change_phone (t, person.token, NEW_PHONE, PASSWORD, own);
  assert_refused (elsewhere, 422, "invalid", "phone");
  pass (t, 16 * 60);
  id = ask_code (t, "register", "phone", NEW_PHONE);
  digits = read_code (t);
  other_purpose = g_strdup_printf ("{'id':'%s','text':'%s'}", id, digits);
  recovery = change_phone (t, person.token, NEW_PHONE, PASSWORD, other_purpose);
  assert_refused (recovery, 422, "invalid", "code");
  assert_phone (t, "13800001111");
}

static void
test_guessing_for_a_phone_is_throttled (Test *t, gconstpointer data)
{
  g_autofree char *code = NULL;
  g_autoptr(YqAnswer) bare = NULL;
  g_autoptr(YqAnswer) last = NULL;
  g_auto(Person) person = { 0 };

  sign_in_twice (t, &person);
  code = phone_code (t, person.token, NEW_PHONE);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr(YqAnswer) wrong = change_phone (t, person.token, NEW_PHONE, "guess", code);

      assert_refused (wrong, 422, "invalid", "password");
      if (i == 2)
        bare = post (t, "/v1/phones", person.token,
                     "{'phone':'" NEW_PHONE "','password':'" PASSWORD "','code':%s}", code);
    }
  assert_refused (bare, 422, "required", "captcha");
  last = change_phone (t, person.token, NEW_PHONE, PASSWORD, code);
  assert_refused (last, 429, "throttled", NULL);
  assert_phone (t, "13800001111");
}

/* Whoever holds a session sends no flood of messages to strangers. */
static void
test_phone_codes_are_few (Test *t, gconstpointer data)
{
  g_autoptr(YqAnswer) soon = NULL;
  g_autoptr(YqAnswer) late = NULL;
  g_autoptr(YqAnswer) visitor = NULL;
  g_autoptr(YqAnswer) recovery = NULL;
  g_auto(Person) person = { 0 };

  sign_in_twice (t, &person);
  visitor = post (t, "/v1/codes", NULL, "{'purpose':'phone','phone':'" NEW_PHONE "'}");
  assert_refused (visitor, 401, "unauthenticated", NULL);
  recovery = post (t, "/v1/codes", person.token, "{'purpose':'recover','phone':'" NEW_PHONE "'}");
  assert_refused (recovery, 422, "required", "captcha");
  g_free (phone_code (t, person.token, NEW_PHONE));
  soon = post (t, "/v1/codes", person.token, "{'purpose':'phone','phone':'13900003333'}");
  assert_refused (soon, 429, "throttled", NULL);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *phone = g_strdup_printf ("1390000444%u", i);

      pass (t, 61);
      g_free (phone_code (t, person.token, phone));
    }
  pass (t, 61);
  late = post (t, "/v1/codes", person.token, "{'purpose':'phone','phone':'13900003333'}");
  assert_refused (late, 429, "throttled", NULL);
}

#define N_AT_ONCE 32

typedef struct
{
  Test *test;
  const char *token;
  char *body;
  int *n_done;
} Sender;

static gpointer
send_one (gpointer data)
{
  Sender *sender = data;
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (sender->test->http, "POST", "/v1/phones", sender->token, sender->body);

  if (answer->status == 204)
    g_atomic_int_inc (sender->n_done);
  else
    g_assert_true (answer->status == 422 || answer->status == 429);
  return NULL;
}

static void
test_one_of_many_at_once_changes_the_phone (Test *t, gconstpointer data)
{
  g_autofree char *code = NULL;
  g_auto(Person) person = { 0 };
  Sender senders[N_AT_ONCE];
  GThread *threads[N_AT_ONCE];
  int n_done = 0;
  gint64 n = 0;

  sign_in_twice (t, &person);
  code = phone_code (t, person.token, NEW_PHONE);
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      senders[i] = (Sender){ t, person.token, NULL, &n_done };
      senders[i].body = g_strdelimit (
        g_strdup_printf ("{'phone':'" NEW_PHONE "','password':'" PASSWORD "','code':%s}", code),
        "'", '"');
    }
  for (guint i = 0; i < N_AT_ONCE; i++)
    threads[i] = g_thread_new ("sender", send_one, &senders[i]);
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_thread_join (threads[i]);
      g_free (senders[i].body);
    }
  g_assert_cmpint (n_done, ==, 1);
  yq_fixture_write (t->http, count_changes, &n);
  g_assert_cmpint (n, ==, 1);
  assert_phone (t, NEW_PHONE);
}

/* As at registration: picture and password where no codes are sent. */
static void
test_without_a_gateway_the_password_changes_the_phone (Test *t, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autoptr(YqAnswer) bare = NULL;
  g_autoptr(YqAnswer) wrong = NULL;
  g_autoptr(YqAnswer) changed = NULL;

  register_enterprise (t, "zhaoyi");
  token = yq_fixture_sign_in (t->http, "zhaoyi", PASSWORD);
  bare = post (t, "/v1/phones", token, "{'phone':'" NEW_PHONE "','password':'" PASSWORD "'}");
  assert_refused (bare, 422, "required", "captcha");
  wrong = change_phone (t, token, NEW_PHONE, "guess", NULL);
  assert_refused (wrong, 422, "invalid", "password");
  changed = change_phone (t, token, NEW_PHONE, PASSWORD, NULL);
  g_assert_cmpuint (changed->status, ==, 204);
  assert_phone (t, NEW_PHONE);
}

int
main (int argc, char *argv[])
{
  yq_text_init (TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("save", WITH, test_no_save_changes_the_phone);
  ADD ("change", WITH, test_password_and_code_change_the_phone);
  ADD ("proofs", WITH, test_a_phone_needs_both_proofs);
  ADD ("code", WITH, test_a_code_is_for_one_phone_of_one_account);
  ADD ("throttled", WITH, test_guessing_for_a_phone_is_throttled);
  ADD ("codes", WITH, test_phone_codes_are_few);
  ADD ("at-once", WITH, test_one_of_many_at_once_changes_the_phone);
  ADD ("no-gateway", NULL, test_without_a_gateway_the_password_changes_the_phone);
  return g_test_run ();
}
