/* GET /v1/ENTITIES/ID/history: what happened to a record, newest last, as far as the reader may
 * know. */
#define G_LOG_DOMAIN "yiquan-lists"

#include "api.h"
#include "clock.h"
#include "ids.h"
#include "lists.h"
#include "model.h"
#include "office.h"
#include "party.h"
#include "record-json.h"
#include "record-row.h"
#include "record-sql.h"
#include "world-sql.h"

#define MAX_EVENTS 1000

typedef struct
{
  SqlConn *conn;
  YqWorld *world;
  const YqWho *who;
  const YqEntity *entity;
  const char *id;
  guint readers;
  GString *out;
} History;

/* Drafts are their owner's: what happened in a private state is told to nobody else. */
static gboolean
is_told (History *h, SqlRows *rows)
{
  const YqState *state = yq_entity_state (h->entity, sql_rows_text (rows, 4));

  return (h->readers & YQ_SEES_OWNER) || state == NULL || !(state->flags & YQ_STATE_PRIVATE);
}

static void
append_text (GString *out, const char *name, const char *text)
{
  if (text == NULL)
    return;
  g_string_append_printf (out, ",\"%s\":", name);
  yq_json_append_string (out, text);
}

/* Who did it is told to officials, and to everybody about herself. */
static void
append_author (History *h, const char *account)
{
  g_autoptr(YqRecord) record = NULL;

  if (account == NULL || !((h->readers & (YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR)) ||
                           g_strcmp0 (account, h->who->account) == 0))
    return;
  append_text (h->out, "account", account);
  record = yq_world_get (h->world, &yq_account, account);
  if (record != NULL)
    append_text (h->out, "by", yq_record_text (record, ACCOUNT_REAL_NAME));
}

static void
append_changed (History *h, const char *text)
{
  g_autoptr(JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  guint n = 0;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member))
    {
      const YqField *field = yq_entity_field (h->entity, name);

      if (field == NULL || !(field->sees & h->readers))
        continue;
      g_string_append_printf (h->out, "%s\"%s\":", n++ ? "," : ",\"changed\":{", name);
      yq_json_append_canonical (h->out, member);
    }
  if (n > 0)
    g_string_append_c (h->out, '}');
}

/* What went with a step: its comment, amount, comments on fields. */
static void
append_args (History *h, const char *action, const char *text)
{
  const YqStep *step = yq_entity_step (h->entity, action);
  g_autoptr(JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  guint n = 0;

  if (node == NULL || step == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  for (const YqField *field = step->fields; field != NULL && field->name != NULL; field++)
    {
      JsonNode *member = json_object_get_member (json_node_get_object (node), field->name);

      if (member == NULL || !(field->sees & h->readers))
        continue;
      g_string_append_printf (h->out, "%s\"%s\":", n++ ? "," : ",\"fields\":{", field->name);
      yq_json_append_canonical (h->out, member);
    }
  if (n > 0)
    g_string_append_c (h->out, '}');
}

static void
append_event (History *h, SqlRows *rows)
{
  g_autofree char *at = yq_time_format (sql_rows_int (rows, 0));

  g_string_append_printf (h->out,
                          "{\"at\":\"%s\",\"revision\":%" G_GINT64_FORMAT ",\"action\":\"%s\"", at,
                          sql_rows_int (rows, 1), sql_rows_text (rows, 2));
  append_text (h->out, "state_from", sql_rows_text (rows, 3));
  append_text (h->out, "state_to", sql_rows_text (rows, 4));
  append_author (h, sql_rows_text (rows, 5));
  append_changed (h, sql_rows_text (rows, 6));
  append_args (h, sql_rows_text (rows, 2), sql_rows_text (rows, 7));
  g_string_append_c (h->out, '}');
}

static gboolean
append_events (History *h, GError **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(SqlRows) rows = sql_query (
    h->conn,
    "SELECT at, revision, action, state_from, state_to, account, changed, args FROM event"
    " WHERE record = $1 ORDER BY revision LIMIT $2",
    SQL_ARGS (SQL_TEXT (h->id), SQL_INT (MAX_EVENTS)), error);
  guint n = 0;

  if (rows == NULL)
    return FALSE;
  g_string_append (h->out, "{\"items\":[");
  while (sql_rows_next (rows, &failure))
    if (is_told (h, rows))
      {
        if (n++ > 0)
          g_string_append_c (h->out, ',');
        append_event (h, rows);
      }
  g_string_append_c (h->out, ']');
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
append_reviews (History *h, GError **error)
{
  g_autoptr(GPtrArray) reviews = yq_record_sql_list (h->conn, &yq_review, "record", h->id, error);
  guint n = 0;

  if (reviews == NULL)
    return FALSE;
  g_string_append (h->out, ",\"reviews\":[");
  for (guint i = 0; i < reviews->len; i++)
    {
      guint readers = yq_access_readers (h->world, h->who, reviews->pdata[i]);

      if (readers == 0)
        continue;
      if (n++ > 0)
        g_string_append_c (h->out, ',');
      yq_json_append_record (h->out, reviews->pdata[i], readers);
    }
  g_string_append (h->out, "]}");
  return TRUE;
}

static YqProblem *
check (History *h, GError **error)
{
  g_autoptr(YqRecord) record =
    yq_id_is_valid (h->id) ? yq_record_sql_get (h->conn, h->entity, h->id, error) : NULL;

  h->readers = record != NULL ? yq_access_readers (h->world, h->who, record) : 0;
  if (h->readers == 0)
    return yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("There is no such record: %s"),
                           _(h->entity->title));
  if (h->readers == YQ_SEES_PUBLIC)
    return yq_problem_new (YQ_PROBLEM_FORBIDDEN, _("Its history is for those it concerns"));
  return NULL;
}

void
yq_history_handle (YqRequest *request)
{
  SqlConn *conn = yq_request_conn (request);
  g_autoptr(YqWorld) world = yq_world_sql_new (conn, yq_clock_now ());
  g_autoptr(GString) out = g_string_sized_new (4096);
  g_autoptr(GError) error = NULL;
  YqProblem *problem;
  History h = { .conn = conn,
                .world = world,
                .who = yq_request_who (request),
                .entity = yq_model_find_plural (yq_request_part (request, 1)),
                .id = yq_request_part (request, 2),
                .out = out };

  problem = h.entity != NULL
              ? check (&h, &error)
              : yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("There is nothing at this address"));
  if (problem == NULL && append_events (&h, &error) && append_reviews (&h, &error))
    yq_request_reply_json (request, 200, g_steal_pointer (&out));
  else if (error == NULL)
    yq_request_refuse (request, problem);
  else
    {
      yq_problem_free (problem);
      g_message ("Reading a history: %s", error->message);
      yq_request_refuse (request, yq_problem_new (YQ_PROBLEM_UNAVAILABLE,
                                                  _("The server cannot read its records now")));
    }
}
