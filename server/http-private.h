/* What loop.c and http.c know of a request together. */
#pragma once

#include <microhttpd.h>

#include "loop.h"
#include "routes.h"

#define MAX_PARTS 8

/* One TCP connection. */
typedef struct
{
  YqLoop *loop;
  GList link;
  int fd;
  gint64 deadline;    /* µs monotonic: closed then; 0 never */
  YqRequest *request; /* at work on it, or NULL */
} YqPeer;

typedef struct
{
  guint status;
  const char *type; /* static */
  GString *text;    /* or bytes, problem or read */
  GBytes *bytes;
  YqProblem *problem;
  YqRequestRead read;
  gpointer reader;
  GDestroyNotify destroy_reader;
  gint64 size;
  GPtrArray *headers; /* name, value … */
} YqReply;

struct _YqRequest
{
  YqServer *server;
  YqLoop *loop;
  YqPeer *peer;
  struct MHD_Connection *connection;
  const YqRoute *route; /* NULL: none */
  char *path;           /* decoded, the segments each with a zero behind */
  const char *parts[MAX_PARTS + 1];
  GArray *query; /* char *name, *value in turns */
  YqSession *session;
  char *address;
  YqLanguage language;
  gint64 started; /* µs monotonic */
  gint64 length;  /* Content-Length, -1 unknown */

  /* the body */
  GString *text;
  GBytes *body;
  gint64 received;
  gint64 max_body;
  YqRequestPiece piece;
  YqHandler end;
  gboolean is_whole;   /* the last piece has come */
  gboolean is_handled; /* the handler (or end) has been called */
  gboolean is_cut;     /* answered by hand; whatever still comes is thrown away */

  /* parked */
  gboolean is_parked;
  GList link;      /* among the parked of the loop */
  gint64 deadline; /* µs monotonic; 0 none */
  YqHandler on_deadline;
  YqHandler next; /* of yq_request_continue */

  /* what it has read */
  gboolean has_read;        /* since seen was set */
  gboolean comes_from_disk; /* parked, and the answer is on the disk by then */
  guint64 seen;             /* yq_durable_seen() */

  gboolean is_replied;
  YqReply reply;
  gpointer data;
  GDestroyNotify destroy_data;
};

/* http.c, on the loop's thread */
YqRequest *yq_request_new (YqLoop *loop, YqPeer *peer, struct MHD_Connection *connection);
void yq_request_free (YqRequest *request);
enum MHD_Result yq_request_begin (YqRequest *request, const char *url, const char *method);
enum MHD_Result yq_request_take (YqRequest *request, const char *data, gsize size);
enum MHD_Result yq_request_finish (YqRequest *request);
/* Parked, and woken by its deadline or by somebody. */
void yq_request_wake (YqRequest *request, YqHandler handler);

/* loop.c */
YqServer *yq_loop_server (YqLoop *loop);
SqlConn *yq_loop_conn (YqLoop *loop);
SqlConn *yq_loop_files_conn (YqLoop *loop);
char *yq_loop_address (struct MHD_Connection *connection); /* of the peer */
gboolean yq_loop_is_stopping (YqLoop *loop);
void yq_loop_park (YqLoop *loop, YqRequest *request);   /* loop thread */
void yq_loop_unpark (YqLoop *loop, YqRequest *request); /* loop thread */
void yq_loop_ready (YqLoop *loop, YqRequest *request);  /* any thread */
/* gzip -1, or NULL where it is not worth it */
GBytes *yq_loop_compress (YqLoop *loop, gconstpointer data, gsize size);
