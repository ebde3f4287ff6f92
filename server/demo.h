/* What `yiquand demo` fills an empty folder with: organisations, people, a programme, instruments
 * and some history, the same every time. */
#pragma once

#include "sql.h"

#define YQ_DEMO_PASSWORD "yiquan-demo"

/* In one transaction of conn, whose tables exist.  Does nothing where there are accounts already.
 */
gboolean yq_demo_fill (SqlConn *conn, gint64 now, GError **error);
