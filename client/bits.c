/* Small things every page is made of. */
#define G_LOG_DOMAIN "yiquan-bits"

#include "bits.h"

#include <adwaita.h>
#include <string.h>

#include "clock.h"
#include "model.h"
#include "money.h"
#include "tooltip.h"

/* -- names and classes -- */
void
yq_set_name (GtkWidget *widget, const char *accessible_name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  accessible_name, -1);
}

void
yq_set_description (GtkWidget *widget, const char *accessible_description)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  accessible_description ? accessible_description : "", -1);
}

void
yq_add_classes (GtkWidget *widget, const char *classes)
{
  g_auto(GStrv) words = g_strsplit (classes ? classes : "", " ", 0);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      gtk_widget_add_css_class (widget, words[i]);
}

void
yq_set_margins (GtkWidget *widget, int around)
{
  gtk_widget_set_margin_top (widget, around);
  gtk_widget_set_margin_bottom (widget, around);
  gtk_widget_set_margin_start (widget, around);
  gtk_widget_set_margin_end (widget, around);
}

void
yq_drop_focus (GtkWidget *within)
{
  GtkRoot *root = gtk_widget_get_root (within);
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && (focus == within || gtk_widget_is_ancestor (focus, within)))
    gtk_root_set_focus (root, NULL);
}

void
yq_remove_children (GtkWidget *container)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (container)) != NULL)
    {
      if (GTK_IS_LIST_BOX (container))
        gtk_list_box_remove (GTK_LIST_BOX (container), child);
      else if (GTK_IS_BOX (container))
        gtk_box_remove (GTK_BOX (container), child);
      else if (GTK_IS_GRID (container))
        gtk_grid_remove (GTK_GRID (container), child);
      else if (GTK_IS_FLOW_BOX (container))
        gtk_flow_box_remove (GTK_FLOW_BOX (container), child);
      else
        gtk_widget_unparent (child);
    }
}

/* -- labels -- */
GtkWidget *
yq_label_new (const char *text, const char *classes)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  yq_add_classes (label, classes);
  return label;
}

GtkWidget *
yq_label_new_wrapped (const char *text, const char *classes)
{
  GtkWidget *label = yq_label_new (text, classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

GtkWidget *
yq_heading_new (const char *text)
{
  GtkWidget *label =
    g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, NULL);

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "section-title");
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL, 2, -1);
  return label;
}

char *
yq_money_text (gint64 fen)
{
  g_autofree char *number = yq_money_format (fen);

  return g_strconcat ("¥ ", number, NULL);
}

GtkWidget *
yq_money_label_new (gint64 fen)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_widget_add_css_class (label, "number");
  yq_money_label_set (label, fen);
  return label;
}

void
yq_money_label_set (GtkWidget *label, gint64 fen)
{
  g_autofree char *text = yq_money_text (fen);

  gtk_label_set_text (GTK_LABEL (label), text);
}

char *
yq_count_text (guint count)
{
  g_autofree char *money = yq_money_format ((gint64) count * 100);

  return g_strndup (money, strlen (money) - 3);
}

char *
yq_size_text (gint64 bytes)
{
  const gint64 mega = 1024 * 1024;

  if (bytes < 1024)
    return g_strdup_printf ("%d B", (int) bytes);
  if (bytes < mega)
    return g_strdup_printf ("%d KB", (int) ((bytes + 1023) / 1024));
  if (bytes % mega == 0)
    return g_strdup_printf ("%d MB", (int) (bytes / mega));
  return g_strdup_printf ("%.1f MB", (double) bytes / (double) mega);
}

/* -- times -- */
char *
yq_time_ago (gint64 ms, gint64 now)
{
  gint64 past = now - ms, size = ABS (past);
  gint64 n = size < YQ_SECOND * 3600 ? size / (YQ_SECOND * 60)
             : size < YQ_DAY         ? size / (YQ_SECOND * 3600)
                                     : size / YQ_DAY;

  if (size < YQ_SECOND * 60)
    return g_strdup (_("just now"));
  if (size > 30 * YQ_DAY)
    return yq_date_of (ms);
  if (size < YQ_SECOND * 3600)
    return g_strdup_printf (past > 0 ? _("%d min ago") : _("in %d min"), (int) n);
  if (size < YQ_DAY)
    return g_strdup_printf (past > 0 ? _("%d h ago") : _("in %d h"), (int) n);
  if (n == 1)
    return g_strdup (past > 0 ? _("yesterday") : _("tomorrow"));
  return g_strdup_printf (past > 0 ? _("%d days ago") : _("in %d days"), (int) n);
}

