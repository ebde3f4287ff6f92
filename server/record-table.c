/* The SQL tables behind the entities. */
#define G_LOG_DOMAIN "yiquan-records"

#include "record-table.h"

#include <string.h>

#include "record-sql.h"
#include "search-text.h"

static const struct
{
  const char *name;
  const char *type;
} fixed_columns[] = {
  [YQ_COLUMN_ID] = { "\"id\"", "TEXT PRIMARY KEY" },
  [YQ_COLUMN_REVISION] = { "\"revision\"", "BIGINT NOT NULL" },
  [YQ_COLUMN_STATE] = { "\"state\"", "TEXT NOT NULL" },
  [YQ_COLUMN_CREATED_AT] = { "\"created_at\"", "BIGINT NOT NULL" },
  [YQ_COLUMN_UPDATED_AT] = { "\"updated_at\"", "BIGINT NOT NULL" },
  [YQ_COLUMN_BUYER] = { "\"buyer\"", "TEXT" },
  [YQ_COLUMN_CARRIER] = { "\"carrier\"", "TEXT" },
  [YQ_COLUMN_DESK] = { "\"desk\"", "TEXT" },
  [YQ_COLUMN_REGION] = { "\"region\"", "TEXT" },
  [YQ_COLUMN_ACCOUNT] = { "\"account\"", "TEXT" },
  [YQ_COLUMN_RANK] = { "\"rank\"", "BIGINT" },
};

static const char *const types[] = {
  [YQ_TEXT] = "TEXT",      [YQ_INTEGER] = "BIGINT",  [YQ_MONEY] = "BIGINT", [YQ_DATE] = "TEXT",
  [YQ_TIME] = "BIGINT",    [YQ_BOOLEAN] = "BIGINT",  [YQ_CHOICE] = "TEXT",  [YQ_REGION] = "TEXT",
  [YQ_REFERENCE] = "TEXT", [YQ_REFERENCES] = "TEXT", [YQ_FILES] = "TEXT",   [YQ_ROWS] = "TEXT",
};

const char *
yq_column_name (YqColumn column)
{
  return fixed_columns[column].name;
}

/* -- names and texts -- */

static gboolean
is_fixed (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (fixed_columns); i++)
    if (strncmp (fixed_columns[i].name + 1, name, strlen (name)) == 0 &&
        fixed_columns[i].name[strlen (name) + 1] == '"')
      return TRUE;
  return FALSE;
}

/* Text that people sort by: a column of the list. */
static gboolean
has_sort_key (const YqField *field)
{
  return field->type == YQ_TEXT && (field->flags & YQ_LIST) && !(field->flags & YQ_SECRET);
}

static void
name_columns (YqRecordTable *table)
{
  const YqEntity *entity = table->entity;

  table->name = g_strdup_printf ("\"%s\"", entity->name);
  table->fields = g_new0 (char *, entity->n_fields + 1);
  table->sorts = g_new0 (char *, entity->n_fields + 1);
  table->keys = g_new0 (char *, entity->n_fields + 1);
  for (guint i = 0; i < entity->n_fields; i++)
    {
      const YqField *field = &entity->fields[i];

      table->fields[i] =
        g_strdup_printf ("\"%s%s\"", field->name, is_fixed (field->name) ? "_" : "");
      table->keys[i] = g_strdup_printf ("\"%s\":", field->name);
      if (has_sort_key (field))
        table->sorts[i] = g_strdup_printf ("\"%s__sort\"", field->name);
    }
}

/* What yq_access_*() looks at beside the head of a record. */
static void
find_deciding (YqRecordTable *table)
{
  static const char *const names[] = { "redeemer", "reviewed_by", "experts" };
  const YqEntity *entity = table->entity;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      int field = yq_entity_find_field (entity, names[i]);

      if (field >= 0)
        table->deciding[n++] = field;
    }
  table->deciding[n] = -1;
  for (guint i = 0; i < entity->n_fields; i++)
    table->masked |= entity->fields[i].masked;
  table->public_if =
    entity->public_if != NULL ? yq_entity_find_field (entity, entity->public_if) : -1;
}

static void
write_texts (YqRecordTable *table)
{
  const YqEntity *entity = table->entity;
  g_autoptr(GString) columns = g_string_new (NULL);
  g_autoptr(GString) names = g_string_new (NULL);
  g_autoptr(GString) values = g_string_new (NULL);
  guint n = YQ_N_FIXED_COLUMNS + entity->n_fields;

  for (guint i = 0; i < YQ_N_FIXED_COLUMNS; i++)
    {
      if (i < YQ_N_COLUMNS)
        g_string_append_printf (columns, "%s%s", i ? "," : "", yq_column_name (i));
      g_string_append_printf (names, "%s%s", i ? "," : "", yq_column_name (i));
      g_string_append_printf (values, "%s$%u", i ? "," : "", i + 1);
    }
  for (guint i = 0; i < entity->n_fields; i++)
    {
      g_string_append_printf (columns, ",%s", table->fields[i]);
      g_string_append_printf (names, ",%s", table->fields[i]);
      g_string_append_printf (values, ",$%u", YQ_N_FIXED_COLUMNS + i + 1);
    }
  for (guint i = 0; i < entity->n_fields; i++)
    if (table->sorts[i] != NULL)
      {
        g_string_append_printf (names, ",%s", table->sorts[i]);
        g_string_append_printf (values, ",$%u", ++n);
      }
  table->get = g_strdup_printf ("SELECT %s FROM %s WHERE \"id\" = $1", columns->str, table->name);
  table->insert =
    g_strdup_printf ("INSERT INTO %s (%s) VALUES (%s)", table->name, names->str, values->str);
  table->remove = g_strdup_printf ("DELETE FROM %s WHERE \"id\" = $1", table->name);
  table->columns = g_string_free (g_steal_pointer (&columns), FALSE);
}

