/* Clients and a real server: offline work that sends itself, merges, conflicts, cuts, kills. */
#define G_LOG_DOMAIN "test-sync"

#include "sync-orders.h"

#include <signal.h>
#include <sys/wait.h>

#include "model.h"
#include "record-list.h"
#include "tx.h"
#include "world-sql.h"

#define CHILD "--child"

static char *own_path;

/* -- tests -- */

static void
test_everything_comes_and_keeps_coming (Bench *bench, gconstpointer data)
{
  Client buyer = { 0 }, carrier = { 0 };
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) seen = NULL;
  gint64 n;

  start_client (&buyer, bench, "enterprise1");
  n = server_count (bench,
                    "SELECT count(*) FROM instrument WHERE state IN ('listed', 'stopped')"
                    " AND $1 = ''",
                    "");
  g_assert_cmpint (n, >, 0);
  g_assert_cmpint (yq_store_count (buyer.store, query), ==, n);

  /* What the enterprise submits stands at the carrier's without a click. */
  start_client (&carrier, bench, "carrier1");
  order = write_order (&buyer, "测定截面厚度", 3);
  g_free (submit (&buyer, order, "submit", NULL));
  wait_for (is_sent (&buyer));
  wait_for ((seen = yq_store_get (carrier.store, &yq_order, yq_record_id (order))) != NULL);
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "测定截面厚度");
  g_assert_cmpstr (yq_record_state (seen), ==, "submitted");
  remove_client (&buyer);
  remove_client (&carrier);
}

static void
test_written_offline_it_sends_itself (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) seen = NULL;
  g_autofree char *id = NULL;

  start_client (&client, bench, "enterprise1");
  end_client (&client);
  wire_set_up (bench->wire, FALSE);

  g_assert_true (restore (&client, bench->url, "enterprise1"));
  wait_for (yq_sync_state (client.sync) == YQ_SYNC_OFFLINE);
  order = write_order (&client, "无网络时填写", 3);
  attach_paper (&client, order);
  id = g_strdup (yq_record_id (order));
  g_free (submit (&client, order, "submit", NULL));
  g_assert_cmpint (yq_outbox_record_status (client.outbox, &yq_order, id), ==, YQ_OUTBOX_ONLY_HERE);
  restart_client (&client, bench, "enterprise1");
  g_assert_cmpuint (yq_outbox_n_waiting (client.outbox), >, 0);
  seen = yq_store_get (client.store, &yq_order, id);
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "无网络时填写");

  wire_set_up (bench->wire, TRUE);
  wait_for (is_sent (&client));
  assert_one_effect (bench, id);
  g_assert_cmpint (yq_outbox_record_status (client.outbox, &yq_order, id), ==, YQ_OUTBOX_DELIVERED);
  remove_client (&client);
}

static void
test_refused_it_needs_her_with_every_word (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) seen = NULL;
  const YqProblem *problem;

  start_client (&client, bench, "enterprise1");
  order = write_order (&client, "缺联系人", 3);
  yq_record_set_text (order, ORDER_CONTACT_NAME, NULL);
  g_free (submit (&client, order, "submit", NULL));
  wait_for (yq_outbox_n_needs_you (client.outbox) == 1);
  problem = yq_outbox_record_problem (client.outbox, &yq_order, yq_record_id (order));
  g_assert_cmpint (yq_problem_n_errors (problem), >, 0);
  seen = yq_store_get (client.store, &yq_order, yq_record_id (order));
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "缺联系人");
  g_assert_cmpstr (yq_record_state (seen), ==, "draft");

  yq_record_set_text (seen, ORDER_CONTACT_NAME, "王工");
  g_free (submit (&client, seen, "submit", NULL));
  wait_for (is_sent (&client));
  assert_one_effect (bench, yq_record_id (order));
  remove_client (&client);
}

/* -- two clients -- */

static void
prepare_shared_order (Bench *bench, Client *first, Client *second, char **id)
{
  g_autoptr(YqRecord) order = NULL;

  start_client (first, bench, "enterprise1");
  order = write_order (first, "旧", 3);
  yq_record_set_text (order, ORDER_NEED, "旧");
  *id = g_strdup (yq_record_id (order));
  g_assert_true (yq_outbox_save (first->outbox, order, NULL));
  wait_for (is_sent (first));
  start_client (second, bench, "enterprise1");
  wait_for (yq_store_get_live (second->store, &yq_order, *id) != NULL);
  wire_set_up (bench->wire, FALSE);
  wait_for (yq_sync_state (first->sync) == YQ_SYNC_OFFLINE);
  wait_for (yq_sync_state (second->sync) == YQ_SYNC_OFFLINE);
}

