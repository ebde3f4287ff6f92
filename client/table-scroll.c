/* Rows are of one height: from that follows where they stand. */
#define G_LOG_DOMAIN "yiquan-table"

#include "table-scroll.h"

void
yq_table_scroll_to (GtkColumnView *view, guint position)
{
  /* There is no gtk_column_view_scroll_to() yet; the action sits on the inner list. */
  gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (view)), "list.scroll-to-item",
                              "u", position);
}

gboolean
yq_table_is_at_top (GtkColumnView *view)
{
  GtkAdjustment *along = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));

  return along != NULL && gtk_adjustment_get_value (along) <= gtk_adjustment_get_lower (along);
}

gboolean
yq_table_focus_first (GtkColumnView *view)
{
  GtkWidget *first = gtk_widget_get_first_child (gtk_widget_get_last_child (GTK_WIDGET (view)));

  return first != NULL && gtk_widget_grab_focus (first);
}

/* The record at the upper edge of what is seen, and its place; NULL at the top of the list. */
static YqRecord *
upper_record (GtkColumnView *view, GListModel *rows, guint *position, double *height)
{
  GtkAdjustment *along = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  guint n = g_list_model_get_n_items (rows);
  g_autoptr(YqRecordRow) row = NULL;

  if (along == NULL || n == 0 || gtk_adjustment_get_value (along) <= 0)
    return NULL;
  *height = gtk_adjustment_get_upper (along) / n;
  *position = (guint) (gtk_adjustment_get_value (along) / *height);
  row = g_list_model_get_item (rows, *position);
  return row != NULL && yq_record_row_record (row) != NULL
           ? g_object_ref (yq_record_row_record (row))
           : NULL;
}

void
yq_table_take_over_in_place (GtkColumnView *view, YqRecordRows *rows, YqRecordList *list)
{
  GtkAdjustment *along = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  guint before = 0, now;
  double height = 0;
  g_autoptr(YqRecord) upper = upper_record (view, G_LIST_MODEL (rows), &before, &height);

  yq_record_rows_take_over (rows);
  now = upper != NULL ? yq_record_list_find (list, yq_record_id (upper)) : G_MAXUINT;
  if (now != G_MAXUINT && now != before)
    gtk_adjustment_set_value (along,
                              gtk_adjustment_get_value (along) + ((double) now - before) * height);
}