const YqRecordTable *
yq_record_table (const YqEntity *entity)
{
  static GHashTable *tables;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      tables = g_hash_table_new (NULL, NULL);
      for (guint i = 0; i < yq_model_count (); i++)
        {
          YqRecordTable *table = g_new0 (YqRecordTable, 1);

          table->entity = yq_model_nth (i);
          name_columns (table);
          find_deciding (table);
          write_texts (table);
          g_hash_table_insert (tables, (gpointer) table->entity, table);
        }
      g_once_init_leave (&once, 1);
    }
  return g_hash_table_lookup (tables, entity);
}

const char *
yq_record_sql_column (const YqEntity *entity, const char *name)
{
  int i = yq_entity_find_field (entity, name);

  if (i >= 0)
    return yq_record_table (entity)->fields[i];
  for (YqColumn c = 0; c < YQ_N_COLUMNS; c++)
    if (is_fixed (name) && strncmp (yq_column_name (c) + 1, name, strlen (name)) == 0)
      return yq_column_name (c);
  return NULL;
}

const char *
yq_record_sql_sort_column (const YqEntity *entity, const char *name)
{
  const YqRecordTable *table = yq_record_table (entity);
  int i = yq_entity_find_field (entity, name);

  return i >= 0 && table->sorts[i] != NULL ? table->sorts[i] : yq_record_sql_column (entity, name);
}

/* -- making and migrating -- */

static void
append_create (GString *sql, const YqRecordTable *table)
{
  g_string_append_printf (sql, "CREATE TABLE IF NOT EXISTS %s (", table->name);
  for (guint i = 0; i < YQ_N_FIXED_COLUMNS; i++)
    g_string_append_printf (sql, "%s%s %s", i ? "," : "", fixed_columns[i].name,
                            fixed_columns[i].type);
  for (guint i = 0; i < table->entity->n_fields; i++)
    {
      g_string_append_printf (sql, ",%s %s", table->fields[i],
                              types[table->entity->fields[i].type]);
      if (table->sorts[i] != NULL)
        g_string_append_printf (sql, ",%s TEXT", table->sorts[i]);
    }
  g_string_append (sql, ");");
}

