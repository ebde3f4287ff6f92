/* The money of a voucher programme: put in when it opens, raised and lowered by its reviewers,
 * granted and given back, and never a fen more or less than the record says. */
#define G_LOG_DOMAIN "test-budget"

#include "walk.h"

#include "programme.h"

#define N_STEPS 1500
#define N_AT_ONCE 24
#define GRANTED_BEFORE "of the budget is granted already"

/* -- programmes -- */

static char *
jiashan (void)
{
  return yq_id_of_name ("programme " JIASHAN);
}

static char *
new_budget (gint64 fen)
{
  return g_strdup_printf ("{\"budget\":%" G_GINT64_FORMAT "}", fen);
}

/* A draft of reviewer1's, as she fills it in; claimed at once. */
static char *
draft_programme (Demo *d, gint64 budget)
{
  char *id = yq_id_new ();
  g_autofree char *jurisdiction =
    demo_text (d, "SELECT jurisdiction FROM \"programme\" WHERE name LIKE '嘉善%'", NULL);

  assert_sent (
    d, "reviewer1", &yq_programme, id, "save",
    g_strdup_printf (
      "{\"name\":\"嘉善县追加创新券\",\"jurisdiction\":\"%s\",\"seat\":\"330421\",\"year\":2026,"
      "\"kind\":\"either\",\"regions\":[{\"region\":\"330421\"}],\"valid_from\":\"2026-01-01\","
      "\"valid_until\":\"2026-12-31\",\"budget\":%" G_GINT64_FORMAT ",\"claim\":\"instant\","
      "\"used_at\":\"acceptance\",\"hold_at\":\"voucher_use.submit\",\"redeemer\":\"either\","
      "\"consent\":\"carrier\",\"redemption_stages\":[{\"level\":\"own\"}]}",
      jurisdiction, budget),
    "applied");
  return id;
}

static gint64
free_budget (Demo *d, const char *programme)
{
  return yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme);
}

static char *
claim_of (const char *programme, gint64 amount)
{
  return g_strdup_printf ("{\"programme\":\"%s\",\"amount\":%" G_GINT64_FORMAT ",\"pledge\":true}",
                          programme, amount);
}

/* The voucher of enterprise1's claim. */
static char *
voucher_of (Demo *d, const char *programme, gint64 amount)
{
  g_autofree char *claim = yq_id_new ();

  assert_sent (d, "enterprise1", &yq_claim, claim, "submit", claim_of (programme, amount),
               "applied");
  return demo_text (d, "SELECT voucher FROM \"claim\" WHERE id = $1", claim);
}

static gint64
count_moves (Demo *d, const char *programme)
{
  return demo_count (d,
                     "SELECT COUNT (*) FROM ledger_transfer WHERE record = $1"
                     " AND reason IN ('appropriation', 'reduction')",
                     programme);
}

/* -- opening -- */

static void
test_opening_puts_the_budget_in_once (Demo *d, gconstpointer data)
{
  g_autofree char *programme = draft_programme (d, 40000000);
  g_autofree char *command = make_body ("programme", programme, "open", 2, "{}");
  g_autoptr(GString) answers = g_string_new (NULL);

  g_assert_cmpint (free_budget (d, programme), ==, 0);
  assert_sent (d, "reviewer1", &yq_programme, programme, "save", new_budget (50000000), "applied");
  g_assert_cmpint (free_budget (d, programme), ==, 0);
  for (int i = 0; i < 3; i++) /* the same command again and again */
    {
      g_autoptr(YqProblem) problem = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *answer = NULL;

      g_assert_true (sql_begin (d->conn, TRUE, &error));
      answer = yq_commands_run (d->conn, demo_who (d, "reviewer1"), command, -1, &problem, &error);
      g_assert_no_error (error);
      g_assert_true (sql_commit (d->conn, &error));
      g_assert_nonnull (strstr (answer, "\"applied\""));
      g_string_append (answers, i == 0 ? answer : "");
      g_assert_true (g_str_has_suffix (answers->str, answer));
    }
  g_assert_cmpint (free_budget (d, programme), ==, 50000000);
  assert_sent (d, "reviewer1", &yq_programme, programme, "open", NULL, "refused/state");
  assert_sent (d, "admin", &yq_programme, programme, "open", NULL, "refused/state");
  g_assert_cmpint (free_budget (d, programme), ==, 50000000);
  g_assert_cmpint (count_moves (d, programme), ==, 1);
  demo_verify (d);
}

/* -- raising and lowering -- */

