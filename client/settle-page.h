/* Settlement of a delivered booking by the buyer: papers, and whether a voucher of the province or
 * the city pays part of it (shandong 3.3.1).  GTK thread only. */
#pragma once

#include "frame.h"

/* Is there a programme, where one's organisation is registered, whose vouchers are granted at
 * settlement? */
gboolean yq_settles_with_voucher (YqFrame *frame);
/* Elsewhere the step is taken as any other. */
gboolean yq_settle_page_is_for (YqFrame *frame, YqRecord *order);
YqPage *yq_settle_page_new (YqFrame *frame, YqRecord *order);
