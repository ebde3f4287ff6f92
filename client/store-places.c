/* Where the records of a query stand on the map: one key a record in the index, read at once. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-private.h"

#include "model.h"

#define NORTH G_GINT64_CONSTANT (90000000)
#define EAST G_GINT64_CONSTANT (180000000)

gint64
yq_place_key (gint64 latitude, gint64 longitude)
{
  return (CLAMP (latitude, -NORTH, NORTH) + NORTH) << 32 | (CLAMP (longitude, -EAST, EAST) + EAST);
}

void
yq_place_of_key (gint64 key, int *latitude, int *longitude)
{
  *latitude = (int) ((key >> 32) - NORTH);
  *longitude = (int) ((key & G_MAXUINT32) - EAST);
}

static GHashTable *
new_table (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

static void
put (GHashTable *table, gint64 row, gint64 key)
{
  g_hash_table_insert (table, g_memdup2 (&row, sizeof row), g_memdup2 (&key, sizeof key));
}

/* Row -> place of all records of an entity that have one. */
static GHashTable *
own_places (YqStoreDb *db, const YqEntity *entity, GError **error)
{
  g_autoptr(GHashTable) places = new_table ();
  g_autoptr(SqlRows) rows =
    sql_query (db->conn, "SELECT row, value FROM field_key WHERE name = $1",
               SQL_ARGS (SQL_INT (yq_store_db_name (db, entity, "@place"))), error);

  if (rows == NULL)
    return NULL;
  while (sql_rows_next (rows, NULL))
    put (places, sql_rows_int (rows, 0), sql_rows_int (rows, 1));
  return g_steal_pointer (&places);
}

/* Row -> place of its carrier.  The keys come by carrier, so each is looked up once. */
static GHashTable *
carrier_places (YqStoreDb *db, const YqEntity *entity, GError **error)
{
  const YqEntity *organisation = yq_model_find ("organisation");
  g_autoptr(GHashTable) carriers = own_places (db, organisation, error);
  g_autoptr(GHashTable) places = new_table ();
  g_autoptr(SqlRows) rows = NULL;
  g_autofree char *last = NULL;
  gint64 *place = NULL;

  if (carriers == NULL ||
      !(rows =
          sql_query (db->conn, "SELECT row, value FROM field_key WHERE name = $1 ORDER BY value",
                     SQL_ARGS (SQL_INT (yq_store_db_name (db, entity, "@carrier"))), error)))
    return NULL;
  while (sql_rows_next (rows, NULL))
    {
      const char *carrier = sql_rows_text (rows, 1);

      if (g_strcmp0 (carrier, last) != 0)
        {
          gint64 row = yq_store_db_row_of (db, organisation, carrier);

          g_free (last);
          last = g_strdup (carrier);
          place = g_hash_table_lookup (carriers, &row);
        }
      if (place != NULL)
        put (places, sql_rows_int (rows, 0), *place);
    }
  return g_steal_pointer (&places);
}

static gpointer
places_job (YqStore *self, YqStoreDb *db, gpointer data, GError **error)
{
  const YqQuery *query = data;
  const YqEntity *entity = yq_query_entity (query);
  g_autoptr(GArray) places = g_array_new (FALSE, FALSE, sizeof (YqPlace));
  g_autoptr(GArray) rows = yq_query_rows (db, query, 0, error);
  g_autoptr(GHashTable) own = rows != NULL ? own_places (db, entity, error) : NULL;
  g_autoptr(GHashTable) carriers = own != NULL ? carrier_places (db, entity, error) : NULL;

  if (carriers == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    {
      gint64 *row = &g_array_index (rows, gint64, i);
      gint64 *key = g_hash_table_lookup (own, row);
      YqPlace place = { *row, 0, 0 };

      if (key == NULL && (key = g_hash_table_lookup (carriers, row)) == NULL)
        continue;
      yq_place_of_key (*key, &place.latitude, &place.longitude);
      g_array_append_val (places, place);
    }
  return g_steal_pointer (&places);
}

void
yq_store_places_async (YqStore *self, const YqQuery *query, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, yq_query_copy (query), (GDestroyNotify) yq_query_free);
  yq_store_run (self, YQ_LANE_READ, task, places_job, (GDestroyNotify) g_array_unref);
}

GArray *
yq_store_places_finish (YqStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
