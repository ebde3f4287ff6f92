/* What steps of bookings do: numbers, the calendar, rivals, evaluations. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "catalogue.h"
#include "clock.h"
#include "jobs.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "redemption.h"
#include "slots.h"
#include "storefront.h"
#include "voucher.h"

/* -- the instruments of an order -- */

/* Copies, in the order's sequence; those that are gone are left out. */
static GPtrArray *
instruments_of (YqTx *tx, YqRecord *order)
{
  JsonArray *ids = yq_record_array (order, ORDER_INSTRUMENTS);
  GPtrArray *instruments = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      YqRecord *instrument =
        yq_effect_get (tx, &yq_instrument, json_array_get_string_element (ids, i));

      if (instrument != NULL)
        g_ptr_array_add (instruments, instrument);
    }
  return instruments;
}

gboolean
yq_effect_touch_instruments (YqTx *tx, YqRecord *order, int served, GError **error)
{
  g_autoptr(GPtrArray) instruments = instruments_of (tx, order);

  for (guint i = 0; i < instruments->len; i++)
    {
      YqRecord *instrument = instruments->pdata[i];
      JsonArray *taken = yq_slots_taken (tx->conn, yq_record_id (instrument), tx->now, error);

      if (taken == NULL)
        return FALSE;
      yq_record_take_array (instrument, INSTRUMENT_TAKEN, taken);
      if (served != 0)
        yq_record_set_int (instrument, INSTRUMENT_SERVICE_COUNT,
                           yq_record_int (instrument, INSTRUMENT_SERVICE_COUNT) + served);
      if (!yq_tx_touch (tx, instrument, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
are_free (YqTx *tx, GPtrArray *instruments, gint64 from, gint64 to)
{
  for (guint i = 0; i < instruments->len; i++)
    {
      g_autoptr(YqProblem) problem =
        yq_slots_check (tx->conn, instruments->pdata[i], from, to, tx->now);

      if (problem != NULL)
        return FALSE;
    }
  return TRUE;
}

/* Is at least one wished time still free for all instruments? */
static gboolean
has_free_wish (YqTx *tx, YqRecord *order, GPtrArray *instruments)
{
  JsonArray *wished = yq_record_array (order, ORDER_WISHED);
  gint64 from, to;

  for (guint i = 0; yq_period_at (wished, i, &from, &to); i++)
    if (are_free (tx, instruments, from, to))
      return TRUE;
  return FALSE;
}

/* -- alternatives -- */

/* Others of its class that are free at that very time, the same carrier's first; of another carrier
 * only in the place of a single one (rule 7). */
static void
add_substitutes (YqTx *tx, YqRecord *instrument, gboolean is_single, gint64 from, gint64 to,
                 YqProblem *problem)
{
  g_autoptr(SqlRows) rows =
    sql_query (tx->conn,
               "SELECT id FROM \"instrument\" WHERE category = $1 AND state = 'listed' AND id <> $2"
               " AND (condition IS NULL OR condition = 'normal') AND (carrier = $3 OR $4)"
               " ORDER BY CASE WHEN carrier = $3 THEN 0 ELSE 1 END, id LIMIT 50",
               SQL_ARGS (SQL_TEXT (yq_record_text (instrument, INSTRUMENT_CATEGORY)),
                         SQL_TEXT (yq_record_id (instrument)),
                         SQL_TEXT (yq_record_carrier (instrument)), SQL_INT (is_single)),
               NULL);

  while (rows != NULL && yq_problem_n_alternatives (problem) < 3 && sql_rows_next (rows, NULL))
    {
      g_autoptr(YqRecord) other = yq_world_get (tx->world, &yq_instrument, sql_rows_text (rows, 0));
      g_autoptr(YqProblem) taken =
        other ? yq_slots_check (tx->conn, other, from, to, tx->now) : NULL;

      if (other != NULL && taken == NULL)
        yq_problem_add_alternative (problem, yq_record_id (other), from, to);
    }
}

void
yq_effect_explain_order (YqTx *tx, YqRecord *order, const YqStep *step, const YqValues *args,
                         YqProblem *problem)
{
  static const struct
  {
    const char *action;
    guint from, to;
  } asked[] = { { "accept", ORDER_ACCEPT_FROM, ORDER_ACCEPT_TO },
                { "propose_time", ORDER_PROPOSE_FROM, ORDER_PROPOSE_TO } };
  g_autoptr(GPtrArray) instruments = instruments_of (tx, order);
  gint64 from = 0, to = 0;

  for (guint i = 0; step != NULL && args != NULL && i < G_N_ELEMENTS (asked); i++)
    if (strcmp (step->action, asked[i].action) == 0)
      {
        from = yq_values_int (args, asked[i].from);
        to = yq_values_int (args, asked[i].to);
      }
  if (from == 0 && step != NULL && strcmp (step->action, "agree") == 0)
    {
      from = yq_record_int (order, ORDER_PROPOSED_FROM);
      to = yq_record_int (order, ORDER_PROPOSED_TO);
    }
  if (from == 0 && !yq_period_at (yq_record_array (order, ORDER_WISHED), 0, &from, &to))
    return;

  for (guint i = 0; i < instruments->len; i++)
    if (!yq_instrument_can_be_booked (instruments->pdata[i]))
      {
        add_substitutes (tx, instruments->pdata[i], instruments->len == 1, from, to, problem);
        return;
      }
  yq_slots_add_alternatives (tx->conn, problem, instruments, from, to, tx->now);
}

/* The field "alternatives" of a refused order: three free spans near its first wish. */
static void
offer_alternatives (YqTx *tx, YqRecord *order, GPtrArray *instruments)
{
  g_autoptr(YqProblem) found = yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, "%s", "");
  JsonArray *rows = json_array_new ();
  gint64 from, to;

  if (yq_period_at (yq_record_array (order, ORDER_WISHED), 0, &from, &to))
    yq_slots_add_alternatives (tx->conn, found, instruments, from, to, tx->now);
  for (guint i = 0; i < yq_problem_n_alternatives (found); i++)
    {
      JsonObject *row = json_object_new ();
      g_autofree char *begin = NULL;
      g_autofree char *end = NULL;
      const char *instrument;

      yq_problem_alternative (found, i, &instrument, &from, &to);
      begin = yq_time_format (from);
      end = yq_time_format (to);
      json_object_set_string_member (row, "instrument", instrument);
      json_object_set_string_member (row, "from", begin);
      json_object_set_string_member (row, "to", end);
      json_array_add_object_element (rows, row);
    }
  yq_record_take_array (order, ORDER_ALTERNATIVES, rows);
}

/* -- submit -- */

/* "CSJ-202307101522-000002": prefix, minute in Shanghai, running number of the day. */
static char *
make_number (YqTx *tx, YqRecord *order, GError **error)
{
  g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction_of (tx->world, order);
  const char *prefix = jurisdiction ? yq_record_text (jurisdiction, JURISDICTION_PREFIX) : NULL;
  g_autofree char *local = yq_time_local (tx->now); /* 2026-11-21 11:33 */
  g_autofree char *day = yq_date_of (tx->now);
  g_autofree char *counter = g_strdup_printf ("order %s", day);
  gint64 n = yq_effect_count (tx->conn, counter, error);

  if (n == 0)
    return NULL;
  return g_strdup_printf ("%s-%.4s%.2s%.2s%.2s%.2s-%06" G_GINT64_FORMAT, prefix ? prefix : "YQ",
                          local, local + 5, local + 8, local + 11, local + 14, n);
}

static char *
describe_contact (YqTx *tx, YqRecord *order)
{
  gboolean is_service = yq_order_is_of_service (order);
  g_autoptr(GPtrArray) instruments = instruments_of (tx, order);
  g_autoptr(YqRecord) service =
    is_service ? yq_effect_get (tx, &yq_service, yq_record_text (order, ORDER_SERVICE)) : NULL;
  YqRecord *first = is_service ? service : instruments->len > 0 ? instruments->pdata[0] : NULL;
  const char *name =
    first ? yq_record_text (first, is_service ? SERVICE_CONTACT_NAME : INSTRUMENT_CONTACT_NAME)
          : NULL;
  const char *phone =
    first ? yq_record_text (first, is_service ? SERVICE_CONTACT_PHONE : INSTRUMENT_CONTACT_PHONE)
          : NULL;

  return g_strstrip (g_strdup_printf ("%s %s", name ? name : "", phone ? phone : ""));
}

static YqProblem *
fill_names (const YqEffect *e, GError **error)
{
  if (yq_record_in_state (e->after, "draft") || e->step != NULL)
    yq_order.derive (e->tx->world, e->after);
  return NULL;
}

static YqProblem *
submit (const YqEffect *e, GError **error)
{
  g_autofree char *contact = describe_contact (e->tx, e->after);
  g_autofree char *number = NULL;
  YqProblem *problem = fill_names (e, error);

  /* The programme, now known, says whose number it gets. */
  if (problem != NULL || (number = make_number (e->tx, e->after, error)) == NULL)
    return problem;
  yq_record_set_text (e->after, ORDER_NUMBER, number);
  yq_record_set_text (e->after, ORDER_CARRIER_CONTACT, contact);
  yq_record_set_int (e->after, ORDER_SUBMITTED_AT, e->tx->now);
  return NULL;
}

static YqProblem *
submitted (const YqEffect *e, GError **error)
{
  JsonArray *ids = yq_record_array (e->after, ORDER_INSTRUMENTS);

  for (guint i = 0; yq_order_takes_time (e->after) && i < json_array_get_length (ids); i++)
    if (!yq_slots_wish (e->tx->conn, json_array_get_string_element (ids, i),
                        yq_record_id (e->after), error))
      return NULL;
  return NULL;
}

/* -- accept, agree -- */

static YqProblem *
take_time (const YqEffect *e, gint64 from, gint64 to, GError **error)
{
  g_autoptr(GPtrArray) instruments = instruments_of (e->tx, e->after);

  for (guint i = 0; i < instruments->len; i++)
    {
      GError *failure = NULL;
      YqProblem *problem = yq_slots_take (e->tx->conn, instruments->pdata[i],
                                          yq_record_id (e->after), from, to, e->tx->now, &failure);

      if (failure != NULL)
        {
          g_propagate_error (error, failure);
          return NULL;
        }
      if (problem != NULL)
        {
          yq_slots_add_alternatives (e->tx->conn, problem, instruments, from, to, e->tx->now);
          return problem;
        }
    }
  yq_record_set_int (e->after, ORDER_CONFIRMED_FROM, from);
  yq_record_set_int (e->after, ORDER_CONFIRMED_TO, to);
  yq_record_set_int (e->after, ORDER_ACCEPTED_AT, e->tx->now);
  return NULL;
}

/* Now that the price is known, so is what the voucher pays of it. */
static void
fix_voucher_amount (const YqEffect *e)
{
  if (yq_record_has (e->after, ORDER_VOUCHER))
    yq_record_set_int (e->after, ORDER_VOUCHER_AMOUNT,
                       yq_order_voucher_amount (e->tx->world, e->after, yq_order_fee (e->after)));
}

static YqProblem *
accept (const YqEffect *e, GError **error)
{
  if (yq_values_has (e->args, ORDER_ACCEPT_PRICE))
    yq_record_set_int (e->after, ORDER_PRICE, yq_values_int (e->args, ORDER_ACCEPT_PRICE));
  fix_voucher_amount (e);
  if (!yq_order_takes_time (e->after))
    {
      yq_record_set_int (e->after, ORDER_ACCEPTED_AT, e->tx->now);
      return NULL;
    }
  return take_time (e, yq_values_int (e->args, ORDER_ACCEPT_FROM),
                    yq_values_int (e->args, ORDER_ACCEPT_TO), error);
}

static YqProblem *
agree (const YqEffect *e, GError **error)
{
  fix_voucher_amount (e);
  return take_time (e, yq_record_int (e->after, ORDER_PROPOSED_FROM),
                    yq_record_int (e->after, ORDER_PROPOSED_TO), error);
}

static YqProblem *
propose (const YqEffect *e, GError **error)
{
  yq_record_set_int (e->after, ORDER_PROPOSED_FROM, yq_values_int (e->args, ORDER_PROPOSE_FROM));
  yq_record_set_int (e->after, ORDER_PROPOSED_TO, yq_values_int (e->args, ORDER_PROPOSE_TO));
  return NULL;
}

/* Rule 6: whoever has no wished time left is refused in the same transaction. */
static gboolean
refuse_rivals (const YqEffect *e, GError **error)
{
  g_autoptr(GPtrArray) rivals = yq_slots_rivals (e->tx->conn, yq_record_id (e->after), error);

  if (rivals == NULL)
    return FALSE;
  for (guint i = 0; i < rivals->len; i++)
    {
      g_autoptr(YqRecord) rival = yq_effect_get (e->tx, &yq_order, rivals->pdata[i]);
      g_autoptr(GPtrArray) instruments = rival ? instruments_of (e->tx, rival) : NULL;

      if (rival == NULL || !yq_record_in_state (rival, "submitted") ||
          has_free_wish (e->tx, rival, instruments))
        continue;
      if (!yq_effect_step (e->tx, rival, "refuse", "您预约的时段已被其他预约占用，请另选时段。",
                           error))
        return FALSE;
    }
  return TRUE;
}

static YqProblem *
accepted (const YqEffect *e, GError **error)
{
  if (yq_slots_unwish (e->tx->conn, yq_record_id (e->after), error) && refuse_rivals (e, error))
    yq_effect_touch_instruments (e->tx, e->after, 0, error);
  return NULL;
}

/* -- money of an order (hold_at order.accept or order.settle) -- */

static YqRecord *
programme_of_voucher (YqTx *tx, YqRecord *voucher)
{
  return yq_world_get (tx->world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));
}

/* Writes the use and holds its money where the programme holds it at this point. */
static YqProblem *
write_use (const YqEffect *e, YqRecord *use, gboolean holds, GError **error)
{
  GError *failure = NULL;
  YqProblem *problem =
    holds ? yq_effect_hold_use (e->tx, use, &failure) : yq_effect_number_use (e->tx, use, &failure);

  if (problem != NULL)
    return problem;
  if (failure == NULL && yq_tx_insert (e->tx, use, "derive", &failure))
    yq_effect_touch_voucher (e->tx, yq_record_text (use, VOUCHER_USE_VOUCHER), &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return NULL;
}

/* The use of what is settled carries what the settlement says; others are made of the order. */
static YqRecord *
make_use (const YqEffect *e, YqRecord *programme, YqRecord *voucher, gint64 amount)
{
  g_autoptr(YqRecord) plain = yq_order_make_use (e->tx->world, e->after, voucher, amount);
  YqRecord *use;

  if (e->args == NULL || e->step == NULL || strcmp (e->step->action, "settle") != 0)
    return g_steal_pointer (&plain);
  use = yq_settlement_use (e->after, programme, e->args, e->tx->now);
  yq_record_set_text (use, VOUCHER_USE_VOUCHER, yq_record_id (voucher));
  if (!yq_values_has (e->args, ORDER_SETTLE_CATEGORY))
    yq_record_set_text (use, VOUCHER_USE_CATEGORY, yq_record_text (plain, VOUCHER_USE_CATEGORY));
  yq_record_set_int (use, VOUCHER_USE_CONTRACT_AMOUNT, MAX (yq_order_fee (e->after), amount));
  yq_record_set_int (use, VOUCHER_USE_AMOUNT, amount);
  yq_record_set_int (use, VOUCHER_USE_CONFIRMED_AT, e->tx->now);
  return use;
}

/* point is the programme's hold_at this write may be: "order.accept" or "order.settle".  A voucher
 * that is used with the order has its use from acceptance on, wherever its money is held.  made
 * (may be NULL) receives the use. */
static YqProblem *
pay_with_voucher (const YqEffect *e, const char *point, YqRecord **made, GError **error)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (e->tx->world, &yq_voucher, yq_record_text (e->after, ORDER_VOUCHER));
  g_autoptr(YqRecord) programme = NULL;
  g_autoptr(YqRecord) use = NULL;
  gint64 amount = yq_record_int (e->after, ORDER_VOUCHER_AMOUNT);
  YqProblem *problem;
  GError *failure = NULL;
  gboolean holds;

  if (voucher == NULL || amount == 0 || (programme = programme_of_voucher (e->tx, voucher)) == NULL)
    return NULL;
  holds = yq_effect_holds_at (programme, point);
  if (!holds && !(strcmp (point, "order.accept") == 0 &&
                  yq_effect_holds_at (programme, "redemption.submit") &&
                  g_strcmp0 (yq_record_text (programme, PROGRAMME_USED_AT), "order") == 0))
    return NULL;
  use = make_use (e, programme, voucher, amount);
  problem = write_use (e, use, holds, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  else if (problem == NULL && made != NULL)
    *made = g_steal_pointer (&use);
  return problem;
}

static YqProblem *
name_voucher_kind (const YqEffect *e, GError **error)
{
  yq_order_derive_voucher_kind (e->tx->world, e->after);
  return NULL;
}

/* The clock: orders from before the field was. */
gboolean
yq_effect_name_voucher_kind (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) order = yq_effect_get (tx, &yq_order, id);

  if (order == NULL || yq_record_has (order, ORDER_VOUCHER_KIND))
    return TRUE;
  yq_order_derive_voucher_kind (tx->world, order);
  return !yq_record_has (order, ORDER_VOUCHER_KIND) || yq_effect_update (tx, order, error);
}

static YqProblem *
entered_accepted (const YqEffect *e, GError **error)
{
  return yq_effect_entered (e, "accepted") ? pay_with_voucher (e, "order.accept", NULL, error)
                                           : NULL;
}

static YqProblem *
confirm_quota (const YqEffect *e, GError **error)
{
  if (e->args != NULL && yq_values_has (e->args, ORDER_QUOTA_AMOUNT))
    yq_record_set_int (e->after, ORDER_VOUCHER_AMOUNT, yq_values_int (e->args, ORDER_QUOTA_AMOUNT));
  return NULL;
}

/* -- settlement -- */

/* Where nobody claims, settling does: the voucher and its money come with it. */
static YqProblem *
grant_at_settlement (const YqEffect *e, const char *programme, gint64 amount, GError **error)
{
  g_autoptr(YqRecord) claim = yq_record_new (&yq_claim, NULL);
  GError *failure = NULL;

  yq_record_set_buyer (claim, yq_record_buyer (e->after));
  yq_record_set_region (claim, yq_record_region (e->after));
  yq_record_set_text (claim, CLAIM_PROGRAMME, programme);
  yq_record_set_int (claim, CLAIM_AMOUNT, amount);
  yq_record_set_text (claim, CLAIM_PURPOSE, yq_record_text (e->after, ORDER_ITEM_TITLE));
  yq_record_set_int (claim, CLAIM_PLEDGE, TRUE);
  if (!yq_tx_insert (e->tx, claim, "derive", &failure) ||
      !yq_effect_step (e->tx, claim, "submit", NULL, &failure))
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  yq_record_set_text (e->after, ORDER_PROGRAMME, programme);
  yq_record_set_text (e->after, ORDER_VOUCHER, yq_record_text (claim, CLAIM_VOUCHER));
  yq_record_set_int (e->after, ORDER_VOUCHER_AMOUNT, amount);
  return NULL;
}

static YqProblem *
settle (const YqEffect *e, GError **error)
{
  JsonArray *files = e->args ? yq_values_array (e->args, ORDER_SETTLE_FILES) : NULL;
  const char *voucher = e->args ? yq_values_text (e->args, ORDER_SETTLE_VOUCHER) : NULL;
  const char *programme = e->args ? yq_values_text (e->args, ORDER_SETTLE_PROGRAMME) : NULL;
  gint64 amount = e->args ? yq_values_int (e->args, ORDER_SETTLE_AMOUNT) : 0;

  if (files != NULL)
    yq_record_take_array (e->after, ORDER_SETTLEMENT_FILES, json_array_ref (files));
  if (voucher != NULL)
    {
      yq_record_set_text (e->after, ORDER_VOUCHER, voucher);
      yq_record_set_int (e->after, ORDER_VOUCHER_AMOUNT, amount);
    }
  else if (programme != NULL)
    return grant_at_settlement (e, programme, amount, error);
  return NULL;
}

static YqRecord *
make_redemption (const YqEffect *e, YqRecord *use, YqRecord *invoice)
{
  YqRecord *redemption = yq_record_new (&yq_redemption, NULL);
  JsonArray *lines = json_array_new (), *invoices = json_array_new ();
  JsonObject *line = json_object_new ();

  json_object_set_string_member (line, "use", yq_record_id (use));
  json_object_set_int_member (line, "fee", yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT));
  json_object_set_int_member (line, "asked", yq_record_int (use, VOUCHER_USE_AMOUNT));
  json_array_add_object_element (lines, line);
  if (invoice != NULL)
    json_array_add_string_element (invoices, yq_record_id (invoice));
  yq_record_set_buyer (redemption, yq_record_buyer (use));
  yq_record_set_carrier (redemption, yq_record_carrier (use));
  yq_record_set_region (redemption, yq_record_region (use));
  yq_record_set_text (redemption, REDEMPTION_PROGRAMME,
                      yq_record_text (use, VOUCHER_USE_PROGRAMME));
  yq_record_set_text (redemption, REDEMPTION_MODE, "uses");
  yq_record_set_text (redemption, REDEMPTION_REDEEMER, yq_record_text (use, VOUCHER_USE_REDEEMER));
  yq_record_set_text (redemption, REDEMPTION_PLACE, yq_record_region (use));
  yq_record_take_array (redemption, REDEMPTION_LINES, lines);
  yq_record_take_array (redemption, REDEMPTION_INVOICES, invoices);
  return redemption;
}

/* 提交后直接自动提交创新券兑换申请 (shandong 3.3.1): all of it, or none of it. */
static gboolean
redeem_at_once (const YqEffect *e, YqRecord *use, GError **error)
{
  g_autoptr(YqRecord) invoice = NULL;
  g_autoptr(YqRecord) redemption = NULL;

  if (yq_values_has (e->args, ORDER_SETTLE_INVOICE_NUMBER))
    {
      invoice = yq_settlement_invoice (e->after, yq_record_id (use), e->args);
      if (!yq_tx_insert (e->tx, invoice, "derive", error))
        return FALSE;
    }
  redemption = make_redemption (e, use, invoice);
  return yq_tx_insert (e->tx, redemption, "derive", error) &&
         yq_effect_step (e->tx, redemption, "submit", NULL, error);
}

static YqProblem *
settled (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) use = NULL;
  YqProblem *problem = pay_with_voucher (e, "order.settle", &use, error);

  if (problem == NULL && use != NULL && e->args != NULL &&
      !yq_values_has (e->args, ORDER_SETTLE_VOUCHER))
    redeem_at_once (e, use, error);
  return problem;
}

