/* Problems: every code has a name, a status and a title, and survives the wire. */
#define G_LOG_DOMAIN "test-problem"

#include <string.h>

#include "record-json.h"

static JsonNode *
to_json (const YqProblem *problem)
{
  g_autoptr(GString) text = g_string_new (NULL);
  JsonNode *node;

  yq_problem_append_json (problem, text);
  node = yq_json_parse (text->str, text->len, NULL);
  g_assert_nonnull (node);
  return node;
}

static void
test_the_list_is_that_of_the_api (void)
{
  static const char names[] =
    "malformed unknown_entity unknown_action unknown_field unknown_parameter required invalid "
    "not_found forbidden state changed id_reused slot_taken cap_total cap_claim cap_held balance "
    "budget not_eligible window_closed papers_missing invoice_used invoice_sum file_missing "
    "duplicate offset digest too_many too_large throttled unauthenticated cursor_expired method "
    "unavailable internal";
  g_auto(GStrv) list = g_strsplit (names, " ", -1);

  g_assert_cmpuint (g_strv_length (list), ==, YQ_N_PROBLEMS);
  for (guint i = 0; i < YQ_N_PROBLEMS; i++)
    {
      g_autoptr(YqProblem) problem = yq_problem_new (i, "x");

      g_assert_cmpstr (yq_problem_code_name (i), ==, list[i]);
      g_assert_cmpint (yq_problem_code_from_name (list[i]), ==, i);
      g_assert_cmpuint (strlen (yq_problem_code_title (i)), >, 3);
      g_assert_cmpuint (yq_problem_status (problem), >=, 400);
      g_assert_cmpuint (yq_problem_status (problem), <, 600);
    }
  g_assert_cmpint (yq_problem_code_from_name ("other"), ==, -1);
  g_assert_cmpint (yq_problem_code_from_name (NULL), ==, -1);
}

static void
test_statuses_are_those_the_api_names (void)
{
  static const struct
  {
    YqProblemCode code;
    guint status;
  } cases[] = {
    { YQ_PROBLEM_NOT_FOUND, 404 },       { YQ_PROBLEM_FORBIDDEN, 403 },
    { YQ_PROBLEM_UNAUTHENTICATED, 401 }, { YQ_PROBLEM_UNKNOWN_PARAMETER, 400 },
    { YQ_PROBLEM_OFFSET, 409 },          { YQ_PROBLEM_DIGEST, 422 },
    { YQ_PROBLEM_TOO_MANY, 413 },        { YQ_PROBLEM_TOO_LARGE, 413 },
    { YQ_PROBLEM_THROTTLED, 429 },       { YQ_PROBLEM_CURSOR_EXPIRED, 410 },
    { YQ_PROBLEM_UNAVAILABLE, 503 },     { YQ_PROBLEM_MALFORMED, 400 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(YqProblem) problem = yq_problem_new (cases[i].code, "x");

      g_assert_cmpuint (yq_problem_status (problem), ==, cases[i].status);
    }
}

static void
test_a_problem_survives_the_wire (void)
{
  g_autoptr(YqProblem) problem =
    yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, "“%s” 被占用", "扫描\"电镜");
  g_autoptr(YqProblem) copy = NULL;
  g_autoptr(YqProblem) back = NULL;
  g_autoptr(JsonNode) first = NULL;
  g_autoptr(JsonNode) second = NULL;
  const char *field, *instrument;
  YqProblemCode code;
  gint64 from, to;

  yq_problem_add_error (problem, "wished[0].from", YQ_PROBLEM_INVALID, "%d minutes", 30);
  yq_problem_add_alternative (problem, "i-1", 1700000000000, 1700001800000);
  yq_problem_add_alternative (problem, "i-2", 1700000000000, 1700003600000);
  yq_problem_lead_to (problem, "order", "o-1");
  copy = yq_problem_copy (problem);
  first = to_json (copy);
  back = yq_problem_from_json (json_node_get_object (first));
  second = to_json (back);

  g_assert_true (json_node_equal (first, second));
  g_assert_cmpint (yq_problem_code (back), ==, YQ_PROBLEM_SLOT_TAKEN);
  g_assert_cmpstr (yq_problem_detail (back), ==, "“扫描\"电镜” 被占用");
  g_assert_cmpuint (yq_problem_n_errors (back), ==, 1);
  g_assert_cmpstr (yq_problem_error (back, 0, &field, &code), ==, "30 minutes");
  g_assert_cmpstr (field, ==, "wished[0].from");
  g_assert_cmpint (code, ==, YQ_PROBLEM_INVALID);
  g_assert_cmpuint (yq_problem_n_alternatives (back), ==, 2);
  yq_problem_alternative (back, 1, &instrument, &from, &to);
  g_assert_cmpstr (instrument, ==, "i-2");
  g_assert_cmpint (to - from, ==, 3600000);
  g_assert_cmpstr (yq_problem_lead (back, &field), ==, "o-1");
  g_assert_cmpstr (field, ==, "order");
}

