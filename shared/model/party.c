/* People and the organisations they belong to. */
#include "party.h"

#include "clock.h"
#include "ids.h"
#include "policy.h"
#include "region.h"

/* clang-format off */
static const YqChoice natures[] = {
  { "enterprise",  N_("Enterprise") },
  { "university",  N_("University") },
  { "institute",   N_("Research institute") },
  { "hospital",    N_("Hospital") },
  { "agency",      N_("Government agency") },
  { "association", N_("Association") },
  { "individual",  N_("Individual entrepreneur") },
  { NULL },
};

static const YqChoice sizes[] = {
  { "micro",  N_("Micro") },
  { "small",  N_("Small") },
  { "medium", N_("Medium-sized") },
  { "large",  N_("Large") },
  { NULL },
};

/* GB/T 4754-2017 as the 2011 SME standard groups it: see data/sme-size.csv. */
static const YqChoice industries[] = {
  { "A",  N_("Agriculture, forestry, animal husbandry, fishery") },
  { "BCD", N_("Industry (mining, manufacturing, utilities)") },
  { "E",  N_("Construction") },
  { "F51", N_("Wholesale trade") },
  { "F52", N_("Retail trade") },
  { "G",  N_("Transport") },
  { "G59", N_("Storage") },
  { "G60", N_("Postal services") },
  { "H61", N_("Accommodation") },
  { "H62", N_("Catering") },
  { "I63", N_("Information transmission") },
  { "I65", N_("Software and information technology services") },
  { "K70", N_("Real estate development") },
  { "K702", N_("Property management") },
  { "L",  N_("Leasing and business services") },
  { "M",  N_("Other (scientific research and technical services among them)") },
  { NULL },
};

static const YqChoice genders[] = {
  { "female", N_("Female") },
  { "male",   N_("Male") },
  { NULL },
};

static const YqChoice educations[] = {
  { "secondary", N_("Secondary school or below") },
  { "college",   N_("Junior college") },
  { "bachelor",  N_("Bachelor") },
  { "master",    N_("Master") },
  { "doctor",    N_("Doctor") },
  { NULL },
};

static const YqChoice roles[] = {
  { "member",        N_("Member") },
  { "manager",       N_("Organisation manager") },
  { "desk",          N_("Secondary account") },
  { "entrepreneur",  N_("Entrepreneur") },
  { "reviewer",      N_("Reviewer") },
  { "expert",        N_("Expert") },
  { "administrator", N_("Platform administrator") },
  { NULL },
};

static const YqChoice member_roles[] = {
  { "member",  N_("Member") },
  { "manager", N_("Organisation manager") },
  { NULL },
};
/* clang-format on */

static gboolean
is_not_individual (const YqValues *values)
{
  return g_strcmp0 (yq_values_text (values, ORGANISATION_NATURE), "individual") != 0;
}

static gboolean
is_individual (const YqValues *values)
{
  return !is_not_individual (values);
}

/* 注册所在地不得擅自更改 (delta 2.3): what was said at registration stays, unless the bureau that
 * it is submitted to sends it back; where no bureau is there to do that, whoever registered mends
 * it. */
static char *
why_region_stays (YqWorld *world, YqRecord *before)
{
  const char *region = yq_record_text (before, ORGANISATION_REGION);
  g_autoptr(YqRecord) jurisdiction = NULL;

  if (yq_record_revision (before) == 0 || region == NULL || world == NULL ||
      (yq_record_in_state (before, "returned") &&
       !yq_record_has (before, ORGANISATION_FIRST_APPROVED_AT)) ||
      (jurisdiction = yq_policy_jurisdiction (world, region)) == NULL)
    return NULL;
  if (yq_record_has (before, ORGANISATION_FIRST_APPROVED_AT))
    return g_strdup (_("Fixed at registration, and verified"));
  return g_strdup (_("Fixed at registration. Is it wrong? Submit the profile and ask the bureau to "
                     "return it: then you can choose again."));
}

static char *
why_no_vouchers (YqWorld *world, YqRecord *organisation)
{
  g_autoptr(YqProblem) problem = yq_policy_check_opt_in (world, organisation);

  if (problem == NULL)
    return NULL;
  return g_strdup_printf (
    _("No vouchers for your organisation: %s. Correct the profile where it is "
      "wrong; you can book and pay without vouchers."),
    yq_problem_detail (problem));
}

static const char *
check_username (const YqValues *values, const YqField *field)
{
  const char *name = yq_values_text (values, ASSIGN_ACCOUNT_USERNAME);

  for (const char *at = name; at != NULL && *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("._-@", *at) == NULL)
      return _("A user name has letters, digits, dots and dashes.");
  return NULL;
}

