/* The drawn part of the booking calendar: seven days, half hours, spans, a cursor.  GTK thread
 * only. */
#pragma once

#include "booking-calendar.h"

#define YQ_TYPE_WEEK_GRID (yq_week_grid_get_type ())
G_DECLARE_FINAL_TYPE (YqWeekGrid, yq_week_grid, YQ, WEEK_GRID, GtkWidget)

/* What is drawn belongs to the calendar: an array of YqSpan (titles owned) and of wishes. */
GtkWidget *yq_week_grid_new (gboolean editable);
void yq_week_grid_show (YqWeekGrid *grid, gint64 monday, int from_hour, int to_hour, GArray *spans,
                        GArray *wishes);
/* 48 half hours a day, 7 days: TRUE is open. */
void yq_week_grid_set_open (YqWeekGrid *grid, const gboolean open[7 * 48]);

/* Signals: "drawn" (gint64 from, gint64 to): a free time was dragged over or chosen by keys;
 * "span-activated" (gint64 from): a wish was clicked. */
