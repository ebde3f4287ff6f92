/* The other moments at which a programme may hold money: order.accept, order.settle and
 * redemption.submit; with a confirmed quota; resuming after a return. */
#define G_LOG_DOMAIN "test-effects-hold"

#include "demo-fixture.h"

#include "programme.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))

/* Turns a knob of Jiashan's programme. */
static void
turn (Demo *d, guint field, const char *text, gint64 number)
{
  g_autofree char *id = yq_id_of_name ("programme " JIASHAN);
  g_autoptr(YqRecord) stored = demo_load (d, &yq_programme, id);
  g_autoptr(YqRecord) programme = yq_record_copy (stored);
  YqWorld *world = yq_world_sql_new (d->conn, DEMO_NOW);
  g_autoptr(GError) error = NULL;
  YqTx tx;

  if (text != NULL)
    yq_record_set_text (programme, field, text);
  else
    yq_record_set_int (programme, field, number);
  yq_tx_init (&tx, d->conn, world, NULL, DEMO_NOW);
  g_assert_true (sql_begin (d->conn, TRUE, NULL));
  yq_tx_update (&tx, stored, programme, "save", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (sql_commit (d->conn, NULL));
  yq_world_sql_free (world);
}

/* A submitted order that wants to pay 3 000.00 with the voucher. */
static char *
order_with_voucher (Demo *d, const char *voucher, int weekdays, gint64 *from)
{
  g_autofree char *instrument = demo_instrument (d, "carrier1", "场发射扫描电子显微镜");
  g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);
  g_autofree char *contract = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *wish = NULL;
  g_autoptr(GString) fields = NULL;
  g_autofree char *plain = NULL;
  char *id = yq_id_new ();

  turn (d, PROGRAMME_USED_AT, "order", 0);
  *from = yq_demo_time (DEMO_NOW, weekdays, 9, 0);
  wish = demo_period (*from, *from + 2 * HOUR);
  plain = demo_order (instrument, wish);
  fields = g_string_new (plain);
  g_string_truncate (fields, fields->len - 1);
  g_string_append_printf (fields,
                          ",\"programme\":\"%s\",\"voucher\":\"%s\",\"voucher_amount\":300000,"
                          "\"papers\":%s}",
                          programme, voucher, contract);
  assert_sent (d, "enterprise2", &yq_order, id, "submit", g_strdup (fields->str), "applied");
  return id;
}

static char *
use_of (Demo *d, const char *order)
{
  return demo_text (d, "SELECT id FROM \"voucher_use\" WHERE \"order\" = $1", order);
}

static void
test_accepting_holds (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *order = NULL;
  g_autofree char *use = NULL;
  gint64 from;

  turn (d, PROGRAMME_HOLD_AT, "order.accept", 0);
  order = order_with_voucher (d, voucher, 20, &from);
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_HELD), ==, 0);
  assert_sent (d, "carrier1", &yq_order, order, "accept", demo_accept (from, from + 2 * HOUR),
               "applied");
  use = use_of (d, order);
  assert_state (d, &yq_voucher_use, use, "confirmed");
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_HELD), ==, 300000);
  demo_verify (d);
  /* The hold ends with the order. */
  assert_sent (d, "enterprise2", &yq_order, order, "terminate", g_strdup ("{\"comment\":\"取消\"}"),
               "applied");
  assert_state (d, &yq_voucher_use, use, "terminated");
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_AVAILABLE), ==, 1000000);
  demo_verify (d);
}

static void
test_accepting_more_than_there_is_is_refused (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 400000);
  g_autofree char *first = NULL;
  g_autofree char *order = NULL;
  gint64 from;

  turn (d, PROGRAMME_HOLD_AT, "order.accept", 0);
  first = order_with_voucher (d, voucher, 20, &from);
  /* Nothing is held yet, so the second one may be sent, too. */
  order = order_with_voucher (d, voucher, 21, &from);
  from = yq_demo_time (DEMO_NOW, 20, 9, 0);
  assert_sent (d, "carrier1", &yq_order, first, "accept", demo_accept (from, from + 2 * HOUR),
               "applied");
  from = yq_demo_time (DEMO_NOW, 21, 9, 0);
  assert_sent (d, "carrier1", &yq_order, order, "accept", demo_accept (from, from + 2 * HOUR),
               "refused/balance");
  assert_state (d, &yq_order, order, "submitted");
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM slot WHERE holder = $1", order), ==, 0);
  demo_verify (d);
}

