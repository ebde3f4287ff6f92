/* screens-fill DIR: fills an empty folder with the demo and, on top of it, with what its people
 * have not done there: Delta from claim to payment, Shandong's market and members.  For
 * tests/screens. */
#define G_LOG_DOMAIN "screens-fill"

#include "demo-fixture.h"

#include "board.h"
#include "model.h"
#include "payout.h"
#include "schedule.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))
#define DAY (24 * HOUR)

typedef struct
{
  Demo demo;
  gint64 now; /* the present */
  char *paper, *image, *leaf;
  guint slots, numbers;
} Story;

/* A command at a time: weekdays from today on, fields is taken; it must succeed. */
static void
act (Story *s, int weekdays, const char *user, const char *entity, const char *id,
     const char *action, char *fields)
{
  g_autofree char *owned = fields;
  g_autofree char *outcome = NULL;

  yq_clock_set (yq_demo_time (s->now, weekdays, 9, 30));
  outcome = demo_send (&s->demo, user, yq_model_find (entity), id, action, fields);
  if (strcmp (outcome, "applied") != 0)
    {
      g_autofree char *answer = json_to_string (s->demo.answer, FALSE);

      g_error ("%s %s by %s: %s", entity, action, user, answer);
    }
}

static char *
programme (const char *name)
{
  g_autofree char *key = g_strdup_printf ("programme %s", name);

  return yq_id_of_name (key);
}

static char *
claim_part (Story *s, const char *user, const char *of, const char *reviewer, int yuan)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *key = programme (of);

  act (s, -45, user, "claim", id, "submit",
       g_strdup_printf ("{\"programme\":\"%s\",\"amount\":%d,\"purpose\":\"新产品研发中的"
                        "测试分析\",\"pledge\":true}",
                        key, 100 * yuan));
  act (s, -44, reviewer, "claim", id, "approve", NULL);
  return demo_text (&s->demo, "SELECT voucher FROM \"claim\" WHERE id = $1", id);
}

static char *
claim (Story *s, const char *user, const char *of, const char *reviewer)
{
  return claim_part (s, user, of, reviewer, 100000);
}

/* -- orders of Delta -- */

typedef struct
{
  const char *user, *instrument, *purpose;
  int placed; /* weekdays from today on */
} Order;

/* One instrument for two hours; more: further members, each with a comma before it. */
static char *
place (Story *s, const Order *order, const char *more, gint64 *from)
{
  g_autofree char *instrument = demo_instrument (&s->demo, "carrier1", order->instrument);
  g_autofree char *wish = NULL;
  char *id = yq_id_new ();

  *from = yq_demo_time (s->now, order->placed + 3 + (int) (s->slots / 4),
                        9 + 2 * (int) (s->slots % 4), 0);
  s->slots++;
  wish = demo_period (*from, *from + 2 * HOUR);
  act (
    s, order->placed, order->user, "order", id, "submit",
    g_strdup_printf ("{\"instruments\":[\"%s\"],\"wished\":[%s],\"samples\":[{\"name\":"
                     "\"测试样品\",\"quantity\":4}],\"purpose\":\"%s\",\"contact_name\":\"周倩\","
                     "\"contact_phone\":\"13905730106\",\"project_name\":\"快速检测试剂研发\","
                     "\"own_project\":\"功能性试剂\",\"expected_effect\":\"缩短研发周期\","
                     "\"papers\":%s%s}",
                     instrument, wish, order->purpose, s->paper, more));
  return id;
}

static void
accept (Story *s, int weekdays, const char *order, gint64 from, int yuan)
{
  g_autofree char *plain = demo_accept (from, from + 2 * HOUR);

  act (s, weekdays, "carrier1", "order", order, "accept",
       g_strdup_printf ("%.*s,\"price\":%d}", (int) strlen (plain) - 1, plain, 100 * yuan));
}

/* A use of the voucher that its region has confirmed. */
static char *
confirmed_use (Story *s, const Order *order, const char *voucher, const char *reviewer, int yuan)
{
  g_autofree char *more = g_strdup_printf (",\"voucher\":\"%s\"", voucher);
  gint64 from;
  g_autofree char *id = place (s, order, more, &from);

  accept (s, order->placed + 1, id, from, yuan);
  act (s, order->placed + 2, reviewer, "order", id, "confirm_quota", NULL);
  return demo_text (&s->demo, "SELECT id FROM \"voucher_use\" WHERE \"order\" = $1", id);
}

