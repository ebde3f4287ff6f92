/* An administrator adds regions and changes them: known at once to every check, one record a code,
 * nothing that names one is lost. */
#define G_LOG_DOMAIN "test-place"

#include "manual-play.h"

#include "announcement.h"
#include "place.h"
#include "region.h"

/* A zone of Jiaxing that GB/T 2260 does not know. */
#define ZONE "330490"
#define NAME "嘉兴南湖高新技术产业园区"

static char *
region (const char *code, const char *name, gboolean withdrawn)
{
  return g_strdup_printf ("{'code':'%s','name':'%s','withdrawn':%s}", code, name,
                          withdrawn ? "true" : "false");
}

/* What names a region: a notice for its people. */
static char *
notice (const char *code)
{
  return g_strdup_printf ("{'kind':'notice','title':'通知','text':'通知','seat':'%s'}", code);
}

static void
assert_choosable (Play *p, const char *token, const char *code, const char *expected)
{
  g_autofree char *id = yq_id_new ();

  assert_done (p, token, &yq_announcement, id, "save", notice (code), expected);
}

static void
test_a_region_is_added_and_used (Play *p)
{
  g_autofree char *admin = sign_in (p, "admin", YQ_DEMO_PASSWORD);
  g_autofree char *id = yq_id_new ();
  g_autofree char *old = yq_id_new ();
  g_autofree char *path = NULL;

  assert_choosable (p, admin, ZONE, "refused/invalid");
  assert_done (p, admin, &yq_region, id, "save", region (ZONE, NAME, FALSE), "applied");
  assert_choosable (p, admin, ZONE, "applied");
  path = yq_region_path (ZONE);
  g_assert_cmpstr (path, ==, "浙江省嘉兴市" NAME);
  g_assert_cmpstr (yq_region_parse ("浙江嘉兴" NAME), ==, ZONE);
  g_assert_true (yq_region_holds ("330400", ZONE));
  /* Everybody reads it, also who has not signed in. */
  g_assert_cmpstr (json_object_get_string_member (fields_of (p, NULL, &yq_region, id), "path"), ==,
                   path);

  assert_done (p, admin, &yq_announcement, old, "save", notice (ZONE), "applied");
  assert_done (p, admin, &yq_region, id, "save", region (ZONE, NAME, TRUE), "applied");
  assert_choosable (p, admin, ZONE, "refused/invalid");
  g_assert_cmpstr (
    json_object_get_string_member (fields_of (p, NULL, &yq_announcement, old), "seat"), ==, ZONE);
}

static void
test_a_city_comes_before_its_counties (Play *p)
{
  g_autofree char *admin = sign_in (p, "admin", YQ_DEMO_PASSWORD);
  g_autofree char *county = yq_id_new ();
  g_autofree char *city = yq_id_new ();

  assert_done (p, admin, &yq_region, county, "save", region ("339801", "甲区", FALSE),
               "refused/invalid");
  assert_done (p, admin, &yq_region, city, "save", region ("339800", "新设市", FALSE), "applied");
  assert_done (p, admin, &yq_region, county, "save", region ("339801", "甲区", FALSE), "applied");
  assert_choosable (p, admin, "339801", "applied");
}

static void
test_what_the_standard_names_is_renamed (Play *p)
{
  g_autofree char *admin = sign_in (p, "admin", YQ_DEMO_PASSWORD);
  g_autofree char *id = yq_id_new ();
  guint n = yq_region_count ();
  g_autofree char *path = NULL;

  assert_done (p, admin, &yq_region, id, "save", region ("330424", "海盐市", FALSE), "applied");
  path = yq_region_path ("330424");
  g_assert_cmpstr (path, ==, "浙江省嘉兴市海盐市");
  g_assert_cmpuint (yq_region_count (), ==, n);
  assert_choosable (p, admin, "330424", "applied");
  assert_done (p, admin, &yq_region, id, "save", region ("330424", "海盐县", FALSE), "applied");
}

static void
test_what_is_refused (Play *p)
{
  static const char *const wrong[] = { "33049",  "3304901", "33049x", "０３３０４９", "", "330000",
                                       "999999", "000000",  NULL };
  g_autofree char *admin = sign_in (p, "admin", YQ_DEMO_PASSWORD);
  g_autofree char *reviewer = sign_in (p, "reviewer3", YQ_DEMO_PASSWORD);
  g_autofree char *id = yq_id_new ();
  g_autofree char *other = yq_id_new ();

  for (guint i = 0; wrong[i] != NULL; i++)
    {
      g_autofree char *outcome = NULL;
      g_autofree char *fields = region (wrong[i], NAME, FALSE);

      outcome = command (p, admin, &yq_region, id, "save", fields);
      g_assert_true (g_str_has_prefix (outcome, "refused/"));
    }
  assert_done (p, reviewer, &yq_region, id, "save", region ("330491", NAME, FALSE),
               "refused/forbidden");
  assert_done (p, admin, &yq_region, id, "save", region ("330491", NAME, FALSE), "applied");
  assert_done (p, admin, &yq_region, id, "save", region ("330492", NAME, FALSE), "refused/invalid");
  assert_done (p, admin, &yq_region, other, "save", region ("330491", "又一园区", FALSE),
               "refused/invalid");
  assert_done (p, admin, &yq_region, id, "delete", NULL, "refused/state");
}

/* A program that starts with it in its database knows it: asked of another process. */
static void
test_it_is_known_after_the_next_start (Play *p)
{
  g_autofree char *admin = sign_in (p, "admin", YQ_DEMO_PASSWORD);
  g_autofree char *id = yq_id_new ();
  g_autofree char *script = NULL;
  int status;

  assert_done (p, admin, &yq_region, id, "save", region ("330493", NAME, FALSE), "applied");
  yq_fixture_stop (p->demo.server);
  script = g_strdup_printf ("'%s/server/yiquand' user --data '%s' zone reviewer:330493",
                            g_getenv ("YQ_BUILD_DIR"), p->demo.server->config->data);
  g_test_message ("%s", script);
  g_assert_true (g_spawn_command_line_sync (script, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  yq_fixture_start (p->demo.server);
}

/* In one world: filling it takes longer than all of this. */
static void
test_all (Play *p, gconstpointer data)
{
  test_a_region_is_added_and_used (p);
  test_a_city_comes_before_its_counties (p);
  test_what_the_standard_names_is_renamed (p);
  test_what_is_refused (p);
  test_it_is_known_after_the_next_start (p);
}

int
main (int argc, char **argv)
{
  yq_text_init (TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/place", Play, NULL, set_up, test_all, tear_down);
  return g_test_run ();
}
