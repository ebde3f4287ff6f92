/* Settlement with a voucher that the settlement itself grants (shandong 3.3.1, 4.1). */
#define G_LOG_DOMAIN "yiquan-policy"

#include "clock.h"
#include "money.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "record-check.h"
#include "redemption.h"
#include "voucher.h"

static YqProblem *
at_field (const char *field, YqProblem *problem)
{
  return yq_problem_add_error (problem, field, yq_problem_code (problem), "%s",
                               yq_problem_detail (problem));
}

static YqRecord *
buyer_of (YqWorld *world, YqRecord *order)
{
  return yq_world_get (world, &yq_organisation, yq_record_buyer (order));
}

static YqRecord *
carrier_of (YqWorld *world, YqRecord *order)
{
  return yq_world_get (world, &yq_organisation, yq_record_carrier (order));
}

/* ---- what a settlement makes ---- */

YqRecord *
yq_settlement_use (YqRecord *order, YqRecord *programme, const YqValues *args, gint64 now)
{
  YqRecord *use = yq_record_new (&yq_voucher_use, NULL);
  const char *redeemer = yq_record_text (programme, PROGRAMME_REDEEMER);
  const char *category = args != NULL ? yq_values_text (args, ORDER_SETTLE_CATEGORY) : NULL;
  g_autofree char *day = yq_date_of (now);
  static const struct
  {
    guint to, from;
  } files[] = { { VOUCHER_USE_RESULT_FILES, ORDER_SETTLE_FILES },
                { VOUCHER_USE_CONTRACT_FILES, ORDER_SETTLE_CONTRACT_FILES },
                { VOUCHER_USE_RELEVANCE_FILES, ORDER_SETTLE_RELEVANCE_FILES } };

  yq_record_set_state (use, "confirmed");
  yq_record_set_buyer (use, yq_record_buyer (order));
  yq_record_set_carrier (use, yq_record_carrier (order));
  yq_record_set_region (use, yq_record_region (order));
  yq_record_set_text (use, VOUCHER_USE_PROGRAMME, yq_record_id (programme));
  yq_record_set_text (use, VOUCHER_USE_ORDER, yq_record_id (order));
  yq_record_set_text (use, VOUCHER_USE_CARRIER, yq_record_carrier (order));
  yq_record_set_text (use, VOUCHER_USE_CATEGORY, category != NULL ? category : "instruments");
  yq_record_set_text (use, VOUCHER_USE_CONTRACT_NAME, yq_record_text (order, ORDER_ITEM_TITLE));
  yq_record_set_int (use, VOUCHER_USE_CONTRACT_AMOUNT, yq_order_fee (order));
  yq_record_set_text (use, VOUCHER_USE_CONTRACT_DATE, day);
  yq_record_set_text (use, VOUCHER_USE_REDEEMER,
                      g_strcmp0 (redeemer, "carrier_redeems") == 0 ? "carrier" : "enterprise");
  yq_record_set_int (use, VOUCHER_USE_PLEDGE, TRUE);
  if (args == NULL)
    return use;
  yq_record_set_int (use, VOUCHER_USE_AMOUNT, yq_values_int (args, ORDER_SETTLE_AMOUNT));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (yq_values_has (args, files[i].from))
      yq_record_take_array (use, files[i].to,
                            json_array_ref (yq_values_array (args, files[i].from)));
  return use;
}

static const struct
{
  guint to, from;
  const char *name;
} invoice_fields[] = {
  { INVOICE_CODE, ORDER_SETTLE_INVOICE_CODE, "invoice_code" },
  { INVOICE_NUMBER, ORDER_SETTLE_INVOICE_NUMBER, "invoice_number" },
  { INVOICE_DATE, ORDER_SETTLE_INVOICE_DATE, "invoice_date" },
  { INVOICE_SCANNED, ORDER_SETTLE_INVOICE_SCANNED, "invoice_scanned" },
};

YqRecord *
yq_settlement_invoice (YqRecord *order, const char *use, const YqValues *args)
{
  YqRecord *invoice = yq_record_new (&yq_invoice, NULL);
  JsonArray *uses = json_array_new ();

  json_array_add_string_element (uses, use);
  yq_record_set_buyer (invoice, yq_record_buyer (order));
  yq_record_set_carrier (invoice, yq_record_carrier (order));
  yq_record_set_region (invoice, yq_record_region (order));
  for (guint i = 0; i < G_N_ELEMENTS (invoice_fields); i++)
    yq_record_set_text (invoice, invoice_fields[i].to,
                        yq_values_text (args, invoice_fields[i].from));
  if (yq_values_has (args, ORDER_SETTLE_INVOICE_AMOUNT))
    yq_record_set_int (invoice, INVOICE_AMOUNT, yq_values_int (args, ORDER_SETTLE_INVOICE_AMOUNT));
  if (yq_values_has (args, ORDER_SETTLE_INVOICE_IMAGE))
    yq_record_take_array (invoice, INVOICE_IMAGE,
                          json_array_ref (yq_values_array (args, ORDER_SETTLE_INVOICE_IMAGE)));
  yq_record_set_text (invoice, INVOICE_REDEEMER, "enterprise");
  yq_record_take_array (invoice, INVOICE_USES, uses);
  return invoice;
}

