/* Requests over libsoup: headers, time limits, problems. */
#define G_LOG_DOMAIN "yiquan-api"

#include "api-client.h"

#include <locale.h>
#include <string.h>

#include "api-private.h"
#include "api.h"
#include "record-json.h"
#include "text.h"

#define TIMEOUT_S 30
#define CONNECT_TIMEOUT_S 60 /* of silence on a connection */

struct _YqApiClient
{
  GObject parent_instance;

  SoupSession *session;
  char *server;
  char *token;
  char *picture_id, *picture_text; /* of the next sign-in */
  YqProblem *problem;
  guint retry_after;
};

G_DEFINE_FINAL_TYPE (YqApiClient, yq_api_client, G_TYPE_OBJECT)
G_DEFINE_QUARK (yq_api_error, yq_api_error)

typedef struct
{
  SoupMessage *message;
  GCancellable *inner; /* ended by the caller's or by time */
  GCancellable *outer;
  gulong outer_id;
  GSource *timer;
  gboolean timed_out;
} Sending;

void
yq_reply_free (YqReply *reply)
{
  if (reply == NULL)
    return;
  g_clear_pointer (&reply->body, g_bytes_unref);
  g_free (reply);
}

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  if (sending->outer_id != 0)
    g_cancellable_disconnect (sending->outer, sending->outer_id);
  if (sending->timer != NULL)
    g_source_destroy (sending->timer);
  g_clear_pointer (&sending->timer, g_source_unref);
  g_clear_object (&sending->outer);
  g_clear_object (&sending->inner);
  g_clear_object (&sending->message);
  g_free (sending);
}

/* -- answers -- */

static int
error_of_status (guint status)
{
  switch (status)
    {
    case 401:
      return YQ_API_ERROR_UNAUTHENTICATED;
    case 410:
      return YQ_API_ERROR_EXPIRED;
    case 429:
    case 502:
    case 503:
    case 504:
      return YQ_API_ERROR_UNAVAILABLE;
    default:
      return status >= 500 ? YQ_API_ERROR_UNAVAILABLE : YQ_API_ERROR_REFUSED;
    }
}

static void
take_problem (YqApiClient *self, SoupMessage *message, GBytes *body)
{
  g_autoptr(YqProblem) broken = NULL;
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr(JsonNode) node = size > 0 ? yq_json_parse (text, size, &broken) : NULL;
  const char *after =
    soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");

  g_clear_pointer (&self->problem, yq_problem_free);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    self->problem = yq_problem_from_json (json_node_get_object (node));
  self->retry_after = after != NULL ? (guint) g_ascii_strtoull (after, NULL, 10) : 0;
}

static void
refuse (YqApiClient *self, GTask *task, SoupMessage *message, GBytes *body)
{
  guint status = soup_message_get_status (message);

  take_problem (self, message, body);
  g_task_return_new_error (task, YQ_API_ERROR, error_of_status (status), "%s",
                           self->problem != NULL
                             ? yq_problem_detail (self->problem)
                             : _("The server answered with something that makes no sense"));
}

static gint64
read_offset (SoupMessage *message)
{
  const char *text =
    soup_message_headers_get_one (soup_message_get_response_headers (message), "Upload-Offset");

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : -1;
}

static void
fail (YqApiClient *self, GTask *task, Sending *sending, GError *error)
{
  g_clear_pointer (&self->problem, yq_problem_free);
  self->retry_after = 0;
  if (g_cancellable_is_cancelled (sending->outer))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", error->message);
  else if (sending->timed_out)
    g_task_return_new_error (task, YQ_API_ERROR, YQ_API_ERROR_UNREACHABLE, "%s",
                             _("The server did not answer in time"));
  else
    {
      g_debug ("%s", error->message);
      g_task_return_new_error (task, YQ_API_ERROR, YQ_API_ERROR_UNREACHABLE, "%s",
                               _("The server cannot be reached"));
    }
  g_error_free (error);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  YqApiClient *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);
  GError *error = NULL;
  GBytes *body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  guint status = soup_message_get_status (sending->message);
  YqReply *reply;

  if (body == NULL)
    {
      fail (self, task, sending, error);
      return;
    }
  if (status < 200 || status > 299)
    {
      refuse (self, task, sending->message, body);
      g_bytes_unref (body);
      return;
    }
  reply = g_new0 (YqReply, 1);
  reply->status = status;
  reply->body = body;
  reply->upload_offset = read_offset (sending->message);
  g_task_return_pointer (task, reply, (GDestroyNotify) yq_reply_free);
}

