/* Signing in and out, with and without a network; opening what belongs to the account. */
#define G_LOG_DOMAIN "yiquan-login"

#include "login.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#include "api-client.h"
#include "clock.h"
#include "keyring.h"
#include "login-file.h"
#include "party.h"

struct _YqLogin
{
  GObject parent_instance;

  char *store_dir;
  char *server;
  YqApiClient *api;

  char *folder; /* of the account that is open */
  YqLoginFile *file;
  YqWho who; /* points into file */
  gboolean is_visitor;
  gboolean needs_sign_in;
  YqStore *store;
  YqOutbox *outbox;
  YqSync *sync;
};

enum
{
  PROP_IS_OPEN = 1,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YqLogin, yq_login, G_TYPE_OBJECT)
G_DEFINE_QUARK (yq_login_error, yq_login_error)

/* -- the work that blocks, in a thread of its own -- */

typedef struct
{
  char *folder;
  char *server;
  char *username;
  char *password;   /* NULL: restoring, or she has signed in elsewhere */
  JsonNode *answer; /* of the server; NULL: offline or restoring */
  gboolean is_open; /* the same account is open: only the token is new */
  /* what comes of it */
  YqLoginFile *file;
  GBytes *key;
  char *token;
} Unlock;

static void
unlock_free (gpointer data)
{
  Unlock *unlock = data;

  g_free (unlock->folder);
  g_free (unlock->server);
  g_free (unlock->username);
  if (unlock->password != NULL)
    sodium_memzero (unlock->password, strlen (unlock->password));
  g_free (unlock->password);
  g_clear_pointer (&unlock->answer, json_node_unref);
  g_clear_pointer (&unlock->file, yq_login_file_free);
  g_clear_pointer (&unlock->key, g_bytes_unref);
  g_free (unlock->token);
  g_free (unlock);
}

static GBytes *
key_from_keyring (const YqKeyring *keyring)
{
  g_autofree char *text = yq_keyring_lookup (keyring, "key");
  g_autofree guchar *bytes = NULL;
  gsize size = 0;

  if (text != NULL)
    bytes = g_base64_decode (text, &size);
  return size == YQ_STORE_KEY_BYTES ? g_bytes_new (bytes, size) : NULL;
}

static GBytes *
new_key (void)
{
  guint8 key[YQ_STORE_KEY_BYTES];

  if (sodium_init () < 0)
    g_error ("libsodium");
  randombytes_buf (key, sizeof key);
  return g_bytes_new (key, sizeof key);
}

/* A store that no key opens any more is kept aside, not thrown away. */
static void
put_aside (const char *folder)
{
  g_autofree char *aside = g_strdup_printf ("%s.%" G_GINT64_FORMAT, folder, yq_clock_now ());

  g_warning ("The store in %s cannot be opened with this password; it is now %s", folder, aside);
  if (g_rename (folder, aside) == 0)
    g_mkdir_with_parents (folder, 0700);
}

static gboolean
keep_secrets (Unlock *unlock, const YqKeyring *keyring, GError **error)
{
  g_autofree char *text =
    g_base64_encode (g_bytes_get_data (unlock->key, NULL), g_bytes_get_size (unlock->key));

  return yq_keyring_store (keyring, "key", text, error) &&
         (unlock->token == NULL || yq_keyring_store (keyring, "token", unlock->token, error));
}

/* An older password may have locked it; what the server keeps for the account opens it, too. */
static GBytes *
find_key (const Unlock *unlock, const char *secret, const YqKeyring *keyring)
{
  GBytes *key = yq_lock_unwrap (&unlock->file->by_password, unlock->password);

  if (key == NULL)
    key = yq_lock_unwrap (&unlock->file->by_server, secret);
  return key != NULL ? key : key_from_keyring (keyring);
}

static gboolean
lock_key (Unlock *unlock, const char *secret)
{
  YqLoginFile *file = unlock->file;

  return (unlock->password == NULL ||
          yq_lock_wrap (&file->by_password, unlock->key, unlock->password)) &&
         (secret == NULL || yq_lock_wrap (&file->by_server, unlock->key, secret));
}

