/* Whatever people of the Delta do, in whatever order: the money stays right.  And 32 of them at
 * once about the same redemption. */
#define G_LOG_DOMAIN "test-effects-delta"

#include "walk.h"

#include "payout.h"
#include "redemption.h"

#define N_STEPS 2500
#define N_AT_ONCE 32

/* One enterprise of each kind: the carrier redeems, the enterprise redeems, without order. */
static const struct
{
  const char *buyer, *region, *reviewer, *redeemer, *expert;
} kinds[] = {
  { "enterprisecsj", "320509", "reviewercsj", "carrier1", "expertcsj" },
  { "enterprisecsj2", "330421", "reviewer1", "enterprisecsj2", "expertcsj2" },
  { "enterprisecsj3", "340500", "reviewercsj2", "enterprisecsj3", "expertcsj3" },
};

static guint
any_kind (void)
{
  return (guint) g_test_rand_int_range (0, G_N_ELEMENTS (kinds));
}

static char *
programme_of (guint kind)
{
  g_autofree char *name = g_strdup_printf ("programme delta-2026-%s", kinds[kind].region);

  return yq_id_of_name (name);
}

/* Of the kind, by the programme of the record; the first one where it has none. */
static guint
kind_of (const char *programme)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *id = programme_of (i);

      if (g_strcmp0 (id, programme) == 0)
        return i;
    }
  return 0;
}

/* A random record of a Delta programme in one of the states. */
static char *
any_delta (Walk *w, const YqEntity *entity, const char *states)
{
  for (int i = 0; i < 8; i++)
    {
      g_autofree char *id = any_of (w, entity, states);
      g_autofree char *sql =
        g_strdup_printf ("SELECT programme FROM \"%s\" WHERE id = $1", entity->name);
      g_autofree char *programme = id != NULL ? demo_text (w->d, sql, id) : NULL;
      g_autofree char *first = programme_of (0);

      if (programme != NULL && (kind_of (programme) > 0 || g_strcmp0 (programme, first) == 0))
        return g_steal_pointer (&id);
    }
  return NULL;
}

/* -- up to the redemption -- */

static void
claim (Walk *w)
{
  guint kind = any_kind ();
  g_autofree char *id = yq_id_new ();
  g_autofree char *of = programme_of (kind);

  attempt (w, kinds[kind].buyer, &yq_claim, id, "submit",
           g_strdup_printf ("{\"programme\":\"%s\",\"amount\":%d,\"purpose\":\"研发\","
                            "\"pledge\":true}",
                            of, g_test_rand_int_range (100, 20000000)));
  if (g_test_rand_int_range (0, 6) > 0)
    attempt (w, kinds[kind].reviewer, &yq_claim, id, "approve", g_strdup ("{}"));
}

static char *
voucher_of (Walk *w, guint kind)
{
  g_autofree char *holder = yq_demo_id ("organisation", kinds[kind].buyer);

  return demo_text (
    w->d, "SELECT id FROM \"voucher\" WHERE buyer = $1 ORDER BY available DESC, id LIMIT 1",
    holder);
}

static void
order (Walk *w)
{
  guint kind = (guint) g_test_rand_bit ();
  g_autofree char *voucher = voucher_of (w, kind);
  g_autofree char *id = yq_id_new ();
  g_autofree char *use = yq_id_new ();
  g_autofree char *paper = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *instrument = demo_instrument (w->d, "carrier1", "场发射扫描电子显微镜");
  gint64 from =
    yq_demo_time (w->now, g_test_rand_int_range (1, 40), g_test_rand_int_range (9, 16), 0);
  g_autofree char *wish = demo_period (from, from + HOUR);
  g_autofree char *plain = demo_order (instrument, wish);
  g_autofree char *times = demo_accept (from, from + HOUR);
  int price = g_test_rand_int_range (100, 3000000);

  if (voucher == NULL)
    return;
  attempt (w, kinds[kind].buyer, &yq_order, id, "submit",
           g_strdup_printf ("%.*s,\"voucher\":\"%s\",\"papers\":%s,\"project_name\":\"研发\","
                            "\"need\":\"测试\",\"expected_effect\":\"缩短周期\"}",
                            (int) strlen (plain) - 1, plain, voucher, paper));
  if (g_test_rand_int_range (0, 5) == 0)
    attempt (w, kinds[kind].buyer, &yq_order, id, "serve_offline",
             g_strdup_printf ("{\"id\":\"%s\",\"price\":%d}", use, price));
  attempt (w, "carrier1", &yq_order, id, "accept",
           g_strdup_printf ("%.*s,\"price\":%d}", (int) strlen (times) - 1, times, price));
  /* As asked, or less. */
  if (g_test_rand_int_range (0, 5) > 0)
    attempt (w, kinds[kind].reviewer, &yq_order, id, "confirm_quota",
             g_test_rand_bit ()
               ? g_strdup ("{}")
               : g_strdup_printf ("{\"amount\":%d}", g_test_rand_int_range (0, price)));
}

