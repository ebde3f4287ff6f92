/* Who is told what of a review: each level's result, and many decisions at once as one message. */
#define G_LOG_DOMAIN "test-messages"

#include "settle-fixture.h"

/* Does the newest message of that type say it? */
static void
assert_told (Demo *d, const char *user, const char *type, const char *words)
{
  g_autofree char *account = yq_demo_id ("account", user);
  g_autofree char *text =
    sql_get_text (d->conn,
                  "SELECT text FROM \"message\" WHERE account = $1 AND type = $2"
                  " ORDER BY sent_at DESC, id DESC LIMIT 1",
                  SQL_ARGS (SQL_TEXT (account), SQL_TEXT (type)), NULL);

  if (text == NULL || strstr (text, words) == NULL)
    g_error ("%s: %s, not %s", type, text, words);
}

static gint64
count (Demo *d, const char *user, const char *type)
{
  g_autofree char *account = yq_demo_id ("account", user);
  gint64 n = -1;

  sql_get_int (d->conn, "SELECT COUNT (*) FROM \"message\" WHERE account = $1 AND type = $2",
               SQL_ARGS (SQL_TEXT (account), SQL_TEXT (type)), &n, NULL);
  return n;
}

static void
run_jobs (Demo *d, gint64 later)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (sql_begin (d->conn, TRUE, &error));
  g_assert_cmpint (yq_jobs_run_due (d->conn, DEMO_NOW + later, 100, &error), >=, 0);
  g_assert_no_error (error);
  g_assert_true (sql_commit (d->conn, &error));
}

/* 山东: the city approves, the province decides. */
static void
test_each_level_is_told (Demo *d, gconstpointer data)
{
  g_autofree char *order = sd_delivered (d, "enterprisesd", 0, 600000, "");
  g_autofree char *redemption = NULL;

  assert_sent (d, "enterprisesd", &yq_order, order, "settle",
               sd_settlement (PROVINCIAL, 360000, 600000, 1, SD_PAPERS), "applied");
  redemption = sd_redemption_of (d, order);
  assert_sent (d, "reviewerjn", &yq_redemption, redemption, "approve", NULL, "applied");
  assert_state (d, &yq_redemption, redemption, "reviewing");
  assert_told (d, "enterprisesd", "redemption.approve",
               "已由山东省济南市科技部门审核通过，接下来由山东省科技部门审核。");
  assert_told (d, "carriersd", "redemption.approve", "接下来由山东省科技部门审核");
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "return",
               g_strdup ("{\"comment\":\"请补充相关性证明\"}"), "applied");
  assert_told (d, "enterprisesd", "redemption.return",
               "被山东省科技部门退回，请按意见补正：请补充相关性证明");
  assert_sent (d, "enterprisesd", &yq_redemption, redemption, "submit", NULL, "applied");
  assert_sent (d, "reviewersd", &yq_redemption, redemption, "approve", NULL, "applied");
  assert_state (d, &yq_redemption, redemption, "payable");
  assert_told (d, "enterprisesd", "redemption.approve",
               "已通过山东省科技部门审核，核定金额 3,600.00 元");
  g_assert_cmpint (count (d, "enterprisesd", "redemption.approve"), ==, 2);
}

static char *
claim (Demo *d)
{
  g_autofree char *of = yq_id_of_name ("programme delta-2026-320509");
  char *id = yq_id_new ();

  assert_sent (d, "enterprisecsj", &yq_claim, id, "submit",
               g_strdup_printf ("{\"programme\":\"%s\",\"amount\":100000,\"purpose\":\"研发\","
                                "\"pledge\":true}",
                                of),
               "applied");
  return id;
}

static void
test_many_claims_are_one_message (Demo *d, gconstpointer data)
{
  gint64 before = count (d, "enterprisecsj", "claim.approve");

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = claim (d);

      assert_sent (d, "reviewercsj", &yq_claim, id, i == 4 ? "return" : "approve",
                   i == 4 ? g_strdup ("{\"comment\":\"重复\"}") : NULL, "applied");
    }
  /* The first by itself, with its amount; the return is of another kind, and the first of it. */
  assert_told (d, "enterprisecsj", "claim.approve",
               "已通过江苏省苏州市吴江区科技部门审核，额度 1,000.00 元");
  assert_told (d, "enterprisecsj", "claim.return", "被江苏省苏州市吴江区科技部门退回：重复");
  g_assert_cmpint (count (d, "enterprisecsj", "claim.approve"), ==, before + 1);
  run_jobs (d, 61000);
  g_assert_cmpint (count (d, "enterprisecsj", "claim.approve"), ==, before + 2);
  assert_told (d, "enterprisecsj", "claim.approve", "贵单位另有 3 项创新券申领已通过审核。");
  run_jobs (d, 7200000);
  g_assert_cmpint (count (d, "enterprisecsj", "claim.approve"), ==, before + 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/messages/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("levels", test_each_level_is_told);
  ADD ("many", test_many_claims_are_one_message);
  return g_test_run ();
}
