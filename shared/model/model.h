/* The list of all entities; nothing but shared/model knows their names.  Each business area has a
 * header with the field enums of its entities: party.h catalogue.h order.h voucher.h redemption.h
 * programme.h common.h. */
#pragma once

#include "schema.h"

guint yq_model_count (void);
const YqEntity *yq_model_nth (guint i);
const YqEntity *yq_model_find (const char *name);          /* "instrument"; NULL if unknown */
const YqEntity *yq_model_find_plural (const char *plural); /* "instruments" */
