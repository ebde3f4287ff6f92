/* What a person marked to find again: carriers, services, instruments.  GTK thread only. */
#pragma once

#include "list-page.h"

/* Is this organisation, service or instrument a favourite of hers? */
gboolean yq_favourite_has (YqFrame *frame, YqRecord *record);
/* A button that marks the record or takes the mark away, and says which it is. */
GtkWidget *yq_favourite_button_new (YqFrame *frame, YqRecord *record);

extern const YqListPage yq_list_favourites;
/* Opens what a favourite marks. */
void yq_favourite_open (YqFrame *frame, YqRecord *favourite);
