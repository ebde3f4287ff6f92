/* yiquand export and import: the records of one entity as lines of JSON or as CSV. */
#define G_LOG_DOMAIN "yiquand"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "admin.h"
#include "clock.h"
#include "durable.h"
#include "ids.h"
#include "model.h"
#include "money.h"
#include "owners.h"
#include "put-record.h"
#include "record-json.h"
#include "record-sql.h"
#include "tx.h"
#include "world-sql.h"
#include "writer.h"

#define ALL "all"
#define MAX_TOLD 100 /* bad lines */

static gboolean csv, with_secrets, dry_run;

/* The columns before the fields; owners only where they are no field by that name. */
static const char *const heads[] = { "id", "state", "buyer", "carrier", "region", "account" };

typedef const char *(*Get) (YqRecord *record);
static const Get getters[] = { yq_record_id,      yq_record_state,  yq_record_buyer,
                               yq_record_carrier, yq_record_region, yq_record_account };

static gboolean
has_head (const YqEntity *entity, guint i)
{
  return yq_entity_find_field (entity, heads[i]) < 0;
}

static const YqEntity *
find_entity (const char *name, GError **error)
{
  const YqEntity *entity = yq_model_find (name);

  if (entity == NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "there is no entity %s", name);
  return entity;
}

/* -- export -- */

static void
append_cell (GString *out, const char *text)
{
  if (text == NULL)
    return;
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

static void
append_value (GString *out, const YqValues *values, const YqField *field, guint i)
{
  g_autoptr(GString) json = NULL;
  g_autofree char *text = NULL;

  if (!yq_values_has (values, i))
    return;
  switch (field->type)
    {
    case YQ_MONEY:
      text = yq_money_plain (yq_values_int (values, i));
      break;
    case YQ_TIME:
      text = yq_time_format (yq_values_int (values, i));
      break;
    case YQ_INTEGER:
    case YQ_BOOLEAN:
      text = g_strdup_printf ("%" G_GINT64_FORMAT, yq_values_int (values, i));
      break;
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
      json = g_string_new (NULL);
      yq_json_append_value (json, values, i);
      text = g_strdup (json->str);
      break;
    case YQ_TEXT:
    case YQ_DATE:
    case YQ_CHOICE:
    case YQ_REGION:
    case YQ_REFERENCE:
    default:
      text = g_strdup (yq_values_text (values, i));
    }
  append_cell (out, text);
}

static void
append_csv (GString *out, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    if (has_head (entity, i))
      {
        append_cell (out, getters[i](record));
        g_string_append_c (out, ',');
      }
  for (guint i = 0; i < entity->n_fields; i++)
    {
      append_value (out, yq_record_values (record), &entity->fields[i], i);
      g_string_append (out, i + 1 < entity->n_fields ? "," : "\r\n");
    }
}

static void
append_head (GString *out, const YqEntity *entity)
{
  g_string_append (out, "\xef\xbb\xbf");
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    if (has_head (entity, i))
      g_string_append_printf (out, "%s,", heads[i]);
  for (guint i = 0; i < entity->n_fields; i++)
    g_string_append_printf (out, "%s%s", entity->fields[i].name,
                            i + 1 < entity->n_fields ? "," : "\r\n");
}

static void
append_line (GString *out, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);

  for (guint i = 0; !with_secrets && i < entity->n_fields; i++)
    if (entity->fields[i].flags & YQ_SECRET)
      yq_values_clear (yq_record_values (record), i);
  if (csv)
    {
      append_csv (out, record);
      return;
    }
  yq_json_append_record (out, record, YQ_EVERYBODY);
  g_string_append_c (out, '\n');
}

static gboolean
write_entity (SqlConn *conn, const YqEntity *entity, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" ORDER BY id",
                                          yq_record_sql_columns (entity), entity->name);
  g_autoptr(SqlRows) rows = sql_query (conn, sql, SQL_NO_ARGS, error);
  g_autoptr(GString) out = g_string_new (NULL);
  GError *failure = NULL;

  if (rows == NULL)
    return FALSE;
  if (csv)
    append_head (out, entity);
  while (sql_rows_next (rows, &failure))
    {
      g_autoptr(YqRecord) record = yq_record_sql_read (rows, entity, 0);

      append_line (out, record);
      if (out->len > 65536)
        {
          fwrite (out->str, 1, out->len, stdout);
          g_string_truncate (out, 0);
        }
    }
  fwrite (out->str, 1, out->len, stdout);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