/* -- the ends -- */

static YqProblem *
take_reason (const YqEffect *e, GError **error)
{
  yq_record_set_text (e->after, ORDER_REASON, yq_effect_comment (e));
  return NULL;
}

/* Rule 8: no hold outlives its order. */
static YqProblem *
end_with_uses (const YqEffect *e, GError **error)
{
  g_autoptr(GPtrArray) uses =
    yq_world_list (e->tx->world, &yq_voucher_use, "order", yq_record_id (e->after));

  for (guint i = 0; i < uses->len; i++)
    if (yq_record_in_state (uses->pdata[i], "redeeming|redeemed"))
      return yq_problem_new (
        YQ_PROBLEM_STATE,
        _("The voucher used for this booking is being redeemed: withdraw the redemption first"));
  for (guint i = 0; i < uses->len; i++)
    {
      g_autoptr(YqRecord) use = yq_record_copy (uses->pdata[i]);

      if (yq_record_in_state (use, "pending|confirmed|served") &&
          !yq_effect_step (e->tx, use, "terminate", yq_effect_comment (e), error))
        return NULL;
    }
  return take_reason (e, error);
}

static YqProblem *
refuse (const YqEffect *e, GError **error)
{
  g_autoptr(GPtrArray) instruments = instruments_of (e->tx, e->after);

  if (yq_order_takes_time (e->after))
    offer_alternatives (e->tx, e->after, instruments);
  return end_with_uses (e, error);
}

