/* A week of an instrument: the drawn grid, week buttons, and the wishes as words that can be typed
 * too. */
#define G_LOG_DOMAIN "yiquan-calendar"

#include "booking-calendar.h"

#include <json-glib/json-glib.h>

#include "api.h"
#include "bits.h"
#include "clock.h"
#include "text.h"
#include "week-grid.h"

struct _YqBookingCalendar
{
  GtkWidget parent_instance;

  gboolean editable;
  gint64 monday;
  int from_hour, to_hour;
  guint max_wishes;
  GArray *spans, *wishes; /* of YqSpan */
  GtkWidget *box, *week, *grid, *list, *entry_row, *date, *from, *to, *error;
};

G_DEFINE_FINAL_TYPE (YqBookingCalendar, yq_booking_calendar, GTK_TYPE_WIDGET)

enum
{
  WISHES_CHANGED,
  WEEK_CHANGED,
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
span_clear (gpointer span)
{
  g_free ((char *) ((YqSpan *) span)->title);
}

static gint64
monday_of (gint64 ms)
{
  g_autofree char *date = yq_date_of (ms);
  gint64 start = yq_date_start (date);
  gint64 days = (start + 8 * 3600 * YQ_SECOND) / YQ_DAY; /* since Thursday, 1 January 1970 */

  return start - (days + 3) % 7 * YQ_DAY;
}

/* ---- showing ---- */

static int
hour_of (gint64 ms, gint64 monday)
{
  return (int) ((ms - monday) % YQ_DAY / (3600 * YQ_SECOND));
}

/* The hours drawn, widened by what this week has to show. */
static void
hours_needed (YqBookingCalendar *self, int *from, int *to)
{
  GArray *layers[] = { self->spans, self->wishes };

  *from = self->from_hour;
  *to = self->to_hour;
  for (guint l = 0; l < G_N_ELEMENTS (layers); l++)
    for (guint i = 0; i < layers[l]->len; i++)
      {
        const YqSpan *span = &g_array_index (layers[l], YqSpan, i);

        if (span->from < self->monday || span->to > self->monday + 7 * YQ_DAY ||
            span->to - span->from >= YQ_DAY)
          continue;
        *from = MIN (*from, hour_of (span->from, self->monday));
        *to = MAX (*to, hour_of (span->to - 1, self->monday) + 1);
      }
}

static void refresh (YqBookingCalendar *self);

static void
remove_clicked_cb (GtkButton *button, YqBookingCalendar *self)
{
  yq_booking_calendar_remove_wish (
    self, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "yq-index")));
}

static void
append_wish_row (YqBookingCalendar *self, guint i)
{
  const YqSpan *wish = &g_array_index (self->wishes, YqSpan, i);
  g_autofree char *from = yq_time_local (wish->from), *to = yq_time_local (wish->to);
  gboolean same_day = strncmp (from, to, 10) == 0;
  g_autofree char *text = g_strdup_printf ("%s – %s", from, same_day ? to + 11 : to);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_add_css_class (row, "chip");
  gtk_box_append (GTK_BOX (row), yq_label_new (text, "number"));
  if (self->editable)
    {
      g_autofree char *name = g_strdup_printf (_("Remove the wish %s"), text);
      GtkWidget *button = yq_icon_button_new ("window-close-symbolic", name, NULL);

      gtk_widget_add_css_class (button, "flat");
      g_object_set_data (G_OBJECT (button), "yq-index", GUINT_TO_POINTER (i));
      g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked_cb), self);
      gtk_box_append (GTK_BOX (row), button);
    }
  gtk_flow_box_append (GTK_FLOW_BOX (self->list), row);
}

static void
refresh (YqBookingCalendar *self)
{
  g_autofree char *first = yq_date_of (self->monday),
                  *last = yq_date_of (self->monday + 6 * YQ_DAY);
  g_autofree char *week = g_strdup_printf ("%s – %s", first, last);
  int from, to;

  hours_needed (self, &from, &to);
  gtk_label_set_text (GTK_LABEL (self->week), week);
  yq_week_grid_show (YQ_WEEK_GRID (self->grid), self->monday, from, to, self->spans, self->wishes);
  yq_remove_children (self->list);
  for (guint i = 0; i < self->wishes->len; i++)
    append_wish_row (self, i);
  gtk_widget_set_visible (self->list, self->wishes->len > 0);
}

/* ---- public ---- */

void
yq_booking_calendar_set_week (YqBookingCalendar *self, gint64 ms)
{
  self->monday = monday_of (ms);
  refresh (self);
}

gint64
yq_booking_calendar_week (YqBookingCalendar *self)
{
  return self->monday;
}

void
yq_booking_calendar_set_hours (YqBookingCalendar *self, int from, int to)
{
  self->from_hour = CLAMP (from, 0, 23);
  self->to_hour = CLAMP (to, self->from_hour + 1, 24);
  refresh (self);
}

