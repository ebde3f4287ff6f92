/* Exports of a million rows: in the memory of a small one, on as many sheets as it takes; and what
 * a full disk leaves: an error and no file. */
#define G_LOG_DOMAIN "yiquan-test-sheet"

#include <glib/gstdio.h>
#include <gsf/gsf-infile-zip.h>
#include <gsf/gsf-input-stdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "sheet-file.h"
#include "text.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GsfInput, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GsfInfile, g_object_unref)

typedef struct
{
  char *dir;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("yiquan-sheet-XXXXXX", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

static char *
path_of (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->dir, name, NULL);
}

static glong
peak_kilobytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static gboolean
write_narrow (const char *path, guint n, GError **error)
{
  g_autoptr(YqSheetWriter) writer = yq_sheet_writer_new (path, error);
  char number[16], value[24];
  const char *cells[] = { number, value };

  g_assert_nonnull (writer);
  yq_sheet_writer_add_column (writer, "仪器编号", YQ_SHEET_TEXT, 0);
  yq_sheet_writer_add_column (writer, "原值", YQ_SHEET_MONEY, 0);
  for (guint i = 0; i < n; i++)
    {
      g_snprintf (number, sizeof number, "A-%07u", i);
      g_snprintf (value, sizeof value, "%u.50", 1000 + i);
      if (!yq_sheet_writer_add_row (writer, cells, error))
        return FALSE;
    }
  return yq_sheet_writer_finish (writer, error);
}

/* Rows of a sheet inside a book, without reading the book into memory. */
static guint
count_in_sheet (const char *path, const char *sheet)
{
  g_autoptr(GsfInput) file = gsf_input_stdio_new (path, NULL);
  g_autoptr(GsfInfile) book = gsf_infile_zip_new (file, NULL);
  g_autoptr(GsfInput) input = gsf_infile_child_by_vname (book, "xl", "worksheets", sheet, NULL);
  guint n = 0, matched = 0;
  static const char mark[] = "<row ";

  for (guint64 left = input ? gsf_input_size (input) : 0; left > 0;)
    {
      gsize size = MIN (left, 65536);
      const guint8 *bytes = gsf_input_read (input, size, NULL);

      for (gsize i = 0; i < size; i++)
        {
          matched = bytes[i] == mark[matched] ? matched + 1 : bytes[i] == '<';
          if (mark[matched] == '\0')
            {
              n++;
              matched = 0;
            }
        }
      left -= size;
    }
  return n;
}

#define MILLION 1000000
#define SHEET_ROWS 1048576 /* the most a sheet holds, with its heading */

/* In a process of its own, whose peak is that of these exports alone. */
static void
check_constant_memory (Fixture *fixture, const char *name, guint n)
{
  g_autofree char *small = g_strconcat ("small-", name, NULL);
  g_autofree char *small_path = path_of (fixture, small);
  g_autofree char *path = path_of (fixture, name);
  g_autoptr(GError) error = NULL;
  glong of_small;

  write_narrow (small_path, 10000, &error);
  g_assert_no_error (error);
  of_small = peak_kilobytes ();
  write_narrow (path, n, &error);
  g_assert_no_error (error);
  g_test_message ("%s: %ld kB, then %ld kB", name, of_small, peak_kilobytes ());
  /* A sanitizer keeps freed memory, which is what is measured. */
  if (g_getenv ("YQ_SANITIZED") == NULL)
    g_assert_cmpint (peak_kilobytes (), <, of_small * 5 / 4);
}

static void
test_a_million_rows_xlsx (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "million.xlsx");

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  check_constant_memory (fixture, "million.xlsx", SHEET_ROWS + 999);
  g_assert_cmpuint (count_in_sheet (path, "sheet1.xml"), ==, SHEET_ROWS);
  g_assert_cmpuint (count_in_sheet (path, "sheet2.xml"), ==, 1001); /* its own heading too */
}

static void
test_a_million_rows_csv (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = path_of (fixture, "million.csv");
  g_autofree char *text = NULL;
  guint n = 0;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  check_constant_memory (fixture, "million.csv", MILLION);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (const char *at = text; (at = strchr (at, '\n')) != NULL; at++)
    n++;
  g_assert_cmpuint (n, ==, MILLION + 1);
}

/* What the disk has no room for leaves an error and no file. */
static void
test_a_full_disk (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "full.xlsx", "full.csv" };
  const struct rlimit limit = { 256 * 1024, 256 * 1024 };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (fixture, names[i]);
      g_autoptr(GError) error = NULL;

      g_assert_false (write_narrow (path, 30000, &error));
      g_assert_error (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FILE);
    }
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->dir, 0700), ==, 0);
}

#define ADD(name) g_test_add ("/sheet-size/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  yq_text_init (TRUE);
  ADD (a_million_rows_xlsx);
  ADD (a_million_rows_csv);
  ADD (a_full_disk);
  return g_test_run ();
}
