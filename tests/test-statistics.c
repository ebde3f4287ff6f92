/* Statistics over the local records: stations, months in Shanghai, regions, working days, and the
 * list behind every number. */
#define G_LOG_DOMAIN "yiquan-test-statistics"

#include "client-fixture.h"
#include "statistics.h"

static char *
id_of (guint n)
{
  return g_strdup_printf ("018f3c00-0000-7000-8000-%012u", n);
}

static void
add (Place *place, const char *entity, guint n, const char *state, const char *region,
     const char *fields)
{
  g_autofree char *id = id_of (n);
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"%s\",\"id\":\"%s\",\"revision\":1,\"state\":\"%s\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"buyer\":\"" BUYER "\",\"carrier\":\"" CARRIER "\",\"region\":\"%s\",\"fields\":{%s}}",
    entity, id, state, region, fields);

  receive (place->store, YQ_SCOPE_MINE, 1, json);
}

/* Two claims granted on the two sides of a month's end in Shanghai, one of last year, one that
 * waits; uses in every state; a redemption that is to be paid and one that was. */
static void
fill (Place *place)
{
  add (place, "claim", 1, "granted", "330421",
       "\"amount\":1000000,\"granted_at\":\"2026-02-28T15:59:00.000Z\"");
  add (place, "claim", 2, "granted", "330106",
       "\"amount\":2000000,\"granted_at\":\"2026-02-28T16:01:00.000Z\"");
  add (place, "claim", 3, "granted", "330421",
       "\"amount\":500000,\"granted_at\":\"2025-12-31T15:00:00.000Z\"");
  add (place, "claim", 4, "pending", "330421", "\"amount\":700000");
  add (place, "voucher_use", 11, "pending", "330421",
       "\"amount\":100,\"category\":\"testing\",\"submitted_at\":\"2026-03-03T01:00:00.000Z\"");
  add (place, "voucher_use", 12, "served", "330421",
       "\"amount\":200,\"category\":\"design\",\"submitted_at\":\"2026-03-03T01:00:00.000Z\","
       "\"confirmed_at\":\"2026-03-04T01:00:00.000Z\"");
  add (place, "voucher_use", 13, "terminated", "330421",
       "\"amount\":400,\"category\":\"testing\",\"submitted_at\":\"2026-03-03T01:00:00.000Z\"");
  add (place, "redemption", 21, "payable", "330421",
       "\"approved_amount\":150,\"submitted_at\":\"2026-09-30T01:00:00.000Z\","
       "\"decided_at\":\"2026-10-08T01:00:00.000Z\",\"due_on\":\"2026-10-20\"");
  add (place, "redemption", 22, "paid", "330421",
       "\"approved_amount\":50,\"submitted_at\":\"2026-03-02T01:00:00.000Z\","
       "\"decided_at\":\"2026-03-16T01:00:00.000Z\",\"due_on\":\"2026-03-10\","
       "\"paid_on\":\"2026-04-01\"");
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static YqStatistics *
load (Place *place, const YqStatScope *scope)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  YqStatistics *statistics;

  yq_statistics_load_async (place->store, scope, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  statistics = yq_statistics_load_finish (place->store, result, &error);
  g_assert_no_error (error);
  return statistics;
}

static void
check (const YqStatistics *statistics, YqStat stat, YqStatBy by, const char *key, guint count,
       gint64 sum)
{
  const YqStatGroup *group = yq_statistics_find (statistics, stat, by, key);

  g_assert_nonnull (group);
  g_assert_cmpuint (group->count, ==, count);
  g_assert_cmpint (group->sum, ==, sum);
}

static void
test_stations (void)
{
  Place place = { 0 };
  g_autoptr(YqStatScope) year = yq_stat_scope_new (2026, (const char *const[]){ "330000", NULL });
  g_autoptr(YqStatScope) ever = yq_stat_scope_new (0, (const char *const[]){ "330000", NULL });
  g_autoptr(YqStatistics) in_year = NULL;
  g_autoptr(YqStatistics) of_all = NULL;

  open_place (&place);
  fill (&place);
  in_year = load (&place, year);
  of_all = load (&place, ever);
  check (in_year, YQ_STAT_CLAIMED, YQ_BY_ALL, "", 2, 3000000);
  check (of_all, YQ_STAT_CLAIMED, YQ_BY_ALL, "", 3, 3500000);
  check (in_year, YQ_STAT_USED, YQ_BY_ALL, "", 2, 300);
  check (in_year, YQ_STAT_CONFIRMED, YQ_BY_ALL, "", 1, 200);
  check (in_year, YQ_STAT_REDEEMED, YQ_BY_ALL, "", 2, 200);
  check (in_year, YQ_STAT_PAID, YQ_BY_ALL, "", 1, 50);
  g_assert_cmpint (in_year->first_year, ==, 2025);
  close_place (&place);
}

static void
test_groups (void)
{
  Place place = { 0 };
  g_autoptr(YqStatScope) province =
    yq_stat_scope_new (2026, (const char *const[]){ "330000", NULL });
  g_autoptr(YqStatScope) city = yq_stat_scope_new (2026, (const char *const[]){ "330400", NULL });
  g_autoptr(YqStatistics) statistics = NULL;
  g_autoptr(YqStatistics) of_city = NULL;

  open_place (&place);
  fill (&place);
  statistics = load (&place, province);
  of_city = load (&place, city);
  check (statistics, YQ_STAT_CLAIMED, YQ_BY_MONTH, "2026-02", 1, 1000000);
  check (statistics, YQ_STAT_CLAIMED, YQ_BY_MONTH, "2026-03", 1, 2000000);
  check (statistics, YQ_STAT_PAID, YQ_BY_MONTH, "2026-04", 1, 50);
  check (statistics, YQ_STAT_CLAIMED, YQ_BY_REGION, "3304", 1, 1000000);
  check (statistics, YQ_STAT_CLAIMED, YQ_BY_REGION, "3301", 1, 2000000);
  check (statistics, YQ_STAT_USED, YQ_BY_CATEGORY, "testing", 1, 100);
  check (of_city, YQ_STAT_CLAIMED, YQ_BY_REGION, "330421", 1, 1000000);
  g_assert_null (yq_statistics_find (of_city, YQ_STAT_CLAIMED, YQ_BY_REGION, "330106"));
  close_place (&place);
}

static void
check_list (Place *place, YqQuery *query, guint expected)
{
  g_assert_cmpuint (yq_store_count (place->store, query), ==, expected);
  yq_query_free (query);
}

/* The list that opens holds as many records as the number said. */
static void
test_lists_behind_the_numbers (void)
{
  Place place = { 0 };
  g_autoptr(YqStatScope) scope = yq_stat_scope_new (2026, (const char *const[]){ "33", NULL });
  g_autoptr(YqStatistics) statistics = NULL;
  guint n = 0;

  open_place (&place);
  fill (&place);
  statistics = load (&place, scope);
  for (guint stat = 0; stat < YQ_N_STATS; stat++)
    for (guint by = 0; by < YQ_N_BYS; by++)
      for (guint i = 0; i < statistics->groups[stat][by]->len; i++, n++)
        {
          const YqStatGroup *group = statistics->groups[stat][by]->pdata[i];

          check_list (&place, yq_stat_query (scope, stat, by, group->key), group->count);
        }
  g_assert_cmpuint (n, >, 15);
  check_list (&place, yq_stat_times_query (place.store, statistics, 3, -1), 2);
  check_list (&place, yq_stat_times_query (place.store, statistics, 3, 3), 1);
  check_list (&place, yq_stat_times_query (place.store, statistics, 3, YQ_N_STAT_SPANS), 1);
  close_place (&place);
}

/* Over the National Day week only one working day passes; two common weeks are ten. */
static void
test_working_days (void)
{
  Place place = { 0 };
  g_autoptr(YqStatScope) scope = yq_stat_scope_new (2026, NULL);
  g_autoptr(YqStatistics) statistics = NULL;
  const YqStatTimes *times;

  open_place (&place);
  fill (&place);
  statistics = load (&place, scope);
  times = &statistics->times[3];
  g_assert_cmpstr (yq_stat_kinds[3]->name, ==, "redemption");
  g_assert_cmpuint (times->count, ==, 2);
  g_assert_cmpuint (times->spans[0], ==, 1);
  g_assert_cmpuint (times->spans[3], ==, 1);
  g_assert_cmpint (times->longest, ==, 10);
  g_assert_cmpuint (times->late, ==, 1);
  g_assert_cmpfloat_with_epsilon (times->mean, 5.5, 0.001);
  close_place (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  yq_text_init (TRUE);
  yq_clock_set (yq_date_start ("2026-11-21"));
  g_test_add_func ("/statistics/stations", test_stations);
  g_test_add_func ("/statistics/groups", test_groups);
  g_test_add_func ("/statistics/lists-behind-the-numbers", test_lists_behind_the_numbers);
  g_test_add_func ("/statistics/working-days", test_working_days);
  return g_test_run ();
}
