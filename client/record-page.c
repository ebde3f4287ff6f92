/* One record as a page: step bar, form or facts, step buttons, history, where it is. */
#define G_LOG_DOMAIN "yiquan-record-page"

#include "record-page.h"

#include "bits.h"
#include "conflict-dialog.h"
#include "fold.h"
#include "lead-button.h"
#include "office.h"
#include "prompt.h"
#include "reading.h"
#include "record-facts.h"
#include "record-history.h"

struct _YqRecordPage
{
  GtkWidget parent_instance;

  YqFrame *frame; /* not owned: the page stands in it */
  YqPage *page;   /* weak: a dialog that is open keeps what stands in it alive */
  YqStore *store;
  YqOutbox *outbox;
  YqRecord *record;
  char *built_state; /* what form or facts were built for */
  guint built_edits;
  char *notices_key; /* what they say now */
  gulong store_id, outbox_id;
  GtkWidget *content, *foot, *bar, *state, *status, *buttons, *own_buttons, *save, *delete,
    *discard;
  GtkWidget *again;  /* that saving leads to another review, while it does */
  GtkWidget *beside; /* the window's own buttons */
  GtkWidget *notices, *top, *body, *bottom, *side, *history;
  GtkWidget *form, *facts; /* one of them */
};

G_DEFINE_FINAL_TYPE (YqRecordPage, yq_record_page, GTK_TYPE_WIDGET)

enum
{
  STEP,
  RELOADED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static guint
edits_now (YqRecordPage *self)
{
  return yq_access_edits (yq_store_world (self->store), yq_store_who (self->store), self->record);
}

/* NULL where the page has left the window meanwhile. */
static YqFrame *
frame_now (YqRecordPage *self)
{
  return self->page != NULL ? yq_frame_of (GTK_WIDGET (self->page)) : NULL;
}

static void
toast (YqRecordPage *self, const char *text)
{
  if (frame_now (self) != NULL)
    yq_frame_toast (self->frame, text);
}

/* ---- what needs her: refusals, conflicts, a reviewer's comments ---- */

static YqCommand *
needing_command (YqRecordPage *self)
{
  g_autoptr(GPtrArray) commands = yq_outbox_record_commands (
    self->outbox, yq_record_entity (self->record), yq_record_id (self->record));

  for (guint i = 0; i < commands->len; i++)
    if (yq_command_status (commands->pdata[i]) == YQ_OUTBOX_NEEDS_YOU)
      return g_object_ref (commands->pdata[i]);
  return NULL;
}

static void
retry_cb (GtkButton *button, YqRecordPage *self)
{
  g_autoptr(YqCommand) command = needing_command (self);
  g_autoptr(GError) error = NULL;

  if (self->form != NULL)
    yq_record_form_flush (YQ_RECORD_FORM (self->form));
  if (command != NULL && !yq_outbox_retry (self->outbox, command, &error))
    yq_frame_toast (self->frame, error->message);
}

static void
drop_answered_cb (const char *response, gpointer data)
{
  g_autoptr(YqRecordPage) self = data;
  g_autoptr(YqCommand) command = needing_command (self);
  g_autoptr(GError) error = NULL;

  if (command != NULL && g_strcmp0 (response, "drop") == 0 &&
      !yq_outbox_drop (self->outbox, command, FALSE, &error))
    toast (self, error->message);
}

static void
drop_cb (GtkButton *button, YqRecordPage *self)
{
  yq_prompt (GTK_WIDGET (self->frame), _("Give up sending?"),
             _("What was typed stays in the form; only the sending is given up."), NULL,
             drop_answered_cb, g_object_ref (self), "cancel", _("Cancel"), "!drop",
             _("Give up sending"), NULL);
}

static void
conflict_chosen_cb (YqValues *chosen, gpointer data)
{
  g_autoptr(YqRecordPage) self = data;
  const YqEntity *entity = yq_record_entity (self->record);
  g_autoptr(GPtrArray) conflicts =
    yq_store_conflicts (self->store, entity, yq_record_id (self->record));

  for (guint i = 0; chosen != NULL && i < conflicts->len; i++)
    {
      const YqConflict *conflict = conflicts->pdata[i];
      int field = yq_entity_find_field (entity, conflict->field);

      yq_store_resolve (self->store, entity, yq_record_id (self->record), conflict->field,
                        !yq_values_equal (chosen, conflict->theirs, field), NULL);
    }
}

static void
conflict_cb (GtkButton *button, YqRecordPage *self)
{
  const YqEntity *entity = yq_record_entity (self->record);
  g_autoptr(GPtrArray) conflicts =
    yq_store_conflicts (self->store, entity, yq_record_id (self->record));
  g_autoptr(YqRecord) theirs =
    yq_store_get_server (self->store, entity, yq_record_id (self->record));
  g_autoptr(GStrvBuilder) names = g_strv_builder_new ();
  g_auto(GStrv) fields = NULL;

  for (guint i = 0; i < conflicts->len; i++)
    g_strv_builder_add (names, ((const YqConflict *) conflicts->pdata[i])->field);
  fields = g_strv_builder_end (names);
  if (theirs != NULL && fields[0] != NULL)
    yq_conflict_dialog_open (GTK_WIDGET (self->frame), self->store, self->record, theirs,
                             (const char *const *) fields, conflict_chosen_cb, g_object_ref (self));
}

static GtkWidget *
append_notice (YqRecordPage *self, const char *text, const char *classes, const char *button,
               GCallback clicked, const char *second, GCallback second_clicked)
{
  const char *labels[] = { button, second };
  const GCallback callbacks[] = { clicked, second_clicked };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = yq_label_new_wrapped (text, NULL);

  yq_add_classes (box, classes);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (labels[i] != NULL)
      {
        GtkWidget *widget = yq_button_new (labels[i], NULL, NULL);

        gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
        g_signal_connect (widget, "clicked", callbacks[i], self);
        gtk_box_append (GTK_BOX (box), widget);
      }
  gtk_box_append (GTK_BOX (self->notices), box);
  return box;
}

/* NULL unless the record is to be mended. */
static YqRecord *
last_review (YqRecordPage *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_review);
  g_autoptr(GPtrArray) reviews = NULL;