/* The server said yes: whatever the store was locked with, this password is right from now on. */
static gboolean
unlock_online (Unlock *unlock, const YqKeyring *keyring, GError **error)
{
  JsonObject *answer = json_node_get_object (unlock->answer);
  const char *secret = json_object_get_string_member_with_default (answer, "unlock", NULL);

  if (g_mkdir_with_parents (unlock->folder, 0700) != 0)
    g_debug ("%s", unlock->folder);
  unlock->file = yq_login_file_read (unlock->folder);
  unlock->token = g_strdup (json_object_get_string_member_with_default (answer, "token", NULL));
  if (unlock->file != NULL)
    {
      unlock->key = find_key (unlock, secret, keyring);
      if (unlock->key == NULL)
        {
          put_aside (unlock->folder);
          g_clear_pointer (&unlock->file, yq_login_file_free);
        }
    }
  if (unlock->file == NULL)
    unlock->file = g_new0 (YqLoginFile, 1);
  if (unlock->key == NULL)
    unlock->key = new_key ();
  g_free (unlock->file->server);
  g_free (unlock->file->username);
  unlock->file->server = g_strdup (unlock->server);
  unlock->file->username = g_strdup (unlock->username);
  yq_login_file_take_answer (unlock->file, answer);
  return lock_key (unlock, secret) && yq_login_file_write (unlock->file, unlock->folder, error) &&
         keep_secrets (unlock, keyring, error);
}

static gboolean
unlock_offline (Unlock *unlock, const YqKeyring *keyring, GError **error)
{
  unlock->file = yq_login_file_read (unlock->folder);
  if (unlock->file == NULL)
    {
      g_set_error_literal (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_UNREACHABLE,
                           _("The server cannot be reached, and this account has not yet signed in "
                             "on this computer"));
      return FALSE;
    }
  unlock->key = yq_lock_unwrap (&unlock->file->by_password, unlock->password);
  if (unlock->key == NULL)
    {
      g_set_error_literal (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_WRONG,
                           _("The name or the password is wrong"));
      return FALSE;
    }
  unlock->token = yq_keyring_lookup (keyring, "token");
  return keep_secrets (unlock, keyring, error);
}

/* Nothing to restore is no error: key stays NULL. */
static gboolean
restore (Unlock *unlock, const YqKeyring *keyring)
{
  unlock->file = yq_login_file_read (unlock->folder);
  if (unlock->file == NULL)
    return TRUE;
  unlock->key = key_from_keyring (keyring);
  if (unlock->key != NULL)
    unlock->token = yq_keyring_lookup (keyring, "token");
  return TRUE;
}

static void
unlock_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Unlock *unlock = data;
  const YqKeyring keyring = { unlock->folder, unlock->server, unlock->username };
  GError *error = NULL;
  gboolean ok;

  if (unlock->answer != NULL)
    ok = unlock_online (unlock, &keyring, &error);
  else if (unlock->password == NULL)
    ok = restore (unlock, &keyring);
  else
    ok = unlock_offline (unlock, &keyring, &error);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error != NULL
                                 ? error
                                 : g_error_new_literal (YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_FAILED,
                                                        _("Not enough memory to sign in")));
}

/* -- opening -- */

static void
point_who (YqLogin *self)
{
  memset (&self->who, 0, sizeof self->who);
  if (self->file == NULL)
    return;
  self->who.account = self->file->account;
  self->who.organisation = self->file->organisation;
  self->who.grants = self->file->grants;
  self->who.n_grants = self->file->n_grants;
}

static void
tell (YqLogin *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_OPEN]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
signed_out_cb (YqLogin *self)
{
  self->needs_sign_in = TRUE;
  tell (self);
}

