/* From booking to evaluation. */
#include "order.h"

#include "api.h"
#include "catalogue.h"
#include "clock.h"
#include "model.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "storefront.h"
#include "voucher.h"

#define MONEY_MAX G_GINT64_CONSTANT (10000000000)

/* clang-format off */
static const YqChoice kinds[] = {
  { "instruments", N_("Instruments") },
  { "service",     N_("Service") },
  { NULL },
};

static const YqChoice voucher_kinds[] = {
  { "enterprise_redeems", N_("Enterprise redeems") },
  { "carrier_redeems",    N_("Carrier redeems") },
  { "either",             N_("Chosen per use") },
  { "none",               N_("Without voucher") },
  { NULL },
};

static const YqChoice project_sources[] = {
  { "own",       N_("Own project of the enterprise") },
  { "national",  N_("National project") },
  { "provincial", N_("Provincial project") },
  { "municipal", N_("Municipal project") },
  { "other",     N_("Other project") },
  { NULL },
};

/* clang-format on */

static gboolean
is_of_service (const YqValues *values)
{
  return g_strcmp0 (yq_values_text (values, ORDER_KIND), "service") == 0;
}

static gboolean
is_of_instruments (const YqValues *values)
{
  return !is_of_service (values);
}

/* clang-format off */
static const YqField sample_columns[] = {
  { "name",     N_("Sample"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_INVOLVED, .max = 100 },
  { "quantity", N_("Quantity"), YQ_INTEGER, YQ_REQUIRED, .sees = YQ_INVOLVED, .min = 1, .max = 100000 },
  { "form",     N_("Form"), YQ_TEXT, 0, .sees = YQ_INVOLVED, .max = 50 },
  { "hazards",  N_("Hazards"), YQ_TEXT, 0, .sees = YQ_INVOLVED, .max = 100 },
  { "return",   N_("To be returned"), YQ_BOOLEAN, 0, .sees = YQ_INVOLVED },
  { NULL },
};

static const YqField fee_columns[] = {
  { "instrument", N_("Instrument"), YQ_REFERENCE, 0, .sees = YQ_INVOLVED, .refers = "instrument" },
  { "fee",        N_("Fee"), YQ_MONEY, YQ_REQUIRED, .sees = YQ_INVOLVED, .min = 0, .max = G_GINT64_CONSTANT (10000000000) },
  { "note",       N_("Note"), YQ_TEXT, 0, .sees = YQ_INVOLVED, .max = 100 },
  { NULL },
};

const YqField yq_alternative_columns[] = {
  { "instrument", N_("Instrument"), YQ_REFERENCE, YQ_REQUIRED, .sees = YQ_INVOLVED, .refers = "instrument" },
  { "from",       N_("From"), YQ_TIME, YQ_REQUIRED, .sees = YQ_INVOLVED },
  { "to",         N_("To"), YQ_TIME, YQ_REQUIRED, .sees = YQ_INVOLVED },
  { NULL },
};

static gboolean
takes_time (const YqValues *values)
{
  return is_of_instruments (values) && !yq_values_has (values, ORDER_SUPPLEMENT_TO);
}

static gboolean
has_voucher (const YqValues *values)
{
  return yq_values_has (values, ORDER_VOUCHER);
}

static gboolean
is_supplement (const YqValues *values)
{
  return yq_values_has (values, ORDER_SUPPLEMENT_TO);
}

static gboolean
has_price (const YqValues *values)
{
  return yq_values_has (values, ORDER_PRICE) || yq_values_has (values, ORDER_SUPPLEMENT_TO);
}

static const YqField order_fields[] = {
  [ORDER_NUMBER]          = { "number", N_("Order number"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_INDEX | YQ_SEARCH, FACT, .max = 40, .group = N_("Booking"), .unset = N_("No number yet") },
  [ORDER_KIND]            = { "kind", N_("Kind"), YQ_CHOICE, YQ_HIDDEN, FORM, .choices = kinds },
  [ORDER_ITEM_TITLE]      = { "item_title", N_("What is booked"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 200 },
  [ORDER_INSTRUMENTS]     = { "instruments", N_("Instruments"), YQ_REFERENCES, YQ_REQUIRED, FORM, .max = 20, .refers = "instrument", .hint = N_("All of one carrier"), .shown = is_of_instruments },
  [ORDER_SERVICE]         = { "service", N_("Service"), YQ_REFERENCE, YQ_REQUIRED | YQ_INDEX, FORM, .refers = "service", .shown = is_of_service },
  [ORDER_WISHED]          = { "wished", N_("Wished times"), YQ_ROWS, YQ_REQUIRED, FORM, .max = 5, .columns = yq_period_columns, .hint = N_("The carrier confirms one of them"), .shown = takes_time },
  [ORDER_QUANTITY]        = { "quantity", N_("Quantity"), YQ_INTEGER, YQ_REQUIRED, FORM, .min = 1, .max = 100000, .shown = is_of_service },
  [ORDER_SAMPLES]         = { "samples", N_("Samples"), YQ_ROWS, 0, FORM, .max = 50, .columns = sample_columns, .group = N_("Samples and purpose") },
  [ORDER_PURPOSE]         = { "purpose", N_("Purpose"), YQ_TEXT, YQ_REQUIRED | YQ_LONG, FORM, .max = 1000 },
  [ORDER_PROJECT_NAME]    = { "project_name", N_("Project"), YQ_TEXT, 0, FORM, .max = 100, .group = N_("Project") },
  [ORDER_PROJECT_SOURCE]  = { "project_source", N_("Source of the project"), YQ_CHOICE, 0, FORM, .choices = project_sources },
  [ORDER_SUBSIDISED]      = { "subsidised", N_("The project is subsidised otherwise"), YQ_BOOLEAN, 0, FORM },
  [ORDER_CONTACT_NAME]    = { "contact_name", N_("Contact"), YQ_TEXT, YQ_REQUIRED, FORM, .max = 50, .group = N_("Contact") },
  [ORDER_CONTACT_PHONE]   = { "contact_phone", N_("Contact phone"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_INVOLVED & ~YQ_SEES_REVIEWER, .masked = YQ_SEES_REVIEWER, .edit = YQ_EDIT_FORM, .max = 30, .check = yq_check_phone },
  [ORDER_CONTACT_EMAIL]   = { "contact_email", N_("Contact e-mail"), YQ_TEXT, 0, .sees = YQ_INVOLVED & ~YQ_SEES_REVIEWER, .masked = YQ_SEES_REVIEWER, .edit = YQ_EDIT_FORM, .max = 100, .check = yq_check_email },
  [ORDER_PAPERS]          = { "papers", N_("Attachments"), YQ_FILES, 0, FORM, .max = 10 },
  [ORDER_PROGRAMME]       = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_HIDDEN | YQ_INDEX, FORM, .refers = "programme" },
  [ORDER_VOUCHER]         = { "voucher", N_("Voucher"), YQ_REFERENCE, YQ_INDEX, .sees = YQ_INVOLVED, .edit = YQ_EDIT_FORM, .refers = "voucher", .group = N_("Voucher"), .hint = N_("Leave empty to order without a voucher") },
  [ORDER_VOUCHER_AMOUNT]  = { "voucher_amount", N_("Voucher amount"), YQ_MONEY, 0, FORM, .min = 0, .max = G_GINT64_CONSTANT (10000000000), .shown = has_voucher, .hint = N_("At most; leave empty for as much as the programme pays") },
  [ORDER_SUPPLEMENT_TO]   = { "supplement_to", N_("Supplementary order to"), YQ_REFERENCE, YQ_INDEX, FORM, .refers = "order", .shown = is_supplement },
  [ORDER_NEED]            = { "need", N_("Need"), YQ_TEXT, YQ_LONG, FORM, .max = 1000, .shown = has_voucher },
  [ORDER_OWN_PROJECT]     = { "own_project", N_("Own research and development project"), YQ_TEXT, YQ_LONG, FORM, .max = 1000, .shown = has_voucher },
  [ORDER_EXPECTED_EFFECT] = { "expected_effect", N_("Expected effect"), YQ_TEXT, YQ_LONG, FORM, .max = 1000, .shown = has_voucher },
  [ORDER_PRICE]           = { "price", N_("Price"), YQ_MONEY, YQ_LIST, FORM, .min = 0, .max = G_GINT64_CONSTANT (10000000000), .group = N_("Price and answer"), .shown = has_price },
  [ORDER_CONFIRMED_FROM]  = { "confirmed_from", N_("Confirmed from"), YQ_TIME, YQ_COMPUTED | YQ_LIST, FACT, .shown = is_of_instruments },
  [ORDER_CONFIRMED_TO]    = { "confirmed_to", N_("Confirmed to"), YQ_TIME, YQ_COMPUTED, FACT, .shown = is_of_instruments },
  [ORDER_PROPOSED_FROM]   = { "proposed_from", N_("Proposed from"), YQ_TIME, YQ_COMPUTED, FACT, .shown = is_of_instruments },
  [ORDER_PROPOSED_TO]     = { "proposed_to", N_("Proposed to"), YQ_TIME, YQ_COMPUTED, FACT, .shown = is_of_instruments },
  [ORDER_REASON]          = { "reason", N_("Reason"), YQ_TEXT, YQ_COMPUTED | YQ_LONG, FACT, .max = 1000 },
  [ORDER_ALTERNATIVES]    = { "alternatives", N_("Free alternatives"), YQ_ROWS, YQ_COMPUTED, FACT, .max = 20, .columns = yq_alternative_columns, .shown = is_of_instruments },
  [ORDER_CARRIER_CONTACT] = { "carrier_contact", N_("Contact at the carrier"), YQ_TEXT, YQ_COMPUTED, FACT, .max = 200 },
  [ORDER_SAMPLE_RECEIVED_ON] = { "sample_received_on", N_("Samples received on"), YQ_DATE, 0, BY_CARRIER, .check = yq_check_not_future, .group = N_("Results and fees") },
  [ORDER_RESULTS]         = { "results", N_("Results"), YQ_TEXT, YQ_LONG, BY_CARRIER, .max = 4000 },
  [ORDER_RESULT_FILES]    = { "result_files", N_("Result files"), YQ_FILES, 0, BY_CARRIER, .max = 20 },
  [ORDER_FEES]            = { "fees", N_("Fees"), YQ_ROWS, 0, BY_CARRIER, .max = 50, .columns = fee_columns, .shown = is_of_instruments },
  [ORDER_SETTLEMENT_FILES] = { "settlement_files", N_("Report and invoice"), YQ_FILES, YQ_COMPUTED, FACT, .max = 20 },
  [ORDER_BUYER_NAME]      = { "buyer_name", N_("Enterprise"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 100, .group = N_("Parties") },
  [ORDER_CARRIER_NAME]    = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 100 },
  [ORDER_DESK_NAME]       = { "desk_name", N_("Department"), YQ_TEXT, YQ_COMPUTED, FACT, .max = 100 },
  [ORDER_SUBMITTED_AT]    = { "submitted_at", N_("Submitted"), YQ_TIME, YQ_COMPUTED | YQ_LIST, FACT },
  [ORDER_ACCEPTED_AT]     = { "accepted_at", N_("Accepted"), YQ_TIME, YQ_COMPUTED, FACT },
  [ORDER_DELIVERED_AT]    = { "delivered_at", N_("Delivered"), YQ_TIME, YQ_COMPUTED, FACT },
  [ORDER_VOUCHER_KIND]    = { "voucher_kind", N_("Kind of voucher"), YQ_CHOICE, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, FACT, .choices = voucher_kinds },
  RISK_FIELDS (ORDER),
};

static const YqState order_states[] = {
  { "draft",      N_("To be submitted"),       YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "submitted",  N_("To be accepted"),        YQ_TONE_WAITING },
  { "confirming", N_("Quota to be confirmed"), YQ_TONE_WAITING, YQ_STATE_WAITS | YQ_STATE_SIDE },
  { "accepted",   N_("To be tested"),          YQ_TONE_WAITING },
  { "delivered",  N_("To be settled"),         YQ_TONE_YOURS },
  { "completed",  N_("Completed"),             YQ_TONE_DONE, YQ_STATE_FINAL },
  { "refused",    N_("Refused"),               YQ_TONE_BAD, YQ_STATE_FINAL | YQ_STATE_SIDE },
  { "cancelled",  N_("Cancelled"),             YQ_TONE_NEUTRAL, YQ_STATE_FINAL | YQ_STATE_SIDE },
  { "terminated", N_("Terminated"),            YQ_TONE_BAD, YQ_STATE_FINAL | YQ_STATE_SIDE },
};
/* clang-format on */

gboolean
yq_period_at (JsonArray *periods, guint i, gint64 *from_ms, gint64 *to_ms)
{
  JsonObject *row;

  if (periods == NULL || i >= json_array_get_length (periods))
    return FALSE;
  row = json_array_get_object_element (periods, i);
  return yq_time_parse (json_object_get_string_member_with_default (row, "from", ""), from_ms) &&
         yq_time_parse (json_object_get_string_member_with_default (row, "to", ""), to_ms) &&
         *from_ms < *to_ms;
}

gboolean
yq_order_is_of_service (YqRecord *order)
{
  return is_of_service (yq_record_values (order));
}

gboolean
yq_order_takes_time (YqRecord *order)
{
  return takes_time (yq_record_values (order));
}

gint64
yq_order_fee (YqRecord *order)
{
  JsonArray *fees = yq_record_array (order, ORDER_FEES);
  gint64 sum = 0;

  if (fees == NULL)
    return yq_record_int (order, ORDER_PRICE);
  for (guint i = 0; i < json_array_get_length (fees); i++)
    sum +=
      json_object_get_int_member_with_default (json_array_get_object_element (fees, i), "fee", 0);
  return sum;
}

static YqProblem *
check_periods (YqRecord *order)
{
  JsonArray *wished = yq_record_array (order, ORDER_WISHED);

  for (guint i = 0; wished != NULL && i < json_array_get_length (wished); i++)
    {
      YqProblem *problem = NULL;
      gint64 from, to;

      if (!yq_period_at (wished, i, &from, &to))
        problem =
          yq_problem_new (YQ_PROBLEM_INVALID, _("Wished time %u ends before it begins"), i + 1);
      else if (from % YQ_SLOT_MS != 0 || to % YQ_SLOT_MS != 0)
        problem = yq_problem_new (
          YQ_PROBLEM_INVALID, _("Wished time %u does not begin and end on the half hour"), i + 1);
      else if (to - from > YQ_SLOT_MAX_DAYS * YQ_DAY)
        problem = yq_problem_new (YQ_PROBLEM_INVALID, _("Wished time %u is longer than %d days"),
                                  i + 1, YQ_SLOT_MAX_DAYS);
      if (problem != NULL)
        return yq_problem_add_error (problem, "wished", YQ_PROBLEM_INVALID, "%s",
                                     yq_problem_detail (problem));
    }
  return NULL;
}

/* Rule 7: one carrier, listed, open to the buyer.  Stopped and broken ones count as taken (rule 6).
 */
static YqProblem *
check_items (YqWorld *world, YqRecord *order)
{
  JsonArray *ids = yq_record_array (order, ORDER_INSTRUMENTS);
  g_autofree char *carrier = NULL;

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      const char *id = json_array_get_string_element (ids, i);
      g_autoptr(YqRecord) instrument = yq_world_get (world, &yq_instrument, id);
      YqProblem *problem = NULL;

      if (instrument == NULL)
        problem = yq_problem_new (YQ_PROBLEM_INVALID,
                                  _("Instrument %u is no longer in the catalogue"), i + 1);
      else if (!yq_record_in_state (instrument, "listed"))
        problem = yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, _("“%s” cannot be booked now: %s"),
                                  yq_record_title (instrument), yq_record_state_title (instrument));
      else if (!yq_instrument_is_in_order (instrument))
        problem = yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, _("“%s” is under repair or out of use"),
                                  yq_record_title (instrument));
      else if (carrier != NULL && g_strcmp0 (carrier, yq_record_carrier (instrument)) != 0)
        problem = yq_problem_new (
          YQ_PROBLEM_INVALID,
          _("The instruments of one booking belong to one carrier; “%s” belongs to another"),
          yq_record_title (instrument));
      if (problem != NULL)
        return yq_problem_add_error (problem, "instruments", yq_problem_code (problem), "%s",
                                     yq_problem_detail (problem));
      if (carrier == NULL)
        carrier = g_strdup (yq_record_carrier (instrument));
    }
  return NULL;
}

