/* POST /v1/commands without HTTP: every outcome, once, in order, merged or in conflict. */
#include "records-fixture.h"

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  fixture_write (f, add_category, NULL);
}

#define test(path, func) g_test_add (path, Fixture, NULL, set_up, func, fixture_tear_down)

static void
test_a_record_is_created_edited_and_stepped (Fixture *f, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();
  g_autoptr(YqRecord) record = NULL;

  assert_sent (f, CARRIER, "instrument", id, "save", 0, "{\"name\":\"电镜\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, INSTRUMENT_FIELDS, "applied");
  assert_sent (f, CARRIER, "instrument", id, "submit", 2, "{}", "applied");
  record = load (f, &yq_instrument, id);
  g_assert_cmpint (yq_record_revision (record), ==, 3);
  g_assert_cmpstr (yq_record_state (record), ==, "pending");
  g_assert_cmpstr (yq_record_carrier (record), ==, f->organisation[CARRIER]);
  g_assert_cmpstr (yq_record_region (record), ==, "330400");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_REVIEWED_BY), ==, "330400");
  g_assert_cmpint (yq_record_int (record, INSTRUMENT_STAGE), ==, 1);
  assert_sent (f, REVIEWER, "instrument", id, "approve", 3, "{}", "applied");
  g_clear_object (&record);
  record = load (f, &yq_instrument, id);
  g_assert_cmpstr (yq_record_state (record), ==, "listed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test ("/commands/life", test_a_record_is_created_edited_and_stepped);
  return g_test_run ();
}
