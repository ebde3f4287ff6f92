/* What steps do on the server, one story each, on the demo's world. */
#define G_LOG_DOMAIN "test-effects"

#include "demo-fixture.h"
#include "office.h"

#include "announcement.h"
#include "storefront.h"

#include "slots.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))
#define SEM "场发射扫描电子显微镜"

/* A time of the SEM that the demo's people have not taken: 20 weekdays on. */
static gint64
free_time (int hour)
{
  return yq_demo_time (DEMO_NOW, 20, hour, 0);
}

static char *
submit_order (Demo *d, const char *user, const char *instrument, gint64 from, gint64 to)
{
  char *id = yq_id_new ();
  g_autofree char *wish = demo_period (from, to);

  assert_sent (d, user, &yq_order, id, "submit", demo_order (instrument, wish), "applied");
  return id;
}

/* -- claims and vouchers -- */

static void
test_a_claim_makes_a_voucher_and_its_money (Demo *d, gconstpointer data)
{
  g_autofree char *claim = yq_id_new ();
  g_autofree char *voucher_id = NULL;
  g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);
  g_autoptr(YqRecord) voucher = NULL;
  gint64 budget = yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme);
  YqTokenFacts facts;

  assert_sent (d, "enterprise2", &yq_claim, claim, "submit", demo_claim (2000000), "applied");
  assert_state (d, &yq_claim, claim, "granted");
  voucher_id = demo_text (d, "SELECT voucher FROM \"claim\" WHERE id = $1", claim);
  voucher = demo_load (d, &yq_voucher, voucher_id);
  g_assert_true (g_str_has_prefix (yq_record_text (voucher, VOUCHER_NUMBER), "2026TMA2CX7E93"));
  g_assert_cmpuint (strlen (yq_record_text (voucher, VOUCHER_NUMBER)), ==, 16);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme), ==, budget - 2000000);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_AVAILABLE, voucher_id), ==, 2000000);
  g_assert_true (yq_token_read (yq_record_text (voucher, VOUCHER_TOKEN), &facts));
  g_assert_cmpint (facts.kind, ==, YQ_TOKEN_VOUCHER);
  g_assert_cmpstr (facts.id, ==, voucher_id);
  g_assert_cmpint (facts.amount, ==, 2000000);
  g_assert_cmpstr (facts.number, ==, yq_record_text (voucher, VOUCHER_NUMBER));
  g_assert_cmpstr (facts.holder, ==, yq_record_text (voucher, VOUCHER_HOLDER_NAME));
  g_assert_cmpstr (facts.day, ==, yq_record_text (voucher, VOUCHER_VALID_UNTIL));
  demo_verify (d);
}

static void
test_a_claim_above_the_cap_names_the_numbers (Demo *d, gconstpointer data)
{
  g_autofree char *first = yq_id_new ();
  g_autofree char *second = yq_id_new ();

  /* 80 000 + 50 000 of 200 000 are claimed, one claim is at most 100 000. */
  assert_sent (d, "enterprise1", &yq_claim, first, "submit", demo_claim (10000001),
               "refused/cap_claim");
  assert_sent (d, "enterprise1", &yq_claim, second, "submit", demo_claim (7000001),
               "refused/cap_total");
  g_assert_nonnull (strstr (demo_detail (d), "130,000.00"));
  g_assert_nonnull (strstr (demo_detail (d), "200,000.00"));
  assert_state (d, &yq_claim, second, "gone");
}

static void
test_two_vouchers_never_share_a_number (Demo *d, gconstpointer data)
{
  g_autofree char *head = g_strdup ("voucher 2026TMA2CX7E93");

  /* Nearly all words of two characters are gone already; those that follow are longer. */
  g_assert_cmpint (sql_exec (d->conn, "UPDATE counter SET value = 1290 WHERE name = $1",
                             SQL_ARGS (SQL_TEXT (head)), NULL),
                   ==, 1);
  for (int i = 0; i < 40; i++)
    {
      g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000);
    }
  g_assert_cmpint (
    demo_count (d, "SELECT COUNT (*) - COUNT (DISTINCT number) FROM \"voucher\"", NULL), ==, 0);
  demo_verify (d);
}

/* -- orders -- */

static void
test_an_order_over_taken_times_is_told_where_there_is_room (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", SEM);
  gint64 ten = free_time (10);
  g_autofree char *order = submit_order (d, "enterprise2", sem, ten, ten + 2 * HOUR);
  g_autofree char *late = yq_id_new ();
  g_autofree char *wish = demo_period (ten + HOUR, ten + 3 * HOUR);

  assert_sent (d, "carrier1", &yq_order, order, "accept", demo_accept (ten, ten + 2 * HOUR),
               "applied");
  assert_sent (d, "enterprise1", &yq_order, late, "submit", demo_order (sem, wish),
               "refused/slot_taken");
  g_assert_cmpuint (json_array_get_length (demo_alternatives (d)), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (
                     json_array_get_object_element (demo_alternatives (d), 0), "instrument"),
                   ==, sem);
  demo_verify (d);
}

