/* Claiming and using vouchers: the forms, with the numbers that decide beside them. */
#define G_LOG_DOMAIN "yiquan-vouchers"

#include "bits.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "prompt.h"
#include "record-page.h"
#include "service-records.h"
#include "voucher.h"
#include "vouchers-page.h"

typedef struct
{
  YqFrame *frame;
  YqRecordPage *page;
  GtkWidget *side;
  void (*fill) (GtkWidget *side, YqFrame *frame, YqRecord *record);
} SidePage;

static void
append_amount (GtkWidget *box, const char *title, gint64 fen)
{
  g_autofree char *text = fen < 0 ? g_strdup (_("no cap")) : yq_money_text (fen);
  GtkWidget *value = yq_label_new (text, "number");

  gtk_box_append (GTK_BOX (box), yq_fact_new (title, value));
}

static void
append_verdict (GtkWidget *box, YqProblem *problem)
{
  gtk_box_append (GTK_BOX (box),
                  problem == NULL
                    ? yq_label_new_wrapped (_("Inside all limits"), "notice done")
                    : yq_label_new_wrapped (yq_problem_detail (problem), "notice bad"));
}

/* The caps as they will be judged; what may be stale (balances, budgets) is said to be an estimate.
 */
static void
fill_claim_side (GtkWidget *side, YqFrame *frame, YqRecord *claim)
{
  YqWorld *world = yq_store_world (yq_frame_store (frame));
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (claim, CLAIM_PROGRAMME));
  g_autoptr(YqRecord) own =
    yq_world_get (world, &yq_organisation, yq_frame_who (frame)->organisation);
  g_autoptr(YqProblem) problem = NULL;
  YqCaps caps;

  if (programme == NULL || own == NULL)
    return;
  caps = yq_policy_caps (world, programme, own, yq_record_id (claim));
  append_amount (side, _("Cap per year"), caps.total);
  append_amount (side, _("Cap per claim"), caps.per_claim);
  append_amount (side, _("Cap held at once"), caps.held_cap);
  append_amount (side, _("Already claimed"), caps.claimed);
  append_amount (side, _("Still claimable (estimate)"), caps.claimable);
  problem = yq_policy_check_eligible (world, programme, own);
  if (problem == NULL && yq_record_has (claim, CLAIM_AMOUNT))
    problem = yq_policy_check_claim (world, programme, own, yq_record_int (claim, CLAIM_AMOUNT),
                                     yq_record_id (claim));
  if (problem != NULL || yq_record_has (claim, CLAIM_AMOUNT))
    append_verdict (side, problem);
}

static void
fill_use_side (GtkWidget *side, YqFrame *frame, YqRecord *use)
{
  YqWorld *world = yq_store_world (yq_frame_store (frame));
  g_autoptr(YqRecord) voucher =
    yq_world_get (world, &yq_voucher, yq_record_text (use, VOUCHER_USE_VOUCHER));
  g_autoptr(YqRecord) programme = NULL;
  g_autoptr(YqRecord) own =
    yq_world_get (world, &yq_organisation, yq_frame_who (frame)->organisation);
  g_autoptr(YqRecord) carrier =
    yq_world_get (world, &yq_organisation, yq_record_text (use, VOUCHER_USE_CARRIER));
  g_autoptr(YqProblem) problem = NULL;

  if (voucher == NULL || own == NULL)
    return;
  programme = yq_world_get (world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));
  append_amount (side, _("Available on this voucher (estimate)"),
                 world->balance (world, "available", yq_record_id (voucher)));
  if (programme == NULL || carrier == NULL || !yq_record_has (use, VOUCHER_USE_CONTRACT_AMOUNT))
    return;
  append_amount (side, _("Most for this contract"),
                 yq_policy_subsidy (programme, yq_record_text (own, ORGANISATION_REGION),
                                    yq_record_text (carrier, ORGANISATION_REGION),
                                    yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT)));
  if (!yq_record_has (use, VOUCHER_USE_AMOUNT))
    return;
  problem = yq_policy_check_use (world, programme, voucher, own, carrier, use);
  append_verdict (side, problem);
}

static void
refresh (SidePage *self)
{
  yq_remove_children (self->side);
  self->fill (self->side, self->frame, yq_record_page_record (self->page));
}

static void
form_changed_cb (YqRecordForm *form, const char *field, SidePage *self)
{
  refresh (self);
}

static void
attach (SidePage *self)
{
  YqRecordForm *form = yq_record_page_form (self->page);

  if (form != NULL)
    g_signal_connect (form, "changed", G_CALLBACK (form_changed_cb), self);
  refresh (self);
}

static void
reloaded_cb (YqRecordPage *page, SidePage *self)
{
  attach (self);
}

static YqPage *
open_with_side (YqFrame *frame, YqRecord *record, const char *title,
                void (*fill) (GtkWidget *, YqFrame *, YqRecord *))
{
  YqPage *page = yq_record_page_open (frame, record);
  SidePage *self = g_new0 (SidePage, 1);

  self->frame = frame;
  self->page = yq_record_page_of (page);
  self->fill = fill;
  self->side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  if (yq_record_in_state (record, "draft|returned"))
    gtk_box_append (GTK_BOX (yq_record_page_side (self->page)),
                    yq_card_new (title, NULL, self->side));
  else
    g_object_ref_sink (self->side);
  g_object_set_data_full (G_OBJECT (page), "yq-side", self, g_free);
  g_signal_connect (self->page, "reloaded", G_CALLBACK (reloaded_cb), self);
  attach (self);
  return page;
}

YqPage *
yq_claim_page_open (YqFrame *frame, YqRecord *claim)
{
  return open_with_side (frame, claim, _("What can be claimed"), fill_claim_side);
}

