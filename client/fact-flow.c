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
