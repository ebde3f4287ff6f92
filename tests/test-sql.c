/* The SQL door: the same cases for every engine, on a real database file. */
#define G_LOG_DOMAIN "yiquan-test-sql"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "sql.h"

typedef struct
{
  char *dir;
  char *uri;
  SqlConn *conn;
} Fixture;

static SqlConn *
open_ok (const char *uri, SqlOpenFlags flags)
{
  g_autoptr(GError) error = NULL;
  SqlConn *conn = sql_open (uri, flags, &error);

  g_assert_no_error (error);
  g_assert_nonnull (conn);
  return conn;
}

static gint64
exec_ok (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args)
{
  g_autoptr(GError) error = NULL;
  gint64 changed = sql_exec (conn, sql, args, n_args, &error);

  g_assert_no_error (error);
  g_assert_cmpint (changed, >=, 0);
  return changed;
}

static gint64
count (SqlConn *conn, const char *sql)
{
  g_autoptr(GError) error = NULL;
  gint64 value = -1;

  g_assert_true (sql_get_int (conn, sql, SQL_NO_ARGS, &value, &error));
  g_assert_no_error (error);
  return value;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("yiquan-sql-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->uri = g_strdup_printf ("sqlite:%s/test.db", fixture->dir);
  fixture->conn = open_ok (fixture->uri, SQL_OPEN_READ_WRITE);
  g_assert_true (sql_script (fixture->conn,
                             "CREATE TABLE parent (id TEXT PRIMARY KEY);"
                             "CREATE TABLE thing (id TEXT PRIMARY KEY, version BIGINT NOT NULL, "
                             "amount BIGINT CHECK (amount >= 0), share DOUBLE PRECISION, "
                             "name TEXT, data BLOB, parent TEXT REFERENCES parent (id));",
                             &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *endings[] = { "", "-wal", "-shm" };

  g_clear_pointer (&fixture->conn, sql_close);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat (fixture->dir, "/test.db", endings[i], NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->uri);
}

static void
add_thing (SqlConn *conn, const char *id, gint64 amount)
{
  exec_ok (conn, "INSERT INTO thing (id, version, amount) VALUES ($1, 1, $2)",
           SQL_ARGS (SQL_TEXT (id), SQL_INT (amount)));
}

static void
test_arguments_are_bound_by_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text =
    sql_get_text (fixture->conn, "SELECT $3 || $1 || $2 || $1 || $3",
                  SQL_ARGS (SQL_TEXT ("a"), SQL_TEXT ("b"), SQL_TEXT ("c")), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "cabac");
}

static void
test_values_come_back (Fixture *fixture, gconstpointer data)
{
  const char *name = "O'Neill 场发射扫描电镜 \"$1\"";
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlRows) rows = NULL;
  g_autoptr(GBytes) blob = NULL;
  g_autoptr(GBytes) empty = NULL;

  exec_ok (fixture->conn,
           "INSERT INTO thing (id, version, amount, share, name, data) "
           "VALUES ('1', $4, $5, $1, $2, $3), ('2', 0, NULL, NULL, $6, $7)",
           SQL_ARGS (SQL_REAL (0.25), SQL_TEXT (name), SQL_BLOB ("a\0b", 3), SQL_INT (G_MININT64),
                     SQL_INT (G_MAXINT64), SQL_TEXT (NULL), SQL_BLOB ("", 0)));
  rows =
    sql_query (fixture->conn, "SELECT version, amount, share, name, data FROM thing ORDER BY id",
               SQL_NO_ARGS, &error);
  g_assert_no_error (error);

  g_assert_true (sql_rows_next (rows, &error));
  g_assert_cmpint (sql_rows_int (rows, 0), ==, G_MININT64);
  g_assert_cmpint (sql_rows_int (rows, 1), ==, G_MAXINT64);
  g_assert_cmpfloat (sql_rows_real (rows, 2), ==, 0.25);
  g_assert_cmpstr (sql_rows_text (rows, 3), ==, name);
  blob = sql_rows_blob (rows, 4);
  g_assert_cmpmem (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), "a\0b", 3);

  g_assert_true (sql_rows_next (rows, &error));
  g_assert_true (sql_rows_is_null (rows, 1));
  g_assert_cmpint (sql_rows_int (rows, 1), ==, 0);
  g_assert_null (sql_rows_text (rows, 3));
  g_assert_false (sql_rows_is_null (rows, 4));
  empty = sql_rows_blob (rows, 4);
  g_assert_cmpint (g_bytes_get_size (empty), ==, 0);

  g_assert_false (sql_rows_next (rows, &error));
  g_assert_false (sql_rows_next (rows, &error));
  g_assert_no_error (error);
}

