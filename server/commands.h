/* POST /v1/commands: each command once, in order, with an answer of its own.  See design/api.md. */
#pragma once

#include "access.h"
#include "http.h"
#include "writer.h"

/* Everything records need: their tables, events, feed, search, commands.  At every start. */
gboolean yq_records_create_tables (SqlConn *conn, GError **error);

void yq_commands_handle (YqRequest *request); /* the route */

/* Without HTTP (tests, imports): runs the body, each command in a savepoint of conn, which must be
 * in a transaction, and answers what the client would get.  NULL with a problem where the envelope
 * is wrong, with an error where the database is. */
char *yq_commands_run (SqlConn *conn, const YqWho *who, const char *body, gssize length,
                       YqProblem **problem, GError **error);
