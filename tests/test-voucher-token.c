/* A signed token says what was signed, and nothing else is a token. */
#define G_LOG_DOMAIN "yiquan-test-voucher-token"

#include <sodium.h>
#include <string.h>

#include "ids.h"
#include "voucher-token.h"

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define TODAY "2026-03-02"

typedef struct
{
  guint8 secret[crypto_sign_SECRETKEYBYTES];
  char *public;
} Key;

static Key
key_new (void)
{
  guint8 public[crypto_sign_PUBLICKEYBYTES];
  char text[sodium_base64_ENCODED_LEN (sizeof public, BASE64)];
  Key key;

  crypto_sign_keypair (public, key.secret);
  sodium_bin2base64 (text, sizeof text, public, sizeof public, BASE64);
  key.public = g_strdup (text);
  return key;
}

static YqTokenFacts
some_facts (void)
{
  g_autofree char *id = yq_id_new ();
  YqTokenFacts facts = { .kind = g_test_rand_bit () ? YQ_TOKEN_VOUCHER : YQ_TOKEN_USE,
                         .amount = (gint64) g_test_rand_int_range (1, G_MAXINT32) * 100,
                         .day = "2026-12-31",
                         .number = "2026TMA2CX7E9301" };

  g_strlcpy (facts.id, id, sizeof facts.id);
  g_strlcpy (facts.holder, "嘉善启明精密机械有限公司", sizeof facts.holder);
  return facts;
}

static void
assert_equal (const YqTokenFacts *a, const YqTokenFacts *b)
{
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpint (a->amount, ==, b->amount);
  g_assert_cmpstr (a->day, ==, b->day);
  g_assert_cmpstr (a->number, ==, b->number);
  g_assert_cmpstr (a->holder, ==, b->holder);
}

static void
test_what_is_signed_is_read (void)
{
  Key key = key_new (), other = key_new ();
  const char *const keys[] = { other.public, "", "rubbish!", key.public, NULL };

  for (guint i = 0; i < 300; i++)
    {
      YqTokenFacts facts = some_facts (), read;
      g_autofree char *token = yq_voucher_token_sign (&facts, facts.holder, key.secret);
      g_autofree char *address = g_strdup_printf ("  https://v.example.cn/v/%s\n", token);

      g_assert_nonnull (token);
      g_assert_cmpint (yq_voucher_token_verify (token, keys, TODAY, &read), ==, YQ_TOKEN_GOOD);
      assert_equal (&facts, &read);
      g_assert_cmpint (yq_voucher_token_verify (address, keys, TODAY, &read), ==, YQ_TOKEN_GOOD);
      assert_equal (&facts, &read);
    }
  g_free (key.public);
  g_free (other.public);
}

static YqTokenVerdict
verdict_on (const guint8 *bytes, gsize length, const char *const *keys)
{
  static const YqTokenFacts nothing;
  char text[1024];
  YqTokenFacts facts;
  YqTokenVerdict verdict;

  memset (&facts, 0x5a, sizeof facts);
  sodium_bin2base64 (text, sizeof text, bytes, length, BASE64);
  verdict = yq_voucher_token_verify (text, keys, TODAY, &facts);
  /* Nothing that nobody signed is ever shown. */
  if (verdict != YQ_TOKEN_GOOD && verdict != YQ_TOKEN_EXPIRED)
    g_assert_cmpmem (&facts, sizeof facts, &nothing, sizeof nothing);
  return verdict;
}

