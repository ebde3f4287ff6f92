/* From approved to paid: what is made known, what is said against it, what is paid together. */
#include "payout.h"

#include "clock.h"
#include "programme.h"
#include "redemption.h"

/* clang-format off */
static const YqField notice_line_columns[] = {
  [NOTICE_LINE_REDEMPTION] = { "redemption", N_("Redemption"), YQ_TEXT, YQ_HIDDEN, .sees = YQ_EVERYBODY, .max = 36 },
  [NOTICE_LINE_NUMBER]     = { "number", N_("Redemption number"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_EVERYBODY, .max = 40 },
  [NOTICE_LINE_APPLICANT]  = { "applicant", N_("Applicant"), YQ_TEXT, 0, .sees = YQ_EVERYBODY, .max = 100 },
  [NOTICE_LINE_AMOUNT]     = { "amount", N_("Amount approved"), YQ_MONEY, 0, .sees = YQ_EVERYBODY, .min = 0 },
  { NULL },
};

static const YqField notice_fields[] = {
  [NOTICE_TITLE]     = { "title", N_("Public notice"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 200, .group = N_("Public notice") },
  [NOTICE_PROGRAMME] = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, PUBLIC_FACT, .refers = "programme" },
  [NOTICE_REGION]    = { "seat", N_("Region in charge"), YQ_REGION, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
  [NOTICE_FROM]      = { "from", N_("From"), YQ_DATE, YQ_COMPUTED | YQ_LIST | YQ_INDEX, PUBLIC_FACT },
  [NOTICE_TO]        = { "to", N_("Until"), YQ_DATE, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
  [NOTICE_LINES]     = { "lines", N_("Redemptions"), YQ_ROWS, YQ_COMPUTED, PUBLIC_FACT, .max = 500, .columns = notice_line_columns },
  [NOTICE_COUNT]     = { "count", N_("Items"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
  [NOTICE_AMOUNT]    = { "amount", N_("Total approved"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
};

static const YqState notice_states[] = {
  { "published", N_("Under public notice"), YQ_TONE_WAITING, YQ_STATE_PUBLIC },
  { "closed",    N_("Notice ended"), YQ_TONE_DONE, YQ_STATE_PUBLIC | YQ_STATE_FINAL },
};

static const YqStep notice_steps[] = {
  { "close", N_("End the notice"), "published", "closed", "clock", YQ_STEP_HIDDEN },
};

const YqEntity yq_notice = {
  "notice", "notices", N_("Public notice"), N_("Public notices"),
  TABLE (notice_fields), TABLE (notice_states), TABLE (notice_steps), NULL, 0,
  .owned = YQ_OWNED_BY_PLATFORM, .region_from = "seat", .reads = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .title_field = "title",
};
/* clang-format on */

gboolean
yq_notice_find (YqRecord *notice, const char *number, const char **redemption,
                const char **applicant)
{
  JsonArray *rows = yq_record_array (notice, NOTICE_LINES);

  for (guint i = 0; rows != NULL && number != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);

      if (g_strcmp0 (json_object_get_string_member_with_default (row, "number", NULL), number) != 0)
        continue;
      *redemption = json_object_get_string_member_with_default (row, "redemption", NULL);
      *applicant = json_object_get_string_member_with_default (row, "applicant", NULL);
      return TRUE;
    }
  return FALSE;
}

/* -- objections -- */

static YqProblem *
objection_can_object (YqWorld *world, const YqWho *who, YqRecord *objection, const YqValues *args)
{
  g_autoptr(YqRecord) notice =
    yq_world_get (world, &yq_notice, yq_record_text (objection, OBJECTION_NOTICE));
  const char *number = yq_record_text (objection, OBJECTION_NUMBER);
  const char *redemption, *applicant;
  g_autofree char *today = yq_date_of (world->now);

  if (notice == NULL || !yq_record_in_state (notice, "published") ||
      strcmp (today, yq_record_text (notice, NOTICE_TO)) > 0)
    return yq_problem_new (YQ_PROBLEM_WINDOW_CLOSED,
                           _("The public notice has ended: objections are no longer taken"));
  if (yq_notice_find (notice, number, &redemption, &applicant))
    return NULL;
  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_INVALID, _("The notice has no redemption with the number %s"),
                    number != NULL ? number : "—"),
    "number", YQ_PROBLEM_INVALID, _("Choose one of the redemptions of the notice"));
}

/* clang-format off */
#define OBJECTION_FORM .sees = YQ_OFFICIAL, .edit = YQ_EDIT_FORM
static const YqField objection_fields[] = {
  [OBJECTION_NOTICE]     = { "notice", N_("Public notice"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, OBJECTION_FORM, .refers = "notice", .group = N_("Objection") },
  [OBJECTION_NUMBER]     = { "number", N_("Redemption number"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, OBJECTION_FORM, .max = 40 },
  [OBJECTION_TEXT]       = { "text", N_("What speaks against it"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_LONG, OBJECTION_FORM, .max = 1000 },
  [OBJECTION_CONTACT]    = { "contact", N_("How you can be reached"), YQ_TEXT, 0, OBJECTION_FORM, .max = 100 },
  [OBJECTION_PAPERS]     = { "papers", N_("Papers"), YQ_FILES, 0, OBJECTION_FORM, .max = 10 },
  [OBJECTION_REDEMPTION] = { "redemption", N_("Redemption"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .refers = "redemption" },
  [OBJECTION_APPLICANT_NAME] = { "applicant_name", N_("Applicant"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, .sees = YQ_OFFICIAL, .max = 100 },
  [OBJECTION_RAISED_AT]  = { "raised_at", N_("Raised"), YQ_TIME, YQ_COMPUTED | YQ_LIST, .sees = YQ_OFFICIAL },
  [OBJECTION_ANSWER]     = { "answer", N_("Answer"), YQ_TEXT, YQ_COMPUTED | YQ_LONG, .sees = YQ_OFFICIAL, .max = 1000 },
};

static const YqState objection_states[] = {
  { "draft",     N_("Draft"), YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "open",      N_("To be examined"), YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "upheld",    N_("Upheld"), YQ_TONE_DONE, YQ_STATE_FINAL },
  { "dismissed", N_("Dismissed"), YQ_TONE_NEUTRAL, YQ_STATE_FINAL | YQ_STATE_SIDE },
};

static const YqStep objection_steps[] = {
  { "object",  N_("Object"), "draft", "open", "owner", YQ_STEP_COMPLETE | YQ_STEP_CREATES | YQ_STEP_PRIMARY, NULL, objection_can_object },
  { "uphold",  N_("Uphold"), "open", "upheld", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_reason_fields },
  { "dismiss", N_("Dismiss"), "open", "dismissed", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_reason_fields },
};

static const YqEditable objection_editable[] = {
  { "draft", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
};

const YqEntity yq_objection = {
  "objection", "objections", N_("Objection"), N_("Objections"),
  TABLE (objection_fields), TABLE (objection_states), TABLE (objection_steps), TABLE (objection_editable),
  .owned = YQ_OWNED_BY_ACCOUNT, .region_from = "notice", .reads = YQ_OFFICIAL,
  .title_field = "number", .subtitle_field = "applicant_name",
};
/* clang-format on */

/* -- disbursement -- */

static YqProblem *
check_redemption_of_batch (YqWorld *world, const YqWho *who, YqRecord *batch, const char *id,
                           guint number)
{
  g_autoptr(YqRecord) redemption = yq_world_get (world, &yq_redemption, id);

  if (redemption == NULL || !yq_who_reviews (who, yq_record_region (redemption)))
    return yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("Line %u: there is no such redemption"), number);
  if (g_strcmp0 (yq_record_text (redemption, REDEMPTION_PROGRAMME),
                 yq_record_text (batch, DISBURSEMENT_PROGRAMME)) != 0)
    return yq_problem_new (YQ_PROBLEM_INVALID, _("Line %u: %s belongs to another programme"),
                           number, yq_record_title (redemption));
  if (!yq_record_in_state (redemption, "payable"))
    return yq_problem_new (YQ_PROBLEM_STATE, _("Line %u: %s cannot be paid: %s"), number,
                           yq_record_title (redemption), yq_record_state_title (redemption));
  return NULL;
}

static YqProblem *
disbursement_can_pay (YqWorld *world, const YqWho *who, YqRecord *batch, const YqValues *args)
{
  JsonArray *ids = yq_record_array (batch, DISBURSEMENT_REDEMPTIONS);
  YqProblem *problem = NULL;

  for (guint i = 0; problem == NULL && ids != NULL && i < json_array_get_length (ids); i++)
    problem =
      check_redemption_of_batch (world, who, batch, json_array_get_string_element (ids, i), i + 1);
  return problem != NULL ? yq_problem_add_error (problem, "redemptions", yq_problem_code (problem),
                                                 "%s", yq_problem_detail (problem))
                         : NULL;
}

/* The sum of what is known; FALSE where one of them is not. */
static gboolean
sum_of_batch (YqWorld *world, JsonArray *ids, gint64 *sum)
{
  *sum = 0;
  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      g_autoptr(YqRecord) redemption =
        yq_world_get (world, &yq_redemption, json_array_get_string_element (ids, i));

      if (redemption == NULL)
        return FALSE;
      *sum += yq_record_int (redemption, REDEMPTION_APPROVED_AMOUNT);
    }
  return TRUE;
}

/* A sum that leaves something out is none. */
static void
disbursement_derive (YqWorld *world, YqRecord *batch)
{
  JsonArray *ids = yq_record_array (batch, DISBURSEMENT_REDEMPTIONS);
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (batch, DISBURSEMENT_PROGRAMME));
  gint64 sum;

  if (programme != NULL)
    yq_record_set_text (batch, DISBURSEMENT_PROGRAMME_NAME, yq_record_title (programme));
  yq_record_set_int (batch, DISBURSEMENT_COUNT, ids != NULL ? json_array_get_length (ids) : 0);
  if (sum_of_batch (world, ids, &sum))
    yq_record_set_int (batch, DISBURSEMENT_AMOUNT, sum);
  else
    yq_values_clear (yq_record_values (batch), DISBURSEMENT_AMOUNT);
}

/* clang-format off */
#define OFFICE_ONLY .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR
static const YqField disbursement_fields[] = {
  [DISBURSEMENT_NUMBER]      = { "number", N_("Number of the batch"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_INDEX | YQ_SEARCH, OFFICE_ONLY, .max = 40, .group = N_("Disbursement"), .unset = N_("No number yet") },
  [DISBURSEMENT_PROGRAMME]   = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX | YQ_HIDDEN, OFFICE_ONLY, .edit = YQ_EDIT_OFFICE, .refers = "programme" },
  [DISBURSEMENT_PROGRAMME_NAME] = { "programme_name", N_("Voucher programme"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, OFFICE_ONLY, .max = 100 },
  [DISBURSEMENT_REDEMPTIONS] = { "redemptions", N_("Redemptions"), YQ_REFERENCES, YQ_REQUIRED, OFFICE_ONLY, .edit = YQ_EDIT_OFFICE, .max = 1000, .refers = "redemption" },
  [DISBURSEMENT_COUNT]       = { "count", N_("Items"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, OFFICE_ONLY },
  [DISBURSEMENT_AMOUNT]      = { "amount", N_("Total"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, OFFICE_ONLY },
  [DISBURSEMENT_NOTE]        = { "note", N_("Note"), YQ_TEXT, YQ_LONG, OFFICE_ONLY, .edit = YQ_EDIT_OFFICE, .max = 500 },
  [DISBURSEMENT_PAID_ON]     = { "paid_on", N_("Paid on"), YQ_DATE, YQ_COMPUTED | YQ_LIST, OFFICE_ONLY },
  [DISBURSEMENT_PAYMENT_REFERENCE] = { "payment_reference", N_("Payment reference"), YQ_TEXT, YQ_COMPUTED, OFFICE_ONLY, .max = 100 },
  [DISBURSEMENT_REASON]      = { "reason", N_("Reason"), YQ_TEXT, YQ_COMPUTED | YQ_LONG, OFFICE_ONLY, .max = 1000 },
};

static const YqState disbursement_states[] = {
  { "draft",     N_("To be paid"), YQ_TONE_YOURS, YQ_STATE_WAITS },
  { "paid",      N_("Paid"), YQ_TONE_DONE, YQ_STATE_FINAL },
  { "cancelled", N_("Cancelled"), YQ_TONE_NEUTRAL, YQ_STATE_FINAL | YQ_STATE_SIDE },
};

static const YqField disburse_fields[] = {
  [DISBURSE_ON]        = { "paid_on", N_("Paid on"), YQ_DATE, YQ_REQUIRED, .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .edit = YQ_EDIT_FORM, .check = yq_check_not_future },
  [DISBURSE_REFERENCE] = { "payment_reference", N_("Payment reference"), YQ_TEXT, 0, .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .edit = YQ_EDIT_FORM, .max = 100 },
  { NULL },
};

static const YqStep disbursement_steps[] = {
  { "pay",    N_("Record the payment"), "draft", "paid", "reviewer", YQ_STEP_DECISION | YQ_STEP_COMPLETE | YQ_STEP_PRIMARY, disburse_fields, disbursement_can_pay },
  { "cancel", N_("Cancel the batch"), "draft", "cancelled", "reviewer", YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
};

static const YqEditable disbursement_editable[] = {
  { "draft", YQ_ACTOR_REVIEWER, YQ_EDIT_OFFICE },
};

const YqEntity yq_disbursement = {
  "disbursement", "disbursements", N_("Disbursement"), N_("Disbursements"),
  TABLE (disbursement_fields), TABLE (disbursement_states), TABLE (disbursement_steps), TABLE (disbursement_editable),
  .owned = YQ_OWNED_BY_PLATFORM, .region_from = "programme", .reads = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR,
  .title_field = "number", .subtitle_field = "programme_name", .derive = disbursement_derive,
};
/* clang-format on */
