/* The editor of rows: a small table, one line a row, with add and remove.  Opening hours, which are
 * rows too, have an editor of their own. */
#define G_LOG_DOMAIN "yiquan-field-rows"

#include "field-kinds.h"

#include "bits.h"
#include "hours-editor.h"
#include "record-json.h"

typedef struct
{
  GtkWidget *grid, *add, *hours;
  GPtrArray *rows; /* YqValues */
  guint n_columns;
} Rows;

static void
free_rows (gpointer data)
{
  Rows *rows = data;

  g_ptr_array_unref (rows->rows);
  g_free (rows);
}

static void fill (YqFieldEditor *self);

/* -- values to rows and back -- */
static JsonNode *
node_of (const YqValues *values)
{
  GString *text = g_string_new (NULL);
  JsonNode *node;

  yq_json_append_fields (text, values, NULL, NULL);
  node = json_from_string (text->str, NULL);
  g_string_free (text, TRUE);
  return node;
}

static void
store_rows (YqFieldEditor *self)
{
  Rows *rows = yq_field_editor_state (self);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < rows->rows->len; i++)
    json_array_add_element (array, node_of (g_ptr_array_index (rows->rows, i)));
  yq_values_take_array (yq_field_editor_values (self), yq_field_editor_field (self), array);
  yq_field_editor_changed (self);
}

static void
read_rows (YqFieldEditor *self)
{
  Rows *rows = yq_field_editor_state (self);
  const YqField *columns = yq_field_editor_table (self)->columns;
  JsonArray *array = yq_values_array (yq_field_editor_values (self), yq_field_editor_field (self));

  g_ptr_array_set_size (rows->rows, 0);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      YqValues *values = yq_values_new (columns, rows->n_columns);
      g_autoptr(YqProblem) problem = NULL;

      yq_json_read_fields (json_array_get_object_element (array, i), values, NULL, &problem);
      g_ptr_array_add (rows->rows, values);
    }
}

/* -- the grid -- */
static void
cell_changed_cb (YqFieldEditor *cell, YqFieldEditor *self)
{
  store_rows (self);
}

static void
remove_clicked_cb (GtkButton *button, YqFieldEditor *self)
{
  Rows *rows = yq_field_editor_state (self);
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "yq-index"));

  if (i >= rows->rows->len)
    return;
  yq_remove_children (rows->grid);
  g_ptr_array_remove_index (rows->rows, i);
  fill (self);
  store_rows (self);
}

static void
add_clicked_cb (GtkButton *button, YqFieldEditor *self)
{
  Rows *rows = yq_field_editor_state (self);
  GtkWidget *cell;

  g_ptr_array_add (rows->rows,
                   yq_values_new (yq_field_editor_table (self)->columns, rows->n_columns));
  fill (self);
  store_rows (self);
  cell = gtk_grid_get_child_at (GTK_GRID (rows->grid), 0, (int) rows->rows->len);
  if (cell != NULL)
    yq_field_editor_focus (YQ_FIELD_EDITOR (cell));
}

/* What the server writes stands in the record, not among what is typed. */
static gboolean
is_typed (const YqField *column)
{
  return (column->flags & (YQ_HIDDEN | YQ_COMPUTED)) == 0;
}

static void
add_heads (YqFieldEditor *self)
{
  Rows *rows = yq_field_editor_state (self);
  const YqField *columns = yq_field_editor_table (self)->columns;

  for (guint j = 0; j < rows->n_columns; j++)
    {
      GtkWidget *head;

      if (!is_typed (&columns[j]))
        continue;
      head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
      gtk_box_append (GTK_BOX (head), yq_label_new (_(columns[j].title), "rows-head"));
      if (columns[j].flags & YQ_REQUIRED)
        gtk_box_append (GTK_BOX (head), yq_label_new ("*", "required"));
      if (columns[j].type == YQ_MONEY)
        gtk_box_append (GTK_BOX (head), yq_label_new (_("(CNY)"), "rows-head"));
      gtk_grid_attach (GTK_GRID (rows->grid), head, (int) j, 0, 1, 1);
    }
}

