/* Organisation and role on top, then the pages with counts of what waits for me.  GTK thread only.
 */
#pragma once

#include <gtk/gtk.h>

#include "frame.h"

#define YQ_TYPE_SIDEBAR (yq_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (YqSidebar, yq_sidebar, YQ, SIDEBAR, GtkWidget)

GtkWidget *yq_sidebar_new (const YqWindowKind *kind, const YqWho *who);
void yq_sidebar_set_identity (YqSidebar *sidebar, const char *organisation, const char *person);
void yq_sidebar_add (YqSidebar *sidebar, const char *name, const char *icon, const char *title);
void yq_sidebar_add_separator (YqSidebar *sidebar);
void yq_sidebar_set_count (YqSidebar *sidebar, const char *name, guint count);
void yq_sidebar_select (YqSidebar *sidebar, const char *name); /* emits nothing */
/* Signal "chosen" (const char *name). */
