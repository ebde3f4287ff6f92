/* The instruments of the demo's two carriers, from data/demo/instruments.csv. */
#define G_LOG_DOMAIN "yiquand"

#include "demo-private.h"

#include <gio/gio.h>
#include <string.h>

#include "catalogue.h"
#include "clock.h"
#include "data-resources.h"
#include "load-data.h"
#include "owners.h"
#include "party.h"

/* Columns of the file. */
enum
{
  NAME,
  NAME_EN,
  CATEGORY,
  DOMAIN_CODE,
  INDICATORS,
  FUNCTIONS,
  SERVICE_CONTENT,
  PRICE, /* yuan */
  FEE_UNIT,
  MODEL,
  MANUFACTURER,
  ORIGIN,
  VALUE, /* 万元 */
  N_CELLS
};

typedef struct
{
  const char *carrier, *prefix, *place, *address;
  int latitude, longitude;
  const char *people[6], *phones[6];
} Site;

/* clang-format off */
static const Site sites[] = {
  { "carrier1", "JHDX", "330402", "嘉兴市南湖区嘉杭路118号理工楼", 30746300, 120727500,
    { "李文博", "何静怡", "高峰", "范晓东", "陆婷", "冯伟" },
    { "13905731101", "13905731102", "13905731103", "13905731104", "13905731105", "13905731106" } },
  { "carrier2", "ZBCL", "330411", "嘉兴市秀洲区康和路1288号光伏科创园5号楼", 30763900, 120689200,
    { "周敏", "钱立群", "姚海燕", "朱俊杰", "唐雪", "马骏" },
    { "13905732101", "13905732102", "13905732103", "13905732104", "13905732105", "13905732106" } },
};

/* A smaller park of its own: every seventh row. */
#define OTHERS_EVERY 7

static const Site others[] = {
  { "carriersd", "QLFX", "370102", "济南市历下区科院路19号", 36668200, 117066300,
    { "刘文静", "宋伟", "孟祥瑞", "曲晓红", "于洋", "丁立" },
    { "13905312101", "13905312102", "13905312103", "13905312104", "13905312105", "13905312106" } },
  { "carriercsj", "SHSC", "310115", "上海市浦东新区张江路665号6幢", 31202600, 121602300,
    { "陆晨", "顾佳怡", "戴明", "严俊", "薛敏", "卞涛" },
    { "13905212101", "13905212102", "13905212103", "13905212104", "13905212105", "13905212106" } },
};
/* clang-format on */

static const char *
word_of_unit (const char *unit)
{
  static const char *const words[][2] = {
    { "hour", "小时" }, { "sample", "样" }, { "item", "项" }, { "day", "天" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i][0], unit) == 0)
      return words[i][1];
  return "次";
}

/* A small number that depends on row and use only. */
static guint
pick (guint row, guint use, guint n)
{
  guint32 x = (row + 1) * 2654435761u ^ (use + 1) * 2246822519u;

  x ^= x >> 15;
  x *= 2246822519u;
  x ^= x >> 13;
  return x % n;
}

/* -- one instrument -- */

static JsonArray *
make_hours (guint row, const char *unit)
{
  static const char *const closes[] = { "17:00", "17:30", "20:00", "17:00" };
  JsonArray *hours = json_array_new ();
  int days = pick (row, 1, 6) == 0 ? 6 : 5;

  /* Test chambers run day and night. */
  if (strcmp (unit, "day") == 0)
    return hours;
  for (int day = 1; day <= days; day++)
    {
      JsonObject *open = json_object_new ();

      json_object_set_int_member (open, "weekday", day);
      json_object_set_string_member (open, "opens", pick (row, 2, 3) == 0 ? "09:00" : "08:30");
      json_object_set_string_member (open, "closes", closes[pick (row, 3, 4)]);
      json_array_add_object_element (hours, open);
    }
  return hours;
}

