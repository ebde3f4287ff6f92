/* The strict parser against a table of good and bad texts; fields and whole records both ways. */
#define G_LOG_DOMAIN "test-json"

#include <string.h>

#include "json-cases.h"
#include "record-json.h"
#include "test-entity.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr(YqProblem) problem = NULL;
  JsonNode *node = yq_json_parse (text, -1, &problem);

  if (node == NULL)
    g_error ("%s: %s", text, yq_problem_detail (problem));
  return node;
}

static void
assert_bad (const char *text, gssize length)
{
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = yq_json_parse (text, length, &problem);

  if (node != NULL)
    g_error ("accepted: %s", text);
  g_assert_cmpint (yq_problem_code (problem), ==, YQ_PROBLEM_MALFORMED);
  g_assert_cmpuint (strlen (yq_problem_detail (problem)), >, 10);
  g_assert_null (yq_json_parse (text, length, NULL));
}

static void
test_good_texts_are_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good_cases); i++)
    {
      const GoodCase *good = &good_cases[i];
      g_autoptr(JsonNode) node = parse (good->text);
      g_autofree char *canonical = yq_json_canonical (node);
      g_autoptr(JsonNode) again = parse (canonical);

      g_assert_cmpstr (canonical, ==, good->canonical != NULL ? good->canonical : good->text);
      g_assert_true (json_node_equal (node, again));
    }
}

static void
test_bad_texts_are_refused (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (good_cases) + G_N_ELEMENTS (bad_cases), >=, 120);
  for (guint i = 0; i < G_N_ELEMENTS (bad_cases); i++)
    {
      g_autofree char *inner = g_strconcat ("{\"a\":", bad_cases[i], "}", NULL);

      assert_bad (bad_cases[i], -1);
      if (strchr (bad_cases[i], '}') == NULL && strcmp (bad_cases[i], "1,000") != 0)
        assert_bad (inner, -1);
    }
  assert_bad ("[\0]", 3);
  assert_bad ("\"a\0b\"", 5);
  assert_bad ("[]\0", 3);
  assert_bad ("\0[]", 3);
}

/* A text may lie in front of others: nothing behind its length is looked at. */
static void
test_the_length_is_kept (void)
{
  g_autoptr(JsonNode) node = yq_json_parse ("[1]]]]", 3, NULL);

  g_assert_nonnull (node);
  for (guint length = 0; length < 12; length++)
    assert_bad ("{\"a\":[true]}", length);
  for (guint length = 1; length < 14; length++)
    {
      g_autofree char *part = g_memdup2 ("\"\\ud834\\udd1e\"", length); /* no zero behind it */

      assert_bad (part, length);
    }
}

static void
test_depth_is_limited (void)
{
  g_autofree char *open = g_strnfill (100000, '[');
  g_autofree char *close = g_strnfill (32, ']');
  g_autofree char *deepest = g_strdup_printf ("%.32s%s", open, close);
  g_autofree char *deeper = g_strdup_printf ("[%s]", deepest);
  g_autofree char *wide = g_strdup_printf ("[%s,%s,[]]", "[[]]", "[[[]]]");
  g_autoptr(GString) objects = g_string_new (NULL);
  g_autoptr(JsonNode) node = parse (deepest);
  g_autoptr(JsonNode) other = parse (wide);

  assert_bad (deeper, -1);
  assert_bad (open, -1);
  for (guint i = 0; i < 100000; i++)
    g_string_append (objects, "{\"a\":");
  assert_bad (objects->str, -1);
}

static void
test_objects_are_limited (void)
{
  g_autoptr(GString) text = g_string_new ("{");
  g_autoptr(JsonNode) node = NULL;

  for (guint i = 0; i < YQ_JSON_MAX_MEMBERS; i++)
    g_string_append_printf (text, "%s\"%u\":%u", i == 0 ? "" : ",", i, i);
  g_string_append (text, "}");
  node = parse (text->str);
  g_assert_cmpuint (json_object_get_size (json_node_get_object (node)), ==, YQ_JSON_MAX_MEMBERS);
  g_string_insert (text, 1, "\"more\":1,");
  assert_bad (text->str, -1);
}

