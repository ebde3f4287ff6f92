/* A lazy, live list of records: row numbers in memory, records read when they are looked at. */
#define G_LOG_DOMAIN "yiquan-list"

#include "record-list.h"

#include <string.h>

#include "splice.h"
#include "store-private.h"

#define PAGE 32     /* records read at once */
#define CACHED 1024 /* in each of two generations */
#define MAX_SPLICES 64
#define BREATH_MS 40 /* at least between two readings of a query */
/* Of a new query, shown while the rest is still being read: what fills a usual window. */
#define FIRST_ROWS 24
#define MANY 32 /* rows that come and go at once: another answer, not a change of one */

struct _YqRecordList
{
  GObject parent_instance;

  YqStore *store;
  YqQuery *query;
  GArray *rows;            /* gint64 */
  GHashTable *row_set;     /* made when asked for */
  GHashTable *young, *old; /* row -> YqRecord */
  GHashTable *ids;         /* row -> char* */
  GCancellable *running;
  guint timer;
  gboolean is_stale; /* the store changed while a query runs */
  gboolean is_new;   /* the query changed: no splices */
  gboolean is_cut;   /* only its first rows are here yet */
  gboolean was_cut;  /* so when rows were last taken: what comes now is the rest */
  gboolean is_replacing;
  gint64 started, took; /* µs */
  char *count_name;
  GHashTable *counts;
  GError *error;
};

enum
{
  PROP_LOADING = 1,
  PROP_N_ITEMS,
  PROP_ERROR,
  N_PROPS
};

enum
{
  COUNTS_CHANGED,
  REPLACED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void start (YqRecordList *self);
static void ask (YqRecordList *self);

static GHashTable *
new_cache (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
}

/* -- the model -- */

static GType
get_item_type (GListModel *model)
{
  return YQ_TYPE_RECORD;
}

static guint
get_n_items (GListModel *model)
{
  return YQ_RECORD_LIST (model)->rows->len;
}

static void
remember (YqRecordList *self, gint64 row, YqRecord *record)
{
  g_object_ref (record); /* it may stand in the generation that goes now */
  if (g_hash_table_size (self->young) >= CACHED)
    {
      g_hash_table_unref (self->old);
      self->old = self->young;
      self->young = new_cache ();
    }
  g_hash_table_insert (self->young, g_memdup2 (&row, sizeof row), record);
}

static YqRecord *
find_cached (YqRecordList *self, gint64 row)
{
  YqRecord *record = g_hash_table_lookup (self->young, &row);

  if (record == NULL && (record = g_hash_table_lookup (self->old, &row)) != NULL)
    remember (self, row, record);
  return record;
}

static void
read_page (YqRecordList *self, guint position)
{
  guint from = position - position % PAGE;

  for (guint i = from; i < from + PAGE && i < self->rows->len; i++)
    {
      gint64 row = g_array_index (self->rows, gint64, i);
      g_autoptr(YqRecord) record = NULL;

      if (find_cached (self, row) != NULL)
        continue;
      record = yq_store_live_row (self->store, row);
      if (record == NULL) /* went this moment; the list will follow */
        record = yq_record_new (yq_query_entity (self->query), NULL);
      remember (self, row, record);
    }
}

static gpointer
get_item (GListModel *model, guint position)
{
  YqRecordList *self = YQ_RECORD_LIST (model);
  YqRecord *record;
  gint64 row;

  if (position >= self->rows->len)
    return NULL;
  row = g_array_index (self->rows, gint64, position);
  record = find_cached (self, row);
  if (record == NULL)
    {
      read_page (self, position);
      record = find_cached (self, row);
    }
  return g_object_ref (record);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YqRecordList, yq_record_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* -- taking over an answer -- */

static void
splice (YqRecordList *self, guint position, guint n_removed, const gint64 *added, guint n_added)
{
  if (n_removed > 0)
    {
      g_array_remove_range (self->rows, position, n_removed);
      g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, 0);
    }
  if (n_added > 0)
    {
      g_array_insert_vals (self->rows, position, added, n_added);
      g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n_added);
    }
}

