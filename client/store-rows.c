/* Rows of records: reading their layers, taking in what the feed brings, computing the local view.
 */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-rows.h"

#include <string.h>

#include "clock.h"
#include "model.h"
#include "record-json.h"
#include "store-received.h"
#include "world-store.h"

void
yq_row_clear (YqRow *row)
{
  g_clear_pointer (&row->server, g_free);
  g_clear_pointer (&row->overlay, g_free);
  g_clear_pointer (&row->other, g_free);
  memset (row, 0, sizeof *row);
}

/* -- reading -- */

gboolean
yq_row_load (YqStoreDb *db, const YqEntity *entity, const char *id, YqRow *row)
{
  g_autoptr(SqlRows) rows = sql_query (
    db->conn,
    "SELECT row, revision, created_at, updated_at, hidden, mine, catalogue, server, overlay,"
    " other"
    " FROM record WHERE id = $1 AND entity = $2",
    SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), NULL);

  memset (row, 0, sizeof *row);
  if (rows == NULL || !sql_rows_next (rows, NULL))
    return FALSE;
  row->row = sql_rows_int (rows, 0);
  row->revision = sql_rows_int (rows, 1);
  row->created_at = sql_rows_int (rows, 2);
  row->updated_at = sql_rows_int (rows, 3);
  row->hidden = sql_rows_int (rows, 4) != 0;
  row->generation[YQ_SCOPE_MINE] = sql_rows_int (rows, 5);
  row->generation[YQ_SCOPE_CATALOGUE] = sql_rows_int (rows, 6);
  row->server = yq_store_db_unseal (db, rows, 7);
  row->overlay = yq_store_db_unseal (db, rows, 8);
  row->other = yq_store_db_unseal (db, rows, 9);
  return TRUE;
}

static YqRecord *
parse_record (const char *text)
{
  g_autoptr(YqProblem) problem = NULL;
  g_autoptr(JsonNode) node = text != NULL ? yq_json_parse (text, -1, &problem) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return yq_json_read_record (json_node_get_object (node), &problem);
}

YqRecord *
yq_row_server (const YqEntity *entity, const YqRow *row)
{
  return parse_record (row->server);
}

static void
set_owner (YqRecord *record, JsonObject *overlay, const char *name,
           void (*set) (YqRecord *, const char *))
{
  if (json_object_has_member (overlay, name))
    set (record, json_object_get_string_member_with_default (overlay, name, NULL));
}

static void
apply_overlay (YqRecord *record, const char *text)
{
  g_autoptr(JsonObject) overlay = yq_json_object_of (text);
  JsonObject *fields = json_object_has_member (overlay, "fields")
                         ? json_object_get_object_member (overlay, "fields")
                         : NULL;
  gint64 created_at = yq_record_created_at (record);

  if (fields != NULL)
    yq_values_take_json (yq_record_values (record), fields, NULL);
  if (json_object_has_member (overlay, "state"))
    yq_record_set_state (record, json_object_get_string_member (overlay, "state"));
  yq_record_set_revision (record, json_object_get_int_member_with_default (
                                    overlay, "revision", yq_record_revision (record)));
  yq_record_set_times (
    record, json_object_get_int_member_with_default (overlay, "created_at", created_at),
    json_object_get_int_member_with_default (overlay, "updated_at", yq_record_updated_at (record)));
  set_owner (record, overlay, "buyer", yq_record_set_buyer);
  set_owner (record, overlay, "carrier", yq_record_set_carrier);
  set_owner (record, overlay, "desk", yq_record_set_desk);
  set_owner (record, overlay, "region", yq_record_set_region);
  set_owner (record, overlay, "account", yq_record_set_account);
}

/* Takes server over, which may be NULL. */
static YqRecord *
local_over (const YqEntity *entity, const char *id, const YqRow *row, YqRecord *server)
{
  if (row->overlay == NULL)
    return server;
  if (server == NULL)
    server = yq_record_new (entity, id);
  apply_overlay (server, row->overlay);
  return server;
}