static void
test_raising_and_lowering_move_the_difference (Demo *d, gconstpointer data)
{
  g_autofree char *programme = draft_programme (d, 40000000);

  assert_sent (d, "reviewer1", &yq_programme, programme, "open", NULL, "applied");
  assert_sent (d, "reviewer1", &yq_programme, programme, "save", new_budget (70000000), "applied");
  g_assert_cmpint (free_budget (d, programme), ==, 70000000);
  assert_sent (d, "reviewer3", &yq_programme, programme, "save", new_budget (10000000), "applied");
  g_assert_cmpint (free_budget (d, programme), ==, 10000000);
  /* Whatever else is edited moves nothing. */
  assert_sent (d, "reviewer1", &yq_programme, programme, "save",
               g_strdup ("{\"cap_claim\":500000,\"budget\":10000000}"), "applied");
  g_assert_cmpint (count_moves (d, programme), ==, 3);
  demo_verify (d);
}

static void
test_nothing_granted_is_taken_back (Demo *d, gconstpointer data)
{
  g_autofree char *programme = draft_programme (d, 40000000);
  g_autofree char *voucher = NULL;
  g_autofree char *refused = yq_id_new ();
  gint64 revision;

  assert_sent (d, "reviewer1", &yq_programme, programme, "open", NULL, "applied");
  voucher = voucher_of (d, programme, 15000000);
  revision = demo_count (d, "SELECT revision FROM \"programme\" WHERE id = $1", programme);
  assert_sent (d, "reviewer1", &yq_programme, programme, "save", new_budget (14999999),
               "refused/budget");
  g_assert_nonnull (strstr (demo_detail (d), "150,000.00 " GRANTED_BEFORE));
  g_assert_nonnull (strstr (demo_detail (d), "lowered to 149,999.99"));
  g_assert_cmpint (demo_int (d, &yq_programme, programme, PROGRAMME_BUDGET), ==, 40000000);
  g_assert_cmpint (demo_count (d, "SELECT revision FROM \"programme\" WHERE id = $1", programme),
                   ==, revision);
  g_assert_cmpint (free_budget (d, programme), ==, 25000000);
  /* To the fen: then nothing is left to claim. */
  assert_sent (d, "reviewer1", &yq_programme, programme, "save", new_budget (15000000), "applied");
  assert_sent (d, "enterprise2", &yq_claim, refused, "submit", claim_of (programme, 100),
               "refused/budget");
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_AVAILABLE, voucher), ==, 15000000);
  demo_verify (d);
  /* What is revoked comes back, and can be taken out. */
  assert_sent (d, "reviewer1", &yq_voucher, voucher, "revoke", g_strdup ("{\"comment\":\"停用\"}"),
               "applied");
  g_assert_cmpint (free_budget (d, programme), ==, 15000000);
  assert_sent (d, "reviewer1", &yq_programme, programme, "save", new_budget (0), "applied");
  g_assert_cmpint (free_budget (d, programme), ==, 0);
  demo_verify (d);
}

static void
test_closed_keeps_what_is_granted (Demo *d, gconstpointer data)
{
  g_autofree char *programme = draft_programme (d, 40000000);
  g_autofree char *voucher = NULL;

  assert_sent (d, "reviewer1", &yq_programme, programme, "open", NULL, "applied");
  voucher = voucher_of (d, programme, 15000000);
  assert_sent (d, "reviewer1", &yq_programme, programme, "close",
               g_strdup ("{\"comment\":\"到期\"}"), "applied");
  assert_sent (d, "reviewer1", &yq_programme, programme, "save", new_budget (90000000),
               "refused/forbidden");
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_AVAILABLE, voucher), ==, 15000000);
  g_assert_cmpint (free_budget (d, programme), ==, 25000000);
  demo_verify (d);
}

static void
test_only_its_own_reviewers_touch_it (Demo *d, gconstpointer data)
{
  g_autofree char *programme = jiashan ();
  static const char *const others[] = { "enterprise1", "carrier1", "reviewercsj", "reviewerjn",
                                        "reviewersh" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *fields = new_budget (1);
      g_autofree char *outcome = demo_send (d, others[i], &yq_programme, programme, "save", fields);

      g_assert_true (strcmp (outcome, "refused/forbidden") == 0 ||
                     strcmp (outcome, "refused/not_found") == 0);
    }
  g_assert_cmpint (count_moves (d, programme), ==, 1);
  demo_verify (d);
}

/* -- an import of the operator's -- */

