/* The store as an object: opening, reading by id, live records, signals, its threads. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "clock.h"
#include "ids.h"
#include "model.h"
#include "world-store.h"

/* More changes than this to one kind of record in one turn are told as "many". */
#define MANY 200

typedef struct
{
  GThread *thread;
  GAsyncQueue *jobs;
} Lane;

typedef struct
{
  GTask *task; /* NULL: the end */
  YqStoreJob func;
  YqLanguage language;    /* of who asks */
  GDestroyNotify destroy; /* of the result */
  gpointer result;
  GError *error;
} Job;

struct _YqStore
{
  GObject parent_instance;

  char *dir;
  GBytes *key;
  YqStoreDb *db;
  GMainContext *context;
  GPtrArray *whos;  /* all there ever were: other threads may still look at one */
  GHashTable *live; /* "entity/id" -> YqRecord, not owned */
  Lane lanes[YQ_N_LANES];

  GMutex lock;
  GCond unlocked;
  gboolean is_locked;
  guint n_urgent;

  GMutex notice_lock;
  GHashTable *notices; /* entity -> set of ids; NULL: many */
  gboolean outbox_notice;
  GSource *notice_source;
};

enum
{
  CHANGED,
  OUTBOX_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YqStore, yq_store, G_TYPE_OBJECT)
G_DEFINE_QUARK (yq_store_error, yq_store_error)
static G_DEFINE_QUARK (yq_baseline, baseline)
typedef struct
{
  YqWho who;
  char *account, *organisation;
  YqGrant *grants;
} Who;

static void
who_free (gpointer data)
{
  Who *who = data;

  g_free (who->account);
  g_free (who->organisation);
  g_free (who->grants);
  g_free (who);
}

/* -- writing, one at a time -- */

static void
take_lock (YqStore *self)
{
  gboolean is_urgent = g_main_context_is_owner (self->context);

  g_mutex_lock (&self->lock);
  self->n_urgent += is_urgent;
  while (self->is_locked || (!is_urgent && self->n_urgent > 0))
    g_cond_wait (&self->unlocked, &self->lock);
  self->n_urgent -= is_urgent;
  self->is_locked = TRUE;
  g_mutex_unlock (&self->lock);
}

static void
give_lock (YqStore *self)
{
  g_mutex_lock (&self->lock);
  self->is_locked = FALSE;
  g_cond_broadcast (&self->unlocked);
  g_mutex_unlock (&self->lock);
}

gboolean
yq_store_begin (YqStore *self, YqStoreDb *db, GError **error)
{
  take_lock (self);
  if (sql_begin (db->conn, TRUE, error))
    return TRUE;
  give_lock (self);
  yq_store_db_explain (error);
  return FALSE;
}

gboolean
yq_store_end (YqStore *self, YqStoreDb *db, gboolean ok, GError **error)
{
  if (ok)
    ok = sql_commit (db->conn, error);
  if (!ok)
    {
      sql_rollback (db->conn);
      yq_world_forget_lists (db->world, NULL);
    }
  give_lock (self);
  if (!ok)
    yq_store_db_explain (error);
  return ok;
}

/* -- threads -- */

/* The task, which keeps the store alive, ends where it began: a lane never drops the last
 * reference. */
static gboolean
deliver_cb (gpointer user_data)
{
  Job *job = user_data;

  if (job->error != NULL)
    g_task_return_error (job->task, job->error);
  else
    g_task_return_pointer (job->task, job->result, job->destroy);
  g_object_unref (job->task);
  g_free (job);
  return G_SOURCE_REMOVE;
}

static void
deliver (Job *job)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver_cb, job, NULL);
  g_source_attach (source, g_task_get_context (job->task));
}

/* Who searches on does not wait for what she typed before. */
static int
is_cancelled (void *cancellable)
{
  return cancellable != NULL && g_cancellable_is_cancelled (cancellable);
}

static gpointer
run_lane (gpointer data)
{
  gpointer *start = data;
  YqStore *self = start[0]; /* joined before it goes */
  Lane *lane = start[1];
  g_autoptr(GError) error = NULL;
  g_autoptr(YqStoreDb) db = yq_store_db_open (self->dir, self->key, FALSE, &error);
  Job *job;

  g_free (start);
  while ((job = g_async_queue_pop (lane->jobs))->task != NULL)
    {
      if (db == NULL)
        job->error = g_error_copy (error);
      else if (!g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job->task),
                                                      &job->error))
        {
          yq_text_set_language (job->language);
          db->who = yq_store_who (self);
          db->world->now = yq_clock_now ();
          if (lane != &self->lanes[YQ_LANE_WRITE])
            sqlite3_progress_handler (sql_native (db->conn), 1000, is_cancelled,
                                      g_task_get_cancellable (job->task));
          job->result = job->func (self, db, g_task_get_task_data (job->task), &job->error);
          sqlite3_progress_handler (sql_native (db->conn), 0, NULL, NULL);
        }
      deliver (job);
    }
  g_free (job);
  return NULL;
}

