/* The server's API over HTTP, asynchronously, on the context of the thread that calls (one object
 * per thread).  Nothing is kept here but the token and the connections. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "problem.h"

#define YQ_API_ERROR (yq_api_error_quark ())
typedef enum
{
  YQ_API_ERROR_UNREACHABLE,     /* no connection, cut off, timed out: try again later */
  YQ_API_ERROR_UNAVAILABLE,     /* 503 or 429: after yq_api_error_retry_after() */
  YQ_API_ERROR_UNAUTHENTICATED, /* 401 */
  YQ_API_ERROR_EXPIRED,         /* 410 cursor_expired */
  YQ_API_ERROR_REFUSED,         /* any other 4xx; see yq_api_error_problem() */
  YQ_API_ERROR_BROKEN           /* an answer that makes no sense */
} YqApiError;
GQuark yq_api_error_quark (void);

#define YQ_TYPE_API_CLIENT (yq_api_client_get_type ())
G_DECLARE_FINAL_TYPE (YqApiClient, yq_api_client, YQ, API_CLIENT, GObject)

/* Before a thread makes one, in the main thread.  Where two threads meet in GLib while one makes
 * the class of HTTP sessions and the other a type it needs, both wait for ever. */
void yq_api_client_make_ready (void);
YqApiClient *yq_api_client_new (const char *server); /* "http://host:port", without a path */
void yq_api_client_set_token (YqApiClient *self, const char *token); /* NULL: none */
const char *yq_api_client_token (YqApiClient *self);
/* Of the last answer that was an error; borrowed until the next one. */
const YqProblem *yq_api_client_problem (YqApiClient *self);
guint yq_api_client_retry_after (YqApiClient *self); /* seconds, 0 if it did not say */

/* One request with a JSON answer.  path has its query already ("/v1/changes?…"); body may be NULL.
 * timeout_s 0 is 30 s.  The answer is NULL without error for 204. */
void yq_api_client_send_async (YqApiClient *self, const char *method, const char *path,
                               GBytes *body, guint timeout_s, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
JsonNode *yq_api_client_send_finish (YqApiClient *self, GAsyncResult *result, GError **error);

/* The picture code that goes with the next sign-in; NULL: none. */
void yq_api_client_set_picture (YqApiClient *self, const char *id, const char *text);
/* {token, expires_at, account, organisation, grants}. */
void yq_api_client_sign_in_async (YqApiClient *self, const char *username, const char *password,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
JsonNode *yq_api_client_sign_in_finish (YqApiClient *self, GAsyncResult *result, GError **error);
void yq_api_client_sign_out_async (YqApiClient *self, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean yq_api_client_sign_out_finish (YqApiClient *self, GAsyncResult *result, GError **error);
/* scope is "mine" or "catalogue"; wait in seconds, 0 answers at once. */
void yq_api_client_changes_async (YqApiClient *self, const char *scope, gint64 after, guint wait,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
JsonNode *yq_api_client_changes_finish (YqApiClient *self, GAsyncResult *result, GError **error);
/* Sends what the server does not have yet, in pieces; resumes where it stopped. */
void yq_api_client_put_file_async (YqApiClient *self, const char *sha256, GBytes *content,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean yq_api_client_put_file_finish (YqApiClient *self, GAsyncResult *result, GError **error);
/* Its content, checked against its digest; a new reference. */
void yq_api_client_get_file_async (YqApiClient *self, const char *sha256, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
GBytes *yq_api_client_get_file_finish (YqApiClient *self, GAsyncResult *result, GError **error);
