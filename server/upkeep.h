/* What an operator does from a shell: `yiquand user | verify | import | export`. */
#pragma once

#include <gio/gio.h>

#include "tx.h"

/* Creates the account or changes what is given (password, real_name may be NULL).  grants are
 * "role:scope" words, "reviewer:330421"; they replace nothing, they are added. */
gboolean yq_upkeep_user (YqTx *tx, const char *username, const char *password,
                         const char *real_name, const char *const *grants, GError **error);
/* Ledger and audit chain; each wrong line to report.  TRUE: all is right. */
gboolean yq_upkeep_verify (SqlConn *conn, void (*report) (const char *line, gpointer),
                           gpointer user_data, GError **error);
/* All records of an entity, one JSON object a line, or CSV with a heading where csv. */
gboolean yq_upkeep_export (SqlConn *conn, const char *entity, gboolean csv, GOutputStream *out,
                           GError **error);
/* Lines as yq_upkeep_export() writes them (NDJSON); what exists by id is replaced.  n counts. */
gboolean yq_upkeep_import (YqTx *tx, const char *entity, GInputStream *in, guint *n,
                           GError **error);
