/* What notices, objections and disbursements do: approved redemptions are made known, examined
 * again, and paid together. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "clock.h"
#include "jobs.h"
#include "payout.h"
#include "programme.h"
#include "redemption.h"
#include "review.h"
#include "voucher.h"

/* One notice carries so many lines; the next one begins a new notice. */
#define MAX_LINES 500

/* -- notices -- */

/* The notice of the programme that began today, while it has room; a copy, or NULL. */
static YqRecord *
find_notice (YqTx *tx, const char *programme, const char *today)
{
  g_autoptr(GPtrArray) notices = yq_world_list (tx->world, &yq_notice, "programme", programme);

  for (guint i = 0; i < notices->len; i++)
    {
      JsonArray *rows = yq_record_array (notices->pdata[i], NOTICE_LINES);

      if (yq_record_in_state (notices->pdata[i], "published") &&
          g_strcmp0 (yq_record_text (notices->pdata[i], NOTICE_FROM), today) == 0 &&
          (rows == NULL || json_array_get_length (rows) < MAX_LINES))
        return yq_record_copy (notices->pdata[i]);
    }
  return NULL;
}

static YqRecord *
make_notice (YqTx *tx, YqRecord *programme, const char *today)
{
  YqRecord *notice = yq_record_new (&yq_notice, NULL);
  g_autofree char *title =
    g_strdup_printf ("%s 兑付公示（%s）", yq_record_title (programme), today);
  g_autofree char *last =
    yq_date_add_days (today, yq_record_int (programme, PROGRAMME_PUBLIC_NOTICE_DAYS));

  yq_record_set_region (notice, yq_record_region (programme));
  yq_record_set_text (notice, NOTICE_TITLE, title);
  yq_record_set_text (notice, NOTICE_PROGRAMME, yq_record_id (programme));
  yq_record_set_text (notice, NOTICE_REGION, yq_record_region (programme));
  yq_record_set_text (notice, NOTICE_FROM, today);
  yq_record_set_text (notice, NOTICE_TO, last);
  return notice;
}

static void
add_line (YqRecord *notice, YqRecord *redemption)
{
  JsonArray *old = yq_record_array (notice, NOTICE_LINES);
  JsonArray *rows = json_array_new ();
  JsonObject *row = json_object_new ();
  const char *applicant = yq_record_text (redemption, REDEMPTION_APPLICANT_NAME);

  for (guint i = 0; old != NULL && i < json_array_get_length (old); i++)
    json_array_add_object_element (rows, json_object_ref (json_array_get_object_element (old, i)));
  json_object_set_string_member (row, "redemption", yq_record_id (redemption));
  json_object_set_string_member (row, "number", yq_record_text (redemption, REDEMPTION_NUMBER));
  if (applicant != NULL)
    json_object_set_string_member (row, "applicant", applicant);
  json_object_set_int_member (row, "amount",
                              yq_record_int (redemption, REDEMPTION_APPROVED_AMOUNT));
  json_array_add_object_element (rows, row);
  yq_record_set_int (notice, NOTICE_COUNT, json_array_get_length (rows));
  yq_record_set_int (notice, NOTICE_AMOUNT,
                     yq_record_int (notice, NOTICE_AMOUNT) +
                       yq_record_int (redemption, REDEMPTION_APPROVED_AMOUNT));
  yq_record_take_array (notice, NOTICE_LINES, rows);
}

/* The first moment after the last day. */
static gint64
end_of (YqRecord *notice)
{
  return yq_date_start (yq_record_text (notice, NOTICE_TO)) + YQ_DAY;
}

