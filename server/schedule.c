/* The clock of the server: due jobs, once a minute. */
#define G_LOG_DOMAIN "yiquand"

#include "schedule.h"

#include "clock.h"
#include "effects.h"
#include "jobs.h"
#include "load-data.h"
#include "verify-page.h"
#include "world-sql.h"

#define PERIOD (60 * G_USEC_PER_SEC)
/* An upload nobody went on with for so long is dropped. */
#define UPLOAD_LIFE (7 * YQ_DAY)
/* Other work of the writer comes between two such portions. */
#define PORTION 100

typedef struct
{
  YqServer *server;
  GThread *thread;
  GMutex mutex;
  GCond changed;
  gboolean ends;
} Schedule;

static gboolean
run_portion (SqlConn *conn, gpointer user_data, GError **error)
{
  int *n = user_data;

  *n = yq_jobs_run_due (conn, yq_clock_now (), PORTION, error);
  return *n >= 0;
}

int
yq_schedule_run (YqServer *server, GError **error)
{
  int n, sum = 0;

  do
    {
      if (!yq_writer_call (yq_server_writer (server), run_portion, &n, error))
        return -1;
      sum += n;
    }
  while (n == PORTION);
  return sum;
}

static gpointer
tick (gpointer user_data)
{
  Schedule *schedule = user_data;
  gint64 next = g_get_monotonic_time () + PERIOD;

  g_mutex_lock (&schedule->mutex);
  while (!schedule->ends)
    {
      g_autoptr(GError) error = NULL;

      if (g_cond_wait_until (&schedule->changed, &schedule->mutex, next))
        continue;
      next = g_get_monotonic_time () + PERIOD;
      g_mutex_unlock (&schedule->mutex);
      if (yq_schedule_run (schedule->server, &error) < 0)
        g_message ("jobs wait for the next minute: %s", error->message);
      g_clear_error (&error);
      if (!yq_files_clean (yq_server_files (schedule->server), yq_clock_now () - UPLOAD_LIFE,
                           &error))
        g_message ("old uploads stay: %s", error->message);
      g_mutex_lock (&schedule->mutex);
    }
  g_mutex_unlock (&schedule->mutex);
  return NULL;
}

/* What the clock has to mend in a database from before. */
static gboolean
mend (SqlConn *conn, gpointer user_data, GError **error)
{
  static const char *const lacking[] = {
    "SELECT 'order_voucher_kind', id, 0, 0, NULL FROM \"order\" WHERE voucher_kind IS NULL",
    "SELECT 'review_time', id, 0, 0, NULL FROM \"review\" WHERE waited_from IS NULL",
    "SELECT 'redemption_dates', id, 0, 0, NULL FROM \"redemption\""
    " WHERE state IN ('payable', 'paid') AND redeemed_at IS NULL",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lacking); i++)
    {
      g_autofree char *sql = g_strdup_printf (
        "INSERT INTO job (what, record, due, tries, ran_at) %s ON CONFLICT DO NOTHING", lacking[i]);

      if (sql_exec (conn, sql, SQL_NO_ARGS, error) < 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
publish_key (SqlConn *conn, gpointer user_data, GError **error)
{
  YqWorld *world = yq_world_sql_new (conn, yq_clock_now ());
  gboolean done;
  YqTx tx;

  yq_tx_init (&tx, conn, world, NULL, world->now);
  done = yq_load_key (&tx, error);
  yq_world_sql_free (world);
  return done;
}

static gpointer
schedule_start (YqServer *server, GError **error)
{
  Schedule *schedule;

  if (!yq_token_init (yq_server_config (server)->data, error) ||
      !yq_writer_call (yq_server_writer (server), mend, NULL, error) ||
      !yq_writer_call (yq_server_writer (server), publish_key, NULL, error))
    return NULL;
  schedule = g_new0 (Schedule, 1);
  schedule->server = server;
  g_mutex_init (&schedule->mutex);
  g_cond_init (&schedule->changed);
  schedule->thread = g_thread_new ("schedule", tick, schedule);
  return schedule;
}

static void
schedule_stopping (gpointer part)
{
  Schedule *schedule = part;

  g_mutex_lock (&schedule->mutex);
  schedule->ends = TRUE;
  g_cond_signal (&schedule->changed);
  g_mutex_unlock (&schedule->mutex);
  g_clear_pointer (&schedule->thread, g_thread_join);
}

static void
schedule_stop (gpointer part)
{
  Schedule *schedule = part;

  g_mutex_clear (&schedule->mutex);
  g_cond_clear (&schedule->changed);
  g_free (schedule);
}

const YqPart yq_effects_part = {
  .name = "effects",
  .prepare = yq_effects_create_tables,
  .start = schedule_start,
  .stopping = schedule_stopping,
  .stop = schedule_stop,
};
