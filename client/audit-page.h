/* What was decided in a reviewer's region: by whom, when, on what and why.  GTK thread only. */
#pragma once

#include "frame.h"

YqPage *yq_audit_page_new (YqFrame *frame, gpointer user_data);
