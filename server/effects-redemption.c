/* What steps of redemptions do: uses and invoices are bound to them, approved money becomes
 * redeemed, the rest goes back. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "catalogue.h"
#include "clock.h"
#include "jobs.h"
#include "ledger.h"
#include "money.h"
#include "office.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "redemption.h"
#include "review.h"
#include "voucher.h"

static const char *
applicant_of (YqRecord *redemption)
{
  return g_strcmp0 (yq_record_text (redemption, REDEMPTION_REDEEMER), "carrier") == 0
           ? yq_record_carrier (redemption)
           : yq_record_buyer (redemption);
}

static YqRecord *
programme_of (YqTx *tx, YqRecord *redemption)
{
  return yq_world_get (tx->world, &yq_programme, yq_record_text (redemption, REDEMPTION_PROGRAMME));
}

/* -- what the server fills in -- */

/* A copy of the lines, each with title and number of its use; the totals follow. */
static void
fill_lines (YqTx *tx, YqRecord *redemption)
{
  JsonArray *rows = json_array_new ();
  gint64 fee, asked;

  for (guint i = 0; i < yq_redemption_n_lines (redemption); i++)
    {
      YqRedemptionLine line = yq_redemption_line_completed (tx->world, redemption, i);
      g_autoptr(YqRecord) use = yq_world_get (tx->world, &yq_voucher_use, line.use);
      JsonObject *row = json_object_new ();

      json_object_set_string_member (row, "use", line.use);
      json_object_set_int_member (row, "fee", line.fee);
      json_object_set_int_member (row, "asked", line.asked);
      if (use != NULL)
        {
          const char *number = yq_record_text (use, VOUCHER_USE_NUMBER);

          json_object_set_string_member (row, "title", yq_record_title (use));
          if (number != NULL)
            json_object_set_string_member (row, "number", number);
        }
      json_array_add_object_element (rows, row);
    }
  yq_record_take_array (redemption, REDEMPTION_LINES, rows);
  yq_redemption_sums (tx->world, redemption, &fee, &asked);
  yq_record_set_int (redemption, REDEMPTION_FEE, fee);
  yq_record_set_int (redemption, REDEMPTION_AMOUNT, asked);
  yq_values_clear (yq_record_values (redemption), REDEMPTION_APPROVED_AMOUNT);
}

static void
fill_names (YqTx *tx, YqRecord *redemption)
{
  g_autoptr(YqRecord) programme = programme_of (tx, redemption);
  g_autofree char *applicant = yq_effect_title (tx, &yq_organisation, applicant_of (redemption));

  yq_record_set_text (redemption, REDEMPTION_APPLICANT_NAME, applicant);
  if (programme == NULL)
    return;
  yq_record_set_text (redemption, REDEMPTION_PROGRAMME_NAME, yq_record_title (programme));
  yq_record_set_int (redemption, REDEMPTION_PROGRAMME_REVISION, yq_record_revision (programme));
}

static YqProblem *
save (const YqEffect *e, GError **error)
{
  fill_names (e->tx, e->after);
  fill_lines (e->tx, e->after);
  return NULL;
}

/* Rule 10: whom the money goes to is what the organisation says now. */
static YqProblem *
copy_bank_data (YqTx *tx, YqRecord *redemption)
{
  g_autoptr(YqRecord) applicant =
    yq_world_get (tx->world, &yq_organisation, applicant_of (redemption));

  if (applicant == NULL || !yq_record_has (applicant, ORGANISATION_BANK_ACCOUNT))
    return yq_problem_new (YQ_PROBLEM_REQUIRED,
                           _("Enter the bank account of your organisation first: the money is paid "
                             "to it"));
  yq_record_set_text (redemption, REDEMPTION_BANK_NAME,
                      yq_record_text (applicant, ORGANISATION_BANK_NAME));
  yq_record_set_text (redemption, REDEMPTION_BANK_ACCOUNT,
                      yq_record_text (applicant, ORGANISATION_BANK_ACCOUNT));
  yq_record_set_text (redemption, REDEMPTION_BANK_HOLDER,
                      yq_record_text (applicant, ORGANISATION_BANK_HOLDER));
  yq_record_set_int (redemption, REDEMPTION_BANK_CHANGED, FALSE);
  return NULL;
}

