/* The one thread that writes the records database: takes what waits, one transaction, one fsync for
 * all, which the next transaction need not wait for.  See design/architecture.md §5. */
#pragma once

#include "durable.h"
#include "metrics.h"
#include "sql.h"

typedef struct _YqWriter YqWriter;
typedef struct _YqJob YqJob;

/* A job is n_units pieces of work in order (the commands of one request).  The writer runs them in
 * slices so that others get through; each unit stands as if in a savepoint of its own.  Embed it.
 */
struct _YqJob
{
  guint n_units;
  /* Writer thread.  FALSE without error: undo what this unit wrote (it keeps its answer).  An error
   * is a failure of the database: the job ends, and done() gets it.  May run again after the whole
   * transaction was lost: must set its answer afresh. */
  gboolean (*run) (YqJob *job, guint unit, SqlConn *conn, GError **error);
  /* When the COMMIT that holds the last unit is on the disk: on the writer's thread, or on that of
   * its YqDurable.  error: 503, nothing of that batch is stored. */
  void (*done) (YqJob *job, const GError *error);
  guint next_unit; /* the writer's own */
};

/* All on the writer thread. */
typedef struct
{
  void (*after_commit) (gpointer user_data); /* each successful commit, before the jobs' done() */
  void (*after_rollback) (
    gpointer user_data); /* a whole transaction was given up: forget what was cached from it */
  void (*foreign_commit) (
    gpointer user_data); /* another process has written (yiquand user, jobs) */
  gpointer user_data;
  YqMetrics *metrics;    /* counts batches; may be NULL */
  gboolean syncs_beside; /* SQLite: durable.h; elsewhere without effect */
  gboolean never_syncs;  /* tests only: to see what a power cut then loses */
  guint max_pages;       /* tests only; 0: no limit */
} YqWriterHooks;

YqWriter *yq_writer_start (const char *uri, const YqWriterHooks *hooks, GError **error);
/* FALSE: the queue (4 096 jobs) is full, answer 503 with Retry-After. */
gboolean yq_writer_push (YqWriter *writer, YqJob *job);
void yq_writer_stop (YqWriter *writer); /* finishes what waits, checkpoints, joins */
/* Runs func in a transaction of the writer and waits (never on the writer's own thread, that of its
 * YqDurable or a loop's). */
gboolean yq_writer_call (YqWriter *writer,
                         gboolean (*func) (SqlConn *conn, gpointer user_data, GError **error),
                         gpointer user_data, GError **error);
/* Inside run(): undoes what this unit has written so far, and goes on.  Where it fails, run() ends
 * with its error: it may run again. */
gboolean yq_writer_undo (SqlConn *conn, GError **error);
/* Inside run(): puts a statement off to the end of the transaction, where all that were put off run
 * in the order of their number ($1): some indexes are written much faster so.  What an undone unit
 * put off is forgotten.  sql lives on; equal ones have the same address.  FALSE: run it now, no
 * transaction of a writer is open on this thread, or it runs carefully. */
gboolean yq_writer_put_off (const char *sql, gint64 number);
/* The same, of a statement of which only that with the greatest number counts. */
gboolean yq_writer_put_off_last (const char *sql, gint64 number);
/* Of the writer's transaction that is open on this thread: a number no other one has.  0: none is.
 */
guint64 yq_writer_transaction (void);
guint64 yq_writer_undone (void); /* changes whenever something of it is undone */
/* A savepoint of a unit's own, on any connection: what was put off since goes back with it.
 * sql_release() keeps it. */
gboolean yq_writer_savepoint (SqlConn *conn, guint *mark, GError **error);
gboolean yq_writer_rollback_to (SqlConn *conn, guint mark, GError **error);
/* Writer thread.  A number that changes whenever something was undone, another process wrote, the
 * database was opened, or rows were written: who remembers it after her own writes knows by it
 * whether what she has read still holds. */
guint64 yq_writer_state (SqlConn *conn);
guint yq_writer_waiting (YqWriter *writer);
/* NULL: nothing can be seen that is not on the disk. */
YqDurable *yq_writer_durable (YqWriter *writer);
