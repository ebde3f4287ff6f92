/* A list of records to search, filter, sort, tick, open and export. */
#define G_LOG_DOMAIN "yiquan-table"

#include "record-table.h"

#include <adwaita.h>

#include "bits.h"
#include "face.h"
#include "filter-bar.h"
#include "record-map.h"
#include "record-rows.h"
#include "record-table-keys.h"
#include "table-choice.h"
#include "table-columns.h"
#include "table-export.h"
#include "table-fit.h"
#include "table-scroll.h"
#include "tick-column.h"
#include "tooltip.h"

struct _YqRecordTable
{
  GtkWidget parent_instance;
  YqStore *store;
  YqRecordList *list;
  YqRecordRows *rows;
  YqQuery *base; /* what the window asked for, before a person filtered */
  YqTableColumns *columns;
  gboolean is_asked; /* the answer is shown from its top */
  YqTableFit *fit;
  char *key;
  GtkWidget *box, *filter, *face, *beside, *view, *line, *export_button;
  YqRecordMap *map; /* NULL: none beside the rows; not owned */
  GtkSingleSelection *selection;
  YqTickSet *ticks; /* NULL: none, and no column of them */
  YqTickColumn *tick_column;
  gboolean is_replacing, has_first_use, was_loaded;
};

G_DEFINE_FINAL_TYPE (YqRecordTable, yq_record_table, GTK_TYPE_WIDGET)

static guint
count (YqRecordTable *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->list));
}

/* -- what is asked for -- */
static void
ask (YqRecordTable *self)
{
  g_autoptr(YqQuery) query = NULL;
  gboolean descending;
  YqTableColumn *sorted;

  if (self->view == NULL)
    return;
  query = yq_query_copy (self->base);
  sorted = yq_table_columns_sorted (self->columns, GTK_COLUMN_VIEW (self->view), &descending);
  yq_filter_bar_apply (YQ_FILTER_BAR (self->filter), query);
  if (sorted != NULL)
    yq_query_set_sort (query, sorted->name, descending);
  if (self->map != NULL)
    yq_query_set_ids (query, yq_record_map_only (self->map));
  self->is_asked = TRUE;
  yq_record_list_set_query (self->list, query);
}

/* -- faces and the line below -- */
/* Nothing while the rest of a long list is on its way: the number would jump. */
static void
show_line (YqRecordTable *self)
{
  guint n_all = count (self);
  g_autofree char *all = yq_count_text (n_all);
  guint n = self->ticks ? yq_tick_set_size (self->ticks) : 0;
  g_autofree char *ticked = yq_count_text (n);
  g_autofree char *text =
    n > 0 ? g_strdup_printf (yq_ngettext ("%s record · %s ticked", "%s records · %s ticked", n_all),
                             all, ticked)
          : g_strdup_printf (yq_ngettext ("%s record", "%s records", n_all), all);

  if (!yq_record_list_is_cut (self->list))
    gtk_label_set_text (GTK_LABEL (self->line), text);
  yq_widget_set_why (self->export_button,
                     count (self) == 0 ? _("There is nothing to export") : NULL);
  if (count (self) > 0)
    yq_set_tooltip (self->export_button, _("Export as a spreadsheet…"));
}

static gboolean
is_narrowed (YqRecordTable *self)
{
  return yq_filter_bar_is_active (YQ_FILTER_BAR (self->filter)) ||
         (self->map != NULL && yq_record_map_only (self->map) != NULL);
}

static void
show_face (YqRecordTable *self)
{
  g_autofree char *error = NULL;
  YqFace *face = YQ_FACE (self->face);

  g_object_get (self->list, "error", &error, NULL);
  show_line (self);
  if (error != NULL)
    yq_face_fail (face, _("This list cannot be read"), error, "table.retry");
  else if (count (self) > 0)
    yq_face_show (face, YQ_FACE_CONTENT);
  else if (yq_record_list_is_loading (self->list))
    yq_face_show (face, self->was_loaded ? yq_face_shown (face) : YQ_FACE_LOADING);
  else if (is_narrowed (self))
    yq_face_show (face, YQ_FACE_EMPTY);
  else
    yq_face_show (face, YQ_FACE_FIRST);
  if (!yq_record_list_is_loading (self->list))
    self->was_loaded = TRUE;
}

