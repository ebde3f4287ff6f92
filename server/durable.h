/* Makes durable what the writer commits, on a thread of its own, while the next transaction runs:
 * SQLite writes its log without waiting for the disk (synchronous = NORMAL), this thread syncs that
 * log.  Until it has, nobody outside hears of the commit: who wrote it waits for her answer, and so
 * does who has read it.  A power cut then takes nothing back that somebody knows.
 *
 * A commit is announced before it can be seen, so that whoever may have seen it knows its number.
 * Where the disk refuses to sync, nobody can say any more what it holds: the process ends (as that
 * of PostgreSQL does), and what was not answered is sent again.
 *
 * Not waited for: what is refused by the head of a request alone, while its body comes. */
#pragma once

#include "sql.h"

typedef struct _YqDurable YqDurable;
typedef void (*YqDurableFunc) (gpointer user_data);

YqDurable *yq_durable_new (void);
void yq_durable_free (YqDurable *durable); /* finishes what waits */
/* Writer thread, nothing waiting to be synced: syncs the log of this SQLite connection from now on,
 * which has begun a transaction before.  Else nothing is synced (tests only). */
gboolean yq_durable_open (YqDurable *durable, SqlConn *conn, GError **error);
/* Writer thread, before each COMMIT. */
void yq_durable_announce (YqDurable *durable);
/* Writer thread, after it, also after one that failed.  func is called on the thread of its own,
 * in the order of the commits, when all until here is on the disk. */
void yq_durable_committed (YqDurable *durable, YqDurableFunc func, gpointer user_data);
/* Any thread: a number for all that may have been seen until now. */
guint64 yq_durable_seen (YqDurable *durable);
/* Any thread.  FALSE: it is on the disk.  Else func is called once, on the thread of its own, when
 * it is; perhaps before this returns. */
gboolean yq_durable_wait (YqDurable *durable, guint64 seen, YqDurableFunc func, gpointer user_data);
/* Waits for it; not on the thread of its own nor on the writer's.  NULL: nothing to wait for. */
void yq_durable_settle (YqDurable *durable);

/* TRUE on the thread of its own.  NULL: never. */
gboolean yq_durable_is_here (YqDurable *durable);

/* For another process on the same database, after it has read and before it says anything of it:
 * puts the log on the disk.  db is a sqlite3. */
gboolean yq_durable_sync (gpointer db, GError **error);
