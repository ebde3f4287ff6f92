/* What happened in the demo's last months, as commands of its people at their times. */
#define G_LOG_DOMAIN "yiquand"

#include "demo-private.h"

#include <string.h>

#include "clock.h"
#include "commands.h"
#include "load-data.h"
#include "office.h"
#include "session.h"
#include "world-sql.h"

/* Messages older than this have been read. */
#define READ_AFTER (4 * YQ_DAY)

typedef struct
{
  gint64 at;
  const char *user, *action;
  char *entity, *name; /* of the record */
  char *fields;        /* JSON; {voucher}: the acting organisation's voucher */
} Act;

struct _YqDemoPlay
{
  YqDemo *demo;
  GArray *acts;
  GHashTable *sessions; /* user name -> YqSession */
};

typedef YqDemoPlay Play;

static void
act_clear (gpointer data)
{
  Act *act = data;

  g_free (act->entity);
  g_free (act->name);
  g_free (act->fields);
}

/* fields is taken; NULL: none. */
static void
add (Play *play, gint64 at, const char *user, const char *entity, const char *name,
     const char *action, char *fields)
{
  const Act act = {
    at, user, action, g_strdup (entity), g_strdup (name), fields ? fields : g_strdup ("{}")
  };

  g_array_append_val (play->acts, act);
}

static char *
in_json (gint64 time)
{
  return yq_time_format (time);
}

void
yq_demo_act (YqDemoPlay *play, gint64 at, const char *user, const char *entity, const char *name,
             const char *action, char *fields)
{
  add (play, at, user, entity, name, action, fields);
}

/* -- bookings -- */

typedef enum
{
  SUBMITTED,
  PROPOSED,
  ACCEPTED,
  REFUSED,
  CANCELLED,
  DELIVERED,
  SETTLED,
} Stage;

typedef struct
{
  const char *name, *buyer, *carrier, *instrument; /* by its name, the carrier's first */
  int placed, wished, hour, hours;                 /* weekdays from today on */
  const char *sample;
  int samples;
  const char *purpose, *project;
  int fee; /* yuan, where delivered */
  Stage stage;
} Booking;

/* clang-format off */
static const Booking bookings[] = {
  { "o1", "enterprise1", "carrier1", "场发射扫描电子显微镜", -64, -61, 9, 4, "导热膜截面样品", 6, "观察导热膜截面层间结合情况，并对异物做能谱分析。", "高导热石墨复合膜开发", 6000, DELIVERED },
  { "o2", "enterprise2", "carrier2", "电子万能材料试验机", -57, -54, 9, 3, "铜合金拉伸试样", 12, "测定新牌号铜合金轴套材料的抗拉强度和断后伸长率。", "无铅自润滑轴套研发", 2400, SETTLED },
  { "o3", "enterprise1", "carrier2", "X射线衍射仪", -33, -30, 13, 3, "氮化硼粉体", 10, "物相定性及结晶度测定。", "高导热石墨复合膜开发", 4500, DELIVERED },
  { "o4", "enterprise2", "carrier1", "金相显微镜", -21, -18, 9, 2, "渗碳轴套镶嵌样", 8, "检验渗碳层深度和晶粒度。", "无铅自润滑轴套研发", 1800, DELIVERED },
  { "o5", "enterprise1", "carrier1", "差示扫描量热仪", -15, -12, 14, 2, "热塑性树脂颗粒", 12, "测定熔点与结晶度，比较三个批次的差异。", "功能母粒配方优化", 3600, DELIVERED },
  { "o6", "enterprise1", "carrier1", "透射电子显微镜", -8, -4, 9, 6, "石墨烯分散液", 4, "观察片层形貌并做选区电子衍射。", "高导热石墨复合膜开发", 4800, DELIVERED },
  { "o7", "enterprise2", "carrier1", "场发射扫描电子显微镜", -3, 1, 9, 3, "磨损轴套表面", 5, "分析磨损形貌和表面转移膜成分。", "无铅自润滑轴套研发", 0, ACCEPTED },
  { "o8", "enterprise1", "carrier1", "场发射扫描电镜", -1, 3, 9, 4, "涂布膜截面", 6, "测量各层厚度，判断层间缺陷来源。", "功能膜量产工艺验证", 0, SUBMITTED },
  { "o9", "enterprise2", "carrier1", "激光粒度分析仪", -1, 2, 14, 2, "二硫化钼粉体", 10, "测定粒度分布，控制固体润滑剂来料质量。", "无铅自润滑轴套研发", 0, SUBMITTED },
  { "o10", "enterprise4", "carrier1", "高效液相色谱仪", -2, 2, 9, 4, "低聚糖样品", 16, "测定低聚糖组成及含量。", "功能性低聚糖制备", 0, PROPOSED },
  { "o11", "enterprise1", "carrier2", "三坐标测量机", -5, -1, 9, 3, "模具型芯", 3, "测量型芯轮廓度和位置度。", "注塑模具精度提升", 0, REFUSED },
  { "o12", "enterprise2", "carrier2", "直读光谱仪", -10, -7, 10, 1, "铝合金试块", 4, "牌号成分确认。", "来料检验", 0, CANCELLED },
  { "o13", "enterprise4", "carrier2", "三重四极杆液质联用仪", -18, -14, 9, 5, "益生菌固体饮料", 9, "兽药残留筛查。", "功能性低聚糖制备", 3420, DELIVERED },
  { "sd1", "enterprisesd", "carriersd", "场发射扫描电子显微镜", -9, -5, 9, 3, "氧化铝陶瓷断口", 6, "观察陶瓷结构件断口形貌，分析失效原因。", "耐磨陶瓷结构件开发", 6000, DELIVERED },
  { "sd2", "enterprisesd", "carriersd", "场发射扫描电子显微镜", -1, 4, 9, 3, "耐磨涂层截面", 4, "测量涂层厚度和界面结合情况。", "耐磨涂层工艺优化", 0, SUBMITTED },
};

