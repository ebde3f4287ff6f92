/* The ledger under random use: balances follow a plain model, nothing goes below zero, and a
 * changed line is named. */
#define G_LOG_DOMAIN "test-ledger"

#include "ledger.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_PROGRAMMES 2
#define N_VOUCHERS 6
#define N_HOLDS 24

typedef struct
{
  char *folder;
  SqlConn *conn;
  /* the model */
  gint64 appropriation[N_PROGRAMMES], budget[N_PROGRAMMES];
  gint64 available[N_VOUCHERS], held[N_VOUCHERS], redeemed[N_VOUCHERS];
  gint64 hold[N_HOLDS];
  GString *report;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;

  f->folder = g_dir_make_tmp ("yq-ledger-XXXXXX", &error);
  g_assert_no_error (error);
  uri = g_strdup_printf ("sqlite:%s/ledger.db", f->folder);
  f->conn = sql_open (uri, SQL_OPEN_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (yq_ledger_create_tables (f->conn, &error));
  g_assert_no_error (error);
  f->report = g_string_new (NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  const char *const names[] = { "ledger.db", "ledger.db-wal", "ledger.db-shm" };

  sql_close (f->conn);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  g_string_free (f->report, TRUE);
}

static void
report_cb (const char *line, gpointer user_data)
{
  g_string_append_printf (((Fixture *) user_data)->report, "%s\n", line);
}

static gboolean
verify (Fixture *f)
{
  g_autoptr(GError) error = NULL;
  gboolean good;

  g_string_truncate (f->report, 0);
  good = yq_ledger_verify (f->conn, report_cb, f, &error);
  g_assert_no_error (error);
  return good;
}

/* Ends the operation's savepoint: a refused one leaves no trace.  TRUE: it was done. */
static gboolean
settle (Fixture *f, YqProblem *problem, GError *error)
{
  g_autoptr(YqProblem) refused = problem;

  g_assert_no_error (error);
  if (refused == NULL)
    g_assert_true (sql_release (f->conn, NULL));
  else
    g_assert_true (sql_rollback_to (f->conn, NULL));
  return refused == NULL;
}

static gboolean
move (Fixture *f, YqLedgerKind from, const char *from_owner, YqLedgerKind to, const char *to_owner,
      gint64 amount)
{
  GError *error = NULL;
  YqProblem *problem;

  g_assert_true (sql_savepoint (f->conn, NULL));
  problem =
    yq_ledger_move (f->conn, from, from_owner, to, to_owner, amount, "test", "r", 1, &error);
  return settle (f, problem, error);
}

/* One random operation, done to the ledger and to the model. */
static void
step (Fixture *f)
{
  int p = g_test_rand_int_range (0, N_PROGRAMMES), v = g_test_rand_int_range (0, N_VOUCHERS);
  int h = g_test_rand_int_range (0, N_HOLDS), of = h % N_VOUCHERS;
  gint64 amount = g_test_rand_int_range (1, 5000);
  char programme[8], voucher[8], hold[8], owner[8];
  YqProblem *problem;
  GError *error = NULL;

  g_snprintf (programme, sizeof programme, "p%d", p);
  g_snprintf (voucher, sizeof voucher, "v%d", v);
  g_snprintf (hold, sizeof hold, "h%d", h);
  g_snprintf (owner, sizeof owner, "v%d", of);
  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      if (move (f, YQ_LEDGER_APPROPRIATION, programme, YQ_LEDGER_BUDGET, programme, amount))
        f->appropriation[p] -= amount, f->budget[p] += amount;
      break;
    case 1:
      g_assert_cmpint (move (f, YQ_LEDGER_BUDGET, programme, YQ_LEDGER_AVAILABLE, voucher, amount),
                       ==, f->budget[p] >= amount);
      if (f->budget[p] >= amount)
        f->budget[p] -= amount, f->available[v] += amount;
      break;
    case 2:
      g_assert_true (sql_savepoint (f->conn, NULL));
      problem = yq_ledger_hold (f->conn, hold, owner, amount, 2, &error);
      g_assert_cmpint (problem == NULL, ==, f->available[of] >= amount && f->hold[h] == 0);
      if (settle (f, problem, error))
        f->available[of] -= amount, f->held[of] += amount, f->hold[h] = amount;
      break;
    case 3:
      g_assert_true (sql_savepoint (f->conn, NULL));
      problem = yq_ledger_post (f->conn, hold, amount, p ? programme : NULL, 3, &error);
      g_assert_cmpint (problem == NULL, ==, f->hold[h] > 0 && amount <= f->hold[h]);
      if (settle (f, problem, error))
        {
          f->held[of] -= f->hold[h], f->redeemed[of] += amount;
          *(p ? &f->budget[p] : &f->available[of]) += f->hold[h] - amount;
          f->hold[h] = 0;
        }
      break;
    case 4:
      g_assert_true (sql_savepoint (f->conn, NULL));
      problem = yq_ledger_void (f->conn, hold, NULL, 4, &error);
      g_assert_cmpint (problem == NULL, ==, f->hold[h] > 0);
      if (settle (f, problem, error))
        f->held[of] -= f->hold[h], f->available[of] += f->hold[h], f->hold[h] = 0;
      break;
    default: /* expiry gives back what is there */
      amount = f->available[v];
      g_assert_true (move (f, YQ_LEDGER_AVAILABLE, voucher, YQ_LEDGER_BUDGET, programme, amount));
      f->available[v] = 0, f->budget[p] += amount;
    }
}

static void
compare (Fixture *f)
{
  char name[8];

  for (int p = 0; p < N_PROGRAMMES; p++)
    {
      g_snprintf (name, sizeof name, "p%d", p);
      g_assert_cmpint (yq_ledger_balance (f->conn, YQ_LEDGER_APPROPRIATION, name), ==,
                       f->appropriation[p]);
      g_assert_cmpint (yq_ledger_balance (f->conn, YQ_LEDGER_BUDGET, name), ==, f->budget[p]);
    }
  for (int v = 0; v < N_VOUCHERS; v++)
    {
      g_snprintf (name, sizeof name, "v%d", v);
      g_assert_cmpint (yq_ledger_balance (f->conn, YQ_LEDGER_AVAILABLE, name), ==, f->available[v]);
      g_assert_cmpint (yq_ledger_balance (f->conn, YQ_LEDGER_HELD, name), ==, f->held[v]);
      g_assert_cmpint (yq_ledger_balance (f->conn, YQ_LEDGER_REDEEMED, name), ==, f->redeemed[v]);
      g_assert_cmpint (f->available[v], >=, 0);
      g_assert_cmpint (f->held[v], >=, 0);
    }
  for (int h = 0; h < N_HOLDS; h++)
    {
      g_snprintf (name, sizeof name, "h%d", h);
      g_assert_cmpint (yq_ledger_hold_amount (f->conn, name), ==, f->hold[h]);
    }
}

static void
run (Fixture *f, guint n_steps)
{
  g_assert_true (sql_begin (f->conn, TRUE, NULL));
  for (guint i = 0; i < n_steps; i++)
    {
      step (f);
      if (i % 200 == 0)
        compare (f);
    }
  compare (f);
  g_assert_true (sql_commit (f->conn, NULL));
}

static void
test_random_use_follows_the_model (Fixture *f, gconstpointer data)
{
  run (f, 6000);
  g_assert_true (verify (f));
  g_assert_cmpstr (f->report->str, ==, "");
}

static void
test_a_changed_line_is_named (Fixture *f, gconstpointer data)
{
  static const char *const changes[] = {
    "UPDATE ledger_line SET amount = amount + 1 WHERE transfer = $1 AND line = 1",
    "UPDATE ledger_line SET balance = balance + 1 WHERE transfer = $1 AND line = 1",
    "UPDATE ledger_line SET kind = (kind + 1) % 5 WHERE transfer = $1 AND line = 0",
    "UPDATE ledger_line SET owner = owner || 'x' WHERE transfer = $1 AND line = 0",
    "DELETE FROM ledger_line WHERE transfer = $1",
    "UPDATE ledger_transfer SET reason = 'other' WHERE id = $1",
    "UPDATE ledger_transfer SET record = 'other' WHERE id = $1",
    "UPDATE ledger_transfer SET at = at + 1 WHERE id = $1",
    "UPDATE ledger_transfer SET hash = 'x' WHERE id = $1"
  };
  gint64 n = 0;

  run (f, 300);
  g_assert_true (
    sql_get_int (f->conn, "SELECT MAX (id) FROM ledger_transfer", SQL_NO_ARGS, &n, NULL));
  g_assert_cmpint (n, >, 40);
  g_assert_true (sql_script (f->conn, "PRAGMA foreign_keys = OFF", NULL));
  for (gint64 id = 1; id <= n; id += 7)
    for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
      {
        g_autofree char *name = g_strdup_printf ("ledger transfer %" G_GINT64_FORMAT, id);
        g_autoptr(GError) error = NULL;

        g_assert_true (sql_begin (f->conn, TRUE, NULL));
        g_assert_cmpint (sql_exec (f->conn, changes[i], SQL_ARGS (SQL_INT (id)), &error), >, 0);
        g_assert_no_error (error);
        g_assert_false (verify (f));
        g_assert_nonnull (strstr (f->report->str, name));
        sql_rollback (f->conn);
      }
  g_assert_true (verify (f));
}

static void
test_a_changed_balance_or_hold_is_named (Fixture *f, gconstpointer data)
{
  static const char *const changes[] = {
    "UPDATE ledger_account SET balance = balance + 1 WHERE owner = 'v1' AND kind = 2",
    "UPDATE ledger_hold SET amount = amount + 1 WHERE state = 'pending'",
    "UPDATE ledger_hold SET state = 'done' WHERE state = 'pending'"
  };

  g_assert_true (move (f, YQ_LEDGER_APPROPRIATION, "p", YQ_LEDGER_BUDGET, "p", 1000));
  g_assert_true (move (f, YQ_LEDGER_BUDGET, "p", YQ_LEDGER_AVAILABLE, "v1", 600));
  g_assert_null (yq_ledger_hold (f->conn, "h", "v1", 500, 1, NULL));
  g_assert_true (verify (f));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_assert_true (sql_begin (f->conn, TRUE, NULL));
      g_assert_cmpint (sql_exec (f->conn, changes[i], SQL_NO_ARGS, NULL), ==, 1);
      g_assert_false (verify (f));
      g_assert_cmpstr (f->report->str, !=, "");
      sql_rollback (f->conn);
    }
}

