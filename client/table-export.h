/* Writes what a table shows into a spreadsheet, a piece at a time, with progress and cancel.  GTK
 * thread only. */
#pragma once

#include "table-columns.h"

/* Asks for a file, then writes every record of the list with the shown columns. */
void yq_table_export (GtkWidget *parent, YqRecordList *list, YqTableColumns *columns,
                      const char *name);
/* The writing itself; FALSE with an error.  Keeps the main loop running between pieces. */
gboolean yq_table_export_to (YqRecordList *list, YqTableColumns *columns, const char *path,
                             GCancellable *cancellable,
                             void (*progress) (guint done, guint total, gpointer),
                             gpointer user_data, GError **error);
