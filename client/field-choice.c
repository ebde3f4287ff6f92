/* Editors of choices and yes-or-no. */
#define G_LOG_DOMAIN "yiquan-field-choice"

#include "field-kinds.h"

#include "bits.h"

#define SEARCH_FROM 12

/* -- one of several -- */
static guint
count_choices (const YqField *field)
{
  guint n = 0;

  while (field->choices != NULL && field->choices[n].code != NULL)
    n++;
  return n;
}

static void
chosen_cb (GtkDropDown *choice, GParamSpec *pspec, YqFieldEditor *self)
{
  const YqField *field = yq_field_editor_table (self);
  guint selected = gtk_drop_down_get_selected (choice);

  if (yq_field_editor_is_loading (self) || selected > count_choices (field))
    return;
  yq_values_set_text (yq_field_editor_values (self), yq_field_editor_field (self),
                      selected > 0 ? field->choices[selected - 1].code : NULL);
  yq_field_editor_changed (self);
}

static GtkWidget *
build_choice (YqFieldEditor *self)
{
  const YqField *field = yq_field_editor_table (self);
  GtkStringList *titles = gtk_string_list_new (NULL);
  GtkWidget *choice;
  guint n = 0;

  gtk_string_list_append (titles, _("Please choose"));
  for (; field->choices != NULL && field->choices[n].code != NULL; n++)
    gtk_string_list_append (titles, _(field->choices[n].title));
  choice = gtk_drop_down_new (G_LIST_MODEL (titles),
                              gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (choice), n >= SEARCH_FROM);
  gtk_widget_set_halign (choice, GTK_ALIGN_START);
  yq_field_editor_watch (self, choice);
  yq_field_editor_set_state (self, choice, NULL);
  g_signal_connect (choice, "notify::selected", G_CALLBACK (chosen_cb), self);
  return choice;
}

static void
load_choice (YqFieldEditor *self)
{
  const YqField *field = yq_field_editor_table (self);
  const char *code = yq_values_text (yq_field_editor_values (self), yq_field_editor_field (self));
  GtkStringList *titles = GTK_STRING_LIST (gtk_drop_down_get_model (yq_field_editor_state (self)));
  guint n = count_choices (field);
  guint selected = 0;

  for (guint i = 0; code != NULL && field->choices != NULL && field->choices[i].code != NULL; i++)
    if (g_str_equal (field->choices[i].code, code))
      selected = i + 1;
  /* A text that is none of them stays until another is chosen. */
  gtk_string_list_splice (titles, n + 1, g_list_model_get_n_items (G_LIST_MODEL (titles)) - n - 1,
                          NULL);
  if (code != NULL && selected == 0)
    {
      gtk_string_list_append (titles, code);
      selected = n + 1;
    }
  gtk_drop_down_set_selected (yq_field_editor_state (self), selected);
}

const YqEditorKind yq_editor_choice = { build_choice, load_choice, FALSE };

/* -- yes or no -- */
static void
switched_cb (GtkSwitch *toggle, GParamSpec *pspec, YqFieldEditor *self)
{
  if (yq_field_editor_is_loading (self))
    return;
  yq_values_set_int (yq_field_editor_values (self), yq_field_editor_field (self),
                     gtk_switch_get_active (toggle));
  yq_field_editor_changed (self);
}

static GtkWidget *
build_boolean (YqFieldEditor *self)
{
  GtkWidget *toggle = gtk_switch_new ();

  gtk_widget_set_halign (toggle, GTK_ALIGN_START);
  gtk_widget_set_margin_top (toggle, 4);
  gtk_widget_set_margin_bottom (toggle, 4);
  yq_field_editor_watch (self, toggle);
  yq_field_editor_set_state (self, toggle, NULL);
  g_signal_connect (toggle, "notify::active", G_CALLBACK (switched_cb), self);
  return toggle;
}

static void
load_boolean (YqFieldEditor *self)
{
  gtk_switch_set_active (
    yq_field_editor_state (self),
    yq_values_int (yq_field_editor_values (self), yq_field_editor_field (self)) != 0);
}

const YqEditorKind yq_editor_boolean = { build_boolean, load_boolean, FALSE };
