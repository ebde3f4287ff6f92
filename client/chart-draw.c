/* How the three kinds of chart look. */
#define G_LOG_DOMAIN "yiquan-chart"

#include <math.h>
#include <string.h>

#include "chart-private.h"

#include "text.h"

#define GAP 6
#define PAD 4

/* Series beside each other are told apart by colour and by dash. */
static const char *const colours[] = { "accent_bg_color", "warning_color", "success_color",
                                       "error_color", "purple_3" };
static const double dashes[][2] = { { 1, 0 }, { 7, 3 }, { 2, 3 }, { 10, 2 }, { 4, 4 } };

typedef struct
{
  YqChart *chart;
  GtkWidget *widget;
  cairo_t *cr;
  GdkRGBA text;
  gboolean is_full;           /* high contrast: nothing is faint */
  double width, height, line; /* line: height of a line of text */
} Pen;

static PangoLayout *
layout_of (GtkWidget *widget, const char *text, double scale, double width)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *list = pango_attr_list_new ();

  pango_attr_list_insert (list, pango_attr_font_features_new ("tnum=1"));
  if (scale != 1)
    pango_attr_list_insert (list, pango_attr_scale_new (scale));
  pango_layout_set_attributes (layout, list);
  pango_attr_list_unref (list);
  if (width > 0)
    {
      pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    }
  return layout;
}

static void
size_of (GtkWidget *widget, const char *text, double scale, int *width, int *height)
{
  g_autoptr(PangoLayout) layout = layout_of (widget, text, scale, 0);

  pango_layout_get_pixel_size (layout, width, height);
}

static double
line_height (GtkWidget *widget)
{
  int height;

  size_of (widget, "嘉0", 1, NULL, &height);
  return height;
}

static GdkRGBA
colour (GtkWidget *widget, const char *name)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  GdkRGBA found;

  if (!gtk_style_context_lookup_color (context, name, &found))
    gtk_style_context_get_color (context, &found);
  return found;
}

static void
set_colour (Pen *pen, GdkRGBA rgba, double alpha)
{
  cairo_set_source_rgba (pen->cr, rgba.red, rgba.green, rgba.blue, rgba.alpha * alpha);
}

/* How strong what stands back is: texts nearly whole, lines and surfaces visible. */
static double
faint (Pen *pen, double alpha)
{
  return pen->is_full ? MIN (3 * alpha, 1) : alpha;
}

/* Violet is too dark on a dark ground. */
static GdkRGBA
series_colour (Pen *pen, guint series)
{
  const char *name = colours[series % G_N_ELEMENTS (colours)];
  gboolean is_dark = pen->text.red + pen->text.green + pen->text.blue > 1.5;

  return colour (pen->widget, is_dark && g_str_equal (name, "purple_3") ? "purple_1" : name);
}

/* align: 0 from x, 0.5 around it, 1 up to it.  y is the middle. */
static void
write_text (Pen *pen, const char *text, double x, double y, double align, double scale,
            double alpha, double most)
{
  g_autoptr(PangoLayout) layout = layout_of (pen->widget, text, scale, 0);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (most > 0 && width > most)
    {
      pango_layout_set_width (layout, (int) (most * PANGO_SCALE));
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      width = (int) most;
    }
  set_colour (pen, pen->text, faint (pen, alpha));
  cairo_move_to (pen->cr, round (x - width * align), round (y - height / 2.0));
  pango_cairo_show_layout (pen->cr, layout);
}

static double
highest (YqChart *self)
{
  double most = 0;

  for (guint i = 0; i < self->marks->len; i++)
    most = MAX (most, yq_chart_mark (self, i)->value);
  return most;
}

