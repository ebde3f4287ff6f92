/* Records to rows and back. */
#define G_LOG_DOMAIN "yiquan-records"

#include "record-sql.h"

#include <string.h>

#include "clock.h"
#include "record-json.h"
#include "record-key.h"
#include "record-table.h"
#include "sealed.h"
#include "search-text.h"

static gboolean
is_number (YqType type)
{
  return type == YQ_INTEGER || type == YQ_MONEY || type == YQ_TIME || type == YQ_BOOLEAN;
}

static gboolean
is_array (YqType type)
{
  return type == YQ_REFERENCES || type == YQ_FILES || type == YQ_ROWS;
}

/* -- to rows -- */

/* Arguments of one statement and the texts made for them. */
typedef struct
{
  GArray *values;
  GPtrArray *texts;
} Args;

static void
args_init (Args *args)
{
  args->values = g_array_sized_new (FALSE, FALSE, sizeof (SqlValue), 96);
  args->texts = g_ptr_array_new_with_free_func (g_free);
}

static void
args_clear (Args *args)
{
  g_array_unref (args->values);
  g_ptr_array_unref (args->texts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Args, args_clear)

static void
args_add (Args *args, SqlValue value)
{
  g_array_append_val (args->values, value);
}

static void
args_take (Args *args, char *text)
{
  g_ptr_array_add (args->texts, text);
  args_add (args, SQL_TEXT (text));
}

static char *
array_text (JsonArray *array)
{
  g_autoptr(JsonNode) node = json_node_init_array (json_node_alloc (), array);

  return yq_json_canonical (node);
}

static void
args_add_field (Args *args, const YqValues *values, const YqField *row, guint field)
{
  g_autofree char *text = NULL;

  if (!yq_values_has (values, field))
    {
      args_add (args, SQL_NULL);
      return;
    }
  if (is_number (row->type))
    {
      args_add (args, SQL_INT (yq_values_int (values, field)));
      return;
    }
  if (is_array (row->type))
    text = array_text (yq_values_array (values, field));
  if (row->flags & YQ_SECRET)
    args_take (args,
               yq_sealed_write (yq_record_key (), text ? text : yq_values_text (values, field)));
  else if (text != NULL)
    args_take (args, g_steal_pointer (&text));
  else
    args_add (args, SQL_TEXT (yq_values_text (values, field)));
}

static void
args_add_sort_key (Args *args, const YqValues *values, guint field)
{
  if (yq_values_has (values, field))
    args_take (args, yq_search_sort_key (yq_values_text (values, field)));
  else
    args_add (args, SQL_NULL);
}

static SqlValue
fixed_value (YqRecord *record, YqColumn column)
{
  switch (column)
    {
    case YQ_COLUMN_ID:
      return SQL_TEXT (yq_record_id (record));
    case YQ_COLUMN_REVISION:
      return SQL_INT (yq_record_revision (record));
    case YQ_COLUMN_STATE:
      return SQL_TEXT (yq_record_state (record));
    case YQ_COLUMN_CREATED_AT:
      return SQL_INT (yq_record_created_at (record));
    case YQ_COLUMN_UPDATED_AT:
      return SQL_INT (yq_record_updated_at (record));
    case YQ_COLUMN_BUYER:
      return SQL_TEXT (yq_record_buyer (record));
    case YQ_COLUMN_CARRIER:
      return SQL_TEXT (yq_record_carrier (record));
    case YQ_COLUMN_DESK:
      return SQL_TEXT (yq_record_desk (record));
    case YQ_COLUMN_REGION:
      return SQL_TEXT (yq_record_region (record));
    case YQ_COLUMN_ACCOUNT:
      return SQL_TEXT (yq_record_account (record));
    case YQ_COLUMN_RANK:
    case YQ_N_FIXED_COLUMNS:
    default:
      return SQL_NULL;
    }
}

gboolean
yq_record_sql_insert (SqlConn *conn, YqRecord *record, gint64 rank, GError **error)
{
  const YqRecordTable *table = yq_record_table (yq_record_entity (record));
  const YqValues *values = yq_record_values (record);
  g_auto(Args) args;

  args_init (&args);
  for (YqColumn c = 0; c < YQ_N_COLUMNS; c++)
    args_add (&args, fixed_value (record, c));
  args_add (&args, rank != 0 ? SQL_INT (rank) : SQL_NULL);
  for (guint i = 0; i < table->entity->n_fields; i++)
    args_add_field (&args, values, &table->entity->fields[i], i);
  for (guint i = 0; i < table->entity->n_fields; i++)
    if (table->sorts[i] != NULL)
      args_add_sort_key (&args, values, i);
  return sql_exec (conn, table->insert, (const SqlValue *) args.values->data, args.values->len,
                   error) == 1;
}

static void
set_column (GString *sql, Args *args, const char *column)
{
  g_string_append_printf (sql, "%s%s=$%u", args->values->len > 2 ? "," : "", column,
                          args->values->len);
}

static gboolean
differs (YqRecord *before, YqRecord *record, YqColumn column)
{
  SqlValue a, b;

  if (before == NULL)
    return TRUE;
  a = fixed_value (before, column);
  b = fixed_value (record, column);
  return a.type == SQL_VALUE_TEXT ? g_strcmp0 (a.p, b.p) != 0 : a.i != b.i;
}

/* Only what differs, because a column that is set rewrites its indexes even if it stays equal. */
gboolean
yq_record_sql_update (SqlConn *conn, YqRecord *before, YqRecord *record, gint64 rank,
                      GError **error)
{
  const YqRecordTable *table = yq_record_table (yq_record_entity (record));
  const YqValues *values = yq_record_values (record);
  g_autoptr(GString) sql = g_string_sized_new (512);
  g_auto(Args) args;
  gint64 n;

  args_init (&args);
  args_add (&args, SQL_TEXT (yq_record_id (record)));
  g_string_append_printf (sql, "UPDATE %s SET ", table->name);
  for (YqColumn c = YQ_COLUMN_REVISION; c < YQ_N_COLUMNS; c++)
    if (differs (before, record, c))
      {
        args_add (&args, fixed_value (record, c));
        set_column (sql, &args, yq_column_name (c));
      }
  if (rank != 0)
    {
      args_add (&args, SQL_INT (rank));
      set_column (sql, &args, yq_column_name (YQ_COLUMN_RANK));
    }
  for (guint i = 0; i < table->entity->n_fields; i++)
    if (before == NULL || !yq_values_equal (yq_record_values (before), values, i))
      {
        args_add_field (&args, values, &table->entity->fields[i], i);
        set_column (sql, &args, table->fields[i]);
        if (table->sorts[i] == NULL)
          continue;
        args_add_sort_key (&args, values, i);
        set_column (sql, &args, table->sorts[i]);
      }
  if (args.values->len == 1)
    return TRUE;
  g_string_append (sql, " WHERE \"id\"=$1");
  n = sql_exec (conn, sql->str, (const SqlValue *) args.values->data, args.values->len, error);
  if (n == 0)
    g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "No %s with the id %s", table->entity->name,
                 yq_record_id (record));
  return n == 1;
}

