/* Between sheet-file.c and the two kinds of file. */
#pragma once

#include "sheet-file.h"

#define SHEET_MAX_COLUMNS 1024
#define SHEET_MAX_ROWS 1048576

/* The cells of the row that is being read, in one buffer. */
typedef struct
{
  GString *text;  /* begins with the empty cell */
  GArray *starts; /* gsize per column, 0 is empty */
  GPtrArray *cells;
  guint n_filled;
  YqSheetRowFunc func;
  gpointer user_data;
} SheetRow;

void sheet_row_init (SheetRow *row, YqSheetRowFunc func, gpointer user_data);
void sheet_row_clear (SheetRow *row);
/* FALSE where the column is out of bounds. */
gboolean sheet_row_add (SheetRow *row, guint column, const char *text, gsize size);
/* Hands the row over, if it holds anything, and empties it.  FALSE: stop. */
gboolean sheet_row_emit (SheetRow *row, guint number, GError **error);

gboolean sheet_xlsx_read (const char *path, SheetRow *row, GCancellable *cancellable,
                          GError **error);
gboolean sheet_csv_read (const char *path, SheetRow *row, GCancellable *cancellable,
                         GError **error);
