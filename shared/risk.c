/* What a reviewer should look at twice. */
#define G_LOG_DOMAIN "yiquan-risk"

#include "risk.h"

#include <string.h>

#include "catalogue.h"
#include "clock.h"
#include "invoice-code.h"
#include "money.h"
#include "order.h"
#include "party.h"
#include "redemption.h"
#include "voucher.h"

#define PRICE_FACTOR 3  /* times the median */
#define PRICE_SAMPLES 5 /* fewer prices say nothing */
#define BURST 5         /* so many between the same two … */
#define BURST_DAYS 7    /* … within so many days */

/* clang-format off */
static const char *const titles[] = {
  [YQ_RISK_ASSET_NUMBER] = N_("Asset number used twice"),
  [YQ_RISK_CREDIT_CODE]  = N_("Credit code used twice"),
  [YQ_RISK_INVOICE]      = N_("Invoice entered twice"),
  [YQ_RISK_SCANNED]      = N_("Invoice differs from its QR code"),
  [YQ_RISK_RELATED]      = N_("Buyer and carrier are related"),
  [YQ_RISK_PRICE]        = N_("Price far above the median"),
  [YQ_RISK_BURST]        = N_("Many in a short time"),
  [YQ_RISK_BANK_CHANGED] = N_("Bank data changed"),
};
/* clang-format on */

const char *
yq_risk_title (YqRiskKind kind)
{
  g_return_val_if_fail (kind < YQ_N_RISKS, NULL);
  return _(titles[kind]);
}

static void
risk_free (gpointer data)
{
  YqRisk *risk = data;

  g_free (risk->text);
  g_free (risk->record);
  g_free (risk);
}

/* Takes text; one risk for each kind and other record. */
static void
add (GPtrArray *risks, YqRiskKind kind, YqRecord *other, char *text)
{
  YqRisk *risk = g_new0 (YqRisk, 1);

  risk->kind = kind;
  risk->text = text;
  risk->entity = other != NULL ? yq_record_entity (other) : NULL;
  risk->record = other != NULL ? g_strdup (yq_record_id (other)) : NULL;
  for (guint i = 0; i < risks->len; i++)
    {
      const YqRisk *old = risks->pdata[i];

      if (old->kind == kind && g_strcmp0 (old->record, risk->record) == 0)
        {
          risk_free (risk);
          return;
        }
    }
  g_ptr_array_add (risks, risk);
}

static gboolean
is_same (YqRecord *a, YqRecord *b)
{
  return g_str_equal (yq_record_id (a), yq_record_id (b));
}

/* -- the same number elsewhere -- */

static void
find_asset_number (GPtrArray *risks, YqWorld *world, YqRecord *instrument)
{
  const char *number = yq_record_text (instrument, INSTRUMENT_ASSET_NUMBER);
  g_autoptr(GPtrArray) others = yq_world_list (world, &yq_instrument, "asset_number", number);

  for (guint i = 0; i < others->len; i++)
    if (!is_same (others->pdata[i], instrument) && !yq_record_in_state (others->pdata[i], "draft"))
      add (risks, YQ_RISK_ASSET_NUMBER, others->pdata[i],
           g_strdup_printf (_("Asset number %s is also that of “%s” (%s)"), number,
                            yq_record_title (others->pdata[i]),
                            yq_record_has (others->pdata[i], INSTRUMENT_CARRIER_NAME)
                              ? yq_record_text (others->pdata[i], INSTRUMENT_CARRIER_NAME)
                              : "—"));
}

static void
find_credit_code (GPtrArray *risks, YqWorld *world, YqRecord *organisation)
{
  const char *uscc = yq_record_text (organisation, ORGANISATION_USCC);
  g_autoptr(GPtrArray) others = yq_world_list (world, &yq_organisation, "uscc", uscc);

  for (guint i = 0; i < others->len; i++)
    if (!is_same (others->pdata[i], organisation) &&
        !yq_record_in_state (others->pdata[i], "draft"))
      add (risks, YQ_RISK_CREDIT_CODE, others->pdata[i],
           g_strdup_printf (_("“%s” has the same unified social credit code %s"),
                            yq_record_title (others->pdata[i]), uscc));
}

/* -- invoices -- */

