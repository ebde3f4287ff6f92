/* Search and filters over a list. */
#define G_LOG_DOMAIN "yiquan-filter"

#include "filter-bar.h"

#include "bits.h"
#include "clock.h"
#include "party-filter.h"
#include "reference-filter.h"
#include "region-picker.h"
#include "stem-choice.h"
#include "tooltip.h"
#include "wrap-box.h"

typedef struct _Kind Kind;

typedef struct
{
  const YqField *field;
  const Kind *kind;
  const char
    *owner; /* "buyer" or "carrier", whose name the field holds; NULL: of the field itself */
  gboolean has_any;  /* of a choice: its second item stands for every choice */
  GtkWidget *widget; /* of its kind */
} Filter;

struct _YqFilterBar
{
  GtkWidget parent_instance;
  YqRecordList *list;
  const YqEntity *entity;
  GtkWidget *box, *search, *wrap, *extra; /* wrap holds the chips, then the fields */
  GPtrArray *chip_buttons;                /* GtkToggleButton; data "yq-state" */
  GArray *filters;                        /* Filter */
  char *state, *states;
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (YqFilterBar, yq_filter_bar, GTK_TYPE_WIDGET)

static void
changed (YqFilterBar *self)
{
  if (!self->quiet)
    g_signal_emit_by_name (self, "changed");
}

/* -- chips -- */
static guint
count_all (YqFilterBar *self)
{
  g_auto(GStrv) states = self->states != NULL ? g_strsplit (self->states, "|", -1) : NULL;
  guint n = 0;

  if (states == NULL)
    return yq_record_list_count (self->list, "");
  for (guint i = 0; states[i] != NULL; i++)
    n += yq_record_list_count (self->list, states[i]);
  return n;
}

static void
show_counts (YqFilterBar *self)
{
  for (guint i = 0; i < self->chip_buttons->len; i++)
    {
      GtkWidget *chip = g_ptr_array_index (self->chip_buttons, i);
      const char *state = g_object_get_data (G_OBJECT (chip), "yq-state");
      GtkWidget *count = g_object_get_data (G_OBJECT (chip), "yq-count");
      guint n = state != NULL ? yq_record_list_count (self->list, state) : count_all (self);
      g_autofree char *text = yq_count_text (n);

      gtk_label_set_text (GTK_LABEL (count), text);
      gtk_widget_set_visible (count, n > 0);
      gtk_widget_set_visible (chip, n > 0 || state == NULL || g_strcmp0 (state, self->state) == 0);
    }
}

static void
chip_toggled_cb (GtkToggleButton *chip, YqFilterBar *self)
{
  if (!gtk_toggle_button_get_active (chip) || self->quiet)
    return;
  g_free (self->state);
  self->state = g_strdup (g_object_get_data (G_OBJECT (chip), "yq-state"));
  changed (self);
}

static void
add_chip (YqFilterBar *self, const char *state, const char *title)
{
  GtkWidget *chip = gtk_toggle_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *count = yq_label_new ("", "count");

  gtk_box_append (GTK_BOX (box), yq_label_new (title, NULL));
  gtk_box_append (GTK_BOX (box), count);
  gtk_button_set_child (GTK_BUTTON (chip), box);
  gtk_widget_add_css_class (chip, "filter-chip");
  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  yq_set_name (chip, title);
  g_object_set_data (G_OBJECT (chip), "yq-state", (gpointer) state);
  g_object_set_data (G_OBJECT (chip), "yq-count", count);
  if (self->chip_buttons->len > 0)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (chip),
                                 g_ptr_array_index (self->chip_buttons, 0));
  yq_wrap_box_insert_after (YQ_WRAP_BOX (self->wrap), chip,
                            self->chip_buttons->len > 0
                              ? g_ptr_array_index (self->chip_buttons, self->chip_buttons->len - 1)
                              : self->search);
  g_ptr_array_add (self->chip_buttons, chip);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip), g_strcmp0 (state, self->state) == 0);
  g_signal_connect (chip, "toggled", G_CALLBACK (chip_toggled_cb), self);
}

