/* The same sheet of what was granted elsewhere, imported and issued by two reviewers at once and
 * once more afterwards: every number is one voucher.  Before it is issued an import can be undone.
 * Real clients, a real server. */
#define G_LOG_DOMAIN "test-external-sheet"

#include "sync-fixture.h"

#include "demo-private.h"
#include "external.h"
#include "ids.h"
#include "import-page.h"
#include "load-data.h"
#include "programme.h"
#include "sheet-records.h"

#define ROWS 30

typedef struct
{
  Bench bench;
  Client clients[2]; /* of the county and of the city above it */
  YqImport *imports[2];
  YqSheetNames *names[2];
  char *batch;
  char *path;
} Office;

static void
set_up (Office *o, gconstpointer data)
{
  bench_set_up (&o->bench, NULL);
  start_client (&o->clients[0], &o->bench, "reviewercsj3");
  start_client (&o->clients[1], &o->bench, "reviewersh");
  o->path = g_build_filename (o->clients[0].dir, "qingpu.csv", NULL);
}

static void
forget_import (Office *o, guint i)
{
  g_clear_pointer (&o->imports[i], yq_import_free);
  g_clear_pointer (&o->names[i], yq_sheet_names_free);
}

static void
tear_down (Office *o, gconstpointer data)
{
  g_free (o->path);
  g_free (o->batch);
  for (guint i = 0; i < G_N_ELEMENTS (o->clients); i++)
    {
      forget_import (o, i);
      remove_client (&o->clients[i]);
    }
  bench_tear_down (&o->bench, NULL);
}

/* -- the sheet -- */

static void
write_sheet (Office *o, const char *prefix)
{
  g_autoptr(GString) rows = g_string_new ("number,统一社会信用代码,amount\n");

  for (guint i = 0; i < ROWS; i++)
    g_string_append_printf (rows, "%s-%04u,91310118MA1JL5T93F,%u.%02u\n", prefix, i, 1000 + i, i);
  g_assert_true (g_file_set_contents (o->path, rows->str, -1, NULL));
}

static void
add_names (YqStore *store, const YqEntity *entity, YqSheetNames *names)
{
  g_autoptr(YqQuery) query = yq_query_new (entity);
  g_autoptr(GPtrArray) found = yq_store_list (store, query, 0);

  for (guint i = 0; i < found->len; i++)
    yq_sheet_names_add (names, found->pdata[i]);
}

static void
read_sheet (Office *o, guint i)
{
  YqStore *store = o->clients[i].store;
  g_autoptr(YqRecord) prototype = yq_store_new_record (store, &yq_external_claim);
  g_autoptr(YqQuery) query = yq_query_new (&yq_external_claim);
  g_autoptr(GPtrArray) there = yq_store_list (store, query, 0);
  g_autofree char *programme = yq_id_of_name ("programme delta-2026-310118");
  g_autoptr(GError) error = NULL;

  forget_import (o, i);
  yq_record_set_text (prototype, EXTERNAL_PROGRAMME, programme);
  o->names[i] = yq_sheet_names_new ();
  add_names (store, &yq_organisation, o->names[i]);
  add_names (store, &yq_programme, o->names[i]);
  o->imports[i] = yq_import_new (&yq_external_claim, prototype, o->names[i]);
  for (guint k = 0; k < there->len; k++)
    yq_import_add_existing (o->imports[i], there->pdata[k]);
  g_assert_true (yq_sheet_import_read (o->imports[i], o->path, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (yq_import_count (o->imports[i], YQ_IMPORT_BAD), ==, 0);
}

/* -- to the server -- */

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;

  *(char **) user_data = yq_outbox_save_many_finish (YQ_OUTBOX (source), result, &left_out, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (left_out->len, ==, 0);
}

static void
apply (Office *o, guint i)
{
  g_autoptr(GPtrArray) records = yq_import_records (o->imports[i]);
  g_autofree char *saved = NULL;

  yq_outbox_save_many_async (o->clients[i].outbox, records, NULL, saved_cb, &saved);
  wait_for (saved != NULL);
}

static gboolean
is_answered (Office *o, guint i)
{
  return yq_outbox_n_waiting (o->clients[i].outbox) == 0 && is_current (&o->clients[i]);
}

static void
wait_for_both (Office *o)
{
  for (guint i = 0; i < G_N_ELEMENTS (o->clients); i++)
    wait_for (is_answered (o, i));
}

static void
issued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;

  *(char **) user_data =
    yq_outbox_submit_many_finish (YQ_OUTBOX (source), result, &left_out, &error);
  g_assert_no_error (error);
}

/* All that this window shows as a draft. */
static void
issue_all (Office *o, guint i)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_external_claim);
  g_autoptr(GPtrArray) drafts = NULL;
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();
  g_autofree char *batch = NULL;
  g_autoptr(GError) error = NULL;

  yq_query_add (query, "state", "draft");
  drafts = yq_store_list (o->clients[i].store, query, 0);
  for (guint k = 0; k < drafts->len; k++)
    g_ptr_array_add (ids, (gpointer) yq_record_id (drafts->pdata[k]));
  g_ptr_array_add (ids, NULL);
  yq_outbox_submit_many_async (
    o->clients[i].outbox, &yq_external_claim, (const char *const *) ids->pdata,
    yq_entity_step (&yq_external_claim, "issue"), NULL, NULL, issued_cb, &batch);
  wait_for (batch != NULL);
  g_assert_true (yq_outbox_release_held (o->clients[i].outbox, &error));
  g_assert_no_error (error);
}

