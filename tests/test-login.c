/* Signing in with and without a network, two people on one computer, signing out. */
#define G_LOG_DOMAIN "test-login"

#include "sync-fixture.h"

#include "demo-private.h"
#include "ids.h"

static int
error_of (Client *client, const char *url, const char *name, const char *password)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (sign_in (client, url, name, password, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == YQ_LOGIN_ERROR);
  return error->code;
}

static void
test_the_right_password_opens (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autofree char *organisation = yq_demo_id ("organisation", "enterprise1");

  g_assert_cmpint (error_of (&client, bench->url, "enterprise1", "falsch"), ==,
                   YQ_LOGIN_ERROR_WRONG);
  g_assert_false (yq_login_is_open (client.login));
  g_assert_true (sign_in (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD, NULL));
  g_assert_true (yq_login_is_open (client.login));
  g_assert_cmpstr (yq_login_username (client.login), ==, "enterprise1");
  g_assert_cmpstr (yq_login_organisation (client.login), ==, organisation);
  g_assert_true (yq_who_manages (yq_login_who (client.login), organisation));
  remove_client (&client);
}

static void
test_a_picture_is_asked_for_after_three (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  guint wrong = 0;

  while (error_of (&client, bench->url, "enterprise1", "falsch") == YQ_LOGIN_ERROR_WRONG)
    g_assert_cmpuint (++wrong, <=, 3);
  g_assert_cmpuint (wrong, ==, 3);
  /* The picture code is asked for from here on; who goes on without it gains nothing. */
  g_assert_cmpint (error_of (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD), ==,
                   YQ_LOGIN_ERROR_PICTURE);
  remove_client (&client);
}

static void
test_offline_the_password_unlocks (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);

  wire_set_up (bench->wire, FALSE);
  g_assert_cmpint (error_of (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD), ==,
                   YQ_LOGIN_ERROR_UNREACHABLE);
  wire_set_up (bench->wire, TRUE);
  start_client (&client, bench, "enterprise1");
  g_assert_true (yq_login_sign_out (client.login, FALSE, NULL));
  g_assert_false (yq_login_is_open (client.login));
  end_client (&client);

  wire_set_up (bench->wire, FALSE);
  g_assert_false (restore (&client, bench->url, "enterprise1")); /* signed out: it asks */
  end_client (&client);
  g_assert_cmpint (error_of (&client, bench->url, "enterprise1", "falsch"), ==,
                   YQ_LOGIN_ERROR_WRONG);
  g_assert_true (sign_in (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD, NULL));
  g_assert_cmpuint (yq_store_count (client.store, query), >, 0);
  remove_client (&client);
}

static void
test_it_goes_on_where_it_ended (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_auto(GStrv) names = NULL;

  start_client (&client, bench, "carrier1");
  end_client (&client);
  g_assert_true (restore (&client, bench->url, NULL)); /* the last one */
  g_assert_cmpstr (yq_login_username (client.login), ==, "carrier1");
  g_assert_false (yq_login_needs_sign_in (client.login));
  wait_for (is_current (&client));
  names = yq_login_known_names (client.login);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  remove_client (&client);
}

static void
test_two_people_share_a_computer (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqQuery) query = yq_query_new (&yq_order);
  g_autofree char *first_dir = NULL;

  start_client (&client, bench, "enterprise1");
  first_dir = g_strdup (yq_store_dir (client.store));
  g_assert_cmpuint (yq_store_count (client.store, query), >, 0);
  start_client (&client, bench, "enterprise2");
  g_assert_cmpstr (yq_login_username (client.login), ==, "enterprise2");
  g_assert_cmpstr (yq_store_dir (client.store), !=, first_dir);
  {
    g_autofree char *other = yq_demo_id ("organisation", "enterprise1");
    g_autoptr(YqQuery) others = yq_query_new (&yq_order);

    yq_query_add (others, "buyer", other);
    g_assert_cmpuint (yq_store_count (client.store, others), ==, 0);
  }
  remove_client (&client);
}

static void
test_signing_out_asks_while_work_is_unsent (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autofree char *id = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(YqRecord) seen = NULL;

  start_client (&client, bench, "enterprise1");
  wire_set_up (bench->wire, FALSE);
  order = yq_store_new_record (client.store, &yq_order);
  id = g_strdup (yq_record_id (order));
  yq_record_set_text (order, ORDER_PURPOSE, "未发送");
  g_assert_true (yq_outbox_save (client.outbox, order, NULL));
  g_assert_false (yq_login_sign_out (client.login, FALSE, &error));
  g_assert_error (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_NOT_EMPTY);
  g_assert_true (yq_login_is_open (client.login));
  g_assert_true (yq_login_sign_out (client.login, TRUE, NULL));

  g_assert_true (sign_in (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD, NULL));
  g_assert_false (yq_outbox_is_empty (client.outbox));
  seen = yq_store_get (client.store, &yq_order, id);
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "未发送");
  wire_set_up (bench->wire, TRUE);
  remove_client (&client);
}