/* One snapshot, so that a serving process may go on writing; on the disk before a word is told. */
static gboolean
begin_to_read (SqlConn *conn, GError **error)
{
  gint64 n;

  return sql_begin (conn, FALSE, error) &&
         sql_get_int (conn, "SELECT count(*) FROM counter", SQL_NO_ARGS, &n, error) &&
         yq_durable_sync (sql_native (conn), error);
}

static gboolean
write_all (const YqConfig *config, const char *name, GError **error)
{
  gboolean all = strcmp (name, ALL) == 0, done = TRUE;
  const YqEntity *entity = all ? NULL : find_entity (name, error);
  g_autoptr(SqlConn) conn = all || entity ? yq_admin_open (config, error) : NULL;

  if (conn == NULL || !begin_to_read (conn, error))
    return FALSE;
  for (guint i = 0; i < yq_model_count () && done; i++)
    if (all || yq_model_nth (i) == entity)
      done = write_entity (conn, yq_model_nth (i), error);
  sql_rollback (conn);
  if (!done || fflush (stdout) == 0)
    return done;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
  return FALSE;
}

static int export(const YqConfig *config, char **args)
{
  g_autoptr(GError) error = NULL;

  if (csv && strcmp (args[0], ALL) == 0)
    return yq_admin_fail ("export: CSV holds one entity; all of them are lines of JSON", NULL);
  if (write_all (config, args[0], &error))
    return 0;
  return yq_admin_fail ("export", error);
}

/* clang-format off */
static const GOptionEntry export_entries[] = {
  { "csv", 0, 0, G_OPTION_ARG_NONE, &csv, "CSV with a heading instead of lines of JSON", NULL },
  { "with-secrets", 0, 0, G_OPTION_ARG_NONE, &with_secrets, "Also ID numbers, phones and bank accounts", NULL },
  { NULL },
};
/* clang-format on */

const YqVerb yq_verb_export = {
  .name = "export",
  .arguments = "ENTITY|all",
  .summary = "Writes all records of an entity, or of every one, to the output.",
  .entries = export_entries,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = export,
};

/* -- import -- */

/* Cells of one CSV record; NULL at the end of the text. */
static char **
read_row (const char **at)
{
  g_autoptr(GStrvBuilder) cells = g_strv_builder_new ();
  g_autoptr(GString) cell = g_string_new (NULL);
  const char *c = *at;
  gboolean quoted = FALSE;

  if (*c == '\0')
    return NULL;
  for (;; c++)
    {
      if (quoted && *c == '"' && c[1] == '"')
        g_string_append_c (cell, *c++);
      else if (*c == '"' && (quoted || cell->len == 0))
        quoted = !quoted;
      else if (*c == '\0' || (!quoted && (*c == ',' || *c == '\n')))
        {
          if (cell->len > 0 && *c != ',' && cell->str[cell->len - 1] == '\r')
            g_string_truncate (cell, cell->len - 1);
          g_strv_builder_add (cells, cell->str);
          g_string_truncate (cell, 0);
          if (*c != ',')
            break;
        }
      else
        g_string_append_c (cell, *c);
    }
  *at = *c == '\0' ? c : c + 1;
  return g_strv_builder_end (cells);
}

/* What a cell says as JSON; NULL: it does not fit the type. */
static JsonNode *
node_of_cell (const YqField *field, const char *text)
{
  gint64 number;
  char *end;

  switch (field->type)
    {
    case YQ_MONEY:
      return yq_money_parse (text, &number) ? json_node_init_int (json_node_alloc (), number)
                                            : NULL;
    case YQ_INTEGER:
      number = g_ascii_strtoll (text, &end, 10);
      return *end == '\0' ? json_node_init_int (json_node_alloc (), number) : NULL;
    case YQ_BOOLEAN:
      return strcmp (text, "0") == 0 || strcmp (text, "1") == 0
               ? json_node_init_boolean (json_node_alloc (), *text == '1')
               : NULL;
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
      return yq_json_parse (text, -1, NULL);
    case YQ_TEXT:
    case YQ_DATE:
    case YQ_TIME:
    case YQ_CHOICE:
    case YQ_REGION:
    case YQ_REFERENCE:
    default:
      return json_node_init_string (json_node_alloc (), text);
    }
}

