/* The preselection list (预选清单), one organisation a group: book, take off, clear what is
 * stopped. GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_preselection_page_new (YqFrame *frame, gpointer user_data);
