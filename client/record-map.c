/* A list beside the map of its records. */
#define G_LOG_DOMAIN "yiquan-map"

#include "record-map.h"

#include "bits.h"
#include "look.h"
#include "map-view.h"
#include "store-private.h"
#include "table-columns.h"
#include "text.h"
#include "tooltip.h"

#define LIST_WIDTH 500 /* pixels at 100 %; never more than MOST_OF_ALL percent */
#define MOST_OF_ALL 55

struct _YqRecordMap
{
  GtkWidget parent_instance;

  char *name;
  YqRecordList *list;
  GtkSingleSelection *selection;
  GtkWidget *paned, *side, *map, *note, *as_map, *chip;
  char **only; /* what stands at one place; NULL: everything */
  GCancellable *running;
  gboolean is_shown;
};

G_DEFINE_FINAL_TYPE (YqRecordMap, yq_record_map, GTK_TYPE_WIDGET)

enum
{
  OPEN,
  ONLY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* -- where the records are -- */

/* What is missing on the map is said: it is in the list. */
static void
show_note (YqRecordMap *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  guint placed = yq_map_view_n_places (YQ_MAP_VIEW (self->map));
  g_autofree char *text = NULL;

  if (n > placed)
    text = g_strdup_printf (yq_ngettext ("%u of them gives no place and is in the list only",
                                         "%u of them give no place and are in the list only",
                                         n - placed),
                            n - placed);
  gtk_label_set_text (GTK_LABEL (self->note), text ? text : "");
  gtk_widget_set_visible (self->note, text != NULL);
}

static void
placed_cb (GObject *store, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(YqRecordMap) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) places = yq_store_places_finish (YQ_STORE (store), result, &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->running)
    return; /* another query took its place */
  g_clear_object (&self->running);
  if (places == NULL)
    {
      g_warning ("The places of the records cannot be read: %s", error->message);
      return;
    }
  yq_map_view_set_places (YQ_MAP_VIEW (self->map), (const YqPlace *) (gpointer) places->data,
                          places->len);
  show_note (self);
}

static void
stop (YqRecordMap *self)
{
  if (self->running != NULL)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
}

static void
ask (YqRecordMap *self)
{
  const YqQuery *query = self->list != NULL ? yq_record_list_query (self->list) : NULL;

  if (!self->is_shown || query == NULL || yq_record_list_is_loading (self->list))
    return;
  stop (self);
  self->running = g_cancellable_new ();
  yq_store_places_async (yq_record_list_store (self->list), query, self->running, placed_cb,
                         g_object_ref (self));
}

static void
loading_cb (YqRecordList *list, GParamSpec *pspec, YqRecordMap *self)
{
  ask (self);
}

/* -- both show the same chosen record -- */

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, YqRecordMap *self)
{
  guint at = gtk_single_selection_get_selected (selection);

  if (self->is_shown)
    yq_map_view_select (YQ_MAP_VIEW (self->map), yq_record_list_row (self->list, at));
}

/* GTK 4.8 has it only as an action of the list inside. */
static void
scroll_to (GtkWidget *widget, guint position)
{
  if (GTK_IS_LIST_VIEW (widget))
    gtk_widget_activate_action (widget, "list.scroll-to-item", "u", position);
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && !GTK_IS_LIST_VIEW (widget); child = gtk_widget_get_next_sibling (child))
    scroll_to (child, position);
}

static void
marker_cb (YqMapView *map, gint64 row, YqRecordMap *self)
{
  guint position = yq_record_list_find_row (self->list, row);

  if (position == G_MAXUINT)
    return;
  gtk_single_selection_set_selected (self->selection, position);
  scroll_to (self->side, position);
  g_signal_emit (self, signals[OPEN], 0, position);
}

/* -- what stands at one place, until the person wants all again -- */

/* Takes ids over. */
static void
show_only (YqRecordMap *self, char **ids)
{
  guint n = ids != NULL ? g_strv_length (ids) : 0;
  g_autofree char *text = g_strdup_printf (_("At one place: %u  ✕"), n);

  g_strfreev (self->only);
  self->only = ids;
  gtk_button_set_label (GTK_BUTTON (self->chip), text);
  gtk_widget_set_visible (self->chip, n > 0);
  g_signal_emit (self, signals[ONLY], 0);
}

void
yq_record_map_show_all (YqRecordMap *self)
{
  if (self->only != NULL)
    show_only (self, NULL);
}

GtkWidget *
yq_record_map_chip (YqRecordMap *self)
{
  return self->chip;
}

const char *const *
yq_record_map_only (YqRecordMap *self)
{
  return (const char *const *) self->only;
}

static void
many_cb (YqMapView *map, GArray *rows, YqRecordMap *self)
{
  g_autoptr(GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < rows->len; i++)
    {
      guint at = yq_record_list_find_row (self->list, g_array_index (rows, gint64, i));

      if (at != G_MAXUINT)
        g_strv_builder_add (ids, yq_record_list_id (self->list, at));
    }
  show_only (self, g_strv_builder_end (ids));
}

static char *
tell (gint64 row, gpointer user_data)
{
  YqRecordMap *self = user_data;
  guint position = yq_record_list_find_row (self->list, row);
  g_autoptr(YqRecord) record =
    position != G_MAXUINT ? g_list_model_get_item (G_LIST_MODEL (self->list), position) : NULL;

  return record != NULL ? g_strdup (yq_record_title (record)) : NULL;
}

