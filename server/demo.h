/* What `yiquand demo` fills an empty folder with: organisations, people, programmes, instruments
 * and some months of history, the same every time but for ids that effects make. */
#pragma once

#include "files.h"
#include "sql.h"

#define YQ_DEMO_PASSWORD "yiquan-demo"

/* Commits as it goes; the tables must exist (yq_server_prepare), yq_token_init() must have been
 * called.  Does nothing where there are accounts already.  Leaves the clock of the process as it
 * runs (yq_clock_set (0)), or at now where that is not the present: for tests. */
gboolean yq_demo_fill (SqlConn *conn, gint64 now, GError **error);
/* The papers that demo records name; once the server runs. Again and again does no harm. */
gboolean yq_demo_add_files (YqFiles *files, GError **error);
