/* The signed token in a voucher's QR code. */
#define G_LOG_DOMAIN "yiquand"

#include "verify-page.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

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

char *
yq_token_new (YqTokenKind kind, const char *id, const char *number, const char *holder,
              gint64 amount, const char *day)
{
  YqTokenFacts facts = { .kind = kind, .amount = amount };

  g_return_val_if_fail (public_key[0] != '\0' && strlen (number) < sizeof facts.number, NULL);

  g_strlcpy (facts.id, id, sizeof facts.id);
  g_strlcpy (facts.number, number, sizeof facts.number);
  g_strlcpy (facts.day, day != NULL ? day : "", sizeof facts.day);
  return yq_voucher_token_sign (&facts, holder, secret_key);
}

gboolean
yq_token_read (const char *token, YqTokenFacts *facts)
{
  const char *const keys[] = { public_key, NULL };

  /* Whether its day has passed is for the page to say, from the record. */
  return public_key[0] != '\0' &&
         yq_voucher_token_verify (token, keys, "0000-00-00", facts) == YQ_TOKEN_GOOD;
}
