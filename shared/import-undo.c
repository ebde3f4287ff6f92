/* What an import did, kept as JSON: [{"id","new":true}, {"id","before":{…},"after":{…}}]. */
#define G_LOG_DOMAIN "yiquan-import"

#include "import.h"
#include "record-json.h"

/* -- writing -- */

static void
append_fields (GString *out, const char *name, const GArray *fields, YqRecord *record)
{
  g_string_append_printf (out, ",\"%s\":{", name);
  for (guint i = 0; i < fields->len; i++)
    {
      guint field = g_array_index (fields, guint, i);

      g_string_append_printf (out, "%s\"%s\":", i > 0 ? "," : "",
                              yq_record_entity (record)->fields[field].name);
      yq_json_append_value (out, yq_record_values (record), field);
    }
  g_string_append_c (out, '}');
}

char *
yq_import_note (YqImport *self)
{
  GString *out = g_string_new ("[");

  for (guint i = 0; i < yq_import_n_rows (self); i++)
    {
      const YqImportRow *row = yq_import_row (self, i);

      if (row->record == NULL)
        continue;
      g_string_append_printf (out, "%s{\"id\":\"%s\"", out->len > 1 ? "," : "",
                              yq_record_id (row->record));
      if (row->kind == YQ_IMPORT_NEW)
        g_string_append (out, ",\"new\":true");
      else
        {
          append_fields (out, "before", row->changed, row->before);
          append_fields (out, "after", row->changed, row->record);
        }
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

/* -- reading -- */

static void
free_undo (gpointer data)
{
  YqImportUndo *undo = data;

  g_free (undo->id);
  yq_values_free (undo->before);
  yq_values_free (undo->after);
  g_array_unref (undo->changed);
  g_free (undo);
}

static JsonObject *
member_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
read_one (const YqEntity *entity, JsonObject *object, YqImportUndo *undo)
{
  JsonObject *before = member_object (object, "before"), *after = member_object (object, "after");
  g_autoptr(YqProblem) problem = NULL;

  undo->id = g_strdup (json_object_get_string_member_with_default (object, "id", NULL));
  undo->is_new = json_object_get_boolean_member_with_default (object, "new", FALSE);
  if (undo->id == NULL || undo->is_new)
    return undo->id != NULL;
  return before != NULL && after != NULL &&
         yq_json_read_fields (before, undo->before, undo->changed, &problem) &&
         yq_json_read_fields (after, undo->after, NULL, &problem);
}

GPtrArray *
yq_import_read_note (const YqEntity *entity, const char *note)
{
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) root = yq_json_parse (note, -1, &problem);
  g_autoptr(GPtrArray) undos = g_ptr_array_new_with_free_func (free_undo);
  JsonArray *array;

  if (root == NULL || !JSON_NODE_HOLDS_ARRAY (root))
    return NULL;
  array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      YqImportUndo *undo = g_new0 (YqImportUndo, 1);

      undo->before = yq_values_new (entity->fields, entity->n_fields);
      undo->after = yq_values_new (entity->fields, entity->n_fields);
      undo->changed = g_array_new (FALSE, FALSE, sizeof (guint));
      g_ptr_array_add (undos, undo);
      if (!JSON_NODE_HOLDS_OBJECT (node) || !read_one (entity, json_node_get_object (node), undo))
        return NULL;
    }
  return g_steal_pointer (&undos);
}

guint
yq_import_undo (const YqImportUndo *undo, YqRecord *record)
{
  YqValues *values = yq_record_values (record);
  guint n = 0;

  for (guint i = 0; i < undo->changed->len; i++)
    {
      guint field = g_array_index (undo->changed, guint, i);

      if (!yq_values_equal (values, undo->after, field))
        continue;
      yq_values_copy_field (values, undo->before, field);
      n++;
    }
  return n;
}
