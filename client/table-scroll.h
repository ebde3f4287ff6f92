/* Where one looks in the rows of a record table, which GTK 4.8's column view neither says nor
 * takes.  Only record-table.c includes this.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "record-rows.h"

void yq_table_scroll_to (GtkColumnView *view, guint position);
gboolean yq_table_is_at_top (GtkColumnView *view);
/* The first row that has a widget gets the focus; FALSE where none takes it. */
gboolean yq_table_focus_first (GtkColumnView *view);
/* yq_record_rows_take_over() of list's answer; what one reads stays where it is when many rows come
 * or go above it. */
void yq_table_take_over_in_place (GtkColumnView *view, YqRecordRows *rows, YqRecordList *list);
