/* The reviewer's desk over one kind of record. */
#define G_LOG_DOMAIN "yiquan-desk"

#include "review-desk.h"

#include "api.h"
#include "batch-bar.h"
#include "bits.h"
#include "face.h"
#include "list-page.h"
#include "model.h"
#include "prompt.h"
#include "record-check.h"
#include "record-form.h"
#include "record-page.h"
#include "record-table.h"
#include "review-detail.h"

typedef struct
{
  YqFrame *frame;
  const YqReviewDesk *desk;
  YqPage *page;
  YqStore *store;
  YqOutbox *outbox;
  gulong outbox_id;
  GtkWidget *table, *bar, *detail, *paned;
  char *batch;      /* the running one */
  char **chosen;    /* ids that are asked about in the dialog, or that are being kept */
  gboolean is_busy; /* they are being kept */
  guint n_decided;  /* in the running batch, also of records that were taken away meanwhile */
  const YqStep *running;
  GPtrArray *preview; /* ids still to be looked at */
  guint preview_at, preview_source;
  GPtrArray *allowed; /* ids */
  GPtrArray *refused; /* "title: why" */
  YqValues *args;     /* of the dialog that is open */
} ReviewDesk;

static void
stop_preview (ReviewDesk *self)
{
  g_clear_handle_id (&self->preview_source, g_source_remove);
  g_clear_pointer (&self->preview, g_ptr_array_unref);
}

static void
review_desk_free (gpointer data)
{
  ReviewDesk *self = data;

  stop_preview (self);
  g_clear_signal_handler (&self->outbox_id, self->outbox);
  g_clear_object (&self->outbox);
  g_clear_object (&self->store);
  g_clear_pointer (&self->allowed, g_ptr_array_unref);
  g_clear_pointer (&self->refused, g_ptr_array_unref);
  g_strfreev (self->chosen);
  g_free (self->batch);
  g_free (self);
}

/* What waits at the regions of her grants; the server says at which (reviewed_by). */
YqQuery *
yq_review_desk_query (YqFrame *frame, const YqReviewDesk *desk)
{
  YqQuery *query = yq_query_new (desk->entity);
  g_auto(GStrv) states = g_strsplit (desk->states, "|", -1);
  const YqWho *who = yq_frame_who (frame);

  for (guint i = 0; states[i] != NULL; i++)
    yq_query_add (query, "state", states[i]);
  if (desk->mine != NULL)
    yq_query_add (query, desk->mine, who->organisation);
  else if (desk->awaits != NULL)
    yq_query_add (query, desk->awaits, who->account);
  else if (yq_entity_find_field (desk->entity, "reviewed_by") >= 0)
    for (guint i = 0; i < who->n_grants; i++)
      if (who->grants[i].role == YQ_ROLE_REVIEWER)
        yq_list_add_level (query, who->grants[i].scope);
  return query;
}

static const YqStep *
step_named (ReviewDesk *self, const char *action)
{
  return action != NULL ? yq_entity_step (self->desk->entity, action) : NULL;
}

/* ---- the preview: what would be refused and why, before the click ---- */

static void
show_preview (ReviewDesk *self, gboolean final)
{
  YqBatchBar *bar = YQ_BATCH_BAR (self->bar);
  guint ticked = yq_record_table_n_ticked (YQ_RECORD_TABLE (self->table));
  const YqStep *step = step_named (self, self->desk->approve);
  g_autofree char *label = NULL;

  if (self->batch != NULL || self->is_busy)
    return;
  yq_batch_bar_set_preview (bar, ticked, final ? self->allowed->len : ticked,
                            final ? self->refused->len : 0, _(step->title));
  label = g_strdup_printf (yq_ngettext ("%s %u item", "%s %u items", self->allowed->len),
                           _(step->title), self->allowed->len);
  yq_batch_bar_set_action_label (bar, self->desk->approve, label);
  yq_batch_bar_set_action_why (bar, self->desk->approve,
                               !final ? _("Still being checked")
                               : self->allowed->len == 0
                                 ? _("None of the ticked records can be approved")
                                 : NULL);
}

