/* Every decision says which level made it, since when that level had the record, how many working
 * days it took, and whether that was later than promised; redemptions and their uses say when they
 * were redeemed and paid. */
#define G_LOG_DOMAIN "test-review-times"

#include "settle-fixture.h"

#include "office.h"
#include "payout.h"
#include "schedule.h"

/* A day of 2026 at an hour of Shanghai. */
static gint64
at (const char *day, int hour)
{
  return yq_date_start (day) + hour * SD_HOUR;
}

/* Time goes on, and what is due happens. */
static void
go_to (Demo *d, gint64 now)
{
  yq_clock_set (now);
  g_assert_true (sql_begin (d->conn, TRUE, NULL));
  g_assert_cmpint (yq_jobs_run_due (d->conn, now, 100, NULL), >=, 0);
  g_assert_true (sql_commit (d->conn, NULL));
}

/* The newest decision of that name on the record. */
static YqRecord *
review_of (Demo *d, const char *record, const char *action)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *id = sql_get_text (d->conn,
                                      "SELECT id FROM \"review\" WHERE record = $1 AND action = $2"
                                      " ORDER BY decided_at DESC, id DESC LIMIT 1",
                                      SQL_ARGS (SQL_TEXT (record), SQL_TEXT (action)), &error);

  g_assert_no_error (error);
  g_assert_nonnull (id);
  return demo_load (d, &yq_review, id);
}

/* level NULL: none.  late: 0, 1; -1: nothing was promised. */
static void
assert_took (Demo *d, const char *record, const char *action, const char *level, gint64 from,
             int days, int late)
{
  g_autoptr(YqRecord) review = review_of (d, record, action);

  g_assert_cmpstr (yq_record_text (review, REVIEW_LEVEL), ==, level);
  g_assert_cmpint (yq_record_int (review, REVIEW_WAITED_FROM), ==, from);
  g_assert_cmpint (yq_record_int (review, REVIEW_WORKDAYS), ==, days);
  g_assert_cmpint (yq_record_has (review, REVIEW_LATE) ? yq_record_int (review, REVIEW_LATE) : -1,
                   ==, late);
}

/* Two levels, the second of which sends it back once. */
static char *
pass_two_levels (Demo *d)
{
  g_autofree char *order = sd_delivered (d, "enterprisesd", 0, 600000, "");
  g_autofree char *due = NULL;
  char *redemption;

  go_to (d, at ("2026-11-23", 10));
  assert_sent (d, "enterprisesd", &yq_order, order, "settle",
               sd_settlement (PROVINCIAL, 360000, 600000, 1, SD_PAPERS), "applied");
  redemption = sd_redemption_of (d, order);
  go_to (d, at ("2026-11-26", 11));
  assert_sent (d, "reviewerjn", &yq_redemption, redemption, "approve", NULL, "applied");
  go_to (d, at ("2026-11-30", 12));
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "return",
               g_strdup ("{\"comment\":\"请补充合同附件\"}"), "applied");
  go_to (d, at ("2026-12-07", 9));
  assert_sent (d, "enterprisesd", &yq_redemption, redemption, "submit", NULL, "applied");
  due = demo_text (d, "SELECT due_on FROM \"redemption\" WHERE id = $1", redemption);
  g_assert_cmpstr (due, <, "2026-12-31");
  go_to (d, at ("2026-12-31", 12));
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "approve", NULL, "applied");
  return redemption;
}

static void
assert_two_levels (Demo *d, const char *redemption)
{
  g_autofree char *first = demo_text (
    d, "SELECT id FROM \"review\" WHERE record = $1 AND action = 'approve' ORDER BY decided_at",
    redemption);
  g_autoptr(YqRecord) city = demo_load (d, &yq_review, first);

  g_assert_cmpstr (yq_record_text (city, REVIEW_LEVEL), ==, "city");
  g_assert_cmpint (yq_record_int (city, REVIEW_WAITED_FROM), ==, at ("2026-11-23", 10));
  g_assert_cmpint (yq_record_int (city, REVIEW_WORKDAYS), ==, 3);
  g_assert_cmpint (yq_record_int (city, REVIEW_LATE), ==, FALSE);
  assert_took (d, redemption, "return", "province", at ("2026-11-26", 11), 2, 0);
  assert_took (d, redemption, "approve", "province", at ("2026-12-07", 9), 18, 1);
}

