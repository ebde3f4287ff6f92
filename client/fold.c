/* Two columns that fold into one. */
#define G_LOG_DOMAIN "yiquan-fold"

#include "fold.h"

#include "table-columns.h"

#define GAP 24

struct _YqFold
{
  GtkWidget parent_instance;
  GtkWidget *main_child, *side;
  int main_width, side_width;
};

G_DEFINE_FINAL_TYPE (YqFold, yq_fold, GTK_TYPE_WIDGET)

static gboolean
has_side (YqFold *self)
{
  return gtk_widget_get_visible (self->side);
}

static int
side_width (YqFold *self)
{
  int min;

  gtk_widget_measure (self->side, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  return MAX (min, yq_scaled (self->side_width));
}

static gboolean
is_beside (YqFold *self, int width)
{
  int min;

  if (!has_side (self))
    return FALSE;
  gtk_widget_measure (self->main_child, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  return width >= side_width (self) + GAP + MAX (min, yq_scaled (self->main_width) * 2 / 3);
}

static int
height_of (GtkWidget *widget, int width)
{
  int min_width, natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &min_width, NULL, NULL, NULL);
  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, MAX (width, min_width), NULL, &natural,
                      NULL, NULL);
  return natural;
}

/* How wide the main column becomes in so much room. */
static int
main_column (YqFold *self, int width)
{
  int most = yq_scaled (self->main_width);

  return is_beside (self, width) ? MIN (width - GAP - side_width (self), most) : MIN (width, most);
}

static GtkSizeRequestMode
yq_fold_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
yq_fold_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                 int *natural, int *minimum_baseline, int *natural_baseline)
{
  YqFold *self = YQ_FOLD (widget);
  int main_min, side_min = 0, column;

  gtk_widget_measure (self->main_child, GTK_ORIENTATION_HORIZONTAL, -1, &main_min, NULL, NULL,
                      NULL);
  if (has_side (self))
    gtk_widget_measure (self->side, GTK_ORIENTATION_HORIZONTAL, -1, &side_min, NULL, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (main_min, side_min);
      *natural = MAX (*minimum, yq_scaled (self->main_width) +
                                  (has_side (self) ? GAP + side_width (self) : 0));
      return;
    }
  if (for_size < 0)
    for_size = MAX (MAX (main_min, side_min), yq_scaled (self->main_width));
  column = main_column (self, for_size);
  *minimum = height_of (self->main_child, column);
  if (is_beside (self, for_size))
    *minimum = MAX (*minimum, height_of (self->side, side_width (self)));
  else if (has_side (self))
    *minimum += GAP + height_of (self->side, column);
  *natural = *minimum;
}

static void
place (GtkWidget *widget, int x, int y, int width, int height)
{
  gtk_widget_allocate (widget, width, height, -1,
                       gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT ((float) x, (float) y)));
}

static void
yq_fold_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  YqFold *self = YQ_FOLD (widget);
  int column = main_column (self, width), side = has_side (self) ? side_width (self) : 0;
  int main_height = MAX (height_of (self->main_child, column), 1), start, min;

  gtk_widget_measure (self->main_child, GTK_ORIENTATION_HORIZONTAL, -1, &min, NULL, NULL, NULL);
  column = MAX (column, min);
  if (is_beside (self, width))
    {
      start = (width - column - GAP - side) / 2;
      place (self->main_child, start, 0, column, height);
      place (self->side, start + column + GAP, 0, side, height);
      return;
    }
  start = MAX ((width - column) / 2, 0);
  place (self->main_child, start, 0, column, has_side (self) ? main_height : height);
  if (has_side (self))
    place (self->side, start, main_height + GAP, column, MAX (height - main_height - GAP, 1));
}

static void
yq_fold_dispose (GObject *object)
{
  YqFold *self = YQ_FOLD (object);

  g_clear_pointer (&self->main_child, gtk_widget_unparent);
  g_clear_pointer (&self->side, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_fold_parent_class)->dispose (object);
}

static void
yq_fold_class_init (YqFoldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_fold_dispose;
  widget_class->measure = yq_fold_measure;
  widget_class->size_allocate = yq_fold_size_allocate;
  widget_class->get_request_mode = yq_fold_get_request_mode;
}

static void
yq_fold_init (YqFold *self)
{
}

GtkWidget *
yq_fold_new (GtkWidget *main_child, GtkWidget *side, int main_width, int side_width)
{
  YqFold *self = g_object_new (YQ_TYPE_FOLD, NULL);

  self->main_child = main_child;
  self->side = side;
  self->main_width = main_width;
  self->side_width = side_width;
  gtk_widget_set_parent (main_child, GTK_WIDGET (self));
  gtk_widget_set_parent (side, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
