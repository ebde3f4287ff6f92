/* Signs that something is odd: each is seen where it is, and not where it only looks alike. */
#define G_LOG_DOMAIN "test-risk"

#include "policy-world.h"
#include "risk.h"
#include "storefront.h"

/* "kind:name": the other record; "kind" where there is none.  names: all that may be named. */
static char *
risks_of (YqWorld *world, YqRecord *record)
{
  static const char *const names[] = { "twin",    "acme",  "lab",     "other",
                                       "invoice", "again", "voucher", "order0",
                                       "order1",  "use1",  "copy",    "elsewhere" };
  static const char *const words[] = {
    [YQ_RISK_ASSET_NUMBER] = "asset", [YQ_RISK_CREDIT_CODE] = "uscc",
    [YQ_RISK_INVOICE] = "invoice",    [YQ_RISK_SCANNED] = "scanned",
    [YQ_RISK_RELATED] = "related",    [YQ_RISK_PRICE] = "price",
    [YQ_RISK_BURST] = "burst",        [YQ_RISK_BANK_CHANGED] = "bank",
  };
  g_autoptr(GPtrArray) risks = yq_risks_find (world, record);
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < risks->len; i++)
    {
      const YqRisk *risk = risks->pdata[i];

      g_assert_cmpuint (strlen (risk->text), >, 10);
      g_assert_cmpuint (strlen (yq_risk_title (risk->kind)), >, 0);
      g_assert_cmpint (risk->record != NULL, ==, risk->entity != NULL);
      g_string_append_printf (line, "%s%s", i > 0 ? " " : "", words[risk->kind]);
      for (guint n = 0; risk->record != NULL && n < G_N_ELEMENTS (names); n++)
        if (g_str_equal (risk->record, memory_id (names[n])))
          g_string_append_printf (line, ":%s", names[n]);
    }
  return g_string_free (line, FALSE);
}

static void
assert_risks (const char *name, YqWorld *world, YqRecord *record, const char *expected)
{
  g_autofree char *found = risks_of (world, record);

  if (strcmp (found, expected) != 0)
    g_error ("%s: “%s”, not “%s”", name, found, expected);
}

/* -- instruments -- */

#define MICROSCOPE                                                                                     \
  "{'name':'扫描电镜','category':'@sem','asset_number':'A-1','unit_price':40000,'fee_unit':'hour'" \
  "}"

/* clang-format off */
static const struct
{
  const char *name, *patch, *state, *expected;
} twins[] = {
  { "the same number at another carrier", "{}", "listed", "asset:twin" },
  { "while that one waits", "{}", "pending", "asset:twin" },
  { "a draft proves nothing", "{}", "draft", "" },
  { "another number", "{'asset_number':'A-2'}", "listed", "" },
  { "no number", "{'asset_number':null}", "listed", "" },
};
/* clang-format on */

static void
test_asset_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (twins); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *record = memory_add (world, &yq_instrument, "microscope", "pending",
                                     "carrier=lab region=330402", MICROSCOPE);

      memory_patch (
        memory_add (world, &yq_instrument, "twin", twins[i].state, "carrier=acme", MICROSCOPE),
        twins[i].patch);
      assert_risks (twins[i].name, world, record, twins[i].expected);
    }
}

static void
test_no_number_is_no_twin (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *record = memory_add (world, &yq_instrument, "microscope", "pending", "carrier=lab",
                                 "{'name':'扫描电镜'}");

  memory_add (world, &yq_instrument, "twin", "listed", "carrier=acme", "{'name':'扫描电镜'}");
  assert_risks ("nothing to compare", world, record, "");
}

/* clang-format off */
static const struct
{
  const char *name;
  guint n;          /* other instruments, at 100, 200, … CNY */
  const char *unit; /* of theirs */
  gint64 price;
  const char *expected;
} prices[] = {
  { "three times the median", 5, "hour", 90000, "" },
  { "a fen more", 5, "hour", 90001, "price" },
  { "too few to tell", 4, "hour", 900000, "" },
  { "priced otherwise", 5, "sample", 900000, "" },
  { "no price", 5, "hour", 0, "" },
  { "below the median", 5, "hour", 100, "" },
};
/* clang-format on */

