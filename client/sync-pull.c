/* Reading a feed: page after page, then waiting for news. */
#define G_LOG_DOMAIN "yiquan-sync"

#include "sync-private.h"

#include "api.h"
#include "clock.h"
#include "model.h"
#include "queue.h"

/* Records written in one transaction: few, so that the window's own writes get between; more while
 * a whole catalogue comes. */
#define SLICE 250
#define BULK_SLICE 1000
#define LOOK_AGAIN_MS 100 /* whether much is still being sent */
#define LONGEST_PAUSE_S 10

static char *
meta_name (YqPull *pull, const char *what)
{
  return g_strconcat (what, ".", yq_scope_name (pull->scope), NULL);
}

static void
load_place (YqPull *pull)
{
  YqStoreDb *db = pull->worker->db;
  g_autofree char *cursor = meta_name (pull, "cursor");
  g_autofree char *generation = meta_name (pull, "generation");
  g_autofree char *whole = meta_name (pull, "whole");

  pull->cursor = yq_store_db_get_number (db, cursor);
  pull->generation = MAX (yq_store_db_get_number (db, generation), 1);
  pull->is_building = yq_store_db_get_number (db, whole) != pull->generation;
}

static gboolean
save_place (YqPull *pull, GError **error)
{
  YqStoreDb *db = pull->worker->db;
  g_autofree char *cursor = meta_name (pull, "cursor");
  g_autofree char *generation = meta_name (pull, "generation");
  g_autofree char *whole = meta_name (pull, "whole");

  return yq_store_db_set_number (db, cursor, pull->cursor, error) &&
         yq_store_db_set_number (db, generation, pull->generation, error) &&
         (pull->is_building || yq_store_db_set_number (db, whole, pull->generation, error));
}

/* -- taking a page -- */

/* changed receives the records that differ now, borrowed from the page. */
static gboolean
receive_slice (YqPull *pull, const YqFeedPage *page, guint from, guint to, GPtrArray *changed,
               GError **error)
{
  for (guint i = from; i < to; i++)
    {
      YqReceived *received = page->records->pdata[i];
      gboolean differs = FALSE;

      if (!yq_store_db_receive (pull->worker->db, received, pull->scope, pull->generation, &differs,
                                error))
        return FALSE;
      if (differs)
        g_ptr_array_add (changed, received);
    }
  return TRUE;
}

static gboolean
write_slice (YqPull *pull, const YqFeedPage *page, guint from, guint to, GPtrArray *changed,
             GError **error)
{
  YqSyncWorker *worker = pull->worker;
  gint64 before = pull->cursor;
  gboolean ok;

  if (!yq_store_begin (worker->store, worker->db, error))
    return FALSE;
  yq_store_db_set_bulk (worker->db, pull->is_building);
  ok =
    receive_slice (pull, page, from, to, changed, error) && yq_store_db_flush (worker->db, error);
  yq_store_db_set_bulk (worker->db, FALSE);
  if (ok && to == page->records->len)
    {
      pull->cursor = page->next;
      ok = save_place (pull, error);
    }
  ok = yq_store_end (worker->store, worker->db, ok, error);
  if (!ok)
    pull->cursor = before;
  return ok;
}

/* The page's place is stored with its last records: a page cut off is read again.  What changed is
 * told when it can be read: after the commit. */
static gboolean
receive_page (YqPull *pull, const YqFeedPage *page, GError **error)
{
  YqSyncWorker *worker = pull->worker;
  guint n = page->records->len, from = 0;

  do
    {
      g_autoptr(GPtrArray) changed = g_ptr_array_new ();
      guint to = MIN (n, from + (pull->is_building ? BULK_SLICE : SLICE));

      if (!write_slice (pull, page, from, to, changed, error))
        return FALSE;
      for (guint i = 0; i < changed->len; i++)
        {
          const YqReceived *received = changed->pdata[i];

          yq_store_notice (worker->store, received->entity, received->id);
        }
      from = to;
    }
  while (from < n && !g_cancellable_set_error_if_cancelled (worker->stopping, error));
  return from >= n;
}

/* A whole reading is finished: what it did not show is no longer there. */
static gboolean
end_building (YqPull *pull, GError **error)
{
  YqSyncWorker *worker = pull->worker;
  g_autoptr(GHashTable) entities = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer name;

  if (!yq_store_begin (worker->store, worker->db, error))
    return FALSE;
  pull->is_building = FALSE;
  if (!yq_store_end (
        worker->store, worker->db,
        yq_store_db_sweep (worker->db, pull->scope, pull->generation, entities, error) &&
          save_place (pull, error),
        error))
    return FALSE;
  g_hash_table_iter_init (&iter, entities);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    yq_store_notice (worker->store, yq_model_find (name), NULL);
  return TRUE;
}

/* Answers given before this question was asked have been shown by now, or show nothing. */
static gboolean
finish_seen (YqPull *pull, gint64 asked_at, GError **error)
{
  YqSyncWorker *worker = pull->worker;
  gint64 n = 0;

  if (pull->scope != YQ_SCOPE_MINE)
    return TRUE;
  sql_get_int (worker->db->conn,
               "SELECT count(*) FROM outbox WHERE status = $1 AND answered_at < $2",
               SQL_ARGS (SQL_INT (YQ_ROW_DELIVERED), SQL_INT (asked_at)), &n, NULL);
  if (n > 0 && (!yq_store_begin (worker->store, worker->db, error) ||
                !yq_store_end (worker->store, worker->db,
                               yq_queue_finish (worker->db, asked_at, error), error)))
    return FALSE;
  return TRUE;
}

