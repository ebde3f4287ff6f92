/* Boundaries of regions, read from GeoJSON and drawn as map tiles; no network.
 *
 * A file is a FeatureCollection of Polygon and MultiPolygon features in degrees (WGS 84) with
 * properties "name", "adcode" (GB/T 2260; "330000" is drawn as a province, all others below it),
 * "center" and "parent"; a member "notice" of the collection is shown in the corner: origin,
 * licence, approval number.  Any thread, once everything is added. */
#pragma once

#include <cairo.h>
#include <glib.h>

typedef struct _YqMapAtlas YqMapAtlas;

YqMapAtlas *yq_map_atlas_new (void);
void yq_map_atlas_free (YqMapAtlas *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqMapAtlas, yq_map_atlas_free)
/* FALSE where it is not such a file; nothing of it is taken then. */
gboolean yq_map_atlas_add (YqMapAtlas *self, const char *json, gssize length, GError **error);
const char *yq_map_atlas_notice (YqMapAtlas *self); /* NULL where no file has one */
/* Where a region of GB/T 2260 lies, or the city or province it belongs to; degrees. */
gboolean yq_map_atlas_find (YqMapAtlas *self, const char *code, double *latitude,
                            double *longitude);
guint yq_map_atlas_n_regions (YqMapAtlas *self);

typedef struct
{
  gboolean is_dark;
  int scale;        /* pixels of the picture per pixel of the map */
  double font_size; /* pixels of the map */
} YqMapStyle;

#define YQ_MAP_TILE 256

/* One tile of YQ_MAP_TILE pixels, times the scale. */
cairo_surface_t *yq_map_atlas_draw (YqMapAtlas *self, const YqMapStyle *style, guint zoom, guint x,
                                    guint y);

/* The names drawn at a zoom level, chosen so that none touches another: the larger region wins. */
typedef struct
{
  const char *name;
  double x, y, width, height; /* pixels of the whole world at this zoom level */
  gboolean is_province;
} YqMapLabel;
GArray *yq_map_atlas_labels (YqMapAtlas *self, guint zoom, double font_size); /* of YqMapLabel */

/* Mercator: the world as a square from 0 to 1, north and west first. */
double yq_map_x (double longitude);
double yq_map_y (double latitude);
double yq_map_latitude (double y);
double yq_map_longitude (double x);