static void
test_prices (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (prices); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *record =
        memory_add (world, &yq_instrument, "microscope", "pending", "carrier=lab", MICROSCOPE);

      yq_record_set_int (record, INSTRUMENT_UNIT_PRICE, prices[i].price);
      for (guint n = 0; n < prices[i].n; n++)
        {
          g_autofree char *name = g_strdup_printf ("instrument%u", n);
          g_autofree char *fields =
            g_strdup_printf ("{'name':'x','category':'@sem','unit_price':%u,'fee_unit':'%s'}",
                             (n + 1) * 10000, prices[i].unit);

          memory_add (world, &yq_instrument, name, "listed", "carrier=acme", fields);
        }
      assert_risks (prices[i].name, world, record, prices[i].expected);
    }
}

/* Five that cost 100 to 500, and one that costs so much. */
static void
add_five (YqWorld *world, const YqEntity *entity, const char *state, const char *fields,
          const char *price)
{
  for (guint n = 0; n < 5; n++)
    {
      g_autofree char *name = g_strdup_printf ("%s%u", entity->name, n);
      g_autofree char *all = g_strdup_printf ("{%s'%s':%u}", fields, price, (n + 1) * 10000);

      memory_add (world, entity, name, state, "buyer=other carrier=other", all);
    }
}

static void
assert_price (const char *name, YqWorld *world, YqRecord *record, const char *patch,
              const char *expected)
{
  memory_patch (record, patch);
  assert_risks (name, world, record, expected);
}

static void
test_prices_of_services (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *service = memory_add (world, &yq_service, "service", "pending", "carrier=lab",
                                  "{'name':'测试','category':'@sem','unit':'sample'}");
  YqRecord *order = memory_add (world, &yq_order, "order", "submitted", "buyer=acme carrier=lab",
                                "{'kind':'service','service':'@service','quantity':2}");

  add_five (world, &yq_service, "listed", "'category':'@sem','unit':'sample',", "price");
  assert_price ("a service at three times the median", world, service, "{'price':90000}", "");
  assert_price ("a service a fen above", world, service, "{'price':90001}", "price");
  assert_price ("of another unit", world, service, "{'price':90001,'unit':'hour'}", "");
  memory_patch (service, "{'unit':'sample'}");
  assert_price ("two at three times", world, order, "{'price':180000}", "");
  assert_price ("two above", world, order, "{'price':180002}", "price");
  assert_price ("the price is still to be agreed", world, order, "{'price':null}", "");
}

static void
test_prices_of_orders_and_uses (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *instrument =
    memory_add (world, &yq_instrument, "microscope", "listed", "carrier=lab", MICROSCOPE);
  YqRecord *order = memory_add (world, &yq_order, "order", "submitted", "buyer=acme carrier=lab",
                                "{'kind':'instruments','instruments':['@microscope']}");
  YqRecord *use = memory_add (world, &yq_voucher_use, "use", "pending", "buyer=acme carrier=lab",
                              "{'category':'testing'}");

  add_five (world, &yq_instrument, "listed", "'category':'@sem','fee_unit':'hour',", "unit_price");
  add_five (world, &yq_voucher_use, "redeemed", "'category':'testing',", "contract_amount");
  assert_risks ("an instrument as others", world, order, "");
  assert_price ("a contract at three times", world, use, "{'contract_amount':90000}", "");
  assert_price ("a contract above", world, use, "{'contract_amount':90001}", "price");
  assert_price ("of another category", world, use, "{'category':'design'}", "");
  /* With its order, what was ordered is compared, not the contract. */
  assert_price ("of an order", world, use, "{'category':'testing','order':'@order'}", "");
  memory_patch (instrument, "{'unit_price':90001}");
  assert_risks ("a dear instrument", world, order, "price");
  assert_risks ("a dear instrument in a use", world, use, "price");
}

