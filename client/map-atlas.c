/* Boundaries of regions as map tiles. */
#define G_LOG_DOMAIN "yiquan-map"

#include "map-atlas.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "text.h"

#define MARGIN 8      /* pixels beyond the tile that are still drawn */
#define DETAIL_ZOOM 6 /* from here on cities are drawn, too */
#define MAX_LATITUDE 85.0511

typedef struct
{
  double x, y;
} Point;

typedef struct
{
  double x0, y0, x1, y1;
} Box;

typedef struct
{
  GArray *points; /* Point */
  Box box;
} Ring;

typedef struct
{
  char *name, *code;
  double x, y; /* where its name stands */
  gboolean is_province, has_children;
  GArray *rings; /* Ring */
  Box box;
} Region;

struct _YqMapAtlas
{
  GPtrArray *regions; /* Region, in the order they are drawn */
  char *notice;
  GMutex lock;
  GHashTable *labels; /* zoom and font size -> GArray of YqMapLabel */
};

typedef struct
{
  double red, green, blue;
} Colour;

typedef struct
{
  Colour around, land, border, line, text, halo;
} Palette;

static const Palette palettes[] = {
  { { 0.87, 0.90, 0.93 },
    { 0.98, 0.975, 0.96 },
    { 0.60, 0.58, 0.66 },
    { 0.76, 0.75, 0.79 },
    { 0.33, 0.33, 0.40 },
    { 0.98, 0.975, 0.96 } },
  { { 0.115, 0.135, 0.155 },
    { 0.185, 0.19, 0.20 },
    { 0.44, 0.44, 0.49 },
    { 0.34, 0.34, 0.38 },
    { 0.80, 0.80, 0.83 },
    { 0.14, 0.14, 0.15 } },
};

/* -- Mercator -- */

double
yq_map_x (double longitude)
{
  return (longitude + 180) / 360;
}

double
yq_map_y (double latitude)
{
  double s = sin (CLAMP (latitude, -MAX_LATITUDE, MAX_LATITUDE) * G_PI / 180);

  return 0.5 - log ((1 + s) / (1 - s)) / (4 * G_PI);
}

double
yq_map_longitude (double x)
{
  return x * 360 - 180;
}

double
yq_map_latitude (double y)
{
  return atan (sinh (G_PI * (1 - 2 * y))) * 180 / G_PI;
}

/* -- reading -- */

static void
box_add (Box *box, double x, double y)
{
  box->x0 = MIN (box->x0, x);
  box->y0 = MIN (box->y0, y);
  box->x1 = MAX (box->x1, x);
  box->y1 = MAX (box->y1, y);
}

static gboolean
box_meets (const Box *a, const Box *b)
{
  return a->x0 <= b->x1 && b->x0 <= a->x1 && a->y0 <= b->y1 && b->y0 <= a->y1;
}

static void
ring_clear (gpointer data)
{
  g_array_unref (((Ring *) data)->points);
}

static void
region_free (gpointer data)
{
  Region *region = data;

  g_free (region->name);
  g_free (region->code);
  g_array_unref (region->rings);
  g_free (region);
}

static JsonArray *
array_at (JsonArray *array, guint i)
{
  JsonNode *node = i < json_array_get_length (array) ? json_array_get_element (array, i) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* [longitude, latitude] */
static gboolean
read_point (JsonArray *pair, Point *point)
{
  double degrees[2];

  if (pair == NULL || json_array_get_length (pair) < 2)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      JsonNode *node = json_array_get_element (pair, i);

      if (!JSON_NODE_HOLDS_VALUE (node))
        return FALSE;
      degrees[i] = json_node_get_double (node);
      if (!isfinite (degrees[i]) || fabs (degrees[i]) > (i == 0 ? 180 : 90))
        return FALSE;
    }
  point->x = yq_map_x (degrees[0]);
  point->y = yq_map_y (degrees[1]);
  return TRUE;
}

