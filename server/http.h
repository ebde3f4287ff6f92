/* One request, from the loop that received it to its answer.  A request belongs to its loop's
 * thread, except between yq_request_park() and yq_request_resume(). */
#pragma once

#include "access.h"
#include "problem.h"
#include "sql.h"
#include "text.h"

typedef struct _YqRequest YqRequest;
typedef struct _YqServer YqServer; /* server.h */

typedef void (*YqHandler) (YqRequest *request);

typedef enum
{
  YQ_ROUTE_PUBLIC = 1 << 0,   /* no token needed; a token that is there must still be good */
  YQ_ROUTE_STREAMED = 1 << 1, /* the handler takes the body piece by piece (files) */
  YQ_ROUTE_TEXT = 1 << 2,     /* not JSON: HTML, metrics */
} YqRouteFlags;

YqServer *yq_request_server (YqRequest *request);
SqlConn *yq_request_conn (YqRequest *request);    /* the loop's read-only connection */
const YqWho *yq_request_who (YqRequest *request); /* a visitor where there is no token */
const char *yq_request_method (YqRequest *request);
/* Decoded path segments, all of them ("v1" is 0); NULL past the end. */
const char *yq_request_part (YqRequest *request, guint i);
const char *yq_request_query (YqRequest *request, const char *name); /* first value or NULL */
/* every parameter in order, also repeated ones */
guint yq_request_n_query (YqRequest *request);
void yq_request_nth_query (YqRequest *request, guint i, const char **name, const char **value);
const char *yq_request_header (YqRequest *request, const char *name);
GBytes *yq_request_body (YqRequest *request);        /* whole, within its limit; borrowed */
const char *yq_request_address (YqRequest *request); /* of the peer, or what the proxy says */
YqLanguage
yq_request_language (YqRequest *request); /* for yq_text_set_language() on other threads */

/* Exactly one of these per request, on the loop's thread, or on any thread while parked (then
 * yq_request_resume must follow). */
void yq_request_reply_json (YqRequest *request, guint status,
                            GString *body); /* takes body; gzip where accepted and worth it */
void yq_request_reply (YqRequest *request, guint status, const char *type,
                       GBytes *body);                            /* keeps a reference */
void yq_request_refuse (YqRequest *request, YqProblem *problem); /* takes problem */
void yq_request_add_header (YqRequest *request, const char *name,
                            const char *value); /* before the reply */

/* The handler goes away and somebody else answers.  deadline_ms (from now) 0: none.  When it
 * passes, on_deadline is called once on the loop's thread and does what any holder does: replies
 * and resumes, or continues - unless another holder has already begun to answer; only they can
 * tell, under a lock of their own. */
void yq_request_park (YqRequest *request, gint64 deadline_ms, YqHandler on_deadline);
void yq_request_resume (YqRequest *request); /* any thread, once, after a reply was set */
/* Right after it was parked: what it will be answered is on the disk by then.  Else the answer
 * waits for all that was committed until it was resumed. */
void yq_request_comes_from_disk (YqRequest *request);
/* Instead of a reply and a resume: handler is called on the loop's thread, and must reply or park
 * again. */
void yq_request_continue (YqRequest *request, YqHandler handler);
void yq_request_set_data (YqRequest *request, gpointer data, GDestroyNotify destroy);
gpointer yq_request_data (YqRequest *request);

/* -- streams: YQ_ROUTE_STREAMED routes; their handler runs before the body is there -- */
/* Called with each piece as it comes; may park (resume or continue then), must take the whole piece
 * first. */
typedef void (*YqRequestPiece) (YqRequest *request, gconstpointer data, gsize size);
/* The handler must call this or reply.  end is called after the last piece and must reply or park.
 */
void yq_request_stream (YqRequest *request, gint64 max_bytes, YqRequestPiece piece, YqHandler end);
gint64 yq_request_length (YqRequest *request); /* Content-Length; -1 where unknown */
/* An answer written piece by piece on the loop's thread: read fills at most size bytes from offset,
 * returns how many, or -1 for a failure that cuts the connection. */
typedef gssize (*YqRequestRead) (gpointer reader, gint64 offset, char *buffer, gsize size);
void yq_request_reply_stream (YqRequest *request, guint status, const char *type, gint64 size,
                              YqRequestRead read, gpointer reader, GDestroyNotify destroy);
SqlConn *
yq_request_files_conn (YqRequest *request); /* the loop's read-only connection to files.db */