void
yq_booking_calendar_clear (YqBookingCalendar *self)
{
  g_array_set_size (self->spans, 0);
  refresh (self);
}

void
yq_booking_calendar_add (YqBookingCalendar *self, const YqSpan *span)
{
  YqSpan copy = *span;

  copy.title = g_strdup (span->title);
  g_array_append_val (self->spans, copy);
  refresh (self);
}

static int
slot_of_clock (const char *text)
{
  return text != NULL && strlen (text) == 5 ? atoi (text) * 2 + (atoi (text + 3) >= 30) : 0;
}

static void
open_row (JsonObject *row, gboolean open[7 * 48])
{
  int day = (int) json_object_get_int_member_with_default (row, "weekday", 1) - 1;
  int from = slot_of_clock (json_object_get_string_member_with_default (row, "opens", NULL));
  int to = slot_of_clock (json_object_get_string_member_with_default (row, "closes", NULL));

  for (int slot = MAX (from, 0); day >= 0 && day < 7 && slot < MIN (to, 48); slot++)
    open[day * 48 + slot] = TRUE;
}

void
yq_booking_calendar_set_opening_hours (YqBookingCalendar *self, gpointer json_array)
{
  JsonArray *rows = json_array;
  gboolean open[7 * 48];

  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    open[i] = rows == NULL;
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    open_row (json_array_get_object_element (rows, i), open);
  yq_week_grid_set_open (YQ_WEEK_GRID (self->grid), open);
}

guint
yq_booking_calendar_n_wishes (YqBookingCalendar *self)
{
  return self->wishes->len;
}

void
yq_booking_calendar_wish (YqBookingCalendar *self, guint i, gint64 *from, gint64 *to)
{
  const YqSpan *wish = &g_array_index (self->wishes, YqSpan, i);

  *from = wish->from;
  *to = wish->to;
}

void
yq_booking_calendar_add_wish (YqBookingCalendar *self, gint64 from, gint64 to)
{
  YqSpan wish = { from, to, YQ_SPAN_WISHED, NULL };

  if (self->wishes->len >= self->max_wishes)
    g_array_remove_index (self->wishes, 0);
  g_array_append_val (self->wishes, wish);
  refresh (self);
  g_signal_emit (self, signals[WISHES_CHANGED], 0);
}

void
yq_booking_calendar_remove_wish (YqBookingCalendar *self, guint i)
{
  g_return_if_fail (i < self->wishes->len);
  g_array_remove_index (self->wishes, i);
  refresh (self);
  g_signal_emit (self, signals[WISHES_CHANGED], 0);
}

void
yq_booking_calendar_set_max_wishes (YqBookingCalendar *self, guint max)
{
  self->max_wishes = max;
}

/* ---- what the person does ---- */

static void
drawn_cb (YqWeekGrid *grid, gint64 from, gint64 to, YqBookingCalendar *self)
{
  yq_booking_calendar_add_wish (self, from, to);
}

static void
activated_cb (YqWeekGrid *grid, gint64 from, YqBookingCalendar *self)
{
  for (guint i = 0; i < self->wishes->len; i++)
    if (g_array_index (self->wishes, YqSpan, i).from == from)
      {
        yq_booking_calendar_remove_wish (self, i);
        break;
      }
  g_signal_emit (self, signals[ACTIVATED], 0, from);
}

static void
move_week (YqBookingCalendar *self, int weeks)
{
  self->monday += weeks * 7 * YQ_DAY;
  refresh (self);
  g_signal_emit (self, signals[WEEK_CHANGED], 0);
}

static void
previous_cb (GtkButton *button, YqBookingCalendar *self)
{
  move_week (self, -1);
}

static void
next_cb (GtkButton *button, YqBookingCalendar *self)
{
  move_week (self, 1);
}

static void
today_cb (GtkButton *button, YqBookingCalendar *self)
{
  yq_booking_calendar_set_week (self, yq_clock_now ());
  g_signal_emit (self, signals[WEEK_CHANGED], 0);
}

/* "2026-11-23", "09:00", "11:30" as typed. */
static gboolean
read_typed (YqBookingCalendar *self, gint64 *from, gint64 *to)
{
  const char *date = gtk_editable_get_text (GTK_EDITABLE (self->date));
  const char *begin = gtk_editable_get_text (GTK_EDITABLE (self->from));
  const char *end = gtk_editable_get_text (GTK_EDITABLE (self->to));
  gint64 start;

  if (!yq_date_is_valid (date) || strlen (begin) != 5 || strlen (end) != 5)
    return FALSE;
  start = yq_date_start (date);
  *from = start + slot_of_clock (begin) * (gint64) YQ_SLOT_MS;
  *to = start + slot_of_clock (end) * (gint64) YQ_SLOT_MS;
  return *from < *to && slot_of_clock (end) <= 48;
}