  if (self->form == NULL || !yq_record_in_state (self->record, "returned"))
    return NULL;
  yq_query_add (query, "record", yq_record_id (self->record));
  reviews = yq_store_list (self->store, query, 1);
  return reviews->len > 0 ? g_object_ref (reviews->pdata[0]) : NULL;
}

/* The reviewer's words, at the top and at the fields she pinned them to. */
static void
show_review (YqRecordPage *self, YqRecord *review)
{
  if (yq_record_has (review, REVIEW_COMMENT))
    {
      g_autofree char *text =
        g_strdup_printf (_("Returned: %s"), yq_record_text (review, REVIEW_COMMENT));

      append_notice (self, text, "notice yours", NULL, NULL, NULL, NULL);
    }
  yq_record_form_show_comments (YQ_RECORD_FORM (self->form),
                                yq_record_array (review, REVIEW_FIELD_COMMENTS));
}

/* What the notices were built for: a button in them that somebody is pressing stays, and an error
 * that she has mended meanwhile does not come back. */
static char *
notices_key (YqRecordPage *self, guint n_conflicts, const YqProblem *problem, YqRecord *review)
{
  g_autoptr(YqCommand) command = needing_command (self);

  return g_strdup_printf ("%u %s %s %s %s", n_conflicts, command ? yq_command_id (command) : "",
                          problem ? yq_problem_detail (problem) : "",
                          yq_record_state (self->record), review ? yq_record_id (review) : "");
}

static void
append_problem (YqRecordPage *self, const YqProblem *problem)
{
  g_autofree char *text = g_strdup_printf (_("Needs you: %s"), yq_problem_detail (problem));

  GtkWidget *box = append_notice (self, text, "notice bad", _("Send again"), G_CALLBACK (retry_cb),
                                  _("Give up sending"), G_CALLBACK (drop_cb));
  GtkWidget *lead = yq_lead_button_new (problem);

  if (lead != NULL)
    gtk_box_append (GTK_BOX (box), lead);
}

