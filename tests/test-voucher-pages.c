/* A voucher leads to where its programme uses it: a use, an order, a settlement, a quick
 * redemption. */
#define G_LOG_DOMAIN "test-voucher-pages"

#include "frame-fixture.h"

#include "booking-page.h"
#include "home-page.h"
#include "list-page.h"
#include "party.h"
#include "record-page.h"
#include "redemption-page.h"
#include "redemption.h"
#include "voucher.h"
#include "vouchers-page.h"

#define ORDER "018f3c00-0000-7000-8000-0000000000d1"

static YqPage *
page_new (YqFrame *frame, gpointer title)
{
  return yq_page_new (title, gtk_label_new (title));
}

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "vouchers", "yq-voucher-symbolic", "创新券", yq_vouchers_page_new,
                     NULL);
  yq_frame_add_page (frame, "redemption", "yq-redemption-symbolic", "兑付", yq_redemption_page_new,
                     (gpointer) "enterprise");
  yq_frame_add_page (frame, "services", "yq-find-service-symbolic", "找服务", page_new,
                     (gpointer) "找服务");
  yq_frame_add_page (frame, "orders", "yq-calendar-symbolic", "预约", page_new, (gpointer) "预约");
}

static void
receive_programme (Desk *f, guint n, const char *used_at)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"programme\",\"id\":\"018f3c00-0000-7000-8000-0000000000b%u\",\"revision\":1,"
    "\"state\":\"open\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"330421\",\"fields\":{"
    "\"name\":\"计划%u\",\"seat\":\"330421\",\"year\":2026,\"regions\":[{\"region\":\"330421\"}],"
    "\"claim\":\"instant\",\"used_at\":\"%s\"}}",
    n, n, used_at);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
receive_voucher (Desk *f, guint n, const char *state)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"voucher\",\"id\":\"018f3c00-0000-7000-8000-0000000000c%u\",\"revision\":1,"
    "\"state\":\"%s\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER
    "\",\"region\":\"330421\",\"fields\":{\"number\":\"2026Q-%u\","
    "\"programme\":\"018f3c00-0000-7000-8000-0000000000b%u\",\"amount\":100000,"
    "\"available\":100000,\"held\":0,\"redeemed\":0}}",
    n, state, n, n);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, BUYER, grants, 1, FALSE };

  open_desk (f, &who, build_window);
  receive (f->place.store, YQ_SCOPE_MINE, 1,
           "{\"entity\":\"organisation\",\"id\":\"" BUYER "\",\"revision\":1,\"state\":\"active\","
           "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\""
           ",\"region\":\"330421\",\"fields\":{\"name\":\"嘉善晶科\",\"nature\":\"enterprise\","
           "\"region\":\"330421\"}}");
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

typedef struct
{
  const char *used_at, *label, *hint;
  const char *page;       /* of the sidebar it leads to */
  const YqEntity *entity; /* or the form that is opened */
} Way;

static const Way ways[] = {
  { "acceptance", "使用创新券", "创新券使用登记表", NULL, &yq_voucher_use },
  { "order", "用券下单", "在订单表单中选择本创新券", "services", NULL },
  { "settlement", "去结算预约", "结算预约时选用", "orders", NULL },
  { "no_order", "快速兑付", "快速兑付", NULL, &yq_redemption },
};

static guint
count (Desk *f, const YqEntity *entity)
{
  g_autoptr(YqQuery) query = yq_query_new (entity);

  return yq_store_count (f->place.store, query);
}

static void
build_plain_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "orders", "yq-calendar-symbolic", "预约", page_new, (gpointer) "预约");
}

/* A reviewer, who belongs to no organisation, opens an order: nothing is asked for hers. */
static void
test_a_reviewer_is_offered_nothing (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_REVIEWER, "330421" } };
  const YqWho who = { ACCOUNT, NULL, grants, 1, FALSE };

  open_desk (f, &who, build_plain_window);
  receive_programme (f, 0, "acceptance");
  receive_voucher (f, 0, "active");
  show_desk (f, 900, 600);
  g_assert_false (yq_voucher_use_is_offered (f->frame));
}

