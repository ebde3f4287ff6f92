/* Statistics of a reviewer: the way of the money, by month, region and service, and how long
 * decisions take.  From the records on this computer.  GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_statistics_page_new (YqFrame *frame, gpointer user_data);
