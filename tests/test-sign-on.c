/* Signing in with an account at an OpenID provider: a real provider on loopback, a browser that
 * follows where it is sent, and everything that must not open an account. */
#define G_LOG_DOMAIN "test-sign-on"

#include "account-fixture.h"

#include <sodium.h>

#include "id-token.h"
#include "office.h"

#define ZHAO                                                                                              \
  "{'sub':'legal-1','organisation':'嘉善试验材料有限公司','uscc':'91330421MA2BC1D44G','name':'" \
  "赵一',"                                                                                              \
  "'phone_number':'+86 13800001111'}"
/* Of the same organisation, but another account there. */
#define LATER                                                                                             \
  "{'sub':'legal-2','organisation':'嘉善试验材料有限公司','uscc':'91330421MA2BC1D44G','name':'" \
  "钱二'}"
#define N_AT_ONCE 16
#define N_CHANGED 400

/* Of all tests: making its keys takes a while.  NULL: the next test starts another one. */
static GSubprocess *process;
static char *issuer;

typedef struct
{
  Test test;                  /* first */
  char *verifier, *challenge; /* of the program */
} SignOn;

static char *
double_quoted (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

/* -- the provider -- */

static void
start_provider (void)
{
  g_autofree char *program =
    g_build_filename (g_getenv ("YQ_SOURCE_DIR"), "tests", "openid-provider", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GDataInputStream) out = NULL;
  g_autofree char *port = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error, program, "yiquan", "the secret: 100 %", NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  port = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (port);
  g_free (issuer);
  issuer = g_strconcat ("http://127.0.0.1:", port, NULL);
}

static void
end_provider (void)
{
  if (process == NULL)
    return;
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  g_clear_object (&process);
}

/* Follows nothing by itself. */
static SoupMessage *
fetch (const char *method, const char *address, const char *body, GBytes **answer)
{
  g_autoptr(SoupSession) session = soup_session_new_with_options ("timeout", 30, NULL);
  SoupMessage *message = soup_message_new (method, address);
  g_autoptr(GBytes) sent = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;
  g_autoptr(GError) error = NULL;
  GBytes *got;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (sent != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", sent);
  got = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  if (answer != NULL)
    *answer = got;
  else
    g_bytes_unref (got);
  return message;
}

static void
control (SignOn *t, const char *who, const char *wrong)
{
  g_autofree char *address = g_strconcat (issuer, "/control", NULL);
  g_autofree char *body = g_strdup_printf ("{'who':%s,'wrong':'%s'}", who, wrong);
  g_autofree char *json = double_quoted (body);
  g_autoptr(SoupMessage) message = fetch ("POST", address, json, NULL);

  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
}

/* -- the program and the browser -- */

static char *
new_verifier (char **challenge)
{
  guint8 random[32], digest[crypto_hash_sha256_BYTES];
  char *verifier;

  randombytes_buf (random, sizeof random);
  verifier = yq_base64url (random, sizeof random);
  crypto_hash_sha256 (digest, (const guint8 *) verifier, strlen (verifier));
  *challenge = yq_base64url (digest, sizeof digest);
  return verifier;
}

static char *
begin (SignOn *t)
{
  g_autoptr(YqAnswer) answer =
    post (&t->test, "/v1/authorizations", NULL,
          "{'provider':'zhejiang','challenge':'%s','port':40000}", t->challenge);

  if (answer->status != 201)
    g_test_message ("%s", answer->body->str);
  g_assert_cmpuint (answer->status, ==, 201);
  return member (answer, "address");
}

/* Where a page sends the browser; NULL: it stays there. */
static char *
follow (const char *address, guint *status)
{
  g_autoptr(SoupMessage) message = fetch ("GET", address, NULL, NULL);
  const char *location =
    soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");

  *status = soup_message_get_status (message);
  return g_strdup (location);
}

/* From the provider's page to what the program on the loopback gets. */
static char *
browse (const char *address)
{
  guint status;
  g_autofree char *back = follow (address, &status);
  char *there;

  g_assert_cmpuint (status, ==, 302);
  there = follow (back, &status);
  g_assert_cmpuint (status, ==, 302);
  g_assert_true (g_str_has_prefix (there, "http://127.0.0.1:40000/?"));
  return there;
}

static char *
value_of (const char *there, const char *name)
{
  g_autoptr(GUri) uri = g_uri_parse (there, G_URI_FLAGS_NONE, NULL);
  g_autoptr(GHashTable) query =
    g_uri_parse_params (g_uri_get_query (uri), -1, "&", G_URI_PARAMS_NONE, NULL);

  return g_strdup (g_hash_table_lookup (query, name));
}

static char *
get_ticket (SignOn *t)
{
  g_autofree char *address = begin (t);
  g_autofree char *there = browse (address);
  char *ticket = value_of (there, "ticket");

  if (ticket == NULL)
    g_test_message ("%s", there);
  return ticket;
}

static YqAnswer *
redeem (SignOn *t, const char *ticket, const char *verifier)
{
  return post (&t->test, "/v1/sessions", NULL, "{'ticket':'%s','verifier':'%s'}", ticket, verifier);
}

static YqAnswer *
sign_on (SignOn *t)
{
  g_autofree char *ticket = get_ticket (t);
  YqAnswer *answer;

  g_assert_nonnull (ticket);
  answer = redeem (t, ticket, t->verifier);
  if (answer->status != 201)
    g_test_message ("%s", answer->body->str);
  return answer;
}

static gint64
count (SignOn *t, const char *table)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (t->test.http);
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM \"%s\"", table);
  gint64 n = -1;

  sql_get_int (conn, sql, SQL_NO_ARGS, &n, NULL);
  return n;
}

