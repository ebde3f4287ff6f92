/* What this computer remembers of an account that has signed in here: login.json in its folder,
 * with the store's key wrapped by the password.  Blocks (argon2id): never on the main thread, but
 * for reading. */
#pragma once

#include <json-glib/json-glib.h>

#include "access.h"

#define YQ_STORE_KEY_BYTES 32

typedef struct
{
  char *server;
  char *username;
  char *account;      /* id */
  char *organisation; /* id or NULL */
  YqGrant *grants;
  guint n_grants;
  char *salt;    /* base64 */
  char *wrapped; /* base64: the key, locked by the password */
} YqLoginFile;

void yq_login_file_free (YqLoginFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqLoginFile, yq_login_file_free)

YqLoginFile *yq_login_file_read (const char *folder); /* NULL: never signed in */
gboolean yq_login_file_write (const YqLoginFile *file, const char *folder, GError **error);
/* Takes over what the server said about the account. */
void yq_login_file_take_answer (YqLoginFile *file, JsonObject *answer);
gboolean yq_login_file_wrap (YqLoginFile *file, GBytes *key, const char *password);
GBytes *yq_login_file_unwrap (const YqLoginFile *file,
                              const char *password); /* NULL: wrong password */
/* The folder's name of an account on a server. */
char *yq_login_folder (const char *store_dir, const char *server, const char *username);
