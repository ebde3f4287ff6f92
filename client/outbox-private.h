/* Commands and the outbox from inside. */
#pragma once

#include "outbox.h"
#include "queue.h"
#include "store-private.h"

YqCommand *yq_command_new (YqQueued *queued); /* takes it */
gboolean yq_command_take (YqCommand *self,
                          YqQueued *queued); /* takes it; TRUE where anything changed */
gboolean yq_command_set_status (YqCommand *self, YqOutboxStatus status);
const YqQueued *yq_command_queued (YqCommand *self);

/* The picture of the rows is taken anew. */
void yq_outbox_refresh (YqOutbox *self);
/* After the person changed the commands of a record: those that are no longer in the table were
 * taken out, not delivered. */
void yq_outbox_strike_missing (YqOutbox *self, const char *record);

/* One change to the i-th of n records, in the store's writing thread, inside a transaction; its
 * commands belong to batch. */
typedef gboolean (*YqOutboxEach) (YqStoreDb *db, guint i, const char *batch, gpointer data,
                                  GError **error);
/* Many changes, few transactions, and one look at what came of them.  data is freed with destroy
 * at the end.  An error about one record alone (YQ_STORE_ERROR_GONE, _CONFLICT) leaves it out, any
 * other all that follow.  finish as in outbox.h. */
void yq_outbox_many_async (YqOutbox *self, const YqEntity *entity, guint n, YqOutboxEach each,
                           gpointer data, GDestroyNotify destroy, GAsyncReadyCallback callback,
                           gpointer user_data);
char *yq_outbox_many_finish (YqOutbox *self, GAsyncResult *result, GPtrArray **left_out,
                             GError **error);