/* Where she works by her grants; the organisation of a desk is in the desk's record. */
static char *
organisation_of (YqLogin *self, GPtrArray *grants)
{
  for (guint i = 0; i < grants->len; i++)
    if (yq_record_has (grants->pdata[i], GRANT_ORGANISATION))
      return g_strdup (yq_record_text (grants->pdata[i], GRANT_ORGANISATION));
  for (guint i = 0; i < grants->len; i++)
    {
      const char *id = yq_record_text (grants->pdata[i], GRANT_DESK);
      g_autoptr(YqRecord) desk = yq_store_get (self->store, &yq_desk, id);

      if (id != NULL) /* one that has not come yet changes nothing */
        return g_strdup (desk != NULL ? yq_record_carrier (desk) : self->file->organisation);
    }
  return NULL;
}

/* Her grants are records like any other: the feed brings what an administrator changed, or the
 * managers of an organisation she joins or leaves.  Without any she is on her own. */
static void
grants_changed_cb (YqLogin *self)
{
  static const guint scopes[] = { GRANT_ORGANISATION, GRANT_DESK, GRANT_REGION };
  g_autoptr(YqQuery) query = yq_query_new (&yq_grant);
  g_autoptr(GPtrArray) grants = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *place = NULL;

  yq_query_add (query, "account", self->file->account);
  grants = yq_store_list (self->store, query, 0);
  place = organisation_of (self, grants);
  g_free (self->file->organisation);
  self->file->organisation = g_steal_pointer (&place);
  g_free (self->file->grants);
  self->file->grants = g_new0 (YqGrant, grants->len);
  self->file->n_grants = 0;
  for (guint i = 0; i < grants->len; i++)
    {
      YqRecord *record = grants->pdata[i];
      YqGrant *grant = &self->file->grants[self->file->n_grants];
      const char *name = yq_record_text (record, GRANT_ROLE);
      int role = name != NULL ? yq_role_from_name (name) : -1;

      if (role < 0)
        continue;
      grant->role = (YqRole) role;
      for (guint s = 0; s < G_N_ELEMENTS (scopes); s++)
        if (yq_record_has (record, scopes[s]))
          g_strlcpy (grant->scope, yq_record_text (record, scopes[s]), sizeof grant->scope);
      self->file->n_grants++;
    }
  point_who (self);
  yq_store_set_who (self->store, &self->who);
  if (!yq_login_file_write (self->file, self->folder, &error))
    g_warning ("%s", error->message);
  tell (self);
}

static void
remember_last (YqLogin *self)
{
  g_autofree char *path = g_build_filename (self->store_dir, "last", NULL);
  g_autofree char *name = g_path_get_basename (self->folder);
  g_autoptr(GError) error = NULL;

  if (!g_file_set_contents (path, name, -1, &error))
    g_debug ("%s", error->message);
}

/* A voucher's QR code leads there: by the address others reach the server at, not by that of an
 * inner network. */
static gboolean
keep_address (YqLogin *self, GError **error)
{
  const char *public_url = self->file != NULL ? self->file->public_url : NULL;

  return yq_store_set_meta (self->store, "server", public_url != NULL ? public_url : self->server,
                            error);
}

static gboolean
open_parts (YqLogin *self, GBytes *key, const char *token, GError **error)
{
  if (!(self->store = yq_store_open (self->folder, key, error)))
    return FALSE;
  yq_store_set_who (self->store, &self->who);
  if (!keep_address (self, error))
    return FALSE;
  if (!(self->outbox = yq_outbox_new (self->store, error)))
    {
      g_clear_object (&self->store);
      return FALSE;
    }
  self->sync = yq_sync_new (self->store, self->outbox, self->server);
  g_signal_connect_object (self->sync, "signed-out", G_CALLBACK (signed_out_cb), self,
                           G_CONNECT_SWAPPED);
  if (!self->is_visitor)
    g_signal_connect_object (self->store, "changed::grant", G_CALLBACK (grants_changed_cb), self,
                             G_CONNECT_SWAPPED);
  self->needs_sign_in = !self->is_visitor && token == NULL;
  yq_api_client_set_token (self->api, token);
  yq_sync_start (self->sync, token);
  return TRUE;
}

