/* Over HTTP, what test-access checks by itself: for every person and every record, what she is
 * shown, what is listed, and how each step, save and deletion is answered.  Commands name a
 * revision that does not exist, so that what is allowed ends as a conflict and changes nothing. */
#define G_LOG_DOMAIN "test-access-http"

#include <string.h>
#include <unistd.h>

#include "access-cases.h"
#include "caller.h"
#include "fixture.h"
#include "record-json.h"
#include "record-sql.h"
#include "session.h"
#include "workflow.h"

#define PASSWORD "a good password"
#define FUTURE_REVISION 999

typedef struct
{
  YqFixture *server;
  GPtrArray *records;
  char *token[2]; /* of OWNER and of STRANGER */
  const Person *person;
  YqWho who;
  int fd;
  guint n_commands;
} Access;

static void G_GNUC_PRINTF (3, 4) fault (Access *a, YqRecord *record, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_error ("%s, %s %s (buyer %s, carrier %s, region %s): %s", a->person->name,
           yq_record_entity (record)->name, yq_record_state (record), yq_record_buyer (record),
           yq_record_carrier (record), yq_record_region (record), text);
}

/* -- the server and what is in it -- */

static gboolean
add_account (SqlConn *conn, const char *id, const char *name, GError **error)
{
  g_autoptr(YqRecord) account = yq_record_new (yq_model_find ("account"), id);

  set_field (account, "username", name);
  yq_record_set_revision (account, 1);
  yq_record_set_account (account, id);
  return yq_record_sql_insert (conn, account, 0, error) &&
         yq_session_set_password (conn, id, PASSWORD, error);
}

/* A secondary account belongs to its desk's organisation. */
static gboolean
add_desk (SqlConn *conn, const char *id, GError **error)
{
  g_autoptr(YqRecord) desk = yq_record_new (yq_model_find ("desk"), id);

  yq_record_set_revision (desk, 1);
  yq_record_set_carrier (desk, CARRIER);
  return yq_record_sql_insert (conn, desk, 0, error);
}

static gboolean
write_records (SqlConn *conn, gpointer user_data, GError **error)
{
  Access *a = user_data;

  for (guint e = 0; e < yq_model_count (); e++)
    for (guint s = 0; s < yq_model_nth (e)->n_states; s++)
      for (guint v = 0; v < G_N_ELEMENTS (variants); v += 2)
        {
          YqRecord *record = make_held_record (yq_model_nth (e), &yq_model_nth (e)->states[s], v);

          g_ptr_array_add (a->records, record);
          if (!yq_record_sql_insert (conn, record, 0, error))
            return FALSE;
        }
  return add_desk (conn, DESK, error) && add_desk (conn, OTHER_DESK, error) &&
         add_account (conn, OWNER, "owner", error) &&
         add_account (conn, STRANGER, "stranger", error);
}

static gboolean
write_grants (SqlConn *conn, gpointer user_data, GError **error)
{
  Access *a = user_data;
  const Person *person = a->person;

  /* These grants are written past the feed, which would have told of them. */
  yq_caller_forget_all ();
  /* Only what this test made: the grants among the records stay. */
  if (sql_exec (conn, "DELETE FROM \"grant\" WHERE \"revision\" = 77", SQL_NO_ARGS, error) < 0)
    return FALSE;
  for (guint i = 0; i < person->n_grants; i++)
    {
      g_autoptr(YqRecord) grant = yq_record_new (yq_model_find ("grant"), NULL);
      YqRole role = person->grants[i].role;
      const char *field = role == YQ_ROLE_REVIEWER ? "scope_region"
                          : role == YQ_ROLE_DESK   ? "desk"
                                                   : "organisation";

      yq_record_set_revision (grant, 77);
      yq_record_set_account (grant, person->account);
      set_field (grant, "account", person->account);
      set_field (grant, "role", yq_role_name (role));
      set_field (grant, field, person->grants[i].scope);
      if (!yq_record_sql_insert (conn, grant, 0, error))
        return FALSE;
    }
  return TRUE;
}

static void
set_up (Access *a, gconstpointer data)
{
  a->records = g_ptr_array_new_with_free_func (g_object_unref);
  a->server = yq_fixture_new_started ();
  yq_fixture_write (a->server, write_records, a);
  a->token[0] = yq_fixture_sign_in (a->server, "owner", PASSWORD);
  a->token[1] = yq_fixture_sign_in (a->server, "stranger", PASSWORD);
}

static void
tear_down (Access *a, gconstpointer data)
{
  g_free (a->token[0]);
  g_free (a->token[1]);
  g_ptr_array_unref (a->records);
  yq_fixture_free (a->server);
}

static void
become (Access *a, const Person *person)
{
  a->person = person;
  a->who = who_is (person);
  if (person->account == NULL)
    return;
  yq_fixture_write (a->server, write_grants, a);
  yq_sessions_drop_account (yq_server_sessions (a->server->server), person->account);
}

/* -- requests on one connection -- */