/* What is published on one day of one programme stands in one notice. */
static YqProblem *
publish (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (e->tx->world, &yq_programme, yq_record_text (e->after, REDEMPTION_PROGRAMME));
  g_autofree char *today = yq_date_of (e->tx->now);
  g_autoptr(YqRecord) notice = NULL;
  gboolean is_new;

  if (programme == NULL)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("This voucher programme does not exist any more"));
  notice = find_notice (e->tx, yq_record_id (programme), today);
  is_new = notice == NULL;
  if (is_new)
    notice = make_notice (e->tx, programme, today);
  add_line (notice, e->after);
  if (is_new
        ? !yq_tx_insert (e->tx, notice, "derive", error) ||
            !yq_jobs_add (e->tx->conn, "notice_end", yq_record_id (notice), end_of (notice), error)
        : !yq_effect_update (e->tx, notice, error))
    return NULL;
  yq_record_set_text (e->after, REDEMPTION_NOTICE, yq_record_id (notice));
  yq_record_set_text (e->after, REDEMPTION_NOTICE_UNTIL, yq_record_text (notice, NOTICE_TO));
  yq_jobs_add (e->tx->conn, "notice_close", yq_record_id (e->after), end_of (notice), error);
  return NULL;
}

static gboolean
has_open_objection (YqTx *tx, const char *redemption)
{
  g_autoptr(GPtrArray) objections =
    yq_world_list (tx->world, &yq_objection, "redemption", redemption);

  for (guint i = 0; i < objections->len; i++)
    if (yq_record_in_state (objections->pdata[i], "open"))
      return TRUE;
  return FALSE;
}

/* Its last objection's dismissal closes it where the clock could not. */
gboolean
yq_effect_close_notice (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) redemption = yq_effect_get (tx, &yq_redemption, id);
  g_autofree char *today = yq_date_of (tx->now);
  const char *until =
    redemption != NULL ? yq_record_text (redemption, REDEMPTION_NOTICE_UNTIL) : NULL;

  if (redemption == NULL || !yq_record_in_state (redemption, "noticed") ||
      (until != NULL && strcmp (today, until) <= 0) || has_open_objection (tx, id))
    return TRUE;
  return yq_effect_step (tx, redemption, "close_notice", NULL, error);
}

/* -- objections -- */

static YqProblem *
object (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) notice =
    yq_world_get (e->tx->world, &yq_notice, yq_record_text (e->after, OBJECTION_NOTICE));
  const char *id = NULL, *applicant = NULL;
  g_autoptr(YqRecord) redemption = NULL;

  if (notice != NULL)
    yq_notice_find (notice, yq_record_text (e->after, OBJECTION_NUMBER), &id, &applicant);
  redemption = yq_world_get (e->tx->world, &yq_redemption, id);
  if (redemption == NULL || !yq_record_in_state (redemption, "noticed"))
    return yq_problem_new (YQ_PROBLEM_STATE, _("This redemption is no longer under public notice"));
  yq_record_set_text (e->after, OBJECTION_REDEMPTION, id);
  yq_record_set_text (e->after, OBJECTION_APPLICANT_NAME, applicant);
  yq_record_set_int (e->after, OBJECTION_RAISED_AT, e->tx->now);
  return NULL;
}

static YqProblem *
answer (const YqEffect *e, GError **error)
{
  yq_record_set_text (e->after, OBJECTION_ANSWER, yq_effect_comment (e));
  return NULL;
}

/* The last level decides again; nothing has been paid yet. */
static YqProblem *
upheld (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) redemption =
    yq_effect_get (e->tx, &yq_redemption, yq_record_text (e->after, OBJECTION_REDEMPTION));

  if (redemption != NULL && yq_record_in_state (redemption, "noticed"))
    yq_effect_step (e->tx, redemption, "reopen", NULL, error);
  return NULL;
}

static YqProblem *
dismissed (const YqEffect *e, GError **error)
{
  yq_effect_close_notice (e->tx, yq_record_text (e->after, OBJECTION_REDEMPTION), error);
  return NULL;
}

/* -- redemptions from before they and their uses said when they were redeemed and paid -- */

static gboolean
date_use (YqTx *tx, YqRecord *redemption, const char *id, GError **error)
{
  g_autoptr(YqRecord) use = yq_effect_get (tx, &yq_voucher_use, id);

  if (use == NULL || !yq_record_in_state (use, "redeemed"))
    return TRUE;
  yq_record_set_int (use, VOUCHER_USE_REDEEMED_AT,
                     yq_record_int (redemption, REDEMPTION_REDEEMED_AT));
  yq_record_set_text (use, VOUCHER_USE_PAID_ON, yq_record_text (redemption, REDEMPTION_PAID_ON));
  return yq_tx_touch (tx, use, error);
}

