/* Spreadsheet files: both kinds, all encodings, hostile ones, big ones, and records through them.
 */
#define G_LOG_DOMAIN "yiquan-test-sheet"

#include <glib/gstdio.h>
#include <gsf/gsf-outfile-zip.h>
#include <gsf/gsf-output-stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "catalogue.h"
#include "clock.h"
#include "sheet-records.h"

typedef struct
{
  char *dir;
  GPtrArray *rows; /* "number|cell|cell" */
  guint stop_after;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("yiquan-sheet-XXXXXX", NULL);
  fixture->rows = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_ptr_array_unref (fixture->rows);
}

static char *
path_of (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->dir, name, NULL);
}

static gboolean
note_row_cb (guint number, const char *const *cells, guint n_cells, gpointer user_data,
             GError **error)
{
  Fixture *fixture = user_data;
  GString *line = g_string_new (NULL);

  g_string_printf (line, "%u", number);
  for (guint i = 0; i < n_cells; i++)
    g_string_append_printf (line, "|%s", cells[i]);
  g_ptr_array_add (fixture->rows, g_string_free (line, FALSE));
  return fixture->stop_after == 0 || fixture->rows->len < fixture->stop_after;
}

static gboolean
read_file (Fixture *fixture, const char *path, GError **error)
{
  g_ptr_array_set_size (fixture->rows, 0);
  return yq_sheet_file_read (path, note_row_cb, fixture, NULL, error);
}

static void
check_rows (Fixture *fixture, const char *path, const char *const *expected, guint n)
{
  g_autoptr(GError) error = NULL;

  read_file (fixture, path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < MIN (n, fixture->rows->len); i++)
    g_assert_cmpstr (fixture->rows->pdata[i], ==, expected[i]);
  g_assert_cmpuint (fixture->rows->len, ==, n);
}

#define CHECK_ROWS(fixture, path, ...)                             \
  check_rows (fixture, path, (const char *const[]){ __VA_ARGS__ }, \
              G_N_ELEMENTS (((const char *const[]){ __VA_ARGS__ })))

/* -- CSV -- */

static char *
write_bytes (Fixture *fixture, const char *name, const char *bytes, gssize size)
{
  g_autoptr(GError) error = NULL;
  char *path = path_of (fixture, name);

  g_unlink (path); /* without flags, what is longer would keep its tail */
  g_file_set_contents_full (path, bytes, size, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  return path;
}

static char *
write_encoded (Fixture *fixture, const char *text, const char *charset, const char *mark)
{
  g_autoptr(GError) error = NULL;
  gsize size;
  g_autofree char *encoded = g_convert (text, -1, charset, "UTF-8", NULL, &size, &error);
  g_autoptr(GString) bytes = g_string_new (mark);

  g_assert_no_error (error);
  g_string_append_len (bytes, encoded, size);
  return write_bytes (fixture, "encoded.csv", bytes->str, bytes->len);
}

static void
test_csv_encodings (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *charset, *mark;
  } encodings[] = { { "UTF-8", "" },   { "UTF-8", "\xef\xbb\xbf" }, { "GBK", "" },
                    { "GB18030", "" }, { "UTF-16LE", "\xff\xfe" },  { "UTF-16BE", "\xfe\xff" } };

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      g_autofree char *path =
        write_encoded (fixture, "仪器编号,仪器名称\r\nA-1,场发射扫描电镜\r\nA-2,联通\r\n",
                       encodings[i].charset, encodings[i].mark);

      CHECK_ROWS (fixture, path, "1|仪器编号|仪器名称", "2|A-1|场发射扫描电镜", "3|A-2|联通");
    }
}

static void
test_csv_characters_across_chunks (Fixture *fixture, gconstpointer data)
{
  for (guint shift = 0; shift < 4; shift++)
    {
      g_autoptr(GString) text = g_string_new ("x,y\n");
      g_autofree char *path = NULL;
      const char *row;

      for (guint i = 0; i < shift; i++)
        g_string_append_c (text, 'a');
      while (text->len < 200000)
        g_string_append (text, "电镜𠮷");
      path = write_encoded (fixture, text->str, "GB18030", "");
      g_assert_true (read_file (fixture, path, NULL));
      row = fixture->rows->pdata[1];
      g_assert_cmpstr (row + 2, ==, text->str + 4);
      g_free (path);
      path = write_encoded (fixture, text->str, "UTF-8", "");
      g_assert_true (read_file (fixture, path, NULL));
      row = fixture->rows->pdata[1];
      g_assert_cmpstr (row + 2, ==, text->str + 4);
    }
}

