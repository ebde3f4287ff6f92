/* Vouchers of an enterprise: caps and claiming, the tickets, the story of the selected one, its
 * uses.  GTK thread only. */
#pragma once

#include "frame.h"
#include "voucher-card.h"

YqPage *yq_vouchers_page_new (YqFrame *frame, gpointer user_data);
/* Every use of vouchers, as a list; also the carrier's "vouchers received". */
YqPage *yq_uses_page_new (YqFrame *frame, gpointer user_data);

/* What the ticket of a voucher, or of one use of it, says.  Strings are borrowed from the records
 * and stay as long as they do. qr receives the address behind the code, to be freed after facts is
 * no longer used. */
YqVoucherFacts yq_voucher_facts (YqFrame *frame, YqRecord *voucher, char **qr);
YqVoucherFacts yq_voucher_use_facts (YqFrame *frame, YqRecord *use, char **qr);

/* Does this enterprise fill in uses itself?  By a voucher it holds, or a programme open to it. */
gboolean yq_voucher_use_is_offered (YqFrame *frame);
/* Opens the form of a use: of an accepted booking, or offline (order NULL). */
void yq_voucher_use_start (YqFrame *frame, YqRecord *voucher, YqRecord *order);
/* Opens the claim form of a programme. */
void yq_claim_start (YqFrame *frame, YqRecord *programme);
/* A use, a claim as pages with what belongs to them. */
YqPage *yq_voucher_use_page_open (YqFrame *frame, YqRecord *use);
YqPage *yq_claim_page_open (YqFrame *frame, YqRecord *claim);
