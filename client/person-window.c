/* The window of a person without an organisation: her account, where she asks to join one, and what
 * everybody may read. */
#define G_LOG_DOMAIN "yiquan-person"

#include "person-window.h"

#include "announcement-page.h"
#include "find-page.h"
#include "list-page.h"
#include "own-pages.h"
#include "posts-page.h"
#include "service-hall.h"
#include "service-page.h"

static const char *const searched[] = { "instrument", "organisation", "post", "announcement",
                                        NULL };

void
yq_person_window_build (YqFrame *frame)
{
  yq_frame_add_page (frame, "account", "avatar-default-symbolic", _("Account"), yq_account_page_new,
                     NULL);
  yq_frame_add_page (frame, "find", "system-search-symbolic", _("Find instruments"),
                     yq_find_page_new, NULL);
  yq_frame_add_page (frame, "services", "yq-find-service-symbolic", _("Find services"),
                     yq_list_page_new, (gpointer) &yq_list_find_services);
  yq_frame_add_page (frame, "carriers", "yq-store-symbolic", _("Find carriers"), yq_list_page_new,
                     (gpointer) &yq_list_find_carriers);
  yq_frame_add_page (frame, "board", "yq-board-symbolic", _("Supply and demand"), yq_board_page_new,
                     NULL);
  yq_frame_add_separator (frame);
  yq_frame_add_page (frame, "announcements", "emblem-documents-symbolic",
                     _("Announcements and policies"), yq_list_page_new,
                     (gpointer) &yq_list_announcements);
  yq_frame_add_page (frame, "messages", "mail-unread-symbolic", _("Messages"), yq_list_page_new,
                     (gpointer) &yq_list_messages);
  yq_frame_set_open_record (frame, searched, yq_open_record);
  yq_service_hall_add (frame);
}