/* The owners and values of one use under the name of another. */
static void
take_over (YqRecord *use, YqRecord *from)
{
  for (guint i = 0; i < yq_voucher_use.n_fields; i++)
    yq_values_copy_field (yq_record_values (use), yq_record_values (from), i);
  yq_record_set_state (use, yq_record_state (from));
  yq_record_set_buyer (use, yq_record_buyer (from));
  yq_record_set_carrier (use, yq_record_carrier (from));
  yq_record_set_region (use, yq_record_region (from));
}

/* Nobody answered online, but the service was rendered: its use is there to be redeemed. */
static YqProblem *
serve_offline (const YqEffect *e, GError **error)
{
  YqProblem *problem = NULL;

  if (!yq_effect_id_is_new (e, ORDER_OFFLINE_ID, _("The voucher use has no proper identifier"),
                            _("This voucher use is there already"), &problem, error))
    return problem;
  yq_record_set_int (e->after, ORDER_PRICE, yq_values_int (e->args, ORDER_OFFLINE_PRICE));
  fix_voucher_amount (e);
  return NULL;
}

static YqProblem *
served_offline (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (e->tx->world, &yq_voucher, yq_record_text (e->after, ORDER_VOUCHER));
  g_autoptr(YqRecord) use = NULL;
  g_autoptr(YqRecord) named =
    yq_record_new (&yq_voucher_use, yq_values_text (e->args, ORDER_OFFLINE_ID));

  if (voucher == NULL || !yq_slots_unwish (e->tx->conn, yq_record_id (e->after), error))
    return NULL;
  use = yq_order_make_use (e->tx->world, e->after, voucher,
                           yq_record_int (e->after, ORDER_VOUCHER_AMOUNT));
  take_over (named, use);
  return write_use (e, named, FALSE, error);
}

