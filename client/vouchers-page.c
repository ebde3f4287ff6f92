/* Vouchers of an enterprise: caps and claiming, the tickets, the story of the selected one. */
#define G_LOG_DOMAIN "yiquan-vouchers"

#include "vouchers-page.h"

#include "bits.h"
#include "clock.h"
#include "face.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "prompt.h"
#include "redemption-page.h"
#include "redemption.h"
#include "region.h"
#include "voucher.h"

typedef struct
{
  YqFrame *frame;
  YqPage *page;
  YqStore *store;
  gulong changed_id;
  GtkWidget *face, *caps, *cards, *large, *use, *way, *story, *log;
  char *selected; /* id of the voucher shown large */
  guint refreshing;
} VouchersPage;

static void
vouchers_page_free (gpointer data)
{
  VouchersPage *self = data;

  g_clear_handle_id (&self->refreshing, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_object (&self->store);
  g_free (self->selected);
  g_free (self);
}

static GPtrArray *
list_of (VouchersPage *self, const YqEntity *entity, const char *name, const char *value)
{
  g_autoptr(YqQuery) query = yq_query_new (entity);

  if (name != NULL)
    yq_query_add (query, name, value);
  if (entity == &yq_voucher || entity == &yq_voucher_use || entity == &yq_claim)
    yq_query_add (query, "buyer", yq_frame_who (self->frame)->organisation);
  return yq_store_list (self->store, query, 0);
}

/* ---- caps: cap, claimed, still claimable ---- */

static void
claim_clicked_cb (GtkButton *button, VouchersPage *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), "yq-programme");
  g_autoptr(YqRecord) programme = yq_store_get (self->store, &yq_programme, id);

  if (programme != NULL)
    yq_claim_start (self->frame, programme);
}

static const char *
limit_text (const char *limit)
{
  if (g_strcmp0 (limit, "cap_claim") == 0)
    return _("limited by the cap per claim");
  if (g_strcmp0 (limit, "cap_total") == 0)
    return _("limited by the cap per year");
  if (g_strcmp0 (limit, "cap_held") == 0)
    return _("limited by the cap held at once");
  return _("limited by the budget");
}

static void
append_figure (GtkWidget *box, const char *caption, gint64 fen, YqTone tone)
{
  g_autofree char *text = fen < 0 ? g_strdup (_("no cap")) : yq_money_text (fen);
  GtkWidget *figure = yq_figure_new (caption, text, tone);

  gtk_widget_set_hexpand (figure, TRUE);
  gtk_box_append (GTK_BOX (box), figure);
}

/* Granted at settlement: there is nothing to claim, but the year's figures are the same. */
static GtkWidget *
settle_hint (YqProblem *why)
{
  return why != NULL
           ? yq_label_new_wrapped (yq_problem_detail (why), "why")
           : yq_label_new_wrapped (
               _("Nothing is claimed beforehand: choose this voucher when you settle a booking."),
               "dim-label small");
}

static gboolean
is_granted_at_settlement (YqRecord *programme)
{
  return g_strcmp0 (yq_record_text (programme, PROGRAMME_CLAIM), "none") == 0;
}

