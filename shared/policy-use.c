/* Spending and redeeming a voucher: subsidy, papers, windows, invoices. */
#define G_LOG_DOMAIN "yiquan-policy"

#include "policy.h"

#include "catalogue.h"
#include "clock.h"
#include "money.h"
#include "order.h"
#include "party.h"
#include "programme.h"
#include "redemption.h"
#include "region.h"
#include "voucher.h"

gint64
yq_policy_subsidy (YqRecord *programme, const char *buyer_region, const char *carrier_region,
                   gint64 fee)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_SUBSIDY);
  gint64 most = rows != NULL && json_array_get_length (rows) > 0 ? 0 : fee;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *buyers = json_object_get_string_member_with_default (row, "buyer_region", NULL);
      const char *carriers =
        json_object_get_string_member_with_default (row, "carrier_region", NULL);

      if ((buyers != NULL && !(buyer_region && yq_region_holds (buyers, buyer_region))) ||
          (carriers != NULL && !(carrier_region && yq_region_holds (carriers, carrier_region))))
        continue;
      most = yq_money_share (fee, json_object_get_int_member_with_default (row, "share", 0));
      most = MIN (most, json_object_get_int_member_with_default (row, "cap", G_MAXINT64));
      break;
    }
  if (yq_record_has (programme, PROGRAMME_CAP_USE))
    most = MIN (most, yq_record_int (programme, PROGRAMME_CAP_USE));
  return most;
}

static YqProblem *
at_field (const char *field, YqProblem *problem)
{
  return yq_problem_add_error (problem, field, yq_problem_code (problem), "%s",
                               yq_problem_detail (problem));
}

static YqProblem *
check_voucher (YqWorld *world, YqRecord *programme, YqRecord *voucher)
{
  g_autofree char *today = yq_date_of (world->now);
  const char *until = yq_record_text (voucher, VOUCHER_VALID_UNTIL);
  const char *use_until = yq_record_text (programme, PROGRAMME_USE_UNTIL);

  if (!yq_record_in_state (voucher, "active"))
    return at_field ("voucher",
                     yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("Voucher %s cannot be used: %s"),
                                     yq_record_title (voucher), yq_record_state_title (voucher)));
  if (until != NULL && strcmp (today, until) > 0)
    return at_field ("voucher",
                     yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("Voucher %s was valid until %s"),
                                     yq_record_title (voucher), until));
  if (use_until != NULL && strcmp (today, use_until) > 0)
    return at_field ("voucher", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                                                _("The last day of use was %s"), use_until));
  return NULL;
}

/* The profile of a carrier may have to be refreshed; its customers need not wait for that. */
static gboolean
is_in_service (YqRecord *carrier)
{
  return yq_organisation_is_verified (carrier) || yq_record_in_state (carrier, "stale");
}

static YqProblem *
check_carrier (YqRecord *programme, YqRecord *buyer, YqRecord *carrier)
{
  const char *region;
  g_autofree char *path = NULL;

  if (carrier == NULL || !yq_record_int (carrier, ORGANISATION_IS_CARRIER))
    return at_field (
      "carrier", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("This organisation is not a carrier")));
  if (g_str_equal (yq_record_id (carrier), yq_record_id (buyer)))
    return at_field (
      "carrier",
      yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("A voucher does not pay for one's own services")));
  if (!is_in_service (carrier))
    return at_field (
      "carrier", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("The carrier “%s” is not verified: %s"),
                                 yq_record_title (carrier), yq_record_state_title (carrier)));
  region = yq_record_text (carrier, ORGANISATION_REGION);
  if (yq_policy_regions_hold (yq_record_array (programme, PROGRAMME_CARRIERS_FROM), region))
    return NULL;
  path = region != NULL ? yq_region_path (region) : g_strdup ("");
  return at_field ("carrier",
                   yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("“%s” does not pay carriers of %s"),
                                   yq_record_title (programme), path));
}