static void
edit_offline (Client *client, const char *id, guint field, const char *text)
{
  g_autoptr(YqRecord) order = yq_store_get (client->store, &yq_order, id);

  yq_record_set_text (order, field, text);
  g_assert_true (yq_outbox_save (client->outbox, order, NULL));
}

static void
test_different_fields_merge (Bench *bench, gconstpointer data)
{
  Client first = { 0 }, second = { 0 };
  g_autofree char *id = NULL;

  prepare_shared_order (bench, &first, &second, &id);
  edit_offline (&first, id, ORDER_PURPOSE, "第一人写的");
  edit_offline (&second, id, ORDER_NEED, "第二人写的");
  wire_set_up (bench->wire, TRUE);
  wait_for (is_sent (&first) && is_sent (&second));
  wait_for (reads (&first, id, ORDER_NEED, "第二人写的"));
  wait_for (reads (&second, id, ORDER_PURPOSE, "第一人写的"));
  g_assert_true (reads (&first, id, ORDER_PURPOSE, "第一人写的"));
  g_assert_cmpuint (yq_store_n_conflicts (first.store), ==, 0);
  g_assert_cmpuint (yq_store_n_conflicts (second.store), ==, 0);
  remove_client (&first);
  remove_client (&second);
}

/* Whose reached the server first is not asked: the other one is. */
static void
test_the_same_field_asks (Bench *bench, gconstpointer data)
{
  Client first = { 0 }, second = { 0 };
  Client *asked, *other;
  const char *mine, *theirs;
  g_autofree char *id = NULL;
  g_autoptr(GPtrArray) conflicts = NULL;
  g_autoptr(YqRecord) order = NULL;
  const YqConflict *conflict;

  prepare_shared_order (bench, &first, &second, &id);
  edit_offline (&first, id, ORDER_PURPOSE, "第一人写的");
  edit_offline (&second, id, ORDER_PURPOSE, "第二人写的");
  wire_set_up (bench->wire, TRUE);
  wait_for (yq_store_n_conflicts (first.store) + yq_store_n_conflicts (second.store) == 1);
  asked = yq_store_n_conflicts (first.store) == 1 ? &first : &second;
  other = asked == &first ? &second : &first;
  mine = asked == &first ? "第一人写的" : "第二人写的";
  theirs = asked == &first ? "第二人写的" : "第一人写的";
  /* The other's value may come through the feed before the answer to one's own command. */
  wait_for (yq_outbox_record_status (asked->outbox, &yq_order, id) == YQ_OUTBOX_NEEDS_YOU);
  conflicts = yq_store_conflicts (asked->store, &yq_order, id);
  conflict = conflicts->pdata[0];
  g_assert_cmpstr (yq_values_text (conflict->base, ORDER_PURPOSE), ==, "旧");
  g_assert_cmpstr (yq_values_text (conflict->mine, ORDER_PURPOSE), ==, mine);
  g_assert_cmpstr (yq_values_text (conflict->theirs, ORDER_PURPOSE), ==, theirs);

  g_assert_true (yq_store_resolve (asked->store, &yq_order, id, "purpose", TRUE, NULL));
  order = yq_store_get (asked->store, &yq_order, id);
  g_assert_true (yq_outbox_save (asked->outbox, order, NULL));
  wait_for (is_sent (asked));
  wait_for (reads (other, id, ORDER_PURPOSE, mine));
  remove_client (&first);
  remove_client (&second);
}

/* -- cuts -- */

static void
test_a_reply_cut_at_any_byte (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  guint64 whole;

  start_client (&client, bench, "enterprise1");
  {
    g_autoptr(YqRecord) order = write_order (&client, "整", 3);

    wire_cut (bench->wire, WIRE_WHOLE, "POST /v1/commands", 0, NULL, NULL);
    g_free (submit (&client, order, "submit", NULL));
    wait_for (is_sent (&client));
    whole = wire_n_reply_bytes (bench->wire);
  }
  g_assert_cmpint (whole, >, 100);
  for (guint at = 0; at < whole; at += at < 24 ? 8 : 67)
    {
      g_autoptr(YqRecord) order = write_order (&client, "断", 3);

      wire_cut (bench->wire, WIRE_REPLY, "POST /v1/commands", at, NULL, NULL);
      g_free (submit (&client, order, "submit", NULL));
      wait_for (wire_was_cut (bench->wire));
      wait_for ((hurry (&client), is_sent (&client)));
      assert_one_effect (bench, yq_record_id (order));
    }
  remove_client (&client);
}

