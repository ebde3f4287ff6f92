/* Registering, codes by SMS, passwords, bindings, picture codes: what they do, and what those find
 * who try to guess, to enumerate, to replay. */
#define G_LOG_DOMAIN "test-accounts"

#include "account-fixture.h"

#include <zlib.h>

/* -- registering -- */

static void
test_whoever_registers_is_the_first_manager (Test *t, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autoptr(YqRecord) organisation = NULL;
  g_autoptr(YqRecord) grant = NULL;

  register_enterprise (t, "zhaoyi");
  token = yq_fixture_sign_in (t->http, "zhaoyi", PASSWORD);
  g_assert_nonnull (token);
  organisation = find_record (t, &yq_organisation, "uscc", "91330421MA2BC1D44G");
  g_assert_nonnull (organisation);
  g_assert_cmpstr (yq_record_state (organisation), ==, "draft");
  g_assert_cmpstr (yq_record_text (organisation, ORGANISATION_NATURE), ==, "enterprise");
  g_assert_cmpstr (yq_record_text (organisation, ORGANISATION_CONTACT_PHONE), ==, "13800001111");
  g_assert_cmpstr (yq_record_text (organisation, ORGANISATION_ORGANISATION_CODE), ==, "MA2BC1D4-4");
  grant = find_record (t, &yq_grant, "organisation", yq_record_id (organisation));
  g_assert_cmpstr (yq_record_text (grant, GRANT_ROLE), ==, "manager");
}

