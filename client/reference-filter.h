/* A filter by what a reference names; of records that stand in a tree, with everything below.  GTK
 * thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

#define YQ_TYPE_REFERENCE_FILTER (yq_reference_filter_get_type ())
G_DECLARE_FINAL_TYPE (YqReferenceFilter, yq_reference_filter, YQ, REFERENCE_FILTER, GtkWidget)

/* field is static. */
GtkWidget *yq_reference_filter_new (YqStore *store, const YqField *field);
const char *yq_reference_filter_chosen (YqReferenceFilter *filter); /* an id; NULL: all */
void yq_reference_filter_choose (YqReferenceFilter *filter, const char *id);
/* Where something is chosen: adds it, and all that is below it. */
void yq_reference_filter_apply (YqReferenceFilter *filter, YqQuery *query);
/* Signal "changed" (). */