static gboolean
refresh_time (GtkWidget *label)
{
  gint64 *ms = g_object_get_data (G_OBJECT (label), "yq-time");
  g_autofree char *text = yq_time_ago (*ms, yq_clock_now ());

  gtk_label_set_text (GTK_LABEL (label), text);
  return G_SOURCE_CONTINUE;
}

static gboolean
refresh_time_cb (gpointer label)
{
  return refresh_time (label);
}

static void
forget_timer (gpointer id)
{
  g_source_remove (GPOINTER_TO_UINT (id));
}

GtkWidget *
yq_time_label_new (gint64 ms)
{
  GtkWidget *label = gtk_label_new (NULL);
  guint id = g_timeout_add_seconds (60, refresh_time_cb, label);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "number");
  g_object_set_data_full (G_OBJECT (label), "yq-timer", GUINT_TO_POINTER (id), forget_timer);
  yq_time_label_set (label, ms);
  return label;
}

void
yq_time_label_set (GtkWidget *label, gint64 ms)
{
  g_autofree char *full = yq_time_local (ms);
  gint64 *kept = g_new (gint64, 1);

  *kept = ms;
  g_object_set_data_full (G_OBJECT (label), "yq-time", kept, g_free);
  yq_set_tooltip (label, full);
  refresh_time (label);
}

/* -- pills -- */
static const char *const tone_classes[] = {
  [YQ_TONE_NEUTRAL] = "tone-neutral", [YQ_TONE_WAITING] = "tone-waiting",
  [YQ_TONE_YOURS] = "tone-yours",     [YQ_TONE_DONE] = "tone-done",
  [YQ_TONE_BAD] = "tone-bad",
};

const char *
yq_tone_class (YqTone tone)
{
  return tone_classes[tone];
}

const char *
yq_tone_name (YqTone tone)
{
  static const char *const names[] = {
    [YQ_TONE_NEUTRAL] = N_("not sent yet"), [YQ_TONE_WAITING] = N_("waits for others"),
    [YQ_TONE_YOURS] = N_("needs you"),      [YQ_TONE_DONE] = N_("done"),
    [YQ_TONE_BAD] = N_("refused or ended"),
  };

  return _(names[tone]);
}

GtkWidget *
yq_pill_new (const char *text, YqTone tone)
{
  GtkWidget *pill = gtk_label_new (NULL);

  gtk_widget_add_css_class (pill, "pill");
  gtk_widget_set_valign (pill, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (pill, GTK_ALIGN_START);
  yq_pill_set (pill, text, tone);
  return pill;
}

void
yq_pill_set (GtkWidget *pill, const char *text, YqTone tone)
{
  for (guint i = 0; i < G_N_ELEMENTS (tone_classes); i++)
    if (i == tone)
      gtk_widget_add_css_class (pill, tone_classes[i]);
    else
      gtk_widget_remove_css_class (pill, tone_classes[i]);
  gtk_label_set_text (GTK_LABEL (pill), text);
  yq_set_description (pill, yq_tone_name (tone));
}

char *
yq_format_known (YqStore *store, const YqValues *values, guint field)
{
  const YqField *row = &yq_values_fields (values, NULL)[field];

  if (row->type == YQ_REFERENCE && yq_values_has (values, field))
    {
      char *title =
        yq_store_title (store, yq_model_find (row->refers), yq_values_text (values, field));

      return title ? title : g_strdup (_("(not on this computer)"));
    }
  return yq_store_format (store, values, field);
}

static void
record_changed_cb (YqRecord *record, GParamSpec *pspec, GtkWidget *pill)
{
  const YqState *state = yq_entity_state (yq_record_entity (record), yq_record_state (record));

  yq_pill_set (pill, yq_record_state_title (record), state ? state->tone : YQ_TONE_NEUTRAL);
}

GtkWidget *
yq_state_pill_new (YqRecord *record)
{
  GtkWidget *pill = yq_pill_new ("", YQ_TONE_NEUTRAL);

  record_changed_cb (record, NULL, pill);
  g_object_set_data_full (G_OBJECT (pill), "yq-record", g_object_ref (record), g_object_unref);
  g_signal_connect_object (record, "notify::version", G_CALLBACK (record_changed_cb), pill, 0);
  return pill;
}

/* -- containers -- */
GtkWidget *
yq_section_new (const char *title, GtkWidget *child)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_box_append (GTK_BOX (box), yq_heading_new (title));
  gtk_box_append (GTK_BOX (box), child);
  return box;
}