static void
preview_one (ReviewDesk *self, const char *id)
{
  g_autoptr(YqRecord) record = yq_store_get (self->store, self->desk->entity, id);
  g_autoptr(YqProblem) problem = NULL;

  if (record == NULL)
    return;
  problem = yq_workflow_check (yq_store_world (self->store), yq_frame_who (self->frame), record,
                               step_named (self, self->desk->approve), NULL);
  if (problem == NULL)
    g_ptr_array_add (self->allowed, g_strdup (id));
  else
    g_ptr_array_add (self->refused, g_strdup_printf ("%s — %s", yq_record_title (record),
                                                     yq_problem_detail (problem)));
}

/* TRUE: all are looked at. */
static gboolean
preview_some (ReviewDesk *self, guint n)
{
  for (guint i = 0; i < n && self->preview_at < self->preview->len; i++)
    preview_one (self, self->preview->pdata[self->preview_at++]);
  return self->preview_at == self->preview->len;
}

static void
end_preview (ReviewDesk *self)
{
  stop_preview (self);
  show_preview (self, TRUE);
}

static gboolean
preview_slice_cb (gpointer data)
{
  ReviewDesk *self = data;

  if (!preview_some (self, 200))
    return G_SOURCE_CONTINUE;
  self->preview_source = 0;
  end_preview (self);
  return G_SOURCE_REMOVE;
}

static void
ticks_changed_cb (YqRecordTable *table, ReviewDesk *self)
{
  g_auto(GStrv) ids = yq_tick_set_dup_ids (yq_record_table_ticks (table));

  stop_preview (self);
  g_ptr_array_set_size (self->allowed, 0);
  g_ptr_array_set_size (self->refused, 0);
  self->preview = g_ptr_array_new_with_free_func (g_free);
  self->preview_at = 0;
  for (guint i = 0; ids[i] != NULL; i++)
    g_ptr_array_add (self->preview, g_strdup (ids[i]));
  show_preview (self, FALSE);
  self->preview_source = g_idle_add (preview_slice_cb, self);
}

static void
reasons_cb (YqBatchBar *bar, ReviewDesk *self)
{
  yq_prompt_tell_lines (GTK_WIDGET (self->frame), _("These would be refused"), self->refused);
}

/* ---- deciding ---- */

/* What a full disk, or somebody else meanwhile, kept from being decided. */
static void
tell_left_out (ReviewDesk *self, GPtrArray *left_out)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *title = g_strdup_printf (
    yq_ngettext ("%u decision was not kept", "%u decisions were not kept", left_out->len),
    left_out->len);

  for (guint i = 0; i < left_out->len && i < 100; i++)
    {
      const YqLeftOut *left = left_out->pdata[i];
      const char *id = self->chosen[left->index];
      g_autoptr(YqRecord) record = yq_store_get (self->store, self->desk->entity, id);

      g_string_append_printf (text, "%s — %s\n", record != NULL ? yq_record_title (record) : id,
                              left->why);
    }
  if (left_out->len > 100)
    g_string_append_printf (text, _("… and %u more"), left_out->len - 100);
  yq_prompt_tell (GTK_WIDGET (self->frame), title, text->str);
}

static void
queued_many_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqPage) page = data; /* keeps the desk alive */
  ReviewDesk *self = g_object_get_data (G_OBJECT (page), "yq-desk");
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;
  g_autofree char *batch =
    yq_outbox_submit_many_finish (YQ_OUTBOX (object), result, &left_out, &error);
  g_autofree char *text = NULL;
  YqBatchCounts counts;

  self->is_busy = FALSE;
  if (yq_frame_of (GTK_WIDGET (page)) == NULL)
    return; /* the window is closed */
  if (batch == NULL)
    {
      g_autofree char *why =
        g_strdup_printf (_("The decisions could not be kept: %s"), error->message);

      yq_frame_toast (self->frame, why);
      yq_batch_bar_hide (YQ_BATCH_BAR (self->bar));
      show_preview (self, self->preview_source == 0); /* all is ticked still */
      return;
    }
  g_free (self->batch);
  self->batch = g_steal_pointer (&batch);
  yq_outbox_batch_counts (self->outbox, self->batch, &counts);
  text = g_strdup_printf (yq_ngettext ("%s: %u item", "%s: %u items", counts.n_total),
                          _(self->running->title), counts.n_total);
  if (self->running->flags & YQ_STEP_DECISION)
    yq_batch_bar_set_undo (YQ_BATCH_BAR (self->bar), text, YQ_UNDO_MS / 1000);
  else
    yq_batch_bar_set_progress (YQ_BATCH_BAR (self->bar), text, 0, counts.n_total);
  yq_record_table_untick_all (YQ_RECORD_TABLE (self->table));
  self->n_decided -= left_out->len;
  if (left_out->len > 0)
    tell_left_out (self, left_out);
}

