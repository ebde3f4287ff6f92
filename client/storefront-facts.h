/* What a carrier or a store tells the public about itself.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

/* Cards: its public information, how to reach it, its photos; an empty box where it tells nothing.
 * subject is an organisation or a store. */
GtkWidget *yq_storefront_facts_new (YqStore *store, YqRecord *subject);
