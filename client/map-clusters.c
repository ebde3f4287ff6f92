/* Markers that are drawn together where they would touch. */
#define G_LOG_DOMAIN "yiquan-map"

#include "map-clusters.h"

#include <math.h>

#include "map-atlas.h"

#define CELL                                                                           \
  56 /* pixels of the world's own grid, so that nothing jumps while the map is dragged \
      */
#define DOT 7
#define MAX_BUBBLES 400 /* pictures kept: one per number that was shown */

typedef struct
{
  double x, y; /* 0 to 1 */
} Spot;

struct _YqMapClusters
{
  ShumateLayer parent_instance;

  GArray *places;   /* YqPlace */
  GArray *spots;    /* Spot, beside them */
  GArray *drawn;    /* YqMapCluster */
  GArray *grid;     /* YqMapCluster, scratch: one a cell */
  GArray *owners;   /* guint, beside them: which of drawn a cell went into, G_MAXUINT: none */
  gint64 left, top; /* the grid's first cell */
  int columns, lines;
  double world;
  gint64 selected;
  guint selected_at;   /* its place, G_MAXUINT: none */
  GHashTable *bubbles; /* number, ring -> GdkTexture */
  int scale;
  GdkRGBA colour;
};

G_DEFINE_FINAL_TYPE (YqMapClusters, yq_map_clusters, SHUMATE_TYPE_LAYER)

/* -- which belong together -- */

/* Where the layer lies in the world, in pixels at the present zoom. */
typedef struct
{
  double world, left, top;
} View;

static View
view_now (YqMapClusters *self)
{
  ShumateViewport *viewport = shumate_layer_get_viewport (SHUMATE_LAYER (self));
  ShumateLocation *centre = SHUMATE_LOCATION (viewport);
  View view;

  view.world = YQ_MAP_TILE * exp2 (shumate_viewport_get_zoom_level (viewport));
  view.left = yq_map_x (shumate_location_get_longitude (centre)) * view.world -
              gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  view.top = yq_map_y (shumate_location_get_latitude (centre)) * view.world -
             gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
  return view;
}

/* The cell of a place in the grid, or -1. */
static int
cell_of (YqMapClusters *self, const Spot *spot)
{
  gint64 column = (gint64) floor (spot->x * self->world / CELL) - self->left;
  gint64 line = (gint64) floor (spot->y * self->world / CELL) - self->top;

  if (column < 0 || line < 0 || column >= self->columns || line >= self->lines)
    return -1;
  return (int) (line * self->columns + column);
}

static double
radius_of (guint n)
{
  return n == 1 ? DOT : MIN (12 + 5 * log10 (n), 28);
}

static void
merge (YqMapCluster *into, const YqMapCluster *other)
{
  guint n = into->n + other->n;

  into->x = (into->x * into->n + other->x * other->n) / n;
  into->y = (into->y * into->n + other->y * other->n) / n;
  into->n = n;
  into->has_selected |= other->has_selected;
}

/* Neighbours of two cells may still overlap: the later one joins the earlier. */
static void
add_drawn (YqMapClusters *self, const YqMapCluster *cluster, guint cell)
{
  guint *owner = &g_array_index (self->owners, guint, cell);

  for (guint i = self->drawn->len; i > 0; i--)
    {
      YqMapCluster *other = &g_array_index (self->drawn, YqMapCluster, i - 1);

      if (hypot (other->x - cluster->x, other->y - cluster->y) >=
          radius_of (other->n) + radius_of (cluster->n) + 2)
        continue;
      merge (other, cluster);
      *owner = i - 1;
      return;
    }
  *owner = self->drawn->len;
  g_array_append_val (self->drawn, *cluster);
}