/* Bookings that fill the calendars of the next two weeks; two hours each. */
static const char *const busy[] = {
  "场发射扫描电子显微镜", "场发射扫描电镜", "X射线衍射仪", "气相色谱-质谱联用仪", "核磁共振波谱仪", "电子万能材料试验机",
};
/* clang-format on */

static char *
instrument_of (Play *play, const char *carrier, const char *name)
{
  g_autofree char *owner = yq_demo_id ("organisation", carrier);

  return sql_get_text (play->demo->conn,
                       "SELECT id FROM \"instrument\" WHERE carrier = $1 AND name = $2"
                       " AND state = 'listed' AND \"condition\" = 'normal'"
                       " ORDER BY asset_number LIMIT 1",
                       SQL_ARGS (SQL_TEXT (owner), SQL_TEXT (name)), NULL);
}

static const char *
contact_of (const char *user)
{
  if (strcmp (user, "enterprise1") == 0)
    return "\"contact_name\":\"王晓燕\",\"contact_phone\":\"13905730101\"";
  if (strcmp (user, "enterprise2") == 0)
    return "\"contact_name\":\"陈志强\",\"contact_phone\":\"13905730103\"";
  if (strcmp (user, "enterprisesd") == 0)
    return "\"contact_name\":\"李晓楠\",\"contact_phone\":\"13905310101\"";
  return "\"contact_name\":\"孙浩\",\"contact_phone\":\"13905730105\"";
}

static char *
order_fields (const Booking *booking, const char *instrument, gint64 from, gint64 to)
{
  g_autofree char *begin = in_json (from);
  g_autofree char *end = in_json (to);
  g_autofree char *next_begin = in_json (from + YQ_DAY);
  g_autofree char *next_end = in_json (to + YQ_DAY);
  gboolean two = booking->stage == SUBMITTED;

  return g_strdup_printf (
    "{\"instruments\":[\"%s\"],\"wished\":[{\"from\":\"%s\",\"to\":\"%s\"}%s%s%s%s%s],"
    "\"samples\":[{\"name\":\"%s\",\"quantity\":%d,\"form\":\"固体\",\"return\":true}],"
    "\"purpose\":\"%s\",\"project_name\":\"%s\",\"project_source\":\"own\",%s}",
    instrument, begin, end, two ? ",{\"from\":\"" : "", two ? next_begin : "",
    two ? "\",\"to\":\"" : "", two ? next_end : "", two ? "\"}" : "", booking->sample,
    booking->samples, booking->purpose, booking->project, contact_of (booking->buyer));
}

