/* Regions: the whole table, and the ancestor tests that rights hang on. */
#define G_LOG_DOMAIN "yiquan-test-region"

#include <glib.h>
#include <string.h>

#include "region.h"

static void
test_every_region_can_be_found (void)
{
  guint zones = 0, withdrawn = 0;

  g_assert_cmpuint (yq_region_count (), ==, 3374);
  g_assert_null (yq_region_nth (yq_region_count ()));
  for (guint i = 0; i < yq_region_count (); i++)
    {
      const YqRegion *region = yq_region_nth (i);

      g_assert_cmpuint (strlen (region->code), ==, 6);
      g_assert_true (g_utf8_validate (region->name, -1, NULL));
      g_assert_true (yq_region_find_level (region->code, region->level) == region);
      g_assert_nonnull (yq_region_find (region->code));
      g_assert_cmpint (yq_region_find (region->code)->level, <=, region->level);
      g_assert_cmpint (region->parent == NULL, ==, region->level == 1);
      if (region->parent != NULL)
        {
          g_assert_nonnull (yq_region_find_level (region->parent, region->level - 1));
          g_assert_true (yq_region_holds (region->parent, region->code));
          g_assert_cmpstr (yq_region_ancestor (region->code, 1), ==,
                           yq_region_ancestor (region->parent, 1));
        }
      zones += region->statistics;
      withdrawn += region->withdrawn;
    }
  g_assert_cmpuint (zones, ==, 124);
  g_assert_cmpuint (withdrawn, ==, 20);
}

static void
test_ancestors_hold (void)
{
  g_assert_true (yq_region_holds ("33", "330421"));
  g_assert_true (yq_region_holds ("330000", "330421"));
  g_assert_true (yq_region_holds ("3304", "330421"));
  g_assert_true (yq_region_holds ("330400", "330421"));
  g_assert_true (yq_region_holds ("330421", "330421"));
  g_assert_true (yq_region_holds ("340500", "340504"));
  g_assert_false (yq_region_holds ("330421", "330400"));
  g_assert_false (yq_region_holds ("330400", "330000"));
  g_assert_false (yq_region_holds ("330300", "330421"));
  g_assert_false (yq_region_holds ("34", "330421"));
  g_assert_false (yq_region_holds ("", "330421"));
  g_assert_false (yq_region_holds (NULL, "330421"));
  g_assert_false (yq_region_holds ("33", NULL));
  g_assert_false (yq_region_holds ("33", "33"));
}

static void
check_path (const char *code, const char *path)
{
  g_autofree char *found = yq_region_path (code);

  g_assert_cmpstr (found, ==, path);
}

static void
test_names (void)
{
  check_path ("330421", "浙江省嘉兴市嘉善县");
  check_path ("310118", "上海市青浦区");
  check_path ("500229", "重庆市城口县");
  check_path ("429004", "湖北省仙桃市");
  check_path ("441900", "广东省东莞市");
  check_path ("330000", "浙江省");
  check_path ("999999", "999999");
}

static void
check_prefix (const char *code, const char *prefix)
{
  g_autofree char *found = yq_region_prefix (code);

  g_assert_cmpstr (found, ==, prefix);
}

static void
test_prefixes_and_ancestors (void)
{
  check_prefix ("330000", "33");
  check_prefix ("330400", "3304");
  check_prefix ("330421", "330421");
  check_prefix ("3304", "3304");
  g_assert_cmpstr (yq_region_ancestor ("330421", 1), ==, "330000");
  g_assert_cmpstr (yq_region_ancestor ("330421", 2), ==, "330400");
  g_assert_cmpstr (yq_region_ancestor ("330421", 3), ==, "330421");
  g_assert_cmpstr (yq_region_ancestor ("441900", 3), ==, "441900");
  g_assert_cmpstr (yq_region_ancestor ("441900", 2), ==, "441900");
  g_assert_null (yq_region_ancestor ("330400", 3));
  g_assert_null (yq_region_ancestor ("xyz", 1));
  g_assert_null (yq_region_ancestor (NULL, 1));
  g_assert_cmpint (yq_region_find ("441900")->level, ==, 2);
}

static void
test_what_can_be_chosen (void)
{
  g_assert_true (yq_region_can_choose ("330421"));
  g_assert_false (yq_region_can_choose ("330103")); /* withdrawn: 下城区 */
  g_assert_false (yq_region_can_choose ("130171")); /* a zone of statistics */
  g_assert_false (yq_region_can_choose ("3304"));
  g_assert_false (yq_region_can_choose (NULL));
  g_assert_nonnull (yq_region_find ("330103"));
}

/* The rows that were found before stay as they were. */
static void
test_what_is_learned (void)
{
  const YqRegion *before = yq_region_find ("330424");
  guint n = yq_region_count ();

  yq_region_learn ("330499", "学习区", FALSE);
  g_assert_cmpuint (yq_region_count (), ==, n + 1);
  g_assert_cmpstr (yq_region_ancestor ("330499", 2), ==, "330400");
  g_assert_true (yq_region_can_choose ("330499"));
  check_path ("330499", "浙江省嘉兴市学习区");
  g_assert_cmpstr (yq_region_parse ("嘉兴市学习区"), ==, "330499");
  yq_region_learn ("330499", "学习区", TRUE);
  g_assert_cmpuint (yq_region_count (), ==, n + 1);
  g_assert_false (yq_region_can_choose ("330499"));
  check_path ("330499", "浙江省嘉兴市学习区");

  yq_region_learn ("330424", "海盐市", FALSE);
  check_path ("330424", "浙江省嘉兴市海盐市");
  g_assert_cmpstr (before->name, ==, "海盐县");
  yq_region_learn ("330424", "海盐县", FALSE);
  /* A zone of statistics that becomes one of its own. */
  yq_region_learn ("130171", "高新区", FALSE);
  g_assert_true (yq_region_can_choose ("130171"));
  /* What is no code. */
  yq_region_learn ("33049", "短", FALSE);
  yq_region_learn ("33049x", "错", FALSE);
  yq_region_learn (NULL, "无", FALSE);
  yq_region_learn ("330498", NULL, FALSE);
  g_assert_cmpuint (yq_region_count (), ==, n + 1);
  for (guint i = 1; i < yq_region_count (); i++)
    g_assert_cmpstr (yq_region_nth (i - 1)->code, <=, yq_region_nth (i)->code);
}

static gpointer
learn_some (gpointer data)
{
  for (guint i = 10; i < 40; i++)
    {
      char code[7];

      g_snprintf (code, sizeof code, "33%02u%02u", GPOINTER_TO_UINT (data), i + 50);
      yq_region_learn (code, "并行区", FALSE);
      g_assert_nonnull (yq_region_find (code));
      g_assert_nonnull (yq_region_find ("330421"));
    }
  return NULL;
}

static void
test_threads_learn_together (void)
{
  GThread *threads[4];
  guint n = yq_region_count ();

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("learn", learn_some, GUINT_TO_POINTER (i + 95));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (yq_region_count (), ==, n + 120);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/region/all", test_every_region_can_be_found);
  g_test_add_func ("/region/holds", test_ancestors_hold);
  g_test_add_func ("/region/names", test_names);
  g_test_add_func ("/region/prefixes", test_prefixes_and_ancestors);
  g_test_add_func ("/region/choose", test_what_can_be_chosen);
  g_test_add_func ("/region/learned", test_what_is_learned);
  g_test_add_func ("/region/threads", test_threads_learn_together);

  return g_test_run ();
}
