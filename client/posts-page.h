/* Supply and demand (供需发布): the board everybody reads, and what one's own organisation has put
 * on it.  GTK thread only. */
#pragma once

#include "frame.h"

/* user_data NULL. */
YqPage *yq_board_page_new (YqFrame *frame, gpointer user_data);
YqPage *yq_posts_page_new (YqFrame *frame, gpointer user_data);
