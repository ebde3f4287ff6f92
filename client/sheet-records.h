/* Records to and from spreadsheet files: template, export, import with a dry run.  Any thread, as
 * long as one thread at a time holds the objects. */
#pragma once

#include "import.h"
#include "sheet-file.h"

/* The empty form: one heading per YQ_SHEET field, required ones marked "*". */
gboolean yq_sheet_write_template (const YqEntity *entity, const char *path, GError **error);

/* -- export, record by record -- */
typedef struct _YqSheetExport YqSheetExport;

/* fields are indexes; NULL is the template's.  names may be NULL.  with_state adds the state in
 * words. */
YqSheetExport *yq_sheet_export_new (const YqEntity *entity, const guint *fields, guint n_fields,
                                    gboolean with_state, const YqSheetNames *names,
                                    const char *path, GError **error);
gboolean yq_sheet_export_add (YqSheetExport *self, YqRecord *record, GError **error);
gboolean yq_sheet_export_finish (YqSheetExport *self, GError **error);
void yq_sheet_export_free (YqSheetExport *self); /* unfinished: nothing is left */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqSheetExport, yq_sheet_export_free)

/* -- import -- */
/* Reads the headings only: then yq_import_column_field() shows what was understood. */
gboolean yq_sheet_import_header (YqImport *import, const char *path, GError **error);
/* Reads the whole file into import (headings too where yq_sheet_import_header() was not called). */
gboolean yq_sheet_import_read (YqImport *import, const char *path, GCancellable *cancellable,
                               GError **error);
/* The headings and the bad rows of the same file, with a last column 错误原因. */
gboolean yq_sheet_import_write_bad (YqImport *import, const char *source, const char *path,
                                    GError **error);
