/* Logs on stderr: one JSON object a line, never with personal data, tokens or ids. */
#pragma once

#include <glib.h>

void yq_log_init (
  void); /* from now on g_message() and its like are written so; debug only with G_MESSAGES_DEBUG */
void yq_log_request (const char *method, const char *route, guint status, gint64 us,
                     gint64 bytes_in, gint64 bytes_out);