static gboolean
take_unlocked (YqLogin *self, Unlock *unlock, GError **error)
{
  if (unlock->is_open && self->store != NULL)
    {
      g_clear_pointer (&self->file, yq_login_file_free);
      self->file = g_steal_pointer (&unlock->file);
      point_who (self);
      yq_store_set_who (self->store, &self->who);
      if (!keep_address (self, error))
        return FALSE;
      self->needs_sign_in = unlock->token == NULL;
      yq_api_client_set_token (self->api, unlock->token);
      yq_sync_start (self->sync, unlock->token);
      tell (self);
      return TRUE;
    }
  yq_login_close (self);
  self->is_visitor = FALSE;
  self->folder = g_strdup (unlock->folder);
  self->file = g_steal_pointer (&unlock->file);
  point_who (self);
  if (!open_parts (self, unlock->key, unlock->token, error))
    {
      yq_login_close (self);
      return FALSE;
    }
  remember_last (self);
  tell (self);
  return TRUE;
}

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  YqLogin *self = g_task_get_source_object (task);
  Unlock *unlock = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else if (unlock->key == NULL)
    g_task_return_boolean (task, FALSE);
  else if (take_unlocked (self, unlock, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
start_unlock (GTask *task)
{
  g_autoptr(GTask) work = g_task_new (NULL, NULL, unlocked_cb, task);

  g_task_set_task_data (work, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (work, unlock_thread);
}

static Unlock *
unlock_new (YqLogin *self, const char *username, const char *password)
{
  Unlock *unlock = g_new0 (Unlock, 1);

  unlock->folder = yq_login_folder (self->store_dir, self->server, username);
  unlock->server = g_strdup (self->server);
  unlock->username = g_strdup (username);
  unlock->password = g_strdup (password);
  unlock->is_open = g_strcmp0 (unlock->folder, self->folder) == 0;
  return unlock;
}

/* -- restoring -- */

static char *
last_username (YqLogin *self)
{
  g_autofree char *path = g_build_filename (self->store_dir, "last", NULL);
  g_autofree char *name = NULL;
  g_autofree char *folder = NULL;
  g_autoptr(YqLoginFile) file = NULL;

  if (!g_file_get_contents (path, &name, NULL, NULL))
    return NULL;
  folder = g_build_filename (self->store_dir, name, NULL);
  file = yq_login_file_read (folder);
  return file != NULL && g_str_equal (file->server, self->server) ? g_strdup (file->username)
                                                                  : NULL;
}

void
yq_login_restore_async (YqLogin *self, const char *username, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *name = username != NULL ? g_strdup (username) : last_username (self);

  if (name == NULL)
    {
      g_task_return_boolean (task, FALSE);
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, unlock_new (self, name, NULL), unlock_free);
  start_unlock (task);
}

gboolean
yq_login_restore_finish (YqLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- signing in -- */

void
yq_login_set_picture (YqLogin *self, const char *id, const char *text)
{
  yq_api_client_set_picture (self->api, id, text);
}

YqApiClient *
yq_login_api (YqLogin *self)
{
  return self->api;
}

static gboolean
wants_picture (YqApiClient *api)
{
  const YqProblem *problem = yq_api_client_problem (api);
  const char *field = NULL;

  return problem != NULL && yq_problem_n_errors (problem) > 0 &&
         yq_problem_error (problem, 0, &field, NULL) != NULL && g_strcmp0 (field, "captcha") == 0;
}

static void
refuse_sign_in (YqLogin *self, GTask *task, const GError *error)
{
  guint seconds = yq_api_client_retry_after (self->api);

  if (g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_UNAUTHENTICATED))
    g_task_return_new_error (task, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_WRONG, "%s",
                             _("The name or the password is wrong"));
  else if (wants_picture (self->api))
    g_task_return_new_error (task, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_PICTURE, "%s",
                             yq_problem_detail (yq_api_client_problem (self->api)));
  else if (g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_UNAVAILABLE) && seconds > 0)
    g_task_return_new_error (task, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_THROTTLED,
                             _("Too many tries: please wait %u minutes"), (seconds + 59) / 60);
  else
    g_task_return_new_error (task, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_FAILED, "%s", error->message);
  g_object_unref (task);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  YqLogin *self = g_task_get_source_object (task);
  Unlock *unlock = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  unlock->answer = yq_api_client_sign_in_finish (YQ_API_CLIENT (source), result, &error);
  if (unlock->answer != NULL || g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_UNREACHABLE))
    start_unlock (task);
  else if (error == NULL)
    {
      g_task_return_new_error (task, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_FAILED, "%s",
                               _("The server answered with something that makes no sense"));
      g_object_unref (task);
    }
  else
    refuse_sign_in (self, task, error);
}

void
yq_login_sign_in_async (YqLogin *self, const char *username, const char *password,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, unlock_new (self, username, password), unlock_free);
  yq_api_client_set_token (self->api, NULL);
  yq_api_client_sign_in_async (self->api, username, password, cancellable, answered_cb, task);
}

