/* GET /v1/changes: what a reader may see and has not yet seen.  See design/api.md, "The feed". */
#pragma once

#include "access.h"
#include "http.h"
#include "server.h"

extern const YqPart yq_records_part; /* tables of records, and those who wait for changes */

void yq_changes_handle (YqRequest *request); /* the route; public */

typedef struct
{
  gboolean catalogue; /* else mine */
  gint64 after;       /* cursor; 0 is everything */
  guint limit;
  const char *region; /* prefix of 2, 4 or 6 digits or NULL */
} YqChangesQuery;

/* Appends the whole answer; n_records says how many came.  A problem where the cursor has expired.
 * FALSE: error or problem is set. */
gboolean yq_changes_page (SqlConn *conn, const YqWho *who, const YqChangesQuery *query,
                          GString *out, guint *n_records, YqProblem **problem, GError **error);
