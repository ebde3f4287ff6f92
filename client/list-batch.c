/* Steps and deletion for all that is ticked. */
#define G_LOG_DOMAIN "yiquan-lists"

#include "list-batch.h"

#include "batch-bar.h"
#include "bits.h"
#include "prompt.h"

#define DELETE "delete"
#define SLICE 200

typedef struct
{
  const char *name;
  const YqStep *step; /* NULL: deletion */
  GPtrArray *allowed; /* ids */
} Act;

typedef struct
{
  YqFrame *frame;
  YqStore *store;
  YqOutbox *outbox;
  const YqEntity *entity;
  GtkWidget *table, *bar;
  GArray *acts;     /* Act; the last one is what the bar is about */
  char **looking;   /* ids that are being looked at */
  guint at, source; /* of them */
  GPtrArray *refused;
  const Act *running;
  gboolean is_busy; /* it is being kept */
  char *batch;      /* that can be undone */
} ListBatch;

static void
act_clear (gpointer data)
{
  g_ptr_array_unref (((Act *) data)->allowed);
}

static void
list_batch_free (gpointer data)
{
  ListBatch *self = data;

  g_clear_handle_id (&self->source, g_source_remove);
  g_array_unref (self->acts);
  g_ptr_array_unref (self->refused);
  g_strfreev (self->looking);
  g_object_unref (self->store);
  g_object_unref (self->outbox);
  g_free (self->batch);
  g_free (self);
}

static Act *
act_at (ListBatch *self, guint i)
{
  return &g_array_index (self->acts, Act, i);
}

static Act *
last_act (ListBatch *self)
{
  return act_at (self, self->acts->len - 1);
}

static Act *
find_act (ListBatch *self, const char *name)
{
  for (guint i = 0; i < self->acts->len; i++)
    if (g_str_equal (act_at (self, i)->name, name))
      return act_at (self, i);
  return NULL;
}

static const char *
title_of (const Act *act)
{
  return act->step != NULL ? _(act->step->title) : _("Delete");
}

/* -- before the click: what is possible for how many -- */

static YqProblem *
check (ListBatch *self, const Act *act, YqRecord *record)
{
  YqWorld *world = yq_store_world (self->store);
  const YqWho *who = yq_frame_who (self->frame);

  return act->step != NULL ? yq_workflow_check (world, who, record, act->step, NULL)
                           : yq_workflow_check_delete (world, who, record);
}

static void
look_at (ListBatch *self, const char *id)
{
  g_autoptr(YqRecord) record = yq_store_get (self->store, self->entity, id);

  for (guint i = 0; record != NULL && i < self->acts->len; i++)
    {
      Act *act = act_at (self, i);
      g_autoptr(YqProblem) problem = check (self, act, record);

      if (problem == NULL)
        g_ptr_array_add (act->allowed, g_strdup (id));
      else if (act == last_act (self))
        g_ptr_array_add (self->refused, g_strdup_printf ("%s — %s", yq_record_title (record),
                                                         yq_problem_detail (problem)));
    }
}

static void
show_act (ListBatch *self, const Act *act, gboolean final)
{
  g_autofree char *label =
    g_strdup_printf (yq_ngettext ("%s %u item", "%s %u items", act->allowed->len), title_of (act),
                     act->allowed->len);
  g_autofree char *none = g_strdup_printf (_("%s: possible for none of them"), title_of (act));

  yq_batch_bar_set_action_label (YQ_BATCH_BAR (self->bar), act->name,
                                 final && act->allowed->len > 0 ? label : title_of (act));
  yq_batch_bar_set_action_why (YQ_BATCH_BAR (self->bar), act->name,
                               !final                   ? _("Still being checked")
                               : act->allowed->len == 0 ? none
                                                        : NULL);
}

static void
show_preview (ListBatch *self, gboolean final)
{
  guint ticked = yq_record_table_n_ticked (YQ_RECORD_TABLE (self->table));
  const Act *last = last_act (self);

  yq_batch_bar_set_preview (YQ_BATCH_BAR (self->bar), ticked, final ? last->allowed->len : ticked,
                            final ? self->refused->len : 0, title_of (last));
  for (guint i = 0; i < self->acts->len; i++)
    show_act (self, act_at (self, i), final);
}