YqRecord *
yq_row_local (const YqEntity *entity, const char *id, const YqRow *row)
{
  return local_over (entity, id, row, parse_record (row->server));
}

YqRecord *
yq_store_db_read_row (YqStoreDb *db, gint64 row)
{
  g_autoptr(SqlRows) rows = sql_query (
    db->conn, "SELECT entity, id, server, overlay FROM record WHERE row = $1 AND hidden = 0",
    SQL_ARGS (SQL_INT (row)), NULL);
  g_auto(YqRow) found = { 0 };
  const YqEntity *entity;

  if (rows == NULL || !sql_rows_next (rows, NULL) ||
      (entity = yq_model_find (sql_rows_text (rows, 0))) == NULL)
    return NULL;
  found.server = yq_store_db_unseal (db, rows, 2);
  found.overlay = yq_store_db_unseal (db, rows, 3);
  return yq_row_local (entity, sql_rows_text (rows, 1), &found);
}

gint64
yq_store_db_row_of (YqStoreDb *db, const YqEntity *entity, const char *id)
{
  gint64 row;

  sql_get_int (db->conn, "SELECT row FROM record WHERE id = $1 AND entity = $2",
               SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), &row, NULL);
  return row;
}

gboolean
yq_store_db_row_id (YqStoreDb *db, gint64 row, char id[37])
{
  g_autofree char *text =
    sql_get_text (db->conn, "SELECT id FROM record WHERE row = $1", SQL_ARGS (SQL_INT (row)), NULL);

  return text != NULL && g_strlcpy (id, text, 37) < 37;
}

/* -- owners of a record that is still only here -- */

/* What one field says; FALSE where it says nothing. */
static gboolean
take_owner_from (YqStoreDb *db, YqRecord *record, const char *field_name,
                 const char *(*get) (YqRecord *), void (*set) (YqRecord *, const char *))
{
  const YqEntity *entity = yq_record_entity (record);
  int f = yq_entity_find_field (entity, field_name);
  g_autoptr(YqRecord) other = NULL;
  const YqField *field;
  const char *value;

  if (f < 0)
    return FALSE;
  field = &entity->fields[f];
  if (field->type >= YQ_REFERENCES)
    {
      JsonArray *array = yq_record_array (record, f);

      value = array != NULL && field->type == YQ_REFERENCES && json_array_get_length (array) > 0
                ? json_array_get_string_element (array, 0)
                : NULL;
    }
  else
    value = yq_record_text (record, f);
  if (value == NULL)
    return FALSE;
  if (field->refers == NULL ||
      (g_str_equal (field->refers, "organisation") && get != yq_record_region) ||
      (g_str_equal (field->refers, "account") && get == yq_record_account) ||
      (g_str_equal (field->refers, "desk") && get == yq_record_desk))
    set (record, value);
  else if ((other = yq_store_db_read (db, yq_model_find (field->refers), value, YQ_VIEW_LOCAL)))
    set (record, get (other));
  return TRUE;
}

/* Of "a|b" the first field that says something. */
static void
take_owner (YqStoreDb *db, YqRecord *record, const char *names, const char *(*get) (YqRecord *),
            void (*set) (YqRecord *, const char *))
{
  g_auto(GStrv) each = g_strsplit (names != NULL ? names : "", "|", -1);

  for (guint i = 0; each[i] != NULL; i++)
    if (take_owner_from (db, record, each[i], get, set))
      return;
}

/* What nothing else says yet belongs to whoever fills it in: a redemption to who redeems, a voucher
 * service to the carrier also before its service is chosen. */
static void
fill_own (YqStoreDb *db, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  int redeemer = yq_entity_find_field (entity, "redeemer");
  gboolean redeems = entity->owned == YQ_OWNED_BY_REDEEMER;
  gboolean by_carrier = redeems && redeemer >= 0 &&
                        g_strcmp0 (yq_record_text (record, (guint) redeemer), "carrier") == 0;

  if (redeems && !by_carrier && yq_record_buyer (record) == NULL)
    yq_record_set_buyer (record, db->who->organisation);
  if ((by_carrier || entity->owned == YQ_OWNED_BY_CARRIER) && yq_record_carrier (record) == NULL)
    yq_record_set_carrier (record, db->who->organisation);
}