static void
test_an_imported_programme_has_its_budget (Demo *d, gconstpointer data)
{
  g_autofree char *programme = draft_programme (d, 40000000);
  g_autofree char *path = g_build_filename (d->server->folder, "programme.jsonl", NULL);
  g_autofree char *line = g_strdup_printf ("{\"entity\":\"programme\",\"id\":\"%s\",\"state\":"
                                           "\"open\",\"fields\":{\"budget\":30000000}}\n",
                                           programme);
  char *arguments[] = { (char *) "programme", path, NULL };

  g_assert_true (g_file_set_contents (path, line, -1, NULL));
  g_clear_pointer (&d->conn, sql_close);
  g_assert_cmpint (demo_run_verb (&yq_verb_import, d->server->config, arguments, "/dev/null"), ==,
                   0);
  demo_open (d);
  assert_state (d, &yq_programme, programme, "open");
  g_assert_cmpint (free_budget (d, programme), ==, 30000000);
  demo_verify (d);
}

/* -- two at once, over HTTP -- */

static void
test_reviewers_at_once (Demo *d, gconstpointer data)
{
  static const char *const users[] = { "reviewer1", "reviewer3", "admin" };
  g_autofree char *programme = jiashan ();
  gint64 budget = demo_int (d, &yq_programme, programme, PROGRAMME_BUDGET);
  gint64 granted = budget - free_budget (d, programme);
  int revision = demo_count (d, "SELECT revision FROM \"programme\" WHERE id = $1", programme);
  char *tokens[G_N_ELEMENTS (users)];

  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    tokens[i] = yq_fixture_sign_in (d->server, users[i], YQ_DEMO_PASSWORD);
  /* Everybody changes what all have seen: one does, the others are shown it again. */
  for (int round = 0; round < 4; round++, revision++)
    {
      Request requests[N_AT_ONCE];

      for (int i = 0; i < N_AT_ONCE; i++)
        {
          g_autofree char *fields = new_budget (granted + 100000 * round + 1000 * (i + 1));

          requests[i] =
            (Request){ d, tokens[i % G_N_ELEMENTS (users)],
                       make_body ("programme", programme, "save", revision, fields), FALSE };
        }
      g_assert_cmpuint (send_all (requests, N_AT_ONCE), ==, 1);
    }
  yq_fixture_stop (d->server);
  demo_open (d);
  budget = demo_int (d, &yq_programme, programme, PROGRAMME_BUDGET);
  g_assert_cmpint (budget, >, granted + 300000);
  g_assert_cmpint (free_budget (d, programme), ==, budget - granted);
  g_assert_cmpint (count_moves (d, programme), ==, 1 + 4);
  demo_verify (d);
  demo_verify_chain (d);
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    g_free (tokens[i]);
}

/* -- everything at once, over HTTP: the sums hold whatever comes between -- */

typedef struct
{
  Demo *d;
  const char *reviewer, *buyer; /* tokens */
  const char *programme;
  guint32 seed;
  guint n_applied;
} Hand;

/* The revision of the programme as its reviewer sees it now. */
static int
seen_revision (Hand *h)
{
  g_autofree char *path = g_strconcat ("/v1/programmes/", h->programme, NULL);
  g_autoptr(YqAnswer) answer = yq_fixture_send (h->d->server, "GET", path, h->reviewer, NULL);
  g_autoptr(JsonNode) node = yq_answer_json (answer);

  return (int) json_object_get_int_member (json_node_get_object (node), "revision");
}

static char *
any_body (Hand *h, GRand *random, const char **token)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *fields = NULL;

  if (g_rand_int_range (random, 0, 3) == 0)
    {
      fields = new_budget (g_rand_int_range (random, 0, 40000000));
      *token = h->reviewer;
      return make_body ("programme", h->programme, "save", seen_revision (h), fields);
    }
  fields = claim_of (h->programme, g_rand_int_range (random, 100, 3000000));
  *token = h->buyer;
  return make_body ("claim", id, "submit", 0, fields);
}

static gpointer
work (gpointer user_data)
{
  Hand *h = user_data;
  GRand *random = g_rand_new_with_seed (h->seed);

  for (int i = 0; i < 30; i++)
    {
      const char *token;
      Request request = { h->d, NULL, NULL, FALSE };

      request.body = any_body (h, random, &token);
      request.token = token;
      send_request (&request);
      h->n_applied += request.applied;
      g_free (request.body);
    }
  g_rand_free (random);
  return NULL;
}

