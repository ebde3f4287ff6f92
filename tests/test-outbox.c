/* The outbox: on the disk first, in order, undone, refused, mended, carried to another computer. */
#include "client-fixture.h"

#include "outbox-private.h"

#include "api.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define A "018f3c00-0000-7000-8000-00000000a001"
#define B "018f3c00-0000-7000-8000-00000000a002"

typedef struct
{
  Place place;
  YqOutbox *outbox;
} Desk;

static void
open_desk (Desk *desk)
{
  g_autoptr(GError) error = NULL;

  open_place (&desk->place);
  desk->outbox = yq_outbox_new (desk->place.store, &error);
  g_assert_no_error (error);
}

static void
set_up (Desk *desk, gconstpointer data)
{
  yq_clock_set (G_GINT64_CONSTANT (1790000000000));
  open_desk (desk);
}

static void
shut_desk (Desk *desk)
{
  settle ();
  g_assert_finalize_object (g_steal_pointer (&desk->outbox));
}

static void
tear_down (Desk *desk, gconstpointer data)
{
  shut_desk (desk);
  close_place (&desk->place);
}

static void
reopen (Desk *desk)
{
  shut_desk (desk);
  g_assert_finalize_object (g_steal_pointer (&desk->place.store));
  open_desk (desk);
}

static YqRecord *
write_order (Desk *desk, const char *purpose)
{
  YqRecord *order = yq_store_new_record (desk->place.store, &yq_order);

  yq_record_set_text (order, ORDER_PURPOSE, purpose);
  g_assert_true (yq_store_save_draft (desk->place.store, order, NULL));
  return order;
}

static char *
submit (Desk *desk, YqRecord *record, const char *action, const char *comment)
{
  const YqStep *step = yq_entity_step (yq_record_entity (record), action);
  g_autoptr(YqValues) args = NULL;
  g_autoptr(GError) error = NULL;
  char *batch = NULL;

  g_assert_nonnull (step);
  if (comment != NULL)
    {
      args = yq_values_new (step->fields, yq_fields_count (step->fields));
      yq_values_set_text (args, yq_values_find (args, "comment"), comment);
    }
  g_assert_true (yq_outbox_submit (desk->outbox, record, step, args, &batch, &error));
  g_assert_no_error (error);
  return batch;
}

/* -- what the sync would do -- */

static void
due (Desk *desk, YqDue *found)
{
  yq_queue_due (yq_store_db (desk->place.store), yq_clock_now (), NULL, NULL, found);
}

static guint
n_due (Desk *desk)
{
  g_auto(YqDue) found = { 0 };

  due (desk, &found);
  return found.commands->len;
}

static void
send_all (Desk *desk, YqDue *found)
{
  YqStoreDb *db = yq_store_db (desk->place.store);

  due (desk, found);
  g_assert_true (yq_store_begin (desk->place.store, db, NULL));
  g_assert_true (yq_store_end (desk->place.store, db,
                               yq_queue_set_sending (db, found->commands, TRUE, NULL), NULL));
  yq_store_notice_outbox (desk->place.store);
  settle ();
}

static void
answer (Desk *desk, const char *id, const char *outcome, gint64 revision, const char *problem)
{
  YqStoreDb *db = yq_store_db (desk->place.store);
  g_autofree char *text =
    g_strdup_printf ("{\"id\":\"%s\",\"outcome\":\"%s\",\"revision\":%d%s%s}", id, outcome,
                     (int) revision, problem ? ",\"problem\":" : "", problem ? problem : "");
  g_autoptr(JsonObject) result = yq_json_object_of (text);
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_store_begin (desk->place.store, db, &error));
  g_assert_true (yq_store_end (desk->place.store, db,
                               yq_queue_answer (db, result, yq_clock_now (), &error), &error));
  g_assert_no_error (error);
  yq_store_notice_outbox (desk->place.store);
  settle ();
}

static const char slot_taken[] =
  "{\"type\":\"about:blank\",\"title\":\"taken\",\"status\":422,\"detail\":\"这一时段已被预约\","
  "\"code\":\"slot_taken\",\"alternatives\":[{\"instrument\":\"" A
  "\",\"from\":\"2026-12-01T01:00:00Z\",\"to\":\"2026-12-01T03:00:00Z\"}]}";

