/* Audiences: for whom a record is, as names ("public", "organisation:ID", "desk:ID", "account:ID",
 * "region:330400", "administrator").  The same rules as yq_access_readers(), of a record and of a
 * reader.  An audience is kept as a 63-bit number; readers are always judged again by
 * yq_access_readers(), so that nothing hangs on it. */
#pragma once

#include "access.h"
#include "record.h"

#define YQ_AUDIENCE_PUBLIC (yq_audience_number ("public", NULL))

gint64 yq_audience_number (const char *kind, const char *id); /* id may be NULL */
gboolean yq_audience_is_public (YqRecord *record);
/* Numbers (gint64) without repetition, of a record as it stands: everybody who may read it is in
 * one. */
GArray *yq_audience_of_record (YqRecord *record);
/* Those of a reader, "public" not among them. */
GArray *yq_audience_of_reader (const YqWho *who);