static JsonObject *
object_of_row (const YqEntity *entity, char **names, char **cells, GError **error)
{
  g_autoptr(JsonObject) object = json_object_new ();
  JsonObject *fields = json_object_new ();

  json_object_set_object_member (object, "fields", fields);
  for (guint i = 0; names[i] != NULL && cells[i] != NULL; i++)
    {
      const YqField *field = yq_entity_field (entity, names[i]);
      JsonNode *node;

      if (*cells[i] == '\0')
        continue;
      if (field == NULL)
        {
          json_object_set_string_member (object, names[i], cells[i]);
          continue;
        }
      if ((node = node_of_cell (field, cells[i])) == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: “%s” does not fit",
                       names[i], cells[i]);
          return NULL;
        }
      json_object_set_member (fields, names[i], node);
    }
  return g_steal_pointer (&object);
}

static void
set_owners (YqTx *tx, YqRecord *record, JsonObject *object)
{
  static void (*const setters[]) (YqRecord *, const char *) = { NULL,
                                                                yq_record_set_state,
                                                                yq_record_set_buyer,
                                                                yq_record_set_carrier,
                                                                yq_record_set_region,
                                                                yq_record_set_account };

  yq_owners_fill (tx->world, NULL, record);
  for (guint i = 1; i < G_N_ELEMENTS (heads); i++)
    {
      const char *value = json_object_get_string_member_with_default (object, heads[i], NULL);

      if (value != NULL && (i != 1 || yq_entity_state (yq_record_entity (record), value) != NULL))
        setters[i](record, value);
    }
}

static gboolean
fail (YqProblem *problem, GError **error)
{
  const char *field = NULL;
  const char *detail = yq_problem_n_errors (problem) > 0
                         ? yq_problem_error (problem, 0, &field, NULL)
                         : yq_problem_detail (problem);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s%s%s", field ? field : "",
               field ? ": " : "", detail);
  yq_problem_free (problem);
  return FALSE;
}

/* What is there by its id is changed, what is not comes into being. */
static gboolean
write_one (YqTx *tx, const YqEntity *entity, JsonObject *object, GError **error)
{
  const char *id = json_object_get_string_member_with_default (object, "id", NULL);
  g_autoptr(YqRecord) stored = id ? yq_world_get (tx->world, entity, id) : NULL;
  g_autoptr(YqRecord) record = stored ? yq_record_copy (stored) : yq_record_new (entity, id);
  YqProblem *problem = NULL;
  GError *failure = NULL;

  if (id != NULL && !yq_id_is_valid (id))
    return fail (yq_problem_new (YQ_PROBLEM_INVALID, "id: this is no UUID"), error);
  if (!json_object_has_member (object, "fields") ||
      !JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "fields")))
    return fail (yq_problem_new (YQ_PROBLEM_INVALID, "there are no fields"), error);
  if (!yq_json_read_fields (json_object_get_object_member (object, "fields"),
                            yq_record_values (record), NULL, &problem))
    return fail (problem, error);
  set_owners (tx, record, object);
  problem = yq_put_record (tx, stored, record, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem ? fail (problem, error) : failure == NULL;
}

typedef struct
{
  YqTx *tx;
  const YqEntity *entity; /* NULL: each line says which */
  guint n, n_bad;
} Reading;

/* What the line is to blame for, not the disk. */
static gboolean
is_of_the_line (const GError *failure)
{
  return g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) ||
         g_error_matches (failure, SQL_ERROR, SQL_ERROR_CONSTRAINT);
}

/* Every bad line is told; what stands on it leaves no trace.  FALSE: the database failed. */
static gboolean
take_line (Reading *reading, const char *what, guint line, const YqEntity *entity,
           JsonObject *object, GError *failure, GError **error)
{
  SqlConn *conn = reading->tx->conn;
  guint mark = 0;

  if (failure == NULL && !yq_writer_savepoint (conn, &mark, error))
    return FALSE;
  if (failure == NULL && write_one (reading->tx, entity, object, &failure))
    {
      reading->n++;
      return sql_release (conn, error);
    }
  if (!is_of_the_line (failure))
    {
      g_propagate_prefixed_error (error, failure, "%s %u: ", what, line);
      return FALSE;
    }
  if (++reading->n_bad <= MAX_TOLD)
    g_printerr ("%s %u: %s\n", what, line, failure->message);
  g_error_free (failure);
  return object == NULL || yq_writer_rollback_to (conn, mark, error);
}

