/* The outbox as rows of the store: what both the main thread and the sync thread do with it.  All
 * functions but the readers run inside a transaction of the caller. */
#pragma once

#include "store-rows.h"

typedef struct
{
  gint64 seq;
  char *id;
  char *batch;
  const YqEntity *entity;
  char *record;
  char *action;
  gint64 revision;
  char *fields; /* JSON */
  char *base;   /* JSON of what stood there when it was typed, or NULL */
  YqRowStatus status;
  gboolean was_sent; /* the server may know it: no way back before its answer */
  gboolean is_held;  /* inside its undo time, by what the disk says */
  gint64 not_before;
  gint64 created_at;
  gboolean is_conflict;
  char *problem; /* JSON, NULL unless it was refused itself */
} YqQueued;

void yq_queued_free (YqQueued *queued);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqQueued, yq_queued_free)

/* -- reading -- */
GPtrArray *yq_queue_all (YqStoreDb *db);
GPtrArray *yq_queue_of_record (YqStoreDb *db, const YqEntity *entity, const char *id);
GPtrArray *yq_queue_of_batch (YqStoreDb *db, const char *batch);
YqQueued *yq_queue_find (YqStoreDb *db, const char *id);
gboolean yq_queue_names (const YqQueued *queued,
                         const char *id);           /* is id anywhere in its fields? */
GPtrArray *yq_queue_files (const YqQueued *queued); /* char*, the sha256 it names */

/* -- writing -- */
/* The draft of a record and a step (NULL: the save alone) become commands.  What needed the person
 * on this record is replaced.  n counts them. */
gboolean yq_queue_submit (YqStoreDb *db, const YqEntity *entity, const char *id, const YqStep *step,
                          const YqValues *args, const char *batch, guint *n, GError **error);
/* A record that nobody knows yet, without a draft before. */
gboolean yq_queue_create (YqStoreDb *db, YqRecord *record, const char *batch, GError **error);
/* is_held: it waits YQ_UNDO_MS first, where the server knows the record. */
gboolean yq_queue_delete (YqStoreDb *db, YqRecord *record, const char *batch, gboolean is_held,
                          GError **error);
gboolean yq_queue_insert (YqStoreDb *db, const YqQueued *queued, GError **error);
/* Commands of a record from seq on give back what was typed; then they are removed, or need the
 * person. */
gboolean yq_queue_take_back (YqStoreDb *db, const YqEntity *entity, const char *id, gint64 seq,
                             gboolean remove, GError **error);
/* What needs the person on a record goes, the draft stays. */
gboolean yq_queue_forget (YqStoreDb *db, const YqEntity *entity, const char *id, GError **error);
/* Held commands whose undo time is over may be sent from now on. */
gboolean yq_queue_release (YqStoreDb *db, gint64 until, GError **error);
/* What was being sent waits again: nobody sends it any more. */
gboolean yq_queue_unsend (YqStoreDb *db, GError **error);
/* At the start: held decisions become undecided, what was being sent waits again. */
gboolean yq_queue_recover (YqStoreDb *db, GError **error);

/* -- sending -- */
typedef struct
{
  GPtrArray *commands; /* of YqQueued, to be sent now, in order */
  GPtrArray *files;    /* char*: to be sent before others can go */
  gint64 next;         /* ms UTC when more may go; 0: nothing waits for a time */
} YqDue;
void yq_due_clear (YqDue *due);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (YqDue, yq_due_clear)
/* has_file says whether the server has a file already; NULL: it has them all. */
void yq_queue_due (YqStoreDb *db, gint64 now, gboolean (*has_file) (const char *, gpointer),
                   gpointer user_data, YqDue *due);
/* Commands that were undone in this moment leave the array. */
gboolean yq_queue_set_sending (YqStoreDb *db, GPtrArray *commands, gboolean sending,
                               GError **error);
void yq_queue_append_json (GString *out, const YqQueued *queued);
/* One element of "results". */
gboolean yq_queue_answer (YqStoreDb *db, JsonObject *result, gint64 now, GError **error);
/* Commands that name this file cannot go: problem is told for each. */
gboolean yq_queue_refuse_file (YqStoreDb *db, const char *sha256, const YqProblem *problem,
                               GError **error);
/* Answered before that time and not shown by the feed since: they have no effect to wait for. */
gboolean yq_queue_finish (YqStoreDb *db, gint64 before, GError **error);