static void
test_a_confirmed_quota_decides_what_is_held (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *order = NULL;
  gint64 from;

  turn (d, PROGRAMME_HOLD_AT, "order.accept", 0);
  turn (d, PROGRAMME_QUOTA_CONFIRMED, NULL, TRUE);
  order = order_with_voucher (d, voucher, 20, &from);
  assert_sent (d, "carrier1", &yq_order, order, "accept", demo_accept (from, from + 2 * HOUR),
               "applied");
  assert_state (d, &yq_order, order, "confirming");
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_HELD), ==, 0);
  assert_sent (d, "reviewer1", &yq_order, order, "confirm_quota", g_strdup ("{\"amount\":250000}"),
               "applied");
  assert_state (d, &yq_order, order, "accepted");
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_HELD), ==, 250000);
  demo_verify (d);
}

static void
test_a_rejected_quota_frees_the_time (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *order = NULL;
  gint64 from;

  turn (d, PROGRAMME_HOLD_AT, "order.accept", 0);
  turn (d, PROGRAMME_QUOTA_CONFIRMED, NULL, TRUE);
  order = order_with_voucher (d, voucher, 20, &from);
  assert_sent (d, "carrier1", &yq_order, order, "accept", demo_accept (from, from + 2 * HOUR),
               "applied");
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM slot WHERE holder = $1", order), ==, 4);
  assert_sent (d, "reviewer1", &yq_order, order, "reject_quota",
               g_strdup ("{\"comment\":\"超出\"}"), "applied");
  assert_state (d, &yq_order, order, "refused");
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM slot WHERE holder = $1", order), ==, 0);
  demo_verify (d);
}

static void
test_settling_holds (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);
  g_autofree char *order = yq_id_new ();
  g_autofree char *instrument = demo_instrument (d, "carrier1", "场发射扫描电子显微镜");
  gint64 from = yq_demo_time (DEMO_NOW, 20, 9, 0);
  g_autofree char *wish = demo_period (from, from + 2 * HOUR);
  g_autofree char *contract = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *use = NULL;

  turn (d, PROGRAMME_HOLD_AT, "order.settle", 0);
  assert_sent (d, "enterprise2", &yq_order, order, "submit", demo_order (instrument, wish),
               "applied");
  assert_sent (d, "carrier1", &yq_order, order, "accept", demo_accept (from, from + 2 * HOUR),
               "applied");
  assert_sent (d, "carrier1", &yq_order, order, "save",
               g_strdup ("{\"results\":\"完成\",\"fees\":[{\"fee\":600000}]}"), "applied");
  assert_sent (d, "carrier1", &yq_order, order, "deliver", NULL, "applied");
  assert_sent (d, "enterprise2", &yq_order, order, "settle",
               g_strdup_printf ("{\"programme\":\"%s\",\"voucher\":\"%s\",\"amount\":300000,"
                                "\"contract_files\":%s}",
                                programme, voucher, contract),
               "applied");
  use = use_of (d, order);
  assert_state (d, &yq_voucher_use, use, "confirmed");
  g_assert_cmpint (demo_int (d, &yq_voucher_use, use, VOUCHER_USE_CONTRACT_AMOUNT), ==, 600000);
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_HELD), ==, 300000);
  demo_verify (d);
}

/* -- redemption.submit -- */

typedef struct
{
  char *voucher, *use, *invoice, *redemption;
} Case;

