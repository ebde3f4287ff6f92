/* Searches the store for one record. */
#define G_LOG_DOMAIN "yiquan-record-picker"

#include "record-picker.h"

#include "bits.h"
#include "model.h"
#include "record-tree.h"

#define MAX_FOUND 50
#define MAX_OF_TREE 300 /* all there are, to leaf through */

struct _YqRecordPicker
{
  GtkWidget parent_instance;
  YqStore *store;
  const YqEntity *entity;
  GtkWidget *button, *popover, *search, *list, *nothing, *scroller;
  GCancellable *running;
  YqPickFilter filter;
  gpointer filter_data;
  gboolean stays_open, any_level;
  YqRecordTree *tree; /* as it stood when the popover opened; NULL: the records stand in none */
  const char *only;   /* of the field table */
};

G_DEFINE_FINAL_TYPE (YqRecordPicker, yq_record_picker, GTK_TYPE_WIDGET)

static GtkWidget *
build_row (YqRecordPicker *self, YqRecord *record)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = yq_label_new (yq_record_title (record), NULL);
  int below = self->entity->subtitle_field
                ? yq_entity_find_field (self->entity, self->entity->subtitle_field)
                : -1;

  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), title);
  if (self->tree != NULL || below >= 0)
    {
      g_autofree char *text =
        self->tree != NULL
          ? yq_record_tree_path (self->tree, yq_record_id (record))
          : yq_store_format (self->store, yq_record_values (record), (guint) below);
      GtkWidget *subtitle = yq_label_new (text, "dim-label small");

      gtk_label_set_ellipsize (GTK_LABEL (subtitle), PANGO_ELLIPSIZE_END);
      gtk_widget_set_visible (subtitle, *text != '\0');
      gtk_box_append (GTK_BOX (box), subtitle);
    }
  yq_set_margins (box, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  yq_set_name (row, yq_record_title (record));
  g_object_set_data_full (G_OBJECT (row), "yq-record", g_object_ref (record), g_object_unref);
  return row;
}

/* Of a tree what was found is also whatever belongs to it, in the order of the tree. */
static GPtrArray *
spread (YqRecordPicker *self, GPtrArray *found)
{
  GPtrArray *all = yq_record_tree_all (self->tree);
  GPtrArray *offered = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < all->len && offered->len < MAX_OF_TREE; i++)
    {
      const char *id = yq_record_id (all->pdata[i]);
      gboolean fits = FALSE;

      for (guint j = 0; !fits && j < found->len; j++)
        fits = yq_record_tree_is_within (self->tree, id, yq_record_id (found->pdata[j]));
      if (fits && (self->any_level || yq_record_tree_is_leaf (self->tree, id)))
        g_ptr_array_add (offered, g_object_ref (all->pdata[i]));
    }
  return offered;
}

static void
show_found (YqRecordPicker *self, GPtrArray *records)
{
  guint n = 0;

  yq_remove_children (self->list);
  for (guint i = 0; i < records->len; i++)
    {
      YqRecord *record = g_ptr_array_index (records, i);

      if (self->filter != NULL && !self->filter (record, self->filter_data))
        continue;
      gtk_list_box_append (GTK_LIST_BOX (self->list), build_row (self, record));
      n++;
    }
  gtk_widget_set_visible (self->scroller, n > 0);
  gtk_widget_set_visible (self->nothing, n == 0);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqRecordPicker) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) records = yq_store_list_finish (YQ_STORE (source), result, &error);
  g_autoptr(GPtrArray) offered = NULL;

  /* Who left meanwhile took along what the filter asks. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (records == NULL)
    records = g_ptr_array_new ();
  offered = self->tree != NULL ? spread (self, records) : g_ptr_array_ref (records);
  show_found (self, offered);
}

static void
search (YqRecordPicker *self)
{
  g_autoptr(YqQuery) query = yq_query_new (self->entity);

  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  self->running = g_cancellable_new ();
  yq_query_set_text (query, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  yq_record_tree_narrow (query, self->only);
  yq_store_list_async (self->store, query, self->tree != NULL ? 0 : MAX_FOUND, self->running,
                       found_cb, g_object_ref (self));
}

static void
opened_cb (YqRecordPicker *self)
{
  g_clear_pointer (&self->tree, yq_record_tree_free);
  if (self->any_level || (self->only != NULL && strchr (self->only, '!') != NULL))
    self->tree = yq_record_tree_new (self->store, self->entity, self->only);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  search (self);
  gtk_widget_grab_focus (self->search);
}

static void
take_row (YqRecordPicker *self, GtkListBoxRow *row)
{
  g_autoptr(YqRecord) record = g_object_ref (g_object_get_data (G_OBJECT (row), "yq-record"));

  if (!self->stays_open)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
  g_signal_emit_by_name (self, "picked", record);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, YqRecordPicker *self)
{
  take_row (self, row);
}

static void
entered_cb (YqRecordPicker *self)
{
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0);

  if (first != NULL)
    take_row (self, first);
}

static void
yq_record_picker_dispose (GObject *object)
{
  YqRecordPicker *self = YQ_RECORD_PICKER (object);

  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  g_clear_object (&self->store);
  g_clear_pointer (&self->tree, yq_record_tree_free);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_record_picker_parent_class)->dispose (object);
}

static void
yq_record_picker_class_init (YqRecordPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_record_picker_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("picked", YQ_TYPE_RECORD_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, YQ_TYPE_RECORD);
}

static void
yq_record_picker_init (YqRecordPicker *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->search = gtk_search_entry_new ();
  yq_set_name (self->search, _("Search"));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search), self);
  g_signal_connect_swapped (self->search, "activate", G_CALLBACK (entered_cb), self);
  self->list = gtk_list_box_new ();
  yq_set_name (self->list, _("What was found"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (self->scroller, 360, 260);
  self->nothing = yq_label_new_wrapped (_("Nothing is called so here."), "dim-label");
  yq_set_margins (self->nothing, 12);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), self->scroller);
  gtk_box_append (GTK_BOX (box), self->nothing);
  self->popover = gtk_popover_new ();
  /* The entry takes Escape for itself. */
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (gtk_popover_popdown),
                            self->popover);
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->button), TRUE);
  gtk_widget_add_css_class (self->button, "picker");
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (opened_cb), self);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
yq_record_picker_new (YqStore *store, const char *entity, const char *label)
{
  YqRecordPicker *self = g_object_new (YQ_TYPE_RECORD_PICKER, NULL);

  g_set_object (&self->store, store);
  self->entity = yq_model_find (entity);
  g_return_val_if_fail (self->entity != NULL, GTK_WIDGET (self));
  gtk_widget_set_sensitive (self->button, store != NULL);
  yq_record_picker_set_label (self, label);
  return GTK_WIDGET (self);
}

void
yq_record_picker_set_label (YqRecordPicker *self, const char *label)
{
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), label);
}

void
yq_record_picker_set_filter (YqRecordPicker *self, YqPickFilter filter, gpointer user_data)
{
  self->filter = filter;
  self->filter_data = user_data;
}

void
yq_record_picker_set_only (YqRecordPicker *self, const char *only)
{
  self->only = only;
}

void
yq_record_picker_set_any_level (YqRecordPicker *self)
{
  self->any_level = TRUE;
}

void
yq_record_picker_set_stays_open (YqRecordPicker *self, gboolean stays)
{
  self->stays_open = stays;
}

GtkWidget *
yq_record_picker_button (YqRecordPicker *self)
{
  return self->button;
}
