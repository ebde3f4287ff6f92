/* The keys of a record table, and yq_record_table_key().  Only record-table.c includes this.  GTK
 * thread only. */
#pragma once

#include "record-table.h"

/* view is the table's own, with the rows. */
void yq_record_table_add_keys (YqRecordTable *table, GtkWidget *view);
