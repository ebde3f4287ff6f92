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
  REDEMPTION_PAID_ON,
  REDEMPTION_PAYMENT_REFERENCE,
  REDEMPTION_REASON,
  REVIEW_ENUM (REDEMPTION),
};

/* the own fields of approve and pay */
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
  INVOICE_SCANNED,
};

extern const YqEntity yq_redemption, yq_invoice;

/* One row of REDEMPTION_LINES; amounts in fen, approved -1 where not decided.  Borrowed strings. */
typedef struct
{
  const char *use;
  gint64 fee, asked, approved;
} YqRedemptionLine;

guint yq_redemption_n_lines (YqRecord *redemption);
YqRedemptionLine yq_redemption_line (YqRecord *redemption, guint i);
