/* The size of an enterprise by the 2011 standard (工信部联企业〔2011〕300号; the same rows as
 * data/sme-size.csv). */
#include "party.h"

#include "money.h"

typedef enum
{
  INDICATOR_NONE,
  INDICATOR_EMPLOYEES, /* persons */
  INDICATOR_REVENUE,   /* 万元 */
  INDICATOR_ASSETS,    /* 万元 */
} Indicator;

#define WAN G_GINT64_CONSTANT (1000000) /* fen in 万元 */

typedef struct
{
  const char *industry;
  Indicator a, b;
  gint64 large_a, large_b;   /* reaching both is large */
  gint64 medium_a, medium_b; /* reaching both is medium */
  gint64 small_a, small_b;   /* reaching both is small, otherwise micro */
} SizeRule;

/* clang-format off */
static const SizeRule rules[] = {
  { "A",    INDICATOR_REVENUE,   INDICATOR_NONE,    20000, 0,      500, 0,      50, 0 },
  { "BCD",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 1000,  40000,  300, 2000,   20, 300 },
  { "E",    INDICATOR_REVENUE,   INDICATOR_ASSETS,  80000, 80000,  6000, 5000,  300, 300 },
  { "F51",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 200,   40000,  20, 5000,    5, 1000 },
  { "F52",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 300,   20000,  50, 500,     10, 100 },
  { "G",    INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 1000,  30000,  300, 3000,   20, 200 },
  { "G59",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 200,   30000,  100, 1000,   20, 100 },
  { "G60",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 1000,  30000,  300, 2000,   20, 100 },
  { "H61",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 300,   10000,  100, 2000,   10, 100 },
  { "H62",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 300,   10000,  100, 2000,   10, 100 },
  { "I63",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 2000,  100000, 100, 1000,   10, 100 },
  { "I65",  INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 300,   10000,  100, 1000,   10, 50 },
  { "K70",  INDICATOR_REVENUE,   INDICATOR_ASSETS,  200000, 10000, 1000, 5000,  100, 2000 },
  { "K702", INDICATOR_EMPLOYEES, INDICATOR_REVENUE, 1000,  5000,   300, 1000,   100, 500 },
  { "L",    INDICATOR_EMPLOYEES, INDICATOR_ASSETS,  300,   120000, 100, 8000,   10, 100 },
  { "M",    INDICATOR_EMPLOYEES, INDICATOR_NONE,    300,   0,      100, 0,      10, 0 },
};
/* clang-format on */

static gint64
indicator_value (Indicator indicator, gint64 employees, gint64 revenue, gint64 assets)
{
  switch (indicator)
    {
    case INDICATOR_EMPLOYEES:
      return employees;
    case INDICATOR_REVENUE:
      return revenue;
    case INDICATOR_ASSETS:
      return assets;
    case INDICATOR_NONE:
      break;
    }
  return G_MAXINT64;
}

static gboolean
reaches (Indicator indicator, gint64 value, gint64 threshold)
{
  gint64 unit = indicator == INDICATOR_EMPLOYEES ? 1 : WAN;

  return indicator == INDICATOR_NONE || value >= threshold * unit;
}

static char *
describe (Indicator indicator, gint64 value, gint64 threshold)
{
  g_autofree char *has = NULL, *needs = NULL;

  if (indicator == INDICATOR_EMPLOYEES)
    {
      has = g_strdup_printf ("%" G_GINT64_FORMAT, value);
      needs = g_strdup_printf ("%" G_GINT64_FORMAT, threshold);
      return g_strdup_printf (_("employees %s (threshold %s)"), has, needs);
    }
  has = yq_money_format (value);
  needs = yq_money_format (threshold * WAN);
  if (indicator == INDICATOR_REVENUE)
    return g_strdup_printf (_("revenue %s (threshold %s)"), has, needs);
  return g_strdup_printf (_("total assets %s (threshold %s)"), has, needs);
}

static char *
explain (const SizeRule *rule, const char *title, gint64 a, gint64 b, gint64 need_a, gint64 need_b)
{
  g_autofree char *first = describe (rule->a, a, need_a);
  g_autofree char *second = rule->b == INDICATOR_NONE ? NULL : describe (rule->b, b, need_b);

  if (second == NULL)
    return g_strdup_printf (_("%s by the 2011 standard: %s"), title, first);
  return g_strdup_printf (_("%s by the 2011 standard: %s; %s"), title, first, second);
}

gboolean
yq_organisation_size_needs_assets (const char *industry)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_strcmp0 (rules[i].industry, industry) == 0)
      return rules[i].a == INDICATOR_ASSETS || rules[i].b == INDICATOR_ASSETS;
  return FALSE;
}

const char *
yq_organisation_size (const char *industry, gint64 employees, gint64 revenue, gint64 assets,
                      char **rule_text)
{
  if (rule_text != NULL)
    *rule_text = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (rules) && industry != NULL; i++)
    {
      const SizeRule *rule = &rules[i];
      gint64 a = indicator_value (rule->a, employees, revenue, assets);
      gint64 b = indicator_value (rule->b, employees, revenue, assets);
      const struct
      {
        const char *size, *title;
        gint64 a, b;
      } steps[] = {
        { "large", _("Large"), rule->large_a, rule->large_b },
        { "medium", _("Medium-sized"), rule->medium_a, rule->medium_b },
        { "small", _("Small"), rule->small_a, rule->small_b },
      };

      if (g_strcmp0 (rule->industry, industry) != 0)
        continue;
      for (guint s = 0; s < G_N_ELEMENTS (steps); s++)
        if (reaches (rule->a, a, steps[s].a) && reaches (rule->b, b, steps[s].b))
          {
            if (rule_text != NULL)
              *rule_text = explain (rule, steps[s].title, a, b, steps[s].a, steps[s].b);
            return steps[s].size;
          }
      if (rule_text != NULL)
        *rule_text = explain (rule, _("Micro"), a, b, rule->small_a, rule->small_b);
      return "micro";
    }
  return NULL;
}
