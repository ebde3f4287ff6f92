/* The service hall (办事大厅): what one can start, found by its name with Ctrl+K, whatever page it
 * stands on. */
#pragma once

#include "frame.h"

/* At the end of a window's build: what its pages offer. */
void yq_service_hall_add (YqFrame *frame);
