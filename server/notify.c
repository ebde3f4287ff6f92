/* The outbox of text messages and webhook events, and the thread that empties it. */
#define G_LOG_DOMAIN "yiquand-notify"

#include "notify.h"

#include <libsoup/soup.h>
#include <string.h>

#include "clock.h"
#include "effects-private.h"
#include "ids.h"
#include "json-text.h"
#include "office.h"
#include "pacer.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "record-json.h"
#include "record-key.h"
#include "sealed.h"
#include "world-sql.h"

#define AT_ONCE 8 /* so that a slow receiver does not hold up the others */
#define TIMEOUT_S 10
#define FIRST_PAUSE (5 * YQ_SECOND)
#define LAST_PAUSE (30 * 60 * YQ_SECOND)
#define SMS_LIFE (YQ_DAY)
#define EVENT_LIFE (3 * YQ_DAY)
#define IDLE_S 30 /* the longest sleep: a table may have been written by another process */

static const char tables[] =
  "CREATE TABLE IF NOT EXISTS notify_channel (name TEXT PRIMARY KEY, asked TEXT NOT NULL);"
  "CREATE TABLE IF NOT EXISTS notify_out ("
  " id TEXT PRIMARY KEY, channel TEXT NOT NULL, sms TEXT, body TEXT NOT NULL,"
  " tries BIGINT NOT NULL, due BIGINT NOT NULL, until_time BIGINT NOT NULL);"
  "CREATE INDEX IF NOT EXISTS notify_out_due ON notify_out (due);";

/* Any thread: something was written, the thread may look when it is committed. */
static int is_written;

/* -- writing -- */

/* What the channel asked for; NULL where the server has no such channel.  Free it. */
static char *
channel_asks (SqlConn *conn, const char *name)
{
  return sql_get_text (conn, "SELECT asked FROM notify_channel WHERE name = $1",
                       SQL_ARGS (SQL_TEXT (name)), NULL);
}

gboolean
yq_notify_has_sms (SqlConn *conn)
{
  g_autofree char *asks = channel_asks (conn, "sms");

  return asks != NULL;
}

static gboolean
put_out (YqTx *tx, const char *id, const char *channel, const char *sms, const char *body,
         gint64 until, GError **error)
{
  g_autofree char *sealed = yq_sealed_write (yq_record_key (), body);

  g_atomic_int_set (&is_written, TRUE);
  return sql_exec (tx->conn,
                   "INSERT INTO notify_out (id, channel, sms, body, tries, due, until_time)"
                   " VALUES ($1, $2, $3, $4, 0, $5, $6)",
                   SQL_ARGS (SQL_TEXT (id), SQL_TEXT (channel), SQL_TEXT (sms), SQL_TEXT (sealed),
                             SQL_INT (tx->now), SQL_INT (until)),
                   error) >= 0;
}

gboolean
yq_notify_sms (YqTx *tx, const char *account, const char *phone, const char *type, const char *text,
               const char *shown, const char *record, gint64 until, GError **error)
{
  g_autoptr(YqRecord) sms = NULL;
  g_autoptr(GString) body = g_string_new (NULL);

  if (phone == NULL || !yq_notify_has_sms (tx->conn))
    return TRUE;
  sms = yq_record_new (&yq_sms, NULL);
  yq_record_set_account (sms, account);
  yq_record_set_text (sms, SMS_ACCOUNT, account);
  yq_record_set_text (sms, SMS_PHONE, phone);
  yq_record_set_text (sms, SMS_TYPE, type);
  yq_record_set_text (sms, SMS_TEXT, shown);
  yq_record_set_text (sms, SMS_RECORD, record);
  yq_json_open (body, NULL, '{');
  yq_json_text (body, "id", yq_record_id (sms));
  yq_json_text (body, "phone", phone);
  yq_json_text (body, "text", text);
  yq_json_text (body, "type", type);
  yq_json_close (body, '}');
  return yq_tx_insert (tx, sms, "derive", error) &&
         put_out (tx, yq_record_id (sms), "sms", yq_record_id (sms), body->str, until, error);
}

static gboolean
goes_by_sms (YqTx *tx, const char *region, const char *type)
{
  g_autoptr(YqRecord) jurisdiction =
    region != NULL ? yq_policy_jurisdiction (tx->world, region) : NULL;
  JsonArray *rows = jurisdiction != NULL ? yq_record_array (jurisdiction, JURISDICTION_SMS) : NULL;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    if (g_strcmp0 (json_object_get_string_member_with_default (
                     json_array_get_object_element (rows, i), "message", NULL),
                   type) == 0)
      return TRUE;
  return FALSE;
}

