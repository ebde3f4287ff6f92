/* The disk is full, the server's or the client's: both say so, keep what they have, answer what can
 * be answered without writing, and go on when there is room again. */
#define G_LOG_DOMAIN "test-full-disk"

#include "sync-orders.h"

#include <dlfcn.h>
#include <unistd.h>

#include "audit.h"
#include "ledger.h"

/* Pieces of the names of both folders. */
#define SERVER_DISK "/yiquan-test-"
#define CLIENT_DISK "/yiquan-client-"

static void (*set_full) (const char *piece);
static void (*set_room) (const char *piece, long bytes);

static void
print_cb (const char *line, gpointer data)
{
  g_test_message ("%s", line);
}

static void
assert_server_is_right (Bench *bench)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (bench->http);
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_ledger_verify (conn, print_cb, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (yq_audit_verify (conn, print_cb, NULL, &error));
  g_assert_no_error (error);
}

/* -- the server's -- */

static void
assert_answer (Bench *bench, const char *method, const char *path, const char *body, guint status)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (bench->http, method, path, NULL, body);

  g_assert_cmpuint (answer->status, ==, status);
  if (status == 503)
    {
      g_autofree char *code = yq_answer_code (answer);

      g_assert_cmpstr (code, ==, "unavailable");
      g_assert_nonnull (yq_answer_header (answer, "retry-after"));
    }
}

#define SIGN_IN "{\"username\":\"enterprise2\",\"password\":\"" YQ_DEMO_PASSWORD "\"}"

static void
test_the_server_is_full (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;
  gint64 events = server_count (bench, "SELECT count(*) FROM event WHERE $1 = ''", "");

  start_client (&client, bench, "enterprise1");
  order = write_order (&client, "磁盘已满", 3);
  attach_paper (&client, order);
  set_full (SERVER_DISK);
  g_free (submit (&client, order, "submit", NULL));
  wait_for (yq_sync_state (client.sync) == YQ_SYNC_OFFLINE);
  /* What needs no disk is answered; the rest is told to come again. */
  assert_answer (bench, "GET", "/healthz", NULL, 200);
  assert_answer (bench, "GET", "/v1/instruments?limit=5", NULL, 200);
  for (guint i = 0; i < 20; i++)
    assert_answer (bench, "POST", "/v1/sessions", SIGN_IN, 503);
  g_assert_cmpuint (yq_outbox_n_needs_you (client.outbox), ==, 0);
  g_assert_cmpuint (yq_outbox_n_waiting (client.outbox), >, 0);
  g_assert_cmpint (server_count (bench, "SELECT count(*) FROM event WHERE $1 = ''", ""), ==,
                   events);

  set_full (NULL);
  yq_sync_now (client.sync);
  wait_for ((hurry (&client), is_sent (&client)));
  assert_one_effect (bench, yq_record_id (order));
  assert_answer (bench, "POST", "/v1/sessions", SIGN_IN, 201);
  remove_client (&client);
  assert_server_is_right (bench);
}

/* -- the client's -- */

static gboolean
is_told (Client *client)
{
  return yq_sync_state (client->sync) == YQ_SYNC_OFFLINE &&
         strstr (yq_sync_text (client->sync), "disk") != NULL;
}

static void
refuse_to_keep (Client *client, YqRecord *order)
{
  const YqStep *step = yq_entity_step (&yq_order, "submit");
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "yq-paper.pdf", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GError) draft = NULL;
  g_autoptr(GError) sent = NULL;
  g_autoptr(GError) paper = NULL;

  yq_record_set_text (order, ORDER_NEED, "磁盘已满时写的");
  g_assert_false (yq_store_save_draft (client->store, order, &draft));
  g_assert_error (draft, YQ_STORE_ERROR, YQ_STORE_ERROR_FULL);
  g_assert_false (yq_outbox_submit (client->outbox, order, step, NULL, NULL, &sent));
  g_assert_error (sent, YQ_STORE_ERROR, YQ_STORE_ERROR_FULL);
  g_assert_true (g_file_set_contents (path, "%PDF-1.4 y", -1, NULL));
  g_assert_null (yq_store_add_file (client->store, file, NULL, &paper));
  g_assert_error (paper, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE);
  g_unlink (path);
}