static void
start_grid (YqMapClusters *self, const View *view)
{
  self->columns = gtk_widget_get_width (GTK_WIDGET (self)) / CELL + 4;
  self->lines = gtk_widget_get_height (GTK_WIDGET (self)) / CELL + 4;
  self->left = (gint64) floor (view->left / CELL) - 1;
  self->top = (gint64) floor (view->top / CELL) - 1;
  self->world = view->world;
  g_array_set_size (self->drawn, 0);
  g_array_set_size (self->grid, 0); /* cleared when it grows again */
  g_array_set_size (self->grid, (guint) (self->columns * self->lines));
  g_array_set_size (self->owners, self->grid->len);
}

static void
gather (YqMapClusters *self)
{
  View view = view_now (self);
  YqMapCluster *grid;

  start_grid (self, &view);
  grid = (YqMapCluster *) (gpointer) self->grid->data;
  for (guint i = 0; i < self->spots->len; i++)
    {
      Spot *spot = &g_array_index (self->spots, Spot, i);
      int cell = cell_of (self, spot);

      if (cell < 0)
        continue;
      if (grid[cell].n++ == 0)
        grid[cell].first = i;
      grid[cell].x += spot->x * view.world - view.left;
      grid[cell].y += spot->y * view.world - view.top;
      grid[cell].has_selected |= i == self->selected_at;
    }
  for (guint cell = 0; cell < self->grid->len; cell++)
    {
      g_array_index (self->owners, guint, cell) = G_MAXUINT;
      if (grid[cell].n == 0)
        continue;
      grid[cell].x /= grid[cell].n;
      grid[cell].y /= grid[cell].n;
      add_drawn (self, &grid[cell], cell);
    }
}

/* -- drawing -- */

static char *
number_of (guint n)
{
  if (n >= 10000)
    return g_strdup_printf ("%uk", n / 1000);
  if (n >= 1000)
    return g_strdup_printf ("%.1fk", n / 100 / 10.0);
  return g_strdup_printf ("%u", n);
}

static void
paint_number (YqMapClusters *self, cairo_t *cr, double centre, guint n)
{
  g_autofree char *text = number_of (n);
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  g_autoptr(PangoFontDescription) font = pango_font_description_new ();
  int width, height;

  pango_font_description_set_absolute_size (font, 12 * PANGO_SCALE);
  pango_font_description_set_weight (font, PANGO_WEIGHT_SEMIBOLD);
  pango_layout_set_font_description (layout, font);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_move_to (cr, centre - width / 2.0, centre - height / 2.0);
  cairo_set_source_rgb (cr, 1, 1, 1);
  pango_cairo_show_layout (cr, layout);
}

/* With colours that are not multiplied by their alpha: GTK 4.8 makes a picture for the screen three
 * times faster of that.  Takes the surface over. */
static GdkTexture *
texture_of (cairo_surface_t *surface)
{
  int size = cairo_image_surface_get_width (surface);
  int stride = cairo_image_surface_get_stride (surface);
  guchar *packed = g_malloc ((gsize) size * size * 4), *at = packed;
  g_autoptr(GBytes) bytes = NULL;

  cairo_surface_flush (surface);
  for (int y = 0; y < size; y++)
    {
      const guint32 *row =
        (const guint32 *) (gconstpointer) (cairo_image_surface_get_data (surface) +
                                           (gsize) y * stride);

      for (int x = 0; x < size; x++, at += 4)
        {
          guint alpha = row[x] >> 24;

          for (guint i = 0; i < 3; i++)
            at[i] = alpha > 0 ? ((row[x] >> (16 - 8 * i) & 0xff) * 255 + alpha / 2) / alpha : 0;
          at[3] = alpha;
        }
    }
  cairo_surface_destroy (surface);
  bytes = g_bytes_new_take (packed, (gsize) size * size * 4);
  return gdk_memory_texture_new (size, size, GDK_MEMORY_R8G8B8A8, bytes, (gsize) size * 4);
}