gboolean
yq_notify_message (YqTx *tx, const char *account, const char *type, YqRecord *about,
                   const char *text, GError **error)
{
  g_autoptr(YqRecord) person = NULL;

  if (about == NULL || !yq_notify_has_sms (tx->conn) ||
      !goes_by_sms (tx, yq_record_region (about), type))
    return TRUE;
  person = yq_world_get (tx->world, &yq_account, account);
  return person == NULL ||
         yq_notify_sms (tx, account, yq_record_text (person, ACCOUNT_PHONE), type, text, text,
                        yq_record_id (about), tx->now + SMS_LIFE, error);
}

gboolean
yq_notify_event (YqTx *tx, YqRecord *record, const char *action, GError **error)
{
  g_autofree char *asks = channel_asks (tx->conn, "webhook");
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;
  g_autofree char *at = NULL;
  g_autoptr(GString) body = g_string_new (NULL);

  /* What only the office reads (the log of text messages) happens to nobody. */
  if (asks == NULL || !(yq_record_entity (record)->reads & (YQ_SEES_OWNER | YQ_SEES_PARTIES)))
    return TRUE;
  type = g_strdup_printf ("%s.%s", yq_record_entity (record)->name, action);
  if (!yq_word_in (asks, type))
    return TRUE;
  id = yq_id_new ();
  at = yq_time_format (tx->now);
  yq_json_open (body, NULL, '{');
  yq_json_text (body, "id", id);
  yq_json_text (body, "type", type);
  yq_json_text (body, "entity", yq_record_entity (record)->name);
  yq_json_text (body, "record", yq_record_id (record));
  yq_json_int (body, "revision", yq_record_revision (record));
  yq_json_text (body, "state", yq_record_state (record));
  yq_json_text (body, "at", at);
  yq_json_close (body, '}');
  return put_out (tx, id, "webhook", NULL, body->str, tx->now + EVENT_LIFE, error);
}

/* -- sending -- */

typedef struct
{
  char *id, *channel, *sms, *body;
  gint64 tries, until;
  /* what came of it */
  guint status;    /* 0: no answer */
  gint64 retry_ms; /* what the receiver asked for; 0 nothing */
  char *failure;   /* NULL: taken */
} Item;

typedef struct
{
  YqServer *server;
  GThread *thread;
  YqPacer pacer;
  /* the thread's own */
  SqlConn *conn;
  GMainContext *context;
  SoupSession *session;
  GCancellable *cancellable;
} Notify;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->id);
  g_free (item->channel);
  g_free (item->sms);
  g_free (item->body);
  g_free (item->failure);
  g_free (item);
}

char *
yq_notify_signature (const char *secret, gint64 seconds, const char *body)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT ".%s", seconds, body);
  g_autofree char *hex = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) secret,
                                                    strlen (secret), text, -1);

  return g_strconcat ("sha256=", hex, NULL);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  Item *item = g_object_get_data (G_OBJECT (message), "yq-item");
  guint *n_left = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) answer =
    soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  const char *after =
    soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");

  *n_left -= 1;
  item->status = error == NULL ? soup_message_get_status (message) : 0;
  if (after != NULL)
    item->retry_ms = CLAMP (g_ascii_strtoll (after, NULL, 10), 0, 3600) * YQ_SECOND;
  if (error != NULL)
    item->failure = g_strdup (error->message);
  else if (item->status < 200 || item->status > 299)
    item->failure = g_strdup_printf ("HTTP %u", item->status);
  g_clear_pointer (&answer, g_bytes_unref);
}

static const char *
url_of (Notify *self, const Item *item, const char **secret)
{
  const YqConfig *config = yq_server_config (self->server);
  gboolean is_sms = strcmp (item->channel, "sms") == 0;

  *secret = is_sms ? config->sms_secret : config->webhook_secret;
  return is_sms ? config->sms_gateway : config->webhook_url;
}

/* FALSE: there is nothing to wait for. */
static gboolean
send_item (Notify *self, Item *item, guint *n_left)
{
  const char *secret, *url = url_of (self, item, &secret);
  gint64 seconds = yq_clock_now () / 1000;
  g_autofree char *stamp = g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
  g_autofree char *signature =
    yq_notify_signature (secret != NULL ? secret : "", seconds, item->body);
  g_autoptr(SoupMessage) message = url != NULL ? soup_message_new ("POST", url) : NULL;
  g_autoptr(GBytes) body = g_bytes_new (item->body, strlen (item->body));
  SoupMessageHeaders *headers;

  if (message == NULL)
    {
      item->failure = g_strdup ("no receiver is configured");
      return FALSE;
    }
  headers = soup_message_get_request_headers (message);
  soup_message_headers_append (headers, "Yiquan-Id", item->id);
  soup_message_headers_append (headers, "Yiquan-Timestamp", stamp);
  soup_message_headers_append (headers, "Yiquan-Signature", signature);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  g_object_set_data (G_OBJECT (message), "yq-item", item);
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, self->cancellable,
                                    sent_cb, n_left);
  return TRUE;
}