static void
decide_many (ReviewDesk *self, const YqStep *step, const YqValues *args)
{
  self->running = step;
  self->is_busy = TRUE;
  self->n_decided = g_strv_length (self->chosen);
  yq_batch_bar_set_progress (YQ_BATCH_BAR (self->bar), _("Being kept on this computer"), 0,
                             self->n_decided);
  yq_outbox_submit_many_async (self->outbox, self->desk->entity, (const char *const *) self->chosen,
                               step, args, NULL, queued_many_cb, g_object_ref (self->page));
}

static void
args_answered_cb (const char *response, gpointer data)
{
  g_autoptr(YqPage) page = data;
  ReviewDesk *self = g_object_get_data (G_OBJECT (page), "yq-desk");
  g_autoptr(YqValues) args = yq_values_copy (self->args);
  g_autoptr(YqProblem) problem = NULL;

  self->args =
    NULL; /* the form goes on living until the dialog has closed, and with it its values */
  if (g_strcmp0 (response, "ok") != 0)
    return;
  problem = yq_check_values (args, TRUE);
  if (problem != NULL)
    yq_frame_toast (self->frame, yq_problem_n_errors (problem) > 0
                                   ? yq_problem_error (problem, 0, NULL, NULL)
                                   : yq_problem_detail (problem));
  else
    decide_many (self, self->running, args);
}

/* What is pinned to fields of the record beside goes to every record that is decided on with it.
 * Says so, or returns NULL where nothing is pinned. */
static char *
take_comments (ReviewDesk *self)
{
  g_autoptr(JsonArray) comments = yq_review_detail_comments (YQ_REVIEW_DETAIL (self->detail));
  int at = yq_values_find (self->args, "field_comments");
  GString *text;

  if (at < 0 || comments == NULL || json_array_get_length (comments) == 0)
    return NULL;
  yq_values_take_array (self->args, (guint) at, json_array_ref (comments));
  text = g_string_new (_("Each applicant sees at the field:"));
  for (guint i = 0; i < json_array_get_length (comments); i++)
    {
      JsonObject *row = json_array_get_object_element (comments, i);
      const YqField *field = yq_entity_field (
        self->desk->entity, json_object_get_string_member_with_default (row, "field", ""));

      g_string_append_printf (text, "\n“%s” %s", field != NULL ? _(field->title) : "—",
                              json_object_get_string_member_with_default (row, "comment", ""));
    }
  return g_string_free (text, FALSE);
}

/* A step with fields of its own asks once for all; rows are left as they are asked. */
static void
ask_and_decide (ReviewDesk *self, const YqStep *step)
{
  guint n = step->fields != NULL ? yq_fields_count (step->fields) : 0;
  GtkWidget *form;
  g_autofree char *title = NULL, *text = NULL;
  gboolean demanded = FALSE;

  for (guint i = 0; i < n; i++)
    demanded |= (step->fields[i].flags & YQ_REQUIRED) != 0;
  self->running = step;
  if (!demanded)
    {
      decide_many (self, step, NULL);
      return;
    }
  self->args = yq_values_new (step->fields, n);
  text = take_comments (self);
  form = yq_record_form_new_for_values (self->store, self->args);
  g_object_set_data_full (G_OBJECT (form), "yq-values", self->args,
                          (GDestroyNotify) yq_values_free);
  for (guint i = 0; i < n; i++)
    if (step->fields[i].type == YQ_ROWS)
      yq_record_form_hide (YQ_RECORD_FORM (form), step->fields[i].name);
  gtk_widget_set_size_request (form, 420, -1);
  title =
    g_strdup_printf (yq_ngettext ("%s: %u item", "%s: %u items", g_strv_length (self->chosen)),
                     _(step->title), g_strv_length (self->chosen));
  yq_prompt (GTK_WIDGET (self->frame), title, text, form, args_answered_cb,
             g_object_ref (self->page), "cancel", _("Cancel"),
             (step->flags & YQ_STEP_DANGER) ? "!ok" : "ok", _(step->title), NULL);
}

