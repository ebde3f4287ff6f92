/* The QR code of an invoice: what is one, what is not, and what differs from it. */
#define G_LOG_DOMAIN "yiquan-test-invoice-code"

#include <string.h>

#include "invoice-code.h"

/* clang-format off */
static const struct
{
  const char *text, *code, *number, *date;
  gint64 amount;
  gboolean is_total;
} good[] = {
  { "01,32,,26332000000012345678,6000.00,20260302,,8A1B", "", "26332000000012345678", "2026-03-02", 600000, TRUE },
  { "01,31,,26332000000012345678,0.01,20240229,", "", "26332000000012345678", "2024-02-29", 1, TRUE },
  { "01,01,3300211130,12345678,5309.73,20231107,66212345678901234567,9D3A,", "3300211130", "12345678", "2023-11-07", 530973, FALSE },
  { "01,10,033002100211,87654321,943.4,20220101,01234567890123456789,", "033002100211", "87654321", "2022-01-01", 94340, FALSE },
  { "01,04,033002100204,00000001,999999999999,20191231,,", "033002100204", "00000001", "2019-12-31", G_GINT64_CONSTANT (99999999999900), FALSE },
};

static const char *const bad[] = {
  "", ",", "01", "01,32,,26332000000012345678,6000.00", "hello", "https://example.org/01,32,,26332000000012345678,6000.00,20260302",
  "02,32,,26332000000012345678,6000.00,20260302,", " 01,32,,26332000000012345678,6000.00,20260302,",
  "01,3,,26332000000012345678,6000.00,20260302,", "01,322,,26332000000012345678,6000.00,20260302,", "01,AB,,26332000000012345678,6000.00,20260302,",
  "01,32,,2633200000001234567,6000.00,20260302,", "01,32,,263320000000123456789,6000.00,20260302,", "01,32,,2633200000001234567X,6000.00,20260302,",
  "01,32,,12345678,6000.00,20260302,", "01,01,3300211130,26332000000012345678,1.00,20231107,", "01,01,330021113,12345678,1.00,20231107,",
  "01,01,33002111301,12345678,1.00,20231107,", "01,01,33002111ab,12345678,1.00,20231107,",
  "01,32,,26332000000012345678,-6000.00,20260302,", "01,32,,26332000000012345678,0.00,20260302,", "01,32,,26332000000012345678,,20260302,",
  "01,32,,26332000000012345678,6000.001,20260302,", "01,32,,26332000000012345678,6000.,20260302,", "01,32,,26332000000012345678,.50,20260302,",
  "01,32,,26332000000012345678,6e3,20260302,", "01,32,,26332000000012345678,¥6000,20260302,", "01,32,,26332000000012345678,６０００,20260302,",
  "01,32,,26332000000012345678,99999999999999999999.00,20260302,", "01,32,,26332000000012345678,1000000000000.00,20260302,",
  "01,32,,26332000000012345678,6000.00,20260230,", "01,32,,26332000000012345678,6000.00,2026-03-02,", "01,32,,26332000000012345678,6000.00,202603,",
  "01,32,,26332000000012345678,6000.00,20261301,", "01,32,,26332000000012345678,6000.00,', DROP TABLE invoice; --,",
  "01,32,,%s%s%s%s%s%s%s%s%n%n,6000.00,20260302,", "01,32,,26332000000012345678\n,6000.00,20260302,", "01;32;;26332000000012345678;6000.00;20260302;",
  "\xff\xfe,32,,26332000000012345678,6000.00,20260302,", "01,32,,٢٦٣٣٢٠٠٠٠٠٠٠١٢٣٤٥٦٧٨,6000.00,20260302,",
};
/* clang-format on */

static void
test_what_invoices_carry_is_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      YqInvoiceCode invoice;

      g_assert_true (yq_invoice_code_read (good[i].text, &invoice));
      g_assert_cmpstr (invoice.code, ==, good[i].code);
      g_assert_cmpstr (invoice.number, ==, good[i].number);
      g_assert_cmpstr (invoice.date, ==, good[i].date);
      g_assert_cmpint (invoice.amount, ==, good[i].amount);
      g_assert_cmpint (invoice.is_total, ==, good[i].is_total);
    }
}

