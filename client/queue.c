/* Rows of the outbox: from drafts to commands and back. */
#define G_LOG_DOMAIN "yiquan-outbox"

#include "queue.h"

#include <string.h>

#include "api.h"
#include "clock.h"
#include "ids.h"
#include "model.h"
#include "record-json.h"
#include "store-layout.h"
#include "store.h"

void
yq_queued_free (YqQueued *queued)
{
  if (queued == NULL)
    return;
  g_free (queued->id);
  g_free (queued->batch);
  g_free (queued->record);
  g_free (queued->action);
  g_free (queued->fields);
  g_free (queued->base);
  g_free (queued->problem);
  g_free (queued);
}

/* -- reading -- */

#define COLUMNS                                                                          \
  "SELECT seq, id, batch, entity, record, action, revision, fields, base, status, held," \
  " not_before, created_at, is_conflict, problem, sent FROM outbox "

static YqQueued *
read_queued (YqStoreDb *db, SqlRows *rows)
{
  YqQueued *queued = g_new0 (YqQueued, 1);

  queued->seq = sql_rows_int (rows, 0);
  queued->id = g_strdup (sql_rows_text (rows, 1));
  queued->batch = g_strdup (sql_rows_text (rows, 2));
  queued->entity = yq_model_find (sql_rows_text (rows, 3));
  queued->record = g_strdup (sql_rows_text (rows, 4));
  queued->action = g_strdup (sql_rows_text (rows, 5));
  queued->revision = sql_rows_int (rows, 6);
  queued->fields = yq_store_db_unseal (db, rows, 7);
  queued->base = yq_store_db_unseal (db, rows, 8);
  queued->status = (YqRowStatus) sql_rows_int (rows, 9);
  queued->is_held = sql_rows_int (rows, 10) != 0;
  queued->not_before = sql_rows_int (rows, 11);
  queued->created_at = sql_rows_int (rows, 12);
  queued->is_conflict = sql_rows_int (rows, 13) != 0;
  queued->problem = g_strdup (sql_rows_text (rows, 14));
  queued->was_sent = sql_rows_int (rows, 15) != 0;
  return queued;
}

static GPtrArray *
read_all (YqStoreDb *db, const char *sql, const SqlValue *args, guint n_args)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) yq_queued_free);
  g_autoptr(SqlRows) rows = sql_query (db->conn, sql, args, n_args, NULL);

  while (rows != NULL && sql_rows_next (rows, NULL))
    {
      g_autoptr(YqQueued) queued = read_queued (db, rows);

      if (queued->entity != NULL && queued->fields != NULL)
        g_ptr_array_add (found, g_steal_pointer (&queued));
    }
  return found;
}

GPtrArray *
yq_queue_all (YqStoreDb *db)
{
  return read_all (db, COLUMNS "ORDER BY seq", SQL_NO_ARGS);
}

GPtrArray *
yq_queue_of_record (YqStoreDb *db, const YqEntity *entity, const char *id)
{
  return read_all (db, COLUMNS "WHERE record = $1 AND entity = $2 ORDER BY seq",
                   SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)));
}

GPtrArray *
yq_queue_of_batch (YqStoreDb *db, const char *batch)
{
  return read_all (db, COLUMNS "WHERE batch = $1 ORDER BY seq", SQL_ARGS (SQL_TEXT (batch)));
}

YqQueued *
yq_queue_find (YqStoreDb *db, const char *id)
{
  g_autoptr(GPtrArray) found = read_all (db, COLUMNS "WHERE id = $1", SQL_ARGS (SQL_TEXT (id)));

  return found->len > 0 ? g_ptr_array_steal_index (found, 0) : NULL;
}

/* Ids stand in canonical JSON as quoted lower-case text. */
gboolean
yq_queue_names (const YqQueued *queued, const char *id)
{
  char quoted[40];

  g_snprintf (quoted, sizeof quoted, "\"%s\"", id);
  return strstr (queued->fields, quoted) != NULL;
}

GPtrArray *
yq_queue_files (const YqQueued *queued)
{
  static const char mark[] = "\"sha256\":\"";
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  const char *at = queued->fields;

  while ((at = strstr (at, mark)) != NULL)
    {
      at += strlen (mark);
      if (strspn (at, "0123456789abcdef") == 64)
        g_ptr_array_add (files, g_strndup (at, 64));
    }
  return files;
}

