/* Sums and groups over the local records. */
#define G_LOG_DOMAIN "yiquan-statistics"

#include "statistics.h"

#include <string.h>

#include "board.h"
#include "catalogue.h"
#include "clock.h"
#include "office.h"
#include "order.h"
#include "party.h"
#include "payout.h"
#include "qualification.h"
#include "redemption.h"
#include "region.h"
#include "store-private.h"
#include "storefront.h"
#include "voucher.h"

/* clang-format off */
#define CLAIMS      { &yq_claim, "granted", "amount", "granted_at" }
#define USED        { &yq_voucher_use, "pending|confirmed|served|redeeming|redeemed", "amount", "submitted_at" }
#define CONFIRMED   { &yq_voucher_use, "confirmed|served|redeeming|redeemed", "amount", "confirmed_at" }
#define REDEEMED    { &yq_redemption, "payable|paid", "approved_amount", "redeemed_at" }
#define PAID        { &yq_redemption, "paid", "approved_amount", "paid_on" }
#define WHOLE       { NULL }
/* One redemption pays uses of several categories. */
#define REDEEMED_USES { &yq_voucher_use, "redeemed", "redeemed_amount", "redeemed_at" }
#define PAID_USES   { &yq_voucher_use, "redeemed", "redeemed_amount", "paid_on" }
const YqStatSpec yq_stats[YQ_N_STATS] = {
  [YQ_STAT_CLAIMED]   = { N_("Claimed"),   CLAIMS, WHOLE, "programme" },
  [YQ_STAT_USED]      = { N_("Used"),      USED, WHOLE, "category" },
  [YQ_STAT_CONFIRMED] = { N_("Confirmed"), CONFIRMED, WHOLE, "category" },
  [YQ_STAT_REDEEMED]  = { N_("Redeemed"),  REDEEMED, REDEEMED_USES, "category" },
  [YQ_STAT_PAID]      = { N_("Paid"),      PAID, PAID_USES, "category" },
};

const YqStatDecision yq_stat_decisions[YQ_N_STAT_DECISIONS] = {
  { N_("Organisations"),        &yq_organisation,    "approve|return" },
  { N_("Changes of name"),      &yq_name_change,     "approve|return" },
  { N_("Qualifications"),       &yq_qualification,   "approve|return" },
  { N_("Stores"),               &yq_store,           "approve|return" },
  { N_("Instruments"),          &yq_instrument,      "approve|return" },
  { N_("Services"),             &yq_service,         "approve|return" },
  { N_("Voucher institutions"), &yq_institution,     "approve|return" },
  { N_("Voucher services"),     &yq_voucher_service, "approve|return" },
  { N_("Supply and demand"),    &yq_post,            "approve|return" },
  { N_("Claims"),               &yq_claim,           "approve|return" },
  { N_("Quotas of orders"),     &yq_order,           "confirm_quota|reject_quota" },
  { N_("Opinions of experts"),  &yq_redemption,      "opinion" },
  { N_("Redemptions"),          &yq_redemption,      "approve|return|reject" },
  { N_("Public notices"),       &yq_redemption,      "publish_notice" },
  { N_("Objections"),           &yq_objection,       "uphold|dismiss" },
  { N_("Payments"),             &yq_redemption,      "pay" },
};
/* clang-format on */

const int yq_stat_spans[YQ_N_STAT_SPANS] = { 1, 2, 5, 10, G_MAXINT };

/* -- scope -- */

/* The regions one level below those that are looked at. */
static guint
digits_below (const char *const *regions)
{
  g_autofree char *prefix = regions != NULL && regions[0] != NULL && regions[1] == NULL
                              ? yq_region_prefix (regions[0])
                              : NULL;

  if (regions == NULL || regions[0] == NULL)
    return 2;
  return prefix == NULL ? 6 : MIN ((guint) strlen (prefix) + 2, 6);
}

YqStatScope *
yq_stat_scope_new (int year, const char *const *regions)
{
  YqStatScope *scope = g_new0 (YqStatScope, 1);

  scope->year = year;
  scope->regions = regions != NULL && regions[0] != NULL ? g_strdupv ((char **) regions) : NULL;
  scope->digits = digits_below (regions);
  return scope;
}

void
yq_stat_scope_free (YqStatScope *scope)
{
  if (scope == NULL)
    return;
  g_strfreev (scope->regions);
  g_free (scope);
}