/* A message belongs to whom it was sent to. */
static void
test_a_message_is_deleted_by_its_receiver_alone (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", SEM);
  gint64 ten = free_time (10);
  g_autofree char *order = submit_order (d, "enterprise2", sem, ten, ten + 2 * HOUR);
  g_autofree char *id = NULL;
  g_autoptr(YqRecord) gone = NULL;

  assert_sent (d, "carrier1", &yq_order, order, "accept", demo_accept (ten, ten + 2 * HOUR),
               "applied");
  id = demo_text (d,
                  "SELECT id FROM \"message\" WHERE record = $1 AND type = 'order.accept' AND"
                  " account = (SELECT id FROM \"account\" WHERE username = 'enterprise2')",
                  order);
  g_assert_nonnull (id);
  assert_sent (d, "enterprise1", &yq_message, id, "delete", NULL, "refused/not_found");
  assert_sent (d, "carrier1", &yq_message, id, "delete", NULL, "refused/not_found");
  assert_sent (d, "enterprise2", &yq_message, id, "delete", NULL, "applied");
  gone = demo_load (d, &yq_message, id);
  g_assert_null (gone);
  demo_verify (d);
}

static void
test_accepting_refuses_whoever_has_no_time_left (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", SEM);
  gint64 ten = free_time (10);
  g_autofree char *winner = submit_order (d, "enterprise2", sem, ten, ten + 2 * HOUR);
  g_autofree char *loser = submit_order (d, "enterprise1", sem, ten + HOUR, ten + 3 * HOUR);
  g_autofree char *other = yq_id_new ();
  g_autofree char *first = demo_period (ten, ten + HOUR);
  g_autofree char *second = demo_period (ten + 3 * HOUR, ten + 4 * HOUR);
  g_autofree char *both = g_strdup_printf ("%s,%s", first, second);
  g_autoptr(YqRecord) refused = NULL;
  gint64 messages = demo_count (
    d, "SELECT COUNT (*) FROM \"message\" WHERE type = 'order.refuse' AND state = 'unread'", NULL);

  assert_sent (d, "enterprise4", &yq_order, other, "submit", demo_order (sem, both), "applied");
  assert_sent (d, "carrier1", &yq_order, winner, "accept", demo_accept (ten, ten + 2 * HOUR),
               "applied");
  assert_state (d, &yq_order, winner, "accepted");
  assert_state (d, &yq_order, other, "submitted");
  refused = demo_load (d, &yq_order, loser);
  g_assert_cmpstr (yq_record_state (refused), ==, "refused");
  g_assert_nonnull (yq_record_text (refused, ORDER_REASON));
  g_assert_cmpuint (json_array_get_length (yq_record_array (refused, ORDER_ALTERNATIVES)), ==, 3);
  g_assert_cmpint (
    demo_count (
      d, "SELECT COUNT (*) FROM \"message\" WHERE type = 'order.refuse' AND state = 'unread'",
      NULL),
    ==, messages + 2); /* two people of that enterprise */
  assert_sent (d, "carrier1", &yq_order, loser, "accept", demo_accept (ten + HOUR, ten + 3 * HOUR),
               "refused/state");
  demo_verify (d);
}

static void
test_a_terminated_booking_gives_its_time_back (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", SEM);
  gint64 ten = free_time (10);
  g_autofree char *order = submit_order (d, "enterprise2", sem, ten, ten + 2 * HOUR);
  g_autofree char *again = NULL;
  g_autoptr(YqRecord) taken = NULL;
  g_autoptr(YqRecord) freed = NULL;
  guint n;

  assert_sent (d, "carrier1", &yq_order, order, "accept", demo_accept (ten, ten + 2 * HOUR),
               "applied");
  taken = demo_load (d, &yq_instrument, sem);
  n = json_array_get_length (yq_record_array (taken, INSTRUMENT_TAKEN));
  assert_sent (d, "enterprise2", &yq_order, order, "terminate", g_strdup ("{\"comment\":\"改期\"}"),
               "applied");
  freed = demo_load (d, &yq_instrument, sem);
  g_assert_cmpuint (json_array_get_length (yq_record_array (freed, INSTRUMENT_TAKEN)), ==, n - 1);
  g_assert_cmpint (yq_record_revision (freed), ==, yq_record_revision (taken));
  again = submit_order (d, "enterprise1", sem, ten, ten + 2 * HOUR);
  demo_verify (d);
}

static void
test_a_proposed_time_is_taken_by_agreeing (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", SEM);
  gint64 ten = free_time (10), three = free_time (15);
  g_autofree char *order = submit_order (d, "enterprise2", sem, ten, ten + HOUR);
  g_autofree char *begin = yq_time_format (three);
  g_autofree char *end = yq_time_format (three + HOUR);

  assert_sent (d, "carrier1", &yq_order, order, "propose_time",
               g_strdup_printf ("{\"proposed_from\":\"%s\",\"proposed_to\":\"%s\"}", begin, end),
               "applied");
  assert_state (d, &yq_order, order, "submitted");
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM slot WHERE holder = $1", order), ==, 0);
  assert_sent (d, "enterprise2", &yq_order, order, "agree", NULL, "applied");
  assert_state (d, &yq_order, order, "accepted");
  g_assert_cmpint (demo_int (d, &yq_order, order, ORDER_CONFIRMED_FROM), ==, three);
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM slot WHERE holder = $1", order), ==, 2);
}

