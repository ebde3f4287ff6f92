/* What an organisation applies for itself. */
#include "qualification.h"

#include <string.h>

#include "party.h"
#include "policy.h"
#include "programme.h"
#include "record-check.h"
#include "region.h"
#include "storefront.h"

/* clang-format off */
static const YqChoice kinds[] = {
  { "carrier",        N_("Carrier") },
  { "non_provincial", N_("Non-provincial carrier") },
  { "seller",         N_("Enterprise joining as seller") },
  { NULL },
};

static const YqField qualification_fields[] = {
  [QUALIFICATION_KIND]      = { "kind", N_("Kind of qualification"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST, PUBLIC_FORM, .choices = kinds, .group = N_("Application") },
  [QUALIFICATION_TO_REGION] = { "to_region", N_("Submitted to"), YQ_REGION, YQ_REQUIRED | YQ_LIST, PUBLIC_FORM, .hint = N_("City and county whose science bureau reviews the application") },
  [QUALIFICATION_ORGANISATION_NAME] = { "organisation_name", N_("Organisation"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 100 },
  [QUALIFICATION_COMMITMENT_LETTER] = { "commitment_letter", N_("Letter of commitment"), YQ_FILES, YQ_REQUIRED, OFFICIAL_FORM, .max = 5, .hint = N_("There is no template: write your own letter saying that you keep the rules and that the services are real, stamp it and upload the scan") },
  [QUALIFICATION_SERVICE_SCOPE] = { "service_scope", N_("Scope of services"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SEARCH, PUBLIC_UPKEEP, .max = 2000, .group = N_("Public information"), .hint = N_("The more you write here, the easier enterprises find you") },
  [QUALIFICATION_PHONE]     = { "phone", N_("Service phone"), YQ_TEXT, YQ_REQUIRED, PUBLIC_UPKEEP, .max = 30, .check = yq_check_phone },
  [QUALIFICATION_HOURS]     = { "hours", N_("Service hours"), YQ_TEXT, YQ_REQUIRED, PUBLIC_UPKEEP, .max = 200 },
  [QUALIFICATION_WEBSITE]   = { "website", N_("Website"), YQ_TEXT, 0, PUBLIC_UPKEEP, .max = 200, .check = yq_check_url },
  [QUALIFICATION_ADDRESS]   = { "address", N_("Address"), YQ_TEXT, YQ_REQUIRED, PUBLIC_UPKEEP, .max = 200, .group = N_("Location") },
  [QUALIFICATION_LATITUDE]  = { "latitude", N_("Latitude"), YQ_INTEGER, YQ_REQUIRED, PUBLIC_UPKEEP, .min = -90000000, .max = 90000000, .decimals = 6 },
  [QUALIFICATION_LONGITUDE] = { "longitude", N_("Longitude"), YQ_INTEGER, YQ_REQUIRED, PUBLIC_UPKEEP, .min = -180000000, .max = 180000000, .decimals = 6, .hint = N_("The map shows your organisation here, and those of its instruments that name no place of their own") },
  REVIEW_FIELDS (QUALIFICATION),
};

static const YqState qualification_states[] = {
  { "draft",     N_("Draft"),            YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",   N_("Waits for review"), YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "returned",  N_("Returned"),         YQ_TONE_YOURS,   YQ_STATE_SIDE },
  { "approved",  N_("Approved"),         YQ_TONE_DONE,    YQ_STATE_PUBLIC },
  { "withdrawn", N_("Withdrawn"),        YQ_TONE_NEUTRAL, YQ_STATE_SIDE | YQ_STATE_FINAL },
};
/* clang-format on */

static const char *
qualification_submitted (YqWorld *world, YqRecord *record, const YqValues *args)
{
  return yq_choose_pending_or (world, record, "approved");
}

/* Another one of the owner that lives beside it; field (-1: none) must be the same in both. */
static YqRecord *
find_live (YqWorld *world, YqRecord *record, const char *owner, const char *id, const char *states,
           int field)
{
  g_autoptr(GPtrArray) all = yq_world_list (world, yq_record_entity (record), owner, id);

  for (guint i = 0; i < all->len; i++)
    if (strcmp (yq_record_id (all->pdata[i]), yq_record_id (record)) != 0 &&
        yq_record_in_state (all->pdata[i], states) &&
        (field < 0 ||
         g_strcmp0 (yq_record_text (all->pdata[i], field), yq_record_text (record, field)) == 0))
      return g_object_ref (all->pdata[i]);
  return NULL;
}

/* Who carries must be known: verified or under review at home, or, from where no jurisdiction is in
 * force, with a whole profile that is reviewed together with this application. */
static YqProblem *
check_known (YqWorld *world, YqRecord *record)
{
  g_autoptr(YqRecord) organisation =
    yq_world_get (world, &yq_organisation, yq_record_carrier (record));
  g_autoptr(YqRecord) home = NULL;
  g_autoptr(YqProblem) incomplete = NULL;

  if (organisation == NULL || yq_record_in_state (organisation, "active|pending|stale"))
    return NULL;
  home = yq_policy_jurisdiction (world, yq_record_region (organisation));
  if (home != NULL)
    return yq_problem_new (YQ_PROBLEM_STATE,
                           _("Submit the real-name verification of “%s” first; it is in the state "
                             "“%s”"),
                           yq_record_title (organisation), yq_record_state_title (organisation));
  if ((incomplete = yq_check_record (world, organisation, TRUE)) == NULL)
    return NULL;
  return yq_problem_new (YQ_PROBLEM_STATE, _("Complete the profile of “%s” first: %s"),
                         yq_record_title (organisation), yq_problem_detail (incomplete));
}

static YqProblem *
may_submit_qualification (YqWorld *world, const YqWho *who, YqRecord *record, const YqValues *args)
{
  g_autoptr(YqRecord) live = find_live (world, record, "carrier", yq_record_carrier (record),
                                        "pending|approved", QUALIFICATION_KIND);

  if (live != NULL)
    return yq_problem_new (YQ_PROBLEM_DUPLICATE,
                           _("There is already such an application in the state “%s”: withdraw it "
                             "first, or change it there"),
                           yq_record_state_title (live));
  return check_known (world, record);
}

static YqProblem *
qualification_check (YqWorld *world, YqRecord *record)
{
  const char *code = yq_record_text (record, QUALIFICATION_TO_REGION);
  const YqRegion *region = code != NULL ? yq_region_find (code) : NULL;
  g_autoptr(YqRecord) jurisdiction = code != NULL ? yq_policy_jurisdiction (world, code) : NULL;
  YqProblem *problem;

  if (code == NULL ||
      (region != NULL && region->level >= 2 && yq_region_can_choose (code) && jurisdiction != NULL))
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_INVALID, _("The application cannot be sent there"));
  return yq_problem_add_error (problem, "to_region", YQ_PROBLEM_INVALID,
                               jurisdiction == NULL ? _("No voucher scheme is in force in %s")
                                                    : _("%s is no city or county: choose one"),
                               region != NULL ? region->name : code);
}

static void
qualification_derive (YqWorld *world, YqRecord *record)
{
  yq_derive_name (world, record, QUALIFICATION_ORGANISATION_NAME, yq_record_carrier (record));
}

/* clang-format off */
static const YqStep qualification_steps[] = {
  { "submit",   N_("Submit for review"), "draft|returned", "pending|approved", "owner", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, .guard = may_submit_qualification, .choose = qualification_submitted },
  { "withdraw", N_("Withdraw"), "pending|returned|approved", "withdrawn", "owner", YQ_STEP_DANGER },
  { "approve",  N_("Approve"), "pending", "approved", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY | YQ_STEP_COMPLETE, yq_comment_fields },
  { "return",   N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
};

static const YqEditable qualification_editable[] = {
  { "draft",    YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "returned", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "approved", YQ_ACTOR_OWNER, YQ_EDIT_UPKEEP },
};

/* Its region is that of the bureau it was sent to. */
const YqEntity yq_qualification = {
  "qualification", "qualifications", N_("Carrier qualification"), N_("Carrier qualifications"),
  TABLE (qualification_fields), TABLE (qualification_states), TABLE (qualification_steps), TABLE (qualification_editable),
  .owned = YQ_OWNED_BY_CARRIER, .region_from = "to_region", .reads = YQ_OFFICIAL, .kind = "qualification",
  .title_field = "organisation_name", .subtitle_field = "kind", .check = qualification_check, .derive = qualification_derive,
};

static const YqField name_change_fields[] = {
  [NAME_CHANGE_OLD_NAME]   = { "old_name", N_("Former name"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, OFFICIAL_FACT, .max = 100 },
  [NAME_CHANGE_NEW_NAME]   = { "new_name", N_("Present name"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, OFFICIAL_FORM, .max = 100, .hint = N_("As on the new licence") },
  [NAME_CHANGE_CHANGED_ON] = { "changed_on", N_("Changed on"), YQ_DATE, YQ_LIST, OFFICIAL_FORM, .check = yq_check_not_future },
  [NAME_CHANGE_PAPERS]     = { "papers", N_("Papers"), YQ_FILES, YQ_REQUIRED, OFFICIAL_FORM, .max = 10, .accept = YQ_FILES_LICENCE, .hint = N_("Notice of change of the market supervision and the new licence: jpg, jpeg, png, bmp or pdf") },
  [NAME_CHANGE_NOTE]       = { "note", N_("Note"), YQ_TEXT, YQ_LONG, OFFICIAL_FORM, .max = 500 },
  REVIEW_FIELDS (NAME_CHANGE),
};

static const YqState name_change_states[] = {
  { "draft",    N_("Draft"),            YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",  N_("Waits for review"), YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "returned", N_("Returned"),         YQ_TONE_YOURS,   YQ_STATE_SIDE },
  { "done",     N_("Name changed"),     YQ_TONE_DONE,    YQ_STATE_FINAL },
};
/* clang-format on */

static const char *
name_change_submitted (YqWorld *world, YqRecord *record, const YqValues *args)
{
  return yq_choose_pending_or (world, record, "done");
}

static YqProblem *
may_submit_name_change (YqWorld *world, const YqWho *who, YqRecord *record, const YqValues *args)
{
  g_autoptr(YqRecord) organisation =
    yq_world_get (world, &yq_organisation, yq_record_buyer (record));
  g_autoptr(YqRecord) live =
    find_live (world, record, "buyer", yq_record_buyer (record), "pending", -1);

  if (organisation != NULL && !yq_record_has (organisation, ORGANISATION_FIRST_APPROVED_AT))
    return yq_problem_new (YQ_PROBLEM_STATE,
                           _("“%s” has not been verified yet: correct the name in its profile"),
                           yq_record_title (organisation));
  if (live != NULL)
    return yq_problem_new (YQ_PROBLEM_DUPLICATE,
                           _("A change of the name to “%s” already waits for review"),
                           yq_record_text (live, NAME_CHANGE_NEW_NAME));
  return NULL;
}

static YqProblem *
name_change_check (YqWorld *world, YqRecord *record)
{
  const char *name = yq_record_text (record, NAME_CHANGE_NEW_NAME);
  YqProblem *problem;

  if (name == NULL || g_strcmp0 (name, yq_record_text (record, NAME_CHANGE_OLD_NAME)) != 0)
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_INVALID, _("The name does not change"));
  return yq_problem_add_error (problem, "new_name", YQ_PROBLEM_INVALID,
                               _("It is the name the organisation has"));
}

/* The name at the time stays, also when the organisation has long had the new one. */
static void
name_change_derive (YqWorld *world, YqRecord *record)
{
  if (!yq_record_in_state (record, "done"))
    yq_derive_name (world, record, NAME_CHANGE_OLD_NAME, yq_record_buyer (record));
}

/* clang-format off */
static const YqStep name_change_steps[] = {
  { "submit",  N_("Submit for review"), "draft|returned", "pending|done", "manager", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, .guard = may_submit_name_change, .choose = name_change_submitted },
  { "approve", N_("Approve"), "pending", "done", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY | YQ_STEP_COMPLETE, yq_comment_fields },
  { "return",  N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
};

static const YqEditable name_change_editable[] = {
  { "draft",    YQ_ACTOR_MANAGER, YQ_EDIT_FORM },
  { "returned", YQ_ACTOR_MANAGER, YQ_EDIT_FORM },
};

const YqEntity yq_name_change = {
  "name_change", "name_changes", N_("Change of name"), N_("Changes of name"),
  TABLE (name_change_fields), TABLE (name_change_states), TABLE (name_change_steps), TABLE (name_change_editable),
  .owned = YQ_OWNED_BY_BUYER, .region_from = "buyer", .reads = YQ_OFFICIAL, .kind = "name_change",
  .title_field = "new_name", .subtitle_field = "old_name", .check = name_change_check, .derive = name_change_derive,
};

/* -- what makes a carrier -- */

static const YqOnboardingStep onboarding_steps[] = {
  { "qualification", &yq_qualification, "approved" },
  { "store",         &yq_store,         "approved" },
  { "institution",   &yq_institution,   "approved" },
  { "store", &yq_store, "approved" },
};
/* clang-format on */

const YqOnboardingStep *
yq_onboarding_step (const char *step)
{
  for (guint i = 0; i < G_N_ELEMENTS (onboarding_steps); i++)
    if (strcmp (onboarding_steps[i].step, step) == 0)
      return &onboarding_steps[i];
  return NULL;
}

static gboolean
is_done (YqWorld *world, const char *name, const char *organisation)
{
  const YqOnboardingStep *step = yq_onboarding_step (name);
  g_autoptr(GPtrArray) records = NULL;

  if (step == NULL)
    return FALSE;
  records = yq_world_list (world, step->entity, "carrier", organisation);
  for (guint i = 0; i < records->len; i++)
    if (yq_record_in_state (records->pdata[i], step->states))
      return TRUE;
  return FALSE;
}

const char *
yq_onboarding_missing (YqWorld *world, const char *onboarding, const char *organisation)
{
  g_auto(GStrv) steps = g_strsplit (onboarding != NULL ? onboarding : "", ",", -1);

  for (guint i = 0; steps[i] != NULL; i++)
    {
      const char *name = g_strstrip (steps[i]);

      if (*name != '\0' && !is_done (world, name, organisation))
        return yq_onboarding_step (name) != NULL ? yq_onboarding_step (name)->step
                                                 : g_intern_string (name);
    }
  return NULL;
}

/* The jurisdiction at home, or the one that has approved its qualification. */
static YqRecord *
find_jurisdiction (YqWorld *world, YqRecord *organisation)
{
  YqRecord *home = yq_policy_jurisdiction (world, yq_record_region (organisation));
  g_autoptr(GPtrArray) all = NULL;

  if (home != NULL)
    return home;
  all = yq_world_list (world, &yq_qualification, "carrier", yq_record_id (organisation));
  for (guint i = 0; i < all->len; i++)
    if (yq_record_in_state (all->pdata[i], "approved"))
      return yq_policy_jurisdiction (world, yq_record_region (all->pdata[i]));
  return NULL;
}

gboolean
yq_organisation_may_carry (YqWorld *world, YqRecord *organisation)
{
  g_autoptr(YqRecord) jurisdiction = find_jurisdiction (world, organisation);

  return jurisdiction != NULL &&
         (yq_organisation_is_verified (organisation) ||
          yq_record_in_state (organisation, "stale")) &&
         yq_onboarding_missing (world, yq_record_text (jurisdiction, JURISDICTION_ONBOARDING),
                                yq_record_id (organisation)) == NULL;
}
