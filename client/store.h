/* The records this computer knows: the server's copy, what the person typed since (drafts), and
 * what her queued commands will make of it.  One SQLite file, DIR/store.db, and DIR/files.
 *
 * What everybody reads is the local view: server copy + queued commands + draft.  Reads by id and
 * small lists are made on the main thread (well under a millisecond); everything that may take
 * longer than a frame has an _async form that runs in the store's worker.  Drafts are on the disk
 * when a call returns. */
#pragma once

#include <gio/gio.h>

#include "access.h"
#include "record.h"
#include "workflow.h"
#include "world.h"

#define YQ_STORE_ERROR (yq_store_error_quark ())
typedef enum
{
  YQ_STORE_ERROR_FAILED,  /* the disk or the database */
  YQ_STORE_ERROR_FULL,    /* no room on this computer's disk: nothing was kept, nothing is lost */
  YQ_STORE_ERROR_KEY,     /* the store was made with another key */
  YQ_STORE_ERROR_FILE,    /* a picked file is too large, of the wrong kind or unreadable */
  YQ_STORE_ERROR_GONE,    /* no such record or command any more */
  YQ_STORE_ERROR_CONFLICT /* first choose between mine and theirs */
} YqStoreError;
GQuark yq_store_error_quark (void);

#define YQ_STORE_KEY_SIZE 32

#define YQ_TYPE_STORE (yq_store_get_type ())
G_DECLARE_FINAL_TYPE (YqStore, yq_store, YQ, STORE, GObject)

/* Signal "changed" (const char *entity, const char *id), detailed by entity ("changed::order"), on
 * the main context, coalesced: at most one per record and turn of the loop; id NULL means many at
 * once. */

/* Opens or creates dir/store.db.  key is YQ_STORE_KEY_SIZE bytes and protects private fields.  The
 * calling thread's default context becomes "main". */
YqStore *yq_store_open (const char *dir, GBytes *key, GError **error);
/* Ends the worker; nothing may use the store afterwards.  Also done by the last unref. */
void yq_store_close (YqStore *self);
const char *yq_store_dir (YqStore *self);
/* On whose behalf the store is used: owners of new records.  Copied; NULL is a visitor. */
void yq_store_set_who (YqStore *self, const YqWho *who);
const YqWho *yq_store_who (YqStore *self); /* never NULL */
/* The store as guards see it; main thread only; its "now" is fresh at every call of this. */
YqWorld *yq_store_world (YqStore *self);

/* -- reading; main thread -- */
/* The local view, a snapshot of its own that the caller may edit.  NULL if unknown. */
YqRecord *yq_store_get (YqStore *self, const YqEntity *entity, const char *id);
/* copy, made of a record of this store, is edited in its place: its edits are what differs from
 * seen, and collide only with what somebody else changed since then. */
void yq_store_edit_copy (YqRecord *copy, YqRecord *seen);
/* The local view, one object per record for all who ask while anybody holds it, brought up to date
 * in place (notify::version).  Not to be edited. */
YqRecord *yq_store_get_live (YqStore *self, const YqEntity *entity, const char *id);
/* As the server last sent it, without anything of this computer. */
YqRecord *yq_store_get_server (YqStore *self, const YqEntity *entity, const char *id);
/* What a reference is called: the record's title, or NULL where it is not known. Free it. */
char *yq_store_title (YqStore *self, const YqEntity *entity, const char *id);
/* As yq_values_format(), with references by their titles. */
char *yq_store_format (YqStore *self, const YqValues *values, guint field);

/* -- drafts; main thread, durable on return -- */
/* A new record of mine with a new id, owners filled in; nothing is stored before the first save. */
YqRecord *yq_store_new_record (YqStore *self, const YqEntity *entity);
/* Stores what was changed in record since it was read from the store or last saved here: only those
 * fields become edits.  Call at every pause of typing.  Nothing changed: does nothing. */
gboolean yq_store_save_draft (YqStore *self, YqRecord *record, GError **error);
/* Brings what changed in the store meanwhile into a record that is being edited, except fields that
 * were edited and not saved.  TRUE where something changed (yq_record_changed() has been called).
 */
gboolean yq_store_reload (YqStore *self, YqRecord *record);
/* Throws the edits away; a record the server never saw disappears. */
gboolean yq_store_discard_draft (YqStore *self, const YqEntity *entity, const char *id,
                                 GError **error);
gboolean yq_store_has_draft (YqStore *self, const YqEntity *entity, const char *id);
/* Names of the fields with unsent edits; NULL-terminated, never NULL. */
char **yq_store_draft_fields (YqStore *self, const YqEntity *entity, const char *id);
/* What was typed into the form of a step (a comment, amounts) but not sent.  values NULL forgets.
 */
gboolean yq_store_save_args (YqStore *self, const YqEntity *entity, const char *id,
                             const YqStep *step, const YqValues *values, GError **error);
YqValues *yq_store_load_args (YqStore *self, const YqEntity *entity, const char *id,
                              const YqStep *step); /* NULL where there is nothing */

/* -- conflicts: the same field changed here and on the server -- */
typedef struct
{
  char *field;
  YqValues *base, *mine, *theirs; /* values of the entity; look at .field only */
} YqConflict;
GPtrArray *yq_store_conflicts (YqStore *self, const YqEntity *entity,
                               const char *id); /* of YqConflict; may be empty */
gboolean yq_store_is_in_conflict (YqStore *self, const YqEntity *entity, const char *id);
guint yq_store_n_conflicts (YqStore *self); /* records with at least one */
/* mine TRUE keeps the edit (over the server's new value), FALSE takes the server's.  A third value:
 * save a draft with it, then resolve with mine. */