static void
add_delivery (Play *play, const Booking *booking, const char *instrument, gint64 at)
{
  g_autofree char *report = yq_demo_paper (YQ_DEMO_REPORT);
  g_autofree char *day = yq_date_of (at - YQ_DAY);

  add (play, at, booking->carrier, "order", booking->name, "save",
       g_strdup_printf ("{\"sample_received_on\":\"%s\",\"results\":"
                        "\"已按委托要求完成测试，结果见附件。\",\"result_files\":%s,"
                        "\"fees\":[{\"instrument\":\"%s\",\"fee\":%d,\"note\":\"测试费\"}]}",
                        day, report, instrument, booking->fee * 100));
  add (play, at + 60 * YQ_SECOND, booking->carrier, "order", booking->name, "deliver", NULL);
  if (booking->stage == SETTLED)
    add (play, at + 2 * YQ_DAY, booking->buyer, "order", booking->name, "settle", NULL);
}

static void
add_booking (Play *play, const Booking *booking)
{
  gint64 now = play->demo->now;
  gint64 placed = yq_demo_time (now, booking->placed, 9, 10 + 3 * (booking->name[1] % 10));
  gint64 from = yq_demo_time (now, booking->wished, booking->hour, 0);
  gint64 to = from + booking->hours * 3600 * YQ_SECOND, answered = placed + 5 * 3600 * YQ_SECOND;
  g_autofree char *instrument = instrument_of (play, booking->carrier, booking->instrument);
  g_autofree char *begin = in_json (from);
  g_autofree char *end = in_json (to);
  g_autofree char *later_begin = in_json (from + YQ_DAY + 4 * 3600 * YQ_SECOND);
  g_autofree char *later_end = in_json (to + YQ_DAY + 4 * 3600 * YQ_SECOND);

  add (play, placed, booking->buyer, "order", booking->name, "submit",
       order_fields (booking, instrument, from, to));
  if (booking->stage == REFUSED)
    add (play, answered, booking->carrier, "order", booking->name, "refuse",
         g_strdup ("{\"comment\":\"该仪器本周进行年度校准，请改约下周。\"}"));
  else if (booking->stage == CANCELLED)
    add (play, answered, booking->buyer, "order", booking->name, "cancel",
         g_strdup ("{\"comment\":\"样品未准备好\"}"));
  else if (booking->stage == PROPOSED)
    add (play, answered, booking->carrier, "order", booking->name, "propose_time",
         g_strdup_printf ("{\"proposed_from\":\"%s\",\"proposed_to\":\"%s\","
                          "\"comment\":\"当天上午已安排维护，建议改到次日下午。\"}",
                          later_begin, later_end));
  else if (booking->stage != SUBMITTED)
    add (play, answered, booking->carrier, "order", booking->name, "accept",
         g_strdup_printf ("{\"confirmed_from\":\"%s\",\"confirmed_to\":\"%s\"}", begin, end));
  if (booking->stage >= DELIVERED)
    add_delivery (play, booking, instrument, to + YQ_DAY + 3600 * YQ_SECOND);
}

/* Two hours a day on some days, so that a calendar looks used. */
static void
add_busy_days (Play *play)
{
  static const char *const buyers[] = { "enterprise2", "enterprise4", "enterprise1" };

  for (guint i = 0; i < G_N_ELEMENTS (busy); i++)
    for (guint n = 0; n < 5; n++)
      {
        const char *carrier = (i + n) % 2 ? "carrier2" : "carrier1";
        g_autofree char *name = g_strdup_printf ("b%u-%u", i, n);
        g_autofree char *instrument = instrument_of (play, carrier, busy[i]);
        Booking booking = { name,
                            buyers[(i + n) % 3],
                            carrier,
                            busy[i],
                            -7,
                            2 + 2 * n + i % 2,
                            n % 2 ? 10 : 14,
                            2,
                            "送检样品",
                            3 + n,
                            "常规测试。",
                            "来料检验",
                            0,
                            ACCEPTED };

        if (instrument != NULL)
          add_booking (play, &booking);
      }
}