static YqProblem *
check_amount (YqWorld *world, YqRecord *programme, YqRecord *voucher, YqRecord *buyer,
              YqRecord *carrier, YqRecord *use)
{
  gint64 amount = yq_record_int (use, VOUCHER_USE_AMOUNT);
  gint64 most = yq_policy_subsidy (programme, yq_record_text (buyer, ORGANISATION_REGION),
                                   yq_record_text (carrier, ORGANISATION_REGION),
                                   yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT));
  gint64 available = world->balance (world, "available", yq_record_id (voucher));
  g_autofree char *asked = yq_money_format (amount);
  g_autofree char *most_text = yq_money_format (most),
                  *available_text = yq_money_format (available);

  if (amount > most)
    return at_field (
      "amount", yq_problem_new (YQ_PROBLEM_CAP_CLAIM,
                                _("For this contract the voucher pays at most %s; you ask for %s"),
                                most_text, asked));
  if (amount > available)
    return at_field ("amount", yq_problem_new (YQ_PROBLEM_BALANCE,
                                               _("Voucher %s has %s available; you ask for %s"),
                                               yq_record_title (voucher), available_text, asked));
  return NULL;
}

/* Eligibility that hangs on the booking's project. */
static YqProblem *
check_subsidised (YqWorld *world, YqRecord *programme, YqRecord *use)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_ELIGIBLE);
  g_autoptr(YqRecord) order =
    yq_world_get (world, &yq_order, yq_record_text (use, VOUCHER_USE_ORDER));

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    if (g_strcmp0 (json_object_get_string_member_with_default (
                     json_array_get_object_element (rows, i), "rule", NULL),
                   "not_subsidised") == 0 &&
        order != NULL && yq_record_int (order, ORDER_SUBSIDISED))
      return at_field ("order",
                       yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                                       _("“%s” is not for projects that are subsidised otherwise"),
                                       yq_record_title (programme)));
  return NULL;
}

/* Is the paper demanded for services of this category? */
static gboolean
row_names_paper (JsonArray *rows, const char *paper, const char *category)
{
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *only = json_object_get_string_member_with_default (row, "categories", NULL);

      if (g_strcmp0 (json_object_get_string_member_with_default (row, "paper", NULL), paper) == 0 &&
          (only == NULL || *only == '\0' || (category != NULL && yq_word_in (only, category))))
        return TRUE;
    }
  return FALSE;
}

/* Where each kind of paper is kept on a use; invoices are records of their own. */
static const struct
{
  const char *paper;
  guint field;
  const char *name;
} paper_fields[] = {
  { "contract", VOUCHER_USE_CONTRACT_FILES, "contract_files" },
  { "result", VOUCHER_USE_RESULT_FILES, "result_files" },
  { "relevance", VOUCHER_USE_RELEVANCE_FILES, "relevance_files" },
};

static YqProblem *
check_papers_at_use (YqRecord *programme, YqRecord *use)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_PAPERS_AT_USE);
  const char *category = yq_record_text (use, VOUCHER_USE_CATEGORY);
  YqProblem *problem = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (paper_fields); i++)
    {
      if (!row_names_paper (rows, paper_fields[i].paper, category) ||
          yq_record_has (use, paper_fields[i].field))
        continue;
      if (problem == NULL)
        problem = yq_problem_new (YQ_PROBLEM_PAPERS_MISSING, _("Papers are missing"));
      yq_problem_add_error (problem, paper_fields[i].name, YQ_PROBLEM_PAPERS_MISSING, "%s",
                            yq_policy_paper_hint (paper_fields[i].paper));
    }
  return problem;
}

static YqProblem *
check_redeemer (YqRecord *programme, YqRecord *use)
{
  const char *redeemer = yq_record_text (use, VOUCHER_USE_REDEEMER);
  const char *who = yq_record_text (programme, PROGRAMME_REDEEMER);

  if (who == NULL || g_str_equal (who, "either") || redeemer == NULL ||
      g_str_has_prefix (who, redeemer))
    return NULL;
  return at_field (
    "redeemer", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("In “%s” vouchers are: %s"),
                                yq_record_title (programme),
                                yq_choice_title (&yq_programme.fields[PROGRAMME_REDEEMER], who)));
}

YqProblem *
yq_policy_check_deal (YqWorld *world, YqRecord *programme, YqRecord *buyer, YqRecord *carrier,
                      YqRecord *use)
{
  YqProblem *problem;

  if ((problem = yq_policy_check_eligible (world, programme, buyer)) != NULL ||
      (problem = check_carrier (programme, buyer, carrier)) != NULL ||
      (problem = check_subsidised (world, programme, use)) != NULL)
    return problem;
  return check_redeemer (programme, use);
}

