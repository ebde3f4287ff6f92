/* Feeds the JSON parser what nobody meant to send.  With files as arguments it reads those;
 * without, it changes good and bad texts at random, always in the same way.  Accepted texts must
 * write and read back as an equal tree; records made of them must survive both ways. */
#define G_LOG_DOMAIN "fuzz-json"

#include <stdlib.h>
#include <string.h>

#include "json-cases.h"
#include "record-json.h"
#include "test-entity.h"

#define ROUNDS 100000
#define MAX_SIZE 2000

static guint accepted;

static void
measure_depth (JsonNode *node, guint depth, guint *deepest)
{
  JsonObjectIter iter;
  JsonNode *member;

  if (JSON_NODE_HOLDS_VALUE (node) || JSON_NODE_HOLDS_NULL (node))
    return;
  *deepest = MAX (*deepest, depth + 1);
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        measure_depth (json_array_get_element (array, i), depth + 1, deepest);
      return;
    }
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, NULL, &member))
    measure_depth (member, depth + 1, deepest);
}

static void
try_as_fields (JsonObject *object)
{
  g_autoptr(YqValues) values = yq_values_new (thing_fields, THING_N_FIELDS);
  g_autoptr(YqValues) again = yq_values_new (thing_fields, THING_N_FIELDS);
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(YqProblem) fault = NULL;
  g_autoptr(GString) out = g_string_new (NULL);
  g_autoptr(JsonNode) node = NULL;

  if (!yq_json_read_fields (object, values, NULL, &problem))
    {
      g_assert_cmpuint (yq_problem_n_errors (problem), >, 0);
      return;
    }
  yq_json_append_fields (out, values, NULL, NULL);
  node = yq_json_parse (out->str, out->len, NULL);
  g_assert_true (yq_json_read_fields (json_node_get_object (node), again, NULL, NULL));
  for (guint i = 0; i < THING_N_FIELDS; i++)
    {
      g_autofree char *text = yq_values_format (values, i);

      g_assert_true (yq_values_equal (values, again, i));
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
  fault = yq_check_values (values, TRUE);
}

static void
try_as_record (JsonObject *object)
{
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(YqRecord) record = yq_json_read_record_of (&yq_thing, object, &problem);
  g_autoptr(YqProblem) other = yq_problem_from_json (object);
  g_autoptr(YqRecord) again = NULL;
  g_autoptr(JsonNode) first = NULL;
  g_autoptr(JsonNode) second = NULL;
  g_autoptr(GString) out = g_string_new (NULL);

  g_assert_true ((record == NULL) == (problem != NULL));
  if (record == NULL)
    return;
  yq_json_append_record (out, record, YQ_EVERYBODY);
  first = yq_json_parse (out->str, out->len, NULL);
  g_assert_nonnull (first);
  again = yq_json_read_record_of (&yq_thing, json_node_get_object (first), NULL);
  g_assert_nonnull (again);
  g_string_truncate (out, 0);
  yq_json_append_record (out, again, YQ_EVERYBODY);
  second = yq_json_parse (out->str, out->len, NULL);
  g_assert_true (json_node_equal (first, second));
}

static void
try_text (const char *text, gsize length)
{
  g_autofree char *exact = g_memdup2 (text, length); /* the sanitizer sees every byte too far */
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = yq_json_parse (exact, length, &problem);
  g_autoptr(JsonNode) again = NULL;
  g_autoptr(JsonNode) copy = NULL;
  g_autofree char *canonical = NULL;
  guint depth = 0;

  g_assert_true ((node == NULL) == (problem != NULL));
  if (node == NULL)
    return;
  accepted++;
  measure_depth (node, 0, &depth);
  g_assert_cmpuint (depth, <=, YQ_JSON_MAX_DEPTH);
  canonical = yq_json_canonical (node);
  again = yq_json_parse (canonical, -1, NULL);
  g_assert_nonnull (again);
  g_assert_true (json_node_equal (node, again));
  copy = yq_json_copy (node);
  g_assert_true (json_node_equal (node, copy));
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return;
  try_as_fields (json_node_get_object (node));
  try_as_record (json_node_get_object (node));
}

/* -- what is changed -- */

static const char *const seeds[] = {
  "{\"id\":\"" THING_ID
  "\",\"revision\":3,\"state\":\"listed\",\"created_at\":\"2023-11-14T22:13:20.000Z\","
  "\"fields\":{\"name\":\"电镜\",\"count\":7,\"lines\":[{\"item\":\"x\",\"fee\":5,\"at\":\"2023-11-"
  "14T22:13:20Z\"}],"
  "\"colour\":[1.5,null]},\"masked\":{\"phone\":\"138****1234\"},\"actions\":[{\"action\":\"list\"}"
  "],\"more\":{}}",
  "{\"name\":\"扫描\\\"电镜\",\"note\":\"a\\nb\",\"count\":7,\"latitude\":-30752900,\"price\":"
  "1234560,\"open\":false,"
  "\"bought_on\":\"2020-02-29\",\"seen_at\":\"2023-11-14T22:13:20.123Z\",\"kind\":\"deep\","
  "\"place\":\"330421\"}",
  "{\"maker\":\"" THING_ID "\",\"friends\":[\"" OTHER_ID
  "\"],\"papers\":[{\"name\":\"a.pdf\",\"sha256\":\"" DIGEST "\"}],"
  "\"phone\":\"13812341234\",\"email\":\"w@example.com\",\"id_number\":\"11010519491231002X\","
  "\"lines\":[{},{\"sure\":true}]}",
  "{\"code\":\"slot_taken\",\"detail\":\"x\",\"errors\":[{\"field\":\"a\",\"code\":\"invalid\","
  "\"detail\":\"b\"}],"
  "\"alternatives\":[{\"instrument\":\"i\",\"from\":\"2023-11-14T22:13:20Z\",\"to\":\"2023-11-"
  "14T22:43:20Z\"}]}",
  "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
  "[-0,0.1,1e5,-1E-5,9223372036854775807,-9223372036854775808,18446744073709551615,1e308]",
};

static const char *const pieces[] = {
  "\"",
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\u",
  "\\ud800",
  "\\udc00",
  "\\u0000",
  "null",
  "true",
  "-",
  "0",
  "1e",
  ".5",
  "1e999",
  "\xff",
  "\xed\xa0\x80",
  "\xef\xbb\xbf",
  "一",
  "\n",
  "\x01",
  " ",
  "/*",
  "//",
  "NaN",
  "\"name\":",
  "\"lines\":[",
  "\"\":",
  "9999999999999999999",
  "{\"a\":",
  "[[[[[[[[[[[[[[[[",
  "'",
};

static const char *
choose_seed (GRand *rand)
{
  guint kind = g_rand_int_range (rand, 0, 4);

  if (kind < 2)
    return seeds[g_rand_int_range (rand, 0, G_N_ELEMENTS (seeds))];
  if (kind == 2)
    return good_cases[g_rand_int_range (rand, 0, G_N_ELEMENTS (good_cases))].text;
  return bad_cases[g_rand_int_range (rand, 0, G_N_ELEMENTS (bad_cases))];
}

static void
change_once (GRand *rand, GString *text)
{
  gsize at = g_rand_int_range (rand, 0, text->len + 1);
  gsize wanted = g_rand_int_range (rand, 1, 9);
  gsize some = MIN (wanted, text->len - at);
  const char *other;

  switch (g_rand_int_range (rand, 0, 7))
    {
    case 0:
      if (at < text->len)
        text->str[at] = g_rand_int_range (rand, 0, 256);
      break;
    case 1:
      g_string_erase (text, at, some);
      break;
    case 2:
      g_string_insert (text, at, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
      break;
    case 3:
      g_string_truncate (text, at);
      break;
    case 4:
      {
        g_autofree char *part = g_strndup (text->str + at, some);

        g_string_insert (text, g_rand_int_range (rand, 0, text->len + 1), part);
        break;
      }
    case 5:
      other = choose_seed (rand);
      g_string_insert (text, at, other);
      break;
    default:
      if (at < text->len)
        text->str[at] ^= 1 << g_rand_int_range (rand, 0, 8);
    }
}

static void
change_texts (guint rounds)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (20260601);

  for (guint i = 0; i < rounds; i++)
    {
      g_autoptr(GString) text = g_string_new (choose_seed (rand));
      guint changes = g_rand_int_range (rand, 0, 5);

      for (guint j = 0; j < changes && text->len < MAX_SIZE; j++)
        change_once (rand, text);
      try_text (text->str, text->len);
    }
}

static void
test_changed_texts (void)
{
  change_texts (ROUNDS);
  g_test_message ("%u of %u texts were JSON", accepted, ROUNDS);
  g_assert_cmpuint (accepted, >, ROUNDS / 20);
  g_assert_cmpuint (accepted, <, ROUNDS);
}

int
main (int argc, char *argv[])
{
  if (argc > 1 && argv[1][0] != '-')
    {
      for (int i = 1; i < argc; i++)
        {
          g_autofree char *text = NULL;
          gsize length;

          if (g_file_get_contents (argv[i], &text, &length, NULL))
            try_text (text, length);
        }
      return EXIT_SUCCESS;
    }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz/json", test_changed_texts);
  return g_test_run ();
}
