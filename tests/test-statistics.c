/* Statistics over the local records: stations, months in Shanghai, regions, working days, and the
 * list behind every number. */
#define G_LOG_DOMAIN "yiquan-test-statistics"

#include "client-fixture.h"

#include "office.h"
#include "redemption.h"
#include "statistics.h"
#include "voucher.h"

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

static void
review (Place *place, guint n, const char *entity, const char *action, const char *level, int days,
        gboolean late)
{
  g_autofree char *of = level != NULL ? g_strdup_printf (",\"level\":\"%s\"", level) : NULL;
  g_autofree char *fields = g_strdup_printf (
    "\"entity\":\"%s\",\"record\":\"" BUYER "\",\"title\":\"x\",\"action\":\"%s\","
    "\"decided_at\":\"2026-05-06T01:00:00.000Z\",\"waited_from\":\"2026-05-01T01:00:00.000Z\","
    "\"workdays\":%d,\"late\":%s%s",
    entity, action, days, late ? "true" : "false", of != NULL ? of : "");

  add (place, "review", n, "active", "330421", fields);
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
       "\"approved_amount\":150,\"redeemed_at\":\"2026-10-08T01:00:00.000Z\"");
  add (place, "redemption", 22, "paid", "330421",
       "\"approved_amount\":50,\"redeemed_at\":\"2026-03-16T01:00:00.000Z\","
       "\"decided_at\":\"2026-04-01T01:00:00.000Z\",\"paid_on\":\"2026-04-01\"");
  add (
    place, "voucher_use", 14, "redeemed", "330421",
    "\"amount\":60,\"redeemed_amount\":50,\"category\":\"design\","
    "\"submitted_at\":\"2025-03-03T01:00:00.000Z\",\"confirmed_at\":\"2025-03-04T01:00:00.000Z\","
    "\"redeemed_at\":\"2026-03-16T01:00:00.000Z\",\"paid_on\":\"2026-04-01\"");
  review (place, 31, "redemption", "approve", "county", 0, FALSE);
  review (place, 32, "redemption", "approve", "city", 10, TRUE);
  review (place, 33, "redemption", "return", "city", 4, FALSE);
  review (place, 34, "redemption", "opinion", "experts", 3, FALSE);
  review (place, 35, "redemption", "pay", "city", 30, FALSE);
  review (place, 36, "order", "confirm_quota", NULL, 2, FALSE);
  /* The other party, not the bureau. */
  review (place, 37, "redemption", "consent", NULL, 1, FALSE);
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
  /* Redeemed when it was approved, not when it was paid. */
  check (in_year, YQ_STAT_REDEEMED, YQ_BY_MONTH, "2026-03", 1, 50);
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
  check (statistics, YQ_STAT_REDEEMED, YQ_BY_CATEGORY, "design", 1, 50);
  check (statistics, YQ_STAT_PAID, YQ_BY_CATEGORY, "design", 1, 50);
  check (of_city, YQ_STAT_CLAIMED, YQ_BY_REGION, "330421", 1, 1000000);
  g_assert_null (yq_statistics_find (of_city, YQ_STAT_CLAIMED, YQ_BY_REGION, "330106"));
  close_place (&place);
}

static const YqStatTimes *
times_of (const YqStatistics *statistics, const YqEntity *entity, const char *action,
          const char *level)
{
  for (guint i = 0; i < statistics->times->len; i++)
    {
      const YqStatTimes *times = statistics->times->pdata[i];
      const YqStatDecision *decision = &yq_stat_decisions[times->decision];

      if (decision->entity == entity && yq_word_in (decision->actions, action) &&
          g_strcmp0 (times->level, level) == 0)
        return times;
    }
  return NULL;
}

/* Each kind of decision of its own, each level where there are several; the payment is not the
 * review. */
static void
test_times (void)
{
  Place place = { 0 };
  g_autoptr(YqStatScope) scope = yq_stat_scope_new (2026, NULL);
  g_autoptr(YqStatistics) statistics = NULL;
  const YqStatTimes *times;

  open_place (&place);
  fill (&place);
  statistics = load (&place, scope);
  times = times_of (statistics, &yq_redemption, "return", NULL);
  g_assert_cmpuint (times->count, ==, 3);
  g_assert_cmpint (times->median, ==, 4);
  g_assert_cmpint (times->longest, ==, 10);
  g_assert_cmpuint (times->late, ==, 1);
  g_assert_cmpuint (times->spans[0], ==, 1);
  g_assert_cmpuint (times->spans[2], ==, 1);
  g_assert_cmpuint (times->spans[3], ==, 1);
  g_assert_cmpfloat_with_epsilon (times->mean, 14.0 / 3, 0.001);
  times = times_of (statistics, &yq_redemption, "approve", "city");
  g_assert_cmpuint (times->count, ==, 2);
  g_assert_cmpint (times->median, ==, 10);
  g_assert_cmpuint (times_of (statistics, &yq_redemption, "approve", "county")->count, ==, 1);
  g_assert_null (times_of (statistics, &yq_redemption, "approve", "province"));
  g_assert_cmpint (times_of (statistics, &yq_redemption, "opinion", NULL)->longest, ==, 3);
  g_assert_null (times_of (statistics, &yq_redemption, "opinion", "experts"));
  g_assert_cmpint (times_of (statistics, &yq_redemption, "pay", NULL)->longest, ==, 30);
  g_assert_cmpint (times_of (statistics, &yq_order, "confirm_quota", NULL)->count, ==, 1);
  g_assert_null (times_of (statistics, &yq_claim, "approve", NULL));
  g_assert_cmpuint (statistics->times->len, ==, 6);
  close_place (&place);
}

