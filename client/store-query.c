/* Queries: conditions and an order over the key index and the full text, answered as row numbers.
 */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-private.h"

#include <string.h>

#include "region.h"
#include "search-text.h"

#define MAX_ARGS 200

typedef struct
{
  char *name;
  gboolean is_range;
  gboolean or_unset; /* what has no such value, too */
  gint64 from, to;
  char *date_from, *date_to;
  GPtrArray *values; /* char* */
} Condition;

struct _YqQuery
{
  const YqEntity *entity;
  char *text;
  GPtrArray *conditions;
  GPtrArray *ids; /* NULL: all */
  char *sort;
  gboolean is_descending;
};

/* -- building -- */

static void
condition_free (gpointer data)
{
  Condition *condition = data;

  g_free (condition->name);
  g_free (condition->date_from);
  g_free (condition->date_to);
  g_clear_pointer (&condition->values, g_ptr_array_unref);
  g_free (condition);
}

YqQuery *
yq_query_new (const YqEntity *entity)
{
  YqQuery *query = g_new0 (YqQuery, 1);

  g_return_val_if_fail (entity != NULL, NULL);

  query->entity = entity;
  query->conditions = g_ptr_array_new_with_free_func (condition_free);
  return query;
}

static gpointer
copy_text (gconstpointer text, gpointer user_data)
{
  return g_strdup (text);
}

static GPtrArray *
copy_texts (GPtrArray *texts)
{
  GPtrArray *copy;

  if (texts == NULL)
    return NULL;
  copy = g_ptr_array_copy (texts, copy_text, NULL);
  g_ptr_array_set_free_func (copy, g_free);
  return copy;
}

YqQuery *
yq_query_copy (const YqQuery *query)
{
  YqQuery *copy = yq_query_new (query->entity);

  copy->text = g_strdup (query->text);
  copy->sort = g_strdup (query->sort);
  copy->is_descending = query->is_descending;
  copy->ids = copy_texts (query->ids);
  for (guint i = 0; i < query->conditions->len; i++)
    {
      const Condition *old = g_ptr_array_index (query->conditions, i);
      Condition *new = g_memdup2 (old, sizeof *old);

      new->name = g_strdup (old->name);
      new->date_from = g_strdup (old->date_from);
      new->date_to = g_strdup (old->date_to);
      new->values = copy_texts (old->values);
      g_ptr_array_add (copy->conditions, new);
    }
  return copy;
}

void
yq_query_free (YqQuery *query)
{
  if (query == NULL)
    return;
  g_free (query->text);
  g_free (query->sort);
  g_clear_pointer (&query->ids, g_ptr_array_unref);
  g_clear_pointer (&query->conditions, g_ptr_array_unref);
  g_free (query);
}

const YqEntity *
yq_query_entity (const YqQuery *query)
{
  return query->entity;
}

void
yq_query_set_text (YqQuery *query, const char *typed)
{
  g_free (query->text);
  query->text = typed != NULL && *typed != '\0' ? g_strdup (typed) : NULL;
}

const char *
yq_query_text (const YqQuery *query)
{
  return query->text;
}

static Condition *
add_condition (YqQuery *query, const char *name)
{
  Condition *condition = g_new0 (Condition, 1);

  condition->name = g_strdup (name);
  g_ptr_array_add (query->conditions, condition);
  return condition;
}

void
yq_query_add (YqQuery *query, const char *name, const char *value)
{
  Condition *condition = NULL;

  g_return_if_fail (name != NULL && value != NULL);

  for (guint i = 0; i < query->conditions->len && condition == NULL; i++)
    {
      Condition *found = g_ptr_array_index (query->conditions, i);

      if (!found->is_range && g_str_equal (found->name, name))
        condition = found;
    }
  if (condition == NULL)
    {
      condition = add_condition (query, name);
      condition->values = g_ptr_array_new_with_free_func (g_free);
    }
  g_ptr_array_add (condition->values, g_strdup (value));
}

void
yq_query_add_int (YqQuery *query, const char *name, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  yq_query_add (query, name, text);
}

