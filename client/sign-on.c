/* A listener on loopback for one answer of one browser. */
#define G_LOG_DOMAIN "yiquan-sign-on"

#include "sign-on.h"

#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>

#include "text.h"

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define TEXT_OF(n) sodium_base64_ENCODED_LEN (n, BASE64)
#define RANDOM 32

struct _YqSignOn
{
  YqApiClient *api;
  SoupServer *server;
  GCancellable *cancellable;
  char verifier[TEXT_OF (RANDOM)]; /* never leaves this program before the ticket is here */
  YqSignOnShow show;
  YqSignOnDone done;
  gpointer user_data;
  gboolean is_over;
};

G_DEFINE_QUARK (yq_sign_on_error_quark, yq_sign_on_error)

static void
finish (YqSignOn *self, JsonNode *answer, const GError *error)
{
  if (self->is_over)
    return;
  self->is_over = TRUE;
  self->done (answer, error, self->user_data);
}

static void
fail (YqSignOn *self, YqSignOnError code, const char *text)
{
  g_autoptr(GError) error = g_error_new_literal (YQ_SIGN_ON_ERROR, code, text);

  finish (self, NULL, error);
}

/* -- the ticket -- */

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) answer = yq_api_client_send_finish (YQ_API_CLIENT (source), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    finish (user_data, answer, error);
}

static GBytes *
as_json (const char *first, const char *value, const char *second, const char *other)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  char *text;

  json_object_set_string_member (object, first, value);
  json_object_set_string_member (object, second, other);
  json_node_set_object (node, object);
  text = json_to_string (node, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static void
redeem (YqSignOn *self, const char *ticket)
{
  g_autoptr(GBytes) body = as_json ("ticket", ticket, "verifier", self->verifier);

  yq_api_client_send_async (self->api, "POST", "/v1/sessions", body, 0, self->cancellable,
                            opened_cb, self);
}

/* -- the browser -- */

static void
show_page (SoupServerMessage *message, guint status, const char *title, const char *text)
{
  char *page = g_strdup_printf (
    "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>%s</title>"
    "<style>:root{color-scheme:light dark}body{font:1.05rem/1.6 system-ui,sans-serif;"
    "max-width:32rem;margin:20vh auto;padding:0 1rem;text-align:center}</style></head>"
    "<body><h1>%s</h1><p>%s</p></body></html>",
    title, title, text);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace (headers, "Connection", "close");
  soup_server_message_set_response (message, "text/html; charset=utf-8", SOUP_MEMORY_TAKE, page,
                                    strlen (page));
  soup_server_message_set_status (message, status, NULL);
}

/* Anything else that knocks (a picture for the tab, a scanner) changes nothing.  A ticket of
 * somebody else's does not fit the verifier: the server refuses it. */
static void
knocked_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  YqSignOn *self = user_data;
  const char *ticket = query != NULL ? g_hash_table_lookup (query, "ticket") : NULL;
  const char *error = query != NULL ? g_hash_table_lookup (query, "error") : NULL;

  if (self->is_over || soup_server_message_get_method (message) != SOUP_METHOD_GET ||
      strcmp (path, "/") != 0 || (ticket == NULL && error == NULL))
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  if (ticket != NULL)
    {
      show_page (message, 200, _("You are signed in"),
                 _("Go back to Yiquan; this page can be closed."));
      redeem (self, ticket);
      return;
    }
  show_page (message, 200, _("You are not signed in"),
             _("Go back to Yiquan to try again; this page can be closed."));
  if (strcmp (error, "denied") == 0)
    fail (self, YQ_SIGN_ON_ERROR_DENIED, _("The sign-in was declined in the browser."));
  else
    fail (self, YQ_SIGN_ON_ERROR_PROVIDER,
          _("The identity provider did not confirm who you are.  Try again, or sign in with a "
            "password."));
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  YqSignOn *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) answer = yq_api_client_send_finish (YQ_API_CLIENT (source), result, &error);
  const char *address;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  address =
    answer != NULL && JSON_NODE_HOLDS_OBJECT (answer)
      ? json_object_get_string_member_with_default (json_node_get_object (answer), "address", NULL)
      : NULL;
  /* Nothing but a page: no file, no program. */
  if (address != NULL &&
      (g_str_has_prefix (address, "https://") || g_str_has_prefix (address, "http://")))
    self->show (address, self->user_data);
  else if (error != NULL)
    finish (self, NULL, error);
  else
    fail (self, YQ_SIGN_ON_ERROR_PROVIDER,
          _("The server answered with something that makes no sense"));
}

static guint
port_of (SoupServer *server)
{
  GSList *uris = soup_server_get_uris (server);
  guint port = uris != NULL ? g_uri_get_port (uris->data) : 0;

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return port;
}

static void
begin (YqSignOn *self, const char *provider)
{
  guint8 random[RANDOM], digest[crypto_hash_sha256_BYTES];
  char challenge[TEXT_OF (sizeof digest)];
  g_autoptr(GBytes) body = NULL;
  g_autofree char *text = NULL;

  randombytes_buf (random, sizeof random);
  sodium_bin2base64 (self->verifier, sizeof self->verifier, random, sizeof random, BASE64);
  crypto_hash_sha256 (digest, (const guint8 *) self->verifier, strlen (self->verifier));
  sodium_bin2base64 (challenge, sizeof challenge, digest, sizeof digest, BASE64);
  text = g_strdup_printf ("{\"provider\":\"%s\",\"challenge\":\"%s\",\"port\":%u}", provider,
                          challenge, port_of (self->server));
  body = g_bytes_new (text, strlen (text));
  yq_api_client_send_async (self->api, "POST", "/v1/authorizations", body, 0, self->cancellable,
                            begun_cb, self);
}

YqSignOn *
yq_sign_on_new (YqApiClient *api, const char *provider, YqSignOnShow show, YqSignOnDone done,
                gpointer user_data)
{
  YqSignOn *self = g_new0 (YqSignOn, 1);
  g_autoptr(GError) error = NULL;

  self->api = g_object_ref (api);
  self->cancellable = g_cancellable_new ();
  self->show = show;
  self->done = done;
  self->user_data = user_data;
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, knocked_cb, self, NULL);
  if (sodium_init () >= 0 &&
      soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error))
    begin (self, provider);
  else
    fail (self, YQ_SIGN_ON_ERROR_NO_PORT,
          error != NULL ? error->message : _("This computer lets nothing listen"));
  return self;
}

void
yq_sign_on_free (YqSignOn *self)
{
  self->is_over = TRUE;
  g_cancellable_cancel (self->cancellable);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_object_unref (self->cancellable);
  g_object_unref (self->api);
  g_free (self);
}