static gboolean
look_cb (gpointer data)
{
  ListBatch *self = data;

  for (guint i = 0; i < SLICE && self->looking[self->at] != NULL; i++)
    look_at (self, self->looking[self->at++]);
  if (self->looking[self->at] != NULL)
    return G_SOURCE_CONTINUE;
  self->source = 0;
  show_preview (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
look_again (ListBatch *self, char **ids)
{
  g_clear_handle_id (&self->source, g_source_remove);
  for (guint i = 0; i < self->acts->len; i++)
    g_ptr_array_set_size (act_at (self, i)->allowed, 0);
  g_ptr_array_set_size (self->refused, 0);
  g_strfreev (self->looking);
  self->looking = ids;
  self->at = 0;
}

static void
ticks_changed_cb (YqRecordTable *table, ListBatch *self)
{
  look_again (self, yq_tick_set_dup_ids (yq_record_table_ticks (table)));
  show_preview (self, FALSE);
  self->source = g_idle_add (look_cb, self);
}

static void
reasons_cb (YqBatchBar *bar, ListBatch *self)
{
  yq_prompt_tell_lines (GTK_WIDGET (self->frame), _("These would be refused"), self->refused);
}

/* -- the click -- */

static void
tell_done (ListBatch *self, const char *batch)
{
  YqBatchCounts counts;
  g_autofree char *text = NULL;

  yq_outbox_batch_counts (self->outbox, batch, &counts);
  text = g_strdup_printf (yq_ngettext ("%s: %u item", "%s: %u items", counts.n_total),
                          title_of (self->running), counts.n_total);
  if (self->running->step != NULL && !(self->running->step->flags & YQ_STEP_DECISION))
    {
      yq_frame_toast (self->frame, text);
      return;
    }
  g_free (self->batch);
  self->batch = g_strdup (batch);
  yq_frame_toast_batch (self->frame, text, batch);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqPage) page = data; /* keeps what stands in it alive */
  ListBatch *self = g_object_get_data (G_OBJECT (page), "yq-list-batch");
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;
  YqOutbox *outbox = YQ_OUTBOX (source);
  g_autofree char *batch = self->running->step != NULL
                             ? yq_outbox_submit_many_finish (outbox, result, &left_out, &error)
                             : yq_outbox_delete_many_finish (outbox, result, &left_out, &error);

  self->is_busy = FALSE;
  if (yq_frame_of (GTK_WIDGET (page)) == NULL)
    return; /* the window is closed */
  if (batch == NULL)
    {
      yq_prompt_tell (GTK_WIDGET (self->frame), _("It could not be kept"), error->message);
      return;
    }
  yq_record_table_untick_all (YQ_RECORD_TABLE (self->table));
  tell_done (self, batch);
  if (left_out->len > 0)
    yq_prompt_tell (GTK_WIDGET (self->frame), _("Not all of them could be kept"),
                    ((YqLeftOut *) left_out->pdata[0])->why);
}

static void
start (ListBatch *self, const char *name)
{
  Act *act = find_act (self, name);
  YqPage *page = YQ_PAGE (gtk_widget_get_ancestor (self->table, YQ_TYPE_PAGE));
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();

  if (act == NULL || act->allowed->len == 0 || self->is_busy)
    return;
  self->is_busy = TRUE;
  self->running = act;
  for (guint i = 0; i < act->allowed->len; i++)
    g_ptr_array_add (ids, act->allowed->pdata[i]);
  g_ptr_array_add (ids, NULL);
  if (act->step != NULL)
    yq_outbox_submit_many_async (self->outbox, self->entity, (const char *const *) ids->pdata,
                                 act->step, NULL, NULL, kept_cb, g_object_ref (page));
  else
    yq_outbox_delete_many_async (self->outbox, self->entity, (const char *const *) ids->pdata, NULL,
                                 kept_cb, g_object_ref (page));
}

static void
action_cb (YqBatchBar *bar, const char *name, ListBatch *self)
{
  start (self, name);
}

static void
clear_cb (YqBatchBar *bar, ListBatch *self)
{
  yq_record_table_untick_all (YQ_RECORD_TABLE (self->table));
}

/* -- keys: what is ticked, or else the row of the cursor -- */

static void
delete_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ListBatch *self = data;
  YqRecord *selected = yq_record_table_selected (YQ_RECORD_TABLE (self->table));

  if (yq_record_table_n_ticked (YQ_RECORD_TABLE (self->table)) == 0)
    {
      const char *ids[] = { selected != NULL ? yq_record_id (selected) : NULL, NULL };

      look_again (self, g_strdupv ((char **) ids));
    }
  else
    g_clear_handle_id (&self->source, g_source_remove);
  while (self->looking[self->at] != NULL)
    look_at (self, self->looking[self->at++]);
  start (self, DELETE);
}

