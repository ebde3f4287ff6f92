/* Drafts: what the person typed, field by field, and the conflicts that came of it. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-private.h"

#include <string.h>

#include "clock.h"
#include "model.h"
#include "store-rows.h"

/* -- saving -- */

/* The edit of one field: mine over what she saw when she typed it. */
static void
put_edit (YqDraft *draft, const YqField *field, JsonNode *seen, JsonNode *mine)
{
  if (!json_object_has_member (draft->patch, field->name))
    json_object_set_member (draft->base, field->name, seen);
  else
    json_node_unref (seen);
  json_object_set_member (draft->patch, field->name, mine);
}

static guint
put_edits (YqDraft *draft, YqRecord *record, const YqValues *baseline)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqValues *values = yq_record_values (record);
  guint n = 0;

  for (guint f = 0; f < entity->n_fields; f++)
    {
      gboolean differs =
        baseline != NULL ? !yq_values_equal (values, baseline, f) : yq_values_has (values, f);

      if (!differs)
        continue;
      put_edit (draft, &entity->fields[f],
                baseline != NULL ? yq_json_value_of (baseline, f) : json_node_new (JSON_NODE_NULL),
                yq_json_value_of (values, f));
      n++;
    }
  return n;
}

gboolean
yq_store_db_save_edits (YqStoreDb *db, YqRecord *record, GError **error)
{
  const YqEntity *entity = yq_record_entity (record);
  const char *id = yq_record_id (record);
  g_autoptr(YqDraft) draft = yq_draft_load (db, entity, id, "");
  gboolean is_known = yq_store_db_row_of (db, entity, id) != 0;
  const YqValues *seen = is_known ? yq_store_baseline (record) : NULL;
  g_autoptr(YqRecord) local = NULL;
  guint n;

  if (draft == NULL)
    {
      draft = yq_draft_new ();
      draft->created_at =
        yq_record_created_at (record) > 0 ? yq_record_created_at (record) : draft->created_at;
    }
  /* A record that was not read with yq_store_get() is compared with what stands here now. */
  if (is_known && seen == NULL &&
      (local = yq_store_db_read (db, entity, id, YQ_VIEW_LOCAL)) != NULL)
    seen = yq_record_values (local);
  n = put_edits (draft, record, seen);
  if (n == 0 && is_known)
    return TRUE;
  draft->updated_at = yq_clock_now ();
  return yq_draft_write (db, entity, id, "", draft, error) &&
         yq_store_db_rebuild (db, entity, id, error);
}

static gboolean
has_edits (YqRecord *record)
{
  const YqValues *baseline = yq_store_baseline (record);

  for (guint f = 0; f < yq_record_entity (record)->n_fields; f++)
    if (baseline == NULL || !yq_values_equal (yq_record_values (record), baseline, f))
      return TRUE;
  return FALSE;
}

gboolean
yq_store_save_draft (YqStore *self, YqRecord *record, GError **error)
{
  YqStoreDb *db = yq_store_db (self);

  if (!has_edits (record))
    return TRUE;
  if (!yq_store_begin (self, db, error) ||
      !yq_store_end (self, db, yq_store_db_save_edits (db, record, error), error))
    return FALSE;
  yq_store_settle (record);
  yq_store_notice (self, yq_record_entity (record), yq_record_id (record));
  return TRUE;
}

/* What needs her on this record goes with its edits: its words were the same. */
static gboolean
discard (YqStoreDb *db, const YqEntity *entity, const char *id, GError **error)
{
  return yq_draft_delete (db, entity, id, "", error) &&
         sql_exec (db->conn, "DELETE FROM outbox WHERE record = $1 AND entity = $2 AND status = $3",
                   SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name), SQL_INT (YQ_ROW_NEEDS_YOU)),
                   error) >= 0 &&
         yq_store_db_rebuild (db, entity, id, error);
}

gboolean
yq_store_discard_draft (YqStore *self, const YqEntity *entity, const char *id, GError **error)
{
  YqStoreDb *db = yq_store_db (self);

  if (!yq_store_begin (self, db, error) ||
      !yq_store_end (self, db, discard (db, entity, id, error), error))
    return FALSE;
  yq_store_notice (self, entity, id);
  yq_store_notice_outbox (self);
  return TRUE;
}

gboolean
yq_store_has_draft (YqStore *self, const YqEntity *entity, const char *id)
{
  gint64 found;

  return sql_get_int (yq_store_db (self)->conn,
                      "SELECT 1 FROM draft WHERE record = $1 AND entity = $2 AND step = ''",
                      SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), &found, NULL);
}

char **
yq_store_draft_fields (YqStore *self, const YqEntity *entity, const char *id)
{
  g_autoptr(YqDraft) draft = yq_draft_load (yq_store_db (self), entity, id, "");
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();

  for (guint f = 0; draft != NULL && f < entity->n_fields; f++)
    if (json_object_has_member (draft->patch, entity->fields[f].name))
      g_strv_builder_add (names, entity->fields[f].name);
  return g_strv_builder_end (names);
}

/* -- what was typed into the form of a step -- */

