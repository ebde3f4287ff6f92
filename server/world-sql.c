/* A YqWorld over a connection. */
#define G_LOG_DOMAIN "yiquan-records"

#include "world-sql.h"

#include "ledger.h"
#include "model.h"
#include "record-sql.h"
#include "slots.h"
#include "writer.h"

typedef struct
{
  YqWorld parent;
  SqlConn *conn;
  GHashTable *records; /* id -> YqRecord */
  GError *error;       /* the first one */
  guint64 state;       /* of the writer, when it was left */
} World;

static void
keep_error (World *world, GError *error)
{
  if (error == NULL)
    return;
  if (world->error == NULL)
    world->error = error;
  else
    g_error_free (error);
}

static YqRecord *
world_get (YqWorld *parent, const YqEntity *entity, const char *id)
{
  World *world = (World *) parent;
  YqRecord *record = g_hash_table_lookup (world->records, id);
  GError *error = NULL;

  if (record != NULL && yq_record_entity (record) == entity)
    return g_object_ref (record);
  record = yq_record_sql_get (world->conn, entity, id, &error);
  keep_error (world, error);
  /* The key lives in the record: never the old key with the new one. */
  if (record != NULL)
    g_hash_table_replace (world->records, (gpointer) yq_record_id (record), g_object_ref (record));
  return record;
}

static GPtrArray *
world_list (YqWorld *parent, const YqEntity *entity, const char *field, const char *value)
{
  World *world = (World *) parent;
  GError *error = NULL;
  GPtrArray *found = yq_record_sql_list (world->conn, entity, field, value, &error);

  keep_error (world, error);
  return found != NULL ? found : g_ptr_array_new_with_free_func (g_object_unref);
}

static GPtrArray *
world_sample (YqWorld *parent, const YqEntity *entity, const char *field, const char *value,
              guint limit)
{
  World *world = (World *) parent;
  GError *error = NULL;
  GPtrArray *found = yq_record_sql_newest (world->conn, entity, field, value, limit, &error);

  keep_error (world, error);
  return found != NULL ? found : g_ptr_array_new_with_free_func (g_object_unref);
}

static const struct
{
  const char *what;
  YqLedgerKind kind;
} balances[] = {
  { "available", YQ_LEDGER_AVAILABLE },
  { "held", YQ_LEDGER_HELD },
  { "redeemed", YQ_LEDGER_REDEEMED },
  { "budget", YQ_LEDGER_BUDGET },
};

static gint64
world_balance (YqWorld *parent, const char *what, const char *id)
{
  World *world = (World *) parent;

  for (guint i = 0; i < G_N_ELEMENTS (balances); i++)
    if (g_str_equal (balances[i].what, what))
      return yq_ledger_balance (world->conn, balances[i].kind, id);
  g_return_val_if_reached (0);
}

static gboolean
world_slot_free (YqWorld *parent, const char *instrument, gint64 from_ms, gint64 to_ms,
                 const char *except_order)
{
  World *world = (World *) parent;
  g_autoptr(YqRecord) record = world_get (parent, yq_model_find ("instrument"), instrument);

  return record != NULL && yq_slots_is_free (world->conn, record, from_ms, to_ms, except_order);
}

YqWorld *
yq_world_sql_new (SqlConn *conn, gint64 now)
{
  World *world = g_new0 (World, 1);

  world->conn = conn;
  world->records = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  world->parent.get = world_get;
  world->parent.list = world_list;
  world->parent.sample = world_sample;
  world->parent.balance = world_balance;
  world->parent.slot_free = world_slot_free;
  world->parent.now = now;
  yq_world_keep_lists (&world->parent);
  return &world->parent;
}

void
yq_world_sql_free (YqWorld *parent)
{
  World *world = (World *) parent;

  if (world == NULL)
    return;
  g_hash_table_unref (world->records);
  yq_world_drop_lists (parent);
  g_clear_error (&world->error);
  g_free (world);
}

void
yq_world_sql_forget (YqWorld *parent, YqRecord *record)
{
  World *world = (World *) parent;

  if (record == NULL)
    {
      g_hash_table_remove_all (world->records);
      yq_world_forget_lists (parent, NULL);
      return;
    }
  g_hash_table_remove (world->records, yq_record_id (record));
  yq_world_forget_lists (parent, yq_record_entity (record));
}

gboolean
yq_world_sql_check (YqWorld *parent, GError **error)
{
  World *world = (World *) parent;

  if (world->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&world->error));
  return FALSE;
}

/* -- between commands -- */

#define MAX_KEPT 1000

static GPrivate kept_world = G_PRIVATE_INIT ((GDestroyNotify) yq_world_sql_free);

YqWorld *
yq_world_sql_enter (SqlConn *conn, gint64 now)
{
  World *world = g_private_get (&kept_world);

  if (world == NULL || world->conn != conn)
    {
      world = (World *) yq_world_sql_new (conn, now);
      g_private_replace (&kept_world, world);
    }
  else if (world->state != yq_writer_state (conn) || g_hash_table_size (world->records) > MAX_KEPT)
    yq_world_sql_forget (&world->parent, NULL);
  g_clear_error (&world->error);
  world->state = 0;
  world->parent.now = now;
  return &world->parent;
}

void
yq_world_sql_leave (YqWorld *parent)
{
  World *world = (World *) parent;

  world->state = yq_writer_state (world->conn);
}
