/* Policy is data: what a jurisdiction demands and what a voucher programme pays. */
#include "programme.h"

#include "external.h"
#include "money.h"
#include "party.h"
#include "policy.h"
#include "voucher.h"

#define MONEY_MAX G_GINT64_CONSTANT (100000000000000)

/* clang-format off */
static const YqField region_columns[] = {
  { "region", N_("Region"), YQ_REGION, YQ_REQUIRED, .sees = YQ_EVERYBODY },
  { NULL },
};

static const YqChoice kinds[] = {
  { "organisation", N_("Organisation") },
  { "name_change",  N_("Change of name") },
  { "qualification", N_("Carrier qualification") },
  { "instrument",   N_("Instrument") },
  { "claim",        N_("Claim") },
  { "redemption",   N_("Redemption") },
  { "order",        N_("Quota") },
  { "store",        N_("Store") },
  { "service",      N_("Service") },
  { "institution",  N_("Voucher institution") },
  { "voucher_service", N_("Voucher service") },
  { "post",         N_("Supply and demand") },
  { NULL },
};

/* What a form offers for words that are text on the wire.  "own": of the region in charge. */
#define ONE_LEVEL \
  { "own",      N_("The region in charge") }, \
  { "county",   N_("County level") }, \
  { "city",     N_("City level") }, \
  { "province", N_("Province level") }

static const YqChoice stages[] = {
  ONE_LEVEL,
  { "experts",  N_("Experts") },
  { NULL },
};

/* One after the other. */
static const YqChoice levels[] = {
  ONE_LEVEL,
  { "county,city",          N_("County, then city level") },
  { "county,province",      N_("County, then province level") },
  { "city,province",        N_("City, then province level") },
  { "county,city,province", N_("County, city, then province level") },
  { NULL },
};

static const YqField review_columns[] = {
  { "kind",   N_("Kind of record"), YQ_CHOICE, YQ_REQUIRED, .sees = YQ_EVERYBODY, .choices = kinds },
  { "levels", N_("Levels that review"), YQ_TEXT, 0, .sees = YQ_EVERYBODY, .max = 60, .choices = levels },
  { "days",   N_("Working days promised"), YQ_INTEGER, 0, .sees = YQ_EVERYBODY, .min = 0, .max = 365 },
  { NULL },
};