void
yq_store_run (YqStore *self, YqLane lane, GTask *task, YqStoreJob func, GDestroyNotify destroy)
{
  static const char *const names[YQ_N_LANES] = { "store-read", "store-count", "store-write" };
  Job *job;

  if (self->db == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The store is closed");
      g_object_unref (task);
      return;
    }
  job = g_new0 (Job, 1);
  job->task = task;
  job->func = func;
  job->language = yq_text_language ();
  job->destroy = destroy;
  if (self->lanes[lane].thread == NULL)
    {
      gpointer *start = g_new (gpointer, 2);

      start[0] = self;
      start[1] = &self->lanes[lane];
      self->lanes[lane].jobs = g_async_queue_new ();
      self->lanes[lane].thread = g_thread_new (names[lane], run_lane, start);
    }
  g_async_queue_push (self->lanes[lane].jobs, job);
}

static void
stop_lane (Lane *lane)
{
  if (lane->thread == NULL)
    return;
  g_async_queue_push (lane->jobs, g_new0 (Job, 1));
  g_thread_join (g_steal_pointer (&lane->thread));
  g_clear_pointer (&lane->jobs, g_async_queue_unref);
}

/* -- live records -- */

static void
copy_into (YqRecord *to, YqRecord *from)
{
  const YqEntity *entity = yq_record_entity (to);

  yq_record_set_state (to, yq_record_state (from));
  yq_record_set_revision (to, yq_record_revision (from));
  yq_record_set_times (to, yq_record_created_at (from), yq_record_updated_at (from));
  yq_record_set_buyer (to, yq_record_buyer (from));
  yq_record_set_carrier (to, yq_record_carrier (from));
  yq_record_set_desk (to, yq_record_desk (from));
  yq_record_set_region (to, yq_record_region (from));
  yq_record_set_account (to, yq_record_account (from));
  for (guint f = 0; f < entity->n_fields; f++)
    {
      yq_values_copy_field (yq_record_values (to), yq_record_values (from), f);
      yq_record_set_masked (to, entity->fields[f].name,
                            yq_record_masked (from, entity->fields[f].name));
    }
}

static void
live_gone_cb (gpointer data, GObject *where)
{
  gpointer *pair = data;

  g_hash_table_remove (pair[0], pair[1]);
  g_hash_table_unref (pair[0]);
  g_free (pair[1]);
  g_free (pair);
}

static YqRecord *
make_live (YqStore *self, YqRecord *record)
{
  char *key = g_strconcat (yq_record_entity (record)->name, "/", yq_record_id (record), NULL);
  gpointer *pair = g_new (gpointer, 2);

  pair[0] = g_hash_table_ref (self->live);
  pair[1] = g_strdup (key);
  g_hash_table_insert (self->live, key, record);
  g_object_weak_ref (G_OBJECT (record), live_gone_cb, pair);
  return record;
}

static void
refresh_live (YqStore *self, YqRecord *record)
{
  g_autoptr(YqRecord) fresh =
    yq_store_db_read (self->db, yq_record_entity (record), yq_record_id (record), YQ_VIEW_LOCAL);

  if (fresh == NULL)
    return;
  copy_into (record, fresh);
  yq_record_changed (record);
}

static void
refresh_kind (YqStore *self, const char *entity)
{
  g_autoptr(GList) records = g_hash_table_get_values (self->live);

  g_list_foreach (records, (GFunc) (void (*) (void)) g_object_ref, NULL);
  for (GList *l = records; l != NULL; l = l->next)
    {
      if (g_str_equal (yq_record_entity (l->data)->name, entity))
        refresh_live (self, l->data);
      g_object_unref (l->data);
    }
}

YqRecord *
yq_store_get_live (YqStore *self, const YqEntity *entity, const char *id)
{
  g_autofree char *key = NULL;
  YqRecord *record;

  if (entity == NULL || id == NULL)
    return NULL;
  key = g_strconcat (entity->name, "/", id, NULL);
  if ((record = g_hash_table_lookup (self->live, key)) != NULL)
    return g_object_ref (record);
  record = yq_store_db_read (self->db, entity, id, YQ_VIEW_LOCAL);
  return record != NULL ? make_live (self, record) : NULL;
}

