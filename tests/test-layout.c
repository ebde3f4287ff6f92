/* A store that an older version of the program made: whatever the person wrote is there, whenever
 * the program dies; the rest is asked for again. */
#define G_LOG_DOMAIN "test-layout"

#include "client-fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "party.h"
#include "queue.h"
#include "sealed.h"

#define MINE "018f3c00-0000-7000-8000-00000000d001"    /* written, never sent */
#define EDITED "018f3c00-0000-7000-8000-00000000d002"  /* known to the server, edited */
#define WAITING "018f3c00-0000-7000-8000-00000000d003" /* submitted, waits in the outbox */
#define REFUSED "018f3c00-0000-7000-8000-00000000d004"
#define DEVICE "018f3c00-0000-7000-8000-00000000d005"
#define COMMAND "018f3c00-0000-7000-8000-00000000c001"
#define ACCOUNT_NUMBER "62220200000012"

/* Fewer columns, other ones, an index by a name that is used today, tables nobody has any more. */
static const char old_schema[] =
  "CREATE TABLE record (row INTEGER PRIMARY KEY, entity TEXT NOT NULL, id TEXT NOT NULL,"
  " revision BIGINT NOT NULL, mine BIGINT NOT NULL, catalogue BIGINT NOT NULL, server BLOB,"
  " colour TEXT);"
  "CREATE INDEX record_recent ON record (colour);"
  "CREATE TABLE draft (entity TEXT NOT NULL, record TEXT NOT NULL, step TEXT NOT NULL,"
  " patch BLOB NOT NULL, base BLOB, typed_at BIGINT);"
  "CREATE TABLE outbox (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, batch TEXT NOT NULL,"
  " entity TEXT NOT NULL, record TEXT NOT NULL, action TEXT NOT NULL, revision BIGINT NOT NULL,"
  " fields BLOB NOT NULL, status BIGINT NOT NULL, colour TEXT);"
  "CREATE INDEX outbox_record ON outbox (colour);"
  "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
  "CREATE VIRTUAL TABLE search USING fts5 (words);"
  "CREATE TABLE forgotten (x TEXT);";

