/* What an order pays with a voucher: the use that is made of it, supplementary orders, service
 * offline (Delta manual 4.4, 5.4, 5.6.2). */
#include "order.h"

#include "clock.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "storefront.h"
#include "voucher.h"

/* The category of a use, by the track of its service. */
static const char *
service_category (YqWorld *world, YqRecord *order)
{
  g_autoptr(YqRecord) service =
    yq_world_get (world, &yq_service, yq_record_text (order, ORDER_SERVICE));
  const char *track =
    service != NULL ? yq_record_text (service, SERVICE_TRACK) : "instrument_sharing";

  return g_strcmp0 (track, "instrument_sharing") == 0   ? "instruments"
         : g_strcmp0 (track, "inspection_testing") == 0 ? "testing"
                                                        : "other";
}

YqRecord *
yq_order_make_use (YqWorld *world, YqRecord *order, YqRecord *voucher, gint64 amount)
{
  YqRecord *use = yq_record_new (&yq_voucher_use, NULL);
  g_autofree char *day = yq_date_of (world->now);
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));
  const char *redeemer = programme != NULL ? yq_record_text (programme, PROGRAMME_REDEEMER) : NULL;
  JsonArray *papers = yq_record_array (order, ORDER_PAPERS);

  yq_record_set_state (use, "confirmed");
  yq_record_set_buyer (use, yq_record_buyer (order));
  yq_record_set_carrier (use, yq_record_carrier (order));
  yq_record_set_region (use, yq_record_region (order));
  yq_record_set_text (use, VOUCHER_USE_PROGRAMME, yq_record_text (voucher, VOUCHER_PROGRAMME));
  yq_record_set_text (use, VOUCHER_USE_VOUCHER, yq_record_id (voucher));
  yq_record_set_text (use, VOUCHER_USE_ORDER, yq_record_id (order));
  yq_record_set_text (use, VOUCHER_USE_CARRIER, yq_record_carrier (order));
  yq_record_set_text (use, VOUCHER_USE_CATEGORY, service_category (world, order));
  yq_record_set_text (use, VOUCHER_USE_CONTRACT_NAME, yq_record_text (order, ORDER_ITEM_TITLE));
  yq_record_set_int (use, VOUCHER_USE_CONTRACT_AMOUNT, MAX (yq_order_fee (order), amount));
  yq_record_set_text (use, VOUCHER_USE_CONTRACT_DATE, day);
  yq_record_set_int (use, VOUCHER_USE_AMOUNT, amount);
  yq_record_set_text (use, VOUCHER_USE_REDEEMER,
                      g_strcmp0 (redeemer, "carrier_redeems") == 0 ? "carrier" : "enterprise");
  if (papers != NULL)
    yq_record_take_array (use, VOUCHER_USE_CONTRACT_FILES, json_array_ref (papers));
  yq_record_set_int (use, VOUCHER_USE_PLEDGE, TRUE);
  yq_record_set_int (use, VOUCHER_USE_CONFIRMED_AT, world->now);
  return use;
}

static YqRecord *
voucher_of (YqWorld *world, YqRecord *order)
{
  return yq_world_get (world, &yq_voucher, yq_record_text (order, ORDER_VOUCHER));
}

/* What is shared by a programme is a share of something: the fee has to be known. */
static gboolean
needs_fee (YqRecord *programme)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_SUBSIDY);

  return rows != NULL && json_array_get_length (rows) > 0;
}

gint64
yq_order_voucher_amount (YqWorld *world, YqRecord *order, gint64 fee)
{
  g_autoptr(YqRecord) voucher = voucher_of (world, order);
  g_autoptr(YqRecord) programme = NULL;
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, yq_record_buyer (order));
  g_autoptr(YqRecord) carrier = yq_world_get (world, &yq_organisation, yq_record_carrier (order));
  gint64 asked = yq_record_int (order, ORDER_VOUCHER_AMOUNT), most;

  if (voucher == NULL)
    return 0;
  programme = yq_world_get (world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));
  if (programme == NULL || !needs_fee (programme))
    return asked;
  most = yq_policy_subsidy (
    programme, buyer != NULL ? yq_record_text (buyer, ORGANISATION_REGION) : NULL,
    carrier != NULL ? yq_record_text (carrier, ORGANISATION_REGION) : NULL, fee);
  return asked > 0 ? MIN (asked, most) : most;
}