void
yq_filter_bar_set_states (YqFilterBar *self, const char *states)
{
  g_free (self->states);
  self->states = g_strdup (states);
  for (guint i = 0; i < self->chip_buttons->len; i++)
    gtk_widget_unparent (g_ptr_array_index (self->chip_buttons, i));
  g_ptr_array_set_size (self->chip_buttons, 0);
  if (self->entity->n_states <= 1 || (states != NULL && strchr (states, '|') == NULL))
    return;
  add_chip (self, NULL, _("All"));
  for (guint i = 0; i < self->entity->n_states; i++)
    if (states == NULL || yq_word_in (states, self->entity->states[i].name))
      add_chip (self, self->entity->states[i].name, _(self->entity->states[i].title));
  show_counts (self);
}

/* -- ages: how many full working days ago -- */
static const struct
{
  const char *title; /* N_() */
  int least, below;  /* 0: open */
} ages[] = {
  { N_("Up to 1 working day ago"), 0, 2 },
  { N_("2 working days ago and more"), 2, 0 },
  { N_("5 working days ago and more"), 5, 0 },
  { N_("10 working days ago and more"), 10, 0 },
};

#define LONGEST_DAYS 60 /* holds 10 working days, whatever the holidays */

/* The last moment since which so many full working days have passed, to the minute. */
static gint64
moment_before (gint64 now, int workdays)
{
  gint64 good = now - LONGEST_DAYS * YQ_DAY, bad = now;

  while (bad - good > 60 * 1000)
    {
      gint64 middle = good + (bad - good) / 2;

      if (yq_workdays_between (middle, now) >= workdays)
        good = middle;
      else
        bad = middle;
    }
  return good;
}

static void
apply_age (const Filter *filter, YqQuery *query)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (filter->widget));
  gint64 now = yq_clock_now ();

  if (selected == 0 || selected > G_N_ELEMENTS (ages))
    return;
  yq_query_add_range (
    query, filter->field->name,
    ages[selected - 1].below > 0 ? moment_before (now, ages[selected - 1].below) + 1 : G_MININT64,
    ages[selected - 1].least > 0 ? moment_before (now, ages[selected - 1].least) : G_MAXINT64);
}

/* -- choices and regions -- */
static GtkWidget *
build_choice (YqFilterBar *self, const Filter *filter)
{
  const YqField *field = filter->field;
  GtkStringList *titles = gtk_string_list_new (NULL);
  g_autofree char *all = g_strdup_printf (_("%s: all"), _(field->title));
  g_autofree char *any = g_strdup_printf (_("%s: any"), _(field->title));
  GtkWidget *choice;

  gtk_string_list_append (titles, all);
  if (filter->has_any)
    gtk_string_list_append (titles, any);
  for (guint i = 0; field->type == YQ_CHOICE && field->choices[i].code != NULL; i++)
    gtk_string_list_append (titles, _(field->choices[i].title));
  for (guint i = 0; field->type == YQ_TIME && i < G_N_ELEMENTS (ages); i++)
    gtk_string_list_append (titles, _(ages[i].title));
  choice = gtk_drop_down_new (G_LIST_MODEL (titles),
                              gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  yq_set_name (choice, _(field->title));
  g_signal_connect_swapped (choice, "notify::selected", G_CALLBACK (changed), self);
  return choice;
}

static GtkWidget *
build_region (YqFilterBar *self, const Filter *filter)
{
  const YqField *field = filter->field;
  g_autofree char *all = g_strdup_printf (_("%s: all"), _(field->title));
  GtkWidget *picker = yq_region_picker_new (all);

  yq_set_name (yq_region_picker_button (YQ_REGION_PICKER (picker)), _(field->title));
  g_signal_connect_swapped (picker, "changed", G_CALLBACK (changed), self);
  return picker;
}

static GtkWidget *
build_stems (YqFilterBar *self, const Filter *filter)
{
  GtkWidget *choice = yq_stem_choice_new (self->list, filter->field);

  g_signal_connect_swapped (choice, "changed", G_CALLBACK (changed), self);
  return choice;
}

static gboolean
choice_is_chosen (const Filter *filter)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (filter->widget));

  return selected > 0 && selected != GTK_INVALID_LIST_POSITION;
}

