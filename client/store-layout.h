/* Stores that another version of the program made.  Inside a transaction of the caller. */
#pragma once

#include "store-db.h"

#define YQ_LAYOUT_MOVED "layout-moved" /* meta: until yq_store_layout_settle() */

/* Tables of an older layout become those of schema.  Drafts, the outbox and small values move over
 * by the columns both layouts have; so do records, to be read meanwhile, until the feeds, which
 * begin anew, have shown them again. */
gboolean yq_store_layout_move (SqlConn *conn, const char *schema, GError **error);
/* Once it is known who the person is: the views of her drafts and commands are computed again.
 * Does nothing where nothing was moved. */
gboolean yq_store_layout_settle (YqStoreDb *db, GError **error);