/* -- making commands -- */

gboolean
yq_queue_insert (YqStoreDb *db, const YqQueued *queued, GError **error)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  return sql_exec (db->conn,
                   "INSERT INTO outbox (id, batch, entity, record, action, revision, fields, base,"
                   " status, held, not_before, created_at, sent)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
                   " ON CONFLICT (id) DO NOTHING",
                   SQL_ARGS (SQL_TEXT (queued->id), SQL_TEXT (queued->batch),
                             SQL_TEXT (queued->entity->name), SQL_TEXT (queued->record),
                             SQL_TEXT (queued->action), SQL_INT (queued->revision),
                             yq_store_db_seal (db, queued->entity, queued->fields, &a),
                             yq_store_db_seal (db, queued->entity, queued->base, &b),
                             SQL_INT (queued->status), SQL_INT (queued->is_held),
                             SQL_INT (queued->not_before), SQL_INT (queued->created_at),
                             SQL_INT (queued->was_sent)),
                   error) >= 0;
}

typedef struct
{
  YqStoreDb *db;
  const YqEntity *entity;
  const char *record;
  const char *batch;
  gint64 now;
  gboolean is_held;
  guint n;
} Maker;

static gboolean
make (Maker *maker, const char *action, gint64 revision, JsonObject *fields, JsonObject *base,
      GError **error)
{
  g_autoptr(YqQueued) queued = g_new0 (YqQueued, 1);

  queued->id = yq_id_new ();
  queued->batch = g_strdup (maker->batch);
  queued->entity = maker->entity;
  queued->record = g_strdup (maker->record);
  queued->action = g_strdup (action);
  queued->revision = revision;
  queued->fields = yq_json_text_of (fields);
  queued->base = base != NULL ? yq_json_text_of (base) : NULL;
  queued->status = YQ_ROW_ONLY_HERE;
  queued->is_held = maker->is_held;
  queued->not_before = maker->is_held ? maker->now + YQ_UNDO_MS : 0;
  queued->created_at = maker->now;
  maker->n++;
  return yq_queue_insert (maker->db, queued, error);
}

static JsonObject *
args_to_json (const YqStep *step, const YqValues *args)
{
  JsonObject *object = json_object_new ();

  for (guint f = 0; args != NULL && f < yq_fields_count (step->fields); f++)
    if (yq_values_has (args, f))
      json_object_set_member (object, step->fields[f].name, yq_json_value_of (args, f));
  return object;
}

/* What creates a record has no need to clear anything. */
static JsonObject *
without_nulls (JsonObject *patch)
{
  JsonObject *object = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, patch);
  while (json_object_iter_next (&iter, &name, &node))
    if (!JSON_NODE_HOLDS_NULL (node))
      json_object_set_member (object, name, yq_json_copy (node));
  return object;
}

static gboolean
make_creation (Maker *maker, const YqDraft *draft, const YqStep *step, JsonObject *args,
               GError **error)
{
  g_autoptr(JsonObject) fields = without_nulls (draft->patch);

  if (step != NULL && step->flags & YQ_STEP_CREATES && json_object_get_size (args) == 0)
    return make (maker, step->action, 0, fields, draft->base, error);
  return make (maker, "save", 0, fields, draft->base, error) &&
         (step == NULL || make (maker, step->action, 1, args, NULL, error));
}

static gboolean
make_change (Maker *maker, gint64 revision, const YqDraft *draft, const YqStep *step,
             JsonObject *args, GError **error)
{
  if (draft != NULL && json_object_get_size (draft->patch) > 0 &&
      !make (maker, "save", revision++, draft->patch, draft->base, error))
    return FALSE;
  return step == NULL || make (maker, step->action, revision, args, NULL, error);
}

static gboolean
forget_rows (YqStoreDb *db, const YqEntity *entity, const char *id, GError **error)
{
  return sql_exec (db->conn, "DELETE FROM outbox WHERE record = $1 AND entity = $2 AND status = $3",
                   SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name), SQL_INT (YQ_ROW_NEEDS_YOU)),
                   error) >= 0;
}

