/* Jobs: rows that fall due, each claimed once, each run in a savepoint of its own. */
#define G_LOG_DOMAIN "yiquand"

#include "jobs.h"

#include <string.h>

#include "board.h"
#include "clock.h"
#include "effects-private.h"
#include "order.h"
#include "party.h"
#include "payout.h"
#include "policy.h"
#include "redemption.h"
#include "review.h"
#include "voucher.h"
#include "world-sql.h"
#include "writer.h"

/* A failed job is tried again after so long, so many times. */
#define RETRY_AFTER (10 * 60 * G_GINT64_CONSTANT (1000))
#define MAX_TRIES 8

typedef struct
{
  const char *what;
  const YqEntity *entity; /* NULL: func gets the key as it is */
  const char *states;     /* the record must be in one of them, else there is nothing to do */
  const char *action;     /* the clock's step */
  gboolean (*func) (YqTx *tx, const char *key, GError **error);
} Work;

static gboolean expire_organisation (YqTx *tx, const char *id, GError **error);

/* clang-format off */
static const Work works[] = {
  { "evaluation_default", &yq_evaluation, "open",    "default",      NULL },
  { "voucher_expire",     &yq_voucher,    "active",  "expire",       NULL },
  { "notice_close",       NULL,           NULL,      NULL,           yq_effect_close_notice },
  { "notice_end",         &yq_notice,     "published", "close",      NULL },
  { "post_expire",        &yq_post,       "published", "expire",     NULL },
  { "organisation_stale", NULL,           NULL,      NULL,           expire_organisation },
  { "digest",             NULL,           NULL,      NULL,           yq_effects_tell_digest },
  { "order_voucher_kind", NULL,           NULL,      NULL,           yq_effect_name_voucher_kind },
  { "review_time",        NULL,           NULL,      NULL,           yq_review_measure },
  { "redemption_dates",   NULL,           NULL,      NULL,           yq_effect_date_redemption },
};
/* clang-format on */

static const char tables[] =
  "CREATE TABLE IF NOT EXISTS job ("
  " what TEXT NOT NULL, record TEXT NOT NULL, due BIGINT NOT NULL, tries BIGINT NOT NULL,"
  " ran_at BIGINT, PRIMARY KEY (what, record));"
  "CREATE INDEX IF NOT EXISTS job_due ON job (due) WHERE ran_at IS NULL;";

gboolean
yq_jobs_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (conn, tables, error);
}

gboolean
yq_jobs_add (SqlConn *conn, const char *what, const char *record, gint64 due, GError **error)
{
  return sql_exec (conn,
                   "INSERT INTO job (what, record, due, tries, ran_at) VALUES ($1, $2, $3, 0, NULL)"
                   " ON CONFLICT (what, record) DO UPDATE"
                   " SET due = excluded.due, tries = 0, ran_at = NULL",
                   SQL_ARGS (SQL_TEXT (what), SQL_TEXT (record), SQL_INT (due)), error) >= 0;
}

gboolean
yq_jobs_drop (SqlConn *conn, const char *what, const char *record, GError **error)
{
  return sql_exec (conn, "DELETE FROM job WHERE what = $1 AND record = $2",
                   SQL_ARGS (SQL_TEXT (what), SQL_TEXT (record)), error) >= 0;
}

/* -- running one -- */

static gboolean
take_step (YqTx *tx, const Work *work, const char *id, GError **error)
{
  g_autoptr(YqRecord) record = yq_effect_get (tx, work->entity, id);

  return record == NULL || !yq_record_in_state (record, work->states) ||
         yq_effect_step (tx, record, work->action, NULL, error);
}

/* Its profile may have been refreshed since the job was written. */
static gboolean
expire_organisation (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) organisation = yq_effect_get (tx, &yq_organisation, id);
  int days;

  if (organisation == NULL || !yq_record_in_state (organisation, "active"))
    return TRUE;
  days = yq_policy_refresh_days (tx->world, yq_record_region (organisation));
  if (days <= 0 ||
      tx->now < yq_record_int (organisation, ORGANISATION_REFRESHED_AT) + days * YQ_DAY)
    return TRUE;

  return yq_effect_step (tx, organisation, "expire", NULL, error);
}

