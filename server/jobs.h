/* Work that time brings: default evaluations, expiry, stale organisations, notices.  Jobs are rows;
 * a due one is claimed by a conditional update, so that two processes never run it twice. */
#pragma once

#include "tx.h"

gboolean yq_jobs_create_tables (SqlConn *conn, GError **error);

/* A job for later: what is a name of the table in jobs.c, record what it is about.  The same (what,
 * record) again moves its time. */
gboolean yq_jobs_add (SqlConn *conn, const char *what, const char *record, gint64 due,
                      GError **error);
gboolean yq_jobs_drop (SqlConn *conn, const char *what, const char *record, GError **error);

/* Inside a transaction of the writer: runs up to limit due jobs, each in a savepoint of its own.
 * Returns how many were run, or -1. */
int yq_jobs_run_due (SqlConn *conn, gint64 now, guint limit, GError **error);
