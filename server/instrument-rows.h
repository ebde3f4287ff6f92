/* What an instrument management system says, taken over into the catalogue.  Writer thread, inside
 * its transactions.
 *
 * A row is a JSON object with the unit's credit code ("uscc" or 统一社会信用代码), the number of
 * the instrument in that system ("external_id" or 仪器编号), and any columns of the template of
 * instruments by field name or heading.  What a system says wins over what it said before; what was
 * typed here since stays.  Nothing is deleted, and an empty value leaves a field as it is. */
#pragma once

#include "tx.h"

typedef struct
{
  guint n_rows, n_new, n_changed;
  guint n_kept;      /* rows of which something stays as it was typed here */
  guint n_bad;       /* could not be taken: bad_rows says why */
  guint n_elsewhere; /* of units that are not verified here, or not of the system's region */
} YqReadingCounts;

typedef struct _YqReading YqReading;

gboolean yq_instrument_rows_create_tables (SqlConn *conn, GError **error);

/* One reading of the system of that name, title and region (NULL: everywhere). */
YqReading *yq_reading_new (const char *name, const char *title, const char *region);
void yq_reading_free (YqReading *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqReading, yq_reading_free)

/* Rows are taken in portions, a transaction each: begin inside it (it may run again), end once it
 * is written. */
void yq_reading_begin (YqReading *self);
void yq_reading_end (YqReading *self);
/* A row that cannot be taken leaves no trace but its reason; FALSE: the database failed. */
gboolean yq_reading_take (YqReading *self, YqTx *tx, JsonNode *row, GError **error);
/* One message to each organisation that has news. */
gboolean yq_reading_tell (YqReading *self, YqTx *tx, GError **error);

/* Of all portions that ended. */
const YqReadingCounts *yq_reading_counts (YqReading *self);
JsonArray *yq_reading_bad_rows (YqReading *self); /* as SYSTEM_BAD_ROWS; keep no reference */
