/* The remembered account, and its lock. */
#define G_LOG_DOMAIN "yiquan-login"

#include "login-file.h"

#include <sodium.h>
#include <string.h>

#include "record-json.h"

void
yq_login_file_free (YqLoginFile *file)
{
  if (file == NULL)
    return;
  g_free (file->server);
  g_free (file->username);
  g_free (file->account);
  g_free (file->organisation);
  g_free (file->public_url);
  g_free (file->grants);
  g_free (file->by_password.salt);
  g_free (file->by_password.wrapped);
  g_free (file->by_server.salt);
  g_free (file->by_server.wrapped);
  g_free (file);
}

char *
yq_login_folder (const char *store_dir, const char *server, const char *username)
{
  g_autoptr(GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : server;
  int port = uri != NULL ? g_uri_get_port (uri) : -1;
  g_autofree char *where = port > 0 ? g_strdup_printf ("%s_%d", host, port) : g_strdup (host);
  g_autofree char *safe = g_uri_escape_string (username, NULL, FALSE);
  g_autofree char *safe_where = g_uri_escape_string (where, NULL, FALSE);
  g_autofree char *name = g_strconcat (safe, "@", safe_where, NULL);

  return g_build_filename (store_dir, name, NULL);
}

/* -- reading and writing -- */

static void
read_grants (YqLoginFile *file, JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "grants");
  JsonArray *grants =
    node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = grants != NULL ? json_array_get_length (grants) : 0;

  g_free (file->grants);
  file->grants = g_new0 (YqGrant, n);
  file->n_grants = 0;
  for (guint i = 0; i < n; i++)
    {
      static const char *const scopes[] = { "organisation", "desk", "region" };
      JsonObject *grant = json_array_get_object_element (grants, i);
      int role = yq_role_from_name (json_object_get_string_member_with_default (grant, "role", ""));
      YqGrant *to = &file->grants[file->n_grants];

      if (role < 0)
        continue; /* of a newer server */
      to->role = (YqRole) role;
      for (guint s = 0; s < G_N_ELEMENTS (scopes); s++)
        if (json_object_has_member (grant, scopes[s]))
          g_strlcpy (to->scope, json_object_get_string_member_with_default (grant, scopes[s], ""),
                     sizeof to->scope);
      file->n_grants++;
    }
}

void
yq_login_file_take_answer (YqLoginFile *file, JsonObject *answer)
{
  const char *url = json_object_get_string_member_with_default (answer, "public_url", NULL);

  g_free (file->account);
  g_free (file->organisation);
  g_free (file->public_url);
  file->public_url =
    url != NULL && (g_str_has_prefix (url, "https://") || g_str_has_prefix (url, "http://"))
      ? g_strdup (url)
      : NULL;
  file->account = g_strdup (json_object_get_string_member_with_default (answer, "account", NULL));
  file->organisation =
    g_strdup (json_object_get_string_member_with_default (answer, "organisation", NULL));
  read_grants (file, answer);
}

static JsonNode *
load (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "login.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr(YqProblem) problem = NULL;
  gsize size;

  if (!g_file_get_contents (path, &text, &size, NULL))
    return NULL;
  return yq_json_parse (text, (gssize) size, &problem);
}

static void
read_lock (YqLock *lock, JsonObject *object, const char *salt, const char *wrapped)
{
  lock->salt = g_strdup (json_object_get_string_member_with_default (object, salt, NULL));
  lock->wrapped = g_strdup (json_object_get_string_member_with_default (object, wrapped, NULL));
}

YqLoginFile *
yq_login_file_read (const char *folder)
{
  g_autoptr(JsonNode) node = load (folder);
  g_autoptr(YqLoginFile) file = NULL;
  JsonObject *object;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  file = g_new0 (YqLoginFile, 1);
  yq_login_file_take_answer (file, object);
  file->server = g_strdup (json_object_get_string_member_with_default (object, "server", NULL));
  file->username = g_strdup (json_object_get_string_member_with_default (object, "username", NULL));
  read_lock (&file->by_password, object, "salt", "wrapped");
  read_lock (&file->by_server, object, "unlock_salt", "unlock_wrapped");
  if (file->server == NULL || file->username == NULL || file->account == NULL)
    return NULL;
  return g_steal_pointer (&file);
}