static void
test_prices_of_redemptions (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *redemption = memory_add (world, &yq_redemption, "redemption", "reviewing", "buyer=acme",
                                     "{'mode':'quick','category':'@sem'}");
  YqRecord *of_use = memory_add (world, &yq_redemption, "lines", "reviewing", "buyer=acme",
                                 "{'mode':'uses','lines':[{'use':'@use1','asked':1}]}");

  add_five (world, &yq_redemption, "paid", "'mode':'quick','category':'@sem',", "service_fee");
  add_five (world, &yq_voucher_use, "redeemed", "'category':'testing',", "contract_amount");
  assert_price ("a fee at three times", world, redemption, "{'service_fee':90000}", "");
  assert_price ("a fee above", world, redemption, "{'service_fee':90001}", "price");
  assert_risks ("a use as others", world, of_use, "");
  memory_add (world, &yq_voucher_use, "voucher_use5", "redeemed", NULL,
              "{'category':'testing','contract_amount':30000}");
  memory_add (world, &yq_voucher_use, "use1", "redeeming", NULL,
              "{'category':'testing','contract_amount':90001}");
  assert_risks ("a dear use in a line", world, of_use, "price:use1");
}

/* -- what the server kept, for those who do not see the other record -- */

static void
test_kept (void)
{
  g_autoptr(YqWorld) all = policy_world_new ();
  g_autoptr(YqWorld) own = policy_world_new ();
  YqRecord *use = memory_add (all, &yq_voucher_use, "use", "pending",
                              "buyer=acme carrier=elsewhere region=330421", USE_FIELDS);
  YqRecord *seen;
  g_autoptr(GPtrArray) risks = NULL;

  memory_add (all, &yq_organisation, "elsewhere", "active", "region=370102",
              "{'name':'济南检测','legal_person':'王芳','organisation_code':'MA2BC1D4-4'}");
  yq_risks_keep (all, use);
  g_assert_cmpstr (yq_record_text (use, VOUCHER_USE_RISK), ==, "related");
  g_assert_cmpuint (json_array_get_length (yq_record_array (use, VOUCHER_USE_RISKS)), ==, 1);
  assert_risks ("said once where both are seen", all, use, "related:elsewhere");
  /* Her world ends at her region. */
  seen = memory_add (own, &yq_voucher_use, "use", "pending",
                     "buyer=acme carrier=elsewhere region=330421", NULL);
  assert_risks ("nothing to be seen here", own, seen, "");
  yq_record_take_array (seen, VOUCHER_USE_RISKS,
                        json_array_ref (yq_record_array (use, VOUCHER_USE_RISKS)));
  assert_risks ("told by the server", own, seen, "related:elsewhere");
  risks = yq_risks_find (own, seen);
  g_assert_nonnull (strstr (((YqRisk *) risks->pdata[0])->text, "MA2BC1D4-4"));
  g_assert_null (strstr (((YqRisk *) risks->pdata[0])->text, "王芳"));
  /* Found anew when it is sent again: what is mended goes. */
  memory_patch (memory_get (all, &yq_organisation, "elsewhere"), "{'legal_person':'李强'}");
  yq_risks_keep (all, use);
  g_assert_false (yq_record_has (use, VOUCHER_USE_RISK));
  g_assert_false (yq_record_has (use, VOUCHER_USE_RISKS));
}

/* -- organisations -- */

static void
test_credit_codes (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *acme = memory_get (world, &yq_organisation, "acme");

  assert_risks ("alone", world, acme, "");
  memory_add (world, &yq_organisation, "other", "draft", "region=330402",
              "{'name':'另一家','uscc':'91330421MA28A00001'}");
  assert_risks ("a draft", world, acme, "");
  yq_record_set_state (memory_get (world, &yq_organisation, "other"), "active");
  assert_risks ("another", world, acme, "uscc:other");
}

/* -- related parties -- */

