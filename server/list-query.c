/* What a list asks for, as SQL. */
#define G_LOG_DOMAIN "yiquan-lists"

#include "list-query.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "api.h"
#include "audience.h"
#include "clock.h"
#include "list-visible.h"
#include "record-json.h"
#include "record-sql.h"
#include "search-index.h"
#include "search-text.h"

#define DEFAULT_LIMIT 50
#define MAX_VALUES 100

static gboolean
is_number (YqType type)
{
  return type == YQ_INTEGER || type == YQ_MONEY || type == YQ_TIME || type == YQ_BOOLEAN;
}

/* -- arguments -- */

static void
add_value (YqListQuery *query, GString *sql, SqlValue value)
{
  g_array_append_val (query->args, value);
  g_string_append_printf (sql, "$%u", query->args->len);
}

static void
add_text (gpointer query, GString *sql, const char *value)
{
  char *copy = g_strdup (value);

  g_ptr_array_add (((YqListQuery *) query)->texts, copy);
  add_value (query, sql, SQL_TEXT (copy));
}

static void
and_also (YqListQuery *query)
{
  g_string_append (query->where, " AND ");
}

/* -- what may be filtered by -- */

/* Columns that are no fields. */
static const char *const heads[] = { "state", "region", "buyer", "carrier", "desk", NULL };

typedef enum
{
  EXACT,
  FROM,
  TO,
} How;

/* "price_from" is FROM of "price", unless there is a field of that name. */
static const YqField *
find_field (const YqEntity *entity, const char *name, How *how)
{
  static const char *const endings[] = { [FROM] = "_from", [TO] = "_to" };
  const YqField *field = yq_entity_field (entity, name);

  *how = EXACT;
  for (How h = FROM; field == NULL && h <= TO; h++)
    if (g_str_has_suffix (name, endings[h]))
      {
        g_autofree char *stem = g_strndup (name, strlen (name) - strlen (endings[h]));

        field = yq_entity_field (entity, stem);
        *how = h;
      }
  return field;
}

static gboolean
can_filter (const YqField *field)
{
  return !(field->flags & YQ_SECRET) && field->type != YQ_FILES && field->type != YQ_ROWS &&
         field->type != YQ_REFERENCES;
}

/* Only among the records whose field the reader sees as it is. */
static gboolean
restrict_to_seen (YqListQuery *query, const YqField *field)
{
  guint classes = yq_list_classes (query->entity, query->who);

  if (!(classes & field->sees))
    return FALSE;
  if ((classes & ~field->sees) == 0)
    return TRUE;
  and_also (query);
  yq_list_visible (query->where, query->entity, query->who, field->sees, add_text, query);
  query->all_in_match = FALSE;
  return TRUE;
}

static gboolean
read_value (const YqField *field, const char *text, SqlValue *value)
{
  char *end;
  gint64 n;

  if (!is_number (field->type))
    {
      *value = SQL_TEXT (text);
      return *text != '\0' && g_utf8_validate (text, -1, NULL);
    }
  if (field->type == YQ_TIME)
    {
      if (!yq_time_parse (text, &n))
        return FALSE;
    }
  else if (field->type == YQ_BOOLEAN)
    {
      if (!yq_word_in ("true|false", text))
        return FALSE;
      n = *text == 't';
    }
  else
    {
      n = g_ascii_strtoll (text, &end, 10);
      if (end == text || *end != '\0')
        return FALSE;
    }
  *value = SQL_INT (n);
  return TRUE;
}

static gboolean
add_field_value (YqListQuery *query, const YqField *field, const char *text)
{
  SqlValue value;

  if (!read_value (field, text, &value))
    return FALSE;
  if (value.type == SQL_VALUE_TEXT)
    add_text (query, query->where, text);
  else
    add_value (query, query->where, value);
  return TRUE;
}

/* -- tokens of the index: the same conditions once more, where a text is searched -- */

