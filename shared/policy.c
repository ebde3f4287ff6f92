/* What a voucher programme allows, and why not. */
#define G_LOG_DOMAIN "yiquan-policy"

#include "policy.h"

#include "clock.h"
#include "money.h"
#include "party.h"
#include "programme.h"
#include "region.h"
#include "voucher.h"

#define SERVED_REGIONS 8 /* of a jurisdiction, named where it is refused elsewhere */

gboolean
yq_policy_regions_hold (JsonArray *rows, const char *region)
{
  if (rows == NULL || json_array_get_length (rows) == 0)
    return TRUE;
  for (guint i = 0; region != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);

      if (yq_region_holds (json_object_get_string_member_with_default (row, "region", ""), region))
        return TRUE;
    }
  return FALSE;
}

/* The level of the narrowest row that holds the region; 0 where none does. */
static int
depth_of (JsonArray *rows, const char *region)
{
  int depth = 0;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      const char *code = json_object_get_string_member_with_default (
        json_array_get_object_element (rows, i), "region", "");
      const YqRegion *row = yq_region_holds (code, region) ? yq_region_find (code) : NULL;

      depth = MAX (depth, row != NULL ? (int) row->level : 0);
    }
  return depth;
}

/* How well a jurisdiction fits a region; 0 where it is not in force there.  One seated elsewhere
 * (an alliance of provinces) comes after every one at home. */
static int
fit_of (YqRecord *jurisdiction, const char *region)
{
  int depth = depth_of (yq_record_array (jurisdiction, JURISDICTION_REGIONS), region);
  const char *seat = yq_record_text (jurisdiction, JURISDICTION_REGION);

  return depth > 0 && (seat == NULL || yq_region_holds (seat, region)) ? depth + 10 : depth;
}

/* Where several hold a region, the narrowest one at home rules. */
YqRecord *
yq_policy_jurisdiction (YqWorld *world, const char *region)
{
  g_autoptr(GPtrArray) all = yq_world_list (world, &yq_jurisdiction, "state", "active");
  YqRecord *found = NULL;
  int depth = 0;

  for (guint i = 0; region != NULL && i < all->len; i++)
    {
      int level = fit_of (all->pdata[i], region);

      if (level > depth || (level == depth && found != NULL &&
                            strcmp (yq_record_id (all->pdata[i]), yq_record_id (found)) < 0))
        {
          found = all->pdata[i];
          depth = level;
        }
    }
  return found != NULL ? g_object_ref (found) : NULL;
}

char *
yq_policy_regions_text (JsonArray *rows, guint most)
{
  guint n = rows != NULL ? json_array_get_length (rows) : 0;
  GString *text = g_string_new (n == 0 ? _("All regions") : NULL);

  for (guint i = 0; i < MIN (n, most); i++)
    {
      g_autofree char *path = yq_region_path (json_object_get_string_member_with_default (
        json_array_get_object_element (rows, i), "region", ""));

      g_string_append_printf (text, "%s%s", i > 0 ? _(", ") : "", path);
    }
  if (n > most)
    g_string_append_printf (
      text, yq_ngettext (" and %u more region", " and %u more regions", n - most), n - most);
  return g_string_free (text, FALSE);
}

char *
yq_policy_served_text (YqWorld *world)
{
  g_autoptr(GPtrArray) all = yq_world_list (world, &yq_jurisdiction, "state", "active");
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++)
    {
      YqRecord *one = all->pdata[i];
      const char *help = yq_record_text (one, JURISDICTION_HELP_LINE);
      g_autofree char *regions =
        yq_policy_regions_text (yq_record_array (one, JURISDICTION_REGIONS), SERVED_REGIONS);
      g_autofree char *line =
        help != NULL ? g_strdup_printf (_("%s (help line %s)"), regions, help) : g_strdup (regions);

      g_string_append_printf (text, "%s%s", i > 0 ? _("; ") : "", line);
    }
  return g_string_free (text, FALSE);
}

gboolean
yq_policy_demands (YqWorld *world, const char *region, const char *step)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (world, region);
  const char *steps =
    jurisdiction != NULL ? yq_record_text (jurisdiction, JURISDICTION_ONBOARDING) : NULL;
  g_auto(GStrv) words = g_strsplit (steps != NULL ? steps : "", ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (g_strstrip (words[i]), step))
      return TRUE;
  return FALSE;
}