static void
test_each_class_registers_what_it_may (Test *t, gconstpointer data)
{
  static const struct
  {
    const char *class, *organisation;
    guint status;
    const char *field;
  } cases[] = {
    { "entrepreneur", "'organisation':{'name':'钱二','region':'330421'}", 201, NULL },
    { "carrier",
      "'organisation':{'name':'检测院','nature':'institute','uscc':'12330400470935K6X8','region':'"
      "330400'}",
      201, NULL },
    { "carrier",
      "'organisation':{'name':'上海检测院','nature':'institute','uscc':'12330400470935K6X8','"
      "region':'310115'}",
      201, NULL },
    { "person", NULL, 201, NULL },
    { "enterprise", NULL, 422, "name" },
    { "carrier", "'organisation':{'name':'检测院','uscc':'12330400470935K6X8','region':'330400'}",
      422, "nature" },
    { "carrier",
      "'organisation':{'name':'个人','nature':'individual','uscc':'12330400470935K6X8','region':'"
      "330400'}",
      422, "nature" },
    { "enterprise", "'organisation':{'name':'甲','uscc':'9133','region':'330421'}", 422, "uscc" },
    { "enterprise", "'organisation':{'name':'甲','uscc':'91330421MA2BC1D44G','region':'330000'}",
      422, "region" },
    { "enterprise",
      "'organisation':{'name':'甲','uscc':'91330421MA2BC1D44G','region':'330421','is_carrier':"
      "true}",
      422, "is_carrier" },
    { "person", ENTERPRISE, 422, "organisation" },
    { "minister", ENTERPRISE, 422, "class" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("someone%u", i);
      g_autoptr(YqAnswer) answer =
        try_register (t, cases[i].class, name, cases[i].organisation, NULL);
      g_autofree char *code = NULL;

      if (answer->status != cases[i].status)
        g_test_message ("%u: %s", i, answer->body->str);
      g_assert_cmpuint (answer->status, ==, cases[i].status);
      if (cases[i].field != NULL)
        assert_refused (answer, 422, (code = yq_answer_code (answer)), cases[i].field);
    }
}

static void
test_an_entrepreneur_has_a_grant_of_that_name (Test *t, gconstpointer data)
{
  g_autoptr(YqAnswer) answer = try_register (
    t, "entrepreneur", "qianer", "'organisation':{'name':'钱二','region':'330421'}", NULL);
  g_autoptr(YqRecord) grant = NULL;

  g_assert_cmpuint (answer->status, ==, 201);
  grant = find_record (t, &yq_grant, "role", "entrepreneur");
  g_assert_nonnull (grant);
}

static void
test_names_and_passwords_are_checked (Test *t, gconstpointer data)
{
  static const char *const names[] = { "abc", "Zhaoyi", "1abcd", "a b c d", "赵一一一", "" };
  static const char *const passwords[] = { "short", "11111111", "12345678", "qianer77", "" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(YqAnswer) answer = try_register (t, "person", names[i], NULL, NULL);
      g_autofree char *code = yq_answer_code (answer);

      assert_refused (answer, 422, code, "username");
    }
  for (guint i = 0; i < G_N_ELEMENTS (passwords); i++)
    {
      g_autoptr(YqAnswer) answer =
        post (t, "/v1/accounts", NULL,
              "{'class':'person','account':{'username':'qianer77','real_name':'钱二',"
              "'phone':'13800001111'},'password':'%s'}",
              passwords[i]);
      g_autofree char *code = yq_answer_code (answer);

      assert_refused (answer, 422, code, "password");
      g_assert_null (strstr (answer->body->str, "13800001111"));
    }
}

static void
test_registering_needs_a_picture (Test *t, gconstpointer data)
{
  g_autoptr(YqAnswer) answer =
    post (t, "/v1/accounts", NULL,
          "{'class':'person','account':{'username':'sunsan','real_name':'孙三',"
          "'phone':'13800001111'},'password':'" PASSWORD "'}");

  assert_refused (answer, 422, "required", "captcha");
}

static void
test_a_name_is_given_once (Test *t, gconstpointer data)
{
  g_autoptr(YqAnswer) again = NULL;

  register_enterprise (t, "zhaoyi");
  again = try_register (t, "person", "zhaoyi", NULL, NULL);
  assert_refused (again, 409, "duplicate", "username");
}

/* A draft is no claim to a company; what has been verified is. */
static gboolean
verify_organisations (SqlConn *conn, gpointer data, GError **error)
{
  return sql_exec (conn, "UPDATE \"organisation\" SET \"first_approved_at\" = 1", SQL_NO_ARGS,
                   error) >= 0;
}

static void
test_drafts_block_nobody (Test *t, gconstpointer data)
{
  g_autoptr(YqAnswer) third = NULL;

  register_enterprise (t, "zhaoyi");
  register_enterprise (t, "zhaoer");
  yq_fixture_write (t->http, verify_organisations, NULL);
  third = try_register (t, "enterprise", "zhaosan", ENTERPRISE, NULL);
  assert_refused (third, 409, "duplicate", "uscc");
}

static void
test_a_phone_is_proved_where_there_is_a_gateway (Test *t, gconstpointer data)
{
  g_autoptr(YqAnswer) without = try_register (t, "person", "zhaoyi", NULL, NULL);
  g_autofree char *id = ask_code (t, "register", "phone", "13800002222");
  g_autofree char *digits = read_code (t);
  g_autofree char *code = g_strdup_printf ("{'id':'%s','text':'%s'}", id, digits);
  g_autoptr(YqAnswer) other = try_register (t, "person", "zhaoyi", NULL, code);

  assert_refused (without, 422, "required", "code");
  assert_refused (other, 422, "invalid", "phone");
  register_enterprise (t, "zhaoyi");
}

/* -- picture codes -- */

static guint8 *
unpack_picture (const char *image, gsize *size)
{
  g_autofree guchar *png = NULL;
  gsize length;
  guint8 *pixels = g_malloc (*size = 1 << 20);
  uLongf n = *size;

  g_assert_true (g_str_has_prefix (image, "data:image/png;base64,"));
  png = g_base64_decode (strchr (image, ',') + 1, &length);
  g_assert_cmpmem (png + 1, 3, "PNG", 3);
  /* signature 8, IHDR 25, then IDAT: length, name, data */
  g_assert_cmpmem (png + 37, 4, "IDAT", 4);
  g_assert_cmpint (uncompress (pixels, &n, png + 41, length - 41), ==, Z_OK);
  *size = n;
  return pixels;
}

static void
test_a_picture_shows_something_new_each_time (Test *t, gconstpointer data)
{
  g_autoptr(YqAnswer) one = yq_fixture_send (t->http, "GET", "/v1/captcha", NULL, NULL);
  g_autoptr(YqAnswer) two = yq_fixture_send (t->http, "GET", "/v1/captcha", NULL, NULL);
  g_autofree char *image = member (one, "image");
  g_autofree char *other = member (two, "image");
  gsize size, dark = 0;
  g_autofree guint8 *pixels = unpack_picture (image, &size);

  g_assert_cmpstr (image, !=, other);
  g_assert_cmpstr (yq_answer_header (one, "cache-control"), ==, "no-store");
  for (gsize i = 0; i < size; i++)
    dark += pixels[i] > 0 && pixels[i] < 80;
  g_assert_cmpuint (dark, >, 500);
}

static YqAnswer *
sign_in (Test *t, const char *username, const char *password, const char *picture)
{
  return post (t, "/v1/sessions", NULL, "{'username':'%s','password':'%s'%s%s}", username, password,
               picture ? ",'captcha':" : "", picture ? picture : "");
}

static void
test_three_failures_demand_a_picture (Test *t, gconstpointer data)
{
  g_autofree char *picture = solve_picture (t);
  g_autoptr(YqAnswer) without = NULL;
  g_autoptr(YqAnswer) wrong = NULL;
  g_autoptr(YqAnswer) with = NULL;
  g_autoptr(YqAnswer) replayed = NULL;

  g_free (yq_fixture_add_account (t->http, "clerk", PASSWORD));
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(YqAnswer) answer = sign_in (t, "clerk", "wrong", NULL);

      g_assert_cmpuint (answer->status, ==, 401);
    }
  without = sign_in (t, "clerk", PASSWORD, NULL);
  assert_refused (without, 422, "required", "captcha");
  wrong = sign_in (t, "clerk", PASSWORD, "{'id':'x','text':'ABCDE'}");
  assert_refused (wrong, 422, "invalid", "captcha");
  with = sign_in (t, "clerk", "wrong", picture);
  g_assert_cmpuint (with->status, ==, 401);
  replayed = sign_in (t, "clerk", PASSWORD, picture);
  assert_refused (replayed, 422, "invalid", "captcha");
}

