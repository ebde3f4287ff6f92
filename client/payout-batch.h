/* What waits to be paid, gathered into batches.  Any thread the store may be read from. */
#pragma once

#include "store.h"

/* New disbursements, not kept yet: one for each programme that has redemptions to be paid (more
 * where they are more than a batch holds), without those that stand in an open batch already and
 * those that another level pays.  Empty: nothing waits. */
GPtrArray *yq_payout_batches (YqStore *store, const YqWho *who);
