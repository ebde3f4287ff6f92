/* /healthz and /metrics. */
#define G_LOG_DOMAIN "yiquand"

#include "operation.h"

#include "server.h"

#define BUSY 2048 /* jobs waiting for the writer: half its queue */

void
yq_health_handle (YqRequest *request)
{
  YqServer *server = yq_request_server (request);
  gint64 one;
  gboolean reads = sql_get_int (yq_request_conn (request), "SELECT 1", SQL_NO_ARGS, &one, NULL);
  gboolean is_well = reads && yq_writer_waiting (yq_server_writer (server)) < BUSY &&
                     !yq_server_is_stopping (server);
  GString *body = g_string_new (NULL);

  g_string_printf (body, "{\"status\":\"%s\",\"version\":\"%s\"}", is_well ? "ok" : "unavailable",
                   YQ_VERSION);
  yq_request_reply_json (request, is_well ? 200 : 503, body);
}

void
yq_metrics_handle (YqRequest *request)
{
  YqServer *server = yq_request_server (request);
  GString *text = g_string_new (NULL);
  g_autoptr(GBytes) body = NULL;

  yq_metrics_append (yq_server_metrics (server), text,
                     yq_writer_waiting (yq_server_writer (server)));
  body = g_string_free_to_bytes (text);
  yq_request_reply (request, 200, "text/plain; version=0.0.4; charset=utf-8", body);
}
