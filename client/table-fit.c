/* Column widths that follow the window. */
#define G_LOG_DOMAIN "yiquan-table"

#include "table-fit.h"

/* Rows that are measured: those one sees first. */
#define SAMPLE 32
/* Pixels at 100 %: around a cell's text; the least and the most of a column of words; what a column
 * of figures and a heading take at most; what a column gets of the space left over; how wide words
 * may be where one scrolls anyway; how little of a column makes it fit there. */
#define AROUND 26
#define LEAST 96
#define MOST 300
#define MOST_TITLE 420
#define MOST_FIGURES 240
#define MOST_HEADING 150
#define BREATH 36
#define COMFORT 190
#define NEARLY 60

struct _YqTableFit
{
  YqTableColumns *columns;
  GtkColumnView *view;
  GtkAdjustment *across; /* of the scroller */
  GListModel *rows;
  gulong size_id, rows_id;
  guint queued;
  int scale; /* yq_scaled (100) when the columns were measured */
  gboolean is_setting;
};

/* -- what a column needs -- */

static int
text_width (PangoLayout *layout, const char *text)
{
  int width;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* A number or a code by its looks: nothing in it could be left away. */
static gboolean
is_code (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (*at == ' ' || g_unichar_iswide (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

/* Columns once measured only grow: they stand still while one types a search. */
static void
measure (YqTableFit *self)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->view), NULL);
  guint n = MIN (SAMPLE, g_list_model_get_n_items (self->rows));
  gboolean is_new = self->scale != yq_scaled (100);

  self->scale = yq_scaled (100);
  for (guint c = 0; c < yq_table_columns_count (self->columns); c++)
    {
      YqTableColumn *column = yq_table_columns_nth (self->columns, c);

      if (!is_new && column->wanted > 0)
        continue;
      column->heading = text_width (layout, column->title) + yq_scaled (AROUND);
      column->wanted = column->heading;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(YqRecord) record = g_list_model_get_item (self->rows, i);

      for (guint c = 0; record != NULL && c < yq_table_columns_count (self->columns); c++)
        {
          YqTableColumn *column = yq_table_columns_nth (self->columns, c);
          g_autofree char *text = NULL;
          gboolean unset;

          if (!column->shown)
            continue;
          text = yq_table_column_words (self->columns, column, record, &unset);
          column->wanted = MAX (column->wanted, text_width (layout, text) + yq_scaled (AROUND));
          column->has_words = column->has_words || !is_code (text);
        }
    }
}

static int
least_of (const YqTableColumn *column)
{
  int least = yq_scaled (column->is_figures || !column->has_words ? MOST_FIGURES : LEAST);

  return MAX (MIN (column->wanted, least), MIN (column->heading, yq_scaled (MOST_HEADING)));
}

static int
most_of (const YqTableColumn *column)
{
  if (column->is_figures || !column->has_words)
    return least_of (column);
  return MAX (least_of (column),
              MIN (column->wanted, yq_scaled (column->is_title ? MOST_TITLE : MOST)));
}

/* -- sharing the width -- */

static int
width_at (const YqTableColumn *column, int cap)
{
  return CLAMP (cap, least_of (column), most_of (column));
}

/* Of the first most columns; *n is how many there are. */
static int
total_at (YqTableFit *self, int cap, guint most, guint *n)
{
  int total = 0;

  *n = 0;
  for (guint i = 0; i < yq_table_columns_count (self->columns) && *n < most; i++)
    {
      YqTableColumn *column = yq_table_columns_nth (self->columns, i);

      if (column->column == NULL)
        continue;
      total += column->held > 0 ? column->held : width_at (column, cap);
      ++*n;
    }
  return total;
}

/* The widest, up to high, that columns of words may be for the first most to fit. */
static int
find_cap (YqTableFit *self, int available, guint most, int high)
{
  int low = yq_scaled (LEAST);
  guint n;

  while (low < high)
    {
      int middle = (low + high + 1) / 2;

      if (total_at (self, middle, most, &n) <= available)
        low = middle;
      else
        high = middle - 1;
    }
  return low;
}

/* Where not even the least fits one scrolls, and in comfort: how many stand there whole before one
 * does.  A column of which hardly anything would be cut is one of them. */
static guint
count_whole (YqTableFit *self, int available)
{
  guint most = 1, n;

  while (total_at (self, yq_scaled (COMFORT), most + 1, &n) <= available + yq_scaled (NEARLY) &&
         n == most + 1 && total_at (self, yq_scaled (LEAST), most + 1, &n) <= available)
    most++;
  return most;
}

/* What stands in the view without being one of ours: the ticks. */
static int
width_of_others (YqTableFit *self)
{
  GListModel *all = gtk_column_view_get_columns (self->view);
  int width = 0;

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (all, i);

      if (g_object_get_data (G_OBJECT (column), "yq-fit") == NULL)
        width += MAX (0, gtk_column_view_column_get_fixed_width (column));
    }
  return width;
}

