/* Compares the rows of a spreadsheet with the records there are. */
#define G_LOG_DOMAIN "yiquan-import"

#include "import.h"

#include <string.h>

#include "search-text.h"

typedef struct
{
  char *heading;
  int field;
  int scale;
} Column;

struct _YqImport
{
  const YqEntity *entity;
  YqRecord *prototype;
  const YqSheetNames *names;
  int key_field;
  YqImportGuard guard;
  gpointer guard_data;
  int stamp_field; /* -1 is none */
  char *stamp;
  GArray *columns;      /* Column */
  GHashTable *existing; /* folded key -> YqRecord */
  GHashTable *keys;     /* folded key -> the first YqImportRow of the file */
  GHashTable *numbers;  /* number -> YqImportRow */
  GPtrArray *rows;      /* YqImportRow */
  guint counts[YQ_N_IMPORT_KINDS];
};

const char *
yq_import_kind_title (YqImportKind kind)
{
  static const char *const titles[] = { N_("New"), N_("Changed"), N_("Unchanged"),
                                        N_("With errors") };

  return _(titles[kind]);
}

static void
free_column (gpointer data)
{
  g_free (((Column *) data)->heading);
}

static void
free_error (gpointer data)
{
  g_free (((YqImportError *) data)->why);
  g_free (data);
}

static void
free_row (gpointer data)
{
  YqImportRow *row = data;

  g_free (row->key);
  g_clear_object (&row->record);
  g_clear_object (&row->before);
  g_array_unref (row->changed);
  g_clear_pointer (&row->errors, g_ptr_array_unref);
  g_free (row);
}

static int
find_key_field (const YqEntity *entity)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if (entity->fields[i].flags & YQ_UNIQUE)
      return i;
  return -1;
}

YqImport *
yq_import_new (const YqEntity *entity, YqRecord *prototype, const YqSheetNames *names)
{
  YqImport *self;

  g_return_val_if_fail (yq_record_entity (prototype) == entity, NULL);
  g_return_val_if_fail (find_key_field (entity) >= 0, NULL);

  self = g_new0 (YqImport, 1);
  self->entity = entity;
  self->prototype = g_object_ref (prototype);
  self->names = names;
  self->key_field = find_key_field (entity);
  self->stamp_field = -1;
  self->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  g_array_set_clear_func (self->columns, free_column);
  self->existing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->numbers = g_hash_table_new (NULL, NULL);
  self->rows = g_ptr_array_new_with_free_func (free_row);
  return self;
}

void
yq_import_free (YqImport *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->prototype);
  g_free (self->stamp);
  g_array_unref (self->columns);
  g_hash_table_unref (self->existing);
  g_hash_table_unref (self->keys);
  g_hash_table_unref (self->numbers);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static char *
fold_key (const char *key)
{
  g_autofree char *folded = yq_search_fold (key);

  return g_strdup (g_strstrip (folded));
}

void
yq_import_add_existing (YqImport *self, YqRecord *record)
{
  const char *key = yq_record_text (record, self->key_field);

  if (key != NULL)
    g_hash_table_insert (self->existing, fold_key (key), g_object_ref (record));
}

void
yq_import_set_guard (YqImport *self, YqImportGuard guard, gpointer user_data)
{
  self->guard = guard;
  self->guard_data = user_data;
}

void
yq_import_set_stamp (YqImport *self, guint field, const char *text)
{
  g_free (self->stamp);
  self->stamp = g_strdup (text);
  self->stamp_field = field;
}

/* -- the headings -- */

void
yq_import_set_header (YqImport *self, const char *const *cells, guint n_cells)
{
  g_array_set_size (self->columns, 0);
  for (guint i = 0; i < n_cells; i++)
    {
      Column column = { g_strdup (cells[i]), -1, yq_sheet_heading_scale (cells[i]) };
      int field = yq_sheet_find_field (self->entity, cells[i]);

      g_strstrip (column.heading);
      for (guint j = 0; j < self->columns->len; j++)
        if (g_array_index (self->columns, Column, j).field == field)
          field = -1; /* the first of two wins */
      column.field = field;
      g_array_append_val (self->columns, column);
    }
}

guint
yq_import_n_columns (YqImport *self)
{
  return self->columns->len;
}

const char *
yq_import_heading (YqImport *self, guint column)
{
  return g_array_index (self->columns, Column, column).heading;
}

int
yq_import_column_field (YqImport *self, guint column)
{
  return g_array_index (self->columns, Column, column).field;
}

