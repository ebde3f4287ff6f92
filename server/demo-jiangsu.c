/* The demo's Jiangsu: a university whose laboratories have yet to open their stores, a testing
 * company that is a voucher institution, an enterprise, the centre of the province. */
#define G_LOG_DOMAIN "yiquand"

#include "demo-private.h"

#include "load-data.h"
#include "session.h"

typedef struct
{
  const char *name, *model, *category, *maker, *origin, *number;
  int value; /* 万元 */
  const char *bought_on, *indicators, *functions, *fee;
  int price; /* yuan */
  const char *unit;
} Instrument;

typedef struct
{
  const char *name, *track, *category, *title, *description, *deliverable, *mode;
  int price; /* yuan; 0: negotiable */
  const char *unit, *cycle;
  gboolean for_vouchers;
} Service;

/* clang-format off */
static const Instrument instruments[] = {
  { "场发射扫描电子显微镜", "Regulus 8100", "010100", "日立高新技术公司", "JP", "JNGC-2021-0117", 298, "2021-05-18", "分辨率0.8nm（15kV）；加速电压0.5—30kV；配能谱仪。", "二次电子、背散射电子成像，微区成分分析。", "形貌观察300元/样，能谱分析200元/样。", 300, "sample" },
  { "X射线光电子能谱仪", "K-Alpha", "010300", "赛默飞世尔科技公司", "US", "JNGC-2019-0052", 412, "2019-11-06", "能量分辨率0.5eV；最小束斑30μm。", "表面元素组成、化学价态和深度剖析。", "全谱加高分辨谱500元/样。", 500, "sample" },
  { "气相色谱-质谱联用仪", "8890-5977B", "010500", "安捷伦科技公司", "US", "JNGC-2020-0208", 96, "2020-03-22", "质量范围1.6—1050amu；全扫描灵敏度优于1500:1。", "挥发性和半挥发性有机物定性定量。", "定性400元/样，定量另计。", 400, "sample" },
  { "同步热分析仪", "STA 449 F5", "010900", "耐驰公司", "DE", "JNGC-2018-0133", 75, "2018-09-14", "室温—1600℃；天平分辨率0.1μg。", "热重、差热同步测量。", "350元/样。", 350, "sample" },
  { "电子万能材料试验机", "Z100", "020100", "茨维克公司", "DE", "JNGC-2017-0089", 82, "2017-12-01", "最大载荷100kN；0.5级精度；高低温箱-70—250℃。", "拉伸、压缩、弯曲及高低温力学性能。", "200元/样。", 200, "sample" },
  { "疲劳试验机", "Landmark 370.10", "020100", "美特斯工业系统公司", "US", "JNGC-2016-0041", 168, "2016-07-20", "动态载荷±100kN；频率0—50Hz。", "高低周疲劳、裂纹扩展试验。", "150元/小时。", 150, "hour" },
};

static const Service services[] = {
  { "js1", "inspection_testing", "S010201", "金属材料拉伸与冲击试验", "按GB/T 228.1、GB/T 229检测金属材料的室温拉伸性能和夏比冲击吸收能量，提供试样加工。", "检测报告（CMA、CNAS）", "fixed", 480, "item", "3个工作日", TRUE },
  { "js2", "inspection_testing", "S010403", "电磁兼容（EMC）测试", "传导骚扰、辐射骚扰、静电放电、电快速瞬变脉冲群等项目，出具检测报告并提供整改建议。", "检测报告（CMA、CNAS）", "negotiable", 0, "project", "10个工作日", TRUE },
  { "js3", "inspection_testing", "S010206", "机械零部件失效分析", "宏观与微观断口分析、金相检验、成分与硬度检测，判断失效模式和原因。", "失效分析报告", "negotiable", 0, "project", "15个工作日", FALSE },
  { "js4", "inspection_testing", "S010601", "工业废水全项检测", "按GB 8978检测pH、化学需氧量、氨氮、总磷及重金属等项目。", "检测报告（CMA）", "fixed", 1600, "batch", "5个工作日", FALSE },
};
/* clang-format on */

/* -- the university -- */

