/* The feed's lines, the sequence, and the bell. */
#define G_LOG_DOMAIN "yiquan-feed"

#include "feed.h"

#include "audience.h"
#include "writer.h"

static const char tables[] =
  "CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);"
  "INSERT INTO counter (name, value) VALUES ('seq', 0) ON CONFLICT DO NOTHING;"
  "CREATE TABLE IF NOT EXISTS feed_line (audience BIGINT NOT NULL, seq BIGINT NOT NULL,"
  " record TEXT NOT NULL, entity TEXT NOT NULL, region TEXT, gone BIGINT NOT NULL,"
  " PRIMARY KEY (audience, seq)) WITHOUT ROWID;"
  /* Of records whose last lines no event has the number of. */
  "CREATE TABLE IF NOT EXISTS feed_touch (record TEXT PRIMARY KEY, seq BIGINT NOT NULL)"
  " WITHOUT ROWID;"
  "CREATE TABLE IF NOT EXISTS epoch (account TEXT PRIMARY KEY, value BIGINT NOT NULL);";

/* Lines had three trees once; the one that found those of a record is not needed. */
static const char move_lines[] =
  "INSERT INTO feed_line (audience, seq, record, entity, region, gone)"
  " SELECT audience, seq, record, entity, region, gone FROM feed;"
  "INSERT INTO feed_touch (record, seq) SELECT record, max (seq) FROM feed"
  " WHERE gone = 0 AND NOT EXISTS (SELECT 1 FROM event WHERE event.seq = feed.seq)"
  " GROUP BY record;"
  "DROP TABLE feed;";

gboolean
yq_feed_create_tables (SqlConn *conn, GError **error)
{
  gint64 n_columns = 0;

  return sql_script (conn, tables, error) &&
         sql_get_int (conn, "SELECT count (*) FROM pragma_table_info('feed')", SQL_NO_ARGS,
                      &n_columns, error) &&
         (n_columns == 0 || sql_script (conn, move_lines, error));
}

/* -- the sequence -- */

static const char store_seq[] = "UPDATE counter SET value = $1 WHERE name = 'seq'";

/* Numbers given in the transaction of a writer that is open on this thread.  They only grow: what
 * is undone in it leaves a gap. */
static _Thread_local guint64 seq_transaction;
static _Thread_local gint64 seq_given;

static gboolean
read_seq (SqlConn *conn, gint64 *seq, GError **error)
{
  if (sql_get_int (conn, "SELECT value FROM counter WHERE name = 'seq'", SQL_NO_ARGS, seq, error))
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, SQL_ERROR, SQL_ERROR_FAILED, "The sequence is missing");
  return FALSE;
}

