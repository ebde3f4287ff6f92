/* Find what carriers offer. */
#define G_LOG_DOMAIN "yiquan-find"

#include "find-page.h"

#include "bits.h"
#include "catalogue.h"
#include "face.h"
#include "find-ticks.h"
#include "find-units.h"
#include "instrument-page.h"
#include "instrument-row.h"
#include "party.h"
#include "record-list.h"
#include "record-map.h"
#include "record-picker.h"
#include "region-picker.h"
#include "tooltip.h"
#include "wrap-box.h"

/* Whatever came within it is shown at once. */
#define REFILL_MS 150

/* What a sort of the drop-down does; the first is the store's own ranking. */
static const struct
{
  const char *title, *field;
  gboolean descending;
} sorts[] = {
  { N_("Best match first"), NULL, FALSE },
  { N_("Most served first"), "service_count", TRUE },
  { N_("Newest purchase first"), "bought_on", TRUE },
  { N_("Lowest price first"), "unit_price", FALSE },
  { N_("By name"), "name", FALSE },
};

typedef struct
{
  YqFrame *frame;
  YqPage *page;
  YqRecordList *list;
  GtkWidget *search, *face, *count, *tray, *map, *region, *class, *domain, *carrier, *all_carriers,
    *sort;
  GtkWidget *by_unit, *stack, *units;
  YqTickSet *ticks; /* NULL: there is no list to put them on */
  GtkWidget *bar;
  char *carrier_id;   /* NULL: all */
  GPtrArray *classes; /* of char **: the ids each entry stands for, after "all" */
  guint typing, refilling;
  YqStore *store;
  gulong changed_id, class_id;
} FindPage;

static void
find_page_free (gpointer data)
{
  FindPage *self = data;

  g_clear_handle_id (&self->typing, g_source_remove);
  g_clear_handle_id (&self->refilling, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_signal_handler (&self->class_id, self->store);
  g_clear_object (&self->store);
  g_signal_handlers_disconnect_by_data (self->list, self);
  g_clear_object (&self->list);
  g_clear_object (&self->ticks);
  g_free (self->carrier_id);
  g_clear_pointer (&self->classes, g_ptr_array_unref);
  g_free (self);
}

static guint
selected (GtkWidget *drop_down)
{
  return gtk_drop_down_get_selected (GTK_DROP_DOWN (drop_down));
}

/* NULL where it is not known. */
static const char *
own_region (FindPage *self)
{
  const YqWho *who = yq_frame_who (self->frame);
  g_autoptr(YqRecord) own = NULL;

  if (who->organisation == NULL)
    return NULL;
  own = yq_store_get (yq_frame_store (self->frame), &yq_organisation, who->organisation);
  return own != NULL ? g_intern_string (yq_record_text (own, ORGANISATION_REGION)) : NULL;
}

/* Everything but the carrier: what the organisations are counted by. */
static YqQuery *
make_query (FindPage *self)
{
  YqQuery *query = yq_query_new (&yq_instrument);
  const char *region = yq_region_picker_code (YQ_REGION_PICKER (self->region));
  guint class = selected (self->class);

  yq_query_set_text (query, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  yq_query_add (query, "state", "listed");
  if (region != NULL)
    yq_query_add (query, "region", region);
  if (selected (self->domain) > 0)
    yq_query_add (
      query, "domain",
      yq_instrument.fields[INSTRUMENT_DOMAIN].choices[selected (self->domain) - 1].code);
  if (class > 0 && class <= self->classes->len)
    for (char **id = self->classes->pdata[class - 1]; *id != NULL; id++)
      yq_query_add (query, "category", *id);
  return query;
}

static void
run_query (FindPage *self)
{
  g_autoptr(YqQuery) query = make_query (self);
  guint sort = selected (self->sort);

  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->by_unit)))
    yq_find_units_show (YQ_FIND_UNITS (self->units), query);
  if (self->carrier_id != NULL)
    yq_query_add (query, "carrier", self->carrier_id);
  if (sort < G_N_ELEMENTS (sorts) && sorts[sort].field != NULL)
    yq_query_set_sort (query, sorts[sort].field, sorts[sort].descending);
  yq_query_set_ids (query, yq_record_map_only (YQ_RECORD_MAP (self->map)));
  yq_record_list_set_query (self->list, query);
}

