/* Tooltips that are as wide as what they say.
 *
 * GTK 4.8 makes a tooltip's own label as many Latin letters wide as the text has characters, and a
 * Chinese one is twice as wide: it stands in a narrow column, four characters a line.  All
 * tooltips are set and said through these. */
#pragma once

#include <gtk/gtk.h>

/* As gtk_widget_set_tooltip_text(); NULL: none. */
void yq_set_tooltip (GtkWidget *widget, const char *text);
/* For a handler of "query-tooltip", in the place of gtk_tooltip_set_text(): TRUE where there is
 * something to say, which is what the handler returns. */
gboolean yq_tooltip_say (GtkTooltip *tooltip, const char *text);
/* The label it says it with, which it owns. */
GtkWidget *yq_tooltip_label (GtkTooltip *tooltip);
