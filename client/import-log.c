/* What an import did, kept so that it can be undone as one. */
#define G_LOG_DOMAIN "yiquan-import"

#include "import-page.h"
#include "model.h"
#include "record-json.h"

#define LAST "import-last"

static char *
key_of (const char *batch)
{
  return g_strconcat ("import:", batch, NULL);
}

gboolean
yq_import_log_keep (YqStore *store, const char *batch, const YqEntity *entity, GPtrArray *created,
                    GPtrArray *before, GError **error)
{
  g_autoptr(GString) out = g_string_new ("{\"entity\":");
  g_autofree char *key = key_of (batch);

  yq_json_append_string (out, entity->name);
  g_string_append (out, ",\"created\":[");
  for (guint i = 0; i < created->len; i++)
    g_string_append_printf (out, "%s\"%s\"", i > 0 ? "," : "", yq_record_id (created->pdata[i]));
  g_string_append (out, "],\"before\":[");
  for (guint i = 0; i < before->len; i++)
    {
      g_string_append_printf (out, "%s{\"id\":\"%s\",\"fields\":", i > 0 ? "," : "",
                              yq_record_id (before->pdata[i]));
      yq_json_append_fields (out, yq_record_values (before->pdata[i]), NULL, NULL);
      g_string_append_c (out, '}');
    }
  g_string_append (out, "]}");
  return yq_store_set_meta (store, key, out->str, error) &&
         yq_store_set_meta (store, LAST, batch, error);
}

static JsonNode *
read_log (YqStore *store, const char *batch)
{
  g_autofree char *key = key_of (batch);
  g_autofree char *text = yq_store_get_meta (store, key);

  return text != NULL && *text != '\0' ? yq_json_parse (text, -1, NULL) : NULL;
}

char *
yq_import_log_last (YqStore *store)
{
  g_autofree char *batch = yq_store_get_meta (store, LAST);

  return batch != NULL && *batch != '\0' ? g_steal_pointer (&batch) : NULL;
}

char *
yq_import_log_check (YqStore *store, const char *batch)
{
  g_autoptr(JsonNode) node = read_log (store, batch);
  JsonObject *log = node != NULL ? json_node_get_object (node) : NULL;
  const YqEntity *entity =
    log != NULL ? yq_model_find (json_object_get_string_member (log, "entity")) : NULL;
  JsonArray *created;
  guint decided = 0;

  if (entity == NULL)
    return g_strdup (_("This import is no longer known"));
  created = json_object_get_array_member (log, "created");
  for (guint i = 0; i < json_array_get_length (created); i++)
    {
      g_autoptr(YqRecord) record =
                   yq_store_get (store, entity, json_array_get_string_element (created, i));

      if (record != NULL && !yq_record_in_state (record, "draft|pending"))
        decided++;
    }
  if (decided == 0)
    return NULL;
  return g_strdup_printf (yq_ngettext ("%u row has been decided on meanwhile",
                                       "%u rows have been decided on meanwhile", decided),
                          decided);
}

static gboolean
remove_created (YqFrame *frame, const YqEntity *entity, const char *id, GError **error)
{
  g_autoptr(YqRecord) record = yq_store_get (yq_frame_store (frame), entity, id);
  YqOutbox *outbox = yq_frame_outbox (frame);

  if (record == NULL)
    return TRUE;
  if (yq_record_in_state (record, "pending"))
    {
      if (!yq_outbox_submit (outbox, record, yq_entity_step (entity, "withdraw"), NULL, NULL,
                             error))
        return FALSE;
      g_clear_object (&record);
      record = yq_store_get (yq_frame_store (frame), entity, id);
    }
  return record == NULL || yq_outbox_delete (outbox, record, error);
}

static YqRecord *
with_earlier_values (YqFrame *frame, const YqEntity *entity, JsonObject *row)
{
  YqRecord *record =
    yq_store_get (yq_frame_store (frame), entity, json_object_get_string_member (row, "id"));
  g_autoptr(YqValues) earlier = yq_values_new (entity->fields, entity->n_fields);

  if (record == NULL ||
      !yq_json_read_fields (json_object_get_object_member (row, "fields"), earlier, NULL, NULL))
    return record;
  for (guint i = 0; i < entity->n_fields; i++)
    if ((entity->fields[i].flags & YQ_SHEET) &&
        !yq_values_equal (yq_record_values (record), earlier, i))
      yq_values_copy_field (yq_record_values (record), earlier, i);
  return record;
}

int
yq_import_log_undo (YqFrame *frame, const char *batch, GError **error)
{
  YqStore *store = yq_frame_store (frame);
  g_autoptr(JsonNode) node = read_log (store, batch);
  JsonObject *log = node != NULL ? json_node_get_object (node) : NULL;
  const YqEntity *entity =
    log != NULL ? yq_model_find (json_object_get_string_member (log, "entity")) : NULL;
  JsonArray *created, *before;
  g_autofree char *key = key_of (batch);

  if (entity == NULL)
    return 0;
  created = json_object_get_array_member (log, "created");
  before = json_object_get_array_member (log, "before");
  for (guint i = 0; i < json_array_get_length (created); i++)
    if (!remove_created (frame, entity, json_array_get_string_element (created, i), error))
      return -1;
  for (guint i = 0; i < json_array_get_length (before); i++)
    {
      g_autoptr(YqRecord) record =
                   with_earlier_values (frame, entity, json_array_get_object_element (before, i));

      if (record != NULL && !yq_outbox_save (yq_frame_outbox (frame), record, error))
        return -1;
    }
  if (!yq_store_set_meta (store, key, "", error) || !yq_store_set_meta (store, LAST, "", error))
    return -1;
  return (int) (json_array_get_length (created) + json_array_get_length (before));
}
