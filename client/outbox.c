/* The outbox on the main thread: a picture of its rows, and what a person does with them. */
#define G_LOG_DOMAIN "yiquan-outbox"

#include "outbox.h"

#include <string.h>

#include "api.h"
#include "clock.h"
#include "ids.h"
#include "outbox-private.h"
#include "splice.h"

#define MAX_SPLICES 64

struct _YqOutbox
{
  GObject parent_instance;

  YqStore *store;
  GHashTable *known;   /* id -> YqCommand: everything of this run, and what it found */
  GHashTable *batches; /* batch -> GPtrArray of YqCommand, not owned */
  GHashTable *records; /* record -> GPtrArray of YqCommand, not owned: those in the table */
  GPtrArray *shown;    /* YqCommand, the model */
  GArray *shown_seqs;  /* gint64 */
  guint n_waiting, n_needs_you, n_held;
  guint timer; /* until the first undo time is over */
};

enum
{
  PROP_N_WAITING = 1,
  PROP_N_NEEDS_YOU,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* -- the model -- */

static GType
get_item_type (GListModel *model)
{
  return YQ_TYPE_COMMAND;
}

static guint
get_n_items (GListModel *model)
{
  return YQ_OUTBOX (model)->shown->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *shown = YQ_OUTBOX (model)->shown;

  return position < shown->len ? g_object_ref (g_ptr_array_index (shown, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YqOutbox, yq_outbox, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* What waits behind a refused command is part of it. */
static gboolean
is_shown (YqCommand *command)
{
  return yq_command_status (command) != YQ_OUTBOX_DELIVERED &&
         (yq_command_status (command) != YQ_OUTBOX_NEEDS_YOU ||
          yq_command_problem (command) != NULL);
}

static void
show (YqOutbox *self, GPtrArray *commands)
{
  g_autoptr(GArray) seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(GPtrArray) shown = g_ptr_array_new ();
  g_autoptr(GArray) splices = NULL;

  for (guint i = 0; i < commands->len; i++)
    if (is_shown (commands->pdata[i]))
      {
        g_array_append_val (seqs, yq_command_queued (commands->pdata[i])->seq);
        g_ptr_array_add (shown, commands->pdata[i]);
      }
  splices = yq_splices ((const gint64 *) (gpointer) self->shown_seqs->data, self->shown_seqs->len,
                        (const gint64 *) (gpointer) seqs->data, seqs->len, MAX_SPLICES);
  for (guint i = 0; i < splices->len; i++)
    {
      const YqSplice *splice = &g_array_index (splices, YqSplice, i);

      if (splice->n_removed > 0)
        {
          g_ptr_array_remove_range (self->shown, splice->position, splice->n_removed);
          g_list_model_items_changed (G_LIST_MODEL (self), splice->position, splice->n_removed, 0);
        }
      for (guint n = 0; n < splice->n_added; n++)
        g_ptr_array_insert (self->shown, splice->position + n,
                            g_object_ref (shown->pdata[splice->new_position + n]));
      if (splice->n_added > 0)
        g_list_model_items_changed (G_LIST_MODEL (self), splice->position, 0, splice->n_added);
    }
  g_array_unref (self->shown_seqs);
  self->shown_seqs = g_steal_pointer (&seqs);
}

/* -- keeping the picture -- */

static void
add_to (GHashTable *table, const char *key, YqCommand *command)
{
  GPtrArray *commands = g_hash_table_lookup (table, key);

  if (commands == NULL)
    {
      commands = g_ptr_array_new ();
      g_hash_table_insert (table, g_strdup (key), commands);
    }
  g_ptr_array_add (commands, command);
}

static void
set_count (YqOutbox *self, guint *count, guint value, guint property)
{
  if (*count == value)
    return;
  *count = value;
  if (property != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static YqCommand *
meet (YqOutbox *self, YqQueued *queued, gboolean *changed)
{
  YqCommand *command = g_hash_table_lookup (self->known, queued->id);

  if (command != NULL)
    *changed |= yq_command_take (command, queued);
  else
    {
      command = yq_command_new (queued);
      g_hash_table_insert (self->known, g_strdup (yq_command_id (command)), command);
      add_to (self->batches, yq_command_batch (command), command);
      *changed = TRUE;
    }
  add_to (self->records, yq_command_record (command), command);
  return command;
}

static GPtrArray *
copy_commands (GPtrArray *commands)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; commands != NULL && i < commands->len; i++)
    g_ptr_array_add (copy, g_object_ref (commands->pdata[i]));
  return copy;
}

/* Commands that a person takes out are not delivered: they leave the picture at once. */
static void
strike (YqOutbox *self, YqCommand *command)
{
  GPtrArray *batch = g_hash_table_lookup (self->batches, yq_command_batch (command));

  if (batch != NULL)
    g_ptr_array_remove (batch, command);
  g_hash_table_remove (self->known, yq_command_id (command));
}

/* What is no longer in the table and was not taken out here has been delivered and seen; what
 * needed the person was given up with its draft. */
static gboolean
finish_missing (YqOutbox *self, GHashTable *present)
{
  g_autoptr(GPtrArray) given_up = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer command;
  gboolean changed = FALSE;

  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, NULL, &command))
    if (g_hash_table_contains (present, command))
      continue;
    else if (yq_command_status (command) == YQ_OUTBOX_NEEDS_YOU)
      g_ptr_array_add (given_up, command);
    else
      changed |= yq_command_set_status (command, YQ_OUTBOX_DELIVERED);
  for (guint i = 0; i < given_up->len; i++)
    strike (self, given_up->pdata[i]);
  return changed || given_up->len > 0;
}

static void
count (YqOutbox *self, GPtrArray *commands)
{
  guint n_waiting = 0, n_needs_you = 0, n_held = 0;

  for (guint i = 0; i < commands->len; i++)
    {
      YqCommand *command = commands->pdata[i];
      YqOutboxStatus status = yq_command_status (command);

      n_waiting += status == YQ_OUTBOX_ONLY_HERE || status == YQ_OUTBOX_SENDING;
      n_needs_you += status == YQ_OUTBOX_NEEDS_YOU && yq_command_problem (command) != NULL;
      n_held += status == YQ_OUTBOX_ONLY_HERE && yq_command_not_before (command) != 0;
    }
  set_count (self, &self->n_waiting, n_waiting, PROP_N_WAITING);
  set_count (self, &self->n_needs_you, n_needs_you, PROP_N_NEEDS_YOU);
  set_count (self, &self->n_held, n_held, 0);
}

static void schedule_release (YqOutbox *self, GPtrArray *commands);

void
yq_outbox_refresh (YqOutbox *self)
{
  g_autoptr(GPtrArray) rows = yq_queue_all (yq_store_db (self->store));
  g_autoptr(GPtrArray) commands = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GHashTable) present = g_hash_table_new (NULL, NULL);
  gboolean changed = FALSE;

  g_hash_table_remove_all (self->records);
  for (guint i = 0; i < rows->len; i++)
    {
      YqCommand *command = meet (self, g_steal_pointer (&rows->pdata[i]), &changed);

      g_ptr_array_add (commands, g_object_ref (command));
      g_hash_table_add (present, command);
    }
  changed |= finish_missing (self, present);
  count (self, commands);
  show (self, commands);
  schedule_release (self, commands);
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

/* After the person changed the commands of a record: those of them that are no longer in the table.
 */
void
yq_outbox_strike_missing (YqOutbox *self, const char *record)
{
  g_autoptr(GPtrArray) commands = copy_commands (g_hash_table_lookup (self->records, record));

  for (guint i = 0; i < commands->len; i++)
    {
      g_autoptr(YqQueued) left =
        yq_queue_find (yq_store_db (self->store), yq_command_id (commands->pdata[i]));

      if (left == NULL)
        strike (self, commands->pdata[i]);
    }
}

/* -- undo time -- */

static gboolean
release (YqOutbox *self, gint64 until, GError **error)
{
  YqStoreDb *db = yq_store_db (self->store);

  if (!yq_store_begin (self->store, db, error) ||
      !yq_store_end (self->store, db, yq_queue_release (db, until, error), error))
    return FALSE;
  yq_store_notice_outbox (self->store);
  return TRUE;
}

static gboolean
release_cb (gpointer user_data)
{
  YqOutbox *self = user_data;
  g_autoptr(GError) error = NULL;

  self->timer = 0;
  if (!release (self, yq_clock_now (), &error))
    g_warning ("Decisions could not be released: %s", error->message);
  return G_SOURCE_REMOVE;
}

static void
schedule_release (YqOutbox *self, GPtrArray *commands)
{
  gint64 first = 0;

  g_clear_handle_id (&self->timer, g_source_remove);
  for (guint i = 0; i < commands->len; i++)
    {
      gint64 time = yq_command_not_before (commands->pdata[i]);

      if (time != 0 && yq_command_status (commands->pdata[i]) == YQ_OUTBOX_ONLY_HERE)
        first = first == 0 ? time : MIN (first, time);
    }
  if (first != 0)
    self->timer =
      g_timeout_add ((guint) CLAMP (first - yq_clock_now (), 0, YQ_UNDO_MS), release_cb, self);
}

/* -- the object -- */

static void
yq_outbox_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YqOutbox *self = YQ_OUTBOX (object);

  switch (id)
    {
    case PROP_N_WAITING:
      g_value_set_uint (value, self->n_waiting);
      break;
    case PROP_N_NEEDS_YOU:
      g_value_set_uint (value, self->n_needs_you);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
yq_outbox_dispose (GObject *object)
{
  YqOutbox *self = YQ_OUTBOX (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (yq_outbox_parent_class)->dispose (object);
}

static void
yq_outbox_finalize (GObject *object)
{
  YqOutbox *self = YQ_OUTBOX (object);

  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_clear_pointer (&self->shown_seqs, g_array_unref);
  g_clear_pointer (&self->batches, g_hash_table_unref);
  g_clear_pointer (&self->records, g_hash_table_unref);
  g_clear_pointer (&self->known, g_hash_table_unref);
  G_OBJECT_CLASS (yq_outbox_parent_class)->finalize (object);
}

static void
yq_outbox_class_init (YqOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = yq_outbox_get_property;
  object_class->dispose = yq_outbox_dispose;
  object_class->finalize = yq_outbox_finalize;

  properties[PROP_N_WAITING] = g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_NEEDS_YOU] = g_param_spec_uint ("n-needs-you", NULL, NULL, 0, G_MAXUINT, 0,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", YQ_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
yq_outbox_init (YqOutbox *self)
{
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->batches =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->records =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
  self->shown_seqs = g_array_new (FALSE, FALSE, sizeof (gint64));
}

YqOutbox *
yq_outbox_new (YqStore *store, GError **error)
{
  g_autoptr(YqOutbox) self = g_object_new (YQ_TYPE_OUTBOX, NULL);
  YqStoreDb *db = yq_store_db (store);

  self->store = g_object_ref (store);
  if (!yq_store_begin (store, db, error) ||
      !yq_store_end (store, db, yq_queue_recover (db, error), error))
    return NULL;
  g_signal_connect_object (store, "outbox-changed", G_CALLBACK (yq_outbox_refresh), self,
                           G_CONNECT_SWAPPED);
  yq_outbox_refresh (self);
  return g_steal_pointer (&self);
}

YqStore *
yq_outbox_store (YqOutbox *self)
{
  return self->store;
}

guint
yq_outbox_n_waiting (YqOutbox *self)
{
  return self->n_waiting;
}

guint
yq_outbox_n_needs_you (YqOutbox *self)
{
  return self->n_needs_you;
}

gboolean
yq_outbox_is_empty (YqOutbox *self)
{
  return self->n_waiting == 0 && self->n_needs_you == 0;
}

/* -- submitting -- */

static void
tell (YqOutbox *self, const YqEntity *entity, const char *id)
{
  yq_outbox_refresh (self);
  yq_store_notice_outbox (self->store); /* wakes the sync */
  yq_store_notice (self->store, entity, id);
}

gboolean
yq_outbox_submit (YqOutbox *self, YqRecord *record, const YqStep *step, const YqValues *args,
                  char **batch, GError **error)
{
  YqStoreDb *db = yq_store_db (self->store);
  const YqEntity *entity = yq_record_entity (record);
  const char *id = yq_record_id (record);
  g_autofree char *name = yq_id_new ();

  if (!yq_store_begin (self->store, db, error) ||
      !yq_store_end (self->store, db,
                     yq_store_db_save_edits (db, record, error) &&
                       yq_queue_submit (db, entity, id, step, args, name, NULL, error),
                     error))
    return FALSE;
  yq_store_settle (record);
  yq_outbox_strike_missing (self, id);
  tell (self, entity, id);
  if (batch != NULL)
    *batch = g_steal_pointer (&name);
  return TRUE;
}

gboolean
yq_outbox_save (YqOutbox *self, YqRecord *record, GError **error)
{
  return yq_outbox_submit (self, record, NULL, NULL, NULL, error);
}

gboolean
yq_outbox_delete (YqOutbox *self, YqRecord *record, GError **error)
{
  YqStoreDb *db = yq_store_db (self->store);
  const YqEntity *entity = yq_record_entity (record);
  g_autofree char *name = yq_id_new ();

  if (!yq_store_begin (self->store, db, error) ||
      !yq_store_end (self->store, db, yq_queue_delete (db, record, name, FALSE, error), error))
    return FALSE;
  yq_outbox_strike_missing (self, yq_record_id (record));
  tell (self, entity, yq_record_id (record));
  return TRUE;
}

/* -- undo -- */

static gboolean
too_late (GError **error)
{
  g_set_error_literal (error, YQ_STORE_ERROR, YQ_STORE_ERROR_GONE,
                       _("It is too late: this has been sent already"));
  return FALSE;
}

static gboolean
undo (YqStoreDb *db, const char *batch, GPtrArray **undone, GError **error)
{
  g_autoptr(GPtrArray) rows = yq_queue_of_batch (db, batch);

  for (guint i = 0; i < rows->len; i++)
    if (((YqQueued *) rows->pdata[i])->status != YQ_ROW_ONLY_HERE ||
        ((YqQueued *) rows->pdata[i])->was_sent)
      return too_late (error);
  if (rows->len == 0)
    return too_late (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const YqQueued *queued = rows->pdata[i];

      if (!yq_queue_take_back (db, queued->entity, queued->record, queued->seq, TRUE, error))
        return FALSE;
    }
  *undone = g_steal_pointer (&rows);
  return TRUE;
}

gboolean
yq_outbox_undo (YqOutbox *self, const char *batch, GError **error)
{
  YqStoreDb *db = yq_store_db (self->store);
  g_autoptr(GPtrArray) undone = NULL;

  if (!yq_store_begin (self->store, db, error) ||
      !yq_store_end (self->store, db, undo (db, batch, &undone, error), error))
    return FALSE;
  for (guint i = 0; i < undone->len; i++)
    {
      const YqQueued *queued = undone->pdata[i];

      yq_outbox_strike_missing (self, queued->record);
      yq_store_notice (self->store, queued->entity, queued->record);
    }
  yq_outbox_refresh (self);
  yq_store_notice_outbox (self->store);
  return TRUE;
}

guint
yq_outbox_n_held (YqOutbox *self)
{
  return self->n_held;
}

gboolean
yq_outbox_release_held (YqOutbox *self, GError **error)
{
  if (!release (self, G_MAXINT64, error))
    return FALSE;
  yq_outbox_refresh (self);
  return TRUE;
}

/* -- looking -- */

void
yq_outbox_batch_counts (YqOutbox *self, const char *batch, YqBatchCounts *counts)
{
  GPtrArray *commands = g_hash_table_lookup (self->batches, batch);

  memset (counts, 0, sizeof *counts);
  for (guint i = 0; commands != NULL && i < commands->len; i++)
    {
      counts->n_total++;
      counts->n[yq_command_status (commands->pdata[i])]++;
    }
}

GPtrArray *
yq_outbox_batch_commands (YqOutbox *self, const char *batch)
{
  return copy_commands (g_hash_table_lookup (self->batches, batch));
}

GPtrArray *
yq_outbox_record_commands (YqOutbox *self, const YqEntity *entity, const char *id)
{
  return copy_commands (g_hash_table_lookup (self->records, id));
}

YqOutboxStatus
yq_outbox_record_status (YqOutbox *self, const YqEntity *entity, const char *id)
{
  GPtrArray *commands = g_hash_table_lookup (self->records, id);
  guint n[YQ_N_OUTBOX_STATUSES] = { 0 };

  for (guint i = 0; commands != NULL && i < commands->len; i++)
    n[yq_command_status (commands->pdata[i])]++;
  if (n[YQ_OUTBOX_NEEDS_YOU] > 0)
    return YQ_OUTBOX_NEEDS_YOU;
  if (n[YQ_OUTBOX_SENDING] > 0)
    return YQ_OUTBOX_SENDING;
  if (n[YQ_OUTBOX_ONLY_HERE] > 0)
    return YQ_OUTBOX_ONLY_HERE;
  if (!yq_store_has_draft (self->store, entity, id))
    return YQ_OUTBOX_DELIVERED;
  return yq_store_is_in_conflict (self->store, entity, id) ? YQ_OUTBOX_NEEDS_YOU
                                                           : YQ_OUTBOX_ONLY_HERE;
}

const YqProblem *
yq_outbox_record_problem (YqOutbox *self, const YqEntity *entity, const char *id)
{
  GPtrArray *commands = g_hash_table_lookup (self->records, id);

  for (guint i = 0; commands != NULL && i < commands->len; i++)
    if (yq_command_status (commands->pdata[i]) == YQ_OUTBOX_NEEDS_YOU &&
        yq_command_problem (commands->pdata[i]) != NULL)
      return yq_command_problem (commands->pdata[i]);
  return NULL;
}

/* -- what needs you -- */

/* The steps that were meant, one after another, now on what the draft holds. */
static gboolean
submit_again (YqStoreDb *db, GPtrArray *rows, const char *batch, GError **error)
{
  guint n_steps = 0;
  const YqQueued *first = rows->pdata[0];

  for (guint i = 0; i < rows->len; i++)
    {
      const YqQueued *queued = rows->pdata[i];
      const YqStep *step = yq_entity_step (queued->entity, queued->action);
      g_autoptr(YqValues) args = NULL;
      g_autoptr(JsonObject) fields = NULL;

      if (queued->status != YQ_ROW_NEEDS_YOU || step == NULL)
        continue;
      args = yq_values_new (step->fields, yq_fields_count (step->fields));
      fields = yq_json_object_of (queued->fields);
      if (queued->revision > 0)
        yq_values_take_json (args, fields, NULL);
      if (!yq_queue_submit (db, queued->entity, queued->record, step, args, batch, NULL, error))
        return FALSE;
      n_steps++;
    }
  return n_steps > 0 ||
         yq_queue_submit (db, first->entity, first->record, NULL, NULL, batch, NULL, error);
}

static gboolean
delete_again (YqStoreDb *db, const YqQueued *queued, const char *batch, GError **error)
{
  g_autoptr(YqRecord) record = yq_store_db_read (db, queued->entity, queued->record, YQ_VIEW_LOCAL);

  return record == NULL || yq_queue_delete (db, record, batch, FALSE, error);
}

gboolean
yq_outbox_retry (YqOutbox *self, YqCommand *command, GError **error)
{
  YqStoreDb *db = yq_store_db (self->store);
  const YqQueued *queued = yq_command_queued (command);
  g_autoptr(GPtrArray) rows = yq_queue_of_record (db, queued->entity, queued->record);
  g_autofree char *batch = g_strdup (queued->batch);
  g_autofree char *id = g_strdup (queued->record);
  const YqEntity *entity = queued->entity;

  if (yq_command_status (command) != YQ_OUTBOX_NEEDS_YOU || rows->len == 0)
    return too_late (error);
  if (!yq_store_begin (self->store, db, error) ||
      !yq_store_end (self->store, db,
                     g_str_equal (queued->action, "delete")
                       ? delete_again (db, queued, batch, error)
                       : submit_again (db, rows, batch, error),
                     error))
    return FALSE;
  yq_outbox_strike_missing (self, id);
  tell (self, entity, id);
  return TRUE;
}

gboolean
yq_outbox_drop (YqOutbox *self, YqCommand *command, gboolean with_edits, GError **error)
{
  YqStoreDb *db = yq_store_db (self->store);
  const YqQueued *queued = yq_command_queued (command);
  g_autofree char *id = g_strdup (queued->record);
  const YqEntity *entity = queued->entity;
  gint64 from_seq = queued->seq;
  gboolean ok;

  if (yq_command_status (command) != YQ_OUTBOX_NEEDS_YOU &&
      (yq_command_status (command) != YQ_OUTBOX_ONLY_HERE || queued->was_sent))
    return too_late (error);
  if (!yq_store_begin (self->store, db, error))
    return FALSE;
  ok = yq_queue_take_back (db, entity, id, from_seq, TRUE, error) &&
       (!with_edits || yq_draft_delete (db, entity, id, "", error)) &&
       yq_store_db_rebuild (db, entity, id, error);
  if (!yq_store_end (self->store, db, ok, error))
    return FALSE;
  yq_outbox_strike_missing (self, id);
  tell (self, entity, id);
  return TRUE;
}
