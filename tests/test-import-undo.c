/* An import is undone while its rows are on their way: whatever had arrived is taken back, whatever
 * had not never comes. */
#define G_LOG_DOMAIN "test-import-undo"

#include "sync-fixture.h"

#include "demo-private.h"
#include "ids.h"
#include "import-page.h"

#define ROWS 2000
#define LOOKS 60 /* of the windows, at most: not one for each row */

typedef struct
{
  Bench bench;
  Client client;
  YqImport *import;
  YqRecord *prototype;
  char *batch;
} Desk;

static void
set_up (Desk *desk, gconstpointer data)
{
  bench_set_up (&desk->bench, NULL);
  start_client (&desk->client, &desk->bench, "carrier1");
}

static void
tear_down (Desk *desk, gconstpointer data)
{
  g_clear_pointer (&desk->import, yq_import_free);
  g_clear_object (&desk->prototype);
  g_clear_pointer (&desk->batch, g_free);
  remove_client (&desk->client);
  bench_tear_down (&desk->bench, NULL);
}

/* -- importing -- */

static void
begin_import (Desk *desk)
{
  static const char *const headings[] = { "所在单位内仪器编号", "仪器中文名称", "仪器型号规格" };

  g_clear_pointer (&desk->import, yq_import_free);
  g_clear_object (&desk->prototype);
  g_free (desk->batch);
  desk->prototype = yq_store_new_record (desk->client.store, &yq_instrument);
  desk->import = yq_import_new (&yq_instrument, desk->prototype, NULL);
  desk->batch = yq_id_new ();
  yq_import_set_stamp (desk->import, INSTRUMENT_IMPORTED_BY, desk->batch);
  yq_import_set_header (desk->import, headings, G_N_ELEMENTS (headings));
}

static void
add_row (Desk *desk, const char *number, const char *name)
{
  const char *cells[] = { number, name, "SU8010" };

  yq_import_add_row (desk->import, yq_import_n_rows (desk->import) + 2, cells,
                     G_N_ELEMENTS (cells));
}

static void
add_rows (Desk *desk, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *number = g_strdup_printf ("U-%05u", i);

      add_row (desk, number, "待撤销的电镜");
    }
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;

  *(char **) user_data = yq_outbox_save_many_finish (YQ_OUTBOX (source), result, &left_out, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (left_out->len, ==, 0);
}

/* On return the rows stand in the outbox, and the first may be on their way. */
static void
apply (Desk *desk)
{
  g_autoptr(GPtrArray) records = yq_import_records (desk->import);
  g_autofree char *saved = NULL;
  g_autoptr(GError) error = NULL;

  yq_import_log_keep (desk->client.store, desk->batch, &yq_instrument, desk->import, &error);
  g_assert_no_error (error);
  yq_outbox_save_many_async (desk->client.outbox, records, NULL, saved_cb, &saved);
  wait_for (saved != NULL);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  *(int *) user_data = yq_import_log_undo_finish (result, &error);
  g_assert_no_error (error);
}

static void
undo (Desk *desk, guint expected)
{
  int n = -1;

  g_assert_null (yq_import_log_check (desk->client.store, desk->batch));
  yq_import_log_undo_async (desk->client.store, desk->client.outbox, desk->batch, undone_cb, &n);
  wait_for (n >= 0);
  g_assert_cmpint (n, ==, expected);
}

/* -- what is there -- */

static guint
count_here (Desk *desk)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);

  yq_query_set_text (query, "待撤销");
  return yq_store_count (desk->client.store, query);
}

static gint64
count_there (Desk *desk)
{
  return server_count (&desk->bench, "SELECT count(*) FROM instrument WHERE import_batch = $1",
                       desk->batch);
}