static GtkWidget *
caps_card (VouchersPage *self, YqRecord *programme, YqRecord *own)
{
  YqWorld *world = yq_store_world (self->store);
  YqCaps caps = yq_policy_caps (world, programme, own, NULL);
  YqProblem *why = yq_policy_check_eligible (world, programme, own);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *figures = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *button;
  g_autofree char *claimed = g_strdup_printf (_("Claimed in %d"), caps.year);
  /* What others claim meanwhile is not told to every enterprise. */
  g_autofree char *limits = g_strdup_printf (
    _("%s; what the budget still holds is known when you claim"), limit_text (caps.limit));
  g_autofree char *name =
    g_strdup_printf (_("%s: %s"), _("Claim a voucher"), yq_record_title (programme));

  if (why == NULL && caps.claimable <= 0)
    why = yq_policy_check_grant (world, programme, own, 100, NULL);
  append_figure (figures, _("Cap per year"), caps.total, YQ_TONE_NEUTRAL);
  append_figure (figures, claimed, caps.claimed, YQ_TONE_NEUTRAL);
  append_figure (figures, _("Still claimable"), caps.claimable, YQ_TONE_DONE);
  gtk_box_append (GTK_BOX (box), figures);
  gtk_box_append (GTK_BOX (box), yq_label_new_wrapped (limits, "dim-label small"));
  if (is_granted_at_settlement (programme))
    {
      gtk_box_append (GTK_BOX (box), settle_hint (why));
      yq_problem_free (why);
      return yq_card_new (yq_record_title (programme), NULL, box);
    }
  button = yq_button_new (_("Claim a voucher"), NULL, "suggested-action");
  yq_set_name (button, name); /* there is one for each programme */
  g_object_set_data_full (G_OBJECT (button), "yq-programme", g_strdup (yq_record_id (programme)),
                          g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (claim_clicked_cb), self);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  yq_widget_set_why (button, why != NULL ? yq_problem_detail (why) : NULL);
  gtk_box_append (GTK_BOX (box), button);
  if (why != NULL)
    gtk_box_append (GTK_BOX (box), yq_label_new_wrapped (yq_problem_detail (why), "why"));
  yq_problem_free (why);
  return yq_card_new (yq_record_title (programme), NULL, box);
}

static void
fill_caps (VouchersPage *self)
{
  g_autoptr(YqRecord) own =
    yq_store_get (self->store, &yq_organisation, yq_frame_who (self->frame)->organisation);
  g_autoptr(GPtrArray) programmes = list_of (self, &yq_programme, "state", "open");
  guint shown = 0;

  yq_remove_children (self->caps);
  for (guint i = 0; own != NULL && i < programmes->len; i++)
    if (yq_policy_regions_hold (yq_record_array (programmes->pdata[i], PROGRAMME_REGIONS),
                                yq_record_text (own, ORGANISATION_REGION)))
      {
        gtk_box_append (GTK_BOX (self->caps), caps_card (self, programmes->pdata[i], own));
        shown++;
      }
  if (shown == 0)
    gtk_box_append (
      GTK_BOX (self->caps),
      yq_label_new_wrapped (
        _("No voucher programme is open for the place your organisation is registered in."),
        "notice"));
}

/* ---- tickets ---- */

static void select_voucher (VouchersPage *self, const char *id);

static void
card_clicked_cb (GtkButton *button, VouchersPage *self)
{
  select_voucher (self, g_object_get_data (G_OBJECT (button), "yq-id"));
}

static GtkWidget *
small_card (VouchersPage *self, YqRecord *voucher)
{
  GtkWidget *button = gtk_button_new ();
  g_autofree char *qr = NULL;
  YqVoucherFacts facts = yq_voucher_facts (self->frame, voucher, &qr);
  g_autofree char *amount = yq_money_text (facts.available);
  g_autofree char *name = g_strdup_printf (_("Voucher %s, available %s"), facts.number, amount);

  gtk_button_set_child (GTK_BUTTON (button), yq_voucher_card_new (&facts, FALSE));
  gtk_widget_add_css_class (button, "flat");
  yq_set_name (button, name);
  g_object_set_data_full (G_OBJECT (button), "yq-id", g_strdup (yq_record_id (voucher)), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (card_clicked_cb), self);
  return button;
}

static void
append_event (GtkWidget *list, const char *what, gint64 when, gint64 amount)
{
  g_autofree char *time = when > 0 ? yq_time_local (when) : g_strdup ("");
  GtkWidget *row = yq_row_new (NULL, what, time, yq_money_label_new (amount), NULL);

  gtk_list_box_append (GTK_LIST_BOX (list), row);
}

