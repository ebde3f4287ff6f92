/* Sums and groups over the local records. */
#define G_LOG_DOMAIN "yiquan-statistics"

#include "statistics.h"

#include <string.h>

#include "catalogue.h"
#include "clock.h"
#include "party.h"
#include "redemption.h"
#include "region.h"
#include "store-private.h"
#include "voucher.h"

/* clang-format off */
const YqStatSpec yq_stats[YQ_N_STATS] = {
  [YQ_STAT_CLAIMED]   = { N_("Claimed"),   &yq_claim, "granted", "amount", "granted_at", NULL },
  [YQ_STAT_USED]      = { N_("Used"),      &yq_voucher_use, "pending|confirmed|served|redeeming|redeemed", "amount", "submitted_at", "category" },
  [YQ_STAT_CONFIRMED] = { N_("Confirmed"), &yq_voucher_use, "confirmed|served|redeeming|redeemed", "amount", "confirmed_at", "category" },
  [YQ_STAT_REDEEMED]  = { N_("Redeemed"),  &yq_redemption, "payable|paid", "approved_amount", "decided_at", NULL },
  [YQ_STAT_PAID]      = { N_("Paid"),      &yq_redemption, "paid", "approved_amount", "paid_on", NULL },
};
/* clang-format on */

const YqEntity *const yq_stat_kinds[YQ_N_STAT_KINDS] = { &yq_instrument, &yq_organisation,
                                                         &yq_claim, &yq_redemption };
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

