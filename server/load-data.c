/* Reads the shipped jurisdictions, programmes and categories into the database. */
#define G_LOG_DOMAIN "yiquand"

#include "load-data.h"

#include <gio/gio.h>
#include <sodium.h>
#include <string.h>

#include "catalogue.h"
#include "data-resources.h"
#include "model.h"
#include "owners.h"
#include "programme.h"
#include "record-json.h"
#include "verify-page.h"

/* In this order: programmes refer to jurisdictions. */
static const char *const files[] = {
  "/cn/yiquan/data/jurisdictions/zhejiang.json",
  "/cn/yiquan/data/programmes/zhejiang-2026.json",
  "/cn/yiquan/data/jurisdictions/jiangsu.json",
  "/cn/yiquan/data/programmes/jiangsu-2026.json",
  "/cn/yiquan/data/jurisdictions/delta.json",
  "/cn/yiquan/data/programmes/delta-tongdui.json",
  "/cn/yiquan/data/programmes/delta-tongyong.json",
  "/cn/yiquan/data/programmes/delta-quick.json",
  "/cn/yiquan/data/jurisdictions/shandong.json",
  "/cn/yiquan/data/programmes/shandong-provincial-2026.json",
  "/cn/yiquan/data/programmes/shandong-municipal-2026.json",
};

char *
yq_id_of_name (const char *name)
{
  guint8 hash[16];

  crypto_generichash (hash, sizeof hash, (const guint8 *) name, strlen (name), NULL, 0);
  hash[6] = 0x80 | (hash[6] & 0x0f); /* UUIDv8: made by our own rule */
  hash[8] = 0x80 | (hash[8] & 0x3f);
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7],
                          hash[8], hash[9], hash[10], hash[11], hash[12], hash[13], hash[14],
                          hash[15]);
}

static gboolean
fail (GError **error, const char *where, const char *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", where, what);
  return FALSE;
}

/* A copy whose references are ids. */
static JsonObject *
resolve_names (const YqEntity *entity, JsonObject *fields)
{
  JsonObject *resolved = json_object_new ();
  g_autoptr(GList) names = json_object_get_members (fields);

  for (GList *l = names; l != NULL; l = l->next)
    {
      const YqField *field = yq_entity_field (entity, l->data);
      JsonNode *node = json_object_get_member (fields, l->data);

      if (field != NULL && field->type == YQ_REFERENCE && JSON_NODE_HOLDS_VALUE (node))
        {
          g_autofree char *name =
            g_strdup_printf ("%s %s", field->refers, json_node_get_string (node));
          g_autofree char *id = yq_id_of_name (name);

          json_object_set_string_member (resolved, l->data, id);
          continue;
        }
      json_object_set_member (resolved, l->data, json_node_copy (node));
    }
  return resolved;
}

YqRecord *
yq_load_record (YqTx *tx, const YqEntity *entity, const char *id, JsonObject *fields,
                GError **error)
{
  g_autoptr(YqRecord) record = yq_record_new (entity, id);
  g_autoptr(JsonObject) resolved = resolve_names (entity, fields);
  g_autoptr(YqProblem) problem = NULL;

  if (!yq_json_read_fields (resolved, yq_record_values (record), NULL, &problem))
    {
      const char *field = "";
      const char *detail = yq_problem_n_errors (problem) > 0
                             ? yq_problem_error (problem, 0, &field, NULL)
                             : yq_problem_detail (problem);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s %s: %s: %s", entity->name, id,
                   field, detail);
      return NULL;
    }
  yq_owners_fill (tx->world, tx->who, record);
  return g_steal_pointer (&record);
}

/* -- jurisdictions and programmes -- */

/* Clients verify vouchers offline with the key of whoever signs them now. */
static gboolean
publish_key (YqTx *tx, YqRecord *jurisdiction, GError **error)
{
  const char *key = yq_token_public_key ();

  if (key == NULL || g_strcmp0 (yq_record_text (jurisdiction, JURISDICTION_TOKEN_KEY), key) == 0)
    return TRUE;
  yq_record_set_text (jurisdiction, JURISDICTION_TOKEN_KEY, key);
  return yq_tx_touch (tx, jurisdiction, error);
}

