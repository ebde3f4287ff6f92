/* How guards look at other records on the server: a YqWorld over a connection that remembers what
 * it has read. */
#pragma once

#include "sql.h"
#include "world.h"

/* conn must outlive it; one thread.  now is world->now. */
YqWorld *yq_world_sql_new (SqlConn *conn, gint64 now);
void yq_world_sql_free (YqWorld *world);
/* Forgets what it has read: after a write (yq_tx_* does that), a rollback, or a new snapshot. */
void yq_world_sql_forget (YqWorld *world, YqRecord *record); /* NULL: everything */
/* The first failure of the database since the last call; guards only see "nothing there". */
gboolean yq_world_sql_check (YqWorld *world, GError **error);

/* Writer thread.  One world for all commands, so that what they have in common (the programme, the
 * jurisdiction, who acts) is read once: it still knows what it knew when yq_world_sql_leave was
 * last called, unless somebody else has written, or something was undone, since.  It stays the
 * thread's. */
YqWorld *yq_world_sql_enter (SqlConn *conn, gint64 now);
void yq_world_sql_leave (YqWorld *world); /* all it read holds, all it wrote went through yq_tx_* */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqWorld, yq_world_sql_free)