YqRecord *
yq_policy_jurisdiction_of (YqWorld *world, YqRecord *record)
{
  int field = yq_entity_find_field (yq_record_entity (record), "programme");
  g_autoptr(YqRecord) programme =
    field >= 0 ? yq_world_get (world, &yq_programme, yq_record_text (record, field)) : NULL;
  YqRecord *found =
    programme != NULL
      ? yq_world_get (world, &yq_jurisdiction, yq_record_text (programme, PROGRAMME_JURISDICTION))
      : NULL;

  return found != NULL ? found : yq_policy_jurisdiction (world, yq_record_region (record));
}

/* ---- eligibility: one small function per rule word ---- */

typedef YqProblem *(*RuleFunc) (YqRecord *programme, YqRecord *organisation, const char *value);

static YqProblem *
refuse (const char *field, YqProblem *problem)
{
  return yq_problem_add_error (problem, field, YQ_PROBLEM_NOT_ELIGIBLE, "%s",
                               yq_problem_detail (problem));
}

static YqProblem *
rule_verified (YqRecord *programme, YqRecord *organisation, const char *value)
{
  if (yq_organisation_is_verified (organisation))
    return NULL;
  return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                         _("Only verified organisations are eligible; yours is “%s”"),
                         yq_record_state_title (organisation));
}

static YqProblem *
rule_in_regions (YqRecord *programme, YqRecord *organisation, const char *value)
{
  const char *region = yq_record_text (organisation, ORGANISATION_REGION);
  g_autofree char *path = NULL;

  if (yq_policy_regions_hold (yq_record_array (programme, PROGRAMME_REGIONS), region))
    return NULL;
  path = region != NULL ? yq_region_path (region) : g_strdup ("");
  return refuse ("region", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                                           _("“%s” is not for organisations registered in %s"),
                                           yq_record_title (programme), path));
}

static YqProblem *
rule_choice (guint field, const char *has, const char *value)
{
  const YqField *row = &yq_organisation.fields[field];
  g_auto(GStrv) codes = NULL;
  g_autoptr(GString) titles = NULL;

  if (has != NULL && yq_word_in (value, has))
    return NULL;
  titles = g_string_new (NULL);
  codes = g_strsplit (value, "|", -1);
  for (guint i = 0; codes[i] != NULL; i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? _(", ") : "", yq_choice_title (row, codes[i]));
  return refuse (row->name,
                 yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                                 _("%s has to be one of: %s; yours is: %s"), _(row->title),
                                 titles->str, has != NULL ? yq_choice_title (row, has) : "—"));
}

static YqProblem *
rule_nature (YqRecord *programme, YqRecord *organisation, const char *value)
{
  return rule_choice (ORGANISATION_NATURE, yq_record_text (organisation, ORGANISATION_NATURE),
                      value);
}

/* While a changed value waits for review, the approved one rules. */
static gint64
ruling (YqRecord *organisation, guint field, guint approved)
{
  return yq_record_has (organisation, approved) ? yq_record_int (organisation, approved)
                                                : yq_record_int (organisation, field);
}

static YqProblem *
rule_sizes (YqRecord *programme, YqRecord *organisation, const char *value)
{
  const char *industry = yq_record_text (organisation, ORGANISATION_INDUSTRY);
  const char *size = yq_organisation_size (
    industry, ruling (organisation, ORGANISATION_EMPLOYEES, ORGANISATION_APPROVED_EMPLOYEES),
    ruling (organisation, ORGANISATION_REVENUE, ORGANISATION_APPROVED_REVENUE),
    yq_record_int (organisation, ORGANISATION_TOTAL_ASSETS), NULL);

  if (yq_organisation_size_needs_assets (industry) &&
      !yq_record_has (organisation, ORGANISATION_TOTAL_ASSETS))
    size = NULL; /* not known is not small */
  return rule_choice (ORGANISATION_SIZE, size, value);
}

