/* Finds out what kind of spreadsheet a file is, and gathers the cells of a row. */
#define G_LOG_DOMAIN "yiquan-sheet"

#include "sheet-file-private.h"

#include <string.h>

#include "text.h"

G_DEFINE_QUARK (yq_sheet_error, yq_sheet_error)

void
sheet_row_init (SheetRow *row, YqSheetRowFunc func, gpointer user_data)
{
  row->text = g_string_sized_new (4096);
  row->starts = g_array_new (FALSE, TRUE, sizeof (gsize));
  row->cells = g_ptr_array_new ();
  row->n_filled = 0;
  row->func = func;
  row->user_data = user_data;
  g_string_append_c (row->text, '\0');
}

void
sheet_row_clear (SheetRow *row)
{
  g_string_free (row->text, TRUE);
  g_array_unref (row->starts);
  g_ptr_array_unref (row->cells);
}

gboolean
sheet_row_add (SheetRow *row, guint column, const char *text, gsize size)
{
  if (size == 0)
    return TRUE;
  if (column >= SHEET_MAX_COLUMNS)
    return FALSE;
  if (column >= row->starts->len)
    g_array_set_size (row->starts, column + 1);
  g_array_index (row->starts, gsize, column) = row->text->len;
  g_string_append_len (row->text, text, size);
  g_string_append_c (row->text, '\0');
  row->n_filled++;
  return TRUE;
}

gboolean
sheet_row_emit (SheetRow *row, guint number, GError **error)
{
  gboolean goes_on = TRUE;

  if (row->n_filled > 0)
    {
      g_ptr_array_set_size (row->cells, 0);
      for (guint i = 0; i < row->starts->len; i++)
        g_ptr_array_add (row->cells, row->text->str + g_array_index (row->starts, gsize, i));
      goes_on = row->func (number, (const char *const *) row->cells->pdata, row->cells->len,
                           row->user_data, error);
    }
  g_string_truncate (row->text, 1);
  g_array_set_size (row->starts, 0);
  row->n_filled = 0;
  return goes_on;
}

/* -- what kind of file -- */

typedef enum
{
  CONTENT_TEXT,
  CONTENT_ZIP,
  CONTENT_OLE,
} Content;

static gboolean
look_at_content (const char *path, Content *content, GError **error)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GError) why = NULL;
  g_autoptr(GFileInputStream) stream = g_file_read (file, NULL, &why);
  char head[8] = "";
  gsize n = 0;

  if (stream == NULL ||
      !g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head, &n, NULL, &why))
    {
      g_set_error (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FILE, _("The file cannot be read: %s"),
                   why->message);
      return FALSE;
    }
  if (n >= 4 && memcmp (head, "PK\3\4", 4) == 0)
    *content = CONTENT_ZIP;
  else if (n == 8 && memcmp (head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
    *content = CONTENT_OLE;
  else
    *content = CONTENT_TEXT;
  return TRUE;
}

gboolean
yq_sheet_file_read (const char *path, YqSheetRowFunc func, gpointer user_data,
                    GCancellable *cancellable, GError **error)
{
  SheetRow row;
  Content content;
  gboolean done = FALSE;

  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!look_at_content (path, &content, error))
    return FALSE;
  if (content == CONTENT_OLE)
    {
      g_set_error_literal (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_OLD,
                           _("This is an old .xls file, or it is protected by a password.  Save it "
                             "as .xlsx without a password."));
      return FALSE;
    }
  sheet_row_init (&row, func, user_data);
  if (content == CONTENT_ZIP)
    done = sheet_xlsx_read (path, &row, cancellable, error);
  else
    done = sheet_csv_read (path, &row, cancellable, error);
  sheet_row_clear (&row);
  return done;
}
