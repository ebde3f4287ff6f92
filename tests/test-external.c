/* What enterprises claim on another platform: issued once for each number, inside caps and budget,
 * taken back while nobody has used it; also by two reviewers at once over HTTP. */
#define G_LOG_DOMAIN "test-external"

#include "walk.h"

#include "external.h"
#include "programme.h"

#define N_ROWS 40

static char *
qingpu (void)
{
  return yq_id_of_name ("programme delta-2026-310118");
}

static char *
fields_of (const char *number, gint64 amount)
{
  g_autofree char *of = qingpu ();
  g_autofree char *holder = yq_demo_id ("organisation", "enterprisecsj4");

  return g_strdup_printf ("{\"number\":\"%s\",\"programme\":\"%s\",\"holder\":\"%s\","
                          "\"amount\":%" G_GINT64_FORMAT ",\"granted_on\":\"2026-11-02\"}",
                          number, of, holder, amount);
}

static gint64
budget (Demo *d)
{
  g_autofree char *of = qingpu ();

  return yq_ledger_balance (d->conn, YQ_LEDGER_BUDGET, of);
}

static gint64
n_vouchers (Demo *d)
{
  g_autofree char *of = qingpu ();

  return demo_count (
    d, "SELECT COUNT (*) FROM \"voucher\" WHERE programme = $1 AND state = 'active'", of);
}

static char *
enter (Demo *d, const char *user, const char *number, gint64 amount)
{
  char *id = yq_id_new ();

  assert_sent (d, user, &yq_external_claim, id, "save", fields_of (number, amount), "applied");
  return id;
}

static void
test_issued_once (Demo *d, gconstpointer data)
{
  g_autofree char *id = enter (d, "reviewercsj3", "沪券2026-0001", 5000000);
  g_autofree char *twin = yq_id_new ();
  g_autofree char *alone = yq_id_new ();
  g_autofree char *of = qingpu ();
  g_autofree char *holder = yq_demo_id ("organisation", "enterprisecsj4");
  gint64 before = budget (d);
  g_autoptr(YqRecord) issued = NULL;
  g_autofree char *voucher = NULL;

  assert_sent (d, "reviewercsj3", &yq_external_claim, twin, "save",
               fields_of ("沪券2026-0001", 100000), "refused/duplicate");
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "issue", NULL, "applied");
  issued = demo_load (d, &yq_external_claim, id);
  g_assert_cmpstr (yq_record_state (issued), ==, "issued");
  g_assert_cmpstr (yq_record_text (issued, EXTERNAL_HOLDER_NAME), ==, "上海青西环保科技有限公司");
  assert_state (d, &yq_claim, yq_record_text (issued, EXTERNAL_CLAIM), "granted");
  voucher = demo_text (d, "SELECT id FROM \"voucher\" WHERE number = $1",
                       yq_record_text (issued, EXTERNAL_VOUCHER_NUMBER));
  g_assert_cmpint (demo_int (d, &yq_voucher, voucher, VOUCHER_AVAILABLE), ==, 5000000);
  g_assert_cmpint (budget (d), ==, before - 5000000);
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "issue", NULL, "refused/state");
  /* Nor one by one, under the same number. */
  assert_sent (d, "reviewercsj3", &yq_programme, of, "import_claim",
               g_strdup_printf ("{\"id\":\"%s\",\"holder\":\"%s\",\"amount\":100000,"
                                "\"external_number\":\"沪券2026-0001\"}",
                                alone, holder),
               "refused/duplicate");
  /* What is issued stands as it is. */
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "save", g_strdup ("{\"amount\":1}"),
               "refused/forbidden");
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "delete", NULL, "refused/forbidden");
  g_assert_cmpint (budget (d), ==, before - 5000000);
  demo_verify (d);
  demo_verify_chain (d);
}

/* Imported one by one first: the row of a sheet does not pay it again. */
static void
test_not_after_the_single_import (Demo *d, gconstpointer data)
{
  g_autofree char *of = qingpu ();
  g_autofree char *holder = yq_demo_id ("organisation", "enterprisecsj4");
  g_autofree char *claim = yq_id_new ();
  g_autofree char *id = enter (d, "reviewercsj3", "SH-7", 100000);

  /* Not under an id that another record has. */
  assert_sent (d, "reviewercsj3", &yq_programme, of, "import_claim",
               g_strdup_printf ("{\"id\":\"%s\",\"holder\":\"%s\",\"amount\":100000,"
                                "\"external_number\":\"SH-7\"}",
                                id, holder),
               "refused/duplicate");
  assert_sent (d, "reviewercsj3", &yq_programme, of, "import_claim",
               g_strdup_printf ("{\"id\":\"%s\",\"holder\":\"%s\",\"amount\":100000,"
                                "\"external_number\":\"SH-7\"}",
                                of, holder),
               "refused/duplicate");
  assert_sent (d, "reviewercsj3", &yq_programme, of, "import_claim",
               g_strdup_printf ("{\"id\":\"%s\",\"holder\":\"%s\",\"amount\":100000,"
                                "\"external_number\":\"SH-7\"}",
                                claim, holder),
               "applied");
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "issue", NULL, "refused/duplicate");
  g_assert_cmpint (n_vouchers (d), ==, 1);
}