static void
show_notices (YqRecordPage *self)
{
  const YqEntity *entity = yq_record_entity (self->record);
  g_autoptr(GPtrArray) conflicts =
    yq_store_conflicts (self->store, entity, yq_record_id (self->record));
  const YqProblem *problem =
    yq_outbox_record_problem (self->outbox, entity, yq_record_id (self->record));
  g_autoptr(YqRecord) review = last_review (self);
  g_autofree char *key = notices_key (self, conflicts->len, problem, review);

  if (g_strcmp0 (key, self->notices_key) == 0)
    return;
  g_free (self->notices_key);
  self->notices_key = g_steal_pointer (&key);
  yq_remove_children (self->notices);
  if (conflicts->len > 0)
    append_notice (
      self,
      _("Somebody else changed the same fields meanwhile. Both values are kept until you choose."),
      "notice yours", _("Choose"), G_CALLBACK (conflict_cb), NULL, NULL);
  else if (problem != NULL)
    append_problem (self, problem);
  if (self->form != NULL)
    yq_record_form_show_problem (YQ_RECORD_FORM (self->form), problem);
  if (review != NULL)
    show_review (self, review);
  gtk_widget_set_visible (self->notices, gtk_widget_get_first_child (self->notices) != NULL);
}

/* ---- where it is, what can be done ---- */

static const YqTone status_tones[YQ_N_OUTBOX_STATUSES] = {
  [YQ_OUTBOX_ONLY_HERE] = YQ_TONE_NEUTRAL,
  [YQ_OUTBOX_SENDING] = YQ_TONE_WAITING,
  [YQ_OUTBOX_DELIVERED] = YQ_TONE_DONE,
  [YQ_OUTBOX_NEEDS_YOU] = YQ_TONE_YOURS,
};

static void
show_status (YqRecordPage *self)
{
  const YqEntity *entity = yq_record_entity (self->record);
  const YqState *state = yq_entity_state (entity, yq_record_state (self->record));
  YqOutboxStatus status =
    yq_outbox_record_status (self->outbox, entity, yq_record_id (self->record));

  if (yq_record_revision (self->record) == 0 && status == YQ_OUTBOX_DELIVERED)
    status = YQ_OUTBOX_ONLY_HERE;
  yq_pill_set (self->status, yq_outbox_status_title (status), status_tones[status]);
  gtk_widget_set_visible (self->state, entity->n_states > 1);
  yq_pill_set (self->state, yq_record_state_title (self->record),
               state != NULL ? state->tone : YQ_TONE_NEUTRAL);
}

static void
show_buttons (YqRecordPage *self)
{
  YqWorld *world = yq_store_world (self->store);
  const YqWho *who = yq_store_who (self->store);
  const YqEntity *entity = yq_record_entity (self->record);
  g_autoptr(YqProblem) keep = yq_workflow_check_delete (world, who, self->record);
  gboolean edited = yq_store_has_draft (self->store, entity, yq_record_id (self->record));

  yq_step_buttons_show (YQ_STEP_BUTTONS (self->buttons), world, who, self->record);
  gtk_widget_set_visible (self->save, self->form != NULL);
  gtk_widget_set_visible (self->delete, keep == NULL);
  gtk_widget_set_visible (self->discard, edited && yq_record_revision (self->record) > 0);
  gtk_widget_set_visible (self->foot, self->form != NULL || keep == NULL ||
                                        gtk_widget_get_first_child (self->beside) != NULL ||
                                        gtk_widget_get_visible (self->buttons));
}

/* The fields that are not as the server has them. */
static GArray *
changed_fields (YqRecordPage *self, YqRecord *server)
{
  const YqEntity *entity = yq_record_entity (self->record);
  GArray *changed = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < entity->n_fields; i++)
    if (!yq_values_equal (yq_record_values (server), yq_record_values (self->record), i))
      g_array_append_val (changed, i);
  return changed;
}

