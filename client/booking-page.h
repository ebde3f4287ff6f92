/* A booking as a page: its calendar, what was offered with a refusal, and a summary.  GTK thread
 * only. */
#pragma once

#include "frame.h"

YqPage *yq_booking_page_open (YqFrame *frame, YqRecord *order);
