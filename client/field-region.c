/* The editor of a region. */
#define G_LOG_DOMAIN "yiquan-field-region"

#include "field-kinds.h"

#include "region-picker.h"

static void
picked_cb (YqRegionPicker *picker, YqFieldEditor *self)
{
  yq_values_set_text (yq_field_editor_values (self), yq_field_editor_field (self),
                      yq_region_picker_code (picker));
  yq_field_editor_changed (self);
}

static GtkWidget *
build_region (YqFieldEditor *self)
{
  GtkWidget *picker = yq_region_picker_new (_("Choose a region…"));

  gtk_widget_set_halign (picker, GTK_ALIGN_START);
  yq_field_editor_watch (self, yq_region_picker_button (YQ_REGION_PICKER (picker)));
  yq_field_editor_set_state (self, picker, NULL);
  g_signal_connect (picker, "changed", G_CALLBACK (picked_cb), self);
  return picker;
}

static void
load_region (YqFieldEditor *self)
{
  yq_region_picker_set (
    yq_field_editor_state (self),
    yq_values_text (yq_field_editor_values (self), yq_field_editor_field (self)));
}

const YqEditorKind yq_editor_region = { build_region, load_region, FALSE };
