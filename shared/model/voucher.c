/* Public money on its way to the enterprise. */
#include "voucher.h"

#include "catalogue.h"
#include "clock.h"
#include "money.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "redemption.h"

/* clang-format off */
static const YqField claim_fields[] = {
  [CLAIM_PROGRAMME]      = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, FORM, .refers = "programme", .group = N_("Claim") },
  [CLAIM_PROGRAMME_NAME] = { "programme_name", N_("Voucher programme"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_HIDDEN, FACT, .max = 100 },
  [CLAIM_EXTERNAL_NUMBER] = { "external_number", N_("Number outside"), YQ_TEXT, YQ_COMPUTED | YQ_INDEX | YQ_SEARCH, FACT, .max = 64 },
  [CLAIM_AMOUNT]         = { "amount", N_("Amount claimed"), YQ_MONEY, YQ_REQUIRED | YQ_LIST, FORM, .min = 100, .max = G_GINT64_CONSTANT (10000000000) },
  [CLAIM_PURPOSE]        = { "purpose", N_("Purpose of the claim"), YQ_TEXT, YQ_LONG, FORM, .max = 1000 },
  [CLAIM_PAPERS]         = { "papers", N_("Papers"), YQ_FILES, 0, FORM, .max = 10 },
  [CLAIM_PLEDGE]         = { "pledge", N_("I pledge that what I state is true"), YQ_BOOLEAN, YQ_REQUIRED, FORM },
  [CLAIM_BUYER_NAME]     = { "buyer_name", N_("Enterprise"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 100, .group = N_("Result") },
  [CLAIM_VOUCHER]        = { "voucher", N_("Voucher"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, FACT, .refers = "voucher" },
  [CLAIM_VOUCHER_NUMBER] = { "voucher_number", N_("Voucher number"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 40 },
  [CLAIM_YEAR]           = { "year", N_("Year"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST | YQ_INDEX, FACT },
  [CLAIM_PROGRAMME_REVISION] = { "programme_revision", N_("Version of the rules"), YQ_INTEGER, YQ_COMPUTED, FACT },
  [CLAIM_GRANTED_AT]     = { "granted_at", N_("Granted at"), YQ_TIME, YQ_COMPUTED | YQ_LIST, FACT },
  REVIEW_FIELDS (CLAIM),
};

static const YqState claim_states[] = {
  { "draft",    N_("Draft"),            YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",  N_("Waits for review"), YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "returned", N_("Returned"),         YQ_TONE_YOURS,   YQ_STATE_SIDE },
  { "granted",  N_("Granted"),          YQ_TONE_DONE },
  { "withdrawn", N_("Taken back"),      YQ_TONE_NEUTRAL, YQ_STATE_FINAL | YQ_STATE_SIDE },
};
/* clang-format on */

static YqProblem *
demand_pledge (YqRecord *record, guint field)
{
  YqProblem *problem;

  if (yq_record_int (record, field))
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_REQUIRED, _("The pledge has not been ticked"));
  return yq_problem_add_error (problem, "pledge", YQ_PROBLEM_REQUIRED,
                               _("Read the pledge and tick it"));
}

static YqProblem *
claim_check (YqWorld *world, YqRecord *claim)
{
  return demand_pledge (claim, CLAIM_PLEDGE);
}

static YqProblem *
claim_can_submit (YqWorld *world, const YqWho *who, YqRecord *claim, const YqValues *args)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (claim, CLAIM_PROGRAMME));
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, yq_record_buyer (claim));
  YqProblem *problem;

  if (programme == NULL || buyer == NULL)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("This voucher programme does not exist any more"));
  if ((problem = yq_policy_check_eligible (world, programme, buyer)) != NULL)
    return problem;
  return yq_policy_check_claim (world, programme, buyer, yq_record_int (claim, CLAIM_AMOUNT),
                                yq_record_id (claim));
}

