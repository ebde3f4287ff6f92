/* The manual delta-enterprise from its first line to its last, over HTTP, against the shipped
 * profile: claims, both kinds of voucher, orders without one, quick redemption, experts, notices,
 * payment. */
#define G_LOG_DOMAIN "test-manual-delta"

#include "demo-fixture.h"

#include "model.h"
#include "schedule.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))
#define DAY (24 * HOUR)

typedef struct
{
  Demo demo;
  GHashTable *tokens;
  char *instrument, *leaf, *broad, *instruments, *paper, *image;
  char *detail; /* of the last refusal */
  int orders;
} Manual;

/* -- the wire -- */

/* A file may be named by whoever has sent it. */
static void
upload (Manual *m, const char *token, guint paper)
{
  g_autoptr(GBytes) content = yq_demo_paper_content (paper);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  g_autofree char *path = g_strdup_printf ("/v1/files/%s", sha256);
  g_autofree char *extra = g_strdup_printf ("Upload-Offset: 0\r\nUpload-Length: %zu\r\n"
                                            "Content-Type: application/offset+octet-stream\r\n",
                                            g_bytes_get_size (content));
  g_autoptr(YqAnswer) there = yq_fixture_send (m->demo.server, "HEAD", path, token, NULL);

  if (there->status == 404)
    {
      g_autoptr(YqAnswer) answer = yq_fixture_send_full (m->demo.server, "PATCH", path, token,
                                                         extra, g_bytes_get_data (content, NULL),
                                                         (gssize) g_bytes_get_size (content));

      g_assert_cmpuint (answer->status, ==, 204);
    }
}

static const char *
token_of (Manual *m, const char *user)
{
  char *token = user ? g_hash_table_lookup (m->tokens, user) : NULL;

  if (token == NULL && user != NULL)
    {
      token = yq_fixture_sign_in (m->demo.server, user, YQ_DEMO_PASSWORD);
      g_hash_table_insert (m->tokens, g_strdup (user), token);
      upload (m, token, YQ_DEMO_CONTRACT);
      upload (m, token, YQ_DEMO_INVOICE);
      upload (m, token, YQ_DEMO_REPORT);
    }
  return token;
}

static JsonObject *
fetch (Manual *m, const char *user, const char *path)
{
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (m->demo.server, "GET", path, token_of (m, user), NULL);
  g_autoptr(JsonNode) node = NULL;

  if (answer->status == 404)
    return NULL;
  g_assert_cmpuint (answer->status, ==, 200);
  node = yq_answer_json (answer);
  return json_object_ref (json_node_get_object (node));
}

/* The record as user sees it; NULL where it does not exist for her. */
static JsonObject *
get (Manual *m, const char *user, const char *entity, const char *id)
{
  g_autofree char *path = g_strdup_printf ("/v1/%s/%s", yq_model_find (entity)->plural, id);

  return fetch (m, user, path);
}

static char *
field_of (Manual *m, const char *user, const char *entity, const char *id, const char *name)
{
  g_autoptr(JsonObject) record = get (m, user, entity, id);
  JsonObject *fields = json_object_get_object_member (record, "fields");
  JsonNode *node = json_object_get_member (fields, name);

  return node != NULL ? json_to_string (node, FALSE) : g_strdup ("");
}

#define assert_field(m, user, entity, id, name, expected)           \
  G_STMT_START                                                      \
  {                                                                 \
    g_autofree char *_value = field_of (m, user, entity, id, name); \
    g_assert_cmpstr (_value, ==, expected);                         \
  }                                                                 \
  G_STMT_END

/* The id of the first record of a list. */
static char *
first_of (Manual *m, const char *user, const char *path)
{
  g_autoptr(JsonObject) list = fetch (m, user, path);
  JsonArray *items = json_object_get_array_member (list, "items");

  g_assert_cmpuint (json_array_get_length (items), >=, 1);
  return g_strdup (json_object_get_string_member (json_array_get_object_element (items, 0), "id"));
}