static YqProblem *
rule_max_employees (YqRecord *programme, YqRecord *organisation, const char *value)
{
  gint64 limit = g_ascii_strtoll (value, NULL, 10);
  gint64 has = ruling (organisation, ORGANISATION_EMPLOYEES, ORGANISATION_APPROVED_EMPLOYEES);
  g_autofree char *limit_text = g_strdup_printf ("%" G_GINT64_FORMAT, limit);
  g_autofree char *has_text = g_strdup_printf ("%" G_GINT64_FORMAT, has);

  if (has <= limit)
    return NULL;
  return refuse ("employees",
                 yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("At most %s employees; you state %s"),
                                 limit_text, has_text));
}

static YqProblem *
rule_max_revenue (YqRecord *programme, YqRecord *organisation, const char *value)
{
  gint64 limit = g_ascii_strtoll (value, NULL, 10);
  gint64 has = ruling (organisation, ORGANISATION_REVENUE, ORGANISATION_APPROVED_REVENUE);
  g_autofree char *limit_text = yq_money_format (limit), *has_text = yq_money_format (has);

  if (has <= limit)
    return NULL;
  return refuse ("revenue",
                 yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("Revenue of at most %s; you state %s"),
                                 limit_text, has_text));
}

static YqProblem *
rule_sme_number (YqRecord *programme, YqRecord *organisation, const char *value)
{
  if (yq_record_has (organisation, ORGANISATION_SME_NUMBER))
    return NULL;
  return refuse ("sme_number",
                 yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                                 _("A technology SME number is demanded; your profile has none")));
}

static YqProblem *
rule_wants_vouchers (YqRecord *programme, YqRecord *organisation, const char *value)
{
  if (yq_record_int (organisation, ORGANISATION_WANTS_VOUCHERS))
    return NULL;
  return refuse ("wants_vouchers",
                 yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                                 _("Your profile does not say that you apply for vouchers")));
}

static const struct
{
  const char *word;
  RuleFunc check;
  gboolean at_opt_in; /* a condition of the option itself (shandong 4-1.1.1) */
} rules[] = {
  { "verified", rule_verified },
  { "in_regions", rule_in_regions, TRUE },
  { "nature", rule_nature, TRUE },
  { "sizes", rule_sizes },
  { "max_employees", rule_max_employees, TRUE },
  { "max_revenue", rule_max_revenue, TRUE },
  { "sme_number", rule_sme_number },
  { "wants_vouchers", rule_wants_vouchers },
  { "not_subsidised", NULL }, /* about a booking: yq_policy_check_use */
};

static YqProblem *
check_rule (YqRecord *programme, YqRecord *organisation, JsonObject *row)
{
  const char *word = json_object_get_string_member_with_default (row, "rule", "");
  const char *value = json_object_get_string_member_with_default (row, "value", "");

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_str_equal (rules[i].word, word))
      return rules[i].check != NULL ? rules[i].check (programme, organisation, value) : NULL;
  /* A rule that nobody here can judge lets nobody pass. */
  return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                         _("“%s” has a rule that this program does not know: %s"),
                         yq_record_title (programme), word);
}

YqProblem *
yq_policy_check_eligible (YqWorld *world, YqRecord *programme, YqRecord *organisation)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_ELIGIBLE);
  YqProblem *problem = rule_verified (programme, organisation, NULL);

  /* "Enterprises from" binds whether the rows repeat it or not. */
  if (problem == NULL)
    problem = rule_in_regions (programme, organisation, NULL);
  for (guint i = 0; problem == NULL && rows != NULL && i < json_array_get_length (rows); i++)
    problem = check_rule (programme, organisation, json_array_get_object_element (rows, i));
  return problem;
}

static gboolean
asks_to_opt_in (YqRecord *programme)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_ELIGIBLE);

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    if (g_str_equal (json_object_get_string_member_with_default (
                       json_array_get_object_element (rows, i), "rule", ""),
                     "wants_vouchers"))
      return TRUE;
  return FALSE;
}

static YqProblem *
check_conditions (YqRecord *programme, YqRecord *organisation)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_ELIGIBLE);
  YqProblem *problem = rule_in_regions (programme, organisation, NULL);

  for (guint i = 0; problem == NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *word = json_object_get_string_member_with_default (row, "rule", "");

      for (guint k = 0; problem == NULL && k < G_N_ELEMENTS (rules); k++)
        if (rules[k].at_opt_in && g_str_equal (rules[k].word, word))
          problem = check_rule (programme, organisation, row);
    }
  return problem;
}

