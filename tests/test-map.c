/* The map: names that keep apart, boundaries cut to their tile, places of records, bubbles that
 * hold every marker once, and what a click on them does. */
#include "client-fixture.h"
#include "guitest.h"

#include <math.h>

#include "map-clusters.h"
#include "map-source.h"
#include "map-view.h"
#include "record-map.h"

#define MANY_PLACES 50000

/* -- boundaries -- */

static void
test_names_never_touch (void)
{
  static const double sizes[] = { 12.5, 25 };
  YqMapAtlas *atlas = yq_map_source_atlas ();

  g_assert_cmpuint (yq_map_atlas_n_regions (atlas), ==, 34 + 73);
  g_assert_nonnull (yq_map_atlas_notice (atlas));
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint zoom = 3; zoom <= 16; zoom++)
      {
        g_autoptr(GArray) labels = yq_map_atlas_labels (atlas, zoom, sizes[s]);

        for (guint i = 0; i < labels->len; i++)
          for (guint k = 0; k < i; k++)
            {
              YqMapLabel *a = &g_array_index (labels, YqMapLabel, i);
              YqMapLabel *b = &g_array_index (labels, YqMapLabel, k);

              g_assert_true (a->x >= b->x + b->width || b->x >= a->x + a->width ||
                             a->y >= b->y + b->height || b->y >= a->y + a->height);
            }
        /* Close enough, every city and every province without cities has its name. */
        if (zoom >= 13)
          g_assert_cmpuint (labels->len, ==, 34 - 5 + 73);
        g_assert_cmpuint (labels->len, >, zoom >= 5 ? 20 : 4);
      }
}

static guint32
pixel (cairo_surface_t *surface, int x, int y)
{
  return *(guint32 *) (gpointer) (cairo_image_surface_get_data (surface) +
                                  y * cairo_image_surface_get_stride (surface) + 4 * x);
}

/* The tile that holds a place, and whether all of it has one colour. */
static guint32
draw_at (double latitude, double longitude, guint zoom, gboolean *is_plain)
{
  const YqMapStyle style = { FALSE, 2, 12.5 };
  guint x = (guint) (yq_map_x (longitude) * (1u << zoom));
  guint y = (guint) (yq_map_y (latitude) * (1u << zoom));
  cairo_surface_t *tile = yq_map_atlas_draw (yq_map_source_atlas (), &style, zoom, x, y);
  guint32 colour = pixel (tile, 0, 0);

  g_assert_cmpint (cairo_image_surface_get_width (tile), ==, 2 * YQ_MAP_TILE);
  *is_plain = TRUE;
  for (int row = 0; row < 2 * YQ_MAP_TILE; row++)
    for (int column = 0; column < 2 * YQ_MAP_TILE; column++)
      *is_plain = *is_plain && pixel (tile, column, row) == colour;
  cairo_surface_destroy (tile);
  return colour;
}

static void
test_tiles_are_cut_to_size (void)
{
  gboolean plain;
  guint32 sea, land;

  /* Nothing but land, and nothing but sea, at any distance: a shape reaches far beyond its tile. */
  for (guint zoom = 12; zoom <= 16; zoom++)
    {
      land = draw_at (41.5, 84.5, zoom, &plain);
      g_assert_true (plain);
      sea = draw_at (20.0, 135.0, zoom, &plain);
      g_assert_true (plain);
      g_assert_cmphex (land, !=, sea);
    }
  draw_at (31.2, 121.5, 6, &plain);
  g_assert_false (plain);
}

static void
test_what_is_no_map_is_refused (void)
{
  static const char *const texts[] = {
    "",
    "[]",
    "{}",
    "{\"features\":1}",
    "{\"features\":[1]}",
    "{\"features\":[{}]}",
    "{\"features\":[{\"properties\":{\"name\":\"a\"}}]}",
    "{\"features\":[{\"properties\":{},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}]}",
    "{\"features\":[{\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[1]]]}}"
    "]}",
    "{\"features\":[{\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[1,900]"
    "]]}}]}",
    "{\"features\":[{\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[\"a\"]]"
    "}}]}",
    "{\"features\":[{\"properties\":{},\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[1]}"
    "}]}",
  };
  static const char good[] =
    "{\"notice\":\"审图号：GS(2026)1号\",\"features\":[{\"properties\":{\"name\":\"测试\","
    "\"adcode\":\"990000\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[3,2],[3,4],[1,2]]]}}]}";
  g_autoptr(YqMapAtlas) atlas = yq_map_atlas_new ();
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) wrong = NULL;

      if (yq_map_atlas_add (atlas, texts[i], -1, &wrong))
        g_error ("This was taken for a map: %s", texts[i]);
      g_assert_nonnull (wrong);
    }
  g_assert_cmpuint (yq_map_atlas_n_regions (atlas), ==, 0);
  g_assert_true (yq_map_atlas_add (atlas, good, -1, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (yq_map_atlas_notice (atlas), ==, "审图号：GS(2026)1号");
}

static void
test_mercator_goes_both_ways (void)
{
  for (int i = 0; i < 1000; i++)
    {
      double latitude = g_test_rand_double_range (-85, 85);
      double longitude = g_test_rand_double_range (-180, 180);

      g_assert_cmpfloat_with_epsilon (yq_map_latitude (yq_map_y (latitude)), latitude, 1e-9);
      g_assert_cmpfloat_with_epsilon (yq_map_longitude (yq_map_x (longitude)), longitude, 1e-9);
    }
}

/* -- places of records -- */

static gboolean
is_there (gpointer result)
{
  return *(GAsyncResult **) result != NULL;
}

static void
there_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GArray *
places_of (YqStore *store, const YqQuery *query)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GArray *places;

  yq_store_places_async (store, query, NULL, there_cb, &result);
  g_assert_true (gt_until (is_there, &result, 20000));
  places = yq_store_places_finish (store, result, &error);
  g_assert_no_error (error);
  return places;
}

