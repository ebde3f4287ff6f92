/* A chart and its table. */
#define G_LOG_DOMAIN "yiquan-stat-card"

#include "stat-card.h"

#include "bits.h"
#include "list-page.h"
#include "money.h"
#include "prompt.h"
#include "tooltip.h"

typedef struct
{
  char *text;  /* as shown */
  char *plain; /* for the spreadsheet */
  YqQuery *query;
} Cell;

typedef struct
{
  guint row, column;
} Link;

struct _YqStatCard
{
  GtkWidget parent_instance;
  YqFrame *frame;
  char *title;
  GtkWidget *card, *chart, *grid, *export_button;
  GArray *columns; /* YqStatColumn, titles owned */
  GArray *cells;   /* Cell, row by row */
  GArray *links;   /* Link, per mark */
};

G_DEFINE_FINAL_TYPE (YqStatCard, yq_stat_card, GTK_TYPE_WIDGET)

static void
cell_clear (gpointer data)
{
  Cell *cell = data;

  g_free (cell->text);
  g_free (cell->plain);
  g_clear_pointer (&cell->query, yq_query_free);
}

static void
column_clear (gpointer data)
{
  g_free ((char *) ((YqStatColumn *) data)->title);
}

static guint
n_rows (YqStatCard *self)
{
  return self->columns->len > 0 ? self->cells->len / self->columns->len : 0;
}

static Cell *
cell_at (YqStatCard *self, guint row, guint column)
{
  return &g_array_index (self->cells, Cell, row * self->columns->len + column);
}

/* -- what stands behind a number -- */

const YqQuery *
yq_stat_card_query (YqStatCard *self, guint row, guint column)
{
  return row < n_rows (self) && column < self->columns->len ? cell_at (self, row, column)->query
                                                            : NULL;
}

gboolean
yq_stat_card_open (YqStatCard *self, guint row, guint column)
{
  const YqQuery *query = yq_stat_card_query (self, row, column);
  g_autofree char *title = NULL;

  if (query == NULL)
    return FALSE;
  title = g_strdup_printf ("%s · %s", self->title, cell_at (self, row, 0)->text);
  yq_frame_push (self->frame, yq_list_page_new_for_query (self->frame, title, query));
  return TRUE;
}

static void
number_clicked_cb (GtkButton *button, YqStatCard *self)
{
  guint at = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "yq-cell"));

  yq_stat_card_open (self, at / self->columns->len, at % self->columns->len);
}

static void
mark_activated_cb (YqChart *chart, guint mark, YqStatCard *self)
{
  if (mark < self->links->len)
    {
      Link link = g_array_index (self->links, Link, mark);

      yq_stat_card_open (self, link.row, link.column);
    }
}

/* -- the spreadsheet -- */

gboolean
yq_stat_card_export_to (YqStatCard *self, const char *path, GError **error)
{
  g_autoptr(YqSheetWriter) writer = yq_sheet_writer_new (path, error);

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; i < self->columns->len; i++)
    {
      const YqStatColumn *column = &g_array_index (self->columns, YqStatColumn, i);

      yq_sheet_writer_add_column (writer, column->title, column->kind, 0);
    }
  for (guint row = 0; row < n_rows (self); row++)
    {
      g_autoptr(GPtrArray) cells = g_ptr_array_new ();

      for (guint i = 0; i < self->columns->len; i++)
        g_ptr_array_add (cells, cell_at (self, row, i)->plain);
      if (!yq_sheet_writer_add_row (writer, (const char *const *) cells->pdata, error))
        return FALSE;
    }
  return yq_sheet_writer_finish (writer, error);
}