/* -- invoices: each once in the whole system -- */

static YqProblem *
claim_invoice (YqTx *tx, YqRecord *invoice, const char *redemption, GError **error)
{
  const char *code = yq_record_text (invoice, INVOICE_CODE);
  const char *number = yq_record_text (invoice, INVOICE_NUMBER);
  gint64 n = sql_exec (tx->conn,
                       "INSERT INTO invoice_used (code, number, redemption, invoice)"
                       " VALUES ($1, $2, $3, $4) ON CONFLICT (code, number) DO NOTHING",
                       SQL_ARGS (SQL_TEXT (code ? code : ""), SQL_TEXT (number ? number : ""),
                                 SQL_TEXT (redemption), SQL_TEXT (yq_record_id (invoice))),
                       error);

  if (n != 0)
    return NULL;
  return yq_problem_add_error (
    yq_problem_new (
      YQ_PROBLEM_INVOICE_USED,
      _("Invoice %s %s is already used in another redemption; an invoice is used once"),
      code ? code : "", number ? number : ""),
    "invoices", YQ_PROBLEM_INVOICE_USED, _("Take this invoice out, or enter its proper number"));
}

static gboolean
forget_invoices (YqTx *tx, const char *redemption, GError **error)
{
  return sql_exec (tx->conn, "DELETE FROM invoice_used WHERE redemption = $1",
                   SQL_ARGS (SQL_TEXT (redemption)), error) >= 0;
}

static gboolean
is_listed (YqRecord *redemption, const char *invoice)
{
  JsonArray *ids = yq_record_array (redemption, REDEMPTION_INVOICES);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    if (g_strcmp0 (json_array_get_string_element (ids, i), invoice) == 0)
      return TRUE;
  return FALSE;
}

/* Invoices bound to the redemption that it does not list (any more; all TRUE: or does) are free
 * again. */
static gboolean
free_invoices (YqTx *tx, YqRecord *redemption, gboolean all, GError **error)
{
  g_autoptr(GPtrArray) bound =
    yq_world_list (tx->world, &yq_invoice, "redemption", yq_record_id (redemption));

  if (!forget_invoices (tx, yq_record_id (redemption), error))
    return FALSE;
  for (guint i = 0; i < bound->len; i++)
    {
      g_autoptr(YqRecord) invoice = yq_record_copy (bound->pdata[i]);

      if (!all && is_listed (redemption, yq_record_id (invoice)))
        continue;
      yq_record_set_text (invoice, INVOICE_REDEMPTION, NULL);
      if (!yq_effect_update (tx, invoice, error))
        return FALSE;
    }
  return TRUE;
}

static YqProblem *
claim_invoices (YqTx *tx, YqRecord *redemption, GError **error)
{
  JsonArray *ids = yq_record_array (redemption, REDEMPTION_INVOICES);
  const char *id = yq_record_id (redemption);
  GError *failure = NULL;

  if (!free_invoices (tx, redemption, FALSE, error))
    return NULL;
  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      g_autoptr(YqRecord) invoice =
        yq_effect_get (tx, &yq_invoice, json_array_get_string_element (ids, i));
      YqProblem *problem;

      if (invoice == NULL)
        continue;
      if ((problem = claim_invoice (tx, invoice, id, &failure)) != NULL)
        return problem;
      if (failure == NULL && g_strcmp0 (yq_record_text (invoice, INVOICE_REDEMPTION), id) != 0)
        {
          yq_record_set_text (invoice, INVOICE_REDEMPTION, id);
          /* One that names no use (quick) is reviewed where its redemption is. */
          yq_record_set_region (invoice, yq_record_region (redemption));
          yq_effect_update (tx, invoice, &failure);
        }
      if (failure != NULL)
        {
          g_propagate_error (error, failure);
          return NULL;
        }
    }
  return NULL;
}

