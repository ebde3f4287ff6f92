/* What queries find, as records; at once, or in the reading lane. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-private.h"

static GPtrArray *
read_rows (YqStoreDb *db, GArray *rows)
{
  GPtrArray *records = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < rows->len; i++)
    {
      YqRecord *record = yq_store_db_read_row (db, g_array_index (rows, gint64, i));

      if (record != NULL)
        g_ptr_array_add (records, record);
    }
  return records;
}

static GPtrArray *
list (YqStoreDb *db, const YqQuery *query, guint limit, GError **error)
{
  g_autoptr(GArray) rows = yq_query_rows (db, query, limit, error);

  return rows != NULL ? read_rows (db, rows) : NULL;
}

GPtrArray *
yq_store_list (YqStore *self, const YqQuery *query, guint limit)
{
  g_autoptr(GError) error = NULL;
  GPtrArray *records = list (yq_store_db (self), query, limit, &error);

  if (records != NULL)
    return records;
  g_warning ("%s", error->message);
  return g_ptr_array_new_with_free_func (g_object_unref);
}

typedef struct
{
  YqQuery *query;
  guint limit;
  char *name;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  yq_query_free (ask->query);
  g_free (ask->name);
  g_free (ask);
}

static GTask *
ask_new (YqStore *self, const YqQuery *query, guint limit, const char *name,
         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Ask *ask = g_new0 (Ask, 1);

  ask->query = yq_query_copy (query);
  ask->limit = limit;
  ask->name = g_strdup (name);
  g_task_set_task_data (task, ask, ask_free);
  return task;
}

static gpointer
list_job (YqStore *self, YqStoreDb *db, gpointer data, GError **error)
{
  Ask *ask = data;

  return list (db, ask->query, ask->limit, error);
}

void
yq_store_list_async (YqStore *self, const YqQuery *query, guint limit, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  yq_store_run (self, YQ_LANE_READ,
                ask_new (self, query, limit, NULL, cancellable, callback, user_data), list_job,
                (GDestroyNotify) g_ptr_array_unref);
}

GPtrArray *
yq_store_list_finish (YqStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
count_job (YqStore *self, YqStoreDb *db, gpointer data, GError **error)
{
  Ask *ask = data;

  return yq_query_count_by (db, ask->query, ask->name, error);
}

void
yq_store_count_by_async (YqStore *self, const YqQuery *query, const char *name,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  yq_store_run (self, YQ_LANE_READ,
                ask_new (self, query, 0, name, cancellable, callback, user_data), count_job,
                (GDestroyNotify) g_hash_table_unref);
}

GHashTable *
yq_store_count_by_finish (YqStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

GHashTable *
yq_store_count_by (YqStore *self, const YqQuery *query, const char *name)
{
  return yq_query_count_by (yq_store_db (self), query, name, NULL);
}
