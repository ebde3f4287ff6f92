/* A map with markers: drag, wheel, pinch, buttons; arrow keys move it, + and - zoom, Home shows
 * everything.  What stands on it must be reachable beside it, too: a list, or entries.  GTK thread
 * only. */
#pragma once

#include <gtk/gtk.h>

#include "store.h"

#define YQ_TYPE_MAP_VIEW (yq_map_view_get_type ())
G_DECLARE_FINAL_TYPE (YqMapView, yq_map_view, YQ, MAP_VIEW, GtkWidget)

GtkWidget *yq_map_view_new (void);
/* The markers; copied.  The first ones that come are all brought into view. */
void yq_map_view_set_places (YqMapView *self, const YqPlace *places, guint n);
guint yq_map_view_n_places (YqMapView *self);
/* The chosen marker; brought into view where it is out of it.  0: none. */
void yq_map_view_select (YqMapView *self, gint64 row);
/* Brings all markers, or China, into view. */
void yq_map_view_show_all (YqMapView *self);
void yq_map_view_go (YqMapView *self, double latitude, double longitude, guint zoom); /* degrees */
/* A pin of its own, which can be dragged; NaN: none. */
void yq_map_view_set_pin (YqMapView *self, double latitude, double longitude);
/* What a pointer there would be told; free it.  NULL: nothing.  For tooltips of markers. */
typedef char *(*YqMapTell) (gint64 row, gpointer user_data);
void yq_map_view_set_tell (YqMapView *self, YqMapTell tell, gpointer user_data);
/* As if the person had clicked there; pixels of the widget. */
void yq_map_view_click (YqMapView *self, double x, double y);
/* Where a place is drawn, in pixels of the widget. */
void yq_map_view_locate (YqMapView *self, double latitude, double longitude, double *x, double *y);
double yq_map_view_zoom (YqMapView *self);

/* Signals:
 *   "marker" (gint64 row): a single marker was clicked;
 *   "many" (GArray of gint64 rows): a bubble that zooming cannot take apart was clicked;
 *   "spot" (double latitude, double longitude): the ground was clicked or the pin dragged there. */