static void
append_tokens (GString *match, GPtrArray *tokens)
{
  if (tokens->len == 0)
    return;
  g_string_append (match, " AND filters : (");
  for (guint i = 0; i < tokens->len; i++)
    g_string_append_printf (match, "%s\"%s\"", i > 0 ? " OR " : "", (char *) tokens->pdata[i]);
  g_string_append_c (match, ')');
}

/* -- one parameter -- */

static YqProblem *
wrong_value (const char *name)
{
  return yq_problem_new (YQ_PROBLEM_INVALID, _("The value of “%s” is not one it can have"), name);
}

static YqProblem *
unknown (const char *name)
{
  return yq_problem_new (YQ_PROBLEM_UNKNOWN_PARAMETER, _("There is no parameter “%s”"), name);
}

/* All values of one name: exact ones are alternatives. */
static GPtrArray *
values_of (YqRequest *request, const char *name)
{
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < yq_request_n_query (request) && values->len < MAX_VALUES; i++)
    {
      const char *key, *value;

      yq_request_nth_query (request, i, &key, &value);
      if (g_str_equal (key, name))
        g_ptr_array_add (values, (gpointer) value);
    }
  return values;
}

static YqProblem *
add_field_filter (YqListQuery *query, const char *name, GPtrArray *values, GString *match)
{
  How how;
  const YqField *field = find_field (query->entity, name, &how);
  g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func (g_free);
  const char *column;

  if (field == NULL || !can_filter (field) || !restrict_to_seen (query, field))
    return unknown (name);
  column = yq_record_sql_column (query->entity, field->name);
  and_also (query);
  if (how != EXACT)
    {
      g_string_append_printf (query->where, "t.%s %s ", column, how == FROM ? ">=" : "<=");
      query->all_in_match = FALSE;
      return add_field_value (query, field, values->pdata[0]) ? NULL : wrong_value (name);
    }
  g_string_append_printf (query->where, "t.%s IN (", column);
  for (guint i = 0; i < values->len; i++)
    {
      char *token = yq_search_token_field (field, values->pdata[i]);

      if (i > 0)
        g_string_append_c (query->where, ',');
      if (!add_field_value (query, field, values->pdata[i]))
        {
          g_free (token);
          return wrong_value (name);
        }
      if (token != NULL)
        g_ptr_array_add (tokens, token);
    }
  g_string_append_c (query->where, ')');
  append_tokens (match, tokens);
  query->all_in_match = query->all_in_match && tokens->len == values->len;
  return NULL;
}

static YqProblem *
add_region_filter (YqListQuery *query, GPtrArray *values, GString *match)
{
  g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func (g_free);

  and_also (query);
  g_string_append_c (query->where, '(');
  for (guint i = 0; i < values->len; i++)
    {
      const char *value = values->pdata[i];
      g_autofree char *prefix = NULL;
      g_autofree char *last = NULL;
      gsize length = strlen (value);

      if ((length != 2 && length != 4 && length != 6) || strspn (value, "0123456789") != length)
        return wrong_value ("region");
      while (length > 2 && g_str_has_suffix (value, "00") && value[length - 1] == '0' &&
             value[length - 2] == '0')
        length -= 2;
      prefix = g_strndup (value, length);
      last = g_strconcat (prefix, "999999", NULL);
      g_string_append (query->where, i > 0 ? " OR (t.\"region\" >= " : "(t.\"region\" >= ");
      add_text (query, query->where, prefix);
      g_string_append (query->where, " AND t.\"region\" <= ");
      add_text (query, query->where, last);
      g_string_append_c (query->where, ')');
      g_ptr_array_add (tokens, yq_search_token_region (prefix));
    }
  g_string_append_c (query->where, ')');
  append_tokens (match, tokens);
  return NULL;
}

/* Of public states there are too many for their index. */
static gboolean
is_common (const YqListQuery *query, const char *name, GPtrArray *values)
{
  for (guint i = 0; g_str_equal (name, "state") && i < values->len; i++)
    {
      const YqState *state = yq_entity_state (query->entity, values->pdata[i]);

      if (state != NULL && (state->flags & YQ_STATE_PUBLIC))
        return TRUE;
    }
  return FALSE;
}