/* -- uses -- */

/* Takes func with each line's use; stops at a problem or an error. */
static YqProblem *
for_each_use (const YqEffect *e,
              YqProblem *(*func) (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line,
                                  GError **error),
              GError **error)
{
  for (guint i = 0; i < yq_redemption_n_lines (e->after); i++)
    {
      YqRedemptionLine line = yq_redemption_line (e->after, i);
      g_autoptr(YqRecord) use = yq_effect_get (e->tx, &yq_voucher_use, line.use);
      GError *failure = NULL;
      YqProblem *problem;

      if (use == NULL)
        return yq_problem_new (YQ_PROBLEM_INVALID, _("Line %u names no voucher use"), i + 1);
      problem = func (e, use, &line, &failure);
      if (failure == NULL && problem == NULL)
        continue;
      if (failure != NULL)
        g_propagate_error (error, failure);
      return problem;
    }
  return NULL;
}

/* The money of the line is held: since the use or the order, or from now on. */
static YqProblem *
hold_line (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  g_autoptr(YqRecord) programme = programme_of (e->tx, e->after);
  const char *id = yq_record_id (use);
  gint64 held = yq_ledger_hold_amount (e->tx->conn, id);
  YqProblem *problem;
  GError *failure = NULL;

  if (programme != NULL && yq_effect_holds_at (programme, "redemption.submit") &&
      held != line->asked)
    {
      if (held > 0 && (problem = yq_ledger_void (e->tx->conn, id, NULL, e->tx->now, &failure)))
        return problem;
      if (failure != NULL)
        {
          g_propagate_error (error, failure);
          return NULL;
        }
      return yq_ledger_hold (e->tx->conn, id, yq_record_text (use, VOUCHER_USE_VOUCHER),
                             line->asked, e->tx->now, error);
    }
  if (line->asked > held)
    {
      g_autofree char *asked = yq_money_format (line->asked);
      g_autofree char *has = yq_money_format (held);

      return yq_problem_new (YQ_PROBLEM_BALANCE, _("“%s” asks for %s; only %s is held for it"),
                             yq_record_title (use), asked, has);
    }
  return NULL;
}

static YqProblem *
bind_use (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  const char *redemption = yq_record_id (e->after);

  if (yq_record_in_state (use, "redeeming"))
    {
      if (g_strcmp0 (yq_record_text (use, VOUCHER_USE_REDEMPTION), redemption) == 0)
        return NULL;
      return yq_problem_new (YQ_PROBLEM_STATE, _("“%s” is already in another redemption"),
                             yq_record_title (use));
    }
  if (!yq_record_in_state (use, "confirmed|served"))
    return yq_problem_new (YQ_PROBLEM_STATE, _("“%s” cannot be redeemed now: %s"),
                           yq_record_title (use), yq_record_state_title (use));
  yq_record_set_text (use, VOUCHER_USE_FORMER_STATE, yq_record_state (use));
  yq_record_set_text (use, VOUCHER_USE_REDEMPTION, redemption);
  yq_effect_step (e->tx, use, "redeem", NULL, error);
  return NULL;
}

static YqProblem *
touch_line (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  yq_effect_touch_voucher (e->tx, yq_record_text (use, VOUCHER_USE_VOUCHER), error);
  return NULL;
}

static gboolean
names_use (YqRecord *redemption, const char *use)
{
  for (guint i = 0; i < yq_redemption_n_lines (redemption); i++)
    if (g_strcmp0 (yq_redemption_line (redemption, i).use, use) == 0)
      return TRUE;
  return FALSE;
}