static void
test_a_voucher_leads_to_its_use (Desk *f, gconstpointer data)
{
  const Way *way = data;
  GtkWidget *window;

  receive_programme (f, 1, way->used_at);
  receive_voucher (f, 1, "active");
  show_desk (f, 1000, 900);
  window = GTK_WIDGET (f->frame);
  g_assert_true (gt_comes (window, way->hint));
  gt_click (gt_find_button (window, way->label));
  gt_run (100);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (ways[i].entity != NULL)
      g_assert_cmpuint (count (f, ways[i].entity), ==, ways[i].entity == way->entity);
  g_assert_cmpstr (yq_frame_current (f->frame), ==, way->page != NULL ? way->page : "vouchers");
}

/* One after the other on the same page: the button follows the ticket. */
static void
test_the_button_follows_the_ticket (Desk *f, gconstpointer data)
{
  GtkWidget *window;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      receive_programme (f, i + 1, ways[i].used_at);
      receive_voucher (f, i + 1, "active");
    }
  receive_programme (f, 5, "acceptance");
  receive_voucher (f, 5, "expired");
  show_desk (f, 1000, 1400);
  window = GTK_WIDGET (f->frame);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *card = g_strdup_printf ("创新券 2026Q-%u，可用余额 ¥ 1,000.00", i + 1);

      gt_click (gt_find_button (window, card));
      gt_settle (window);
      g_assert_nonnull (gt_find_button (window, ways[i].label));
    }
  gt_click (gt_find_button (window, "创新券 2026Q-5，可用余额 ¥ 1,000.00"));
  gt_settle (window);
  g_assert_cmpstr (yq_widget_why (gt_find_button (window, "使用创新券")), ==,
                   "创新券 2026Q-5 不能使用：已过期");
}

/* An accepted booking without voucher: a use is offered only where one is filled in by hand. */
static void
test_a_booking_offers_what_the_programme_wants (Desk *f, gconstpointer data)
{
  const Way *way = data;
  g_autoptr(YqRecord) order = NULL;

  receive_programme (f, 1, way->used_at);
  receive_voucher (f, 1, "active");
  receive_order (f->place.store, ORDER, 1, "accepted",
                 "\"kind\":\"instruments\",\"number\":\"CSJ-1\",\"item_title\":\"电镜\"");
  show_desk (f, 1000, 900);
  order = yq_store_get (f->place.store, &yq_order, ORDER);
  yq_frame_push (f->frame, yq_booking_page_open (f->frame, order));
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_true (gt_comes (GTK_WIDGET (f->frame), "CSJ-1"));
  g_assert_true ((gt_find_button (GTK_WIDGET (f->frame), "本预约使用创新券") != NULL) ==
                 (way->entity == &yq_voucher_use));
}

/* -- 差价订单 -- */

static YqPage *
open_order (Desk *f, const char *state, const char *more)
{
  g_autofree char *fields =
    g_strdup_printf ("\"kind\":\"instruments\",\"number\":\"CSJ-1\",\"item_title\":\"电镜\","
                     "\"purpose\":\"断口分析\","
                     "\"instruments\":[\"018f3c00-0000-7000-8000-0000000000e1\"],"
                     "\"voucher\":\"018f3c00-0000-7000-8000-0000000000c1\"%s",
                     more);
  g_autoptr(YqRecord) order = NULL;
  YqPage *page;

  receive_instrument (f->place.store, "018f3c00-0000-7000-8000-0000000000e1", 1, "电镜", "");
  receive_programme (f, 1, "order");
  receive_voucher (f, 1, "active");
  receive_order (f->place.store, ORDER, 1, state, fields);
  show_desk (f, 1000, 900);
  order = yq_store_get (f->place.store, &yq_order, ORDER);
  page = yq_booking_page_open (f->frame, order);
  yq_frame_push (f->frame, page);
  gt_settle (GTK_WIDGET (f->frame));
  return page;
}

/* -- 服务记录 -- */

/* Both sides see on the page of a booking what was recorded of it; it comes while the page is open.
 */
