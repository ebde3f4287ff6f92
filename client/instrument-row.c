/* An instrument as a row of a list of results. */
#define G_LOG_DOMAIN "yiquan-find"

#include "instrument-row.h"

#include "api.h"
#include "bits.h"
#include "catalogue.h"
#include "clock.h"
#include "find-page.h"
#include "region.h"
#include "tooltip.h"

struct _YqInstrumentRow
{
  GtkWidget parent_instance;

  YqFrame *frame; /* not owned: the row stands in it */
  YqRecord *instrument;
  YqTickSet *ticks; /* NULL: no check */
  gboolean is_binding;
  GtkWidget *box, *check, *name, *model, *pill, *where, *free, *price, *served, *mark;
};

G_DEFINE_FINAL_TYPE (YqInstrumentRow, yq_instrument_row, GTK_TYPE_WIDGET)

char *
yq_instrument_price_text (YqRecord *instrument)
{
  const char *unit = yq_record_text (instrument, INSTRUMENT_FEE_UNIT);
  g_autofree char *money = NULL;

  if (!yq_record_has (instrument, INSTRUMENT_UNIT_PRICE))
    return g_strdup (_("Price on request"));
  money = yq_money_text (yq_record_int (instrument, INSTRUMENT_UNIT_PRICE));
  if (unit == NULL)
    return g_steal_pointer (&money);
  return g_strdup_printf ("%s %s", money,
                          yq_choice_title (&yq_instrument.fields[INSTRUMENT_FEE_UNIT], unit));
}

gint64
yq_instrument_next_free (YqRecord *instrument, gint64 now)
{
  gint64 at = (now / YQ_SLOT_MS + 1) * YQ_SLOT_MS;

  if (!yq_record_in_state (instrument, "listed"))
    return 0;
  for (gint64 end = at + 14 * YQ_DAY; at < end; at += YQ_SLOT_MS)
    if (yq_instrument_is_open (instrument, at, at + YQ_SLOT_MS) &&
        !yq_instrument_is_taken (instrument, at, at + YQ_SLOT_MS))
      return at;
  return 0;
}

static void
show_mark (YqInstrumentRow *self)
{
  gboolean marked = yq_preselection_has (self->frame, yq_record_id (self->instrument));
  gboolean has_list = yq_frame_who (self->frame)->organisation != NULL;
  const char *text = marked ? _("Preselected") : _("Preselect");
  g_autofree char *name = g_strdup_printf ("%s %s", text, yq_record_title (self->instrument));

  /* The list is an organisation's: a visitor has none. */
  gtk_widget_set_visible (self->mark, has_list);
  gtk_button_set_label (GTK_BUTTON (self->mark), text);
  yq_set_name (self->mark, name);
  if (marked)
    gtk_widget_add_css_class (self->mark, "accent");
  else
    gtk_widget_remove_css_class (self->mark, "accent");
}

static void
show_tick (YqInstrumentRow *self)
{
  g_autofree char *name = NULL;

  if (self->ticks == NULL || self->instrument == NULL)
    return;
  name = g_strdup_printf (_("Tick %s"), yq_record_title (self->instrument));
  yq_set_name (self->check, name);
  self->is_binding = TRUE;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check),
                               yq_tick_set_has (self->ticks, yq_record_id (self->instrument)));
  self->is_binding = FALSE;
}

static void
check_toggled_cb (GtkCheckButton *check, YqInstrumentRow *self)
{
  if (!self->is_binding && self->ticks != NULL && self->instrument != NULL)
    yq_tick_set_set (self->ticks, yq_record_id (self->instrument),
                     gtk_check_button_get_active (check));
}

static void
list_changed_cb (YqInstrumentRow *self)
{
  if (self->instrument != NULL)
    show_mark (self);
}

static void
show_free (YqInstrumentRow *self)
{
  gint64 at = yq_instrument_next_free (self->instrument, yq_clock_now ());
  g_autofree char *when = at > 0 ? yq_time_local (at) : NULL;
  g_autofree char *text = NULL;

  if (!yq_record_in_state (self->instrument, "listed"))
    yq_pill_set (self->free, yq_record_state_title (self->instrument), YQ_TONE_BAD);
  else if (at == 0)
    yq_pill_set (self->free, _("Nothing free within two weeks"), YQ_TONE_YOURS);
  else
    {
      text = g_strdup_printf (_("Free from %s"), when + 5);
      yq_pill_set (self->free, text, YQ_TONE_DONE);
    }
}

