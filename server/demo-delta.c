/* The Yangtze River Delta in the demo: an enterprise of Wujiang pays a laboratory of Shanghai with
 * a voucher the carrier redeems (通兑). */
#define G_LOG_DOMAIN "yiquand"

#include "demo-private.h"

#include "clock.h"
#include "load-data.h"
#include "programme.h"

#define CARRIER "carriercsj"
#define BUYER "enterprisecsj"
#define BUREAU "reviewercsj"

typedef enum
{
  SUBMITTED,
  ACCEPTED, /* its quota waits to be confirmed */
  CONFIRMED,
  DONE,     /* the results are there: the carrier may redeem */
  REDEEMED, /* the enterprise has consented: the bureau reviews */
} Stage;

typedef struct
{
  const char *name, *instrument; /* of the carrier, by its number */
  int placed, wished;            /* weekdays from today on */
  const char *sample;
  int samples;
  const char *purpose, *project, *effect;
  int price, quota; /* yuan */
  Stage stage;
} Order;

/* clang-format off */
static const Order orders[] = {
  { "csj1", "carriercsj 0", -32, -28, "压力芯片截面", 6, "观察压力芯片键合界面的形貌，分析漏气原因。", "车规级压力传感器研发", "键合良率由92%提高到98%", 24000, 12000, REDEEMED },
  { "csj2", "carriercsj 2", -22, -18, "封装后芯片", 8, "在封装界面切割截面，观察老化后的分层。", "车规级压力传感器研发", "通过1000小时高温老化试验", 12800, 6400, DONE },
  { "csj3", "carriercsj 1", -12, -7, "陶瓷基板", 4, "分析陶瓷基板金属化层的元素分布。", "氮氧传感器芯片开发", "确定金属化烧结工艺窗口", 9600, 4800, CONFIRMED },
  { "csj4", "carriercsj 3", -4, 4, "封装胶料萃取液", 5, "测定封装胶料中可萃取的小分子残留。", "氮氧传感器芯片开发", "残留物降到检出限以下", 8000, 4000, ACCEPTED },
  { "csj5", "carriercsj 0", -1, 6, "引线键合点", 10, "检查引线键合点的截面形貌。", "车规级压力传感器研发", "完成量产前可靠性验证", 0, 0, SUBMITTED },
};
/* clang-format on */

/* The laboratory stands in Pudong, where the trial has not come to: in the demo it has. */
gboolean
yq_demo_extend_delta (YqTx *tx, GError **error)
{
  g_autofree char *id = yq_id_of_name ("jurisdiction delta");
  g_autoptr(YqRecord) stored = yq_world_get (tx->world, &yq_jurisdiction, id);
  g_autoptr(YqRecord) extended = yq_record_copy (stored);
  JsonArray *there = yq_record_array (stored, JURISDICTION_REGIONS), *regions = json_array_new ();
  JsonObject *row = json_object_new ();

  for (guint i = 0; i < json_array_get_length (there); i++)
    json_array_add_object_element (regions,
                                   json_object_ref (json_array_get_object_element (there, i)));
  json_object_set_string_member (row, "region", "310115");
  json_array_add_object_element (regions, row);
  yq_record_take_array (extended, JURISDICTION_REGIONS, regions);
  return yq_tx_update (tx, stored, extended, "save", NULL, error);
}

static char *
programme_id (void)
{
  return yq_id_of_name ("programme delta-2026-320509");
}

static char *
period_of (const YqDemo *demo, const Order *order, char **begin)
{
  gint64 from = yq_demo_time (demo->now, order->wished, 9, 0);

  *begin = yq_time_format (from);
  return yq_time_format (from + 2 * 3600 * YQ_SECOND);
}