static void
test_csv_quotes_and_separators (Fixture *fixture, gconstpointer data)
{
  g_autofree char *comma = write_bytes (
    fixture, "a.csv",
    "a,b,c\n\"x,1\",\"say \"\"hi\"\"\",\"two\r\nlines\"\n\n,,\n,last,\n5\" nut,'q,\"\"", -1);
  g_autofree char *semicolon = write_bytes (fixture, "b.csv", "a;b,c;d\n1,5;2;3\n", -1);
  g_autofree char *tab = write_bytes (fixture, "c.txt", "a\tb\n1\t2", -1);
  g_autofree char *order = write_bytes (fixture, "d.csv", "sep=|\r\na|b,c,d\r\n1|2\r\n", -1);
  g_autofree char *empty = write_bytes (fixture, "e.csv", "", -1);

  CHECK_ROWS (fixture, comma, "1|a|b|c", "2|x,1|say \"hi\"|two\r\nlines", "5||last",
              "6|5\" nut|'q");
  CHECK_ROWS (fixture, semicolon, "1|a|b,c|d", "2|1,5|2|3");
  CHECK_ROWS (fixture, tab, "1|a|b", "2|1|2");
  CHECK_ROWS (fixture, order, "2|a|b,c,d", "3|1|2");
  check_rows (fixture, empty, NULL, 0);
}

