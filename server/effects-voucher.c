/* What steps of claims, vouchers and their uses do: vouchers come into being, money is held and
 * given back. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "clock.h"
#include "ids.h"
#include "jobs.h"
#include "ledger.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "verify-page.h"
#include "voucher.h"

/* -- numbers -- */

char *
yq_effect_number (YqTx *tx, YqRecord *record, const char *word, GError **error)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction_of (tx->world, record);
  const char *prefix = jurisdiction ? yq_record_text (jurisdiction, JURISDICTION_PREFIX) : NULL;
  g_autofree char *day = yq_date_of (tx->now);
  g_autofree char *counter = g_strdup_printf ("%s %s", word, day);
  gint64 n = yq_effect_count (tx->conn, counter, error);

  if (n == 0)
    return NULL;
  return g_strdup_printf ("%s%s-%.4s%.2s%.2s-%06" G_GINT64_FORMAT, prefix ? prefix : "YQ", word,
                          day, day + 5, day + 8, n);
}

static char
kind_letter (const char *kind)
{
  if (g_strcmp0 (kind, "enterprise_redeems") == 0)
    return 'Q';

  return g_strcmp0 (kind, "carrier_redeems") == 0 ? 'U' : 'T';
}

/* The n-th of 36^width words, in an order one cannot guess from one of them: the factors have no
 * divisor in common with 36, so that each word comes once. */
static char *
make_word (gint64 n, guint width)
{
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const gint64 words = width == 2 ? 36 * 36 : 36 * 36 * 36 * 36;
  char *word = g_strnfill (width, '0');

  n = (n * (width == 2 ? 629 : 928373)) % words;
  for (guint i = width; i > 0; i--, n /= 36)
    word[i - 1] = digits[n % 36];
  return word;
}

/* Year, letter of the kind, organisation code, and two base-36 characters that make it unique; four
 * where somebody has more vouchers than that in a year. */
static char *
make_voucher_number (YqTx *tx, YqRecord *programme, YqRecord *holder, GError **error)
{
  const char *code = yq_record_text (holder, ORGANISATION_ORGANISATION_CODE);
  g_autofree char *plain = NULL;
  g_autofree char *head = NULL;
  g_autofree char *counter = NULL;
  g_autofree char *word = NULL;
  gint64 n;

  plain = code ? g_strdup_printf ("%.8s%s", code, strlen (code) > 9 ? code + 9 : "")
               : g_strdup ("000000000");
  head = g_strdup_printf ("%d%c%s", yq_year_of (tx->now),
                          kind_letter (yq_record_text (programme, PROGRAMME_KIND)), plain);
  counter = g_strdup_printf ("voucher %s", head);
  if ((n = yq_effect_count (tx->conn, counter, error)) == 0)
    return NULL;
  word = n <= 36 * 36 ? make_word (n, 2) : make_word (n, 4);
  return g_strconcat (head, word, NULL);
}

/* -- a claim is granted -- */

static char *
add_months (const char *date, gint64 months)
{
  int year = atoi (date), month = atoi (date + 5) - 1 + months;
  int day = MIN (atoi (date + 8), g_date_get_days_in_month (month % 12 + 1, year + month / 12));

  return g_strdup_printf ("%04d-%02d-%02d", year + month / 12, month % 12 + 1, day);
}

static char *
last_day (YqRecord *programme, const char *today)
{
  const char *use_until = yq_record_text (programme, PROGRAMME_USE_UNTIL);
  gint64 months = yq_record_int (programme, PROGRAMME_VALIDITY_MONTHS);
  g_autofree char *by_months = months > 0 ? add_months (today, months) : NULL;

  if (use_until == NULL)
    use_until = by_months ? NULL : yq_record_text (programme, PROGRAMME_VALID_UNTIL);
  if (by_months == NULL || (use_until != NULL && strcmp (use_until, by_months) < 0))
    return g_strdup (use_until);

  return g_steal_pointer (&by_months);
}