gboolean
yq_effect_date_redemption (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) redemption = yq_effect_get (tx, &yq_redemption, id);
  gint64 at = 0;

  if (redemption == NULL || !yq_record_in_state (redemption, "payable|paid") ||
      yq_record_has (redemption, REDEMPTION_REDEEMED_AT) ||
      !sql_get_int (tx->conn,
                    "SELECT at FROM event WHERE record = $1 AND state_to = 'payable'"
                    " AND state_from <> 'payable' ORDER BY revision DESC LIMIT 1",
                    SQL_ARGS (SQL_TEXT (id)), &at, NULL))
    return TRUE;
  yq_record_set_int (redemption, REDEMPTION_REDEEMED_AT, at);
  for (guint i = 0; i < yq_redemption_n_lines (redemption); i++)
    if (!date_use (tx, redemption, yq_redemption_line (redemption, i).use, error))
      return FALSE;
  return yq_tx_touch (tx, redemption, error);
}

/* -- disbursements -- */

static YqProblem *
count (const YqEffect *e, GError **error)
{
  yq_effect_derive (e, error);
  if (!yq_record_has (e->after, DISBURSEMENT_NUMBER))
    {
      g_autofree char *number = yq_effect_number (e->tx, e->after, "BF", error);

      if (number != NULL)
        yq_record_set_text (e->after, DISBURSEMENT_NUMBER, number);
    }
  return NULL;
}

static YqProblem *
pay (const YqEffect *e, GError **error)
{
  yq_record_set_text (e->after, DISBURSEMENT_PAID_ON, yq_values_text (e->args, DISBURSE_ON));
  yq_record_set_text (e->after, DISBURSEMENT_PAYMENT_REFERENCE,
                      yq_values_text (e->args, DISBURSE_REFERENCE));
  return count (e, error);
}

/* Every redemption of the batch is paid with it, or none. */
static YqProblem *
paid (const YqEffect *e, GError **error)
{
  JsonArray *ids = yq_record_array (e->after, DISBURSEMENT_REDEMPTIONS);
  const char *reference = yq_record_text (e->after, DISBURSEMENT_PAYMENT_REFERENCE);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      g_autoptr(YqRecord) redemption =
        yq_effect_get (e->tx, &yq_redemption, json_array_get_string_element (ids, i));
      g_autoptr(YqRecord) before =
        yq_world_get (e->tx->world, &yq_redemption, json_array_get_string_element (ids, i));
      g_autoptr(JsonObject) args = json_object_new ();

      if (redemption == NULL || !yq_record_in_state (redemption, "payable"))
        return yq_problem_new (YQ_PROBLEM_STATE, _("Line %u is no longer to be paid"), i + 1);
      json_object_set_string_member (args, "paid_on",
                                     yq_record_text (e->after, DISBURSEMENT_PAID_ON));
      json_object_set_string_member (
        args, "payment_reference",
        reference != NULL ? reference : yq_record_text (e->after, DISBURSEMENT_NUMBER));
      if (!yq_tx_step (e->tx, redemption, "pay", args, error) ||
          !yq_review_append (e->tx, before, redemption, yq_entity_step (&yq_redemption, "pay"),
                             NULL, error))
        return NULL;
    }
  return NULL;
}

static YqProblem *
cancel (const YqEffect *e, GError **error)
{
  yq_record_set_text (e->after, DISBURSEMENT_REASON, yq_effect_comment (e));
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_payout[] = {
  { &yq_redemption,   "publish_notice", publish, NULL },
  { &yq_objection,    "object",  object, NULL },
  { &yq_objection,    "uphold",  answer, upheld },
  { &yq_objection,    "dismiss", answer, dismissed },
  { &yq_disbursement, "save",    count, NULL },
  { &yq_disbursement, "pay",     pay, paid },
  { &yq_disbursement, "cancel",  cancel, NULL },
  { NULL },
};
/* clang-format on */