static gboolean
fail (YqStoreError code, const char *message, GError **error)
{
  g_set_error_literal (error, YQ_STORE_ERROR, code, message);
  return FALSE;
}

gboolean
yq_queue_submit (YqStoreDb *db, const YqEntity *entity, const char *id, const YqStep *step,
                 const YqValues *args, const char *batch, guint *n, GError **error)
{
  g_autoptr(YqDraft) draft = yq_draft_load (db, entity, id, "");
  gint64 revision = 0;
  g_autoptr(JsonObject) object = args_to_json (step, args);
  Maker maker = { db, entity, id, batch, yq_clock_now (), FALSE, 0 };
  gboolean done;

  if (draft != NULL && json_object_get_size (draft->theirs) > 0)
    return fail (YQ_STORE_ERROR_CONFLICT, _("First choose which of the two versions to keep"),
                 error);
  if (!forget_rows (db, entity, id, error))
    return FALSE;
  if (!yq_store_db_queued_revision (db, entity, id, &revision) || (revision == 0 && draft == NULL))
    return fail (YQ_STORE_ERROR_GONE, _("This record is no longer here"), error);
  maker.is_held = step != NULL && step->flags & YQ_STEP_DECISION;
  done = revision == 0 ? make_creation (&maker, draft, step, object, error)
                       : make_change (&maker, revision, draft, step, object, error);
  if (n != NULL)
    *n = maker.n;
  return done && yq_draft_delete (db, entity, id, "", error) &&
         (step == NULL || yq_draft_delete (db, entity, id, step->action, error)) &&
         yq_store_db_rebuild (db, entity, id, error);
}

gboolean
yq_queue_create (YqStoreDb *db, YqRecord *record, const char *batch, GError **error)
{
  const YqEntity *entity = yq_record_entity (record);
  Maker maker = { db, entity, yq_record_id (record), batch, yq_clock_now (), FALSE, 0 };
  g_autoptr(JsonObject) fields = json_object_new ();

  for (guint f = 0; f < entity->n_fields; f++)
    if (yq_record_has (record, f))
      json_object_set_member (fields, entity->fields[f].name,
                              yq_json_value_of (yq_record_values (record), f));
  return make (&maker, "save", 0, fields, NULL, error) &&
         yq_store_db_rebuild (db, entity, yq_record_id (record), error);
}

static gboolean
is_known_outside (YqStoreDb *db, const YqEntity *entity, const char *id)
{
  g_autoptr(YqRecord) server = yq_store_db_read (db, entity, id, YQ_VIEW_SERVER);
  gint64 found;

  return server != NULL ||
         sql_get_int (
           db->conn,
           "SELECT 1 FROM outbox WHERE record = $1 AND entity = $2 AND sent = 1 AND status <> $3"
           " LIMIT 1",
           SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name), SQL_INT (YQ_ROW_NEEDS_YOU)), &found,
           NULL);
}

gboolean
yq_queue_delete (YqStoreDb *db, YqRecord *record, const char *batch, gboolean is_held,
                 GError **error)
{
  const YqEntity *entity = yq_record_entity (record);
  const char *id = yq_record_id (record);
  Maker maker = { db, entity, id, batch, yq_clock_now (), is_held, 0 };
  g_autoptr(JsonObject) nothing = json_object_new ();
  g_autoptr(YqRecord) below = NULL;

  if (!yq_draft_delete (db, entity, id, "", error))
    return FALSE;
  if (!is_known_outside (db, entity, id))
    return sql_exec (db->conn, "DELETE FROM outbox WHERE record = $1 AND entity = $2",
                     SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), error) >= 0 &&
           yq_store_db_rebuild (db, entity, id, error);
  if (!forget_rows (db, entity, id, error))
    return FALSE;
  below = yq_store_db_read (db, entity, id, YQ_VIEW_QUEUED);
  return make (&maker, "delete", yq_record_revision (below), nothing, NULL, error) &&
         yq_store_db_rebuild (db, entity, id, error);
}

/* -- and back -- */

