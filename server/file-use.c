/* Which record names which file. */
#define G_LOG_DOMAIN "yiquan-files"

#include "file-use.h"

#include "file-kind.h"
#include "model.h"
#include "record-sql.h"
#include "world-sql.h"

gboolean
yq_file_use_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (conn,
                     "CREATE TABLE IF NOT EXISTS file_use (sha256 TEXT NOT NULL,"
                     " entity TEXT NOT NULL, record TEXT NOT NULL, field TEXT NOT NULL,"
                     " PRIMARY KEY (sha256, record, field));"
                     "CREATE INDEX IF NOT EXISTS file_use_by_record ON file_use (record);",
                     error);
}

static const char *
digest_at (JsonArray *files, guint i)
{
  return json_object_get_string_member_with_default (json_array_get_object_element (files, i),
                                                     "sha256", "");
}

static gboolean
names (const YqValues *values, guint field, const char *sha256)
{
  JsonArray *files = values != NULL ? yq_values_array (values, field) : NULL;

  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    if (g_str_equal (digest_at (files, i), sha256))
      return TRUE;
  return FALSE;
}

static gboolean
write_field (SqlConn *conn, YqRecord *record, guint field, GError **error)
{
  const YqEntity *entity = yq_record_entity (record);
  JsonArray *files = yq_record_array (record, field);

  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    if (sql_exec (conn,
                  "INSERT INTO file_use (sha256, entity, record, field) VALUES ($1, $2, $3, $4)"
                  " ON CONFLICT DO NOTHING",
                  SQL_ARGS (SQL_TEXT (digest_at (files, i)), SQL_TEXT (entity->name),
                            SQL_TEXT (yq_record_id (record)),
                            SQL_TEXT (entity->fields[field].name)),
                  error) < 0)
      return FALSE;
  return TRUE;
}

gboolean
yq_file_use_write (SqlConn *conn, YqRecord *before, YqRecord *after, GError **error)
{
  YqRecord *any = after != NULL ? after : before;
  const YqEntity *entity = yq_record_entity (any);

  for (guint i = 0; i < entity->n_fields; i++)
    {
      if (entity->fields[i].type != YQ_FILES ||
          (before != NULL && after != NULL &&
           yq_values_equal (yq_record_values (before), yq_record_values (after), i)))
        continue;
      if (before != NULL && yq_record_has (before, i) &&
          sql_exec (conn, "DELETE FROM file_use WHERE record = $1 AND field = $2",
                    SQL_ARGS (SQL_TEXT (yq_record_id (before)), SQL_TEXT (entity->fields[i].name)),
                    error) < 0)
        return FALSE;
      if (after != NULL && !write_field (conn, after, i, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
yq_file_use_may_read (SqlConn *conn, const YqWho *who, const char *sha256)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(YqWorld) world = yq_world_sql_new (conn, 0);
  g_autoptr(SqlRows) rows =
    sql_query (conn, "SELECT entity, record, field FROM file_use WHERE sha256 = $1",
               SQL_ARGS (SQL_TEXT (sha256)), &error);

  while (rows != NULL && sql_rows_next (rows, &error))
    {
      const YqEntity *entity = yq_model_find (sql_rows_text (rows, 0));
      const YqField *field =
        entity != NULL ? yq_entity_field (entity, sql_rows_text (rows, 2)) : NULL;
      g_autoptr(YqRecord) record =
        field != NULL ? yq_world_get (world, entity, sql_rows_text (rows, 1)) : NULL;

      if (record != NULL && (yq_access_readers (world, who, record) & field->sees))
        return TRUE;
    }
  if (error != NULL)
    g_warning ("Who may read a file: %s", error->message);
  return FALSE;
}

/* -- checks -- */

static YqProblem *
ensure (YqProblem **problem, YqProblemCode code, const char *detail)
{
  if (*problem == NULL)
    *problem = yq_problem_new (code, "%s", detail);
  return *problem;
}

void
yq_file_use_check (YqFiles *files, SqlConn *conn, const YqWho *who, const YqValues *old,
                   const YqValues *values, guint field, YqProblem **problem)
{
  const YqField *row = &yq_values_fields (values, NULL)[field];
  JsonArray *array = yq_values_array (values, field);
  gint64 max = yq_file_max_bytes (row);
  g_autofree char *accept = yq_file_accept_text (row);

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *sha256 = digest_at (array, i);
      YqFileInfo info;

      if (names (old, field, sha256))
        continue;
      if (!yq_files_may_name (files, conn, who, sha256, &info))
        yq_problem_add_error (
          ensure (problem, YQ_PROBLEM_FILE_MISSING, _("A file has not been uploaded completely")),
          row->name, YQ_PROBLEM_FILE_MISSING, _("File %u has not arrived; send it first"), i + 1);
      else if (info.size > max)
        yq_problem_add_error (ensure (problem, YQ_PROBLEM_INVALID, _("A file is too large")),
                              row->name, YQ_PROBLEM_INVALID,
                              _("File %u has %d KB; at most %d KB are allowed"), i + 1,
                              (int) (info.size / 1024), (int) (max / 1024));
      else if (!yq_file_takes_type (row, info.type))
        yq_problem_add_error (
          ensure (problem, YQ_PROBLEM_INVALID, _("A file is of the wrong kind")), row->name,
          YQ_PROBLEM_INVALID, _("File %u is not one of: %s"), i + 1, accept);
    }
}