/* -- setting up -- */

static void
set_up_sign_on (SignOn *t, gconstpointer data)
{
  YqProvider *provider;

  if (process == NULL)
    start_provider ();
  t->test.http = yq_fixture_new ();
  provider = yq_config_add_provider (t->test.http->config, "zhejiang");
  provider->title = g_strdup ("浙江政务服务网");
  provider->issuer = g_strdup (issuer);
  provider->client_id = g_strdup ("yiquan");
  provider->client_secret = g_strdup ("the secret: 100 %");
  yq_fixture_start (t->test.http);
  t->verifier = new_verifier (&t->challenge);
  control (t, ZHAO, "");
}

static void
tear_down_sign_on (SignOn *t, gconstpointer data)
{
  g_clear_pointer (&t->test.http, yq_fixture_free);
  g_free (t->verifier);
  g_free (t->challenge);
  yq_clock_offset (0);
}

/* -- what works -- */

static void
test_the_first_time_makes_an_account (SignOn *t, gconstpointer data)
{
  g_autoptr(YqAnswer) first = sign_on (t);
  g_autoptr(YqAnswer) again = sign_on (t);
  g_autofree char *account = member (first, "account"), *same = member (again, "account");
  g_autofree char *unlock = member (first, "unlock"), *unlock_again = member (again, "unlock");
  g_autofree char *username = member (first, "username"), *token = member (again, "token");
  g_autoptr(YqAnswer) feed =
    yq_fixture_send (t->test.http, "GET", "/v1/changes?scope=mine&after=0", token, NULL);
  g_autoptr(YqRecord) organisation = NULL, person = NULL;

  g_assert_cmpstr (account, ==, same);
  g_assert_cmpstr (unlock, ==, unlock_again);
  g_assert_cmpstr (username, ==, "zhejiang-91330421ma2bc1d44g");
  g_assert_cmpuint (feed->status, ==, 200);
  g_assert_nonnull (strstr (feed->body->str, account));
  organisation = find_record (&t->test, &yq_organisation, "uscc", "91330421MA2BC1D44G");
  g_assert_cmpstr (yq_record_state (organisation), ==, "draft");
  g_assert_cmpstr (yq_record_text (organisation, ORGANISATION_NAME), ==, "嘉善试验材料有限公司");
  g_assert_cmpstr (yq_record_text (organisation, ORGANISATION_CONTACT_NAME), ==, "赵一");
  person = find_record (&t->test, &yq_account, "username", username);
  g_assert_cmpstr (yq_record_text (person, ACCOUNT_PHONE), ==, "13800001111");
  g_assert_nonnull (strstr (first->body->str, "\"role\":\"manager\""));
  g_assert_cmpint (count (t, "account"), ==, 1);
  g_assert_cmpint (count (t, "organisation"), ==, 1);
  g_assert_cmpint (count (t, "password"), ==, 0);
}