void
yq_import_map (YqImport *self, guint column, int field)
{
  g_return_if_fail (column < self->columns->len);

  for (guint i = 0; field >= 0 && i < self->columns->len; i++)
    if (g_array_index (self->columns, Column, i).field == field)
      g_array_index (self->columns, Column, i).field = -1;
  g_array_index (self->columns, Column, column).field = field;
}

/* -1: there is none. */
static int
key_column (YqImport *self)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (yq_import_column_field (self, i) == self->key_field)
      return (int) i;
  return -1;
}

char *
yq_import_check_header (YqImport *self)
{
  const YqField *key = &self->entity->fields[self->key_field];
  const char *title = _(key->title), *heading = yq_sheet_heading (key);
  g_autofree char *both = NULL;

  if (key_column (self) >= 0)
    return NULL;
  if (!g_str_equal (title, heading))
    both = g_strdup_printf (_("%s (%s)"), title, heading);
  return g_strdup_printf (
    _("No column is headed “%s”.  It tells which row belongs to which record."),
    both != NULL ? both : title);
}

/* -- the rows -- */

static void
set_kind (YqImport *self, YqImportRow *row, YqImportKind kind)
{
  self->counts[row->kind]--;
  row->kind = kind;
  self->counts[kind]++;
}

/* Takes why; the row is bad from now on. */
static void
take_error (YqImport *self, YqImportRow *row, int column, char *why)
{
  YqImportError *error = g_new (YqImportError, 1);

  *error = (YqImportError){ column, why };
  if (row->errors == NULL)
    row->errors = g_ptr_array_new_with_free_func (free_error);
  g_ptr_array_add (row->errors, error);
  set_kind (self, row, YQ_IMPORT_BAD);
  g_clear_object (&row->record);
  g_clear_object (&row->before);
}

static YqRecord *
new_record (YqImport *self)
{
  YqRecord *made = yq_record_new (self->entity, NULL), *like = self->prototype;

  yq_record_set_state (made, yq_record_state (like));
  yq_record_set_times (made, yq_record_created_at (like), yq_record_updated_at (like));
  yq_record_set_buyer (made, yq_record_buyer (like));
  yq_record_set_carrier (made, yq_record_carrier (like));
  yq_record_set_desk (made, yq_record_desk (like));
  yq_record_set_region (made, yq_record_region (like));
  yq_record_set_account (made, yq_record_account (like));
  for (guint i = 0; i < self->entity->n_fields; i++)
    yq_values_copy_field (yq_record_values (made), yq_record_values (like), i);
  return made;
}

static gboolean
is_empty (const char *cell)
{
  while (*cell != '\0' && g_unichar_isspace (g_utf8_get_char (cell)))
    cell = g_utf8_next_char (cell);
  return *cell == '\0';
}

/* The cells into values; what is wrong with them into the row. */
static void
read_cells (YqImport *self, YqImportRow *row, YqValues *values, const char *const *cells,
            guint n_cells)
{
  for (guint i = 0; i < MIN (n_cells, self->columns->len); i++)
    {
      const Column *column = &g_array_index (self->columns, Column, i);
      g_autofree char *why = NULL;

      if (column->field < 0 || is_empty (cells[i]))
        continue;
      why = yq_sheet_read (values, column->field, cells[i], column->scale, self->names);
      if (why != NULL)
        take_error (self, row, i, g_strdup_printf (_("%s: %s"), column->heading, why));
    }
}

static const char *
cell_of (YqImport *self, int field, const char *const *cells, guint n_cells)
{
  for (guint i = 0; i < MIN (n_cells, self->columns->len); i++)
    if (yq_import_column_field (self, i) == field)
      return cells[i];
  return "";
}

static void
compare (YqImport *self, YqImportRow *row, YqRecord *record, YqRecord *before)
{
  for (guint i = 0; i < self->entity->n_fields; i++)
    {
      const YqField *field = &self->entity->fields[i];
      gboolean differs =
        before == NULL ? yq_record_has (record, i)
                       : !yq_values_equal (yq_record_values (record), yq_record_values (before), i);

      if (differs)
        g_array_append_val (row->changed, i);
      if ((field->flags & YQ_REQUIRED) && !yq_record_has (record, i) &&
          (field->shown == NULL || field->shown (yq_record_values (record))))
        row->n_missing++;
    }
  if (before == NULL)
    return;
  if (row->changed->len == 0)
    set_kind (self, row, YQ_IMPORT_UNCHANGED);
  else
    {
      char *why = self->guard ? self->guard (before, row->changed, self->guard_data) : NULL;

      set_kind (self, row, YQ_IMPORT_CHANGED);
      if (why != NULL)
        take_error (self, row, -1, why);
    }
}