static void
fail_to_open (Client *client, const char *url)
{
  Outcome outcome = { 0 };

  client->login = yq_login_new (client->dir, url);
  yq_login_restore_async (client->login, "enterprise1", NULL, restored_cb, &outcome);
  wait_for (outcome.done);
  g_assert_false (outcome.good);
  g_assert_error (outcome.error, YQ_STORE_ERROR, YQ_STORE_ERROR_FULL);
  g_error_free (outcome.error);
  end_client (client);
}

static void
test_the_client_is_full (Bench *bench, gconstpointer data)
{
  Client client = { 0 }, other = { 0 };
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) news = NULL;
  g_autoptr(YqRecord) again = NULL;
  g_autofree char *id = NULL;

  start_client (&client, bench, "enterprise1");
  order = write_order (&client, "磁盘将满", 3);
  id = g_strdup (yq_record_id (order));
  set_full (CLIENT_DISK);
  refuse_to_keep (&client, order);
  /* Nothing half done, and every word still in the form. */
  g_assert_true (yq_outbox_is_empty (client.outbox));
  g_assert_cmpstr (yq_record_text (order, ORDER_NEED), ==, "磁盘已满时写的");
  g_assert_true (reads (&client, id, ORDER_PURPOSE, "磁盘将满"));

  /* What the server sends meanwhile cannot be kept: it says why. */
  {
    g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", bench->http->port);

    g_assert_cmpuint (bench->http->port, >, 0);
    set_full (NULL);
    g_assert_true (sign_in (&other, url, "enterprise1", YQ_DEMO_PASSWORD, NULL));
    wait_for (is_current (&other));
    news = write_order (&other, "别处写的", 4);
    set_full (client.dir);
  }
  g_assert_true (yq_outbox_save (other.outbox, news, NULL));
  wait_for (is_sent (&other));
  wait_for (is_told (&client));

  /* Started again, the program says why it cannot be opened. */
  end_client (&client);
  fail_to_open (&client, bench->url);

  set_full (NULL);
  g_assert_true (restore (&client, bench->url, "enterprise1"));
  g_assert_true (reads (&client, id, ORDER_PURPOSE, "磁盘将满"));
  again = yq_store_get (client.store, &yq_order, id);
  yq_record_set_text (again, ORDER_NEED, yq_record_text (order, ORDER_NEED));
  g_free (submit (&client, again, "submit", NULL));
  yq_sync_now (client.sync);
  wait_for ((hurry (&client), is_sent (&client)));
  assert_one_effect (bench, id);
  wait_for ((hurry (&client), reads (&client, yq_record_id (news), ORDER_PURPOSE, "别处写的")));
  remove_client (&client);
  remove_client (&other);
}

static void
fill_disk_cb (gpointer dir)
{
  set_full (dir);
}

/* The disk is full at the moment the answer comes: nobody knows what came of it, until the same ids
 * are sent again. */
static void
test_full_when_the_answer_comes (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_autoptr(YqRecord) order = NULL;

  start_client (&client, bench, "enterprise1");
  order = write_order (&client, "答复时已满", 3);
  wire_cut (bench->wire, WIRE_TELL, "POST /v1/commands", 0, fill_disk_cb, client.dir);
  g_free (submit (&client, order, "submit", NULL));
  wait_for (is_told (&client));
  g_assert_cmpuint (yq_outbox_n_needs_you (client.outbox), ==, 0);
  g_assert_false (yq_outbox_is_empty (client.outbox));
  set_full (NULL);
  yq_sync_now (client.sync);
  wait_for ((hurry (&client), is_sent (&client)));
  assert_one_effect (bench, yq_record_id (order));
  remove_client (&client);
}

/* -- many at once: what does not fit is named -- */

#define N_ROWS 1200
#define ROOM (600 * 1024)

typedef struct
{
  gboolean is_done;
  char *batch;
  GPtrArray *left_out;
  GError *error;
} Many;

static void
many_clear (Many *many)
{
  g_free (many->batch);
  g_clear_pointer (&many->left_out, g_ptr_array_unref);
  g_clear_error (&many->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Many, many_clear)

static void
saved_many_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Many *many = user_data;

  many->batch =
    yq_outbox_save_many_finish (YQ_OUTBOX (source), result, &many->left_out, &many->error);
  many->is_done = TRUE;
}

