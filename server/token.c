/* The signed token in a voucher's QR code. */
#define G_LOG_DOMAIN "yiquand"

#include "verify-page.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define HEAD_BYTES (1 + 16 + 8 + 4)
#define MAX_BYTES (HEAD_BYTES + 64 + crypto_sign_BYTES)
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

static guint8 secret_key[crypto_sign_SECRETKEYBYTES];
static char public_key[64]; /* base64url; "" before init */

/* -- the key -- */

static gboolean
fail (GError **error, const char *path, const char *what)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s: %s", path, what,
               g_strerror (errno));
  return FALSE;
}

/* O_EXCL: two processes that start at once end with one key. */
static gboolean
make_key (const char *path, GError **error)
{
  guint8 seed[crypto_sign_SEEDBYTES];
  char hex[2 * sizeof seed + 1];
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean written;

  if (fd < 0)
    return errno == EEXIST || fail (error, path, "cannot make the key of vouchers");
  randombytes_buf (seed, sizeof seed);
  sodium_bin2hex (hex, sizeof hex, seed, sizeof seed);
  written = write (fd, hex, strlen (hex)) == (gssize) strlen (hex) && fsync (fd) == 0;
  written = close (fd) == 0 && written;
  sodium_memzero (seed, sizeof seed);
  sodium_memzero (hex, sizeof hex);

  return written || fail (error, path, "cannot write the key of vouchers");
}

gboolean
yq_token_init (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "voucher.key", NULL);
  g_autofree char *text = NULL;
  guint8 seed[crypto_sign_SEEDBYTES], key[crypto_sign_PUBLICKEYBYTES];
  gsize length = 0;

  if (sodium_init () < 0)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "libsodium does not start");
      return FALSE;
    }
  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !make_key (path, error))
    return FALSE;
  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  g_strstrip (text);
  if (sodium_hex2bin (seed, sizeof seed, text, strlen (text), NULL, &length, NULL) != 0 ||
      length != sizeof seed)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: this is no key of 64 hex digits",
                   path);
      return FALSE;
    }
  crypto_sign_seed_keypair (key, secret_key, seed);
  sodium_memzero (seed, sizeof seed);
  sodium_bin2base64 (public_key, sizeof public_key, key, sizeof key, BASE64);
  return TRUE;
}

const char *
yq_token_public_key (void)
{
  return public_key[0] ? public_key : NULL;
}

/* -- tokens -- */

static void
put_number (guint8 *at, guint64 value, guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    at[i] = value >> (8 * (n_bytes - 1 - i));
}

static guint64
get_number (const guint8 *at, guint n_bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < n_bytes; i++)
    value = value << 8 | at[i];
  return value;
}

char *
yq_token_new (YqTokenKind kind, const char *id, const char *number, gint64 amount, const char *day)
{
  guint8 bytes[MAX_BYTES];
  char text[sodium_base64_ENCODED_LEN (MAX_BYTES, BASE64)];
  gsize length = 0, number_length = strlen (number);

  g_return_val_if_fail (public_key[0] != '\0' && number_length < 64, NULL);

  bytes[0] = kind;
  if (sodium_hex2bin (bytes + 1, 16, id, strlen (id), "-", &length, NULL) != 0 || length != 16)
    return NULL;
  put_number (bytes + 17, amount, 8);
  put_number (bytes + 25, day ? yq_date_days_between ("1970-01-01", day) : 0, 4);
  memcpy (bytes + HEAD_BYTES, number, number_length);
  length = HEAD_BYTES + number_length;
  crypto_sign_detached (bytes + length, NULL, bytes, length, secret_key);
  sodium_bin2base64 (text, sizeof text, bytes, length + crypto_sign_BYTES, BASE64);

  return g_strdup (text);
}

gboolean
yq_token_read (const char *token, YqTokenKind *kind, char **id, char **number, gint64 *amount)
{
  guint8 bytes[MAX_BYTES], key[crypto_sign_PUBLICKEYBYTES];
  gsize length = 0;

  crypto_sign_ed25519_sk_to_pk (key, secret_key);
  if (public_key[0] == '\0' || token == NULL ||
      sodium_base642bin (bytes, sizeof bytes, token, strlen (token), NULL, &length, NULL, BASE64) !=
        0 ||
      length <= HEAD_BYTES + crypto_sign_BYTES)
    return FALSE;
  length -= crypto_sign_BYTES;
  if (crypto_sign_verify_detached (bytes + length, bytes, length, key) != 0)
    return FALSE;

  *kind = bytes[0];
  *amount = get_number (bytes + 17, 8);
  *number = g_strndup ((const char *) bytes + HEAD_BYTES, length - HEAD_BYTES);
  *id = g_strdup_printf ("%08" G_GINT64_MODIFIER "x-%04" G_GINT64_MODIFIER "x-%04" G_GINT64_MODIFIER
                         "x-%04" G_GINT64_MODIFIER "x-%012" G_GINT64_MODIFIER "x",
                         get_number (bytes + 1, 4), get_number (bytes + 5, 2),
                         get_number (bytes + 7, 2), get_number (bytes + 9, 2),
                         get_number (bytes + 11, 6));
  return TRUE;
}
