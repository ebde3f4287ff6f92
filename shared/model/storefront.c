/* How a carrier enters the market. */
#include "storefront.h"

#include "catalogue.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "region.h"

#define PRICE_MAX G_GINT64_CONSTANT (10000000000)

/* clang-format off */
static const YqField store_fields[] = {
  [STORE_NAME]          = { "name", N_("Name of the store"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_FORM, .max = 100, .group = N_("Store") },
  [STORE_INTRODUCTION]  = { "introduction", N_("About the store"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SEARCH, PUBLIC_UPKEEP, .max = 2000 },
  [STORE_SCOPE]         = { "scope", N_("Scope of service"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SEARCH, PUBLIC_UPKEEP, .max = 1000 },
  [STORE_ADDRESS]       = { "address", N_("Address"), YQ_TEXT, 0, PUBLIC_UPKEEP, .max = 200, .group = N_("Contact") },
  [STORE_CONTACT_NAME]  = { "contact_name", N_("Contact"), YQ_TEXT, YQ_REQUIRED | YQ_LIST, PUBLIC_UPKEEP, .max = 50 },
  [STORE_CONTACT_PHONE] = { "contact_phone", N_("Contact phone"), YQ_TEXT, YQ_REQUIRED, CONTACT_UPKEEP, .max = 30, .check = yq_check_phone },
  [STORE_CONTACT_EMAIL] = { "contact_email", N_("Contact e-mail"), YQ_TEXT, 0, CONTACT_UPKEEP, .max = 100, .check = yq_check_email },
  [STORE_LICENCES]      = { "licences", N_("Licences"), YQ_FILES, YQ_REQUIRED, OFFICIAL_FORM, .max = 10, .hint = N_("Licence of the legal entity, and its authorisation where a department opens the store"), .group = N_("Papers") },
  [STORE_PHOTOS]        = { "photos", N_("Photos"), YQ_FILES, 0, PUBLIC_UPKEEP, .max = 10, .accept = YQ_FILES_PHOTOS },
  [STORE_CARRIER_NAME]  = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 100, .group = N_("Carrier") },
  [STORE_DESK_NAME]     = { "desk_name", N_("Department"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 100 },
  [STORE_APPROVED_AT]   = { "approved_at", N_("Opened"), YQ_TIME, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
  REVIEW_FIELDS (STORE),
};

/* Of store, institution and voucher_service. */
static const YqState admission_states[] = {
  { "draft",     N_("Draft"),            YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",   N_("Waits for review"), YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "returned",  N_("Returned"),         YQ_TONE_YOURS,   YQ_STATE_SIDE },
  { "approved",  N_("Approved"),         YQ_TONE_DONE,    YQ_STATE_PUBLIC },
  { "withdrawn", N_("Withdrawn"),        YQ_TONE_NEUTRAL, YQ_STATE_SIDE },
};

static const YqEditable form_editable[] = {
  { "draft",     YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "returned",  YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "withdrawn", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
};

static const YqEditable store_editable[] = {
  { "draft",     YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "returned",  YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "withdrawn", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "approved",  YQ_ACTOR_OWNER, YQ_EDIT_UPKEEP },
};
/* clang-format on */

/* -- what stands beside a record: of the same carrier and desk -- */

static gboolean
is_beside (YqRecord *one, YqRecord *other)
{
  return g_strcmp0 (yq_record_carrier (one), yq_record_carrier (other)) == 0 &&
         g_strcmp0 (yq_record_desk (one), yq_record_desk (other)) == 0;
}

static const char *
text_of (YqRecord *record, const char *field)
{
  int i = field != NULL ? yq_entity_find_field (yq_record_entity (record), field) : -1;

  return i >= 0 ? yq_record_text (record, i) : NULL;
}

/* The first one of an entity in these states; field (may be NULL) has this value. */
static YqRecord *
find_beside (YqWorld *world, YqRecord *record, const YqEntity *entity, const char *states,
             const char *field, const char *value)
{
  g_autoptr(GPtrArray) all =
    yq_record_carrier (record) != NULL
      ? yq_world_list (world, entity, "carrier", yq_record_carrier (record))
      : NULL;

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      YqRecord *one = all->pdata[i];

      if (yq_record_in_state (one, states) && is_beside (one, record) &&
          g_strcmp0 (yq_record_id (one), yq_record_id (record)) != 0 &&
          g_strcmp0 (text_of (one, field), value) == 0)
        return g_object_ref (one);
    }
  return NULL;
}

YqRecord *
yq_storefront_of (YqWorld *world, YqRecord *record)
{
  return find_beside (world, record, &yq_store, "approved", NULL, NULL);
}

gboolean
yq_is_institution (YqWorld *world, YqRecord *record, const char *programme, const char *states)
{
  g_autoptr(YqRecord) found =
    find_beside (world, record, &yq_institution, states, "programme", programme);

  return found != NULL;
}

gboolean
yq_service_takes_vouchers (YqWorld *world, const char *service, const char *programme)
{
  g_autoptr(GPtrArray) all = yq_world_list (world, &yq_voucher_service, "service", service);

  for (guint i = 0; i < all->len; i++)
    if (yq_record_in_state (all->pdata[i], "approved") &&
        g_strcmp0 (yq_record_text (all->pdata[i], VOUCHER_SERVICE_PROGRAMME), programme) == 0)
      return TRUE;
  return FALSE;
}

gboolean
yq_service_has_fixed_price (YqRecord *service)
{
  return g_strcmp0 (yq_record_text (service, SERVICE_PRICE_MODE), "fixed") == 0;
}

static void
derive_desk (YqWorld *world, YqRecord *record, guint field)
{
  g_autoptr(YqRecord) desk = yq_world_get (world, &yq_desk, yq_record_desk (record));

  if (desk != NULL)
    yq_record_set_text (record, field, yq_record_title (desk));
}

static YqProblem *
needs_store (YqWorld *world, YqRecord *record)
{
  g_autoptr(YqRecord) store = NULL;

  if (!yq_policy_demands (world, yq_record_region (record), "store"))
    return NULL;
  if ((store = yq_storefront_of (world, record)) != NULL)
    return NULL;
  return yq_problem_new (YQ_PROBLEM_STATE,
                         _("Open a store first: services are offered by approved stores"));
}

/* -- store -- */

static void
store_derive (YqWorld *world, YqRecord *store)
{
  yq_derive_name (world, store, STORE_CARRIER_NAME, yq_record_carrier (store));
  derive_desk (world, store, STORE_DESK_NAME);
}

static const char *
admitted (YqWorld *world, YqRecord *record, const YqValues *args)
{
  return yq_choose_pending_or (world, record, "approved");
}

static YqProblem *
store_can_submit (YqWorld *world, const YqWho *who, YqRecord *store, const YqValues *args)
{
  g_autoptr(YqRecord) carrier = yq_world_get (world, &yq_organisation, yq_record_carrier (store));
  g_autoptr(YqRecord) other = find_beside (world, store, &yq_store, "pending|approved", NULL, NULL);

  if (carrier != NULL && !yq_organisation_is_verified (carrier))
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("Only verified organisations open a store; yours is “%s”"),
                           yq_record_state_title (carrier));
  if (other != NULL)
    return yq_problem_new (YQ_PROBLEM_DUPLICATE, _("You have one store already: “%s” (%s)"),
                           yq_record_title (other), yq_record_state_title (other));
  return NULL;
}

static YqProblem *
store_can_withdraw (YqWorld *world, const YqWho *who, YqRecord *store, const YqValues *args)
{
  g_autoptr(YqRecord) service =
    find_beside (world, store, &yq_service, "pending|listed", NULL, NULL);

  if (!yq_record_in_state (store, "approved") || service == NULL)
    return NULL;
  return yq_problem_new (YQ_PROBLEM_STATE,
                         _("Its services are still offered: stop “%s” and the others first"),
                         yq_record_title (service));
}

/* clang-format off */
static const YqStep store_steps[] = {
  { "submit",   N_("Submit for review"), "draft|returned|withdrawn", "pending|approved", "owner", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, NULL, store_can_submit, admitted },
  { "withdraw", N_("Withdraw"), "pending|approved", "withdrawn", "owner", YQ_STEP_DANGER, NULL, store_can_withdraw },
  { "approve",  N_("Approve"), "pending", "approved", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY | YQ_STEP_COMPLETE, yq_comment_fields, store_can_submit },
  { "return",   N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
};

const YqEntity yq_store = {
  "store", "stores", N_("Store"), N_("Stores"),
  TABLE (store_fields), TABLE (admission_states), TABLE (store_steps), TABLE (store_editable),
  .owned = YQ_OWNED_BY_CARRIER, .region_from = "carrier", .reads = YQ_OFFICIAL, .kind = "store",
  .title_field = "name", .subtitle_field = "carrier_name", .derive = store_derive,
};

/* -- service -- */

static const YqChoice tracks[] = {
  { "instrument_sharing", N_("Sharing of instruments") },
  { "inspection_testing", N_("Inspection and testing") },
  { "other",              N_("Other service") },
  { NULL },
};

static const YqChoice price_modes[] = {
  { "fixed",      N_("Fixed price") },
  { "negotiable", N_("Negotiable") },
  { NULL },
};

static const YqChoice units[] = {
  { "item",   N_("per test item") },
  { "sample", N_("per sample") },
  { "hour",   N_("per hour") },
  { "day",    N_("per day") },
  { "batch",  N_("per batch") },
  { "report", N_("per report") },
  { "project", N_("per project") },
  { NULL },
};

static const YqChoice certificates[] = {
  { "CMA",   N_("CMA qualification") },
  { "CNAS",  N_("CNAS accreditation") },
  { "CAL",   N_("CAL approval") },
  { "other", N_("Other certificate") },
  { NULL },
};

static const YqField certificate_columns[] = {
  { "kind",        N_("Certificate"), YQ_CHOICE, YQ_REQUIRED, .sees = YQ_EVERYBODY, .choices = certificates },
  { "number",      N_("Number"), YQ_TEXT, 0, .sees = YQ_EVERYBODY, .max = 60 },
  { "valid_until", N_("Valid until"), YQ_DATE, 0, .sees = YQ_EVERYBODY },
  { NULL },
};

static const YqField open_to_columns[] = {
  { "region", N_("Region"), YQ_REGION, YQ_REQUIRED, .sees = YQ_EVERYBODY },
  { NULL },
};
/* clang-format on */

static gboolean
shares_instruments (const YqValues *values)
{
  return g_strcmp0 (yq_values_text (values, SERVICE_TRACK), "instrument_sharing") == 0;
}

static gboolean
has_fixed_price (const YqValues *values)
{
  return g_strcmp0 (yq_values_text (values, SERVICE_PRICE_MODE), "negotiable") != 0;
}

/* clang-format off */
static const YqField service_fields[] = {
  [SERVICE_TRACK]         = { "track", N_("Track"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST | YQ_INDEX, PUBLIC_FORM, .choices = tracks, .group = N_("Service") },
  [SERVICE_NAME]          = { "name", N_("Name of the service"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_FORM, .max = 100 },
  [SERVICE_CATEGORY]      = { "category", N_("Category of service"), YQ_REFERENCE, YQ_REQUIRED | YQ_LIST | YQ_INDEX, PUBLIC_FORM, .refers = "category", .refers_if = "kind=service|!parent", .hint = N_("Of the third level") },
  [SERVICE_DOMAIN]        = { "domain", N_("Field of service"), YQ_CHOICE, YQ_INDEX, PUBLIC_FORM, .choices = yq_domains },
  [SERVICE_INSTRUMENTS]   = { "instruments", N_("Instruments used"), YQ_REFERENCES, YQ_REQUIRED, PUBLIC_UPKEEP, .max = 50, .refers = "instrument", .shown = shares_instruments, .hint = N_("From your shelf: pick them there first") },
  [SERVICE_DESCRIPTION]   = { "description", N_("Description of the service"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SEARCH, PUBLIC_FORM, .max = 2000 },
  [SERVICE_DELIVERABLE]   = { "deliverable", N_("Deliverable"), YQ_TEXT, YQ_SEARCH, PUBLIC_FORM, .max = 200, .hint = N_("For example: test report with CMA mark") },
  [SERVICE_CERTIFICATES]  = { "certificates", N_("Certificates"), YQ_ROWS, 0, PUBLIC_FORM, .max = 10, .columns = certificate_columns },
  [SERVICE_PRICE_MODE]    = { "price_mode", N_("Pricing"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST | YQ_INDEX, PUBLIC_FORM, .choices = price_modes, .group = N_("Price and time") },
  [SERVICE_PRICE]         = { "price", N_("Price"), YQ_MONEY, YQ_REQUIRED | YQ_LIST, PUBLIC_FORM, .min = 1, .max = PRICE_MAX, .shown = has_fixed_price },
  [SERVICE_UNIT]          = { "unit", N_("Price unit"), YQ_CHOICE, YQ_LIST, PUBLIC_FORM, .choices = units },
  [SERVICE_CYCLE]         = { "cycle", N_("Time it takes"), YQ_TEXT, 0, PUBLIC_UPKEEP, .max = 60, .hint = N_("For example: 5 working days") },
  [SERVICE_OPEN_TO]       = { "open_to", N_("Open to enterprises of"), YQ_ROWS, 0, PUBLIC_UPKEEP, .max = 50, .columns = open_to_columns, .hint = N_("Nothing entered means everywhere") },
  [SERVICE_CONTACT_NAME]  = { "contact_name", N_("Contact"), YQ_TEXT, YQ_REQUIRED, PUBLIC_UPKEEP, .max = 50, .group = N_("Contact") },
  [SERVICE_CONTACT_PHONE] = { "contact_phone", N_("Contact phone"), YQ_TEXT, YQ_REQUIRED, CONTACT_UPKEEP, .max = 30, .check = yq_check_phone },
  [SERVICE_PHOTOS]        = { "photos", N_("Photos"), YQ_FILES, 0, PUBLIC_UPKEEP, .max = 10, .accept = YQ_FILES_PHOTOS, .group = N_("Photos and papers") },
  [SERVICE_PAPERS]        = { "papers", N_("Papers"), YQ_FILES, 0, OFFICIAL_FORM, .max = 10 },
  [SERVICE_CARRIER_NAME]  = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 100, .group = N_("Carrier") },
  [SERVICE_DESK_NAME]     = { "desk_name", N_("Department"), YQ_TEXT, YQ_COMPUTED | YQ_SEARCH, PUBLIC_FACT, .max = 100 },
  [SERVICE_FOR_VOUCHERS]  = { "for_vouchers", N_("Takes vouchers"), YQ_BOOLEAN, YQ_COMPUTED | YQ_LIST | YQ_INDEX, PUBLIC_FACT },
  [SERVICE_SERVICE_COUNT] = { "service_count", N_("Times served"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
  REVIEW_FIELDS (SERVICE),
  RISK_FIELDS (SERVICE),
};

static const YqState service_states[] = {
  { "draft",    N_("Draft"),            YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",  N_("Waits for review"), YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "returned", N_("Returned"),         YQ_TONE_YOURS,   YQ_STATE_SIDE },
  { "listed",   N_("Listed"),           YQ_TONE_DONE,    YQ_STATE_PUBLIC },
  { "stopped",  N_("Stopped"),          YQ_TONE_BAD,     YQ_STATE_PUBLIC | YQ_STATE_SIDE },
};
/* clang-format on */

static void
service_derive (YqWorld *world, YqRecord *service)
{
  yq_derive_name (world, service, SERVICE_CARRIER_NAME, yq_record_carrier (service));
  derive_desk (world, service, SERVICE_DESK_NAME);
}

static YqProblem *
check_category (YqWorld *world, YqRecord *service)
{
  g_autoptr(YqRecord) category =
    yq_world_get (world, &yq_category, yq_record_text (service, SERVICE_CATEGORY));

  if (category == NULL || (g_strcmp0 (yq_record_text (category, CATEGORY_KIND), "service") == 0 &&
                           yq_record_int (category, CATEGORY_LEVEL) == 3))
    return NULL;
  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_INVALID, _("The category is none of the third level of services")),
    "category", YQ_PROBLEM_INVALID, _("“%s” is too general: choose one below it"),
    yq_record_title (category));
}

/* Instruments of a service stand on the shelf of its own desk, or of its organisation. */
static YqProblem *
check_shelf (YqWorld *world, YqRecord *service)
{
  JsonArray *ids = yq_record_array (service, SERVICE_INSTRUMENTS);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      g_autoptr(YqRecord) instrument =
        yq_world_get (world, &yq_instrument, json_array_get_string_element (ids, i));
      YqProblem *problem;

      if (instrument != NULL && is_beside (instrument, service) &&
          yq_record_in_state (instrument, "listed|stopped"))
        continue;
      problem = yq_problem_new (
        YQ_PROBLEM_STATE, _("Instrument %u of the service, “%s”, does not stand on your shelf"),
        i + 1, instrument != NULL ? yq_record_title (instrument) : "—");
      return yq_problem_add_error (problem, "instruments", YQ_PROBLEM_STATE,
                                   _("Pick it in the list of instruments first"));
    }
  return NULL;
}

static YqProblem *
service_check (YqWorld *world, YqRecord *service)
{
  YqProblem *problem = check_category (world, service);

  return problem != NULL ? problem : check_shelf (world, service);
}

static const char *
service_submitted (YqWorld *world, YqRecord *service, const YqValues *args)
{
  return yq_choose_pending_or (world, service, "listed");
}

static YqProblem *
service_can_list (YqWorld *world, const YqWho *who, YqRecord *service, const YqValues *args)
{
  return needs_store (world, service);
}

/* clang-format off */
static const YqStep service_steps[] = {
  { "submit",   N_("Submit for review"), "draft|returned", "pending|listed", "owner", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, NULL, service_can_list, service_submitted },
  { "withdraw", N_("Take back to change"), "pending|stopped", "draft", "owner", 0 },
  { "approve",  N_("Approve"), "pending", "listed", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY | YQ_STEP_COMPLETE, yq_comment_fields, service_can_list },
  { "return",   N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
  { "stop",     N_("Stop"),  "listed", "stopped", "owner", YQ_STEP_DANGER, yq_comment_fields },
  { "start",    N_("Start again"), "stopped", "listed", "owner", 0, NULL, service_can_list },
};

static const YqEditable service_editable[] = {
  { "draft",    YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "returned", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "listed",   YQ_ACTOR_OWNER, YQ_EDIT_UPKEEP },
  { "stopped",  YQ_ACTOR_OWNER, YQ_EDIT_UPKEEP },
};

const YqEntity yq_service = {
  "service", "services", N_("Service"), N_("Services"),
  TABLE (service_fields), TABLE (service_states), TABLE (service_steps), TABLE (service_editable),
  .owned = YQ_OWNED_BY_CARRIER, .region_from = "carrier", .reads = YQ_OFFICIAL, .kind = "service",
  .title_field = "name", .subtitle_field = "carrier_name", .check = service_check, .derive = service_derive,
};

/* -- institution -- */

static const YqField institution_fields[] = {
  [INSTITUTION_PROGRAMME] = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, PUBLIC_FORM, .refers = "programme", .group = N_("Application") },
  [INSTITUTION_STATEMENT] = { "statement", N_("Ability and conditions to serve"), YQ_TEXT, YQ_REQUIRED | YQ_LONG, OFFICIAL_FORM, .max = 2000 },
  [INSTITUTION_PAPERS]    = { "papers", N_("Papers"), YQ_FILES, YQ_REQUIRED, OFFICIAL_FORM, .max = 20, .hint = N_("Licence, qualifications, fee standard, letter of commitment") },
  [INSTITUTION_PLEDGE]    = { "pledge", N_("I pledge that what I state is true"), YQ_BOOLEAN, YQ_REQUIRED, OFFICIAL_FORM },
  [INSTITUTION_TITLE]     = { "title", N_("Voucher institution"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 200, .group = N_("Institution") },
  [INSTITUTION_PROGRAMME_NAME] = { "programme_name", N_("Voucher programme"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_HIDDEN, PUBLIC_FACT, .max = 100 },
  [INSTITUTION_CARRIER_NAME] = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 100 },
  [INSTITUTION_DESK_NAME] = { "desk_name", N_("Department"), YQ_TEXT, YQ_COMPUTED, PUBLIC_FACT, .max = 100 },
  [INSTITUTION_ADMITTED_ON] = { "admitted_on", N_("Admitted on"), YQ_DATE, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
  REVIEW_FIELDS (INSTITUTION),
};
/* clang-format on */

static void
derive_programme (YqWorld *world, YqRecord *record, guint field, guint name)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (record, field));

  if (programme != NULL)
    yq_record_set_text (record, name, yq_record_title (programme));
}

static void
institution_derive (YqWorld *world, YqRecord *institution)
{
  g_autoptr(YqRecord) store = yq_storefront_of (world, institution);

  yq_derive_name (world, institution, INSTITUTION_CARRIER_NAME, yq_record_carrier (institution));
  derive_desk (world, institution, INSTITUTION_DESK_NAME);
  derive_programme (world, institution, INSTITUTION_PROGRAMME, INSTITUTION_PROGRAMME_NAME);
  if (store != NULL)
    yq_record_set_text (institution, INSTITUTION_TITLE, yq_record_title (store));
  else
    yq_derive_name (world, institution, INSTITUTION_TITLE, yq_record_carrier (institution));
}

static YqProblem *
institution_check (YqWorld *world, YqRecord *institution)
{
  YqProblem *problem;

  if (yq_record_int (institution, INSTITUTION_PLEDGE))
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_REQUIRED, _("The pledge has not been ticked"));
  return yq_problem_add_error (problem, "pledge", YQ_PROBLEM_REQUIRED,
                               _("Read the pledge and tick it"));
}

static YqProblem *
check_programme (YqWorld *world, YqRecord *record, guint field)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (record, field));
  YqProblem *problem = NULL;

  if (programme == NULL || !yq_record_in_state (programme, "open"))
    problem = yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("“%s” is not open: %s"),
                              programme != NULL ? yq_record_title (programme) : "—",
                              programme != NULL ? yq_record_state_title (programme) : "—");
  else if (!yq_policy_regions_hold (yq_record_array (programme, PROGRAMME_CARRIERS_FROM),
                                    yq_record_region (record)))
    problem =
      yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("“%s” does not pay carriers of your region"),
                      yq_record_title (programme));
  if (problem == NULL)
    return NULL;
  return yq_problem_add_error (problem, "programme", YQ_PROBLEM_NOT_ELIGIBLE, "%s",
                               yq_problem_detail (problem));
}

static YqProblem *
refuse_twin (YqWorld *world, YqRecord *record, const char *field, const char *value)
{
  g_autoptr(YqRecord) twin =
    find_beside (world, record, yq_record_entity (record), "pending|approved", field, value);

  return twin == NULL ? NULL
                      : yq_problem_new (YQ_PROBLEM_DUPLICATE, _("This exists already: “%s” (%s)"),
                                        yq_record_title (twin), yq_record_state_title (twin));
}

/* Manual jiangsu-carrier, step 4①: who has opened a store and listed a service may apply. */
static YqProblem *
institution_can_submit (YqWorld *world, const YqWho *who, YqRecord *institution,
                        const YqValues *args)
{
  const char *programme = yq_record_text (institution, INSTITUTION_PROGRAMME);
  g_autoptr(YqRecord) service = find_beside (world, institution, &yq_service, "listed", NULL, NULL);
  YqProblem *problem = needs_store (world, institution);

  if (problem == NULL && service == NULL)
    problem =
      yq_problem_new (YQ_PROBLEM_STATE, _("Publish an ordinary service first: voucher institutions "
                                          "are chosen among those that serve"));
  if (problem == NULL)
    problem = check_programme (world, institution, INSTITUTION_PROGRAMME);
  return problem != NULL ? problem : refuse_twin (world, institution, "programme", programme);
}

/* clang-format off */
static const YqStep institution_steps[] = {
  { "submit",   N_("Submit for review"), "draft|returned|withdrawn", "pending|approved", "owner", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, NULL, institution_can_submit, admitted },
  { "withdraw", N_("Withdraw"), "pending|approved", "withdrawn", "owner", YQ_STEP_DANGER },
  { "approve",  N_("Approve"), "pending", "approved", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY | YQ_STEP_COMPLETE, yq_comment_fields, institution_can_submit },
  { "return",   N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
};

const YqEntity yq_institution = {
  "institution", "institutions", N_("Voucher institution"), N_("Voucher institutions"),
  TABLE (institution_fields), TABLE (admission_states), TABLE (institution_steps), TABLE (form_editable),
  .owned = YQ_OWNED_BY_CARRIER, .region_from = "carrier", .reads = YQ_OFFICIAL, .kind = "institution",
  .title_field = "title", .subtitle_field = "programme_name", .check = institution_check, .derive = institution_derive,
};

/* -- voucher_service -- */

static const YqField voucher_service_fields[] = {
  [VOUCHER_SERVICE_SERVICE]   = { "service", N_("Service"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, PUBLIC_FORM, .refers = "service", .group = N_("Voucher service") },
  [VOUCHER_SERVICE_PROGRAMME] = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, PUBLIC_FORM, .refers = "programme" },
  [VOUCHER_SERVICE_NOTE]      = { "note", N_("Note"), YQ_TEXT, YQ_LONG, OFFICIAL_FORM, .max = 500 },
  [VOUCHER_SERVICE_TITLE]     = { "title", N_("Service"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH | YQ_HIDDEN, PUBLIC_FACT, .max = 100 },
  [VOUCHER_SERVICE_PROGRAMME_NAME] = { "programme_name", N_("Voucher programme"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_HIDDEN, PUBLIC_FACT, .max = 100 },
  [VOUCHER_SERVICE_CARRIER_NAME] = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 100 },
  REVIEW_FIELDS (VOUCHER_SERVICE),
};
/* clang-format on */

static void
voucher_service_derive (YqWorld *world, YqRecord *record)
{
  g_autoptr(YqRecord) service =
    yq_world_get (world, &yq_service, yq_record_text (record, VOUCHER_SERVICE_SERVICE));

  if (service != NULL)
    {
      yq_record_set_text (record, VOUCHER_SERVICE_TITLE, yq_record_title (service));
      yq_record_set_text (record, VOUCHER_SERVICE_CARRIER_NAME,
                          yq_record_text (service, SERVICE_CARRIER_NAME));
    }
  derive_programme (world, record, VOUCHER_SERVICE_PROGRAMME, VOUCHER_SERVICE_PROGRAMME_NAME);
}

/* states: those of the institution that suffice. */
static YqProblem *
check_voucher_service (YqWorld *world, YqRecord *record, const char *states)
{
  const char *programme = yq_record_text (record, VOUCHER_SERVICE_PROGRAMME);
  g_autoptr(YqRecord) service =
    yq_world_get (world, &yq_service, yq_record_text (record, VOUCHER_SERVICE_SERVICE));
  g_autoptr(GPtrArray) all = NULL;

  if (service == NULL || !yq_record_in_state (service, "listed"))
    return yq_problem_new (YQ_PROBLEM_STATE,
                           _("Only a listed service becomes a voucher service; this one is: %s"),
                           service != NULL ? yq_record_state_title (service) : "—");
  if (!yq_is_institution (world, record, programme, states))
    return yq_problem_new (YQ_PROBLEM_STATE,
                           _("Apply as a voucher institution of this programme first; its approval "
                             "comes before that of its services"));
  all = yq_world_list (world, &yq_voucher_service, "service", yq_record_id (service));
  for (guint i = 0; i < all->len; i++)
    if (yq_record_in_state (all->pdata[i], "pending|approved") &&
        strcmp (yq_record_id (all->pdata[i]), yq_record_id (record)) != 0 &&
        g_strcmp0 (yq_record_text (all->pdata[i], VOUCHER_SERVICE_PROGRAMME), programme) == 0)
      return yq_problem_new (YQ_PROBLEM_DUPLICATE, _("This exists already: “%s” (%s)"),
                             yq_record_title (all->pdata[i]),
                             yq_record_state_title (all->pdata[i]));
  return NULL;
}

static YqProblem *
voucher_service_can_submit (YqWorld *world, const YqWho *who, YqRecord *record,
                            const YqValues *args)
{
  return check_voucher_service (world, record, "pending|approved");
}

static YqProblem *
voucher_service_can_approve (YqWorld *world, const YqWho *who, YqRecord *record,
                             const YqValues *args)
{
  return check_voucher_service (world, record, "approved");
}

/* clang-format off */
static const YqStep voucher_service_steps[] = {
  { "submit",   N_("Submit for review"), "draft|returned|withdrawn", "pending|approved", "owner", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, NULL, voucher_service_can_submit, admitted },
  { "withdraw", N_("Withdraw"), "pending|approved", "withdrawn", "owner", YQ_STEP_DANGER },
  { "approve",  N_("Approve"), "pending", "approved", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY, yq_comment_fields, voucher_service_can_approve },
  { "return",   N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
};

const YqEntity yq_voucher_service = {
  "voucher_service", "voucher_services", N_("Voucher service"), N_("Voucher services"),
  TABLE (voucher_service_fields), TABLE (admission_states), TABLE (voucher_service_steps), TABLE (form_editable),
  .owned = YQ_OWNED_BY_CARRIER, .carrier_from = "service", .desk_from = "service", .region_from = "service",
  .reads = YQ_OFFICIAL, .kind = "voucher_service", .title_field = "title", .subtitle_field = "programme_name",
  .derive = voucher_service_derive,
};
/* clang-format on */

char *
yq_service_why_closed (YqRecord *service, const char *region)
{
  JsonArray *rows = yq_record_array (service, SERVICE_OPEN_TO);
  g_autoptr(GString) open_to = NULL;
  g_autofree char *path = NULL;

  if (region == NULL || yq_policy_regions_hold (rows, region))
    return NULL;
  open_to = g_string_new (NULL);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      g_autofree char *one = yq_region_path (json_object_get_string_member_with_default (
        json_array_get_object_element (rows, i), "region", ""));

      g_string_append_printf (open_to, "%s%s", i > 0 ? _(", ") : "", one != NULL ? one : "");
    }
  path = yq_region_path (region);
  return g_strdup_printf (_("“%s” is open to enterprises of %s; yours is registered in %s"),
                          yq_record_title (service), open_to->str, path != NULL ? path : region);
}
