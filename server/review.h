/* Review levels of a record: who decides now, since when, until when; and the review record of
 * every decision. */
#pragma once

#include "tx.h"

/* Before a record is written with its next state: keeps stage, reviewed_by, submitted_at, due_on
 * and decided_at of after.  before NULL is a creation. */
void yq_review_move (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step);
/* The level it waits at has done its part without a decision of its own (experts): on to the next.
 */
void yq_review_advance (YqTx *tx, YqRecord *after);
/* After it: appends what was decided, with its comments, for the parties to read. */
gboolean yq_review_append (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                           const YqValues *args, GError **error);
