/* One filled-in form of any entity: YqValues is the bare array of values behind a field table (also
 * used for the arguments of a step), YqRecord the GObject that lives in list models. */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

#include "schema.h"

/* -- values: every getter answers 0, FALSE or NULL where nothing is set -- */
YqValues *yq_values_new (const YqField *fields, guint n_fields); /* fields must outlive it */
YqValues *yq_values_copy (const YqValues *values);
void yq_values_free (YqValues *values);
const YqField *yq_values_fields (const YqValues *values, guint *n_fields);

gboolean yq_values_has (const YqValues *values, guint field);
gint64 yq_values_int (const YqValues *values, guint field); /* integer, money, time, boolean */
const char *yq_values_text (const YqValues *values,
                            guint field); /* text, date, choice, region, reference */
JsonArray *yq_values_array (const YqValues *values,
                            guint field); /* references, files, rows; borrowed, do not change */

void yq_values_clear (YqValues *values, guint field);
void yq_values_set_int (YqValues *values, guint field, gint64 value);
void yq_values_set_text (YqValues *values, guint field, const char *value);  /* "" and NULL clear */
void yq_values_take_array (YqValues *values, guint field, JsonArray *array); /* empty clears */
gboolean yq_values_equal (const YqValues *a, const YqValues *b, guint field);
void yq_values_copy_field (YqValues *to, const YqValues *from, guint field);
/* By name, for engines and tests; -1 names nothing. */
int yq_values_find (const YqValues *values, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqValues, yq_values_free)

/* -- the record -- */
#define YQ_TYPE_RECORD (yq_record_get_type ())
G_DECLARE_FINAL_TYPE (YqRecord, yq_record, YQ, RECORD, GObject)

/* id NULL makes a new UUIDv7.  state NULL is the entity's first.  Revision 0: the server does not
 * know it. */
YqRecord *yq_record_new (const YqEntity *entity, const char *id);
YqRecord *yq_record_copy (YqRecord *record);

const YqEntity *yq_record_entity (YqRecord *record);
const char *yq_record_id (YqRecord *record);
gint64 yq_record_revision (YqRecord *record);
const char *yq_record_state (YqRecord *record);
gboolean yq_record_in_state (YqRecord *record, const char *states); /* "draft|returned" */
gint64 yq_record_created_at (YqRecord *record);                     /* ms UTC */
gint64 yq_record_updated_at (YqRecord *record);
/* Owners: organisation ids (buyer, carrier), desk id, region code, account id; NULL where none. */
const char *yq_record_buyer (YqRecord *record);
const char *yq_record_carrier (YqRecord *record);
const char *yq_record_desk (YqRecord *record);
const char *yq_record_region (YqRecord *record);
const char *yq_record_account (YqRecord *record);

void yq_record_set_revision (YqRecord *record, gint64 revision);
void yq_record_set_state (YqRecord *record, const char *state);
void yq_record_set_times (YqRecord *record, gint64 created_at, gint64 updated_at);
void yq_record_set_buyer (YqRecord *record, const char *id);
void yq_record_set_carrier (YqRecord *record, const char *id);
void yq_record_set_desk (YqRecord *record, const char *id);
void yq_record_set_region (YqRecord *record, const char *code);
void yq_record_set_account (YqRecord *record, const char *id);

/* The values; writing through them must be followed by yq_record_changed() where somebody looks. */
YqValues *yq_record_values (YqRecord *record);
gint64 yq_record_int (YqRecord *record, guint field);
const char *yq_record_text (YqRecord *record, guint field);
JsonArray *yq_record_array (YqRecord *record, guint field);
gboolean yq_record_has (YqRecord *record, guint field);
void yq_record_set_int (YqRecord *record, guint field, gint64 value);
void yq_record_set_text (YqRecord *record, guint field, const char *value);
void yq_record_take_array (YqRecord *record, guint field, JsonArray *array);

/* What the server showed masked ("138****1234"), by field name; NULL where it did not. */
const char *yq_record_masked (YqRecord *record, const char *field);
void yq_record_set_masked (YqRecord *record, const char *field, const char *value);
/* Members a newer server sent that this program does not know: kept and sent back. */
JsonObject *yq_record_unknown (YqRecord *record); /* may be NULL */
void yq_record_take_unknown (YqRecord *record, JsonObject *unknown);
/* Steps the server says are open, with reasons: [{"action","allowed","why"}]; NULL in lists. */
JsonArray *yq_record_actions (YqRecord *record);
void yq_record_take_actions (YqRecord *record, JsonArray *actions);

/* Emits notify::version once, so that expressions and cells look again. */
void yq_record_changed (YqRecord *record);
const char *yq_record_title (YqRecord *record);       /* title_field, or the entity's title */
const char *yq_record_state_title (YqRecord *record); /* translated */

/* One value as people read it (money grouped, dates ISO, choices translated, regions by name);
 * references are shown by id: whoever has a store resolves them first.  "" where nothing is set. */
char *yq_values_format (const YqValues *values, guint field);