static gboolean
read_csv (Reading *reading, const char *text, GError **error)
{
  g_auto(GStrv) names = NULL;
  guint line = 0;
  char **cells;

  if (reading->entity == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "CSV holds one entity");
      return FALSE;
    }
  if (g_str_has_prefix (text, "\xef\xbb\xbf"))
    text += 3;
  names = read_row (&text);
  while (names != NULL && (cells = read_row (&text)) != NULL)
    {
      g_auto(GStrv) row = cells;
      GError *failure = NULL;
      g_autoptr(JsonObject) object = object_of_row (reading->entity, names, row, &failure);

      if (!take_line (reading, "record", ++line, reading->entity, object, failure, error))
        return FALSE;
    }
  return TRUE;
}

/* The entity an object belongs to: the one asked for, or the one it names. */
static const YqEntity *
entity_of (Reading *reading, JsonObject *object, GError **error)
{
  const char *name = json_object_get_string_member_with_default (object, "entity", NULL);

  if (reading->entity != NULL && (name == NULL || g_str_equal (name, reading->entity->name)))
    return reading->entity;
  if (reading->entity == NULL && name != NULL && yq_model_find (name) != NULL)
    return yq_model_find (name);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "entity: “%s” does not belong here",
               name ? name : "");
  return NULL;
}

static gboolean
read_line (Reading *reading, const char *text, guint line, GError **error)
{
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = yq_json_parse (text, -1, &problem);
  JsonObject *object = NULL;
  const YqEntity *entity = NULL;
  GError *failure = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    entity = entity_of (reading, json_node_get_object (node), &failure);
  else
    g_set_error (&failure, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s",
                 problem ? yq_problem_detail (problem) : "not an object");
  if (entity != NULL)
    object = json_node_get_object (node);
  return take_line (reading, "line", line, entity, object, failure, error);
}

static gboolean
read_lines (Reading *reading, const char *text, GError **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0' && !read_line (reading, lines[i], i + 1, error))
      return FALSE;
  return TRUE;
}

/* All of it or nothing; a dry run takes it back. */
static gboolean
finish (Reading *reading, GError **error)
{
  SqlConn *conn = reading->tx->conn;

  if (reading->n_bad == 0 && !dry_run)
    return sql_commit (conn, error);
  sql_rollback (conn);
  if (reading->n_bad == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%u bad, %u good", reading->n_bad,
               reading->n);
  return FALSE;
}

static gboolean
read_all (const YqConfig *config, char **args, guint *n, GError **error)
{
  gboolean all = strcmp (args[0], ALL) == 0;
  const YqEntity *entity = all ? NULL : find_entity (args[0], error);
  g_autoptr(SqlConn) conn = all || entity ? yq_admin_open (config, error) : NULL;
  g_autofree char *text = NULL;
  YqWorld *world;
  gboolean done;
  YqTx tx;
  Reading reading = { &tx, entity };

  if (conn == NULL || !g_file_get_contents (args[1], &text, NULL, error) ||
      !sql_begin (conn, TRUE, error))
    return FALSE;
  world = yq_world_sql_new (conn, yq_clock_now ());
  yq_tx_init (&tx, conn, world, NULL, world->now);
  done = (g_str_has_suffix (args[1], ".csv") ? read_csv : read_lines) (&reading, text, error) &&
         finish (&reading, error);
  if (!done && sql_in_transaction (conn))
    sql_rollback (conn);
  yq_world_sql_free (world);
  *n = reading.n;
  return done;
}

static int
import (const YqConfig *config, char **args)
{
  g_autoptr(GError) error = NULL;
  guint n = 0;

  if (!read_all (config, args, &n, &error))
    return yq_admin_fail ("import (nothing was written)", error);
  printf (dry_run ? "%u %s good; nothing was written\n" : "%u %s\n", n,
          dry_run ? (n == 1 ? "record is" : "records are") : (n == 1 ? "record" : "records"));
  return 0;
}

/* clang-format off */
static const GOptionEntry import_entries[] = {
  { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, "Only checks: says what is wrong, writes nothing", NULL },
  { NULL },
};
/* clang-format on */

const YqVerb yq_verb_import = {
  .name = "import",
  .arguments = "ENTITY|all FILE",
  .summary =
    "Reads what export wrote (.csv, or lines of JSON), all of it or nothing; names bad lines.",
  .entries = import_entries,
  .min_arguments = 2,
  .max_arguments = 2,
  .run = import,
};
