/* The opening minute of a first-come claim: many enterprises, one budget, at once.  Not a fen above
 * it is given, and every answer is final. */
#define G_LOG_DOMAIN "test-claims"

#include "demo-fixture.h"

#include "claimants.h"

#define N_CLAIMANTS 400
#define N_AT_ONCE 16
#define FEN_EACH 1000000 /* 10 000 yuan */
#define LEAST 100        /* fen one may claim */

typedef struct
{
  Demo *d;
  char *token, *record, *command;
  gint64 amount;
  gboolean applied;
} Claim;

typedef struct
{
  Claim *claims;
  guint from, step;
} Queue;

static gint64
budget_of (Demo *d)
{
  g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);

  return yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, programme);
}

static void
add_claimants (Demo *d, Claim *claims, guint n)
{
  g_autofree char *id = yq_demo_id ("organisation", "enterprise1");
  g_autoptr(GError) error = NULL;
  YqWho clock = { .is_clock = TRUE };
  YqTx tx;
  g_autoptr(YqRecord) model = NULL;

  g_assert_true (sql_begin (d->conn, TRUE, NULL));
  yq_tx_init (&tx, d->conn, yq_world_sql_new (d->conn, DEMO_NOW), &clock, DEMO_NOW);
  model = yq_world_get (tx.world, &yq_organisation, id);
  for (guint i = 0; i < n; i++)
    {
      claims[i] = (Claim){ .d = d, .token = claimant_add (&tx, model, i, &error) };
      g_assert_no_error (error);
      claims[i].record = yq_id_new ();
      claims[i].command = yq_id_new ();
    }
  yq_world_sql_free (tx.world);
  g_assert_true (sql_commit (d->conn, NULL));
}

static gboolean
send_claim (Claim *c)
{
  g_autofree char *fields = demo_claim (c->amount);
  g_autofree char *body = g_strdup_printf (
    "{\"commands\":[{\"id\":\"%s\",\"entity\":\"claim\",\"record\":\"%s\",\"action\":\"submit\","
    "\"revision\":0,\"fields\":%s}]}",
    c->command, c->record, fields);
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (c->d->server, "POST", "/v1/commands", c->token, body);
  gboolean applied = strstr (answer->body->str, "\"outcome\":\"applied\"") != NULL;

  g_assert_cmpuint (answer->status, ==, 200);
  if (!applied && strstr (answer->body->str, "\"code\":\"budget\"") == NULL)
    g_error ("%s", answer->body->str);
  return applied;
}

/* Every third is sent twice, as after a lost answer: the second answer is the first. */
static gpointer
claim_cb (gpointer data)
{
  Queue *queue = data;

  for (guint i = queue->from; i < N_CLAIMANTS; i += queue->step)
    {
      queue->claims[i].applied = send_claim (&queue->claims[i]);
      if (i % 3 == 0)
        g_assert_cmpint (send_claim (&queue->claims[i]), ==, queue->claims[i].applied);
    }
  return NULL;
}

static void
claim_at_once (Claim *claims)
{
  GThread *threads[N_AT_ONCE];
  Queue queues[N_AT_ONCE];

  for (guint t = 0; t < N_AT_ONCE; t++)
    {
      queues[t] = (Queue){ claims, t, N_AT_ONCE };
      threads[t] = g_thread_new ("claim", claim_cb, &queues[t]);
    }
  for (guint t = 0; t < N_AT_ONCE; t++)
    g_thread_join (threads[t]);
}

static void
assert_granted (Demo *d, Claim *claims, gint64 budget)
{
  gint64 given = 0, left = budget_of (d);
  guint applied = 0;

  for (guint i = 0; i < N_CLAIMANTS; i++)
    if (claims[i].applied)
      {
        given += claims[i].amount;
        applied++;
        assert_state (d, &yq_claim, claims[i].record, "granted");
      }
    else
      {
        /* The budget only falls: what was too much then is too much now. */
        g_assert_cmpint (claims[i].amount, >, left);
        assert_state (d, &yq_claim, claims[i].record, "gone");
      }
  g_assert_cmpint (left, >=, 0);
  g_assert_cmpint (given + left, ==, budget);
  g_assert_cmpuint (applied, >, N_CLAIMANTS / 4);
  g_assert_cmpuint (applied, <, N_CLAIMANTS);
  demo_verify (d);
  demo_verify_chain (d);
}

static void
clear_claims (Claim *claims)
{
  for (guint i = 0; i < N_CLAIMANTS; i++)
    {
      g_free (claims[i].token);
      g_free (claims[i].record);
      g_free (claims[i].command);
    }
}

/* data: whether all ask for the same amount. */
static void
test_the_opening_minute (Demo *d, gconstpointer data)
{
  Claim claims[N_CLAIMANTS];
  g_autofree char *programme = yq_id_of_name ("programme " JIASHAN);
  gint64 budget = 150 * FEN_EACH + 1;

  add_claimants (d, claims, N_CLAIMANTS);
  for (guint i = 0; i < N_CLAIMANTS; i++)
    claims[i].amount = data != NULL ? FEN_EACH : g_test_rand_int_range (LEAST, 2 * FEN_EACH);
  demo_leave_budget (d, programme, budget);
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  claim_at_once (claims);
  yq_fixture_stop (d->server);
  demo_open (d);
  assert_granted (d, claims, budget);
  if (data != NULL)
    g_assert_cmpint (budget_of (d), ==, 1);
  clear_claims (claims);
}

#define ADD(path, data)                                                                         \
  g_test_add ("/claims/opening-minute/" path, Demo, data, demo_set_up, test_the_opening_minute, \
              demo_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the-same", GINT_TO_POINTER (TRUE));
  ADD ("any-amount", NULL);
  return g_test_run ();
}