static void
test_a_record_stands_at_its_own_place_or_its_carriers (void)
{
  Place place = { NULL };
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(GArray) places = NULL;
  g_autoptr(GArray) changed = NULL;
  g_autofree char *carrier = g_strdup_printf (
    "{\"entity\":\"organisation\",\"id\":\"%s\",\"revision\":1,\"state\":\"approved\",\"fields\":{"
    "\"name\":\"载体\",\"latitude\":30000001,\"longitude\":-120000002}}",
    CARRIER);

  open_place (&place);
  receive_instrument (place.store, "018f3c00-0000-7000-8000-000000000011", 1, "A",
                      "\"latitude\":31500000,\"longitude\":121250000,\"unit_price\":1");
  receive_instrument (place.store, "018f3c00-0000-7000-8000-000000000012", 1, "B",
                      "\"latitude\":31500000");
  yq_query_set_sort (query, "name", FALSE);
  places = places_of (place.store, query);
  g_assert_cmpuint (places->len, ==, 1);
  receive (place.store, YQ_SCOPE_CATALOGUE, 1, carrier);
  changed = places_of (place.store, query);
  g_assert_cmpuint (changed->len, ==, 2);
  g_assert_cmpint (g_array_index (changed, YqPlace, 0).latitude, ==, 31500000);
  g_assert_cmpint (g_array_index (changed, YqPlace, 0).longitude, ==, 121250000);
  g_assert_cmpint (g_array_index (changed, YqPlace, 1).latitude, ==, 30000001);
  g_assert_cmpint (g_array_index (changed, YqPlace, 1).longitude, ==, -120000002);
  close_place (&place);
}

/* -- bubbles -- */

static GArray *
make_places (guint n)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (YqPlace));

  for (guint i = 0; i < n; i++)
    {
      YqPlace place = { i + 1, 28000000 + g_test_rand_int_range (0, 7000000),
                        115000000 + g_test_rand_int_range (0, 7000000) };

      g_array_append_val (places, place);
    }
  return places;
}

static YqMapClusters *
clusters_of (GtkWidget *map)
{
  return YQ_MAP_CLUSTERS (gt_find_type (map, YQ_TYPE_MAP_CLUSTERS));
}

static void
set_places (GtkWidget *map, GArray *places)
{
  yq_map_view_set_places (YQ_MAP_VIEW (map), (const YqPlace *) (gpointer) places->data,
                          places->len);
  gt_run (700); /* it glides there */
  gt_settle (map);
}

static void
test_bubbles_hold_every_marker_once (void)
{
  GtkWidget *map = yq_map_view_new ();
  GtkWidget *window = gt_window (map, 900, 700);
  g_autoptr(GArray) places = make_places (MANY_PLACES);
  const GArray *drawn;
  guint sum = 0;

  set_places (map, places);
  drawn = yq_map_clusters_drawn (clusters_of (map));
  g_assert_cmpuint (drawn->len, >, 10);
  for (guint i = 0; i < drawn->len; i++)
    {
      const YqMapCluster *cluster = &g_array_index (drawn, YqMapCluster, i);
      g_autoptr(GArray) rows = yq_map_clusters_rows (clusters_of (map), cluster);

      sum += cluster->n;
      g_assert_cmpuint (rows->len, ==, cluster->n);
      g_assert_true (yq_map_clusters_at (clusters_of (map), cluster->x, cluster->y) == cluster);
    }
  g_assert_cmpuint (sum, ==, MANY_PLACES);
  gt_close (window);
}

typedef struct
{
  gint64 marker;
  guint many, spots;
  double latitude, longitude;
} Told;

static void
marker_cb (YqMapView *map, gint64 row, Told *told)
{
  told->marker = row;
}

static void
many_cb (YqMapView *map, GArray *rows, Told *told)
{
  told->many = rows->len;
}

static void
spot_cb (YqMapView *map, double latitude, double longitude, Told *told)
{
  told->spots++;
  told->latitude = latitude;
  told->longitude = longitude;
}

static void
click_place (GtkWidget *map, double latitude, double longitude)
{
  double x, y;

  yq_map_view_locate (YQ_MAP_VIEW (map), latitude, longitude, &x, &y);
  yq_map_view_click (YQ_MAP_VIEW (map), x, y);
  gt_run (700);
  gt_settle (map);
}

