/* The event lines: what happened to which record, by whom, from what to what, each line hashing the
 * one before (BLAKE2b), so that none can be changed, added or left out unseen. */
#pragma once

#include "record.h"
#include "sql.h"

gboolean yq_audit_create_tables (SqlConn *conn, GError **error);

typedef struct
{
  gint64 seq;
  gint64 at; /* ms UTC */
  const char *action;
  const char *account; /* NULL: the clock or the server */
  const char *command; /* NULL: none */
  gint64 seen;         /* the revision the command named; -1 where none */
  JsonObject *args;    /* of the step; may be NULL */
} YqEvent;

/* before NULL: new; after NULL: deleted.  Secret fields go in masked. */
gboolean yq_audit_append (SqlConn *conn, const YqEvent *event, YqRecord *before, YqRecord *after,
                          GError **error);
/* Walks the whole chain; reports each wrong line.  TRUE if all is right. */
gboolean yq_audit_verify (SqlConn *conn, void (*report) (const char *line, gpointer),
                          gpointer user_data, GError **error);