static void
test_a_booking_shows_what_was_recorded (Desk *f, gconstpointer data)
{
  GtkWidget *window;

  open_order (f, "delivered", "");
  window = GTK_WIDGET (f->frame);
  g_assert_false (gt_has_text (window, "服务记录"));
  receive (f->place.store, YQ_SCOPE_MINE, 1,
           "{\"entity\":\"service_record\",\"id\":\"018f3c00-0000-7000-8000-0000000000a7\","
           "\"revision\":1,\"state\":\"active\",\"created_at\":\"2026-11-24T04:00:00.000Z\","
           "\"updated_at\":\"2026-11-24T04:00:00.000Z\",\"buyer\":\"" BUYER "\",\"fields\":{"
           "\"order\":\"" ORDER "\",\"title\":\"电镜\",\"number\":\"CSJ-1\","
           "\"started_at\":\"2026-11-24T01:00:00.000Z\",\"ended_at\":\"2026-11-24T03:30:00.000Z\","
           "\"hours\":25,\"fee\":80000,\"note\":\"两件样品\"}}");
  gt_settle (window);
  g_assert_true (gt_comes (window, "服务记录"));
  g_assert_true (gt_comes (window, "2026-11-24 09:00 – 11:30"));
  g_assert_true (gt_comes (window, "2.5 小时 · 两件样品"));
  g_assert_true (gt_comes (window, "800.00"));
}

static void
test_a_second_invoice_has_an_order_of_its_own (Desk *f, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_order);
  g_autoptr(GPtrArray) drafts = NULL;
  YqRecord *more;

  open_order (f, "accepted", "");
  gt_click (gt_find_button (GTK_WIDGET (f->frame), "补下单（差价订单）"));
  gt_run (100);
  yq_query_add (query, "state", "draft");
  drafts = yq_store_list (f->place.store, query, 0);
  g_assert_cmpuint (drafts->len, ==, 1);
  more = drafts->pdata[0];
  g_assert_cmpstr (yq_record_text (more, ORDER_SUPPLEMENT_TO), ==, ORDER);
  g_assert_cmpstr (yq_record_text (more, ORDER_PURPOSE), ==, "断口分析");
  g_assert_cmpstr (yq_record_text (more, ORDER_VOUCHER), ==,
                   "018f3c00-0000-7000-8000-0000000000c1");
  g_assert_cmpuint (json_array_get_length (yq_record_array (more, ORDER_INSTRUMENTS)), ==, 1);
  g_assert_false (yq_record_has (more, ORDER_PRICE));
  /* Its form asks for the amount, and for no time. */
  g_assert_true (gt_comes (GTK_WIDGET (f->frame), "补差价的原订单"));
  g_assert_true (gt_comes (GTK_WIDGET (f->frame), "价格"));
  g_assert_false (gt_has_text (GTK_WIDGET (f->frame), "期望时间"));
}

static const struct
{
  const char *state, *more;
  gboolean may;
} supplemented[] = {
  { "submitted", "", TRUE },
  { "completed", "", TRUE },
  { "draft", "", FALSE },
  { "refused", "", FALSE },
  { "terminated", "", FALSE },
  { "accepted", ",\"supplement_to\":\"018f3c00-0000-7000-8000-0000000000d2\"", FALSE },
};

static void
test_only_a_first_order_has_a_second (Desk *f, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);

  open_order (f, supplemented[i].state, supplemented[i].more);
  g_assert_true ((gt_find_button (GTK_WIDGET (f->frame), "补下单（差价订单）") != NULL) ==
                 supplemented[i].may);
}

static gboolean
offers_no_more (gpointer data)
{
  return gt_find_button (GTK_WIDGET (((Desk *) data)->frame), "补下单（差价订单）") == NULL;
}

/* Refused while it is open: the button goes. */
static void
test_the_button_goes_with_the_order (Desk *f, gconstpointer data)
{
  open_order (f, "submitted", "");
  g_assert_nonnull (gt_find_button (GTK_WIDGET (f->frame), "补下单（差价订单）"));
  receive_order (f->place.store, ORDER, 2, "refused", "\"kind\":\"instruments\"");
  g_assert_true (gt_until (offers_no_more, f, WAIT_MS));
}