/* Rule 7 for a service. */
static YqProblem *
check_service (YqWorld *world, YqRecord *order)
{
  g_autoptr(YqRecord) service =
    yq_world_get (world, &yq_service, yq_record_text (order, ORDER_SERVICE));
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, yq_record_buyer (order));
  const char *region = buyer != NULL ? yq_record_region (buyer) : NULL;
  g_autofree char *closed = service != NULL ? yq_service_why_closed (service, region) : NULL;
  YqProblem *problem = NULL;

  if (service == NULL)
    problem = yq_problem_new (YQ_PROBLEM_INVALID, _("The service is no longer in the catalogue"));
  else if (!yq_record_in_state (service, "listed"))
    problem = yq_problem_new (YQ_PROBLEM_STATE, _("“%s” cannot be ordered now: %s"),
                              yq_record_title (service), yq_record_state_title (service));
  else if (closed != NULL)
    problem = yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, "%s", closed);
  if (problem == NULL)
    return NULL;
  return yq_problem_add_error (problem, "service", yq_problem_code (problem), "%s",
                               yq_problem_detail (problem));
}

/* Programmes whose money goes to admitted institutions only take none but their voucher services.
 */
static YqProblem *
check_admitted (YqWorld *world, YqRecord *order)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (world, &yq_voucher, yq_record_text (order, ORDER_VOUCHER));
  const char *id = voucher != NULL ? yq_record_text (voucher, VOUCHER_PROGRAMME) : NULL;
  g_autoptr(YqRecord) programme = yq_world_get (world, &yq_programme, id);
  const char *service = yq_record_text (order, ORDER_SERVICE);

  if (programme == NULL || !yq_record_int (programme, PROGRAMME_ADMITTED_ONLY) ||
      (yq_order_is_of_service (order) && service != NULL &&
       yq_service_takes_vouchers (world, service, id)))
    return NULL;
  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                    _("“%s” pays only for voucher services of its voucher institutions"),
                    yq_record_title (programme)),
    "voucher", YQ_PROBLEM_NOT_ELIGIBLE,
    _("Choose a service marked as taking vouchers, or order without voucher"));
}

