/* Jobs: what falls due happens once, whoever runs it, and what does not yet fall due waits. */
#define G_LOG_DOMAIN "test-jobs"

#include "demo-fixture.h"

#include "schedule.h"

static int
run_jobs (Demo *d, gint64 now)
{
  g_autoptr(GError) error = NULL;
  int n;

  g_assert_true (sql_begin (d->conn, TRUE, &error));
  n = yq_jobs_run_due (d->conn, now, 1000, &error);
  g_assert_no_error (error);
  g_assert_true (sql_commit (d->conn, &error));
  return n;
}

static void
test_evaluations_count_as_good_after_30_days (Demo *d, gconstpointer data)
{
  g_autofree char *order = yq_demo_id ("order", "o6"); /* delivered on Tuesday 17 November */
  g_autofree char *evaluation =
    demo_text (d, "SELECT id FROM \"evaluation\" WHERE \"order\" = $1", order);
  gint64 delivered = demo_int (d, &yq_order, order, ORDER_DELIVERED_AT);
  g_autoptr(YqRecord) done = NULL;

  run_jobs (d, delivered + 30 * YQ_DAY - 1);
  assert_state (d, &yq_evaluation, evaluation, "open");
  run_jobs (d, delivered + 30 * YQ_DAY);
  done = demo_load (d, &yq_evaluation, evaluation);
  g_assert_cmpstr (yq_record_state (done), ==, "defaulted");
  g_assert_cmpint (yq_record_int (done, EVALUATION_STARS), ==, 5);
  g_assert_true (yq_record_int (done, EVALUATION_BY_DEFAULT));
  g_assert_cmpint (run_jobs (d, delivered + 31 * YQ_DAY), >=, 0);
  g_assert_cmpint (run_jobs (d, delivered + 31 * YQ_DAY), ==, 0);
}

static void
test_an_evaluated_service_is_left_alone (Demo *d, gconstpointer data)
{
  g_autofree char *order = yq_demo_id ("order", "o6");
  g_autofree char *evaluation =
    demo_text (d, "SELECT id FROM \"evaluation\" WHERE \"order\" = $1", order);

  assert_sent (d, "enterprise1", &yq_evaluation, evaluation, "evaluate", g_strdup ("{\"stars\":3}"),
               "applied");
  run_jobs (d, DEMO_NOW + 60 * YQ_DAY);
  assert_state (d, &yq_evaluation, evaluation, "done");
  g_assert_cmpint (demo_int (d, &yq_evaluation, evaluation, EVALUATION_STARS), ==, 3);
}

static void
test_expiry_moves_only_what_is_available (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);
  g_autofree char *use = yq_id_new ();
  g_autoptr(YqRecord) record = NULL;
  gint64 budget, end;

  assert_sent (d, "enterprise2", &yq_voucher_use, use, "submit",
               demo_use (voucher, NULL, "carrier1", 2000000, 600000, "enterprise"), "applied");
  record = demo_load (d, &yq_voucher, voucher);
  end = yq_date_start (yq_record_text (record, VOUCHER_VALID_UNTIL)) + YQ_DAY;
  run_jobs (d, end - 1);
  assert_state (d, &yq_voucher, voucher, "active");
  budget = yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme);
  run_jobs (d, end);
  assert_state (d, &yq_voucher, voucher, "expired");
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_AVAILABLE, voucher), ==, 0);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_HELD, voucher), ==, 600000);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme), >=, budget + 400000);
  /* What a use gives back now goes to the budget. */
  budget = yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme);
  assert_sent (d, "carrier1", &yq_voucher_use, use, "terminate",
               g_strdup ("{\"comment\":\"过期\"}"), "applied");
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme), ==, budget + 600000);
  demo_verify (d);
}

static void
test_profiles_go_stale_and_are_refreshed (Demo *d, gconstpointer data)
{
  g_autofree char *id = yq_demo_id ("organisation", "enterprise1");
  gint64 last = demo_int (d, &yq_organisation, id, ORGANISATION_REFRESHED_AT);

  run_jobs (d, last + 365 * YQ_DAY - 1);
  assert_state (d, &yq_organisation, id, "active");
  yq_clock_set (last + 365 * YQ_DAY);
  run_jobs (d, last + 365 * YQ_DAY);
  assert_state (d, &yq_organisation, id, "stale");
  assert_sent (d, "enterprise1", &yq_organisation, id, "save",
               g_strdup ("{\"contact_name\":\"王晓燕\"}"), "applied");
  assert_state (d, &yq_organisation, id, "active");
  run_jobs (d, last + 366 * YQ_DAY);
  assert_state (d, &yq_organisation, id, "active");
  run_jobs (d, last + (365 + 365) * YQ_DAY);
  assert_state (d, &yq_organisation, id, "stale");
}

