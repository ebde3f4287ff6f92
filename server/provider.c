/* Asks a provider for its addresses, its keys, and who stands behind a code. */
#define G_LOG_DOMAIN "yiquand-sign-on"

#include "provider.h"

#include <sodium.h>
#include <string.h>

#include "ask-json.h"
#include "clock.h"
#include "id-token.h"
#include "record-json.h"

#define MAX_ANSWER (256 * 1024)
#define RANDOM 32
#define KNOWN_FOR (3600 * YQ_SECOND)

/* Addresses the provider gives in its metadata (Discovery 1.0 §3). */
enum
{
  AUTHORIZE,
  TOKEN,
  KEYS,
  USERINFO,
  N_ADDRESSES
};

static const char *const address_names[] = { "authorization_endpoint", "token_endpoint", "jwks_uri",
                                             "userinfo_endpoint" };

typedef struct
{
  char *addresses[N_ADDRESSES];
  gboolean secret_in_body; /* client_secret_post: it takes no Basic */
  char *keys;              /* the JWK set as text: json-glib's objects belong to one thread */
} Metadata;

struct _YqProviderLink
{
  const YqProvider *provider;
  GMutex lock; /* over all below, held while the provider is asked for them */
  Metadata *metadata;
  gint64 asked_at;
};

static void
metadata_free (Metadata *metadata)
{
  for (guint i = 0; i < N_ADDRESSES; i++)
    g_free (metadata->addresses[i]);
  g_free (metadata->keys);
  g_free (metadata);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Metadata, metadata_free)

static Metadata *
metadata_copy (const Metadata *metadata)
{
  Metadata *copy = g_memdup2 (metadata, sizeof *metadata);

  for (guint i = 0; i < N_ADDRESSES; i++)
    copy->addresses[i] = g_strdup (metadata->addresses[i]);
  copy->keys = g_strdup (metadata->keys);
  return copy;
}

void
yq_identity_free (YqIdentity *identity)
{
  g_free (identity->issuer);
  g_free (identity->subject);
  g_free (identity->organisation);
  g_free (identity->uscc);
  g_free (identity->person);
  g_free (identity->phone);
  g_free (identity);
}

void
yq_authorization_free (YqAuthorization *authorization)
{
  g_free (authorization->state);
  g_free (authorization->nonce);
  g_free (authorization->verifier);
  g_free (authorization);
}

static char *
new_random (void)
{
  guint8 bytes[RANDOM];

  randombytes_buf (bytes, sizeof bytes);
  return yq_base64url (bytes, sizeof bytes);
}

YqAuthorization *
yq_authorization_new (void)
{
  YqAuthorization *authorization = g_new0 (YqAuthorization, 1);

  authorization->state = new_random ();
  authorization->nonce = new_random ();
  authorization->verifier = new_random ();
  return authorization;
}

YqProviderLink *
yq_provider_link_new (const YqProvider *provider)
{
  YqProviderLink *link = g_new0 (YqProviderLink, 1);

  link->provider = provider;
  g_mutex_init (&link->lock);
  return link;
}

void
yq_provider_link_free (YqProviderLink *link)
{
  g_clear_pointer (&link->metadata, metadata_free);
  g_mutex_clear (&link->lock);
  g_free (link);
}

const YqProvider *
yq_provider_link_provider (YqProviderLink *link)
{
  return link->provider;
}

/* -- one request -- */

static void
fail (GError **error, const char *what)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, what);
}

/* An object, or NULL with error. */
static JsonObject *
ask (SoupMessage *message, GCancellable *cancellable, GError **error)
{
  g_autoptr(JsonNode) node =
    yq_ask_json (message, MAX_ANSWER, YQ_PROVIDER_TIMEOUT_S, cancellable, error);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  if (node != NULL)
    fail (error, "the answer is no JSON object");
  return NULL;
}

static SoupMessage *
new_message (const char *method, const char *address, GError **error)
{
  SoupMessage *message = address != NULL ? soup_message_new (method, address) : NULL;

  if (message == NULL)
    fail (error, "an address is missing or makes no sense");
  return message;
}

static JsonObject *
get (const char *address, GCancellable *cancellable, GError **error)
{
  g_autoptr(SoupMessage) message = new_message ("GET", address, error);

  return message != NULL ? ask (message, cancellable, error) : NULL;
}

/* -- what it says about itself -- */

/* Nothing goes over an open wire: the issuer is on https, or on this machine. */
static gboolean
is_safe (YqProviderLink *link, const char *address)
{
  return g_str_has_prefix (address, "https://") ||
         !g_str_has_prefix (link->provider->issuer, "https://");
}

static gboolean
has_word (JsonObject *metadata, const char *name, const char *word)
{
  JsonNode *node = json_object_get_member (metadata, name);
  JsonArray *words =
    node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; words != NULL && i < json_array_get_length (words); i++)
    if (g_strcmp0 (json_node_get_string (json_array_get_element (words, i)), word) == 0)
      return TRUE;
  return FALSE;
}