static gboolean
write_args (YqStoreDb *db, const YqEntity *entity, const char *id, const YqStep *step,
            const YqValues *values, GError **error)
{
  g_autoptr(YqDraft) draft = NULL;
  guint n = yq_fields_count (step->fields);

  if (values == NULL)
    return yq_draft_delete (db, entity, id, step->action, error);
  draft = yq_draft_new ();
  for (guint f = 0; f < n; f++)
    if (yq_values_has (values, f))
      json_object_set_member (draft->patch, step->fields[f].name, yq_json_value_of (values, f));
  return yq_draft_write (db, entity, id, step->action, draft, error);
}

gboolean
yq_store_save_args (YqStore *self, const YqEntity *entity, const char *id, const YqStep *step,
                    const YqValues *values, GError **error)
{
  YqStoreDb *db = yq_store_db (self);

  return yq_store_begin (self, db, error) &&
         yq_store_end (self, db, write_args (db, entity, id, step, values, error), error);
}

YqValues *
yq_store_load_args (YqStore *self, const YqEntity *entity, const char *id, const YqStep *step)
{
  g_autoptr(YqDraft) draft = yq_draft_load (yq_store_db (self), entity, id, step->action);
  YqValues *values;

  if (draft == NULL)
    return NULL;
  values = yq_values_new (step->fields, yq_fields_count (step->fields));
  yq_values_take_json (values, draft->patch, NULL);
  return values;
}

/* -- conflicts -- */

static void
conflict_free (gpointer data)
{
  YqConflict *conflict = data;

  g_free (conflict->field);
  yq_values_free (conflict->base);
  yq_values_free (conflict->mine);
  yq_values_free (conflict->theirs);
  g_free (conflict);
}

static YqValues *
read_one (const YqEntity *entity, JsonObject *object, const char *name)
{
  YqValues *values = yq_values_new (entity->fields, entity->n_fields);
  g_autoptr(JsonObject) one = json_object_new ();

  if (json_object_has_member (object, name))
    json_object_set_member (one, name, json_object_dup_member (object, name));
  yq_values_take_json (values, one, NULL);
  return values;
}

GPtrArray *
yq_store_conflicts (YqStore *self, const YqEntity *entity, const char *id)
{
  GPtrArray *conflicts = g_ptr_array_new_with_free_func (conflict_free);
  g_autoptr(YqDraft) draft = yq_draft_load (yq_store_db (self), entity, id, "");

  for (guint f = 0; draft != NULL && f < entity->n_fields; f++)
    {
      const char *name = entity->fields[f].name;
      YqConflict *conflict;

      if (!json_object_has_member (draft->theirs, name))
        continue;
      conflict = g_new0 (YqConflict, 1);
      conflict->field = g_strdup (name);
      conflict->base = read_one (entity, draft->base, name);
      conflict->mine = read_one (entity, draft->patch, name);
      conflict->theirs = read_one (entity, draft->theirs, name);
      g_ptr_array_add (conflicts, conflict);
    }
  return conflicts;
}

gboolean
yq_store_is_in_conflict (YqStore *self, const YqEntity *entity, const char *id)
{
  gint64 found;

  return sql_get_int (yq_store_db (self)->conn,
                      "SELECT 1 FROM draft WHERE record = $1 AND entity = $2 AND step = ''"
                      " AND theirs IS NOT NULL",
                      SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), &found, NULL);
}

guint
yq_store_n_conflicts (YqStore *self)
{
  gint64 n;

  sql_get_int (yq_store_db (self)->conn, "SELECT count(*) FROM draft WHERE theirs IS NOT NULL",
               SQL_NO_ARGS, &n, NULL);
  return (guint) n;
}

static gboolean
resolve (YqStoreDb *db, const YqEntity *entity, const char *id, const char *field, gboolean mine,
         GError **error)
{
  g_autoptr(YqDraft) draft = yq_draft_load (db, entity, id, "");

  if (draft == NULL || !json_object_has_member (draft->theirs, field))
    {
      g_set_error_literal (error, YQ_STORE_ERROR, YQ_STORE_ERROR_GONE,
                           _("There is nothing to choose any more"));
      return FALSE;
    }
  if (mine)
    json_object_set_member (draft->base, field, json_object_dup_member (draft->theirs, field));
  else
    {
      json_object_remove_member (draft->patch, field);
      json_object_remove_member (draft->base, field);
    }
  json_object_remove_member (draft->theirs, field);
  if (json_object_get_size (draft->patch) == 0)
    return yq_draft_delete (db, entity, id, "", error) &&
           yq_store_db_rebuild (db, entity, id, error);
  return yq_draft_write (db, entity, id, "", draft, error) &&
         yq_store_db_rebuild (db, entity, id, error);
}

gboolean
yq_store_resolve (YqStore *self, const YqEntity *entity, const char *id, const char *field,
                  gboolean mine, GError **error)
{
  YqStoreDb *db = yq_store_db (self);

  if (!yq_store_begin (self, db, error) ||
      !yq_store_end (self, db, resolve (db, entity, id, field, mine, error), error))
    return FALSE;
  yq_store_notice (self, entity, id);
  return TRUE;
}