/* -- clocks -- */

/* Both clocks are set forward and back between an edit, its sending and its coming back. */
static void
test_clocks_jump (Bench *bench, gconstpointer data)
{
  static const int days[] = { 40, -3, 30, 0 };
  Client client = { 0 };

  start_client (&client, bench, "enterprise1");
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr(YqRecord) order = write_order (&client, "时钟跳动", 8);

      yq_clock_offset (days[i] * YQ_DAY);
      g_free (submit (&client, order, "submit", NULL));
      wait_for ((hurry (&client), is_sent (&client)));
      assert_one_effect (bench, yq_record_id (order));
      g_assert_true (reads (&client, yq_record_id (order), ORDER_PURPOSE, "时钟跳动"));
    }
  g_assert_cmpint (
    server_count (bench, "SELECT count(*) - count(DISTINCT number) FROM \"order\" WHERE $1 = ''",
                  ""),
    ==, 0);
  yq_clock_offset (0);
  remove_client (&client);
}

/* -- kills -- */

typedef struct
{
  const char *name;
  WireCut cut;
  const char *start;
  guint n_bytes;
} Moment;

static const Moment moments[] = {
  { "file-asked", WIRE_REQUEST, "HEAD /v1/files/", 0 },
  { "file-arrives", WIRE_REQUEST, "PATCH /v1/files/", 0 },
  { "file-arrived", WIRE_REPLY, "PATCH /v1/files/", 0 },
  { "file-answered", WIRE_REPLY, "PATCH /v1/files/", 40 },
  { "command-arrives", WIRE_REQUEST, "POST /v1/commands", 0 },
  { "command-arrived", WIRE_REPLY, "POST /v1/commands", 0 },
  { "reply-begins", WIRE_REPLY, "POST /v1/commands", 20 },
  { "reply-half", WIRE_REPLY, "POST /v1/commands", 250 },
};

static void
kill_cb (gpointer user_data)
{
  GPid *child = user_data;

  while (g_atomic_int_get (child) == 0)
    g_thread_yield ();
  kill (g_atomic_int_get (child), SIGKILL);
}

/* The program, without windows: goes on where it was and sends what it has. */
static int
run_child (const char *dir, const char *url)
{
  Client client = { .dir = g_strdup (dir) };

  if (!restore (&client, url, "enterprise1"))
    return 2;
  wait_for (is_sent (&client));
  end_client (&client);
  return 0;
}

static int
wait_for_child (GPid child)
{
  int status;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_spawn_close_pid (child);
  return status;
}

static void
test_killed_at (Bench *bench, gconstpointer data)
{
  const Moment *moment = data;
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autofree char *id = NULL;
  GPid child = 0, started;
  g_autoptr(GError) error = NULL;
  int status;

  start_client (&client, bench, "enterprise1");
  order = write_order (&client, "被杀", 3);
  attach_paper (&client, order);
  id = g_strdup (yq_record_id (order));
  yq_sync_stop (client.sync);
  g_free (submit (&client, order, "submit", NULL));
  end_client (&client);

  wire_cut (bench->wire, moment->cut, moment->start, moment->n_bytes, kill_cb, &child);
  {
    char *argv[] = { own_path, (char *) CHILD, client.dir, bench->url, NULL };

    g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &started, &error);
    g_assert_no_error (error);
  }
  g_atomic_int_set (&child, started);
  status = wait_for_child (started);
  g_assert_true (WIFSIGNALED (status));

  g_assert_true (restore (&client, bench->url, "enterprise1"));
  {
    g_autoptr(YqRecord) seen = yq_store_get (client.store, &yq_order, id);

    g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "被杀");
    g_assert_cmpstr (yq_record_text (seen, ORDER_CONTACT_NAME), ==, "王工");
  }
  wait_for (is_sent (&client));
  assert_one_effect (bench, id);
  remove_client (&client);
}

/* -- rights -- */

typedef struct
{
  char *account;
  char *region;
} NewGrant;

static gboolean
add_grant_cb (SqlConn *conn, gpointer user_data, GError **error)
{
  NewGrant *new = user_data;
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);
  static const YqWho clock = { .is_clock = TRUE };
  YqWorld *world = yq_world_sql_new (conn, yq_clock_now ());
  gboolean done;
  YqTx tx;

  yq_tx_init (&tx, conn, world, &clock, yq_clock_now ());
  yq_record_set_text (grant, GRANT_ACCOUNT, new->account);
  yq_record_set_text (grant, GRANT_ROLE, "reviewer");
  yq_record_set_text (grant, GRANT_REGION, new->region);
  yq_record_set_account (grant, new->account);
  done = yq_tx_insert (&tx, grant, "derive", error);
  yq_world_sql_free (world);
  return done;
}

