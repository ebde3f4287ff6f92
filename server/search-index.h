/* The full-text index over YQ_SEARCH fields: one FTS5 table per entity, the newest change first.
 * Whatever a list is filtered by most stands in it as tokens, for whom a record is among them, so
 * that one MATCH finds a page. */
#pragma once

#include "record.h"
#include "sql.h"

/* Makes the tables, and fills one again whose searched fields are no longer what they were.  After
 * the tables of records. */
gboolean yq_search_index_create_tables (SqlConn *conn, GError **error);
/* Whether its records stand in an index.  Not where only the account they belong to reads them:
 * what is one person's is few, and looked through. */
gboolean yq_search_index_has (const YqEntity *entity);
/* Whether its records can be found by words at all. */
gboolean yq_search_index_finds (const YqEntity *entity);
/* For what stands in no index: makes the function yq_found(query, text) on a connection that reads,
 * query being one of yq_search_query(); and says the text of the row t. */
gboolean yq_search_index_open (SqlConn *conn, GError **error);
void yq_search_index_append_text (const YqEntity *entity, GString *sql);
/* "instrument_search" in quotes */
const char *yq_search_index_table (const YqEntity *entity);
/* Writes the row anew under rank seq (the record's row must get the same rank), or removes it where
 * after is NULL.  Before the record's row is written. */
gboolean yq_search_index_write (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq,
                                GError **error);

/* Would the row become another one? */
gboolean yq_search_index_differs (YqRecord *before, YqRecord *after);

/* Tokens of the column filters; free them. */
char *yq_search_token_audience (gint64 audience);
char *yq_search_token_state (const char *state);
char *yq_search_token_region (const char *prefix); /* of 2, 4 or 6 digits */
/* Of a field's value as text; NULL where the field is not in the index. */
char *yq_search_token_field (const YqField *field, const char *value);
