/* POST /v1/commands. */
#define G_LOG_DOMAIN "yiquan-commands"

#include "commands.h"

#include <sodium.h>
#include <string.h>

#include "api.h"
#include "audit.h"
#include "caller.h"
#include "clock.h"
#include "command-run.h"
#include "feed.h"
#include "file-use.h"
#include "ids.h"
#include "model.h"
#include "record-json.h"
#include "record-sql.h"
#include "search-index.h"
#include "server.h"
#include "world-sql.h"

#define DIGEST_SIZE 32

gboolean
yq_records_create_tables (SqlConn *conn, GError **error)
{
  return yq_record_sql_load_key (conn, error) && yq_record_sql_migrate (conn, error) &&
         yq_audit_create_tables (conn, error) && yq_feed_create_tables (conn, error) &&
         yq_search_index_create_tables (conn, error) && yq_file_use_create_tables (conn, error) &&
         sql_script (conn,
                     "CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, account TEXT,"
                     " digest TEXT NOT NULL, outcome TEXT NOT NULL, result TEXT NOT NULL,"
                     " at BIGINT NOT NULL);",
                     error);
}

/* -- the envelope -- */

typedef struct
{
  YqCommand command;
  char digest[DIGEST_SIZE * 2 + 1];
  char *answer; /* of the last run */
  gboolean applied;
} Unit;

/* The commands of one request. */
typedef struct
{
  YqJob job;
  JsonNode *envelope;
  JsonObject *no_fields;
  Unit *units;
  YqRequest *request; /* NULL: without HTTP */
  YqFiles *files;
  YqLanguage language;
  char *account;
  const YqWho *who;
  YqSession *session; /* the caller's grants as the writer last read them */
} Batch;

static void
batch_free (Batch *batch)
{
  for (guint i = 0; i < batch->job.n_units; i++)
    g_free (batch->units[i].answer);
  g_free (batch->units);
  g_clear_pointer (&batch->envelope, json_node_unref);
  g_clear_pointer (&batch->no_fields, json_object_unref);
  g_clear_pointer (&batch->session, yq_session_unref);
  g_free (batch->account);
  g_free (batch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Batch, batch_free)

static gboolean
only_known_members (JsonObject *object)
{
  static const char known[] = "id|entity|record|action|revision|fields";
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node))
    if (!yq_word_in (known, name))
      return FALSE;
  return TRUE;
}

static gboolean
read_command (Batch *batch, JsonNode *node, YqCommand *command)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *revision, *fields;

  if (object == NULL || !only_known_members (object))
    return FALSE;
  command->id = yq_json_text_member (object, "id");
  command->entity = yq_json_text_member (object, "entity");
  command->record = yq_json_text_member (object, "record");
  command->action = yq_json_text_member (object, "action");
  revision = json_object_get_member (object, "revision");
  fields = json_object_get_member (object, "fields");
  if (command->id == NULL || !yq_id_is_valid (command->id) || command->entity == NULL ||
      command->record == NULL || !yq_id_is_valid (command->record) || command->action == NULL)
    return FALSE;
  if (revision == NULL || !JSON_NODE_HOLDS_VALUE (revision) ||
      json_node_get_value_type (revision) != G_TYPE_INT64 || json_node_get_int (revision) < 0)
    return FALSE;
  if (fields != NULL && !JSON_NODE_HOLDS_OBJECT (fields))
    return FALSE;
  command->revision = json_node_get_int (revision);
  command->fields = fields != NULL ? json_node_get_object (fields) : batch->no_fields;
  return TRUE;
}

static void
digest_of (JsonNode *node, char digest[DIGEST_SIZE * 2 + 1])
{
  g_autoptr(GString) text = g_string_sized_new (512);
  guint8 hash[DIGEST_SIZE];

  yq_json_append_canonical (text, node);
  crypto_generichash (hash, sizeof hash, (const guint8 *) text->str, text->len, NULL, 0);
  sodium_bin2hex (digest, DIGEST_SIZE * 2 + 1, hash, sizeof hash);
}

static YqProblem *
read_commands (Batch *batch, JsonArray *commands)
{
  guint n = json_array_get_length (commands);

  if (n > YQ_MAX_COMMANDS)
    return yq_problem_new (YQ_PROBLEM_TOO_LARGE, _("At most %d commands at once; there are %u"),
                           YQ_MAX_COMMANDS, n);
  batch->units = g_new0 (Unit, n);
  batch->job.n_units = n;
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (commands, i);

      if (!read_command (batch, node, &batch->units[i].command))
        return yq_problem_new (YQ_PROBLEM_MALFORMED, _("Command %u is not one"), i + 1);
      digest_of (node, batch->units[i].digest);
    }
  return NULL;
}