gboolean yq_store_resolve (YqStore *self, const YqEntity *entity, const char *id, const char *field,
                           gboolean mine, GError **error);

/* -- queries -- */
typedef struct _YqQuery YqQuery;
YqQuery *yq_query_new (const YqEntity *entity);
YqQuery *yq_query_copy (const YqQuery *query);
void yq_query_free (YqQuery *query);
const YqEntity *yq_query_entity (const YqQuery *query);
void yq_query_set_text (YqQuery *query, const char *typed); /* full text; NULL or "" is none */
const char *yq_query_text (const YqQuery *query);
/* name is a field, or "state", "buyer", "carrier", "desk", "account", "region"; the same name again
 * adds an "or"; different names are "and".  Regions match by ancestor, "=330000" only that code;
 * references and rows match any element. Fields that are YQ_LIST, YQ_INDEX, choices, regions,
 * references, dates or times can be asked for (not YQ_SECRET). */
void yq_query_add (YqQuery *query, const char *name, const char *value);
/* What yq_query_add() was given for name, "a|b"; NULL: nothing.  Free it. */
char *yq_query_dup_values (const YqQuery *query, const char *name);
void yq_query_add_int (YqQuery *query, const char *name, gint64 value);
/* Both ends included; G_MININT64 and G_MAXINT64 are open. Also "created_at", "updated_at" (ms UTC).
 */
void yq_query_add_range (YqQuery *query, const char *name, gint64 from, gint64 to);
void yq_query_add_dates (YqQuery *query, const char *name, const char *from,
                         const char *to); /* NULL is open */
/* Only what is shown on that day ("YYYY-MM-DD"), where the entity says from when to when. */
void yq_query_add_shown (YqQuery *query, const char *day);
/* Of a text of codes: "stem" and "stem.…". */
void yq_query_add_stem (YqQuery *query, const char *name, const char *stem);
void yq_query_remove (YqQuery *query, const char *name);        /* all conditions of that name */
void yq_query_set_ids (YqQuery *query, const char *const *ids); /* only these; NULL lifts it */
/* A field (as above), "created_at" or "updated_at"; NULL is the default: newest first, with text
 * best first. Chinese sorts by pinyin, money as numbers, what is unset comes last. */
void yq_query_set_sort (YqQuery *query, const char *name, gboolean descending);
gboolean yq_query_can_sort (const YqEntity *entity, const char *name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqQuery, yq_query_free)

/* At once, on the main thread: for what is known to be small.  limit 0 is all.  New array of
 * references. */
GPtrArray *yq_store_list (YqStore *self, const YqQuery *query, guint limit);
guint yq_store_count (YqStore *self, const YqQuery *query);
void yq_store_list_async (YqStore *self, const YqQuery *query, guint limit,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data);
GPtrArray *yq_store_list_finish (YqStore *self, GAsyncResult *result, GError **error);
/* How many per value of name, the query's own conditions on that name left aside (for filter
 * chips): char* -> GUINT_TO_POINTER; "" holds the sum. */
void yq_store_count_by_async (YqStore *self, const YqQuery *query, const char *name,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
GHashTable *yq_store_count_by_finish (YqStore *self, GAsyncResult *result, GError **error);
/* The same at once, on the main thread; NULL where it cannot be read. */
GHashTable *yq_store_count_by (YqStore *self, const YqQuery *query, const char *name);
/* The sum of a number field over what matches; main thread. */
gint64 yq_store_sum (YqStore *self, const YqQuery *query, const char *name);

/* -- places: where the records of a query stand on the map -- */
typedef struct
{
  gint64 row;              /* of yq_record_list_find_row() */
  int latitude, longitude; /* millionths of degrees */
} YqPlace;
/* In the order of the query; a record without a place of its own stands at its carrier's, one
 * without either is left out.  finish: a GArray of YqPlace. */
void yq_store_places_async (YqStore *self, const YqQuery *query, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
GArray *yq_store_places_finish (YqStore *self, GAsyncResult *result, GError **error);

/* -- files: content-addressed copies in DIR/files, sealed with the store's key; what an older
 * version kept plain is sealed in the background after opening -- */
/* Copies a picked file and checks size and ending against field (may be NULL).  The result is the
 * element for the field's array: {"sha256","name"}. */
void yq_store_add_file_async (YqStore *self, GFile *file, const YqField *field,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
JsonObject *yq_store_add_file_finish (YqStore *self, GAsyncResult *result, GError **error);
JsonObject *yq_store_add_file (YqStore *self, GFile *file, const YqField *field, GError **error);
/* Any thread.  Is a copy here (else yq_sync_fetch_file_async())? */
gboolean yq_store_has_file (YqStore *self, const char *sha256);
/* Any thread.  Its content, checked against its digest; a new reference. */
GBytes *yq_store_read_file (YqStore *self, const char *sha256, GError **error);
void yq_store_read_file_async (YqStore *self, const char *sha256, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
GBytes *yq_store_read_file_finish (YqStore *self, GAsyncResult *result, GError **error);
/* Any thread.  Keeps content, on the disk on return; sha256 (may be NULL) is its name, free it. */
gboolean yq_store_keep_file (YqStore *self, GBytes *content, char **sha256, GError **error);

/* -- small things kept between runs (column widths are GSettings'; this is for cursors, last page
 * …) -- */
char *yq_store_get_meta (YqStore *self, const char *name);
gboolean yq_store_set_meta (YqStore *self, const char *name, const char *value, GError **error);
