/* Signing and verifying the token of a voucher. */
#define G_LOG_DOMAIN "yiquan-token"

#include "voucher-token.h"

#include <sodium.h>
#include <string.h>

#include "clock.h"

#define AT_KEY 1
#define KEY_BYTES 4
#define AT_ID (AT_KEY + KEY_BYTES)
#define AT_AMOUNT (AT_ID + 16)
#define AT_DAY (AT_AMOUNT + 8)
#define AT_NUMBER (AT_DAY + 4) /* its length, then itself */
#define HEAD_BYTES (AT_NUMBER + 1)
#define MAX_NUMBER 63
#define MAX_BYTES (HEAD_BYTES + MAX_NUMBER + YQ_TOKEN_HOLDER_BYTES + crypto_sign_BYTES)
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define EPOCH "1970-01-01"

static void
put_number (guint8 *at, guint64 value, guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    at[i] = (guint8) (value >> (8 * (n_bytes - 1 - i)));
}

static guint64
get_number (const guint8 *at, guint n_bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | at[i];
  return value;
}

/* -- writing -- */

/* As much of it as has room, in whole characters. */
static gsize
holder_length (const char *holder)
{
  gsize length = 0;

  for (const char *at = holder; holder != NULL && *at != '\0';)
    {
      at = g_utf8_next_char (at);
      if (at - holder > YQ_TOKEN_HOLDER_BYTES)
        break;
      length = (gsize) (at - holder);
    }
  return length;
}

char *
yq_voucher_token_sign (const YqTokenFacts *facts, const char *holder, const guint8 secret[64])
{
  guint8 bytes[MAX_BYTES], key[crypto_sign_PUBLICKEYBYTES];
  char text[sodium_base64_ENCODED_LEN (MAX_BYTES, BASE64)];
  gsize length = 0, number = strlen (facts->number), n_holder;

  if (number == 0 || number > MAX_NUMBER || !g_str_is_ascii (facts->number) ||
      sodium_hex2bin (bytes + AT_ID, 16, facts->id, strlen (facts->id), "-", &length, NULL) != 0 ||
      length != 16)
    return NULL;
  crypto_sign_ed25519_sk_to_pk (key, secret);
  bytes[0] = (guint8) facts->kind;
  memcpy (bytes + AT_KEY, key, KEY_BYTES);
  put_number (bytes + AT_AMOUNT, (guint64) facts->amount, 8);
  put_number (bytes + AT_DAY, *facts->day ? yq_date_days_between (EPOCH, facts->day) : 0, 4);
  bytes[AT_NUMBER] = (guint8) number;
  memcpy (bytes + HEAD_BYTES, facts->number, number);
  length = HEAD_BYTES + number;
  n_holder = holder_length (holder);
  if (n_holder > 0)
    memcpy (bytes + length, holder, n_holder);
  length += n_holder;
  crypto_sign_detached (bytes + length, NULL, bytes, length, secret);
  sodium_bin2base64 (text, sizeof text, bytes, length + crypto_sign_BYTES, BASE64);
  return g_strdup (text);
}

/* -- reading -- */

/* The bytes before the signature; 0 where it cannot be a token. */
static gsize
decode (const char *text, guint8 bytes[MAX_BYTES])
{
  const char *at = text != NULL ? g_strrstr (text, "/v/") : NULL;
  g_autofree char *token = g_strstrip (g_strdup (at != NULL ? at + 3 : text != NULL ? text : ""));
  gsize length = 0;

  if (sodium_base642bin (bytes, MAX_BYTES, token, strlen (token), NULL, &length, NULL, BASE64) !=
        0 ||
      length <= HEAD_BYTES + crypto_sign_BYTES)
    return 0;
  length -= crypto_sign_BYTES;
  if ((bytes[0] != YQ_TOKEN_VOUCHER && bytes[0] != YQ_TOKEN_USE) || bytes[AT_NUMBER] == 0 ||
      bytes[AT_NUMBER] > MAX_NUMBER || HEAD_BYTES + (gsize) bytes[AT_NUMBER] > length ||
      length - HEAD_BYTES - bytes[AT_NUMBER] > YQ_TOKEN_HOLDER_BYTES)
    return 0;
  return length;
}

/* GOOD, ALTERED or UNKNOWN_KEY.  A forger can name any key: only the signature counts. */
static YqTokenVerdict
check_signature (const guint8 *bytes, gsize length, const char *const *keys)
{
  YqTokenVerdict verdict = YQ_TOKEN_UNKNOWN_KEY;

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      guint8 key[crypto_sign_PUBLICKEYBYTES];
      gsize n = 0;

      if (sodium_base642bin (key, sizeof key, keys[i], strlen (keys[i]), NULL, &n, NULL, BASE64) !=
            0 ||
          n != sizeof key || memcmp (bytes + AT_KEY, key, KEY_BYTES) != 0)
        continue;
      if (crypto_sign_verify_detached (bytes + length, bytes, length, key) == 0)
        return YQ_TOKEN_GOOD;
      verdict = YQ_TOKEN_ALTERED;
    }
  return verdict;
}

static void
read_facts (const guint8 *bytes, gsize length, YqTokenFacts *facts)
{
  guint number = bytes[AT_NUMBER];
  gsize holder = length - HEAD_BYTES - number;
  guint days = (guint) get_number (bytes + AT_DAY, 4);

  facts->kind = bytes[0];
  facts->amount = (gint64) get_number (bytes + AT_AMOUNT, 8);
  memcpy (facts->number, bytes + HEAD_BYTES, number);
  memcpy (facts->holder, bytes + HEAD_BYTES + number, holder);
  g_snprintf (facts->id, sizeof facts->id, "%08x-%04x-%04x-%04x-%012" G_GINT64_MODIFIER "x",
              (guint) get_number (bytes + AT_ID, 4), (guint) get_number (bytes + AT_ID + 4, 2),
              (guint) get_number (bytes + AT_ID + 6, 2), (guint) get_number (bytes + AT_ID + 8, 2),
              get_number (bytes + AT_ID + 10, 6));
  if (days > 0)
    {
      g_autofree char *day = yq_date_add_days (EPOCH, (int) days);

      g_strlcpy (facts->day, day != NULL ? day : "", sizeof facts->day);
    }
}

YqTokenVerdict
yq_voucher_token_verify (const char *text, const char *const *keys, const char *today,
                         YqTokenFacts *facts)
{
  guint8 bytes[MAX_BYTES];
  gsize length = decode (text, bytes);
  YqTokenVerdict verdict;

  memset (facts, 0, sizeof *facts);
  if (length == 0)
    return YQ_TOKEN_NONE;
  verdict = check_signature (bytes, length, keys);
  if (verdict != YQ_TOKEN_GOOD)
    return verdict;
  read_facts (bytes, length, facts);
  if (facts->kind == YQ_TOKEN_VOUCHER && *facts->day != '\0' && strcmp (facts->day, today) < 0)
    return YQ_TOKEN_EXPIRED;
  return YQ_TOKEN_GOOD;
}