/* Takes fields. */
static void
act (Manual *m, const char *user, const char *entity, const char *id, const char *action,
     char *fields, const char *expected)
{
  g_autofree char *command = yq_id_new ();
  g_autofree char *owned = fields;
  g_autoptr(JsonObject) seen = get (m, user, entity, id);
  g_autofree char *body = g_strdup_printf (
    "{\"commands\":[{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\","
    "\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}]}",
    command, entity, id, action, seen ? json_object_get_int_member (seen, "revision") : 0,
    fields ? fields : "{}");
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (m->demo.server, "POST", "/v1/commands", token_of (m, user), body);
  g_autoptr(JsonNode) node = yq_answer_json (answer);
  g_autofree char *outcome = NULL;
  JsonObject *result;

  g_assert_cmpuint (answer->status, ==, 200);
  result = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (node), "results"), 0);
  outcome = g_strdup (json_object_get_string_member (result, "outcome"));
  if (json_object_has_member (result, "problem"))
    {
      JsonObject *problem = json_object_get_object_member (result, "problem");
      char *with =
        g_strdup_printf ("%s/%s", outcome, json_object_get_string_member (problem, "code"));

      g_free (outcome);
      outcome = with;
      g_free (m->detail);
      m->detail = g_strdup (json_object_get_string_member (problem, "detail"));
      g_test_message ("%s %s: %s", entity, action, m->detail);
    }
  g_assert_cmpstr (outcome, ==, expected);
}

static void
assert_is (Manual *m, const char *user, const char *entity, const char *id, const char *state)
{
  g_autoptr(JsonObject) record = get (m, user, entity, id);

  g_assert_nonnull (record);
  g_assert_cmpstr (json_object_get_string_member (record, "state"), ==, state);
}

static void
assert_told (Manual *m, const char *user, const char *type, const char *words)
{
  g_autofree char *path = g_strdup_printf ("/v1/messages?type=%s", type);
  g_autofree char *id = first_of (m, user, path);
  g_autofree char *text = field_of (m, user, "message", id, "text");

  g_assert_nonnull (strstr (text, words));
}

static char *
programme (const char *region)
{
  g_autofree char *name = g_strdup_printf ("programme delta-2026-%s", region);

  return yq_id_of_name (name);
}

/* -- what the chapters share -- */

static void
manual_set_up (Manual *m, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  demo_set_up (&m->demo, data);
  m->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  m->instrument = demo_instrument (&m->demo, "carrier1", "场发射扫描电子显微镜");
  m->leaf = demo_text (&m->demo,
                       "SELECT id FROM \"category\" WHERE kind = 'service' AND id NOT IN"
                       " (SELECT parent FROM \"category\" WHERE parent IS NOT NULL) LIMIT 1",
                       NULL);
  m->broad = demo_text (&m->demo,
                        "SELECT parent FROM \"category\" WHERE kind = 'service'"
                        " AND parent IS NOT NULL LIMIT 1",
                        NULL);
  m->instruments = demo_text (&m->demo,
                              "SELECT id FROM \"category\" WHERE kind = 'instrument' AND id NOT IN"
                              " (SELECT parent FROM \"category\" WHERE parent IS NOT NULL) LIMIT 1",
                              NULL);
  m->paper = yq_demo_paper (YQ_DEMO_CONTRACT);
  m->image = yq_demo_paper (YQ_DEMO_INVOICE);
  g_clear_pointer (&m->demo.conn, sql_close);
  yq_fixture_start (m->demo.server);
  yq_demo_add_files (yq_server_files (m->demo.server->server), &error);
  g_assert_no_error (error);
}

static void
manual_tear_down (Manual *m, gconstpointer data)
{
  yq_fixture_stop (m->demo.server);
  demo_open (&m->demo);
  demo_verify (&m->demo);
  demo_verify_chain (&m->demo);
  g_hash_table_unref (m->tokens);
  g_free (m->instrument);
  g_free (m->leaf);
  g_free (m->broad);
  g_free (m->instruments);
  g_free (m->paper);
  g_free (m->image);
  g_free (m->detail);
  demo_tear_down (&m->demo, data);
}

/* 3.3: the form, approved and granted by the region. */
static char *
claim (Manual *m, const char *user, const char *region, const char *reviewer)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *of = programme (region);
  g_autofree char *quoted = NULL;

  act (m, user, "claim", id, "submit",
       g_strdup_printf ("{\"programme\":\"%s\",\"amount\":10000000,\"purpose\":\"研发测试\","
                        "\"pledge\":true}",
                        of),
       "applied");
  assert_is (m, user, "claim", id, "pending");
  act (m, reviewer, "claim", id, "approve", NULL, "applied");
  assert_is (m, user, "claim", id, "granted");
  assert_told (m, user, "claim.approve", "100,000.00");
  quoted = field_of (m, user, "claim", id, "voucher");
  return g_strndup (quoted + 1, 36);
}

static gint64
next_time (Manual *m)
{
  return yq_demo_time (DEMO_NOW, 20 + m->orders++, 9, 0);
}