static gboolean
is_date (const YqEntity *entity, const char *field)
{
  return yq_entity_field (entity, field)->type == YQ_DATE;
}

/* From the first day to the last, both in Shanghai. */
static void
add_days (YqQuery *query, const char *field, const char *from, const char *to)
{
  g_autofree char *next = yq_date_add_days (to, 1);

  if (is_date (yq_query_entity (query), field))
    yq_query_add_dates (query, field, from, to);
  else
    yq_query_add_range (query, field, yq_date_start (from), yq_date_start (next) - 1);
}

static void
add_year (YqQuery *query, const char *field, int year)
{
  char from[16], to[16];

  g_snprintf (from, sizeof from, "%04d-01-01", year);
  g_snprintf (to, sizeof to, "%04d-12-31", year);
  add_days (query, field, from, to);
}

static YqQuery *
query_within (const YqEntity *entity, const YqStatScope *scope, const char *time)
{
  YqQuery *query = yq_query_new (entity);

  for (guint i = 0; scope->regions != NULL && scope->regions[i] != NULL; i++)
    yq_query_add (query, "region", scope->regions[i]);
  if (scope->year != 0)
    add_year (query, time, scope->year);
  return query;
}

static void
add_month (YqQuery *query, const char *field, const char *month)
{
  g_autofree char *first = g_strconcat (month, "-01", NULL);
  g_autofree char *somewhere = yq_date_add_days (first, 31);
  g_autofree char *after = g_strdup_printf ("%.7s-01", somewhere);
  g_autofree char *last = yq_date_add_days (after, -1);

  add_days (query, field, first, last);
}

const YqStatSource *
yq_stat_source (YqStat stat, YqStatBy by)
{
  const YqStatSpec *spec = &yq_stats[stat];

  return by == YQ_BY_CATEGORY && spec->parts.entity != NULL ? &spec->parts : &spec->whole;
}

/* The first digits of a code: all below it, but where they are zeros, it alone. */
static void
add_region (YqQuery *query, const YqStatScope *scope, const char *key)
{
  char code[8] = "=000000";

  yq_query_remove (query, "region");
  memcpy (code + 1, key, MIN (strlen (key), 6));
  if (*key == '\0')
    yq_query_add (query, "region", "");
  else
    yq_query_add (query, "region",
                  2 * (guint) yq_region_level (code + 1) < scope->digits ? code : code + 1);
}

static YqQuery *
query_of_source (const YqStatScope *scope, const YqStatSource *source)
{
  YqQuery *query = query_within (source->entity, scope, source->time);
  g_auto(GStrv) states = g_strsplit (source->states, "|", -1);

  for (guint i = 0; states[i] != NULL; i++)
    yq_query_add (query, "state", states[i]);
  return query;
}

YqQuery *
yq_stat_query (const YqStatScope *scope, YqStat stat, YqStatBy by, const char *key)
{
  const YqStatSource *source = yq_stat_source (stat, by);
  YqQuery *query = query_of_source (scope, source);

  if (by == YQ_BY_MONTH && *key != '\0')
    add_month (query, source->time, key);
  else if (by == YQ_BY_MONTH)
    yq_query_add (query, source->time, "");
  else if (by == YQ_BY_REGION)
    add_region (query, scope, key);
  else if (by == YQ_BY_CATEGORY)
    yq_query_add (query, yq_stats[stat].category, key);
  return query;
}

/* -- groups -- */

static void
group_free (gpointer data)
{
  g_free (((YqStatGroup *) data)->key);
  g_free (data);
}

static void
add_to_group (GPtrArray *groups, const char *key, guint count, gint64 sum)
{
  YqStatGroup *group = NULL;

  for (guint i = 0; i < groups->len && group == NULL; i++)
    if (g_str_equal (((YqStatGroup *) groups->pdata[i])->key, key))
      group = groups->pdata[i];
  if (group == NULL)
    {
      group = g_new0 (YqStatGroup, 1);
      group->key = g_strdup (key);
      g_ptr_array_add (groups, group);
    }
  group->count += count;
  group->sum += sum;
}

/* month, region, category, count, sum: counted in each of the ways that have an array. */
static void
take_group (SqlRows *rows, gpointer data)
{
  GPtrArray *const *groups = data;
  guint count = (guint) sql_rows_int (rows, 3);
  gint64 sum = sql_rows_int (rows, 4);

  for (guint by = 0; by < YQ_N_BYS; by++)
    {
      const char *key = by == YQ_BY_ALL ? "" : sql_rows_text (rows, by - 1);

      if (groups[by] != NULL)
        add_to_group (groups[by], key != NULL ? key : "", count, sum);
    }
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const YqStatGroup *one = *(const YqStatGroup *const *) a, *two = *(const YqStatGroup *const *) b;

  return strcmp (one->key, two->key);
}

