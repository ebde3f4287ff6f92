/* One service as buyers see it, and the lists in which they find services and carriers.  GTK
 * thread only. */
#pragma once

#include "list-page.h"

YqPage *yq_service_page_new (YqFrame *frame, YqRecord *service);
/* "¥ 480.00 每项", or that it is negotiable.  Free it. */
char *yq_service_price_text (YqRecord *service);
/* Opens the form of an order of this service. */
void yq_service_order_start (YqFrame *frame, YqRecord *service);

extern const YqListPage yq_list_find_services, yq_list_find_carriers;
