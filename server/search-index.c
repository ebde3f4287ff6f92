/* The full-text index. */
#define G_LOG_DOMAIN "yiquan-search"

#include "search-index.h"

#include <sqlite3.h>
#include <string.h>

#include "audience.h"
#include "feed.h"
#include "model.h"
#include "record-sql.h"
#include "search-text.h"
#include "writer.h"

#define VERSION "2" /* of how texts and tokens are made */

gboolean
yq_search_index_finds (const YqEntity *entity)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if (entity->fields[i].flags & YQ_SEARCH)
      return TRUE;
  return FALSE;
}

gboolean
yq_search_index_has (const YqEntity *entity)
{
  gboolean is_ones_own = entity->owned == YQ_OWNED_BY_ACCOUNT && entity->reads == YQ_SEES_OWNER;

  return !is_ones_own && yq_search_index_finds (entity);
}

/* -- tokens -- */

/* Letters and digits only: one token for the tokenizer. */
static char *
make_token (const char *kind, const char *value)
{
  GString *token = g_string_new (kind);

  for (const char *at = value; *at != '\0'; at++)
    if (g_ascii_isalnum (*at))
      g_string_append_c (token, g_ascii_tolower (*at));
  return g_string_free (token, FALSE);
}

char *
yq_search_token_audience (gint64 audience)
{
  return g_strdup_printf ("a%" G_GINT64_MODIFIER "x", audience);
}

char *
yq_search_token_state (const char *state)
{
  return make_token ("s", state);
}

char *
yq_search_token_region (const char *prefix)
{
  return make_token ("r", prefix);
}

char *
yq_search_token_field (const YqField *field, const char *value)
{
  g_autofree char *kind = NULL;

  if (!(field->flags & YQ_INDEX) || (field->flags & YQ_SECRET) ||
      (field->type != YQ_CHOICE && field->type != YQ_REFERENCE))
    return NULL;
  kind = make_token ("f", field->name);
  return make_token (kind, value);
}

static void
add_token (GString *filters, char *token)
{
  if (token == NULL)
    return;
  g_string_append (filters, token);
  g_string_append_c (filters, ' ');
  g_free (token);
}

static void
add_regions (GString *filters, const char *code)
{
  for (guint digits = 2; code != NULL && digits <= strlen (code); digits += 2)
    {
      g_autofree char *prefix = g_strndup (code, digits);

      add_token (filters, yq_search_token_region (prefix));
    }
}

static char *
filters_of (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  g_autoptr(GArray) audiences = yq_audience_of_record (record);
  GString *filters = g_string_new (NULL);

  for (guint i = 0; i < audiences->len; i++)
    add_token (filters, yq_search_token_audience (g_array_index (audiences, gint64, i)));
  add_token (filters, yq_search_token_state (yq_record_state (record)));
  add_regions (filters, yq_record_region (record));
  for (guint i = 0; i < entity->n_fields; i++)
    {
      const YqField *field = &entity->fields[i];

      if ((field->type == YQ_CHOICE || field->type == YQ_REFERENCE) && yq_record_has (record, i))
        add_token (filters, yq_search_token_field (field, yq_record_text (record, i)));
    }
  return g_string_free (filters, FALSE);
}

/* A hit must not tell what the reader may not read: of records that can be public only what
 * everybody sees is indexed, of others what all their readers see. */
static gboolean
is_searched (const YqEntity *entity, const YqField *field)
{
  guint readers = entity->reads;

  if (!(field->flags & YQ_SEARCH) || field->type != YQ_TEXT)
    return FALSE;
  for (guint i = 0; i < entity->n_states; i++)
    if (entity->states[i].flags & YQ_STATE_PUBLIC)
      readers = YQ_SEES_PUBLIC;
  return (field->sees & readers) == readers;
}

static char *
text_of (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < entity->n_fields; i++)
    {
      const YqField *field = &entity->fields[i];

      if (is_searched (entity, field) && yq_record_has (record, i))
        g_string_append_printf (text, "%s%s", text->len ? "\n" : "", yq_record_text (record, i));
    }
  return g_string_free (text, FALSE);
}

/* -- without an index -- */

static void
found_cb (sqlite3_context *context, int n_values, sqlite3_value **values)
{
  const char *query = (const char *) sqlite3_value_text (values[0]);
  const char *text = (const char *) sqlite3_value_text (values[1]);

  sqlite3_result_int (context, query != NULL && text != NULL && yq_search_matches (query, text));
}

