/* Instruments in a booking calendar. */
#define G_LOG_DOMAIN "yiquan-calendar"

#include "instrument-calendar.h"

#include "catalogue.h"
#include "order.h"

static void
add_taken (YqBookingCalendar *calendar, YqRecord *instrument)
{
  JsonArray *taken = yq_record_array (instrument, INSTRUMENT_TAKEN);
  YqSpan span = { .kind = YQ_SPAN_TAKEN, .title = yq_record_title (instrument) };

  for (guint i = 0; yq_period_at (taken, i, &span.from, &span.to); i++)
    yq_booking_calendar_add (calendar, &span);
}

void
yq_calendar_show_instruments (YqBookingCalendar *calendar, GPtrArray *instruments)
{
  yq_booking_calendar_clear (calendar);
  for (guint i = 0; i < instruments->len; i++)
    {
      add_taken (calendar, instruments->pdata[i]);
      if (i == 0)
        yq_booking_calendar_set_opening_hours (
          calendar, yq_record_array (instruments->pdata[i], INSTRUMENT_OPENING_HOURS));
    }
}