static char *
invoice (Story *s, int weekdays, const char *user, int yuan, const char *uses)
{
  char *id = yq_id_new ();
  g_autofree char *day = yq_date_of (yq_demo_time (s->now, weekdays - 1, 9, 0));

  act (s, weekdays, user, "invoice", id, "save",
       g_strdup_printf ("{\"number\":\"26332000000%09u\",\"date\":\"%s\",\"amount\":%d,"
                        "\"redeemer\":\"enterprise\",\"image\":%s%s%s}",
                        88000000 + 137 * s->numbers++, day, 100 * yuan, s->image,
                        uses ? ",\"uses\":" : "", uses ? uses : ""));
  return id;
}

/* -- redemptions of Delta, each a stage further than the one before -- */

typedef enum
{
  CONFIRMED, /* waits to be gathered */
  ASSIGNED,
  ADVISED,
  APPROVED,
  NOTICED,
  PAYABLE,
  PAID,
} Stage;

static char *
redeem (Story *s, int weekdays, const char *use, int yuan)
{
  g_autofree char *of = programme ("delta-2026-330421");
  g_autofree char *uses = g_strdup_printf ("[\"%s\"]", use);
  g_autofree char *bill = invoice (s, weekdays - 1, "enterprisecsj2", yuan, uses);
  char *id = yq_id_new ();

  act (s, weekdays, "enterprisecsj2", "redemption", id, "submit",
       g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"uses\",\"redeemer\":\"enterprise\","
                        "\"place\":\"330421\",\"lines\":[{\"use\":\"%s\",\"asked\":%d}],\"papers\":"
                        "%s,\"effect\":\"三个批次的含量偏差由8%%降到2%%，方法已转为内部标准。\","
                        "\"novelty\":\"首次用二维色谱区分同分异构体。\"}",
                        of, use, 50 * yuan, s->paper));
  return id;
}

static void
judge (Story *s, int weekdays, const char *redemption, int yuan, Stage stage)
{
  static const char *const experts[] = { "expertcsj", "expertcsj2" };
  g_autofree char *one = yq_demo_id ("account", experts[0]);
  g_autofree char *two = yq_demo_id ("account", experts[1]);

  act (s, weekdays, "reviewer1", "redemption", redemption, "assign",
       g_strdup_printf ("{\"experts\":[\"%s\",\"%s\"]}", one, two));
  for (guint i = stage == ASSIGNED; i < G_N_ELEMENTS (experts); i++)
    act (s, weekdays + 1, experts[i], "redemption", redemption, "opinion",
         g_strdup_printf ("{\"round\":1,\"score\":%u,\"amount\":%d,\"comment\":\"测试内容与项目"
                          "相符，费用合理，建议%s。\"}",
                          86 + 4 * i, 50 * yuan - 20000 * (int) i, i ? "核减后兑付" : "全额兑付"));
  if (stage < APPROVED)
    return;
  act (s, weekdays + 1, "reviewer1", "redemption", redemption, "approve",
       g_strdup ("{\"comment\":\"材料齐全，同意兑付。\"}"));
  if (stage >= NOTICED)
    act (s, weekdays + 1, "reviewer1", "redemption", redemption, "publish_notice", NULL);
}

static void
run_jobs (Story *s, int weekdays)
{
  g_autoptr(GError) error = NULL;

  yq_clock_set (yq_demo_time (s->now, weekdays, 9, 0));
  g_assert_true (sql_begin (s->demo.conn, TRUE, &error));
  yq_jobs_run_due (s->demo.conn, yq_clock_now (), 1000, &error);
  g_assert_no_error (error);
  g_assert_true (sql_commit (s->demo.conn, &error));
}

