/* A map with markers and what moves it. */
#define G_LOG_DOMAIN "yiquan-map"

#include "map-view.h"

#include <adwaita.h>
#include <math.h>

#include "bits.h"
#include "map-clusters.h"
#include "map-source.h"
#include "text.h"
#include "tooltip.h"

#define MIN_ZOOM 3
#define MAX_ZOOM 16
#define MAX_FIT 10 /* one place alone is shown with its county around it */
#define MAX_OPEN 14
#define PADDING 48
#define STEP 90   /* pixels an arrow key moves */
#define GLIDE 300 /* ms */
#define PIN 32
#define REACH 22 /* pixels around the pin where dragging takes it */

/* China as a whole. */
#define HOME_SOUTH 18.0
#define HOME_WEST 76.0
#define HOME_NORTH 52.5
#define HOME_EAST 132.0

struct _YqMapView
{
  GtkWidget parent_instance;

  GtkWidget *overlay, *notice;
  ShumateMap *map;
  ShumateViewport *viewport;
  ShumateLayer *ground;
  YqMapClusters *clusters;
  ShumateMarkerLayer *pins;
  ShumateMarker *pin;
  gboolean has_pin;
  double grab_x, grab_y;
  gboolean wants_all, was_shown, had_places;
  guint later;
  YqMapTell tell;
  gpointer tell_data;
};

G_DEFINE_FINAL_TYPE (YqMapView, yq_map_view, GTK_TYPE_WIDGET)

enum
{
  MARKER,
  MANY,
  SPOT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* -- the ground -- */

static void
told_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  YqMapView *self = YQ_MAP_VIEW (object);
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), NULL);

  if (self->notice == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->notice), text ? text : "");
  gtk_widget_set_visible (self->notice, text != NULL);
}

static void
read_notice (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, g_strdup (yq_map_atlas_notice (yq_map_source_atlas ())), g_free);
}

/* The boundaries say where they come from once they are read. */
static void
show_notice (YqMapView *self, ShumateMapSource *source)
{
  const char *licence = shumate_map_source_get_license (source);
  g_autoptr(GTask) task = NULL;

  if (!YQ_IS_MAP_SOURCE (source))
    {
      gtk_label_set_text (GTK_LABEL (self->notice), licence ? licence : "");
      gtk_widget_set_visible (self->notice, licence != NULL && *licence != '\0');
      return;
    }
  task = g_task_new (self, NULL, told_cb, NULL);
  g_task_run_in_thread (task, read_notice);
}

static double
font_size (void)
{
  int dpi = 0;

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  return 12.5 * (dpi > 0 ? dpi / 1024.0 / 96 : 1);
}

static void
lay_ground (YqMapView *self)
{
  YqMapStyle style = { adw_style_manager_get_dark (adw_style_manager_get_default ()),
                       gtk_widget_get_scale_factor (GTK_WIDGET (self)), font_size () };
  g_autoptr(ShumateMapSource) source = yq_map_source_new (&style);
  ShumateLayer *old = self->ground;

  shumate_viewport_set_reference_map_source (self->viewport, source);
  self->ground = SHUMATE_LAYER (shumate_map_layer_new (source, self->viewport));
  shumate_map_insert_layer_behind (self->map, self->ground, SHUMATE_LAYER (self->clusters));
  if (old != NULL)
    shumate_map_remove_layer (self->map, old);
  show_notice (self, source);
}

/* -- moving -- */

double
yq_map_view_zoom (YqMapView *self)
{
  return shumate_viewport_get_zoom_level (self->viewport);
}

void
yq_map_view_go (YqMapView *self, double latitude, double longitude, guint zoom)
{
  self->wants_all = FALSE;
  self->was_shown = TRUE;
  shumate_map_stop_go_to (self->map);
  shumate_viewport_set_zoom_level (self->viewport, CLAMP (zoom, MIN_ZOOM, MAX_ZOOM));
  shumate_location_set_location (SHUMATE_LOCATION (self->viewport), latitude, longitude);
}

