/* The only door to a database.  A connection belongs to one thread at a time.
 * SQL is written once, in the part of the language both engines share, with $1, $2 ...:
 * BIGINT, DOUBLE PRECISION, TEXT and the blob type; booleans 0/1; times BIGINT milliseconds UTC;
 * money BIGINT fen; ids text; ON CONFLICT DO UPDATE, RETURNING, CTEs and window functions; no JSON
 * functions, no INSERT OR REPLACE, no LIKE for user search. */
#pragma once

#include <glib.h>

#define SQL_ERROR (sql_error_quark ())
typedef enum
{
  SQL_ERROR_FAILED,     /* a bug or a broken database */
  SQL_ERROR_CONSTRAINT, /* a unique key, foreign key or check said no */
  SQL_ERROR_RETRY,      /* busy, deadlock or serialization failure: run the work again */
  SQL_ERROR_LOST,       /* the connection is gone: open another one */
  SQL_ERROR_FULL,       /* the disk is full or failing: nothing was written */
} SqlError;

typedef struct
{
  enum
  {
    SQL_VALUE_NULL,
    SQL_VALUE_INT,
    SQL_VALUE_REAL,
    SQL_VALUE_TEXT,
    SQL_VALUE_BLOB
  } type;
  gint64 i; /* the number, or the length of a blob */
  double r;
  gconstpointer p;
} SqlValue;

#define SQL_NULL ((SqlValue){ .type = SQL_VALUE_NULL })
#define SQL_INT(v) ((SqlValue){ .type = SQL_VALUE_INT, .i = (v) })
#define SQL_REAL(v) ((SqlValue){ .type = SQL_VALUE_REAL, .r = (v) })
#define SQL_TEXT(v) ((SqlValue){ .type = SQL_VALUE_TEXT, .p = (v) }) /* NULL is NULL */
#define SQL_BLOB(v, n) ((SqlValue){ .type = SQL_VALUE_BLOB, .p = (v), .i = (n) })
#define SQL_ARGS(...) \
  (const SqlValue[]){ __VA_ARGS__ }, sizeof ((SqlValue[]){ __VA_ARGS__ }) / sizeof (SqlValue)
#define SQL_NO_ARGS NULL, 0

typedef struct _SqlConn SqlConn;
typedef struct _SqlRows SqlRows;
typedef struct _SqlDriver SqlDriver; /* sql-driver.h, for drivers only */

typedef enum
{
  SQL_OPEN_READ_WRITE = 0,
  SQL_OPEN_READ_ONLY = 1 << 0,
  SQL_OPEN_NORMAL = 1 << 1, /* synchronous=NORMAL: where somebody else syncs the log before anything
                               is said of it (server/durable.h), and the client's cache */
} SqlOpenFlags;

GQuark sql_error_quark (void);
void sql_add_driver (const SqlDriver *driver); /* the client has no PostgreSQL */
/* "sqlite:PATH" (WAL, FULL, foreign keys, NOMUTEX, created if missing unless read-only) or
 * "postgresql://…". */
SqlConn *sql_open (const char *uri, SqlOpenFlags flags, GError **error);
void sql_close (SqlConn *conn);
gpointer sql_native (SqlConn *conn); /* sqlite3*, for backup, collations and FTS set-up only */
gboolean sql_begin (SqlConn *conn, gboolean writes,
                    GError **error); /* BEGIN IMMEDIATE where writes */
gboolean sql_commit (SqlConn *conn, GError **error);
void sql_rollback (SqlConn *conn);
gboolean sql_savepoint (SqlConn *conn, GError **error); /* one, not nested */
gboolean sql_release (SqlConn *conn, GError **error);
gboolean sql_rollback_to (SqlConn *conn, GError **error); /* and releases it */
gboolean sql_in_transaction (SqlConn *conn); /* FALSE after the engine gave the whole one up */
/* Statements are prepared once per connection and text and kept.  Rows changed, or -1. */
gint64 sql_exec (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args,
                 GError **error);
gboolean sql_script (SqlConn *conn, const char *sql,
                     GError **error); /* several statements, no arguments */
SqlRows *sql_query (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args,
                    GError **error);
gboolean sql_rows_next (SqlRows *rows, GError **error); /* FALSE without error: the end */
gboolean sql_rows_is_null (SqlRows *rows, guint column);
gint64 sql_rows_int (SqlRows *rows, guint column);
double sql_rows_real (SqlRows *rows, guint column);
const char *sql_rows_text (SqlRows *rows,
                           guint column); /* valid until the next row; NULL is NULL */
GBytes *sql_rows_blob (SqlRows *rows, guint column);
void sql_rows_free (SqlRows *rows);
/* One number or one text of the first row; FALSE/NULL without error where there is no row. */
gboolean sql_get_int (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args,
                      gint64 *value, GError **error);
char *sql_get_text (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args,
                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SqlConn, sql_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SqlRows, sql_rows_free)