static YqProblem *
check_kind (YqRecord *order)
{
  guint other = yq_order_is_of_service (order) ? ORDER_INSTRUMENTS : ORDER_SERVICE;

  if (!yq_record_has (order, other))
    return NULL;
  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_INVALID, _("One order is of instruments or of a service, not both")),
    order_fields[other].name, YQ_PROBLEM_INVALID, _("Order it separately"));
}

static YqProblem *
order_check (YqWorld *world, YqRecord *order)
{
  YqProblem *problem = check_kind (order);

  if (problem != NULL)
    return problem;
  if (yq_order_is_of_service (order))
    problem = check_service (world, order);
  else if ((problem = check_periods (order)) == NULL)
    problem = check_items (world, order);
  if (problem == NULL)
    problem = check_admitted (world, order);
  return problem != NULL ? problem : yq_order_check_supplement (world, order);
}

static gboolean
period_is_free (YqWorld *world, YqRecord *order, gint64 from, gint64 to)
{
  JsonArray *ids = yq_record_array (order, ORDER_INSTRUMENTS);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    if (!world->slot_free (world, json_array_get_string_element (ids, i), from, to,
                           yq_record_id (order)))
      return FALSE;
  return TRUE;
}

/* A booking may still be taken in the first half hour of its time. */
static gboolean
has_begun (YqWorld *world, gint64 from)
{
  return from + YQ_SLOT_MS <= world->now;
}

