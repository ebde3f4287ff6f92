/* Values and records: what goes in comes out, copies stand alone, nothing is shared by accident. */
#define G_LOG_DOMAIN "test-record"

#include "record-json.h"
#include "test-entity.h"

static JsonArray *
parse_array (const char *text)
{
  g_autoptr(JsonNode) node = yq_json_parse (text, -1, NULL);

  g_assert_nonnull (node);
  return json_node_dup_array (node);
}

static YqValues *
full_values (void)
{
  YqValues *values = yq_values_new (thing_fields, THING_N_FIELDS);

  yq_values_set_text (values, THING_NAME, "扫描电镜");
  yq_values_set_text (values, THING_NOTE, "two\nlines");
  yq_values_set_int (values, THING_COUNT, 7);
  yq_values_set_int (values, THING_LATITUDE, -30752900);
  yq_values_set_int (values, THING_PRICE, 1234560);
  yq_values_set_text (values, THING_BOUGHT_ON, "2020-02-29");
  yq_values_set_int (values, THING_SEEN_AT, 1700000000123);
  yq_values_set_int (values, THING_OPEN, FALSE);
  yq_values_set_text (values, THING_KIND, "deep");
  yq_values_set_text (values, THING_PLACE, "330421");
  yq_values_set_text (values, THING_MAKER, THING_ID);
  yq_values_take_array (values, THING_FRIENDS, parse_array ("[\"" OTHER_ID "\"]"));
  yq_values_take_array (values, THING_PAPERS,
                        parse_array ("[{\"sha256\":\"" DIGEST "\",\"name\":\"a.pdf\"}]"));
  yq_values_take_array (values, THING_LINES, parse_array ("[{\"item\":\"x\",\"fee\":100}]"));
  return values;
}

static void
test_an_unset_value_answers_nothing (void)
{
  g_autoptr(YqValues) values = yq_values_new (thing_fields, THING_N_FIELDS);

  for (guint i = 0; i < THING_N_FIELDS; i++)
    g_assert_false (yq_values_has (values, i));
  g_assert_cmpint (yq_values_int (values, THING_COUNT), ==, 0);
  g_assert_null (yq_values_text (values, THING_NAME));
  g_assert_null (yq_values_array (values, THING_LINES));
}

static void
test_a_false_is_set (void)
{
  g_autoptr(YqValues) values = yq_values_new (thing_fields, THING_N_FIELDS);

  yq_values_set_int (values, THING_OPEN, FALSE);
  g_assert_true (yq_values_has (values, THING_OPEN));
  yq_values_set_int (values, THING_COUNT, 0);
  g_assert_true (yq_values_has (values, THING_COUNT));
  yq_values_clear (values, THING_COUNT);
  g_assert_false (yq_values_has (values, THING_COUNT));
}

static void
test_empty_clears (void)
{
  g_autoptr(YqValues) values = full_values ();

  yq_values_set_text (values, THING_NAME, "");
  yq_values_set_text (values, THING_KIND, NULL);
  yq_values_take_array (values, THING_LINES, json_array_new ());
  yq_values_take_array (values, THING_FRIENDS, NULL);
  g_assert_false (yq_values_has (values, THING_NAME));
  g_assert_false (yq_values_has (values, THING_KIND));
  g_assert_false (yq_values_has (values, THING_LINES));
  g_assert_null (yq_values_array (values, THING_FRIENDS));
}

static void
test_a_text_may_be_set_to_itself (void)
{
  g_autoptr(YqValues) values = full_values ();

  yq_values_set_text (values, THING_NAME, yq_values_text (values, THING_NAME));
  yq_values_set_text (values, THING_KIND, yq_values_text (values, THING_KIND));
  g_assert_cmpstr (yq_values_text (values, THING_NAME), ==, "扫描电镜");
  g_assert_cmpstr (yq_values_text (values, THING_KIND), ==, "deep");
}

static void
test_an_unknown_choice_is_kept (void)
{
  g_autoptr(YqValues) values = full_values ();
  g_autofree char *shown = NULL;

  yq_values_set_text (values, THING_KIND, "from-the-future");
  shown = yq_values_format (values, THING_KIND);
  g_assert_cmpstr (yq_values_text (values, THING_KIND), ==, "from-the-future");
  g_assert_cmpstr (shown, ==, "from-the-future");
}

static void
test_a_copy_is_equal_and_stands_alone (void)
{
  YqValues *values = full_values ();
  g_autoptr(YqValues) copy = yq_values_copy (values);

  for (guint i = 0; i < THING_N_FIELDS; i++)
    g_assert_true (yq_values_equal (values, copy, i));
  g_assert_true (yq_values_array (values, THING_LINES) != yq_values_array (copy, THING_LINES));
  g_assert_true (json_array_get_element (yq_values_array (values, THING_LINES), 0) !=
                 json_array_get_element (yq_values_array (copy, THING_LINES), 0));
  yq_values_free (values);
  g_assert_cmpstr (yq_values_text (copy, THING_NAME), ==, "扫描电镜");
  g_assert_cmpint (json_object_get_int_member (
                     json_array_get_object_element (yq_values_array (copy, THING_LINES), 0), "fee"),
                   ==, 100);
}

