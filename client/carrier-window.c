/* The window of those who offer instruments and services: its pages. */
#define G_LOG_DOMAIN "yiquan-carrier"

#include "carrier-window.h"

#include "catalogue-page.h"
#include "catalogue.h"
#include "home-page.h"
#include "list-page.h"
#include "office.h"
#include "order.h"
#include "own-pages.h"
#include "party.h"
#include "posts-page.h"
#include "redemption-page.h"
#include "voucher.h"

/* clang-format off */
static const YqHomeLine home_lines[] = {
  { "yq-calendar-symbolic", N_("%u booking to be accepted"), N_("%u bookings to be accepted"), &yq_order, "carrier", "submitted", "orders" },
  { "yq-calendar-symbolic", N_("%u accepted booking to be tested"), N_("%u accepted bookings to be tested"), &yq_order, "carrier", "accepted", NULL },
  { "yq-voucher-symbolic", N_("%u voucher to be confirmed"), N_("%u vouchers to be confirmed"), &yq_voucher_use, "carrier", "pending", "uses" },
  { "yq-instrument-symbolic", N_("%u instrument was returned"), N_("%u instruments were returned"), &yq_instrument, "carrier", "returned", "catalogue" },
  { "system-users-symbolic", N_("%u person asks to join or to leave"), N_("%u people ask to join or to leave"), &yq_membership, "buyer", "asked|leaving", "members" },
  { "mail-unread-symbolic", N_("%u unread message"), N_("%u unread messages"), &yq_message, NULL, "unread", "messages" },
  { NULL },
};

static const YqHome home = { home_lines, FALSE, TRUE };

static const char *const searched[] = { "instrument", "order", "voucher_use", "redemption", NULL };
/* clang-format on */

void
yq_carrier_window_build (YqFrame *frame)
{
  yq_frame_add_page (frame, "home", "user-home-symbolic",
                     _("Home"), yq_home_page_new, (gpointer) &home);
  yq_frame_add_page (frame, "orders", "yq-calendar-symbolic",
                     _("Bookings received"), yq_list_page_new,
                        (gpointer) &yq_list_orders_received);
  yq_frame_add_page (frame, "uses", "yq-voucher-symbolic",
                     _("Vouchers received"), yq_list_page_new, (gpointer) &yq_list_uses_received);
  yq_frame_add_page (frame, "service-records", "view-list-symbolic",
                     _("Service records"), yq_list_page_new, (gpointer) &yq_list_service_records);
  yq_frame_add_page (frame, "catalogue", "yq-instrument-symbolic",
                     _("Instruments"), yq_catalogue_page_new, NULL);
  yq_frame_add_page (frame, "redemption", "emblem-documents-symbolic",
                     _("Redemption"), yq_redemption_page_new, (gpointer) "carrier");
  yq_frame_add_page (frame, "evaluations", "starred-symbolic",
                     _("Evaluations"), yq_list_page_new, (gpointer) &yq_list_evaluations_received);
  yq_frame_add_page (frame, "posts", "yq-inbox-symbolic",
                     _("Our supply and demand"), yq_posts_page_new, NULL);
  yq_frame_add_page (frame, "board", "view-list-symbolic",
                     _("Supply and demand"), yq_board_page_new, NULL);
  yq_frame_add_separator (frame);
  yq_frame_add_page (frame, "messages", "mail-unread-symbolic",
                     _("Messages"), yq_list_page_new, (gpointer) &yq_list_messages);
  yq_frame_add_page (frame, "organisation", "yq-organisation-symbolic",
                     _("Organisation"), yq_organisation_page_new, NULL);
  yq_frame_add_page (frame, "members", "system-users-symbolic",
                     _("Members"), yq_list_page_new, (gpointer) &yq_list_members);
  yq_frame_add_page (frame, "account", "avatar-default-symbolic",
                     _("Account"), yq_account_page_new, NULL);
  yq_frame_set_open_record (frame, searched, yq_open_record);
  yq_home_watch (frame, &home);
}
