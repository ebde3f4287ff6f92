/* Records that nobody saved by a command: what an administrator imports, what another system says.
 */
#pragma once

#include "tx.h"

/* NULL, or why after cannot be written: a value of a YQ_UNIQUE field, not the one it had before
 * (NULL: it is new), that another record of the same owner has. */
YqProblem *yq_check_unique (YqTx *tx, YqRecord *before, YqRecord *after, GError **error);

/* Writes a new record (stored NULL) or a changed copy of stored, owners set: its values checked
 * like everybody's, its effects run, one event "save".  A problem refuses it: the caller undoes
 * what was written since its savepoint.  error is the database's. */
YqProblem *yq_put_record (YqTx *tx, YqRecord *stored, YqRecord *record, GError **error);
