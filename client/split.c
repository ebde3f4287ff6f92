/* A sidebar that makes room. */
#define G_LOG_DOMAIN "yiquan-split"

#include "split.h"

struct _YqSplit
{
  GtkWidget parent_instance;
  GtkWidget *sidebar, *content, *shade;
  gboolean collapsed, open;
  int threshold;
  guint notify_id;
};

G_DEFINE_FINAL_TYPE (YqSplit, yq_split, GTK_TYPE_WIDGET)

enum
{
  PROP_COLLAPSED = 1
};

static int
character_width (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = PANGO_PIXELS (pango_font_metrics_get_approximate_char_width (metrics));

  pango_font_metrics_unref (metrics);
  return MAX (width, 6);
}

static gboolean
notify_cb (gpointer data)
{
  YqSplit *self = data;

  self->notify_id = 0;
  g_object_notify (G_OBJECT (self), "collapsed");
  return G_SOURCE_REMOVE;
}

static void
show_parts (YqSplit *self)
{
  gboolean over = self->collapsed && self->open;

  gtk_widget_set_child_visible (self->sidebar, !self->collapsed || self->open);
  gtk_widget_set_child_visible (self->shade, over);
  if (over)
    gtk_widget_add_css_class (self->sidebar, "over");
  else
    gtk_widget_remove_css_class (self->sidebar, "over");
}

static GtkSizeRequestMode
yq_split_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
yq_split_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  YqSplit *self = YQ_SPLIT (widget);
  int side_min, side_nat, min, nat;

  gtk_widget_measure (self->sidebar, orientation, -1, &side_min, &side_nat, NULL, NULL);
  gtk_widget_measure (self->content, orientation, -1, &min, &nat, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (side_min, min);
      *natural = side_nat + nat;
    }
  else
    {
      *minimum = MAX (side_min, min);
      *natural = MAX (side_nat, nat);
    }
}

static void
yq_split_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  YqSplit *self = YQ_SPLIT (widget);
  int side_min, side, content_min;
  gboolean collapsed;
  GskTransform *move = NULL;

  gtk_widget_measure (self->sidebar, GTK_ORIENTATION_HORIZONTAL, -1, &side_min, &side, NULL, NULL);
  gtk_widget_measure (self->content, GTK_ORIENTATION_HORIZONTAL, -1, &content_min, NULL, NULL,
                      NULL);
  collapsed = width < side + content_min || width < self->threshold * character_width (widget);
  if (collapsed != self->collapsed)
    {
      self->collapsed = collapsed;
      self->open = FALSE;
      if (self->notify_id == 0)
        self->notify_id = g_idle_add (notify_cb, self);
    }
  show_parts (self);
  if (!collapsed)
    move = gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (side, 0));
  gtk_widget_allocate (self->content, collapsed ? width : width - side, height, -1, move);
  if (gtk_widget_get_child_visible (self->shade))
    gtk_widget_allocate (self->shade, width, height, -1, NULL);
  if (gtk_widget_get_child_visible (self->sidebar))
    gtk_widget_allocate (self->sidebar, MIN (side, width), height, -1, NULL);
}

static void
yq_split_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, YQ_SPLIT (object)->collapsed);
}

static void
yq_split_dispose (GObject *object)
{
  YqSplit *self = YQ_SPLIT (object);

  g_clear_handle_id (&self->notify_id, g_source_remove);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_pointer (&self->shade, gtk_widget_unparent);
  g_clear_pointer (&self->sidebar, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_split_parent_class)->dispose (object);
}

static void
yq_split_class_init (YqSplitClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->get_property = yq_split_get_property;
  G_OBJECT_CLASS (klass)->dispose = yq_split_dispose;
  widget_class->measure = yq_split_measure;
  widget_class->size_allocate = yq_split_size_allocate;
  widget_class->get_request_mode = yq_split_get_request_mode;
  g_object_class_install_property (
    G_OBJECT_CLASS (klass), PROP_COLLAPSED,
    g_param_spec_boolean ("collapsed", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
yq_split_init (YqSplit *self)
{
  self->threshold = 110;
}

static void
shade_pressed_cb (GtkGestureClick *gesture, int n, double x, double y, YqSplit *self)
{
  yq_split_set_open (self, FALSE);
}

GtkWidget *
yq_split_new (GtkWidget *sidebar, GtkWidget *content)
{
  YqSplit *self = g_object_new (YQ_TYPE_SPLIT, NULL);
  GtkGesture *click = gtk_gesture_click_new ();

  self->content = content;
  self->shade = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->sidebar = sidebar;
  gtk_widget_add_css_class (self->shade, "frame-shade");
  g_signal_connect (click, "pressed", G_CALLBACK (shade_pressed_cb), self);
  gtk_widget_add_controller (self->shade, GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_parent (content, GTK_WIDGET (self));
  gtk_widget_set_parent (self->shade, GTK_WIDGET (self));
  gtk_widget_set_parent (sidebar, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

gboolean
yq_split_is_collapsed (YqSplit *self)
{
  return self->collapsed;
}

void
yq_split_set_open (YqSplit *self, gboolean open)
{
  if (self->open == open)
    return;
  self->open = open;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

gboolean
yq_split_is_open (YqSplit *self)
{
  return self->open;
}

void
yq_split_set_threshold (YqSplit *self, int characters)
{
  self->threshold = characters;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