static YqProblem *
ended (const YqEffect *e, GError **error)
{
  const char *id = yq_record_id (e->after);

  if (yq_slots_unwish (e->tx->conn, id, error) && yq_slots_free (e->tx->conn, id, error))
    yq_effect_touch_instruments (e->tx, e->after, 0, error);
  return NULL;
}

static YqProblem *
deliver (const YqEffect *e, GError **error)
{
  yq_record_set_int (e->after, ORDER_DELIVERED_AT, e->tx->now);
  if (!yq_record_has (e->after, ORDER_PRICE))
    yq_record_set_int (e->after, ORDER_PRICE, yq_order_fee (e->after));
  return NULL;
}

gboolean
yq_effect_count_service (YqTx *tx, YqRecord *order, GError **error)
{
  g_autoptr(YqRecord) service = NULL;

  if (!yq_effect_touch_instruments (tx, order, 1, error))
    return FALSE;
  service = yq_effect_get (tx, &yq_service, yq_record_text (order, ORDER_SERVICE));
  if (service == NULL)
    return TRUE;
  yq_record_set_int (service, SERVICE_SERVICE_COUNT,
                     yq_record_int (service, SERVICE_SERVICE_COUNT) + 1);
  return yq_tx_touch (tx, service, error);
}

guint
yq_effect_count_records (YqTx *tx, YqRecord *order)
{
  g_autoptr(GPtrArray) records =
    yq_world_list (tx->world, &yq_service_record, "order", yq_record_id (order));

  return records->len;
}

