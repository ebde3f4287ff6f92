/* GET /v1/ENTITIES, /v1/ENTITIES/ID and its history: what the caller may see, searched, filtered
 * and sorted. */
#pragma once

#include "http.h"

void yq_lists_handle (YqRequest *request);   /* /v1/ENTITIES; public */
void yq_record_handle (YqRequest *request);  /* /v1/ENTITIES/ID; public */
void yq_history_handle (YqRequest *request); /* /v1/ENTITIES/ID/history; public */
