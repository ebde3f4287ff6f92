/* The only source of now.  Days, years and windows are counted in Asia/Shanghai (UTC+8, no summer
 * time since 1991), whatever the machine says. */
#pragma once

#include <glib.h>

#define YQ_SECOND G_GINT64_CONSTANT (1000)
#define YQ_DAY (G_GINT64_CONSTANT (86400000))

gint64 yq_clock_now (void);        /* milliseconds UTC */
void yq_clock_set (gint64 now_ms); /* tests and --as-of: stands still there; 0 is the real clock */
void yq_clock_offset (gint64 ms);  /* runs on, but so far away from the real clock */

char *yq_time_format (gint64 ms); /* RFC 3339 UTC with milliseconds: 2026-11-21T03:33:55.120Z */
void yq_time_append (GString *out, gint64 ms);         /* the same behind a text */
gboolean yq_time_parse (const char *text, gint64 *ms); /* RFC 3339, any offset */
char *yq_date_of (gint64 ms);                          /* the day in Shanghai, YYYY-MM-DD */
int yq_year_of (gint64 ms);
gboolean yq_date_is_valid (const char *date);
gint64 yq_date_start (const char *date); /* ms UTC of 00:00 in Shanghai; -1 if invalid */
char *yq_date_add_days (const char *date, int days);
int yq_date_days_between (const char *from, const char *to);
gint64 yq_year_start (int year); /* ms UTC of 1 January 00:00 in Shanghai */
/* Chinese working days by the official calendar (data/workdays.csv; Monday to Friday where it says
 * nothing). */
gboolean yq_date_is_workday (const char *date);
int yq_workdays_between (gint64 from_ms, gint64 to_ms); /* full working days that passed */
char *yq_date_add_workdays (const char *date, int days);
char *yq_time_local (gint64 ms); /* "2026-11-21 11:33" in Shanghai */