static void
append_member (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, ",\"%s\":", name);
  if (value != NULL)
    yq_json_append_string (text, value);
  else
    g_string_append (text, "null");
}

static void
append_grants (GString *text, const YqLoginFile *file)
{
  g_string_append (text, ",\"grants\":[");
  for (guint i = 0; i < file->n_grants; i++)
    {
      const YqGrant *grant = &file->grants[i];

      g_string_append_printf (text, "%s{\"role\":\"%s\"", i > 0 ? "," : "",
                              yq_role_name (grant->role));
      append_member (text,
                     grant->role == YQ_ROLE_REVIEWER ? "region"
                     : grant->role == YQ_ROLE_DESK   ? "desk"
                                                     : "organisation",
                     grant->scope);
      g_string_append_c (text, '}');
    }
  g_string_append_c (text, ']');
}

gboolean
yq_login_file_write (const YqLoginFile *file, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "login.json", NULL);
  g_autoptr(GString) text = g_string_new ("{\"version\":1");

  append_member (text, "server", file->server);
  append_member (text, "username", file->username);
  append_member (text, "account", file->account);
  append_member (text, "organisation", file->organisation);
  append_member (text, "public_url", file->public_url);
  append_grants (text, file);
  append_member (text, "salt", file->by_password.salt);
  append_member (text, "wrapped", file->by_password.wrapped);
  append_member (text, "unlock_salt", file->by_server.salt);
  append_member (text, "unlock_wrapped", file->by_server.wrapped);
  g_string_append (text, "}\n");
  return g_file_set_contents_full (path, text->str, text->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/* -- the lock -- */

#define NONCE crypto_secretbox_NONCEBYTES
#define BOX (crypto_secretbox_MACBYTES + YQ_STORE_KEY_BYTES)

static gboolean
derive (guint8 out[crypto_secretbox_KEYBYTES], const char *password,
        const guint8 salt[crypto_pwhash_SALTBYTES])
{
  return crypto_pwhash (out, crypto_secretbox_KEYBYTES, password, strlen (password), salt,
                        crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                        crypto_pwhash_ALG_ARGON2ID13) == 0;
}

gboolean
yq_lock_wrap (YqLock *lock, GBytes *key, const char *secret)
{
  guint8 salt[crypto_pwhash_SALTBYTES];
  guint8 derived[crypto_secretbox_KEYBYTES];
  guint8 box[NONCE + BOX];

  g_return_val_if_fail (g_bytes_get_size (key) == YQ_STORE_KEY_BYTES, FALSE);

  if (sodium_init () < 0)
    return FALSE;
  randombytes_buf (salt, sizeof salt);
  randombytes_buf (box, NONCE);
  if (!derive (derived, secret, salt))
    return FALSE;
  crypto_secretbox_easy (box + NONCE, g_bytes_get_data (key, NULL), YQ_STORE_KEY_BYTES, box,
                         derived);
  sodium_memzero (derived, sizeof derived);
  g_free (lock->salt);
  g_free (lock->wrapped);
  lock->salt = g_base64_encode (salt, sizeof salt);
  lock->wrapped = g_base64_encode (box, sizeof box);
  return TRUE;
}

GBytes *
yq_lock_unwrap (const YqLock *lock, const char *secret)
{
  g_autofree guint8 *salt = NULL;
  g_autofree guint8 *box = NULL;
  guint8 derived[crypto_secretbox_KEYBYTES];
  guint8 key[YQ_STORE_KEY_BYTES];
  gsize salt_size = 0, box_size = 0;
  gboolean opened;

  if (secret == NULL || lock->salt == NULL || lock->wrapped == NULL || sodium_init () < 0)
    return NULL;
  salt = g_base64_decode (lock->salt, &salt_size);
  box = g_base64_decode (lock->wrapped, &box_size);
  if (salt_size != crypto_pwhash_SALTBYTES || box_size != NONCE + BOX ||
      !derive (derived, secret, salt))
    return NULL;
  opened = crypto_secretbox_open_easy (key, box + NONCE, BOX, box, derived) == 0;
  sodium_memzero (derived, sizeof derived);
  return opened ? g_bytes_new (key, sizeof key) : NULL;
}
