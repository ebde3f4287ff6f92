/* Sign-ons on their way, tickets for those that came back, and the threads that talk to providers.
 */
#define G_LOG_DOMAIN "yiquand-sign-on"

#include "sign-on.h"

#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>

#include "clock.h"
#include "id-token.h"
#include "json-text.h"
#include "record-json.h"

#define N_THREADS 4
#define MAX_WAITING 256
#define MAX_PENDING 4096
#define MAX_PENDING_OF_ADDRESS 64
#define PENDING_LIFE (10 * 60 * YQ_SECOND)
#define TICKET_LIFE (2 * 60 * YQ_SECOND)
#define CHALLENGE_LENGTH 43 /* of a SHA-256 in base64url */
#define MIN_PORT 1024

/* Under its state while the browser is away, then under its ticket. */
typedef struct
{
  YqAuthorization *authorization;
  YqIdentity *identity; /* of a ticket */
  char *challenge;
  char *address; /* who began; not of a ticket: behind a proxy the browser has another one */
  guint provider, port;
  gint64 expires_at;
} Pending;

typedef struct
{
  YqServer *server;
  GPtrArray *links; /* YqProviderLink, as config->providers */
  GCancellable *cancellable;
  GMutex lock;         /* over all below */
  GThreadPool *pool;   /* NULL: the server stops */
  GHashTable *pending; /* state or ticket -> Pending */
  GQueue order;        /* the keys, oldest first; owned by the table */
} SignOn;

/* What a thread does for a request. */
typedef struct
{
  SignOn *owner;
  YqRequest *request;
  Pending *pending;
  char *code; /* NULL: begin */
} Visit;

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_clear_pointer (&pending->authorization, yq_authorization_free);
  g_clear_pointer (&pending->identity, yq_identity_free);
  g_free (pending->challenge);
  g_free (pending->address);
  g_free (pending);
}

static void
visit_free (gpointer data)
{
  Visit *visit = data;

  g_clear_pointer (&visit->pending, pending_free);
  g_free (visit->code);
  g_free (visit);
}

/* -- what is remembered -- */

static Pending *
take_locked (SignOn *self, const char *key)
{
  gpointer stolen_key = NULL, pending = NULL;

  if (!g_hash_table_steal_extended (self->pending, key, &stolen_key, &pending))
    return NULL;
  g_queue_remove (&self->order, stolen_key);
  g_free (stolen_key);
  return pending;
}

static guint
n_of_address (SignOn *self, const char *address, const char **oldest)
{
  guint n = 0;

  for (GList *at = self->order.head; at != NULL; at = at->next)
    {
      const Pending *pending = g_hash_table_lookup (self->pending, at->data);

      if (g_strcmp0 (pending->address, address) != 0)
        continue;
      if (n++ == 0)
        *oldest = at->data;
    }
  return n;
}

/* Whoever begins without end loses her own oldest ones, not those of others. */
static void
keep (SignOn *self, const char *key, Pending *pending)
{
  char *copy = g_strdup (key);
  const char *oldest = NULL;
  gint64 now = yq_clock_now ();

  g_mutex_lock (&self->lock);
  while (self->order.head != NULL)
    {
      const Pending *first = g_hash_table_lookup (self->pending, self->order.head->data);

      if (first->expires_at > now && self->order.length < MAX_PENDING)
        break;
      pending_free (take_locked (self, self->order.head->data));
    }
  if (pending->address != NULL &&
      n_of_address (self, pending->address, &oldest) >= MAX_PENDING_OF_ADDRESS)
    pending_free (take_locked (self, oldest));
  g_hash_table_insert (self->pending, copy, pending);
  g_queue_push_tail (&self->order, copy);
  g_mutex_unlock (&self->lock);
}

/* Once only; NULL where it is unknown, used or too old. */
static Pending *
take (SignOn *self, const char *key)
{
  Pending *pending = NULL;

  g_mutex_lock (&self->lock);
  if (key != NULL)
    pending = take_locked (self, key);
  g_mutex_unlock (&self->lock);
  if (pending != NULL && pending->expires_at <= yq_clock_now ())
    g_clear_pointer (&pending, pending_free);
  return pending;
}

/* -- pages and answers -- */