static void
test_right_in_other_ways (SignOn *t, gconstpointer data)
{
  static const char *const modes[] = { "curve", "party", "userinfo", "rotated", "rotated" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr(YqAnswer) answer = NULL;
      g_autoptr(YqRecord) organisation = NULL;

      g_test_message ("%s", modes[i]);
      control (t, ZHAO, modes[i]);
      answer = sign_on (t);
      g_assert_cmpuint (answer->status, ==, 201);
      organisation = find_record (&t->test, &yq_organisation, "uscc", "91330421MA2BC1D44G");
      g_assert_nonnull (organisation);
    }
  g_assert_cmpint (count (t, "account"), ==, 1);
}

/* Only where it says that it takes no Basic. */
static void
test_secret_in_the_body (SignOn *t, gconstpointer data)
{
  g_autoptr(YqAnswer) answer = NULL;

  control (t, ZHAO, "secret-in-body");
  answer = sign_on (t);
  g_assert_cmpuint (answer->status, ==, 201);
}

static void
test_providers_are_listed (SignOn *t, gconstpointer data)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (t->test.http, "GET", "/v1/providers", NULL, NULL);

  g_assert_cmpstr (answer->body->str, ==,
                   "{\"items\":[{\"name\":\"zhejiang\",\"title\":\"浙江政务服务网\"}]}");
}

/* -- what a provider must not say -- */

static void
test_wrong_tokens_open_nothing (SignOn *t, gconstpointer data)
{
  static const char *const modes[] = { "nonce",   "no-nonce", "issuer",   "audience", "audiences",
                                       "expired", "future",   "subject",  "number",   "key",
                                       "none",    "hmac",     "borrowed", "broken",   "huge",
                                       "array",   "no-token" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *address = NULL, *there = NULL, *error = NULL;

      g_test_message ("%s", modes[i]);
      control (t, ZHAO, modes[i]);
      address = begin (t);
      there = browse (address);
      error = value_of (there, "error");
      g_assert_cmpstr (error, ==, "provider");
      g_assert_null (strstr (there, "ticket"));
    }
  g_assert_cmpint (count (t, "account"), ==, 0);
  g_assert_cmpint (count (t, "identity"), ==, 0);
}

/* What userinfo says of somebody else is not believed; the token alone is. */
static void
test_userinfo_of_somebody_else (SignOn *t, gconstpointer data)
{
  g_autoptr(YqAnswer) answer = NULL;
  g_autofree char *username = NULL;

  control (t, ZHAO, "other-userinfo");
  answer = sign_on (t);
  g_assert_cmpuint (answer->status, ==, 201);
  username = member (answer, "username");
  g_assert_null (strstr (username, "91330421"));
  g_assert_cmpint (count (t, "organisation"), ==, 0);
}

