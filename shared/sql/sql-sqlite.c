/* The SQLite driver: one connection per thread, prepared statements kept by their text. */
#define G_LOG_DOMAIN "yiquan-sql"

#include "sql-driver.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_TIMEOUT_MS 5000
#define MAX_KEPT 512 /* statements; beyond, those at rest are dropped */
#define MAX_PARAMETERS 250
#define N_RECENT 64 /* statements found by the address of their text */

typedef struct
{
  sqlite3_stmt *stmt;
  guint n_parameters;
  guint8 number[MAX_PARAMETERS]; /* which $n stands at SQLite's index i + 1 */
  gboolean in_use;
  gboolean is_kept;
  char *text; /* the key it is kept under */
} Statement;

typedef struct
{
  SqlConn parent;
  sqlite3 *db;
  GHashTable *statements; /* text -> Statement */
  struct
  {
    const char *text; /* the caller's pointer: only a hint */
    Statement *statement;
  } recent[N_RECENT];
  guint n_rows_open;
} Conn;

typedef struct
{
  SqlRows parent;
  Statement *statement;
  gboolean is_done;
} Rows;

static void
statement_free (Statement *statement)
{
  sqlite3_finalize (statement->stmt);
  g_free (statement);
}

static SqlError
kind_of (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_CONSTRAINT:
      return SQL_ERROR_CONSTRAINT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return SQL_ERROR_RETRY;
    case SQLITE_FULL:
    case SQLITE_IOERR:
      return SQL_ERROR_FULL;
    default:
      return SQL_ERROR_FAILED;
    }
}

static void
set_error (sqlite3 *db, int code, const char *sql, GError **error)
{
  if (db != NULL && sqlite3_errcode (db) != SQLITE_OK)
    code = sqlite3_extended_errcode (db);
  g_set_error (error, SQL_ERROR, kind_of (code), "%s (%d) in “%.200s”",
               db ? sqlite3_errmsg (db) : sqlite3_errstr (code), code, sql);
}

/* -- statements -- */

/* SQLite numbers $1, $2 … by first appearance, so note which name stands where. */
static gboolean
note_parameters (Statement *statement, const char *sql, GError **error)
{
  int n = sqlite3_bind_parameter_count (statement->stmt);

  for (int i = 0; i < n; i++)
    {
      const char *name = sqlite3_bind_parameter_name (statement->stmt, i + 1);
      int number = name != NULL && *name == '$' ? atoi (name + 1) : 0;

      if (n > MAX_PARAMETERS || number < 1 || number > n)
        {
          g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "Wrong placeholder “%s” in “%.200s”",
                       name ? name : "?", sql);
          return FALSE;
        }
      statement->number[i] = number;
    }
  statement->n_parameters = n;
  return TRUE;
}

static Statement *
prepare (Conn *conn, const char *sql, gboolean keep, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  Statement *statement;
  const char *rest = NULL;
  int code =
    sqlite3_prepare_v3 (conn->db, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &stmt, &rest);

  if (code != SQLITE_OK)
    {
      set_error (conn->db, code, sql, error);
      return NULL;
    }
  statement = g_new0 (Statement, 1);
  statement->stmt = stmt;
  statement->is_kept = keep;
  if (stmt == NULL || rest[strspn (rest, " \t\r\n;")] != '\0')
    g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "Not one statement: “%.200s”", sql);
  else if (note_parameters (statement, sql, error))
    return statement;

  statement_free (statement);
  return NULL;
}

static gboolean
is_at_rest (gpointer key, gpointer value, gpointer user_data)
{
  return !((Statement *) value)->in_use;
}

static void
forget_some (Conn *conn)
{
  g_hash_table_foreach_remove (conn->statements, is_at_rest, NULL);
  memset (conn->recent, 0, sizeof conn->recent);
}

/* Long texts take longer to hash than to compare: most callers come with the same address again. */
static Statement *
find_kept (Conn *conn, const char *sql)
{
  guint place = (guint) (((gsize) sql >> 4) ^ ((gsize) sql >> 12)) % N_RECENT;
  Statement *statement = conn->recent[place].statement;

  if (statement != NULL && conn->recent[place].text == sql && strcmp (statement->text, sql) == 0)
    return statement;
  statement = g_hash_table_lookup (conn->statements, sql);
  conn->recent[place].text = sql;
  conn->recent[place].statement = statement;
  return statement;
}

static Statement *
find_statement (Conn *conn, const char *sql, GError **error)
{
  Statement *statement = find_kept (conn, sql);

  if (statement != NULL && statement->in_use)
    statement = prepare (conn, sql, FALSE, error);
  else if (statement == NULL)
    {
      if (g_hash_table_size (conn->statements) >= MAX_KEPT)
        forget_some (conn);
      if ((statement = prepare (conn, sql, TRUE, error)) != NULL)
        {
          statement->text = g_strdup (sql);
          g_hash_table_insert (conn->statements, statement->text, statement);
        }
    }
  if (statement != NULL)
    statement->in_use = TRUE;
  return statement;
}