/* 当前环节: where its redemption stands, and at whose desk. */
static char *
stage_text (VouchersPage *self, YqRecord *use)
{
  g_autoptr(YqRecord) redemption =
    yq_store_get (self->store, &yq_redemption, yq_record_text (use, VOUCHER_USE_REDEMPTION));
  const char *desk =
    redemption != NULL ? yq_record_text (redemption, REDEMPTION_REVIEWED_BY) : NULL;
  g_autofree char *path = desk != NULL ? yq_region_path (desk) : NULL;
  const char *carrier = yq_record_text (use, VOUCHER_USE_CARRIER_NAME);

  if (redemption == NULL)
    return g_strdup (carrier);
  if (path == NULL)
    return g_strdup_printf (_("%s · redemption: %s"), carrier, yq_record_state_title (redemption));
  return g_strdup_printf (_("%s · redemption: %s, at %s"), carrier,
                          yq_record_state_title (redemption), path);
}

static void
append_use (VouchersPage *self, YqRecord *use)
{
  g_autofree char *stage = stage_text (self, use);
  GtkWidget *suffix = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  g_autofree char *target = g_strdup_printf ("page.open-use::%s", yq_record_id (use));

  gtk_box_append (GTK_BOX (suffix), yq_money_label_new (yq_record_int (use, VOUCHER_USE_AMOUNT)));
  gtk_box_append (GTK_BOX (suffix), yq_state_pill_new (use));
  gtk_list_box_append (GTK_LIST_BOX (self->story),
                       yq_row_new (NULL, yq_record_title (use), stage, suffix, target));
}

static void
fill_story (VouchersPage *self, YqRecord *voucher)
{
  g_autoptr(GPtrArray) uses = list_of (self, &yq_voucher_use, "voucher", yq_record_id (voucher));

  yq_remove_children (self->story);
  append_event (self->story, _("Claimed and issued"), yq_record_int (voucher, VOUCHER_ISSUED_AT),
                yq_record_int (voucher, VOUCHER_AMOUNT));
  for (guint i = 0; i < uses->len; i++)
    append_use (self, uses->pdata[i]);
}

/* ---- using it: each programme has its own place for that ---- */

static void
use_by_hand (VouchersPage *self, YqRecord *voucher)
{
  yq_voucher_use_start (self->frame, voucher, NULL);
}

static void
find_services (VouchersPage *self, YqRecord *voucher)
{
  yq_frame_show_page (self->frame, "services");
}

static void
show_bookings (VouchersPage *self, YqRecord *voucher)
{
  yq_frame_show_page (self->frame, "orders");
}

static void
redeem_quickly (VouchersPage *self, YqRecord *voucher)
{
  yq_redemption_start_quick (self->frame, voucher);
}

/* By the programme's used_at; what it says to the enterprise stands in yq_programme_used_at(). */
static const struct
{
  const char *used_at, *label;
  void (*go) (VouchersPage *self, YqRecord *voucher);
} ways[] = {
  { "acceptance", N_("Use this voucher"), use_by_hand },
  { "order", N_("Order with this voucher"), find_services },
  { "settlement", N_("Bookings to be settled"), show_bookings },
  { "no_order", N_("Quick redemption"), redeem_quickly },
};

static guint
way_of (VouchersPage *self, YqRecord *voucher, const YqUsedAt **used_at)
{
  g_autoptr(YqRecord) programme =
    yq_store_get (self->store, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));

  *used_at = yq_programme_used_at (programme);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (ways[i].used_at, (*used_at)->used_at))
      return i;
  g_return_val_if_reached (0);
}

static void
show_way (VouchersPage *self, YqRecord *voucher)
{
  const YqUsedAt *used_at;
  guint way = way_of (self, voucher, &used_at);
  g_autofree char *why = g_strdup_printf (
    _("Voucher %s cannot be used: %s"), yq_record_title (voucher), yq_record_state_title (voucher));
  gboolean active = yq_record_in_state (voucher, "active");

  gtk_button_set_label (GTK_BUTTON (self->use), _(ways[way].label));
  yq_widget_set_why (self->use, active ? NULL : why);
  gtk_label_set_text (GTK_LABEL (self->way), active ? _(used_at->instead) : why);
}

