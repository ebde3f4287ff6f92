/* The tables of files.db.  An upload belongs to one account and is read by nobody; when its bytes
 * have proved to be what their name says, they become the file, or are dropped where somebody else
 * has brought the same before. */
#define G_LOG_DOMAIN "yiquand-files"

#include "files.h"

#include "file-kind.h"

gboolean
yq_file_store_prepare (SqlConn *conn, GError **error)
{
  return sql_script (
    conn,
    "CREATE TABLE IF NOT EXISTS blob (id INTEGER PRIMARY KEY AUTOINCREMENT, created_at BIGINT);"
    "CREATE TABLE IF NOT EXISTS chunk (blob BIGINT NOT NULL, start BIGINT NOT NULL,"
    " data BLOB NOT NULL, PRIMARY KEY (blob, start)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS upload (account TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " blob BIGINT NOT NULL, length BIGINT NOT NULL, received BIGINT NOT NULL,"
    " touched_at BIGINT NOT NULL, PRIMARY KEY (account, sha256));"
    "CREATE INDEX IF NOT EXISTS upload_touched_at ON upload (touched_at);"
    "CREATE TABLE IF NOT EXISTS file (sha256 TEXT PRIMARY KEY, blob BIGINT NOT NULL,"
    " size BIGINT NOT NULL, type TEXT NOT NULL, created_at BIGINT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS file_owner (sha256 TEXT NOT NULL, account TEXT NOT NULL,"
    " created_at BIGINT NOT NULL, PRIMARY KEY (sha256, account));",
    error);
}

static gboolean
pass_on (GError *failure, GError **error)
{
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

gboolean
yq_file_store_find (SqlConn *conn, const char *sha256, gint64 *blob, YqFileInfo *info,
                    GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (conn, "SELECT blob, size, type FROM file WHERE sha256 = $1",
                                       SQL_ARGS (SQL_TEXT (sha256)), error);

  if (rows == NULL || !sql_rows_next (rows, error))
    return FALSE;
  if (blob != NULL)
    *blob = sql_rows_int (rows, 0);
  if (info != NULL)
    {
      info->size = sql_rows_int (rows, 1);
      info->type = g_intern_string (sql_rows_text (rows, 2));
    }
  return TRUE;
}

gboolean
yq_file_store_is_owner (SqlConn *conn, const char *sha256, const char *account)
{
  gint64 one;

  return account != NULL &&
         sql_get_int (conn, "SELECT 1 FROM file_owner WHERE sha256 = $1 AND account = $2",
                      SQL_ARGS (SQL_TEXT (sha256), SQL_TEXT (account)), &one, NULL);
}

gboolean
yq_file_store_find_upload (SqlConn *conn, const char *account, const char *sha256, YqUpload *upload,
                           GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn, "SELECT blob, length, received FROM upload WHERE account = $1 AND sha256 = $2",
               SQL_ARGS (SQL_TEXT (account), SQL_TEXT (sha256)), error);

  if (rows == NULL || !sql_rows_next (rows, error))
    return FALSE;
  upload->blob = sql_rows_int (rows, 0);
  upload->length = sql_rows_int (rows, 1);
  upload->received = sql_rows_int (rows, 2);
  return TRUE;
}

guint
yq_file_store_count_uploads (SqlConn *conn, const char *account)
{
  gint64 n = 0;

  sql_get_int (conn, "SELECT count (*) FROM upload WHERE account = $1",
               SQL_ARGS (SQL_TEXT (account)), &n, NULL);
  return n;
}

/* -- uploads -- */

static gboolean
drop_blob (SqlConn *conn, gint64 blob, GError **error)
{
  return sql_exec (conn, "DELETE FROM chunk WHERE blob = $1", SQL_ARGS (SQL_INT (blob)), error) >=
           0 &&
         sql_exec (conn, "DELETE FROM blob WHERE id = $1", SQL_ARGS (SQL_INT (blob)), error) >= 0;
}

static gboolean
drop_upload (SqlConn *conn, const char *account, const char *sha256, GError **error)
{
  return sql_exec (conn, "DELETE FROM upload WHERE account = $1 AND sha256 = $2",
                   SQL_ARGS (SQL_TEXT (account), SQL_TEXT (sha256)), error) >= 0;
}

gboolean
yq_file_store_begin (SqlConn *conn, const char *account, const char *sha256, gint64 length,
                     gint64 now, YqUpload *upload, GError **error)
{
  YqUpload old;
  GError *failure = NULL;

  if (yq_file_store_find_upload (conn, account, sha256, &old, &failure) &&
      (!drop_blob (conn, old.blob, error) || !drop_upload (conn, account, sha256, error)))
    return FALSE;
  if (!pass_on (failure, error) ||
      !sql_get_int (conn, "INSERT INTO blob (created_at) VALUES ($1) RETURNING id",
                    SQL_ARGS (SQL_INT (now)), &upload->blob, error))
    return FALSE;
  upload->length = length;
  upload->received = 0;
  return sql_exec (conn,
                   "INSERT INTO upload (account, sha256, blob, length, received, touched_at)"
                   " VALUES ($1, $2, $3, $4, 0, $5)",
                   SQL_ARGS (SQL_TEXT (account), SQL_TEXT (sha256), SQL_INT (upload->blob),
                             SQL_INT (length), SQL_INT (now)),
                   error) >= 0;
}