/* NULL with a problem where the envelope is wrong. */
static Batch *
batch_new (const char *body, gssize length, YqProblem **problem)
{
  g_autoptr(Batch) batch = g_new0 (Batch, 1);
  JsonObject *object;
  JsonNode *commands;

  batch->no_fields = json_object_new ();
  batch->envelope = yq_json_parse (body, length, problem);
  if (batch->envelope == NULL)
    return NULL;
  object = JSON_NODE_HOLDS_OBJECT (batch->envelope) ? json_node_get_object (batch->envelope) : NULL;
  commands = object != NULL ? json_object_get_member (object, "commands") : NULL;
  if (commands == NULL || !JSON_NODE_HOLDS_ARRAY (commands) || json_object_get_size (object) != 1)
    {
      *problem = yq_problem_new (YQ_PROBLEM_MALFORMED, _("The body must be {\"commands\":[…]}"));
      return NULL;
    }
  *problem = read_commands (batch, json_node_get_array (commands));
  return *problem == NULL ? g_steal_pointer (&batch) : NULL;
}

/* -- answers -- */

/* What the command itself says of its answer; it need not be stored. */
static GString *
begin_answer (const YqCommand *command, const char *outcome)
{
  GString *out = g_string_sized_new (256);

  g_string_append (out, "{\"id\":\"");
  g_string_append (out, command->id);
  g_string_append (out, "\",\"outcome\":\"");
  g_string_append (out, outcome);
  g_string_append (out, "\",\"entity\":");
  yq_json_append_string (out, command->entity);
  g_string_append (out, ",\"record\":\"");
  g_string_append (out, command->record);
  g_string_append_c (out, '"');
  return out;
}

/* rest (may be NULL) is where in the answer begins what must be stored. */
static char *
write_answer (const YqCommand *command, const YqCommandResult *result, gsize *rest)
{
  GString *out = begin_answer (command, yq_outcome_name (result->outcome));

  if (rest != NULL)
    *rest = out->len;
  if (result->revision > 0)
    {
      g_string_append (out, ",\"revision\":");
      yq_json_append_int (out, result->revision);
    }
  if (result->state != NULL)
    {
      g_string_append (out, ",\"state\":");
      yq_json_append_string (out, result->state);
    }
  if (result->problem != NULL)
    {
      g_string_append (out, ",\"problem\":");
      yq_problem_append_json (result->problem, out);
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

static GString *
join_answers (Batch *batch)
{
  GString *out = g_string_new ("{\"results\":[");

  for (guint i = 0; i < batch->job.n_units; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append (out, batch->units[i].answer);
    }
  g_string_append (out, "]}");
  return out;
}

/* -- once -- */

/* The same command again: its digest says so.  Servers before kept the whole answer. */
static char *
read_answer (Unit *unit, const char *outcome, const char *stored)
{
  GString *answer;

  if (*stored == '{')
    return g_strdup (stored);
  answer = begin_answer (&unit->command, outcome);
  g_string_append (answer, stored);
  return g_string_free (answer, FALSE);
}

/* TRUE: answered already (or somebody else's id), unit holds the answer. */
static gboolean
find_stored (Batch *batch, Unit *unit, SqlConn *conn, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn, "SELECT account, digest, outcome, result FROM command WHERE id = $1",
               SQL_ARGS (SQL_TEXT (unit->command.id)), error);
  g_auto(YqCommandResult) reused = { .outcome = YQ_OUTCOME_REFUSED };

  if (rows == NULL || !sql_rows_next (rows, error))
    return FALSE;
  if (g_strcmp0 (sql_rows_text (rows, 0), batch->account) == 0 &&
      g_str_equal (sql_rows_text (rows, 1), unit->digest))
    {
      unit->applied = g_str_equal (sql_rows_text (rows, 2), yq_outcome_name (YQ_OUTCOME_APPLIED));
      unit->answer = read_answer (unit, sql_rows_text (rows, 2), sql_rows_text (rows, 3));
      return TRUE;
    }
  reused.problem =
    yq_problem_new (YQ_PROBLEM_ID_REUSED,
                    _("This command id was used before for another command; nothing was done"));
  unit->answer = write_answer (&unit->command, &reused, NULL);
  return TRUE;
}

static gboolean
store (Batch *batch, Unit *unit, const YqCommandResult *result, SqlConn *conn, GError **error)
{
  gsize rest;

  unit->answer = write_answer (&unit->command, result, &rest);
  unit->applied = result->outcome == YQ_OUTCOME_APPLIED;
  return sql_exec (conn,
                   "INSERT INTO command (id, account, digest, outcome, result, at)"
                   " VALUES ($1, $2, $3, $4, $5, $6)",
                   SQL_ARGS (SQL_TEXT (unit->command.id), SQL_TEXT (batch->account),
                             SQL_TEXT (unit->digest), SQL_TEXT (yq_outcome_name (result->outcome)),
                             SQL_TEXT (unit->answer + rest), SQL_INT (yq_clock_now ())),
                   error) == 1;
}

/* -- order -- */

static gboolean
names_id (JsonNode *node, const char *id)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        if (names_id (json_array_get_element (array, i), id))
          return TRUE;
      return FALSE;
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &member))
        if (names_id (member, id))
          return TRUE;
      return FALSE;
    }
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING &&
         strcmp (json_node_get_string (node), id) == 0;
}

/* Does this command need another one of the request that was not applied: one of the same record,
 * or the creation of a record that it names? */