/* Of the ticked ones: those that can be approved, or all for another step. */
static char **
dup_ids_for (ReviewDesk *self, const char *action)
{
  g_autoptr(GStrvBuilder) ids = g_strv_builder_new ();

  if (self->preview_source != 0 && preview_some (self, G_MAXUINT))
    end_preview (self);
  if (!g_str_equal (action, self->desk->approve))
    return yq_tick_set_dup_ids (yq_record_table_ticks (YQ_RECORD_TABLE (self->table)));
  for (guint i = 0; i < self->allowed->len; i++)
    g_strv_builder_add (ids, self->allowed->pdata[i]);
  return g_strv_builder_end (ids);
}

/* Ticked records first; without ticks the one of the cursor. */
static void
decide (ReviewDesk *self, const char *action)
{
  const YqStep *step = step_named (self, action);
  YqRecord *selected = yq_record_table_selected (YQ_RECORD_TABLE (self->table));

  if (step == NULL || self->is_busy || self->args != NULL)
    return; /* one at a time */
  if (yq_record_table_n_ticked (YQ_RECORD_TABLE (self->table)) > 0)
    {
      g_strfreev (self->chosen);
      self->chosen = dup_ids_for (self, action);
      if (self->chosen[0] != NULL)
        ask_and_decide (self, step);
      else
        yq_frame_toast (self->frame, _("None of the ticked records can be approved"));
    }
  else if (selected != NULL)
    yq_review_detail_take_step (YQ_REVIEW_DETAIL (self->detail), action);
}

static void
action_cb (YqBatchBar *bar, const char *name, ReviewDesk *self)
{
  decide (self, name);
}

/* ---- progress, outcome, undo ---- */

static void
outbox_changed_cb (YqOutbox *outbox, ReviewDesk *self)
{
  YqBatchCounts counts;
  guint done, not_done;
  g_autofree char *text = NULL;

  if (self->batch == NULL || self->is_busy)
    return;
  yq_outbox_batch_counts (outbox, self->batch, &counts);
  done = counts.n[YQ_OUTBOX_DELIVERED] + counts.n[YQ_OUTBOX_NEEDS_YOU];
  if (counts.n_total == 0 || (done == 0 && counts.n[YQ_OUTBOX_SENDING] == 0))
    return;
  if (done < counts.n_total)
    {
      text = g_strdup_printf ("%s · %s", _(self->running->title),
                              yq_outbox_status_title (YQ_OUTBOX_SENDING));
      yq_batch_bar_set_progress (YQ_BATCH_BAR (self->bar), text, done, counts.n_total);
      return;
    }
  not_done = MAX (self->n_decided, counts.n_total) - counts.n[YQ_OUTBOX_DELIVERED];
  text = g_strdup_printf (_("Done %u · not done %u"), counts.n[YQ_OUTBOX_DELIVERED], not_done);
  yq_batch_bar_set_outcome (YQ_BATCH_BAR (self->bar), text, not_done);
  if (not_done == 0)
    g_clear_pointer (&self->batch, g_free);
}

static void
undo_cb (YqBatchBar *bar, ReviewDesk *self)
{
  if (self->batch == NULL)
    return;
  yq_frame_undo_batch (self->frame, self->batch);
  g_clear_pointer (&self->batch, g_free);
  yq_batch_bar_hide (bar);
}

/* NULL where the last of it was done while a button went down. */
static GPtrArray *
commands_of_batch (ReviewDesk *self)
{
  return self->batch != NULL ? yq_outbox_batch_commands (self->outbox, self->batch) : NULL;
}

