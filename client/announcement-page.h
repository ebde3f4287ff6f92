/* What the bureaus tell everybody, to search and to read with its files.  GTK thread only. */
#pragma once

#include "list-page.h"

/* Those that are shown today, the newest first. */
extern const YqListPage yq_list_announcements;

/* One to read; follows the store.  Who may change it gets its form. */
YqPage *yq_announcement_page_open (YqFrame *frame, YqRecord *announcement);

/* A row of a home page; action is what a click does. */
GtkWidget *yq_announcement_row_new (YqRecord *announcement, const char *detailed_action);