static void
receive_mine (Desk *f, const char *entity, const char *id, const char *state, const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"%s\",\"id\":\"018f3c00-0000-7000-8000-0000000000%s\",\"revision\":1,"
    "\"state\":\"%s\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER "\",\"carrier\":\"" CARRIER
    "\",\"region\":\"330421\",\"fields\":{%s}}",
    entity, id, state, fields);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

/* -- the numbers of the home page -- */

/* clang-format off */
static const YqHomeLine home_lines[] = {
  { "yq-voucher-symbolic", "%u voucher use waits for the carrier", "%u voucher uses wait for the carrier", &yq_voucher_use, "buyer", "pending", NULL },
  { "yq-calendar-symbolic", "%u booking to be settled", "%u bookings to be settled", &yq_order, "buyer", "delivered", "orders" },
  { NULL },
};
/* clang-format on */

static const YqHome home = { .lines = home_lines };

static void
receive_named_use (Desk *f, const char *id, const char *state, const char *name)
{
  g_autofree char *fields = g_strdup_printf (
    "\"programme\":\"018f3c00-0000-7000-8000-0000000000b1\",\"contract_name\":\"%s\"", name);

  receive_mine (f, "voucher_use", id, state, fields);
}

/* Each opens what stands behind it: the page of the sidebar, or a list of just them. */
static void
test_a_number_opens_what_it_counts (Desk *f, gconstpointer data)
{
  GtkWidget *window, *row;

  receive_named_use (f, "e1", "pending", "断口分析");
  receive_named_use (f, "e2", "confirmed", "盐雾试验");
  receive_order (f->place.store, ORDER, 1, "delivered", "\"kind\":\"instruments\"");
  show_desk (f, 1000, 800);
  yq_frame_add_page (f->frame, "home", "user-home-symbolic", "首页", yq_home_page_new,
                     (gpointer) &home);
  window = GTK_WIDGET (f->frame);
  yq_frame_show_page (f->frame, "home");
  g_assert_true (gt_comes (window, "1 张券待载体确认"));
  shoot_desk (f, "home.png");
  row = gtk_widget_get_ancestor (gt_find_label (window, "1 张券待载体确认"), GTK_TYPE_LIST_BOX_ROW);
  gtk_widget_activate (row);
  g_assert_true (gt_comes (window, "断口分析"));
  g_assert_false (gt_has_text (window, "盐雾试验"));
  g_assert_cmpstr (yq_page_title (yq_frame_top (f->frame)), ==, "用券明细 · 待确认");
  shoot_desk (f, "home-list.png");
}

static gboolean
counts_two (gpointer data)
{
  GtkWidget *all = gt_find_named (GTK_WIDGET (yq_frame_top (((Desk *) data)->frame)), "全部");

  return all != NULL && gt_find_label (all, "2") != NULL;
}

/* The chips of such a list are of the states it holds, and count nothing else. */
static void
test_a_list_behind_a_number_counts_itself (Desk *f, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_voucher_use);
  GtkWidget *page;

  receive_named_use (f, "e1", "pending", "断口分析");
  receive_named_use (f, "e2", "confirmed", "盐雾试验");
  receive_named_use (f, "e3", "terminated", "失效分析");
  show_desk (f, 1000, 800);
  yq_query_add (query, "state", "pending");
  yq_query_add (query, "state", "confirmed");
  page = GTK_WIDGET (yq_list_page_new_for_query (f->frame, "用券明细", query));
  yq_frame_push (f->frame, YQ_PAGE (page));
  g_assert_true (gt_until (counts_two, f, WAIT_MS));
  g_assert_nonnull (gt_find_named (page, "待确认"));
  g_assert_nonnull (gt_find_named (page, "已确认"));
  g_assert_null (gt_find_named (page, "已终止"));
  g_assert_true (gt_comes (page, "盐雾试验"));
  g_assert_false (gt_has_text (page, "失效分析"));
}