static void
clear_choice (const Filter *filter)
{
  gtk_drop_down_set_selected (GTK_DROP_DOWN (filter->widget), 0);
}

static void
apply_choice (const Filter *filter, YqQuery *query)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (filter->widget));
  const YqField *field = filter->field;

  if (!filter->has_any || selected > 1)
    {
      yq_query_add (query, field->name, field->choices[selected - 1 - filter->has_any].code);
      return;
    }
  for (guint i = 0; field->choices[i].code != NULL; i++)
    yq_query_add (query, field->name, field->choices[i].code);
}

static gboolean
region_is_chosen (const Filter *filter)
{
  return yq_region_picker_code (YQ_REGION_PICKER (filter->widget)) != NULL;
}

static void
clear_region (const Filter *filter)
{
  yq_region_picker_set (YQ_REGION_PICKER (filter->widget), NULL);
}

static void
apply_region (const Filter *filter, YqQuery *query)
{
  yq_query_add (query, filter->field->name,
                yq_region_picker_code (YQ_REGION_PICKER (filter->widget)));
}

static gboolean
stem_is_chosen (const Filter *filter)
{
  return yq_stem_choice_get (YQ_STEM_CHOICE (filter->widget)) != NULL;
}

static void
clear_stem (const Filter *filter)
{
  yq_stem_choice_clear (YQ_STEM_CHOICE (filter->widget));
}

static void
apply_stem (const Filter *filter, YqQuery *query)
{
  yq_query_add_stem (query, filter->field->name,
                     yq_stem_choice_get (YQ_STEM_CHOICE (filter->widget)));
}

static GtkWidget *
build_party (YqFilterBar *self, const Filter *filter)
{
  GtkWidget *choice =
    yq_party_filter_new (yq_record_list_store (self->list), yq_record_list_query (self->list),
                         filter->owner, filter->field);

  g_signal_connect_swapped (choice, "notify::selected", G_CALLBACK (changed), self);
  return choice;
}

static gboolean
party_is_chosen (const Filter *filter)
{
  return yq_party_filter_chosen (filter->widget) != NULL;
}

static void
apply_party (const Filter *filter, YqQuery *query)
{
  yq_query_add (query, filter->owner, yq_party_filter_chosen (filter->widget));
}

static GtkWidget *
build_reference (YqFilterBar *self, const Filter *filter)
{
  GtkWidget *choice = yq_reference_filter_new (yq_record_list_store (self->list), filter->field);

  g_signal_connect_swapped (choice, "changed", G_CALLBACK (changed), self);
  return choice;
}

static gboolean
reference_is_chosen (const Filter *filter)
{
  return yq_reference_filter_chosen (YQ_REFERENCE_FILTER (filter->widget)) != NULL;
}

static void
clear_reference (const Filter *filter)
{
  yq_reference_filter_choose (YQ_REFERENCE_FILTER (filter->widget), NULL);
}

static void
apply_reference (const Filter *filter, YqQuery *query)
{
  yq_reference_filter_apply (YQ_REFERENCE_FILTER (filter->widget), query);
}

static GtkWidget *
build_tick (YqFilterBar *self, const Filter *filter)
{
  GtkWidget *tick = gtk_check_button_new_with_label (_(filter->field->title));

  g_signal_connect_swapped (tick, "toggled", G_CALLBACK (changed), self);
  return tick;
}

static gboolean
tick_is_set (const Filter *filter)
{
  return gtk_check_button_get_active (GTK_CHECK_BUTTON (filter->widget));
}

static void
clear_tick (const Filter *filter)
{
  gtk_check_button_set_active (GTK_CHECK_BUTTON (filter->widget), FALSE);
}

static void
apply_tick (const Filter *filter, YqQuery *query)
{
  yq_query_add (query, filter->field->name, "true");
}

/* What one can filter by. */
struct _Kind
{
  YqType type;
  GtkWidget *(*build) (YqFilterBar *self, const Filter *filter);
  gboolean (*is_chosen) (const Filter *filter);
  void (*clear) (const Filter *filter);
  void (*apply) (const Filter *filter, YqQuery *query); /* where it is chosen */
};

