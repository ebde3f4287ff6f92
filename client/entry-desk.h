/* A desk over records that one makes oneself: besides its steps a button for a new one and one for
 * a spreadsheet of them.  GTK thread only. */
#pragma once

#include "review-desk.h"

typedef struct
{
  const YqReviewDesk *desk;
  const char *button; /* N_(): makes a new one */
  /* What a new one says before anybody typed; may be NULL. */
  void (*fill) (YqFrame *frame, YqRecord *record);
} YqEntryDesk;

YqPage *yq_entry_desk_page_new (YqFrame *frame, const YqEntryDesk *entry); /* entry stays */