void
yq_query_add_range (YqQuery *query, const char *name, gint64 from, gint64 to)
{
  Condition *condition = add_condition (query, name);

  condition->is_range = TRUE;
  condition->from = from;
  condition->to = to;
}

void
yq_query_add_dates (YqQuery *query, const char *name, const char *from, const char *to)
{
  Condition *condition = add_condition (query, name);

  condition->is_range = TRUE;
  condition->date_from = g_strdup (from != NULL ? from : "0000-00-00");
  condition->date_to = g_strdup (to != NULL ? to : "9999-99-99");
}

static void
add_days_or_unset (YqQuery *query, const char *name, const char *from, const char *to)
{
  if (name == NULL)
    return;
  yq_query_add_dates (query, name, from, to);
  ((Condition *) query->conditions->pdata[query->conditions->len - 1])->or_unset = TRUE;
}

void
yq_query_add_shown (YqQuery *query, const char *day)
{
  add_days_or_unset (query, query->entity->since, NULL, day);
  add_days_or_unset (query, query->entity->until, day, NULL);
}

/* A slash comes next after a dot. */
void
yq_query_add_stem (YqQuery *query, const char *name, const char *stem)
{
  Condition *condition = add_condition (query, name);
  g_autofree char *after = g_strconcat (stem, "/", NULL);

  condition->is_range = TRUE;
  condition->date_from = yq_search_sort_key (stem);
  condition->date_to = yq_search_sort_key (after);
}

char *
yq_query_dup_values (const YqQuery *query, const char *name)
{
  for (guint i = 0; i < query->conditions->len; i++)
    {
      const Condition *condition = g_ptr_array_index (query->conditions, i);
      g_autoptr(GStrvBuilder) values = g_strv_builder_new ();
      g_auto(GStrv) words = NULL;

      if (condition->values == NULL || !g_str_equal (condition->name, name))
        continue;
      for (guint k = 0; k < condition->values->len; k++)
        g_strv_builder_add (values, g_ptr_array_index (condition->values, k));
      words = g_strv_builder_end (values);
      return g_strjoinv ("|", words);
    }
  return NULL;
}

void
yq_query_remove (YqQuery *query, const char *name)
{
  for (guint i = query->conditions->len; i > 0; i--)
    {
      Condition *condition = g_ptr_array_index (query->conditions, i - 1);

      if (g_str_equal (condition->name, name))
        g_ptr_array_remove_index (query->conditions, i - 1);
    }
}

void
yq_query_set_ids (YqQuery *query, const char *const *ids)
{
  g_clear_pointer (&query->ids, g_ptr_array_unref);
  if (ids == NULL)
    return;
  query->ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; ids[i] != NULL; i++)
    g_ptr_array_add (query->ids, g_strdup (ids[i]));
}

void
yq_query_set_sort (YqQuery *query, const char *name, gboolean descending)
{
  g_free (query->sort);
  query->sort = g_strdup (name);
  query->is_descending = descending;
}

gboolean
yq_query_can_sort (const YqEntity *entity, const char *name)
{
  const YqField *field = yq_entity_field (entity, name);

  return g_str_equal (name, "created_at") || g_str_equal (name, "updated_at") ||
         g_str_equal (name, "state") || (field != NULL && yq_field_is_sortable (field));
}

/* -- SQL -- */

typedef struct
{
  YqStoreDb *db;
  const YqQuery *query;
  GString *sql;
  SqlValue args[MAX_ARGS];
  guint n_args;
  GPtrArray *holders;
  gboolean is_broad;  /* every condition holds for many rows */
  gboolean is_probed; /* only the first rows are wanted: conditions are looked up row by row */
} Builder;

/* A condition that holds for fewer rows leads the reading; else the order of the list does. */
#define MANY_ROWS 2000

static void
builder_init (Builder *builder, YqStoreDb *db, const YqQuery *query)
{
  memset (builder, 0, sizeof *builder);
  builder->db = db;
  builder->query = query;
  builder->sql = g_string_new (NULL);
  builder->holders = g_ptr_array_new_with_free_func (g_free);
}

