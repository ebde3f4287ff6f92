/* The reviewer's desk over one kind of record: what waits for her, the record beside the list,
 * decisions on one, many or all that match, with a preview, progress, an answer per item and undo.
 * GTK thread only. */
#pragma once

#include "frame.h"

typedef struct
{
  const char *name;
  const char *title; /* N_() */
  const YqEntity *entity;
  const char *states;       /* what waits: "pending" */
  const char *columns;      /* of the table */
  const char *filters;      /* choice, region and time fields, see filter-bar.h */
  const char *approve;      /* the step the key a takes ("approve", "pay") */
  const char *refuse;       /* the step of the key r ("return"), may be NULL */
  const char *reject;       /* a third step, may be NULL */
  const char *icon, *empty; /* N_(): nothing waits */
  const char *mine; /* own records instead of what waits: the owner column; Enter opens the page */
  const char *empty_title;           /* N_(); NULL: nothing waits */
  const char *button, *empty_action; /* N_() and detailed action of the empty page; may be NULL */
  gboolean is_wide;   /* the list has the whole width until a record is asked for beside it */
  const char *awaits; /* a field that names the accounts it waits for; NULL: whoever sees it */
  const char *beside; /* a step whose fields stand below the record instead of in a dialog */
} YqReviewDesk;

/* user_data of the frame's factory is a const YqReviewDesk *. */
YqPage *yq_review_desk_page_new (YqFrame *frame, gpointer user_data);
/* The query of what waits for this person. Free it. */
YqQuery *yq_review_desk_query (YqFrame *frame, const YqReviewDesk *desk);