static void
check_refused (Fixture *fixture, const char *path, YqSheetError code)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (read_file (fixture, path, &error));
  g_assert_error (error, YQ_SHEET_ERROR, (int) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_csv_broken (Fixture *fixture, gconstpointer data)
{
  g_autofree char *open = write_bytes (fixture, "a.csv", "a,b\n1,\"never closed\n2,3\n", -1);
  g_autofree char *zeros = write_bytes (fixture, "b.csv", "a,b\n1,\0\n", 8);
  g_autofree char *bytes = write_bytes (fixture, "c.csv", "a,\xff\xff\xff\n", -1);
  g_autofree char *marked = write_bytes (fixture, "d.csv", "\xef\xbb\xbf\xd2\xbb,\xff\n", -1);
  g_autofree char *missing = path_of (fixture, "none.csv");
  g_autoptr(GString) wide = g_string_new (NULL);
  g_autofree char *columns = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append (wide, "x,");
  columns = write_bytes (fixture, "e.csv", wide->str, -1);
  check_refused (fixture, open, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, zeros, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, bytes, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, marked, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, columns, YQ_SHEET_ERROR_TOO_BIG);
  check_refused (fixture, missing, YQ_SHEET_ERROR_FILE);
}

/* -- XLSX made by hand -- */

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

typedef struct
{
  const char *name;
  const char *text;
} ZipPart;

static char *
write_zip (Fixture *fixture, const char *name, const ZipPart *parts)
{
  char *path = path_of (fixture, name);
  GsfOutput *sink = gsf_output_stdio_new (path, NULL);
  GsfOutfile *zip = gsf_outfile_zip_new (sink, NULL);

  for (; parts->name != NULL; parts++)
    {
      g_auto(GStrv) steps = g_strsplit (parts->name, "/", -1);
      GsfOutput *at = g_object_ref (GSF_OUTPUT (zip));

      for (guint i = 0; steps[i] != NULL; i++)
        {
          GsfOutput *child =
            gsf_outfile_new_child (GSF_OUTFILE (at), steps[i], steps[i + 1] != NULL);

          g_object_unref (at);
          at = child;
        }
      gsf_output_write (at, strlen (parts->text), (const guint8 *) parts->text);
      gsf_output_close (at);
      g_object_unref (at);
    }
  gsf_output_close (GSF_OUTPUT (zip));
  g_object_unref (zip);
  g_object_unref (sink);
  return path;
}

static const char root_rels[] =
  XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
      "<Relationship Id=\"r1\" Type=\"" TYPE
      "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char workbook[] =
  XML "<workbook xmlns:r=\"" TYPE "\"><workbookPr/><sheets>"
      "<sheet name=\"hidden\" sheetId=\"1\" state=\"hidden\" r:id=\"r9\"/>"
      "<sheet name=\"仪器\" sheetId=\"2\" r:id=\"r1\"/></sheets></workbook>";
static const char workbook_1904[] =
  XML "<workbook xmlns:r=\"" TYPE "\"><workbookPr date1904=\"1\"/><sheets>"
      "<sheet name=\"a\" sheetId=\"2\" r:id=\"r1\"/></sheets></workbook>";
static const char workbook_rels[] =
  XML "<Relationships><Relationship Id=\"r9\" Type=\"" TYPE
      "/worksheet\" Target=\"worksheets/hidden.xml\"/>"
      "<Relationship Id=\"r1\" Type=\"" TYPE "/worksheet\" Target=\"/xl/worksheets/sheet1.xml\"/>"
      "<Relationship Id=\"r2\" Type=\"" TYPE "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
      "<Relationship Id=\"r3\" Type=\"" TYPE "/styles\" Target=\"styles.xml\"/></Relationships>";
static const char styles[] = XML
  "<styleSheet><numFmts><numFmt numFmtId=\"176\" "
  "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@\"/>"
  "<numFmt numFmtId=\"177\" formatCode=\"[Red]#,##0.00&quot;days&quot;\"/>"
  "<numFmt numFmtId=\"178\" formatCode=\"h:mm:ss AM/PM\"/></numFmts>"
  "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
  "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"176\"/><xf numFmtId=\"177\"/>"
  "<xf numFmtId=\"22\"/><xf numFmtId=\"178\"/><xf numFmtId=\"9\"/></cellXfs></styleSheet>";
static const char strings[] = XML "<sst><si><t>编号</t></si><si><r><t>扫描</t></r><r><rPr/"
                                  "><t>电镜</t></r><rPh><t>saomiao</t></rPh></si>"
                                  "<si><t xml:space=\"preserve\">a &amp; b_x000A_c</t></si></sst>";

static char *
write_book (Fixture *fixture, const char *name, const char *book, const char *sheet)
{
  const ZipPart parts[] = { { "_rels/.rels", root_rels },
                            { "xl/workbook.xml", book },
                            { "xl/_rels/workbook.xml.rels", workbook_rels },
                            { "xl/styles.xml", styles },
                            { "xl/sharedStrings.xml", strings },
                            { "xl/worksheets/sheet1.xml", sheet },
                            { NULL } };

  return write_zip (fixture, name, parts);
}

static void
test_xlsx_cells (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_book (
    fixture, "a.xlsx", workbook,
    XML "<worksheet><sheetData>"
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c><c "
        "t=\"s\"><v>2</v></c></row>"
        "<row r=\"3\"><c r=\"A3\"><v>12345.600000000001</v></c><c r=\"B3\"><v>1.23E+5</v></c>"
        "<c r=\"C3\"><v>20190001234567890</v></c><c r=\"D3\"><v>-0.5</v></c></row>"
        "<row><c s=\"1\"><v>45356</v></c><c s=\"2\"><v>45356</v></c><c s=\"3\"><v>45356</v></c>"
        "<c s=\"4\"><v>45356.604166666664</v></c><c s=\"5\"><v>0.5</v></c><c "
        "s=\"6\"><v>0.5</v></c></row>"
        "<row r=\"6\"><c t=\"str\"><f>A1&amp;\"x\"</f><v>编号x</v></c><c><f>1/0</f><v></v></c>"
        "<c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c><c t=\"b\"><v>1</v></c>"
        "<c t=\"inlineStr\"><is><r><t>行</t></r><r><t>内</t></r></is></c><c "
        "t=\"d\"><v>2024-03-05</v></c>"
        "<c t=\"s\"><v>99</v></c></row>"
        "<row r=\"7\"><c r=\"A7\" s=\"1\"/><c r=\"XFD7\" s=\"1\"/></row>"
        "<row r=\"8\"><c r=\"A8\" s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c><c "
        "s=\"1\"><v>61</v></c></row>"
        "</sheetData></worksheet>");
  g_autofree char *other = write_book (
    fixture, "b.xlsx", workbook_1904,
    XML "<worksheet><sheetData><row><c s=\"1\"><v>43894</v></c></row></sheetData></worksheet>");

  CHECK_ROWS (fixture, path, "1|编号||扫描电镜|a & b\nc", "3|12345.6|123000|20190001234567890|-0.5",
              "4|2024-03-05|2024-03-05|45356|2024-03-05 14:30:00|12:00:00|0.5",
              "6|编号x||#DIV/0!|TRUE|行内|2024-03-05", "8|1900-01-01|1900-02-28|1900-03-01");
  CHECK_ROWS (fixture, other, "1|2024-03-05");
}

static void
test_reading_can_stop (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GString) sheet = g_string_new (XML "<worksheet><sheetData>");
  g_autoptr(GString) csv = g_string_new (NULL);
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < 10000; i++)
    {
      g_string_append (sheet, "<row><c><v>1</v></c></row>");
      g_string_append (csv, "1,2\n");
    }
  path = write_book (fixture, "a.xlsx", workbook, sheet->str); /* not even closed */
  text = write_bytes (fixture, "a.csv", csv->str, -1);
  fixture->stop_after = 3;
  CHECK_ROWS (fixture, path, "1|1", "2|1", "3|1");
  CHECK_ROWS (fixture, text, "1|1|2", "2|1|2", "3|1|2");
}

