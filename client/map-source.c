/* The ground of the map. */
#define G_LOG_DOMAIN "yiquan-map"

#include "map-source.h"

#include <string.h>

#include "look.h"
#include "text.h"

#define MIN_ZOOM 3
#define MAX_ZOOM 16
#define RESOURCES "/cn/yiquan/Yiquan/map"

struct _YqMapSource
{
  ShumateMapSource parent_instance;
  YqMapStyle style;
};

G_DEFINE_FINAL_TYPE (YqMapSource, yq_map_source, SHUMATE_TYPE_MAP_SOURCE)

static char *chosen;
static char *resolved; /* written before the thread that draws is given anything */

void
yq_map_source_choose (const char *source)
{
  g_free (chosen);
  chosen = g_strdup (source);
}

static char *
setting (void)
{
  g_autofree char *kept = yq_settings_get ("map", "source");

  if (chosen != NULL && *chosen != '\0')
    return g_strdup (chosen);
  return kept != NULL && *kept != '\0' ? g_steal_pointer (&kept) : NULL;
}

static gboolean
is_address (const char *source)
{
  return g_str_has_prefix (source, "https://") || g_str_has_prefix (source, "http://");
}

/* -- boundaries -- */

static gboolean
add_file (YqMapAtlas *atlas, const char *path)
{
  g_autofree char *json = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  if (g_file_get_contents (path, &json, &length, &error) &&
      yq_map_atlas_add (atlas, json, (gssize) length, &error))
    return TRUE;
  g_message ("The map %s is not used: %s", path, error->message);
  return FALSE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static gboolean
add_folder (YqMapAtlas *atlas, const char *path)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gboolean any = FALSE;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".geojson") || g_str_has_suffix (name, ".json"))
      g_ptr_array_add (names, g_build_filename (path, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    any = add_file (atlas, names->pdata[i]) || any;
  return any;
}

static gboolean
add_installed (YqMapAtlas *atlas)
{
  const char *const *system = g_get_system_data_dirs ();
  g_autofree char *own = g_build_filename (g_get_user_data_dir (), "yiquan", "map", NULL);

  if (add_folder (atlas, own))
    return TRUE;
  for (guint i = 0; system[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (system[i], "yiquan", "map", NULL);

      if (add_folder (atlas, path))
        return TRUE;
    }
  return FALSE;
}

static void
add_shipped (YqMapAtlas *atlas)
{
  static const char *const names[] = { "provinces.geojson", "cities-east.geojson" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat (RESOURCES "/", names[i], NULL);
      g_autoptr(GBytes) json = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      g_autoptr(GError) error = NULL;
      gsize length;
      const char *text = json != NULL ? g_bytes_get_data (json, &length) : NULL;

      if (text == NULL || !yq_map_atlas_add (atlas, text, (gssize) length, &error))
        g_warning ("The map that comes with the program cannot be read: %s", names[i]);
    }
}

/* Any thread. */
static gpointer
read_atlas (gpointer data)
{
  YqMapAtlas *atlas = yq_map_atlas_new ();
  gboolean found = FALSE;

  if (resolved != NULL)
    found = g_file_test (resolved, G_FILE_TEST_IS_DIR) ? add_folder (atlas, resolved)
                                                       : add_file (atlas, resolved);
  if (!found && !add_installed (atlas))
    add_shipped (atlas);
  return atlas;
}

YqMapAtlas *
yq_map_source_atlas (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, read_atlas, NULL);
}

/* -- tiles -- */

typedef struct
{
  YqMapStyle style;
  guint zoom, x, y;
  ShumateTile *tile; /* touched on the main thread only */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->tile);
  g_free (job);
}

/* Three bytes a pixel: a tile is opaque, and of those GTK 4.8 makes a picture for the screen ten
 * times faster than of any four.  Takes the surface over. */