/* clang-format off */
static const struct
{
  const char *name, *lab, *expected, *says;
} relations[] = {
  { "strangers", "{}", "", NULL },
  { "the same legal person", "{'legal_person':'王芳'}", "related:lab", "legal representative: 王芳" },
  { "the same phone, written otherwise", "{'contact_phone':'(0573) 8425 0001'}", "related:lab", "contact phone" },
  { "another phone", "{'contact_phone':'0573-84250002'}", "", NULL },
  { "the same bank account with spaces", "{'bank_account':'6222 0000 1111 2222'}", "related:lab", "bank account" },
  { "marks of the same account, the numbers masked", "{'bank_account':'6222********2222','bank_mark':'m1'}", "related:lab", "bank account" },
  { "masked numbers that look alike", "{'bank_account':'6222********2222','bank_mark':'m2'}", "", NULL },
  { "masked numbers without marks", "{'bank_account':'6222********2222'}", "", NULL },
  { "nothing known of the carrier", "{'legal_person':null,'contact_phone':null,'bank_account':null}", "", NULL },
};
/* clang-format on */

static void
test_relations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (relations); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *use = memory_add (world, &yq_voucher_use, "use", "pending",
                                  "buyer=acme carrier=lab region=330421", USE_FIELDS);
      YqRecord *order =
        memory_add (world, &yq_order, "order", "submitted", "buyer=acme carrier=lab", NULL);
      g_autoptr(GPtrArray) risks = NULL;

      if (strstr (relations[i].lab, "****") != NULL)
        memory_patch (memory_get (world, &yq_organisation, "acme"),
                      "{'bank_account':'6222********2222','bank_mark':'m1'}");
      memory_patch (memory_get (world, &yq_organisation, "lab"), relations[i].lab);
      assert_risks (relations[i].name, world, use, relations[i].expected);
      assert_risks (relations[i].name, world, order, relations[i].expected);
      risks = yq_risks_find (world, use);
      if (relations[i].says != NULL)
        g_assert_nonnull (strstr (((YqRisk *) risks->pdata[0])->text, relations[i].says));
    }
}

/* -- bursts -- */

/* clang-format off */
static const struct
{
  const char *name;
  guint n;
  const char *owners, *state, *when, *expected;
} bursts[] = {
  { "four others in the week", 4, "buyer=acme carrier=lab", "submitted", "2026-11-15T00:00:00Z", "burst:order0" },
  { "three others", 3, "buyer=acme carrier=lab", "submitted", "2026-11-15T00:00:00Z", "" },
  { "four others long ago", 4, "buyer=acme carrier=lab", "submitted", "2026-11-13T00:00:00Z", "" },
  { "four at another carrier", 4, "buyer=acme carrier=other", "submitted", "2026-11-15T00:00:00Z", "" },
  { "four of another enterprise", 4, "buyer=other carrier=lab", "submitted", "2026-11-15T00:00:00Z", "" },
  { "four drafts", 4, "buyer=acme carrier=lab", "draft", "2026-11-15T00:00:00Z", "" },
};
/* clang-format on */

static void
test_bursts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bursts); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *order = memory_add (world, &yq_order, "order", "submitted",
                                    "buyer=acme carrier=lab", "{'submitted_at':'" NOW "'}");

      for (guint n = 0; n < bursts[i].n; n++)
        {
          g_autofree char *name = g_strdup_printf ("order%u", n);
          g_autofree char *fields = g_strdup_printf ("{'submitted_at':'%s'}", bursts[i].when);

          memory_add (world, &yq_order, name, bursts[i].state, bursts[i].owners, fields);
        }
      assert_risks (bursts[i].name, world, order, bursts[i].expected);
    }
}

/* -- redemptions -- */

#define INVOICE(redemption) \
  "{'number':'26332000000000000001','amount':1,'redemption':" redemption "}"

