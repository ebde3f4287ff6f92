/* The outbox as one file: to another computer, or to somebody who helps. */
#define G_LOG_DOMAIN "yiquan-outbox"

#include "outbox.h"

#include "clock.h"
#include "model.h"
#include "outbox-private.h"
#include "record-json.h"

#define FORMAT 1

static void
append_files (YqOutbox *self, GPtrArray *commands, GString *out)
{
  g_autoptr(GHashTable) done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < commands->len; i++)
    {
      g_autoptr(GPtrArray) files = yq_queue_files (commands->pdata[i]);

      for (guint f = 0; f < files->len; f++)
        {
          const char *sha256 = files->pdata[f];
          g_autoptr(GBytes) content = NULL;
          g_autofree char *text = NULL;

          if (g_hash_table_contains (done, sha256) ||
              !(content = yq_store_read_file (yq_outbox_store (self), sha256, NULL)))
            continue;
          text = g_base64_encode (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
          g_string_append_printf (out, "%s{\"sha256\":\"%s\",\"content\":\"%s\"}",
                                  g_hash_table_size (done) > 0 ? "," : "", sha256, text);
          g_hash_table_add (done, g_strdup (sha256));
        }
    }
}

/* As sent, with what stood there before. */
static void
append_command (GString *out, const YqQueued *queued)
{
  yq_queue_append_json (out, queued);
  g_string_truncate (out, out->len - 1);
  g_string_append_printf (out, ",\"batch\":\"%s\",\"created_at\":%" G_GINT64_FORMAT, queued->batch,
                          queued->created_at);
  if (queued->base != NULL)
    g_string_append_printf (out, ",\"base\":%s", queued->base);
  if (queued->problem != NULL)
    g_string_append_printf (out, ",\"problem\":%s", queued->problem);
  g_string_append_c (out, '}');
}

gboolean
yq_outbox_export (YqOutbox *self, const char *path, GError **error)
{
  g_autoptr(GPtrArray) commands = yq_queue_all (yq_store_db (yq_outbox_store (self)));
  g_autoptr(GString) out = g_string_new (NULL);
  const YqWho *who = yq_store_who (yq_outbox_store (self));
  guint n = 0;

  g_string_append_printf (out, "{\"yiquan_outbox\":%d,\"account\":", FORMAT);
  yq_json_append_string (out, who->account != NULL ? who->account : "");
  g_string_append (out, ",\"commands\":[");
  for (guint i = 0; i < commands->len; i++)
    if (((YqQueued *) commands->pdata[i])->status != YQ_ROW_DELIVERED)
      {
        if (n++ > 0)
          g_string_append_c (out, ',');
        append_command (out, commands->pdata[i]);
      }
  g_string_append (out, "],\"files\":[");
  append_files (self, commands, out);
  g_string_append (out, "]}\n");
  return g_file_set_contents_full (path, out->str, out->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/* -- back -- */

static gboolean
is_not_ours (GError **error)
{
  g_set_error_literal (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE,
                       _("This file is not an outbox of this account"));
  return FALSE;
}

static YqQueued *
read_command (JsonObject *object)
{
  g_autoptr(YqQueued) queued = g_new0 (YqQueued, 1);
  const char *entity = json_object_get_string_member_with_default (object, "entity", "");
  JsonNode *fields = json_object_get_member (object, "fields");
  JsonNode *base = json_object_get_member (object, "base");

  queued->entity = yq_model_find (entity);
  queued->id = g_strdup (json_object_get_string_member_with_default (object, "id", NULL));
  queued->record = g_strdup (json_object_get_string_member_with_default (object, "record", NULL));
  queued->action = g_strdup (json_object_get_string_member_with_default (object, "action", NULL));
  queued->batch = g_strdup (json_object_get_string_member_with_default (object, "batch", ""));
  queued->revision = json_object_get_int_member_with_default (object, "revision", 0);
  queued->created_at =
    json_object_get_int_member_with_default (object, "created_at", yq_clock_now ());
  queued->fields =
    fields != NULL && JSON_NODE_HOLDS_OBJECT (fields) ? yq_json_canonical (fields) : NULL;
  queued->base = base != NULL ? yq_json_canonical (base) : NULL;
  queued->status = YQ_ROW_ONLY_HERE;
  queued->was_sent = TRUE; /* from there, for all this computer knows */
  if (queued->entity == NULL || queued->id == NULL || queued->record == NULL ||
      queued->action == NULL || queued->fields == NULL)
    return NULL;
  return g_steal_pointer (&queued);
}

/* What was sent from the other computer meanwhile is answered the same way again: the ids stay. */
static int
take_commands (YqStoreDb *db, JsonArray *commands, GError **error)
{
  int n = 0;

  for (guint i = 0; i < json_array_get_length (commands); i++)
    {
      g_autoptr(YqQueued) queued = read_command (json_array_get_object_element (commands, i));
      g_autoptr(YqQueued) known = NULL;

      if (queued == NULL)
        return is_not_ours (error) - 1;
      if ((known = yq_queue_find (db, queued->id)) != NULL)
        continue;
      if (!yq_queue_insert (db, queued, error) ||
          !yq_store_db_rebuild (db, queued->entity, queued->record, error))
        return -1;
      n++;
    }
  return n;
}

static gboolean
take_files (YqStore *store, JsonArray *files, GError **error)
{
  for (guint i = 0; i < json_array_get_length (files); i++)
    {
      JsonObject *file = json_array_get_object_element (files, i);
      const char *sha256 = json_object_get_string_member_with_default (file, "sha256", "");
      const char *text = json_object_get_string_member_with_default (file, "content", "");
      gsize size;
      guchar *data = g_base64_decode (text, &size);
      g_autoptr(GBytes) content = g_bytes_new_take (data, size);
      g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);

      if (g_strcmp0 (digest, sha256) != 0)
        return is_not_ours (error);
      if (!yq_store_keep_file (store, content, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static JsonArray *
array_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

int
yq_outbox_import (YqOutbox *self, const char *path, GError **error)
{
  YqStore *store = yq_outbox_store (self);
  YqStoreDb *db = yq_store_db (store);
  g_autofree char *text = NULL;
  gsize size;
  g_autoptr(JsonObject) object = NULL;
  JsonArray *commands, *files;
  int n;

  if (!g_file_get_contents (path, &text, &size, error))
    return -1;
  object = yq_json_object_of (text);
  commands = array_of (object, "commands");
  files = array_of (object, "files");
  if (json_object_get_int_member_with_default (object, "yiquan_outbox", 0) != FORMAT ||
      g_strcmp0 (json_object_get_string_member_with_default (object, "account", ""),
                 yq_store_who (store)->account) != 0 ||
      commands == NULL || files == NULL)
    return is_not_ours (error) - 1;
  if (!take_files (store, files, error) || !yq_store_begin (store, db, error))
    return -1;
  n = take_commands (db, commands, error);
  if (!yq_store_end (store, db, n >= 0, error))
    return -1;
  for (guint i = 0; i < json_array_get_length (commands); i++)
    {
      JsonObject *command = json_array_get_object_element (commands, i);

      yq_store_notice (store, yq_model_find (json_object_get_string_member (command, "entity")),
                       json_object_get_string_member (command, "record"));
    }
  yq_store_notice_outbox (store);
  return n;
}
