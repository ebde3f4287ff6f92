/* A spreadsheet into the catalogue in four steps: choose, map the columns, dry run, result with the
 * error file; an import can be undone as one.  GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_import_page_new (YqFrame *frame, const YqEntity *entity);

/* -- what an import did, kept in the store so that it can be undone (import-log.c) -- */
/* Remembers a batch: ids of new records, and of changed ones with their earlier values. */
gboolean yq_import_log_keep (YqStore *store, const char *batch, const YqEntity *entity,
                             GPtrArray *created, GPtrArray *before, GError **error);
/* The newest batch that can still be undone, or NULL; free it. */
char *yq_import_log_last (YqStore *store);
/* Why it cannot be undone now (some rows have been decided on), or NULL; free it. */
char *yq_import_log_check (YqStore *store, const char *batch);
/* Deletes what it made, gives changed records their earlier values back; answers how many, -1 on
 * error. */
int yq_import_log_undo (YqFrame *frame, const char *batch, GError **error);