static GPtrArray *
make_rows (Client *client)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < N_ROWS; i++)
    {
      YqRecord *row = yq_store_new_record (client->store, &yq_instrument);

      yq_record_set_text (row, INSTRUMENT_NAME, "磁盘写满时导入的电镜");
      g_ptr_array_add (rows, row);
    }
  return rows;
}

static guint
count_rows (Client *client, GPtrArray *rows)
{
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr(YqRecord) kept =
        yq_store_get (client->store, &yq_instrument, yq_record_id (rows->pdata[i]));

      n += kept != NULL;
    }
  return n;
}

static gboolean
is_left_out (Many *many, guint index)
{
  for (guint i = 0; i < many->left_out->len; i++)
    if (((YqLeftOut *) many->left_out->pdata[i])->index == index)
      return TRUE;
  return FALSE;
}

static void
test_what_does_not_fit_is_named (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_auto(Many) none = { 0 };
  g_auto(Many) some = { 0 };
  g_autoptr(GPtrArray) rows = NULL;
  YqBatchCounts counts;

  wire_set_up (bench->wire, TRUE);
  start_client (&client, bench, "carrier1");
  wire_set_up (bench->wire, FALSE); /* nothing is sent meanwhile */
  rows = make_rows (&client);
  set_full (CLIENT_DISK);
  yq_outbox_save_many_async (client.outbox, rows, NULL, saved_many_cb, &none);
  wait_for (none.is_done);
  g_assert_null (none.batch);
  g_assert_error (none.error, YQ_STORE_ERROR, YQ_STORE_ERROR_FULL);
  g_assert_cmpuint (count_rows (&client, rows), ==, 0);

  set_room (CLIENT_DISK, ROOM);
  yq_outbox_save_many_async (client.outbox, rows, NULL, saved_many_cb, &some);
  wait_for (some.is_done);
  g_assert_no_error (some.error);
  g_assert_nonnull (some.batch);
  g_assert_cmpuint (some.left_out->len, >, 0);
  g_assert_cmpuint (some.left_out->len, <, N_ROWS);
  g_test_message ("%u of %u rows did not fit", some.left_out->len, N_ROWS);
  g_assert_nonnull (strstr (((YqLeftOut *) some.left_out->pdata[0])->why, "disk"));
  yq_outbox_batch_counts (client.outbox, some.batch, &counts);
  g_assert_cmpuint (counts.n_total, ==, N_ROWS - some.left_out->len);
  for (guint i = 0; i < rows->len; i++)
    {
      g_autoptr(YqRecord) kept =
        yq_store_get (client.store, &yq_instrument, yq_record_id (rows->pdata[i]));

      g_assert_true ((kept == NULL) == is_left_out (&some, i));
    }
  set_full (NULL);
  remove_client (&client);
}

/* Edits of what is there already were lost in silence. */
static void
test_edits_that_do_not_fit_are_named (Bench *bench, gconstpointer data)
{
  Client client = { 0 };
  g_auto(Many) many = { 0 };
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(GPtrArray) found = NULL;
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  wire_set_up (bench->wire, TRUE);
  start_client (&client, bench, "carrier1");
  yq_query_add (query, "carrier", yq_login_organisation (client.login));
  found = yq_store_list (client.store, query, 0);
  g_assert_cmpuint (found->len, >, 1);
  for (guint i = 0; i < found->len; i++)
    {
      YqRecord *copy = yq_record_copy (found->pdata[i]);

      yq_record_set_text (copy, INSTRUMENT_ADDRESS, "磁盘已满时改的");
      yq_store_edit_copy (copy, found->pdata[i]);
      g_ptr_array_add (rows, copy);
    }
  set_full (CLIENT_DISK);
  yq_outbox_save_many_async (client.outbox, rows, NULL, saved_many_cb, &many);
  wait_for (many.is_done);
  g_assert_null (many.batch);
  g_assert_error (many.error, YQ_STORE_ERROR, YQ_STORE_ERROR_FULL);
  g_assert_true (yq_outbox_is_empty (client.outbox));
  set_full (NULL);
  remove_client (&client);
}

/* -- thousands of edits: the server works on the next while the answers of the last are written --
 */

static void
save_rows (Client *client, GPtrArray *rows)
{
  g_auto(Many) many = { 0 };

  yq_outbox_save_many_async (client->outbox, rows, NULL, saved_many_cb, &many);
  wait_for (many.is_done);
  g_assert_no_error (many.error);
  g_assert_cmpuint (many.left_out->len, ==, 0);
}