/* -- tests -- */

static void
test_a_submitted_order_waits_on_the_disk (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = write_order (desk, "测粒径");
  g_autofree char *id = g_strdup (yq_record_id (order));
  g_autofree char *batch = submit (desk, order, "submit", NULL);
  g_autoptr(YqRecord) seen = NULL;
  g_auto(YqDue) found = { 0 };

  reopen (desk);
  g_assert_cmpuint (yq_outbox_n_waiting (desk->outbox), >, 0);
  g_assert_cmpint (yq_outbox_record_status (desk->outbox, &yq_order, id), ==, YQ_OUTBOX_ONLY_HERE);
  seen = yq_store_get (desk->place.store, &yq_order, id);
  g_assert_cmpstr (yq_record_state (seen), ==, "submitted"); /* as the server will make it */
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "测粒径");
  g_assert_false (yq_store_has_draft (desk->place.store, &yq_order, id));
  due (desk, &found);
  g_assert_cmpint (((YqQueued *) found.commands->pdata[0])->revision, ==, 0);
}

static void
test_delivered_until_the_feed_shows_it (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = write_order (desk, "测粒径");
  const char *id = yq_record_id (order);
  g_autofree char *batch = submit (desk, order, "submit", NULL);
  g_autoptr(YqRecord) seen = NULL;
  g_auto(YqDue) found = { 0 };
  YqBatchCounts counts;
  guint n;

  send_all (desk, &found);
  n = found.commands->len;
  g_assert_cmpint (yq_outbox_record_status (desk->outbox, &yq_order, id), ==, YQ_OUTBOX_SENDING);
  g_assert_cmpuint (n_due (desk), ==, 0);
  for (guint i = 0; i < n; i++)
    answer (desk, ((YqQueued *) found.commands->pdata[i])->id, "applied", i + 1, NULL);
  g_assert_cmpint (yq_outbox_record_status (desk->outbox, &yq_order, id), ==, YQ_OUTBOX_DELIVERED);
  g_assert_true (yq_outbox_is_empty (desk->outbox));
  seen = yq_store_get (desk->place.store, &yq_order, id);
  g_assert_cmpstr (yq_record_state (seen), ==, "submitted");
  g_assert_cmpint (yq_record_revision (seen), ==, n);

  receive_order (desk->place.store, id, n, "submitted",
                 "\"purpose\":\"测粒径\",\"number\":\"Y-1\"");
  yq_store_notice_outbox (desk->place.store);
  settle ();
  yq_outbox_batch_counts (desk->outbox, batch, &counts);
  g_assert_cmpuint (counts.n_total, ==, n);
  g_assert_cmpuint (counts.n[YQ_OUTBOX_DELIVERED], ==, n);
  g_clear_object (&seen);
  seen = yq_store_get (desk->place.store, &yq_order, id);
  g_assert_cmpstr (yq_record_text (seen, ORDER_NUMBER), ==, "Y-1");
}

/* The feed of the catalogue may show the effect before the feed of what is mine does. */
static void
test_the_other_feed_may_be_ahead (Desk *desk, gconstpointer data)
{
  YqStore *store = desk->place.store;
  g_autofree char *old = instrument_json (A, 1, "电镜", "\"asset_number\":\"S-1\"");
  g_autofree char *new = instrument_json (A, 2, "新电镜", "\"asset_number\":\"S-1\"");
  g_autoptr(YqRecord) record = NULL;
  g_autoptr(YqRecord) between = NULL;
  g_autoptr(YqRecord) after = NULL;
  g_auto(YqDue) found = { 0 };

  receive_instrument (store, A, 1, "电镜", "");
  receive (store, YQ_SCOPE_MINE, 1, old);
  record = yq_store_get (store, &yq_instrument, A);
  yq_record_set_text (record, INSTRUMENT_NAME, "新电镜");
  g_assert_true (yq_outbox_save (desk->outbox, record, NULL));
  send_all (desk, &found);
  g_assert_cmpuint (found.commands->len, ==, 1);
  answer (desk, ((YqQueued *) found.commands->pdata[0])->id, "applied", 2, NULL);

  receive_instrument (store, A, 2, "新电镜", "");
  between = yq_store_get (store, &yq_instrument, A);
  g_assert_cmpstr (yq_record_text (between, INSTRUMENT_NAME), ==, "新电镜");
  g_assert_cmpstr (yq_record_text (between, INSTRUMENT_ASSET_NUMBER), ==, "S-1");

  receive (store, YQ_SCOPE_MINE, 1, new);
  after = yq_store_get (store, &yq_instrument, A);
  g_assert_cmpstr (yq_record_text (after, INSTRUMENT_NAME), ==, "新电镜");
  yq_store_notice_outbox (store);
  settle ();
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (desk->outbox)), ==, 0);
}