static Metadata *
read_metadata (YqProviderLink *link, JsonObject *said, GError **error)
{
  g_autoptr(Metadata) metadata = g_new0 (Metadata, 1);

  if (g_strcmp0 (yq_json_text_member (said, "issuer"), link->provider->issuer) != 0)
    {
      fail (error, "its metadata name another issuer");
      return NULL;
    }
  for (guint i = 0; i < N_ADDRESSES; i++)
    {
      const char *address = yq_json_text_member (said, address_names[i]);

      if ((address == NULL && i != USERINFO) || (address != NULL && !is_safe (link, address)))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "its %s cannot be used",
                       address_names[i]);
          return NULL;
        }
      metadata->addresses[i] = g_strdup (address);
    }
  metadata->secret_in_body =
    has_word (said, "token_endpoint_auth_methods_supported", "client_secret_post") &&
    !has_word (said, "token_endpoint_auth_methods_supported", "client_secret_basic");
  return g_steal_pointer (&metadata);
}

static gboolean
discover (YqProviderLink *link, GCancellable *cancellable, GError **error)
{
  const char *issuer = link->provider->issuer;
  g_autofree char *address = g_strconcat (issuer, g_str_has_suffix (issuer, "/") ? "" : "/",
                                          ".well-known/openid-configuration", NULL);
  gint64 now = yq_clock_now ();
  g_autoptr(JsonObject) said = NULL;
  Metadata *metadata;

  if (link->metadata != NULL && now >= link->asked_at && now < link->asked_at + KNOWN_FOR)
    return TRUE;
  said = get (address, cancellable, error);
  if (said == NULL || !(metadata = read_metadata (link, said, error)))
    return FALSE;
  g_clear_pointer (&link->metadata, metadata_free);
  link->metadata = metadata;
  link->asked_at = now;
  return TRUE;
}

static gboolean
read_keys (Metadata *metadata, GCancellable *cancellable, GError **error)
{
  g_autoptr(JsonObject) keys = get (metadata->addresses[KEYS], cancellable, error);
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  if (keys == NULL)
    return FALSE;
  json_node_set_object (node, keys);
  g_free (metadata->keys);
  metadata->keys = yq_json_canonical (node);
  return TRUE;
}

/* Whoever comes while it is asked waits for the same answer. */
static Metadata *
know (YqProviderLink *link, gboolean with_keys, gboolean anew, GCancellable *cancellable,
      GError **error)
{
  Metadata *copy = NULL;

  g_mutex_lock (&link->lock);
  if (discover (link, cancellable, error) &&
      (!with_keys || (link->metadata->keys != NULL && !anew) ||
       read_keys (link->metadata, cancellable, error)))
    copy = metadata_copy (link->metadata);
  g_mutex_unlock (&link->lock);
  return copy;
}

/* -- there -- */

static char *
challenge_of (const char *verifier)
{
  guint8 digest[crypto_hash_sha256_BYTES];

  crypto_hash_sha256 (digest, (const guint8 *) verifier, strlen (verifier));
  return yq_base64url (digest, sizeof digest);
}

char *
yq_provider_address (YqProviderLink *link, const YqAuthorization *authorization,
                     const char *redirect_uri, GCancellable *cancellable, GError **error)
{
  g_autofree char *challenge = challenge_of (authorization->verifier);
  g_autoptr(Metadata) known = know (link, FALSE, FALSE, cancellable, error);
  g_autofree char *query = NULL;
  const char *base;

  if (known == NULL)
    return NULL;
  base = known->addresses[AUTHORIZE];
  query = soup_form_encode ("response_type", "code", "client_id", link->provider->client_id,
                            "redirect_uri", redirect_uri, "scope", link->provider->scope, "state",
                            authorization->state, "nonce", authorization->nonce, "code_challenge",
                            challenge, "code_challenge_method", "S256", NULL);
  return g_strconcat (base, strchr (base, '?') != NULL ? "&" : "?", query, NULL);
}

/* -- and back -- */

/* RFC 6749 §2.3.1: both are form-encoded before they are joined. */
static void
add_basic (SoupMessage *message, const YqProvider *provider)
{
  g_autofree char *id = g_uri_escape_string (provider->client_id, NULL, FALSE);
  g_autofree char *secret = g_uri_escape_string (provider->client_secret, NULL, FALSE);
  g_autofree char *pair = g_strconcat (id, ":", secret, NULL);
  g_autofree char *base64 = g_base64_encode ((const guchar *) pair, strlen (pair));
  g_autofree char *value = g_strconcat ("Basic ", base64, NULL);

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
}