static void
show_page (YqRequest *request, guint status, const char *title, const char *text)
{
  g_autofree char *page = g_strdup_printf (
    "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>%s</title>"
    "<meta name=\"viewport\" content=\"width=device-width\"><style>:root{color-scheme:light dark}"
    "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;"
    "text-align:center}</style></head><body><h1>%s</h1><p>%s</p></body></html>",
    title, title, text);
  g_autoptr(GBytes) body = g_bytes_new (page, strlen (page));

  yq_request_add_header (request, "Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
                         " form-action 'none'; frame-ancestors 'none'");
  yq_request_add_header (request, "Referrer-Policy", "no-referrer");
  yq_request_reply (request, status, "text/html; charset=utf-8", body);
}

/* Nowhere but to the program, on the computer the browser runs on. */
static void
send_on (YqRequest *request, const Pending *pending, const char *name, const char *value)
{
  g_autofree char *location =
    g_strdup_printf ("http://127.0.0.1:%u/?%s=%s", pending->port, name, value);

  yq_request_add_header (request, "Location", location);
  yq_request_add_header (request, "Referrer-Policy", "no-referrer");
  yq_request_add_header (request, "Cache-Control", "no-store");
  yq_request_reply (request, 302, NULL, NULL);
}

static void
refuse_unavailable (YqRequest *request, const char *detail)
{
  yq_request_add_header (request, "Retry-After", "5");
  yq_request_refuse (request, yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s", detail));
}

static char *
return_address (YqServer *server)
{
  const YqConfig *config = yq_server_config (server);
  const char *colon = strrchr (config->listen, ':');

  if (config->public_url != NULL)
    return g_strconcat (config->public_url, "/v1/authorizations/return", NULL);
  return g_strdup_printf ("%s://%.*s:%u/v1/authorizations/return",
                          config->certificate != NULL ? "https" : "http",
                          (int) (colon - config->listen), config->listen, yq_server_port (server));
}

/* -- the threads -- */

static void
begin (Visit *visit, YqProviderLink *link, const char *redirect)
{
  SignOn *self = visit->owner;
  Pending *pending = visit->pending;
  const char *title = yq_provider_link_provider (link)->title;
  g_autoptr(GError) error = NULL;
  g_autofree char *address = NULL, *expires = NULL, *state = NULL;
  GString *body;

  pending->authorization = yq_authorization_new ();
  address = yq_provider_address (link, pending->authorization, redirect, self->cancellable, &error);
  if (address == NULL)
    {
      g_autofree char *detail = g_strdup_printf (
        _("%s does not answer.  Try again in a while, or sign in with a password."), title);

      g_message ("%s: %s", title, error->message);
      refuse_unavailable (visit->request, detail);
      return;
    }
  pending->expires_at = yq_clock_now () + PENDING_LIFE;
  expires = yq_time_format (pending->expires_at);
  state = g_strdup (pending->authorization->state);
  keep (self, state, g_steal_pointer (&visit->pending));
  body = g_string_new (NULL);
  yq_json_open (body, NULL, '{');
  yq_json_text (body, "address", address);
  yq_json_text (body, "expires_at", expires);
  yq_json_close (body, '}');
  yq_request_reply_json (visit->request, 201, body);
}

static void
come_back (Visit *visit, YqProviderLink *link, const char *redirect)
{
  SignOn *self = visit->owner;
  Pending *pending = visit->pending;
  g_autoptr(GError) error = NULL;
  g_autofree char *ticket = NULL;
  guint8 bytes[32];

  pending->identity = yq_provider_exchange (link, pending->authorization, visit->code, redirect,
                                            self->cancellable, &error);
  if (pending->identity == NULL)
    {
      g_message ("%s: %s", yq_provider_link_provider (link)->title, error->message);
      send_on (visit->request, pending, "error", "provider");
      return;
    }
  randombytes_buf (bytes, sizeof bytes);
  ticket = yq_base64url (bytes, sizeof bytes);
  send_on (visit->request, pending, "ticket", ticket);
  g_clear_pointer (&pending->address, g_free);
  pending->expires_at = yq_clock_now () + TICKET_LIFE;
  keep (self, ticket, g_steal_pointer (&visit->pending));
}

static void
visit_cb (gpointer data, gpointer user_data)
{
  Visit *visit = data;
  SignOn *self = visit->owner;
  YqRequest *request = visit->request;
  YqProviderLink *link = self->links->pdata[visit->pending->provider];
  g_autofree char *redirect = return_address (self->server);

  yq_text_set_language (yq_request_language (request));
  if (visit->code != NULL)
    come_back (visit, link, redirect);
  else
    begin (visit, link, redirect);
  visit_free (visit);
  yq_request_resume (request);
}

/* Takes pending and code. */
static void
start_visit (SignOn *self, YqRequest *request, Pending *pending, char *code)
{
  Visit *visit = g_new0 (Visit, 1);
  gboolean fits;

  visit->owner = self;
  visit->request = request;
  visit->pending = pending;
  visit->code = code;
  g_mutex_lock (&self->lock);
  if ((fits = self->pool != NULL && g_thread_pool_unprocessed (self->pool) < MAX_WAITING))
    {
      yq_request_park (request, 0, NULL);
      g_thread_pool_push (self->pool, visit, NULL);
    }
  g_mutex_unlock (&self->lock);
  if (fits)
    return;
  visit_free (visit);
  refuse_unavailable (request, _("Too many people sign in at this moment."));
}

/* -- handlers -- */

static SignOn *
sign_on_of (YqRequest *request)
{
  return yq_server_part (yq_request_server (request), &yq_sign_on_part);
}

void
yq_providers_handle (YqRequest *request)
{
  const GPtrArray *providers = yq_server_config (yq_request_server (request))->providers;
  GString *body = g_string_new (NULL);

  yq_json_open (body, NULL, '{');
  yq_json_open (body, "items", '[');
  for (guint i = 0; i < providers->len; i++)
    {
      const YqProvider *provider = providers->pdata[i];

      yq_json_open (body, NULL, '{');
      yq_json_text (body, "name", provider->name);
      yq_json_text (body, "title", provider->title);
      yq_json_close (body, '}');
    }
  yq_json_close (body, ']');
  yq_json_close (body, '}');
  yq_request_reply_json (request, 200, body);
}

static const char *
text_in (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

static int
find_provider (SignOn *self, const char *name)
{
  for (guint i = 0; i < self->links->len; i++)
    if (g_strcmp0 (yq_provider_link_provider (self->links->pdata[i])->name, name) == 0)
      return i;
  return -1;
}

static gboolean
is_challenge (const char *text)
{
  return text != NULL && strlen (text) == CHALLENGE_LENGTH &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
           CHALLENGE_LENGTH;
}

void
yq_authorizations_create (YqRequest *request)
{
  SignOn *self = sign_on_of (request);
  gsize size;
  const char *text = g_bytes_get_data (yq_request_body (request), &size);
  YqProblem *problem = NULL;
  g_autoptr(JsonNode) node = yq_json_parse (text != NULL ? text : "", size, &problem);
  JsonObject *body =
    node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *port = body != NULL ? json_object_get_member (body, "port") : NULL;
  gint64 number =
    port != NULL && json_node_get_value_type (port) == G_TYPE_INT64 ? json_node_get_int (port) : 0;
  int provider = body != NULL ? find_provider (self, text_in (body, "provider")) : -1;
  Pending *pending;

  if (node != NULL && provider < 0)
    problem = yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_INVALID, "%s", _("There is no such provider")), "provider",
      YQ_PROBLEM_INVALID, "%s", _("There is no such provider"));
  else if (node != NULL &&
           (!is_challenge (text_in (body, "challenge")) || number < MIN_PORT || number > 65535))
    problem = yq_problem_new (YQ_PROBLEM_INVALID, "%s",
                              _("A challenge (S256) and a port from 1024 on are needed"));
  if (problem != NULL)
    {
      yq_request_refuse (request, problem);
      return;
    }
  pending = g_new0 (Pending, 1);
  pending->provider = provider;
  pending->port = number;
  pending->challenge = g_strdup (text_in (body, "challenge"));
  pending->address = g_strdup (yq_request_address (request));
  start_visit (self, request, pending, NULL);
}

