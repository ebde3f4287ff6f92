/* Latitude and longitude of a form, chosen on the map: click, drag or type. */
#define G_LOG_DOMAIN "yiquan-form"

#include "form-aids.h"

#include <adwaita.h>
#include <math.h>

#include "bits.h"
#include "map-source.h"
#include "map-view.h"
#include "tooltip.h"

#define CLOSE_ZOOM 11

typedef struct
{
  YqRecordForm *form; /* not owned: the dialog goes with its window */
  GtkWidget *window, *map, *latitude, *longitude, *use;
  gboolean is_setting;
} PlaceDialog;

static guint
field_of (YqRecordForm *form, const char *name)
{
  return (guint) yq_values_find (yq_record_form_values (form), name);
}

static void
set_text (GtkWidget *entry, double degrees)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  gtk_editable_set_text (GTK_EDITABLE (entry),
                         g_ascii_formatd (number, sizeof number, "%.6f", degrees));
}

/* FALSE unless it is a number within the limit. */
static gboolean
get_degrees (GtkWidget *entry, double limit, double *degrees)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  char *end = NULL;

  *degrees = g_ascii_strtod (text, &end);
  return *text != '\0' && *end == '\0' && isfinite (*degrees) && fabs (*degrees) <= limit;
}

static gboolean
get_place (PlaceDialog *self, double *latitude, double *longitude)
{
  gboolean good = get_degrees (self->latitude, 90, latitude);

  return get_degrees (self->longitude, 180, longitude) && good;
}

static void
typed_cb (GtkEditable *entry, PlaceDialog *self)
{
  double latitude, longitude;
  gboolean good = get_place (self, &latitude, &longitude);

  if (self->use != NULL)
    yq_widget_set_why (
      self->use, good ? NULL : _("Click on the map, or type latitude and longitude in degrees"));
  yq_map_view_set_pin (YQ_MAP_VIEW (self->map), good ? latitude : NAN, longitude);
  if (good && !self->is_setting)
    yq_map_view_go (YQ_MAP_VIEW (self->map), latitude, longitude,
                    (guint) MAX (yq_map_view_zoom (YQ_MAP_VIEW (self->map)), CLOSE_ZOOM));
}

static void
spot_cb (YqMapView *map, double latitude, double longitude, PlaceDialog *self)
{
  if (self->use == NULL)
    return;
  self->is_setting = TRUE;
  set_text (self->latitude, latitude);
  set_text (self->longitude, longitude);
  self->is_setting = FALSE;
}

static void
use_cb (GtkButton *button, PlaceDialog *self)
{
  YqValues *values = yq_record_form_values (self->form);
  double latitude, longitude;

  if (!get_place (self, &latitude, &longitude))
    return;
  yq_values_set_int (values, field_of (self->form, "latitude"), llround (latitude * 1e6));
  yq_values_set_int (values, field_of (self->form, "longitude"), llround (longitude * 1e6));
  yq_field_editor_reload (yq_record_form_editor (self->form, "latitude"));
  yq_field_editor_reload (yq_record_form_editor (self->form, "longitude"));
  yq_record_form_touched (self->form, "latitude");
  yq_record_form_touched (self->form, "longitude");
  gtk_window_destroy (GTK_WINDOW (self->window));
}

/* Where nothing is chosen yet: the region the form names. */
static void
show_start (PlaceDialog *self)
{
  static const char *const regions[] = { "place", "region", "to_region" };
  YqValues *values = yq_record_form_values (self->form);
  guint latitude = field_of (self->form, "latitude"),
        longitude = field_of (self->form, "longitude");
  double y, x;

  if (yq_values_has (values, latitude) && yq_values_has (values, longitude))
    {
      set_text (self->latitude, yq_values_int (values, latitude) / 1e6);
      set_text (self->longitude, yq_values_int (values, longitude) / 1e6);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (regions); i++)
    {
      int field = yq_values_find (values, regions[i]);
      const char *code = field >= 0 ? yq_values_text (values, (guint) field) : NULL;

      if (code != NULL && yq_map_atlas_find (yq_map_source_atlas (), code, &y, &x))
        {
          yq_map_view_go (YQ_MAP_VIEW (self->map), y, x, CLOSE_ZOOM - 1);
          return;
        }
    }
}

