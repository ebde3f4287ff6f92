/* A week of an instrument, half an hour a cell: free, taken, closed, and the times one wishes,
 * chosen by dragging or with the keyboard.  GTK thread only; times are ms UTC, drawn in Shanghai
 * time. */
#pragma once

#include <gtk/gtk.h>

typedef enum
{
  YQ_SPAN_TAKEN,  /* booked by somebody */
  YQ_SPAN_CLOSED, /* outside the opening hours, stopped, closed */
  YQ_SPAN_MINE,   /* a booking of ours */
  YQ_SPAN_WISHED,
  YQ_SPAN_OFFERED, /* an alternative offered */
} YqSpanKind;

typedef struct
{
  gint64 from, to;
  YqSpanKind kind;
  const char *title; /* may be NULL; copied */
} YqSpan;

#define YQ_TYPE_BOOKING_CALENDAR (yq_booking_calendar_get_type ())
G_DECLARE_FINAL_TYPE (YqBookingCalendar, yq_booking_calendar, YQ, BOOKING_CALENDAR, GtkWidget)

/* editable: times can be wished. */
GtkWidget *yq_booking_calendar_new (gboolean editable);
void yq_booking_calendar_set_week (YqBookingCalendar *calendar,
                                   gint64 ms);                 /* the week that holds it */
gint64 yq_booking_calendar_week (YqBookingCalendar *calendar); /* its Monday 00:00 */
/* Hours drawn, 0-24; default 8-20, widened by what there is to show. */
void yq_booking_calendar_set_hours (YqBookingCalendar *calendar, int from, int to);
void yq_booking_calendar_clear (YqBookingCalendar *calendar); /* everything but the wishes */
void yq_booking_calendar_add (YqBookingCalendar *calendar, const YqSpan *span);
/* The opening hours JSON of an instrument ([{"day":1,"from":"08:30","to":"17:00"}]); NULL: always.
 */
void yq_booking_calendar_set_opening_hours (YqBookingCalendar *calendar, gpointer json_array);

guint yq_booking_calendar_n_wishes (YqBookingCalendar *calendar);
void yq_booking_calendar_wish (YqBookingCalendar *calendar, guint i, gint64 *from, gint64 *to);
void yq_booking_calendar_add_wish (YqBookingCalendar *calendar, gint64 from, gint64 to);
void yq_booking_calendar_remove_wish (YqBookingCalendar *calendar, guint i);
void yq_booking_calendar_set_max_wishes (YqBookingCalendar *calendar, guint max);
/* Signals: "wishes-changed" (); "week-changed" (); "span-activated" (gint64 from). */