/* The same code and number in another record: the redemption it stands in, or itself. */
static void
find_invoice_twins (GPtrArray *risks, YqWorld *world, YqRecord *redemption, YqRecord *invoice)
{
  const char *number = yq_record_text (invoice, INVOICE_NUMBER);
  g_autoptr(GPtrArray) twins = yq_world_list (world, &yq_invoice, "number", number);

  for (guint i = 0; i < twins->len; i++)
    {
      g_autoptr(YqRecord) other =
        yq_world_get (world, &yq_redemption, yq_record_text (twins->pdata[i], INVOICE_REDEMPTION));

      if (is_same (twins->pdata[i], invoice) ||
          g_strcmp0 (yq_record_text (twins->pdata[i], INVOICE_CODE),
                     yq_record_text (invoice, INVOICE_CODE)) != 0 ||
          (other != NULL && is_same (other, redemption)))
        continue;
      if (other != NULL)
        add (risks, YQ_RISK_INVOICE, other,
             g_strdup_printf (_("Invoice %s also stands in redemption %s, which is “%s”"), number,
                              yq_record_title (other), yq_record_state_title (other)));
      else
        add (risks, YQ_RISK_INVOICE, twins->pdata[i],
             g_strdup_printf (_("Invoice %s was entered a second time"), number));
    }
}

/* The applicant's own client has read the code; whoever writes to the server by other means may
 * leave it out. */
static void
find_scanned (GPtrArray *risks, YqRecord *invoice)
{
  YqInvoiceCode code;
  g_autofree char *typed = NULL;
  g_autofree char *printed = NULL;

  if (!yq_invoice_code_read (yq_record_text (invoice, INVOICE_SCANNED), &code) ||
      yq_invoice_code_compare (
        &code, yq_record_text (invoice, INVOICE_CODE), yq_record_text (invoice, INVOICE_NUMBER),
        yq_record_text (invoice, INVOICE_DATE), yq_record_int (invoice, INVOICE_AMOUNT)) == 0)
    return;
  typed = yq_money_format (yq_record_int (invoice, INVOICE_AMOUNT));
  printed = yq_money_format (code.amount);
  add (risks, YQ_RISK_SCANNED, invoice,
       g_strdup_printf (_("Invoice %s of %s over %s was typed; its QR code says %s, %s, %s"),
                        yq_record_text (invoice, INVOICE_NUMBER),
                        yq_record_text (invoice, INVOICE_DATE), typed, code.number, code.date,
                        printed));
}

static void
find_invoices (GPtrArray *risks, YqWorld *world, YqRecord *redemption)
{
  JsonArray *ids = yq_record_array (redemption, REDEMPTION_INVOICES);

  for (guint i = 0; ids != NULL && i < json_array_get_length (ids); i++)
    {
      g_autoptr(YqRecord) invoice =
        yq_world_get (world, &yq_invoice, json_array_get_string_element (ids, i));

      if (invoice == NULL)
        continue;
      find_invoice_twins (risks, world, redemption, invoice);
      find_scanned (risks, invoice);
    }
}

/* -- related parties -- */

static char *
digits_of (const char *text)
{
  GString *digits = g_string_new (NULL);

  for (const char *at = text; at != NULL && *at != '\0'; at++)
    if (g_ascii_isdigit (*at))
      g_string_append_c (digits, *at);
  return g_string_free (digits, FALSE);
}

static gboolean
share_number (YqRecord *a, YqRecord *b, guint field)
{
  g_autofree char *one = digits_of (yq_record_text (a, field));
  g_autofree char *other = digits_of (yq_record_text (b, field));

  return *one != '\0' && g_str_equal (one, other);
}

static void
find_related (GPtrArray *risks, YqWorld *world, const char *buyer_id, const char *carrier_id)
{
  g_autoptr(YqRecord) buyer = yq_world_get (world, &yq_organisation, buyer_id);
  g_autoptr(YqRecord) carrier = yq_world_get (world, &yq_organisation, carrier_id);
  const char *person;

  if (buyer == NULL || carrier == NULL || is_same (buyer, carrier))
    return;
  person = yq_record_text (buyer, ORGANISATION_LEGAL_PERSON);
  if (person != NULL &&
      g_strcmp0 (person, yq_record_text (carrier, ORGANISATION_LEGAL_PERSON)) == 0)
    add (risks, YQ_RISK_RELATED, carrier,
         g_strdup_printf (_("“%s” and “%s” have the same legal representative: %s"),
                          yq_record_title (buyer), yq_record_title (carrier), person));
  else if (share_number (buyer, carrier, ORGANISATION_BANK_ACCOUNT))
    add (risks, YQ_RISK_RELATED, carrier,
         g_strdup_printf (_("“%s” and “%s” have the same bank account"), yq_record_title (buyer),
                          yq_record_title (carrier)));
  else if (share_number (buyer, carrier, ORGANISATION_CONTACT_PHONE))
    add (risks, YQ_RISK_RELATED, carrier,
         g_strdup_printf (_("“%s” and “%s” have the same contact phone"), yq_record_title (buyer),
                          yq_record_title (carrier)));
}

/* -- bursts -- */

static gint64
submitted_at (YqRecord *record)
{
  int field = yq_entity_find_field (yq_record_entity (record), "submitted_at");

  return yq_record_has (record, field) ? yq_record_int (record, field)
                                       : yq_record_created_at (record);
}

