/* Writes spreadsheets row by row: XLSX in constant memory, or CSV. */
#define G_LOG_DOMAIN "yiquan-sheet"

#include <errno.h>
#include <glib/gstdio.h>
#include <gsf/gsf-infile-zip.h>
#include <gsf/gsf-input-stdio.h>
#include <string.h>
#include <xlsxwriter.h>

#include "sheet-file-private.h"

#include "text.h"

#define MAX_TEXT 32767 /* characters in a cell of XLSX */
#define MIN_WIDTH 8
#define MAX_WIDTH 60

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GsfInput, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GsfInfile, g_object_unref)

typedef struct
{
  char *heading;
  YqSheetKind kind;
  guint width;
} Column;

struct _YqSheetWriter
{
  char *path;
  char *part; /* written first, renamed at the end */
  GArray *columns;
  guint n_rows; /* of the present sheet, with its heading */
  gboolean has_begun;
  /* one of them */
  GOutputStream *csv;
  lxw_workbook *book;
  lxw_worksheet *sheet;
  GArray *sizes; /* gint64: bytes of each sheet's rows */
  lxw_format *formats[YQ_SHEET_DATE + 1];
  lxw_format *heading_format;
};

static void
free_column (gpointer data)
{
  g_free (((Column *) data)->heading);
}

static gboolean
set_write_error (const char *why, GError **error)
{
  g_set_error (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FILE, _("The file cannot be written: %s"),
               why);
  return FALSE;
}

static gboolean
take_write_error (GError *why, GError **error)
{
  set_write_error (why->message, error);
  g_error_free (why);
  return FALSE;
}

static void
open_book (YqSheetWriter *self)
{
  /* Rows wait on the disk they are meant for: /tmp may be small, or memory. */
  g_autofree char *dir = g_path_get_dirname (self->path);
  lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = dir };

  self->book = workbook_new_opt (self->part, &options);
  for (guint i = 0; i < G_N_ELEMENTS (self->formats); i++)
    self->formats[i] = workbook_add_format (self->book);
  format_set_num_format (self->formats[YQ_SHEET_TEXT], "@");
  format_set_num_format (self->formats[YQ_SHEET_MONEY], "#,##0.00");
  format_set_num_format (self->formats[YQ_SHEET_DATE], "yyyy-mm-dd");
  self->heading_format = workbook_add_format (self->book);
  format_set_bold (self->heading_format);
  format_set_bottom (self->heading_format, LXW_BORDER_THIN);
  format_set_num_format (self->heading_format, "@");
}