/* The month as an expression over v1. */
static const char *
month_of (const YqStatSource *source)
{
  /* Milliseconds UTC are counted in Shanghai. */
  return is_date (source->entity, source->time)
           ? "substr(v1, 1, 7)"
           : "strftime('%Y-%m', v1 / 1000 + 28800, 'unixepoch')";
}

/* "SELECT what" over the rows of a query with the values of fields as v0, v1, …, unset ones NULL;
 * "end" follows.  Each row is put together from its keys in one pass: a join would look for each
 * row through all the keys of a name.  Every row has a state. */
static gboolean
each_of (YqStoreDb *db, const YqQuery *query, const char *const *fields, const char *what,
         const char *end, void (*each) (SqlRows *rows, gpointer data), gpointer data,
         GError **error)
{
  const YqEntity *entity = yq_query_entity (query);
  g_autoptr(GString) before = g_string_new (NULL);
  g_autoptr(GString) names = g_string_new (NULL);
  g_autofree char *after = g_strdup_printf (" GROUP BY row) %s", end);

  g_string_append_printf (before, "SELECT %s FROM (SELECT row", what);
  g_string_append_printf (names, "%" G_GINT64_FORMAT, yq_store_db_name (db, entity, "@state"));
  for (guint i = 0; fields[i] != NULL; i++)
    {
      gint64 name = yq_store_db_name (db, entity, fields[i]);

      g_string_append_printf (
        before, ", max(CASE name WHEN %" G_GINT64_FORMAT " THEN value END) AS v%u", name, i);
      g_string_append_printf (names, ", %" G_GINT64_FORMAT, name);
    }
  g_string_append_printf (before, " FROM field_key WHERE name IN (%s) AND row IN ", names->str);
  return yq_query_each (db, query, before->str, after, each, data, error);
}

/* Into those of groups that are not NULL. */
static gboolean
load_source (YqStoreDb *db, const YqStatScope *scope, const YqStatSource *source,
             const char *category, GPtrArray *const *groups, GError **error)
{
  const char *const fields[] = { source->amount, source->time, "@region",
                                 groups[YQ_BY_CATEGORY] != NULL ? category : NULL, NULL };
  g_autoptr(YqQuery) query = query_of_source (scope, source);
  g_autofree char *what =
    g_strdup_printf ("%s, substr(v2, 1, %u), %s, count(*), sum(v0)", month_of (source),
                     scope->digits, fields[3] != NULL ? "v3" : "NULL");

  return each_of (db, query, fields, what, "GROUP BY 1, 2, 3", take_group, (gpointer) groups,
                  error);
}

static gboolean
load_station (YqStoreDb *db, const YqStatScope *scope, YqStat stat, GPtrArray **groups,
              GError **error)
{
  const YqStatSpec *spec = &yq_stats[stat];
  GPtrArray *of_whole[YQ_N_BYS], *of_parts[YQ_N_BYS] = { NULL };

  for (guint by = 0; by < YQ_N_BYS; by++)
    of_whole[by] = groups[by] = g_ptr_array_new_with_free_func (group_free);
  if (spec->parts.entity != NULL)
    {
      of_parts[YQ_BY_CATEGORY] = of_whole[YQ_BY_CATEGORY];
      of_whole[YQ_BY_CATEGORY] = NULL;
      if (!load_source (db, scope, &spec->parts, spec->category, of_parts, error))
        return FALSE;
    }
  if (!load_source (db, scope, &spec->whole, spec->category, of_whole, error))
    return FALSE;
  for (guint by = 0; by < YQ_N_BYS; by++)
    g_ptr_array_sort (groups[by], compare_keys);
  return TRUE;
}

/* -- how long decisions take -- */

