/* The manual jiangsu-carrier from its first line to its last, over HTTP, against the shipped
 * profile: both ways into the store of voucher institutions, and the first order that pays with a
 * voucher. */
#define G_LOG_DOMAIN "test-manual-jiangsu"

#include <string.h>

#include "clock.h"
#include "fixture.h"
#include "ids.h"
#include "load-data.h"
#include "model.h"
#include "schedule.h"
#include "session.h"
#include "tx.h"
#include "world-sql.h"

#define NOW G_GINT64_CONSTANT (1793583000000) /* 2 November 2026, a Monday */
#define PASSWORD "a good password"
#define CENTRE "sutong" /* 江苏省科技资源统筹服务中心 */

typedef struct
{
  YqFixture *server;
  GHashTable *tokens; /* user name -> token */
  char *programme;
  char *paper; /* [{"sha256","name"}] */
  char *detail;
} Manual;

/* -- the wire -- */

static const char *
token_of (Manual *m, const char *user)
{
  char *token = g_hash_table_lookup (m->tokens, user);

  if (token == NULL)
    {
      token = yq_fixture_sign_in (m->server, user, PASSWORD);
      g_hash_table_insert (m->tokens, g_strdup (user), token);
    }
  return token;
}

/* The record as user sees it; NULL where it does not exist for her. */
static JsonObject *
get (Manual *m, const char *user, const char *entity, const char *id)
{
  g_autofree char *path = g_strdup_printf ("/v1/%s/%s", yq_model_find (entity)->plural, id);
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (m->server, "GET", path, user ? token_of (m, user) : NULL, NULL);
  g_autoptr(JsonNode) node = NULL;

  if (answer->status == 404)
    return NULL;
  g_assert_cmpuint (answer->status, ==, 200);
  node = yq_answer_json (answer);
  return json_object_ref (json_node_get_object (node));
}

/* "applied", or "refused/code"; m->detail then says why. */
static char *
act (Manual *m, const char *user, const char *entity, const char *id, const char *action,
     const char *fields)
{
  g_autofree char *command = yq_id_new ();
  g_autoptr(JsonObject) seen = get (m, user, entity, id);
  g_autofree char *body = g_strdup_printf (
    "{\"commands\":[{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\","
    "\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}]}",
    command, entity, id, action, seen ? json_object_get_int_member (seen, "revision") : 0,
    fields ? fields : "{}");
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (m->server, "POST", "/v1/commands", token_of (m, user), body);
  g_autoptr(JsonNode) node = yq_answer_json (answer);
  JsonObject *result, *problem;

  g_assert_cmpuint (answer->status, ==, 200);
  result = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (node), "results"), 0);
  if (strcmp (json_object_get_string_member (result, "outcome"), "applied") == 0)
    return g_strdup ("applied");
  problem = json_object_get_object_member (result, "problem");
  g_free (m->detail);
  m->detail = g_strdup (json_object_get_string_member (problem, "detail"));
  g_test_message ("%s %s: %s", entity, action, m->detail);
  return g_strdup_printf ("%s/%s", json_object_get_string_member (result, "outcome"),
                          json_object_get_string_member (problem, "code"));
}

static void
assert_act (Manual *m, const char *user, const char *entity, const char *id, const char *action,
            const char *fields, const char *expected)
{
  g_autofree char *answer = act (m, user, entity, id, action, fields);

  g_assert_cmpstr (answer, ==, expected);
}

static void
assert_state (Manual *m, const char *user, const char *entity, const char *id, const char *state)
{
  g_autoptr(JsonObject) record = get (m, user, entity, id);

  g_assert_nonnull (record);
  g_assert_cmpstr (json_object_get_string_member (record, "state"), ==, state);
}

static gboolean
is_true (Manual *m, const char *user, const char *entity, const char *id, const char *field)
{
  g_autoptr(JsonObject) record = get (m, user, entity, id);

  return json_object_get_boolean_member_with_default (
    json_object_get_object_member (record, "fields"), field, FALSE);
}

