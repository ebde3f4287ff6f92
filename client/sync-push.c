/* Sending: files first, then the commands that may go, one request at a time.  Where much is sent
 * the server works on the next commands while the answers of the last are written. */
#define G_LOG_DOMAIN "yiquan-sync"

#include "sync-private.h"

#include <string.h>

#include "api.h"
#include "clock.h"

#define TIMEOUT_S 120 /* a thousand commands on a slow disk */
#define SLICE 200     /* answers taken in one transaction */

static gboolean
again_cb (gpointer user_data)
{
  YqPush *push = user_data;

  yq_timer_clear (&push->timer);
  yq_timer_clear (&push->backoff.timer);
  yq_push_run (push);
  return G_SOURCE_REMOVE;
}

/* -- what the server has already -- */

static char *
file_mark (const char *sha256)
{
  return g_strconcat ("sent-file.", sha256, NULL);
}

static gboolean
has_file (const char *sha256, gpointer user_data)
{
  YqPush *push = user_data;
  g_autofree char *mark = file_mark (sha256);

  /* What is not here cannot be sent: the server has it, or says that it is missing. */
  return yq_store_db_get_number (push->worker->db, mark) != 0 ||
         !yq_store_has_file (push->worker->store, sha256);
}

static void
mark_file (YqPush *push, const char *sha256, gboolean sent)
{
  YqSyncWorker *worker = push->worker;
  g_autofree char *mark = file_mark (sha256);
  g_autoptr(GError) error = NULL;

  if (!yq_store_begin (worker->store, worker->db, &error) ||
      !yq_store_end (worker->store, worker->db,
                     yq_store_db_set_meta (worker->db, mark, sent ? "1" : NULL, &error), &error))
    g_message ("A file is sent once more: %s", error->message);
}

/* -- the end of a request -- */

static void
finish (YqPush *push)
{
  g_clear_object (&push->running);
  g_clear_pointer (&push->commands, g_ptr_array_unref);
  g_clear_pointer (&push->file, g_free);
  push->worker->n_pending--;
}

/* They may have been applied or not: the same ids find out.  commands NULL: none were sent. */
static void
unsend (YqPush *push, GPtrArray *commands)
{
  YqSyncWorker *worker = push->worker;
  g_autoptr(GError) error = NULL;

  if (commands == NULL)
    return;
  if (!yq_store_begin (worker->store, worker->db, &error) ||
      !yq_store_end (worker->store, worker->db,
                     yq_queue_set_sending (worker->db, commands, FALSE, &error), &error))
    {
      g_message ("Commands wait: %s", error->message);
      push->is_stale = TRUE;
    }
  yq_store_notice_outbox (worker->store);
}

static void
try_later (YqPush *push, const GError *error)
{
  guint retry_after = yq_api_client_retry_after (push->api);

  unsend (push, push->commands);
  finish (push);
  yq_backoff_wait (&push->backoff, push->worker, error, retry_after, again_cb, push);
  yq_worker_tell (push->worker);
}

/* TRUE where the error has been dealt with. */
static gboolean
handle_failure (YqPush *push, const GError *error)
{
  if (g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_UNAUTHENTICATED))
    {
      unsend (push, push->commands);
      finish (push);
      yq_worker_sign_out (push->worker);
      return TRUE;
    }
  if (g_cancellable_is_cancelled (push->worker->stopping))
    {
      unsend (push, push->commands);
      finish (push);
      return TRUE;
    }
  if (g_error_matches (error, YQ_API_ERROR, YQ_API_ERROR_REFUSED))
    return FALSE;
  try_later (push, error);
  return TRUE;
}

/* -- commands -- */