static YqRecord *
make_voucher (const YqEffect *e, YqRecord *programme, YqRecord *holder, GError **error)
{
  g_autoptr(YqRecord) voucher = yq_record_new (&yq_voucher, NULL);
  g_autofree char *number = make_voucher_number (e->tx, programme, holder, error);
  g_autofree char *today = yq_date_of (e->tx->now);
  g_autofree char *until = last_day (programme, today);
  gint64 amount = yq_record_int (e->after, CLAIM_AMOUNT);

  if (number == NULL)
    return NULL;
  yq_record_set_buyer (voucher, yq_record_buyer (e->after));
  yq_record_set_region (voucher, yq_record_region (e->after));
  yq_record_set_text (voucher, VOUCHER_NUMBER, number);
  yq_record_set_text (voucher, VOUCHER_PROGRAMME, yq_record_id (programme));
  yq_record_set_text (voucher, VOUCHER_PROGRAMME_NAME, yq_record_title (programme));
  yq_record_set_text (voucher, VOUCHER_KIND, yq_record_text (programme, PROGRAMME_KIND));
  yq_record_set_int (voucher, VOUCHER_YEAR, yq_year_of (e->tx->now));
  yq_record_set_text (voucher, VOUCHER_HOLDER_NAME, yq_record_title (holder));
  yq_record_set_int (voucher, VOUCHER_AMOUNT, amount);
  yq_record_set_int (voucher, VOUCHER_AVAILABLE, amount);
  yq_record_set_int (voucher, VOUCHER_HELD, 0);
  yq_record_set_int (voucher, VOUCHER_REDEEMED, 0);
  yq_record_set_int (voucher, VOUCHER_ISSUED_AT, e->tx->now);
  yq_record_set_text (voucher, VOUCHER_VALID_UNTIL, until);
  yq_record_set_text (voucher, VOUCHER_CLAIM, yq_record_id (e->after));
  if (yq_token_public_key () != NULL)
    {
      g_autofree char *token = yq_token_new (YQ_TOKEN_VOUCHER, yq_record_id (voucher), number,
                                             yq_record_title (holder), amount, until);

      yq_record_set_text (voucher, VOUCHER_TOKEN, token);
    }
  return g_steal_pointer (&voucher);
}

static YqProblem *
claim_written (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (e->tx->world, &yq_programme, yq_record_text (e->after, CLAIM_PROGRAMME));
  g_autoptr(YqRecord) holder =
    yq_world_get (e->tx->world, &yq_organisation, yq_record_buyer (e->after));

  yq_record_set_text (e->after, CLAIM_PROGRAMME_NAME,
                      programme ? yq_record_title (programme) : NULL);
  yq_record_set_text (e->after, CLAIM_BUYER_NAME, holder ? yq_record_title (holder) : NULL);
  if (e->step != NULL &&
      (strcmp (e->step->action, "submit") == 0 || strcmp (e->step->action, "import") == 0))
    {
      yq_record_set_int (e->after, CLAIM_YEAR, yq_year_of (e->tx->now));
      yq_record_set_int (e->after, CLAIM_PROGRAMME_REVISION,
                         programme ? yq_record_revision (programme) : 0);
    }
  return NULL;
}

/* The voucher and its money come with the claim, or nothing does. */
static YqProblem *
grant (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) programme = NULL;
  g_autoptr(YqRecord) holder = NULL;
  g_autoptr(YqRecord) voucher = NULL;
  GError *failure = NULL;
  YqProblem *problem;

  if (!yq_effect_entered (e, "granted"))
    return NULL;
  programme =
    yq_world_get (e->tx->world, &yq_programme, yq_record_text (e->after, CLAIM_PROGRAMME));
  holder = yq_world_get (e->tx->world, &yq_organisation, yq_record_buyer (e->after));
  if (programme == NULL || holder == NULL)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("This voucher programme does not exist any more"));
  if ((voucher = make_voucher (e, programme, holder, error)) == NULL)
    return NULL;

  problem =
    yq_ledger_move (e->tx->conn, YQ_LEDGER_BUDGET, yq_record_id (programme), YQ_LEDGER_AVAILABLE,
                    yq_record_id (voucher), yq_record_int (e->after, CLAIM_AMOUNT), "grant",
                    yq_record_id (e->after), e->tx->now, &failure);
  if (problem != NULL)
    return problem;
  if (failure == NULL && yq_tx_insert (e->tx, voucher, "derive", &failure) &&
      yq_record_has (voucher, VOUCHER_VALID_UNTIL))
    yq_jobs_add (e->tx->conn, "voucher_expire", yq_record_id (voucher),
                 yq_date_start (yq_record_text (voucher, VOUCHER_VALID_UNTIL)) + YQ_DAY, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);

  yq_record_set_text (e->after, CLAIM_VOUCHER, yq_record_id (voucher));
  yq_record_set_text (e->after, CLAIM_VOUCHER_NUMBER, yq_record_text (voucher, VOUCHER_NUMBER));
  yq_record_set_int (e->after, CLAIM_GRANTED_AT, e->tx->now);
  return NULL;
}

