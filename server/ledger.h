/* Two-phase double-entry ledger of voucher money.  Amounts in fen.  Every transfer sums to zero;
 * only a programme's appropriation may be negative; every other balance is >= 0 by CHECK.
 * Append-only: corrections are new lines.  (domain.md §6.1) */
#pragma once

#include "problem.h"
#include "sql.h"

typedef enum
{
  YQ_LEDGER_APPROPRIATION, /* of a programme; may be negative */
  YQ_LEDGER_BUDGET,        /* of a programme */
  YQ_LEDGER_AVAILABLE,     /* of a voucher */
  YQ_LEDGER_HELD,          /* of a voucher */
  YQ_LEDGER_REDEEMED,      /* of a voucher */
} YqLedgerKind;

gboolean yq_ledger_create_tables (SqlConn *conn, GError **error);
gint64 yq_ledger_balance (SqlConn *conn, YqLedgerKind kind, const char *owner);
/* Moves at once; a problem (balance, budget) where the source has less. reason is a word for the
 * auditor. record is the id of what caused it. */
YqProblem *yq_ledger_move (SqlConn *conn, YqLedgerKind from, const char *from_owner,
                           YqLedgerKind to, const char *to_owner, gint64 amount, const char *reason,
                           const char *record, gint64 now, GError **error);
/* Two-phase: available -> held now (pending), later posted (held -> redeemed) up to the amount, the
 * rest voided (held -> available, or -> budget of programme where to_budget is not NULL).  hold is
 * the id of the use or order. */
YqProblem *yq_ledger_hold (SqlConn *conn, const char *hold, const char *voucher, gint64 amount,
                           gint64 now, GError **error);
gint64 yq_ledger_hold_amount (SqlConn *conn, const char *hold); /* pending fen; 0 if none */
YqProblem *yq_ledger_post (SqlConn *conn, const char *hold, gint64 amount, const char *to_budget,
                           gint64 now, GError **error);
YqProblem *yq_ledger_void (SqlConn *conn, const char *hold, const char *to_budget, gint64 now,
                           GError **error);
/* Recomputes every balance and the sums; reports each wrong line. TRUE if all is right. */
gboolean yq_ledger_verify (SqlConn *conn, void (*report) (const char *line, gpointer),
                           gpointer user_data, GError **error);