static void
drawn_cb (GtkColumnViewColumn *made, GParamSpec *pspec, YqTableFit *self)
{
  YqTableColumn *column = g_object_get_data (G_OBJECT (made), "yq-fit");

  if (!self->is_setting && column->column == made)
    column->held = gtk_column_view_column_get_fixed_width (made);
}

static void
watch (YqTableFit *self, YqTableColumn *column)
{
  if (g_object_get_data (G_OBJECT (column->column), "yq-fit") != NULL)
    return;
  g_object_set_data (G_OBJECT (column->column), "yq-fit", column);
  g_signal_connect (column->column, "notify::fixed-width", G_CALLBACK (drawn_cb), self);
}

/* spare is shared among the first most. */
static void
set_widths (YqTableFit *self, int cap, guint most, int spare)
{
  guint n, left;

  total_at (self, cap, most, &n);
  left = n;
  self->is_setting = TRUE;
  for (guint i = 0; i < yq_table_columns_count (self->columns); i++)
    {
      YqTableColumn *column = yq_table_columns_nth (self->columns, i);
      int more = left > 0 ? spare / (int) left : 0;

      if (column->column == NULL)
        continue;
      if (column->held == 0)
        {
          int width = width_at (column, left > 0 ? cap : yq_scaled (COMFORT));

          gtk_column_view_column_set_fixed_width (column->column, width + more);
          spare -= more;
        }
      left -= left > 0;
    }
  self->is_setting = FALSE;
}

static void
fit (YqTableFit *self)
{
  int available = (int) gtk_adjustment_get_page_size (self->across), cap, spare;
  gboolean scrolls;
  guint n, most;

  if (available <= 1)
    return;
  measure (self);
  for (guint i = 0; i < yq_table_columns_count (self->columns); i++)
    if (yq_table_columns_nth (self->columns, i)->column != NULL)
      watch (self, yq_table_columns_nth (self->columns, i));
  available -= width_of_others (self);
  scrolls = total_at (self, yq_scaled (LEAST), G_MAXUINT, &n) > available;
  most = scrolls ? count_whole (self, available) : G_MAXUINT;
  cap = find_cap (self, available, most, yq_scaled (scrolls ? COMFORT : MOST_TITLE));
  spare = available - total_at (self, cap, most, &n);
  /* Where one scrolls the edge stands between two columns, and cuts none. */
  spare = scrolls ? MAX (0, spare) : CLAMP (spare / (int) (n + 1), 0, yq_scaled (BREATH)) * (int) n;
  set_widths (self, cap, most, spare);
}

/* -- when -- */

static gboolean
fit_cb (gpointer user_data)
{
  YqTableFit *self = user_data;

  self->queued = 0;
  fit (self);
  return G_SOURCE_REMOVE;
}

void
yq_table_fit_queue (YqTableFit *self)
{
  /* Not within the allocation that tells the width, but before the frame is drawn. */
  if (self->queued == 0)
    self->queued = g_idle_add_full (G_PRIORITY_HIGH, fit_cb, self, NULL);
}

YqTableFit *
yq_table_fit_new (YqTableColumns *columns, GtkColumnView *view, GtkScrolledWindow *scroller,
                  GListModel *rows)
{
  YqTableFit *self = g_new0 (YqTableFit, 1);

  self->columns = columns;
  self->view = view;
  self->across = g_object_ref (gtk_scrolled_window_get_hadjustment (scroller));
  self->rows = g_object_ref (rows);
  self->size_id = g_signal_connect_swapped (self->across, "notify::page-size",
                                            G_CALLBACK (yq_table_fit_queue), self);
  self->rows_id =
    g_signal_connect_swapped (rows, "items-changed", G_CALLBACK (yq_table_fit_queue), self);
  return self;
}

void
yq_table_fit_free (YqTableFit *self)
{
  GListModel *all = gtk_column_view_get_columns (self->view);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (all, i);

      g_signal_handlers_disconnect_by_data (column, self);
    }
  g_clear_handle_id (&self->queued, g_source_remove);
  g_clear_signal_handler (&self->size_id, self->across);
  g_clear_signal_handler (&self->rows_id, self->rows);
  g_object_unref (self->across);
  g_object_unref (self->rows);
  g_free (self);
}