static void
test_bad_utf8_is_never_written (void)
{
  g_autoptr(GString) out = g_string_new (NULL);
  g_autoptr(JsonNode) node = NULL;

  yq_json_append_string (out, "a\xff\xe4\xb8\x80\xc3\"\x01\xed\xa0\x80z");
  g_assert_cmpstr (
    out->str, ==,
    "\"a\xef\xbf\xbd一\xef\xbf\xbd\\\"\\u0001\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
  node = parse (out->str);
  g_string_truncate (out, 0);
  yq_json_append_string (out, NULL);
  g_assert_cmpstr (out->str, ==, "\"\"");
}

static void
test_a_copy_shares_nothing (void)
{
  g_autoptr(JsonNode) node = parse ("{\"a\":[1,{\"b\":[\"x\",null,true,1.5]}],\"c\":{}}");
  g_autoptr(JsonNode) copy = yq_json_copy (node);

  g_assert_true (json_node_equal (node, copy));
  g_assert_true (json_node_get_object (node) != json_node_get_object (copy));
  g_assert_true (json_object_get_array_member (json_node_get_object (node), "a") !=
                 json_object_get_array_member (json_node_get_object (copy), "a"));
}

/* -- fields -- */

static const char all_fields[] =
  "{\"name\":\"扫描\\\"电镜\",\"note\":\"a\\nb\",\"count\":7,\"latitude\":-30752900,\"price\":"
  "1234560,"
  "\"bought_on\":\"2020-02-29\",\"seen_at\":\"2023-11-14T22:13:20.123Z\",\"open\":false,\"kind\":"
  "\"deep\","
  "\"place\":\"330421\",\"maker\":\"" THING_ID "\",\"friends\":[\"" OTHER_ID "\",\"" THING_ID "\"],"
  "\"papers\":[{\"name\":\"合同.pdf\",\"sha256\":\"" DIGEST "\"}],"
  "\"lines\":[{\"at\":\"2023-11-14T22:13:20.123Z\",\"fee\":100,\"item\":\"x\",\"sure\":true},{"
  "\"item\":\"y\"}],"
  "\"phone\":\"13812341234\",\"email\":\"wang@example.com\",\"bank_account\":"
  "\"6222021234567890123\","
  "\"id_number\":\"11010519491231002X\",\"depth\":3}";

static YqValues *
read_fields (const char *text, GArray *touched, YqProblem **problem)
{
  g_autoptr(JsonNode) node = parse (text);
  YqValues *values = yq_values_new (thing_fields, THING_N_FIELDS);

  if (!yq_json_read_fields (json_node_get_object (node), values, touched, problem))
    g_clear_pointer (&values, yq_values_free);
  return values;
}

static void
test_every_type_goes_both_ways (void)
{
  g_autoptr(GArray) touched = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr(YqValues) values = read_fields (all_fields, touched, NULL);
  g_autoptr(GString) out = g_string_new (NULL);

  g_assert_nonnull (values);
  yq_json_append_fields (out, values, NULL, NULL);
  g_assert_cmpstr (out->str, ==, all_fields);
  g_assert_cmpuint (touched->len, ==, 19);
  g_assert_cmpint (yq_values_int (values, THING_SEEN_AT), ==, 1700000000123);
  g_assert_true (yq_values_has (values, THING_OPEN));
}

static void
test_null_clears_and_absent_stays (void)
{
  g_autoptr(YqValues) values = read_fields (all_fields, NULL, NULL);
  g_autoptr(JsonNode) node =
    parse ("{\"name\":null,\"lines\":null,\"count\":null,\"kind\":\"flat\"}");
  g_autoptr(GArray) touched = g_array_new (FALSE, FALSE, sizeof (guint));

  g_assert_true (yq_json_read_fields (json_node_get_object (node), values, touched, NULL));
  g_assert_cmpuint (touched->len, ==, 4);
  g_assert_false (yq_values_has (values, THING_NAME));
  g_assert_false (yq_values_has (values, THING_LINES));
  g_assert_false (yq_values_has (values, THING_COUNT));
  g_assert_cmpstr (yq_values_text (values, THING_KIND), ==, "flat");
  g_assert_cmpint (yq_values_int (values, THING_PRICE), ==, 1234560);
}

/* clang-format off */
static const struct
{
  const char *fields;
  const char *field;
  YqProblemCode code;
} refused[] = {
  { "{\"nam\":1}", "nam", YQ_PROBLEM_UNKNOWN_FIELD },
  { "{\"id\":\"" THING_ID "\"}", "id", YQ_PROBLEM_UNKNOWN_FIELD },
  { "{\"name\":1}", "name", YQ_PROBLEM_INVALID },
  { "{\"name\":true}", "name", YQ_PROBLEM_INVALID },
  { "{\"name\":[]}", "name", YQ_PROBLEM_INVALID },
  { "{\"name\":{}}", "name", YQ_PROBLEM_INVALID },
  { "{\"count\":\"7\"}", "count", YQ_PROBLEM_INVALID },
  { "{\"count\":1.0}", "count", YQ_PROBLEM_INVALID },
  { "{\"count\":1e2}", "count", YQ_PROBLEM_INVALID },
  { "{\"count\":9223372036854775808}", "count", YQ_PROBLEM_INVALID },
  { "{\"count\":true}", "count", YQ_PROBLEM_INVALID },
  { "{\"price\":0.5}", "price", YQ_PROBLEM_INVALID },
  { "{\"price\":\"12.30\"}", "price", YQ_PROBLEM_INVALID },
  { "{\"bought_on\":\"2021-02-29\"}", "bought_on", YQ_PROBLEM_INVALID },
  { "{\"bought_on\":\"2021-2-3\"}", "bought_on", YQ_PROBLEM_INVALID },
  { "{\"bought_on\":20210203}", "bought_on", YQ_PROBLEM_INVALID },
  { "{\"seen_at\":\"2021-02-03\"}", "seen_at", YQ_PROBLEM_INVALID },
  { "{\"seen_at\":1700000000123}", "seen_at", YQ_PROBLEM_INVALID },
  { "{\"open\":1}", "open", YQ_PROBLEM_INVALID },
  { "{\"open\":\"true\"}", "open", YQ_PROBLEM_INVALID },
  { "{\"kind\":\"round\"}", "kind", YQ_PROBLEM_INVALID },
  { "{\"kind\":\"\"}", "kind", YQ_PROBLEM_INVALID },
  { "{\"place\":\"33042\"}", "place", YQ_PROBLEM_INVALID },
  { "{\"place\":\"33042x\"}", "place", YQ_PROBLEM_INVALID },
  { "{\"place\":330421}", "place", YQ_PROBLEM_INVALID },
  { "{\"maker\":\"x\"}", "maker", YQ_PROBLEM_INVALID },
  { "{\"maker\":\"0192A4C8-1F00-7000-8000-000000000001\"}", "maker", YQ_PROBLEM_INVALID },
  { "{\"friends\":\"" THING_ID "\"}", "friends", YQ_PROBLEM_INVALID },
  { "{\"friends\":[\"x\"]}", "friends", YQ_PROBLEM_INVALID },
  { "{\"friends\":[null]}", "friends", YQ_PROBLEM_INVALID },
  { "{\"papers\":[\"" DIGEST "\"]}", "papers", YQ_PROBLEM_INVALID },
  { "{\"papers\":[{\"sha256\":\"" DIGEST "\"}]}", "papers", YQ_PROBLEM_INVALID },
  { "{\"papers\":[{\"sha256\":\"" DIGEST "\",\"name\":\"\"}]}", "papers", YQ_PROBLEM_INVALID },
  { "{\"papers\":[{\"sha256\":\"" DIGEST "\",\"name\":\"../a.pdf\"}]}", "papers", YQ_PROBLEM_INVALID },
  { "{\"papers\":[{\"sha256\":\"" DIGEST "\",\"name\":\"a.pdf\",\"size\":1}]}", "papers", YQ_PROBLEM_INVALID },
  { "{\"papers\":[{\"sha256\":\"abc\",\"name\":\"a.pdf\"}]}", "papers", YQ_PROBLEM_INVALID },
  { "{\"lines\":{}}", "lines", YQ_PROBLEM_INVALID },
  { "{\"lines\":[1]}", "lines[0]", YQ_PROBLEM_INVALID },
  { "{\"lines\":[{},null]}", "lines[1]", YQ_PROBLEM_INVALID },
  { "{\"lines\":[{\"fee\":1},{\"fee\":\"1\"}]}", "lines[1].fee", YQ_PROBLEM_INVALID },
  { "{\"lines\":[{\"price\":1}]}", "lines[0].price", YQ_PROBLEM_UNKNOWN_FIELD },
  { "{\"lines\":[{\"sure\":0}]}", "lines[0].sure", YQ_PROBLEM_INVALID },
};
/* clang-format on */

static void
test_wrong_fields_are_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr(YqProblem) problem = NULL;
      const char *field;
      YqProblemCode code;

      g_assert_null (read_fields (refused[i].fields, NULL, &problem));
      g_assert_cmpint (yq_problem_code (problem), ==, refused[i].code);
      g_assert_cmpuint (yq_problem_n_errors (problem), ==, 1);
      g_assert_cmpuint (strlen (yq_problem_error (problem, 0, &field, &code)), >, 5);
      g_assert_cmpstr (field, ==, refused[i].field);
      g_assert_cmpint (code, ==, refused[i].code);
      g_assert_null (read_fields (refused[i].fields, NULL, NULL));
    }
}