static void
add_order (YqDemo *demo, YqDemoPlay *play, const Order *order)
{
  g_autofree char *instrument = yq_demo_id ("instrument", order->instrument);
  g_autofree char *papers = yq_demo_paper (YQ_DEMO_CONTRACT);
  g_autofree char *begin = NULL;
  g_autofree char *end = period_of (demo, order, &begin);

  yq_demo_act (
    play, yq_demo_time (demo->now, order->placed, 10, 20), BUYER, "order", order->name, "submit",
    g_strdup_printf (
      "{\"instruments\":[\"%s\"],\"wished\":[{\"from\":\"%s\",\"to\":\"%s\"}],"
      "\"samples\":[{\"name\":\"%s\",\"quantity\":%d,\"form\":\"固体\",\"return\":true}],"
      "\"purpose\":\"%s\",\"project_name\":\"%s\",\"project_source\":\"own\","
      "\"own_project\":\"%s\",\"expected_effect\":\"%s\",\"voucher\":\"{voucher}\","
      "\"papers\":%s,\"contact_name\":\"沈佳\",\"contact_phone\":\"13905120101\"}",
      instrument, begin, end, order->sample, order->samples, order->purpose, order->project,
      order->project, order->effect, papers));
  if (order->stage >= ACCEPTED)
    yq_demo_act (
      play, yq_demo_time (demo->now, order->placed + 1, 9, 40), CARRIER, "order", order->name,
      "accept",
      g_strdup_printf ("{\"confirmed_from\":\"%s\",\"confirmed_to\":\"%s\",\"price\":%d}", begin,
                       end, order->price * 100));
  if (order->stage >= CONFIRMED)
    yq_demo_act (play, yq_demo_time (demo->now, order->placed + 2, 14, 10), BUREAU, "order",
                 order->name, "confirm_quota",
                 g_strdup_printf ("{\"amount\":%d}", order->quota * 100));
}

/* What the accepted order made of its voucher has no name here: it is found by the order. */
static void
add_results (YqDemo *demo, YqDemoPlay *play, const Order *order)
{
  g_autofree char *use = g_strdup_printf ("{use %s}", order->name);
  g_autofree char *report = yq_demo_paper (YQ_DEMO_REPORT);
  g_autofree char *programme = programme_id ();

  if (order->stage < DONE)
    return;
  yq_demo_act (play, yq_demo_time (demo->now, order->wished + 3, 16, 0), CARRIER, "voucher_use",
               use, "save", g_strdup_printf ("{\"result_files\":%s}", report));
  if (order->stage < REDEEMED)
    return;
  yq_demo_act (play, yq_demo_time (demo->now, -8, 10, 30), CARRIER, "redemption", order->name,
               "submit",
               g_strdup_printf ("{\"programme\":\"%s\",\"mode\":\"uses\",\"redeemer\":\"carrier\","
                                "\"place\":\"320509\",\"lines\":[{\"use\":\"%s\",\"asked\":%d}]}",
                                programme, use, order->quota * 100));
  yq_demo_act (play, yq_demo_time (demo->now, -6, 11, 0), BUYER, "redemption", order->name,
               "consent", NULL);
}

/* What waits for the bureau of Shanghai. */
static void
add_instrument (YqDemo *demo, YqDemoPlay *play)
{
  g_autofree char *category = yq_id_of_name ("category 010100");

  yq_demo_act (
    play, yq_demo_time (demo->now, -3, 10, 0), CARRIER, "instrument", "csj new", "submit",
    g_strdup_printf (
      "{\"name\":\"双束扫描电子显微镜\",\"category\":\"%s\",\"domain\":\"electronics\","
      "\"model\":\"Helios 5 UX\",\"manufacturer\":\"赛默飞\",\"origin\":\"US\","
      "\"asset_number\":\"SHSC-N-001\",\"original_value\":986000000,\"bought_on\":\"2025-03-18\","
      "\"condition\":\"normal\",\"place\":\"310115\",\"address\":\"上海市浦东新区张江路665号6幢"
      "203室\",\"indicators\":\"离子束分辨率：2.5 nm；电子束分辨率：0.6 nm（2 kV）\",\"functions\":"
      "\"截面切割、透射样品制备、三维重构\",\"fee_standard\":\"900元/小时\",\"unit_price\":90000,"
      "\"fee_unit\":\"hour\",\"contact_name\":\"陆晨\",\"contact_phone\":\"13905210201\"}",
      category));
}

void
yq_demo_script_delta (YqDemo *demo, YqDemoPlay *play)
{
  g_autofree char *programme = programme_id ();

  yq_demo_act (play, yq_demo_time (demo->now, -40, 9, 0), BUYER, "claim", "csj", "submit",
               g_strdup_printf ("{\"programme\":\"%s\",\"amount\":10000000,\"purpose\":\"用于车规级"
                                "传感器研发过程中的测试分析\",\"pledge\":true}",
                                programme));
  yq_demo_act (play, yq_demo_time (demo->now, -38, 9, 0), BUREAU, "claim", "csj", "approve", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      add_order (demo, play, &orders[i]);
      add_results (demo, play, &orders[i]);
    }
  add_instrument (demo, play);
}
