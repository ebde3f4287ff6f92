/* The pages on which buyers look for what carriers offer and order it: maps beside the lists, what
 * either side answers for. */
#define G_LOG_DOMAIN "test-find"

#include "frame-fixture.h"

#include "booking-page.h"
#include "filter-bar.h"
#include "find-page.h"
#include "list-page.h"
#include "map-view.h"
#include "record-map.h"
#include "record-page.h"
#include "record-picker.h"
#include "record-table.h"
#include "reference-filter.h"
#include "region-picker.h"
#include "service-page.h"
#include "storefront.h"

#define OTHER "018f3c00-0000-7000-8000-000000000003"
#define NOWHERE "018f3c00-0000-7000-8000-000000000004"

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "find", "system-search-symbolic", "查找仪器", yq_find_page_new, NULL);
  yq_frame_add_page (frame, "services", "yq-service-symbolic", "查找服务", yq_list_page_new,
                     (gpointer) &yq_list_find_services);
  yq_frame_add_page (frame, "carriers", "yq-organisation-symbolic", "查找机构", yq_list_page_new,
                     (gpointer) &yq_list_find_carriers);
}

static void
receive_carrier (Desk *f, const char *id, const char *name, const char *place)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"organisation\",\"id\":\"%s\",\"revision\":1,\"state\":\"active\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"330421\",\"fields\":{\"name\":\"%s\",\"nature\":\"institute\","
    "\"region\":\"330421\",\"is_carrier\":true%s}}",
    id, name, place);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
receive_buyer (Desk *f)
{
  receive (
    f->place.store, YQ_SCOPE_MINE, 1,
    "{\"entity\":\"organisation\",\"id\":\"" BUYER "\",\"revision\":1,\"state\":\"active\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"330421\",\"fields\":{\"name\":\"嘉善云帆新材料有限公司\","
    "\"nature\":\"enterprise\",\"region\":\"330421\"}}");
}

/* fields begins with a comma, or is empty. */
static void
receive_service_with (Desk *f, const char *id, const char *carrier, const char *name,
                      const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"service\",\"id\":\"%s\",\"revision\":1,"
    "\"state\":\"listed\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"carrier\":\"%s\",\"region\":\"330421\","
    "\"fields\":{\"name\":\"%s\",\"track\":\"inspection_testing\"%s}}",
    id, carrier, name, fields);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
receive_service (Desk *f, guint nth, const char *carrier, const char *name)
{
  g_autofree char *id = g_strdup_printf ("018f3c00-0000-7000-8000-0000000001%02u", nth);

  receive_service_with (f, id, carrier, name, "");
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, BUYER, grants, 1, FALSE };

  open_desk (f, &who, build_window);
  f->kind.name = "enterprise";
  receive_carrier (f, CARRIER, "嘉禾测试中心", ",\"latitude\":30746300,\"longitude\":120727500");
  receive_carrier (f, OTHER, "甬江检测院", ",\"latitude\":29870000,\"longitude\":121540000");
  receive_carrier (f, NOWHERE, "无址研究所", "");
  receive_service (f, 1, CARRIER, "金属成分分析");
  receive_service (f, 2, CARRIER, "失效分析");
  receive_service (f, 3, OTHER, "盐雾试验");
  receive_service (f, 4, NOWHERE, "发明专利代理");
  show_desk (f, 1200, 760);
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

/* -- the map beside a list -- */

static YqMapView *
map_of (Desk *f)
{
  GtkWidget *map = gt_find_type (GTK_WIDGET (yq_frame_top (f->frame)), YQ_TYPE_RECORD_MAP);

  g_assert_nonnull (map);
  return (YqMapView *) yq_record_map_view (YQ_RECORD_MAP (map));
}

/* Until the list has its first answer, the page shows neither rows nor map. */
static gboolean
has_places (gpointer data)
{
  Desk *f = data;

  return gt_find_type (GTK_WIDGET (yq_frame_top (f->frame)), YQ_TYPE_RECORD_MAP) != NULL &&
         yq_map_view_n_places (map_of (f)) > 0;
}