static void
test_one_wrong_field_changes_none (void)
{
  g_autoptr(YqValues) values = yq_values_new (thing_fields, THING_N_FIELDS);
  g_autoptr(JsonNode) node = parse ("{\"name\":\"new\",\"count\":\"x\",\"open\":3,\"other\":1}");
  g_autoptr(YqProblem) problem = NULL;

  yq_values_set_text (values, THING_NAME, "old");
  g_assert_false (yq_json_read_fields (json_node_get_object (node), values, NULL, &problem));
  g_assert_cmpstr (yq_values_text (values, THING_NAME), ==, "old");
  g_assert_cmpuint (yq_problem_n_errors (problem), ==, 3);
}

static void
test_nulls_in_rows_are_dropped (void)
{
  g_autoptr(YqValues) values =
    read_fields ("{\"lines\":[{\"item\":\"x\",\"fee\":null}]}", NULL, NULL);
  g_autoptr(GString) out = g_string_new (NULL);

  yq_json_append_value (out, values, THING_LINES);
  g_string_append_c (out, ' ');
  yq_json_append_value (out, values, THING_NAME);
  g_assert_cmpstr (out->str, ==, "[{\"item\":\"x\"}] null");
}

static void
test_clients_do_not_compute (void)
{
  static const char text[] =
    "{\"id\":\"" THING_ID "\",\"fields\":{\"lines\":[{\"fee\":1,\"item\":\"x\",\"sum\":7}]}}";
  g_autoptr(JsonNode) node = parse (text);
  g_autoptr(YqRecord) from_server =
    yq_json_read_record_of (&yq_thing, json_node_get_object (node), NULL);
  g_autoptr(YqValues) from_client =
    read_fields ("{\"lines\":[{\"fee\":1,\"item\":\"x\",\"sum\":7}]}", NULL, NULL);
  g_autoptr(GString) out = g_string_new (NULL);

  yq_json_append_value (out, from_client, THING_LINES);
  yq_json_append_value (out, yq_record_values (from_server), THING_LINES);
  g_assert_cmpstr (out->str, ==,
                   "[{\"fee\":1,\"item\":\"x\"}][{\"fee\":1,\"item\":\"x\",\"sum\":7}]");
}

