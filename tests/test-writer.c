/* The writer: order, savepoints, slices, failed commits, a full disk. */
#define G_LOG_DOMAIN "test-writer"

#include "fixture.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder;
  char *uri;
  YqWriter *writer;
  int n_commits, n_rollbacks; /* written on the writer thread */
} Fixture;

static void
count_commit (gpointer user_data)
{
  g_atomic_int_inc (&((Fixture *) user_data)->n_commits);
}

static void
count_rollback (gpointer user_data)
{
  g_atomic_int_inc (&((Fixture *) user_data)->n_rollbacks);
}

static gboolean
make_table (SqlConn *conn, gpointer user_data, GError **error)
{
  return sql_script (conn,
                     "CREATE TABLE t (x BIGINT PRIMARY KEY, filling BLOB);"
                     "CREATE TABLE late (n INTEGER PRIMARY KEY AUTOINCREMENT,"
                     " x BIGINT UNIQUE)",
                     error);
}

#define BESIDE (1u << 16) /* syncs beside; below, max_pages */

static void
start (Fixture *fixture, guint how)
{
  YqWriterHooks hooks = { .after_commit = count_commit,
                          .after_rollback = count_rollback,
                          .user_data = fixture,
                          .syncs_beside = (how & BESIDE) != 0,
                          .max_pages = how & ~BESIDE };
  g_autoptr(GError) error = NULL;

  fixture->writer = yq_writer_start (fixture->uri, &hooks, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("yiquan-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->uri = g_strdup_printf ("sqlite:%s/t.db", fixture->folder);
  start (fixture, GPOINTER_TO_UINT (data));
  yq_writer_call (fixture->writer, make_table, NULL, &error);
  g_assert_no_error (error);
  g_atomic_int_set (&fixture->n_commits, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->writer, yq_writer_stop);
  yq_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->uri);
}

static gint64
get_number (Fixture *fixture, const char *sql)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlConn) conn = sql_open (fixture->uri, SQL_OPEN_READ_ONLY, &error);
  gint64 n = -1;

  g_assert_no_error (error);
  sql_get_int (conn, sql, SQL_NO_ARGS, &n, &error);
  g_assert_no_error (error);
  return n;
}

static gint64
count_rows (Fixture *fixture)
{
  return get_number (fixture, "SELECT count (*) FROM t");
}

/* -- a job that writes its numbers -- */

static const char insert_late[] = "INSERT INTO late (x) VALUES ($1)";

typedef struct
{
  YqJob job;
  gint64 first;
  guint refuse_every; /* units to undo; 0 none */
  guint fail_at;      /* unit that fails as a database would; 0 none */
  guint break_at;     /* unit that loses the whole transaction; 0 none */
  gboolean puts_off;  /* a row of "late", in no order */
  gint64 late;        /* that row, where it is always the same */
  gboolean backs_out; /* of all that comes behind a savepoint of its own */
  gsize filling;
  guint n_runs;
  int is_done; /* and as the how manieth */
  GError *error;
} Numbers;

static int n_done;

static gboolean
put_off (SqlConn *conn, gint64 number, GError **error)
{
  return yq_writer_put_off (insert_late, number) ||
         sql_exec (conn, insert_late, SQL_ARGS (SQL_INT (number)), error) == 1;
}

static gboolean
back_out (SqlConn *conn, GError **error)
{
  guint mark;

  return yq_writer_savepoint (conn, &mark, error) && put_off (conn, 99999, error) &&
         put_off (conn, 99998, error) && yq_writer_rollback_to (conn, mark, error);
}

static gboolean
run_numbers (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  Numbers *numbers = (Numbers *) job;
  g_autofree char *filling = g_malloc0 (numbers->filling);

  numbers->n_runs++;
  if (sql_exec (conn, "INSERT INTO t (x, filling) VALUES ($1, $2)",
                SQL_ARGS (SQL_INT (numbers->first + unit), SQL_BLOB (filling, numbers->filling)),
                error) < 0)
    return FALSE;
  if (numbers->puts_off &&
      !put_off (conn, numbers->late ? numbers->late : (numbers->first + unit) * 7919 % 10007,
                error))
    return FALSE;
  if (numbers->backs_out && !back_out (conn, error))
    return FALSE;
  if (numbers->fail_at != 0 && unit == numbers->fail_at)
    {
      g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "a failure");
      return FALSE;
    }
  if (numbers->break_at != 0 && unit == numbers->break_at)
    {
      sql_rollback (conn);
      g_set_error (error, SQL_ERROR, SQL_ERROR_FULL, "as if the engine had given up");
      return FALSE;
    }
  return numbers->refuse_every == 0 || unit % numbers->refuse_every != 0;
}