/* -- the voucher -- */

static void
read_balances (YqTx *tx, YqRecord *voucher)
{
  const char *id = yq_record_id (voucher);

  yq_record_set_int (voucher, VOUCHER_AVAILABLE,
                     yq_ledger_balance (tx->conn, YQ_LEDGER_AVAILABLE, id));
  yq_record_set_int (voucher, VOUCHER_HELD, yq_ledger_balance (tx->conn, YQ_LEDGER_HELD, id));
  yq_record_set_int (voucher, VOUCHER_REDEEMED,
                     yq_ledger_balance (tx->conn, YQ_LEDGER_REDEEMED, id));
}

gboolean
yq_effect_touch_voucher (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) voucher = yq_effect_get (tx, &yq_voucher, id);
  gboolean empty;

  if (voucher == NULL)
    return TRUE;
  read_balances (tx, voucher);
  empty =
    yq_record_int (voucher, VOUCHER_AVAILABLE) == 0 && yq_record_int (voucher, VOUCHER_HELD) == 0;
  if (empty && yq_record_in_state (voucher, "active"))
    return yq_effect_step (tx, voucher, "use_up", NULL, error);
  if (!empty && yq_record_in_state (voucher, "used_up"))
    return yq_effect_step (tx, voucher, "refill", NULL, error);

  return yq_tx_touch (tx, voucher, error);
}

/* What is available goes back to the budget; what is held stays with its uses. */
static YqProblem *
empty_voucher (const YqEffect *e, GError **error)
{
  const char *id = yq_record_id (e->after);
  gint64 available = yq_ledger_balance (e->tx->conn, YQ_LEDGER_AVAILABLE, id);
  YqProblem *problem = yq_ledger_move (e->tx->conn, YQ_LEDGER_AVAILABLE, id, YQ_LEDGER_BUDGET,
                                       yq_record_text (e->after, VOUCHER_PROGRAMME), available,
                                       e->step->action, id, e->tx->now, error);

  read_balances (e->tx, e->after);
  yq_record_set_text (e->after, VOUCHER_REASON, yq_effect_comment (e));
  return problem;
}

/* -- uses -- */

gboolean
yq_effect_holds_at (YqRecord *programme, const char *point)
{
  return g_strcmp0 (yq_record_text (programme, PROGRAMME_HOLD_AT), point) == 0;
}

/* Names for those who may not read the records behind them. */
static void
fill_use (YqTx *tx, YqRecord *use)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (tx->world, &yq_voucher, yq_record_text (use, VOUCHER_USE_VOUCHER));
  g_autofree char *buyer = yq_effect_title (tx, &yq_organisation, yq_record_buyer (use));
  g_autofree char *carrier =
    yq_effect_title (tx, &yq_organisation, yq_record_text (use, VOUCHER_USE_CARRIER));

  yq_record_set_text (use, VOUCHER_USE_BUYER_NAME, buyer);
  yq_record_set_text (use, VOUCHER_USE_CARRIER_NAME, carrier);
  if (voucher == NULL)
    return;
  yq_record_set_text (use, VOUCHER_USE_VOUCHER_NUMBER, yq_record_text (voucher, VOUCHER_NUMBER));
  yq_record_set_text (use, VOUCHER_USE_PROGRAMME, yq_record_text (voucher, VOUCHER_PROGRAMME));
}

/* Number, time and the token of the use's own card. */
static gboolean
number_use (YqTx *tx, YqRecord *use, GError **error)
{
  g_autofree char *number = yq_effect_number (tx, use, "SY", error);
  g_autofree char *today = yq_date_of (tx->now);

  if (number == NULL)
    return FALSE;
  yq_record_set_text (use, VOUCHER_USE_NUMBER, number);
  yq_record_set_int (use, VOUCHER_USE_SUBMITTED_AT, tx->now);
  if (yq_token_public_key () != NULL)
    {
      g_autofree char *token = yq_token_new (YQ_TOKEN_USE, yq_record_id (use), number,
                                             yq_record_text (use, VOUCHER_USE_BUYER_NAME),
                                             yq_record_int (use, VOUCHER_USE_AMOUNT), today);

      yq_record_set_text (use, VOUCHER_USE_TOKEN, token);
    }
  return TRUE;
}