/* As the file heads it, so that it is found there in every language. */
static const char *
key_heading (YqImport *self)
{
  int column = key_column (self);

  return column >= 0 ? yq_import_heading (self, (guint) column)
                     : _(self->entity->fields[self->key_field].title);
}

/* FALSE where the key is missing or stands in the file twice: then both rows are bad. */
static gboolean
claim_key (YqImport *self, YqImportRow *row, const char *text)
{
  g_autofree char *key = fold_key (text);
  const char *heading;
  YqImportRow *other;

  if (*key == '\0')
    {
      take_error (self, row, -1,
                  g_strdup_printf (_("“%s” is empty: importing again could not find the record"),
                                   key_heading (self)));
      return FALSE;
    }
  if ((other = g_hash_table_lookup (self->keys, key)) == NULL)
    {
      row->key = g_strdup (key);
      g_hash_table_insert (self->keys, g_steal_pointer (&key), row);
      return TRUE;
    }
  heading = key_heading (self);
  take_error (self, row, -1,
              g_strdup_printf (_("“%s” is the same as in row %u"), heading, other->number));
  take_error (self, other, -1,
              g_strdup_printf (_("“%s” is the same as in row %u"), heading, row->number));
  return FALSE;
}

void
yq_import_add_row (YqImport *self, guint number, const char *const *cells, guint n_cells)
{
  YqImportRow *row = g_new0 (YqImportRow, 1);
  g_autoptr(YqRecord) record = NULL;
  YqRecord *before = NULL;

  row->number = number;
  row->changed = g_array_new (FALSE, FALSE, sizeof (guint));
  self->counts[row->kind]++;
  g_ptr_array_add (self->rows, row);
  g_hash_table_insert (self->numbers, GUINT_TO_POINTER (number), row);

  if (claim_key (self, row, cell_of (self, self->key_field, cells, n_cells)))
    before = g_hash_table_lookup (self->existing, row->key);
  record = before != NULL ? yq_record_copy (before) : new_record (self);
  read_cells (self, row, yq_record_values (record), cells, n_cells);
  if (before != NULL) /* "a-1" finds A-1, and does not rename it */
    yq_values_copy_field (yq_record_values (record), yq_record_values (before), self->key_field);
  if (row->kind == YQ_IMPORT_BAD)
    return;
  compare (self, row, record, before);
  if (row->kind == YQ_IMPORT_NEW || row->kind == YQ_IMPORT_CHANGED)
    {
      if (self->stamp_field >= 0)
        yq_record_set_text (record, self->stamp_field, self->stamp);
      row->record = g_steal_pointer (&record);
    }
  if (row->kind == YQ_IMPORT_CHANGED || row->kind == YQ_IMPORT_UNCHANGED)
    row->before = g_object_ref (before);
}

guint
yq_import_n_rows (YqImport *self)
{
  return self->rows->len;
}

const YqImportRow *
yq_import_row (YqImport *self, guint i)
{
  return i < self->rows->len ? self->rows->pdata[i] : NULL;
}

guint
yq_import_count (YqImport *self, YqImportKind kind)
{
  return self->counts[kind];
}

GPtrArray *
yq_import_records (YqImport *self)
{
  GPtrArray *records = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->rows->len; i++)
    {
      const YqImportRow *row = self->rows->pdata[i];

      if (row->record != NULL)
        g_ptr_array_add (records, g_object_ref (row->record));
    }
  return records;
}

void
yq_import_reject (YqImport *self, YqRecord *record, const char *why)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      YqImportRow *row = self->rows->pdata[i];

      if (row->record != record)
        continue;
      take_error (self, row, -1, g_strdup (why));
      return;
    }
}

char *
yq_import_reason (YqImport *self, guint number)
{
  YqImportRow *row = g_hash_table_lookup (self->numbers, GUINT_TO_POINTER (number));
  g_autoptr(GPtrArray) reasons = g_ptr_array_new ();

  if (row == NULL || row->errors == NULL)
    return NULL;
  for (guint i = 0; i < row->errors->len; i++)
    g_ptr_array_add (reasons, ((YqImportError *) row->errors->pdata[i])->why);
  g_ptr_array_add (reasons, NULL);
  return g_strjoinv (_("; "), (char **) reasons->pdata);
}