/* Per claim, in all, and the budget: nothing moves where one of them says no. */
static void
test_caps_and_budget (Demo *d, gconstpointer data)
{
  g_autofree char *much = enter (d, "reviewercsj3", "SH-1", 50000001);
  g_autofree char *first = enter (d, "reviewercsj3", "SH-2", 30000000);
  g_autofree char *second = enter (d, "reviewercsj3", "SH-3", 20000001);
  g_autofree char *rest = enter (d, "reviewercsj3", "SH-4", 20000000);
  gint64 before = budget (d);

  assert_sent (d, "reviewercsj3", &yq_external_claim, much, "issue", NULL, "refused/cap_claim");
  assert_sent (d, "reviewercsj3", &yq_external_claim, first, "issue", NULL, "applied");
  assert_sent (d, "reviewercsj3", &yq_external_claim, second, "issue", NULL, "refused/cap_total");
  assert_sent (d, "reviewercsj3", &yq_external_claim, rest, "issue", NULL, "applied");
  assert_state (d, &yq_external_claim, second, "draft");
  g_assert_cmpint (budget (d), ==, before - 50000000);
  g_assert_cmpint (n_vouchers (d), ==, 2);
  demo_verify (d);
}

static void
assert_room (Demo *d, gint64 amount, gint64 of_holder, gint64 of_programme, int expected)
{
  g_autofree char *of = qingpu ();
  g_autofree char *id = yq_demo_id ("organisation", "enterprisecsj4");
  g_autoptr(YqRecord) programme = demo_load (d, &yq_programme, of);
  g_autoptr(YqRecord) holder = demo_load (d, &yq_organisation, id);
  YqWorld *world = yq_world_sql_new (d->conn, DEMO_NOW);
  g_autoptr(YqProblem) problem =
    yq_external_check_besides (world, programme, holder, amount, of_holder, of_programme);

  g_assert_cmpint (problem != NULL ? (int) yq_problem_code (problem) : -1, ==, expected);
  yq_world_sql_free (world);
}

/* What a sheet takes in all, before any of it is sent: caps of 500 000, a budget of 5 000 000. */
static void
test_rows_besides_each_other (Demo *d, gconstpointer data)
{
  assert_room (d, 50000000, 0, 0, -1);
  assert_room (d, 10000000, 40000000, 490000000, -1);
  assert_room (d, 10000001, 40000000, 40000000, YQ_PROBLEM_CAP_TOTAL);
  assert_room (d, 10000001, 0, 490000000, YQ_PROBLEM_BUDGET);
}

static void
test_whose_it_is (Demo *d, gconstpointer data)
{
  g_autofree char *other = yq_id_new ();
  g_autofree char *wrong = yq_id_new ();
  g_autofree char *reviewed = yq_id_of_name ("programme delta-2026-320509");
  g_autofree char *holder = yq_demo_id ("organisation", "enterprisecsj4");
  g_autofree char *id = enter (d, "reviewercsj3", "SH-1", 100000);

  assert_sent (d, "reviewer1", &yq_external_claim, other, "save", fields_of ("SH-9", 100000),
               "refused/forbidden");
  assert_sent (d, "enterprisecsj4", &yq_external_claim, other, "save", fields_of ("SH-9", 100000),
               "refused/forbidden");
  assert_sent (d, "reviewer1", &yq_external_claim, id, "issue", NULL, "refused/not_found");
  /* Of a programme that is claimed here. */
  assert_sent (d, "reviewercsj", &yq_external_claim, wrong, "save",
               g_strdup_printf ("{\"number\":\"SH-8\",\"programme\":\"%s\",\"holder\":\"%s\","
                                "\"amount\":100000}",
                                reviewed, holder),
               "applied");
  assert_sent (d, "reviewercsj", &yq_external_claim, wrong, "issue", NULL, "refused/invalid");
  /* The city above sees and issues it, too. */
  assert_sent (d, "reviewersh", &yq_external_claim, id, "issue", NULL, "applied");
}

static void
test_taken_back (Demo *d, gconstpointer data)
{
  g_autofree char *id = enter (d, "reviewercsj3", "SH-1", 50000000);
  g_autofree char *twin = yq_id_new ();
  g_autofree char *claim = NULL, *voucher = NULL, *again = NULL;
  gint64 before = budget (d);

  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "issue", NULL, "applied");
  claim = demo_text (d, "SELECT claim FROM \"external_claim\" WHERE id = $1", id);
  voucher = demo_text (d, "SELECT voucher FROM \"claim\" WHERE id = $1", claim);
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "take_back", NULL, "refused/required");
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "take_back",
               g_strdup ("{\"comment\":\"金额登记有误\"}"), "applied");
  assert_state (d, &yq_claim, claim, "withdrawn");
  assert_state (d, &yq_voucher, voucher, "revoked");
  g_assert_cmpint (budget (d), ==, before);
  /* Corrected, it is issued under the same number: neither that nor the caps count what went back.
   */
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "save",
               g_strdup ("{\"amount\":40000000}"), "applied");
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "issue", NULL, "applied");
  g_assert_cmpint (budget (d), ==, before - 40000000);
  again = demo_text (d,
                     "SELECT v.id FROM \"voucher\" v JOIN \"external_claim\" e ON"
                     " e.voucher_number = v.number WHERE e.id = $1",
                     id);
  g_assert_cmpstr (again, !=, voucher);
  g_assert_cmpint (n_vouchers (d), ==, 1);
  assert_sent (d, "reviewercsj3", &yq_external_claim, twin, "save", fields_of ("SH-1", 1000),
               "refused/duplicate");
  demo_verify (d);
  demo_verify_chain (d);
}

