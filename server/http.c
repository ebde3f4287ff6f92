/* Requests: from the head that libmicrohttpd parsed to the answer it sends. */
#define G_LOG_DOMAIN "yiquand-http"

#include "http-private.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#include "api.h"
#include "log.h"

#define MAX_QUERY 64
#define MAX_DRAIN (16 * 1024 * 1024) /* of a refused body is read, so that the answer arrives */
#define LINGER_SECONDS 2             /* for the answer to a body that is longer still */
#define SEND_SECONDS 60
#define SLOWEST (16 * 1024) /* bytes a second a reader of ours must take */
#define PIECE (64 * 1024)   /* of a file earns body_seconds more */

static const YqWho visitor;

/* -- decoding -- */

/* Percent escapes, in place.  FALSE: a broken escape, a zero byte or no UTF-8. */
static gboolean
decode (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; from++)
    {
      int value = (guchar) *from;

      if (*from == '%')
        {
          if (!g_ascii_isxdigit (from[1]) || !g_ascii_isxdigit (from[2]))
            return FALSE;
          value = g_ascii_xdigit_value (from[1]) * 16 + g_ascii_xdigit_value (from[2]);
          from += 2;
        }
      if (value == 0)
        return FALSE;
      *to++ = value;
    }
  *to = '\0';
  return g_utf8_validate (text, -1, NULL);
}

/* Splits first, decodes each segment then: %2F is a character, not a separator. */
static gboolean
decode_path (YqRequest *request, const char *url)
{
  guint n = 0;
  char *next;

  request->path = g_strdup (url);
  if (*request->path != '/')
    return FALSE;
  for (char *part = request->path + 1; part != NULL; part = next)
    {
      if ((next = strchr (part, '/')) != NULL)
        *next++ = '\0';
      if (n == MAX_PARTS)
        {
          request->parts[0] = ""; /* no route is so long */
          return TRUE;
        }
      if (!decode (part))
        return FALSE;
      request->parts[n++] = part;
    }
  return TRUE;
}

static enum MHD_Result
take_argument (void *user_data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  YqRequest *request = user_data;
  g_autofree char *own_name = g_strdup (name);
  g_autofree char *own_value = g_strdup (value != NULL ? value : "");

  if (request->query->len >= 2 * MAX_QUERY || !decode (own_name) || !decode (own_value))
    {
      g_array_set_size (request->query, 0);
      yq_request_refuse (request, yq_problem_new (YQ_PROBLEM_MALFORMED, "%s",
                                                  _("The parameters of the address are broken.")));
      return MHD_NO;
    }
  g_array_append_val (request->query, own_name);
  g_array_append_val (request->query, own_value);
  own_name = own_value = NULL;
  return MHD_YES;
}

static void
free_argument (gpointer data)
{
  g_free (*(char **) data);
}

/* English where it is asked for and Chinese is not asked for more. */
static YqLanguage
choose_language (const char *header)
{
  double best = 0, chinese = 0, english = 0;
  g_auto(GStrv) ranges = g_strsplit (header != NULL ? header : "", ",", 16);

  for (guint i = 0; ranges[i] != NULL; i++)
    {
      const char *quality = strstr (ranges[i], ";q=");
      double q = quality != NULL ? g_ascii_strtod (quality + 3, NULL) : 1;
      const char *range = g_strchug (ranges[i]);

      if (g_ascii_strncasecmp (range, "zh", 2) == 0)
        chinese = MAX (chinese, q);
      else if (g_ascii_strncasecmp (range, "en", 2) == 0)
        english = MAX (english, q);
      best = MAX (best, q);
    }
  return best > 0 && english > chinese ? YQ_LANGUAGE_EN : YQ_LANGUAGE_DEFAULT;
}

/* -- life -- */