static YqProblem *
no_scheme (YqWorld *world, const char *region)
{
  g_autoptr(GPtrArray) all = yq_world_list (world, &yq_jurisdiction, "state", "active");
  g_autofree char *path = yq_region_path (region);

  if (all->len == 0)
    return NULL; /* nothing has been synchronised: the server knows */
  return refuse ("region",
                 yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("No voucher scheme is in force in %s"),
                                 path != NULL ? path : region));
}

/* Of several that refuse, the one for its region says why. */
YqProblem *
yq_policy_check_opt_in (YqWorld *world, YqRecord *organisation)
{
  const char *region = yq_record_text (organisation, ORGANISATION_REGION);
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (world, region);
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(YqProblem) why = NULL;

  if (region == NULL)
    return NULL;
  if (jurisdiction == NULL)
    return no_scheme (world, region);
  all = yq_world_list (world, &yq_programme, "jurisdiction", yq_record_id (jurisdiction));
  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr(YqProblem) problem = NULL;

      if (!yq_record_in_state (all->pdata[i], "open") || !asks_to_opt_in (all->pdata[i]))
        continue;
      if ((problem = check_conditions (all->pdata[i], organisation)) == NULL)
        return NULL;
      if (why == NULL ||
          yq_policy_regions_hold (yq_record_array (all->pdata[i], PROGRAMME_REGIONS), region))
        {
          yq_problem_free (why);
          why = g_steal_pointer (&problem);
        }
    }
  return g_steal_pointer (&why);
}

/* ---- caps ---- */

static gint64
knob (YqRecord *programme, guint field)
{
  return yq_record_has (programme, field) ? yq_record_int (programme, field) : -1;
}

/* The server writes the year; a claim still on its way counts in the year it was made. */
static int
year_of_claim (YqRecord *claim)
{
  return yq_record_has (claim, CLAIM_YEAR) ? (int) yq_record_int (claim, CLAIM_YEAR)
                                           : yq_year_of (yq_record_created_at (claim));
}

static gboolean
is_granted_at_settlement (YqRecord *programme)
{
  return g_strcmp0 (yq_record_text (programme, PROGRAMME_CLAIM), "none") == 0;
}

/* Where nobody claims, what counts is what was granted and has not gone back to the budget. */
static gint64
granted_in_year (YqWorld *world, YqRecord *programme, YqRecord *organisation, int year)
{
  static const char *const kept[] = { "available", "held", "redeemed" };
  g_autoptr(GPtrArray) vouchers =
    yq_world_list (world, &yq_voucher, "buyer", yq_record_id (organisation));
  gint64 sum = 0;

  for (guint i = 0; i < vouchers->len; i++)
    if (g_strcmp0 (yq_record_text (vouchers->pdata[i], VOUCHER_PROGRAMME),
                   yq_record_id (programme)) == 0 &&
        yq_record_int (vouchers->pdata[i], VOUCHER_YEAR) == year)
      for (guint k = 0; k < G_N_ELEMENTS (kept); k++)
        sum += world->balance (world, kept[k], yq_record_id (vouchers->pdata[i]));
  return sum;
}

static gint64
claimed_in_year (YqWorld *world, YqRecord *programme, YqRecord *organisation, int year,
                 const char *except)
{
  g_autoptr(GPtrArray) claims =
    yq_world_list (world, &yq_claim, "buyer", yq_record_id (organisation));
  gint64 sum = 0;

  for (guint i = 0; i < claims->len; i++)
    {
      YqRecord *claim = claims->pdata[i];

      if (g_strcmp0 (yq_record_id (claim), except) != 0 &&
          yq_record_in_state (claim, "pending|granted") && year_of_claim (claim) == year &&
          g_strcmp0 (yq_record_text (claim, CLAIM_PROGRAMME), yq_record_id (programme)) == 0)
        sum += yq_record_int (claim, CLAIM_AMOUNT);
    }
  return sum;
}