static gboolean
typing_paused_cb (gpointer data)
{
  FindPage *self = data;

  self->typing = 0;
  run_query (self);
  return G_SOURCE_REMOVE;
}

static void
search_changed_cb (GtkEditable *editable, FindPage *self)
{
  g_clear_handle_id (&self->typing, g_source_remove);
  self->typing = g_timeout_add (120, typing_paused_cb, self);
}

static void
filter_changed_cb (GObject *drop_down, GParamSpec *pspec, FindPage *self)
{
  run_query (self);
}

static void
list_changed_cb (FindPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  gboolean searching = *gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0' ||
                       yq_region_picker_code (YQ_REGION_PICKER (self->region)) != NULL ||
                       selected (self->class) > 0 || selected (self->domain) > 0 ||
                       self->carrier_id != NULL;
  g_autofree char *text = g_strdup_printf (yq_ngettext ("%u instrument", "%u instruments", n), n);

  if (!yq_record_list_is_cut (self->list))
    gtk_label_set_text (GTK_LABEL (self->count), text);
  if (n > 0)
    yq_face_show (YQ_FACE (self->face), YQ_FACE_CONTENT);
  else if (yq_record_list_is_loading (self->list))
    yq_face_show (YQ_FACE (self->face), YQ_FACE_LOADING);
  else
    yq_face_show (YQ_FACE (self->face), searching ? YQ_FACE_EMPTY : YQ_FACE_FIRST);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, FindPage *self)
{
  list_changed_cb (self);
}

static void
loading_changed_cb (GObject *object, GParamSpec *pspec, FindPage *self)
{
  list_changed_cb (self);
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, FindPage *self)
{
  gtk_list_item_set_child (item, yq_instrument_row_new (self->frame, self->ticks));
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, FindPage *self)
{
  yq_instrument_row_show (YQ_INSTRUMENT_ROW (gtk_list_item_get_child (item)),
                          YQ_RECORD (gtk_list_item_get_item (item)));
}

static void
open_position_cb (GtkWidget *widget, guint position, FindPage *self)
{
  g_autoptr(YqRecord) instrument = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  if (instrument != NULL)
    yq_frame_push (self->frame, yq_instrument_page_new (self->frame, instrument));
}

static GtkWidget *
build_results (FindPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkSingleSelection *selection =
    gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->list)));
  GtkWidget *view;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), self);
  view = gtk_list_view_new (GTK_SELECTION_MODEL (selection), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (view), FALSE);
  gtk_widget_add_css_class (view, "results");
  yq_set_name (view, _("Instruments found"));
  g_signal_connect (view, "activate", G_CALLBACK (open_position_cb), self);
  if (self->ticks != NULL)
    yq_find_ticks_add_keys (view, self->list, selection, self->ticks);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->map = yq_record_map_new ("find", self->list, selection, scroller);
  g_signal_connect (self->map, "open", G_CALLBACK (open_position_cb), self);
  g_signal_connect_swapped (self->map, "only", G_CALLBACK (run_query), self);
  return self->map;
}

static GtkWidget *
drop_down_new (FindPage *self, GtkStringList *titles, const char *name)
{
  GtkWidget *drop_down = gtk_drop_down_new (G_LIST_MODEL (titles), NULL);

  yq_set_name (drop_down, name);
  yq_set_tooltip (drop_down, name);
  g_signal_connect (drop_down, "notify::selected", G_CALLBACK (filter_changed_cb), self);
  return drop_down;
}

static GtkStringList *
domain_titles (void)
{
  GtkStringList *titles = gtk_string_list_new (NULL);

  gtk_string_list_append (titles, _("All fields of service"));
  for (const YqChoice *c = yq_instrument.fields[INSTRUMENT_DOMAIN].choices; c->code != NULL; c++)
    gtk_string_list_append (titles, _(c->title));
  return titles;
}

/* ---- the carrier: all of them can be searched ---- */

static void
choose_carrier (FindPage *self, const char *id, const char *title)
{
  g_free (self->carrier_id);
  self->carrier_id = g_strdup (id);
  yq_record_picker_set_label (YQ_RECORD_PICKER (self->carrier),
                              id != NULL ? title : _("All carriers"));
  gtk_widget_set_visible (self->all_carriers, id != NULL);
  run_query (self);
}