gboolean
yq_login_sign_in_finish (YqLogin *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
yq_login_take_answer_async (YqLogin *self, JsonNode *answer, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  const char *username =
    object != NULL ? json_object_get_string_member_with_default (object, "username", NULL) : NULL;

  if (username == NULL || !json_object_has_member (object, "token"))
    {
      g_task_return_new_error (task, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_FAILED, "%s",
                               _("The server answered with something that makes no sense"));
      g_object_unref (task);
      return;
    }
  g_task_set_task_data (task, unlock_new (self, username, NULL), unlock_free);
  ((Unlock *) g_task_get_task_data (task))->answer = json_node_copy (answer);
  start_unlock (task);
}

/* A visitor's store holds nothing private; its key stands beside it. */
gboolean
yq_login_visit (YqLogin *self, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GBytes) key = NULL;
  g_autofree guchar *bytes = NULL;
  gsize size = 0;

  yq_login_close (self);
  self->is_visitor = TRUE;
  self->folder = yq_login_folder (self->store_dir, self->server, "");
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    g_debug ("%s", self->folder);
  path = g_build_filename (self->folder, "key", NULL);
  if (g_file_get_contents (path, &text, NULL, NULL))
    bytes = g_base64_decode (text, &size);
  key = size == YQ_STORE_KEY_BYTES ? g_bytes_new (bytes, size) : new_key ();
  if (size != YQ_STORE_KEY_BYTES)
    {
      g_free (text);
      text = g_base64_encode (g_bytes_get_data (key, NULL), g_bytes_get_size (key));
      if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
        return FALSE;
    }
  point_who (self);
  if (!open_parts (self, key, NULL, error))
    {
      yq_login_close (self);
      return FALSE;
    }
  tell (self);
  return TRUE;
}

/* -- signing out -- */

static void
forget_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Unlock *unlock = data;
  const YqKeyring keyring = { unlock->folder, unlock->server, unlock->username };

  yq_keyring_clear (&keyring, "token");
  yq_keyring_clear (&keyring, "key");
  g_task_return_boolean (task, TRUE);
}

static void
session_ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  yq_api_client_sign_out_finish (YQ_API_CLIENT (source), result, NULL);
}

static void
end_session_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Unlock *unlock = data;
  const YqKeyring keyring = { unlock->folder, unlock->server, unlock->username };

  unlock->token = yq_keyring_lookup (&keyring, "token");
  forget_thread (task, source, data, cancellable);
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(YqApiClient) api = user_data;
  Unlock *unlock = g_task_get_task_data (G_TASK (result));

  if (unlock->token == NULL)
    return;
  yq_api_client_set_token (api, unlock->token);
  yq_api_client_sign_out_async (api, session_ended_cb, NULL);
}