static void
undo_key_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ListBatch *self = data;
  g_autofree char *batch = g_steal_pointer (&self->batch);

  if (batch != NULL)
    yq_frame_undo_batch (self->frame, batch);
}

static void
tick_all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  yq_record_table_tick_all (YQ_RECORD_TABLE (((ListBatch *) data)->table));
}

static const GActionEntry actions[] = {
  { "delete-ticked", delete_cb },
  { "undo", undo_key_cb },
  { "tick-all", tick_all_cb },
};

void
yq_list_batch_set_page (GtkWidget *batch, YqPage *page)
{
  ListBatch *self = g_object_get_data (G_OBJECT (batch), "yq-list-batch");

  g_object_set_data_full (G_OBJECT (page), "yq-list-batch", self, list_batch_free);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (page, "<Control>a", _("Tick everything that matches"), "page.tick-all");
  if (find_act (self, DELETE) != NULL)
    {
      yq_page_add_key (page, "Delete", _("Delete what is ticked"), "page.delete-ticked");
      yq_page_add_key (page, "u", _("Undo"), "page.undo");
    }
}

/* -- making it -- */

static void
add_act (ListBatch *self, const char *name, const YqStep *step)
{
  Act act = { name, step, g_ptr_array_new_with_free_func (g_free) };

  g_array_append_val (self->acts, act);
  yq_batch_bar_add_action (YQ_BATCH_BAR (self->bar), name, title_of (&act),
                           step == NULL ? "destructive-action" : NULL);
}

static void
add_acts (ListBatch *self, const char *steps)
{
  g_auto(GStrv) names = g_strsplit (steps, "|", -1);

  for (guint i = 0; names[i] != NULL; i++)
    {
      const YqStep *step = yq_entity_step (self->entity, names[i]);

      if (step != NULL)
        add_act (self, step->action, step);
    }
  if (self->entity->deletable)
    add_act (self, DELETE, NULL);
}

GtkWidget *
yq_list_batch_new (YqFrame *frame, YqRecordTable *table, const char *steps)
{
  ListBatch *self = g_new0 (ListBatch, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->outbox = g_object_ref (yq_frame_outbox (frame));
  self->entity = yq_query_entity (yq_record_list_query (yq_record_table_list (table)));
  self->table = GTK_WIDGET (table);
  self->bar = yq_batch_bar_new ();
  self->acts = g_array_new (FALSE, FALSE, sizeof (Act));
  g_array_set_clear_func (self->acts, act_clear);
  self->refused = g_ptr_array_new_with_free_func (g_free);
  add_acts (self, steps);
  yq_record_table_set_ticks (table, TRUE);
  g_signal_connect (table, "ticks-changed", G_CALLBACK (ticks_changed_cb), self);
  g_signal_connect (self->bar, "action", G_CALLBACK (action_cb), self);
  g_signal_connect (self->bar, "reasons", G_CALLBACK (reasons_cb), self);
  g_signal_connect (self->bar, "clear", G_CALLBACK (clear_cb), self);
  gtk_widget_set_vexpand (self->table, TRUE);
  gtk_box_append (GTK_BOX (box), self->table);
  gtk_box_append (GTK_BOX (box), self->bar);
  g_object_set_data (G_OBJECT (box), "yq-list-batch", self);
  return box;
}
