/* What may be filled in: every rule of the field tables, at its edges. */
#define G_LOG_DOMAIN "test-check"

#include <string.h>

#include "clock.h"
#include "record-json.h"
#include "test-entity.h"

/* A long run of one character: 8 at most in the name. */
#define FILE_OF(name) "[{\"sha256\":\"" DIGEST "\",\"name\":\"" name "\"}]"
#define GOOD_LINE "{\"item\":\"x\",\"fee\":1}"
#define IDS3 "\"" THING_ID "\",\"" OTHER_ID "\",\"0192a4c8-1f00-7000-8000-000000000003\""

typedef struct
{
  guint field;
  const char *value; /* JSON */
} Case;

/* clang-format off */
static const Case good[] = {
  { THING_NAME, "\"ab\"" }, { THING_NAME, "\"12345678\"" }, { THING_NAME, "\"一二三四五六七八\"" },
  { THING_NOTE, "\"a\\n\\tb\\r\\n\"" }, { THING_COUNT, "0" }, { THING_COUNT, "500" },
  { THING_LATITUDE, "-90000000" }, { THING_LATITUDE, "90000000" }, { THING_PRICE, "0" }, { THING_PRICE, "100000000" },
  { THING_BOUGHT_ON, "\"2026-06-01\"" }, { THING_BOUGHT_ON, "\"1900-01-01\"" }, { THING_SEEN_AT, "\"2026-06-01T04:00:00Z\"" },
  { THING_OPEN, "true" }, { THING_KIND, "\"flat\"" }, { THING_PLACE, "\"330421\"" }, { THING_PLACE, "\"330000\"" },
  { THING_MAKER, "\"" OTHER_ID "\"" }, { THING_FRIENDS, "[" IDS3 "]" },
  { THING_PAPERS, FILE_OF ("a.PDF") }, { THING_PAPERS, FILE_OF ("合同.v2.jpg") },
  { THING_LINES, "[" GOOD_LINE "," GOOD_LINE "," GOOD_LINE "]" }, { THING_LINES, "[{\"item\":\"1234567890\",\"fee\":100000,\"sure\":false}]" },
  { THING_PHONE, "\"13812345678\"" }, { THING_PHONE, "\"0573-84252566\"" }, { THING_PHONE, "\"+86 (573) 8425 2566\"" }, { THING_PHONE, "\"12345\"" },
  { THING_EMAIL, "\"a@b.cn\"" }, { THING_EMAIL, "\"first.last+x@mail.zju.edu.cn\"" }, { THING_EMAIL, "\"王@例子.中国\"" },
  { THING_ID_NUMBER, "\"11010519491231002X\"" },
  { THING_USCC, "\"91330100MA27XXXX1B\"" }, { THING_USCC, "\"913304217MA28A12XK\"" },
  { THING_POSTCODE, "\"314100\"" }, { THING_WEBSITE, "\"https://www.example.com/a?b=c#d\"" }, { THING_WEBSITE, "\"www.zju.edu.cn\"" },
  { THING_WEBSITE, "\"HTTP://10.0.0.1:8080\"" },
};

