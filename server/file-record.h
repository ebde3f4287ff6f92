/* The records of entity file: what an account has sent and put into a record. */
#pragma once

#include "files.h"
#include "tx.h"

/* A record of entity file for every file that after names and before (may be NULL) did not, once
 * for the acting account. */
gboolean yq_file_use_keep (YqTx *tx, YqFiles *files, YqRecord *before, YqRecord *after,
                           GError **error);