/* Whatever the tables let reviewers and experts decide on what waits is counted, once. */
static void
test_every_decision_is_counted (void)
{
  for (guint i = 0; i < yq_model_count (); i++)
    {
      const YqEntity *entity = yq_model_nth (i);

      for (guint j = 0; j < entity->n_steps; j++)
        {
          const YqStep *step = &entity->steps[j];
          const YqState *state = yq_entity_state (entity, step->from);
          gboolean decides =
            (step->flags & YQ_STEP_DECISION && yq_word_in (step->actors, "reviewer")) ||
            yq_word_in (step->actors, "expert");
          guint n = 0;

          for (guint k = 0; k < YQ_N_STAT_DECISIONS; k++)
            n += yq_stat_decisions[k].entity == entity &&
                 yq_word_in (yq_stat_decisions[k].actions, step->action);
          /* Batches are the bureau's own: what is paid with them is counted. */
          if (entity->owned == YQ_OWNED_BY_PLATFORM || state == NULL ||
              !(state->flags & YQ_STATE_WAITS))
            decides = FALSE;
          g_test_message ("%s.%s", entity->name, step->action);
          g_assert_cmpuint (n, ==, decides ? 1 : 0);
        }
    }
}

/* -- the list that opens holds as many records as the number said, and their sum -- */

static void
check_list (Place *place, YqQuery *query, guint expected)
{
  g_assert_cmpuint (yq_store_count (place->store, query), ==, expected);
  yq_query_free (query);
}

static guint
check_groups (Place *place, const YqStatScope *scope, const YqStatistics *statistics, YqStat stat,
              YqStatBy by)
{
  GPtrArray *groups = statistics->groups[stat][by];
  guint count = 0;

  for (guint i = 0; i < groups->len; i++)
    {
      const YqStatGroup *group = groups->pdata[i];
      YqQuery *query = yq_stat_query (scope, stat, by, group->key);

      g_assert_cmpint (yq_store_sum (place->store, query, yq_stat_source (stat, by)->amount), ==,
                       group->sum);
      check_list (place, query, group->count);
      count += group->count;
    }
  return count;
}

static void
check_all_groups (Place *place, const YqStatScope *scope, const YqStatistics *statistics)
{
  for (guint stat = 0; stat < YQ_N_STATS; stat++)
    {
      guint all = check_groups (place, scope, statistics, stat, YQ_BY_ALL);

      g_assert_cmpuint (check_groups (place, scope, statistics, stat, YQ_BY_MONTH), ==, all);
      g_assert_cmpuint (check_groups (place, scope, statistics, stat, YQ_BY_REGION), ==, all);
      if (yq_stats[stat].parts.entity == NULL)
        g_assert_cmpuint (check_groups (place, scope, statistics, stat, YQ_BY_CATEGORY), ==, all);
      else
        check_groups (place, scope, statistics, stat, YQ_BY_CATEGORY);
    }
}

static void
check_all_times (Place *place, const YqStatScope *scope, const YqStatistics *statistics)
{
  for (guint i = 0; i < statistics->times->len; i++)
    {
      const YqStatTimes *times = statistics->times->pdata[i];
      YqQuery *median = yq_stat_days_query (scope, times, times->median);
      YqQuery *longest = yq_stat_days_query (scope, times, times->longest);

      check_list (place, yq_stat_times_query (scope, times, -1), times->count);
      check_list (place, yq_stat_times_query (scope, times, YQ_N_STAT_SPANS), times->late);
      for (int span = 0; span < YQ_N_STAT_SPANS; span++)
        check_list (place, yq_stat_times_query (scope, times, span), times->spans[span]);
      g_assert_cmpuint (yq_store_count (place->store, median), >, 0);
      g_assert_cmpuint (yq_store_count (place->store, longest), >, 0);
      yq_query_free (median);
      yq_query_free (longest);
    }
}