/* The use gets its former state back; the hold stays but where it began with the redemption. */
static YqProblem *
unbind_use (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  g_autoptr(YqRecord) programme = programme_of (e->tx, e->after);
  GError *failure = NULL;
  YqProblem *problem = NULL;

  if (!yq_record_in_state (use, "redeeming") ||
      g_strcmp0 (yq_record_text (use, VOUCHER_USE_REDEMPTION), yq_record_id (e->after)) != 0)
    return NULL;
  if (programme != NULL && yq_effect_holds_at (programme, "redemption.submit"))
    problem = yq_effect_release_use (e->tx, use, 0, &failure);
  if (problem == NULL && failure == NULL)
    {
      yq_record_set_text (use, VOUCHER_USE_REDEMPTION, NULL);
      if (yq_effect_step (e->tx, use, "give_back", NULL, &failure))
        touch_line (e, use, line, &failure);
    }
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem;
}

/* Uses that a returned redemption no longer names. */
static YqProblem *
drop_left_out (const YqEffect *e, GError **error)
{
  g_autoptr(GPtrArray) bound =
    yq_world_list (e->tx->world, &yq_voucher_use, "redemption", yq_record_id (e->after));

  for (guint i = 0; i < bound->len; i++)
    {
      g_autoptr(YqRecord) use = yq_record_copy (bound->pdata[i]);
      YqProblem *problem;
      GError *failure = NULL;

      if (names_use (e->after, yq_record_id (use)))
        continue;
      problem = unbind_use (e, use, NULL, &failure);
      if (problem == NULL && failure == NULL)
        continue;
      if (failure != NULL)
        g_propagate_error (error, failure);
      return problem;
    }
  return NULL;
}

/* -- quick: the server makes the use -- */

static void
fill_quick_use (YqTx *tx, YqRecord *redemption, YqRecord *use)
{
  g_autofree char *class =
    yq_effect_title (tx, &yq_category, yq_record_text (redemption, REDEMPTION_CATEGORY));
  g_autofree char *day = yq_date_of (tx->now);
  const char *carrier = yq_record_text (redemption, REDEMPTION_INSTITUTION);

  yq_record_set_buyer (use, yq_record_buyer (redemption));
  yq_record_set_carrier (use, carrier);
  yq_record_set_region (use, yq_record_region (redemption));
  yq_record_set_text (use, VOUCHER_USE_VOUCHER, yq_record_text (redemption, REDEMPTION_VOUCHER));
  yq_record_set_text (use, VOUCHER_USE_CARRIER, carrier);
  yq_record_set_text (use, VOUCHER_USE_CATEGORY, "other");
  yq_record_set_text (use, VOUCHER_USE_SERVICE_CONTENT, class);
  yq_record_set_text (use, VOUCHER_USE_CONTRACT_NAME, class);
  yq_record_set_int (use, VOUCHER_USE_CONTRACT_AMOUNT,
                     yq_record_int (redemption, REDEMPTION_SERVICE_FEE));
  yq_record_set_text (use, VOUCHER_USE_CONTRACT_DATE, day);
  yq_record_set_int (use, VOUCHER_USE_AMOUNT, yq_record_int (redemption, REDEMPTION_ASKED));
  yq_record_set_text (use, VOUCHER_USE_REDEEMER, "enterprise");
  yq_record_set_int (use, VOUCHER_USE_PLEDGE, TRUE);
}

static void
set_quick_line (YqRecord *redemption, YqRecord *use)
{
  JsonArray *rows = json_array_new ();
  JsonObject *row = json_object_new ();

  json_object_set_string_member (row, "use", yq_record_id (use));
  json_object_set_int_member (row, "fee", yq_record_int (redemption, REDEMPTION_SERVICE_FEE));
  json_object_set_int_member (row, "asked", yq_record_int (redemption, REDEMPTION_ASKED));
  json_array_add_object_element (rows, row);
  yq_record_take_array (redemption, REDEMPTION_LINES, rows);
}