static void
add_line (YqFieldEditor *self, guint i)
{
  Rows *rows = yq_field_editor_state (self);
  g_autofree char *name = g_strdup_printf (_("Remove row %u"), i + 1);
  GtkWidget *remove = yq_icon_button_new ("user-trash-symbolic", name, NULL);

  for (guint j = 0; j < rows->n_columns; j++)
    {
      const YqField *column = &yq_field_editor_table (self)->columns[j];
      YqType type = column->type;
      GtkWidget *cell;

      if (!is_typed (column))
        continue;
      cell = yq_field_editor_new_bare (yq_field_editor_store (self),
                                       g_ptr_array_index (rows->rows, i), j);
      gtk_widget_set_hexpand (cell, type == YQ_TEXT || type == YQ_REFERENCE);
      g_signal_connect (cell, "changed", G_CALLBACK (cell_changed_cb), self);
      gtk_grid_attach (GTK_GRID (rows->grid), cell, (int) j, (int) i + 1, 1, 1);
    }
  g_object_set_data (G_OBJECT (remove), "yq-index", GUINT_TO_POINTER (i));
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_clicked_cb), self);
  gtk_grid_attach (GTK_GRID (rows->grid), remove, (int) rows->n_columns, (int) i + 1, 1, 1);
}

static void
fill (YqFieldEditor *self)
{
  Rows *rows = yq_field_editor_state (self);
  gint64 max = yq_field_editor_table (self)->max;
  g_autofree char *full = g_strdup_printf (_("At most %d rows"), (int) max);

  yq_remove_children (rows->grid);
  gtk_widget_set_visible (rows->grid, rows->rows->len > 0);
  if (rows->rows->len > 0)
    add_heads (self);
  for (guint i = 0; i < rows->rows->len; i++)
    add_line (self, i);
  yq_widget_set_why (rows->add, max > 0 && rows->rows->len >= max ? full : NULL);
}

/* -- opening hours -- */
static void
hours_changed_cb (YqHoursEditor *hours, YqFieldEditor *self)
{
  yq_values_take_array (yq_field_editor_values (self), yq_field_editor_field (self),
                        yq_hours_editor_dup (hours));
  yq_field_editor_changed (self);
}

/* The wheel turns the page, also over rows that are wider than it. */
static void
leave_vertical_scrolling (GtkWidget *scroller)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (scroller);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_scroll_set_flags (GTK_EVENT_CONTROLLER_SCROLL (controller),
                                               GTK_EVENT_CONTROLLER_SCROLL_HORIZONTAL);
    }
}

static GtkWidget *
build_rows (YqFieldEditor *self)
{
  const YqField *columns = yq_field_editor_table (self)->columns;
  Rows *rows = g_new0 (Rows, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  rows->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) yq_values_free);
  rows->n_columns = yq_fields_count (columns);
  yq_field_editor_set_state (self, rows, free_rows);
  if (g_str_equal (columns[0].name, "weekday"))
    {
      rows->hours = yq_hours_editor_new ();
      g_signal_connect (rows->hours, "changed", G_CALLBACK (hours_changed_cb), self);
      return rows->hours;
    }
  rows->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (rows->grid), 6);
  gtk_grid_set_row_spacing (GTK_GRID (rows->grid), 6);
  rows->add = gtk_button_new_with_label (_("Add a row"));
  gtk_widget_set_halign (rows->add, GTK_ALIGN_START);
  g_signal_connect (rows->add, "clicked", G_CALLBACK (add_clicked_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), rows->grid);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  leave_vertical_scrolling (scroller);
  yq_field_editor_watch (self, rows->add);
  yq_set_name (rows->add, _("Add a row"));
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), rows->add);
  return box;
}

static void
load_rows (YqFieldEditor *self)
{
  Rows *rows = yq_field_editor_state (self);

  if (rows->hours != NULL)
    {
      yq_hours_editor_show (
        YQ_HOURS_EDITOR (rows->hours),
        yq_values_array (yq_field_editor_values (self), yq_field_editor_field (self)));
      return;
    }
  yq_remove_children (rows->grid);
  read_rows (self);
  fill (self);
}

const YqEditorKind yq_editor_rows = { build_rows, load_rows, TRUE };