static void
failures_cb (YqBatchBar *bar, ReviewDesk *self)
{
  g_autoptr(GPtrArray) commands = commands_of_batch (self);
  g_autoptr(GString) text = g_string_new (NULL);

  if (commands == NULL)
    return;
  for (guint i = 0; i < commands->len; i++)
    {
      YqCommand *command = commands->pdata[i];
      g_autofree char *title = NULL;

      if (yq_command_status (command) != YQ_OUTBOX_NEEDS_YOU)
        continue;
      title =
        yq_store_title (self->store, yq_command_entity (command), yq_command_record (command));
      g_string_append_printf (text, "%s — %s\n",
                              title != NULL ? title : yq_command_record (command),
                              yq_problem_detail (yq_command_problem (command)));
    }
  if (self->n_decided > commands->len)
    g_string_append_printf (
      text,
      yq_ngettext (
        "%u record was withdrawn by its applicant meanwhile, or is no longer yours to decide on",
        "%u records were withdrawn by their applicants meanwhile, or are no longer yours to decide "
        "on",
        self->n_decided - commands->len),
      self->n_decided - commands->len);
  yq_prompt_tell (GTK_WIDGET (self->frame), _("Not done"), text->str);
}

static void
retry_cb (YqBatchBar *bar, ReviewDesk *self)
{
  g_autoptr(GPtrArray) commands = commands_of_batch (self);

  for (guint i = 0; commands != NULL && i < commands->len; i++)
    if (yq_command_status (commands->pdata[i]) == YQ_OUTBOX_NEEDS_YOU)
      yq_outbox_retry (self->outbox, commands->pdata[i], NULL);
}

static void
clear_cb (YqBatchBar *bar, ReviewDesk *self)
{
  yq_record_table_untick_all (YQ_RECORD_TABLE (self->table));
  g_clear_pointer (&self->batch, g_free);
  yq_batch_bar_hide (bar);
}

/* ---- the record beside ---- */

static void
selection_changed_cb (YqRecordTable *table, ReviewDesk *self)
{
  yq_review_detail_show (YQ_REVIEW_DETAIL (self->detail), yq_record_table_selected (table));
}

static void
beside_cb (YqRecordTable *table, YqRecord *record, ReviewDesk *self)
{
  gtk_widget_set_visible (self->detail, !gtk_widget_get_visible (self->detail));
}

static void
activated_cb (YqRecordTable *table, YqRecord *record, ReviewDesk *self)
{
  if (self->desk->mine != NULL)
    {
      yq_frame_open_record (self->frame, self->desk->entity->name, yq_record_id (record));
      return;
    }
  gtk_widget_set_visible (self->detail, TRUE);
  yq_review_detail_show (YQ_REVIEW_DETAIL (self->detail), record);
}

/* ---- keys ---- */

static void
approve_key_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  decide (data, ((ReviewDesk *) data)->desk->approve);
}

static void
return_key_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  decide (data, ((ReviewDesk *) data)->desk->refuse);
}

static void
undo_key_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  undo_cb (YQ_BATCH_BAR (((ReviewDesk *) data)->bar), data);
}

static void
select_all_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  yq_record_table_tick_all (YQ_RECORD_TABLE (((ReviewDesk *) data)->table));
}

static void
search_key_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  yq_record_table_focus_search (YQ_RECORD_TABLE (((ReviewDesk *) data)->table));
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  yq_record_table_export (YQ_RECORD_TABLE (((ReviewDesk *) data)->table));
}

static const GActionEntry actions[] = {
  { "approve", approve_key_cb },   { "return", return_key_cb },       { "undo", undo_key_cb },
  { "select-all", select_all_cb }, { "focus-search", search_key_cb }, { "export", export_cb },
};

static void
add_keys (ReviewDesk *self)
{
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  if (self->desk->mine == NULL)
    {
      yq_page_add_key (self->page, "a", _("Approve"), "page.approve");
      yq_page_add_key (self->page, "u", _("Undo"), "page.undo");
      if (self->desk->refuse != NULL)
        yq_page_add_key (self->page, "r", _("Return"), "page.return");
    }
  yq_page_add_key (self->page, "<Control>a", _("Tick everything that matches"), "page.select-all");
  yq_page_add_key (self->page, "<Control>f", _("Search"), "page.focus-search");
  yq_page_add_key (self->page, "<Control>e", _("Export the list"), "page.export");
}