static void
pay (Story *s, const char *redemption)
{
  g_autofree char *of = programme ("delta-2026-330421");
  g_autofree char *id = yq_id_new ();
  g_autofree char *day = yq_date_of (yq_demo_time (s->now, -4, 9, 0));

  act (s, -4, "reviewer1", "disbursement", id, "save",
       g_strdup_printf ("{\"programme\":\"%s\",\"redemptions\":[\"%s\"],\"note\":\"第一批\"}", of,
                        redemption));
  act (
    s, -3, "reviewer1", "disbursement", id, "pay",
    g_strdup_printf ("{\"paid_on\":\"%s\",\"payment_reference\":\"嘉善科拨〔2026〕18号\"}", day));
}

static void
object (Story *s, const char *redemption)
{
  g_autofree char *notice =
    demo_text (&s->demo, "SELECT notice FROM \"redemption\" WHERE id = $1", redemption);
  g_autofree char *number =
    demo_text (&s->demo, "SELECT number FROM \"redemption\" WHERE id = $1", redemption);
  g_autofree char *id = yq_id_new ();

  act (s, -1, "enterprise4", "objection", id, "object",
       g_strdup_printf (
         "{\"notice\":\"%s\",\"number\":\"%s\",\"text\":\"该批样品与我司委托的为同一批，"
         "请核对测试报告的委托方。\",\"contact\":\"孙浩 13905730105\"}",
         notice, number));
}

/* A small voucher of another enterprise, redeemed to the last fen. */
static void
play_used_up (Story *s)
{
  static const Order order = { "enterprisecsj2", "原子吸收分光光度计", "测定重金属残留", -39 };
  g_autofree char *voucher =
    claim_part (s, "enterprisecsj2", "delta-2026-330421", "reviewer1", 3200);
  g_autofree char *use = confirmed_use (s, &order, voucher, "reviewer1", 6400);
  g_autofree char *id = redeem (s, -13, use, 6400);

  judge (s, -13, id, 6400, PAYABLE);
}

static void
play_general (Story *s)
{
  static const struct
  {
    Order order;
    int yuan, redeemed; /* weekdays from today on, within the window */
    Stage stage;
  } rows[] = {
    { { "enterprisecsj2", "差示扫描量热仪", "测定酶制剂的热稳定性", -38 }, 5600, -13, PAID },
    { { "enterprisecsj2", "高效液相色谱仪", "测定底物转化率", -37 }, 8800, -13, PAYABLE },
    { { "enterprisecsj2", "离子色谱仪", "测定残留阴离子", -36 }, 4200, -13, PAYABLE },
    { { "enterprisecsj2", "流式细胞仪", "试剂盒性能验证", -14 }, 12600, -6, NOTICED },
    { { "enterprisecsj2", "气相色谱仪", "测定挥发性成分", -13 }, 3600, -5, APPROVED },
    { { "enterprisecsj2", "高分辨质谱仪", "鉴定同分异构体", -12 }, 16800, -3, ASSIGNED },
    { { "enterprisecsj2", "紫外可见分光光度计", "酶活测定", -11 }, 1800, -4, ADVISED },
    { { "enterprisecsj2", "金相显微镜", "载体形貌观察", -10 }, 2400, 0, CONFIRMED },
    { { "enterprisecsj2", "微波消解仪", "样品前处理", -9 }, 3000, 0, CONFIRMED },
    { { "enterprisecsj2", "冷冻干燥机", "试剂冻干工艺摸索", -8 }, 6400, 0, CONFIRMED },
  };
  g_autofree char *voucher = claim (s, "enterprisecsj2", "delta-2026-330421", "reviewer1");
  g_autofree char *more = g_strdup_printf (",\"voucher\":\"%s\"", voucher);
  const Order waiting = { "enterprisecsj2", "接触角测量仪", "试剂润湿性测定", -3 };
  const Order asked = { "enterprisecsj2", "摩擦磨损试验机", "涂层耐磨性测定", -1 };
  g_autofree char *paid = NULL;
  gint64 from;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *use = confirmed_use (s, &rows[i].order, voucher, "reviewer1", rows[i].yuan);
      g_autofree char *id =
        rows[i].stage > CONFIRMED ? redeem (s, rows[i].redeemed, use, rows[i].yuan) : NULL;

      if (id != NULL)
        judge (s, rows[i].redeemed, id, rows[i].yuan, rows[i].stage);
      if (rows[i].stage == NOTICED)
        object (s, id);
      if (rows[i].stage == PAID)
        paid = g_strdup (id);
    }
  run_jobs (s, -4);
  pay (s, paid);
  first = place (s, &waiting, more, &from);
  accept (s, -2, first, from, 2600);
  second = place (s, &asked, more, &from);
}