static void
test_rows_keep_their_arguments (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *id = g_strdup ("here");
  g_autoptr(SqlRows) rows = NULL;

  add_thing (fixture->conn, "here", 1);
  rows = sql_query (fixture->conn, "SELECT id FROM thing WHERE id = $1", SQL_ARGS (SQL_TEXT (id)),
                    &error);
  memset (id, 'x', strlen (id));
  g_assert_true (sql_rows_next (rows, &error));
  g_assert_no_error (error);
}

static void
test_same_query_inside_itself (Fixture *fixture, gconstpointer data)
{
  const char *sql = "SELECT id FROM thing WHERE amount >= $1 ORDER BY id";
  guint pairs = 0;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      add_thing (fixture->conn, id, i);
    }
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr(SqlRows) outer = sql_query (fixture->conn, sql, SQL_ARGS (SQL_INT (0)), NULL);

      while (sql_rows_next (outer, NULL))
        {
          g_autofree char *id = g_strdup (sql_rows_text (outer, 0));
          g_autoptr(SqlRows) inner = sql_query (fixture->conn, sql, SQL_ARGS (SQL_INT (3)), NULL);

          while (sql_rows_next (inner, NULL))
            pairs++;
          g_assert_cmpstr (sql_rows_text (outer, 0), ==, id);
        }
    }
  g_assert_cmpuint (pairs, ==, 2 * 5 * 2);
}

static void
test_a_finished_query_lets_writers_through (Fixture *fixture, gconstpointer data)
{
  g_autoptr(SqlRows) rows = sql_query (fixture->conn, "SELECT id FROM thing", SQL_NO_ARGS, NULL);

  g_assert_false (sql_rows_next (rows, NULL));
  exec_ok (fixture->conn, "DROP TABLE thing", SQL_NO_ARGS);
}

static void
test_errors_have_kinds (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *sql;
    SqlError kind;
  } cases[] = {
    { "INSERT INTO thing (id, version) VALUES ('1', 1)", SQL_ERROR_CONSTRAINT },
    { "INSERT INTO thing (id) VALUES ('2')", SQL_ERROR_CONSTRAINT },
    { "UPDATE thing SET amount = -1", SQL_ERROR_CONSTRAINT },
    { "UPDATE thing SET parent = 'nobody'", SQL_ERROR_CONSTRAINT },
    { "SELEC 1", SQL_ERROR_FAILED },
    { "SELECT nothing FROM thing", SQL_ERROR_FAILED },
    { "SELECT \"text\" FROM thing", SQL_ERROR_FAILED },
    { "SELECT 1; SELECT 2", SQL_ERROR_FAILED },
    { "SELECT $1", SQL_ERROR_FAILED },
    { "SELECT ?", SQL_ERROR_FAILED },
    { "SELECT $2", SQL_ERROR_FAILED },
    { "", SQL_ERROR_FAILED },
  };

  add_thing (fixture->conn, "1", 5);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_cmpint (sql_exec (fixture->conn, cases[i].sql, SQL_NO_ARGS, &error), ==, -1);
      g_assert_error (error, SQL_ERROR, (int) cases[i].kind);
    }
  g_assert_cmpint (count (fixture->conn, "SELECT amount FROM thing"), ==, 5);
}