/* How many like it the same two had in the days around it. */
static void
find_burst (GPtrArray *risks, YqWorld *world, YqRecord *record)
{
  g_autoptr(GPtrArray) all =
    yq_world_list (world, yq_record_entity (record), "buyer", yq_record_buyer (record));
  gint64 when = submitted_at (record);
  YqRecord *nearest = NULL;
  guint n = 1;

  for (guint i = 0; i < all->len; i++)
    {
      gint64 apart = ABS (submitted_at (all->pdata[i]) - when);

      if (is_same (all->pdata[i], record) || yq_record_in_state (all->pdata[i], "draft") ||
          g_strcmp0 (yq_record_carrier (all->pdata[i]), yq_record_carrier (record)) != 0 ||
          apart > BURST_DAYS * YQ_DAY)
        continue;
      n++;
      if (nearest == NULL || apart < ABS (submitted_at (nearest) - when))
        nearest = all->pdata[i];
    }
  if (n >= BURST)
    add (risks, YQ_RISK_BURST, nearest,
         g_strdup_printf (_("%u of the same enterprise at the same carrier within %d days: %s"), n,
                          BURST_DAYS, _(yq_record_entity (record)->title_plural)));
}

/* -- prices -- */

static int
compare_prices (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

static void
find_price (GPtrArray *risks, YqWorld *world, YqRecord *instrument)
{
  gint64 price = yq_record_int (instrument, INSTRUMENT_UNIT_PRICE), median;
  g_autoptr(GPtrArray) others = NULL;
  g_autoptr(GArray) prices = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *price_text = NULL, *median_text = NULL;

  if (price <= 0)
    return;
  others = yq_world_list (world, &yq_instrument, "category",
                          yq_record_text (instrument, INSTRUMENT_CATEGORY));
  for (guint i = 0; i < others->len; i++)
    {
      gint64 other = yq_record_int (others->pdata[i], INSTRUMENT_UNIT_PRICE);

      if (other > 0 && !is_same (others->pdata[i], instrument) &&
          yq_record_in_state (others->pdata[i], "listed") &&
          g_strcmp0 (yq_record_text (others->pdata[i], INSTRUMENT_FEE_UNIT),
                     yq_record_text (instrument, INSTRUMENT_FEE_UNIT)) == 0)
        g_array_append_val (prices, other);
    }
  if (prices->len < PRICE_SAMPLES)
    return;
  g_array_sort (prices, compare_prices);
  median = g_array_index (prices, gint64, prices->len / 2);
  if (price / PRICE_FACTOR < median || price <= median * PRICE_FACTOR)
    return;
  price_text = yq_money_format (price);
  median_text = yq_money_format (median);
  add (risks, YQ_RISK_PRICE, NULL,
       g_strdup_printf (
         _("The unit price of %s is far above the median of %s (%u instruments of this class)"),
         price_text, median_text, prices->len));
}

/* -- all of them -- */

/* Each pair of buyer and carrier is looked at once, however many lines they share. */
static void
find_in_lines (GPtrArray *risks, YqWorld *world, YqRecord *redemption)
{
  g_autoptr(GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < yq_redemption_n_lines (redemption); i++)
    {
      g_autoptr(YqRecord) use =
        yq_world_get (world, &yq_voucher_use, yq_redemption_line (redemption, i).use);

      if (use == NULL || !g_hash_table_add (pairs, g_strdup_printf ("%s %s", yq_record_buyer (use),
                                                                    yq_record_carrier (use))))
        continue;
      find_related (risks, world, yq_record_buyer (use), yq_record_carrier (use));
      find_burst (risks, world, use);
    }
}

static int
compare_kinds (gconstpointer a, gconstpointer b)
{
  return (int) (*(YqRisk *const *) a)->kind - (int) (*(YqRisk *const *) b)->kind;
}

GPtrArray *
yq_risks_find (YqWorld *world, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  GPtrArray *risks = g_ptr_array_new_with_free_func (risk_free);

  if (entity == &yq_instrument)
    {
      find_asset_number (risks, world, record);
      find_price (risks, world, record);
    }
  else if (entity == &yq_organisation)
    find_credit_code (risks, world, record);
  else if (entity == &yq_order || entity == &yq_voucher_use)
    {
      find_related (risks, world, yq_record_buyer (record), yq_record_carrier (record));
      find_burst (risks, world, record);
    }
  else if (entity == &yq_redemption)
    {
      find_invoices (risks, world, record);
      find_in_lines (risks, world, record);
      if (yq_record_int (record, REDEMPTION_BANK_CHANGED))
        add (risks, YQ_RISK_BANK_CHANGED, NULL,
             g_strdup (_("The bank data of the applicant changed after submission; the money goes "
                         "to the account of then")));
    }
  g_ptr_array_sort (risks, compare_kinds);
  return risks;
}
