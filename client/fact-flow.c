/* Facts in columns. */
#define G_LOG_DOMAIN "yiquan-facts"

#include "fact-flow.h"

#define MOST_COLUMNS 2
#define BETWEEN 12

static int
column_of (GtkWidget *widget)
{
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (widget), "yq-column"));
}

static int
count_columns (GtkWidget *widget, int width)
{
  return CLAMP ((width + BETWEEN) / (column_of (widget) + BETWEEN), 1, MOST_COLUMNS);
}

static int
width_of_column (int width, int n)
{
  return (width - (n - 1) * BETWEEN) / n;
}

/* The line that begins with child: how high it is; *next begins the one after. */
static int
measure_line (GtkWidget *child, int n, int width, GtkWidget **next)
{
  int height = 0;

  for (int i = 0; i < n && child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
      height = MAX (height, natural);
      i++;
    }
  *next = child;
  return height;
}

static GtkSizeRequestMode
mode_cb (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_cb (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
            int *minimum_baseline, int *natural_baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int least = 0, n, width;

  for (GtkWidget *at = child; at != NULL; at = gtk_widget_get_next_sibling (at))
    {
      int min;

      gtk_widget_measure (at, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
      least = MAX (least, min);
    }
  *minimum = least;
  *natural = MAX (least, MOST_COLUMNS * column_of (widget) + (MOST_COLUMNS - 1) * BETWEEN);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  width = for_size < 0 ? *natural : for_size;
  n = count_columns (widget, width);
  *natural = 0;
  while (child != NULL)
    *natural += measure_line (child, n, MAX (least, width_of_column (width, n)), &child);
  *minimum = *natural;
}

static void
allocate_cb (GtkWidget *widget, int width, int height, int baseline)
{
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int n = count_columns (widget, width), column = width_of_column (width, n), y = 0;
  GtkWidget *child = gtk_widget_get_first_child (widget);

  while (child != NULL)
    {
      GtkWidget *next;
      int line = measure_line (child, n, column, &next), i = 0;

      for (; child != next; child = gtk_widget_get_next_sibling (child))
        {
          GtkAllocation place = { i * (column + BETWEEN), y, column, line };

          if (!gtk_widget_should_layout (child))
            continue;
          if (is_rtl)
            place.x = width - place.x - column;
          gtk_widget_size_allocate (child, &place, -1);
          i++;
        }
      y += line;
    }
}

GtkWidget *
yq_fact_flow_new (int column)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  g_object_set_data (G_OBJECT (box), "yq-column", GINT_TO_POINTER (MAX (1, column)));
  gtk_widget_set_layout_manager (box, gtk_custom_layout_new (mode_cb, measure_cb, allocate_cb));
  return box;
}

/* -- one fact -- */

#define APART 6

typedef struct
{
  GtkWidget *title, *body, *pin; /* pin may be NULL */
  int title_width, pin_width;
} Line;

static void
look_at_line (GtkWidget *widget, Line *line)
{
  line->title = gtk_widget_get_first_child (widget);
  line->body = gtk_widget_get_next_sibling (line->title);
  line->pin = gtk_widget_get_next_sibling (line->body);
  line->pin_width = 0;
  gtk_widget_measure (line->title, GTK_ORIENTATION_HORIZONTAL, -1, &line->title_width, NULL, NULL,
                      NULL);
  if (line->pin == NULL)
    return;
  gtk_widget_measure (line->pin, GTK_ORIENTATION_HORIZONTAL, -1, &line->pin_width, NULL, NULL,
                      NULL);
  line->pin_width += APART;
}

static gboolean
is_stacked (GtkWidget *widget, const Line *line, int width)
{
  return width - line->pin_width < column_of (widget);
}

/* Of title and body, in so much width. */
static void
heights_of_line (GtkWidget *widget, const Line *line, int width, int *title, int *body)
{
  int left = width - line->pin_width;
  gboolean stacked = is_stacked (widget, line, width);

  gtk_widget_measure (line->title, GTK_ORIENTATION_VERTICAL, stacked ? left : line->title_width,
                      NULL, title, NULL, NULL);
  gtk_widget_measure (line->body, GTK_ORIENTATION_VERTICAL,
                      stacked ? left : left - line->title_width - APART, NULL, body, NULL, NULL);
}

static void
measure_line_cb (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                 int *natural, int *minimum_baseline, int *natural_baseline)
{
  int body_min, body_natural, title = 0, body = 0, pin = 0;
  Line line;

  look_at_line (widget, &line);
  gtk_widget_measure (line.body, GTK_ORIENTATION_HORIZONTAL, -1, &body_min, &body_natural, NULL,
                      NULL);
  *minimum = MAX (line.title_width, body_min) + line.pin_width;
  *natural = MAX (column_of (widget), line.title_width + APART + body_natural) + line.pin_width;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  if (for_size < 0)
    for_size = *natural;
  heights_of_line (widget, &line, for_size, &title, &body);
  if (line.pin != NULL)
    gtk_widget_measure (line.pin, GTK_ORIENTATION_VERTICAL, -1, NULL, &pin, NULL, NULL);
  *minimum =
    is_stacked (widget, &line, for_size) ? MAX (title, pin) + body : MAX (MAX (title, pin), body);
  *natural = *minimum;
}

static void
place_in_line (GtkWidget *widget, GtkWidget *child, int width, GtkAllocation place)
{
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    place.x = width - place.x - place.width;
  gtk_widget_size_allocate (child, &place, -1);
}

static void
allocate_line_cb (GtkWidget *widget, int width, int height, int baseline)
{
  int title, body, pin = 0, left, x = 0, y = 0;
  Line line;

  look_at_line (widget, &line);
  left = width - line.pin_width;
  heights_of_line (widget, &line, width, &title, &body);
  if (line.pin != NULL)
    gtk_widget_measure (line.pin, GTK_ORIENTATION_VERTICAL, -1, NULL, &pin, NULL, NULL);
  if (is_stacked (widget, &line, width))
    y = MAX (title, pin);
  else
    x = line.title_width + APART;
  place_in_line (widget, line.title, width,
                 (GtkAllocation){ 0, 0, x > 0 ? line.title_width : left, title });
  place_in_line (widget, line.body, width,
                 (GtkAllocation){ x, y, left - x, MAX (body, height - y) });
  if (line.pin != NULL)
    place_in_line (widget, line.pin, width,
                   (GtkAllocation){ left + APART, 0, line.pin_width - APART, pin });
}

GtkWidget *
yq_fact_line_new (int least)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  g_object_set_data (G_OBJECT (box), "yq-column", GINT_TO_POINTER (MAX (1, least)));
  gtk_widget_set_layout_manager (
    box, gtk_custom_layout_new (mode_cb, measure_line_cb, allocate_line_cb));
  return box;
}