YqRecord *
yq_store_live_row (YqStore *self, gint64 row)
{
  g_autoptr(YqRecord) record = yq_store_db_read_row (self->db, row);
  g_autofree char *key = NULL;
  YqRecord *known;

  if (record == NULL)
    return NULL;
  key = g_strconcat (yq_record_entity (record)->name, "/", yq_record_id (record), NULL);
  if ((known = g_hash_table_lookup (self->live, key)) != NULL)
    return g_object_ref (known);
  return make_live (self, g_steal_pointer (&record));
}

/* -- telling -- */

static void
tell_kind (YqStore *self, const char *entity, GHashTable *ids)
{
  GQuark detail = g_quark_from_string (entity);
  GHashTableIter iter;
  gpointer id;

  if (ids == NULL)
    {
      refresh_kind (self, entity);
      g_signal_emit (self, signals[CHANGED], detail, entity, NULL);
      return;
    }
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_autofree char *key = g_strconcat (entity, "/", id, NULL);
      YqRecord *record = g_hash_table_lookup (self->live, key);

      if (record != NULL)
        {
          g_object_ref (record);
          refresh_live (self, record);
          g_object_unref (record);
        }
      g_signal_emit (self, signals[CHANGED], detail, entity, id);
    }
}

static gboolean
tell_cb (gpointer user_data)
{
  g_autoptr(YqStore) self = g_object_ref (user_data);
  g_autoptr(GHashTable) notices = NULL;
  gboolean outbox;
  GHashTableIter iter;
  gpointer entity, ids;

  g_mutex_lock (&self->notice_lock);
  notices = g_steal_pointer (&self->notices);
  self->notices = NULL;
  outbox = self->outbox_notice;
  self->outbox_notice = FALSE;
  g_clear_pointer (&self->notice_source, g_source_unref);
  g_mutex_unlock (&self->notice_lock);

  if (self->db == NULL)
    return G_SOURCE_REMOVE;
  if (outbox)
    g_signal_emit (self, signals[OUTBOX_CHANGED], 0);
  if (notices == NULL)
    return G_SOURCE_REMOVE;
  g_hash_table_iter_init (&iter, notices);
  while (g_hash_table_iter_next (&iter, &entity, &ids))
    if (self->db != NULL)
      tell_kind (self, entity, ids);
  return G_SOURCE_REMOVE;
}

/* Under the notice lock. */
static void
schedule_telling (YqStore *self)
{
  if (self->notice_source != NULL)
    return;
  self->notice_source = g_idle_source_new ();
  g_source_set_priority (self->notice_source, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->notice_source, tell_cb, self, NULL);
  g_source_attach (self->notice_source, self->context);
}

static void
ids_free (gpointer ids)
{
  if (ids != NULL)
    g_hash_table_unref (ids);
}

void
yq_store_notice (YqStore *self, const YqEntity *entity, const char *id)
{
  gpointer ids = NULL;

  g_mutex_lock (&self->notice_lock);
  if (self->notices == NULL)
    self->notices = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, ids_free);
  if (!g_hash_table_lookup_extended (self->notices, entity->name, NULL, &ids) && id != NULL)
    {
      ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->notices, (gpointer) entity->name, ids);
    }
  if (id == NULL || (ids != NULL && g_hash_table_size (ids) >= MANY))
    g_hash_table_insert (self->notices, (gpointer) entity->name, NULL);
  else if (ids != NULL)
    g_hash_table_add (ids, g_strdup (id));
  schedule_telling (self);
  g_mutex_unlock (&self->notice_lock);
}

void
yq_store_notice_outbox (YqStore *self)
{
  g_mutex_lock (&self->notice_lock);
  self->outbox_notice = TRUE;
  schedule_telling (self);
  g_mutex_unlock (&self->notice_lock);
}

/* -- opening and closing -- */

static void
yq_store_finalize (GObject *object)
{
  YqStore *self = YQ_STORE (object);

  yq_store_close (self);
  g_clear_pointer (&self->dir, g_free);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->whos, g_ptr_array_unref);
  g_clear_pointer (&self->live, g_hash_table_unref);
  g_clear_pointer (&self->notices, g_hash_table_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->unlocked);
  g_mutex_clear (&self->notice_lock);
  G_OBJECT_CLASS (yq_store_parent_class)->finalize (object);
}