static gboolean
take_answers (YqPush *push, JsonArray *results, guint from, guint to, GError **error)
{
  YqSyncWorker *worker = push->worker;
  gint64 now = yq_clock_now ();
  gboolean ok = TRUE;

  if (!yq_store_begin (worker->store, worker->db, error))
    return FALSE;
  for (guint i = from; i < to && ok; i++)
    {
      JsonNode *node = json_array_get_element (results, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        ok = yq_queue_answer (worker->db, json_node_get_object (node), now, error);
    }
  return yq_store_end (worker->store, worker->db, ok, error);
}

static void
notice_commands (YqPush *push, GPtrArray *commands)
{
  for (guint i = 0; i < commands->len; i++)
    {
      const YqQueued *queued = commands->pdata[i];

      yq_store_notice (push->worker->store, queued->entity, queued->record);
    }
  yq_store_notice_outbox (push->worker->store);
}

/* A file the server does not have after all (it went back to a backup) is sent again next time. */
static void
forget_missing_files (YqPush *push, GPtrArray *commands, JsonArray *results)
{
  for (guint i = 0; i < json_array_get_length (results); i++)
    {
      JsonNode *node = json_array_get_element (results, i);
      JsonObject *result = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonNode *problem = result != NULL ? json_object_get_member (result, "problem") : NULL;
      g_autoptr(GPtrArray) files = NULL;

      if (problem == NULL || !JSON_NODE_HOLDS_OBJECT (problem) || i >= commands->len ||
          g_strcmp0 (json_object_get_string_member_with_default (json_node_get_object (problem),
                                                                 "code", NULL),
                     "file_missing") != 0)
        continue;
      files = yq_queue_files (commands->pdata[i]);
      for (guint f = 0; f < files->len; f++)
        mark_file (push, files->pdata[f], FALSE);
    }
}

/* One for each command, in their order; owned by the reply.  NULL: error. */
static JsonArray *
results_of (YqPush *push, JsonNode *reply, GError **error)
{
  JsonNode *node = json_object_get_member (json_node_get_object (reply), "results");
  JsonArray *results =
    node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (results != NULL && json_array_get_length (results) == push->commands->len)
    return results;
  g_set_error_literal (error, YQ_API_ERROR, YQ_API_ERROR_BROKEN, "results");
  return NULL;
}

static gboolean
take_results (YqPush *push, GPtrArray *commands, JsonArray *results, GError **error)
{
  for (guint from = 0; from < commands->len; from += SLICE)
    if (!take_answers (push, results, from, MIN (commands->len, from + SLICE), error))
      return FALSE;
  forget_missing_files (push, commands, results);
  notice_commands (push, commands);
  return TRUE;
}

static char *
refusal_of (YqPush *push, const char *id)
{
  const YqProblem *problem = yq_api_client_problem (push->api);
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, "{\"id\":\"%s\",\"outcome\":\"refused\"", id);
  if (problem != NULL)
    {
      g_string_append (text, ",\"problem\":");
      yq_problem_append_json (problem, text);
    }
  g_string_append_c (text, '}');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The envelope was not accepted: find the one command that cannot be sent by sending fewer. */
static void
send_fewer (YqPush *push)
{
  YqSyncWorker *worker = push->worker;
  guint n = push->commands->len;

  if (n > 1)
    {
      push->max_commands = n / 2;
      unsend (push, push->commands);
    }
  else
    {
      const YqQueued *queued = push->commands->pdata[0];
      g_autofree char *text = refusal_of (push, queued->id);
      g_autoptr(JsonObject) result = yq_json_object_of (text);
      g_autoptr(GError) error = NULL;

      if (!yq_store_begin (worker->store, worker->db, &error) ||
          !yq_store_end (worker->store, worker->db,
                         yq_queue_answer (worker->db, result, yq_clock_now (), &error), &error))
        {
          try_later (push, error);
          return;
        }
      notice_commands (push, push->commands);
    }
  finish (push);
  yq_push_run (push);
}

/* There is more, and it can be chosen now: nobody waits for a record that is still being made. */
static gboolean
may_overlap (const YqPush *push)
{
  if (push->commands->len < YQ_MAX_COMMANDS)
    return FALSE;
  for (guint i = 0; i < push->commands->len; i++)
    if (((const YqQueued *) push->commands->pdata[i])->revision == 0)
      return FALSE;
  return TRUE;
}

/* What waits for an answer that is being written stays: its command is still "sending".  Where it
 * cannot be written, what was sent meanwhile is asked for again with it. */
static void
take_while_sending (YqPush *push, JsonArray *results)
{
  g_autoptr(GPtrArray) commands = g_ptr_array_ref (push->commands);
  g_autoptr(GError) error = NULL;

  push->worker->n_pending++;
  finish (push);
  yq_push_run (push);
  if (take_results (push, commands, results, &error))
    yq_worker_reached (push->worker);
  else
    {
      unsend (push, commands);
      if (push->running != NULL)
        g_cancellable_cancel (push->running);
      else
        yq_backoff_wait (&push->backoff, push->worker, error, 0, again_cb, push);
    }
  push->worker->n_pending--;
  yq_worker_tell (push->worker);
}

static void
commands_sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  YqPush *push = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) reply = yq_api_client_send_finish (YQ_API_CLIENT (source), result, &error);
  JsonArray *results = reply != NULL ? results_of (push, reply, &error) : NULL;

  if (results != NULL && may_overlap (push))
    {
      yq_backoff_reset (&push->backoff);
      take_while_sending (push, results);
    }
  else if (results != NULL && take_results (push, push->commands, results, &error))
    {
      finish (push);
      push->max_commands = YQ_MAX_COMMANDS;
      yq_backoff_reset (&push->backoff);
      yq_worker_reached (push->worker);
      yq_push_run (push);
    }
  else if (!handle_failure (push, error))
    send_fewer (push);
}

static void
send_commands (YqPush *push)
{
  g_autoptr(GString) text = g_string_new ("{\"commands\":[");
  g_autoptr(GBytes) body = NULL;

  for (guint i = 0; i < push->commands->len; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      yq_queue_append_json (text, push->commands->pdata[i]);
    }
  g_string_append (text, "]}");
  body = g_bytes_new (text->str, text->len);
  yq_api_client_send_async (push->api, "POST", YQ_PATH_COMMANDS, body, TIMEOUT_S, push->running,
                            commands_sent_cb, push);
}