/* An order of the instrument; more: further members, each with a comma before it. */
static char *
order (Manual *m, const char *user, const char *more, gint64 *from, const char *expected)
{
  char *id = yq_id_new ();
  g_autofree char *wish = NULL;
  g_autofree char *plain = NULL;

  *from = next_time (m);
  wish = demo_period (*from, *from + 2 * HOUR);
  plain = demo_order (m->instrument, wish);
  plain[strlen (plain) - 1] = '\0';
  act (m, user, "order", id, "submit", g_strdup_printf ("%s%s}", plain, more), expected);
  return id;
}

static char *
accept (gint64 from, int price)
{
  g_autofree char *plain = demo_accept (from, from + 2 * HOUR);

  plain[strlen (plain) - 1] = '\0';
  return g_strdup_printf ("%s,\"price\":%d}", plain, price);
}

static char *
use_of (Manual *m, const char *user, const char *of)
{
  g_autofree char *path = g_strdup_printf ("/v1/voucher_uses?order=%s", of);

  return first_of (m, user, path);
}

static char *
invoice (Manual *m, const char *user, const char *number, int amount, const char *uses,
         gboolean image)
{
  char *id = yq_id_new ();

  act (m, user, "invoice", id, "save",
       g_strdup_printf ("{\"number\":\"%s\",\"date\":\"2026-11-10\",\"amount\":%d,"
                        "\"redeemer\":\"enterprise\"%s%s%s%s}",
                        number, amount, uses ? ",\"uses\":" : "", uses ? uses : "",
                        image ? ",\"image\":" : "", image ? m->image : ""),
       "applied");
  return id;
}

static void
let_days_pass (Manual *m, int days)
{
  g_autoptr(GError) error = NULL;

  yq_clock_set (yq_clock_now () + days * DAY);
  yq_schedule_run (m->demo.server->server, &error);
  g_assert_no_error (error);
}

static char *
batch (Manual *m, const char *reviewer, const char *region, const char *redemption)
{
  char *id = yq_id_new ();
  g_autofree char *of = programme (region);

  act (m, reviewer, "disbursement", id, "save",
       g_strdup_printf ("{\"programme\":\"%s\",\"redemptions\":[\"%s\"]}", of, redemption),
       "applied");
  return id;
}

/* -- chapter 4: the carrier redeems -- */

/* Two batches name it; it is paid once. */
static void
assert_paid_once (Manual *m, const char *reviewer, const char *region, const char *redemption)
{
  g_autofree char *first = batch (m, reviewer, region, redemption);
  g_autofree char *second = batch (m, reviewer, region, redemption);

  act (m, reviewer, "disbursement", first, "pay", g_strdup ("{\"paid_on\":\"2026-11-20\"}"),
       "applied");
  act (m, reviewer, "disbursement", second, "pay", g_strdup ("{\"paid_on\":\"2026-11-20\"}"),
       "refused/state");
}

static char *
carriers_form (const char *of, const char *use)
{
  return g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"uses\",\"redeemer\":\"carrier\","
                          "\"place\":\"320509\",\"lines\":[{\"use\":\"%s\",\"asked\":800000}]}",
                          of, use);
}

