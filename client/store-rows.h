/* Rows of the store: how the layers of a record are put together.  Only for the store's own files.
 */
#pragma once

#include "store-db.h"

typedef enum
{
  YQ_ROW_ONLY_HERE, /* as YqOutboxStatus */
  YQ_ROW_SENDING,
  YQ_ROW_DELIVERED,
  YQ_ROW_NEEDS_YOU,
} YqRowStatus;

typedef struct
{
  gint64 row; /* 0: not stored */
  gint64 revision;
  gint64 created_at;
  gint64 updated_at;
  gboolean hidden;
  gint64 generation[YQ_N_SCOPES];
  char *server;
  char *overlay;
  char *other;
} YqRow;

void yq_row_clear (YqRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (YqRow, yq_row_clear)

gboolean yq_row_load (YqStoreDb *db, const YqEntity *entity, const char *id, YqRow *row);
YqRecord *yq_row_server (const YqEntity *entity, const YqRow *row); /* NULL where there is none */
/* Server copy and overlay, hidden or not. */
YqRecord *yq_row_local (const YqEntity *entity, const char *id, const YqRow *row);

/* A draft's three objects of field values. */
typedef struct
{
  JsonObject *base, *patch, *theirs; /* theirs may be empty */
  gint64 created_at, updated_at;     /* ms UTC */
} YqDraft;

YqDraft *yq_draft_new (void);
void yq_draft_free (YqDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqDraft, yq_draft_free)

/* step "" is the record's own fields.  NULL: there is none. */
YqDraft *yq_draft_load (YqStoreDb *db, const YqEntity *entity, const char *id, const char *step);
gboolean yq_draft_write (YqStoreDb *db, const YqEntity *entity, const char *id, const char *step,
                         const YqDraft *draft, GError **error);
gboolean yq_draft_delete (YqStoreDb *db, const YqEntity *entity, const char *id, const char *step,
                          GError **error);
/* Compares the draft with what stands below it now: what became equal goes, what differs from its
 * base is a conflict.  TRUE where something changed. */
gboolean yq_draft_merge (YqDraft *draft, YqRecord *below);
/* Puts the fields of a command that comes back under the draft: newer typing wins, older bases
 * stay. */
void yq_draft_take_back (YqDraft *draft, JsonObject *fields, JsonObject *base);

/* What a queued command will make of the record, by the same tables as the server. */
void yq_predict (YqStoreDb *db, YqRecord *record, const char *action, JsonObject *fields,
                 gboolean *is_deleted);

/* Reads fields as they are, acceptable or not; unknown names are left out.  touched may be NULL. */
void yq_values_take_json (YqValues *values, JsonObject *object, GArray *touched);
JsonObject *yq_json_object_of (const char *text); /* an empty one where text is NULL or broken */
char *yq_json_text_of (JsonObject *object);
JsonNode *yq_json_value_of (const YqValues *values, guint field);
