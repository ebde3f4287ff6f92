/* A live GListModel of YqRecord over a query of the store: the ids in memory, the records read page
 * by page. Items are the store's live records: the same object for the same record, refreshed in
 * place.  The query runs in the store's worker; a change of the query shows as one removal and one
 * insertion, a change in the store as the smallest splices; signal "replaced" () after either where
 * many rows changed at once.  Main thread. */
#pragma once

#include "store.h"

#define YQ_TYPE_RECORD_LIST (yq_record_list_get_type ())
G_DECLARE_FINAL_TYPE (YqRecordList, yq_record_list, YQ, RECORD_LIST, GObject)

/* Properties: "loading" (gboolean), "n-items" (guint), "error" (char *, NULL). */
YqRecordList *yq_record_list_new (YqStore *store,
                                  const YqQuery *query); /* query is copied; may be NULL: empty */
void yq_record_list_set_query (YqRecordList *self, const YqQuery *query);
const YqQuery *yq_record_list_query (YqRecordList *self);
YqStore *yq_record_list_store (YqRecordList *self);
gboolean yq_record_list_is_loading (YqRecordList *self);
/* Waits in a loop of the main context until nothing is loading; for tests and exports. */
void yq_record_list_wait (YqRecordList *self);
/* The first rows of a new query are there, the rest is still being read: no number to be told. */
gboolean yq_record_list_is_cut (YqRecordList *self);
/* In an "items-changed" of many that a "replaced" follows. */
gboolean yq_record_list_is_replacing (YqRecordList *self);
/* Reads the rest at once, for who means all of it. */
void yq_record_list_complete (YqRecordList *self);
const char *yq_record_list_id (YqRecordList *self, guint position); /* without reading the record */
/* Where a record stands; GTK_INVALID_LIST_POSITION (G_MAXUINT) where it does not. */
guint yq_record_list_find (YqRecordList *self, const char *id);
/* The same by the row of a YqPlace. */
guint yq_record_list_find_row (YqRecordList *self, gint64 row);
gint64 yq_record_list_row (YqRecordList *self, guint position); /* 0 beyond the end */
/* Records per value of a field, the query's own conditions on it left aside (filter chips), kept up
 * to date: signal "counts-changed" ().  name is one field at a time; NULL stops. */
void yq_record_list_count_by (YqRecordList *self, const char *name);
guint yq_record_list_count (YqRecordList *self, const char *value); /* "" is all */

/* -- ticks: a set of record ids of its own, which survives filtering and sorting -- */
#define YQ_TYPE_TICK_SET (yq_tick_set_get_type ())
G_DECLARE_FINAL_TYPE (YqTickSet, yq_tick_set, YQ, TICK_SET, GObject)

/* Signal "changed" (); property "n-ticked" (guint). */
YqTickSet *yq_tick_set_new (void);
guint yq_tick_set_size (YqTickSet *self);
gboolean yq_tick_set_has (YqTickSet *self, const char *id);
void yq_tick_set_set (YqTickSet *self, const char *id, gboolean ticked);
void yq_tick_set_clear (YqTickSet *self);
/* Everything that matches the list's query now; or positions [from, to] of it. One "changed". */
void yq_tick_set_add_all (YqTickSet *self, YqRecordList *list);
void yq_tick_set_add_range (YqTickSet *self, YqRecordList *list, guint from, guint to);
guint yq_tick_set_n_within (YqTickSet *self, YqRecordList *list); /* ticked and shown */
char **yq_tick_set_dup_ids (YqTickSet *self);                     /* in the order ticked */
