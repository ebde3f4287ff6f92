/* Who uses this computer: signing in (online once, afterwards also without a network), the keys,
 * and the store, outbox and sync that belong to that account.  Main thread.
 *
 * Each account has a folder of its own below the store folder, so that two people can share a
 * computer. The token and the store's key stand in the keyring, or where none answers within 3 s in
 * a 0600 file. */
#pragma once

#include "sync.h"

#define YQ_SESSION_ERROR (yq_session_error_quark ())
typedef enum
{
  YQ_SESSION_ERROR_WRONG,       /* name or password */
  YQ_SESSION_ERROR_UNREACHABLE, /* no network and this account has never signed in here */
  YQ_SESSION_ERROR_THROTTLED,   /* too many tries; the message says how long */
  YQ_SESSION_ERROR_NOT_EMPTY,   /* the outbox is not empty: ask first */
  YQ_SESSION_ERROR_FAILED
} YqSessionError;
GQuark yq_session_error_quark (void);

#define YQ_TYPE_SESSION (yq_session_get_type ())
G_DECLARE_FINAL_TYPE (YqSession, yq_session, YQ, SESSION, GObject)

/* Property "is-open"; signal "changed" () when the account, its grants or the sign-in state
 * changed. */
YqSession *yq_session_new (const char *store_dir, const char *server);
const char *yq_session_server (YqSession *self);

/* Goes on where the program ended: opens the store of username (NULL: the last one) without asking,
 * if its key is in the keyring.  FALSE without error: ask for the password. */
void yq_session_restore_async (YqSession *self, const char *username, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean yq_session_restore_finish (YqSession *self, GAsyncResult *result, GError **error);
/* Asks the server; where it does not answer and the account has signed in here before, unlocks the
 * store with the password alone. */
void yq_session_sign_in_async (YqSession *self, const char *username, const char *password,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean yq_session_sign_in_finish (YqSession *self, GAsyncResult *result, GError **error);
/* Browse the public catalogue without an account. */
gboolean yq_session_visit (YqSession *self, GError **error);
/* Ends the session: NOT_EMPTY while anything is unsent, unless keep (the store and its outbox stay
 * on the disk, locked by the password) . */
gboolean yq_session_sign_out (YqSession *self, gboolean keep, GError **error);
/* Stops sync and closes the store, stays signed in (quitting). */
void yq_session_close (YqSession *self);

gboolean yq_session_is_open (YqSession *self); /* store, outbox and sync are there */
gboolean yq_session_is_visitor (YqSession *self);
gboolean
yq_session_needs_sign_in (YqSession *self); /* the server refused the token; work goes on offline */
char **yq_session_known_names (YqSession *self); /* accounts that can be unlocked here */
const char *yq_session_username (YqSession *self);
const char *yq_session_account (YqSession *self);      /* id */
const char *yq_session_organisation (YqSession *self); /* id or NULL */
const YqWho *yq_session_who (YqSession *self);
YqStore *yq_session_store (YqSession *self); /* borrowed; NULL while closed */
YqOutbox *yq_session_outbox (YqSession *self);
YqSync *yq_session_sync (YqSession *self);