gboolean
yq_record_sql_delete (SqlConn *conn, YqRecord *record, GError **error)
{
  const YqRecordTable *table = yq_record_table (yq_record_entity (record));

  return sql_exec (conn, table->remove, SQL_ARGS (SQL_TEXT (yq_record_id (record))), error) >= 0;
}

/* -- back -- */

static JsonArray *
read_array (const char *text)
{
  g_autoptr(JsonNode) node = json_from_string (text, NULL);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_dup_array (node) : NULL;
}

static void
read_field (SqlRows *rows, guint column, YqValues *values, const YqField *row, guint field)
{
  g_autofree char *opened = NULL;
  const char *text;

  if (sql_rows_is_null (rows, column))
    return;
  if (is_number (row->type))
    {
      yq_values_set_int (values, field, sql_rows_int (rows, column));
      return;
    }
  text = sql_rows_text (rows, column);
  if (row->flags & YQ_SECRET)
    text = opened = yq_sealed_read (yq_record_key (), text);
  if (text == NULL)
    g_warning ("A secret field (%s) does not open with this key", row->name);
  else if (is_array (row->type))
    yq_values_take_array (values, field, read_array (text));
  else
    yq_values_set_text (values, field, text);
}

void
yq_record_sql_read_field (SqlRows *rows, YqRecord *record, guint first, guint field)
{
  const YqEntity *entity = yq_record_entity (record);

  read_field (rows, first + YQ_N_COLUMNS + field, yq_record_values (record), &entity->fields[field],
              field);
}

const char *
yq_record_sql_columns (const YqEntity *entity)
{
  return yq_record_table (entity)->columns;
}

guint
yq_record_sql_n_columns (const YqEntity *entity)
{
  return YQ_N_COLUMNS + entity->n_fields;
}

