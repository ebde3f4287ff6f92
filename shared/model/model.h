/* The list of all entities.  Each business area has a header with the field enums of its entities:
 * party.h catalogue.h order.h voucher.h redemption.h programme.h place.h … */
#pragma once

#include "schema.h"

guint yq_model_count (void);
const YqEntity *yq_model_nth (guint i);
const YqEntity *yq_model_find (const char *name);          /* "instrument"; NULL if unknown */
const YqEntity *yq_model_find_plural (const char *plural); /* "instruments" */
/* Calls known() of every record there is whose entity has it: where a database is opened. */
void yq_model_make_known (YqWorld *world);