static JsonArray *
make_operators (const Site *site, guint row)
{
  JsonArray *operators = json_array_new ();

  for (guint i = 0; i < 1 + pick (row, 4, 2); i++)
    {
      JsonObject *person = json_object_new ();
      guint nth = (pick (row, 5, 6) + i) % 6;

      json_object_set_string_member (person, "name", site->people[nth]);
      json_object_set_string_member (person, "duty", i == 0 ? "操作" : "维修保养");
      json_object_set_string_member (person, "phone", site->phones[nth]);
      json_array_add_object_element (operators, person);
    }
  return operators;
}

static void
fill_from_cells (YqRecord *record, char **cells)
{
  static const struct
  {
    guint field, cell;
  } texts[] = { { INSTRUMENT_NAME, NAME },
                { INSTRUMENT_NAME_EN, NAME_EN },
                { INSTRUMENT_DOMAIN, DOMAIN_CODE },
                { INSTRUMENT_MODEL, MODEL },
                { INSTRUMENT_MANUFACTURER, MANUFACTURER },
                { INSTRUMENT_ORIGIN, ORIGIN },
                { INSTRUMENT_INDICATORS, INDICATORS },
                { INSTRUMENT_FUNCTIONS, FUNCTIONS },
                { INSTRUMENT_SERVICE_CONTENT, SERVICE_CONTENT },
                { INSTRUMENT_FEE_UNIT, FEE_UNIT } };
  g_autofree char *name = g_strdup_printf ("category %s", cells[CATEGORY]);
  g_autofree char *category = yq_id_of_name (name);
  g_autofree char *standard =
    g_strdup_printf ("校外用户%s元/%s；样品前处理、数据分析另计。持创新券的企业可按规定抵扣。",
                     cells[PRICE], word_of_unit (cells[FEE_UNIT]));

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    yq_record_set_text (record, texts[i].field, cells[texts[i].cell]);
  yq_record_set_text (record, INSTRUMENT_CATEGORY, category);
  yq_record_set_int (record, INSTRUMENT_ORIGINAL_VALUE,
                     g_ascii_strtoll (cells[VALUE], NULL, 10) * 1000000);
  yq_record_set_int (record, INSTRUMENT_UNIT_PRICE, g_ascii_strtoll (cells[PRICE], NULL, 10) * 100);
  yq_record_set_text (record, INSTRUMENT_FEE_STANDARD, standard);
}

static void
fill_from_site (YqRecord *record, const Site *site, guint row, guint nth, int year)
{
  guint bought = year - 1 - pick (row, 6, 16), person = pick (row, 5, 6);
  g_autofree char *asset = g_strdup_printf ("%s-%u-%05u", site->prefix, bought, 1000 + nth * 7);
  g_autofree char *day =
    g_strdup_printf ("%u-%02u-%02u", bought, 1 + pick (row, 7, 12), 1 + pick (row, 8, 28));
  g_autofree char *since =
    g_strdup_printf ("%u-%02u-%02u", bought + 1, 1 + pick (row, 9, 6), 1 + pick (row, 10, 28));
  g_autofree char *address =
    g_strdup_printf ("%s%u室", site->address, 101 + 100 * pick (row, 11, 6) + pick (row, 12, 18));

  yq_record_set_text (record, INSTRUMENT_ASSET_NUMBER, asset);
  yq_record_set_text (record, INSTRUMENT_SOURCE, "own");
  yq_record_set_text (record, INSTRUMENT_BOUGHT_ON, day);
  yq_record_set_text (record, INSTRUMENT_USED_SINCE, bought + 1 < (guint) year ? since : day);
  yq_record_set_text (record, INSTRUMENT_REGION, site->place);
  yq_record_set_text (record, INSTRUMENT_ADDRESS, address);
  yq_record_set_int (record, INSTRUMENT_LATITUDE,
                     site->latitude + (int) pick (row, 13, 9000) - 4500);
  yq_record_set_int (record, INSTRUMENT_LONGITUDE,
                     site->longitude + (int) pick (row, 14, 11000) - 5500);
  yq_record_set_text (record, INSTRUMENT_CONTACT_NAME, site->people[person]);
  yq_record_set_text (record, INSTRUMENT_CONTACT_PHONE, site->phones[person]);
  yq_record_set_text (record, INSTRUMENT_RULES,
                      "1. 预约成功后请按时送样，样品须注明名称、数量和危险性；2. "
                      "易燃、易爆、有毒、强腐蚀样品请提前说明；3. "
                      "临时取消请至少提前一个工作日通知；4. 测试数据保存一年，请及时拷贝。");
  yq_record_take_array (record, INSTRUMENT_OPERATORS, make_operators (site, row));
  yq_record_set_int (record, INSTRUMENT_SERVICE_COUNT, pick (row, 15, 90));
}

