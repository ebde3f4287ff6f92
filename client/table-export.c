/* From a table to a spreadsheet. */
#define G_LOG_DOMAIN "yiquan-export"

#include "table-export.h"

#include "bits.h"
#include "frame.h"
#include "prompt.h"
#include "sheet-file.h"

#define PIECE 100

static YqSheetKind
kind_of (const YqTableColumn *column, const YqEntity *entity)
{
  if (column->field < 0)
    return column->is_number ? YQ_SHEET_NUMBER : YQ_SHEET_TEXT;
  switch (entity->fields[column->field].type)
    {
    case YQ_MONEY:
      return YQ_SHEET_MONEY;
    case YQ_INTEGER:
      return YQ_SHEET_NUMBER;
    case YQ_DATE:
      return YQ_SHEET_DATE;
    case YQ_TEXT:
    case YQ_TIME:
    case YQ_BOOLEAN:
    case YQ_CHOICE:
    case YQ_REGION:
    case YQ_REFERENCE:
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
    default:
      return YQ_SHEET_TEXT;
    }
}

/* Numbers go to the sheet without the separators a person reads them with. */
static char *
plain_text (YqTableColumns *columns, const YqTableColumn *column, YqRecord *record)
{
  char *text = yq_table_column_text (columns, column, record);

  if (column->is_number)
    {
      g_auto(GStrv) parts = g_strsplit (text, ",", 0);

      g_free (text);
      text = g_strjoinv ("", parts);
    }
  return text;
}

static gboolean
write_row (YqSheetWriter *writer, YqTableColumns *columns, YqRecord *record, GError **error)
{
  g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < yq_table_columns_count (columns); i++)
    {
      YqTableColumn *column = yq_table_columns_nth (columns, i);

      if (column->shown)
        g_ptr_array_add (cells, plain_text (columns, column, record));
    }
  return yq_sheet_writer_add_row (writer, (const char *const *) cells->pdata, error);
}

gboolean
yq_table_export_to (YqRecordList *list, YqTableColumns *columns, const char *path,
                    GCancellable *cancellable, void (*progress) (guint, guint, gpointer),
                    gpointer user_data, GError **error)
{
  const YqEntity *entity = yq_query_entity (yq_record_list_query (list));
  g_autoptr(YqSheetWriter) writer = yq_sheet_writer_new (path, error);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  guint n;

  if (writer == NULL)
    return FALSE;
  yq_record_list_complete (list);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  for (guint i = 0; i < yq_table_columns_count (columns); i++)
    {
      YqTableColumn *column = yq_table_columns_nth (columns, i);

      if (column->shown)
        yq_sheet_writer_add_column (writer, column->title, kind_of (column, entity), 0);
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr(YqRecord) record = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !write_row (writer, columns, record, error))
        return FALSE;
      if (i % PIECE != PIECE - 1)
        continue;
      if (progress != NULL)
        progress (i + 1, n, user_data);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  return yq_sheet_writer_finish (writer, error);
}

/* -- with a window that shows how far it is -- */
typedef struct
{
  GtkWidget *parent, *bar, *window;
  YqRecordList *list;
  YqTableColumns *columns;
  GCancellable *cancellable;
} Export;

static void
progress_cb (guint done, guint total, gpointer data)
{
  Export *export = data;
  g_autofree char *words = NULL;
  g_autofree char *a = yq_count_text (done);
  g_autofree char *b = yq_count_text (total);

  words = g_strdup_printf (_("%s of %s"), a, b);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (export->bar), (double) done / MAX (total, 1));
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (export->bar), words);
}

static void
cancelled_cb (const char *response, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
tell_outcome (Export *export, gboolean ok, GFile *file, const GError *error)
{
  YqFrame *frame = yq_frame_of (export->parent);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    text = g_strdup (_("The export was cancelled; no file was written."));
  else if (ok)
    text = g_strdup_printf (_("Written: %s"), name);
  if (text != NULL && frame != NULL)
    yq_frame_toast (frame, text);
  else if (!ok)
    yq_prompt_tell (export->parent, _("The spreadsheet could not be written"), error->message);
}

static void
chosen_cb (GFile *file, gpointer data)
{
  Export *export = data;
  g_autofree char *path = file ? g_file_get_path (file) : NULL;
  g_autoptr(GError) error = NULL;

  if (path != NULL && gtk_widget_get_root (export->parent) != NULL)
    {
      gboolean ok;

      export->bar = gtk_progress_bar_new ();
      gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (export->bar), TRUE);
      export->window =
        g_object_ref (yq_prompt (export->parent, _("Exporting…"), NULL, export->bar, cancelled_cb,
                                 export->cancellable, "cancel", _("Cancel"), NULL));
      ok = yq_table_export_to (export->list, export->columns, path, export->cancellable,
                               progress_cb, export, &error);
      gtk_window_destroy (GTK_WINDOW (export->window));
      g_object_unref (export->window);
      tell_outcome (export, ok, file, error);
    }
  g_object_unref (export->parent);
  g_object_unref (export->list);
  g_object_unref (export->cancellable);
  g_free (export);
}

void
yq_table_export (GtkWidget *parent, YqRecordList *list, YqTableColumns *columns, const char *name)
{
  Export *export = g_new0 (Export, 1);
  g_autofree char *file = g_strdup_printf ("%s.xlsx", name);

  export->parent = g_object_ref (parent);
  export->list = g_object_ref (list);
  export->columns = columns;
  export->cancellable = g_cancellable_new ();
  yq_prompt_save_file (parent, _("Export as a spreadsheet"), file, chosen_cb, export);
}