static gboolean
read_rings (Region *region, JsonArray *polygon)
{
  for (guint r = 0; polygon != NULL && r < json_array_get_length (polygon); r++)
    {
      JsonArray *pairs = array_at (polygon, r);
      Ring ring = { g_array_new (FALSE, FALSE, sizeof (Point)), { 2, 2, -1, -1 } };

      for (guint i = 0; pairs != NULL && i < json_array_get_length (pairs); i++)
        {
          Point point;

          if (!read_point (array_at (pairs, i), &point))
            {
              g_array_unref (ring.points);
              return FALSE;
            }
          g_array_append_val (ring.points, point);
          box_add (&ring.box, point.x, point.y);
          box_add (&region->box, point.x, point.y);
        }
      g_array_append_val (region->rings, ring);
    }
  return polygon != NULL;
}

static JsonObject *
object_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static JsonArray *
array_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static const char *
text_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
             json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : "";
}

static gboolean
read_shape (Region *region, JsonObject *geometry)
{
  JsonArray *coordinates = geometry != NULL ? array_of (geometry, "coordinates") : NULL;
  gboolean good = coordinates != NULL;

  if (!good)
    return FALSE;
  if (g_str_equal (text_of (geometry, "type"), "Polygon"))
    return read_rings (region, coordinates);
  if (!g_str_equal (text_of (geometry, "type"), "MultiPolygon"))
    return FALSE;
  for (guint i = 0; good && i < json_array_get_length (coordinates); i++)
    good = read_rings (region, array_at (coordinates, i));
  return good;
}

static Region *
read_region (JsonNode *node)
{
  JsonObject *feature = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *properties = feature != NULL ? object_of (feature, "properties") : NULL;
  Region *region;
  Point centre;

  if (properties == NULL)
    return NULL;
  region = g_new0 (Region, 1);
  region->box = (Box){ 2, 2, -1, -1 };
  region->rings = g_array_new (FALSE, FALSE, sizeof (Ring));
  g_array_set_clear_func (region->rings, ring_clear);
  region->name = g_strdup (text_of (properties, "name"));
  region->code = g_strdup (text_of (properties, "adcode"));
  region->is_province = g_str_has_suffix (region->code, "0000");
  if (!read_shape (region, object_of (feature, "geometry")))
    {
      region_free (region);
      return NULL;
    }
  if (read_point (array_of (properties, "center"), &centre))
    {
      region->x = centre.x;
      region->y = centre.y;
    }
  else
    {
      region->x = (region->box.x0 + region->box.x1) / 2;
      region->y = (region->box.y0 + region->box.y1) / 2;
    }
  return region;
}

static gboolean
read_regions (JsonNode *root, GPtrArray *regions)
{
  JsonArray *features = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
                          ? array_of (json_node_get_object (root), "features")
                          : NULL;

  for (guint i = 0; features != NULL && i < json_array_get_length (features); i++)
    {
      Region *region = read_region (json_array_get_element (features, i));

      if (region == NULL)
        return FALSE;
      g_ptr_array_add (regions, region);
    }
  return features != NULL;
}

/* Provinces first: what is drawn later lies on top. */
static int
compare_regions (gconstpointer a, gconstpointer b)
{
  const Region *x = *(Region *const *) a, *y = *(Region *const *) b;

  return (int) y->is_province - (int) x->is_province;
}

static void
mark_parents (YqMapAtlas *self)
{
  g_ptr_array_sort (self->regions, compare_regions);
  for (guint i = 0; i < self->regions->len; i++)
    {
      Region *province = self->regions->pdata[i];

      for (guint k = 0; province->is_province && k < self->regions->len; k++)
        {
          const Region *other = self->regions->pdata[k];

          if (!other->is_province && strncmp (other->code, province->code, 2) == 0)
            province->has_children = TRUE;
        }
    }
}