gboolean
yq_login_sign_out (YqLogin *self, gboolean keep, GError **error)
{
  g_autoptr(GTask) work = NULL;
  g_autofree char *path = g_build_filename (self->store_dir, "last", NULL);

  if (self->outbox != NULL && !yq_outbox_is_empty (self->outbox) && !keep)
    {
      g_set_error_literal (error, YQ_LOGIN_ERROR, YQ_LOGIN_ERROR_NOT_EMPTY,
                           _("Some of your work has not been sent yet"));
      return FALSE;
    }
  if (self->store != NULL && !self->is_visitor)
    {
      work = g_task_new (NULL, NULL, forgotten_cb, yq_api_client_new (self->server));
      g_task_set_task_data (work, unlock_new (self, self->file->username, NULL), unlock_free);
      g_task_run_in_thread (work, end_session_thread);
    }
  g_unlink (path);
  yq_login_close (self);
  tell (self);
  return TRUE;
}

void
yq_login_close (YqLogin *self)
{
  if (self->sync != NULL)
    yq_sync_stop (self->sync);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->sync);
  g_clear_object (&self->outbox);
  if (self->store != NULL)
    yq_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->file, yq_login_file_free);
  self->is_visitor = FALSE;
  self->needs_sign_in = FALSE;
  point_who (self);
}

/* -- the object -- */

static void
yq_login_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_IS_OPEN)
    g_value_set_boolean (value, yq_login_is_open (YQ_LOGIN (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
yq_login_dispose (GObject *object)
{
  YqLogin *self = YQ_LOGIN (object);

  yq_login_close (self);
  g_clear_object (&self->api);
  G_OBJECT_CLASS (yq_login_parent_class)->dispose (object);
}

static void
yq_login_finalize (GObject *object)
{
  YqLogin *self = YQ_LOGIN (object);

  g_clear_pointer (&self->store_dir, g_free);
  g_clear_pointer (&self->server, g_free);
  G_OBJECT_CLASS (yq_login_parent_class)->finalize (object);
}

static void
yq_login_class_init (YqLoginClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = yq_login_get_property;
  object_class->dispose = yq_login_dispose;
  object_class->finalize = yq_login_finalize;

  properties[PROP_IS_OPEN] =
    g_param_spec_boolean ("is-open", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] =
    g_signal_new ("changed", YQ_TYPE_LOGIN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yq_login_init (YqLogin *self)
{
}

YqLogin *
yq_login_new (const char *store_dir, const char *server)
{
  YqLogin *self = g_object_new (YQ_TYPE_LOGIN, NULL);

  self->store_dir = g_strdup (store_dir);
  self->server = g_strdup (server);
  self->api = yq_api_client_new (server);
  return self;
}

/* -- looking -- */

const char *
yq_login_server (YqLogin *self)
{
  return self->server;
}

gboolean
yq_login_is_open (YqLogin *self)
{
  return self->store != NULL;
}

gboolean
yq_login_is_visitor (YqLogin *self)
{
  return self->is_visitor;
}

gboolean
yq_login_needs_sign_in (YqLogin *self)
{
  return self->needs_sign_in;
}

char **
yq_login_known_names (YqLogin *self)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr(GDir) dir = g_dir_open (self->store_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (self->store_dir, name, NULL);
      g_autoptr(YqLoginFile) file = yq_login_file_read (folder);

      if (file != NULL && g_str_equal (file->server, self->server))
        g_strv_builder_add (names, file->username);
    }
  return g_strv_builder_end (names);
}

const char *
yq_login_username (YqLogin *self)
{
  return self->file != NULL ? self->file->username : NULL;
}

const char *
yq_login_account (YqLogin *self)
{
  return self->who.account;
}

const char *
yq_login_organisation (YqLogin *self)
{
  return self->who.organisation;
}

const YqWho *
yq_login_who (YqLogin *self)
{
  return &self->who;
}

YqStore *
yq_login_store (YqLogin *self)
{
  return self->store;
}

YqOutbox *
yq_login_outbox (YqLogin *self)
{
  return self->outbox;
}

YqSync *
yq_login_sync (YqLogin *self)
{
  return self->sync;
}