static void
change_field (YqValues *values, guint i)
{
  switch (thing_fields[i].type)
    {
    case YQ_INTEGER:
    case YQ_MONEY:
    case YQ_TIME:
    case YQ_BOOLEAN:
      yq_values_set_int (values, i, yq_values_int (values, i) + 1);
      break;
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
      yq_values_take_array (values, i, parse_array ("[1]"));
      break;
    case YQ_TEXT:
    case YQ_DATE:
    case YQ_CHOICE:
    case YQ_REGION:
    case YQ_REFERENCE:
    default:
      yq_values_set_text (values, i, "other");
    }
}

static void
test_every_difference_is_seen (void)
{
  g_autoptr(YqValues) values = full_values ();

  for (guint i = 0; i < THING_N_FIELDS; i++)
    {
      g_autoptr(YqValues) copy = yq_values_copy (values);

      change_field (copy, i);
      g_assert_false (yq_values_equal (values, copy, i));
      g_assert_false (yq_values_equal (copy, values, i));
      yq_values_clear (copy, i);
      g_assert_cmpint (yq_values_equal (values, copy, i), ==, !yq_values_has (values, i));
      yq_values_copy_field (copy, values, i);
      g_assert_true (yq_values_equal (values, copy, i));
    }
}

static void
test_values_read_as_people_write (void)
{
  static const struct
  {
    guint field;
    const char *text;
  } cases[] = {
    { THING_NAME, "扫描电镜" },
    { THING_COUNT, "7" },
    { THING_LATITUDE, "-30.752900" },
    { THING_PRICE, "12,345.60" },
    { THING_BOUGHT_ON, "2020-02-29" },
    { THING_SEEN_AT, "2023-11-15 06:13" },
    { THING_OPEN, "No" },
    { THING_KIND, "Deep" },
    { THING_PLACE, "浙江省嘉兴市嘉善县" },
    { THING_PAPERS, "a.pdf" },
    { THING_LINES, "1 row" },
    { THING_PHONE, "" },
  };
  g_autoptr(YqValues) values = full_values ();
  g_autofree char *lowest = NULL;

  yq_text_set_language (YQ_LANGUAGE_EN);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = yq_values_format (values, cases[i].field);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
  yq_values_set_int (values, THING_LATITUDE, G_MININT64);
  lowest = yq_values_format (values, THING_LATITUDE);
  g_assert_cmpstr (lowest, ==, "-9223372036854.775808");
}

static void
test_a_new_record_is_a_draft_of_its_own (void)
{
  g_autoptr(YqRecord) record = yq_record_new (&yq_thing, NULL);
  g_autoptr(YqRecord) other = yq_record_new (&yq_thing, NULL);

  g_assert_cmpstr (yq_record_state (record), ==, "draft");
  g_assert_cmpint (yq_record_revision (record), ==, 0);
  g_assert_cmpuint (strlen (yq_record_id (record)), ==, 36);
  g_assert_cmpstr (yq_record_id (record), <, yq_record_id (other));
  g_assert_null (yq_record_buyer (record));
  g_assert_cmpstr (yq_record_title (record), ==, "Thing");
  yq_record_set_text (record, THING_NAME, "镜");
  g_assert_cmpstr (yq_record_title (record), ==, "镜");
}

static void
test_states_of_a_newer_server_are_kept (void)
{
  g_autoptr(YqRecord) record = yq_record_new (&yq_thing, THING_ID);

  yq_record_set_state (record, "listed");
  g_assert_true (yq_record_in_state (record, "draft|listed"));
  g_assert_false (yq_record_in_state (record, "list|isted|draft"));
  g_assert_true (yq_record_in_state (record, "*"));
  yq_record_set_state (record, "brand-new");
  g_assert_cmpstr (yq_record_state (record), ==, "brand-new");
  g_assert_cmpstr (yq_record_state_title (record), ==, "brand-new");
}

static void
test_a_record_copy_has_everything (void)
{
  YqRecord *record = yq_record_new (&yq_thing, THING_ID);
  g_autoptr(YqRecord) copy = NULL;

  yq_record_set_revision (record, 5);
  yq_record_set_state (record, "listed");
  yq_record_set_times (record, 1, 2);
  yq_record_set_buyer (record, "b");
  yq_record_set_carrier (record, "c");
  yq_record_set_desk (record, "d");
  yq_record_set_region (record, "330421");
  yq_record_set_account (record, "a");
  yq_record_set_text (record, THING_NAME, "name");
  yq_record_set_masked (record, "phone", "138****1234");
  yq_record_take_actions (record, parse_array ("[{\"action\":\"list\"}]"));
  copy = yq_record_copy (record);
  g_assert_finalize_object (record);

  g_assert_true (yq_record_entity (copy) == &yq_thing);
  g_assert_cmpstr (yq_record_id (copy), ==, THING_ID);
  g_assert_cmpint (yq_record_revision (copy), ==, 5);
  g_assert_cmpstr (yq_record_state (copy), ==, "listed");
  g_assert_cmpint (yq_record_created_at (copy), ==, 1);
  g_assert_cmpint (yq_record_updated_at (copy), ==, 2);
  g_assert_cmpstr (yq_record_buyer (copy), ==, "b");
  g_assert_cmpstr (yq_record_carrier (copy), ==, "c");
  g_assert_cmpstr (yq_record_desk (copy), ==, "d");
  g_assert_cmpstr (yq_record_region (copy), ==, "330421");
  g_assert_cmpstr (yq_record_account (copy), ==, "a");
  g_assert_cmpstr (yq_record_text (copy, THING_NAME), ==, "name");
  g_assert_cmpstr (yq_record_masked (copy, "phone"), ==, "138****1234");
  g_assert_cmpuint (json_array_get_length (yq_record_actions (copy)), ==, 1);
}

