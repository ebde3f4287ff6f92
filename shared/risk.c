/* What a reviewer should look at twice. */
#define G_LOG_DOMAIN "yiquan-risk"

#include "risk.h"

#include <string.h>

#include "catalogue.h"
#include "clock.h"
#include "invoice-code.h"
#include "model.h"
#include "money.h"
#include "order.h"
#include "party.h"
#include "redemption.h"
#include "storefront.h"
#include "voucher.h"

#define PRICE_FACTOR 3  /* times the median */
#define PRICE_SAMPLES 5 /* fewer prices say nothing */
#define PRICE_LATEST 60 /* the newest ones tell what is usual now */
#define BURST_LATEST 200
#define BURST 5      /* so many between the same two … */
#define BURST_DAYS 7 /* … within so many days */

const char *
yq_risk_title (YqRiskKind kind)
{
  g_return_val_if_fail (kind < YQ_N_RISKS, NULL);
  return _(yq_risk_kinds[kind].title);
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

char *
yq_risk_digits (const char *text)
{
  GString *digits = g_string_new (NULL);

  for (const char *at = text; at != NULL && *at != '\0'; at++)
    if (*at == '*')
      {
        g_string_truncate (digits, 0);
        break;
      }
    else if (g_ascii_isdigit (*at))
      g_string_append_c (digits, *at);
  return g_string_free (digits, FALSE);
}

static gboolean
share_number (YqRecord *a, YqRecord *b, guint field)
{
  g_autofree char *one = yq_risk_digits (yq_record_text (a, field));
  g_autofree char *other = yq_risk_digits (yq_record_text (b, field));

  return *one != '\0' && g_str_equal (one, other);
}

/* Who may not see the numbers compares the marks that the server made of them. */
static gboolean
share_account (YqRecord *a, YqRecord *b)
{
  const char *mark = yq_record_text (a, ORGANISATION_BANK_MARK);

  return share_number (a, b, ORGANISATION_BANK_ACCOUNT) ||
         (mark != NULL && g_strcmp0 (mark, yq_record_text (b, ORGANISATION_BANK_MARK)) == 0);
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
  else if (share_account (buyer, carrier))
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
  g_autoptr(GPtrArray) all = yq_world_sample (world, yq_record_entity (record), "buyer",
                                              yq_record_buyer (record), BURST_LATEST);
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

/* What is compared with what: of each kind of record one field, within one category and where it
 * has one the same unit. */
typedef struct
{
  const YqEntity *entity;
  guint price, category;
  int unit;           /* -1: none */
  const char *states; /* of those that count */
} Prices;

/* clang-format off */
static const Prices prices[] = {
  { &yq_instrument, INSTRUMENT_UNIT_PRICE, INSTRUMENT_CATEGORY, INSTRUMENT_FEE_UNIT, "listed" },
  { &yq_service, SERVICE_PRICE, SERVICE_CATEGORY, SERVICE_UNIT, "listed" },
  { &yq_voucher_use, VOUCHER_USE_CONTRACT_AMOUNT, VOUCHER_USE_CATEGORY, -1, "confirmed|served|redeeming|redeemed" },
  { &yq_redemption, REDEMPTION_SERVICE_FEE, REDEMPTION_CATEGORY, -1, "reviewing|approved|noticed|payable|paid" },
};
/* clang-format on */

static gboolean
counts (const Prices *row, YqRecord *other, YqRecord *record)
{
  return yq_record_int (other, row->price) > 0 && !is_same (other, record) &&
         yq_record_in_state (other, row->states) &&
         (row->unit < 0 ||
          g_strcmp0 (yq_record_text (other, row->unit), yq_record_text (record, row->unit)) == 0);
}

/* The median of the newest ones like record, itself apart; 0 where there are too few.  *n: how
 * many.
 */
static gint64
median_of (YqWorld *world, const Prices *row, YqRecord *record, guint *n)
{
  g_autoptr(GPtrArray) others =
    yq_world_sample (world, row->entity, row->entity->fields[row->category].name,
                     yq_record_text (record, row->category), PRICE_LATEST);
  g_autoptr(GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < others->len; i++)
    if (counts (row, others->pdata[i], record))
      {
        gint64 price = yq_record_int (others->pdata[i], row->price);

        g_array_append_val (found, price);
      }
  *n = found->len;
  if (found->len < PRICE_SAMPLES)
    return 0;
  g_array_sort (found, compare_prices);
  return g_array_index (found, gint64, found->len / 2);
}

/* price is what like costs here, in fen; other: where that stands, NULL for the record itself. */
static void
compare_price (GPtrArray *risks, YqWorld *world, const Prices *row, YqRecord *like, gint64 price,
               YqRecord *other)
{
  guint n = 0;
  gint64 median = price > 0 ? median_of (world, row, like, &n) : 0;
  g_autofree char *price_text = NULL, *median_text = NULL;

  if (median == 0 || price / PRICE_FACTOR < median || price <= median * PRICE_FACTOR)
    return;
  price_text = yq_money_format (price);
  median_text = yq_money_format (median);
  add (risks, YQ_RISK_PRICE, other,
       g_strdup_printf (_("%s: %s is far above the median of %s (%u of the same class: %s)"),
                        _(row->entity->fields[row->price].title), price_text, median_text, n,
                        _(row->entity->title_plural)));
}

static void
find_price (GPtrArray *risks, YqWorld *world, YqRecord *record, YqRecord *other)
{
  for (guint i = 0; i < G_N_ELEMENTS (prices); i++)
    if (prices[i].entity == yq_record_entity (record))
      compare_price (risks, world, &prices[i], record, yq_record_int (record, prices[i].price),
                     other);
}

/* What an order costs: its service by the piece, or each of its instruments. */
static void
find_order_price (GPtrArray *risks, YqWorld *world, YqRecord *order)
{
  JsonArray *ids = yq_record_array (order, ORDER_INSTRUMENTS);
  g_autoptr(YqRecord) service =
    yq_world_get (world, &yq_service, yq_record_text (order, ORDER_SERVICE));

  if (service != NULL)
    compare_price (
      risks, world, &prices[1], service,
      yq_record_int (order, ORDER_PRICE) / MAX (yq_record_int (order, ORDER_QUANTITY), 1), service);
  for (guint i = 0; service == NULL && ids != NULL && i < json_array_get_length (ids); i++)
    {
      g_autoptr(YqRecord) instrument =
        yq_world_get (world, &yq_instrument, json_array_get_string_element (ids, i));

      if (instrument != NULL)
        find_price (risks, world, instrument, instrument);
    }
}

/* Of a use with an order, what was ordered; of one without, its contract. */
static void
find_use_price (GPtrArray *risks, YqWorld *world, YqRecord *use, YqRecord *other)
{
  g_autoptr(YqRecord) order =
    yq_world_get (world, &yq_order, yq_record_text (use, VOUCHER_USE_ORDER));

  if (order != NULL)
    find_order_price (risks, world, order);
  else
    find_price (risks, world, use, other);
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

      if (use != NULL)
        find_use_price (risks, world, use, use);
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

/* -- kept by the server -- */

/* What the other record goes by, without its name. */
static const char *
number_of (YqRecord *record)
{
  static const char *const names[] = { "number", "organisation_code", "asset_number" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      int field = yq_entity_find_field (yq_record_entity (record), names[i]);

      if (field >= 0 && yq_record_has (record, field))
        return yq_record_text (record, field);
    }
  return "";
}

static gboolean
is_known (GPtrArray *risks, YqRiskKind kind, const char *record)
{
  for (guint i = 0; i < risks->len; i++)
    {
      const YqRisk *risk = risks->pdata[i];

      if (risk->kind == kind && (record == NULL || g_strcmp0 (risk->record, record) == 0))
        return TRUE;
    }
  return FALSE;
}

/* What this world does not show itself. */
static void
add_kept (GPtrArray *risks, YqRecord *record)
{
  int field = yq_entity_find_field (yq_record_entity (record), "risks");
  JsonArray *rows = field >= 0 ? yq_record_array (record, field) : NULL;

  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      const char *word = json_object_get_string_member_with_default (row, "kind", "");
      const char *name = json_object_get_string_member_with_default (row, "entity", NULL);
      const char *other = json_object_get_string_member_with_default (row, "record", NULL);
      const char *number = json_object_get_string_member_with_default (row, "number", "");

      for (guint kind = 0; kind < YQ_N_RISKS; kind++)
        if (g_str_equal (yq_risk_kinds[kind].code, word) && !is_known (risks, kind, other))
          {
            YqRisk *risk = g_new0 (YqRisk, 1);

            risk->kind = kind;
            risk->entity = name != NULL ? yq_model_find (name) : NULL;
            risk->record = risk->entity != NULL ? g_strdup (other) : NULL;
            risk->text =
              risk->entity != NULL
                ? g_strdup_printf (_("The server found it when the record was sent: %s %s"),
                                   _(risk->entity->title), number)
                : g_strdup (_("The server found it when the record was sent"));
            g_ptr_array_add (risks, risk);
          }
    }
}

void
yq_risks_keep (YqWorld *world, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  int first = yq_entity_find_field (entity, "risk"), all = yq_entity_find_field (entity, "risks");
  JsonArray *rows = json_array_new ();
  g_autoptr(GPtrArray) risks = NULL;

  if (first < 0 || all < 0)
    {
      json_array_unref (rows);
      return;
    }
  yq_values_clear (yq_record_values (record), all);
  risks = yq_risks_find (world, record);
  for (guint i = 0; i < MIN (risks->len, (guint) entity->fields[all].max); i++)
    {
      const YqRisk *risk = risks->pdata[i];
      JsonObject *row = json_object_new ();
      g_autoptr(YqRecord) other =
        risk->entity != NULL ? yq_world_get (world, risk->entity, risk->record) : NULL;

      json_object_set_string_member (row, "kind", yq_risk_kinds[risk->kind].code);
      if (other != NULL)
        {
          json_object_set_string_member (row, "entity", risk->entity->name);
          json_object_set_string_member (row, "record", risk->record);
          json_object_set_string_member (row, "number", number_of (other));
        }
      json_array_add_object_element (rows, row);
    }
  yq_record_set_text (record, first,
                      risks->len > 0 ? yq_risk_kinds[((const YqRisk *) risks->pdata[0])->kind].code
                                     : NULL);
  if (risks->len > 0)
    yq_record_take_array (record, all, rows);
  else
    json_array_unref (rows);
}

GPtrArray *
yq_risks_find (YqWorld *world, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  GPtrArray *risks = g_ptr_array_new_with_free_func (risk_free);

  if (entity == &yq_instrument)
    {
      find_asset_number (risks, world, record);
      find_price (risks, world, record, NULL);
    }
  else if (entity == &yq_service)
    find_price (risks, world, record, NULL);
  else if (entity == &yq_organisation)
    find_credit_code (risks, world, record);
  else if (entity == &yq_order || entity == &yq_voucher_use)
    {
      find_related (risks, world, yq_record_buyer (record), yq_record_carrier (record));
      find_burst (risks, world, record);
      if (entity == &yq_order)
        find_order_price (risks, world, record);
      else
        find_use_price (risks, world, record, NULL);
    }
  else if (entity == &yq_redemption)
    {
      find_price (risks, world, record, NULL);
      find_invoices (risks, world, record);
      find_in_lines (risks, world, record);
      if (yq_record_int (record, REDEMPTION_BANK_CHANGED))
        add (risks, YQ_RISK_BANK_CHANGED, NULL,
             g_strdup (_("The bank data of the applicant changed after submission; the money goes "
                         "to the account of then")));
    }
  add_kept (risks, record);
  g_ptr_array_sort (risks, compare_kinds);
  return risks;
}
