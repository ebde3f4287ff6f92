/* The indexes of the store: one key per listed field, for filters and sorting, and the full text.
 * Both are made from the local view of a record alone, so that what was written can be taken out
 * again. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-db.h"

#include <string.h>

#include "model.h"
#include "region.h"
#include "search-text.h"

#define MAX_KEY 96 /* bytes of a text that sorts */

typedef struct
{
  gint64 name;
  SqlValue value;
  char *holder;
} Key;

static void
key_clear (gpointer data)
{
  g_free (((Key *) data)->holder);
}

gboolean
yq_field_is_sortable (const YqField *field)
{
  return field->type < YQ_REFERENCES && !(field->flags & YQ_SECRET) &&
         (field->flags & (YQ_LIST | YQ_INDEX) || field->type == YQ_CHOICE ||
          field->type == YQ_REGION || field->type == YQ_REFERENCE);
}

gboolean
yq_field_is_keyed (const YqField *field)
{
  return yq_field_is_sortable (field) ||
         (!(field->flags & YQ_SECRET) && (field->type == YQ_REFERENCES || field->type == YQ_ROWS));
}

static gboolean
is_number (YqType type)
{
  return type == YQ_INTEGER || type == YQ_MONEY || type == YQ_TIME || type == YQ_BOOLEAN;
}

SqlValue
yq_field_key (const YqField *field, const char *text, char **holder)
{
  if (field->type != YQ_TEXT)
    return SQL_TEXT (text);
  *holder = yq_search_sort_key (text);
  if (strlen (*holder) > MAX_KEY)
    (*holder)[MAX_KEY] = '\0';
  return SQL_TEXT (*holder);
}

/* -- keys of one record -- */

static void
add_key (GArray *keys, gint64 name, SqlValue value, char *holder)
{
  Key key = { name, value, holder };

  g_array_append_val (keys, key);
}

static void
add_text (GArray *keys, gint64 name, const char *text)
{
  char *copy = g_strdup (text);

  if (name != 0 && text != NULL)
    add_key (keys, name, SQL_TEXT (copy), copy);
  else
    g_free (copy);
}

static void
add_row (GArray *keys, gint64 name, const YqField *columns, JsonObject *row)
{
  for (guint i = 0; columns != NULL && columns[i].name != NULL; i++)
    if (columns[i].type == YQ_REFERENCE)
      add_text (keys, name,
                json_object_get_string_member_with_default (row, columns[i].name, NULL));
}

static void
add_array (GArray *keys, gint64 name, const YqField *field, JsonArray *array)
{
  guint n = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_row (keys, name, field->columns, json_node_get_object (node));
      else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        add_text (keys, name, json_node_get_string (node));
    }
}

/* What is unset gets an empty blob, which SQLite sorts behind numbers and texts. */
static void
add_field (YqStoreDb *db, GArray *keys, const YqEntity *entity, const YqValues *values, guint f)
{
  const YqField *field = &entity->fields[f];
  gint64 name = yq_store_db_name (db, entity, field->name);
  char *holder = NULL;

  if (name == 0)
    return;
  if (!yq_field_is_sortable (field))
    add_array (keys, name, field, yq_values_array (values, f));
  else if (!yq_values_has (values, f))
    add_key (keys, name, SQL_BLOB (NULL, 0), NULL);
  else if (is_number (field->type))
    add_key (keys, name, SQL_INT (yq_values_int (values, f)), NULL);
  else
    {
      SqlValue value = yq_field_key (field, yq_values_text (values, f), &holder);

      if (holder == NULL)
        add_text (keys, name, yq_values_text (values, f));
      else
        add_key (keys, name, value, holder);
    }
}

static GArray *
make_keys (YqStoreDb *db, YqRecord *record)
{
  GArray *keys = g_array_sized_new (FALSE, FALSE, sizeof (Key), 24);
  const YqEntity *entity;

  g_array_set_clear_func (keys, key_clear);
  if (record == NULL)
    return keys;
  entity = yq_record_entity (record);
  for (guint f = 0; f < entity->n_fields; f++)
    if (yq_field_is_keyed (&entity->fields[f]))
      add_field (db, keys, entity, yq_record_values (record), f);
  add_text (keys, yq_store_db_name (db, entity, "@state"), yq_record_state (record));
  add_text (keys, yq_store_db_name (db, entity, "@buyer"), yq_record_buyer (record));
  add_text (keys, yq_store_db_name (db, entity, "@carrier"), yq_record_carrier (record));
  add_text (keys, yq_store_db_name (db, entity, "@desk"), yq_record_desk (record));
  add_text (keys, yq_store_db_name (db, entity, "@region"), yq_record_region (record));
  add_text (keys, yq_store_db_name (db, entity, "@account"), yq_record_account (record));
  add_key (keys, yq_store_db_name (db, entity, "@created"), SQL_INT (yq_record_created_at (record)),
           NULL);
  return keys;
}