void
yq_store_db_fill_owners (YqStoreDb *db, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqWho *who = db->who;

  yq_record_set_account (record, who->account);
  if (entity->owned == YQ_OWNED_BY_BUYER && entity->buyer_from == NULL)
    yq_record_set_buyer (record, who->organisation);
  if (entity->owned == YQ_OWNED_BY_CARRIER && entity->carrier_from == NULL)
    {
      yq_record_set_carrier (record, who->organisation);
      yq_record_set_desk (record, yq_who_desk (who));
    }
  take_owner (db, record, entity->account_from, yq_record_account, yq_record_set_account);
  take_owner (db, record, entity->buyer_from, yq_record_buyer, yq_record_set_buyer);
  take_owner (db, record, entity->carrier_from, yq_record_carrier, yq_record_set_carrier);
  take_owner (db, record, entity->desk_from, yq_record_desk, yq_record_set_desk);
  fill_own (db, record);
  take_owner (db, record, entity->region_from, yq_record_region, yq_record_set_region);
  if (yq_record_region (record) == NULL)
    {
      const char *organisation =
        yq_record_buyer (record) ? yq_record_buyer (record) : yq_record_carrier (record);
      const YqEntity *kind = yq_model_find ("organisation");
      g_autoptr(YqRecord) owner =
        organisation && kind ? yq_store_db_read (db, kind, organisation, YQ_VIEW_LOCAL) : NULL;

      if (owner != NULL)
        yq_record_set_region (record, yq_record_region (owner));
    }
}

/* -- layers -- */

typedef struct
{
  gboolean any; /* commands that are not done */
  gboolean is_deleted;
  gint64 latest; /* ms UTC */
} Queue;

static void
apply_command (YqStoreDb *db, YqRecord *record, SqlRows *rows, Queue *queue)
{
  int status = (int) sql_rows_int (rows, 2);
  gint64 result_revision = sql_rows_int (rows, 3);
  gint64 revision = yq_record_revision (record);
  g_autofree char *text = NULL;
  g_autoptr(JsonObject) fields = NULL;

  queue->any = TRUE;
  queue->latest = MAX (queue->latest, sql_rows_int (rows, 4));
  if (status == YQ_ROW_NEEDS_YOU ||
      (status == YQ_ROW_DELIVERED && yq_record_revision (record) >= result_revision))
    return;
  text = yq_store_db_unseal (db, rows, 1);
  fields = yq_json_object_of (text);
  yq_predict (db, record, sql_rows_text (rows, 0), fields, &queue->is_deleted);
  /* The feed may have shown its effect before its answer came: that is no second step. */
  revision =
    status == YQ_ROW_DELIVERED ? result_revision : MAX (revision, sql_rows_int (rows, 5) + 1);
  yq_record_set_revision (record, revision);
}

/* The record with what is queued; queue says what there was. */
static YqRecord *
apply_queue (YqStoreDb *db, const YqEntity *entity, const char *id, YqRecord *server, Queue *queue)
{
  YqRecord *record = server != NULL ? yq_record_copy (server) : yq_record_new (entity, id);
  g_autoptr(SqlRows) rows =
    sql_query (db->conn,
               "SELECT action, fields, status, result_revision, created_at, revision"
               " FROM outbox WHERE record = $1 AND entity = $2 ORDER BY seq",
               SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), NULL);

  while (rows != NULL && sql_rows_next (rows, NULL))
    apply_command (db, record, rows, queue);
  return record;
}

YqRecord *
yq_store_db_read (YqStoreDb *db, const YqEntity *entity, const char *id, YqView view)
{
  g_auto(YqRow) row = { 0 };
  Queue queue = { 0 };
  g_autoptr(YqRecord) server = NULL;

  if (entity == NULL || id == NULL || !yq_row_load (db, entity, id, &row))
    return NULL;
  if (view == YQ_VIEW_LOCAL)
    return row.hidden ? NULL : yq_row_local (entity, id, &row);
  server = yq_row_server (entity, &row);
  if (view == YQ_VIEW_SERVER)
    return g_steal_pointer (&server);
  return apply_queue (db, entity, id, server, &queue);
}

