/* The window of those who buy services: its pages. */
#define G_LOG_DOMAIN "yiquan-enterprise"

#include "enterprise-window.h"

#include "announcement-page.h"
#include "favourites.h"
#include "find-page.h"
#include "home-page.h"
#include "list-page.h"
#include "office.h"
#include "order.h"
#include "own-pages.h"
#include "party.h"
#include "payout-page.h"
#include "posts-page.h"
#include "preselection-page.h"
#include "qualification-page.h"
#include "redemption-page.h"
#include "redemption.h"
#include "review-desk.h"
#include "service-hall.h"
#include "service-page.h"
#include "voucher.h"
#include "vouchers-page.h"

/* clang-format off */
static const YqHomeLine home_lines[] = {
  { "yq-organisation-symbolic", N_("The organisation is not verified yet: fill in its profile and send it"), N_("%u organisations are not verified yet: fill in their profiles and send them"), &yq_organisation, NULL, "draft|returned", "organisation" },
  { "yq-calendar-symbolic", N_("%u booking to be settled"), N_("%u bookings to be settled"), &yq_order, "buyer", "delivered", "orders" },
  { "yq-voucher-symbolic", N_("%u voucher use waits for the carrier"), N_("%u voucher uses wait for the carrier"), &yq_voucher_use, "buyer", "pending", NULL },
  { "yq-handshake-symbolic", N_("%u redemption waits for your consent"), N_("%u redemptions wait for your consent"), &yq_redemption, "buyer", "consenting", "consents" },
  { "yq-redeem-symbolic", N_("%u confirmed use to be redeemed"), N_("%u confirmed uses to be redeemed"), &yq_voucher_use, "buyer", "confirmed|served", "redemption" },
  { "yq-evaluate-symbolic", N_("%u service to be evaluated"), N_("%u services to be evaluated"), &yq_evaluation, "buyer", "open", "evaluations" },
  { "system-users-symbolic", N_("%u person asks to join or to leave"), N_("%u people ask to join or to leave"), &yq_membership, "buyer", "asked|leaving", "members" },
  { "mail-unread-symbolic", N_("%u unread message"), N_("%u unread messages"), &yq_message, NULL, "unread", "messages" },
  { NULL },
};

static const YqReviewDesk consents = {
  "consents", N_("Consents asked"), &yq_redemption, "consenting", "number|applicant_name|fee|amount|updated_at",
  NULL, "consent", "decline", NULL, "yq-handshake-symbolic", N_("When a carrier asks for a voucher of yours to be redeemed, it waits here for your consent."), "buyer",
};

static const YqHome home = { home_lines, TRUE, TRUE, TRUE };

static const char *const searched[] = { "instrument", "service", "order", "voucher_use", "voucher", "redemption", "organisation", "announcement", NULL };
/* clang-format on */

void
yq_enterprise_window_build (YqFrame *frame)
{
  yq_frame_add_page (frame, "home", "user-home-symbolic", _("Home"), yq_home_page_new,
                     (gpointer) &home);
  yq_frame_add_page (frame, "find", "system-search-symbolic", _("Find instruments"),
                     yq_find_page_new, NULL);
  yq_frame_add_page (frame, "preselection", "yq-pin-symbolic", _("Preselection list"),
                     yq_preselection_page_new, NULL);
  yq_frame_add_page (frame, "services", "yq-find-service-symbolic", _("Find services"),
                     yq_list_page_new, (gpointer) &yq_list_find_services);
  yq_frame_add_page (frame, "carriers", "yq-store-symbolic", _("Find carriers"), yq_list_page_new,
                     (gpointer) &yq_list_find_carriers);
  yq_frame_add_page (frame, "favourites", "starred-symbolic", _("Favourites"), yq_list_page_new,
                     (gpointer) &yq_list_favourites);
  yq_frame_add_page (frame, "orders", "yq-calendar-symbolic", _("My bookings"), yq_list_page_new,
                     (gpointer) &yq_list_orders_sent);
  yq_frame_add_page (frame, "vouchers", "yq-voucher-symbolic", _("Vouchers"), yq_vouchers_page_new,
                     NULL);
  yq_frame_add_page (frame, "uses", "yq-record-symbolic", _("Uses of vouchers"), yq_list_page_new,
                     (gpointer) &yq_list_uses_sent);
  yq_frame_add_page (frame, "redemption", "yq-redeem-symbolic", _("Redemption"),
                     yq_redemption_page_new, (gpointer) "enterprise");
  yq_frame_add_page (frame, "consents", "yq-handshake-symbolic", _("Consents asked"),
                     yq_review_desk_page_new, (gpointer) &consents);
  yq_frame_add_page (frame, "service-records", "yq-record-symbolic", _("Service records"),
                     yq_list_page_new, (gpointer) &yq_list_services_used);
  yq_frame_add_page (frame, "evaluations", "yq-evaluate-symbolic", _("Evaluations"),
                     yq_list_page_new, (gpointer) &yq_list_evaluations);
  yq_frame_add_page (frame, "posts", "yq-inbox-symbolic", _("Our supply and demand"),
                     yq_posts_page_new, NULL);
  yq_frame_add_page (frame, "board", "yq-board-symbolic", _("Supply and demand"), yq_board_page_new,
                     NULL);
  yq_frame_add_page (frame, "qualifications", "yq-seal-symbolic", _("Qualifications"),
                     yq_qualifications_page_new, NULL);
  yq_frame_add_separator (frame);
  yq_frame_add_page (frame, "announcements", "emblem-documents-symbolic",
                     _("Announcements and policies"), yq_list_page_new,
                     (gpointer) &yq_list_announcements);
  yq_frame_add_page (frame, "notices", "yq-notice-symbolic", _("Public notices"), yq_list_page_new,
                     (gpointer) &yq_list_notices);
  yq_frame_add_page (frame, "messages", "mail-unread-symbolic", _("Messages"), yq_list_page_new,
                     (gpointer) &yq_list_messages);
  yq_frame_add_page (frame, "organisation", "yq-organisation-symbolic", _("Organisation"),
                     yq_organisation_page_new, NULL);
  yq_frame_add_page (frame, "members", "system-users-symbolic", _("Members"), yq_list_page_new,
                     (gpointer) &yq_list_members);
  yq_frame_add_page (frame, "account", "avatar-default-symbolic", _("Account"), yq_account_page_new,
                     NULL);
  yq_frame_set_open_record (frame, searched, yq_open_record);
  yq_home_watch (frame, &home);
  yq_service_hall_add (frame);
}
