/* A spreadsheet into records (instruments, claims made elsewhere) in four steps: choose, map the
 * columns, dry run, result with the error file; an import can be undone as one.  GTK thread only.
 */
#pragma once

#include "frame.h"
#include "import.h"

YqPage *yq_import_page_new (YqFrame *frame, const YqEntity *entity);

/* -- what an import did, kept in the store so that it can be undone (import-log.c) -- */
/* Remembers a batch before its rows are saved. */
gboolean yq_import_log_keep (YqStore *store, const char *batch, const YqEntity *entity,
                             YqImport *import, GError **error);
/* The newest batch that can still be undone, or NULL; free it. */
char *yq_import_log_last (YqStore *store);
/* Why it cannot be undone now (some rows have been decided on), or NULL; free it. */
char *yq_import_log_check (YqStore *store, const char *batch);
/* Deletes what it made, gives changed records their earlier values back where nobody changed them
 * since; the batch before it becomes the newest.  What is on its way to the server may be: it
 * arrives, and is then taken back.  finish answers how many rows, -1 on error. */
void yq_import_log_undo_async (YqStore *store, YqOutbox *outbox, const char *batch,
                               GAsyncReadyCallback callback, gpointer user_data);
int yq_import_log_undo_finish (GAsyncResult *result, GError **error);