static gint64
held_now (YqWorld *world, YqRecord *programme, YqRecord *organisation)
{
  g_autoptr(GPtrArray) vouchers =
    yq_world_list (world, &yq_voucher, "buyer", yq_record_id (organisation));
  gint64 sum = 0;

  for (guint i = 0; i < vouchers->len; i++)
    {
      const char *id = yq_record_id (vouchers->pdata[i]);

      if (g_strcmp0 (yq_record_text (vouchers->pdata[i], VOUCHER_PROGRAMME),
                     yq_record_id (programme)) == 0)
        sum += world->balance (world, "available", id) + world->balance (world, "held", id);
    }
  return sum;
}

static void
limit_to (YqCaps *caps, gint64 left, const char *word)
{
  if (MAX (left, 0) < caps->claimable)
    {
      caps->claimable = MAX (left, 0);
      caps->limit = word;
    }
}

YqCaps
yq_policy_caps (YqWorld *world, YqRecord *programme, YqRecord *organisation, const char *except)
{
  YqCaps caps = {
    .year = yq_year_of (world->now),
    .total = knob (programme, PROGRAMME_CAP_TOTAL),
    .per_claim = knob (programme, PROGRAMME_CAP_CLAIM),
    .held_cap = knob (programme, PROGRAMME_CAP_HELD),
    .budget = world->balance (world, "budget", yq_record_id (programme)),
    .claimable = G_MAXINT64,
  };

  caps.claimed = is_granted_at_settlement (programme)
                   ? granted_in_year (world, programme, organisation, caps.year)
                   : claimed_in_year (world, programme, organisation, caps.year, except);
  caps.held = held_now (world, programme, organisation);
  if (caps.per_claim >= 0)
    limit_to (&caps, caps.per_claim, "cap_claim");
  if (caps.total >= 0)
    limit_to (&caps, caps.total - caps.claimed, "cap_total");
  if (caps.held_cap >= 0)
    limit_to (&caps, caps.held_cap - caps.held, "cap_held");
  limit_to (&caps, caps.budget, "budget");
  return caps;
}

/* Ways of claiming that are not this one: "none|external". */
static YqProblem *
check_way (YqRecord *programme, const char *refused)
{
  const char *way = yq_record_text (programme, PROGRAMME_CLAIM);

  if (way == NULL || !yq_word_in (refused, way))
    return NULL;
  return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("Vouchers of “%s” cannot be claimed here: %s"),
                         yq_record_title (programme),
                         yq_choice_title (&yq_programme.fields[PROGRAMME_CLAIM], way));
}

static YqProblem *
check_programme_open (YqWorld *world, YqRecord *programme)
{
  g_autofree char *today = yq_date_of (world->now);
  const char *from = yq_record_text (programme, PROGRAMME_VALID_FROM);
  const char *until = yq_record_text (programme, PROGRAMME_VALID_UNTIL);

  if (!yq_record_in_state (programme, "open"))
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("“%s” is not open: %s"),
                           yq_record_title (programme), yq_record_state_title (programme));
  if ((from != NULL && strcmp (today, from) < 0) || (until != NULL && strcmp (today, until) > 0))
    return yq_problem_new (
      YQ_PROBLEM_NOT_ELIGIBLE, _("“%s” can be claimed from %s to %s; today is %s"),
      yq_record_title (programme), from != NULL ? from : "…", until != NULL ? until : "…", today);
  return NULL;
}

static YqProblem *
over (YqProblem *problem)
{
  return yq_problem_add_error (problem, "amount", yq_problem_code (problem), "%s",
                               yq_problem_detail (problem));
}

/* More than any claim may be, or the sentence of the knob that limits: what it allows, what is used
 * of it, what is left. */