static YqAnswer *
ask (Access *a, const char *method, const char *path, const char *body)
{
  g_autoptr(GString) text = g_string_new (NULL);
  const char *account = a->person->account;

  g_string_append_printf (text, "%s %s HTTP/1.1\r\nHost: test\r\n", method, path);
  if (account != NULL)
    g_string_append_printf (text, "Authorization: Bearer %s\r\n",
                            a->token[strcmp (account, OWNER) == 0 ? 0 : 1]);
  if (body != NULL)
    g_string_append_printf (text, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                            strlen (body));
  g_string_append_printf (text, "\r\n%s", body != NULL ? body : "");
  g_assert_true (yq_test_write (a->fd, text->str, text->len));
  return yq_test_read (a->fd, TRUE);
}

/* -- reading -- */

static void
check_record (Access *a, YqRecord *record)
{
  guint readers = yq_access_readers (NULL, &a->who, record);
  g_autofree char *path =
    g_strdup_printf ("/v1/%s/%s", yq_record_entity (record)->plural, yq_record_id (record));
  g_autoptr(YqAnswer) answer = ask (a, "GET", path, NULL);
  g_autoptr(JsonNode) shown = NULL;
  g_autoptr(JsonNode) expected = NULL;
  g_autoptr(GString) text = g_string_new (NULL);

  if (answer->status != (readers != 0 ? 200 : 404))
    fault (a, record, "answers %u, read as %#x", answer->status, readers);
  if (readers == 0)
    return;
  shown = yq_answer_json (answer);
  json_object_remove_member (json_node_get_object (shown), "actions");
  yq_json_append_record (text, record, readers);
  expected = yq_json_parse (text->str, text->len, NULL);
  if (!json_node_equal (shown, expected))
    fault (a, record, "shows\n%s\nnot\n%s", answer->body->str, text->str);
}