static void
version_cb (YqRecord *record, GParamSpec *pspec, guint *count)
{
  ++*count;
}

static void
test_a_change_is_told_once (void)
{
  g_autoptr(YqRecord) record = yq_record_new (&yq_thing, THING_ID);
  guint count = 0, before, after;

  g_signal_connect (record, "notify::version", G_CALLBACK (version_cb), &count);
  g_object_get (record, "version", &before, NULL);
  yq_record_set_text (record, THING_NAME, "quiet");
  g_assert_cmpuint (count, ==, 0);
  yq_record_changed (record);
  g_object_get (record, "version", &after, NULL);
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpuint (after, !=, before);
}

static void
test_words_are_whole (void)
{
  g_assert_true (yq_word_in ("draft|returned", "draft"));
  g_assert_true (yq_word_in ("draft|returned", "returned"));
  g_assert_true (yq_word_in ("a|b|c", "b"));
  g_assert_true (yq_word_in ("*", "anything"));
  g_assert_false (yq_word_in ("draft|returned", "return"));
  g_assert_false (yq_word_in ("draft|returned", "turned"));
  g_assert_false (yq_word_in ("draft", "draft|returned"));
  g_assert_false (yq_word_in ("draft|returned", ""));
  g_assert_false (yq_word_in ("", "draft"));
  g_assert_false (yq_word_in (NULL, "draft"));
  g_assert_false (yq_word_in ("draft", NULL));
}

static void
test_look_ups_find_and_miss (void)
{
  g_assert_cmpint (yq_entity_find_field (&yq_thing, "price"), ==, THING_PRICE);
  g_assert_cmpint (yq_entity_find_field (&yq_thing, "pric"), ==, -1);
  g_assert_cmpstr (yq_entity_field (&yq_thing, "price")->title, ==, "Price");
  g_assert_null (yq_entity_field (&yq_thing, ""));
  g_assert_cmpstr (yq_entity_state (&yq_thing, "gone")->title, ==, "Gone");
  g_assert_null (yq_entity_state (&yq_thing, NULL));
  g_assert_cmpstr (yq_entity_step (&yq_thing, "drop")->to, ==, "gone");
  g_assert_null (yq_entity_step (&yq_thing, "save"));
  g_assert_cmpuint (yq_fields_count (thing_lines), ==, 5);
  g_assert_cmpuint (yq_fields_count (NULL), ==, 0);
  g_assert_cmpstr (yq_choice_title (&thing_fields[THING_KIND], "flat"), ==, "Flat");
  for (guint i = YQ_TEXT; i <= YQ_ROWS; i++)
    g_assert_nonnull (yq_type_name (i));
  for (guint i = YQ_ACTOR_OWNER; i <= YQ_ACTOR_CLOCK; i++)
    g_assert_cmpint (yq_actor_from_name (yq_actor_name (i), strlen (yq_actor_name (i))), ==, i);
  g_assert_cmpint (yq_actor_from_name ("own", 3), ==, YQ_ACTOR_NONE);
  g_assert_cmpint (yq_actor_from_name ("none", 4), ==, YQ_ACTOR_NONE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/values/unset", test_an_unset_value_answers_nothing);
  g_test_add_func ("/values/false", test_a_false_is_set);
  g_test_add_func ("/values/empty", test_empty_clears);
  g_test_add_func ("/values/itself", test_a_text_may_be_set_to_itself);
  g_test_add_func ("/values/choice", test_an_unknown_choice_is_kept);
  g_test_add_func ("/values/copy", test_a_copy_is_equal_and_stands_alone);
  g_test_add_func ("/values/equal", test_every_difference_is_seen);
  g_test_add_func ("/values/format", test_values_read_as_people_write);
  g_test_add_func ("/record/new", test_a_new_record_is_a_draft_of_its_own);
  g_test_add_func ("/record/state", test_states_of_a_newer_server_are_kept);
  g_test_add_func ("/record/copy", test_a_record_copy_has_everything);
  g_test_add_func ("/record/changed", test_a_change_is_told_once);
  g_test_add_func ("/schema/words", test_words_are_whole);
  g_test_add_func ("/schema/look-ups", test_look_ups_find_and_miss);
  return g_test_run ();
}