static const YqField sms_columns[] = {
  { "message", N_("Message"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_EVERYBODY, .max = 64 },
  { NULL },
};

static const YqField text_columns[] = {
  { "kind",    N_("Kind"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_EVERYBODY, .max = 64 },
  { "version", N_("Version"), YQ_INTEGER, YQ_REQUIRED, .sees = YQ_EVERYBODY, .min = 1 },
  { "text",    N_("Text"), YQ_TEXT, YQ_REQUIRED | YQ_LONG, .sees = YQ_EVERYBODY, .max = 20000 },
  { NULL },
};

static const YqField jurisdiction_fields[] = {
  [JURISDICTION_NAME]       = { "name", N_("Name"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_OFFICE, .max = 100 },
  [JURISDICTION_CODE]       = { "code", N_("Code"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_INDEX, PUBLIC_OFFICE, .max = 32 },
  [JURISDICTION_REGION]     = { "seat", N_("Region"), YQ_REGION, YQ_REQUIRED | YQ_LIST, PUBLIC_OFFICE },
  [JURISDICTION_PREFIX]     = { "prefix", N_("Prefix of order numbers"), YQ_TEXT, YQ_REQUIRED, PUBLIC_OFFICE, .max = 8 },
  [JURISDICTION_REGIONS]    = { "regions", N_("In force in"), YQ_ROWS, YQ_REQUIRED, PUBLIC_OFFICE, .max = 500, .columns = region_columns },
  [JURISDICTION_REVIEWS]    = { "reviews", N_("Who reviews what"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 30, .columns = review_columns },
  [JURISDICTION_ONBOARDING] = { "onboarding", N_("Steps to become a carrier"), YQ_TEXT, 0, PUBLIC_OFFICE, .max = 200 },
  [JURISDICTION_REFRESH_DAYS] = { "refresh_days", N_("Days until the profile has to be refreshed"), YQ_INTEGER, 0, PUBLIC_OFFICE, .min = 0, .max = 3650 },
  [JURISDICTION_EVALUATION_DAYS] = { "evaluation_days", N_("Days until good by default"), YQ_INTEGER, 0, PUBLIC_OFFICE, .min = 1, .max = 3650 },
  [JURISDICTION_SMS]        = { "sms", N_("Messages also sent by SMS"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 100, .columns = sms_columns },
  [JURISDICTION_HELP_LINE]  = { "help_line", N_("Help line"), YQ_TEXT, YQ_LIST, PUBLIC_OFFICE, .max = 64 },
  [JURISDICTION_TEXTS]      = { "texts", N_("Texts"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 100, .columns = text_columns },
  [JURISDICTION_TOKEN_KEY]  = { "token_key", N_("Key that signs vouchers"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, PUBLIC_FACT, .max = 64 },
};

static const YqState jurisdiction_states[] = {
  { "active", N_("In force"), YQ_TONE_DONE, YQ_STATE_PUBLIC },
};

static const YqEditable jurisdiction_editable[] = {
  { "active", YQ_ACTOR_ADMINISTRATOR, YQ_EDIT_OFFICE },
};

const YqEntity yq_jurisdiction = {
  "jurisdiction", "jurisdictions", N_("Jurisdiction"), N_("Jurisdictions"),
  TABLE (jurisdiction_fields), TABLE (jurisdiction_states), NULL, 0, TABLE (jurisdiction_editable),
  .owned = YQ_OWNED_BY_PLATFORM, .region_from = "seat", .reads = YQ_SEES_ADMINISTRATOR, .title_field = "name", .check = yq_jurisdiction_check, .check_on_save = TRUE,
};

static const YqChoice voucher_kinds[] = {
  { "enterprise_redeems", N_("Redeemed by the enterprise") },
  { "carrier_redeems",    N_("Redeemed by the carrier") },
  { "either",             N_("Chosen per use") },
  { NULL },
};

static const YqChoice claims[] = {
  { "instant",  N_("At once, inside the caps") },
  { "reviewed", N_("Reviewed") },
  { "external", N_("Decided outside and imported") },
  { "none",     N_("None: granted at settlement") },
  { NULL },
};

static const YqChoice used_at[] = {
  { "acceptance", N_("After acceptance, or offline") },
  { "order",      N_("With the order") },
  { "settlement", N_("At settlement") },
  { "no_order",   N_("Without order") },
  { NULL },
};

static const YqUsedAt ways_of_use[] = {
  { "acceptance", TRUE, N_("Fill in the use, for an accepted booking or for a service agreed offline.") },
  { "order",      FALSE, N_("Order what you need and choose this voucher in the form of the order.") },
  { "settlement", FALSE, N_("Choose the voucher when you settle a booking.") },
  { "no_order",   FALSE, N_("Redeem it with a quick redemption once the service is done.") },
};

static const YqChoice hold_at[] = {
  { "voucher_use.submit", N_("When the use is submitted") },
  { "order.accept",       N_("When the order is accepted") },
  { "order.settle",       N_("At settlement") },
  { "redemption.submit",  N_("When the redemption is submitted") },
  { NULL },
};

static const YqChoice consents[] = {
  { "none",       N_("Nobody") },
  { "carrier",    N_("The carrier confirms each use") },
  { "enterprise", N_("The enterprise") },
  { NULL },
};

static const YqChoice resumes[] = {
  { "same",  N_("At the same level") },
  { "first", N_("At the first level") },
  { NULL },
};

static const YqField stage_columns[] = {
  { "level", N_("Level"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_EVERYBODY, .max = 16, .choices = stages },
  { NULL },
};

static const YqField window_columns[] = {
  { "region", N_("Region"), YQ_REGION, YQ_REQUIRED, .sees = YQ_EVERYBODY },
  { "from",   N_("From"), YQ_DATE, YQ_REQUIRED, .sees = YQ_EVERYBODY },
  { "to",     N_("Until"), YQ_DATE, YQ_REQUIRED, .sees = YQ_EVERYBODY },
  { NULL },
};

static const YqField subsidy_columns[] = {
  { "buyer_region",   N_("Enterprises of"), YQ_REGION, 0, .sees = YQ_EVERYBODY },
  { "carrier_region", N_("Carriers of"), YQ_REGION, 0, .sees = YQ_EVERYBODY },
  { "share",          N_("Share of the fee"), YQ_INTEGER, YQ_REQUIRED, .sees = YQ_EVERYBODY, .min = 0, .max = 10000, .decimals = 2 },
  { "cap",            N_("At most per use"), YQ_MONEY, 0, .sees = YQ_EVERYBODY, .min = 0, .max = MONEY_MAX },
  { NULL },
};

static const YqChoice rules[] = {
  { "verified",       N_("Verified organisation") },
  { "in_regions",     N_("Registered in the programme's regions") },
  { "nature",         N_("Nature of the organisation") },
  { "sizes",          N_("Size of the enterprise") },
  { "max_employees",  N_("At most so many employees") },
  { "max_revenue",    N_("At most so much revenue (fen)") },
  { "sme_number",     N_("Valid technology SME number") },
  { "wants_vouchers", N_("Has opted in to vouchers") },
  { "not_subsidised", N_("Project not subsidised otherwise") },
  { NULL },
};

enum
{
  ELIGIBLE_RULE,
  ELIGIBLE_VALUE,
};

static char *eligible_words (const YqValues *row);

static const YqField eligible_columns[] = {
  [ELIGIBLE_RULE]  = { "rule",  N_("Rule"), YQ_CHOICE, YQ_REQUIRED, .sees = YQ_EVERYBODY, .choices = rules },
  [ELIGIBLE_VALUE] = { "value", N_("Value"), YQ_TEXT, 0, .sees = YQ_EVERYBODY, .max = 200, .row_words = eligible_words },
  { NULL },
};

static const YqChoice papers[] = {
  { "contract", N_("Contract") },
  { "invoice",  N_("Invoice") },
  { "result",   N_("Proof of the result") },
  { "invoice_image", N_("Image of the invoice") },
  { "relevance", N_("Statement of relevance to innovation") },
  { NULL },
};

static const YqField paper_columns[] = {
  { "paper", N_("Paper"), YQ_CHOICE, YQ_REQUIRED, .sees = YQ_EVERYBODY, .choices = papers },
  { "categories", N_("Only for service categories"), YQ_TEXT, 0, .sees = YQ_EVERYBODY, .max = 100, .choices = yq_service_categories },
  { NULL },
};

static const YqChoice redemption_texts[] = {
  { "effect",  N_("Effect of the service") },
  { "novelty", N_("Novelty") },
  { "note",    N_("Note") },
  { NULL },
};

static const YqChoice order_texts[] = {
  { "project_name",    N_("Project") },
  { "need",            N_("Need") },
  { "expected_effect", N_("Expected effect") },
  { NULL },
};

static const YqField redemption_text_columns[] = {
  { "field", N_("Text"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_EVERYBODY, .max = 32, .choices = redemption_texts },
  { NULL },
};

static const YqField order_text_columns[] = {
  { "field", N_("Text"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_EVERYBODY, .max = 32, .choices = order_texts },
  { NULL },
};

static const YqField programme_fields[] = {
  [PROGRAMME_NAME]          = { "name", N_("Voucher programme"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_OFFICE, .max = 100, .group = N_("Programme") },
  [PROGRAMME_JURISDICTION]  = { "jurisdiction", N_("Jurisdiction"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, PUBLIC_OFFICE, .refers = "jurisdiction" },
  [PROGRAMME_REGION]        = { "seat", N_("Region in charge"), YQ_REGION, YQ_REQUIRED | YQ_LIST, PUBLIC_OFFICE },
  [PROGRAMME_YEAR]          = { "year", N_("Year"), YQ_INTEGER, YQ_REQUIRED | YQ_LIST, PUBLIC_OFFICE, .min = 2000, .max = 2200 },
  [PROGRAMME_KIND]          = { "kind", N_("Voucher kind"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST, PUBLIC_OFFICE, .choices = voucher_kinds },
  [PROGRAMME_REGIONS]       = { "regions", N_("Enterprises from"), YQ_ROWS, YQ_REQUIRED, PUBLIC_OFFICE, .max = 500, .columns = region_columns },
  [PROGRAMME_CARRIERS_FROM] = { "carriers_from", N_("Carriers from"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 500, .columns = region_columns, .hint = N_("Nothing entered means everywhere") },
  [PROGRAMME_VALID_FROM]    = { "valid_from", N_("Claims from"), YQ_DATE, YQ_REQUIRED, PUBLIC_OFFICE, .group = N_("Dates") },
  [PROGRAMME_VALID_UNTIL]   = { "valid_until", N_("Claims until"), YQ_DATE, YQ_REQUIRED, PUBLIC_OFFICE },
  [PROGRAMME_VALIDITY_MONTHS] = { "validity_months", N_("Months a voucher is valid"), YQ_INTEGER, 0, PUBLIC_OFFICE, .min = 0, .max = 120 },
  [PROGRAMME_USE_UNTIL]     = { "use_until", N_("Last day of use"), YQ_DATE, 0, PUBLIC_OFFICE },
  [PROGRAMME_REDEEM_UNTIL]  = { "redeem_until", N_("Last day of redemption"), YQ_DATE, 0, PUBLIC_OFFICE },
  [PROGRAMME_BUDGET]        = { "budget", N_("Budget"), YQ_MONEY, YQ_REQUIRED | YQ_LIST, PUBLIC_OFFICE, .min = 0, .max = MONEY_MAX, .group = N_("Money") },
  [PROGRAMME_CLAIM]         = { "claim", N_("How it is claimed"), YQ_CHOICE, YQ_REQUIRED, PUBLIC_OFFICE, .choices = claims },
  [PROGRAMME_CAP_TOTAL]     = { "cap_total", N_("Cap per year"), YQ_MONEY, YQ_LIST, PUBLIC_OFFICE, .min = 0, .max = MONEY_MAX },
  [PROGRAMME_CAP_CLAIM]     = { "cap_claim", N_("Cap per claim"), YQ_MONEY, 0, PUBLIC_OFFICE, .min = 0, .max = MONEY_MAX },
  [PROGRAMME_CAP_HELD]      = { "cap_held", N_("Cap held at once"), YQ_MONEY, 0, PUBLIC_OFFICE, .min = 0, .max = MONEY_MAX },
  [PROGRAMME_CAP_USE]       = { "cap_use", N_("Cap per use"), YQ_MONEY, 0, PUBLIC_OFFICE, .min = 0, .max = MONEY_MAX },
  [PROGRAMME_USED_AT]       = { "used_at", N_("When it is used"), YQ_CHOICE, YQ_REQUIRED, PUBLIC_OFFICE, .choices = used_at },
  [PROGRAMME_HOLD_AT]       = { "hold_at", N_("When money is held"), YQ_CHOICE, YQ_REQUIRED, PUBLIC_OFFICE, .choices = hold_at },
  [PROGRAMME_QUOTA_CONFIRMED] = { "quota_confirmed_by_region", N_("The region confirms the quota"), YQ_BOOLEAN, 0, PUBLIC_OFFICE },
  [PROGRAMME_REDEEMER]      = { "redeemer", N_("Who redeems"), YQ_CHOICE, YQ_REQUIRED, PUBLIC_OFFICE, .choices = voucher_kinds, .group = N_("Redemption") },
  [PROGRAMME_CONSENT]       = { "consent", N_("Who consents"), YQ_CHOICE, YQ_REQUIRED, PUBLIC_OFFICE, .choices = consents },
  [PROGRAMME_STAGES]        = { "redemption_stages", N_("Levels that review a redemption"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 10, .columns = stage_columns, .hint = N_("One level a row, in their order") },
  [PROGRAMME_RESUME]        = { "resume", N_("Where a returned one goes on"), YQ_CHOICE, 0, PUBLIC_OFFICE, .choices = resumes },
  [PROGRAMME_PUBLIC_NOTICE_DAYS] = { "public_notice_days", N_("Days of public notice"), YQ_INTEGER, 0, PUBLIC_OFFICE, .min = 0, .max = 365 },
  [PROGRAMME_HAS_WINDOWS]   = { "has_windows", N_("Redemption only in windows"), YQ_BOOLEAN, 0, PUBLIC_OFFICE },
  [PROGRAMME_WINDOWS]       = { "redemption_windows", N_("Redemption windows"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 500, .columns = window_columns },
  [PROGRAMME_SUBSIDY]       = { "subsidy", N_("Subsidy"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 200, .columns = subsidy_columns, .hint = N_("The first row that fits decides; none means up to the balance") },
  [PROGRAMME_ELIGIBLE]      = { "eligible", N_("Who is eligible"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 30, .columns = eligible_columns },
  [PROGRAMME_PAPERS_AT_USE] = { "papers_at_use", N_("Papers at use"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 10, .columns = paper_columns, .group = N_("Papers") },
  [PROGRAMME_PAPERS_AT_REDEMPTION] = { "papers_at_redemption", N_("Papers at redemption"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 10, .columns = paper_columns },
  [PROGRAMME_TEXTS_AT_REDEMPTION] = { "texts_at_redemption", N_("Texts at redemption"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 10, .columns = redemption_text_columns },
  [PROGRAMME_ADMITTED_ONLY] = { "admitted_only", N_("Only voucher services of voucher institutions"), YQ_BOOLEAN, 0, PUBLIC_OFFICE, .group = N_("Use") },
  [PROGRAMME_TEXTS_AT_ORDER] = { "texts_at_order", N_("Texts at the order"), YQ_ROWS, 0, PUBLIC_OFFICE, .max = 10, .columns = order_text_columns },
};

static const YqState programme_states[] = {
  { "draft",  N_("Draft"),  YQ_TONE_NEUTRAL },
  { "open",   N_("Open for claims"), YQ_TONE_DONE, YQ_STATE_PUBLIC },
  { "closed", N_("Closed"), YQ_TONE_BAD, YQ_STATE_PUBLIC | YQ_STATE_FINAL },
};

static const YqField import_claim_fields[] = {
  [IMPORT_CLAIM_ID]     = { "id", N_("Identifier"), YQ_TEXT, YQ_REQUIRED | YQ_HIDDEN, PUBLIC_OFFICE, .max = 36 },
  [IMPORT_CLAIM_HOLDER] = { "holder", N_("Enterprise"), YQ_REFERENCE, YQ_REQUIRED, .sees = YQ_DECIDERS, .edit = YQ_EDIT_OFFICE, .refers = "organisation" },
  [IMPORT_CLAIM_AMOUNT] = { "amount", N_("Amount granted"), YQ_MONEY, YQ_REQUIRED, .sees = YQ_DECIDERS, .edit = YQ_EDIT_OFFICE, .min = 100, .max = G_GINT64_CONSTANT (10000000000) },
  [IMPORT_CLAIM_NUMBER] = { "external_number", N_("Number outside"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_DECIDERS, .edit = YQ_EDIT_OFFICE, .max = 64, .hint = N_("Each number is imported once") },
  { NULL },
};
/* clang-format on */

/* "micro|small" of a field's choices in words. */
static char *
choices_in_words (const YqField *field, const char *codes)
{
  g_auto(GStrv) each = g_strsplit (codes, "|", -1);
  g_autoptr(GPtrArray) titles = g_ptr_array_new ();

  for (guint i = 0; each[i] != NULL; i++)
    g_ptr_array_add (titles, (gpointer) yq_choice_title (field, each[i]));
  g_ptr_array_add (titles, NULL);
  return g_strjoinv (_(", "), (char **) titles->pdata);
}

static char *
eligible_words (const YqValues *row)
{
  const char *rule = yq_values_text (row, ELIGIBLE_RULE);
  const char *value = yq_values_text (row, ELIGIBLE_VALUE);
  g_autofree char *money = NULL;

  if (rule == NULL || value == NULL)
    return NULL;
  if (g_str_equal (rule, "nature"))
    return choices_in_words (&yq_organisation.fields[ORGANISATION_NATURE], value);
  if (g_str_equal (rule, "sizes"))
    return choices_in_words (&yq_organisation.fields[ORGANISATION_SIZE], value);
  if (!g_str_equal (rule, "max_revenue"))
    return NULL;
  money = yq_money_format (g_ascii_strtoll (value, NULL, 10));
  return g_strdup_printf (_("%s (%s yuan)"), value, money);
}

const YqUsedAt *
yq_programme_used_at (YqRecord *programme)
{
  const char *word = programme != NULL ? yq_record_text (programme, PROGRAMME_USED_AT) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ways_of_use); i++)
    if (g_strcmp0 (ways_of_use[i].used_at, word) == 0)
      return &ways_of_use[i];
  return &ways_of_use[0];
}

/* Decided outside; here it only becomes a voucher, inside the same caps and budget. */
static YqProblem *
programme_can_import_claim (YqWorld *world, const YqWho *who, YqRecord *programme,
                            const YqValues *args)
{
  YqProblem *problem = yq_external_check_programme (programme);
  g_autoptr(YqRecord) holder = NULL;

  if (problem != NULL || args == NULL)
    return problem;
  holder = yq_world_get (world, &yq_organisation, yq_values_text (args, IMPORT_CLAIM_HOLDER));
  return yq_external_check (world, programme, holder, yq_values_int (args, IMPORT_CLAIM_AMOUNT),
                            yq_values_text (args, IMPORT_CLAIM_NUMBER));
}

/* clang-format off */
static const YqStep programme_steps[] = {
  { "open",  N_("Open for claims"), "draft", "open", "reviewer|administrator", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY },
  { "import_claim", N_("Import what was decided outside"), "open", "=", "reviewer", 0, import_claim_fields, programme_can_import_claim },
  { "close", N_("Close"), "open", "closed", "reviewer|administrator", YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
};

static const YqEditable programme_editable[] = {
  { "draft", YQ_ACTOR_REVIEWER,      YQ_EDIT_OFFICE },
  { "draft", YQ_ACTOR_ADMINISTRATOR, YQ_EDIT_OFFICE },
  { "open",  YQ_ACTOR_REVIEWER,      YQ_EDIT_OFFICE },
  { "open",  YQ_ACTOR_ADMINISTRATOR, YQ_EDIT_OFFICE },
};

const YqEntity yq_programme = {
  "programme", "programmes", N_("Voucher programme"), N_("Voucher programmes"),
  TABLE (programme_fields), TABLE (programme_states), TABLE (programme_steps), TABLE (programme_editable),
  .owned = YQ_OWNED_BY_PLATFORM, .region_from = "seat", .reads = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .title_field = "name",
  .check = yq_programme_check,
};
/* clang-format on */