/* -- vouchers -- */

typedef struct
{
  const char *name, *buyer, *carrier, *order; /* order may be NULL: offline */
  int submitted;                              /* weekdays from today on */
  const char *category, *contract;
  int contract_amount, amount; /* yuan */
  const char *redeemer;
  enum
  {
    USE_PENDING,
    USE_CONFIRMED,
    USE_SERVED,
    USE_COMPLETE, /* served, and all papers are there */
    USE_TERMINATED,
  } stage;
} Use;

/* clang-format off */
static const Use uses[] = {
  { "u1",  "enterprise1", "carrier1", "o1", -57, "instruments", "导热膜截面形貌测试", 6000, 3000, "enterprise", USE_COMPLETE },
  { "u3",  "enterprise1", "carrier2", "o3", -27, "instruments", "氮化硼粉体物相分析", 4500, 2000, "enterprise", USE_SERVED },
  { "u4",  "enterprise2", "carrier1", "o4", -15, "instruments", "渗碳轴套金相检验", 1800, 900, "enterprise", USE_COMPLETE },
  { "u5",  "enterprise1", "carrier1", "o5", -9,  "instruments", "树脂热性能测试", 3600, 1800, "enterprise", USE_COMPLETE },
  { "u13", "enterprise1", "carrier1", NULL, -13, "testing", "涂层耐候性测试服务合同", 20000, 8000, "carrier", USE_SERVED },
  { "u14", "enterprise2", "carrier2", NULL, -1,  "testing", "轴套盐雾试验委托合同", 7200, 3000, "enterprise", USE_PENDING },
  { "u15", "enterprise2", "carrier1", NULL, -12, "research", "轴套失效分析技术服务合同", 12000, 5000, "enterprise", USE_COMPLETE },
  { "u16", "enterprise1", "carrier2", NULL, -11, "testing", "阻燃性能检测合同", 9000, 3000, "enterprise", USE_TERMINATED },
  { "u17", "enterprise2", "carrier2", NULL, -14, "testing", "液压件疲劳试验合同", 4000, 1600, "enterprise", USE_COMPLETE },
  { "u18", "enterprise1", "carrier1", NULL, -2,  "testing", "薄膜力学性能检测合同", 5600, 2400, "carrier", USE_PENDING },
};
/* clang-format on */

static void
add_claim (Play *play, const char *name, const char *user, const char *programme, int weekdays,
           int yuan)
{
  g_autofree char *key = g_strdup_printf ("programme %s", programme);
  g_autofree char *id = yq_id_of_name (key);

  add (play, yq_demo_time (play->demo->now, weekdays, 10, 5), user, "claim", name, "submit",
       g_strdup_printf ("{\"programme\":\"%s\",\"amount\":%d,"
                        "\"purpose\":\"用于新产品研发过程中的测试分析服务\",\"pledge\":true}",
                        id, yuan * 100));
}

static char *
use_fields (const Use *use, gint64 at)
{
  g_autofree char *carrier = yq_demo_id ("organisation", use->carrier);
  g_autofree char *order = use->order ? yq_demo_id ("order", use->order) : NULL;
  g_autofree char *contract = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *day = yq_date_of (at - YQ_DAY);

  return g_strdup_printf (
    "{\"voucher\":\"{voucher}\",%s%s%s\"carrier\":\"%s\",\"category\":\"%s\","
    "\"contract_name\":\"%s\",\"contract_amount\":%d,\"contract_date\":\"%s\",\"amount\":%d,"
    "\"redeemer\":\"%s\",\"contract_files\":%s,\"pledge\":true}",
    order ? "\"order\":\"" : "", order ? order : "", order ? "\"," : "", carrier, use->category,
    use->contract, use->contract_amount * 100, day, use->amount * 100, use->redeemer, contract);
}

