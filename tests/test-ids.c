/* Identifiers: order, uniqueness, check characters. */
#define G_LOG_DOMAIN "yiquan-test-ids"

#include <glib.h>
#include <string.h>

#include "clock.h"
#include "ids.h"

#define N_IDS 20000

static void
test_ids_sort_as_they_were_made (void)
{
  g_autofree char *before = NULL;

  yq_clock_set (1795000000123);
  before = yq_id_new ();
  for (guint i = 0; i < N_IDS; i++)
    {
      g_autofree char *id = yq_id_new ();

      g_assert_true (yq_id_is_valid (id));
      g_assert_cmpint (id[14], ==, '7');
      g_assert_nonnull (strchr ("89ab", id[19]));
      g_assert_cmpstr (before, <, id);
      g_free (before);
      before = g_steal_pointer (&id);
    }
  yq_clock_set (0);
}

static void
test_ids_follow_the_clock (void)
{
  g_autofree char *early = NULL;
  g_autofree char *late = NULL;

  yq_clock_set (0x0123456789ab);
  late = yq_id_new ();
  g_assert_true (g_str_has_prefix (late, "01234567-89ab-7"));
  yq_clock_set (0x0003456789ab);
  early = yq_id_new ();
  g_assert_true (g_str_has_prefix (early, "00034567-89ab-7"));
  yq_clock_set (0);
}

static gpointer
make_many (gpointer data)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < N_IDS; i++)
    g_ptr_array_add (ids, yq_id_new ());
  return ids;
}

static void
test_ids_are_unique_across_threads (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ids", make_many, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr(GPtrArray) ids = g_thread_join (threads[i]);

      for (guint j = 0; j < ids->len; j++)
        g_assert_true (g_hash_table_add (seen, g_strdup (ids->pdata[j])));
    }
}

static void
test_malformed_ids_are_refused (void)
{
  g_assert_true (yq_id_is_valid ("550e8400-e29b-41d4-a716-446655440000"));
  g_assert_false (yq_id_is_valid (NULL));
  g_assert_false (yq_id_is_valid (""));
  g_assert_false (yq_id_is_valid ("550E8400-E29B-41D4-A716-446655440000"));
  g_assert_false (yq_id_is_valid ("550e8400-e29b-41d4-a716-44665544000"));
  g_assert_false (yq_id_is_valid ("550e8400-e29b-41d4-a716-4466554400000"));
  g_assert_false (yq_id_is_valid ("550e8400xe29b-41d4-a716-446655440000"));
  g_assert_false (yq_id_is_valid ("550e8400-e29b-41d4-a716-44665544000g"));
}

static void
test_credit_codes (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  static const char *const good[] = { "91350100M000100Y43", "12100000400000624D",
                                      "91330100799655058B" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      guint valid = 0;

      g_assert_true (yq_uscc_is_valid (good[i]));
      for (const char *c = alphabet; *c != '\0'; c++)
        {
          g_autofree char *other = g_strdup (good[i]);

          other[17] = *c;
          g_assert_true (yq_uscc_is_well_formed (other));
          valid += yq_uscc_is_valid (other);
        }
      g_assert_cmpuint (valid, ==, 1);
    }
  g_assert_false (yq_uscc_is_well_formed ("91350100M000100Y4"));
  g_assert_false (yq_uscc_is_well_formed ("91350100M000100Y431"));
  g_assert_false (yq_uscc_is_well_formed ("91350100m000100Y43"));
  g_assert_false (yq_uscc_is_well_formed ("91350100O000100Y43"));
  g_assert_false (yq_uscc_is_well_formed (NULL));
}

static void
test_one_wrong_character_spoils_a_credit_code (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  g_autofree char *code = g_strdup ("91350100M000100Y43");

  for (guint i = 0; i < 18; i++)
    for (const char *c = alphabet; *c != '\0'; c++)
      {
        char right = code[i];

        code[i] = *c;
        g_assert_cmpint (yq_uscc_is_valid (code), ==, *c == right);
        code[i] = right;
      }
}

static void
test_organisation_code (void)
{
  g_autofree char *code = yq_organisation_code ("91350100M000100Y43");

  g_assert_cmpstr (code, ==, "M000100Y-4");
  g_assert_null (yq_organisation_code ("91350100"));
}

static void
test_resident_ids_by_hand (void)
{
  g_assert_true (yq_resident_id_is_valid ("11010518810320738X"));
  g_assert_false (yq_resident_id_is_valid ("11010518810320738x"));
  g_assert_false (yq_resident_id_is_valid ("110105188103207380"));
  g_assert_false (yq_resident_id_is_valid ("110105188102307380"));
  g_assert_false (yq_resident_id_is_valid ("11010518810320738"));
  g_assert_false (yq_resident_id_is_valid ("1101051881X320738X"));
  g_assert_false (yq_resident_id_is_valid (NULL));
}

static void
test_resident_ids_of_the_reference_file (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("YQ_SHARED_DIR") ? g_getenv ("YQ_SHARED_DIR") : ".",
                      "data/reference/synthetic_resident_ids_1880s.csv", NULL);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  guint n = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    {
      g_test_skip ("No synthetic_resident_ids_1880s.csv in YQ_SHARED_DIR");
      return;
    }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[i] != NULL && strlen (lines[i]) > 18; i++, n++)
    {
      lines[i][18] = '\0';
      g_assert_true (yq_resident_id_is_valid (lines[i]));
      for (guint at = 0; at < 17; at++)
        {
          char right = lines[i][at];

          lines[i][at] = right == '9' ? '0' : right + 1;
          g_assert_false (yq_resident_id_is_valid (lines[i]));
          lines[i][at] = right;
        }
    }
  g_assert_cmpuint (n, ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ids/sort", test_ids_sort_as_they_were_made);
  g_test_add_func ("/ids/clock", test_ids_follow_the_clock);
  g_test_add_func ("/ids/threads", test_ids_are_unique_across_threads);
  g_test_add_func ("/ids/malformed", test_malformed_ids_are_refused);
  g_test_add_func ("/ids/uscc", test_credit_codes);
  g_test_add_func ("/ids/uscc-one-wrong", test_one_wrong_character_spoils_a_credit_code);
  g_test_add_func ("/ids/organisation-code", test_organisation_code);
  g_test_add_func ("/ids/resident", test_resident_ids_by_hand);
  g_test_add_func ("/ids/resident-file", test_resident_ids_of_the_reference_file);

  return g_test_run ();
}
