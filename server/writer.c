/* Group commit: whatever waits shares one transaction, so that one fsync pays for all of it. */
#define G_LOG_DOMAIN "yiquand-writer"

#include "writer.h"

#include <sqlite3.h>

#define MAX_WAITING 4096
#define MAX_JOBS 256  /* in one transaction */
#define MAX_UNITS 256 /* of one job in one transaction, where it is alone */
#define MAX_ATTEMPTS 3
#define CAREFUL_BATCHES 16 /* after one in which something had to be undone */
#define SQLITE_URI "sqlite:"

struct _YqWriter
{
  char *uri;
  YqWriterHooks hooks;
  SqlConn *conn;
  YqDurable *durable; /* NULL: a COMMIT is */
  GThread *thread;
  GMutex lock;
  GCond wake;
  GQueue jobs;
  GArray *late; /* of the transaction at hand */
  gboolean is_stopping;
  guint n_careful;     /* batches to come that begin with savepoints */
  gint64 data_version; /* counts what others committed, as this connection sees it; 0 unknown */
};

/* A job's part in the transaction at hand. */
typedef struct
{
  YqJob *job;
  guint end;     /* runs units up to here */
  GError *error; /* its own: the others go on */
} Slice;

/* -- what may have been read before -- */

static _Thread_local guint64 n_surprises; /* undone, or written by others */
static _Thread_local guint64 n_at_commit; /* rows the full-text index writes then: no news */
static _Thread_local guint64 n_transactions;

guint64
yq_writer_state (SqlConn *conn)
{
  return (n_surprises << 40) + (guint64) sqlite3_total_changes64 (sql_native (conn)) - n_at_commit;
}

/* -- what is put off to the end of the transaction -- */

typedef struct
{
  const char *sql;
  gint64 number;
  gboolean only_last; /* of those with this sql */
} Late;

/* A savepoint costs a copy of every page a unit touches, and hardly any unit is undone.  So a batch
 * first runs boldly, without; where one has to undo what it wrote, all of it runs again with. */
static _Thread_local gboolean is_bold;
static _Thread_local GArray *late;      /* Late; NULL: no transaction is open */
static _Thread_local guint late_before; /* the unit that runs now */

/* A careful batch puts nothing off: what fails must fail in its own unit. */
static gboolean
put_off (const char *sql, gint64 number, gboolean only_last)
{
  Late one = { sql, number, only_last };

  if (late == NULL || !is_bold)
    return FALSE;
  g_array_append_val (late, one);
  return TRUE;
}

gboolean
yq_writer_put_off (const char *sql, gint64 number)
{
  return put_off (sql, number, FALSE);
}

gboolean
yq_writer_put_off_last (const char *sql, gint64 number)
{
  return put_off (sql, number, TRUE);
}

static void
drop_late (guint from)
{
  if (late != NULL && late->len > from)
    g_array_set_size (late, from);
}

gboolean
yq_writer_savepoint (SqlConn *conn, guint *mark, GError **error)
{
  *mark = late != NULL ? late->len : 0;
  return sql_savepoint (conn, error);
}

gboolean
yq_writer_rollback_to (SqlConn *conn, guint mark, GError **error)
{
  n_surprises++;
  drop_late (mark);
  return sql_rollback_to (conn, error);
}