static const char *
condition_of (guint row)
{
  switch (pick (row, 16, 41))
    {
    case 0:
      return "repair";
    case 1:
      return "stopped";
    default:
      return "normal";
    }
}

static gboolean
add_instrument (YqDemo *demo, YqTx *tx, const Site *site, char **cells, guint row, guint nth,
                GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s %u", site->carrier, nth);
  g_autofree char *id = yq_demo_id ("instrument", name);
  g_autofree char *carrier = yq_demo_id ("organisation", site->carrier);
  g_autoptr(YqRecord) record = yq_record_new (&yq_instrument, id);
  g_autoptr(YqRecord) owner = NULL;

  yq_record_set_carrier (record, carrier);
  yq_owners_fill (tx->world, NULL, record);
  owner = yq_world_get (tx->world, &yq_organisation, carrier);
  fill_from_cells (record, cells);
  fill_from_site (record, site, row, nth, yq_year_of (demo->now));
  yq_record_take_array (record, INSTRUMENT_OPENING_HOURS, make_hours (row, cells[FEE_UNIT]));
  /* The first ones carry the history: they are in order. */
  yq_record_set_text (record, INSTRUMENT_CONDITION, nth < 30 ? "normal" : condition_of (row));
  yq_record_set_text (record, INSTRUMENT_CARRIER_NAME, yq_record_title (owner));
  yq_record_set_int (record, INSTRUMENT_DECIDED_AT, tx->now);
  yq_record_set_state (record, pick (row, 17, 37) == 0 && nth >= 30 ? "stopped" : "listed");
  return yq_tx_insert (tx, record, "save", error);
}

/* -- the file -- */

static gboolean
add_others (YqDemo *demo, YqTx *tx, char **cells, guint row, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (row % OTHERS_EVERY == 1 &&
        !add_instrument (demo, tx, &others[i], cells, row + 2000 + 1000 * i, row / OTHERS_EVERY,
                         error))
      return FALSE;
  return TRUE;
}

/* Every second row is the second carrier's; some of the first have a second unit. */
gboolean
yq_demo_add_catalogue (YqDemo *demo, YqTx *tx, GError **error)
{
  g_autoptr(GBytes) bytes =
    g_resource_lookup_data (yq_data_get_resource (), "/cn/yiquan/data/demo/instruments.csv",
                            G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_auto(GStrv) lines = NULL;
  guint nth[2] = { 0, 0 };

  if (bytes == NULL)
    return FALSE;
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto(GStrv) cells = g_strsplit (lines[i], ",", -1);
      guint site = (i - 1) % 2;

      if (g_strv_length (cells) != N_CELLS)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "demo/instruments.csv:%u: %u cells, not %d", i + 1, g_strv_length (cells),
                       N_CELLS);
          return FALSE;
        }
      if (!add_instrument (demo, tx, &sites[site], cells, i, nth[site]++, error) ||
          !add_others (demo, tx, cells, i, error))
        return FALSE;
      if (i % 13 == 0 &&
          !add_instrument (demo, tx, &sites[1 - site], cells, i + 1000, nth[1 - site]++, error))
        return FALSE;
    }
  return TRUE;
}
