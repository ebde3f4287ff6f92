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
  gint64 row;
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
          field->type == YQ_REGION || field->type == YQ_REFERENCE || field->type == YQ_TIME ||
          field->type == YQ_DATE);
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
  Key key = { name, value, holder, 0 };

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

/* What is unset has no key. */
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
    return;
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

/* Where it stands on the map, as one number, for entities that say so. */
static void
add_place (YqStoreDb *db, GArray *keys, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqField *latitude = yq_entity_field (entity, "latitude");
  const YqField *longitude = yq_entity_field (entity, "longitude");
  const YqValues *values = yq_record_values (record);

  if (latitude != NULL && longitude != NULL &&
      yq_values_has (values, (guint) (latitude - entity->fields)) &&
      yq_values_has (values, (guint) (longitude - entity->fields)))
    add_key (keys, yq_store_db_name (db, entity, "@place"),
             SQL_INT (yq_place_key (yq_values_int (values, (guint) (latitude - entity->fields)),
                                    yq_values_int (values, (guint) (longitude - entity->fields)))),
             NULL);
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
  add_place (db, keys, record);
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

static const char insert_key[] = "INSERT INTO field_key (name, value, row) VALUES ($1, $2, $3)"
                                 " ON CONFLICT DO NOTHING";

static gboolean
index_keys (YqStoreDb *db, gint64 row, YqRecord *before, YqRecord *after, GError **error)
{
  g_autoptr(GArray) old = make_keys (db, before);
  g_autoptr(GArray) new = make_keys (db, after);

  return write_keys (db, row, old, new,
                     "DELETE FROM field_key WHERE name = $1 AND value = $2 AND row = $3", error) &&
         write_keys (db, row, new, old, insert_key, error);
}

/* -- many new records: their keys are written in the order of the index, which is several times
 * faster -- */

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;
  int order = (x->name > y->name) - (x->name < y->name);

  if (order == 0)
    order = (x->value.type > y->value.type) - (x->value.type < y->value.type);
  if (order == 0 && x->value.type == SQL_VALUE_TEXT)
    order = strcmp (x->value.p, y->value.p);
  else if (order == 0)
    order = (x->value.i > y->value.i) - (x->value.i < y->value.i);
  return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static void
put_off (YqStoreDb *db, gint64 row, YqRecord *record)
{
  GArray *keys = make_keys (db, record);

  for (guint i = 0; i < keys->len; i++)
    g_array_index (keys, Key, i).row = row;
  g_array_set_clear_func (keys, NULL);
  g_array_append_vals (db->pending, keys->data, keys->len);
  g_array_unref (keys);
}

void
yq_store_db_set_bulk (YqStoreDb *db, gboolean is_bulk)
{
  g_clear_pointer (&db->pending, g_array_unref);
  if (!is_bulk)
    return;
  db->pending = g_array_new (FALSE, FALSE, sizeof (Key));
  g_array_set_clear_func (db->pending, key_clear);
}

gboolean
yq_store_db_flush (YqStoreDb *db, GError **error)
{
  if (db->pending == NULL || db->pending->len == 0)
    return TRUE;
  g_array_sort (db->pending, compare_keys);
  for (guint i = 0; i < db->pending->len; i++)
    {
      const Key *key = &g_array_index (db->pending, Key, i);

      if (sql_exec (db->conn, insert_key,
                    SQL_ARGS (SQL_INT (key->name), key->value, SQL_INT (key->row)), error) < 0)
        return FALSE;
    }
  g_array_set_size (db->pending, 0);
  return TRUE;
}

/* -- full text -- */

/* One word for the tokenizer, of which no other name and value make the same. */
static void
add_token (GString *filters, const char *name, const char *value, gsize length)
{
  g_string_append_c (filters, 'k');
  for (const char *p = name; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (filters, *p);
  g_string_append_c (filters, 'x');
  for (gsize i = 0; i < length && value[i] != '\0'; i++)
    if (g_ascii_isdigit (value[i]) || (g_ascii_islower (value[i]) && value[i] != 'z'))
      g_string_append_c (filters, value[i]);
    else
      {
        g_string_append_c (filters, 'z');
        g_string_append_c (filters, "0123456789abcdef"[(guchar) value[i] >> 4]);
        g_string_append_c (filters, "0123456789abcdef"[(guchar) value[i] & 15]);
      }
  g_string_append_c (filters, ' ');
}

static void
add_text_token (GString *filters, const char *name, const char *value)
{
  if (value != NULL)
    add_token (filters, name, value, strlen (value));
}

static void
add_region_tokens (GString *filters, const char *name, const char *code)
{
  for (gsize length = 2; code != NULL && length <= 6; length += 2)
    if (strlen (code) >= length)
      add_token (filters, name, code, length);
}

/* Not what steps move: every one would write the text anew. */
gboolean
yq_field_has_token (const YqField *field)
{
  return yq_field_is_sortable (field) && !(field->flags & YQ_COMPUTED) &&
         (field->type == YQ_CHOICE || field->type == YQ_REGION || field->type == YQ_REFERENCE);
}

/* What a search is narrowed by, as words of the index: an intersection instead of a look at each
 * hit. */
static char *
make_filters (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqValues *values = yq_record_values (record);
  GString *filters = g_string_new (NULL);

  add_text_token (filters, "entity", entity->name);
  for (guint f = 0; f < entity->n_fields; f++)
    if (yq_field_has_token (&entity->fields[f]) && yq_values_has (values, f))
      {
        if (entity->fields[f].type == YQ_REGION)
          add_region_tokens (filters, entity->fields[f].name, yq_values_text (values, f));
        else
          add_text_token (filters, entity->fields[f].name, yq_values_text (values, f));
      }
  add_text_token (filters, "buyer", yq_record_buyer (record));
  add_text_token (filters, "carrier", yq_record_carrier (record));
  add_text_token (filters, "desk", yq_record_desk (record));
  add_region_tokens (filters, "region", yq_record_region (record));
  return g_string_free (filters, FALSE);
}

/* The text of a record, or NULL where nothing of it is searched. */
static char *
make_text (YqRecord *record, char **filters)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqValues *values = yq_record_values (record);
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint f = 0; f < entity->n_fields; f++)
    {
      const YqField *field = &entity->fields[f];

      if (field->flags & YQ_SEARCH && !(field->flags & YQ_SECRET) && field->type == YQ_TEXT &&
          yq_values_has (values, f))
        {
          g_string_append (text, yq_values_text (values, f));
          g_string_append_c (text, '\n');
        }
    }
  if (text->len == 0)
    return NULL;
  *filters = make_filters (record);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Takes both over. */
static YqWords *
make_words (char *text, char *filters)
{
  YqWords *words = g_new0 (YqWords, 1);

  if (text != NULL)
    {
      yq_search_cut (text, &words->pairs, &words->singles, &words->initials);
      words->filters = filters;
    }
  g_free (text);
  return words;
}

YqWords *
yq_words_new (YqRecord *record)
{
  char *filters = NULL;
  char *text = make_text (record, &filters);

  return make_words (text, filters);
}

void
yq_words_free (YqWords *words)
{
  g_free (words->pairs);
  g_free (words->singles);
  g_free (words->initials);
  g_free (words->filters);
  g_free (words);
}

static gboolean
write_words (YqStoreDb *db, gint64 row, const YqWords *words, gboolean add, GError **error)
{
  const char *sql = add ? "INSERT INTO search (rowid, pairs, singles, initials, filters)"
                          " VALUES ($1, $2, $3, $4, $5)"
                        : "INSERT INTO search (search, rowid, pairs, singles, initials, filters)"
                          " VALUES ('delete', $1, $2, $3, $4, $5)";

  return sql_exec (db->conn, sql,
                   SQL_ARGS (SQL_INT (row), SQL_TEXT (words->pairs), SQL_TEXT (words->singles),
                             SQL_TEXT (words->initials), SQL_TEXT (words->filters)),
                   error) >= 0;
}

/* Takes text and filters over. */
static gboolean
write_text (YqStoreDb *db, gint64 row, char *text, char *filters, gboolean add, GError **error)
{
  YqWords *words = make_words (text, filters);
  gboolean done = write_words (db, row, words, add, error);

  yq_words_free (words);
  return done;
}

static gboolean
index_text (YqStoreDb *db, gint64 row, YqRecord *before, YqRecord *after, GError **error)
{
  g_autofree char *old_filters = NULL;
  g_autofree char *new_filters = NULL;
  g_autofree char *old = before != NULL ? make_text (before, &old_filters) : NULL;
  g_autofree char *new = after != NULL ? make_text (after, &new_filters) : NULL;

  if (g_strcmp0 (old, new) == 0 && g_strcmp0 (old_filters, new_filters) == 0)
    return TRUE;
  if (old != NULL &&
      !write_text (db, row, g_steal_pointer (&old), g_steal_pointer (&old_filters), FALSE, error))
    return FALSE;
  return new == NULL ||
         write_text (db, row, g_steal_pointer (&new), g_steal_pointer (&new_filters), TRUE, error);
}

/* -- outside -- */

gboolean
yq_store_db_index (YqStoreDb *db, gint64 row, YqRecord *before, YqRecord *after,
                   const YqWords *words, GError **error)
{
  if (db->pending != NULL && before == NULL && after != NULL)
    put_off (db, row, after);
  else if (!yq_store_db_flush (db, error) || !index_keys (db, row, before, after, error))
    return FALSE;
  if (words != NULL && before == NULL && after != NULL)
    return words->pairs == NULL || write_words (db, row, words, TRUE, error);
  return index_text (db, row, before, after, error);
}

char *
yq_search_token (const char *name, const char *value)
{
  GString *token = g_string_new (NULL);

  add_text_token (token, name, value);
  g_string_truncate (token, token->len - 1);
  return g_string_free (token, FALSE);
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

      if (record != NULL && !yq_store_db_index (db, row, NULL, record, NULL, error))
        return FALSE;
    }
  return error == NULL || *error == NULL;
}
