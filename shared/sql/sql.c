/* The door to a database: finds the driver and adds what both engines say the same way. */
#define G_LOG_DOMAIN "yiquan-sql"

#include "sql.h"

#include <string.h>

#include "sql-driver.h"

#define MAX_DRIVERS 4

static const SqlDriver *drivers[MAX_DRIVERS] = { &sql_sqlite_driver };

G_DEFINE_QUARK (sql_error, sql_error)

void
sql_add_driver (const SqlDriver *driver)
{
  guint i = 0;

  while (i < MAX_DRIVERS && drivers[i] != NULL && drivers[i] != driver)
    i++;
  g_return_if_fail (i < MAX_DRIVERS);
  drivers[i] = driver;
}

SqlConn *
sql_open (const char *uri, SqlOpenFlags flags, GError **error)
{
  g_return_val_if_fail (uri != NULL, NULL);

  for (guint i = 0; i < MAX_DRIVERS && drivers[i] != NULL; i++)
    {
      gsize length = strlen (drivers[i]->scheme);

      if (strncmp (uri, drivers[i]->scheme, length) == 0 && uri[length] == ':')
        return drivers[i]->open (uri, flags, error);
    }
  g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "No database driver opens “%s”", uri);
  return NULL;
}

void
sql_close (SqlConn *conn)
{
  if (conn != NULL)
    conn->driver->close (conn);
}

gpointer
sql_native (SqlConn *conn)
{
  return conn->driver->native (conn);
}

gboolean
sql_begin (SqlConn *conn, gboolean writes, GError **error)
{
  return conn->driver->begin (conn, writes, error);
}

gboolean
sql_commit (SqlConn *conn, GError **error)
{
  return sql_exec (conn, "COMMIT", SQL_NO_ARGS, error) >= 0;
}

void
sql_rollback (SqlConn *conn)
{
  g_autoptr(GError) error = NULL;

  if (conn->driver->in_transaction (conn) && sql_exec (conn, "ROLLBACK", SQL_NO_ARGS, &error) < 0)
    g_debug ("Rolling back: %s", error->message);
}

gboolean
sql_savepoint (SqlConn *conn, GError **error)
{
  return sql_exec (conn, "SAVEPOINT one", SQL_NO_ARGS, error) >= 0;
}

gboolean
sql_release (SqlConn *conn, GError **error)
{
  return sql_exec (conn, "RELEASE SAVEPOINT one", SQL_NO_ARGS, error) >= 0;
}

gboolean
sql_rollback_to (SqlConn *conn, GError **error)
{
  return sql_exec (conn, "ROLLBACK TO SAVEPOINT one", SQL_NO_ARGS, error) >= 0 &&
         sql_release (conn, error);
}

gboolean
sql_in_transaction (SqlConn *conn)
{
  return conn->driver->in_transaction (conn);
}

gint64
sql_exec (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args, GError **error)
{
  return conn->driver->exec (conn, sql, args, n_args, error);
}

gboolean
sql_script (SqlConn *conn, const char *sql, GError **error)
{
  return conn->driver->script (conn, sql, error);
}

SqlRows *
sql_query (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args, GError **error)
{
  return conn->driver->query (conn, sql, args, n_args, error);
}

gboolean
sql_rows_next (SqlRows *rows, GError **error)
{
  return rows->conn->driver->next (rows, error);
}

gboolean
sql_rows_is_null (SqlRows *rows, guint column)
{
  return rows->conn->driver->is_null (rows, column);
}

gint64
sql_rows_int (SqlRows *rows, guint column)
{
  return rows->conn->driver->get_int (rows, column);
}

double
sql_rows_real (SqlRows *rows, guint column)
{
  return rows->conn->driver->get_real (rows, column);
}

const char *
sql_rows_text (SqlRows *rows, guint column)
{
  return rows->conn->driver->get_text (rows, column);
}

GBytes *
sql_rows_blob (SqlRows *rows, guint column)
{
  return rows->conn->driver->get_blob (rows, column);
}

void
sql_rows_free (SqlRows *rows)
{
  if (rows != NULL)
    rows->conn->driver->rows_free (rows);
}

gboolean
sql_get_int (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args, gint64 *value,
             GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (conn, sql, args, n_args, error);

  *value = 0;
  if (rows == NULL || !sql_rows_next (rows, error) || sql_rows_is_null (rows, 0))
    return FALSE;
  *value = sql_rows_int (rows, 0);
  return TRUE;
}

char *
sql_get_text (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args, GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (conn, sql, args, n_args, error);

  if (rows == NULL || !sql_rows_next (rows, error))
    return NULL;
  return g_strdup (sql_rows_text (rows, 0));
}