static void
test_cancelling (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = write_book (fixture, "a.xlsx", workbook, XML "<worksheet/>");
  g_autofree char *text = write_bytes (fixture, "a.csv", "1,2\n", -1);
  const char *paths[] = { path, text };

  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (yq_sheet_file_read (paths[i], note_row_cb, fixture, cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* -- hostile files -- */

static glong
peak_kilobytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void
test_entities_are_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *laughs = write_book (
    fixture, "a.xlsx", workbook,
    "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
    "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><worksheet><sheetData><row><c "
    "t=\"str\"><v>&c;</v></c></row>"
    "</sheetData></worksheet>");
  g_autofree char *external = write_book (
    fixture, "b.xlsx", workbook,
    "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
    "<worksheet><sheetData><row><c t=\"str\"><v>&a;</v></c></row></sheetData></worksheet>");
  g_autofree char *unknown = write_book (
    fixture, "c.xlsx", workbook,
    "<worksheet><sheetData><row><c t=\"str\"><v>&a;</v></c></row></sheetData></worksheet>");

  check_refused (fixture, laughs, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, external, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, unknown, YQ_SHEET_ERROR_FORMAT);
  g_assert_cmpuint (fixture->rows->len, ==, 0);
}

/* A text that goes on with filling up to size. */
static char *
fill (const char *head, const char *filling, gsize size)
{
  GString *text = g_string_sized_new (size + 64);

  g_string_append (text, head);
  while (text->len < size)
    g_string_append (text, filling);
  return g_string_free (text, FALSE);
}

/* Much of nothing in one cell, of cells in one row, of shared strings: refused, and never in
 * memory. */
static void
test_bombs_do_not_fill_memory (Fixture *fixture, gconstpointer data)
{
  static const char spaces[] = "                                                                ";
  g_autofree char *long_cell = fill ("<worksheet><row><c t=\"str\"><v>", spaces, 64 << 20);
  g_autofree char *long_row = fill ("<worksheet><row>", "<c><v>1</v></c>", 64 << 20);
  g_autofree char *many_strings = fill ("<sst><si><t>", spaces, 260 << 20);
  const ZipPart parts[] = { { "_rels/.rels", root_rels },
                            { "xl/workbook.xml", workbook },
                            { "xl/_rels/workbook.xml.rels", workbook_rels },
                            { "xl/sharedStrings.xml", many_strings },
                            { "xl/worksheets/sheet1.xml", XML "<worksheet/>" },
                            { NULL } };
  g_autofree char *cell = write_book (fixture, "cell.xlsx", workbook, long_cell);
  g_autofree char *row = write_book (fixture, "row.xlsx", workbook, long_row);
  g_autofree char *shared = write_zip (fixture, "shared.xlsx", parts);
  g_autofree char *text = write_bytes (fixture, "text.csv", long_cell, -1);
  glong before = peak_kilobytes ();

  check_refused (fixture, cell, YQ_SHEET_ERROR_TOO_BIG);
  check_refused (fixture, row, YQ_SHEET_ERROR_TOO_BIG);
  check_refused (fixture, shared, YQ_SHEET_ERROR_TOO_BIG);
  check_refused (fixture, text, YQ_SHEET_ERROR_TOO_BIG);
  g_assert_cmpint (peak_kilobytes () - before, <, 64 * 1024);
}

static void
test_what_is_no_workbook (Fixture *fixture, gconstpointer data)
{
  const ZipPart text_document[] = { { "mimetype", "application/vnd.oasis.opendocument.text" },
                                    { NULL } };
  const ZipPart no_sheet[] = { { "_rels/.rels", root_rels },
                               { "xl/workbook.xml", workbook },
                               { "xl/_rels/workbook.xml.rels", workbook_rels },
                               { NULL } };
  g_autofree char *odt = write_zip (fixture, "a.xlsx", text_document);
  g_autofree char *lost = write_zip (fixture, "b.xlsx", no_sheet);
  g_autofree char *old =
    write_bytes (fixture, "c.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0", 12);
  g_autofree char *garbage = write_bytes (fixture, "d.xlsx", "PK\3\4 and no more", -1);
  g_autofree char *open =
    write_book (fixture, "e.xlsx", workbook, "<worksheet><sheetData><row><c><v>1</v></c></row>");
  g_autofree char *far = write_book (
    fixture, "f.xlsx", workbook,
    "<worksheet><sheetData><row r=\"9999999\"><c><v>1</v></c></row></sheetData></worksheet>");

  check_refused (fixture, odt, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, lost, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, old, YQ_SHEET_ERROR_OLD);
  check_refused (fixture, garbage, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, open, YQ_SHEET_ERROR_FORMAT);
  check_refused (fixture, far, YQ_SHEET_ERROR_TOO_BIG);
}

/* libgsf unrefs the date it could not make of a damaged entry. */
static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  return strstr (message, "g_date_time_unref") == NULL;
}

static void
read_damaged_files (Fixture *fixture)
{
  g_autofree char *path = write_book (fixture, "whole.xlsx", workbook,
                                      XML "<worksheet><sheetData><row><c t=\"s\"><v>1</v></c><c "
                                          "s=\"2\"><v>45356</v></c></row></sheetData></worksheet>");
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize at = 4; at < size; at += 3)
    {
      g_autofree char *cut = write_bytes (fixture, "cut.xlsx", bytes, at);
      g_autoptr(GError) error = NULL;

      g_assert_false (read_file (fixture, cut, &error));
      g_assert_nonnull (error);
    }
  for (gsize at = 4; at < size; at++)
    {
      g_autofree char *other = g_memdup2 (bytes, size);
      g_autofree char *turned = NULL;

      other[at] ^= 0x55;
      turned = write_bytes (fixture, "turned.xlsx", other, size);
      read_file (fixture, turned, NULL);
    }
}