/* -- what came of it -- */

static void
assert_paid_once (Office *o)
{
  gint64 expected = 0;

  for (guint i = 0; i < ROWS; i++)
    expected += (1000 + i) * 100 + i;
  g_assert_cmpint (
    server_count (&o->bench, "SELECT COUNT (*) FROM external_claim WHERE state = $1", "issued"), ==,
    ROWS);
  g_assert_cmpint (server_count (&o->bench,
                                 "SELECT COUNT (DISTINCT external_number) FROM claim WHERE"
                                 " external_number IS NOT NULL AND state = $1",
                                 "granted"),
                   ==, ROWS);
  g_assert_cmpint (server_count (&o->bench,
                                 "SELECT SUM (v.amount) FROM voucher v JOIN claim c ON"
                                 " c.voucher = v.id WHERE c.external_number IS NOT NULL"
                                 " AND c.state = $1",
                                 "granted"),
                   ==, expected);
}

static void
test_two_at_once (Office *o, gconstpointer data)
{
  write_sheet (o, "沪券2026");
  read_sheet (o, 0);
  read_sheet (o, 1);
  g_assert_cmpuint (yq_import_count (o->imports[1], YQ_IMPORT_NEW), ==, ROWS);
  apply (o, 0);
  apply (o, 1);
  wait_for_both (o);
  g_assert_cmpint (
    server_count (&o->bench, "SELECT COUNT (*) FROM external_claim WHERE state = $1", "draft"), ==,
    ROWS);
  /* What the other one had sent before is named, each row of it. */
  g_assert_cmpuint (yq_outbox_n_needs_you (o->clients[0].outbox) +
                      yq_outbox_n_needs_you (o->clients[1].outbox),
                    ==, ROWS);
  issue_all (o, 0);
  issue_all (o, 1);
  wait_for_both (o);
  assert_paid_once (o);
}

static void
test_the_same_sheet_again (Office *o, gconstpointer data)
{
  write_sheet (o, "沪券2026");
  read_sheet (o, 0);
  apply (o, 0);
  wait_for (is_answered (o, 0));
  issue_all (o, 0);
  wait_for (is_answered (o, 0));
  assert_paid_once (o);
  read_sheet (o, 0);
  g_assert_cmpuint (yq_import_count (o->imports[0], YQ_IMPORT_UNCHANGED), ==, ROWS);
  /* In another window, too. */
  yq_sync_now (o->clients[1].sync);
  wait_for (server_count (&o->bench, "SELECT COUNT (*) FROM external_claim WHERE state = $1",
                          "draft") == 0 &&
            is_answered (o, 1));
  read_sheet (o, 1);
  issue_all (o, 1);
  assert_paid_once (o);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  *(int *) user_data = yq_import_log_undo_finish (result, &error);
  g_assert_no_error (error);
}

static void
keep_log (Office *o)
{
  g_autoptr(GError) error = NULL;

  g_free (o->batch);
  o->batch = yq_id_new ();
  yq_import_log_keep (o->clients[0].store, o->batch, &yq_external_claim, o->imports[0], &error);
  g_assert_no_error (error);
}

static void
test_undone (Office *o, gconstpointer data)
{
  g_autofree char *why = NULL;
  int n = -1;

  write_sheet (o, "沪券2026");
  read_sheet (o, 0);
  keep_log (o);
  apply (o, 0);
  wait_for (is_answered (o, 0));
  g_assert_null (yq_import_log_check (o->clients[0].store, o->batch));
  yq_import_log_undo_async (o->clients[0].store, o->clients[0].outbox, o->batch, undone_cb, &n);
  wait_for (n >= 0);
  wait_for (is_answered (o, 0));
  g_assert_cmpint (n, ==, ROWS);
  g_assert_cmpint (
    server_count (&o->bench, "SELECT COUNT (*) FROM external_claim WHERE $1 = ''", ""), ==, 0);
  /* Nothing is in the way of the same numbers; what is issued is no longer undone. */
  read_sheet (o, 0);
  keep_log (o);
  apply (o, 0);
  wait_for (is_answered (o, 0));
  issue_all (o, 0);
  wait_for (is_answered (o, 0));
  assert_paid_once (o);
  why = yq_import_log_check (o->clients[0].store, o->batch);
  g_assert_nonnull (why);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/external-sheet/" name, Office, NULL, set_up, func, tear_down)
  ADD ("two-at-once", test_two_at_once);
  ADD ("again", test_the_same_sheet_again);
  ADD ("undone", test_undone);
  result = g_test_run ();
  if (template_folder != NULL)
    yq_test_remove_folder (template_folder);
  return result;
}