static void
test_everybody_at_once (Demo *d, gconstpointer data)
{
  g_autofree char *programme = draft_programme (d, 20000000);
  g_autofree char *first = NULL, *second = NULL;
  char *buyers[2];
  GThread *threads[8];
  Hand hands[8];
  guint applied = 0;

  assert_sent (d, "reviewer1", &yq_programme, programme, "open", NULL, "applied");
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  first = yq_fixture_sign_in (d->server, "reviewer1", YQ_DEMO_PASSWORD);
  second = yq_fixture_sign_in (d->server, "reviewer3", YQ_DEMO_PASSWORD);
  buyers[0] = yq_fixture_sign_in (d->server, "enterprise1", YQ_DEMO_PASSWORD);
  buyers[1] = yq_fixture_sign_in (d->server, "enterprise2", YQ_DEMO_PASSWORD);
  for (guint i = 0; i < G_N_ELEMENTS (hands); i++)
    {
      hands[i] =
        (Hand){ d, i % 2 ? first : second, buyers[i / 2 % 2], programme, g_test_rand_int (), 0 };
      threads[i] = g_thread_new ("hand", work, &hands[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (hands); i++)
    {
      g_thread_join (threads[i]);
      applied += hands[i].n_applied;
    }
  yq_fixture_stop (d->server);
  demo_open (d);
  g_assert_cmpuint (applied, >, 10);
  g_assert_cmpint (count_moves (d, programme), >, 1);
  demo_verify (d);
  demo_verify_chain (d);
  g_free (buyers[0]);
  g_free (buyers[1]);
}

/* -- what was decided stays -- */

static char *
decided (Demo *d)
{
  return demo_text (
    d,
    "SELECT group_concat (line, char (10)) FROM (SELECT id || ' ' || state || ' ' || revision"
    "  || ' ' || amount AS line FROM \"claim\" UNION ALL SELECT id || ' ' || state || ' ' ||"
    "  revision || ' ' || amount || ' ' || available || ' ' || valid_until FROM \"voucher\""
    " UNION ALL SELECT id || ' ' || state || ' ' || revision || ' ' || amount FROM \"voucher_use\""
    " UNION ALL SELECT id || ' ' || state || ' ' || revision || ' ' || COALESCE (amount, 0)"
    "  FROM \"redemption\" ORDER BY 1)",
    NULL);
}

static void
test_no_decision_changes_with_a_knob (Demo *d, gconstpointer data)
{
  g_autofree char *programme = jiashan ();
  g_autofree char *before = decided (d);
  g_autofree char *after = NULL;
  g_autofree char *over = yq_id_new ();
  g_autofree char *under = yq_id_new ();
  g_autofree char *redemption = yq_id_new ();
  g_autofree char *owner = yq_demo_id ("organisation", "enterprise1");
  g_autofree char *use =
    demo_text (d,
               "SELECT id FROM \"voucher_use\" WHERE buyer = $1 AND redeemer = 'enterprise'"
               " AND state IN ('confirmed', 'served') ORDER BY id LIMIT 1",
               owner);
  g_autofree char *line = g_strdup_printf ("{\"use\":\"%s\",\"asked\":%" G_GINT64_FORMAT "}", use,
                                           demo_int (d, &yq_voucher_use, use, VOUCHER_USE_AMOUNT));
  gint64 seen = demo_count (d, "SELECT revision FROM \"programme\" WHERE id = $1", programme);

  assert_sent (d, "reviewer1", &yq_programme, programme, "save",
               g_strdup ("{\"cap_claim\":1000000,\"cap_total\":15000000,\"cap_held\":15000000,"
                         "\"budget\":200000000,\"redemption_windows\":[{\"region\":\"330421\","
                         "\"from\":\"2026-12-01\",\"to\":\"2026-12-10\"}]}"),
               "applied");
  after = decided (d);
  g_assert_cmpstr (before, ==, after);
  /* The next ones are judged by the new knobs, and say which version they were judged by. */
  assert_sent (d, "enterprise1", &yq_claim, over, "submit", demo_claim (1000001),
               "refused/cap_claim");
  g_assert_nonnull (strstr (demo_detail (d), "10,000.00"));
  assert_sent (d, "enterprise1", &yq_claim, under, "submit", demo_claim (1000000), "applied");
  g_assert_cmpint (demo_int (d, &yq_claim, under, CLAIM_PROGRAMME_REVISION), ==, seen + 1);
  assert_sent (d, "enterprise1", &yq_redemption, redemption, "submit",
               demo_redemption ("enterprise", line, ""), "refused/window_closed");
  demo_verify (d);
}

/* -- whatever happens, in whatever order -- */

static void
open_one (Walk *w)
{
  g_autofree char *id = any_of (w, &yq_programme, "draft");

  if (id == NULL)
    id = draft_programme (w->d, g_test_rand_int_range (0, 30000000));
  if (g_test_rand_bit ())
    attempt (w, "reviewer1", &yq_programme, id, "open", g_strdup ("{}"));
}

static void
change_one (Walk *w)
{
  static const char *const reviewers[] = { "reviewer1", "reviewer3", "admin" };
  g_autofree char *id = any_of (w, &yq_programme, NULL);
  gint64 now = demo_int (w->d, &yq_programme, id, PROGRAMME_BUDGET);
  gint64 left = free_budget (w->d, id);

  /* About what is granted, to the fen, as often as anywhere else. */
  attempt (w, PICK (reviewers), &yq_programme, id, "save",
           new_budget (g_test_rand_bit () ? MAX (now - left + g_test_rand_int_range (-2, 3), 0)
                                          : g_test_rand_int_range (0, 60000000)));
}

static void
claim_one (Walk *w)
{
  static const char *const buyers[] = { "enterprise1", "enterprise2" };
  g_autofree char *programme = any_of (w, &yq_programme, NULL);
  g_autofree char *id = yq_id_new ();

  attempt (w, PICK (buyers), &yq_claim, id, "submit",
           claim_of (programme, g_test_rand_int_range (100, 9000000)));
}

static void
use_one (Walk *w)
{
  g_autofree char *voucher = any_of (w, &yq_voucher, "active");
  g_autofree char *id = yq_id_new ();
  gint64 amount = g_test_rand_int_range (100, 2000000);

  if (voucher != NULL)
    attempt (w, g_test_rand_bit () ? "enterprise1" : "enterprise2", &yq_voucher_use, id, "submit",
             demo_use (voucher, NULL, "carrier1", 2 * amount, amount, "enterprise"));
}

static void
void_one (Walk *w)
{
  g_autofree char *use = any_of (w, &yq_voucher_use, "pending|confirmed");
  g_autofree char *voucher = any_of (w, &yq_voucher, "active");

  if (use != NULL && g_test_rand_bit ())
    attempt (w, "carrier1", &yq_voucher_use, use, "terminate", g_strdup ("{\"comment\":\"终止\"}"));
  else if (voucher != NULL)
    attempt (w, "reviewer1", &yq_voucher, voucher, "revoke", g_strdup ("{\"comment\":\"撤销\"}"));
}

static void
close_one (Walk *w)
{
  g_autofree char *id = any_of (w, &yq_programme, "open");

  if (id != NULL && g_test_rand_int_range (0, 8) == 0)
    attempt (w, "reviewer1", &yq_programme, id, "close", g_strdup ("{\"comment\":\"关闭\"}"));
}

static void
test_a_budget_is_what_is_granted_and_what_is_free (Demo *d, gconstpointer data)
{
  Walk w = { d, DEMO_NOW, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  static void (*const acts[]) (
    Walk *) = { open_one,  change_one, change_one, claim_one, claim_one,
                claim_one, use_one,    use_one,    void_one,  close_one };
  static const char *const expected[] = { "programme open",     "programme save",
                                          "programme close",    "claim submit",
                                          "voucher_use submit", "voucher_use terminate",
                                          "voucher revoke" };

  for (int i = 0; i < N_STEPS; i++)
    {
      if (g_test_rand_int_range (0, 100) == 0)
        let_time_pass (&w, g_test_rand_int_range (1, 60));
      PICK (acts) (&w);
      if (i % 10 == 0)
        demo_verify (d);
    }
  demo_verify (d);
  demo_verify_chain (d);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      int n = GPOINTER_TO_INT (g_hash_table_lookup (w.applied, expected[i]));

      g_test_message ("%s: %d", expected[i], n);
      g_assert_cmpint (n, >, 0);
    }
  g_hash_table_unref (w.applied);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/budget/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("opening", test_opening_puts_the_budget_in_once);
  ADD ("raising-and-lowering", test_raising_and_lowering_move_the_difference);
  ADD ("below-granted", test_nothing_granted_is_taken_back);
  ADD ("closed", test_closed_keeps_what_is_granted);
  ADD ("strangers", test_only_its_own_reviewers_touch_it);
  ADD ("import", test_an_imported_programme_has_its_budget);
  ADD ("at-once", test_reviewers_at_once);
  ADD ("everybody", test_everybody_at_once);
  ADD ("decided", test_no_decision_changes_with_a_knob);
  ADD ("walk", test_a_budget_is_what_is_granted_and_what_is_free);

  return g_test_run ();
}
