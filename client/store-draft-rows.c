/* Drafts as rows: edits by field over what stood there when the person typed them. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-rows.h"

#include <string.h>

#include "clock.h"
#include "record-json.h"

JsonObject *
yq_json_object_of (const char *text)
{
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = text != NULL ? yq_json_parse (text, -1, &problem) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return json_object_new ();
  return json_node_dup_object (node);
}

char *
yq_json_text_of (JsonObject *object)
{
  g_autoptr(JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return yq_json_canonical (node);
}

JsonNode *
yq_json_value_of (const YqValues *values, guint field)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(YqProblem) problem = NULL;
  JsonNode *node;

  yq_json_append_value (text, values, field);
  node = yq_json_parse (text->str, text->len, &problem);
  return node != NULL ? node : json_node_new (JSON_NODE_NULL);
}

YqDraft *
yq_draft_new (void)
{
  YqDraft *draft = g_new0 (YqDraft, 1);

  draft->base = json_object_new ();
  draft->patch = json_object_new ();
  draft->theirs = json_object_new ();
  draft->created_at = draft->updated_at = yq_clock_now ();
  return draft;
}

void
yq_draft_free (YqDraft *draft)
{
  if (draft == NULL)
    return;
  g_clear_pointer (&draft->base, json_object_unref);
  g_clear_pointer (&draft->patch, json_object_unref);
  g_clear_pointer (&draft->theirs, json_object_unref);
  g_free (draft);
}

static JsonObject *
read_object (YqStoreDb *db, SqlRows *rows, guint column)
{
  g_autofree char *text = yq_store_db_unseal (db, rows, column);

  return yq_json_object_of (text);
}

YqDraft *
yq_draft_load (YqStoreDb *db, const YqEntity *entity, const char *id, const char *step)
{
  g_autoptr(SqlRows) rows =
    sql_query (db->conn,
               "SELECT base, patch, theirs, created_at, updated_at FROM draft"
               " WHERE record = $1 AND entity = $2 AND step = $3",
               SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name), SQL_TEXT (step)), NULL);
  YqDraft *draft;

  if (rows == NULL || !sql_rows_next (rows, NULL))
    return NULL;
  draft = g_new0 (YqDraft, 1);
  draft->base = read_object (db, rows, 0);
  draft->patch = read_object (db, rows, 1);
  draft->theirs = read_object (db, rows, 2);
  draft->created_at = sql_rows_int (rows, 3);
  draft->updated_at = sql_rows_int (rows, 4);
  return draft;
}

gboolean
yq_draft_write (YqStoreDb *db, const YqEntity *entity, const char *id, const char *step,
                const YqDraft *draft, GError **error)
{
  g_autofree char *base = yq_json_text_of (draft->base);
  g_autofree char *patch = yq_json_text_of (draft->patch);
  g_autofree char *theirs =
    json_object_get_size (draft->theirs) > 0 ? yq_json_text_of (draft->theirs) : NULL;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  g_autofree char *c = NULL;

  return sql_exec (
           db->conn,
           "INSERT INTO draft (record, entity, step, base, patch, theirs, created_at, updated_at)"
           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (record, entity, step) DO UPDATE"
           " SET base = excluded.base, patch = excluded.patch, theirs = excluded.theirs,"
           " updated_at = excluded.updated_at",
           SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name), SQL_TEXT (step),
                     yq_store_db_seal (db, entity, base, &a),
                     yq_store_db_seal (db, entity, patch, &b),
                     yq_store_db_seal (db, entity, theirs, &c), SQL_INT (draft->created_at),
                     SQL_INT (draft->updated_at)),
           error) >= 0;
}

gboolean
yq_draft_delete (YqStoreDb *db, const YqEntity *entity, const char *id, const char *step,
                 GError **error)
{
  return sql_exec (db->conn, "DELETE FROM draft WHERE record = $1 AND entity = $2 AND step = $3",
                   SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name), SQL_TEXT (step)), error) >= 0;
}

/* -- leniently: what was typed stays, whether or not it is acceptable -- */

