/* The manual of Shandong from its first line to its last, over HTTP, against the shipped profile.
 */
#define G_LOG_DOMAIN "test-manual-shandong"

#include "settle-fixture.h"

#include "board.h"

typedef struct
{
  Demo demo;
  GHashTable *tokens; /* user name -> token */
  char *detail;       /* of the last refusal */
} Manual;

/* -- the wire -- */

static const char *
token_of (Manual *m, const char *user)
{
  char *token = user != NULL ? g_hash_table_lookup (m->tokens, user) : NULL;

  if (token == NULL && user != NULL)
    {
      token = yq_fixture_sign_in (m->demo.server, user, YQ_DEMO_PASSWORD);
      g_hash_table_insert (m->tokens, g_strdup (user), token);
    }
  return token;
}

/* user NULL is a visitor; NULL where the record does not exist for her. */
static JsonObject *
get (Manual *m, const char *user, const YqEntity *entity, const char *id)
{
  g_autofree char *path = g_strdup_printf ("/v1/%s/%s", entity->plural, id);
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (m->demo.server, "GET", path, token_of (m, user), NULL);
  g_autoptr(JsonNode) node = NULL;

  if (answer->status == 404)
    return NULL;
  g_assert_cmpuint (answer->status, ==, 200);
  node = yq_answer_json (answer);
  return json_object_ref (json_node_get_object (node));
}

static char *
text_of (Manual *m, const char *user, const YqEntity *entity, const char *id, const char *field)
{
  g_autoptr(JsonObject) record = get (m, user, entity, id);

  return g_strdup (json_object_get_string_member_with_default (
    json_object_get_object_member (record, "fields"), field, NULL));
}

/* fields is taken. */
static void
act (Manual *m, const char *user, const YqEntity *entity, const char *id, const char *action,
     char *fields, const char *expected)
{
  g_autofree char *own = fields != NULL ? fields : g_strdup ("{}");
  g_autofree char *command = yq_id_new ();
  g_autoptr(JsonObject) seen = get (m, user, entity, id);
  g_autofree char *body = g_strdup_printf (
    "{\"commands\":[{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\","
    "\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}]}",
    command, entity->name, id, action,
    seen ? json_object_get_int_member (seen, "revision") : G_GINT64_CONSTANT (0), own);
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (m->demo.server, "POST", "/v1/commands", token_of (m, user), body);
  g_autoptr(JsonNode) node = yq_answer_json (answer);
  g_autofree char *outcome = NULL;
  JsonObject *result, *problem;

  g_assert_cmpuint (answer->status, ==, 200);
  result = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (node), "results"), 0);
  problem = json_object_has_member (result, "problem")
              ? json_object_get_object_member (result, "problem")
              : NULL;
  outcome = problem == NULL
              ? g_strdup (json_object_get_string_member (result, "outcome"))
              : g_strdup_printf ("%s/%s", json_object_get_string_member (result, "outcome"),
                                 json_object_get_string_member (problem, "code"));
  g_free (m->detail);
  m->detail = problem ? g_strdup (json_object_get_string_member (problem, "detail")) : NULL;
  if (strcmp (outcome, expected) != 0)
    g_test_message ("%s %s: %s", entity->name, action, answer->body->str);
  g_assert_cmpstr (outcome, ==, expected);
}

static void
stands (Manual *m, const char *user, const YqEntity *entity, const char *id, const char *state)
{
  g_autoptr(JsonObject) record = get (m, user, entity, id);

  g_assert_nonnull (record);
  g_assert_cmpstr (json_object_get_string_member (record, "state"), ==, state);
}

/* The items of a list, for a visitor where user is NULL. */
static JsonArray *
list (Manual *m, const char *user, const char *path)
{
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (m->demo.server, "GET", path, token_of (m, user), NULL);
  g_autoptr(JsonNode) node = yq_answer_json (answer);

  if (answer->status != 200)
    g_error ("%s: %s", path, answer->body->str);
  return json_array_ref (json_object_get_array_member (json_node_get_object (node), "items"));
}

