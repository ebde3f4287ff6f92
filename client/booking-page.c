/* The form of a booking: instruments, wished times in a calendar, the rest from the field table,
 * and a summary that says what is missing.  Everything is kept as it is typed. */
#define G_LOG_DOMAIN "yiquan-booking"

#include "booking-page.h"

#include "bits.h"
#include "catalogue.h"
#include "clock.h"
#include "find-page.h"
#include "instrument-calendar.h"
#include "instrument-row.h"
#include "order.h"
#include "party.h"
#include "record-page.h"
#include "service-records.h"
#include "settle-page.h"
#include "tooltip.h"
#include "voucher.h"
#include "vouchers-page.h"

typedef struct
{
  YqFrame *frame;
  YqRecordPage *page;
  GtkWidget *calendar, *items, *summary, *offers, *wishes;
  GtkWidget *supplement; /* NULL where there is none */
  gboolean filling;
} BookingPage;

static YqRecord *
record_of (BookingPage *self)
{
  return yq_record_page_record (self->page);
}

static GPtrArray *
instruments_of (BookingPage *self)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *ids = yq_record_array (record_of (self), ORDER_INSTRUMENTS);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      YqRecord *instrument = yq_store_get (yq_frame_store (self->frame), &yq_instrument,
                                           json_array_get_string_element (ids, i));

      if (instrument != NULL)
        g_ptr_array_add (found, instrument);
    }
  return found;
}

static gboolean
is_editable (BookingPage *self)
{
  return yq_record_in_state (record_of (self), "draft");
}

static void
remove_item_cb (GtkButton *button, BookingPage *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), "yq-id");
  JsonArray *ids = yq_record_array (record_of (self), ORDER_INSTRUMENTS);
  JsonArray *left = json_array_new ();

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    if (g_strcmp0 (json_array_get_string_element (ids, i), id) != 0)
      json_array_add_string_element (left, json_array_get_string_element (ids, i));
  yq_record_take_array (record_of (self), ORDER_INSTRUMENTS, left);
  yq_record_form_touched (yq_record_page_form (self->page), "instruments");
}

static GtkWidget *
item_row (BookingPage *self, YqRecord *instrument)
{
  g_autofree char *price = yq_instrument_price_text (instrument);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s",
                                               yq_record_has (instrument, INSTRUMENT_MODEL)
                                                 ? yq_record_text (instrument, INSTRUMENT_MODEL)
                                                 : "—",
                                               price);
  GtkWidget *suffix = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  gtk_box_append (GTK_BOX (suffix), yq_state_pill_new (instrument));
  if (is_editable (self))
    {
      g_autofree char *name =
        g_strdup_printf (_("Take “%s” out of the booking"), yq_record_title (instrument));
      GtkWidget *button = yq_icon_button_new ("user-trash-symbolic", name, NULL);

      g_object_set_data_full (G_OBJECT (button), "yq-id", g_strdup (yq_record_id (instrument)),
                              g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (remove_item_cb), self);
      gtk_widget_add_css_class (button, "flat");
      gtk_box_append (GTK_BOX (suffix), button);
    }
  return yq_row_new (NULL, yq_record_title (instrument), subtitle, suffix, NULL);
}

static void
fill_items (BookingPage *self, GPtrArray *instruments)
{
  yq_remove_children (self->items);
  for (guint i = 0; i < instruments->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->items), item_row (self, instruments->pdata[i]));
}

static void
fill_calendar (BookingPage *self, GPtrArray *instruments)
{
  YqBookingCalendar *calendar = YQ_BOOKING_CALENDAR (self->calendar);
  JsonArray *wished = yq_record_array (record_of (self), ORDER_WISHED);
  gint64 from, to;

  yq_calendar_show_instruments (calendar, instruments);
  if (yq_booking_calendar_n_wishes (calendar) == 0)
    for (guint i = 0; yq_period_at (wished, i, &from, &to); i++)
      {
        if (i == 0)
          yq_booking_calendar_set_week (calendar, from);
        yq_booking_calendar_add_wish (calendar, from, to);
      }
}

/* What was offered with a refusal: one click takes a free time, or another instrument of the class
 * in the place of the one that cannot be booked. */
typedef struct
{
  char *instrument;
  gint64 from, to;
} Offer;

