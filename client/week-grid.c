/* The drawn part of the booking calendar. */
#define G_LOG_DOMAIN "yiquan-calendar"

#include "week-grid.h"

#include "api.h"
#include "bits.h"
#include "clock.h"
#include "table-columns.h"
#include "text.h"
#include "tooltip.h"

#define HEAD 34 /* pixels at 100 %: of the days, and of day and date below each other */
#define HEAD_TALL 48
#define LARGE 140 /* percent */
#define SLOTS_PER_DAY 48

struct _YqWeekGrid
{
  GtkWidget parent_instance;

  gboolean editable;
  gint64 monday; /* ms UTC of its 00:00 in Shanghai */
  int from_hour, to_hour;
  GArray *spans, *wishes; /* of YqSpan; borrowed from the calendar */
  gboolean open[7 * SLOTS_PER_DAY];
  int cursor_day, cursor_slot, anchor_slot; /* anchor -1: nothing is being chosen */
  gboolean dragging;
};

G_DEFINE_FINAL_TYPE (YqWeekGrid, yq_week_grid, GTK_TYPE_WIDGET)

enum
{
  DRAWN,
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- geometry ---- */

/* Where the text is large, day and date would not stand beside each other. */
static gboolean
is_tall (void)
{
  return yq_scaled (100) > LARGE;
}

static int
head (void)
{
  return yq_scaled (is_tall () ? HEAD_TALL : HEAD);
}

static int
gutter (YqWeekGrid *self)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "00:00");
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width + 12;
}

static double
column_width (YqWeekGrid *self)
{
  return (gtk_widget_get_width (GTK_WIDGET (self)) - gutter (self)) / 7.0;
}

static double
slot_height (YqWeekGrid *self)
{
  return (gtk_widget_get_height (GTK_WIDGET (self)) - head ()) /
         (double) ((self->to_hour - self->from_hour) * 2);
}

static gint64
slot_time (YqWeekGrid *self, int day, int slot)
{
  return self->monday + day * YQ_DAY + slot * (gint64) YQ_SLOT_MS;
}

static gboolean
slot_at (YqWeekGrid *self, double x, double y, int *day, int *slot)
{
  *day = (int) ((x - gutter (self)) / column_width (self));
  *slot = self->from_hour * 2 + (int) ((y - head ()) / slot_height (self));
  return x >= gutter (self) && y >= head () && *day >= 0 && *day < 7 && *slot < self->to_hour * 2;
}

/* ---- what is where ---- */

static gboolean
is_covered (GArray *spans, gint64 from, gint64 to)
{
  for (guint i = 0; spans != NULL && i < spans->len; i++)
    {
      const YqSpan *span = &g_array_index (spans, YqSpan, i);

      if (span->kind != YQ_SPAN_OFFERED && span->from < to && span->to > from)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_free (YqWeekGrid *self, int day, int slot)
{
  gint64 from = slot_time (self, day, slot);

  return self->open[day * SLOTS_PER_DAY + slot] && from > yq_clock_now () &&
         !is_covered (self->spans, from, from + YQ_SLOT_MS);
}

/* ---- drawing ---- */

static void
named_color (YqWeekGrid *self, const char *name, double alpha, GdkRGBA *color)
{
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), name,
                                       color))
    *color = (GdkRGBA){ 0.5, 0.5, 0.5, 1 };
  color->alpha *= (float) alpha;
}

static void
fill (YqWeekGrid *self, GtkSnapshot *snapshot, const char *name, double alpha, double x, double y,
      double w, double h)
{
  GdkRGBA color;

  named_color (self, name, alpha, &color);
  gtk_snapshot_append_color (snapshot, &color,
                             &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) w, (float) h));
}