static gboolean
is_wanted (guint field, gpointer user_data)
{
  return field == GPOINTER_TO_UINT (user_data);
}

static void
test_only_what_is_kept_is_written (void)
{
  g_autoptr(YqValues) values = read_fields (all_fields, NULL, NULL);
  g_autoptr(GString) out = g_string_new (NULL);

  yq_json_append_fields (out, values, is_wanted, GUINT_TO_POINTER (THING_COUNT));
  yq_json_append_fields (out, values, is_wanted, GUINT_TO_POINTER (THING_WEBSITE));
  g_assert_cmpstr (out->str, ==, "{\"count\":7}{}");
}

/* -- records -- */

static YqRecord *
make_record (void)
{
  YqRecord *record = yq_record_new (&yq_thing, THING_ID);
  g_autoptr(JsonNode) node = parse (all_fields);

  g_assert_true (
    yq_json_read_fields (json_node_get_object (node), yq_record_values (record), NULL, NULL));
  yq_record_set_text (record, THING_SERVER_ONLY, "secret");
  yq_record_set_revision (record, 4);
  yq_record_set_state (record, "listed");
  yq_record_set_times (record, 1700000000000, 1700000001000);
  yq_record_set_carrier (record, OTHER_ID);
  yq_record_set_region (record, "330400");
  return record;
}

