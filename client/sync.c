/* The sync as the windows see it: its state, in words. */
#define G_LOG_DOMAIN "yiquan-sync"

#include "sync.h"

#include "clock.h"
#include "sync-worker.h"

struct _YqSync
{
  GObject parent_instance;

  YqStore *store;
  YqOutbox *outbox;
  char *server;
  YqSyncWorker *worker;
  YqSyncReport report;
  gint64 last_sync;
  char *text;
};

enum
{
  PROP_STATE = 1,
  PROP_LAST_SYNC,
  PROP_TEXT,
  PROP_N_RECEIVED,
  N_PROPS
};

enum
{
  SIGNED_OUT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YqSync, yq_sync, G_TYPE_OBJECT)

/* -- words -- */

static char *
describe_syncing (YqSync *self, guint waiting)
{
  if (waiting > 0)
    return g_strdup_printf (_("Sending %u"), waiting);
  if (self->report.n_received > 0)
    return g_strdup_printf (_("Receiving, %u so far"), self->report.n_received);
  return g_strdup (_("Syncing"));
}

static char *
describe (YqSync *self)
{
  guint waiting = yq_outbox_n_waiting (self->outbox);
  g_autofree char *time = self->last_sync > 0 ? yq_time_local (self->last_sync) : NULL;

  if (self->report.is_disk_full)
    return g_strdup (_("This computer's disk is full"));
  switch (self->report.state)
    {
    case YQ_SYNC_SIGNED_OUT:
      return g_strdup (_("Sign in again"));
    case YQ_SYNC_SYNCING:
      return describe_syncing (self, waiting);
    case YQ_SYNC_UP_TO_DATE:
      return waiting > 0 ? g_strdup_printf (_("%u to send"), waiting)
                         : g_strdup_printf (_("Synced at %s"), time != NULL ? time + 11 : "");
    case YQ_SYNC_OFFLINE:
    default:
      return waiting > 0 ? g_strdup_printf (_("Offline, %u to send"), waiting)
                         : g_strdup (_("Offline"));
    }
}

static void
refresh_text (YqSync *self)
{
  char *text = describe (self);

  if (g_strcmp0 (text, self->text) == 0)
    {
      g_free (text);
      return;
    }
  g_free (self->text);
  self->text = text;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

/* -- reports -- */

static void
remember_last (YqSync *self, gint64 last)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, last);
  g_autoptr(GError) error = NULL;

  self->last_sync = last;
  if (!yq_store_set_meta (self->store, "last-sync", text, &error))
    g_debug ("%s", error->message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_SYNC]);
}

static void
report_cb (const YqSyncReport *report, gpointer user_data)
{
  YqSync *self = user_data;
  YqSyncReport before = self->report;

  self->report = *report;
  if (report->last_sync > self->last_sync &&
      (report->state == YQ_SYNC_UP_TO_DATE || self->last_sync == 0))
    remember_last (self, report->last_sync);
  if (before.state != report->state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (before.n_received != report->n_received)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_RECEIVED]);
  refresh_text (self);
  if (before.state != report->state && report->state == YQ_SYNC_SIGNED_OUT)
    g_signal_emit (self, signals[SIGNED_OUT], 0);
}

static void
outbox_changed_cb (YqSync *self)
{
  refresh_text (self);
  if (self->worker != NULL)
    yq_sync_worker_kick (self->worker);
}

static void
network_changed_cb (YqSync *self, gboolean available)
{
  if (available && self->report.state == YQ_SYNC_OFFLINE)
    yq_sync_now (self);
}

/* -- the object -- */

static void
yq_sync_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YqSync *self = YQ_SYNC (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, (int) self->report.state);
      break;
    case PROP_LAST_SYNC:
      g_value_set_int64 (value, self->last_sync);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_N_RECEIVED:
      g_value_set_uint (value, self->report.n_received);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