static void
test_a_closure_keeps_bookings_out (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", SEM);
  g_autofree char *closure = yq_id_new ();
  g_autofree char *order = yq_id_new ();
  gint64 ten = free_time (10);
  g_autofree char *begin = yq_time_format (ten);
  g_autofree char *end = yq_time_format (ten + HOUR);
  g_autofree char *wish = demo_period (ten, ten + HOUR);

  assert_sent (d, "carrier1", &yq_closure, closure, "save",
               g_strdup_printf ("{\"instrument\":\"%s\",\"from_time\":\"%s\",\"to_time\":\"%s\"}",
                                sem, begin, end),
               "applied");
  assert_sent (d, "enterprise1", &yq_order, order, "submit", demo_order (sem, wish),
               "refused/slot_taken");
  assert_sent (d, "carrier1", &yq_closure, closure, "delete", NULL, "applied");
  assert_sent (d, "enterprise1", &yq_order, order, "submit", demo_order (sem, wish), "applied");
}

static void
test_a_stopped_instrument_has_substitutes (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", SEM);
  g_autofree char *order = yq_id_new ();
  gint64 ten = free_time (10);
  g_autofree char *wish = demo_period (ten, ten + HOUR);
  JsonArray *alternatives;

  assert_sent (d, "carrier1", &yq_instrument, sem, "stop", NULL, "applied");
  assert_sent (d, "enterprise1", &yq_order, order, "submit", demo_order (sem, wish),
               "refused/slot_taken");
  alternatives = demo_alternatives (d);
  g_assert_cmpuint (json_array_get_length (alternatives), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      JsonObject *row = json_array_get_object_element (alternatives, i);
      g_autoptr(YqRecord) other =
        demo_load (d, &yq_instrument, json_object_get_string_member (row, "instrument"));

      g_assert_true (yq_slots_is_free (d->conn, other, ten, ten + HOUR, NULL));
      if (i == 0)
        {
          g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");

          g_assert_cmpstr (yq_record_carrier (other), ==, carrier);
        }
    }
}

/* All items of a booking belong to one carrier (rule 7): beside another one, only hers can stand
 * in. */
static void
test_a_stopped_one_of_two_has_the_same_carrier_s (Demo *d, gconstpointer data)
{
  g_autofree char *stopped = demo_instrument (d, "carrier1", "电化学工作站");
  g_autofree char *beside = demo_instrument (d, "carrier1", SEM);
  g_autofree char *both = g_strdup_printf ("%s\",\"%s", beside, stopped);
  g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");
  g_autofree char *order = yq_id_new ();
  gint64 ten = free_time (10);
  g_autofree char *wish = demo_period (ten, ten + HOUR);
  JsonArray *alternatives;

  assert_sent (d, "carrier1", &yq_instrument, stopped, "stop", NULL, "applied");
  assert_sent (d, "enterprise1", &yq_order, order, "submit", demo_order (both, wish),
               "refused/slot_taken");
  alternatives = demo_alternatives (d);
  g_assert_cmpuint (json_array_get_length (alternatives), >, 0);
  for (guint i = 0; i < json_array_get_length (alternatives); i++)
    {
      JsonObject *row = json_array_get_object_element (alternatives, i);
      g_autoptr(YqRecord) other =
        demo_load (d, &yq_instrument, json_object_get_string_member (row, "instrument"));

      g_assert_cmpstr (yq_record_carrier (other), ==, carrier);
    }
}

/* -- 64 at once -- */

static void
test_of_64_accepts_one_is_applied (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", SEM);

  for (int round = 0; round < 3; round++)
    {
      gint64 nine = yq_demo_time (DEMO_NOW, 20 + round, 9, 0);
      g_autoptr(GPtrArray) orders = g_ptr_array_new_with_free_func (g_free);
      guint applied = 0;

      for (int i = 0; i < 64; i++)
        g_ptr_array_add (orders, submit_order (d, i % 2 ? "enterprise1" : "enterprise2", sem, nine,
                                               nine + 2 * HOUR));
      for (int i = 0; i < 64; i++)
        {
          g_autofree char *fields = demo_accept (nine, nine + 2 * HOUR);
          g_autofree char *outcome = demo_send (
            d, "carrier1", &yq_order, orders->pdata[(i * 37 + round) % 64], "accept", fields);

          applied += strcmp (outcome, "applied") == 0;
        }
      g_assert_cmpuint (applied, ==, 1);
    }
  g_assert_cmpint (
    demo_count (
      d, "SELECT COUNT (*) FROM \"order\" WHERE state = 'submitted' AND region LIKE '33%'", NULL),
    ==, 3);
  demo_verify (d);
}

