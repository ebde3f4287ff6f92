/* The thread that asks instrument management systems for what they have. */
#define G_LOG_DOMAIN "yiquand-instruments"

#include "instrument-system.h"

#include <string.h>

#include "ask-json.h"
#include "catalogue.h"
#include "clock.h"
#include "effects-private.h"
#include "instrument-rows.h"
#include "pacer.h"
#include "record-json.h"
#include "text.h"
#include "world-sql.h"

#define TIMEOUT_S 30
#define MAX_PAGE (16 * 1024 * 1024) /* bytes */
#define MAX_PAGES 10000
#define PORTION 100 /* rows between which other work of the writer comes */
#define FIRST_PAUSE (60 * YQ_SECOND)
#define LONGEST_SLEEP (60 * YQ_SECOND) /* the clock may have been set */

typedef struct
{
  YqServer *server;
  GThread *thread;
  YqPacer pacer;
  GCancellable *cancellable;
} Systems;

/* One reading. */
typedef struct
{
  Systems *self;
  const YqInstrumentSystem *system;
  char *cursor, *until;
  YqReading *reading;
  JsonArray *rows; /* of the page; the portion is rows [from, to) */
  guint from, to;
  char *failure;
} Visit;

static int is_asked; /* atomic: a step was taken since the last commit */

void
yq_instrument_system_ask (YqTx *tx, YqRecord *system)
{
  yq_record_set_int (system, SYSTEM_NEXT_AT, tx->now);
  g_atomic_int_set (&is_asked, TRUE);
}

/* -- inside the writer -- */

typedef gboolean (*InWriter) (YqTx *tx, gpointer data, GError **error);

typedef struct
{
  InWriter func;
  gpointer data;
} Work;

static gboolean
run_work (SqlConn *conn, gpointer user_data, GError **error)
{
  static const YqWho clock = { .is_clock = TRUE };
  const Work *work = user_data;
  YqWorld *world = yq_world_sql_new (conn, yq_clock_now ());
  gboolean done;
  YqTx tx;

  yq_tx_init (&tx, conn, world, &clock, world->now);
  done = work->func (&tx, work->data, error);
  yq_world_sql_free (world);
  return done;
}

static gboolean
in_writer (YqServer *server, InWriter func, gpointer data, GError **error)
{
  Work work = { func, data };

  return yq_writer_call (yq_server_writer (server), run_work, &work, error);
}

static YqRecord *
find_system (YqTx *tx, const char *name)
{
  g_autoptr(GPtrArray) list = yq_world_list (tx->world, &yq_instrument_system, "name", name);

  return list->len > 0 ? yq_record_copy (list->pdata[0]) : NULL;
}

/* -- what is configured -- */

static gboolean
is_same (YqRecord *before, YqRecord *record)
{
  static const guint configured[] = { SYSTEM_TITLE, SYSTEM_ADDRESS, SYSTEM_PLACE, SYSTEM_MINUTES };

  for (guint i = 0; i < G_N_ELEMENTS (configured); i++)
    if (!yq_values_equal (yq_record_values (before), yq_record_values (record), configured[i]))
      return FALSE;
  return g_str_equal (yq_record_state (before), yq_record_state (record));
}

/* How a reading went is no event; that one fails is. */
static gboolean
write_changed (YqTx *tx, YqRecord *before, YqRecord *record, const char *action, GError **error)
{
  return is_same (before, record) ? yq_tx_touch (tx, record, error)
                                  : yq_tx_update (tx, before, record, action, NULL, error);
}

static gboolean
write_system (YqTx *tx, const YqInstrumentSystem *system, GError **error)
{
  g_autoptr(YqRecord) record = find_system (tx, system->name);
  g_autoptr(YqRecord) before = record != NULL ? yq_record_copy (record) : NULL;

  if (record == NULL)
    record = yq_record_new (&yq_instrument_system, NULL);
  /* Another place, another reading: its cursor says nothing here. */
  if (before != NULL && g_strcmp0 (yq_record_text (before, SYSTEM_ADDRESS), system->url) != 0)
    yq_record_set_text (record, SYSTEM_CURSOR, NULL);
  yq_record_set_state (record, "active");
  yq_record_set_text (record, SYSTEM_NAME, system->name);
  yq_record_set_text (record, SYSTEM_TITLE, system->title);
  yq_record_set_text (record, SYSTEM_ADDRESS, system->url);
  yq_record_set_text (record, SYSTEM_PLACE, system->region);
  yq_record_set_int (record, SYSTEM_MINUTES, system->minutes);
  yq_record_set_int (record, SYSTEM_NEXT_AT, tx->now);
  return before == NULL ? yq_tx_insert (tx, record, "configure", error)
                        : write_changed (tx, before, record, "configure", error);
}

