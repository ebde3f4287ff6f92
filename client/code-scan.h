/* The QR codes in a picture (PNG, JPEG, BMP, GIF, WebP …), read with zbar. */
#pragma once

#include <gio/gio.h>

#define YQ_CODE_SCAN_MAX_BYTES (20 * 1024 * 1024)

/* Their texts, NULL-terminated, the empty list where there are none; g_strfreev.  NULL and an error
 * where it is no picture or too large.  Any thread; takes a tenth of a second and more. */
char **yq_code_scan (GBytes *picture, GError **error);
/* The same in a thread of its own. */
void yq_code_scan_async (GBytes *picture, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data);
char **yq_code_scan_finish (GAsyncResult *result, GError **error);
