/* The window of the science bureau: its pages. */
#define G_LOG_DOMAIN "yiquan-reviewer"

#include "reviewer-window.h"

#include "audit-page.h"
#include "board.h"
#include "catalogue.h"
#include "external-page.h"
#include "external.h"
#include "home-page.h"
#include "list-page.h"
#include "offer-pages.h"
#include "office.h"
#include "order.h"
#include "own-pages.h"
#include "party.h"
#include "payout-page.h"
#include "payout.h"
#include "programme.h"
#include "qualification.h"
#include "redemption.h"
#include "review-desk.h"
#include "service-hall.h"
#include "statistics-page.h"
#include "storefront.h"
#include "voucher.h"

/* clang-format off */
static const YqReviewDesk desks[] = {
  { "desk-instruments", N_("Instruments to review"), &yq_instrument, "pending", "name|model|carrier_name|original_value|bought_on|submitted_at|due_on|risk",
    "category|domain|place|submitted_at|risk+", "approve", "return", NULL, "yq-instrument-symbolic", N_("New instruments of carriers in your region arrive here.") },
  { "desk-organisations", N_("Organisations to verify"), &yq_organisation, "pending", "name|nature|region|size|submitted_at|due_on|risk",
    "nature|region|size|submitted_at|risk+", "approve", "return", NULL, "system-users-symbolic", N_("Organisations that ask to be verified arrive here.") },
  { "desk-stores", N_("Stores to review"), &yq_store, "pending", "name|carrier_name|desk_name|contact_name|submitted_at|due_on",
    "submitted_at", "approve", "return", NULL, "yq-store-symbolic", N_("Applications to open a store arrive here.") },
  { "desk-services", N_("Services to review"), &yq_service, "pending", "name|carrier_name|track|category|price_mode|price|submitted_at|due_on|risk",
    "track|domain|price_mode|submitted_at|risk+", "approve", "return", NULL, "yq-service-symbolic", N_("Services that carriers want to list arrive here.") },
  { "desk-institutions", N_("Voucher institutions to review"), &yq_institution, "pending", "title|carrier_name|programme_name|submitted_at|due_on",
    "submitted_at", "approve", "return", NULL, "yq-certificate-symbolic", N_("Applications to become a voucher institution arrive here; approval publishes the admission notice.") },
  { "desk-voucher-services", N_("Voucher services to review"), &yq_voucher_service, "pending", "title|carrier_name|programme_name|submitted_at|due_on",
    "submitted_at", "approve", "return", NULL, "yq-handshake-symbolic", N_("Services to be paid for with vouchers arrive here.") },
  { "desk-qualifications", N_("Qualifications to review"), &yq_qualification, "pending", "organisation_name|kind|to_region|submitted_at|due_on",
    "kind|to_region|submitted_at", "approve", "return", NULL, "yq-seal-symbolic", N_("Institutions that apply to be carriers of your region arrive here.") },
  { "desk-name-changes", N_("Changes of name to review"), &yq_name_change, "pending", "old_name|new_name|changed_on|submitted_at|due_on",
    "submitted_at", "approve", "return", NULL, "document-edit-symbolic", N_("Verified organisations that have a new name arrive here, with their papers.") },
  { "desk-claims", N_("Claims to review"), &yq_claim, "pending", "buyer_name|programme_name|amount|submitted_at|due_on", "submitted_at", "approve", "return",
    NULL, "yq-voucher-symbolic", N_("Claims of programmes that are reviewed arrive here.") },
  { "desk-redemptions", N_("Redemptions to review"), &yq_redemption, "reviewing", "number|applicant_name|fee|amount|submitted_at|due_on|risk",
    "redeemer|place|submitted_at|risk+", "approve", "return", "reject", "yq-redeem-symbolic", N_("Redemptions that are submitted in your region arrive here.") },
  { "desk-posts", N_("Supply and demand to review"), &yq_post, "pending", "kind|title|organisation_name|until|submitted_at|due_on",
    "kind|submitted_at", "approve", "return", NULL, "yq-board-symbolic", N_("Posts for the board of supply and demand arrive here.") },
  { "desk-quotas", N_("Quotas to confirm"), &yq_order, "confirming", "number|item_title|buyer_name|carrier_name|price|voucher_amount|accepted_at",
    "submitted_at|risk+", "confirm_quota", "reject_quota", NULL, "yq-quota-symbolic", N_("Accepted orders that pay with a voucher wait here until their quota is confirmed.") },
  { "desk-notices", N_("Notices to publish"), &yq_redemption, "approved", "number|applicant_name|amount|approved_amount|decided_at",
    "redeemer|place|risk+", "publish_notice", NULL, NULL, "yq-notice-symbolic", N_("Approved redemptions wait here until they are published.") },
  { "desk-objections", N_("Objections to examine"), &yq_objection, "open", "number|applicant_name|text|raised_at",
    NULL, "dismiss", "uphold", NULL, "dialog-warning-symbolic", N_("What is raised against published redemptions arrives here.") },
  { "desk-payments", N_("Payments to record"), &yq_redemption, "payable", "number|applicant_name|approved_amount|bank_name|bank_holder|decided_at",
    "redeemer|place|risk+", "pay", NULL, NULL, "yq-payout-symbolic", N_("Approved redemptions wait here until their payment is recorded.") },
};