static void
chosen_cb (GFile *file, gpointer data)
{
  g_autoptr(YqStatCard) self = data;
  g_autofree char *path = file ? g_file_get_path (file) : NULL;
  g_autofree char *name = file ? g_file_get_basename (file) : NULL;
  g_autoptr(GError) error = NULL;

  if (path == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (yq_stat_card_export_to (self, path, &error))
    {
      g_autofree char *text = g_strdup_printf (_("Written: %s"), name);

      yq_frame_toast (self->frame, text);
    }
  else
    yq_prompt_tell (GTK_WIDGET (self), _("The spreadsheet could not be written"), error->message);
}

static void
export_cb (GtkButton *button, YqStatCard *self)
{
  g_autofree char *name = g_strdup_printf ("%s.xlsx", self->title);

  yq_prompt_save_file (GTK_WIDGET (self), _("Export as a spreadsheet"), name, chosen_cb,
                       g_object_ref (self));
}

/* -- content -- */

YqChart *
yq_stat_card_chart (YqStatCard *self)
{
  return YQ_CHART (self->chart);
}

void
yq_stat_card_begin (YqStatCard *self, const YqStatColumn *columns, guint n)
{
  yq_chart_clear (YQ_CHART (self->chart));
  yq_remove_children (self->grid);
  g_array_set_size (self->columns, 0);
  g_array_set_size (self->cells, 0);
  g_array_set_size (self->links, 0);
  for (guint i = 0; i < n; i++)
    {
      YqStatColumn column = { g_strdup (columns[i].title), columns[i].kind };
      GtkWidget *head = yq_label_new (column.title, "rows-head");

      g_array_append_val (self->columns, column);
      gtk_label_set_xalign (GTK_LABEL (head), column.kind == YQ_SHEET_TEXT ? 0 : 1);
      gtk_widget_set_hexpand (head, i == 0);
      gtk_grid_attach (GTK_GRID (self->grid), head, (int) i, 0, 1, 1);
    }
  yq_widget_set_why (self->export_button, _("There is nothing to export"));
}

static char *
shown (const YqStatColumn *column, const YqStatCell *cell)
{
  if (column->kind == YQ_SHEET_MONEY)
    return yq_money_text (cell->number);
  return column->kind == YQ_SHEET_NUMBER ? yq_count_text ((guint) cell->number)
                                         : g_strdup (cell->text ? cell->text : "");
}

static char *
plain (const YqStatColumn *column, const YqStatCell *cell)
{
  if (column->kind == YQ_SHEET_MONEY)
    return yq_money_plain (cell->number);
  return column->kind == YQ_SHEET_NUMBER ? g_strdup_printf ("%" G_GINT64_FORMAT, cell->number)
                                         : g_strdup (cell->text ? cell->text : "");
}

static GtkWidget *
build_cell (YqStatCard *self, const Cell *cell, const YqStatColumn *column, const char *row_title)
{
  g_autofree char *name = NULL;
  GtkWidget *label, *button;

  if (column->kind == YQ_SHEET_TEXT || cell->query == NULL)
    {
      label = yq_label_new (cell->text, "number");
      gtk_label_set_xalign (GTK_LABEL (label), column->kind == YQ_SHEET_TEXT ? 0 : 1);
      if (column->kind == YQ_SHEET_TEXT)
        gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      return label;
    }
  name = g_strdup_printf (_("%s, %s: %s. Open the list"), row_title, column->title, cell->text);
  button = yq_button_new (cell->text, NULL, "flat stat-number number");
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  yq_set_tooltip (button, _("Open the list"));
  yq_set_name (button, name);
  g_object_set_data (G_OBJECT (button), "yq-cell",
                     GUINT_TO_POINTER ((guint) (cell - (const Cell *) self->cells->data)));
  g_signal_connect (button, "clicked", G_CALLBACK (number_clicked_cb), self);
  return button;
}

void
yq_stat_card_add_row (YqStatCard *self, const YqStatCell *cells)
{
  guint row = n_rows (self);

  for (guint i = 0; i < self->columns->len; i++)
    {
      const YqStatColumn *column = &g_array_index (self->columns, YqStatColumn, i);
      Cell cell = { shown (column, &cells[i]), plain (column, &cells[i]), cells[i].query };

      g_array_append_val (self->cells, cell);
    }
  for (guint i = 0; i < self->columns->len; i++)
    gtk_grid_attach (GTK_GRID (self->grid),
                     build_cell (self, cell_at (self, row, i),
                                 &g_array_index (self->columns, YqStatColumn, i),
                                 cell_at (self, row, 0)->text),
                     (int) i, (int) row + 1, 1, 1);
  yq_widget_set_why (self->export_button, NULL);
  yq_set_tooltip (self->export_button, _("Export as a spreadsheet…"));
}

void
yq_stat_card_link_cell (YqStatCard *self, guint row, guint column)
{
  Link link = { row, column };

  g_array_append_val (self->links, link);
}

void
yq_stat_card_link_mark (YqStatCard *self, guint column)
{
  yq_stat_card_link_cell (self, n_rows (self) - 1, column);
}

/* -- life -- */

static void
yq_stat_card_dispose (GObject *object)
{
  g_clear_pointer (&YQ_STAT_CARD (object)->card, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_stat_card_parent_class)->dispose (object);
}

static void
yq_stat_card_finalize (GObject *object)
{
  YqStatCard *self = YQ_STAT_CARD (object);

  g_array_unref (self->cells);
  g_array_unref (self->columns);
  g_array_unref (self->links);
  g_free (self->title);
  G_OBJECT_CLASS (yq_stat_card_parent_class)->finalize (object);
}

static void
yq_stat_card_class_init (YqStatCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_stat_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_stat_card_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
yq_stat_card_init (YqStatCard *self)
{
  self->columns = g_array_new (FALSE, FALSE, sizeof (YqStatColumn));
  g_array_set_clear_func (self->columns, column_clear);
  self->cells = g_array_new (FALSE, FALSE, sizeof (Cell));
  g_array_set_clear_func (self->cells, cell_clear);
  self->links = g_array_new (FALSE, FALSE, sizeof (Link));
}

GtkWidget *
yq_stat_card_new (YqFrame *frame, const char *title, const char *description, YqChartKind kind)
{
  YqStatCard *self = g_object_new (YQ_TYPE_STAT_CARD, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autofree char *export = g_strdup_printf (_("Export “%s” as a spreadsheet"), title);

  self->frame = frame;
  self->title = g_strdup (title);
  self->chart = yq_chart_new (kind, title);
  self->grid = gtk_grid_new ();
  self->export_button = yq_button_new (_("Export…"), NULL, "flat");
  yq_set_name (self->export_button, export);
  gtk_widget_set_halign (self->export_button, GTK_ALIGN_END);
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 12);
  /* A number that opens a list is a button, and higher: the others follow it. */
  gtk_grid_set_row_homogeneous (GTK_GRID (self->grid), TRUE);
  yq_add_classes (self->grid, "stat-table");
  g_signal_connect (self->chart, "activate", G_CALLBACK (mark_activated_cb), self);
  g_signal_connect (self->export_button, "clicked", G_CALLBACK (export_cb), self);
  gtk_box_append (GTK_BOX (box), self->chart);
  gtk_box_append (GTK_BOX (box), self->grid);
  gtk_box_append (GTK_BOX (box), self->export_button);
  self->card = yq_card_new (title, description, box);
  gtk_widget_set_parent (self->card, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
