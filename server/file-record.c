/* The records of entity file. */
#define G_LOG_DOMAIN "yiquan-files"

#include "file-record.h"

#include "office.h"

static const char *
digest_of (JsonObject *named)
{
  return json_object_get_string_member_with_default (named, "sha256", "");
}

static gboolean
is_named (const YqValues *values, guint field, JsonObject *named)
{
  JsonArray *array = values != NULL ? yq_values_array (values, field) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (g_str_equal (digest_of (json_array_get_object_element (array, i)), digest_of (named)))
      return TRUE;
  return FALSE;
}

static gboolean
is_kept (YqTx *tx, const char *sha256)
{
  g_autoptr(GPtrArray) found = yq_world_list (tx->world, &yq_file, "sha256", sha256);

  for (guint i = 0; i < found->len; i++)
    if (g_strcmp0 (yq_record_account (found->pdata[i]), tx->who->account) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
keep_one (YqTx *tx, YqFiles *files, YqRecord *named_by, JsonObject *named, GError **error)
{
  const char *sha256 = digest_of (named);
  g_autoptr(YqRecord) file = NULL;
  YqFileInfo info;

  if (is_kept (tx, sha256) || !yq_files_may_name (files, tx->conn, tx->who, sha256, &info))
    return TRUE;
  file = yq_record_new (&yq_file, NULL);
  yq_record_set_account (file, tx->who->account);
  yq_record_set_text (file, FILE_ACCOUNT, tx->who->account);
  yq_record_set_text (file, FILE_SHA256, sha256);
  yq_record_set_text (file, FILE_NAME,
                      json_object_get_string_member_with_default (named, "name", NULL));
  yq_record_set_text (file, FILE_TYPE, info.type);
  yq_record_set_int (file, FILE_SIZE, info.size);
  yq_record_set_text (file, FILE_NAMED_BY, yq_record_id (named_by));
  return yq_tx_insert (tx, file, "derive", error);
}

gboolean
yq_file_use_keep (YqTx *tx, YqFiles *files, YqRecord *before, YqRecord *after, GError **error)
{
  const YqEntity *entity = yq_record_entity (after);
  const YqValues *old = before != NULL ? yq_record_values (before) : NULL;

  if (files == NULL || tx->who->account == NULL)
    return TRUE;
  for (guint i = 0; i < entity->n_fields; i++)
    {
      JsonArray *array = entity->fields[i].type == YQ_FILES ? yq_record_array (after, i) : NULL;

      for (guint k = 0; array != NULL && k < json_array_get_length (array); k++)
        {
          JsonObject *named = json_array_get_object_element (array, k);

          if (!is_named (old, i, named) && !keep_one (tx, files, after, named, error))
            return FALSE;
        }
    }
  return TRUE;
}