static void
show_map (Desk *f, const char *page)
{
  GtkWidget *shown = GTK_WIDGET (yq_frame_show_page (f->frame, page));

  gt_settle (GTK_WIDGET (f->frame));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (gt_find_button (shown, "地图")), TRUE);
  g_assert_true (gt_until (has_places, f, WAIT_MS));
  gt_run (700);
  gt_settle (GTK_WIDGET (f->frame));
}

static void
click_place (Desk *f, double latitude, double longitude)
{
  double x, y;

  yq_map_view_locate (map_of (f), latitude, longitude, &x, &y);
  yq_map_view_click (map_of (f), x, y);
  gt_run (700);
  gt_settle (GTK_WIDGET (f->frame));
}

typedef struct
{
  Desk *f;
  guint n;
} Rows;

static gboolean
has_rows (gpointer data)
{
  Rows *rows = data;
  GtkWidget *table =
    gt_find_type (GTK_WIDGET (yq_frame_top (rows->f->frame)), YQ_TYPE_RECORD_TABLE);
  YqRecordList *list = yq_record_table_list (YQ_RECORD_TABLE (table));

  return !yq_record_list_is_loading (list) &&
         g_list_model_get_n_items (G_LIST_MODEL (list)) == rows->n;
}

static void
assert_rows (Desk *f, guint n)
{
  Rows rows = { f, n };

  g_assert_true (gt_until (has_rows, &rows, WAIT_MS));
}

/* A service stands at its carrier: what is there together is listed alone, until all are wanted. */
static void
test_services_on_the_map (Desk *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->frame);

  show_map (f, "services");
  assert_rows (f, 4);
  g_assert_cmpuint (yq_map_view_n_places (map_of (f)), ==, 3);
  g_assert_true (gt_comes (window, "1 项未填写位置"));
  click_place (f, 30.7463, 120.7275);
  assert_rows (f, 2);
  gt_click (gt_find_button (window, "同一地点：2 项  ✕"));
  assert_rows (f, 4);
}

/* A marker opens what stands there, as a row does. */
static void
test_carriers_on_the_map (Desk *f, gconstpointer data)
{
  YqPage *page;

  show_map (f, "carriers");
  page = yq_frame_top (f->frame);
  assert_rows (f, 3);
  g_assert_cmpuint (yq_map_view_n_places (map_of (f)), ==, 2);
  click_place (f, 29.87, 121.54);
  g_assert_true (yq_frame_top (f->frame) != page);
  g_assert_true (gt_comes (GTK_WIDGET (yq_frame_top (f->frame)), "甬江检测院"));
}

/* The switch is there for the keyboard, and remembered for each list apart. */
static void
test_the_map_is_remembered (Desk *f, gconstpointer data)
{
  GtkWidget *page;

  show_map (f, "carriers");
  page = GTK_WIDGET (yq_frame_show_page (f->frame, "services"));
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (gt_find_button (page, "地图"))));
  yq_frame_renew_page (f->frame, yq_frame_show_page (f->frame, "carriers"));
  page = GTK_WIDGET (yq_frame_top (f->frame));
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (gt_find_button (page, "地图"))));
  g_assert_true (gt_until (has_places, f, WAIT_MS));
}

/* -- the drop-downs of the page of instruments -- */

#define CLASS_1 "018f3c00-0000-7000-8000-000000000301"
#define GROUP_1 "018f3c00-0000-7000-8000-000000000302"
#define CLASS_2 "018f3c00-0000-7000-8000-000000000303"

static void
receive_category (Desk *f, const char *id, const char *code, const char *name, const char *parent)
{
  g_autofree char *below =
    parent != NULL ? g_strdup_printf (",\"parent\":\"%s\"", parent) : g_strdup ("");
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"category\",\"id\":\"%s\",\"revision\":1,\"state\":\"active\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"fields\":{\"code\":\"%s\",\"name\":\"%s\",\"level\":%d,\"kind\":\"instrument\"%s}}",
    id, code, name, parent != NULL ? 2 : 1, below);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
