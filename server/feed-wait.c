/* GET /v1/changes, and those who wait for something to come.  A reader who found nothing is parked
 * under the audiences she follows; a commit that wrote one of them sends her back to her loop,
 * which reads again. */
#define G_LOG_DOMAIN "yiquan-feed"

#include "api.h"
#include "audience.h"
#include "caller.h"
#include "changes.h"
#include "clock.h"
#include "commands.h"
#include "effects.h"
#include "feed.h"
#include "file-use.h"
#include "model.h"
#include "world-sql.h"

typedef struct
{
  GMutex lock;
  YqServer *server;
  GHashTable *waiting; /* audience -> set of Wait */
  guint64 n_commits;
  gboolean is_stopping;
} Feed;

/* One reader. */
typedef struct
{
  Feed *feed;
  YqRequest *request;
  YqChangesQuery query;
  char *region;
  GArray *audiences;
  gint64 until;    /* monotonic, µs */
  gboolean parked; /* under the lock: stands in waiting */
} Wait;

/* -- the table of those who wait; under the lock -- */

static void
enter (Feed *feed, Wait *wait)
{
  for (guint i = 0; i < wait->audiences->len; i++)
    {
      gint64 *audience = &g_array_index (wait->audiences, gint64, i);
      GHashTable *set = g_hash_table_lookup (feed->waiting, audience);

      if (set == NULL)
        {
          set = g_hash_table_new (NULL, NULL);
          g_hash_table_insert (feed->waiting, g_memdup2 (audience, sizeof *audience), set);
        }
      g_hash_table_add (set, wait);
    }
  wait->parked = TRUE;
  yq_metrics_add (yq_server_metrics (feed->server), YQ_METRIC_FEED_WAITS, 1);
}

static void
leave (Feed *feed, Wait *wait)
{
  for (guint i = 0; i < wait->audiences->len; i++)
    {
      gint64 *audience = &g_array_index (wait->audiences, gint64, i);
      GHashTable *set = g_hash_table_lookup (feed->waiting, audience);

      if (set != NULL && g_hash_table_remove (set, wait) && g_hash_table_size (set) == 0)
        g_hash_table_remove (feed->waiting, audience);
    }
  wait->parked = FALSE;
  yq_metrics_add (yq_server_metrics (feed->server), YQ_METRIC_FEED_WAITS, -1);
}

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  g_mutex_lock (&wait->feed->lock);
  if (wait->parked)
    leave (wait->feed, wait);
  g_mutex_unlock (&wait->feed->lock);
  g_array_unref (wait->audiences);
  g_free (wait->region);
  g_free (wait);
}

/* -- reading -- */

static void answer_or_wait (YqRequest *request);

static Wait *
wait_of (YqRequest *request)
{
  return yq_request_data (request);
}

/* TRUE: there was something to say, and it has been said. */
static gboolean
answer (YqRequest *request, gboolean even_empty)
{
  Wait *wait = wait_of (request);
  GString *out = g_string_sized_new (1024);
  g_autoptr(GError) error = NULL;
  YqProblem *problem = NULL;
  guint n = 0;

  if (yq_changes_page (yq_request_conn (request), yq_request_who (request), &wait->query, out, &n,
                       &problem, &error))
    {
      if (n > 0 || even_empty)
        yq_request_reply_json (request, 200, out);
      else
        g_string_free (out, TRUE);
      return n > 0 || even_empty;
    }
  g_string_free (out, TRUE);
  if (problem == NULL)
    {
      g_message ("Reading changes: %s", error->message);
      problem =
        yq_problem_new (YQ_PROBLEM_UNAVAILABLE, _("The server cannot read its records now"));
    }
  yq_request_refuse (request, problem);
  return TRUE;
}

static void
waited_long_enough_cb (YqRequest *request)
{
  Wait *wait = wait_of (request);
  gboolean is_mine;

  g_mutex_lock (&wait->feed->lock);
  is_mine = wait->parked;
  if (is_mine)
    leave (wait->feed, wait);
  g_mutex_unlock (&wait->feed->lock);
  if (is_mine) /* otherwise a commit has just sent her back */
    answer (request, TRUE);
}

