/* The carrier's own catalogue. */
#define G_LOG_DOMAIN "yiquan-catalogue"

#include "catalogue-page.h"

#include "catalogue.h"
#include "import-page.h"
#include "party.h"
#include "record-page.h"
#include "review-desk.h"

/* clang-format off */
static const YqReviewDesk desk = {
  "catalogue", N_("Instruments"), &yq_instrument, "draft|pending|returned|listed|stopped",
  "name|model|state|asset_number|original_value|condition|service_count", "domain|condition",
  "submit", "stop", "start", "applications-science-symbolic",
  N_("Import your catalogue from a spreadsheet, or enter an instrument by hand with “New instrument” above."), "carrier",
  N_("No instruments yet"), N_("Import a spreadsheet"), "page.import", .is_wide = TRUE,
};
/* clang-format on */

/* A new instrument stands where the carrier is and is asked after at its contact, until said
 * otherwise. */
static void
fill_from_carrier (YqFrame *frame, YqRecord *instrument)
{
  g_autoptr(YqRecord) own =
    yq_store_get (yq_frame_store (frame), &yq_organisation, yq_frame_who (frame)->organisation);
  static const struct
  {
    guint to, from;
  } copies[] = {
    { INSTRUMENT_REGION, ORGANISATION_REGION },
    { INSTRUMENT_ADDRESS, ORGANISATION_ADDRESS },
    { INSTRUMENT_CONTACT_NAME, ORGANISATION_CONTACT_NAME },
    { INSTRUMENT_CONTACT_PHONE, ORGANISATION_CONTACT_PHONE },
    { INSTRUMENT_CONTACT_EMAIL, ORGANISATION_CONTACT_EMAIL },
  };
  static const struct
  {
    guint to, from;
  } numbers[] = {
    { INSTRUMENT_LATITUDE, ORGANISATION_LATITUDE },
    { INSTRUMENT_LONGITUDE, ORGANISATION_LONGITUDE },
  };

  for (guint i = 0; own != NULL && i < G_N_ELEMENTS (copies); i++)
    yq_record_set_text (instrument, copies[i].to, yq_record_text (own, copies[i].from));
  for (guint i = 0; own != NULL && i < G_N_ELEMENTS (numbers); i++)
    if (yq_record_has (own, numbers[i].from))
      yq_record_set_int (instrument, numbers[i].to, yq_record_int (own, numbers[i].from));
  yq_record_set_text (instrument, INSTRUMENT_CONDITION, "normal");
  yq_record_set_text (instrument, INSTRUMENT_SOURCE, "own");
}

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqFrame *frame = data;
  g_autoptr(YqRecord) instrument = yq_store_new_record (yq_frame_store (frame), &yq_instrument);

  fill_from_carrier (frame, instrument);
  yq_frame_push (frame, yq_record_page_open (frame, instrument));
}

static void
import_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  yq_frame_push (data, yq_import_page_new (data, &yq_instrument));
}

static const GActionEntry actions[] = {
  { "new", new_cb },
  { "import", import_cb },
};

YqPage *
yq_catalogue_page_new (YqFrame *frame, gpointer user_data)
{
  YqPage *page = yq_review_desk_page_new (frame, (gpointer) &desk);

  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), frame);
  yq_page_add_button (page, "list-add-symbolic", _("New instrument"), "page.new");
  yq_page_add_button (page, "document-open-symbolic", _("Import"), "page.import");
  yq_page_add_key (page, "<Control>n", _("New instrument"), "page.new");
  return page;
}