YqQuery *
yq_stat_times_query (const YqStatScope *scope, const YqStatTimes *times, int span)
{
  YqQuery *query = query_within (&yq_review, scope, "decided_at");
  const YqStatDecision *decision = &yq_stat_decisions[times->decision];
  g_auto(GStrv) actions = g_strsplit (decision->actions, "|", -1);
  gboolean is_span = span >= 0 && span < YQ_N_STAT_SPANS;

  yq_query_add (query, "entity", decision->entity->name);
  for (guint i = 0; actions[i] != NULL; i++)
    yq_query_add (query, "action", actions[i]);
  if (times->level != NULL)
    yq_query_add (query, "level", times->level);
  if (span == YQ_N_STAT_SPANS)
    yq_query_add_int (query, "late", TRUE);
  yq_query_add_range (query, "workdays", is_span && span > 0 ? yq_stat_spans[span - 1] + 1 : 0,
                      is_span ? yq_stat_spans[span] : G_MAXINT);
  return query;
}

YqQuery *
yq_stat_days_query (const YqStatScope *scope, const YqStatTimes *times, int days)
{
  YqQuery *query = yq_stat_times_query (scope, times, -1);

  yq_query_remove (query, "workdays");
  yq_query_add_range (query, "workdays", days, days);
  return query;
}

/* So many took so long. */
typedef struct
{
  const char *level; /* "": of none */
  int days;
  guint late, count;
} Took;

/* What was decided, by the kinds of decision: an array of Took for each, the shortest first. */
typedef struct
{
  char *entities[YQ_N_STAT_DECISIONS]; /* as they stand in the index */
  char **actions[YQ_N_STAT_DECISIONS];
  GArray *took[YQ_N_STAT_DECISIONS];
} Decisions;

static Decisions *
decisions_new (void)
{
  Decisions *self = g_new0 (Decisions, 1);

  for (guint i = 0; i < YQ_N_STAT_DECISIONS; i++)
    {
      const YqStatDecision *decision = &yq_stat_decisions[i];

      yq_field_key (yq_entity_field (&yq_review, "entity"), decision->entity->name,
                    &self->entities[i]);
      self->actions[i] = g_strsplit (decision->actions, "|", -1);
      for (guint k = 0; self->actions[i][k] != NULL; k++)
        {
          g_autofree char *action = self->actions[i][k];

          self->actions[i][k] = NULL;
          yq_field_key (yq_entity_field (&yq_review, "action"), action, &self->actions[i][k]);
        }
      self->took[i] = g_array_new (FALSE, FALSE, sizeof (Took));
    }
  return self;
}

static void
decisions_free (Decisions *self)
{
  for (guint i = 0; i < YQ_N_STAT_DECISIONS; i++)
    {
      g_free (self->entities[i]);
      g_strfreev (self->actions[i]);
      g_array_unref (self->took[i]);
    }
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Decisions, decisions_free)

static void
take_decisions (SqlRows *rows, gpointer data)
{
  Decisions *self = data;
  const char *entity = sql_rows_text (rows, 0), *action = sql_rows_text (rows, 1);
  const char *level = sql_rows_text (rows, 2);
  const Took took = { level != NULL ? g_intern_string (level) : "", (int) sql_rows_int (rows, 3),
                      (guint) sql_rows_int (rows, 4), (guint) sql_rows_int (rows, 5) };

  if (entity == NULL || action == NULL)
    return;
  for (guint i = 0; i < YQ_N_STAT_DECISIONS; i++)
    if (g_str_equal (self->entities[i], entity) &&
        g_strv_contains ((const char *const *) self->actions[i], action))
      g_array_append_val (self->took[i], took);
}

/* level NULL: all of them.  NULL where nothing was decided. */
static YqStatTimes *
add_up (const GArray *all, guint decision, const char *level)
{
  YqStatTimes *times = g_new0 (YqStatTimes, 1);
  gint64 sum = 0;
  guint n = 0;

  times->decision = decision;
  times->level = level;
  for (guint i = 0; i < all->len; i++)
    {
      const Took *took = &g_array_index (all, Took, i);
      guint span = 0;

      if (level != NULL && strcmp (took->level, level) != 0)
        continue;
      while (took->days > yq_stat_spans[span])
        span++;
      times->spans[span] += took->count;
      times->count += took->count;
      times->late += took->late;
      times->longest = took->days;
      sum += (gint64) took->days * took->count;
    }
  times->mean = (double) sum / MAX (times->count, 1);
  for (guint i = 0; i < all->len && n <= times->count / 2; i++)
    {
      const Took *took = &g_array_index (all, Took, i);

      if (level != NULL && strcmp (took->level, level) != 0)
        continue;
      n += took->count;
      times->median = took->days;
    }
  if (times->count == 0)
    g_clear_pointer (&times, g_free);
  return times;
}