/* The number of an invoice that nobody else uses. */
static void
add_invoice (Play *play, const Use *use, gint64 at)
{
  g_autofree char *id = yq_demo_id ("voucher_use", use->name);
  g_autofree char *day = yq_date_of (at - YQ_DAY);
  g_autofree char *image = yq_demo_paper (YQ_DEMO_INVOICE);

  add (play, at, use->buyer, "invoice", use->name, "save",
       g_strdup_printf ("{\"number\":\"26332000000%09d\",\"date\":\"%s\",\"amount\":%d,"
                        "\"redeemer\":\"enterprise\",\"image\":%s,\"uses\":[\"%s\"]}",
                        12345678 + 1013 * atoi (use->name + 1), day, use->contract_amount * 100,
                        image, id));
}

static void
add_use (Play *play, const Use *use)
{
  gint64 at = yq_demo_time (play->demo->now, use->submitted, 15, 20);
  gint64 confirmed = at + 3600 * YQ_SECOND, served = confirmed + YQ_DAY;
  g_autofree char *record = yq_demo_id ("service_record", use->name);
  g_autofree char *report = yq_demo_paper (YQ_DEMO_REPORT);
  g_autofree char *begin = in_json (served - 4 * 3600 * YQ_SECOND);
  g_autofree char *end = in_json (served - 3600 * YQ_SECOND);

  add (play, at, use->buyer, "voucher_use", use->name, "submit", use_fields (use, at));
  if (use->stage == USE_PENDING)
    return;
  if (use->stage == USE_TERMINATED)
    {
      add (play, confirmed, use->carrier, "voucher_use", use->name, "terminate",
           g_strdup ("{\"comment\":\"合同金额与实际不符，请核对后重新提交。\"}"));
      return;
    }
  add (play, confirmed, use->carrier, "voucher_use", use->name, "confirm", NULL);
  if (use->stage == USE_CONFIRMED)
    return;
  add (play, served, use->carrier, "voucher_use", use->name, "add_service_record",
       g_strdup_printf ("{\"id\":\"%s\",\"started_at\":\"%s\",\"ended_at\":\"%s\",\"hours\":30,"
                        "\"fee\":%d,\"note\":\"已出具测试报告\"}",
                        record, begin, end, use->contract_amount * 100));
  if (use->stage != USE_COMPLETE)
    return;
  add (play, served + 3600 * YQ_SECOND, use->buyer, "voucher_use", use->name, "save",
       g_strdup_printf ("{\"result_files\":%s}", report));
  add_invoice (play, use, served + 2 * 3600 * YQ_SECOND);
}

/* -- redemptions -- */

static void
add_redemption (Play *play, const char *name, int weekdays)
{
  const Use *use = NULL;
  g_autofree char *id = NULL;
  g_autofree char *invoice = yq_demo_id ("invoice", name);
  g_autofree char *programme = yq_id_of_name ("programme zhejiang-2026-330421");

  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    if (strcmp (uses[i].name, name) == 0)
      use = &uses[i];
  id = yq_demo_id ("voucher_use", use->name);
  add (play, yq_demo_time (play->demo->now, weekdays, 16, 10), use->buyer, "redemption", name,
       "submit",
       g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"uses\",\"redeemer\":\"enterprise\","
                        "\"place\":\"330421\",\"lines\":[{\"use\":\"%s\",\"fee\":%d,"
                        "\"asked\":%d}],\"invoices\":[\"%s\"]}",
                        programme, id, use->contract_amount * 100, use->amount * 100, invoice));
}