static void
assert_nothing_refused (Desk *desk)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (desk->client.outbox)); i++)
    {
      g_autoptr(YqCommand) command = g_list_model_get_item (G_LIST_MODEL (desk->client.outbox), i);
      const YqProblem *problem = yq_command_problem (command);

      if (problem != NULL)
        g_error ("%s: %s", yq_command_action (command), yq_problem_detail (problem));
    }
}

static gboolean
is_sent (Desk *desk)
{
  assert_nothing_refused (desk);
  return yq_outbox_is_empty (desk->client.outbox);
}

static void
wait_until_sent (Desk *desk)
{
  wait_for (is_sent (desk));
}

static gboolean
is_sending (Desk *desk)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (desk->client.outbox)); i++)
    {
      g_autoptr(YqCommand) command = g_list_model_get_item (G_LIST_MODEL (desk->client.outbox), i);

      if (yq_command_status (command) == YQ_OUTBOX_SENDING)
        return TRUE;
    }
  return FALSE;
}

static void
count_cb (YqOutbox *outbox, guint *n)
{
  (*n)++;
}

/* -- the tests -- */

static void
test_at_once_while_it_is_sent (Desk *desk, gconstpointer data)
{
  guint n_looks = 0;

  begin_import (desk);
  add_rows (desk, ROWS);
  apply (desk);
  wait_for (is_sending (desk));
  g_signal_connect (desk->client.outbox, "changed", G_CALLBACK (count_cb), &n_looks);
  g_test_timer_start ();
  undo (desk, ROWS);
  g_test_message ("%d rows undone in %.2f s, %u looks", ROWS, g_test_timer_elapsed (), n_looks);
  g_assert_cmpuint (n_looks, <, LOOKS);
  g_signal_handlers_disconnect_by_func (desk->client.outbox, count_cb, &n_looks);
  g_assert_cmpuint (count_here (desk), ==, 0);
  wait_until_sent (desk);
  g_assert_cmpint (count_there (desk), ==, 0);
  wait_for (is_current (&desk->client));
  g_assert_cmpuint (count_here (desk), ==, 0);
  g_assert_null (yq_import_log_last (desk->client.store));
}

static void
test_when_it_has_arrived (Desk *desk, gconstpointer data)
{
  begin_import (desk);
  add_rows (desk, 50);
  apply (desk);
  wait_until_sent (desk);
  g_assert_cmpint (count_there (desk), ==, 50);
  undo (desk, 50);
  wait_until_sent (desk);
  g_assert_cmpint (count_there (desk), ==, 0);
  g_assert_cmpuint (count_here (desk), ==, 0);
}

static void
test_before_anything_is_sent (Desk *desk, gconstpointer data)
{
  gint64 n = server_count (&desk->bench, "SELECT count(*) FROM command WHERE $1 = ''", "");

  yq_sync_stop (desk->client.sync); /* a try that fails would hold them as "being sent" */
  begin_import (desk);
  add_rows (desk, 50);
  apply (desk);
  g_assert_cmpuint (count_here (desk), ==, 50);
  undo (desk, 50);
  g_assert_true (yq_outbox_is_empty (desk->client.outbox));
  g_assert_cmpuint (count_here (desk), ==, 0);
  restart_client (&desk->client, &desk->bench, "carrier1");
  wait_for (is_current (&desk->client));
  g_assert_cmpint (server_count (&desk->bench, "SELECT count(*) FROM command WHERE $1 = ''", ""),
                   ==, n);
}

/* The reply is lost (cut REPLY: the server has done it; cut REQUEST: it has not), and the undoing
 * happens before anybody knows. */