static JsonObject *
write_record (YqRecord *record, guint readers, JsonNode **node)
{
  g_autoptr(GString) out = g_string_new (NULL);

  yq_json_append_record (out, record, readers);
  *node = parse (out->str);
  return json_node_get_object (*node);
}

static void
test_the_wire_looks_like_the_api (void)
{
  g_autoptr(YqRecord) record = yq_record_new (&yq_thing, THING_ID);
  g_autoptr(GString) out = g_string_new (NULL);

  yq_record_set_text (record, THING_NAME, "镜");
  yq_record_set_text (record, THING_PHONE, "13812341234");
  yq_record_set_revision (record, 4);
  yq_record_set_times (record, 1700000000000, 1700000001000);
  yq_record_set_buyer (record, OTHER_ID);
  yq_record_set_region (record, "330400");
  yq_json_append_record (out, record, YQ_SEES_PARTIES);
  g_assert_cmpstr (
    out->str, ==,
    "{\"entity\":\"thing\",\"id\":\"" THING_ID "\",\"revision\":4,\"state\":\"draft\","
    "\"created_at\":\"2023-11-14T22:13:20.000Z\",\"updated_at\":\"2023-11-14T22:13:21.000Z\","
    "\"buyer\":\"" OTHER_ID "\",\"region\":\"330400\",\"fields\":{\"name\":\"镜\"},"
    "\"masked\":{\"phone\":\"138****1234\"}}");
}

/* Every field for every class of reader: as it is, masked or not at all. */
static void
test_each_reader_sees_what_the_table_says (void)
{
  g_autoptr(YqRecord) record = make_record ();

  for (guint readers = 0; readers <= YQ_EVERYBODY; readers++)
    {
      g_autoptr(JsonNode) node = NULL;
      JsonObject *object = write_record (record, readers, &node);
      JsonObject *fields = json_object_get_object_member (object, "fields");
      JsonNode *masked = json_object_get_member (object, "masked");

      for (guint i = 0; i < THING_N_FIELDS; i++)
        {
          const YqField *field = &thing_fields[i];
          gboolean sees = yq_record_has (record, i) && (field->sees & readers) != 0;
          gboolean sees_masked =
            yq_record_has (record, i) && !sees && (field->masked & readers) != 0;

          g_assert_cmpint (json_object_has_member (fields, field->name), ==, sees);
          g_assert_cmpint (masked != NULL &&
                             json_object_has_member (json_node_get_object (masked), field->name),
                           ==, sees_masked);
        }
    }
}

