/* The full-text index over YQ_SEARCH fields, one FTS5 table per entity, newest change first. */
#pragma once

#include "record.h"
#include "sql.h"

gboolean yq_search_index_create_tables (SqlConn *conn, GError **error);
gboolean yq_search_index_has (const YqEntity *entity);
/* after NULL: deleted.  seq becomes the rank: higher is shown first. */
gboolean yq_search_index_write (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq,
                                GError **error);
