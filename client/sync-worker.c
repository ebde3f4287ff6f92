/* The sync thread itself: its context, its reports, its pauses. */
#define G_LOG_DOMAIN "yiquan-sync"

#include "sync-worker.h"

#include "api.h"
#include "clock.h"
#include "sync-private.h"

#define FIRST_PAUSE_MS 1000
#define LAST_PAUSE_MS 60000
#define REPORT_EVERY_US 100000 /* while a first load runs */

/* -- pauses -- */

void
yq_timer_clear (GSource **timer)
{
  if (*timer != NULL)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

GSource *
yq_timer_new (YqSyncWorker *worker, guint ms, GSourceFunc func, gpointer user_data)
{
  GSource *timer = g_timeout_source_new (ms);

  g_source_set_callback (timer, func, user_data, NULL);
  g_source_attach (timer, worker->context);
  return timer;
}

/* All clients of a server that went down would come back at once, but for the random part. */
void
yq_backoff_wait (YqBackoff *backoff, YqSyncWorker *worker, const GError *error, guint retry_after,
                 GSourceFunc again, gpointer user_data)
{
  guint ms = FIRST_PAUSE_MS << MIN (backoff->failures, 6);

  ms = MIN (ms, LAST_PAUSE_MS);
  ms = ms / 2 + (guint) g_random_int_range (0, (gint32) ms / 2 + 1);
  ms = MAX (ms, MIN (retry_after, 3600) * 1000);
  backoff->failures++;
  backoff->is_unreachable = g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_UNREACHABLE);
  backoff->is_disk_full = g_error_matches (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FULL);
  yq_timer_clear (&backoff->timer);
  backoff->timer = yq_timer_new (worker, ms, again, user_data);
}

void
yq_backoff_reset (YqBackoff *backoff)
{
  backoff->failures = 0;
  backoff->is_disk_full = FALSE;
  yq_timer_clear (&backoff->timer);
}

gboolean
yq_backoff_is_waiting (YqBackoff *backoff)
{
  return backoff->timer != NULL;
}

/* -- reports -- */

static YqSyncState
find_state (YqSyncWorker *worker)
{
  YqPull *mine = &worker->pulls[YQ_SCOPE_MINE];
  YqPull *catalogue = &worker->pulls[YQ_SCOPE_CATALOGUE];

  if (worker->is_signed_out)
    return YQ_SYNC_SIGNED_OUT;
  if (mine->backoff.failures > 0 || catalogue->backoff.failures > 0 ||
      worker->push.backoff.failures > 0)
    return YQ_SYNC_OFFLINE;
  if (worker->push.running != NULL || !catalogue->is_current ||
      (worker->has_token && !mine->is_current))
    return YQ_SYNC_SYNCING;
  return YQ_SYNC_UP_TO_DATE;
}

static gboolean
is_disk_full (YqSyncWorker *worker)
{
  return worker->push.backoff.is_disk_full || worker->pulls[YQ_SCOPE_MINE].backoff.is_disk_full ||
         worker->pulls[YQ_SCOPE_CATALOGUE].backoff.is_disk_full;
}

