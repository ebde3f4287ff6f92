/* A voucher leads to where its programme uses it: a use, an order, a settlement, a quick
 * redemption. */
#define G_LOG_DOMAIN "test-voucher-pages"

#include "frame-fixture.h"

#include "booking-page.h"
#include "party.h"
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
  yq_frame_add_page (frame, "services", "yq-find-service-symbolic", "找服务", page_new, (gpointer) "找服务");
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
test_a_voucher_leads_to_its_use (Desk *f, gconstpointer data)
{
  const Way *way = data;
  GtkWidget *window;

  receive_programme (f, 1, way->used_at);
  receive_voucher (f, 1, "active");
  show_desk (f, 1000, 900);
  window = GTK_WIDGET (f->frame);
  g_assert_true (gt_has_text (window, way->hint));
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
  g_assert_true (gt_has_text (GTK_WIDGET (f->frame), "CSJ-1"));
  g_assert_true ((gt_find_button (GTK_WIDGET (f->frame), "本预约使用创新券") != NULL) ==
                 (way->entity == &yq_voucher_use));
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
  g_test_add ("/voucher-pages/tickets", Desk, NULL, set_up, test_the_button_follows_the_ticket,
              tear_down);
  return g_test_run ();
}