/* Rule 6: a submit over taken times is refused; the server adds free alternatives. */
static YqProblem *
check_wishes (YqWorld *world, YqRecord *order)
{
  JsonArray *wished = yq_record_array (order, ORDER_WISHED);
  gboolean any_future = FALSE;
  gint64 from, to;

  for (guint i = 0; yq_period_at (wished, i, &from, &to); i++)
    if (from > world->now)
      {
        any_future = TRUE;
        if (period_is_free (world, order, from, to))
          return NULL;
      }
  if (!any_future)
    {
      YqProblem *past = yq_problem_new (YQ_PROBLEM_INVALID, _("All wished times lie in the past"));

      return yq_problem_add_error (past, "wished", YQ_PROBLEM_INVALID,
                                   _("Choose a time from now on"));
    }
  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_SLOT_TAKEN,
                    _("None of the wished times is still free for all its instruments")),
    "wished", YQ_PROBLEM_SLOT_TAKEN, _("Taken, closed or outside the opening hours"));
}

/* A service has no time slot; its price is fixed, or the carrier says it now. */
static YqProblem *
service_can_be_accepted (YqWorld *world, YqRecord *order, const YqValues *args)
{
  YqProblem *problem;

  if (yq_values_has (args, ORDER_ACCEPT_FROM) || yq_values_has (args, ORDER_ACCEPT_TO))
    return yq_problem_new (YQ_PROBLEM_INVALID, _("A service is ordered without a time"));
  if (yq_record_has (order, ORDER_PRICE) && yq_values_has (args, ORDER_ACCEPT_PRICE) &&
      yq_values_int (args, ORDER_ACCEPT_PRICE) != yq_record_int (order, ORDER_PRICE))
    return yq_problem_new (
      YQ_PROBLEM_INVALID,
      _("The price is fixed; for a difference the enterprise places a supplementary order, on the "
        "page of this order"));
  if (yq_record_has (order, ORDER_PRICE) || yq_values_int (args, ORDER_ACCEPT_PRICE) > 0)
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_REQUIRED, _("The price is negotiable: say what was agreed"));
  return yq_problem_add_error (problem, "price", YQ_PROBLEM_REQUIRED,
                               _("Enter the price of the whole order"));
}

static YqProblem *
time_missing (void)
{
  YqProblem *problem = yq_problem_new (YQ_PROBLEM_REQUIRED, _("The confirmed time is missing"));

  return yq_problem_add_error (problem, "confirmed_from", YQ_PROBLEM_REQUIRED,
                               _("Choose a time inside a wished one"));
}

static YqProblem *
order_can_submit (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, yq_record_buyer (order));
  YqProblem *problem;

  if (buyer != NULL && !yq_organisation_is_verified (buyer))
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("Only verified organisations can book; yours is: %s"),
                           yq_record_state_title (buyer));
  if (yq_order_takes_time (order) && (problem = check_wishes (world, order)) != NULL)
    return problem;
  return yq_order_check_voucher (world, order);
}

