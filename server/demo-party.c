/* The organisations and people of the demo. */
#define G_LOG_DOMAIN "yiquand"

#include "demo-private.h"

#include <string.h>

#include "clock.h"
#include "load-data.h"
#include "owners.h"
#include "party.h"
#include "programme.h"
#include "qualification.h"
#include "session.h"

typedef struct
{
  const char *name; /* of the account that manages it */
  const char *state;
  const char *title, *nature, *uscc, *region, *address, *postcode, *legal_person, *industry;
  int employees;
  gint64 revenue, assets; /* 万元 */
  gboolean is_carrier, is_high_tech;
  const char *sme_number, *contact, *phone, *email, *website, *introduction;
  int latitude, longitude; /* degrees in millionths */
  const char *bank, *bank_account;
} Party;

typedef struct
{
  const char *username, *real_name, *phone, *email;
  const char *organisation; /* a Party's name, or NULL */
  const char *role;         /* NULL: a person who does not belong to an organisation yet */
  const char *region;       /* of a reviewer, or where he lives */
} Person;

/* clang-format off */
static const Party parties[] = {
  { "carrier1", "active", "嘉禾大学分析测试中心", "university", "12330400MB1A2C3D0P", "330400", "浙江省嘉兴市南湖区嘉杭路118号理工楼", "314001", "沈国梁", "M", 186, 9200, 41000, TRUE, FALSE, NULL,
    "李文博", "0573-83640126", "cszx@jiahe-demo.example", "https://cszx.jiahe-demo.example", "中心面向嘉兴及长三角企业开放共享大型科学仪器，具有检验检测机构资质认定（CMA）证书，设有材料分析、化学分析、生物医药、力学与可靠性四个实验室，常年承接测试分析、失效分析和方法开发任务。", 30746300, 120727500, "中国工商银行嘉兴南湖支行", "1204060009300128846" },
  { "carrier2", "active", "浙北材料检测研究院", "institute", "12330400470935K6X8", "330400", "浙江省嘉兴市秀洲区康和路1288号光伏科创园5号楼", "314031", "徐海峰", "M", 96, 5600, 18800, TRUE, FALSE, NULL,
    "周敏", "0573-82798816", "service@zbcl-demo.example", "https://www.zbcl-demo.example", "研究院从事金属材料、高分子材料、光伏与电子元器件的检验检测，具有CMA、CNAS资质，提供仪器预约、上门取样和检测报告加急服务，为企业提供从样品到整改的一站式解决方案。", 30763900, 120689200, "中国建设银行嘉兴秀洲支行", "33050163610009001278" },
  { "enterprise1", "active", "嘉善云帆新材料有限公司", "enterprise", "91330421MA2BC1D44G", "330421", "浙江省嘉兴市嘉善县惠民街道隆全路88号", "314100", "王建平", "BCD", 126, 8600, 10200, FALSE, TRUE, "202633042100001218",
    "王晓燕", "0573-84186688", "xmb@yunfan-demo.example", "https://www.yunfan-demo.example", "主要从事功能性膜材料和导热复合材料的研发与生产。", 30839800, 120967600, "中国农业银行嘉善惠民支行", "19334401040012886" },
  { "enterprise2", "active", "嘉善启明精密机械有限公司", "enterprise", "91330421MA2CX7E93R", "330421", "浙江省嘉兴市嘉善县姚庄镇宝群东路168号", "314117", "陈启明", "BCD", 68, 4300, 5600, FALSE, FALSE, "202633042100002306",
    "陈志强", "0573-84776628", "tech@qiming-demo.example", NULL, "专业制造滑动轴承、精密轴套和液压件。", 30897200, 120937300, "嘉善农村商业银行姚庄支行", "201000128846618" },
  { "enterprise3", "draft", "嘉善禾风电子科技有限公司", "enterprise", "91330421MA2DK3H59H", "330421", "浙江省嘉兴市嘉善县罗星街道归谷二路118号", "314100", "沈亦凡", "BCD", 42, 2100, 3000, FALSE, FALSE, NULL,
    "赵雨欣", "0573-84058126", "office@hefeng-demo.example", NULL, "从事车载传感器和声学器件的研发。", 30822100, 120906500, NULL, NULL },
  { "enterprise4", "active", "浙江鸳湖生物科技有限公司", "enterprise", "91330402MA2BT8W12T", "330402", "浙江省嘉兴市南湖区亚太路705号", "314006", "吴梦洁", "M", 35, 1500, 2600, FALSE, TRUE, "202633040200001187",
    "孙浩", "0573-82586120", "lab@yuanhu-demo.example", NULL, "从事功能性食品原料和体外诊断试剂的研发。", 30739100, 120810300, "杭州银行嘉兴分行", "3304040160000118826" },
  { "carrierjs", "active", "江南工程大学", "university", "123201004660072396", "320115", "江苏省南京市江宁区将军大道169号", "211106", "钱志远", "M", 2860, 186000, 520000, FALSE, FALSE, NULL,
    "许佳宁", "025-52110300", "sbc@jngc-demo.example", "https://www.jngc-demo.example", "学校拥有大型科学仪器六百余台，由各学院、重点实验室和分析测试中心对外开放共享。", 31937200, 118792500, "中国工商银行南京江宁支行", "4301021119100128846" },
  { "testerjs", "active", "苏检检测技术（苏州）有限公司", "enterprise", "91320594MA1N8K2L2E", "320506", "江苏省苏州市吴中区吴中大道1368号", "215104", "陆建华", "M", 128, 6800, 9200, FALSE, TRUE, NULL,
    "陆敏", "0512-65880126", "service@sujian-demo.example", "https://www.sujian-demo.example", "第三方检验检测机构，具有CMA、CNAS资质，服务装备制造、电子电气和新材料企业。", 31264800, 120632300, "中国建设银行苏州吴中支行", "32250198863600001278" },
  { "enterprisejs", "active", "无锡恒锐精密紧固件有限公司", "enterprise", "91320205MA20K9D4XX", "320205", "江苏省无锡市锡山区东亭街道锡沪中路66号", "214101", "顾国平", "BCD", 86, 5200, 6400, FALSE, TRUE, "202632020500001186",
    "顾晨", "0510-88230116", "tech@hengrui-demo.example", "https://www.hengrui-demo.example", "专业制造风电和轨道交通用高强度紧固件。", 31583400, 120383600, "江苏银行无锡锡山支行", "20830188000128846" },
  { "carriercsj", "active", "上海申测检测技术有限公司", "enterprise", "91310115MA1H3C5D2Y", "310115", "上海市浦东新区张江路665号6幢", "201203", "顾文斌", "M", 210, 12600, 15800, TRUE, TRUE, NULL,
    "陆晨", "021-50806618", "service@shence-demo.example", "https://www.shence-demo.example", "面向长三角企业提供汽车电子、材料和生物医药领域的检验检测服务，具有CMA、CNAS资质。", 31202600, 121602300, "上海银行张江支行", "03003512880012886" },
  { "enterprisecsj", "active", "苏州汾湖智造传感科技有限公司", "enterprise", "91320509MA1W8K2L7A", "320509", "江苏省苏州市吴江区黎里镇康力大道898号", "215211", "钱立群", "BCD", 88, 5200, 6800, FALSE, TRUE, "202632050900001216",
    "沈佳", "0512-63281288", "rd@fenhu-demo.example", NULL, "从事汽车传感器的研发与生产。", 31010300, 120716300, "苏州农村商业银行汾湖支行", "0706678011120100128866" },
  { "enterprisecsj2", "active", "嘉善祥符荡生物科技有限公司", "enterprise", "91330421MA2JF6M48A", "330421", "浙江省嘉兴市嘉善县西塘镇祥符荡路66号", "314102", "金海燕", "M", 46, 2300, 3600, FALSE, TRUE, "202633042100001908",
    "周倩", "0573-84562188", "lab@xiangfu-demo.example", NULL, "从事酶制剂和生物检测试剂的研发。", 30955300, 120876200, "嘉善农村商业银行西塘支行", "201000188646018" },
  { "enterprisecsj3", "active", "马鞍山江东新材料有限公司", "enterprise", "91340503MA2NQ8R52U", "340503", "安徽省马鞍山市花山区江东大道1288号", "243000", "程志远", "BCD", 120, 7600, 9800, FALSE, TRUE, "202634050300001126",
    "吴晓梅", "0555-2488816", "rd@jiangdong-demo.example", NULL, "从事高强度钢用涂层材料的研发与生产。", 31691200, 118512800, "徽商银行马鞍山花山支行", "1551001021000128826" },
  { "enterprisecsj4", "active", "上海青西环保科技有限公司", "enterprise", "91310118MA1JL5T93F", "310118", "上海市青浦区金泽镇练西公路4788号", "201718", "陶建华", "M", 38, 1900, 2700, FALSE, FALSE, "202631011800001316",
    "许敏", "021-59262688", "office@qingxi-demo.example", NULL, "从事水处理膜材料的研发。", 31038600, 120916900, "上海农商银行金泽支行", "50131000128866018" },
  { "carriersd", "active", "齐鲁分析测试中心", "institute", "12370000MB2F6Q1H7T", "370102", "山东省济南市历下区科院路19号", "250014", "孙兆明", "M", 132, 7400, 36500, TRUE, FALSE, NULL,
    "刘文静", "0531-88521266", "fuwu@qltest-demo.example", "https://www.qltest-demo.example", "中心是山东省大型科学仪器设备协作共用网入网单位，具有检验检测机构资质认定（CMA）证书，面向省内企业提供材料表征、成分分析、环境与食品检测服务。", 36668200, 117066300, "中国银行济南历下支行", "237510889214466" },
  { "enterprisesd", "active", "济南泉新精密材料有限公司", "enterprise", "91370112MA3K8P2L7N", "370112", "山东省济南市历城区工业北路5577号", "250109", "张泉生", "BCD", 86, 6800, 7900, FALSE, TRUE, "202637011200003316",
    "李晓楠", "0531-82676618", "rd@quanxin-demo.example", "https://www.quanxin-demo.example", "从事精密陶瓷结构件和耐磨涂层的研发与生产。", 36706900, 117138400, "齐鲁银行济南历城支行", "86611731101421006688" },
  { "enterprisesd2", "active", "济南岱岳智能装备有限公司", "enterprise", "91370100MA3N5T7Q71", "370116", "山东省济南市莱芜区汇源大街67号", "271100", "吕建军", "BCD", 420, 15600, 23800, FALSE, TRUE, NULL,
    "王海涛", "0531-76260188", "tech@daiyue-demo.example", NULL, "制造数控机床功能部件和自动化生产线。", 36213700, 117660100, "莱商银行莱芜支行", "802010801421008866" },
};