receive_found (Desk *f, guint nth, const char *name, const char *region, const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"instrument\",\"id\":\"018f3c00-0000-7000-8000-0000000004%02u\",\"revision\":1,"
    "\"state\":\"listed\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"carrier\":\"" CARRIER "\","
    "\"region\":\"%s\",\"fields\":{\"name\":\"%s\",%s}}",
    nth, region, name, fields);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

/* They come while the page is open. */
static gboolean
has_classes (gpointer data)
{
  Desk *f = data;
  GtkWidget *classes = gt_find_named (GTK_WIDGET (yq_frame_top (f->frame)), "仪器分类");

  return g_list_model_get_n_items (gtk_drop_down_get_model (GTK_DROP_DOWN (classes))) == 4;
}

static void
show_instruments (Desk *f)
{
  receive_buyer (f);
  receive_category (f, CLASS_1, "01", "分析仪器", NULL);
  receive_category (f, GROUP_1, "0101", "电子光学仪器", CLASS_1);
  receive_category (f, CLASS_2, "02", "环境试验设备", NULL);
  receive_found (f, 1, "电镜", "330421",
                 "\"category\":\"" GROUP_1 "\",\"domain\":\"materials\",\"service_count\":5,"
                 "\"bought_on\":\"2020-01-01\",\"unit_price\":30000");
  receive_found (f, 2, "质谱", "330100",
                 "\"category\":\"" CLASS_1 "\",\"domain\":\"biomedicine\",\"service_count\":9,"
                 "\"bought_on\":\"2022-01-01\",\"unit_price\":50000");
  receive_found (f, 3, "温箱", "320500",
                 "\"category\":\"" CLASS_2 "\",\"domain\":\"materials\",\"service_count\":1,"
                 "\"bought_on\":\"2024-01-01\",\"unit_price\":10000");
  yq_frame_show_page (f->frame, "find");
  g_assert_true (gt_until (has_classes, f, WAIT_MS));
  gt_settle (GTK_WIDGET (f->frame));
}

/* The names listed, in their order: "电镜 质谱". */
static char *
listed (Desk *f)
{
  GtkWidget *view = gt_find_named (GTK_WIDGET (yq_frame_top (f->frame)), "查找到的仪器");
  GListModel *model =
    view != NULL ? G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (view))) : NULL;
  GString *names = g_string_new (NULL);

  for (guint i = 0; model != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(YqRecord) record = g_list_model_get_item (model, i);

      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", yq_record_title (record));
    }
  return g_string_free (names, FALSE);
}

typedef struct
{
  Desk *f;
  const char *expected;
  gboolean in_order;
} Listed;

static gboolean
are_listed (gpointer data)
{
  Listed *wanted = data;
  g_autofree char *got = listed (wanted->f);
  g_auto(GStrv) names = g_strsplit (wanted->expected, " ", -1);

  if (wanted->in_order || strlen (got) != strlen (wanted->expected))
    return g_str_equal (got, wanted->expected);
  for (guint i = 0; names[i] != NULL; i++)
    if (strstr (got, names[i]) == NULL)
      return FALSE;
  return TRUE;
}

static void
assert_listed (Desk *f, const char *expected, gboolean in_order)
{
  Listed wanted = { f, expected, in_order };

  g_assert_true (gt_until (are_listed, &wanted, WAIT_MS));
}

/* Chooses an entry of a drop-down, compares, and takes the choice back. */
static void
assert_narrows (Desk *f, const char *name, guint entry, gboolean in_order, const char *expected)
{
  GtkWidget *drop_down = gt_find_named (GTK_WIDGET (yq_frame_top (f->frame)), name);

  g_assert_true (GTK_IS_DROP_DOWN (drop_down));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), entry);
  assert_listed (f, expected, in_order);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (drop_down), 0);
}

static void
test_the_class_with_its_groups (Desk *f, gconstpointer data)
{
  show_instruments (f);
  assert_narrows (f, "仪器分类", 0, FALSE, "电镜 质谱 温箱");
  assert_narrows (f, "仪器分类", 1, FALSE, "电镜 质谱");
  assert_narrows (f, "仪器分类", 2, FALSE, "电镜");
  assert_narrows (f, "仪器分类", 3, FALSE, "温箱");
}