static YqProblem *
add_head_filter (YqListQuery *query, const char *name, GPtrArray *values, GString *match)
{
  g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func (g_free);

  if (g_str_equal (name, "region"))
    return add_region_filter (query, values, match);
  and_also (query);
  g_string_append_printf (query->where, "%st.\"%s\" IN (",
                          is_common (query, name, values) ? "+" : "", name);
  for (guint i = 0; i < values->len; i++)
    {
      if (i > 0)
        g_string_append_c (query->where, ',');
      add_text (query, query->where, values->pdata[i]);
      if (g_str_equal (name, "state"))
        g_ptr_array_add (tokens, yq_search_token_state (values->pdata[i]));
    }
  g_string_append_c (query->where, ')');
  append_tokens (match, tokens);
  query->all_in_match = query->all_in_match && g_str_equal (name, "state");
  return NULL;
}

static YqProblem *
add_filters (YqListQuery *query, YqRequest *request, GString *match)
{
  static const char others[] = "q|sort|limit|cursor";
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < yq_request_n_query (request); i++)
    {
      const char *name, *value;
      g_autoptr(GPtrArray) values = NULL;
      YqProblem *problem;

      yq_request_nth_query (request, i, &name, &value);
      if (yq_word_in (others, name) || !g_hash_table_add (seen, (gpointer) name))
        continue;
      values = values_of (request, name);
      problem = g_strv_contains (heads, name) ? add_head_filter (query, name, values, match)
                                              : add_field_filter (query, name, values, match);
      if (problem != NULL)
        return problem;
    }
  return NULL;
}

/* -- text, order, place -- */

static void
add_audiences (YqListQuery *query, GString *match)
{
  g_autoptr(GArray) audiences = yq_audience_of_reader (query->who);
  g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (tokens, yq_search_token_audience (YQ_AUDIENCE_PUBLIC));
  for (guint i = 0; i < audiences->len; i++)
    g_ptr_array_add (tokens, yq_search_token_audience (g_array_index (audiences, gint64, i)));
  append_tokens (match, tokens);
}

static YqProblem *
read_text (YqListQuery *query, YqRequest *request, GString *filters)
{
  const char *typed = yq_request_query (request, "q");
  g_autofree char *expression = NULL;

  if (typed == NULL)
    return NULL;
  if (!yq_search_index_finds (query->entity))
    return unknown ("q");
  expression = yq_search_query (typed, NULL);
  if (expression == NULL)
    return NULL; /* nothing but punctuation: no condition */
  if (!yq_search_index_has (query->entity))
    {
      and_also (query);
      g_string_append (query->where, "yq_found (");
      add_text (query, query->where, expression);
      g_string_append (query->where, ", ");
      yq_search_index_append_text (query->entity, query->where);
      g_string_append (query->where, ")");
      return NULL;
    }
  query->match = g_strdup_printf ("(%s)%s", expression, filters->str);
  return NULL;
}

static YqProblem *
read_sort (YqListQuery *query, YqRequest *request)
{
  const char *sort = yq_request_query (request, "sort");
  const YqField *field;

  query->descends = TRUE;
  query->sort_type = YQ_TIME;
  if (sort == NULL)
    {
      query->sort = query->match == NULL ? "\"updated_at\"" : NULL;
      return NULL;
    }
  query->descends = *sort == '-';
  sort += query->descends;
  if (yq_word_in ("updated_at|created_at", sort))
    {
      query->sort = yq_record_sql_column (query->entity, sort);
      return NULL;
    }
  if (g_str_equal (sort, "state"))
    {
      query->sort = "\"state\"";
      query->sort_type = YQ_TEXT;
      return NULL;
    }
  field = yq_entity_field (query->entity, sort);
  if (field == NULL || !can_filter (field) || !restrict_to_seen (query, field))
    return yq_problem_new (YQ_PROBLEM_UNKNOWN_PARAMETER, _("It cannot be sorted by “%s”"), sort);
  query->sort = yq_record_sql_sort_column (query->entity, sort);
  query->sort_type = field->type;
  return NULL;
}