/* 通兑: the carrier asks, the enterprise consents; a quota waits. */
static void
play_carriers (Story *s)
{
  static const Order served = { "enterprisecsj", "矢量网络分析仪", "传感器射频性能测试", -12 };
  static const Order waiting = { "enterprisecsj", "高速数字示波器", "信号完整性测试", -4 };
  static const Order plain = { "enterprisecsj", "三坐标测量机", "壳体尺寸测量", -3 };
  g_autofree char *of = programme ("delta-2026-320509");
  g_autofree char *voucher = claim (s, "enterprisecsj", "delta-2026-320509", "reviewercsj");
  g_autofree char *more = g_strdup_printf (",\"voucher\":\"%s\"", voucher);
  g_autofree char *use = confirmed_use (s, &served, voucher, "reviewercsj", 16000);
  g_autofree char *redemption = yq_id_new ();
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  gint64 from;

  act (s, -8, "carrier1", "voucher_use", use, "save",
       g_strdup_printf ("{\"result_files\":%s}", s->paper));
  act (s, -7, "carrier1", "redemption", redemption, "submit",
       g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"uses\",\"redeemer\":\"carrier\","
                        "\"place\":\"320509\",\"lines\":[{\"use\":\"%s\",\"asked\":800000}]}",
                        of, use));
  second = place (s, &waiting, more, &from);
  accept (s, -3, second, from, 9600);
  third = place (s, &plain, "", &from);
  accept (s, -2, third, from, 1200);
}

/* 快速兑付: without an order. */
static void
play_quick (Story *s)
{
  g_autofree char *of = programme ("delta-2026-340500");
  g_autofree char *voucher = claim (s, "enterprisecsj3", "delta-2026-340500", "reviewercsj2");
  g_autofree char *institution = yq_demo_id ("organisation", "carrier1");
  g_autofree char *one = invoice (s, -6, "enterprisecsj3", 10000, NULL);
  g_autofree char *two = invoice (s, -6, "enterprisecsj3", 20000, NULL);
  g_autofree char *spare = invoice (s, -2, "enterprisecsj3", 12000, NULL);
  g_autofree char *id = yq_id_new ();

  act (
    s, -5, "enterprisecsj3", "redemption", id, "submit",
    g_strdup_printf (
      "{\"programme\":\"%s\",\"mode\":\"quick\",\"redeemer\":\"enterprise\",\"place\":\"340503\","
      "\"voucher\":\"%s\",\"institution\":\"%s\",\"category\":\"%s\",\"service_fee\":3000000,"
      "\"asked\":1500000,\"papers\":%s,\"effect\":\"涂层附着力提高20%%\",\"novelty\":"
      "\"采用新的划痕法\",\"invoices\":[\"%s\",\"%s\"]}",
      of, voucher, institution, s->leaf, s->paper, one, two));
}

/* 青浦: claimed on the platform of Shanghai. */
static void
play_elsewhere (Story *s)
{
  static const struct
  {
    const char *number, *granted_on;
    int yuan;
    gboolean is_issued;
  } rows[] = {
    { "沪券2026-0418", "2026-10-12", 60000, TRUE },
    { "沪券2026-0533", "2026-10-30", 45000, TRUE },
    { "沪券2026-0607", "2026-11-09", 80000, FALSE },
    { "沪券2026-0611", "2026-11-10", 125000, FALSE },
  };
  g_autofree char *of = programme ("delta-2026-310118");
  g_autofree char *holder = yq_demo_id ("organisation", "enterprisecsj4");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *id = yq_id_new ();

      act (s, -2, "reviewercsj3", "external_claim", id, "save",
           g_strdup_printf ("{\"number\":\"%s\",\"programme\":\"%s\",\"holder\":\"%s\","
                            "\"amount\":%d,\"granted_on\":\"%s\"}",
                            rows[i].number, of, holder, 100 * rows[i].yuan, rows[i].granted_on));
      if (rows[i].is_issued)
        act (s, -1, "reviewercsj3", "external_claim", id, "issue", NULL);
    }
}