static YqProblem *
order_can_accept (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  JsonArray *wished = yq_record_array (order, ORDER_WISHED);
  gint64 from, to, wish_from, wish_to;
  YqProblem *problem = yq_order_check_not_offline (world, order);

  if (problem != NULL || args == NULL)
    return problem;
  if ((problem = yq_order_check_accepted_price (world, order, args)) != NULL)
    return problem;
  if (yq_order_is_of_service (order))
    return service_can_be_accepted (world, order, args);
  if (!yq_order_takes_time (order))
    return NULL;
  if (!yq_values_has (args, ORDER_ACCEPT_FROM) || !yq_values_has (args, ORDER_ACCEPT_TO))
    return time_missing ();
  from = yq_values_int (args, ORDER_ACCEPT_FROM);
  to = yq_values_int (args, ORDER_ACCEPT_TO);
  if (from >= to || from % YQ_SLOT_MS != 0 || to % YQ_SLOT_MS != 0)
    return yq_problem_new (
      YQ_PROBLEM_INVALID,
      _("The confirmed time begins and ends on the half hour, the end after the beginning"));
  if (has_begun (world, from))
    return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN,
                           _("The confirmed time has already begun or passed"));
  for (guint i = 0; yq_period_at (wished, i, &wish_from, &wish_to); i++)
    if (wish_from <= from && to <= wish_to)
      {
        if (period_is_free (world, order, from, to))
          return NULL;
        return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, _("The confirmed time is no longer free"));
      }
  return yq_problem_new (
    YQ_PROBLEM_INVALID,
    _("The confirmed time does not lie inside a wished one; propose another time instead"));
}

static gboolean
has_times (YqRecord *order)
{
  return !yq_order_is_of_service (order);
}

static gboolean
has_proposal (YqRecord *order)
{
  return yq_record_has (order, ORDER_PROPOSED_FROM);
}

static YqProblem *
order_can_propose (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  gint64 from, to;

  if (!has_times (order))
    return yq_problem_new (YQ_PROBLEM_INVALID, _("A service is ordered without a time"));
  if (args == NULL)
    return NULL;
  from = yq_values_int (args, ORDER_PROPOSE_FROM);
  to = yq_values_int (args, ORDER_PROPOSE_TO);
  if (from >= to || from % YQ_SLOT_MS != 0 || to % YQ_SLOT_MS != 0 ||
      to - from > YQ_SLOT_MAX_DAYS * YQ_DAY)
    return yq_problem_new (
      YQ_PROBLEM_INVALID,
      _("The proposed time begins and ends on the half hour, the end after the beginning"));
  if (from <= world->now)
    return yq_problem_new (YQ_PROBLEM_INVALID, _("The proposed time lies in the past"));
  if (!period_is_free (world, order, from, to))
    return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, _("The proposed time is not free"));
  return NULL;
}

static YqProblem *
order_can_agree (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  gint64 from = yq_record_int (order, ORDER_PROPOSED_FROM);
  YqProblem *problem = yq_order_check_not_offline (world, order);

  if (problem != NULL || (problem = yq_order_check_accepted_price (world, order, NULL)) != NULL)
    return problem;
  if (from == 0)
    return yq_problem_new (YQ_PROBLEM_STATE, _("The carrier has not proposed another time"));
  if (has_begun (world, from))
    return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN,
                           _("The proposed time has already begun or passed"));
  if (!period_is_free (world, order, from, yq_record_int (order, ORDER_PROPOSED_TO)))
    return yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, _("The proposed time is no longer free"));
  return NULL;
}

static YqProblem *
order_can_deliver (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  YqProblem *problem = NULL;
  gboolean has_fees = yq_record_has (order, ORDER_FEES) || yq_order_is_of_service (order);

  if (has_fees &&
      (yq_record_has (order, ORDER_RESULTS) || yq_record_has (order, ORDER_RESULT_FILES)))
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_REQUIRED, _("Results and fees have to be registered first"));
  if (!has_fees)
    yq_problem_add_error (problem, "fees", YQ_PROBLEM_REQUIRED,
                          _("Enter the fee of each instrument"));
  if (!yq_record_has (order, ORDER_RESULTS) && !yq_record_has (order, ORDER_RESULT_FILES))
    yq_problem_add_error (problem, "results", YQ_PROBLEM_REQUIRED,
                          _("Write the results or attach them"));
  return problem;
}

/* 登记本次服务的服务时长、收费情况 (zhejiang-carrier 5): with a voucher or without. */
static YqProblem *
order_can_record (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  return yq_service_check_times (args);
}

/* The programme a booking pays with, if any: hold_at and quota_confirmed decide its way. */
static const char *
order_accepted (YqWorld *world, YqRecord *order, const YqValues *args)
{
  g_autoptr(YqRecord) programme =
    yq_world_get (world, &yq_programme, yq_record_text (order, ORDER_PROGRAMME));

  if (programme != NULL && yq_record_int (programme, PROGRAMME_QUOTA_CONFIRMED) &&
      yq_record_has (order, ORDER_VOUCHER))
    return "confirming";
  return "accepted";
}

static YqProblem *
order_can_confirm_quota (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  gint64 asked = yq_record_int (order, ORDER_VOUCHER_AMOUNT);

  if (args == NULL || !yq_values_has (args, ORDER_QUOTA_AMOUNT) ||
      yq_values_int (args, ORDER_QUOTA_AMOUNT) <= asked)
    return NULL;
  return yq_problem_new (YQ_PROBLEM_INVALID, _("The quota can be lowered, not raised"));
}

static YqProblem *
order_can_settle (YqWorld *world, const YqWho *who, YqRecord *order, const YqValues *args)
{
  g_autoptr(GPtrArray) uses = yq_world_list (world, &yq_voucher_use, "order", yq_record_id (order));

  for (guint i = 0; i < uses->len; i++)
    if (!yq_record_in_state (uses->pdata[i], "terminated|redeemed|draft"))
      return yq_problem_new (YQ_PROBLEM_STATE, _("A voucher is used for this booking: it completes "
                                                 "by itself when the voucher is redeemed"));
  return args != NULL ? yq_policy_check_settlement (world, order, args) : NULL;
}