static void
test_a_refused_order_keeps_every_word (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = write_order (desk, "测粒径");
  g_autofree char *id = g_strdup (yq_record_id (order));
  g_autofree char *batch = submit (desk, order, "submit", NULL);
  g_autoptr(YqRecord) seen = NULL;
  g_autofree char *first = NULL;
  g_auto(YqDue) found = { 0 };
  g_auto(YqDue) again = { 0 };
  const YqProblem *problem;

  send_all (desk, &found);
  first = g_strdup (((YqQueued *) found.commands->pdata[0])->id);
  answer (desk, first, "refused", 0, slot_taken);
  reopen (desk);

  g_assert_cmpuint (yq_outbox_n_needs_you (desk->outbox), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (desk->outbox)), ==, 1);
  problem = yq_outbox_record_problem (desk->outbox, &yq_order, id);
  g_assert_cmpint (yq_problem_code (problem), ==, YQ_PROBLEM_SLOT_TAKEN);
  g_assert_cmpuint (yq_problem_n_alternatives (problem), ==, 1);
  seen = yq_store_get (desk->place.store, &yq_order, id);
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "测粒径");
  g_assert_cmpstr (yq_record_state (seen), ==, "draft");
  g_assert_cmpuint (n_due (desk), ==, 0);

  /* mended and sent again: a new id, the old one is gone */
  yq_record_set_text (seen, ORDER_NEED, "另约");
  g_free (batch);
  batch = submit (desk, seen, "submit", NULL);
  g_assert_cmpuint (yq_outbox_n_needs_you (desk->outbox), ==, 0);
  due (desk, &again);
  g_assert_cmpuint (again.commands->len, >, 0);
  g_assert_cmpstr (((YqQueued *) again.commands->pdata[0])->id, !=, first);
  g_assert_nonnull (strstr (((YqQueued *) again.commands->pdata[0])->fields, "另约"));
  g_assert_nonnull (strstr (((YqQueued *) again.commands->pdata[0])->fields, "测粒径"));
}

static void
test_what_follows_a_refused_command_waits_with_it (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) other = write_order (desk, "别的");
  g_auto(YqDue) found = { 0 };
  g_autoptr(GPtrArray) commands = NULL;
  g_autoptr(YqCommand) command = NULL;
  g_autoptr(YqRecord) seen = NULL;

  receive_order (desk->place.store, A, 4, "draft", "\"purpose\":\"旧\"");
  order = yq_store_get (desk->place.store, &yq_order, A);
  yq_record_set_text (order, ORDER_PURPOSE, "新");
  g_free (submit (desk, order, "submit", NULL)); /* save 4, submit 5 */
  g_assert_true (yq_outbox_save (desk->outbox, other, NULL));
  send_all (desk, &found);
  g_assert_cmpuint (found.commands->len, ==, 3);
  g_assert_cmpint (((YqQueued *) found.commands->pdata[0])->revision, ==, 4);
  g_assert_cmpint (((YqQueued *) found.commands->pdata[1])->revision, ==, 5);
  answer (desk, ((YqQueued *) found.commands->pdata[0])->id, "refused", 4, slot_taken);
  answer (desk, ((YqQueued *) found.commands->pdata[1])->id, "skipped", 4, NULL);
  answer (desk, ((YqQueued *) found.commands->pdata[2])->id, "applied", 1, NULL);

  g_assert_cmpuint (yq_outbox_n_needs_you (desk->outbox), ==, 1);
  g_assert_cmpuint (n_due (desk), ==, 0);
  commands = yq_outbox_record_commands (desk->outbox, &yq_order, A);
  g_assert_cmpuint (commands->len, ==, 2);
  g_assert_cmpint (yq_command_status (commands->pdata[1]), ==, YQ_OUTBOX_NEEDS_YOU);
  g_assert_cmpint (yq_outbox_record_status (desk->outbox, &yq_order, yq_record_id (other)), ==,
                   YQ_OUTBOX_DELIVERED);

  /* sent again as it is: both, on the present revision, under new ids */
  command = g_list_model_get_item (G_LIST_MODEL (desk->outbox), 0);
  g_assert_true (yq_outbox_retry (desk->outbox, command, NULL));
  g_assert_cmpuint (n_due (desk), ==, 2);
  seen = yq_store_get (desk->place.store, &yq_order, A);
  g_assert_cmpstr (yq_record_state (seen), ==, "submitted");
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "新");
}