static const YqHomeLine home_lines[] = {
  { "yq-instrument-symbolic", N_("%u instrument to review"), N_("%u instruments to review"), &yq_instrument, NULL, "pending", "desk-instruments" },
  { "system-users-symbolic", N_("%u organisation to verify"), N_("%u organisations to verify"), &yq_organisation, NULL, "pending", "desk-organisations" },
  { "yq-store-symbolic", N_("%u store to review"), N_("%u stores to review"), &yq_store, NULL, "pending", "desk-stores" },
  { "yq-service-symbolic", N_("%u service to review"), N_("%u services to review"), &yq_service, NULL, "pending", "desk-services" },
  { "yq-certificate-symbolic", N_("%u voucher institution to review"), N_("%u voucher institutions to review"), &yq_institution, NULL, "pending", "desk-institutions" },
  { "yq-handshake-symbolic", N_("%u voucher service to review"), N_("%u voucher services to review"), &yq_voucher_service, NULL, "pending", "desk-voucher-services" },
  { "yq-seal-symbolic", N_("%u qualification to review"), N_("%u qualifications to review"), &yq_qualification, NULL, "pending", "desk-qualifications" },
  { "document-edit-symbolic", N_("%u change of name to review"), N_("%u changes of name to review"), &yq_name_change, NULL, "pending", "desk-name-changes" },
  { "yq-voucher-symbolic", N_("%u claim to review"), N_("%u claims to review"), &yq_claim, NULL, "pending", "desk-claims" },
  { "yq-voucher-symbolic", N_("%u claim made elsewhere to issue"), N_("%u claims made elsewhere to issue"), &yq_external_claim, NULL, "draft", "desk-external" },
  { "yq-redeem-symbolic", N_("%u redemption to review"), N_("%u redemptions to review"), &yq_redemption, NULL, "reviewing", "desk-redemptions" },
  { "yq-board-symbolic", N_("%u post to review"), N_("%u posts to review"), &yq_post, NULL, "pending", "desk-posts" },
  { "yq-quota-symbolic", N_("%u quota to confirm"), N_("%u quotas to confirm"), &yq_order, NULL, "confirming", "desk-quotas" },
  { "yq-notice-symbolic", N_("%u notice to publish"), N_("%u notices to publish"), &yq_redemption, NULL, "approved", "desk-notices" },
  { "dialog-warning-symbolic", N_("%u objection to examine"), N_("%u objections to examine"), &yq_objection, NULL, "open", "desk-objections" },
  { "yq-payout-symbolic", N_("%u payment to record"), N_("%u payments to record"), &yq_redemption, NULL, "payable", "desk-payments" },
  { "mail-unread-symbolic", N_("%u unread message"), N_("%u unread messages"), &yq_message, NULL, "unread", "messages" },
  { NULL },
};

