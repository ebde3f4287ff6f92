/* yiquand backup and restore.  The records are copied before the files: a file is written before
 * any record names it, and its name is its content, so that the copy lacks nothing. */
#define G_LOG_DOMAIN "yiquand-backup"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "durable.h"
#include "sql.h"

/* In this order. */
static const char *const databases[] = { "yiquan.db", "files.db" };
static const char *const keys[] = { "yiquan.key", "voucher.key" };

static gboolean
fail (GError **error, const char *what, const char *path)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s %s: %s", what, path,
               g_strerror (errno));
  return FALSE;
}

static gboolean
sync_path (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (!synced)
    fail (error, "Cannot write", path);
  if (fd >= 0)
    close (fd);
  return synced;
}

/* One read transaction over the whole database: consistent, and writers go on meanwhile. */
static gboolean
copy_pages (sqlite3 *from, sqlite3 *to, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", from, "main");
  int code;

  if (backup == NULL)
    {
      g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "%s", sqlite3_errmsg (to));
      return FALSE;
    }
  code = sqlite3_backup_step (backup, -1);
  sqlite3_backup_finish (backup);
  if (code == SQLITE_DONE)
    return TRUE;
  g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "%s", sqlite3_errstr (code));
  return FALSE;
}

static gboolean
check_database (sqlite3 *db, const char *path, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  gboolean is_sound = FALSE;

  if (sqlite3_prepare_v2 (db, "PRAGMA integrity_check (1)", -1, &stmt, NULL) == SQLITE_OK &&
      sqlite3_step (stmt) == SQLITE_ROW)
    is_sound = g_strcmp0 ((const char *) sqlite3_column_text (stmt, 0), "ok") == 0;
  sqlite3_finalize (stmt);
  if (!is_sound)
    g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "%s is damaged", path);
  return is_sound;
}

static gboolean
copy_database (const char *from, const char *to, GError **error)
{
  sqlite3 *source = NULL, *target = NULL;
  gboolean copied = FALSE;

  if (sqlite3_open_v2 (from, &source, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
    g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "Cannot read %s", from);
  else if (sqlite3_open_v2 (to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
           SQLITE_OK)
    g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "Cannot write %s", to);
  else
    {
      sqlite3_busy_timeout (source, 5000);
      copied = copy_pages (source, target, error) && yq_durable_sync (source, error) &&
               check_database (target, to, error);
    }
  sqlite3_close (source);
  sqlite3_close (target);
  return copied && sync_path (to, error);
}

static gboolean
copy_key (const char *from, const char *to, GError **error)
{
  g_autofree char *contents = NULL;
  gsize size;

  return g_file_get_contents (from, &contents, &size, error) &&
         g_file_set_contents_full (to, contents, size, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
copy_all (const char *from, const char *to, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (databases); i++)
    {
      g_autofree char *source = g_build_filename (from, databases[i], NULL);
      g_autofree char *target = g_build_filename (to, databases[i], NULL);

      if (!copy_database (source, target, error))
        return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *source = g_build_filename (from, keys[i], NULL);
      g_autofree char *target = g_build_filename (to, keys[i], NULL);

      if (g_file_test (source, G_FILE_TEST_EXISTS) && !copy_key (source, target, error))
        return FALSE;
    }
  return sync_path (to, error);
}

static void
remove_copy (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* Whole or not at all: the target gets its name when everything is in it. */
static int
copy_folder (const char *from, const char *to)
{
  g_autofree char *partial = g_strconcat (to, ".partial", NULL);
  g_autofree char *parent = g_path_get_dirname (to);
  g_autoptr(GError) error = NULL;

  g_rmdir (to); /* an empty folder may be there */
  if (g_file_test (to, G_FILE_TEST_EXISTS))
    {
      g_set_error (&error, G_FILE_ERROR, G_FILE_ERROR_EXIST, "%s is not empty", to);
      return yq_admin_fail ("nothing was copied", error);
    }
  remove_copy (partial);
  if (g_mkdir_with_parents (partial, 0700) != 0)
    fail (&error, "Cannot make", partial);
  else if (copy_all (from, partial, &error) && g_rename (partial, to) != 0)
    fail (&error, "Cannot rename", partial);
  if (error == NULL && sync_path (parent, &error))
    return 0;
  remove_copy (partial);
  return yq_admin_fail ("nothing was copied", error);
}

static int
backup (const YqConfig *config, char **args)
{
  return copy_folder (config->data, args[0]);
}

static int
restore (const YqConfig *config, char **args)
{
  return copy_folder (args[0], config->data);
}

const YqVerb yq_verb_backup = {
  .name = "backup",
  .arguments = "TARGET",
  .summary = "Copies records, files and keys into a new folder, while the server may run.",
  .min_arguments = 1,
  .max_arguments = 1,
  .run = backup,
};

const YqVerb yq_verb_restore = {
  .name = "restore",
  .arguments = "SOURCE",
  .summary = "Brings a copy back into an empty data folder.",
  .min_arguments = 1,
  .max_arguments = 1,
  .run = restore,
};