/* Fields of a use by their names in the order it is made of. */
static YqProblem *
in_words_of_order (YqProblem *problem)
{
  static const struct
  {
    const char *use, *order;
  } names[] = { { "amount", "voucher_amount" },
                { "contract_files", "papers" },
                { "carrier", "instruments" },
                { "contract_amount", "price" } };
  YqProblem *renamed =
    yq_problem_new (yq_problem_code (problem), "%s", yq_problem_detail (problem));

  for (guint i = 0; i < yq_problem_n_errors (problem); i++)
    {
      const char *field;
      YqProblemCode code;
      const char *detail = yq_problem_error (problem, i, &field, &code);

      for (guint k = 0; k < G_N_ELEMENTS (names); k++)
        if (g_strcmp0 (names[k].use, field) == 0)
          {
            field = names[k].order;
            break;
          }
      yq_problem_add_error (renamed, field, code, "%s", detail);
    }
  yq_problem_free (problem);
  return renamed;
}

static YqProblem *
check_texts (YqRecord *programme, YqRecord *order)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_TEXTS_AT_ORDER);
  YqProblem *problem = NULL;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      const char *name = json_object_get_string_member_with_default (
        json_array_get_object_element (rows, i), "field", "");
      int field = yq_entity_find_field (&yq_order, name);

      /* A need, or an own project instead of it. */
      if (field >= 0 && !yq_record_has (order, field) &&
          !(field == ORDER_NEED && yq_record_has (order, ORDER_OWN_PROJECT)))
        yq_problem_collect (&problem, name, _(yq_order.fields[field].title), YQ_PROBLEM_REQUIRED,
                            _("This voucher demands it"));
    }
  return problem;
}

/* The amounts: enough is known to say what the voucher pays. */
static YqProblem *
check_voucher_fee (YqRecord *programme, gint64 fee)
{
  if (fee > 0 || !needs_fee (programme))
    return NULL;
  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_REQUIRED, _("The voucher pays a share of the fee: enter the price")),
    "price", YQ_PROBLEM_REQUIRED, _("Enter the whole fee"));
}

/* May the order pay with its voucher? */
YqProblem *
yq_order_check_voucher (YqWorld *world, YqRecord *order)
{
  g_autoptr(YqRecord) voucher = voucher_of (world, order);
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, yq_record_buyer (order));
  g_autoptr(YqRecord) carrier = yq_world_get (world, &yq_organisation, yq_record_carrier (order));
  g_autoptr(YqRecord) programme = NULL;
  g_autoptr(YqRecord) use = NULL;
  YqProblem *problem;

  if (!yq_record_has (order, ORDER_VOUCHER))
    return NULL;
  if (voucher == NULL || buyer == NULL ||
      g_strcmp0 (yq_record_buyer (voucher), yq_record_buyer (order)) != 0)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("The voucher is not one of yours")), "voucher",
      YQ_PROBLEM_NOT_ELIGIBLE, _("Choose one of your vouchers"));
  programme = yq_world_get (world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));
  if (programme == NULL || g_strcmp0 (yq_record_text (programme, PROGRAMME_USED_AT), "order") != 0)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("Voucher %s is not used with an order: %s"),
                      yq_record_title (voucher),
                      programme != NULL
                        ? yq_choice_title (&yq_programme.fields[PROGRAMME_USED_AT],
                                           yq_record_text (programme, PROGRAMME_USED_AT))
                        : "—"),
      "voucher", YQ_PROBLEM_NOT_ELIGIBLE, _("Choose another voucher, or none"));
  if ((problem = check_texts (programme, order)) != NULL)
    return problem;
  use = yq_order_make_use (world, order, voucher,
                           yq_order_voucher_amount (world, order, yq_order_fee (order)));
  problem = yq_policy_check_use (world, programme, voucher, buyer, carrier, use);
  return problem != NULL ? in_words_of_order (problem) : NULL;
}