static void
test_tongdui (Manual *m, gconstpointer data)
{
  g_autofree char *of = programme ("320509");
  g_autofree char *voucher = claim (m, "enterprisecsj", "320509", "reviewercsj");
  g_autofree char *number = field_of (m, "enterprisecsj", "voucher", voucher, "number");
  g_autofree char *outsider = yq_id_new ();
  g_autofree char *redemption = yq_id_new ();
  g_autofree char *bare = g_strdup_printf (",\"voucher\":\"%s\",\"papers\":%s", voucher, m->paper);
  g_autofree char *whole =
    g_strdup_printf ("%s,\"project_name\":\"传感器研发\",\"own_project\":\"车规级传感器\","
                     "\"expected_effect\":\"缩短研发周期\"",
                     bare);
  g_autofree char *refused = NULL;
  g_autofree char *id = NULL;
  g_autofree char *use = NULL;
  g_autofree char *order_number = NULL;
  gint64 from;

  g_assert_cmpint (number[5], ==, 'U');
  /* 2.3: only who is registered in a trial region claims. */
  act (m, "enterprise4", "claim", outsider, "submit",
       g_strdup_printf ("{\"programme\":\"%s\",\"amount\":100000,\"pledge\":true}", of),
       "refused/not_eligible");
  /* 4.4: the form of need is demanded. */
  refused = order (m, "enterprisecsj", bare, &from, "refused/required");
  id = order (m, "enterprisecsj", whole, &from, "applied");
  order_number = field_of (m, "enterprisecsj", "order", id, "number");
  g_assert_true (g_str_has_prefix (order_number, "\"CSJ-2026"));
  assert_field (m, "enterprisecsj", "order", id, "voucher_kind", "\"carrier_redeems\"");
  /* 8.3: the institution has accepted, the region confirms the quota. */
  act (m, "carrier1", "order", id, "accept", accept (from, 2000000), "applied");
  assert_is (m, "enterprisecsj", "order", id, "confirming");
  assert_told (m, "enterprisecsj", "order.accept", "区域管理员正在确认额度");
  assert_field (m, "reviewercsj", "order", id, "voucher_amount", "1000000");
  act (m, "reviewercsj", "order", id, "confirm_quota", g_strdup ("{\"amount\":1000001}"),
       "refused/invalid");
  act (m, "reviewercsj", "order", id, "confirm_quota", g_strdup ("{\"amount\":800000}"), "applied");
  assert_field (m, "enterprisecsj", "voucher", voucher, "held", "800000");
  use = use_of (m, "carrier1", id);
  act (m, "enterprisecsj", "order", id, "cancel", NULL, "refused/state");
  /* 4.6: the carrier asks, the enterprise consents or declines. */
  act (m, "carrier1", "redemption", redemption, "submit", carriers_form (of, use),
       "refused/papers_missing");
  act (m, "carrier1", "voucher_use", use, "save",
       g_strdup_printf ("{\"result_files\":%s}", m->paper), "applied");
  act (m, "carrier1", "redemption", redemption, "submit", carriers_form (of, use), "applied");
  assert_told (m, "enterprisecsj", "redemption.submit", "您有待兑付的订单");
  act (m, "enterprisecsj", "redemption", redemption, "decline",
       g_strdup ("{\"comment\":\"报告还没有收到\"}"), "applied");
  assert_is (m, "carrier1", "redemption", redemption, "returned");
  act (m, "carrier1", "redemption", redemption, "submit", NULL, "applied");
  act (m, "enterprisecsj", "redemption", redemption, "consent", NULL, "applied");
  assert_is (m, "enterprisecsj", "order", id, "completed");
  act (m, "reviewercsj", "redemption", redemption, "approve", NULL, "applied");
  assert_is (m, "carrier1", "redemption", redemption, "payable");
  assert_field (m, "enterprisecsj", "voucher", voucher, "redeemed", "800000");
  assert_paid_once (m, "reviewercsj", "320509", redemption);
  assert_is (m, "carrier1", "redemption", redemption, "paid");
}

/* -- chapter 5: the enterprise redeems, many orders at once -- */

typedef struct
{
  char *voucher, *first, *more, *offline, *use[3], *invoice[2], *redemption;
} Orders;

static void
orders_clear (Orders *o)
{
  g_free (o->voucher);
  g_free (o->first);
  g_free (o->more);
  g_free (o->offline);
  for (int i = 0; i < 3; i++)
    g_free (o->use[i]);
  g_free (o->invoice[0]);
  g_free (o->invoice[1]);
  g_free (o->redemption);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Orders, orders_clear)

/* 5.4 and 5.6.2: one accepted, one for the difference, one that nobody answered online. */
static void
place_orders (Manual *m, Orders *o)
{
  g_autofree char *voucher = NULL;
  g_autofree char *supplement = NULL;
  gint64 from, unused;

  o->voucher = claim (m, "enterprisecsj2", "330421", "reviewer1");
  voucher = g_strdup_printf (",\"voucher\":\"%s\"", o->voucher);
  o->first = order (m, "enterprisecsj2", voucher, &from, "applied");
  act (m, "carrier1", "order", o->first, "accept", accept (from, 600000), "applied");
  act (m, "reviewer1", "order", o->first, "confirm_quota", NULL, "applied");
  supplement = g_strdup_printf ("%s,\"supplement_to\":\"%s\",\"price\":300000", voucher, o->first);
  o->more = order (m, "enterprisecsj2", supplement, &unused, "applied");
  act (m, "carrier1", "order", o->more, "accept", NULL, "applied");
  act (m, "reviewer1", "order", o->more, "confirm_quota", NULL, "applied");
  o->offline = order (m, "enterprisecsj2", voucher, &unused, "applied");
  o->use[0] = use_of (m, "enterprisecsj2", o->first);
  o->use[1] = use_of (m, "enterprisecsj2", o->more);
  o->use[2] = yq_id_new ();
  act (m, "enterprisecsj2", "order", o->offline, "serve_offline",
       g_strdup_printf ("{\"id\":\"%s\",\"price\":400000}", o->use[2]), "applied");
  act (m, "carrier1", "order", o->offline, "accept", accept (unused, 1), "refused/state");
  /* Nothing is held before the redemption. */
  assert_field (m, "enterprisecsj2", "voucher", o->voucher, "held", "0");
}