#define USE "018f3c00-0000-7000-8000-0000000000f1"

/* The refusal that tells her to place one has the way to it. */
static void
test_a_second_invoice_leads_to_the_order (Desk *f, gconstpointer data)
{
  g_autoptr(YqRecord) redemption = NULL;

  receive_mine (f, "voucher_use", "f1", "confirmed",
                "\"programme\":\"018f3c00-0000-7000-8000-0000000000b1\","
                "\"voucher\":\"018f3c00-0000-7000-8000-0000000000c1\",\"order\":\"" ORDER
                "\",\"contract_name\":\"断口分析\",\"contract_amount\":10000,\"amount\":5000,"
                "\"carrier\":\"" CARRIER "\",\"redeemer\":\"enterprise\"");
  receive_mine (f, "invoice", "f2", "active",
                "\"number\":\"26332000000000000001\",\"amount\":10000,\"date\":\"2026-01-01\","
                "\"redeemer\":\"enterprise\",\"uses\":[\"" USE "\"]");
  receive_mine (f, "invoice", "f3", "active",
                "\"number\":\"26332000000000000002\",\"amount\":10000,\"date\":\"2026-01-01\","
                "\"redeemer\":\"enterprise\",\"uses\":[\"" USE "\"]");
  receive_mine (f, "redemption", "f4", "draft",
                "\"programme\":\"018f3c00-0000-7000-8000-0000000000b1\",\"mode\":\"uses\","
                "\"redeemer\":\"enterprise\",\"place\":\"330421\",\"lines\":[{\"use\":\"" USE
                "\",\"fee\":10000,\"asked\":5000}]");
  open_order (f, "completed", "");
  yq_frame_pop (f->frame);
  yq_frame_set_open_record (f->frame, (const char *const[]){ NULL }, yq_open_record);
  redemption =
    yq_store_get (f->place.store, &yq_redemption, "018f3c00-0000-7000-8000-0000000000f4");
  yq_frame_push (f->frame, yq_record_page_open (f->frame, redemption));
  gt_settle (GTK_WIDGET (f->frame));
  gt_click (gt_find_button (GTK_WIDGET (f->frame), "打开：预约"));
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_nonnull (gt_find_button (GTK_WIDGET (f->frame), "补下单（差价订单）"));
}

/* -- 兑付 -- */

/* texts: of its rows, "" where it asks for none. */
static void
receive_payer (Desk *f, guint n, const char *texts)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"programme\",\"id\":\"018f3c00-0000-7000-8000-0000000000b%u\",\"revision\":1,"
    "\"state\":\"open\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"330421\",\"fields\":{"
    "\"name\":\"计划%u\",\"seat\":\"330421\",\"year\":2026,\"regions\":[{\"region\":\"330421\"}],"
    "\"claim\":\"instant\",\"used_at\":\"acceptance\"%s}}",
    n, n, texts);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

/* Number n of programme p, with a voucher of its own, for a contract of 6,000 and a voucher of
 * 3,000 times n. */
static void
receive_use_of (Desk *f, guint n, guint p)
{
  g_autofree char *voucher = g_strdup_printf (
    "{\"entity\":\"voucher\",\"id\":\"018f3c00-0000-7000-8000-0000000000c%u\",\"revision\":1,"
    "\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER
    "\",\"region\":\"330421\",\"fields\":{\"number\":\"2026Q-%u\",\"year\":202%u,"
    "\"programme\":\"018f3c00-0000-7000-8000-0000000000b%u\",\"amount\":5000000,"
    "\"available\":4%u00000,\"held\":0,\"redeemed\":0}}",
    n, n, n, p, n);
  g_autofree char *use = g_strdup_printf (
    "{\"entity\":\"voucher_use\",\"id\":\"018f3c00-0000-7000-8000-0000000000f%u\",\"revision\":1,"
    "\"state\":\"confirmed\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER
    "\",\"region\":\"330421\",\"fields\":{\"contract_name\":\"合同%u\",\"redeemer\":\"enterprise\","
    "\"programme\":\"018f3c00-0000-7000-8000-0000000000b%u\","
    "\"voucher\":\"018f3c00-0000-7000-8000-0000000000c%u\",\"voucher_number\":\"2026Q-%u\","
    "\"contract_amount\":%u00000,\"amount\":%u00000}}",
    n, n, p, n, n, 6 * n, 3 * n);

  receive (f->place.store, YQ_SCOPE_MINE, 1, voucher);
  receive (f->place.store, YQ_SCOPE_MINE, 1, use);
}

