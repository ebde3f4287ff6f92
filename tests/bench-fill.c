/* Fills a server's folder through the same door every command goes through, the same every time:
 * --data DIR and what is wanted of
 *   --count N      listed instruments of many carriers all over Zhejiang,
 *   --waiting N    instruments of carriers of Jiaxing that wait for their reviewer,
 *   --claimants N  enterprises of Jiashan that may claim; prints the token of each. */
#define G_LOG_DOMAIN "yiquan-bench"

#include <glib.h>

#include "admin.h"
#include "catalogue.h"
#include "claimants.h"
#include "clock.h"
#include "model.h"
#include "party.h"
#include "region.h"
#include "tx.h"
#include "world-sql.h"

#define BATCH 2000
#define CARRIERS 200

static const char *const kinds[] = {
  "场发射扫描电镜",   "透射电子显微镜",   "气相色谱-质谱联用仪", "高效液相色谱仪",
  "傅里叶红外光谱仪", "激光共焦显微镜",   "X射线衍射仪",         "电感耦合等离子体质谱仪",
  "万能材料试验机",   "疲劳试验机",       "综合热分析仪",        "原子吸收分光光度计",
  "核磁共振波谱仪",   "流式细胞仪",       "荧光定量PCR仪",       "恒温恒湿试验箱",
  "三坐标测量机",     "电磁兼容测试系统", "矢量网络分析仪",      "振动试验台",
  "超速离心机",       "激光粒度仪",       "比表面积分析仪",      "X射线光电子能谱仪",
  "原子力显微镜",     "示波器",           "盐雾试验箱",          "工业CT",
  "凝胶渗透色谱仪",   "离子色谱仪",       "拉曼光谱仪",          "动态热机械分析仪",
};
static const char *const makers[] = { "日立",   "赛默飞", "安捷伦",   "岛津",
                                      "布鲁克", "蔡司",   "聚光科技", "牛津仪器" };
static const char *const prefixes[] = { "浙江", "杭州", "嘉兴", "宁波",
                                        "温州", "绍兴", "湖州", "金华" };
static const char *const suffixes[] = { "检测技术研究院", "材料分析中心", "计量科学研究所",
                                        "大学测试中心", "生物医药公共平台" };

typedef struct
{
  YqTx tx;
  GRand *chance;
  GPtrArray *regions;    /* codes of counties */
  GPtrArray *categories; /* ids */
  GPtrArray *carriers;   /* YqRecord */
} Fill;

#define PICK(fill, array) (array)[g_rand_int_range ((fill)->chance, 0, G_N_ELEMENTS (array))]

static void
must (gboolean good, GError *error)
{
  if (!good)
    g_error ("%s", error != NULL ? error->message : "it did not work");
}

static void
find_regions (Fill *fill, const char *within)
{
  for (guint i = 0; i < yq_region_count (); i++)
    {
      const YqRegion *region = yq_region_nth (i);

      if (region->level == 3 && yq_region_holds (within, region->code) &&
          yq_region_can_choose (region->code))
        g_ptr_array_add (fill->regions, (gpointer) region->code);
    }
}

static void
find_categories (Fill *fill)
{
  GError *error = NULL;
  g_autoptr(SqlRows) rows =
    sql_query (fill->tx.conn, "SELECT id FROM category WHERE kind = 'instrument' ORDER BY id",
               SQL_NO_ARGS, &error);

  must (rows != NULL, error);
  while (sql_rows_next (rows, &error))
    g_ptr_array_add (fill->categories, g_strdup (sql_rows_text (rows, 0)));
  must (error == NULL && fill->categories->len > 0, error);
}

static void
insert (Fill *fill, YqRecord *record)
{
  GError *error = NULL;

  must (yq_tx_insert (&fill->tx, record, "save", &error), error);
}

static void
submit (Fill *fill, YqRecord *record)
{
  GError *error = NULL;

  if (!yq_tx_step (&fill->tx, record, "submit", NULL, &error))
    g_error ("%s",
             fill->tx.problem != NULL ? yq_problem_detail (fill->tx.problem) : error->message);
}

static YqRecord *
add_carrier (Fill *fill, guint i)
{
  YqRecord *record = yq_record_new (&yq_organisation, NULL);
  const char *region = g_ptr_array_index (fill->regions, i % fill->regions->len);
  g_autofree char *name = g_strdup_printf ("%s%s%s", PICK (fill, prefixes),
                                           yq_region_find (region)->name, PICK (fill, suffixes));

  yq_record_set_text (record, ORGANISATION_NAME, name);
  yq_record_set_text (record, ORGANISATION_NATURE, "institute");
  yq_record_set_text (record, ORGANISATION_REGION, region);
  yq_record_set_int (record, ORGANISATION_IS_CARRIER, TRUE);
  yq_record_set_state (record, "active");
  yq_record_set_region (record, region);
  insert (fill, record);
  return record;
}