static char *
save_invoice (Walk *w, guint kind, gint64 amount, const char *use)
{
  char *id = yq_id_new ();
  g_autofree char *image = yq_demo_paper (YQ_DEMO_INVOICE);
  g_autofree char *uses = use != NULL ? g_strdup_printf (",\"uses\":[\"%s\"]", use) : g_strdup ("");

  attempt (w, kinds[kind].redeemer, &yq_invoice, id, "save",
           g_strdup_printf (
             "{\"number\":\"2634200000%010d\",\"date\":\"2026-11-10\",\"amount\":%" G_GINT64_FORMAT
             ",\"redeemer\":\"%s\",\"image\":%s%s}",
             g_test_rand_int_range (0, 400), amount, kind == 0 ? "carrier" : "enterprise", image,
             uses));
  return id;
}

#define TEXTS "\"effect\":\"成效\",\"novelty\":\"创新\""

static void
redeem_uses (Walk *w)
{
  g_autofree char *use =
    any_delta (w, &yq_voucher_use, g_test_rand_int_range (0, 6) ? "confirmed|served" : NULL);
  g_autoptr(YqRecord) of = use != NULL ? demo_load (w->d, &yq_voucher_use, use) : NULL;
  g_autofree char *paper = yq_demo_paper (YQ_DEMO_REPORT);
  g_autofree char *id = yq_id_new ();
  g_autofree char *invoice = NULL;
  guint kind;

  if (of == NULL)
    return;
  kind = kind_of (yq_record_text (of, VOUCHER_USE_PROGRAMME));
  if (kind == 0)
    attempt (w, "carrier1", &yq_voucher_use, use, "save",
             g_strdup_printf ("{\"result_files\":%s}", paper));
  else
    invoice = save_invoice (w, kind, yq_record_int (of, VOUCHER_USE_CONTRACT_AMOUNT), use);
  attempt (w, kinds[kind].redeemer, &yq_redemption, id, "submit",
           g_strdup_printf (
             "{\"programme\":\"%s\",\"mode\":\"uses\",\"redeemer\":\"%s\","
             "\"place\":\"%s\",\"lines\":[{\"use\":\"%s\",\"asked\":%" G_GINT64_FORMAT
             "}],\"papers\":%s," TEXTS "}",
             yq_record_text (of, VOUCHER_USE_PROGRAMME), kind == 0 ? "carrier" : "enterprise",
             yq_record_region (of), use,
             yq_record_int (of, VOUCHER_USE_AMOUNT) - g_test_rand_int_range (-1, 1000), paper));
}

static char *
quick_fields (Walk *w, const char *voucher, gint64 fee, gint64 asked, const char *invoices)
{
  g_autofree char *of = programme_of (2);
  g_autofree char *institution = yq_demo_id ("organisation", "carrier1");
  g_autofree char *paper = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *leaf =
    demo_text (w->d,
               "SELECT id FROM \"category\" WHERE kind = 'service' AND id NOT IN"
               " (SELECT parent FROM \"category\" WHERE parent IS NOT NULL) LIMIT 1",
               NULL);

  return g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"quick\",\"redeemer\":\"enterprise\","
                          "\"place\":\"340503\",\"voucher\":\"%s\",\"institution\":\"%s\","
                          "\"category\":\"%s\",\"service_fee\":%" G_GINT64_FORMAT
                          ",\"asked\":%" G_GINT64_FORMAT ",\"papers\":%s," TEXTS
                          ",\"invoices\":[%s]}",
                          of, voucher, institution, leaf, fee, asked, paper, invoices);
}

