/* What the lines of a redemption come to, and the vouchers that pay them. */
#define G_LOG_DOMAIN "yiquan-form"

#include "form-aids.h"

#include "bits.h"
#include "redemption.h"
#include "voucher.h"

/* Kept with the form. */
typedef struct
{
  YqRecordForm *form; /* it owns this */
  YqStore *store;
  GtkWidget *box;
} RedemptionAid;

static void
aid_free (gpointer data)
{
  RedemptionAid *self = data;

  g_object_unref (self->store);
  g_free (self);
}

static void
append_head (GtkWidget *grid, int column, const char *title)
{
  GtkWidget *head = yq_label_new (title, "rows-head");

  gtk_label_set_xalign (GTK_LABEL (head), column > 1 ? 1 : 0);
  gtk_grid_attach (GTK_GRID (grid), head, column, 0, 1, 1);
}

static void
append_heads (GtkWidget *grid)
{
  append_head (grid, 0, _("Voucher"));
  append_head (grid, 1, _("Year"));
  append_head (grid, 2, _("Amount issued"));
  append_head (grid, 3, _("Balance left"));
}

static void
append_text (GtkWidget *grid, int column, int line, const char *text)
{
  GtkWidget *label = yq_label_new (text, "number");

  gtk_label_set_xalign (GTK_LABEL (label), column > 1 ? 1 : 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_grid_attach (GTK_GRID (grid), label, column, line, 1, 1);
}

/* A carrier sees no vouchers of its customers, only the number. */
static void
append_voucher (RedemptionAid *self, GtkWidget *grid, int line, const char *id, const char *number)
{
  YqWorld *world = yq_store_world (self->store);
  g_autoptr(YqRecord) voucher = yq_world_get (world, &yq_voucher, id);
  g_autofree char *year = NULL, *issued = NULL, *left = NULL;

  if (voucher != NULL)
    {
      year = yq_record_has (voucher, VOUCHER_YEAR)
               ? yq_values_format (yq_record_values (voucher), VOUCHER_YEAR)
               : NULL;
      issued = yq_money_text (yq_record_int (voucher, VOUCHER_AMOUNT));
      left = yq_money_text (world->balance (world, "available", id));
      number = yq_record_title (voucher);
    }
  append_text (grid, 0, line, number != NULL ? number : "—");
  append_text (grid, 1, line, year != NULL ? year : "—");
  append_text (grid, 2, line, issued != NULL ? issued : "—");
  append_text (grid, 3, line, left != NULL ? left : "—");
}

/* One line for each of the redemption, in its order; the number of lines. */
static int
append_vouchers (RedemptionAid *self, GtkWidget *grid, YqRecord *redemption)
{
  int n = 0;

  if (yq_redemption_is_quick (redemption))
    {
      const char *id = yq_record_text (redemption, REDEMPTION_VOUCHER);

      if (id != NULL)
        append_voucher (self, grid, ++n, id, NULL);
      return n;
    }
  for (guint i = 0; i < yq_redemption_n_lines (redemption); i++)
    {
      g_autoptr(YqRecord) use =
        yq_store_get (self->store, &yq_voucher_use, yq_redemption_line (redemption, i).use);

      if (use != NULL)
        append_voucher (self, grid, ++n, yq_record_text (use, VOUCHER_USE_VOUCHER),
                        yq_record_text (use, VOUCHER_USE_VOUCHER_NUMBER));
    }
  return n;
}

static void
append_sum (GtkWidget *grid, int line, const char *title, gint64 fen)
{
  g_autofree char *text = yq_money_text (fen);
  GtkWidget *label = yq_label_new (title, "fact-title");
  GtkWidget *sum = yq_label_new (text, "number");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_xalign (GTK_LABEL (sum), 0);
  gtk_label_set_selectable (GTK_LABEL (sum), TRUE);
  gtk_grid_attach (GTK_GRID (grid), label, 0, line, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), sum, 1, line, 3, 1);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (sum), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label,
                                  NULL, -1);
}

static void
show (RedemptionAid *self)
{
  YqRecord *redemption = yq_record_form_record (self->form);
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *sums = gtk_grid_new ();
  gint64 fee, asked;

  yq_redemption_sums (yq_store_world (self->store), redemption, &fee, &asked);
  yq_remove_children (self->box);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  append_heads (grid);
  gtk_box_append (GTK_BOX (self->box), grid);
  gtk_widget_set_visible (grid, append_vouchers (self, grid, redemption) > 0);
  yq_set_name (grid, _("Vouchers that pay"));
  gtk_grid_set_column_spacing (GTK_GRID (sums), 18);
  gtk_grid_set_row_spacing (GTK_GRID (sums), 3);
  append_sum (sums, 0, _("Total fee"), fee);
  append_sum (sums, 1, _("Total asked"), asked);
  gtk_box_append (GTK_BOX (self->box), sums);
  /* A quick one says both in fields of its own. */
  gtk_widget_set_visible (sums, !yq_redemption_is_quick (redemption));
}

static void
changed_cb (YqRecordForm *form, const char *field, RedemptionAid *self)
{
  show (self);
}

/* Uses and vouchers may come later, and balances move. */
static void
store_changed_cb (YqStore *store, const char *entity, const char *id, YqRecordForm *form)
{
  static const char *const mine[] = { "voucher_use", "voucher", "redemption", NULL };

  if (entity == NULL || g_strv_contains (mine, entity))
    show (g_object_get_data (G_OBJECT (form), "yq-redemption-aid"));
}

void
yq_redemption_aid_add (YqRecordForm *form, YqStore *store, const char *prefix)
{
  YqRecord *redemption = yq_record_form_record (form);
  RedemptionAid *self;

  if (store == NULL || redemption == NULL || yq_record_entity (redemption) != &yq_redemption)
    return;
  self = g_new0 (RedemptionAid, 1);
  self->form = form;
  self->store = g_object_ref (store);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_add_css_class (self->box, "form-row");
  gtk_box_append (GTK_BOX (yq_record_form_card (form, yq_redemption.fields[REDEMPTION_FEE].group)),
                  self->box);
  g_object_set_data_full (G_OBJECT (form), "yq-redemption-aid", self, aid_free);
  g_signal_connect (form, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_object (store, "changed", G_CALLBACK (store_changed_cb), form, 0);
  show (self);
  /* What the server wrote is of the lines it knew. */
  yq_record_form_hide (form, yq_redemption.fields[REDEMPTION_FEE].name);
  yq_record_form_hide (form, yq_redemption.fields[REDEMPTION_AMOUNT].name);
}