/* On the disk as "sending" before the first byte goes, so that nobody undoes it in between. */
static gboolean
mark_sending (YqPush *push, GError **error)
{
  YqSyncWorker *worker = push->worker;

  return yq_store_begin (worker->store, worker->db, error) &&
         yq_store_end (worker->store, worker->db,
                       yq_queue_set_sending (worker->db, push->commands, TRUE, error), error);
}

/* -- files -- */

/* problem NULL: nobody gave a reason. */
static void
refuse_file (YqPush *push, const YqProblem *problem)
{
  YqSyncWorker *worker = push->worker;
  g_autoptr(YqProblem) unknown = NULL;
  g_autoptr(GError) error = NULL;

  if (problem == NULL)
    problem = unknown =
      yq_problem_new (YQ_PROBLEM_FILE_MISSING, "%s", _("A file could not be sent"));
  if (!yq_store_begin (worker->store, worker->db, &error) ||
      !yq_store_end (worker->store, worker->db,
                     yq_queue_refuse_file (worker->db, push->file, problem, &error), &error))
    g_warning ("%s", error->message);
  yq_store_notice_outbox (worker->store);
}

static void
file_sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  YqPush *push = user_data;
  g_autoptr(GError) error = NULL;

  if (yq_api_client_put_file_finish (YQ_API_CLIENT (source), result, &error))
    {
      mark_file (push, push->file, TRUE);
      yq_backoff_reset (&push->backoff);
      yq_worker_reached (push->worker);
    }
  else if (handle_failure (push, error))
    return;
  else
    refuse_file (push, yq_api_client_problem (push->api));
  finish (push);
  yq_push_run (push);
}

static void
send_file (YqPush *push)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) content = yq_store_read_file (push->worker->store, push->file, &error);

  if (content != NULL)
    {
      yq_api_client_put_file_async (push->api, push->file, content, push->running, file_sent_cb,
                                    push);
      return;
    }
  {
    g_autoptr(YqProblem) problem = yq_problem_new (YQ_PROBLEM_FILE_MISSING, "%s", error->message);

    refuse_file (push, problem);
  }
  finish (push);
  yq_sync_worker_kick (push->worker);
}

/* -- what next -- */

static void
begin (YqPush *push)
{
  push->running = g_cancellable_new ();
  push->worker->n_pending++;
}

static void
wait_until (YqPush *push, gint64 time)
{
  gint64 ms = CLAMP (time - yq_clock_now (), 10, 60000);

  yq_timer_clear (&push->timer);
  push->timer = yq_timer_new (push->worker, (guint) ms, again_cb, push);
}

static void
start_commands (YqPush *push, GPtrArray *commands)
{
  g_autoptr(GError) error = NULL;

  begin (push);
  push->commands = g_ptr_array_ref (commands);
  if (push->commands->len > push->max_commands)
    g_ptr_array_set_size (push->commands, (int) push->max_commands);
  if (mark_sending (push, &error) && push->commands->len > 0)
    {
      yq_store_notice_outbox (push->worker->store);
      send_commands (push);
      return;
    }
  finish (push);
  if (error == NULL)
    return; /* all undone in this moment */
  g_message ("Commands cannot be sent: %s", error->message);
  yq_backoff_wait (&push->backoff, push->worker, error, 0, again_cb, push);
}

/* What a full disk did not let us note before. */
static gboolean
mend_stale (YqPush *push)
{
  YqSyncWorker *worker = push->worker;
  g_autoptr(GError) error = NULL;

  if (!push->is_stale)
    return TRUE;
  if (!yq_store_begin (worker->store, worker->db, &error) ||
      !yq_store_end (worker->store, worker->db, yq_queue_unsend (worker->db, &error), &error))
    {
      yq_backoff_wait (&push->backoff, worker, error, 0, again_cb, push);
      return FALSE;
    }
  push->is_stale = FALSE;
  yq_store_notice_outbox (worker->store);
  return TRUE;
}

void
yq_push_run (YqPush *push)
{
  YqSyncWorker *worker = push->worker;
  g_auto(YqDue) due = { 0 };

  if (push->running != NULL || !worker->has_token || worker->is_signed_out ||
      yq_backoff_is_waiting (&push->backoff) || g_cancellable_is_cancelled (worker->stopping) ||
      !mend_stale (push))
    return;
  yq_queue_due (worker->db, yq_clock_now (), has_file, push, &due);
  if (due.commands->len > 0)
    start_commands (push, due.commands);
  else if (due.files->len > 0)
    {
      begin (push);
      push->file = g_strdup (due.files->pdata[0]);
      send_file (push);
    }
  if (due.next != 0)
    wait_until (push, due.next);
  yq_worker_tell (worker);
}

gboolean
yq_push_is_full (YqPush *push)
{
  return push->commands != NULL && push->commands->len >= push->max_commands;
}

void
yq_push_clear (YqPush *push)
{
  yq_timer_clear (&push->timer);
  yq_timer_clear (&push->backoff.timer);
  g_clear_object (&push->api);
}
