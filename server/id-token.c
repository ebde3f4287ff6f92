/* JWTs: three parts of base64url; the signature is checked before anything is believed. */
#define G_LOG_DOMAIN "yiquand-sign-on"

#include "id-token.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <sodium.h>
#include <string.h>

#include "clock.h"
#include "record-json.h"

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define MAX_TOKEN 65536
#define MAX_SUBJECT 255
#define MIN_RSA_BITS 2048
#define LEEWAY (60 * YQ_SECOND)
#define COORDINATE 32 /* bytes of a number on P-256 */

G_DEFINE_QUARK (yq_id_token_error_quark, yq_id_token_error)

static void
fail (GError **error, YqIdTokenError code, const char *what)
{
  g_set_error_literal (error, YQ_ID_TOKEN_ERROR, code, what);
}

char *
yq_base64url (const guint8 *bytes, gsize n)
{
  gsize size = sodium_base64_encoded_len (n, BASE64);
  char *text = g_malloc (size);

  return sodium_bin2base64 (text, size, bytes, n, BASE64);
}

/* NULL: not base64url. */
static GBytes *
decode (const char *text, gsize length)
{
  g_autofree guint8 *bytes = g_malloc (length + 1);
  gsize n;

  if (sodium_base642bin (bytes, length + 1, text, length, NULL, &n, NULL, BASE64) != 0)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), n);
}

static JsonObject *
decode_object (const char *text, gsize length)
{
  g_autoptr(GBytes) bytes = decode (text, length);
  g_autoptr(JsonNode) node = NULL;
  YqProblem *problem = NULL;

  if (bytes == NULL)
    return NULL;
  node = yq_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &problem);
  g_clear_pointer (&problem, yq_problem_free);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

static const char *
text_in (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

static gint64
int_in (JsonObject *object, const char *name, gint64 otherwise)
{
  JsonNode *node = json_object_get_member (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_DOUBLE) /* 1.7e9 is a number of seconds, too */
    return (gint64) CLAMP (json_node_get_double (node), -1e15, 1e15);
  return type == G_TYPE_INT64 ? json_node_get_int (node) : otherwise;
}

/* -- keys -- */

static GBytes *
number_in (JsonObject *key, const char *name)
{
  const char *text = text_in (key, name);

  return text != NULL ? decode (text, strlen (text)) : NULL;
}

static gnutls_datum_t
as_datum (GBytes *bytes)
{
  gsize n;
  gconstpointer data = g_bytes_get_data (bytes, &n);

  return (gnutls_datum_t){ .data = (guint8 *) data, .size = n };
}

static gboolean
import_rsa (gnutls_pubkey_t public, JsonObject *key)
{
  g_autoptr(GBytes) modulus = number_in (key, "n");
  g_autoptr(GBytes) exponent = number_in (key, "e");
  gnutls_datum_t n, e;
  guint bits = 0;

  if (modulus == NULL || exponent == NULL)
    return FALSE;
  n = as_datum (modulus);
  e = as_datum (exponent);
  return gnutls_pubkey_import_rsa_raw (public, &n, &e) == 0 &&
         gnutls_pubkey_get_pk_algorithm (public, &bits) == GNUTLS_PK_RSA && bits >= MIN_RSA_BITS;
}

static gboolean
import_p256 (gnutls_pubkey_t public, JsonObject *key)
{
  g_autoptr(GBytes) first = number_in (key, "x");
  g_autoptr(GBytes) second = number_in (key, "y");
  gnutls_datum_t x, y;

  if (first == NULL || second == NULL || g_strcmp0 (text_in (key, "crv"), "P-256") != 0)
    return FALSE;
  x = as_datum (first);
  y = as_datum (second);
  return gnutls_pubkey_import_ecc_raw (public, GNUTLS_ECC_CURVE_SECP256R1, &x, &y) == 0;
}

/* r and s one after the other (RFC 7518 §3.4), for GnuTLS as DER. */
static gboolean
encode_p256 (const gnutls_datum_t *signature, gnutls_datum_t *der)
{
  gnutls_datum_t r = { .data = signature->data, .size = COORDINATE };
  gnutls_datum_t s = { .data = signature->data + COORDINATE, .size = COORDINATE };

  return signature->size == 2 * COORDINATE && gnutls_encode_rs_value (der, &r, &s) == 0;
}

static gboolean
keep_signature (const gnutls_datum_t *signature, gnutls_datum_t *out)
{
  out->data = gnutls_malloc (MAX (signature->size, 1));
  out->size = signature->size;
  if (out->data != NULL)
    memcpy (out->data, signature->data, signature->size);
  return out->data != NULL;
}

/* "none" and the symmetric ones are not here, and never may be. */
static const struct
{
  const char *name, *type;
  gnutls_sign_algorithm_t sign;
  gboolean (*import) (gnutls_pubkey_t public, JsonObject *key);
  gboolean (*encode) (const gnutls_datum_t *signature, gnutls_datum_t *out);
} algorithms[] = {
  { "RS256", "RSA", GNUTLS_SIGN_RSA_SHA256, import_rsa, keep_signature },
  { "ES256", "EC", GNUTLS_SIGN_ECDSA_SHA256, import_p256, encode_p256 },
};

static int
find_algorithm (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (g_strcmp0 (algorithms[i].name, name) == 0)
      return i;
  return -1;
}

/* The key the header names; where it names none, the only one of the kind. */
static JsonObject *
find_key (JsonObject *set, JsonObject *header, guint algorithm)
{
  const char *wanted = text_in (header, "kid");
  JsonNode *list = json_object_get_member (set, "keys");
  JsonArray *keys =
    list != NULL && JSON_NODE_HOLDS_ARRAY (list) ? json_node_get_array (list) : NULL;
  JsonObject *found = NULL;

  for (guint i = 0; keys != NULL && i < json_array_get_length (keys); i++)
    {
      JsonNode *node = json_array_get_element (keys, i);
      JsonObject *key = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *use = key != NULL ? text_in (key, "use") : NULL;

      if (key == NULL || g_strcmp0 (text_in (key, "kty"), algorithms[algorithm].type) != 0 ||
          (use != NULL && !g_str_equal (use, "sig")))
        continue;
      if (wanted != NULL && g_strcmp0 (text_in (key, "kid"), wanted) == 0)
        return key;
      if (wanted == NULL && found != NULL)
        return NULL;
      if (wanted == NULL)
        found = key;
    }
  return found;
}

static gboolean
is_signed (const char *text, gsize length, const char *signature, JsonObject *key, guint algorithm)
{
  g_autoptr(GBytes) bytes = decode (signature, strlen (signature));
  gnutls_datum_t data = { .data = (guint8 *) text, .size = length };
  gnutls_datum_t given, encoded = { 0 };
  gnutls_pubkey_t public;
  gboolean is_right = FALSE;

  if (bytes == NULL || gnutls_pubkey_init (&public) != 0)
    return FALSE;
  given = as_datum (bytes);
  if (algorithms[algorithm].import (public, key) && algorithms[algorithm].encode (&given, &encoded))
    is_right =
      gnutls_pubkey_verify_data2 (public, algorithms[algorithm].sign, 0, &data, &encoded) >= 0;
  gnutls_free (encoded.data);
  gnutls_pubkey_deinit (public);
  return is_right;
}

/* -- claims -- */

static gboolean
is_for (JsonObject *claims, const char *client)
{
  JsonNode *audience = json_object_get_member (claims, "aud");
  JsonArray *list;

  if (audience == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_ARRAY (audience))
    return g_strcmp0 (text_in (claims, "aud"), client) == 0;
  list = json_node_get_array (audience);
  if (json_array_get_length (list) > 1 && g_strcmp0 (text_in (claims, "azp"), client) != 0)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (json_node_get_value_type (node) == G_TYPE_STRING &&
          g_str_equal (json_node_get_string (node), client))
        return TRUE;
    }
  return FALSE;
}