gboolean
yq_store_db_queued_revision (YqStoreDb *db, const YqEntity *entity, const char *id,
                             gint64 *revision)
{
  g_autoptr(YqRecord) record = NULL;
  gint64 any;

  sql_get_int (db->conn, "SELECT 1 FROM outbox WHERE record = $1 AND entity = $2 LIMIT 1",
               SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), &any, NULL);
  if (any == 0)
    return sql_get_int (db->conn, "SELECT revision FROM record WHERE id = $1 AND entity = $2",
                        SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), revision, NULL);
  record = yq_store_db_read (db, entity, id, YQ_VIEW_QUEUED);
  *revision = record != NULL ? yq_record_revision (record) : 0;
  return record != NULL;
}

static void
put_owner (JsonObject *overlay, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (overlay, name, value);
}

/* The difference between the local view and the server's copy, as text. */
static char *
make_overlay (YqRecord *server, YqRecord *local)
{
  g_autoptr(JsonObject) overlay = json_object_new ();
  JsonObject *fields = json_object_new ();
  const YqValues *values = yq_record_values (local);

  for (guint f = 0; f < yq_record_entity (local)->n_fields; f++)
    if (server != NULL ? !yq_values_equal (values, yq_record_values (server), f)
                       : yq_values_has (values, f))
      json_object_set_member (fields, yq_record_entity (local)->fields[f].name,
                              yq_json_value_of (values, f));
  json_object_set_object_member (overlay, "fields", fields);
  json_object_set_string_member (overlay, "state", yq_record_state (local));
  json_object_set_int_member (overlay, "revision", yq_record_revision (local));
  json_object_set_int_member (overlay, "created_at", yq_record_created_at (local));
  json_object_set_int_member (overlay, "updated_at", yq_record_updated_at (local));
  if (server == NULL)
    {
      put_owner (overlay, "buyer", yq_record_buyer (local));
      put_owner (overlay, "carrier", yq_record_carrier (local));
      put_owner (overlay, "desk", yq_record_desk (local));
      put_owner (overlay, "region", yq_record_region (local));
      put_owner (overlay, "account", yq_record_account (local));
    }
  return yq_json_text_of (overlay);
}

/* -- writing -- */

static gboolean
write_row (YqStoreDb *db, const YqEntity *entity, const char *id, YqRow *row, GError **error)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  g_autofree char *c = NULL;
  SqlValue server = yq_store_db_seal (db, entity, row->server, &a);
  SqlValue overlay = yq_store_db_seal (db, entity, row->overlay, &b);
  SqlValue other = yq_store_db_seal (db, entity, row->other, &c);

  if (row->row != 0)
    return sql_exec (
             db->conn,
             "UPDATE record SET revision = $1, created_at = $2, updated_at = $3, hidden = $4,"
             " mine = $5, catalogue = $6, server = $7, overlay = $8, other = $9 WHERE row = $10",
             SQL_ARGS (SQL_INT (row->revision), SQL_INT (row->created_at),
                       SQL_INT (row->updated_at), SQL_INT (row->hidden),
                       SQL_INT (row->generation[YQ_SCOPE_MINE]),
                       SQL_INT (row->generation[YQ_SCOPE_CATALOGUE]), server, overlay, other,
                       SQL_INT (row->row)),
             error) >= 0;
  return sql_exec (db->conn,
                   "INSERT INTO record (entity, id, revision, created_at, updated_at, hidden, mine,"
                   " catalogue, server, overlay, other)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                   SQL_ARGS (SQL_TEXT (entity->name), SQL_TEXT (id), SQL_INT (row->revision),
                             SQL_INT (row->created_at), SQL_INT (row->updated_at),
                             SQL_INT (row->hidden), SQL_INT (row->generation[YQ_SCOPE_MINE]),
                             SQL_INT (row->generation[YQ_SCOPE_CATALOGUE]), server, overlay, other),
                   error) >= 0 &&
         sql_get_int (db->conn, "SELECT last_insert_rowid ()", SQL_NO_ARGS, &row->row, error);
}

