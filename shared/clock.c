/* Now, and the calendar: days are counted from 1970-01-01 in Asia/Shanghai, UTC+8. */
#define G_LOG_DOMAIN "yiquan-clock"

#include "clock.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  int date; /* 20170122 */
  gboolean works;
} Exception;

#include "workday-table.h"

#define SHANGHAI (8 * 3600 * YQ_SECOND)

static _Atomic gint64 standing; /* 0: the clock runs */
static _Atomic gint64 offset;

gint64
yq_clock_now (void)
{
  gint64 fixed = standing;

  return fixed != 0 ? fixed : g_get_real_time () / 1000 + offset;
}

void
yq_clock_set (gint64 now_ms)
{
  standing = now_ms;
}

void
yq_clock_offset (gint64 ms)
{
  offset = ms;
}

/* -- days and dates of the proleptic Gregorian calendar -- */

static gint64
divide_down (gint64 a, gint64 b)
{
  return a / b - (a % b < 0);
}

static gint64
day_of (gint64 ms)
{
  return divide_down (ms + SHANGHAI, YQ_DAY);
}

/* Years begin in March here, so that the leap day comes last. */
static gint64
day_from_date (gint64 year, int month, int day)
{
  gint64 y = month <= 2 ? year - 1 : year;
  gint64 era = divide_down (y, 400);
  gint64 of_era = y - era * 400;
  gint64 of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void
date_from_day (gint64 day, int *year, int *month, int *of_month)
{
  gint64 z = day + 719468;
  gint64 era = divide_down (z, 146097);
  gint64 of_era = z - era * 146097;
  gint64 y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  gint64 of_year = of_era - (365 * y + y / 4 - y / 100);
  gint64 m = (5 * of_year + 2) / 153;

  *of_month = of_year - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year = y + era * 400 + (*month <= 2);
}

static int
days_in_month (int year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  return days[month - 1] + (month == 2 && leap);
}

/* n digits at text as a number, or -1. */
static int
read_digits (const char *text, guint n)
{
  int value = 0;

  for (guint i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return -1;
      value = value * 10 + (text[i] - '0');
    }
  return value;
}

/* The date in the first ten characters. */
static gboolean
read_date (const char *text, gint64 *day)
{
  int year, month, of_month;

  if (strnlen (text, 10) < 10 || text[4] != '-' || text[7] != '-')
    return FALSE;
  year = read_digits (text, 4);
  month = read_digits (text + 5, 2);
  of_month = read_digits (text + 8, 2);
  if (year < 1 || month < 1 || month > 12 || of_month < 1 || of_month > days_in_month (year, month))
    return FALSE;
  *day = day_from_date (year, month, of_month);
  return TRUE;
}

static gboolean
read_whole_date (const char *date, gint64 *day)
{
  return date != NULL && read_date (date, day) && date[10] == '\0';
}

static char *
write_date (gint64 day)
{
  int year, month, of_month;

  date_from_day (day, &year, &month, &of_month);
  if (year < 1 || year > 9999)
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02d", year, month, of_month);
}

/* -- times -- */

static void
write_digits (char *to, int n, int value)
{
  for (; n > 0; n--, value /= 10)
    to[n - 1] = '0' + value % 10;
}

/* 24 characters, without printf: every record on the wire has several times. */
static void
write_time (char *to, gint64 ms)
{
  gint64 day = divide_down (ms, YQ_DAY);
  int rest = ms - day * YQ_DAY;
  int year, month, of_month;

  date_from_day (day, &year, &month, &of_month);
  memcpy (to, "0000-00-00T00:00:00.000Z", 25);
  write_digits (to, 4, CLAMP (year, 0, 9999));
  write_digits (to + 5, 2, month);
  write_digits (to + 8, 2, of_month);
  write_digits (to + 11, 2, rest / 3600000);
  write_digits (to + 14, 2, rest / 60000 % 60);
  write_digits (to + 17, 2, rest / 1000 % 60);
  write_digits (to + 20, 3, rest % 1000);
}

char *
yq_time_format (gint64 ms)
{
  char text[25];

  write_time (text, ms);
  return g_strdup (text);
}

void
yq_time_append (GString *out, gint64 ms)
{
  char text[25];

  write_time (text, ms);
  g_string_append_len (out, text, 24);
}

char *
yq_time_local (gint64 ms)
{
  char text[25];

  write_time (text, ms + SHANGHAI);
  text[10] = ' ';
  text[16] = '\0';
  return g_strdup (text);
}

/* ".120" in milliseconds; what is finer is cut off.  Moves text behind it; FALSE if malformed. */
static gboolean
read_fraction (const char **text, gint64 *ms)
{
  gint64 unit = 100;
  const char *p = *text;

  *ms = 0;
  if (*p != '.')
    return TRUE;
  for (p++; g_ascii_isdigit (*p); p++, unit /= 10)
    *ms += (*p - '0') * unit;
  if (p == *text + 1)
    return FALSE;
  *text = p;
  return TRUE;
}

/* "Z" or "+08:00" as milliseconds east, up to the end of text. */
static gboolean
read_zone (const char *text, gint64 *east)
{
  int hours, minutes;

  *east = 0;
  if (g_ascii_toupper (*text) == 'Z')
    return text[1] == '\0';
  if (strlen (text) != 6 || (*text != '+' && *text != '-') || text[3] != ':')
    return FALSE;
  hours = read_digits (text + 1, 2);
  minutes = read_digits (text + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
    return FALSE;
  *east = (hours * 60 + minutes) * 60 * YQ_SECOND * (*text == '-' ? -1 : 1);
  return TRUE;
}

gboolean
yq_time_parse (const char *text, gint64 *ms)
{
  gint64 day, fraction, east;
  int hours, minutes, seconds;
  const char *rest;

  if (text == NULL || !read_date (text, &day) || g_ascii_toupper (text[10]) != 'T' ||
      strnlen (text, 20) < 20 || text[13] != ':' || text[16] != ':')
    return FALSE;
  hours = read_digits (text + 11, 2);
  minutes = read_digits (text + 14, 2);
  seconds = read_digits (text + 17, 2);
  rest = text + 19;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 ||
      !read_fraction (&rest, &fraction) || !read_zone (rest, &east))
    return FALSE;
  *ms = day * YQ_DAY + ((hours * 60 + minutes) * 60 + seconds) * YQ_SECOND + fraction - east;
  return TRUE;
}

char *
yq_date_of (gint64 ms)
{
  return write_date (day_of (ms));
}

int
yq_year_of (gint64 ms)
{
  int year, month, of_month;

  date_from_day (day_of (ms), &year, &month, &of_month);
  return year;
}

gboolean
yq_date_is_valid (const char *date)
{
  gint64 day;

  return read_whole_date (date, &day);
}

gint64
yq_date_start (const char *date)
{
  gint64 day;

  return read_whole_date (date, &day) ? day * YQ_DAY - SHANGHAI : -1;
}

char *
yq_date_add_days (const char *date, int days)
{
  gint64 day;

  return read_whole_date (date, &day) ? write_date (day + days) : NULL;
}

int
yq_date_days_between (const char *from, const char *to)
{
  gint64 a, b;

  return read_whole_date (from, &a) && read_whole_date (to, &b) ? b - a : 0;
}

gint64
yq_year_start (int year)
{
  return day_from_date (year, 1, 1) * YQ_DAY - SHANGHAI;
}

/* -- working days -- */

static int
compare_date (gconstpointer key, gconstpointer row)
{
  int a = *(const int *) key, b = ((const Exception *) row)->date;

  return (a > b) - (a < b);
}

static gboolean
is_workday (gint64 day)
{
  int year, month, of_month, key;
  gint64 weekday = (((day + 3) % 7) + 7) % 7; /* Monday is 0: 1970-01-01 was a Thursday */
  const Exception *found;

  date_from_day (day, &year, &month, &of_month);
  key = year * 10000 + month * 100 + of_month;
  found = bsearch (&key, exceptions, G_N_ELEMENTS (exceptions), sizeof (Exception), compare_date);
  return found != NULL ? found->works : weekday < 5;
}

gboolean
yq_date_is_workday (const char *date)
{
  gint64 day;

  return read_whole_date (date, &day) && is_workday (day);
}

int
yq_workdays_between (gint64 from_ms, gint64 to_ms)
{
  gint64 worked = 0;

  for (gint64 day = day_of (from_ms); day * YQ_DAY - SHANGHAI < to_ms; day++)
    {
      gint64 begins = MAX (day * YQ_DAY - SHANGHAI, from_ms);
      gint64 ends = MIN ((day + 1) * YQ_DAY - SHANGHAI, to_ms);

      if (ends > begins && is_workday (day))
        worked += ends - begins;
    }
  return worked / YQ_DAY;
}

char *
yq_date_add_workdays (const char *date, int days)
{
  gint64 day;

  if (!read_whole_date (date, &day))
    return NULL;
  while (days > 0)
    if (is_workday (++day))
      days--;
  return write_date (day);
}