static void
test_the_field_of_service (Desk *f, gconstpointer data)
{
  show_instruments (f);
  assert_narrows (f, "服务领域", 2, FALSE, "质谱");
  assert_narrows (f, "服务领域", 3, FALSE, "电镜 温箱");
  assert_narrows (f, "服务领域", 5, FALSE, "");
}

static void
test_the_region (Desk *f, gconstpointer data)
{
  static const struct
  {
    const char *region, *found;
  } cases[] = { { "330000", "电镜 质谱" }, { "330400", "电镜" }, { "320000", "温箱" } };

  show_instruments (f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *picker =
        gt_find_type (GTK_WIDGET (yq_frame_top (f->frame)), YQ_TYPE_REGION_PICKER);

      yq_region_picker_set (YQ_REGION_PICKER (picker), cases[i].region);
      g_signal_emit_by_name (picker, "changed");
      assert_listed (f, cases[i].found, FALSE);
    }
}

static void
test_the_order (Desk *f, gconstpointer data)
{
  show_instruments (f);
  assert_narrows (f, "排序", 1, TRUE, "质谱 电镜 温箱");
  assert_narrows (f, "排序", 2, TRUE, "温箱 质谱 电镜");
  assert_narrows (f, "排序", 3, TRUE, "温箱 电镜 质谱");
  assert_narrows (f, "排序", 4, TRUE, "电镜 温箱 质谱");
}

/* -- 区域标签 -- */

/* Where only others may order, the button says where they and where oneself are registered. */
static void
test_a_service_for_other_regions (Desk *f, gconstpointer data)
{
  static const char *const open_to[] = { "[{\"region\":\"320500\"}]",
                                         "[{\"region\":\"320500\"},{\"region\":\"330400\"}]" };
  GtkWidget *page, *order;

  receive_buyer (f);
  for (guint i = 0; i < G_N_ELEMENTS (open_to); i++)
    {
      g_autoptr(YqRecord) service = NULL;
      g_autofree char *id = g_strdup_printf ("018f3c00-0000-7000-8000-00000000020%u", i);
      g_autofree char *fields = g_strdup_printf (",\"open_to\":%s", open_to[i]);

      receive_service_with (f, id, CARRIER, "盐雾试验", fields);
      service = yq_store_get (f->place.store, yq_model_find ("service"), id);
      yq_frame_push (f->frame, yq_service_page_new (f->frame, service));
      gt_settle (GTK_WIDGET (f->frame));
      page = GTK_WIDGET (yq_frame_top (f->frame));
      order = gt_find_button (page, "立即下单");
      g_assert_true (gt_comes (page, "江苏省苏州市"));
      g_assert_cmpint (gtk_widget_is_sensitive (order), ==, i == 1);
      if (i == 1)
        continue;
      g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (order), "江苏省苏州市"));
      g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (order), "浙江省嘉兴市嘉善县"));
    }
}

/* -- what either side answers for -- */

static void
receive_liabilities (Desk *f)
{
  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"jurisdiction\",\"id\":\"018f3c00-0000-7000-8000-0000000000b1\","
           "\"revision\":1,\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"330000\",\"fields\":{"
           "\"name\":\"浙江\",\"code\":\"zhejiang\",\"seat\":\"330000\",\"prefix\":\"ZJ\","
           "\"regions\":[{\"region\":\"330000\"}],\"texts\":["
           "{\"kind\":\"liability.enterprise\",\"version\":1,\"text\":\"按约定付费\"},"
           "{\"kind\":\"liability.carrier\",\"version\":1,\"text\":\"对结果负责\"}]}}");
}

/* Folded, and above or below what has to be typed, which stays in sight; opened, they can be read.
 */
