/* Files over the API: up in pieces that go on where they stopped, down whole or not at all. */
#define G_LOG_DOMAIN "yiquan-api"

#include "api-private.h"

#include <string.h>

#include "api.h"
#include "text.h"

#define PIECE (256 * 1024)
#define MAX_ROUNDS 100 /* offsets told by the server that lead nowhere */
#define TIMEOUT_S 60

/* -- up -- */

typedef struct
{
  char *path;
  GBytes *content;
  gint64 offset;
  guint rounds;
  gboolean is_asked; /* HEAD has been answered */
} Put;

static void
put_free (gpointer data)
{
  Put *put = data;

  g_free (put->path);
  g_clear_pointer (&put->content, g_bytes_unref);
  g_free (put);
}

static void put_next (GTask *task);

/* 409 with another offset is no failure: go on from there. */
static void
put_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Put *put = g_task_get_task_data (task);
  YqApiClient *self = YQ_API_CLIENT (source);
  GError *error = NULL;
  g_autoptr(YqReply) reply = yq_api_send_message_finish (self, result, &error);
  const YqProblem *problem = yq_api_client_problem (self);
  gboolean was_asked = put->is_asked;

  put->is_asked = TRUE;
  put->rounds++;
  if (reply != NULL && reply->upload_offset >= 0)
    put->offset = reply->upload_offset;
  else if (reply != NULL)
    put->offset = MIN (put->offset + PIECE, (gint64) g_bytes_get_size (put->content));
  else if (!was_asked && g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_REFUSED))
    put->offset = 0; /* unknown: from the start */
  else if (problem != NULL && yq_problem_code (problem) == YQ_PROBLEM_OFFSET &&
           g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_REFUSED) && put->rounds < MAX_ROUNDS)
    put->is_asked = FALSE; /* ask again where it stands */
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_clear_error (&error);
  put_next (task);
}

static void
put_next (GTask *task)
{
  YqApiClient *self = g_task_get_source_object (task);
  Put *put = g_task_get_task_data (task);
  gint64 size = (gint64) g_bytes_get_size (put->content);
  g_autoptr(SoupMessage) message = NULL;
  g_autoptr(GBytes) piece = NULL;
  g_autofree char *offset = g_strdup_printf ("%" G_GINT64_FORMAT, put->offset);
  g_autofree char *length = g_strdup_printf ("%" G_GINT64_FORMAT, size);

  if (put->is_asked && put->offset >= size)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  message = yq_api_message (self, put->is_asked ? "PATCH" : "HEAD", put->path);
  if (message != NULL && put->is_asked)
    {
      SoupMessageHeaders *headers = soup_message_get_request_headers (message);

      piece = g_bytes_new_from_bytes (put->content, (gsize) put->offset,
                                      (gsize) MIN (PIECE, size - put->offset));
      soup_message_headers_replace (headers, "Upload-Offset", offset);
      soup_message_headers_replace (headers, "Upload-Length", length);
      soup_message_set_request_body_from_bytes (message, "application/octet-stream", piece);
    }
  yq_api_send_message_async (self, message, TIMEOUT_S, g_task_get_cancellable (task),
                             put_answered_cb, task);
}

void
yq_api_client_put_file_async (YqApiClient *self, const char *sha256, GBytes *content,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Put *put = g_new0 (Put, 1);

  put->path = g_strconcat (YQ_PATH_FILES, sha256, NULL);
  g_task_set_task_data (task, put, put_free);
  put->content = g_bytes_ref (content);
  put_next (task);
}

gboolean
yq_api_client_put_file_finish (YqApiClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* -- down -- */

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  const char *sha256 = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr(YqReply) reply = yq_api_send_message_finish (YQ_API_CLIENT (source), result, &error);
  g_autofree char *digest =
    reply != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, reply->body) : NULL;

  if (reply == NULL)
    g_task_return_error (task, error);
  else if (g_strcmp0 (digest, sha256) == 0)
    g_task_return_pointer (task, g_bytes_ref (reply->body), (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_new_error (task, YQ_API_ERROR, YQ_API_ERROR_BROKEN, "%s",
                             _("The file arrived damaged"));
}

void
yq_api_client_get_file_async (YqApiClient *self, const char *sha256, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *path = g_strconcat (YQ_PATH_FILES, sha256, NULL);
  g_autoptr(SoupMessage) message = yq_api_message (self, "GET", path);

  g_task_set_task_data (task, g_strdup (sha256), g_free);
  yq_api_send_message_async (self, message, TIMEOUT_S, cancellable, got_cb, task);
}

GBytes *
yq_api_client_get_file_finish (YqApiClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