static void
test_masks_hide_the_middle (void)
{
  static const struct
  {
    guint field;
    const char *value, *masked;
  } cases[] = {
    { THING_PHONE, "13812341234", "138****1234" },
    { THING_PHONE, "110", "****0" },
    { THING_PHONE, "1", "****" },
    { THING_ID_NUMBER, "11010519491231002X", "110****2X" },
    { THING_BANK_ACCOUNT, "6222021234567890123", "****0123" },
    { THING_EMAIL, "wang@example.com", "w***@example.com" },
    { THING_EMAIL, "@example.com", "@***" },
    { THING_EMAIL, "王", "王***" },
    { THING_CONTACT, "王小明", "王**" },
    { THING_CONTACT, "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *masked = yq_mask (&thing_fields[cases[i].field], cases[i].value);

      g_assert_cmpstr (masked, ==, cases[i].masked);
    }
}

static void
test_a_record_comes_back (void)
{
  g_autoptr(YqRecord) record = make_record ();
  g_autoptr(YqRecord) back = NULL;
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(JsonNode) again = NULL;
  JsonObject *object = write_record (record, YQ_EVERYBODY, &node);

  back = yq_json_read_record_of (&yq_thing, object, &problem);
  g_assert_nonnull (back);
  g_assert_cmpint (yq_record_revision (back), ==, 4);
  g_assert_cmpstr (yq_record_state (back), ==, "listed");
  g_assert_cmpint (yq_record_updated_at (back), ==, 1700000001000);
  g_assert_cmpstr (yq_record_carrier (back), ==, OTHER_ID);
  g_assert_null (yq_record_buyer (back));
  for (guint i = 0; i < THING_N_FIELDS; i++)
    if (i != THING_SERVER_ONLY)
      g_assert_true (yq_values_equal (yq_record_values (record), yq_record_values (back), i));
  g_assert_null (yq_record_text (back, THING_SERVER_ONLY));
  write_record (back, YQ_EVERYBODY, &again);
  g_assert_true (json_node_equal (node, again));
}

/* What a newer server sends goes into the store and out again. */
static void
test_what_is_unknown_is_kept (void)
{
  g_autoptr(JsonNode) node = parse (
    "{\"entity\":\"thing\",\"id\":\"" THING_ID "\",\"revision\":2,\"state\":\"frozen\","
    "\"created_at\":\"2023-11-14T22:13:20.000Z\",\"updated_at\":\"2023-11-14T22:13:20.000Z\","
    "\"buyer\":null,"
    "\"fields\":{\"name\":\"镜\",\"kind\":\"round\",\"colour\":{\"r\":1},\"lines\":[{\"fee\":1,"
    "\"weight\":2}]},"
    "\"masked\":{\"phone\":\"138****1234\"},\"actions\":[{\"action\":\"thaw\",\"allowed\":true}],"
    "\"score\":[1,2]}");
  g_autoptr(YqRecord) record =
    yq_json_read_record_of (&yq_thing, json_node_get_object (node), NULL);
  g_autoptr(JsonNode) again = NULL;

  g_assert_nonnull (record);
  g_assert_cmpstr (yq_record_masked (record, "phone"), ==, "138****1234");
  g_assert_cmpstr (yq_record_text (record, THING_KIND), ==, "round");
  g_assert_cmpuint (json_array_get_length (yq_record_actions (record)), ==, 1);
  json_object_remove_member (json_node_get_object (node), "buyer");
  write_record (record, YQ_EVERYBODY, &again);
  g_assert_true (json_node_equal (node, again));
}

static void
test_shapeless_records_are_refused (void)
{
  static const struct
  {
    const char *text;
    YqProblemCode code;
  } cases[] = {
    { "{}", YQ_PROBLEM_UNKNOWN_ENTITY },
    { "{\"entity\":\"no_such_thing\",\"id\":\"" THING_ID "\"}", YQ_PROBLEM_UNKNOWN_ENTITY },
    { "{\"entity\":5}", YQ_PROBLEM_UNKNOWN_ENTITY },
  };
  static const char *const shapes[] = { "{}", "{\"id\":1}", "{\"id\":\"x\"}",
                                        "{\"id\":\"" THING_ID "\",\"fields\":[]}",
                                        "{\"id\":\"" THING_ID "\",\"fields\":{\"count\":\"1\"}}" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(JsonNode) node = parse (cases[i].text);
      g_autoptr(YqProblem) problem = NULL;

      g_assert_null (yq_json_read_record (json_node_get_object (node), &problem));
      g_assert_cmpint (yq_problem_code (problem), ==, cases[i].code);
      g_assert_null (yq_json_read_record (json_node_get_object (node), NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr(JsonNode) node = parse (shapes[i]);
      g_autoptr(YqProblem) problem = NULL;

      g_assert_null (yq_json_read_record_of (&yq_thing, json_node_get_object (node), &problem));
      g_assert_nonnull (problem);
    }
}

static void
test_speed (void)
{
  static const char command[] =
    "{\"commands\":[{\"id\":\"" THING_ID "\",\"entity\":\"order\",\"record\":\"" OTHER_ID
    "\",\"action\":\"submit\",\"revision\":3,\"fields\":{\"purpose\":\"测试扫描电镜下的样品形貌\","
    "\"price\":123456,"
    "\"wished_from\":\"2026-11-21T03:33:55.120Z\",\"wished_to\":\"2026-11-21T05:33:55.120Z\"}}]}";
  g_autoptr(YqRecord) record = make_record ();
  g_autoptr(GString) out = g_string_new (NULL);
  gint64 start;

  start = g_get_monotonic_time ();
  for (guint i = 0; i < 200000; i++)
    json_node_unref (yq_json_parse (command, sizeof command - 1, NULL));
  g_test_minimized_result ((g_get_monotonic_time () - start) / 200000.0, "parse a command: %.2f us",
                           (g_get_monotonic_time () - start) / 200000.0);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 200000; i++)
    {
      g_string_truncate (out, 0);
      yq_json_append_record (out, record, YQ_EVERYBODY);
    }
  g_test_minimized_result ((g_get_monotonic_time () - start) / 200000.0,
                           "write a record of %u bytes: %.2f us", (guint) out->len,
                           (g_get_monotonic_time () - start) / 200000.0);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 100000; i++)
    {
      g_autoptr(JsonNode) node = yq_json_parse (out->str, out->len, NULL);

      g_object_unref (yq_json_read_record_of (&yq_thing, json_node_get_object (node), NULL));
    }
  g_test_minimized_result ((g_get_monotonic_time () - start) / 100000.0, "read it: %.2f us",
                           (g_get_monotonic_time () - start) / 100000.0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/good", test_good_texts_are_read);
  g_test_add_func ("/json/bad", test_bad_texts_are_refused);
  g_test_add_func ("/json/length", test_the_length_is_kept);
  g_test_add_func ("/json/depth", test_depth_is_limited);
  g_test_add_func ("/json/members", test_objects_are_limited);
  g_test_add_func ("/json/utf8", test_bad_utf8_is_never_written);
  g_test_add_func ("/json/copy", test_a_copy_shares_nothing);
  g_test_add_func ("/fields/both-ways", test_every_type_goes_both_ways);
  g_test_add_func ("/fields/null", test_null_clears_and_absent_stays);
  g_test_add_func ("/fields/refused", test_wrong_fields_are_refused);
  g_test_add_func ("/fields/none", test_one_wrong_field_changes_none);
  g_test_add_func ("/fields/rows", test_nulls_in_rows_are_dropped);
  g_test_add_func ("/fields/computed", test_clients_do_not_compute);
  g_test_add_func ("/fields/keep", test_only_what_is_kept_is_written);
  g_test_add_func ("/record/wire", test_the_wire_looks_like_the_api);
  g_test_add_func ("/record/readers", test_each_reader_sees_what_the_table_says);
  g_test_add_func ("/record/masks", test_masks_hide_the_middle);
  g_test_add_func ("/record/back", test_a_record_comes_back);
  g_test_add_func ("/record/unknown", test_what_is_unknown_is_kept);
  g_test_add_func ("/record/shapeless", test_shapeless_records_are_refused);
  if (g_test_perf ())
    g_test_add_func ("/json/speed", test_speed);
  return g_test_run ();
}