/* The columns that are there, as a set of quoted names. */
static GHashTable *
find_columns (SqlConn *conn, const YqRecordTable *table, GError **error)
{
  g_autoptr(GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(SqlRows) rows = sql_query (conn, "SELECT name FROM pragma_table_info($1)",
                                       SQL_ARGS (SQL_TEXT (table->entity->name)), error);
  g_autoptr(GError) failure = NULL;

  if (rows == NULL)
    return NULL;
  while (sql_rows_next (rows, &failure))
    g_hash_table_add (found, g_strdup_printf ("\"%s\"", sql_rows_text (rows, 0)));
  if (failure == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static gboolean
add_missing_columns (SqlConn *conn, const YqRecordTable *table, GString *sql, GArray *unsorted,
                     GError **error)
{
  g_autoptr(GHashTable) found = find_columns (conn, table, error);

  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < table->entity->n_fields; i++)
    {
      if (!g_hash_table_contains (found, table->fields[i]))
        g_string_append_printf (sql, "ALTER TABLE %s ADD COLUMN %s %s;", table->name,
                                table->fields[i], types[table->entity->fields[i].type]);
      if (table->sorts[i] != NULL && !g_hash_table_contains (found, table->sorts[i]))
        {
          g_string_append_printf (sql, "ALTER TABLE %s ADD COLUMN %s TEXT;", table->name,
                                  table->sorts[i]);
          g_array_append_val (unsorted, i);
        }
    }
  return TRUE;
}

/* The sort keys of a field that has them only now. */
static gboolean
fill_sort_keys (SqlConn *conn, const YqRecordTable *table, guint field, GError **error)
{
  g_autofree char *select =
    g_strdup_printf ("SELECT \"id\", %s FROM %s WHERE %s IS NOT NULL", table->fields[field],
                     table->name, table->fields[field]);
  g_autofree char *update =
    g_strdup_printf ("UPDATE %s SET %s = $2 WHERE \"id\" = $1", table->name, table->sorts[field]);
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_free); /* id, text, id, text … */
  g_autoptr(GError) failure = NULL;
  g_autoptr(SqlRows) rows = sql_query (conn, select, SQL_NO_ARGS, error);

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, &failure))
    {
      g_ptr_array_add (found, g_strdup (sql_rows_text (rows, 0)));
      g_ptr_array_add (found, g_strdup (sql_rows_text (rows, 1)));
    }
  for (guint i = 0; failure == NULL && i < found->len; i += 2)
    {
      g_autofree char *key = yq_search_sort_key (found->pdata[i + 1]);

      sql_exec (conn, update, SQL_ARGS (SQL_TEXT (found->pdata[i]), SQL_TEXT (key)), &failure);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

YqColumn
yq_record_unique_within (const YqEntity *entity)
{
  switch (entity->owned)
    {
    case YQ_OWNED_BY_BUYER:
      return YQ_COLUMN_BUYER;
    case YQ_OWNED_BY_CARRIER:
      return YQ_COLUMN_CARRIER;
    case YQ_OWNED_BY_ACCOUNT:
      return YQ_COLUMN_ACCOUNT;
    case YQ_OWNED_BY_PLATFORM:
      return entity->region_from != NULL ? YQ_COLUMN_REGION : YQ_N_COLUMNS;
    case YQ_OWNED_BY_REDEEMER:
    case YQ_OWNED_BY_SELF:
    default:
      return YQ_N_COLUMNS;
    }
}

static void
append_indexes (GString *sql, const YqRecordTable *table)
{
  const YqEntity *entity = table->entity;
  YqColumn within = yq_record_unique_within (entity);
  const char *owner = within < YQ_N_COLUMNS ? yq_column_name (within) : NULL;

  if (entity->n_states > 1)
    g_string_append_printf (sql, "CREATE INDEX IF NOT EXISTS \"%s_by_state\" ON %s (\"state\");",
                            entity->name, table->name);
  g_string_append_printf (
    sql,
    "DROP INDEX IF EXISTS \"%s_by_change\";" /* the other way round: each change in its middle */
    "CREATE INDEX IF NOT EXISTS \"%s_by_time\" ON %s (\"updated_at\", \"id\");"
    "CREATE UNIQUE INDEX IF NOT EXISTS \"%s_by_rank\" ON %s (\"rank\")"
    " WHERE \"rank\" IS NOT NULL;",
    entity->name, entity->name, table->name, entity->name, table->name);
  for (YqColumn c = YQ_COLUMN_BUYER; c <= YQ_COLUMN_ACCOUNT; c++)
    {
      g_autofree char *name = g_strndup (yq_column_name (c) + 1, strlen (yq_column_name (c)) - 2);

      g_string_append_printf (sql,
                              "CREATE INDEX IF NOT EXISTS \"%s_by_%s\" ON %s (%s)"
                              " WHERE %s IS NOT NULL;",
                              entity->name, name, table->name, yq_column_name (c),
                              yq_column_name (c));
    }
  for (guint i = 0; i < entity->n_fields; i++)
    {
      const YqField *field = &entity->fields[i];
      const char *column = table->fields[i];

      if ((field->flags & (YQ_INDEX | YQ_UNIQUE)) && !(field->flags & YQ_SECRET))
        g_string_append_printf (sql,
                                "CREATE INDEX IF NOT EXISTS \"%s_by_%s_\" ON %s (%s)"
                                " WHERE %s IS NOT NULL;",
                                entity->name, field->name, table->name, column, column);
      if ((field->flags & YQ_UNIQUE) && !(field->flags & YQ_SECRET))
        g_string_append_printf (sql,
                                "CREATE UNIQUE INDEX IF NOT EXISTS \"%s_one_%s\" ON %s (%s%s%s)"
                                " WHERE %s IS NOT NULL;",
                                entity->name, field->name, table->name, owner ? owner : "",
                                owner ? "," : "", column, column);
    }
}

static gboolean
migrate_one (SqlConn *conn, const YqRecordTable *table, GError **error)
{
  g_autoptr(GString) sql = g_string_new (NULL);
  g_autoptr(GArray) unsorted = g_array_new (FALSE, FALSE, sizeof (guint));

  append_create (sql, table);
  if (!sql_script (conn, sql->str, error))
    return FALSE;
  g_string_truncate (sql, 0);
  if (!add_missing_columns (conn, table, sql, unsorted, error))
    return FALSE;
  append_indexes (sql, table);
  if (!sql_script (conn, sql->str, error))
    return FALSE;
  for (guint i = 0; i < unsorted->len; i++)
    if (!fill_sort_keys (conn, table, g_array_index (unsorted, guint, i), error))
      return FALSE;
  return TRUE;
}

gboolean
yq_record_sql_migrate (SqlConn *conn, GError **error)
{
  for (guint i = 0; i < yq_model_count (); i++)
    if (!migrate_one (conn, yq_record_table (yq_model_nth (i)), error))
      {
        g_prefix_error (error, "Table of %s: ", yq_model_nth (i)->plural);
        return FALSE;
      }
  return TRUE;
}