YqRecord *
yq_record_sql_read (SqlRows *rows, const YqEntity *entity, guint first)
{
  YqRecord *record = yq_record_new (entity, sql_rows_text (rows, first + YQ_COLUMN_ID));
  YqValues *values = yq_record_values (record);

  yq_record_set_revision (record, sql_rows_int (rows, first + YQ_COLUMN_REVISION));
  yq_record_set_state (record, sql_rows_text (rows, first + YQ_COLUMN_STATE));
  yq_record_set_times (record, sql_rows_int (rows, first + YQ_COLUMN_CREATED_AT),
                       sql_rows_int (rows, first + YQ_COLUMN_UPDATED_AT));
  yq_record_set_buyer (record, sql_rows_text (rows, first + YQ_COLUMN_BUYER));
  yq_record_set_carrier (record, sql_rows_text (rows, first + YQ_COLUMN_CARRIER));
  yq_record_set_desk (record, sql_rows_text (rows, first + YQ_COLUMN_DESK));
  yq_record_set_region (record, sql_rows_text (rows, first + YQ_COLUMN_REGION));
  yq_record_set_account (record, sql_rows_text (rows, first + YQ_COLUMN_ACCOUNT));
  for (guint i = 0; i < entity->n_fields; i++)
    read_field (rows, first + YQ_N_COLUMNS + i, values, &entity->fields[i], i);
  return record;
}

YqRecord *
yq_record_sql_get (SqlConn *conn, const YqEntity *entity, const char *id, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn, yq_record_table (entity)->get, SQL_ARGS (SQL_TEXT (id)), error);

  if (rows == NULL || !sql_rows_next (rows, error))
    return NULL;
  return yq_record_sql_read (rows, entity, 0);
}

