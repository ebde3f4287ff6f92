/* A voucher as a real ticket: the same drawing on the screen, on paper and in a PDF.  GTK thread
 * only. */
#pragma once

#include <gtk/gtk.h>

#include "schema.h"

/* Everything a ticket says; strings are borrowed while it is shown and copied by the widget. */
typedef struct
{
  const char *number;
  const char *programme;            /* title of it */
  const char *holder;               /* name of the organisation */
  const char *uscc;                 /* may be NULL */
  const char *carrier;              /* may be NULL: any carrier */
  const char *scope;                /* what it may be used for; may be NULL */
  const char *kind;                 /* translated; may be NULL */
  gint64 amount;                    /* fen */
  gint64 available, held, redeemed; /* fen */
  const char *valid_from;           /* ISO date; may be NULL */
  const char *valid_until;
  const char *state; /* translated */
  YqTone tone;
  const char *token; /* what the QR code holds; NULL: no code yet */
} YqVoucherFacts;

#define YQ_TYPE_VOUCHER_CARD (yq_voucher_card_get_type ())
G_DECLARE_FINAL_TYPE (YqVoucherCard, yq_voucher_card, YQ, VOUCHER_CARD, GtkWidget)

/* large: the selected one; small: one of many. */
GtkWidget *yq_voucher_card_new (const YqVoucherFacts *facts, gboolean large);
void yq_voucher_card_set (YqVoucherCard *card, const YqVoucherFacts *facts);

/* One page, in points; the voucher sheet with the amount in words and the code. */
void yq_voucher_sheet_draw (cairo_t *cr, const YqVoucherFacts *facts, double width, double height);
/* Opens the print dialog; facts are copied. */
void yq_voucher_print (GtkWindow *parent, const YqVoucherFacts *facts, guint n_facts);
gboolean yq_voucher_export_pdf (const char *path, const YqVoucherFacts *facts, guint n_facts,
                                GError **error);
/* "大写：伍万元整"; free it. */
char *yq_voucher_amount_words (gint64 fen);
