/* What steps of voucher programmes do: the budget comes and goes. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include "ledger.h"
#include "programme.h"

/* Moves the difference between the budget that was set and the one that is. */
static YqProblem *
change_budget (const YqEffect *e, gint64 difference, GError **error)
{
  const char *id = yq_record_id (e->after);

  if (difference >= 0)
    return yq_ledger_move (e->tx->conn, YQ_LEDGER_APPROPRIATION, id, YQ_LEDGER_BUDGET, id,
                           difference, "appropriation", id, e->tx->now, error);

  return yq_ledger_move (e->tx->conn, YQ_LEDGER_BUDGET, id, YQ_LEDGER_APPROPRIATION, id,
                         -difference, "reduction", id, e->tx->now, error);
}

static YqProblem *
open_budget (const YqEffect *e, GError **error)
{
  return change_budget (e, yq_record_int (e->after, PROGRAMME_BUDGET), error);
}

static YqProblem *
save (const YqEffect *e, GError **error)
{
  if (e->before == NULL || !yq_record_in_state (e->after, "open"))
    return NULL;

  return change_budget (
    e, yq_record_int (e->after, PROGRAMME_BUDGET) - yq_record_int (e->before, PROGRAMME_BUDGET),
    error);
}

/* clang-format off */
const YqEffectRow yq_effects_programme[] = {
  { &yq_programme, "open", open_budget, NULL },
  { &yq_programme, "save", save, NULL },
  { NULL },
};
/* clang-format on */
