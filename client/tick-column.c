/* Check buttons for the rows in view, bound to the set of ticks. */
#define G_LOG_DOMAIN "yiquan-table"

#include "tick-column.h"

#include "bits.h"
#include "record-rows.h"
#include "table-columns.h"

struct _YqTickColumn
{
  GObject parent_instance;
  YqRecordList *list;
  YqTickSet *ticks;
  GPtrArray *checks; /* bound GtkCheckButton; data "yq-item" */
  char *last_ticked;
  gboolean is_binding;
};

G_DEFINE_FINAL_TYPE (YqTickColumn, yq_tick_column, G_TYPE_OBJECT)

static YqRecord *
record_of (GtkWidget *check)
{
  YqRecordRow *row = gtk_list_item_get_item (g_object_get_data (G_OBJECT (check), "yq-item"));

  return row != NULL ? yq_record_row_record (row) : NULL;
}

static void
refresh_check (YqTickColumn *self, GtkWidget *check)
{
  YqRecord *record = record_of (check);

  self->is_binding = TRUE;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               record != NULL &&
                                 yq_tick_set_has (self->ticks, yq_record_id (record)));
  self->is_binding = FALSE;
}

static void
ticks_changed_cb (YqTickColumn *self)
{
  for (guint i = 0; i < self->checks->len; i++)
    refresh_check (self, g_ptr_array_index (self->checks, i));
}

static void
tick_record (YqTickColumn *self, YqRecord *record, gboolean ticked)
{
  g_free (self->last_ticked);
  self->last_ticked = g_strdup (yq_record_id (record));
  yq_tick_set_set (self->ticks, yq_record_id (record), ticked);
}

static void
check_toggled_cb (GtkCheckButton *check, YqTickColumn *self)
{
  YqRecord *record = record_of (GTK_WIDGET (check));

  if (!self->is_binding && record != NULL)
    tick_record (self, record, gtk_check_button_get_active (check));
}

static void
check_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, YqTickColumn *self)
{
  GtkWidget *check = gtk_check_button_new ();

  gtk_widget_set_halign (check, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (check), "yq-item", item);
  g_object_set_data_full (G_OBJECT (check), "yq-column", g_object_ref (self), g_object_unref);
  g_signal_connect_object (check, "toggled", G_CALLBACK (check_toggled_cb), self, 0);
  gtk_list_item_set_child (item, check);
}

static void
show_check (YqRecordRow *row, GtkWidget *check)
{
  YqRecord *record = yq_record_row_record (row);
  g_autofree char *name =
    record != NULL ? g_strdup_printf (_("Tick %s"), yq_record_title (record)) : NULL;

  gtk_widget_set_opacity (check, record != NULL ? 1 : 0);
  if (name != NULL)
    yq_set_name (check, name);
  refresh_check (g_object_get_data (G_OBJECT (check), "yq-column"), check);
}

static void
check_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, YqTickColumn *self)
{
  YqRecordRow *row = gtk_list_item_get_item (item);
  GtkWidget *check = gtk_list_item_get_child (item);

  show_check (row, check);
  g_signal_connect_object (row, "changed", G_CALLBACK (show_check), check, 0);
  g_ptr_array_add (self->checks, check);
}

static void
check_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, YqTickColumn *self)
{
  GtkWidget *check = gtk_list_item_get_child (item);

  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), show_check, check);
  g_ptr_array_remove_fast (self->checks, check);
}

static void
yq_tick_column_finalize (GObject *object)
{
  YqTickColumn *self = YQ_TICK_COLUMN (object);

  g_object_unref (self->list);
  g_object_unref (self->ticks);
  g_ptr_array_unref (self->checks);
  g_free (self->last_ticked);
  G_OBJECT_CLASS (yq_tick_column_parent_class)->finalize (object);
}

static void
yq_tick_column_class_init (YqTickColumnClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yq_tick_column_finalize;
}

static void
yq_tick_column_init (YqTickColumn *self)
{
  self->checks = g_ptr_array_new ();
}

YqTickColumn *
yq_tick_column_new (GtkColumnView *view, YqRecordList *list, YqTickSet *ticks)
{
  YqTickColumn *self = g_object_new (YQ_TYPE_TICK_COLUMN, NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr(GtkColumnViewColumn) column = gtk_column_view_column_new ("", factory);

  self->list = g_object_ref (list);
  self->ticks = g_object_ref (ticks);
  g_signal_connect_object (ticks, "changed", G_CALLBACK (ticks_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "setup", G_CALLBACK (check_setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (check_bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (check_unbind_cb), self, 0);
  gtk_column_view_column_set_fixed_width (column, yq_scaled (20) + 24);
  gtk_column_view_insert_column (view, 0, column);
  return self;
}

void
yq_tick_column_toggle (YqTickColumn *self, YqRecord *record)
{
  tick_record (self, record, !yq_tick_set_has (self->ticks, yq_record_id (record)));
}

gboolean
yq_tick_column_extend (YqTickColumn *self, guint position)
{
  guint last = self->last_ticked ? yq_record_list_find (self->list, self->last_ticked)
                                 : GTK_INVALID_LIST_POSITION;

  if (last == GTK_INVALID_LIST_POSITION)
    return FALSE;
  yq_tick_set_add_range (self->ticks, self->list, MIN (last, position), MAX (last, position));
  return TRUE;
}