static void
put_back (Statement *statement)
{
  sqlite3_reset (statement->stmt);
  if (statement->is_kept)
    {
      sqlite3_clear_bindings (statement->stmt);
      statement->in_use = FALSE;
    }
  else
    statement_free (statement);
}

static int
bind_one (sqlite3_stmt *stmt, int index, const SqlValue *value, sqlite3_destructor_type lives)
{
  switch (value->type)
    {
    case SQL_VALUE_INT:
      return sqlite3_bind_int64 (stmt, index, value->i);
    case SQL_VALUE_REAL:
      return sqlite3_bind_double (stmt, index, value->r);
    case SQL_VALUE_TEXT:
      return sqlite3_bind_text (stmt, index, value->p, -1, lives);
    case SQL_VALUE_BLOB:
      if (value->i == 0)
        return sqlite3_bind_zeroblob (stmt, index, 0);
      return sqlite3_bind_blob64 (stmt, index, value->p, value->i, lives);
    case SQL_VALUE_NULL:
    default:
      return sqlite3_bind_null (stmt, index);
    }
}

/* A statement ready to step, or NULL.  Rows are stepped after the call, when the arguments may be
 * gone: they are copied then. */
static Statement *
start (Conn *conn, const char *sql, const SqlValue *args, guint n_args, gboolean copies,
       GError **error)
{
  Statement *statement = find_statement (conn, sql, error);
  int code = SQLITE_OK;

  if (statement == NULL)
    return NULL;
  if (statement->n_parameters != n_args)
    {
      g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "%u arguments, not %u, for “%.200s”", n_args,
                   statement->n_parameters, sql);
      put_back (statement);
      return NULL;
    }
  for (guint i = 0; i < n_args && code == SQLITE_OK; i++)
    code = bind_one (statement->stmt, i + 1, &args[statement->number[i] - 1],
                     copies ? SQLITE_TRANSIENT : SQLITE_STATIC);
  if (code == SQLITE_OK)
    return statement;

  set_error (conn->db, code, sql, error);
  put_back (statement);
  return NULL;
}

/* -- the connection -- */

static void
sqlite_close (SqlConn *parent)
{
  Conn *conn = (Conn *) parent;

  g_warn_if_fail (conn->n_rows_open == 0);
  g_clear_pointer (&conn->statements, g_hash_table_unref);
  sqlite3_close_v2 (conn->db);
  g_free (conn);
}

static gboolean
set_up (Conn *conn, SqlOpenFlags flags, GError **error)
{
  const char *common = "PRAGMA foreign_keys = ON;"
                       "PRAGMA mmap_size = 0;"
                       "PRAGMA temp_store = MEMORY;"
                       "PRAGMA cache_size = -16384;";
  const char *sync =
    flags & SQL_OPEN_NORMAL ? "PRAGMA synchronous = NORMAL;" : "PRAGMA synchronous = FULL;";
  g_autofree char *mode = NULL;

  sqlite3_extended_result_codes (conn->db, 1);
  sqlite3_busy_timeout (conn->db, BUSY_TIMEOUT_MS);
  sqlite3_db_config (conn->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (conn->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  if (!sql_script (&conn->parent, common, error) || !sql_script (&conn->parent, sync, error))
    return FALSE;
  /* The first read opens the log: a file that is none is told here, and no descriptor comes later.
   */
  if (flags & SQL_OPEN_READ_ONLY)
    return sql_script (&conn->parent,
                       "PRAGMA query_only = ON; SELECT 1 FROM sqlite_schema LIMIT 1;", error);
  if (!(mode = sql_get_text (&conn->parent, "PRAGMA journal_mode = WAL", SQL_NO_ARGS, error)))
    return FALSE;
  if (!g_str_equal (mode, "wal") && !g_str_equal (mode, "memory"))
    {
      g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "No write-ahead log here, but “%s”", mode);
      return FALSE;
    }
  /* The log is copied back every 16 MB: often enough, and not once a batch.  What is deleted is
   * overwritten where its page is written anyway; Debian's default reads and writes each page that
   * becomes free, too, which are most of what merging a full-text index writes. */
  return sql_script (&conn->parent,
                     "PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864;"
                     "PRAGMA secure_delete = FAST",
                     error);
}

/* Without its count of memory SQLite needs no lock that all threads share.  Too late where somebody
 * else has used SQLite before: then it counts, which does no harm. */
static void
stop_counting_memory (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
      g_once_init_leave (&done, 1);
    }
}