static guint
count_listed (Manual *m, const char *user, const char *path)
{
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (m->server, "GET", path, user ? token_of (m, user) : NULL, NULL);
  g_autoptr(JsonNode) node = yq_answer_json (answer);

  g_assert_cmpuint (answer->status, ==, 200);
  return (guint) json_object_get_int_member (json_node_get_object (node), "count");
}

/* A message of that type tells what happened and what comes next, and goes by SMS. */
static void
assert_told (Manual *m, const char *user, const char *type, const char *words, const char *next)
{
  g_autofree char *path = g_strdup_printf ("/v1/messages?type=%s", type);
  g_autoptr(YqAnswer) answer = yq_fixture_send (m->server, "GET", path, token_of (m, user), NULL);
  g_autoptr(JsonNode) node = yq_answer_json (answer);
  JsonArray *items = json_object_get_array_member (json_node_get_object (node), "items");
  JsonObject *fields;
  const char *text;

  g_assert_cmpuint (json_array_get_length (items), >=, 1);
  fields = json_object_get_object_member (json_array_get_object_element (items, 0), "fields");
  text = json_object_get_string_member (fields, "text");
  g_test_message ("%s: %s", user, text);
  g_assert_nonnull (strstr (text, words));
  g_assert_nonnull (strstr (text, "下一步："));
  g_assert_nonnull (strstr (text, next));
}

/* What gathers for a digest is told by a job, seconds later. */
static void
run_digests (Manual *m)
{
  g_autoptr(GError) error = NULL;

  yq_clock_set (yq_clock_now () + 3601 * G_GINT64_CONSTANT (1000));
  yq_schedule_run (m->server->server, &error);
  g_assert_no_error (error);
}

/* -- people -- */

static gboolean
load (SqlConn *conn, gpointer data, GError **error)
{
  YqWorld *world = yq_world_sql_new (conn, yq_clock_now ());
  gboolean done;
  YqTx tx;

  yq_tx_init (&tx, conn, world, NULL, yq_clock_now ());
  done = yq_load_data (&tx, error);
  yq_world_sql_free (world);
  return done;
}

static void
upload_paper (Manual *m, const char *user)
{
  static const char content[] =
    "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n";
  g_autofree char *sha256 =
    g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) content, strlen (content));
  g_autofree char *path = g_strdup_printf ("/v1/files/%s", sha256);
  g_autofree char *extra = g_strdup_printf ("Upload-Offset: 0\r\nUpload-Length: %zu\r\n"
                                            "Content-Type: application/offset+octet-stream\r\n",
                                            strlen (content));
  g_autoptr(YqAnswer) there = yq_fixture_send (m->server, "HEAD", path, token_of (m, user), NULL);

  if (there->status == 404)
    {
      g_autoptr(YqAnswer) answer = yq_fixture_send_full (
        m->server, "PATCH", path, token_of (m, user), extra, content, (gssize) strlen (content));

      g_assert_cmpuint (answer->status, ==, 204);
    }
  g_free (m->paper);
  m->paper = g_strdup_printf ("[{\"sha256\":\"%s\",\"name\":\"证明材料.pdf\"}]", sha256);
}

/* 单位注册成为云平台用户，注册成功以后等待审核 */
static void
register_organisation (Manual *m, const char *user, const char *id, const char *name,
                       const char *nature, const char *uscc, const char *region)
{
  g_autofree char *account = yq_fixture_add_account (m->server, user, PASSWORD);
  g_autofree char *fields = NULL;
  g_autoptr(JsonObject) waiting = NULL;

  upload_paper (m, user);
  fields = g_strdup_printf (
    "{\"name\":\"%s\",\"nature\":\"%s\",\"uscc\":\"%s\",\"region\":\"%s\",\"legal_person\":"
    "\"钱志远\","
    "\"industry\":\"M\",\"employees\":80,\"revenue\":500000000,\"contact_name\":\"许佳宁\","
    "\"contact_phone\":\"025-52110300\",\"licences\":%s,\"commitment_accepted\":true}",
    name, nature, uscc, region, m->paper);
  assert_act (m, user, "organisation", id, "submit", fields, "applied");
  waiting = get (m, user, "organisation", id);
  g_assert_cmpstr (json_object_get_string_member (waiting, "state"), ==, "pending");
  /* 审核周期为1-2个工作日 */
  g_assert_cmpstr (
    json_object_get_string_member (json_object_get_object_member (waiting, "fields"), "due_on"), ==,
    "2026-11-04");
  assert_act (m, CENTRE, "organisation", id, "approve", NULL, "applied");
  g_hash_table_remove (m->tokens, user); /* she belongs to it from now on */
  assert_told (m, user, "organisation.approve", "已通过江苏省科技部门审核", "店铺");
}