static void
write_text (YqWeekGrid *self, GtkSnapshot *snapshot, const char *text, double x, double y,
            double width, double alpha)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  GdkRGBA color;

  named_color (self, "window_fg_color", alpha, &color);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_heads (YqWeekGrid *self, GtkSnapshot *snapshot)
{
  const char *days[] = { _("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun") };

  for (int day = 0; day < 7; day++)
    {
      g_autofree char *date = yq_date_of (self->monday + day * YQ_DAY);
      g_autofree char *text =
        g_strdup_printf ("%s%s%s", days[day], is_tall () ? "\n" : " ", date + 5);

      write_text (self, snapshot, text, gutter (self) + day * column_width (self) + 6,
                  is_tall () ? 2 : 8, column_width (self) - 9, 0.8);
    }
}

static void
draw_hours (YqWeekGrid *self, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  for (int hour = self->from_hour; hour < self->to_hour; hour++)
    {
      double y = head () + (hour - self->from_hour) * 2 * slot_height (self);
      g_autofree char *text = g_strdup_printf ("%02d:00", hour);

      fill (self, snapshot, "window_fg_color", 0.1, gutter (self), y, width - gutter (self), 1);
      if (hour % 2 == 0 || slot_height (self) > 14)
        write_text (self, snapshot, text, 3, y - 2, gutter (self), 0.6);
    }
  for (int day = 0; day <= 7; day++)
    fill (self, snapshot, "window_fg_color", 0.1, gutter (self) + day * column_width (self),
          head (), 1, gtk_widget_get_height (GTK_WIDGET (self)) - head ());
}

static void
draw_closed (YqWeekGrid *self, GtkSnapshot *snapshot)
{
  gint64 now = yq_clock_now ();

  for (int day = 0; day < 7; day++)
    for (int slot = self->from_hour * 2; slot < self->to_hour * 2; slot++)
      if (!self->open[day * SLOTS_PER_DAY + slot] || slot_time (self, day, slot) < now)
        fill (self, snapshot, "window_fg_color", 0.07, gutter (self) + day * column_width (self),
              head () + (slot - self->from_hour * 2) * slot_height (self), column_width (self),
              slot_height (self) + 0.5);
}

/* Colour and word of each kind: never colour alone. */
static const struct
{
  const char *color, *word;
  double alpha;
} looks[] = {
  [YQ_SPAN_TAKEN] = { "error_bg_color", N_("taken"), 0.22 },
  [YQ_SPAN_CLOSED] = { "window_fg_color", N_("closed"), 0.14 },
  [YQ_SPAN_MINE] = { "success_bg_color", N_("ours"), 0.3 },
  [YQ_SPAN_WISHED] = { "accent_bg_color", N_("wished"), 0.4 },
  [YQ_SPAN_OFFERED] = { "warning_bg_color", N_("offered"), 0.3 },
};

/* One piece per day the span touches. */
static void
draw_span (YqWeekGrid *self, GtkSnapshot *snapshot, const YqSpan *span)
{
  for (int day = 0; day < 7; day++)
    {
      gint64 begin = slot_time (self, day, self->from_hour * 2),
             end = slot_time (self, day, self->to_hour * 2);
      gint64 from = MAX (span->from, begin), to = MIN (span->to, end);
      double x = gutter (self) + day * column_width (self) + 2;
      double y = head () + (double) (from - begin) / YQ_SLOT_MS * slot_height (self);
      double h = (double) (to - from) / YQ_SLOT_MS * slot_height (self);

      if (from >= to)
        continue;
      fill (self, snapshot, looks[span->kind].color, looks[span->kind].alpha, x, y + 1,
            column_width (self) - 4, h - 2);
      fill (self, snapshot, looks[span->kind].color, 0.9, x, y + 1, 3, h - 2);
      if (h > 16)
        write_text (self, snapshot, _(looks[span->kind].word), x + 7, y + 1,
                    column_width (self) - 12, 0.9);
    }
}