static void
test_dropping (Desk *desk, gconstpointer data)
{
  gboolean with_edits = GPOINTER_TO_INT (data);
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) seen = NULL;
  g_autoptr(YqCommand) command = NULL;
  g_auto(YqDue) found = { 0 };

  receive_order (desk->place.store, A, 4, "draft", "\"purpose\":\"旧\"");
  order = yq_store_get (desk->place.store, &yq_order, A);
  yq_record_set_text (order, ORDER_PURPOSE, "新");
  g_free (submit (desk, order, "submit", NULL));
  send_all (desk, &found);
  answer (desk, ((YqQueued *) found.commands->pdata[0])->id, "refused", 4, slot_taken);
  command = g_list_model_get_item (G_LIST_MODEL (desk->outbox), 0);
  g_assert_true (yq_outbox_drop (desk->outbox, command, with_edits, NULL));
  g_assert_true (yq_outbox_is_empty (desk->outbox));
  seen = yq_store_get (desk->place.store, &yq_order, A);
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, with_edits ? "旧" : "新");
  g_assert_true (yq_store_has_draft (desk->place.store, &yq_order, A) == !with_edits);
}

/* -- decisions -- */

static void
test_a_decision_waits_and_can_be_undone (Desk *desk, gconstpointer data)
{
  const YqStep *step = yq_entity_step (&yq_order, "refuse");
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) seen = NULL;
  g_autofree char *batch = NULL;
  g_autoptr(YqValues) args = NULL;

  g_assert_true (step->flags & YQ_STEP_DECISION);
  receive_order (desk->place.store, A, 3, "submitted", "");
  order = yq_store_get (desk->place.store, &yq_order, A);
  batch = submit (desk, order, "refuse", "样品不合适");
  g_assert_cmpuint (n_due (desk), ==, 0);
  g_assert_cmpuint (yq_outbox_n_held (desk->outbox), ==, 1);
  g_assert_true (yq_outbox_undo (desk->outbox, batch, NULL));
  g_assert_true (yq_outbox_is_empty (desk->outbox));
  seen = yq_store_get (desk->place.store, &yq_order, A);
  g_assert_cmpstr (yq_record_state (seen), ==, "submitted");
  args = yq_store_load_args (desk->place.store, &yq_order, A, step);
  g_assert_cmpstr (yq_values_text (args, yq_values_find (args, "comment")), ==, "样品不合适");
  g_assert_false (yq_outbox_undo (desk->outbox, batch, NULL));
}

static void
test_after_its_time_a_decision_goes (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = NULL;
  g_auto(YqDue) early = { 0 };

  receive_order (desk->place.store, A, 3, "submitted", "");
  order = yq_store_get (desk->place.store, &yq_order, A);
  g_free (submit (desk, order, "refuse", "不合适"));
  due (desk, &early);
  g_assert_cmpint (early.next, ==, yq_clock_now () + YQ_UNDO_MS);
  yq_clock_set (yq_clock_now () + YQ_UNDO_MS);
  g_assert_cmpuint (n_due (desk), ==, 1);
}