static void
run (sqlite3 *db, const char *sql)
{
  char *message = NULL;

  if (sqlite3_exec (db, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("%s: %s", sql, message);
}

static void
put_record (sqlite3 *db, const char *entity, const char *id, const char *json)
{
  g_autofree char *sql = g_strdup_printf (
    "INSERT INTO record (entity, id, revision, mine, catalogue, server, colour)"
    " VALUES ('%s', '%s', 2, %d, %d, '%s', 'red')",
    entity, id, g_str_equal (entity, "order") ? 3 : 0, g_str_equal (entity, "order") ? 0 : 5, json);

  run (db, sql);
}

static void
put_draft (sqlite3 *db, const char *entity, const char *id, const char *patch, const char *base)
{
  g_autofree char *sql =
    g_strdup_printf ("INSERT INTO draft (entity, record, step, patch, base, typed_at)"
                     " VALUES ('%s', '%s', '', '%s', '%s', 5)",
                     entity, id, patch, base);

  run (db, sql);
}

static void
put_command (sqlite3 *db, const char *id, const char *record, int status, const char *fields)
{
  g_autofree char *sql = g_strdup_printf (
    "INSERT INTO outbox (id, batch, entity, record, action, revision, fields,"
    " status, colour) VALUES ('%s', 'b', 'order', '%s', 'submit', 0, '%s', %d, '')",
    id, record, fields, status);

  run (db, sql);
}

static void
put_meta (sqlite3 *db, const char *name, const char *value)
{
  g_autofree char *sql =
    g_strdup_printf ("INSERT INTO meta (name, value) VALUES ('%s', '%s')", name, value);

  run (db, sql);
}

static void
write_old_store (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "store.db", NULL);
  g_autoptr(GBytes) key = make_key ();
  const guint8 *bytes = g_bytes_get_data (key, NULL);
  g_autofree char *word = yq_sealed_write (bytes, "yiquan");
  g_autofree char *bank =
    yq_sealed_write (bytes, "{\"bank_account\":\"" ACCOUNT_NUMBER "\",\"name\":\"嘉善新材料\"}");
  g_autofree char *order = order_json (EDITED, 2, "draft", "\"purpose\":\"旧\",\"need\":\"x\"");
  g_autofree char *device = instrument_json (DEVICE, 2, "场发射扫描电镜", "");
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  run (db, "PRAGMA journal_mode = WAL");
  run (db, old_schema);
  put_record (db, "order", EDITED, order);
  put_record (db, "instrument", DEVICE, device);
  put_draft (db, "order", MINE, "{\"purpose\":\"没有寄出的\"}", "{}");
  put_draft (db, "order", EDITED, "{\"purpose\":\"新\"}", "{\"purpose\":\"旧\"}");
  put_draft (db, "organisation", BUYER, bank, "{}");
  put_command (db, COMMAND, WAITING, YQ_ROW_SENDING, "{\"purpose\":\"正在寄的\"}");
  put_command (db, "018f3c00-0000-7000-8000-00000000c002", REFUSED, YQ_ROW_NEEDS_YOU, "{}");
  put_draft (db, "order", REFUSED, "{\"purpose\":\"被退回的\"}", "{}");
  put_meta (db, "layout", "0");
  put_meta (db, "key", word);
  put_meta (db, "generation.mine", "3");
  put_meta (db, "whole.mine", "3");
  put_meta (db, "cursor.mine", "77");
  put_meta (db, "cursor.catalogue", "12");
  put_meta (db, "import-last", "i");
  sqlite3_close (db);
}

static void
set_up (Place *place, gconstpointer data)
{
  place->dir = g_dir_make_tmp ("yiquan-layout-XXXXXX", NULL);
  write_old_store (place->dir);
}

static void
tear_down (Place *place, gconstpointer data)
{
  settle ();
  close_place (place);
}

/* -- what must be there -- */

static void
assert_text (Place *place, const YqEntity *entity, const char *id, guint field, const char *text)
{
  g_autoptr(YqRecord) record = yq_store_get (place->store, entity, id);

  g_assert_nonnull (record);
  g_assert_cmpstr (yq_record_text (record, field), ==, text);
}

static void
assert_meta (Place *place, const char *name, const char *value)
{
  g_autofree char *found = yq_store_get_meta (place->store, name);

  g_assert_cmpstr (found, ==, value);
}

static void
assert_everything_of_hers (Place *place, YqOutbox *outbox)
{
  g_auto(YqDue) due = { 0 };
  g_autoptr(YqRecord) mine = yq_store_get (place->store, &yq_order, MINE);

  assert_text (place, &yq_order, MINE, ORDER_PURPOSE, "没有寄出的");
  assert_text (place, &yq_order, EDITED, ORDER_PURPOSE, "新");
  assert_text (place, &yq_order, EDITED, ORDER_NEED, "x");
  assert_text (place, &yq_order, WAITING, ORDER_PURPOSE, "正在寄的");
  assert_text (place, &yq_order, REFUSED, ORDER_PURPOSE, "被退回的");
  assert_text (place, &yq_organisation, BUYER, ORGANISATION_BANK_ACCOUNT, ACCOUNT_NUMBER);
  g_assert_cmpstr (yq_record_buyer (mine), ==, BUYER);
  assert_meta (place, "import-last", "i");

  /* What was on its way goes again, under the same id. */
  g_assert_cmpuint (yq_outbox_n_waiting (outbox), ==, 1);
  yq_queue_due (yq_store_db (place->store), yq_clock_now (), NULL, NULL, &due);
  g_assert_cmpuint (due.commands->len, ==, 1);
  g_assert_cmpstr (((YqQueued *) due.commands->pdata[0])->id, ==, COMMAND);
  g_assert_nonnull (strstr (((YqQueued *) due.commands->pdata[0])->fields, "正在寄的"));
}

static void
test_what_is_hers_moves_over (Place *place, gconstpointer data)
{
  g_autoptr(YqOutbox) outbox = NULL;
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(GError) error = NULL;
  YqStoreDb *db;
  gint64 n = 1;

  open_place (place);
  outbox = yq_outbox_new (place->store, &error);
  g_assert_no_error (error);
  assert_everything_of_hers (place, outbox);

  /* The feeds begin anew; until then the rest can be read and found. */
  yq_query_set_text (query, "电镜");
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 1);
  assert_meta (place, "cursor.mine", NULL);
  assert_meta (place, "cursor.catalogue", NULL);
  assert_meta (place, "generation.mine", "4");
  db = yq_store_db (place->store);
  sql_get_int (db->conn,
               "SELECT count(*) FROM sqlite_master WHERE name = 'forgotten'"
               " OR substr (name, 1, 4) = 'old_'",
               SQL_NO_ARGS, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 0);
  g_clear_object (&outbox);
  settle ();

  /* And once more, as a store of today. */
  g_assert_finalize_object (g_steal_pointer (&place->store));
  open_place (place);
  outbox = yq_outbox_new (place->store, &error);
  g_assert_no_error (error);
  assert_everything_of_hers (place, outbox);
  g_clear_object (&outbox);
}