static void
redeem_quickly (Walk *w)
{
  g_autofree char *voucher = voucher_of (w, 2);
  g_autofree char *id = yq_id_new ();
  gint64 fee = g_test_rand_int_range (200, 20000000);
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *invoices = NULL;

  if (voucher == NULL)
    return;
  one = save_invoice (w, 2, fee / 2, NULL);
  two = save_invoice (w, 2, fee - fee / 2 - (g_test_rand_int_range (0, 6) == 0), NULL);
  invoices = g_strdup_printf ("\"%s\",\"%s\"", one, two);
  attempt (w, kinds[2].buyer, &yq_redemption, id, "submit",
           quick_fields (w, voucher, fee, fee / 2 + (g_test_rand_int_range (0, 6) == 0), invoices));
}

/* -- from the redemption to the money -- */

static char *
experts_of (guint kind)
{
  g_autofree char *one = yq_demo_id ("account", kinds[kind].expert);
  g_autofree char *two = yq_demo_id ("account", "expertcsj");

  return g_str_equal (one, two) ? g_strdup_printf ("{\"experts\":[\"%s\"]}", one)
                                : g_strdup_printf ("{\"experts\":[\"%s\",\"%s\"]}", one, two);
}

static char *
fields_for (YqRecord *redemption, guint kind, const char *action)
{
  gint64 amount = yq_record_int (redemption, REDEMPTION_AMOUNT);

  if (strcmp (action, "assign") == 0)
    return experts_of (kind);
  if (strcmp (action, "opinion") == 0)
    return g_strdup_printf ("{\"round\":%d,\"score\":80,\"amount\":%" G_GINT64_FORMAT
                            ",\"comment\":\"同意\"}",
                            (int) yq_record_int (redemption, REDEMPTION_ROUND), amount);
  if (strcmp (action, "pay") == 0)
    return g_strdup ("{\"paid_on\":\"2026-11-20\"}");
  if (strcmp (action, "approve") == 0 && g_test_rand_bit () &&
      yq_redemption_n_lines (redemption) > 0)
    {
      YqRedemptionLine line = yq_redemption_line (redemption, 0);

      return g_strdup_printf ("{\"lines\":[{\"use\":\"%s\",\"approved\":%d}]}", line.use,
                              g_test_rand_int_range (0, (int) line.asked + 2));
    }
  if (strcmp (action, "return") == 0 || strcmp (action, "reject") == 0 ||
      strcmp (action, "decline") == 0)
    return g_strdup ("{\"comment\":\"随机\"}");
  return g_strdup ("{}");
}

/* Mostly what comes next by the right person, sometimes what somebody else would like. */
static void
go_on (Walk *w)
{
  static const char *const actions[] = { "consent",       "consent",  "decline", "assign",
                                         "assign",        "opinion",  "opinion", "approve",
                                         "approve",       "approve",  "return",  "reject",
                                         "pay",           "withdraw", "submit",  "publish_notice",
                                         "publish_notice" };
  const char *action = PICK (actions);
  g_autofree char *id =
    any_delta (w, &yq_redemption, yq_entity_step (&yq_redemption, action)->from);
  g_autoptr(YqRecord) redemption = id != NULL ? demo_load (w->d, &yq_redemption, id) : NULL;
  const YqStep *step = yq_entity_step (&yq_redemption, action);
  const char *user;
  guint kind;

  /* What ends it or sends it back is rare, or nothing would ever be paid. */
  if (redemption == NULL ||
      (yq_word_in ("return|reject|withdraw|decline", action) && g_test_rand_int_range (0, 5) > 0))
    return;
  kind = kind_of (yq_record_text (redemption, REDEMPTION_PROGRAMME));
  if (g_test_rand_int_range (0, 12) == 0)
    user = kinds[any_kind ()].reviewer;
  else if (g_str_equal (step->actors, "expert"))
    user = g_test_rand_bit () ? kinds[kind].expert : "expertcsj";
  else if (g_str_equal (step->actors, "other"))
    user = kind == 0 ? kinds[0].buyer : "carrier1";
  else
    user = g_str_equal (step->actors, "redeemer") ? kinds[kind].redeemer : kinds[kind].reviewer;
  attempt (w, user, &yq_redemption, id, action, fields_for (redemption, kind, action));
}