static void
test_refusals_name_the_numbers (Fixture *f, gconstpointer data)
{
  g_autoptr(YqProblem) balance = NULL;
  g_autoptr(YqProblem) budget = NULL;
  g_autoptr(YqProblem) twice = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (move (f, YQ_LEDGER_APPROPRIATION, "p", YQ_LEDGER_BUDGET, "p", 100000));
  g_assert_true (move (f, YQ_LEDGER_BUDGET, "p", YQ_LEDGER_AVAILABLE, "v", 60000));
  budget = yq_ledger_move (f->conn, YQ_LEDGER_BUDGET, "p", YQ_LEDGER_AVAILABLE, "v", 50000, "x",
                           "r", 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (yq_problem_code (budget), ==, YQ_PROBLEM_BUDGET);
  g_assert_nonnull (strstr (yq_problem_detail (budget), "400.00"));
  g_assert_nonnull (strstr (yq_problem_detail (budget), "500.00"));

  balance = yq_ledger_hold (f->conn, "h", "v", 60001, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (yq_problem_code (balance), ==, YQ_PROBLEM_BALANCE);
  g_assert_nonnull (strstr (yq_problem_detail (balance), "600.01"));

  g_assert_null (yq_ledger_hold (f->conn, "h", "v", 1, 1, &error));
  g_assert_true (sql_savepoint (f->conn, NULL));
  twice = yq_ledger_hold (f->conn, "h", "v", 1, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (yq_problem_code (twice), ==, YQ_PROBLEM_STATE);
  g_assert_true (sql_rollback_to (f->conn, NULL));
  g_assert_true (verify (f));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/ledger/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("random-use", test_random_use_follows_the_model);
  ADD ("changed-line", test_a_changed_line_is_named);
  ADD ("changed-balance", test_a_changed_balance_or_hold_is_named);
  ADD ("refusals", test_refusals_name_the_numbers);

  return g_test_run ();
}
