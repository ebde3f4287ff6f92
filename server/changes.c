/* One page of the feed. */
#define G_LOG_DOMAIN "yiquan-feed"

#include "changes.h"

#include <string.h>

#include "api.h"
#include "audience.h"
#include "feed.h"
#include "record-row.h"

/* A cursor is the number of the last change it covers, and in its low bits how often the reader's
 * grants had changed. */
#define EPOCH_BITS 10
#define EPOCH_MASK ((1 << EPOCH_BITS) - 1)
#define MAX_SCANNED 5000 /* rows of other regions passed over for one page */

/* One line of the feed: record holds the id and its NUL. */
typedef struct
{
  gint64 seq;
  const YqEntity *entity;
  gboolean gone;
  gboolean moved; /* out of the region that is followed */
  char id[37];
} Line;

typedef struct
{
  SqlConn *conn;
  const YqWho *who;
  const YqChangesQuery *query;
  gint64 after;  /* number, without the epoch */
  gint64 moved;  /* the audience of what moved to another region */
  GArray *lines; /* Line, by seq, each change once */
  gboolean more;
} Page;

static gboolean
is_in_region (const char *prefix, const char *region)
{
  return prefix == NULL || region == NULL || strncmp (region, prefix, strlen (prefix)) == 0;
}

static gboolean
read_audience (Page *page, gint64 audience, GError **error)
{
  guint limit = page->query->region != NULL ? MAX_SCANNED : page->query->limit + 1;
  g_autoptr(GError) failure = NULL;
  g_autoptr(SqlRows) rows =
    sql_query (page->conn,
               "SELECT seq, entity, record, gone, region FROM feed_line"
               " WHERE audience = $1 AND seq > $2 ORDER BY seq LIMIT $3",
               SQL_ARGS (SQL_INT (audience), SQL_INT (page->after), SQL_INT (limit)), error);

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, &failure))
    {
      Line line = { .seq = sql_rows_int (rows, 0),
                    .entity = yq_model_find (sql_rows_text (rows, 1)),
                    .gone = sql_rows_int (rows, 3) != 0,
                    .moved = audience == page->moved };

      if (line.entity == NULL || !is_in_region (page->query->region, sql_rows_text (rows, 4)))
        line.entity = NULL;
      g_strlcpy (line.id, sql_rows_text (rows, 2), sizeof line.id);
      g_array_append_val (page->lines, line);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const Line *) a)->seq;
  gint64 y = ((const Line *) b)->seq;

  return (x > y) - (x < y);
}

/* Every audience gave its first limit + 1 lines, so the first limit of all are whole.  A change has
 * one number in all its audiences; what moved out of a region stands in two, and where the reader
 * follows both regions it has not gone. */
static void
merge (Page *page)
{
  GArray *lines = page->lines;
  guint kept = 0;

  g_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++)
    {
      Line *line = &g_array_index (lines, Line, i);

      if (kept > 0 && g_array_index (lines, Line, kept - 1).seq == line->seq)
        {
          Line *other = &g_array_index (lines, Line, kept - 1);

          if (line->entity != NULL && (other->entity == NULL || other->moved))
            *other = *line;
          continue;
        }
      g_array_index (lines, Line, kept++) = *line;
    }
  g_array_set_size (lines, kept);
}

static gboolean
read_lines (Page *page, GError **error)
{
  g_autoptr(GArray) audiences = NULL;
  gint64 public[] = { YQ_AUDIENCE_PUBLIC, page->moved };

  if (page->query->catalogue)
    {
      audiences = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_array_append_vals (audiences, public, page->query->region != NULL ? 2 : 1);
    }
  else
    audiences = yq_audience_of_reader (page->who);
  for (guint i = 0; i < audiences->len; i++)
    if (!read_audience (page, g_array_index (audiences, gint64, i), error))
      return FALSE;
  merge (page);
  return TRUE;
}

/* Appends a record, or that it is gone; nothing where a snapshot need not tell. */
static gboolean
append_line (Page *page, const Line *line, GString *out, guint *n, GError **error)
{
  gsize start = out->len;
  g_autoptr(GError) failure = NULL;

  if (line->entity == NULL || (line->gone && page->query->after == 0))
    return TRUE;
  if (*n > 0)
    g_string_append_c (out, ',');
  if (line->moved ||
      !yq_record_row_append (page->conn, line->entity, line->id, page->who, out, NULL, &failure))
    {
      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (page->query->after == 0)
        {
          g_string_truncate (out, start);
          return TRUE;
        }
      g_string_append_printf (out, "{\"entity\":\"%s\",\"id\":\"%s\",\"gone\":true}",
                              line->entity->name, line->id);
    }
  (*n)++;
  return TRUE;
}

static gboolean
write_page (Page *page, GString *out, guint *n, gint64 *last, GError **error)
{
  guint i;

  for (i = 0; i < page->lines->len && *n < page->query->limit; i++)
    {
      const Line *line = &g_array_index (page->lines, Line, i);

      if (!append_line (page, line, out, n, error))
        return FALSE;
      *last = line->seq;
    }
  page->more =
    i < page->lines->len || (page->query->region != NULL && page->lines->len >= MAX_SCANNED);
  return TRUE;
}

static gboolean
read_page (Page *page, gint64 epoch, GString *out, guint *n, GError **error)
{
  gint64 last = page->after;

  g_string_append (out, "{\"records\":[");
  /* Records of other regions do not end a page. */
  do
    {
      g_array_set_size (page->lines, 0);
      if (!read_lines (page, error) || !write_page (page, out, n, &last, error))
        return FALSE;
      if (*n == 0 && page->more)
        page->after = last;
    }
  while (*n == 0 && page->more);
  g_string_append_printf (out, "],\"next\":%" G_GINT64_FORMAT ",\"more\":%s}",
                          *n > 0 ? (last << EPOCH_BITS | epoch) : page->query->after,
                          page->more ? "true" : "false");
  return TRUE;
}

gboolean
yq_changes_page (SqlConn *conn, const YqWho *who, const YqChangesQuery *query, GString *out,
                 guint *n_records, YqProblem **problem, GError **error)
{
  g_autoptr(GArray) lines = g_array_new (FALSE, FALSE, sizeof (Line));
  Page page = { .conn = conn,
                .who = who,
                .query = query,
                .after = query->after >> EPOCH_BITS,
                .moved = yq_audience_number ("moved", NULL),
                .lines = lines };
  gboolean begins = !sql_in_transaction (conn);
  gint64 epoch;
  gboolean done;

  *n_records = 0;
  /* One snapshot for all audiences: or a change between two of them would be passed over. */
  if (begins && !sql_begin (conn, FALSE, error))
    return FALSE;
  epoch = query->catalogue ? 0 : yq_feed_epoch (conn, who->account) & EPOCH_MASK;
  if (query->after != 0 && (query->after & EPOCH_MASK) != epoch)
    {
      *problem = yq_problem_new (YQ_PROBLEM_CURSOR_EXPIRED,
                                 _("What you may see has changed; read from the beginning"));
      done = FALSE;
    }
  else
    done = read_page (&page, epoch, out, n_records, error);
  if (begins)
    sql_rollback (conn);
  return done;
}
