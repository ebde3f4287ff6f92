/* The columns of a record table. */
#define G_LOG_DOMAIN "yiquan-table"

#include "table-columns.h"

#include "bits.h"
#include "clock.h"
#include "look.h"
#include "money.h"
#include "record-rows.h"
#include "tooltip.h"

struct _YqTableColumns
{
  YqStore *store;
  const YqEntity *entity;
  GPtrArray *columns;          /* YqTableColumn */
  GtkColumnView *view;         /* where they stand; not owned */
  const YqTableColumn *probed; /* the column whose sorter was asked last */
};

static void
free_column (gpointer data)
{
  YqTableColumn *column = data;

  g_free (column->name);
  g_free (column->title);
  g_clear_object (&column->sorter);
  g_free (column);
}

YqTableColumns *
yq_table_columns_new (YqStore *store, const YqEntity *entity)
{
  YqTableColumns *self = g_new0 (YqTableColumns, 1);

  self->store = g_object_ref (store);
  self->entity = entity;
  self->columns = g_ptr_array_new_with_free_func (free_column);
  return self;
}

void
yq_table_columns_free (YqTableColumns *self)
{
  g_ptr_array_unref (self->columns);
  g_object_unref (self->store);
  g_free (self);
}

guint
yq_table_columns_count (YqTableColumns *self)
{
  return self->columns->len;
}

YqTableColumn *
yq_table_columns_nth (YqTableColumns *self, guint i)
{
  return g_ptr_array_index (self->columns, i);
}

int
yq_scaled (int pixels)
{
  int dpi = 96 * 1024;

  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? (int) (pixels * (gint64) dpi / (96 * 1024)) : pixels;
}

/* -- which columns -- */
static int
width_of (const YqField *field)
{
  switch (field->type)
    {
    case YQ_MONEY:
      return 124;
    case YQ_INTEGER:
    case YQ_BOOLEAN:
      return 84;
    case YQ_DATE:
      return 104;
    case YQ_TIME:
      return 140;
    case YQ_CHOICE:
      return 116;
    case YQ_TEXT:
      return field->max > 0 && field->max <= 20 ? 130 : field->max <= 40 ? 186 : 200;
    case YQ_REGION:
    case YQ_REFERENCE:
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
    default:
      return 170;
    }
}

static gboolean
is_figures (const YqField *field)
{
  switch (field->type)
    {
    case YQ_MONEY:
    case YQ_INTEGER:
    case YQ_BOOLEAN:
    case YQ_DATE:
    case YQ_TIME:
      return TRUE;
    case YQ_TEXT: /* numbers, codes, phones */
      return field->max > 0 && field->max <= 40 &&
             (field->check != NULL || field->flags & YQ_INDEX);
    case YQ_CHOICE:
    case YQ_REGION:
    case YQ_REFERENCE:
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
    default:
      return FALSE;
    }
}

static YqTableColumn *
find_column (YqTableColumns *self, const char *name)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (g_str_equal (yq_table_columns_nth (self, i)->name, name))
      return yq_table_columns_nth (self, i);
  return NULL;
}

/* Roughly, at 100 %: the heading is never cut. */
static int
width_of_heading (const char *title)
{
  int width = 26;

  for (const char *at = title; *at != '\0'; at = g_utf8_next_char (at))
    width += g_unichar_iswide (g_utf8_get_char (at)) ? 13 : 8;
  return width;
}

static YqTableColumn *
add_column (YqTableColumns *self, const char *name, const char *title, int width)
{
  YqTableColumn *column = g_new0 (YqTableColumn, 1);

  column->name = g_strdup (name);
  column->title = g_strdup (title);
  column->field = -1;
  column->width = MAX (width, width_of_heading (title));
  column->shown = TRUE;
  g_ptr_array_add (self->columns, column);
  return column;
}

static void
add_field (YqTableColumns *self, guint i)
{
  const YqField *field = &self->entity->fields[i];
  YqTableColumn *column;
  g_autofree char *title = NULL;

  if (find_column (self, field->name) != NULL)
    return;
  title = field->type == YQ_MONEY ? g_strdup_printf (_("%s (CNY)"), _(field->title))
                                  : g_strdup (_(field->title));
  column = add_column (self, field->name, title, width_of (field));
  column->field = (int) i;
  column->is_number = field->type == YQ_MONEY || field->type == YQ_INTEGER;
  column->is_figures = is_figures (field);
  column->is_title = g_strcmp0 (field->name, self->entity->title_field) == 0;
}