static void
test_pictures_end_after_five_minutes (Test *t, gconstpointer data)
{
  g_autofree char *picture = solve_picture (t);
  g_autoptr(YqAnswer) late = NULL;

  pass (t, 5 * 60);
  late = post (t, "/v1/codes", NULL, "{'purpose':'recover','phone':'13800001111','captcha':%s}",
               picture);
  assert_refused (late, 422, "invalid", "captcha");
}

/* -- codes -- */

static void
test_codes_look_the_same_for_nobody (Test *t, gconstpointer data)
{
  static const char *const cases[][2] = { { "phone", "13800001111" },
                                          { "phone", "13800009999" },
                                          { "username", "zhaoyi" },
                                          { "username", "nobody" } };

  register_enterprise (t, "zhaoyi");
  pass (t, 120);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *picture = solve_picture (t);
      g_autoptr(YqAnswer) first =
        post (t, "/v1/codes", NULL, "{'purpose':'recover','%s':'%s','captcha':%s}", cases[i][0],
              cases[i][1], picture);
      g_autofree char *id = member (first, "id");
      g_autofree char *again = solve_picture (t);
      g_autoptr(YqAnswer) second =
        post (t, "/v1/codes", NULL, "{'purpose':'recover','%s':'%s','captcha':%s}", cases[i][0],
              cases[i][1], again);
      g_autoptr(YqAnswer) guess =
        post (t, "/v1/passwords", NULL, "{'code':{'id':'%s','text':'000000x'}}", id);

      g_assert_cmpuint (first->status, ==, 201);
      g_assert_cmpuint (first->body->len, ==,
                        strlen ("{\"id\":\"\",\"expires_at\":\"\"}") + 36 + 24);
      g_assert_cmpuint (second->status, ==, 429);
      assert_refused (guess, 422, "invalid", "code");
      pass (t, 16 * 60);
    }
  /* One to register; of the four, those for 13800001111. */
  yq_test_wait_until (gateway_has, &(GatewayWait){ t->gateway, 3 });
  g_assert_cmpuint (gateway_count (t->gateway), ==, 3);
}

