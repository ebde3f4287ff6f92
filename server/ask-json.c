/* Asks another server, and reads no more than it may answer. */
#define G_LOG_DOMAIN "yiquand-ask"

#include "ask-json.h"

#include "record-json.h"
#include "text.h"

/* At most max bytes: nobody else's server fills our memory. */
static GBytes *
read_all (GInputStream *stream, gsize max, GCancellable *cancellable, GError **error)
{
  g_autoptr(GByteArray) body = g_byte_array_new ();
  guint8 piece[16384];
  gssize n;

  while ((n = g_input_stream_read (stream, piece, sizeof piece, cancellable, error)) > 0)
    {
      if (body->len + (gsize) n > max)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               _("the answer is too long"));
          return NULL;
        }
      g_byte_array_append (body, piece, n);
    }
  return n == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&body)) : NULL;
}

JsonNode *
yq_ask_json (SoupMessage *message, gsize max, guint seconds, GCancellable *cancellable,
             GError **error)
{
  /* Sessions belong to one thread, and these questions are seldom. */
  g_autoptr(SoupSession) session =
    soup_session_new_with_options ("timeout", seconds, "user-agent", "yiquand", NULL);
  g_autoptr(GInputStream) stream = NULL;
  g_autoptr(GBytes) body = NULL;
  g_autoptr(YqProblem) problem = NULL;
  JsonNode *node;
  guint status;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept",
                                "application/json");
  if (!(stream = soup_session_send (session, message, cancellable, error)) ||
      !(body = read_all (stream, max, cancellable, error)))
    return NULL;
  status = soup_message_get_status (message);
  if (status != SOUP_STATUS_OK)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("%s answers %u"),
                   g_uri_get_path (soup_message_get_uri (message)), status);
      return NULL;
    }
  node = yq_json_parse (g_bytes_get_data (body, NULL), g_bytes_get_size (body), &problem);
  if (node == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("the answer is no JSON: %s"),
                 yq_problem_detail (problem));
  return node;
}
