/* The markers of a map as one layer that draws them: those that would touch are drawn as one bubble
 * with their number.  Smooth with fifty thousand.  GTK thread only. */
#pragma once

#include <shumate/shumate.h>

#include "store.h"

#define YQ_TYPE_MAP_CLUSTERS (yq_map_clusters_get_type ())
G_DECLARE_FINAL_TYPE (YqMapClusters, yq_map_clusters, YQ, MAP_CLUSTERS, ShumateLayer)

/* One bubble, or a marker where n is 1. */
typedef struct
{
  double x, y; /* pixels of the layer */
  guint n;
  guint first; /* one of its places */
  gboolean has_selected;
} YqMapCluster;

/* A rectangle in degrees. */
typedef struct
{
  double south, west, north, east;
} YqMapBounds;

ShumateLayer *yq_map_clusters_new (ShumateViewport *viewport);
/* Copied. */
void yq_map_clusters_set_places (YqMapClusters *self, const YqPlace *places, guint n);
guint yq_map_clusters_n_places (YqMapClusters *self);
const YqPlace *yq_map_clusters_place (YqMapClusters *self, guint i);
/* The marker that is shown as chosen, by its row; 0: none. */
void yq_map_clusters_select (YqMapClusters *self, gint64 row);

/* Bubbles as they are drawn now; of YqMapCluster.  Valid until the map moves. */
const GArray *yq_map_clusters_drawn (YqMapClusters *self);
const YqMapCluster *yq_map_clusters_at (YqMapClusters *self, double x, double y);
/* The rows in a bubble; free with g_array_unref. */
GArray *yq_map_clusters_rows (YqMapClusters *self, const YqMapCluster *cluster); /* gint64 */
/* What a bubble covers; NULL: all places.  FALSE where there are none. */
gboolean yq_map_clusters_bounds (YqMapClusters *self, const YqMapCluster *cluster,
                                 YqMapBounds *bounds);
