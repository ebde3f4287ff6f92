/* People and their organisation, the board, and the yearly refresh (shandong 3.2, 1.1, 5). */
#define G_LOG_DOMAIN "test-member"

#include "demo-fixture.h"

#include "board.h"
#include "programme.h"

#define N_ROUNDS 24

static char *
ask (Demo *d, const char *user, const char *wanted, const char *expected)
{
  char *id = yq_id_new ();

  assert_sent (d, user, &yq_membership, id, "ask", g_strdup_printf ("{\"wanted\":\"%s\"}", wanted),
               expected);
  demo_forget_people (d);
  return id;
}

static char *
membership_of (Demo *d, const char *user)
{
  g_autofree char *account = yq_demo_id ("account", user);

  return demo_text (d,
                    "SELECT id FROM \"membership\" WHERE account = $1"
                    " AND state IN ('active', 'leaving')",
                    account);
}

static void
act (Demo *d, const char *user, const char *id, const char *action, const char *expected)
{
  assert_sent (d, user, &yq_membership, id, action, g_strdup ("{\"comment\":\"说明\"}"), expected);
  demo_forget_people (d);
}

static void
step (Demo *d, const char *user, const char *id, const char *action, const char *expected)
{
  assert_sent (d, user, &yq_membership, id, action, NULL, expected);
  demo_forget_people (d);
}

/* -- joining and leaving -- */

static void
test_joining_by_name_or_code (Demo *d, gconstpointer data)
{
  g_autofree char *nobody = ask (d, "personsd", "没有这个单位", "refused/not_found");
  g_autofree char *asked = ask (d, "personsd", "91370112MA3K8P2L7N", "applied");
  g_autofree char *twice = ask (d, "personsd", "济南泉新精密材料有限公司", "refused/duplicate");

  assert_state (d, &yq_membership, nobody, "gone");
  assert_state (d, &yq_membership, twice, "gone");
  g_assert_null (demo_who (d, "personsd")->organisation);
  /* A member is not its manager, and another organisation's manager is nobody here. */
  step (d, "quanxin2", asked, "accept", "refused/forbidden");
  step (d, "carriersd", asked, "accept", "refused/not_found");
  step (d, "enterprisesd", asked, "accept", "applied");
  g_assert_true (
    yq_who_is_in (demo_who (d, "personsd"), demo_who (d, "enterprisesd")->organisation));
  g_assert_false (
    yq_who_manages (demo_who (d, "personsd"), demo_who (d, "enterprisesd")->organisation));
}

static void
test_refused_and_asked_again (Demo *d, gconstpointer data)
{
  g_autofree char *asked = ask (d, "personsd", "齐鲁分析测试中心", "applied");
  g_autofree char *again = NULL;

  act (d, "carriersd", asked, "refuse", "applied");
  again = ask (d, "personsd", "齐鲁分析测试中心", "applied");
  step (d, "carriersd", again, "accept", "applied");
  step (d, "carriersd", asked, "accept", "refused/state");
}

static void
test_moving_needs_the_old_ones_consent (Demo *d, gconstpointer data)
{
  g_autofree char *old = membership_of (d, "quanxin2");
  g_autofree char *early = ask (d, "quanxin2", "齐鲁分析测试中心", "refused/state");
  g_autofree char *asked = NULL;

  step (d, "quanxin2", old, "leave", "applied");
  act (d, "enterprisesd", old, "keep", "applied");
  assert_state (d, &yq_membership, old, "active");
  step (d, "quanxin2", old, "leave", "applied");
  /* Until she is released she still belongs there. */
  g_assert_nonnull (demo_who (d, "quanxin2")->organisation);
  step (d, "enterprisesd", old, "release", "applied");
  g_assert_null (demo_who (d, "quanxin2")->organisation);
  g_assert_cmpuint (demo_who (d, "quanxin2")->n_grants, ==, 0);
  asked = ask (d, "quanxin2", "齐鲁分析测试中心", "applied");
  step (d, "carriersd", asked, "accept", "applied");
  g_assert_cmpstr (demo_who (d, "quanxin2")->organisation, ==,
                   demo_who (d, "carriersd")->organisation);
}