static void
test_64_uses_never_exceed_the_voucher (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  guint applied = 0;

  for (int i = 0; i < 64; i++)
    {
      g_autofree char *id = yq_id_new ();
      g_autofree char *fields =
        demo_use (voucher, NULL, "carrier1", 5000000, 30000 + 1000 * i, "enterprise");
      g_autofree char *outcome =
        demo_send (d, "enterprise2", &yq_voucher_use, id, "submit", fields);

      applied += strcmp (outcome, "applied") == 0;
    }
  g_assert_cmpuint (applied, >, 10);
  g_assert_cmpuint (applied, <, 40);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_AVAILABLE, voucher), >=, 0);
  g_assert_cmpint (
    demo_count (d,
                "SELECT SUM (amount) FROM \"voucher_use\" WHERE voucher = $1 AND state = 'pending'",
                voucher),
    ==, yq_ledger_balance (d->conn, YQ_LEDGER_HELD, voucher));
  demo_verify (d);
}

/* -- uses -- */

static void
test_a_use_holds_and_terminating_releases (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *use = yq_id_new ();

  assert_sent (d, "enterprise2", &yq_voucher_use, use, "submit",
               demo_use (voucher, NULL, "carrier1", 2000000, 600000, "enterprise"), "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_AVAILABLE), ==, 400000);
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_HELD), ==, 600000);
  assert_sent (d, "carrier1", &yq_voucher_use, use, "terminate",
               g_strdup ("{\"comment\":\"金额不符\"}"), "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_AVAILABLE), ==, 1000000);
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_HELD), ==, 0);
  demo_verify (d);
}

static void
test_a_service_record_opens_the_evaluation_once (Demo *d, gconstpointer data)
{
  static const char fields[] =
    "{\"id\":\"%s\",\"started_at\":\"2026-11-18T01:00:00Z\",\"ended_at\":\"2026-11-18T04:00:00Z\","
    "\"hours\":30,\"fee\":2000000}";
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *use = yq_id_new ();
  g_autofree char *first = yq_id_new ();
  g_autofree char *second = yq_id_new ();
  g_autofree char *evaluation = NULL;

  assert_sent (d, "enterprise2", &yq_voucher_use, use, "submit",
               demo_use (voucher, NULL, "carrier1", 2000000, 600000, "enterprise"), "applied");
  assert_sent (d, "carrier1", &yq_voucher_use, use, "confirm", NULL, "applied");
  assert_sent (d, "carrier1", &yq_voucher_use, use, "add_service_record",
               g_strdup_printf (fields, first), "applied");
  assert_state (d, &yq_voucher_use, use, "served");
  assert_state (d, &yq_service_record, first, "active");
  assert_sent (d, "carrier1", &yq_voucher_use, use, "add_service_record",
               g_strdup_printf (fields, first), "refused/duplicate");
  assert_sent (d, "carrier1", &yq_voucher_use, use, "add_service_record",
               g_strdup_printf (fields, second), "applied");
  g_assert_cmpint (
    demo_count (d, "SELECT COUNT (*) FROM \"evaluation\" WHERE voucher_use = $1", use), ==, 1);
  evaluation = demo_text (d, "SELECT id FROM \"evaluation\" WHERE voucher_use = $1", use);
  assert_sent (d, "enterprise2", &yq_evaluation, evaluation, "evaluate",
               g_strdup ("{\"stars\":4,\"text\":\"数据及时\"}"), "applied");
  g_assert_cmpint (demo_int (d, &yq_evaluation, evaluation, EVALUATION_STARS), ==, 4);
}

/* -- redemptions -- */

typedef struct
{
  char *voucher, *use, *invoice, *line;
} Paid;

/* A served use of 6 000.00 with its invoice. */
static Paid
make_served (Demo *d, const char *number)
{
  Paid p = { demo_voucher (d, "enterprise2", 1000000), yq_id_new (), yq_id_new (), NULL };

  assert_sent (d, "enterprise2", &yq_voucher_use, p.use, "submit",
               demo_use (p.voucher, NULL, "carrier1", 2000000, 600000, "enterprise"), "applied");
  assert_sent (d, "carrier1", &yq_voucher_use, p.use, "confirm", NULL, "applied");
  assert_sent (d, "enterprise2", &yq_invoice, p.invoice, "save",
               demo_invoice (number, 2000000, "enterprise", p.use), "applied");
  p.line = g_strdup_printf ("{\"use\":\"%s\",\"fee\":2000000,\"asked\":600000}", p.use);
  return p;
}

static void
paid_clear (Paid *p)
{
  g_free (p->voucher);
  g_free (p->use);
  g_free (p->invoice);
  g_free (p->line);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Paid, paid_clear)

static char *
redeem (Demo *d, const Paid *p, const char *expected)
{
  char *id = yq_id_new ();
  g_autofree char *invoices = g_strdup_printf ("\"%s\"", p->invoice);

  assert_sent (d, "enterprise2", &yq_redemption, id, "submit",
               demo_redemption ("enterprise", p->line, invoices), expected);
  return id;
}