/* No clock that jumps holds a decision for longer, or loses it. */
static void
test_a_clock_that_jumps_holds_no_decision (Desk *desk, gconstpointer data)
{
  gint64 jump = GPOINTER_TO_INT (data) * YQ_DAY;
  g_autoptr(YqRecord) order = NULL;

  receive_order (desk->place.store, A, 3, "submitted", "");
  order = yq_store_get (desk->place.store, &yq_order, A);
  g_free (submit (desk, order, "refuse", "不合适"));
  g_assert_cmpuint (n_due (desk), ==, 0);
  yq_clock_set (yq_clock_now () + jump);
  g_assert_cmpuint (n_due (desk), ==, 1);
  while (yq_outbox_n_held (desk->outbox) > 0) /* the timer of its undo time */
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (yq_outbox_n_waiting (desk->outbox), ==, 1);
}

static void
test_after_a_crash_a_decision_is_undecided (Desk *desk, gconstpointer data)
{
  const YqStep *step = yq_entity_step (&yq_order, "refuse");
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(YqRecord) seen = NULL;
  g_autoptr(YqValues) args = NULL;

  receive_order (desk->place.store, A, 3, "submitted", "");
  order = yq_store_get (desk->place.store, &yq_order, A);
  g_free (submit (desk, order, "refuse", "不合适"));
  g_assert_finalize_object (g_steal_pointer (&desk->outbox));
  g_assert_finalize_object (g_steal_pointer (&desk->place.store));
  yq_clock_set (yq_clock_now () + 60 * YQ_UNDO_MS); /* found the next morning */
  open_desk (desk);
  g_assert_true (yq_outbox_is_empty (desk->outbox));
  seen = yq_store_get (desk->place.store, &yq_order, A);
  g_assert_cmpstr (yq_record_state (seen), ==, "submitted");
  args = yq_store_load_args (desk->place.store, &yq_order, A, step);
  g_assert_cmpstr (yq_values_text (args, yq_values_find (args, "comment")), ==, "不合适");
}

static void
test_released_before_quitting_it_goes_later (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = NULL;

  receive_order (desk->place.store, A, 3, "submitted", "");
  order = yq_store_get (desk->place.store, &yq_order, A);
  g_free (submit (desk, order, "refuse", "不合适"));
  g_assert_true (yq_outbox_release_held (desk->outbox, NULL));
  reopen (desk);
  g_assert_cmpuint (yq_outbox_n_waiting (desk->outbox), ==, 1);
  g_assert_cmpuint (n_due (desk), ==, 1);
}

/* -- order between records -- */

static void
test_nothing_names_what_is_not_yet_created (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = write_order (desk, "先");
  g_autoptr(YqRecord) child = yq_store_new_record (desk->place.store, &yq_order);
  g_auto(YqDue) found = { 0 };

  g_assert_true (yq_outbox_save (desk->outbox, order, NULL));
  yq_record_set_text (child, ORDER_SUPPLEMENT_TO, yq_record_id (order));
  g_assert_true (yq_outbox_save (desk->outbox, child, NULL));
  send_all (desk, &found);
  g_assert_cmpuint (found.commands->len, ==, 2); /* in order, in one request */
  answer (desk, ((YqQueued *) found.commands->pdata[0])->id, "refused", 0, slot_taken);
  answer (desk, ((YqQueued *) found.commands->pdata[1])->id, "skipped", 0, NULL);
  g_assert_cmpuint (n_due (desk), ==, 0); /* waits for the one it names */
  g_assert_cmpint (yq_outbox_record_status (desk->outbox, &yq_order, yq_record_id (child)), ==,
                   YQ_OUTBOX_ONLY_HERE);
}