static void
add_named (YqTableColumns *self, const char *name)
{
  int field = yq_entity_find_field (self->entity, name);
  YqTableColumn *column = NULL;

  if (find_column (self, name) != NULL)
    return;
  if (field >= 0)
    add_field (self, (guint) field);
  else if (g_str_equal (name, "state") && self->entity->n_states > 1)
    column = add_column (self, name, _("State"), 124);
  else if (g_str_equal (name, "updated_at"))
    column = add_column (self, name, _("Last change"), 140);
  else if (g_str_equal (name, "created_at"))
    column = add_column (self, name, _("Created"), 140);
  if (column != NULL)
    {
      column->is_state = g_str_equal (name, "state");
      column->is_figures = TRUE;
    }
}

/* "name", or "name:WIDTH". */
static void
add_word (YqTableColumns *self, const char *word)
{
  g_auto(GStrv) parts = g_strsplit (word, ":", 2);
  YqTableColumn *column;

  add_named (self, parts[0]);
  column = find_column (self, parts[0]);
  if (parts[1] != NULL && column != NULL)
    column->width =
      MAX ((int) g_ascii_strtoll (parts[1], NULL, 10), width_of_heading (column->title));
}

static void
hide_all (YqTableColumns *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (yq_table_columns_nth (self, i)->text == NULL)
      yq_table_columns_nth (self, i)->shown = FALSE;
}

/* What is not shown at first can still be chosen. */
static void
add_rest (YqTableColumns *self)
{
  guint n = self->columns->len;

  for (guint i = 0; i < self->entity->n_fields; i++)
    {
      const YqField *field = &self->entity->fields[i];

      if (!(field->flags & (YQ_HIDDEN | YQ_SECRET | YQ_LONG)) && field->type != YQ_ROWS &&
          field->type != YQ_FILES && field->type != YQ_REFERENCES)
        add_field (self, i);
    }
  add_named (self, "state");
  add_named (self, "updated_at");
  add_named (self, "created_at");
  for (guint i = n; i < self->columns->len; i++)
    yq_table_columns_nth (self, i)->shown = FALSE;
}

/* The cells of the view point into the columns: none may stay in it that goes away here. */
static void
take_out (YqTableColumns *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    {
      YqTableColumn *column = yq_table_columns_nth (self, i);

      if (column->column != NULL)
        gtk_column_view_remove_column (self->view, column->column);
      column->column = NULL;
    }
}

void
yq_table_columns_set_names (YqTableColumns *self, const char *names)
{
  g_auto(GStrv) words = g_strsplit (names ? names : "", "|", 0);

  take_out (self);
  for (guint i = self->columns->len; i > 0; i--)
    if (yq_table_columns_nth (self, i - 1)->text == NULL)
      g_ptr_array_remove_index (self->columns, i - 1);
  for (guint i = 0; words[i] != NULL; i++)
    add_word (self, words[i]);
  if (names == NULL)
    {
      if (self->entity->title_field != NULL)
        add_named (self, self->entity->title_field);
      for (guint i = 0; i < self->entity->n_fields; i++)
        if (self->entity->fields[i].flags & YQ_LIST)
          add_field (self, i);
      add_named (self, "state");
    }
  add_rest (self);
}

void
yq_table_columns_add (YqTableColumns *self, const char *name, const char *title, int width,
                      gboolean number, YqCellText text, gpointer user_data)
{
  YqTableColumn *column = add_column (self, name, title, width);

  column->is_number = number;
  column->is_figures = number;
  column->text = text;
  column->user_data = user_data;
}