gint64
yq_feed_next_seq (SqlConn *conn, GError **error)
{
  guint64 transaction = yq_writer_transaction ();
  gint64 seq = seq_given;

  if ((transaction == 0 || transaction != seq_transaction) && !read_seq (conn, &seq, error))
    return -1;
  seq_transaction = transaction;
  seq_given = ++seq;
  if (!yq_writer_put_off_last (store_seq, seq) &&
      sql_exec (conn, store_seq, SQL_ARGS (SQL_INT (seq)), error) != 1)
    return -1;
  return seq;
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

/* -- lines -- */

static gboolean
write_line (SqlConn *conn, gint64 audience, YqRecord *record, const char *region, gboolean gone,
            gint64 seq, GError **error)
{
  ring (audience);
  return sql_exec (conn,
                   "INSERT INTO feed_line (audience, seq, record, entity, region, gone)"
                   " VALUES ($1, $2, $3, $4, $5, $6)",
                   SQL_ARGS (SQL_INT (audience), SQL_INT (seq), SQL_TEXT (yq_record_id (record)),
                             SQL_TEXT (yq_record_entity (record)->name), SQL_TEXT (region),
                             SQL_INT (gone)),
                   error) == 1;
}

/* The number of a record's last lines: that of its last event, or of what touched it since.  0
 * where there are none. */
static gboolean
find_last_seq (SqlConn *conn, YqRecord *record, gint64 *seq, GError **error)
{
  g_autoptr(GError) failure = NULL;
  const SqlValue args[] = { SQL_TEXT (yq_record_id (record)),
                            SQL_INT (yq_record_revision (record)) };

  *seq = 0;
  if (sql_get_int (conn, "SELECT seq FROM feed_touch WHERE record = $1", args, 1, seq, &failure))
    sql_exec (conn, "DELETE FROM feed_touch WHERE record = $1", args, 1, &failure);
  else if (failure == NULL)
    sql_get_int (conn, "SELECT seq FROM event WHERE record = $1 AND revision = $2", args, 2, seq,
                 &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Where a record comes or goes, what is left of an earlier time goes. */
static gboolean
forget_lines (SqlConn *conn, gint64 audience, YqRecord *record, GError **error)
{
  return sql_exec (conn,
                   "DELETE FROM feed_line WHERE audience = $1"
                   " AND seq IN (SELECT seq FROM event WHERE record = $2)",
                   SQL_ARGS (SQL_INT (audience), SQL_TEXT (yq_record_id (record))), error) >= 0;
}

static gboolean
holds (GArray *numbers, gint64 number)
{
  for (guint i = 0; numbers != NULL && i < numbers->len; i++)
    if (g_array_index (numbers, gint64, i) == number)
      return TRUE;
  return FALSE;
}

/* Of the audiences, but not of those that were done before. */
static gboolean
remove_lines (SqlConn *conn, GArray *audiences, GArray *before, gint64 seq, GError **error)
{
  for (guint i = 0; audiences != NULL && i < audiences->len; i++)
    {
      gint64 audience = g_array_index (audiences, gint64, i);

      if (!holds (before, audience) &&
          sql_exec (conn, "DELETE FROM feed_line WHERE audience = $1 AND seq = $2",
                    SQL_ARGS (SQL_INT (audience), SQL_INT (seq)), error) < 0)
        return FALSE;
    }
  return TRUE;
}

/* Who follows a region of the catalogue must hear of what moved out of it. */
static gboolean
write_moved (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq, GError **error)
{
  const char *region = yq_record_region (before);
  gint64 moved = yq_audience_number ("moved", NULL);

  if (region == NULL || g_strcmp0 (region, yq_record_region (after)) == 0)
    return TRUE;
  return forget_lines (conn, moved, before, error) &&
         write_line (conn, moved, before, region, TRUE, seq, error);
}

/* One line in each of the audiences; others are those of the other time. */
static gboolean
write_lines (SqlConn *conn, GArray *audiences, GArray *others, YqRecord *record, gboolean gone,
             gint64 seq, GError **error)
{
  for (guint i = 0; audiences != NULL && i < audiences->len; i++)
    {
      gint64 audience = g_array_index (audiences, gint64, i);
      gboolean stays = holds (others, audience);

      if (gone && stays)
        continue;
      if ((others != NULL && !stays && !forget_lines (conn, audience, record, error)) ||
          !write_line (conn, audience, record, yq_record_region (record), gone, seq, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
yq_feed_write (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq, GError **error)
{
  g_autoptr(GArray) old = before != NULL ? yq_audience_of_record (before) : NULL;
  g_autoptr(GArray) new = after != NULL ? yq_audience_of_record (after) : NULL;
  gint64 last;

  if (before != NULL &&
      (!find_last_seq (conn, before, &last, error) ||
       !remove_lines (conn, old, NULL, last, error) || !remove_lines (conn, new, old, last, error)))
    return FALSE;
  if (!write_lines (conn, new, old, after, FALSE, seq, error) ||
      !write_lines (conn, old, new, before, TRUE, seq, error))
    return FALSE;
  return before == NULL || after == NULL || !yq_audience_is_public (before) ||
         write_moved (conn, before, after, seq, error);
}

gboolean
yq_feed_note_touch (SqlConn *conn, YqRecord *record, gint64 seq, GError **error)
{
  return sql_exec (conn, "INSERT INTO feed_touch (record, seq) VALUES ($1, $2)",
                   SQL_ARGS (SQL_TEXT (yq_record_id (record)), SQL_INT (seq)), error) == 1;
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