static void
test_new_rights_read_everything_again (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autofree char *id = NULL;
  NewGrant new = { NULL, g_strdup ("330421") };

  start_client (&client, bench, "enterprise1");
  order = write_order (&client, "草稿", 3);
  id = g_strdup (yq_record_id (order));
  new.account = g_strdup (yq_login_account (client.login));
  yq_fixture_write (bench->http, add_grant_cb, &new);
  wait_for (yq_who_has_role (yq_login_who (client.login), YQ_ROLE_REVIEWER));
  wait_for (is_current (&client));
  g_assert_true (yq_store_has_draft (client.store, &yq_order, id));
  g_assert_true (reads (&client, id, ORDER_PURPOSE, "草稿"));
  remove_client (&client);
  g_free (new.account);
  g_free (new.region);
}

static gboolean
end_sessions_cb (SqlConn *conn, gpointer user_data, GError **error)
{
  return sql_exec (conn, "DELETE FROM session", SQL_NO_ARGS, error) >= 0;
}

#define N_CLOSINGS 12
#define LONG_PAPER (4 * 1024 * 1024) /* pieces enough that closing falls among them */

static gboolean
over_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* Who closes the program while a paper is on its way finds it sent, not refused. */
static void
test_closing_during_an_upload_refuses_nothing (Bench *bench, gconstpointer data)
{
  Client client = { 0 };

  start_client (&client, bench, "enterprise1");
  for (guint i = 0; i < N_CLOSINGS; i++)
    {
      g_autoptr(YqRecord) order = write_order (&client, "关闭时正在上传", 3 + i);
      gboolean is_over = FALSE;

      attach_paper_of (&client, order, LONG_PAPER, i);
      g_free (submit (&client, order, "submit", NULL));
      g_timeout_add (2 + 4 * i, over_cb, &is_over);
      while (!is_over)
        g_main_context_iteration (NULL, TRUE);
      restart_client (&client, bench, "enterprise1");
      wait_for (is_sent (&client));
      assert_one_effect (bench, yq_record_id (order));
    }
  remove_client (&client);
}

static void
test_a_lost_session_keeps_the_outbox (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autofree char *account = NULL;

  start_client (&client, bench, "enterprise1");
  account = g_strdup (yq_login_account (client.login));
  yq_fixture_write (bench->http, end_sessions_cb, NULL);
  yq_sessions_drop_account (yq_server_sessions (bench->http->server), account);
  order = write_order (&client, "会话已过期", 3);
  g_free (submit (&client, order, "submit", NULL));
  wait_for (yq_sync_state (client.sync) == YQ_SYNC_SIGNED_OUT);
  g_assert_true (yq_login_needs_sign_in (client.login));
  g_assert_false (yq_outbox_is_empty (client.outbox));
  g_assert_true (reads (&client, yq_record_id (order), ORDER_PURPOSE, "会话已过期"));

  g_assert_true (sign_in (&client, bench->url, "enterprise1", YQ_DEMO_PASSWORD, NULL));
  g_assert_false (yq_login_needs_sign_in (client.login));
  wait_for (is_sent (&client));
  assert_one_effect (bench, yq_record_id (order));
  remove_client (&client);
}

/* -- files and history -- */

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  *(GBytes **) user_data = yq_sync_fetch_file_finish (YQ_SYNC (source), result, &error);
  g_assert_no_error (error);
}

static void
history_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  *(JsonNode **) user_data = yq_sync_fetch_history_finish (YQ_SYNC (source), result, &error);
  g_assert_no_error (error);
}

static void
test_the_other_side_reads_paper_and_history (Bench *bench, gconstpointer data)
{
  Client buyer = { 0 }, carrier = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) seen = NULL;
  g_autoptr(JsonNode) history = NULL;
  g_autoptr(GBytes) content = NULL;
  g_autoptr(GBytes) again = NULL;
  const char *sha256;

  start_client (&buyer, bench, "enterprise1");
  start_client (&carrier, bench, "carrier1");
  order = write_order (&buyer, "附任务书", 3);
  attach_paper (&buyer, order);
  g_free (submit (&buyer, order, "submit", NULL));
  wait_for ((seen = yq_store_get (carrier.store, &yq_order, yq_record_id (order))) != NULL);
  sha256 = json_object_get_string_member (
    json_array_get_object_element (yq_record_array (seen, ORDER_PAPERS), 0), "sha256");
  g_assert_false (yq_store_has_file (carrier.store, sha256));
  yq_sync_fetch_file_async (carrier.sync, sha256, NULL, fetched_cb, &content);
  wait_for (content != NULL);
  g_assert_true (g_str_has_prefix (g_bytes_get_data (content, NULL), "%PDF-1.4"));
  yq_sync_fetch_history_async (carrier.sync, &yq_order, yq_record_id (order), NULL, history_cb,
                               &history);
  wait_for (history != NULL);

  g_assert_true (yq_store_has_file (carrier.store, sha256));
  wire_set_up (bench->wire, FALSE);
  yq_sync_fetch_file_async (carrier.sync, sha256, NULL, fetched_cb, &again);
  wait_for (again != NULL);
  g_assert_true (g_bytes_equal (content, again));
  remove_client (&buyer);
  remove_client (&carrier);
}

