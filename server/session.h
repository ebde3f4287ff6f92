/* Who is signed in.  A token is 32 random bytes, of which only a BLAKE2b is stored; it lives 90
 * days from its last use.  The loops look sessions up in memory. */
#pragma once

#include "http.h"

typedef struct _YqSessions YqSessions;
typedef struct _YqSession YqSession; /* one signed-in account, as the loops see it; immutable */

gboolean yq_sessions_prepare (SqlConn *conn, GError **error); /* tables session and password */
YqSessions *yq_sessions_new (YqServer *server, GError **error);
void yq_sessions_stop (YqSessions *sessions); /* answers who still waits to sign in */
void yq_sessions_free (YqSessions *sessions);

/* Loop threads: the session of a token, or NULL. */
YqSession *yq_sessions_find (YqSessions *sessions, SqlConn *conn, const char *token);
const YqWho *yq_session_who (YqSession *session);
YqSession *yq_session_ref (YqSession *session);
void yq_session_unref (YqSession *session);
/* Any thread, after the COMMIT that changed an account's grants, membership, state or password;
 * NULL is all. */
void yq_sessions_drop_account (YqSessions *sessions, const char *account);

/* Grants and organisation of an account as the tables say now; NULL without error if it is closed
 * or unknown. */
YqSession *yq_session_read (SqlConn *conn, const char *account, GError **error);
/* Inside a transaction: a new session of the account.  Returns its token. */
char *yq_session_write (SqlConn *conn, const char *account, gint64 now, GError **error);

/* The id of the active account of that name and its password hash, each NULL where there is none;
 * free both. */
gboolean yq_session_find_account (SqlConn *conn, const char *username, char **account, char **hash,
                                  GError **error);
/* Inside a transaction.  Replaces an older password and ends its sessions (the cache is the
 * caller's: drop it). */
gboolean yq_session_set_password (SqlConn *conn, const char *account, const char *password,
                                  GError **error);
/* The same with a hash that was made elsewhere: hashing takes too long for the writer. */
gboolean yq_session_store_hash (SqlConn *conn, const char *account, const char *hash,
                                GError **error);
/* Inside a transaction: has nobody ended the session since it was read? */
gboolean yq_session_is_live (SqlConn *conn, YqSession *session, GError **error);
/* Inside a transaction: ends all other sessions of its account (the cache is the caller's). */
gboolean yq_session_end_others (SqlConn *conn, YqSession *session, GError **error);
/* What hashing costs from now on; 0, 0 is libsodium's INTERACTIVE.  Tests make it cheap. */
void yq_session_set_cost (guint64 operations, gsize memory);
char *yq_session_hash (const char *password, GError **error); /* argon2id, with the cost in it */

#define YQ_SESSION_LIFE (90 * YQ_DAY)

/* Any thread that holds the request: 201 with the token and what the account may do.  "unlock" in
 * it opens what a client has locked for this account, whatever its password has been; "public_url"
 * is what the codes on vouchers lead to, where it is configured. */
void yq_session_reply (YqRequest *request, YqSession *session, const char *username,
                       const char *token, gint64 now);

/* handlers */
void yq_sessions_create (YqRequest *request); /* sign-in.c */
void yq_sessions_end (YqRequest *request);
