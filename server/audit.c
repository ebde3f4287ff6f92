/* Event lines, each hashing the one before. */
#define G_LOG_DOMAIN "yiquan-audit"

#include "audit.h"

#include <sodium.h>
#include <string.h>

#include "record-json.h"
#include "writer.h"

#define HASH_SIZE 32
#define COLUMNS                                                                               \
  "seq, at, entity, record, revision, action, account, command, seen, state_from, state_to, " \
  "changed, args"

enum
{
  SEQ,
  AT,
  ENTITY,
  RECORD,
  REVISION,
  ACTION,
  ACCOUNT,
  COMMAND,
  SEEN,
  STATE_FROM,
  STATE_TO,
  CHANGED,
  ARGS,
  N_COLUMNS
};

gboolean
yq_audit_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (
    conn,
    /* INTEGER: SQLite keeps no tree of its own for such a key. */
    "CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, at BIGINT NOT NULL,"
    " entity TEXT NOT NULL, record TEXT NOT NULL, revision BIGINT NOT NULL, action TEXT NOT NULL,"
    " account TEXT, command TEXT, seen BIGINT NOT NULL, state_from TEXT, state_to TEXT,"
    " changed TEXT, args TEXT, hash TEXT NOT NULL);"
    "CREATE UNIQUE INDEX IF NOT EXISTS event_by_record ON event (record, revision);",
    error);
}

/* -- what changed -- */

static void
append_one (GString *out, YqRecord *record, guint field)
{
  const YqField *row;
  g_autofree char *masked = NULL;

  if (record == NULL || !yq_record_has (record, field))
    {
      g_string_append (out, "null");
      return;
    }
  row = &yq_record_entity (record)->fields[field];
  if (!(row->flags & YQ_SECRET))
    {
      yq_json_append_value (out, yq_record_values (record), field);
      return;
    }
  masked = row->type == YQ_TEXT ? yq_mask (row, yq_record_text (record, field)) : NULL;
  yq_json_append_string (out, masked != NULL ? masked : "***");
}

static char *
changed_fields (YqRecord *before, YqRecord *after)
{
  YqRecord *any = after != NULL ? after : before;
  const YqEntity *entity = yq_record_entity (any);
  GString *out = g_string_new ("{");

  for (guint i = 0; i < entity->n_fields; i++)
    {
      if (before != NULL && after != NULL
            ? yq_values_equal (yq_record_values (before), yq_record_values (after), i)
            : !yq_record_has (any, i))
        continue;
      g_string_append (out, out->len > 1 ? ",\"" : "\"");
      g_string_append (out, entity->fields[i].name);
      g_string_append (out, "\":[");
      append_one (out, before, i);
      g_string_append_c (out, ',');
      append_one (out, after, i);
      g_string_append_c (out, ']');
    }
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

/* -- the chain -- */

static void
hash_line (const char *previous, const SqlValue *columns, char hex[HASH_SIZE * 2 + 1])
{
  g_autoptr(GString) line = g_string_sized_new (512);
  guint8 hash[HASH_SIZE];

  g_string_append (line, previous);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      g_string_append_c (line, i == 0 ? '[' : ',');
      if (columns[i].type == SQL_VALUE_INT)
        yq_json_append_int (line, columns[i].i);
      else if (columns[i].p == NULL)
        g_string_append (line, "null");
      else
        yq_json_append_string (line, columns[i].p);
    }
  g_string_append_c (line, ']');
  crypto_generichash (hash, sizeof hash, (const guint8 *) line->str, line->len, NULL, 0);
  sodium_bin2hex (hex, HASH_SIZE * 2 + 1, hash, sizeof hash);
}

/* The hash of the last line, where this thread has written it in the transaction that is open. */
static _Thread_local struct
{
  guint64 transaction, undone;
  char hash[HASH_SIZE * 2 + 1];
} last;

