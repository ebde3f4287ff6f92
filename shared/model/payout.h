/* From approved to paid: notice, objection, disbursement (domain.md §5, Delta manual 5.6.2 (3)). */
#pragma once

#include "common.h"

enum
{
  NOTICE_TITLE,
  NOTICE_PROGRAMME,
  NOTICE_REGION,
  NOTICE_FROM,
  NOTICE_TO,
  NOTICE_LINES,
  NOTICE_COUNT,
  NOTICE_AMOUNT,
};

/* the columns of NOTICE_LINES */
enum
{
  NOTICE_LINE_REDEMPTION,
  NOTICE_LINE_NUMBER,
  NOTICE_LINE_APPLICANT,
  NOTICE_LINE_AMOUNT,
};

enum
{
  OBJECTION_NOTICE,
  OBJECTION_NUMBER,
  OBJECTION_TEXT,
  OBJECTION_CONTACT,
  OBJECTION_PAPERS,
  OBJECTION_REDEMPTION,
  OBJECTION_APPLICANT_NAME,
  OBJECTION_RAISED_AT,
  OBJECTION_ANSWER,
};

enum
{
  DISBURSEMENT_NUMBER,
  DISBURSEMENT_PROGRAMME,
  DISBURSEMENT_PROGRAMME_NAME,
  DISBURSEMENT_REDEMPTIONS,
  DISBURSEMENT_COUNT,
  DISBURSEMENT_AMOUNT,
  DISBURSEMENT_NOTE,
  DISBURSEMENT_PAID_ON,
  DISBURSEMENT_PAYMENT_REFERENCE,
  DISBURSEMENT_REASON,
};
enum
{
  DISBURSE_ON,
  DISBURSE_REFERENCE,
};

extern const YqEntity yq_notice, yq_objection, yq_disbursement;

/* The line of a notice with this redemption number: its redemption's id and applicant (borrowed);
 * FALSE where it has none. */
gboolean yq_notice_find (YqRecord *notice, const char *number, const char **redemption,
                         const char **applicant);
