/* Taking a step: asks for the step's own fields, warns where what is known here may be stale,
 * queues it. */
#define G_LOG_DOMAIN "yiquan-step"

#include "api.h"
#include "bits.h"
#include "catalogue.h"
#include "clock.h"
#include "ids.h"
#include "order.h"
#include "party.h"
#include "payout.h"
#include "programme.h"
#include "prompt.h"
#include "reading.h"
#include "record-check.h"
#include "record-page.h"
#include "redemption.h"
#include "voucher.h"

/* The form in a dialog, in pixels. */
#define ASKING_WIDTH 460
#define ASKING_HEIGHT 520

typedef struct
{
  GtkWidget *parent; /* a reference; NULL in a form beside the record */
  YqOutbox *outbox;
  YqRecord *record;
  const YqStep *step;
  YqValues *args; /* NULL where the step has no fields */
  GtkWidget *form, *prompt;
  YqStepDone done;
  gpointer user_data;
} StepRun;

static void
step_run_end (StepRun *self, gboolean queued)
{
  if (self->done != NULL)
    self->done (queued, self->user_data);
  g_clear_pointer (&self->args, yq_values_free);
  g_clear_object (&self->parent);
  g_object_unref (self->outbox);
  g_object_unref (self->record);
  g_free (self);
}

static YqStore *
store_of (StepRun *self)
{
  return yq_outbox_store (self->outbox);
}

/* ---- what a person would write anyway ---- */

static void
set_if_empty (YqValues *args, guint field, gint64 value)
{
  if (!yq_values_has (args, field) && value > 0)
    yq_values_set_int (args, field, value);
}

static void
preset_accept (StepRun *self)
{
  JsonArray *wished = yq_record_array (self->record, ORDER_WISHED);
  JsonArray *ids = yq_record_array (self->record, ORDER_INSTRUMENTS);
  YqWorld *world = yq_store_world (store_of (self));
  gint64 from, to;

  for (guint i = 0; yq_period_at (wished, i, &from, &to); i++)
    {
      gboolean is_free = TRUE;

      for (guint k = 0; ids != NULL && k < json_array_get_length (ids); k++)
        is_free = is_free && world->slot_free (world, json_array_get_string_element (ids, k), from,
                                               to, yq_record_id (self->record));
      if (!is_free)
        continue;
      set_if_empty (self->args, ORDER_ACCEPT_FROM, from);
      set_if_empty (self->args, ORDER_ACCEPT_TO, to);
      break;
    }
}

/* The account to be made has its id from here. */
static void
preset_assign (StepRun *self)
{
  g_autofree char *id = yq_id_new ();

  if (!yq_values_has (self->args, ASSIGN_ACCOUNT_ID))
    yq_values_set_text (self->args, ASSIGN_ACCOUNT_ID, id);
}

static void
preset_propose (StepRun *self)
{
  gint64 from, to;

  if (!yq_period_at (yq_record_array (self->record, ORDER_WISHED), 0, &from, &to))
    return;
  set_if_empty (self->args, ORDER_PROPOSE_FROM, from);
  set_if_empty (self->args, ORDER_PROPOSE_TO, to);
}

static void
preset_id (StepRun *self)
{
  g_autofree char *id = yq_id_new ();
  int field = yq_values_find (self->args, "id");

  if (field >= 0 && !yq_values_has (self->args, field))
    yq_values_set_text (self->args, field, id);
}

/* What no service record says yet of the agreed price: a booking may be served in parts. */
static gint64
unrecorded (StepRun *self, gint64 agreed, const char *reference)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_service_record);
  g_autoptr(GPtrArray) records = NULL;

  yq_query_add (query, reference, yq_record_id (self->record));
  records = yq_store_list (store_of (self), query, 0);
  for (guint i = 0; i < records->len; i++)
    agreed -= yq_record_int (records->pdata[i], SERVICE_RECORD_FEE);
  return agreed;
}

static void
preset_service (StepRun *self)
{
  preset_id (self);
  set_if_empty (
    self->args, ADD_SERVICE_FEE,
    unrecorded (self, yq_record_int (self->record, VOUCHER_USE_CONTRACT_AMOUNT), "voucher_use"));
}

/* As it was booked, until the carrier says otherwise. */
static void
preset_booked_service (StepRun *self)
{
  gint64 from = yq_record_int (self->record, ORDER_CONFIRMED_FROM);
  gint64 to = yq_record_int (self->record, ORDER_CONFIRMED_TO);

  preset_id (self);
  if (from > 0 && to > from)
    {
      set_if_empty (self->args, ADD_SERVICE_STARTED_AT, from);
      set_if_empty (self->args, ADD_SERVICE_ENDED_AT, to);
      set_if_empty (self->args, ADD_SERVICE_HOURS, (to - from) / (6 * 60 * YQ_SECOND));
    }
  set_if_empty (self->args, ADD_SERVICE_FEE,
                unrecorded (self, yq_record_int (self->record, ORDER_PRICE), "order"));
}