static void
upload (Manual *m, const char *user)
{
  static const guint papers[] = { YQ_DEMO_CONTRACT, YQ_DEMO_REPORT, YQ_DEMO_LICENCE };

  for (guint i = 0; i < G_N_ELEMENTS (papers); i++)
    {
      g_autoptr(GBytes) content = yq_demo_paper_content (papers[i]);
      g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
      g_autofree char *path = g_strconcat ("/v1/files/", sha256, NULL);
      gsize size;
      const char *bytes = g_bytes_get_data (content, &size);
      g_autofree char *extra =
        g_strdup_printf ("Upload-Offset: 0\r\nUpload-Length: %" G_GSIZE_FORMAT "\r\n", size);
      g_autoptr(YqAnswer) answer = yq_fixture_send_full (m->demo.server, "PATCH", path,
                                                         token_of (m, user), extra, bytes, size);

      g_assert_cmpuint (answer->status, ==, 204);
    }
}

static void
set_up (Manual *m, gconstpointer data)
{
  demo_set_up (&m->demo, data);
  m->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
start (Manual *m)
{
  g_clear_pointer (&m->demo.conn, sql_close);
  yq_fixture_start (m->demo.server);
}

static void
tear_down (Manual *m, gconstpointer data)
{
  g_hash_table_unref (m->tokens);
  g_free (m->detail);
  demo_tear_down (&m->demo, data);
}

/* -- 3.2 个人注册和绑定单位, 法人账号审核及设置单位管理员 -- */

static void
bind_and_leave (Manual *m)
{
  g_autofree char *asked = yq_id_new ();
  g_autofree char *again = yq_id_new ();

  act (m, "personsd", &yq_membership, asked, "ask",
       g_strdup ("{\"wanted\":\"济南泉新精密材料有限公司\"}"), "applied");
  act (m, "enterprisesd", &yq_membership, asked, "accept", NULL, "applied");
  act (m, "enterprisesd", &yq_membership, asked, "appoint", NULL, "applied");
  stands (m, "personsd", &yq_membership, asked, "active");
  act (m, "enterprisesd", &yq_membership, asked, "dismiss", NULL, "applied");
  act (m, "personsd", &yq_membership, again, "ask", g_strdup ("{\"wanted\":\"齐鲁分析测试中心\"}"),
       "refused/state");
  act (m, "personsd", &yq_membership, asked, "leave", NULL, "applied");
  act (m, "enterprisesd", &yq_membership, asked, "release", NULL, "applied");
  stands (m, "personsd", &yq_membership, asked, "left");
}

/* -- 4-1 单位入网 -- */

static char *
admit_an_organisation (Manual *m)
{
  g_autofree char *licence = yq_demo_paper (YQ_DEMO_LICENCE);
  char *id = yq_id_new ();

  upload (m, "personsd");
  act (m, "personsd", &yq_organisation, id, "save",
       g_strdup ("{\"name\":\"青岛海蓝传感技术有限公司\",\"nature\":\"enterprise\",\"uscc\":"
                 "\"91370202MA3RD9CE3K\",\"region\":\"370202\"}"),
       "applied");
  stands (m, "personsd", &yq_organisation, id, "draft");
  act (
    m, "personsd", &yq_organisation, id, "save",
    g_strdup_printf ("{\"legal_person\":\"于海\",\"industry\":\"BCD\",\"employees\":30,\"revenue\":"
                     "900000000,\"contact_name\":\"周子涵\",\"contact_phone\":\"13905310104\","
                     "\"wants_vouchers\":true,\"licences\":%s,\"commitment_accepted\":true}",
                     licence),
    "applied");
  act (m, "personsd", &yq_organisation, id, "submit", NULL, "applied");
  stands (m, "personsd", &yq_organisation, id, "pending");
  /* No reviewer of Qingdao: the province decides. */
  act (m, "reviewersd", &yq_organisation, id, "approve", NULL, "applied");
  stands (m, "personsd", &yq_organisation, id, "active");
  /* Only headcount, revenue and pledge are reviewed again. */
  act (m, "personsd", &yq_organisation, id, "save", g_strdup ("{\"address\":\"青岛市市南区\"}"),
       "applied");
  stands (m, "personsd", &yq_organisation, id, "active");
  act (m, "personsd", &yq_organisation, id, "save", g_strdup ("{\"employees\":40}"), "applied");
  stands (m, "personsd", &yq_organisation, id, "pending");
  return id;
}

/* -- 4-2 仪器入网 -- */

static char *
admit_an_instrument (Manual *m)
{
  g_autofree char *category = yq_id_of_name ("category 010100");
  char *id = yq_id_new ();

  act (m, "carriersd", &yq_instrument, id, "save",
       g_strdup_printf (
         "{\"name\":\"冷场发射扫描电镜\",\"category\":\"%s\",\"domain\":\"materials\",\"model\":"
         "\"SU9000\",\"original_value\":520000000,\"bought_on\":\"2025-03-01\",\"place\":"
         "\"370102\",\"indicators\":\"0.4 nm\",\"functions\":\"能谱仪\",\"fee_standard\":"
         "\"每小时600元\",\"contact_name\":\"刘文静\",\"contact_phone\":\"13905310201\"}",
         category),
       "applied");
  stands (m, "carriersd", &yq_instrument, id, "draft");
  act (m, "carriersd", &yq_instrument, id, "submit", NULL, "applied");
  stands (m, "carriersd", &yq_instrument, id, "pending");
  act (m, "reviewerjn", &yq_instrument, id, "approve", NULL, "applied");
  /* 审核通过后再次修改不需要审核 */
  act (m, "carriersd", &yq_instrument, id, "save", g_strdup ("{\"indicators\":\"0.34 nm\"}"),
       "applied");
  stands (m, NULL, &yq_instrument, id, "listed");
  return id;
}

/* -- 3.1.1 仪器查找: class, field of service, keyword, unit, order -- */

static void
find_instruments (Manual *m)
{
  g_autofree char *carrier = yq_demo_id ("organisation", "carriersd");
  g_autofree char *category = yq_id_of_name ("category 010100");
  g_autofree char *path = g_strdup_printf (
    "/v1/instruments?region=37&category=%s&domain=materials&sort=-service_count", category);
  g_autofree char *by_unit =
    g_strdup_printf ("/v1/instruments?carrier=%s&sort=-bought_on&limit=50", carrier);
  g_autoptr(JsonArray) served = list (m, NULL, path);
  g_autoptr(JsonArray) bought = list (m, NULL, by_unit);
  g_autoptr(JsonArray) found = list (m, NULL, "/v1/instruments?q=SU9000");
  const char *last = "9999";

  g_assert_cmpuint (json_array_get_length (served), >, 0);
  g_assert_cmpuint (json_array_get_length (found), ==, 1);
  g_assert_cmpuint (json_array_get_length (bought), >, 10);
  for (guint i = 0; i < json_array_get_length (bought); i++)
    {
      JsonObject *fields =
        json_object_get_object_member (json_array_get_object_element (bought, i), "fields");
      const char *day = json_object_get_string_member (fields, "bought_on");

      g_assert_cmpstr (day, <=, last);
      last = day;
    }
}

/* -- 6 预选清单 -- */

static void
preselect (Manual *m, const char *first, const char *second)
{
  const char *const instruments[] = { first, second };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *id = yq_id_new ();
      g_autoptr(JsonArray) marks = NULL;

      act (m, "enterprisesd", &yq_preselection, id, "save",
           g_strdup_printf ("{\"instrument\":\"%s\"}", instruments[i]), "applied");
      marks = list (m, "enterprisesd", "/v1/preselections");
      g_assert_cmpuint (json_array_get_length (marks), ==, 1);
      act (m, "enterprisesd", &yq_preselection, id, "delete", NULL, "applied");
    }
}

