/* Who sends commands, as the writer sees it inside its transaction: read once, and again when her
 * epoch says so.  Writer thread only. */
#pragma once

#include "session.h"

/* A new reference; NULL without error where the account is closed. */
YqSession *yq_caller_find (SqlConn *conn, const char *account, GError **error);
/* A transaction was given up: what was read in it may never have been. */
void yq_caller_forget_all (void);
