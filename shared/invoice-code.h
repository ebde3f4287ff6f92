/* The QR code printed on a Chinese VAT invoice: "01,TYPE,CODE,NUMBER,AMOUNT,YYYYMMDD,CHECK,…".
 *
 * TYPE is two digits (01 special, 04 ordinary, 10 electronic, 31 and 32 fully electronic); a fully
 * electronic invoice has no code and a number of 20 digits, every other one a code of 10 or 12
 * digits and a number of 8.  AMOUNT is the total of a fully electronic invoice and the amount
 * without tax of all others.  No public standard says so: this is what invoices carry.  Pure;
 * anybody may print such a code, so nothing in it is trusted. */
#pragma once

#include <glib.h>

typedef struct
{
  char type[3];
  char code[13];     /* "" where there is none */
  char number[21];   /* digits */
  char date[11];     /* YYYY-MM-DD */
  gint64 amount;     /* fen */
  gboolean is_total; /* with tax */
} YqInvoiceCode;

/* FALSE where the text is not such a code; *invoice is all zero then.  NULL is none. */
gboolean yq_invoice_code_read (const char *text, YqInvoiceCode *invoice);

typedef enum
{
  YQ_INVOICE_DIFFERS_CODE = 1 << 0,
  YQ_INVOICE_DIFFERS_NUMBER = 1 << 1,
  YQ_INVOICE_DIFFERS_DATE = 1 << 2,
  YQ_INVOICE_DIFFERS_AMOUNT = 1 << 3,
} YqInvoiceDiffers;

/* How far what was typed is not what is printed; texts may be NULL, amount in fen (0: not typed).
 * An amount with tax may be up to 17 % above a printed one without it. */
guint yq_invoice_code_compare (const YqInvoiceCode *invoice, const char *code, const char *number,
                               const char *date, gint64 amount);