static void
test_the_last_manager_stays (Demo *d, gconstpointer data)
{
  g_autofree char *manager = membership_of (d, "enterprisesd");
  g_autofree char *member = membership_of (d, "quanxin2");

  step (d, "enterprisesd", manager, "dismiss", "refused/state");
  step (d, "enterprisesd", manager, "leave", "refused/state");
  step (d, "enterprisesd", member, "dismiss", "refused/state");
  step (d, "enterprisesd", member, "appoint", "applied");
  step (d, "enterprisesd", member, "appoint", "refused/state");
  step (d, "quanxin2", manager, "dismiss", "applied");
  step (d, "enterprisesd", member, "dismiss", "refused/forbidden");
  g_assert_false (
    yq_who_manages (demo_who (d, "enterprisesd"), demo_who (d, "enterprisesd")->organisation));
}

/* -- two managers dismiss each other, both at the same time -- */

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
  return NULL;
}

static gint64
revision_of (Demo *d, const char *id)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (d->server);
  gint64 revision = 0;

  sql_get_int (conn, "SELECT revision FROM \"membership\" WHERE id = $1", SQL_ARGS (SQL_TEXT (id)),
               &revision, NULL);
  return revision;
}

static gint64
count_managers (Demo *d, const char *organisation)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (d->server);
  gint64 n = 0;

  sql_get_int (conn, "SELECT COUNT (*) FROM \"grant\" WHERE organisation = $1 AND role = 'manager'",
               SQL_ARGS (SQL_TEXT (organisation)), &n, NULL);
  return n;
}

static char *
body_of (Demo *d, const char *membership, const char *action)
{
  g_autofree char *command = yq_id_new ();

  return g_strdup_printf ("{\"commands\":[{\"id\":\"%s\",\"entity\":\"membership\",\"record\":"
                          "\"%s\",\"action\":\"%s\",\"revision\":%" G_GINT64_FORMAT
                          ",\"fields\":{}}]}",
                          command, membership, action, revision_of (d, membership));
}

static void
test_two_managers_dismiss_each_other (Demo *d, gconstpointer data)
{
  static const char *const users[] = { "enterprisesd", "quanxin2" };
  g_autofree char *organisation = g_strdup (demo_who (d, users[0])->organisation);
  char *memberships[2], *tokens[2];

  for (guint i = 0; i < 2; i++)
    memberships[i] = membership_of (d, users[i]);
  step (d, users[0], memberships[1], "appoint", "applied");
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  for (guint i = 0; i < 2; i++)
    tokens[i] = yq_fixture_sign_in (d->server, users[i], YQ_DEMO_PASSWORD);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      Request requests[2];
      GThread *threads[2];
      guint left;

      for (guint i = 0; i < 2; i++)
        requests[i] = (Request){ d, tokens[i], body_of (d, memberships[1 - i], "dismiss"), FALSE };
      for (guint i = 0; i < 2; i++)
        threads[i] = g_thread_new ("dismiss", send_cb, &requests[i]);
      for (guint i = 0; i < 2; i++)
        {
          g_thread_join (threads[i]);
          g_free (requests[i].body);
        }
      g_assert_cmpuint (requests[0].applied + requests[1].applied, ==, 1);
      g_assert_cmpint (count_managers (d, organisation), ==, 1);
      /* Whoever is left appoints the other one again. */
      left = requests[0].applied ? 0 : 1;
      requests[left].body = body_of (d, memberships[1 - left], "appoint");
      send_cb (&requests[left]);
      g_assert_true (requests[left].applied);
      g_free (requests[left].body);
    }
  yq_fixture_stop (d->server);
  demo_open (d);
  demo_verify_chain (d);
  for (guint i = 0; i < 2; i++)
    {
      g_free (memberships[i]);
      g_free (tokens[i]);
    }
}

/* -- the yearly refresh -- */

static void
run_jobs_at (Demo *d, gint64 now)
{
  g_autoptr(GError) error = NULL;

  yq_clock_set (now);
  g_assert_true (sql_begin (d->conn, TRUE, NULL));
  g_assert_cmpint (yq_jobs_run_due (d->conn, now, 10000, &error), >=, 0);
  g_assert_no_error (error);
  g_assert_true (sql_commit (d->conn, NULL));
}