/* -- Shandong -- */

static void
post (Story *s, int weekdays, const char *user, const char *kind, const char *title,
      const char *text, gboolean published)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *until = yq_date_of (s->now + 90 * DAY);

  act (s, weekdays, user, "post", id, "submit",
       g_strdup_printf ("{\"kind\":\"%s\",\"title\":\"%s\",\"text\":\"%s\",\"until\":\"%s\","
                        "\"contact_name\":\"李晓楠\",\"contact_phone\":\"13905310101\"}",
                        kind, title, text, until));
  if (published)
    act (s, weekdays + 1, "reviewerjn", "post", id, "approve", NULL);
}

static void
play_shandong (Story *s)
{
  static const char *const picks[][2] = {
    { "carriersd", "场发射扫描电子显微镜" },
    { "carrier1", "差示扫描量热仪" },
    { "carrier2", "三坐标测量机" },
  };
  g_autofree char *asked = yq_id_new ();
  g_autofree char *other =
    demo_text (&s->demo,
               "SELECT id FROM \"instrument\" WHERE region LIKE '37%' AND state = 'listed'"
               " AND name <> '场发射扫描电子显微镜' ORDER BY asset_number LIMIT 1",
               NULL);

  post (s, -9, "enterprisesd", "demand", "寻找陶瓷弯曲疲劳试验",
        "需要1200℃以下的氧化铝陶瓷三点弯曲疲劳试验，每月约20件，长期合作。", TRUE);
  post (s, -7, "carriersd", "supply", "球差电镜机时开放",
        "每周二、周四开放机时，含制样指导，省内企业可用创新券。", TRUE);
  post (s, -2, "enterprisesd", "demand", "涂层结合力评价",
        "耐磨涂层划痕法结合力评价，希望三个工作日内出具报告。", FALSE);
  act (s, -2, "personsd", "membership", asked, "ask",
       g_strdup ("{\"wanted\":\"济南泉新精密材料有限公司\"}"));
  for (guint i = 0; i < G_N_ELEMENTS (picks); i++)
    {
      g_autofree char *id = yq_id_new ();
      g_autofree char *instrument = demo_instrument (&s->demo, picks[i][0], picks[i][1]);

      act (s, -1, "enterprisesd", "preselection", id, "save",
           g_strdup_printf ("{\"instrument\":\"%s\"}", instrument));
    }
  if (other != NULL)
    {
      g_autofree char *id = yq_id_new ();

      act (s, -1, "enterprisesd", "preselection", id, "save",
           g_strdup_printf ("{\"instrument\":\"%s\"}", other));
    }
}

/* What a scanner reads: a voucher as issued, one that has expired, one that somebody changed, one
 * of another bureau, one that is used up. */
static void
write_codes (Story *s, const char *folder)
{
  g_autofree char *good = demo_text (
    &s->demo, "SELECT token FROM \"voucher\" WHERE state = 'active' ORDER BY id LIMIT 1", NULL);
  g_autofree char *id = yq_id_new ();
  g_autofree char *expired = yq_token_new (YQ_TOKEN_VOUCHER, id, "2025T91330421MA2B0001",
                                           "嘉善云帆新材料有限公司", 5000000, "2025-12-31");
  g_autofree char *altered = g_strdup (good);
  g_autofree char *used_up =
    demo_text (&s->demo, "SELECT token FROM \"voucher\" WHERE state = 'used_up' LIMIT 1", NULL);
  g_autofree char *path = g_build_filename (folder, "codes", NULL);
  g_autofree char *all = NULL;

  g_assert_nonnull (used_up);
  altered[strlen (altered) - 20] = altered[strlen (altered) - 20] == 'A' ? 'B' : 'A';
  all =
    g_strdup_printf ("%s\n%s\n%s\nhttps://example.invalid/\n%s\n", good, expired, altered, used_up);
  g_assert_true (g_file_set_contents (path, all, -1, NULL));
}