YqProblem *
yq_claim_check_external_number (YqWorld *world, const char *programme, const char *number)
{
  g_autoptr(GPtrArray) twins = yq_world_list (world, &yq_claim, "external_number", number);

  for (guint i = 0; i < twins->len; i++)
    if (g_strcmp0 (yq_record_text (twins->pdata[i], CLAIM_PROGRAMME), programme) == 0 &&
        !yq_record_in_state (twins->pdata[i], "withdrawn"))
      return yq_problem_add_error (
        yq_problem_new (YQ_PROBLEM_DUPLICATE, _("Number %s has been imported already"), number),
        "external_number", YQ_PROBLEM_DUPLICATE, _("Each number is imported once"));
  return NULL;
}

static const char *
claim_submitted (YqWorld *world, YqRecord *claim, const YqValues *args)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (claim, CLAIM_PROGRAMME));
  const char *way = programme != NULL ? yq_record_text (programme, PROGRAMME_CLAIM) : NULL;

  if (way != NULL && yq_word_in ("instant|none", way))
    return "granted";
  return yq_choose_pending_or (world, claim, "granted");
}

static void
claim_derive (YqWorld *world, YqRecord *claim)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (claim, CLAIM_PROGRAMME));

  if (programme != NULL)
    yq_record_set_text (claim, CLAIM_PROGRAMME_NAME, yq_record_title (programme));
  yq_derive_name (world, claim, CLAIM_BUYER_NAME, yq_record_buyer (claim));
}