void
yq_authorizations_return (YqRequest *request)
{
  SignOn *self = sign_on_of (request);
  const char *code = yq_request_query (request, "code");
  const char *refusal = yq_request_query (request, "error");
  Pending *pending = take (self, yq_request_query (request, "state"));

  /* A ticket is no state. */
  if (pending != NULL && pending->identity != NULL)
    g_clear_pointer (&pending, pending_free);
  if (pending == NULL || (code == NULL && refusal == NULL))
    {
      g_clear_pointer (&pending, pending_free);
      show_page (request, 400, _("This sign-in is over"),
                 _("It has been used or has taken too long.  Go back to Yiquan and begin again."));
    }
  else if (code == NULL)
    {
      g_message ("%s: refused",
                 yq_provider_link_provider (self->links->pdata[pending->provider])->title);
      send_on (request, pending, "error",
               g_str_equal (refusal, "access_denied") ? "denied" : "provider");
      pending_free (pending);
    }
  else
    start_visit (self, request, pending, g_strdup (code));
}

/* SHA-256 in base64url, as RFC 7636 has it. */
static gboolean
is_answered (const char *challenge, const char *verifier)
{
  guint8 digest[crypto_hash_sha256_BYTES];
  g_autofree char *text = NULL;

  if (verifier == NULL)
    return FALSE;
  crypto_hash_sha256 (digest, (const guint8 *) verifier, strlen (verifier));
  text = yq_base64url (digest, sizeof digest);
  return strlen (text) == strlen (challenge) && sodium_memcmp (text, challenge, strlen (text)) == 0;
}