/* The one use of a quick redemption: made with the first submit, mended with the later ones. */
static YqProblem *
make_quick_use (YqTx *tx, YqRecord *redemption, GError **error)
{
  const char *id =
    yq_redemption_n_lines (redemption) > 0 ? yq_redemption_line (redemption, 0).use : NULL;
  g_autoptr(YqRecord) use = yq_effect_get (tx, &yq_voucher_use, id);
  gboolean is_new = use == NULL;
  GError *failure = NULL;
  YqProblem *problem;

  if (is_new)
    {
      use = yq_record_new (&yq_voucher_use, NULL);
      yq_record_set_state (use, "confirmed");
      yq_record_set_int (use, VOUCHER_USE_CONFIRMED_AT, tx->now);
    }
  fill_quick_use (tx, redemption, use);
  problem = yq_effect_number_use (tx, use, &failure);
  if (problem == NULL && failure == NULL)
    {
      if (is_new)
        yq_tx_insert (tx, use, "derive", &failure);
      else
        yq_effect_update (tx, use, &failure);
      set_quick_line (redemption, use);
    }
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem;
}

/* -- submit -- */

/* Invoices that pay one of the lines and stand in no other redemption belong to it, listed or not.
 */
static void
gather_invoices (YqTx *tx, YqRecord *redemption)
{
  const gboolean by_carrier =
    g_strcmp0 (yq_record_text (redemption, REDEMPTION_REDEEMER), "carrier") == 0;
  g_autoptr(GPtrArray) own = yq_world_list (
    tx->world, &yq_invoice, by_carrier ? "carrier" : "buyer", applicant_of (redemption));
  g_autoptr(GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *old = yq_record_array (redemption, REDEMPTION_INVOICES);
  JsonArray *ids = json_array_new ();

  for (guint i = 0; old != NULL && i < json_array_get_length (old); i++)
    if (g_hash_table_add (listed, (gpointer) json_array_get_string_element (old, i)))
      json_array_add_string_element (ids, json_array_get_string_element (old, i));
  for (guint i = 0; i < own->len; i++)
    {
      JsonArray *uses = yq_record_array (own->pdata[i], INVOICE_USES);
      gboolean pays = FALSE;

      for (guint u = 0; uses != NULL && u < json_array_get_length (uses); u++)
        pays |= names_use (redemption, json_array_get_string_element (uses, u));
      if (pays && g_hash_table_add (listed, (gpointer) yq_record_id (own->pdata[i])))
        json_array_add_string_element (ids, yq_record_id (own->pdata[i]));
    }
  yq_record_take_array (redemption, REDEMPTION_INVOICES, ids);
}

/* The guard saw the invoices that were listed; now all are. */
static YqProblem *
check_again (YqTx *tx, YqRecord *redemption)
{
  g_autoptr(YqRecord) programme = programme_of (tx, redemption);

  return programme ? yq_policy_check_redemption (tx->world, programme, redemption) : NULL;
}

/* Runs the functions one after another until one refuses or fails. */
static YqProblem *
submit (const YqEffect *e, GError **error)
{
  GError *failure = NULL;
  YqProblem *problem = NULL;

  if (!yq_record_has (e->after, REDEMPTION_NUMBER))
    {
      g_autofree char *number = yq_effect_number (e->tx, e->after, "DF", error);

      if (number == NULL)
        return NULL;
      yq_record_set_text (e->after, REDEMPTION_NUMBER, number);
    }
  fill_names (e->tx, e->after);
  if (yq_redemption_is_quick (e->after))
    {
      problem = make_quick_use (e->tx, e->after, &failure);
      if (problem != NULL || failure != NULL)
        {
          if (failure != NULL)
            g_propagate_error (error, failure);
          return problem;
        }
    }
  fill_lines (e->tx, e->after);
  yq_record_set_text (e->after, REDEMPTION_REASON, NULL);
  gather_invoices (e->tx, e->after);
  if ((problem = check_again (e->tx, e->after)) != NULL ||
      (problem = copy_bank_data (e->tx, e->after)) != NULL)
    return problem;
  problem = drop_left_out (e, &failure);
  if (problem == NULL && failure == NULL)
    problem = for_each_use (e, hold_line, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem;
}

static YqProblem *
submitted (const YqEffect *e, GError **error)
{
  GError *failure = NULL;
  YqProblem *problem = claim_invoices (e->tx, e->after, &failure);

  if (problem == NULL && failure == NULL)
    problem = for_each_use (e, bind_use, &failure);
  if (problem == NULL && failure == NULL)
    problem = for_each_use (e, touch_line, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem;
}

/* -- experts -- */

static JsonArray *
copy_ids (JsonArray *ids)
{
  JsonArray *copy = json_array_new ();

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    json_array_add_string_element (copy, json_array_get_string_element (ids, i));
  return copy;
}

/* The experts read the papers, too. */
static YqProblem *
show_use (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  yq_record_take_array (use, VOUCHER_USE_EXPERTS,
                        copy_ids (yq_record_array (e->after, REDEMPTION_EXPERTS)));
  yq_effect_update (e->tx, use, error);
  return NULL;
}

static YqProblem *
show_papers (const YqEffect *e, GError **error)
{
  g_autoptr(GPtrArray) invoices =
    yq_world_list (e->tx->world, &yq_invoice, "redemption", yq_record_id (e->after));

  for (guint i = 0; i < invoices->len; i++)
    {
      g_autoptr(YqRecord) invoice = yq_record_copy (invoices->pdata[i]);

      yq_record_take_array (invoice, INVOICE_EXPERTS,
                            copy_ids (yq_record_array (e->after, REDEMPTION_EXPERTS)));
      if (!yq_effect_update (e->tx, invoice, error))
        return NULL;
    }
  return for_each_use (e, show_use, error);
}

/* The level ends when all who are assigned have advised. */
static void
end_of_opinions (const YqEffect *e)
{
  guint of, n = yq_redemption_opinions (e->after, &of);

  if (of > 0 && n == of)
    yq_review_advance (e->tx, e->after);
}

static YqProblem *
assign (const YqEffect *e, GError **error)
{
  yq_record_take_array (e->after, REDEMPTION_EXPERTS,
                        copy_ids (yq_values_array (e->args, REDEMPTION_ASSIGN_EXPERTS)));
  yq_record_set_int (e->after, REDEMPTION_ROUND, yq_record_int (e->before, REDEMPTION_ROUND) + 1);
  end_of_opinions (e);
  return NULL;
}

static YqProblem *
assigned (const YqEffect *e, GError **error)
{
  JsonArray *now = yq_record_array (e->after, REDEMPTION_EXPERTS);
  g_autofree char *text = g_strdup_printf (
    "您被指定为兑付申请 %s 的评审专家，请查看材料并填写评审意见。", yq_record_title (e->after));

  for (guint i = 0; now != NULL && i < json_array_get_length (now); i++)
    if (!yq_tx_tell_account (e->tx, json_array_get_string_element (now, i), "redemption.assign",
                             e->after, text, error))
      return NULL;
  return show_papers (e, error);
}

/* Kept for those who decide: it belongs to the expert, not to a party. */
static gboolean
keep_opinion (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) review = yq_review_new (e->tx, e->before, e->after, e->step, error);

  yq_record_set_account (review, e->tx->who ? e->tx->who->account : NULL);
  yq_record_set_region (review, yq_record_region (e->after));
  yq_record_set_text (review, REVIEW_COMMENT, yq_values_text (e->args, REDEMPTION_OPINION_COMMENT));
  yq_record_set_int (review, REVIEW_AMOUNT, yq_values_int (e->args, REDEMPTION_OPINION_AMOUNT));
  yq_record_set_int (review, REVIEW_SCORE, yq_values_int (e->args, REDEMPTION_OPINION_SCORE));
  return yq_tx_insert (e->tx, review, "derive", error);
}

static YqProblem *
opinion (const YqEffect *e, GError **error)
{
  JsonArray *given = copy_ids (yq_record_array (e->before, REDEMPTION_GIVEN));

  json_array_add_string_element (given, e->tx->who->account);
  yq_record_take_array (e->after, REDEMPTION_GIVEN, given);
  end_of_opinions (e);
  keep_opinion (e, error);
  return NULL;
}

/* Where the review begins again, so does the advice: on what is submitted then. */
static YqProblem *
send_back (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) programme = programme_of (e->tx, e->after);

  yq_record_set_text (e->after, REDEMPTION_REASON, yq_effect_comment (e));
  if (!yq_workflow_waits_for_experts (e->tx->world, e->before) &&
      !(programme != NULL &&
        g_strcmp0 (yq_record_text (programme, PROGRAMME_RESUME), "first") == 0))
    return NULL;
  yq_values_clear (yq_record_values (e->after), REDEMPTION_GIVEN);
  if (!yq_record_has (e->after, REDEMPTION_EXPERTS))
    return NULL;
  yq_values_clear (yq_record_values (e->after), REDEMPTION_EXPERTS);
  return show_papers (e, error);
}

/* -- decisions -- */

static gint64
decided_amount (const YqValues *args, const YqRedemptionLine *line)
{
  JsonArray *rows = args ? yq_values_array (args, REDEMPTION_APPROVE_LINES) : NULL;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);

      if (g_strcmp0 (json_object_get_string_member_with_default (row, "use", NULL), line->use) == 0)
        return json_object_get_int_member_with_default (row, "approved", line->asked);
    }
  /* A later level that does not name the line agrees with the one before. */
  return line->approved >= 0 ? line->approved : line->asked;
}