static gboolean
report_cb (gpointer user_data)
{
  YqSyncWorker *worker = user_data;
  YqSyncReport report;

  g_mutex_lock (&worker->lock);
  report = worker->told;
  g_clear_pointer (&worker->report_source, g_source_unref);
  g_mutex_unlock (&worker->lock);
  worker->report (&report, worker->user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
is_news (YqSyncWorker *worker, const YqSyncReport *report)
{
  const YqSyncReport *told = &worker->told;

  if (!worker->has_told || told->state != report->state || told->may_send != report->may_send ||
      told->is_disk_full != report->is_disk_full)
    return TRUE;
  return (told->last_sync != report->last_sync || told->n_received != report->n_received) &&
         g_get_monotonic_time () - worker->told_at > REPORT_EVERY_US;
}

void
yq_worker_tell (YqSyncWorker *worker)
{
  YqSyncReport report = { find_state (worker), worker->last_sync, worker->n_received,
                          worker->has_token && !worker->is_signed_out, is_disk_full (worker) };

  if (report.state == YQ_SYNC_UP_TO_DATE)
    worker->n_received = 0;
  if (!is_news (worker, &report))
    return;
  g_mutex_lock (&worker->lock);
  worker->told = report;
  worker->has_told = TRUE;
  worker->told_at = g_get_monotonic_time ();
  if (worker->report_source == NULL && !worker->is_stopped)
    {
      worker->report_source = g_idle_source_new ();
      g_source_set_priority (worker->report_source, G_PRIORITY_DEFAULT);
      g_source_set_callback (worker->report_source, report_cb, worker, NULL);
      g_source_attach (worker->report_source, worker->home);
    }
  g_mutex_unlock (&worker->lock);
}

void
yq_worker_sign_out (YqSyncWorker *worker)
{
  YqPull *mine = &worker->pulls[YQ_SCOPE_MINE];

  worker->is_signed_out = TRUE;
  yq_pull_cancel (mine);
  yq_worker_tell (worker);
}

/* Who was told to come later is not made to come earlier by somebody else's luck. */
static gboolean
may_go_on (YqBackoff *backoff)
{
  if (!yq_backoff_is_waiting (backoff) || !backoff->is_unreachable)
    return FALSE;
  yq_backoff_reset (backoff);
  return TRUE;
}

void
yq_worker_reached (YqSyncWorker *worker)
{
  for (guint i = 0; i < YQ_N_SCOPES; i++)
    if (may_go_on (&worker->pulls[i].backoff))
      yq_pull_run (&worker->pulls[i]);
  if (may_go_on (&worker->push.backoff))
    yq_push_run (&worker->push);
  yq_worker_tell (worker);
}

/* -- asked for by the main thread -- */

static gboolean
kick_cb (gpointer user_data)
{
  YqSyncWorker *worker = user_data;

  yq_push_run (&worker->push);
  return G_SOURCE_REMOVE;
}

/* A long poll on a connection that died unnoticed would last: it is asked anew. */
static gboolean
now_cb (gpointer user_data)
{
  YqSyncWorker *worker = user_data;

  for (guint i = 0; i < YQ_N_SCOPES; i++)
    {
      YqPull *pull = &worker->pulls[i];

      yq_backoff_reset (&pull->backoff);
      pull->is_current = FALSE;
      if (pull->running != NULL)
        yq_pull_cancel (pull);
      else
        yq_pull_run (pull);
    }
  yq_backoff_reset (&worker->push.backoff);
  yq_push_run (&worker->push);
  return G_SOURCE_REMOVE;
}

static void
invoke (YqSyncWorker *worker, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, worker->context);
}

void
yq_sync_worker_kick (YqSyncWorker *worker)
{
  invoke (worker, kick_cb, worker, NULL);
}

void
yq_sync_worker_now (YqSyncWorker *worker)
{
  invoke (worker, now_cb, worker, NULL);
}

/* -- single requests -- */

typedef struct
{
  YqSyncWorker *worker;
  GTask *task;
  char *name; /* sha256 or path */
  gboolean is_file;
  gpointer result;
  GError *error;
} Errand;

static gboolean
errand_home_cb (gpointer user_data)
{
  Errand *errand = user_data;

  if (errand->error != NULL)
    g_task_return_error (errand->task, errand->error);
  else
    g_task_return_pointer (errand->task, errand->result,
                           errand->is_file ? (GDestroyNotify) g_bytes_unref
                                           : (GDestroyNotify) json_node_unref);
  g_object_unref (errand->task);
  g_free (errand->name);
  g_free (errand);
  return G_SOURCE_REMOVE;
}

static void
send_home (Errand *errand)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, errand_home_cb, errand, NULL);
  g_source_attach (source, g_task_get_context (errand->task));
}

static void
file_came_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Errand *errand = user_data;
  g_autoptr(GError) error = NULL;

  errand->result = yq_api_client_get_file_finish (YQ_API_CLIENT (source), result, &errand->error);
  /* Without room for a copy it can still be looked at. */
  if (errand->result != NULL &&
      !yq_store_keep_file (errand->worker->store, errand->result, NULL, &error))
    g_warning ("%s", error->message);
  errand->worker->n_pending--;
  send_home (errand);
}

static void
json_came_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Errand *errand = user_data;

  errand->result = yq_api_client_send_finish (YQ_API_CLIENT (source), result, &errand->error);
  errand->worker->n_pending--;
  send_home (errand);
}

static gboolean
errand_cb (gpointer user_data)
{
  Errand *errand = user_data;
  YqSyncWorker *worker = errand->worker;

  worker->n_pending++;
  if (errand->is_file)
    yq_api_client_get_file_async (worker->files, errand->name, worker->stopping, file_came_cb,
                                  errand);
  else
    yq_api_client_send_async (worker->files, "GET", errand->name, NULL, 0, worker->stopping,
                              json_came_cb, errand);
  return G_SOURCE_REMOVE;
}

static void
run_errand (YqSyncWorker *worker, const char *name, gboolean is_file, GTask *task)
{
  Errand *errand = g_new0 (Errand, 1);

  errand->worker = worker;
  errand->task = task;
  errand->name = g_strdup (name);
  errand->is_file = is_file;
  invoke (worker, errand_cb, errand, NULL);
}