YqProblem *
yq_policy_check_by_hand (YqRecord *programme)
{
  const YqUsedAt *way = yq_programme_used_at (programme);

  if (way->by_hand)
    return NULL;
  return at_field (
    "voucher",
    yq_problem_new (
      YQ_PROBLEM_NOT_ELIGIBLE, _("Vouchers of “%s” are used: %s. %s"), yq_record_title (programme),
      yq_choice_title (&yq_programme.fields[PROGRAMME_USED_AT], way->used_at), _(way->instead)));
}

YqProblem *
yq_policy_check_use (YqWorld *world, YqRecord *programme, YqRecord *voucher, YqRecord *buyer,
                     YqRecord *carrier, YqRecord *use)
{
  YqProblem *problem = NULL;

  if (!yq_record_has (use, VOUCHER_USE_ORDER) &&
      (problem = yq_policy_check_by_hand (programme)) != NULL)
    return problem;
  if ((problem = check_voucher (world, programme, voucher)) != NULL ||
      (problem = yq_policy_check_deal (world, programme, buyer, carrier, use)) != NULL ||
      (problem = check_amount (world, programme, voucher, buyer, carrier, use)) != NULL)
    return problem;
  return check_papers_at_use (programme, use);
}

/* ---- redemption ---- */

YqWindow
yq_policy_window (YqRecord *programme, const char *region, gint64 now)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_WINDOWS);
  g_autofree char *today = yq_date_of (now);
  YqWindow window = { 0 };

  if (!yq_record_int (programme, PROGRAMME_HAS_WINDOWS))
    return (YqWindow){ .open = TRUE, .unlimited = TRUE };
  for (guint i = 0; rows != NULL && region != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *from = json_object_get_string_member_with_default (row, "from", "");
      const char *to = json_object_get_string_member_with_default (row, "to", "");
      gboolean open = strcmp (from, today) <= 0 && strcmp (today, to) <= 0;

      if (!yq_region_holds (json_object_get_string_member_with_default (row, "region", ""),
                            region) ||
          strcmp (to, today) < 0 || window.open > open)
        continue;
      /* Of several open ones the longest, of several to come the next. */
      if (window.open == open && window.from[0] != '\0' &&
          (open ? strcmp (to, window.to) <= 0 : strcmp (from, window.from) >= 0))
        continue;
      g_strlcpy (window.from, from, sizeof window.from);
      g_strlcpy (window.to, to, sizeof window.to);
      window.open = open;
      window.days_left = open ? yq_date_days_between (today, to) + 1 : 0;
    }
  return window;
}