GtkWidget *
yq_section_new_more (const char *title, GtkWidget *child, const char *detailed_action)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *heading = yq_heading_new (title);
  GtkWidget *more = yq_button_new (_("More…"), detailed_action, "flat");
  g_autofree char *name = g_strdup_printf (_("More: %s"), title);

  yq_set_name (more, name);
  gtk_widget_set_hexpand (heading, TRUE);
  gtk_box_append (GTK_BOX (line), heading);
  gtk_box_append (GTK_BOX (line), more);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), child);
  return box;
}

GtkWidget *
yq_page_box_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  yq_set_margins (box, 24);
  return box;
}

GtkWidget *
yq_card_new (const char *title, const char *description, GtkWidget *child)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  if (title != NULL)
    gtk_box_append (GTK_BOX (outer), yq_heading_new (title));
  if (description != NULL)
    gtk_box_append (GTK_BOX (outer), yq_label_new_wrapped (description, "dim-label small"));
  gtk_widget_add_css_class (card, "yq-card");
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  if (child != NULL)
    {
      yq_set_margins (child, 12);
      gtk_box_append (GTK_BOX (card), child);
    }
  gtk_box_append (GTK_BOX (outer), card);
  return outer;
}

GtkWidget *
yq_fact_new (const char *title, GtkWidget *value)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = yq_label_new (title, "fact-title");

  gtk_widget_add_css_class (box, "fact");
  gtk_label_set_width_chars (GTK_LABEL (label), 12);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_widget_set_hexpand (value, TRUE);
  if (GTK_IS_LABEL (value))
    {
      gtk_label_set_xalign (GTK_LABEL (value), 0);
      gtk_label_set_yalign (GTK_LABEL (value), 0); /* the one beside it may have several lines */
    }
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), value);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  label, NULL, -1);
  return box;
}

GtkWidget *
yq_figure_new (const char *caption, const char *number, YqTone tone)
{
  static const char *const classes[] = {
    [YQ_TONE_NEUTRAL] = "",         [YQ_TONE_WAITING] = "text-waiting",
    [YQ_TONE_YOURS] = "text-yours", [YQ_TONE_DONE] = "text-done",
    [YQ_TONE_BAD] = "text-bad",
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = yq_label_new (number, "figure-number");

  yq_add_classes (label, classes[tone]);
  gtk_box_append (GTK_BOX (box), yq_label_new (caption, "dim-label"));
  gtk_box_append (GTK_BOX (box), label);
  g_object_set_data (G_OBJECT (box), "yq-number", label);
  return box;
}

void
yq_figure_set (GtkWidget *figure, const char *number)
{
  gtk_label_set_text (g_object_get_data (G_OBJECT (figure), "yq-number"), number);
}

GtkWidget *
yq_boxed_list_new (void)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  return list;
}

GtkWidget *
yq_row_new (const char *icon, const char *title, const char *subtitle, GtkWidget *suffix,
            const char *detailed_action)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (icon != NULL)
    adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (icon));
  if (suffix != NULL)
    {
      gtk_widget_set_valign (suffix, GTK_ALIGN_CENTER);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), suffix);
    }
  if (detailed_action != NULL)
    {
      gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (row), detailed_action);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
    }
  return row;
}

/* -- buttons -- */
GtkWidget *
yq_button_new (const char *label, const char *detailed_action, const char *classes)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  if (detailed_action != NULL)
    gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), detailed_action);
  yq_add_classes (button, classes);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return button;
}

GtkWidget *
yq_icon_button_new (const char *icon, const char *name, const char *detailed_action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  if (detailed_action != NULL)
    gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), detailed_action);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  yq_set_tooltip (button, name);
  yq_set_name (button, name);
  return button;
}

/* An action that comes to be, as the widget gets its window, makes its buttons sensitive again. */
static void
sensitive_cb (GtkWidget *widget)
{
  if (yq_widget_why (widget) != NULL && gtk_widget_get_sensitive (widget))
    gtk_widget_set_sensitive (widget, FALSE);
}

void
yq_widget_set_why (GtkWidget *widget, const char *why)
{
  gboolean is_watched = g_object_get_data (G_OBJECT (widget), "yq-why-watched") != NULL;

  g_object_set_data_full (G_OBJECT (widget), "yq-why", g_strdup (why), g_free);
  if (!is_watched && GTK_IS_ACTIONABLE (widget))
    {
      g_object_set_data (G_OBJECT (widget), "yq-why-watched", widget);
      g_signal_connect (widget, "notify::sensitive", G_CALLBACK (sensitive_cb), NULL);
    }
  gtk_widget_set_sensitive (widget, why == NULL);
  yq_set_tooltip (widget, why);
  yq_set_description (widget, why);
}

const char *
yq_widget_why (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "yq-why");
}