static void
test_what_is_approved_is_redeemed_and_the_rest_comes_back (Demo *d, gconstpointer data)
{
  g_auto(Paid) p = make_served (d, "26332000000900000001");
  g_autofree char *redemption = redeem (d, &p, "applied");
  g_autoptr(YqRecord) stored = NULL;

  assert_state (d, &yq_voucher_use, p.use, "redeeming");
  assert_sent (d, "reviewer1", &yq_redemption, redemption, "approve",
               g_strdup_printf ("{\"lines\":[{\"use\":\"%s\",\"approved\":450000}]}", p.use),
               "applied");
  assert_state (d, &yq_redemption, redemption, "payable");
  assert_state (d, &yq_voucher_use, p.use, "redeemed");
  g_assert_cmpint (demo_int (d, &yq_voucher, p.voucher, VOUCHER_AVAILABLE), ==, 550000);
  g_assert_cmpint (demo_int (d, &yq_voucher, p.voucher, VOUCHER_HELD), ==, 0);
  g_assert_cmpint (demo_int (d, &yq_voucher, p.voucher, VOUCHER_REDEEMED), ==, 450000);
  assert_sent (d, "reviewer1", &yq_redemption, redemption, "pay",
               g_strdup ("{\"paid_on\":\"2026-11-20\"}"), "applied");
  stored = demo_load (d, &yq_redemption, redemption);
  g_assert_cmpstr (yq_record_state (stored), ==, "paid");
  g_assert_cmpint (yq_record_int (stored, REDEMPTION_AMOUNT), ==, 600000);
  g_assert_cmpint (yq_record_int (stored, REDEMPTION_APPROVED_AMOUNT), ==, 450000);
  g_assert_cmpstr (yq_record_text (stored, REDEMPTION_BANK_ACCOUNT), ==, "201000128846618");
  demo_verify (d);
}

static void
test_an_invoice_is_used_once (Demo *d, gconstpointer data)
{
  g_auto(Paid) first = make_served (d, "26332000000900000001");
  g_auto(Paid) second = make_served (d, "26332000000900000001");
  g_autofree char *one = redeem (d, &first, "applied");
  g_autofree char *two = redeem (d, &second, "refused/invoice_used");

  assert_state (d, &yq_redemption, two, "gone");
  assert_state (d, &yq_voucher_use, second.use, "confirmed");
  /* It cannot be changed or taken away while its redemption is under way. */
  assert_sent (d, "enterprise2", &yq_invoice, first.invoice, "save", g_strdup ("{\"note\":\"x\"}"),
               "refused/state");
  assert_sent (d, "enterprise2", &yq_invoice, first.invoice, "delete", NULL, "refused/state");
  /* After a rejection it is free again. */
  assert_sent (d, "reviewer1", &yq_redemption, one, "reject",
               g_strdup ("{\"comment\":\"服务与计划不符\"}"), "applied");
  g_clear_pointer (&two, g_free);
  two = redeem (d, &second, "applied");
  demo_verify (d);
}

static void
test_an_invoice_nobody_listed_counts_too (Demo *d, gconstpointer data)
{
  g_auto(Paid) first = make_served (d, "26332000000900000001");
  g_auto(Paid) second = make_served (d, "26332000000900000001");
  g_autofree char *one = yq_id_new ();
  g_autofree char *two = yq_id_new ();
  g_autoptr(YqRecord) stored = NULL;

  assert_sent (d, "enterprise2", &yq_redemption, one, "submit",
               demo_redemption ("enterprise", first.line, ""), "applied");
  stored = demo_load (d, &yq_redemption, one);
  g_assert_cmpuint (json_array_get_length (yq_record_array (stored, REDEMPTION_INVOICES)), ==, 1);
  assert_sent (d, "enterprise2", &yq_redemption, two, "submit",
               demo_redemption ("enterprise", second.line, ""), "refused/invoice_used");
}

static void
test_returned_keeps_the_hold_and_goes_on (Demo *d, gconstpointer data)
{
  g_auto(Paid) p = make_served (d, "26332000000900000001");
  g_autofree char *redemption = redeem (d, &p, "applied");

  assert_sent (d, "reviewer1", &yq_redemption, redemption, "return",
               g_strdup ("{\"comment\":\"请补充\"}"), "applied");
  assert_state (d, &yq_voucher_use, p.use, "redeeming");
  g_assert_cmpint (yq_ledger_hold_amount (d->conn, p.use), ==, 600000);
  assert_sent (d, "enterprise2", &yq_redemption, redemption, "submit", NULL, "applied");
  assert_sent (d, "reviewer1", &yq_redemption, redemption, "approve", NULL, "applied");
  g_assert_cmpint (demo_int (d, &yq_voucher, p.voucher, VOUCHER_REDEEMED), ==, 600000);
  demo_verify (d);
}