static gboolean
keys_equal (const Key *a, const Key *b)
{
  if (a->name != b->name || a->value.type != b->value.type)
    return FALSE;
  if (a->value.type == SQL_VALUE_TEXT)
    return strcmp (a->value.p, b->value.p) == 0;
  return a->value.i == b->value.i;
}

static gboolean
has_key (GArray *keys, const Key *key)
{
  for (guint i = 0; i < keys->len; i++)
    if (keys_equal (&g_array_index (keys, Key, i), key))
      return TRUE;
  return FALSE;
}

static gboolean
write_keys (YqStoreDb *db, gint64 row, GArray *keys, GArray *except, const char *sql,
            GError **error)
{
  for (guint i = 0; i < keys->len; i++)
    {
      const Key *key = &g_array_index (keys, Key, i);

      if (except->len > 0 && has_key (except, key))
        continue;
      if (sql_exec (db->conn, sql, SQL_ARGS (SQL_INT (key->name), key->value, SQL_INT (row)),
                    error) < 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
index_keys (YqStoreDb *db, gint64 row, YqRecord *before, YqRecord *after, GError **error)
{
  g_autoptr(GArray) old = make_keys (db, before);
  g_autoptr(GArray) new = make_keys (db, after);

  return write_keys (db, row, old, new,
                     "DELETE FROM field_key WHERE name = $1 AND value = $2 AND row = $3", error) &&
         write_keys (db, row, new, old,
                     "INSERT INTO field_key (name, value, row) VALUES ($1, $2, $3)"
                     " ON CONFLICT DO NOTHING",
                     error);
}

/* -- full text -- */

/* Values that a search is narrowed by stand beside the text, so that the full text narrows it by
 * itself: "e" and the entity, "r" and the digits of a region, "n", the number of the name, "v" and
 * the value. */
static void
add_token (GString *filters, const char *prefix, const char *text)
{
  g_string_append (filters, prefix);
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (filters, g_ascii_tolower (*p));
  g_string_append_c (filters, ' ');
}

static void
add_region_tokens (GString *filters, const char *code)
{
  char prefix[8];

  for (gsize length = 2; code != NULL && length <= 6; length += 2)
    if (strlen (code) >= length)
      {
        g_strlcpy (prefix, code, length + 1);
        add_token (filters, "r", prefix);
      }
}

static void
add_value_token (GString *filters, gint64 name, const char *value)
{
  g_autofree char *prefix = g_strdup_printf ("n%" G_GINT64_FORMAT "v", name);

  if (name != 0 && value != NULL && *value != '\0')
    add_token (filters, prefix, value);
}

static gboolean
has_value_token (const YqField *field)
{
  return yq_field_is_keyed (field) && (field->type == YQ_CHOICE || field->type == YQ_REFERENCE);
}

static char *
make_filters (YqStoreDb *db, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqValues *values = yq_record_values (record);
  GString *tokens = g_string_new (NULL);
  int region = yq_entity_find_field (entity, "region");

  add_token (tokens, "e", entity->name);
  add_region_tokens (tokens, yq_record_region (record));
  if (region >= 0)
    add_region_tokens (tokens, yq_values_text (values, (guint) region));
  add_value_token (tokens, yq_store_db_name (db, entity, "@state"), yq_record_state (record));
  add_value_token (tokens, yq_store_db_name (db, entity, "@carrier"), yq_record_carrier (record));
  for (guint f = 0; f < entity->n_fields; f++)
    if (has_value_token (&entity->fields[f]))
      add_value_token (tokens, yq_store_db_name (db, entity, entity->fields[f].name),
                       yq_values_text (values, f));
  return g_string_free (tokens, FALSE);
}

/* The text of a record, or NULL where nothing of it is searched. */
static char *
make_text (YqStoreDb *db, YqRecord *record, char **filters)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqValues *values = yq_record_values (record);
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint f = 0; f < entity->n_fields; f++)
    {
      const YqField *field = &entity->fields[f];

      if ((field->flags & YQ_SEARCH) && !(field->flags & YQ_SECRET) && field->type == YQ_TEXT &&
          yq_values_has (values, f))
        g_string_append_printf (text, "%s\n", yq_values_text (values, f));
    }
  if (text->len == 0)
    return NULL;
  *filters = make_filters (db, record);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
write_text (YqStoreDb *db, gint64 row, const char *text, const char *filters, gboolean add,
            GError **error)
{
  g_autofree char *pairs = yq_search_pairs (text);
  g_autofree char *singles = yq_search_singles (text);
  g_autofree char *initials = yq_search_initials (text);
  const char *sql = add ? "INSERT INTO search (rowid, pairs, singles, initials, filters)"
                          " VALUES ($1, $2, $3, $4, $5)"
                        : "INSERT INTO search (search, rowid, pairs, singles, initials, filters)"
                          " VALUES ('delete', $1, $2, $3, $4, $5)";

  return sql_exec (db->conn, sql,
                   SQL_ARGS (SQL_INT (row), SQL_TEXT (pairs), SQL_TEXT (singles),
                             SQL_TEXT (initials), SQL_TEXT (filters)),
                   error) >= 0;
}

static gboolean
index_text (YqStoreDb *db, gint64 row, YqRecord *before, YqRecord *after, GError **error)
{
  g_autofree char *old_filters = NULL;
  g_autofree char *new_filters = NULL;
  g_autofree char *old = before != NULL ? make_text (db, before, &old_filters) : NULL;
  g_autofree char *new = after != NULL ? make_text (db, after, &new_filters) : NULL;

  if (g_strcmp0 (old, new) == 0 && g_strcmp0 (old_filters, new_filters) == 0)
    return TRUE;
  if (old != NULL && !write_text (db, row, old, old_filters, FALSE, error))
    return FALSE;
  return new == NULL || write_text (db, row, new, new_filters, TRUE, error);
}

/* -- outside -- */

gboolean
yq_store_db_index (YqStoreDb *db, gint64 row, YqRecord *before, YqRecord *after, GError **error)
{
  return index_keys (db, row, before, after, error) && index_text (db, row, before, after, error);
}

char *
yq_store_db_entity_token (const YqEntity *entity)
{
  GString *token = g_string_new (NULL);

  add_token (token, "e", entity->name);
  return g_strchomp (g_string_free (token, FALSE));
}

char *
yq_store_db_value_token (YqStoreDb *db, const YqEntity *entity, const char *name, const char *value)
{
  const YqField *field = yq_entity_field (entity, name);
  g_autofree char *owner = g_strconcat ("@", name, NULL);
  g_autofree char *prefix = NULL;
  GString *token;

  if (*value == '\0')
    return NULL;
  token = g_string_new (NULL);
  if (g_str_equal (name, "region") && (field == NULL || field->type == YQ_REGION))
    add_token (token, "r", (prefix = yq_region_prefix (value)));
  else if (field == NULL && (g_str_equal (name, "state") || g_str_equal (name, "carrier")))
    add_value_token (token, yq_store_db_name (db, entity, owner), value);
  else if (field != NULL && has_value_token (field) && !g_str_equal (name, "state") &&
           !g_str_equal (name, "carrier"))
    add_value_token (token, yq_store_db_name (db, entity, name), value);
  if (token->len > 0)
    return g_strchomp (g_string_free (token, FALSE));
  g_string_free (token, TRUE);
  return NULL;
}

gboolean
yq_store_db_index_all (YqStoreDb *db, GError **error)
{
  g_autoptr(SqlRows) rows = NULL;

  if (sql_exec (db->conn, "DELETE FROM field_key", SQL_NO_ARGS, error) < 0 ||
      sql_exec (db->conn, "INSERT INTO search (search) VALUES ('delete-all')", SQL_NO_ARGS, error) <
        0 ||
      !(rows = sql_query (db->conn, "SELECT row FROM record WHERE hidden = 0", SQL_NO_ARGS, error)))
    return FALSE;
  while (sql_rows_next (rows, error))
    {
      gint64 row = sql_rows_int (rows, 0);
      g_autoptr(YqRecord) record = yq_store_db_read_row (db, row);

      if (record != NULL && !yq_store_db_index (db, row, NULL, record, error))
        return FALSE;
    }
  return error == NULL || *error == NULL;
}
