/* Bookings and closures of instruments, in cells of half an hour. */
#define G_LOG_DOMAIN "yiquand"

#include "slots.h"

#include <string.h>

#include "api.h"
#include "catalogue.h"
#include "clock.h"

#define CELLS_A_DAY (24 * 2)
#define CELLS_A_WEEK (7 * CELLS_A_DAY)
#define SHANGHAI_CELLS (8 * 2)
#define DAYS_BACK 14
#define DAYS_ON 31

typedef struct
{
  gint64 from, to; /* cells */
} Span;

/* Why a span cannot be had, in the order checked. */
typedef enum
{
  FREE,
  STOPPED,
  BROKEN,
  PAST,
  TOO_LONG,
  CLOSED_HOURS,
  CLOSURE,
  BOOKED,
} Why;

static const char tables[] =
  "CREATE TABLE IF NOT EXISTS slot ("
  " instrument TEXT NOT NULL, cell BIGINT NOT NULL, holder TEXT NOT NULL,"
  " PRIMARY KEY (instrument, cell));"
  "CREATE INDEX IF NOT EXISTS slot_holder ON slot (holder);"
  "CREATE TABLE IF NOT EXISTS slot_closure ("
  " closure TEXT PRIMARY KEY, instrument TEXT NOT NULL, cell_from BIGINT NOT NULL,"
  " cell_to BIGINT NOT NULL);"
  "CREATE INDEX IF NOT EXISTS slot_closure_instrument ON slot_closure (instrument, cell_to);"
  "CREATE TABLE IF NOT EXISTS slot_wish ("
  " instrument TEXT NOT NULL, holder TEXT NOT NULL, PRIMARY KEY (instrument, holder));"
  "CREATE INDEX IF NOT EXISTS slot_wish_holder ON slot_wish (holder);";

gboolean
yq_slots_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (conn, tables, error);
}

static Span
to_cells (gint64 from, gint64 to)
{
  return (Span){ from / YQ_SLOT_MS, (to + YQ_SLOT_MS - 1) / YQ_SLOT_MS };
}

/* -- opening hours -- */

/* "09:30" in minutes; -1 where it is no time of day. */
static int
parse_minutes (const char *text)
{
  if (text == NULL || strlen (text) != 5 || text[2] != ':' || !g_ascii_isdigit (text[0]) ||
      !g_ascii_isdigit (text[1]) || !g_ascii_isdigit (text[3]) || !g_ascii_isdigit (text[4]))
    return -1;

  return 60 * (10 * (text[0] - '0') + text[1] - '0') + 10 * (text[3] - '0') + text[4] - '0';
}

/* week[i]: is the i-th half hour since Monday 00:00 in Shanghai open?  No hours given: always. */
static void
read_week (YqRecord *instrument, gboolean week[CELLS_A_WEEK])
{
  JsonArray *rows = yq_record_array (instrument, INSTRUMENT_OPENING_HOURS);
  guint n = rows ? json_array_get_length (rows) : 0;

  for (guint i = 0; i < CELLS_A_WEEK; i++)
    week[i] = n == 0;
  for (guint i = 0; i < n; i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      gint64 day = json_object_get_int_member_with_default (row, "weekday", 0);
      int from = parse_minutes (json_object_get_string_member_with_default (row, "opens", NULL));
      int to = parse_minutes (json_object_get_string_member_with_default (row, "closes", NULL));

      if (day < 1 || day > 7 || from < 0 || to <= from || to > 24 * 60)
        continue;
      for (int cell = (from + 29) / 30; cell < to / 30; cell++)
        week[(day - 1) * CELLS_A_DAY + cell] = TRUE;
    }
}

static gboolean
is_open (const gboolean week[CELLS_A_WEEK], gint64 cell)
{
  /* 1 January 1970 was a Thursday. */
  return week[(cell + SHANGHAI_CELLS + 3 * CELLS_A_DAY) % CELLS_A_WEEK];
}

/* -- is it free -- */