static YqProblem *
read_limit (YqListQuery *query, YqRequest *request)
{
  const char *text = yq_request_query (request, "limit");
  gint64 limit = DEFAULT_LIMIT;
  char *end;

  if (text != NULL)
    {
      limit = g_ascii_strtoll (text, &end, 10);
      if (!g_ascii_isdigit (*text) || *end != '\0' || limit < 1)
        return wrong_value ("limit");
    }
  query->limit = MIN (limit, YQ_MAX_LIMIT);
  return NULL;
}

/* Everything but the place in the list. */
static guint
hash_of (YqRequest *request)
{
  guint hash = 5393; /* another one with every change of what a cursor means */

  for (guint i = 0; i < yq_request_n_query (request); i++)
    {
      const char *name, *value;

      yq_request_nth_query (request, i, &name, &value);
      if (!yq_word_in ("cursor|limit", name))
        hash = hash * 33 * 33 + g_str_hash (name) * 33 + g_str_hash (value);
    }
  return hash;
}

char *
yq_list_query_cursor (const YqListQuery *query, const char *value, const char *id)
{
  g_autofree char *hash = g_strdup_printf ("%08x", query->hash);
  g_autofree char *plain = g_strjoin ("\n", hash, id, value, NULL);
  char *cursor = g_base64_encode ((const guchar *) plain, strlen (plain));

  return g_strdelimit (g_strdelimit (cursor, "+", '-'), "/", '_');
}

static YqProblem *
read_cursor (YqListQuery *query, YqRequest *request)
{
  const char *text = yq_request_query (request, "cursor");
  g_autofree char *cursor = NULL;
  g_autofree guchar *plain = NULL;
  g_autofree char *whole = NULL;
  g_auto(GStrv) parts = NULL;
  g_autofree char *hash = NULL;
  gsize length;

  if (text == NULL || *text == '\0')
    return NULL;
  cursor = g_strdelimit (g_strdelimit (g_strdup (text), "-", '+'), "_", '/');
  plain = g_base64_decode (cursor, &length);
  whole = g_strndup ((const char *) plain, length);
  parts = g_strsplit (whole, "\n", 3);
  hash = g_strdup_printf ("%08x", query->hash);
  if (g_strv_length (parts) != 3 || !g_str_equal (parts[0], hash))
    return yq_problem_new (YQ_PROBLEM_CURSOR_EXPIRED,
                           _("The cursor belongs to another list; begin again"));
  query->after_id = g_strdup (parts[1]);
  query->after_value = g_strdup (parts[2]);
  return NULL;
}

YqListQuery *
yq_list_query_new (YqRequest *request, const YqEntity *entity, YqProblem **problem)
{
  g_autoptr(YqListQuery) query = g_new0 (YqListQuery, 1);
  g_autoptr(GString) filters = g_string_new (NULL);

  query->entity = entity;
  query->who = yq_request_who (request);
  query->where = g_string_new (NULL);
  query->args = g_array_new (FALSE, FALSE, sizeof (SqlValue));
  query->texts = g_ptr_array_new_with_free_func (g_free);
  query->all_in_match = TRUE;
  query->hash = hash_of (request);
  yq_list_visible (query->where, entity, query->who, YQ_EVERYBODY, add_text, query);
  add_audiences (query, filters);
  if ((*problem = add_filters (query, request, filters)) == NULL &&
      (*problem = read_text (query, request, filters)) == NULL &&
      (*problem = read_sort (query, request)) == NULL &&
      (*problem = read_limit (query, request)) == NULL &&
      (*problem = read_cursor (query, request)) == NULL)
    return g_steal_pointer (&query);
  return NULL;
}

/* -- statements -- */