static gboolean
names (JsonArray *ids, const char *id)
{
  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    if (g_strcmp0 (json_array_get_string_element (ids, i), id) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_by_carrier (const char *redeemer)
{
  return g_strcmp0 (redeemer, "carrier") == 0;
}

/* The invoices of whoever redeems. */
static GPtrArray *
list_invoices (YqWorld *world, const char *redeemer, const char *organisation)
{
  return yq_world_list (world, &yq_invoice, is_by_carrier (redeemer) ? "carrier" : "buyer",
                        organisation);
}

/* An invoice is entered by whoever redeems and names the uses it pays; *image: one has an image. */
static gboolean
has_invoice (YqWorld *world, YqRecord *use, gboolean *image)
{
  const char *redeemer = yq_record_text (use, VOUCHER_USE_REDEEMER);
  g_autoptr(GPtrArray) invoices = list_invoices (
    world, redeemer, is_by_carrier (redeemer) ? yq_record_carrier (use) : yq_record_buyer (use));

  for (guint i = 0; i < invoices->len; i++)
    if (names (yq_record_array (invoices->pdata[i], INVOICE_USES), yq_record_id (use)))
      {
        *image = yq_record_has (invoices->pdata[i], INVOICE_IMAGE);
        return TRUE;
      }
  return FALSE;
}

char **
yq_policy_missing_papers (YqWorld *world, YqRecord *programme, YqRecord *use)
{
  g_autoptr(GStrvBuilder) missing = g_strv_builder_new ();
  JsonArray *rows = yq_record_array (programme, PROGRAMME_PAPERS_AT_REDEMPTION);
  const char *category = yq_record_text (use, VOUCHER_USE_CATEGORY);
  gboolean invoice, image = FALSE;

  if (yq_record_in_state (use, "draft|pending"))
    g_strv_builder_add (missing, "consent");
  for (guint i = 0; i < G_N_ELEMENTS (paper_fields); i++)
    if (row_names_paper (rows, paper_fields[i].paper, category) &&
        !yq_record_has (use, paper_fields[i].field))
      g_strv_builder_add (missing, paper_fields[i].paper);
  invoice = has_invoice (world, use, &image);
  if (row_names_paper (rows, "invoice", category) && !invoice)
    g_strv_builder_add (missing, "invoice");
  if (row_names_paper (rows, "invoice_image", category) && invoice && !image)
    g_strv_builder_add (missing, "invoice_image");
  return g_strv_builder_end (missing);
}

const char *
yq_policy_paper_hint (const char *code)
{
  if (g_str_equal (code, "contract"))
    return _("Attach the contract");
  if (g_str_equal (code, "result"))
    return _("Attach the proof of the result");
  if (g_str_equal (code, "relevance"))
    return _("Attach the statement of relevance to innovation");
  if (g_str_equal (code, "invoice"))
    return _("Enter the invoice number");
  if (g_str_equal (code, "invoice_image"))
    return _("Attach the image of the invoice");
  return _("The carrier has not confirmed the use yet");
}

static YqProblem *
check_window (YqWorld *world, YqRecord *programme, YqRecord *redemption)
{
  const char *region = yq_record_region (redemption);
  YqWindow window = yq_policy_window (programme, region, world->now);
  const char *until = yq_record_text (programme, PROGRAMME_REDEEM_UNTIL);
  g_autofree char *today = yq_date_of (world->now);
  g_autofree char *path = region != NULL ? yq_region_path (region) : g_strdup ("");

  if (until != NULL && strcmp (today, until) > 0)
    return yq_problem_new (YQ_PROBLEM_WINDOW_CLOSED, _("The last day of redemption was %s"), until);
  if (window.open)
    return NULL;
  if (window.from[0] == '\0')
    return yq_problem_new (YQ_PROBLEM_WINDOW_CLOSED,
                           _("The redemption window of %s is closed, and no next one is announced"),
                           path);
  return yq_problem_new (
    YQ_PROBLEM_WINDOW_CLOSED,
    _("The redemption window of %s is closed; the next one is open from %s to %s"), path,
    window.from, window.to);
}

static const char *
applicant_of (YqRecord *redemption)
{
  return is_by_carrier (yq_record_text (redemption, REDEMPTION_REDEEMER))
           ? yq_record_carrier (redemption)
           : yq_record_buyer (redemption);
}

/* Money goes only to an organisation that is verified now. */
static YqProblem *
check_applicant (YqWorld *world, YqRecord *redemption)
{
  g_autoptr(YqRecord) applicant = yq_world_get (world, &yq_organisation, applicant_of (redemption));

  if (applicant == NULL || yq_organisation_is_verified (applicant))
    return NULL;
  return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                         _("Only verified organisations can redeem; yours is: %s"),
                         yq_record_state_title (applicant));
}

/* Does the line name a use that this redemption may carry? */
static YqProblem *
check_line_use (YqWorld *world, YqRecord *programme, YqRecord *redemption, guint number,
                YqRecord *use)
{
  const char *redeemer = yq_record_text (redemption, REDEMPTION_REDEEMER);

  if (use == NULL ||
      g_strcmp0 (yq_record_text (use, VOUCHER_USE_PROGRAMME), yq_record_id (programme)) != 0)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("Line %u: the use does not belong to this programme"), number);
  if (g_strcmp0 (yq_record_text (use, VOUCHER_USE_REDEEMER), redeemer) != 0 ||
      g_strcmp0 (is_by_carrier (redeemer) ? yq_record_carrier (use) : yq_record_buyer (use),
                 applicant_of (redemption)) != 0)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("Line %u: “%s” is not yours to redeem"),
                           number, yq_record_title (use));
  /* The region decides the window and who reviews, so it is not for the applicant to choose. */
  if (g_strcmp0 (yq_record_region (use), yq_record_region (redemption)) != 0)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("Line %u: “%s” belongs to another region than this redemption"),
                           number, yq_record_title (use));
  /* Who consents speaks for herself only. */
  if (g_strcmp0 (yq_record_text (programme, PROGRAMME_CONSENT), "enterprise") == 0 &&
      g_strcmp0 (yq_record_buyer (use), yq_record_buyer (redemption)) != 0)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("Line %u: “%s” is another enterprise's; each enterprise consents to a "
                             "redemption of its own"),
                           number, yq_record_title (use));
  if (!yq_record_in_state (use, "confirmed|served") &&
      !(yq_record_in_state (use, "redeeming") &&
        g_strcmp0 (yq_record_text (use, VOUCHER_USE_REDEMPTION), yq_record_id (redemption)) == 0))
    return yq_problem_new (YQ_PROBLEM_STATE, _("Line %u: “%s” cannot be redeemed: %s"), number,
                           yq_record_title (use), yq_record_state_title (use));
  return NULL;
}