void
yq_instrument_row_show (YqInstrumentRow *self, YqRecord *instrument)
{
  g_autofree char *place = NULL, *price = NULL, *where = NULL, *served = NULL;
  const char *region;

  g_set_object (&self->instrument, instrument);
  if (instrument == NULL)
    return;
  region = yq_record_text (instrument, INSTRUMENT_REGION);
  place = region != NULL ? yq_region_path (region) : g_strdup ("");
  price = yq_instrument_price_text (instrument);
  where = g_strdup_printf ("%s · %s",
                           yq_record_has (instrument, INSTRUMENT_CARRIER_NAME)
                             ? yq_record_text (instrument, INSTRUMENT_CARRIER_NAME)
                             : "—",
                           place);
  served = g_strdup_printf (_("served %d times"),
                            (int) yq_record_int (instrument, INSTRUMENT_SERVICE_COUNT));
  gtk_label_set_text (GTK_LABEL (self->name), yq_record_title (instrument));
  gtk_label_set_text (GTK_LABEL (self->model), yq_record_text (instrument, INSTRUMENT_MODEL));
  gtk_label_set_text (GTK_LABEL (self->where), where);
  yq_set_tooltip (self->where, where);
  gtk_label_set_text (GTK_LABEL (self->price), price);
  gtk_label_set_text (GTK_LABEL (self->served), served);
  show_free (self);
  show_mark (self);
  show_tick (self);
}

static void
mark_clicked_cb (GtkButton *button, YqInstrumentRow *self)
{
  if (self->instrument == NULL)
    return;
  yq_preselection_toggle (self->frame, self->instrument);
  show_mark (self);
}

static GtkWidget *
ellipsized (const char *classes)
{
  GtkWidget *label = yq_label_new ("", classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static void
yq_instrument_row_init (YqInstrumentRow *self)
{
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *first = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *second = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  gtk_widget_set_margin_top (self->box, 9);
  gtk_widget_set_margin_bottom (self->box, 9);
  gtk_widget_set_margin_start (self->box, 18);
  gtk_widget_set_margin_end (self->box, 18);
  self->name = ellipsized ("heading");
  self->model = ellipsized ("dim-label number");
  self->where = ellipsized ("dim-label small");
  self->free = yq_pill_new ("", YQ_TONE_DONE);
  self->served = yq_label_new ("", "dim-label small number");
  self->price = yq_label_new ("", "number");
  gtk_label_set_xalign (GTK_LABEL (self->price), 1);
  self->mark = gtk_button_new_with_label ("");
  gtk_widget_set_valign (self->mark, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (self->mark, 84, -1);
  g_signal_connect (self->mark, "clicked", G_CALLBACK (mark_clicked_cb), self);

  gtk_box_append (GTK_BOX (first), self->name);
  gtk_box_append (GTK_BOX (first), self->model);
  gtk_box_append (GTK_BOX (second), self->free);
  gtk_box_append (GTK_BOX (second), self->where);
  gtk_box_append (GTK_BOX (left), first);
  gtk_box_append (GTK_BOX (left), second);
  gtk_widget_set_hexpand (left, TRUE);
  gtk_box_append (GTK_BOX (right), self->price);
  gtk_label_set_xalign (GTK_LABEL (self->served), 1);
  gtk_box_append (GTK_BOX (right), self->served);
  gtk_widget_set_valign (right, GTK_ALIGN_CENTER);
  self->check = gtk_check_button_new ();
  gtk_widget_set_valign (self->check, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->check, FALSE);
  g_signal_connect (self->check, "toggled", G_CALLBACK (check_toggled_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->check);
  gtk_box_append (GTK_BOX (self->box), left);
  gtk_box_append (GTK_BOX (self->box), right);
  gtk_box_append (GTK_BOX (self->box), self->mark);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static void
yq_instrument_row_dispose (GObject *object)
{
  YqInstrumentRow *self = YQ_INSTRUMENT_ROW (object);

  g_clear_object (&self->instrument);
  g_clear_object (&self->ticks);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_instrument_row_parent_class)->dispose (object);
}

static void
yq_instrument_row_class_init (YqInstrumentRowClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yq_instrument_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

GtkWidget *
yq_instrument_row_new (YqFrame *frame, YqTickSet *ticks)
{
  YqInstrumentRow *self = g_object_new (YQ_TYPE_INSTRUMENT_ROW, NULL);

  self->frame = frame;
  g_signal_connect_object (yq_frame_store (frame), "changed::preselection",
                           G_CALLBACK (list_changed_cb), self, G_CONNECT_SWAPPED);
  g_set_object (&self->ticks, ticks);
  gtk_widget_set_visible (self->check, ticks != NULL);
  if (ticks != NULL)
    g_signal_connect_object (ticks, "changed", G_CALLBACK (show_tick), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
