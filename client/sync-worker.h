/* The thread that talks to the server: one sender of commands and files, one reader of each feed.
 */
#pragma once

#include "api-client.h"
#include "store-private.h"
#include "sync.h"

typedef struct _YqSyncWorker YqSyncWorker;

typedef struct
{
  YqSyncState state;
  gint64 last_sync;      /* ms UTC, 0: not in this run */
  guint n_received;      /* records of a load that is still running */
  gboolean may_send;     /* FALSE: the server wants a new sign-in */
  gboolean is_disk_full; /* what comes cannot be kept on this computer */
} YqSyncReport;

/* report is called on the thread-default context of the caller.  token NULL: the catalogue only. */
YqSyncWorker *yq_sync_worker_start (YqStore *store, const char *server, const char *token,
                                    void (*report) (const YqSyncReport *report, gpointer user_data),
                                    gpointer user_data);
/* Ends what is under way and joins; report is not called any more. */
void yq_sync_worker_stop (YqSyncWorker *worker);
/* Any thread. */
void yq_sync_worker_kick (YqSyncWorker *worker); /* the outbox has something */
void yq_sync_worker_now (YqSyncWorker *worker);  /* no more waiting for a next try */

/* Requests of the main thread in the worker's: result comes back through task on its own context.
 */
void yq_sync_worker_get_file (YqSyncWorker *worker, const char *sha256,
                              GTask *task); /* takes task; GBytes*, kept in the store */
void yq_sync_worker_get_json (YqSyncWorker *worker, const char *path,
                              GTask *task); /* takes task; JsonNode* */