/* clang-format off */
static const YqField organisation_fields[] = {
  [ORGANISATION_NAME]          = { "name", N_("Name"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_FORM, .max = 100, .group = N_("Basic information"), .hint = N_("As on the licence; once approved it changes only by a name change") },
  [ORGANISATION_NATURE]        = { "nature", N_("Nature"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST, PUBLIC_FORM, .choices = natures },
  [ORGANISATION_USCC]          = { "uscc", N_("Unified social credit code"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_INDEX, .sees = YQ_OFFICIAL, .edit = YQ_EDIT_FORM, .max = 18, .shown = is_not_individual },
  [ORGANISATION_REGION]        = { "region", N_("Place of registration"), YQ_REGION, YQ_REQUIRED | YQ_LIST, PUBLIC_FORM, .hint = N_("Decides which vouchers you may claim; it cannot be changed later"), .fixed = why_region_stays },
  [ORGANISATION_ADDRESS]       = { "address", N_("Address"), YQ_TEXT, 0, PUBLIC_UPKEEP, .max = 200 },
  [ORGANISATION_POSTCODE]      = { "postcode", N_("Postcode"), YQ_TEXT, 0, PUBLIC_UPKEEP, .max = 6, .check = yq_check_postcode },
  [ORGANISATION_LEGAL_PERSON]  = { "legal_person", N_("Legal representative"), YQ_TEXT, YQ_REQUIRED, OFFICIAL_UPKEEP, .max = 50, .shown = is_not_individual },
  [ORGANISATION_ID_NUMBER]     = { "id_number", N_("ID number"), YQ_TEXT, YQ_REQUIRED | YQ_SECRET, PRIVATE_UPKEEP, .max = 18, .check = yq_check_resident_id, .shown = is_individual },
  [ORGANISATION_INDUSTRY]      = { "industry", N_("Industry"), YQ_CHOICE, YQ_REQUIRED, OFFICIAL_UPKEEP, .choices = industries, .shown = is_not_individual, .group = N_("Size") },
  [ORGANISATION_EMPLOYEES]     = { "employees", N_("Employees"), YQ_INTEGER, YQ_REQUIRED | YQ_REVIEWED, OFFICIAL_UPKEEP, .min = 0, .max = 10000000, .shown = is_not_individual },
  [ORGANISATION_REVENUE]       = { "revenue", N_("Revenue of last year"), YQ_MONEY, YQ_REQUIRED | YQ_REVIEWED, OFFICIAL_UPKEEP, .min = 0, .max = G_GINT64_CONSTANT (100000000000000), .shown = is_not_individual },
  [ORGANISATION_TOTAL_ASSETS]  = { "total_assets", N_("Total assets"), YQ_MONEY, 0, OFFICIAL_UPKEEP, .min = 0, .max = G_GINT64_CONSTANT (100000000000000), .shown = is_not_individual },
  [ORGANISATION_SIZE]          = { "size", N_("Enterprise size"), YQ_CHOICE, YQ_COMPUTED | YQ_LIST, OFFICIAL_FACT, .choices = sizes, .shown = is_not_individual },
  [ORGANISATION_SIZE_RULE]     = { "size_rule", N_("Rule that decided the size"), YQ_TEXT, YQ_COMPUTED | YQ_LONG, OFFICIAL_FACT, .max = 500, .shown = is_not_individual },
  [ORGANISATION_HIGH_TECH]     = { "high_tech", N_("High-tech enterprise"), YQ_BOOLEAN, 0, PUBLIC_UPKEEP, .shown = is_not_individual },
  [ORGANISATION_SME_NUMBER]    = { "sme_number", N_("Technology SME number"), YQ_TEXT, 0, OFFICIAL_UPKEEP, .max = 32, .shown = is_not_individual },
  [ORGANISATION_CONTACT_NAME]  = { "contact_name", N_("Sharing contact"), YQ_TEXT, YQ_REQUIRED, UPKEEP, .max = 50, .group = N_("Contact") },
  [ORGANISATION_CONTACT_PHONE] = { "contact_phone", N_("Contact phone"), YQ_TEXT, YQ_REQUIRED, CONTACT_UPKEEP, .max = 30, .check = yq_check_phone },
  [ORGANISATION_CONTACT_EMAIL] = { "contact_email", N_("Contact e-mail"), YQ_TEXT, 0, CONTACT_UPKEEP, .max = 100, .check = yq_check_email },
  [ORGANISATION_WEBSITE]       = { "website", N_("Website"), YQ_TEXT, 0, PUBLIC_UPKEEP, .max = 200, .check = yq_check_url },
  [ORGANISATION_INTRODUCTION]  = { "introduction", N_("Introduction"), YQ_TEXT, YQ_LONG | YQ_SEARCH, PUBLIC_UPKEEP, .max = 2000 },
  [ORGANISATION_LATITUDE]      = { "latitude", N_("Latitude"), YQ_INTEGER, 0, PUBLIC_UPKEEP, .min = -90000000, .max = 90000000, .decimals = 6 },
  [ORGANISATION_LONGITUDE]     = { "longitude", N_("Longitude"), YQ_INTEGER, 0, PUBLIC_UPKEEP, .min = -180000000, .max = 180000000, .decimals = 6 },
  [ORGANISATION_BANK_NAME]     = { "bank_name", N_("Bank"), YQ_TEXT, 0, OFFICIAL_UPKEEP, .max = 100, .group = N_("Account for payments") },
  [ORGANISATION_BANK_ACCOUNT]  = { "bank_account", N_("Bank account"), YQ_TEXT, YQ_SECRET, PRIVATE_UPKEEP, .max = 34 },
  [ORGANISATION_BANK_HOLDER]   = { "bank_holder", N_("Account holder"), YQ_TEXT, 0, OFFICIAL_UPKEEP, .max = 100 },
  [ORGANISATION_WANTS_VOUCHERS] = { "wants_vouchers", N_("Applies for innovation vouchers"), YQ_BOOLEAN, 0, OFFICIAL_UPKEEP, .group = N_("Papers and commitment"), .barred = why_no_vouchers },
  [ORGANISATION_LICENCES]      = { "licences", N_("Licence"), YQ_FILES, YQ_REQUIRED, OFFICIAL_UPKEEP, .max = 10, .accept = YQ_FILES_LICENCE, .hint = N_("Business licence, or a copy of the ID card for an individual: jpg, jpeg, png, bmp or pdf") },
  [ORGANISATION_COMMITMENT_FILE] = { "commitment_file", N_("Letter of commitment"), YQ_FILES, YQ_REVIEWED, OFFICIAL_UPKEEP, .max = 5 },
  [ORGANISATION_COMMITMENT_ACCEPTED] = { "commitment_accepted", N_("I have read the commitment and accept it"), YQ_BOOLEAN, YQ_REQUIRED | YQ_REVIEWED, OFFICIAL_UPKEEP },
  [ORGANISATION_COMMITMENT_VERSION] = { "commitment_version", N_("Version of the commitment"), YQ_INTEGER, YQ_HIDDEN, OFFICIAL_UPKEEP, .min = 0, .max = G_MAXINT32 },
  [ORGANISATION_COMMITMENT_ACCEPTED_AT] = { "commitment_accepted_at", N_("Commitment accepted"), YQ_TIME, YQ_COMPUTED, OFFICIAL_FACT },
  [ORGANISATION_ORGANISATION_CODE] = { "organisation_code", N_("Organisation code"), YQ_TEXT, YQ_COMPUTED, OFFICIAL_FACT, .max = 10, .hint = N_("Characters 9 to 17 of the unified social credit code") },
  [ORGANISATION_IN_PROVINCE]   = { "in_province", N_("Inside the province"), YQ_BOOLEAN, YQ_COMPUTED, PUBLIC_FACT },
  [ORGANISATION_IS_CARRIER]    = { "is_carrier", N_("Carrier"), YQ_BOOLEAN, YQ_COMPUTED | YQ_LIST | YQ_INDEX, PUBLIC_FACT },
  [ORGANISATION_FIRST_APPROVED_AT] = { "first_approved_at", N_("First approved"), YQ_TIME, YQ_COMPUTED, OFFICIAL_FACT },
  [ORGANISATION_REFRESHED_AT]  = { "refreshed_at", N_("Profile refreshed"), YQ_TIME, YQ_COMPUTED, OFFICIAL_FACT },
  [ORGANISATION_APPROVED_EMPLOYEES] = { "approved_employees", N_("Employees (approved)"), YQ_INTEGER, YQ_COMPUTED | YQ_HIDDEN, OFFICIAL_FACT },
  [ORGANISATION_APPROVED_REVENUE] = { "approved_revenue", N_("Revenue (approved)"), YQ_MONEY, YQ_COMPUTED | YQ_HIDDEN, OFFICIAL_FACT },
  [ORGANISATION_APPROVED_COMMITMENT] = { "approved_commitment", N_("Letter of commitment (approved)"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, OFFICIAL_FACT, .max = 400 },
  REVIEW_FIELDS (ORGANISATION),
  RISK_FIELDS (ORGANISATION),
  [ORGANISATION_BANK_MARK]     = { "bank_mark", N_("Mark of the bank account"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, RISK_FACT, .max = 64 },
};

static const YqState organisation_states[] = {
  { "draft",     N_("Draft"),            YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",   N_("Waits for review"), YQ_TONE_WAITING, YQ_STATE_WAITS | YQ_STATE_PUBLIC },
  { "returned",  N_("Returned"),         YQ_TONE_YOURS,   YQ_STATE_SIDE },
  { "active",    N_("Verified"),         YQ_TONE_DONE,    YQ_STATE_PUBLIC | YQ_STATE_REVIEWED },
  { "stale",     N_("Profile to be refreshed"), YQ_TONE_YOURS, YQ_STATE_SIDE | YQ_STATE_PUBLIC | YQ_STATE_REVIEWED },
  { "suspended", N_("Suspended"),        YQ_TONE_BAD,     YQ_STATE_SIDE },
};
/* clang-format on */

static const char *
organisation_submitted (YqWorld *world, YqRecord *record, const YqValues *args)
{
  return yq_choose_pending_or (world, record, "active");
}

char *
yq_organisation_commitment_mark (YqRecord *organisation)
{
  JsonArray *files = yq_record_array (organisation, ORGANISATION_COMMITMENT_FILE);
  GString *mark = g_string_new (NULL);

  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    g_string_append_printf (mark, "%s%s", i > 0 ? "," : "",
                            json_object_get_string_member_with_default (
                              json_array_get_object_element (files, i), "sha256", ""));
  return g_string_free (mark, FALSE);
}

static gboolean
has_approved_commitment (YqRecord *organisation)
{
  const char *approved = yq_record_text (organisation, ORGANISATION_APPROVED_COMMITMENT);
  g_autofree char *mark = yq_organisation_commitment_mark (organisation);

  return g_str_equal (approved != NULL ? approved : "", mark);
}

/* What was never approved, or not as it stands now, waits for its review again. */
static const char *
organisation_resumed (YqWorld *world, YqRecord *record, const YqValues *args)
{
  if (yq_record_has (record, ORGANISATION_FIRST_APPROVED_AT) && has_approved_commitment (record) &&
      yq_record_int (record, ORGANISATION_EMPLOYEES) ==
        yq_record_int (record, ORGANISATION_APPROVED_EMPLOYEES) &&
      yq_record_int (record, ORGANISATION_REVENUE) ==
        yq_record_int (record, ORGANISATION_APPROVED_REVENUE))
    return "active";
  return yq_choose_pending_or (world, record, "active");
}

/* The option is for whom it would be offered to (shandong 4-1.1.1).  What was chosen while the
 * conditions held stays: whether it still helps is judged at each claim and settlement. */
static YqProblem *
check_wants_vouchers (YqWorld *world, YqRecord *record)
{
  g_autoptr(YqRecord) before = yq_world_get (world, &yq_organisation, yq_record_id (record));
  gboolean is_first = yq_record_in_state (record, "draft|returned") &&
                      !yq_record_has (record, ORGANISATION_FIRST_APPROVED_AT);
  g_autoptr(YqRecord) jurisdiction =
    yq_policy_jurisdiction (world, yq_record_text (record, ORGANISATION_REGION));
  g_autofree char *why = NULL;

  /* Without a scheme the tick means nothing, and its submission is told what to do instead. */
  if (jurisdiction == NULL || !yq_record_int (record, ORGANISATION_WANTS_VOUCHERS) ||
      (!is_first && before != NULL && yq_record_int (before, ORGANISATION_WANTS_VOUCHERS)))
    return NULL;
  if ((why = why_no_vouchers (world, record)) == NULL)
    return NULL;
  return yq_problem_add_error (yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, "%s", why),
                               "wants_vouchers", YQ_PROBLEM_NOT_ELIGIBLE, "%s", why);
}

static YqProblem *
organisation_check (YqWorld *world, YqRecord *record)
{
  const YqValues *values = yq_record_values (record);
  const char *region = yq_values_text (values, ORGANISATION_REGION);
  const char *uscc = yq_values_text (values, ORGANISATION_USCC);
  YqProblem *problem = NULL;

  if (uscc != NULL && !yq_uscc_is_well_formed (uscc))
    {
      problem = yq_problem_new (YQ_PROBLEM_INVALID, _("The unified social credit code is not one"));
      yq_problem_add_error (problem, "uscc", YQ_PROBLEM_INVALID,
                            _("18 digits and capital letters (without I, O, S, V, Z), GB 32100"));
      return problem;
    }
  if (region != NULL && !yq_region_can_choose (region) &&
      !yq_record_has (record, ORGANISATION_FIRST_APPROVED_AT))
    {
      problem =
        yq_problem_new (YQ_PROBLEM_INVALID, _("The place of registration cannot be chosen"));
      yq_problem_add_error (problem, "region", YQ_PROBLEM_INVALID,
                            _("Region %s is withdrawn or for statistics only"), region);
      return problem;
    }
  if (yq_organisation_size_needs_assets (yq_values_text (values, ORGANISATION_INDUSTRY)) &&
      !yq_values_has (values, ORGANISATION_TOTAL_ASSETS) && is_not_individual (values))
    {
      problem = yq_problem_new (YQ_PROBLEM_REQUIRED, _("The total assets are missing"));
      return yq_problem_add_error (problem, "total_assets", YQ_PROBLEM_REQUIRED,
                                   _("In this industry they decide the size of the enterprise"));
    }
  if (!yq_values_int (values, ORGANISATION_COMMITMENT_ACCEPTED))
    {
      problem = yq_problem_new (YQ_PROBLEM_REQUIRED, _("The commitment has not been accepted"));
      yq_problem_add_error (problem, "commitment_accepted", YQ_PROBLEM_REQUIRED,
                            _("Read the commitment and tick it"));
    }
  return problem != NULL ? problem : check_wants_vouchers (world, record);
}

/* Where no scheme is in force there is no bureau to verify it. */
static YqProblem *
may_submit_organisation (YqWorld *world, const YqWho *who, YqRecord *record, const YqValues *args)
{
  const char *region = yq_record_text (record, ORGANISATION_REGION);
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction (world, region);
  g_autofree char *path = region != NULL ? yq_region_path (region) : NULL;
  g_autofree char *served = NULL;

  if (jurisdiction != NULL)
    return NULL;
  served = yq_policy_served_text (world);
  if (*served == '\0')
    return yq_problem_new (YQ_PROBLEM_STATE, _("No voucher scheme is in force anywhere yet"));
  return yq_problem_new (
    YQ_PROBLEM_STATE,
    _("No voucher scheme is in force in %s, but in: %s.  An institution from "
      "elsewhere applies for a carrier qualification: the bureau it is sent to "
      "verifies the organisation too"),
    path != NULL ? path : "", served);
}

/* clang-format off */
static const YqStep organisation_steps[] = {
  { "submit",  N_("Submit for review"), "draft|returned", "pending|active", "manager", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, .guard = may_submit_organisation, .choose = organisation_submitted },
  { "approve", N_("Approve"), "pending", "active", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY | YQ_STEP_COMPLETE, yq_comment_fields },
  { "return",  N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
  { "expire",  N_("Demand a refresh"), "active", "stale", "clock", YQ_STEP_HIDDEN },
  { "suspend", N_("Suspend"), "active|stale|pending", "suspended", "administrator", YQ_STEP_DECISION | YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
  { "resume",  N_("Resume"),  "suspended", "active|pending", "administrator", YQ_STEP_DECISION, yq_comment_fields, .choose = organisation_resumed },
};

static const YqEditable organisation_editable[] = {
  { "draft",    YQ_ACTOR_MANAGER, YQ_EDIT_FORM },
  { "returned", YQ_ACTOR_MANAGER, YQ_EDIT_FORM },
  { "active",   YQ_ACTOR_MANAGER, YQ_EDIT_UPKEEP },
  { "stale",    YQ_ACTOR_MANAGER, YQ_EDIT_UPKEEP },
};

const YqEntity yq_organisation = {
  "organisation", "organisations", N_("Organisation"), N_("Organisations"),
  TABLE (organisation_fields), TABLE (organisation_states), TABLE (organisation_steps), TABLE (organisation_editable),
  .owned = YQ_OWNED_BY_SELF, .region_from = "region", .reads = YQ_OFFICIAL, .public_if = "is_carrier",
  .kind = "organisation", .title_field = "name", .subtitle_field = "uscc", .check = organisation_check, .while_stale = TRUE,
};

/* The phone recovers the account: no save writes it, POST /v1/phones takes change_phone on proof. */
static const YqField account_fields[] = {
  [ACCOUNT_USERNAME]    = { "username", N_("User name"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_INDEX, OFFICIAL_FACT, .max = 64, .group = N_("Account") },
  [ACCOUNT_REAL_NAME]   = { "real_name", N_("Name of the person"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, OFFICIAL_FORM, .max = 50 },
  [ACCOUNT_PHONE]       = { "phone", N_("Mobile phone"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SECRET, .sees = YQ_SEES_OWNER, .masked = YQ_SEES_ADMINISTRATOR, .max = 30, .check = yq_check_phone },
  [ACCOUNT_EMAIL]       = { "email", N_("E-mail"), YQ_TEXT, 0, .sees = YQ_SEES_OWNER, .masked = YQ_SEES_ADMINISTRATOR, .edit = YQ_EDIT_FORM, .max = 100, .check = yq_check_email },
  [ACCOUNT_ID_NUMBER]   = { "id_number", N_("ID number"), YQ_TEXT, YQ_SECRET, .sees = YQ_SEES_OWNER, .masked = YQ_SEES_ADMINISTRATOR, .edit = YQ_EDIT_FORM, .max = 18, .check = yq_check_resident_id, .group = N_("Person") },
  [ACCOUNT_BIRTH_DATE]  = { "birth_date", N_("Date of birth"), YQ_DATE, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .check = yq_check_not_future },
  [ACCOUNT_GENDER]      = { "gender", N_("Gender"), YQ_CHOICE, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .choices = genders },
  [ACCOUNT_BIRTHPLACE]  = { "birthplace", N_("Place of birth"), YQ_TEXT, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .max = 100 },
  [ACCOUNT_NATIONALITY] = { "nationality", N_("Nationality"), YQ_TEXT, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .max = 50 },
  [ACCOUNT_ETHNICITY]   = { "ethnicity", N_("Ethnic group"), YQ_TEXT, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .max = 50 },
  [ACCOUNT_PARTY]       = { "party", N_("Political status"), YQ_TEXT, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .max = 50 },
  [ACCOUNT_EDUCATION]   = { "education", N_("Education"), YQ_CHOICE, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .choices = educations },
  [ACCOUNT_ADDRESS]     = { "address", N_("Address"), YQ_TEXT, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .max = 200, .group = N_("Address") },
  [ACCOUNT_REGION]      = { "home_region", N_("Province, city, district"), YQ_REGION, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM },
  [ACCOUNT_POSTCODE]    = { "postcode", N_("Postcode"), YQ_TEXT, 0, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .max = 6, .check = yq_check_postcode },
};

static const YqState account_states[] = {
  { "active", N_("Active"), YQ_TONE_DONE },
  { "closed", N_("Closed"), YQ_TONE_BAD, YQ_STATE_SIDE },
};

static const YqStep account_steps[] = {
  { "close", N_("Close the account"), "active", "closed", "administrator", YQ_STEP_DECISION | YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
  { "open",  N_("Open again"), "closed", "active", "administrator", YQ_STEP_DECISION, yq_comment_fields },
  { "change_phone", N_("Change the mobile phone"), "active", "=", "clock", YQ_STEP_HIDDEN },
  { "issue_recovery", N_("Issue a recovery code"), "active", "=", "clock", YQ_STEP_HIDDEN, yq_comment_fields },
};

static const YqEditable account_editable[] = {
  { "active", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
};

const YqEntity yq_account = {
  "account", "accounts", N_("Account"), N_("Accounts"),
  TABLE (account_fields), TABLE (account_states), TABLE (account_steps), TABLE (account_editable),
  .owned = YQ_OWNED_BY_ACCOUNT, .account_is_self = TRUE, .while_stale = TRUE, .reads = YQ_OFFICIAL,
  .title_field = "real_name", .subtitle_field = "username",
};

static const YqField grant_fields[] = {
  [GRANT_ACCOUNT]      = { "account", N_("Account"), YQ_REFERENCE, YQ_REQUIRED | YQ_LIST | YQ_INDEX, .sees = YQ_OFFICIAL, .edit = YQ_EDIT_OFFICE, .refers = "account" },
  [GRANT_ROLE]         = { "role", N_("Role"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST, .sees = YQ_OFFICIAL, .edit = YQ_EDIT_OFFICE, .choices = roles },
  [GRANT_ORGANISATION] = { "organisation", N_("Organisation"), YQ_REFERENCE, YQ_LIST | YQ_INDEX, .sees = YQ_OFFICIAL, .edit = YQ_EDIT_OFFICE, .refers = "organisation" },
  [GRANT_DESK]         = { "desk", N_("Department"), YQ_REFERENCE, YQ_INDEX, .sees = YQ_OFFICIAL, .edit = YQ_EDIT_OFFICE, .refers = "desk" },
  [GRANT_REGION]       = { "scope_region", N_("Region"), YQ_REGION, YQ_LIST | YQ_INDEX, .sees = YQ_OFFICIAL, .edit = YQ_EDIT_OFFICE },
  [GRANT_NAME]         = { "name", N_("Name of the person"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, .sees = YQ_OFFICIAL, .max = 50 },
};

static const YqState live_states[] = {
  { "active", N_("Active"), YQ_TONE_DONE },
};

static const YqEditable grant_editable[] = {
  { "active", YQ_ACTOR_ADMINISTRATOR, YQ_EDIT_OFFICE },
};

/* clang-format on */

static void
grant_derive (YqWorld *world, YqRecord *grant)
{
  g_autoptr(YqRecord) account =
    yq_world_get (world, &yq_account, yq_record_text (grant, GRANT_ACCOUNT));

  if (account != NULL)
    yq_record_set_text (grant, GRANT_NAME, yq_record_text (account, ACCOUNT_REAL_NAME));
}

/* A grant reaches as far as its scope: exactly the one its role needs.  An expert's region is the
 * one whose reviewers assign him. */
static YqProblem *
grant_check (YqWorld *world, YqRecord *record)
{
  static const struct
  {
    guint field;
    const char *roles;
  } scopes[] = {
    { GRANT_ORGANISATION, "member|manager|entrepreneur" },
    { GRANT_DESK, "desk" },
    { GRANT_REGION, "reviewer" },
  };
  const char *role = yq_record_text (record, GRANT_ROLE);
  YqProblem *problem = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    {
      const YqField *field = &grant_fields[scopes[i].field];
      gboolean needed = yq_word_in (scopes[i].roles, role);
      gboolean allowed =
        needed || (scopes[i].field == GRANT_REGION && g_strcmp0 (role, "expert") == 0);

      if (needed && !yq_record_has (record, scopes[i].field))
        yq_problem_collect (&problem, field->name, _(field->title), YQ_PROBLEM_REQUIRED,
                            _("This role needs it"));
      else if (!allowed && yq_record_has (record, scopes[i].field))
        yq_problem_collect (&problem, field->name, _(field->title), YQ_PROBLEM_INVALID,
                            _("This role has no such scope"));
    }
  return problem;
}

/* clang-format off */
const YqEntity yq_grant = {
  "grant", "grants", N_("Grant"), N_("Grants"),
  TABLE (grant_fields), TABLE (live_states), NULL, 0, TABLE (grant_editable),
  .owned = YQ_OWNED_BY_PLATFORM, .account_from = "account", .region_from = "scope_region", .reads = YQ_OFFICIAL,
  .title_field = "role", .subtitle_field = "name", .derive = grant_derive, .deletable = TRUE, .check = grant_check, .check_on_save = TRUE,
};

static const YqField membership_fields[] = {
  [MEMBERSHIP_ACCOUNT]      = { "account", N_("Account"), YQ_REFERENCE, YQ_COMPUTED | YQ_HIDDEN | YQ_INDEX, FACT, .refers = "account" },
  [MEMBERSHIP_ORGANISATION] = { "organisation", N_("Organisation"), YQ_REFERENCE, YQ_HIDDEN | YQ_INDEX, FORM, .refers = "organisation" },
  [MEMBERSHIP_ROLE]         = { "role", N_("Role"), YQ_CHOICE, YQ_COMPUTED | YQ_LIST, FACT, .choices = member_roles },
  [MEMBERSHIP_REAL_NAME]    = { "real_name", N_("Name of the person"), YQ_TEXT, YQ_COMPUTED | YQ_LIST, FACT, .max = 50 },
  [MEMBERSHIP_WANTED]       = { "wanted", N_("Organisation to join"), YQ_TEXT, 0, FORM, .max = 100, .hint = N_("Its full name, or its unified social credit code") },
  [MEMBERSHIP_ORGANISATION_NAME] = { "organisation_name", N_("Organisation"), YQ_TEXT, YQ_COMPUTED | YQ_LIST, FACT, .max = 100 },
};

static const YqState membership_states[] = {
  { "asked",   N_("Asked to join"), YQ_TONE_WAITING },
  { "active",  N_("Member"),        YQ_TONE_DONE },
  { "leaving", N_("Asked to leave"), YQ_TONE_WAITING },
  { "left",    N_("Left"),          YQ_TONE_NEUTRAL, YQ_STATE_FINAL },
  { "refused", N_("Refused"),       YQ_TONE_BAD, YQ_STATE_FINAL | YQ_STATE_SIDE },
};

/* clang-format on */

static YqProblem *
membership_check (YqWorld *world, YqRecord *membership)
{
  YqProblem *problem;

  if (yq_record_has (membership, MEMBERSHIP_ORGANISATION) ||
      yq_record_has (membership, MEMBERSHIP_WANTED))
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_REQUIRED, _("Which organisation do you want to join?"));
  return yq_problem_add_error (problem, "wanted", YQ_PROBLEM_REQUIRED,
                               _("Its full name, or its unified social credit code"));
}

/* One person, one organisation: whoever goes to another leaves the old one first (shandong 3.2). */
static YqProblem *
membership_can_ask (YqWorld *world, const YqWho *who, YqRecord *membership, const YqValues *args)
{
  g_autoptr(YqRecord) own = yq_world_get (world, &yq_organisation, who->organisation);

  if (who->organisation == NULL)
    return NULL;
  return yq_problem_new (
    YQ_PROBLEM_STATE,
    _("You belong to “%s”: ask to leave it first; you can join another once you are released"),
    own != NULL ? yq_record_title (own) : "");
}

static gboolean
is_manager_role (YqRecord *membership)
{
  return g_strcmp0 (yq_record_text (membership, MEMBERSHIP_ROLE), "manager") == 0;
}

static YqProblem *
keep_a_manager (YqWorld *world, YqRecord *membership)
{
  g_autoptr(GPtrArray) all = yq_world_list (world, &yq_membership, "organisation",
                                            yq_record_text (membership, MEMBERSHIP_ORGANISATION));
  guint n = 0;

  if (!is_manager_role (membership))
    return NULL;
  for (guint i = 0; i < all->len; i++)
    n += yq_record_in_state (all->pdata[i], "active|leaving") && is_manager_role (all->pdata[i]);
  if (n > 1)
    return NULL;
  return yq_problem_new (
    YQ_PROBLEM_STATE, _("An organisation keeps at least one manager: appoint another one first"));
}

static YqProblem *
membership_can_go (YqWorld *world, const YqWho *who, YqRecord *membership, const YqValues *args)
{
  return keep_a_manager (world, membership);
}

static YqProblem *
membership_can_appoint (YqWorld *world, const YqWho *who, YqRecord *membership,
                        const YqValues *args)
{
  return is_manager_role (membership)
           ? yq_problem_new (YQ_PROBLEM_STATE, _("%s is a manager already"),
                             yq_record_title (membership))
           : NULL;
}

static YqProblem *
membership_can_dismiss (YqWorld *world, const YqWho *who, YqRecord *membership,
                        const YqValues *args)
{
  if (!is_manager_role (membership))
    return yq_problem_new (YQ_PROBLEM_STATE, _("%s is not a manager"),
                           yq_record_title (membership));
  return keep_a_manager (world, membership);
}

/* clang-format off */
static const YqStep membership_steps[] = {
  { "ask",     N_("Ask to join"), "asked", "asked", "account", YQ_STEP_CREATES | YQ_STEP_COMPLETE | YQ_STEP_HIDDEN, .guard = membership_can_ask },
  { "accept",  N_("Admit"),  "asked", "active", "manager", YQ_STEP_DECISION | YQ_STEP_PRIMARY },
  { "refuse",  N_("Turn away"),  "asked", "refused", "manager", YQ_STEP_DECISION | YQ_STEP_REASON, yq_reason_fields },
  { "leave",   N_("Ask to leave"), "active", "leaving", "owner", 0, .guard = membership_can_go },
  { "release", N_("Release"), "leaving", "left", "manager", YQ_STEP_DECISION | YQ_STEP_PRIMARY, .guard = membership_can_go },
  { "keep",    N_("Keep"),    "leaving", "active", "manager", YQ_STEP_DECISION | YQ_STEP_REASON, yq_reason_fields },
  { "appoint", N_("Appoint as manager"), "active", "=", "manager", YQ_STEP_DECISION, .guard = membership_can_appoint },
  { "dismiss", N_("Dismiss as manager"), "active", "=", "manager", YQ_STEP_DECISION, .guard = membership_can_dismiss },
};

static const YqEditable membership_editable[] = {
  { "asked", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
};

const YqEntity yq_membership = {
  "membership", "memberships", N_("Membership"), N_("Memberships"),
  TABLE (membership_fields), TABLE (membership_states), TABLE (membership_steps), TABLE (membership_editable),
  .owned = YQ_OWNED_BY_ACCOUNT, .buyer_from = "organisation", .reads = YQ_SEES_OWNER | YQ_SEES_PARTIES | YQ_SEES_ADMINISTRATOR,
  .title_field = "real_name", .subtitle_field = "organisation_name", .check = membership_check, .while_stale = TRUE,
};

static const YqField people_columns[] = {
  { "account",   N_("Account"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_INVOLVED, .max = 36 },
  { "username",  N_("User name"), YQ_TEXT, 0, .sees = YQ_INVOLVED, .max = 64 },
  { "real_name", N_("Name of the person"), YQ_TEXT, 0, .sees = YQ_INVOLVED, .max = 50 },
  { NULL },
};

static const YqField desk_fields[] = {
  [DESK_NAME]          = { "name", N_("Department"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_UPKEEP, .max = 100 },
  [DESK_CONTACT_NAME]  = { "contact_name", N_("Contact"), YQ_TEXT, YQ_LIST, UPKEEP, .max = 50 },
  [DESK_CONTACT_PHONE] = { "contact_phone", N_("Contact phone"), YQ_TEXT, 0, CONTACT_UPKEEP, .max = 30, .check = yq_check_phone },
  [DESK_ACCOUNTS]      = { "accounts", N_("Secondary accounts"), YQ_REFERENCES, YQ_HIDDEN, UPKEEP, .max = 100, .refers = "account" },
  [DESK_PEOPLE]        = { "people", N_("Secondary accounts"), YQ_ROWS, YQ_COMPUTED | YQ_LIST, FACT, .max = 100, .columns = people_columns },
};

static const YqState desk_states[] = {
  { "active", N_("Opened"), YQ_TONE_DONE },
  { "closed", N_("Closed"), YQ_TONE_NEUTRAL, YQ_STATE_SIDE },
};

static const YqField assign_fields[] = {
  [ASSIGN_ACCOUNT_ID]        = { "id", N_("Account"), YQ_TEXT, YQ_REQUIRED | YQ_HIDDEN, FORM, .min = 36, .max = 36 },
  [ASSIGN_ACCOUNT_USERNAME]  = { "username", N_("User name"), YQ_TEXT, YQ_REQUIRED, FORM, .min = 3, .max = 64, .check = check_username, .hint = N_("Letters and digits; the person signs in with it") },
  [ASSIGN_ACCOUNT_REAL_NAME] = { "real_name", N_("Name of the person"), YQ_TEXT, YQ_REQUIRED, FORM, .max = 50 },
  [ASSIGN_ACCOUNT_PHONE]     = { "phone", N_("Mobile phone"), YQ_TEXT, YQ_REQUIRED, FORM, .max = 30, .check = yq_check_phone, .hint = N_("A message goes there; with a code sent to it the person sets the password") },
  { NULL },
};

static const YqField withdraw_fields[] = {
  [WITHDRAW_ACCOUNT_ACCOUNT] = { "account", N_("Account"), YQ_TEXT, YQ_REQUIRED | YQ_HIDDEN, FORM, .max = 36 },
  { NULL },
};

static const YqStep desk_steps[] = {
  { "assign_account", N_("Assign an account"), "active", "=", "manager", YQ_STEP_PRIMARY, assign_fields },
  { "withdraw_account", N_("Take an account back"), "active", "=", "manager", YQ_STEP_HIDDEN | YQ_STEP_DANGER, withdraw_fields },
  { "close", N_("Close"), "active", "closed", "manager", YQ_STEP_DANGER },
  { "open",  N_("Open the department"), "closed", "active", "manager", 0 },
};

static const YqEditable desk_editable[] = {
  { "active", YQ_ACTOR_MANAGER, YQ_EDIT_FORM | YQ_EDIT_UPKEEP },
};

const YqEntity yq_desk = {
  "desk", "desks", N_("Department"), N_("Departments"),
  TABLE (desk_fields), TABLE (desk_states), TABLE (desk_steps), TABLE (desk_editable),
  .owned = YQ_OWNED_BY_CARRIER, .region_from = "carrier", .reads = YQ_SEES_OWNER | YQ_SEES_ADMINISTRATOR, .title_field = "name",
};
/* clang-format on */

gboolean
yq_organisation_is_verified (YqRecord *organisation)
{
  return yq_record_in_state (organisation, "active") ||
         (yq_record_in_state (organisation, "pending") &&
          yq_record_has (organisation, ORGANISATION_FIRST_APPROVED_AT));
}