/* Not one character of a token may be another one. */
static void
test_every_change_of_a_token_is_noticed (SignOn *t, gconstpointer data)
{
  g_autofree char *address = begin (t), *back = NULL, *code = NULL, *form = NULL, *endpoint = NULL,
                  *jwks = NULL;
  g_autoptr(GBytes) keys = NULL;
  g_autoptr(JsonNode) set = NULL;
  g_autofree char *token = NULL;
  guint status;
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  g_autofree char *body = NULL;
  g_autoptr(SoupMessage) message = NULL;
  YqIdTokenWanted wanted = { .issuer = issuer, .client_id = "yiquan", .now = yq_clock_now () };
  g_autofree char *nonce = value_of (address, "nonce");
  g_autoptr(JsonObject) claims = NULL;

  back = follow (address, &status);
  code = value_of (back, "code");
  g_assert_nonnull (code);
  wanted.nonce = nonce;
  jwks = g_strconcat (issuer, "/keys", NULL);
  message = fetch ("GET", jwks, NULL, &keys);
  body = g_strndup (g_bytes_get_data (keys, NULL), g_bytes_get_size (keys));
  set = json_from_string (body, NULL);
  endpoint = g_strconcat (issuer, "/sign", NULL);
  form = g_strdup_printf ("{\"nonce\":\"%s\"}", nonce);
  {
    g_autoptr(GBytes) signed_token = NULL;
    g_autoptr(SoupMessage) asked = fetch ("POST", endpoint, form, &signed_token);
    g_autofree char *json =
      g_strndup (g_bytes_get_data (signed_token, NULL), g_bytes_get_size (signed_token));
    g_autoptr(JsonNode) node = json_from_string (json, NULL);

    g_assert_cmpuint (soup_message_get_status (asked), ==, 200);
    token = g_strdup (json_object_get_string_member (json_node_get_object (node), "id_token"));
  }
  claims = yq_id_token_read (token, json_node_get_object (set), &wanted, NULL);
  g_assert_nonnull (claims);
  for (guint i = 0; i < N_CHANGED; i++)
    {
      gsize at = g_test_rand_int_range (0, strlen (token));
      char before = token[at];
      g_autoptr(GError) error = NULL;
      g_autoptr(JsonObject) changed = NULL;

      token[at] = letters[g_test_rand_int_range (0, sizeof letters - 1)];
      changed = yq_id_token_read (token, json_node_get_object (set), &wanted, &error);
      if (token[at] != before)
        g_assert_null (changed);
      g_assert_true ((changed == NULL) == (error != NULL));
      token[at] = before;
    }
}

/* -- tickets and states -- */

static void
test_a_ticket_is_for_who_began_and_once (SignOn *t, gconstpointer data)
{
  g_autofree char *ticket = get_ticket (t), *second = get_ticket (t), *third = get_ticket (t);
  g_autofree char *challenge = NULL, *other = new_verifier (&challenge);
  g_autoptr(YqAnswer) stolen = redeem (t, ticket, other);
  g_autoptr(YqAnswer) burnt = redeem (t, ticket, t->verifier);
  g_autoptr(YqAnswer) good = redeem (t, second, t->verifier);
  g_autoptr(YqAnswer) twice = redeem (t, second, t->verifier);
  g_autoptr(YqAnswer) late = NULL, bare = NULL, strange = NULL;

  assert_refused (stolen, 401, "unauthenticated", NULL);
  assert_refused (burnt, 401, "unauthenticated", NULL);
  g_assert_cmpuint (good->status, ==, 201);
  assert_refused (twice, 401, "unauthenticated", NULL);
  yq_clock_offset (2 * 60 * YQ_SECOND + YQ_SECOND);
  late = redeem (t, third, t->verifier);
  assert_refused (late, 401, "unauthenticated", NULL);
  bare = post (&t->test, "/v1/sessions", NULL, "{'ticket':null}");
  assert_refused (bare, 401, "unauthenticated", NULL);
  strange = post (&t->test, "/v1/sessions", NULL, "{'ticket':['%s'],'verifier':7}", second);
  assert_refused (strange, 401, "unauthenticated", NULL);
}

