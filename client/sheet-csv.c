/* Reads CSV as spreadsheet programs write it, in the encodings that occur here. */
#define G_LOG_DOMAIN "yiquan-sheet"

#include "sheet-file-private.h"

#include <string.h>

#include "text.h"

#define CHUNK 65536
#define MAX_CELL (1024 * 1024)

/* What an encoding is called by iconv and by its first bytes; NULL is UTF-8. */
typedef struct
{
  const char *charset;
  gsize mark; /* bytes of the byte order mark, to be skipped */
} Encoding;

typedef enum
{
  AT_START, /* of a cell */
  IN_PLAIN,
  IN_QUOTES,
  AT_QUOTE, /* inside quotes: its end, or half of two */
} State;

typedef struct
{
  SheetRow *row;
  State state;
  char separator;
  GString *cell;
  guint column;
  guint number;    /* of the row */
  guint quote_row; /* where the open quote began */
  gboolean is_stopped;
} Parser;

/* -- encodings -- */

static GInputStream *
open_stream (const char *path, const Encoding *encoding, GError **error)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFileInputStream) bytes = g_file_read (file, NULL, error);
  g_autoptr(GCharsetConverter) converter = NULL;

  if (bytes == NULL ||
      !g_seekable_seek (G_SEEKABLE (bytes), encoding->mark, G_SEEK_SET, NULL, error))
    return NULL;
  if (encoding->charset == NULL)
    return G_INPUT_STREAM (g_steal_pointer (&bytes));
  if (!(converter = g_charset_converter_new ("UTF-8", encoding->charset, error)))
    return NULL;
  return g_converter_input_stream_new (G_INPUT_STREAM (bytes), G_CONVERTER (converter));
}

