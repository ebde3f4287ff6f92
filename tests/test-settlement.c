/* Settling with a voucher that the settlement grants (shandong 3.3.1, 4.1): all of it happens, or
 * nothing and it says why; budget, caps and share hold whatever comes in whatever order. */
#define G_LOG_DOMAIN "test-settlement"

#include "settle-fixture.h"

#include "risk.h"
#include "server.h"

#define N_RANDOM 160
#define N_AT_ONCE 48

/* -- one settlement and what follows -- */

static void
test_settling_grants_holds_and_asks (Demo *d, gconstpointer data)
{
  g_autofree char *order = sd_delivered (d, "enterprisesd", 0, 600000, "");
  g_autofree char *programme = sd_programme (PROVINCIAL);
  gint64 budget = yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme);
  g_autofree char *use = NULL, *redemption = NULL, *voucher = NULL, *level = NULL;

  assert_sent (d, "enterprisesd", &yq_order, order, "settle",
               sd_settlement (PROVINCIAL, 360000, 600000, 1, SD_PAPERS), "applied");
  assert_state (d, &yq_order, order, "completed");
  use = sd_use_of (d, order);
  redemption = sd_redemption_of (d, order);
  voucher = demo_text (d, "SELECT voucher FROM \"voucher_use\" WHERE id = $1", use);
  assert_state (d, &yq_voucher_use, use, "redeeming");
  assert_state (d, &yq_redemption, redemption, "reviewing");
  level = demo_text (d, "SELECT reviewed_by FROM \"redemption\" WHERE id = $1", redemption);
  g_assert_cmpstr (level, ==, "370100");
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_HELD), ==, 360000);
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_AVAILABLE), ==, 0);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme), ==, budget - 360000);
  g_assert_cmpint (demo_int (d, &yq_voucher_use, use, VOUCHER_USE_CONTRACT_AMOUNT), ==, 600000);
  demo_verify (d);
  demo_verify_chain (d);
}

static void
test_two_levels_with_a_supplement (Demo *d, gconstpointer data)
{
  g_autofree char *order = sd_delivered (d, "enterprisesd", 0, 600000, "");
  g_autofree char *report = yq_demo_paper (YQ_DEMO_REPORT);
  g_autofree char *use = NULL, *redemption = NULL, *level = NULL, *voucher = NULL, *kind = NULL;

  assert_sent (d, "enterprisesd", &yq_order, order, "settle",
               sd_settlement (PROVINCIAL, 360000, 600000, 1, SD_PAPERS), "applied");
  use = sd_use_of (d, order);
  redemption = sd_redemption_of (d, order);
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "approve", NULL, "refused/forbidden");
  assert_sent (d, "reviewerjn", &yq_redemption, redemption, "approve", NULL, "applied");
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "return",
               g_strdup ("{\"comment\":\"请补充相关性证明\"}"), "applied");
  assert_state (d, &yq_redemption, redemption, "returned");
  assert_sent (d, "enterprisesd", &yq_voucher_use, use, "save",
               g_strdup_printf ("{\"relevance_files\":%s}", report), "applied");
  assert_sent (d, "enterprisesd", &yq_redemption, redemption, "submit", NULL, "applied");
  level = demo_text (d, "SELECT reviewed_by FROM \"redemption\" WHERE id = $1", redemption);
  g_assert_cmpstr (level, ==, "370000");
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "approve",
               g_strdup_printf ("{\"lines\":[{\"use\":\"%s\",\"approved\":300000}]}", use),
               "applied");
  assert_state (d, &yq_redemption, redemption, "payable");
  voucher = demo_text (d, "SELECT voucher FROM \"voucher_use\" WHERE id = $1", use);
  kind = demo_text (d, "SELECT voucher_kind FROM \"order\" WHERE id = $1", order);
  g_assert_cmpstr (kind, ==, "enterprise_redeems");
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_REDEEMED), ==, 300000);
  /* Granted for this booking only: what was not approved is the programme's again. */
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_AVAILABLE), ==, 0);
  assert_state (d, &yq_voucher, voucher, "used_up");
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "pay",
               g_strdup ("{\"paid_on\":\"2026-11-21\"}"), "applied");
  demo_verify (d);
}