/* The proof of the result goes with the voucher that pays for it. */
static gboolean
pass_results_on (const YqEffect *e, GError **error)
{
  JsonArray *files = yq_record_array (e->after, ORDER_RESULT_FILES);
  g_autoptr(GPtrArray) uses =
    yq_world_list (e->tx->world, &yq_voucher_use, "order", yq_record_id (e->after));

  for (guint i = 0; files != NULL && i < uses->len; i++)
    {
      g_autoptr(YqRecord) use = yq_record_copy (uses->pdata[i]);

      if (!yq_record_in_state (use, "confirmed|served") ||
          yq_record_has (use, VOUCHER_USE_RESULT_FILES) || json_array_get_length (files) > 10)
        continue;
      yq_record_take_array (use, VOUCHER_USE_RESULT_FILES, json_array_ref (files));
      if (!yq_effect_update (e->tx, use, error))
        return FALSE;
    }
  return TRUE;
}

static YqProblem *
delivered (const YqEffect *e, GError **error)
{
  if (!pass_results_on (e, error))
    return NULL;
  if (!yq_effect_open_evaluation (e->tx, e->after, NULL, error))
    return NULL;
  /* What has been recorded has been counted. */
  if (yq_effect_count_records (e->tx, e->after) == 0)
    yq_effect_count_service (e->tx, e->after, error);
  else
    yq_effect_touch_instruments (e->tx, e->after, 0, error);
  return NULL;
}