static GPtrArray *
read_due (SqlConn *conn, gint64 now, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn,
               "SELECT id, channel, sms, body, tries, until_time FROM notify_out"
               " WHERE due <= $1 ORDER BY due, id LIMIT $2",
               SQL_ARGS (SQL_INT (now), SQL_INT (AT_ONCE)), error);
  GPtrArray *due = g_ptr_array_new_with_free_func (item_free);

  while (rows != NULL && sql_rows_next (rows, error))
    {
      Item *item = g_new0 (Item, 1);

      item->id = g_strdup (sql_rows_text (rows, 0));
      item->channel = g_strdup (sql_rows_text (rows, 1));
      item->sms = g_strdup (sql_rows_text (rows, 2));
      item->body = yq_sealed_read (yq_record_key (), sql_rows_text (rows, 3));
      item->tries = sql_rows_int (rows, 4);
      item->until = sql_rows_int (rows, 5);
      if (item->body == NULL)
        item->body = g_strdup ("{}");
      g_ptr_array_add (due, item);
    }
  return due;
}

/* -- marking -- */

static gint64
next_due (const Item *item, gint64 now)
{
  gint64 pause = FIRST_PAUSE << MIN (item->tries, 12);

  return now + MAX (MIN (pause, LAST_PAUSE), item->retry_ms);
}

static gboolean
is_over (const Item *item, gint64 now)
{
  return item->failure == NULL || item->status == 410 || item->status == 422 ||
         next_due (item, now) > item->until;
}

static gboolean
log_sms (YqTx *tx, const Item *item, GError **error)
{
  g_autoptr(YqRecord) sms = yq_effect_get (tx, &yq_sms, item->sms);

  if (sms == NULL || !yq_record_in_state (sms, "waiting"))
    return TRUE;
  yq_record_set_int (sms, SMS_TRIES, item->tries + 1);
  yq_record_set_text (sms, SMS_FAILURE, item->failure);
  if (item->failure == NULL)
    yq_record_set_int (sms, SMS_SENT_AT, tx->now);
  if (!is_over (item, tx->now))
    return yq_tx_touch (tx, sms, error);
  return yq_tx_step (tx, sms, item->failure == NULL ? "deliver" : "give_up", NULL, error);
}

static gboolean
mark_item (YqTx *tx, const Item *item, GError **error)
{
  if (item->sms != NULL && !log_sms (tx, item, error))
    return FALSE;
  if (is_over (item, tx->now))
    return sql_exec (tx->conn, "DELETE FROM notify_out WHERE id = $1",
                     SQL_ARGS (SQL_TEXT (item->id)), error) >= 0;
  return sql_exec (tx->conn, "UPDATE notify_out SET tries = tries + 1, due = $2 WHERE id = $1",
                   SQL_ARGS (SQL_TEXT (item->id), SQL_INT (next_due (item, tx->now))), error) >= 0;
}

static gboolean
mark_all (SqlConn *conn, gpointer user_data, GError **error)
{
  static const YqWho clock = { .is_clock = TRUE };
  GPtrArray *items = user_data;
  YqWorld *world = yq_world_sql_new (conn, yq_clock_now ());
  gboolean done = TRUE;
  YqTx tx;

  yq_tx_init (&tx, conn, world, &clock, world->now);
  for (guint i = 0; done && i < items->len; i++)
    done = mark_item (&tx, items->pdata[i], error);
  yq_world_sql_free (world);
  return done;
}

/* -- the thread -- */

/* One round: what is due, AT_ONCE at a time; how many, or -1. */
static int
deliver (Notify *self, SqlConn *conn, GError **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(GPtrArray) items = read_due (conn, yq_clock_now (), &failure);
  guint n_left = 0;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return -1;
    }
  if (items->len > 0)
    yq_durable_settle (yq_writer_durable (yq_server_writer (self->server)));
  for (guint i = 0; i < items->len; i++)
    n_left += send_item (self, items->pdata[i], &n_left);
  while (n_left > 0)
    g_main_context_iteration (self->context, TRUE);
  if (items->len > 0 && !yq_pacer_has_ended (&self->pacer) &&
      !yq_writer_call (yq_server_writer (self->server), mark_all, items, error))
    return -1;
  return items->len;
}