static void
round_rectangle (cairo_t *cr, double x, double y, double width, double height, double radius)
{
  radius = MIN (radius, MIN (width, height) / 2);
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

static gboolean
is_lit (YqChart *self, guint i)
{
  return (int) i == self->hovered ||
         ((int) i == self->current && gtk_widget_has_focus (GTK_WIDGET (self)));
}

/* The ring round what the keyboard is on, and a veil over what the mouse is on. */
static void
light (Pen *pen, guint i)
{
  const graphene_rect_t *area = &yq_chart_mark (pen->chart, i)->area;

  if (!is_lit (pen->chart, i))
    return;
  round_rectangle (pen->cr, area->origin.x + 1, area->origin.y + 1, area->size.width - 2,
                   area->size.height - 2, 6);
  set_colour (pen, pen->text, 0.06);
  cairo_fill_preserve (pen->cr);
  if ((int) i == pen->chart->current && gtk_widget_has_focus (pen->widget))
    {
      set_colour (pen, colour (pen->widget, "accent_color"), 0.7);
      cairo_set_line_width (pen->cr, 2);
      cairo_stroke (pen->cr);
    }
  cairo_new_path (pen->cr);
}

/* -- bars -- */

static double
widest (GtkWidget *widget, YqChart *self, gboolean labels)
{
  int most = 0;

  for (guint i = 0; i < self->marks->len; i++)
    {
      YqChartMark *mark = yq_chart_mark (self, i);
      int width, note = 0;

      size_of (widget, labels ? mark->label : mark->text, 1, &width, NULL);
      if (!labels && mark->note != NULL)
        size_of (widget, mark->note, 0.9, &note, NULL);
      most = MAX (most, width + (note > 0 ? note + 2 * GAP : 0));
    }
  return most;
}

static void
draw_bars (Pen *pen)
{
  YqChart *self = pen->chart;
  double labels = MIN (widest (pen->widget, self, TRUE), pen->width * 0.3);
  double values = MIN (widest (pen->widget, self, FALSE), pen->width * 0.45);
  double left = labels + 2 * GAP + PAD;
  double room = MAX (pen->width - left - values - 2 * GAP - PAD, 12);
  double row = pen->line + 2 * GAP;
  double most = MAX (highest (self), 1e-9);

  for (guint i = 0; i < self->marks->len; i++)
    {
      YqChartMark *mark = yq_chart_mark (self, i);
      double y = i * row, middle = y + row / 2;
      double length = room * mark->value / most;
      int width;

      graphene_rect_init (&mark->area, 0, (float) y, (float) pen->width, (float) row);
      light (pen, i);
      write_text (pen, mark->label, left - 2 * GAP, middle, 1, 1, 1, labels);
      round_rectangle (pen->cr, left, y + GAP, MAX (length, 2), row - 2 * GAP, 4);
      set_colour (pen, colour (pen->widget, colours[0]), mark->value > 0 ? 0.85 : 0.25);
      cairo_fill (pen->cr);
      write_text (pen, mark->text, left + length + GAP, middle, 0, 1, 1, values);
      size_of (pen->widget, mark->text, 1, &width, NULL);
      if (mark->note != NULL)
        write_text (pen, mark->note, left + length + 3 * GAP + width, middle, 0, 0.9, 0.65, 0);
    }
}

/* -- funnel -- */

static void
draw_slope (Pen *pen, double centre, double top, double bottom, double above, double below)
{
  cairo_move_to (pen->cr, centre - above / 2, top);
  cairo_line_to (pen->cr, centre + above / 2, top);
  cairo_line_to (pen->cr, centre + below / 2, bottom);
  cairo_line_to (pen->cr, centre - below / 2, bottom);
  cairo_close_path (pen->cr);
  set_colour (pen, colour (pen->widget, colours[0]), faint (pen, 0.14));
  cairo_fill (pen->cr);
}

static void
draw_funnel (Pen *pen)
{
  YqChart *self = pen->chart;
  double labels = MIN (widest (pen->widget, self, TRUE), pen->width * 0.25);
  double values = MIN (widest (pen->widget, self, FALSE), pen->width * 0.4);
  double left = labels + 2 * GAP + PAD;
  double room = MAX (pen->width - left - values - 3 * GAP - PAD, 24);
  double bar = pen->line + 2 * GAP, slope = pen->line * 0.7;
  double most = MAX (highest (self), 1e-9), centre = left + room / 2;

  for (guint i = 0; i < self->marks->len; i++)
    {
      YqChartMark *mark = yq_chart_mark (self, i);
      double y = i * (bar + slope), length = MAX (room * mark->value / most, 3);
      int width;

      graphene_rect_init (&mark->area, 0, (float) y, (float) pen->width, (float) bar);
      light (pen, i);
      write_text (pen, mark->label, left - 2 * GAP, y + bar / 2, 1, 1, 1, labels);
      round_rectangle (pen->cr, centre - length / 2, y + 2, length, bar - 4, 4);
      set_colour (pen, colour (pen->widget, colours[0]), 0.9 - 0.1 * MIN (i, 5));
      cairo_fill (pen->cr);
      write_text (pen, mark->text, left + room + 2 * GAP, y + bar / 2, 0, 1, 1, values);
      size_of (pen->widget, mark->text, 1, &width, NULL);
      if (mark->note != NULL)
        write_text (pen, mark->note, left + room + 4 * GAP + width, y + bar / 2, 0, 0.9, 0.65, 0);
      if (i + 1 < self->marks->len)
        draw_slope (pen, centre, y + bar - 2, y + bar + slope + 2, length,
                    MAX (room * yq_chart_mark (self, i + 1)->value / most, 3));
    }
}

/* -- lines -- */

/* 1, 2 or 5 times a power of ten, at least a quarter of most. */
static double
step_of (double most)
{
  static const double steps[] = { 1, 2, 5, 10 };
  double power = pow (10, floor (log10 (MAX (most, 4) / 4)));

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (steps[i] * power * 4 >= most)
      return steps[i] * power;
  return 10 * power;
}

/* Long numbers are counted in the units of the language: 万 and 亿. */
static char *
axis_text (double value)
{
  /* From what number on, and its sign; the smallest first. */
  g_auto(GStrv) units = g_strsplit (_("1000=k 1000000=M"), " ", -1);
  const char *sign = "";
  double unit = 1;

  for (guint i = 0; units[i] != NULL; i++)
    if (value >= g_ascii_strtod (units[i], NULL) && strchr (units[i], '=') != NULL)
      {
        unit = g_ascii_strtod (units[i], NULL);
        sign = strchr (units[i], '=') + 1;
      }
  return g_strdup_printf ("%g%s", value / unit, sign);
}

static double
draw_legend (Pen *pen)
{
  double x = PAD;

  for (guint i = 0; i < pen->chart->series->len; i++)
    {
      const char *name = g_ptr_array_index (pen->chart->series, i);
      int width;

      cairo_set_dash (pen->cr, dashes[i % G_N_ELEMENTS (dashes)], 2, 0);
      set_colour (pen, series_colour (pen, i), 1);
      cairo_set_line_width (pen->cr, 2.5);
      cairo_move_to (pen->cr, x, pen->line / 2 + 1);
      cairo_line_to (pen->cr, x + 24, pen->line / 2 + 1);
      cairo_stroke (pen->cr);
      cairo_set_dash (pen->cr, NULL, 0, 0);
      write_text (pen, name, x + 30, pen->line / 2 + 1, 0, 0.92, 0.85, 0);
      size_of (pen->widget, name, 0.92, &width, NULL);
      x += 30 + width + 18;
    }
  return pen->line + 2 * GAP;
}

static void
draw_grid (Pen *pen, double left, double top, double bottom, double step)
{
  for (guint i = 0; i <= 4; i++)
    {
      g_autofree char *text = axis_text (step * i);
      double y = round (bottom - (bottom - top) * i / 4) + 0.5;

      set_colour (pen, pen->text, faint (pen, i == 0 ? 0.35 : 0.1));
      cairo_set_line_width (pen->cr, 1);
      cairo_move_to (pen->cr, left, y);
      cairo_line_to (pen->cr, pen->width - PAD, y);
      cairo_stroke (pen->cr);
      write_text (pen, text, left - GAP, y, 1, 0.85, 0.7, 0);
    }
}

static void
draw_series (Pen *pen, guint series)
{
  gboolean begun = FALSE;

  set_colour (pen, series_colour (pen, series), 1);
  cairo_set_dash (pen->cr, dashes[series % G_N_ELEMENTS (dashes)], 2, 0);
  cairo_set_line_width (pen->cr, 2.5);
  cairo_set_line_join (pen->cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < pen->chart->marks->len; i++)
    {
      YqChartMark *mark = yq_chart_mark (pen->chart, i);
      graphene_point_t at;

      graphene_rect_get_center (&mark->area, &at);
      if (mark->series != series)
        continue;
      if (begun)
        cairo_line_to (pen->cr, at.x, at.y);
      else
        cairo_move_to (pen->cr, at.x, at.y);
      begun = TRUE;
    }
  cairo_stroke (pen->cr);
  cairo_set_dash (pen->cr, NULL, 0, 0);
}

static void
draw_points (Pen *pen)
{
  for (guint i = 0; i < pen->chart->marks->len; i++)
    {
      YqChartMark *mark = yq_chart_mark (pen->chart, i);
      graphene_point_t at;

      graphene_rect_get_center (&mark->area, &at);
      light (pen, i);
      set_colour (pen, series_colour (pen, mark->series), 1);
      cairo_arc (pen->cr, at.x, at.y, is_lit (pen->chart, i) ? 5 : 3.5, 0, 2 * G_PI);
      cairo_fill (pen->cr);
    }
}

/* Labels that would touch are left out, each second, third … alike. */
static void
write_labels (Pen *pen, double left, double each, guint n)
{
  double most = widest (pen->widget, pen->chart, TRUE) * 0.85 + GAP;
  guint every = MAX (1, (guint) ceil (most / MAX (each, 1)));

  for (guint i = 0; i < n; i += every)
    write_text (pen, yq_chart_mark (pen->chart, i)->label, left + each * (i + 0.5),
                pen->height - pen->line / 2, 0.5, 0.85, 0.7, 0);
}

static void
draw_lines (Pen *pen)
{
  YqChart *self = pen->chart;
  guint n = self->marks->len / MAX (self->series->len, 1);
  double step = step_of (highest (self));
  double top = draw_legend (pen) + GAP, bottom = pen->height - pen->line - GAP, left, each;
  guint of_series = 0, previous = 0;
  int axis = 0;

  for (guint i = 0; i <= 4; i++)
    {
      g_autofree char *text = axis_text (step * i);
      int width;

      size_of (pen->widget, text, 0.85, &width, NULL);
      axis = MAX (axis, width);
    }
  left = axis + 2 * GAP;
  each = (pen->width - left - PAD) / MAX (n, 1);
  draw_grid (pen, left, top, bottom, step);
  for (guint i = 0; i < self->marks->len; i++)
    {
      YqChartMark *mark = yq_chart_mark (self, i);
      double x, y = bottom - (bottom - top) * mark->value / (step * 4);

      of_series = mark->series == previous ? of_series : 0;
      previous = mark->series;
      x = left + each * (of_series++ + 0.5);
      graphene_rect_init (&mark->area, (float) x - 9, (float) y - 9, 18, 18);
    }
  for (guint i = 0; i < self->series->len; i++)
    draw_series (pen, i);
  draw_points (pen);
  write_labels (pen, left, each, n);
}

/* -- the whole -- */

int
yq_chart_height (YqChart *self, int width)
{
  double line = line_height (GTK_WIDGET (self));
  guint n = MAX (self->marks->len, 1);

  switch (self->kind)
    {
    case YQ_CHART_LINES:
      return (int) (line * 13);
    case YQ_CHART_FUNNEL:
      return (int) ceil (n * (line + 2 * GAP) + (n - 1) * line * 0.7);
    case YQ_CHART_BARS:
    default:
      return (int) ceil (n * (line + 2 * GAP));
    }
}

void
yq_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  YqChart *self = YQ_CHART (widget);
  Pen pen = { .chart = self, .widget = widget };
  GdkRGBA unused;

  pen.width = gtk_widget_get_width (widget);
  pen.height = gtk_widget_get_height (widget);
  pen.line = line_height (widget);
  pen.is_full = gtk_style_context_lookup_color (gtk_widget_get_style_context (widget),
                                                "full_contrast", &unused);
  pen.cr = gtk_snapshot_append_cairo (
    snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) pen.width, (float) pen.height));
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &pen.text);
  if (self->marks->len == 0)
    write_text (&pen, yq_chart_words (self), pen.width / 2, pen.height / 2, 0.5, 1, 0.6, 0);
  else if (self->kind == YQ_CHART_LINES)
    draw_lines (&pen);
  else if (self->kind == YQ_CHART_FUNNEL)
    draw_funnel (&pen);
  else
    draw_bars (&pen);
  cairo_destroy (pen.cr);
}