/* -- sending -- */

static void
outer_cancelled_cb (GCancellable *outer, GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

static gboolean
time_over_cb (gpointer user_data)
{
  Sending *sending = user_data;

  sending->timed_out = TRUE;
  g_cancellable_cancel (sending->inner);
  return G_SOURCE_REMOVE;
}

/* What people read here, so that reasons come in the same language; it may change while one is
 * signed in. */
static const char *
find_language (void)
{
  const char *language = g_getenv ("LANGUAGE");

  if (language == NULL || *language == '\0')
    language = setlocale (LC_MESSAGES, NULL);
  return language != NULL && g_str_has_prefix (language, "zh") ? "zh-CN" : "en";
}

SoupMessage *
yq_api_message (YqApiClient *self, const char *method, const char *path)
{
  g_autofree char *uri = g_strconcat (self->server, path, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  SoupMessageHeaders *headers;
  g_autofree char *bearer = NULL;

  if (message == NULL)
    return NULL;
  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Accept-Language", find_language ());
  if (self->token != NULL)
    {
      bearer = g_strconcat ("Bearer ", self->token, NULL);
      soup_message_headers_replace (headers, "Authorization", bearer);
    }
  return message;
}

void
yq_api_send_message_async (YqApiClient *self, SoupMessage *message, guint timeout_s,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  Sending *sending;

  if (message == NULL)
    {
      g_task_return_new_error (task, YQ_API_ERROR, YQ_API_ERROR_UNREACHABLE,
                               _("“%s” is not the address of a server"), self->server);
      g_object_unref (task);
      return;
    }
  sending = g_new0 (Sending, 1);
  sending->message = g_object_ref (message);
  sending->inner = g_cancellable_new ();
  if (cancellable != NULL)
    {
      sending->outer = g_object_ref (cancellable);
      sending->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb),
                                                 g_object_ref (sending->inner), g_object_unref);
    }
  g_task_set_task_data (task, sending, sending_free);
  sending->timer = g_timeout_source_new_seconds (timeout_s > 0 ? timeout_s : TIMEOUT_S);
  g_source_set_callback (sending->timer, time_over_cb, sending, NULL);
  g_source_attach (sending->timer, g_task_get_context (task));
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, sending->inner,
                                    sent_cb, task);
}

YqReply *
yq_api_send_message_finish (YqApiClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- JSON -- */

static void
json_sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  YqApiClient *self = YQ_API_CLIENT (source);
  GError *error = NULL;
  g_autoptr(YqReply) reply = yq_api_send_message_finish (self, result, &error);
  g_autoptr(YqProblem) problem = NULL;
  const char *text;
  JsonNode *node;
  gsize size;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  text = g_bytes_get_data (reply->body, &size);
  if (reply->status == 204 || size == 0)
    g_task_return_pointer (task, NULL, NULL);
  else if ((node = yq_json_parse (text, size, &problem)) != NULL && JSON_NODE_HOLDS_OBJECT (node))
    g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
  else
    g_task_return_new_error (task, YQ_API_ERROR, YQ_API_ERROR_BROKEN, "%s",
                             _("The server answered with something that makes no sense"));
}

