/* Reads the first visible sheet of an XLSX workbook: a zip of XML parts, each parsed as a stream,
 * so that neither its size nor what it unpacks to decides how much memory is used. */
#define G_LOG_DOMAIN "yiquan-sheet"

#include "sheet-file-private.h"

#include <gsf/gsf-infile-impl.h>
#include <gsf/gsf-infile-zip.h>
#include <gsf/gsf-input-stdio.h>
#include <gsf/gsf-utils.h>
#include <libxml/parser.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"

#define CHUNK 65536
#define MAX_SMALL_PART (16 * 1024 * 1024) /* workbook, relations, styles */
#define MAX_STRINGS (256 * 1024 * 1024)
#define MAX_SHEET (G_GUINT64_CONSTANT (2) * 1024 * 1024 * 1024)
#define MAX_CELL (1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GsfInput, g_object_unref)

typedef enum
{
  STYLE_PLAIN,
  STYLE_DATE = 1 << 0,
  STYLE_TIME = 1 << 1,
} Style;

typedef struct
{
  GsfInfile *zip;
  GCancellable *cancellable;
  char *workbook; /* names of parts */
  char *sheet;
  char *strings;
  char *styles;
  char *sheet_id;      /* of the relation */
  gboolean is_1904;    /* days are counted from 1904 on */
  GHashTable *formats; /* number of a format -> Style */
  GArray *cell_styles; /* Style per cell style */
  gboolean in_cell_styles;
  GString *texts; /* the shared strings, one behind the other */
  GArray *starts; /* gsize */
} Book;

typedef struct _Part Part;
struct _Part
{
  Book *book;
  const char *name;
  xmlParserCtxt *context;
  GError *error;
  gboolean is_stopped; /* nobody wants more */
  GString *text;       /* of the element that is collected */
  gboolean collects;
  guint in_phonetic;
  /* of the sheet */
  SheetRow *row;
  guint number, column, style;
  char type; /* of the cell: n s i f b e d */
  void (*start) (Part *part, const char *name, const xmlChar **attributes, int n);
  void (*end) (Part *part, const char *name);
};

/* -- one part -- */

static void
stop (Part *part, YqSheetError code, const char *sentence)
{
  if (part->error == NULL)
    g_set_error_literal (&part->error, YQ_SHEET_ERROR, code, sentence);
  xmlStopParser (part->context);
}

/* The value of an attribute and its size; NULL where there is none. */
static const char *
attribute (const xmlChar **attributes, int n, const char *name, gsize *size)
{
  for (int i = 0; i < n; i++)
    if (strcmp ((const char *) attributes[i * 5], name) == 0)
      {
        *size = attributes[i * 5 + 4] - attributes[i * 5 + 3];
        return (const char *) attributes[i * 5 + 3];
      }
  *size = 0;
  return NULL;
}

static char *
dup_attribute (const xmlChar **attributes, int n, const char *name)
{
  gsize size;
  const char *value = attribute (attributes, n, name, &size);

  return value ? g_strndup (value, size) : NULL;
}

static guint
number_attribute (const xmlChar **attributes, int n, const char *name, guint otherwise)
{
  gsize size;
  const char *value = attribute (attributes, n, name, &size);
  guint number = 0;

  if (value == NULL || size == 0 || size > 9)
    return otherwise;
  for (gsize i = 0; i < size; i++)
    {
      if (!g_ascii_isdigit (value[i]))
        return otherwise;
      number = number * 10 + (value[i] - '0');
    }
  return number;
}

static void
element_started_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                    int n_namespaces, const xmlChar **namespaces, int n, int n_defaulted,
                    const xmlChar **attributes)
{
  Part *part = data;

  if (part->error == NULL && !part->is_stopped)
    part->start (part, (const char *) name, attributes, n);
}

static void
element_ended_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  Part *part = data;

  if (part->end != NULL && part->error == NULL && !part->is_stopped)
    part->end (part, (const char *) name);
}