static SqlConn *
sqlite_open (const char *uri, SqlOpenFlags flags, GError **error)
{
  const char *path = uri + strlen ("sqlite:");
  g_autoptr(SqlConn) conn = (SqlConn *) g_new0 (Conn, 1);
  Conn *self = (Conn *) conn;
  int how =
    flags & SQL_OPEN_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  int code;

  stop_counting_memory ();
  conn->driver = &sql_sqlite_driver;
  self->statements =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) statement_free);
  code = sqlite3_open_v2 (path, &self->db, how | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK)
    {
      set_error (self->db, code, path, error);
      return NULL;
    }
  return set_up (self, flags, error) ? g_steal_pointer (&conn) : NULL;
}

static gpointer
sqlite_native (SqlConn *conn)
{
  return ((Conn *) conn)->db;
}

static gboolean
sqlite_begin (SqlConn *conn, gboolean writes, GError **error)
{
  return sql_exec (conn, writes ? "BEGIN IMMEDIATE" : "BEGIN", SQL_NO_ARGS, error) >= 0;
}

static gboolean
sqlite_in_transaction (SqlConn *conn)
{
  return !sqlite3_get_autocommit (((Conn *) conn)->db);
}

static gint64
sqlite_exec (SqlConn *parent, const char *sql, const SqlValue *args, guint n_args, GError **error)
{
  Conn *conn = (Conn *) parent;
  Statement *statement = start (conn, sql, args, n_args, FALSE, error);
  gint64 before, changed = -1;
  int code;

  if (statement == NULL)
    return -1;
  before = sqlite3_total_changes64 (conn->db);
  do
    code = sqlite3_step (statement->stmt);
  while (code == SQLITE_ROW);
  /* What is no INSERT, UPDATE or DELETE leaves the count of the statement before. */
  if (code == SQLITE_DONE)
    changed = sqlite3_total_changes64 (conn->db) == before ? 0 : sqlite3_changes64 (conn->db);
  else
    set_error (conn->db, code, sql, error);
  put_back (statement);
  return changed;
}

static gboolean
sqlite_script (SqlConn *parent, const char *sql, GError **error)
{
  Conn *conn = (Conn *) parent;
  int code = sqlite3_exec (conn->db, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;
  set_error (conn->db, code, sql, error);
  return FALSE;
}

/* -- rows -- */

static SqlRows *
sqlite_query (SqlConn *parent, const char *sql, const SqlValue *args, guint n_args, GError **error)
{
  Conn *conn = (Conn *) parent;
  Statement *statement = start (conn, sql, args, n_args, TRUE, error);
  Rows *rows;

  if (statement == NULL)
    return NULL;
  rows = g_new0 (Rows, 1);
  rows->parent.conn = parent;
  rows->statement = statement;
  conn->n_rows_open++;
  return &rows->parent;
}

static gboolean
sqlite_next (SqlRows *parent, GError **error)
{
  Rows *rows = (Rows *) parent;
  Conn *conn = (Conn *) parent->conn;
  int code;

  if (rows->is_done)
    return FALSE;
  code = sqlite3_step (rows->statement->stmt);
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    set_error (conn->db, code, sqlite3_sql (rows->statement->stmt), error);
  rows->is_done = TRUE;
  sqlite3_reset (rows->statement->stmt); /* lets go of the read transaction */
  return FALSE;
}

static gboolean
sqlite_is_null (SqlRows *rows, guint column)
{
  return sqlite3_column_type (((Rows *) rows)->statement->stmt, column) == SQLITE_NULL;
}

static gint64
sqlite_get_int (SqlRows *rows, guint column)
{
  return sqlite3_column_int64 (((Rows *) rows)->statement->stmt, column);
}

static double
sqlite_get_real (SqlRows *rows, guint column)
{
  return sqlite3_column_double (((Rows *) rows)->statement->stmt, column);
}

static const char *
sqlite_get_text (SqlRows *rows, guint column)
{
  return (const char *) sqlite3_column_text (((Rows *) rows)->statement->stmt, column);
}

static GBytes *
sqlite_get_blob (SqlRows *rows, guint column)
{
  sqlite3_stmt *stmt = ((Rows *) rows)->statement->stmt;
  gconstpointer data = sqlite3_column_blob (stmt, column);

  if (sqlite3_column_type (stmt, column) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (data, sqlite3_column_bytes (stmt, column));
}

static void
sqlite_rows_free (SqlRows *parent)
{
  Rows *rows = (Rows *) parent;

  ((Conn *) parent->conn)->n_rows_open--;
  put_back (rows->statement);
  g_free (rows);
}

const SqlDriver sql_sqlite_driver = {
  .scheme = "sqlite",
  .open = sqlite_open,
  .close = sqlite_close,
  .native = sqlite_native,
  .begin = sqlite_begin,
  .in_transaction = sqlite_in_transaction,
  .exec = sqlite_exec,
  .script = sqlite_script,
  .query = sqlite_query,
  .next = sqlite_next,
  .is_null = sqlite_is_null,
  .get_int = sqlite_get_int,
  .get_real = sqlite_get_real,
  .get_text = sqlite_get_text,
  .get_blob = sqlite_get_blob,
  .rows_free = sqlite_rows_free,
};
