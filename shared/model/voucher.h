/* Public money on its way to the enterprise: claim, voucher, voucher_use. */
#pragma once

#include "common.h"

enum
{
  CLAIM_PROGRAMME,
  CLAIM_PROGRAMME_NAME,
  CLAIM_EXTERNAL_NUMBER,
  CLAIM_AMOUNT,
  CLAIM_PURPOSE,
  CLAIM_PAPERS,
  CLAIM_PLEDGE,
  CLAIM_BUYER_NAME,
  CLAIM_VOUCHER,
  CLAIM_VOUCHER_NUMBER,
  CLAIM_YEAR,
  CLAIM_PROGRAMME_REVISION,
  CLAIM_GRANTED_AT,
  REVIEW_ENUM (CLAIM),
};

enum
{
  VOUCHER_NUMBER,
  VOUCHER_PROGRAMME,
  VOUCHER_PROGRAMME_NAME,
  VOUCHER_KIND,
  VOUCHER_YEAR,
  VOUCHER_HOLDER_NAME,
  VOUCHER_AMOUNT,
  VOUCHER_AVAILABLE,
  VOUCHER_HELD,
  VOUCHER_REDEEMED,
  VOUCHER_ISSUED_AT,
  VOUCHER_VALID_UNTIL,
  VOUCHER_CLAIM,
  VOUCHER_TOKEN,
  VOUCHER_REASON,
};

enum
{
  VOUCHER_USE_NUMBER,
  VOUCHER_USE_PROGRAMME,
  VOUCHER_USE_VOUCHER,
  VOUCHER_USE_VOUCHER_NUMBER,
  VOUCHER_USE_ORDER,
  VOUCHER_USE_CARRIER,
  VOUCHER_USE_CARRIER_NAME,
  VOUCHER_USE_BUYER_NAME,
  VOUCHER_USE_CATEGORY,
  VOUCHER_USE_SERVICE_CONTENT,
  VOUCHER_USE_CONTRACT_NAME,
  VOUCHER_USE_CONTRACT_AMOUNT,
  VOUCHER_USE_CONTRACT_DATE,
  VOUCHER_USE_AMOUNT,
  VOUCHER_USE_REDEEMER,
  VOUCHER_USE_CONTRACT_FILES,
  VOUCHER_USE_RESULT_FILES,
  VOUCHER_USE_RELEVANCE_FILES,
  VOUCHER_USE_PLEDGE,
  VOUCHER_USE_PROGRAMME_REVISION,
  VOUCHER_USE_REDEMPTION,
  VOUCHER_USE_REDEEMED_AMOUNT,
  VOUCHER_USE_REDEEMED_AT,
  VOUCHER_USE_PAID_ON,
  VOUCHER_USE_FORMER_STATE,
  VOUCHER_USE_REASON,
  VOUCHER_USE_SUBMITTED_AT,
  VOUCHER_USE_CONFIRMED_AT,
  VOUCHER_USE_TOKEN,
  VOUCHER_USE_EXPERTS,
  RISK_ENUM (VOUCHER_USE),
};

/* the own fields of add_service_record, of a use and of a booking */
enum
{
  ADD_SERVICE_ID,
  ADD_SERVICE_STARTED_AT,
  ADD_SERVICE_ENDED_AT,
  ADD_SERVICE_HOURS,
  ADD_SERVICE_FEE,
  ADD_SERVICE_NOTE,
};

extern const YqField yq_add_service_fields[];
/* For the guards of that step: does the service end after it began?  args may be NULL. */
YqProblem *yq_service_check_times (const YqValues *args);

/* Was it imported already, under its number outside? NULL: no. */
YqProblem *yq_claim_check_external_number (YqWorld *world, const char *programme,
                                           const char *number);

extern const YqChoice yq_service_categories[]; /* testing, instruments, …; ends with { NULL } */
extern const YqEntity yq_claim, yq_voucher, yq_voucher_use;
