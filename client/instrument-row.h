/* An instrument as a row of a list of results.  GTK thread only. */
#pragma once

#include "frame.h"
#include "record-list.h"

#define YQ_TYPE_INSTRUMENT_ROW (yq_instrument_row_get_type ())
G_DECLARE_FINAL_TYPE (YqInstrumentRow, yq_instrument_row, YQ, INSTRUMENT_ROW, GtkWidget)

/* ticks: what a check at the front of the row sets; NULL: none. */
GtkWidget *yq_instrument_row_new (YqFrame *frame, YqTickSet *ticks);
void yq_instrument_row_show (YqInstrumentRow *row, YqRecord *instrument); /* NULL empties it */

/* "元 120.00/小时" or what the fee standard begins with; free it. */
char *yq_instrument_price_text (YqRecord *instrument);
/* The first free half hour from now on inside the opening hours, within two weeks; 0 where there is
 * none. */
gint64 yq_instrument_next_free (YqRecord *instrument, gint64 now);