gboolean
yq_map_atlas_add (YqMapAtlas *self, const char *json, gssize length, GError **error)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(GPtrArray) regions = g_ptr_array_new_with_free_func (region_free);
  const char *notice;

  if (!json_parser_load_from_data (parser, json, length, error))
    return FALSE;
  if (!read_regions (json_parser_get_root (parser), regions))
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                           _("This is not a map of regions (GeoJSON)"));
      return FALSE;
    }
  notice = text_of (json_node_get_object (json_parser_get_root (parser)), "notice");
  if (*notice != '\0' && g_strcmp0 (self->notice, notice) != 0)
    {
      char *both =
        self->notice ? g_strconcat (self->notice, "; ", notice, NULL) : g_strdup (notice);

      g_free (self->notice);
      self->notice = both;
    }
  g_ptr_array_extend_and_steal (self->regions, g_steal_pointer (&regions));
  mark_parents (self);
  return TRUE;
}

YqMapAtlas *
yq_map_atlas_new (void)
{
  YqMapAtlas *self = g_new0 (YqMapAtlas, 1);

  self->regions = g_ptr_array_new_with_free_func (region_free);
  self->labels =
    g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, (GDestroyNotify) g_array_unref);
  g_mutex_init (&self->lock);
  return self;
}

void
yq_map_atlas_free (YqMapAtlas *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->regions);
  g_hash_table_unref (self->labels);
  g_mutex_clear (&self->lock);
  g_free (self->notice);
  g_free (self);
}

const char *
yq_map_atlas_notice (YqMapAtlas *self)
{
  return self->notice;
}

guint
yq_map_atlas_n_regions (YqMapAtlas *self)
{
  return self->regions->len;
}

static const Region *
find_code (YqMapAtlas *self, const char *code)
{
  for (guint i = 0; i < self->regions->len; i++)
    if (g_str_equal (((Region *) self->regions->pdata[i])->code, code))
      return self->regions->pdata[i];
  return NULL;
}

gboolean
yq_map_atlas_find (YqMapAtlas *self, const char *code, double *latitude, double *longitude)
{
  g_autofree char *wider = g_strdup (code);
  const Region *region = NULL;

  for (int keep = 6; keep >= 2 && region == NULL && strlen (wider) == 6; keep -= 2)
    {
      memset (wider + keep, '0', (gsize) (6 - keep));
      region = find_code (self, wider);
    }
  if (region == NULL)
    return FALSE;
  *latitude = yq_map_latitude (region->y);
  *longitude = yq_map_longitude (region->x);
  return TRUE;
}

/* -- shapes -- */

/* Cuts a ring off at one side of the tile: cairo's coordinates end at some eight million. */
static void
cut (const GArray *in, GArray *out, gboolean is_vertical, double limit, double sign)
{
  g_array_set_size (out, 0);
  for (guint i = 0; i < in->len; i++)
    {
      Point a = g_array_index (in, Point, (i + in->len - 1) % in->len);
      Point b = g_array_index (in, Point, i);
      double from = sign * ((is_vertical ? a.y : a.x) - limit);
      double to = sign * ((is_vertical ? b.y : b.x) - limit);

      if ((from < 0) != (to < 0))
        {
          double share = from / (from - to);
          Point edge = { a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share };

          g_array_append_val (out, edge);
        }
      if (to >= 0)
        g_array_append_val (out, b);
    }
}

typedef struct
{
  cairo_t *cr;
  double world, left, top; /* pixels */
  Box box;                 /* what is drawn, 0 to 1 */
  GArray *one, *other;     /* of Point, scratch */
} Canvas;

static void
add_ring (Canvas *canvas, const Ring *ring)
{
  double last_x = G_MAXDOUBLE, last_y = G_MAXDOUBLE, far = YQ_MAP_TILE + MARGIN;

  g_array_set_size (canvas->one, 0);
  for (guint i = 0; i < ring->points->len; i++)
    {
      Point point = g_array_index (ring->points, Point, i);

      point.x = point.x * canvas->world - canvas->left;
      point.y = point.y * canvas->world - canvas->top;
      if (fabs (point.x - last_x) + fabs (point.y - last_y) < 0.7)
        continue; /* less than a pixel */
      g_array_append_val (canvas->one, point);
      last_x = point.x;
      last_y = point.y;
    }
  cut (canvas->one, canvas->other, FALSE, -MARGIN, 1);
  cut (canvas->other, canvas->one, FALSE, far, -1);
  cut (canvas->one, canvas->other, TRUE, -MARGIN, 1);
  cut (canvas->other, canvas->one, TRUE, far, -1);
  if (canvas->one->len < 3)
    return;
  cairo_new_sub_path (canvas->cr);
  for (guint i = 0; i < canvas->one->len; i++)
    cairo_line_to (canvas->cr, g_array_index (canvas->one, Point, i).x,
                   g_array_index (canvas->one, Point, i).y);
  cairo_close_path (canvas->cr);
}