static void
select_voucher (VouchersPage *self, const char *id)
{
  g_autoptr(YqRecord) voucher = yq_store_get (self->store, &yq_voucher, id);
  g_autofree char *qr = NULL;
  YqVoucherFacts facts;

  if (voucher == NULL)
    return;
  if (id != self->selected)
    {
      g_free (self->selected);
      self->selected = g_strdup (id);
    }
  facts = yq_voucher_facts (self->frame, voucher, &qr);
  yq_remove_children (self->large);
  gtk_box_append (GTK_BOX (self->large), yq_voucher_card_new (&facts, TRUE));
  show_way (self, voucher);
  fill_story (self, voucher);
}

static void
fill_log (VouchersPage *self)
{
  g_autoptr(GPtrArray) claims = list_of (self, &yq_claim, NULL, NULL);

  yq_remove_children (self->log);
  gtk_widget_set_visible (gtk_widget_get_parent (self->log), claims->len > 0);
  for (guint i = 0; i < claims->len; i++)
    {
      YqRecord *claim = claims->pdata[i];
      GtkWidget *suffix = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
      gint64 at = yq_record_int (claim, CLAIM_GRANTED_AT);
      g_autofree char *when = yq_time_local (at > 0 ? at : yq_record_created_at (claim));
      g_autofree char *target = g_strdup_printf ("page.open-claim::%s", yq_record_id (claim));

      gtk_box_append (GTK_BOX (suffix), yq_money_label_new (yq_record_int (claim, CLAIM_AMOUNT)));
      gtk_box_append (GTK_BOX (suffix), yq_state_pill_new (claim));
      gtk_list_box_append (GTK_LIST_BOX (self->log),
                           yq_row_new (NULL,
                                       yq_record_has (claim, CLAIM_VOUCHER_NUMBER)
                                         ? yq_record_text (claim, CLAIM_VOUCHER_NUMBER)
                                         : yq_record_title (claim),
                                       when, suffix, target));
    }
}

static void
refresh (VouchersPage *self)
{
  g_autoptr(GPtrArray) vouchers = list_of (self, &yq_voucher, NULL, NULL);

  fill_caps (self);
  fill_log (self);
  yq_remove_children (self->cards);
  for (guint i = 0; i < vouchers->len; i++)
    gtk_flow_box_append (GTK_FLOW_BOX (self->cards), small_card (self, vouchers->pdata[i]));
  if (self->selected == NULL && vouchers->len > 0)
    self->selected = g_strdup (yq_record_id (vouchers->pdata[0]));
  if (self->selected != NULL)
    select_voucher (self, self->selected);
  yq_face_show (YQ_FACE (self->face), vouchers->len > 0 ? YQ_FACE_CONTENT : YQ_FACE_FIRST);
}

static gboolean
refresh_cb (gpointer data)
{
  VouchersPage *self = data;

  self->refreshing = 0;
  refresh (self);
  return G_SOURCE_REMOVE;
}

static void
store_changed_cb (YqStore *store, const char *entity, const char *id, VouchersPage *self)
{
  static const char *const mine[] = { "voucher",   "voucher_use",  "claim", "redemption",
                                      "programme", "organisation", NULL };

  if ((entity == NULL || g_strv_contains (mine, entity)) && self->refreshing == 0)
    self->refreshing = g_idle_add (refresh_cb, self);
}

/* ---- actions ---- */

static YqRecord *
selected_voucher (VouchersPage *self)
{
  return self->selected != NULL ? yq_store_get (self->store, &yq_voucher, self->selected) : NULL;
}

static void
use_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  VouchersPage *self = data;
  g_autoptr(YqRecord) voucher = selected_voucher (self);

  const YqUsedAt *used_at;

  if (voucher != NULL && yq_widget_why (self->use) == NULL)
    ways[way_of (self, voucher, &used_at)].go (self, voucher);
}

static void
print_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  VouchersPage *self = data;
  g_autoptr(YqRecord) voucher = selected_voucher (self);
  g_autofree char *qr = NULL;
  YqVoucherFacts facts;

  if (voucher == NULL)
    return;
  facts = yq_voucher_facts (self->frame, voucher, &qr);
  yq_voucher_print (GTK_WINDOW (self->frame), &facts, 1);
}

