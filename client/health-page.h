/* How the platform is, in words: connection, what waits, what failed, what is overdue.  From the
 * records on this computer.  GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_health_page_new (YqFrame *frame, gpointer user_data);