/* A use of the order that is still alive; a new reference or NULL. */
static YqRecord *
live_use (YqWorld *world, YqRecord *order)
{
  g_autoptr(GPtrArray) uses = yq_world_list (world, &yq_voucher_use, "order", yq_record_id (order));

  for (guint i = 0; i < uses->len; i++)
    if (!yq_record_in_state (uses->pdata[i], "terminated|draft"))
      return g_object_ref (uses->pdata[i]);
  return NULL;
}

gboolean
yq_order_may_be_supplemented (YqRecord *order)
{
  return !yq_record_has (order, ORDER_SUPPLEMENT_TO) &&
         !yq_record_in_state (order, "draft|refused|cancelled|terminated");
}

/* A supplementary order carries what a second invoice pays: of the same parties, to an order that
 * is under way. */
YqProblem *
yq_order_check_supplement (YqWorld *world, YqRecord *order)
{
  const char *id = yq_record_text (order, ORDER_SUPPLEMENT_TO);
  g_autoptr(YqRecord) first = yq_world_get (world, &yq_order, id);
  const char *detail = NULL;

  if (id == NULL)
    return NULL;
  if (first == NULL || g_strcmp0 (yq_record_buyer (first), yq_record_buyer (order)) != 0)
    detail = _("The order it supplements is not one of yours");
  else if (yq_record_has (first, ORDER_SUPPLEMENT_TO))
    detail = _("A supplementary order is not supplemented itself: name the first order");
  else if (!yq_order_may_be_supplemented (first))
    detail = _("The order it supplements has ended or was never sent");
  else if (g_strcmp0 (yq_record_carrier (first), yq_record_carrier (order)) != 0)
    detail = _("A supplementary order goes to the carrier of the first one");
  else if (yq_record_int (order, ORDER_PRICE) <= 0)
    return yq_problem_add_error (
      yq_problem_new (YQ_PROBLEM_REQUIRED, _("Enter the amount of the supplementary order")),
      "price", YQ_PROBLEM_REQUIRED, _("What its invoice is about"));
  if (detail == NULL)
    return NULL;
  return yq_problem_add_error (yq_problem_new (YQ_PROBLEM_INVALID, "%s", detail), "supplement_to",
                               YQ_PROBLEM_INVALID, "%s", detail);
}

/* An order declared as served offline goes on by its redemption, not by an answer. */
YqProblem *
yq_order_check_not_offline (YqWorld *world, YqRecord *order)
{
  g_autoptr(YqRecord) use = live_use (world, order);

  if (use == NULL)
    return NULL;
  return yq_problem_new (
    YQ_PROBLEM_STATE,
    _("The enterprise has declared that this was served offline and redeems the voucher for it"));
}

YqProblem *
yq_order_check_accepted_price (YqWorld *world, YqRecord *order, const YqValues *args)
{
  g_autoptr(YqRecord) voucher = voucher_of (world, order);
  g_autoptr(YqRecord) programme =
    voucher != NULL
      ? yq_world_get (world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME))
      : NULL;
  gint64 fee = args != NULL && yq_values_has (args, ORDER_ACCEPT_PRICE)
                 ? yq_values_int (args, ORDER_ACCEPT_PRICE)
                 : yq_order_fee (order);

  return programme != NULL ? check_voucher_fee (programme, fee) : NULL;
}

/* Where money is held with the redemption, an order that nobody answered online may be redeemed. */
gboolean
yq_order_may_be_offline (YqRecord *order)
{
  return yq_record_has (order, ORDER_VOUCHER);
}

YqProblem *
yq_order_can_serve_offline (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  g_autoptr(YqRecord) voucher = voucher_of (world, order);
  g_autoptr(YqRecord) programme =
    voucher != NULL
      ? yq_world_get (world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME))
      : NULL;

  if (programme == NULL ||
      g_strcmp0 (yq_record_text (programme, PROGRAMME_HOLD_AT), "redemption.submit") != 0)
    return yq_problem_new (YQ_PROBLEM_STATE, _("Only an order with a voucher that is held at "
                                               "redemption can be declared as served offline"));
  return yq_order_check_not_offline (world, order);
}