static void
receive_use (Desk *f, guint n)
{
  receive_use_of (f, n, n);
}

static GtkWidget *
find_dialog (Desk *f, const char *text)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      if (window != GTK_WIDGET (f->frame) && gt_has_text (window, text))
        return window;
    }
  return NULL;
}

static void
open_redemptions (Desk *f)
{
  show_desk (f, 1100, 1400);
  gtk_widget_activate_action (GTK_WIDGET (f->frame), "win.page", "s", "redemption");
  gt_settle (GTK_WIDGET (f->frame));
}

#define TEXTS ",\"texts_at_redemption\":[{\"field\":\"effect\"}]"

/* The sums stand by the ticks, and in the form, where they follow what is typed. */
static void
test_the_sums_follow (Desk *f, gconstpointer data)
{
  YqPage *page;
  YqRecordForm *form;
  g_autoptr(YqQuery) query = yq_query_new (&yq_redemption);
  g_autoptr(GPtrArray) drafts = NULL;
  JsonArray *lines;
  GtkWidget *window, *tick;

  receive_payer (f, 1, TEXTS);
  receive_use (f, 1);
  open_redemptions (f);
  window = GTK_WIDGET (f->frame);
  tick = gt_find_type (window, GTK_TYPE_CHECK_BUTTON);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (tick), TRUE);
  g_assert_true (gt_comes (window, "已选 1 笔：服务总金额 ¥ 6,000.00，兑付金额 ¥ 3,000.00"));
  gtk_widget_activate_action (tick, "page.submit-all", NULL);
  gt_settle (window);
  drafts = yq_store_list (f->place.store, query, 0);
  g_assert_cmpuint (drafts->len, ==, 1);
  page = yq_record_page_open (f->frame, drafts->pdata[0]);
  yq_frame_push (f->frame, page);
  gt_settle (window);
  g_assert_true (gt_comes (window, "服务总金额"));
  g_assert_nonnull (gt_find_label (window, "¥ 6,000.00"));
  g_assert_nonnull (gt_find_label (window, "¥ 3,000.00"));
  /* The voucher: number, year, issued, left. */
  g_assert_nonnull (gt_find_label (window, "2026Q-1"));
  g_assert_nonnull (gt_find_label (window, "2021"));
  g_assert_nonnull (gt_find_label (window, "¥ 50,000.00"));
  g_assert_nonnull (gt_find_label (window, "¥ 41,000.00"));
  form = yq_record_page_form (yq_record_page_of (page));
  lines = yq_record_array (yq_record_form_record (form), REDEMPTION_LINES);
  json_object_set_int_member (json_array_get_object_element (lines, 0), "asked", 250000);
  json_object_set_int_member (json_array_get_object_element (lines, 0), "fee", 560000);
  yq_record_form_touched (form, "lines");
  g_assert_nonnull (gt_find_label (window, "¥ 5,600.00"));
  g_assert_nonnull (gt_find_label (window, "¥ 2,500.00"));
}

