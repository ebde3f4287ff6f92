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
  GPtrArray *left_out; /* YqLeftOut, in their order */
} Many;

static void
many_free (gpointer data)
{
  Many *many = data;

  if (many->destroy != NULL)
    many->destroy (many->data);
  g_clear_pointer (&many->left_out, g_ptr_array_unref);
  g_free (many->batch);
  g_free (many);
}

static void
left_out_free (gpointer data)
{
  YqLeftOut *left_out = data;

  g_free (left_out->why);
  g_free (left_out);
}

static void
leave_out (Many *many, guint i, const char *why)
{
  YqLeftOut *left_out = g_new (YqLeftOut, 1);

  *left_out = (YqLeftOut){ i, g_strdup (why) };
  g_ptr_array_add (many->left_out, left_out);
}

/* Its conflict is open, it is gone: nothing that concerns the others. */
static gboolean
is_of_one_record (const GError *error)
{
  return g_error_matches (error, YQ_STORE_ERROR, YQ_STORE_ERROR_CONFLICT) ||
         g_error_matches (error, YQ_STORE_ERROR, YQ_STORE_ERROR_GONE);
}

static gboolean
run_slice (Many *many, YqStoreDb *db, guint from, GError **error)
{
  for (guint i = from; i < MIN (many->n, from + SLICE); i++)
    {
      g_autoptr(GError) local = NULL;

      if (many->each (db, i, many->batch, many->data, &local))
        continue;
      if (!is_of_one_record (local))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      leave_out (many, i, local->message);
    }
  return TRUE;
}

/* What was kept stays kept when the disk is full: the rest is told, none of it in silence. */
static gpointer
many_job (YqStore *store, YqStoreDb *db, gpointer data, GError **error)
{
  Many *many = data;

  for (guint from = 0; from < many->n; from += SLICE)
    {
      guint before = many->left_out->len;
      g_autoptr(GError) local = NULL;

      if (yq_store_begin (store, db, &local))
        yq_store_end (store, db, run_slice (many, db, from, &local), &local);
      if (local == NULL)
        continue;
      if (from == 0)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      g_ptr_array_set_size (many->left_out, (int) before);
      for (guint i = from; i < many->n; i++)
        leave_out (many, i, local->message);
      break;
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
  many->left_out = g_ptr_array_new_with_free_func (left_out_free);
  g_task_set_task_data (task, many, many_free);
  g_task_set_task_data (work, many, NULL);
  yq_store_run (yq_outbox_store (self), YQ_LANE_WRITE, work, many_job, g_free);
}

char *
yq_outbox_many_finish (YqOutbox *self, GAsyncResult *result, GPtrArray **left_out, GError **error)
{
  const Many *many;
  char *batch;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  many = g_task_get_task_data (G_TASK (result));
  batch = g_task_propagate_pointer (G_TASK (result), error);
  if (batch != NULL)
    *left_out = g_ptr_array_ref (many->left_out);
  return batch;
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

  return yq_queue_submit (db, steps->entity, steps->ids[i], steps->step, steps->args, batch, NULL,
                          error);
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
yq_outbox_submit_many_finish (YqOutbox *self, GAsyncResult *result, GPtrArray **left_out,
                              GError **error)
{
  return yq_outbox_many_finish (self, result, left_out, error);
}

/* -- many go -- */

static gboolean
delete_one (YqStoreDb *db, guint i, const char *batch, gpointer data, GError **error)
{
  Steps *steps = data;
  g_autoptr(YqRecord) record = yq_store_db_read (db, steps->entity, steps->ids[i], YQ_VIEW_LOCAL);

  if (record != NULL)
    return yq_queue_delete (db, record, batch, TRUE, error);
  g_set_error_literal (error, YQ_STORE_ERROR, YQ_STORE_ERROR_GONE,
                       _("This record is no longer here"));
  return FALSE;
}

void
yq_outbox_delete_many_async (YqOutbox *self, const YqEntity *entity, const char *const *ids,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Steps *steps = g_new0 (Steps, 1);

  steps->entity = entity;
  steps->ids = g_strdupv ((char **) ids);
  yq_outbox_many_async (self, entity, g_strv_length (steps->ids), delete_one, steps, steps_free,
                        callback, user_data);
}

char *
yq_outbox_delete_many_finish (YqOutbox *self, GAsyncResult *result, GPtrArray **left_out,
                              GError **error)
{
  const Many *many = g_task_get_task_data (G_TASK (result));
  char *batch = yq_outbox_many_finish (self, result, left_out, error);
  const Steps *steps = many->data;

  for (guint i = 0; batch != NULL && steps->ids[i] != NULL; i++)
    yq_outbox_strike_missing (self, steps->ids[i]);
  return batch;
}

/* -- many new or edited records -- */

static gboolean
save_one (YqStoreDb *db, guint i, const char *batch, gpointer data, GError **error)
{
  YqRecord *record = ((GPtrArray *) data)->pdata[i];
  const YqEntity *entity = yq_record_entity (record);
  const char *id = yq_record_id (record);

  if (yq_store_db_row_of (db, entity, id) == 0)
    return yq_queue_create (db, record, batch, error);
  return yq_store_db_save_edits (db, record, error) &&
         yq_queue_submit (db, entity, id, NULL, NULL, batch, NULL, error);
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
yq_outbox_save_many_finish (YqOutbox *self, GAsyncResult *result, GPtrArray **left_out,
                            GError **error)
{
  const Many *many = g_task_get_task_data (G_TASK (result));
  char *batch = yq_outbox_many_finish (self, result, left_out, error);
  GPtrArray *records = many->data;
  guint next = 0;

  for (guint i = 0; batch != NULL && i < records->len; i++)
    if (next < (*left_out)->len && ((YqLeftOut *) (*left_out)->pdata[next])->index == i)
      next++;
    else
      yq_store_settle (records->pdata[i]);
  return batch;
}