static const Case bad[] = {
  { THING_NAME, "\"a\"" }, { THING_NAME, "\"123456789\"" }, { THING_NAME, "\"一二三四五六七八九\"" }, { THING_NAME, "\"a\\nb\"" }, { THING_NAME, "\"a\\tb\"" },
  { THING_NOTE, "\"a\\u0007\"" }, { THING_COUNT, "-1" }, { THING_COUNT, "501" }, { THING_COUNT, "9223372036854775807" },
  { THING_LATITUDE, "-90000001" }, { THING_LATITUDE, "90000001" }, { THING_PRICE, "-1" }, { THING_PRICE, "100000001" },
  { THING_BOUGHT_ON, "\"2026-06-02\"" }, { THING_SEEN_AT, "\"2026-06-01T04:00:00.001Z\"" },
  { THING_PLACE, "\"999999\"" }, { THING_PLACE, "\"000000\"" },
  { THING_FRIENDS, "[" IDS3 ",\"0192a4c8-1f00-7000-8000-000000000004\"]" }, { THING_FRIENDS, "[\"" THING_ID "\",\"" THING_ID "\"]" },
  { THING_PAPERS, FILE_OF ("a.exe") }, { THING_PAPERS, FILE_OF ("pdf") }, { THING_PAPERS, FILE_OF ("a.pdf.zip") }, { THING_PAPERS, FILE_OF ("a.") },
  { THING_LINES, "[" GOOD_LINE "," GOOD_LINE "," GOOD_LINE "," GOOD_LINE "]" }, { THING_LINES, "[{\"item\":\"x\"}]" }, { THING_LINES, "[{}]" },
  { THING_LINES, "[{\"item\":\"12345678901\",\"fee\":1}]" }, { THING_LINES, "[" GOOD_LINE ",{\"item\":\"x\",\"fee\":-1}]" },
  { THING_PHONE, "\"1234\"" }, { THING_PHONE, "\"call me\"" }, { THING_PHONE, "\"123456789012345678901\"" }, { THING_PHONE, "\"１３８１２３４５６７８\"" },
  { THING_EMAIL, "\"a\"" }, { THING_EMAIL, "\"@b.cn\"" }, { THING_EMAIL, "\"a@\"" }, { THING_EMAIL, "\"a@b\"" }, { THING_EMAIL, "\"a b@c.cn\"" },
  { THING_EMAIL, "\"a@b@c.cn\"" }, { THING_EMAIL, "\"a@.cn\"" }, { THING_EMAIL, "\"a@b..cn\"" }, { THING_EMAIL, "\"a@b.cn.\"" }, { THING_EMAIL, "\"a@b c.cn\"" },
  { THING_ID_NUMBER, "\"110105194912310021\"" }, { THING_ID_NUMBER, "\"11010519491231002x\"" }, { THING_ID_NUMBER, "\"110105\"" },
  { THING_USCC, "\"91330100MA27XXXX1\"" }, { THING_USCC, "\"91330100ma27xxxx1b\"" }, { THING_USCC, "\"91330100IOZSV1234B\"" },
  { THING_POSTCODE, "\"31410\"" }, { THING_POSTCODE, "\"3141000\"" }, { THING_POSTCODE, "\"31410a\"" },
  { THING_WEBSITE, "\"https://\"" }, { THING_WEBSITE, "\"example\"" }, { THING_WEBSITE, "\"https://a b.com\"" }, { THING_WEBSITE, "\"javascript:alert(1)\"" },
  { THING_WEBSITE, "\"https://exa<mple.com\"" }, { THING_WEBSITE, "\"ftp://example.com\"" },
};
/* clang-format on */

static YqValues *
read_case (const Case *one)
{
  g_autofree char *text =
    g_strdup_printf ("{\"%s\":%s}", thing_fields[one->field].name, one->value);
  g_autoptr(JsonNode) node = yq_json_parse (text, -1, NULL);
  YqValues *values = yq_values_new (thing_fields, THING_N_FIELDS);

  g_assert_nonnull (node);
  g_assert_true (yq_json_read_fields (json_node_get_object (node), values, NULL, NULL));
  return values;
}

static void
test_good_values_pass (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr(YqValues) values = read_case (&good[i]);
      g_autofree char *fault = yq_check_field (values, good[i].field);

      if (fault != NULL)
        g_error ("%s: %s", good[i].value, fault);
      g_assert_null (yq_check_values (values, FALSE));
    }
}

static void
test_bad_values_are_named (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(YqValues) values = read_case (&bad[i]);
      g_autofree char *fault = yq_check_field (values, bad[i].field);
      g_autoptr(YqProblem) problem = yq_check_values (values, FALSE);
      const char *field;
      YqProblemCode code;

      if (fault == NULL)
        g_error ("accepted: %s", bad[i].value);
      g_assert_cmpint (yq_problem_code (problem), ==, YQ_PROBLEM_INVALID);
      g_assert_cmpuint (yq_problem_n_errors (problem), ==, 1);
      g_assert_cmpstr (yq_problem_error (problem, 0, &field, &code), ==, fault);
      g_assert_cmpstr (field, ==, thing_fields[bad[i].field].name);
      g_assert_cmpint (code, ==, YQ_PROBLEM_INVALID);
    }
}