static gboolean
run_one (SqlConn *conn, const char *what, const char *record, gint64 now, GError **error)
{
  static const YqWho clock = { .is_clock = TRUE };
  YqWorld *world;
  YqTx tx;
  gboolean done = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    if (strcmp (works[i].what, what) == 0)
      {
        world = yq_world_sql_new (conn, now);
        yq_tx_init (&tx, conn, world, &clock, now);
        done = works[i].func ? works[i].func (&tx, record, error)
                             : take_step (&tx, &works[i], record, error);
        yq_world_sql_free (world);
        return done;
      }

  g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "no such job: %s", what);
  return FALSE;
}

/* -- the queue -- */

/* TRUE: this process, and no other, has it. */
static gboolean
claim (SqlConn *conn, const char *what, const char *record, gint64 now, GError **error)
{
  return sql_exec (conn,
                   "UPDATE job SET ran_at = $3"
                   " WHERE what = $1 AND record = $2 AND ran_at IS NULL AND due <= $3",
                   SQL_ARGS (SQL_TEXT (what), SQL_TEXT (record), SQL_INT (now)), error) == 1;
}

static gboolean
put_off (SqlConn *conn, const char *what, const char *record, gint64 now, GError **error)
{
  return sql_exec (conn,
                   "UPDATE job SET tries = tries + 1, due = $3,"
                   " ran_at = CASE WHEN tries + 1 >= $4 THEN due ELSE NULL END"
                   " WHERE what = $1 AND record = $2",
                   SQL_ARGS (SQL_TEXT (what), SQL_TEXT (record), SQL_INT (now + RETRY_AFTER),
                             SQL_INT (MAX_TRIES)),
                   error) >= 0;
}

static GPtrArray *
list_due (SqlConn *conn, gint64 now, guint limit, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn,
               "SELECT what, record FROM job WHERE ran_at IS NULL AND due <= $1"
               " ORDER BY due, what, record LIMIT $2",
               SQL_ARGS (SQL_INT (now), SQL_INT (limit)), error);
  g_autoptr(GPtrArray) due = g_ptr_array_new_with_free_func (g_free);
  GError *failure = NULL;

  if (rows == NULL)
    return NULL;
  while (sql_rows_next (rows, &failure))
    {
      g_ptr_array_add (due, g_strdup (sql_rows_text (rows, 0)));
      g_ptr_array_add (due, g_strdup (sql_rows_text (rows, 1)));
    }
  if (failure == NULL)
    return g_steal_pointer (&due);

  g_propagate_error (error, failure);
  return NULL;
}

int
yq_jobs_run_due (SqlConn *conn, gint64 now, guint limit, GError **error)
{
  g_autoptr(GPtrArray) due = list_due (conn, now, limit, error);
  int n = 0;

  if (due == NULL)
    return -1;
  for (guint i = 0; i + 1 < due->len; i += 2)
    {
      const char *what = due->pdata[i], *record = due->pdata[i + 1];
      g_autoptr(GError) failure = NULL;
      guint mark;

      if (!yq_writer_savepoint (conn, &mark, error))
        return -1;
      if (!claim (conn, what, record, now, &failure) && failure == NULL)
        {
          if (!sql_release (conn, error))
            return -1;
          continue;
        }
      if (failure == NULL && run_one (conn, what, record, now, &failure))
        {
          if (!sql_release (conn, error))
            return -1;
          n++;
          continue;
        }
      g_message ("job %s of %s failed: %s", what, record, failure->message);
      if (!yq_writer_rollback_to (conn, mark, error) || !put_off (conn, what, record, now, error))
        return -1;
    }
  return n;
}
