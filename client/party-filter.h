/* A choice among the organisations that stand in a list: its carriers, its enterprises.  They are
 * read in the store's worker, and those that come later are added at the end.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

/* A GtkDropDown; its first item stands for all.  owner is "buyer" or "carrier", name the field that
 * holds what the organisation is called. */
GtkWidget *yq_party_filter_new (YqStore *store, const YqQuery *query, const char *owner,
                                const YqField *name);
/* The id of the one that is chosen, borrowed; NULL: all. */
const char *yq_party_filter_chosen (GtkWidget *filter);