static gboolean
is_with_voucher (const YqValues *values)
{
  return yq_values_has (values, ORDER_SETTLE_PROGRAMME);
}

/* The voucher is granted by the settlement itself. */
static gboolean
is_granted (const YqValues *values)
{
  return is_with_voucher (values) && !yq_values_has (values, ORDER_SETTLE_VOUCHER);
}

/* A fixed price is known before anybody answers. */
static void
derive_service (YqWorld *world, YqRecord *order)
{
  g_autoptr(YqRecord) service =
    yq_world_get (world, &yq_service, yq_record_text (order, ORDER_SERVICE));

  if (service == NULL)
    return;
  yq_record_set_text (order, ORDER_ITEM_TITLE, yq_record_title (service));
  yq_derive_name (world, order, ORDER_BUYER_NAME, yq_record_buyer (order));
  yq_record_set_text (order, ORDER_CARRIER_NAME, yq_record_text (service, SERVICE_CARRIER_NAME));
  yq_record_set_text (order, ORDER_DESK_NAME, yq_record_text (service, SERVICE_DESK_NAME));
  if (!yq_record_in_state (order, "draft|submitted"))
    return;
  if (yq_record_has (order, ORDER_SUPPLEMENT_TO))
    return;
  if (yq_service_has_fixed_price (service))
    yq_record_set_int (order, ORDER_PRICE,
                       yq_record_int (service, SERVICE_PRICE) *
                         MAX (yq_record_int (order, ORDER_QUANTITY), 1));
  else if (yq_record_in_state (order, "draft"))
    yq_values_clear (yq_record_values (order), ORDER_PRICE);
}

void
yq_order_derive_voucher_kind (YqWorld *world, YqRecord *order)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (world, &yq_voucher, yq_record_text (order, ORDER_VOUCHER));

  if (voucher != NULL)
    yq_record_set_text (order, ORDER_VOUCHER_KIND, yq_record_text (voucher, VOUCHER_KIND));
  else if (!yq_record_has (order, ORDER_VOUCHER))
    yq_record_set_text (order, ORDER_VOUCHER_KIND, "none");
}

static void
order_derive (YqWorld *world, YqRecord *order)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (world, &yq_voucher, yq_record_text (order, ORDER_VOUCHER));
  JsonArray *ids = yq_record_array (order, ORDER_INSTRUMENTS);
  guint n = ids != NULL ? json_array_get_length (ids) : 0;
  g_autoptr(YqRecord) first =
    n > 0 ? yq_world_get (world, &yq_instrument, json_array_get_string_element (ids, 0)) : NULL;
  g_autofree char *several = NULL;

  if (voucher != NULL)
    yq_record_set_text (order, ORDER_PROGRAMME, yq_record_text (voucher, VOUCHER_PROGRAMME));
  yq_order_derive_voucher_kind (world, order);
  if (yq_order_is_of_service (order))
    {
      derive_service (world, order);
      return;
    }
  /* Only what a second invoice is about is the buyer's to say. */
  if (yq_record_in_state (order, "draft") && !yq_record_has (order, ORDER_SUPPLEMENT_TO))
    yq_values_clear (yq_record_values (order), ORDER_PRICE);
  if (first == NULL)
    return;
  if (n > 1)
    several = g_strdup_printf ("%s等%u台仪器", yq_record_title (first), n);
  yq_record_set_text (order, ORDER_ITEM_TITLE, several != NULL ? several : yq_record_title (first));
  yq_derive_name (world, order, ORDER_BUYER_NAME, yq_record_buyer (order));
  yq_derive_name (world, order, ORDER_CARRIER_NAME, yq_record_carrier (first));
  yq_record_set_text (order, ORDER_DESK_NAME, yq_record_text (first, INSTRUMENT_DESK_NAME));
}

/* What either side answers for, read where it is booked and where it is accepted. */
#define LIABILITIES "liability.enterprise|liability.carrier"

/* clang-format off */
static const YqField accept_fields[] = {
  [ORDER_ACCEPT_PRICE]   = { "price", N_("Price"), YQ_MONEY, 0, FORM, .min = 0, .max = G_GINT64_CONSTANT (10000000000) },
  [ORDER_ACCEPT_FROM]    = { "confirmed_from", N_("Confirmed from"), YQ_TIME, 0, FORM },
  [ORDER_ACCEPT_TO]      = { "confirmed_to", N_("Confirmed to"), YQ_TIME, 0, FORM },
  [ORDER_ACCEPT_COMMENT] = STEP_COMMENT,
  { NULL },
};

static const YqField propose_fields[] = {
  [ORDER_PROPOSE_FROM]    = { "proposed_from", N_("Proposed from"), YQ_TIME, YQ_REQUIRED, FORM },
  [ORDER_PROPOSE_TO]      = { "proposed_to", N_("Proposed to"), YQ_TIME, YQ_REQUIRED, FORM },
  [ORDER_PROPOSE_COMMENT] = STEP_COMMENT,
  { NULL },
};

static const YqField quota_fields[] = {
  [ORDER_QUOTA_AMOUNT]  = { "amount", N_("Confirmed amount"), YQ_MONEY, 0, FORM, .min = 0, .max = G_GINT64_CONSTANT (10000000000) },
  [ORDER_QUOTA_COMMENT] = STEP_COMMENT,
  { NULL },
};