static void
text_seen_cb (void *data, const xmlChar *text, int size)
{
  Part *part = data;

  if (!part->collects)
    return;
  if (part->text->len + size > MAX_CELL)
    stop (part, YQ_SHEET_ERROR_TOO_BIG, _("A cell of the spreadsheet is too long."));
  else
    g_string_append_len (part->text, (const char *) text, size);
}

/* Only an attack puts a document type, and with it entities, into a workbook. */
static void
document_type_seen_cb (void *data, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
  stop (data, YQ_SHEET_ERROR_FORMAT,
        _("The spreadsheet holds what no spreadsheet should: it is not read."));
}

static void
say_nothing_cb (void *data, xmlErrorPtr error)
{
}

/* As gsf_infile_child_by_name(), which warns about every damaged file. */
static GsfInput *
open_child (GsfInput *folder, const char *name)
{
  g_autoptr(GError) error = NULL;

  if (!GSF_IS_INFILE (folder))
    return NULL;
  return GSF_INFILE_CLASS (G_OBJECT_GET_CLASS (folder))
    ->child_by_name (GSF_INFILE (folder), name, &error);
}

static GsfInput *
open_part (Book *book, const char *name)
{
  g_auto(GStrv) steps = g_strsplit (name, "/", -1);
  GsfInput *at = g_object_ref (GSF_INPUT (book->zip));

  for (guint i = 0; at != NULL && steps[i] != NULL; i++)
    if (*steps[i] != '\0')
      {
        g_autoptr(GsfInput) folder = at;

        at = open_child (folder, steps[i]);
      }
  return at;
}

static gboolean
set_damaged (const char *name, GError **error)
{
  g_set_error (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FORMAT,
               _("The spreadsheet is damaged (in its part “%s”)."), name);
  return FALSE;
}

static gboolean
feed (Part *part, GsfInput *input, guint64 limit, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 total = gsf_input_size (input), read = 0;

  if (total > limit)
    {
      g_set_error_literal (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_TOO_BIG,
                           _("The spreadsheet is too big to be read."));
      return FALSE;
    }
  while (read < total && part->error == NULL && !part->is_stopped)
    {
      gsize n = MIN (CHUNK, total - read);

      if (g_cancellable_set_error_if_cancelled (part->book->cancellable, error))
        return FALSE;
      if (gsf_input_read (input, n, buffer) == NULL)
        return set_damaged (part->name, error);
      read += n;
      if (xmlParseChunk (part->context, (const char *) buffer, n, read == total) != 0 &&
          part->error == NULL && !part->is_stopped)
        return set_damaged (part->name, error);
    }
  if (part->error == NULL && !part->is_stopped && (total == 0 || !part->context->wellFormed))
    return set_damaged (part->name, error);
  return TRUE;
}

/* Parses one part as a stream.  A missing one is damage. */
static gboolean
parse_part (Part *part, guint64 limit, GError **error)
{
  static const xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .internalSubset = document_type_seen_cb,
    .startElementNs = element_started_cb,
    .endElementNs = element_ended_cb,
    .characters = text_seen_cb,
    .cdataBlock = text_seen_cb,
    .serror = say_nothing_cb,
  };
  g_autoptr(GsfInput) input = open_part (part->book, part->name);
  gboolean done;

  if (input == NULL)
    return set_damaged (part->name, error);
  part->text = g_string_new (NULL);
  part->context = xmlCreatePushParserCtxt ((xmlSAXHandler *) &handler, part, NULL, 0, NULL);
  xmlCtxtUseOptions (part->context, XML_PARSE_NONET | XML_PARSE_COMPACT);
  done = feed (part, input, limit, error);
  xmlFreeParserCtxt (part->context);
  g_string_free (part->text, TRUE);
  if (!done)
    g_clear_error (&part->error);
  else if (part->error != NULL)
    {
      g_propagate_error (error, part->error);
      done = FALSE;
    }
  return done;
}

/* -- relations and workbook: which part is what -- */

static gboolean
has_part (Book *book, const char *name)
{
  g_autoptr(GsfInput) input = open_part (book, name);

  return input != NULL;
}

