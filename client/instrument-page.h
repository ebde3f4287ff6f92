/* One instrument: facts, photos, and a calendar of free and taken times.  GTK thread only. */
#pragma once

#include "booking-calendar.h"
#include "frame.h"

YqPage *yq_instrument_page_new (YqFrame *frame, YqRecord *instrument);

/* Draws what is taken of these instruments (references), their opening hours and closures into a
 * calendar. */
void yq_calendar_show_instruments (YqBookingCalendar *calendar, GPtrArray *instruments);