static void
test_a_stale_profile_blocks_everything_else (Demo *d, gconstpointer data)
{
  g_autofree char *own = yq_demo_id ("organisation", "enterprisesd");
  g_autofree char *post = yq_id_new ();
  g_autofree char *asked = ask (d, "personsd", "91370112MA3K8P2L7N", "applied");

  run_jobs_at (d, DEMO_NOW + 366 * G_GINT64_CONSTANT (86400000));
  assert_state (d, &yq_organisation, own, "stale");
  assert_sent (d, "enterprisesd", &yq_post, post, "save", g_strdup ("{\"title\":\"求购\"}"),
               "refused/state");
  g_assert_nonnull (strstr (demo_detail (d), "365"));
  /* Its people can be looked after, and the profile be saved. */
  step (d, "enterprisesd", asked, "accept", "applied");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"website\":\"https://new.quanxin-demo.example\"}"), "applied");
  assert_state (d, &yq_organisation, own, "active");
  assert_sent (d, "enterprisesd", &yq_post, post, "save", g_strdup ("{\"title\":\"求购\"}"),
               "applied");
}

static void
test_only_sensitive_fields_are_reviewed_again (Demo *d, gconstpointer data)
{
  g_autofree char *own = yq_demo_id ("organisation", "enterprisesd");

  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"address\":\"山东省济南市历城区工业北路5579号\"}"), "applied");
  assert_state (d, &yq_organisation, own, "active");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save", g_strdup ("{\"employees\":600}"),
               "applied");
  assert_state (d, &yq_organisation, own, "pending");
  assert_sent (d, "reviewerjn", &yq_organisation, own, "approve", NULL, "applied");
  assert_state (d, &yq_organisation, own, "active");
}

/* 承诺书信息 is one of them: another letter waits for its review, the same one again does not, and
 * a suspension in between does not approve it. */
static void
test_another_letter_is_reviewed (Demo *d, gconstpointer data)
{
  g_autofree char *own = yq_demo_id ("organisation", "enterprisesd");
  g_autofree char *old = yq_demo_paper (YQ_DEMO_COMMITMENT);
  g_autofree char *new = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *same = g_strdup_printf ("{\"commitment_file\":%s}", old);
  g_autofree char *other = g_strdup_printf ("{\"commitment_file\":%s}", new);
  const char *reason = "{\"comment\":\"核查\"}";

  assert_sent (d, "enterprisesd", &yq_organisation, own, "save", g_strdup (same), "applied");
  if (demo_count (d, "SELECT COUNT (*) FROM \"organisation\" WHERE id = $1 AND state = 'pending'",
                  own))
    assert_sent (d, "reviewerjn", &yq_organisation, own, "approve", NULL, "applied");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save", g_strdup (same), "applied");
  assert_state (d, &yq_organisation, own, "active");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save", g_strdup (other), "applied");
  assert_state (d, &yq_organisation, own, "pending");
  assert_sent (d, "admin", &yq_organisation, own, "suspend", g_strdup (reason), "applied");
  assert_sent (d, "admin", &yq_organisation, own, "resume", NULL, "applied");
  assert_state (d, &yq_organisation, own, "pending");
  assert_sent (d, "reviewerjn", &yq_organisation, own, "approve", NULL, "applied");
  assert_state (d, &yq_organisation, own, "active");
  assert_sent (d, "admin", &yq_organisation, own, "suspend", g_strdup (reason), "applied");
  assert_sent (d, "admin", &yq_organisation, own, "resume", NULL, "applied");
  assert_state (d, &yq_organisation, own, "active");
}

/* -- 是否申请创新券: only in the province, at most 500 people and 200 million, an enterprise -- */

static void
test_vouchers_are_for_whom_they_are_offered (Demo *d, gconstpointer data)
{
  g_autofree char *own = yq_demo_id ("organisation", "enterprisesd");
  g_autofree char *institute = yq_demo_id ("organisation", "carriersd");

  assert_sent (d, "carriersd", &yq_organisation, institute, "save",
               g_strdup ("{\"wants_vouchers\":true}"), "refused/not_eligible");
  assert_sent (d, "carriersd", &yq_organisation, institute, "save",
               g_strdup ("{\"address\":\"济南市历下区\"}"), "applied");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"wants_vouchers\":false}"), "applied");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"wants_vouchers\":true}"), "applied");
  /* Who has grown keeps what was chosen, and cannot choose it anew. */
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save", g_strdup ("{\"employees\":501}"),
               "applied");
  assert_sent (d, "reviewerjn", &yq_organisation, own, "approve", NULL, "applied");
  g_assert_true (demo_int (d, &yq_organisation, own, ORGANISATION_WANTS_VOUCHERS));
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"wants_vouchers\":false}"), "applied");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"wants_vouchers\":true}"), "refused/not_eligible");
}

