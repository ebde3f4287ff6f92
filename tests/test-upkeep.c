/* The verbs an operator uses: init, user, jobs, verify, export, import; the real command. */
#define G_LOG_DOMAIN "test-upkeep"

#include "demo-fixture.h"

/* Runs yiquand VERB --data FOLDER ARGS…; its exit status.  out and in may be NULL. */
static int
run (const char *folder, const char *input, char **out, ...)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  const char *word;
  va_list words;

  g_ptr_array_add (argv, g_build_filename (g_getenv ("YQ_BUILD_DIR"), "server", "yiquand", NULL));
  va_start (words, out);
  while ((word = va_arg (words, const char *)) != NULL)
    g_ptr_array_add (argv, g_strdup (word));
  va_end (words);
  g_ptr_array_add (argv, g_strdup_printf ("--data=%s", folder));
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_PIPE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, &output, &errors, &error);
  g_assert_no_error (error);
  if (errors != NULL && *errors != '\0')
    g_test_message ("%s", errors);
  if (out != NULL)
    *out = g_strconcat (output ? output : "", errors ? errors : "", NULL);
  return g_subprocess_get_exit_status (process);
}

static const char *
folder_of (Demo *d)
{
  g_clear_pointer (&d->conn, sql_close);
  return d->server->config->data;
}

/* How many jurisdictions are shipped. */
static gint64
count_profiles (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("YQ_SOURCE_DIR"), "data", "jurisdictions", NULL);
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  gint64 n = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static void
test_init_and_user (void)
{
  g_autofree char *folder = g_dir_make_tmp ("yq-upkeep-XXXXXX", NULL);
  g_autofree char *uri = g_strdup_printf ("sqlite:%s/yiquan.db", folder);
  g_autofree char *account = NULL;
  g_autofree char *hash = NULL;
  g_autoptr(SqlConn) conn = NULL;
  YqSession *session;
  gint64 n = 0;

  g_assert_cmpint (run (folder, NULL, NULL, "init", NULL), ==, 0);
  g_assert_cmpint (run (folder, NULL, NULL, "init", NULL), ==, 0);
  g_assert_cmpint (run (folder, "long-enough\n", NULL, "user", "shen", "reviewer:330421",
                        "administrator", "--real-name=沈丽", "--password-file=-", NULL),
                   ==, 0);
  g_assert_cmpint (run (folder, "short\n", NULL, "user", "shen", "--password-file=-", NULL), ==, 1);
  g_assert_cmpint (run (folder, NULL, NULL, "user", "shen", "reviewer:nowhere", NULL), ==, 1);
  g_assert_cmpint (run (folder, NULL, NULL, "user", "shen", "emperor", NULL), ==, 1);

  conn = sql_open (uri, SQL_OPEN_READ_ONLY, NULL);
  g_assert_true (
    sql_get_int (conn, "SELECT COUNT (*) FROM \"jurisdiction\"", SQL_NO_ARGS, &n, NULL));
  g_assert_cmpint (n, ==, count_profiles ());
  g_assert_true (yq_session_find_account (conn, "shen", &account, &hash, NULL));
  g_assert_nonnull (hash);
  session = yq_session_read (conn, account, NULL);
  g_assert_true (yq_who_reviews (yq_session_who (session), "330421"));
  g_assert_false (yq_who_reviews (yq_session_who (session), "330402"));
  g_assert_true (yq_who_has_role (yq_session_who (session), YQ_ROLE_ADMINISTRATOR));
  yq_session_unref (session);
  g_clear_pointer (&conn, sql_close);
  yq_test_remove_folder (folder);
}

static void
test_verify_names_the_wrong_line (Demo *d, gconstpointer data)
{
  g_autofree char *good = NULL;
  g_autofree char *bad = NULL;

  g_assert_cmpint (run (folder_of (d), NULL, &good, "verify", NULL), ==, 0);
  demo_open (d);
  g_assert_true (sql_script (
    d->conn, "UPDATE ledger_line SET amount = amount + 1 WHERE transfer = 5 AND line = 1", NULL));
  g_assert_cmpint (run (folder_of (d), NULL, &bad, "verify", NULL), ==, 1);
  g_assert_nonnull (strstr (bad, "ledger transfer 5"));
}

static void
test_jobs_as_of (Demo *d, gconstpointer data)
{
  g_autofree char *order = yq_demo_id ("order", "o6");
  g_autofree char *evaluation =
    demo_text (d, "SELECT id FROM \"evaluation\" WHERE \"order\" = $1", order);

  g_assert_cmpint (run (folder_of (d), NULL, NULL, "jobs", "--as-of=2026-12-01", NULL), ==, 0);
  demo_open (d);
  assert_state (d, &yq_evaluation, evaluation, "open");
  g_assert_cmpint (run (folder_of (d), NULL, NULL, "jobs", "--as-of=2027-01-15T00:00:00Z", NULL),
                   ==, 0);
  demo_open (d);
  assert_state (d, &yq_evaluation, evaluation, "defaulted");
  demo_verify_chain (d);
  g_assert_cmpint (run (folder_of (d), NULL, NULL, "jobs", "--as-of=tomorrow", NULL), ==, 1);
}

