/* JSON written as text, with its commas: for answers that are mostly fixed. */
#pragma once

#include <glib.h>

/* name NULL: an element of an array. */
void yq_json_open (GString *out, const char *name, char bracket); /* '{' or '[' */
void yq_json_close (GString *out, char bracket);                  /* '}' or ']' */
void yq_json_text (GString *out, const char *name, const char *text);
void yq_json_int (GString *out, const char *name, gint64 value);
void yq_json_boolean (GString *out, const char *name, gboolean value);
/* "a|b" as ["a","b"]. */
void yq_json_words (GString *out, const char *name, const char *words);
/* {"$ref":"#/components/…"} */
void yq_json_ref (GString *out, const char *name, const char *path, ...) G_GNUC_PRINTF (3, 4);
