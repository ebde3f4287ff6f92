/* The running server: one writer, some loops, sessions, files and whatever else keeps a state of
 * its own (parts). Tests start as many in one process as they like. */
#pragma once

#include "config.h"
#include "files.h"
#include "http.h"
#include "metrics.h"
#include "session.h"
#include "writer.h"

/* A part of the server with a state of its own (feed waits, search index, schedule): one line in
 * the table of server.c.  Any function may be NULL. */
typedef struct
{
  const char *name;
  /* The writer's connection, in a transaction, before anything else runs: makes tables, migrates.
   * Runs at every start. */
  gboolean (*prepare) (SqlConn *conn, GError **error);
  /* After all prepared, before the first request.  What it returns is yq_server_part(); NULL is no
   * error. */
  gpointer (*start) (YqServer *server, GError **error);
  void (*after_commit) (
    gpointer part); /* writer thread, each successful commit, before the jobs' done() */
  void (*after_rollback) (
    gpointer part); /* writer thread: a whole transaction was given up; forget its caches */
  void (*stopping) (
    gpointer part); /* any thread: answer whatever is parked; nothing new may be parked */
  void (*stop) (gpointer part); /* loops and writer are gone; frees part */
} YqPart;

YqServer *yq_server_start (const YqConfig *config, GError **error); /* keeps a copy of config */
/* No new connections; finishes what runs (10 s at most), drains the writer, frees.  Not from a
 * loop. */
void yq_server_stop (YqServer *server);

guint yq_server_port (YqServer *server);
const YqConfig *yq_server_config (YqServer *server);
const char *yq_server_uri (YqServer *server); /* of the records database, for sql_open() */
YqWriter *yq_server_writer (YqServer *server);
YqSessions *yq_server_sessions (YqServer *server);
YqFiles *yq_server_files (YqServer *server);
YqMetrics *yq_server_metrics (YqServer *server);
gpointer yq_server_part (YqServer *server, const YqPart *part);
gboolean yq_server_is_stopping (YqServer *server);
guint yq_server_commits (YqServer *server); /* of its writer so far; any thread */

/* All that prepare() does, on a database that no server runs on (init, demo, import). */
gboolean yq_server_prepare (SqlConn *conn, GError **error);
char *yq_server_database (const YqConfig *config); /* "sqlite:DATA/yiquan.db" */

/* Parks the request and gives the job to the writer; answers 503 with Retry-After itself where the
 * queue is full (then FALSE, and neither run nor done will be called).  done() replies and resumes.
 */
gboolean yq_server_write (YqRequest *request, YqJob *job);