static char *
reviewed_titles (const YqEntity *entity, const GArray *changed)
{
  GString *titles = g_string_new (NULL);

  for (guint k = 0; k < changed->len; k++)
    {
      const YqField *field = &entity->fields[g_array_index (changed, guint, k)];

      if (field->flags & YQ_REVIEWED)
        g_string_append_printf (titles, "%s%s", titles->len > 0 ? _(", ") : "", _(field->title));
    }
  return g_string_free (titles, FALSE);
}

/* 每次修改…后都需要提交后审核 (shandong 4-1): said before it is saved, not found out afterwards. */
static void
show_again (YqRecordPage *self)
{
  const YqEntity *entity = yq_record_entity (self->record);
  g_autoptr(YqRecord) server =
    self->form != NULL ? yq_store_get_server (self->store, entity, yq_record_id (self->record))
                       : NULL;
  g_autoptr(GArray) changed = server != NULL ? changed_fields (self, server) : NULL;
  const char *state =
    changed != NULL ? yq_workflow_state_after_save (yq_store_world (self->store), server, changed)
                    : NULL;
  g_autofree char *titles = NULL, *text = NULL;

  gtk_widget_set_visible (
    self->again, state != NULL && (yq_entity_state (entity, state)->flags & YQ_STATE_WAITS) &&
                   !yq_record_in_state (server, state));
  if (!gtk_widget_get_visible (self->again))
    return;
  titles = reviewed_titles (entity, changed);
  text = g_strdup_printf (yq_entity_state (entity, state)->flags & YQ_STATE_PUBLIC
                            ? _("Saving sends this to review again, because of: %s. Until it is "
                                "approved, what was approved before counts.")
                            : _("Saving sends this to review again, because of: %s. Until it is "
                                "approved, nobody else is shown it."),
                          titles);
  gtk_label_set_text (GTK_LABEL (self->again), text);
}

static void
refresh (YqRecordPage *self)
{
  yq_step_bar_show (YQ_STEP_BAR (self->bar), self->record);
  yq_page_set_title (self->page, yq_record_title (self->record));
  show_status (self);
  show_buttons (self);
  show_notices (self);
  show_again (self);
}

/* ---- form or facts ---- */

static void
form_changed_cb (YqRecordForm *form, const char *field, YqRecordPage *self)
{
  show_buttons (self);
  show_again (self);
}

static void
form_kept_cb (YqRecordForm *form, YqRecordPage *self)
{
  show_status (self);
}

static void
build_body (YqRecordPage *self)
{
  g_free (self->built_state);
  g_clear_pointer (&self->notices_key, g_free); /* they stand in the form too */
  self->built_state = g_strdup (yq_record_state (self->record));
  self->built_edits = edits_now (self);
  yq_remove_children (self->body);
  self->form = self->facts = NULL;
  if (self->built_edits != 0)
    {
      self->form = yq_record_form_new (self->store, self->record);
      g_signal_connect (self->form, "changed", G_CALLBACK (form_changed_cb), self);
      g_signal_connect (self->form, "kept", G_CALLBACK (form_kept_cb), self);
      gtk_box_append (GTK_BOX (self->body), self->form);
      return;
    }
  self->facts = yq_record_facts_new (self->store);
  yq_record_facts_show (YQ_RECORD_FACTS (self->facts), self->record, NULL);
  gtk_box_append (GTK_BOX (self->body), self->facts);
}

static void
store_changed_cb (YqStore *store, const char *entity, const char *id, YqRecordPage *self)
{
  gboolean changed;

  if (self->page == NULL)
    return;
  if (id != NULL && g_strcmp0 (id, yq_record_id (self->record)) != 0)
    {
      if (g_strcmp0 (entity, "review") == 0)
        show_notices (self);
      return;
    }
  changed = yq_store_reload (store, self->record);
  if (g_strcmp0 (self->built_state, yq_record_state (self->record)) != 0 ||
      self->built_edits != edits_now (self))
    {
      build_body (self);
      g_signal_emit (self, signals[RELOADED], 0);
    }
  else if (changed && self->form != NULL)
    yq_record_form_reload (YQ_RECORD_FORM (self->form));
  else if (changed)
    yq_record_facts_show (YQ_RECORD_FACTS (self->facts), self->record, NULL);
  refresh (self);
  if (changed)
    yq_record_history_reload (YQ_RECORD_HISTORY (self->history));
}

