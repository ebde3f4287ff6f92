/* What an import did, kept so that it can be undone as one. */
#define G_LOG_DOMAIN "yiquan-import"

#include "import-page.h"

#include "model.h"

#define LAST "import-last"
#define SLICE 25 /* rows undone between two looks at the keyboard */

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

static gboolean
remove_created (YqFrame *frame, const YqEntity *entity, const char *id, GError **error)
{
  g_autoptr(YqRecord) record = yq_store_get (yq_frame_store (frame), entity, id);
  YqOutbox *outbox = yq_frame_outbox (frame);

  if (record == NULL)
    return TRUE;
  if (yq_record_in_state (record, "pending"))
    {
      if (!yq_outbox_submit (outbox, record, yq_entity_step (entity, "withdraw"), NULL, NULL,
                             error))
        return FALSE;
      g_clear_object (&record);
      record = yq_store_get (yq_frame_store (frame), entity, id);
    }
  return record == NULL || yq_outbox_delete (outbox, record, error);
}

static gboolean
undo_row (YqFrame *frame, const YqEntity *entity, const YqImportUndo *row, GError **error)
{
  g_autoptr(YqRecord) record = NULL;

  if (row->is_new)
    return remove_created (frame, entity, row->id, error);
  record = yq_store_get (yq_frame_store (frame), entity, row->id);
  return record == NULL || yq_import_undo (row, record) == 0 ||
         yq_outbox_save (yq_frame_outbox (frame), record, error);
}

/* ---- a slice at a time, so that the window stays alive ---- */

typedef struct
{
  YqFrame *frame;
  char *batch;
  ImportLog *log;
  guint done;
} Undoing;

static void
undoing_free (gpointer data)
{
  Undoing *self = data;

  g_object_unref (self->frame);
  g_clear_pointer (&self->log, import_log_free);
  g_free (self->batch);
  g_free (self);
}

static gboolean
forget (Undoing *self, GError **error)
{
  YqStore *store = yq_frame_store (self->frame);
  g_autofree char *key = key_of (self->batch);

  return yq_store_set_meta (store, key, "", error) &&
         yq_store_set_meta (store, LAST, self->log->previous, error);
}

static gboolean
slice_cb (gpointer data)
{
  GTask *task = data;
  Undoing *self = g_task_get_task_data (task);
  GError *error = NULL;

  for (guint i = 0; i < SLICE && self->done < self->log->rows->len; i++, self->done++)
    if (!undo_row (self->frame, self->log->entity, self->log->rows->pdata[self->done], &error))
      {
        g_task_return_error (task, error);
        return G_SOURCE_REMOVE;
      }
  if (self->done < self->log->rows->len)
    return G_SOURCE_CONTINUE;
  if (forget (self, &error))
    g_task_return_int (task, (gssize) self->done);
  else
    g_task_return_error (task, error);
  return G_SOURCE_REMOVE;
}

void
yq_import_log_undo_async (YqFrame *frame, const char *batch, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (frame, NULL, callback, user_data);
  Undoing *self = g_new0 (Undoing, 1);

  self->frame = g_object_ref (frame);
  self->batch = g_strdup (batch);
  self->log = read_log (yq_frame_store (frame), batch);
  g_task_set_task_data (task, self, undoing_free);
  if (self->log == NULL)
    {
      g_task_return_int (task, 0);
      g_object_unref (task);
      return;
    }
  g_idle_add_full (G_PRIORITY_LOW, slice_cb, task, g_object_unref);
}

int
yq_import_log_undo_finish (GAsyncResult *result, GError **error)
{
  return (int) g_task_propagate_int (G_TASK (result), error);
}