static gboolean
set_password (SqlConn *conn, gpointer account, GError **error)
{
  return yq_session_set_password (conn, account, PASSWORD, error);
}

static void
set_up (Manual *m, gconstpointer data)
{
  g_autofree char *centre = NULL;

  yq_clock_set (NOW);
  m->server = yq_fixture_new_started ();
  m->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  m->programme = yq_id_of_name ("programme jiangsu-2026");
  yq_fixture_write (m->server, load, NULL);
  centre = yq_fixture_add_account (m->server, CENTRE, PASSWORD);
  yq_fixture_add_grant (m->server, centre, "reviewer", "320000");
}

static void
tear_down (Manual *m, gconstpointer data)
{
  yq_fixture_free (m->server);
  g_hash_table_unref (m->tokens);
  g_free (m->programme);
  g_free (m->paper);
  g_free (m->detail);
  yq_clock_set (0);
}

/* -- what the steps of the manual send -- */

/* 《普通机构开店申请》 */
static char *
store_form (Manual *m, const char *name)
{
  return g_strdup_printf ("{\"name\":\"%s\",\"introduction\":\"面向企业开放共享大型科学仪器。\","
                          "\"scope\":\"材料表征、理化分析\",\"contact_name\":\"严晓东\","
                          "\"contact_phone\":\"025-52110368\",\"licences\":%s}",
                          name, m->paper);
}

static char *
service_form (const char *track, const char *category, const char *name, const char *instrument,
              const char *price)
{
  g_autofree char *key = g_strdup_printf ("category %s", category);
  g_autofree char *id = yq_id_of_name (key);
  g_autofree char *instruments =
    instrument ? g_strdup_printf ("\"instruments\":[\"%s\"],", instrument) : g_strdup ("");

  return g_strdup_printf (
    "{\"track\":\"%s\",\"category\":\"%s\",\"name\":\"%s\",%s%s,"
    "\"description\":\"按国家标准提供测试服务。\",\"contact_name\":\"严晓东\","
    "\"contact_phone\":\"025-52110368\"}",
    track, id, name, instruments, price);
}

static char *
institution_form (Manual *m)
{
  return g_strdup_printf ("{\"programme\":\"%s\",\"statement\":\"具备相应的人员、设备和资质。\","
                          "\"papers\":%s,\"pledge\":true}",
                          m->programme, m->paper);
}

static char *
voucher_service_form (Manual *m, const char *service)
{
  return g_strdup_printf ("{\"service\":\"%s\",\"programme\":\"%s\"}", service, m->programme);
}

static void
save_instrument (Manual *m, const char *user, const char *id, const char *name, const char *number)
{
  g_autofree char *category = yq_id_of_name ("category 010100");
  g_autofree char *fields = g_strdup_printf (
    "{\"name\":\"%s\",\"model\":\"Regulus 8100\",\"category\":\"%s\",\"asset_number\":\"%s\","
    "\"source\":\"system\",\"external_id\":\"DY-%s\",\"original_value\":298000000,"
    "\"bought_on\":\"2021-05-18\",\"place\":\"320115\",\"indicators\":\"分辨率0.8nm\","
    "\"functions\":\"形貌观察\",\"fee_standard\":\"300元/样\",\"contact_name\":\"严晓东\","
    "\"contact_phone\":\"025-52110368\"}",
    name, category, number, number);

  assert_act (m, user, "instrument", id, "save", fields, "applied");
}