/* -- evaluations -- */

static gboolean
has_evaluation (YqTx *tx, const char *field, const char *id)
{
  g_autoptr(GPtrArray) found = id ? yq_world_list (tx->world, &yq_evaluation, field, id) : NULL;

  return found != NULL && found->len > 0;
}

gboolean
yq_effect_open_evaluation (YqTx *tx, YqRecord *order, YqRecord *use, GError **error)
{
  g_autoptr(YqRecord) evaluation = NULL;
  YqRecord *from = order ? order : use;
  g_autofree char *today = yq_date_of (tx->now);
  g_autofree char *due = NULL;
  gint64 days;

  if (order != NULL ? has_evaluation (tx, "order", yq_record_id (order))
                    : has_evaluation (tx, "voucher_use", yq_record_id (use)))
    return TRUE;

  days = yq_policy_evaluation_days (tx->world, yq_record_region (from));
  due = yq_date_add_days (today, days);
  evaluation = yq_record_new (&yq_evaluation, NULL);
  yq_record_set_buyer (evaluation, yq_record_buyer (from));
  yq_record_set_carrier (evaluation, yq_record_carrier (from));
  yq_record_set_region (evaluation, yq_record_region (from));
  yq_record_set_text (evaluation, EVALUATION_ORDER, order ? yq_record_id (order) : NULL);
  yq_record_set_text (evaluation, EVALUATION_VOUCHER_USE, use ? yq_record_id (use) : NULL);
  yq_record_set_text (evaluation, EVALUATION_TITLE, yq_record_title (from));
  yq_record_set_text (evaluation, EVALUATION_CARRIER_NAME,
                      order ? yq_record_text (order, ORDER_CARRIER_NAME)
                            : yq_record_text (use, VOUCHER_USE_CARRIER_NAME));
  yq_record_set_text (evaluation, EVALUATION_DUE_ON, due);

  return yq_tx_insert (tx, evaluation, "derive", error) &&
         yq_jobs_add (tx->conn, "evaluation_default", yq_record_id (evaluation),
                      tx->now + days * YQ_DAY, error);
}