static void
offer_free (gpointer data)
{
  Offer *offer = data;

  g_free (offer->instrument);
  g_free (offer);
}

static gboolean
is_booked (BookingPage *self, const char *instrument)
{
  JsonArray *ids = yq_record_array (record_of (self), ORDER_INSTRUMENTS);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    if (g_strcmp0 (json_array_get_string_element (ids, i), instrument) == 0)
      return TRUE;
  return FALSE;
}

static void
exchange (BookingPage *self, const char *substitute)
{
  g_autoptr(GPtrArray) instruments = instruments_of (self);
  JsonArray *ids = json_array_new ();
  gboolean done = FALSE;

  for (guint i = 0; i < instruments->len; i++)
    {
      YqRecord *instrument = instruments->pdata[i];
      gboolean goes = !done && !yq_instrument_can_be_booked (instrument);

      json_array_add_string_element (ids, goes ? substitute : yq_record_id (instrument));
      done |= goes;
    }
  if (!done)
    json_array_add_string_element (ids, substitute);
  yq_record_take_array (record_of (self), ORDER_INSTRUMENTS, ids);
  yq_record_form_touched (yq_record_page_form (self->page), "instruments");
}

static void
take_offer_cb (GtkButton *button, BookingPage *self)
{
  const Offer *offer = g_object_get_data (G_OBJECT (button), "yq-offer");
  YqBookingCalendar *calendar = YQ_BOOKING_CALENDAR (self->calendar);
  gint64 from = offer->from, to = offer->to;

  while (yq_booking_calendar_n_wishes (calendar) > 0)
    yq_booking_calendar_remove_wish (calendar, 0);
  yq_booking_calendar_set_week (calendar, from);
  yq_booking_calendar_add_wish (calendar, from, to);
  if (!is_booked (self, offer->instrument))
    exchange (self, offer->instrument); /* the offers, this one with them, are made anew */
}

static char *
offer_label (BookingPage *self, const char *instrument, gint64 from, gint64 to)
{
  g_autofree char *begin = yq_time_local (from), *end = yq_time_local (to);
  g_autoptr(YqRecord) other =
    is_booked (self, instrument)
      ? NULL
      : yq_store_get (yq_frame_store (self->frame), &yq_instrument, instrument);

  if (other == NULL)
    return g_strdup_printf ("%s – %s", begin, end + 11);
  return g_strdup_printf (
    "%s %s · %s – %s", yq_record_title (other),
    yq_record_has (other, INSTRUMENT_MODEL) ? yq_record_text (other, INSTRUMENT_MODEL) : "", begin,
    end + 11);
}

static void
append_offer (BookingPage *self, const char *label, const char *instrument, gint64 from, gint64 to)
{
  GtkWidget *button = yq_button_new (label, NULL, NULL);
  Offer *offer = g_new (Offer, 1);

  *offer = (Offer){ g_strdup (instrument), from, to };
  g_object_set_data_full (G_OBJECT (button), "yq-offer", offer, offer_free);
  g_signal_connect (button, "clicked", G_CALLBACK (take_offer_cb), self);
  gtk_box_append (GTK_BOX (self->offers), button);
}

/* TRUE where the offers are others than those on show: somebody may be pressing one. */
static gboolean
are_new_offers (BookingPage *self, char **labels)
{
  g_autofree char *all = g_strjoinv ("\n", labels);

  if (g_strcmp0 (all, g_object_get_data (G_OBJECT (self->offers), "yq-shown")) == 0)
    return FALSE;
  g_object_set_data_full (G_OBJECT (self->offers), "yq-shown", g_steal_pointer (&all), g_free);
  return TRUE;
}

static void
fill_offers (BookingPage *self)
{
  const YqProblem *problem = yq_outbox_record_problem (yq_frame_outbox (self->frame), &yq_order,
                                                       yq_record_id (record_of (self)));
  guint n = problem != NULL ? yq_problem_n_alternatives (problem) : 0;
  g_auto(GStrv) labels = g_new0 (char *, n + 1);
  const char *instrument;
  gint64 from, to;

  for (guint i = 0; i < n; i++)
    {
      yq_problem_alternative (problem, i, &instrument, &from, &to);
      labels[i] = offer_label (self, instrument, from, to);
    }
  if (!are_new_offers (self, labels))
    return;
  yq_remove_children (self->offers);
  if (n > 0) /* why, the page itself says */
    gtk_box_append (GTK_BOX (self->offers), yq_label_new (_("Free alternatives:"), "dim-label"));
  for (guint i = 0; i < n; i++)
    {
      yq_problem_alternative (problem, i, &instrument, &from, &to);
      append_offer (self, labels[i], instrument, from, to);
    }
  gtk_widget_set_visible (self->offers, n > 0);
}

