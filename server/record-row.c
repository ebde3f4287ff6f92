/* One record from its table to the wire. */
#define G_LOG_DOMAIN "yiquan-records"

#include "record-row.h"

#include "record-sql.h"
#include "record-table.h"
#include "workflow.h"

/* A record with its head only, and the few fields that decide who reads it and who acts on it. */
static YqRecord *
read_head (SqlRows *rows, const YqEntity *entity, guint first)
{
  const YqRecordTable *table = yq_record_table (entity);
  YqRecord *record = yq_record_new (entity, sql_rows_text (rows, first + YQ_COLUMN_ID));

  yq_record_set_revision (record, sql_rows_int (rows, first + YQ_COLUMN_REVISION));
  yq_record_set_state (record, sql_rows_text (rows, first + YQ_COLUMN_STATE));
  yq_record_set_buyer (record, sql_rows_text (rows, first + YQ_COLUMN_BUYER));
  yq_record_set_carrier (record, sql_rows_text (rows, first + YQ_COLUMN_CARRIER));
  yq_record_set_desk (record, sql_rows_text (rows, first + YQ_COLUMN_DESK));
  yq_record_set_region (record, sql_rows_text (rows, first + YQ_COLUMN_REGION));
  yq_record_set_account (record, sql_rows_text (rows, first + YQ_COLUMN_ACCOUNT));
  if (table->public_if >= 0)
    yq_record_set_int (record, table->public_if,
                       sql_rows_int (rows, first + YQ_N_COLUMNS + table->public_if));
  for (const int *i = table->deciding; *i >= 0; i++)
    yq_record_sql_read_field (rows, record, first, *i);
  return record;
}

guint
yq_record_row_readers (SqlRows *rows, const YqEntity *entity, guint first, const YqWho *who)
{
  g_autoptr(YqRecord) head = read_head (rows, entity, first);

  return yq_access_readers (NULL, who, head);
}

gboolean
yq_record_row_append (SqlConn *conn, const YqEntity *entity, const char *id, const YqWho *who,
                      GString *out, gboolean *may_step, GError **error)
{
  g_autoptr(SqlRows) rows =
    sql_query (conn, yq_record_table (entity)->get, SQL_ARGS (SQL_TEXT (id)), error);
  g_autoptr(YqRecord) head = NULL;
  guint readers;

  if (rows == NULL || !sql_rows_next (rows, error))
    return FALSE;
  head = read_head (rows, entity, 0);
  if ((readers = yq_access_readers (NULL, who, head)) == 0)
    return FALSE;
  if (may_step != NULL)
    *may_step = yq_workflow_may_step (who, head);
  yq_record_sql_append_json (out, rows, entity, 0, readers);
  g_string_append_c (out, '}');
  return TRUE;
}