/* The code of the image comes with the settlement; the reviewer sees where it differs. */
static void
test_the_code_of_the_invoice_is_compared (Demo *d, gconstpointer data)
{
  static const char *const codes[] = { "01,32,,26372000000000000001,6000.00,20261120,,8F2A",
                                       "01,32,,26372000000000000002,5000.00,20261120,,8F2A" };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *order = sd_delivered (d, "enterprisesd", i, 600000, "");
      g_autofree char *plain = sd_settlement (PROVINCIAL, 100000, 600000, i + 1, SD_PAPERS);
      g_autofree char *id = NULL, *scanned = NULL;
      g_autoptr(YqRecord) redemption = NULL;
      g_autoptr(GPtrArray) risks = NULL;
      YqWorld *world;
      guint n = 0;

      assert_sent (d, "enterprisesd", &yq_order, order, "settle",
                   g_strdup_printf ("%.*s,\"invoice_scanned\":\"%s\"}", (int) strlen (plain) - 1,
                                    plain, codes[i]),
                   "applied");
      id = sd_redemption_of (d, order);
      scanned = demo_text (d, "SELECT scanned FROM \"invoice\" WHERE redemption = $1", id);
      g_assert_cmpstr (scanned, ==, codes[i]);
      redemption = demo_load (d, &yq_redemption, id);
      world = yq_world_sql_new (d->conn, DEMO_NOW);
      risks = yq_risks_find (world, redemption);
      for (guint k = 0; k < risks->len; k++)
        n += ((const YqRisk *) risks->pdata[k])->kind == YQ_RISK_SCANNED;
      g_assert_cmpuint (n, ==, i);
      yq_world_sql_free (world);
    }
}

static void
test_without_a_voucher_nothing_is_asked (Demo *d, gconstpointer data)
{
  g_autofree char *order = sd_delivered (d, "enterprisesd", 0, 600000, "");

  assert_sent (d, "enterprisesd", &yq_order, order, "settle", NULL, "applied");
  assert_state (d, &yq_order, order, "completed");
  g_assert_cmpint (
    demo_count (d, "SELECT COUNT (*) FROM \"voucher_use\" WHERE \"order\" = $1", order), ==, 0);
  demo_verify (d);
}

static void
test_a_medium_one_gets_the_municipal_voucher (Demo *d, gconstpointer data)
{
  g_autofree char *order = sd_delivered (d, "enterprisesd2", 0, 600000, "");
  g_autofree char *redemption = NULL;

  assert_sent (d, "enterprisesd2", &yq_order, order, "settle",
               sd_settlement (PROVINCIAL, 100000, 600000, 1, SD_PAPERS), "refused/not_eligible");
  assert_state (d, &yq_order, order, "delivered");
  assert_sent (d, "enterprisesd2", &yq_order, order, "settle",
               sd_settlement (MUNICIPAL, 100000, 600000, 1, SD_PAPERS), "applied");
  redemption = sd_redemption_of (d, order);
  assert_sent (d, "reviewerjn", &yq_redemption, redemption, "approve", NULL, "applied");
  assert_state (d, &yq_redemption, redemption, "payable");
  demo_verify (d);
}

/* -- refusals -- */