static void
test_a_visitor_reads_the_catalogue (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqQuery) instruments = yq_query_new (&yq_instrument);
  g_autoptr(YqQuery) orders = yq_query_new (&yq_order);
  g_autoptr(GError) error = NULL;

  client.dir = g_dir_make_tmp ("yiquan-client-XXXXXX", NULL);
  client.login = yq_login_new (client.dir, bench->url);
  g_assert_true (yq_login_visit (client.login, &error));
  look_up_parts (&client);
  wait_for (is_current (&client));
  g_assert_true (yq_login_is_visitor (client.login));
  g_assert_cmpuint (yq_store_count (client.store, instruments), >, 0);
  g_assert_cmpuint (yq_store_count (client.store, orders), ==, 0);
  remove_client (&client);
}

static gboolean
new_password_cb (SqlConn *conn, gpointer user_data, GError **error)
{
  g_autofree char *account = yq_demo_id ("account", "enterprise1");

  return yq_session_set_password (conn, account, "neues-passwort", error);
}

static void
test_a_changed_password_keeps_the_store (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) seen = NULL;
  g_autofree char *id = NULL;

  start_client (&client, bench, "enterprise1");
  order = yq_store_new_record (client.store, &yq_order);
  id = g_strdup (yq_record_id (order));
  yq_record_set_text (order, ORDER_PURPOSE, "旧密码时写的");
  g_assert_true (yq_store_save_draft (client.store, order, NULL));
  end_client (&client);
  yq_fixture_write (bench->http, new_password_cb, NULL);
  g_assert_true (sign_in (&client, bench->url, "enterprise1", "neues-passwort", NULL));
  seen = yq_store_get (client.store, &yq_order, id);
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "旧密码时写的");
  end_client (&client);

  wire_set_up (bench->wire, FALSE); /* and offline it is the new one that unlocks */
  g_assert_cmpint (error_of (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD), ==,
                   YQ_LOGIN_ERROR_WRONG);
  g_assert_true (sign_in (&client, bench->url, "enterprise1", "neues-passwort", NULL));
  remove_client (&client);
}

static char *
save_draft (Client *client, const char *purpose)
{
  g_autoptr(YqRecord) order = yq_store_new_record (client->store, &yq_order);

  yq_record_set_text (order, ORDER_PURPOSE, purpose);
  g_assert_true (yq_store_save_draft (client->store, order, NULL));
  return g_strdup (yq_record_id (order));
}

static void
assert_draft (Client *client, const char *id, const char *purpose)
{
  g_autoptr(YqRecord) seen = yq_store_get (client->store, &yq_order, id);

  g_assert_nonnull (seen);
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, purpose);
}

/* Until the keyring (a file, where no desktop is) has forgotten the key. */
static void
sign_out (Client *client)
{
  g_autofree char *key = g_build_filename (yq_store_dir (client->store), "key", NULL);

  g_assert_true (yq_login_sign_out (client->login, TRUE, NULL));
  wait_for (!g_file_test (key, G_FILE_TEST_EXISTS));
  end_client (client);
}

/* Signed out, nothing but the password opens the store: and that was lost, and is a new one. */
static void
test_a_recovered_password_keeps_the_store (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autofree char *id = NULL;

  start_client (&client, bench, "enterprise1");
  id = save_draft (&client, "退出前写的");
  sign_out (&client);
  yq_fixture_write (bench->http, new_password_cb, NULL);
  g_assert_true (sign_in (&client, bench->url, "enterprise1", "neues-passwort", NULL));
  assert_draft (&client, id, "退出前写的");
  remove_client (&client);
}

/* What the server answers where she signed in in a browser: there is no password. */
static gboolean
sign_on (Client *client, Bench *bench, const char *name, GError **error)
{
  g_autofree char *body =
    g_strdup_printf ("{\"username\":\"%s\",\"password\":\"" YQ_DEMO_PASSWORD "\"}", name);
  g_autoptr(YqAnswer) said = yq_fixture_send (bench->http, "POST", "/v1/sessions", NULL, body);
  g_autoptr(JsonNode) answer = yq_answer_json (said);
  Outcome outcome = { 0 };

  if (client->dir == NULL)
    client->dir = g_dir_make_tmp ("yiquan-client-XXXXXX", NULL);
  if (client->login == NULL)
    client->login = yq_login_new (client->dir, bench->url);
  yq_login_take_answer_async (client->login, answer, signed_in_cb, &outcome);
  wait_for (outcome.done);
  look_up_parts (client);
  if (outcome.error != NULL)
    g_propagate_error (error, outcome.error);
  return outcome.good;
}

static void
test_signing_in_elsewhere_keeps_the_store (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autofree char *id = NULL;
  g_autoptr(JsonNode) nonsense = json_from_string ("{\"token\":\"1\"}", NULL);
  Outcome outcome = { 0 };

  g_assert_true (sign_on (&client, bench, "enterprise1", NULL));
  id = save_draft (&client, "法人登录后写的");
  restart_client (&client, bench, "enterprise1");
  assert_draft (&client, id, "法人登录后写的");
  sign_out (&client);
  g_assert_true (sign_on (&client, bench, "enterprise1", NULL));
  assert_draft (&client, id, "法人登录后写的");
  end_client (&client);
  g_assert_true (sign_in (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD, NULL));
  assert_draft (&client, id, "法人登录后写的");

  yq_login_take_answer_async (client.login, nonsense, signed_in_cb, &outcome);
  wait_for (outcome.done);
  g_assert_error (outcome.error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_FAILED);
  g_error_free (outcome.error);
  remove_client (&client);
}