static const Person people[] = {
  { "enterprise1", "王晓燕", "13905730101", "wangxy@yunfan-demo.example", "enterprise1", "manager", "330421" },
  { "yunfan2",     "刘思远", "13905730102", "liusy@yunfan-demo.example", "enterprise1", "member", "330421" },
  { "enterprise2", "陈志强", "13905730103", "chenzq@qiming-demo.example", "enterprise2", "manager", "330421" },
  { "enterprise3", "赵雨欣", "13905730104", "zhaoyx@hefeng-demo.example", "enterprise3", "manager", "330421" },
  { "enterprise4", "孙浩",   "13905730105", "sunhao@yuanhu-demo.example", "enterprise4", "manager", "330402" },
  { "carrier1",    "李文博", "13905730201", "liwb@jiahe-demo.example", "carrier1", "manager", "330402" },
  { "jiahe2",      "何静怡", "13905730202", "hejy@jiahe-demo.example", "carrier1", "member", "330402" },
  { "carrier2",    "周敏",   "13905730203", "zhoumin@zbcl-demo.example", "carrier2", "manager", "330411" },
  { "reviewer1",   "沈丽华", "13905730301", NULL, NULL, "reviewer", "330421" },
  { "reviewer2",   "徐建国", "13905730302", NULL, NULL, "reviewer", "330400" },
  { "reviewer3",   "吴静",   "13905730303", NULL, NULL, "reviewer", "330000" },
  { "carrierjs",   "许佳宁", "13905180201", "xujn@jngc-demo.example", "carrierjs", "manager", "320115" },
  { "testerjs",    "陆敏",   "13905120201", "lumin@sujian-demo.example", "testerjs", "manager", "320506" },
  { "enterprisejs", "顾晨",  "13905100101", "guchen@hengrui-demo.example", "enterprisejs", "manager", "320205" },
  { "reviewerjs",  "苏慧",   "13905180301", NULL, NULL, "reviewer", "320000" },
  { "enterprisecsj",  "沈佳",   "13905120101", "shenjia@fenhu-demo.example", "enterprisecsj", "manager", "320509" },
  { "enterprisecsj2", "周倩",   "13905730106", "zhouqian@xiangfu-demo.example", "enterprisecsj2", "manager", "330421" },
  { "enterprisecsj3", "吴晓梅", "13905550101", "wuxm@jiangdong-demo.example", "enterprisecsj3", "manager", "340503" },
  { "enterprisecsj4", "许敏",   "13905210101", "xumin@qingxi-demo.example", "enterprisecsj4", "manager", "310118" },
  { "carriercsj",     "陆晨",   "13905210201", "luchen@shence-demo.example", "carriercsj", "manager", "310115" },
  { "reviewercsj",    "顾红梅", "13905120301", NULL, NULL, "reviewer", "320509" },
  { "reviewercsj2",   "方振华", "13905550301", NULL, NULL, "reviewer", "340500" },
  { "reviewercsj3",   "俞明",   "13905210301", NULL, NULL, "reviewer", "310118" },
  { "reviewersh",     "陈思远", "13905210302", NULL, NULL, "reviewer", "310000" },
  { "expertcsj",      "严教授", "13905210401", NULL, NULL, "expert", "330421" },
  { "expertcsj2",     "石研究员", "13905210402", NULL, NULL, "expert", "330421" },
  { "expertcsj3",     "罗工",   "13905550401", NULL, NULL, "expert", "340500" },
  { "carriersd",     "刘文静", "13905310201", "liuwj@qltest-demo.example", "carriersd", "manager", "370102" },
  { "enterprisesd",  "李晓楠", "13905310101", "lixn@quanxin-demo.example", "enterprisesd", "manager", "370112" },
  { "quanxin2",      "赵一鸣", "13905310102", "zhaoym@quanxin-demo.example", "enterprisesd", "member", "370112" },
  { "enterprisesd2", "王海涛", "13905310103", "wanght@daiyue-demo.example", "enterprisesd2", "manager", "370116" },
  { "personsd",      "周子涵", "13905310104", NULL, NULL, NULL, "370112" },
  { "reviewerjn",    "高文斌", "13905310301", NULL, NULL, "reviewer", "370100" },
  { "reviewersd",    "韩雪梅", "13905310302", NULL, NULL, "reviewer", "370000" },
  { "admin",       "系统管理员", "13905730401", NULL, NULL, "administrator", NULL },
};
/* clang-format on */

