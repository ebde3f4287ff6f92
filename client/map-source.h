/* What the map is drawn on, from the first of these that is there:
 *   - what --map or the key "source" of [map] in settings.ini names: a GeoJSON file, a folder of
 *     them, or the address of a tile server with {z}, {x} and {y}; "notice" there is shown in the
 *     corner of a tile server's map;
 *   - the *.geojson in yiquan/map of the user's or the system's data folders
 *     (/usr/share/yiquan/map);
 *   - the boundaries that come with the program.
 * GTK thread only; boundaries are read and drawn in a thread of their own. */
#pragma once

#include <shumate/shumate.h>

#include "map-atlas.h"

#define YQ_TYPE_MAP_SOURCE (yq_map_source_get_type ())
G_DECLARE_FINAL_TYPE (YqMapSource, yq_map_source, YQ, MAP_SOURCE, ShumateMapSource)

/* For this run, before the settings; NULL: not. */
void yq_map_source_choose (const char *source);
/* A YqMapSource, or a renderer of the tile server's pictures. */
ShumateMapSource *yq_map_source_new (const YqMapStyle *style);
/* The boundaries themselves, read at the first call, which takes a fifth of a second.  Any thread.
 */
YqMapAtlas *yq_map_source_atlas (void);