/* clang-format off */
static const YqStep claim_steps[] = {
  { "submit",  N_("Claim"), "draft|returned", "pending|granted", "buyer", YQ_STEP_COMPLETE | YQ_STEP_CREATES | YQ_STEP_PRIMARY, NULL, claim_can_submit, claim_submitted },
  { "approve", N_("Approve"), "pending", "granted", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY, yq_comment_fields, claim_can_submit },
  { "import",  N_("Import"), "draft", "granted", "clock", YQ_STEP_HIDDEN },
  { "withdraw", N_("Take back"), "granted", "withdrawn", "clock", YQ_STEP_HIDDEN },
  { "return",  N_("Return"), "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
};

static const YqEditable claim_editable[] = {
  { "draft",    YQ_ACTOR_BUYER, YQ_EDIT_FORM },
  { "returned", YQ_ACTOR_BUYER, YQ_EDIT_FORM },
};

const YqEntity yq_claim = {
  "claim", "claims", N_("Claim"), N_("Claims"),
  TABLE (claim_fields), TABLE (claim_states), TABLE (claim_steps), TABLE (claim_editable),
  .owned = YQ_OWNED_BY_BUYER, .region_from = "buyer", .reads = YQ_OFFICIAL, .kind = "claim",
  .title_field = "programme_name", .subtitle_field = "voucher_number", .check = claim_check, .derive = claim_derive,
};

static const YqChoice voucher_kinds[] = {
  { "enterprise_redeems", N_("Redeemed by the enterprise") },
  { "carrier_redeems",    N_("Redeemed by the carrier") },
  { "either",             N_("Chosen per use") },
  { NULL },
};

static const YqField voucher_fields[] = {
  [VOUCHER_NUMBER]         = { "number", N_("Voucher number"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_INDEX | YQ_SEARCH, OFFICIAL_FACT, .max = 40 },
  [VOUCHER_PROGRAMME]      = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, OFFICIAL_FACT, .refers = "programme" },
  [VOUCHER_PROGRAMME_NAME] = { "programme_name", N_("Voucher programme"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_HIDDEN, OFFICIAL_FACT, .max = 100 },
  [VOUCHER_KIND]           = { "kind", N_("Kind"), YQ_CHOICE, YQ_COMPUTED | YQ_LIST, OFFICIAL_FACT, .choices = voucher_kinds },
  [VOUCHER_YEAR]           = { "year", N_("Year"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, OFFICIAL_FACT },
  [VOUCHER_HOLDER_NAME]    = { "holder_name", N_("Holder"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, OFFICIAL_FACT, .max = 100 },
  [VOUCHER_AMOUNT]         = { "amount", N_("Amount"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, OFFICIAL_FACT },
  [VOUCHER_AVAILABLE]      = { "available", N_("Available"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, OFFICIAL_FACT },
  [VOUCHER_HELD]           = { "held", N_("Held"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, OFFICIAL_FACT },
  [VOUCHER_REDEEMED]       = { "redeemed", N_("Redeemed"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, OFFICIAL_FACT },
  [VOUCHER_ISSUED_AT]      = { "issued_at", N_("Issued"), YQ_TIME, YQ_COMPUTED, OFFICIAL_FACT },
  [VOUCHER_VALID_UNTIL]    = { "valid_until", N_("Valid until"), YQ_DATE, YQ_COMPUTED | YQ_LIST, OFFICIAL_FACT },
  [VOUCHER_CLAIM]          = { "claim", N_("Claim"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, OFFICIAL_FACT, .refers = "claim" },
  [VOUCHER_TOKEN]          = { "token", N_("Signed token"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_SEES_OWNER, .max = 400 },
  [VOUCHER_REASON]         = { "reason", N_("Reason"), YQ_TEXT, YQ_COMPUTED, OFFICIAL_FACT, .max = 1000 },
};

static const YqState voucher_states[] = {
  { "active",  N_("Usable"),  YQ_TONE_DONE },
  { "used_up", N_("Used up"), YQ_TONE_NEUTRAL, YQ_STATE_SIDE },
  { "expired", N_("Expired"), YQ_TONE_BAD, YQ_STATE_SIDE | YQ_STATE_FINAL },
  { "revoked", N_("Revoked"), YQ_TONE_BAD, YQ_STATE_SIDE | YQ_STATE_FINAL },
};

static const YqStep voucher_steps[] = {
  { "use_up", N_("Use up"), "active", "used_up", "clock", YQ_STEP_HIDDEN },
  { "refill", N_("Give back"), "used_up", "active", "clock", YQ_STEP_HIDDEN },
  { "expire", N_("Expire"), "active", "expired", "clock", YQ_STEP_HIDDEN },
  { "revoke", N_("Revoke"), "active", "revoked", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
};

const YqEntity yq_voucher = {
  "voucher", "vouchers", N_("Voucher"), N_("Vouchers"),
  TABLE (voucher_fields), TABLE (voucher_states), TABLE (voucher_steps), NULL, 0,
  .owned = YQ_OWNED_BY_BUYER, .buyer_from = "claim", .region_from = "claim", .reads = YQ_OFFICIAL,
  .title_field = "number", .subtitle_field = "programme_name",
};

static const YqChoice redeemers[] = {
  { "enterprise", N_("Enterprise (paid in full)") },
  { "carrier",    N_("Carrier (voucher deducted)") },
  { NULL },
};

const YqChoice yq_service_categories[] = {
  { "testing",     N_("Inspection and testing") },
  { "instruments", N_("Use of instruments") },
  { "research",    N_("Commissioned research and development") },
  { "design",      N_("Design and trial production") },
  { "computing",   N_("Computing and simulation") },
  { "novelty",     N_("Novelty search and information") },
  { "property",    N_("Intellectual property") },
  { "consulting",  N_("Technical consulting") },
  { "other",       N_("Other service") },
  { NULL },
};

static const YqField voucher_use_fields[] = {
  [VOUCHER_USE_NUMBER]         = { "number", N_("Use number"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_INDEX | YQ_SEARCH, FACT, .max = 40, .group = N_("Voucher") },
  [VOUCHER_USE_PROGRAMME]      = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_COMPUTED | YQ_HIDDEN | YQ_INDEX, FACT, .refers = "programme" },
  [VOUCHER_USE_VOUCHER]        = { "voucher", N_("Voucher"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, FORM, .refers = "voucher" },
  [VOUCHER_USE_VOUCHER_NUMBER] = { "voucher_number", N_("Voucher number"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH | YQ_HIDDEN, FACT, .max = 40 },
  [VOUCHER_USE_ORDER]          = { "order", N_("Booking"), YQ_REFERENCE, YQ_INDEX, FORM, .refers = "order", .hint = N_("Leave empty for a service agreed offline") },
  [VOUCHER_USE_CARRIER]        = { "carrier", N_("Carrier"), YQ_REFERENCE, YQ_REQUIRED, FORM, .refers = "organisation" },
  [VOUCHER_USE_CARRIER_NAME]   = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH | YQ_HIDDEN, FACT, .max = 100 },
  [VOUCHER_USE_BUYER_NAME]     = { "buyer_name", N_("Enterprise"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH | YQ_HIDDEN, FACT, .max = 100 },
  [VOUCHER_USE_CATEGORY]       = { "category", N_("Service category"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST | YQ_INDEX, FORM, .choices = yq_service_categories, .group = N_("Contract") },
  [VOUCHER_USE_SERVICE_CONTENT] = { "service_content", N_("Service content"), YQ_TEXT, YQ_LONG, FORM, .max = 1000 },
  [VOUCHER_USE_CONTRACT_NAME]  = { "contract_name", N_("Contract name"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, FORM, .max = 100 },
  [VOUCHER_USE_CONTRACT_AMOUNT] = { "contract_amount", N_("Contract amount"), YQ_MONEY, YQ_REQUIRED | YQ_LIST, FORM, .min = 100, .max = G_GINT64_CONSTANT (100000000000) },
  [VOUCHER_USE_CONTRACT_DATE]  = { "contract_date", N_("Contract signed on"), YQ_DATE, YQ_REQUIRED, FORM, .check = yq_check_not_future },
  [VOUCHER_USE_AMOUNT]         = { "amount", N_("Voucher amount"), YQ_MONEY, YQ_REQUIRED | YQ_LIST, FORM, .min = 100, .max = G_GINT64_CONSTANT (10000000000) },
  [VOUCHER_USE_REDEEMER]       = { "redeemer", N_("Redeemed by"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST, FORM, .choices = redeemers, .hint = N_("Enterprise if the fee was paid in full, carrier if the voucher is deducted from it") },
  [VOUCHER_USE_CONTRACT_FILES] = { "contract_files", N_("Contract"), YQ_FILES, 0, .sees = YQ_INVOLVED, .edit = YQ_EDIT_FORM | YQ_EDIT_INVOICE, .max = 10, .group = N_("Papers") },
  [VOUCHER_USE_RESULT_FILES]   = { "result_files", N_("Proof of the result"), YQ_FILES, 0, .sees = YQ_INVOLVED, .edit = YQ_EDIT_FORM | YQ_EDIT_INVOICE, .max = 10 },
  [VOUCHER_USE_RELEVANCE_FILES] = { "relevance_files", N_("Statement of relevance to innovation"), YQ_FILES, 0, .sees = YQ_INVOLVED, .edit = YQ_EDIT_FORM | YQ_EDIT_INVOICE, .max = 5, .hint = N_("For tests, where the programme demands it") },
  [VOUCHER_USE_PLEDGE]         = { "pledge", N_("I pledge that what I state is true"), YQ_BOOLEAN, YQ_REQUIRED, FORM },
  [VOUCHER_USE_PROGRAMME_REVISION] = { "programme_revision", N_("Version of the rules"), YQ_INTEGER, YQ_COMPUTED, FACT, .group = N_("Progress") },
  [VOUCHER_USE_REDEMPTION]     = { "redemption", N_("Redemption"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, FACT, .refers = "redemption" },
  [VOUCHER_USE_REDEEMED_AMOUNT] = { "redeemed_amount", N_("Redeemed"), YQ_MONEY, YQ_COMPUTED | YQ_INDEX, FACT },
  [VOUCHER_USE_REDEEMED_AT]    = { "redeemed_at", N_("Redeemed at"), YQ_TIME, YQ_COMPUTED, FACT },
  [VOUCHER_USE_PAID_ON]        = { "paid_on", N_("Paid on"), YQ_DATE, YQ_COMPUTED, FACT },
  [VOUCHER_USE_FORMER_STATE]   = { "former_state", N_("State before redeeming"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, FACT, .max = 20 },
  [VOUCHER_USE_REASON]         = { "reason", N_("Reason"), YQ_TEXT, YQ_COMPUTED | YQ_LONG, FACT, .max = 1000 },
  [VOUCHER_USE_SUBMITTED_AT]   = { "submitted_at", N_("Submitted"), YQ_TIME, YQ_COMPUTED | YQ_LIST, FACT },
  [VOUCHER_USE_CONFIRMED_AT]   = { "confirmed_at", N_("Confirmed"), YQ_TIME, YQ_COMPUTED, FACT },
  [VOUCHER_USE_TOKEN]          = { "token", N_("Signed token"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, FACT, .max = 400 },
  [VOUCHER_USE_EXPERTS]        = { "experts", N_("Experts"), YQ_REFERENCES, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_DECIDERS, .max = 20, .refers = "account" },
  RISK_FIELDS (VOUCHER_USE),
};

static const YqState voucher_use_states[] = {
  { "draft",      N_("Draft"),                YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",    N_("To be confirmed"),      YQ_TONE_WAITING },
  { "confirmed",  N_("Confirmed"),            YQ_TONE_YOURS },
  { "served",     N_("Served"),               YQ_TONE_YOURS },
  { "redeeming",  N_("Redemption in review"), YQ_TONE_WAITING },
  { "redeemed",   N_("Redeemed"),             YQ_TONE_DONE, YQ_STATE_FINAL },
  { "terminated", N_("Terminated"),           YQ_TONE_BAD, YQ_STATE_FINAL | YQ_STATE_SIDE },
};
/* clang-format on */

static YqProblem *
voucher_use_check (YqWorld *world, YqRecord *use)
{
  YqProblem *problem = demand_pledge (use, VOUCHER_USE_PLEDGE);

  if (problem != NULL)
    return problem;
  if (yq_record_int (use, VOUCHER_USE_AMOUNT) > yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT))
    {
      problem =
        yq_problem_new (YQ_PROBLEM_INVALID, _("The voucher amount is above the contract amount"));
      return yq_problem_add_error (problem, "amount", YQ_PROBLEM_INVALID,
                                   _("At most the contract amount"));
    }
  return NULL;
}

/* The booking a use refers to: accepted, delivered or completed, of the same carrier, with no other
 * use. */
static YqProblem *
check_order_of_use (YqWorld *world, YqRecord *use)
{
  const char *id = yq_record_text (use, VOUCHER_USE_ORDER);
  g_autoptr(YqRecord) order = yq_world_get (world, &yq_order, id);
  g_autoptr(GPtrArray) uses = NULL;

  if (id == NULL)
    return NULL;
  if (order == NULL || !yq_record_in_state (order, "accepted|delivered|completed"))
    return yq_problem_new (
      YQ_PROBLEM_STATE,
      _("The booking has to be accepted by the carrier before a voucher is used for it"));
  if (g_strcmp0 (yq_record_buyer (order), yq_record_buyer (use)) != 0)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_INVALID, _("The booking is not one of yours")), "order",
      YQ_PROBLEM_INVALID, _("Choose one of your bookings"));
  if (g_strcmp0 (yq_record_carrier (order), yq_record_text (use, VOUCHER_USE_CARRIER)) != 0)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_INVALID, _("The booking belongs to another carrier")), "carrier",
      YQ_PROBLEM_INVALID, _("Choose the carrier of the booking"));
  uses = yq_world_list (world, &yq_voucher_use, "order", id);
  for (guint i = 0; i < uses->len; i++)
    if (!g_str_equal (yq_record_id (uses->pdata[i]), yq_record_id (use)) &&
        !yq_record_in_state (uses->pdata[i], "draft|terminated"))
      return yq_problem_new (YQ_PROBLEM_STATE, _("A voucher is already used for this booking"));
  return NULL;
}

static YqProblem *
voucher_use_can_submit (YqWorld *world, const YqWho *who, YqRecord *use, const YqValues *args)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (world, &yq_voucher, yq_record_text (use, VOUCHER_USE_VOUCHER));
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, yq_record_buyer (use));
  g_autoptr(YqRecord) carrier =
    yq_world_get (world, &yq_organisation, yq_record_text (use, VOUCHER_USE_CARRIER));
  g_autoptr(YqRecord) programme = NULL;
  YqProblem *problem;

  if (voucher == NULL || buyer == NULL ||
      g_strcmp0 (yq_record_buyer (voucher), yq_record_buyer (use)) != 0)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("The voucher is not one of yours")), "voucher",
      YQ_PROBLEM_NOT_ELIGIBLE, _("Choose one of your vouchers"));
  programme = yq_world_get (world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));
  if (programme == NULL)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("This voucher programme does not exist any more"));
  if ((problem = yq_policy_check_by_hand (programme)) != NULL ||
      (problem = yq_policy_check_use (world, programme, voucher, buyer, carrier, use)) != NULL)
    return problem;
  return check_order_of_use (world, use);
}

/* Papers are completed while a redemption is returned, never under the eyes of a reviewer. */
static YqProblem *
voucher_use_may_save (YqWorld *world, YqRecord *use)
{
  g_autoptr(YqRecord) redemption = NULL;

  if (!yq_record_in_state (use, "redeeming"))
    return NULL;
  redemption = yq_world_get (world, &yq_redemption, yq_record_text (use, VOUCHER_USE_REDEMPTION));
  if (redemption == NULL || yq_record_in_state (redemption, "returned"))
    return NULL;
  return yq_problem_new (
    YQ_PROBLEM_STATE,
    _("The papers are being reviewed: they can be changed when the redemption has been returned"));
}

YqProblem *
yq_service_check_times (const YqValues *args)
{
  if (args != NULL &&
      yq_values_int (args, ADD_SERVICE_STARTED_AT) >= yq_values_int (args, ADD_SERVICE_ENDED_AT))
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_INVALID, _("The service ends before it begins")), "ended_at",
      YQ_PROBLEM_INVALID, _("Later than the beginning"));
  return NULL;
}

static YqProblem *
voucher_use_can_serve (YqWorld *world, const YqWho *who, YqRecord *use, const YqValues *args)
{
  return yq_service_check_times (args);
}

static const char *
voucher_use_served (YqWorld *world, YqRecord *use, const YqValues *args)
{
  return yq_record_in_state (use, "confirmed") ? "served" : yq_record_state (use);
}

static void
voucher_use_derive (YqWorld *world, YqRecord *use)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (world, &yq_voucher, yq_record_text (use, VOUCHER_USE_VOUCHER));

  if (voucher != NULL)
    {
      yq_record_set_text (use, VOUCHER_USE_VOUCHER_NUMBER,
                          yq_record_text (voucher, VOUCHER_NUMBER));
      yq_record_set_text (use, VOUCHER_USE_PROGRAMME, yq_record_text (voucher, VOUCHER_PROGRAMME));
    }
  yq_derive_name (world, use, VOUCHER_USE_BUYER_NAME, yq_record_buyer (use));
  yq_derive_name (world, use, VOUCHER_USE_CARRIER_NAME, yq_record_text (use, VOUCHER_USE_CARRIER));
}

/* clang-format off */
const YqField yq_add_service_fields[] = {
  [ADD_SERVICE_ID]         = { "id", N_("Identifier"), YQ_TEXT, YQ_REQUIRED | YQ_HIDDEN, FORM, .max = 36 },
  [ADD_SERVICE_STARTED_AT] = { "started_at", N_("Began"), YQ_TIME, YQ_REQUIRED, FORM },
  [ADD_SERVICE_ENDED_AT]   = { "ended_at", N_("Ended"), YQ_TIME, YQ_REQUIRED, FORM },
  [ADD_SERVICE_HOURS]      = { "hours", N_("Hours of service"), YQ_INTEGER, YQ_REQUIRED, FORM, .min = 0, .max = 1000000, .decimals = 1 },
  [ADD_SERVICE_FEE]        = { "fee", N_("Fee"), YQ_MONEY, YQ_REQUIRED, FORM, .min = 0, .max = G_GINT64_CONSTANT (10000000000) },
  [ADD_SERVICE_NOTE]       = { "note", N_("Note"), YQ_TEXT, YQ_LONG, FORM, .max = 1000 },
  { NULL },
};

static const YqStep voucher_use_steps[] = {
  { "submit",    N_("Submit the use"), "draft", "pending", "buyer", YQ_STEP_COMPLETE | YQ_STEP_CREATES | YQ_STEP_PRIMARY, .guard = voucher_use_can_submit },
  { "confirm",   N_("Confirm"), "pending", "confirmed", "carrier", YQ_STEP_DECISION | YQ_STEP_PRIMARY, yq_comment_fields },
  { "terminate", N_("Terminate"), "pending|confirmed|served", "terminated", "carrier", YQ_STEP_DECISION | YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
  { "add_service_record", N_("Add a service record"), "confirmed|served|redeeming|redeemed", "served|redeeming|redeemed", "carrier", 0, yq_add_service_fields, voucher_use_can_serve, voucher_use_served },
  { "redeem",    N_("Put into a redemption"), "confirmed|served", "redeeming", "clock", YQ_STEP_HIDDEN },
  { "give_back", N_("Take out of a redemption"), "redeeming", "confirmed|served", "clock", YQ_STEP_HIDDEN },
  { "pay_out",   N_("Redeem"), "redeeming", "redeemed", "clock", YQ_STEP_HIDDEN },
};

static const YqEditable voucher_use_editable[] = {
  { "draft",     YQ_ACTOR_BUYER,   YQ_EDIT_FORM },
  { "pending",   YQ_ACTOR_BUYER,   YQ_EDIT_INVOICE },
  { "confirmed", YQ_ACTOR_BUYER,   YQ_EDIT_INVOICE },
  { "served",    YQ_ACTOR_BUYER,   YQ_EDIT_INVOICE },
  { "confirmed", YQ_ACTOR_CARRIER, YQ_EDIT_INVOICE },
  { "served",    YQ_ACTOR_CARRIER, YQ_EDIT_INVOICE },
  { "redeeming", YQ_ACTOR_REDEEMER, YQ_EDIT_INVOICE },
};

const YqEntity yq_voucher_use = {
  "voucher_use", "voucher_uses", N_("Voucher use"), N_("Voucher uses"),
  TABLE (voucher_use_fields), TABLE (voucher_use_states), TABLE (voucher_use_steps), TABLE (voucher_use_editable),
  .owned = YQ_OWNED_BY_BUYER, .carrier_from = "carrier", .region_from = "buyer",
  .reads = YQ_OFFICIAL | YQ_SEES_PARTIES | YQ_SEES_EXPERT, .title_field = "contract_name", .subtitle_field = "number",
  .check = voucher_use_check, .derive = voucher_use_derive, .may_save = voucher_use_may_save,
};
/* clang-format on */