/* -- ticks -- */
static void
ticks_changed_cb (YqRecordTable *self)
{
  show_line (self);
  g_signal_emit_by_name (self, "ticks-changed");
}

/* -- the row of the cursor -- */
static void
row_activated_cb (GtkColumnView *view, guint position, YqRecordTable *self)
{
  g_autoptr(YqRecord) record = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  gtk_single_selection_set_selected (self->selection, position);
  if (record != NULL)
    g_signal_emit_by_name (self, "activate", record);
}

static void
selected_cb (YqRecordTable *self)
{
  if (!self->is_replacing)
    g_signal_emit_by_name (self, "selection-changed");
}

/* -- columns -- */
static void
build_columns (YqRecordTable *self)
{
  yq_table_columns_build (self->columns, GTK_COLUMN_VIEW (self->view));
  yq_table_fit_queue (self->fit);
}

static void
columns_chosen (gpointer data)
{
  YqRecordTable *self = data;

  build_columns (self);
  yq_table_columns_save (self->columns, self->key);
}

/* -- the map beside the rows -- */
static void
marker_cb (YqRecordMap *map, guint position, YqRecordTable *self)
{
  YqRecord *record = yq_record_table_selected (self);

  if (record != NULL)
    g_signal_emit_by_name (self, "activate", record);
}

void
yq_record_table_add_map (YqRecordTable *self)
{
  g_autoptr(GtkWidget) rows = NULL;

  g_return_if_fail (self->map == NULL);

  rows = g_object_ref (adw_bin_get_child (ADW_BIN (self->beside)));
  adw_bin_set_child (ADW_BIN (self->beside), NULL);
  self->map = YQ_RECORD_MAP (yq_record_map_new (self->key, self->list, self->selection, rows));
  adw_bin_set_child (ADW_BIN (self->beside), GTK_WIDGET (self->map));
  g_signal_connect_object (self->map, "open", G_CALLBACK (marker_cb), self, 0);
  g_signal_connect_object (self->map, "only", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
  yq_record_table_add_filter (self, yq_record_map_chip (self->map));
  yq_record_table_add_widget (self, yq_record_map_switch_new (self->map));
}

/* -- actions of the table -- */
static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  yq_record_table_export (YQ_RECORD_TABLE (widget));
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  YqRecordTable *self = YQ_RECORD_TABLE (widget);

  yq_filter_bar_clear (YQ_FILTER_BAR (self->filter));
  if (self->map != NULL)
    yq_record_map_show_all (self->map);
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask (YQ_RECORD_TABLE (widget));
}

static void
tick_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  yq_record_table_tick_all (YQ_RECORD_TABLE (widget));
}

static void
untick_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  yq_record_table_untick_all (YQ_RECORD_TABLE (widget));
}

/* -- life -- */
static void
yq_record_table_dispose (GObject *object)
{
  YqRecordTable *self = YQ_RECORD_TABLE (object);

  g_clear_pointer (&self->fit, yq_table_fit_free);
  if (self->view != NULL)
    gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view), NULL);
  self->view = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->tick_column);
  g_clear_object (&self->ticks);
  g_clear_object (&self->list);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_record_table_parent_class)->dispose (object);
}

static void
yq_record_table_finalize (GObject *object)
{
  YqRecordTable *self = YQ_RECORD_TABLE (object);

  g_clear_pointer (&self->base, yq_query_free);
  g_clear_pointer (&self->columns, yq_table_columns_free);
  g_free (self->key);
  G_OBJECT_CLASS (yq_record_table_parent_class)->finalize (object);
}

