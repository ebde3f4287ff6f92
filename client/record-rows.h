/* What a table shows of a YqRecordList: a GListModel of YqRecordRow, one for each place in view.
 * GTK 4.8 makes the widgets of every new item anew, for 2 ms a row; where another answer takes the
 * place of one, the rows stay and their records change.  Main thread. */
#pragma once

#include "record-list.h"

/* Signal "changed" (): another record stands here, or the record changed. */
#define YQ_TYPE_RECORD_ROW (yq_record_row_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordRow, yq_record_row, YQ, RECORD_ROW, GObject)

YqRecord *yq_record_row_record (YqRecordRow *self); /* NULL: blank while the answer is read */

#define YQ_TYPE_RECORD_ROWS (yq_record_rows_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordRows, yq_record_rows, YQ, RECORD_ROWS, GObject)

/* Follows the list's small changes by itself. */
YqRecordRows *yq_record_rows_new (YqRecordList *list);
/* On the list's "replaced": whoever knows which record was chosen calls it, and chooses again.
 * While only the first rows of an answer are here the others stay, blank. */
void yq_record_rows_take_over (YqRecordRows *self);