static void
add_redemptions (Play *play)
{
  gint64 now = play->demo->now, paid = yq_demo_time (now, -44, 10, 0);
  g_autofree char *day = yq_date_of (paid);

  add_redemption (play, "u1", -53);
  add (play, yq_demo_time (now, -48, 9, 30), "reviewer1", "redemption", "u1", "approve",
       g_strdup ("{\"comment\":\"材料齐全，同意兑付。\"}"));
  add (play, paid, "reviewer1", "redemption", "u1", "pay",
       g_strdup_printf ("{\"paid_on\":\"%s\",\"payment_reference\":\"嘉善科拨〔%d〕12号\"}", day,
                        yq_year_of (paid)));
  add_redemption (play, "u4", -6);
  add_redemption (play, "u5", -5);
  add_redemption (play, "u15", -4);
  add_redemption (play, "u17", -8);
  add (play, yq_demo_time (now, -6, 14, 0), "reviewer1", "redemption", "u17", "return",
       g_strdup ("{\"comment\":\"发票影像不清晰，请重新上传。\",\"field_comments\":[{\"field\":"
                 "\"invoices\",\"comment\":\"发票号码无法辨认\"}]}"));
}

/* -- what waits for reviewers, and what an enterprise keeps -- */

static char *
new_instrument (const char *name, const char *model, const char *maker, const char *category,
                int wan)
{
  g_autofree char *key = g_strdup_printf ("category %s", category);
  g_autofree char *id = yq_id_of_name (key);

  return g_strdup_printf (
    "{\"name\":\"%s\",\"category\":\"%s\",\"domain\":\"materials\",\"model\":\"%s\","
    "\"manufacturer\":\"%s\",\"origin\":\"CN\",\"asset_number\":\"JHDX-N-%s\","
    "\"original_value\":%d,\"bought_on\":\"2024-09-10\",\"condition\":\"normal\","
    "\"place\":\"330402\",\"address\":\"嘉兴市南湖区嘉杭路118号理工楼506室\","
    "\"indicators\":\"详见仪器说明书\",\"functions\":\"主机、工作站及标准附件\","
    "\"fee_standard\":\"校外用户200元/小时\",\"unit_price\":20000,\"fee_unit\":\"hour\","
    "\"contact_name\":\"何静怡\",\"contact_phone\":\"13905731102\"}",
    name, id, model, maker, model, wan * 1000000);
}

static void
add_pending (Play *play)
{
  static const struct
  {
    const char *name, *model, *maker, *category;
    int wan;
  } rows[] = {
    { "台式扫描电子显微镜", "EM-30AX", "库塞姆", "010100", 46 },
    { "稳态瞬态荧光光谱仪", "QM8000", "堀场", "010400", 138 },
    { "气相色谱-离子迁移谱联用仪", "FlavourSpec", "G.A.S.", "010500", 126 },
    { "全自动比表面分析仪", "BSD-660M", "贝士德", "011300", 42 },
    { "高温拉伸蠕变试验机", "RD-100", "长春试验机研究所", "020100", 28 },
    { "白光干涉三维形貌仪", "SuperView W1", "中图仪器", "030100", 76 },
    { "低温恒温槽", "DC-2010", "宁波新芝", "030200", 2 },
    { "超声波细胞粉碎机", "JY92-IIN", "宁波新芝", "011000", 2 },
  };
  gint64 now = play->demo->now;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_strdup_printf ("new %u", i);
      char *fields =
        new_instrument (rows[i].name, rows[i].model, rows[i].maker, rows[i].category, rows[i].wan);

      add (play, yq_demo_time (now, -7, 10, 2 * i), "carrier1", "instrument", name, "save", fields);
      if (i < 7)
        add (play, yq_demo_time (now, -6, 11, i), "carrier1", "instrument", name, "submit", NULL);
      if (i == 6)
        add (play, yq_demo_time (now, -4, 9, 15), "reviewer2", "instrument", name, "return",
             g_strdup ("{\"comment\":\"技术指标过于简单，请补充。\",\"field_comments\":[{"
                       "\"field\":\"indicators\",\"comment\":\"请写明温度范围和波动度\"}]}"));
    }
  add (play, yq_demo_time (now, -3, 9, 40), "enterprise3", "organisation", "enterprise3", "submit",
       NULL);
}