static void
test_a_phone_gets_five_codes_a_day (Test *t, gconstpointer data)
{
  g_autofree char *picture = NULL;
  g_autoptr(YqAnswer) sixth = NULL;

  register_enterprise (t, "zhaoyi");
  for (guint i = 0; i < 4; i++)
    {
      pass (t, 61);
      g_free (ask_code (t, "recover", "phone", "13800001111"));
    }
  pass (t, 61);
  picture = solve_picture (t);
  sixth = post (t, "/v1/codes", NULL, "{'purpose':'recover','phone':'13800001111','captcha':%s}",
                picture);
  assert_refused (sixth, 429, "throttled", NULL);
  pass (t, 86400);
  g_free (ask_code (t, "recover", "phone", "13800001111"));
}

static YqAnswer *
recover (Test *t, const char *id, const char *digits, const char *username, const char *password)
{
  g_autofree char *picture = solve_picture (t);

  if (username == NULL)
    return post (t, "/v1/passwords", NULL, "{'code':{'id':'%s','text':'%s'},'captcha':%s}", id,
                 digits, picture);
  return post (t, "/v1/passwords", NULL,
               "{'code':{'id':'%s','text':'%s'},'username':'%s','password':'%s','captcha':%s}", id,
               digits, username, password, picture);
}

static void
test_five_wrong_guesses_burn_a_code (Test *t, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;
  g_autoptr(YqAnswer) right = NULL;

  register_enterprise (t, "zhaoyi");
  pass (t, 61);
  id = ask_code (t, "recover", "phone", "13800001111");
  digits = read_code (t);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr(YqAnswer) wrong = recover (t, id, "abcdef", NULL, NULL);

      assert_refused (wrong, 422, "invalid", "code");
    }
  /* The address is closed, too; a code dies in less than it takes to open. */
  right = recover (t, id, digits, NULL, NULL);
  g_assert_cmpuint (right->status, ==, 429);
}

static gboolean
guess_in_many_ways (SqlConn *conn, gpointer data, GError **error)
{
  const char *const *words = data; /* id, digits */

  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (
      yq_code_try (conn, YQ_CODE_RECOVER, words[0], "abcdef", START + 1000, NULL, NULL, error), ==,
      YQ_CODE_WRONG);
  g_assert_cmpint (
    yq_code_try (conn, YQ_CODE_RECOVER, words[0], words[1], START + 1000, NULL, NULL, error), ==,
    YQ_CODE_WRONG);
  return TRUE;
}

static void
test_from_many_addresses_too (Test *t, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;

  register_enterprise (t, "zhaoyi");
  pass (t, 61);
  id = ask_code (t, "recover", "phone", "13800001111");
  digits = read_code (t);
  yq_fixture_write (t->http, guess_in_many_ways, (const char *[]){ id, digits });
}