static void
check_list (Access *a, const YqEntity *entity)
{
  g_autofree char *path = g_strdup_printf ("/v1/%s?limit=200", entity->plural);
  g_autoptr(YqAnswer) answer = ask (a, "GET", path, NULL);
  g_autoptr(JsonNode) node = yq_answer_json (answer);
  g_autoptr(GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *items;

  g_assert_cmpuint (answer->status, ==, 200);
  items = json_object_get_array_member (json_node_get_object (node), "items");
  for (guint i = 0; i < json_array_get_length (items); i++)
    g_hash_table_add (listed, (gpointer) json_object_get_string_member (
                                json_array_get_object_element (items, i), "id"));
  for (guint i = 0; i < a->records->len; i++)
    {
      YqRecord *record = a->records->pdata[i];
      guint readers = yq_access_readers (NULL, &a->who, record);

      if (yq_record_entity (record) == entity &&
          (readers != 0) != g_hash_table_contains (listed, yq_record_id (record)))
        fault (a, record, "the list %s it, read as %#x", readers != 0 ? "misses" : "shows",
               readers);
    }
}

static void
for_everybody (Access *a, void (*check) (Access *a))
{
  for (guint p = 0; p < G_N_ELEMENTS (people); p++)
    {
      if ((people[p].facts & IS_CLOCK) != 0)
        continue;
      become (a, &people[p]);
      a->fd = yq_fixture_connect (a->server);
      check (a);
      close (a->fd);
    }
}

static void
check_sight (Access *a)
{
  for (guint i = 0; i < a->records->len; i++)
    check_record (a, a->records->pdata[i]);
  for (guint e = 0; e < yq_model_count (); e++)
    check_list (a, yq_model_nth (e));
}

static void
test_everybody_is_shown_what_is_hers (Access *a, gconstpointer data)
{
  for_everybody (a, check_sight);
}

/* -- writing -- */

typedef struct
{
  YqRecord *record;
  const char *action;
  const YqField *field; /* of a save */
} Try;

static gboolean
is_any_actor (Access *a, YqRecord *record, const char *actors)
{
  for (YqActor actor = YQ_ACTOR_OWNER; actor <= YQ_ACTOR_CLOCK; actor++)
    if (yq_word_in (actors, yq_actor_name (actor)) &&
        yq_access_is_actor (NULL, &a->who, record, actor))
      return TRUE;
  return FALSE;
}

/* "not_found", "forbidden" or "changed". */
static const char *
expected_code (Access *a, const Try *one)
{
  const YqEntity *entity = yq_record_entity (one->record);
  gboolean may;

  if (yq_access_readers (NULL, &a->who, one->record) == 0)
    return "not_found";
  if (one->field != NULL)
    may = (one->field->edit & yq_access_edits (NULL, &a->who, one->record)) != 0;
  else if (strcmp (one->action, "delete") == 0)
    {
      g_autoptr(YqProblem) problem = yq_workflow_check_delete (NULL, &a->who, one->record);

      may = problem == NULL || yq_problem_code (problem) != YQ_PROBLEM_FORBIDDEN;
    }
  else
    may = is_any_actor (a, one->record, yq_entity_step (entity, one->action)->actors);
  return may ? "changed" : "forbidden";
}

static void
append_try (Access *a, GString *body, const Try *one)
{
  g_autofree char *id = g_uuid_string_random ();

  g_string_append_printf (body,
                          "%s{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\","
                          "\"revision\":%d,\"fields\":{",
                          body->str[body->len - 1] == '[' ? "" : ",", id,
                          yq_record_entity (one->record)->name, yq_record_id (one->record),
                          one->action, FUTURE_REVISION);
  if (one->field != NULL)
    g_string_append_printf (body, "\"%s\":null", one->field->name);
  g_string_append (body, "}}");
  a->n_commands++;
}

/* One request: a record stands in it once, since what follows a refusal would be skipped. */
static void
send_tries (Access *a, GArray *tries)
{
  g_autoptr(GString) body = g_string_new ("{\"commands\":[");
  g_autoptr(YqAnswer) answer = NULL;
  g_autoptr(JsonNode) node = NULL;
  JsonArray *results;

  for (guint i = 0; i < tries->len; i++)
    append_try (a, body, &g_array_index (tries, Try, i));
  g_string_append (body, "]}");
  answer = ask (a, "POST", "/v1/commands", body->str);
  if (a->person->account == NULL)
    {
      g_assert_cmpuint (answer->status, ==, 401);
      return;
    }
  g_assert_cmpuint (answer->status, ==, 200);
  node = yq_answer_json (answer);
  results = json_object_get_array_member (json_node_get_object (node), "results");
  g_assert_cmpuint (json_array_get_length (results), ==, tries->len);
  for (guint i = 0; i < tries->len; i++)
    {
      const Try *one = &g_array_index (tries, Try, i);
      JsonObject *result = json_array_get_object_element (results, i);
      const char *outcome = json_object_get_string_member (result, "outcome");
      JsonNode *problem = json_object_get_member (result, "problem");
      const char *code = problem != NULL && JSON_NODE_HOLDS_OBJECT (problem)
                           ? json_object_get_string_member (json_node_get_object (problem), "code")
                           : NULL;
      const char *expected = expected_code (a, one);

      if (g_strcmp0 (code, expected) != 0)
        fault (a, one->record, "%s %s is %s (%s), not %s", one->action,
               one->field != NULL ? one->field->name : "", outcome, code, expected);
      g_assert_cmpstr (outcome, ==, strcmp (expected, "changed") == 0 ? "conflict" : "refused");
    }
}

/* The first field of every set of edit groups, so that each is tried once. */
static const YqField *
nth_edit (const YqEntity *entity, guint n)
{
  for (guint i = 0; i < entity->n_fields; i++)
    {
      gboolean first = TRUE;

      for (guint j = 0; j < i; j++)
        first = first && entity->fields[j].edit != entity->fields[i].edit;
      if (first && n-- == 0)
        return &entity->fields[i];
    }
  return NULL;
}

/* The round-th command for a record: its steps, then its saves, then its deletion. */
static gboolean
choose_try (YqRecord *record, guint round, Try *one)
{
  const YqEntity *entity = yq_record_entity (record);
  guint n_edits = 0;

  *one = (Try){ record, NULL, NULL };
  if (round < entity->n_steps)
    {
      one->action = entity->steps[round].action;
      return TRUE;
    }
  round -= entity->n_steps;
  while (nth_edit (entity, n_edits) != NULL)
    n_edits++;
  if (round < n_edits)
    {
      one->action = "save";
      one->field = nth_edit (entity, round);
      return TRUE;
    }
  one->action = "delete";
  return round == n_edits;
}

static void
check_commands (Access *a)
{
  for (guint round = 0;; round++)
    {
      g_autoptr(GArray) tries = g_array_new (FALSE, FALSE, sizeof (Try));

      for (guint i = 0; i < a->records->len; i++)
        {
          Try one;

          if (choose_try (a->records->pdata[i], round, &one))
            g_array_append_val (tries, one);
        }
      if (tries->len == 0)
        return;
      send_tries (a, tries);
    }
}

static gboolean
count_untouched (Access *a, SqlConn *conn)
{
  for (guint i = 0; i < a->records->len; i++)
    {
      YqRecord *record = a->records->pdata[i];
      g_autoptr(GError) error = NULL;
      g_autoptr(YqRecord) now =
        yq_record_sql_get (conn, yq_record_entity (record), yq_record_id (record), &error);

      g_assert_no_error (error);
      if (now == NULL || yq_record_revision (now) != yq_record_revision (record) ||
          g_strcmp0 (yq_record_state (now), yq_record_state (record)) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
test_everybody_may_do_what_is_hers (Access *a, gconstpointer data)
{
  g_autoptr(SqlConn) conn = NULL;

  for_everybody (a, check_commands);
  g_test_message ("%u commands", a->n_commands);
  g_assert_cmpuint (a->n_commands, >, 20000);
  conn = yq_fixture_read (a->server);
  g_assert_true (count_untouched (a, conn));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  yq_text_set_language (YQ_LANGUAGE_EN);
  g_test_add ("/access-http/sight", Access, NULL, set_up, test_everybody_is_shown_what_is_hers,
              tear_down);
  g_test_add ("/access-http/commands", Access, NULL, set_up, test_everybody_may_do_what_is_hers,
              tear_down);
  return g_test_run ();
}
