/* The world as this computer knows it. */
#define G_LOG_DOMAIN "yiquan-store"

#include "world-store.h"

#include "catalogue.h"
#include "clock.h"
#include "model.h"
#include "order.h"
#include "programme.h"
#include "record-json.h"
#include "store-rows.h"
#include "voucher.h"

typedef struct
{
  YqWorld parent;
  YqStoreDb *db;
} World;

static YqRecord *
world_get (YqWorld *world, const YqEntity *entity, const char *id)
{
  return yq_store_db_read (((World *) world)->db, entity, id, YQ_VIEW_LOCAL);
}

/* A key as the index holds it, by the field's type. */
static SqlValue
key_of (const YqField *field, const char *value, char **holder)
{
  if (field == NULL)
    return SQL_TEXT (value);
  if (field->type == YQ_BOOLEAN)
    return SQL_INT (g_str_equal (value, "true") || g_str_equal (value, "1"));
  if (field->type == YQ_INTEGER || field->type == YQ_MONEY || field->type == YQ_TIME)
    return SQL_INT (g_ascii_strtoll (value, NULL, 10));
  return yq_field_key (field, value, holder);
}

static GPtrArray *
world_sample (YqWorld *world, const YqEntity *entity, const char *field, const char *value,
              guint limit)
{
  YqStoreDb *db = ((World *) world)->db;
  g_autofree char *owner = g_strconcat ("@", field, NULL);
  g_autofree char *holder = NULL;
  SqlValue key = key_of (yq_entity_field (entity, field), value, &holder);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(SqlRows) rows =
    sql_query (db->conn,
               "SELECT row FROM (SELECT row FROM field_key WHERE name = $1 AND value = $2"
               " UNION SELECT row FROM field_key WHERE name = $3 AND value = $4)"
               " ORDER BY row * $6 LIMIT $5",
               SQL_ARGS (SQL_INT (yq_store_db_name (db, entity, field)), key,
                         SQL_INT (yq_store_db_name (db, entity, owner)), SQL_TEXT (value),
                         SQL_INT (limit > 0 ? (gint64) limit : -1), SQL_INT (limit > 0 ? -1 : 1)),
               NULL);

  while (rows != NULL && sql_rows_next (rows, NULL))
    {
      YqRecord *record = yq_store_db_read_row (db, sql_rows_int (rows, 0));

      if (record != NULL)
        g_ptr_array_add (found, record);
    }
  return found;
}

static GPtrArray *
world_list (YqWorld *world, const YqEntity *entity, const char *field, const char *value)
{
  return world_sample (world, entity, field, value, 0);
}

/* The reader's and the writer's connections see each other's writes by it. */
static gint64
world_version (YqWorld *world)
{
  gint64 version = 0;

  sql_get_int (((World *) world)->db->conn, "PRAGMA data_version", SQL_NO_ARGS, &version, NULL);
  return version;
}

/* -- money -- */

/* What queued uses of this voucher will hold: not yet in the server's figures. */
static gint64
queued_amount (YqStoreDb *db, const char *voucher)
{
  gint64 sum = 0;
  g_autoptr(SqlRows) rows =
    sql_query (db->conn,
               "SELECT DISTINCT record FROM outbox WHERE entity = $1 AND action = 'submit'"
               " AND status <> $2",
               SQL_ARGS (SQL_TEXT (yq_voucher_use.name), SQL_INT (YQ_ROW_NEEDS_YOU)), NULL);

  while (rows != NULL && sql_rows_next (rows, NULL))
    {
      g_autoptr(YqRecord) use =
        yq_store_db_read (db, &yq_voucher_use, sql_rows_text (rows, 0), YQ_VIEW_LOCAL);

      if (use != NULL && g_strcmp0 (yq_record_text (use, VOUCHER_USE_VOUCHER), voucher) == 0)
        sum += yq_record_int (use, VOUCHER_USE_AMOUNT);
    }
  return sum;
}

