/* A voucher as a real ticket: a body and a slip with the code, a notched edge between them. */
#define G_LOG_DOMAIN "yiquan-voucher-card"

#include "voucher-card.h"

#include <adwaita.h>
#include <math.h>

#include "bits.h"
#include "qr-code.h"
#include "tooltip.h"

struct _YqVoucherCard
{
  GtkWidget parent_instance;

  gboolean large;
  gboolean has_slip;
  GtkWidget *body, *slip;
};

G_DEFINE_FINAL_TYPE (YqVoucherCard, yq_voucher_card, GTK_TYPE_WIDGET)

#define RADIUS 12.0
#define NOTCH 9.0

/* The outline: rounded corners, half-round notches where body and slip meet (tear at x; 0: none).
 */
static void
ticket_path (cairo_t *cr, double width, double height, double tear)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, RADIUS, RADIUS, RADIUS, G_PI, 1.5 * G_PI);
  if (tear > 0)
    cairo_arc_negative (cr, tear, 0, NOTCH, G_PI, 0);
  cairo_arc (cr, width - RADIUS, RADIUS, RADIUS, 1.5 * G_PI, 2 * G_PI);
  cairo_arc (cr, width - RADIUS, height - RADIUS, RADIUS, 0, 0.5 * G_PI);
  if (tear > 0)
    cairo_arc_negative (cr, tear, height, NOTCH, 0, G_PI);
  cairo_arc (cr, RADIUS, height - RADIUS, RADIUS, 0.5 * G_PI, G_PI);
  cairo_close_path (cr);
}

static void
named_color (GtkWidget *widget, const char *name, GdkRGBA *color)
{
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, color))
    gdk_rgba_parse (color, "#3584e4");
}

static void
yq_voucher_card_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  YqVoucherCard *self = YQ_VOUCHER_CARD (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, height);
  graphene_rect_t place;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  GdkRGBA paper, accent;
  double tear = 0;

  named_color (widget, "card_bg_color", &paper);
  named_color (widget, "accent_bg_color", &accent);
  if (self->has_slip && gtk_widget_compute_bounds (self->slip, widget, &place))
    tear = place.origin.x - 12;
  ticket_path (cr, width, height, tear);
  gdk_cairo_set_source_rgba (cr, &paper);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, accent.red, accent.green, accent.blue, 0.09);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, accent.red, accent.green, accent.blue, 0.45);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_rectangle (cr, 0, RADIUS, 4, height - 2 * RADIUS);
  gdk_cairo_set_source_rgba (cr, &accent);
  cairo_fill (cr);
  if (tear > 0)
    {
      const double dashes[] = { 4, 4 };

      cairo_set_source_rgba (cr, accent.red, accent.green, accent.blue, 0.45);
      cairo_set_dash (cr, dashes, 2, 0);
      cairo_move_to (cr, tear, NOTCH + 4);
      cairo_line_to (cr, tear, height - NOTCH - 4);
      cairo_stroke (cr);
    }
  cairo_destroy (cr);
  GTK_WIDGET_CLASS (yq_voucher_card_parent_class)->snapshot (widget, snapshot);
}

/* ---- what stands on it ---- */

static GtkWidget *
ellipsized (const char *text, const char *classes)
{
  GtkWidget *label = yq_label_new (text, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  yq_set_tooltip (label, text);
  return label;
}

static void
append_line (GtkWidget *box, const char *title, const char *value)
{
  GtkWidget *line;

  if (value == NULL || *value == '\0')
    return;
  line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  gtk_box_append (GTK_BOX (line), yq_label_new (title, "dim-label small"));
  gtk_box_append (GTK_BOX (line), ellipsized (value, "number"));
  gtk_box_append (GTK_BOX (box), line);
}

static void
append_sum (GtkWidget *box, const char *title, gint64 fen, YqTone tone)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *value = yq_money_label_new (fen);

  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_box_append (GTK_BOX (column), yq_label_new (title, "dim-label small"));
  gtk_box_append (GTK_BOX (column), value);
  gtk_box_append (GTK_BOX (box), column);
}