static void
numbers_done (YqJob *job, const GError *error)
{
  Numbers *numbers = (Numbers *) job;

  if (error != NULL)
    numbers->error = g_error_copy (error);
  g_atomic_int_set (&numbers->is_done, g_atomic_int_add (&n_done, 1) + 1);
}

static Numbers *
numbers_new (gint64 first, guint n)
{
  Numbers *numbers = g_new0 (Numbers, 1);

  numbers->job = (YqJob){ .n_units = n, .run = run_numbers, .done = numbers_done };
  numbers->first = first;
  return numbers;
}

static void
numbers_free (Numbers *numbers)
{
  g_clear_error (&numbers->error);
  g_free (numbers);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Numbers, numbers_free)

static gboolean
is_done (gpointer numbers)
{
  return g_atomic_int_get (&((Numbers *) numbers)->is_done);
}

/* -- a writer that is held up -- */

typedef struct
{
  YqWriter *writer;
  GMutex lock;
  GThread *thread;
  int is_held;
} Holder;

static gboolean
wait_for_lock (SqlConn *conn, gpointer user_data, GError **error)
{
  Holder *holder = user_data;

  g_atomic_int_set (&holder->is_held, TRUE);
  g_mutex_lock (&holder->lock);
  g_mutex_unlock (&holder->lock);
  return TRUE;
}

static gpointer
call_wait (gpointer data)
{
  yq_writer_call (((Holder *) data)->writer, wait_for_lock, data, NULL);
  return NULL;
}

static gboolean
is_held (gpointer holder)
{
  return g_atomic_int_get (&((Holder *) holder)->is_held);
}

static Holder *
hold (YqWriter *writer)
{
  Holder *holder = g_new0 (Holder, 1);

  holder->writer = writer;
  g_mutex_init (&holder->lock);
  g_mutex_lock (&holder->lock);
  holder->thread = g_thread_new ("holder", call_wait, holder);
  yq_test_wait_until (is_held, holder);
  return holder;
}

static void
let_go (Holder *holder)
{
  g_mutex_unlock (&holder->lock);
  g_thread_join (holder->thread);
  g_mutex_clear (&holder->lock);
  g_free (holder);
}

/* -- the tests -- */

static void
test_refused_units_leave_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr(Numbers) numbers = numbers_new (0, 30);

  numbers->refuse_every = 3;
  g_assert_true (yq_writer_push (fixture->writer, &numbers->job));
  yq_test_wait_until (is_done, numbers);

  g_assert_no_error (numbers->error);
  g_assert_cmpint (count_rows (fixture), ==, 20);
}

static void
test_long_jobs_let_others_through (Fixture *fixture, gconstpointer data)
{
  g_autoptr(Numbers) large = numbers_new (0, 1000);
  g_autoptr(Numbers) small = numbers_new (5000, 1);
  Holder *holder = hold (fixture->writer);

  g_assert_true (yq_writer_push (fixture->writer, &large->job));
  g_assert_true (yq_writer_push (fixture->writer, &small->job));
  let_go (holder);
  yq_test_wait_until (is_done, small);
  yq_test_wait_until (is_done, large);

  g_assert_cmpint (small->is_done, <, large->is_done);
  g_assert_cmpint (count_rows (fixture), ==, 1001);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_commits), >=, 4);
}

static void
test_what_waits_shares_a_commit (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func ((GDestroyNotify) numbers_free);
  Holder *holder = hold (fixture->writer);

  for (guint i = 0; i < 200; i++)
    {
      g_ptr_array_add (others, numbers_new (10000 + i, 1));
      g_assert_true (yq_writer_push (fixture->writer, others->pdata[i]));
    }
  let_go (holder);
  for (guint i = 0; i < others->len; i++)
    yq_test_wait_until (is_done, others->pdata[i]);

  g_assert_cmpint (count_rows (fixture), ==, 200);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_commits), ==, 2); /* the holder's and theirs */
}

