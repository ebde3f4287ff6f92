/* Identifiers and their check characters. */
#pragma once

#include <glib.h>

#define YQ_ID_SIZE 37 /* a UUID as text, with its final zero */

char *yq_id_new (
  void); /* UUIDv7 by yq_clock_now(), lower case; sorts by time, also within one millisecond */
gboolean yq_id_is_valid (const char *id); /* any UUID in lower case */
gboolean
yq_uscc_is_well_formed (const char *code);    /* GB 32100-2015: 18 of the allowed characters */
gboolean yq_uscc_is_valid (const char *code); /* and its check character is right */
/* Characters 9-17 of the USCC, written 12345678-9; NULL if the code is not well formed. */
char *yq_organisation_code (const char *uscc);
gboolean
yq_resident_id_is_valid (const char *number); /* GB 11643-1999, 18 characters, a real date */
