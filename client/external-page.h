/* Claims made on another platform, for the reviewers of the region they belong to: entered, or
 * imported from a spreadsheet, and issued as vouchers.  GTK thread only. */
#pragma once

#include "frame.h"
#include "review-desk.h"

extern const YqReviewDesk yq_external_desk;

YqPage *yq_external_page_new (YqFrame *frame, gpointer user_data);
/* A new one is of the programme of her region that is claimed elsewhere, where there is but one. */
void yq_external_fill (YqFrame *frame, YqRecord *external);
/* Is there room for it besides those that were asked about before with the same sums (char* ->
 * gint64*, both freed by the table)?  NULL: yes, and it is counted. */
YqProblem *yq_external_add_up (YqFrame *frame, YqRecord *external, GHashTable *sums);
