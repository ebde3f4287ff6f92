/* Who uses this computer: signing in (online once, afterwards also without a network), the keys,
 * and the store, outbox and sync that belong to that account.  Main thread.
 *
 * Each account has a folder of its own below the store folder, so that two people can share a
 * computer. The token and the store's key stand in the keyring, or where none answers within 3 s in
 * a 0600 file. */
#pragma once

#include "api-client.h"
#include "sync.h"

#define YQ_LOGIN_ERROR (yq_login_error_quark ())
typedef enum
{
  YQ_LOGIN_ERROR_WRONG,       /* name or password */
  YQ_LOGIN_ERROR_UNREACHABLE, /* no network and this account has never signed in here */
  YQ_LOGIN_ERROR_THROTTLED,   /* too many tries; the message says how long */
  YQ_LOGIN_ERROR_PICTURE,     /* a picture code is needed, or was wrong */
  YQ_LOGIN_ERROR_NOT_EMPTY,   /* the outbox is not empty: ask first */
  YQ_LOGIN_ERROR_FAILED
} YqLoginError;
GQuark yq_login_error_quark (void);

#define YQ_TYPE_LOGIN (yq_login_get_type ())
G_DECLARE_FINAL_TYPE (YqLogin, yq_login, YQ, LOGIN, GObject)

/* Property "is-open"; signal "changed" () when the account, its grants or the sign-in state
 * changed. */
YqLogin *yq_login_new (const char *store_dir, const char *server);
const char *yq_login_server (YqLogin *self);

/* Goes on where the program ended: opens the store of username (NULL: the last one) without asking,
 * if its key is in the keyring.  FALSE without error: ask for the password. */
void yq_login_restore_async (YqLogin *self, const char *username, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
gboolean yq_login_restore_finish (YqLogin *self, GAsyncResult *result, GError **error);
/* Asks the server; where it does not answer and the account has signed in here before, unlocks the
 * store with the password alone. */
void yq_login_sign_in_async (YqLogin *self, const char *username, const char *password,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean yq_login_sign_in_finish (YqLogin *self, GAsyncResult *result, GError **error);
/* The same with a session that was opened elsewhere (sign-on.h): answer is what the server said;
 * finish with yq_login_sign_in_finish(). */
void yq_login_take_answer_async (YqLogin *self, JsonNode *answer, GAsyncReadyCallback callback,
                                 gpointer user_data);
/* The picture code that goes with the next sign-in; NULL: none. */
void yq_login_set_picture (YqLogin *self, const char *id, const char *text);
/* For calls about accounts, with the token of who is signed in; borrowed. */
YqApiClient *yq_login_api (YqLogin *self);
/* Browse the public catalogue without an account. */
gboolean yq_login_visit (YqLogin *self, GError **error);
/* Ends the session: NOT_EMPTY while anything is unsent, unless keep (the store and its outbox stay
 * on the disk, locked by the password) . */
gboolean yq_login_sign_out (YqLogin *self, gboolean keep, GError **error);
/* Stops sync and closes the store, stays signed in (quitting). */
void yq_login_close (YqLogin *self);

gboolean yq_login_is_open (YqLogin *self); /* store, outbox and sync are there */
gboolean yq_login_is_visitor (YqLogin *self);
gboolean
yq_login_needs_sign_in (YqLogin *self); /* the server refused the token; work goes on offline */
char **yq_login_known_names (YqLogin *self); /* accounts that can be unlocked here */
const char *yq_login_username (YqLogin *self);
const char *yq_login_account (YqLogin *self);      /* id */
const char *yq_login_organisation (YqLogin *self); /* id or NULL */
const YqWho *yq_login_who (YqLogin *self);
YqStore *yq_login_store (YqLogin *self); /* borrowed; NULL while closed */
YqOutbox *yq_login_outbox (YqLogin *self);
YqSync *yq_login_sync (YqLogin *self);
