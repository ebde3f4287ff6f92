/* How guards look at other records on the client: a YqWorld over one thread's connection to the
 * store. Balances are the server's minus what is queued here. */
#pragma once

#include "store-db.h"

YqWorld *yq_world_store_new (YqStoreDb *db); /* db must outlive it */
void yq_world_store_free (YqWorld *world);