/* FALSE: something was committed meanwhile, or there is no time left: read once more. */
static gboolean
park (Wait *wait, guint64 n_commits)
{
  Feed *feed = wait->feed;
  gint64 left = (wait->until - g_get_monotonic_time ()) / 1000;
  gboolean parks;

  g_mutex_lock (&feed->lock);
  parks = left > 0 && feed->n_commits == n_commits && !feed->is_stopping;
  if (parks)
    {
      enter (feed, wait);
      yq_request_park (wait->request, left, waited_long_enough_cb);
    }
  g_mutex_unlock (&feed->lock);
  return parks;
}

static guint64
count_commits (Feed *feed, gboolean *is_over, gint64 until)
{
  guint64 n;

  g_mutex_lock (&feed->lock);
  n = feed->n_commits;
  *is_over = feed->is_stopping || g_get_monotonic_time () >= until;
  g_mutex_unlock (&feed->lock);
  return n;
}

static void
answer_or_wait (YqRequest *request)
{
  Wait *wait = wait_of (request);
  gboolean is_over;

  for (;;)
    {
      guint64 n_commits = count_commits (wait->feed, &is_over, wait->until);

      if (answer (request, is_over) || park (wait, n_commits))
        return;
    }
}

/* -- the route -- */

static gboolean
read_number (YqRequest *request, const char *name, gint64 max, gint64 *value)
{
  const char *text = yq_request_query (request, name);
  char *end;

  if (text == NULL)
    return TRUE;
  *value = g_ascii_strtoll (text, &end, 10);
  return g_ascii_isdigit (*text) && *end == '\0' && *value >= 0 && *value <= max;
}

static gboolean
is_prefix (const char *region)
{
  gsize length = strlen (region);

  return (length == 2 || length == 4 || length == 6) && strspn (region, "0123456789") == length;
}

/* A county or city code in full means what lies below it. */
static char *
dup_prefix (const char *region)
{
  gsize length = region != NULL ? strlen (region) : 0;

  while (length > 2 && region[length - 1] == '0' && region[length - 2] == '0')
    length -= 2;
  return region != NULL ? g_strndup (region, length) : NULL;
}

static YqProblem *
read_query (YqRequest *request, Wait *wait)
{
  static const char known[] = "scope|after|limit|wait|region";
  const char *scope = yq_request_query (request, "scope");
  const char *region = yq_request_query (request, "region");
  gint64 limit = YQ_MAX_CHANGES;
  gint64 seconds = 0;

  for (guint i = 0; i < yq_request_n_query (request); i++)
    {
      const char *name, *value;

      yq_request_nth_query (request, i, &name, &value);
      if (!yq_word_in (known, name))
        return yq_problem_new (YQ_PROBLEM_UNKNOWN_PARAMETER, _("There is no parameter “%s”"), name);
    }
  if (scope == NULL || !yq_word_in ("mine|catalogue", scope))
    return yq_problem_new (YQ_PROBLEM_INVALID, _("scope must be mine or catalogue"));
  wait->query.catalogue = g_str_equal (scope, "catalogue");
  if (!wait->query.catalogue && yq_request_who (request)->account == NULL)
    return yq_problem_new (YQ_PROBLEM_UNAUTHENTICATED, _("Sign in to read what is yours"));
  if (!read_number (request, "after", G_MAXINT64, &wait->query.after) ||
      !read_number (request, "limit", G_MAXINT, &limit) || limit == 0 ||
      !read_number (request, "wait", G_MAXINT, &seconds))
    return yq_problem_new (YQ_PROBLEM_INVALID, _("after, limit and wait must be numbers"));
  if (region != NULL && (!wait->query.catalogue || !is_prefix (region)))
    return yq_problem_new (YQ_PROBLEM_INVALID,
                           _("region must be 2, 4 or 6 digits, and goes with scope=catalogue"));
  wait->query.limit = MIN (limit, YQ_MAX_CHANGES);
  wait->query.region = wait->region = dup_prefix (region);
  wait->until = g_get_monotonic_time () + MIN (seconds, (gint64) YQ_MAX_WAIT) * G_TIME_SPAN_SECOND;
  return NULL;
}