/* -- 3.1.2 预约申请, 3.2 受理及检测 -- */

static char *
order_fields (const char *first, const char *second, gint64 from)
{
  g_autofree char *wish = demo_period (from, from + SD_HOUR);

  return g_strdup_printf (
    "{\"instruments\":[\"%s\",\"%s\"],\"wished\":[%s],\"samples\":[{\"name\":\"氧化铝陶瓷\","
    "\"quantity\":6,\"form\":\"块体\"}],\"purpose\":\"断口形貌分析\",\"project_name\":"
    "\"耐磨陶瓷结构件\",\"project_source\":\"own\",\"contact_name\":\"李晓楠\","
    "\"contact_phone\":\"13905310101\"}",
    first, second, wish);
}

static char *
book_and_test (Manual *m, const char *first, const char *second, const char *foreign)
{
  gint64 from = yq_demo_time (DEMO_NOW, 25, 9, 0);
  g_autofree char *mixed = yq_id_new ();
  g_autofree char *declined = yq_id_new ();
  g_autofree char *wish = demo_period (from, from + SD_HOUR);
  char *id = yq_id_new ();

  /* 选择“添加仪器”时，只能选择同单位的仪器 */
  act (m, "enterprisesd", &yq_order, mixed, "submit", order_fields (first, foreign, from),
       "refused/invalid");
  act (m, "enterprisesd", &yq_order, declined, "submit", demo_order (first, wish), "applied");
  act (m, "carriersd", &yq_order, declined, "refuse", g_strdup ("{\"comment\":\"检修\"}"),
       "applied");
  stands (m, "enterprisesd", &yq_order, declined, "refused");
  act (m, "enterprisesd", &yq_order, id, "save", order_fields (first, second, from), "applied");
  stands (m, "enterprisesd", &yq_order, id, "draft");
  act (m, "enterprisesd", &yq_order, id, "submit", NULL, "applied");
  stands (m, "carriersd", &yq_order, id, "submitted");
  act (m, "carriersd", &yq_order, id, "accept", demo_accept (from, from + SD_HOUR), "applied");
  stands (m, "enterprisesd", &yq_order, id, "accepted");
  act (m, "carriersd", &yq_order, id, "save",
       g_strdup_printf ("{\"sample_received_on\":\"2026-11-20\",\"results\":\"见报告\",\"fees\":"
                        "[{\"instrument\":\"%s\",\"fee\":400000},{\"instrument\":\"%s\",\"fee\":"
                        "200000}]}",
                        first, second),
       "applied");
  act (m, "carriersd", &yq_order, id, "deliver", NULL, "applied");
  stands (m, "enterprisesd", &yq_order, id, "delivered");
  return id;
}