/* ---- may it be? ---- */

YqProblem *
yq_policy_check_settles (YqWorld *world, YqRecord *programme, YqRecord *order)
{
  g_autoptr(YqRecord) buyer = buyer_of (world, order);
  g_autoptr(YqRecord) carrier = carrier_of (world, order);
  g_autoptr(YqRecord) use = yq_settlement_use (order, programme, NULL, world->now);
  YqProblem *problem;

  if (buyer == NULL || g_strcmp0 (yq_record_text (programme, PROGRAMME_CLAIM), "none") != 0 ||
      g_strcmp0 (yq_record_text (programme, PROGRAMME_USED_AT), "settlement") != 0)
    return at_field (
      "programme",
      yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                      _("Vouchers of “%s” are not granted at settlement: they are used %s"),
                      yq_record_title (programme),
                      yq_choice_title (&yq_programme.fields[PROGRAMME_USED_AT],
                                       yq_record_text (programme, PROGRAMME_USED_AT))));
  if ((problem = yq_policy_check_deal (world, programme, buyer, carrier, use)) != NULL)
    return problem;
  return yq_policy_check_grant (world, programme, buyer, 1, NULL);
}

static gint64
subsidy_of (YqWorld *world, YqRecord *programme, YqRecord *order)
{
  g_autoptr(YqRecord) buyer = buyer_of (world, order);
  g_autoptr(YqRecord) carrier = carrier_of (world, order);

  return yq_policy_subsidy (
    programme, buyer != NULL ? yq_record_text (buyer, ORGANISATION_REGION) : NULL,
    carrier != NULL ? yq_record_text (carrier, ORGANISATION_REGION) : NULL, yq_order_fee (order));
}

gint64
yq_policy_settle_most (YqWorld *world, YqRecord *programme, YqRecord *order)
{
  g_autoptr(YqRecord) buyer = buyer_of (world, order);
  gint64 most = subsidy_of (world, programme, order);

  return buyer != NULL ? MIN (most, yq_policy_caps (world, programme, buyer, NULL).claimable) : 0;
}

static YqProblem *
check_amount (YqWorld *world, YqRecord *programme, YqRecord *order, gint64 amount)
{
  g_autoptr(YqRecord) buyer = buyer_of (world, order);
  gint64 most = subsidy_of (world, programme, order);
  g_autofree char *asked = yq_money_format (amount), *most_text = yq_money_format (most);
  g_autofree char *fee = yq_money_format (yq_order_fee (order));

  if (amount > most)
    return at_field ("amount",
                     yq_problem_new (YQ_PROBLEM_CAP_CLAIM,
                                     _("“%s” pays at most %s of this fee of %s; you ask for %s"),
                                     yq_record_title (programme), most_text, fee, asked));
  return yq_policy_check_grant (world, programme, buyer, amount, NULL);
}

/* ---- papers ---- */

/* The step's own field for each kind of paper. */
static const char *
field_of_paper (const char *paper)
{
  static const char *const names[][2] = { { "contract", "contract_files" },
                                          { "result", "settlement_files" },
                                          { "relevance", "relevance_files" },
                                          { "invoice", "invoice_number" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i][0], paper))
      return names[i][1];
  return "settlement_files";
}

/* A number where one is demanded, and one of the right form that covers the fee. */
static YqProblem *
check_invoice (YqWorld *world, YqRecord *order, YqRecord *use, const YqValues *args)
{
  g_autoptr(YqRecord) invoice = yq_settlement_invoice (order, yq_record_id (use), args);
  g_autoptr(YqProblem) wrong = yq_check_record (world, invoice, TRUE);
  g_autofree char *fee = yq_money_format (yq_order_fee (order));
  g_autofree char *amount = yq_money_format (yq_record_int (invoice, INVOICE_AMOUNT));
  YqProblem *problem;

  if (wrong != NULL)
    {
      problem = yq_problem_new (yq_problem_code (wrong), "%s", yq_problem_detail (wrong));
      for (guint i = 0; i < yq_problem_n_errors (wrong); i++)
        {
          YqProblemCode code;
          const char *field;
          const char *detail = yq_problem_error (wrong, i, &field, &code);
          g_autofree char *name = g_strconcat ("invoice_", field, NULL);

          yq_problem_add_error (problem, name, code, "%s", detail);
        }
      return problem;
    }
  if (yq_record_int (invoice, INVOICE_AMOUNT) >= yq_order_fee (order))
    return NULL;
  return at_field ("invoice_amount",
                   yq_problem_new (YQ_PROBLEM_INVOICE_SUM,
                                   _("The invoice over %s does not cover the fee of %s"), amount,
                                   fee));
}

