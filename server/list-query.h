/* What a list asks for, as SQL: only what the reader may see, filtered and sorted only by what she
 * sees unmasked. */
#pragma once

#include "access.h"
#include "http.h"
#include "sql.h"

typedef struct
{
  const YqEntity *entity;
  const YqWho *who;
  guint limit;
  GString *where;        /* conditions, joined by AND */
  GArray *args;          /* SqlValue */
  GPtrArray *texts;      /* owned by the query, borrowed by args */
  char *match;           /* FTS5; NULL: no text is searched */
  gboolean all_in_match; /* match says everything that where says */
  const char *sort;      /* quoted column; NULL: by the index's rank */
  YqType sort_type;
  gboolean descends;
  guint hash;        /* of everything but the cursor: a cursor belongs to its query */
  char *after_value; /* the cursor's sort value and id, or NULL */
  char *after_id;
} YqListQuery;

/* NULL with a problem. */
YqListQuery *yq_list_query_new (YqRequest *request, const YqEntity *entity, YqProblem **problem);
void yq_list_query_free (YqListQuery *query);
/* SELECT of the page (limit + 1 rows: the record's columns, then the sort value as text), and of
 * the count, at most YQ_COUNT_CAP + 1.  Free them.  args receives their arguments, SqlValue,
 * borrowed from the query. */
char *yq_list_query_page (YqListQuery *query, GArray *args);
char *yq_list_query_count (YqListQuery *query, GArray *args);
/* The cursor of the row behind which the next page begins. */
char *yq_list_query_cursor (const YqListQuery *query, const char *value, const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqListQuery, yq_list_query_free)
