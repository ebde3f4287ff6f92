/* Ticks by record, independent of what a list shows. */
#define G_LOG_DOMAIN "yiquan-list"

#include "record-list.h"

#include "store-private.h"

typedef struct
{
  guint64 order;
  gint64 row; /* 0: not looked up */
} Tick;

struct _YqTickSet
{
  GObject parent_instance;

  GHashTable *ticks; /* id -> Tick */
  guint64 next;
};

enum
{
  PROP_N_TICKED = 1,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YqTickSet, yq_tick_set, G_TYPE_OBJECT)

static void
tell (YqTickSet *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_TICKED]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
add (YqTickSet *self, const char *id, gint64 row)
{
  Tick *tick;

  if (g_hash_table_contains (self->ticks, id))
    return FALSE;
  tick = g_new (Tick, 1);
  tick->order = self->next++;
  tick->row = row;
  return g_hash_table_insert (self->ticks, g_strdup (id), tick);
}

static void
yq_tick_set_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_N_TICKED)
    g_value_set_uint (value, yq_tick_set_size (YQ_TICK_SET (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
yq_tick_set_finalize (GObject *object)
{
  g_clear_pointer (&YQ_TICK_SET (object)->ticks, g_hash_table_unref);
  G_OBJECT_CLASS (yq_tick_set_parent_class)->finalize (object);
}

static void
yq_tick_set_class_init (YqTickSetClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = yq_tick_set_get_property;
  G_OBJECT_CLASS (klass)->finalize = yq_tick_set_finalize;

  properties[PROP_N_TICKED] = g_param_spec_uint ("n-ticked", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", YQ_TYPE_TICK_SET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
yq_tick_set_init (YqTickSet *self)
{
  self->ticks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

YqTickSet *
yq_tick_set_new (void)
{
  return g_object_new (YQ_TYPE_TICK_SET, NULL);
}

guint
yq_tick_set_size (YqTickSet *self)
{
  return g_hash_table_size (self->ticks);
}

gboolean
yq_tick_set_has (YqTickSet *self, const char *id)
{
  return id != NULL && g_hash_table_contains (self->ticks, id);
}

void
yq_tick_set_set (YqTickSet *self, const char *id, gboolean ticked)
{
  g_return_if_fail (id != NULL);

  if (ticked ? add (self, id, 0) : g_hash_table_remove (self->ticks, id))
    tell (self);
}

void
yq_tick_set_clear (YqTickSet *self)
{
  if (g_hash_table_size (self->ticks) == 0)
    return;
  g_hash_table_remove_all (self->ticks);
  tell (self);
}

/* Many ids are read in one pass over the index of ids. */
static GHashTable *
read_ids (YqStoreDb *db, GArray *rows)
{
  GHashTable *ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  g_autoptr(SqlRows) found = NULL;

  for (guint i = 0; i < rows->len; i++)
    g_hash_table_insert (ids, &g_array_index (rows, gint64, i), NULL);
  found = sql_query (db->conn, "SELECT row, id FROM record", SQL_NO_ARGS, NULL);
  while (found != NULL && sql_rows_next (found, NULL))
    {
      gint64 row = sql_rows_int (found, 0);
      gpointer key;

      if (g_hash_table_lookup_extended (ids, &row, &key, NULL))
        g_hash_table_insert (ids, key, g_strdup (sql_rows_text (found, 1)));
    }
  return ids;
}

static void
add_many (YqTickSet *self, YqRecordList *list, guint from, guint n)
{
  YqStoreDb *db = yq_store_db (yq_record_list_store (list));
  GArray *rows = yq_record_list_rows (list);
  g_autoptr(GHashTable) ids = n > 500 ? read_ids (db, rows) : NULL;
  gboolean changed = FALSE;

  for (guint i = from; i < from + n; i++)
    {
      gint64 *row = &g_array_index (rows, gint64, i);
      const char *id = ids != NULL ? g_hash_table_lookup (ids, row) : yq_record_list_id (list, i);

      if (id != NULL)
        changed |= add (self, id, *row);
    }
  if (changed)
    tell (self);
}

void
yq_tick_set_add_all (YqTickSet *self, YqRecordList *list)
{
  add_many (self, list, 0, yq_record_list_rows (list)->len);
}

void
yq_tick_set_add_range (YqTickSet *self, YqRecordList *list, guint from, guint to)
{
  guint n = yq_record_list_rows (list)->len;

  if (from > to)
    {
      guint swap = from;

      from = to;
      to = swap;
    }
  if (from < n)
    add_many (self, list, from, MIN (to, n - 1) - from + 1);
}

guint
yq_tick_set_n_within (YqTickSet *self, YqRecordList *list)
{
  YqStoreDb *db = yq_store_db (yq_record_list_store (list));
  const YqQuery *query = yq_record_list_query (list);
  GHashTableIter iter;
  gpointer id, value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->ticks);
  while (query != NULL && g_hash_table_iter_next (&iter, &id, &value))
    {
      Tick *tick = value;

      if (tick->row == 0)
        tick->row = yq_store_db_row_of (db, yq_query_entity (query), id);
      n += yq_record_list_has_row (list, tick->row);
    }
  return n;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Tick *first = g_hash_table_lookup (user_data, *(char *const *) a);
  const Tick *second = g_hash_table_lookup (user_data, *(char *const *) b);

  return first->order < second->order ? -1 : first->order > second->order;
}

char **
yq_tick_set_dup_ids (YqTickSet *self)
{
  guint n;
  char **ids = (char **) g_hash_table_get_keys_as_array (self->ticks, &n);

  g_qsort_with_data (ids, (int) n, sizeof *ids, compare, self->ticks);
  for (guint i = 0; i < n; i++)
    ids[i] = g_strdup (ids[i]);
  return ids;
}