/* Exported from one server and imported into another they export the same. */
static void
check_round_trip (Demo *d, const char *entity, gboolean csv)
{
  g_autofree char *other = g_dir_make_tmp ("yq-upkeep-XXXXXX", NULL);
  g_autofree char *path = g_strdup_printf ("%s/records.%s", other, csv ? "csv" : "ndjson");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  const char *flag = csv ? "--csv" : "--with-secrets";

  g_assert_cmpint (run (folder_of (d), NULL, &first, "export", entity, flag, NULL), ==, 0);
  g_assert_cmpuint (strlen (first), >, 1000);
  g_assert_true (g_file_set_contents (path, first, -1, NULL));
  g_assert_cmpint (run (other, NULL, NULL, "import", entity, path, NULL), ==, 0);
  g_assert_cmpint (run (other, NULL, &second, "export", entity, flag, NULL), ==, 0);
  /* Lines of JSON also carry revisions and times, which are the new server's own. */
  if (csv)
    g_assert_cmpstr (first, ==, second);
  else
    g_assert_cmpuint (strlen (first), ==, strlen (second));
  yq_test_remove_folder (other);
}

static void
test_export_and_import (Demo *d, gconstpointer data)
{
  check_round_trip (d, "category", TRUE);
  check_round_trip (d, "category", FALSE);
  check_round_trip (d, "instrument", TRUE);
}

static void
test_import_is_all_or_nothing (Demo *d, gconstpointer data)
{
  g_autofree char *path = g_build_filename (d->server->config->data, "x.csv", NULL);
  g_autofree char *out = NULL;
  gint64 n = demo_count (d, "SELECT COUNT (*) FROM \"category\"", NULL);

  g_assert_true (g_file_set_contents (path,
                                      "code,name,level,kind\n990000,测试一,1,instrument\n"
                                      "\"990001\",\"测试,二\",many,instrument\n",
                                      -1, NULL));
  g_assert_cmpint (run (folder_of (d), NULL, &out, "import", "category", path, NULL), ==, 1);
  g_assert_nonnull (strstr (out, "record 2"));
  g_assert_nonnull (strstr (out, "level"));
  demo_open (d);
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM \"category\"", NULL), ==, n);
}

#define GOOD_LINE                                                                             \
  "{\"entity\":\"category\",\"fields\":{\"code\":\"990000\",\"name\":\"测试\",\"level\":1," \
  "\"kind\":\"instrument\"}}\n"

/* Every bad line is named at once; a dry run of good ones writes nothing. */
static void
test_import_names_bad_lines (Demo *d, gconstpointer data)
{
  g_autofree char *bad = g_build_filename (d->server->config->data, "bad.ndjson", NULL);
  g_autofree char *good = g_build_filename (d->server->config->data, "good.ndjson", NULL);
  g_autofree char *out = NULL;
  gint64 n = demo_count (d, "SELECT COUNT (*) FROM \"category\"", NULL);

  g_assert_true (g_file_set_contents (
    bad, GOOD_LINE "{\"fields\":{\"colour\":1}}\n\nnothing\n{\"entity\":\"order\"}\n", -1, NULL));
  g_assert_true (g_file_set_contents (good, GOOD_LINE, -1, NULL));
  g_assert_cmpint (run (folder_of (d), NULL, &out, "import", "category", bad, NULL), ==, 1);
  g_assert_nonnull (strstr (out, "line 2: colour"));
  g_assert_nonnull (strstr (out, "line 4: "));
  g_assert_nonnull (strstr (out, "line 5: entity"));
  g_assert_nonnull (strstr (out, "3 bad, 1 good"));
  g_assert_cmpint (run (folder_of (d), NULL, NULL, "import", "--dry-run", "all", good, NULL), ==,
                   0);
  demo_open (d);
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM \"category\"", NULL), ==, n);
  g_assert_cmpint (run (folder_of (d), NULL, NULL, "import", "all", good, NULL), ==, 0);
  demo_open (d);
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM \"category\"", NULL), ==, n + 1);
}

static void
test_export_of_everything (Demo *d, gconstpointer data)
{
  g_autofree char *out = NULL;
  g_auto(GStrv) lines = NULL;
  guint n = 0;
  gint64 expected = 0;

  g_assert_cmpint (run (folder_of (d), NULL, &out, "export", "all", NULL), ==, 0);
  demo_open (d);
  lines = g_strsplit (out, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    n += g_str_has_prefix (lines[i], "{\"entity\":");
  for (guint i = 0; i < yq_model_count (); i++)
    {
      g_autofree char *sql =
        g_strdup_printf ("SELECT COUNT (*) FROM \"%s\"", yq_model_nth (i)->name);

      expected += demo_count (d, sql, NULL);
    }
  g_assert_cmpuint (n, ==, expected);
  g_assert_cmpint (run (folder_of (d), NULL, NULL, "export", "--csv", "all", NULL), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/upkeep/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  g_test_add_func ("/upkeep/init", test_init_and_user);
  ADD ("verify", test_verify_names_the_wrong_line);
  ADD ("jobs", test_jobs_as_of);
  ADD ("export", test_export_and_import);
  ADD ("import", test_import_is_all_or_nothing);
  ADD ("import-bad-lines", test_import_names_bad_lines);
  ADD ("export-all", test_export_of_everything);

  return g_test_run ();
}