static void
export_chosen_cb (GFile *file, gpointer data)
{
  VouchersPage *self = data;
  g_autofree char *qr = NULL, *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr(YqRecord) voucher = path != NULL ? selected_voucher (self) : NULL;
  g_autoptr(GError) error = NULL;
  YqVoucherFacts facts;
  g_autofree char *text = NULL;

  if (voucher == NULL)
    return;
  facts = yq_voucher_facts (self->frame, voucher, &qr);
  if (yq_voucher_export_pdf (path, &facts, 1, &error))
    text = g_strdup_printf (_("Voucher %s was saved as a PDF"), facts.number);
  else
    text = g_strdup_printf (_("The PDF could not be written: %s"), error->message);
  yq_frame_toast (self->frame, text);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  VouchersPage *self = data;
  g_autoptr(YqRecord) voucher = selected_voucher (self);
  g_autofree char *name = NULL;

  if (voucher == NULL)
    return;
  name = g_strdup_printf ("%s.pdf", yq_record_title (voucher));
  yq_prompt_save_file (GTK_WIDGET (self->page), _("Save the voucher as a PDF"), name,
                       export_chosen_cb, self);
}

static void
open_use_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  VouchersPage *self = data;

  yq_frame_open_record (self->frame, "voucher_use", g_variant_get_string (parameter, NULL));
}

static void
open_claim_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  VouchersPage *self = data;

  yq_frame_open_record (self->frame, "claim", g_variant_get_string (parameter, NULL));
}

static const GActionEntry actions[] = {
  { "use", use_cb },
  { "print", print_cb },
  { "export", export_cb },
  { "open-use", open_use_cb, "s" },
  { "open-claim", open_claim_cb, "s" },
};

static GtkWidget *
build_tickets (VouchersPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->cards = gtk_flow_box_new ();
  gtk_widget_add_css_class (self->cards, "tickets");
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->cards), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->cards), 3);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->cards), 12);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->cards), 12);
  self->large = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->story = yq_boxed_list_new ();
  self->use = yq_button_new (_("Use this voucher"), "page.use", "suggested-action");
  self->way = yq_label_new_wrapped ("", "dim-label small");
  gtk_box_append (GTK_BOX (buttons), self->use);
  gtk_box_append (GTK_BOX (buttons), yq_button_new (_("Print"), "page.print", NULL));
  gtk_box_append (GTK_BOX (buttons), yq_button_new (_("Save as PDF"), "page.export", NULL));
  gtk_box_append (GTK_BOX (box), self->cards);
  gtk_box_append (GTK_BOX (box), self->large);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_box_append (GTK_BOX (box), self->way);
  gtk_box_append (GTK_BOX (box), yq_section_new (_("What became of it"), self->story));
  return box;
}

YqPage *
yq_vouchers_page_new (YqFrame *frame, gpointer user_data)
{
  VouchersPage *self = g_new0 (VouchersPage, 1);
  GtkWidget *box = yq_page_box_new ();

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->caps = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->log = yq_boxed_list_new ();
  self->face = yq_face_new (build_tickets (self));
  yq_face_set_first (YQ_FACE (self->face), "yq-voucher-symbolic", _("No vouchers yet"),
                     _("Claim a voucher above; inside the caps it is granted at once."), NULL,
                     NULL);
  gtk_box_append (GTK_BOX (box), self->caps);
  gtk_box_append (GTK_BOX (box), self->face);
  gtk_box_append (GTK_BOX (box), yq_section_new (_("Log of claims"), self->log));
  self->page = yq_page_new (_("Vouchers"), NULL);
  yq_page_set_content_clamped (self->page, box, 960);
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (self->page, "<Control>p", _("Print the voucher"), "page.print");
  self->changed_id = g_signal_connect (self->store, "changed", G_CALLBACK (store_changed_cb), self);
  g_object_set_data_full (G_OBJECT (self->page), "yq-vouchers", self, vouchers_page_free);
  refresh (self);
  return self->page;
}
