/* Jurisdictions, programmes and categories as shipped in data/ (compiled in), written as records.
 */
#pragma once

#include "tx.h"

/* What is there already (by id) is left alone, but for the key that signs vouchers. */
gboolean yq_load_data (YqTx *tx, GError **error);
/* Every jurisdiction names the key that signs vouchers now. */
gboolean yq_load_key (YqTx *tx, GError **error);
/* A UUID made of a name ("category 010100", "programme zhejiang-2026-330421"), the same everywhere.
 */
char *yq_id_of_name (const char *name);
/* Fields as on the wire, but references by name.  NULL with an error that names what is wrong. */
YqRecord *yq_load_record (YqTx *tx, const YqEntity *entity, const char *id, JsonObject *fields,
                          GError **error);