/* 第一步 分配二级账号: one legal entity hands out several. */
static void
assign (Manual *m, const char *manager, const char *desk, const char *name, const char *user)
{
  g_autofree char *account = yq_id_new ();
  g_autofree char *form = g_strdup_printf ("{\"name\":\"%s\"}", name);
  g_autofree char *fields = g_strdup_printf (
    "{\"id\":\"%s\",\"username\":\"%s\",\"real_name\":\"严晓东\",\"phone\":\"13905180202\"}",
    account, user);
  g_autoptr(JsonObject) known = get (m, manager, "desk", desk);

  if (known == NULL)
    assert_act (m, manager, "desk", desk, "save", form, "applied");
  assert_act (m, manager, "desk", desk, "assign_account", fields, "applied");
  yq_fixture_write (m->server, set_password, account);
  assert_told (m, user, "desk.assign_account", name, "开店申请");
}

/* -- step by step -- */

static void
open_store (Manual *m, const char *user, const char *store, const char *name)
{
  g_autofree char *second = yq_id_new ();
  g_autofree char *form = NULL;

  upload_paper (m, user);
  form = store_form (m, name);
  assert_act (m, user, "store", store, "submit", form, "applied");
  assert_state (m, user, "store", store, "pending");
  assert_act (m, user, "store", second, "submit", form, "refused/duplicate");
  assert_act (m, CENTRE, "store", store, "return", "{\"comment\":\"请补充法人单位授权书\"}",
              "applied");
  assert_told (m, user, "store.return", "请补充法人单位授权书", "重新提交");
  assert_act (m, user, "store", store, "submit", NULL, "applied");
  assert_act (m, CENTRE, "store", store, "approve", NULL, "applied");
  assert_told (m, user, "store.approve", name, "发布普通服务");
}

static void
publish (Manual *m, const char *user, const char *service, const char *form)
{
  assert_act (m, user, "service", service, "submit", form, "applied");
  assert_state (m, user, "service", service, "pending");
  g_assert_null (get (m, NULL, "service", service)); /* not public before its review */
  assert_act (m, CENTRE, "service", service, "approve", NULL, "applied");
  assert_state (m, NULL, "service", service, "listed");
  run_digests (m);
  assert_told (m, user, "service.approve", "已上架", "申请成为创新券机构");
}

static void
become_institution (Manual *m, const char *user, const char *institution, const char *service,
                    const char *voucher_service)
{
  g_autofree char *form = institution_form (m);
  g_autofree char *second = voucher_service_form (m, service);

  assert_act (m, user, "voucher_service", voucher_service, "submit", second, "refused/state");
  assert_act (m, user, "institution", institution, "submit", form, "applied");
  assert_act (m, user, "voucher_service", voucher_service, "submit", second, "applied");
  /* The institution comes before its services. */
  assert_act (m, CENTRE, "voucher_service", voucher_service, "approve", NULL, "refused/state");
  assert_act (m, CENTRE, "institution", institution, "approve", NULL, "applied");
  assert_told (m, user, "institution.approve", "入库通知已发布", "添加创新券服务");
  assert_act (m, CENTRE, "voucher_service", voucher_service, "approve", NULL, "applied");
  run_digests (m);
  assert_told (m, user, "voucher_service.approve", "创新券服务通过审核", "可开展创新券服务");
  g_assert_true (is_true (m, NULL, "service", service, "for_vouchers"));
}

/* -- an enterprise with money -- */

static char *
claim_voucher (Manual *m, const char *user, const char *organisation)
{
  g_autofree char *claim = yq_id_new ();
  g_autofree char *form = g_strdup_printf ("{\"programme\":\"%s\",\"amount\":5000000,"
                                           "\"purpose\":\"新产品检测\",\"pledge\":true}",
                                           m->programme);
  g_autoptr(JsonObject) granted = NULL;

  register_organisation (m, user, organisation, "无锡恒锐精密紧固件有限公司", "enterprise",
                         "91320205MA20K9D4XX", "320205");
  assert_act (m, user, "claim", claim, "submit", form, "applied");
  assert_act (m, CENTRE, "claim", claim, "approve", NULL, "applied");
  granted = get (m, user, "claim", claim);
  return g_strdup (
    json_object_get_string_member (json_object_get_object_member (granted, "fields"), "voucher"));
}