static gboolean
give_back_args (YqStoreDb *db, const YqQueued *queued, JsonObject *fields, GError **error)
{
  g_autoptr(YqDraft) draft = yq_draft_load (db, queued->entity, queued->record, queued->action);

  if (draft != NULL || json_object_get_size (fields) == 0)
    return TRUE;
  draft = yq_draft_new ();
  json_object_unref (draft->patch);
  draft->patch = json_object_ref (fields);
  return yq_draft_write (db, queued->entity, queued->record, queued->action, draft, error);
}

static gboolean
leave (YqStoreDb *db, const YqQueued *queued, gboolean remove, GError **error)
{
  if (remove)
    return sql_exec (db->conn, "DELETE FROM outbox WHERE seq = $1",
                     SQL_ARGS (SQL_INT (queued->seq)), error) >= 0;
  return sql_exec (db->conn, "UPDATE outbox SET status = $1, held = 0 WHERE seq = $2",
                   SQL_ARGS (SQL_INT (YQ_ROW_NEEDS_YOU), SQL_INT (queued->seq)), error) >= 0;
}

/* The latest first: what was typed later wins, what stood there earlier is the base. */
gboolean
yq_queue_take_back (YqStoreDb *db, const YqEntity *entity, const char *id, gint64 seq,
                    gboolean remove, GError **error)
{
  g_autoptr(GPtrArray) commands = yq_queue_of_record (db, entity, id);
  g_autoptr(YqDraft) draft = yq_draft_load (db, entity, id, "");
  gboolean has_edits = draft != NULL;

  if (draft == NULL)
    draft = yq_draft_new ();
  for (guint i = commands->len; i > 0; i--)
    {
      const YqQueued *queued = g_ptr_array_index (commands, i - 1);
      g_autoptr(JsonObject) fields = yq_json_object_of (queued->fields);
      g_autoptr(JsonObject) base = yq_json_object_of (queued->base);

      if (queued->seq < seq || queued->status == YQ_ROW_DELIVERED)
        continue;
      if (g_str_equal (queued->action, "save") || queued->revision == 0)
        {
          yq_draft_take_back (draft, fields, base);
          draft->created_at = MIN (draft->created_at, queued->created_at);
          has_edits = TRUE;
        }
      else if (!give_back_args (db, queued, fields, error))
        return FALSE;
      if (!leave (db, queued, remove, error))
        return FALSE;
    }
  return (!has_edits || yq_draft_write (db, entity, id, "", draft, error)) &&
         yq_store_db_rebuild (db, entity, id, error);
}

gboolean
yq_queue_forget (YqStoreDb *db, const YqEntity *entity, const char *id, GError **error)
{
  return forget_rows (db, entity, id, error) && yq_store_db_rebuild (db, entity, id, error);
}

/* No undo time is longer than YQ_UNDO_MS: one that seems so is of a clock that was put back. */
gboolean
yq_queue_release (YqStoreDb *db, gint64 until, GError **error)
{
  return sql_exec (db->conn,
                   "UPDATE outbox SET held = 0 WHERE held = 1"
                   " AND (not_before <= $1 OR not_before > $2)",
                   SQL_ARGS (SQL_INT (until), SQL_INT (yq_clock_now () + YQ_UNDO_MS)), error) >= 0;
}

gboolean
yq_queue_unsend (YqStoreDb *db, GError **error)
{
  return sql_exec (db->conn, "UPDATE outbox SET status = $1, sent = 1 WHERE status = $2",
                   SQL_ARGS (SQL_INT (YQ_ROW_ONLY_HERE), SQL_INT (YQ_ROW_SENDING)), error) >= 0;
}

gboolean
yq_queue_recover (YqStoreDb *db, GError **error)
{
  g_autoptr(GPtrArray) commands = NULL;

  if (!yq_store_layout_settle (db, error))
    return FALSE;
  commands = yq_queue_all (db);
  for (guint i = 0; i < commands->len; i++)
    {
      const YqQueued *queued = g_ptr_array_index (commands, i);

      if (queued->is_held && queued->status == YQ_ROW_ONLY_HERE &&
          !yq_queue_take_back (db, queued->entity, queued->record, queued->seq, TRUE, error))
        return FALSE;
    }
  return yq_queue_unsend (db, error);
}