static void
builder_clear (Builder *builder)
{
  g_string_free (builder->sql, TRUE);
  g_ptr_array_unref (builder->holders);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Builder, builder_clear)

static void
add_arg (Builder *builder, SqlValue value)
{
  g_return_if_fail (builder->n_args < MAX_ARGS);

  builder->args[builder->n_args++] = value;
  g_string_append_printf (builder->sql, "$%u", builder->n_args);
}

static SqlValue
hold (Builder *builder, char *text)
{
  g_ptr_array_add (builder->holders, text);
  return SQL_TEXT (text);
}

static SqlValue
key_of (Builder *builder, const YqField *field, const char *value)
{
  char *holder = NULL;
  SqlValue key;

  if (field->type == YQ_BOOLEAN)
    return SQL_INT (g_str_equal (value, "true") || g_str_equal (value, "1"));
  if (field->type == YQ_INTEGER || field->type == YQ_MONEY || field->type == YQ_TIME)
    return SQL_INT (g_ascii_strtoll (value, NULL, 10));
  key = yq_field_key (field, value, &holder);
  if (holder != NULL)
    g_ptr_array_add (builder->holders, holder);
  return key;
}

/* A region's code may stand in full or as its first digits. */
static gboolean
is_region_name (const YqQuery *query, const char *name)
{
  const YqField *field = yq_entity_field (query->entity, name);

  return field != NULL ? field->type == YQ_REGION : g_str_equal (name, "region");
}

/* Regions match by the digits that count: "33" holds "330421"; "=330000" is that code alone. */
static void
add_value (Builder *builder, const YqField *field, gboolean is_region, const char *value)
{
  if (is_region && *value == '=')
    {
      g_string_append (builder->sql, "value = ");
      add_arg (builder, SQL_TEXT (value + 1));
    }
  else if (is_region && *value != '\0')
    {
      g_autofree char *prefix = yq_region_prefix (value);

      g_string_append (builder->sql, "(value >= ");
      add_arg (builder, hold (builder, g_strdup (prefix)));
      g_string_append (builder->sql, " AND value < ");
      add_arg (builder, hold (builder, g_strconcat (prefix, ":", NULL)));
      g_string_append_c (builder->sql, ')');
    }
  else
    {
      g_string_append (builder->sql, "value = ");
      add_arg (builder, field != NULL ? key_of (builder, field, value) : SQL_TEXT (value));
    }
}

static void
add_values (Builder *builder, const Condition *condition, const YqField *field)
{
  gboolean is_region = is_region_name (builder->query, condition->name);

  for (guint i = 0; i < condition->values->len; i++)
    {
      g_string_append (builder->sql, i > 0 ? " OR " : "(");
      add_value (builder, field, is_region, g_ptr_array_index (condition->values, i));
    }
  g_string_append_c (builder->sql, ')');
}

static void
add_range (Builder *builder, const Condition *condition)
{
  g_string_append (builder->sql, "value BETWEEN ");
  add_arg (builder,
           condition->date_from ? SQL_TEXT (condition->date_from) : SQL_INT (condition->from));
  g_string_append (builder->sql, " AND ");
  add_arg (builder, condition->date_to ? SQL_TEXT (condition->date_to) : SQL_INT (condition->to));
}

static void
add_keys (Builder *builder, const Condition *condition, const char *key_name, const YqField *field)
{
  g_string_append (builder->sql, "SELECT row FROM field_key WHERE name = ");
  add_arg (builder, SQL_INT (yq_store_db_name (builder->db, builder->query->entity, key_name)));
  g_string_append (builder->sql, " AND ");
  if (condition->is_range)
    add_range (builder, condition);
  else
    add_values (builder, condition, field);
}

static void
add_without_key (Builder *builder, const char *key_name)
{
  g_string_append (builder->sql, "SELECT row FROM record WHERE hidden = 0 AND entity = ");
  add_arg (builder, SQL_TEXT (builder->query->entity->name));
  g_string_append (builder->sql, " AND row NOT IN (SELECT row FROM field_key WHERE name = ");
  add_arg (builder, SQL_INT (yq_store_db_name (builder->db, builder->query->entity, key_name)));
  g_string_append_c (builder->sql, ')');
}

