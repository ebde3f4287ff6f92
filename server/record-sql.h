/* Records in SQL: one table per entity named after it, with the columns id, revision, state,
 * created_at, updated_at, the owners buyer, carrier, desk, region, account, and one typed column
 * per field.  Arrays are canonical JSON text; YQ_SECRET fields are sealed.  Texts of the statements
 * are built once.  Names are always quoted
 * ("order" is a word of SQL); the column of a field that is called like a fixed column ends in "_".
 */
#pragma once

#include "model.h"
#include "record.h"
#include "sql.h"

/* Reads the key of secret fields from yiquan.key beside the database, or makes one.  Before any
 * record is read or written; one key per process: a new database takes the one that is there. */
gboolean yq_record_sql_load_key (SqlConn *conn, GError **error);

/* Creates the tables and indexes that are missing and adds the columns that are. */
gboolean yq_record_sql_migrate (SqlConn *conn, GError **error);

/* A new reference; NULL without error where there is none. */
YqRecord *yq_record_sql_get (SqlConn *conn, const YqEntity *entity, const char *id, GError **error);
/* rank is the place in the search index, 0 for none. */
gboolean yq_record_sql_insert (SqlConn *conn, YqRecord *record, gint64 rank, GError **error);
/* Writes what differs from before (NULL: everything); rank 0 leaves it as it is. */
gboolean yq_record_sql_update (SqlConn *conn, YqRecord *before, YqRecord *record, gint64 rank,
                               GError **error);
gboolean yq_record_sql_delete (SqlConn *conn, YqRecord *record, GError **error);
/* Records whose column (a field, an owner or "state") equals value, oldest first; NULL with an
 * error.  A secret field equals nothing. */
GPtrArray *yq_record_sql_list (SqlConn *conn, const YqEntity *entity, const char *column,
                               const char *value, GError **error);

/* Of the same the last that were written, newest first, at most limit. */
GPtrArray *yq_record_sql_newest (SqlConn *conn, const YqEntity *entity, const char *column,
                                 const char *value, guint limit, GError **error);

/* Is there another record of the same owner with this value of a YQ_UNIQUE field? */
gboolean yq_record_sql_has_twin (SqlConn *conn, YqRecord *record, guint field, GError **error);

/* For those who write their own SELECT: "id","revision",… in the order yq_record_sql_read() wants,
 * starting at column first. */
const char *yq_record_sql_columns (const YqEntity *entity);
guint yq_record_sql_n_columns (const YqEntity *entity);
YqRecord *yq_record_sql_read (SqlRows *rows, const YqEntity *entity, guint first);
/* One field of such a row into a record that has it not. */
void yq_record_sql_read_field (SqlRows *rows, YqRecord *record, guint first, guint field);
/* The same row straight to the wire ("A record on the wire"), without the closing brace: what the
 * YqSees classes readers may see.  Equal to yq_json_append_record() but quick. */
void yq_record_sql_append_json (GString *out, SqlRows *rows, const YqEntity *entity, guint first,
                                guint readers);
/* Quoted column of a field, the one it sorts by (a key where the text may be Chinese), or of a
 * fixed column; NULL where there is none by that name. */
const char *yq_record_sql_column (const YqEntity *entity, const char *name);
const char *yq_record_sql_sort_column (const YqEntity *entity, const char *name);