static char *
redemption_fields (Manual *m, Orders *o, const char *texts)
{
  g_autofree char *of = programme ("330421");

  return g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"uses\",\"redeemer\":\"enterprise\","
                          "\"place\":\"330421\",\"lines\":[{\"use\":\"%s\",\"asked\":300000},{"
                          "\"use\":\"%s\",\"asked\":150000},"
                          "{\"use\":\"%s\",\"asked\":200000}],\"papers\":%s%s}",
                          of, o->use[0], o->use[1], o->use[2], m->paper, texts);
}

static void
gather (Manual *m, Orders *o)
{
  static const char texts[] = ",\"effect\":\"提高了检测效率\",\"novelty\":\"首次采用新方法\"";
  g_autofree char *both = g_strdup_printf ("[\"%s\",\"%s\"]", o->use[0], o->use[1]);
  g_autofree char *third = g_strdup_printf ("[\"%s\"]", o->use[2]);

  o->redemption = yq_id_new ();
  act (m, "enterprisecsj2", "redemption", o->redemption, "submit", redemption_fields (m, o, texts),
       "refused/papers_missing");
  /* Rule ③: their sum is at most the invoice. */
  o->invoice[0] = invoice (m, "enterprisecsj2", "26332000000700000001", 800000, both, TRUE);
  o->invoice[1] = invoice (m, "enterprisecsj2", "26332000000700000002", 400000, third, FALSE);
  act (m, "enterprisecsj2", "redemption", o->redemption, "submit", redemption_fields (m, o, texts),
       "refused/papers_missing");
  act (m, "enterprisecsj2", "invoice", o->invoice[1], "save",
       g_strdup_printf ("{\"image\":%s}", m->image), "applied");
  act (m, "enterprisecsj2", "redemption", o->redemption, "submit", redemption_fields (m, o, ""),
       "refused/required");
  act (m, "enterprisecsj2", "redemption", o->redemption, "submit", redemption_fields (m, o, texts),
       "refused/invoice_sum");
  act (m, "enterprisecsj2", "invoice", o->invoice[0], "save", g_strdup ("{\"amount\":900000}"),
       "applied");
  act (m, "enterprisecsj2", "redemption", o->redemption, "submit", redemption_fields (m, o, texts),
       "applied");
  assert_field (m, "enterprisecsj2", "redemption", o->redemption, "fee", "1300000");
  assert_field (m, "enterprisecsj2", "redemption", o->redemption, "amount", "650000");
  assert_field (m, "enterprisecsj2", "voucher", o->voucher, "held", "650000");
}

static void
advise (Manual *m, const char *expert, Orders *o, const char *round, const char *expected)
{
  act (m, expert, "redemption", o->redemption, "opinion",
       g_strdup_printf ("{\"round\":%s,\"score\":85,\"amount\":600000,\"comment\":\"建议通过\"}",
                        round),
       expected);
}

static void
judge (Manual *m, Orders *o)
{
  g_autofree char *one = yq_demo_id ("account", "expertcsj");
  g_autofree char *two = yq_demo_id ("account", "expertcsj2");
  g_autofree char *none = yq_demo_id ("account", "enterprise1");

  act (m, "reviewer1", "redemption", o->redemption, "approve", NULL, "refused/state");
  g_assert_null (get (m, "expertcsj", "redemption", o->redemption));
  act (m, "reviewer1", "redemption", o->redemption, "assign",
       g_strdup_printf ("{\"experts\":[\"%s\"]}", none), "refused/invalid");
  act (m, "reviewer1", "redemption", o->redemption, "assign",
       g_strdup_printf ("{\"experts\":[\"%s\",\"%s\"]}", one, two), "applied");
  /* They, and no other expert, read it with its papers. */
  assert_is (m, "expertcsj", "redemption", o->redemption, "reviewing");
  assert_is (m, "expertcsj", "invoice", o->invoice[0], "active");
  assert_is (m, "expertcsj2", "voucher_use", o->use[0], "redeeming");
  g_assert_null (get (m, "expertcsj3", "redemption", o->redemption));
  advise (m, "expertcsj", o, "0", "refused/state");
  advise (m, "expertcsj", o, "1", "applied");
  advise (m, "expertcsj", o, "1", "refused/state");
  act (m, "reviewer1", "redemption", o->redemption, "approve", NULL, "refused/state");
  advise (m, "expertcsj2", o, "1", "applied");
  assert_told (m, "enterprisecsj2", "redemption.approve",
               "的专家评审已完成，接下来由浙江省嘉兴市嘉善县科技部门审核。");
  act (m, "reviewer1", "redemption", o->redemption, "approve",
       g_strdup_printf ("{\"lines\":[{\"use\":\"%s\",\"approved\":250000}]}", o->use[0]),
       "applied");
  assert_is (m, "enterprisecsj2", "redemption", o->redemption, "approved");
  assert_field (m, "enterprisecsj2", "redemption", o->redemption, "approved_amount", "600000");
}