void
yq_sign_on_create_session (YqRequest *request, JsonObject *body)
{
  Pending *pending = take (sign_on_of (request), text_in (body, "ticket"));

  if (pending == NULL || pending->identity == NULL ||
      !is_answered (pending->challenge, text_in (body, "verifier")))
    {
      g_clear_pointer (&pending, pending_free);
      yq_request_refuse (request,
                         yq_problem_new (YQ_PROBLEM_UNAUTHENTICATED, "%s",
                                         _("This sign-in has been used or has taken too long.")));
      return;
    }
  yq_sign_on_open (request, g_steal_pointer (&pending->identity));
  pending_free (pending);
}

/* -- the part -- */

static gboolean
prepare (SqlConn *conn, GError **error)
{
  return sql_script (conn,
                     "CREATE TABLE IF NOT EXISTS identity (issuer TEXT NOT NULL,"
                     " subject TEXT NOT NULL, account TEXT NOT NULL,"
                     " PRIMARY KEY (issuer, subject));",
                     error);
}

static gpointer
start (YqServer *server, GError **error)
{
  SignOn *self = g_new0 (SignOn, 1);
  GPtrArray *providers = yq_server_config (server)->providers;

  /* See notify.c: types are made before the threads are. */
  g_type_class_unref (g_type_class_ref (SOUP_TYPE_SESSION));
  self->server = server;
  self->cancellable = g_cancellable_new ();
  self->links = g_ptr_array_new_with_free_func ((GDestroyNotify) yq_provider_link_free);
  self->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, pending_free);
  g_queue_init (&self->order);
  g_mutex_init (&self->lock);
  for (guint i = 0; i < providers->len; i++)
    g_ptr_array_add (self->links, yq_provider_link_new (providers->pdata[i]));
  self->pool = g_thread_pool_new (visit_cb, NULL, N_THREADS, FALSE, NULL);
  return self;
}

/* What is under way fails at once and is answered. */
static void
stopping (gpointer part)
{
  SignOn *self = part;
  GThreadPool *pool;

  g_cancellable_cancel (self->cancellable);
  g_mutex_lock (&self->lock);
  pool = g_steal_pointer (&self->pool);
  g_mutex_unlock (&self->lock);
  if (pool != NULL)
    g_thread_pool_free (pool, FALSE, TRUE);
}

static void
stop (gpointer part)
{
  SignOn *self = part;

  stopping (self);
  g_queue_clear (&self->order);
  g_hash_table_unref (self->pending);
  g_ptr_array_unref (self->links);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->lock);
  g_free (self);
}

const YqPart yq_sign_on_part = {
  .name = "sign-on", .prepare = prepare, .start = start, .stopping = stopping, .stop = stop
};
