/* Redemption, for whoever redeems: what can be redeemed, grouped by programme and region, with its
 * window and papers; select some or all.  GTK thread only. */
#pragma once

#include "frame.h"

/* user_data is "enterprise" or "carrier": whose uses. */
YqPage *yq_redemption_page_new (YqFrame *frame, gpointer user_data);
/* Opens the form of a quick redemption with that voucher of a programme without orders. */
void yq_redemption_start_quick (YqFrame *frame, YqRecord *voucher);
/* Opens the form of an invoice that pays these uses (ids, ends with NULL). */
void yq_invoice_start (YqFrame *frame, const char *redeemer, const char *const *uses);