YqProblem *
yq_effect_number_use (YqTx *tx, YqRecord *use, GError **error)
{
  g_autoptr(YqRecord) programme = NULL;

  fill_use (tx, use);
  programme = yq_world_get (tx->world, &yq_programme, yq_record_text (use, VOUCHER_USE_PROGRAMME));
  yq_record_set_int (use, VOUCHER_USE_PROGRAMME_REVISION,
                     programme ? yq_record_revision (programme) : 0);
  if (!yq_record_has (use, VOUCHER_USE_NUMBER))
    number_use (tx, use, error);
  return NULL;
}

YqProblem *
yq_effect_hold_use (YqTx *tx, YqRecord *use, GError **error)
{
  GError *failure = NULL;
  YqProblem *problem = yq_effect_number_use (tx, use, &failure);

  if (problem != NULL || failure != NULL)
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return problem;
    }
  return yq_ledger_hold (tx->conn, yq_record_id (use), yq_record_text (use, VOUCHER_USE_VOUCHER),
                         yq_record_int (use, VOUCHER_USE_AMOUNT), tx->now, error);
}

/* No longer valid, or granted for the one settlement whose money comes back. */
static gboolean
is_spent (YqTx *tx, YqRecord *voucher)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (tx->world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));

  return yq_record_in_state (voucher, "expired|revoked") ||
         (programme != NULL &&
          g_strcmp0 (yq_record_text (programme, PROGRAMME_CLAIM), "none") == 0);
}

YqProblem *
yq_effect_release_use (YqTx *tx, YqRecord *use, gint64 approved, GError **error)
{
  const char *id = yq_record_id (use);
  g_autoptr(YqRecord) voucher =
    yq_world_get (tx->world, &yq_voucher, yq_record_text (use, VOUCHER_USE_VOUCHER));
  const char *to_budget =
    voucher != NULL && is_spent (tx, voucher) ? yq_record_text (voucher, VOUCHER_PROGRAMME) : NULL;

  if (yq_ledger_hold_amount (tx->conn, id) == 0 && approved == 0)
    return NULL;
  return yq_ledger_post (tx->conn, id, approved, to_budget, tx->now, error);
}

static YqProblem *
save_use (const YqEffect *e, GError **error)
{
  fill_use (e->tx, e->after);
  return NULL;
}

static YqProblem *
submit_use (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) programme = NULL;

  fill_use (e->tx, e->after);
  if (!number_use (e->tx, e->after, error))
    return NULL;
  programme =
    yq_world_get (e->tx->world, &yq_programme, yq_record_text (e->after, VOUCHER_USE_PROGRAMME));
  if (programme == NULL || !yq_effect_holds_at (programme, "voucher_use.submit"))
    return NULL;

  return yq_effect_hold_use (e->tx, e->after, error);
}

static YqProblem *
touch_use (const YqEffect *e, GError **error)
{
  yq_effect_touch_voucher (e->tx, yq_record_text (e->after, VOUCHER_USE_VOUCHER), error);
  return NULL;
}

static YqProblem *
confirm_use (const YqEffect *e, GError **error)
{
  yq_record_set_int (e->after, VOUCHER_USE_CONFIRMED_AT, e->tx->now);
  return NULL;
}

static YqProblem *
terminate_use (const YqEffect *e, GError **error)
{
  yq_record_set_text (e->after, VOUCHER_USE_REASON, yq_effect_comment (e));
  return yq_effect_release_use (e->tx, e->after, 0, error);
}

/* clang-format off */
const YqEffectRow yq_effects_voucher[] = {
  { &yq_claim,       "*",         claim_written, NULL },
  { &yq_claim,       "*",         grant, NULL },
  { &yq_voucher,     "expire",    empty_voucher, NULL },
  { &yq_voucher,     "revoke",    empty_voucher, NULL },
  { &yq_voucher_use, "save",      save_use, NULL },
  { &yq_voucher_use, "submit",    submit_use, touch_use },
  { &yq_voucher_use, "confirm",   confirm_use, NULL },
  { &yq_voucher_use, "terminate", terminate_use, touch_use },
  { NULL },
};
/* clang-format on */
