/* Whatever people do, in whatever order: money and calendar stay right.  And 64 of them at once. */
#define G_LOG_DOMAIN "test-effects-random"

#include "walk.h"

#include "redemption.h"

#define N_STEPS 2000
#define N_AT_ONCE 64

static const char *const users[] = { "enterprise1", "enterprise2", "enterprise4", "carrier1",
                                     "carrier2",    "reviewer1",   "reviewer3",   "admin" };
static const char *const buyers[] = { "enterprise1", "enterprise2" };
static const char *const carriers[] = { "carrier1", "carrier2" };
static const char *const instruments[] = { "场发射扫描电子显微镜", "X射线衍射仪" };

static gint64
any_time (Walk *w)
{
  return yq_demo_time (w->now, g_test_rand_int_range (1, 5), g_test_rand_int_range (9, 15), 0);
}

static void
claim (Walk *w)
{
  g_autofree char *id = yq_id_new ();

  attempt (w, PICK (buyers), &yq_claim, id, "submit",
           demo_claim (g_test_rand_int_range (100, 3000000)));
}

static void
book (Walk *w)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *instrument =
    demo_text (w->d, "SELECT id FROM \"instrument\" WHERE name = $1 ORDER BY asset_number LIMIT 1",
               PICK (instruments));
  gint64 first = any_time (w), second = any_time (w);
  g_autofree char *one = demo_period (first, first + HOUR * g_test_rand_int_range (1, 4));
  g_autofree char *two = demo_period (second, second + HOUR);
  g_autofree char *wishes = g_strdup_printf ("%s,%s", one, two);

  attempt (w, PICK (buyers), &yq_order, id, "submit",
           demo_order (instrument, g_test_rand_bit () ? one : wishes));
}

static void
use (Walk *w)
{
  const char *buyer = PICK (buyers);
  g_autofree char *organisation = yq_demo_id ("organisation", buyer);
  g_autofree char *id = yq_id_new ();
  g_autofree char *order =
    g_test_rand_bit () ? any_of (w, &yq_order, "accepted|delivered|completed") : NULL;
  g_autofree char *voucher = demo_text (
    w->d, "SELECT id FROM \"voucher\" WHERE buyer = $1 ORDER BY available DESC, id LIMIT 1",
    organisation);
  gint64 amount = g_test_rand_int_range (100, 2000000);

  if (voucher != NULL)
    attempt (w, buyer, &yq_voucher_use, id, "submit",
             demo_use (voucher, order, PICK (carriers), amount + g_test_rand_int_range (0, 1000000),
                       amount, g_test_rand_bit () ? "enterprise" : "carrier"));
}

/* Redeems one or two uses of any state, mostly with invoices. */
static void
redeem (Walk *w)
{
  g_autofree char *id = yq_id_new ();
  g_autoptr(GString) lines = g_string_new (NULL);
  const char *user = NULL;
  g_autofree char *redeemer = NULL;

  for (int i = 0; i < 1 + g_test_rand_bit (); i++)
    {
      g_autofree char *use_id =
        any_of (w, &yq_voucher_use, g_test_rand_int_range (0, 6) ? "confirmed|served" : NULL);
      g_autofree char *invoice = yq_id_new ();
      g_autofree char *number = g_strdup_printf ("2633200000%010d", g_test_rand_int_range (0, 400));
      g_autoptr(YqRecord) of = use_id ? demo_load (w->d, &yq_voucher_use, use_id) : NULL;
      gint64 asked;

      if (of == NULL)
        return;
      if (redeemer == NULL)
        {
          g_autofree char *first = yq_demo_id ("organisation", "enterprise1");
          g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");

          redeemer = g_strdup (yq_record_text (of, VOUCHER_USE_REDEEMER));
          if (strcmp (redeemer, "carrier") == 0)
            user = g_strcmp0 (yq_record_carrier (of), carrier) == 0 ? "carrier1" : "carrier2";
          else
            user = g_strcmp0 (yq_record_buyer (of), first) == 0 ? "enterprise1" : "enterprise2";
        }
      if (g_test_rand_int_range (0, 5) > 0)
        attempt (
          w, user, &yq_invoice, invoice, "save",
          demo_invoice (number, yq_record_int (of, VOUCHER_USE_CONTRACT_AMOUNT), redeemer, use_id));
      asked = yq_record_int (of, VOUCHER_USE_AMOUNT) + (g_test_rand_int_range (0, 8) == 0);
      g_string_append_printf (lines, "%s{\"use\":\"%s\",\"asked\":%" G_GINT64_FORMAT "}",
                              lines->len ? "," : "", use_id, asked);
    }
  attempt (w, user, &yq_redemption, id, "submit", demo_redemption (redeemer, lines->str, ""));
}