static void
assert_liabilities (GtkWidget *root, const char *typed)
{
  static const char *const folds[] = { "使用方责任（第1版）", "供给方责任（第1版）" };
  static const char *const texts[] = { "按约定付费", "对结果负责" };

  for (guint i = 0; i < G_N_ELEMENTS (folds); i++)
    {
      GtkWidget *fold = gt_find_named (root, folds[i]);

      g_assert_true (GTK_IS_EXPANDER (fold));
      g_assert_false (gtk_expander_get_expanded (GTK_EXPANDER (fold)));
      g_assert_false (gt_has_text (root, texts[i]));
      g_assert_true (gt_comes (root, typed));
      gtk_expander_set_expanded (GTK_EXPANDER (fold), TRUE);
      g_assert_true (gt_comes (root, texts[i]));
    }
  g_assert_true (gt_comes (root, typed));
}

static void
test_who_books_can_read_the_liability (Desk *f, gconstpointer data)
{
  g_autoptr(YqRecord) order = yq_store_new_record (f->place.store, &yq_order);

  receive_buyer (f);
  receive_liabilities (f);
  yq_record_set_text (order, ORDER_KIND, "service");
  yq_record_set_text (order, ORDER_SERVICE, "018f3c00-0000-7000-8000-000000000101");
  yq_frame_push (f->frame, yq_booking_page_open (f->frame, order));
  gt_settle (GTK_WIDGET (f->frame));
  assert_liabilities (GTK_WIDGET (yq_frame_top (f->frame)), "检测用途");
}

static void
test_who_accepts_can_read_the_liability (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, CARRIER } };
  const YqWho who = { ACCOUNT, CARRIER, grants, 1, FALSE };
  g_autoptr(YqRecord) order = NULL;
  GtkWidget *dialog;

  receive_liabilities (f);
  receive_order (f->place.store, "018f3c00-0000-7000-8000-000000000021", 1, "submitted",
                 "\"kind\":\"service\",\"item_title\":\"盐雾试验\"");
  yq_store_set_who (f->place.store, &who);
  order = yq_store_get (f->place.store, &yq_order, "018f3c00-0000-7000-8000-000000000021");
  yq_step_run (GTK_WIDGET (f->frame), f->outbox, order, "accept", NULL, NULL, NULL);
  gt_settle (GTK_WIDGET (f->frame));
  dialog = gt_find_dialog (GTK_WIDGET (f->frame));
  g_assert_nonnull (dialog);
  assert_liabilities (dialog, "价格");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gt_run (300);
}

/* -- a booking served in parts -- */

static gboolean
holds (GtkWidget *widget, const char *text)
{
  if (GTK_IS_TEXT (widget))
    return g_str_equal (gtk_editable_get_text (GTK_EDITABLE (widget)), text);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (holds (child, text))
      return TRUE;
  return FALSE;
}

static void
test_a_second_record_is_about_the_rest (Desk *f, gconstpointer data)
{
  g_autoptr(YqRecord) order = NULL;
  GtkWidget *form;

  receive_order (f->place.store, "018f3c00-0000-7000-8000-000000000021", 1, "accepted",
                 "\"kind\":\"service\",\"item_title\":\"盐雾试验\",\"price\":100000");
  receive (f->place.store, YQ_SCOPE_MINE, 1,
           "{\"entity\":\"service_record\",\"id\":\"018f3c00-0000-7000-8000-000000000022\","
           "\"revision\":1,\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER
           "\",\"carrier\":\"" CARRIER "\",\"region\":\"330421\",\"fields\":{"
           "\"order\":\"018f3c00-0000-7000-8000-000000000021\",\"fee\":40000}}");
  order = yq_store_get (f->place.store, &yq_order, "018f3c00-0000-7000-8000-000000000021");
  form = g_object_ref_sink (yq_step_form_new (f->outbox, order, "add_service_record"));
  g_assert_true (holds (form, "600.00"));
  g_object_unref (form);
}

/* -- services by category -- */

#define TESTING "018f3c00-0000-7000-8000-000000000401"
#define PHYSICAL "018f3c00-0000-7000-8000-000000000402"
#define COMPOSITION "018f3c00-0000-7000-8000-000000000403"
#define IMPURITIES "018f3c00-0000-7000-8000-000000000404"
#define COUNSEL "018f3c00-0000-7000-8000-000000000405"

