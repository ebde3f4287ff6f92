/* A button that opens province, city, county beside each other, with a search.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#define YQ_TYPE_REGION_PICKER (yq_region_picker_get_type ())
G_DECLARE_FINAL_TYPE (YqRegionPicker, yq_region_picker, YQ, REGION_PICKER, GtkWidget)

/* nothing is what it says where no region is chosen. */
GtkWidget *yq_region_picker_new (const char *nothing);
void yq_region_picker_set (YqRegionPicker *picker,
                           const char *code);               /* NULL: none; emits nothing */
const char *yq_region_picker_code (YqRegionPicker *picker); /* or NULL */
/* Only regions of this one can be chosen ("33", "330400"); NULL: all of China. */
void yq_region_picker_set_within (YqRegionPicker *picker, const char *code);
/* Its province and city are offered before all others; NULL: none. */
void yq_region_picker_set_near (YqRegionPicker *picker, const char *code);
GtkWidget *yq_region_picker_button (YqRegionPicker *picker);
/* Signal "changed" (): the person chose. */