static gboolean
exists (SqlConn *conn, const char *sql, const char *instrument, Span span, const char *except)
{
  gint64 found = 0;
  g_autoptr(GError) error = NULL;

  sql_get_int (conn, sql,
               SQL_ARGS (SQL_TEXT (instrument), SQL_INT (span.from), SQL_INT (span.to),
                         SQL_TEXT (except ? except : "")),
               &found, &error);
  if (error == NULL)
    return found != 0;

  /* What cannot be read is not free. */
  g_warning ("cannot read the calendar: %s", error->message);
  return TRUE;
}

static Why
check_rules (SqlConn *conn, YqRecord *instrument, Span span, gint64 now)
{
  gboolean week[CELLS_A_WEEK];

  if (!yq_record_in_state (instrument, "listed"))
    return STOPPED;
  if (!yq_instrument_is_in_order (instrument))
    return BROKEN;
  if (span.from * YQ_SLOT_MS + YQ_SLOT_MS <= now)
    return PAST;
  if (span.to <= span.from || span.to - span.from > YQ_SLOT_MAX_DAYS * CELLS_A_DAY)
    return TOO_LONG;
  read_week (instrument, week);
  for (gint64 cell = span.from; cell < span.to; cell++)
    if (!is_open (week, cell))
      return CLOSED_HOURS;
  if (exists (conn,
              "SELECT 1 FROM slot_closure WHERE instrument = $1 AND cell_to > $2 AND cell_from < $3"
              " AND closure <> $4 LIMIT 1",
              yq_record_id (instrument), span, NULL))
    return CLOSURE;

  return FREE;
}

static Why
check_all (SqlConn *conn, YqRecord *instrument, Span span, gint64 now, const char *except)
{
  Why why = check_rules (conn, instrument, span, now);

  if (why == FREE && exists (conn,
                             "SELECT 1 FROM slot WHERE instrument = $1 AND cell >= $2 AND cell < $3"
                             " AND holder <> $4 LIMIT 1",
                             yq_record_id (instrument), span, except))
    return BOOKED;

  return why;
}

static YqProblem *
refuse (YqRecord *instrument, Why why, gint64 from, gint64 to)
{
  const char *name = yq_record_title (instrument);
  g_autofree char *begin = yq_time_local (from);
  g_autofree char *end = yq_time_local (to);

  switch (why)
    {
    case STOPPED:
      return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, _("%s is not open to bookings now"), name);
    case BROKEN:
      return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, _("%s is under repair or out of use"), name);
    case PAST:
      return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN,
                             _("The time from %s to %s has already begun or passed"), begin, end);
    case TOO_LONG:
      return yq_problem_new (YQ_PROBLEM_INVALID,
                             _("A booking ends after it begins and lasts at most %d days"),
                             YQ_SLOT_MAX_DAYS);
    case CLOSED_HOURS:
      return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN,
                             _("%s is closed for a part of the time from %s to %s"), name, begin,
                             end);
    case CLOSURE:
      return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN,
                             _("%s is out of service for a part of the time from %s to %s"), name,
                             begin, end);
    case FREE:
    case BOOKED:
    default:
      return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN,
                             _("%s is already booked for a part of the time from %s to %s"), name,
                             begin, end);
    }
}

gboolean
yq_slots_is_free (SqlConn *conn, YqRecord *instrument, gint64 from, gint64 to, const char *except)
{
  return check_all (conn, instrument, to_cells (from, to), 0, except) == FREE;
}

YqProblem *
yq_slots_check (SqlConn *conn, YqRecord *instrument, gint64 from, gint64 to, gint64 now)
{
  Why why = check_all (conn, instrument, to_cells (from, to), now, NULL);

  return why == FREE ? NULL : refuse (instrument, why, from, to);
}

/* -- taking and giving back -- */