void
yq_changes_handle (YqRequest *request)
{
  Wait *wait = g_new0 (Wait, 1);
  YqProblem *problem;
  gint64 number;

  wait->feed = yq_server_part (yq_request_server (request), &yq_records_part);
  wait->request = request;
  wait->audiences = g_array_new (FALSE, FALSE, sizeof (gint64));
  yq_request_set_data (request, wait, wait_free);
  if ((problem = read_query (request, wait)) != NULL)
    {
      yq_request_refuse (request, problem);
      return;
    }
  if (!wait->query.catalogue)
    {
      g_array_unref (wait->audiences);
      wait->audiences = yq_audience_of_reader (yq_request_who (request));
    }
  else
    {
      number = YQ_AUDIENCE_PUBLIC;
      g_array_append_val (wait->audiences, number);
    }
  answer_or_wait (request);
}

/* -- the part -- */

static gboolean
prepare (SqlConn *conn, GError **error)
{
  g_autoptr(YqWorld) world = NULL;

  if (!yq_effects_create_tables (conn, error) || !yq_records_create_tables (conn, error))
    return FALSE;
  world = yq_world_sql_new (conn, yq_clock_now ());
  yq_model_make_known (world);
  return yq_world_sql_check (world, error);
}

static gpointer
feed_start (YqServer *server, GError **error)
{
  Feed *feed = g_new0 (Feed, 1);

  g_mutex_init (&feed->lock);
  feed->server = server;
  feed->waiting = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                         (GDestroyNotify) g_hash_table_unref);
  yq_files_set_may_read (yq_server_files (server), yq_file_use_may_read);
  return feed;
}

/* Everybody in set has something to read. */
static void
wake (Feed *feed, GHashTable *set)
{
  g_autoptr(GPtrArray) ready = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer wait;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &wait, NULL))
    g_ptr_array_add (ready, wait);
  for (guint i = 0; i < ready->len; i++)
    {
      leave (feed, ready->pdata[i]);
      yq_request_continue (((Wait *) ready->pdata[i])->request, answer_or_wait);
    }
}

static void
feed_committed (gpointer part)
{
  Feed *feed = part;
  g_autoptr(GArray) rung = yq_feed_take_rung ();
  g_autoptr(GPtrArray) bumped = yq_feed_take_bumped ();

  for (guint i = 0; bumped != NULL && i < bumped->len; i++)
    yq_sessions_drop_account (yq_server_sessions (feed->server), bumped->pdata[i]);
  g_mutex_lock (&feed->lock);
  feed->n_commits++;
  for (guint i = 0; rung != NULL && i < rung->len; i++)
    {
      GHashTable *set = g_hash_table_lookup (feed->waiting, &g_array_index (rung, gint64, i));

      if (set != NULL)
        wake (feed, set);
    }
  g_mutex_unlock (&feed->lock);
}

static void
feed_rolled_back (gpointer part)
{
  g_autoptr(GArray) rung = yq_feed_take_rung ();
  g_autoptr(GPtrArray) bumped = yq_feed_take_bumped ();

  yq_caller_forget_all ();
}

static void
feed_stopping (gpointer part)
{
  Feed *feed = part;
  GHashTableIter iter;
  gpointer set;

  g_mutex_lock (&feed->lock);
  feed->is_stopping = TRUE;
  while (g_hash_table_size (feed->waiting) > 0)
    {
      g_hash_table_iter_init (&iter, feed->waiting);
      if (g_hash_table_iter_next (&iter, NULL, &set))
        wake (feed, set);
    }
  g_mutex_unlock (&feed->lock);
}

static void
feed_stop (gpointer part)
{
  Feed *feed = part;

  g_hash_table_unref (feed->waiting);
  g_mutex_clear (&feed->lock);
  g_free (feed);
}

const YqPart yq_records_part = {
  .name = "records",
  .prepare = prepare,
  .start = feed_start,
  .after_commit = feed_committed,
  .after_rollback = feed_rolled_back,
  .stopping = feed_stopping,
  .stop = feed_stop,
};