static void
receive_service_category (Desk *f, const char *id, const char *code, const char *name,
                          const char *parent)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"category\",\"id\":\"%s\",\"revision\":1,\"state\":\"active\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"fields\":{\"code\":\"%s\",\"name\":\"%s\",\"level\":%d,\"kind\":\"service\"%s%s%s}}",
    id, code, name, (int) strlen (code) / 2, parent != NULL ? ",\"parent\":\"" : "",
    parent != NULL ? parent : "", parent != NULL ? "\"" : "");

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
receive_service_categories (Desk *f)
{
  receive_category (f, CLASS_1, "01", "分析仪器", NULL);
  receive_service_category (f, TESTING, "S1", "检验检测", NULL);
  receive_service_category (f, PHYSICAL, "S101", "理化分析", TESTING);
  receive_service_category (f, COMPOSITION, "S10101", "成分分析", PHYSICAL);
  receive_service_category (f, IMPURITIES, "S10102", "杂质分析", PHYSICAL);
  receive_service_category (f, COUNSEL, "S2", "知识产权", NULL);
}

/* What the picker offers, title and path, one a line. */
static char *
offered (GtkWidget *popover)
{
  GtkWidget *list = gt_find_named (popover, "查找结果");
  GString *text = g_string_new (NULL);

  for (GtkWidget *row = list != NULL ? gtk_widget_get_first_child (list) : NULL; row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *title =
        gtk_widget_get_first_child (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row)));

      g_string_append_printf (text, "%s|%s\n", gtk_label_get_text (GTK_LABEL (title)),
                              gtk_label_get_text (GTK_LABEL (gtk_widget_get_next_sibling (title))));
    }
  return g_string_free (text, FALSE);
}

typedef struct
{
  GtkWidget *popover;
  const char *expected;
} Offer;

static gboolean
is_offered (gpointer data)
{
  Offer *offer = data;
  g_autofree char *text = offered (offer->popover);

  return g_str_equal (text, offer->expected);
}

static void
assert_offers (Desk *f, YqRecordPicker *picker, const char *typed, const char *expected)
{
  GtkMenuButton *button = GTK_MENU_BUTTON (yq_record_picker_button (picker));
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (button));
  Offer offer = { popover, expected };

  gtk_menu_button_popup (button);
  gt_settle (GTK_WIDGET (f->frame));
  gtk_editable_set_text (GTK_EDITABLE (gt_find_type (popover, GTK_TYPE_SEARCH_ENTRY)), typed);
  g_assert_true (gt_until (is_offered, &offer, WAIT_MS));
  gtk_menu_button_popdown (button);
  gt_settle (GTK_WIDGET (f->frame));
}

/* The form of a service offers the narrowest ones with their path; a broad word finds them too. */
static void
test_only_the_narrowest_are_offered (Desk *f, gconstpointer data)
{
  GtkWidget *picker = yq_record_picker_new (f->place.store, "category", "选择…");
  YqPage *page = yq_page_new ("类别", picker);

  receive_service_categories (f);
  yq_record_picker_set_only (YQ_RECORD_PICKER (picker),
                             yq_service.fields[SERVICE_CATEGORY].refers_if);
  gtk_widget_set_valign (picker, GTK_ALIGN_START);
  yq_frame_push (f->frame, page);
  gt_settle (GTK_WIDGET (f->frame));
  assert_offers (f, YQ_RECORD_PICKER (picker), "",
                 "成分分析|检验检测 › 理化分析 › 成分分析\n"
                 "杂质分析|检验检测 › 理化分析 › 杂质分析\n"
                 "知识产权|知识产权\n");
  assert_offers (f, YQ_RECORD_PICKER (picker), "检验",
                 "成分分析|检验检测 › 理化分析 › 成分分析\n"
                 "杂质分析|检验检测 › 理化分析 › 杂质分析\n");
}