YqProblem *
yq_slots_take (SqlConn *conn, YqRecord *instrument, const char *order, gint64 from, gint64 to,
               gint64 now, GError **error)
{
  Span span = to_cells (from, to);
  Why why = check_rules (conn, instrument, span, now);
  gint64 n;

  if (why != FREE)
    return refuse (instrument, why, from, to);

  n = sql_exec (conn,
                "INSERT INTO slot (instrument, cell, holder)"
                " WITH RECURSIVE span (cell) AS (SELECT CAST ($2 AS BIGINT)"
                "  UNION ALL SELECT cell + 1 FROM span WHERE cell + 1 < $3)"
                " SELECT $1, cell, $4 FROM span WHERE 1 = 1"
                " ON CONFLICT (instrument, cell) DO NOTHING",
                SQL_ARGS (SQL_TEXT (yq_record_id (instrument)), SQL_INT (span.from),
                          SQL_INT (span.to), SQL_TEXT (order)),
                error);
  if (n < 0 || n == span.to - span.from)
    return NULL;

  return refuse (instrument, BOOKED, from, to);
}

gboolean
yq_slots_free (SqlConn *conn, const char *order, GError **error)
{
  return sql_exec (conn, "DELETE FROM slot WHERE holder = $1", SQL_ARGS (SQL_TEXT (order)),
                   error) >= 0;
}

gboolean
yq_slots_close (SqlConn *conn, const char *closure, const char *instrument, gint64 from, gint64 to,
                GError **error)
{
  Span span = to_cells (from, to);

  return sql_exec (conn,
                   "INSERT INTO slot_closure (closure, instrument, cell_from, cell_to)"
                   " VALUES ($1, $2, $3, $4) ON CONFLICT (closure) DO UPDATE"
                   " SET instrument = excluded.instrument, cell_from = excluded.cell_from,"
                   " cell_to = excluded.cell_to",
                   SQL_ARGS (SQL_TEXT (closure), SQL_TEXT (instrument), SQL_INT (span.from),
                             SQL_INT (span.to)),
                   error) >= 0;
}

gboolean
yq_slots_open (SqlConn *conn, const char *closure, GError **error)
{
  return sql_exec (conn, "DELETE FROM slot_closure WHERE closure = $1",
                   SQL_ARGS (SQL_TEXT (closure)), error) >= 0;
}

/* -- what else is free -- */

/* Marks the cells of rows (from, to) in busy, which begins at the cell first. */
static void
mark_rows (SqlConn *conn, const char *sql, const char *instrument, gint64 first, gboolean *busy,
           gint64 n)
{
  g_autoptr(SqlRows) rows = sql_query (
    conn, sql, SQL_ARGS (SQL_TEXT (instrument), SQL_INT (first), SQL_INT (first + n)), NULL);

  while (rows != NULL && sql_rows_next (rows, NULL))
    {
      gint64 from = MAX (sql_rows_int (rows, 0) - first, 0);
      gint64 to = MIN (sql_rows_int (rows, 1) - first, n);

      for (gint64 i = from; i < to; i++)
        busy[i] = TRUE;
    }
}

static void
mark_busy (SqlConn *conn, YqRecord *instrument, gint64 first, gboolean *busy, gint64 n)
{
  const char *id = yq_record_id (instrument);
  gboolean week[CELLS_A_WEEK];

  read_week (instrument, week);
  for (gint64 i = 0; i < n; i++)
    busy[i] |= !is_open (week, first + i);
  mark_rows (conn,
             "SELECT cell, cell + 1 FROM slot WHERE instrument = $1 AND cell >= $2 AND cell < $3",
             id, first, busy, n);
  mark_rows (conn,
             "SELECT cell_from, cell_to FROM slot_closure"
             " WHERE instrument = $1 AND cell_to > $2 AND cell_from < $3",
             id, first, busy, n);
}

static gboolean
fits (const gboolean *busy, gint64 n, gint64 at, gint64 length)
{
  if (at < 0 || at + length > n)
    return FALSE;
  for (gint64 i = at; i < at + length; i++)
    if (busy[i])
      return FALSE;

  return TRUE;
}

