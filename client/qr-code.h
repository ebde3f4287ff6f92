/* A QR code drawn module by module at a whole number of pixels, so that every reader reads it. */
#pragma once

#include <gtk/gtk.h>

#define YQ_TYPE_QR_CODE (yq_qr_code_get_type ())
G_DECLARE_FINAL_TYPE (YqQrCode, yq_qr_code, YQ, QR_CODE, GtkWidget)

GtkWidget *yq_qr_code_new (const char *text, int size); /* size in pixels, with the quiet zone */
void yq_qr_code_set_text (YqQrCode *code, const char *text);
/* The same on paper: size in user units. */
void yq_qr_code_draw (cairo_t *cr, const char *text, double x, double y, double size);