static gboolean
load_one (YqTx *tx, JsonObject *object, const char *where, GError **error)
{
  const char *kind = json_object_get_string_member_with_default (object, "entity", "");
  const char *name = json_object_get_string_member_with_default (object, "name", "");
  const char *state = json_object_get_string_member_with_default (object, "state", NULL);
  const YqEntity *entity = yq_model_find (kind);
  g_autofree char *key = g_strdup_printf ("%s %s", kind, name);
  g_autofree char *id = yq_id_of_name (key);
  g_autoptr(YqRecord) there = NULL;
  g_autoptr(YqRecord) record = NULL;

  if (entity == NULL || !json_object_has_member (object, "fields"))
    return fail (error, where, "a record without entity or fields");
  if ((there = yq_world_get (tx->world, entity, id)) == NULL)
    {
      record =
        yq_load_record (tx, entity, id, json_object_get_object_member (object, "fields"), error);
      if (record == NULL || !yq_tx_insert (tx, record, "save", error) ||
          (g_strcmp0 (state, "open") == 0 && !yq_tx_step (tx, record, "open", NULL, error)))
        return FALSE;
    }
  if (entity != &yq_jurisdiction)
    return TRUE;
  if (record == NULL)
    record = yq_record_copy (there);
  return publish_key (tx, record, error);
}

static gboolean
load_file (YqTx *tx, const char *path, GError **error)
{
  g_autoptr(GBytes) bytes =
    g_resource_lookup_data (yq_data_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = NULL;
  JsonArray *records;

  if (bytes == NULL)
    return FALSE;
  node =
    yq_json_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &problem);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, path, problem ? yq_problem_detail (problem) : "not an object");
  records = json_object_get_array_member (json_node_get_object (node), "records");
  for (guint i = 0; i < json_array_get_length (records); i++)
    if (!load_one (tx, json_array_get_object_element (records, i), path, error))
      return FALSE;
  return TRUE;
}

gboolean
yq_load_key (YqTx *tx, GError **error)
{
  g_autoptr(GPtrArray) all = yq_world_list (tx->world, &yq_jurisdiction, "state", "active");

  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr(YqRecord) jurisdiction = yq_record_copy (all->pdata[i]);

      if (!publish_key (tx, jurisdiction, error))
        return FALSE;
    }
  return TRUE;
}

/* -- categories -- */

static gboolean
load_category (YqTx *tx, const char *kind, char **cells, GError **error)
{
  g_autofree char *name = g_strdup_printf ("category %s", cells[0]);
  g_autofree char *parent = g_strdup_printf ("category %s", cells[1]);
  g_autofree char *id = yq_id_of_name (name);
  g_autofree char *parent_id = *cells[1] ? yq_id_of_name (parent) : NULL;
  g_autoptr(YqRecord) there = yq_world_get (tx->world, &yq_category, id);
  g_autoptr(YqRecord) category = NULL;

  if (there != NULL)
    return TRUE;
  category = yq_record_new (&yq_category, id);
  yq_record_set_text (category, CATEGORY_CODE, cells[0]);
  yq_record_set_text (category, CATEGORY_NAME, cells[3]);
  yq_record_set_text (category, CATEGORY_PARENT, parent_id);
  yq_record_set_int (category, CATEGORY_LEVEL, g_ascii_strtoll (cells[2], NULL, 10));
  yq_record_set_text (category, CATEGORY_KIND, kind);
  return yq_tx_insert (tx, category, "save", error);
}

static gboolean
load_categories (YqTx *tx, const char *path, const char *kind, GError **error)
{
  g_autoptr(GBytes) bytes =
    g_resource_lookup_data (yq_data_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_auto(GStrv) lines = NULL;

  if (bytes == NULL)
    return FALSE;
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto(GStrv) cells = g_strsplit (g_strchomp (lines[i]), ",", 4);

      if (g_strv_length (cells) == 4 && !load_category (tx, kind, cells, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
yq_load_data (YqTx *tx, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (!load_file (tx, files[i], error))
      return FALSE;

  return load_categories (tx, "/cn/yiquan/data/categories.csv", "instrument", error) &&
         load_categories (tx, "/cn/yiquan/data/service-categories.csv", "service", error);
}