static void
print_use_cb (GtkButton *button, YqRecordPage *page)
{
  YqFrame *frame = yq_frame_of (GTK_WIDGET (page));
  g_autofree char *qr = NULL;
  YqVoucherFacts facts = yq_voucher_use_facts (frame, yq_record_page_record (page), &qr);

  yq_voucher_print (GTK_WINDOW (frame), &facts, 1);
}

YqPage *
yq_voucher_use_page_open (YqFrame *frame, YqRecord *use)
{
  YqPage *page = open_with_side (frame, use, _("What the voucher pays"), fill_use_side);
  YqRecordPage *record_page = yq_record_page_of (page);
  g_autofree char *qr = NULL;

  if (!yq_record_in_state (use, "draft"))
    {
      YqVoucherFacts facts = yq_voucher_use_facts (frame, use, &qr);
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
      GtkWidget *print = yq_button_new (_("Print"), NULL, NULL);

      g_signal_connect (print, "clicked", G_CALLBACK (print_use_cb), record_page);
      gtk_widget_set_halign (print, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (box), yq_voucher_card_new (&facts, TRUE));
      gtk_box_append (GTK_BOX (box), print);
      gtk_box_append (GTK_BOX (yq_record_page_top (record_page)), box);
      yq_service_records_add (frame, record_page);
    }
  return page;
}

static gboolean
keep_new (YqFrame *frame, YqRecord *record)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  if (yq_store_save_draft (yq_frame_store (frame), record, &error))
    return TRUE;
  text = g_strdup_printf (_("The draft could not be kept: %s"), error->message);
  yq_frame_toast (frame, text);
  return FALSE;
}

void
yq_claim_start (YqFrame *frame, YqRecord *programme)
{
  g_autoptr(YqRecord) claim = yq_store_new_record (yq_frame_store (frame), &yq_claim);

  yq_record_set_text (claim, CLAIM_PROGRAMME, yq_record_id (programme));
  if (keep_new (frame, claim))
    yq_frame_push (frame, yq_claim_page_open (frame, claim));
}

/* None where she belongs to no organisation, as reviewers do. */
static GPtrArray *
active_vouchers (YqFrame *frame)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_voucher);
  const char *own = yq_frame_who (frame)->organisation;

  yq_query_add (query, "buyer", own != NULL ? own : "");
  yq_query_add (query, "state", "active");
  return yq_store_list (yq_frame_store (frame), query, 0);
}

static gboolean
is_used_by_hand (YqFrame *frame, YqRecord *voucher)
{
  g_autoptr(YqRecord) programme = yq_store_get (yq_frame_store (frame), &yq_programme,
                                                yq_record_text (voucher, VOUCHER_PROGRAMME));

  return yq_programme_used_at (programme)->by_hand;
}

/* The usable voucher with the most on it: what a person would take. */
static YqRecord *
fullest_voucher (YqFrame *frame)
{
  g_autoptr(GPtrArray) vouchers = active_vouchers (frame);
  YqWorld *world = yq_store_world (yq_frame_store (frame));
  YqRecord *best = NULL;
  gint64 most = 0;

  for (guint i = 0; i < vouchers->len; i++)
    {
      gint64 available = world->balance (world, "available", yq_record_id (vouchers->pdata[i]));

      if (available <= most || !is_used_by_hand (frame, vouchers->pdata[i]))
        continue;
      most = available;
      best = vouchers->pdata[i];
    }
  return best != NULL ? g_object_ref (best) : NULL;
}

gboolean
yq_voucher_use_is_offered (YqFrame *frame)
{
  g_autoptr(GPtrArray) vouchers = active_vouchers (frame);
  g_autoptr(YqQuery) query = yq_query_new (&yq_programme);
  g_autoptr(GPtrArray) open = NULL;
  g_autoptr(YqRecord) own =
    yq_store_get (yq_frame_store (frame), &yq_organisation, yq_frame_who (frame)->organisation);

  for (guint i = 0; i < vouchers->len; i++)
    if (is_used_by_hand (frame, vouchers->pdata[i]))
      return TRUE;
  yq_query_add (query, "state", "open");
  open = yq_store_list (yq_frame_store (frame), query, 0);
  for (guint i = 0; own != NULL && i < open->len; i++)
    if (yq_programme_used_at (open->pdata[i])->by_hand &&
        yq_policy_regions_hold (yq_record_array (open->pdata[i], PROGRAMME_REGIONS),
                                yq_record_text (own, ORGANISATION_REGION)))
      return TRUE;
  return FALSE;
}

void
yq_voucher_use_start (YqFrame *frame, YqRecord *voucher, YqRecord *order)
{
  g_autoptr(YqRecord) use = yq_store_new_record (yq_frame_store (frame), &yq_voucher_use);

  g_autoptr(YqRecord) chosen = voucher != NULL ? g_object_ref (voucher) : fullest_voucher (frame);

  if (chosen != NULL)
    yq_record_set_text (use, VOUCHER_USE_VOUCHER, yq_record_id (chosen));
  if (order != NULL)
    {
      yq_record_set_text (use, VOUCHER_USE_ORDER, yq_record_id (order));
      yq_record_set_text (use, VOUCHER_USE_CARRIER, yq_record_carrier (order));
      yq_record_set_text (use, VOUCHER_USE_CATEGORY, "instruments");
      yq_record_set_text (use, VOUCHER_USE_CONTRACT_NAME, yq_record_title (order));
      if (yq_order_fee (order) > 0)
        yq_record_set_int (use, VOUCHER_USE_CONTRACT_AMOUNT, yq_order_fee (order));
    }
  if (keep_new (frame, use))
    yq_frame_push (frame, yq_voucher_use_page_open (frame, use));
}
