/* The key of secret fields, in a file of its own beside the database. */
#define G_LOG_DOMAIN "yiquan-records"

#include "record-key.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "record-sql.h"
#include "sealed.h"

static GMutex lock;
static guint8 key[YQ_SEALED_KEY_SIZE];
static gboolean is_loaded;

const guint8 *
yq_record_key (void)
{
  g_warn_if_fail (is_loaded);
  return key;
}

static gboolean
read_key (const char *path, GError **error)
{
  g_autofree char *content = NULL;
  gsize length;

  if (!g_file_get_contents (path, &content, &length, error))
    return FALSE;
  if (length != sizeof key)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "%s is not a key: %" G_GSIZE_FORMAT " bytes instead of %d", path, length,
                   YQ_SEALED_KEY_SIZE);
      return FALSE;
    }
  memcpy (key, content, sizeof key);
  is_loaded = TRUE;
  return TRUE;
}

static gboolean
write_key (const char *path, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean done;

  if (!is_loaded)
    yq_sealed_new_key (key);
  is_loaded = TRUE;
  done = fd >= 0 && write (fd, key, sizeof key) == sizeof key && fsync (fd) == 0;
  if (!done)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot write %s: %s", path,
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return done;
}

gboolean
yq_record_sql_load_key (SqlConn *conn, GError **error)
{
  const char *database = sqlite3_db_filename (sql_native (conn), "main");
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&lock);
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  if (database == NULL || *database == '\0')
    {
      if (!is_loaded)
        yq_sealed_new_key (key);
      return is_loaded = TRUE;
    }
  folder = g_path_get_dirname (database);
  path = g_build_filename (folder, "yiquan.key", NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS) ? read_key (path, error) : write_key (path, error);
}