static void
add_signal (const char *name, GType argument)
{
  if (argument == G_TYPE_NONE)
    g_signal_new (name, YQ_TYPE_RECORD_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                  0);
  else
    g_signal_new (name, YQ_TYPE_RECORD_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                  1, argument);
}

static void
yq_record_table_class_init (YqRecordTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_record_table_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_record_table_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "table.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "table.clear-filter", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "table.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "table.tick-all", NULL, tick_all_action);
  gtk_widget_class_install_action (widget_class, "table.untick-all", NULL, untick_all_action);
  add_signal ("activate", YQ_TYPE_RECORD);
  add_signal ("beside", YQ_TYPE_RECORD);
  add_signal ("selection-changed", G_TYPE_NONE);
  add_signal ("ticks-changed", G_TYPE_NONE);
}

static void
yq_record_table_init (YqRecordTable *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

/* GTK keeps the rows on show where they are, so that new ones come in above them, unseen.  Who
 * looks at the top of a list wants to see what arrives there; who has chosen a row keeps it. */
static void
stay_at_top_cb (GListModel *rows, guint position, guint removed, guint added, YqRecordTable *self)
{
  if (position == 0 && added > removed && yq_table_is_at_top (GTK_COLUMN_VIEW (self->view)) &&
      gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION)
    yq_table_scroll_to (GTK_COLUMN_VIEW (self->view), 0);
}

/* -- another answer in the rows there are -- */
/* Who asked something else begins at the top, with nothing chosen; else the chosen record stays so,
 * wherever it stands now. */
static void
replaced_cb (YqRecordTable *self)
{
  YqRecord *now = yq_record_table_selected (self);
  g_autoptr(YqRecord) chosen = now != NULL ? g_object_ref (now) : NULL;
  guint at = GTK_INVALID_LIST_POSITION;

  self->is_replacing = TRUE;
  if (self->is_asked)
    yq_record_rows_take_over (self->rows);
  else
    {
      yq_table_take_over_in_place (GTK_COLUMN_VIEW (self->view), self->rows, self->list);
      at = chosen != NULL ? yq_record_list_find (self->list, yq_record_id (chosen)) : at;
    }
  gtk_single_selection_set_selected (self->selection, at);
  self->is_replacing = FALSE;
  if (self->is_asked && count (self) > 0)
    {
      self->is_asked = FALSE;
      yq_table_scroll_to (GTK_COLUMN_VIEW (self->view), 0);
    }
  if (yq_record_table_selected (self) != chosen)
    g_signal_emit_by_name (self, "selection-changed");
}

static GtkWidget *
build_view (YqRecordTable *self, const char *name)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->rows = yq_record_rows_new (self->list);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->rows));
  self->view = gtk_column_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)));
  yq_add_classes (self->view, "records");
  yq_set_name (self->view, name);
  g_signal_connect (self->view, "activate", G_CALLBACK (row_activated_cb), self);
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (selected_cb),
                            self);
  g_signal_connect_swapped (gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view)), "changed",
                            G_CALLBACK (ask), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);
  gtk_widget_add_css_class (scroller, "table-shell");
  gtk_widget_set_vexpand (scroller, TRUE);
  self->fit = yq_table_fit_new (self->columns, GTK_COLUMN_VIEW (self->view),
                                GTK_SCROLLED_WINDOW (scroller), G_LIST_MODEL (self->list));
  return scroller;
}

