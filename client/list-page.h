/* Pages that are one list of records: bookings, uses, claims, messages, evaluations, service
 * records.  A table says what each shows.  GTK thread only. */
#pragma once

#include "frame.h"

typedef struct
{
  const char *name;  /* also the key its columns are kept by */
  const char *title; /* N_() */
  const YqEntity *entity;
  const char
    *mine; /* the query's owner column: "buyer", "carrier", "account"; NULL: everything I see */
  const char *filters;                  /* of the filter bar, as it reads them; may be NULL */
  const char *states;                   /* state chips; NULL: all */
  const char *columns;                  /* NULL: the YQ_LIST ones */
  const char *icon;                     /* of the first-use face */
  const char *first_title, *first_text; /* N_() */
  const char *button, *action;          /* N_() and detailed action; may be NULL */
  const char *only;                     /* a boolean field that must be TRUE, or NULL */
  gboolean has_map;                     /* where they stand, beside the rows */
  const char *newest; /* a date or time: the latest first, and only what is shown today */
  /* Steps one may take on all that is ticked, "a|b"; with them go ticks, and deletion where the
   * entity is deletable.  NULL: no ticks. */
  const char *batch;
  gboolean made_here; /* its rows begin here: whether they are sent; lists of mine have it always */
} YqListPage;

/* user_data of the frame's factory is a const YqListPage *. */
YqPage *yq_list_page_new (YqFrame *frame, gpointer user_data);

/* The records of any query, to be pushed: what stands behind a number. */
YqPage *yq_list_page_new_for_query (YqFrame *frame, const char *title, const YqQuery *query);

extern const YqListPage yq_list_orders_sent, yq_list_orders_received, yq_list_uses_sent,
  yq_list_uses_received, yq_list_service_records, yq_list_services_used, yq_list_evaluations,
  yq_list_evaluations_received, yq_list_messages, yq_list_members;

/* Narrows a query to what is mine by its owner column ("buyer", "carrier"): of my organisation, or
 * where I work at one of its desks only, of that desk. */
void yq_list_add_mine (YqQuery *query, const char *mine, const YqWho *who);

/* Narrows a query to what waits for the decision of a region's reviewers, not of those below. */
void yq_list_add_level (YqQuery *query, const char *region);

/* The records of entity the owner has in these states ("a|b"): those of mine (an owner column) or,
 * where it is NULL and they are reviewed, of one's own level. */
YqQuery *yq_list_query_new (YqFrame *frame, const YqEntity *entity, const char *mine,
                            const char *states);
/* How many they are; for badges. */
guint yq_list_count (YqFrame *frame, const YqEntity *entity, const char *mine, const char *states);

/* Opens any record with the page that belongs to it; the frame's YqOpenRecord. */
void yq_open_record (YqFrame *frame, const char *entity, const char *id);
