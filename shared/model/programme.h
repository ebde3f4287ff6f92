/* Policy is data: jurisdiction and programme (domain.md §3). */
#pragma once

#include "common.h"

enum
{
  JURISDICTION_NAME,
  JURISDICTION_CODE,
  JURISDICTION_REGION,
  JURISDICTION_PREFIX,
  JURISDICTION_REGIONS,
  JURISDICTION_REVIEWS,
  JURISDICTION_ONBOARDING,
  JURISDICTION_REFRESH_DAYS,
  JURISDICTION_EVALUATION_DAYS,
  JURISDICTION_SMS,
  JURISDICTION_HELP_LINE,
  JURISDICTION_TEXTS,
  JURISDICTION_TOKEN_KEY,
};

enum
{
  PROGRAMME_NAME,
  PROGRAMME_JURISDICTION,
  PROGRAMME_REGION,
  PROGRAMME_YEAR,
  PROGRAMME_KIND,
  PROGRAMME_REGIONS,
  PROGRAMME_CARRIERS_FROM,
  PROGRAMME_VALID_FROM,
  PROGRAMME_VALID_UNTIL,
  PROGRAMME_VALIDITY_MONTHS,
  PROGRAMME_USE_UNTIL,
  PROGRAMME_REDEEM_UNTIL,
  PROGRAMME_BUDGET,
  PROGRAMME_CLAIM,
  PROGRAMME_CAP_TOTAL,
  PROGRAMME_CAP_CLAIM,
  PROGRAMME_CAP_HELD,
  PROGRAMME_CAP_USE,
  PROGRAMME_USED_AT,
  PROGRAMME_HOLD_AT,
  PROGRAMME_QUOTA_CONFIRMED,
  PROGRAMME_REDEEMER,
  PROGRAMME_CONSENT,
  PROGRAMME_STAGES,
  PROGRAMME_RESUME,
  PROGRAMME_PUBLIC_NOTICE_DAYS,
  PROGRAMME_HAS_WINDOWS,
  PROGRAMME_WINDOWS,
  PROGRAMME_SUBSIDY,
  PROGRAMME_ELIGIBLE,
  PROGRAMME_PAPERS_AT_USE,
  PROGRAMME_PAPERS_AT_REDEMPTION,
  PROGRAMME_TEXTS_AT_REDEMPTION,
  PROGRAMME_ADMITTED_ONLY,
  PROGRAMME_TEXTS_AT_ORDER,
};

/* the own fields of import_claim */
enum
{
  IMPORT_CLAIM_ID,
  IMPORT_CLAIM_HOLDER,
  IMPORT_CLAIM_AMOUNT,
  IMPORT_CLAIM_NUMBER,
};

extern const YqEntity yq_jurisdiction, yq_programme;

/* What each word of used_at means for an enterprise that wants to use its voucher. */
typedef struct
{
  const char *used_at;
  gboolean by_hand;    /* the enterprise fills in the use itself, for a booking or offline */
  const char *instead; /* N_(): where it is used otherwise, as a sentence to the enterprise */
} YqUsedAt;

/* Never NULL: a programme from before the knob, or none at all, is used by hand. */
const YqUsedAt *yq_programme_used_at (YqRecord *programme);

/* For the tables: level words, dates, rules and texts that the engines can follow. */
YqProblem *yq_jurisdiction_check (YqWorld *world, YqRecord *jurisdiction);
YqProblem *yq_programme_check (YqWorld *world, YqRecord *programme);