static void
test_the_members_are_those_of_rfc_9457 (void)
{
  g_autoptr(YqProblem) problem = yq_problem_new (YQ_PROBLEM_CHANGED, "Now it is 5.");
  g_autoptr(JsonNode) node = NULL;
  JsonObject *object;

  yq_text_set_language (YQ_LANGUAGE_EN);
  node = to_json (problem);
  object = json_node_get_object (node);
  g_assert_cmpuint (json_object_get_size (object), ==, 5);
  g_assert_cmpstr (json_object_get_string_member (object, "type"), ==,
                   "urn:yiquan:problem:changed");
  g_assert_cmpstr (json_object_get_string_member (object, "title"), ==, "Changed by somebody else");
  g_assert_cmpint (json_object_get_int_member (object, "status"), ==, 409);
  g_assert_cmpstr (json_object_get_string_member (object, "detail"), ==, "Now it is 5.");
  g_assert_cmpstr (json_object_get_string_member (object, "code"), ==, "changed");
}

static void
test_anything_reads_as_a_problem (void)
{
  static const char *const texts[] = {
    "{}",
    "{\"code\":7,\"detail\":[],\"errors\":{},\"alternatives\":1,\"leads_to\":{\"entity\":1}}",
    "{\"code\":\"strange\",\"errors\":[1,null]}",
    "{\"code\":\"balance\",\"errors\":[{}],\"alternatives\":[{\"instrument\":\"x\",\"from\":\"y\","
    "\"to\":\"z\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(JsonNode) node = yq_json_parse (texts[i], -1, NULL);
      g_autoptr(YqProblem) problem = yq_problem_from_json (json_node_get_object (node));

      g_assert_cmpint (yq_problem_code (problem), ==,
                       i == 3 ? YQ_PROBLEM_BALANCE : YQ_PROBLEM_INTERNAL);
      g_assert_cmpuint (strlen (yq_problem_detail (problem)), >, 0);
      g_assert_cmpuint (yq_problem_n_errors (problem), ==, i == 3 ? 1 : 0);
      g_assert_cmpuint (yq_problem_n_alternatives (problem), ==, 0);
      g_assert_null (yq_problem_lead (problem, NULL));
    }
}

static void
test_collecting_names_every_field (void)
{
  g_autoptr(YqProblem) problem = NULL;

  yq_text_set_language (YQ_LANGUAGE_EN);
  yq_problem_collect (&problem, "name", "Name", YQ_PROBLEM_REQUIRED, "100 % needed.");
  yq_problem_collect (&problem, "price", "Price", YQ_PROBLEM_INVALID, "At least 0.");
  g_assert_cmpint (yq_problem_code (problem), ==, YQ_PROBLEM_REQUIRED);
  g_assert_cmpstr (yq_problem_detail (problem), ==, "Name: 100 % needed.");
  g_assert_cmpuint (yq_problem_n_errors (problem), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/problem/list", test_the_list_is_that_of_the_api);
  g_test_add_func ("/problem/statuses", test_statuses_are_those_the_api_names);
  g_test_add_func ("/problem/wire", test_a_problem_survives_the_wire);
  g_test_add_func ("/problem/members", test_the_members_are_those_of_rfc_9457);
  g_test_add_func ("/problem/tolerant", test_anything_reads_as_a_problem);
  g_test_add_func ("/problem/collect", test_collecting_names_every_field);
  return g_test_run ();
}
