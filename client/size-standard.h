/* The standard that decides the size of an enterprise (工信部联企业〔2011〕300号), as a page that
 * can be saved.  GTK thread only. */
#pragma once

#include "frame.h"

/* industry: the organisation's own code, marked in the list; may be NULL. */
void yq_size_standard_open (YqFrame *frame, const char *industry);
