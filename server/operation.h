/* What operators and their tools ask a running server. */
#pragma once

#include "http.h"

void yq_health_handle (
  YqRequest *request); /* GET /healthz: 200 while it can read and write, 503 otherwise */
void yq_metrics_handle (YqRequest *request); /* GET /metrics: Prometheus text */