static int
compare_late (gconstpointer a, gconstpointer b)
{
  const Late *x = a, *y = b;

  if (x->sql != y->sql)
    return x->sql < y->sql ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

static gboolean
run_late (SqlConn *conn, GError **error)
{
  g_array_sort (late, compare_late);
  for (guint i = 0; i < late->len; i++)
    {
      const Late *one = &g_array_index (late, Late, i);

      if (one->only_last && i + 1 < late->len && one[1].sql == one->sql)
        continue;
      if (sql_exec (conn, one->sql, SQL_ARGS (SQL_INT (one->number)), error) < 0)
        return FALSE;
    }
  return TRUE;
}

/* -- a transaction -- */

guint64
yq_writer_transaction (void)
{
  return late != NULL ? n_transactions : 0;
}

guint64
yq_writer_undone (void)
{
  return n_surprises;
}

static gboolean
begin (YqWriter *writer, GError **error)
{
  late_before = 0;
  if (!sql_begin (writer->conn, TRUE, error))
    return FALSE;
  g_array_set_size (writer->late, 0);
  late = writer->late;
  n_transactions++;
  return TRUE;
}

/* again: something that was put off has failed, nobody knows whose it was. */
static gboolean
commit (YqWriter *writer, gboolean *again, GError **error)
{
  guint64 before = sqlite3_total_changes64 (sql_native (writer->conn));
  gboolean done = run_late (writer->conn, error);

  *again = !done;
  if (done && writer->durable != NULL)
    yq_durable_announce (writer->durable);
  done = done && sql_commit (writer->conn, error);
  n_at_commit += sqlite3_total_changes64 (sql_native (writer->conn)) - before;
  late = NULL;
  return done;
}

/* The log is there once a transaction has begun. */
static gboolean
open_log (YqWriter *writer, GError **error)
{
  return sql_begin (writer->conn, TRUE, error) && sql_commit (writer->conn, error) &&
         yq_durable_open (writer->durable, writer->conn, error);
}

static gboolean
open_database (YqWriter *writer, GError **error)
{
  SqlOpenFlags flags = writer->durable != NULL || writer->hooks.never_syncs ? SQL_OPEN_NORMAL : 0;
  g_autofree char *limit = NULL;

  n_surprises++;
  if (!(writer->conn = sql_open (writer->uri, flags, error)))
    return FALSE;
  if (writer->durable != NULL && !writer->hooks.never_syncs && !open_log (writer, error))
    {
      g_clear_pointer (&writer->conn, sql_close);
      return FALSE;
    }
  if (writer->hooks.max_pages == 0)
    return TRUE;
  limit = g_strdup_printf ("PRAGMA max_page_count = %u", writer->hooks.max_pages);
  return sql_script (writer->conn, limit, error);
}

/* -- units -- */

static _Thread_local gint64 changes_before; /* of the unit that runs now */

static gboolean
wrote_nothing (SqlConn *conn)
{
  return sqlite3_total_changes64 (sql_native (conn)) == changes_before;
}

gboolean
yq_writer_undo (SqlConn *conn, GError **error)
{
  n_surprises++;
  drop_late (late_before);
  if (!is_bold)
    return sql_rollback_to (conn, error) && sql_savepoint (conn, error);
  if (wrote_nothing (conn))
    return TRUE;
  g_set_error (error, SQL_ERROR, SQL_ERROR_RETRY, "To be run again with savepoints");
  return FALSE;
}

static gboolean
run_boldly (YqWriter *writer, YqJob *job, guint unit, GError **error)
{
  g_autoptr(GError) failure = NULL;

  changes_before = sqlite3_total_changes64 (sql_native (writer->conn));
  if (job->run (job, unit, writer->conn, &failure) && failure == NULL)
    return TRUE;
  n_surprises++;
  drop_late (late_before);
  if (sql_in_transaction (writer->conn) && !wrote_nothing (writer->conn))
    {
      sql_rollback (writer->conn);
      return FALSE;
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
run_in_savepoint (YqWriter *writer, YqJob *job, guint unit, GError **error)
{
  g_autoptr(GError) failure = NULL;
  gboolean keeps;

  if (!sql_savepoint (writer->conn, error))
    return FALSE;
  keeps = job->run (job, unit, writer->conn, &failure);
  if (failure == NULL && keeps)
    return sql_release (writer->conn, error);

  n_surprises++;
  drop_late (late_before);
  if (sql_in_transaction (writer->conn) &&
      !sql_rollback_to (writer->conn, failure == NULL ? &failure : NULL))
    sql_rollback (writer->conn);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* An error is a failure of the database, never a refusal. */
static gboolean
run_unit (YqWriter *writer, YqJob *job, guint unit, GError **error)
{
  late_before = late->len;
  return is_bold ? run_boldly (writer, job, unit, error)
                 : run_in_savepoint (writer, job, unit, error);
}

/* FALSE: the engine gave the whole transaction up, nothing of it is stored. */
static gboolean
run_slices (YqWriter *writer, GArray *slices)
{
  for (guint i = 0; i < slices->len; i++)
    {
      Slice *slice = &g_array_index (slices, Slice, i);

      for (guint unit = slice->job->next_unit; unit < slice->end && slice->error == NULL; unit++)
        if (!run_unit (writer, slice->job, unit, &slice->error) &&
            !sql_in_transaction (writer->conn))
          return FALSE;
    }
  return TRUE;
}

static void
give_up (YqWriter *writer)
{
  n_surprises++;
  late = NULL;
  sql_rollback (writer->conn);
  if (is_bold)
    writer->n_careful = CAREFUL_BATCHES;
  else if (writer->hooks.metrics != NULL)
    yq_metrics_add (writer->hooks.metrics, YQ_METRIC_WRITER_LOST, 1);
  if (writer->hooks.after_rollback != NULL)
    writer->hooks.after_rollback (writer->hooks.user_data);
}

/* Inside a transaction. */
static void
notice_others (YqWriter *writer)
{
  gint64 version = 0;

  if (writer->hooks.foreign_commit == NULL ||
      !sql_get_int (writer->conn, "PRAGMA data_version", SQL_NO_ARGS, &version, NULL))
    return;
  if (writer->data_version != version)
    n_surprises++;
  if (writer->data_version != 0 && writer->data_version != version)
    writer->hooks.foreign_commit (writer->hooks.user_data);
  writer->data_version = version;
}

/* One transaction around all slices; where it vanishes under one of them, the others run again. */
static gboolean
try_batch (YqWriter *writer, GArray *slices, GError **error)
{
  for (guint attempt = 0; attempt < MAX_ATTEMPTS; attempt++)
    {
      is_bold = attempt == 0 && writer->n_careful == 0;
      if (attempt == 0 && writer->n_careful > 0)
        writer->n_careful--;
      if (writer->conn == NULL && !open_database (writer, error))
        return FALSE;
      if (!begin (writer, error))
        return FALSE;
      notice_others (writer);
      if (run_slices (writer, slices))
        {
          g_autoptr(GError) failure = NULL;
          gboolean again;

          if (commit (writer, &again, &failure))
            return TRUE;
          if (!again)
            {
              give_up (writer);
              g_propagate_error (error, g_steal_pointer (&failure));
              return FALSE;
            }
        }
      give_up (writer);
    }
  g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "The transaction was lost %d times",
               MAX_ATTEMPTS);
  return FALSE;
}

/* -- the queue -- */

/* Waits for work; an empty array means stop.  Long jobs share a transaction: each gets a part of
 * it. */
static void
take_slices (YqWriter *writer, GArray *slices)
{
  guint n, share;

  g_mutex_lock (&writer->lock);
  while (writer->jobs.length == 0 && !writer->is_stopping)
    g_cond_wait (&writer->wake, &writer->lock);
  n = MIN (writer->jobs.length, MAX_JOBS);
  share = n > 0 ? MAX (MAX_UNITS / n, 1) : 0;
  for (guint i = 0; i < n; i++)
    {
      Slice slice = { .job = g_queue_pop_head (&writer->jobs) };

      slice.end = MIN (slice.job->next_unit + share, slice.job->n_units);
      g_array_append_val (slices, slice);
    }
  g_mutex_unlock (&writer->lock);
}

static guint
count_units (GArray *slices)
{
  guint n = 0;

  for (guint i = 0; i < slices->len; i++)
    n += g_array_index (slices, Slice, i).end - g_array_index (slices, Slice, i).job->next_unit;
  return n;
}

/* -- the answers -- */

typedef struct
{
  YqJob *job;
  GError *error;
} Answer;

static void
give_answers (gpointer data)
{
  g_autoptr(GArray) answers = data;

  for (guint i = 0; i < answers->len; i++)
    {
      Answer *answer = &g_array_index (answers, Answer, i);

      answer->job->done (answer->job, answer->error);
      g_clear_error (&answer->error);
    }
}

/* After the transaction: who is through gets its answer, who is not goes to the end of the queue.
 */
static void
settle (YqWriter *writer, GArray *slices, const GError *error)
{
  GArray *answers = g_array_sized_new (FALSE, FALSE, sizeof (Answer), slices->len);

  for (guint i = 0; i < slices->len; i++)
    {
      Slice *slice = &g_array_index (slices, Slice, i);
      Answer answer = { slice->job, g_steal_pointer (&slice->error) };

      if (error != NULL)
        {
          g_clear_error (&answer.error);
          answer.error = g_error_copy (error);
        }
      if (answer.error != NULL || slice->end == slice->job->n_units)
        {
          g_array_append_val (answers, answer);
          continue;
        }
      slice->job->next_unit = slice->end;
      g_mutex_lock (&writer->lock);
      g_queue_push_tail (&writer->jobs, slice->job);
      g_mutex_unlock (&writer->lock);
    }
  if (writer->durable != NULL)
    yq_durable_committed (writer->durable, give_answers, answers);
  else
    give_answers (answers);
}

static void
run_batch (YqWriter *writer, GArray *slices)
{
  g_autoptr(GError) error = NULL;

  if (try_batch (writer, slices, &error))
    {
      if (writer->hooks.metrics != NULL)
        {
          yq_metrics_add (writer->hooks.metrics, YQ_METRIC_WRITER_BATCHES, 1);
          yq_metrics_add (writer->hooks.metrics, YQ_METRIC_WRITER_UNITS, count_units (slices));
        }
      if (writer->hooks.after_commit != NULL)
        writer->hooks.after_commit (writer->hooks.user_data);
    }
  else
    g_message ("Not stored: %s", error->message);
  if (g_error_matches (error, SQL_ERROR, SQL_ERROR_LOST))
    g_clear_pointer (&writer->conn, sql_close);
  settle (writer, slices, error);
}

static gpointer
write_jobs (gpointer user_data)
{
  YqWriter *writer = user_data;
  g_autoptr(GArray) slices = g_array_new (FALSE, FALSE, sizeof (Slice));

  for (take_slices (writer, slices); slices->len > 0; take_slices (writer, slices))
    {
      run_batch (writer, slices);
      g_array_set_size (slices, 0);
    }
  return NULL;
}

/* -- public -- */

YqWriter *
yq_writer_start (const char *uri, const YqWriterHooks *hooks, GError **error)
{
  YqWriter *writer = g_new0 (YqWriter, 1);

  writer->uri = g_strdup (uri);
  if (hooks != NULL)
    writer->hooks = *hooks;
  g_mutex_init (&writer->lock);
  g_cond_init (&writer->wake);
  g_queue_init (&writer->jobs);
  writer->late = g_array_new (FALSE, FALSE, sizeof (Late));
  if (writer->hooks.syncs_beside && g_str_has_prefix (uri, SQLITE_URI))
    writer->durable = yq_durable_new ();
  if (open_database (writer, error))
    {
      writer->thread = g_thread_new ("writer", write_jobs, writer);
      return writer;
    }
  yq_writer_stop (writer);
  return NULL;
}

gboolean
yq_writer_push (YqWriter *writer, YqJob *job)
{
  gboolean fits;

  g_return_val_if_fail (job->n_units > 0, FALSE);

  job->next_unit = 0;
  g_mutex_lock (&writer->lock);
  fits = writer->jobs.length < MAX_WAITING && !writer->is_stopping;
  if (fits)
    {
      g_queue_push_tail (&writer->jobs, job);
      g_cond_signal (&writer->wake);
    }
  g_mutex_unlock (&writer->lock);
  return fits;
}

guint
yq_writer_waiting (YqWriter *writer)
{
  guint n;

  g_mutex_lock (&writer->lock);
  n = writer->jobs.length;
  g_mutex_unlock (&writer->lock);
  return n;
}

YqDurable *
yq_writer_durable (YqWriter *writer)
{
  return writer->durable;
}

void
yq_writer_stop (YqWriter *writer)
{
  if (writer->thread != NULL)
    {
      g_mutex_lock (&writer->lock);
      writer->is_stopping = TRUE;
      g_cond_signal (&writer->wake);
      g_mutex_unlock (&writer->lock);
      g_thread_join (writer->thread);
    }
  g_clear_pointer (&writer->durable, yq_durable_free);
  /* Closing the last connection would checkpoint the write-ahead log, but some that only read are
   * open still: whoever copies the file of a server that has stopped must have it whole. */
  if (writer->conn != NULL)
    sql_script (writer->conn, "PRAGMA wal_checkpoint(TRUNCATE)", NULL);
  g_clear_pointer (&writer->conn, sql_close);
  g_mutex_clear (&writer->lock);
  g_cond_clear (&writer->wake);
  g_array_unref (writer->late);
  g_free (writer->uri);
  g_free (writer);
}

/* -- one function and its answer -- */

typedef struct
{
  YqJob job;
  gboolean (*func) (SqlConn *conn, gpointer user_data, GError **error);
  gpointer user_data;
  GMutex lock;
  GCond wake;
  gboolean is_done;
  GError *error;
} Call;

static gboolean
call_run (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  Call *call = (Call *) job;

  g_clear_error (&call->error);
  return call->func (conn, call->user_data, &call->error);
}

static void
call_done (YqJob *job, const GError *error)
{
  Call *call = (Call *) job;

  g_mutex_lock (&call->lock);
  if (error != NULL)
    {
      g_clear_error (&call->error);
      call->error = g_error_copy (error);
    }
  call->is_done = TRUE;
  g_cond_signal (&call->wake);
  g_mutex_unlock (&call->lock);
}

gboolean
yq_writer_call (YqWriter *writer,
                gboolean (*func) (SqlConn *conn, gpointer user_data, GError **error),
                gpointer user_data, GError **error)
{
  Call call = { .job = { .n_units = 1, .run = call_run, .done = call_done },
                .func = func,
                .user_data = user_data };

  g_return_val_if_fail (g_thread_self () != writer->thread, FALSE);
  g_return_val_if_fail (!yq_durable_is_here (writer->durable), FALSE);

  g_mutex_init (&call.lock);
  g_cond_init (&call.wake);
  if (yq_writer_push (writer, &call.job))
    {
      g_mutex_lock (&call.lock);
      while (!call.is_done)
        g_cond_wait (&call.wake, &call.lock);
      g_mutex_unlock (&call.lock);
    }
  else
    g_set_error (&call.error, SQL_ERROR, SQL_ERROR_RETRY, "Too much is waiting to be written");
  g_mutex_clear (&call.lock);
  g_cond_clear (&call.wake);

  if (call.error == NULL)
    return TRUE;
  g_propagate_error (error, call.error);
  return FALSE;
}