static void
test_two_levels (Demo *d, gconstpointer data)
{
  g_autofree char *redemption = pass_two_levels (d);

  assert_two_levels (d, redemption);
  /* What follows the answer was not promised. */
  go_to (d, at ("2026-12-31", 15));
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "pay",
               g_strdup ("{\"paid_on\":\"2026-12-31\"}"), "applied");
  assert_took (d, redemption, "pay", "province", at ("2026-12-31", 12), 0, -1);
  assert_two_levels (d, redemption);
}

/* -- experts, notice and payment; of the Delta, without order -- */

typedef struct
{
  char *claim, *voucher, *redemption;
} Quick;

static void
quick_clear (Quick *q)
{
  g_free (q->claim);
  g_free (q->voucher);
  g_free (q->redemption);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Quick, quick_clear)

static void
claim_a_voucher (Demo *d, Quick *q)
{
  g_autofree char *of = yq_id_of_name ("programme delta-2026-340500");

  q->claim = yq_id_new ();
  go_to (d, at ("2026-11-23", 9));
  assert_sent (d, "enterprisecsj3", &yq_claim, q->claim, "submit",
               g_strdup_printf ("{\"programme\":\"%s\",\"amount\":10000000,\"pledge\":true}", of),
               "applied");
  go_to (d, at ("2026-11-24", 10));
  assert_sent (d, "reviewercsj2", &yq_claim, q->claim, "approve", NULL, "applied");
  q->voucher = demo_text (d, "SELECT voucher FROM \"claim\" WHERE id = $1", q->claim);
}

static void
submit_quickly (Demo *d, Quick *q)
{
  g_autofree char *of = yq_id_of_name ("programme delta-2026-340500");
  g_autofree char *institution = yq_demo_id ("organisation", "carrier1");
  g_autofree char *invoice = yq_id_new ();
  g_autofree char *paper = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *image = yq_demo_paper (YQ_DEMO_INVOICE);
  g_autofree char *leaf =
    demo_text (d,
               "SELECT id FROM \"category\" WHERE kind = 'service' AND id NOT IN"
               " (SELECT parent FROM \"category\" WHERE parent IS NOT NULL) LIMIT 1",
               NULL);

  q->redemption = yq_id_new ();
  go_to (d, at ("2026-11-25", 9));
  assert_sent (d, "enterprisecsj3", &yq_invoice, invoice, "save",
               g_strdup_printf ("{\"number\":\"26342000000700000001\",\"date\":\"2026-11-10\","
                                "\"amount\":3000000,\"redeemer\":\"enterprise\",\"image\":%s}",
                                image),
               "applied");
  assert_sent (
    d, "enterprisecsj3", &yq_redemption, q->redemption, "submit",
    g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"quick\",\"redeemer\":\"enterprise\","
                     "\"place\":\"340503\",\"voucher\":\"%s\",\"institution\":\"%s\","
                     "\"category\":\"%s\",\"service_fee\":3000000,\"asked\":1500000,\"papers\":%s,"
                     "\"effect\":\"成效\",\"novelty\":\"创新\",\"invoices\":[\"%s\"]}",
                     of, q->voucher, institution, leaf, paper, invoice),
    "applied");
}

static void
judge (Demo *d, Quick *q)
{
  g_autofree char *expert = yq_demo_id ("account", "expertcsj3");

  go_to (d, at ("2026-11-26", 9));
  assert_sent (d, "reviewercsj2", &yq_redemption, q->redemption, "assign",
               g_strdup_printf ("{\"experts\":[\"%s\"]}", expert), "applied");
  go_to (d, at ("2026-12-01", 10));
  assert_sent (d, "expertcsj3", &yq_redemption, q->redemption, "opinion",
               g_strdup ("{\"round\":1,\"score\":90,\"amount\":1500000,\"comment\":\"同意\"}"),
               "applied");
  go_to (d, at ("2026-12-02", 11));
  assert_sent (d, "reviewercsj2", &yq_redemption, q->redemption, "approve", NULL, "applied");
  go_to (d, at ("2026-12-04", 12));
  assert_sent (d, "reviewercsj2", &yq_redemption, q->redemption, "publish_notice", NULL, "applied");
}

