/* What stands before a form: the jurisdiction's filling guide, commitment and liability, each the
 * newest version.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

/* The texts of these kinds ("guide.claim|commitment") folded under their titles; NULL where the
 * region's jurisdiction has none of them. */
GtkWidget *yq_reading_new (YqStore *store, const char *region, const char *kinds, gboolean open);
/* The guide and the pledge of a record's form and the texts its table names, or NULL. */
GtkWidget *yq_reading_for_record (YqStore *store, YqRecord *record);
/* A page of its own: title, texts, a tick, a button; accepted (void (*) (gpointer)) is called on
 * the button, later, where it is not NULL, on another beside it. */
GtkWidget *yq_reading_gate_new (YqStore *store, const char *region, const char *kinds,
                                const char *title, GCallback accepted, GCallback later,
                                gpointer user_data);
