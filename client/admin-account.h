/* An account as the administrator sees it: who it is, and what it may do.  GTK thread only. */
#pragma once

#include "frame.h"

/* For yq_frame_push(): the record, its grants to withdraw, and a button to give another. */
YqPage *yq_admin_account_page_open (YqFrame *frame, YqRecord *account);
