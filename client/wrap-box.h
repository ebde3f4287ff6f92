/* A row of widgets that goes on in the next line where the width ends.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#define YQ_TYPE_WRAP_BOX (yq_wrap_box_get_type ())
G_DECLARE_FINAL_TYPE (YqWrapBox, yq_wrap_box, YQ, WRAP_BOX, GtkWidget)

/* spacing in pixels, between widgets and between lines. */
GtkWidget *yq_wrap_box_new (int spacing);
void yq_wrap_box_append (YqWrapBox *box, GtkWidget *child);
/* after NULL: at the beginning. */
void yq_wrap_box_insert_after (YqWrapBox *box, GtkWidget *child, GtkWidget *after);