static char *
object (Manual *m, const char *user, Orders *o)
{
  char *id = yq_id_new ();
  g_autofree char *notice = field_of (m, user, "redemption", o->redemption, "notice");
  g_autofree char *number = field_of (m, user, "redemption", o->redemption, "number");

  act (m, "enterprise4", "objection", id, "object",
       g_strdup_printf ("{\"notice\":%s,\"number\":%s,\"text\":\"服务结果存疑\"}", notice, number),
       "applied");
  return id;
}

static void
test_tongyong (Manual *m, gconstpointer data)
{
  g_auto(Orders) o = { NULL };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *paid = NULL;
  g_autofree char *notice = NULL;

  place_orders (m, &o);
  gather (m, &o);
  judge (m, &o);
  act (m, "reviewer1", "redemption", o.redemption, "publish_notice", NULL, "applied");
  notice = first_of (m, NULL, "/v1/notices");
  assert_field (m, NULL, "notice", notice, "amount", "600000");
  /* An objection that is upheld brings it back to the region; nothing has been paid. */
  first = object (m, "enterprisecsj2", &o);
  act (m, "reviewer1", "objection", first, "uphold", g_strdup ("{\"comment\":\"属实\"}"),
       "applied");
  assert_is (m, "enterprisecsj2", "redemption", o.redemption, "reviewing");
  act (m, "reviewer1", "redemption", o.redemption, "approve", NULL, "applied");
  act (m, "reviewer1", "redemption", o.redemption, "publish_notice", NULL, "applied");
  /* One that is open keeps the clock from closing the notice. */
  second = object (m, "enterprisecsj2", &o);
  let_days_pass (m, 9);
  assert_is (m, "enterprisecsj2", "redemption", o.redemption, "noticed");
  assert_field (m, "enterprisecsj2", "voucher", o.voucher, "redeemed", "0");
  act (m, "reviewer1", "objection", second, "dismiss", g_strdup ("{\"comment\":\"不属实\"}"),
       "applied");
  assert_is (m, "enterprisecsj2", "redemption", o.redemption, "payable");
  assert_field (m, "enterprisecsj2", "voucher", o.voucher, "redeemed", "600000");
  assert_field (m, "enterprisecsj2", "voucher", o.voucher, "held", "0");
  assert_is (m, "enterprisecsj2", "order", o.offline, "completed");
  paid = batch (m, "reviewer1", "330421", o.redemption);
  act (m, "reviewer1", "disbursement", paid, "pay", g_strdup ("{\"paid_on\":\"2026-11-20\"}"),
       "applied");
  assert_is (m, "enterprisecsj2", "redemption", o.redemption, "paid");
}

/* 5.6.2: resume first.  What comes back after a return is advised on again. */
static void
test_a_return_begins_with_the_experts_again (Manual *m, gconstpointer data)
{
  g_auto(Orders) o = { NULL };
  g_autofree char *one = yq_demo_id ("account", "expertcsj");

  place_orders (m, &o);
  gather (m, &o);
  act (m, "reviewer1", "redemption", o.redemption, "assign",
       g_strdup_printf ("{\"experts\":[\"%s\"]}", one), "applied");
  advise (m, "expertcsj", &o, "1", "applied");
  act (m, "reviewer1", "redemption", o.redemption, "return",
       g_strdup ("{\"comment\":\"合同缺页\"}"), "applied");
  g_assert_null (get (m, "expertcsj", "redemption", o.redemption));
  act (m, "enterprisecsj2", "redemption", o.redemption, "submit", NULL, "applied");
  act (m, "reviewer1", "redemption", o.redemption, "approve", NULL, "refused/state");
  act (m, "reviewer1", "redemption", o.redemption, "reject", g_strdup ("{\"comment\":\"不符\"}"),
       "applied");
  assert_field (m, "enterprisecsj2", "voucher", o.voucher, "available", "10000000");
}