static const YqHome home = { home_lines, FALSE, FALSE };

static const YqListPage programmes = {
  "programmes", N_("Programmes and windows"), &yq_programme, NULL, NULL, NULL, NULL, "yq-calendar-symbolic",
  N_("No programmes"), N_("Voucher programmes of your region stand here: caps, budget, redemption windows."), NULL, NULL,
};

static const YqListPage organisations = {
  "organisations", N_("Organisations"), &yq_organisation, NULL, "nature|region|size", NULL, NULL, "system-users-symbolic",
  N_("No organisations"), N_("Organisations registered in your region stand here."), NULL, NULL,
};

static const YqListPage redemptions = {
  "all-redemptions", N_("All redemptions"), &yq_redemption, NULL, "redeemer|place", NULL, NULL, "view-list-symbolic",
  N_("No redemptions"), N_("Every redemption of your region stands here, also decided ones."), NULL, NULL,
};

static const YqListPage sms = {
  "sms", N_("Text messages"), &yq_sms, NULL, "type", NULL, "sent_at|state|phone|type|text|tries|failure", "mail-send-symbolic",
  N_("No text messages"), N_("What was sent by SMS stands here, with the reason where it did not arrive; phones are masked."), NULL, NULL,
};

static const char *const searched[] = { "instrument", "organisation", "redemption", "claim", "voucher_use", "announcement", NULL };
/* clang-format on */

void
yq_reviewer_window_build (YqFrame *frame)
{
  yq_frame_add_page (frame, "home", "user-home-symbolic", _("Inbox"), yq_home_page_new,
                     (gpointer) &home);
  for (guint i = 0; i < G_N_ELEMENTS (desks); i++)
    yq_frame_add_page (frame, desks[i].name, desks[i].icon, _(desks[i].title),
                       yq_review_desk_page_new, (gpointer) &desks[i]);
  yq_frame_add_separator (frame);
  yq_frame_add_page (frame, "redemptions", "yq-redeem-symbolic", _("All redemptions"),
                     yq_list_page_new, (gpointer) &redemptions);
  yq_frame_add_page (frame, "disbursements", "yq-payout-symbolic", _("Disbursements"),
                     yq_disbursements_page_new, NULL);
  yq_frame_add_page (frame, "notices", "yq-notice-symbolic", _("Public notices"), yq_list_page_new,
                     (gpointer) &yq_list_notices);
  yq_frame_add_page (frame, "organisations", "yq-organisation-symbolic", _("Organisations"),
                     yq_list_page_new, (gpointer) &organisations);
  yq_frame_add_page (frame, yq_external_desk.name, yq_external_desk.icon, _(yq_external_desk.title),
                     yq_external_page_new, NULL);
  yq_frame_add_page (frame, "programmes", "yq-calendar-symbolic", _("Programmes and windows"),
                     yq_list_page_new, (gpointer) &programmes);
  yq_frame_add_page (frame, "announcements", "yq-board-symbolic", _("Announcements"),
                     yq_announcements_page_new, NULL);
  yq_frame_add_page (frame, "statistics", "yq-chart-symbolic", _("Statistics"),
                     yq_statistics_page_new, NULL);
  yq_frame_add_page (frame, "audit", "document-edit-symbolic", _("Decisions"), yq_audit_page_new,
                     NULL);
  if (yq_who_has_role (yq_frame_who (frame), YQ_ROLE_ADMINISTRATOR))
    yq_frame_add_page (frame, "sms", "mail-send-symbolic", _("Text messages"), yq_list_page_new,
                       (gpointer) &sms);
  yq_frame_add_separator (frame);
  yq_frame_add_page (frame, "messages", "mail-unread-symbolic", _("Messages"), yq_list_page_new,
                     (gpointer) &yq_list_messages);
  yq_frame_add_page (frame, "account", "avatar-default-symbolic", _("Account"), yq_account_page_new,
                     NULL);
  yq_frame_set_open_record (frame, searched, yq_open_record);
  yq_home_watch (frame, &home);
  yq_service_hall_add (frame);
}