static void
check_scope (Place *place, int year, const char *const *regions)
{
  g_autoptr(YqStatScope) scope = yq_stat_scope_new (year, regions);
  g_autoptr(YqStatistics) statistics = load (place, scope);

  check_all_groups (place, scope, statistics);
  check_all_times (place, scope, statistics);
}

static void
test_lists_behind_the_numbers (void)
{
  Place place = { 0 };

  open_place (&place);
  fill (&place);
  check_scope (&place, 2026, (const char *const[]){ "33", NULL });
  close_place (&place);
}

/* -- the same over whatever may come -- */

static const char *
one_of (const char *const *words)
{
  return words[g_test_rand_int_range (0, (int) g_strv_length ((char **) words))];
}

static gboolean
now_and_then (void)
{
  return g_test_rand_int_range (0, 6) == 0;
}

/* A value of any kind, or none. */
static void
append_value (GString *fields, const YqField *field)
{
  int n = g_test_rand_int_range (0, 3);
  gint64 at = yq_date_start ("2025-06-01") + g_test_rand_int_range (0, 500) * YQ_DAY +
              g_test_rand_int_range (0, 86400) * YQ_SECOND;
  g_autofree char *time = yq_time_format (at);
  g_autofree char *day = yq_date_of (at);
  g_autofree char *id = id_of (900 + n);

  if (now_and_then ())
    return;
  g_string_append_printf (fields, "%s\"%s\":", fields->len > 0 ? "," : "", field->name);
  if (field->type == YQ_MONEY || field->type == YQ_INTEGER)
    g_string_append_printf (fields, "%d", g_test_rand_int_range (0, 40));
  else if (field->type == YQ_BOOLEAN)
    g_string_append (fields, n > 0 ? "true" : "false");
  else
    g_string_append_printf (fields, "\"%s\"",
                            field->type == YQ_TIME     ? time
                            : field->type == YQ_DATE   ? day
                            : field->type == YQ_CHOICE ? field->choices[n].code
                                                       : id);
}

static void
add_any (Place *place, guint n, const YqEntity *entity, const char *names, const char *more)
{
  static const char *const regions[] = { "330421", "330402", "330400", "330000",
                                         "330106", "320509", NULL };
  g_auto(GStrv) fields = g_strsplit (names, "|", -1);
  g_autofree char *id = id_of (1000 + n);
  g_autoptr(GString) values = g_string_new (more);
  g_autofree char *region =
    now_and_then () ? g_strdup ("") : g_strdup_printf (",\"region\":\"%s\"", one_of (regions));
  g_autofree char *json = NULL;

  for (guint i = 0; fields[i] != NULL; i++)
    append_value (values, yq_entity_field (entity, fields[i]));
  json = g_strdup_printf (
    "{\"entity\":\"%s\",\"id\":\"%s\",\"revision\":1,\"state\":\"%s\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\""
    "%s,\"fields\":{%s}}",
    entity->name, id, entity->states[g_test_rand_int_range (0, (int) entity->n_states)].name,
    region, values->str);
  receive (place->store, YQ_SCOPE_MINE, 1, json);
}

static void
add_any_review (Place *place, guint n)
{
  const YqStatDecision *decision =
    &yq_stat_decisions[g_test_rand_int_range (0, YQ_N_STAT_DECISIONS)];
  g_auto(GStrv) actions = g_strsplit (decision->actions, "|", -1);
  g_autofree char *more =
    g_strdup_printf ("\"entity\":\"%s\",\"action\":\"%s\"", decision->entity->name,
                     one_of ((const char *const *) actions));

  add_any (place, n, &yq_review, "decided_at|level|workdays|late", more);
}

static void
test_whatever_comes (void)
{
  Place place = { 0 };

  open_place (&place);
  for (guint i = 0; i < 600; i += 4)
    {
      add_any (&place, i, &yq_claim, "amount|granted_at|programme", "");
      add_any (&place, i + 1, &yq_voucher_use,
               "amount|category|submitted_at|confirmed_at|redeemed_amount|redeemed_at|paid_on", "");
      add_any (&place, i + 2, &yq_redemption, "approved_amount|redeemed_at|paid_on", "");
      add_any_review (&place, i + 3);
    }
  check_scope (&place, 0, NULL);
  check_scope (&place, 2026, NULL);
  check_scope (&place, 0, (const char *const[]){ "330000", NULL });
  check_scope (&place, 2025, (const char *const[]){ "330400", NULL });
  check_scope (&place, 2026, (const char *const[]){ "330421", "320509", NULL });
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
  g_test_add_func ("/statistics/times", test_times);
  g_test_add_func ("/statistics/every-decision", test_every_decision_is_counted);
  g_test_add_func ("/statistics/whatever-comes", test_whatever_comes);
  return g_test_run ();
}
