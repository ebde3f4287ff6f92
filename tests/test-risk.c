/* Signs that something is odd: each is seen where it is, and not where it only looks alike. */
#define G_LOG_DOMAIN "test-risk"

#include "policy-world.h"
#include "risk.h"

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
  g_test_add_func ("/risk/credit-codes", test_credit_codes);
  g_test_add_func ("/risk/relations", test_relations);
  g_test_add_func ("/risk/bursts", test_bursts);
  g_test_add_func ("/risk/redemptions", test_redemptions);
  g_test_add_func ("/risk/nothing-to-see", test_nothing_to_see);
  return g_test_run ();
}
