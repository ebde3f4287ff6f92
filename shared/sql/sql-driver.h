/* What a database driver provides to sql.c.  Drivers embed SqlConn and SqlRows as their first
 * member. */
#pragma once

#include "sql.h"

struct _SqlConn
{
  const SqlDriver *driver;
};

struct _SqlRows
{
  SqlConn *conn;
};

struct _SqlDriver
{
  const char *scheme; /* what stands before the colon of the URI */
  SqlConn *(*open) (const char *uri, SqlOpenFlags flags, GError **error);
  void (*close) (SqlConn *conn);
  gpointer (*native) (SqlConn *conn);
  gboolean (*begin) (SqlConn *conn, gboolean writes, GError **error);
  gboolean (*in_transaction) (SqlConn *conn);
  gint64 (*exec) (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args,
                  GError **error);
  gboolean (*script) (SqlConn *conn, const char *sql, GError **error);
  SqlRows *(*query) (SqlConn *conn, const char *sql, const SqlValue *args, guint n_args,
                     GError **error);
  gboolean (*next) (SqlRows *rows, GError **error);
  gboolean (*is_null) (SqlRows *rows, guint column);
  gint64 (*get_int) (SqlRows *rows, guint column);
  double (*get_real) (SqlRows *rows, guint column);
  const char *(*get_text) (SqlRows *rows, guint column);
  GBytes *(*get_blob) (SqlRows *rows, guint column);
  void (*rows_free) (SqlRows *rows);
};

extern const SqlDriver sql_sqlite_driver;