static void
fill_summary (BookingPage *self)
{
  YqRecordForm *form = yq_record_page_form (self->page);
  g_autoptr(GPtrArray) missing = form != NULL ? yq_record_form_missing (form) : NULL;
  /* What the voucher demands is in no field's own rules. */
  g_autoptr(YqProblem) problem =
    missing != NULL && missing->len == 0
      ? yq_workflow_check (yq_store_world (yq_frame_store (self->frame)),
                           yq_frame_who (self->frame), record_of (self),
                           yq_entity_step (&yq_order, "submit"), NULL)
      : NULL;

  yq_remove_children (self->summary);
  if (problem != NULL)
    {
      gtk_box_append (GTK_BOX (self->summary),
                      yq_label_new_wrapped (yq_problem_detail (problem), "notice yours"));
      return;
    }
  if (missing == NULL || missing->len == 0)
    {
      gtk_box_append (
        GTK_BOX (self->summary),
        yq_label_new_wrapped (_("Everything needed is there. You can submit, also without a "
                                "network: it is sent by itself as soon as there is one."),
                              "notice done"));
      return;
    }
  gtk_box_append (GTK_BOX (self->summary), yq_label_new (_("Still missing:"), "dim-label"));
  for (guint i = 0; i < missing->len; i++)
    {
      g_autofree char *line = g_strconcat ("• ", missing->pdata[i], NULL);

      gtk_box_append (GTK_BOX (self->summary), yq_label_new_wrapped (line, NULL));
    }
}

static void
refresh (BookingPage *self)
{
  g_autoptr(GPtrArray) instruments = instruments_of (self);

  self->filling = TRUE;
  fill_items (self, instruments);
  fill_calendar (self, instruments);
  fill_offers (self);
  fill_summary (self);
  self->filling = FALSE;
}

static void
wishes_changed_cb (YqBookingCalendar *calendar, BookingPage *self)
{
  JsonArray *rows = json_array_new ();
  YqRecordForm *form = yq_record_page_form (self->page);

  for (guint i = 0; i < yq_booking_calendar_n_wishes (calendar); i++)
    {
      JsonObject *row = json_object_new ();
      gint64 from, to;
      g_autofree char *begin = NULL, *end = NULL;

      yq_booking_calendar_wish (calendar, i, &from, &to);
      begin = yq_time_format (from);
      end = yq_time_format (to);
      json_object_set_string_member (row, "from", begin);
      json_object_set_string_member (row, "to", end);
      json_array_add_object_element (rows, row);
    }
  if (self->filling || form == NULL)
    {
      json_array_unref (rows);
      return;
    }
  yq_record_take_array (record_of (self), ORDER_WISHED, rows);
  yq_record_form_touched (form, "wished");
}

static void
form_changed_cb (YqRecordForm *form, const char *field, BookingPage *self)
{
  if (g_strcmp0 (field, "instruments") == 0)
    refresh (self);
  else
    fill_summary (self);
}

static void attach_form (BookingPage *self);
static void show_supplement (BookingPage *self);

static void
reloaded_cb (YqRecordPage *page, BookingPage *self)
{
  attach_form (self);
  if (self->supplement != NULL)
    show_supplement (self);
}

static GtkWidget *
build_times (BookingPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);

  self->calendar = yq_booking_calendar_new (is_editable (self));
  yq_booking_calendar_set_max_wishes (YQ_BOOKING_CALENDAR (self->calendar), 5);
  yq_booking_calendar_set_week (YQ_BOOKING_CALENDAR (self->calendar), yq_clock_now ());
  gtk_widget_set_size_request (self->calendar, -1, 380);
  if (is_editable (self))
    gtk_box_append (
      GTK_BOX (box),
      yq_label_new_wrapped (
        _("Drag over free time to wish for it; up to five times, the carrier confirms one."),
        "dim-label"));
  gtk_box_append (GTK_BOX (box), self->calendar);
  g_signal_connect (self->calendar, "wishes-changed", G_CALLBACK (wishes_changed_cb), self);
  return box;
}

