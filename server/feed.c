/* The feed's rows, the sequence, and the bell. */
#define G_LOG_DOMAIN "yiquan-feed"

#include "feed.h"

#include "audience.h"

gboolean
yq_feed_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (
    conn,
    "CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);"
    "INSERT INTO counter (name, value) VALUES ('seq', 0) ON CONFLICT DO NOTHING;"
    "CREATE TABLE IF NOT EXISTS feed (audience BIGINT NOT NULL, record TEXT NOT NULL,"
    " entity TEXT NOT NULL, region TEXT, gone BIGINT NOT NULL, seq BIGINT NOT NULL,"
    " PRIMARY KEY (audience, record));"
    "CREATE INDEX IF NOT EXISTS feed_by_seq ON feed (audience, seq);"
    "CREATE TABLE IF NOT EXISTS epoch (account TEXT PRIMARY KEY, value BIGINT NOT NULL);",
    error);
}

gint64
yq_feed_next_seq (SqlConn *conn, GError **error)
{
  gint64 seq;

  /* RETURNING would make a table of its own each time. */
  if (sql_exec (conn, "UPDATE counter SET value = value + 1 WHERE name = 'seq'", SQL_NO_ARGS,
                error) == 1 &&
      sql_get_int (conn, "SELECT value FROM counter WHERE name = 'seq'", SQL_NO_ARGS, &seq, error))
    return seq;
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, SQL_ERROR, SQL_ERROR_FAILED, "The sequence is missing");
  return -1;
}

/* -- the bell: audiences written on this thread since the last commit -- */

static GPrivate rung = G_PRIVATE_INIT ((GDestroyNotify) g_array_unref);

static void
ring (gint64 audience)
{
  GArray *numbers = g_private_get (&rung);

  if (numbers == NULL)
    {
      numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_private_set (&rung, numbers);
    }
  g_array_append_val (numbers, audience);
}

GArray *
yq_feed_take_rung (void)
{
  GArray *numbers = g_private_get (&rung);

  if (numbers != NULL)
    g_private_set (&rung, NULL);
  return numbers;
}

/* -- accounts whose grants changed, in the same way -- */

static GPrivate bumped = G_PRIVATE_INIT ((GDestroyNotify) g_ptr_array_unref);

static void
note_bumped (const char *account)
{
  GPtrArray *accounts = g_private_get (&bumped);

  if (accounts == NULL)
    {
      accounts = g_ptr_array_new_with_free_func (g_free);
      g_private_set (&bumped, accounts);
    }
  g_ptr_array_add (accounts, g_strdup (account));
}

GPtrArray *
yq_feed_take_bumped (void)
{
  GPtrArray *accounts = g_private_get (&bumped);

  if (accounts != NULL)
    g_private_set (&bumped, NULL);
  return accounts;
}

/* -- rows -- */

static gboolean
write_row (SqlConn *conn, gint64 audience, YqRecord *record, const char *region, gboolean gone,
           gint64 seq, GError **error)
{
  ring (audience);
  return sql_exec (conn,
                   "INSERT INTO feed (audience, record, entity, region, gone, seq)"
                   " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (audience, record) DO UPDATE"
                   " SET region = excluded.region, gone = excluded.gone, seq = excluded.seq",
                   SQL_ARGS (SQL_INT (audience), SQL_TEXT (yq_record_id (record)),
                             SQL_TEXT (yq_record_entity (record)->name), SQL_TEXT (region),
                             SQL_INT (gone), SQL_INT (seq)),
                   error) >= 0;
}

static gboolean
holds (GArray *numbers, gint64 number)
{
  for (guint i = 0; numbers != NULL && i < numbers->len; i++)
    if (g_array_index (numbers, gint64, i) == number)
      return TRUE;
  return FALSE;
}

/* Who follows a region of the catalogue must hear of what moved out of it. */
static gboolean
write_moved (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq, GError **error)
{
  const char *region = yq_record_region (before);

  if (region == NULL || g_strcmp0 (region, yq_record_region (after)) == 0)
    return TRUE;
  return write_row (conn, yq_audience_number ("moved", NULL), before, region, TRUE, seq, error);
}

gboolean
yq_feed_write (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq, GError **error)
{
  g_autoptr(GArray) old = before != NULL ? yq_audience_of_record (before) : NULL;
  g_autoptr(GArray) new = after != NULL ? yq_audience_of_record (after) : NULL;

  for (guint i = 0; new != NULL &&i < new->len; i++)
    if (!write_row (conn, g_array_index (new, gint64, i), after, yq_record_region (after), FALSE,
                    seq, error))
      return FALSE;
  for (guint i = 0; old != NULL && i < old->len; i++)
    if (!holds (new, g_array_index (old, gint64, i)) &&
        !write_row (conn, g_array_index (old, gint64, i), before, yq_record_region (before), TRUE,
                    seq, error))
      return FALSE;
  return before == NULL || after == NULL || !yq_audience_is_public (before) ||
         write_moved (conn, before, after, seq, error);
}

/* -- epochs -- */

gint64
yq_feed_epoch (SqlConn *conn, const char *account)
{
  g_autoptr(GError) error = NULL;
  gint64 value = 0;

  if (account == NULL)
    return 0;
  sql_get_int (conn, "SELECT value FROM epoch WHERE account = $1", SQL_ARGS (SQL_TEXT (account)),
               &value, &error);
  if (error != NULL)
    g_warning ("Reading an epoch: %s", error->message);
  return value;
}

gboolean
yq_feed_bump_epoch (SqlConn *conn, const char *account, GError **error)
{
  ring (yq_audience_number ("account", account));
  note_bumped (account);
  return sql_exec (conn,
                   "INSERT INTO epoch (account, value) VALUES ($1, 1)"
                   " ON CONFLICT (account) DO UPDATE SET value = epoch.value + 1",
                   SQL_ARGS (SQL_TEXT (account)), error) >= 0;
}
