/* Sealed fields open with their key only, and only unchanged. */
#define G_LOG_DOMAIN "test-sealed"

#include "sealed.h"

#include <string.h>

static const guint8 key[YQ_SEALED_KEY_SIZE] = "0123456789abcdef0123456789abcde";
static const guint8 other_key[YQ_SEALED_KEY_SIZE] = "0123456789abcdef0123456789abcdE";

static void
test_what_was_sealed_opens (void)
{
  static const char *const texts[] = { "", "x", "11010519491231002X", "建行 6222 0212 3456",
                                       "\n\"'" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *sealed = yq_sealed_write (key, texts[i]);
      g_autofree char *opened = yq_sealed_read (key, sealed);

      g_assert_true (yq_sealed_is (sealed));
      g_assert_true (g_str_has_prefix (sealed, "v1:"));
      g_assert_true (*texts[i] == '\0' || strstr (sealed, texts[i]) == NULL ||
                     strlen (texts[i]) == 1);
      g_assert_cmpstr (opened, ==, texts[i]);
      g_assert_null (yq_sealed_read (other_key, sealed));
    }
}

static void
test_no_two_boxes_are_equal (void)
{
  g_autofree char *one = yq_sealed_write (key, "same");
  g_autofree char *two = yq_sealed_write (key, "same");

  g_assert_cmpstr (one, !=, two);
}

static void
test_every_changed_character_is_noticed (void)
{
  g_autofree char *sealed = yq_sealed_write (key, "62220212345678901234");
  gsize length = strlen (sealed);

  g_assert_cmpint (sealed[length - 1], !=, '='); /* every bit of the base64 counts */
  for (gsize i = strlen ("v1:"); i < length; i++)
    {
      g_autofree char *changed = g_strdup (sealed);
      g_autofree char *cut = g_strndup (sealed, i);

      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      g_assert_null (yq_sealed_read (key, changed));
      g_assert_null (yq_sealed_read (key, cut));
    }
}

static void
test_nonsense_does_not_open (void)
{
  static const char *const texts[] = { "",        "v1:",     "v1",        "v2:AAAA",
                                       "v1:!!!!", "v1:AAAA", "plain text" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (yq_sealed_read (key, texts[i]));
  g_assert_null (yq_sealed_read (key, NULL));
  g_assert_false (yq_sealed_is (NULL));
  g_assert_false (yq_sealed_is ("6222021234567890"));
}

static void
test_equal_secrets_have_equal_hashes (void)
{
  g_autofree char *one = yq_sealed_hash (key, "6222021234567890");
  g_autofree char *same = yq_sealed_hash (key, "6222021234567890");
  g_autofree char *next = yq_sealed_hash (key, "6222021234567891");
  g_autofree char *foreign = yq_sealed_hash (other_key, "6222021234567890");

  g_assert_cmpuint (strlen (one), ==, 64);
  g_assert_cmpuint (strspn (one, "0123456789abcdef"), ==, 64);
  g_assert_cmpstr (one, ==, same);
  g_assert_cmpstr (one, !=, next);
  g_assert_cmpstr (one, !=, foreign);
  /* Stored in databases: it must stay this for ever. */
  g_assert_cmpstr (one, ==, "e3804514b2d723c7b66e5939bc2557260fe3e7bde958bc5e4de67602431ba5fb");
}

static void
test_old_boxes_open_for_ever (void)
{
  g_autofree char *opened = yq_sealed_read (
    key, "v1:gqFUjwllFJ6xzpYf59DyWJdzjtpVJLxcdRxm39ooH5gSr/mrpkGsSBpDVShDqEzHBY80d0iRfGI=");

  g_assert_cmpstr (opened, ==, "6222021234567890");
}

static void
test_files_open_and_every_changed_byte_is_noticed (void)
{
  g_autoptr(GBytes) content = g_bytes_new_static ("%PDF-1.4\0\xff", 10);
  g_autoptr(GBytes) sealed = yq_sealed_write_bytes (key, content);
  g_autoptr(GBytes) opened = yq_sealed_read_bytes (key, sealed);
  g_autoptr(GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr(GBytes) empty = yq_sealed_write_bytes (key, nothing);
  g_autoptr(GBytes) opened_empty = yq_sealed_read_bytes (key, empty);
  gsize size = g_bytes_get_size (sealed);

  g_assert_true (g_bytes_equal (content, opened));
  g_assert_true (g_bytes_equal (nothing, opened_empty));
  g_assert_null (yq_sealed_read_bytes (other_key, sealed));
  for (gsize i = 0; i < size; i++)
    {
      guint8 *changed = g_memdup2 (g_bytes_get_data (sealed, NULL), size);
      g_autoptr(GBytes) bytes = g_bytes_new_take (changed, size);
      g_autoptr(GBytes) cut = g_bytes_new_from_bytes (sealed, 0, i);

      changed[i] ^= 1;
      g_assert_null (yq_sealed_read_bytes (key, bytes));
      g_assert_null (yq_sealed_read_bytes (key, cut));
    }
}

static void
test_keys_are_random (void)
{
  guint8 one[YQ_SEALED_KEY_SIZE] = { 0 };
  guint8 two[YQ_SEALED_KEY_SIZE] = { 0 };

  yq_sealed_new_key (one);
  yq_sealed_new_key (two);
  g_assert_cmpint (memcmp (one, two, sizeof one), !=, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sealed/opens", test_what_was_sealed_opens);
  g_test_add_func ("/sealed/nonce", test_no_two_boxes_are_equal);
  g_test_add_func ("/sealed/changed", test_every_changed_character_is_noticed);
  g_test_add_func ("/sealed/nonsense", test_nonsense_does_not_open);
  g_test_add_func ("/sealed/hash", test_equal_secrets_have_equal_hashes);
  g_test_add_func ("/sealed/old", test_old_boxes_open_for_ever);
  g_test_add_func ("/sealed/files", test_files_open_and_every_changed_byte_is_noticed);
  g_test_add_func ("/sealed/keys", test_keys_are_random);
  return g_test_run ();
}
