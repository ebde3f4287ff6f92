/* A popover that searches the store for records of one kind.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "field-editor.h"

#define YQ_TYPE_RECORD_PICKER (yq_record_picker_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordPicker, yq_record_picker, YQ, RECORD_PICKER, GtkWidget)

/* A button with this label; its popover is the search.  entity is a name. */
GtkWidget *yq_record_picker_new (YqStore *store, const char *entity, const char *label);
void yq_record_picker_set_label (YqRecordPicker *picker, const char *label);
void yq_record_picker_set_filter (YqRecordPicker *picker, YqPickFilter filter, gpointer user_data);
/* As YqField.refers_if: "kind=service" offers only records whose field has this value, "!parent"
 * only the narrowest of a tree, each with what it belongs to; NULL: all. */
void yq_record_picker_set_only (YqRecordPicker *picker, const char *only);
/* Of a tree also what has narrower ones below, for filters. */
void yq_record_picker_set_any_level (YqRecordPicker *picker);
void yq_record_picker_set_stays_open (YqRecordPicker *picker, gboolean stays);
GtkWidget *yq_record_picker_button (YqRecordPicker *picker);
/* Signal "picked" (YqRecord *record). */