/* "../media/x" is no name we follow; "/xl/x" is from the top, "x" beside the part. */
static char *
resolve (const char *beside, const char *target)
{
  g_autofree char *folder = g_path_get_dirname (beside);

  if (*target == '/')
    return g_strdup (target + 1);
  return g_str_equal (folder, ".") ? g_strdup (target) : g_strconcat (folder, "/", target, NULL);
}

static void
root_relation_started (Part *part, const char *name, const xmlChar **attributes, int n)
{
  g_autofree char *type = dup_attribute (attributes, n, "Type");
  g_autofree char *target = dup_attribute (attributes, n, "Target");

  if (g_str_equal (name, "Relationship") && type != NULL && target != NULL &&
      g_str_has_suffix (type, "/officeDocument"))
    {
      g_free (part->book->workbook);
      part->book->workbook = resolve ("", target);
    }
}

static void
workbook_started (Part *part, const char *name, const xmlChar **attributes, int n)
{
  Book *book = part->book;

  if (g_str_equal (name, "workbookPr"))
    {
      g_autofree char *counts = dup_attribute (attributes, n, "date1904");

      book->is_1904 = counts != NULL && (g_str_equal (counts, "1") || g_str_equal (counts, "true"));
    }
  else if (g_str_equal (name, "sheet") && book->sheet_id == NULL)
    {
      g_autofree char *state = dup_attribute (attributes, n, "state");

      if (state == NULL || g_str_equal (state, "visible"))
        book->sheet_id = dup_attribute (attributes, n, "id");
    }
}

static void
relation_started (Part *part, const char *name, const xmlChar **attributes, int n)
{
  Book *book = part->book;
  g_autofree char *type = dup_attribute (attributes, n, "Type");
  g_autofree char *target = dup_attribute (attributes, n, "Target");
  g_autofree char *id = dup_attribute (attributes, n, "Id");
  char **place = NULL;

  if (!g_str_equal (name, "Relationship") || type == NULL || target == NULL)
    return;
  if (g_str_has_suffix (type, "/sharedStrings"))
    place = &book->strings;
  else if (g_str_has_suffix (type, "/styles"))
    place = &book->styles;
  else if (g_str_has_suffix (type, "/worksheet") && g_strcmp0 (id, book->sheet_id) == 0)
    place = &book->sheet;
  if (place != NULL)
    {
      g_free (*place);
      *place = resolve (book->workbook, target);
    }
}

static gboolean
read_workbook (Book *book, GError **error)
{
  Part root = { book, "_rels/.rels", .start = root_relation_started };
  Part workbook = { book, NULL, .start = workbook_started };
  Part relations = { book, NULL, .start = relation_started };
  g_autofree char *name = NULL;
  g_autofree char *base = NULL;

  if (has_part (book, root.name) && !parse_part (&root, MAX_SMALL_PART, error))
    return FALSE;
  if (book->workbook == NULL)
    book->workbook = g_strdup ("xl/workbook.xml");
  if (!g_str_has_suffix (book->workbook, ".xml") || !has_part (book, book->workbook))
    {
      g_set_error_literal (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FORMAT,
                           _("The file is not an XLSX workbook."));
      return FALSE;
    }
  workbook.name = book->workbook;
  if (!parse_part (&workbook, MAX_SMALL_PART, error))
    return FALSE;
  base = g_path_get_basename (book->workbook);
  name = g_strdup_printf ("%.*s_rels/%s.rels", (int) (strlen (book->workbook) - strlen (base)),
                          book->workbook, base);
  relations.name = name;
  if (!parse_part (&relations, MAX_SMALL_PART, error))
    return FALSE;
  if (book->sheet != NULL)
    return TRUE;
  g_set_error_literal (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FORMAT,
                       _("The workbook holds no visible sheet."));
  return FALSE;
}

/* -- styles: which numbers are dates -- */

