/* Which record names which file, so that who may read the record may read the file. */
#pragma once

#include "access.h"
#include "files.h"
#include "record.h"
#include "sql.h"

gboolean yq_file_use_create_tables (SqlConn *conn, GError **error);
/* Keeps the table when a record is written; before NULL: new, after NULL: deleted. */
gboolean yq_file_use_write (SqlConn *conn, YqRecord *before, YqRecord *after, GError **error);
/* May who read a record that names this file, and the field it stands in?  A YqFilesMayRead. */
gboolean yq_file_use_may_read (SqlConn *conn, const YqWho *who, const char *sha256);

/* Checks the files of one value that old did not name (old may be NULL): uploaded by who, not too
 * large, of an accepted kind.  Adds to problem or makes one. */
void yq_file_use_check (YqFiles *files, SqlConn *conn, const YqWho *who, const YqValues *old,
                        const YqValues *values, guint field, YqProblem **problem);