/* Cut anywhere, or with any byte turned over: an error or rows, never a crash. */
static void
test_damage_anywhere (Fixture *fixture, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      g_test_log_set_fatal_handler (is_fatal, NULL);
      read_damaged_files (fixture);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* -- writing -- */

static void
write_table (const char *path)
{
  const char *rows[][4] = {
    { "=1+1", "12345.60", "2024-03-05", "+86 571" },
    { "-x", "-0.05", "", "@sum" },
    { "'=y", "面议", "去年", "a\nb \"c\", _x0041_ \x01" },
    { "010100", "0", "1999-12-31", NULL },
  };
  g_autoptr(GError) error = NULL;
  g_autoptr(YqSheetWriter) writer = yq_sheet_writer_new (path, &error);

  g_assert_no_error (error);
  yq_sheet_writer_add_column (writer, "名称", YQ_SHEET_TEXT, 20);
  yq_sheet_writer_add_column (writer, "金额", YQ_SHEET_MONEY, 0);
  yq_sheet_writer_add_column (writer, "日期", YQ_SHEET_DATE, 0);
  yq_sheet_writer_add_column (writer, "备注", YQ_SHEET_TEXT, 0);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_true (yq_sheet_writer_add_row (writer, rows[i], &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (yq_sheet_writer_finish (writer, &error));
  g_assert_no_error (error);
}

static void
test_what_is_written_is_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *xlsx = path_of (fixture, "a.xlsx");
  g_autofree char *csv = path_of (fixture, "a.CSV");
  g_autofree char *text = NULL;

  write_table (xlsx);
  write_table (csv);
  CHECK_ROWS (fixture, xlsx, "1|名称|金额|日期|备注", "2|=1+1|12345.6|2024-03-05|+86 571",
              "3|-x|-0.05||@sum", "4|'=y|面议|去年|a\nb \"c\", _x0041_ ", "5|010100|0|1999-12-31");
  CHECK_ROWS (fixture, csv, "1|名称|金额|日期|备注", "2|=1+1|12345.60|2024-03-05|+86 571",
              "3|-x|-0.05||@sum", "4|'=y|面议|去年|a\nb \"c\", _x0041_ \x01",
              "5|010100|0|1999-12-31");
  g_assert_true (g_file_get_contents (csv, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "\xef\xbb\xbf名称,金额"));
  g_assert_nonnull (strstr (text, "\"'=1+1\""));
  g_assert_null (strstr (text, "\n=1+1"));
  g_assert_nonnull (strstr (text, ",-0.05,"));
}

static void
test_nothing_is_left_of_an_abandoned_file (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a.xlsx", "a.csv" };
  g_autofree char *nowhere = path_of (fixture, "no/folder/a.xlsx");
  g_autoptr(GError) error = NULL;
  YqSheetWriter *lost;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = path_of (fixture, names[i]);
      YqSheetWriter *writer = yq_sheet_writer_new (path, NULL);
      const char *cells[] = { "x" };

      yq_sheet_writer_add_column (writer, "x", YQ_SHEET_TEXT, 0);
      g_assert_true (yq_sheet_writer_add_row (writer, cells, NULL));
      yq_sheet_writer_free (writer);
    }
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  lost = yq_sheet_writer_new (nowhere, &error);
  if (lost != NULL)
    {
      yq_sheet_writer_add_column (lost, "x", YQ_SHEET_TEXT, 0);
      g_assert_false (yq_sheet_writer_finish (lost, &error));
      yq_sheet_writer_free (lost);
    }
  g_assert_error (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FILE);
  g_assert_cmpint (g_mkdir (fixture->dir, 0700), ==, 0);
}

/* -- records -- */

static YqRecord *
make_prototype (void)
{
  YqRecord *prototype = yq_record_new (&yq_instrument, NULL);

  yq_record_set_carrier (prototype, "01890000-0000-7000-8000-000000000001");
  yq_record_set_text (prototype, INSTRUMENT_REGION, "330421");
  return prototype;
}

static void
test_records_go_out_and_come_back (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "out.xlsx", "out.csv" };
  g_autoptr(YqRecord) record = make_prototype ();
  g_autoptr(GError) error = NULL;

  yq_record_set_text (record, INSTRUMENT_NAME, "=场发射扫描电镜");
  yq_record_set_text (record, INSTRUMENT_MODEL, "007");
  yq_record_set_text (record, INSTRUMENT_ASSET_NUMBER, "2019000000000000001");
  yq_record_set_int (record, INSTRUMENT_ORIGINAL_VALUE, 350000050);
  yq_record_set_text (record, INSTRUMENT_BOUGHT_ON, "2020-02-29");
  yq_record_set_text (record, INSTRUMENT_CONDITION, "normal");
  yq_record_set_text (record, INSTRUMENT_INDICATORS, "分辨率：\n0.8 nm");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (fixture, names[i]);
      g_autoptr(YqSheetExport) out =
        yq_sheet_export_new (&yq_instrument, NULL, 0, TRUE, NULL, path, &error);
      g_autoptr(YqImport) import = yq_import_new (&yq_instrument, record, NULL);

      g_assert_no_error (error);
      g_assert_true (yq_sheet_export_add (out, record, &error));
      g_assert_true (yq_sheet_export_finish (out, &error));
      yq_import_add_existing (import, record);
      yq_sheet_import_read (import, path, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (yq_import_n_rows (import), ==, 1);
      g_assert_cmpstr (yq_import_reason (import, 2), ==, NULL);
      g_assert_cmpint (yq_import_row (import, 0)->kind, ==, YQ_IMPORT_UNCHANGED);
    }
}