static void
test_a_failing_job_does_not_harm_its_neighbours (Fixture *fixture, gconstpointer data)
{
  g_autoptr(Numbers) before = numbers_new (0, 5);
  g_autoptr(Numbers) bad = numbers_new (100, 5);
  g_autoptr(Numbers) after = numbers_new (200, 5);

  bad->fail_at = 3;
  g_assert_true (yq_writer_push (fixture->writer, &before->job));
  g_assert_true (yq_writer_push (fixture->writer, &bad->job));
  g_assert_true (yq_writer_push (fixture->writer, &after->job));
  yq_test_wait_until (is_done, before);
  yq_test_wait_until (is_done, bad);
  yq_test_wait_until (is_done, after);

  g_assert_no_error (before->error);
  g_assert_error (bad->error, SQL_ERROR, SQL_ERROR_FAILED);
  g_assert_no_error (after->error);
  g_assert_cmpint (count_rows (fixture), ==, 13); /* units 0, 1 and 2 of the bad one stay */
}

static void
test_a_lost_transaction_runs_the_others_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr(Numbers) before = numbers_new (0, 5);
  g_autoptr(Numbers) bad = numbers_new (100, 5);
  g_autoptr(Numbers) after = numbers_new (200, 5);

  bad->break_at = 3;
  g_assert_true (yq_writer_push (fixture->writer, &before->job));
  g_assert_true (yq_writer_push (fixture->writer, &bad->job));
  g_assert_true (yq_writer_push (fixture->writer, &after->job));
  yq_test_wait_until (is_done, before);
  yq_test_wait_until (is_done, bad);
  yq_test_wait_until (is_done, after);

  g_assert_no_error (before->error);
  g_assert_error (bad->error, SQL_ERROR, SQL_ERROR_FULL);
  g_assert_no_error (after->error);
  g_assert_cmpint (count_rows (fixture), ==, 10);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_rollbacks), ==, 1);
}

/* Whatever is undone, fails or runs again: each row that stays has its own, in order. */
static void
test_what_is_put_off_comes_in_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) numbers_free);
  Holder *holder = hold (fixture->writer);
  gboolean undoes = GPOINTER_TO_UINT (data) > 0;

  for (guint i = 0; i < 30; i++)
    {
      Numbers *numbers = numbers_new (i * 100, 10);

      numbers->puts_off = TRUE;
      numbers->backs_out = i % 3 == 0;
      numbers->refuse_every = undoes && i % 5 == 1 ? 3 : 0;
      numbers->fail_at = undoes && i % 7 == 2 ? 4 : 0;
      numbers->break_at = undoes && i == 20 ? 5 : 0;
      g_ptr_array_add (jobs, numbers);
      g_assert_true (yq_writer_push (fixture->writer, &numbers->job));
    }
  let_go (holder);
  for (guint i = 0; i < jobs->len; i++)
    yq_test_wait_until (is_done, jobs->pdata[i]);

  g_assert_cmpint (count_rows (fixture), >, 200);
  g_assert_cmpint (get_number (fixture, "SELECT count(*) FROM late"), ==, count_rows (fixture));
  g_assert_cmpint (get_number (fixture, "SELECT count(DISTINCT l.x) FROM late l JOIN t"
                                        " ON t.x * 7919 % 10007 = l.x"),
                   ==, count_rows (fixture));
  /* One transaction holds 256 units at most; a careful one puts nothing off. */
  if (!undoes)
    g_assert_cmpint (get_number (fixture, "SELECT count(*) FROM late a JOIN late b"
                                          " ON b.n = a.n + 1 WHERE b.x < a.x"),
                     <=, g_atomic_int_get (&fixture->n_commits));
  g_assert_false (yq_writer_put_off (insert_late, 1));
}

static void
test_what_is_put_off_and_fails_harms_nobody_else (Fixture *fixture, gconstpointer data)
{
  g_autoptr(Numbers) first = numbers_new (0, 1);
  g_autoptr(Numbers) bad = numbers_new (100, 1);
  g_autoptr(Numbers) after = numbers_new (200, 5);
  Holder *holder = hold (fixture->writer);

  first->puts_off = bad->puts_off = after->puts_off = TRUE;
  first->late = bad->late = 77777;
  g_assert_true (yq_writer_push (fixture->writer, &first->job));
  g_assert_true (yq_writer_push (fixture->writer, &bad->job));
  g_assert_true (yq_writer_push (fixture->writer, &after->job));
  let_go (holder);
  yq_test_wait_until (is_done, first);
  yq_test_wait_until (is_done, bad);
  yq_test_wait_until (is_done, after);

  g_assert_no_error (first->error);
  g_assert_error (bad->error, SQL_ERROR, SQL_ERROR_CONSTRAINT);
  g_assert_no_error (after->error);
  g_assert_cmpint (count_rows (fixture), ==, 6);
  g_assert_cmpint (get_number (fixture, "SELECT count(*) FROM late"), ==, 6);
}

