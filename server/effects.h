/* What a step does besides moving the record: money, slots, numbers, messages, follow-up records;
 * keyed by (entity, action), in the same transaction.  Guards have already passed. */
#pragma once

#include "tx.h"

/* Tables of its own: ledger, slots, counters, digests, jobs.  At every start, before anything else
 * here. */
gboolean yq_effects_create_tables (SqlConn *conn, GError **error);

/* Called with after already carrying its new values and next state, before it is written.  An
 * effect may change after (numbers, computed values, its state) and write other records through tx.
 * A problem refuses the command and undoes everything.  step NULL is a save.  before NULL is a
 * creation. */
YqProblem *yq_effects_before_write (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                                    const YqValues *args, GError **error);
/* Called after the record was written: messages, rivals, follow-up records that refer to it. */
YqProblem *yq_effects_after_write (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                                   const YqValues *args, GError **error);
/* Called before a record is deleted. */
YqProblem *yq_effects_before_delete (YqTx *tx, YqRecord *record, GError **error);

/* Adds to a refusal by a guard or an effect what only the server knows: free alternatives with
 * slot_taken.  To be called before the refused command's savepoint is undone or after; it only
 * reads.  problem is changed in place. */
void yq_effects_explain (YqTx *tx, YqRecord *record, const YqStep *step, const YqValues *args,
                         YqProblem *problem);