/* All of it by a few, in one word: views keep the widgets of the rows that stay (they look at each
 * new row for it, so not with many). */
static void
replace (YqRecordList *self, const gint64 *added, guint n_added)
{
  guint n_removed = self->rows->len;

  g_array_set_size (self->rows, 0);
  g_array_append_vals (self->rows, added, n_added);
  if (n_removed > 0 || n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_removed, n_added);
}

static GArray *
splices_to (YqRecordList *self, GArray *new)
{
  GArray *splices;
  YqSplice all = { .n_removed = self->rows->len, .n_added = new->len };

  if (!self->is_new)
    return yq_splices ((const gint64 *) (gpointer) self->rows->data, self->rows->len,
                       (const gint64 *) (gpointer) new->data, new->len, MAX_SPLICES);
  splices = g_array_new (FALSE, FALSE, sizeof (YqSplice));
  g_array_append_val (splices, all);
  return splices;
}

static guint
rows_in (GArray *splices)
{
  guint n = 0;

  for (guint i = 0; i < splices->len; i++)
    n +=
      g_array_index (splices, YqSplice, i).n_removed + g_array_index (splices, YqSplice, i).n_added;
  return n;
}

static void
take_rows (YqRecordList *self, GArray *new)
{
  guint n_before = self->rows->len;
  const gint64 *added = (const gint64 *) (gpointer) new->data;
  g_autoptr(GArray) splices = splices_to (self, new);

  g_clear_pointer (&self->row_set, g_hash_table_unref);
  self->is_replacing = self->is_new || self->was_cut || rows_in (splices) > MANY;
  if (self->is_new && new->len <= FIRST_ROWS)
    replace (self, added, new->len);
  else
    for (guint i = 0; i < splices->len; i++)
      {
        const YqSplice *one = &g_array_index (splices, YqSplice, i);

        splice (self, one->position, one->n_removed, added + one->new_position, one->n_added);
      }
  self->is_new = FALSE;
  self->was_cut = self->is_cut;
  if (self->is_replacing)
    {
      self->is_replacing = FALSE;
      g_signal_emit (self, signals[REPLACED], 0);
    }
  if (self->rows->len != n_before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

typedef struct
{
  YqQuery *query;
  char *count_name;
  guint limit; /* 0: everything */
  GArray *rows;
  GHashTable *counts;
} Reading;

/* There may be more rows than it was allowed to read. */
static gboolean
was_cut (const Reading *reading)
{
  return reading->limit > 0 && reading->rows->len >= reading->limit;
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  yq_query_free (reading->query);
  g_free (reading->count_name);
  g_clear_pointer (&reading->rows, g_array_unref);
  g_clear_pointer (&reading->counts, g_hash_table_unref);
  g_free (reading);
}

static gpointer
read_job (YqStore *store, YqStoreDb *db, gpointer data, GError **error)
{
  Reading *reading = data;

  if ((reading->rows = yq_query_rows (db, reading->query, reading->limit, error)) != NULL &&
      reading->count_name != NULL && !was_cut (reading))
    reading->counts = yq_query_count_by (db, reading->query, reading->count_name, error);
  return reading->rows;
}

static void
set_error (YqRecordList *self, GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
take_answer (YqRecordList *self, Reading *reading)
{
  if (self->error != NULL)
    set_error (self, NULL);
  self->is_cut = was_cut (reading);
  if (self->is_cut)
    {
      take_rows (self, reading->rows);
      return;
    }
  g_clear_pointer (&self->counts, g_hash_table_unref);
  self->counts = g_steal_pointer (&reading->counts);
  take_rows (self, reading->rows);
  if (self->counts != NULL)
    g_signal_emit (self, signals[COUNTS_CHANGED], 0);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(YqRecordList) self = user_data;
  Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr(GError) error = NULL;
  gboolean good = g_task_propagate_pointer (G_TASK (result), &error) != NULL && error == NULL;

  if (g_task_get_cancellable (G_TASK (result)) != self->running)
    return; /* another query took its place */
  g_clear_object (&self->running);
  self->took = g_get_monotonic_time () - self->started;
  if (good)
    take_answer (self, reading);
  else
    set_error (self, g_steal_pointer (&error));
  if (good && was_cut (reading))
    ask (self);
  else if (self->is_stale)
    start (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

/* -- asking -- */

static void
ask (YqRecordList *self)
{
  GTask *task;
  Reading *reading;

  self->is_stale = FALSE;
  if (self->query == NULL)
    return;
  self->running = g_cancellable_new ();
  self->started = g_get_monotonic_time ();
  reading = g_new0 (Reading, 1);
  reading->query = yq_query_copy (self->query);
  reading->count_name = g_strdup (self->count_name);
  reading->limit = self->is_new ? FIRST_ROWS : 0;
  task = g_task_new (self->store, self->running, read_cb, g_object_ref (self));
  g_task_set_task_data (task, reading, reading_free);
  yq_store_run (self->store, YQ_LANE_READ, task, read_job, NULL);
}

static gboolean
timer_cb (gpointer user_data)
{
  YqRecordList *self = user_data;

  self->timer = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

/* Not again at once after the last reading, so that a stream of changes costs a part of a core. */
static void
start (YqRecordList *self)
{
  gint64 next = self->started + MAX (BREATH_MS * 1000, 4 * self->took);
  gint64 wait = (next - g_get_monotonic_time ()) / 1000;

  if (self->timer != 0)
    return;
  if (self->running != NULL)
    self->is_stale = TRUE;
  else if (wait > 0)
    self->timer = g_timeout_add ((guint) wait, timer_cb, self);
  else
    ask (self);
}

static void
store_changed_cb (YqStore *store, const char *entity, const char *id, YqRecordList *self)
{
  gboolean was_loading = yq_record_list_is_loading (self);

  if (self->query == NULL || !g_str_equal (yq_query_entity (self->query)->name, entity))
    return;
  start (self);
  if (!was_loading)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
stop (YqRecordList *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
}

/* -- the object -- */

static void
yq_record_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YqRecordList *self = YQ_RECORD_LIST (object);

  switch (id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, yq_record_list_is_loading (self));
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->rows->len);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error != NULL ? self->error->message : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
yq_record_list_dispose (GObject *object)
{
  YqRecordList *self = YQ_RECORD_LIST (object);

  stop (self);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_record_list_parent_class)->dispose (object);
}

static void
yq_record_list_finalize (GObject *object)
{
  YqRecordList *self = YQ_RECORD_LIST (object);

  g_clear_pointer (&self->query, yq_query_free);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->row_set, g_hash_table_unref);
  g_clear_pointer (&self->young, g_hash_table_unref);
  g_clear_pointer (&self->old, g_hash_table_unref);
  g_clear_pointer (&self->ids, g_hash_table_unref);
  g_clear_pointer (&self->counts, g_hash_table_unref);
  g_clear_pointer (&self->count_name, g_free);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (yq_record_list_parent_class)->finalize (object);
}

static void
yq_record_list_class_init (YqRecordListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = yq_record_list_get_property;
  object_class->dispose = yq_record_list_dispose;
  object_class->finalize = yq_record_list_finalize;

  properties[PROP_LOADING] =
    g_param_spec_boolean ("loading", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR] =
    g_param_spec_string ("error", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[COUNTS_CHANGED] = g_signal_new ("counts-changed", YQ_TYPE_RECORD_LIST, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REPLACED] = g_signal_new ("replaced", YQ_TYPE_RECORD_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
yq_record_list_init (YqRecordList *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->young = new_cache ();
  self->old = new_cache ();
  self->ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
}

YqRecordList *
yq_record_list_new (YqStore *store, const YqQuery *query)
{
  YqRecordList *self = g_object_new (YQ_TYPE_RECORD_LIST, NULL);

  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), self, 0);
  if (query != NULL)
    yq_record_list_set_query (self, query);
  return self;
}

void
yq_record_list_set_query (YqRecordList *self, const YqQuery *query)
{
  stop (self);
  g_clear_pointer (&self->query, yq_query_free);
  self->query = yq_query_copy (query);
  self->is_new = TRUE;
  self->is_cut = FALSE;
  ask (self); /* a person waits */
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

const YqQuery *
yq_record_list_query (YqRecordList *self)
{
  return self->query;
}

gboolean
yq_record_list_is_loading (YqRecordList *self)
{
  return self->running != NULL || self->timer != 0;
}

gboolean
yq_record_list_is_cut (YqRecordList *self)
{
  return self->is_cut;
}

gboolean
yq_record_list_is_replacing (YqRecordList *self)
{
  return self->is_replacing;
}

void
yq_record_list_complete (YqRecordList *self)
{
  g_autoptr(GArray) rows = NULL;
  g_autoptr(GError) error = NULL;

  if (!self->is_cut && !self->is_new)
    return;
  stop (self);
  rows = yq_query_rows (yq_store_db (self->store), self->query, 0, &error);
  self->is_cut = FALSE;
  if (rows != NULL)
    take_rows (self, rows);
  else
    set_error (self, g_steal_pointer (&error));
  ask (self); /* for its counts, and what changed meanwhile */
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

void
yq_record_list_wait (YqRecordList *self)
{
  while (yq_record_list_is_loading (self))
    g_main_context_iteration (NULL, TRUE);
}

const char *
yq_record_list_id (YqRecordList *self, guint position)
{
  gint64 row;
  YqRecord *record;
  char id[37];

  g_return_val_if_fail (position < self->rows->len, NULL);

  row = g_array_index (self->rows, gint64, position);
  if ((record = find_cached (self, row)) != NULL)
    return yq_record_id (record);
  if (!g_hash_table_contains (self->ids, &row) &&
      yq_store_db_row_id (yq_store_db (self->store), row, id))
    g_hash_table_insert (self->ids, g_memdup2 (&row, sizeof row), g_strdup (id));
  return g_hash_table_lookup (self->ids, &row);
}

guint
yq_record_list_find (YqRecordList *self, const char *id)
{
  gint64 row = self->query != NULL && id != NULL
                 ? yq_store_db_row_of (yq_store_db (self->store), yq_query_entity (self->query), id)
                 : 0;

  return yq_record_list_find_row (self, row);
}

guint
yq_record_list_find_row (YqRecordList *self, gint64 row)
{
  for (guint i = 0; row != 0 && i < self->rows->len; i++)
    if (g_array_index (self->rows, gint64, i) == row)
      return i;
  return G_MAXUINT;
}

gint64
yq_record_list_row (YqRecordList *self, guint position)
{
  return position < self->rows->len ? g_array_index (self->rows, gint64, position) : 0;
}

void
yq_record_list_count_by (YqRecordList *self, const char *name)
{
  g_free (self->count_name);
  self->count_name = g_strdup (name);
  if (self->running != NULL)
    {
      stop (self);
      ask (self);
    }
  else
    start (self);
}

guint
yq_record_list_count (YqRecordList *self, const char *value)
{
  return self->counts != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, value)) : 0;
}

/* -- for ticks -- */

GArray *
yq_record_list_rows (YqRecordList *self)
{
  return self->rows;
}

YqStore *
yq_record_list_store (YqRecordList *self)
{
  return self->store;
}

gboolean
yq_record_list_has_row (YqRecordList *self, gint64 row)
{
  if (self->row_set == NULL)
    {
      self->row_set = g_hash_table_new (g_int64_hash, g_int64_equal);
      for (guint i = 0; i < self->rows->len; i++)
        g_hash_table_add (self->row_set, &g_array_index (self->rows, gint64, i));
    }
  return g_hash_table_contains (self->row_set, &row);
}