static gboolean
is_in_a_feed (const YqRow *row)
{
  return row->generation[YQ_SCOPE_MINE] != 0 || row->generation[YQ_SCOPE_CATALOGUE] != 0;
}

/* Writes row, whose view was before and becomes after (NULL: not to be seen), and its indexes;
 * words, which may be NULL, are those of after.  A row nobody needs any more goes. */
static gboolean
put_row (YqStoreDb *db, const YqEntity *entity, const char *id, YqRow *row, YqRecord *before,
         YqRecord *after, const YqWords *words, gboolean keep, GError **error)
{
  gint64 old = row->row;

  yq_world_forget_lists (db->world, entity);
  row->hidden = after == NULL;
  if (after != NULL)
    {
      row->created_at = yq_record_created_at (after);
      row->updated_at = yq_record_updated_at (after);
    }
  if (keep && !write_row (db, entity, id, row, error))
    return FALSE;
  if (!keep && old != 0 &&
      sql_exec (db->conn, "DELETE FROM record WHERE row = $1", SQL_ARGS (SQL_INT (old)), error) < 0)
    return FALSE;
  return row->row == 0 ||
         yq_store_db_index (db, row->row, before, keep ? after : NULL, words, error);
}

static gboolean
merge_draft (YqStoreDb *db, YqRecord *below, gboolean is_new, YqDraft **draft, GError **error)
{
  const YqEntity *entity = yq_record_entity (below);
  const char *id = yq_record_id (below);

  if (*draft == NULL || !yq_draft_merge (*draft, below))
    return TRUE;
  if (!is_new && json_object_get_size ((*draft)->patch) == 0)
    {
      g_clear_pointer (draft, yq_draft_free);
      return yq_draft_delete (db, entity, id, "", error);
    }
  return yq_draft_write (db, entity, id, "", *draft, error);
}

/* row holds the new server copy, server is that one read; before is the view that is indexed now.
 */
static gboolean
rebuild_over (YqStoreDb *db, const YqEntity *entity, const char *id, YqRow *row, YqRecord *server,
              YqRecord *before, GError **error)
{
  g_autoptr(YqDraft) draft = yq_draft_load (db, entity, id, "");
  Queue queue = { 0 };
  g_autoptr(YqRecord) local = apply_queue (db, entity, id, server, &queue);
  gboolean is_new = server == NULL && yq_record_revision (local) == 0;
  gint64 updated_at = yq_record_updated_at (local);

  if (!merge_draft (db, local, is_new, &draft, error))
    return FALSE;
  if (draft != NULL)
    yq_values_take_json (yq_record_values (local), draft->patch, NULL);
  if (draft != NULL && entity->derive != NULL)
    entity->derive (db->world, local);
  updated_at = MAX (MAX (updated_at, queue.latest), draft != NULL ? draft->updated_at : 0);
  yq_record_set_times (local,
                       server  ? yq_record_created_at (server)
                       : draft ? draft->created_at
                               : queue.latest,
                       updated_at);
  if (server == NULL)
    yq_store_db_fill_owners (db, local);

  g_clear_pointer (&row->overlay, g_free);
  if (draft != NULL || queue.any)
    row->overlay = make_overlay (server, local);
  row->revision = server != NULL ? yq_record_revision (server) : 0;
  return put_row (db, entity, id, row, before, queue.is_deleted ? NULL : local, NULL,
                  row->overlay != NULL || is_in_a_feed (row), error);
}

gboolean
yq_store_db_rebuild (YqStoreDb *db, const YqEntity *entity, const char *id, GError **error)
{
  g_auto(YqRow) row = { 0 };
  g_autoptr(YqRecord) server = NULL;
  g_autoptr(YqRecord) before = NULL;

  if (yq_row_load (db, entity, id, &row))
    server = yq_row_server (entity, &row);
  if (row.row != 0 && !row.hidden)
    before = local_over (entity, id, &row, server != NULL ? yq_record_copy (server) : NULL);
  return rebuild_over (db, entity, id, &row, server, before, error);
}