static void
test_rows_changed_are_counted (Fixture *fixture, gconstpointer data)
{
  const char *swap = "UPDATE thing SET version = version + 1 WHERE id = $1 AND version = $2";

  add_thing (fixture->conn, "1", 5);
  add_thing (fixture->conn, "2", 5);
  g_assert_cmpint (exec_ok (fixture->conn, "UPDATE thing SET amount = 6", SQL_NO_ARGS), ==, 2);
  g_assert_cmpint (exec_ok (fixture->conn, swap, SQL_ARGS (SQL_TEXT ("1"), SQL_INT (1))), ==, 1);
  g_assert_cmpint (exec_ok (fixture->conn, swap, SQL_ARGS (SQL_TEXT ("1"), SQL_INT (1))), ==, 0);
  g_assert_cmpint (exec_ok (fixture->conn, "CREATE TABLE other (id TEXT)", SQL_NO_ARGS), ==, 0);
  g_assert_cmpint (exec_ok (fixture->conn, "DELETE FROM other", SQL_NO_ARGS), ==, 0);
}

static void
test_upsert_and_returning (Fixture *fixture, gconstpointer data)
{
  const char *upsert = "INSERT INTO thing (id, version, amount) VALUES ($1, 1, $2) "
                       "ON CONFLICT (id) DO UPDATE SET version = thing.version + 1, "
                       "amount = excluded.amount RETURNING version";
  g_autoptr(GError) error = NULL;
  gint64 version = 0;

  for (gint64 i = 1; i <= 3; i++)
    {
      g_assert_true (sql_get_int (fixture->conn, upsert, SQL_ARGS (SQL_TEXT ("1"), SQL_INT (i)),
                                  &version, &error));
      g_assert_no_error (error);
      g_assert_cmpint (version, ==, i);
    }
  g_assert_cmpint (count (fixture->conn, "SELECT amount FROM thing"), ==, 3);
}

static void
test_no_row_is_no_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  gint64 value = 7;

  g_assert_false (
    sql_get_int (fixture->conn, "SELECT version FROM thing", SQL_NO_ARGS, &value, &error));
  g_assert_cmpint (value, ==, 0);
  g_assert_null (sql_get_text (fixture->conn, "SELECT id FROM thing", SQL_NO_ARGS, &error));
  g_assert_no_error (error);
}

static void
test_transactions_and_savepoints (Fixture *fixture, gconstpointer data)
{
  SqlConn *conn = fixture->conn;

  g_assert_true (sql_begin (conn, TRUE, NULL));
  g_assert_true (sql_in_transaction (conn));
  add_thing (conn, "1", 1);
  g_assert_true (sql_savepoint (conn, NULL));
  add_thing (conn, "2", 2);
  g_assert_true (sql_rollback_to (conn, NULL));
  g_assert_true (sql_savepoint (conn, NULL));
  add_thing (conn, "3", 3);
  g_assert_true (sql_release (conn, NULL));
  g_assert_true (sql_commit (conn, NULL));
  g_assert_false (sql_in_transaction (conn));
  g_assert_cmpint (count (conn, "SELECT sum (amount) FROM thing"), ==, 4);

  g_assert_true (sql_begin (conn, TRUE, NULL));
  exec_ok (conn, "DELETE FROM thing", SQL_NO_ARGS);
  sql_rollback (conn);
  sql_rollback (conn);
  g_assert_cmpint (count (conn, "SELECT count (*) FROM thing"), ==, 2);
  g_assert_false (sql_commit (conn, NULL));
}

static void
test_two_writers_retry (Fixture *fixture, gconstpointer data)
{
  g_autoptr(SqlConn) other = open_ok (fixture->uri, SQL_OPEN_READ_WRITE);
  g_autoptr(GError) error = NULL;

  sqlite3_busy_timeout (sql_native (other), 0);
  g_assert_true (sql_begin (fixture->conn, TRUE, NULL));
  g_assert_false (sql_begin (other, TRUE, &error));
  g_assert_error (error, SQL_ERROR, SQL_ERROR_RETRY);
  g_assert_true (sql_begin (other, FALSE, NULL));
  g_assert_cmpint (count (other, "SELECT count (*) FROM thing"), ==, 0);
  sql_rollback (other);
  g_assert_true (sql_commit (fixture->conn, NULL));
  g_assert_true (sql_begin (other, TRUE, NULL));
  sql_rollback (other);
}

