/* The API described by itself; public. */
#pragma once

#include "http.h"

void yq_schema_handle (YqRequest *request);  /* GET /v1/schema */
void yq_openapi_handle (YqRequest *request); /* GET /openapi.json */
