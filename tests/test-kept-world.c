/* What the writer has read once holds for the next command, unless somebody else wrote since. */
#define G_LOG_DOMAIN "test-kept-world"

#include "manual-play.h"

#include "catalogue.h"

static char *
an_instrument (Play *p)
{
  JsonArray *items;

  g_assert_cmpuint (call (p, "GET", "/v1/instruments?limit=1", NULL, NULL), ==, 200);
  items = json_object_get_array_member (body_of (p), "items");
  return g_strdup (json_object_get_string_member (json_array_get_object_element (items, 0), "id"));
}

/* The name of the instrument as the server takes it over into a new favourite. */
static void
assert_name (Play *p, const char *token, const char *instrument, const char *expected)
{
  g_autofree char *id = yq_id_new ();

  assert_done (p, token, &yq_favourite, id, "save",
               g_strdup_printf ("{'kind':'instrument','instrument':'%s'}", instrument), "applied");
  g_assert_cmpstr (json_object_get_string_member (fields_of (p, token, &yq_favourite, id), "title"),
                   ==, expected);
  assert_done (p, token, &yq_favourite, id, "delete", NULL, "applied");
}

typedef struct
{
  const char *instrument, *name;
} Renaming;

static gboolean
rename_instrument (SqlConn *conn, gpointer user_data, GError **error)
{
  const Renaming *renaming = user_data;

  return sql_exec (conn, "UPDATE instrument SET name = $1 WHERE id = $2",
                   SQL_ARGS (SQL_TEXT (renaming->name), SQL_TEXT (renaming->instrument)),
                   error) == 1;
}

static void
test_another_job_wrote (Play *p)
{
  g_autofree char *token = sign_in (p, "enterprise1", YQ_DEMO_PASSWORD);
  g_autofree char *instrument = an_instrument (p);
  Renaming first = { instrument, "甲" }, second = { instrument, "乙" };

  yq_fixture_write (p->demo.server, rename_instrument, &first);
  assert_name (p, token, instrument, "甲");
  assert_name (p, token, instrument, "甲");
  yq_fixture_write (p->demo.server, rename_instrument, &second);
  assert_name (p, token, instrument, "乙");
}

static void
test_another_process_wrote (Play *p)
{
  g_autofree char *token = sign_in (p, "enterprise1", YQ_DEMO_PASSWORD);
  g_autofree char *instrument = an_instrument (p);
  g_autofree char *uri = yq_server_database (p->demo.server->config);
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlConn) other = sql_open (uri, SQL_OPEN_READ_WRITE, &error);
  Renaming first = { instrument, "丙" }, second = { instrument, "丁" };

  g_assert_no_error (error);
  yq_fixture_write (p->demo.server, rename_instrument, &first);
  assert_name (p, token, instrument, "丙");
  g_assert_true (sql_begin (other, TRUE, &error));
  g_assert_true (rename_instrument (other, &second, &error));
  g_assert_true (sql_commit (other, &error));
  assert_name (p, token, instrument, "丁");
}

/* Undone work is not remembered: the commands of one request share a transaction. */
static void
test_something_was_undone (Play *p)
{
  g_autofree char *token = sign_in (p, "carrier1", YQ_DEMO_PASSWORD);
  g_autofree char *instrument = an_instrument (p);
  g_autofree char *body = NULL;
  char *ids[6];
  JsonArray *results;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = yq_id_new ();

  body = g_strdup_printf (
    "{\"commands\":["
    "{\"id\":\"%s\",\"entity\":\"favourite\",\"record\":\"%s\",\"action\":\"save\",\"revision\":0,"
    "\"fields\":{\"kind\":\"instrument\"}},"
    "{\"id\":\"%s\",\"entity\":\"closure\",\"record\":\"%s\",\"action\":\"save\",\"revision\":0,"
    "\"fields\":{\"instrument\":\"%s\",\"from\":\"2027-01-05T01:00:00Z\","
    "\"to\":\"2027-01-05T00:00:00Z\",\"reason\":\"检修\"}},"
    "{\"id\":\"%s\",\"entity\":\"favourite\",\"record\":\"%s\",\"action\":\"save\",\"revision\":0,"
    "\"fields\":{\"kind\":\"instrument\",\"instrument\":\"%s\"}}]}",
    ids[0], ids[1], ids[2], ids[3], instrument, ids[4], ids[5], instrument);
  g_assert_cmpuint (call (p, "POST", "/v1/commands", token, body), ==, 200);
  results = json_object_get_array_member (body_of (p), "results");
  g_assert_cmpstr (
    json_object_get_string_member (json_array_get_object_element (results, 0), "outcome"), ==,
    "refused");
  g_assert_cmpstr (
    json_object_get_string_member (json_array_get_object_element (results, 1), "outcome"), ==,
    "refused");
  g_assert_cmpstr (
    json_object_get_string_member (json_array_get_object_element (results, 2), "outcome"), ==,
    "applied");
  g_assert_null (look (p, token, &yq_favourite, ids[1]));
  g_assert_nonnull (look (p, token, &yq_favourite, ids[5]));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_free (ids[i]);
}

/* In one world: filling it takes longer than all of this. */
static void
test_all (Play *p, gconstpointer data)
{
  test_another_job_wrote (p);
  test_another_process_wrote (p);
  test_something_was_undone (p);
}

int
main (int argc, char **argv)
{
  yq_text_init (TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/kept-world", Play, NULL, set_up, test_all, tear_down);
  return g_test_run ();
}