static const char *
what_is_wrong (JsonObject *claims, const YqIdTokenWanted *wanted)
{
  const char *subject = text_in (claims, "sub");
  gint64 expires = int_in (claims, "exp", 0), issued = int_in (claims, "iat", 0);

  if (g_strcmp0 (text_in (claims, "iss"), wanted->issuer) != 0)
    return "another issuer";
  if (!is_for (claims, wanted->client_id))
    return "for another client";
  if (g_strcmp0 (text_in (claims, "nonce"), wanted->nonce) != 0)
    return "of another sign-on";
  if (expires <= 0 || expires > G_MAXINT64 / 1000 || expires * 1000 + LEEWAY <= wanted->now)
    return "no longer valid";
  if (issued > (wanted->now + LEEWAY) / 1000)
    return "issued in the future";
  if (subject == NULL || *subject == '\0' || strlen (subject) > MAX_SUBJECT)
    return "without a subject";
  return NULL;
}

JsonObject *
yq_id_token_read (const char *token, JsonObject *keys, const YqIdTokenWanted *wanted,
                  GError **error)
{
  gsize length = strnlen (token, MAX_TOKEN + 1);
  g_auto(GStrv) parts = length <= MAX_TOKEN ? g_strsplit (token, ".", 4) : NULL;
  g_autoptr(JsonObject) header = NULL;
  g_autoptr(JsonObject) claims = NULL;
  JsonObject *key;
  const char *wrong;
  int algorithm;

  if (parts == NULL || g_strv_length (parts) != 3 ||
      !(header = decode_object (parts[0], strlen (parts[0]))) ||
      !(claims = decode_object (parts[1], strlen (parts[1]))))
    {
      fail (error, YQ_ID_TOKEN_ERROR_MALFORMED, "no ID token");
      return NULL;
    }
  algorithm = find_algorithm (text_in (header, "alg"));
  if (algorithm < 0 || json_object_has_member (header, "crit"))
    {
      fail (error, YQ_ID_TOKEN_ERROR_SIGNATURE, "signed in a way that is not taken");
      return NULL;
    }
  if (!(key = find_key (keys, header, algorithm)))
    {
      fail (error, YQ_ID_TOKEN_ERROR_KEY, "signed with an unknown key");
      return NULL;
    }
  if (!is_signed (token, strlen (parts[0]) + 1 + strlen (parts[1]), parts[2], key, algorithm))
    {
      fail (error, YQ_ID_TOKEN_ERROR_SIGNATURE, "the signature is wrong");
      return NULL;
    }
  if ((wrong = what_is_wrong (claims, wanted)) != NULL)
    {
      fail (error, YQ_ID_TOKEN_ERROR_CLAIMS, wrong);
      return NULL;
    }
  return g_steal_pointer (&claims);
}