/* -- any step of any record, by anybody -- */

static char *
fields_for (Walk *w, const YqEntity *entity, const char *id, const YqStep *step)
{
  g_autoptr(YqRecord) record = demo_load (w->d, entity, id);
  gint64 from = 0, to = 0, time = any_time (w);
  g_autofree char *uuid = yq_id_new ();
  g_autofree char *begin = yq_time_format (time);
  g_autofree char *end = yq_time_format (time + HOUR);

  if (strcmp (step->action, "accept") == 0 && entity == &yq_order &&
      yq_period_at (yq_record_array (record, ORDER_WISHED), 0, &from, &to))
    return demo_accept (from, to);
  if (strcmp (step->action, "propose_time") == 0)
    return g_strdup_printf ("{\"proposed_from\":\"%s\",\"proposed_to\":\"%s\"}", begin, end);
  if (strcmp (step->action, "add_service_record") == 0)
    return g_strdup_printf ("{\"id\":\"%s\",\"started_at\":\"%s\",\"ended_at\":\"%s\",\"hours\":10,"
                            "\"fee\":100}",
                            uuid, begin, end);
  if (strcmp (step->action, "evaluate") == 0)
    return g_strdup ("{\"stars\":4}");
  if (strcmp (step->action, "pay") == 0)
    return g_strdup ("{\"paid_on\":\"2026-11-20\"}");
  if (strcmp (step->action, "approve") == 0 && entity == &yq_redemption && g_test_rand_bit ())
    {
      YqRedemptionLine line = yq_redemption_line (record, 0);

      return g_strdup_printf ("{\"lines\":[{\"use\":\"%s\",\"approved\":%d}]}", line.use,
                              g_test_rand_int_range (0, (int) line.asked + 2));
    }
  if (step->flags & YQ_STEP_REASON)
    return g_strdup ("{\"comment\":\"随机\"}");
  return g_strdup ("{}");
}

