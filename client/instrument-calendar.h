/* Instruments in a booking calendar.  GTK thread only. */
#pragma once

#include "booking-calendar.h"

/* Draws what is taken of these instruments (references), their opening hours and closures into a
 * calendar. */
void yq_calendar_show_instruments (YqBookingCalendar *calendar, GPtrArray *instruments);
