/* Settlement: which voucher, how much, with which papers. */
#define G_LOG_DOMAIN "yiquan-settle"

#include "settle-page.h"

#include "bits.h"
#include "clock.h"
#include "form-aids.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "record-form.h"
#include "record-page.h"

typedef struct
{
  YqFrame *frame;
  YqPage *page;
  YqRecord *order;
  YqValues *args;
  GPtrArray *programmes; /* in the order of the choices, after "no voucher" */
  GtkWidget *choices, *form, *verdict, *settle;
} SettlePage;

static void
settle_page_free (gpointer data)
{
  SettlePage *self = data;

  g_object_unref (self->order);
  g_ptr_array_unref (self->programmes);
  g_free (self);
}

static YqWorld *
world_of (SettlePage *self)
{
  return yq_store_world (yq_frame_store (self->frame));
}

static const YqStep *
settle_step (void)
{
  return yq_entity_step (&yq_order, "settle");
}

/* Programmes that grant at settlement, of the place the buyer is registered in. */
static GPtrArray *
list_programmes (YqFrame *frame)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_programme);
  g_autoptr(GPtrArray) open = NULL;
  g_autoptr(YqRecord) own = NULL;
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  if (yq_frame_who (frame)->organisation == NULL)
    return found;
  own = yq_store_get (yq_frame_store (frame), &yq_organisation, yq_frame_who (frame)->organisation);
  yq_query_add (query, "state", "open");
  yq_query_add (query, "used_at", "settlement");
  yq_query_set_sort (query, "seat", FALSE);
  open = yq_store_list (yq_frame_store (frame), query, 0);
  for (guint i = 0; own != NULL && i < open->len; i++)
    if (yq_policy_regions_hold (yq_record_array (open->pdata[i], PROGRAMME_REGIONS),
                                yq_record_text (own, ORGANISATION_REGION)))
      g_ptr_array_add (found, g_object_ref (open->pdata[i]));
  return found;
}

gboolean
yq_settles_with_voucher (YqFrame *frame)
{
  g_autoptr(GPtrArray) programmes = list_programmes (frame);

  return programmes->len > 0;
}

gboolean
yq_settle_page_is_for (YqFrame *frame, YqRecord *order)
{
  return yq_settles_with_voucher (frame) && yq_record_in_state (order, "delivered") &&
         yq_who_is_in (yq_frame_who (frame), yq_record_buyer (order));
}

/* ---- what is known by now ---- */

static void
refresh_verdict (SettlePage *self)
{
  const YqWho *who = yq_frame_who (self->frame);
  g_autoptr(YqProblem) problem =
    yq_workflow_check (world_of (self), who, self->order, settle_step (), self->args);
  gboolean with_voucher = yq_values_has (self->args, ORDER_SETTLE_PROGRAMME);

  yq_remove_children (self->verdict);
  gtk_box_append (
    GTK_BOX (self->verdict),
    problem != NULL ? yq_label_new_wrapped (yq_problem_detail (problem), "notice yours")
    : with_voucher
      ? yq_label_new_wrapped (
          _("Complete: the voucher is granted, held and sent for redemption with the settlement."),
          "notice done")
      : yq_label_new_wrapped (_("Settled without a voucher; no papers are needed."),
                              "notice done"));
  yq_widget_set_why (self->settle, problem != NULL ? yq_problem_detail (problem) : NULL);
}

static void
args_changed_cb (YqRecordForm *form, const char *field, SettlePage *self)
{
  yq_store_save_args (yq_frame_store (self->frame), &yq_order, yq_record_id (self->order),
                      settle_step (), self->args, NULL);
  refresh_verdict (self);
}

/* ---- the choice ---- */

static void
preset_for (SettlePage *self, YqRecord *programme)
{
  g_autofree char *today = yq_date_of (yq_clock_now ());

  yq_values_set_text (self->args, ORDER_SETTLE_PROGRAMME, yq_record_id (programme));
  yq_values_set_int (self->args, ORDER_SETTLE_AMOUNT,
                     yq_policy_settle_most (world_of (self), programme, self->order));
  if (!yq_values_has (self->args, ORDER_SETTLE_CATEGORY))
    yq_values_set_text (self->args, ORDER_SETTLE_CATEGORY, "testing");
  /* The invoice's own QR code knows better. */
  if (!yq_values_has (self->args, ORDER_SETTLE_INVOICE_DATE))
    {
      yq_values_set_text (self->args, ORDER_SETTLE_INVOICE_DATE, today);
      yq_form_aids_set_preset (YQ_RECORD_FORM (self->form), "invoice_date");
    }
  if (!yq_values_has (self->args, ORDER_SETTLE_INVOICE_AMOUNT))
    {
      yq_values_set_int (self->args, ORDER_SETTLE_INVOICE_AMOUNT, yq_order_fee (self->order));
      yq_form_aids_set_preset (YQ_RECORD_FORM (self->form), "invoice_amount");
    }
}

static void
chosen_cb (GtkCheckButton *check, SettlePage *self)
{
  guint nth = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "yq-nth"));

  if (!gtk_check_button_get_active (check))
    return;
  if (nth == 0)
    {
      yq_values_clear (self->args, ORDER_SETTLE_PROGRAMME);
      yq_values_clear (self->args, ORDER_SETTLE_AMOUNT);
    }
  else
    preset_for (self, self->programmes->pdata[nth - 1]);
  yq_record_form_reload (YQ_RECORD_FORM (self->form));
  args_changed_cb (NULL, NULL, self);
}

