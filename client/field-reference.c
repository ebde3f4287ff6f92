/* Editors of references: one record, or several in the order chosen. */
#define G_LOG_DOMAIN "yiquan-field-reference"

#include "field-kinds.h"

#include "bits.h"
#include "model.h"
#include "record-picker.h"
#include "tooltip.h"

static gboolean
offers (YqRecord *record, gpointer editor)
{
  return yq_field_editor_picks (editor, record);
}

static char *
title_of (YqFieldEditor *self, const char *id)
{
  YqStore *store = yq_field_editor_store (self);
  const YqEntity *entity = yq_model_find (yq_field_editor_table (self)->refers);
  char *title = store ? yq_store_title (store, entity, id) : NULL;

  return title ? title : g_strdup (_("(not on this computer)"));
}

/* -- one -- */
static void
picked_cb (YqRecordPicker *picker, YqRecord *record, YqFieldEditor *self)
{
  yq_values_set_text (yq_field_editor_values (self), yq_field_editor_field (self),
                      yq_record_id (record));
  yq_field_editor_reload (self);
  yq_field_editor_changed (self);
}

static void
cleared_cb (GtkButton *button, YqFieldEditor *self)
{
  yq_values_clear (yq_field_editor_values (self), yq_field_editor_field (self));
  yq_field_editor_reload (self);
  yq_field_editor_changed (self);
}

static GtkWidget *
build_picker (YqFieldEditor *self, const char *label)
{
  GtkWidget *picker = yq_record_picker_new (yq_field_editor_store (self),
                                            yq_field_editor_table (self)->refers, label);

  yq_record_picker_set_filter (YQ_RECORD_PICKER (picker), offers, self);
  yq_record_picker_set_only (YQ_RECORD_PICKER (picker), yq_field_editor_table (self)->refers_if);
  yq_field_editor_watch (self, yq_record_picker_button (YQ_RECORD_PICKER (picker)));
  return picker;
}

static GtkWidget *
build_reference (YqFieldEditor *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *picker = build_picker (self, _("Choose…"));
  GtkWidget *clear = yq_icon_button_new ("edit-clear-symbolic", _("Choose none"), NULL);

  g_signal_connect (picker, "picked", G_CALLBACK (picked_cb), self);
  g_signal_connect (clear, "clicked", G_CALLBACK (cleared_cb), self);
  gtk_box_append (GTK_BOX (box), picker);
  gtk_box_append (GTK_BOX (box), clear);
  yq_field_editor_set_state (self, box, NULL);
  return box;
}

static void
load_reference (YqFieldEditor *self)
{
  const char *id = yq_values_text (yq_field_editor_values (self), yq_field_editor_field (self));
  GtkWidget *picker = gtk_widget_get_first_child (yq_field_editor_state (self));
  g_autofree char *title = id ? title_of (self, id) : NULL;

  yq_record_picker_set_label (YQ_RECORD_PICKER (picker), title ? title : _("Choose…"));
  gtk_widget_set_visible (gtk_widget_get_last_child (yq_field_editor_state (self)), id != NULL);
}

const YqEditorKind yq_editor_reference = { build_reference, load_reference, FALSE };

/* -- several -- */
static JsonArray *
copy_without (JsonArray *array, guint skip)
{
  JsonArray *copy = json_array_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    if (i != skip)
      json_array_add_element (copy, json_node_copy (json_array_get_element (array, i)));
  return copy;
}

static void
take_array (YqFieldEditor *self, JsonArray *array)
{
  yq_values_take_array (yq_field_editor_values (self), yq_field_editor_field (self), array);
  yq_field_editor_reload (self);
  yq_field_editor_changed (self);
}

static void
added_cb (YqRecordPicker *picker, YqRecord *record, YqFieldEditor *self)
{
  JsonArray *now = yq_values_array (yq_field_editor_values (self), yq_field_editor_field (self));
  JsonArray *array;

  for (guint i = 0; now != NULL && i < json_array_get_length (now); i++)
    if (g_strcmp0 (json_array_get_string_element (now, i), yq_record_id (record)) == 0)
      return;
  array = copy_without (now, G_MAXUINT);
  json_array_add_string_element (array, yq_record_id (record));
  take_array (self, array);
}

static void
removed_cb (GtkButton *button, YqFieldEditor *self)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "yq-index"));
  JsonArray *now = yq_values_array (yq_field_editor_values (self), yq_field_editor_field (self));

  take_array (self, copy_without (now, i));
}

static GtkWidget *
build_references (YqFieldEditor *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *picker = build_picker (self, _("Add…"));

  yq_record_picker_set_stays_open (YQ_RECORD_PICKER (picker), TRUE);
  gtk_widget_set_halign (picker, GTK_ALIGN_START);
  g_signal_connect (picker, "picked", G_CALLBACK (added_cb), self);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), picker);
  yq_field_editor_set_state (self, list, NULL);
  return box;
}

static GtkWidget *
build_chip (YqFieldEditor *self, const char *id, guint index)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *title = title_of (self, id);
  g_autofree char *name = g_strdup_printf (_("Take %s away"), title);
  GtkWidget *label = yq_label_new (title, NULL);
  GtkWidget *remove = yq_icon_button_new ("window-close-symbolic", name, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  yq_set_tooltip (label, title);
  gtk_widget_add_css_class (chip, "chip");
  gtk_widget_set_halign (chip, GTK_ALIGN_START);
  g_object_set_data (G_OBJECT (remove), "yq-index", GUINT_TO_POINTER (index));
  g_signal_connect (remove, "clicked", G_CALLBACK (removed_cb), self);
  gtk_box_append (GTK_BOX (chip), label);
  gtk_box_append (GTK_BOX (chip), remove);
  return chip;
}

static void
load_references (YqFieldEditor *self)
{
  JsonArray *array = yq_values_array (yq_field_editor_values (self), yq_field_editor_field (self));
  GtkWidget *list = yq_field_editor_state (self);
  guint n = array ? json_array_get_length (array) : 0;

  yq_remove_children (list);
  gtk_widget_set_visible (list, n > 0);
  for (guint i = 0; i < n; i++)
    gtk_box_append (GTK_BOX (list), build_chip (self, json_array_get_string_element (array, i), i));
}

const YqEditorKind yq_editor_references = { build_references, load_references, FALSE };
