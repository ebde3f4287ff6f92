/* Charts: what is drawn, where each mark stands, keys and words. */
#define G_LOG_DOMAIN "yiquan-chart"

#include "chart-private.h"

#include "bits.h"
#include "tooltip.h"

G_DEFINE_FINAL_TYPE (YqChart, yq_chart, GTK_TYPE_WIDGET)

static void
mark_clear (gpointer data)
{
  YqChartMark *mark = data;

  g_free (mark->label);
  g_free (mark->text);
  g_free (mark->note);
}

guint
yq_chart_n_marks (YqChart *self)
{
  return self->marks->len;
}

YqChartMark *
yq_chart_mark (YqChart *self, guint i)
{
  return &g_array_index (self->marks, YqChartMark, i);
}

/* -- words -- */

static char *
words_of (YqChart *self, guint i)
{
  YqChartMark *mark = yq_chart_mark (self, i);
  const char *series =
    self->series->len > 1 ? g_ptr_array_index (self->series, mark->series) : NULL;

  return g_strdup_printf ("%s%s%s: %s%s%s", series ? series : "", series ? " · " : "", mark->label,
                          mark->text, mark->note ? " · " : "", mark->note ? mark->note : "");
}

const char *
yq_chart_words (YqChart *self)
{
  GString *words;

  if (self->words != NULL)
    return self->words;
  words = g_string_new (NULL);
  for (guint i = 0; i < self->marks->len; i++)
    {
      g_autofree char *one = words_of (self, i);

      g_string_append_printf (words, "%s%s", i > 0 ? _("; ") : "", one);
    }
  if (self->marks->len == 0)
    g_string_assign (words, _("There is nothing to draw"));
  self->words = g_string_free (words, FALSE);
  return self->words;
}

static void
tell (YqChart *self)
{
  g_autofree char *now = self->current >= 0 ? words_of (self, self->current) : NULL;
  g_autofree char *name = now ? g_strdup_printf ("%s — %s", self->title, now) : NULL;

  yq_set_name (GTK_WIDGET (self), name ? name : self->title);
  yq_set_description (GTK_WIDGET (self), yq_chart_words (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
changed (YqChart *self)
{
  g_clear_pointer (&self->words, g_free);
  self->current = MIN (self->current, (int) self->marks->len - 1);
  tell (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

int
yq_chart_current (YqChart *self)
{
  return self->current;
}

void
yq_chart_set_current (YqChart *self, int mark)
{
  self->current = CLAMP (mark, -1, (int) self->marks->len - 1);
  tell (self);
}

/* -- content -- */

void
yq_chart_clear (YqChart *self)
{
  g_array_set_size (self->marks, 0);
  g_ptr_array_set_size (self->series, 0);
  self->hovered = -1;
  changed (self);
}

void
yq_chart_add_series (YqChart *self, const char *name)
{
  g_ptr_array_add (self->series, g_strdup (name));
}

void
yq_chart_add (YqChart *self, const char *label, double value, const char *text, const char *note)
{
  YqChartMark mark = {
    .label = g_strdup (label),
    .text = g_strdup (text),
    .note = g_strdup (note),
    .value = MAX (value, 0),
    .series = MAX (self->series->len, 1) - 1,
  };

  g_array_append_val (self->marks, mark);
  changed (self);
}

/* -- keys and the mouse -- */

static gboolean
key_pressed_cb (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state,
                YqChart *self)
{
  int by = key == GDK_KEY_Down || key == GDK_KEY_Right ? 1
           : key == GDK_KEY_Up || key == GDK_KEY_Left  ? -1
                                                       : 0;
  int last = (int) self->marks->len - 1;

  if (last < 0 || state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  if (by != 0)
    {
      if (self->current + by < 0 || self->current + by > last)
        return FALSE;
      yq_chart_set_current (self, self->current + by);
    }
  else if (key == GDK_KEY_Home || key == GDK_KEY_End)
    yq_chart_set_current (self, key == GDK_KEY_Home ? 0 : last);
  else if ((key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_space) &&
           self->current >= 0)
    g_signal_emit_by_name (self, "activate", (guint) self->current);
  else
    return FALSE;
  return TRUE;
}

static int
mark_at (YqChart *self, double x, double y)
{
  for (guint i = self->marks->len; i > 0; i--)
    {
      YqChartMark *mark = yq_chart_mark (self, i - 1);

      if (graphene_rect_contains_point (&mark->area, &GRAPHENE_POINT_INIT ((float) x, (float) y)))
        return (int) i - 1;
    }
  return -1;
}

static void
moved_cb (GtkEventControllerMotion *motion, double x, double y, YqChart *self)
{
  int mark = mark_at (self, x, y);

  if (mark == self->hovered)
    return;
  self->hovered = mark;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), mark >= 0 ? "pointer" : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
left_cb (GtkEventControllerMotion *motion, YqChart *self)
{
  self->hovered = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
released_cb (GtkGestureClick *click, int n_press, double x, double y, YqChart *self)
{
  int mark = mark_at (self, x, y);

  if (mark < 0)
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  yq_chart_set_current (self, mark);
  g_signal_emit_by_name (self, "activate", (guint) mark);
}

static gboolean
query_tooltip_cb (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  YqChart *self = YQ_CHART (widget);
  int mark = keyboard ? self->current : mark_at (self, x, y);
  g_autofree char *words = mark >= 0 ? words_of (self, (guint) mark) : NULL;

  return yq_tooltip_say (tooltip, words);
}

/* -- life -- */

static void
yq_chart_finalize (GObject *object)
{
  YqChart *self = YQ_CHART (object);

  g_array_unref (self->marks);
  g_ptr_array_unref (self->series);
  g_free (self->words);
  g_free (self->title);
  G_OBJECT_CLASS (yq_chart_parent_class)->finalize (object);
}

static void
yq_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  YqChart *self = YQ_CHART (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 240;
      *natural = 480;
    }
  else
    *minimum = *natural = yq_chart_height (self, for_size);
}

static GtkSizeRequestMode
yq_chart_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
yq_chart_class_init (YqChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = yq_chart_finalize;
  widget_class->measure = yq_chart_measure;
  widget_class->get_request_mode = yq_chart_get_request_mode;
  widget_class->snapshot = yq_chart_snapshot;
  widget_class->query_tooltip = query_tooltip_cb;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  g_signal_new ("activate", YQ_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_UINT);
}

static void
yq_chart_init (YqChart *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->marks = g_array_new (FALSE, TRUE, sizeof (YqChartMark));
  g_array_set_clear_func (self->marks, mark_clear);
  self->series = g_ptr_array_new_with_free_func (g_free);
  self->current = self->hovered = -1;
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect (motion, "motion", G_CALLBACK (moved_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (left_cb), self);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
yq_chart_new (YqChartKind kind, const char *title)
{
  YqChart *self = g_object_new (YQ_TYPE_CHART, NULL);

  self->kind = kind;
  self->title = g_strdup (title);
  tell (self);
  return GTK_WIDGET (self);
}
