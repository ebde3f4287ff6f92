/* Column widths that follow the window: numbers, dates and states are never cut, words give way
 * first, the longest of them most; what is left over stands between the columns.  A width that a
 * person has drawn stays.  Only record-table*.c include this.  GTK thread only. */
#pragma once

#include "table-columns.h"

typedef struct _YqTableFit YqTableFit;

/* The view stands in scroller; rows are YqRecords.  All of them outlive the fit. */
YqTableFit *yq_table_fit_new (YqTableColumns *columns, GtkColumnView *view,
                              GtkScrolledWindow *scroller, GListModel *rows);
void yq_table_fit_free (YqTableFit *fit);
/* Before the next frame: the columns were built, rows came. */
void yq_table_fit_queue (YqTableFit *fit);
