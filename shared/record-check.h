/* Is what was filled in acceptable?  Pure functions over the field tables, the same on both sides.
 */
#pragma once

#include "problem.h"
#include "record.h"

/* One value against its own row (length, range, choices, pattern): NULL or a translated sentence.
 */
char *yq_check_field (const YqValues *values, guint field);
/* All values; adds one error per bad field.  complete also demands the YQ_REQUIRED ones that are
 * shown.  NULL where all is well. */
YqProblem *yq_check_values (const YqValues *values, gboolean complete);
/* The whole record: yq_check_values, then, where it has to be complete, that each reference fits
 * its refers_if, and the entity's own check.  Of refers_if "a=b" demands that the record named has
 * that value; "!a", that no other names it in field a, is what pickers offer: the rule that wants
 * it says so itself. */
YqProblem *yq_check_record (YqWorld *world, YqRecord *record, gboolean complete);

/* Checks for YqField.check */
const char *yq_check_uscc (const YqValues *values, const YqField *field);
const char *yq_check_resident_id (const YqValues *values, const YqField *field);
const char *yq_check_phone (const YqValues *values, const YqField *field);
const char *yq_check_email (const YqValues *values, const YqField *field);
const char *yq_check_postcode (const YqValues *values, const YqField *field);
const char *yq_check_url (const YqValues *values, const YqField *field);
const char *yq_check_not_future (const YqValues *values, const YqField *field);