/* The first n rows, with another address. */
static void
edit_rows (Client *client, GPtrArray *rows, guint n, const char *address)
{
  g_autoptr(GPtrArray) copies = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(YqRecord) row =
        yq_store_get (client->store, &yq_instrument, yq_record_id (rows->pdata[i]));
      YqRecord *copy = yq_record_copy (row);

      yq_record_set_text (copy, INSTRUMENT_ADDRESS, address);
      yq_store_edit_copy (copy, row);
      g_ptr_array_add (copies, copy);
    }
  save_rows (client, copies);
}

static gboolean
sends (Client *client)
{
  gint64 n = 0;

  sql_get_int (yq_store_db (client->store)->conn, "SELECT count(*) FROM outbox WHERE status = $1",
               SQL_ARGS (SQL_INT (YQ_ROW_SENDING)), &n, NULL);
  return n > 0;
}

static gint64
rows_at (Bench *bench, gint64 revision)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, revision);

  return server_count (bench,
                       "SELECT count(*) FROM instrument WHERE name = '磁盘写满时导入的电镜'"
                       " AND CAST (revision AS TEXT) = $1",
                       text);
}

/* Each edit arrives once, and the second of a record after its first, also where the disk was full
 * while the answers came. */
static void
test_thousands_arrive_once (Bench *bench, gconstpointer is_full)
{
  Client client = { 0 };
  g_autoptr(GPtrArray) rows = NULL;
  g_autofree char *address = NULL;

  start_client (&client, bench, "carrier1");
  rows = make_rows (&client);
  save_rows (&client, rows);
  wait_for (is_sent (&client));
  g_assert_cmpint (rows_at (bench, 1), ==, N_ROWS);

  wire_set_up (bench->wire, FALSE);
  edit_rows (&client, rows, N_ROWS, "第一次改的");
  edit_rows (&client, rows, 1, "第二次改的");
  wire_set_up (bench->wire, TRUE);
  yq_sync_now (client.sync);
  if (is_full != NULL)
    {
      wait_for ((hurry (&client), sends (&client)));
      set_full (CLIENT_DISK);
      wait_for (is_told (&client));
      set_full (NULL);
    }
  wait_for ((hurry (&client), is_sent (&client)));
  g_assert_cmpint (rows_at (bench, 2), ==, N_ROWS - 1);
  g_assert_cmpint (rows_at (bench, 3), ==, 1);
  address = server_text (bench, "SELECT address FROM instrument WHERE id = $1",
                         yq_record_id (rows->pdata[0]));
  g_assert_cmpstr (address, ==, "第二次改的");
  remove_client (&client);
  assert_server_is_right (bench);
}

/* -- this program once more, under the shim -- */

static void
run_again (char **argv)
{
  const char *shim = g_getenv ("YQ_FULLDISK");

  if (shim == NULL || g_getenv ("LD_PRELOAD") != NULL)
    g_error ("No shim: run this with YQ_FULLDISK naming it");
  g_setenv ("LD_PRELOAD", shim, TRUE);
  g_setenv ("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", TRUE);
  execv ("/proc/self/exe", argv);
  g_error ("%s", g_strerror (errno));
}

int
main (int argc, char **argv)
{
  int status;

  *(void **) &set_full = dlsym (RTLD_DEFAULT, "yq_fulldisk_set");
  *(void **) &set_room = dlsym (RTLD_DEFAULT, "yq_fulldisk_room");
  if (set_full == NULL)
    run_again (argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/full-disk/" path, Bench, NULL, bench_set_up, func, bench_tear_down)
  ADD ("server", test_the_server_is_full);
  ADD ("client", test_the_client_is_full);
  ADD ("many", test_what_does_not_fit_is_named);
  ADD ("edits", test_edits_that_do_not_fit_are_named);
  ADD ("answer", test_full_when_the_answer_comes);
  ADD ("thousands", test_thousands_arrive_once);
  g_test_add ("/full-disk/thousands/full", Bench, GINT_TO_POINTER (TRUE), bench_set_up,
              test_thousands_arrive_once, bench_tear_down);
  status = g_test_run ();
  if (template_folder != NULL)
    yq_test_remove_folder (template_folder);
  return status;
}