static gint64
next_in_ms (SqlConn *conn)
{
  gint64 due = 0;

  if (!sql_get_int (conn, "SELECT min (due) FROM notify_out HAVING min (due) IS NOT NULL",
                    SQL_NO_ARGS, &due, NULL))
    return IDLE_S * YQ_SECOND;
  return CLAMP (due - yq_clock_now (), 0, IDLE_S * YQ_SECOND);
}

static void
sleep_until_due (Notify *self, SqlConn *conn, gboolean has_failed)
{
  yq_pacer_sleep (&self->pacer, has_failed ? YQ_SECOND : next_in_ms (conn));
}

static gpointer
run_thread (gpointer user_data)
{
  Notify *self = user_data;

  g_main_context_push_thread_default (self->context);
  self->session = soup_session_new_with_options ("timeout", TIMEOUT_S, "user-agent", "yiquand",
                                                 "max-conns-per-host", AT_ONCE, NULL);
  while (!yq_pacer_has_ended (&self->pacer))
    {
      g_autoptr(GError) failure = NULL;
      int n = deliver (self, self->conn, &failure);

      if (n < 0)
        g_message ("Delivery waits: %s", failure->message);
      if (n < AT_ONCE)
        sleep_until_due (self, self->conn, n < 0);
    }
  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* -- the part -- */

gboolean
yq_notify_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (conn, tables, error);
}

static gboolean
write_channel (SqlConn *conn, const char *name, const char *url, const char *asks, GError **error)
{
  return sql_exec (conn, "DELETE FROM notify_channel WHERE name = $1", SQL_ARGS (SQL_TEXT (name)),
                   error) >= 0 &&
         (url == NULL || sql_exec (conn, "INSERT INTO notify_channel (name, asked) VALUES ($1, $2)",
                                   SQL_ARGS (SQL_TEXT (name), SQL_TEXT (asks)), error) >= 0);
}

static gboolean
write_channels (SqlConn *conn, gpointer user_data, GError **error)
{
  const YqConfig *config = user_data;

  return write_channel (conn, "sms", config->sms_gateway, "*", error) &&
         write_channel (conn, "webhook", config->webhook_url,
                        config->webhook_events != NULL ? config->webhook_events : "*", error);
}

static gpointer
start (YqServer *server, GError **error)
{
  SqlConn *conn;
  Notify *self;

  if (!yq_writer_call (yq_server_writer (server), write_channels,
                       (gpointer) yq_server_config (server), error))
    return NULL;
  if (!(conn = sql_open (yq_server_uri (server), SQL_OPEN_READ_ONLY, error)))
    return NULL;
  /* Two threads must not meet in GLib while one makes this class and the other a type it needs (the
   * main thread is about to listen): both would wait for ever. */
  g_type_class_unref (g_type_class_ref (SOUP_TYPE_SESSION));
  self = g_new0 (Notify, 1);
  self->server = server;
  self->conn = conn;
  self->context = g_main_context_new ();
  yq_pacer_init (&self->pacer);
  self->cancellable = g_cancellable_new ();
  self->thread = g_thread_new ("notify", run_thread, self);
  return self;
}

static void
after_commit (gpointer part)
{
  if (g_atomic_int_compare_and_exchange (&is_written, TRUE, FALSE))
    yq_pacer_wake (&((Notify *) part)->pacer);
}

void
yq_notify_wake (YqServer *server)
{
  yq_pacer_wake (&((Notify *) yq_server_part (server, &yq_notify_part))->pacer);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* What is under way is cancelled by its own thread: libsoup 3.2 ends the program when an answer's
 * head comes while another thread cancels (it closes the stream of a message that it has finished).
 */
static void
stopping (gpointer part)
{
  Notify *self = part;
  g_autoptr(GSource) source = g_idle_source_new ();

  yq_pacer_end (&self->pacer);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, cancel_cb, self->cancellable, NULL);
  g_source_attach (source, self->context);
  g_clear_pointer (&self->thread, g_thread_join);
}

static void
stop (gpointer part)
{
  Notify *self = part;

  yq_pacer_clear (&self->pacer);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  sql_close (self->conn);
  g_free (self);
}

const YqPart yq_notify_part = {
  .name = "notify",
  .start = start,
  .after_commit = after_commit,
  .stopping = stopping,
  .stop = stop,
};