static void
assert_over (SignOn *t, const char *query)
{
  g_autofree char *path = g_strconcat ("/v1/authorizations/return", query, NULL);
  g_autoptr(YqAnswer) answer = yq_fixture_send (t->test.http, "GET", path, NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 400);
  g_assert_nonnull (strstr (answer->body->str, "<h1>"));
  g_assert_null (yq_answer_header (answer, "location"));
}

static void
test_a_state_is_good_once_and_not_for_ever (SignOn *t, gconstpointer data)
{
  g_autofree char *address = begin (t), *later = begin (t);
  g_autofree char *state = value_of (later, "state"), *ticket = get_ticket (t);
  g_autofree char *late = g_strconcat ("?code=1&state=", state, NULL);
  g_autofree char *as_state = g_strconcat ("?code=1&state=", ticket, NULL);
  g_autofree char *back = NULL, *first = NULL, *second = NULL;
  guint status;

  back = follow (address, &status);
  first = follow (back, &status);
  g_assert_nonnull (first);
  second = follow (back, &status);
  g_assert_null (second);
  g_assert_cmpuint (status, ==, 400);
  assert_over (t, "");
  assert_over (t, "?code=1");
  assert_over (t, "?state=&code=");
  assert_over (t, as_state);
  yq_clock_offset (10 * 60 * YQ_SECOND + YQ_SECOND);
  assert_over (t, late);
}

/* Whoever begins over and over loses her own oldest ones. */
static void
test_beginning_without_end (SignOn *t, gconstpointer data)
{
  g_autofree char *first = begin (t), *last = NULL, *back = NULL, *there = NULL, *gone = NULL;
  guint status;

  for (guint i = 0; i < 64; i++)
    {
      g_free (last);
      last = begin (t);
    }
  back = follow (first, &status);
  gone = follow (back, &status);
  g_assert_null (gone);
  g_assert_cmpuint (status, ==, 400);
  there = browse (last);
  g_assert_nonnull (strstr (there, "ticket="));
}

static void
test_what_begins_must_make_sense (SignOn *t, gconstpointer data)
{
  g_autofree char *shorter = g_strndup (t->challenge, 10);
  g_autofree char *padded = g_strdup_printf ("%.42s=", t->challenge);
  const struct
  {
    const char *provider, *challenge, *port;
  } wrong[] = {
    { "'shandong'", t->challenge, "40000" },
    { "null", t->challenge, "40000" },
    { "'zhejiang'", shorter, "40000" },
    { "'zhejiang'", padded, "40000" },
    { "'zhejiang'", t->challenge, "80" },
    { "'zhejiang'", t->challenge, "65536" },
    { "'zhejiang'", t->challenge, "'40000@example.com'" },
    { "'zhejiang'", t->challenge, "null" },
  };
  g_autoptr(YqAnswer) array = post (&t->test, "/v1/authorizations", NULL, "[1]");

  assert_refused (array, 422, "invalid", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(YqAnswer) answer =
        post (&t->test, "/v1/authorizations", NULL, "{'provider':%s,'challenge':'%s','port':%s}",
              wrong[i].provider, wrong[i].challenge, wrong[i].port);

      g_test_message ("%u", i);
      assert_refused (answer, 422, "invalid", NULL);
    }
}

/* -- she, the provider, the server say no -- */

static void
test_she_declines (SignOn *t, gconstpointer data)
{
  g_autofree char *address = NULL, *there = NULL, *error = NULL;

  control (t, ZHAO, "denied");
  address = begin (t);
  there = browse (address);
  error = value_of (there, "error");
  g_assert_cmpstr (error, ==, "denied");
}