/* -- 3.3 结算及评价, 4.1 我的创新券 -- */

static void
settle_and_redeem (Manual *m, const char *order)
{
  g_autofree char *path = g_strdup_printf ("/v1/voucher_uses?order=%s", order);
  g_autofree char *judge = g_strdup_printf ("/v1/evaluations?order=%s", order);
  g_autofree char *report = yq_demo_paper (YQ_DEMO_REPORT);
  g_autofree char *redemption = NULL, *desk = NULL, *stars = NULL;
  g_autoptr(JsonArray) uses = NULL;
  g_autoptr(JsonArray) evaluations = NULL;
  const char *use, *evaluation;

  upload (m, "enterprisesd");
  act (m, "enterprisesd", &yq_order, order, "settle",
       sd_settlement (PROVINCIAL, 360001, 600000, 1, SD_PAPERS), "refused/cap_claim");
  g_assert_nonnull (strstr (m->detail, "3,600.00"));
  act (m, "enterprisesd", &yq_order, order, "settle",
       sd_settlement (PROVINCIAL, 360000, 600000, 1, "contract|result"), "refused/papers_missing");
  act (m, "enterprisesd", &yq_order, order, "settle",
       sd_settlement (PROVINCIAL, 360000, 600000, 1, SD_PAPERS), "applied");
  stands (m, "enterprisesd", &yq_order, order, "completed");
  uses = list (m, "enterprisesd", path);
  g_assert_cmpuint (json_array_get_length (uses), ==, 1);
  use = json_object_get_string_member (json_array_get_object_element (uses, 0), "id");
  redemption = text_of (m, "enterprisesd", &yq_voucher_use, use, "redemption");
  stands (m, "enterprisesd", &yq_redemption, redemption, "reviewing");
  desk = text_of (m, "enterprisesd", &yq_redemption, redemption, "reviewed_by");
  g_assert_cmpstr (desk, ==, "370100");
  act (m, "reviewerjn", &yq_redemption, redemption, "approve", NULL, "applied");
  /* 若申请由二级主管部门驳回，则需要补充材料，重新提交 */
  act (m, "reviewersd", &yq_redemption, redemption, "return",
       g_strdup ("{\"comment\":\"请补充合同附件\"}"), "applied");
  act (m, "enterprisesd", &yq_voucher_use, use, "save",
       g_strdup_printf ("{\"contract_files\":%s}", report), "applied");
  act (m, "enterprisesd", &yq_redemption, redemption, "submit", NULL, "applied");
  act (m, "reviewersd", &yq_redemption, redemption, "approve", NULL, "applied");
  stands (m, "enterprisesd", &yq_redemption, redemption, "payable");
  act (m, "reviewersd", &yq_redemption, redemption, "pay",
       g_strdup ("{\"paid_on\":\"2026-11-21\"}"), "applied");
  stands (m, "enterprisesd", &yq_redemption, redemption, "paid");

  evaluations = list (m, "enterprisesd", judge);
  evaluation = json_object_get_string_member (json_array_get_object_element (evaluations, 0), "id");
  act (m, "enterprisesd", &yq_evaluation, evaluation, "evaluate",
       g_strdup ("{\"stars\":5,\"text\":\"及时、专业\"}"), "applied");
  stars = text_of (m, "carriersd", &yq_evaluation, evaluation, "text");
  g_assert_cmpstr (stars, ==, "及时、专业");
}

