/* What /openapi.json answers: OpenAPI 3.1, made from the tables; titles in the thread's language.
 */
#pragma once

#include <glib.h>

void yq_openapi_append_json (GString *out);