static void
yq_store_class_init (YqStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yq_store_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", YQ_TYPE_STORE, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  /* For the outbox alone. */
  signals[OUTBOX_CHANGED] = g_signal_new ("outbox-changed", YQ_TYPE_STORE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yq_store_init (YqStore *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->unlocked);
  g_mutex_init (&self->notice_lock);
  self->live = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->whos = g_ptr_array_new_with_free_func (who_free);
  self->context = g_main_context_ref_thread_default ();
  yq_store_set_who (self, NULL);
}

static gboolean
make_folders (const char *dir, GError **error)
{
  g_autofree char *files = g_build_filename (dir, "files", NULL);

  if (g_mkdir_with_parents (files, 0700) == 0)
    return TRUE;
  g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FAILED, _("The folder %s cannot be made: %s"),
               dir, g_strerror (errno));
  return FALSE;
}

YqStore *
yq_store_open (const char *dir, GBytes *key, GError **error)
{
  g_autoptr(YqStore) self = NULL;

  g_return_val_if_fail (dir != NULL && key != NULL, NULL);

  if (!make_folders (dir, error))
    return NULL;
  self = g_object_new (YQ_TYPE_STORE, NULL);
  self->dir = g_strdup (dir);
  self->key = g_bytes_ref (key);
  if (!(self->db = yq_store_db_open (dir, key, TRUE, error)))
    return NULL;
  yq_store_seal_files (self);
  return g_steal_pointer (&self);
}

void
yq_store_close (YqStore *self)
{
  for (guint i = 0; i < YQ_N_LANES; i++)
    stop_lane (&self->lanes[i]);
  g_mutex_lock (&self->notice_lock);
  if (self->notice_source != NULL)
    g_source_destroy (self->notice_source);
  g_clear_pointer (&self->notice_source, g_source_unref);
  g_mutex_unlock (&self->notice_lock);
  g_clear_pointer (&self->db, yq_store_db_close);
}

const char *
yq_store_dir (YqStore *self)
{
  return self->dir;
}

const guint8 *
yq_store_key (YqStore *self)
{
  return g_bytes_get_data (self->key, NULL);
}

YqStoreDb *
yq_store_db (YqStore *self)
{
  return self->db;
}

YqStoreDb *
yq_store_open_db (YqStore *self, GError **error)
{
  YqStoreDb *db = yq_store_db_open (self->dir, self->key, FALSE, error);

  if (db != NULL)
    db->who = yq_store_who (self);
  return db;
}

void
yq_store_set_who (YqStore *self, const YqWho *who)
{
  Who *copy = g_new0 (Who, 1);

  if (who != NULL)
    {
      copy->account = g_strdup (who->account);
      copy->organisation = g_strdup (who->organisation);
      copy->grants = g_memdup2 (who->grants, who->n_grants * sizeof (YqGrant));
      copy->who = *who;
      copy->who.account = copy->account;
      copy->who.organisation = copy->organisation;
      copy->who.grants = copy->grants;
    }
  g_mutex_lock (&self->notice_lock);
  g_ptr_array_add (self->whos, copy);
  g_mutex_unlock (&self->notice_lock);
  if (self->db != NULL)
    self->db->who = &copy->who;
}

const YqWho *
yq_store_who (YqStore *self)
{
  const YqWho *who;

  g_mutex_lock (&self->notice_lock);
  who = &((Who *) g_ptr_array_index (self->whos, self->whos->len - 1))->who;
  g_mutex_unlock (&self->notice_lock);
  return who;
}

YqWorld *
yq_store_world (YqStore *self)
{
  self->db->world->now = yq_clock_now ();
  return self->db->world;
}

/* -- reading -- */

void
yq_store_settle (YqRecord *record)
{
  g_object_set_qdata_full (G_OBJECT (record), baseline_quark (),
                           yq_values_copy (yq_record_values (record)),
                           (GDestroyNotify) yq_values_free);
}

YqValues *
yq_store_baseline (YqRecord *record)
{
  return g_object_get_qdata (G_OBJECT (record), baseline_quark ());
}

void
yq_store_edit_copy (YqRecord *copy, YqRecord *seen)
{
  YqValues *baseline = yq_store_baseline (seen);

  g_object_set_qdata_full (G_OBJECT (copy), baseline_quark (),
                           yq_values_copy (baseline ? baseline : yq_record_values (seen)),
                           (GDestroyNotify) yq_values_free);
}