static void
build (YqRecordTable *self, const char *name)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->filter = yq_filter_bar_new (self->list);
  self->beside = adw_bin_new ();
  adw_bin_set_child (ADW_BIN (self->beside), build_view (self, name));
  self->face = yq_face_new (self->beside);
  self->line = yq_label_new ("", "status-line number");
  self->export_button =
    yq_icon_button_new ("document-save-symbolic", _("Export as a spreadsheet…"), NULL);
  g_signal_connect_swapped (self->export_button, "clicked", G_CALLBACK (yq_record_table_export),
                            self);
  yq_filter_bar_add_widget (YQ_FILTER_BAR (self->filter), self->export_button);
  yq_filter_bar_add_widget (YQ_FILTER_BAR (self->filter),
                            yq_table_choice_new (self->columns, columns_chosen, self));
  yq_face_set_empty (YQ_FACE (self->face), _("Nothing matches"),
                     _("No record fits the search and the filters."), _("Show everything"),
                     "table.clear-filter");
  yq_face_set_first (YQ_FACE (self->face), "view-list-symbolic", name,
                     _("There is nothing here yet."), NULL, NULL);
  gtk_widget_set_vexpand (self->face, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->filter);
  gtk_box_append (GTK_BOX (self->box), self->face);
  gtk_box_append (GTK_BOX (self->box), self->line);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
yq_record_table_new (YqStore *store, YqRecordList *list, const char *name)
{
  YqRecordTable *self = g_object_new (YQ_TYPE_RECORD_TABLE, NULL);

  self->store = g_object_ref (store);
  self->list = g_object_ref (list);
  self->base = yq_query_copy (yq_record_list_query (list));
  self->key = g_strdup (name);
  self->columns = yq_table_columns_new (store, yq_query_entity (self->base));
  build (self, _(yq_query_entity (self->base)->title_plural));
  yq_record_table_set_columns (self, NULL);
  yq_record_table_add_keys (self, self->view);
  g_signal_connect_swapped (self->filter, "changed", G_CALLBACK (ask), self);
  g_signal_connect_swapped (self->filter, "searched", G_CALLBACK (yq_record_table_focus), self);
  g_signal_connect_object (list, "notify", G_CALLBACK (show_face), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (show_face), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->rows, "items-changed", G_CALLBACK (stay_at_top_cb), self,
                           G_CONNECT_AFTER);
  g_signal_connect_object (list, "replaced", G_CALLBACK (replaced_cb), self, G_CONNECT_SWAPPED);
  show_face (self);
  return GTK_WIDGET (self);
}

YqRecordList *
yq_record_table_list (YqRecordTable *self)
{
  return self->list;
}