/* A smaller fee is paid a smaller share. */
static gint64
share_of (YqWorld *world, YqRecord *programme, YqRecord *use, gint64 fee)
{
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, yq_record_buyer (use));
  g_autoptr(YqRecord) carrier = yq_world_get (world, &yq_organisation, yq_record_carrier (use));

  if (buyer == NULL || carrier == NULL)
    return fee;
  return yq_policy_subsidy (programme, yq_record_text (buyer, ORGANISATION_REGION),
                            yq_record_text (carrier, ORGANISATION_REGION), fee);
}

static YqProblem *
check_line_amounts (YqWorld *world, YqRecord *programme, YqRecord *use, guint number,
                    YqRedemptionLine line)
{
  gint64 fee = line.fee > 0 ? line.fee : yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT);
  gint64 most =
    MIN (yq_record_int (use, VOUCHER_USE_AMOUNT), share_of (world, programme, use, fee));
  g_autofree char *most_text = yq_money_format (most), *asked = yq_money_format (line.asked);

  if (line.asked > 0 && line.asked <= most)
    return NULL;
  return yq_problem_new (
    YQ_PROBLEM_BALANCE,
    _("Line %u: ask for more than zero and at most %s (voucher amount and fee); you ask for %s"),
    number, most_text, asked);
}

gboolean
yq_policy_comes_with_redemption (YqRecord *programme, const char *paper)
{
  const char *used_at = yq_record_text (programme, PROGRAMME_USED_AT);

  return yq_word_in ("contract|result", paper) && used_at != NULL &&
         yq_word_in ("order|no_order", used_at);
}

static YqProblem *
missing_paper (guint number, YqRecord *use, const char *paper)
{
  return yq_problem_new (YQ_PROBLEM_PAPERS_MISSING, _("Line %u, “%s”: %s"), number,
                         yq_record_title (use), yq_policy_paper_hint (paper));
}

static YqProblem *
check_line (YqWorld *world, YqRecord *programme, YqRecord *redemption, guint number,
            YqRedemptionLine line)
{
  g_autoptr(YqRecord) use = yq_world_get (world, &yq_voucher_use, line.use);
  YqProblem *problem = check_line_use (world, programme, redemption, number, use);
  g_auto(GStrv) missing = NULL;

  if (problem != NULL ||
      (problem = check_line_amounts (world, programme, use, number, line)) != NULL)
    return problem;
  missing = yq_policy_missing_papers (world, programme, use);
  for (guint i = 0; missing[i] != NULL; i++)
    if (!yq_policy_comes_with_redemption (programme, missing[i]) ||
        !yq_record_has (redemption, REDEMPTION_PAPERS))
      return missing_paper (number, use, missing[i]);
  return NULL;
}

static gboolean
names_a_line (YqRecord *redemption, YqRecord *invoice)
{
  for (guint i = 0; i < yq_redemption_n_lines (redemption); i++)
    if (names (yq_record_array (invoice, INVOICE_USES), yq_redemption_line (redemption, i).use))
      return TRUE;
  return FALSE;
}

static gboolean
has_record (GPtrArray *records, const char *id)
{
  for (guint i = 0; i < records->len; i++)
    if (g_strcmp0 (yq_record_id (records->pdata[i]), id) == 0)
      return TRUE;
  return FALSE;
}

/* Those listed, and those of the applicant that pay a line; NULL and *missing: no longer there. */
static GPtrArray *
gather_invoices (YqWorld *world, YqRecord *redemption, guint *missing)
{
  JsonArray *ids = yq_record_array (redemption, REDEMPTION_INVOICES);
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GPtrArray) own = list_invoices (world, yq_record_text (redemption, REDEMPTION_REDEEMER),
                                            applicant_of (redemption));

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      YqRecord *invoice = yq_world_get (world, &yq_invoice, json_array_get_string_element (ids, i));

      if (invoice == NULL)
        {
          *missing = i + 1;
          return NULL;
        }
      g_ptr_array_add (all, invoice);
    }
  for (guint i = 0; i < own->len; i++)
    if (names_a_line (redemption, own->pdata[i]) && !has_record (all, yq_record_id (own->pdata[i])))
      g_ptr_array_add (all, g_object_ref (own->pdata[i]));
  return g_steal_pointer (&all);
}