/* A draft may hold anything; with its first submission it is judged. */
static void
test_vouchers_are_judged_at_submission (Demo *d, gconstpointer data)
{
  g_autofree char *own = yq_demo_id ("organisation", "enterprisesd");
  g_autoptr(GError) error = NULL;

  sql_exec (d->conn,
            "UPDATE \"organisation\" SET state = 'draft', employees = 501,"
            " approved_employees = NULL, first_approved_at = NULL WHERE id = $1",
            SQL_ARGS (SQL_TEXT (own)), &error);
  g_assert_no_error (error);
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"wants_vouchers\":true}"), "applied");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "submit", NULL, "refused/not_eligible");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"wants_vouchers\":false}"), "applied");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "submit", NULL, "applied");
}

/* -- the commitment -- */

static void
publish_a_second_commitment (Demo *d)
{
  g_autofree char *jurisdiction = yq_id_of_name ("jurisdiction shandong");

  assert_sent (d, "admin", &yq_jurisdiction, jurisdiction, "save",
               g_strdup ("{\"texts\":[{\"kind\":\"commitment\",\"version\":1,\"text\":\"旧\"},"
                         "{\"kind\":\"commitment\",\"version\":2,\"text\":\"新\"}]}"),
               "applied");
}

static void
test_the_version_that_was_read_is_accepted (Demo *d, gconstpointer data)
{
  g_autofree char *own = yq_demo_id ("organisation", "enterprisesd");
  gint64 later = DEMO_NOW + 366 * G_GINT64_CONSTANT (86400000);

  publish_a_second_commitment (d);
  run_jobs_at (d, later);
  assert_state (d, &yq_organisation, own, "stale");
  /* A refresh says nothing about a text that nobody has shown. */
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"website\":\"https://new.quanxin-demo.example\"}"), "applied");
  assert_state (d, &yq_organisation, own, "active");
  g_assert_cmpint (demo_int (d, &yq_organisation, own, ORGANISATION_COMMITMENT_VERSION), ==, 1);
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"commitment_version\":3}"), "refused/invalid");
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"commitment_accepted\":true,\"commitment_version\":2}"), "applied");
  assert_state (d, &yq_organisation, own, "active");
  g_assert_cmpint (demo_int (d, &yq_organisation, own, ORGANISATION_COMMITMENT_VERSION), ==, 2);
  g_assert_cmpint (demo_int (d, &yq_organisation, own, ORGANISATION_COMMITMENT_ACCEPTED_AT), ==,
                   later);
  /* From another computer, where the old text lay open. */
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"commitment_version\":1}"), "applied");
  g_assert_cmpint (demo_int (d, &yq_organisation, own, ORGANISATION_COMMITMENT_VERSION), ==, 2);
}

static gint64
version_after_a_bare_tick (Demo *d)
{
  g_autofree char *own = yq_demo_id ("organisation", "enterprisesd");
  g_autoptr(GError) error = NULL;

  sql_exec (d->conn,
            "UPDATE \"organisation\" SET state = 'draft', commitment_accepted = NULL,"
            " commitment_version = NULL, commitment_accepted_at = NULL WHERE id = $1",
            SQL_ARGS (SQL_TEXT (own)), &error);
  g_assert_no_error (error);
  assert_sent (d, "enterprisesd", &yq_organisation, own, "save",
               g_strdup ("{\"commitment_accepted\":true}"), "applied");
  g_assert_true (demo_int (d, &yq_organisation, own, ORGANISATION_COMMITMENT_ACCEPTED));
  return demo_int (d, &yq_organisation, own, ORGANISATION_COMMITMENT_VERSION);
}

/* An older client does not say what it showed: known only while there is nothing else. */
static void
test_a_tick_without_a_version (Demo *d, gconstpointer data)
{
  g_assert_cmpint (version_after_a_bare_tick (d), ==, 1);
  publish_a_second_commitment (d);
  g_assert_cmpint (version_after_a_bare_tick (d), ==, 0);
}