static void
test_files_go_first (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = write_order (desk, "带合同");
  g_autoptr(JsonObject) element = json_object_new ();
  g_autofree char *sha256 = g_strnfill (64, 'a');
  JsonArray *papers = json_array_new ();
  g_auto(YqDue) found = { 0 };

  json_object_set_string_member (element, "sha256", sha256);
  json_object_set_string_member (element, "name", "合同.pdf");
  json_array_add_object_element (papers, g_steal_pointer (&element));
  yq_record_take_array (order, ORDER_PAPERS, papers);
  g_assert_true (yq_outbox_save (desk->outbox, order, NULL));
  yq_queue_due (yq_store_db (desk->place.store), yq_clock_now (),
                (gboolean (*) (const char *, gpointer)) (void (*) (void)) g_str_equal,
                (gpointer) "", &found);
  g_assert_cmpuint (found.commands->len, ==, 0);
  g_assert_cmpuint (found.files->len, ==, 1);
  g_assert_cmpstr (found.files->pdata[0], ==, sha256);
}

/* -- conflicts -- */

static void
test_a_conflict_shows_both_values (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = NULL;
  g_autoptr(GPtrArray) conflicts = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(YqRecord) seen = NULL;
  g_auto(YqDue) found = { 0 };

  receive_order (desk->place.store, A, 1, "draft", "\"purpose\":\"旧\",\"need\":\"x\"");
  order = yq_store_get (desk->place.store, &yq_order, A);
  yq_record_set_text (order, ORDER_PURPOSE, "我的");
  g_assert_true (yq_outbox_save (desk->outbox, order, NULL));
  send_all (desk, &found);
  answer (
    desk, ((YqQueued *) found.commands->pdata[0])->id, "conflict", 2,
    "{\"code\":\"changed\",\"status\":409,\"detail\":\"d\",\"errors\":[{\"field\":\"purpose\","
    "\"code\":\"changed\",\"detail\":\"d\"}]}");
  receive_order (desk->place.store, A, 2, "draft", "\"purpose\":\"别人的\",\"need\":\"y\"");
  settle ();
  conflicts = yq_store_conflicts (desk->place.store, &yq_order, A);
  g_assert_cmpuint (conflicts->len, ==, 1);
  g_assert_cmpint (yq_outbox_record_status (desk->outbox, &yq_order, A), ==, YQ_OUTBOX_NEEDS_YOU);

  seen = yq_store_get (desk->place.store, &yq_order, A);
  g_assert_false (yq_outbox_save (desk->outbox, seen, &error));
  g_assert_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_CONFLICT);
  g_assert_true (yq_store_resolve (desk->place.store, &yq_order, A, "purpose", TRUE, NULL));
  g_assert_true (yq_outbox_save (desk->outbox, seen, NULL));
  yq_due_clear (&found);
  due (desk, &found);
  g_assert_cmpuint (found.commands->len, ==, 1);
  g_assert_cmpint (((YqQueued *) found.commands->pdata[0])->revision, ==, 2);
  g_assert_nonnull (strstr (((YqQueued *) found.commands->pdata[0])->fields, "我的"));
}

/* -- many rows of a sheet, copies of what is there -- */

static void
saved_many_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;

  *(char **) user_data = yq_outbox_save_many_finish (YQ_OUTBOX (source), result, &left_out, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (left_out->len, ==, 0);
}