static const Kind kinds[] = {
  { YQ_CHOICE, build_choice, choice_is_chosen, clear_choice, apply_choice },
  { YQ_TIME, build_choice, choice_is_chosen, clear_choice, apply_age },
  { YQ_REGION, build_region, region_is_chosen, clear_region, apply_region },
  { YQ_REFERENCE, build_reference, reference_is_chosen, clear_reference, apply_reference },
  { YQ_BOOLEAN, build_tick, tick_is_set, clear_tick, apply_tick },
  { YQ_TEXT, build_stems, stem_is_chosen, clear_stem, apply_stem },
};

static const Kind party = { YQ_TEXT, build_party, party_is_chosen, clear_choice, apply_party };

static const Kind *
kind_of (const YqField *field, const char *owner)
{
  if (field != NULL && owner != NULL)
    return &party;
  for (guint i = 0; field != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].type == field->type && (field->type != YQ_TEXT || field->words != NULL))
      return &kinds[i];
  return NULL;
}

/* Where a record belongs, of entities without such a field of their own. */
static const YqField owner_region = { "region", N_("Region"), YQ_REGION };

static const char *const owners[] = { "buyer", "carrier" };

/* "field", "field+" or "owner=field"; FALSE where it cannot be filtered by. */
static gboolean
read_filter (YqFilterBar *self, char *name, Filter *filter)
{
  char *equals = strchr (name, '=');

  for (guint i = 0; equals != NULL && i < G_N_ELEMENTS (owners); i++)
    if (strlen (owners[i]) == (gsize) (equals - name) && g_str_has_prefix (name, owners[i]))
      filter->owner = owners[i];
  filter->has_any = g_str_has_suffix (name, "+");
  if (filter->has_any)
    name[strlen (name) - 1] = '\0';
  filter->field = yq_entity_field (self->entity, equals != NULL ? equals + 1 : name);
  if (filter->field == NULL && g_str_equal (name, owner_region.name))
    filter->field = &owner_region;
  filter->kind = kind_of (filter->field, filter->owner);
  return filter->kind != NULL;
}

void
yq_filter_bar_set_fields (YqFilterBar *self, const char *fields)
{
  g_auto(GStrv) names = g_strsplit (fields ? fields : "", "|", 0);

  for (guint i = 0; i < self->filters->len; i++)
    gtk_widget_unparent (g_array_index (self->filters, Filter, i).widget);
  g_array_set_size (self->filters, 0);
  for (guint i = 0; names[i] != NULL; i++)
    {
      Filter filter = { NULL };

      if (!read_filter (self, names[i], &filter))
        continue;
      filter.widget = filter.kind->build (self, &filter);
      gtk_widget_set_valign (filter.widget, GTK_ALIGN_CENTER);
      yq_wrap_box_append (YQ_WRAP_BOX (self->wrap), filter.widget);
      g_array_append_val (self->filters, filter);
    }
}

static const char *
typed (YqFilterBar *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->search));
}

void
yq_filter_bar_apply (YqFilterBar *self, YqQuery *query)
{
  if (*typed (self) != '\0')
    yq_query_set_text (query, typed (self));
  if (self->state != NULL)
    {
      yq_query_remove (query, "state");
      yq_query_add (query, "state", self->state);
    }
  for (guint i = 0; i < self->filters->len; i++)
    {
      const Filter *filter = &g_array_index (self->filters, Filter, i);

      if (filter->kind->is_chosen (filter))
        filter->kind->apply (filter, query);
    }
}

gboolean
yq_filter_bar_is_active (YqFilterBar *self)
{
  for (guint i = 0; i < self->filters->len; i++)
    {
      const Filter *filter = &g_array_index (self->filters, Filter, i);

      if (filter->kind->is_chosen (filter))
        return TRUE;
    }
  return *typed (self) != '\0' || self->state != NULL;
}

void
yq_filter_bar_clear (YqFilterBar *self)
{
  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  for (guint i = 0; i < self->filters->len; i++)
    {
      const Filter *filter = &g_array_index (self->filters, Filter, i);

      filter->kind->clear (filter);
    }
  yq_filter_bar_choose_state (self, NULL);
  self->quiet = FALSE;
  changed (self);
}