static void
add_instruments (YqDemo *demo, YqDemoPlay *play)
{
  for (guint i = 0; i < G_N_ELEMENTS (instruments); i++)
    {
      const Instrument *one = &instruments[i];
      g_autofree char *name = g_strdup_printf ("carrierjs %u", i);
      g_autofree char *code = g_strdup_printf ("category %s", one->category);
      g_autofree char *category = yq_id_of_name (code);

      yq_demo_act (
        play, yq_demo_time (demo->now, -42, 9, (int) i), "carrierjs", "instrument", name, "save",
        g_strdup_printf (
          "{\"name\":\"%s\",\"model\":\"%s\",\"category\":\"%s\",\"manufacturer\":\"%s\","
          "\"origin\":\"%s\",\"asset_number\":\"%s\",\"external_id\":\"DY-%s\","
          "\"source\":\"system\",\"original_value\":%d,\"bought_on\":\"%s\",\"indicators\":\"%s\","
          "\"functions\":\"%s\",\"fee_standard\":\"%s\",\"unit_price\":%d,\"fee_unit\":\"%s\","
          "\"place\":\"320115\",\"address\":\"南京市江宁区将军大道169号科研楼\","
          "\"contact_name\":\"严晓东\",\"contact_phone\":\"025-52110368\"}",
          one->name, one->model, category, one->maker, one->origin, one->number, one->number,
          one->value * 1000000, one->bought_on, one->indicators, one->functions, one->fee,
          one->price * 100, one->unit));
    }
}

static void
add_desk (YqDemo *demo, YqDemoPlay *play)
{
  g_autofree char *account = yq_demo_id ("account", "deskjs");

  yq_demo_act (play, yq_demo_time (demo->now, -40, 10, 0), "carrierjs", "desk", "js", "save",
               g_strdup ("{\"name\":\"分析测试中心\",\"contact_name\":\"严晓东\","
                         "\"contact_phone\":\"025-52110368\"}"));
  yq_demo_act (play, yq_demo_time (demo->now, -40, 10, 5), "carrierjs", "desk", "js",
               "assign_account",
               g_strdup_printf ("{\"id\":\"%s\",\"username\":\"deskjs\",\"real_name\":\"严晓东\","
                                "\"phone\":\"13905180202\"}",
                                account));
}

/* -- the testing company -- */

static void
add_store (YqDemo *demo, YqDemoPlay *play)
{
  g_autofree char *licence = yq_demo_paper (YQ_DEMO_LICENCE);

  yq_demo_act (play, yq_demo_time (demo->now, -38, 9, 0), "testerjs", "store", "testerjs", "submit",
               g_strdup_printf (
                 "{\"name\":\"苏检检测服务店\",\"introduction\":\"面向装备制造、电子电气和新材料"
                 "企业提供检验检测、失效分析和技术咨询服务。\",\"scope\":\"材料性能、环境可靠性、"
                 "电磁兼容、环境监测\",\"address\":\"苏州市吴中区吴中大道1368号\","
                 "\"contact_name\":\"陆敏\",\"contact_phone\":\"0512-65880126\","
                 "\"licences\":%s}",
                 licence));
  yq_demo_act (play, yq_demo_time (demo->now, -37, 9, 0), "reviewerjs", "store", "testerjs",
               "approve", NULL);
}

static void
add_services (YqDemo *demo, YqDemoPlay *play)
{
  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    {
      const Service *one = &services[i];
      g_autofree char *code = g_strdup_printf ("category %s", one->category);
      g_autofree char *category = yq_id_of_name (code);
      g_autofree char *price =
        one->price > 0 ? g_strdup_printf ("\"price\":%d,", one->price * 100) : g_strdup ("");

      yq_demo_act (
        play, yq_demo_time (demo->now, -36, 9, (int) i), "testerjs", "service", one->name, "submit",
        g_strdup_printf (
          "{\"track\":\"%s\",\"name\":\"%s\",\"category\":\"%s\",\"domain\":\"measurement\","
          "\"description\":\"%s\",\"deliverable\":\"%s\",\"price_mode\":\"%s\",%s\"unit\":\"%s\","
          "\"cycle\":\"%s\",\"certificates\":[{\"kind\":\"CMA\",\"number\":\"191012340128\"},"
          "{\"kind\":\"CNAS\",\"number\":\"L10482\"}],\"contact_name\":\"陆敏\","
          "\"contact_phone\":\"0512-65880126\"}",
          one->track, one->title, category, one->description, one->deliverable, one->mode, price,
          one->unit, one->cycle));
      /* The last one still waits. */
      if (i + 1 < G_N_ELEMENTS (services))
        yq_demo_act (play, yq_demo_time (demo->now, -35, 9, (int) i), "reviewerjs", "service",
                     one->name, "approve", NULL);
    }
}