static gboolean
asks_for_unset (const Condition *condition)
{
  if (condition->or_unset)
    return TRUE;
  for (guint i = 0; !condition->is_range && i < condition->values->len; i++)
    if (*(const char *) g_ptr_array_index (condition->values, i) == '\0')
      return TRUE;
  return FALSE;
}

/* A name may be a field, an owner, or both ("region"). */
static void
add_condition_sql (Builder *builder, const Condition *condition)
{
  const YqField *field = yq_entity_field (builder->query->entity, condition->name);
  g_autofree char *owner = g_strconcat ("@", condition->name, NULL);
  gboolean is_owner = yq_store_db_name (builder->db, builder->query->entity, owner) != 0;

  if (field != NULL && !yq_field_is_keyed (field))
    g_warning ("%s.%s is not indexed: nothing is found", builder->query->entity->name,
               condition->name);
  if (field != NULL)
    add_keys (builder, condition, condition->name, field);
  if (field != NULL && is_owner)
    g_string_append (builder->sql, " UNION ");
  if (is_owner || field == NULL)
    add_keys (builder, condition, owner, NULL);
  if (asks_for_unset (condition))
    {
      g_string_append (builder->sql, " UNION ");
      add_without_key (builder, field != NULL ? condition->name : owner);
    }
}

static gboolean
is_time (const char *name)
{
  return g_str_equal (name, "updated_at") || g_str_equal (name, "created_at");
}

static void
add_time_condition (Builder *builder, const Condition *condition, const char *row)
{
  g_string_append_printf (builder->sql,
                          " AND %s IN (SELECT row FROM record WHERE hidden = 0 AND entity = ", row);
  add_arg (builder, SQL_TEXT (builder->query->entity->name));
  g_string_append_printf (builder->sql, " AND %s BETWEEN ", condition->name);
  add_arg (builder, SQL_INT (condition->from));
  g_string_append (builder->sql, " AND ");
  add_arg (builder, SQL_INT (condition->to));
  g_string_append_c (builder->sql, ')');
}

/* Values of a field that has tokens are asked for in the full text itself. */
static gboolean
is_token (const YqQuery *query, const Condition *condition)
{
  static const char *const owners[] = { "buyer", "carrier", "desk", "region", NULL };
  const YqField *field = yq_entity_field (query->entity, condition->name);

  return !condition->is_range && !asks_for_unset (condition) &&
         (field != NULL ? yq_field_has_token (field) : g_strv_contains (owners, condition->name));
}

/* " AND row IN (...)" for each condition but those on except and, with text, those it narrows
 * itself. */
static void
add_conditions (Builder *builder, const char *row, const char *except)
{
  for (guint i = 0; i < builder->query->conditions->len; i++)
    {
      const Condition *condition = g_ptr_array_index (builder->query->conditions, i);

      if (g_strcmp0 (condition->name, except) == 0 ||
          (builder->query->text != NULL && is_token (builder->query, condition)))
        continue;
      if (is_time (condition->name))
        {
          add_time_condition (builder, condition, row);
          continue;
        }
      if (builder->is_probed)
        g_string_append (builder->sql, " AND EXISTS (SELECT 1 FROM (");
      else
        g_string_append_printf (builder->sql, " AND %s IN (", row);
      add_condition_sql (builder, condition);
      if (builder->is_probed)
        g_string_append_printf (builder->sql, ") AS c WHERE c.row = %s", row);
      g_string_append_c (builder->sql, ')');
    }
}

static gboolean
holds_for_many (YqStoreDb *db, const YqQuery *query, const Condition *condition)
{
  g_auto(Builder) builder;
  gint64 n = 0;

  builder_init (&builder, db, query);
  g_string_append (builder.sql, "SELECT count(*) FROM (SELECT 1 FROM (");
  add_condition_sql (&builder, condition);
  g_string_append_printf (builder.sql, ") LIMIT %d)", MANY_ROWS);
  return sql_get_int (db->conn, builder.sql->str, builder.args, builder.n_args, &n, NULL) &&
         n >= MANY_ROWS;
}