static gboolean
must_be_skipped (Batch *batch, guint n)
{
  const YqCommand *command = &batch->units[n].command;
  g_autoptr(JsonNode) fields = NULL;

  for (guint i = 0; i < n; i++)
    {
      const YqCommand *earlier = &batch->units[i].command;

      if (batch->units[i].applied)
        continue;
      if (strcmp (earlier->record, command->record) == 0)
        return TRUE;
      if (earlier->revision != 0)
        continue;
      if (fields == NULL)
        fields = json_node_init_object (json_node_alloc (), command->fields);
      if (names_id (fields, earlier->record))
        return TRUE;
    }
  return FALSE;
}

/* -- running -- */

/* Grants as they are now: they may have changed while the request waited. */
static gboolean
refresh_who (Batch *batch, SqlConn *conn, GError **error)
{
  static const YqWho nobody; /* her account has been closed */
  g_autoptr(GError) failure = NULL;

  if (batch->request == NULL)
    return TRUE;
  g_clear_pointer (&batch->session, yq_session_unref);
  batch->session = yq_caller_find (conn, batch->account, &failure);
  batch->who = batch->session != NULL ? yq_session_who (batch->session) : &nobody;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
apply_in (Batch *batch, Unit *unit, SqlConn *conn, YqWorld *world, GError **error)
{
  g_auto(YqCommandResult) result = { 0 };
  YqTx tx;

  yq_tx_init (&tx, conn, world, batch->who, world->now);
  if (!yq_command_run (&tx, batch->files, &unit->command, &result, error))
    return FALSE;
  /* What was refused leaves nothing behind but its answer. */
  if (result.outcome != YQ_OUTCOME_APPLIED && !yq_writer_undo (conn, error))
    return FALSE;
  return store (batch, unit, &result, conn, error);
}

static gboolean
apply (Batch *batch, Unit *unit, SqlConn *conn, GError **error)
{
  gint64 now = yq_clock_now ();
  YqWorld *world;
  gboolean done;

  if (batch->request == NULL)
    {
      g_autoptr(YqWorld) own = yq_world_sql_new (conn, now);

      return apply_in (batch, unit, conn, own, error);
    }
  world = yq_world_sql_enter (conn, now);
  done = apply_in (batch, unit, conn, world, error);
  if (done && unit->applied)
    yq_world_sql_leave (world);
  return done;
}

static gboolean
run_unit (YqJob *job, guint n, SqlConn *conn, GError **error)
{
  Batch *batch = (Batch *) job;
  Unit *unit = &batch->units[n];
  g_autoptr(GError) failure = NULL;

  g_clear_pointer (&unit->answer, g_free);
  unit->applied = FALSE;
  yq_text_set_language (batch->language);
  if (find_stored (batch, unit, conn, &failure))
    return TRUE;
  if (failure == NULL && must_be_skipped (batch, n))
    {
      YqCommandResult skipped = { .outcome = YQ_OUTCOME_SKIPPED };

      unit->answer = write_answer (&unit->command, &skipped, NULL);
      return TRUE;
    }
  if (failure == NULL && refresh_who (batch, conn, &failure) && apply (batch, unit, conn, &failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* -- HTTP -- */

static void
run_done (YqJob *job, const GError *error)
{
  Batch *batch = (Batch *) job;

  yq_text_set_language (batch->language);
  if (error == NULL)
    yq_request_reply_json (batch->request, 200, join_answers (batch));
  else
    {
      g_message ("Commands could not be stored: %s", error->message);
      yq_request_add_header (batch->request, "Retry-After", "1");
      yq_request_refuse (batch->request,
                         yq_problem_new (YQ_PROBLEM_UNAVAILABLE,
                                         _("The server cannot store anything now; nothing was "
                                           "done, send it again")));
    }
  yq_request_resume (batch->request);
}

void
yq_commands_handle (YqRequest *request)
{
  GBytes *body = yq_request_body (request);
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  YqProblem *problem = NULL;
  Batch *batch = batch_new (text, length, &problem);

  if (batch == NULL)
    {
      yq_request_refuse (request, problem);
      return;
    }
  batch->request = request;
  batch->language = yq_request_language (request);
  batch->files = yq_server_files (yq_request_server (request));
  batch->account = g_strdup (yq_request_who (request)->account);
  batch->job.run = run_unit;
  batch->job.done = run_done;
  yq_request_set_data (request, batch, (GDestroyNotify) batch_free);
  if (batch->job.n_units == 0)
    yq_request_reply_json (request, 200, join_answers (batch));
  else
    yq_server_write (request, &batch->job);
}

/* -- without HTTP -- */

char *
yq_commands_run (SqlConn *conn, const YqWho *who, const char *body, gssize length,
                 YqProblem **problem, GError **error)
{
  g_autoptr(Batch) batch = batch_new (body, length, problem);

  if (batch == NULL)
    return NULL;
  batch->who = who;
  batch->account = g_strdup (who->account);
  for (guint i = 0; i < batch->job.n_units; i++)
    if (!sql_savepoint (conn, error) || !run_unit (&batch->job, i, conn, error) ||
        !sql_release (conn, error))
      return NULL;
  return g_string_free (join_answers (batch), FALSE);
}