static void
test_a_code_finds_accounts_and_sets_a_password (Test *t, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;
  g_autofree char *old = NULL;
  g_autofree char *again = NULL;
  g_autoptr(YqAnswer) found = NULL;
  g_autoptr(YqAnswer) replayed = NULL;
  g_autoptr(YqAnswer) other = NULL;
  g_autoptr(YqAnswer) set = NULL;
  g_autoptr(YqAnswer) ended = NULL;
  g_autoptr(JsonNode) node = NULL;
  JsonObject *ticket;

  register_enterprise (t, "zhaoyi");
  old = yq_fixture_sign_in (t->http, "zhaoyi", PASSWORD);
  g_free (yq_fixture_add_account (t->http, "victim", PASSWORD));
  pass (t, 61);
  id = ask_code (t, "recover", "phone", "13800001111");
  digits = read_code (t);
  found = recover (t, id, digits, NULL, NULL);
  g_assert_cmpuint (found->status, ==, 200);
  g_assert_nonnull (strstr (found->body->str, "\"zhaoyi\""));
  g_assert_null (strstr (found->body->str, "victim"));
  node = yq_answer_json (found);
  ticket = json_object_get_object_member (json_node_get_object (node), "code");
  replayed = recover (t, id, digits, "zhaoyi", "another horse 8");
  assert_refused (replayed, 422, "invalid", "code");
  /* The ticket opens nobody else's account, and is used up by trying. */
  other = recover (t, json_object_get_string_member (ticket, "id"),
                   json_object_get_string_member (ticket, "text"), "victim", "another horse 8");
  assert_refused (other, 422, "invalid", "username");

  pass (t, 16 * 60);
  g_free (g_steal_pointer (&id));
  g_free (g_steal_pointer (&digits));
  id = ask_code (t, "recover", "username", "zhaoyi");
  digits = read_code (t);
  set = recover (t, id, digits, "zhaoyi", "another horse 8");
  g_assert_cmpuint (set->status, ==, 204);
  again = yq_fixture_sign_in (t->http, "zhaoyi", "another horse 8");
  g_assert_nonnull (again);
  ended = yq_fixture_send (t->http, "GET", "/healthz", old, NULL);
  g_assert_cmpuint (ended->status, ==, 401);
}

static void
test_codes_end_after_ten_minutes (Test *t, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;
  g_autoptr(YqAnswer) late = NULL;

  register_enterprise (t, "zhaoyi");
  pass (t, 61);
  id = ask_code (t, "recover", "phone", "13800001111");
  digits = read_code (t);
  pass (t, 10 * 60);
  late = recover (t, id, digits, NULL, NULL);
  assert_refused (late, 422, "invalid", "code");
}

static void
test_no_code_is_stored_as_it_is (Test *t, gconstpointer data)
{
  g_autofree char *digits = NULL;
  g_autofree char *id = NULL;
  g_autoptr(SqlConn) conn = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *phone = NULL;
  const char *const names[] = { "yiquan.db", "yiquan.db-wal" };

  id = ask_code (t, "register", "phone", "13712345678");
  digits = read_code (t);
  conn = yq_fixture_read (t->http);
  shown = sql_get_text (conn, "SELECT text FROM sms", SQL_NO_ARGS, NULL);
  phone = sql_get_text (conn, "SELECT phone FROM sms", SQL_NO_ARGS, NULL);
  g_assert_nonnull (strstr (shown, "******"));
  g_assert_null (strstr (phone, "13712345678"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (t->http->config->data, names[i], NULL);
      g_autofree char *contents = NULL;
      g_autofree char *text = g_strconcat ("验证码：", digits, NULL);
      gsize size = 0;

      g_file_get_contents (path, &contents, &size, NULL);
      g_assert_null (memmem (contents, size, text, strlen (text)));
      g_assert_null (memmem (contents, size, "13712345678", 11));
    }
}

static void
test_without_a_gateway_there_are_no_codes (Test *t, gconstpointer data)
{
  g_autofree char *picture = solve_picture (t);
  g_autoptr(YqAnswer) answer = post (
    t, "/v1/codes", NULL, "{'purpose':'register','phone':'13800001111','captcha':%s}", picture);

  assert_refused (answer, 503, "unavailable", NULL);
}

/* -- changing the password -- */

static void
test_the_old_password_gives_a_new_one (Test *t, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autofree char *new_token = NULL;
  g_autoptr(YqAnswer) changed = NULL;
  g_autoptr(YqAnswer) ended = NULL;

  g_free (yq_fixture_add_account (t->http, "clerk", PASSWORD));
  token = yq_fixture_sign_in (t->http, "clerk", PASSWORD);
  changed = post (t, "/v1/passwords", token,
                  "{'old_password':'" PASSWORD "','password':'another horse 8'}");
  g_assert_cmpuint (changed->status, ==, 204);
  ended = yq_fixture_send (t->http, "GET", "/healthz", token, NULL);
  g_assert_cmpuint (ended->status, ==, 401);
  new_token = yq_fixture_sign_in (t->http, "clerk", "another horse 8");
  g_assert_nonnull (new_token);
}

static void
test_guessing_the_old_password_is_throttled (Test *t, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autoptr(YqAnswer) last = NULL;

  g_free (yq_fixture_add_account (t->http, "clerk", PASSWORD));
  token = yq_fixture_sign_in (t->http, "clerk", PASSWORD);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *picture = solve_picture (t);
      g_autoptr(YqAnswer) wrong =
        post (t, "/v1/passwords", token,
              "{'old_password':'guess','password':'another horse 8','captcha':%s}", picture);

      assert_refused (wrong, 422, "invalid", "old_password");
    }
  last = post (t, "/v1/passwords", token,
               "{'old_password':'" PASSWORD "','password':'another horse 8'}");
  assert_refused (last, 429, "throttled", NULL);
}