static YqProblem *
refuse_claim (YqRecord *programme, const YqCaps *caps, gint64 amount)
{
  g_autofree char *asked = yq_money_format (amount);
  g_autofree char *claimable = yq_money_format (caps->claimable);
  g_autofree char *used = NULL, *cap = NULL;

  if (caps->per_claim >= 0 && amount > caps->per_claim)
    {
      cap = yq_money_format (caps->per_claim);
      return yq_problem_new (
        YQ_PROBLEM_CAP_CLAIM,
        _("One claim may be at most %s; you ask for %s. Now at most %s can be claimed"), cap, asked,
        claimable);
    }
  if (g_str_equal (caps->limit, "cap_total"))
    {
      used = yq_money_format (caps->claimed);
      cap = yq_money_format (caps->total);
      return yq_problem_new (
        YQ_PROBLEM_CAP_TOTAL,
        _("You already claimed %s of at most %s for %d; this claim may be at most %s"), used, cap,
        caps->year, claimable);
    }
  if (g_str_equal (caps->limit, "cap_held"))
    {
      used = yq_money_format (caps->held);
      cap = yq_money_format (caps->held_cap);
      return yq_problem_new (YQ_PROBLEM_CAP_HELD,
                             _("You hold unused vouchers of %s; at most %s may be held at once. "
                               "Now at most %s can be claimed"),
                             used, cap, claimable);
    }
  return yq_problem_new (YQ_PROBLEM_BUDGET, _("The budget of “%s” has %s left; you ask for %s"),
                         yq_record_title (programme), claimable, asked);
}

YqProblem *
yq_policy_check_grant (YqWorld *world, YqRecord *programme, YqRecord *organisation, gint64 amount,
                       const char *except)
{
  YqProblem *problem = check_programme_open (world, programme);
  YqCaps caps = yq_policy_caps (world, programme, organisation, except);

  if (problem != NULL || (amount <= caps.claimable && amount > 0))
    return problem;
  if (amount <= 0)
    return over (yq_problem_new (YQ_PROBLEM_INVALID, _("The amount has to be above zero")));
  return over (refuse_claim (programme, &caps, amount));
}

YqProblem *
yq_policy_check_claim (YqWorld *world, YqRecord *programme, YqRecord *organisation, gint64 amount,
                       const char *except)
{
  YqProblem *problem = check_way (programme, "none|external");

  return problem != NULL ? problem
                         : yq_policy_check_grant (world, programme, organisation, amount, except);
}

YqProblem *
yq_policy_check_import (YqWorld *world, YqRecord *programme, YqRecord *organisation, gint64 amount,
                        const char *except)
{
  YqProblem *problem = check_way (programme, "none|instant|reviewed");

  return problem != NULL ? problem
                         : yq_policy_check_grant (world, programme, organisation, amount, except);
}

char *
yq_policy_text (YqWorld *world, const char *region, const char *kind, gint64 *version)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (world, region);
  JsonArray *rows =
    jurisdiction != NULL ? yq_record_array (jurisdiction, JURISDICTION_TEXTS) : NULL;
  const char *text = NULL;
  gint64 newest = 0;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      gint64 its = json_object_get_int_member_with_default (row, "version", 0);

      if (its < newest ||
          g_strcmp0 (json_object_get_string_member_with_default (row, "kind", NULL), kind) != 0)
        continue;
      newest = its;
      text = json_object_get_string_member_with_default (row, "text", NULL);
    }
  if (version != NULL)
    *version = newest;
  return g_strdup (text);
}

int
yq_policy_evaluation_days (YqWorld *world, const char *region)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (world, region);

  if (jurisdiction == NULL || !yq_record_has (jurisdiction, JURISDICTION_EVALUATION_DAYS))
    return 30;
  return (int) yq_record_int (jurisdiction, JURISDICTION_EVALUATION_DAYS);
}

int
yq_policy_refresh_days (YqWorld *world, const char *region)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (world, region);

  return jurisdiction != NULL ? (int) yq_record_int (jurisdiction, JURISDICTION_REFRESH_DAYS) : 0;
}

static int
days_of (YqRecord *jurisdiction, const char *kind)
{
  JsonArray *rows =
    jurisdiction != NULL ? yq_record_array (jurisdiction, JURISDICTION_REVIEWS) : NULL;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);

      if (g_strcmp0 (json_object_get_string_member_with_default (row, "kind", NULL), kind) == 0)
        return (int) json_object_get_int_member_with_default (row, "days", 0);
    }
  return 0;
}

int
yq_policy_review_days (YqWorld *world, const char *region, const char *kind)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (world, region);

  return days_of (jurisdiction, kind);
}

int
yq_policy_review_days_of (YqWorld *world, YqRecord *record)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction_of (world, record);

  return days_of (jurisdiction, yq_record_entity (record)->kind);
}