static void
draw_cursor (YqWeekGrid *self, GtkSnapshot *snapshot)
{
  int first =
    self->anchor_slot >= 0 ? MIN (self->anchor_slot, self->cursor_slot) : self->cursor_slot;
  int last =
    self->anchor_slot >= 0 ? MAX (self->anchor_slot, self->cursor_slot) : self->cursor_slot;
  double x = gutter (self) + self->cursor_day * column_width (self);
  double y = head () + (first - self->from_hour * 2) * slot_height (self);
  double h = (last - first + 1) * slot_height (self);

  if (!self->editable || (!self->dragging && !gtk_widget_has_focus (GTK_WIDGET (self))))
    return;
  fill (self, snapshot, "accent_bg_color", 0.25, x + 1, y, column_width (self) - 2, h);
  fill (self, snapshot, "accent_bg_color", 1, x + 1, y, column_width (self) - 2, 2);
  fill (self, snapshot, "accent_bg_color", 1, x + 1, y + h - 2, column_width (self) - 2, 2);
}

static void
yq_week_grid_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  YqWeekGrid *self = YQ_WEEK_GRID (widget);
  GArray *layers[] = { self->spans, self->wishes };

  draw_closed (self, snapshot);
  draw_hours (self, snapshot);
  draw_heads (self, snapshot);
  for (guint l = 0; l < G_N_ELEMENTS (layers); l++)
    for (guint i = 0; layers[l] != NULL && i < layers[l]->len; i++)
      draw_span (self, snapshot, &g_array_index (layers[l], YqSpan, i));
  draw_cursor (self, snapshot);
}

/* ---- choosing ---- */

/* The longest free run that begins at the anchor and goes towards the cursor. */
static void
choose (YqWeekGrid *self, int day, int anchor, int slot)
{
  int step = slot >= anchor ? 1 : -1, last = anchor;

  if (!is_free (self, day, anchor))
    return;
  while (last != slot && is_free (self, day, last + step))
    last += step;
  g_signal_emit (self, signals[DRAWN], 0, slot_time (self, day, MIN (anchor, last)),
                 slot_time (self, day, MAX (anchor, last) + 1));
}

static gboolean
activate_wish (YqWeekGrid *self, int day, int slot)
{
  gint64 from = slot_time (self, day, slot);

  for (guint i = 0; self->wishes != NULL && i < self->wishes->len; i++)
    {
      const YqSpan *wish = &g_array_index (self->wishes, YqSpan, i);

      if (wish->from <= from && from < wish->to)
        {
          g_signal_emit (self, signals[ACTIVATED], 0, wish->from);
          return TRUE;
        }
    }
  return FALSE;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, YqWeekGrid *self)
{
  int day, slot;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!slot_at (self, x, y, &day, &slot) || activate_wish (self, day, slot))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  self->dragging = TRUE;
  self->cursor_day = day;
  self->anchor_slot = self->cursor_slot = slot;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, YqWeekGrid *self)
{
  double x, y;
  int day, slot;

  gtk_gesture_drag_get_start_point (gesture, &x, &y);
  if (self->dragging && slot_at (self, x, y + dy, &day, &slot))
    self->cursor_slot = slot;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, YqWeekGrid *self)
{
  if (!self->dragging)
    return;
  self->dragging = FALSE;
  choose (self, self->cursor_day, self->anchor_slot, self->cursor_slot);
  self->anchor_slot = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
accept_key (YqWeekGrid *self)
{
  if (self->anchor_slot < 0 && activate_wish (self, self->cursor_day, self->cursor_slot))
    return TRUE;
  choose (self, self->cursor_day, self->anchor_slot >= 0 ? self->anchor_slot : self->cursor_slot,
          self->cursor_slot);
  self->anchor_slot = -1;
  return TRUE;
}

/* Arrows move, Shift with them chooses a time, Return or Space wishes for it. */
static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        YqWeekGrid *self)
{
  gboolean handled = TRUE;

  if ((state & GDK_SHIFT_MASK) && self->anchor_slot < 0 &&
      (key == GDK_KEY_Down || key == GDK_KEY_Up))
    self->anchor_slot = self->cursor_slot;
  else if (!(state & GDK_SHIFT_MASK) && (key == GDK_KEY_Down || key == GDK_KEY_Up))
    self->anchor_slot = -1;
  if (key == GDK_KEY_Down)
    self->cursor_slot = MIN (self->cursor_slot + 1, self->to_hour * 2 - 1);
  else if (key == GDK_KEY_Up)
    self->cursor_slot = MAX (self->cursor_slot - 1, self->from_hour * 2);
  else if (key == GDK_KEY_Left)
    self->cursor_day = MAX (self->cursor_day - 1, 0);
  else if (key == GDK_KEY_Right)
    self->cursor_day = MIN (self->cursor_day + 1, 6);
  else if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_space)
    handled = accept_key (self);
  else
    handled = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return handled;
}

