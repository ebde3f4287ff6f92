/* Texts of the jurisdiction before a form. */
#define G_LOG_DOMAIN "yiquan-reading"

#include "reading.h"

#include <adwaita.h>
#include <string.h>

#include "bits.h"
#include "model.h"
#include "policy.h"

static const char *
title_of (const char *kind)
{
  static const struct
  {
    const char *kind, *title;
  } titles[] = {
    { "commitment", N_("Commitment") },
    { "terms", N_("Terms of service") },
    { "liability.enterprise", N_("Liability of the enterprise") },
    { "liability.carrier", N_("Liability of the carrier") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (strcmp (titles[i].kind, kind) == 0)
      return _(titles[i].title);
  return g_str_has_prefix (kind, "pledge.") ? _("Pledge") : _("How to fill in");
}

static GtkWidget *
text_new (const char *kind, const char *text, gint64 version, gboolean open)
{
  GtkWidget *expander = gtk_expander_new (NULL);
  GtkWidget *label = yq_label_new_wrapped (text, "prose");
  g_autofree char *title = g_strdup_printf (_("%s (version %d)"), title_of (kind), (int) version);
  GtkWidget *heading = yq_label_new (title, "heading");

  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  yq_set_margins (label, 6);
  gtk_expander_set_label_widget (GTK_EXPANDER (expander), heading);
  gtk_expander_set_child (GTK_EXPANDER (expander), label);
  gtk_expander_set_expanded (GTK_EXPANDER (expander), open);
  yq_set_name (expander, title);
  return expander;
}

GtkWidget *
yq_reading_new (YqStore *store, const char *region, const char *kinds, gboolean open)
{
  YqWorld *world = yq_store_world (store);
  g_auto(GStrv) each = g_strsplit (kinds, "|", -1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  guint n = 0;

  for (guint i = 0; each[i] != NULL; i++)
    {
      gint64 version = 0;
      g_autofree char *text = yq_policy_text (world, region, each[i], &version);

      if (text == NULL)
        continue;
      gtk_box_append (GTK_BOX (box), text_new (each[i], text, version, open));
      n++;
    }
  if (n > 0)
    return yq_card_new (NULL, NULL, box);
  g_object_unref (g_object_ref_sink (box));
  return NULL;
}

GtkWidget *
yq_reading_for_record (YqStore *store, YqRecord *record)
{
  const char *name = yq_record_entity (record)->name;
  const YqWho *who = yq_store_who (store);
  g_autoptr(YqRecord) own =
    who->organisation != NULL
      ? yq_store_get (store, yq_model_find ("organisation"), who->organisation)
      : NULL;
  const char *region = yq_record_region (record);
  const char *texts = yq_record_entity (record)->texts;
  g_autofree char *kinds = g_strdup_printf ("guide.%s|pledge.%s%s%s", name, name,
                                            texts != NULL ? "|" : "", texts != NULL ? texts : "");

  if (region == NULL && own != NULL)
    region = yq_record_region (own);
  return region != NULL ? yq_reading_new (store, region, kinds, FALSE) : NULL;
}

static void
ticked_cb (GtkCheckButton *tick, GParamSpec *property, GtkWidget *button)
{
  yq_widget_set_why (button, gtk_check_button_get_active (tick)
                               ? NULL
                               : _("Read the texts and tick that you accept them"));
}

GtkWidget *
yq_reading_gate_new (YqStore *store, const char *region, const char *kinds, const char *title,
                     GCallback accepted, GCallback later, gpointer user_data)
{
  GtkWidget *texts = yq_reading_new (store, region, kinds, TRUE);
  GtkWidget *box, *tick, *buttons, *button, *scroller, *clamp;

  if (texts == NULL)
    return NULL;
  box = yq_page_box_new ();
  tick = gtk_check_button_new_with_label (_("I have read all this and accept it"));
  button = yq_button_new (_("Go on to the form"), NULL, "suggested-action");
  buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  gtk_box_append (GTK_BOX (buttons), button);
  if (later != NULL)
    {
      GtkWidget *put_off = yq_button_new (_("Later"), NULL, NULL);

      g_signal_connect_swapped (put_off, "clicked", later, user_data);
      gtk_box_append (GTK_BOX (buttons), put_off);
    }
  gtk_box_append (GTK_BOX (box), yq_heading_new (title));
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), tick);
  gtk_box_append (GTK_BOX (box), buttons);
  g_signal_connect (tick, "notify::active", G_CALLBACK (ticked_cb), button);
  ticked_cb (GTK_CHECK_BUTTON (tick), NULL, button);
  g_signal_connect_swapped (button, "clicked", accepted, user_data);
  clamp = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 720);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  return scroller;
}
