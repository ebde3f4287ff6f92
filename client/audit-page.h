/* What was decided in a reviewer's region: by whom, when, on what and why.  GTK thread only. */
#pragma once

#include "frame.h"
#include "record-table.h"

YqPage *yq_audit_page_new (YqFrame *frame, gpointer user_data);
/* For a table of decisions, before it is mapped: the columns that say how long each took. */
void yq_audit_add_times (YqRecordTable *table);