static gboolean
rebuild_row (YqStoreDb *db, const YqEntity *entity, const char *id, YqRow *row, YqRecord *before,
             GError **error)
{
  g_autoptr(YqRecord) server = yq_row_server (entity, row);

  return rebuild_over (db, entity, id, row, server, before, error);
}

/* -- the feed -- */

/* A copy for everybody does not replace the fuller one that comes as mine. */
static void
take_copy (YqRow *row, YqScope scope, gint64 generation, char *text)
{
  gboolean is_mine = row->generation[YQ_SCOPE_MINE] != 0;

  if (scope == YQ_SCOPE_CATALOGUE && is_mine)
    {
      g_free (row->other);
      row->other = text;
    }
  else
    {
      if (scope == YQ_SCOPE_MINE && !is_mine && row->generation[YQ_SCOPE_CATALOGUE] != 0)
        {
          g_free (row->other);
          row->other = g_steal_pointer (&row->server);
        }
      g_free (row->server);
      row->server = text;
    }
  row->generation[scope] = generation;
}

static void
lose_copy (YqRow *row, YqScope scope)
{
  row->generation[scope] = 0;
  if (scope == YQ_SCOPE_MINE && row->other != NULL)
    {
      g_free (row->server);
      row->server = g_steal_pointer (&row->other);
    }
  g_clear_pointer (&row->other, g_free);
}

static gboolean
has_local (YqStoreDb *db, const YqRow *row, const YqEntity *entity, const char *id)
{
  gint64 found;

  return row->overlay != NULL || row->hidden ||
         sql_get_int (db->conn, "SELECT 1 FROM outbox WHERE record = $1 AND entity = $2 LIMIT 1",
                      SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name)), &found, NULL);
}

/* Commands the server has answered and whose effect the feed has now shown are done. */
static gboolean
finish_seen (YqStoreDb *db, const YqEntity *entity, const char *id, gint64 revision, GError **error)
{
  return sql_exec (db->conn,
                   "DELETE FROM outbox WHERE record = $1 AND entity = $2 AND status = $3"
                   " AND result_revision <= $4",
                   SQL_ARGS (SQL_TEXT (id), SQL_TEXT (entity->name), SQL_INT (YQ_ROW_DELIVERED),
                             SQL_INT (revision)),
                   error) >= 0;
}

static gboolean
receive_gone (YqStoreDb *db, const YqEntity *entity, const char *id, YqScope scope,
              gboolean *changed, GError **error)
{
  g_auto(YqRow) row = { 0 };
  g_autoptr(YqRecord) before = NULL;

  if (!yq_row_load (db, entity, id, &row) || row.generation[scope] == 0)
    return TRUE;
  *changed = TRUE;
  if (!row.hidden)
    before = yq_row_local (entity, id, &row);
  lose_copy (&row, scope);
  if (!is_in_a_feed (&row) && !finish_seen (db, entity, id, G_MAXINT64, error))
    return FALSE;
  return rebuild_row (db, entity, id, &row, before, error);
}

/* The server's copy alone: what is only typed here is known to nobody. */
static void
make_known (YqRecord *server)
{
  if (yq_record_entity (server)->known != NULL)
    yq_record_entity (server)->known (server);
}

void
yq_store_db_make_known (YqStoreDb *db, const YqEntity *entity)
{
  g_autoptr(SqlRows) rows =
    sql_query (db->conn, "SELECT server FROM record WHERE entity = $1 AND server IS NOT NULL",
               SQL_ARGS (SQL_TEXT (entity->name)), NULL);

  while (rows != NULL && sql_rows_next (rows, NULL))
    {
      g_autofree char *text = yq_store_db_unseal (db, rows, 0);
      g_autoptr(YqRecord) server = parse_record (text);

      if (server != NULL)
        make_known (server);
    }
}

