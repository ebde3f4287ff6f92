/* Public notices with their objections, and batches of payments. */
#pragma once

#include "frame.h"
#include "list-page.h"

extern const YqListPage yq_list_notices;

/* A notice, with a button to object while it is public. */
YqPage *yq_notice_page_open (YqFrame *frame, YqRecord *notice);
/* The batches; a button gathers what is to be paid, another exports the payment list of a batch. */
YqPage *yq_disbursements_page_new (YqFrame *frame, gpointer user_data);
YqPage *yq_disbursement_page_open (YqFrame *frame, YqRecord *batch);