static gboolean
find_last_hash (SqlConn *conn, char hash[HASH_SIZE * 2 + 1], GError **error)
{
  guint64 transaction = yq_writer_transaction ();
  g_autoptr(GError) failure = NULL;
  g_autofree char *found = NULL;

  if (transaction != 0 && transaction == last.transaction && last.undone == yq_writer_undone ())
    {
      g_strlcpy (hash, last.hash, sizeof last.hash);
      return TRUE;
    }
  found =
    sql_get_text (conn, "SELECT hash FROM event ORDER BY seq DESC LIMIT 1", SQL_NO_ARGS, &failure);
  g_strlcpy (hash, found != NULL ? found : "", sizeof last.hash);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
keep_last_hash (const char *hash)
{
  last.transaction = yq_writer_transaction ();
  last.undone = yq_writer_undone ();
  g_strlcpy (last.hash, hash, sizeof last.hash);
}

gboolean
yq_audit_append (SqlConn *conn, const YqEvent *event, YqRecord *before, YqRecord *after,
                 GError **error)
{
  YqRecord *any = after != NULL ? after : before;
  g_autofree char *changed = changed_fields (before, after);
  g_autofree char *args = NULL;
  char previous[HASH_SIZE * 2 + 1], hash[HASH_SIZE * 2 + 1];
  SqlValue columns[N_COLUMNS + 1];

  if (event->args != NULL)
    {
      g_autoptr(JsonNode) node = json_node_init_object (json_node_alloc (), event->args);

      args = yq_json_canonical (node);
    }
  columns[SEQ] = SQL_INT (event->seq);
  columns[AT] = SQL_INT (event->at);
  columns[ENTITY] = SQL_TEXT (yq_record_entity (any)->name);
  columns[RECORD] = SQL_TEXT (yq_record_id (any));
  columns[REVISION] = SQL_INT (yq_record_revision (any) + (after == NULL));
  columns[ACTION] = SQL_TEXT (event->action);
  columns[ACCOUNT] = SQL_TEXT (event->account);
  columns[COMMAND] = SQL_TEXT (event->command);
  columns[SEEN] = SQL_INT (event->seen);
  columns[STATE_FROM] = SQL_TEXT (before != NULL ? yq_record_state (before) : NULL);
  columns[STATE_TO] = SQL_TEXT (after != NULL ? yq_record_state (after) : NULL);
  columns[CHANGED] = SQL_TEXT (changed);
  columns[ARGS] = SQL_TEXT (args);

  if (!find_last_hash (conn, previous, error))
    return FALSE;
  hash_line (previous, columns, hash);
  columns[N_COLUMNS] = SQL_TEXT (hash);
  if (sql_exec (conn,
                "INSERT INTO event (" COLUMNS ", hash)"
                " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
                columns, N_COLUMNS + 1, error) != 1)
    return FALSE;
  keep_last_hash (hash);
  return TRUE;
}

gboolean
yq_audit_verify (SqlConn *conn, void (*report) (const char *line, gpointer), gpointer user_data,
                 GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn, "SELECT " COLUMNS ", hash FROM event ORDER BY seq", SQL_NO_ARGS, error);
  g_autoptr(GError) failure = NULL;
  char previous[HASH_SIZE * 2 + 1] = "";
  gboolean is_right = TRUE;

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, &failure))
    {
      SqlValue columns[N_COLUMNS];
      char hash[HASH_SIZE * 2 + 1];

      for (guint i = 0; i < N_COLUMNS; i++)
        columns[i] = i == SEQ || i == AT || i == REVISION || i == SEEN
                       ? SQL_INT (sql_rows_int (rows, i))
                       : SQL_TEXT (sql_rows_text (rows, i));
      hash_line (previous, columns, hash);
      if (!g_str_equal (hash, sql_rows_text (rows, N_COLUMNS)))
        {
          g_autofree char *line =
            g_strdup_printf ("event %" G_GINT64_FORMAT " (%s of %s %s): its hash is wrong",
                             columns[SEQ].i, (const char *) columns[ACTION].p,
                             (const char *) columns[ENTITY].p, (const char *) columns[RECORD].p);

          is_right = FALSE;
          report (line, user_data);
        }
      g_strlcpy (previous, sql_rows_text (rows, N_COLUMNS), sizeof previous);
    }
  if (failure == NULL)
    return is_right;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