static void
test_messages_name_the_numbers (void)
{
  static const struct
  {
    Case value;
    const char *text;
  } cases[] = {
    { { THING_NAME, "\"一二三四五六七八九\"" }, "At most 8 characters; there are 9." },
    { { THING_NAME, "\"一\"" }, "At least 2 characters; there are 1." },
    { { THING_PRICE, "100000001" }, "At most 1,000,000.00." },
    { { THING_PRICE, "-1" }, "At least 0.00." },
    { { THING_LATITUDE, "90000001" }, "At most 90.000000." },
    { { THING_COUNT, "501" }, "At most 500." },
    { { THING_LINES, "[" GOOD_LINE ",{\"item\":\"x\",\"fee\":100001}]" },
      "Row 2: Fee: At most 1,000.00." },
    { { THING_PAPERS, FILE_OF ("a.exe") }, "“a.exe” is not one of the allowed kinds: pdf, jpg." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(YqValues) values = read_case (&cases[i].value);
      g_autofree char *fault = yq_check_field (values, cases[i].value.field);

      g_assert_cmpstr (fault, ==, cases[i].text);
    }
}

static gboolean
has_error (YqProblem *problem, guint field, YqProblemCode code)
{
  for (guint i = 0; i < yq_problem_n_errors (problem); i++)
    {
      const char *name;
      YqProblemCode found;

      yq_problem_error (problem, i, &name, &found);
      if (strcmp (name, thing_fields[field].name) == 0 && found == code)
        return TRUE;
    }
  return FALSE;
}

static void
test_a_draft_may_lack_anything (void)
{
  g_autoptr(YqValues) values = yq_values_new (thing_fields, THING_N_FIELDS);
  g_autoptr(YqProblem) problem = yq_check_values (values, TRUE);

  g_assert_null (yq_check_values (values, FALSE));
  g_assert_cmpuint (yq_problem_n_errors (problem), ==, 2);
  g_assert_cmpint (yq_problem_code (problem), ==, YQ_PROBLEM_REQUIRED);
  g_assert_true (has_error (problem, THING_NAME, YQ_PROBLEM_REQUIRED));
  g_assert_true (has_error (problem, THING_PRICE, YQ_PROBLEM_REQUIRED));
}

static void
test_only_shown_fields_are_demanded (void)
{
  g_autoptr(YqValues) values = yq_values_new (thing_fields, THING_N_FIELDS);
  g_autoptr(YqProblem) problem = NULL;

  yq_values_set_text (values, THING_NAME, "name");
  yq_values_set_int (values, THING_PRICE, 0);
  yq_values_set_text (values, THING_KIND, "flat");
  g_assert_null (yq_check_values (values, TRUE));
  yq_values_set_text (values, THING_KIND, "deep");
  problem = yq_check_values (values, TRUE);
  g_assert_true (has_error (problem, THING_DEPTH, YQ_PROBLEM_REQUIRED));
  yq_values_set_int (values, THING_DEPTH, 1);
  g_assert_null (yq_check_values (values, TRUE));
}

static void
test_choices_and_dates_are_checked_again (void)
{
  g_autoptr(YqValues) values = yq_values_new (thing_fields, THING_N_FIELDS);
  g_autoptr(YqProblem) problem = NULL;

  yq_values_set_text (values, THING_KIND, "from-the-future");
  yq_values_set_text (values, THING_BOUGHT_ON, "2026-02-30");
  yq_values_set_text (values, THING_MAKER, "x");
  problem = yq_check_values (values, FALSE);
  g_assert_cmpuint (yq_problem_n_errors (problem), ==, 3);
}

static void
test_the_entity_has_the_last_word (void)
{
  g_autoptr(YqRecord) record = yq_record_new (&yq_thing, THING_ID);
  g_autoptr(YqProblem) problem = NULL;

  yq_record_set_text (record, THING_NAME, "name");
  yq_record_set_int (record, THING_PRICE, 1);
  yq_record_set_int (record, THING_COUNT, 13);
  g_assert_null (yq_check_record (NULL, record, FALSE));
  problem = yq_check_record (NULL, record, TRUE);
  g_assert_cmpstr (yq_problem_detail (problem), ==, "13 is unlucky.");
  yq_record_set_int (record, THING_COUNT, 12);
  g_assert_null (yq_check_record (NULL, record, TRUE));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  yq_text_set_language (YQ_LANGUAGE_EN);
  yq_clock_set (1780286400000); /* 2026-06-01 12:00 in Shanghai */
  g_test_add_func ("/check/good", test_good_values_pass);
  g_test_add_func ("/check/bad", test_bad_values_are_named);
  g_test_add_func ("/check/numbers", test_messages_name_the_numbers);
  g_test_add_func ("/check/draft", test_a_draft_may_lack_anything);
  g_test_add_func ("/check/shown", test_only_shown_fields_are_demanded);
  g_test_add_func ("/check/again", test_choices_and_dates_are_checked_again);
  g_test_add_func ("/check/entity", test_the_entity_has_the_last_word);
  return g_test_run ();
}