static gboolean
count_cb (YqRecord *record, gpointer asked)
{
  ++*(guint *) asked;
  return TRUE;
}

/* What is found after one has left is shown to nobody: the filter belongs to what is gone. */
static void
test_a_search_ends_with_its_page (Desk *f, gconstpointer data)
{
  guint asked = 0;

  receive_service_categories (f);
  for (guint leaves = 0; leaves < 2; leaves++)
    {
      GtkWidget *picker = yq_record_picker_new (f->place.store, "category", "选择…");

      yq_record_picker_set_filter (YQ_RECORD_PICKER (picker), count_cb, &asked);
      yq_frame_push (f->frame, yq_page_new ("类别", picker));
      gt_settle (GTK_WIDGET (f->frame));
      gtk_menu_button_popup (GTK_MENU_BUTTON (yq_record_picker_button (YQ_RECORD_PICKER (picker))));
      if (leaves)
        yq_frame_pop (f->frame);
      gt_run (300);
      g_assert_cmpint (asked > 0, ==, !leaves);
      asked = 0;
    }
}

/* A class stands for all below it; only those that take vouchers; both are taken back. */
static void
test_services_by_category (Desk *f, gconstpointer data)
{
  GtkWidget *page, *filter, *tick;

  receive_service_categories (f);
  receive_service_with (f, "018f3c00-0000-7000-8000-000000000501", CARRIER, "钢的成分",
                        ",\"category\":\"" COMPOSITION "\",\"for_vouchers\":true");
  receive_service_with (f, "018f3c00-0000-7000-8000-000000000502", CARRIER, "钢的杂质",
                        ",\"category\":\"" IMPURITIES "\",\"for_vouchers\":false");
  receive_service_with (f, "018f3c00-0000-7000-8000-000000000503", OTHER, "专利检索",
                        ",\"category\":\"" COUNSEL "\",\"for_vouchers\":true");
  page = GTK_WIDGET (yq_frame_show_page (f->frame, "services"));
  gt_settle (GTK_WIDGET (f->frame));
  assert_rows (f, 7);
  filter = gt_find_type (page, YQ_TYPE_REFERENCE_FILTER);
  g_assert_nonnull (filter);
  yq_reference_filter_choose (YQ_REFERENCE_FILTER (filter), TESTING);
  gt_settle (GTK_WIDGET (f->frame));
  assert_rows (f, 2);
  g_assert_true (gt_comes (page, "服务类别：检验检测"));
  tick = gt_find_type (gt_find_type (page, YQ_TYPE_FILTER_BAR), GTK_TYPE_CHECK_BUTTON);
  g_assert_cmpstr (gtk_check_button_get_label (GTK_CHECK_BUTTON (tick)), ==, "可用券");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (tick), TRUE);
  gt_settle (GTK_WIDGET (f->frame));
  assert_rows (f, 1);
  gt_click (gt_find_button (filter, "服务类别：全部"));
  gt_settle (GTK_WIDGET (f->frame));
  assert_rows (f, 2);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (tick), FALSE);
  gt_settle (GTK_WIDGET (f->frame));
  assert_rows (f, 7);
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/find/" name, Desk, NULL, set_up, func, tear_down)
  ADD ("map/services", test_services_on_the_map);
  ADD ("map/carriers", test_carriers_on_the_map);
  ADD ("map/remembered", test_the_map_is_remembered);
  ADD ("instruments/class", test_the_class_with_its_groups);
  ADD ("instruments/domain", test_the_field_of_service);
  ADD ("instruments/region", test_the_region);
  ADD ("instruments/order", test_the_order);
  ADD ("services/offered", test_only_the_narrowest_are_offered);
  ADD ("services/left", test_a_search_ends_with_its_page);
  ADD ("services/category", test_services_by_category);
  ADD ("regions/service", test_a_service_for_other_regions);
  ADD ("services/parts", test_a_second_record_is_about_the_rest);
  ADD ("liability/booking", test_who_books_can_read_the_liability);
  ADD ("liability/acceptance", test_who_accepts_can_read_the_liability);
  return g_test_run ();
}
