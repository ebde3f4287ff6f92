/* A store of another version of the program: what is the person's moves over, the rest is asked
 * for again. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-layout.h"

#include <string.h>

#include "model.h"

/* needs: columns without which nothing of the table is of use.  Other tables are made anew. */
static const struct
{
  const char *table, *needs;
} carried[] = {
  { "draft", "entity record step patch" },
  { "outbox", "id batch entity record action revision fields status" },
  { "meta", "name value" },
  { "record", "entity id revision server mine catalogue" },
};

static GPtrArray *
read_names (SqlConn *conn, const char *sql, const char *arg, GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (conn, sql, &SQL_TEXT (arg), arg != NULL, error);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  while (rows != NULL && sql_rows_next (rows, NULL))
    g_ptr_array_add (names, g_strdup (sql_rows_text (rows, 0)));
  return rows != NULL ? g_steal_pointer (&names) : NULL;
}

static gboolean
for_names (SqlConn *conn, const char *sql, const char *format, GError **error)
{
  g_autoptr(GPtrArray) names = read_names (conn, sql, NULL, error);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      g_autoptr(GString) statement = g_string_new (format);

      g_string_replace (statement, "%s", names->pdata[i], 0);
      if (!sql_script (conn, statement->str, error))
        return FALSE;
    }
  return names != NULL;
}

/* Indexes keep their names when their table is renamed; shadow tables go with their own. */
static gboolean
put_aside (SqlConn *conn, GError **error)
{
  return for_names (conn, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
                    "DROP INDEX \"%s\"", error) &&
         for_names (conn,
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                    " AND substr (sql, 1, 14) = 'CREATE VIRTUAL'",
                    "DROP TABLE \"%s\"", error) &&
         for_names (conn,
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                    " AND substr (name, 1, 7) <> 'sqlite_'"
                    " AND name NOT IN ('draft', 'outbox', 'meta', 'record')",
                    "DROP TABLE \"%s\"", error) &&
         for_names (conn,
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                    " AND name IN ('draft', 'outbox', 'meta', 'record')",
                    "ALTER TABLE \"%s\" RENAME TO \"old_%s\"", error);
}

static gboolean
has_column (GPtrArray *columns, const char *name)
{
  return g_ptr_array_find_with_equal_func (columns, name, g_str_equal, NULL);
}

static gboolean
is_usable (GPtrArray *columns, const char *needs)
{
  g_auto(GStrv) names = g_strsplit (needs, " ", 0);

  for (guint i = 0; names[i] != NULL; i++)
    if (!has_column (columns, names[i]))
      return FALSE;
  return TRUE;
}

/* The columns both have; what the new one demands besides is nothing yet. */
static char *
make_copy (SqlConn *conn, const char *table, GPtrArray *old, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn, "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info ($1)",
               SQL_ARGS (SQL_TEXT (table)), error);
  g_autoptr(GString) into = g_string_new (NULL);
  g_autoptr(GString) from = g_string_new (NULL);

  while (rows != NULL && sql_rows_next (rows, NULL))
    {
      const char *name = sql_rows_text (rows, 0);
      gboolean is_number = strstr (sql_rows_text (rows, 1), "INT") != NULL;

      if (!has_column (old, name) && (sql_rows_int (rows, 2) == 0 || !sql_rows_is_null (rows, 3)))
        continue;
      g_string_append_printf (into, "%s\"%s\"", into->len > 0 ? ", " : "", name);
      if (has_column (old, name))
        g_string_append_printf (from, "%s\"%s\"", from->len > 0 ? ", " : "", name);
      else
        g_string_append_printf (from, "%s%s", from->len > 0 ? ", " : "", is_number ? "0" : "''");
    }
  return rows != NULL ? g_strdup_printf ("INSERT INTO \"%s\" (%s) SELECT %s FROM \"old_%s\"", table,
                                         into->str, from->str, table)
                      : NULL;
}

static gboolean
carry_table (SqlConn *conn, const char *table, const char *needs, GError **error)
{
  g_autofree char *old_name = g_strconcat ("old_", table, NULL);
  g_autofree char *drop = g_strdup_printf ("DROP TABLE IF EXISTS \"%s\"", old_name);
  g_autoptr(GPtrArray) old =
    read_names (conn, "SELECT name FROM pragma_table_info ($1)", old_name, error);
  g_autofree char *copy = NULL;

  if (old == NULL)
    return FALSE;
  if (is_usable (old, needs) &&
      (!(copy = make_copy (conn, table, old, error)) || !sql_script (conn, copy, error)))
    return FALSE;
  return sql_script (conn, drop, error);
}

/* The feeds are read from the beginning under new numbers: what they do not show again goes. */
static gboolean
start_feeds_anew (SqlConn *conn, GError **error)
{
  return sql_script (conn,
                     "UPDATE meta SET value = CAST (value AS INTEGER) + 1"
                     " WHERE substr (name, 1, 11) = 'generation.';"
                     "DELETE FROM meta WHERE substr (name, 1, 7) = 'cursor.'"
                     " OR substr (name, 1, 6) = 'whole.' OR name = 'indexes';"
                     "INSERT INTO meta (name, value) VALUES ('" YQ_LAYOUT_MOVED "', '1')"
                     " ON CONFLICT (name) DO UPDATE SET value = excluded.value;",
                     error);
}

gboolean
yq_store_layout_move (SqlConn *conn, const char *schema, GError **error)
{
  if (!put_aside (conn, error) || !sql_script (conn, schema, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (carried); i++)
    if (!carry_table (conn, carried[i].table, carried[i].needs, error))
      return FALSE;
  return start_feeds_anew (conn, error);
}

gboolean
yq_store_layout_settle (YqStoreDb *db, GError **error)
{
  g_autoptr(GPtrArray) found = NULL;

  if (yq_store_db_get_number (db, YQ_LAYOUT_MOVED) == 0)
    return TRUE;
  found = read_names (db->conn,
                      "SELECT entity || '/' || record FROM draft"
                      " UNION SELECT entity || '/' || record FROM outbox",
                      NULL, error);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      g_auto(GStrv) parts = g_strsplit (found->pdata[i], "/", 2);
      const YqEntity *entity = yq_model_find (parts[0]);

      if (entity != NULL && !yq_store_db_rebuild (db, entity, parts[1], error))
        return FALSE;
    }
  return found != NULL && yq_store_db_set_meta (db, YQ_LAYOUT_MOVED, NULL, error);
}
