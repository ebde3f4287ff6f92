/* Who is signed in.  A token is 32 random bytes, of which only a BLAKE2b is stored; it lives 90
 * days from its last use.  Passwords are argon2id, verified one at a time on a thread of low
 * priority. */
#pragma once

#include "config.h"
#include "http.h"

typedef struct _YqSessions YqSessions;
typedef struct _YqSession YqSession; /* one signed-in account, as the loops see it; immutable */

gboolean yq_sessions_prepare (SqlConn *conn, GError **error); /* tables session and password */
YqSessions *yq_sessions_new (YqServer *server, GError **error);
void yq_sessions_stop (YqSessions *sessions); /* answers who waits with 503 and joins the thread */
void yq_sessions_free (YqSessions *sessions);

/* Loop threads: the session of a token, or NULL. */
YqSession *yq_sessions_find (YqSessions *sessions, SqlConn *conn, const char *token);
const YqWho *yq_session_who (YqSession *session);
YqSession *yq_session_ref (YqSession *session);
void yq_session_unref (YqSession *session);
/* Any thread, after the COMMIT that changed an account's grants, membership or state; NULL is all.
 */
void yq_sessions_drop_account (YqSessions *sessions, const char *account);

/* Grants and organisation of an account as the tables say now; NULL if there is no such account (or
 * no longer). */
YqSession *yq_session_read (SqlConn *conn, const char *account, GError **error);
/* user, demo: of an account that exists.  Replaces an older password and ends its sessions. */
gboolean yq_session_set_password (SqlConn *conn, const YqConfig *config, const char *account,
                                  const char *password, GError **error);

/* handlers */
void yq_sessions_create (YqRequest *request);
void yq_sessions_end (YqRequest *request);