static void
add_times (GPtrArray *found, const GArray *all, guint decision)
{
  const YqField *field = yq_entity_field (&yq_review, "level");
  YqStatTimes *times = add_up (all, decision, NULL);
  guint first = found->len;

  if (times == NULL)
    return;
  g_ptr_array_add (found, times);
  for (guint i = 0; field->choices[i].code != NULL; i++)
    if ((times = add_up (all, decision, field->choices[i].code)) != NULL)
      g_ptr_array_add (found, times);
  if (found->len == first + 2) /* one level is all of it */
    g_ptr_array_remove_index (found, first + 1);
}

static GPtrArray *
load_times (YqStoreDb *db, const YqStatScope *scope, GError **error)
{
  static const char *const fields[] = { "entity", "action", "level", "workdays", "late", NULL };
  g_autoptr(YqQuery) query = query_within (&yq_review, scope, "decided_at");
  g_autoptr(Decisions) decisions = decisions_new ();
  g_autoptr(GPtrArray) times = g_ptr_array_new_with_free_func (g_free);

  yq_query_add_range (query, "workdays", 0, G_MAXINT);
  if (!each_of (db, query, fields, "v0, v1, v2, v3, sum(v4), count(*)",
                "GROUP BY 1, 2, 3, 4 ORDER BY 4", take_decisions, decisions, error))
    return NULL;
  for (guint i = 0; i < YQ_N_STAT_DECISIONS; i++)
    add_times (times, decisions->took[i], i);
  return g_steal_pointer (&times);
}

/* -- all of it -- */

void
yq_statistics_free (YqStatistics *statistics)
{
  if (statistics == NULL)
    return;
  for (guint i = 0; i < YQ_N_STATS; i++)
    for (guint j = 0; j < YQ_N_BYS; j++)
      g_clear_pointer (&statistics->groups[i][j], g_ptr_array_unref);
  g_clear_pointer (&statistics->times, g_ptr_array_unref);
  g_free (statistics);
}

/* When the oldest claim was granted, or the first decision made. */
static int
load_first_year (YqStoreDb *db)
{
  const YqStatSource *source = &yq_stats[YQ_STAT_CLAIMED].whole;
  gint64 claim = 0, decision = 0;

  sql_get_int (db->conn, "SELECT min(value) FROM field_key WHERE name = $1",
               SQL_ARGS (SQL_INT (yq_store_db_name (db, source->entity, source->time))), &claim,
               NULL);
  sql_get_int (db->conn, "SELECT min(value) FROM field_key WHERE name = $1",
               SQL_ARGS (SQL_INT (yq_store_db_name (db, &yq_review, "decided_at"))), &decision,
               NULL);
  if (claim <= 0 || (decision > 0 && decision < claim))
    claim = decision;
  return claim > 0 ? yq_year_of (claim) : 0;
}

static gpointer
load_job (YqStore *store, YqStoreDb *db, gpointer data, GError **error)
{
  g_autoptr(YqStatistics) statistics = g_new0 (YqStatistics, 1);

  for (guint i = 0; i < YQ_N_STATS; i++)
    if (!load_station (db, data, i, statistics->groups[i], error))
      return NULL;
  if ((statistics->times = load_times (db, data, error)) == NULL)
    return NULL;
  statistics->first_year = load_first_year (db);
  return g_steal_pointer (&statistics);
}

void
yq_statistics_load_async (YqStore *store, const YqStatScope *scope, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);
  YqStatScope *copy = yq_stat_scope_new (scope->year, (const char *const *) scope->regions);

  g_task_set_task_data (task, copy, (GDestroyNotify) yq_stat_scope_free);
  yq_store_run (store, YQ_LANE_COUNT, task, load_job, (GDestroyNotify) yq_statistics_free);
}

YqStatistics *
yq_statistics_load_finish (YqStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
yq_statistics_count (const char *entity)
{
  for (guint i = 0; i < YQ_N_STATS; i++)
    if (g_str_equal (yq_stats[i].whole.entity->name, entity))
      return TRUE;
  return g_str_equal (yq_review.name, entity);
}

const YqStatGroup *
yq_statistics_find (const YqStatistics *statistics, YqStat stat, YqStatBy by, const char *key)
{
  GPtrArray *groups = statistics->groups[stat][by];

  for (guint i = 0; i < groups->len; i++)
    if (g_str_equal (((YqStatGroup *) groups->pdata[i])->key, key))
      return groups->pdata[i];
  return NULL;
}
