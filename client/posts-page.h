/* Supply and demand (供需发布): the board everybody reads, and what one's own organisation has put
 * on it.  GTK thread only. */
#pragma once

#include "frame.h"

/* user_data NULL. */
YqPage *yq_board_page_new (YqFrame *frame, gpointer user_data);
/* Puts the newest posts of the board into a boxed list, and shows its section only where there are
 * some.  action is the page's own that opens one, by its id. */
void yq_posts_show_newest (GtkWidget *list, YqStore *store, const char *action);
YqPage *yq_posts_page_new (YqFrame *frame, gpointer user_data);