static const YqField offline_fields[] = {
  [ORDER_OFFLINE_ID]      = { "id", N_("Identifier"), YQ_TEXT, YQ_REQUIRED | YQ_HIDDEN, FORM, .max = 36 },
  [ORDER_OFFLINE_PRICE]   = { "price", N_("Price"), YQ_MONEY, YQ_REQUIRED, FORM, .min = 100, .max = G_GINT64_CONSTANT (10000000000), .hint = N_("The whole fee, as in the contract and the invoice") },
  [ORDER_OFFLINE_COMMENT] = STEP_COMMENT,
  { NULL },
};

static const YqField settle_fields[] = {
  [ORDER_SETTLE_FILES]     = { "settlement_files", N_("Report and invoice"), YQ_FILES, 0, FORM, .max = 20, .group = N_("Papers") },
  [ORDER_SETTLE_PROGRAMME] = { "programme", N_("Voucher programme"), YQ_REFERENCE, YQ_HIDDEN, FORM, .refers = "programme" },
  [ORDER_SETTLE_VOUCHER]   = { "voucher", N_("Voucher"), YQ_REFERENCE, YQ_HIDDEN, FORM, .refers = "voucher" },
  [ORDER_SETTLE_AMOUNT]    = { "amount", N_("Voucher amount"), YQ_MONEY, 0, FORM, .min = 0, .max = MONEY_MAX, .shown = is_with_voucher },
  [ORDER_SETTLE_CATEGORY]  = { "category", N_("Service category"), YQ_CHOICE, 0, FORM, .choices = yq_service_categories, .shown = is_granted },
  [ORDER_SETTLE_CONTRACT_FILES] = { "contract_files", N_("Contract"), YQ_FILES, 0, FORM, .max = 10, .shown = is_with_voucher },
  [ORDER_SETTLE_RELEVANCE_FILES] = { "relevance_files", N_("Statement of relevance to innovation"), YQ_FILES, 0, FORM, .max = 5, .shown = is_granted },
  [ORDER_SETTLE_INVOICE_CODE] = { "invoice_code", N_("Invoice code"), YQ_TEXT, 0, FORM, .max = 12, .shown = is_granted, .group = N_("Invoice"), .hint = N_("An electronic invoice has no code and a number of 20 digits") },
  [ORDER_SETTLE_INVOICE_NUMBER] = { "invoice_number", N_("Invoice number"), YQ_TEXT, 0, FORM, .max = 20, .shown = is_granted },
  [ORDER_SETTLE_INVOICE_DATE] = { "invoice_date", N_("Invoice date"), YQ_DATE, 0, FORM, .check = yq_check_not_future, .shown = is_granted },
  [ORDER_SETTLE_INVOICE_AMOUNT] = { "invoice_amount", N_("Invoice amount"), YQ_MONEY, 0, FORM, .min = 1, .max = MONEY_MAX, .shown = is_granted },
  [ORDER_SETTLE_INVOICE_IMAGE] = { "invoice_image", N_("Image of the invoice"), YQ_FILES, 0, FORM, .max = 3, .accept = YQ_FILES_INVOICE, .max_bytes = YQ_FILES_INVOICE_BYTES, .shown = is_granted, .hint = N_("jpg or png, at most 500 KB") },
  [ORDER_SETTLE_PLEDGE]    = { "pledge", N_("I pledge that what I state is true"), YQ_BOOLEAN, 0, FORM, .shown = is_granted },
  [ORDER_SETTLE_INVOICE_SCANNED] = { "invoice_scanned", N_("Text of its QR code"), YQ_TEXT, YQ_HIDDEN, FORM, .max = 512 },
  { NULL },
};