/* -- 5.6.2, quick: without order -- */

static char *
quick_fields (Manual *m, const char *voucher, const char *category, const char *invoices)
{
  g_autofree char *of = programme ("340500");
  g_autofree char *institution = yq_demo_id ("organisation", "carrier1");

  return g_strdup_printf (
    "{\"programme\":\"%s\",\"mode\":\"quick\",\"redeemer\":\"enterprise\",\"place\":\"340503\","
    "\"voucher\":\"%s\",\"institution\":\"%s\",\"category\":\"%s\",\"service_fee\":3000000,"
    "\"asked\":1500000,\"papers\":%s,\"effect\":\"成效\",\"novelty\":\"创新\",\"invoices\":[%s]}",
    of, voucher, institution, category, m->paper, invoices);
}

static void
test_quick (Manual *m, gconstpointer data)
{
  g_autofree char *voucher = claim (m, "enterprisecsj3", "340500", "reviewercsj2");
  g_autofree char *one = invoice (m, "enterprisecsj3", "26342000000700000001", 1000000, NULL, TRUE);
  g_autofree char *two = invoice (m, "enterprisecsj3", "26342000000700000002", 2000000, NULL, TRUE);
  g_autofree char *all = g_strdup_printf ("\"%s\",\"%s\"", one, two);
  g_autofree char *part = g_strdup_printf ("\"%s\"", one);
  g_autofree char *expert = yq_demo_id ("account", "expertcsj3");
  g_autofree char *first = yq_id_new ();
  g_autofree char *second = yq_id_new ();

  act (m, "enterprisecsj3", "redemption", first, "submit", quick_fields (m, voucher, m->broad, all),
       "refused/invalid");
  act (m, "enterprisecsj3", "redemption", first, "submit",
       quick_fields (m, voucher, m->instruments, all), "refused/invalid");
  act (m, "enterprisecsj3", "redemption", first, "submit", quick_fields (m, voucher, m->leaf, part),
       "refused/invoice_sum");
  act (m, "enterprisecsj3", "redemption", first, "submit", quick_fields (m, voucher, m->leaf, all),
       "applied");
  assert_field (m, "enterprisecsj3", "voucher", voucher, "held", "1500000");
  /* An invoice is used once. */
  act (m, "enterprisecsj3", "redemption", second, "submit", quick_fields (m, voucher, m->leaf, all),
       "refused/invoice_used");
  act (m, "enterprisecsj3", "redemption", first, "withdraw", NULL, "applied");
  assert_field (m, "enterprisecsj3", "voucher", voucher, "available", "10000000");
  act (m, "enterprisecsj3", "redemption", second, "submit", quick_fields (m, voucher, m->leaf, all),
       "applied");
  act (m, "reviewercsj2", "redemption", second, "assign",
       g_strdup_printf ("{\"experts\":[\"%s\"]}", expert), "applied");
  act (m, "expertcsj3", "redemption", second, "opinion",
       g_strdup ("{\"round\":1,\"score\":90,\"amount\":1500000,\"comment\":\"同意\"}"), "applied");
  act (m, "reviewercsj2", "redemption", second, "approve", NULL, "applied");
  act (m, "reviewercsj2", "redemption", second, "publish_notice", NULL, "applied");
  let_days_pass (m, 6);
  assert_is (m, "enterprisecsj3", "redemption", second, "noticed");
  let_days_pass (m, 3);
  assert_is (m, "enterprisecsj3", "redemption", second, "payable");
  assert_field (m, "enterprisecsj3", "voucher", voucher, "redeemed", "1500000");
}

/* -- 3.3, Qingpu: claimed outside, imported by its region -- */

static void
test_external (Manual *m, gconstpointer data)
{
  g_autofree char *of = programme ("310118");
  g_autofree char *own = yq_id_new ();
  g_autofree char *one = yq_id_new ();
  g_autofree char *two = yq_id_new ();
  g_autofree char *holder = yq_demo_id ("organisation", "enterprisecsj4");
  static const char format[] =
    "{\"id\":\"%s\",\"holder\":\"%s\",\"amount\":5000000,\"external_number\":\"SH-2026-0001\"}";

  act (m, "enterprisecsj4", "claim", own, "submit",
       g_strdup_printf ("{\"programme\":\"%s\",\"amount\":100000,\"pledge\":true}", of),
       "refused/not_eligible");
  act (m, "reviewer1", "programme", of, "import_claim", g_strdup_printf (format, one, holder),
       "refused/forbidden");
  act (m, "reviewercsj3", "programme", of, "import_claim", g_strdup_printf (format, one, holder),
       "applied");
  assert_is (m, "enterprisecsj4", "claim", one, "granted");
  act (m, "reviewercsj3", "programme", of, "import_claim", g_strdup_printf (format, two, holder),
       "refused/duplicate");
}