void
yq_sync_worker_get_file (YqSyncWorker *worker, const char *sha256, GTask *task)
{
  run_errand (worker, sha256, TRUE, task);
}

void
yq_sync_worker_get_json (YqSyncWorker *worker, const char *path, GTask *task)
{
  run_errand (worker, path, FALSE, task);
}

/* -- the thread -- */

static gboolean
quit_cb (gpointer user_data)
{
  YqSyncWorker *worker = user_data;

  g_cancellable_cancel (worker->stopping);
  for (guint i = 0; i < YQ_N_SCOPES; i++)
    yq_pull_cancel (&worker->pulls[i]);
  if (worker->push.running != NULL)
    g_cancellable_cancel (worker->push.running);
  g_main_loop_quit (worker->loop);
  return G_SOURCE_REMOVE;
}

static void
set_up (YqSyncWorker *worker, const char *token)
{
  worker->push.worker = worker;
  worker->push.max_commands = YQ_MAX_COMMANDS;
  worker->push.api = yq_api_client_new (worker->server);
  worker->files = yq_api_client_new (worker->server);
  yq_api_client_set_token (worker->push.api, token);
  yq_api_client_set_token (worker->files, token);
  for (guint i = 0; i < YQ_N_SCOPES; i++)
    {
      worker->pulls[i].worker = worker;
      worker->pulls[i].scope = i;
    }
  worker->reader = yq_reader_start (worker->server, token, worker->context);
}

static void
work (YqSyncWorker *worker)
{
  yq_push_run (&worker->push);
  yq_pull_run (&worker->pulls[YQ_SCOPE_MINE]);
  yq_pull_run (&worker->pulls[YQ_SCOPE_CATALOGUE]);
  g_main_loop_run (worker->loop);
  while (worker->n_pending > 0 || g_main_context_pending (worker->context))
    g_main_context_iteration (worker->context, TRUE);
}

typedef struct
{
  YqSyncWorker *worker;
  char *token;
} Start;

static gpointer
run (gpointer data)
{
  g_autofree Start *start = data;
  YqSyncWorker *worker = start->worker;
  g_autofree char *token = start->token;
  g_autoptr(GError) error = NULL;

  g_main_context_push_thread_default (worker->context);
  worker->db = yq_store_open_db (worker->store, &error);
  if (worker->db == NULL)
    g_warning ("%s", error->message);
  else
    {
      set_up (worker, token);
      work (worker);
      yq_push_clear (&worker->push);
      for (guint i = 0; i < YQ_N_SCOPES; i++)
        yq_pull_clear (&worker->pulls[i]);
      g_clear_pointer (&worker->reader, yq_reader_stop);
      g_clear_object (&worker->files);
    }
  g_clear_pointer (&worker->db, yq_store_db_close);
  while (g_main_context_iteration (worker->context, FALSE))
    ;
  g_main_context_pop_thread_default (worker->context);
  return NULL;
}

YqSyncWorker *
yq_sync_worker_start (YqStore *store, const char *server, const char *token,
                      void (*report) (const YqSyncReport *report, gpointer user_data),
                      gpointer user_data)
{
  YqSyncWorker *worker = g_new0 (YqSyncWorker, 1);
  Start *start = g_new0 (Start, 1);

  worker->store = g_object_ref (store);
  worker->server = g_strdup (server);
  worker->report = report;
  worker->user_data = user_data;
  worker->has_token = token != NULL;
  worker->stopping = g_cancellable_new ();
  worker->home = g_main_context_ref_thread_default ();
  worker->context = g_main_context_new ();
  worker->loop = g_main_loop_new (worker->context, FALSE);
  g_mutex_init (&worker->lock);
  start->worker = worker;
  start->token = g_strdup (token);
  yq_api_client_make_ready ();
  worker->thread = g_thread_new ("sync", run, start);
  return worker;
}

void
yq_sync_worker_stop (YqSyncWorker *worker)
{
  if (worker == NULL)
    return;
  invoke (worker, quit_cb, worker, NULL);
  g_thread_join (g_steal_pointer (&worker->thread));
  g_mutex_lock (&worker->lock);
  worker->is_stopped = TRUE;
  if (worker->report_source != NULL)
    g_source_destroy (worker->report_source);
  g_clear_pointer (&worker->report_source, g_source_unref);
  g_mutex_unlock (&worker->lock);
  g_clear_pointer (&worker->loop, g_main_loop_unref);
  g_clear_pointer (&worker->context, g_main_context_unref);
  g_clear_pointer (&worker->home, g_main_context_unref);
  g_clear_object (&worker->stopping);
  g_clear_object (&worker->store);
  g_mutex_clear (&worker->lock);
  g_free (worker->server);
  g_free (worker);
}