static const char *
somebody (const YqStep *step)
{
  static const char *const by_actor[][3] = {
    { "reviewer", "reviewer1", "reviewer3" },
    { "buyer", "enterprise1", "enterprise2" },
    { "carrier", "carrier1", "carrier2" },
    { "redeemer", "enterprise1", "enterprise2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (by_actor); i++)
    if (g_str_has_prefix (step->actors, by_actor[i][0]) && g_test_rand_int_range (0, 4) > 0)
      return by_actor[i][1 + g_test_rand_bit ()];
  return PICK (users);
}

static void
any_step (Walk *w)
{
  static const YqEntity *const entities[] = { &yq_order,       &yq_order,      &yq_voucher_use,
                                              &yq_voucher_use, &yq_redemption, &yq_redemption,
                                              &yq_evaluation,  &yq_voucher,    &yq_instrument };
  const YqEntity *entity = PICK (entities);
  const YqStep *step = &entity->steps[g_test_rand_int_range (0, entity->n_steps)];
  /* Mostly where it makes sense. */
  const gboolean any_state = strcmp (step->from, "*") == 0 || g_test_rand_int_range (0, 10) == 0;
  g_autofree char *id = any_of (w, entity, any_state ? NULL : step->from);

  /* Revoking and stopping are rare, or nothing else would happen. */
  if (id == NULL ||
      ((entity == &yq_voucher || entity == &yq_instrument) && g_test_rand_int_range (0, 6) > 0))
    return;
  attempt (w, somebody (step), entity, id, step->action, fields_for (w, entity, id, step));
}

static void
deliver (Walk *w)
{
  g_autofree char *id = any_of (w, &yq_order, "accepted");
  const char *carrier = PICK (carriers);

  if (id == NULL)
    return;
  attempt (w, carrier, &yq_order, id, "save",
           g_strdup ("{\"results\":\"完成\",\"fees\":[{\"fee\":100000}]}"));
  attempt (w, carrier, &yq_order, id, "deliver", g_strdup ("{}"));
}

static void
test_nothing_that_happens_breaks_the_rules (Demo *d, gconstpointer data)
{
  Walk w = { d, DEMO_NOW, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  static void (*const acts[]) (Walk *) = { claim,    book,     use,      redeem,
                                           deliver,  any_step, any_step, any_step,
                                           any_step, any_step, any_step };
  GHashTableIter iter;
  gpointer key, value;

  for (int i = 0; i < N_STEPS; i++)
    {
      if (g_test_rand_int_range (0, 60) == 0)
        let_time_pass (&w, g_test_rand_int_range (1, 30));
      PICK (acts) (&w);
      if (i % 250 == 0)
        demo_verify (d);
    }
  demo_verify (d);
  demo_verify_chain (d);
  g_hash_table_iter_init (&iter, w.applied);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_test_message ("%s: %d", (char *) key, GPOINTER_TO_INT (value));
  g_assert_cmpuint (g_hash_table_size (w.applied), >, 15);
  g_hash_table_unref (w.applied);
}

/* -- 64 at once, over HTTP -- */

static void
test_64_accepts_at_once (Demo *d, gconstpointer data)
{
  g_autofree char *sem = demo_instrument (d, "carrier1", instruments[0]);
  g_autofree char *token = NULL;
  char *orders[4][N_AT_ONCE];

  for (int round = 0; round < 4; round++)
    for (int i = 0; i < N_AT_ONCE; i++)
      {
        gint64 nine = yq_demo_time (DEMO_NOW, 20 + round, 9, 0);
        g_autofree char *wish = demo_period (nine, nine + 2 * HOUR);

        orders[round][i] = yq_id_new ();
        assert_sent (d, buyers[i % 2], &yq_order, orders[round][i], "submit",
                     demo_order (sem, wish), "applied");
      }
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  token = yq_fixture_sign_in (d->server, "carrier1", YQ_DEMO_PASSWORD);
  for (int round = 0; round < 4; round++)
    {
      gint64 nine = yq_demo_time (DEMO_NOW, 20 + round, 9, 0);
      g_autofree char *fields = demo_accept (nine, nine + 2 * HOUR);
      Request requests[N_AT_ONCE];

      for (int i = 0; i < N_AT_ONCE; i++)
        requests[i] =
          (Request){ d, token, make_body ("order", orders[round][i], "accept", 1, fields), FALSE };
      g_assert_cmpuint (send_all (requests, N_AT_ONCE), ==, 1);
    }
  yq_fixture_stop (d->server);
  demo_open (d);
  demo_verify (d);
  demo_verify_chain (d);
  for (int round = 0; round < 4; round++)
    for (int i = 0; i < N_AT_ONCE; i++)
      g_free (orders[round][i]);
}

static void
test_64_uses_at_once (Demo *d, gconstpointer data)
{
  g_autofree char *voucher = demo_voucher (d, "enterprise1", 1000000);
  g_autofree char *token = NULL;
  g_autoptr(GError) error = NULL;
  Request requests[N_AT_ONCE];
  guint applied;

  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  yq_demo_add_files (yq_server_files (d->server->server), &error);
  g_assert_no_error (error);
  token = yq_fixture_sign_in (d->server, "enterprise1", YQ_DEMO_PASSWORD);
  for (int i = 0; i < N_AT_ONCE; i++)
    {
      g_autofree char *id = yq_id_new ();
      g_autofree char *fields =
        demo_use (voucher, NULL, "carrier1", 5000000, 30000 + 1000 * i, "enterprise");

      requests[i] =
        (Request){ d, token, make_body ("voucher_use", id, "submit", 0, fields), FALSE };
    }
  applied = send_all (requests, N_AT_ONCE);
  yq_fixture_stop (d->server);
  demo_open (d);
  g_assert_cmpuint (
    applied, ==,
    demo_count (d, "SELECT COUNT (*) FROM \"voucher_use\" WHERE voucher = $1", voucher));
  g_assert_cmpuint (applied, >, 10);
  g_assert_cmpint (yq_ledger_balance (d->conn, YQ_LEDGER_HELD, voucher), <=, 1000000);
  demo_verify (d);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/effects-random/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("walk", test_nothing_that_happens_breaks_the_rules);
  ADD ("64-accepts", test_64_accepts_at_once);
  ADD ("64-uses", test_64_uses_at_once);

  return g_test_run ();
}
