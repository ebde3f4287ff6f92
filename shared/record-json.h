/* Records and step arguments as JSON, both ways.  Strict and depth-limited: see design/api.md. */
#pragma once

#include "problem.h"
#include "record.h"

#define YQ_JSON_MAX_DEPTH 32
#define YQ_JSON_MAX_MEMBERS 256

/* One strict RFC 8259 value: UTF-8, no trailing comma, no duplicate member, no lone surrogate, no
 * U+0000, depth at most YQ_JSON_MAX_DEPTH, nothing behind it.  Integers outside gint64 become
 * doubles.  length -1 is strlen.  NULL with YQ_PROBLEM_MALFORMED. */
JsonNode *yq_json_parse (const char *text, gssize length, YqProblem **problem);
/* Deep copies.  json-glib counts references without atomics: what goes to another thread is copied.
 */
JsonNode *yq_json_copy (JsonNode *node);
JsonArray *yq_json_copy_array (JsonArray *array);
JsonObject *yq_json_copy_object (JsonObject *object);
/* The member of that name where it is a text, else NULL. */
const char *yq_json_text_member (JsonObject *object, const char *name);
/* Text written into JSON: with quotes; invalid UTF-8 is replaced. */
void yq_json_append_string (GString *out, const char *text);
void yq_json_append_int (GString *out, gint64 value);
/* Members sorted, no spaces: what a digest is made of. */
void yq_json_append_canonical (GString *out, JsonNode *node);
char *yq_json_canonical (JsonNode *node);
void yq_json_append_array (GString *out, JsonArray *array); /* canonical too */

/* One value of a field as JSON (null where unset). */
void yq_json_append_value (GString *out, const YqValues *values, guint field);
/* Every set field whose index is in keep (NULL: all) as {"name":value,…}. */
void yq_json_append_fields (GString *out, const YqValues *values,
                            gboolean (*keep) (guint, gpointer), gpointer user_data);

/* Reads fields strictly: wrong type is `invalid`, unknown name `unknown_field`, all named in
 * errors. A member that is null clears.  touched (may be NULL) receives the indexes named, as
 * guint. */
gboolean yq_json_read_fields (JsonObject *object, YqValues *values, GArray *touched,
                              YqProblem **problem);

/* A whole record as on the wire ("A record on the wire").  readers is a set of YqSees: only what
 * they see is written; masked fields go to "masked". */
void yq_json_append_record (GString *out, YqRecord *record, guint readers);
/* Reads one as the client receives it: tolerant of unknown members, which are kept.  NULL with a
 * problem where the entity is unknown or the shape is wrong. */
YqRecord *yq_json_read_record (JsonObject *object, YqProblem **problem);
/* The same where the entity is known from elsewhere: its member is not looked at. */
YqRecord *yq_json_read_record_of (const YqEntity *entity, JsonObject *object, YqProblem **problem);
char *yq_mask (const YqField *field, const char *value); /* "138****1234" */
