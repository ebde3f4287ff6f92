/* The QR code of an invoice. */
#define G_LOG_DOMAIN "yiquan-invoice"

#include "invoice-code.h"

#include <string.h>

#include "clock.h"
#include "money.h"

#define MAX_TEXT 512
#define MAX_TAX 17 /* per cent, the highest rate there ever was */

enum
{
  PART_VERSION,
  PART_TYPE,
  PART_CODE,
  PART_NUMBER,
  PART_AMOUNT,
  PART_DATE,
  N_PARTS
};

static gboolean
is_digits (const char *text, gsize n)
{
  return strlen (text) == n && strspn (text, "0123456789") == n;
}

/* Digits with at most two decimals: "6000", "6000.0", "6000.00". */
static gboolean
read_amount (const char *text, gint64 *amount)
{
  gsize whole = strspn (text, "0123456789");
  const char *rest = text + whole;

  if (whole == 0 || whole > 12 || (*rest != '\0' && *rest != '.'))
    return FALSE;
  if (*rest == '.' &&
      (strlen (rest + 1) == 0 || strlen (rest + 1) > 2 || !is_digits (rest + 1, strlen (rest + 1))))
    return FALSE;
  return yq_money_parse (text, amount) && *amount > 0;
}

static gboolean
read_date (const char *text, char *date)
{
  if (!is_digits (text, 8))
    return FALSE;
  g_snprintf (date, 11, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
  return yq_date_is_valid (date);
}

static gboolean
read_parts (char **parts, YqInvoiceCode *invoice)
{
  const char *code = parts[PART_CODE], *number = parts[PART_NUMBER];

  if (strcmp (parts[PART_VERSION], "01") != 0 || !is_digits (parts[PART_TYPE], 2) ||
      !read_amount (parts[PART_AMOUNT], &invoice->amount) ||
      !read_date (parts[PART_DATE], invoice->date))
    return FALSE;
  if (*code == '\0' ? !is_digits (number, 20)
                    : !(is_digits (code, 10) || is_digits (code, 12)) || !is_digits (number, 8))
    return FALSE;
  g_strlcpy (invoice->type, parts[PART_TYPE], sizeof invoice->type);
  g_strlcpy (invoice->code, code, sizeof invoice->code);
  g_strlcpy (invoice->number, number, sizeof invoice->number);
  invoice->is_total = *code == '\0';
  return TRUE;
}

gboolean
yq_invoice_code_read (const char *text, YqInvoiceCode *invoice)
{
  YqInvoiceCode found = { 0 };
  g_auto(GStrv) parts = NULL;
  gboolean good;

  memset (invoice, 0, sizeof *invoice);
  if (text == NULL || strnlen (text, MAX_TEXT + 1) > MAX_TEXT)
    return FALSE;
  parts = g_strsplit (text, ",", N_PARTS + 1);
  good = g_strv_length (parts) >= N_PARTS && read_parts (parts, &found);
  if (good)
    *invoice = found;
  return good;
}

static gboolean
amount_fits (const YqInvoiceCode *invoice, gint64 amount)
{
  if (invoice->is_total)
    return amount == invoice->amount;
  return amount >= invoice->amount && amount * 100 <= invoice->amount * (100 + MAX_TAX) + 100;
}

guint
yq_invoice_code_compare (const YqInvoiceCode *invoice, const char *code, const char *number,
                         const char *date, gint64 amount)
{
  guint differs = 0;

  if (g_strcmp0 (code != NULL ? code : "", invoice->code) != 0)
    differs |= YQ_INVOICE_DIFFERS_CODE;
  if (g_strcmp0 (number, invoice->number) != 0)
    differs |= YQ_INVOICE_DIFFERS_NUMBER;
  if (g_strcmp0 (date, invoice->date) != 0)
    differs |= YQ_INVOICE_DIFFERS_DATE;
  if (!amount_fits (invoice, amount))
    differs |= YQ_INVOICE_DIFFERS_AMOUNT;
  return differs;
}
