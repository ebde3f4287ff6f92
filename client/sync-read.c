/* The reading thread: pages of the feeds come over the network and are made ready here, while the
 * sync thread stores the one before. */
#define G_LOG_DOMAIN "yiquan-sync"

#include "sync-read.h"

struct _YqReader
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GMainContext *home; /* where pages go */
  char *server, *token;
  YqApiClient *clients[YQ_N_SCOPES]; /* the reading thread's */
};

struct _YqQuestion
{
  YqReader *reader;
  YqScope scope;
  gint64 after;
  guint wait;
  GCancellable *cancellable; /* the reading thread's */
  gboolean is_cancelled;     /* the asker's */
  YqFeedPage page;
  GError *error;
  void (*came) (YqQuestion *question, gpointer user_data);
  gpointer user_data;
};

static void
question_free (YqQuestion *question)
{
  g_clear_pointer (&question->page.records, g_ptr_array_unref);
  g_clear_error (&question->error);
  g_object_unref (question->cancellable);
  g_free (question);
}

const char *
yq_scope_name (YqScope scope)
{
  return scope == YQ_SCOPE_MINE ? "mine" : "catalogue";
}

/* -- on the reading thread -- */

static void
read_records (JsonArray *array, GPtrArray *records)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      YqReceived *received =
        JSON_NODE_HOLDS_OBJECT (node) ? yq_received_new (json_node_get_object (node)) : NULL;

      if (received != NULL)
        g_ptr_array_add (records, received);
    }
}

static gboolean
read_page (JsonNode *reply, YqFeedPage *page)
{
  JsonObject *object = reply != NULL ? json_node_get_object (reply) : NULL;
  JsonNode *records = object != NULL ? json_object_get_member (object, "records") : NULL;

  if (records == NULL || !JSON_NODE_HOLDS_ARRAY (records))
    return FALSE;
  page->n = json_array_get_length (json_node_get_array (records));
  page->next = json_object_get_int_member_with_default (object, "next", 0);
  page->more = json_object_get_boolean_member_with_default (object, "more", FALSE);
  read_records (json_node_get_array (records), page->records);
  return TRUE;
}

static gboolean
hand_over_cb (gpointer user_data)
{
  YqQuestion *question = user_data;

  /* Taken back while the answer was already here. */
  if (question->is_cancelled && question->error == NULL)
    g_set_error_literal (&question->error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Taken back");
  question->came (question, question->user_data);
  question_free (question);
  return G_SOURCE_REMOVE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  YqQuestion *question = user_data;
  JsonNode *reply = yq_api_client_changes_finish (YQ_API_CLIENT (source), result, &question->error);

  if (question->error == NULL && !read_page (reply, &question->page))
    g_set_error_literal (&question->error, YQ_API_ERROR, YQ_API_ERROR_BROKEN, "changes");
  question->page.retry_after = yq_api_client_retry_after (YQ_API_CLIENT (source));
  /* Before the other thread has the records, which hold parts of it. */
  g_clear_pointer (&reply, json_node_unref);
  g_main_context_invoke_full (question->reader->home, G_PRIORITY_DEFAULT, hand_over_cb, question,
                              NULL);
}

static gboolean
ask_cb (gpointer user_data)
{
  YqQuestion *question = user_data;

  yq_api_client_changes_async (question->reader->clients[question->scope],
                               yq_scope_name (question->scope), question->after, question->wait,
                               question->cancellable, answered_cb, question);
  return G_SOURCE_REMOVE;
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_autoptr(GCancellable) cancellable = user_data;

  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer user_data)
{
  YqReader *reader = user_data;

  g_main_context_push_thread_default (reader->context);
  for (guint i = 0; i < YQ_N_SCOPES; i++)
    reader->clients[i] = yq_api_client_new (reader->server);
  yq_api_client_set_token (reader->clients[YQ_SCOPE_MINE], reader->token);
  g_main_loop_run (reader->loop);
  for (guint i = 0; i < YQ_N_SCOPES; i++)
    g_clear_object (&reader->clients[i]);
  while (g_main_context_iteration (reader->context, FALSE))
    ;
  g_main_context_pop_thread_default (reader->context);
  return NULL;
}

/* -- on the asker's -- */

YqReader *
yq_reader_start (const char *server, const char *token, GMainContext *home)
{
  YqReader *reader = g_new0 (YqReader, 1);

  reader->server = g_strdup (server);
  reader->token = g_strdup (token);
  reader->home = g_main_context_ref (home);
  reader->context = g_main_context_new ();
  reader->loop = g_main_loop_new (reader->context, FALSE);
  reader->thread = g_thread_new ("sync-read", run, reader);
  return reader;
}

void
yq_reader_stop (YqReader *reader)
{
  if (reader == NULL)
    return;
  g_main_context_invoke_full (reader->context, G_PRIORITY_DEFAULT, quit_cb, reader->loop, NULL);
  g_thread_join (reader->thread);
  g_main_loop_unref (reader->loop);
  g_main_context_unref (reader->context);
  g_main_context_unref (reader->home);
  g_free (reader->server);
  g_free (reader->token);
  g_free (reader);
}

YqQuestion *
yq_reader_ask (YqReader *reader, YqScope scope, gint64 after, guint wait,
               void (*came) (YqQuestion *question, gpointer user_data), gpointer user_data)
{
  YqQuestion *question = g_new0 (YqQuestion, 1);

  question->reader = reader;
  question->scope = scope;
  question->after = after;
  question->wait = wait;
  question->came = came;
  question->user_data = user_data;
  question->cancellable = g_cancellable_new ();
  question->page.records = g_ptr_array_new_with_free_func ((GDestroyNotify) yq_received_free);
  g_main_context_invoke_full (reader->context, G_PRIORITY_DEFAULT, ask_cb, question, NULL);
  return question;
}

void
yq_question_cancel (YqQuestion *question)
{
  question->is_cancelled = TRUE;
  /* There, not here: libsoup 3.2 does not bear it from another thread. */
  g_main_context_invoke_full (question->reader->context, G_PRIORITY_DEFAULT, cancel_cb,
                              g_object_ref (question->cancellable), NULL);
}

const YqFeedPage *
yq_question_page (YqQuestion *question)
{
  return &question->page;
}

const GError *
yq_question_error (YqQuestion *question)
{
  return question->error;
}