static char *
order_form (Manual *m, const char *service, const char *voucher, gint64 amount)
{
  g_autofree char *paying = voucher ? g_strdup_printf (",\"programme\":\"%s\",\"voucher\":\"%s\","
                                                       "\"voucher_amount\":%" G_GINT64_FORMAT,
                                                       m->programme, voucher, amount)
                                    : g_strdup ("");

  return g_strdup_printf ("{\"kind\":\"service\",\"service\":\"%s\",\"quantity\":4,"
                          "\"purpose\":\"新批次来料检测\",\"contact_name\":\"顾晨\","
                          "\"contact_phone\":\"13905100101\",\"papers\":%s%s}",
                          service, m->paper, paying);
}

static gint64
number_of (Manual *m, const char *user, const char *entity, const char *id, const char *field)
{
  g_autoptr(JsonObject) record = get (m, user, entity, id);

  return json_object_get_int_member_with_default (json_object_get_object_member (record, "fields"),
                                                  field, -1);
}

/* 可在商城进行创新券订单交易 */
static void
trade (Manual *m, const char *seller, const char *service, const char *ordinary)
{
  g_autofree char *organisation = yq_id_new ();
  g_autofree char *voucher = claim_voucher (m, "hengrui", organisation);
  g_autofree char *wrong = yq_id_new ();
  g_autofree char *order = yq_id_new ();
  g_autofree char *form = order_form (m, service, voucher, 60000);
  g_autofree char *wrong_form = order_form (m, ordinary, voucher, 60000);

  assert_act (m, "hengrui", "order", wrong, "submit", wrong_form, "refused/not_eligible");
  assert_act (m, "hengrui", "order", order, "submit", form, "applied");
  g_assert_cmpint (number_of (m, "hengrui", "order", order, "price"), ==, 4 * 30000);
  assert_act (m, seller, "order", order, "accept", NULL, "applied");
  assert_state (m, "hengrui", "order", order, "accepted");
  g_assert_cmpint (number_of (m, "hengrui", "voucher", voucher, "held"), ==, 60000);
  assert_act (m, seller, "order", order, "save", "{\"results\":\"全部合格\"}", "applied");
  assert_act (m, seller, "order", order, "deliver", NULL, "applied");
  g_assert_cmpint (number_of (m, NULL, "service", service, "service_count"), ==, 1);
}

/* -- 入库指南（仪器共享类） -- */

/* 查看所属一级用户在科学仪器管理系统内的仪器数据; 点击“选择仪器”，仪器更改为已上架状态 */
static void
pick (Manual *m, const char *manager, const char *desk, const char *other, const char *instrument,
      const char *left)
{
  save_instrument (m, manager, instrument, "场发射扫描电子显微镜", "JNGC-1");
  save_instrument (m, manager, left, "同步热分析仪", "JNGC-2");
  g_assert_cmpuint (count_listed (m, desk, "/v1/instruments"), ==, 2);
  g_assert_cmpuint (count_listed (m, NULL, "/v1/instruments"), ==, 0);
  assert_act (m, desk, "instrument", instrument, "save", "{\"name\":\"改名\"}",
              "refused/forbidden");
  assert_act (m, desk, "instrument", instrument, "pick", NULL, "applied");
  assert_state (m, NULL, "instrument", instrument, "listed");
  assert_act (m, other, "instrument", instrument, "pick", NULL, "refused/forbidden");
  g_assert_cmpuint (count_listed (m, NULL, "/v1/instruments"), ==, 1);
}