/* The form is built anew when the record changes on the server; its special fields with it. */
static void
attach_form (BookingPage *self)
{
  YqRecordForm *form = yq_record_page_form (self->page);

  self->items = yq_boxed_list_new ();
  if (form != NULL && !yq_order_is_of_service (record_of (self)))
    {
      yq_record_form_replace (form, "instruments", self->items);
      yq_record_form_replace (form, "wished", build_times (self));
      g_signal_connect (form, "changed", G_CALLBACK (form_changed_cb), self);
    }
  else
    {
      g_object_ref_sink (self->items);
      self->calendar = g_object_ref_sink (yq_booking_calendar_new (FALSE));
    }
  refresh (self);
}

static void
outbox_changed_cb (YqOutbox *outbox, gpointer data)
{
  BookingPage *self = g_object_get_data (data, "yq-booking");

  if (self != NULL && self->offers != NULL)
    fill_offers (self);
}

static void
use_voucher_cb (GtkButton *button, BookingPage *self)
{
  yq_voucher_use_start (self->frame, NULL, record_of (self));
}

/* Once the carrier has accepted, the buyer may pay with a voucher: 申请使用创新券.  Where vouchers
 * are used with the order or at settlement, nobody fills in a use. */
static void
add_use_button (BookingPage *self, YqRecord *order)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_voucher_use);
  g_autoptr(GPtrArray) uses = NULL;
  GtkWidget *button;

  if (!yq_voucher_use_is_offered (self->frame) || yq_settles_with_voucher (self->frame) ||
      !yq_record_in_state (order, "accepted|delivered|completed") ||
      !yq_who_is_in (yq_frame_who (self->frame), yq_record_buyer (order)))
    return;
  yq_query_add (query, "order", yq_record_id (order));
  uses = yq_store_list (yq_frame_store (self->frame), query, 0);
  button = yq_button_new (_("Use a voucher for this booking"), NULL, "suggested-action");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  for (guint i = 0; i < uses->len; i++)
    if (!yq_record_in_state (uses->pdata[i], "terminated"))
      yq_widget_set_why (button, _("A voucher is already used for this booking"));
  g_signal_connect (button, "clicked", G_CALLBACK (use_voucher_cb), self);
  gtk_box_append (GTK_BOX (yq_record_page_top (self->page)), button);
}

static void
supplement_cb (GtkButton *button, BookingPage *self)
{
  yq_booking_start_supplement (self->frame, record_of (self));
}

/* 补下单: the buyer's second invoice needs an order of its own. */
static void
show_supplement (BookingPage *self)
{
  gtk_widget_set_visible (self->supplement, yq_order_may_be_supplemented (record_of (self)));
}

static void
add_supplement_button (BookingPage *self)
{
  YqRecord *order = record_of (self);

  if (yq_record_in_state (order, "draft") || yq_record_has (order, ORDER_SUPPLEMENT_TO) ||
      !yq_who_is_in (yq_frame_who (self->frame), yq_record_buyer (order)))
    return;
  self->supplement = yq_button_new (_("Supplementary order"), NULL, NULL);
  yq_set_tooltip (self->supplement, _("For a second invoice: it gets an order of its own"));
  g_signal_connect (self->supplement, "clicked", G_CALLBACK (supplement_cb), self);
  yq_record_page_add_button (self->page, self->supplement);
  show_supplement (self);
}

/* Where a voucher may be granted with it, settling has a page of its own. */
static gboolean
step_cb (YqRecordPage *page, const char *action, BookingPage *self)
{
  YqRecord *order = yq_record_page_record (page);

  if (!g_str_equal (action, "settle") || !yq_settle_page_is_for (self->frame, order))
    return FALSE;
  yq_frame_push (self->frame, yq_settle_page_new (self->frame, order));
  return TRUE;
}