static const struct
{
  const char *name, *user, *extra, *programme;
  gint64 amount, invoiced;
  guint number;
  const char *papers;
  const char *outcome, *says;
} refusals[] = {
  { "above the share", "enterprisesd", "", PROVINCIAL, 360001, 600000, 2, SD_PAPERS,
    "refused/cap_claim", "3,600.00" },
  { "nothing", "enterprisesd", "", PROVINCIAL, 0, 600000, 2, SD_PAPERS, "refused/invalid", NULL },
  { "subsidised otherwise", "enterprisesd", ",\"subsidised\":true", PROVINCIAL, 100, 600000, 2,
    SD_PAPERS, "refused/not_eligible", NULL },
  { "another city", "enterprisesd", "", "shandong-municipal-2026-370200", 100, 600000, 2, SD_PAPERS,
    "refused/not_eligible", NULL },
  { "another province's way", "enterprisesd", "", JIASHAN, 100, 600000, 2, SD_PAPERS,
    "refused/not_eligible", NULL },
  { "medium-sized", "enterprisesd2", "", PROVINCIAL, 100, 600000, 2, SD_PAPERS,
    "refused/not_eligible", NULL },
  { "no contract", "enterprisesd", "", PROVINCIAL, 100, 600000, 2, "result|relevance",
    "refused/papers_missing", NULL },
  { "no report", "enterprisesd", "", PROVINCIAL, 100, 600000, 2, "contract|relevance",
    "refused/papers_missing", NULL },
  { "no relevance", "enterprisesd", "", PROVINCIAL, 100, 600000, 2, "contract|result",
    "refused/papers_missing", NULL },
  { "an invoice below the fee", "enterprisesd", "", PROVINCIAL, 100, 599999, 2, SD_PAPERS,
    "refused/invoice_sum", "5,999.99" },
};

static void
test_every_refusal_changes_nothing (Demo *d, gconstpointer data)
{
  gint64 transfers = demo_count (d, "SELECT COUNT (*) FROM ledger_transfer", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *order = sd_delivered (d, refusals[i].user, i, 600000, refusals[i].extra);

      g_test_message ("%s", refusals[i].name);
      assert_sent (d, refusals[i].user, &yq_order, order, "settle",
                   sd_settlement (refusals[i].programme, refusals[i].amount, refusals[i].invoiced,
                                  refusals[i].number, refusals[i].papers),
                   refusals[i].outcome);
      if (refusals[i].says != NULL && strstr (demo_detail (d), refusals[i].says) == NULL)
        g_error ("%s: %s", refusals[i].name, demo_detail (d));
      assert_state (d, &yq_order, order, "delivered");
    }
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM ledger_transfer", NULL), ==, transfers);
  demo_verify (d);
}

static void
test_caps_and_budget_name_their_numbers (Demo *d, gconstpointer data)
{
  g_autofree char *first = sd_delivered (d, "enterprisesd", 0, 1000000, "");
  g_autofree char *second = sd_delivered (d, "enterprisesd", 1, 1000000, "");

  sd_turn (d, PROVINCIAL, PROGRAMME_CAP_TOTAL, 700000);
  assert_sent (d, "enterprisesd", &yq_order, first, "settle",
               sd_settlement (PROVINCIAL, 500000, 1000000, 1, SD_PAPERS), "applied");
  assert_sent (d, "enterprisesd", &yq_order, second, "settle",
               sd_settlement (PROVINCIAL, 200001, 1000000, 2, SD_PAPERS), "refused/cap_total");
  g_assert_nonnull (strstr (demo_detail (d), "5,000.00"));
  g_assert_nonnull (strstr (demo_detail (d), "7,000.00"));
  g_assert_nonnull (strstr (demo_detail (d), "2,000.00"));
  assert_sent (d, "enterprisesd", &yq_order, second, "settle",
               sd_settlement (PROVINCIAL, 200000, 1000000, 2, SD_PAPERS), "applied");
  demo_verify (d);
}

static void
test_an_invoice_settles_once (Demo *d, gconstpointer data)
{
  g_autofree char *first = sd_delivered (d, "enterprisesd", 0, 600000, "");
  g_autofree char *second = sd_delivered (d, "enterprisesd", 1, 600000, "");

  assert_sent (d, "enterprisesd", &yq_order, first, "settle",
               sd_settlement (PROVINCIAL, 100000, 600000, 7, SD_PAPERS), "applied");
  assert_sent (d, "enterprisesd", &yq_order, second, "settle",
               sd_settlement (PROVINCIAL, 100000, 600000, 7, SD_PAPERS), "refused/invoice_used");
  assert_state (d, &yq_order, second, "delivered");
  demo_verify (d);
}