static void
fill_large (YqVoucherCard *self, const YqVoucherFacts *facts)
{
  g_autofree char *amount = yq_money_text (facts->amount);
  g_autofree char *words = yq_voucher_amount_words (facts->amount);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *sums = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);

  gtk_box_append (GTK_BOX (head),
                  ellipsized (facts->programme != NULL ? facts->programme : "", "heading"));
  gtk_box_append (GTK_BOX (head),
                  yq_pill_new (facts->state != NULL ? facts->state : "", facts->tone));
  gtk_box_append (GTK_BOX (self->body), head);
  gtk_box_append (GTK_BOX (self->body), yq_label_new (amount, "figure-number"));
  gtk_box_append (GTK_BOX (self->body), ellipsized (words, "dim-label"));
  append_line (self->body, _("Voucher number"), facts->number);
  append_line (self->body, _("Holder"), facts->holder);
  append_line (self->body, _("Carrier"), facts->carrier);
  append_line (self->body, _("Kind"), facts->kind);
  append_line (self->body, _("Valid until"), facts->valid_until);
  append_sum (sums, _("Available"), facts->available, YQ_TONE_DONE);
  append_sum (sums, _("Held"), facts->held, YQ_TONE_WAITING);
  append_sum (sums, _("Redeemed"), facts->redeemed, YQ_TONE_NEUTRAL);
  gtk_widget_set_margin_top (sums, 6);
  gtk_box_append (GTK_BOX (self->body), sums);
}

static void
fill_small (YqVoucherCard *self, const YqVoucherFacts *facts)
{
  g_autofree char *available = yq_money_text (facts->available);
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *number =
    ellipsized (facts->number != NULL ? facts->number : "", "dim-label small number");

  gtk_box_append (GTK_BOX (self->body),
                  ellipsized (facts->programme != NULL ? facts->programme : "", "small"));
  gtk_box_append (GTK_BOX (self->body), yq_label_new (available, "page-title number"));
  gtk_widget_set_hexpand (number, TRUE);
  gtk_box_append (GTK_BOX (foot), number);
  gtk_box_append (GTK_BOX (foot),
                  yq_pill_new (facts->state != NULL ? facts->state : "", facts->tone));
  gtk_box_append (GTK_BOX (self->body), foot);
}

static void
fill_slip (YqVoucherCard *self, const YqVoucherFacts *facts)
{
  GtkWidget *code;

  self->has_slip = self->large && facts->token != NULL;
  gtk_widget_set_visible (self->slip, self->has_slip);
  if (!self->has_slip)
    return;
  code = yq_qr_code_new (facts->token, 150);
  yq_set_name (code, _("QR code of the voucher"));
  gtk_box_append (GTK_BOX (self->slip), code);
  gtk_box_append (GTK_BOX (self->slip), yq_label_new (_("Scan to verify"), "dim-label small"));
  gtk_widget_set_halign (gtk_widget_get_last_child (self->slip), GTK_ALIGN_CENTER);
}

void
yq_voucher_card_set (YqVoucherCard *self, const YqVoucherFacts *facts)
{
  yq_remove_children (self->body);
  yq_remove_children (self->slip);
  if (self->large)
    fill_large (self, facts);
  else
    fill_small (self, facts);
  fill_slip (self, facts);
}

static void
yq_voucher_card_dispose (GObject *object)
{
  YqVoucherCard *self = YQ_VOUCHER_CARD (object);

  g_clear_pointer (&self->body, gtk_widget_unparent);
  g_clear_pointer (&self->slip, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_voucher_card_parent_class)->dispose (object);
}

static void
yq_voucher_card_class_init (YqVoucherCardClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yq_voucher_card_dispose;
  GTK_WIDGET_CLASS (class)->snapshot = yq_voucher_card_snapshot;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BOX_LAYOUT);
}

static void
yq_voucher_card_init (YqVoucherCard *self)
{
  self->body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  self->slip = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_hexpand (self->body, TRUE);
  gtk_widget_set_margin_start (self->body, 18);
  gtk_widget_set_margin_end (self->body, 18);
  gtk_widget_set_margin_top (self->body, 12);
  gtk_widget_set_margin_bottom (self->body, 12);
  gtk_widget_set_margin_start (self->slip, 24);
  gtk_widget_set_margin_end (self->slip, 18);
  gtk_widget_set_margin_top (self->slip, 12);
  gtk_widget_set_margin_bottom (self->slip, 12);
  gtk_widget_set_valign (self->slip, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->body, GTK_WIDGET (self));
  gtk_widget_set_parent (self->slip, GTK_WIDGET (self));
}

GtkWidget *
yq_voucher_card_new (const YqVoucherFacts *facts, gboolean large)
{
  YqVoucherCard *self = g_object_new (YQ_TYPE_VOUCHER_CARD, NULL);

  self->large = large;
  gtk_widget_set_size_request (GTK_WIDGET (self), large ? 520 : 260, -1);
  yq_voucher_card_set (self, facts);
  return GTK_WIDGET (self);
}