static void
test_withdrawn_gives_uses_their_state_back (Demo *d, gconstpointer data)
{
  g_auto(Paid) p = make_served (d, "26332000000900000001");
  g_autofree char *redemption = redeem (d, &p, "applied");

  assert_sent (d, "enterprise2", &yq_redemption, redemption, "withdraw", NULL, "applied");
  assert_state (d, &yq_voucher_use, p.use, "confirmed");
  g_assert_cmpint (yq_ledger_hold_amount (d->conn, p.use), ==, 600000);
  demo_verify (d);
  /* And may be redeemed anew. */
  g_free (redemption);
  redemption = redeem (d, &p, "applied");
  demo_verify (d);
}

static void
test_a_use_dropped_from_a_returned_redemption_is_free (Demo *d, gconstpointer data)
{
  g_auto(Paid) first = make_served (d, "26332000000900000001");
  g_auto(Paid) second = make_served (d, "26332000000900000002");
  g_autofree char *redemption = yq_id_new ();
  g_autofree char *both = g_strdup_printf ("%s,%s", first.line, second.line);
  g_autofree char *invoices = g_strdup_printf ("\"%s\",\"%s\"", first.invoice, second.invoice);

  assert_sent (d, "enterprise2", &yq_redemption, redemption, "submit",
               demo_redemption ("enterprise", both, invoices), "applied");
  assert_sent (d, "reviewer1", &yq_redemption, redemption, "return",
               g_strdup ("{\"comment\":\"第二项不予受理\"}"), "applied");
  assert_sent (
    d, "enterprise2", &yq_redemption, redemption, "save",
    g_strdup_printf ("{\"lines\":[%s],\"invoices\":[\"%s\"]}", first.line, first.invoice),
    "applied");
  assert_sent (d, "enterprise2", &yq_redemption, redemption, "submit", NULL, "applied");
  assert_state (d, &yq_voucher_use, first.use, "redeeming");
  assert_state (d, &yq_voucher_use, second.use, "confirmed");
  /* Its invoice may be changed again. */
  assert_sent (d, "enterprise2", &yq_invoice, second.invoice, "save", g_strdup ("{\"note\":\"x\"}"),
               "applied");
  demo_verify (d);
}

static void
test_a_carrier_redeems_with_its_own_invoice (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise2", 1000000);
  g_autofree char *use = yq_id_new ();
  g_autofree char *invoice = yq_id_new ();
  g_autofree char *redemption = yq_id_new ();
  g_autofree char *line =
    g_strdup_printf ("{\"use\":\"%s\",\"fee\":2000000,\"asked\":600000}", use);
  g_autofree char *invoices = g_strdup_printf ("\"%s\"", invoice);

  assert_sent (d, "enterprise2", &yq_voucher_use, use, "submit",
               demo_use (voucher, NULL, "carrier1", 2000000, 600000, "carrier"), "applied");
  assert_sent (d, "carrier1", &yq_voucher_use, use, "confirm", NULL, "applied");
  assert_sent (d, "carrier1", &yq_invoice, invoice, "save",
               demo_invoice ("26332000000900000003", 2000000, "carrier", use), "applied");
  assert_sent (d, "carrier1", &yq_redemption, redemption, "submit",
               demo_redemption ("carrier", line, invoices), "applied");
  assert_sent (d, "reviewer1", &yq_redemption, redemption, "approve", NULL, "applied");
  assert_state (d, &yq_voucher_use, use, "redeemed");
  demo_verify (d);
}

static void
test_an_order_is_completed_by_redeeming (Demo *d, gconstpointer data)
{
  g_autofree char *redemption = yq_demo_id ("redemption", "u5");
  g_autofree char *order = yq_demo_id ("order", "o5");

  assert_state (d, &yq_order, order, "delivered");
  assert_sent (d, "reviewer1", &yq_redemption, redemption, "approve", NULL, "applied");
  assert_state (d, &yq_order, order, "completed");
  demo_verify (d);
}

static void
test_a_changed_bank_account_is_flagged (Demo *d, gconstpointer data)
{
  g_autofree char *redemption = yq_demo_id ("redemption", "u5");
  g_autofree char *organisation = yq_demo_id ("organisation", "enterprise1");

  g_assert_false (demo_int (d, &yq_redemption, redemption, REDEMPTION_BANK_CHANGED));
  assert_sent (d, "enterprise1", &yq_organisation, organisation, "save",
               g_strdup ("{\"bank_account\":\"6222000000000000\"}"), "applied");
  g_assert_true (demo_int (d, &yq_redemption, redemption, REDEMPTION_BANK_CHANGED));
}