static void
test_sharing_of_instruments (Manual *m, gconstpointer data)
{
  enum
  {
    UNIVERSITY,
    DESK,
    OTHER_DESK,
    STORE,
    SEM,
    STA,
    SERVICE,
    ORDINARY,
    INSTITUTION,
    VOUCHER_SERVICE,
    N_IDS
  };
  char *ids[N_IDS];
  g_autofree char *form = NULL;
  g_autofree char *ordinary = NULL;
  g_autofree char *apply = NULL;

  for (guint i = 0; i < N_IDS; i++)
    ids[i] = yq_id_new ();
  register_organisation (m, "yiji", ids[UNIVERSITY], "江南工程大学", "university",
                         "123201004660072396", "320115");
  assign (m, "yiji", ids[DESK], "分析测试中心", "erji1");
  assign (m, "yiji", ids[DESK], "分析测试中心", "erji2");
  assign (m, "yiji", ids[OTHER_DESK], "重点实验室", "erji3");
  g_assert_cmpuint (count_listed (m, "yiji", "/v1/desks"), ==, 2);

  form = service_form ("instrument_sharing", "S020101", "扫描电镜形貌观察", ids[SEM],
                       "\"price_mode\":\"fixed\",\"price\":30000,\"unit\":\"sample\"");
  g_assert_false (is_true (m, "yiji", "organisation", ids[UNIVERSITY], "is_carrier"));
  open_store (m, "erji1", ids[STORE], "江南工大分析测试中心");
  g_assert_true (is_true (m, NULL, "organisation", ids[UNIVERSITY], "is_carrier"));

  pick (m, "yiji", "erji1", "erji3", ids[SEM], ids[STA]);
  apply = institution_form (m);
  assert_act (m, "erji1", "institution", ids[INSTITUTION], "submit", apply, "refused/state");
  publish (m, "erji1", ids[SERVICE], form);
  assert_act (m, "erji2", "instrument", ids[SEM], "unpick", NULL, "refused/state");
  ordinary =
    service_form ("other", "S040201", "测试方案论证", NULL, "\"price_mode\":\"negotiable\"");
  publish (m, "erji2", ids[ORDINARY], ordinary);

  become_institution (m, "erji1", ids[INSTITUTION], ids[SERVICE], ids[VOUCHER_SERVICE]);
  g_assert_cmpuint (count_listed (m, NULL, "/v1/announcements?kind=admission"), ==, 1);
  trade (m, "erji1", ids[SERVICE], ids[ORDINARY]);
  for (guint i = 0; i < N_IDS; i++)
    g_free (ids[i]);
}

/* -- 入库指南（检验检测类） -- */

static void
test_inspection_and_testing (Manual *m, gconstpointer data)
{
  g_autofree char *company = yq_id_new ();
  g_autofree char *store = yq_id_new ();
  g_autofree char *service = yq_id_new ();
  g_autofree char *early = yq_id_new ();
  g_autofree char *institution = yq_id_new ();
  g_autofree char *voucher_service = yq_id_new ();
  g_autofree char *form = service_form ("inspection_testing", "S010201", "拉伸试验", NULL,
                                        "\"price_mode\":\"fixed\",\"price\":48000");
  g_autofree char *general =
    service_form ("inspection_testing", "S0102", "拉伸试验", NULL, "\"price_mode\":\"negotiable\"");

  register_organisation (m, "sujian", company, "苏检检测技术（苏州）有限公司", "enterprise",
                         "91320594MA1N8K2L2E", "320506");
  assert_act (m, "sujian", "service", early, "submit", form, "refused/state");
  g_assert_nonnull (strstr (m->detail, "store"));
  open_store (m, "sujian", store, "苏检检测服务店");
  assert_act (m, "sujian", "service", early, "submit", general, "refused/invalid");
  publish (m, "sujian", service, form);
  become_institution (m, "sujian", institution, service, voucher_service);
  g_assert_cmpuint (count_listed (m, NULL, "/v1/announcements?kind=admission"), ==, 1);
  /* What changes is reviewed again, and is no voucher service before that. */
  assert_act (m, "sujian", "service", service, "stop", NULL, "applied");
  assert_act (m, "sujian", "service", service, "withdraw", NULL, "applied");
  assert_state (m, "sujian", "voucher_service", voucher_service, "withdrawn");
  g_assert_false (is_true (m, "sujian", "service", service, "for_vouchers"));
  assert_act (m, "sujian", "store", store, "withdraw", NULL, "applied");
  g_assert_false (is_true (m, "sujian", "organisation", company, "is_carrier"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/manual-jiangsu/sharing", Manual, NULL, set_up, test_sharing_of_instruments,
              tear_down);
  g_test_add ("/manual-jiangsu/inspection", Manual, NULL, set_up, test_inspection_and_testing,
              tear_down);
  return g_test_run ();
}