static JsonObject *
redeem (const YqProvider *provider, const Metadata *known, const YqAuthorization *authorization,
        const char *code, const char *redirect_uri, GCancellable *cancellable, GError **error)
{
  g_autoptr(SoupMessage) message = new_message ("POST", known->addresses[TOKEN], error);
  g_autoptr(GBytes) body = NULL;
  char *form;

  if (message == NULL)
    return NULL;
  if (known->secret_in_body)
    form = soup_form_encode ("grant_type", "authorization_code", "code", code, "redirect_uri",
                             redirect_uri, "code_verifier", authorization->verifier, "client_id",
                             provider->client_id, "client_secret", provider->client_secret, NULL);
  else
    form = soup_form_encode ("grant_type", "authorization_code", "code", code, "redirect_uri",
                             redirect_uri, "code_verifier", authorization->verifier, NULL);
  if (!known->secret_in_body)
    add_basic (message, provider);
  body = g_bytes_new_take (form, strlen (form));
  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", body);
  return ask (message, cancellable, error);
}

/* A key it has begun to use since it was asked last is asked for once. */
static JsonObject *
read_token (YqProviderLink *link, const YqAuthorization *authorization, const char *token,
            GCancellable *cancellable, GError **error)
{
  const YqIdTokenWanted wanted = { .issuer = link->provider->issuer,
                                   .client_id = link->provider->client_id,
                                   .nonce = authorization->nonce,
                                   .now = yq_clock_now () };

  for (guint i = 0;; i++)
    {
      g_autoptr(Metadata) known = know (link, TRUE, i > 0, cancellable, error);
      g_autoptr(JsonNode) keys = known != NULL ? yq_json_parse (known->keys, -1, NULL) : NULL;
      g_autoptr(GError) failure = NULL;
      JsonObject *claims;

      if (keys == NULL)
        return NULL;
      claims = yq_id_token_read (token, json_node_get_object (keys), &wanted, &failure);
      if (claims != NULL)
        return claims;
      if (i > 0 || !g_error_matches (failure, YQ_ID_TOKEN_ERROR, YQ_ID_TOKEN_ERROR_KEY))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
    }
}

/* Its answer counts only for the same subject (Core §5.3.2).  None is no failure. */
static JsonObject *
read_userinfo (const Metadata *known, const char *access, const char *subject,
               GCancellable *cancellable)
{
  g_autoptr(SoupMessage) message = NULL;
  g_autoptr(JsonObject) info = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *bearer = NULL;

  if (access == NULL || known->addresses[USERINFO] == NULL ||
      !(message = soup_message_new ("GET", known->addresses[USERINFO])))
    return NULL;
  bearer = g_strconcat ("Bearer ", access, NULL);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                bearer);
  if (!(info = ask (message, cancellable, &error)))
    g_message ("No userinfo: %s", error->message);
  else if (g_strcmp0 (yq_json_text_member (info, "sub"), subject) == 0)
    return g_steal_pointer (&info);
  return NULL;
}

static char *
find_claim (JsonObject *claims, JsonObject *info, const char *name)
{
  const char *text = name != NULL ? yq_json_text_member (claims, name) : NULL;

  if (text == NULL && name != NULL && info != NULL)
    text = yq_json_text_member (info, name);
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static YqIdentity *
identify (const YqProvider *provider, const Metadata *known, JsonObject *claims, const char *access,
          GCancellable *cancellable)
{
  const char *subject = yq_json_text_member (claims, "sub");
  g_autoptr(JsonObject) info = NULL;
  YqIdentity *identity = g_new0 (YqIdentity, 1);

  if (provider->code_claim != NULL && !json_object_has_member (claims, provider->code_claim))
    info = read_userinfo (known, access, subject, cancellable);
  identity->issuer = g_strdup (provider->issuer);
  identity->subject = g_strdup (subject);
  identity->organisation = find_claim (claims, info, provider->organisation_claim);
  identity->uscc = find_claim (claims, info, provider->code_claim);
  identity->person = find_claim (claims, info, provider->person_claim);
  identity->phone = find_claim (claims, info, provider->phone_claim);
  return identity;
}

YqIdentity *
yq_provider_exchange (YqProviderLink *link, const YqAuthorization *authorization, const char *code,
                      const char *redirect_uri, GCancellable *cancellable, GError **error)
{
  const YqProvider *provider = link->provider;
  g_autoptr(Metadata) known = know (link, FALSE, FALSE, cancellable, error);
  g_autoptr(JsonObject) answer =
    known != NULL ? redeem (provider, known, authorization, code, redirect_uri, cancellable, error)
                  : NULL;
  const char *token = answer != NULL ? yq_json_text_member (answer, "id_token") : NULL;
  g_autoptr(JsonObject) claims =
    token != NULL ? read_token (link, authorization, token, cancellable, error) : NULL;

  if (answer != NULL && token == NULL)
    fail (error, "the answer holds no ID token");
  if (claims == NULL)
    return NULL;
  return identify (provider, known, claims, yq_json_text_member (answer, "access_token"),
                   cancellable);
}