static char *
offer_text (SettlePage *self, YqRecord *programme)
{
  g_autofree char *most =
    yq_money_text (yq_policy_settle_most (world_of (self), programme, self->order));
  g_autofree char *fee = yq_money_text (yq_order_fee (self->order));

  return g_strdup_printf (_("Pays at most %s of the fee of %s"), most, fee);
}

/* Not hidden where a condition fails: it says which one. */
static GtkWidget *
append_choice (SettlePage *self, GtkWidget *group, guint nth, const char *title, const char *text,
               const char *why)
{
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *row;

  if (group != NULL)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (group));
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  yq_set_name (check, title);
  g_object_set_data (G_OBJECT (check), "yq-nth", GUINT_TO_POINTER (nth));
  row = yq_row_new (NULL, title, why != NULL ? why : text, check, NULL);
  yq_widget_set_why (check, why);
  gtk_list_box_append (GTK_LIST_BOX (self->choices), row);
  return check;
}

static void
fill_choices (SettlePage *self)
{
  const char *chosen = yq_values_text (self->args, ORDER_SETTLE_PROGRAMME);
  GtkWidget *none =
    append_choice (self, NULL, 0, _("No voucher"), _("The fee is paid in full"), NULL);
  gboolean found = FALSE;

  for (guint i = 0; i < self->programmes->len; i++)
    {
      YqRecord *programme = self->programmes->pdata[i];
      g_autoptr(YqProblem) why = yq_policy_check_settles (world_of (self), programme, self->order);
      g_autofree char *text = offer_text (self, programme);
      GtkWidget *check = append_choice (self, none, i + 1, yq_record_title (programme), text,
                                        why != NULL ? yq_problem_detail (why) : NULL);

      if (why == NULL && g_strcmp0 (chosen, yq_record_id (programme)) == 0)
        {
          gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
          found = TRUE;
        }
      g_signal_connect (check, "toggled", G_CALLBACK (chosen_cb), self);
    }
  if (!found)
    {
      gtk_check_button_set_active (GTK_CHECK_BUTTON (none), TRUE);
      yq_values_clear (self->args, ORDER_SETTLE_PROGRAMME);
      yq_values_clear (self->args, ORDER_SETTLE_AMOUNT);
    }
  g_signal_connect (none, "toggled", G_CALLBACK (chosen_cb), self);
}

/* ---- sending ---- */

static void
queued_cb (gboolean queued, gpointer data)
{
  YqFrame *frame = data;

  if (queued)
    yq_frame_pop (frame);
}

static void
settle_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SettlePage *self = data;

  if (yq_widget_why (self->settle) != NULL)
    return;
  yq_step_queue (GTK_WIDGET (self->page), yq_frame_outbox (self->frame), self->order, "settle",
                 self->args, queued_cb, self->frame);
}

static const GActionEntry actions[] = {
  { "settle", settle_cb },
};

/* ---- the page ---- */

static GtkWidget *
build_facts (SettlePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_box_append (
    GTK_BOX (box),
    yq_fact_new (_("Carrier"),
                 yq_label_new (yq_record_text (self->order, ORDER_CARRIER_NAME), NULL)));
  gtk_box_append (GTK_BOX (box),
                  yq_fact_new (_("Fee"), yq_money_label_new (yq_order_fee (self->order))));
  return yq_card_new (yq_record_title (self->order), NULL, box);
}

static GtkWidget *
build_content (SettlePage *self)
{
  GtkWidget *box = yq_page_box_new ();

  self->choices = yq_boxed_list_new ();
  yq_set_name (self->choices, _("Voucher"));
  self->form = yq_record_form_new_for_values (yq_frame_store (self->frame), self->args);
  g_object_set_data_full (G_OBJECT (self->form), "yq-values", self->args,
                          (GDestroyNotify) yq_values_free);
  self->verdict = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->settle = yq_button_new (_("Settle"), "page.settle", "suggested-action");
  gtk_widget_set_halign (self->settle, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), build_facts (self));
  gtk_box_append (GTK_BOX (box), yq_section_new (_("Voucher"), self->choices));
  gtk_box_append (GTK_BOX (box), self->form);
  gtk_box_append (GTK_BOX (box), self->verdict);
  gtk_box_append (GTK_BOX (box), self->settle);
  return box;
}

YqPage *
yq_settle_page_new (YqFrame *frame, YqRecord *order)
{
  SettlePage *self = g_new0 (SettlePage, 1);
  const YqStep *step = settle_step ();

  self->frame = frame;
  self->order = g_object_ref (order);
  self->programmes = list_programmes (frame);
  self->args = yq_store_load_args (yq_frame_store (frame), &yq_order, yq_record_id (order), step);
  if (self->args == NULL)
    self->args = yq_values_new (step->fields, yq_fields_count (step->fields));
  self->page = yq_page_new (_("Settle"), gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  g_object_set_data_full (G_OBJECT (self->page), "yq-settle", self, settle_page_free);
  yq_page_set_subtitle (self->page, yq_record_title (order));
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (self->page, "<Control>Return", _("Settle"), "page.settle");
  yq_page_set_content_clamped (self->page, build_content (self), 720);
  fill_choices (self);
  yq_record_form_reload (YQ_RECORD_FORM (self->form));
  g_signal_connect (self->form, "changed", G_CALLBACK (args_changed_cb), self);
  refresh_verdict (self);
  return self->page;
}
