/* Files by content: a picked file is copied at once, so that moving or changing it does no harm. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "file-kind.h"
#include "sealed.h"

#define DIGEST_LENGTH 64
#define SEALED ".sealed" /* after the digest; without it: plain, as older versions kept them */

static gboolean
check_name (const YqField *field, const char *name, GError **error)
{
  g_autofree char *accept = NULL;

  if (yq_file_takes_name (field, name))
    return TRUE;
  accept = yq_file_accept_text (field);
  g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE,
               _("“%s” is not one of the allowed kinds: %s."), name, accept);
  return FALSE;
}

/* As the server judges it: a picture that was renamed to .pdf would be refused there, hours later.
 */
static gboolean
check_content (const YqField *field, const char *name, GBytes *content, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (content, &size);
  g_autofree char *accept = NULL;

  if (yq_file_takes_type (field, yq_file_type (data, size)))
    return TRUE;
  accept = yq_file_accept_text (field);
  g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE,
               _("What “%s” holds is none of the allowed kinds, whatever its name says: %s."), name,
               accept);
  return FALSE;
}

static gboolean
check_size (const YqField *field, const char *name, goffset size, GError **error)
{
  goffset max = yq_file_max_bytes (field);
  g_autofree char *is = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *may = g_format_size_full (max, G_FORMAT_SIZE_IEC_UNITS);

  if (size > 0 && size <= max)
    return TRUE;
  if (size == 0)
    g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE, _("“%s” is empty."), name);
  else
    g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE,
                 _("“%s” has %s, at most %s are allowed."), name, is, may);
  return FALSE;
}

/* -- at rest: sealed, so that a copied disk tells nothing -- */

static gboolean
is_digest (const char *sha256)
{
  return sha256 != NULL && strlen (sha256) == DIGEST_LENGTH &&
         strspn (sha256, "0123456789abcdef") == DIGEST_LENGTH;
}

static char *
sealed_path (YqStore *self, const char *sha256)
{
  g_autofree char *name = g_strconcat (sha256, SEALED, NULL);

  return g_build_filename (yq_store_dir (self), "files", name, NULL);
}

/* As older versions kept it. */
static char *
plain_path (YqStore *self, const char *sha256)
{
  return g_build_filename (yq_store_dir (self), "files", sha256, NULL);
}

gboolean
yq_store_has_file (YqStore *self, const char *sha256)
{
  g_autofree char *sealed = NULL;
  g_autofree char *plain = NULL;

  if (!is_digest (sha256))
    return FALSE;
  sealed = sealed_path (self, sha256);
  plain = plain_path (self, sha256);
  return g_file_test (sealed, G_FILE_TEST_IS_REGULAR) ||
         g_file_test (plain, G_FILE_TEST_IS_REGULAR);
}

static GBytes *
read_whole (const char *path)
{
  char *data;
  gsize size;

  return g_file_get_contents (path, &data, &size, NULL) ? g_bytes_new_take (data, size) : NULL;
}

GBytes *
yq_store_read_file (YqStore *self, const char *sha256, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *digest = NULL;
  g_autoptr(GBytes) sealed = NULL;
  g_autoptr(GBytes) content = NULL;

  if (is_digest (sha256))
    {
      path = sealed_path (self, sha256);
      plain = plain_path (self, sha256);
      sealed = read_whole (path);
      content =
        sealed != NULL ? yq_sealed_read_bytes (yq_store_key (self), sealed) : read_whole (plain);
    }
  if (content != NULL)
    digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  if (g_strcmp0 (digest, sha256) == 0)
    return g_steal_pointer (&content);
  g_set_error_literal (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE,
                       _("The copy of this file on this computer is damaged or gone."));
  return NULL;
}

gboolean
yq_store_keep_file (YqStore *self, GBytes *content, char **sha256, GError **error)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  g_autofree char *path = sealed_path (self, digest);
  g_autoptr(GBytes) sealed = yq_sealed_write_bytes (yq_store_key (self), content);
  g_autoptr(GError) local = NULL;
  gsize size;
  const char *data = g_bytes_get_data (sealed, &size);

  if (!g_file_set_contents_full (path, data, (gssize) size,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &local))
    {
      g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE,
                   _("The file could not be copied: %s"), local->message);
      return FALSE;
    }
  if (sha256 != NULL)
    *sha256 = g_steal_pointer (&digest);
  return TRUE;
}

/* -- what older versions left open -- */

static GPtrArray *
find_plain (YqStore *self)
{
  g_autofree char *path = g_build_filename (yq_store_dir (self), "files", NULL);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_digest (name))
      g_ptr_array_add (names, g_strdup (name));
  return names;
}