static const YqStep order_steps[] = {
  { "submit",       N_("Submit the booking"), "draft", "submitted", "buyer", YQ_STEP_COMPLETE | YQ_STEP_CREATES | YQ_STEP_PRIMARY, .guard = order_can_submit },
  { "cancel",       N_("Cancel the booking"), "submitted", "cancelled", "buyer", YQ_STEP_DANGER, yq_comment_fields },
  { "accept",       N_("Accept"), "submitted", "accepted|confirming", "carrier|desk", YQ_STEP_DECISION | YQ_STEP_PRIMARY, accept_fields, order_can_accept, order_accepted, .texts = LIABILITIES },
  { "propose_time", N_("Propose another time"), "submitted", "=", "carrier|desk", YQ_STEP_DECISION, propose_fields, order_can_propose, .offered = has_times },
  { "agree",        N_("Agree to the proposed time"), "submitted", "accepted|confirming", "buyer", YQ_STEP_DECISION | YQ_STEP_PRIMARY, .guard = order_can_agree, .choose = order_accepted, .offered = has_proposal },
  { "refuse",       N_("Refuse"), "submitted", "refused", "carrier|desk", YQ_STEP_DECISION | YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
  { "confirm_quota", N_("Confirm the quota"), "confirming", "accepted", "reviewer", YQ_STEP_DECISION | YQ_STEP_PRIMARY, quota_fields, order_can_confirm_quota },
  { "reject_quota", N_("Reject the quota"), "confirming", "refused", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_reason_fields },
  { "serve_offline", N_("Served offline"), "submitted", "=", "buyer", 0, offline_fields, yq_order_can_serve_offline, .offered = yq_order_may_be_offline },
  { "deliver",      N_("Deliver the results"), "accepted", "delivered", "carrier|desk", YQ_STEP_PRIMARY, .guard = order_can_deliver },
  { "add_service_record", N_("Add a service record"), "accepted|delivered|completed", "=", "carrier|desk", 0, yq_add_service_fields, order_can_record },
  { "settle",       N_("Settle"), "delivered", "completed", "buyer", YQ_STEP_PRIMARY, settle_fields, order_can_settle },
  { "complete",     N_("Complete"), "accepted|delivered|submitted", "completed", "clock", YQ_STEP_HIDDEN },
  { "terminate",    N_("Terminate"), "accepted|delivered|confirming", "terminated", "buyer|carrier|desk", YQ_STEP_REASON | YQ_STEP_DANGER, yq_reason_fields },
};

static const YqEditable order_editable[] = {
  { "draft",    YQ_ACTOR_BUYER,   YQ_EDIT_FORM },
  { "accepted", YQ_ACTOR_CARRIER, YQ_EDIT_CARRIER },
  { "accepted", YQ_ACTOR_DESK,    YQ_EDIT_CARRIER },
};

const YqEntity yq_order = {
  "order", "orders", N_("Booking"), N_("Bookings"),
  TABLE (order_fields), TABLE (order_states), TABLE (order_steps), TABLE (order_editable),
  .owned = YQ_OWNED_BY_BUYER, .carrier_from = "service|instruments", .desk_from = "service|instruments", .region_from = "buyer",
  .reads = YQ_OFFICIAL | YQ_SEES_PARTIES, .kind = "order", .title_field = "item_title", .subtitle_field = "number",
  .check = order_check, .derive = order_derive, .texts = LIABILITIES,
};

static const YqField service_record_fields[] = {
  [SERVICE_RECORD_VOUCHER_USE] = { "voucher_use", N_("Voucher use"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, FACT, .refers = "voucher_use" },
  [SERVICE_RECORD_ORDER]       = { "order", N_("Booking"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, FACT, .refers = "order" },
  [SERVICE_RECORD_STARTED_AT]  = { "started_at", N_("Began"), YQ_TIME, YQ_COMPUTED | YQ_LIST, FACT },
  [SERVICE_RECORD_ENDED_AT]    = { "ended_at", N_("Ended"), YQ_TIME, YQ_COMPUTED | YQ_LIST, FACT },
  [SERVICE_RECORD_HOURS]       = { "hours", N_("Hours of service"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, FACT, .min = 0, .max = 1000000, .decimals = 1 },
  [SERVICE_RECORD_FEE]         = { "fee", N_("Fee"), YQ_MONEY, YQ_COMPUTED | YQ_LIST, FACT, .min = 0, .max = G_GINT64_CONSTANT (10000000000) },
  [SERVICE_RECORD_NOTE]        = { "note", N_("Note"), YQ_TEXT, YQ_COMPUTED | YQ_LONG, FACT, .max = 1000 },
  [SERVICE_RECORD_BUYER_NAME]  = { "buyer_name", N_("Enterprise"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 100 },
  [SERVICE_RECORD_TITLE]       = { "title", N_("Service"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 200 },
  [SERVICE_RECORD_NUMBER]      = { "number", N_("Number"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 64 },
  [SERVICE_RECORD_CARRIER_NAME] = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 100 },
};

static const YqState service_record_states[] = {
  { "active", N_("Recorded"), YQ_TONE_DONE },
};

const YqEntity yq_service_record = {
  "service_record", "service_records", N_("Service record"), N_("Service records"),
  TABLE (service_record_fields), TABLE (service_record_states), NULL, 0, NULL, 0,
  .owned = YQ_OWNED_BY_CARRIER, .buyer_from = "voucher_use|order", .carrier_from = "voucher_use|order", .region_from = "voucher_use|order",
  .reads = YQ_OFFICIAL | YQ_SEES_PARTIES, .title_field = "title", .subtitle_field = "number",
};

static const YqField evaluation_fields[] = {
  [EVALUATION_ORDER]        = { "order", N_("Booking"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, FACT, .refers = "order" },
  [EVALUATION_VOUCHER_USE]  = { "voucher_use", N_("Voucher use"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX, FACT, .refers = "voucher_use" },
  [EVALUATION_TITLE]        = { "title", N_("Service"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 200 },
  [EVALUATION_CARRIER_NAME] = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 100 },
  [EVALUATION_STARS]        = { "stars", N_("Stars"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, FACT, .min = 1, .max = 5 },
  [EVALUATION_TEXT]         = { "text", N_("Evaluation"), YQ_TEXT, YQ_COMPUTED | YQ_LONG | YQ_LIST, FACT, .max = 1000 },
  [EVALUATION_BY_DEFAULT]   = { "by_default", N_("Good by default"), YQ_BOOLEAN, YQ_COMPUTED, FACT },
  [EVALUATION_DUE_ON]       = { "due_on", N_("Counts as good from"), YQ_DATE, YQ_COMPUTED | YQ_LIST, FACT },
};

static const YqState evaluation_states[] = {
  { "open",      N_("To be evaluated"),  YQ_TONE_YOURS },
  { "done",      N_("Evaluated"),        YQ_TONE_DONE, YQ_STATE_FINAL },
  { "defaulted", N_("Good by default"),  YQ_TONE_DONE, YQ_STATE_FINAL | YQ_STATE_SIDE },
};

static const YqField evaluate_fields[] = {
  [EVALUATE_STARS] = { "stars", N_("Stars"), YQ_INTEGER, YQ_REQUIRED, FORM, .min = 1, .max = 5 },
  [EVALUATE_TEXT]  = { "text", N_("Evaluation"), YQ_TEXT, YQ_LONG, FORM, .max = 1000 },
  { NULL },
};

static const YqStep evaluation_steps[] = {
  { "evaluate", N_("Evaluate the service"), "open", "done", "buyer", YQ_STEP_PRIMARY, evaluate_fields },
  { "default",  N_("Count as good"), "open", "defaulted", "clock", YQ_STEP_HIDDEN },
};

const YqEntity yq_evaluation = {
  "evaluation", "evaluations", N_("Evaluation"), N_("Evaluations"),
  TABLE (evaluation_fields), TABLE (evaluation_states), TABLE (evaluation_steps), NULL, 0,
  .owned = YQ_OWNED_BY_BUYER, .buyer_from = "voucher_use|order", .carrier_from = "voucher_use|order", .region_from = "voucher_use|order",
  .reads = YQ_OFFICIAL | YQ_SEES_PARTIES, .title_field = "title", .subtitle_field = "carrier_name",
};
/* clang-format on */