/* -- cells -- */
char *
yq_table_column_text (YqTableColumns *self, const YqTableColumn *column, YqRecord *record)
{
  const char *masked;

  if (column->text != NULL)
    return column->text (record, column->user_data);
  if (column->is_state)
    return g_strdup (yq_record_state_title (record));
  if (column->field < 0)
    return yq_time_local (g_str_equal (column->name, "created_at") ? yq_record_created_at (record)
                                                                   : yq_record_updated_at (record));
  masked = yq_record_masked (record, column->name);
  if (masked != NULL)
    return g_strdup (masked);
  /* The header says the unit: the cell is the bare number. */
  if (self->entity->fields[column->field].type == YQ_MONEY)
    return yq_record_has (record, (guint) column->field)
             ? yq_money_format (yq_record_int (record, (guint) column->field))
             : g_strdup ("");
  return yq_format_known (self->store, yq_record_values (record), (guint) column->field);
}

char *
yq_table_column_words (YqTableColumns *self, const YqTableColumn *column, YqRecord *record,
                       gboolean *unset)
{
  const char *instead = column->field >= 0 ? self->entity->fields[column->field].unset : NULL;
  char *text = yq_table_column_text (self, column, record);

  *unset = instead != NULL && *text == '\0';
  if (!*unset)
    return text;
  g_free (text);
  return g_strdup (_(instead));
}

typedef struct
{
  YqTableColumns *columns;
  const YqTableColumn *column;
} Cell;

static void
show_cell (YqRecordRow *row, GtkWidget *widget)
{
  Cell *cell = g_object_get_data (G_OBJECT (widget), "yq-cell");
  YqRecord *record = yq_record_row_record (row);
  gboolean unset = FALSE;
  g_autofree char *text = record != NULL
                            ? yq_table_column_words (cell->columns, cell->column, record, &unset)
                            : g_strdup ("");

  if (cell->column->is_state)
    {
      const YqState *state =
        record != NULL ? yq_entity_state (cell->columns->entity, yq_record_state (record)) : NULL;

      yq_pill_set (widget, text, state ? state->tone : YQ_TONE_NEUTRAL);
      gtk_widget_set_opacity (widget, record != NULL ? 1 : 0);
      return;
    }
  gtk_inscription_set_text (GTK_INSCRIPTION (widget), text);
  if (unset)
    gtk_widget_add_css_class (widget, "dim-label");
  else
    gtk_widget_remove_css_class (widget, "dim-label");
}

static gboolean
is_cut (GtkWidget *widget, const char *text)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width > gtk_widget_get_width (widget) || pango_layout_get_line_count (layout) > 1;
}

/* What is cut can be read whole.  Asked for, not set with the text: setting one asks the display
 * where the pointer is, each time. */
static gboolean
query_tooltip_cb (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                  gpointer data)
{
  const char *text = gtk_inscription_get_text (GTK_INSCRIPTION (widget));

  return text != NULL && is_cut (widget, text) && yq_tooltip_say (tooltip, text);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Cell *cell)
{
  GtkWidget *widget;
  Cell *own = g_new (Cell, 1);

  *own = *cell;
  if (cell->column->is_state)
    widget = yq_pill_new ("", YQ_TONE_NEUTRAL);
  else
    {
      widget = gtk_inscription_new (NULL);
      gtk_inscription_set_text_overflow (GTK_INSCRIPTION (widget),
                                         GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
      gtk_inscription_set_min_lines (GTK_INSCRIPTION (widget), 1);
      /* As high as its line (see style.css): where it is cut, GTK draws it at the top. */
      gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
      if (cell->column->is_number)
        {
          gtk_inscription_set_xalign (GTK_INSCRIPTION (widget), 1);
          gtk_widget_add_css_class (widget, "number");
        }
      else
        {
          gtk_widget_set_has_tooltip (widget, TRUE);
          g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
        }
    }
  g_object_set_data_full (G_OBJECT (widget), "yq-cell", own, g_free);
  gtk_list_item_set_child (item, widget);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Cell *cell)
{
  YqRecordRow *row = gtk_list_item_get_item (item);
  GtkWidget *widget = gtk_list_item_get_child (item);

  show_cell (row, widget);
  g_signal_connect_object (row, "changed", G_CALLBACK (show_cell), widget, 0);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Cell *cell)
{
  YqRecordRow *row = gtk_list_item_get_item (item);

  g_signal_handlers_disconnect_by_func (row, show_cell, gtk_list_item_get_child (item));
}

static void
free_cell (gpointer data, GClosure *closure)
{
  g_free (data);
}

static GtkListItemFactory *
build_factory (YqTableColumns *self, const YqTableColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  Cell *cell = g_new (Cell, 1);

  cell->columns = self;
  cell->column = column;
  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), cell, free_cell, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), cell);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), cell);
  return factory;
}

