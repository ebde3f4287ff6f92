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
/* What was decided by step on before, which is after now: all but owners and arguments.  On its own
 * for opinions; NULL never.  error where the event lines cannot be read. */
YqRecord *yq_review_new (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                         GError **error);
/* After it: appends what was decided, with its comments, for the parties to read. */
gboolean yq_review_append (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                           const YqValues *args, GError **error);
/* The clock: a review from before it said how long it took learns it from the event lines. */
gboolean yq_review_measure (YqTx *tx, const char *id, GError **error);
