/* A QR code drawn module by module at a whole number of pixels. */
#define G_LOG_DOMAIN "yiquan-qr"

#include "qr-code.h"

#include <qrencode.h>

#define QUIET 4 /* modules of white around, ISO 18004 */

struct _YqQrCode
{
  GtkWidget parent_instance;

  char *text;
  int size;
};

G_DEFINE_FINAL_TYPE (YqQrCode, yq_qr_code, GTK_TYPE_WIDGET)

static QRcode *
encode (const char *text)
{
  return text != NULL && *text != '\0' ? QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M) : NULL;
}

static void
yq_qr_code_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  static const GdkRGBA white = { 1, 1, 1, 1 }, black = { 0, 0, 0, 1 };
  YqQrCode *self = YQ_QR_CODE (widget);
  QRcode *code = encode (self->text);
  int modules, scale, left, top;

  if (code == NULL)
    return;
  modules = code->width + 2 * QUIET;
  scale = MAX (1, MIN (gtk_widget_get_width (widget), gtk_widget_get_height (widget)) / modules);
  left = (gtk_widget_get_width (widget) - modules * scale) / 2;
  top = (gtk_widget_get_height (widget) - modules * scale) / 2;
  gtk_snapshot_append_color (snapshot, &white,
                             &GRAPHENE_RECT_INIT (left, top, modules * scale, modules * scale));
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if (code->data[y * code->width + x] & 1)
        gtk_snapshot_append_color (snapshot, &black,
                                   &GRAPHENE_RECT_INIT (left + (x + QUIET) * scale,
                                                        top + (y + QUIET) * scale, scale, scale));
  QRcode_free (code);
}

/* At least one pixel a module, whatever was asked for. */
static void
yq_qr_code_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  YqQrCode *self = YQ_QR_CODE (widget);
  QRcode *code = encode (self->text);
  int modules = code != NULL ? code->width + 2 * QUIET : 0;

  g_clear_pointer (&code, QRcode_free);
  *minimum = *natural = MAX (self->size, modules * 2);
}

static void
yq_qr_code_finalize (GObject *object)
{
  g_free (YQ_QR_CODE (object)->text);
  G_OBJECT_CLASS (yq_qr_code_parent_class)->finalize (object);
}

static void
yq_qr_code_class_init (YqQrCodeClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yq_qr_code_finalize;
  GTK_WIDGET_CLASS (class)->snapshot = yq_qr_code_snapshot;
  GTK_WIDGET_CLASS (class)->measure = yq_qr_code_measure;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
yq_qr_code_init (YqQrCode *self)
{
}

GtkWidget *
yq_qr_code_new (const char *text, int size)
{
  YqQrCode *self = g_object_new (YQ_TYPE_QR_CODE, NULL);

  self->text = g_strdup (text);
  self->size = size;
  return GTK_WIDGET (self);
}

void
yq_qr_code_set_text (YqQrCode *self, const char *text)
{
  if (g_strcmp0 (self->text, text) == 0)
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
yq_qr_code_draw (cairo_t *cr, const char *text, double x, double y, double size)
{
  QRcode *code = encode (text);
  double module;

  if (code == NULL)
    return;
  module = size / (code->width + 2 * QUIET);
  cairo_save (cr);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, x, y, size, size);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (int row = 0; row < code->width; row++)
    for (int column = 0; column < code->width; column++)
      if (code->data[row * code->width + column] & 1)
        cairo_rectangle (cr, x + (column + QUIET) * module, y + (row + QUIET) * module, module,
                         module);
  cairo_fill (cr);
  cairo_restore (cr);
  QRcode_free (code);
}
