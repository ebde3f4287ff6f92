/* Facts in two columns of the same width where there is room for two, else in one; each line as
 * high as it has to be.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

/* A box for gtk_box_append(); column: the least width of a column in pixels. */
GtkWidget *yq_fact_flow_new (int column);
/* A fact: its title, what it says, and perhaps a button.  They stand in a line, or in less than
 * least pixels what it says stands below. */
GtkWidget *yq_fact_line_new (int least);