static void
carrier_picked_cb (YqRecordPicker *picker, YqRecord *carrier, FindPage *self)
{
  choose_carrier (self, yq_record_id (carrier), yq_record_title (carrier));
}

static void
all_carriers_cb (GtkButton *button, FindPage *self)
{
  choose_carrier (self, NULL, NULL);
}

static GtkWidget *
build_carrier (FindPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button;

  self->carrier =
    yq_record_picker_new (yq_frame_store (self->frame), "organisation", _("All carriers"));
  button = yq_record_picker_button (YQ_RECORD_PICKER (self->carrier));
  yq_set_name (button, _("Carrier"));
  yq_set_tooltip (button, _("Carrier"));
  yq_record_picker_set_only (YQ_RECORD_PICKER (self->carrier), "is_carrier=true");
  self->all_carriers = yq_icon_button_new ("edit-clear-symbolic", _("All carriers"), NULL);
  gtk_widget_set_visible (self->all_carriers, FALSE);
  g_signal_connect (self->carrier, "picked", G_CALLBACK (carrier_picked_cb), self);
  g_signal_connect (self->all_carriers, "clicked", G_CALLBACK (all_carriers_cb), self);
  gtk_box_append (GTK_BOX (box), self->carrier);
  gtk_box_append (GTK_BOX (box), self->all_carriers);
  return box;
}

/* ---- the classes: 12 of them, and the groups below each (shandong 3.1.1) ---- */

static int
by_code (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (yq_record_text (*(YqRecord *const *) a, CATEGORY_CODE),
                    yq_record_text (*(YqRecord *const *) b, CATEGORY_CODE));
}

/* The ids a class stands for: itself and its groups. */
static char **
ids_of_class (GPtrArray *all, YqRecord *class)
{
  g_autoptr(GStrvBuilder) ids = g_strv_builder_new ();

  g_strv_builder_add (ids, yq_record_id (class));
  for (guint i = 0; i < all->len; i++)
    if (g_strcmp0 (yq_record_text (all->pdata[i], CATEGORY_PARENT), yq_record_id (class)) == 0)
      g_strv_builder_add (ids, yq_record_id (all->pdata[i]));
  return g_strv_builder_end (ids);
}

static GtkStringList *
class_titles (FindPage *self)
{
  GtkStringList *titles = gtk_string_list_new (NULL);
  g_autoptr(YqQuery) query = yq_query_new (&yq_category);
  g_autoptr(GPtrArray) all = NULL;

  yq_query_add (query, "kind", "instrument");
  all = yq_store_list (yq_frame_store (self->frame), query, 0);
  g_ptr_array_sort (all, by_code);
  gtk_string_list_append (titles, _("All instrument classes"));
  for (guint i = 0; i < all->len; i++)
    {
      gboolean is_class = !yq_record_has (all->pdata[i], CATEGORY_PARENT);
      g_autofree char *title =
        g_strconcat (is_class ? "" : "　", yq_record_title (all->pdata[i]), NULL);

      gtk_string_list_append (titles, title);
      g_ptr_array_add (self->classes, ids_of_class (all, all->pdata[i]));
    }
  return titles;
}

/* ---- they may come with the first synchronisation, while one looks ---- */

/* The same entry as before, or all. */
static void
set_titles (FindPage *self, GtkWidget *drop_down, GtkStringList *titles, guint entry)
{
  g_signal_handlers_block_by_func (drop_down, filter_changed_cb, self);
  gtk_drop_down_set_model (GTK_DROP_DOWN (drop_down), G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), entry);
  g_signal_handlers_unblock_by_func (drop_down, filter_changed_cb, self);
  g_object_unref (titles);
}

/* TRUE where something else is asked for now. */
static gboolean
refill_classes (FindPage *self)
{
  guint entry = selected (self->class);
  g_autofree char *chosen =
    entry > 0 ? g_strdup (*(char **) self->classes->pdata[entry - 1]) : NULL;
  GtkStringList *titles;

  g_ptr_array_set_size (self->classes, 0);
  titles = class_titles (self);
  entry = 0;
  for (guint i = 0; chosen != NULL && i < self->classes->len; i++)
    if (g_str_equal (*(char **) self->classes->pdata[i], chosen))
      entry = i + 1;
  set_titles (self, self->class, titles, entry);
  return chosen != NULL;
}

