/* The texts an organisation accepts: they stand in the place of its form until they are read and
 * ticked, again at each refresh of the profile and where a newer version is in force, and can be
 * read at any time below the form.  GTK thread only. */
#pragma once

#include "frame.h"

/* page is a record page of one's own organisation, from yq_record_page_open(); its content is put
 * into a stack, so that yq_record_page_of() no longer finds it. */
void yq_commitment_add (YqFrame *frame, YqPage *page);
