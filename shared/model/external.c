/* Claims made on another platform. */
#include "external.h"

#include "money.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "voucher.h"

#define OFFICE_FORM .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .edit = YQ_EDIT_OFFICE
#define OFFICE_FACT .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR

YqProblem *
yq_external_check_programme (YqRecord *programme)
{
  if (g_strcmp0 (yq_record_text (programme, PROGRAMME_CLAIM), "external") == 0)
    return NULL;
  return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                         _("Vouchers of “%s” are claimed here, not imported"),
                         yq_record_title (programme));
}

YqProblem *
yq_external_check (YqWorld *world, YqRecord *programme, YqRecord *holder, gint64 amount,
                   const char *number)
{
  YqProblem *problem = yq_external_check_programme (programme);

  if (problem != NULL)
    return problem;
  if (holder == NULL)
    return yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("There is no such organisation"));
  if ((problem = yq_claim_check_external_number (world, yq_record_id (programme), number)) !=
        NULL ||
      (problem = yq_policy_check_eligible (world, programme, holder)) != NULL)
    return problem;
  return yq_policy_check_import (world, programme, holder, amount, NULL);
}

YqProblem *
yq_external_check_besides (YqWorld *world, YqRecord *programme, YqRecord *holder, gint64 amount,
                           gint64 of_holder, gint64 of_programme)
{
  const YqCaps caps = yq_policy_caps (world, programme, holder, NULL);
  gint64 left = G_MAXINT64, rest = caps.budget - of_programme;
  g_autofree char *asked = yq_money_format (amount);
  g_autofree char *taken = yq_money_format (of_holder);
  g_autofree char *more = NULL;

  if (caps.total >= 0)
    left = MIN (left, caps.total - caps.claimed - of_holder);
  if (caps.held_cap >= 0)
    left = MIN (left, caps.held_cap - caps.held - of_holder);
  if (amount <= left && amount <= rest)
    return NULL;
  more = yq_money_format (MAX (MIN (left, rest), 0));
  return amount > left
           ? yq_problem_new (YQ_PROBLEM_CAP_TOTAL,
                             _("Rows above already issue %s to this enterprise; at most %s more can"
                               " be, and this row asks for %s"),
                             taken, more, asked)
           : yq_problem_new (YQ_PROBLEM_BUDGET,
                             _("After the rows above the budget of “%s” has %s left; this row asks"
                               " for %s"),
                             yq_record_title (programme), more, asked);
}

static YqProblem *
external_can_issue (YqWorld *world, const YqWho *who, YqRecord *external, const YqValues *args)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (external, EXTERNAL_PROGRAMME));
  g_autoptr(YqRecord) holder =
    yq_world_get (world, &yq_organisation, yq_record_text (external, EXTERNAL_HOLDER));

  if (programme == NULL)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("This voucher programme does not exist any more"));
  return yq_external_check (world, programme, holder, yq_record_int (external, EXTERNAL_AMOUNT),
                            yq_record_text (external, EXTERNAL_NUMBER));
}

/* Only what nobody has used yet. */
static YqProblem *
external_can_take_back (YqWorld *world, const YqWho *who, YqRecord *external, const YqValues *args)
{
  g_autoptr(YqRecord) claim =
    yq_world_get (world, &yq_claim, yq_record_text (external, EXTERNAL_CLAIM));
  g_autoptr(YqRecord) voucher =
    claim != NULL ? yq_world_get (world, &yq_voucher, yq_record_text (claim, CLAIM_VOUCHER)) : NULL;

  if (voucher == NULL || !yq_record_in_state (voucher, "active"))
    return yq_problem_new (
      YQ_PROBLEM_STATE, _("Its voucher %s is no longer usable, so there is nothing to take back"),
      yq_record_has (external, EXTERNAL_VOUCHER_NUMBER)
        ? yq_record_text (external, EXTERNAL_VOUCHER_NUMBER)
        : "");
  if (world->balance (world, "available", yq_record_id (voucher)) ==
      yq_record_int (voucher, VOUCHER_AMOUNT))
    return NULL;
  return yq_problem_new (YQ_PROBLEM_STATE,
                         _("Voucher %s is already used: what is left of it can only be revoked"),
                         yq_record_title (voucher));
}