static void
test_the_template_imports (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "template.xlsx");
  g_autoptr(YqRecord) prototype = make_prototype ();
  g_autoptr(YqImport) import = yq_import_new (&yq_instrument, prototype, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_sheet_write_template (&yq_instrument, path, &error));
  yq_sheet_import_read (import, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (yq_import_n_rows (import), ==, 0);
  for (guint i = 0; i < yq_import_n_columns (import); i++)
    g_assert_cmpint (yq_import_column_field (import, i), >=, 0);
}

static void
test_bad_rows_come_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path =
    write_bytes (fixture, "in.csv",
                 "所在单位内仪器编号,仪器中文名称,仪器原值,备注\n"
                 "A-1,电镜,100,好\nA-2,质谱,很贵,坏\n\nA-1,电镜,100,又\nA-4,光谱,5,\n",
                 -1);
  g_autofree char *bad = path_of (fixture, "bad.xlsx");
  g_autofree char *again = path_of (fixture, "again.xlsx");
  g_autoptr(YqRecord) prototype = make_prototype ();
  g_autoptr(YqImport) import = yq_import_new (&yq_instrument, prototype, NULL);
  g_autoptr(YqImport) second = yq_import_new (&yq_instrument, prototype, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_sheet_import_read (import, path, NULL, &error));
  g_assert_cmpuint (yq_import_count (import, YQ_IMPORT_NEW), ==, 1);
  g_assert_cmpuint (yq_import_count (import, YQ_IMPORT_BAD), ==, 3);
  g_assert_true (yq_sheet_import_write_bad (import, path, bad, &error));
  g_assert_true (read_file (fixture, bad, &error));
  g_assert_cmpuint (fixture->rows->len, ==, 4);
  g_assert_cmpstr (fixture->rows->pdata[0], ==,
                   "1|所在单位内仪器编号|仪器中文名称|仪器原值|备注|错误原因");
  g_assert_true (g_str_has_prefix (fixture->rows->pdata[1], "2|A-1|电镜|100|好|"));
  g_assert_true (g_str_has_prefix (fixture->rows->pdata[2], "3|A-2|质谱|很贵|坏|仪器原值"));
  g_assert_nonnull (strstr (fixture->rows->pdata[1], "5"));
  /* Sent back unmended, it gets its reasons anew, not a second column of them. */
  g_assert_true (yq_sheet_import_read (second, bad, NULL, &error));
  g_assert_true (yq_sheet_import_write_bad (second, bad, again, &error));
  g_assert_true (read_file (fixture, again, &error));
  g_assert_cmpstr (fixture->rows->pdata[0], ==,
                   "1|所在单位内仪器编号|仪器中文名称|仪器原值|备注|错误原因");
  g_assert_no_error (error);
}