static gboolean
is_broad (YqStoreDb *db, const YqQuery *query)
{
  for (guint i = 0; i < query->conditions->len; i++)
    {
      const Condition *condition = g_ptr_array_index (query->conditions, i);

      if (is_time (condition->name) || !holds_for_many (db, query, condition))
        return FALSE;
    }
  return TRUE;
}

/* Ids are looked up one by one: there may be thousands. */
static GHashTable *
rows_of_ids (YqStoreDb *db, const YqQuery *query)
{
  GHashTable *rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < query->ids->len; i++)
    {
      gint64 row = yq_store_db_row_of (db, query->entity, g_ptr_array_index (query->ids, i));

      if (row != 0)
        g_hash_table_add (rows, g_memdup2 (&row, sizeof row));
    }
  return rows;
}

static void
append_tokens (GString *match, const YqQuery *query, const Condition *condition)
{
  gboolean is_region = is_region_name (query, condition->name);

  for (guint i = 0; i < condition->values->len; i++)
    {
      const char *value = g_ptr_array_index (condition->values, i);
      gboolean is_exact = is_region && *value == '=';
      g_autofree char *prefix = is_region && !is_exact ? yq_region_prefix (value) : NULL;
      g_autofree char *token =
        yq_search_token (condition->name, prefix != NULL ? prefix : value + is_exact);

      g_string_append_printf (match, "%sfilters : \"%s\"", i > 0 ? " OR " : "", token);
    }
}

static char *
match_of (const YqQuery *query, const char *except)
{
  g_autofree char *entity = yq_search_token ("entity", query->entity->name);
  const char *const tokens[] = { entity, NULL };
  g_autofree char *typed = yq_search_query (query->text, tokens);
  GString *match = g_string_new (typed);

  for (guint i = 0; i < query->conditions->len; i++)
    {
      const Condition *condition = g_ptr_array_index (query->conditions, i);

      if (!is_token (query, condition) || g_strcmp0 (condition->name, except) == 0)
        continue;
      g_string_append (match, " AND (");
      append_tokens (match, query, condition);
      g_string_append_c (match, ')');
    }
  return g_string_free (match, FALSE);
}

static void
add_match (Builder *builder, const char *row, const char *except)
{
  if (builder->query->text == NULL)
    return;
  g_string_append_printf (builder->sql, " AND %s IN (SELECT rowid FROM search WHERE search MATCH ",
                          row);
  add_arg (builder, hold (builder, match_of (builder->query, except)));
  g_string_append_c (builder->sql, ')');
}

static gboolean
is_time_sort (const YqQuery *query)
{
  return query->sort == NULL || is_time (query->sort);
}

/* Best first: full text in the order of its rows, which is the order the server ranks them. */
static void
build_by_match (Builder *builder)
{
  g_string_append (builder->sql, "SELECT s.rowid FROM search AS s WHERE s.search MATCH ");
  add_arg (builder, hold (builder, match_of (builder->query, NULL)));
  add_conditions (builder, "+s.rowid", NULL);
  g_string_append (builder->sql, " ORDER BY s.rowid");
}

static void
build_by_time (Builder *builder)
{
  gboolean down = builder->query->sort == NULL || builder->query->is_descending;

  g_string_append_printf (builder->sql,
                          "SELECT r.row FROM record AS r WHERE r.hidden = 0 AND %sr.entity = ",
                          builder->is_broad ? "" : "+");
  add_arg (builder, SQL_TEXT (builder->query->entity->name));
  add_match (builder, builder->is_broad ? "+r.row" : "r.row", NULL);
  add_conditions (builder, builder->is_broad ? "+r.row" : "r.row", NULL);
  g_string_append_printf (builder->sql, " ORDER BY r.%1$s %2$s, r.row %2$s",
                          builder->query->sort != NULL ? builder->query->sort : "updated_at",
                          down ? "DESC" : "ASC");
}