static void
test_a_click_opens_zooms_or_places (void)
{
  static const YqPlace places[] = { { 1, 30000000, 120000000 }, { 2, 30000000, 121000000 },
                                    { 3, 30004000, 121004000 }, { 4, 31000000, 120000000 },
                                    { 5, 31000000, 120000000 }, { 6, 31000000, 120000000 } };
  GtkWidget *map = yq_map_view_new ();
  GtkWidget *window = gt_window (map, 900, 700);
  Told told = { 0 };
  double zoom;

  g_signal_connect (map, "marker", G_CALLBACK (marker_cb), &told);
  g_signal_connect (map, "many", G_CALLBACK (many_cb), &told);
  g_signal_connect (map, "spot", G_CALLBACK (spot_cb), &told);
  yq_map_view_set_places (YQ_MAP_VIEW (map), places, G_N_ELEMENTS (places));
  gt_run (700);
  gt_settle (map);
  zoom = yq_map_view_zoom (YQ_MAP_VIEW (map));
  click_place (map, 30, 120);
  g_assert_cmpint (told.marker, ==, 1);
  /* At one place: no zoom takes them apart. */
  click_place (map, 31, 120);
  g_assert_cmpuint (told.many, ==, 3);
  g_assert_cmpfloat (yq_map_view_zoom (YQ_MAP_VIEW (map)), ==, zoom);
  click_place (map, 30, 121);
  g_assert_cmpfloat (yq_map_view_zoom (YQ_MAP_VIEW (map)), >, zoom);
  click_place (map, 30.004, 121.004);
  g_assert_cmpint (told.marker, ==, 3);
  g_assert_cmpuint (told.spots, ==, 0);
  click_place (map, 30.01, 120.99);
  g_assert_cmpuint (told.spots, ==, 1);
  g_assert_cmpfloat_with_epsilon (told.latitude, 30.01, 0.001);
  g_assert_cmpfloat_with_epsilon (told.longitude, 120.99, 0.001);
  gt_close (window);
}

/* -- list and map -- */

static void
opened_cb (YqRecordMap *map, guint position, guint *opened)
{
  *opened = position;
}

static gboolean
has_places (gpointer map)
{
  GtkWidget *view = yq_record_map_view (map);

  return view != NULL && yq_map_view_n_places (YQ_MAP_VIEW (view)) == 2;
}

static void
test_the_map_shows_what_the_list_finds (void)
{
  Place place = { NULL };
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(YqRecordList) list = NULL;
  GtkSingleSelection *selection;
  GtkWidget *map, *window;
  guint opened = G_MAXUINT;

  open_place (&place);
  receive_instrument (place.store, "018f3c00-0000-7000-8000-000000000011", 1, "质谱仪",
                      "\"latitude\":31500000,\"longitude\":121250000");
  receive_instrument (place.store, "018f3c00-0000-7000-8000-000000000012", 1, "扫描电镜",
                      "\"latitude\":30000000,\"longitude\":120000000");
  receive_instrument (place.store, "018f3c00-0000-7000-8000-000000000013", 1, "天平",
                      "\"unit_price\":1");
  yq_query_set_sort (query, "name", FALSE);
  list = yq_record_list_new (place.store, query);
  yq_record_list_wait (list);
  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (list)));
  map = yq_record_map_new ("test", list, selection, gtk_label_new ("3"));
  window = gt_window (map, 1100, 700);
  g_signal_connect (map, "open", G_CALLBACK (opened_cb), &opened);
  g_assert_null (yq_record_map_view (YQ_RECORD_MAP (map)));
  yq_record_map_set_shown (YQ_RECORD_MAP (map), TRUE);
  g_assert_true (gt_until (has_places, map, 20000));
  gt_run (700);
  gt_settle (window);
  g_assert_true (gt_comes (window, "1"));
  click_place (yq_record_map_view (YQ_RECORD_MAP (map)), 31.5, 121.25);
  g_assert_cmpuint (opened, ==, yq_record_list_find (list, "018f3c00-0000-7000-8000-000000000011"));
  g_assert_cmpuint (gtk_single_selection_get_selected (selection), ==, opened);
  gt_close (window);
  g_object_unref (selection);
  g_clear_object (&list);
  close_place (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gt_init (&argc, &argv, TRUE);
  g_test_add_func ("/map/names", test_names_never_touch);
  g_test_add_func ("/map/tiles", test_tiles_are_cut_to_size);
  g_test_add_func ("/map/refused", test_what_is_no_map_is_refused);
  g_test_add_func ("/map/mercator", test_mercator_goes_both_ways);
  g_test_add_func ("/map/places", test_a_record_stands_at_its_own_place_or_its_carriers);
  g_test_add_func ("/map/bubbles", test_bubbles_hold_every_marker_once);
  g_test_add_func ("/map/click", test_a_click_opens_zooms_or_places);
  g_test_add_func ("/map/list", test_the_map_shows_what_the_list_finds);
  return g_test_run ();
}
