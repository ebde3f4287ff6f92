/* One record from its table to the wire, for one reader, without making an object of it. */
#pragma once

#include "access.h"
#include "record-sql.h"

/* The YqSees classes who belongs to for the record in this row (as yq_access_readers()). */
guint yq_record_row_readers (SqlRows *rows, const YqEntity *entity, guint first, const YqWho *who);
/* Appends the record as on the wire.  may_step (may be NULL): could she take a step now?  FALSE:
 * there is none that she may see, or error is set. */
gboolean yq_record_row_append (SqlConn *conn, const YqEntity *entity, const char *id,
                               const YqWho *who, GString *out, gboolean *may_step, GError **error);
