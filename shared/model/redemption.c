/* Vouchers turned into money. */
#include "redemption.h"

#include "catalogue.h"
#include "clock.h"
#include "money.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "voucher.h"

#define MONEY_MAX G_GINT64_CONSTANT (100000000000)

/* clang-format off */
static const YqChoice modes[] = {
  { "uses",  N_("By voucher uses") },
  { "quick", N_("Quick, without order") },
  { NULL },
};

static const YqChoice redeemers[] = {
  { "enterprise", N_("Enterprise") },
  { "carrier",    N_("Carrier") },
  { NULL },
};

static const YqField line_columns[] = {
  { "use",      N_("Voucher use"), YQ_REFERENCE, YQ_REQUIRED, .sees = YQ_INVOLVED, .refers = "voucher_use" },
  { "fee",      N_("Fee"), YQ_MONEY, 0, .sees = YQ_INVOLVED, .min = 0, .max = MONEY_MAX },
  { "asked",    N_("Amount asked"), YQ_MONEY, 0, .sees = YQ_INVOLVED, .min = 0, .max = MONEY_MAX },
  { "approved", N_("Amount approved"), YQ_MONEY, YQ_COMPUTED, .sees = YQ_INVOLVED, .min = 0, .max = MONEY_MAX },
  { "title",    N_("Contract"), YQ_TEXT, YQ_COMPUTED, .sees = YQ_INVOLVED, .max = 200 },
  { "number",   N_("Use number"), YQ_TEXT, YQ_COMPUTED, .sees = YQ_INVOLVED, .max = 64 },
  { NULL },
};

static gboolean
is_quick (const YqValues *values)
{
  return g_strcmp0 (yq_values_text (values, REDEMPTION_MODE), "quick") == 0;
}

static gboolean
is_by_uses (const YqValues *values)
{
  return !is_quick (values);
}