/* What a format like yyyy"年"m"月"d"日" or [h]:mm shows. */
static Style
style_of_format (const char *format)
{
  Style style = STYLE_PLAIN;
  gboolean has_m = FALSE;

  for (const char *p = format; *p != '\0' && *p != ';'; p++)
    {
      if (*p == '"')
        p = strchr (p + 1, '"') ? strchr (p + 1, '"') : p + strlen (p) - 1;
      else if (strchr ("\\_*", *p) != NULL && p[1] != '\0')
        p++;
      else if (*p == '[' && strchr ("hHmMsS", p[1]) == NULL && strchr (p, ']') != NULL)
        p = strchr (p, ']');
      else if (g_ascii_strncasecmp (p, "AM/PM", 5) == 0)
        p += 4;
      else if (strchr ("yYdDeE", *p) != NULL && p[1] != '+' && p[1] != '-')
        style |= STYLE_DATE;
      else if (strchr ("hHsS", *p) != NULL)
        style |= STYLE_TIME;
      else if (*p == 'm' || *p == 'M')
        has_m = TRUE;
    }
  if (style == STYLE_PLAIN && has_m)
    style = STYLE_DATE;
  return style;
}

static Style
style_of_number (Book *book, guint id)
{
  gpointer known;

  if (g_hash_table_lookup_extended (book->formats, GUINT_TO_POINTER (id), NULL, &known))
    return GPOINTER_TO_UINT (known);
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 50 && id <= 58) || id == 36)
    return STYLE_DATE;
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47))
    return STYLE_TIME;
  return id == 22 ? STYLE_DATE | STYLE_TIME : STYLE_PLAIN;
}

static void
style_started (Part *part, const char *name, const xmlChar **attributes, int n)
{
  Book *book = part->book;

  if (g_str_equal (name, "numFmt"))
    {
      g_autofree char *format = dup_attribute (attributes, n, "formatCode");
      guint id = number_attribute (attributes, n, "numFmtId", 0);

      if (format != NULL && g_ascii_strcasecmp (format, "General") != 0)
        g_hash_table_insert (book->formats, GUINT_TO_POINTER (id),
                             GUINT_TO_POINTER (style_of_format (format)));
    }
  else if (g_str_equal (name, "cellXfs"))
    book->in_cell_styles = TRUE;
  else if (g_str_equal (name, "xf") && book->in_cell_styles)
    {
      Style style = style_of_number (book, number_attribute (attributes, n, "numFmtId", 0));

      g_array_append_val (book->cell_styles, style);
    }
}

static void
style_ended (Part *part, const char *name)
{
  if (g_str_equal (name, "cellXfs"))
    part->book->in_cell_styles = FALSE;
}

/* -- shared strings -- */

/* _x000D_ stands for a character that XML cannot hold. */
static void
decode_escapes (GString *text)
{
  char *at = text->str;

  while ((at = strstr (at, "_x")) != NULL)
    {
      gsize offset = at - text->str;
      char letters[7] = "";
      gsize size = 0;

      if (strspn (at + 2, "0123456789abcdefABCDEF") >= 4 && at[6] == '_')
        {
          gunichar c = strtoul ((char[]){ at[2], at[3], at[4], at[5], '\0' }, NULL, 16);

          if (c != 0 && g_unichar_validate (c))
            size = g_unichar_to_utf8 (c, letters);
        }
      if (size > 0)
        {
          g_string_erase (text, offset, 7);
          g_string_insert_len (text, offset, letters, size);
        }
      at = text->str + offset + MAX (size, 1);
    }
}

static void
text_element_started (Part *part, const char *name)
{
  if (g_str_equal (name, "rPh"))
    part->in_phonetic++;
  else if (g_str_equal (name, "t"))
    part->collects = part->in_phonetic == 0;
}

static void
text_element_ended (Part *part, const char *name)
{
  if (g_str_equal (name, "rPh") && part->in_phonetic > 0)
    part->in_phonetic--;
  else if (g_str_equal (name, "t"))
    part->collects = FALSE;
}

static void
string_started (Part *part, const char *name, const xmlChar **attributes, int n)
{
  if (g_str_equal (name, "si"))
    g_string_truncate (part->text, 0);
  else
    text_element_started (part, name);
}