static void
glide (YqMapView *self, double latitude, double longitude, double zoom)
{
  if (self->was_shown && gtk_widget_get_mapped (GTK_WIDGET (self)))
    shumate_map_go_to_full_with_duration (self->map, latitude, longitude, zoom, GLIDE);
  else
    yq_map_view_go (self, latitude, longitude, (guint) zoom);
}

/* The largest whole zoom level that holds it all. */
static double
fit (const YqMapBounds *bounds, int width, int height, double most)
{
  double across = (yq_map_x (bounds->east) - yq_map_x (bounds->west)) * YQ_MAP_TILE;
  double down = (yq_map_y (bounds->south) - yq_map_y (bounds->north)) * YQ_MAP_TILE;
  double room_x = MAX (width - 2 * PADDING, 60), room_y = MAX (height - 2 * PADDING, 60);
  double zoom = most;

  if (across > 0)
    zoom = MIN (zoom, log2 (room_x / across));
  if (down > 0)
    zoom = MIN (zoom, log2 (room_y / down));
  return CLAMP (floor (zoom), MIN_ZOOM, most);
}

static void
show_bounds (YqMapView *self, const YqMapBounds *bounds, double zoom)
{
  double y = (yq_map_y (bounds->south) + yq_map_y (bounds->north)) / 2;

  glide (self, yq_map_latitude (y), (bounds->west + bounds->east) / 2, zoom);
}

void
yq_map_view_show_all (YqMapView *self)
{
  YqMapBounds bounds = { HOME_SOUTH, HOME_WEST, HOME_NORTH, HOME_EAST };
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  self->wants_all = width == 0;
  if (self->wants_all)
    return;
  if (yq_map_clusters_n_places (self->clusters) > 0)
    yq_map_clusters_bounds (self->clusters, NULL, &bounds);
  show_bounds (self, &bounds, fit (&bounds, width, height, MAX_FIT));
  self->was_shown = TRUE;
}

static void
zoom_by (YqMapView *self, int by)
{
  double zoom = yq_map_view_zoom (self);

  zoom = by > 0 ? floor (zoom + 0.01) + by : ceil (zoom - 0.01) + by;
  glide (self, shumate_location_get_latitude (SHUMATE_LOCATION (self->viewport)),
         shumate_location_get_longitude (SHUMATE_LOCATION (self->viewport)),
         CLAMP (zoom, MIN_ZOOM, MAX_ZOOM));
}

