/* Whose a record is: fills buyer, carrier, desk, region and account from what the entity's table
 * says. */
#pragma once

#include "access.h"
#include "world.h"

/* who creates it (may be NULL for the server itself: then only what follows from fields is set). */
void yq_owners_fill (YqWorld *world, const YqWho *who, YqRecord *record);
/* After an edit: only what follows from the fields changed (indexes, guint). */
void yq_owners_refill (YqWorld *world, YqRecord *record, const GArray *changed);
