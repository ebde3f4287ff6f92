/* Writing records inside the writer's transaction: every change of a record goes through here, so
 * that its table row, its revision, its event line, the audit chain, the feed and the search index
 * always agree. */
#pragma once

#include "access.h"
#include "problem.h"
#include "sql.h"
#include "workflow.h"

typedef struct
{
  SqlConn *conn;
  YqWorld *world; /* over conn */
  const YqWho *who;
  gint64 now;          /* ms UTC */
  const char *command; /* id of the command being applied; NULL for the clock and demo data */
  gint64 seen;         /* the revision the command named; -1 for none */
  YqProblem *problem;  /* why an inner step was refused (then it failed): the command is, too */
} YqTx;

#define YQ_TX_ERROR (yq_tx_error_quark ())
typedef enum
{
  YQ_TX_ERROR_REFUSED, /* tx->problem says why */
} YqTxError;
GQuark yq_tx_error_quark (void);

void yq_tx_init (YqTx *tx, SqlConn *conn, YqWorld *world, const YqWho *who, gint64 now);

/* A new record, as after save or a creating step.  Owners must be set. action is "save", a step, or
 * "derive" (made by an effect of another record). */
gboolean yq_tx_insert (YqTx *tx, YqRecord *record, const char *action, GError **error);
/* before is what it was (for feed audiences it leaves); bumps the revision of record. args (may be
 * NULL) go into the event line: comment, amount, field_comments. */
gboolean yq_tx_update (YqTx *tx, YqRecord *before, YqRecord *record, const char *action,
                       JsonObject *args, GError **error);
/* Derived values only (balances, counts, taken): same revision, sent to the feed again, no event.
 */
gboolean yq_tx_touch (YqTx *tx, YqRecord *record, GError **error);
gboolean yq_tx_delete (YqTx *tx, YqRecord *record, GError **error);

/* Takes a whole step on another record from inside an effect (rivals refused, uses redeemed): no
 * access check, runs its own effects. */
gboolean yq_tx_step (YqTx *tx, YqRecord *record, const char *action, JsonObject *args,
                     GError **error);
/* A message to every account of an organisation, or to one account; msgid is not translated (kept
 * as a type and its parameters, drawn by the reader's language). */
/* The people of the desk the record belongs to; those of its carrier where it has no desk, or one
 * where nobody works. */
gboolean yq_tx_tell_carrier (YqTx *tx, const char *type, YqRecord *about, const char *text_zh,
                             GError **error);
gboolean yq_tx_tell_organisation (YqTx *tx, const char *organisation, const char *type,
                                  YqRecord *about, const char *text_zh, GError **error);
gboolean yq_tx_tell_account (YqTx *tx, const char *account, const char *type, YqRecord *about,
                             const char *text_zh, GError **error);