static void
move_by (YqMapView *self, double x, double y)
{
  double world = YQ_MAP_TILE * exp2 (yq_map_view_zoom (self));
  ShumateLocation *centre = SHUMATE_LOCATION (self->viewport);

  shumate_map_stop_go_to (self->map);
  shumate_location_set_location (
    centre,
    yq_map_latitude (
      CLAMP (yq_map_y (shumate_location_get_latitude (centre)) + y / world, 0.02, 0.98)),
    yq_map_longitude (
      CLAMP (yq_map_x (shumate_location_get_longitude (centre)) + x / world, 0, 1)));
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType modifiers,
                YqMapView *self)
{
  if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  switch (key)
    {
    case GDK_KEY_Left:
      move_by (self, -STEP, 0);
      return TRUE;
    case GDK_KEY_Right:
      move_by (self, STEP, 0);
      return TRUE;
    case GDK_KEY_Up:
      move_by (self, 0, -STEP);
      return TRUE;
    case GDK_KEY_Down:
      move_by (self, 0, STEP);
      return TRUE;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      zoom_by (self, 1);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      zoom_by (self, -1);
      return TRUE;
    case GDK_KEY_Home:
      yq_map_view_show_all (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* -- clicking -- */

static void
open_cluster (YqMapView *self, const YqMapCluster *cluster)
{
  double zoom = yq_map_view_zoom (self);
  YqMapBounds bounds;

  yq_map_clusters_bounds (self->clusters, cluster, &bounds);
  if (zoom >= MAX_ZOOM || (bounds.north - bounds.south < 1e-5 && bounds.east - bounds.west < 1e-5))
    {
      g_autoptr(GArray) rows = yq_map_clusters_rows (self->clusters, cluster);

      g_signal_emit (self, signals[MANY], 0, rows);
      return;
    }
  show_bounds (self, &bounds,
               MAX (MIN (floor (zoom + 0.01) + 1, MAX_ZOOM),
                    fit (&bounds, gtk_widget_get_width (GTK_WIDGET (self)),
                         gtk_widget_get_height (GTK_WIDGET (self)), MAX_OPEN)));
}

void
yq_map_view_click (YqMapView *self, double x, double y)
{
  const YqMapCluster *cluster = yq_map_clusters_at (self->clusters, x, y);
  double latitude, longitude;

  if (cluster == NULL)
    {
      shumate_viewport_widget_coords_to_location (self->viewport, GTK_WIDGET (self->map), x, y,
                                                  &latitude, &longitude);
      g_signal_emit (self, signals[SPOT], 0, latitude, longitude);
    }
  else if (cluster->n == 1)
    g_signal_emit (self, signals[MARKER], 0,
                   yq_map_clusters_place (self->clusters, cluster->first)->row);
  else
    open_cluster (self, cluster);
}

static void
released_cb (GtkGestureClick *gesture, int n_press, double x, double y, YqMapView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press == 1)
    yq_map_view_click (self, x, y);
}

void
yq_map_view_locate (YqMapView *self, double latitude, double longitude, double *x, double *y)
{
  shumate_viewport_location_to_widget_coords (self->viewport, GTK_WIDGET (self->map), latitude,
                                              longitude, x, y);
}

/* -- the pin -- */

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, YqMapView *self)
{
  if (self->has_pin)
    yq_map_view_locate (self, shumate_location_get_latitude (SHUMATE_LOCATION (self->pin)),
                        shumate_location_get_longitude (SHUMATE_LOCATION (self->pin)),
                        &self->grab_x, &self->grab_y);
  /* The needle stands above its point. */
  if (!self->has_pin || hypot (x - self->grab_x, y - self->grab_y + PIN / 2.0) > REACH)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
drag_update_cb (GtkGestureDrag *gesture, double by_x, double by_y, YqMapView *self)
{
  double latitude, longitude;

  if (hypot (by_x, by_y) < 3)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  shumate_viewport_widget_coords_to_location (self->viewport, GTK_WIDGET (self->map),
                                              self->grab_x + by_x, self->grab_y + by_y, &latitude,
                                              &longitude);
  g_signal_emit (self, signals[SPOT], 0, latitude, longitude);
}

void
yq_map_view_set_pin (YqMapView *self, double latitude, double longitude)
{
  self->has_pin = isfinite (latitude) && isfinite (longitude);
  gtk_widget_set_visible (GTK_WIDGET (self->pin), self->has_pin);
  if (self->has_pin)
    shumate_location_set_location (SHUMATE_LOCATION (self->pin), latitude, longitude);
}

static void
add_pin (YqMapView *self)
{
  GtkWidget *image = gtk_image_new_from_icon_name ("mark-location-symbolic");

  gtk_image_set_pixel_size (GTK_IMAGE (image), PIN);
  gtk_widget_set_margin_bottom (image, PIN);
  gtk_widget_add_css_class (image, "map-pin");
  self->pin = shumate_marker_new ();
  shumate_marker_set_child (self->pin, image);
  gtk_widget_set_can_target (GTK_WIDGET (self->pin), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->pin), FALSE);
  self->pins = shumate_marker_layer_new (self->viewport);
  gtk_widget_set_can_target (GTK_WIDGET (self->pins), FALSE);
  shumate_marker_layer_add_marker (self->pins, self->pin);
  shumate_map_add_layer (self->map, SHUMATE_LAYER (self->pins));
}

/* -- markers -- */

static gboolean
is_in_view (YqMapView *self, const YqPlace *place)
{
  double x, y;

  yq_map_view_locate (self, place->latitude / 1e6, place->longitude / 1e6, &x, &y);
  return x >= 0 && y >= 0 && x < gtk_widget_get_width (GTK_WIDGET (self)) &&
         y < gtk_widget_get_height (GTK_WIDGET (self));
}

static void
describe (YqMapView *self)
{
  guint n = yq_map_clusters_n_places (self->clusters);
  g_autofree char *text =
    g_strdup_printf (yq_ngettext ("%u marker on the map", "%u markers on the map", n), n);

  yq_set_description (GTK_WIDGET (self), text);
}

void
yq_map_view_set_places (YqMapView *self, const YqPlace *places, guint n)
{
  gboolean any = FALSE;

  yq_map_clusters_set_places (self->clusters, places, n);
  describe (self);
  for (guint i = 0; self->was_shown && !any && i < n; i++)
    any = is_in_view (self, &places[i]);
  if (n > 0 && (!any || !self->had_places))
    yq_map_view_show_all (self);
  self->had_places = self->had_places || n > 0;
}

guint
yq_map_view_n_places (YqMapView *self)
{
  return yq_map_clusters_n_places (self->clusters);
}

void
yq_map_view_select (YqMapView *self, gint64 row)
{
  yq_map_clusters_select (self->clusters, row);
  for (guint i = 0; row != 0 && self->was_shown; i++)
    {
      const YqPlace *place = yq_map_clusters_place (self->clusters, i);

      if (place == NULL)
        return;
      if (place->row != row)
        continue;
      if (!is_in_view (self, place))
        glide (self, place->latitude / 1e6, place->longitude / 1e6, yq_map_view_zoom (self));
      return;
    }
}

void
yq_map_view_set_tell (YqMapView *self, YqMapTell tell, gpointer user_data)
{
  self->tell = tell;
  self->tell_data = user_data;
}

static gboolean
query_tooltip_cb (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                  YqMapView *self)
{
  const YqMapCluster *cluster =
    keyboard ? NULL : yq_map_clusters_at (self->clusters, (double) x, (double) y);
  g_autofree char *text = NULL;

  if (cluster == NULL)
    return FALSE;
  if (cluster->n > 1)
    text = g_strdup_printf (_("%u here: click to come closer"), cluster->n);
  else if (self->tell != NULL)
    text =
      self->tell (yq_map_clusters_place (self->clusters, cluster->first)->row, self->tell_data);
  return yq_tooltip_say (tooltip, text);
}

/* -- the widget -- */

/* Moving the map asks for room anew, which may not happen while room is given. */
static gboolean
show_later_cb (gpointer data)
{
  YqMapView *self = data;

  self->later = 0;
  yq_map_view_show_all (self);
  return G_SOURCE_REMOVE;
}

static void
yq_map_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  YqMapView *self = YQ_MAP_VIEW (widget);

  gtk_widget_allocate (self->overlay, width, height, baseline, NULL);
  if ((self->wants_all || !self->was_shown) && self->later == 0)
    self->later = g_idle_add (show_later_cb, self);
}