static void
test_what_comes_back_is_the_programmes (Demo *d, gconstpointer data)
{
  g_autofree char *order = sd_delivered (d, "enterprisesd", 0, 600000, "");
  g_autofree char *programme = sd_programme (PROVINCIAL);
  gint64 budget = yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme);
  g_autofree char *redemption = NULL, *use = NULL, *again = NULL;

  assert_sent (d, "enterprisesd", &yq_order, order, "settle",
               sd_settlement (PROVINCIAL, 360000, 600000, 1, SD_PAPERS), "applied");
  redemption = sd_redemption_of (d, order);
  use = sd_use_of (d, order);
  assert_sent (d, "reviewerjn", &yq_redemption, redemption, "reject",
               g_strdup ("{\"comment\":\"不符合\"}"), "applied");
  assert_state (d, &yq_voucher_use, use, "confirmed");
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme), ==, budget - 360000);
  assert_sent (d, "carriersd", &yq_voucher_use, use, "terminate",
               g_strdup ("{\"comment\":\"不再使用\"}"), "applied");
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme), ==, budget);
  /* And counts against no cap any more. */
  sd_turn (d, PROVINCIAL, PROGRAMME_CAP_TOTAL, 360000);
  again = sd_delivered (d, "enterprisesd", 1, 600000, "");
  assert_sent (d, "enterprisesd", &yq_order, again, "settle",
               sd_settlement (PROVINCIAL, 360000, 600000, 2, SD_PAPERS), "applied");
  demo_verify (d);
}

/* -- properties -- */

/* The rules said a second time, by themselves. */
static gboolean
is_allowed (gint64 fee, gint64 amount, gint64 used, gint64 cap, gint64 budget)
{
  return amount > 0 && amount * 10 <= fee * 6 && amount <= 5000000 && used + amount <= cap &&
         amount <= budget;
}

static void
test_whatever_is_asked (Demo *d, gconstpointer data)
{
  static const char *const users[] = { "enterprisesd", "enterprisesd2" };
  const gint64 cap = 9000000;
  g_autofree char *programme = sd_programme (MUNICIPAL);
  gint64 used[2] = { 0, 0 }, budget = 14000000;
  guint applied = 0;

  sd_turn (d, MUNICIPAL, PROGRAMME_CAP_TOTAL, cap);
  demo_leave_budget (d, programme, budget);
  for (guint i = 0; i < N_RANDOM; i++)
    {
      guint who = g_test_rand_int_range (0, 2);
      gint64 fee = g_test_rand_int_range (1, 1200) * 1000;
      gint64 amount = fee * g_test_rand_int_range (0, 66) / 100 + g_test_rand_int_range (0, 2);
      gboolean allowed = is_allowed (fee, amount, used[who], cap, budget);
      g_autofree char *order = sd_delivered (d, users[who], i, fee, "");
      g_autofree char *fields = sd_settlement (MUNICIPAL, amount, fee, i + 1, SD_PAPERS);
      g_autofree char *outcome = demo_send (d, users[who], &yq_order, order, "settle", fields);

      if (allowed != (strcmp (outcome, "applied") == 0))
        g_error ("fee %" G_GINT64_FORMAT ", amount %" G_GINT64_FORMAT ", used %" G_GINT64_FORMAT
                 ", budget %" G_GINT64_FORMAT ": %s",
                 fee, amount, used[who], budget, outcome);
      if (!allowed)
        continue;
      applied++;
      used[who] += amount;
      budget -= amount;
    }
  g_assert_cmpuint (applied, >, 10);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme), ==, budget);
  demo_verify (d);
  demo_verify_chain (d);
}

/* -- at once -- */

typedef struct
{
  Demo *d;
  const char *token;
  char *body;
  gboolean applied;
} Request;

static gpointer
send_cb (gpointer data)
{
  Request *r = data;
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (r->d->server, "POST", "/v1/commands", r->token, r->body);

  g_assert_cmpuint (answer->status, ==, 200);
  r->applied = strstr (answer->body->str, "\"outcome\":\"applied\"") != NULL;
  /* A refusal names the knob; nothing fails. */
  g_assert_true (r->applied || strstr (answer->body->str, "\"code\":\"budget\"") != NULL ||
                 strstr (answer->body->str, "\"code\":\"cap_total\"") != NULL);
  return NULL;
}