static void
add_instrument (Fill *fill, guint i, gboolean waits)
{
  g_autoptr(YqRecord) record = yq_record_new (&yq_instrument, NULL);
  YqRecord *carrier = g_ptr_array_index (fill->carriers, i % fill->carriers->len);
  const char *kind = PICK (fill, kinds);
  g_autofree char *model =
    g_strdup_printf ("%c%c-%u", 'A' + i % 26, 'A' + i / 26 % 26, 100 + i % 8900);
  g_autofree char *asset = g_strdup_printf ("ZJ%08u", i);
  g_autofree char *functions = g_strdup_printf ("%s分析与测试，配套附件%u件", kind, 1 + i % 9);

  yq_record_set_text (record, INSTRUMENT_NAME, kind);
  yq_record_set_text (record, INSTRUMENT_CATEGORY,
                      g_ptr_array_index (fill->categories, i % fill->categories->len));
  yq_record_set_text (record, INSTRUMENT_MODEL, model);
  yq_record_set_text (record, INSTRUMENT_MANUFACTURER, PICK (fill, makers));
  yq_record_set_text (record, INSTRUMENT_ASSET_NUMBER, asset);
  yq_record_set_int (record, INSTRUMENT_ORIGINAL_VALUE,
                     g_rand_int_range (fill->chance, 100, 60000) * G_GINT64_CONSTANT (10000));
  yq_record_set_text (record, INSTRUMENT_BOUGHT_ON, "2021-06-01");
  yq_record_set_text (record, INSTRUMENT_CONDITION, "normal");
  yq_record_set_text (record, INSTRUMENT_REGION, yq_record_region (carrier));
  yq_record_set_text (record, INSTRUMENT_INDICATORS,
                      "分辨率 1.0 nm；加速电压 0.5–30 kV；样品台五轴");
  yq_record_set_text (record, INSTRUMENT_FUNCTIONS, functions);
  yq_record_set_text (record, INSTRUMENT_FEE_STANDARD, "机时费每小时 300 元，制样费另计");
  yq_record_set_int (record, INSTRUMENT_UNIT_PRICE, 30000);
  yq_record_set_text (record, INSTRUMENT_FEE_UNIT, "hour");
  yq_record_set_text (record, INSTRUMENT_CONTACT_NAME, "王工");
  yq_record_set_text (record, INSTRUMENT_CONTACT_PHONE, "0573-82345678");
  yq_record_set_text (record, INSTRUMENT_CARRIER_NAME, yq_record_text (carrier, ORGANISATION_NAME));
  yq_record_set_state (record, waits ? "draft" : "listed");
  yq_record_set_carrier (record, yq_record_id (carrier));
  yq_record_set_region (record, yq_record_region (carrier));
  insert (fill, record);
  if (waits)
    submit (fill, record);
}

static void
add_instruments (Fill *fill, const char *within, guint count, gboolean wait)
{
  GError *error = NULL;
  guint i = 0;

  must (sql_begin (fill->tx.conn, TRUE, &error), error);
  find_regions (fill, within);
  find_categories (fill);
  for (guint n = 0; n < CARRIERS; n++)
    g_ptr_array_add (fill->carriers, add_carrier (fill, n));
  must (sql_commit (fill->tx.conn, &error), error);
  while (i < count)
    {
      must (sql_begin (fill->tx.conn, TRUE, &error), error);
      for (guint n = 0; n < BATCH && i < count; n++)
        add_instrument (fill, i++, wait);
      must (sql_commit (fill->tx.conn, &error), error);
    }
}

static void
add_claimants (Fill *fill, guint count)
{
  g_autofree char *id = yq_demo_id ("organisation", "enterprise1");
  g_autoptr(YqRecord) model = yq_world_get (fill->tx.world, &yq_organisation, id);
  GError *error = NULL;
  guint i = 0;

  must (model != NULL, NULL);
  while (i < count)
    {
      must (sql_begin (fill->tx.conn, TRUE, &error), error);
      for (guint n = 0; n < BATCH && i < count; n++)
        {
          g_autofree char *token = claimant_add (&fill->tx, model, i++, &error);

          must (token != NULL, error);
          g_print ("%s\n", token);
        }
      must (sql_commit (fill->tx.conn, &error), error);
    }
}

static void
fill_clear (Fill *fill)
{
  yq_world_sql_free (fill->tx.world);
  g_rand_free (fill->chance);
  g_ptr_array_unref (fill->carriers);
  g_ptr_array_unref (fill->categories);
  g_ptr_array_unref (fill->regions);
}

int
main (int argc, char **argv)
{
  g_autofree char *data = NULL;
  int count = 0, waiting = 0, claimants = 0;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, "Folder of a server that does not run", "DIR" },
    { "count", 0, 0, G_OPTION_ARG_INT, &count, "How many instruments", "N" },
    { "waiting", 0, 0, G_OPTION_ARG_INT, &waiting, "How many that wait for review", "N" },
    { "claimants", 0, 0, G_OPTION_ARG_INT, &claimants, "How many enterprises", "N" },
    { NULL },
  };
  g_autoptr(GOptionContext) context = g_option_context_new ("- fills a server");
  g_autoptr(YqConfig) config = yq_config_new ();
  g_autoptr(SqlConn) conn = NULL;
  GError *error = NULL;
  YqWho clock = { .is_clock = TRUE };
  Fill fill = { 0 };
  gint64 now = yq_clock_now ();

  g_option_context_add_main_entries (context, entries, NULL);
  must (g_option_context_parse (context, &argc, &argv, &error), error);
  must (data != NULL, NULL);
  g_free (config->data);
  config->data = g_strdup (data);
  must ((conn = yq_admin_open (config, &error)) != NULL, error);

  fill.chance = g_rand_new_with_seed (20230710);
  fill.regions = g_ptr_array_new ();
  fill.categories = g_ptr_array_new_with_free_func (g_free);
  fill.carriers = g_ptr_array_new_with_free_func (g_object_unref);
  yq_tx_init (&fill.tx, conn, yq_world_sql_new (conn, now), &clock, now);
  if (count > 0)
    add_instruments (&fill, "33", (guint) count, FALSE);
  if (waiting > 0)
    add_instruments (&fill, "3304", (guint) waiting, TRUE);
  if (claimants > 0)
    add_claimants (&fill, (guint) claimants);
  fill_clear (&fill);
  return 0;
}
