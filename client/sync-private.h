/* The inner state of the sync thread; everything here is used on that thread only. */
#pragma once

#include "queue.h"
#include "sync-read.h"
#include "sync-worker.h"

/* Tries again after 1, 2, 4 … seconds, at most a minute, a random part earlier. */
typedef struct
{
  guint failures;
  gboolean is_unreachable; /* the last one: no answer at all */
  gboolean is_disk_full;   /* the last one: no room on this computer */
  GSource *timer;
} YqBackoff;

typedef struct
{
  YqSyncWorker *worker;
  YqScope scope;
  YqQuestion *running; /* NULL: no request is out */
  gint64 cursor;
  gint64 generation;
  gboolean is_building; /* a whole reading from 0 is not finished */
  gboolean is_current;  /* the last page was the last one */
  gint64 asked_at;      /* ms UTC of the request that is out */
  gint64 paused_at;     /* monotonic µs, since when sending goes first; 0: it does not */
  GSource *pause;       /* looks again whether it still does */
  YqBackoff backoff;
} YqPull;

typedef struct
{
  YqSyncWorker *worker;
  YqApiClient *api;
  GCancellable *running;
  GPtrArray *commands; /* of the request that is out */
  char *file;          /* that is being sent */
  gboolean is_stale;   /* rows say "sending", and nobody sends them: the disk was full */
  guint max_commands;  /* made smaller when a request is too large for the server */
  GSource *timer;      /* until the next undo time is over */
  YqBackoff backoff;
} YqPush;

struct _YqSyncWorker
{
  YqStore *store;
  YqStoreDb *db;
  char *server;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GMainContext *home; /* where reports go */
  void (*report) (const YqSyncReport *, gpointer);
  gpointer user_data;
  YqPush push;
  YqReader *reader;
  YqPull pulls[YQ_N_SCOPES];
  YqApiClient *files;
  GCancellable *stopping;
  guint n_pending; /* requests and jobs whose end must be awaited */
  gboolean has_token, is_signed_out;
  gint64 last_sync;
  guint n_received;
  YqSyncReport told;
  gboolean has_told;
  gint64 told_at; /* µs */

  GMutex lock; /* protects report_source */
  GSource *report_source;
  gboolean is_stopped;
};

void yq_push_run (YqPush *push);
gboolean yq_push_is_full (YqPush *push); /* one request is out, and there may be more to send */
void yq_push_clear (YqPush *push);
void yq_pull_run (YqPull *pull);
void yq_pull_cancel (YqPull *pull); /* what is out comes back, and is asked for anew */
void yq_pull_clear (YqPull *pull);

void yq_worker_tell (YqSyncWorker *worker);
void yq_worker_sign_out (YqSyncWorker *worker);
/* Somebody got an answer: whoever waits for a next try need not. */
void yq_worker_reached (YqSyncWorker *worker);

/* again is called after the pause; retry_after in seconds, 0 if the server did not say. */
void yq_backoff_wait (YqBackoff *backoff, YqSyncWorker *worker, const GError *error,
                      guint retry_after, GSourceFunc again, gpointer user_data);
void yq_backoff_reset (YqBackoff *backoff);
gboolean yq_backoff_is_waiting (YqBackoff *backoff);
void yq_timer_clear (GSource **timer);
GSource *yq_timer_new (YqSyncWorker *worker, guint ms, GSourceFunc func, gpointer user_data);