YqPage *
yq_booking_page_open (YqFrame *frame, YqRecord *order)
{
  YqPage *page = yq_record_page_open (frame, order);
  BookingPage *self = g_new0 (BookingPage, 1);

  self->frame = frame;
  self->page = yq_record_page_of (page);
  self->offers = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->summary = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (yq_record_page_top (self->page)), self->offers);
  if (yq_record_in_state (order, "draft"))
    gtk_box_append (GTK_BOX (yq_record_page_side (self->page)),
                    yq_card_new (_("Summary"), NULL, self->summary));
  else
    g_object_ref_sink (self->summary);
  g_object_set_data_full (G_OBJECT (page), "yq-booking", self, g_free);
  g_signal_connect (self->page, "reloaded", G_CALLBACK (reloaded_cb), self);
  g_signal_connect (self->page, "step", G_CALLBACK (step_cb), self);
  g_signal_connect_object (yq_frame_outbox (frame), "changed", G_CALLBACK (outbox_changed_cb), page,
                           0);
  add_use_button (self, order);
  add_supplement_button (self);
  yq_service_records_add (frame, self->page);
  attach_form (self);
  return page;
}

/* The person's own name and phone, so that she need not type them again. */
static void
fill_contact (YqFrame *frame, YqRecord *order)
{
  g_autoptr(YqRecord) own =
    yq_store_get (yq_frame_store (frame), &yq_organisation, yq_frame_who (frame)->organisation);
  g_autoptr(YqRecord) account =
    yq_store_get (yq_frame_store (frame), &yq_account, yq_frame_who (frame)->account);

  if (account != NULL)
    {
      yq_record_set_text (order, ORDER_CONTACT_NAME, yq_record_text (account, ACCOUNT_REAL_NAME));
      yq_record_set_text (order, ORDER_CONTACT_PHONE, yq_record_text (account, ACCOUNT_PHONE));
      yq_record_set_text (order, ORDER_CONTACT_EMAIL, yq_record_text (account, ACCOUNT_EMAIL));
    }
  else if (own != NULL)
    {
      yq_record_set_text (order, ORDER_CONTACT_NAME,
                          yq_record_text (own, ORGANISATION_CONTACT_NAME));
      yq_record_set_text (order, ORDER_CONTACT_PHONE,
                          yq_record_text (own, ORGANISATION_CONTACT_PHONE));
    }
}

/* Keeps the new order as a draft and opens its form. */
static void
start (YqFrame *frame, YqRecord *order)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  fill_contact (frame, order);
  if (yq_store_save_draft (yq_frame_store (frame), order, &error))
    {
      yq_frame_push (frame, yq_booking_page_open (frame, order));
      return;
    }
  text = g_strdup_printf (_("The draft could not be kept: %s"), error->message);
  yq_frame_toast (frame, text);
}

void
yq_booking_start (YqFrame *frame, const char *const *instruments)
{
  g_autoptr(YqRecord) order = yq_store_new_record (yq_frame_store (frame), &yq_order);
  JsonArray *ids = json_array_new ();

  for (guint i = 0; instruments[i] != NULL; i++)
    json_array_add_string_element (ids, instruments[i]);
  yq_record_set_text (order, ORDER_KIND, "instruments");
  yq_record_take_array (order, ORDER_INSTRUMENTS, ids);
  start (frame, order);
}

/* The same parties, things and papers; the amount is what the second invoice says. */
void
yq_booking_start_supplement (YqFrame *frame, YqRecord *order)
{
  static const guint same[] = { ORDER_KIND,           ORDER_INSTRUMENTS,    ORDER_SERVICE,
                                ORDER_QUANTITY,       ORDER_PURPOSE,        ORDER_PROJECT_NAME,
                                ORDER_PROJECT_SOURCE, ORDER_SUBSIDISED,     ORDER_PAPERS,
                                ORDER_PROGRAMME,      ORDER_VOUCHER,        ORDER_NEED,
                                ORDER_OWN_PROJECT,    ORDER_EXPECTED_EFFECT };
  g_autoptr(YqRecord) more = yq_store_new_record (yq_frame_store (frame), &yq_order);

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    yq_values_copy_field (yq_record_values (more), yq_record_values (order), same[i]);
  yq_record_set_text (more, ORDER_SUPPLEMENT_TO, yq_record_id (order));
  start (frame, more);
}

void
yq_booking_start_service (YqFrame *frame, const char *service)
{
  g_autoptr(YqRecord) order = yq_store_new_record (yq_frame_store (frame), &yq_order);

  yq_record_set_text (order, ORDER_KIND, "service");
  yq_record_set_text (order, ORDER_SERVICE, service);
  yq_record_set_int (order, ORDER_QUANTITY, 1);
  start (frame, order);
}