static void
write_many (const char *path, guint n, const char *other_name)
{
  g_autoptr(YqSheetWriter) writer = yq_sheet_writer_new (path, NULL);
  static const char *const headings[] = {
    "所在单位内仪器编号", "仪器中文名称", "仪器型号规格", "生产厂商",     "产地国别",
    "仪器原值",           "启用日期",     "仪器安放地址", "主要技术指标", "主要附件及功能",
    "参考收费标准",       "仪器联系人",   "电话",         "备注"
  };

  for (guint i = 0; i < G_N_ELEMENTS (headings); i++)
    yq_sheet_writer_add_column (writer, headings[i],
                                i == 5   ? YQ_SHEET_MONEY
                                : i == 6 ? YQ_SHEET_DATE
                                         : YQ_SHEET_TEXT,
                                0);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *number = g_strdup_printf ("A-%06u", i);
      g_autofree char *value = g_strdup_printf ("%u.50", 1000 + i);
      const char *cells[] = { number,
                              i % 100 == 0 ? other_name : "场发射扫描电镜",
                              "SU8010",
                              "日立",
                              "JP",
                              value,
                              "2020-01-02",
                              "浙江省嘉兴市嘉善县",
                              "分辨率 1.0 nm，加速电压 0.1–30 kV",
                              "能谱仪",
                              "每小时 500 元",
                              "张三",
                              "13800000000",
                              "" };

      g_assert_true (yq_sheet_writer_add_row (writer, cells, NULL));
    }
  g_assert_true (yq_sheet_writer_finish (writer, NULL));
}

