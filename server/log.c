/* Structured logs: each line is a JSON object, written with one call so that threads do not mix. */
#define G_LOG_DOMAIN "yiquand"

#include "log.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "record-json.h"

static GString *
begin_line (const char *level)
{
  g_autofree char *time = yq_time_format (g_get_real_time () / 1000);
  GString *line = g_string_new (NULL);

  g_string_printf (line, "{\"time\":\"%s\",\"level\":\"%s\"", time, level);
  return line;
}

static void
end_line (GString *line)
{
  g_string_append (line, "}\n");
  if (write (STDERR_FILENO, line->str, line->len) < 0)
    { /* There is nobody to tell. */
    }
  g_string_free (line, TRUE);
}

static const char *
level_name (GLogLevelFlags level)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return "error";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  return level & G_LOG_LEVEL_DEBUG ? "debug" : "info";
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *domain = NULL, *message = NULL;
  GString *line;

  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
    else if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      domain = fields[i].value;
  if (message == NULL || g_log_writer_default_would_drop (level, domain))
    return G_LOG_WRITER_HANDLED;

  line = begin_line (level_name (level));
  g_string_append (line, ",\"domain\":");
  yq_json_append_string (line, domain != NULL ? domain : "");
  g_string_append (line, ",\"message\":");
  yq_json_append_string (line, message);
  end_line (line);
  return G_LOG_WRITER_HANDLED;
}

void
yq_log_init (void)
{
  g_log_set_writer_func (write_log, NULL, NULL);
}

void
yq_log_request (const char *method, const char *route, guint status, gint64 us, gint64 bytes_in,
                gint64 bytes_out)
{
  GString *line = begin_line ("info");

  g_string_append_printf (
    line,
    ",\"method\":\"%s\",\"route\":\"%s\",\"status\":%u,\"us\":%" G_GINT64_FORMAT
    ",\"in\":%" G_GINT64_FORMAT ",\"out\":%" G_GINT64_FORMAT,
    method, route, status, us, bytes_in, bytes_out);
  end_line (line);
}