static GtkWidget *
build_entry (PlaceDialog *self, const char *title)
{
  GtkWidget *entry = gtk_entry_new ();

  yq_set_name (entry, title);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 12);
  gtk_editable_set_editable (GTK_EDITABLE (entry), self->use != NULL);
  g_signal_connect (entry, "changed", G_CALLBACK (typed_cb), self);
  return entry;
}

static GtkWidget *
build_foot (PlaceDialog *self)
{
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *close = yq_button_new (self->use != NULL ? _("Cancel") : _("Close"), NULL, NULL);

  self->latitude = build_entry (self, _("Latitude"));
  self->longitude = build_entry (self, _("Longitude"));
  gtk_widget_add_css_class (foot, "page-foot");
  gtk_box_append (GTK_BOX (foot), yq_label_new (_("Latitude"), NULL));
  gtk_box_append (GTK_BOX (foot), self->latitude);
  gtk_box_append (GTK_BOX (foot), yq_label_new (_("Longitude"), NULL));
  gtk_box_append (GTK_BOX (foot), self->longitude);
  gtk_widget_set_hexpand (close, TRUE);
  gtk_widget_set_halign (close, GTK_ALIGN_END);
  g_signal_connect_swapped (close, "clicked", G_CALLBACK (gtk_window_destroy), self->window);
  gtk_box_append (GTK_BOX (foot), close);
  if (self->use != NULL)
    gtk_box_append (GTK_BOX (foot), self->use);
  return foot;
}

static void
open_dialog (YqRecordForm *form, gboolean may_edit)
{
  PlaceDialog *self = g_new0 (PlaceDialog, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *foot;
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->form = form;
  self->window = adw_window_new ();
  self->map = yq_map_view_new ();
  if (may_edit)
    {
      self->use = yq_button_new (_("Use this place"), NULL, "suggested-action");
      g_signal_connect (self->use, "clicked", G_CALLBACK (use_cb), self);
    }
  foot = build_foot (self);
  gtk_widget_set_vexpand (self->map, TRUE);
  g_signal_connect (self->map, "spot", G_CALLBACK (spot_cb), self);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), self->map);
  gtk_box_append (GTK_BOX (box), foot);
  adw_window_set_content (ADW_WINDOW (self->window), box);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape"),
                                                      gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (self->window, keys);
  gtk_window_set_title (GTK_WINDOW (self->window), _("Place on the map"));
  gtk_window_set_default_size (GTK_WINDOW (self->window), 860, 640);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (self->window),
                                GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (form))));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self->window), TRUE);
  g_object_set_data_full (G_OBJECT (self->window), "yq-place", self, g_free);
  typed_cb (NULL, self);
  show_start (self);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
clicked_cb (GtkButton *button, YqRecordForm *form)
{
  open_dialog (form, !yq_field_editor_is_locked (yq_record_form_editor (form, "latitude")));
}

void
yq_place_aid_add (YqRecordForm *form, YqStore *store, const char *prefix)
{
  YqFieldEditor *after = yq_record_form_editor (form, "longitude");
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button = yq_button_new (_("On the map…"), NULL, NULL);

  if (after == NULL || yq_record_form_editor (form, "latitude") == NULL)
    return;
  yq_set_tooltip (button, _("Shows the place on the map, where it can be chosen"));
  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), form);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_add_css_class (row, "form-row");
  gtk_box_append (GTK_BOX (row), button);
  gtk_box_insert_child_after (GTK_BOX (gtk_widget_get_parent (GTK_WIDGET (after))), row,
                              GTK_WIDGET (after));
  g_object_bind_property (after, "visible", row, "visible", G_BINDING_SYNC_CREATE);
}