static void
test_a_full_disk_is_an_error_and_not_the_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr(Numbers) large = numbers_new (0, 40);
  g_autoptr(Numbers) small = numbers_new (1000, 1);

  large->filling = 100000;
  g_assert_true (yq_writer_push (fixture->writer, &large->job));
  yq_test_wait_until (is_done, large);
  g_assert_true (yq_writer_push (fixture->writer, &small->job));
  yq_test_wait_until (is_done, small);

  g_assert_error (large->error, SQL_ERROR, SQL_ERROR_FULL);
  g_assert_no_error (small->error);
}

static void
test_stopping_finishes_what_waits (Fixture *fixture, gconstpointer data)
{
  g_autoptr(Numbers) first = numbers_new (0, 1000);
  g_autoptr(Numbers) second = numbers_new (5000, 600);

  g_assert_true (yq_writer_push (fixture->writer, &first->job));
  g_assert_true (yq_writer_push (fixture->writer, &second->job));
  g_clear_pointer (&fixture->writer, yq_writer_stop);

  g_assert_true (is_done (first) && is_done (second));
  g_assert_cmpint (count_rows (fixture), ==, 1600);
}

static gboolean
is_idle (gpointer writer)
{
  return yq_writer_waiting (writer) == 0;
}

static void
test_the_queue_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) numbers_free);
  Holder *holder = hold (fixture->writer);
  guint n = 0;

  for (guint i = 0; i < 5000; i++)
    {
      g_ptr_array_add (jobs, numbers_new (i, 1));
      if (!yq_writer_push (fixture->writer, jobs->pdata[i]))
        break;
      n++;
    }
  let_go (holder);
  g_assert_cmpuint (n, ==, 4096);
  yq_test_wait_until (is_idle, fixture->writer);
  yq_test_wait_until (is_done, jobs->pdata[n - 1]);

  g_assert_cmpint (count_rows (fixture), ==, n);
}

static gboolean
refuse (SqlConn *conn, gpointer user_data, GError **error)
{
  sql_exec (conn, "INSERT INTO t (x) VALUES (1)", SQL_NO_ARGS, NULL);
  g_set_error (error, SQL_ERROR, SQL_ERROR_CONSTRAINT, "no");
  return FALSE;
}

static void
test_a_call_brings_its_error_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (yq_writer_call (fixture->writer, refuse, NULL, &error));
  g_assert_error (error, SQL_ERROR, SQL_ERROR_CONSTRAINT);
  g_assert_cmpint (count_rows (fixture), ==, 0);
}

#define ADD_ONE(path, how, func) \
  g_test_add ("/writer/" path, Fixture, GUINT_TO_POINTER (how), set_up, func, tear_down)
#define ADD(path, pages, func) \
  ADD_ONE (path, pages, func); \
  ADD_ONE ("beside/" path, pages | BESIDE, func)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("refused-units", 0, test_refused_units_leave_nothing);
  ADD ("long-jobs", 0, test_long_jobs_let_others_through);
  ADD ("group-commit", 0, test_what_waits_shares_a_commit);
  ADD ("failing-job", 0, test_a_failing_job_does_not_harm_its_neighbours);
  ADD ("lost-transaction", 0, test_a_lost_transaction_runs_the_others_again);
  ADD ("put-off", 0, test_what_is_put_off_comes_in_order);
  ADD ("put-off/undone", 4000, test_what_is_put_off_comes_in_order);
  ADD ("put-off/failing", 0, test_what_is_put_off_and_fails_harms_nobody_else);
  ADD ("full-disk", 200, test_a_full_disk_is_an_error_and_not_the_end);
  ADD ("stopping", 0, test_stopping_finishes_what_waits);
  ADD ("bounded-queue", 0, test_the_queue_is_bounded);
  ADD ("call-error", 0, test_a_call_brings_its_error_back);
  return g_test_run ();
}