void
yq_filter_bar_choose_state (YqFilterBar *self, const char *state)
{
  gboolean quiet = self->quiet;

  self->quiet = TRUE;
  g_free (self->state);
  self->state = g_strdup (state);
  for (guint i = 0; i < self->chip_buttons->len; i++)
    {
      GtkToggleButton *chip = g_ptr_array_index (self->chip_buttons, i);

      if (g_strcmp0 (g_object_get_data (G_OBJECT (chip), "yq-state"), state) == 0)
        gtk_toggle_button_set_active (chip, TRUE);
    }
  self->quiet = quiet;
  changed (self);
}

void
yq_filter_bar_set_text (YqFilterBar *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), text ? text : "");
}

void
yq_filter_bar_focus (YqFilterBar *self)
{
  gtk_widget_grab_focus (self->search);
}

void
yq_filter_bar_add_filter (YqFilterBar *self, GtkWidget *widget)
{
  yq_wrap_box_append (YQ_WRAP_BOX (self->wrap), widget);
}

void
yq_filter_bar_add_widget (YqFilterBar *self, GtkWidget *widget)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->extra), widget);
}

static void
yq_filter_bar_dispose (GObject *object)
{
  YqFilterBar *self = YQ_FILTER_BAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (yq_filter_bar_parent_class)->dispose (object);
}

static void
yq_filter_bar_finalize (GObject *object)
{
  YqFilterBar *self = YQ_FILTER_BAR (object);

  g_ptr_array_unref (self->chip_buttons);
  g_array_unref (self->filters);
  g_free (self->state);
  g_free (self->states);
  G_OBJECT_CLASS (yq_filter_bar_parent_class)->finalize (object);
}

static void
yq_filter_bar_class_init (YqFilterBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_filter_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_filter_bar_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_SEARCH);
  g_signal_new ("changed", YQ_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
  g_signal_new ("searched", YQ_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
}

/* Enter and Escape: what was typed stays, the keys go on. */
static void
searched (YqFilterBar *self)
{
  g_signal_emit_by_name (self, "searched");
}

static void
yq_filter_bar_init (YqFilterBar *self)
{
  self->chip_buttons = g_ptr_array_new ();
  self->filters = g_array_new (FALSE, TRUE, sizeof (Filter));
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->search = gtk_search_entry_new ();
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (self->search), YQ_SEARCH_DELAY_MS);
  self->wrap = yq_wrap_box_new (6);
  self->extra = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  yq_set_name (self->search, _("Search in this list"));
  yq_set_tooltip (self->search, _("Search in this list (Ctrl+F)"));
  g_object_set (self->search, "placeholder-text", _("Search"), NULL);
  /* The first of the line; filters go on below it where a desk is narrow. */
  gtk_widget_set_size_request (self->search, 120, -1);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->search), 6);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->search), 16);
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (changed), self);
  g_signal_connect_swapped (self->search, "activate", G_CALLBACK (searched), self);
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (searched), self);
  gtk_widget_set_valign (self->search, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->extra, GTK_ALIGN_START);
  gtk_widget_set_hexpand (self->wrap, TRUE);
  gtk_widget_set_valign (self->wrap, GTK_ALIGN_CENTER);
  yq_wrap_box_append (YQ_WRAP_BOX (self->wrap), self->search);
  gtk_box_append (GTK_BOX (self->box), self->wrap);
  gtk_box_append (GTK_BOX (self->box), self->extra);
  gtk_widget_add_css_class (self->box, "filter-bar");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
yq_filter_bar_new (YqRecordList *list)
{
  YqFilterBar *self = g_object_new (YQ_TYPE_FILTER_BAR, NULL);

  self->list = g_object_ref (list);
  self->entity = yq_query_entity (yq_record_list_query (list));
  yq_record_list_count_by (list, "state");
  g_signal_connect_object (list, "counts-changed", G_CALLBACK (show_counts), self,
                           G_CONNECT_SWAPPED);
  yq_filter_bar_set_states (self, NULL);
  return GTK_WIDGET (self);
}
