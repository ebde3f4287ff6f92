/* The record beside the reviewer's list. */
#define G_LOG_DOMAIN "yiquan-desk"

#include "review-detail.h"

#include "bits.h"
#include "clock.h"
#include "money.h"
#include "office.h"
#include "record-facts.h"
#include "record-json.h"
#include "record-page.h"
#include "risk.h"
#include "step-bar.h"
#include "table-columns.h"

struct _YqReviewDetail
{
  GtkWidget parent_instance;

  YqFrame *frame; /* not owned */
  const YqReviewDesk *desk;
  YqRecord *record;
  GCancellable *cancellable;
  GtkWidget *scroller, *title, *pill, *age, *bar, *buttons, *facts, *risks, *reviews, *stack;
  GtkWidget *beside, *form; /* what stands below the record, and the form in it; NULL: none now */
  char *form_of;            /* the record of the form */
};

G_DEFINE_FINAL_TYPE (YqReviewDetail, yq_review_detail, GTK_TYPE_WIDGET)

/* ---- earlier reviews ---- */

/* Who, with which figures, and why. */
static char *
describe_review (YqRecord *review)
{
  const char *who = yq_record_text (review, REVIEW_DECIDED_BY);
  const char *comment = yq_record_text (review, REVIEW_COMMENT);
  GString *text = g_string_new (who);

  if (yq_record_has (review, REVIEW_SCORE))
    g_string_append_printf (text, "%s%s %d", text->len ? " · " : "",
                            _(yq_review.fields[REVIEW_SCORE].title),
                            (int) yq_record_int (review, REVIEW_SCORE));
  if (yq_record_has (review, REVIEW_AMOUNT))
    {
      g_autofree char *money = yq_money_text (yq_record_int (review, REVIEW_AMOUNT));

      g_string_append_printf (text, "%s%s", text->len ? " · " : "", money);
    }
  if (comment != NULL)
    g_string_append_printf (text, "%s%s", text->len ? "\n" : "", comment);
  return g_string_free (text, FALSE);
}

static void
append_review (GtkWidget *list, YqRecord *review)
{
  const YqEntity *entity = NULL;
  g_autofree char *when = yq_time_local (yq_record_int (review, REVIEW_DECIDED_AT));
  const char *action = yq_record_text (review, REVIEW_ACTION);
  const YqStep *step;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  entity = g_object_get_data (G_OBJECT (list), "yq-entity");
  step = entity != NULL && action != NULL ? yq_entity_step (entity, action) : NULL;
  title = g_strdup_printf ("%s · %s", step != NULL ? _(step->title) : "—", when);
  text = describe_review (review);
  gtk_list_box_append (GTK_LIST_BOX (list),
                       yq_row_new ("document-edit-symbolic", title, text, NULL, NULL));
}

static void
fill_reviews (YqReviewDetail *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_review);
  g_autoptr(GPtrArray) reviews = NULL;

  yq_query_add (query, "record", yq_record_id (self->record));
  reviews = yq_store_list (yq_frame_store (self->frame), query, 20);
  yq_remove_children (self->reviews);
  g_object_set_data (G_OBJECT (self->reviews), "yq-entity", (gpointer) self->desk->entity);
  for (guint i = 0; i < reviews->len; i++)
    append_review (self->reviews, reviews->pdata[i]);
  gtk_widget_set_visible (self->reviews, reviews->len > 0);
}

/* ---- what to look at twice ---- */

static void
append_risk (YqReviewDetail *self, const YqRisk *risk)
{
  GtkWidget *row =
    yq_row_new ("dialog-warning-symbolic", yq_risk_title (risk->kind), risk->text, NULL, NULL);
  /* Of another region she has the number only. */
  g_autoptr(YqRecord) other =
    risk->record != NULL ? yq_store_get (yq_frame_store (self->frame), risk->entity, risk->record)
                         : NULL;

  if (other != NULL)
    {
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
      g_object_set_data (G_OBJECT (row), "yq-entity", (gpointer) risk->entity);
      g_object_set_data_full (G_OBJECT (row), "yq-id", g_strdup (risk->record), g_free);
    }
  gtk_list_box_append (GTK_LIST_BOX (self->risks), row);
}

/* By what this computer knows, and what the server found elsewhere when the record was sent. */
static void
fill_risks (YqReviewDetail *self)
{
  g_autoptr(GPtrArray) risks =
    yq_risks_find (yq_store_world (yq_frame_store (self->frame)), self->record);

  yq_remove_children (self->risks);
  for (guint i = 0; i < risks->len; i++)
    append_risk (self, risks->pdata[i]);
  gtk_widget_set_visible (self->risks, risks->len > 0);
}

