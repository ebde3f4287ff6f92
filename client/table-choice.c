/* A check button for each column, in a popover. */
#define G_LOG_DOMAIN "yiquan-table"

#include "table-choice.h"

#include "bits.h"
#include "tooltip.h"

typedef struct
{
  YqTableColumns *columns;
  void (*chosen) (gpointer user_data);
  gpointer user_data;
} Choice;

static void
column_toggled_cb (GtkCheckButton *check, Choice *self)
{
  YqTableColumn *column = g_object_get_data (G_OBJECT (check), "yq-column");

  column->shown = gtk_check_button_get_active (check);
  self->chosen (self->user_data);
}

static void
columns_opened_cb (GtkWidget *popover, Choice *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  for (guint i = 0; i < yq_table_columns_count (self->columns); i++)
    {
      YqTableColumn *column = yq_table_columns_nth (self->columns, i);
      GtkWidget *check = gtk_check_button_new_with_label (column->title);

      gtk_check_button_set_active (GTK_CHECK_BUTTON (check), column->shown);
      g_object_set_data (G_OBJECT (check), "yq-column", column);
      g_signal_connect (check, "toggled", G_CALLBACK (column_toggled_cb), self);
      gtk_box_append (GTK_BOX (box), check);
    }
  yq_set_margins (box, 6);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 420);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
}

GtkWidget *
yq_table_choice_new (YqTableColumns *columns, void (*chosen) (gpointer user_data),
                     gpointer user_data)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  Choice *self = g_new0 (Choice, 1);

  self->columns = columns;
  self->chosen = chosen;
  self->user_data = user_data;
  g_object_set_data_full (G_OBJECT (popover), "yq-choice", self, g_free);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "yq-columns-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_widget_add_css_class (button, "flat");
  yq_set_tooltip (button, _("Choose columns"));
  yq_set_name (button, _("Choose columns"));
  g_signal_connect (popover, "show", G_CALLBACK (columns_opened_cb), self);
  return button;
}
