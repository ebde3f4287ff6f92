/* Many commands at once, made in the store's writing thread: few transactions, and the windows
 * look once. */
#define G_LOG_DOMAIN "yiquan-outbox"

#include "outbox-private.h"

#include "ids.h"

/* Rows written in one transaction, so that others get between. */
#define SLICE 200

typedef struct
{
  const YqEntity *entity;
  guint n;
  YqOutboxEach each;
  gpointer data;
  GDestroyNotify destroy;
  char *batch;
} Many;

static void
many_free (gpointer data)
{
  Many *many = data;

  if (many->destroy != NULL)
    many->destroy (many->data);
  g_free (many->batch);
  g_free (many);
}

static gpointer
many_job (YqStore *store, YqStoreDb *db, gpointer data, GError **error)
{
  Many *many = data;

  for (guint from = 0; from < many->n; from += SLICE)
    {
      gboolean ok = TRUE;

      if (!yq_store_begin (store, db, error))
        return NULL;
      for (guint i = from; i < MIN (many->n, from + SLICE) && ok; i++)
        ok = many->each (db, i, many->batch, many->data, error);
      if (!yq_store_end (store, db, ok, error))
        return NULL;
    }
  return g_strdup (many->batch);
}

static void
many_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  YqOutbox *self = g_task_get_source_object (task);
  Many *many = g_task_get_task_data (task);
  GError *error = NULL;
  char *batch = g_task_propagate_pointer (G_TASK (result), &error);

  yq_outbox_refresh (self);
  yq_store_notice_outbox (yq_outbox_store (self));
  yq_store_notice (yq_outbox_store (self), many->entity, NULL);
  if (batch != NULL)
    g_task_return_pointer (task, batch, g_free);
  else
    g_task_return_error (task, error);
}

void
yq_outbox_many_async (YqOutbox *self, const YqEntity *entity, guint n, YqOutboxEach each,
                      gpointer data, GDestroyNotify destroy, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  GTask *work = g_task_new (yq_outbox_store (self), NULL, many_done_cb, task);
  Many *many = g_new0 (Many, 1);

  many->entity = entity;
  many->n = n;
  many->each = each;
  many->data = data;
  many->destroy = destroy;
  many->batch = yq_id_new ();
  g_task_set_task_data (task, many, many_free);
  g_task_set_task_data (work, many, NULL);
  yq_store_run (yq_outbox_store (self), YQ_LANE_WRITE, work, many_job, g_free);
}

char *
yq_outbox_many_finish (YqOutbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* A record that cannot be submitted (its conflict is open) stays out; the others go. */
static gboolean
pass_over (GError *local, GError **error)
{
  if (local == NULL)
    return TRUE;
  if (local->domain != YQ_STORE_ERROR)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  g_error_free (local);
  return TRUE;
}

/* -- the same step on many records -- */

typedef struct
{
  const YqEntity *entity;
  char **ids;
  const YqStep *step;
  YqValues *args;
} Steps;

static void
steps_free (gpointer data)
{
  Steps *steps = data;

  g_strfreev (steps->ids);
  g_clear_pointer (&steps->args, yq_values_free);
  g_free (steps);
}

static gboolean
submit_one (YqStoreDb *db, guint i, const char *batch, gpointer data, GError **error)
{
  Steps *steps = data;
  GError *local = NULL;

  yq_queue_submit (db, steps->entity, steps->ids[i], steps->step, steps->args, batch, NULL, &local);
  return pass_over (local, error);
}

void
yq_outbox_submit_many_async (YqOutbox *self, const YqEntity *entity, const char *const *ids,
                             const YqStep *step, const YqValues *args, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  Steps *steps = g_new0 (Steps, 1);

  steps->entity = entity;
  steps->ids = g_strdupv ((char **) ids);
  steps->step = step;
  steps->args = args != NULL ? yq_values_copy (args) : NULL;
  yq_outbox_many_async (self, entity, g_strv_length (steps->ids), submit_one, steps, steps_free,
                        callback, user_data);
}

char *
yq_outbox_submit_many_finish (YqOutbox *self, GAsyncResult *result, GError **error)
{
  return yq_outbox_many_finish (self, result, error);
}

/* -- many new or edited records -- */

static gboolean
save_one (YqStoreDb *db, guint i, const char *batch, gpointer data, GError **error)
{
  YqRecord *record = ((GPtrArray *) data)->pdata[i];
  const YqEntity *entity = yq_record_entity (record);
  const char *id = yq_record_id (record);
  GError *local = NULL;

  if (yq_store_db_row_of (db, entity, id) == 0)
    return yq_queue_create (db, record, batch, error);
  if (yq_store_db_save_edits (db, record, &local))
    yq_queue_submit (db, entity, id, NULL, NULL, batch, NULL, &local);
  return pass_over (local, error);
}

void
yq_outbox_save_many_async (YqOutbox *self, GPtrArray *records, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (records->len > 0);

  yq_outbox_many_async (self, yq_record_entity (records->pdata[0]), records->len, save_one,
                        g_ptr_array_ref (records), (GDestroyNotify) g_ptr_array_unref, callback,
                        user_data);
}

char *
yq_outbox_save_many_finish (YqOutbox *self, GAsyncResult *result, GError **error)
{
  Many *many = g_task_get_task_data (G_TASK (result));
  char *batch = yq_outbox_many_finish (self, result, error);
  GPtrArray *records = many->data;

  for (guint i = 0; batch != NULL && i < records->len; i++)
    yq_store_settle (records->pdata[i]);
  return batch;
}