/* The plain one goes when the sealed one is on the disk and reads the same. */
static gboolean
seal_one (YqStore *self, const char *name, GError **error)
{
  g_autofree char *plain = plain_path (self, name);
  g_autofree char *digest = NULL;
  g_autoptr(GBytes) content = read_whole (plain);
  g_autoptr(GBytes) kept = NULL;

  if (content == NULL)
    return TRUE;
  if (!yq_store_keep_file (self, content, &digest, error) ||
      !(kept = yq_store_read_file (self, digest, error)))
    return FALSE;
  /* One that is not what its name says is of no use to anybody. */
  return g_unlink (plain) == 0;
}

static gpointer
seal_job (YqStore *self, YqStoreDb *db, gpointer data, GError **error)
{
  GPtrArray *names = data;

  if (!seal_one (self, names->pdata[names->len - 1], error))
    return NULL;
  return GINT_TO_POINTER (TRUE);
}

static void seal_next (YqStore *self, GPtrArray *names);

static void
sealed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GPtrArray) names = user_data;
  g_autoptr(GError) error = NULL;

  g_task_propagate_pointer (G_TASK (result), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;
  if (error != NULL)
    g_warning ("A file stays unsealed: %s", error->message);
  g_ptr_array_set_size (names, (int) names->len - 1);
  seal_next (YQ_STORE (source), names);
}

/* One after another, so that the person's own work gets between. */
static void
seal_next (YqStore *self, GPtrArray *names)
{
  GTask *task;

  if (names->len == 0)
    return;
  task = g_task_new (self, NULL, sealed_cb, g_ptr_array_ref (names));
  g_task_set_task_data (task, g_ptr_array_ref (names), (GDestroyNotify) g_ptr_array_unref);
  yq_store_run (self, YQ_LANE_WRITE, task, seal_job, NULL);
}

void
yq_store_seal_files (YqStore *self)
{
  g_autoptr(GPtrArray) names = find_plain (self);

  seal_next (self, names);
}

/* -- picked files -- */

JsonObject *
yq_store_add_file (YqStore *self, GFile *file, const YqField *field, GError **error)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autoptr(GFileInfo) info = g_file_query_info (
    file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME,
    G_FILE_QUERY_INFO_NONE, NULL, error);
  g_autofree char *sha256 = NULL;
  g_autoptr(GBytes) content = NULL;
  JsonObject *element;

  if (info == NULL || !check_name (field, g_file_info_get_display_name (info), error) ||
      !check_size (field, g_file_info_get_display_name (info), g_file_info_get_size (info),
                   error) ||
      !(content = g_file_load_bytes (file, NULL, NULL, error)) ||
      !check_size (field, g_file_info_get_display_name (info), (goffset) g_bytes_get_size (content),
                   error) ||
      !check_content (field, g_file_info_get_display_name (info), content, error) ||
      !yq_store_keep_file (self, content, &sha256, error))
    return NULL;
  element = json_object_new ();
  json_object_set_string_member (element, "sha256", sha256);
  json_object_set_string_member (element, "name", g_file_info_get_display_name (info));
  return element;
}

typedef struct
{
  GFile *file;
  const YqField *field;
} Pick;

static void
pick_free (gpointer data)
{
  Pick *pick = data;

  g_object_unref (pick->file);
  g_free (pick);
}

static gpointer
add_job (YqStore *self, YqStoreDb *db, gpointer data, GError **error)
{
  Pick *pick = data;

  return yq_store_add_file (self, pick->file, pick->field, error);
}

void
yq_store_add_file_async (YqStore *self, GFile *file, const YqField *field,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Pick *pick = g_new0 (Pick, 1);

  pick->file = g_object_ref (file);
  pick->field = field;
  g_task_set_task_data (task, pick, pick_free);
  yq_store_run (self, YQ_LANE_WRITE, task, add_job, (GDestroyNotify) json_object_unref);
}

JsonObject *
yq_store_add_file_finish (YqStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- reading off the main thread -- */

static gpointer
read_job (YqStore *self, YqStoreDb *db, gpointer data, GError **error)
{
  return yq_store_read_file (self, data, error);
}

void
yq_store_read_file_async (YqStore *self, const char *sha256, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, g_strdup (sha256), g_free);
  yq_store_run (self, YQ_LANE_READ, task, read_job, (GDestroyNotify) g_bytes_unref);
}

GBytes *
yq_store_read_file_finish (YqStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
