/* Secret fields, sealed with libsodium's secretbox. */
#define G_LOG_DOMAIN "yiquan-sealed"

#include "sealed.h"

#include <sodium.h>
#include <string.h>

#define PREFIX "v1:"
#define FILE_PREFIX "yqs1"
#define HASH_SIZE 32
#define HEAD (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

G_STATIC_ASSERT (YQ_SEALED_KEY_SIZE == crypto_secretbox_KEYBYTES);
G_STATIC_ASSERT (YQ_SEALED_KEY_SIZE == crypto_kdf_KEYBYTES);

static void
start_sodium (void)
{
  if (sodium_init () < 0)
    g_error ("libsodium does not start");
}

void
yq_sealed_new_key (guint8 key[YQ_SEALED_KEY_SIZE])
{
  start_sodium ();
  randombytes_buf (key, YQ_SEALED_KEY_SIZE);
}

char *
yq_sealed_write (const guint8 key[YQ_SEALED_KEY_SIZE], const char *text)
{
  gsize length = strlen (text);
  g_autofree guint8 *box = g_malloc (HEAD + length);
  g_autofree char *base64 = NULL;

  start_sodium ();
  randombytes_buf (box, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (box + crypto_secretbox_NONCEBYTES, (const guint8 *) text, length, box,
                         key);
  base64 = g_base64_encode (box, HEAD + length);
  return g_strconcat (PREFIX, base64, NULL);
}

char *
yq_sealed_read (const guint8 key[YQ_SEALED_KEY_SIZE], const char *sealed)
{
  g_autofree guint8 *box = NULL;
  g_autofree char *text = NULL;
  gsize size;

  start_sodium ();
  if (!yq_sealed_is (sealed))
    return NULL;
  box = g_base64_decode (sealed + strlen (PREFIX), &size);
  if (size < HEAD)
    return NULL;
  text = g_malloc0 (size - HEAD + 1);
  if (crypto_secretbox_open_easy ((guint8 *) text, box + crypto_secretbox_NONCEBYTES,
                                  size - crypto_secretbox_NONCEBYTES, box, key) != 0)
    return NULL;
  return g_steal_pointer (&text);
}

gboolean
yq_sealed_is (const char *text)
{
  return text != NULL && g_str_has_prefix (text, PREFIX);
}

GBytes *
yq_sealed_write_bytes (const guint8 key[YQ_SEALED_KEY_SIZE], GBytes *content)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  gsize mark = strlen (FILE_PREFIX);
  guint8 *sealed = g_malloc (mark + HEAD + length);
  guint8 *nonce = sealed + mark;

  start_sodium ();
  memcpy (sealed, FILE_PREFIX, mark);
  randombytes_buf (nonce, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (nonce + crypto_secretbox_NONCEBYTES, data, length, nonce, key);
  return g_bytes_new_take (sealed, mark + HEAD + length);
}

GBytes *
yq_sealed_read_bytes (const guint8 key[YQ_SEALED_KEY_SIZE], GBytes *sealed)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  gsize mark = strlen (FILE_PREFIX);
  const guint8 *nonce = data + mark;
  g_autofree guint8 *content = NULL;

  start_sodium ();
  if (size < mark + HEAD || memcmp (data, FILE_PREFIX, mark) != 0)
    return NULL;
  size -= mark + HEAD;
  content = g_malloc (size + 1);
  if (crypto_secretbox_open_easy (content, nonce + crypto_secretbox_NONCEBYTES,
                                  size + crypto_secretbox_MACBYTES, nonce, key) != 0)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&content), size);
}

char *
yq_sealed_hash (const guint8 key[YQ_SEALED_KEY_SIZE], const char *text)
{
  guint8 own_key[crypto_generichash_KEYBYTES];
  guint8 hash[HASH_SIZE];
  char hex[2 * HASH_SIZE + 1];

  start_sodium ();
  crypto_kdf_derive_from_key (own_key, sizeof own_key, 1, "yiquaneq", key);
  crypto_generichash (hash, sizeof hash, (const guint8 *) text, strlen (text), own_key,
                      sizeof own_key);
  sodium_memzero (own_key, sizeof own_key);
  sodium_bin2hex (hex, sizeof hex, hash, sizeof hash);
  return g_strdup (hex);
}