static gboolean
refill_cb (gpointer data)
{
  FindPage *self = data;

  self->refilling = 0;
  /* Another query begins at the top again: not while one only reads. */
  if (refill_classes (self))
    run_query (self);
  return G_SOURCE_REMOVE;
}

static void
classes_changed_cb (YqStore *store, const char *entity, const char *id, FindPage *self)
{
  if (self->refilling == 0)
    self->refilling = g_timeout_add (REFILL_MS, refill_cb, self);
}

/* ---- by organisation: who offers how many of what is asked for ---- */

static void
unit_chosen_cb (YqFindUnits *units, const char *id, FindPage *self)
{
  g_autofree char *title = yq_store_title (self->store, &yq_organisation, id);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->by_unit), FALSE);
  choose_carrier (self, id, title != NULL ? title : _("(not on this computer)"));
}

static void
by_unit_cb (GtkToggleButton *toggle, FindPage *self)
{
  gboolean active = gtk_toggle_button_get_active (toggle);

  if (active)
    choose_carrier (self, NULL, NULL);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), active ? "units" : "instruments");
}

static GtkWidget *
build_switch (FindPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *instruments = gtk_toggle_button_new_with_label (_("By instrument"));

  self->by_unit = gtk_toggle_button_new_with_label (_("By organisation"));
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->by_unit), GTK_TOGGLE_BUTTON (instruments));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (instruments), TRUE);
  gtk_widget_add_css_class (box, "linked");
  gtk_box_append (GTK_BOX (box), instruments);
  gtk_box_append (GTK_BOX (box), self->by_unit);
  g_signal_connect (self->by_unit, "toggled", G_CALLBACK (by_unit_cb), self);
  return box;
}

static GtkWidget *
build_filters (FindPage *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *wrap = yq_wrap_box_new (9);
  GtkStringList *orders = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++)
    gtk_string_list_append (orders, _(sorts[i].title));
  self->region = yq_region_picker_new (_("All regions"));
  yq_set_name (yq_region_picker_button (YQ_REGION_PICKER (self->region)), _("Region"));
  g_signal_connect_swapped (self->region, "changed", G_CALLBACK (run_query), self);
  self->class = drop_down_new (self, class_titles (self), _("Instrument class"));
  gtk_widget_set_size_request (self->class, 120, -1);
  self->domain = drop_down_new (self, domain_titles (), _("Field of service"));
  self->sort = drop_down_new (self, orders, _("Sort by"));
  self->count = yq_label_new ("", "dim-label number");
  gtk_label_set_xalign (GTK_LABEL (self->count), 1);
  gtk_widget_add_css_class (bar, "filter-bar");
  yq_wrap_box_append (YQ_WRAP_BOX (wrap), build_switch (self));
  yq_wrap_box_append (YQ_WRAP_BOX (wrap), self->region);
  yq_wrap_box_append (YQ_WRAP_BOX (wrap), self->class);
  yq_wrap_box_append (YQ_WRAP_BOX (wrap), self->domain);
  yq_wrap_box_append (YQ_WRAP_BOX (wrap), build_carrier (self));
  yq_wrap_box_append (YQ_WRAP_BOX (wrap), self->sort);
  yq_wrap_box_append (YQ_WRAP_BOX (wrap), yq_record_map_chip (YQ_RECORD_MAP (self->map)));
  gtk_widget_set_hexpand (wrap, TRUE);
  gtk_widget_set_valign (wrap, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (bar), wrap);
  gtk_box_append (GTK_BOX (bar), self->count);
  return bar;
}

/* ---- the tray: what is preselected, one carrier a group ---- */

static void
book_group_cb (GtkButton *button, FindPage *self)
{
  const char *const *ids = g_object_get_data (G_OBJECT (button), "yq-instruments");

  gtk_popover_popdown (
    GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_POPOVER)));
  yq_booking_start (self->frame, ids);
}

