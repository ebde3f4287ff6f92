/* What happened to a record, newest first: from the server while there is a network, else what is
 * known here.  GTK thread only. */
#pragma once

#include "frame.h"

#define YQ_TYPE_RECORD_HISTORY (yq_record_history_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordHistory, yq_record_history, YQ, RECORD_HISTORY, GtkWidget)

GtkWidget *yq_record_history_new (YqFrame *frame, YqRecord *record);
void yq_record_history_reload (YqRecordHistory *history);
