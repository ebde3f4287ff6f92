/* By organisation: who offers how many of the instruments that are asked for. */
#define G_LOG_DOMAIN "yiquan-find"

#include "find-units.h"

#include "bits.h"
#include "party.h"
#include "search-text.h"

#define SHOWN 200 /* rows at once */

typedef struct
{
  char *id, *title, *key;
  guint n;
} Unit;

struct _YqFindUnits
{
  GtkWidget parent_instance;
  YqStore *store;
  GtkWidget *scroller, *list;
  GPtrArray *units; /* Unit, by name */
  guint shown;
  GCancellable *counting;
};

G_DEFINE_FINAL_TYPE (YqFindUnits, yq_find_units, GTK_TYPE_WIDGET)

static void
unit_free (gpointer data)
{
  Unit *unit = data;

  g_free (unit->id);
  g_free (unit->title);
  g_free (unit->key);
  g_free (unit);
}

static int
compare_units (gconstpointer a, gconstpointer b)
{
  const Unit *const *one = a, *const *other = b;

  return g_strcmp0 ((*one)->key, (*other)->key);
}

static Unit *
unit_new (YqFindUnits *self, const char *id, guint n)
{
  Unit *unit = g_new0 (Unit, 1);

  unit->id = g_strdup (id);
  unit->title = yq_store_title (self->store, &yq_organisation, id);
  if (unit->title == NULL)
    unit->title = g_strdup (_("(not on this computer)"));
  unit->key = yq_search_sort_key (unit->title);
  unit->n = n;
  return unit;
}

static void
append_row (YqFindUnits *self, const Unit *unit)
{
  g_autofree char *count =
    g_strdup_printf (yq_ngettext ("%u instrument", "%u instruments", unit->n), unit->n);
  GtkWidget *row = yq_row_new ("yq-organisation-symbolic", unit->title, count, NULL, NULL);

  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  g_object_set_data_full (G_OBJECT (row), "yq-id", g_strdup (unit->id), g_free);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
}

/* The next ones, and a row that leads to those after them. */
static void
append_more (YqFindUnits *self)
{
  guint end = MIN (self->shown + SHOWN, self->units->len);
  g_autofree char *text = NULL;
  GtkWidget *row;

  for (; self->shown < end; self->shown++)
    append_row (self, self->units->pdata[self->shown]);
  if (end == self->units->len)
    return;
  text = g_strdup_printf (
    yq_ngettext ("%u more organisation", "%u more organisations", self->units->len - end),
    self->units->len - end);
  row = yq_row_new ("view-list-symbolic", text, NULL, NULL, NULL);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *row, YqFindUnits *self)
{
  const char *id = g_object_get_data (G_OBJECT (row), "yq-id");

  if (id != NULL)
    {
      g_signal_emit_by_name (self, "chosen", id);
      return;
    }
  yq_drop_focus (self->list);
  gtk_list_box_remove (list, GTK_WIDGET (row));
  append_more (self);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqFindUnits) self = data;
  g_autoptr(GHashTable) counts = yq_store_count_by_finish (YQ_STORE (source), result, NULL);
  GHashTableIter iter;
  gpointer id, n;

  if (counts == NULL || self->scroller == NULL)
    return;
  g_ptr_array_set_size (self->units, 0);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &id, &n))
    if (*(const char *) id != '\0' && GPOINTER_TO_UINT (n) > 0)
      g_ptr_array_add (self->units, unit_new (self, id, GPOINTER_TO_UINT (n)));
  g_ptr_array_sort (self->units, compare_units);
  yq_drop_focus (self->list);
  yq_remove_children (self->list);
  self->shown = 0;
  append_more (self);
}

void
yq_find_units_show (YqFindUnits *self, const YqQuery *query)
{
  g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  self->counting = g_cancellable_new ();
  yq_store_count_by_async (self->store, query, "carrier", self->counting, counted_cb,
                           g_object_ref (self));
}

static void
yq_find_units_dispose (GObject *object)
{
  YqFindUnits *self = YQ_FIND_UNITS (object);

  g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_find_units_parent_class)->dispose (object);
}

static void
yq_find_units_finalize (GObject *object)
{
  g_ptr_array_unref (YQ_FIND_UNITS (object)->units);
  G_OBJECT_CLASS (yq_find_units_parent_class)->finalize (object);
}

static void
yq_find_units_class_init (YqFindUnitsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_find_units_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_find_units_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("chosen", YQ_TYPE_FIND_UNITS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_STRING);
}

static void
yq_find_units_init (YqFindUnits *self)
{
  GtkWidget *box = yq_page_box_new ();

  self->units = g_ptr_array_new_with_free_func (unit_free);
  self->scroller = gtk_scrolled_window_new ();
  self->list = yq_boxed_list_new ();
  yq_set_name (self->list, _("Organisations that offer it"));
  g_signal_connect (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
yq_find_units_new (YqStore *store)
{
  YqFindUnits *self = g_object_new (YQ_TYPE_FIND_UNITS, NULL);

  self->store = g_object_ref (store);
  return GTK_WIDGET (self);
}