static void
risk_activated_cb (GtkListBox *list, GtkListBoxRow *row, YqReviewDetail *self)
{
  const YqEntity *entity = g_object_get_data (G_OBJECT (row), "yq-entity");
  const char *id = g_object_get_data (G_OBJECT (row), "yq-id");

  if (entity != NULL && id != NULL)
    yq_frame_open_record (self->frame, entity->name, id);
}

/* ---- what changed since the last decision: the history undone back to it ---- */

static void
undo_event (JsonObject *event, YqValues *before)
{
  JsonObject *changed = json_object_has_member (event, "changed")
                          ? json_object_get_object_member (event, "changed")
                          : NULL;
  g_autoptr(JsonObject) old = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *pair;

  if (changed == NULL)
    return;
  json_object_iter_init (&iter, changed);
  while (json_object_iter_next (&iter, &name, &pair))
    if (JSON_NODE_HOLDS_ARRAY (pair) && json_array_get_length (json_node_get_array (pair)) == 2)
      json_object_set_member (
        old, name, json_node_copy (json_array_get_element (json_node_get_array (pair), 0)));
  yq_json_read_fields (old, before, NULL, NULL);
}

static YqValues *
values_at_last_decision (JsonArray *events, YqRecord *record)
{
  g_autoptr(YqValues) before = yq_values_copy (yq_record_values (record));

  for (guint i = json_array_get_length (events); i-- > 0;)
    {
      JsonObject *event = json_array_get_object_element (events, i);
      const YqStep *step =
        yq_entity_step (yq_record_entity (record),
                        json_object_get_string_member_with_default (event, "action", ""));

      if (step != NULL && (step->flags & YQ_STEP_DECISION))
        return g_steal_pointer (&before);
      undo_event (event, before);
    }
  return NULL; /* never decided on: everything is new */
}

static void
history_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqReviewDetail) self = data;
  g_autoptr(JsonNode) node = yq_sync_fetch_history_finish (YQ_SYNC (object), result, NULL);
  g_autoptr(YqValues) before = NULL;
  JsonObject *answer =
    node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (answer == NULL || self->record == NULL || !json_object_has_member (answer, "items"))
    return;
  before = values_at_last_decision (json_object_get_array_member (answer, "items"), self->record);
  if (before != NULL)
    yq_record_facts_show (YQ_RECORD_FACTS (self->facts), self->record, before);
}

static void
fetch_history (YqReviewDetail *self)
{
  YqSync *sync = yq_frame_sync (self->frame);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (sync != NULL)
    yq_sync_fetch_history_async (sync, self->desk->entity, yq_record_id (self->record),
                                 self->cancellable, history_cb, g_object_ref (self));
}

/* How long it has waited, in working days by the official calendar. */
static gboolean
is_open (YqReviewDetail *self, const char *action)
{
  g_autoptr(GPtrArray) steps = yq_workflow_open_steps (
    yq_store_world (yq_frame_store (self->frame)), yq_frame_who (self->frame), self->record);

  for (guint i = 0; i < steps->len; i++)
    {
      const YqOpenStep *open = steps->pdata[i];

      if (g_str_equal (open->step->action, action))
        return open->why == NULL;
    }
  return FALSE;
}

/* The form of the decision stands beside the papers it is about. */
static void
show_form (YqReviewDetail *self)
{
  const char *action = self->desk->beside;
  gboolean open = action != NULL && is_open (self, action);

  gtk_widget_set_visible (self->beside, open);
  if (open && self->form != NULL && g_strcmp0 (self->form_of, yq_record_id (self->record)) == 0)
    return;
  yq_drop_focus (self->beside);
  g_clear_pointer (&self->form_of, g_free);
  self->form = NULL;
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->beside), NULL);
  if (!open)
    return;
  self->form = yq_step_form_new (yq_frame_outbox (self->frame), self->record, action);
  self->form_of = g_strdup (yq_record_id (self->record));
  yq_set_margins (self->form, 12);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->beside), self->form);
}