static void
add_closures (Play *play)
{
  static const char *const names[][2] = { { "carrier1", "透射电子显微镜" },
                                          { "carrier1", "X射线衍射仪" },
                                          { "carrier2", "三坐标测量机" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gint64 from = yq_demo_time (play->demo->now, 3 + 2 * i, 0, 0);
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree char *instrument = instrument_of (play, names[i][0], names[i][1]);
      g_autofree char *begin = in_json (from);
      g_autofree char *end = in_json (from + YQ_DAY);

      add (play, yq_demo_time (play->demo->now, -7, 8, 40), names[i][0], "closure", name, "save",
           g_strdup_printf ("{\"instrument\":\"%s\",\"from_time\":\"%s\",\"to_time\":\"%s\","
                            "\"reason\":\"年度校准\"}",
                            instrument, begin, end));
    }
}

static void
add_marks (Play *play)
{
  static const char *const names[] = { "原子力显微镜", "激光导热仪", "热重分析仪" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree char *first = instrument_of (play, "carrier1", names[i]);
      g_autofree char *second = instrument_of (play, "carrier2", names[i]);
      gint64 at = yq_demo_time (play->demo->now, -3, 13, i);

      add (play, at, "enterprise1", "favourite", name, "save",
           g_strdup_printf ("{\"kind\":\"instrument\",\"instrument\":\"%s\"}",
                            second ? second : first));
      if (i < 2)
        add (play, at, "enterprise1", "preselection", name, "save",
             g_strdup_printf ("{\"instrument\":\"%s\"}", first ? first : second));
    }
}

/* -- playing -- */

static const YqWho *
who_is (Play *play, const char *user, GError **error)
{
  YqSession *session = g_hash_table_lookup (play->sessions, user);
  g_autofree char *account = NULL;

  if (session == NULL)
    {
      account = yq_demo_id ("account", user);
      if ((session = yq_session_read (play->demo->conn, account, error)) == NULL)
        return NULL;
      g_hash_table_insert (play->sessions, g_strdup (user), session);
    }
  return yq_session_who (session);
}

static void
fill_in_voucher (Play *play, const YqWho *who, GString *text)
{
  g_autofree char *voucher = NULL;

  if (strstr (text->str, "{voucher}") == NULL)
    return;
  voucher = sql_get_text (play->demo->conn,
                          "SELECT id FROM \"voucher\" WHERE buyer = $1 AND state = 'active'"
                          " ORDER BY created_at, id LIMIT 1",
                          SQL_ARGS (SQL_TEXT (who->organisation)), NULL);
  g_string_replace (text, "{voucher}", voucher ? voucher : "", 0);
}

static void
fill_in_use (Play *play, GString *text)
{
  static const char head[] = "{use ";
  const char *at = strstr (text->str, head);
  g_autofree char *name = NULL;
  g_autofree char *order = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *use = NULL;

  if (at == NULL)
    return;
  name = g_strndup (at + strlen (head), strcspn (at + strlen (head), "}"));
  order = yq_demo_id ("order", name);
  whole = g_strconcat (head, name, "}", NULL);
  use = sql_get_text (play->demo->conn, "SELECT id FROM \"voucher_use\" WHERE \"order\" = $1",
                      SQL_ARGS (SQL_TEXT (order)), NULL);
  g_string_replace (text, whole, use ? use : "", 0);
}

/* Free it. */
static char *
fill_in (Play *play, const YqWho *who, const char *fields)
{
  GString *text = g_string_new (fields);

  fill_in_voucher (play, who, text);
  fill_in_use (play, text);
  return g_string_free (text, FALSE);
}

static gboolean
check_answer (const Act *act, const char *answer, GError **error)
{
  g_autoptr(JsonNode) node = json_from_string (answer, NULL);
  JsonArray *results = json_object_get_array_member (json_node_get_object (node), "results");
  JsonObject *result = json_array_get_object_element (results, 0);

  if (strcmp (json_object_get_string_member (result, "outcome"), "applied") == 0)
    return TRUE;
  g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "demo: %s %s %s by %s: %s", act->entity,
               act->name, act->action, act->user, answer);
  return FALSE;
}