static void
append_group (FindPage *self, GtkWidget *box, const char *carrier, GPtrArray *instruments)
{
  GtkWidget *list = yq_boxed_list_new ();
  GtkWidget *button;
  char **ids = g_new0 (char *, instruments->len + 1);
  guint n = 0;
  g_autofree char *label = NULL;

  gtk_box_append (GTK_BOX (box), yq_heading_new (carrier));
  for (guint i = 0; i < instruments->len; i++)
    {
      YqRecord *instrument = instruments->pdata[i];

      gtk_list_box_append (GTK_LIST_BOX (list),
                           yq_row_new (NULL, yq_record_title (instrument),
                                       yq_record_text (instrument, INSTRUMENT_MODEL),
                                       yq_state_pill_new (instrument), NULL));
      if (yq_record_in_state (instrument, "listed"))
        ids[n++] = g_strdup (yq_record_id (instrument));
    }
  gtk_box_append (GTK_BOX (box), list);
  label = g_strdup_printf (yq_ngettext ("Book %u instrument", "Book %u instruments", n), n);
  button = yq_button_new (label, NULL, "suggested-action");
  g_object_set_data_full (G_OBJECT (button), "yq-instruments", ids, (GDestroyNotify) g_strfreev);
  yq_widget_set_why (button, n > 0 ? NULL : _("None of them can be booked now"));
  g_signal_connect (button, "clicked", G_CALLBACK (book_group_cb), self);
  gtk_box_append (GTK_BOX (box), button);
}

static GHashTable *
preselected_by_carrier (FindPage *self)
{
  GHashTable *groups =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr(YqQuery) query = yq_query_new (&yq_preselection);
  g_autoptr(GPtrArray) marks = yq_store_list (yq_frame_store (self->frame), query, 0);

  for (guint i = 0; i < marks->len; i++)
    {
      YqRecord *instrument =
        yq_store_get (yq_frame_store (self->frame), &yq_instrument,
                      yq_record_text (marks->pdata[i], PRESELECTION_INSTRUMENT));
      const char *carrier;
      GPtrArray *group;

      if (instrument == NULL)
        continue;
      carrier = yq_record_has (instrument, INSTRUMENT_CARRIER_NAME)
                  ? yq_record_text (instrument, INSTRUMENT_CARRIER_NAME)
                  : "—";
      group = g_hash_table_lookup (groups, carrier);
      if (group == NULL)
        {
          group = g_ptr_array_new_with_free_func (g_object_unref);
          g_hash_table_insert (groups, g_strdup (carrier), group);
        }
      g_ptr_array_add (group, instrument);
    }
  return groups;
}

static void
fill_tray_cb (GtkMenuButton *tray, gpointer data)
{
  FindPage *self = data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autoptr(GHashTable) groups = preselected_by_carrier (self);
  GHashTableIter iter;
  gpointer carrier, instruments;

  yq_set_margins (box, 12);
  gtk_widget_set_size_request (box, 380, -1);
  if (g_hash_table_size (groups) == 0)
    gtk_box_append (
      GTK_BOX (box),
      yq_label_new_wrapped (_("Nothing is preselected yet. Press “Preselect” at an instrument: "
                              "instruments of one carrier can be booked together."),
                            "dim-label"));
  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, &carrier, &instruments))
    append_group (self, box, carrier, instruments);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 480);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  gtk_menu_button_set_popover (tray, popover);
}

static void
preselection_changed_cb (YqStore *store, const char *entity, const char *id, FindPage *self)
{
  g_autofree char *text =
    g_strdup_printf (_("Preselected %u"), yq_preselection_count (self->frame));

  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->tray), text);
}

/* One's own organisation may have come meanwhile. */
static void
shown_cb (YqPage *page, FindPage *self)
{
  yq_region_picker_set_near (YQ_REGION_PICKER (self->region), own_region (self));
}

static void
focus_search_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  FindPage *self = data;

  gtk_widget_grab_focus (self->search);
}

static void
clear_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  FindPage *self = data;

  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  yq_region_picker_set (YQ_REGION_PICKER (self->region), NULL);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->class), 0);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->domain), 0);
  choose_carrier (self, NULL, NULL);
  yq_record_map_show_all (YQ_RECORD_MAP (self->map));
  run_query (self);
}