/* Every byte, every other value. */
static void
test_every_changed_byte_is_refused (void)
{
  Key key = key_new ();
  const char *const keys[] = { key.public, NULL };
  YqTokenFacts facts = some_facts ();
  g_autofree char *token = yq_voucher_token_sign (&facts, facts.holder, key.secret);
  guint8 bytes[512];
  gsize length;

  g_assert_cmpint (
    sodium_base642bin (bytes, sizeof bytes, token, strlen (token), NULL, &length, NULL, BASE64), ==,
    0);
  g_assert_cmpint (verdict_on (bytes, length, keys), ==, YQ_TOKEN_GOOD);
  for (gsize i = 0; i < length; i++)
    for (guint flip = 1; flip < 256; flip += i < 40 ? 1 : 17)
      {
        YqTokenVerdict verdict;

        bytes[i] ^= (guint8) flip;
        verdict = verdict_on (bytes, length, keys);
        bytes[i] ^= (guint8) flip;
        /* The bytes that name the key lead to nobody; the rest is an altered token, or none. */
        if (i >= 1 && i < 5)
          g_assert_cmpint (verdict, ==, YQ_TOKEN_UNKNOWN_KEY);
        else
          g_assert_true (verdict == YQ_TOKEN_ALTERED || verdict == YQ_TOKEN_NONE);
      }
  g_assert_cmpint (verdict_on (bytes, length, keys), ==, YQ_TOKEN_GOOD);
  g_free (key.public);
}

static void
test_every_changed_letter_and_every_cut_is_refused (void)
{
  static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ ";
  Key key = key_new ();
  const char *const keys[] = { key.public, NULL };
  YqTokenFacts facts = some_facts (), read;
  g_autofree char *token = yq_voucher_token_sign (&facts, facts.holder, key.secret);
  gsize length = strlen (token);

  for (gsize i = 0; i < length; i++)
    for (const char *letter = alphabet; *letter != '\0'; letter++)
      {
        g_autofree char *forged = g_strdup (token);

        forged[i] = *letter;
        /* A space at an end is no part of it. */
        if (*letter == token[i])
          continue;
        g_assert_cmpint (yq_voucher_token_verify (forged, keys, TODAY, &read), !=, YQ_TOKEN_GOOD);
      }
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *cut = g_strndup (token, i);

      g_assert_cmpint (yq_voucher_token_verify (cut, keys, TODAY, &read), !=, YQ_TOKEN_GOOD);
      g_assert_cmpint (yq_voucher_token_verify (token + i, keys, TODAY, &read), ==,
                       i == 0 ? YQ_TOKEN_GOOD : YQ_TOKEN_NONE);
      if (i == 0)
        continue;
    }
  g_free (key.public);
}

static void
test_the_key_decides (void)
{
  Key key = key_new (), forger = key_new ();
  const char *const keys[] = { key.public, NULL }, *const none[] = { NULL };
  YqTokenFacts facts = some_facts (), read;
  g_autofree char *genuine = yq_voucher_token_sign (&facts, facts.holder, key.secret);
  g_autofree char *forged = yq_voucher_token_sign (&facts, facts.holder, forger.secret);
  guint8 bytes[512], public[crypto_sign_PUBLICKEYBYTES];
  gsize length;

  g_assert_cmpint (yq_voucher_token_verify (genuine, none, TODAY, &read), ==, YQ_TOKEN_UNKNOWN_KEY);
  g_assert_cmpint (yq_voucher_token_verify (genuine, NULL, TODAY, &read), ==, YQ_TOKEN_UNKNOWN_KEY);
  g_assert_cmpint (yq_voucher_token_verify (forged, keys, TODAY, &read), ==, YQ_TOKEN_UNKNOWN_KEY);
  /* The forger names the known key and signs with his own. */
  sodium_base642bin (bytes, sizeof bytes, forged, strlen (forged), NULL, &length, NULL, BASE64);
  crypto_sign_ed25519_sk_to_pk (public, key.secret);
  memcpy (bytes + 1, public, 4);
  crypto_sign_detached (bytes + length - 64, NULL, bytes, length - 64, forger.secret);
  g_assert_cmpint (verdict_on (bytes, length, keys), ==, YQ_TOKEN_ALTERED);
  g_free (key.public);
  g_free (forger.public);
}

