/* What a carrier offers and who offers it: shared instruments, services, store, voucher
 * institution, voucher services, secondary accounts.  GTK thread only. */
#pragma once

#include "frame.h"

/* user_data of each: NULL. */
YqPage *yq_shelf_page_new (YqFrame *frame, gpointer user_data);
YqPage *yq_services_page_new (YqFrame *frame, gpointer user_data);
YqPage *yq_stores_page_new (YqFrame *frame, gpointer user_data);
YqPage *yq_institutions_page_new (YqFrame *frame, gpointer user_data);
YqPage *yq_voucher_services_page_new (YqFrame *frame, gpointer user_data);
YqPage *yq_desks_page_new (YqFrame *frame, gpointer user_data);
/* The bureau's announcements, with a button for a new one. */
YqPage *yq_announcements_page_new (YqFrame *frame, gpointer user_data);

/* One department with its accounts. */
YqPage *yq_desk_page_open (YqFrame *frame, YqRecord *desk);
