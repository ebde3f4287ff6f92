/* One instrument: facts, and a calendar of free and taken times. */
#define G_LOG_DOMAIN "yiquan-find"

#include "instrument-page.h"

#include "bits.h"
#include "catalogue.h"
#include "clock.h"
#include "favourites.h"
#include "find-page.h"
#include "instrument-calendar.h"
#include "instrument-row.h"
#include "order.h"
#include "record-facts.h"
#include "storefront-page.h"

typedef struct
{
  YqFrame *frame;
  YqRecord *instrument;
  YqPage *page;
  GtkWidget *calendar, *mark;
  YqStore *store;
  gulong changed_id;
} InstrumentPage;

static void
instrument_page_free (gpointer data)
{
  InstrumentPage *self = data;

  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_object (&self->store);
  g_clear_object (&self->instrument);
  g_free (self);
}

static void
refresh (InstrumentPage *self)
{
  g_autoptr(GPtrArray) one = g_ptr_array_new ();
  gboolean marked = yq_preselection_has (self->frame, yq_record_id (self->instrument));

  g_ptr_array_add (one, self->instrument);
  yq_calendar_show_instruments (YQ_BOOKING_CALENDAR (self->calendar), one);
  gtk_button_set_label (GTK_BUTTON (self->mark), marked ? _("Preselected") : _("Preselect"));
}

static void
store_changed_cb (YqStore *store, const char *entity, const char *id, InstrumentPage *self)
{
  if (g_strcmp0 (entity, "instrument") == 0 || g_strcmp0 (entity, "preselection") == 0)
    refresh (self);
}

static void
book_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  InstrumentPage *self = data;
  const char *ids[] = { yq_record_id (self->instrument), NULL };

  yq_booking_start (self->frame, ids);
}

static void
mark_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  InstrumentPage *self = data;

  yq_preselection_toggle (self->frame, self->instrument);
  refresh (self);
}

static void
store_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  InstrumentPage *self = data;

  yq_storefront_open (self->frame, yq_record_carrier (self->instrument));
}

static const GActionEntry actions[] = {
  { "book", book_cb },
  { "store", store_cb },
  { "mark", mark_cb },
};

static GtkWidget *
build_head (InstrumentPage *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  g_autofree char *price = yq_instrument_price_text (self->instrument);
  GtkWidget *book = yq_button_new (_("Book now"), "page.book", "suggested-action pill-button");
  GtkWidget *store;

  gtk_box_append (GTK_BOX (words),
                  yq_label_new_wrapped (yq_record_title (self->instrument), "page-title"));
  gtk_box_append (GTK_BOX (line), yq_state_pill_new (self->instrument));
  gtk_box_append (GTK_BOX (line),
                  yq_label_new (yq_record_text (self->instrument, INSTRUMENT_MODEL), "dim-label"));
  gtk_box_append (
    GTK_BOX (line),
    yq_label_new (yq_record_text (self->instrument, INSTRUMENT_CARRIER_NAME), "dim-label"));
  gtk_box_append (GTK_BOX (words), line);
  gtk_box_append (GTK_BOX (words), yq_label_new (price, "number"));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (head), words);
  self->mark = yq_button_new (_("Preselect"), "page.mark", NULL);
  gtk_widget_set_valign (self->mark, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (book, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), yq_favourite_button_new (self->frame, self->instrument));
  store = yq_button_new (_("Storefront"), "page.store", NULL);
  gtk_widget_set_valign (store, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), store);
  gtk_box_append (GTK_BOX (head), self->mark);
  gtk_box_append (GTK_BOX (head), book);
  gtk_widget_set_visible (self->mark, yq_frame_who (self->frame)->organisation != NULL);
  yq_widget_set_why (book, yq_frame_why_not (self->frame, &yq_order));
  if (!yq_record_in_state (self->instrument, "listed"))
    yq_widget_set_why (book, _("The carrier has stopped this instrument"));
  return head;
}

static GtkWidget *
build_content (InstrumentPage *self)
{
  GtkWidget *box = yq_page_box_new ();
  GtkWidget *facts = yq_record_facts_new (self->store);

  self->calendar = yq_booking_calendar_new (FALSE);
  yq_booking_calendar_set_week (YQ_BOOKING_CALENDAR (self->calendar), yq_clock_now ());
  gtk_widget_set_size_request (self->calendar, -1, 380);
  yq_record_facts_set_skip (
    YQ_RECORD_FACTS (facts), TRUE,
    "name|model|carrier_name|taken|reviewed_by|submitted_at|due_on|decided_at|source|external_id");
  yq_record_facts_show (YQ_RECORD_FACTS (facts), self->instrument, NULL);
  gtk_box_append (GTK_BOX (box), build_head (self));
  gtk_box_append (GTK_BOX (box), yq_card_new (_("Free and taken times"), NULL, self->calendar));
  gtk_box_append (GTK_BOX (box), facts);
  return box;
}

YqPage *
yq_instrument_page_new (YqFrame *frame, YqRecord *instrument)
{
  InstrumentPage *self = g_new0 (InstrumentPage, 1);

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->instrument = g_object_ref (instrument);
  self->page = yq_page_new (yq_record_title (instrument), NULL);
  yq_page_set_content_clamped (self->page, build_content (self), 960);
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (self->page, "<Control>Return", _("Book now"), "page.book");
  self->changed_id = g_signal_connect (self->store, "changed", G_CALLBACK (store_changed_cb), self);
  g_object_set_data_full (G_OBJECT (self->page), "yq-instrument", self, instrument_page_free);
  refresh (self);
  return self->page;
}
