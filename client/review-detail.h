/* The record beside the reviewer's list: facts in two columns with what changed since the last
 * decision, comments pinned to fields, earlier reviews, and the steps.  GTK thread only. */
#pragma once

#include "review-desk.h"

#define YQ_TYPE_REVIEW_DETAIL (yq_review_detail_get_type ())
G_DECLARE_FINAL_TYPE (YqReviewDetail, yq_review_detail, YQ, REVIEW_DETAIL, GtkWidget)

GtkWidget *yq_review_detail_new (YqFrame *frame, const YqReviewDesk *desk);
void yq_review_detail_show (YqReviewDetail *detail, YqRecord *record); /* NULL: nothing chosen */
/* As if the button was clicked; returns take the pinned comments along. */
void yq_review_detail_take_step (YqReviewDetail *detail, const char *action);
/* The comments pinned to fields of the record that is shown, rows of "field" and "comment": a new
 * reference, or NULL. */
JsonArray *yq_review_detail_comments (YqReviewDetail *detail);