/* The layout before the last. */
static void
test_the_first_layout (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->dir, "store.db", NULL);
  g_autoptr(YqOutbox) outbox = NULL;
  sqlite3 *db;

  open_place (place);
  outbox = yq_outbox_new (place->store, NULL);
  g_clear_object (&outbox);
  settle ();
  g_assert_finalize_object (g_steal_pointer (&place->store));
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  run (db, "ALTER TABLE outbox DROP COLUMN sent");
  run (db, "UPDATE meta SET value = '1' WHERE name = 'layout'");
  sqlite3_close (db);
  open_place (place);
  outbox = yq_outbox_new (place->store, NULL);
  assert_everything_of_hers (place, outbox);
  g_clear_object (&outbox);
}

/* What the feed does not show again goes, but nothing of hers. */
static void
test_the_rest_is_asked_for_again (Place *place, gconstpointer data)
{
  g_autoptr(YqOutbox) outbox = NULL;
  g_autoptr(GHashTable) entities = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(YqRecord) gone = NULL;
  g_autoptr(GError) error = NULL;
  YqStoreDb *db;

  open_place (place);
  db = yq_store_db (place->store);
  outbox = yq_outbox_new (place->store, &error);
  g_assert_no_error (error);
  g_assert_true (yq_store_begin (place->store, db, &error));
  g_assert_true (yq_store_end (
    place->store, db, yq_store_db_sweep (db, YQ_SCOPE_CATALOGUE, 6, entities, &error), &error));
  g_assert_no_error (error);
  g_assert_null (yq_store_get (place->store, &yq_instrument, DEVICE));
  assert_everything_of_hers (place, outbox);
  receive_order (place->store, EDITED, 3, "draft", "\"purpose\":\"旧\",\"need\":\"z\"");
  settle ();
  assert_text (place, &yq_order, EDITED, ORDER_PURPOSE, "新");
  assert_text (place, &yq_order, EDITED, ORDER_NEED, "z");
  g_clear_object (&outbox);
}

/* -- dying in between -- */

static guint steps_left;

static int
count_step_cb (void *data)
{
  if (steps_left-- == 0)
    kill (getpid (), SIGKILL);
  return 0;
}

static int
watch_cb (sqlite3 *db, const char **message, const void *api)
{
  sqlite3_progress_handler (db, 1, count_step_cb, NULL);
  return SQLITE_OK;
}

/* TRUE where the child came to the end. */
static gboolean
open_and_die (const char *dir, guint n)
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      Place place = { .dir = (char *) dir };

      steps_left = n;
      sqlite3_auto_extension ((void (*) (void)) watch_cb);
      open_place (&place);
      _exit (yq_outbox_new (place.store, NULL) != NULL ? 0 : 2);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (WIFEXITED (status))
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  return WIFEXITED (status);
}

static void
test_dying_while_it_moves (Place *place, gconstpointer data)
{
  g_autoptr(YqOutbox) outbox = NULL;
  guint n_deaths = 0;

  for (guint n = 0; !open_and_die (place->dir, n); n += 7 + n / 12)
    n_deaths++;
  g_test_message ("%u deaths", n_deaths);
  g_assert_cmpuint (n_deaths, >, 30);
  open_place (place);
  outbox = yq_outbox_new (place->store, NULL);
  assert_everything_of_hers (place, outbox);
  g_clear_object (&outbox);
}

/* -- of a newer one -- */

static void
test_a_newer_store_is_left_alone (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->dir, "store.db", NULL);
  g_autoptr(GBytes) key = make_key ();
  g_autoptr(GError) error = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  run (db, "UPDATE meta SET value = '99' WHERE name = 'layout'");
  g_assert_null (yq_store_open (place->dir, key, &error));
  g_assert_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "99"));
  run (db, "SELECT colour FROM outbox");
  run (db, "UPDATE meta SET value = '0' WHERE name = 'layout'");
  sqlite3_close (db);
  open_place (place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  yq_clock_set (G_GINT64_CONSTANT (1790000000000));

#define ADD(path, func) g_test_add ("/layout/" path, Place, NULL, set_up, func, tear_down)
  ADD ("moves", test_what_is_hers_moves_over);
  ADD ("first", test_the_first_layout);
  ADD ("again", test_the_rest_is_asked_for_again);
  ADD ("dying", test_dying_while_it_moves);
  ADD ("newer", test_a_newer_store_is_left_alone);
  return g_test_run ();
}
