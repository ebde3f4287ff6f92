/* What belongs to what. */
#define G_LOG_DOMAIN "yiquan-tree"

#include "record-tree.h"

#define DEEPEST 10 /* a ring, made by mistake, ends there */

struct _YqRecordTree
{
  guint field;         /* what a record names what it belongs to by */
  GPtrArray *all;      /* YqRecord */
  GHashTable *by_id;   /* borrowed keys and records */
  GHashTable *parents; /* ids that something belongs to, borrowed */
};

const YqField *
yq_record_tree_field (const YqEntity *entity, const char *only)
{
  const char *named = only != NULL ? strchr (only, '!') : NULL;

  if (named != NULL)
    return yq_entity_field (entity, named + 1);
  for (guint i = 0; i < entity->n_fields; i++)
    if (entity->fields[i].type == YQ_REFERENCE &&
        g_str_equal (entity->fields[i].refers, entity->name))
      return &entity->fields[i];
  return NULL;
}

void
yq_record_tree_narrow (YqQuery *query, const char *only)
{
  g_auto(GStrv) conditions = g_strsplit (only != NULL ? only : "", "|", 0);

  for (guint i = 0; conditions[i] != NULL; i++)
    {
      g_auto(GStrv) words = g_strsplit (conditions[i], "=", 2);

      if (g_strv_length (words) == 2)
        yq_query_add (query, words[0], words[1]);
    }
}

static YqRecord *
above (YqRecordTree *self, YqRecord *record)
{
  const char *id = yq_record_text (record, self->field);

  return id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;
}

YqRecordTree *
yq_record_tree_new (YqStore *store, const YqEntity *entity, const char *only)
{
  const YqField *field = yq_record_tree_field (entity, only);
  g_autoptr(YqQuery) query = NULL;
  YqRecordTree *self;

  if (store == NULL || field == NULL)
    return NULL;
  query = yq_query_new (entity);
  yq_record_tree_narrow (query, only);
  if (entity->subtitle_field != NULL && yq_query_can_sort (entity, entity->subtitle_field))
    yq_query_set_sort (query, entity->subtitle_field, FALSE);
  self = g_new0 (YqRecordTree, 1);
  self->field = (guint) (field - entity->fields);
  self->all = yq_store_list (store, query, 0);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->parents = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < self->all->len; i++)
    {
      YqRecord *record = self->all->pdata[i];
      const char *parent = yq_record_text (record, self->field);

      g_hash_table_insert (self->by_id, (gpointer) yq_record_id (record), record);
      if (parent != NULL)
        g_hash_table_add (self->parents, (gpointer) parent);
    }
  return self;
}

void
yq_record_tree_free (YqRecordTree *self)
{
  g_hash_table_unref (self->parents);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->all);
  g_free (self);
}

GPtrArray *
yq_record_tree_all (YqRecordTree *self)
{
  return self->all;
}

gboolean
yq_record_tree_is_leaf (YqRecordTree *self, const char *id)
{
  return !g_hash_table_contains (self->parents, id);
}

gboolean
yq_record_tree_is_within (YqRecordTree *self, const char *id, const char *other)
{
  YqRecord *record = g_hash_table_lookup (self->by_id, id);

  for (guint i = 0; record != NULL && i < DEEPEST; i++, record = above (self, record))
    if (g_str_equal (yq_record_id (record), other))
      return TRUE;
  return FALSE;
}

char *
yq_record_tree_path (YqRecordTree *self, const char *id)
{
  YqRecord *record = g_hash_table_lookup (self->by_id, id);
  char *path = record != NULL ? g_strdup (yq_record_title (record)) : NULL;

  for (guint i = 0; i < DEEPEST && record != NULL && (record = above (self, record)) != NULL; i++)
    {
      char *longer = g_strdup_printf ("%s › %s", yq_record_title (record), path);

      g_free (path);
      path = longer;
    }
  return path;
}