static gboolean
tooltip_cb (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
            YqWeekGrid *self)
{
  int day, slot;
  g_autofree char *time = NULL;

  if (keyboard || !slot_at (self, x, y, &day, &slot))
    return FALSE;
  time = yq_time_local (slot_time (self, day, slot));
  for (guint i = 0; self->spans != NULL && i < self->spans->len; i++)
    {
      const YqSpan *span = &g_array_index (self->spans, YqSpan, i);
      gint64 at = slot_time (self, day, slot);

      if (span->from <= at && at < span->to)
        {
          g_autofree char *text = g_strdup_printf ("%s · %s%s%s", time, _(looks[span->kind].word),
                                                   span->title != NULL ? " · " : "",
                                                   span->title != NULL ? span->title : "");

          return yq_tooltip_say (tooltip, text);
        }
    }
  return yq_tooltip_say (tooltip, time);
}

/* ---- the object ---- */

static void
yq_week_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  YqWeekGrid *self = YQ_WEEK_GRID (widget);

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL
               ? gutter (self) + 7 * 60
               : head () + (self->to_hour - self->from_hour) * 20;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL
               ? gutter (self) + 7 * 100
               : head () + (self->to_hour - self->from_hour) * 28;
}

static void
yq_week_grid_class_init (YqWeekGridClass *class)
{
  GTK_WIDGET_CLASS (class)->snapshot = yq_week_grid_snapshot;
  GTK_WIDGET_CLASS (class)->measure = yq_week_grid_measure;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  signals[DRAWN] = g_signal_new ("drawn", YQ_TYPE_WEEK_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  signals[ACTIVATED] = g_signal_new ("span-activated", YQ_TYPE_WEEK_GRID, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
yq_week_grid_init (YqWeekGrid *self)
{
  self->from_hour = 8;
  self->to_hour = 20;
  self->anchor_slot = -1;
  self->cursor_slot = 18;
  for (guint i = 0; i < G_N_ELEMENTS (self->open); i++)
    self->open[i] = TRUE;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (tooltip_cb), self);
}

GtkWidget *
yq_week_grid_new (gboolean editable)
{
  YqWeekGrid *self = g_object_new (YQ_TYPE_WEEK_GRID, NULL);
  GtkGesture *drag;
  GtkEventController *keys;

  self->editable = editable;
  if (!editable)
    return GTK_WIDGET (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  drag = gtk_gesture_drag_new ();
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  keys = gtk_event_controller_key_new ();
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  return GTK_WIDGET (self);
}

void
yq_week_grid_show (YqWeekGrid *self, gint64 monday, int from_hour, int to_hour, GArray *spans,
                   GArray *wishes)
{
  self->monday = monday;
  self->from_hour = from_hour;
  self->to_hour = to_hour;
  self->spans = spans;
  self->wishes = wishes;
  self->cursor_slot = CLAMP (self->cursor_slot, from_hour * 2, to_hour * 2 - 1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
yq_week_grid_set_open (YqWeekGrid *self, const gboolean open[7 * 48])
{
  memcpy (self->open, open, sizeof self->open);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
