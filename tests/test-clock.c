/* Times, dates in Shanghai, working days. */
#define G_LOG_DOMAIN "yiquan-test-clock"

#include <gio/gio.h>

#include "clock.h"

static gint64
at (const char *text)
{
  gint64 ms = -1;

  g_assert_true (yq_time_parse (text, &ms));
  return ms;
}

static void
test_now_can_be_set (void)
{
  gint64 real = g_get_real_time () / 1000;

  yq_clock_set (1000);
  g_assert_cmpint (yq_clock_now (), ==, 1000);
  yq_clock_set (0);
  g_assert_cmpint (ABS (yq_clock_now () - real), <, YQ_DAY);
  yq_clock_offset (30 * YQ_DAY);
  g_assert_cmpint (yq_clock_now (), >=, real + 30 * YQ_DAY);
  yq_clock_offset (0);
}

/* GLib's calendar is the judge, over four centuries. */
static void
test_dates_agree_with_glib (void)
{
  GDate date;
  gint64 start = yq_date_start ("1799-12-31");

  g_date_set_dmy (&date, 31, 12, 1799);
  for (guint i = 0; i < 150000; i++)
    {
      g_autofree char *text = yq_date_of (start + i * YQ_DAY);
      char expected[32];

      g_date_strftime (expected, sizeof expected, "%Y-%m-%d", &date);
      g_assert_cmpstr (text, ==, expected);
      g_assert_cmpint (yq_date_start (text), ==, start + i * YQ_DAY);
      g_assert_cmpint (yq_year_of (start + i * YQ_DAY), ==, g_date_get_year (&date));
      g_date_add_days (&date, 1);
    }
}

static void
test_times_agree_with_glib (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      gint64 ms = (gint64) (g_test_rand_double () * 2 * 4102444800000.) - 4102444800000 / 2;
      g_autoptr(GDateTime) judge = g_date_time_new_from_unix_utc (ms / 1000 - (ms % 1000 < 0));
      g_autofree char *text = yq_time_format (ms);
      g_autofree char *head = g_date_time_format (judge, "%Y-%m-%dT%H:%M:%S.");

      g_assert_true (g_str_has_prefix (text, head));
      g_assert_cmpint (at (text), ==, ms);
    }
}

