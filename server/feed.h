/* The feed: one row per (audience, record) with the number of its latest change; the sequence;
 * epochs of accounts; and the bell that wakes those who wait. */
#pragma once

#include "record.h"
#include "sql.h"

gboolean yq_feed_create_tables (SqlConn *conn, GError **error);
/* The next number of the one sequence of events and feed; goes back with the savepoint. */
gint64 yq_feed_next_seq (SqlConn *conn, GError **error); /* -1 with an error */
/* before NULL: new; after NULL: deleted. */
gboolean yq_feed_write (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq,
                        GError **error);
/* Counts the changes of what an account may see (its grants); 0 at first. */
gint64 yq_feed_epoch (SqlConn *conn, const char *account);
gboolean yq_feed_bump_epoch (SqlConn *conn, const char *account, const char *record, gint64 seq,
                             GError **error);
