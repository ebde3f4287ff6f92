/* Keeps the store and the server alike: pushes the outbox, pulls the feeds, moves files.  Works in
 * a thread of its own; this object lives on the main thread and tells it there. */
#pragma once

#include "outbox.h"

typedef enum
{
  YQ_SYNC_OFFLINE,    /* the server does not answer; tried again by itself */
  YQ_SYNC_SYNCING,    /* sending or receiving */
  YQ_SYNC_UP_TO_DATE, /* waiting for news */
  YQ_SYNC_SIGNED_OUT, /* the server wants a new sign-in; the outbox stays */
} YqSyncState;

#define YQ_TYPE_SYNC (yq_sync_get_type ())
G_DECLARE_FINAL_TYPE (YqSync, yq_sync, YQ, SYNC, GObject)

/* Properties: "state" (YqSyncState as int), "last-sync" (gint64 ms UTC, 0 never), "text"
 * (translated, for the header bar), "n-received" (records of the running first load); all notify on
 * the main thread. Signal "signed-out" (): a 401 came. */
YqSync *yq_sync_new (YqStore *store, YqOutbox *outbox, const char *server);
/* token NULL: a visitor, the catalogue only.  Also after a new sign-in. */
void yq_sync_start (YqSync *self, const char *token);
void
yq_sync_stop (YqSync *self); /* ends the thread; waits at most for one piece of work on the disk */
void yq_sync_now (YqSync *self); /* F5; does not wait for the next try */

YqSyncState yq_sync_state (YqSync *self);
gint64 yq_sync_last (YqSync *self);
const char *yq_sync_text (YqSync *self); /* "离线 · 3 项待发送" … */

/* The content of a file that a record names: from the store, or fetched and kept there. */
void yq_sync_fetch_file_async (YqSync *self, const char *sha256, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
GBytes *yq_sync_fetch_file_finish (YqSync *self, GAsyncResult *result, GError **error);
/* The events of one record, newest last: GET …/ID/history.  Online only. */
void yq_sync_fetch_history_async (YqSync *self, const YqEntity *entity, const char *id,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
JsonNode *yq_sync_fetch_history_finish (YqSync *self, GAsyncResult *result, GError **error);