static gboolean
is_configured (const YqConfig *config, YqRecord *record)
{
  for (guint i = 0; i < config->systems->len; i++)
    if (g_strcmp0 (((YqInstrumentSystem *) config->systems->pdata[i])->name,
                   yq_record_text (record, SYSTEM_NAME)) == 0)
      return TRUE;
  return FALSE;
}

/* Those of the state that the configuration does not name any more. */
static gboolean
switch_off (YqTx *tx, const YqConfig *config, const char *state, GError **error)
{
  g_autoptr(GPtrArray) there = yq_world_list (tx->world, &yq_instrument_system, "state", state);

  for (guint i = 0; i < there->len; i++)
    {
      g_autoptr(YqRecord) record = yq_record_copy (there->pdata[i]);

      if (is_configured (config, record))
        continue;
      yq_record_set_state (record, "off");
      yq_record_set_int (record, SYSTEM_NEXT_AT, 0);
      if (!yq_tx_update (tx, there->pdata[i], record, "switch_off", NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_systems (YqTx *tx, gpointer data, GError **error)
{
  const YqConfig *config = data;

  for (guint i = 0; i < config->systems->len; i++)
    if (!write_system (tx, config->systems->pdata[i], error))
      return FALSE;
  return switch_off (tx, config, "active", error) && switch_off (tx, config, "failing", error);
}

/* -- one reading -- */

static gboolean
take_portion (YqTx *tx, gpointer data, GError **error)
{
  Visit *visit = data;

  yq_reading_begin (visit->reading);
  for (guint i = visit->from; i < visit->to; i++)
    if (!yq_reading_take (visit->reading, tx, json_array_get_element (visit->rows, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
take_page (Visit *visit, GError **error)
{
  guint n = visit->rows != NULL ? json_array_get_length (visit->rows) : 0;

  for (visit->from = 0; visit->from < n; visit->from = visit->to)
    {
      visit->to = MIN (visit->from + PORTION, n);
      if (g_cancellable_set_error_if_cancelled (visit->self->cancellable, error) ||
          !in_writer (visit->self->server, take_portion, visit, error))
        return FALSE;
      yq_reading_end (visit->reading);
    }
  return TRUE;
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, what);
  return FALSE;
}

/* The secret goes to the configured server only. */
static gboolean
is_same_server (const char *a, const char *b)
{
  g_autoptr(GUri) first = g_uri_parse (a, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr(GUri) second = g_uri_parse (b, SOUP_HTTP_URI_FLAGS, NULL);

  return first != NULL && second != NULL &&
         g_strcmp0 (g_uri_get_scheme (first), g_uri_get_scheme (second)) == 0 &&
         g_strcmp0 (g_uri_get_host (first), g_uri_get_host (second)) == 0 &&
         g_uri_get_port (first) == g_uri_get_port (second) && g_uri_get_userinfo (second) == NULL;
}

/* The rows of the page, and where it goes on (*address; NULL: this was the last). */
static gboolean
read_answer (Visit *visit, JsonNode *answer, char **address, GError **error)
{
  g_autofree char *here = g_steal_pointer (address);
  JsonObject *object;
  JsonNode *items;
  const char *next;

  visit->rows = NULL;
  if (JSON_NODE_HOLDS_ARRAY (answer))
    {
      visit->rows = json_node_get_array (answer);
      return TRUE;
    }
  object = JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  items = object != NULL ? json_object_get_member (object, "items") : NULL;
  if (items == NULL || !JSON_NODE_HOLDS_ARRAY (items))
    return fail (error, _("the answer has no items"));
  visit->rows = json_node_get_array (items);
  if (yq_json_text_member (object, "until") != NULL)
    {
      g_free (visit->until);
      visit->until = g_strdup (yq_json_text_member (object, "until"));
    }
  if ((next = yq_json_text_member (object, "next")) == NULL)
    return TRUE;
  *address = g_uri_resolve_relative (here, next, SOUP_HTTP_URI_FLAGS, error);
  if (*address == NULL)
    return FALSE;
  return is_same_server (visit->system->url, *address) ||
         fail (error, _("the next page is at another server"));
}

static JsonNode *
ask_for (Visit *visit, const char *address, GError **error)
{
  g_autoptr(SoupMessage) message = soup_message_new ("GET", address);
  g_autofree char *bearer = g_strconcat ("Bearer ", visit->system->secret, NULL);

  if (message == NULL)
    {
      fail (error, _("the address makes no sense"));
      return NULL;
    }
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                bearer);
  return yq_ask_json (message, MAX_PAGE, TIMEOUT_S, visit->self->cancellable, error);
}

static gboolean
read_pages (Visit *visit, GError **error)
{
  g_autofree char *since =
    visit->cursor != NULL ? g_uri_escape_string (visit->cursor, NULL, FALSE) : NULL;
  g_autofree char *address =
    g_strconcat (visit->system->url, since != NULL ? "?since=" : "", since, NULL);

  for (guint n = 0; address != NULL; n++)
    {
      g_autoptr(JsonNode) answer = NULL;

      if (n == MAX_PAGES)
        return fail (error, _("there is no end to its pages"));
      if (!(answer = ask_for (visit, address, error)) ||
          !read_answer (visit, answer, &address, error) || !take_page (visit, error))
        return FALSE;
    }
  return TRUE;
}

/* -- how it went -- */

static gint64
pause_of (Visit *visit, gint64 tries)
{
  gint64 period = visit->system->minutes * 60 * YQ_SECOND;

  return visit->failure != NULL ? MIN (period, FIRST_PAUSE << MIN (tries, 12)) : period;
}

static void
fill_counts (YqRecord *record, YqReading *reading)
{
  const YqReadingCounts *counts = yq_reading_counts (reading);

  yq_record_set_int (record, SYSTEM_N_ROWS, counts->n_rows);
  yq_record_set_int (record, SYSTEM_N_NEW, counts->n_new);
  yq_record_set_int (record, SYSTEM_N_CHANGED, counts->n_changed);
  yq_record_set_int (record, SYSTEM_N_KEPT, counts->n_kept);
  yq_record_set_int (record, SYSTEM_N_BAD, counts->n_bad);
  yq_record_set_int (record, SYSTEM_N_ELSEWHERE, counts->n_elsewhere);
  yq_record_take_array (record, SYSTEM_BAD_ROWS,
                        yq_json_copy_array (yq_reading_bad_rows (reading)));
}

static gboolean
write_outcome (YqTx *tx, gpointer data, GError **error)
{
  Visit *visit = data;
  g_autoptr(YqRecord) record = find_system (tx, visit->system->name);
  g_autoptr(YqRecord) before = yq_record_copy (record);
  gint64 tries = visit->failure != NULL ? yq_record_int (record, SYSTEM_TRIES) + 1 : 0;
  g_autofree char *failure =
    visit->failure != NULL
      ? g_utf8_substring (visit->failure, 0, MIN (g_utf8_strlen (visit->failure, -1), 300))
      : NULL;

  yq_record_set_text (record, SYSTEM_FAILURE, failure);
  yq_record_set_int (record, SYSTEM_TRIES, tries);
  yq_record_set_int (record, SYSTEM_NEXT_AT, tx->now + pause_of (visit, tries - 1));
  fill_counts (record, visit->reading);
  if (visit->failure == NULL)
    {
      yq_record_set_int (record, SYSTEM_READ_AT, tx->now);
      if (visit->until != NULL)
        yq_record_set_text (record, SYSTEM_CURSOR, visit->until);
    }
  yq_record_set_state (record, visit->failure != NULL ? "failing" : "active");
  return write_changed (tx, before, record, visit->failure != NULL ? "fail" : "succeed", error) &&
         yq_reading_tell (visit->reading, tx, error);
}

static void
visit_system (Systems *self, const YqInstrumentSystem *system, const char *cursor)
{
  Visit visit = { .self = self, .system = system, .cursor = g_strdup (cursor) };
  g_autoptr(GError) error = NULL;

  visit.reading = yq_reading_new (system->name, system->title, system->region);
  if (!read_pages (&visit, &error))
    {
      g_message ("%s was not read: %s", system->name, error->message);
      visit.failure = g_utf8_make_valid (error->message, -1);
      g_clear_error (&error);
    }
  if (!g_cancellable_is_cancelled (self->cancellable) &&
      !in_writer (self->server, write_outcome, &visit, &error))
    g_message ("%s: %s", system->name, error->message);
  yq_reading_free (visit.reading);
  g_free (visit.cursor);
  g_free (visit.until);
  g_free (visit.failure);
}

/* -- the thread -- */

typedef struct
{
  const YqConfig *config;
  const YqInstrumentSystem *system; /* the one that is due; NULL: none */
  char *cursor;
  gint64 next_at; /* of the next one */
} Due;

static gboolean
find_due (YqTx *tx, gpointer data, GError **error)
{
  Due *due = data;

  due->system = NULL;
  due->next_at = G_MAXINT64;
  for (guint i = 0; i < due->config->systems->len; i++)
    {
      const YqInstrumentSystem *system = due->config->systems->pdata[i];
      g_autoptr(YqRecord) record = find_system (tx, system->name);
      gint64 next_at = record != NULL ? yq_record_int (record, SYSTEM_NEXT_AT) : G_MAXINT64;

      if (next_at >= due->next_at)
        continue;
      due->next_at = next_at;
      if (next_at > tx->now)
        continue;
      due->system = system;
      g_free (due->cursor);
      due->cursor = g_strdup (yq_record_text (record, SYSTEM_CURSOR));
    }
  return yq_world_sql_check (tx->world, error);
}

static gpointer
run_thread (gpointer user_data)
{
  Systems *self = user_data;

  while (!yq_pacer_has_ended (&self->pacer))
    {
      Due due = { .config = yq_server_config (self->server) };
      g_autoptr(GError) error = NULL;

      if (!in_writer (self->server, find_due, &due, &error))
        {
          g_message ("Instrument systems wait: %s", error->message);
          yq_pacer_sleep (&self->pacer, YQ_SECOND);
        }
      else if (due.system != NULL)
        visit_system (self, due.system, due.cursor);
      else
        yq_pacer_sleep (&self->pacer, CLAMP (due.next_at - yq_clock_now (), 0, LONGEST_SLEEP));
      g_free (due.cursor);
    }
  return NULL;
}

void
yq_instrument_systems_wake (YqServer *server)
{
  Systems *self = yq_server_part (server, &yq_instrument_systems_part);

  if (self != NULL)
    yq_pacer_wake (&self->pacer);
}

/* -- the part -- */

static gpointer
start (YqServer *server, GError **error)
{
  const YqConfig *config = yq_server_config (server);
  Systems *self;

  if (!in_writer (server, write_systems, (gpointer) config, error) || config->systems->len == 0)
    return NULL;
  g_type_class_unref (g_type_class_ref (SOUP_TYPE_SESSION)); /* see notify.c */
  self = g_new0 (Systems, 1);
  self->server = server;
  self->cancellable = g_cancellable_new ();
  yq_pacer_init (&self->pacer);
  self->thread = g_thread_new ("instruments", run_thread, self);
  return self;
}

static void
after_commit (gpointer part)
{
  if (part != NULL && g_atomic_int_compare_and_exchange (&is_asked, TRUE, FALSE))
    yq_pacer_wake (&((Systems *) part)->pacer);
}

static void
stopping (gpointer part)
{
  Systems *self = part;

  if (self == NULL)
    return;
  yq_pacer_end (&self->pacer);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->thread, g_thread_join);
}

static void
stop (gpointer part)
{
  Systems *self = part;

  if (self == NULL)
    return;
  yq_pacer_clear (&self->pacer);
  g_object_unref (self->cancellable);
  g_free (self);
}

const YqPart yq_instrument_systems_part = {
  .name = "instruments",
  .prepare = yq_instrument_rows_create_tables,
  .start = start,
  .after_commit = after_commit,
  .stopping = stopping,
  .stop = stop,
};