static void
outbox_changed_cb (YqOutbox *outbox, YqRecordPage *self)
{
  if (self->page == NULL)
    return;
  show_status (self);
  show_notices (self);
  show_buttons (self);
}

/* ---- what she does ---- */

void
yq_record_page_take_step (YqRecordPage *self, const char *action)
{
  const YqStep *step = yq_entity_step (yq_record_entity (self->record), action);

  if (step == NULL)
    return;
  if (self->form != NULL)
    {
      yq_record_form_flush (YQ_RECORD_FORM (self->form));
      if ((step->flags & YQ_STEP_COMPLETE) &&
          !yq_record_form_check (YQ_RECORD_FORM (self->form), TRUE))
        {
          yq_frame_toast (self->frame, _("Something is still missing; the first place is marked"));
          return;
        }
    }
  yq_step_run (GTK_WIDGET (self), self->outbox, self->record, action, NULL, NULL, NULL);
}

static void
step_cb (YqStepButtons *buttons, const char *action, YqRecordPage *self)
{
  gboolean handled = FALSE;

  g_signal_emit (self, signals[STEP], 0, action, &handled);
  if (!handled)
    yq_record_page_take_step (self, action);
}

static void
save_clicked (YqRecordPage *self)
{
  g_autoptr(GError) error = NULL;
  gboolean complete = yq_record_entity (self->record)->check_on_save;

  if (self->form == NULL)
    return;
  yq_record_form_flush (YQ_RECORD_FORM (self->form));
  if (!yq_record_form_check (YQ_RECORD_FORM (self->form), complete))
    {
      yq_frame_toast (self->frame, _("Some values are not right yet; the first one is marked"));
      return;
    }
  if (yq_outbox_save (self->outbox, self->record, &error))
    yq_frame_toast (self->frame,
                    _("Saved on this computer; it is sent as soon as there is a network"));
  else
    yq_prompt_tell (GTK_WIDGET (self->frame), _("It could not be kept"), error->message);
}

static void
save_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  save_clicked (data);
}

static void
delete_answered_cb (const char *response, gpointer data)
{
  g_autoptr(YqRecordPage) self = data;
  g_autoptr(GError) error = NULL;

  if (g_strcmp0 (response, "delete") != 0)
    return;
  if (!yq_outbox_delete (self->outbox, self->record, &error))
    {
      toast (self, error->message);
      return;
    }
  toast (self, _("Deleted"));
  if (frame_now (self) != NULL && yq_frame_top (self->frame) == self->page)
    yq_frame_pop (self->frame);
}

static void
delete_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqRecordPage *self = data;

  yq_prompt (GTK_WIDGET (self->frame), _("Delete this record?"), yq_record_title (self->record),
             NULL, delete_answered_cb, g_object_ref (self), "cancel", _("Cancel"), "!delete",
             _("Delete"), NULL);
}

static void
discard_answered_cb (const char *response, gpointer data)
{
  g_autoptr(YqRecordPage) self = data;

  if (g_strcmp0 (response, "discard") == 0)
    yq_store_discard_draft (self->store, yq_record_entity (self->record),
                            yq_record_id (self->record), NULL);
}

static void
discard_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqRecordPage *self = data;

  yq_prompt (GTK_WIDGET (self->frame), _("Throw the changes away?"),
             _("What was typed here and not sent is lost; what is on the server stays."), NULL,
             discard_answered_cb, g_object_ref (self), "cancel", _("Cancel"), "!discard",
             _("Throw away"), NULL);
}

/* Ctrl+Return: the one step that is meant most of the time. */
static void
submit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqRecordPage *self = data;
  const YqEntity *entity = yq_record_entity (self->record);

  for (guint i = 0; i < entity->n_steps; i++)
    if ((entity->steps[i].flags & YQ_STEP_PRIMARY) &&
        yq_word_in (entity->steps[i].from, yq_record_state (self->record)) &&
        yq_step_buttons_button (YQ_STEP_BUTTONS (self->buttons), entity->steps[i].action) != NULL)
      {
        step_cb (NULL, entity->steps[i].action, self);
        return;
      }
  save_clicked (self);
}