/* -- binding -- */

static gboolean
approve_all (SqlConn *conn, gpointer data, GError **error)
{
  return sql_exec (conn,
                   "UPDATE \"organisation\" SET \"state\" = 'active', \"first_approved_at\" = 1",
                   SQL_NO_ARGS, error) >= 0;
}

static void
test_an_older_account_is_taken_over (Test *t, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;
  g_autofree char *token = NULL;
  g_autofree char *old = NULL;
  g_autofree char *code = NULL;
  g_autofree char *own = NULL;
  g_autoptr(YqAnswer) person = NULL;
  g_autoptr(YqAnswer) asked = NULL;
  g_autoptr(YqAnswer) bound = NULL;
  g_autoptr(YqAnswer) again = NULL;
  g_autoptr(YqAnswer) gone = NULL;
  g_autoptr(YqAnswer) mine = NULL;

  register_enterprise (t, "oldname");
  yq_fixture_write (t->http, approve_all, NULL);
  old = yq_fixture_sign_in (t->http, "oldname", PASSWORD);
  pass (t, 61);
  id = ask_code (t, "register", "phone", "13800001111");
  digits = read_code (t);
  code = g_strdup_printf ("{'id':'%s','text':'%s'}", id, digits);
  person = try_register (t, "person", "newname", NULL, code);
  g_assert_cmpuint (person->status, ==, 201);
  token = yq_fixture_sign_in (t->http, "newname", PASSWORD);

  pass (t, 61);
  asked = post (t, "/v1/codes", token, "{'purpose':'bind'}");
  g_assert_cmpuint (asked->status, ==, 201);
  g_free (g_steal_pointer (&id));
  g_free (g_steal_pointer (&digits));
  id = member (asked, "id");
  digits = read_code (t);
  bound = post (t, "/v1/bindings", token,
                "{'username':'oldname','password':'" PASSWORD "','code':{'id':'%s','text':'%s'}}",
                id, digits);
  if (bound->status != 201)
    g_test_message ("%s", bound->body->str);
  g_assert_cmpuint (bound->status, ==, 201);
  again = post (t, "/v1/bindings", token,
                "{'username':'oldname','password':'" PASSWORD "','code':{'id':'%s','text':'%s'}}",
                id, digits);
  g_assert_cmpuint (again->status, ==, 422);
  gone = yq_fixture_send (t->http, "GET", "/healthz", old, NULL);
  g_assert_cmpuint (gone->status, ==, 401);
  own = member (bound, "organisation");
  mine = yq_fixture_send (t->http, "GET", "/v1/organisations?sort=name", token, NULL);
  g_assert_nonnull (strstr (mine->body->str, own));
}

