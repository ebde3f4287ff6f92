/* The keyring by libsecret, with a time limit: a locked one would hang for ever. */
#define G_LOG_DOMAIN "yiquan-login"

#include "keyring.h"

#include <glib/gstdio.h>
#include <libsecret/secret.h>
#include <string.h>

#include "text.h"

#define TIMEOUT_MS 3000

/* Once it did not answer, this run does without. */
static int is_silent;

static const SecretSchema *
get_schema (void)
{
  static const SecretSchema schema = {
    .name = "cn.yiquan.Yiquan",
    .flags = SECRET_SCHEMA_NONE,
    .attributes = { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
                    { "username", SECRET_SCHEMA_ATTRIBUTE_STRING },
                    { "what", SECRET_SCHEMA_ATTRIBUTE_STRING },
                    { NULL, 0 } },
  };

  return &schema;
}

/* -- the time limit: a thread that cancels -- */

typedef struct
{
  GMutex lock;
  GCond done;
  gboolean is_done;
  GCancellable *cancellable;
  GThread *thread;
} Watch;

static gpointer
watch_thread (gpointer data)
{
  Watch *watch = data;
  gint64 end = g_get_monotonic_time () + TIMEOUT_MS * 1000;

  g_mutex_lock (&watch->lock);
  while (!watch->is_done && g_cond_wait_until (&watch->done, &watch->lock, end))
    ;
  if (!watch->is_done)
    g_cancellable_cancel (watch->cancellable);
  g_mutex_unlock (&watch->lock);
  return NULL;
}

static void
watch_begin (Watch *watch)
{
  g_mutex_init (&watch->lock);
  g_cond_init (&watch->done);
  watch->is_done = FALSE;
  watch->cancellable = g_cancellable_new ();
  watch->thread = g_thread_new ("keyring-watch", watch_thread, watch);
}

static void
watch_end (Watch *watch)
{
  g_mutex_lock (&watch->lock);
  watch->is_done = TRUE;
  g_cond_signal (&watch->done);
  g_mutex_unlock (&watch->lock);
  g_thread_join (watch->thread);
  if (g_cancellable_is_cancelled (watch->cancellable))
    g_atomic_int_set (&is_silent, TRUE);
  g_clear_object (&watch->cancellable);
  g_mutex_clear (&watch->lock);
  g_cond_clear (&watch->done);
}

/* -- the file -- */

static char *
file_path (const YqKeyring *keyring, const char *what)
{
  return g_build_filename (keyring->folder, what, NULL);
}

static gboolean
store_in_file (const YqKeyring *keyring, const char *what, const char *value, GError **error)
{
  g_autofree char *path = file_path (keyring, what);

  return g_file_set_contents_full (
    path, value, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

static void
remove_file (const YqKeyring *keyring, const char *what)
{
  g_autofree char *path = file_path (keyring, what);

  g_unlink (path);
}

/* -- outside -- */

gboolean
yq_keyring_store (const YqKeyring *keyring, const char *what, const char *value, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autofree char *label = g_strdup_printf (_("Yiquan: %s"), keyring->username);
  gboolean stored = FALSE;
  Watch watch;

  if (!g_atomic_int_get (&is_silent))
    {
      watch_begin (&watch);
      stored = secret_password_store_sync (get_schema (), SECRET_COLLECTION_DEFAULT, label, value,
                                           watch.cancellable, &local, "server", keyring->server,
                                           "username", keyring->username, "what", what, NULL);
      watch_end (&watch);
    }
  if (!stored)
    {
      g_debug ("No keyring: %s", local != NULL ? local->message : "silent");
      return store_in_file (keyring, what, value, error);
    }
  remove_file (keyring, what);
  return TRUE;
}

char *
yq_keyring_lookup (const YqKeyring *keyring, const char *what)
{
  g_autofree char *path = file_path (keyring, what);
  g_autoptr(GError) local = NULL;
  char *value = NULL;
  char *copy;
  Watch watch;

  if (g_file_get_contents (path, &value, NULL, NULL))
    return value;
  if (g_atomic_int_get (&is_silent))
    return NULL;
  watch_begin (&watch);
  value = secret_password_lookup_sync (get_schema (), watch.cancellable, &local, "server",
                                       keyring->server, "username", keyring->username, "what", what,
                                       NULL);
  watch_end (&watch);
  if (value == NULL)
    return NULL;
  copy = g_strdup (value);
  secret_password_free (value);
  return copy;
}

void
yq_keyring_clear (const YqKeyring *keyring, const char *what)
{
  g_autoptr(GError) local = NULL;
  Watch watch;

  remove_file (keyring, what);
  if (g_atomic_int_get (&is_silent))
    return;
  watch_begin (&watch);
  secret_password_clear_sync (get_schema (), watch.cancellable, &local, "server", keyring->server,
                              "username", keyring->username, "what", what, NULL);
  watch_end (&watch);
}
