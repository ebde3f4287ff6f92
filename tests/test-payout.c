/* What waits to be paid, gathered into batches by programme. */
#define G_LOG_DOMAIN "test-payout"

#include "client-fixture.h"

#include "payout-batch.h"
#include "payout.h"

#define FIRST "018f3c00-0000-7000-8000-0000000000c1"
#define SECOND "018f3c00-0000-7000-8000-0000000000c2"

static void
receive_record (YqStore *store, const char *entity, const char *id, const char *state,
                const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"%s\",\"id\":\"%s\",\"revision\":1,\"state\":\"%s\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"330421\",\"fields\":{%s}}",
    entity, id, state, fields);

  receive (store, YQ_SCOPE_MINE, 1, json);
}

static char *
receive_redemption (YqStore *store, guint n, const char *programme, const char *level,
                    const char *state)
{
  char *id = g_strdup_printf ("018f3c00-0000-7000-8000-00000001%04u", n);
  g_autofree char *fields = g_strdup_printf (
    "\"number\":\"R%04u\",\"programme\":\"%s\",\"reviewed_by\":\"%s\",\"approved_amount\":100", n,
    programme, level);

  receive_record (store, "redemption", id, state, fields);
  return id;
}

static gboolean
names (YqRecord *batch, const char *id)
{
  JsonArray *ids = yq_record_array (batch, DISBURSEMENT_REDEMPTIONS);

  for (guint i = 0; i < json_array_get_length (ids); i++)
    if (g_str_equal (json_array_get_string_element (ids, i), id))
      return TRUE;
  return FALSE;
}

static guint
size_of (YqRecord *batch)
{
  return json_array_get_length (yq_record_array (batch, DISBURSEMENT_REDEMPTIONS));
}

static void
set_up (Place *place, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_REVIEWER, "330421" } };
  const YqWho who = { ACCOUNT, NULL, grants, 1, FALSE };

  open_place (place);
  yq_store_set_who (place->store, &who);
}

static void
tear_down (Place *place, gconstpointer data)
{
  close_place (place);
}

static void
test_each_programme_has_its_batch (Place *place, gconstpointer data)
{
  g_autofree char *one = receive_redemption (place->store, 1, FIRST, "330421", "payable");
  g_autofree char *two = receive_redemption (place->store, 2, SECOND, "330421", "payable");
  g_autofree char *three = receive_redemption (place->store, 3, FIRST, "330421", "payable");
  g_autofree char *paid = receive_redemption (place->store, 4, FIRST, "330421", "paid");
  g_autofree char *above = receive_redemption (place->store, 5, FIRST, "330400", "payable");
  g_autoptr(GPtrArray) batches = yq_payout_batches (place->store, yq_store_who (place->store));

  g_assert_cmpuint (batches->len, ==, 2);
  g_assert_cmpstr (yq_record_text (batches->pdata[0], DISBURSEMENT_PROGRAMME), ==, FIRST);
  g_assert_true (names (batches->pdata[0], one) && names (batches->pdata[0], three));
  g_assert_cmpuint (size_of (batches->pdata[0]), ==, 2); /* neither paid nor of another level */
  g_assert_false (names (batches->pdata[0], paid) || names (batches->pdata[0], above));
  g_assert_cmpstr (yq_record_text (batches->pdata[1], DISBURSEMENT_PROGRAMME), ==, SECOND);
  g_assert_true (names (batches->pdata[1], two));
}

