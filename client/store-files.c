/* Files by content: a picked file is copied at once, so that moving or changing it does no harm. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "api.h"

#define USUAL_FILES "pdf|jpg|jpeg|png|bmp|doc|docx|xls|xlsx|zip|rar"

static gboolean
check_name (const YqField *field, const char *name, GError **error)
{
  const char *accept = field != NULL && field->accept != NULL ? field->accept : USUAL_FILES;
  const char *dot = strrchr (name, '.');
  g_autofree char *ending = g_ascii_strdown (dot != NULL ? dot + 1 : "", -1);

  if (yq_word_in (accept, ending))
    return TRUE;
  g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE,
               _("“%s” is not one of the allowed kinds: %s."), name, accept);
  return FALSE;
}

static gboolean
check_size (const YqField *field, const char *name, goffset size, GError **error)
{
  goffset max = field != NULL && field->max_bytes > 0 ? field->max_bytes : YQ_FILE_MAX;
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

static gboolean
store_bytes (YqStore *self, const char *sha256, const char *data, gsize size, GError **error)
{
  g_autofree char *path = g_build_filename (yq_store_dir (self), "files", sha256, NULL);
  g_autoptr(GError) local = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS) ||
      g_file_set_contents_full (path, data, size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &local))
    return TRUE;
  g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE,
               _("The file could not be copied: %s"), local->message);
  return FALSE;
}

JsonObject *
yq_store_add_file (YqStore *self, GFile *file, const YqField *field, GError **error)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autoptr(GFileInfo) info = g_file_query_info (
    file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME,
    G_FILE_QUERY_INFO_NONE, NULL, error);
  g_autofree char *data = NULL;
  g_autofree char *sha256 = NULL;
  JsonObject *element;
  gsize size;

  if (info == NULL || !check_name (field, g_file_info_get_display_name (info), error) ||
      !check_size (field, g_file_info_get_display_name (info), g_file_info_get_size (info),
                   error) ||
      !g_file_load_contents (file, NULL, &data, &size, NULL, error) ||
      !check_size (field, g_file_info_get_display_name (info), size, error))
    return NULL;
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) data, size);
  if (!store_bytes (self, sha256, data, size, error))
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

char *
yq_store_file_path (YqStore *self, const char *sha256)
{
  g_autofree char *path = NULL;

  if (sha256 == NULL || strlen (sha256) != 64 || strspn (sha256, "0123456789abcdef") != 64)
    return NULL;
  path = g_build_filename (yq_store_dir (self), "files", sha256, NULL);
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&path) : NULL;
}