gboolean
yq_file_store_append (SqlConn *conn, const char *account, const char *sha256, YqUpload *upload,
                      gconstpointer data, gsize size, gint64 now, GError **error)
{
  if (sql_exec (
        conn, "INSERT INTO chunk (blob, start, data) VALUES ($1, $2, $3)",
        SQL_ARGS (SQL_INT (upload->blob), SQL_INT (upload->received), SQL_BLOB (data, size)),
        error) < 0 ||
      sql_exec (conn,
                "UPDATE upload SET received = $1, touched_at = $2"
                " WHERE account = $3 AND sha256 = $4",
                SQL_ARGS (SQL_INT (upload->received + (gint64) size), SQL_INT (now),
                          SQL_TEXT (account), SQL_TEXT (sha256)),
                error) < 0)
    return FALSE;
  upload->received += size;
  return TRUE;
}

/* Reads all chunks: is it what its name says, and what kind of file is it? */
static gboolean
examine (SqlConn *conn, gint64 blob, const char *sha256, const char **type, GError **error)
{
  g_autoptr(GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr(SqlRows) rows =
    sql_query (conn, "SELECT data FROM chunk WHERE blob = $1 ORDER BY start",
               SQL_ARGS (SQL_INT (blob)), error);
  g_autoptr(GByteArray) whole = g_byte_array_new (); /* YQ_FILE_MAX at most */
  GError *failure = NULL;

  while (rows != NULL && sql_rows_next (rows, &failure))
    {
      g_autoptr(GBytes) data = sql_rows_blob (rows, 0);

      g_checksum_update (sum, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
      g_byte_array_append (whole, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
    }
  *type = yq_file_type (whole->data, whole->len);
  if (*type == NULL)
    *type = "application/octet-stream";
  return rows != NULL && pass_on (failure, error) &&
         g_str_equal (g_checksum_get_string (sum), sha256);
}

gboolean
yq_file_store_finish (SqlConn *conn, const char *account, const char *sha256,
                      const YqUpload *upload, gint64 now, GError **error)
{
  const char *type;
  GError *failure = NULL;
  gboolean is_right = examine (conn, upload->blob, sha256, &type, &failure);
  gboolean is_known = failure == NULL && yq_file_store_find (conn, sha256, NULL, NULL, &failure);

  if (!pass_on (failure, error) || !drop_upload (conn, account, sha256, error))
    return FALSE;
  if ((!is_right || is_known) && !drop_blob (conn, upload->blob, error))
    return FALSE;
  if (!is_right)
    return FALSE;
  if (!is_known && sql_exec (conn,
                             "INSERT INTO file (sha256, blob, size, type, created_at)"
                             " VALUES ($1, $2, $3, $4, $5)",
                             SQL_ARGS (SQL_TEXT (sha256), SQL_INT (upload->blob),
                                       SQL_INT (upload->length), SQL_TEXT (type), SQL_INT (now)),
                             error) < 0)
    return FALSE;
  return sql_exec (conn,
                   "INSERT INTO file_owner (sha256, account, created_at) VALUES ($1, $2, $3)"
                   " ON CONFLICT DO NOTHING",
                   SQL_ARGS (SQL_TEXT (sha256), SQL_TEXT (account), SQL_INT (now)), error) >= 0;
}

GBytes *
yq_file_store_read (SqlConn *conn, gint64 blob, gint64 offset, gint64 *start, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn,
               "SELECT start, data FROM chunk WHERE blob = $1 AND start <= $2"
               " ORDER BY start DESC LIMIT 1",
               SQL_ARGS (SQL_INT (blob), SQL_INT (offset)), error);

  if (rows == NULL || !sql_rows_next (rows, error))
    return NULL;
  *start = sql_rows_int (rows, 0);
  return sql_rows_blob (rows, 1);
}

gboolean
yq_file_store_clean (SqlConn *conn, gint64 before, GError **error)
{
  return sql_exec (
           conn, "DELETE FROM chunk WHERE blob IN (SELECT blob FROM upload WHERE touched_at < $1)",
           SQL_ARGS (SQL_INT (before)), error) >= 0 &&
         sql_exec (conn,
                   "DELETE FROM blob WHERE id IN (SELECT blob FROM upload WHERE touched_at < $1)",
                   SQL_ARGS (SQL_INT (before)), error) >= 0 &&
         sql_exec (conn, "DELETE FROM upload WHERE touched_at < $1", SQL_ARGS (SQL_INT (before)),
                   error) >= 0;
}