static void
case_clear (Case *c)
{
  g_free (c->voucher);
  g_free (c->use);
  g_free (c->invoice);
  g_free (c->redemption);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

static Case
redeem (Demo *d)
{
  Case c = { demo_voucher (d, "enterprise2", 1000000), yq_id_new (), yq_id_new (), yq_id_new () };
  g_autofree char *line =
    g_strdup_printf ("{\"use\":\"%s\",\"fee\":2000000,\"asked\":500000}", c.use);
  g_autofree char *invoices = g_strdup_printf ("\"%s\"", c.invoice);

  assert_sent (d, "enterprise2", &yq_voucher_use, c.use, "submit",
               demo_use (c.voucher, NULL, "carrier1", 2000000, 600000, "enterprise"), "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, c.voucher, VOUCHER_HELD), ==, 0);
  assert_sent (d, "carrier1", &yq_voucher_use, c.use, "confirm", NULL, "applied");
  assert_sent (d, "enterprise2", &yq_invoice, c.invoice, "save",
               demo_invoice ("26332000000900000001", 2000000, "enterprise", c.use), "applied");
  assert_sent (d, "enterprise2", &yq_redemption, c.redemption, "submit",
               demo_redemption ("enterprise", line, invoices), "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, c.voucher, VOUCHER_HELD), ==, 500000);
  return c;
}

static void
test_redeeming_holds_what_is_asked (Demo *d, gconstpointer data)
{
  g_auto(Case) c = { NULL };

  turn (d, PROGRAMME_HOLD_AT, "redemption.submit", 0);
  c = redeem (d);
  assert_sent (d, "reviewer1", &yq_redemption, c.redemption, "approve", NULL, "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, c.voucher, VOUCHER_REDEEMED), ==, 500000);
  g_assert_cmpint (demo_int (d, &yq_voucher, c.voucher, VOUCHER_AVAILABLE), ==, 500000);
}

static void
test_rejecting_releases (Demo *d, gconstpointer data)
{
  g_auto(Case) c = { NULL };

  turn (d, PROGRAMME_HOLD_AT, "redemption.submit", 0);
  c = redeem (d);
  assert_sent (d, "reviewer1", &yq_redemption, c.redemption, "reject",
               g_strdup ("{\"comment\":\"不符\"}"), "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, c.voucher, VOUCHER_AVAILABLE), ==, 1000000);
  assert_state (d, &yq_voucher_use, c.use, "confirmed");
}

static void
test_asking_anew_holds_anew (Demo *d, gconstpointer data)
{
  g_auto(Case) c = { NULL };

  turn (d, PROGRAMME_HOLD_AT, "redemption.submit", 0);
  c = redeem (d);
  assert_sent (d, "reviewer1", &yq_redemption, c.redemption, "return",
               g_strdup ("{\"comment\":\"金额有误\"}"), "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, c.voucher, VOUCHER_HELD), ==, 500000);
  assert_sent (
    d, "enterprise2", &yq_redemption, c.redemption, "save",
    g_strdup_printf ("{\"lines\":[{\"use\":\"%s\",\"fee\":2000000,\"asked\":350000}]}", c.use),
    "applied");
  assert_sent (d, "enterprise2", &yq_redemption, c.redemption, "submit", NULL, "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, c.voucher, VOUCHER_HELD), ==, 350000);
  g_assert_cmpint (yq_ledger_hold_amount (d->conn, c.use), ==, 350000);
}

/* -- levels -- */

static void
test_two_levels_and_amounts (Demo *d, gconstpointer data)
{
  g_autofree char *id = yq_id_of_name ("programme " JIASHAN);
  g_autoptr(YqRecord) stored = demo_load (d, &yq_programme, id);
  g_autoptr(YqRecord) programme = yq_record_copy (stored);
  g_autofree char *redemption = yq_demo_id ("redemption", "u5");
  g_autofree char *use = yq_demo_id ("voucher_use", "u5");
  g_autofree char *again = NULL;
  g_autoptr(JsonNode) stages =
    json_from_string ("[{\"level\":\"county\"},{\"level\":\"province\"}]", NULL);
  YqWorld *world = yq_world_sql_new (d->conn, DEMO_NOW);
  YqTx tx;

  yq_record_take_array (programme, PROGRAMME_STAGES, json_node_dup_array (stages));
  yq_tx_init (&tx, d->conn, world, NULL, DEMO_NOW);
  g_assert_true (sql_begin (d->conn, TRUE, NULL));
  g_assert_true (yq_tx_update (&tx, stored, programme, "save", NULL, NULL));
  g_assert_true (sql_commit (d->conn, NULL));
  yq_world_sql_free (world);

  assert_sent (d, "reviewer1", &yq_redemption, redemption, "approve",
               g_strdup_printf ("{\"lines\":[{\"use\":\"%s\",\"approved\":150000}]}", use),
               "applied");
  assert_state (d, &yq_redemption, redemption, "reviewing");
  assert_state (d, &yq_voucher_use, use, "redeeming");
  assert_sent (d, "reviewer1", &yq_redemption, redemption, "approve", NULL, "refused/forbidden");
  /* The second level returns it; it goes on there ("same") and agrees with what the first approved…
   */
  assert_sent (d, "reviewer3", &yq_redemption, redemption, "return",
               g_strdup ("{\"comment\":\"请补充\"}"), "applied");
  assert_sent (d, "enterprise1", &yq_redemption, redemption, "submit", NULL, "applied");
  again = demo_text (d, "SELECT reviewed_by FROM \"redemption\" WHERE id = $1", redemption);
  g_assert_cmpstr (again, ==, "330000");
  assert_sent (d, "reviewer3", &yq_redemption, redemption, "approve",
               g_strdup_printf ("{\"lines\":[{\"use\":\"%s\",\"approved\":160000}]}", use),
               "applied");
  assert_state (d, &yq_redemption, redemption, "payable");
  g_assert_cmpint (demo_int (d, &yq_voucher_use, use, VOUCHER_USE_REDEEMED_AMOUNT), ==, 160000);
  demo_verify (d);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/effects-hold/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("accept", test_accepting_holds);
  ADD ("accept-too-much", test_accepting_more_than_there_is_is_refused);
  ADD ("quota", test_a_confirmed_quota_decides_what_is_held);
  ADD ("quota-rejected", test_a_rejected_quota_frees_the_time);
  ADD ("settle", test_settling_holds);
  ADD ("redemption", test_redeeming_holds_what_is_asked);
  ADD ("rejected", test_rejecting_releases);
  ADD ("anew", test_asking_anew_holds_anew);
  ADD ("levels", test_two_levels_and_amounts);

  return g_test_run ();
}