gboolean
yq_search_index_open (SqlConn *conn, GError **error)
{
  sqlite3 *db = sql_native (conn);

  if (sqlite3_create_function_v2 (db, "yq_found", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                  found_cb, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "No function: %s", sqlite3_errmsg (db));
  return FALSE;
}

void
yq_search_index_append_text (const YqEntity *entity, GString *sql)
{
  const char *joined = "";

  for (guint i = 0; i < entity->n_fields; i++)
    if (is_searched (entity, &entity->fields[i]))
      {
        g_string_append_printf (sql, "%sCOALESCE (t.%s, '')", joined,
                                yq_record_sql_column (entity, entity->fields[i].name));
        joined = " || '\n' || ";
      }
}

/* -- rows -- */

typedef struct
{
  const YqEntity *entity;
  char *name;
  char *insert;
  char *remove;
  char *rank;
} Texts;

static const Texts *
texts_of (const YqEntity *entity)
{
  static GHashTable *all;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      all = g_hash_table_new (NULL, NULL);
      for (guint i = 0; i < yq_model_count (); i++)
        {
          Texts *texts = g_new0 (Texts, 1);
          const char *name = yq_model_nth (i)->name;

          texts->entity = yq_model_nth (i);
          texts->name = g_strdup_printf ("\"%s_search\"", name);
          texts->insert = g_strdup_printf ("INSERT INTO \"%s_search\" (rowid, pairs, singles,"
                                           " initials, filters) VALUES ($1, $2, $3, $4, $5)",
                                           name);
          texts->remove = g_strdup_printf ("DELETE FROM \"%s_search\" WHERE rowid = $1", name);
          texts->rank = g_strdup_printf ("SELECT \"rank\" FROM \"%s\" WHERE \"id\" = $1", name);
          g_hash_table_insert (all, (gpointer) texts->entity, texts);
        }
      g_once_init_leave (&once, 1);
    }
  return g_hash_table_lookup (all, entity);
}

const char *
yq_search_index_table (const YqEntity *entity)
{
  return texts_of (entity)->name;
}

/* FTS5 keeps what it was told in memory while the numbers of rows grow, and writes all of it out
 * before a smaller one: so what goes, goes in the end. */
