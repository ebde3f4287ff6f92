/* The window of experts: redemptions assigned to them, the papers beside the opinion. */
#define G_LOG_DOMAIN "yiquan-expert"

#include "expert-window.h"

#include "announcement-page.h"
#include "home-page.h"
#include "list-page.h"
#include "office.h"
#include "own-pages.h"
#include "payout-page.h"
#include "redemption.h"
#include "review-desk.h"
#include "service-hall.h"

/* clang-format off */
static const YqReviewDesk opinions = {
  "desk-opinions", N_("Redemptions to advise on"), &yq_redemption, "reviewing", "number|applicant_name|programme_name|fee|amount|submitted_at",
  NULL, "opinion", NULL, NULL, "emblem-documents-symbolic", N_("Redemptions that are assigned to you arrive here, with their papers."), .awaits = "awaited", .beside = "opinion",
};

static const YqListPage given = {
  "opinions-given", N_("My opinions"), &yq_review, NULL, NULL, NULL, "title|amount|score|comment|decided_at", "view-list-symbolic",
  N_("No opinions yet"), N_("What you have advised stands here."), NULL, NULL,
};

static const YqListPage assigned = {
  "redemptions-assigned", N_("All assigned redemptions"), &yq_redemption, NULL, NULL, NULL, "number|state|applicant_name|fee|amount|submitted_at", "view-list-symbolic",
  N_("Nothing assigned"), N_("Redemptions that are assigned to you stand here, also decided ones."), NULL, NULL,
};

static const YqHomeLine home_lines[] = {
  { "emblem-documents-symbolic", N_("%u redemption to advise on"), N_("%u redemptions to advise on"), &yq_redemption, "awaited", "reviewing", "desk-opinions" },
  { "mail-unread-symbolic", N_("%u unread message"), N_("%u unread messages"), &yq_message, NULL, "unread", "messages" },
  { NULL },
};

static const YqHome home = { home_lines, FALSE, FALSE };

static const char *const searched[] = { "redemption", "announcement", NULL };
/* clang-format on */

void
yq_expert_window_build (YqFrame *frame)
{
  yq_frame_add_page (frame, "home", "user-home-symbolic", _("Home"), yq_home_page_new,
                     (gpointer) &home);
  yq_frame_add_page (frame, "desk-opinions", "yq-opinion-symbolic", _("Redemptions to advise on"),
                     yq_review_desk_page_new, (gpointer) &opinions);
  yq_frame_add_page (frame, "assigned", "yq-redeem-symbolic", _("All assigned redemptions"),
                     yq_list_page_new, (gpointer) &assigned);
  yq_frame_add_page (frame, "given", "yq-record-symbolic", _("My opinions"), yq_list_page_new,
                     (gpointer) &given);
  yq_frame_add_separator (frame);
  yq_frame_add_page (frame, "announcements", "emblem-documents-symbolic",
                     _("Announcements and policies"), yq_list_page_new,
                     (gpointer) &yq_list_announcements);
  yq_frame_add_page (frame, "notices", "yq-notice-symbolic", _("Public notices"), yq_list_page_new,
                     (gpointer) &yq_list_notices);
  yq_frame_add_page (frame, "messages", "mail-unread-symbolic", _("Messages"), yq_list_page_new,
                     (gpointer) &yq_list_messages);
  yq_frame_add_page (frame, "account", "avatar-default-symbolic", _("Account"), yq_account_page_new,
                     NULL);
  yq_frame_set_open_record (frame, searched, yq_open_record);
  yq_home_watch (frame, &home);
  yq_service_hall_add (frame);
}
