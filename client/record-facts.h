/* A record to read, dense, in one or two columns: for reviewers and for what can no longer be
 * edited. Changed fields are marked and keep their old value beside.  GTK thread only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

#define YQ_TYPE_RECORD_FACTS (yq_record_facts_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordFacts, yq_record_facts, YQ, RECORD_FACTS, GtkWidget)

GtkWidget *yq_record_facts_new (YqStore *store);
/* before may be NULL: what the values were when it was last decided on. */
void yq_record_facts_show (YqRecordFacts *facts, YqRecord *record, const YqValues *before);
/* Leave out empty fields (default TRUE) and these ones ("note|papers", may be NULL). */
void yq_record_facts_set_skip (YqRecordFacts *facts, gboolean empty, const char *fields);
/* A pin button at each field; the reviewer's comments are collected in it. */
void yq_record_facts_set_pinning (YqRecordFacts *facts, gboolean pinning);
void yq_record_facts_show_comments (YqRecordFacts *facts, JsonArray *comments);
/* [{"field","comment"}], NULL where none; free with json_array_unref. */
JsonArray *yq_record_facts_comments (YqRecordFacts *facts);
/* Signal "comments-changed" (). */