static void
copy_args (const YqListQuery *query, GArray *args)
{
  g_array_set_size (args, 0);
  g_array_append_vals (args, query->args->data, query->args->len);
}

static guint
push (GArray *args, SqlValue value)
{
  g_array_append_val (args, value);
  return args->len;
}

/* The index leads: its rows come in the order of their rank. */
static void
append_from (const YqListQuery *query, GString *sql, GArray *args)
{
  if (query->match == NULL)
    g_string_append_printf (sql, " FROM \"%s\" t WHERE %s", query->entity->name, query->where->str);
  else
    g_string_append_printf (sql,
                            " FROM %s s CROSS JOIN \"%s\" t ON t.\"rank\" = s.rowid"
                            " WHERE s.%s MATCH $%u AND %s",
                            yq_search_index_table (query->entity), query->entity->name,
                            yq_search_index_table (query->entity),
                            push (args, SQL_TEXT (query->match)), query->where->str);
}

static char *
sort_value (const YqListQuery *query)
{
  if (query->sort == NULL)
    return g_strdup ("s.rowid");
  if (g_str_equal (query->sort, "\"updated_at\""))
    return g_strdup ("t.\"updated_at\"");
  return g_strdup_printf ("COALESCE(t.%s,%s)", query->sort,
                          is_number (query->sort_type) ? "-9223372036854775808" : "''");
}

/* What comes behind the cursor; ties are by id, in the same direction: so that one index serves. */
static void
append_after (const YqListQuery *query, GString *sql, GArray *args, const char *value)
{
  gboolean numeric = query->sort == NULL || is_number (query->sort_type);
  const char *than = query->descends ? "<" : ">";
  guint at, id;

  if (query->after_id == NULL)
    return;
  at = push (args, numeric ? SQL_INT (g_ascii_strtoll (query->after_value, NULL, 10))
                           : SQL_TEXT (query->after_value));
  if (query->sort == NULL)
    {
      g_string_append_printf (sql, " AND %s < $%u", value, at);
      return;
    }
  id = push (args, SQL_TEXT (query->after_id));
  g_string_append_printf (sql, " AND %s %s= $%u AND (%s %s $%u OR t.\"id\" %s $%u)", value, than,
                          at, value, than, at, than, id);
}

char *
yq_list_query_page (YqListQuery *query, GArray *args)
{
  g_autofree char *value = sort_value (query);
  const char *direction = query->descends ? "DESC" : "ASC";
  GString *sql = g_string_new ("SELECT ");

  copy_args (query, args);
  g_string_append_printf (sql, "%s, %s", yq_record_sql_columns (query->entity), value);
  append_from (query, sql, args);
  append_after (query, sql, args, value);
  g_string_append_printf (sql, " ORDER BY %s %s", value, direction);
  if (query->sort != NULL)
    g_string_append_printf (sql, ", t.\"id\" %s", direction);
  g_string_append_printf (sql, " LIMIT %u", query->limit + 1);
  return g_string_free (sql, FALSE);
}

char *
yq_list_query_count (YqListQuery *query, GArray *args)
{
  GString *sql = g_string_new ("SELECT count(*) FROM (SELECT 1");

  copy_args (query, args);
  if (query->match != NULL && query->all_in_match)
    {
      const char *table = yq_search_index_table (query->entity);

      g_array_set_size (args, 0);
      push (args, SQL_TEXT (query->match));
      g_string_append_printf (sql, " FROM %s WHERE %s MATCH $1", table, table);
    }
  else
    append_from (query, sql, args);
  g_string_append_printf (sql, " LIMIT %d) AS found", YQ_COUNT_CAP + 1);
  return g_string_free (sql, FALSE);
}

void
yq_list_query_free (YqListQuery *query)
{
  if (query == NULL)
    return;
  g_string_free (query->where, TRUE);
  g_array_unref (query->args);
  g_ptr_array_unref (query->texts);
  g_free (query->match);
  g_free (query->after_value);
  g_free (query->after_id);
  g_free (query);
}
