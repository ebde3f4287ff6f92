/* Pages about oneself: the organisation, the account.  GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_organisation_page_new (YqFrame *frame, gpointer user_data);
YqPage *yq_account_page_new (YqFrame *frame, gpointer user_data);