/* -- sorting: the store sorts; GTK's sorters only tell which header was clicked -- */
typedef struct
{
  YqTableColumns *columns;
  const YqTableColumn *column;
} Probe;

static int
probe_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  Probe *probe = data;

  if (probe->columns->probed == NULL)
    probe->columns->probed = probe->column;
  return -1;
}

YqTableColumn *
yq_table_columns_sorted (YqTableColumns *self, GtkColumnView *view, gboolean *descending)
{
  g_autoptr(GObject) a = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr(GObject) b = g_object_new (G_TYPE_OBJECT, NULL);
  GtkOrdering order;

  self->probed = NULL;
  order = gtk_sorter_compare (gtk_column_view_get_sorter (view), a, b);
  *descending = order == GTK_ORDERING_LARGER;
  return (YqTableColumn *) self->probed;
}

static gboolean
can_sort (YqTableColumns *self, const YqTableColumn *column)
{
  return column->text == NULL && yq_query_can_sort (self->entity, column->name);
}

static void
build_column (YqTableColumns *self, YqTableColumn *column, GtkColumnView *view)
{
  GtkColumnViewColumn *made =
    gtk_column_view_column_new (column->title, build_factory (self, column));

  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_fixed_width (made, yq_scaled (column->width));
  gtk_column_view_column_set_expand (made, column->is_title);
  if (column->sorter == NULL && can_sort (self, column))
    {
      Probe *probe = g_new (Probe, 1);

      probe->columns = self;
      probe->column = column;
      column->sorter = GTK_SORTER (gtk_custom_sorter_new (probe_cb, probe, g_free));
    }
  gtk_column_view_column_set_sorter (made, column->sorter);
  gtk_column_view_append_column (view, made);
  column->column = made;
  g_object_unref (made);
}

/* GTK 4.8 cannot align a heading: numbers have theirs at the right, over the figures. */
static void
dress_header (YqTableColumns *self)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->view));
  GListModel *shown = gtk_column_view_get_columns (self->view);
  GtkWidget *title = gtk_widget_get_first_child (header);

  yq_set_name (header, _("Columns; click to sort"));
  for (guint i = 0; title != NULL && i < g_list_model_get_n_items (shown); i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (shown, i);
      GtkWidget *inside = gtk_widget_get_first_child (title);

      for (guint j = 0; j < self->columns->len; j++)
        if (yq_table_columns_nth (self, j)->column == column &&
            yq_table_columns_nth (self, j)->is_number && inside != NULL)
          gtk_widget_set_halign (inside, GTK_ALIGN_END);
      title = gtk_widget_get_next_sibling (title);
    }
}

void
yq_table_columns_build (YqTableColumns *self, GtkColumnView *view)
{
  take_out (self);
  self->view = view;
  for (guint i = 0; i < self->columns->len; i++)
    if (yq_table_columns_nth (self, i)->shown)
      build_column (self, yq_table_columns_nth (self, i), view);
  dress_header (self);
}

/* -- the choice -- */
void
yq_table_columns_load (YqTableColumns *self, const char *key)
{
  g_autofree char *kept = yq_settings_get ("columns", key);
  g_auto(GStrv) names = g_strsplit (kept ? kept : "", "|", 0);

  if (kept == NULL)
    return;
  hide_all (self);
  for (guint i = 0; names[i] != NULL; i++)
    {
      YqTableColumn *column = find_column (self, names[i]);

      if (column != NULL)
        column->shown = TRUE;
    }
}

void
yq_table_columns_save (YqTableColumns *self, const char *key)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < self->columns->len; i++)
    if (yq_table_columns_nth (self, i)->shown)
      g_string_append_printf (names, "%s%s", names->len ? "|" : "",
                              yq_table_columns_nth (self, i)->name);
  yq_settings_set ("columns", key, names->str);
  g_string_free (names, TRUE);
}