static void
test_times_are_read (void)
{
  static const char *const bad[] = { "",
                                     "2026-11-21",
                                     "2026-11-21T03:33",
                                     "2026-11-21T03:33:55",
                                     "2026-11-21 03:33:55Z",
                                     "2026-11-21T24:00:00Z",
                                     "2026-11-21T03:60:00Z",
                                     "2026-11-21T03:33:60Z",
                                     "2026-02-29T00:00:00Z",
                                     "2026-13-01T00:00:00Z",
                                     "2026-11-21T03:33:55.Z",
                                     "2026-11-21T03:33:55ZZ",
                                     "2026-11-21T03:33:55+0800",
                                     "2026-11-21T03:33:55+24:00",
                                     "0000-01-01T00:00:00Z",
                                     "+026-11-21T03:33:55Z" };
  g_autofree char *text = yq_time_format (1795232035120);
  gint64 ms;

  g_assert_cmpstr (text, ==, "2026-11-21T03:33:55.120Z");
  g_assert_cmpint (at ("2026-11-21T11:33:55.12+08:00"), ==, 1795232035120);
  g_assert_cmpint (at ("2026-11-20t22:03:55.1209999-05:30"), ==, 1795232035120);
  g_assert_cmpint (at ("1970-01-01T00:00:00z"), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (yq_time_parse (bad[i], &ms));
  g_assert_false (yq_time_parse (NULL, &ms));
}

static void
test_days_begin_in_shanghai (void)
{
  g_autofree char *before = yq_date_of (at ("2026-12-31T15:59:59.999Z"));
  g_autofree char *after = yq_date_of (at ("2026-12-31T16:00:00Z"));

  g_assert_cmpstr (before, ==, "2026-12-31");
  g_assert_cmpstr (after, ==, "2027-01-01");
  g_assert_cmpint (yq_year_start (2027), ==, at ("2026-12-31T16:00:00Z"));
  g_assert_cmpint (yq_year_of (yq_year_start (2027)), ==, 2027);
  g_assert_cmpint (yq_year_of (yq_year_start (2027) - 1), ==, 2026);
}

static void
test_dates_are_checked_and_counted (void)
{
  g_autofree char *leap = yq_date_add_days ("2024-02-28", 1);
  g_autofree char *back = yq_date_add_days ("2024-03-01", -366);

  g_assert_cmpstr (leap, ==, "2024-02-29");
  g_assert_cmpstr (back, ==, "2023-03-01");
  g_assert_cmpint (yq_date_days_between ("2024-02-28", "2024-03-01"), ==, 2);
  g_assert_cmpint (yq_date_days_between ("2024-03-01", "2024-02-28"), ==, -2);
  g_assert_false (yq_date_is_valid ("2023-02-29"));
  g_assert_false (yq_date_is_valid ("2023-2-9"));
  g_assert_false (yq_date_is_valid ("2023-02-09 "));
  g_assert_false (yq_date_is_valid ("2023-00-09"));
  g_assert_false (yq_date_is_valid (NULL));
  g_assert_cmpint (yq_date_start ("x"), ==, -1);
  g_assert_null (yq_date_add_days ("x", 1));
  g_assert_null (yq_date_add_days ("9999-12-31", 1));
}

static void
test_the_official_calendar_rules (void)
{
  g_assert_false (yq_date_is_workday ("2026-10-01")); /* National Day */
  g_assert_false (yq_date_is_workday ("2026-10-07"));
  g_assert_true (yq_date_is_workday ("2026-10-10")); /* a Saturday worked instead */
  g_assert_true (yq_date_is_workday ("2026-11-20"));
  g_assert_false (yq_date_is_workday ("2026-11-21"));
  g_assert_true (yq_date_is_workday ("2017-01-22"));
  g_assert_true (yq_date_is_workday ("2030-10-01")); /* not yet announced: a Tuesday */
  g_assert_false (yq_date_is_workday ("nonsense"));
}

static void
test_working_days_pass (void)
{
  gint64 friday = at ("2026-11-20T15:00:00+08:00");

  g_assert_cmpint (yq_workdays_between (friday, at ("2026-11-23T14:59:59+08:00")), ==, 0);
  g_assert_cmpint (yq_workdays_between (friday, at ("2026-11-23T15:00:00+08:00")), ==, 1);
  g_assert_cmpint (yq_workdays_between (friday, at ("2026-11-27T15:00:00+08:00")), ==, 5);
  g_assert_cmpint (yq_workdays_between (friday, friday - YQ_DAY), ==, 0);
  /* From a Saturday morning on, nothing counts before Monday. */
  g_assert_cmpint (
    yq_workdays_between (at ("2026-11-21T08:00:00+08:00"), at ("2026-11-23T23:59:59+08:00")), ==,
    0);
  g_assert_cmpint (
    yq_workdays_between (at ("2026-11-21T08:00:00+08:00"), at ("2026-11-24T00:00:00+08:00")), ==,
    1);
  /* The week of National Day holds none; the Saturday after it does. */
  g_assert_cmpint (yq_workdays_between (yq_date_start ("2026-10-01"), yq_date_start ("2026-10-08")),
                   ==, 0);
  g_assert_cmpint (yq_workdays_between (yq_date_start ("2026-10-08"), yq_date_start ("2026-10-12")),
                   ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/now", test_now_can_be_set);
  g_test_add_func ("/clock/dates-glib", test_dates_agree_with_glib);
  g_test_add_func ("/clock/times-glib", test_times_agree_with_glib);
  g_test_add_func ("/clock/times", test_times_are_read);
  g_test_add_func ("/clock/shanghai", test_days_begin_in_shanghai);
  g_test_add_func ("/clock/dates", test_dates_are_checked_and_counted);
  g_test_add_func ("/clock/calendar", test_the_official_calendar_rules);
  g_test_add_func ("/clock/working-days", test_working_days_pass);

  return g_test_run ();
}
