/* One event loop: its thread, its listening socket, its libmicrohttpd daemon, its read-only
 * connections. */
#pragma once

#include "server.h"

typedef struct _YqLoop YqLoop;

/* Takes the listening socket. */
YqLoop *yq_loop_start (YqServer *server, int listener, GError **error);
void yq_loop_stop (YqLoop *loop); /* begins to stop; any thread */
void yq_loop_free (YqLoop *loop); /* waits until it has stopped */

/* A listening socket on address; others may have one there too where it is shared.  *port 0 is set
 * to the one found, any other is used instead of the one in address. */
int yq_loop_listen (const char *address, guint *port, gboolean is_shared, GError **error);