static void
yq_map_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (YQ_MAP_VIEW (widget)->overlay, orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
  *minimum = MAX (*minimum, 240);
  *natural = MAX (*natural, 320);
}

static void
yq_map_view_dispose (GObject *object)
{
  YqMapView *self = YQ_MAP_VIEW (object);

  self->notice = NULL;
  g_clear_handle_id (&self->later, g_source_remove);
  if (self->map != NULL)
    shumate_map_stop_go_to (self->map);
  self->map = NULL;
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_map_view_parent_class)->dispose (object);
}

static void
yq_map_view_class_init (YqMapViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_map_view_dispose;
  widget_class->measure = yq_map_view_measure;
  widget_class->size_allocate = yq_map_view_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "mapview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[MARKER] = g_signal_new ("marker", YQ_TYPE_MAP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[MANY] = g_signal_new ("many", YQ_TYPE_MAP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_ARRAY);
  signals[SPOT] = g_signal_new ("spot", YQ_TYPE_MAP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void
zoom_in_cb (GtkButton *button, YqMapView *self)
{
  zoom_by (self, 1);
}

static void
zoom_out_cb (GtkButton *button, YqMapView *self)
{
  zoom_by (self, -1);
}

static void
all_cb (GtkButton *button, YqMapView *self)
{
  yq_map_view_show_all (self);
}

static GtkWidget *
build_buttons (YqMapView *self)
{
  static const struct
  {
    const char *icon, *name;
    void (*clicked) (GtkButton *, YqMapView *);
  } buttons[] = {
    { "zoom-in-symbolic", N_("Closer"), zoom_in_cb },
    { "zoom-out-symbolic", N_("Farther"), zoom_out_cb },
    { "zoom-fit-best-symbolic", N_("Show everything"), all_cb },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkWidget *button = yq_icon_button_new (buttons[i].icon, _(buttons[i].name), NULL);

      g_signal_connect (button, "clicked", G_CALLBACK (buttons[i].clicked), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  yq_add_classes (box, "linked map-buttons");
  gtk_widget_set_halign (box, GTK_ALIGN_END);
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  yq_set_margins (box, 12);
  return box;
}

static GtkWidget *
build_corner (YqMapView *self)
{
  GtkWidget *corner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  ShumateScale *scale = shumate_scale_new (self->viewport);

  shumate_scale_set_unit (scale, SHUMATE_UNIT_METRIC);
  shumate_scale_set_max_width (scale, 120);
  gtk_widget_set_halign (GTK_WIDGET (scale), GTK_ALIGN_START);
  self->notice = yq_label_new_wrapped ("", "map-notice");
  gtk_widget_set_halign (self->notice, GTK_ALIGN_START);
  gtk_widget_set_visible (self->notice, FALSE);
  gtk_box_append (GTK_BOX (corner), GTK_WIDGET (scale));
  gtk_box_append (GTK_BOX (corner), self->notice);
  gtk_widget_set_halign (corner, GTK_ALIGN_START);
  gtk_widget_set_valign (corner, GTK_ALIGN_END);
  gtk_widget_set_can_target (corner, FALSE);
  return corner;
}

static void
add_controllers (YqMapView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->map), GTK_EVENT_CONTROLLER (click));
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (GTK_WIDGET (self->map), GTK_EVENT_CONTROLLER (drag));
}

/* Two fingers turn it; nobody needs a map that stands askew. */
static void
rotated_cb (ShumateViewport *viewport)
{
  if (shumate_viewport_get_rotation (viewport) != 0)
    shumate_viewport_set_rotation (viewport, 0);
}

static void
yq_map_view_init (YqMapView *self)
{
  self->map = shumate_map_new ();
  self->viewport = shumate_map_get_viewport (self->map);
  shumate_viewport_set_min_zoom_level (self->viewport, MIN_ZOOM);
  shumate_viewport_set_max_zoom_level (self->viewport, MAX_ZOOM);
  shumate_map_set_zoom_on_double_click (self->map, FALSE);
  self->clusters = YQ_MAP_CLUSTERS (yq_map_clusters_new (self->viewport));
  shumate_map_add_layer (self->map, SHUMATE_LAYER (self->clusters));
  add_pin (self);
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), GTK_WIDGET (self->map));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), build_buttons (self));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), build_corner (self));
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  lay_ground (self);
  add_controllers (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->map), TRUE);
  g_signal_connect (self->map, "query-tooltip", G_CALLBACK (query_tooltip_cb), self);
  g_signal_connect (self->viewport, "notify::rotation", G_CALLBACK (rotated_cb), NULL);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (lay_ground), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-xft-dpi",
                           G_CALLBACK (lay_ground), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (lay_ground), NULL);
  yq_set_name (GTK_WIDGET (self), _("Map"));
}

GtkWidget *
yq_map_view_new (void)
{
  return g_object_new (YQ_TYPE_MAP_VIEW, NULL);
}