static void
add_typed_cb (GtkWidget *widget, YqBookingCalendar *self)
{
  gint64 from, to;
  gboolean good = read_typed (self, &from, &to);

  gtk_label_set_text (GTK_LABEL (self->error),
                      good ? ""
                           : _("Write the day as 2026-11-23 and the times as 09:00 and 11:30"));
  gtk_widget_set_visible (self->error, !good);
  if (!good)
    return;
  self->monday = monday_of (from);
  yq_booking_calendar_add_wish (self, from, to);
}

/* ---- building ---- */

static GtkWidget *
entry_new (YqBookingCalendar *self, const char *name, int characters)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), characters);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), characters);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), name);
  yq_set_name (entry, name);
  g_signal_connect (entry, "activate", G_CALLBACK (add_typed_cb), self);
  return entry;
}

static GtkWidget *
build_entry_row (YqBookingCalendar *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *add = yq_button_new (_("Add this time"), NULL, NULL);

  self->date = entry_new (self, _("Day"), 10);
  self->from = entry_new (self, _("From (hour)"), 6);
  self->to = entry_new (self, _("To (hour)"), 6);
  self->error = yq_label_new_wrapped ("", "form-error");
  gtk_widget_set_visible (self->error, FALSE);
  g_signal_connect (add, "clicked", G_CALLBACK (add_typed_cb), self);
  gtk_box_append (GTK_BOX (row), self->date);
  gtk_box_append (GTK_BOX (row), self->from);
  gtk_box_append (GTK_BOX (row), self->to);
  gtk_box_append (GTK_BOX (row), add);
  gtk_box_append (GTK_BOX (row), self->error);
  return row;
}

static GtkWidget *
build_head (YqBookingCalendar *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *previous = yq_icon_button_new ("go-previous-symbolic", _("Week before"), NULL);
  GtkWidget *next = yq_icon_button_new ("go-next-symbolic", _("Week after"), NULL);
  GtkWidget *today = yq_button_new (_("This week"), NULL, "flat");

  self->week = yq_label_new ("", "number");
  g_signal_connect (previous, "clicked", G_CALLBACK (previous_cb), self);
  g_signal_connect (next, "clicked", G_CALLBACK (next_cb), self);
  g_signal_connect (today, "clicked", G_CALLBACK (today_cb), self);
  gtk_box_append (GTK_BOX (head), previous);
  gtk_box_append (GTK_BOX (head), self->week);
  gtk_box_append (GTK_BOX (head), next);
  gtk_box_append (GTK_BOX (head), today);
  return head;
}

static void
yq_booking_calendar_dispose (GObject *object)
{
  YqBookingCalendar *self = YQ_BOOKING_CALENDAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_booking_calendar_parent_class)->dispose (object);
}

static void
yq_booking_calendar_finalize (GObject *object)
{
  YqBookingCalendar *self = YQ_BOOKING_CALENDAR (object);

  g_array_unref (self->spans);
  g_array_unref (self->wishes);
  G_OBJECT_CLASS (yq_booking_calendar_parent_class)->finalize (object);
}

static void
yq_booking_calendar_class_init (YqBookingCalendarClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yq_booking_calendar_dispose;
  G_OBJECT_CLASS (class)->finalize = yq_booking_calendar_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  signals[WISHES_CHANGED] = g_signal_new ("wishes-changed", YQ_TYPE_BOOKING_CALENDAR,
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[WEEK_CHANGED] = g_signal_new ("week-changed", YQ_TYPE_BOOKING_CALENDAR, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("span-activated", YQ_TYPE_BOOKING_CALENDAR, G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
yq_booking_calendar_init (YqBookingCalendar *self)
{
  self->from_hour = 8;
  self->to_hour = 20;
  self->max_wishes = 5;
  self->spans = g_array_new (FALSE, TRUE, sizeof (YqSpan));
  g_array_set_clear_func (self->spans, span_clear);
  self->wishes = g_array_new (FALSE, TRUE, sizeof (YqSpan));
}

GtkWidget *
yq_booking_calendar_new (gboolean editable)
{
  YqBookingCalendar *self = g_object_new (YQ_TYPE_BOOKING_CALENDAR, NULL);

  self->editable = editable;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  self->grid = yq_week_grid_new (editable);
  yq_set_name (self->grid, _("Calendar of the week"));
  gtk_widget_set_vexpand (self->grid, TRUE);
  self->list = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->list), GTK_SELECTION_NONE);
  gtk_box_append (GTK_BOX (self->box), build_head (self));
  gtk_box_append (GTK_BOX (self->box), self->grid);
  gtk_box_append (GTK_BOX (self->box), self->list);
  if (editable)
    {
      gtk_box_append (GTK_BOX (self->box), build_entry_row (self));
      g_signal_connect (self->grid, "drawn", G_CALLBACK (drawn_cb), self);
      g_signal_connect (self->grid, "span-activated", G_CALLBACK (activated_cb), self);
    }
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->monday = monday_of (yq_clock_now ());
  refresh (self);
  return GTK_WIDGET (self);
}
