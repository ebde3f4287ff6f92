/* Template, export and import of records: the field table on one side, files on the other. */
#define G_LOG_DOMAIN "yiquan-sheet"

#include "sheet-records.h"

#include "text.h"

static YqSheetKind
kind_of (const YqField *field)
{
  switch (field->type)
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

static guint
width_of (const YqField *field)
{
  if (field->flags & YQ_LONG)
    return 40;
  return field->type == YQ_TEXT && field->max > 50 ? 24 : 0;
}

gboolean
yq_sheet_write_template (const YqEntity *entity, const char *path, GError **error)
{
  g_autoptr(YqSheetWriter) writer = yq_sheet_writer_new (path, error);
  g_autoptr(GArray) fields = yq_sheet_fields (entity);

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; i < fields->len; i++)
    {
      const YqField *field = &entity->fields[g_array_index (fields, guint, i)];
      g_autofree char *heading =
        g_strconcat (field->flags & YQ_REQUIRED ? "*" : "", yq_sheet_heading (field), NULL);

      yq_sheet_writer_add_column (writer, heading, kind_of (field), width_of (field));
    }
  return yq_sheet_writer_finish (writer, error);
}

/* -- export -- */

struct _YqSheetExport
{
  GArray *fields; /* guint */
  gboolean with_state;
  const YqSheetNames *names;
  YqSheetWriter *writer;
};

YqSheetExport *
yq_sheet_export_new (const YqEntity *entity, const guint *fields, guint n_fields,
                     gboolean with_state, const YqSheetNames *names, const char *path,
                     GError **error)
{
  g_autoptr(YqSheetExport) self = g_new0 (YqSheetExport, 1);

  self->with_state = with_state;
  self->names = names;
  if ((self->writer = yq_sheet_writer_new (path, error)) == NULL)
    return NULL;
  if (fields == NULL)
    self->fields = yq_sheet_fields (entity);
  else
    {
      self->fields = g_array_new (FALSE, FALSE, sizeof (guint));
      g_array_append_vals (self->fields, fields, n_fields);
    }
  for (guint i = 0; i < self->fields->len; i++)
    {
      const YqField *field = &entity->fields[g_array_index (self->fields, guint, i)];

      yq_sheet_writer_add_column (self->writer, yq_sheet_heading (field), kind_of (field),
                                  width_of (field));
    }
  if (with_state)
    yq_sheet_writer_add_column (self->writer, _("State"), YQ_SHEET_TEXT, 12);
  return g_steal_pointer (&self);
}

gboolean
yq_sheet_export_add (YqSheetExport *self, YqRecord *record, GError **error)
{
  g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->fields->len; i++)
    {
      guint field = g_array_index (self->fields, guint, i);
      const char *masked = yq_record_masked (record, yq_record_entity (record)->fields[field].name);

      g_ptr_array_add (cells, !yq_record_has (record, field) && masked != NULL
                                ? g_strdup (masked)
                                : yq_sheet_write (yq_record_values (record), field, self->names));
    }
  if (self->with_state)
    g_ptr_array_add (cells, g_strdup (yq_record_state_title (record)));
  return yq_sheet_writer_add_row (self->writer, (const char *const *) cells->pdata, error);
}

gboolean
yq_sheet_export_finish (YqSheetExport *self, GError **error)
{
  return yq_sheet_writer_finish (self->writer, error);
}

void
yq_sheet_export_free (YqSheetExport *self)
{
  if (self == NULL)
    return;
  yq_sheet_writer_free (self->writer);
  g_clear_pointer (&self->fields, g_array_unref);
  g_free (self);
}

/* -- import -- */

/* The headings are the first row that holds anything. */
static gboolean
header_seen_cb (guint number, const char *const *cells, guint n_cells, gpointer user_data,
                GError **error)
{
  yq_import_set_header (user_data, cells, n_cells);
  return FALSE;
}

static gboolean
check_header (YqImport *import, GError **error)
{
  g_autofree char *why = yq_import_check_header (import);

  if (why == NULL)
    return TRUE;
  g_set_error_literal (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FORMAT, why);
  return FALSE;
}

gboolean
yq_sheet_import_header (YqImport *import, const char *path, GError **error)
{
  if (!yq_sheet_file_read (path, header_seen_cb, import, NULL, error))
    return FALSE;
  if (yq_import_n_columns (import) > 0)
    return TRUE;
  g_set_error_literal (error, YQ_SHEET_ERROR, YQ_SHEET_ERROR_FORMAT, _("The file is empty."));
  return FALSE;
}

typedef struct
{
  YqImport *import;
  gboolean past_header;
} Reading;

static gboolean
row_seen_cb (guint number, const char *const *cells, guint n_cells, gpointer user_data,
             GError **error)
{
  Reading *reading = user_data;

  if (reading->past_header)
    yq_import_add_row (reading->import, number, cells, n_cells);
  reading->past_header = TRUE;
  return TRUE;
}

gboolean
yq_sheet_import_read (YqImport *import, const char *path, GCancellable *cancellable, GError **error)
{
  Reading reading = { import };

  if (yq_import_n_columns (import) == 0 && !yq_sheet_import_header (import, path, error))
    return FALSE;
  return check_header (import, error) &&
         yq_sheet_file_read (path, row_seen_cb, &reading, cancellable, error);
}

/* -- the bad rows -- */

typedef struct
{
  YqImport *import;
  YqSheetWriter *writer;
  gboolean past_header;
  GPtrArray *cells;
} Sorting;

/* The column that we added the last time the file went this way. */
static gboolean
is_reason (YqImport *import, guint column)
{
  return g_str_equal (yq_import_heading (import, column), _("What is wrong"));
}

static gboolean
bad_row_seen_cb (guint number, const char *const *cells, guint n_cells, gpointer user_data,
                 GError **error)
{
  Sorting *sorting = user_data;
  g_autofree char *reason = yq_import_reason (sorting->import, number);

  if (!sorting->past_header || reason == NULL)
    {
      sorting->past_header = TRUE;
      return TRUE;
    }
  g_ptr_array_set_size (sorting->cells, 0);
  for (guint i = 0; i < yq_import_n_columns (sorting->import); i++)
    if (!is_reason (sorting->import, i))
      g_ptr_array_add (sorting->cells, (gpointer) (i < n_cells ? cells[i] : ""));
  g_ptr_array_add (sorting->cells, reason);
  return yq_sheet_writer_add_row (sorting->writer, (const char *const *) sorting->cells->pdata,
                                  error);
}

gboolean
yq_sheet_import_write_bad (YqImport *import, const char *source, const char *path, GError **error)
{
  g_autoptr(YqSheetWriter) writer = yq_sheet_writer_new (path, error);
  g_autoptr(GPtrArray) cells = g_ptr_array_new ();
  Sorting sorting = { import, writer, FALSE, cells };

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; i < yq_import_n_columns (import); i++)
    if (!is_reason (import, i))
      yq_sheet_writer_add_column (writer, yq_import_heading (import, i), YQ_SHEET_TEXT, 0);
  yq_sheet_writer_add_column (writer, _("What is wrong"), YQ_SHEET_TEXT, 60);
  return yq_sheet_file_read (source, bad_row_seen_cb, &sorting, NULL, error) &&
         yq_sheet_writer_finish (writer, error);
}
