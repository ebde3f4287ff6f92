/* The store's file as one thread sees it: a connection, the key for private fields, and the rows of
 * records with their indexes.  No objects, no signals; each thread opens its own.  Everything that
 * writes runs inside a transaction of the caller, who holds the store's write lock. */
#pragma once

#include "record.h"
#include "sql.h"
#include "world.h"

#include "access.h"

typedef struct _YqStoreDb
{
  SqlConn *conn;
  guint8 key[32];
  GHashTable *names; /* "entity/field" -> number in the table "name" */
  YqWorld *world;    /* over this connection; see world-store.h */
  const YqWho *who;  /* borrowed; never NULL */
  GArray *pending;   /* keys of new records not yet written, while many come; else NULL */
} YqStoreDb;

/* Where a record stood in the feeds. */
typedef enum
{
  YQ_SCOPE_MINE,
  YQ_SCOPE_CATALOGUE,
  YQ_N_SCOPES
} YqScope;

/* Layers of the local view, each with those before it. */
typedef enum
{
  YQ_VIEW_SERVER, /* as it came */
  YQ_VIEW_QUEUED, /* and what the queued commands make of it */
  YQ_VIEW_LOCAL,  /* and the draft */
} YqView;

/* create also makes tables and indexes and checks the key. */
YqStoreDb *yq_store_db_open (const char *dir, GBytes *key, gboolean create, GError **error);
void yq_store_db_close (YqStoreDb *db);
/* A full disk in words a person can act on (YQ_STORE_ERROR_FULL); other errors stay. */
void yq_store_db_explain (GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqStoreDb, yq_store_db_close)

/* -- text at rest: sealed where the entity has private fields; free holder after the statement --
 */
SqlValue yq_store_db_seal (YqStoreDb *db, const YqEntity *entity, const char *text, char **holder);
char *yq_store_db_unseal (YqStoreDb *db, SqlRows *rows, guint column); /* NULL is NULL */
gboolean yq_entity_has_secrets (const YqEntity *entity);

/* -- records -- */
YqRecord *yq_store_db_read (YqStoreDb *db, const YqEntity *entity, const char *id, YqView view);
/* What revision that of YQ_VIEW_QUEUED is, mostly without reading it; FALSE where there is none. */
gboolean yq_store_db_queued_revision (YqStoreDb *db, const YqEntity *entity, const char *id,
                                      gint64 *revision);
/* The local view of a row; NULL where it is gone or deleted here. */
YqRecord *yq_store_db_read_row (YqStoreDb *db, gint64 row);
gint64 yq_store_db_row_of (YqStoreDb *db, const YqEntity *entity, const char *id); /* 0: none */
gboolean yq_store_db_row_id (YqStoreDb *db, gint64 row, char id[37]);
/* Calls entity->known with the server's copies, where the database is opened. */
void yq_store_db_make_known (YqStoreDb *db, const YqEntity *entity);
/* One record of a feed (store-received.h); what it holds may be taken out of it.  changed answers
 * whether anything can be seen to differ. */
typedef struct _YqReceived YqReceived;
gboolean yq_store_db_receive (YqStoreDb *db, YqReceived *received, YqScope scope, gint64 generation,
                              gboolean *changed, GError **error);
/* Drops what the scope did not show again in this generation. */
gboolean yq_store_db_sweep (YqStoreDb *db, YqScope scope, gint64 generation, GHashTable *entities,
                            GError **error);
/* Computes the local view of a record again: after its draft or its commands changed. */
gboolean yq_store_db_rebuild (YqStoreDb *db, const YqEntity *entity, const char *id,
                              GError **error);
/* Owners of a record the server does not know yet. */
void yq_store_db_fill_owners (YqStoreDb *db, YqRecord *record);

/* -- indexes -- */
/* What a record is found by, as the full-text index takes it. */
typedef struct
{
  char *pairs, *singles, *initials, *filters; /* all NULL where nothing of it is searched */
} YqWords;
YqWords *yq_words_new (YqRecord *record); /* any thread */
void yq_words_free (YqWords *words);
/* words are those of after where somebody has made them already, or NULL. */
gboolean yq_store_db_index (YqStoreDb *db, gint64 row, YqRecord *before, YqRecord *after,
                            const YqWords *words, GError **error);
gboolean yq_store_db_index_all (YqStoreDb *db, GError **error); /* from the records, anew */
gint64 yq_store_db_name (YqStoreDb *db, const YqEntity *entity, const char *name); /* 0: none */
gboolean yq_field_is_keyed (const YqField *field);
gboolean yq_field_is_sortable (const YqField *field);
/* A value as it stands in the index; holder keeps text alive. */
SqlValue yq_field_key (const YqField *field, const char *text, char **holder);
/* A place on the map, millionths of degrees, as it stands in the index under "@place"; and back. */
gint64 yq_place_key (gint64 latitude, gint64 longitude);
void yq_place_of_key (gint64 key, int *latitude, int *longitude);
gboolean yq_field_has_token (const YqField *field);
/* The word by which a search is narrowed to a value of a field with tokens, of "state", "buyer",
 * "carrier", "desk", "region" (2, 4 or 6 digits) or "entity". */
char *yq_search_token (const char *name, const char *value);
/* While many new records come: flush before each commit; off forgets what was not flushed. */
void yq_store_db_set_bulk (YqStoreDb *db, gboolean is_bulk);
gboolean yq_store_db_flush (YqStoreDb *db, GError **error);

/* -- small ones -- */
char *yq_store_db_get_meta (YqStoreDb *db, const char *name);
gboolean yq_store_db_set_meta (YqStoreDb *db, const char *name, const char *value, GError **error);
gint64 yq_store_db_get_number (YqStoreDb *db, const char *name); /* 0 where there is none */
gboolean yq_store_db_set_number (YqStoreDb *db, const char *name, gint64 value, GError **error);