static void
string_ended (Part *part, const char *name)
{
  Book *book = part->book;

  text_element_ended (part, name);
  if (!g_str_equal (name, "si"))
    return;
  decode_escapes (part->text);
  g_array_append_val (book->starts, book->texts->len);
  g_string_append_len (book->texts, part->text->str, part->text->len);
  g_string_append_c (book->texts, '\0');
}

/* -- the sheet -- */

/* "AB12" -> 27 */
static guint
column_of (const char *place, gsize size, guint otherwise)
{
  guint column = 0;
  gsize i = 0;

  for (; i < size && i < 4 && g_ascii_isupper (place[i]); i++)
    column = column * 26 + (place[i] - 'A' + 1);
  return i > 0 && i < 4 ? column - 1 : otherwise;
}

static void
row_started (Part *part, const xmlChar **attributes, int n)
{
  part->number = number_attribute (attributes, n, "r", part->number + 1);
  part->column = 0;
  if (part->number > SHEET_MAX_ROWS)
    stop (part, YQ_SHEET_ERROR_TOO_BIG, _("The spreadsheet has too many rows."));
}

static void
cell_started (Part *part, const xmlChar **attributes, int n)
{
  static const struct
  {
    const char *name;
    char type;
  } types[] = { { "s", 's' }, { "str", 'f' }, { "inlineStr", 'i' },
                { "b", 'b' }, { "e", 'e' },   { "d", 'd' } };
  gsize size;
  const char *place = attribute (attributes, n, "r", &size);

  part->column = column_of (place, size, part->column);
  part->style = number_attribute (attributes, n, "s", 0);
  part->type = 'n';
  g_string_truncate (part->text, 0);
  place = attribute (attributes, n, "t", &size);
  for (guint i = 0; place != NULL && i < G_N_ELEMENTS (types); i++)
    if (strlen (types[i].name) == size && strncmp (types[i].name, place, size) == 0)
      part->type = types[i].type;
}

static void
sheet_started (Part *part, const char *name, const xmlChar **attributes, int n)
{
  if (g_str_equal (name, "row"))
    row_started (part, attributes, n);
  else if (g_str_equal (name, "c"))
    cell_started (part, attributes, n);
  else if (g_str_equal (name, "v"))
    part->collects = TRUE;
  else
    text_element_started (part, name);
}

/* Excel's day number as a date, a time, or both. */
static void
date_to_text (Book *book, double serial, Style style, GString *text)
{
  gint64 seconds = (gint64) (serial * 86400 + 0.5);
  gint64 day = seconds / 86400;
  int of_day = seconds % 86400;
  g_autofree char *date = NULL;

  if (book->is_1904)
    day += 1462;
  else if (day < 60)
    day++; /* Excel believes in 29 February 1900 */
  date = yq_date_add_days ("1899-12-30", day);
  g_string_truncate (text, 0);
  if (style & STYLE_DATE)
    g_string_append (text, date != NULL ? date : "");
  if ((style & STYLE_TIME) && (of_day > 0 || !(style & STYLE_DATE)))
    g_string_append_printf (text, "%s%02d:%02d:%02d", text->len > 0 ? " " : "", of_day / 3600,
                            of_day / 60 % 60, of_day % 60);
}

/* 12345.600000000001 is what a program makes of 12345.6: fifteen digits are meant. */
static void
number_to_text (Part *part)
{
  GString *text = part->text;
  GArray *styles = part->book->cell_styles;
  Style style =
    part->style < styles->len ? g_array_index (styles, Style, part->style) : STYLE_PLAIN;
  char *end;
  double value = g_ascii_strtod (text->str, &end);

  if (text->len == 0 || *end != '\0' || !isfinite (value))
    return;
  if (style != STYLE_PLAIN && value >= 0 && value < 2958466)
    date_to_text (part->book, value, style, text);
  else if (strspn (text->str, "-0123456789") < text->len)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (digits, sizeof digits, "%.15g", value);
      if (strchr (digits, 'e') == NULL)
        g_string_assign (text, digits);
      else if (fabs (value) >= 1)
        g_string_printf (text, "%.0f", value);
    }
}

