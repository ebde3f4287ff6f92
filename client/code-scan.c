/* Reading QR codes from pictures. */
#define G_LOG_DOMAIN "yiquan-scan"

#include "code-scan.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <zbar.h>

#include "text.h"

#define MAX_SIDE 3000  /* larger pictures are made smaller first: a code needs no more */
#define SMALL_SIDE 900 /* smaller ones are tried enlarged, too */

static gboolean
fail (GError **error, const char *text)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, text);
  return FALSE;
}

/* A picture that claims to be huge is never unpacked at that size. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  double most = MAX (width, height);

  if (most > MAX_SIDE)
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) (width * MAX_SIDE / most)),
                                MAX (1, (int) (height * MAX_SIDE / most)));
}

static GdkPixbuf *
unpack (GBytes *picture, GError **error)
{
  g_autoptr(GdkPixbufLoader) loader = NULL;
  GdkPixbuf *pixbuf;
  gboolean good;

  if (g_bytes_get_size (picture) > YQ_CODE_SCAN_MAX_BYTES)
    {
      fail (error, _("The picture is too large"));
      return NULL;
    }
  loader = gdk_pixbuf_loader_new ();
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), NULL);
  good = g_bytes_get_size (picture) > 0 && gdk_pixbuf_loader_write_bytes (loader, picture, NULL);
  good = gdk_pixbuf_loader_close (loader, NULL) && good;
  pixbuf = good ? gdk_pixbuf_loader_get_pixbuf (loader) : NULL;
  if (pixbuf == NULL)
    {
      fail (error, _("This is not a picture that can be read"));
      return NULL;
    }
  return g_object_ref (pixbuf);
}

/* Brightness of each pixel, transparent ones on white. */
static guint8 *
greys_of (GdkPixbuf *pixbuf)
{
  int width = gdk_pixbuf_get_width (pixbuf), height = gdk_pixbuf_get_height (pixbuf);
  int stride = gdk_pixbuf_get_rowstride (pixbuf), n = gdk_pixbuf_get_n_channels (pixbuf);
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);
  guint8 *greys = g_malloc ((gsize) width * height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guint8 *at = pixels + (gsize) y * stride + (gsize) x * n;
        guint grey = (at[0] * 77u + at[1] * 150u + at[2] * 29u) >> 8;

        if (n == 4)
          grey = (grey * at[3] + 255u * (255u - at[3])) / 255;
        greys[(gsize) y * width + x] = (guint8) grey;
      }
  return greys;
}

static void
scan_pixbuf (GdkPixbuf *pixbuf, GPtrArray *texts)
{
  g_autofree guint8 *greys = greys_of (pixbuf);
  guint width = (guint) gdk_pixbuf_get_width (pixbuf);
  guint height = (guint) gdk_pixbuf_get_height (pixbuf);
  zbar_image_scanner_t *scanner = zbar_image_scanner_create ();
  zbar_image_t *image = zbar_image_create ();

  zbar_image_scanner_set_config (scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config (scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  zbar_image_set_format (image, zbar_fourcc ('Y', '8', '0', '0'));
  zbar_image_set_size (image, width, height);
  zbar_image_set_data (image, greys, (gulong) width * height, NULL);
  zbar_scan_image (scanner, image);
  for (const zbar_symbol_t *symbol = zbar_image_first_symbol (image); symbol != NULL;
       symbol = zbar_symbol_next (symbol))
    {
      const char *text = zbar_symbol_get_data (symbol);

      if (text != NULL && g_utf8_validate (text, -1, NULL))
        g_ptr_array_add (texts, g_strdup (text));
    }
  zbar_image_destroy (image);
  zbar_image_scanner_destroy (scanner);
}

char **
yq_code_scan (GBytes *picture, GError **error)
{
  g_autoptr(GdkPixbuf) pixbuf = unpack (picture, error);
  GPtrArray *texts;
  int width, height;

  if (pixbuf == NULL)
    return NULL;
  texts = g_ptr_array_new ();
  width = gdk_pixbuf_get_width (pixbuf);
  height = gdk_pixbuf_get_height (pixbuf);
  scan_pixbuf (pixbuf, texts);
  if (texts->len == 0 && MAX (width, height) < SMALL_SIDE)
    {
      g_autoptr(GdkPixbuf) large =
        gdk_pixbuf_scale_simple (pixbuf, width * 3, height * 3, GDK_INTERP_NEAREST);

      scan_pixbuf (large, texts);
    }
  else if (texts->len == 0)
    {
      /* A photograph: half the size takes the noise away. */
      g_autoptr(GdkPixbuf) small = gdk_pixbuf_scale_simple (
        pixbuf, MAX (1, width / 2), MAX (1, height / 2), GDK_INTERP_BILINEAR);

      scan_pixbuf (small, texts);
    }
  g_ptr_array_add (texts, NULL);
  return (char **) g_ptr_array_free (texts, FALSE);
}

static void
scan_thread (GTask *task, gpointer source, gpointer picture, GCancellable *cancellable)
{
  GError *error = NULL;
  char **texts = yq_code_scan (picture, &error);

  if (texts != NULL)
    g_task_return_pointer (task, texts, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

void
yq_code_scan_async (GBytes *picture, GCancellable *cancellable, GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, g_bytes_ref (picture), (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (task, scan_thread);
}

char **
yq_code_scan_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
