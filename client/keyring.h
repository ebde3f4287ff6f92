/* Small secrets: in the desktop's keyring, or in a 0600 file where none answers in 3 s.  These
 * calls block: never on the main thread. */
#pragma once

#include <gio/gio.h>

typedef struct
{
  const char *folder; /* where the file stands, if need be */
  const char *server;
  const char *username;
} YqKeyring;

/* what is "token" or "key". */
gboolean yq_keyring_store (const YqKeyring *keyring, const char *what, const char *value,
                           GError **error);
char *yq_keyring_lookup (const YqKeyring *keyring, const char *what); /* NULL: not there */
void yq_keyring_clear (const YqKeyring *keyring, const char *what);