static void
use_colour (cairo_t *cr, const Colour *colour)
{
  cairo_set_source_rgb (cr, colour->red, colour->green, colour->blue);
}

static void
draw_region (Canvas *canvas, const Palette *palette, const Region *region, guint zoom)
{
  cairo_new_path (canvas->cr);
  for (guint r = 0; r < region->rings->len; r++)
    {
      const Ring *ring = &g_array_index (region->rings, Ring, r);

      if (box_meets (&ring->box, &canvas->box))
        add_ring (canvas, ring);
    }
  use_colour (canvas->cr, &palette->land);
  cairo_fill_preserve (canvas->cr);
  /* Its cities draw its border with more points: two lines would not meet. */
  if (region->has_children && zoom >= DETAIL_ZOOM)
    return;
  use_colour (canvas->cr, region->is_province ? &palette->border : &palette->line);
  cairo_set_line_width (canvas->cr, !region->is_province ? 0.8 : zoom < DETAIL_ZOOM ? 0.9 : 1.5);
  cairo_stroke (canvas->cr);
}

/* -- names -- */

static PangoLayout *
layout_new (cairo_t *cr, double font_size, gboolean is_province)
{
  PangoLayout *layout = pango_cairo_create_layout (cr);
  g_autoptr(PangoFontDescription) font = pango_font_description_new ();

  pango_context_set_language (pango_layout_get_context (layout),
                              pango_language_from_string ("zh-cn"));
  pango_font_description_set_family_static (font, "Sans");
  pango_font_description_set_absolute_size (font, font_size * PANGO_SCALE);
  pango_font_description_set_weight (font, is_province ? PANGO_WEIGHT_MEDIUM : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description (layout, font);
  return layout;
}

static double
area (const Region *region)
{
  return (region->box.x1 - region->box.x0) * (region->box.y1 - region->box.y0);
}

/* Provinces before cities, the large before the small. */
static int
compare_labels (gconstpointer a, gconstpointer b)
{
  const Region *x = *(Region *const *) a, *y = *(Region *const *) b;

  if (x->is_province != y->is_province)
    return x->is_province ? -1 : 1;
  return (area (x) < area (y)) - (area (x) > area (y));
}

static gboolean
collides (GArray *labels, const YqMapLabel *label)
{
  for (guint i = 0; i < labels->len; i++)
    {
      const YqMapLabel *other = &g_array_index (labels, YqMapLabel, i);

      if (label->x < other->x + other->width && other->x < label->x + label->width &&
          label->y < other->y + other->height && other->y < label->y + label->height)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_named (const Region *region, guint zoom)
{
  if (*region->name == '\0')
    return FALSE;
  return region->is_province ? zoom < DETAIL_ZOOM || !region->has_children : zoom >= DETAIL_ZOOM;
}

static GArray *
place_labels (YqMapAtlas *self, guint zoom, double font_size)
{
  GArray *labels = g_array_new (FALSE, FALSE, sizeof (YqMapLabel));
  g_autoptr(GPtrArray) regions = g_ptr_array_copy (self->regions, NULL, NULL);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cr = cairo_create (surface);
  double world = YQ_MAP_TILE * exp2 (zoom), gap = font_size / 3;

  g_ptr_array_set_free_func (regions, NULL);
  g_ptr_array_sort (regions, compare_labels);
  for (guint i = 0; i < regions->len; i++)
    {
      const Region *region = regions->pdata[i];
      g_autoptr(PangoLayout) layout = NULL;
      YqMapLabel label = { region->name, 0, 0, 0, 0, region->is_province };
      int width, height;

      if (!is_named (region, zoom))
        continue;
      layout = layout_new (cr, font_size, region->is_province);
      pango_layout_set_text (layout, region->name, -1);
      pango_layout_get_pixel_size (layout, &width, &height);
      label.width = width + 2 * gap;
      label.height = height + gap;
      label.x = region->x * world - label.width / 2;
      label.y = region->y * world - label.height / 2;
      if (!collides (labels, &label))
        g_array_append_val (labels, label);
    }
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return labels;
}

GArray *
yq_map_atlas_labels (YqMapAtlas *self, guint zoom, double font_size)
{
  gpointer key = GUINT_TO_POINTER (zoom | (guint) (font_size * 16) << 8);
  GArray *labels;

  g_mutex_lock (&self->lock);
  labels = g_hash_table_lookup (self->labels, key);
  if (labels == NULL)
    {
      labels = place_labels (self, zoom, font_size);
      g_hash_table_insert (self->labels, key, labels);
    }
  g_array_ref (labels);
  g_mutex_unlock (&self->lock);
  return labels;
}

static void
draw_label (Canvas *canvas, const Palette *palette, const YqMapLabel *label, double font_size)
{
  g_autoptr(PangoLayout) layout = NULL;
  double x = label->x - canvas->left, y = label->y - canvas->top, gap = font_size / 3;

  if (x > YQ_MAP_TILE || y > YQ_MAP_TILE || x + label->width < 0 || y + label->height < 0)
    return;
  layout = layout_new (canvas->cr, font_size, label->is_province);
  pango_layout_set_text (layout, label->name, -1);
  /* Whole pixels, so that a name that lies in two tiles is the same in both. */
  cairo_move_to (canvas->cr, floor (label->x + gap) - canvas->left,
                 floor (label->y + gap / 2) - canvas->top);
  pango_cairo_layout_path (canvas->cr, layout);
  use_colour (canvas->cr, &palette->halo);
  cairo_set_line_width (canvas->cr, 3);
  cairo_set_line_join (canvas->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke_preserve (canvas->cr);
  use_colour (canvas->cr, &palette->text);
  cairo_fill (canvas->cr);
}

cairo_surface_t *
yq_map_atlas_draw (YqMapAtlas *self, const YqMapStyle *style, guint zoom, guint x, guint y)
{
  int size = YQ_MAP_TILE * style->scale;
  const Palette *palette = &palettes[style->is_dark ? 1 : 0];
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  g_autoptr(GArray) labels = yq_map_atlas_labels (self, zoom, style->font_size);
  g_autoptr(GArray) one = g_array_new (FALSE, FALSE, sizeof (Point));
  g_autoptr(GArray) other = g_array_new (FALSE, FALSE, sizeof (Point));
  double world = YQ_MAP_TILE * exp2 (zoom), margin = MARGIN / world;
  double left = x * (double) YQ_MAP_TILE, top = y * (double) YQ_MAP_TILE;
  Canvas canvas = { cairo_create (surface), world, left, top, { 0 }, one, other };

  canvas.box = (Box){ left / world - margin, top / world - margin,
                      (left + YQ_MAP_TILE) / world + margin, (top + YQ_MAP_TILE) / world + margin };
  cairo_scale (canvas.cr, style->scale, style->scale);
  use_colour (canvas.cr, &palette->around);
  cairo_paint (canvas.cr);
  for (guint i = 0; i < self->regions->len; i++)
    {
      const Region *region = self->regions->pdata[i];

      if ((region->is_province || zoom >= DETAIL_ZOOM) && box_meets (&region->box, &canvas.box))
        draw_region (&canvas, palette, region, zoom);
    }
  for (guint i = 0; i < labels->len; i++)
    draw_label (&canvas, palette, &g_array_index (labels, YqMapLabel, i), style->font_size);
  cairo_destroy (canvas.cr);
  cairo_surface_flush (surface);
  return surface;
}
