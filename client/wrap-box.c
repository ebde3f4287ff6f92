/* A row of widgets that goes on in the next line where the width ends. */
#define G_LOG_DOMAIN "yiquan-wrap"

#include "wrap-box.h"

struct _YqWrapBox
{
  GtkWidget parent_instance;
  int spacing;
};

G_DEFINE_FINAL_TYPE (YqWrapBox, yq_wrap_box, GTK_TYPE_WIDGET)

static GtkWidget *
next_shown (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

/* The first that stands in the next line; height is that of this line. */
static GtkWidget *
fill_line (YqWrapBox *self, GtkWidget *first, int width, int *height)
{
  GtkWidget *child;
  int used = 0;

  *height = 0;
  for (child = first; child != NULL; child = next_shown (gtk_widget_get_next_sibling (child)))
    {
      GtkRequisition natural;

      gtk_widget_get_preferred_size (child, NULL, &natural);
      if (child != first && used + self->spacing + natural.width > width)
        break;
      used += natural.width + (child != first ? self->spacing : 0);
      *height = MAX (*height, natural.height);
    }
  return child;
}

static void
measure_width (YqWrapBox *self, int *minimum, int *natural)
{
  for (GtkWidget *child = next_shown (gtk_widget_get_first_child (GTK_WIDGET (self)));
       child != NULL; child = next_shown (gtk_widget_get_next_sibling (child)))
    {
      int child_minimum, child_natural;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural,
                          NULL, NULL);
      *natural += child_natural + (*natural > 0 ? self->spacing : 0);
      *minimum = MAX (*minimum, child_minimum);
    }
}

static void
yq_wrap_box_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  YqWrapBox *self = YQ_WRAP_BOX (widget);
  GtkWidget *first = next_shown (gtk_widget_get_first_child (widget));

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (self, minimum, natural);
      return;
    }
  while (first != NULL)
    {
      int height;

      first = fill_line (self, first, for_size < 0 ? G_MAXINT / 2 : for_size, &height);
      *natural += height + (first != NULL ? self->spacing : 0);
    }
  *minimum = *natural;
}

static void
allocate_line (YqWrapBox *self, GtkWidget *first, GtkWidget *end, int width, int y, int height)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int x = 0;

  for (GtkWidget *child = first; child != end;
       child = next_shown (gtk_widget_get_next_sibling (child)))
    {
      GtkRequisition minimum, natural;
      GtkAllocation place = { x, y, 0, height };

      gtk_widget_get_preferred_size (child, &minimum, &natural);
      place.width = MAX (minimum.width, MIN (natural.width, width - x));
      if (is_rtl)
        place.x = width - x - place.width;
      gtk_widget_size_allocate (child, &place, -1);
      x += place.width + self->spacing;
    }
}

static void
yq_wrap_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  YqWrapBox *self = YQ_WRAP_BOX (widget);
  GtkWidget *first = next_shown (gtk_widget_get_first_child (widget));
  int y = 0;

  while (first != NULL)
    {
      int line;
      GtkWidget *end = fill_line (self, first, width, &line);

      allocate_line (self, first, end, width, y, line);
      y += line + self->spacing;
      first = end;
    }
}

static GtkSizeRequestMode
yq_wrap_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
yq_wrap_box_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (yq_wrap_box_parent_class)->dispose (object);
}

static void
yq_wrap_box_class_init (YqWrapBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_wrap_box_dispose;
  widget_class->measure = yq_wrap_box_measure;
  widget_class->size_allocate = yq_wrap_box_size_allocate;
  widget_class->get_request_mode = yq_wrap_box_get_request_mode;
}

static void
yq_wrap_box_init (YqWrapBox *self)
{
}

GtkWidget *
yq_wrap_box_new (int spacing)
{
  YqWrapBox *self = g_object_new (YQ_TYPE_WRAP_BOX, NULL);

  self->spacing = spacing;
  return GTK_WIDGET (self);
}

void
yq_wrap_box_append (YqWrapBox *self, GtkWidget *child)
{
  gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}

void
yq_wrap_box_insert_after (YqWrapBox *self, GtkWidget *child, GtkWidget *after)
{
  gtk_widget_insert_after (child, GTK_WIDGET (self), after);
}