static void
test_a_reader_cannot_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr(SqlConn) reader = open_ok (fixture->uri, SQL_OPEN_READ_ONLY);
  g_autofree char *missing = g_strconcat (fixture->uri, ".missing", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) no_file = NULL;

  add_thing (fixture->conn, "1", 1);
  g_assert_cmpint (count (reader, "SELECT count (*) FROM thing"), ==, 1);
  g_assert_cmpint (sql_exec (reader, "DELETE FROM thing", SQL_NO_ARGS, &error), ==, -1);
  g_assert_error (error, SQL_ERROR, SQL_ERROR_FAILED);
  g_assert_null (sql_open (missing, SQL_OPEN_READ_ONLY, &no_file));
  g_assert_error (no_file, SQL_ERROR, SQL_ERROR_FAILED);
}

static void
test_a_full_disk_is_told_apart (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (sql_script (fixture->conn, "PRAGMA max_page_count = 12", NULL));
  g_assert_cmpint (sql_exec (fixture->conn,
                             "INSERT INTO thing (id, version, data) VALUES ('1', 1, $1)",
                             SQL_ARGS (SQL_BLOB (NULL, 0)), &error),
                   ==, 1);
  g_assert_cmpint (sql_exec (fixture->conn,
                             "INSERT INTO thing (id, version, data) VALUES ('2', 1, "
                             "zeroblob (1000000))",
                             SQL_NO_ARGS, &error),
                   ==, -1);
  g_assert_error (error, SQL_ERROR, SQL_ERROR_FULL);
  g_assert_cmpint (count (fixture->conn, "SELECT count (*) FROM thing"), ==, 1);
}

static void
test_it_is_set_up_to_last (Fixture *fixture, gconstpointer data)
{
  g_autoptr(SqlConn) quick = open_ok (fixture->uri, SQL_OPEN_NORMAL);
  g_autofree char *mode = sql_get_text (fixture->conn, "PRAGMA journal_mode", SQL_NO_ARGS, NULL);
  gint64 off = -1;

  g_assert_cmpstr (mode, ==, "wal");
  g_assert_cmpint (count (fixture->conn, "PRAGMA synchronous"), ==, 2);
  g_assert_cmpint (count (quick, "PRAGMA synchronous"), ==, 1);
  g_assert_cmpint (count (fixture->conn, "PRAGMA foreign_keys"), ==, 1);
  g_assert_cmpint (count (fixture->conn, "PRAGMA busy_timeout"), ==, 5000);
  sql_get_int (fixture->conn, "PRAGMA mmap_size", SQL_NO_ARGS, &off, NULL);
  g_assert_cmpint (off, ==, 0);
}

static void
test_many_texts_do_not_pile_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(SqlRows) rows =
    sql_query (fixture->conn, "SELECT 41 + $1", SQL_ARGS (SQL_INT (1)), NULL);
  guint left = 0;

  g_assert_true (sql_rows_next (rows, NULL));
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT %u", i);

      g_assert_cmpint (count (fixture->conn, sql), ==, i);
    }
  for (sqlite3_stmt *stmt = NULL; (stmt = sqlite3_next_stmt (sql_native (fixture->conn), stmt));)
    left++;
  g_assert_cmpuint (left, <=, 513);
  g_assert_cmpint (sql_rows_int (rows, 0), ==, 42);
}

static void
test_unknown_schemes_are_refused (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (sql_open ("oracle:x", SQL_OPEN_READ_WRITE, &error));
  g_assert_error (error, SQL_ERROR, SQL_ERROR_FAILED);
}

#define ADD(name) g_test_add ("/sql/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD (arguments_are_bound_by_name);
  ADD (values_come_back);
  ADD (rows_keep_their_arguments);
  ADD (same_query_inside_itself);
  ADD (a_finished_query_lets_writers_through);
  ADD (errors_have_kinds);
  ADD (rows_changed_are_counted);
  ADD (upsert_and_returning);
  ADD (no_row_is_no_error);
  ADD (transactions_and_savepoints);
  ADD (two_writers_retry);
  ADD (a_reader_cannot_write);
  ADD (a_full_disk_is_told_apart);
  ADD (it_is_set_up_to_last);
  ADD (many_texts_do_not_pile_up);
  g_test_add_func ("/sql/unknown_schemes_are_refused", test_unknown_schemes_are_refused);

  return g_test_run ();
}