static void
preset_pay (StepRun *self)
{
  g_autofree char *today = yq_date_of (yq_clock_now ());

  if (!yq_values_has (self->args, REDEMPTION_PAY_ON))
    yq_values_set_text (self->args, REDEMPTION_PAY_ON, today);
}

/* The lines with what was asked, to be lowered where need be. */
static void
preset_amounts (StepRun *self)
{
  JsonArray *lines;

  if (yq_values_has (self->args, REDEMPTION_APPROVE_LINES))
    return;
  lines = json_array_new ();
  for (guint i = 0; i < yq_redemption_n_lines (self->record); i++)
    {
      YqRedemptionLine line = yq_redemption_line (self->record, i);
      JsonObject *row = json_object_new ();

      json_object_set_string_member (row, "use", line.use);
      json_object_set_int_member (row, "approved", line.asked);
      json_array_add_object_element (lines, row);
    }
  yq_values_take_array (self->args, REDEMPTION_APPROVE_LINES, lines);
}

/* An opinion is about what was assigned when it was read. */
static void
preset_opinion (StepRun *self)
{
  yq_values_set_int (self->args, REDEMPTION_OPINION_ROUND,
                     yq_record_int (self->record, REDEMPTION_ROUND));
  set_if_empty (self->args, REDEMPTION_OPINION_AMOUNT,
                yq_record_int (self->record, REDEMPTION_AMOUNT));
}

static void
preset_quota (StepRun *self)
{
  set_if_empty (self->args, ORDER_QUOTA_AMOUNT, yq_record_int (self->record, ORDER_VOUCHER_AMOUNT));
}

static void
preset_disburse (StepRun *self)
{
  g_autofree char *today = yq_date_of (yq_clock_now ());

  if (!yq_values_has (self->args, DISBURSE_ON))
    yq_values_set_text (self->args, DISBURSE_ON, today);
}

static const struct
{
  const YqEntity *entity;
  const char *action;
  void (*fill) (StepRun *self);
} presets[] = {
  { &yq_order, "accept", preset_accept },
  { &yq_desk, "assign_account", preset_assign },
  { &yq_order, "propose_time", preset_propose },
  { &yq_voucher_use, "add_service_record", preset_service },
  { &yq_order, "add_service_record", preset_booked_service },
  { &yq_redemption, "approve", preset_amounts },
  { &yq_redemption, "pay", preset_pay },
  { &yq_redemption, "opinion", preset_opinion },
  { &yq_order, "confirm_quota", preset_quota },
  { &yq_order, "serve_offline", preset_id },
  { &yq_programme, "import_claim", preset_id },
  { &yq_disbursement, "pay", preset_disburse },
};

/* ---- queueing ---- */

static void
tell_queued (StepRun *self, const char *batch)
{
  YqFrame *frame = yq_frame_of (self->parent);
  g_autofree char *text = NULL;

  if (frame == NULL)
    return;
  if (self->step->flags & YQ_STEP_DECISION)
    {
      text = g_strdup_printf (_("%s: sent in %d seconds"), _(self->step->title), YQ_UNDO_MS / 1000);
      yq_frame_toast_batch (frame, text, batch);
      return;
    }
  text = g_strdup_printf (_("%s: kept on this computer and sent as soon as there is a network"),
                          _(self->step->title));
  yq_frame_toast (frame, text);
}

static void
queue (StepRun *self)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *batch = NULL;

  if (yq_outbox_submit (self->outbox, self->record, self->step, self->args, &batch, &error))
    {
      yq_store_save_args (store_of (self), yq_record_entity (self->record),
                          yq_record_id (self->record), self->step, NULL, NULL);
      tell_queued (self, batch);
      step_run_end (self, TRUE);
      return;
    }
  yq_prompt_tell (self->parent, _("It could not be kept"), error->message);
  step_run_end (self, FALSE);
}

/* What may be stale here: the server decides, so it warns and lets her send. */
static gboolean
may_be_stale (YqProblemCode code)
{
  static const YqProblemCode codes[] = {
    YQ_PROBLEM_BALANCE, YQ_PROBLEM_CAP_TOTAL,  YQ_PROBLEM_CAP_CLAIM,    YQ_PROBLEM_CAP_HELD,
    YQ_PROBLEM_BUDGET,  YQ_PROBLEM_SLOT_TAKEN, YQ_PROBLEM_NOT_ELIGIBLE, YQ_PROBLEM_WINDOW_CLOSED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i] == code)
      return TRUE;
  return FALSE;
}