static gboolean
receive_new (YqStoreDb *db, YqReceived *received, YqScope scope, gint64 generation, GError **error)
{
  g_auto(YqRow) row = { 0 };

  if (received->record == NULL)
    return TRUE;
  row.server = g_steal_pointer (&received->text);
  row.generation[scope] = generation;
  row.revision = yq_record_revision (received->record);
  make_known (received->record);
  return put_row (db, received->entity, received->id, &row, NULL, received->record, received->words,
                  TRUE, error);
}

static gboolean
touch_generation (YqStoreDb *db, const YqRow *row, YqScope scope, gint64 generation, GError **error)
{
  if (row->generation[scope] == generation)
    return TRUE;
  return sql_exec (db->conn,
                   scope == YQ_SCOPE_MINE ? "UPDATE record SET mine = $1 WHERE row = $2"
                                          : "UPDATE record SET catalogue = $1 WHERE row = $2",
                   SQL_ARGS (SQL_INT (generation), SQL_INT (row->row)), error) >= 0;
}

static gboolean
receive_again (YqStoreDb *db, YqReceived *received, YqRow *row, YqScope scope, gint64 generation,
               GError **error)
{
  const YqEntity *entity = received->entity;
  const char *id = received->id;
  g_autoptr(YqRecord) before = row->hidden ? NULL : yq_row_local (entity, id, row);
  g_autoptr(YqRecord) after = NULL;

  take_copy (row, scope, generation, g_steal_pointer (&received->text));
  after = yq_row_server (entity, row);
  row->revision = after != NULL ? yq_record_revision (after) : 0;
  if (after != NULL)
    make_known (after);
  if (!has_local (db, row, entity, id))
    return put_row (db, entity, id, row, before, after, NULL, TRUE, error);
  /* By the copy that is shown: the other feed may be ahead of it. */
  return finish_seen (db, entity, id, row->revision, error) &&
         rebuild_row (db, entity, id, row, before, error);
}

gboolean
yq_store_db_receive (YqStoreDb *db, YqReceived *received, YqScope scope, gint64 generation,
                     gboolean *changed, GError **error)
{
  const YqEntity *entity = received->entity;
  const char *id = received->id;
  g_auto(YqRow) row = { 0 };

  *changed = FALSE;
  if (received->gone)
    return receive_gone (db, entity, id, scope, changed, error);

  if (!yq_row_load (db, entity, id, &row))
    {
      *changed = TRUE;
      return receive_new (db, received, scope, generation, error);
    }
  if (g_strcmp0 (received->text, scope == YQ_SCOPE_CATALOGUE && row.generation[YQ_SCOPE_MINE] != 0
                                   ? row.other
                                   : row.server) == 0 &&
      row.generation[scope] != 0 && !has_local (db, &row, entity, id))
    return touch_generation (db, &row, scope, generation, error);
  *changed = TRUE;
  return receive_again (db, received, &row, scope, generation, error);
}

gboolean
yq_store_db_sweep (YqStoreDb *db, YqScope scope, gint64 generation, GHashTable *entities,
                   GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (
    db->conn,
    scope == YQ_SCOPE_MINE ? "SELECT entity, id FROM record WHERE mine > 0 AND mine < $1"
                           : "SELECT entity, id FROM record WHERE catalogue > 0 AND catalogue < $1",
    SQL_ARGS (SQL_INT (generation)), error);
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  if (rows == NULL)
    return FALSE;
  while (sql_rows_next (rows, error))
    {
      g_ptr_array_add (found, g_strdup (sql_rows_text (rows, 0)));
      g_ptr_array_add (found, g_strdup (sql_rows_text (rows, 1)));
    }
  for (guint i = 0; i < found->len; i += 2)
    {
      const YqEntity *entity = yq_model_find (g_ptr_array_index (found, i));
      gboolean changed = FALSE;

      if (entity == NULL)
        continue;
      if (!receive_gone (db, entity, g_ptr_array_index (found, i + 1), scope, &changed, error))
        return FALSE;
      g_hash_table_add (entities, (gpointer) entity->name);
    }
  return TRUE;
}