static void
test_binding_needs_the_older_password (Test *t, gconstpointer data)
{
  g_autofree char *token = NULL;
  g_autoptr(YqAnswer) wrong = NULL;
  g_autoptr(YqAnswer) unknown = NULL;
  g_autoptr(YqAnswer) visitor = NULL;

  g_free (yq_fixture_add_account (t->http, "newname", PASSWORD));
  g_free (yq_fixture_add_account (t->http, "oldname", PASSWORD));
  token = yq_fixture_sign_in (t->http, "newname", PASSWORD);
  wrong = post (t, "/v1/bindings", token,
                "{'username':'oldname','password':'guess','code':{'id':'x','text':'1'}}");
  unknown = post (t, "/v1/bindings", token,
                  "{'username':'nobody','password':'guess','code':{'id':'x','text':'1'}}");
  visitor = post (t, "/v1/bindings", NULL,
                  "{'username':'oldname','password':'" PASSWORD "','code':{'id':'x','text':'1'}}");
  assert_refused (wrong, 422, "invalid", "password");
  g_assert_cmpstr (wrong->body->str, ==, unknown->body->str);
  g_assert_cmpuint (visitor->status, ==, 401);
}

static void
test_broken_bodies_are_malformed (Test *t, gconstpointer data)
{
  static const char *const paths[] = { "/v1/accounts", "/v1/codes", "/v1/passwords" };
  static const char *const bodies[] = { "", "[]", "null", "{", "{\"class\":1,}" };

  for (guint p = 0; p < G_N_ELEMENTS (paths); p++)
    for (guint b = 0; b < G_N_ELEMENTS (bodies); b++)
      {
        g_autoptr(YqAnswer) answer = yq_fixture_send (t->http, "POST", paths[p], NULL, bodies[b]);

        assert_refused (answer, 400, "malformed", NULL);
      }
}

int
main (int argc, char *argv[])
{
  yq_text_init (TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("first-manager", NULL, test_whoever_registers_is_the_first_manager);
  ADD ("classes", NULL, test_each_class_registers_what_it_may);
  ADD ("entrepreneur", NULL, test_an_entrepreneur_has_a_grant_of_that_name);
  ADD ("names", NULL, test_names_and_passwords_are_checked);
  ADD ("picture-to-register", NULL, test_registering_needs_a_picture);
  ADD ("name-once", NULL, test_a_name_is_given_once);
  ADD ("drafts", NULL, test_drafts_block_nobody);
  ADD ("proved-phone", WITH, test_a_phone_is_proved_where_there_is_a_gateway);
  ADD ("picture", NULL, test_a_picture_shows_something_new_each_time);
  ADD ("three-failures", NULL, test_three_failures_demand_a_picture);
  ADD ("picture-ends", WITH, test_pictures_end_after_five_minutes);
  ADD ("enumeration", WITH, test_codes_look_the_same_for_nobody);
  ADD ("five-a-day", WITH, test_a_phone_gets_five_codes_a_day);
  ADD ("guesses", WITH, test_five_wrong_guesses_burn_a_code);
  ADD ("guesses-of-many", WITH, test_from_many_addresses_too);
  ADD ("recover", WITH, test_a_code_finds_accounts_and_sets_a_password);
  ADD ("code-ends", WITH, test_codes_end_after_ten_minutes);
  ADD ("hashed", WITH, test_no_code_is_stored_as_it_is);
  ADD ("no-gateway", NULL, test_without_a_gateway_there_are_no_codes);
  ADD ("change", NULL, test_the_old_password_gives_a_new_one);
  ADD ("change-throttled", NULL, test_guessing_the_old_password_is_throttled);
  ADD ("bind", WITH, test_an_older_account_is_taken_over);
  ADD ("bind-password", NULL, test_binding_needs_the_older_password);
  ADD ("malformed", NULL, test_broken_bodies_are_malformed);
  return g_test_run ();
}