void
yq_slots_add_alternatives (SqlConn *conn, YqProblem *problem, GPtrArray *instruments, gint64 from,
                           gint64 to, gint64 now)
{
  Span wish = to_cells (from, to);
  gint64 length = wish.to - wish.from, soonest = now / YQ_SLOT_MS + 1;
  gint64 wished = MAX (wish.from, soonest);
  gint64 first = MAX (wished - DAYS_BACK * CELLS_A_DAY, soonest);
  gint64 n = wished - first + DAYS_ON * CELLS_A_DAY + length;
  g_autofree gboolean *busy = NULL;
  guint found = 0;

  if (length <= 0 || length > YQ_SLOT_MAX_DAYS * CELLS_A_DAY || instruments->len == 0)
    return;
  for (guint i = 0; i < instruments->len; i++)
    if (!yq_instrument_can_be_booked (instruments->pdata[i]))
      return;

  busy = g_new0 (gboolean, n);
  for (guint i = 0; i < instruments->len; i++)
    mark_busy (conn, instruments->pdata[i], first, busy, n);
  for (gint64 away = 0; away < n && found < 3; away++)
    for (int side = 0; side < (away == 0 ? 1 : 2) && found < 3; side++)
      {
        gint64 at = wished - first + (side == 0 ? away : -away);

        if (!fits (busy, n, at, length))
          continue;
        yq_problem_add_alternative (problem, yq_record_id (instruments->pdata[0]),
                                    (first + at) * YQ_SLOT_MS, (first + at + length) * YQ_SLOT_MS);
        for (gint64 i = at; i < at + length; i++)
          busy[i] = TRUE;
        found++;
      }
}

JsonArray *
yq_slots_taken (SqlConn *conn, const char *instrument, gint64 now, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn,
               "SELECT MIN (cell) AS cell_from, MAX (cell) + 1 AS cell_to FROM slot"
               " WHERE instrument = $1 GROUP BY holder HAVING MAX (cell) >= $2"
               " UNION ALL SELECT cell_from, cell_to FROM slot_closure"
               " WHERE instrument = $1 AND cell_to > $2 ORDER BY 1, 2",
               SQL_ARGS (SQL_TEXT (instrument), SQL_INT (now / YQ_SLOT_MS)), error);
  g_autoptr(JsonArray) taken = json_array_new ();
  GError *failure = NULL;

  if (rows == NULL)
    return NULL;
  while (sql_rows_next (rows, &failure))
    {
      g_autofree char *from = yq_time_format (sql_rows_int (rows, 0) * YQ_SLOT_MS);
      g_autofree char *to = yq_time_format (sql_rows_int (rows, 1) * YQ_SLOT_MS);
      JsonObject *row = json_object_new ();

      json_object_set_string_member (row, "from", from);
      json_object_set_string_member (row, "to", to);
      json_array_add_object_element (taken, row);
    }
  if (failure == NULL)
    return g_steal_pointer (&taken);

  g_propagate_error (error, failure);
  return NULL;
}

/* -- wishes -- */

gboolean
yq_slots_wish (SqlConn *conn, const char *instrument, const char *order, GError **error)
{
  return sql_exec (conn,
                   "INSERT INTO slot_wish (instrument, holder) VALUES ($1, $2)"
                   " ON CONFLICT (instrument, holder) DO NOTHING",
                   SQL_ARGS (SQL_TEXT (instrument), SQL_TEXT (order)), error) >= 0;
}

gboolean
yq_slots_unwish (SqlConn *conn, const char *order, GError **error)
{
  return sql_exec (conn, "DELETE FROM slot_wish WHERE holder = $1", SQL_ARGS (SQL_TEXT (order)),
                   error) >= 0;
}

GPtrArray *
yq_slots_rivals (SqlConn *conn, const char *order, GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (
    conn,
    "SELECT DISTINCT w.holder FROM slot s JOIN slot_wish w ON w.instrument = s.instrument"
    " WHERE s.holder = $1 AND w.holder <> $1 ORDER BY w.holder",
    SQL_ARGS (SQL_TEXT (order)), error);
  g_autoptr(GPtrArray) rivals = g_ptr_array_new_with_free_func (g_free);
  GError *failure = NULL;

  if (rows == NULL)
    return NULL;
  while (sql_rows_next (rows, &failure))
    g_ptr_array_add (rivals, g_strdup (sql_rows_text (rows, 0)));
  if (failure == NULL)
    return g_steal_pointer (&rivals);

  g_propagate_error (error, failure);
  return NULL;
}