static GtkWidget *
build_bar (ReviewDesk *self)
{
  const struct
  {
    const char *action, *classes;
  } buttons[] = {
    { self->desk->refuse, NULL },
    { self->desk->reject, NULL },
    { self->desk->approve, "suggested-action" },
  };
  GtkWidget *bar = yq_batch_bar_new ();

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    if (buttons[i].action != NULL)
      {
        const YqStep *step = step_named (self, buttons[i].action);
        g_autofree char *label =
          g_strdup_printf ((step->flags & YQ_STEP_REASON) ? "%s…" : "%s", _(step->title));

        yq_batch_bar_add_action (YQ_BATCH_BAR (bar), buttons[i].action, label,
                                 step->flags & YQ_STEP_DANGER ? "destructive-action"
                                                              : buttons[i].classes);
      }
  g_signal_connect (bar, "action", G_CALLBACK (action_cb), self);
  g_signal_connect (bar, "reasons", G_CALLBACK (reasons_cb), self);
  g_signal_connect (bar, "undo", G_CALLBACK (undo_cb), self);
  g_signal_connect (bar, "failures", G_CALLBACK (failures_cb), self);
  g_signal_connect (bar, "retry", G_CALLBACK (retry_cb), self);
  g_signal_connect (bar, "clear", G_CALLBACK (clear_cb), self);
  return bar;
}

static GtkWidget *
build_table (ReviewDesk *self)
{
  g_autoptr(YqQuery) query = yq_review_desk_query (self->frame, self->desk);
  g_autoptr(YqRecordList) list = yq_record_list_new (self->store, query);
  GtkWidget *table = yq_record_table_new (self->store, list, self->desk->name);

  yq_record_table_set_ticks (YQ_RECORD_TABLE (table), TRUE);
  yq_record_table_set_columns (YQ_RECORD_TABLE (table), self->desk->columns);
  if (self->desk->filters != NULL)
    yq_record_table_set_filters (YQ_RECORD_TABLE (table), self->desk->filters);
  yq_record_table_set_states (YQ_RECORD_TABLE (table), self->desk->states);
  yq_record_table_set_first_use (
    YQ_RECORD_TABLE (table), self->desk->icon,
    self->desk->empty_title != NULL ? _(self->desk->empty_title) : _("Nothing waits"),
    _(self->desk->empty), self->desk->button != NULL ? _(self->desk->button) : NULL,
    self->desk->empty_action);
  g_signal_connect (table, "ticks-changed", G_CALLBACK (ticks_changed_cb), self);
  g_signal_connect (table, "selection-changed", G_CALLBACK (selection_changed_cb), self);
  g_signal_connect (table, "activate", G_CALLBACK (activated_cb), self);
  g_signal_connect (table, "beside", G_CALLBACK (beside_cb), self);
  gtk_widget_set_vexpand (table, TRUE);
  return table;
}

YqPage *
yq_review_desk_page_new (YqFrame *frame, gpointer user_data)
{
  ReviewDesk *self = g_new0 (ReviewDesk, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->frame = frame;
  self->desk = user_data;
  self->store = g_object_ref (yq_frame_store (frame));
  self->outbox = g_object_ref (yq_frame_outbox (frame));
  self->allowed = g_ptr_array_new_with_free_func (g_free);
  self->refused = g_ptr_array_new_with_free_func (g_free);
  self->table = build_table (self);
  self->bar = build_bar (self);
  self->detail = yq_review_detail_new (frame, self->desk);
  gtk_widget_set_visible (self->detail, !self->desk->is_wide);
  self->paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  gtk_paned_set_start_child (GTK_PANED (self->paned), self->table);
  gtk_paned_set_end_child (GTK_PANED (self->paned), self->detail);
  gtk_paned_set_resize_start_child (GTK_PANED (self->paned), TRUE);
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), TRUE);
  gtk_paned_set_resize_end_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  gtk_widget_set_vexpand (self->paned, TRUE);
  gtk_box_append (GTK_BOX (box), self->paned);
  gtk_box_append (GTK_BOX (box), self->bar);
  self->page = yq_page_new (_(self->desk->title), box);
  add_keys (self);
  g_signal_connect_swapped (self->page, "shown", G_CALLBACK (yq_record_table_focus), self->table);
  self->outbox_id =
    g_signal_connect (self->outbox, "changed", G_CALLBACK (outbox_changed_cb), self);
  g_object_set_data_full (G_OBJECT (self->page), "yq-desk", self, review_desk_free);
  return self->page;
}