/* -- the switch -- */

static void
build_map (YqRecordMap *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  int width = gtk_widget_get_width (GTK_WIDGET (self)) * MOST_OF_ALL / 100;

  self->map = yq_map_view_new ();
  gtk_widget_set_vexpand (self->map, TRUE);
  gtk_widget_set_hexpand (self->map, TRUE);
  yq_map_view_set_tell (YQ_MAP_VIEW (self->map), tell, self);
  yq_set_name (self->map, _("Map of what was found; the list beside it shows the same"));
  g_signal_connect (self->map, "marker", G_CALLBACK (marker_cb), self);
  g_signal_connect (self->map, "many", G_CALLBACK (many_cb), self);
  self->note = yq_label_new ("", "status-line");
  gtk_label_set_ellipsize (GTK_LABEL (self->note), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), self->map);
  gtk_box_append (GTK_BOX (box), self->note);
  gtk_paned_set_end_child (GTK_PANED (self->paned), box);
  gtk_paned_set_position (GTK_PANED (self->paned),
                          CLAMP (width, LIST_WIDTH, yq_scaled (LIST_WIDTH)));
}

void
yq_record_map_set_shown (YqRecordMap *self, gboolean shown)
{
  self->is_shown = shown;
  yq_settings_set ("map", self->name, shown ? "1" : NULL);
  if (shown && self->map == NULL)
    build_map (self);
  if (self->map != NULL)
    gtk_widget_set_visible (gtk_paned_get_end_child (GTK_PANED (self->paned)), shown);
  if (self->as_map != NULL)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->as_map), shown);
  if (!shown)
    return;
  ask (self);
  selected_cb (self->selection, NULL, self);
}

gboolean
yq_record_map_is_shown (YqRecordMap *self)
{
  return self->is_shown;
}

GtkWidget *
yq_record_map_view (YqRecordMap *self)
{
  return self->map;
}

static void
toggled_cb (GtkToggleButton *button, YqRecordMap *self)
{
  gboolean shown = gtk_toggle_button_get_active (button);

  if (shown != self->is_shown)
    yq_record_map_set_shown (self, shown);
}

GtkWidget *
yq_record_map_switch_new (YqRecordMap *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *as_list = gtk_toggle_button_new_with_label (_("List"));

  self->as_map = gtk_toggle_button_new_with_label (_("Map"));
  yq_set_tooltip (self->as_map, _("Show where they are, beside the list"));
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->as_map), GTK_TOGGLE_BUTTON (as_list));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->is_shown ? self->as_map : as_list), TRUE);
  g_signal_connect_object (self->as_map, "toggled", G_CALLBACK (toggled_cb), self, 0);
  gtk_widget_add_css_class (box, "linked");
  gtk_box_append (GTK_BOX (box), as_list);
  gtk_box_append (GTK_BOX (box), self->as_map);
  return box;
}

/* -- the widget -- */

static void
yq_record_map_dispose (GObject *object)
{
  YqRecordMap *self = YQ_RECORD_MAP (object);

  stop (self);
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_pointer (&self->paned, gtk_widget_unparent);
  g_clear_object (&self->chip);
  g_clear_object (&self->list);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (yq_record_map_parent_class)->dispose (object);
}

static void
yq_record_map_finalize (GObject *object)
{
  g_free (YQ_RECORD_MAP (object)->name);
  g_strfreev (YQ_RECORD_MAP (object)->only);
  G_OBJECT_CLASS (yq_record_map_parent_class)->finalize (object);
}

static void
yq_record_map_class_init (YqRecordMapClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_record_map_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_record_map_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[OPEN] = g_signal_new ("open", YQ_TYPE_RECORD_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ONLY] = g_signal_new ("only", YQ_TYPE_RECORD_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
yq_record_map_init (YqRecordMap *self)
{
  self->paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_resize_start_child (GTK_PANED (self->paned), TRUE);
  gtk_widget_set_parent (self->paned, GTK_WIDGET (self));
  self->chip = g_object_ref_sink (yq_button_new ("", NULL, "filter-chip"));
  yq_set_tooltip (self->chip, _("Show the others again"));
  gtk_widget_set_visible (self->chip, FALSE);
  gtk_widget_set_valign (self->chip, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->chip, "clicked", G_CALLBACK (yq_record_map_show_all), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
yq_record_map_new (const char *name, YqRecordList *list, GtkSingleSelection *selection,
                   GtkWidget *results)
{
  YqRecordMap *self = g_object_new (YQ_TYPE_RECORD_MAP, NULL);
  g_autofree char *shown = yq_settings_get ("map", name);

  self->name = g_strdup (name);
  self->list = g_object_ref (list);
  self->selection = g_object_ref (selection);
  self->side = results;
  gtk_paned_set_start_child (GTK_PANED (self->paned), results);
  g_signal_connect (list, "notify::loading", G_CALLBACK (loading_cb), self);
  g_signal_connect (selection, "notify::selected", G_CALLBACK (selected_cb), self);
  if (shown != NULL)
    yq_record_map_set_shown (self, TRUE);
  return GTK_WIDGET (self);
}
