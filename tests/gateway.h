/* A receiver of text messages and events on loopback: a real HTTP server in a thread of its own,
 * that can be slow, fail, refuse, or be away. */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#define GATEWAY_SECRET "a secret of the gateway"

typedef struct
{
  char *id, *timestamp, *signature, *body;
} Delivery;

typedef struct _Gateway Gateway;
struct _Gateway
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  SoupServer *server;
  GMutex lock;
  guint port;
  GPtrArray *deliveries; /* Delivery, in the order they came */
  guint status;          /* what is answered */
  guint fail_next;       /* so many answers are 500 first */
  gboolean is_silent;    /* takes the request and never answers */
  GPtrArray *silenced;   /* messages that wait */
  /* Answers instead, in the gateway's thread under the lock; NULL: the status alone. */
  void (*respond) (Gateway *self, SoupServerMessage *message, const char *path, GHashTable *query);
  gpointer respond_data;
};

static inline void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_free (delivery->id);
  g_free (delivery->timestamp);
  g_free (delivery->signature);
  g_free (delivery->body);
  g_free (delivery);
}

static inline char *
gateway_header (SoupServerMessage *message, const char *name)
{
  return g_strdup (
    soup_message_headers_get_one (soup_server_message_get_request_headers (message), name));
}

static inline void
gateway_take (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
              gpointer user_data)
{
  Gateway *self = user_data;
  Delivery *delivery = g_new0 (Delivery, 1);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr(GBytes) bytes = soup_message_body_flatten (body);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  delivery->id = gateway_header (message, "Yiquan-Id");
  delivery->timestamp = gateway_header (message, "Yiquan-Timestamp");
  delivery->signature = gateway_header (message, "Yiquan-Signature");
  delivery->body = g_strndup (data, size);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->deliveries, delivery);
  if (self->is_silent)
    {
      soup_server_message_pause (message);
      g_ptr_array_add (self->silenced, g_object_ref (message));
    }
  else if (self->fail_next > 0)
    {
      self->fail_next--;
      soup_server_message_set_status (message, 500, NULL);
    }
  else if (self->respond != NULL)
    self->respond (self, message, path, query);
  else
    soup_server_message_set_status (message, self->status, NULL);
  g_mutex_unlock (&self->lock);
}

static inline gboolean
gateway_open (gpointer user_data)
{
  Gateway *self = user_data;
  g_autoptr(GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, gateway_take, self, NULL);
  soup_server_listen_local (self->server, self->port, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->port = g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return G_SOURCE_REMOVE;
}

static inline gboolean
gateway_close (gpointer user_data)
{
  Gateway *self = user_data;

  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  return G_SOURCE_REMOVE;
}

static inline gboolean
gateway_quit (gpointer user_data)
{
  Gateway *self = user_data;

  if (self->server != NULL)
    gateway_close (self);
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static inline gpointer
gateway_run (gpointer user_data)
{
  Gateway *self = user_data;

#ifdef __SANITIZE_ADDRESS__
  __lsan_disable (); /* SoupServer of Debian 12 keeps the socket of each connection */
#endif
  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

typedef struct
{
  Gateway *gateway;
  GSourceFunc func;
  GMutex lock;
  GCond done_cond;
  gboolean is_done;
} GatewayCall;

static inline gboolean
gateway_call_cb (gpointer user_data)
{
  GatewayCall *call = user_data;

  call->func (call->gateway);
  g_mutex_lock (&call->lock);
  call->is_done = TRUE;
  g_cond_signal (&call->done_cond);
  g_mutex_unlock (&call->lock);
  return G_SOURCE_REMOVE;
}

/* Runs func in the gateway's thread and waits. */
static inline void
gateway_call (Gateway *self, GSourceFunc func)
{
  GatewayCall call = { self, func };

  g_mutex_init (&call.lock);
  g_cond_init (&call.done_cond);
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, gateway_call_cb, &call, NULL);
  g_mutex_lock (&call.lock);
  while (!call.is_done)
    g_cond_wait (&call.done_cond, &call.lock);
  g_mutex_unlock (&call.lock);
  g_mutex_clear (&call.lock);
  g_cond_clear (&call.done_cond);
}

static inline Gateway *
gateway_new (void)
{
  Gateway *self = g_new0 (Gateway, 1);

  self->status = 200;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->deliveries = g_ptr_array_new_with_free_func (delivery_free);
  self->silenced = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_init (&self->lock);
  self->thread = g_thread_new ("gateway", gateway_run, self);
  gateway_call (self, gateway_open);
  return self;
}

static inline void
gateway_free (Gateway *self)
{
  g_main_context_invoke (self->context, gateway_quit, self);
  g_thread_join (self->thread);
  g_ptr_array_unref (self->deliveries);
  g_ptr_array_unref (self->silenced);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static inline char *
gateway_url (Gateway *self)
{
  return g_strdup_printf ("http://127.0.0.1:%u/send", self->port);
}

static inline guint
gateway_count (Gateway *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->deliveries->len;
  g_mutex_unlock (&self->lock);
  return n;
}

typedef struct
{
  Gateway *gateway;
  guint n;
} GatewayWait;

static inline gboolean
gateway_has (gpointer user_data)
{
  const GatewayWait *wait = user_data;

  return gateway_count (wait->gateway) >= wait->n;
}

/* The nth delivery's value of a JSON member; free it. */
static inline char *
gateway_member (Gateway *self, guint nth, const char *name)
{
  g_autoptr(JsonNode) node = NULL;
  char *text;

  g_mutex_lock (&self->lock);
  g_assert_cmpuint (nth, <, self->deliveries->len);
  node = json_from_string (((Delivery *) self->deliveries->pdata[nth])->body, NULL);
  g_mutex_unlock (&self->lock);
  g_assert_nonnull (node);
  text =
    g_strdup (json_object_get_string_member_with_default (json_node_get_object (node), name, NULL));
  return text;
}