/* clang-format off */
static const struct
{
  const char *name, *copy, *redemption, *lab, *expected, *invoice;
} redemptions[] = {
  { "nothing odd", NULL, NULL, NULL, "" },
  { "the invoice in another redemption", INVOICE ("'@other'"), NULL, NULL, "invoice:other" },
  { "the invoice entered by somebody else", INVOICE ("null"), NULL, NULL, "invoice:copy" },
  { "the invoice twice in this one", INVOICE ("'@redemption'"), NULL, NULL, "" },
  { "another number", "{'number':'26332000000000000002','redemption':'@other'}", NULL, NULL, "" },
  { "the number of another code", "{'code':'3300204130','number':'26332000000000000001','redemption':'@other'}", NULL, NULL, "" },
  { "the QR code says the same", NULL, NULL, NULL, "", "{'date':'2026-03-02','scanned':'01,32,,26332000000000000001,0.01,20260302,'}" },
  { "the QR code says another number", NULL, NULL, NULL, "scanned:invoice", "{'date':'2026-03-02','scanned':'01,32,,26332000000000000002,0.01,20260302,'}" },
  { "the QR code says another amount", NULL, NULL, NULL, "scanned:invoice", "{'date':'2026-03-02','scanned':'01,32,,26332000000000000001,0.02,20260302,'}" },
  { "another day", NULL, NULL, NULL, "scanned:invoice", "{'date':'2026-03-03','scanned':'01,32,,26332000000000000001,0.01,20260302,'}" },
  { "no QR code of an invoice", NULL, NULL, NULL, "", "{'scanned':'https://example.org'}" },
  { "related parties in a line", NULL, NULL, "{'legal_person':'王芳'}", "related:lab" },
  { "bank data changed", NULL, "{'bank_changed':true}", NULL, "bank" },
  { "all of it, the gravest first", INVOICE ("'@other'"), "{'bank_changed':true}", "{'legal_person':'王芳'}", "invoice:other related:lab bank" },
};
/* clang-format on */

static void
test_redemptions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (redemptions); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *record;

      memory_add (world, &yq_voucher_use, "use", "redeeming",
                  "buyer=acme carrier=lab region=330421", USE_FIELDS);
      memory_add (world, &yq_redemption, "other", "paid", "buyer=other", NULL);
      memory_add (world, &yq_invoice, "invoice", "active", "buyer=acme", INVOICE ("'@redemption'"));
      record =
        memory_add (world, &yq_redemption, "redemption", "reviewing", "buyer=acme region=330421",
                    "{'invoices':['@invoice'],'lines':[{'use':'@use','asked':1},{'use':'@use',"
                    "'asked':1}]}");
      if (redemptions[i].copy != NULL)
        memory_add (world, &yq_invoice, "copy", "active", "buyer=other", redemptions[i].copy);
      memory_patch (record, redemptions[i].redemption);
      memory_patch (memory_get (world, &yq_invoice, "invoice"), redemptions[i].invoice);
      memory_patch (memory_get (world, &yq_organisation, "lab"), redemptions[i].lab);
      assert_risks (redemptions[i].name, world, record, redemptions[i].expected);
    }
}

/* What is not known here, a message, a world without anything: nothing odd. */
static void
test_nothing_to_see (void)
{
  g_autoptr(YqWorld) world = memory_world_new (NOW);

  for (guint e = 0; e < yq_model_count (); e++)
    {
      YqRecord *record = memory_add (world, yq_model_nth (e), yq_model_nth (e)->name, NULL,
                                     "buyer=nobody carrier=nowhere", NULL);

      assert_risks (yq_model_nth (e)->name, world, record, "");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  yq_text_set_language (YQ_LANGUAGE_EN);
  g_test_add_func ("/risk/asset-numbers", test_asset_numbers);
  g_test_add_func ("/risk/no-number-is-no-twin", test_no_number_is_no_twin);
  g_test_add_func ("/risk/prices", test_prices);
  g_test_add_func ("/risk/prices/services", test_prices_of_services);
  g_test_add_func ("/risk/prices/orders", test_prices_of_orders_and_uses);
  g_test_add_func ("/risk/prices/redemptions", test_prices_of_redemptions);
  g_test_add_func ("/risk/kept", test_kept);
  g_test_add_func ("/risk/credit-codes", test_credit_codes);
  g_test_add_func ("/risk/relations", test_relations);
  g_test_add_func ("/risk/bursts", test_bursts);
  g_test_add_func ("/risk/redemptions", test_redemptions);
  g_test_add_func ("/risk/nothing-to-see", test_nothing_to_see);
  return g_test_run ();
}