YqRecord *
yq_store_get (YqStore *self, const YqEntity *entity, const char *id)
{
  YqRecord *record = yq_store_db_read (self->db, entity, id, YQ_VIEW_LOCAL);

  if (record != NULL)
    yq_store_settle (record);
  return record;
}

YqRecord *
yq_store_get_server (YqStore *self, const YqEntity *entity, const char *id)
{
  return yq_store_db_read (self->db, entity, id, YQ_VIEW_SERVER);
}

YqRecord *
yq_store_new_record (YqStore *self, const YqEntity *entity)
{
  YqRecord *record = yq_record_new (entity, NULL);
  gint64 now = yq_clock_now ();

  yq_record_set_times (record, now, now);
  yq_store_db_fill_owners (self->db, record);
  yq_store_settle (record);
  return record;
}

/* A step may give a record to a desk, or take it back. */
static gboolean
copy_owners (YqRecord *record, YqRecord *fresh)
{
  gboolean moved = g_strcmp0 (yq_record_desk (record), yq_record_desk (fresh)) != 0 ||
                   g_strcmp0 (yq_record_carrier (record), yq_record_carrier (fresh)) != 0 ||
                   g_strcmp0 (yq_record_buyer (record), yq_record_buyer (fresh)) != 0;

  if (moved)
    {
      yq_record_set_buyer (record, yq_record_buyer (fresh));
      yq_record_set_carrier (record, yq_record_carrier (fresh));
      yq_record_set_desk (record, yq_record_desk (fresh));
    }
  return moved;
}

gboolean
yq_store_reload (YqStore *self, YqRecord *record)
{
  g_autoptr(YqRecord) fresh =
    yq_store_db_read (self->db, yq_record_entity (record), yq_record_id (record), YQ_VIEW_LOCAL);
  YqValues *baseline = yq_store_baseline (record);
  YqValues *values = yq_record_values (record);
  gboolean changed = FALSE;

  if (fresh == NULL || baseline == NULL)
    return FALSE;
  for (guint f = 0; f < yq_record_entity (record)->n_fields; f++)
    {
      if (!yq_values_equal (values, baseline, f) ||
          yq_values_equal (values, yq_record_values (fresh), f))
        continue;
      yq_values_copy_field (values, yq_record_values (fresh), f);
      yq_values_copy_field (baseline, yq_record_values (fresh), f);
      changed = TRUE;
    }
  changed |= g_strcmp0 (yq_record_state (record), yq_record_state (fresh)) != 0 ||
             yq_record_revision (record) != yq_record_revision (fresh);
  changed |= copy_owners (record, fresh);
  yq_record_set_state (record, yq_record_state (fresh));
  yq_record_set_revision (record, yq_record_revision (fresh));
  yq_record_set_times (record, yq_record_created_at (fresh), yq_record_updated_at (fresh));
  if (changed)
    yq_record_changed (record);
  return changed;
}

char *
yq_store_title (YqStore *self, const YqEntity *entity, const char *id)
{
  g_autoptr(YqRecord) record = yq_store_db_read (self->db, entity, id, YQ_VIEW_LOCAL);

  return record != NULL ? g_strdup (yq_record_title (record)) : NULL;
}

static char *
format_references (YqStore *self, const YqField *field, JsonArray *ids)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      const char *id = json_array_get_string_element (ids, i);
      g_autofree char *title = yq_store_title (self, yq_model_find (field->refers), id);

      if (text->len > 0)
        g_string_append (text, _(", "));
      g_string_append (text, title != NULL ? title : id);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
yq_store_format (YqStore *self, const YqValues *values, guint f)
{
  const YqField *field = &yq_values_fields (values, NULL)[f];
  char *title = NULL;

  if (field->type == YQ_REFERENCES && field->refers != NULL)
    return format_references (self, field, yq_values_array (values, f));
  if (field->type == YQ_REFERENCE && field->refers != NULL && yq_values_has (values, f))
    title = yq_store_title (self, yq_model_find (field->refers), yq_values_text (values, f));
  return title != NULL ? title : yq_values_format (values, f);
}

char *
yq_store_get_meta (YqStore *self, const char *name)
{
  return yq_store_db_get_meta (self->db, name);
}

gboolean
yq_store_set_meta (YqStore *self, const char *name, const char *value, GError **error)
{
  return yq_store_begin (self, self->db, error) &&
         yq_store_end (self, self->db, yq_store_db_set_meta (self->db, name, value, error), error);
}