/* Is the invoice the applicant's, and in no other redemption? */
static YqProblem *
check_invoice_free (YqWorld *world, YqRecord *redemption, YqRecord *invoice)
{
  const char *redeemer = yq_record_text (redemption, REDEMPTION_REDEEMER);
  const char *id = yq_record_text (invoice, INVOICE_REDEMPTION);
  const char *code = yq_record_text (invoice, INVOICE_CODE);
  g_autoptr(YqRecord) other = NULL;

  if (g_strcmp0 (is_by_carrier (redeemer) ? yq_record_carrier (invoice) : yq_record_buyer (invoice),
                 applicant_of (redemption)) != 0)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("Invoice %s is not one of yours"),
                           yq_record_title (invoice));
  if (id == NULL || g_str_equal (id, yq_record_id (redemption)))
    return NULL;
  other = yq_world_get (world, &yq_redemption, id);
  if (other == NULL || yq_record_in_state (other, "draft|withdrawn|rejected"))
    return NULL;
  return yq_problem_new (
    YQ_PROBLEM_INVOICE_USED,
    _("Invoice %s %s is already used in another redemption; an invoice is used once"),
    code != NULL ? code : "", yq_record_text (invoice, INVOICE_NUMBER));
}

/* The way out is a supplementary order to the order of the use, where there is one. */
static YqProblem *
used_twice (YqWorld *world, const char *id)
{
  g_autoptr(YqRecord) use = yq_world_get (world, &yq_voucher_use, id);
  const char *of = use != NULL ? yq_record_text (use, VOUCHER_USE_ORDER) : NULL;

  if (of == NULL)
    return yq_problem_new (
      YQ_PROBLEM_INVOICE_SUM,
      _("One use stands on two invoices; a supplementary order carries the second one"));
  return yq_problem_lead_to (
    yq_problem_new (YQ_PROBLEM_INVOICE_SUM,
                    _("“%s” stands on two invoices; place a supplementary order for the second "
                      "one, on the page of its order"),
                    yq_record_title (use)),
    yq_order.name, of);
}

/* Rule 4: one use never on two invoices; the fees on an invoice do not exceed it. */
static YqProblem *
check_invoice_sum (YqWorld *world, YqRecord *redemption, YqRecord *invoice, GHashTable *seen)
{
  JsonArray *uses = yq_record_array (invoice, INVOICE_USES);
  g_autofree char *fees = NULL, *amount = NULL;
  gint64 sum = 0;

  for (guint i = 0; i < yq_redemption_n_lines (redemption); i++)
    {
      YqRedemptionLine line = yq_redemption_line (redemption, i);
      g_autoptr(YqRecord) use = NULL;

      if (!names (uses, line.use))
        continue;
      if (!g_hash_table_add (seen, g_strdup (line.use)) && !yq_redemption_is_quick (redemption))
        return used_twice (world, line.use);
      use = line.fee > 0 ? NULL : yq_world_get (world, &yq_voucher_use, line.use);
      sum += use != NULL ? yq_record_int (use, VOUCHER_USE_CONTRACT_AMOUNT) : line.fee;
    }
  if (sum <= yq_record_int (invoice, INVOICE_AMOUNT) || yq_redemption_is_quick (redemption))
    return NULL;
  fees = yq_money_format (sum);
  amount = yq_money_format (yq_record_int (invoice, INVOICE_AMOUNT));
  return yq_problem_new (YQ_PROBLEM_INVOICE_SUM, _("Invoice %s over %s covers fees of %s"),
                         yq_record_title (invoice), amount, fees);
}