static void
test_a_failing_job_is_put_off_and_hinders_nobody (Demo *d, gconstpointer data)
{
  g_autofree char *order = yq_demo_id ("order", "o6");
  g_autofree char *evaluation =
    demo_text (d, "SELECT id FROM \"evaluation\" WHERE \"order\" = $1", order);
  gint64 due = DEMO_NOW + 60 * YQ_DAY;

  g_assert_true (yq_jobs_add (d->conn, "no_such_work", "x", DEMO_NOW, NULL));
  g_test_expect_message ("yiquand", G_LOG_LEVEL_MESSAGE, "*no_such_work*");
  run_jobs (d, due);
  g_test_assert_expected_messages ();
  assert_state (d, &yq_evaluation, evaluation, "defaulted");
  g_assert_cmpint (demo_count (d, "SELECT tries FROM job WHERE what = 'no_such_work'", NULL), ==,
                   1);
  g_assert_cmpint (
    demo_count (d, "SELECT COUNT (*) FROM job WHERE what = 'no_such_work' AND ran_at IS NULL",
                NULL),
    ==, 1);
}

/* -- beside a serving process -- */

typedef struct
{
  Demo *demo;
  gint64 now;
  int n;
} Runner;

static gpointer
run_elsewhere (gpointer user_data)
{
  Runner *runner = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = yq_server_database (runner->demo->server->config);
  g_autoptr(SqlConn) conn = sql_open (uri, SQL_OPEN_READ_WRITE, &error);
  int n;

  g_assert_no_error (error);
  do
    {
      g_assert_true (sql_begin (conn, TRUE, &error));
      n = yq_jobs_run_due (conn, runner->now, 3, &error);
      g_assert_no_error (error);
      g_assert_true (sql_commit (conn, &error));
      runner->n += n;
    }
  while (n > 0);
  return NULL;
}

static void
test_two_runners_never_run_one_twice (Demo *d, gconstpointer data)
{
  gint64 due = DEMO_NOW + 400 * YQ_DAY;
  gint64 jobs = demo_count (d, "SELECT COUNT (*) FROM job WHERE ran_at IS NULL", NULL);
  Runner runners[3] = { { d, due, 0 }, { d, due, 0 }, { d, due, 0 } };
  GThread *threads[3];
  int sum = 0;

  g_assert_cmpint (jobs, >, 10);
  g_clear_pointer (&d->conn, sql_close);
  yq_clock_set (due);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("runner", run_elsewhere, &runners[i]);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_thread_join (threads[i]);
      sum += runners[i].n;
    }
  demo_open (d);
  g_assert_cmpint (sum, >=, jobs); /* some make new ones: digests */
  g_assert_cmpint (
    demo_count (d, "SELECT COUNT (*) FROM job WHERE ran_at IS NULL AND due <= 1829790000000", NULL),
    ==, 0);
  /* Each step of the clock stands in the events once. */
  g_assert_cmpint (
    demo_count (d,
                "SELECT COUNT (*) FROM (SELECT record FROM event WHERE action IN"
                " ('default', 'expire') GROUP BY record, action HAVING COUNT (*) > 1)",
                NULL),
    ==, 0);
  demo_verify (d);
  demo_verify_chain (d);
}

static void
test_a_serving_process_runs_them_too (Demo *d, gconstpointer data)
{
  g_autofree char *order = yq_demo_id ("order", "o6");
  g_autofree char *evaluation =
    demo_text (d, "SELECT id FROM \"evaluation\" WHERE \"order\" = $1", order);
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  yq_clock_set (DEMO_NOW + 60 * YQ_DAY);
  g_assert_cmpint (yq_schedule_run (d->server->server, &error), >, 0);
  g_assert_no_error (error);
  g_assert_cmpint (yq_schedule_run (d->server->server, &error), ==, 0);
  yq_fixture_stop (d->server);
  demo_open (d);
  assert_state (d, &yq_evaluation, evaluation, "defaulted");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/jobs/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("evaluation", test_evaluations_count_as_good_after_30_days);
  ADD ("evaluated", test_an_evaluated_service_is_left_alone);
  ADD ("expiry", test_expiry_moves_only_what_is_available);
  ADD ("stale", test_profiles_go_stale_and_are_refreshed);
  ADD ("failing", test_a_failing_job_is_put_off_and_hinders_nobody);
  ADD ("runners", test_two_runners_never_run_one_twice);
  ADD ("serving", test_a_serving_process_runs_them_too);

  return g_test_run ();
}