void
yq_api_client_send_async (YqApiClient *self, const char *method, const char *path, GBytes *body,
                          guint timeout_s, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr(SoupMessage) message = yq_api_message (self, method, path);

  if (message != NULL && body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", body);
  yq_api_send_message_async (self, message, timeout_s, cancellable, json_sent_cb, task);
}

JsonNode *
yq_api_client_send_finish (YqApiClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* -- the calls -- */

void
yq_api_client_set_picture (YqApiClient *self, const char *id, const char *text)
{
  g_free (self->picture_id);
  g_free (self->picture_text);
  self->picture_id = g_strdup (id);
  self->picture_text = g_strdup (text != NULL ? text : "");
}

void
yq_api_client_sign_in_async (YqApiClient *self, const char *username, const char *password,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr(GString) text = g_string_new ("{\"username\":");
  g_autoptr(GBytes) body = NULL;

  yq_json_append_string (text, username);
  g_string_append (text, ",\"password\":");
  yq_json_append_string (text, password);
  if (self->picture_id != NULL)
    {
      g_string_append (text, ",\"captcha\":{\"id\":");
      yq_json_append_string (text, self->picture_id);
      g_string_append (text, ",\"text\":");
      yq_json_append_string (text, self->picture_text);
      g_string_append_c (text, '}');
      yq_api_client_set_picture (self, NULL, NULL); /* each is tried once */
    }
  g_string_append_c (text, '}');
  body = g_bytes_new (text->str, text->len);
  yq_api_client_send_async (self, "POST", YQ_PATH_SESSIONS, body, 0, cancellable, callback,
                            user_data);
}

JsonNode *
yq_api_client_sign_in_finish (YqApiClient *self, GAsyncResult *result, GError **error)
{
  return yq_api_client_send_finish (self, result, error);
}

void
yq_api_client_sign_out_async (YqApiClient *self, GAsyncReadyCallback callback, gpointer user_data)
{
  yq_api_client_send_async (self, "DELETE", YQ_PATH_SESSIONS "/current", NULL, 5, NULL, callback,
                            user_data);
}

gboolean
yq_api_client_sign_out_finish (YqApiClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(JsonNode) node = yq_api_client_send_finish (self, result, &local);

  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

void
yq_api_client_changes_async (YqApiClient *self, const char *scope, gint64 after, guint wait,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autofree char *path =
    g_strdup_printf ("%s?scope=%s&after=%" G_GINT64_FORMAT "&limit=%d&wait=%u", YQ_PATH_CHANGES,
                     scope, after, YQ_MAX_CHANGES, wait);

  yq_api_client_send_async (self, "GET", path, NULL, TIMEOUT_S + wait, cancellable, callback,
                            user_data);
}

JsonNode *
yq_api_client_changes_finish (YqApiClient *self, GAsyncResult *result, GError **error)
{
  return yq_api_client_send_finish (self, result, error);
}

/* -- the object -- */

static void
yq_api_client_finalize (GObject *object)
{
  YqApiClient *self = YQ_API_CLIENT (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->picture_id, g_free);
  g_clear_pointer (&self->picture_text, g_free);
  g_clear_pointer (&self->problem, yq_problem_free);
  G_OBJECT_CLASS (yq_api_client_parent_class)->finalize (object);
}

static void
yq_api_client_class_init (YqApiClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yq_api_client_finalize;
}

static void
yq_api_client_init (YqApiClient *self)
{
  /* Two long polls, commands and files side by side. */
  self->session = soup_session_new_with_options ("max-conns", 8, "max-conns-per-host", 6, "timeout",
                                                 CONNECT_TIMEOUT_S, "idle-timeout", 60,
                                                 "user-agent", "yiquan/" YQ_VERSION, NULL);
}

void
yq_api_client_make_ready (void)
{
  g_type_class_unref (g_type_class_ref (SOUP_TYPE_SESSION));
}

YqApiClient *
yq_api_client_new (const char *server)
{
  YqApiClient *self = g_object_new (YQ_TYPE_API_CLIENT, NULL);
  gsize length = strlen (server);

  while (length > 0 && server[length - 1] == '/')
    length--;
  self->server = g_strndup (server, length);
  return self;
}

void
yq_api_client_set_token (YqApiClient *self, const char *token)
{
  g_free (self->token);
  self->token = g_strdup (token);
}

const char *
yq_api_client_token (YqApiClient *self)
{
  return self->token;
}

const YqProblem *
yq_api_client_problem (YqApiClient *self)
{
  return self->problem;
}

guint
yq_api_client_retry_after (YqApiClient *self)
{
  return self->retry_after;
}
