/* Is a policy one that can be followed?  A word that no engine knows would let something pass that
 * nobody meant to let pass. */
#include "programme.h"

#include "model.h"

static YqProblem *
fault (YqRecord *record, guint field, const char *detail)
{
  const YqField *row = &yq_record_entity (record)->fields[field];

  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_INVALID, _("%s: %s"), _(row->title), detail), row->name,
    YQ_PROBLEM_INVALID, "%s", detail);
}

static YqProblem *
row_fault (YqRecord *record, guint field, guint row, const char *detail)
{
  g_autofree char *text = g_strdup_printf (_("Row %u: %s"), row + 1, detail);

  return fault (record, field, text);
}

static const char *
member (JsonObject *row, const char *name)
{
  return json_object_get_string_member_with_default (row, name, "");
}

/* -- levels -- */

static gboolean
is_level (const char *word)
{
  return yq_word_in ("own|county|city|province", word);
}

YqProblem *
yq_jurisdiction_check (YqWorld *world, YqRecord *jurisdiction)
{
  JsonArray *rows = yq_record_array (jurisdiction, JURISDICTION_REVIEWS);

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      g_auto(GStrv) words =
        g_strsplit (member (json_array_get_object_element (rows, i), "levels"), ",", -1);

      for (guint w = 0; words[w] != NULL; w++)
        if (*g_strstrip (words[w]) != '\0' && !is_level (words[w]))
          return row_fault (jurisdiction, JURISDICTION_REVIEWS, i,
                            _("levels are own, county, city and province, with commas between"));
    }
  return NULL;
}

static YqProblem *
check_stages (YqRecord *programme)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_STAGES);
  gboolean after_experts = FALSE;
  guint levels = 0;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      const char *word = member (json_array_get_object_element (rows, i), "level");

      if (!is_level (word) && !g_str_equal (word, "experts"))
        return row_fault (programme, PROGRAMME_STAGES, i,
                          _("a level is own, county, city, province or experts"));
      levels += is_level (word);
      after_experts = is_level (word);
    }
  if (levels > 0 && after_experts)
    return NULL;
  return fault (programme, PROGRAMME_STAGES,
                levels > 0 ? _("experts advise, a region decides: enter a level after them")
                           : _("public money is paid only after a review: enter a level"));
}

/* -- dates -- */

static YqProblem *
check_dates (YqRecord *programme)
{
  static const guint fields[] = { PROGRAMME_VALID_FROM, PROGRAMME_VALID_UNTIL, PROGRAMME_USE_UNTIL,
                                  PROGRAMME_REDEEM_UNTIL };
  const char *last = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *date = yq_record_text (programme, fields[i]);

      if (date != NULL && last != NULL && strcmp (date, last) < 0)
        return fault (programme, fields[i], _("this day comes before the one it follows"));
      last = date != NULL ? date : last;
    }
  return NULL;
}

static YqProblem *
check_windows (YqRecord *programme)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_WINDOWS);

  if (rows != NULL && !yq_record_int (programme, PROGRAMME_HAS_WINDOWS))
    return fault (programme, PROGRAMME_HAS_WINDOWS,
                  _("redemption windows are entered, so that redemption has to keep to them"));
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);

      if (strcmp (member (row, "from"), member (row, "to")) > 0)
        return row_fault (programme, PROGRAMME_WINDOWS, i, _("the window ends before it begins"));
    }
  return NULL;
}

/* -- eligibility -- */

static gboolean
are_choices (const YqField *field, const char *value)
{
  g_auto(GStrv) codes = g_strsplit (value, "|", -1);

  for (guint i = 0; codes[i] != NULL; i++)
    {
      gboolean known = FALSE;

      for (const YqChoice *choice = field->choices; choice->code != NULL; choice++)
        known |= g_str_equal (choice->code, codes[i]);
      if (!known)
        return FALSE;
    }
  return codes[0] != NULL;
}

static gboolean
is_value_of_rule (const char *rule, const char *value)
{
  const YqEntity *organisation = yq_model_find ("organisation");

  if (g_str_equal (rule, "nature"))
    return are_choices (yq_entity_field (organisation, "nature"), value);
  if (g_str_equal (rule, "sizes"))
    return are_choices (yq_entity_field (organisation, "size"), value);
  if (yq_word_in ("max_employees|max_revenue", rule))
    return *value != '\0' && strlen (value) <= 18 && strspn (value, "0123456789") == strlen (value);
  return *value == '\0';
}

static YqProblem *
check_eligible (YqRecord *programme)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_ELIGIBLE);

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);

      if (!is_value_of_rule (member (row, "rule"), member (row, "value")))
        return row_fault (programme, PROGRAMME_ELIGIBLE, i,
                          _("this value does not go with this rule"));
    }
  return NULL;
}

static YqProblem *
check_texts_in (YqRecord *programme, guint field, const char *words, const char *fault_text)
{
  JsonArray *rows = yq_record_array (programme, field);

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    if (!yq_word_in (words, member (json_array_get_object_element (rows, i), "field")))
      return row_fault (programme, field, i, fault_text);
  return NULL;
}

static YqProblem *
check_texts (YqRecord *programme)
{
  YqProblem *problem =
    check_texts_in (programme, PROGRAMME_TEXTS_AT_REDEMPTION, "effect|novelty|note",
                    _("a text is effect, novelty or note"));

  return problem != NULL ? problem
                         : check_texts_in (programme, PROGRAMME_TEXTS_AT_ORDER,
                                           "project_name|need|expected_effect",
                                           _("a text is project_name, need or expected_effect"));
}

YqProblem *
yq_programme_check (YqWorld *world, YqRecord *programme)
{
  static YqProblem *(*const checks[]) (YqRecord *) = { check_stages, check_dates, check_windows,
                                                       check_eligible, check_texts };
  YqProblem *problem = NULL;

  for (guint i = 0; problem == NULL && i < G_N_ELEMENTS (checks); i++)
    problem = checks[i](programme);
  return problem;
}
