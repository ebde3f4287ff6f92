/* People and the organisations they belong to: organisation, account, grant, membership, desk. */
#pragma once

#include "common.h"

enum
{
  ORGANISATION_NAME,
  ORGANISATION_NATURE,
  ORGANISATION_USCC,
  ORGANISATION_REGION,
  ORGANISATION_ADDRESS,
  ORGANISATION_POSTCODE,
  ORGANISATION_LEGAL_PERSON,
  ORGANISATION_ID_NUMBER,
  ORGANISATION_INDUSTRY,
  ORGANISATION_EMPLOYEES,
  ORGANISATION_REVENUE,
  ORGANISATION_TOTAL_ASSETS,
  ORGANISATION_SIZE,
  ORGANISATION_SIZE_RULE,
  ORGANISATION_HIGH_TECH,
  ORGANISATION_SME_NUMBER,
  ORGANISATION_CONTACT_NAME,
  ORGANISATION_CONTACT_PHONE,
  ORGANISATION_CONTACT_EMAIL,
  ORGANISATION_WEBSITE,
  ORGANISATION_INTRODUCTION,
  ORGANISATION_LATITUDE,
  ORGANISATION_LONGITUDE,
  ORGANISATION_BANK_NAME,
  ORGANISATION_BANK_ACCOUNT,
  ORGANISATION_BANK_HOLDER,
  ORGANISATION_WANTS_VOUCHERS,
  ORGANISATION_LICENCES,
  ORGANISATION_COMMITMENT_FILE,
  ORGANISATION_COMMITMENT_ACCEPTED,
  ORGANISATION_COMMITMENT_VERSION,
  ORGANISATION_COMMITMENT_ACCEPTED_AT,
  ORGANISATION_ORGANISATION_CODE,
  ORGANISATION_IN_PROVINCE,
  ORGANISATION_IS_CARRIER,
  ORGANISATION_FIRST_APPROVED_AT,
  ORGANISATION_REFRESHED_AT,
  ORGANISATION_APPROVED_EMPLOYEES,
  ORGANISATION_APPROVED_REVENUE,
  ORGANISATION_APPROVED_COMMITMENT,
  REVIEW_ENUM (ORGANISATION),
  RISK_ENUM (ORGANISATION),
  ORGANISATION_BANK_MARK,
};

enum
{
  ACCOUNT_USERNAME,
  ACCOUNT_REAL_NAME,
  ACCOUNT_PHONE,
  ACCOUNT_EMAIL,
  ACCOUNT_ID_NUMBER,
  ACCOUNT_BIRTH_DATE,
  ACCOUNT_GENDER,
  ACCOUNT_BIRTHPLACE,
  ACCOUNT_NATIONALITY,
  ACCOUNT_ETHNICITY,
  ACCOUNT_PARTY,
  ACCOUNT_EDUCATION,
  ACCOUNT_ADDRESS,
  ACCOUNT_REGION,
  ACCOUNT_POSTCODE,
};

enum
{
  GRANT_ACCOUNT,
  GRANT_ROLE,
  GRANT_ORGANISATION,
  GRANT_DESK,
  GRANT_REGION,
  GRANT_NAME,
};

enum
{
  MEMBERSHIP_ACCOUNT,
  MEMBERSHIP_ORGANISATION,
  MEMBERSHIP_ROLE,
  MEMBERSHIP_REAL_NAME,
  MEMBERSHIP_ORGANISATION_NAME,
  MEMBERSHIP_WANTED,
};

enum
{
  DESK_NAME,
  DESK_CONTACT_NAME,
  DESK_CONTACT_PHONE,
  DESK_ACCOUNTS,
  DESK_PEOPLE,
};

/* the own fields of assign_account and withdraw_account */
enum
{
  ASSIGN_ACCOUNT_ID, /* of the account to be made */
  ASSIGN_ACCOUNT_USERNAME,
  ASSIGN_ACCOUNT_REAL_NAME,
  ASSIGN_ACCOUNT_PHONE,
};
enum
{
  WITHDRAW_ACCOUNT_ACCOUNT,
};

extern const YqEntity yq_organisation, yq_account, yq_grant, yq_membership, yq_desk;

/* Which letter of commitment it is, as ORGANISATION_APPROVED_COMMITMENT keeps the approved one: the
 * digests of its files; "" where there is none.  Free it. */
char *yq_organisation_commitment_mark (YqRecord *organisation);
/* Active, or pending after a first approval: the approved values rule meanwhile. */
gboolean yq_organisation_is_verified (YqRecord *organisation);
/* Do the total assets decide the size in this industry? */
gboolean yq_organisation_size_needs_assets (const char *industry);
/* 企业规模 by 工信部联企业〔2011〕300号: "micro", "small", "medium" or "large" from the industry
 * (GB/T 4754 section letter first), employees, revenue and total assets in fen; NULL where the
 * industry or a number is missing. rule (may be NULL) receives a translated sentence that says
 * which thresholds decided; free it. */
const char *yq_organisation_size (const char *industry, gint64 employees, gint64 revenue,
                                  gint64 assets, char **rule);