static void
warned_cb (const char *response, gpointer data)
{
  if (g_strcmp0 (response, "send") == 0)
    queue (data);
  else
    step_run_end (data, FALSE);
}

static void
check_and_queue (StepRun *self)
{
  g_autoptr(YqProblem) problem =
    yq_workflow_check (yq_store_world (store_of (self)), yq_store_who (store_of (self)),
                       self->record, self->step, self->args);

  if (problem == NULL)
    queue (self);
  else if (may_be_stale (yq_problem_code (problem)))
    yq_prompt (self->parent, _("It will probably be refused"), yq_problem_detail (problem), NULL,
               warned_cb, self, "cancel", _("Change it"), "send", _("Send anyway"), NULL);
  else
    {
      yq_prompt_tell (self->parent, _(self->step->title),
                      yq_problem_n_errors (problem) > 0 ? yq_problem_error (problem, 0, NULL, NULL)
                                                        : yq_problem_detail (problem));
      step_run_end (self, FALSE);
    }
}

/* ---- asking ---- */

static void
args_changed_cb (YqRecordForm *form, const char *field, StepRun *self)
{
  g_autoptr(YqProblem) problem = yq_check_values (self->args, TRUE);

  yq_store_save_args (store_of (self), yq_record_entity (self->record), yq_record_id (self->record),
                      self->step, self->args, NULL);
  yq_prompt_set_response_enabled (self->prompt, "ok", problem == NULL);
}

static void
asked_cb (const char *response, gpointer data)
{
  StepRun *self = data;

  /* The form goes on living until the dialog has closed, and with it the values it edits. */
  g_signal_handlers_disconnect_by_data (self->form, self);
  self->args = yq_values_copy (self->args);

  if (g_strcmp0 (response, "ok") == 0)
    check_and_queue (self);
  else
    step_run_end (self, FALSE);
}

static const char *
first_visible (const YqStep *step)
{
  for (const YqField *field = step->fields; field != NULL && field->name != NULL; field++)
    if (!(field->flags & YQ_HIDDEN))
      return field->name;
  return NULL;
}

/* What was pinned to fields stands below the reason, under the fields' own titles. */
static GtkWidget *
build_comments (StepRun *self, int field)
{
  GtkWidget *list = yq_boxed_list_new ();
  JsonArray *rows = yq_values_array (self->args, (guint) field);
  const YqEntity *entity = yq_record_entity (self->record);

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *name = json_object_get_string_member_with_default (row, "field", "");
      int at = yq_entity_find_field (entity, name);

      gtk_list_box_append (
        GTK_LIST_BOX (list),
        yq_row_new ("yq-comment-symbolic", at >= 0 ? _(entity->fields[at].title) : name,
                    json_object_get_string_member_with_default (row, "comment", ""), NULL, NULL));
    }
  gtk_widget_set_visible (list, gtk_widget_get_first_child (list) != NULL);
  return list;
}

static GtkWidget *
build_asking (StepRun *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  int comments = yq_values_find (self->args, "field_comments");
  static const char *const times[] = { "confirmed_from", "confirmed_to" };
  GtkWidget *reading;

  gtk_box_append (GTK_BOX (box), self->form);
  /* A service is ordered without a time. */
  if (yq_record_entity (self->record) == &yq_order && yq_order_is_of_service (self->record))
    for (guint i = 0; i < G_N_ELEMENTS (times); i++)
      if (yq_values_find (self->args, times[i]) >= 0)
        yq_record_form_hide (YQ_RECORD_FORM (self->form), times[i]);
  if (self->step->texts != NULL &&
      (reading = yq_reading_new (store_of (self), yq_record_region (self->record),
                                 self->step->texts, FALSE)) != NULL)
    gtk_box_append (GTK_BOX (box), reading);
  if (comments >= 0)
    {
      yq_record_form_hide (YQ_RECORD_FORM (self->form), "field_comments");
      gtk_box_append (GTK_BOX (box), build_comments (self, comments));
    }
  return box;
}

/* As high as the form is at the width of a dialog: a scroller goes by its widest. */
static void
mapped_cb (GtkWidget *scroller)
{
  GtkWidget *child = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller));
  int least, height;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, MAX (least, ASKING_WIDTH), NULL, &height,
                      NULL, NULL);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller),
                                              MIN (height, ASKING_HEIGHT));
}