/* By a key; those without one come last, whichever way it is sorted. */
static void
build_by_key (Builder *builder, gboolean unset)
{
  const YqQuery *query = builder->query;
  const char *name = g_str_equal (query->sort, "state") ? "@state" : query->sort;

  if (unset)
    {
      g_string_append (builder->sql, "SELECT k.row FROM (");
      add_without_key (builder, name);
      g_string_append (builder->sql, ") AS k WHERE 1");
    }
  else
    {
      g_string_append (builder->sql, "SELECT k.row FROM field_key AS k WHERE k.name = ");
      add_arg (builder, SQL_INT (yq_store_db_name (builder->db, query->entity, name)));
    }
  add_match (builder, "+k.row", NULL);
  add_conditions (builder, "+k.row", NULL);
  g_string_append_printf (builder->sql, " ORDER BY %1$sk.row %2$s",
                          unset                  ? ""
                          : query->is_descending ? "k.value DESC, "
                                                 : "k.value ASC, ",
                          query->is_descending ? "DESC" : "ASC");
}

static gboolean
fetch (Builder *builder, GHashTable *only, guint limit, GArray *rows, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(SqlRows) found =
    sql_query (builder->db->conn, builder->sql->str, builder->args, builder->n_args, &local);

  while (found != NULL && (limit == 0 || rows->len < limit) && sql_rows_next (found, &local))
    {
      gint64 row = sql_rows_int (found, 0);

      if (only == NULL || g_hash_table_contains (only, &row))
        g_array_append_val (rows, row);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
run (YqStoreDb *db, const YqQuery *query, gboolean unset, GHashTable *only, guint limit,
     GArray *rows, GError **error)
{
  g_auto(Builder) builder;

  builder_init (&builder, db, query);
  builder.is_broad = is_broad (db, query);
  builder.is_probed = limit > 0 && (builder.is_broad || query->text != NULL);
  if (query->text != NULL && query->sort == NULL)
    build_by_match (&builder);
  else if (is_time_sort (query))
    build_by_time (&builder);
  else
    build_by_key (&builder, unset);
  return fetch (&builder, only, limit, rows, error);
}

GArray *
yq_query_rows (YqStoreDb *db, const YqQuery *query, guint limit, GError **error)
{
  g_autoptr(GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(GHashTable) only = query->ids != NULL ? rows_of_ids (db, query) : NULL;

  if (!run (db, query, FALSE, only, limit, rows, error))
    return NULL;
  if (!is_time_sort (query) && (limit == 0 || rows->len < limit) &&
      !run (db, query, TRUE, only, limit, rows, error))
    return NULL;
  return g_steal_pointer (&rows);
}

/* -- counting and summing -- */

static void
build_keys_of (Builder *builder, const char *what, const char *name, const char *except,
               const char *end)
{
  const YqField *field = yq_entity_field (builder->query->entity, name);
  g_autofree char *owner = g_strconcat ("@", name, NULL);

  g_string_append_printf (builder->sql, "SELECT %s FROM field_key WHERE name = ", what);
  add_arg (builder, SQL_INT (yq_store_db_name (builder->db, builder->query->entity,
                                               field != NULL ? name : owner)));
  add_match (builder, "+row", except);
  add_conditions (builder, "+row", except);
  g_string_append (builder->sql, end);
}

static void
add_count (GHashTable *counts, const char *value, guint n)
{
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (counts, value));

  g_hash_table_insert (counts, g_strdup (value), GUINT_TO_POINTER (before + n));
}

/* Rows of value, row, number; one of each where the query asks for certain ids. */
static gboolean
count_rows (Builder *builder, GHashTable *only, GHashTable *counts, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (builder->db->conn, builder->sql->str, builder->args, builder->n_args, error);

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, NULL))
    {
      gint64 row = sql_rows_int (rows, 1);
      const char *value = sql_rows_text (rows, 0);

      if (only != NULL && !g_hash_table_contains (only, &row))
        continue;
      if (value != NULL && *value != '\0')
        add_count (counts, value, (guint) sql_rows_int (rows, 2));
      add_count (counts, "", (guint) sql_rows_int (rows, 2));
    }
  return TRUE;
}

