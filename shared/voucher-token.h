/* The signed token in the QR code of a voucher or of its use: whoever has the public key of a
 * jurisdiction (its field token_key) verifies it without a network.
 *
 * base64url without padding of, numbers big-endian: 1 byte kind, the first 4 bytes of the public
 * key, 16 bytes id of the record, 8 bytes amount in fen, 4 bytes days since 1970-01-01 of the last
 * valid day of a voucher or of the day of a use, 1 byte length of the number, the number in ASCII,
 * the holder in UTF-8 (at most 48 bytes), and 64 bytes Ed25519 signature of all before it.
 *
 * A genuine token says what was issued; what has been spent since only the server knows.  Pure; any
 * thread. */
#pragma once

#include <glib.h>

typedef enum
{
  YQ_TOKEN_VOUCHER = 1,
  YQ_TOKEN_USE = 2,
} YqTokenKind;

#define YQ_TOKEN_HOLDER_BYTES 48

typedef struct
{
  YqTokenKind kind;
  char id[37];
  gint64 amount; /* fen */
  char day[11];  /* YYYY-MM-DD; "" where there is none */
  char number[64];
  char holder[YQ_TOKEN_HOLDER_BYTES + 1];
} YqTokenFacts;

typedef enum
{
  YQ_TOKEN_GOOD,
  YQ_TOKEN_EXPIRED,     /* genuine, but its last day has passed */
  YQ_TOKEN_ALTERED,     /* it names a known key that did not sign this */
  YQ_TOKEN_UNKNOWN_KEY, /* issued by nobody this computer knows */
  YQ_TOKEN_NONE,        /* no token at all */
} YqTokenVerdict;

/* text is a token or an address that ends in /v/TOKEN; keys are public keys in base64url, ending
 * with NULL; today is YYYY-MM-DD.  facts are filled for GOOD and EXPIRED only, else all zero. */
YqTokenVerdict yq_voucher_token_verify (const char *text, const char *const *keys,
                                        const char *today, YqTokenFacts *facts);
/* A token; secret is an Ed25519 secret key of libsodium (64 bytes).  A longer holder is cut at a
 * character.  NULL where the id is no UUID or the number is not 1 to 63 characters of ASCII. */
char *yq_voucher_token_sign (const YqTokenFacts *facts, const char *holder,
                             const guint8 secret[64]);