static const GActionEntry actions[] = {
  { "save", save_cb },
  { "delete", delete_cb },
  { "discard", discard_cb },
  { "submit", submit_cb },
};

/* ---- the object ---- */

static GtkWidget *
build_status (YqRecordPage *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->state = yq_pill_new ("", YQ_TONE_NEUTRAL);
  self->status = yq_pill_new ("", YQ_TONE_NEUTRAL);
  gtk_box_append (GTK_BOX (line), self->state);
  gtk_box_append (GTK_BOX (line), self->status);
  return line;
}

/* What can be done stays in sight, whatever one has scrolled to. */
static GtkWidget *
build_foot (YqRecordPage *self)
{
  self->foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->buttons = yq_step_buttons_new ();
  gtk_widget_set_hexpand (self->buttons, TRUE);
  g_signal_connect (self->buttons, "step", G_CALLBACK (step_cb), self);
  self->save = yq_button_new (_("Save"), "page.save", NULL);
  self->discard = yq_button_new (_("Throw changes away"), "page.discard", "flat");
  self->delete = yq_icon_button_new ("user-trash-symbolic", _("Delete"), "page.delete");
  self->own_buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  gtk_widget_set_valign (self->own_buttons, GTK_ALIGN_START);
  gtk_widget_set_halign (self->own_buttons, GTK_ALIGN_END);
  gtk_widget_set_hexpand (self->own_buttons, TRUE);
  gtk_box_append (GTK_BOX (self->own_buttons), self->discard);
  gtk_box_append (GTK_BOX (self->own_buttons), self->delete);
  gtk_box_append (GTK_BOX (self->own_buttons), self->save);
  gtk_box_append (GTK_BOX (self->foot), self->buttons);
  self->beside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  gtk_widget_set_valign (self->beside, GTK_ALIGN_START);
  gtk_box_prepend (GTK_BOX (self->own_buttons), self->beside);
  gtk_box_append (GTK_BOX (self->foot), self->own_buttons);
  gtk_widget_add_css_class (self->foot, "page-foot");
  return self->foot;
}

static GtkWidget *
build_column (YqRecordPage *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  self->bar = yq_step_bar_new ();
  self->notices = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->top = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->bottom = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->history = yq_record_history_new (self->frame, self->record);
  gtk_box_append (GTK_BOX (column), build_status (self));
  gtk_box_append (GTK_BOX (column), self->bar);
  gtk_box_append (GTK_BOX (column), self->notices);
  gtk_box_append (GTK_BOX (column), self->top);
  gtk_box_append (GTK_BOX (column), self->body);
  gtk_box_append (GTK_BOX (column), self->bottom);
  gtk_box_append (GTK_BOX (column), self->history);
  return column;
}

static GtkWidget *
build_content (YqRecordPage *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *fold;

  self->side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_widget_set_visible (self->side, FALSE);
  fold = yq_fold_new (build_column (self), self->side, 720, 280);
  yq_set_margins (fold, 24);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), fold);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->again = yq_label_new_wrapped ("", "notice yours");
  gtk_widget_set_visible (self->again, FALSE);
  gtk_widget_set_margin_start (self->again, 24);
  gtk_widget_set_margin_end (self->again, 24);
  gtk_widget_set_margin_bottom (self->again, 9);
  gtk_box_append (GTK_BOX (outer), scroller);
  gtk_box_append (GTK_BOX (outer), self->again);
  gtk_box_append (GTK_BOX (outer), build_foot (self));
  return outer;
}

static void
yq_record_page_dispose (GObject *object)
{
  YqRecordPage *self = YQ_RECORD_PAGE (object);

  if (self->form != NULL)
    yq_record_form_flush (YQ_RECORD_FORM (self->form));
  self->form = NULL;
  g_clear_weak_pointer (&self->page);
  if (self->store != NULL)
    g_clear_signal_handler (&self->store_id, self->store);
  if (self->outbox != NULL)
    g_clear_signal_handler (&self->outbox_id, self->outbox);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->store);
  g_clear_object (&self->outbox);
  g_clear_object (&self->record);
  g_clear_pointer (&self->built_state, g_free);
  g_clear_pointer (&self->notices_key, g_free);
  G_OBJECT_CLASS (yq_record_page_parent_class)->dispose (object);
}