/* A picture per number: a third faster than rounded boxes and texts in every frame. */
static GdkTexture *
paint_bubble (YqMapClusters *self, guint n, gboolean ring)
{
  double radius = radius_of (n), centre = ceil (radius) + 7;
  int size = (int) (2 * centre) * self->scale;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, self->scale, self->scale);
  cairo_arc (cr, centre, centre, radius + (ring ? 6 : 3), 0, 2 * G_PI);
  cairo_set_source_rgba (cr, self->colour.red, self->colour.green, self->colour.blue,
                         ring ? 0.45 : 0.22);
  cairo_fill (cr);
  cairo_arc (cr, centre, centre, radius, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, self->colour.red, self->colour.green, self->colour.blue);
  cairo_fill_preserve (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, n == 1 || ring ? 2 : 1.5);
  cairo_stroke (cr);
  if (n > 1)
    paint_number (self, cr, centre, n);
  cairo_destroy (cr);
  return texture_of (surface);
}

static GdkTexture *
bubble (YqMapClusters *self, guint n, gboolean ring)
{
  /* What is read the same is the same picture. */
  guint shown = n >= 10000 ? n / 1000 * 1000 : n >= 1000 ? n / 100 * 100 : n;
  gpointer key = GUINT_TO_POINTER (shown << 1 | (ring ? 1 : 0));
  GdkTexture *texture = g_hash_table_lookup (self->bubbles, key);

  if (texture != NULL)
    return texture;
  if (g_hash_table_size (self->bubbles) >= MAX_BUBBLES)
    g_hash_table_remove_all (self->bubbles);
  texture = paint_bubble (self, shown, ring);
  g_hash_table_insert (self->bubbles, key, texture);
  return texture;
}

/* Colours and scale may have changed since the last frame. */
static void
follow_look (YqMapClusters *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  GdkRGBA colour = { 0.11, 0.44, 0.85, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                  "accent_bg_color", &colour);
  if (scale == self->scale && gdk_rgba_equal (&colour, &self->colour))
    return;
  self->scale = scale;
  self->colour = colour;
  g_hash_table_remove_all (self->bubbles);
}

static void
yq_map_clusters_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  YqMapClusters *self = YQ_MAP_CLUSTERS (widget);

  follow_look (self);
  gather (self);
  for (guint i = 0; i < self->drawn->len; i++)
    {
      YqMapCluster *cluster = &g_array_index (self->drawn, YqMapCluster, i);
      GdkTexture *texture = bubble (self, cluster->n, cluster->has_selected);
      double size = gdk_texture_get_width (texture) / self->scale;

      gtk_snapshot_append_texture (snapshot, texture,
                                   &GRAPHENE_RECT_INIT ((float) round (cluster->x - size / 2),
                                                        (float) round (cluster->y - size / 2),
                                                        (float) size, (float) size));
    }
}

/* -- the object -- */

static void
yq_map_clusters_finalize (GObject *object)
{
  YqMapClusters *self = YQ_MAP_CLUSTERS (object);

  g_array_unref (self->places);
  g_array_unref (self->spots);
  g_array_unref (self->drawn);
  g_array_unref (self->grid);
  g_array_unref (self->owners);
  g_hash_table_unref (self->bubbles);
  G_OBJECT_CLASS (yq_map_clusters_parent_class)->finalize (object);
}

static void
yq_map_clusters_constructed (GObject *object)
{
  static const char *const moves[] = { "notify::zoom-level", "notify::latitude",
                                       "notify::longitude" };
  ShumateViewport *viewport = shumate_layer_get_viewport (SHUMATE_LAYER (object));

  G_OBJECT_CLASS (yq_map_clusters_parent_class)->constructed (object);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    g_signal_connect_object (viewport, moves[i], G_CALLBACK (gtk_widget_queue_draw), object,
                             G_CONNECT_SWAPPED);
}

static void
yq_map_clusters_class_init (YqMapClustersClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = yq_map_clusters_constructed;
  G_OBJECT_CLASS (klass)->finalize = yq_map_clusters_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = yq_map_clusters_snapshot;
}