static void
cell_ended (Part *part)
{
  Book *book = part->book;
  const char *text = part->text->str;
  gsize size = part->text->len;

  if (part->type == 'n')
    {
      number_to_text (part);
      text = part->text->str;
      size = part->text->len;
    }
  else if (part->type == 's')
    {
      guint64 i = size > 0 ? g_ascii_strtoull (text, NULL, 10) : G_MAXUINT64;

      text = i < book->starts->len ? book->texts->str + g_array_index (book->starts, gsize, i) : "";
      size = strlen (text);
    }
  else if (part->type == 'b')
    {
      text = g_str_equal (text, "1") ? "TRUE" : "FALSE";
      size = strlen (text);
    }
  else
    {
      decode_escapes (part->text);
      text = part->text->str;
      size = part->text->len;
    }
  if (!sheet_row_add (part->row, part->column++, text, size))
    stop (part, YQ_SHEET_ERROR_TOO_BIG, _("The spreadsheet has too many columns."));
}

static void
sheet_ended (Part *part, const char *name)
{
  if (g_str_equal (name, "v"))
    part->collects = FALSE;
  else if (g_str_equal (name, "c"))
    cell_ended (part);
  else if (g_str_equal (name, "row"))
    {
      if (!sheet_row_emit (part->row, part->number, &part->error))
        {
          part->is_stopped = TRUE;
          xmlStopParser (part->context);
        }
    }
  else
    text_element_ended (part, name);
}

/* -- the whole -- */

static gboolean
read_book (Book *book, SheetRow *row, GError **error)
{
  Part styles = { book, NULL, .start = style_started, .end = style_ended };
  Part strings = { book, NULL, .start = string_started, .end = string_ended };
  Part sheet = { book, NULL, .start = sheet_started, .end = sheet_ended, .row = row };

  if (!read_workbook (book, error))
    return FALSE;
  styles.name = book->styles;
  if (styles.name != NULL && has_part (book, styles.name) &&
      !parse_part (&styles, MAX_SMALL_PART, error))
    return FALSE;
  strings.name = book->strings;
  if (strings.name != NULL && has_part (book, strings.name) &&
      !parse_part (&strings, MAX_STRINGS, error))
    return FALSE;
  sheet.name = book->sheet;
  return parse_part (&sheet, MAX_SHEET, error);
}

static void
clear_book (Book *book)
{
  g_clear_object (&book->zip);
  g_free (book->workbook);
  g_free (book->sheet);
  g_free (book->strings);
  g_free (book->styles);
  g_free (book->sheet_id);
  g_hash_table_unref (book->formats);
  g_array_unref (book->cell_styles);
  g_string_free (book->texts, TRUE);
  g_array_unref (book->starts);
}

static gpointer
start_libraries (gpointer data)
{
  gsf_init ();
  xmlInitParser ();
  return NULL;
}

gboolean
sheet_xlsx_read (const char *path, SheetRow *row, GCancellable *cancellable, GError **error)
{
  static GOnce once = G_ONCE_INIT;
  g_autoptr(GsfInput) input = NULL;
  g_autoptr(GError) why = NULL;
  Book book = { .cancellable = cancellable };
  gboolean done = FALSE;

  g_once (&once, start_libraries, NULL);
  book.formats = g_hash_table_new (NULL, NULL);
  book.cell_styles = g_array_new (FALSE, FALSE, sizeof (Style));
  book.texts = g_string_new (NULL);
  book.starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  if ((input = gsf_input_stdio_new (path, &why)) != NULL)
    book.zip = gsf_infile_zip_new (input, &why);
  if (book.zip != NULL)
    done = read_book (&book, row, error);
  else
    g_set_error (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FORMAT,
                 _("The spreadsheet is damaged or cut off: %s"), why ? why->message : path);
  clear_book (&book);
  return done;
}