static void
external_derive (YqWorld *world, YqRecord *external)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (external, EXTERNAL_PROGRAMME));

  if (programme != NULL)
    yq_record_set_text (external, EXTERNAL_PROGRAMME_NAME, yq_record_title (programme));
  yq_derive_name (world, external, EXTERNAL_HOLDER_NAME,
                  yq_record_text (external, EXTERNAL_HOLDER));
}

/* clang-format off */
static const YqField external_claim_fields[] = {
  [EXTERNAL_NUMBER]         = { "number", N_("Number on the other platform"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH | YQ_SHEET | YQ_UNIQUE, OFFICE_FORM, .max = 64, .hint = N_("Each number is issued once"), .group = N_("Claim made elsewhere") },
  [EXTERNAL_PROGRAMME]      = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX | YQ_SHEET, OFFICE_FORM, .refers = "programme", .refers_if = "claim=external" },
  [EXTERNAL_HOLDER]         = { "holder", N_("Enterprise"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX | YQ_SHEET, OFFICE_FORM, .refers = "organisation", .sheet = "统一社会信用代码" },
  [EXTERNAL_AMOUNT]         = { "amount", N_("Amount granted"), YQ_MONEY, YQ_REQUIRED | YQ_LIST | YQ_SHEET, OFFICE_FORM, .min = 100, .max = G_GINT64_CONSTANT (10000000000) },
  [EXTERNAL_GRANTED_ON]     = { "granted_on", N_("Granted there on"), YQ_DATE, YQ_LIST | YQ_SHEET, OFFICE_FORM, .check = yq_check_not_future },
  [EXTERNAL_NOTE]           = { "note", N_("Note"), YQ_TEXT, YQ_LONG | YQ_SHEET, OFFICE_FORM, .max = 500 },
  [EXTERNAL_HOLDER_NAME]    = { "holder_name", N_("Enterprise"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH | YQ_HIDDEN, OFFICE_FACT, .max = 100 },
  [EXTERNAL_PROGRAMME_NAME] = { "programme_name", N_("Voucher programme"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_HIDDEN, OFFICE_FACT, .max = 100 },
  [EXTERNAL_CLAIM]          = { "claim", N_("Claim"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, OFFICE_FACT, .refers = "claim", .group = N_("Result") },
  [EXTERNAL_VOUCHER_NUMBER] = { "voucher_number", N_("Voucher number"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, OFFICE_FACT, .max = 40 },
  [EXTERNAL_ISSUED_AT]      = { "issued_at", N_("Issued"), YQ_TIME, YQ_COMPUTED | YQ_LIST, OFFICE_FACT },
  [EXTERNAL_REASON]         = { "reason", N_("Reason"), YQ_TEXT, YQ_COMPUTED | YQ_LONG, OFFICE_FACT, .max = 1000 },
  [EXTERNAL_IMPORT_BATCH]   = { "import_batch", N_("Import"), YQ_TEXT, YQ_HIDDEN | YQ_INDEX, OFFICE_FORM, .max = 36 },
};

static const YqState external_claim_states[] = {
  { "draft",  N_("To be issued"), YQ_TONE_YOURS },
  { "issued", N_("Voucher issued"), YQ_TONE_DONE },
};

static const YqStep external_claim_steps[] = {
  { "issue",     N_("Issue the voucher"), "draft", "issued", "reviewer", YQ_STEP_DECISION | YQ_STEP_COMPLETE | YQ_STEP_PRIMARY, yq_comment_fields, external_can_issue },
  { "take_back", N_("Take the voucher back"), "issued", "draft", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields, external_can_take_back },
};

static const YqEditable external_claim_editable[] = {
  { "draft", YQ_ACTOR_REVIEWER, YQ_EDIT_OFFICE },
};

/* Deletable as long as it is a draft: nobody may edit it later. */
const YqEntity yq_external_claim = {
  "external_claim", "external_claims", N_("Claim made elsewhere"), N_("Claims made elsewhere"),
  TABLE (external_claim_fields), TABLE (external_claim_states), TABLE (external_claim_steps), TABLE (external_claim_editable),
  .owned = YQ_OWNED_BY_PLATFORM, .region_from = "programme", .reads = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR,
  .title_field = "number", .subtitle_field = "holder_name", .derive = external_derive, .deletable = TRUE,
};
/* clang-format on */