/* -- what it shows -- */
void
yq_record_table_set_ticks (YqRecordTable *self, gboolean ticks)
{
  if (ticks == (self->ticks != NULL))
    return;
  g_return_if_fail (ticks);
  self->ticks = yq_tick_set_new ();
  self->tick_column = yq_tick_column_new (GTK_COLUMN_VIEW (self->view), self->list, self->ticks);
  g_signal_connect_object (self->ticks, "changed", G_CALLBACK (ticks_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

void
yq_record_table_set_columns (YqRecordTable *self, const char *names)
{
  yq_table_columns_set_names (self->columns, names);
  yq_table_columns_load (self->columns, self->key);
  build_columns (self);
}

void
yq_record_table_add_column (YqRecordTable *self, const char *name, const char *title, int width,
                            gboolean number, YqCellText text, gpointer user_data)
{
  yq_table_columns_add (self->columns, name, title, width, number, text, user_data);
  yq_table_columns_load (self->columns, self->key);
  build_columns (self);
}

void
yq_record_table_set_filters (YqRecordTable *self, const char *fields)
{
  yq_filter_bar_set_fields (YQ_FILTER_BAR (self->filter), fields);
}

void
yq_record_table_set_states (YqRecordTable *self, const char *states)
{
  yq_filter_bar_set_states (YQ_FILTER_BAR (self->filter), states);
}

void
yq_record_table_choose_state (YqRecordTable *self, const char *state)
{
  yq_filter_bar_choose_state (YQ_FILTER_BAR (self->filter), state);
}

void
yq_record_table_set_query (YqRecordTable *self, const YqQuery *query)
{
  yq_query_free (self->base);
  self->base = yq_query_copy (query);
  ask (self);
}

void
yq_record_table_set_first_use (YqRecordTable *self, const char *icon, const char *title,
                               const char *text, const char *button, const char *detailed_action)
{
  yq_face_set_first (YQ_FACE (self->face), icon, title, text, button, detailed_action);
}

void
yq_record_table_add_filter (YqRecordTable *self, GtkWidget *widget)
{
  yq_filter_bar_add_filter (YQ_FILTER_BAR (self->filter), widget);
}

void
yq_record_table_add_widget (YqRecordTable *self, GtkWidget *widget)
{
  yq_filter_bar_add_widget (YQ_FILTER_BAR (self->filter), widget);
}

/* -- what is chosen -- */
YqRecord *
yq_record_table_selected (YqRecordTable *self)
{
  YqRecordRow *row = gtk_single_selection_get_selected_item (self->selection);

  return row != NULL ? yq_record_row_record (row) : NULL;
}

guint
yq_record_table_position (YqRecordTable *self)
{
  return gtk_single_selection_get_selected (self->selection);
}

void
yq_record_table_select (YqRecordTable *self, guint position)
{
  gtk_single_selection_set_selected (self->selection, position);
  if (position < count (self))
    yq_table_scroll_to (GTK_COLUMN_VIEW (self->view), position);
}

void
yq_record_table_move (YqRecordTable *self, int by)
{
  guint now = yq_record_table_position (self);
  gint64 next =
    now == GTK_INVALID_LIST_POSITION ? (by > 0 ? 0 : (gint64) count (self) - 1) : (gint64) now + by;

  if (count (self) > 0)
    yq_record_table_select (self, (guint) CLAMP (next, 0, (gint64) count (self) - 1));
}

YqTickSet *
yq_record_table_ticks (YqRecordTable *self)
{
  return self->ticks;
}

guint
yq_record_table_n_ticked (YqRecordTable *self)
{
  return self->ticks ? yq_tick_set_size (self->ticks) : 0;
}

void
yq_record_table_tick_selected (YqRecordTable *self, gboolean range)
{
  YqRecord *record = yq_record_table_selected (self);

  if (self->tick_column == NULL || record == NULL)
    return;
  if (!range || !yq_tick_column_extend (self->tick_column, yq_record_table_position (self)))
    yq_tick_column_toggle (self->tick_column, record);
}

void
yq_record_table_untick_all (YqRecordTable *self)
{
  if (self->ticks != NULL)
    yq_tick_set_clear (self->ticks);
}

void
yq_record_table_tick_all (YqRecordTable *self)
{
  if (self->ticks == NULL)
    return;
  yq_record_list_complete (self->list);
  yq_tick_set_add_all (self->ticks, self->list);
}

void
yq_record_table_search (YqRecordTable *self, const char *text)
{
  yq_filter_bar_set_text (YQ_FILTER_BAR (self->filter), text);
}

/* Rows stay while their records change, and with them the row that had the focus last: who has
 * chosen nothing and stands at the top begins at the first. */
void
yq_record_table_focus (YqRecordTable *self)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (self->view);

  if (yq_record_table_selected (self) == NULL && yq_table_is_at_top (view) &&
      yq_table_focus_first (view))
    return;
  if (!gtk_widget_grab_focus (self->view))
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

void
yq_record_table_focus_search (YqRecordTable *self)
{
  yq_filter_bar_focus (YQ_FILTER_BAR (self->filter));
}

void
yq_record_table_export (YqRecordTable *self)
{
  if (count (self) > 0)
    yq_table_export (GTK_WIDGET (self), self->list, self->columns,
                     _(yq_query_entity (self->base)->title_plural));
}

gboolean
yq_record_table_export_to (YqRecordTable *self, const char *path, GError **error)
{
  return yq_table_export_to (self->list, self->columns, path, NULL, NULL, NULL, error);
}