static void
ask (StepRun *self)
{
  g_autoptr(YqProblem) problem = yq_check_values (self->args, TRUE);
  const char *name = (self->step->flags & YQ_STEP_DANGER) ? "!ok" : "ok";
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->form = yq_record_form_new_for_values (store_of (self), self->args);
  g_object_set_data_full (G_OBJECT (self->form), "yq-values", self->args,
                          (GDestroyNotify) yq_values_free);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), ASKING_HEIGHT);
  g_signal_connect (scroller, "map", G_CALLBACK (mapped_cb), NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), build_asking (self));
  gtk_widget_set_size_request (self->form, ASKING_WIDTH, -1);
  self->prompt =
    yq_prompt (self->parent, _(self->step->title), yq_record_title (self->record), scroller,
               asked_cb, self, "cancel", _("Cancel"), name, _(self->step->title), NULL);
  g_signal_connect (self->form, "changed", G_CALLBACK (args_changed_cb), self);
  yq_prompt_set_response_enabled (self->prompt, "ok", problem == NULL);
  yq_record_form_focus_field (YQ_RECORD_FORM (self->form), first_visible (self->step));
}

static StepRun *
step_run_new (GtkWidget *parent, YqOutbox *outbox, YqRecord *record, const char *action,
              YqStepDone done, gpointer user_data)
{
  StepRun *self = g_new0 (StepRun, 1);

  self->parent = g_object_ref (parent);
  self->outbox = g_object_ref (outbox);
  self->record = g_object_ref (record);
  self->step = yq_entity_step (yq_record_entity (record), action);
  self->done = done;
  self->user_data = user_data;
  return self;
}

void
yq_step_queue (GtkWidget *parent, YqOutbox *outbox, YqRecord *record, const char *action,
               const YqValues *args, YqStepDone done, gpointer user_data)
{
  StepRun *self = step_run_new (parent, outbox, record, action, done, user_data);

  self->args = yq_values_copy (args);
  check_and_queue (self);
}

/* What was typed before, else what is known. */
static void
fill_args (StepRun *self, const YqValues *preset)
{
  const YqEntity *entity = yq_record_entity (self->record);

  self->args =
    yq_store_load_args (store_of (self), entity, yq_record_id (self->record), self->step);
  if (self->args == NULL)
    self->args = preset != NULL
                   ? yq_values_copy (preset)
                   : yq_values_new (self->step->fields, yq_fields_count (self->step->fields));
  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    if (presets[i].entity == entity && g_str_equal (presets[i].action, self->step->action))
      presets[i].fill (self);
}

void
yq_step_run (GtkWidget *parent, YqOutbox *outbox, YqRecord *record, const char *action,
             const YqValues *preset, YqStepDone done, gpointer user_data)
{
  StepRun *self = step_run_new (parent, outbox, record, action, done, user_data);

  if (self->step->fields != NULL)
    fill_args (self, preset);
  if (first_visible (self->step) != NULL)
    ask (self);
  else
    check_and_queue (self);
}

/* ---- beside the record ---- */

static void
keep_args_cb (YqRecordForm *form, const char *field, StepRun *self)
{
  yq_store_save_args (store_of (self), yq_record_entity (self->record), yq_record_id (self->record),
                      self->step, self->args, NULL);
}

static void
step_form_free (gpointer data)
{
  step_run_end (data, FALSE);
}

GtkWidget *
yq_step_form_new (YqOutbox *outbox, YqRecord *record, const char *action)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  StepRun *self = step_run_new (box, outbox, record, action, NULL, NULL);

  g_clear_object (&self->parent); /* it lives as long as the box, which it must not hold */
  fill_args (self, NULL);
  self->form = yq_record_form_new_for_values (store_of (self), self->args);
  g_signal_connect (self->form, "changed", G_CALLBACK (keep_args_cb), self);
  gtk_box_append (GTK_BOX (box), yq_heading_new (_(self->step->title)));
  gtk_box_append (GTK_BOX (box), self->form);
  g_object_set_data_full (G_OBJECT (box), "yq-step-run", self, step_form_free);
  return box;
}

gboolean
yq_step_form_take (GtkWidget *form, GtkWidget *parent, YqStepDone done, gpointer user_data)
{
  StepRun *self = g_object_get_data (G_OBJECT (form), "yq-step-run");

  if (!yq_record_form_check (YQ_RECORD_FORM (self->form), TRUE))
    return FALSE;
  yq_step_queue (parent, self->outbox, self->record, self->step->action, self->args, done,
                 user_data);
  return TRUE;
}
