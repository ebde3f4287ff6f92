/* GET /v1/ENTITIES and /v1/ENTITIES/ID. */
#define G_LOG_DOMAIN "yiquan-lists"

#include "lists.h"

#include "api.h"
#include "clock.h"
#include "ids.h"
#include "list-query.h"
#include "model.h"
#include "record-json.h"
#include "record-row.h"
#include "record-sql.h"
#include "workflow.h"
#include "world-sql.h"

static void
refuse_unavailable (YqRequest *request, GError *error)
{
  g_message ("Reading records: %s", error->message);
  yq_request_refuse (
    request, yq_problem_new (YQ_PROBLEM_UNAVAILABLE, _("The server cannot read its records now")));
}

static const YqEntity *
find_entity (YqRequest *request)
{
  const YqEntity *entity = yq_model_find_plural (yq_request_part (request, 1));

  if (entity == NULL)
    yq_request_refuse (
      request, yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("There is nothing at this address")));
  return entity;
}

/* -- lists -- */

typedef struct
{
  YqListQuery *query;
  GString *out;
  guint n;
  char *next; /* cursor, or NULL at the end */
} List;

static gboolean
append_items (SqlConn *conn, List *list, GError **error)
{
  const YqEntity *entity = list->query->entity;
  guint last = yq_record_sql_n_columns (entity);
  g_autoptr(GArray) args = g_array_new (FALSE, FALSE, sizeof (SqlValue));
  g_autofree char *sql = yq_list_query_page (list->query, args);
  g_autoptr(SqlRows) rows = sql_query (conn, sql, (const SqlValue *) args->data, args->len, error);
  g_autofree char *value = NULL;
  g_autofree char *id = NULL;
  g_autoptr(GError) failure = NULL;

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, &failure))
    {
      guint readers = yq_record_row_readers (rows, entity, 0, list->query->who);

      if (list->n == list->query->limit)
        {
          list->next = yq_list_query_cursor (list->query, value, id);
          break;
        }
      if (readers == 0)
        continue;
      g_free (value);
      g_free (id);
      value = g_strdup (sql_rows_text (rows, last));
      id = g_strdup (sql_rows_text (rows, 0));
      if (list->n++ > 0)
        g_string_append_c (list->out, ',');
      yq_record_sql_append_json (list->out, rows, entity, 0, readers);
      g_string_append_c (list->out, '}');
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
count_rows (SqlConn *conn, YqListQuery *query, gint64 *n, GError **error)
{
  g_autoptr(GArray) args = g_array_new (FALSE, FALSE, sizeof (SqlValue));
  g_autofree char *sql = yq_list_query_count (query, args);

  return sql_get_int (conn, sql, (const SqlValue *) args->data, args->len, n, error);
}

static gboolean
append_count (SqlConn *conn, List *list, GError **error)
{
  gint64 n = list->n;

  /* One page may be all of it. */
  if ((list->query->after_id != NULL || list->next != NULL) &&
      !count_rows (conn, list->query, &n, error))
    return FALSE;
  g_string_append_printf (list->out,
                          "],\"count\":%d,\"capped\":%s,\"next\":", (int) MIN (n, YQ_COUNT_CAP),
                          n > YQ_COUNT_CAP ? "true" : "false");
  if (list->next == NULL)
    g_string_append (list->out, "null}");
  else
    g_string_append_printf (list->out, "\"%s\"}", list->next);
  return TRUE;
}

void
yq_lists_handle (YqRequest *request)
{
  const YqEntity *entity = find_entity (request);
  SqlConn *conn = yq_request_conn (request);
  g_autoptr(YqListQuery) query = NULL;
  g_autoptr(GError) error = NULL;
  YqProblem *problem = NULL;
  List list;

  if (entity == NULL)
    return;
  if ((query = yq_list_query_new (request, entity, &problem)) == NULL)
    {
      yq_request_refuse (request, problem);
      return;
    }
  list = (List){ .query = query, .out = g_string_new ("{\"items\":[") };
  if (append_items (conn, &list, &error) && append_count (conn, &list, &error))
    yq_request_reply_json (request, 200, list.out);
  else
    {
      g_string_free (list.out, TRUE);
      refuse_unavailable (request, error);
    }
  g_free (list.next);
}

/* -- one record -- */

static void
append_action (GString *out, const YqOpenStep *open, gboolean first)
{
  g_string_append_printf (out, "%s{\"action\":\"%s\",\"allowed\":%s", first ? "" : ",",
                          open->step->action, open->why == NULL ? "true" : "false");
  if (open->why != NULL)
    {
      g_string_append (out, ",\"why\":");
      yq_json_append_string (out, yq_problem_detail (open->why));
    }
  g_string_append_c (out, '}');
}

/* Who could not take any step needs no look at the whole record. */
static gboolean
append_actions (YqRequest *request, const YqEntity *entity, const char *id, gboolean may_step,
                GString *out, GError **error)
{
  const YqWho *who = yq_request_who (request);
  g_autoptr(YqWorld) world = NULL;
  g_autoptr(YqRecord) record = NULL;
  g_autoptr(GPtrArray) open = NULL;

  g_string_append (out, ",\"actions\":[");
  if (may_step)
    {
      world = yq_world_sql_new (yq_request_conn (request), yq_clock_now ());
      if ((record = yq_world_get (world, entity, id)) == NULL)
        return yq_world_sql_check (world, error);
      open = yq_workflow_open_steps (world, who, record);
      for (guint i = 0; i < open->len; i++)
        append_action (out, open->pdata[i], i == 0);
      if (!yq_world_sql_check (world, error))
        return FALSE;
    }
  g_string_append (out, "]}");
  return TRUE;
}

static void
refuse_not_found (YqRequest *request, const YqEntity *entity)
{
  yq_request_refuse (request, yq_problem_new (YQ_PROBLEM_NOT_FOUND,
                                              _("There is no such record: %s"), _(entity->title)));
}

void
yq_record_handle (YqRequest *request)
{
  const YqEntity *entity = find_entity (request);
  const char *id = yq_request_part (request, 2);
  g_autoptr(GError) error = NULL;
  gboolean may_step = FALSE;
  GString *out;

  if (entity == NULL)
    return;
  out = g_string_sized_new (2048);
  if (!yq_id_is_valid (id) ||
      !yq_record_row_append (yq_request_conn (request), entity, id, yq_request_who (request), out,
                             &may_step, &error))
    {
      g_string_free (out, TRUE);
      if (error == NULL)
        refuse_not_found (request, entity);
      else
        refuse_unavailable (request, error);
      return;
    }
  g_string_truncate (out, out->len - 1);
  if (append_actions (request, entity, id, may_step, out, &error))
    {
      yq_request_reply_json (request, 200, out);
      return;
    }
  g_string_free (out, TRUE);
  refuse_unavailable (request, error);
}