static void
test_a_provider_that_is_away (SignOn *t, gconstpointer data)
{
  g_autoptr(YqAnswer) answer = NULL;
  g_autoptr(YqAnswer) password = NULL;

  end_provider ();
  answer = post (&t->test, "/v1/authorizations", NULL,
                 "{'provider':'zhejiang','challenge':'%s','port':40000}", t->challenge);
  assert_refused (answer, 503, "unavailable", NULL);
  g_assert_nonnull (yq_answer_header (answer, "retry-after"));
  password =
    post (&t->test, "/v1/sessions", NULL, "{'username':'nobody','password':'nothing at all'}");
  assert_refused (password, 401, "unauthenticated", NULL);
}

static void
test_a_provider_with_another_name (SignOn *t, gconstpointer data)
{
  g_autoptr(YqAnswer) answer = NULL;

  control (t, ZHAO, "metadata");
  answer = post (&t->test, "/v1/authorizations", NULL,
                 "{'provider':'zhejiang','challenge':'%s','port':40000}", t->challenge);
  assert_refused (answer, 503, "unavailable", NULL);
}

static gpointer
follow_thread (gpointer data)
{
  guint status;

  return follow (data, &status);
}

/* A provider that does not answer holds up neither the others nor the end of the server. */
static void
test_the_server_ends_while_a_provider_is_silent (SignOn *t, gconstpointer data)
{
  g_autofree char *address = NULL, *back = NULL, *there = NULL;
  gint64 before;
  GThread *thread;
  guint status;

  control (t, ZHAO, "silent");
  address = begin (t);
  back = follow (address, &status);
  thread = g_thread_new ("browser", follow_thread, back);
  g_usleep (300000);
  before = g_get_monotonic_time ();
  yq_fixture_stop (t->test.http);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 5 * G_USEC_PER_SEC);
  there = g_thread_join (thread);
  g_assert_nonnull (there);
  g_assert_nonnull (strstr (there, "error=provider"));
}

/* -- accounts that stand already -- */

static gboolean
mark_registered (SqlConn *conn, gpointer user_data, GError **error)
{
  return sql_script (
    conn, "UPDATE \"organisation\" SET \"first_approved_at\" = 1, \"state\" = 'active'", error);
}

static gboolean
close_all (SqlConn *conn, gpointer user_data, GError **error)
{
  return sql_script (conn, "UPDATE \"account\" SET \"state\" = 'closed'", error);
}

static void
test_an_organisation_that_is_registered (SignOn *t, gconstpointer data)
{
  g_autoptr(YqAnswer) older = sign_on (t);
  g_autoptr(YqAnswer) answer = NULL;
  g_autofree char *username = NULL;
  g_autoptr(YqRecord) message = NULL;
  g_autofree char *account = NULL;

  g_assert_cmpuint (older->status, ==, 201);
  yq_fixture_write (t->test.http, mark_registered, NULL);
  control (t, LATER, "");
  answer = sign_on (t);
  g_assert_cmpuint (answer->status, ==, 201);
  account = member (answer, "account");
  username = member (answer, "username");
  g_assert_cmpstr (username, ==, "zhejiang-91330421ma2bc1d44g-2");
  g_assert_nonnull (strstr (answer->body->str, "\"organisation\":null"));
  g_assert_cmpint (count (t, "organisation"), ==, 1);
  message = find_record (&t->test, &yq_message, "account", account);
  g_assert_nonnull (message);
}

static void
test_a_closed_account_stays_closed (SignOn *t, gconstpointer data)
{
  g_autoptr(YqAnswer) first = sign_on (t);
  g_autoptr(YqAnswer) again = NULL;

  yq_fixture_write (t->test.http, close_all, NULL);
  again = sign_on (t);
  assert_refused (again, 403, "forbidden", NULL);
  g_assert_cmpint (count (t, "account"), ==, 1);
}

typedef struct
{
  SignOn *test;
  char *ticket;
} Late;

static gpointer
redeem_thread (gpointer data)
{
  Late *late = data;

  return redeem (late->test, late->ticket, late->test->verifier);
}