YqQuery *
yq_stat_query (const YqStatScope *scope, YqStat stat, YqStatBy by, const char *key)
{
  const YqStatSpec *spec = &yq_stats[stat];
  YqQuery *query = query_within (spec->entity, scope, spec->time);
  g_auto(GStrv) states = g_strsplit (spec->states, "|", -1);

  for (guint i = 0; states[i] != NULL; i++)
    yq_query_add (query, "state", states[i]);
  if (by == YQ_BY_MONTH && *key != '\0')
    add_month (query, spec->time, key);
  else if (by == YQ_BY_REGION)
    {
      yq_query_remove (query, "region");
      yq_query_add (query, "region", key);
    }
  else if (by == YQ_BY_CATEGORY && spec->category != NULL)
    yq_query_add (query, spec->category, key);
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
expression_of (const YqStatSpec *spec, const YqStatScope *scope, YqStatBy by)
{
  if (by == YQ_BY_REGION)
    return g_strdup_printf ("substr(k.value, 1, %u)", scope->digits);
  if (by == YQ_BY_MONTH && is_date (spec->entity, spec->time))
    return g_strdup ("substr(k.value, 1, 7)");
  if (by == YQ_BY_MONTH) /* milliseconds UTC, counted in Shanghai */
    return g_strdup ("strftime('%Y-%m', k.value / 1000 + 28800, 'unixepoch')");
  return g_strdup ("k.value");
}

static const char *
field_of (const YqStatSpec *spec, YqStatBy by)
{
  return by == YQ_BY_MONTH ? spec->time : by == YQ_BY_REGION ? "@region" : spec->category;
}

static GPtrArray *
load_groups (YqStoreDb *db, const YqStatScope *scope, YqStat stat, YqStatBy by, GError **error)
{
  const YqStatSpec *spec = &yq_stats[stat];
  const char *field = by == YQ_BY_ALL ? NULL : field_of (spec, by);
  g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
  g_autoptr(YqQuery) query = yq_stat_query (scope, stat, YQ_BY_ALL, "");
  g_autofree char *expression = field ? expression_of (spec, scope, by) : g_strdup ("''");
  g_autofree char *before = NULL;
  g_autoptr(GString) after = g_string_new (" AS m");

  if (by != YQ_BY_ALL && field == NULL)
    return g_steal_pointer (&groups);
  before = g_strdup_printf ("SELECT %s, count(*), sum(s.value) FROM ", expression);
  g_string_append_printf (
    after,
    " LEFT JOIN (SELECT row, value FROM field_key WHERE name = %" G_GINT64_FORMAT
    ") AS s ON s.row = m.row",
    yq_store_db_name (db, spec->entity, spec->amount));
  if (field != NULL)
    g_string_append_printf (
      after,
      " LEFT JOIN (SELECT row, value FROM field_key WHERE name = %" G_GINT64_FORMAT
      ") AS k ON k.row = m.row",
      yq_store_db_name (db, spec->entity, field));
  g_string_append (after, " GROUP BY 1 ORDER BY 1");
  if (!yq_query_each (db, query, before, after->str, take_group, groups, error))
    return NULL;
  return g_steal_pointer (&groups);
}

/* -- how long decisions take -- */

typedef struct
{
  YqStatTimes *times;
  GArray **rows; /* per span */
  GArray *days;
  gint64 sum;
} Decisions;

static void
take_decision (SqlRows *rows, gpointer data)
{
  Decisions *decisions = data;
  gint64 row = sql_rows_int (rows, 0);
  gint64 decided = sql_rows_int (rows, 2);
  const char *due = sql_rows_text (rows, 3);
  int days = yq_workdays_between (sql_rows_int (rows, 1), decided);
  guint span = 0;

  if (decided < sql_rows_int (rows, 1)) /* sent again after a return: it waits */
    return;
  while (days > yq_stat_spans[span])
    span++;
  decisions->times->spans[span]++;
  g_array_append_val (decisions->rows[span], row);
  if (due != NULL)
    {
      g_autofree char *day = yq_date_of (decided);

      if (strcmp (day, due) > 0)
        {
          decisions->times->late++;
          g_array_append_val (decisions->rows[YQ_N_STAT_SPANS], row);
        }
    }
  g_array_append_val (decisions->days, days);
  decisions->sum += days;
}

static int
compare_int (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

static gboolean
load_times (YqStoreDb *db, const YqStatScope *scope, YqStatistics *statistics, guint kind,
            GError **error)
{
  const YqEntity *entity = yq_stat_kinds[kind];
  YqStatTimes *times = &statistics->times[kind];
  g_autoptr(GArray) days = g_array_new (FALSE, FALSE, sizeof (int));
  Decisions decisions = { times, statistics->rows[kind], days, 0 };
  g_autoptr(YqQuery) query = query_within (entity, scope, "decided_at");
  g_autofree char *after = g_strdup_printf (
    " AS m JOIN (SELECT row, value FROM field_key WHERE name = %" G_GINT64_FORMAT
    ") AS s ON s.row = m.row JOIN (SELECT row, value FROM field_key WHERE name = %" G_GINT64_FORMAT
    ") AS d ON d.row = m.row LEFT JOIN (SELECT row, value FROM field_key WHERE name ="
    " %" G_GINT64_FORMAT ") AS u ON u.row = m.row",
    yq_store_db_name (db, entity, "submitted_at"), yq_store_db_name (db, entity, "decided_at"),
    yq_store_db_name (db, entity, "due_on"));

  if (!yq_query_each (db, query, "SELECT m.row, s.value, d.value, u.value FROM ", after,
                      take_decision, &decisions, error))
    return FALSE;
  g_array_sort (days, compare_int);
  times->count = days->len;
  if (days->len > 0)
    {
      times->median = g_array_index (days, int, days->len / 2);
      times->longest = g_array_index (days, int, days->len - 1);
      times->mean = (double) decisions.sum / days->len;
    }
  return TRUE;
}

YqQuery *
yq_stat_times_query (YqStore *store, const YqStatistics *statistics, guint kind, int span)
{
  YqQuery *query = yq_query_new (yq_stat_kinds[kind]);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  int first = span < 0 ? 0 : span, last = span < 0 ? YQ_N_STAT_SPANS - 1 : span;

  for (int i = first; i <= last; i++)
    for (guint j = 0; j < statistics->rows[kind][i]->len; j++)
      {
        char id[37];

        if (yq_store_db_row_id (yq_store_db (store),
                                g_array_index (statistics->rows[kind][i], gint64, j), id))
          g_ptr_array_add (ids, g_strdup (id));
      }
  g_ptr_array_add (ids, NULL);
  yq_query_set_ids (query, (const char *const *) ids->pdata);
  return query;
}

/* -- all of it -- */

static YqStatistics *
statistics_new (void)
{
  YqStatistics *statistics = g_new0 (YqStatistics, 1);

  for (guint i = 0; i < YQ_N_STAT_KINDS; i++)
    for (guint j = 0; j <= YQ_N_STAT_SPANS; j++)
      statistics->rows[i][j] = g_array_new (FALSE, FALSE, sizeof (gint64));
  return statistics;
}

void
yq_statistics_free (YqStatistics *statistics)
{
  if (statistics == NULL)
    return;
  for (guint i = 0; i < YQ_N_STATS; i++)
    for (guint j = 0; j < YQ_N_BYS; j++)
      g_clear_pointer (&statistics->groups[i][j], g_ptr_array_unref);
  for (guint i = 0; i < YQ_N_STAT_KINDS; i++)
    for (guint j = 0; j <= YQ_N_STAT_SPANS; j++)
      g_array_unref (statistics->rows[i][j]);
  g_free (statistics);
}

/* When the oldest claim was granted. */
static int
load_first_year (YqStoreDb *db)
{
  const YqStatSpec *spec = &yq_stats[YQ_STAT_CLAIMED];
  gint64 first = 0;

  sql_get_int (db->conn, "SELECT min(value) FROM field_key WHERE name = $1",
               SQL_ARGS (SQL_INT (yq_store_db_name (db, spec->entity, spec->time))), &first, NULL);
  return first > 0 ? yq_year_of (first) : 0;
}

static gpointer
load_job (YqStore *store, YqStoreDb *db, gpointer data, GError **error)
{
  g_autoptr(YqStatistics) statistics = statistics_new ();

  for (guint i = 0; i < YQ_N_STATS; i++)
    for (guint j = 0; j < YQ_N_BYS; j++)
      if ((statistics->groups[i][j] = load_groups (db, data, i, j, error)) == NULL)
        return NULL;
  for (guint i = 0; i < YQ_N_STAT_KINDS; i++)
    if (!load_times (db, data, statistics, i, error))
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

const YqStatGroup *
yq_statistics_find (const YqStatistics *statistics, YqStat stat, YqStatBy by, const char *key)
{
  GPtrArray *groups = statistics->groups[stat][by];

  for (guint i = 0; i < groups->len; i++)
    if (g_str_equal (((YqStatGroup *) groups->pdata[i])->key, key))
      return groups->pdata[i];
  return NULL;
}