static void
add_institution (YqDemo *demo, YqDemoPlay *play)
{
  g_autofree char *papers = yq_demo_paper (YQ_DEMO_COMMITMENT);
  g_autofree char *programme = yq_id_of_name ("programme jiangsu-2026");

  yq_demo_act (play, yq_demo_time (demo->now, -34, 9, 0), "testerjs", "institution", "testerjs",
               "submit",
               g_strdup_printf (
                 "{\"programme\":\"%s\",\"statement\":\"具有CMA、CNAS资质，检测人员42人，实验室面积"
                 "3600平方米，近三年服务企业1200余家。\",\"papers\":%s,\"pledge\":true}",
                 programme, papers));
  yq_demo_act (play, yq_demo_time (demo->now, -32, 9, 0), "reviewerjs", "institution", "testerjs",
               "approve", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    {
      g_autofree char *service = yq_demo_id ("service", services[i].name);

      if (!services[i].for_vouchers)
        continue;
      yq_demo_act (
        play, yq_demo_time (demo->now, -31, 9, (int) i), "testerjs", "voucher_service",
        services[i].name, "submit",
        g_strdup_printf ("{\"service\":\"%s\",\"programme\":\"%s\"}", service, programme));
      yq_demo_act (play, yq_demo_time (demo->now, -30, 9, (int) i), "reviewerjs", "voucher_service",
                   services[i].name, "approve", NULL);
    }
}

/* -- the enterprise -- */

static char *
order_of (const char *service, int quantity, const char *purpose)
{
  g_autofree char *id = yq_demo_id ("service", service);

  return g_strdup_printf ("{\"kind\":\"service\",\"service\":\"%s\",\"quantity\":%d,"
                          "\"purpose\":\"%s\",\"contact_name\":\"顾晨\","
                          "\"contact_phone\":\"13905100101\"}",
                          id, quantity, purpose);
}

static void
add_orders (YqDemo *demo, YqDemoPlay *play)
{
  g_autofree char *programme = yq_id_of_name ("programme jiangsu-2026");
  g_autofree char *report = yq_demo_paper (YQ_DEMO_REPORT);

  yq_demo_act (play, yq_demo_time (demo->now, -28, 9, 0), "enterprisejs", "claim", "cjs", "submit",
               g_strdup_printf ("{\"programme\":\"%s\",\"amount\":5000000,\"purpose\":\"新型紧固件"
                                "材料性能与可靠性检测\",\"pledge\":true}",
                                programme));
  yq_demo_act (play, yq_demo_time (demo->now, -27, 9, 0), "reviewerjs", "claim", "cjs", "approve",
               NULL);
  yq_demo_act (play, yq_demo_time (demo->now, -20, 9, 0), "enterprisejs", "order", "ojs1", "submit",
               order_of ("js1", 6, "测定新批次螺栓用钢的拉伸与冲击性能。"));
  yq_demo_act (play, yq_demo_time (demo->now, -19, 9, 0), "testerjs", "order", "ojs1", "accept",
               NULL);
  yq_demo_act (play, yq_demo_time (demo->now, -14, 9, 0), "testerjs", "order", "ojs1", "save",
               g_strdup_printf ("{\"results\":\"六组试样均符合GB/T 3077要求。\","
                                "\"result_files\":%s}",
                                report));
  yq_demo_act (play, yq_demo_time (demo->now, -14, 9, 5), "testerjs", "order", "ojs1", "deliver",
               NULL);
  yq_demo_act (play, yq_demo_time (demo->now, -1, 9, 0), "enterprisejs", "order", "ojs2", "submit",
               order_of ("js2", 1, "控制器样机出口认证前的摸底测试。"));
}

void
yq_demo_script_jiangsu (YqDemo *demo, YqDemoPlay *play)
{
  add_instruments (demo, play);
  add_desk (demo, play);
  add_store (demo, play);
  add_services (demo, play);
  add_institution (demo, play);
  add_orders (demo, play);
}

/* Everybody knows the password of the secondary account too. */
gboolean
yq_demo_finish_jiangsu (YqDemo *demo, GError **error)
{
  g_autofree char *account = yq_demo_id ("account", "deskjs");

  return yq_session_set_password (demo->conn, account, YQ_DEMO_PASSWORD, error);
}