/* Is all of it well-formed text in this encoding?  An error other than that is set. */
static gboolean
is_encoded_so (const char *path, const Encoding *encoding, GCancellable *cancellable,
               GError **error)
{
  g_autofree char *buffer = g_malloc (CHUNK + 8);
  g_autoptr(GError) why = NULL;
  g_autoptr(GInputStream) stream = open_stream (path, encoding, error);
  gsize left = 0;
  gssize n;

  if (stream == NULL)
    return FALSE;
  while ((n = g_input_stream_read (stream, buffer + left, CHUNK, cancellable, &why)) > 0)
    {
      const char *end;

      left += n;
      if (g_utf8_validate_len (buffer, left, &end))
        {
          left = 0;
          continue;
        }
      left -= end - buffer;
      if (left >= 4 || g_utf8_get_char_validated (end, left) != (gunichar) -2)
        return FALSE;
      memmove (buffer, end, left); /* the character goes on in the next chunk */
    }
  if (n < 0 && !g_error_matches (why, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) &&
      !g_error_matches (why, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    g_propagate_error (error, g_steal_pointer (&why));
  return n == 0 && left == 0;
}

/* By the byte order mark, or whatever the whole file is well-formed in. */
static gboolean
find_encoding (const char *path, Encoding *encoding, GCancellable *cancellable, GError **error)
{
  static const struct
  {
    const char *mark;
    gsize size;
    const char *charset;
  } marks[] = {
    { "\xef\xbb\xbf", 3, NULL },   { "\xff\xfe", 2, "UTF-16LE" },
    { "\xfe\xff", 2, "UTF-16BE" }, { "", 0, NULL },
    { "", 0, "GB18030" },
  };
  g_autoptr(GError) why = NULL;
  g_autoptr(GInputStream) stream = open_stream (path, &(Encoding){ NULL, 0 }, &why);
  char head[3] = "";

  if (stream != NULL)
    g_input_stream_read_all (stream, head, sizeof head, NULL, NULL, NULL);
  for (guint i = 0; why == NULL && i < G_N_ELEMENTS (marks); i++)
    {
      *encoding = (Encoding){ marks[i].charset, marks[i].size };
      if (memcmp (head, marks[i].mark, marks[i].size) == 0 &&
          is_encoded_so (path, encoding, cancellable, &why))
        return TRUE;
    }
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    g_set_error_literal (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FORMAT,
                         _("The file is neither a spreadsheet nor text in UTF-8 or GBK."));
  return FALSE;
}

/* -- cells -- */

static gboolean
fail (Parser *parser, YqSheetError code, const char *sentence, GError **error)
{
  g_set_error (error, YQ_SHEET_ERROR, code, _("Row %u: %s"), parser->number, sentence);
  return FALSE;
}

/* What we write as '=1+1 so that no program takes it for a formula is =1+1. */
static void
unguard (GString *cell)
{
  gsize marks = strspn (cell->str, "'");

  if (marks > 0 && cell->str[marks] != '\0' && strchr ("=+-@\t\r", cell->str[marks]) != NULL)
    g_string_erase (cell, 0, 1);
}

static gboolean
end_cell (Parser *parser, GError **error)
{
  unguard (parser->cell);
  if (!sheet_row_add (parser->row, parser->column++, parser->cell->str, parser->cell->len))
    return fail (parser, YQ_SHEET_ERROR_TOO_BIG, _("There are too many columns."), error);
  g_string_truncate (parser->cell, 0);
  parser->state = AT_START;
  return TRUE;
}

/* FALSE: an error, or the reader has seen enough. */
static gboolean
end_row (Parser *parser, GError **error)
{
  if (!end_cell (parser, error))
    return FALSE;
  parser->is_stopped = !sheet_row_emit (parser->row, parser->number, error);
  parser->number++;
  parser->column = 0;
  return !parser->is_stopped;
}

static gboolean
parse_char (Parser *parser, char c, GError **error)
{
  if (c == '\0')
    return fail (parser, YQ_SHEET_ERROR_FORMAT, _("This is not text."), error);
  if (parser->state == IN_QUOTES && c != '"')
    {
      if (parser->cell->len >= MAX_CELL)
        return fail (parser, YQ_SHEET_ERROR_TOO_BIG, _("A cell is too long."), error);
      g_string_append_c (parser->cell, c);
    }
  else if (c == '"' && parser->state == AT_START)
    {
      parser->state = IN_QUOTES;
      parser->quote_row = parser->number;
    }
  else if (c == '"' && parser->state == IN_QUOTES)
    parser->state = AT_QUOTE;
  else if (c == '"' && parser->state == AT_QUOTE)
    {
      g_string_append_c (parser->cell, '"');
      parser->state = IN_QUOTES;
    }
  else if (c == parser->separator)
    return end_cell (parser, error);
  else if (c == '\n')
    return end_row (parser, error);
  else if (c != '\r')
    {
      if (parser->cell->len >= MAX_CELL)
        return fail (parser, YQ_SHEET_ERROR_TOO_BIG, _("A cell is too long."), error);
      g_string_append_c (parser->cell, c);
      parser->state = IN_PLAIN;
    }
  return TRUE;
}

/* The separator that the first line has most of, outside quotes. */
static char
guess_separator (const char *text, gsize size)
{
  static const char candidates[] = ",;\t";
  guint counts[3] = { 0 };
  gboolean quoted = FALSE;
  guint best = 0;

  for (gsize i = 0; i < size && (quoted || text[i] != '\n'); i++)
    {
      const char *found = text[i] != '\0' ? strchr (candidates, text[i]) : NULL;

      if (text[i] == '"')
        quoted = !quoted;
      else if (!quoted && found != NULL)
        counts[found - candidates]++;
    }
  for (guint i = 1; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > counts[best])
      best = i;
  return candidates[best];
}

/* "sep=;" in the first line is an order to spreadsheet programs, no row.  How many bytes it takes.
 */
static gsize
take_separator_line (Parser *parser, const char *text, gsize size)
{
  gsize end = 5;

  if (size < 6 || strncmp (text, "sep=", 4) != 0)
    return 0;
  if (text[end] == '\r')
    end++;
  if (end >= size || text[end] != '\n')
    return 0;
  parser->separator = text[4];
  parser->number++;
  return end + 1;
}

static gboolean
parse_chunk (Parser *parser, const char *text, gsize size, GError **error)
{
  gsize i = 0;

  if (parser->separator == '\0')
    {
      parser->separator = guess_separator (text, size);
      i = take_separator_line (parser, text, size);
    }
  for (; i < size; i++)
    if (!parse_char (parser, text[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
parse_stream (Parser *parser, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autofree char *buffer = g_malloc (CHUNK);
  gsize n;

  do
    {
      /* The whole first chunk at once: the separator is guessed from it. */
      if (!g_input_stream_read_all (stream, buffer, CHUNK, &n, cancellable, error))
        return FALSE;
      if (n > 0 && !parse_chunk (parser, buffer, n, error))
        return FALSE;
    }
  while (n == CHUNK);
  if (parser->state == IN_QUOTES)
    {
      parser->number = parser->quote_row;
      return fail (parser, YQ_SHEET_ERROR_FORMAT, _("A quotation mark is opened and never closed."),
                   error);
    }
  return parser->cell->len == 0 && parser->column == 0 ? TRUE : end_row (parser, error);
}

gboolean
sheet_csv_read (const char *path, SheetRow *row, GCancellable *cancellable, GError **error)
{
  g_autoptr(GInputStream) stream = NULL;
  g_autoptr(GError) why = NULL;
  Parser parser = { .row = row, .number = 1 };
  Encoding encoding;
  gboolean done;

  if (!find_encoding (path, &encoding, cancellable, error) ||
      !(stream = open_stream (path, &encoding, error)))
    return FALSE;
  parser.cell = g_string_new (NULL);
  done = parse_stream (&parser, stream, cancellable, &why);
  g_string_free (parser.cell, TRUE);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else if (parser.is_stopped)
    done = TRUE;
  return done;
}