static const YqField redemption_fields[] = {
  [REDEMPTION_NUMBER]          = { "number", N_("Redemption number"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_INDEX | YQ_SEARCH, FACT, .max = 40, .group = N_("Redemption"), .unset = N_("No number yet") },
  [REDEMPTION_PROGRAMME]       = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, FORM, .refers = "programme" },
  [REDEMPTION_PROGRAMME_NAME]  = { "programme_name", N_("Voucher programme"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_HIDDEN, FACT, .max = 100 },
  [REDEMPTION_MODE]            = { "mode", N_("Kind"), YQ_CHOICE, YQ_HIDDEN, FORM, .choices = modes },
  [REDEMPTION_REDEEMER]        = { "redeemer", N_("Redeemed by"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST, FORM, .choices = redeemers },
  [REDEMPTION_APPLICANT_NAME]  = { "applicant_name", N_("Applicant"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 100 },
  [REDEMPTION_PLACE]           = { "place", N_("Enterprise region"), YQ_REGION, YQ_REQUIRED | YQ_INDEX, FORM },
  [REDEMPTION_LINES]           = { "lines", N_("Voucher uses"), YQ_ROWS, YQ_REQUIRED, FORM, .max = 500, .columns = line_columns, .shown = is_by_uses },
  [REDEMPTION_VOUCHER]         = { "voucher", N_("Voucher"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, FORM, .refers = "voucher", .shown = is_quick },
  [REDEMPTION_INSTITUTION]     = { "institution", N_("Institution"), YQ_REFERENCE, YQ_REQUIRED, FORM, .refers = "organisation", .shown = is_quick },
  [REDEMPTION_CATEGORY]        = { "category", N_("Class of the service"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, FORM, .refers = "category", .refers_if = "kind=service|!parent", .shown = is_quick, .hint = N_("The narrowest one: a class of the last level") },
  [REDEMPTION_SERVICE_FEE]     = { "service_fee", N_("Fee of the service"), YQ_MONEY, YQ_REQUIRED, FORM, .min = 100, .max = MONEY_MAX, .shown = is_quick },
  [REDEMPTION_ASKED]           = { "asked", N_("Amount asked"), YQ_MONEY, YQ_REQUIRED, FORM, .min = 100, .max = MONEY_MAX, .shown = is_quick },
  [REDEMPTION_INVOICES]        = { "invoices", N_("Invoices"), YQ_REFERENCES, 0, FORM, .max = 500, .refers = "invoice" },
  [REDEMPTION_FEE]             = { "fee", N_("Total fee"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, FACT, .group = N_("Amounts") },
  [REDEMPTION_AMOUNT]          = { "amount", N_("Total asked"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, FACT },
  [REDEMPTION_APPROVED_AMOUNT] = { "approved_amount", N_("Total approved"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, FACT },
  [REDEMPTION_PAPERS]          = { "papers", N_("Other papers"), YQ_FILES, 0, FORM, .max = 20, .group = N_("Papers and texts") },
  [REDEMPTION_EFFECT]          = { "effect", N_("Effect of the service"), YQ_TEXT, YQ_LONG, FORM, .max = 200 },
  [REDEMPTION_NOVELTY]         = { "novelty", N_("Novelty"), YQ_TEXT, YQ_LONG, FORM, .max = 200 },
  [REDEMPTION_NOTE]            = { "note", N_("Note"), YQ_TEXT, YQ_LONG, FORM, .max = 200 },
  [REDEMPTION_BANK_NAME]       = { "bank_name", N_("Bank"), YQ_TEXT, YQ_COMPUTED, OFFICIAL_FACT, .max = 100, .group = N_("Account for payments") },
  [REDEMPTION_BANK_ACCOUNT]    = { "bank_account", N_("Bank account"), YQ_TEXT, YQ_COMPUTED | YQ_SECRET, .sees = YQ_SEES_OWNER | YQ_SEES_REVIEWER, .masked = YQ_SEES_ADMINISTRATOR, .max = 34 },
  [REDEMPTION_BANK_HOLDER]     = { "bank_holder", N_("Account holder"), YQ_TEXT, YQ_COMPUTED, OFFICIAL_FACT, .max = 100 },
  [REDEMPTION_BANK_CHANGED]    = { "bank_changed", N_("The bank data have changed since"), YQ_BOOLEAN, YQ_COMPUTED, .sees = YQ_DECIDERS },
  [REDEMPTION_PROGRAMME_REVISION] = { "programme_revision", N_("Version of the rules"), YQ_INTEGER, YQ_COMPUTED, FACT, .group = N_("Progress") },
  [REDEMPTION_REDEEMED_AT]     = { "redeemed_at", N_("Redeemed at"), YQ_TIME, YQ_COMPUTED, FACT },
  [REDEMPTION_PAID_ON]         = { "paid_on", N_("Paid on"), YQ_DATE, YQ_COMPUTED | YQ_LIST, FACT },
  [REDEMPTION_PAYMENT_REFERENCE] = { "payment_reference", N_("Payment reference"), YQ_TEXT, YQ_COMPUTED, OFFICIAL_FACT, .max = 100 },
  [REDEMPTION_REASON]          = { "reason", N_("Reason"), YQ_TEXT, YQ_COMPUTED | YQ_LONG, FACT, .max = 1000 },
  [REDEMPTION_EXPERTS]         = { "experts", N_("Experts"), YQ_REFERENCES, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_DECIDERS, .max = 20, .refers = "account" },
  [REDEMPTION_GIVEN]           = { "given", N_("Opinions given"), YQ_REFERENCES, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_DECIDERS, .max = 20, .refers = "account" },
  [REDEMPTION_AWAITED]         = { "awaited", N_("Opinions awaited"), YQ_REFERENCES, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_DECIDERS, .max = 20, .refers = "account" },
  [REDEMPTION_ROUND]           = { "round", N_("Round of opinions"), YQ_INTEGER, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_DECIDERS },
  [REDEMPTION_NOTICE]          = { "notice", N_("Public notice"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, FACT, .refers = "notice" },
  [REDEMPTION_NOTICE_UNTIL]    = { "notice_until", N_("Public notice until"), YQ_DATE, YQ_COMPUTED, FACT },
  REVIEW_FIELDS (REDEMPTION),
  RISK_FIELDS (REDEMPTION),
};

static const YqState redemption_states[] = {
  { "draft",      N_("Draft"),             YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "consenting", N_("To be consented"),   YQ_TONE_WAITING, YQ_STATE_SIDE },
  { "reviewing",  N_("In review"),         YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "approved",   N_("Approved"),          YQ_TONE_WAITING, YQ_STATE_SIDE | YQ_STATE_WAITS },
  { "noticed",    N_("Under public notice"),     YQ_TONE_WAITING, YQ_STATE_SIDE },
  { "payable",    N_("To be paid"),        YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "paid",       N_("Paid"),              YQ_TONE_DONE, YQ_STATE_FINAL },
  { "returned",   N_("Returned"),          YQ_TONE_YOURS, YQ_STATE_SIDE },
  { "rejected",   N_("Rejected"),          YQ_TONE_BAD, YQ_STATE_FINAL | YQ_STATE_SIDE },
  { "withdrawn",  N_("Withdrawn"),         YQ_TONE_NEUTRAL, YQ_STATE_FINAL | YQ_STATE_SIDE },
};
/* clang-format on */

gboolean
yq_redemption_is_quick (YqRecord *redemption)
{
  return is_quick (yq_record_values (redemption));
}

static gboolean
names (JsonArray *ids, const char *id)
{
  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    if (g_strcmp0 (json_array_get_string_element (ids, i), id) == 0)
      return TRUE;
  return FALSE;
}

guint
yq_redemption_opinions (YqRecord *redemption, guint *of)
{
  JsonArray *experts = yq_record_array (redemption, REDEMPTION_EXPERTS);
  JsonArray *given = yq_record_array (redemption, REDEMPTION_GIVEN);
  guint n = 0;

  *of = experts != NULL ? json_array_get_length (experts) : 0;
  for (guint i = 0; i < *of; i++)
    n += names (given, json_array_get_string_element (experts, i));
  return n;
}

guint
yq_redemption_n_lines (YqRecord *redemption)
{
  JsonArray *lines = yq_record_array (redemption, REDEMPTION_LINES);

  return lines != NULL ? json_array_get_length (lines) : 0;
}

YqRedemptionLine
yq_redemption_line (YqRecord *redemption, guint i)
{
  JsonObject *row =
    json_array_get_object_element (yq_record_array (redemption, REDEMPTION_LINES), i);

  return (YqRedemptionLine){
    .use = json_object_get_string_member_with_default (row, "use", NULL),
    .fee = json_object_get_int_member_with_default (row, "fee", 0),
    .asked = json_object_get_int_member_with_default (row, "asked", 0),
    .approved = json_object_get_int_member_with_default (row, "approved", -1),
  };
}

YqRedemptionLine
yq_redemption_line_completed (YqWorld *world, YqRecord *redemption, guint i)
{
  YqRedemptionLine line = yq_redemption_line (redemption, i);
  g_autoptr(YqRecord) use = yq_world_get (world, &yq_voucher_use, line.use);

  if (use != NULL && line.fee == 0)
    line.fee = yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT);
  if (use != NULL && line.asked == 0)
    line.asked = yq_record_int (use, VOUCHER_USE_AMOUNT);
  return line;
}

void
yq_redemption_sums (YqWorld *world, YqRecord *redemption, gint64 *fee, gint64 *asked)
{
  const gboolean quick = yq_redemption_is_quick (redemption);

  *fee = quick ? yq_record_int (redemption, REDEMPTION_SERVICE_FEE) : 0;
  *asked = quick ? yq_record_int (redemption, REDEMPTION_ASKED) : 0;
  for (guint i = 0; !quick && i < yq_redemption_n_lines (redemption); i++)
    {
      YqRedemptionLine line = yq_redemption_line_completed (world, redemption, i);

      *fee += line.fee;
      *asked += line.asked;
    }
}

static YqProblem *
redemption_can_submit (YqWorld *world, const YqWho *who, YqRecord *redemption, const YqValues *args)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (redemption, REDEMPTION_PROGRAMME));

  if (programme == NULL)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("This voucher programme does not exist any more"));
  return yq_policy_check_redemption (world, programme, redemption);
}

static YqProblem *
redemption_can_withdraw (YqWorld *world, const YqWho *who, YqRecord *redemption,
                         const YqValues *args)
{
  if (yq_record_has (redemption, REDEMPTION_DECIDED_AT))
    return yq_problem_new (
      YQ_PROBLEM_STATE,
      _("A level has already decided: the redemption can no longer be withdrawn"));
  return NULL;
}

static YqProblem *
check_approved_line (YqRecord *redemption, JsonObject *row)
{
  const char *use = json_object_get_string_member_with_default (row, "use", "");
  gint64 approved = json_object_get_int_member_with_default (row, "approved", -1);

  for (guint i = 0; i < yq_redemption_n_lines (redemption); i++)
    {
      YqRedemptionLine line = yq_redemption_line (redemption, i);

      if (g_strcmp0 (line.use, use) != 0)
        continue;
      if (approved >= 0 && approved <= line.asked)
        return NULL;
      return yq_problem_new (YQ_PROBLEM_INVALID,
                             _("Line %u: the approved amount lies between 0 and the amount asked"),
                             i + 1);
    }
  return yq_problem_new (YQ_PROBLEM_INVALID,
                         _("An approved line names a use that is not in this redemption"));
}

static YqProblem *
check_experts_done (YqWorld *world, YqRecord *redemption)
{
  guint of, n = yq_redemption_opinions (redemption, &of);

  if (!yq_workflow_waits_for_experts (world, redemption))
    return NULL;
  if (of == 0)
    return yq_problem_new (YQ_PROBLEM_STATE, _("Experts advise first: assign them"));
  return yq_problem_new (YQ_PROBLEM_STATE, _("Experts advise first: %u of %u opinions are there"),
                         n, of);
}

static YqProblem *
redemption_can_approve (YqWorld *world, const YqWho *who, YqRecord *redemption,
                        const YqValues *args)
{
  JsonArray *lines = args != NULL ? yq_values_array (args, REDEMPTION_APPROVE_LINES) : NULL;
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  YqProblem *undone = check_experts_done (world, redemption);

  if (undone != NULL)
    return undone;

  for (guint i = 0; lines != NULL && i < json_array_get_length (lines); i++)
    {
      JsonObject *row = json_array_get_object_element (lines, i);
      const char *use = json_object_get_string_member_with_default (row, "use", "");
      YqProblem *problem = check_approved_line (redemption, row);

      if (problem != NULL)
        return problem;
      if (!g_hash_table_add (seen, (gpointer) use))
        return yq_problem_new (YQ_PROBLEM_INVALID, _("A line is approved twice"));
    }
  return NULL;
}

static gboolean
is_expert (YqWorld *world, const char *account)
{
  g_autoptr(GPtrArray) grants = yq_world_list (world, &yq_grant, "account", account);

  for (guint i = 0; i < grants->len; i++)
    if (g_strcmp0 (yq_record_text (grants->pdata[i], GRANT_ROLE), "expert") == 0)
      return TRUE;
  return FALSE;
}

/* Nobody judges his own house. */
static gboolean
is_of_party (YqWorld *world, const char *account, YqRecord *redemption)
{
  g_autoptr(GPtrArray) grants = yq_world_list (world, &yq_grant, "account", account);

  for (guint i = 0; i < grants->len; i++)
    {
      const char *organisation = yq_record_text (grants->pdata[i], GRANT_ORGANISATION);

      if (organisation != NULL && (g_strcmp0 (organisation, yq_record_buyer (redemption)) == 0 ||
                                   g_strcmp0 (organisation, yq_record_carrier (redemption)) == 0))
        return TRUE;
    }
  return FALSE;
}

static YqProblem *
redemption_can_assign (YqWorld *world, const YqWho *who, YqRecord *redemption, const YqValues *args)
{
  JsonArray *experts = args != NULL ? yq_values_array (args, REDEMPTION_ASSIGN_EXPERTS) : NULL;

  if (!yq_workflow_waits_for_experts (world, redemption))
    return yq_problem_new (YQ_PROBLEM_STATE, _("This redemption does not wait for experts now"));
  for (guint i = 0; experts != NULL && i < json_array_get_length (experts); i++)
    {
      const char *account = json_array_get_string_element (experts, i);

      if (!is_expert (world, account))
        return yq_problem_add_error (
          yq_problem_new (YQ_PROBLEM_INVALID, _("Expert %u is not one of the experts"), i + 1),
          "experts", YQ_PROBLEM_INVALID, _("Choose experts of the list"));
      if (is_of_party (world, account, redemption))
        return yq_problem_add_error (
          yq_problem_new (YQ_PROBLEM_INVALID,
                          _("Expert %u belongs to one of the parties and cannot judge it"), i + 1),
          "experts", YQ_PROBLEM_INVALID, _("Choose somebody else"));
    }
  return NULL;
}

static YqProblem *
redemption_can_advise (YqWorld *world, const YqWho *who, YqRecord *redemption, const YqValues *args)
{
  gint64 asked = yq_record_int (redemption, REDEMPTION_AMOUNT);
  g_autofree char *most = yq_money_format (asked);

  if (!yq_workflow_waits_for_experts (world, redemption))
    return yq_problem_new (YQ_PROBLEM_STATE, _("This redemption does not wait for experts now"));
  if (names (yq_record_array (redemption, REDEMPTION_GIVEN), who->account))
    return yq_problem_new (YQ_PROBLEM_STATE, _("You have given your opinion already"));
  if (args == NULL)
    return NULL;
  if (yq_values_int (args, REDEMPTION_OPINION_ROUND) !=
      yq_record_int (redemption, REDEMPTION_ROUND))
    return yq_problem_new (
      YQ_PROBLEM_STATE,
      _("The redemption has been assigned anew since you read it: read it again, then advise"));
  if (yq_values_int (args, REDEMPTION_OPINION_AMOUNT) <= asked)
    return NULL;
  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_INVALID, _("At most the amount asked can be advised: %s"), most),
    "amount", YQ_PROBLEM_INVALID, _("At most %s"), most);
}

static YqRecord *
programme_of (YqWorld *world, YqRecord *redemption)
{
  return yq_world_get (world, &yq_programme, yq_record_text (redemption, REDEMPTION_PROGRAMME));
}

static const char *
redemption_submitted (YqWorld *world, YqRecord *redemption, const YqValues *args)
{
  g_autoptr(YqRecord) programme = programme_of (world, redemption);
  const char *consent = programme != NULL ? yq_record_text (programme, PROGRAMME_CONSENT) : NULL;
  g_auto(GStrv) levels = yq_workflow_levels (world, redemption);

  if (g_strcmp0 (consent, "enterprise") == 0 && yq_record_has (redemption, REDEMPTION_REDEEMER) &&
      g_str_equal (yq_record_text (redemption, REDEMPTION_REDEEMER), "carrier"))
    return "consenting";
  return levels[0] != NULL ? "reviewing" : "payable";
}

static const char *
redemption_approved (YqWorld *world, YqRecord *redemption, const YqValues *args)
{
  g_autoptr(YqRecord) programme = programme_of (world, redemption);

  return programme != NULL && yq_record_int (programme, PROGRAMME_PUBLIC_NOTICE_DAYS) > 0
           ? "approved"
           : "payable";
}

/* Whose opinion is still to come. */
static void
redemption_derive (YqWorld *world, YqRecord *redemption)
{
  JsonArray *experts = yq_record_array (redemption, REDEMPTION_EXPERTS);
  JsonArray *given = yq_record_array (redemption, REDEMPTION_GIVEN);
  JsonArray *awaited = json_array_new ();

  for (guint i = 0; experts != NULL && i < json_array_get_length (experts); i++)
    if (!names (given, json_array_get_string_element (experts, i)))
      json_array_add_string_element (awaited, json_array_get_string_element (experts, i));
  yq_record_take_array (redemption, REDEMPTION_AWAITED, awaited);
}

/* clang-format off */
static const YqField approved_line_columns[] = {
  { "use",      N_("Voucher use"), YQ_REFERENCE, YQ_REQUIRED, .sees = YQ_INVOLVED, .refers = "voucher_use" },
  { "approved", N_("Amount approved"), YQ_MONEY, YQ_REQUIRED, .sees = YQ_INVOLVED, .min = 0, .max = MONEY_MAX },
  { NULL },
};

static const YqField approve_fields[] = {
  [REDEMPTION_APPROVE_COMMENT] = STEP_COMMENT,
  [REDEMPTION_APPROVE_LINES]   = { "lines", N_("Amounts approved"), YQ_ROWS, 0, FORM, .max = 500, .columns = approved_line_columns, .hint = N_("Lines not named are approved as asked") },
  { NULL },
};

static const YqField assign_fields[] = {
  [REDEMPTION_ASSIGN_EXPERTS] = { "experts", N_("Experts"), YQ_REFERENCES, YQ_REQUIRED, .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .edit = YQ_EDIT_FORM, .max = 20, .refers = "account" },
  [REDEMPTION_ASSIGN_COMMENT] = { "comment", N_("Comment"), YQ_TEXT, YQ_LONG, .sees = YQ_DECIDERS, .edit = YQ_EDIT_FORM, .max = 1000 },
  { NULL },
};

/* For those who decide: neither the parties nor the other experts read an opinion. */
#define OPINION .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .edit = YQ_EDIT_FORM
static const YqField opinion_fields[] = {
  [REDEMPTION_OPINION_ROUND]   = { "round", N_("Round of opinions"), YQ_INTEGER, YQ_REQUIRED | YQ_HIDDEN, OPINION, .min = 0, .max = 100000 },
  [REDEMPTION_OPINION_SCORE]   = { "score", N_("Score"), YQ_INTEGER, YQ_REQUIRED, OPINION, .min = 0, .max = 100, .hint = N_("0 to 100") },
  [REDEMPTION_OPINION_AMOUNT]  = { "amount", N_("Amount advised"), YQ_MONEY, YQ_REQUIRED, OPINION, .min = 0, .max = MONEY_MAX },
  [REDEMPTION_OPINION_COMMENT] = { "comment", N_("Opinion"), YQ_TEXT, YQ_REQUIRED | YQ_LONG, OPINION, .max = 1000 },
  { NULL },
};

static const YqField pay_fields[] = {
  [REDEMPTION_PAY_ON]        = { "paid_on", N_("Paid on"), YQ_DATE, YQ_REQUIRED, FORM, .check = yq_check_not_future },
  [REDEMPTION_PAY_REFERENCE] = { "payment_reference", N_("Payment reference"), YQ_TEXT, 0, FORM, .max = 100 },
  { NULL },
};

static const YqStep redemption_steps[] = {
  { "submit",   N_("Submit for redemption"), "draft|returned", "reviewing|consenting|payable", "redeemer", YQ_STEP_COMPLETE | YQ_STEP_CREATES | YQ_STEP_PRIMARY, NULL, redemption_can_submit, redemption_submitted },
  { "withdraw", N_("Withdraw"), "reviewing|consenting", "withdrawn", "redeemer", YQ_STEP_DANGER, NULL, redemption_can_withdraw },
  { "consent",  N_("Consent"), "consenting", "reviewing", "other", YQ_STEP_DECISION | YQ_STEP_PRIMARY, yq_comment_fields },
  { "decline",  N_("Decline"), "consenting", "returned", "other", YQ_STEP_DECISION | YQ_STEP_REASON, yq_reason_fields },
  { "assign",   N_("Assign experts"), "reviewing", "=", "reviewer", 0, assign_fields, redemption_can_assign },
  { "opinion",  N_("Give the opinion"), "reviewing", "=", "expert", YQ_STEP_REASON | YQ_STEP_PRIMARY, opinion_fields, redemption_can_advise },
  { "approve",  N_("Approve"), "reviewing", "payable|approved", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY, approve_fields, redemption_can_approve, redemption_approved },
  { "return",   N_("Return"), "reviewing", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
  { "reject",   N_("Reject"), "reviewing", "rejected", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
  { "publish_notice", N_("Publish the notice"), "approved", "noticed", "reviewer", YQ_STEP_DECISION | YQ_STEP_PRIMARY, yq_comment_fields },
  { "close_notice", N_("Close the notice"), "noticed", "payable", "clock", YQ_STEP_HIDDEN },
  { "reopen",   N_("Review again"), "noticed", "reviewing", "clock", YQ_STEP_HIDDEN },
  { "pay",      N_("Record the payment"), "payable", "paid", "reviewer", YQ_STEP_DECISION | YQ_STEP_PRIMARY, pay_fields },
};

static const YqEditable redemption_editable[] = {
  { "draft",    YQ_ACTOR_REDEEMER, YQ_EDIT_FORM },
  { "returned", YQ_ACTOR_REDEEMER, YQ_EDIT_FORM },
};

const YqEntity yq_redemption = {
  "redemption", "redemptions", N_("Redemption"), N_("Redemptions"),
  TABLE (redemption_fields), TABLE (redemption_states), TABLE (redemption_steps), TABLE (redemption_editable),
  .owned = YQ_OWNED_BY_REDEEMER, .region_from = "place", .reads = YQ_OFFICIAL | YQ_SEES_PARTIES | YQ_SEES_EXPERT, .stages_from = "programme", .kind = "redemption",
  .title_field = "number", .subtitle_field = "applicant_name", .derive = redemption_derive,
};

static const YqField invoice_fields[] = {
  [INVOICE_CODE]       = { "code", N_("Invoice code"), YQ_TEXT, YQ_LIST, FORM, .max = 12, .hint = N_("An electronic invoice has no code and a number of 20 digits") },
  [INVOICE_NUMBER]     = { "number", N_("Invoice number"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_INDEX | YQ_SEARCH, FORM, .max = 20 },
  [INVOICE_DATE]       = { "date", N_("Invoice date"), YQ_DATE, YQ_REQUIRED | YQ_LIST, FORM, .check = yq_check_not_future },
  [INVOICE_AMOUNT]     = { "amount", N_("Invoice amount"), YQ_MONEY, YQ_REQUIRED | YQ_LIST, FORM, .min = 1, .max = MONEY_MAX },
  [INVOICE_IMAGE]      = { "image", N_("Image of the invoice"), YQ_FILES, 0, FORM, .max = 3, .accept = YQ_FILES_INVOICE, .max_bytes = YQ_FILES_INVOICE_BYTES, .hint = N_("jpg or png, at most 500 KB") },
  [INVOICE_NOTE]       = { "note", N_("Note"), YQ_TEXT, 0, FORM, .max = 200 },
  [INVOICE_USES]       = { "uses", N_("Voucher uses it pays"), YQ_REFERENCES, 0, FORM, .max = 200, .refers = "voucher_use" },
  [INVOICE_REDEEMER]   = { "redeemer", N_("Redeemed by"), YQ_CHOICE, YQ_REQUIRED | YQ_HIDDEN, FORM, .choices = redeemers },
  [INVOICE_REDEMPTION] = { "redemption", N_("Redemption"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, FACT, .refers = "redemption" },
  [INVOICE_EXPERTS]    = { "experts", N_("Experts"), YQ_REFERENCES, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_DECIDERS, .max = 20, .refers = "account" },
  [INVOICE_SCANNED]    = { "scanned", N_("Text of its QR code"), YQ_TEXT, YQ_HIDDEN, FORM, .max = 512 },
};
/* clang-format on */

static gboolean
has_digits (const char *text, gsize n)
{
  return text != NULL && strlen (text) == n && strspn (text, "0123456789") == n;
}

static YqProblem *
invoice_check (YqWorld *world, YqRecord *invoice)
{
  const char *code = yq_record_text (invoice, INVOICE_CODE);
  const char *number = yq_record_text (invoice, INVOICE_NUMBER);
  YqProblem *problem;

  if (code == NULL ? has_digits (number, 20)
                   : (has_digits (code, 10) || has_digits (code, 12)) && has_digits (number, 8))
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_INVALID, _("The invoice number is not one"));
  return yq_problem_add_error (
    problem, "number", YQ_PROBLEM_INVALID,
    _("8 digits with a code of 10 or 12 digits, or 20 digits without a code"));
}

static YqProblem *
invoice_is_free (YqWorld *world, YqRecord *invoice)
{
  g_autoptr(YqRecord) redemption =
    yq_world_get (world, &yq_redemption, yq_record_text (invoice, INVOICE_REDEMPTION));

  if (redemption == NULL || yq_record_in_state (redemption, "draft|returned|withdrawn|rejected"))
    return NULL;
  return yq_problem_new (YQ_PROBLEM_STATE, _("The invoice stands in redemption %s, which is “%s”"),
                         yq_record_title (redemption), yq_record_state_title (redemption));
}

/* clang-format off */
static const YqState invoice_states[] = {
  { "active", N_("Entered"), YQ_TONE_DONE },
};

static const YqEditable invoice_editable[] = {
  { "active", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
};

const YqEntity yq_invoice = {
  "invoice", "invoices", N_("Invoice"), N_("Invoices"),
  TABLE (invoice_fields), TABLE (invoice_states), NULL, 0, TABLE (invoice_editable),
  .owned = YQ_OWNED_BY_REDEEMER, .region_from = "uses", .carrier_from = "uses", .buyer_from = "uses", .reads = YQ_OFFICIAL | YQ_SEES_PARTIES | YQ_SEES_EXPERT,
  .title_field = "number", .deletable = TRUE, .check = invoice_check, .check_on_save = TRUE, 
  .may_delete = invoice_is_free, .may_save = invoice_is_free,
};
/* clang-format on */