YqRequest *
yq_request_new (YqLoop *loop, YqPeer *peer, struct MHD_Connection *connection)
{
  YqRequest *request = g_new0 (YqRequest, 1);

  request->loop = loop;
  request->server = yq_loop_server (loop);
  request->peer = peer;
  request->connection = connection;
  request->started = g_get_monotonic_time ();
  request->length = -1;
  return request;
}

static void
clear_reply (YqReply *reply)
{
  if (reply->text != NULL)
    g_string_free (g_steal_pointer (&reply->text), TRUE);
  g_clear_pointer (&reply->bytes, g_bytes_unref);
  g_clear_pointer (&reply->problem, yq_problem_free);
  if (reply->reader != NULL && reply->destroy_reader != NULL)
    reply->destroy_reader (g_steal_pointer (&reply->reader));
  g_clear_pointer (&reply->headers, g_ptr_array_unref);
}

void
yq_request_free (YqRequest *request)
{
  if (request->destroy_data != NULL && request->data != NULL)
    request->destroy_data (request->data);
  clear_reply (&request->reply);
  g_clear_pointer (&request->session, yq_session_unref);
  g_clear_pointer (&request->query, g_array_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  if (request->text != NULL)
    g_string_free (request->text, TRUE);
  g_free (request->address);
  g_free (request->path);
  g_free (request);
}

/* -- answering -- */

static gssize
read_cb (void *user_data, uint64_t offset, char *buffer, size_t size)
{
  YqReply *reply = user_data;
  gssize n = reply->read (reply->reader, offset, buffer, size);

  return n >= 0 ? n : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void
free_reader_cb (void *user_data)
{
  YqReply *reply = user_data;

  clear_reply (reply);
  g_free (reply);
}

static void
unref_bytes_cb (void *bytes)
{
  g_bytes_unref (bytes);
}

static gboolean
accepts_gzip (YqRequest *request)
{
  const char *accepted = yq_request_header (request, "Accept-Encoding");
  const char *gzip = accepted != NULL ? strstr (accepted, "gzip") : NULL;

  return gzip != NULL && !g_str_has_prefix (gzip, "gzip;q=0,") && !g_str_equal (gzip, "gzip;q=0");
}

/* The bytes of the body, compressed where that was asked for and pays. */
static GBytes *
pack (YqRequest *request, gboolean *is_compressed)
{
  YqReply *reply = &request->reply;
  g_autoptr(GBytes) bytes = g_steal_pointer (&reply->bytes);
  GBytes *packed = NULL;

  if (reply->text != NULL)
    bytes = g_string_free_to_bytes (g_steal_pointer (&reply->text));
  if (accepts_gzip (request) && bytes != NULL)
    packed =
      yq_loop_compress (request->loop, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  *is_compressed = packed != NULL;
  return packed != NULL ? packed : g_steal_pointer (&bytes);
}

static struct MHD_Response *
make_response (YqRequest *request, gint64 *size)
{
  YqReply *reply = &request->reply;
  gboolean is_compressed = FALSE;
  struct MHD_Response *response;
  GBytes *bytes;

  if (reply->read != NULL)
    {
      YqReply *own = g_new0 (YqReply, 1);

      own->read = reply->read;
      own->reader = g_steal_pointer (&reply->reader);
      own->destroy_reader = reply->destroy_reader;
      *size = reply->size;
      return MHD_create_response_from_callback (reply->size, PIECE, read_cb, own, free_reader_cb);
    }
  if ((bytes = pack (request, &is_compressed)) == NULL)
    {
      *size = 0;
      return MHD_create_response_from_buffer (0, (gpointer) "", MHD_RESPMEM_PERSISTENT);
    }
  *size = g_bytes_get_size (bytes);
  response = MHD_create_response_from_buffer_with_free_callback_cls (
    *size, (gpointer) g_bytes_get_data (bytes, NULL), unref_bytes_cb, bytes);
  if (is_compressed)
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
  return response;
}

static void
write_problem (YqRequest *request)
{
  YqReply *reply = &request->reply;
  g_autoptr(YqProblem) problem = g_steal_pointer (&reply->problem);

  yq_text_set_language (request->language);
  reply->status = yq_problem_status (problem);
  reply->type = "application/problem+json";
  reply->text = g_string_new (NULL);
  yq_problem_append_json (problem, reply->text);
  if (reply->status == 401)
    yq_request_add_header (request, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
}

static guint
route_index (YqRequest *request)
{
  return request->route != NULL ? request->route - yq_routes_nth (0) : yq_routes_count ();
}

static void
account_for (YqRequest *request, gint64 size)
{
  gint64 us = g_get_monotonic_time () - request->started;

  yq_metrics_request (yq_server_metrics (request->server), route_index (request),
                      request->reply.status, us);
  if (yq_server_config (request->server)->log_requests)
    yq_log_request (yq_request_method (request),
                    request->route != NULL ? request->route->pattern : "none",
                    request->reply.status, us, request->received, size);
}

static enum MHD_Result
send_reply (YqRequest *request)
{
  YqReply *reply = &request->reply;
  struct MHD_Response *response;
  enum MHD_Result result;
  gint64 size;

  if (reply->problem != NULL)
    write_problem (request);
  response = make_response (request, &size);
  if (reply->type != NULL)
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
  MHD_add_response_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  for (guint i = 0; reply->headers != NULL && i < reply->headers->len; i += 2)
    MHD_add_response_header (response, reply->headers->pdata[i], reply->headers->pdata[i + 1]);
  if (yq_loop_is_stopping (request->loop))
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONNECTION, "close");
  account_for (request, size);
  request->peer->deadline =
    g_get_monotonic_time () + (SEND_SECONDS + size / SLOWEST) * G_USEC_PER_SEC;
  result = MHD_queue_response (request->connection, reply->status, response);
  MHD_destroy_response (response);
  return result;
}

/* A body that is far too long: the answer goes out now, past libmicrohttpd, and the rest is thrown
 * away for a moment, so that the peer reads the answer before it learns that the connection is
 * gone. */
static enum MHD_Result
cut_short (YqRequest *request)
{
  g_autoptr(GString) out = g_string_new (NULL);
  GString *body;

  if (yq_server_config (request->server)->certificate != NULL)
    return MHD_NO;
  write_problem (request);
  body = request->reply.text;
  g_string_append_printf (
    out,
    "HTTP/1.1 %u Refused\r\nContent-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT
    "\r\nConnection: close\r\n\r\n%s",
    request->reply.status, request->reply.type, body->len, body->str);
  account_for (request, body->len);
  if (send (request->peer->fd, out->str, out->len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return MHD_NO;
  shutdown (request->peer->fd, SHUT_WR);
  request->is_cut = TRUE;
  request->peer->deadline = g_get_monotonic_time () + LINGER_SECONDS * G_USEC_PER_SEC;
  return MHD_YES;
}

/* -- from head to answer -- */

static void
refuse_too_large (YqRequest *request, gint64 limit)
{
  g_autofree char *size = g_format_size_full (limit, G_FORMAT_SIZE_IEC_UNITS);

  if (!request->is_replied)
    yq_request_refuse (
      request, yq_problem_new (YQ_PROBLEM_TOO_LARGE, _("The body is longer than %s."), size));
}

static void
find_route (YqRequest *request, const char *method)
{
  g_autofree char *allow = NULL;
  int found = yq_routes_find (method, request->parts, &allow);

  if (found >= 0)
    request->route = yq_routes_nth (found);
  else if (allow != NULL)
    {
      yq_request_add_header (request, MHD_HTTP_HEADER_ALLOW, allow);
      yq_request_refuse (request,
                         yq_problem_new (YQ_PROBLEM_METHOD, _("Only %s is possible here."), allow));
    }
  else
    yq_request_refuse (request,
                       yq_problem_new (YQ_PROBLEM_NOT_FOUND, "%s", _("There is no such address.")));
}

/* A token that is there must be good, also where none is needed. */
static void
find_session (YqRequest *request)
{
  const char *header = yq_request_header (request, MHD_HTTP_HEADER_AUTHORIZATION);

  if (header != NULL && g_ascii_strncasecmp (header, "Bearer ", 7) == 0)
    request->session = yq_sessions_find (yq_server_sessions (request->server),
                                         yq_request_conn (request), header + 7);
  if (request->session == NULL && (header != NULL || !(request->route->flags & YQ_ROUTE_PUBLIC)))
    yq_request_refuse (
      request, yq_problem_new (YQ_PROBLEM_UNAUTHENTICATED, "%s", _("Please sign in again.")));
}

static void
read_length (YqRequest *request)
{
  const char *length = yq_request_header (request, MHD_HTTP_HEADER_CONTENT_LENGTH);
  guint64 value;

  if (yq_request_header (request, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL)
    request->length = -1;
  else if (length == NULL)
    request->length = 0;
  else if (g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT64, &value, NULL))
    request->length = value;
}

/* Everything that can be decided before the body has come. */
static void
look_at_head (YqRequest *request, const char *url, const char *method)
{
  if (!decode_path (request, url))
    {
      yq_request_refuse (request,
                         yq_problem_new (YQ_PROBLEM_MALFORMED, "%s", _("The address is broken.")));
      return;
    }
  find_route (request, method);
  if (!request->is_replied)
    MHD_get_connection_values (request->connection, MHD_GET_ARGUMENT_KIND, take_argument, request);
  if (!request->is_replied)
    find_session (request);
  if (request->is_replied || !(request->route->flags & YQ_ROUTE_STREAMED))
    return;
  request->route->handler (request);
  g_assert (!request->is_parked && (request->is_replied || request->end != NULL));
}

enum MHD_Result
yq_request_begin (YqRequest *request, const char *url, const char *method)
{
  const YqConfig *config = yq_server_config (request->server);
  gboolean waits;

  request->max_body = YQ_MAX_BODY;
  request->query = g_array_new (FALSE, FALSE, sizeof (char *));
  g_array_set_clear_func (request->query, free_argument);
  request->language =
    choose_language (yq_request_header (request, MHD_HTTP_HEADER_ACCEPT_LANGUAGE));
  yq_text_set_language (request->language);
  request->peer->deadline = request->started + config->body_seconds * G_USEC_PER_SEC;
  read_length (request);
  look_at_head (request, url, method);
  if (request->length > request->max_body)
    refuse_too_large (request, request->max_body);
  if (!request->is_replied || request->length == 0)
    return MHD_YES;

  /* Refused, and a body comes: a short one is read past, so that the connection stays of use. */
  waits = yq_request_header (request, MHD_HTTP_HEADER_EXPECT) != NULL;
  if (!waits && request->length <= MAX_DRAIN)
    return MHD_YES;
  if (waits || config->certificate != NULL)
    return send_reply (request);
  return cut_short (request);
}

enum MHD_Result
yq_request_take (YqRequest *request, const char *data, gsize size)
{
  const YqConfig *config = yq_server_config (request->server);
  gint64 before = request->received;

  request->received += size;
  if (request->is_cut)
    return MHD_YES;
  if (request->received > request->max_body)
    refuse_too_large (request, request->max_body);
  if (request->is_replied)
    return request->received <= request->max_body + MAX_DRAIN || request->reply.problem == NULL
             ? MHD_YES
             : cut_short (request);

  if (request->piece != NULL)
    {
      if (before / PIECE != request->received / PIECE)
        request->peer->deadline = g_get_monotonic_time () + config->body_seconds * G_USEC_PER_SEC;
      yq_text_set_language (request->language);
      request->piece (request, data, size);
      return MHD_YES;
    }
  if (request->text == NULL)
    request->text = g_string_sized_new (MAX (request->length, (gint64) size) + 1);
  g_string_append_len (request->text, data, size);
  return MHD_YES;
}

/* -- what is not on the disk yet -- */

static void
note_seen (YqRequest *request)
{
  YqDurable *durable = yq_writer_durable (yq_server_writer (request->server));

  if (request->has_read && durable != NULL)
    request->seen = yq_durable_seen (durable);
  request->has_read = FALSE;
}

static void
resume_cb (gpointer request)
{
  yq_request_resume (request);
}

/* TRUE: parked until all it may have read is on the disk. */
static gboolean
waits_for_disk (YqRequest *request)
{
  YqDurable *durable = yq_writer_durable (yq_server_writer (request->server));

  note_seen (request);
  if (durable == NULL || !yq_durable_wait (durable, request->seen, resume_cb, request))
    return FALSE;
  yq_request_park (request, 0, NULL);
  request->comes_from_disk = TRUE;
  return TRUE;
}

/* Called when the body is whole, and again after each resume. */
enum MHD_Result
yq_request_finish (YqRequest *request)
{
  if (request->is_cut)
    return MHD_NO;
  request->is_whole = TRUE;
  if (!request->is_replied && !request->is_handled)
    {
      request->is_handled = TRUE;
      if (request->text != NULL)
        request->body = g_string_free_to_bytes (g_steal_pointer (&request->text));
      yq_text_set_language (request->language);
      if (request->end != NULL)
        request->end (request);
      else
        request->route->handler (request);
    }
  if (request->is_parked)
    return MHD_YES;
  if (!request->is_replied)
    {
      g_critical ("%s %s did not answer", request->route->method, request->route->pattern);
      yq_request_refuse (
        request, yq_problem_new (YQ_PROBLEM_INTERNAL, "%s", _("The server made a mistake.")));
    }
  return waits_for_disk (request) ? MHD_YES : send_reply (request);
}

void
yq_request_wake (YqRequest *request, YqHandler handler)
{
  const YqConfig *config = yq_server_config (request->server);

  g_assert (request->is_parked);

  yq_loop_unpark (request->loop, request);
  request->is_parked = FALSE;
  /* Other threads answer from what they have read on connections of their own. */
  if (!request->comes_from_disk)
    request->has_read = TRUE;
  request->deadline = 0;
  request->peer->deadline = g_get_monotonic_time () + config->body_seconds * G_USEC_PER_SEC;
  if (handler == NULL)
    return;
  yq_text_set_language (request->language);
  handler (request);
}

/* -- what handlers ask -- */

YqServer *
yq_request_server (YqRequest *request)
{
  return request->server;
}

SqlConn *
yq_request_conn (YqRequest *request)
{
  request->has_read = TRUE;
  return yq_loop_conn (request->loop);
}

SqlConn *
yq_request_files_conn (YqRequest *request)
{
  return yq_loop_files_conn (request->loop);
}

const YqWho *
yq_request_who (YqRequest *request)
{
  return request->session != NULL ? yq_session_who (request->session) : &visitor;
}

const char *
yq_request_method (YqRequest *request)
{
  return request->route != NULL ? request->route->method : "-";
}

const char *
yq_request_part (YqRequest *request, guint i)
{
  return i < MAX_PARTS ? request->parts[i] : NULL;
}

const char *
yq_request_query (YqRequest *request, const char *name)
{
  for (guint i = 0; i < request->query->len; i += 2)
    if (g_str_equal (g_array_index (request->query, char *, i), name))
      return g_array_index (request->query, char *, i + 1);
  return NULL;
}

guint
yq_request_n_query (YqRequest *request)
{
  return request->query->len / 2;
}

void
yq_request_nth_query (YqRequest *request, guint i, const char **name, const char **value)
{
  g_return_if_fail (i < yq_request_n_query (request));

  *name = g_array_index (request->query, char *, 2 * i);
  *value = g_array_index (request->query, char *, 2 * i + 1);
}

const char *
yq_request_header (YqRequest *request, const char *name)
{
  return MHD_lookup_connection_value (request->connection, MHD_HEADER_KIND, name);
}

GBytes *
yq_request_body (YqRequest *request)
{
  if (request->body == NULL)
    request->body = g_bytes_new_static ("", 0);
  return request->body;
}

gint64
yq_request_length (YqRequest *request)
{
  return request->length;
}

YqLanguage
yq_request_language (YqRequest *request)
{
  return request->language;
}

const char *
yq_request_address (YqRequest *request)
{
  const char *proxy = yq_server_config (request->server)->proxy;
  const char *forwarded = yq_request_header (request, "X-Forwarded-For");

  if (request->address != NULL)
    return request->address;
  request->address = yq_loop_address (request->connection);
  if (proxy != NULL && forwarded != NULL && g_strcmp0 (proxy, request->address) == 0)
    {
      const char *last = strrchr (forwarded, ','); /* the one our proxy wrote */

      g_free (request->address);
      request->address = g_strstrip (g_strdup (last != NULL ? last + 1 : forwarded));
    }
  return request->address;
}

/* -- how handlers answer -- */

static YqReply *
begin_reply (YqRequest *request, guint status, const char *type)
{
  g_assert (!request->is_replied);

  request->is_replied = TRUE;
  request->reply.status = status;
  request->reply.type = type;
  return &request->reply;
}

void
yq_request_reply_json (YqRequest *request, guint status, GString *body)
{
  begin_reply (request, status, "application/json")->text = body;
}

void
yq_request_reply (YqRequest *request, guint status, const char *type, GBytes *body)
{
  begin_reply (request, status, type)->bytes = body != NULL ? g_bytes_ref (body) : NULL;
}

void
yq_request_reply_stream (YqRequest *request, guint status, const char *type, gint64 size,
                         YqRequestRead read, gpointer reader, GDestroyNotify destroy)
{
  YqReply *reply = begin_reply (request, status, type);

  reply->size = size;
  reply->read = read;
  reply->reader = reader;
  reply->destroy_reader = destroy;
}

void
yq_request_refuse (YqRequest *request, YqProblem *problem)
{
  begin_reply (request, 0, NULL)->problem = problem;
}

void
yq_request_add_header (YqRequest *request, const char *name, const char *value)
{
  if (request->reply.headers == NULL)
    request->reply.headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (request->reply.headers, g_strdup (name));
  g_ptr_array_add (request->reply.headers, g_strdup (value));
}

void
yq_request_stream (YqRequest *request, gint64 max_bytes, YqRequestPiece piece, YqHandler end)
{
  request->max_body = max_bytes;
  request->piece = piece;
  request->end = end;
}

void
yq_request_park (YqRequest *request, gint64 deadline_ms, YqHandler on_deadline)
{
  g_assert (!request->is_parked);

  note_seen (request);
  request->comes_from_disk = FALSE;
  request->is_parked = TRUE;
  request->deadline = deadline_ms > 0 ? g_get_monotonic_time () + deadline_ms * 1000 : 0;
  request->on_deadline = on_deadline;
  yq_loop_park (request->loop, request);
}

void
yq_request_comes_from_disk (YqRequest *request)
{
  request->comes_from_disk = TRUE;
}

void
yq_request_resume (YqRequest *request)
{
  yq_loop_ready (request->loop, request);
}

void
yq_request_continue (YqRequest *request, YqHandler handler)
{
  request->next = handler;
  yq_loop_ready (request->loop, request);
}

void
yq_request_set_data (YqRequest *request, gpointer data, GDestroyNotify destroy)
{
  if (request->destroy_data != NULL && request->data != NULL)
    request->destroy_data (request->data);
  request->data = data;
  request->destroy_data = destroy;
}

gpointer
yq_request_data (YqRequest *request)
{
  return request->data;
}
