/* A sidebar beside a content; where the width does not hold both, the sidebar lies over the content
 * and comes when it is called.  Property "collapsed" notifies. */
#pragma once

#include <gtk/gtk.h>

#define YQ_TYPE_SPLIT (yq_split_get_type ())
G_DECLARE_FINAL_TYPE (YqSplit, yq_split, YQ, SPLIT, GtkWidget)

GtkWidget *yq_split_new (GtkWidget *sidebar, GtkWidget *content);
gboolean yq_split_is_collapsed (YqSplit *split);
/* While collapsed: show the sidebar over the content, or not. */
void yq_split_set_open (YqSplit *split, gboolean open);
gboolean yq_split_is_open (YqSplit *split);
/* Below so many average characters of width it collapses (default 110). */
void yq_split_set_threshold (YqSplit *split, int characters);
