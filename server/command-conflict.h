/* What others did to a record since somebody saw it. */
#pragma once

#include "record.h"
#include "sql.h"

/* The names of the fields of record that somebody else changed since the caller saw it, as a set;
 * empty where nothing did, NULL with an error.  revision is what she named: the one she saw, plus
 * her own commands since. */
GHashTable *yq_command_changed_since (SqlConn *conn, YqRecord *record, const char *account,
                                      gint64 revision, GError **error);