static void
test_fifty_thousand_rows (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "many.xlsx", "many.csv" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (fixture, names[i]);
      g_autoptr(YqRecord) prototype = make_prototype ();
      g_autoptr(YqImport) first = yq_import_new (&yq_instrument, prototype, NULL);
      g_autoptr(YqImport) second = yq_import_new (&yq_instrument, prototype, NULL);
      g_autoptr(GError) error = NULL;
      double seconds;

      write_many (path, 50000, "场发射扫描电镜");
      g_test_timer_start ();
      yq_sheet_import_read (first, path, NULL, &error);
      g_assert_no_error (error);
      seconds = g_test_timer_elapsed ();
      g_test_message ("%s: 50000 rows in %.2f s", names[i], seconds);
      g_assert_cmpuint (yq_import_count (first, YQ_IMPORT_NEW), ==, 50000);
      if (i > 0)
        break;

      write_many (path, 50000, "透射电镜");
      for (guint j = 0; j < 50000; j++)
        yq_import_add_existing (second, yq_import_row (first, j)->record);
      yq_sheet_import_read (second, path, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (yq_import_count (second, YQ_IMPORT_CHANGED), ==, 500);
      g_assert_cmpuint (yq_import_count (second, YQ_IMPORT_UNCHANGED), ==, 49500);
    }
}

static void
import_catalogue (Fixture *fixture, const char *name, const char *key, const char *title,
                  guint n_rows)
{
  g_autofree char *path = g_build_filename (
    g_getenv ("YQ_SHARED_DIR") ? g_getenv ("YQ_SHARED_DIR") : ".", "data/catalogues", name, NULL);
  g_autoptr(YqRecord) prototype = make_prototype ();
  g_autoptr(YqImport) import = yq_import_new (&yq_instrument, prototype, NULL);
  g_autoptr(GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("No catalogues in YQ_SHARED_DIR");
      return;
    }
  g_assert_true (yq_sheet_import_header (import, path, &error));
  for (guint i = 0; i < yq_import_n_columns (import); i++)
    yq_import_map (import, i, -1);
  for (guint i = 0; i < yq_import_n_columns (import); i++)
    {
      if (g_str_equal (yq_import_heading (import, i), key))
        yq_import_map (import, i, INSTRUMENT_ASSET_NUMBER);
      if (g_str_equal (yq_import_heading (import, i), title))
        yq_import_map (import, i, INSTRUMENT_NAME);
    }
  yq_sheet_import_read (import, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (yq_import_n_rows (import), ==, n_rows);
  g_test_message ("%s: %u new, %u bad", name, yq_import_count (import, YQ_IMPORT_NEW),
                  yq_import_count (import, YQ_IMPORT_BAD));
  g_assert_cmpuint (yq_import_count (import, YQ_IMPORT_NEW), >, n_rows * 9 / 10);
  for (guint i = 0; i < n_rows; i++)
    {
      const YqImportRow *row = yq_import_row (import, i);
      g_autofree char *reason = yq_import_reason (import, row->number);

      g_assert_cmpint (row->kind == YQ_IMPORT_BAD, ==, reason != NULL);
    }
}

static void
test_the_real_catalogues (Fixture *fixture, gconstpointer data)
{
  import_catalogue (fixture, "instruments_pnnl_dms.csv", "instrument_id", "instrument", 263);
  import_catalogue (fixture, "ms_models_psi_ms.csv", "accession", "model", 469);
}

#define ADD(name) g_test_add ("/sheet-file/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  yq_text_init (TRUE);
  yq_clock_set (1795232035120);

  ADD (csv_encodings);
  ADD (csv_characters_across_chunks);
  ADD (csv_quotes_and_separators);
  ADD (csv_broken);
  ADD (xlsx_cells);
  ADD (reading_can_stop);
  ADD (cancelling);
  ADD (entities_are_refused);
  ADD (what_is_no_workbook);
  ADD (damage_anywhere);
  ADD (what_is_written_is_read);
  ADD (nothing_is_left_of_an_abandoned_file);
  ADD (records_go_out_and_come_back);
  ADD (the_template_imports);
  ADD (bad_rows_come_back);
  ADD (the_real_catalogues);
  ADD (fifty_thousand_rows);
  ADD (bombs_do_not_fill_memory);

  return g_test_run ();
}