static gboolean
take_page (YqPull *pull, const YqFeedPage *page, gint64 asked_at, GError **error)
{
  if (!receive_page (pull, page, error))
    return FALSE;
  pull->worker->n_received += pull->is_current ? 0 : page->n;
  pull->is_current = !page->more;
  if (!pull->is_current)
    return TRUE;
  if (pull->is_building && !end_building (pull, error))
    return FALSE;
  if (page->n > 0 && pull->scope == YQ_SCOPE_MINE)
    yq_store_notice_outbox (pull->worker->store);
  return finish_seen (pull, asked_at, error);
}

/* -- the loop -- */

static gboolean
again_cb (gpointer user_data)
{
  YqPull *pull = user_data;

  yq_timer_clear (&pull->backoff.timer);
  yq_pull_run (pull);
  return G_SOURCE_REMOVE;
}

/* Her rights have changed: everything once more, under a new number. */
static void
start_over (YqPull *pull)
{
  YqSyncWorker *worker = pull->worker;
  g_autoptr(GError) error = NULL;

  pull->generation++;
  pull->cursor = 0;
  pull->is_building = TRUE;
  pull->is_current = FALSE;
  if (!yq_store_begin (worker->store, worker->db, &error) ||
      !yq_store_end (worker->store, worker->db, save_place (pull, &error), &error))
    g_warning ("%s", error->message);
}

static void
handle_failure (YqPull *pull, const GError *error, guint retry_after)
{
  YqSyncWorker *worker = pull->worker;

  if (g_cancellable_is_cancelled (worker->stopping))
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    yq_pull_run (pull); /* asked for anew */
  else if (g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_UNAUTHENTICATED))
    yq_worker_sign_out (worker);
  else if (g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_EXPIRED))
    {
      start_over (pull);
      yq_pull_run (pull);
    }
  else
    {
      g_debug ("Reading %s: %s", yq_scope_name (pull->scope), error->message);
      yq_backoff_wait (&pull->backoff, worker, error, retry_after, again_cb, pull);
    }
  yq_worker_tell (worker);
}

static void ask (YqPull *pull, gint64 after, guint wait);

/* While there is more, the next page is on its way before this one is written. */
static void
page_came_cb (YqQuestion *question, gpointer user_data)
{
  YqPull *pull = user_data;
  YqSyncWorker *worker = pull->worker;
  const YqFeedPage *page = yq_question_page (question);
  g_autoptr(GError) error = NULL;
  gint64 asked_at = pull->asked_at;

  pull->running = NULL;
  worker->n_pending--;
  if (yq_question_error (question) != NULL)
    {
      handle_failure (pull, yq_question_error (question), page->retry_after);
      return;
    }
  if (page->more && !g_cancellable_is_cancelled (worker->stopping))
    ask (pull, page->next, 0);
  if (!take_page (pull, page, asked_at, &error))
    {
      handle_failure (pull, error, 0);
      yq_pull_cancel (pull);
      return;
    }
  yq_backoff_reset (&pull->backoff);
  if (pull->is_current)
    worker->last_sync = yq_clock_now ();
  yq_worker_reached (worker);
  yq_pull_run (pull);
}

static void
ask (YqPull *pull, gint64 after, guint wait)
{
  pull->asked_at = yq_clock_now ();
  pull->worker->n_pending++;
  pull->running =
    yq_reader_ask (pull->worker->reader, pull->scope, after, wait, page_came_cb, pull);
}

void
yq_pull_cancel (YqPull *pull)
{
  if (pull->running != NULL)
    yq_question_cancel (pull->running);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  YqPull *pull = user_data;

  yq_timer_clear (&pull->pause);
  yq_pull_run (pull);
  return G_SOURCE_REMOVE;
}

/* What is on its way out goes first, for a while: what it does comes back with the news. */
static gboolean
has_to_wait (YqPull *pull)
{
  gint64 now = g_get_monotonic_time ();

  if (!pull->is_current || !yq_push_is_full (&pull->worker->push))
    return FALSE;
  if (pull->paused_at == 0)
    pull->paused_at = now;
  if (now - pull->paused_at > LONGEST_PAUSE_S * G_USEC_PER_SEC)
    return FALSE;
  if (pull->pause == NULL)
    pull->pause = yq_timer_new (pull->worker, LOOK_AGAIN_MS, pause_over_cb, pull);
  return TRUE;
}

void
yq_pull_run (YqPull *pull)
{
  YqSyncWorker *worker = pull->worker;

  if (pull->running != NULL || yq_backoff_is_waiting (&pull->backoff) ||
      g_cancellable_is_cancelled (worker->stopping) ||
      (pull->scope == YQ_SCOPE_MINE && (!worker->has_token || worker->is_signed_out)))
    return;
  if (pull->generation == 0)
    load_place (pull);
  if (has_to_wait (pull))
    return;
  pull->paused_at = 0;
  ask (pull, pull->cursor, pull->is_current ? YQ_MAX_WAIT : 0);
  yq_worker_tell (worker);
}

void
yq_pull_clear (YqPull *pull)
{
  yq_timer_clear (&pull->backoff.timer);
  yq_timer_clear (&pull->pause);
}