/* One service without order: its invoices together cover the fee. */
static YqProblem *
check_quick_invoices (YqRecord *programme, YqRecord *redemption, GPtrArray *invoices)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_PAPERS_AT_REDEMPTION);
  gint64 fee = yq_record_int (redemption, REDEMPTION_SERVICE_FEE), sum = 0;
  g_autofree char *fee_text = yq_money_format (fee), *sum_text = NULL;

  if (row_names_paper (rows, "invoice", NULL) && invoices->len == 0)
    return yq_problem_new (YQ_PROBLEM_PAPERS_MISSING, "%s", yq_policy_paper_hint ("invoice"));
  for (guint i = 0; i < invoices->len; i++)
    {
      sum += yq_record_int (invoices->pdata[i], INVOICE_AMOUNT);
      if (row_names_paper (rows, "invoice_image", NULL) &&
          !yq_record_has (invoices->pdata[i], INVOICE_IMAGE))
        return yq_problem_new (YQ_PROBLEM_PAPERS_MISSING, _("Invoice %s: %s"),
                               yq_record_title (invoices->pdata[i]),
                               yq_policy_paper_hint ("invoice_image"));
    }
  if (invoices->len == 0 || fee <= sum)
    return NULL;
  sum_text = yq_money_format (sum);
  return yq_problem_new (YQ_PROBLEM_INVOICE_SUM,
                         _("The invoices come to %s; the fee of the service is %s"), sum_text,
                         fee_text);
}

static YqProblem *
check_invoices (YqWorld *world, YqRecord *programme, YqRecord *redemption)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint missing = 0;
  g_autoptr(GPtrArray) invoices = gather_invoices (world, redemption, &missing);
  YqProblem *problem = NULL;

  if (invoices == NULL)
    return at_field ("invoices", yq_problem_new (YQ_PROBLEM_NOT_FOUND,
                                                 _("Invoice %u is no longer there"), missing));
  for (guint i = 0; problem == NULL && i < invoices->len; i++)
    if ((problem = check_invoice_free (world, redemption, invoices->pdata[i])) == NULL)
      problem = check_invoice_sum (world, redemption, invoices->pdata[i], seen);
  if (problem == NULL && yq_redemption_is_quick (redemption))
    problem = check_quick_invoices (programme, redemption, invoices);
  return problem != NULL ? at_field ("invoices", problem) : NULL;
}

static YqProblem *
check_texts (YqRecord *programme, YqRecord *redemption)
{
  JsonArray *rows = yq_record_array (programme, PROGRAMME_TEXTS_AT_REDEMPTION);

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      const char *name = json_object_get_string_member_with_default (
        json_array_get_object_element (rows, i), "field", "");
      int field = yq_entity_find_field (&yq_redemption, name);

      if (field >= 0 && !yq_record_has (redemption, field))
        return yq_problem_add_error (yq_problem_new (YQ_PROBLEM_REQUIRED,
                                                     _("A text is missing: %s"),
                                                     _(yq_redemption.fields[field].title)),
                                     name, YQ_PROBLEM_REQUIRED, _("Demanded at redemption"));
    }
  return NULL;
}

/* -- quick: without order -- */

static YqProblem *
check_category (YqWorld *world, YqRecord *redemption)
{
  g_autoptr(YqRecord) category =
    yq_world_get (world, &yq_category, yq_record_text (redemption, REDEMPTION_CATEGORY));
  g_autoptr(GPtrArray) narrower = NULL;

  if (category == NULL)
    return at_field (
      "category", yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("This class does not exist any more")));
  narrower = yq_world_list (world, &yq_category, "parent", yq_record_id (category));
  if (narrower->len == 0)
    return NULL;
  return at_field ("category", yq_problem_new (YQ_PROBLEM_INVALID,
                                               _("“%s” has narrower classes: choose one of them"),
                                               yq_record_title (category)));
}

/* What the redemption holds already may be asked again. */
static gint64
held_by (YqWorld *world, YqRecord *redemption)
{
  g_autoptr(YqRecord) use =
    yq_redemption_n_lines (redemption) > 0
      ? yq_world_get (world, &yq_voucher_use, yq_redemption_line (redemption, 0).use)
      : NULL;

  return use != NULL && yq_record_in_state (use, "redeeming")
           ? yq_record_int (use, VOUCHER_USE_AMOUNT)
           : 0;
}