/* -- a decision -- */

static void
test_a_batch_gets_an_answer_each (Bench *bench, gconstpointer data)
{
  Client buyer = { 0 }, carrier = { 0 };
  g_autoptr(GPtrArray) orders = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) error = NULL;
  YqBatchCounts counts;
  char *batches[3];

  start_client (&buyer, bench, "enterprise1");
  start_client (&carrier, bench, "carrier1");
  for (guint i = 0; i < 3; i++)
    {
      g_ptr_array_add (orders, write_order (&buyer, "同批", 3 + i));
      g_free (submit (&buyer, orders->pdata[i], "submit", NULL));
    }
  wait_for (is_sent (&buyer));
  for (guint i = 0; i < 3; i++)
    {
      const YqStep *step = yq_entity_step (&yq_order, "refuse");
      g_autoptr(YqValues) args = yq_values_new (step->fields, yq_fields_count (step->fields));
      g_autoptr(YqRecord) seen = NULL;

      wait_for ((seen = yq_store_get (carrier.store, &yq_order, yq_record_id (orders->pdata[i]))) !=
                  NULL &&
                yq_record_in_state (seen, "submitted"));
      yq_values_set_text (args, yq_values_find (args, "comment"), "仪器停机");
      batches[i] = submit (&carrier, seen, "refuse", args);
    }
  g_assert_cmpuint (yq_outbox_n_held (carrier.outbox), ==, 3);
  g_assert_true (yq_outbox_undo (carrier.outbox, batches[0], &error));
  g_assert_no_error (error);
  g_assert_true (yq_outbox_release_held (carrier.outbox, &error));
  wait_for (is_sent (&carrier));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *state = state_on_server (bench, yq_record_id (orders->pdata[i]));

      yq_outbox_batch_counts (carrier.outbox, batches[i], &counts);
      g_assert_cmpstr (state, ==, i == 0 ? "submitted" : "refused");
      g_assert_cmpuint (counts.n[YQ_OUTBOX_DELIVERED], ==, i == 0 ? 0 : 1);
      g_free (batches[i]);
    }
  remove_client (&buyer);
  remove_client (&carrier);
}

#define ADD(path, func, data) g_test_add (path, Bench, data, bench_set_up, func, bench_tear_down)

int
main (int argc, char *argv[])
{
  int result;

  if (argc == 4 && g_str_equal (argv[1], CHILD))
    return run_child (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);
  own_path = g_file_read_link ("/proc/self/exe", NULL);

  ADD ("/sync/comes", test_everything_comes_and_keeps_coming, NULL);
  ADD ("/sync/offline", test_written_offline_it_sends_itself, NULL);
  ADD ("/sync/refused", test_refused_it_needs_her_with_every_word, NULL);
  ADD ("/sync/merge", test_different_fields_merge, NULL);
  ADD ("/sync/conflict", test_the_same_field_asks, NULL);
  ADD ("/sync/cut-reply", test_a_reply_cut_at_any_byte, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autofree char *path = g_strconcat ("/sync/killed/", moments[i].name, NULL);

      ADD (path, test_killed_at, &moments[i]);
    }
  ADD ("/sync/clocks", test_clocks_jump, NULL);
  ADD ("/sync/rights", test_new_rights_read_everything_again, NULL);
  ADD ("/sync/closing", test_closing_during_an_upload_refuses_nothing, NULL);
  ADD ("/sync/session", test_a_lost_session_keeps_the_outbox, NULL);
  ADD ("/sync/papers", test_the_other_side_reads_paper_and_history, NULL);
  ADD ("/sync/decisions", test_a_batch_gets_an_answer_each, NULL);

  result = g_test_run ();
  if (template_folder != NULL)
    yq_test_remove_folder (template_folder);
  return result;
}
