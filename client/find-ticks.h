/* Several instruments of a list of results, ticked and put on the preselection list at once.  GTK
 * thread only. */
#pragma once

#include "frame.h"
#include "record-list.h"

/* The bar below the results; it comes with the first tick. */
GtkWidget *yq_find_ticks_new (YqFrame *frame, YqTickSet *ticks);
/* Puts all that is ticked on the list, now. */
void yq_find_ticks_add (GtkWidget *bar);
/* Keys of the results: x ticks the row of the cursor, Shift+X all from the last tick to here,
 * Ctrl+A everything that matches. */
void yq_find_ticks_add_keys (GtkWidget *view, YqRecordList *list, GtkSingleSelection *selection,
                             YqTickSet *ticks);
