/* Spreadsheets on disk: XLSX and CSV, read and written row by row in little memory.  Any thread; a
 * file of many rows belongs in a worker. */
#pragma once

#include <gio/gio.h>

#define YQ_SHEET_ERROR (yq_sheet_error_quark ())
typedef enum
{
  YQ_SHEET_ERROR_FILE,    /* cannot be opened, read or written */
  YQ_SHEET_ERROR_FORMAT,  /* no spreadsheet, or a broken one */
  YQ_SHEET_ERROR_OLD,     /* .xls, or protected by a password */
  YQ_SHEET_ERROR_TOO_BIG, /* more than any honest file holds */
} YqSheetError;
GQuark yq_sheet_error_quark (void);

/* -- reading: the kind is seen from the content -- */
/* One row that holds anything: number as the spreadsheet shows it (from 1), cells as text, "" where
 * empty. Numbers stand as people write them, dates as 2024-03-05, formulas as the value last seen;
 * never evaluated.  Return FALSE to stop, with or without an error. */
typedef gboolean (*YqSheetRowFunc) (guint number, const char *const *cells, guint n_cells,
                                    gpointer user_data, GError **error);
/* The first visible sheet of an XLSX; a CSV in UTF-8 (with or without BOM), GBK/GB 18030 or UTF-16,
 * separated by comma, semicolon or tab. */
gboolean yq_sheet_file_read (const char *path, YqSheetRowFunc row, gpointer user_data,
                             GCancellable *cancellable, GError **error);

/* -- writing: .csv (UTF-8 with BOM), anything else is XLSX -- */
typedef enum
{
  YQ_SHEET_TEXT,
  YQ_SHEET_NUMBER,
  YQ_SHEET_MONEY, /* #,##0.00 */
  YQ_SHEET_DATE,  /* cells are 2024-03-05 */
} YqSheetKind;

typedef struct _YqSheetWriter YqSheetWriter;

/* Nothing stands at path before yq_sheet_writer_finish(). */
YqSheetWriter *yq_sheet_writer_new (const char *path, GError **error);
/* All columns before the first row; width in characters, 0 by the heading. */
void yq_sheet_writer_add_column (YqSheetWriter *self, const char *heading, YqSheetKind kind,
                                 guint width);
/* One text per column, NULL is empty.  What is no number or date in such a column is written as
 * text; text that begins with = + - @ stays text. */
gboolean yq_sheet_writer_add_row (YqSheetWriter *self, const char *const *cells, GError **error);
gboolean yq_sheet_writer_finish (YqSheetWriter *self, GError **error);
void yq_sheet_writer_free (YqSheetWriter *self); /* unfinished: nothing is left */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqSheetWriter, yq_sheet_writer_free)
