/* What /v1/schema answers: the tables of shared/model/ as JSON, titles in the thread's language. */
#pragma once

#include <glib.h>

void yq_schema_append_json (GString *out);