static void
undo_in_the_dark (Desk *desk, WireCut cut)
{
  wire_cut (desk->bench.wire, cut, "POST /v1/commands", 20, NULL, NULL);
  apply (desk);
  wait_for (wire_was_cut (desk->bench.wire));
  wire_set_up (desk->bench.wire, FALSE);
  wait_for (yq_sync_state (desk->client.sync) == YQ_SYNC_OFFLINE && !is_sending (desk));
  undo (desk, yq_import_count (desk->import, YQ_IMPORT_NEW));
  g_assert_false (yq_outbox_is_empty (desk->client.outbox));
  wire_set_up (desk->bench.wire, TRUE);
  yq_sync_now (desk->client.sync);
  wait_until_sent (desk);
  wait_for (is_current (&desk->client));
  g_assert_cmpuint (count_here (desk), ==, 0);
  g_assert_cmpint (count_there (desk), ==, 0);
}

static void
test_when_nobody_knows (Desk *desk, gconstpointer data)
{
  begin_import (desk);
  add_rows (desk, 50);
  undo_in_the_dark (desk, GPOINTER_TO_INT (data));
}

/* What the server would not have taken anyway needs nobody any more. */
static void
test_what_is_refused_is_gone_too (Desk *desk, gconstpointer data)
{
  g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");
  g_autofree char *taken =
    server_text (&desk->bench,
                 "SELECT asset_number FROM instrument WHERE carrier = $1 AND state = 'listed'"
                 " AND asset_number IS NOT NULL LIMIT 1",
                 carrier);

  begin_import (desk);
  add_row (desk, taken, "待撤销的重号电镜");
  add_rows (desk, 3);
  undo_in_the_dark (desk, WIRE_REQUEST);
}

/* An undone deletion of nothing: a record edited by the import gets its values back. */
static void
test_changed_rows_get_their_values_back (Desk *desk, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");
  g_autoptr(GPtrArray) mine = NULL;
  g_autoptr(GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer id, name;

  yq_query_add (query, "carrier", carrier);
  yq_query_add (query, "state", "listed");
  mine = yq_store_list (desk->client.store, query, 0);
  begin_import (desk);
  for (guint i = 0; i < mine->len; i++)
    if (yq_record_has (mine->pdata[i], INSTRUMENT_ASSET_NUMBER))
      {
        yq_import_add_existing (desk->import, mine->pdata[i]);
        g_hash_table_insert (names, g_strdup (yq_record_id (mine->pdata[i])),
                             g_strdup (yq_record_text (mine->pdata[i], INSTRUMENT_NAME)));
      }
  for (guint i = 0; i < mine->len; i++)
    if (yq_record_has (mine->pdata[i], INSTRUMENT_ASSET_NUMBER))
      add_row (desk, yq_record_text (mine->pdata[i], INSTRUMENT_ASSET_NUMBER), "待撤销的名字");
  g_assert_cmpuint (yq_import_count (desk->import, YQ_IMPORT_CHANGED), >, 2);
  apply (desk);
  undo (desk, g_hash_table_size (names));
  wait_until_sent (desk);
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &id, &name))
    {
      g_autofree char *there =
        server_text (&desk->bench, "SELECT name FROM instrument WHERE id = $1", id);
      g_autoptr(YqRecord) here = yq_store_get (desk->client.store, &yq_instrument, id);

      g_assert_cmpstr (there, ==, name);
      g_assert_cmpstr (yq_record_text (here, INSTRUMENT_NAME), ==, name);
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
#define ADD(path, func, data) g_test_add ("/import-undo/" path, Desk, data, set_up, func, tear_down)
  ADD ("sending", test_at_once_while_it_is_sent, NULL);
  ADD ("arrived", test_when_it_has_arrived, NULL);
  ADD ("not-sent", test_before_anything_is_sent, NULL);
  ADD ("lost-reply", test_when_nobody_knows, GINT_TO_POINTER (WIRE_REPLY));
  ADD ("lost-request", test_when_nobody_knows, GINT_TO_POINTER (WIRE_REQUEST));
  ADD ("refused", test_what_is_refused_is_gone_too, NULL);
  ADD ("changed", test_changed_rows_get_their_values_back, NULL);
  status = g_test_run ();
  if (template_folder != NULL)
    yq_test_remove_folder (template_folder);
  return status;
}
