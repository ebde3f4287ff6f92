/* What an import did, kept so that it can be undone as one. */
#define G_LOG_DOMAIN "yiquan-import"

#include "import-page.h"

#include "model.h"
#include "outbox-private.h"

#define LAST "import-last"

/* Three lines: the entity, the batch before this one, the note of yq_import_note(). */
typedef struct
{
  const YqEntity *entity;
  char *previous;
  GPtrArray *rows; /* of YqImportUndo */
} ImportLog;

static void
import_log_free (ImportLog *self)
{
  g_free (self->previous);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImportLog, import_log_free)

static char *
key_of (const char *batch)
{
  return g_strconcat ("import:", batch, NULL);
}

gboolean
yq_import_log_keep (YqStore *store, const char *batch, const YqEntity *entity, YqImport *import,
                    GError **error)
{
  g_autofree char *key = key_of (batch);
  g_autofree char *note = yq_import_note (import);
  g_autofree char *previous = yq_import_log_last (store);
  g_autofree char *text =
    g_strdup_printf ("%s\n%s\n%s", entity->name, previous ? previous : "", note);

  return yq_store_set_meta (store, key, text, error) &&
         yq_store_set_meta (store, LAST, batch, error);
}

static ImportLog *
read_log (YqStore *store, const char *batch)
{
  g_autofree char *key = key_of (batch);
  g_autofree char *text = yq_store_get_meta (store, key);
  g_auto(GStrv) lines = g_strsplit (text ? text : "", "\n", 3);
  g_autoptr(ImportLog) self = g_new0 (ImportLog, 1);

  if (g_strv_length (lines) != 3 || (self->entity = yq_model_find (lines[0])) == NULL)
    return NULL;
  self->previous = g_strdup (lines[1]);
  self->rows = yq_import_read_note (self->entity, lines[2]);
  return self->rows != NULL ? g_steal_pointer (&self) : NULL;
}

char *
yq_import_log_last (YqStore *store)
{
  g_autofree char *batch = yq_store_get_meta (store, LAST);

  return batch != NULL && *batch != '\0' ? g_steal_pointer (&batch) : NULL;
}

char *
yq_import_log_check (YqStore *store, const char *batch)
{
  g_autoptr(ImportLog) log = read_log (store, batch);
  guint decided = 0;

  if (log == NULL)
    return g_strdup (_("This import is no longer known"));
  for (guint i = 0; i < log->rows->len; i++)
    {
      const YqImportUndo *row = log->rows->pdata[i];
      g_autoptr(YqRecord) record = yq_store_get (store, log->entity, row->id);

      if (row->is_new && record != NULL && !yq_record_in_state (record, "draft|pending"))
        decided++;
    }
  if (decided == 0)
    return NULL;
  return g_strdup_printf (yq_ngettext ("%u row has been decided on meanwhile",
                                       "%u rows have been decided on meanwhile", decided),
                          decided);
}

/* -- undoing, in the store's writing thread.  What is being sent at this moment is left to arrive:
 * the deletion waits behind it. -- */

typedef struct
{
  YqStore *store;
  YqOutbox *outbox;
  char *batch;
  ImportLog *log;
} Undoing;

static void
undoing_free (gpointer data)
{
  Undoing *self = data;

  g_object_unref (self->store);
  g_object_unref (self->outbox);
  g_clear_pointer (&self->log, import_log_free);
  g_free (self->batch);
  g_free (self);
}

static gboolean
remove_created (YqStoreDb *db, const YqEntity *entity, const char *id, const char *batch,
                GError **error)
{
  g_autoptr(YqRecord) record = yq_store_db_read (db, entity, id, YQ_VIEW_LOCAL);

  if (record == NULL)
    return TRUE;
  if (yq_record_in_state (record, "pending"))
    {
      if (!yq_queue_submit (db, entity, id, yq_entity_step (entity, "withdraw"), NULL, batch, NULL,
                            error))
        return FALSE;
      g_clear_object (&record);
      record = yq_store_db_read (db, entity, id, YQ_VIEW_LOCAL);
    }
  return record == NULL || yq_queue_delete (db, record, batch, FALSE, error);
}

static gboolean
restore_changed (YqStoreDb *db, const YqEntity *entity, const YqImportUndo *row, const char *batch,
                 GError **error)
{
  g_autoptr(YqRecord) record = yq_store_db_read (db, entity, row->id, YQ_VIEW_LOCAL);

  if (record == NULL)
    return TRUE;
  yq_store_settle (record);
  return yq_import_undo (row, record) == 0 ||
         (yq_store_db_save_edits (db, record, error) &&
          yq_queue_submit (db, entity, row->id, NULL, NULL, batch, NULL, error));
}

static gboolean
undo_row (YqStoreDb *db, guint i, const char *batch, gpointer data, GError **error)
{
  Undoing *self = data;
  const YqImportUndo *row = self->log->rows->pdata[i];

  return row->is_new ? remove_created (db, self->log->entity, row->id, batch, error)
                     : restore_changed (db, self->log->entity, row, batch, error);
}

static gboolean
forget (Undoing *self, GError **error)
{
  g_autofree char *key = key_of (self->batch);

  return yq_store_set_meta (self->store, key, "", error) &&
         yq_store_set_meta (self->store, LAST, self->log->previous, error);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Undoing *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;
  g_autofree char *batch = yq_outbox_many_finish (YQ_OUTBOX (source), result, &left_out, &error);

  for (guint i = 0; batch != NULL && i < self->log->rows->len; i++)
    yq_outbox_strike_missing (self->outbox, ((YqImportUndo *) self->log->rows->pdata[i])->id);
  /* Not all of it: it can be undone again, which does the rest. */
  if (batch != NULL && left_out->len > 0)
    g_set_error_literal (&error, YQ_STORE_ERROR, YQ_STORE_ERROR_FAILED,
                         ((YqLeftOut *) left_out->pdata[0])->why);
  if (error == NULL && forget (self, &error))
    g_task_return_int (task, (gssize) self->log->rows->len);
  else
    g_task_return_error (task, error);
}

void
yq_import_log_undo_async (YqStore *store, YqOutbox *outbox, const char *batch,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (store, NULL, callback, user_data);
  Undoing *self = g_new0 (Undoing, 1);

  self->store = g_object_ref (store);
  self->outbox = g_object_ref (outbox);
  self->batch = g_strdup (batch);
  self->log = read_log (store, batch);
  g_task_set_task_data (task, self, undoing_free);
  if (self->log != NULL)
    {
      yq_outbox_many_async (outbox, self->log->entity, self->log->rows->len, undo_row, self, NULL,
                            undone_cb, task);
      return;
    }
  g_task_return_int (task, 0);
  g_object_unref (task);
}

int
yq_import_log_undo_finish (GAsyncResult *result, GError **error)
{
  return (int) g_task_propagate_int (G_TASK (result), error);
}