/* What is used stays: an order holds some of it. */
static void
test_used_is_not_taken_back (Demo *d, gconstpointer data)
{
  g_autofree char *id = enter (d, "reviewercsj3", "SH-1", 10000000);
  g_autofree char *order = yq_id_new ();
  g_autofree char *paper = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *instrument = demo_instrument (d, "carrier1", "场发射扫描电子显微镜");
  g_autofree char *voucher = NULL;
  gint64 from = yq_demo_time (DEMO_NOW, 20, 9, 0);
  g_autofree char *wish = demo_period (from, from + HOUR);
  g_autofree char *plain = demo_order (instrument, wish);
  g_autofree char *times = demo_accept (from, from + HOUR);

  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "issue", NULL, "applied");
  voucher = demo_text (d,
                       "SELECT v.id FROM \"voucher\" v JOIN \"external_claim\" e ON"
                       " e.voucher_number = v.number WHERE e.id = $1",
                       id);
  assert_sent (d, "enterprisecsj4", &yq_order, order, "submit",
               g_strdup_printf ("%.*s,\"voucher\":\"%s\",\"papers\":%s,\"project_name\":\"研发\","
                                "\"need\":\"测试\",\"expected_effect\":\"缩短周期\"}",
                                (int) strlen (plain) - 1, plain, voucher, paper),
               "applied");
  assert_sent (d, "carrier1", &yq_order, order, "accept",
               g_strdup_printf ("%.*s,\"price\":1000000}", (int) strlen (times) - 1, times),
               "applied");
  assert_sent (d, "reviewercsj3", &yq_order, order, "confirm_quota", NULL, "applied");
  assert_sent (d, "reviewercsj3", &yq_external_claim, id, "take_back",
               g_strdup ("{\"comment\":\"误发\"}"), "refused/state");
  assert_state (d, &yq_voucher, voucher, "active");
  demo_verify (d);
}

/* -- two reviewers with the same sheet at the same time -- */

typedef struct
{
  Demo *d;
  const char *user;
  char *token;
} Importer;

static void
send (Importer *importer, const char *id, const char *action, int revision, const char *fields)
{
  g_autofree char *body = make_body ("external_claim", id, action, revision, fields);
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (importer->d->server, "POST", "/v1/commands", importer->token, body);

  g_assert_cmpuint (answer->status, ==, 200);
}

static gpointer
import (gpointer data)
{
  Importer *importer = data;

  for (guint i = 0; i < N_ROWS; i++)
    {
      g_autofree char *id = yq_id_new ();
      g_autofree char *number = g_strdup_printf ("SH-2026-%04u", i);
      g_autofree char *fields = fields_of (number, 1000000 + i);

      send (importer, id, "save", 0, fields);
      send (importer, id, "issue", 1, "{}");
    }
  return NULL;
}

static void
test_two_at_once (Demo *d, gconstpointer data)
{
  Importer importers[] = { { d, "reviewercsj3", NULL }, { d, "reviewersh", NULL } };
  GThread *threads[G_N_ELEMENTS (importers)];
  gint64 before = budget (d);

  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  for (guint i = 0; i < G_N_ELEMENTS (importers); i++)
    importers[i].token = yq_fixture_sign_in (d->server, importers[i].user, YQ_DEMO_PASSWORD);
  for (guint i = 0; i < G_N_ELEMENTS (importers); i++)
    threads[i] = g_thread_new ("importer", import, &importers[i]);
  for (guint i = 0; i < G_N_ELEMENTS (importers); i++)
    {
      g_thread_join (threads[i]);
      g_free (importers[i].token);
    }
  yq_fixture_stop (d->server);
  demo_open (d);
  g_assert_cmpint (n_vouchers (d), ==, N_ROWS);
  g_assert_cmpint (before - budget (d), ==, N_ROWS * 1000000 + N_ROWS * (N_ROWS - 1) / 2);
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM \"external_claim\"", NULL), ==, N_ROWS);
  demo_verify (d);
  demo_verify_chain (d);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/external/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("once", test_issued_once);
  ADD ("single", test_not_after_the_single_import);
  ADD ("caps", test_caps_and_budget);
  ADD ("besides", test_rows_besides_each_other);
  ADD ("whose", test_whose_it_is);
  ADD ("taken-back", test_taken_back);
  ADD ("used", test_used_is_not_taken_back);
  ADD ("two-at-once", test_two_at_once);

  return g_test_run ();
}