static void
test_the_last_day_counts (void)
{
  Key key = key_new ();
  const char *const keys[] = { key.public, NULL };
  YqTokenFacts facts = some_facts (), read;
  g_autofree char *token = NULL;
  g_autofree char *use = NULL;

  facts.kind = YQ_TOKEN_VOUCHER;
  token = yq_voucher_token_sign (&facts, facts.holder, key.secret);
  facts.kind = YQ_TOKEN_USE;
  use = yq_voucher_token_sign (&facts, facts.holder, key.secret);
  g_assert_cmpint (yq_voucher_token_verify (token, keys, "2026-12-31", &read), ==, YQ_TOKEN_GOOD);
  g_assert_cmpint (yq_voucher_token_verify (token, keys, "2027-01-01", &read), ==,
                   YQ_TOKEN_EXPIRED);
  g_assert_cmpstr (read.number, ==, facts.number);
  /* The day of a use is the day it was made. */
  g_assert_cmpint (yq_voucher_token_verify (use, keys, "2027-01-01", &read), ==, YQ_TOKEN_GOOD);
  g_free (key.public);
}

static void
test_long_holders_are_cut_at_a_character (void)
{
  Key key = key_new ();
  const char *const keys[] = { key.public, NULL };
  YqTokenFacts facts = some_facts (), read;
  g_autofree char *token = NULL;

  token = yq_voucher_token_sign (&facts, "a长江三角洲地区生态绿色一体化发展示范区精密机械有限公司",
                                 key.secret);
  g_assert_cmpint (yq_voucher_token_verify (token, keys, TODAY, &read), ==, YQ_TOKEN_GOOD);
  g_assert_true (g_utf8_validate (read.holder, -1, NULL));
  g_assert_cmpstr (read.holder, ==, "a长江三角洲地区生态绿色一体化发");
  g_clear_pointer (&token, g_free);
  token = yq_voucher_token_sign (&facts, NULL, key.secret);
  g_assert_cmpint (yq_voucher_token_verify (token, keys, TODAY, &read), ==, YQ_TOKEN_GOOD);
  g_assert_cmpstr (read.holder, ==, "");
  facts.number[0] = '\0';
  g_assert_null (yq_voucher_token_sign (&facts, NULL, key.secret));
  g_strlcpy (facts.number, "券2026", sizeof facts.number);
  g_assert_null (yq_voucher_token_sign (&facts, NULL, key.secret));
  g_free (key.public);
}

static void
test_anything_else_is_no_token (void)
{
  static const char *const texts[] = { NULL,
                                       "",
                                       " ",
                                       "/v/",
                                       "https://v.example.cn/v/",
                                       "hello",
                                       "../../etc/passwd",
                                       "01,32,,26332000000012345678,1.00,20260302",
                                       "AAAA",
                                       "\xff\xfe" };
  const char *const keys[] = { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL };
  g_autofree char *endless = g_strnfill (1 << 20, 'A');
  guint8 bytes[300];
  YqTokenFacts facts;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpint (yq_voucher_token_verify (texts[i], keys, TODAY, &facts), ==, YQ_TOKEN_NONE);
  g_assert_cmpint (yq_voucher_token_verify (endless, keys, TODAY, &facts), ==, YQ_TOKEN_NONE);
  /* A key of zeros is a point of small order, which "signs" anything where it is not refused. */
  for (guint i = 0; i < 20000; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (90, 170);

      randombytes_buf (bytes, sizeof bytes);
      bytes[0] = (guint8) g_test_rand_int_range (1, 3);
      memset (bytes + 1, 0, 4);
      bytes[33] = (guint8) g_test_rand_int_range (0, 40);
      if (g_test_rand_bit ())
        memset (bytes + length - 64, 0, 64);
      g_assert_true (verdict_on (bytes, length, keys) >= YQ_TOKEN_ALTERED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sodium_init (), >=, 0);
  g_test_add_func ("/voucher-token/signed", test_what_is_signed_is_read);
  g_test_add_func ("/voucher-token/bytes", test_every_changed_byte_is_refused);
  g_test_add_func ("/voucher-token/letters", test_every_changed_letter_and_every_cut_is_refused);
  g_test_add_func ("/voucher-token/key", test_the_key_decides);
  g_test_add_func ("/voucher-token/day", test_the_last_day_counts);
  g_test_add_func ("/voucher-token/holder", test_long_holders_are_cut_at_a_character);
  g_test_add_func ("/voucher-token/none", test_anything_else_is_no_token);
  return g_test_run ();
}
