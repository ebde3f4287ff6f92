/* The store's inner side, for outbox, sync and lists: connections, the write lock, work off the
 * main thread, and telling the main thread what changed. */
#pragma once

#include "record-list.h"
#include "store-db.h"
#include "store.h"

/* The main thread's own connection. */
YqStoreDb *yq_store_db (YqStore *self);
/* Another one, for the calling thread. */
YqStoreDb *yq_store_open_db (YqStore *self, GError **error);

const guint8 *yq_store_key (YqStore *self); /* YQ_STORE_KEY_SIZE bytes; any thread */
void yq_store_seal_files (YqStore *self);   /* what older versions left plain, in the background */

/* One writer at a time in this program; the main thread goes first.  begin takes the lock and opens
 * a transaction; end commits (or rolls back where ok is FALSE) and gives the lock back. */
gboolean yq_store_begin (YqStore *self, YqStoreDb *db, GError **error);
gboolean yq_store_end (YqStore *self, YqStoreDb *db, gboolean ok, GError **error);

/* Any thread: "changed" will be emitted on the main thread.  id NULL: many. */
void yq_store_notice (YqStore *self, const YqEntity *entity, const char *id);
/* Any thread: what stands in the outbox table is not what it was. */
void yq_store_notice_outbox (YqStore *self);

/* Work in a thread of the store, in order: func runs there with that thread's connection; its
 * result (freed with destroy where nobody takes it) or error comes back through task, which is
 * taken, on the task's context. */
typedef enum
{
  YQ_LANE_READ,  /* queries */
  YQ_LANE_COUNT, /* statistics: seconds, while lists go on */
  YQ_LANE_WRITE, /* batches, files */
  YQ_N_LANES
} YqLane;
typedef gpointer (*YqStoreJob) (YqStore *self, YqStoreDb *db, gpointer task_data, GError **error);
void yq_store_run (YqStore *self, YqLane lane, GTask *task, YqStoreJob func,
                   GDestroyNotify destroy);

/* Queries as row numbers, in order; for lists. */
GArray *yq_query_rows (YqStoreDb *db, const YqQuery *query, guint limit,
                       GError **error); /* gint64 */
GHashTable *yq_query_count_by (YqStoreDb *db, const YqQuery *query, const char *name,
                               GError **error);
/* Runs "before (SELECT row …) after" over the rows a query matches, in one statement; each is told
 * every line of the answer.  For sums and groups. */
gboolean yq_query_each (YqStoreDb *db, const YqQuery *query, const char *before, const char *after,
                        void (*each) (SqlRows *rows, gpointer user_data), gpointer user_data,
                        GError **error);
/* The live record of a row; NULL where it is gone.  Main thread. */
YqRecord *yq_store_live_row (YqStore *self, gint64 row);
/* A list's row numbers, for ticks. */
GArray *yq_record_list_rows (YqRecordList *self);
gboolean yq_record_list_has_row (YqRecordList *self, gint64 row);

/* -- inside a transaction, for the outbox -- */
/* What was typed into record and not yet saved becomes edits. */
gboolean yq_store_db_save_edits (YqStoreDb *db, YqRecord *record, GError **error);
/* After the commit: what stands in record is saved. */
void yq_store_settle (YqRecord *record);
YqValues *yq_store_baseline (YqRecord *record); /* NULL where it never was in the store */