/* seen is what the sheet was compared with; the feed may have brought more since. */
static void
save_copy (Desk *desk, YqRecord *copy)
{
  g_autoptr(GPtrArray) records = g_ptr_array_new ();
  g_autofree char *batch = NULL;

  g_ptr_array_add (records, copy);
  yq_outbox_save_many_async (desk->outbox, records, NULL, saved_many_cb, &batch);
  while (batch == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_a_changed_copy_sends_what_changed (Desk *desk, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_order);
  g_autoptr(GPtrArray) seen = NULL;
  g_autoptr(YqRecord) copy = NULL;
  g_auto(YqDue) found = { 0 };

  receive_order (desk->place.store, A, 1, "draft", "\"purpose\":\"旧\",\"need\":\"x\"");
  settle ();
  seen = yq_store_list (desk->place.store, query, 0);
  copy = yq_record_copy (seen->pdata[0]);
  yq_record_set_text (copy, ORDER_PURPOSE, "新");
  if (GPOINTER_TO_INT (data))
    {
      yq_store_edit_copy (copy, seen->pdata[0]);
      receive_order (desk->place.store, A, 2, "draft", "\"purpose\":\"旧\",\"need\":\"y\"");
    }
  save_copy (desk, copy);
  due (desk, &found);
  g_assert_cmpuint (found.commands->len, ==, 1);
  g_assert_cmpstr (((YqQueued *) found.commands->pdata[0])->fields, ==, "{\"purpose\":\"新\"}");
  g_assert_false (yq_store_is_in_conflict (desk->place.store, &yq_order, A));
}

/* -- another computer -- */

static void
test_carried_to_another_computer (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = write_order (desk, "测粒径");
  g_autofree char *id = g_strdup (yq_record_id (order));
  g_autofree char *path = g_build_filename (desk->place.dir, "out.json", NULL);
  Desk other = { { 0 } };
  g_auto(YqDue) here = { 0 };
  g_auto(YqDue) there = { 0 };
  g_autoptr(YqRecord) seen = NULL;
  GStatBuf info;

  g_free (submit (desk, order, "submit", NULL));
  g_assert_true (yq_outbox_export (desk->outbox, path, NULL));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  open_desk (&other);
  g_assert_cmpint (yq_outbox_import (other.outbox, path, NULL), >, 0);
  g_assert_cmpint (yq_outbox_import (other.outbox, path, NULL), ==, 0);
  settle ();
  due (desk, &here);
  due (&other, &there);
  g_assert_cmpuint (here.commands->len, ==, there.commands->len);
  g_assert_cmpstr (((YqQueued *) here.commands->pdata[0])->id, ==,
                   ((YqQueued *) there.commands->pdata[0])->id);
  seen = yq_store_get (other.place.store, &yq_order, id);
  g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "测粒径");
  g_clear_object (&seen);
  tear_down (&other, NULL);
}

/* -- many -- */

static void
many_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;

  *(char **) user_data =
    yq_outbox_submit_many_finish (YQ_OUTBOX (source), result, &left_out, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (left_out->len, ==, 0);
}

static void
test_a_batch_is_one_command_each (Desk *desk, gconstpointer data)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) ids = NULL;
  g_autofree char *batch = NULL;
  const YqStep *step = yq_entity_step (&yq_order, "refuse");
  g_autoptr(YqValues) args = yq_values_new (step->fields, yq_fields_count (step->fields));
  YqBatchCounts counts;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *id = g_strdup_printf ("018f3c00-0000-7000-8000-%012u", i);

      receive_order (desk->place.store, id, 3, "submitted", "");
      g_strv_builder_add (builder, id);
    }
  ids = g_strv_builder_end (builder);
  yq_values_set_text (args, yq_values_find (args, "comment"), "停机");
  yq_outbox_submit_many_async (desk->outbox, &yq_order, (const char *const *) ids, step, args, NULL,
                               many_cb, &batch);
  while (batch == NULL)
    g_main_context_iteration (NULL, TRUE);
  yq_outbox_batch_counts (desk->outbox, batch, &counts);
  g_assert_cmpuint (counts.n_total, ==, 500);
  g_assert_cmpuint (counts.n[YQ_OUTBOX_ONLY_HERE], ==, 500);
  g_assert_true (yq_outbox_undo (desk->outbox, batch, NULL));
  yq_outbox_batch_counts (desk->outbox, batch, &counts);
  g_assert_cmpuint (counts.n_total, ==, 0);
  g_assert_true (yq_outbox_is_empty (desk->outbox));
}

/* -- killed -- */

/* The child dies without a word at the nth write to the store while it submits. */
static guint writes_left;

static int
count_write_cb (void *data)
{
  if (writes_left-- == 0)
    kill (getpid (), SIGKILL);
  return 0;
}

