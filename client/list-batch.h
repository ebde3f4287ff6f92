/* What one may do to all that is ticked in a list: steps, and deletion with time to undo it.  GTK
 * thread only. */
#pragma once

#include "frame.h"
#include "record-table.h"

/* The table with a bar below it; gives the table its ticks and the page its keys.  steps are names
 * of steps without fields, "a|b".  Lives as long as page. */
GtkWidget *yq_list_batch_new (YqFrame *frame, YqRecordTable *table, const char *steps);
void yq_list_batch_set_page (GtkWidget *batch, YqPage *page);