/* What a window added to them it added before the page is seen; an empty one takes no room. */
static void
yq_record_page_map (GtkWidget *widget)
{
  YqRecordPage *self = YQ_RECORD_PAGE (widget);

  gtk_widget_set_visible (self->top, gtk_widget_get_first_child (self->top) != NULL);
  gtk_widget_set_visible (self->bottom, gtk_widget_get_first_child (self->bottom) != NULL);
  GTK_WIDGET_CLASS (yq_record_page_parent_class)->map (widget);
}

static void
yq_record_page_class_init (YqRecordPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yq_record_page_dispose;
  GTK_WIDGET_CLASS (class)->map = yq_record_page_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[STEP] =
    g_signal_new ("step", YQ_TYPE_RECORD_PAGE, G_SIGNAL_RUN_LAST, 0,
                  g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 1, G_TYPE_STRING);
  signals[RELOADED] = g_signal_new ("reloaded", YQ_TYPE_RECORD_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
yq_record_page_init (YqRecordPage *self)
{
}

static void
add_actions (YqRecordPage *self)
{
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (self->page, "<Control>s", _("Save"), "page.save");
  yq_page_add_key (self->page, "<Control>Return", _("Submit"), "page.submit");
}

YqPage *
yq_record_page_open (YqFrame *frame, YqRecord *record)
{
  YqRecordPage *self = g_object_new (YQ_TYPE_RECORD_PAGE, NULL);
  YqRecord *own =
    yq_store_get (yq_frame_store (frame), yq_record_entity (record), yq_record_id (record));
  GtkWidget *reading;

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->outbox = g_object_ref (yq_frame_outbox (frame));
  self->record = own != NULL ? own : g_object_ref (record);
  g_set_weak_pointer (&self->page, yq_page_new (yq_record_title (self->record), GTK_WIDGET (self)));
  self->content = build_content (self);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
  add_actions (self);
  build_body (self);
  refresh (self);
  if (self->form != NULL && (reading = yq_reading_for_record (self->store, self->record)) != NULL)
    gtk_box_append (GTK_BOX (self->top), reading);
  self->store_id = g_signal_connect (self->store, "changed", G_CALLBACK (store_changed_cb), self);
  self->outbox_id =
    g_signal_connect (self->outbox, "changed", G_CALLBACK (outbox_changed_cb), self);
  return self->page;
}

YqRecordPage *
yq_record_page_of (YqPage *page)
{
  return YQ_RECORD_PAGE (yq_page_content (page));
}

YqRecord *
yq_record_page_record (YqRecordPage *self)
{
  return self->record;
}

YqRecordForm *
yq_record_page_form (YqRecordPage *self)
{
  return self->form != NULL ? YQ_RECORD_FORM (self->form) : NULL;
}

YqStepBar *
yq_record_page_step_bar (YqRecordPage *self)
{
  return YQ_STEP_BAR (self->bar);
}

void
yq_record_page_add_button (YqRecordPage *self, GtkWidget *button)
{
  g_return_if_fail (YQ_IS_RECORD_PAGE (self));

  gtk_box_append (GTK_BOX (self->beside), button);
  gtk_widget_set_visible (self->foot, TRUE);
}

YqStepButtons *
yq_record_page_buttons (YqRecordPage *self)
{
  return YQ_STEP_BUTTONS (self->buttons);
}

GtkWidget *
yq_record_page_top (YqRecordPage *self)
{
  return self->top;
}

GtkWidget *
yq_record_page_bottom (YqRecordPage *self)
{
  return self->bottom;
}

GtkWidget *
yq_record_page_side (YqRecordPage *self)
{
  gtk_widget_set_visible (self->side, TRUE);
  return self->side;
}
