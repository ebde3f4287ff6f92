/* What steps of voucher programmes do: the budget comes and goes. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include "external.h"
#include "ledger.h"
#include "money.h"
#include "party.h"
#include "programme.h"
#include "voucher.h"

/* What stands behind a programme in the ledger: its budget once it has been opened, also after it
 * has been closed. */
static gint64
put_in (YqRecord *programme)
{
  return programme == NULL || yq_record_in_state (programme, "draft")
           ? 0
           : yq_record_int (programme, PROGRAMME_BUDGET);
}

/* What has been granted stays granted: the budget is not lowered below it. */
static YqProblem *
check_lowering (const YqEffect *e, gint64 less)
{
  const char *id = yq_record_id (e->after);
  gint64 left = yq_ledger_balance (e->tx->conn, YQ_LEDGER_BUDGET, id);
  g_autofree char *granted = NULL, *wanted = NULL;
  YqProblem *problem;

  if (less <= left)
    return NULL;
  granted = yq_money_format (put_in (e->before) - left);
  wanted = yq_money_format (put_in (e->after));
  problem =
    yq_problem_new (YQ_PROBLEM_BUDGET,
                    _("%s of the budget is granted already: it cannot be lowered to %s, only to "
                      "what is granted"),
                    granted, wanted);
  return yq_problem_add_error (problem, yq_programme.fields[PROGRAMME_BUDGET].name,
                               YQ_PROBLEM_BUDGET, "%s", yq_problem_detail (problem));
}

/* Moves the difference between the budget that was put in and the one that is to be. */
static YqProblem *
change_budget (const YqEffect *e, GError **error)
{
  const char *id = yq_record_id (e->after);
  gint64 more = put_in (e->after) - put_in (e->before);
  YqProblem *problem = check_lowering (e, -more);

  if (problem != NULL)
    return problem;
  if (more >= 0)
    return yq_ledger_move (e->tx->conn, YQ_LEDGER_APPROPRIATION, id, YQ_LEDGER_BUDGET, id, more,
                           "appropriation", id, e->tx->now, error);
  return yq_ledger_move (e->tx->conn, YQ_LEDGER_BUDGET, id, YQ_LEDGER_APPROPRIATION, id, -more,
                         "reduction", id, e->tx->now, error);
}

/* -- what was claimed on another platform -- */

/* The claim is granted at once, with its voucher; a new reference, or NULL with an error. */
static YqRecord *
make_claim (YqTx *tx, const char *id, const char *programme, const char *holder, gint64 amount,
            const char *number, GError **error)
{
  g_autoptr(YqRecord) organisation = yq_world_get (tx->world, &yq_organisation, holder);
  g_autoptr(YqRecord) claim = yq_record_new (&yq_claim, id);

  yq_record_set_buyer (claim, holder);
  yq_record_set_region (claim, organisation ? yq_record_region (organisation) : NULL);
  yq_record_set_text (claim, CLAIM_PROGRAMME, programme);
  yq_record_set_int (claim, CLAIM_AMOUNT, amount);
  yq_record_set_text (claim, CLAIM_EXTERNAL_NUMBER, number);
  yq_record_set_int (claim, CLAIM_PLEDGE, TRUE);
  return yq_tx_insert (tx, claim, "derive", error) &&
             yq_effect_step (tx, claim, "import", NULL, error)
           ? g_steal_pointer (&claim)
           : NULL;
}

static YqProblem *
import_claim (const YqEffect *e, GError **error)
{
  const char *id = yq_values_text (e->args, IMPORT_CLAIM_ID);
  g_autoptr(YqRecord) claim = NULL;
  YqProblem *problem = NULL;

  if (!yq_effect_id_is_new (e, IMPORT_CLAIM_ID, _("The claim has no proper identifier"),
                            _("This claim has been imported already"), &problem, error))
    return problem;
  claim =
    make_claim (e->tx, id, yq_record_id (e->after), yq_values_text (e->args, IMPORT_CLAIM_HOLDER),
                yq_values_int (e->args, IMPORT_CLAIM_AMOUNT),
                yq_values_text (e->args, IMPORT_CLAIM_NUMBER), error);
  return NULL;
}

static YqProblem *
issue (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) claim = make_claim (
    e->tx, NULL, yq_record_text (e->after, EXTERNAL_PROGRAMME),
    yq_record_text (e->after, EXTERNAL_HOLDER), yq_record_int (e->after, EXTERNAL_AMOUNT),
    yq_record_text (e->after, EXTERNAL_NUMBER), error);

  if (claim == NULL)
    return NULL;
  yq_record_set_text (e->after, EXTERNAL_CLAIM, yq_record_id (claim));
  yq_record_set_text (e->after, EXTERNAL_VOUCHER_NUMBER,
                      yq_record_text (claim, CLAIM_VOUCHER_NUMBER));
  yq_record_set_int (e->after, EXTERNAL_ISSUED_AT, e->tx->now);
  yq_record_set_text (e->after, EXTERNAL_REASON, NULL);
  return NULL;
}

/* The money goes back to the budget, and the number may be issued anew. */
static YqProblem *
take_back (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) claim =
    yq_effect_get (e->tx, &yq_claim, yq_record_text (e->after, EXTERNAL_CLAIM));
  g_autoptr(YqRecord) voucher =
    claim != NULL ? yq_effect_get (e->tx, &yq_voucher, yq_record_text (claim, CLAIM_VOUCHER))
                  : NULL;

  if (voucher == NULL || !yq_effect_step (e->tx, voucher, "revoke", yq_effect_comment (e), error) ||
      !yq_effect_step (e->tx, claim, "withdraw", NULL, error))
    return NULL;
  yq_record_set_text (e->after, EXTERNAL_CLAIM, NULL);
  yq_record_set_text (e->after, EXTERNAL_VOUCHER_NUMBER, NULL);
  yq_values_clear (yq_record_values (e->after), EXTERNAL_ISSUED_AT);
  yq_record_set_text (e->after, EXTERNAL_REASON, yq_effect_comment (e));
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_programme[] = {
  { &yq_programme, "open", change_budget, NULL },
  { &yq_programme, "save", change_budget, NULL },
  { &yq_programme, "import_claim", NULL, import_claim },
  { &yq_external_claim, "issue", issue, NULL },
  { &yq_external_claim, "take_back", take_back, NULL },
  { &yq_external_claim, "*", yq_effect_derive, NULL },
  { NULL },
};
/* clang-format on */
