/* The rows of a table, which stay while their records change. */
#define G_LOG_DOMAIN "yiquan-list"

#include "record-rows.h"

/* -- a row -- */

struct _YqRecordRow
{
  GObject parent_instance;

  YqRecordRows *owner; /* NULL: its place is gone */
  guint position;
  YqRecord *record;
  gulong version_id;
};

G_DEFINE_FINAL_TYPE (YqRecordRow, yq_record_row, G_TYPE_OBJECT)

struct _YqRecordRows
{
  GObject parent_instance;

  YqRecordList *list;
  guint n;
  GPtrArray *live; /* YqRecordRow, those somebody holds; not owned */
};

static guint row_changed;

static void
record_changed_cb (YqRecord *record, GParamSpec *pspec, YqRecordRow *self)
{
  g_signal_emit (self, row_changed, 0);
}

static void
let_go (YqRecordRow *self)
{
  if (self->record != NULL)
    g_clear_signal_handler (&self->version_id, self->record);
  g_clear_object (&self->record);
}

/* Takes record over, which may be NULL. */
static void
set_record (YqRecordRow *self, YqRecord *record)
{
  let_go (self);
  self->record = record;
  if (record != NULL)
    self->version_id =
      g_signal_connect (record, "notify::version", G_CALLBACK (record_changed_cb), self);
}

static void
yq_record_row_finalize (GObject *object)
{
  YqRecordRow *self = YQ_RECORD_ROW (object);

  if (self->owner != NULL)
    g_ptr_array_remove_fast (self->owner->live, self);
  let_go (self);
  G_OBJECT_CLASS (yq_record_row_parent_class)->finalize (object);
}

static void
yq_record_row_class_init (YqRecordRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yq_record_row_finalize;
  row_changed = g_signal_new ("changed", YQ_TYPE_RECORD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                              G_TYPE_NONE, 0);
}

static void
yq_record_row_init (YqRecordRow *self)
{
}

YqRecord *
yq_record_row_record (YqRecordRow *self)
{
  return self->record;
}

/* -- the model -- */

static GType
get_item_type (GListModel *model)
{
  return YQ_TYPE_RECORD_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return YQ_RECORD_ROWS (model)->n;
}

static gpointer
get_item (GListModel *model, guint position)
{
  YqRecordRows *self = YQ_RECORD_ROWS (model);
  YqRecordRow *row;

  if (position >= self->n)
    return NULL;
  for (guint i = 0; i < self->live->len; i++)
    if ((row = g_ptr_array_index (self->live, i))->position == position)
      return g_object_ref (row);
  row = g_object_new (YQ_TYPE_RECORD_ROW, NULL);
  row->owner = self;
  row->position = position;
  set_record (row, g_list_model_get_item (G_LIST_MODEL (self->list), position));
  g_ptr_array_add (self->live, row);
  return row;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YqRecordRows, yq_record_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* The rows of [position, position + removed) have no place any more; those behind move. */
static void
move_rows (YqRecordRows *self, guint position, guint removed, guint added)
{
  for (guint i = self->live->len; i > 0; i--)
    {
      YqRecordRow *row = g_ptr_array_index (self->live, i - 1);

      if (row->position < position)
        continue;
      if (row->position - position >= removed)
        {
          row->position += added - removed;
          continue;
        }
      row->owner = NULL;
      g_ptr_array_remove_index_fast (self->live, i - 1);
    }
  self->n += added - removed;
}

static void
items_changed_cb (GListModel *list, guint position, guint removed, guint added, YqRecordRows *self)
{
  if (yq_record_list_is_replacing (self->list))
    return;
  move_rows (self, position, removed, added);
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

/* Those that stand where they stood show what stands there now. */
static void
change_records (YqRecordRows *self)
{
  /* Whoever is told may ask for rows and let others go. */
  g_autoptr(GPtrArray) rows = g_ptr_array_copy (self->live, (GCopyFunc) g_object_ref, NULL);

  g_ptr_array_set_free_func (rows, g_object_unref);
  for (guint i = 0; i < rows->len; i++)
    {
      YqRecordRow *row = g_ptr_array_index (rows, i);
      g_autoptr(YqRecord) record = NULL;

      if (row->owner == NULL)
        continue;
      record = g_list_model_get_item (G_LIST_MODEL (self->list), row->position);
      if (record == row->record)
        continue;
      set_record (row, g_steal_pointer (&record));
      g_signal_emit (row, row_changed, 0);
    }
}

void
yq_record_rows_take_over (YqRecordRows *self)
{
  guint now = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  guint before = self->n;
  guint n = yq_record_list_is_cut (self->list) ? MAX (now, before) : now;
  guint both = MIN (n, before);

  move_rows (self, both, before - both, n - both);
  change_records (self);
  if (n != before)
    g_list_model_items_changed (G_LIST_MODEL (self), both, before - both, n - both);
}

static void
yq_record_rows_dispose (GObject *object)
{
  YqRecordRows *self = YQ_RECORD_ROWS (object);

  move_rows (self, 0, self->n, 0);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (yq_record_rows_parent_class)->dispose (object);
}

static void
yq_record_rows_finalize (GObject *object)
{
  g_ptr_array_unref (YQ_RECORD_ROWS (object)->live);
  G_OBJECT_CLASS (yq_record_rows_parent_class)->finalize (object);
}

static void
yq_record_rows_class_init (YqRecordRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_record_rows_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_record_rows_finalize;
}

static void
yq_record_rows_init (YqRecordRows *self)
{
  self->live = g_ptr_array_new ();
}

YqRecordRows *
yq_record_rows_new (YqRecordList *list)
{
  YqRecordRows *self = g_object_new (YQ_TYPE_RECORD_ROWS, NULL);

  self->list = g_object_ref (list);
  self->n = g_list_model_get_n_items (G_LIST_MODEL (list));
  g_signal_connect_object (list, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  return self;
}
