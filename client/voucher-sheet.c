/* The voucher on paper and in a PDF: one page in points, fonts named, rows stacked by their
 * measured height. */
#define G_LOG_DOMAIN "yiquan-voucher-card"

#include "voucher-card.h"

#include <cairo-pdf.h>

#include "money.h"
#include "qr-code.h"

#define A4_WIDTH 595.0
#define A4_HEIGHT 842.0
#define MARGIN 48.0

char *
yq_voucher_amount_words (gint64 fen)
{
  g_autofree char *words = yq_money_chinese (fen);

  return g_strdup_printf (_("In words: %s"), words);
}

/* Draws a text at most width wide and answers its height. */
static double
draw_text (cairo_t *cr, double x, double y, double width, const char *font,
           PangoAlignment alignment, const char *text)
{
  g_autoptr(PangoLayout) layout = pango_cairo_create_layout (cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  int height;

  pango_context_set_language (pango_layout_get_context (layout),
                              pango_language_from_string ("zh-cn"));
  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, alignment);
  pango_layout_set_text (layout, text, -1);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static double
draw_row (cairo_t *cr, double y, double width, const char *title, const char *value)
{
  double left, right;

  if (value == NULL || *value == '\0')
    return 0;
  cairo_set_source_rgb (cr, 0.4, 0.4, 0.4);
  left = draw_text (cr, MARGIN + 24, y, 110, "Noto Sans CJK SC 10", PANGO_ALIGN_LEFT, title);
  cairo_set_source_rgb (cr, 0, 0, 0);
  right = draw_text (cr, MARGIN + 140, y, width, "Noto Sans CJK SC 11", PANGO_ALIGN_LEFT, value);
  return MAX (left, right) + 9;
}

static double
draw_rows (cairo_t *cr, const YqVoucherFacts *facts, double y, double width)
{
  g_autofree char *amount = yq_money_format (facts->amount),
                  *words = yq_money_chinese (facts->amount);
  g_autofree char *money = g_strdup_printf (_("CNY %s (in words: %s)"), amount, words);
  g_autofree char *available = yq_money_format (facts->available),
                  *held = yq_money_format (facts->held);
  g_autofree char *redeemed = yq_money_format (facts->redeemed);
  g_autofree char *balance =
    g_strdup_printf (_("available %s, held %s, redeemed %s"), available, held, redeemed);
  const struct
  {
    const char *title, *value;
  } rows[] = {
    { _("Voucher number"), facts->number },
    { _("Voucher programme"), facts->programme },
    { _("Holder"), facts->holder },
    { _("Unified social credit code"), facts->uscc },
    { _("Carrier"), facts->carrier },
    { _("Amount"), money },
    { _("Balance"), balance },
    { _("Kind"), facts->kind },
    { _("Valid until"), facts->valid_until },
    { _("State"), facts->state },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    y += draw_row (cr, y, width, rows[i].title, rows[i].value);
  return y;
}

void
yq_voucher_sheet_draw (cairo_t *cr, const YqVoucherFacts *facts, double width, double height)
{
  double code = 132, text_width = width - 2 * MARGIN - 140 - code - 36, bottom;

  cairo_set_source_rgb (cr, 0.12, 0.35, 0.65);
  draw_text (cr, MARGIN, MARGIN + 24, width - 2 * MARGIN, "Noto Serif CJK SC Bold 26",
             PANGO_ALIGN_CENTER, _("Innovation voucher"));
  bottom = draw_rows (cr, facts, MARGIN + 92, text_width);
  if (facts->token != NULL)
    {
      double left = width - MARGIN - 24 - code;

      yq_qr_code_draw (cr, facts->token, left, MARGIN + 92, code);
      cairo_set_source_rgb (cr, 0.4, 0.4, 0.4);
      draw_text (cr, left, MARGIN + 96 + code, code, "Noto Sans CJK SC 9", PANGO_ALIGN_CENTER,
                 _("Scan to verify"));
      bottom = MAX (bottom, MARGIN + 92 + code + 30);
    }
  cairo_set_source_rgb (cr, 0.12, 0.35, 0.65);
  cairo_set_line_width (cr, 1.5);
  cairo_rectangle (cr, MARGIN, MARGIN, width - 2 * MARGIN, bottom - MARGIN + 15);
  cairo_stroke (cr);
}

gboolean
yq_voucher_export_pdf (const char *path, const YqVoucherFacts *facts, guint n_facts, GError **error)
{
  cairo_surface_t *surface = cairo_pdf_surface_create (path, A4_WIDTH, A4_HEIGHT);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, _("Innovation voucher"));
  for (guint i = 0; i < n_facts; i++)
    {
      yq_voucher_sheet_draw (cr, &facts[i], A4_WIDTH, A4_HEIGHT);
      cairo_show_page (cr);
    }
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, cairo_status_to_string (status));
  return FALSE;
}

/* ---- printing: facts are copied, the dialog outlives the caller ---- */

typedef struct
{
  YqVoucherFacts *facts;
  guint n_facts;
  GStringChunk *strings;
} PrintJob;

static const char *
keep (PrintJob *job, const char *text)
{
  return text != NULL ? g_string_chunk_insert (job->strings, text) : NULL;
}

static void
print_job_free (gpointer data, GClosure *closure)
{
  PrintJob *job = data;

  g_string_chunk_free (job->strings);
  g_free (job->facts);
  g_free (job);
}

static void
draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, PrintJob *job)
{
  yq_voucher_sheet_draw (gtk_print_context_get_cairo_context (context), &job->facts[page],
                         gtk_print_context_get_width (context),
                         gtk_print_context_get_height (context));
}

void
yq_voucher_print (GtkWindow *parent, const YqVoucherFacts *facts, guint n_facts)
{
  g_autoptr(GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr(GtkPageSetup) setup = gtk_page_setup_new ();
  GtkPaperSize *paper = gtk_paper_size_new (GTK_PAPER_NAME_A4);
  PrintJob *job = g_new0 (PrintJob, 1);

  job->strings = g_string_chunk_new (1024);
  job->facts = g_memdup2 (facts, n_facts * sizeof *facts);
  job->n_facts = n_facts;
  for (guint i = 0; i < n_facts; i++)
    {
      const char **strings[] = { &job->facts[i].number,      &job->facts[i].programme,
                                 &job->facts[i].holder,      &job->facts[i].uscc,
                                 &job->facts[i].carrier,     &job->facts[i].scope,
                                 &job->facts[i].kind,        &job->facts[i].valid_from,
                                 &job->facts[i].valid_until, &job->facts[i].state,
                                 &job->facts[i].token };

      for (guint s = 0; s < G_N_ELEMENTS (strings); s++)
        *strings[s] = keep (job, *strings[s]);
    }
  gtk_page_setup_set_paper_size (setup, paper);
  gtk_paper_size_free (paper);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_n_pages (operation, (int) n_facts);
  gtk_print_operation_set_allow_async (operation, TRUE);
  gtk_print_operation_set_job_name (operation, _("Innovation voucher"));
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (draw_page_cb), job, print_job_free, 0);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, NULL);
}