/* Experts and region do what is asked of them, one after the other. */
static void
go_on_swiftly (Walk *w)
{
  static const char *const actions[] = { "assign", "opinion", "opinion", "approve",
                                         "publish_notice" };
  g_autofree char *id = any_delta (w, &yq_redemption, "reviewing");

  for (guint i = 0; id != NULL && i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr(YqRecord) redemption = demo_load (w->d, &yq_redemption, id);
      guint kind = kind_of (yq_record_text (redemption, REDEMPTION_PROGRAMME));
      const char *expert = i == 1 ? "expertcsj" : kinds[kind].expert;

      attempt (w, i == 1 || i == 2 ? expert : kinds[kind].reviewer, &yq_redemption, id, actions[i],
               fields_for (redemption, kind, actions[i]));
    }
}

static void
object_to (Walk *w)
{
  g_autofree char *id = any_delta (w, &yq_redemption, "noticed");
  g_autoptr(YqRecord) redemption = id != NULL ? demo_load (w->d, &yq_redemption, id) : NULL;
  g_autofree char *objection = yq_id_new ();
  guint kind;

  if (redemption == NULL)
    return;
  kind = kind_of (yq_record_text (redemption, REDEMPTION_PROGRAMME));
  attempt (w, "enterprise4", &yq_objection, objection, "object",
           g_strdup_printf ("{\"notice\":\"%s\",\"number\":\"%s\",\"text\":\"存疑\"}",
                            yq_record_text (redemption, REDEMPTION_NOTICE),
                            yq_record_text (redemption, REDEMPTION_NUMBER)));
  if (g_test_rand_int_range (0, 4) > 0)
    attempt (w, kinds[kind].reviewer, &yq_objection, objection,
             g_test_rand_bit () ? "uphold" : "dismiss", g_strdup ("{\"comment\":\"随机\"}"));
}

/* A batch of some that are payable, or were: paid at once, later or never. */
static void
disburse (Walk *w)
{
  g_autofree char *one = any_delta (w, &yq_redemption, "payable|paid");
  g_autofree char *two = any_delta (w, &yq_redemption, "payable");
  g_autoptr(YqRecord) of = one != NULL ? demo_load (w->d, &yq_redemption, one) : NULL;
  g_autofree char *id = yq_id_new ();
  g_autofree char *old = any_of (w, &yq_disbursement, "draft");
  guint kind;

  if (of == NULL)
    return;
  kind = kind_of (yq_record_text (of, REDEMPTION_PROGRAMME));
  attempt (w, kinds[kind].reviewer, &yq_disbursement, id, "save",
           two != NULL && g_test_rand_bit () && strcmp (one, two) != 0
             ? g_strdup_printf ("{\"programme\":\"%s\",\"redemptions\":[\"%s\",\"%s\"]}",
                                yq_record_text (of, REDEMPTION_PROGRAMME), one, two)
             : g_strdup_printf ("{\"programme\":\"%s\",\"redemptions\":[\"%s\"]}",
                                yq_record_text (of, REDEMPTION_PROGRAMME), one));
  if (g_test_rand_bit ())
    attempt (w, kinds[kind].reviewer, &yq_disbursement, id, "pay",
             g_strdup ("{\"paid_on\":\"2026-11-20\"}"));
  else if (old != NULL)
    attempt (w, kinds[any_kind ()].reviewer, &yq_disbursement, old,
             g_test_rand_bit () ? "pay" : "cancel",
             g_strdup (g_test_rand_bit () ? "{\"paid_on\":\"2026-11-20\",\"comment\":\"x\"}"
                                          : "{\"comment\":\"随机\"}"));
}

/* -- what must be true besides -- */