/* -- 4.4, 5.4: where its use is not for the enterprise to fill in -- */

static void
assert_not_by_hand (Manual *m, const char *user, const char *voucher, const char *order,
                    const char *instead)
{
  g_autofree char *use = yq_id_new ();

  act (m, user, "voucher_use", use, "submit",
       demo_use (voucher, order, "carrier1", 1000000, 300000, "enterprise"),
       "refused/not_eligible");
  g_assert_nonnull (strstr (m->detail, instead));
  g_assert_null (get (m, user, "voucher_use", use));
}

static void
test_by_hand (Manual *m, gconstpointer data)
{
  static const struct
  {
    const char *buyer, *region, *reviewer, *instead;
  } kinds[] = {
    { "enterprisecsj", "320509", "reviewercsj", "Order what you need" },
    { "enterprisecsj2", "330421", "reviewer1", "Order what you need" },
    { "enterprisecsj3", "340500", "reviewercsj2", "quick redemption" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *voucher = claim (m, kinds[i].buyer, kinds[i].region, kinds[i].reviewer);
      g_autofree char *bare = NULL;
      gint64 from;

      assert_not_by_hand (m, kinds[i].buyer, voucher, NULL, kinds[i].instead);
      /* Nor for an order that was accepted without the voucher: nobody confirmed a quota. */
      bare = order (m, kinds[i].buyer, "", &from, "applied");
      act (m, "carrier1", "order", bare, "accept", demo_accept (from, from + 2 * HOUR), "applied");
      assert_not_by_hand (m, kinds[i].buyer, voucher, bare, kinds[i].instead);
      assert_field (m, kinds[i].buyer, "voucher", voucher, "held", "0");
    }
}

/* -- 4.5 and 6.5: the kind of voucher is a column of orders, also of those from before it was -- */

static void
test_old_orders_get_their_kind (Manual *m, gconstpointer data)
{
  g_auto(Orders) o = { NULL };
  g_autofree char *bare = NULL;
  gint64 from;
  g_autoptr(GError) error = NULL;

  place_orders (m, &o);
  bare = order (m, "enterprisecsj2", "", &from, "applied");
  yq_fixture_stop (m->demo.server);
  demo_open (&m->demo);
  g_assert_true (sql_script (m->demo.conn, "UPDATE \"order\" SET voucher_kind = NULL", &error));
  g_clear_pointer (&m->demo.conn, sql_close);
  yq_fixture_start (m->demo.server);
  assert_field (m, "enterprisecsj2", "order", o.first, "voucher_kind", "");
  g_assert_cmpint (yq_schedule_run (m->demo.server->server, &error), >, 0);
  assert_field (m, "enterprisecsj2", "order", o.first, "voucher_kind", "\"enterprise_redeems\"");
  assert_field (m, "enterprisecsj2", "order", bare, "voucher_kind", "\"none\"");
}

/* -- chapter 6: without voucher -- */

static void
test_without_voucher (Manual *m, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;
  gint64 from;

  id = order (m, "enterprisecsj", "", &from, "applied");
  act (m, "enterprisecsj", "order", id, "cancel", NULL, "applied");
  other = order (m, "enterprisecsj", "", &from, "applied");
  act (m, "carrier1", "order", other, "accept", demo_accept (from, from + 2 * HOUR), "applied");
  assert_is (m, "enterprisecsj", "order", other, "accepted");
  act (m, "enterprisecsj", "order", other, "cancel", NULL, "refused/state");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/manual-delta/" name, Manual, NULL, manual_set_up, func, manual_tear_down)
  ADD ("tongdui", test_tongdui);
  ADD ("tongyong", test_tongyong);
  ADD ("returned", test_a_return_begins_with_the_experts_again);
  ADD ("quick", test_quick);
  ADD ("external", test_external);
  ADD ("old-orders", test_old_orders_get_their_kind);
  ADD ("by-hand", test_by_hand);
  ADD ("without-voucher", test_without_voucher);

  return g_test_run ();
}
