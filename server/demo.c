/* Fills an empty folder with demo data. */
#define G_LOG_DOMAIN "yiquand"

#include "demo.h"

#include "clock.h"
#include "demo-private.h"
#include "jobs.h"
#include "load-data.h"
#include "session.h"
#include "world-sql.h"

/* How far back the demo begins. */
#define DAYS_BACK 210

char *
yq_demo_id (const char *entity, const char *name)
{
  g_autofree char *key = g_strdup_printf ("demo %s %s", entity, name);

  return yq_id_of_name (key);
}

gint64
yq_demo_time (gint64 now, int weekdays, int hours, int minutes)
{
  g_autofree char *today = yq_date_of (now);
  gint64 day = yq_date_start (today);
  int left = ABS (weekdays);

  for (;;)
    {
      /* 1 January 1970 was a Thursday; 0 is Monday. */
      gint64 weekday = (day / YQ_DAY + 1 + 3) % 7;

      if (weekday < 5 && left-- == 0)
        return day + (hours * 60 + minutes) * 60 * YQ_SECOND;
      day += weekdays < 0 ? -YQ_DAY : YQ_DAY;
    }
}

static gboolean
in_transaction (YqDemo *demo, gboolean (*func) (YqDemo *demo, YqTx *tx, GError **error),
                GError **error)
{
  static const YqWho clock = { .is_clock = TRUE };
  YqWorld *world;
  gboolean done;
  YqTx tx;

  if (!sql_begin (demo->conn, TRUE, error))
    return FALSE;
  world = yq_world_sql_new (demo->conn, yq_clock_now ());
  yq_tx_init (&tx, demo->conn, world, &clock, yq_clock_now ());
  done = func (demo, &tx, error) && sql_commit (demo->conn, error);
  if (!done)
    sql_rollback (demo->conn);
  yq_world_sql_free (world);
  return done;
}

static gboolean
run_jobs (YqDemo *demo, YqTx *tx, GError **error)
{
  return yq_jobs_run_due (tx->conn, demo->now, 1000, error) >= 0;
}

static gboolean
fill (YqDemo *demo, GError **error)
{
  /* One hash per account, but weak ones: everybody knows this password. */
  yq_session_set_cost (1, 8 * 1024 * 1024);
  yq_clock_set (demo->now - DAYS_BACK * YQ_DAY);
  if (!in_transaction (demo, yq_demo_add_parties, error) ||
      !in_transaction (demo, yq_demo_add_catalogue, error) || !yq_demo_play_history (demo, error))
    return FALSE;
  yq_clock_set (demo->now);
  return in_transaction (demo, run_jobs, error);
}

gboolean
yq_demo_fill (SqlConn *conn, gint64 now, GError **error)
{
  YqDemo demo = { conn, now };
  gboolean is_present = ABS (yq_clock_now () - now) < YQ_DAY / 24;
  gint64 there = 0;
  GError *failure = NULL;
  gboolean done;

  if (sql_get_int (conn, "SELECT 1 FROM \"account\" LIMIT 1", SQL_NO_ARGS, &there, &failure))
    return TRUE;
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  done = fill (&demo, error);
  yq_session_set_cost (0, 0);
  yq_clock_set (is_present ? 0 : now);
  return done;
}