static YqProblem *
approve (const YqEffect *e, GError **error)
{
  JsonArray *old = yq_record_array (e->after, REDEMPTION_LINES);
  JsonArray *rows = json_array_new ();
  gint64 sum = 0;

  for (guint i = 0; i < yq_redemption_n_lines (e->after); i++)
    {
      YqRedemptionLine line = yq_redemption_line (e->after, i);
      JsonObject *from = json_array_get_object_element (old, i);
      g_autoptr(GList) names = json_object_get_members (from);
      JsonObject *row = json_object_new ();
      gint64 amount = decided_amount (e->args, &line);

      for (GList *l = names; l != NULL; l = l->next)
        json_object_set_member (row, l->data,
                                json_node_copy (json_object_get_member (from, l->data)));
      json_object_set_int_member (row, "approved", amount);
      json_array_add_object_element (rows, row);
      sum += amount;
    }
  yq_record_take_array (e->after, REDEMPTION_LINES, rows);
  yq_record_set_int (e->after, REDEMPTION_APPROVED_AMOUNT, sum);
  return NULL;
}

static YqProblem *
take_reason (const YqEffect *e, GError **error)
{
  yq_record_set_text (e->after, REDEMPTION_REASON, yq_effect_comment (e));
  return NULL;
}

static gboolean
complete_order (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) order = yq_effect_get (tx, &yq_order, id);

  return order == NULL || !yq_record_in_state (order, "accepted|delivered|submitted") ||
         yq_effect_step (tx, order, "complete", NULL, error);
}

