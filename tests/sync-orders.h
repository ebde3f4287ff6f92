/* Orders for the tests of clients and a real server: one that can be submitted, its paper, and what
 * became of it. */
#pragma once

#include "sync-fixture.h"

#include "demo-private.h"

static inline YqRecord *
find_instrument (Client *client, const char *owner)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(GPtrArray) found = NULL;

  yq_query_add (query, "state", "listed");
  yq_query_add (query, "condition", "normal");
  yq_query_add (query, "carrier", owner);
  yq_query_set_sort (query, "name", FALSE);
  found = yq_store_list (client->store, query, 1);
  g_assert_cmpuint (found->len, ==, 1);
  return g_object_ref (found->pdata[0]);
}

static inline void
set_period (YqRecord *order, guint field, gint64 from)
{
  g_autofree char *start = yq_time_format (from);
  g_autofree char *end = yq_time_format (from + 2 * 3600 * YQ_SECOND);
  JsonArray *periods = json_array_new ();
  JsonObject *period = json_object_new ();

  json_object_set_string_member (period, "from", start);
  json_object_set_string_member (period, "to", end);
  json_array_add_object_element (periods, period);
  yq_record_take_array (order, field, periods);
}

/* Two hours of a working day's morning, n weeks from now. */
static inline gint64
morning (guint n)
{
  g_autofree char *today = yq_date_of (yq_clock_now ());
  g_autofree char *later = yq_date_add_days (today, (int) n * 7);
  g_autofree char *day = yq_date_add_workdays (later, 1);

  return yq_date_start (day) + 9 * 3600 * YQ_SECOND;
}

/* A booking with everything a submission needs. */
static inline YqRecord *
write_order (Client *client, const char *purpose, guint week)
{
  YqRecord *order = yq_store_new_record (client->store, &yq_order);
  g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");
  g_autoptr(YqRecord) instrument = find_instrument (client, carrier);
  JsonArray *instruments = json_array_new ();
  g_autoptr(GError) error = NULL;

  json_array_add_string_element (instruments, yq_record_id (instrument));
  yq_record_take_array (order, ORDER_INSTRUMENTS, instruments);
  yq_record_set_text (order, ORDER_KIND, "instruments");
  yq_record_set_int (order, ORDER_QUANTITY, 1);
  yq_record_set_text (order, ORDER_PURPOSE, purpose);
  yq_record_set_text (order, ORDER_PROJECT_NAME, "功能母粒");
  yq_record_set_text (order, ORDER_CONTACT_NAME, "王工");
  yq_record_set_text (order, ORDER_CONTACT_PHONE, "13800001234");
  set_period (order, ORDER_WISHED, morning (week));
  g_assert_true (yq_store_save_draft (client->store, order, &error));
  g_assert_no_error (error);
  return order;
}

static inline void
attach_paper_of (Client *client, YqRecord *order, gsize size, guint number)
{
  g_autofree char *path = g_build_filename (client->dir, "任务书.pdf", NULL);
  g_autoptr(GString) content = g_string_new ("%PDF-1.4\n");
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GError) error = NULL;
  JsonArray *papers = json_array_new ();

  while (content->len < size)
    g_string_append_printf (content, "%u.%" G_GSIZE_FORMAT " 0 obj\n", number, content->len);
  g_assert_true (g_file_set_contents (path, content->str, (gssize) content->len, NULL));
  json_array_add_object_element (
    papers, yq_store_add_file (client->store, file, &yq_order.fields[ORDER_PAPERS], &error));
  g_assert_no_error (error);
  yq_record_take_array (order, ORDER_PAPERS, papers);
}

static inline void
attach_paper (Client *client, YqRecord *order)
{
  attach_paper_of (client, order, 600 * 1024, 0); /* three pieces */
}

static inline char *
submit (Client *client, YqRecord *record, const char *action, const YqValues *args)
{
  const YqStep *step = yq_entity_step (yq_record_entity (record), action);
  g_autoptr(GError) error = NULL;
  char *batch = NULL;

  g_assert_true (yq_outbox_submit (client->outbox, record, step, args, &batch, &error));
  g_assert_no_error (error);
  return batch;
}

static inline void
assert_nothing_refused (Client *client)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (client->outbox)); i++)
    {
      g_autoptr(YqCommand) command = g_list_model_get_item (G_LIST_MODEL (client->outbox), i);
      const YqProblem *problem = yq_command_problem (command);

      if (problem != NULL)
        g_error ("%s %s: %s (%s)", yq_command_entity (command)->name, yq_command_action (command),
                 yq_problem_detail (problem),
                 yq_problem_n_errors (problem) > 0 ? yq_problem_error (problem, 0, NULL, NULL)
                                                   : "");
    }
}

static inline gboolean
is_sent (Client *client)
{
  assert_nothing_refused (client);
  return yq_outbox_is_empty (client->outbox);
}

static inline char *
state_on_server (Bench *bench, const char *id)
{
  return server_text (bench, "SELECT state FROM \"order\" WHERE id = $1", id);
}

static inline void
assert_one_effect (Bench *bench, const char *id)
{
  g_autofree char *state = state_on_server (bench, id);

  g_assert_cmpstr (state, ==, "submitted");
  g_assert_cmpint (
    server_count (bench, "SELECT count(*) FROM event WHERE record = $1 AND action = 'submit'", id),
    ==, 1);
}

static inline gboolean
reads (Client *client, const char *id, guint field, const char *text)
{
  g_autoptr(YqRecord) order = yq_store_get (client->store, &yq_order, id);

  return g_strcmp0 (yq_record_text (order, field), text) == 0;
}

static inline void
hurry (Client *client)
{
  if (yq_sync_state (client->sync) == YQ_SYNC_OFFLINE)
    yq_sync_now (client->sync);
}