/* Two groups ask for a form, one does not: it goes, they are kept and named, the first is open. */
static void
test_every_group_is_handled (Desk *f, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_redemption);
  g_autoptr(GPtrArray) all = NULL;
  GtkWidget *dialog, *window;

  for (guint i = 1; i <= 3; i++)
    {
      receive_payer (f, i, i < 3 ? TEXTS : "");
      receive_use (f, i);
    }
  open_redemptions (f);
  window = GTK_WIDGET (f->frame);
  gt_click (gt_find_button (window, "材料齐全的全部提交"));
  gt_settle (window);
  all = yq_store_list (f->place.store, query, 0);
  g_assert_cmpuint (all->len, ==, 3);
  dialog = find_dialog (f, "2 份兑付申请还需填写");
  g_assert_nonnull (dialog);
  g_assert_true (gt_comes (dialog, "1. 浙江省嘉兴市嘉善县 · 计划1"));
  g_assert_true (gt_comes (dialog, "2. 浙江省嘉兴市嘉善县 · 计划2"));
  g_assert_false (gt_has_text (dialog, "计划3"));
  g_assert_true (gt_comes (dialog, "1 份兑付申请已提交"));
  gtk_window_destroy (GTK_WINDOW (dialog));
  gt_settle (window);
  g_assert_true (gt_comes (window, "¥ 3,000.00"));
}

static GPtrArray *
redemptions (Desk *f)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_redemption);

  return yq_store_list (f->place.store, query, 0);
}

/* From the list; goes back to it from the form it led to before. */
static void
submit_everything (Desk *f)
{
  GtkWidget *window = GTK_WIDGET (f->frame);

  if (gt_find_button (window, "材料齐全的全部提交") == NULL)
    {
      yq_frame_pop (f->frame);
      gt_settle (window);
    }
  gt_click (gt_find_button (window, "材料齐全的全部提交"));
  gt_settle (window);
}

/* Pressed again, what was begun is open again with what is typed in it; no second one comes to be,
 * and a use that came meanwhile goes into it. */
static void
test_what_was_begun_goes_on (Desk *f, gconstpointer data)
{
  g_autoptr(GPtrArray) once = NULL;
  g_autoptr(GPtrArray) twice = NULL;
  g_autoptr(GPtrArray) thrice = NULL;
  g_autoptr(YqRecord) typed = NULL;
  g_autoptr(GError) error = NULL;
  YqRecord *shown;
  JsonArray *lines;

  receive_payer (f, 1, TEXTS);
  receive_use (f, 1);
  open_redemptions (f);
  submit_everything (f);
  once = redemptions (f);
  g_assert_cmpuint (once->len, ==, 1);
  typed = yq_record_copy (once->pdata[0]);
  yq_record_set_text (typed, REDEMPTION_EFFECT, "成品率提高两成");
  g_assert_true (yq_store_save_draft (f->place.store, typed, &error));
  submit_everything (f);
  twice = redemptions (f);
  g_assert_cmpuint (twice->len, ==, 1);
  g_assert_cmpstr (yq_record_id (twice->pdata[0]), ==, yq_record_id (typed));
  shown = yq_record_page_record (
    YQ_RECORD_PAGE (gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_RECORD_PAGE)));
  g_assert_cmpstr (yq_record_id (shown), ==, yq_record_id (typed));
  g_assert_cmpstr (yq_record_text (shown, REDEMPTION_EFFECT), ==, "成品率提高两成");
  receive_use_of (f, 2, 1);
  submit_everything (f);
  thrice = redemptions (f);
  g_assert_cmpuint (thrice->len, ==, 1);
  lines = yq_record_array (thrice->pdata[0], REDEMPTION_LINES);
  g_assert_cmpuint (json_array_get_length (lines), ==, 2);
  g_assert_cmpstr (yq_record_text (thrice->pdata[0], REDEMPTION_EFFECT), ==, "成品率提高两成");
}

static JsonArray *
lines_of (const char *text)
{
  g_autoptr(JsonNode) node = json_from_string (text, NULL);

  return json_node_dup_array (node);
}

/* One that needs no form and was kept (its submission was refused, or it was withdrawn): sent as it
 * is; with a use that is not ticked now it is shown first. */
