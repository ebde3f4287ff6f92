/* What an organisation applies for itself: qualification as a carrier and name_change; and what a
 * jurisdiction demands before an organisation is a carrier. */
#pragma once

#include "common.h"

enum
{
  QUALIFICATION_KIND,
  QUALIFICATION_TO_REGION,
  QUALIFICATION_ORGANISATION_NAME,
  QUALIFICATION_COMMITMENT_LETTER,
  QUALIFICATION_SERVICE_SCOPE,
  QUALIFICATION_PHONE,
  QUALIFICATION_HOURS,
  QUALIFICATION_WEBSITE,
  QUALIFICATION_ADDRESS,
  QUALIFICATION_LATITUDE,
  QUALIFICATION_LONGITUDE,
  REVIEW_ENUM (QUALIFICATION),
};

enum
{
  NAME_CHANGE_OLD_NAME,
  NAME_CHANGE_NEW_NAME,
  NAME_CHANGE_CHANGED_ON,
  NAME_CHANGE_PAPERS,
  NAME_CHANGE_NOTE,
  REVIEW_ENUM (NAME_CHANGE),
};

extern const YqEntity yq_qualification, yq_name_change;

/* One step that a jurisdiction may demand (its field onboarding, "qualification,store"): done when
 * the organisation has a record of that entity in one of the states. */
typedef struct
{
  const char *step;
  const YqEntity *entity;
  const char *states;
} YqOnboardingStep;

/* The row of a step's name; NULL where there is none. */
const YqOnboardingStep *yq_onboarding_step (const char *step);
/* The first step of onboarding (may be NULL: none demanded) that the organisation has not done;
 * NULL where all are done. A name no row knows is never done. */
const char *yq_onboarding_missing (YqWorld *world, const char *onboarding,
                                   const char *organisation);
/* Verified, and every step its jurisdiction demands is done.  An organisation from where no
 * jurisdiction is in force follows the one it applied to. */
gboolean yq_organisation_may_carry (YqWorld *world, YqRecord *organisation);