static YqProblem *
evaluate (const YqEffect *e, GError **error)
{
  yq_record_set_int (e->after, EVALUATION_STARS, yq_values_int (e->args, EVALUATE_STARS));
  yq_record_set_text (e->after, EVALUATION_TEXT, yq_values_text (e->args, EVALUATE_TEXT));
  yq_record_set_int (e->after, EVALUATION_BY_DEFAULT, FALSE);
  yq_jobs_drop (e->tx->conn, "evaluation_default", yq_record_id (e->after), error);
  return NULL;
}

static YqProblem *
evaluate_by_default (const YqEffect *e, GError **error)
{
  yq_record_set_int (e->after, EVALUATION_STARS, 5);
  yq_record_set_int (e->after, EVALUATION_BY_DEFAULT, TRUE);
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_order[] = {
  { &yq_order, "save",          fill_names, NULL },
  { &yq_order, "submit",        submit, submitted },
  { &yq_order, "accept",        accept, accepted },
  { &yq_order, "agree",         agree, accepted },
  { &yq_order, "propose_time",  propose, NULL },
  { &yq_order, "confirm_quota", confirm_quota, NULL },
  { &yq_order, "*",             NULL, entered_accepted },
  { &yq_order, "reject_quota",  take_reason, ended },
  { &yq_order, "refuse",        refuse, ended },
  { &yq_order, "cancel",        end_with_uses, ended },
  { &yq_order, "serve_offline", serve_offline, served_offline },
  { &yq_order, "terminate",     end_with_uses, ended },
  { &yq_order, "deliver",       deliver, delivered },
  { &yq_order, "settle",        settle, settled },
  { &yq_evaluation, "evaluate", evaluate, NULL },
  { &yq_evaluation, "default",  evaluate_by_default, NULL },
  { &yq_order, "*",             name_voucher_kind, NULL }, /* last: the others choose the voucher */
  { NULL },
};
/* clang-format on */