/* The first time, from many computers at once: one account. */
static void
test_one_account_for_many_at_once (SignOn *t, gconstpointer data)
{
  Late late[N_AT_ONCE];
  GThread *threads[N_AT_ONCE];
  g_autofree char *account = NULL;

  for (guint i = 0; i < N_AT_ONCE; i++)
    late[i] = (Late){ t, get_ticket (t) };
  for (guint i = 0; i < N_AT_ONCE; i++)
    threads[i] = g_thread_new ("program", redeem_thread, &late[i]);
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_autoptr(YqAnswer) answer = g_thread_join (threads[i]);
      g_autofree char *same = NULL;

      g_assert_cmpuint (answer->status, ==, 201);
      same = member (answer, "account");
      if (account == NULL)
        account = g_strdup (same);
      g_assert_cmpstr (same, ==, account);
      g_free (late[i].ticket);
    }
  g_assert_cmpint (count (t, "account"), ==, 1);
  g_assert_cmpint (count (t, "identity"), ==, 1);
  g_assert_cmpint (count (t, "session"), ==, N_AT_ONCE);
}

/* What a provider says is no form of ours. */
static void
test_strange_people (SignOn *t, gconstpointer data)
{
  g_autofree char *name = g_strnfill (5000, 'x');
  g_autofree char *huge = g_strdup_printf ("{'sub':'%.200s','organisation':'%s','uscc':'"
                                           "91330421MA2BC1D44G','name':'%s','phone_number':'12'}",
                                           name, name, name);
  const struct
  {
    const char *who;
    gint64 organisations;
  } people[] = {
    { "{'sub':'1'}", 0 },
    { "{'sub':'2','uscc':'12','organisation':'\xE7\x94\xB2','name':''}", 0 },
    { "{'sub':'3','uscc':7,'organisation':[],'name':{},'phone_number':true}", 0 },
    { "{'sub':'../../4 \xE2\x80\xAE','uscc':null,'name':'   '}", 0 },
    { "{'sub':'5','uscc':'91330421ma2bc1d44g','organisation':' \xE4\xB9\x99 '}", 1 },
    { huge, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_autoptr(YqAnswer) answer = NULL;

      control (t, people[i].who, "");
      answer = sign_on (t);
      g_assert_cmpuint (answer->status, ==, 201);
      g_assert_cmpint (count (t, "organisation"), ==, people[i].organisations);
      g_assert_cmpint (count (t, "account"), ==, i + 1);
    }
}

#define TEST(name, func) \
  g_test_add ("/" G_LOG_DOMAIN "/" name, SignOn, NULL, set_up_sign_on, func, tear_down_sign_on)

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  TEST ("first", test_the_first_time_makes_an_account);
  TEST ("other-ways", test_right_in_other_ways);
  TEST ("secret-in-body", test_secret_in_the_body);
  TEST ("providers", test_providers_are_listed);
  TEST ("wrong-tokens", test_wrong_tokens_open_nothing);
  TEST ("userinfo", test_userinfo_of_somebody_else);
  TEST ("changed-tokens", test_every_change_of_a_token_is_noticed);
  TEST ("ticket", test_a_ticket_is_for_who_began_and_once);
  TEST ("state", test_a_state_is_good_once_and_not_for_ever);
  TEST ("flood", test_beginning_without_end);
  TEST ("bodies", test_what_begins_must_make_sense);
  TEST ("declined", test_she_declines);
  TEST ("away", test_a_provider_that_is_away);
  TEST ("another-name", test_a_provider_with_another_name);
  TEST ("silent", test_the_server_ends_while_a_provider_is_silent);
  TEST ("registered", test_an_organisation_that_is_registered);
  TEST ("closed", test_a_closed_account_stays_closed);
  TEST ("at-once", test_one_account_for_many_at_once);
  TEST ("strange", test_strange_people);
  status = g_test_run ();
  end_provider ();
  g_free (issuer);
  return status;
}