#define WAN G_GINT64_CONSTANT (1000000) /* fen */

static void
take_files (YqRecord *record, guint field, guint paper)
{
  g_autofree char *text = yq_demo_paper (paper);
  g_autoptr(JsonNode) node = json_from_string (text, NULL);

  yq_record_take_array (record, field, json_array_ref (json_node_get_array (node)));
}

static void
fill_texts (YqRecord *record, const Party *party)
{
  const struct
  {
    guint field;
    const char *text;
  } texts[] = {
    { ORGANISATION_NAME, party->title },
    { ORGANISATION_NATURE, party->nature },
    { ORGANISATION_USCC, party->uscc },
    { ORGANISATION_REGION, party->region },
    { ORGANISATION_ADDRESS, party->address },
    { ORGANISATION_POSTCODE, party->postcode },
    { ORGANISATION_LEGAL_PERSON, party->legal_person },
    { ORGANISATION_INDUSTRY, party->industry },
    { ORGANISATION_SME_NUMBER, party->sme_number },
    { ORGANISATION_CONTACT_NAME, party->contact },
    { ORGANISATION_CONTACT_PHONE, party->phone },
    { ORGANISATION_CONTACT_EMAIL, party->email },
    { ORGANISATION_WEBSITE, party->website },
    { ORGANISATION_INTRODUCTION, party->introduction },
    { ORGANISATION_BANK_NAME, party->bank },
    { ORGANISATION_BANK_ACCOUNT, party->bank_account },
    { ORGANISATION_BANK_HOLDER, party->bank ? party->title : NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    yq_record_set_text (record, texts[i].field, texts[i].text);
}

static YqRecord *
make_organisation (YqTx *tx, const Party *party)
{
  g_autofree char *id = yq_demo_id ("organisation", party->name);
  YqRecord *record = yq_record_new (&yq_organisation, id);

  fill_texts (record, party);
  yq_record_set_int (record, ORGANISATION_EMPLOYEES, party->employees);
  yq_record_set_int (record, ORGANISATION_REVENUE, party->revenue * WAN);
  yq_record_set_int (record, ORGANISATION_TOTAL_ASSETS, party->assets * WAN);
  yq_record_set_int (record, ORGANISATION_HIGH_TECH, party->is_high_tech);
  yq_record_set_int (record, ORGANISATION_WANTS_VOUCHERS, !party->is_carrier);
  yq_record_set_int (record, ORGANISATION_LATITUDE, party->latitude);
  yq_record_set_int (record, ORGANISATION_LONGITUDE, party->longitude);
  yq_record_set_int (record, ORGANISATION_COMMITMENT_ACCEPTED, TRUE);
  yq_record_set_int (record, ORGANISATION_COMMITMENT_VERSION, 1);
  yq_record_set_int (record, ORGANISATION_COMMITMENT_ACCEPTED_AT, tx->now);
  take_files (record, ORGANISATION_LICENCES, YQ_DEMO_LICENCE);
  take_files (record, ORGANISATION_COMMITMENT_FILE, YQ_DEMO_COMMITMENT);
  yq_owners_fill (tx->world, NULL, record);
  return record;
}

/* Its qualification has been approved by its city. */
static gboolean
add_qualification (YqTx *tx, const Party *party, YqRecord *organisation, GError **error)
{
  g_autofree char *id = yq_demo_id ("qualification", party->name);
  g_autoptr(YqRecord) record = yq_record_new (&yq_qualification, id);

  yq_record_set_carrier (record, yq_record_id (organisation));
  yq_record_set_text (record, QUALIFICATION_KIND, "carrier");
  yq_record_set_text (record, QUALIFICATION_TO_REGION, party->region);
  yq_record_set_text (record, QUALIFICATION_ORGANISATION_NAME, party->title);
  yq_record_set_text (record, QUALIFICATION_SERVICE_SCOPE, party->introduction);
  yq_record_set_text (record, QUALIFICATION_PHONE, party->phone);
  yq_record_set_text (record, QUALIFICATION_HOURS, "周一至周五 8:30—17:00");
  yq_record_set_text (record, QUALIFICATION_WEBSITE, party->website);
  yq_record_set_text (record, QUALIFICATION_ADDRESS, party->address);
  yq_record_set_int (record, QUALIFICATION_LATITUDE, party->latitude);
  yq_record_set_int (record, QUALIFICATION_LONGITUDE, party->longitude);
  take_files (record, QUALIFICATION_COMMITMENT_LETTER, YQ_DEMO_COMMITMENT);
  yq_owners_fill (tx->world, NULL, record);
  yq_record_set_state (record, "pending");
  yq_record_set_int (record, QUALIFICATION_STAGE, 1);
  yq_record_set_int (record, QUALIFICATION_SUBMITTED_AT, tx->now);
  yq_record_set_int (record, QUALIFICATION_DECIDED_AT, tx->now);
  return yq_tx_insert (tx, record, "submit", error) &&
         yq_tx_step (tx, record, "approve", NULL, error);
}

/* A verified one goes the way every one goes: draft, submitted, approved. */
static gboolean
add_organisation (YqTx *tx, const Party *party, GError **error)
{
  g_autoptr(YqRecord) record = make_organisation (tx, party);

  if (strcmp (party->state, "active") != 0)
    return yq_tx_insert (tx, record, "save", error);
  yq_record_set_state (record, "pending");
  yq_record_set_int (record, ORGANISATION_STAGE, 1);
  yq_record_set_int (record, ORGANISATION_SUBMITTED_AT, tx->now);
  yq_record_set_int (record, ORGANISATION_DECIDED_AT, tx->now);
  return yq_tx_insert (tx, record, "submit", error) &&
         yq_tx_step (tx, record, "approve", NULL, error) &&
         (!party->is_carrier || add_qualification (tx, party, record, error));
}

static gboolean
add_membership (YqTx *tx, const Person *person, const char *account, const char *organisation,
                GError **error)
{
  g_autoptr(YqRecord) membership = yq_record_new (&yq_membership, NULL);
  g_autoptr(YqRecord) record = yq_world_get (tx->world, &yq_organisation, organisation);

  yq_record_set_state (membership, "active");
  yq_record_set_account (membership, account);
  yq_record_set_buyer (membership, organisation);
  yq_record_set_region (membership, yq_record_region (record));
  yq_record_set_text (membership, MEMBERSHIP_ACCOUNT, account);
  yq_record_set_text (membership, MEMBERSHIP_ORGANISATION, organisation);
  yq_record_set_text (membership, MEMBERSHIP_ROLE, person->role);
  yq_record_set_text (membership, MEMBERSHIP_REAL_NAME, person->real_name);
  yq_record_set_text (membership, MEMBERSHIP_ORGANISATION_NAME, yq_record_title (record));
  return yq_tx_insert (tx, membership, "derive", error);
}

static gboolean
add_grant (YqTx *tx, const Person *person, const char *account, const char *organisation,
           GError **error)
{
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);

  yq_record_set_account (grant, account);
  yq_record_set_text (grant, GRANT_ACCOUNT, account);
  yq_record_set_text (grant, GRANT_ROLE, person->role);
  yq_record_set_text (grant, GRANT_ORGANISATION, organisation);
  yq_record_set_text (grant, GRANT_NAME, person->real_name);
  if (yq_word_in ("reviewer|expert", person->role))
    {
      yq_record_set_text (grant, GRANT_REGION, person->region);
      yq_record_set_region (grant, person->region);
    }
  return yq_tx_insert (tx, grant, "save", error);
}

static gboolean
add_person (YqTx *tx, const Person *person, GError **error)
{
  g_autofree char *id = yq_demo_id ("account", person->username);
  g_autofree char *organisation =
    person->organisation ? yq_demo_id ("organisation", person->organisation) : NULL;
  g_autoptr(YqRecord) account = yq_record_new (&yq_account, id);

  yq_record_set_text (account, ACCOUNT_USERNAME, person->username);
  yq_record_set_text (account, ACCOUNT_REAL_NAME, person->real_name);
  yq_record_set_text (account, ACCOUNT_PHONE, person->phone);
  yq_record_set_text (account, ACCOUNT_EMAIL, person->email);
  yq_record_set_text (account, ACCOUNT_REGION, person->region);
  yq_record_set_account (account, id);
  if (g_strcmp0 (person->role, "expert") == 0)
    yq_record_set_region (account, person->region);
  return yq_tx_insert (tx, account, "save", error) &&
         (person->role == NULL || add_grant (tx, person, id, organisation, error)) &&
         (organisation == NULL || add_membership (tx, person, id, organisation, error)) &&
         yq_session_set_password (tx->conn, id, YQ_DEMO_PASSWORD, error);
}

/* -- programmes: this year's, whatever year it is -- */

static void
add_window (JsonArray *windows, const char *region, gint64 from, gint64 to)
{
  JsonObject *row = json_object_new ();
  g_autofree char *first = yq_date_of (from);
  g_autofree char *last = yq_date_of (to);

  json_object_set_string_member (row, "region", region);
  json_object_set_string_member (row, "from", first);
  json_object_set_string_member (row, "to", last);
  json_array_add_object_element (windows, row);
}

static void
set_day (YqRecord *record, guint field, gint64 time)
{
  g_autofree char *day = yq_date_of (time);

  yq_record_set_text (record, field, day);
}

/* The first is open now, the second opens soon, the third is open too. */
static JsonArray *
make_windows (YqDemo *demo, const char *region, guint nth)
{
  JsonArray *windows = json_array_new ();

  add_window (windows, region, demo->now - 100 * YQ_DAY, demo->now - 60 * YQ_DAY);
  if (nth == 1)
    add_window (windows, region, demo->now + 9 * YQ_DAY, demo->now + 29 * YQ_DAY);
  else
    add_window (windows, region, demo->now - 20 * YQ_DAY,
                demo->now + (29 - 3 * MIN (nth, 2)) * YQ_DAY);
  return windows;
}

static gboolean
date_programme (YqDemo *demo, YqTx *tx, YqRecord *stored, guint nth, GError **error)
{
  g_autoptr(YqRecord) programme = yq_record_copy (stored);
  const char *region = yq_record_text (programme, PROGRAMME_REGION);
  g_autofree char *year = g_strdup_printf ("%d年", yq_year_of (demo->now));
  g_autoptr(GString) name = g_string_new (yq_record_text (programme, PROGRAMME_NAME));

  g_string_replace (name, "2026年", year, 1);
  yq_record_set_text (programme, PROGRAMME_NAME, name->str);
  yq_record_set_int (programme, PROGRAMME_YEAR, yq_year_of (demo->now));
  set_day (programme, PROGRAMME_VALID_FROM, demo->now - 200 * YQ_DAY);
  set_day (programme, PROGRAMME_VALID_UNTIL, demo->now + 120 * YQ_DAY);
  set_day (programme, PROGRAMME_USE_UNTIL, demo->now + 150 * YQ_DAY);
  set_day (programme, PROGRAMME_REDEEM_UNTIL, demo->now + 240 * YQ_DAY);
  if (yq_record_int (programme, PROGRAMME_HAS_WINDOWS))
    yq_record_take_array (programme, PROGRAMME_WINDOWS, make_windows (demo, region, nth));
  return yq_tx_update (tx, stored, programme, "save", NULL, error);
}

static gboolean
date_programmes (YqDemo *demo, YqTx *tx, GError **error)
{
  static const char *const names[] = {
    "zhejiang-2026-330421",
    "zhejiang-2026-330402",
    "zhejiang-2026-330481",
    "jiangsu-2026",
    "delta-2026-320509",
    "delta-2026-310118",
    "delta-2026-330421",
    "delta-2026-340500",
    "delta-2026-320507",
    "shandong-provincial-2026",
    "shandong-municipal-2026-370100",
    "shandong-municipal-2026-370200",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *key = g_strdup_printf ("programme %s", names[i]);
      g_autofree char *id = yq_id_of_name (key);
      g_autoptr(YqRecord) stored = yq_world_get (tx->world, &yq_programme, id);

      if (stored != NULL && !date_programme (demo, tx, stored, i, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
yq_demo_add_parties (YqDemo *demo, YqTx *tx, GError **error)
{
  if (!yq_load_data (tx, error) || !yq_demo_extend_delta (tx, error) ||
      !date_programmes (demo, tx, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (parties); i++)
    if (!add_organisation (tx, &parties[i], error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    if (!add_person (tx, &people[i], error))
      return FALSE;
  return TRUE;
}