static gboolean
play_one (Play *play, const Act *act, GError **error)
{
  const YqWho *who = who_is (play, act->user, error);
  g_autofree char *id = *act->name == '{' && who != NULL ? fill_in (play, who, act->name)
                                                         : yq_demo_id (act->entity, act->name);
  g_autofree char *key =
    g_strdup_printf ("%s %s %" G_GINT64_FORMAT, act->name, act->action, act->at);
  g_autofree char *command = yq_demo_id (act->entity, key);
  g_autofree char *select =
    g_strdup_printf ("SELECT revision FROM \"%s\" WHERE id = $1", act->entity);
  g_autofree char *fields = who ? fill_in (play, who, act->fields) : NULL;
  g_autofree char *body = NULL;
  g_autofree char *answer = NULL;
  g_autoptr(YqProblem) problem = NULL;
  gint64 revision = 0;

  if (who == NULL)
    return FALSE;
  sql_get_int (play->demo->conn, select, SQL_ARGS (SQL_TEXT (id)), &revision, NULL);
  body = g_strdup_printf ("{\"commands\":[{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\","
                          "\"action\":\"%s\",\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}]}",
                          command, act->entity, id, act->action, revision, fields);
  yq_clock_set (act->at);
  answer = yq_commands_run (play->demo->conn, who, body, -1, &problem, error);
  if (answer == NULL && problem != NULL)
    g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "demo: %s: %s", body,
                 yq_problem_detail (problem));
  return answer != NULL && check_answer (act, answer, error);
}

/* What is some days old has been read. */
static gboolean
read_messages (Play *play, GError **error)
{
  g_autoptr(GPtrArray) messages = NULL;
  YqWorld *world = yq_world_sql_new (play->demo->conn, play->demo->now);
  gboolean done = TRUE;
  YqTx tx;

  yq_tx_init (&tx, play->demo->conn, world, NULL, play->demo->now);
  messages = yq_world_list (world, &yq_message, "state", "unread");
  for (guint i = 0; done && i < messages->len; i++)
    if (yq_record_int (messages->pdata[i], MESSAGE_SENT_AT) < play->demo->now - READ_AFTER)
      done = yq_tx_step (&tx, messages->pdata[i], "read", NULL, error);
  yq_world_sql_free (world);
  return done;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const Act *first = a, *second = b;

  return first->at < second->at ? -1 : first->at > second->at;
}

static void
write_script (Play *play)
{
  add_claim (play, "c1", "enterprise1", "zhejiang-2026-330421", -70, 80000);
  add_claim (play, "c2", "enterprise2", "zhejiang-2026-330421", -66, 60000);
  add_claim (play, "c4", "enterprise4", "zhejiang-2026-330402", -40, 40000);
  add_claim (play, "c3", "enterprise1", "zhejiang-2026-330421", -18, 50000);
  for (guint i = 0; i < G_N_ELEMENTS (bookings); i++)
    add_booking (play, &bookings[i]);
  add_busy_days (play);
  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    add_use (play, &uses[i]);
  add_redemptions (play);
  add_pending (play);
  add_closures (play);
  add_marks (play);
  yq_demo_script_jiangsu (play->demo, play);
  yq_demo_script_delta (play->demo, play);
  g_array_sort (play->acts, compare_times);
}

gboolean
yq_demo_play_history (YqDemo *demo, GError **error)
{
  Play play = { demo, g_array_new (FALSE, FALSE, sizeof (Act)),
                g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) yq_session_unref) };
  gboolean done = TRUE;

  g_array_set_clear_func (play.acts, act_clear);
  write_script (&play);
  for (guint i = 0; done && i < play.acts->len; i++)
    {
      const Act *act = &g_array_index (play.acts, Act, i);

      if (act->at >= demo->now)
        continue;
      done = sql_begin (demo->conn, TRUE, error) && play_one (&play, act, error) &&
             sql_commit (demo->conn, error);
    }
  yq_clock_set (demo->now);
  done = done && sql_begin (demo->conn, TRUE, error) && read_messages (&play, error) &&
         yq_demo_finish_jiangsu (demo, error) && sql_commit (demo->conn, error);
  if (!done && sql_in_transaction (demo->conn))
    sql_rollback (demo->conn);
  g_array_unref (play.acts);
  g_hash_table_unref (play.sessions);
  return done;
}