static void
show_age (YqReviewDetail *self)
{
  int submitted = yq_entity_find_field (self->desk->entity, "submitted_at");
  gint64 since = submitted >= 0 ? yq_record_int (self->record, submitted) : 0;
  int due = yq_entity_find_field (self->desk->entity, "due_on");
  const char *promised = due >= 0 ? yq_record_text (self->record, due) : NULL;
  int days = since > 0 ? yq_workdays_between (since, yq_clock_now ()) : 0;
  g_autofree char *today = yq_date_of (yq_clock_now ());
  g_autofree char *text = NULL;

  if (promised != NULL && strcmp (promised, today) < 0)
    text = g_strdup_printf (_("Overdue: promised by %s"), promised);
  else
    text =
      g_strdup_printf (yq_ngettext ("waits %d working day", "waits %d working days", days), days);
  gtk_label_set_text (GTK_LABEL (self->age), text);
}

static void
refresh (YqReviewDetail *self)
{
  YqRecord *record = self->record;

  gtk_label_set_text (GTK_LABEL (self->title), yq_record_title (record));
  yq_pill_set (self->pill, yq_record_state_title (record),
               yq_entity_state (self->desk->entity, yq_record_state (record))->tone);
  show_age (self);
  yq_step_bar_show (YQ_STEP_BAR (self->bar), record);
  yq_step_buttons_show (YQ_STEP_BUTTONS (self->buttons),
                        yq_store_world (yq_frame_store (self->frame)), yq_frame_who (self->frame),
                        record);
  show_form (self);
  fill_risks (self);
  fill_reviews (self);
  fetch_history (self);
}

/* Others work on it, too: experts advise, the applicant withdraws. */
static void
record_changed_cb (YqRecord *record, GParamSpec *property, YqReviewDetail *self)
{
  refresh (self);
}

static void
reviews_changed_cb (YqStore *store, const char *entity, const char *id, YqReviewDetail *self)
{
  if (self->record != NULL && yq_frame_of (GTK_WIDGET (self)) != NULL)
    fill_reviews (self);
}

static void
let_go (YqReviewDetail *self)
{
  if (self->record != NULL)
    g_signal_handlers_disconnect_by_func (self->record, record_changed_cb, self);
  g_clear_object (&self->record);
}

void
yq_review_detail_show (YqReviewDetail *self, YqRecord *record)
{
  if (record != NULL)
    g_object_ref (record);
  let_go (self);
  self->record = record;
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), record != NULL ? "record" : "none");
  if (record == NULL)
    return;
  g_signal_connect (record, "notify::version", G_CALLBACK (record_changed_cb), self);
  yq_record_facts_show (YQ_RECORD_FACTS (self->facts), record, NULL);
  refresh (self);
}

static void
step_queued_cb (gboolean queued, gpointer data)
{
  g_autoptr(YqReviewDetail) self = data;

  if (queued)
    yq_frame_toast (self->frame, _("Decided; it is sent in 10 seconds unless it is undone"));
}

JsonArray *
yq_review_detail_comments (YqReviewDetail *self)
{
  return self->record != NULL ? yq_record_facts_comments (YQ_RECORD_FACTS (self->facts)) : NULL;
}

void
yq_review_detail_take_step (YqReviewDetail *self, const char *action)
{
  const YqStep *step = self->record != NULL ? yq_entity_step (self->desk->entity, action) : NULL;
  g_autoptr(YqValues) preset = NULL;
  JsonArray *comments = yq_record_facts_comments (YQ_RECORD_FACTS (self->facts));
  guint n = step != NULL && step->fields != NULL ? yq_fields_count (step->fields) : 0;
  int at;

  if (n > 0)
    {
      preset = yq_values_new (step->fields, n);
      at = yq_values_find (preset, "field_comments");
      if (at >= 0 && comments != NULL)
        yq_values_take_array (preset, at, json_array_ref (comments));
    }
  g_clear_pointer (&comments, json_array_unref);
  if (step != NULL && self->form != NULL && g_strcmp0 (action, self->desk->beside) == 0)
    yq_step_form_take (self->form, GTK_WIDGET (self), step_queued_cb, g_object_ref (self));
  else if (step != NULL)
    yq_step_run (GTK_WIDGET (self), yq_frame_outbox (self->frame), self->record, action, preset,
                 step_queued_cb, g_object_ref (self));
}

static void
step_cb (YqStepButtons *buttons, const char *action, YqReviewDetail *self)
{
  yq_review_detail_take_step (self, action);
}

static void
open_cb (GtkButton *button, YqReviewDetail *self)
{
  if (self->record != NULL)
    yq_frame_open_record (self->frame, self->desk->entity->name, yq_record_id (self->record));
}