static gboolean
remove_row (SqlConn *conn, const Texts *texts, const char *id, GError **error)
{
  g_autoptr(GError) failure = NULL;
  gint64 rank;

  if (sql_get_int (conn, texts->rank, SQL_ARGS (SQL_TEXT (id)), &rank, &failure) && rank != 0 &&
      !yq_writer_put_off (texts->remove, rank))
    sql_exec (conn, texts->remove, SQL_ARGS (SQL_INT (rank)), &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
yq_search_index_write (SqlConn *conn, YqRecord *before, YqRecord *after, gint64 seq, GError **error)
{
  const YqEntity *entity = yq_record_entity (after != NULL ? after : before);
  const Texts *texts = texts_of (entity);
  g_autofree char *text = NULL;
  g_autofree char *pairs = NULL;
  g_autofree char *singles = NULL;
  g_autofree char *initials = NULL;
  g_autofree char *filters = NULL;

  if (!yq_search_index_has (entity))
    return TRUE;
  if (before != NULL && !remove_row (conn, texts, yq_record_id (before), error))
    return FALSE;
  if (after == NULL)
    return TRUE;
  text = text_of (after);
  yq_search_cut (text, &pairs, &singles, &initials);
  filters = filters_of (after);
  return sql_exec (conn, texts->insert,
                   SQL_ARGS (SQL_INT (seq), SQL_TEXT (pairs), SQL_TEXT (singles),
                             SQL_TEXT (initials), SQL_TEXT (filters)),
                   error) == 1;
}

gboolean
yq_search_index_differs (YqRecord *before, YqRecord *after)
{
  const YqEntity *entity = yq_record_entity (after);
  g_autofree char *old_filters = NULL;
  g_autofree char *new_filters = NULL;

  for (guint i = 0; i < entity->n_fields; i++)
    if (is_searched (entity, &entity->fields[i]) &&
        !yq_values_equal (yq_record_values (before), yq_record_values (after), i))
      return TRUE;
  old_filters = filters_of (before);
  new_filters = filters_of (after);
  return !g_str_equal (old_filters, new_filters);
}

/* -- making and filling again -- */

/* What the index was made of: another version of the segmentation, or other fields, and it is made
 * anew. */
static char *
signature_of (const YqEntity *entity)
{
  GString *signature = g_string_new (VERSION);

  for (guint i = 0; i < entity->n_fields; i++)
    {
      if (is_searched (entity, &entity->fields[i]))
        g_string_append_printf (signature, " %s", entity->fields[i].name);
      else if ((entity->fields[i].flags & YQ_INDEX) && !(entity->fields[i].flags & YQ_SECRET))
        g_string_append_printf (signature, " =%s", entity->fields[i].name);
    }
  return g_string_free (signature, FALSE);
}

static gboolean
fill_row (SqlConn *conn, YqRecord *record, gint64 rank, GError **error)
{
  return yq_search_index_write (conn, NULL, record, rank, error) &&
         yq_record_sql_update (conn, record, record, rank, error);
}

/* In the order of the last change, which is the order of their ranks. */
static gboolean
fill (SqlConn *conn, const YqEntity *entity, GError **error)
{
  g_autofree char *sql =
    g_strdup_printf ("SELECT \"id\" FROM \"%s\" ORDER BY \"updated_at\",\"id\"", entity->name);
  g_autofree char *forget = g_strdup_printf ("UPDATE \"%s\" SET \"rank\" = NULL", entity->name);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) failure = NULL;
  g_autoptr(SqlRows) rows = sql_query (conn, sql, SQL_NO_ARGS, error);

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, &failure))
    g_ptr_array_add (ids, g_strdup (sql_rows_text (rows, 0)));
  if (failure == NULL)
    sql_exec (conn, forget, SQL_NO_ARGS, &failure);
  for (guint i = 0; failure == NULL && i < ids->len; i++)
    {
      g_autoptr(YqRecord) record = yq_record_sql_get (conn, entity, ids->pdata[i], &failure);
      gint64 rank = record != NULL ? yq_feed_next_seq (conn, &failure) : -1;

      if (rank > 0)
        fill_row (conn, record, rank, &failure);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
create_table (SqlConn *conn, const YqEntity *entity, GError **error)
{
  g_autofree char *signature = signature_of (entity);
  g_autoptr(GError) failure = NULL;
  g_autofree char *found =
    sql_get_text (conn, "SELECT signature FROM search_made WHERE entity = $1",
                  SQL_ARGS (SQL_TEXT (entity->name)), &failure);
  g_autofree char *sql = NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (g_strcmp0 (found, signature) == 0)
    return TRUE;
  sql = g_strdup_printf ("DROP TABLE IF EXISTS \"%s_search\";"
                         "CREATE VIRTUAL TABLE \"%s_search\" USING fts5 (pairs, singles,"
                         " initials, filters, tokenize = 'unicode61')",
                         entity->name, entity->name);
  return sql_script (conn, sql, error) && fill (conn, entity, error) &&
         sql_exec (conn,
                   "INSERT INTO search_made (entity, signature) VALUES ($1, $2)"
                   " ON CONFLICT (entity) DO UPDATE SET signature = excluded.signature",
                   SQL_ARGS (SQL_TEXT (entity->name), SQL_TEXT (signature)), error) >= 0;
}

/* An index of what has none any more. */
static gboolean
drop_table (SqlConn *conn, const YqEntity *entity, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("DROP TABLE IF EXISTS \"%s_search\"", entity->name);
  gint64 n = sql_exec (conn, "DELETE FROM search_made WHERE entity = $1",
                       SQL_ARGS (SQL_TEXT (entity->name)), error);

  return n == 0 || (n > 0 && sql_script (conn, sql, error));
}

gboolean
yq_search_index_create_tables (SqlConn *conn, GError **error)
{
  if (!sql_script (conn,
                   "CREATE TABLE IF NOT EXISTS search_made"
                   " (entity TEXT PRIMARY KEY, signature TEXT NOT NULL);",
                   error))
    return FALSE;
  for (guint i = 0; i < yq_model_count (); i++)
    if (!(yq_search_index_has (yq_model_nth (i)) ? create_table
                                                 : drop_table) (conn, yq_model_nth (i), error))
      return FALSE;
  return TRUE;
}