static YqProblem *
check_papers (YqWorld *world, YqRecord *programme, YqRecord *order, YqRecord *use,
              const YqValues *args)
{
  g_auto(GStrv) missing = yq_policy_missing_papers (world, programme, use);
  gboolean by_invoice = g_strv_contains ((const char *const *) missing, "invoice");
  YqProblem *problem = NULL;

  if (!yq_values_int (args, ORDER_SETTLE_PLEDGE))
    return at_field ("pledge",
                     yq_problem_new (YQ_PROBLEM_REQUIRED, _("The pledge has not been ticked")));
  for (guint i = 0; missing[i] != NULL; i++)
    {
      if (g_str_equal (missing[i], "invoice") && yq_values_has (args, ORDER_SETTLE_INVOICE_NUMBER))
        continue;
      if (problem == NULL)
        problem = yq_problem_new (YQ_PROBLEM_PAPERS_MISSING, _("Papers are missing: %s"),
                                  yq_policy_paper_hint (missing[i]));
      yq_problem_add_error (problem, field_of_paper (missing[i]), YQ_PROBLEM_PAPERS_MISSING, "%s",
                            yq_policy_paper_hint (missing[i]));
    }
  if (problem != NULL)
    return problem;
  return by_invoice ? check_invoice (world, order, use, args) : NULL;
}

/* ---- the whole settlement ---- */

static YqProblem *
check_granted (YqWorld *world, YqRecord *programme, YqRecord *order, const YqValues *args)
{
  g_autoptr(YqRecord) use = yq_settlement_use (order, programme, args, world->now);
  gint64 amount = yq_values_int (args, ORDER_SETTLE_AMOUNT);
  YqProblem *problem = yq_policy_check_settles (world, programme, order);

  if (problem == NULL)
    problem = check_amount (world, programme, order, amount);
  if (problem == NULL && !yq_values_has (args, ORDER_SETTLE_CATEGORY))
    problem = at_field (
      "category", yq_problem_new (YQ_PROBLEM_REQUIRED, _("Choose the category of the service")));
  return problem != NULL ? problem : check_papers (world, programme, order, use, args);
}

/* With a voucher there is already. */
static YqProblem *
check_held (YqWorld *world, YqRecord *order, YqRecord *voucher, const YqValues *args)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (voucher, VOUCHER_PROGRAMME));
  g_autoptr(YqRecord) buyer = buyer_of (world, order);
  g_autoptr(YqRecord) carrier = carrier_of (world, order);
  g_autoptr(YqRecord) use = NULL;

  if (programme == NULL || buyer == NULL ||
      g_strcmp0 (yq_record_buyer (voucher), yq_record_buyer (order)) != 0)
    return at_field (
      "voucher", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("The voucher is not one of yours")));
  if (g_strcmp0 (yq_record_text (programme, PROGRAMME_HOLD_AT), "order.settle") != 0)
    return at_field ("voucher", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                                                _("Vouchers of “%s” are not used at settlement"),
                                                yq_record_title (programme)));
  use = yq_settlement_use (order, programme, args, world->now);
  return yq_policy_check_use (world, programme, voucher, buyer, carrier, use);
}

YqProblem *
yq_policy_check_settlement (YqWorld *world, YqRecord *order, const YqValues *args)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_values_text (args, ORDER_SETTLE_PROGRAMME));
  g_autoptr(YqRecord) voucher =
    yq_world_get (world, &yq_voucher, yq_values_text (args, ORDER_SETTLE_VOUCHER));

  if (voucher != NULL)
    return check_held (world, order, voucher, args);
  if (programme != NULL)
    return check_granted (world, programme, order, args);
  if (yq_values_int (args, ORDER_SETTLE_AMOUNT) > 0)
    return at_field ("programme",
                     yq_problem_new (YQ_PROBLEM_REQUIRED,
                                     _("Choose the voucher programme that pays this amount")));
  return NULL;
}