static gboolean
count_unset (YqStoreDb *db, const YqQuery *query, const char *name, GHashTable *only,
             GHashTable *counts, GError **error)
{
  g_auto(Builder) builder;

  builder_init (&builder, db, query);
  g_string_append (builder.sql, "SELECT NULL, row, 1 FROM (");
  add_without_key (&builder, name);
  g_string_append (builder.sql, ") WHERE 1");
  add_match (&builder, "+row", name);
  add_conditions (&builder, "+row", name);
  return count_rows (&builder, only, counts, error);
}

GHashTable *
yq_query_count_by (YqStoreDb *db, const YqQuery *query, const char *name, GError **error)
{
  g_autoptr(GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) only = query->ids != NULL ? rows_of_ids (db, query) : NULL;
  const YqField *field = yq_entity_field (query->entity, name);
  g_auto(Builder) builder;

  builder_init (&builder, db, query);
  build_keys_of (&builder, only != NULL ? "value, row, 1" : "value, 0, count(*)", name, name,
                 only != NULL ? "" : " GROUP BY value");
  if (!count_rows (&builder, only, counts, error) ||
      (field != NULL && !count_unset (db, query, name, only, counts, error)))
    return NULL;
  return g_steal_pointer (&counts);
}

gboolean
yq_query_each (YqStoreDb *db, const YqQuery *query, const char *before, const char *after,
               void (*each) (SqlRows *rows, gpointer user_data), gpointer user_data, GError **error)
{
  g_auto(Builder) builder;
  g_autoptr(GError) local = NULL;
  g_autoptr(SqlRows) rows = NULL;

  builder_init (&builder, db, query);
  g_string_append_printf (builder.sql,
                          "%s(SELECT row FROM record WHERE hidden = 0 AND %sentity = ", before,
                          query->conditions->len > 0 ? "+" : "");
  add_arg (&builder, SQL_TEXT (query->entity->name));
  add_match (&builder, "row", NULL);
  add_conditions (&builder, "row", NULL);
  g_string_append_printf (builder.sql, ")%s", after);
  rows = sql_query (db->conn, builder.sql->str, builder.args, builder.n_args, &local);
  while (rows != NULL && sql_rows_next (rows, &local))
    each (rows, user_data);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gint64
yq_store_sum (YqStore *self, const YqQuery *query, const char *name)
{
  YqStoreDb *db = yq_store_db (self);
  g_auto(Builder) builder;
  gint64 sum = 0;

  builder_init (&builder, db, query);
  build_keys_of (&builder, "sum(value)", name, NULL, " AND value < ''");
  sql_get_int (db->conn, builder.sql->str, builder.args, builder.n_args, &sum, NULL);
  return sum;
}

static gboolean
is_of_keys_only (const YqQuery *query)
{
  for (guint i = 0; i < query->conditions->len; i++)
    if (is_time (((const Condition *) query->conditions->pdata[i])->name))
      return FALSE;
  return query->text == NULL && query->ids == NULL && query->conditions->len > 0;
}

/* By the keys alone: rows that are not to be seen have none. */
static gboolean
count_keys (YqStoreDb *db, const YqQuery *query, gint64 *n, GError **error)
{
  g_auto(Builder) builder;

  builder_init (&builder, db, query);
  g_string_append (builder.sql, "SELECT count(*) FROM (");
  add_condition_sql (&builder, query->conditions->pdata[0]);
  g_string_append (builder.sql, ") AS k WHERE 1");
  for (guint i = 1; i < query->conditions->len; i++)
    {
      g_string_append (builder.sql, " AND +k.row IN (");
      add_condition_sql (&builder, query->conditions->pdata[i]);
      g_string_append_c (builder.sql, ')');
    }
  return sql_get_int (db->conn, builder.sql->str, builder.args, builder.n_args, n, error);
}

guint
yq_store_count (YqStore *self, const YqQuery *query)
{
  YqStoreDb *db = yq_store_db (self);
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) rows = NULL;
  gint64 n = 0;

  if (is_of_keys_only (query) && count_keys (db, query, &n, &error))
    return (guint) n;
  if (error == NULL)
    rows = yq_query_rows (db, query, 0, &error);
  if (rows == NULL)
    g_warning ("%s", error->message);
  return rows != NULL ? rows->len : 0;
}
