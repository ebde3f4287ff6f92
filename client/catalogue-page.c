/* The carrier's own catalogue. */
#define G_LOG_DOMAIN "yiquan-catalogue"

#include "catalogue-page.h"

#include "catalogue.h"
#include "entry-desk.h"
#include "party.h"

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

YqPage *
yq_catalogue_page_new (YqFrame *frame, gpointer user_data)
{
  static const YqEntryDesk entry = { &desk, N_("New instrument"), fill_from_carrier };

  return yq_entry_desk_page_new (frame, &entry);
}