static void
preselect_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  FindPage *self = data;

  if (self->bar != NULL && yq_tick_set_size (self->ticks) > 0)
    yq_find_ticks_add (self->bar);
}

static void
tick_all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  FindPage *self = data;

  if (self->ticks == NULL)
    return;
  yq_record_list_complete (self->list);
  yq_tick_set_add_all (self->ticks, self->list);
}

static const GActionEntry actions[] = {
  { "focus-search", focus_search_cb },
  { "clear", clear_cb },
  { "preselect", preselect_cb },
  { "tick-all", tick_all_cb },
};

static GtkWidget *
build_content (FindPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *results = build_results (self);
  GtkWidget *bar, *map_switch;

  self->search = gtk_search_entry_new ();
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->search), YQ_SEARCH_DELAY_MS);
  gtk_widget_set_hexpand (self->search, TRUE);
  gtk_widget_set_margin_start (self->search, 18);
  gtk_widget_set_margin_end (self->search, 18);
  gtk_widget_set_margin_bottom (self->search, 6);
  g_object_set (self->search, "placeholder-text",
                _("Instrument, model, carrier, indicator, pinyin initials"), NULL);
  yq_set_name (self->search, _("Search instruments"));
  gtk_box_append (GTK_BOX (box), self->search);
  bar = build_filters (self);
  gtk_box_append (GTK_BOX (box), bar);
  self->face = yq_face_new (results);
  map_switch = yq_record_map_switch_new (YQ_RECORD_MAP (self->map));
  gtk_widget_set_valign (map_switch, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (bar), map_switch);
  gtk_widget_add_css_class (self->face, "table-shell");
  gtk_widget_set_vexpand (self->face, TRUE);
  yq_face_set_first (YQ_FACE (self->face), "system-search-symbolic", _("No instruments yet"),
                     _("The catalogue comes with the first synchronisation; afterwards it can be "
                       "searched without a network."),
                     _("Synchronise now"), "win.sync");
  yq_face_set_empty (YQ_FACE (self->face), _("Nothing found"),
                     _("Try fewer words, another region or another field of service."),
                     _("Clear the filters"), "page.clear");
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->face, "instruments");
  self->units = yq_find_units_new (self->store);
  g_signal_connect (self->units, "chosen", G_CALLBACK (unit_chosen_cb), self);
  gtk_stack_add_named (GTK_STACK (self->stack), self->units, "units");
  gtk_box_append (GTK_BOX (box), self->stack);
  if (self->ticks != NULL)
    {
      self->bar = yq_find_ticks_new (self->frame, self->ticks);
      gtk_box_append (GTK_BOX (box), self->bar);
    }
  return box;
}

YqPage *
yq_find_page_new (YqFrame *frame, gpointer user_data)
{
  FindPage *self = g_new0 (FindPage, 1);
  GtkWidget *content;

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->classes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  self->list = yq_record_list_new (yq_frame_store (frame), NULL);
  if (yq_frame_why_not (frame, &yq_preselection) == NULL)
    self->ticks = yq_tick_set_new ();
  content = build_content (self);
  self->page = yq_page_new (_("Find instruments"), content);
  self->tray = gtk_menu_button_new ();
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->tray), fill_tray_cb, self, NULL);
  yq_page_add_header_widget (self->page, self->tray);
  gtk_widget_set_visible (self->tray, yq_frame_who (self->frame)->organisation != NULL);
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (self->page, "<Control>f", _("Search"), "page.focus-search");
  if (self->ticks != NULL)
    yq_page_add_key (self->page, "<Control>Return", _("Preselect what is ticked"),
                     "page.preselect");
  g_signal_connect (self->page, "shown", G_CALLBACK (shown_cb), self);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect (self->list, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect (self->list, "notify::loading", G_CALLBACK (loading_changed_cb), self);
  self->changed_id = g_signal_connect (self->store, "changed::preselection",
                                       G_CALLBACK (preselection_changed_cb), self);
  self->class_id =
    g_signal_connect (self->store, "changed::category", G_CALLBACK (classes_changed_cb), self);
  preselection_changed_cb (NULL, NULL, NULL, self);
  g_object_set_data_full (G_OBJECT (self->page), "yq-find", self, find_page_free);
  run_query (self);
  list_changed_cb (self);
  return self->page;
}