static void
assert_refused (const char *text)
{
  static const YqInvoiceCode nothing;
  YqInvoiceCode invoice;

  memset (&invoice, 0x5a, sizeof invoice);
  if (yq_invoice_code_read (text, &invoice))
    g_error ("This was taken for an invoice: %s", text);
  g_assert_cmpmem (&invoice, sizeof invoice, &nothing, sizeof nothing);
}

static void
test_anything_else_is_none (void)
{
  g_autofree char *endless = g_strnfill (1 << 20, ',');
  g_autofree char *zeros = g_strnfill (1 << 16, '0');
  g_autofree char *tail = g_strconcat (good[0].text, ",", zeros, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (bad[i]);
  assert_refused (NULL);
  assert_refused (endless);
  assert_refused (zeros);
  assert_refused (tail);
}

/* Whatever a printer or a forger makes of it: what is read is well formed. */
static void
test_what_is_read_is_always_well_formed (void)
{
  static const char alphabet[] = "0123456789,,,,.AZ -\xe5\x8f\x91";
  guint n_read = 0;

  for (guint round = 0; round < 200000; round++)
    {
      g_autofree char *text = g_strdup (good[g_test_rand_int_range (0, G_N_ELEMENTS (good))].text);
      gsize length = strlen (text);
      int n = g_test_rand_int_range (1, 4);
      YqInvoiceCode invoice;

      for (int i = 0; i < n; i++)
        text[g_test_rand_int_range (0, (gint32) length)] =
          alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      if (!yq_invoice_code_read (text, &invoice))
        continue;
      n_read++;
      g_assert_cmpuint (strspn (invoice.code, "0123456789"), ==, strlen (invoice.code));
      g_assert_cmpuint (strspn (invoice.number, "0123456789"), ==, strlen (invoice.number));
      g_assert_cmpuint (strlen (invoice.number), ==, *invoice.code == '\0' ? 20 : 8);
      g_assert_cmpuint (strlen (invoice.date), ==, 10);
      g_assert_cmpint (invoice.amount, >, 0);
    }
  g_assert_cmpuint (n_read, >, 1000);
}

/* clang-format off */
static const struct
{
  guint of; /* in good */
  const char *code, *number, *date;
  gint64 amount;
  guint differs;
} typed[] = {
  { 0, NULL, "26332000000012345678", "2026-03-02", 600000, 0 },
  { 0, "", "26332000000012345678", "2026-03-02", 600000, 0 },
  { 0, NULL, "26332000000012345679", "2026-03-02", 600000, YQ_INVOICE_DIFFERS_NUMBER },
  { 0, NULL, "26332000000012345678", "2026-03-03", 600000, YQ_INVOICE_DIFFERS_DATE },
  { 0, NULL, "26332000000012345678", "2026-03-02", 600001, YQ_INVOICE_DIFFERS_AMOUNT },
  { 0, NULL, "26332000000012345678", "2026-03-02", 599999, YQ_INVOICE_DIFFERS_AMOUNT },
  { 0, "3300211130", NULL, NULL, 0, YQ_INVOICE_DIFFERS_CODE | YQ_INVOICE_DIFFERS_NUMBER | YQ_INVOICE_DIFFERS_DATE | YQ_INVOICE_DIFFERS_AMOUNT },
  { 2, "3300211130", "12345678", "2023-11-07", 530973, 0 },
  { 2, "3300211130", "12345678", "2023-11-07", 600000, 0 }, /* with 13 % */
  { 2, "3300211130", "12345678", "2023-11-07", 530972, YQ_INVOICE_DIFFERS_AMOUNT },
  { 2, "3300211130", "12345678", "2023-11-07", 630000, YQ_INVOICE_DIFFERS_AMOUNT },
  { 2, "3300211131", "12345678", "2023-11-07", 600000, YQ_INVOICE_DIFFERS_CODE },
};
/* clang-format on */

static void
test_what_differs_is_named (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      YqInvoiceCode invoice;

      g_assert_true (yq_invoice_code_read (good[typed[i].of].text, &invoice));
      g_assert_cmphex (yq_invoice_code_compare (&invoice, typed[i].code, typed[i].number,
                                                typed[i].date, typed[i].amount),
                       ==, typed[i].differs);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/invoice-code/read", test_what_invoices_carry_is_read);
  g_test_add_func ("/invoice-code/none", test_anything_else_is_none);
  g_test_add_func ("/invoice-code/well-formed", test_what_is_read_is_always_well_formed);
  g_test_add_func ("/invoice-code/differs", test_what_differs_is_named);
  return g_test_run ();
}
