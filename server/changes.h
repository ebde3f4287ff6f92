/* GET /v1/changes: what a reader may see and has not yet seen.  See design/api.md, "The feed". */
#pragma once

#include "access.h"
#include "http.h"

void yq_changes_handle (YqRequest *request); /* the route; public */

typedef struct
{
  gboolean catalogue; /* else mine */
  gint64 after;       /* cursor; 0 is everything */
  guint limit;
  const char *region; /* prefix of 2, 4 or 6 digits or NULL */
} YqChangesQuery;

/* Appends the whole answer; n_records says how many came.  NULL: done; a problem: 410; or an error.
 */
YqProblem *yq_changes_page (SqlConn *conn, const YqWho *who, const YqChangesQuery *query,
                            GString *out, guint *n_records, GError **error);

/* Those who wait: uri is opened read-only by the thread that answers them. */
gboolean yq_changes_start (const char *uri, GError **error);
void yq_changes_stop (void); /* answers everybody who waits, joins */
/* On the writer thread after a commit (the after_commit of yq_writer_start). */
void yq_changes_committed (void);