static GdkTexture *
texture_of (cairo_surface_t *surface)
{
  int size = cairo_image_surface_get_width (surface);
  int stride = cairo_image_surface_get_stride (surface);
  const guchar *pixels = cairo_image_surface_get_data (surface);
  guchar *packed = g_malloc ((gsize) size * size * 3), *at = packed;
  g_autoptr(GBytes) bytes = NULL;

  for (int y = 0; y < size; y++)
    {
      const guint32 *row = (const guint32 *) (gconstpointer) (pixels + (gsize) y * stride);

      for (int x = 0; x < size; x++)
        {
          *at++ = row[x] >> 16 & 0xff;
          *at++ = row[x] >> 8 & 0xff;
          *at++ = row[x] & 0xff;
        }
    }
  cairo_surface_destroy (surface);
  bytes = g_bytes_new_take (packed, (gsize) size * size * 3);
  return gdk_memory_texture_new (size, size, GDK_MEMORY_R8G8B8, bytes, (gsize) size * 3);
}

static void
draw_tile (gpointer data, gpointer user_data)
{
  g_autoptr(GTask) task = data;
  Job *job = g_task_get_task_data (task);
  cairo_surface_t *surface;

  if (g_task_return_error_if_cancelled (task))
    return;
  surface = yq_map_atlas_draw (yq_map_source_atlas (), &job->style, job->zoom, job->x, job->y);
  g_task_return_pointer (task, texture_of (surface), g_object_unref);
}

static void
drawn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) asked = user_data;
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr(GError) error = NULL;
  g_autoptr(GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);

  if (texture == NULL)
    {
      g_task_return_error (asked, g_steal_pointer (&error));
      return;
    }
  shumate_tile_set_paintable (job->tile, GDK_PAINTABLE (texture));
  shumate_tile_set_fade_in (job->tile, FALSE);
  shumate_tile_set_state (job->tile, SHUMATE_STATE_DONE);
  g_task_return_boolean (asked, TRUE);
}

/* One thread: its fonts are its own, and one is enough. */
static GThreadPool *
painters (void)
{
  static GThreadPool *pool;

  if (pool == NULL)
    pool = g_thread_pool_new (draw_tile, NULL, 1, FALSE, NULL);
  return pool;
}

static void
fill_tile_async (ShumateMapSource *source, ShumateTile *tile, GCancellable *cancellable,
                 GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *asked = g_task_new (source, cancellable, callback, user_data);
  GTask *task = g_task_new (source, cancellable, drawn_cb, asked);
  Job *job = g_new0 (Job, 1);

  job->style = YQ_MAP_SOURCE (source)->style;
  job->zoom = shumate_tile_get_zoom_level (tile);
  job->x = shumate_tile_get_x (tile);
  job->y = shumate_tile_get_y (tile);
  job->tile = g_object_ref (tile);
  g_task_set_task_data (task, job, job_free);
  g_thread_pool_push (painters (), task, NULL);
}

static gboolean
fill_tile_finish (ShumateMapSource *source, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
yq_map_source_class_init (YqMapSourceClass *klass)
{
  SHUMATE_MAP_SOURCE_CLASS (klass)->fill_tile_async = fill_tile_async;
  SHUMATE_MAP_SOURCE_CLASS (klass)->fill_tile_finish = fill_tile_finish;
}

static void
yq_map_source_init (YqMapSource *self)
{
  ShumateMapSource *source = SHUMATE_MAP_SOURCE (self);

  shumate_map_source_set_id (source, "boundaries");
  shumate_map_source_set_tile_size (source, YQ_MAP_TILE);
  shumate_map_source_set_min_zoom_level (source, MIN_ZOOM);
  shumate_map_source_set_max_zoom_level (source, MAX_ZOOM);
}

ShumateMapSource *
yq_map_source_new (const YqMapStyle *style)
{
  g_autofree char *source = setting ();
  YqMapSource *self;

  if (source != NULL && is_address (source))
    {
      g_autofree char *notice = yq_settings_get ("map", "notice");

      return SHUMATE_MAP_SOURCE (shumate_raster_renderer_new_full_from_url (
        "server", "server", notice ? notice : "", NULL, MIN_ZOOM, 18, YQ_MAP_TILE,
        SHUMATE_MAP_PROJECTION_MERCATOR, source));
    }
  if (resolved == NULL)
    resolved = g_steal_pointer (&source);
  self = g_object_new (YQ_TYPE_MAP_SOURCE, NULL);
  self->style = *style;
  return SHUMATE_MAP_SOURCE (self);
}