/* -- 5 供需发布 -- */

static void
publish_a_post (Manual *m)
{
  g_autofree char *id = yq_id_new ();

  act (m, "enterprisesd", &yq_post, id, "submit",
       g_strdup ("{\"kind\":\"demand\",\"title\":\"寻找陶瓷疲劳试验\",\"text\":\"长期需求\","
                 "\"until\":\"2027-06-30\",\"contact_name\":\"李晓楠\",\"contact_phone\":"
                 "\"13905310101\"}"),
       "applied");
  g_assert_null (get (m, NULL, &yq_post, id));
  act (m, "reviewerjn", &yq_post, id, "approve", NULL, "applied");
  stands (m, NULL, &yq_post, id, "published");
  act (m, "enterprisesd", &yq_post, id, "save", g_strdup ("{\"title\":\"寻找疲劳试验\"}"),
       "applied");
  g_assert_null (get (m, NULL, &yq_post, id));
  act (m, "reviewerjn", &yq_post, id, "approve", NULL, "applied");
  act (m, "enterprisesd", &yq_post, id, "stop", NULL, "applied");
  g_assert_null (get (m, NULL, &yq_post, id));
  act (m, "enterprisesd", &yq_post, id, "start", NULL, "applied");
  stands (m, "enterprisesd", &yq_post, id, "pending");
  act (m, "reviewerjn", &yq_post, id, "approve", NULL, "applied");
  stands (m, NULL, &yq_post, id, "published");
}

static void
test_the_whole_manual (Manual *m, gconstpointer data)
{
  g_autofree char *second = demo_instrument (&m->demo, "carriersd", "场发射扫描电子显微镜");
  g_autofree char *foreign = demo_instrument (&m->demo, "carrier1", "场发射扫描电子显微镜");
  g_autofree char *organisation = NULL, *first = NULL, *order = NULL;

  start (m);
  bind_and_leave (m);
  organisation = admit_an_organisation (m);
  first = admit_an_instrument (m);
  find_instruments (m);
  preselect (m, first, second);
  order = book_and_test (m, first, second, foreign);
  settle_and_redeem (m, order);
  publish_a_post (m);
  yq_fixture_stop (m->demo.server);
  demo_open (&m->demo);
  demo_verify (&m->demo);
  demo_verify_chain (&m->demo);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/manual-shandong/whole", Manual, NULL, set_up, test_the_whole_manual, tear_down);
  return g_test_run ();
}