yq_sync_dispose (GObject *object)
{
  YqSync *self = YQ_SYNC (object);

  yq_sync_stop (self);
  g_clear_object (&self->outbox);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_sync_parent_class)->dispose (object);
}

static void
yq_sync_finalize (GObject *object)
{
  YqSync *self = YQ_SYNC (object);

  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->text, g_free);
  G_OBJECT_CLASS (yq_sync_parent_class)->finalize (object);
}

static void
yq_sync_class_init (YqSyncClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yq_sync_get_property;
  object_class->dispose = yq_sync_dispose;
  object_class->finalize = yq_sync_finalize;

  properties[PROP_STATE] =
    g_param_spec_int ("state", NULL, NULL, 0, YQ_SYNC_SIGNED_OUT, YQ_SYNC_OFFLINE, flags);
  properties[PROP_LAST_SYNC] =
    g_param_spec_int64 ("last-sync", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_N_RECEIVED] =
    g_param_spec_uint ("n-received", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNED_OUT] = g_signal_new ("signed-out", YQ_TYPE_SYNC, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 0);
}

static void
yq_sync_init (YqSync *self)
{
}

YqSync *
yq_sync_new (YqStore *store, YqOutbox *outbox, const char *server)
{
  YqSync *self = g_object_new (YQ_TYPE_SYNC, NULL);
  g_autofree char *last = yq_store_get_meta (store, "last-sync");

  self->store = g_object_ref (store);
  self->outbox = g_object_ref (outbox);
  self->server = g_strdup (server);
  self->last_sync = last != NULL ? g_ascii_strtoll (last, NULL, 10) : 0;
  self->text = describe (self);
  /* "outbox-changed" tells of every row, the outbox's own signal only of what windows see. */
  g_signal_connect_object (store, "outbox-changed", G_CALLBACK (outbox_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

void
yq_sync_start (YqSync *self, const char *token)
{
  yq_sync_stop (self);
  self->worker = yq_sync_worker_start (self->store, self->server, token, report_cb, self);
}

void
yq_sync_stop (YqSync *self)
{
  g_clear_pointer (&self->worker, yq_sync_worker_stop);
}

void
yq_sync_now (YqSync *self)
{
  if (self->worker != NULL)
    yq_sync_worker_now (self->worker);
}

YqSyncState
yq_sync_state (YqSync *self)
{
  return self->report.state;
}

gint64
yq_sync_last (YqSync *self)
{
  return self->last_sync;
}

const char *
yq_sync_text (YqSync *self)
{
  return self->text;
}

/* -- single requests -- */

static gboolean
is_running (YqSync *self, GTask *task)
{
  if (self->worker != NULL)
    return TRUE;
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "%s", _("Offline"));
  g_object_unref (task);
  return FALSE;
}

/* A copy that cannot be read is fetched again. */
static void
file_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  YqSync *self = g_task_get_source_object (task);
  GBytes *content = yq_store_read_file_finish (YQ_STORE (source), result, NULL);

  if (content != NULL)
    {
      g_task_return_pointer (task, content, (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
    }
  else if (is_running (self, task))
    yq_sync_worker_get_file (self->worker, g_task_get_task_data (task), task);
}

void
yq_sync_fetch_file_async (YqSync *self, const char *sha256, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, g_strdup (sha256), g_free);
  if (yq_store_has_file (self->store, sha256))
    yq_store_read_file_async (self->store, sha256, NULL, file_read_cb, task);
  else if (is_running (self, task))
    yq_sync_worker_get_file (self->worker, sha256, task);
}

GBytes *
yq_sync_fetch_file_finish (YqSync *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
yq_sync_fetch_history_async (YqSync *self, const YqEntity *entity, const char *id,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *path = g_strdup_printf ("/v1/%s/%s/history", entity->plural, id);

  if (is_running (self, task))
    yq_sync_worker_get_json (self->worker, path, task);
}

JsonNode *
yq_sync_fetch_history_finish (YqSync *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
