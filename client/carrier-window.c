/* The window of those who offer instruments and services: its pages. */
#define G_LOG_DOMAIN "yiquan-carrier"

#include "carrier-window.h"

#include "announcement-page.h"
#include "catalogue-page.h"
#include "catalogue.h"
#include "home-page.h"
#include "list-page.h"
#include "offer-pages.h"
#include "office.h"
#include "order.h"
#include "own-pages.h"
#include "party.h"
#include "payout-page.h"
#include "posts-page.h"
#include "qualification-page.h"
#include "qualification.h"
#include "redemption-page.h"
#include "service-hall.h"
#include "storefront.h"
#include "voucher-check-page.h"
#include "voucher.h"

/* clang-format off */
static const YqHomeLine home_lines[] = {
  { "yq-organisation-symbolic", N_("The organisation is not verified yet: fill in its profile and send it"), N_("%u organisations are not verified yet: fill in their profiles and send them"), &yq_organisation, NULL, "draft|returned", "organisation" },
  { "yq-calendar-symbolic", N_("%u booking to be accepted"), N_("%u bookings to be accepted"), &yq_order, "carrier", "submitted", "orders" },
  { "yq-calendar-symbolic", N_("%u accepted booking to be tested"), N_("%u accepted bookings to be tested"), &yq_order, "carrier", "accepted", NULL },
  { "yq-voucher-symbolic", N_("%u voucher to be confirmed"), N_("%u vouchers to be confirmed"), &yq_voucher_use, "carrier", "pending", "uses" },
  { "yq-instrument-symbolic", N_("%u instrument was returned"), N_("%u instruments were returned"), &yq_instrument, "carrier", "returned", "catalogue|shelf" },
  { "system-users-symbolic", N_("%u person asks to join or to leave"), N_("%u people ask to join or to leave"), &yq_membership, "buyer", "asked|leaving", "members" },
  { "yq-service-symbolic", N_("%u service was returned"), N_("%u services were returned"), &yq_service, "carrier", "returned", "services" },
  { "yq-store-symbolic", N_("The application for a store was returned"), N_("%u applications for stores were returned"), &yq_store, "carrier", "returned", "stores" },
  { "yq-certificate-symbolic", N_("The application as voucher institution was returned"), N_("%u applications as voucher institution were returned"), &yq_institution, "carrier", "returned", "institutions" },
  { "yq-handshake-symbolic", N_("%u voucher service was returned"), N_("%u voucher services were returned"), &yq_voucher_service, "carrier", "returned", "voucher-services" },
  { "yq-seal-symbolic", N_("%u qualification was returned"), N_("%u qualifications were returned"), &yq_qualification, "carrier", "returned", "qualifications" },
  { "mail-unread-symbolic", N_("%u unread message"), N_("%u unread messages"), &yq_message, NULL, "unread", "messages" },
  { NULL },
};

static const YqHome home = { home_lines, FALSE, TRUE, TRUE };

static const char *const searched[] = { "instrument", "service", "order", "voucher_use", "redemption", "announcement", NULL };
/* clang-format on */

/* What a desk does, and what its organisation does for all its desks. */
typedef enum
{
  ALL = 0,
  MEMBERS = 1 << 0,  /* not for those who only work at a desk */
  MANAGERS = 1 << 1, /* the organisation's managers only */
  DESKS = 1 << 2,    /* those who work at a desk only */
} For;

/* clang-format off */
static const struct
{
  const char *name, *icon, *title; /* NULL: a line between */
  YqPageFactory factory;
  gconstpointer data;
  For whom;
} pages[] = {
  { "home", "user-home-symbolic", N_("Home"), yq_home_page_new, &home },
  { "orders", "yq-calendar-symbolic", N_("Bookings received"), yq_list_page_new, &yq_list_orders_received },
  { "uses", "yq-voucher-symbolic", N_("Vouchers received"), yq_list_page_new, &yq_list_uses_received, MEMBERS },
  { "verify", "yq-verify-symbolic", N_("Verify vouchers"), yq_voucher_check_page_new },
  { "service-records", "yq-record-symbolic", N_("Service records"), yq_list_page_new, &yq_list_service_records },
  { "catalogue", "yq-instrument-symbolic", N_("Instruments"), yq_catalogue_page_new, NULL, MEMBERS },
  { "shelf", "yq-instrument-symbolic", N_("Shared instruments"), yq_shelf_page_new, NULL, DESKS },
  { "services", "yq-service-symbolic", N_("Services"), yq_services_page_new },
  { "redemption", "yq-redeem-symbolic", N_("Redemption"), yq_redemption_page_new, "carrier", MEMBERS },
  { "evaluations", "yq-evaluate-symbolic", N_("Evaluations"), yq_list_page_new, &yq_list_evaluations_received, MEMBERS },
  { "posts", "yq-inbox-symbolic", N_("Our supply and demand"), yq_posts_page_new, NULL, MEMBERS },
  { "board", "yq-board-symbolic", N_("Supply and demand"), yq_board_page_new },
  { NULL },
  { "qualifications", "yq-seal-symbolic", N_("Qualifications"), yq_qualifications_page_new, NULL, MEMBERS },
  { "stores", "yq-store-symbolic", N_("Store"), yq_stores_page_new },
  { "institutions", "yq-certificate-symbolic", N_("Voucher institution"), yq_institutions_page_new },
  { "voucher-services", "yq-handshake-symbolic", N_("Voucher services"), yq_voucher_services_page_new },
  { "desks", "system-users-symbolic", N_("Secondary accounts"), yq_desks_page_new, NULL, MANAGERS },
  { NULL },
  { "announcements", "emblem-documents-symbolic", N_("Announcements and policies"), yq_list_page_new, &yq_list_announcements },
  { "notices", "yq-notice-symbolic", N_("Public notices"), yq_list_page_new, &yq_list_notices },
  { "messages", "mail-unread-symbolic", N_("Messages"), yq_list_page_new, &yq_list_messages },
  { "organisation", "yq-organisation-symbolic", N_("Organisation"), yq_organisation_page_new, NULL, MEMBERS },
  { "members", "system-users-symbolic", N_("Members"), yq_list_page_new, &yq_list_members, MEMBERS },
  { "account", "avatar-default-symbolic", N_("Account"), yq_account_page_new },
};
/* clang-format on */

static gboolean
is_shown (const YqWho *who, For whom)
{
  if ((whom & MEMBERS) != 0)
    return yq_who_is_in (who, who->organisation);
  if ((whom & MANAGERS) != 0)
    return yq_who_manages (who, who->organisation);
  if ((whom & DESKS) != 0)
    return yq_who_desk (who) != NULL;
  return TRUE;
}

void
yq_carrier_window_build (YqFrame *frame)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (pages[i].name == NULL)
      yq_frame_add_separator (frame);
    else if (is_shown (yq_frame_who (frame), pages[i].whom))
      yq_frame_add_page (frame, pages[i].name, pages[i].icon, _(pages[i].title), pages[i].factory,
                         (gpointer) pages[i].data);
  yq_frame_set_open_record (frame, searched, yq_open_record);
  yq_home_watch (frame, &home);
  yq_service_hall_add (frame);
}