static YqProblem *
check_quick_amount (YqWorld *world, YqRecord *programme, YqRecord *voucher, YqRecord *buyer,
                    YqRecord *carrier, YqRecord *redemption)
{
  gint64 asked = yq_record_int (redemption, REDEMPTION_ASKED);
  gint64 most = yq_policy_subsidy (programme, yq_record_text (buyer, ORGANISATION_REGION),
                                   yq_record_text (carrier, ORGANISATION_REGION),
                                   yq_record_int (redemption, REDEMPTION_SERVICE_FEE));
  gint64 available =
    world->balance (world, "available", yq_record_id (voucher)) + held_by (world, redemption);
  g_autofree char *asked_text = yq_money_format (asked), *most_text = yq_money_format (most),
                  *available_text = yq_money_format (available);

  if (asked > most)
    return at_field ("asked",
                     yq_problem_new (YQ_PROBLEM_CAP_CLAIM,
                                     _("For this fee the voucher pays at most %s; you ask for %s"),
                                     most_text, asked_text));
  if (asked > available)
    return at_field (
      "asked", yq_problem_new (YQ_PROBLEM_BALANCE, _("Voucher %s has %s available; you ask for %s"),
                               yq_record_title (voucher), available_text, asked_text));
  return NULL;
}

static YqProblem *
check_quick (YqWorld *world, YqRecord *programme, YqRecord *redemption)
{
  g_autoptr(YqRecord) voucher =
    yq_world_get (world, &yq_voucher, yq_record_text (redemption, REDEMPTION_VOUCHER));
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, yq_record_buyer (redemption));
  g_autoptr(YqRecord) carrier =
    yq_world_get (world, &yq_organisation, yq_record_text (redemption, REDEMPTION_INSTITUTION));
  JsonArray *papers = yq_record_array (programme, PROGRAMME_PAPERS_AT_REDEMPTION);
  YqProblem *problem;

  if (g_strcmp0 (yq_record_text (programme, PROGRAMME_USED_AT), "no_order") != 0)
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("“%s” is redeemed with orders, not quickly"),
                           yq_record_title (programme));
  if (voucher == NULL || buyer == NULL ||
      g_strcmp0 (yq_record_buyer (voucher), yq_record_id (buyer)) != 0 ||
      g_strcmp0 (yq_record_text (voucher, VOUCHER_PROGRAMME), yq_record_id (programme)) != 0)
    return at_field (
      "voucher", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE, _("The voucher is not one of yours")));
  /* The region decides the window and who reviews: it is the enterprise's own. */
  if (g_strcmp0 (yq_record_text (buyer, ORGANISATION_REGION), yq_record_region (redemption)) != 0)
    return at_field (
      "place", yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                               _("The redemption goes to the region in which you are registered")));
  if ((problem = check_voucher (world, programme, voucher)) != NULL ||
      (problem = yq_policy_check_eligible (world, programme, buyer)) != NULL ||
      (problem = check_carrier (programme, buyer, carrier)) != NULL ||
      (problem = check_category (world, redemption)) != NULL ||
      (problem = check_quick_amount (world, programme, voucher, buyer, carrier, redemption)) !=
        NULL)
    return problem;
  if ((row_names_paper (papers, "contract", NULL) || row_names_paper (papers, "result", NULL)) &&
      !yq_record_has (redemption, REDEMPTION_PAPERS))
    return at_field ("papers",
                     yq_problem_new (YQ_PROBLEM_PAPERS_MISSING,
                                     _("Attach the contract and the proof of the result")));
  return NULL;
}

static YqProblem *
check_lines (YqWorld *world, YqRecord *programme, YqRecord *redemption)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  YqProblem *problem = NULL;

  for (guint i = 0; problem == NULL && i < yq_redemption_n_lines (redemption); i++)
    {
      YqRedemptionLine line = yq_redemption_line (redemption, i);

      if (line.use == NULL || !g_hash_table_add (seen, (gpointer) line.use))
        problem = yq_problem_new (YQ_PROBLEM_DUPLICATE,
                                  _("Line %u: the same use stands in the redemption twice"), i + 1);
      else
        problem = check_line (world, programme, redemption, i + 1, line);
      if (problem != NULL)
        yq_problem_add_error (problem, "lines", yq_problem_code (problem), "%s",
                              yq_problem_detail (problem));
    }
  return problem;
}

YqProblem *
yq_policy_check_redemption (YqWorld *world, YqRecord *programme, YqRecord *redemption)
{
  YqProblem *problem = check_applicant (world, redemption);

  if (problem == NULL)
    problem = check_window (world, programme, redemption);
  if (problem == NULL)
    problem = yq_redemption_is_quick (redemption) ? check_quick (world, programme, redemption)
                                                  : check_lines (world, programme, redemption);
  if (problem == NULL)
    problem = check_texts (programme, redemption);
  if (problem == NULL)
    problem = check_invoices (world, programme, redemption);
  return problem;
}