static gint64
programme_budget (YqStoreDb *db, const char *id)
{
  g_autoptr(YqRecord) programme = yq_store_db_read (db, &yq_programme, id, YQ_VIEW_LOCAL);

  if (programme == NULL || !yq_record_has (programme, PROGRAMME_BUDGET))
    return G_MAXINT64 / 2; /* not known here: the server decides */
  return yq_record_int (programme, PROGRAMME_BUDGET);
}

static gint64
world_balance (YqWorld *world, const char *what, const char *id)
{
  YqStoreDb *db = ((World *) world)->db;
  g_autoptr(YqRecord) voucher = NULL;

  if (g_str_equal (what, "budget"))
    return programme_budget (db, id);
  voucher = yq_store_db_read (db, &yq_voucher, id, YQ_VIEW_SERVER);
  if (voucher == NULL)
    return 0;
  if (g_str_equal (what, "available"))
    return yq_record_int (voucher, VOUCHER_AVAILABLE) - queued_amount (db, id);
  if (g_str_equal (what, "held"))
    return yq_record_int (voucher, VOUCHER_HELD) + queued_amount (db, id);
  return yq_record_int (voucher, VOUCHER_REDEEMED);
}

/* -- slots -- */

static gboolean
is_own_row (JsonObject *row, YqRecord *order)
{
  gint64 from, to;

  return order != NULL &&
         yq_time_parse (json_object_get_string_member_with_default (row, "from", ""), &from) &&
         yq_time_parse (json_object_get_string_member_with_default (row, "to", ""), &to) &&
         from == yq_record_int (order, ORDER_CONFIRMED_FROM) &&
         to == yq_record_int (order, ORDER_CONFIRMED_TO);
}

/* A copy without the rows that the order itself takes. */
static YqRecord *
without_order (YqStoreDb *db, YqRecord *instrument, const char *order_id)
{
  YqRecord *copy = yq_record_copy (instrument);
  g_autoptr(YqRecord) order = yq_store_db_read (db, &yq_order, order_id, YQ_VIEW_LOCAL);
  JsonArray *taken = yq_record_array (instrument, INSTRUMENT_TAKEN);
  JsonArray *rest = json_array_new ();

  for (guint i = 0; taken != NULL && i < json_array_get_length (taken); i++)
    {
      JsonObject *row = json_array_get_object_element (taken, i);

      if (!is_own_row (row, order))
        json_array_add_object_element (rest, yq_json_copy_object (row));
    }
  yq_record_take_array (copy, INSTRUMENT_TAKEN, rest);
  return copy;
}

static gboolean
world_slot_free (YqWorld *world, const char *id, gint64 from_ms, gint64 to_ms,
                 const char *except_order)
{
  YqStoreDb *db = ((World *) world)->db;
  g_autoptr(YqRecord) instrument = yq_store_db_read (db, &yq_instrument, id, YQ_VIEW_LOCAL);
  g_autoptr(YqRecord) seen = NULL;

  if (instrument == NULL || !yq_instrument_can_be_booked (instrument) ||
      !yq_instrument_is_open (instrument, from_ms, to_ms))
    return FALSE;
  seen =
    except_order != NULL ? without_order (db, instrument, except_order) : g_object_ref (instrument);
  return !yq_instrument_is_taken (seen, from_ms, to_ms);
}

YqWorld *
yq_world_store_new (YqStoreDb *db)
{
  World *world = g_new0 (World, 1);

  world->parent.get = world_get;
  world->parent.list = world_list;
  world->parent.sample = world_sample;
  world->parent.balance = world_balance;
  world->parent.slot_free = world_slot_free;
  world->parent.version = world_version;
  world->parent.now = yq_clock_now ();
  world->db = db;
  yq_world_keep_lists (&world->parent);
  return &world->parent;
}

void
yq_world_store_free (YqWorld *parent)
{
  World *world = (World *) parent;

  if (world == NULL)
    return;
  yq_world_drop_lists (parent);
  g_free (world);
}