static GtkWidget *
build_head (YqReviewDetail *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *open = yq_icon_button_new ("view-fullscreen-symbolic", _("Open as a page"), NULL);

  self->title = yq_label_new_wrapped ("", "page-title");
  gtk_widget_set_hexpand (words, TRUE);
  self->pill = yq_pill_new ("", YQ_TONE_WAITING);
  gtk_widget_set_valign (self->pill, GTK_ALIGN_START);
  self->age = yq_label_new_wrapped ("", "dim-label small number");
  gtk_label_set_wrap_mode (GTK_LABEL (self->age), PANGO_WRAP_WORD); /* no date in two lines */
  gtk_widget_set_hexpand (self->age, TRUE);
  g_signal_connect (open, "clicked", G_CALLBACK (open_cb), self);
  gtk_widget_add_css_class (open, "flat");
  gtk_widget_set_valign (open, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), self->pill);
  gtk_box_append (GTK_BOX (line), self->age);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), line);
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (head), open);
  return head;
}

/* Is there a step that takes what is pinned to fields along? */
static gboolean
takes_comments (const YqReviewDesk *desk)
{
  const YqStep *step = desk->refuse != NULL ? yq_entity_step (desk->entity, desk->refuse) : NULL;

  for (const YqField *field = step != NULL ? step->fields : NULL;
       field != NULL && field->name != NULL; field++)
    if (g_str_equal (field->name, "field_comments"))
      return desk->mine == NULL;
  return FALSE;
}

static GtkWidget *
build_record (YqReviewDetail *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gboolean is_large;

  yq_set_margins (box, 18);
  self->bar = yq_step_bar_new ();
  self->buttons = yq_step_buttons_new ();
  yq_step_buttons_set_at_once (YQ_STEP_BUTTONS (self->buttons), self->desk->beside);
  g_signal_connect (self->buttons, "step", G_CALLBACK (step_cb), self);
  self->facts = yq_record_facts_new (yq_frame_store (self->frame));
  yq_record_facts_set_pinning (YQ_RECORD_FACTS (self->facts), takes_comments (self->desk));
  self->risks = yq_boxed_list_new ();
  yq_set_name (self->risks, _("To be looked at twice"));
  g_signal_connect (self->risks, "row-activated", G_CALLBACK (risk_activated_cb), self);
  self->reviews = yq_boxed_list_new ();
  gtk_box_append (GTK_BOX (box), build_head (self));
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), self->risks);
  gtk_box_append (GTK_BOX (box), self->facts);
  gtk_box_append (GTK_BOX (box), self->reviews);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_box_append (GTK_BOX (outer), self->scroller);
  self->beside = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->beside), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->beside), TRUE);
  /* Large text leaves no room for both: then the form stands after the facts. */
  is_large = yq_scaled (100) > 140;
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->beside),
                                              is_large ? -1 : 340);
  gtk_widget_add_css_class (self->beside, "page-foot");
  gtk_box_append (GTK_BOX (is_large ? box : outer), self->beside);
  yq_set_margins (self->buttons, 12);
  gtk_box_append (GTK_BOX (outer), self->buttons);
  return outer;
}

static void
yq_review_detail_dispose (GObject *object)
{
  YqReviewDetail *self = YQ_REVIEW_DETAIL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  let_go (self);
  g_clear_pointer (&self->form_of, g_free);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_review_detail_parent_class)->dispose (object);
}

static void
yq_review_detail_class_init (YqReviewDetailClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yq_review_detail_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
yq_review_detail_init (YqReviewDetail *self)
{
}

GtkWidget *
yq_review_detail_new (YqFrame *frame, const YqReviewDesk *desk)
{
  YqReviewDetail *self = g_object_new (YQ_TYPE_REVIEW_DETAIL, NULL);
  GtkWidget *none = yq_label_new_wrapped (
    _("Choose a record on the left: j and k move, x ticks, a approves, r returns."), "dim-label");

  self->frame = frame;
  self->desk = desk;
  self->stack = gtk_stack_new ();
  gtk_widget_set_valign (none, GTK_ALIGN_CENTER);
  yq_set_margins (none, 36);
  gtk_stack_add_named (GTK_STACK (self->stack), none, "none");
  gtk_stack_add_named (GTK_STACK (self->stack), build_record (self), "record");
  gtk_widget_set_size_request (self->stack, desk->beside != NULL ? 560 : 420, -1);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  g_signal_connect_object (yq_frame_store (frame), "changed::review",
                           G_CALLBACK (reviews_changed_cb), self, 0);
  return GTK_WIDGET (self);
}
