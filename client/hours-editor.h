/* The opening hours of a week: per day any number of spans.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

#define YQ_TYPE_HOURS_EDITOR (yq_hours_editor_get_type ())
G_DECLARE_FINAL_TYPE (YqHoursEditor, yq_hours_editor, YQ, HOURS_EDITOR, GtkWidget)

GtkWidget *yq_hours_editor_new (void);
/* [{"weekday":1,"opens":"08:30","closes":"17:00"}]; NULL: none. */
void yq_hours_editor_show (YqHoursEditor *editor, JsonArray *hours);
JsonArray *yq_hours_editor_dup (YqHoursEditor *editor);
/* "周一至周五 08:30–17:00；周六 09:00–12:00"; "" where there is nothing. */
char *yq_hours_text (JsonArray *hours);
const char *yq_weekday_name (guint weekday); /* 1 is Monday; translated */
/* Signal "changed" (). */
