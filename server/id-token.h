/* ID tokens of OpenID Connect (Core 1.0 §2, §3.1.3.7): a JWT (RFC 7519) signed with RS256 or ES256
 * by a key of the provider's JWK set (RFC 7517).  Pure: nothing is fetched here. */
#pragma once

#include <json-glib/json-glib.h>

#define YQ_ID_TOKEN_ERROR (yq_id_token_error_quark ())
typedef enum
{
  YQ_ID_TOKEN_ERROR_MALFORMED,
  YQ_ID_TOKEN_ERROR_KEY,       /* signed with a key the set does not have: fetch it again */
  YQ_ID_TOKEN_ERROR_SIGNATURE, /* or an algorithm that is not taken */
  YQ_ID_TOKEN_ERROR_CLAIMS     /* somebody else's, too old, of another sign-on */
} YqIdTokenError;
GQuark yq_id_token_error_quark (void);

/* What the token must say. */
typedef struct
{
  const char *issuer;
  const char *client_id;
  const char *nonce;
  gint64 now; /* ms UTC; a minute of difference between the clocks is forgiven */
} YqIdTokenWanted;

/* The claims of a token that is right; NULL with error otherwise.  keys is the whole JWK set. */
JsonObject *yq_id_token_read (const char *token, JsonObject *keys, const YqIdTokenWanted *wanted,
                              GError **error);
/* Base64 of URLs without padding (RFC 7515 §2). */
char *yq_base64url (const guint8 *bytes, gsize n);