/* -- the board -- */

#define POST_FIELDS                                                                                       \
  "{\"kind\":\"demand\",\"title\":\"寻找陶瓷断口分析\",\"text\":\"需要断口形貌分析。\"," \
  "\"until\":\"2027-03-31\",\"contact_name\":\"李晓楠\",\"contact_phone\":\"13905310101\"}"

static gboolean
is_on_the_board (Demo *d, const char *id)
{
  g_autoptr(YqRecord) post = demo_load (d, &yq_post, id);
  const YqWho visitor = { NULL };

  return (yq_access_readers (NULL, &visitor, post) & YQ_SEES_PUBLIC) != 0;
}

static void
test_every_edit_and_restart_is_reviewed (Demo *d, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();

  assert_sent (d, "enterprisesd", &yq_post, id, "submit", g_strdup (POST_FIELDS), "applied");
  assert_state (d, &yq_post, id, "pending");
  g_assert_false (is_on_the_board (d, id));
  assert_sent (d, "reviewersd", &yq_post, id, "approve", NULL, "refused/forbidden");
  assert_sent (d, "reviewerjn", &yq_post, id, "approve", NULL, "applied");
  assert_state (d, &yq_post, id, "published");
  g_assert_true (is_on_the_board (d, id));
  assert_sent (d, "enterprisesd", &yq_post, id, "save", g_strdup ("{\"text\":\"改了\"}"),
               "applied");
  assert_state (d, &yq_post, id, "pending");
  assert_sent (d, "reviewerjn", &yq_post, id, "return", g_strdup ("{\"comment\":\"说明用途\"}"),
               "applied");
  assert_sent (d, "enterprisesd", &yq_post, id, "submit", NULL, "applied");
  assert_sent (d, "reviewerjn", &yq_post, id, "approve", NULL, "applied");
  assert_sent (d, "enterprisesd", &yq_post, id, "stop", NULL, "applied");
  g_assert_false (is_on_the_board (d, id));
  assert_sent (d, "enterprisesd", &yq_post, id, "save", g_strdup ("{\"text\":\"又改了\"}"),
               "applied");
  assert_state (d, &yq_post, id, "stopped");
  assert_sent (d, "enterprisesd", &yq_post, id, "start", NULL, "applied");
  assert_state (d, &yq_post, id, "pending");
  assert_sent (d, "carriersd", &yq_post, id, "stop", NULL, "refused/not_found");
}

static void
test_a_post_comes_off_by_itself (Demo *d, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();

  assert_sent (d, "carriersd", &yq_post, id, "submit", g_strdup (POST_FIELDS), "applied");
  assert_sent (d, "reviewerjn", &yq_post, id, "approve", NULL, "applied");
  run_jobs_at (d, yq_date_start ("2027-03-31") + 23 * G_GINT64_CONSTANT (3600000));
  assert_state (d, &yq_post, id, "published");
  run_jobs_at (d, yq_date_start ("2027-04-01"));
  assert_state (d, &yq_post, id, "stopped");
  assert_sent (d, "carriersd", &yq_post, id, "start", NULL, "refused/invalid");
  g_assert_nonnull (strstr (demo_detail (d), "2027-03-31"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/member/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("join", test_joining_by_name_or_code);
  ADD ("refused", test_refused_and_asked_again);
  ADD ("move", test_moving_needs_the_old_ones_consent);
  ADD ("last-manager", test_the_last_manager_stays);
  ADD ("dismiss-each-other", test_two_managers_dismiss_each_other);
  ADD ("stale", test_a_stale_profile_blocks_everything_else);
  ADD ("sensitive", test_only_sensitive_fields_are_reviewed_again);
  ADD ("letter", test_another_letter_is_reviewed);
  ADD ("vouchers/offered", test_vouchers_are_for_whom_they_are_offered);
  ADD ("vouchers/submission", test_vouchers_are_judged_at_submission);
  ADD ("commitment/version", test_the_version_that_was_read_is_accepted);
  ADD ("commitment/old-client", test_a_tick_without_a_version);
  ADD ("board", test_every_edit_and_restart_is_reviewed);
  ADD ("expiry", test_a_post_comes_off_by_itself);

  return g_test_run ();
}