/* What was granted in Qingpu, as Shanghai's platform gives it out: good rows and bad ones. */
static void
write_sheet (const char *folder)
{
  static const char rows[] =
    "外部平台申领编号,统一社会信用代码,发放金额（元）,外部平台批准日期,备注\n"
    "沪券2026-0418,91310118MA1JL5T93F,60000,2026-10-12,\n"
    "沪券2026-0702,91310118MA1JL5T93F,30000,2026-11-16,第二批\n"
    "沪券2026-0703,上海青西环保科技有限公司,20000.50,2026/11/16,第二批\n"
    "沪券2026-0704,91310118MA1XXXXX0X,10000,2026-11-16,\n"
    "沪券2026-0705,91310118MA1JL5T93F,一万,2026-11-16,\n"
    "沪券2026-0706,91310118MA1JL5T93F,900000,2026-11-16,\n"
    "沪券2026-0702,91310118MA1JL5T93F,30000,2026-11-16,第二批\n";
  g_autofree char *path = g_build_filename (folder, "granted.csv", NULL);

  g_assert_true (g_file_set_contents (path, rows, -1, NULL));
}

/* What an instrument management system answers: a unit's instruments, two of which cannot be
 * taken, and one of a unit that is not here. */
static void
write_system (const char *folder)
{
  static const char rows[] =
    "[{\"uscc\":\"123201004660072396\",\"external_id\":\"JS-20118\",\"name\":\"激光共聚焦显微镜\","
    "\"model\":\"LSM 980\",\"original_value\":\"4980000\"},"
    "{\"uscc\":\"123201004660072396\",\"external_id\":\"JS-20131\",\"name\":\"动态热机械分析仪\","
    "\"model\":\"DMA 850\",\"original_value\":\"1260000\"},"
    "{\"uscc\":\"123201004660072396\",\"external_id\":\"JS-20140\",\"name\":\"小动物活体成像系统\","
    "\"original_value\":\"约三百万\"},"
    "{\"uscc\":\"123201004660072396\",\"external_id\":\"JS-20152\",\"name\":\"台式扫描电镜\","
    "\"bought_on\":\"2023年春\"},"
    "{\"uscc\":\"12320500MB0X11111X\",\"external_id\":\"JS-30007\",\"name\":\"离心机\"}]";
  g_autofree char *path = g_build_filename (folder, "instruments.json", NULL);

  g_assert_true (g_file_set_contents (path, rows, -1, NULL));
}

int
main (int argc, char *argv[])
{
  g_autoptr(YqConfig) config = yq_config_new ();
  g_autoptr(GError) error = NULL;
  Story story = { .now = yq_clock_now () };

  yq_text_init (TRUE); /* as the server: what it writes down is Chinese */
  g_free (config->data);
  config->data = g_strdup (argv[1]);
  story.demo.conn = yq_admin_open (config, &error);
  g_assert_no_error (error);
  yq_token_init (argv[1], &error);
  g_assert_no_error (error);
  sql_script (story.demo.conn, "PRAGMA synchronous = OFF", &error);
  yq_demo_fill (story.demo.conn, story.now, &error);
  g_assert_no_error (error);
  story.demo.sessions =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) yq_session_unref);
  story.paper = yq_demo_paper (YQ_DEMO_CONTRACT);
  story.image = yq_demo_paper (YQ_DEMO_INVOICE);
  story.leaf = demo_text (&story.demo,
                          "SELECT id FROM \"category\" WHERE kind = 'service' AND id NOT IN"
                          " (SELECT parent FROM \"category\" WHERE parent IS NOT NULL) LIMIT 1",
                          NULL);
  play_used_up (&story);
  play_general (&story);
  play_carriers (&story);
  play_quick (&story);
  play_elsewhere (&story);
  play_shandong (&story);
  yq_clock_set (0);
  write_codes (&story, argv[1]);
  write_sheet (argv[1]);
  write_system (argv[1]);
  g_hash_table_unref (story.demo.sessions);
  g_clear_pointer (&story.demo.answer, json_node_unref);
  g_free (story.paper);
  g_free (story.image);
  g_free (story.leaf);
  sql_close (story.demo.conn);
  return 0;
}