static GPtrArray *
list_in_order (SqlConn *conn, const YqEntity *entity, const char *column, const char *value,
               const char *order, GError **error)
{
  const YqRecordTable *table = yq_record_table (entity);
  const YqField *field = yq_entity_field (entity, column);
  const char *name = yq_record_sql_column (entity, column);
  gboolean numeric = field != NULL && is_number (field->type);
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) failure = NULL;
  g_autoptr(SqlRows) rows = NULL;
  g_autofree char *sql = NULL;

  if (name == NULL || value == NULL || (field != NULL && (field->flags & YQ_SECRET)))
    return g_steal_pointer (&found);
  sql = g_strdup_printf ("SELECT %s FROM %s WHERE %s = $1 ORDER BY %s", table->columns, table->name,
                         name, order);
  rows = sql_query (
    conn, sql, SQL_ARGS (numeric ? SQL_INT (g_ascii_strtoll (value, NULL, 10)) : SQL_TEXT (value)),
    error);
  if (rows == NULL)
    return NULL;
  while (sql_rows_next (rows, &failure))
    g_ptr_array_add (found, yq_record_sql_read (rows, entity, 0));
  if (failure == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

GPtrArray *
yq_record_sql_list (SqlConn *conn, const YqEntity *entity, const char *column, const char *value,
                    GError **error)
{
  return list_in_order (conn, entity, column, value, "\"created_at\",\"id\"", error);
}

/* An index keeps equal keys in the order they were written: no sorting. */
GPtrArray *
yq_record_sql_newest (SqlConn *conn, const YqEntity *entity, const char *column, const char *value,
                      guint limit, GError **error)
{
  g_autofree char *order = g_strdup_printf ("rowid DESC LIMIT %u", limit);

  return list_in_order (conn, entity, column, value, order, error);
}

gboolean
yq_record_sql_has_twin (SqlConn *conn, YqRecord *record, guint field, GError **error)
{
  const YqRecordTable *table = yq_record_table (yq_record_entity (record));
  const YqField *row = &table->entity->fields[field];
  YqColumn within = yq_record_unique_within (table->entity);
  SqlValue value = is_number (row->type) ? SQL_INT (yq_record_int (record, field))
                                         : SQL_TEXT (yq_record_text (record, field));
  g_autofree char *sql = NULL;
  gint64 found;

  if (within == YQ_N_COLUMNS)
    {
      sql = g_strdup_printf ("SELECT 1 FROM %s WHERE %s = $1 AND \"id\" <> $2", table->name,
                             table->fields[field]);
      return sql_get_int (conn, sql, SQL_ARGS (value, SQL_TEXT (yq_record_id (record))), &found,
                          error);
    }
  sql = g_strdup_printf ("SELECT 1 FROM %s WHERE %s = $1 AND \"id\" <> $2 AND %s = $3", table->name,
                         table->fields[field], yq_column_name (within));
  return sql_get_int (
    conn, sql, SQL_ARGS (value, SQL_TEXT (yq_record_id (record)), fixed_value (record, within)),
    &found, error);
}

/* -- straight to the wire -- */

static void
append_time (GString *out, gint64 ms)
{
  g_string_append_c (out, '"');
  yq_time_append (out, ms);
  g_string_append_c (out, '"');
}

/* Text out of the database is UTF-8: only what JSON cannot hold must be found. */
static void
append_text (GString *out, const char *text)
{
  gsize plain = 0;

  while ((guchar) text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\')
    plain++;
  if (text[plain] != '\0')
    {
      yq_json_append_string (out, text);
      return;
    }
  g_string_append_c (out, '"');
  g_string_append_len (out, text, plain);
  g_string_append_c (out, '"');
}

static void
append_number (GString *out, SqlRows *rows, guint column, YqType type)
{
  gint64 value = sql_rows_int (rows, column);

  if (type == YQ_BOOLEAN)
    g_string_append (out, value ? "true" : "false");
  else if (type == YQ_TIME)
    append_time (out, value);
  else
    yq_json_append_int (out, value);
}

static void
append_stored (GString *out, const char *text, const YqField *row)
{
  g_autofree char *opened = NULL;

  if (row->flags & YQ_SECRET)
    text = opened = yq_sealed_read (yq_record_key (), text);
  if (text == NULL)
    g_string_append (out, "null");
  else if (is_array (row->type))
    g_string_append (out, text);
  else
    append_text (out, text);
}

static void
append_masked (GString *out, const char *text, const YqField *row)
{
  g_autofree char *opened = NULL;
  g_autofree char *masked = NULL;

  if (row->type != YQ_TEXT)
    {
      g_string_append (out, "\"***\"");
      return;
    }
  if (row->flags & YQ_SECRET)
    text = opened = yq_sealed_read (yq_record_key (), text);
  masked = yq_mask (row, text != NULL ? text : "");
  yq_json_append_string (out, masked);
}

/* Name and value; nothing where nothing is set. */
static void
append_field (GString *out, SqlRows *rows, guint column, const YqField *row, const char *key,
              gboolean masked)
{
  gboolean numeric = is_number (row->type);
  const char *text = numeric ? NULL : sql_rows_text (rows, column);

  if (numeric ? sql_rows_is_null (rows, column) : text == NULL)
    return;
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append (out, key);
  if (masked)
    append_masked (out, text, row);
  else if (numeric)
    append_number (out, rows, column, row->type);
  else
    append_stored (out, text, row);
}

static void
append_fields (GString *out, SqlRows *rows, const YqRecordTable *table, guint first, guint readers)
{
  const YqField *fields = table->entity->fields;

  g_string_append (out, ",\"fields\":{");
  for (guint i = 0; i < table->entity->n_fields; i++)
    if (fields[i].sees & readers)
      append_field (out, rows, first + YQ_N_COLUMNS + i, &fields[i], table->keys[i], FALSE);
  g_string_append_c (out, '}');
}

static void
append_masked_fields (GString *out, SqlRows *rows, const YqRecordTable *table, guint first,
                      guint readers)
{
  const YqField *fields = table->entity->fields;
  gsize before = out->len;

  if (!(table->masked & readers))
    return;
  g_string_append (out, ",\"masked\":{");
  for (guint i = 0; i < table->entity->n_fields; i++)
    if ((fields[i].masked & readers) && !(fields[i].sees & readers))
      append_field (out, rows, first + YQ_N_COLUMNS + i, &fields[i], table->keys[i], TRUE);
  if (out->str[out->len - 1] == '{')
    g_string_truncate (out, before);
  else
    g_string_append_c (out, '}');
}

static const struct
{
  YqColumn column;
  const char *key;
} owner_keys[] = {
  { YQ_COLUMN_BUYER, ",\"buyer\":" },
  { YQ_COLUMN_CARRIER, ",\"carrier\":" },
  { YQ_COLUMN_DESK, ",\"desk\":" },
  { YQ_COLUMN_REGION, ",\"region\":" },
};

void
yq_record_sql_append_json (GString *out, SqlRows *rows, const YqEntity *entity, guint first,
                           guint readers)
{
  const YqRecordTable *table = yq_record_table (entity);

  g_string_append (out, "{\"entity\":\"");
  g_string_append (out, entity->name);
  g_string_append (out, "\",\"id\":\"");
  g_string_append (out, sql_rows_text (rows, first + YQ_COLUMN_ID));
  g_string_append (out, "\",\"revision\":");
  yq_json_append_int (out, sql_rows_int (rows, first + YQ_COLUMN_REVISION));
  g_string_append (out, ",\"state\":");
  append_text (out, sql_rows_text (rows, first + YQ_COLUMN_STATE));
  g_string_append (out, ",\"created_at\":");
  append_time (out, sql_rows_int (rows, first + YQ_COLUMN_CREATED_AT));
  g_string_append (out, ",\"updated_at\":");
  append_time (out, sql_rows_int (rows, first + YQ_COLUMN_UPDATED_AT));
  for (guint i = 0; i < G_N_ELEMENTS (owner_keys); i++)
    {
      const char *owner = sql_rows_text (rows, first + owner_keys[i].column);

      if (owner == NULL)
        continue;
      g_string_append (out, owner_keys[i].key);
      append_text (out, owner);
    }
  append_fields (out, rows, table, first, readers);
  append_masked_fields (out, rows, table, first, readers);
}