static void
yq_map_clusters_init (YqMapClusters *self)
{
  self->places = g_array_new (FALSE, FALSE, sizeof (YqPlace));
  self->spots = g_array_new (FALSE, FALSE, sizeof (Spot));
  self->drawn = g_array_new (FALSE, FALSE, sizeof (YqMapCluster));
  self->grid = g_array_new (FALSE, TRUE, sizeof (YqMapCluster));
  self->owners = g_array_new (FALSE, FALSE, sizeof (guint));
  self->bubbles = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_object_unref);
  self->selected_at = G_MAXUINT;
  /* Clicks are the map's. */
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

ShumateLayer *
yq_map_clusters_new (ShumateViewport *viewport)
{
  return g_object_new (YQ_TYPE_MAP_CLUSTERS, "viewport", viewport, NULL);
}

static void
find_selected (YqMapClusters *self)
{
  self->selected_at = G_MAXUINT;
  for (guint i = 0; self->selected != 0 && i < self->places->len; i++)
    if (g_array_index (self->places, YqPlace, i).row == self->selected)
      {
        self->selected_at = i;
        return;
      }
}

void
yq_map_clusters_set_places (YqMapClusters *self, const YqPlace *places, guint n)
{
  g_array_set_size (self->places, 0);
  g_array_set_size (self->spots, 0);
  if (n > 0)
    g_array_append_vals (self->places, places, n);
  for (guint i = 0; i < n; i++)
    {
      Spot spot = { yq_map_x (places[i].longitude / 1e6), yq_map_y (places[i].latitude / 1e6) };

      g_array_append_val (self->spots, spot);
    }
  find_selected (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
yq_map_clusters_n_places (YqMapClusters *self)
{
  return self->places->len;
}

const YqPlace *
yq_map_clusters_place (YqMapClusters *self, guint i)
{
  return i < self->places->len ? &g_array_index (self->places, YqPlace, i) : NULL;
}

void
yq_map_clusters_select (YqMapClusters *self, gint64 row)
{
  if (row == self->selected)
    return;
  self->selected = row;
  find_selected (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const GArray *
yq_map_clusters_drawn (YqMapClusters *self)
{
  return self->drawn;
}

const YqMapCluster *
yq_map_clusters_at (YqMapClusters *self, double x, double y)
{
  const YqMapCluster *best = NULL;
  double nearest = G_MAXDOUBLE;

  for (guint i = 0; i < self->drawn->len; i++)
    {
      const YqMapCluster *cluster = &g_array_index (self->drawn, YqMapCluster, i);
      double away = hypot (cluster->x - x, cluster->y - y);

      if (away <= radius_of (cluster->n) + 4 && away < nearest)
        {
          best = cluster;
          nearest = away;
        }
    }
  return best;
}

static gboolean
is_in (YqMapClusters *self, guint i, const YqMapCluster *cluster)
{
  int cell;

  if (cluster == NULL)
    return TRUE;
  cell = cell_of (self, &g_array_index (self->spots, Spot, i));
  return cell >= 0 && g_array_index (self->owners, guint, cell) ==
                        (guint) (cluster - (YqMapCluster *) (gpointer) self->drawn->data);
}

GArray *
yq_map_clusters_rows (YqMapClusters *self, const YqMapCluster *cluster)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < self->spots->len; i++)
    if (is_in (self, i, cluster))
      g_array_append_val (rows, g_array_index (self->places, YqPlace, i).row);
  return rows;
}

gboolean
yq_map_clusters_bounds (YqMapClusters *self, const YqMapCluster *cluster, YqMapBounds *bounds)
{
  gboolean any = FALSE;

  *bounds = (YqMapBounds){ 90, 180, -90, -180 };
  for (guint i = 0; i < self->spots->len; i++)
    {
      const YqPlace *place = &g_array_index (self->places, YqPlace, i);

      if (!is_in (self, i, cluster))
        continue;
      any = TRUE;
      bounds->south = MIN (bounds->south, place->latitude / 1e6);
      bounds->north = MAX (bounds->north, place->latitude / 1e6);
      bounds->west = MIN (bounds->west, place->longitude / 1e6);
      bounds->east = MAX (bounds->east, place->longitude / 1e6);
    }
  return any;
}
