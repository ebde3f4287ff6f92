/* The editor of files: pick or drop, check, list. */
#define G_LOG_DOMAIN "yiquan-field-files"

#include "field-kinds.h"

#include "bits.h"
#include "file-kind.h"
#include "file-strip.h"
#include "prompt.h"

static void
take_file (YqFieldEditor *self, JsonObject *file)
{
  YqValues *values = yq_field_editor_values (self);
  guint field = yq_field_editor_field (self);
  JsonArray *now = yq_values_array (values, field);
  JsonArray *array = json_array_new ();

  for (guint i = 0; now != NULL && i < json_array_get_length (now); i++)
    json_array_add_element (array, json_node_copy (json_array_get_element (now, i)));
  json_array_add_object_element (array, file);
  yq_values_take_array (values, field, array);
  yq_field_editor_reload (self);
  yq_field_editor_changed (self);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqFieldEditor) self = data;
  g_autoptr(GError) error = NULL;
  JsonObject *file = yq_store_add_file_finish (YQ_STORE (source), result, &error);

  if (file == NULL)
    yq_field_editor_set_error (self, error->message);
  else if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    json_object_unref (file);
  else
    {
      yq_field_editor_set_error (self, NULL);
      take_file (self, file);
    }
}

static void
add_file (YqFieldEditor *self, GFile *file)
{
  JsonArray *now = yq_values_array (yq_field_editor_values (self), yq_field_editor_field (self));
  const YqField *field = yq_field_editor_table (self);
  g_autofree char *full = NULL;

  if (now != NULL && field->max > 0 && json_array_get_length (now) >= field->max)
    {
      full = g_strdup_printf (_("At most %d files"), (int) field->max);
      yq_field_editor_set_error (self, full);
      return;
    }
  yq_store_add_file_async (yq_field_editor_store (self), file, field, NULL, added_cb,
                           g_object_ref (self));
}

static void
chosen_cb (GFile *file, gpointer data)
{
  g_autoptr(YqFieldEditor) self = data;

  if (file != NULL)
    add_file (self, file);
}

static void
choose_clicked_cb (GtkButton *button, YqFieldEditor *self)
{
  yq_prompt_open_file (GTK_WIDGET (self), _(yq_field_editor_table (self)->title),
                       yq_file_accept (yq_field_editor_table (self)), chosen_cb,
                       g_object_ref (self));
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, double x, double y, YqFieldEditor *self)
{
  GSList *files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *at = files; at != NULL; at = at->next)
    add_file (self, at->data);
  g_slist_free (files);
  return TRUE;
}

static void
remove_cb (YqFileStrip *strip, guint index, YqFieldEditor *self)
{
  YqValues *values = yq_field_editor_values (self);
  guint field = yq_field_editor_field (self);
  JsonArray *now = yq_values_array (values, field);
  JsonArray *array = json_array_new ();

  for (guint i = 0; now != NULL && i < json_array_get_length (now); i++)
    if (i != index)
      json_array_add_element (array, json_node_copy (json_array_get_element (now, i)));
  yq_values_take_array (values, field, array);
  yq_field_editor_reload (self);
  yq_field_editor_changed (self);
}

static char *
describe (const YqField *field)
{
  g_autofree char *list = yq_file_accept_text (field);
  g_autofree char *size = yq_size_text (yq_file_max_bytes (field));

  return field->max > 0 ? g_strdup_printf (_("%s; up to %s each, at most %d files"), list, size,
                                           (int) field->max)
                        : g_strdup_printf (_("%s; up to %s each"), list, size);
}

static GtkWidget *
build_files (YqFieldEditor *self)
{
  const YqField *field = yq_field_editor_table (self);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *strip = yq_file_strip_new (yq_field_editor_store (self), TRUE);
  GtkWidget *area = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *button = gtk_button_new_with_label (_("Choose file…"));
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_autofree char *limits = describe (field);

  gtk_box_append (GTK_BOX (words), yq_label_new_wrapped (_("or drop files here"), "small"));
  gtk_box_append (GTK_BOX (words), yq_label_new_wrapped (limits, "form-hint"));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, yq_field_editor_store (self) != NULL);
  gtk_box_append (GTK_BOX (area), button);
  gtk_box_append (GTK_BOX (area), words);
  gtk_widget_add_css_class (area, "drop-area");
  gtk_widget_add_controller (area, GTK_EVENT_CONTROLLER (target));
  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), self);
  g_signal_connect (button, "clicked", G_CALLBACK (choose_clicked_cb), self);
  g_signal_connect (strip, "remove", G_CALLBACK (remove_cb), self);
  yq_field_editor_watch (self, button);
  gtk_box_append (GTK_BOX (box), strip);
  gtk_box_append (GTK_BOX (box), area);
  yq_field_editor_set_state (self, strip, NULL);
  return box;
}

static void
load_files (YqFieldEditor *self)
{
  yq_file_strip_show (yq_field_editor_state (self), yq_values_array (yq_field_editor_values (self),
                                                                     yq_field_editor_field (self)));
}

const YqEditorKind yq_editor_files = { build_files, load_files, FALSE };

void
yq_field_editor_attach (YqFieldEditor *self, GFile *file)
{
  g_return_if_fail (yq_field_editor_table (self)->type == YQ_FILES);
  add_file (self, file);
}