static gboolean
submit_and_die (const char *dir, const char *id, guint n)
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      Desk desk = { { .dir = (char *) dir } };
      g_autoptr(YqRecord) order = NULL;

      open_desk (&desk);
      order = yq_store_get (desk.place.store, &yq_order, id);
      writes_left = n;
      sqlite3_progress_handler (sql_native (yq_store_db (desk.place.store)->conn), 1,
                                count_write_cb, NULL);
      yq_record_set_text (order, ORDER_NEED, "最后一句");
      if (!yq_store_save_draft (desk.place.store, order, NULL))
        _exit (2);
      g_free (submit (&desk, order, "submit", NULL));
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (WIFEXITED (status))
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  return WIFEXITED (status);
}

static void
test_killed_at_every_step_of_submit (Desk *desk, gconstpointer data)
{
  g_autoptr(YqRecord) order = write_order (desk, "测粒径");
  g_autofree char *id = g_strdup (yq_record_id (order));
  gboolean finished = FALSE;
  guint kills = 0;

  for (guint n = 0; !finished; n += 1 + n / 16)
    {
      g_autoptr(YqRecord) seen = NULL;
      gboolean is_queued;

      shut_desk (desk);
      g_assert_finalize_object (g_steal_pointer (&desk->place.store));
      finished = submit_and_die (desk->place.dir, id, n);
      kills += !finished;
      open_desk (desk);
      seen = yq_store_get (desk->place.store, &yq_order, id);
      g_assert_nonnull (seen);
      g_assert_cmpstr (yq_record_text (seen, ORDER_PURPOSE), ==, "测粒径");
      is_queued = yq_outbox_n_waiting (desk->outbox) > 0;
      /* either still a draft, or wholly in the outbox */
      g_assert_true (yq_store_has_draft (desk->place.store, &yq_order, id) == !is_queued);
      g_assert_cmpstr (yq_record_state (seen), ==, is_queued ? "submitted" : "draft");
      if (is_queued)
        g_assert_cmpstr (yq_record_text (seen, ORDER_NEED), ==, "最后一句");
      if (is_queued)
        break;
    }
  g_assert_cmpuint (kills, >, 40);
}

#define ADD(path, func, data) g_test_add (path, Desk, data, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/outbox/on-the-disk", test_a_submitted_order_waits_on_the_disk, NULL);
  ADD ("/outbox/delivered", test_delivered_until_the_feed_shows_it, NULL);
  ADD ("/outbox/delivered/other-feed-ahead", test_the_other_feed_may_be_ahead, NULL);
  ADD ("/outbox/refused", test_a_refused_order_keeps_every_word, NULL);
  ADD ("/outbox/followers", test_what_follows_a_refused_command_waits_with_it, NULL);
  ADD ("/outbox/drop/command", test_dropping, GINT_TO_POINTER (FALSE));
  ADD ("/outbox/drop/edits-too", test_dropping, GINT_TO_POINTER (TRUE));
  ADD ("/outbox/decision/undo", test_a_decision_waits_and_can_be_undone, NULL);
  ADD ("/outbox/decision/goes", test_after_its_time_a_decision_goes, NULL);
  ADD ("/outbox/decision/clock-forward", test_a_clock_that_jumps_holds_no_decision,
       GINT_TO_POINTER (400));
  ADD ("/outbox/decision/clock-back", test_a_clock_that_jumps_holds_no_decision,
       GINT_TO_POINTER (-400));
  ADD ("/outbox/decision/crash", test_after_a_crash_a_decision_is_undecided, NULL);
  ADD ("/outbox/decision/released", test_released_before_quitting_it_goes_later, NULL);
  ADD ("/outbox/creations-first", test_nothing_names_what_is_not_yet_created, NULL);
  ADD ("/outbox/files-first", test_files_go_first, NULL);
  ADD ("/outbox/conflict", test_a_conflict_shows_both_values, NULL);
  ADD ("/outbox/copy/here", test_a_changed_copy_sends_what_changed, GINT_TO_POINTER (FALSE));
  ADD ("/outbox/copy/since", test_a_changed_copy_sends_what_changed, GINT_TO_POINTER (TRUE));
  ADD ("/outbox/carried", test_carried_to_another_computer, NULL);
  ADD ("/outbox/batch", test_a_batch_is_one_command_each, NULL);
  ADD ("/outbox/killed", test_killed_at_every_step_of_submit, NULL);

  return g_test_run ();
}