YqSheetWriter *
yq_sheet_writer_new (const char *path, GError **error)
{
  g_autoptr(YqSheetWriter) self = g_new0 (YqSheetWriter, 1);
  g_autofree char *lower = g_ascii_strdown (path, -1);

  self->path = g_strdup (path);
  self->part = g_strconcat (path, ".part", NULL);
  self->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  self->sizes = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_set_clear_func (self->columns, free_column);
  if (g_str_has_suffix (lower, ".csv"))
    {
      g_autoptr(GFile) file = g_file_new_for_path (self->part);
      g_autoptr(GFileOutputStream) out = NULL;
      GError *why = NULL;

      out = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, &why);
      if (out == NULL)
        {
          take_write_error (why, error);
          return NULL;
        }
      self->csv = g_buffered_output_stream_new_sized (G_OUTPUT_STREAM (out), 65536);
    }
  else
    {
      open_book (self);
      if (self->book == NULL)
        {
          set_write_error (g_strerror (ENOMEM), error);
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

void
yq_sheet_writer_add_column (YqSheetWriter *self, const char *heading, YqSheetKind kind, guint width)
{
  Column column = { g_strdup (heading), kind, width };

  g_return_if_fail (!self->has_begun);

  if (width == 0) /* a Chinese character is two wide */
    column.width =
      CLAMP ((strlen (heading) + g_utf8_strlen (heading, -1)) / 2 + 4, MIN_WIDTH, MAX_WIDTH);
  g_array_append_val (self->columns, column);
}

/* -- CSV -- */

/* A spreadsheet program would run =… as a formula; with a mark before it, it does not.  Text that
 * looks marked already gets one more, so that reading gives back what was written. */
static gboolean
needs_guard (const char *text)
{
  char first = text[strspn (text, "'")];

  return first != '\0' && strchr ("=+-@\t\r", first) != NULL;
}

static void
append_csv_cell (GString *line, const char *text, YqSheetKind kind)
{
  gboolean guarded = kind == YQ_SHEET_TEXT && needs_guard (text);

  if (!guarded && strpbrk (text, ",;\"\r\n\t") == NULL)
    {
      g_string_append (line, text);
      return;
    }
  g_string_append (line, guarded ? "\"'" : "\"");
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

static gboolean
write_csv_row (YqSheetWriter *self, const char *const *cells, gboolean is_heading, GError **error)
{
  g_autoptr(GString) line = g_string_new (NULL);
  GError *why = NULL;

  for (guint i = 0; i < self->columns->len; i++)
    {
      if (i > 0)
        g_string_append_c (line, ',');
      append_csv_cell (line, cells[i] ? cells[i] : "",
                       is_heading ? YQ_SHEET_TEXT : g_array_index (self->columns, Column, i).kind);
    }
  g_string_append (line, "\r\n");
  if (g_output_stream_write_all (self->csv, line->str, line->len, NULL, NULL, &why))
    return TRUE;
  return take_write_error (why, error);
}

/* -- XLSX -- */

/* Without what XML cannot hold; "_x0041_" would be read as an escape; at most MAX_TEXT characters.
 */
static char *
cell_text (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));
  guint n = 0;

  for (const char *p = text; *p != '\0' && n < MAX_TEXT - 8; p = g_utf8_next_char (p), n++)
    {
      gunichar c = g_utf8_get_char (p);

      if (*p == '_' && p[1] == 'x' && strspn (p + 2, "0123456789abcdefABCDEF") >= 4 && p[6] == '_')
        {
          g_string_append (out, "_x005F_");
          n += 6;
        }
      else if (c >= 0x20 ? (c != 0xfffe && c != 0xffff) : (c == '\n' || c == '\t'))
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

static lxw_error
write_text (YqSheetWriter *self, guint column, const char *text, lxw_format *format)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *safe = cell_text (valid);

  return worksheet_write_string (self->sheet, self->n_rows, column, safe, format);
}

/* Only what a double holds exactly stays a number. */
static gboolean
read_number (const char *text, double *value)
{
  char *end;

  if (strspn (text, "-0123456789.") != strlen (text) || strlen (text) > 16)
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0';
}

static gboolean
read_day (const char *text, lxw_datetime *day)
{
  char end;

  return strlen (text) == 10 &&
         sscanf (text, "%4d-%2d-%2d%c", &day->year, &day->month, &day->day, &end) == 3 &&
         day->year >= 1901 && day->month >= 1 && day->month <= 12 && day->day >= 1 &&
         day->day <= 31;
}

static lxw_error
write_cell (YqSheetWriter *self, guint column, const char *text)
{
  YqSheetKind kind = g_array_index (self->columns, Column, column).kind;
  lxw_format *format = self->formats[kind];
  lxw_datetime day = { 0 };
  double value;

  if (*text == '\0')
    return LXW_NO_ERROR;
  if ((kind == YQ_SHEET_NUMBER || kind == YQ_SHEET_MONEY) && read_number (text, &value))
    return worksheet_write_number (self->sheet, self->n_rows, column, value, format);
  if (kind == YQ_SHEET_DATE && read_day (text, &day))
    return worksheet_write_datetime (self->sheet, self->n_rows, column, &day, format);
  return write_text (self, column, text, self->formats[YQ_SHEET_TEXT]);
}

static gboolean
check (lxw_error code, GError **error)
{
  return code == LXW_NO_ERROR || set_write_error (lxw_strerror (code), error);
}

/* The library does not look whether its rows could be written. */
static gboolean
check_rows (YqSheetWriter *self, GError **error)
{
  return !ferror (self->sheet->optimize_tmpfile) ||
         set_write_error (_("there is not enough room on the disk"), error);
}

static gboolean
end_sheet (YqSheetWriter *self, GError **error)
{
  gint64 size;

  if (fflush (self->sheet->optimize_tmpfile) != 0)
    return set_write_error (g_strerror (errno), error);
  size = ftell (self->sheet->optimize_tmpfile);
  g_array_append_val (self->sizes, size);
  return check_rows (self, error);
}

static gint64
size_of_sheet (GsfInfile *book, guint number)
{
  g_autofree char *name = g_strdup_printf ("sheet%u.xml", number);
  g_autoptr(GsfInput) sheet = gsf_infile_child_by_vname (book, "xl", "worksheets", name, NULL);

  return sheet != NULL ? gsf_input_size (sheet) : 0;
}

/* … nor whether they arrived in the book whole. */
static gboolean
check_book (YqSheetWriter *self, GError **error)
{
  g_autoptr(GsfInput) input = gsf_input_stdio_new (self->part, NULL);
  g_autoptr(GsfInfile) book = input != NULL ? gsf_infile_zip_new (input, NULL) : NULL;

  for (guint i = 0; i < self->sizes->len; i++)
    if (book == NULL || size_of_sheet (book, i + 1) < g_array_index (self->sizes, gint64, i))
      return set_write_error (_("there is not enough room on the disk"), error);
  return TRUE;
}

static gboolean
begin_sheet (YqSheetWriter *self, GError **error)
{
  if (self->sheet != NULL && !end_sheet (self, error))
    return FALSE;
  self->sheet = workbook_add_worksheet (self->book, NULL);
  self->n_rows = 0;
  for (guint i = 0; i < self->columns->len; i++)
    {
      const Column *column = &g_array_index (self->columns, Column, i);

      worksheet_set_column (self->sheet, i, i, column->width, self->formats[column->kind]);
    }
  worksheet_freeze_panes (self->sheet, 1, 0);
  for (guint i = 0; i < self->columns->len; i++)
    if (!check (write_text (self, i, g_array_index (self->columns, Column, i).heading,
                            self->heading_format),
                error))
      return FALSE;
  self->n_rows = 1;
  return TRUE;
}

static gboolean
write_book_row (YqSheetWriter *self, const char *const *cells, GError **error)
{
  if (self->n_rows >= SHEET_MAX_ROWS && !begin_sheet (self, error))
    return FALSE;
  for (guint i = 0; i < self->columns->len; i++)
    if (cells[i] != NULL && !check (write_cell (self, i, cells[i]), error))
      return FALSE;
  self->n_rows++;
  return check_rows (self, error);
}

/* -- both -- */

static gboolean
begin (YqSheetWriter *self, GError **error)
{
  g_autoptr(GPtrArray) headings = g_ptr_array_new ();
  GError *why = NULL;

  self->has_begun = TRUE;
  if (self->book != NULL)
    return begin_sheet (self, error);
  if (!g_output_stream_write_all (self->csv, "\xef\xbb\xbf", 3, NULL, NULL, &why))
    return take_write_error (why, error);
  for (guint i = 0; i < self->columns->len; i++)
    g_ptr_array_add (headings, g_array_index (self->columns, Column, i).heading);
  return write_csv_row (self, (const char *const *) headings->pdata, TRUE, error);
}

gboolean
yq_sheet_writer_add_row (YqSheetWriter *self, const char *const *cells, GError **error)
{
  if (!self->has_begun && !begin (self, error))
    return FALSE;
  return self->book != NULL ? write_book_row (self, cells, error)
                            : write_csv_row (self, cells, FALSE, error);
}

gboolean
yq_sheet_writer_finish (YqSheetWriter *self, GError **error)
{
  GError *why = NULL;

  if (!self->has_begun && !begin (self, error))
    return FALSE;
  if (self->book != NULL)
    {
      lxw_workbook *book;

      if (!end_sheet (self, error))
        return FALSE;
      book = g_steal_pointer (&self->book);
      if (!check (workbook_close (book), error) || !check_book (self, error))
        return FALSE;
    }
  else if (!g_output_stream_close (self->csv, NULL, &why))
    return take_write_error (why, error);
  g_clear_object (&self->csv);
  if (g_rename (self->part, self->path) != 0)
    return set_write_error (g_strerror (errno), error);
  g_clear_pointer (&self->part, g_free);
  return TRUE;
}

void
yq_sheet_writer_free (YqSheetWriter *self)
{
  if (self == NULL)
    return;
  if (self->book != NULL)
    lxw_workbook_free (self->book);
  g_clear_object (&self->csv);
  if (self->part != NULL)
    g_unlink (self->part);
  g_free (self->path);
  g_free (self->part);
  g_array_unref (self->columns);
  g_array_unref (self->sizes);
  g_free (self);
}