static void
pay_in_a_batch (Demo *d, Quick *q)
{
  g_autofree char *of = yq_id_of_name ("programme delta-2026-340500");
  g_autofree char *batch = yq_id_new ();

  go_to (d, at ("2026-12-14", 9));
  assert_state (d, &yq_redemption, q->redemption, "payable");
  go_to (d, at ("2026-12-16", 10));
  assert_sent (
    d, "reviewercsj2", &yq_disbursement, batch, "save",
    g_strdup_printf ("{\"programme\":\"%s\",\"redemptions\":[\"%s\"]}", of, q->redemption),
    "applied");
  assert_sent (d, "reviewercsj2", &yq_disbursement, batch, "pay",
               g_strdup ("{\"paid_on\":\"2026-12-16\"}"), "applied");
}

static void
assert_stages (Demo *d, Quick *q)
{
  assert_took (d, q->claim, "approve", "city", at ("2026-11-23", 9), 1, 0);
  assert_took (d, q->redemption, "opinion", "experts", at ("2026-11-25", 9), 4, 0);
  assert_took (d, q->redemption, "approve", "city", at ("2026-12-01", 10), 1, 0);
  assert_took (d, q->redemption, "publish_notice", "city", at ("2026-12-02", 11), 2, -1);
  assert_took (d, q->redemption, "pay", "city", at ("2026-12-14", 9), 2, -1);
}

static void
assert_dates (Demo *d, Quick *q)
{
  g_autofree char *id =
    demo_text (d, "SELECT id FROM \"voucher_use\" WHERE redemption = $1", q->redemption);
  g_autoptr(YqRecord) use = demo_load (d, &yq_voucher_use, id);

  g_assert_cmpint (demo_int (d, &yq_redemption, q->redemption, REDEMPTION_REDEEMED_AT), ==,
                   at ("2026-12-14", 9));
  g_assert_cmpint (yq_record_int (use, VOUCHER_USE_REDEEMED_AT), ==, at ("2026-12-14", 9));
  g_assert_cmpint (yq_record_int (use, VOUCHER_USE_REDEEMED_AMOUNT), ==, 1500000);
  g_assert_cmpstr (yq_record_text (use, VOUCHER_USE_PAID_ON), ==, "2026-12-16");
}

static void
go_through (Demo *d, Quick *q)
{
  claim_a_voucher (d, q);
  submit_quickly (d, q);
  judge (d, q);
  pay_in_a_batch (d, q);
}

static void
test_experts_notice_payment (Demo *d, gconstpointer data)
{
  g_auto(Quick) q = { NULL };

  go_through (d, &q);
  assert_stages (d, &q);
  assert_dates (d, &q);
  demo_verify (d);
  demo_verify_chain (d);
}

/* -- what stands there from before any of it was said -- */

static void
test_old_ones_learn_it (Demo *d, gconstpointer data)
{
  g_autofree char *redemption = pass_two_levels (d);
  g_auto(Quick) q = { NULL };
  g_autoptr(GError) error = NULL;

  go_through (d, &q);
  g_assert_true (sql_script (d->conn,
                             "UPDATE \"review\" SET level = NULL, waited_from = NULL,"
                             " workdays = NULL, late = NULL;"
                             "UPDATE \"redemption\" SET redeemed_at = NULL;"
                             "UPDATE \"voucher_use\" SET redeemed_at = NULL, paid_on = NULL",
                             &error));
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  while (yq_schedule_run (d->server->server, &error) > 0)
    ;
  g_assert_no_error (error);
  yq_fixture_stop (d->server);
  demo_open (d);
  assert_two_levels (d, redemption);
  assert_stages (d, &q);
  assert_dates (d, &q);
  g_assert_cmpint (
    demo_count (d, "SELECT COUNT (*) FROM \"review\" WHERE waited_from IS NULL", NULL), ==, 0);
  demo_verify_chain (d);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/review-times/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("two-levels", test_two_levels);
  ADD ("experts-notice-payment", test_experts_notice_payment);
  ADD ("old", test_old_ones_learn_it);

  return g_test_run ();
}
