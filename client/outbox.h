/* Commands made on this computer, on the disk before anything is sent, in order, until the server
 * answered and its answer has come back through the feed.  Main thread only.
 *
 * A YqOutbox is also a GListModel of YqCommand: everything that is not yet done, oldest first (the
 * tray). A refused or conflicting command keeps every typed character: its fields stand in the
 * draft of the record again, the command stays here as "needs you" with its problem until it is
 * sent again or dropped. */
#pragma once

#include "store.h"

typedef enum
{
  YQ_OUTBOX_ONLY_HERE, /* 仅在本机 */
  YQ_OUTBOX_SENDING,   /* 正在发送 */
  YQ_OUTBOX_DELIVERED, /* 已送达 */
  YQ_OUTBOX_NEEDS_YOU, /* 需处理 */
  YQ_N_OUTBOX_STATUSES
} YqOutboxStatus;
const char *yq_outbox_status_title (YqOutboxStatus status); /* translated */

/* -- one command; its properties "status" and "problem" notify -- */
#define YQ_TYPE_COMMAND (yq_command_get_type ())
G_DECLARE_FINAL_TYPE (YqCommand, yq_command, YQ, COMMAND, GObject)

const char *yq_command_id (YqCommand *self);
const YqEntity *yq_command_entity (YqCommand *self);
const char *yq_command_record (YqCommand *self);
const char *yq_command_action (YqCommand *self);       /* "save" or a step */
const char *yq_command_action_title (YqCommand *self); /* translated */
const char *yq_command_batch (YqCommand *self);
YqOutboxStatus yq_command_status (YqCommand *self);
const YqProblem *yq_command_problem (YqCommand *self); /* NULL unless it needs you */
gboolean yq_command_is_conflict (YqCommand *self);
gint64 yq_command_created_at (YqCommand *self); /* ms UTC */
gint64
yq_command_not_before (YqCommand *self); /* ms UTC; undo is possible until then; 0: at once */
JsonObject *yq_command_fields (YqCommand *self); /* as sent; borrowed */

/* -- the outbox -- */
#define YQ_TYPE_OUTBOX (yq_outbox_get_type ())
G_DECLARE_FINAL_TYPE (YqOutbox, yq_outbox, YQ, OUTBOX, GObject)

/* Signal "changed" (): counts or statuses changed, coalesced.  Properties "n-waiting" (only here or
 * being sent) and "n-needs-you", both guint.  Opening returns decisions that a crash caught inside
 * their undo time to undecided: what was typed stands in yq_store_load_args(). */
YqOutbox *yq_outbox_new (YqStore *store, GError **error);
YqStore *yq_outbox_store (YqOutbox *self);
guint yq_outbox_n_waiting (YqOutbox *self);
guint yq_outbox_n_needs_you (YqOutbox *self);
gboolean yq_outbox_is_empty (YqOutbox *self); /* nothing waits, nothing needs you */

/* Sends the edits of record (which are saved first).  Nothing to send is no error.  On the disk on
 * return. */
gboolean yq_outbox_save (YqOutbox *self, YqRecord *record, GError **error);
/* Edits, then the step.  A new record is created by the same or a preceding command.  args may be
 * NULL.  What needed you on this record is replaced.  A decision waits YQ_UNDO_MS first.  *batch
 * (may be NULL) names it for undo and progress; free it. */
gboolean yq_outbox_submit (YqOutbox *self, YqRecord *record, const YqStep *step,
                           const YqValues *args, char **batch, GError **error);
/* One of many that is not on the disk: which, counted from 0, and why, translated. */
typedef struct
{
  guint index;
  char *why;
} YqLeftOut;
/* The same step on many records, one command each, in few transactions, off the main thread.  ids
 * are records of entity; args is copied.  finish gives the batch, and in left_out (free it with
 * g_ptr_array_unref) those that were not kept, in their order; NULL with an error where nothing
 * could be kept at all. */
void yq_outbox_submit_many_async (YqOutbox *self, const YqEntity *entity, const char *const *ids,
                                  const YqStep *step, const YqValues *args,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
char *yq_outbox_submit_many_finish (YqOutbox *self, GAsyncResult *result, GPtrArray **left_out,
                                    GError **error);
/* Saves many new or edited records of one entity (import), one command each; records is kept and
 * its records may not be touched until the answer.  finish as above. */
void yq_outbox_save_many_async (YqOutbox *self, GPtrArray *records, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
char *yq_outbox_save_many_finish (YqOutbox *self, GAsyncResult *result, GPtrArray **left_out,
                                  GError **error);
/* Deletes a record: at once where the server never saw it, else by a command. */
gboolean yq_outbox_delete (YqOutbox *self, YqRecord *record, GError **error);
/* Deletes many, one command each, off the main thread; those that the server knows wait YQ_UNDO_MS
 * first.  finish as of yq_outbox_submit_many_async(). */
void yq_outbox_delete_many_async (YqOutbox *self, const YqEntity *entity, const char *const *ids,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
char *yq_outbox_delete_many_finish (YqOutbox *self, GAsyncResult *result, GPtrArray **left_out,
                                    GError **error);

/* -- undo: removes a batch whose commands all wait; FALSE when it is too late.  What was typed
 * stands in the draft and in yq_store_load_args() again. -- */
gboolean yq_outbox_undo (YqOutbox *self, const char *batch, GError **error);
guint yq_outbox_n_held (YqOutbox *self); /* inside their undo time: ask before quitting */
gboolean yq_outbox_release_held (YqOutbox *self, GError **error); /* send now */

/* -- looking -- */
/* What became of a batch, also after it is done (kept while the program runs). */
typedef struct
{
  guint n_total;
  guint n[YQ_N_OUTBOX_STATUSES];
} YqBatchCounts;
void yq_outbox_batch_counts (YqOutbox *self, const char *batch, YqBatchCounts *counts);
GPtrArray *yq_outbox_batch_commands (YqOutbox *self,
                                     const char *batch); /* new array of references */
/* In words for one record: drafts and waiting commands are ONLY_HERE, needing ones win, nothing is
 * DELIVERED. */
YqOutboxStatus yq_outbox_record_status (YqOutbox *self, const YqEntity *entity, const char *id);
GPtrArray *yq_outbox_record_commands (YqOutbox *self, const YqEntity *entity, const char *id);
/* What the first command of this record that needs you was told; NULL where none does. */
const YqProblem *yq_outbox_record_problem (YqOutbox *self, const YqEntity *entity, const char *id);

/* -- what needs you -- */
/* Sends it and what waits behind it again as it is, under new ids, on the record's present
 * revision. */
gboolean yq_outbox_retry (YqOutbox *self, YqCommand *command, GError **error);
/* Gives it up with all that waits behind it on that record; the edits are dropped too where
 * with_edits. */
gboolean yq_outbox_drop (YqOutbox *self, YqCommand *command, gboolean with_edits, GError **error);
/* Everything not delivered, with its files, as one JSON file (0600) and back: ids stay, so nothing
 * happens twice. import answers how many were new, -1 on error. */
gboolean yq_outbox_export (YqOutbox *self, const char *path, GError **error);
int yq_outbox_import (YqOutbox *self, const char *path, GError **error);