static void
take_member (YqValues *values, guint f, JsonNode *node)
{
  YqType type = yq_values_fields (values, NULL)[f].type;
  GType holds = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  gint64 ms;

  if (JSON_NODE_HOLDS_NULL (node))
    yq_values_clear (values, f);
  else if (type >= YQ_REFERENCES && JSON_NODE_HOLDS_ARRAY (node))
    yq_values_take_array (values, f, yq_json_copy_array (json_node_get_array (node)));
  else if (type == YQ_TIME && holds == G_TYPE_STRING &&
           yq_time_parse (json_node_get_string (node), &ms))
    yq_values_set_int (values, f, ms);
  else if (type == YQ_BOOLEAN && holds == G_TYPE_BOOLEAN)
    yq_values_set_int (values, f, json_node_get_boolean (node));
  else if ((type == YQ_INTEGER || type == YQ_MONEY) && holds == G_TYPE_INT64)
    yq_values_set_int (values, f, json_node_get_int (node));
  else if (type != YQ_INTEGER && type != YQ_MONEY && type != YQ_TIME && type != YQ_BOOLEAN &&
           type < YQ_REFERENCES && holds == G_TYPE_STRING)
    yq_values_set_text (values, f, json_node_get_string (node));
}

void
yq_values_take_json (YqValues *values, JsonObject *object, GArray *touched)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node))
    {
      int found = yq_values_find (values, name);
      guint field = found;

      if (found < 0)
        continue;
      take_member (values, field, node);
      if (touched != NULL)
        g_array_append_val (touched, field);
    }
}

/* -- merging -- */

static gboolean
nodes_equal (JsonNode *a, JsonNode *b)
{
  gboolean a_unset = a == NULL || JSON_NODE_HOLDS_NULL (a);
  gboolean b_unset = b == NULL || JSON_NODE_HOLDS_NULL (b);

  if (a_unset || b_unset)
    return a_unset == b_unset;
  return json_node_equal (a, b);
}

static void
forget_field (YqDraft *draft, const char *name)
{
  json_object_remove_member (draft->patch, name);
  json_object_remove_member (draft->base, name);
  json_object_remove_member (draft->theirs, name);
}

static gboolean
merge_field (YqDraft *draft, const char *name, JsonNode *now)
{
  JsonNode *mine = json_object_get_member (draft->patch, name);
  JsonNode *theirs = json_object_get_member (draft->theirs, name);

  if (nodes_equal (mine, now))
    {
      forget_field (draft, name);
      return TRUE;
    }
  if (nodes_equal (json_object_get_member (draft->base, name), now))
    {
      json_object_remove_member (draft->theirs, name);
      return theirs != NULL;
    }
  if (theirs != NULL && nodes_equal (theirs, now))
    return FALSE;
  json_object_set_member (draft->theirs, name, yq_json_copy (now));
  return TRUE;
}

gboolean
yq_draft_merge (YqDraft *draft, YqRecord *below)
{
  const YqValues *values = yq_record_values (below);
  g_autoptr(GList) names = json_object_get_members (draft->patch);
  gboolean changed = FALSE;

  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autofree char *name = g_strdup (l->data);
      int field = yq_values_find (values, name);
      g_autoptr(JsonNode) now = field >= 0 ? yq_json_value_of (values, field) : NULL;

      if (now != NULL && merge_field (draft, name, now))
        changed = TRUE;
    }
  return changed;
}

void
yq_draft_take_back (YqDraft *draft, JsonObject *fields, JsonObject *base)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, fields);
  while (json_object_iter_next (&iter, &name, &node))
    {
      JsonNode *before = base != NULL ? json_object_get_member (base, name) : NULL;

      if (!json_object_has_member (draft->patch, name))
        json_object_set_member (draft->patch, name, yq_json_copy (node));
      json_object_set_member (
        draft->base, name, before != NULL ? yq_json_copy (before) : json_node_new (JSON_NODE_NULL));
    }
}