/* 区域标签: whom a service is open to, by where it is registered. */
static void
test_a_service_is_ordered_from_its_regions (Demo *d, gconstpointer data)
{
  g_autofree char *service =
    demo_text (d, "SELECT id FROM \"service\" WHERE state = 'listed' AND carrier = $1 LIMIT 1",
               demo_who (d, "testerjs")->organisation);
  g_autofree char *order = yq_id_new ();
  g_autofree char *fields = g_strdup_printf (
    "{\"kind\":\"service\",\"service\":\"%s\",\"quantity\":1,\"purpose\":\"材料检测\","
    "\"contact_name\":\"陈一\",\"contact_phone\":\"13905730101\"}",
    service);

  assert_sent (d, "testerjs", &yq_service, service, "save",
               g_strdup ("{\"open_to\":[{\"region\":\"320500\"},{\"region\":\"310000\"}]}"),
               "applied");
  assert_state (d, &yq_service, service, "listed");
  assert_sent (d, "enterprise1", &yq_order, order, "submit", g_strdup (fields),
               "refused/not_eligible");
  g_assert_nonnull (strstr (demo_detail (d), "江苏省苏州市"));
  g_assert_nonnull (strstr (demo_detail (d), "上海市"));
  g_assert_nonnull (strstr (demo_detail (d), "浙江省嘉兴市嘉善县"));
  assert_sent (d, "testerjs", &yq_service, service, "save",
               g_strdup ("{\"open_to\":[{\"region\":\"320500\"},{\"region\":\"330400\"}]}"),
               "applied");
  assert_sent (d, "enterprise1", &yq_order, order, "submit", g_strdup (fields), "applied");
}

/* -- people -- */

static void
test_the_last_manager_stays (Demo *d, gconstpointer data)
{
  g_autofree char *first = yq_demo_id ("account", "enterprise1");
  g_autofree char *second = yq_demo_id ("account", "yunfan2");
  const char *sql = "SELECT id FROM \"membership\" WHERE account = $1";
  g_autofree char *manager = demo_text (d, sql, first);
  g_autofree char *member = demo_text (d, sql, second);

  assert_sent (d, "enterprise1", &yq_membership, manager, "dismiss", NULL, "refused/state");
  assert_sent (d, "enterprise1", &yq_membership, member, "appoint", NULL, "applied");
  demo_forget_people (d);
  assert_sent (d, "yunfan2", &yq_membership, manager, "dismiss", NULL, "applied");
  demo_forget_people (d);
  g_assert_true (yq_who_has_role (demo_who (d, "yunfan2"), YQ_ROLE_MANAGER));
  g_assert_false (yq_who_has_role (demo_who (d, "enterprise1"), YQ_ROLE_MANAGER));
  g_assert_true (yq_who_has_role (demo_who (d, "enterprise1"), YQ_ROLE_MEMBER));
}

static void
test_a_desk_lists_who_acts_for_it (Demo *d, gconstpointer data)
{
  g_autofree char *desk = yq_id_new ();
  g_autofree char *account = yq_demo_id ("account", "jiahe2");
  const char *count = "SELECT COUNT (*) FROM \"grant\" WHERE \"desk\" = $1";

  assert_sent (d, "carrier1", &yq_desk, desk, "save",
               g_strdup_printf ("{\"name\":\"材料室\",\"accounts\":[\"%s\"]}", account), "applied");
  g_assert_cmpint (demo_count (d, count, desk), ==, 1);
  g_assert_true (yq_who_has_role (demo_who (d, "jiahe2"), YQ_ROLE_DESK));
  assert_sent (d, "carrier1", &yq_desk, desk, "close", NULL, "applied");
  g_assert_cmpint (demo_count (d, count, desk), ==, 0);
  assert_sent (d, "carrier1", &yq_desk, desk, "open", NULL, "applied");
  g_assert_cmpint (demo_count (d, count, desk), ==, 1);
}

/* Whoever reviews or reads what a department offers may not read the department: the copies follow.
 */
static void
test_a_department_has_one_name (Demo *d, gconstpointer data)
{
  static const char *const tables[] = { "store", "service", "institution", "instrument" };
  g_autofree char *desk = yq_demo_id ("desk", "js");
  g_autofree char *old = demo_text (d, "SELECT \"name\" FROM \"desk\" WHERE id = $1", desk);
  g_autofree char *store = yq_id_new ();
  gint64 n_named = 0;
  const char *agreed = "SELECT COUNT (*) FROM \"order\" WHERE \"desk_name\" = $1"
                       " AND \"state\" IN ('accepted', 'delivered', 'completed')";
  gint64 n_agreed = demo_count (d, agreed, old);

  assert_sent (d, "deskjs", &yq_store, store, "save", g_strdup ("{\"name\":\"江宁测试店\"}"),
               "applied");
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM \"store\" WHERE \"desk_name\" = $1", old),
                   ==, 1);
  assert_sent (d, "carrierjs", &yq_desk, desk, "save", g_strdup ("{\"name\":\"改名后的中心\"}"),
               "applied");
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql =
        g_strdup_printf ("SELECT COUNT (*) FROM \"%s\" WHERE \"desk_name\" = $1", tables[i]);

      g_assert_cmpint (demo_count (d, sql, old), ==, 0);
      n_named += demo_count (d, sql, "改名后的中心");
    }
  g_assert_cmpint (n_named, ==, 1);
  g_assert_cmpint (demo_count (d, agreed, old), ==, n_agreed);
}