/* One may name only what one has sent. */
static void
upload_papers (Demo *d, const char *token)
{
  static const guint papers[] = { YQ_DEMO_CONTRACT, YQ_DEMO_REPORT };

  for (guint i = 0; i < G_N_ELEMENTS (papers); i++)
    {
      g_autoptr(GBytes) content = yq_demo_paper_content (papers[i]);
      g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
      g_autofree char *path = g_strconcat ("/v1/files/", sha256, NULL);
      gsize size;
      const char *bytes = g_bytes_get_data (content, &size);
      g_autofree char *extra =
        g_strdup_printf ("Upload-Offset: 0\r\nUpload-Length: %" G_GSIZE_FORMAT "\r\n", size);
      g_autoptr(YqAnswer) answer =
        yq_fixture_send_full (d->server, "PATCH", path, token, extra, bytes, size);

      g_assert_cmpuint (answer->status, ==, 204);
    }
}

static void
test_many_settlements_on_one_budget (Demo *d, gconstpointer data)
{
  static const char *const users[] = { "enterprisesd", "enterprisesd2" };
  g_autofree char *programme = sd_programme (MUNICIPAL);
  char *tokens[2];
  GThread *threads[N_AT_ONCE];
  Request requests[N_AT_ONCE];
  char *orders[N_AT_ONCE];
  guint applied = 0;

  /* Room for 15 of 300 000, and for 10 of each enterprise. */
  sd_turn (d, MUNICIPAL, PROGRAMME_CAP_TOTAL, 3100000);
  demo_leave_budget (d, programme, 4600000);
  for (guint i = 0; i < N_AT_ONCE; i++)
    orders[i] = sd_delivered (d, users[i % 2], i, 600000, "");
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      tokens[i] = yq_fixture_sign_in (d->server, users[i], YQ_DEMO_PASSWORD);
      upload_papers (d, tokens[i]);
    }
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_autofree char *command = yq_id_new ();
      g_autofree char *fields = sd_settlement (MUNICIPAL, 300000, 600000, i + 1, SD_PAPERS);

      requests[i] = (Request){
        d, tokens[i % 2],
        g_strdup_printf (
          "{\"commands\":[{\"id\":\"%s\",\"entity\":\"order\",\"record\":\"%s\",\"action\":"
          "\"settle\",\"revision\":4,\"fields\":%s}]}",
          command, orders[i], fields),
        FALSE
      };
    }
  for (guint i = 0; i < N_AT_ONCE; i++)
    threads[i] = g_thread_new ("settle", send_cb, &requests[i]);
  for (guint i = 0; i < N_AT_ONCE; i++)
    {
      g_thread_join (threads[i]);
      applied += requests[i].applied;
      g_free (requests[i].body);
      g_free (orders[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    g_free (tokens[i]);
  yq_fixture_stop (d->server);
  demo_open (d);
  g_assert_cmpuint (applied, ==, 15);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme), ==, 100000);
  demo_verify (d);
  demo_verify_chain (d);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/settlement/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("settle", test_settling_grants_holds_and_asks);
  ADD ("scanned", test_the_code_of_the_invoice_is_compared);
  ADD ("two-levels", test_two_levels_with_a_supplement);
  ADD ("no-voucher", test_without_a_voucher_nothing_is_asked);
  ADD ("municipal", test_a_medium_one_gets_the_municipal_voucher);
  ADD ("refusals", test_every_refusal_changes_nothing);
  ADD ("caps", test_caps_and_budget_name_their_numbers);
  ADD ("invoice-once", test_an_invoice_settles_once);
  ADD ("back", test_what_comes_back_is_the_programmes);
  ADD ("random", test_whatever_is_asked);
  ADD ("at-once", test_many_settlements_on_one_budget);

  return g_test_run ();
}