static void
test_nothing_is_gathered_twice (Place *place, gconstpointer data)
{
  g_autofree char *one = receive_redemption (place->store, 1, FIRST, "330421", "payable");
  g_autofree char *two = receive_redemption (place->store, 2, FIRST, "330421", "payable");
  g_autofree char *fields =
    g_strdup_printf ("\"programme\":\"%s\",\"redemptions\":[\"%s\"]", FIRST, one);
  g_autoptr(GPtrArray) rest = NULL;
  g_autoptr(GPtrArray) none = NULL;

  receive_record (place->store, "disbursement", "018f3c00-0000-7000-8000-000000020001", "draft",
                  fields);
  rest = yq_payout_batches (place->store, yq_store_who (place->store));
  g_assert_cmpuint (rest->len, ==, 1);
  g_assert_cmpuint (size_of (rest->pdata[0]), ==, 1);
  g_assert_true (names (rest->pdata[0], two));
  /* A draft that only this computer knows counts as well. */
  g_assert_true (yq_store_save_draft (place->store, rest->pdata[0], NULL));
  none = yq_payout_batches (place->store, yq_store_who (place->store));
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_a_full_batch_is_followed_by_another (Place *place, gconstpointer data)
{
  const guint room = (guint) yq_disbursement.fields[DISBURSEMENT_REDEMPTIONS].max;
  g_autoptr(GPtrArray) batches = NULL;

  for (guint i = 0; i <= room; i++)
    g_free (receive_redemption (place->store, i, FIRST, "330421", "payable"));
  batches = yq_payout_batches (place->store, yq_store_who (place->store));
  g_assert_cmpuint (batches->len, ==, 2);
  g_assert_cmpuint (size_of (batches->pdata[0]), ==, room);
  g_assert_cmpuint (size_of (batches->pdata[1]), ==, 1);
}

/* -- a batch that is only here -- */

static YqRecord *
save_batch (Place *place, YqRecord *batch)
{
  g_autoptr(YqOutbox) outbox = yq_outbox_new (place->store, NULL);

  g_assert_true (yq_outbox_save (outbox, batch, NULL));
  return yq_store_get (place->store, &yq_disbursement, yq_record_id (batch));
}

static void
test_an_unsent_batch_says_what_it_is (Place *place, gconstpointer data)
{
  g_autofree char *one = receive_redemption (place->store, 1, FIRST, "330421", "payable");
  g_autofree char *two = receive_redemption (place->store, 2, FIRST, "330421", "payable");
  g_autoptr(GPtrArray) batches = NULL;
  g_autoptr(YqRecord) draft = NULL;
  g_autoptr(YqRecord) queued = NULL;

  receive_record (place->store, "programme", FIRST, "open", "\"name\":\"嘉善创新券\"");
  batches = yq_payout_batches (place->store, yq_store_who (place->store));
  g_assert_true (yq_store_save_draft (place->store, batches->pdata[0], NULL));
  draft = yq_store_get (place->store, &yq_disbursement, yq_record_id (batches->pdata[0]));
  g_assert_cmpint (yq_record_int (draft, DISBURSEMENT_COUNT), ==, 2);
  g_assert_cmpint (yq_record_int (draft, DISBURSEMENT_AMOUNT), ==, 200);

  queued = save_batch (place, draft);
  g_assert_cmpstr (yq_record_text (queued, DISBURSEMENT_PROGRAMME_NAME), ==, "嘉善创新券");
  g_assert_cmpint (yq_record_int (queued, DISBURSEMENT_COUNT), ==, 2);
  g_assert_cmpint (yq_record_int (queued, DISBURSEMENT_AMOUNT), ==, 200);
  g_assert_cmpstr (yq_record_region (queued), ==, "330421");
  g_assert_false (yq_record_has (queued, DISBURSEMENT_NUMBER));
}

static void
test_what_is_not_here_is_not_summed (Place *place, gconstpointer data)
{
  g_autofree char *one = receive_redemption (place->store, 1, FIRST, "330421", "payable");
  g_autoptr(YqRecord) batch = yq_store_new_record (place->store, &yq_disbursement);
  g_autoptr(YqRecord) queued = NULL;
  JsonArray *ids = json_array_new ();

  json_array_add_string_element (ids, one);
  json_array_add_string_element (ids, "018f3c00-0000-7000-8000-000000019999");
  yq_record_set_text (batch, DISBURSEMENT_PROGRAMME, FIRST);
  yq_record_take_array (batch, DISBURSEMENT_REDEMPTIONS, ids);
  queued = save_batch (place, batch);
  g_assert_cmpint (yq_record_int (queued, DISBURSEMENT_COUNT), ==, 2);
  g_assert_false (yq_record_has (queued, DISBURSEMENT_AMOUNT));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Place, NULL, set_up, func, tear_down)
  ADD ("/payout/programmes", test_each_programme_has_its_batch);
  ADD ("/payout/once", test_nothing_is_gathered_twice);
  ADD ("/payout/unsent", test_an_unsent_batch_says_what_it_is);
  ADD ("/payout/unknown", test_what_is_not_here_is_not_summed);
  ADD ("/payout/full", test_a_full_batch_is_followed_by_another);

  return g_test_run ();
}
