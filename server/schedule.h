/* Beside the requests: once a minute the writer runs the jobs that are due. */
#pragma once

#include "server.h"

/* Tables of effects, the key that signs vouchers, and the minute's tick. */
extern const YqPart yq_effects_part;

/* Runs due jobs now and waits for them; how many ran, or -1.  For tests. */
int yq_schedule_run (YqServer *server, GError **error);
