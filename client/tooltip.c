/* Tooltips with a label of our own. */
#include "tooltip.h"

#define KEY "yq-tooltip"
#define MOST 60 /* Latin letters in a line; a text in Chinese wraps at about thirty */

/* GTK asks again with each movement; the same label again is left where it is. */
GtkWidget *
yq_tooltip_label (GtkTooltip *tooltip)
{
  GtkWidget *label = g_object_get_data (G_OBJECT (tooltip), KEY);

  if (label == NULL)
    {
      label = g_object_ref_sink (gtk_label_new (NULL));
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_max_width_chars (GTK_LABEL (label), MOST);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      g_object_set_data_full (G_OBJECT (tooltip), KEY, label, g_object_unref);
    }
  return label;
}

gboolean
yq_tooltip_say (GtkTooltip *tooltip, const char *text)
{
  GtkWidget *label;

  if (text == NULL || *text == '\0')
    return FALSE;
  label = yq_tooltip_label (tooltip);
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_tooltip_set_custom (tooltip, label);
  return TRUE;
}

static gboolean
query_tooltip_cb (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  return yq_tooltip_say (tooltip, gtk_widget_get_tooltip_text (widget));
}

void
yq_set_tooltip (GtkWidget *widget, const char *text)
{
  if (g_object_get_data (G_OBJECT (widget), KEY) == NULL)
    {
      g_object_set_data (G_OBJECT (widget), KEY, widget);
      g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
    }
  gtk_widget_set_tooltip_text (widget, text);
}
