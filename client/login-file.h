/* What this computer remembers of an account that has signed in here: login.json in its folder,
 * with the store's key locked by the password and by what the server keeps for the account.  Blocks
 * (argon2id): never on the main thread, but for reading. */
#pragma once

#include <json-glib/json-glib.h>

#include "access.h"

#define YQ_STORE_KEY_BYTES 32

/* The store's key, locked by a secret. */
typedef struct
{
  char *salt;    /* base64 */
  char *wrapped; /* base64 */
} YqLock;

typedef struct
{
  char *server;
  char *username;
  char *account;      /* id */
  char *organisation; /* id or NULL */
  char *public_url;   /* how others reach the server, codes on vouchers lead there; or NULL */
  YqGrant *grants;
  guint n_grants;
  YqLock by_password; /* empty: she has signed in elsewhere (法人登录) */
  YqLock by_server;   /* by "unlock", which the server says to whoever signs in */
} YqLoginFile;

void yq_login_file_free (YqLoginFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqLoginFile, yq_login_file_free)

YqLoginFile *yq_login_file_read (const char *folder); /* NULL: never signed in */
gboolean yq_login_file_write (const YqLoginFile *file, const char *folder, GError **error);
/* Takes over what the server said about the account. */
void yq_login_file_take_answer (YqLoginFile *file, JsonObject *answer);
gboolean yq_lock_wrap (YqLock *lock, GBytes *key, const char *secret);
GBytes *yq_lock_unwrap (const YqLock *lock, const char *secret); /* NULL: empty, or wrong */
/* The folder's name of an account on a server. */
char *yq_login_folder (const char *store_dir, const char *server, const char *username);