/* held -> redeemed; what is not approved goes back. */
static YqProblem *
post_line (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  gint64 approved = line->approved >= 0 ? line->approved : line->asked;
  GError *failure = NULL;
  YqProblem *problem = yq_effect_release_use (e->tx, use, approved, &failure);

  if (problem != NULL)
    return problem;
  yq_record_set_int (use, VOUCHER_USE_REDEEMED_AMOUNT, approved);
  yq_record_set_int (use, VOUCHER_USE_REDEEMED_AT, e->tx->now);
  if (failure == NULL && yq_effect_step (e->tx, use, "pay_out", NULL, &failure) &&
      touch_line (e, use, line, &failure) == NULL && failure == NULL)
    complete_order (e->tx, yq_record_text (use, VOUCHER_USE_ORDER), &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return NULL;
}

/* By the enterprise's consent its orders are completed. */
static YqProblem *
complete_line (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  complete_order (e->tx, yq_record_text (use, VOUCHER_USE_ORDER), error);
  return NULL;
}

static YqProblem *
consented (const YqEffect *e, GError **error)
{
  return for_each_use (e, complete_line, error);
}

/* What the clock moves waits for a reviewer as what a person moves does. */
static YqProblem *
follow_review (const YqEffect *e, GError **error)
{
  yq_review_move (e->tx, e->before, e->after, e->step);
  return NULL;
}

static YqProblem *
enter_payable (const YqEffect *e, GError **error)
{
  if (yq_effect_entered (e, "payable"))
    yq_record_set_int (e->after, REDEMPTION_REDEEMED_AT, e->tx->now);
  return NULL;
}

static YqProblem *
entered_payable (const YqEffect *e, GError **error)
{
  return yq_effect_entered (e, "payable") ? for_each_use (e, post_line, error) : NULL;
}

static YqProblem *
pay (const YqEffect *e, GError **error)
{
  yq_record_set_text (e->after, REDEMPTION_PAID_ON, yq_values_text (e->args, REDEMPTION_PAY_ON));
  yq_record_set_text (e->after, REDEMPTION_PAYMENT_REFERENCE,
                      yq_values_text (e->args, REDEMPTION_PAY_REFERENCE));
  return NULL;
}

static YqProblem *
pay_use (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  yq_record_set_text (use, VOUCHER_USE_PAID_ON, yq_record_text (e->after, REDEMPTION_PAID_ON));
  yq_effect_update (e->tx, use, error);
  return NULL;
}

static YqProblem *
paid (const YqEffect *e, GError **error)
{
  return for_each_use (e, pay_use, error);
}

/* The use of a quick redemption was there for it alone. */
static YqProblem *
end_quick_use (const YqEffect *e, YqRecord *use, const YqRedemptionLine *line, GError **error)
{
  if (yq_record_in_state (use, "confirmed|served"))
    yq_effect_step (e->tx, use, "terminate", yq_effect_comment (e), error);
  return NULL;
}

/* Rejected or withdrawn: uses and invoices are free again. */
static YqProblem *
dissolve (const YqEffect *e, GError **error)
{
  GError *failure = NULL;
  YqProblem *problem;

  if (!free_invoices (e->tx, e->after, TRUE, error))
    return NULL;
  problem = for_each_use (e, unbind_use, &failure);
  if (problem == NULL && failure == NULL && yq_redemption_is_quick (e->after))
    problem = for_each_use (e, end_quick_use, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem;
}

/* -- invoices -- */

static YqProblem *
check_invoice_open (YqTx *tx, YqRecord *invoice)
{
  g_autoptr(YqRecord) redemption =
    yq_world_get (tx->world, &yq_redemption, yq_record_text (invoice, INVOICE_REDEMPTION));

  if (redemption == NULL || yq_record_in_state (redemption, "draft|returned|withdrawn|rejected"))
    return NULL;
  return yq_problem_new (YQ_PROBLEM_STATE,
                         _("This invoice belongs to redemption %s, which is no longer a draft"),
                         yq_record_title (redemption));
}

static YqProblem *
save_invoice (const YqEffect *e, GError **error)
{
  return check_invoice_open (e->tx, e->before ? e->before : e->after);
}

YqProblem *
yq_effect_delete_invoice (YqTx *tx, YqRecord *invoice, GError **error)
{
  return check_invoice_open (tx, invoice);
}

/* clang-format off */
const YqEffectRow yq_effects_redemption[] = {
  { &yq_redemption, "save",     save, NULL },
  { &yq_redemption, "submit",   submit, submitted },
  { &yq_redemption, "approve",  approve, NULL },
  { &yq_redemption, "*",        enter_payable, entered_payable },
  { &yq_redemption, "consent",  NULL, consented },
  { &yq_redemption, "assign",   assign, assigned },
  { &yq_redemption, "opinion",  opinion, NULL },
  { &yq_redemption, "return",   send_back, NULL },
  { &yq_redemption, "decline",  take_reason, NULL },
  { &yq_redemption, "reject",   take_reason, dissolve },
  { &yq_redemption, "withdraw", NULL, dissolve },
  { &yq_redemption, "close_notice", follow_review, NULL },
  { &yq_redemption, "reopen",   follow_review, NULL },
  { &yq_redemption, "pay",      pay, paid },
  { &yq_redemption, "*",        yq_effect_derive, NULL },
  { &yq_invoice,    "save",     save_invoice, NULL },
  { NULL },
};
/* clang-format on */