static void
test_reviewers_take_their_announcements_back (Demo *d, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();

  assert_sent (d, "reviewer1", &yq_announcement, id, "save",
               g_strdup ("{\"kind\":\"notice\",\"title\":\"停电\",\"text\":\"周六停电\","
                         "\"seat\":\"330421\"}"),
               "applied");
  assert_sent (d, "enterprise1", &yq_announcement, id, "delete", NULL, "refused/forbidden");
  assert_sent (d, "reviewerjn", &yq_announcement, id, "delete", NULL, "refused/forbidden");
  assert_sent (d, "reviewer1", &yq_announcement, id, "delete", NULL, "applied");
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM \"announcement\" WHERE id = $1", id), ==,
                   0);
}

static void
test_size_and_code_are_computed (Demo *d, gconstpointer data)
{
  g_autofree char *id = yq_demo_id ("organisation", "enterprise1");
  g_autoptr(YqRecord) organisation = demo_load (d, &yq_organisation, id);

  g_assert_cmpstr (yq_record_text (organisation, ORGANISATION_SIZE), ==, "small");
  g_assert_cmpstr (yq_record_text (organisation, ORGANISATION_ORGANISATION_CODE), ==, "MA2BC1D4-4");
  g_assert_true (yq_record_int (organisation, ORGANISATION_IN_PROVINCE));
  g_assert_false (yq_record_int (organisation, ORGANISATION_IS_CARRIER));
}

/* -- digests -- */

static void
test_many_decisions_are_one_message (Demo *d, gconstpointer data)
{
  g_autofree char *carrier = yq_demo_id ("account", "carrier1");
  const char *count = "SELECT COUNT (*) FROM \"message\" WHERE type = 'instrument.approve'"
                      " AND account = $1";
  g_autofree char *text = NULL;

  for (int i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("new %d", i);
      g_autofree char *id = yq_demo_id ("instrument", name);

      assert_sent (d, "reviewer2", &yq_instrument, id, "approve", NULL, "applied");
    }
  g_assert_cmpint (demo_count (d, count, carrier), ==, 0);
  g_assert_true (sql_begin (d->conn, TRUE, NULL));
  g_assert_cmpint (yq_jobs_run_due (d->conn, DEMO_NOW + 60000, 100, NULL), ==, 1);
  g_assert_true (sql_commit (d->conn, NULL));
  g_assert_cmpint (demo_count (d, count, carrier), ==, 1);
  text = demo_text (d,
                    "SELECT text FROM \"message\" WHERE type = 'instrument.approve'"
                    " AND account = $1",
                    carrier);
  g_assert_nonnull (strstr (text, "6"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/effects/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("claim", test_a_claim_makes_a_voucher_and_its_money);
  ADD ("claim-caps", test_a_claim_above_the_cap_names_the_numbers);
  ADD ("voucher-numbers", test_two_vouchers_never_share_a_number);
  ADD ("alternatives", test_an_order_over_taken_times_is_told_where_there_is_room);
  ADD ("message-deleted", test_a_message_is_deleted_by_its_receiver_alone);
  ADD ("rivals", test_accepting_refuses_whoever_has_no_time_left);
  ADD ("terminate", test_a_terminated_booking_gives_its_time_back);
  ADD ("propose", test_a_proposed_time_is_taken_by_agreeing);
  ADD ("closure", test_a_closure_keeps_bookings_out);
  ADD ("substitutes", test_a_stopped_instrument_has_substitutes);
  ADD ("substitutes/of-two", test_a_stopped_one_of_two_has_the_same_carrier_s);
  ADD ("64-accepts", test_of_64_accepts_one_is_applied);
  ADD ("64-uses", test_64_uses_never_exceed_the_voucher);
  ADD ("hold", test_a_use_holds_and_terminating_releases);
  ADD ("service-record", test_a_service_record_opens_the_evaluation_once);
  ADD ("redemption", test_what_is_approved_is_redeemed_and_the_rest_comes_back);
  ADD ("invoice-once", test_an_invoice_is_used_once);
  ADD ("invoice-unlisted", test_an_invoice_nobody_listed_counts_too);
  ADD ("returned", test_returned_keeps_the_hold_and_goes_on);
  ADD ("withdrawn", test_withdrawn_gives_uses_their_state_back);
  ADD ("dropped-line", test_a_use_dropped_from_a_returned_redemption_is_free);
  ADD ("carrier-redeems", test_a_carrier_redeems_with_its_own_invoice);
  ADD ("order-completed", test_an_order_is_completed_by_redeeming);
  ADD ("bank-changed", test_a_changed_bank_account_is_flagged);
  ADD ("service-regions", test_a_service_is_ordered_from_its_regions);
  ADD ("last-manager", test_the_last_manager_stays);
  ADD ("department", test_a_department_has_one_name);
  ADD ("announcement", test_reviewers_take_their_announcements_back);
  ADD ("desk", test_a_desk_lists_who_acts_for_it);
  ADD ("computed", test_size_and_code_are_computed);
  ADD ("digest", test_many_decisions_are_one_message);

  return g_test_run ();
}
