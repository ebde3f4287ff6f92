/* The feed: one line per audience and record with the number of its latest change there; the
 * sequence; epochs of accounts; and the bell that says for whom there is something. */
#pragma once

#include "record.h"
#include "sql.h"

gboolean yq_feed_create_tables (SqlConn *conn, GError **error);
/* The next number of the one sequence of events and feed.  -1 with an error. */
gint64 yq_feed_next_seq (SqlConn *conn, GError **error);
/* before NULL: new; after NULL: deleted.  seq is that of the event, which is written before; where
 * there is none, the touch must be noted. */
gboolean yq_feed_write (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq,
                        GError **error);
gboolean yq_feed_note_touch (SqlConn *conn, YqRecord *record, gint64 seq, GError **error);

/* Counts the changes of what an account may do and see (its grants); 0 at first. */
gint64 yq_feed_epoch (SqlConn *conn, const char *account);
gboolean yq_feed_bump_epoch (SqlConn *conn, const char *account, GError **error);

/* On the writer thread after a commit: the audiences (gint64, perhaps repeated) written since the
 * last call, and the accounts whose epoch was bumped; NULL for none.  One too many (of what was
 * rolled back) does no harm. */
GArray *yq_feed_take_rung (void);
GPtrArray *yq_feed_take_bumped (void);
