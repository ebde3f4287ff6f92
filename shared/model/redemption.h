/* Vouchers turned into money: redemption, invoice. */
#pragma once

#include "common.h"

enum
{
  REDEMPTION_NUMBER,
  REDEMPTION_PROGRAMME,
  REDEMPTION_PROGRAMME_NAME,
  REDEMPTION_MODE,
  REDEMPTION_REDEEMER,
  REDEMPTION_APPLICANT_NAME,
  REDEMPTION_PLACE,
  REDEMPTION_LINES,
  REDEMPTION_VOUCHER,
  REDEMPTION_INSTITUTION,
  REDEMPTION_CATEGORY,
  REDEMPTION_SERVICE_FEE,
  REDEMPTION_ASKED,
  REDEMPTION_INVOICES,
  REDEMPTION_FEE,
  REDEMPTION_AMOUNT,
  REDEMPTION_APPROVED_AMOUNT,
  REDEMPTION_PAPERS,
  REDEMPTION_EFFECT,
  REDEMPTION_NOVELTY,
  REDEMPTION_NOTE,
  REDEMPTION_BANK_NAME,
  REDEMPTION_BANK_ACCOUNT,
  REDEMPTION_BANK_HOLDER,
  REDEMPTION_BANK_CHANGED,
  REDEMPTION_PROGRAMME_REVISION,
  REDEMPTION_REDEEMED_AT,
  REDEMPTION_PAID_ON,
  REDEMPTION_PAYMENT_REFERENCE,
  REDEMPTION_REASON,
  REDEMPTION_EXPERTS,
  REDEMPTION_GIVEN,
  REDEMPTION_AWAITED,
  REDEMPTION_ROUND,
  REDEMPTION_NOTICE,
  REDEMPTION_NOTICE_UNTIL,
  REVIEW_ENUM (REDEMPTION),
  RISK_ENUM (REDEMPTION),
};

/* the own fields of assign, opinion, approve and pay */
enum
{
  REDEMPTION_ASSIGN_EXPERTS,
  REDEMPTION_ASSIGN_COMMENT,
};
enum
{
  REDEMPTION_OPINION_ROUND,
  REDEMPTION_OPINION_SCORE,
  REDEMPTION_OPINION_AMOUNT,
  REDEMPTION_OPINION_COMMENT,
};
enum
{
  REDEMPTION_APPROVE_COMMENT,
  REDEMPTION_APPROVE_LINES,
};
enum
{
  REDEMPTION_PAY_ON,
  REDEMPTION_PAY_REFERENCE,
};

enum
{
  INVOICE_CODE,
  INVOICE_NUMBER,
  INVOICE_DATE,
  INVOICE_AMOUNT,
  INVOICE_IMAGE,
  INVOICE_NOTE,
  INVOICE_USES,
  INVOICE_REDEEMER,
  INVOICE_REDEMPTION,
  INVOICE_EXPERTS,
  INVOICE_SCANNED,
};

extern const YqEntity yq_redemption, yq_invoice;

/* One row of REDEMPTION_LINES; amounts in fen, approved -1 where not decided.  Borrowed strings. */
typedef struct
{
  const char *use;
  gint64 fee, asked, approved;
} YqRedemptionLine;

/* Without order: one institution, one class of service, several invoices. */
gboolean yq_redemption_is_quick (YqRecord *redemption);
/* How many of the experts assigned have given an opinion; *of them. */
guint yq_redemption_opinions (YqRecord *redemption, guint *of);
guint yq_redemption_n_lines (YqRecord *redemption);
YqRedemptionLine yq_redemption_line (YqRecord *redemption, guint i);
/* The same; where the row leaves fee or amount open, they are those of its use. */
YqRedemptionLine yq_redemption_line_completed (YqWorld *world, YqRecord *redemption, guint i);
/* 服务总金额 and 兑付金额 in fen, of the lines so completed; of a quick one what its form says. */
void yq_redemption_sums (YqWorld *world, YqRecord *redemption, gint64 *fee, gint64 *asked);