static void
test_what_was_kept_is_sent (Desk *f, gconstpointer data)
{
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GPtrArray) again = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(YqRecord) kept = yq_store_new_record (f->place.store, &yq_redemption);
  const gboolean has_other = data != NULL;

  receive_payer (f, 1, "");
  receive_use (f, 1);
  yq_record_set_text (kept, REDEMPTION_PROGRAMME, "018f3c00-0000-7000-8000-0000000000b1");
  yq_record_set_text (kept, REDEMPTION_MODE, "uses");
  yq_record_set_text (kept, REDEMPTION_REDEEMER, "enterprise");
  yq_record_set_text (kept, REDEMPTION_PLACE, "330421");
  yq_record_take_array (
    kept, REDEMPTION_LINES,
    lines_of (has_other ? "[{\"use\":\"018f3c00-0000-7000-8000-0000000000f1\",\"fee\":600000,"
                          "\"asked\":300000},{\"use\":\"018f3c00-0000-7000-8000-0000000000f9\"}]"
                        : "[{\"use\":\"018f3c00-0000-7000-8000-0000000000f1\",\"fee\":600000,"
                          "\"asked\":300000}]"));
  g_assert_true (yq_store_save_draft (f->place.store, kept, &error));
  open_redemptions (f);
  submit_everything (f);
  all = redemptions (f);
  g_assert_cmpuint (all->len, ==, 1);
  g_assert_cmpstr (yq_record_id (all->pdata[0]), ==, yq_record_id (kept));
  g_assert_true (yq_record_in_state (all->pdata[0], "draft") == has_other);
  /* Nor is there a second one while the first is on its way. */
  submit_everything (f);
  again = redemptions (f);
  g_assert_cmpuint (again->len, ==, 1);
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *voucher = g_strconcat ("/voucher-pages/voucher/", ways[i].used_at, NULL);
      g_autofree char *booking = g_strconcat ("/voucher-pages/booking/", ways[i].used_at, NULL);

      g_test_add (voucher, Desk, &ways[i], set_up, test_a_voucher_leads_to_its_use, tear_down);
      g_test_add (booking, Desk, &ways[i], set_up, test_a_booking_offers_what_the_programme_wants,
                  tear_down);
    }
  g_test_add ("/voucher-pages/reviewer", Desk, NULL, NULL, test_a_reviewer_is_offered_nothing,
              tear_down);
  g_test_add ("/voucher-pages/tickets", Desk, NULL, set_up, test_the_button_follows_the_ticket,
              tear_down);
  g_test_add ("/voucher-pages/records", Desk, NULL, set_up, test_a_booking_shows_what_was_recorded,
              tear_down);
  g_test_add ("/voucher-pages/redemption/sums", Desk, NULL, set_up, test_the_sums_follow,
              tear_down);
  g_test_add ("/voucher-pages/redemption/groups", Desk, NULL, set_up, test_every_group_is_handled,
              tear_down);
  g_test_add ("/voucher-pages/redemption/again", Desk, NULL, set_up, test_what_was_begun_goes_on,
              tear_down);
  g_test_add ("/voucher-pages/redemption/kept", Desk, NULL, set_up, test_what_was_kept_is_sent,
              tear_down);
  g_test_add ("/voucher-pages/redemption/kept-with-others", Desk, GINT_TO_POINTER (TRUE), set_up,
              test_what_was_kept_is_sent, tear_down);
  g_test_add ("/voucher-pages/home", Desk, NULL, set_up, test_a_number_opens_what_it_counts,
              tear_down);
  g_test_add ("/voucher-pages/home/chips", Desk, NULL, set_up,
              test_a_list_behind_a_number_counts_itself, tear_down);
#define ADD(name, data, func) \
  g_test_add ("/voucher-pages/supplement/" name, Desk, data, set_up, func, tear_down)
  ADD ("form", NULL, test_a_second_invoice_has_an_order_of_its_own);
  ADD ("gone", NULL, test_the_button_goes_with_the_order);
  ADD ("leads", NULL, test_a_second_invoice_leads_to_the_order);
  for (guint i = 0; i < G_N_ELEMENTS (supplemented); i++)
    {
      g_autofree char *name = g_strdup_printf ("/voucher-pages/supplement/%u", i);

      g_test_add (name, Desk, GUINT_TO_POINTER (i), set_up, test_only_a_first_order_has_a_second,
                  tear_down);
    }
  return g_test_run ();
}