static void
verify_payments (Demo *d)
{
  static const struct
  {
    const char *what, *sql;
  } rules[] = {
    { "a redemption stands in one batch that is paid",
      "SELECT COUNT (*) FROM (SELECT r.id FROM \"redemption\" r JOIN \"disbursement\" b ON"
      " b.state = 'paid' AND b.redemptions LIKE '%' || r.id || '%' GROUP BY r.id"
      " HAVING COUNT (*) > 1) AS twice" },
    { "what stands in a paid batch is paid",
      "SELECT COUNT (*) FROM \"redemption\" r JOIN \"disbursement\" b ON b.state = 'paid'"
      " AND b.redemptions LIKE '%' || r.id || '%' WHERE r.state <> 'paid'" },
    { "a voucher pays what was approved",
      "SELECT COUNT (*) FROM \"voucher\" v WHERE v.redeemed <>"
      " (SELECT COALESCE (SUM (u.redeemed_amount), 0) FROM \"voucher_use\" u"
      "  WHERE u.voucher = v.id AND u.state = 'redeemed')" },
  };

  demo_verify (d);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (demo_count (d, rules[i].sql, NULL) != 0)
      g_error ("%s: not always", rules[i].what);
}

static void
test_nothing_that_happens_breaks_the_rules (Demo *d, gconstpointer data)
{
  Walk w = { d, DEMO_NOW, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  static void (*const acts[]) (
    Walk *) = { claim,     order,    order,         redeem_uses, redeem_uses, redeem_quickly,
                object_to, disburse, go_on_swiftly, disburse,    go_on,       go_on,
                go_on,     go_on,    go_on,         go_on,       go_on,       go_on };
  static const char *const reached[] = { "order confirm_quota", "redemption consent",
                                         "redemption opinion", "redemption publish_notice",
                                         "disbursement pay" };
  GHashTableIter iter;
  gpointer key, value;

  for (int i = 0; i < N_STEPS; i++)
    {
      if (g_test_rand_int_range (0, 60) == 0)
        let_time_pass (&w, g_test_rand_int_range (1, 48));
      PICK (acts) (&w);
      if (i % 250 == 0)
        verify_payments (d);
    }
  verify_payments (d);
  demo_verify_chain (d);
  g_hash_table_iter_init (&iter, w.applied);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_test_message ("%s: %d", (char *) key, GPOINTER_TO_INT (value));
  for (guint i = 0; i < G_N_ELEMENTS (reached); i++)
    if (!g_hash_table_contains (w.applied, reached[i]))
      g_error ("“%s” never happened", reached[i]);
  g_hash_table_unref (w.applied);
}

/* -- 32 at once -- */

/* A quick redemption as far as the experts have advised. */
static char *
advised (Walk *w)
{
  g_autofree char *claimed = yq_id_new ();
  g_autofree char *of = programme_of (2);
  g_autofree char *voucher = NULL;
  g_autofree char *invoice = NULL;
  g_autofree char *quoted = NULL;
  char *id = yq_id_new ();

  assert_sent (w->d, kinds[2].buyer, &yq_claim, claimed, "submit",
               g_strdup_printf ("{\"programme\":\"%s\",\"amount\":10000000,\"purpose\":\"研发\","
                                "\"pledge\":true}",
                                of),
               "applied");
  assert_sent (w->d, kinds[2].reviewer, &yq_claim, claimed, "approve", NULL, "applied");
  voucher = voucher_of (w, 2);
  invoice = save_invoice (w, 2, 3000000, NULL);
  quoted = g_strdup_printf ("\"%s\"", invoice);
  assert_sent (w->d, kinds[2].buyer, &yq_redemption, id, "submit",
               quick_fields (w, voucher, 3000000, 1500000, quoted), "applied");
  assert_sent (w->d, kinds[2].reviewer, &yq_redemption, id, "assign", experts_of (2), "applied");
  for (int i = 0; i < 2; i++)
    assert_sent (w->d, i ? "expertcsj" : kinds[2].expert, &yq_redemption, id, "opinion",
                 g_strdup ("{\"round\":1,\"score\":90,\"amount\":1500000,\"comment\":\"同意\"}"),
                 "applied");
  return id;
}

/* The same command by the same person, but each sent for itself: how many were applied. */
static guint
at_once (Demo *d, const char *user, const char *entity, char *const *ids, const char *action,
         const char *fields)
{
  Request requests[N_AT_ONCE];
  g_autofree char *token = NULL;
  gint64 revisions[N_AT_ONCE];
  guint applied;

  for (int i = 0; i < N_AT_ONCE; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT revision FROM \"%s\" WHERE id = $1", entity);

      revisions[i] = demo_count (d, sql, ids[i]);
    }
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  token = yq_fixture_sign_in (d->server, user, YQ_DEMO_PASSWORD);
  for (int i = 0; i < N_AT_ONCE; i++)
    requests[i] =
      (Request){ d, token, make_body (entity, ids[i], action, (int) revisions[i], fields), FALSE };
  applied = send_all (requests, N_AT_ONCE);
  yq_fixture_stop (d->server);
  demo_open (d);
  return applied;
}