/* The address of the inner network is no good on a phone. */
static void
test_codes_lead_to_the_public_address (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autofree char *inner = NULL;
  g_autofree char *outer = NULL;

  start_client (&client, bench, "enterprise1");
  inner = yq_store_get_meta (client.store, "server");
  g_assert_cmpstr (inner, ==, bench->url);
  end_client (&client);
  yq_fixture_stop (bench->http);
  bench->http->config->public_url = g_strdup ("https://yiquan.example");
  yq_fixture_start (bench->http);
  g_assert_true (sign_in (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD, NULL));
  restart_client (&client, bench, "enterprise1");
  outer = yq_store_get_meta (client.store, "server");
  g_assert_cmpstr (outer, ==, "https://yiquan.example");
  remove_client (&client);
}

static void
answer_membership (Bench *bench, const char *user, const char *id, int revision, const char *action,
                   const char *fields)
{
  g_autofree char *token = yq_fixture_sign_in (bench->http, user, YQ_DEMO_PASSWORD);
  g_autofree char *command = yq_id_new ();
  g_autofree char *body = g_strdup_printf (
    "{\"commands\":[{\"id\":\"%s\",\"entity\":\"membership\",\"record\":\"%s\",\"action\":\"%s\","
    "\"revision\":%d,\"fields\":%s}]}",
    command, id, action, revision, fields);
  g_autoptr(YqAnswer) answer = yq_fixture_send (bench->http, "POST", "/v1/commands", token, body);

  g_assert_cmpuint (answer->status, ==, 200);
  if (strstr (answer->body->str, "\"applied\"") == NULL)
    g_error ("%s: %s", action, answer->body->str);
}

/* Shandong 3.2: accepted and released while her program runs. */
static void
test_joining_and_leaving_are_noticed (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autofree char *organisation = yq_demo_id ("organisation", "enterprisesd");
  g_autofree char *id = yq_id_new ();

  start_client (&client, bench, "personsd");
  g_assert_null (yq_login_organisation (client.login));
  answer_membership (bench, "personsd", id, 0, "ask", "{\"wanted\":\"济南泉新精密材料有限公司\"}");
  answer_membership (bench, "enterprisesd", id, 1, "accept", "{}");
  wait_for (g_strcmp0 (yq_login_organisation (client.login), organisation) == 0);
  g_assert_true (yq_who_is_in (yq_login_who (client.login), organisation));
  g_assert_cmpstr (yq_store_who (client.store)->organisation, ==, organisation);
  answer_membership (bench, "personsd", id, 2, "leave", "{}");
  answer_membership (bench, "enterprisesd", id, 3, "release", "{}");
  wait_for (yq_login_organisation (client.login) == NULL);
  g_assert_cmpuint (yq_login_who (client.login)->n_grants, ==, 0);
  remove_client (&client);
}

static void
test_secrets_are_for_the_owner_alone (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  static const char *const names[] = { "key", "token", "login.json", "store.db" };
  g_autofree char *folder = NULL;

  start_client (&client, bench, "enterprise1");
  folder = g_strdup (yq_store_dir (client.store));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);
      GStatBuf info;

      if (g_stat (path, &info) == 0 && i < 3)
        g_assert_cmpint (info.st_mode & 0077, ==, 0);
    }
  {
    GStatBuf info;

    g_assert_cmpint (g_stat (folder, &info), ==, 0);
    g_assert_cmpint (info.st_mode & 0077, ==, 0);
  }
  remove_client (&client);
}

#define ADD(path, func) g_test_add (path, Bench, NULL, bench_set_up, func, bench_tear_down)

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);

  ADD ("/login/password", test_the_right_password_opens);
  ADD ("/login/picture", test_a_picture_is_asked_for_after_three);
  ADD ("/login/offline", test_offline_the_password_unlocks);
  ADD ("/login/goes-on", test_it_goes_on_where_it_ended);
  ADD ("/login/two-people", test_two_people_share_a_computer);
  ADD ("/login/sign-out", test_signing_out_asks_while_work_is_unsent);
  ADD ("/login/visitor", test_a_visitor_reads_the_catalogue);
  ADD ("/login/changed-password", test_a_changed_password_keeps_the_store);
  ADD ("/login/recovered-password", test_a_recovered_password_keeps_the_store);
  ADD ("/login/elsewhere", test_signing_in_elsewhere_keeps_the_store);
  ADD ("/login/public-address", test_codes_lead_to_the_public_address);
  ADD ("/login/membership", test_joining_and_leaving_are_noticed);
  ADD ("/login/secrets", test_secrets_are_for_the_owner_alone);

  result = g_test_run ();
  if (template_folder != NULL)
    yq_test_remove_folder (template_folder);
  return result;
}
