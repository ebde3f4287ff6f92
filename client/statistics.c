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
take_group (SqlRows *rows, gpointer groups)
{
  YqStatGroup *group = g_new0 (YqStatGroup, 1);
  const char *key = sql_rows_text (rows, 0);

  group->key = g_strdup (key ? key : "");
  group->count = (guint) sql_rows_int (rows, 1);
  group->sum = sql_rows_int (rows, 2);
  g_ptr_array_add (groups, group);
}

/* The key of a group as an expression over k.value. */
static char *
expression_of (const YqStatSource *source, const YqStatScope *scope, YqStatBy by)
{
  if (by == YQ_BY_ALL)
    return g_strdup ("''");
  if (by == YQ_BY_REGION)
    return g_strdup_printf ("substr(k.value, 1, %u)", scope->digits);
  if (by == YQ_BY_MONTH && is_date (source->entity, source->time))
    return g_strdup ("substr(k.value, 1, 7)");
  if (by == YQ_BY_MONTH) /* milliseconds UTC, counted in Shanghai */
    return g_strdup ("strftime('%Y-%m', k.value / 1000 + 28800, 'unixepoch')");
  return g_strdup ("k.value");
}

static void
join (GString *sql, YqStoreDb *db, const YqEntity *entity, const char *field, const char *name)
{
  g_string_append_printf (
    sql,
    " LEFT JOIN (SELECT row, value FROM field_key WHERE name = %" G_GINT64_FORMAT
    ") AS %s ON %s.row = m.row",
    yq_store_db_name (db, entity, field), name, name);
}

static GPtrArray *
load_groups (YqStoreDb *db, const YqStatScope *scope, YqStat stat, YqStatBy by, GError **error)
{
  const YqStatSource *source = yq_stat_source (stat, by);
  const char *const fields[YQ_N_BYS] = { NULL, source->time, "@region", yq_stats[stat].category };
  g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
  g_autoptr(YqQuery) query = query_of_source (scope, source);
  g_autofree char *expression = expression_of (source, scope, by);
  g_autofree char *before = g_strdup_printf ("SELECT %s, count(*), sum(s.value) FROM ", expression);
  g_autoptr(GString) after = g_string_new (" AS m");

  join (after, db, source->entity, source->amount, "s");
  if (fields[by] != NULL)
    join (after, db, source->entity, fields[by], "k");
  g_string_append (after, " GROUP BY 1 ORDER BY 1");
  if (!yq_query_each (db, query, before, after->str, take_group, groups, error))
    return NULL;
  return g_steal_pointer (&groups);
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

/* So many took so long, the shortest first. */
typedef struct
{
  const char *level; /* "": of none */
  int days;
  guint late, count;
} Took;

static void
take_decisions (SqlRows *rows, gpointer data)
{
  const char *level = sql_rows_text (rows, 0);
  const Took took = { level != NULL ? g_intern_string (level) : "", (int) sql_rows_int (rows, 1),
                      (guint) sql_rows_int (rows, 2), (guint) sql_rows_int (rows, 3) };

  g_array_append_val ((GArray *) data, took);
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

static gboolean
load_times (YqStoreDb *db, const YqStatScope *scope, GPtrArray *found, guint decision,
            GError **error)
{
  const YqStatTimes any = { .decision = decision };
  g_autoptr(YqQuery) query = yq_stat_times_query (scope, &any, -1);
  g_autoptr(GArray) all = g_array_new (FALSE, FALSE, sizeof (Took));
  g_autoptr(GString) after = g_string_new (" AS m");

  join (after, db, &yq_review, "level", "l");
  join (after, db, &yq_review, "workdays", "d");
  join (after, db, &yq_review, "late", "t");
  g_string_append (after, " GROUP BY 1, 2 ORDER BY 2");
  if (!yq_query_each (db, query, "SELECT l.value, d.value, sum(t.value), count(*) FROM ",
                      after->str, take_decisions, all, error))
    return FALSE;
  add_times (found, all, decision);
  return TRUE;
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
    for (guint j = 0; j < YQ_N_BYS; j++)
      if ((statistics->groups[i][j] = load_groups (db, data, i, j, error)) == NULL)
        return NULL;
  statistics->times = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < YQ_N_STAT_DECISIONS; i++)
    if (!load_times (db, data, statistics->times, i, error))
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
  yq_store_run (store, YQ_LANE_READ, task, load_job, (GDestroyNotify) yq_statistics_free);
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
