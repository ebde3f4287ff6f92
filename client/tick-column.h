/* The column of check buttons at the left of a record table: the ticks of the rows in view.  Only
 * record-table.c includes this.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "record-list.h"

#define YQ_TYPE_TICK_COLUMN (yq_tick_column_get_type ())
G_DECLARE_FINAL_TYPE (YqTickColumn, yq_tick_column, YQ, TICK_COLUMN, GObject)

/* Puts the column first into view, whose rows are YqRecordRows of list; keeps list and ticks.  It
 * lives as long as view has a model. */
YqTickColumn *yq_tick_column_new (GtkColumnView *view, YqRecordList *list, YqTickSet *ticks);
/* As a click on the check button of record. */
void yq_tick_column_toggle (YqTickColumn *self, YqRecord *record);
/* Ticks from the record clicked last to position; FALSE where the list has no such record. */
gboolean yq_tick_column_extend (YqTickColumn *self, guint position);