static void
test_32_disbursements_at_once (Demo *d, gconstpointer data)
{
  Walk w = { d, DEMO_NOW, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  g_autofree char *redemption = advised (&w);
  g_autofree char *of = programme_of (2);
  g_autofree char *voucher = NULL;
  char *ids[N_AT_ONCE];
  guint applied;

  for (int i = 0; i < N_AT_ONCE; i++)
    ids[i] = redemption;
  /* One redemption, one decision. */
  applied = at_once (d, kinds[2].reviewer, "redemption", ids, "approve", "{}");
  g_assert_cmpuint (applied, ==, 1);
  assert_state (d, &yq_redemption, redemption, "approved");
  assert_sent (d, kinds[2].reviewer, &yq_redemption, redemption, "publish_notice", NULL, "applied");
  let_time_pass (&w, 24 * 10);
  assert_state (d, &yq_redemption, redemption, "payable");
  /* As many batches, each naming it: one is paid. */
  for (int i = 0; i < N_AT_ONCE; i++)
    {
      ids[i] = yq_id_new ();
      assert_sent (
        d, kinds[2].reviewer, &yq_disbursement, ids[i], "save",
        g_strdup_printf ("{\"programme\":\"%s\",\"redemptions\":[\"%s\"]}", of, redemption),
        "applied");
    }
  applied =
    at_once (d, kinds[2].reviewer, "disbursement", ids, "pay", "{\"paid_on\":\"2026-11-20\"}");
  g_assert_cmpuint (applied, ==, 1);
  voucher = voucher_of (&w, 2);
  assert_state (d, &yq_redemption, redemption, "paid");
  g_assert_cmpint (
    demo_count (d, "SELECT COUNT (*) FROM \"disbursement\" WHERE state = 'paid'", NULL), ==, 1);
  g_assert_cmpint (demo_count (d, "SELECT redeemed FROM \"voucher\" WHERE id = $1", voucher), ==,
                   1500000);
  verify_payments (d);
  demo_verify_chain (d);
  for (int i = 0; i < N_AT_ONCE; i++)
    g_free (ids[i]);
  g_hash_table_unref (w.applied);
}

static void
test_32_consents_at_once (Demo *d, gconstpointer data)
{
  Walk w = { d, DEMO_NOW, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  g_autofree char *redemption = NULL;
  char *ids[N_AT_ONCE];

  for (int i = 0; i < 400 && redemption == NULL; i++)
    {
      claim (&w);
      order (&w);
      redeem_uses (&w);
      redemption = any_delta (&w, &yq_redemption, "consenting");
    }
  g_assert_nonnull (redemption);
  for (int i = 0; i < N_AT_ONCE; i++)
    ids[i] = redemption;
  g_assert_cmpuint (at_once (d, kinds[0].buyer, "redemption", ids, "consent", "{}"), ==, 1);
  assert_state (d, &yq_redemption, redemption, "reviewing");
  g_assert_cmpint (demo_count (d,
                               "SELECT COUNT (*) FROM event WHERE entity = 'redemption' AND"
                               " action = 'consent' AND record = $1",
                               redemption),
                   ==, 1);
  g_assert_cmpuint (at_once (d, kinds[0].reviewer, "redemption", ids, "approve", "{}"), ==, 1);
  verify_payments (d);
  demo_verify_chain (d);
  g_hash_table_unref (w.applied);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/effects-delta/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("walk", test_nothing_that_happens_breaks_the_rules);
  ADD ("32-disbursements", test_32_disbursements_at_once);
  ADD ("32-consents", test_32_consents_at_once);

  return g_test_run ();
}
