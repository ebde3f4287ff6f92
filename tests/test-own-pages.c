/* Pages about oneself: the commitment is read before the form, whenever it comes; what one is known
 * by goes into what one enters. */
#define G_LOG_DOMAIN "test-own-pages"

#include "frame-fixture.h"

#include "catalogue-page.h"
#include "own-pages.h"
#include "record-page.h"

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "organisation", "yq-organisation-symbolic", "单位",
                     yq_organisation_page_new, NULL);
  yq_frame_add_page (frame, "catalogue", "yq-instrument-symbolic", "仪器", yq_catalogue_page_new,
                     NULL);
}

static void
receive_own (Desk *f)
{
  receive (
    f->place.store, YQ_SCOPE_MINE, 1,
    "{\"entity\":\"organisation\",\"id\":\"" BUYER "\",\"revision\":1,\"state\":\"draft\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"370202\",\"fields\":{\"name\":\"青岛海蓝传感技术有限公司\","
    "\"nature\":\"enterprise\",\"region\":\"370202\"}}");
}

static void
receive_texts (Desk *f)
{
  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"jurisdiction\",\"id\":\"018f3c00-0000-7000-8000-0000000000b1\","
           "\"revision\":1,\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"370000\",\"fields\":{"
           "\"name\":\"山东\",\"code\":\"shandong\",\"seat\":\"370000\",\"prefix\":\"SD\","
           "\"regions\":[{\"region\":\"370000\"}],"
           "\"texts\":[{\"kind\":\"commitment\",\"version\":2,\"text\":\"本单位承诺如实填报\"}]}}");
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, BUYER, grants, 1, FALSE };

  open_desk (f, &who, build_window);
  receive_own (f);
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

static gboolean
shows_texts (gpointer data)
{
  Desk *f = data;

  return gt_has_text (GTK_WIDGET (f->frame), "请先阅读") &&
         gt_has_text (GTK_WIDGET (f->frame), "本单位承诺如实填报");
}

static gboolean
shows_form (gpointer data)
{
  Desk *f = data;

  return gt_has_text (GTK_WIDGET (f->frame), "法定代表人");
}

static void
read_and_accept (Desk *f)
{
  GtkWidget *window = GTK_WIDGET (f->frame);
  GtkWidget *tick = gt_find_type (window, GTK_TYPE_CHECK_BUTTON);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (tick), TRUE);
  gt_click (gt_find_button (window, "开始填写"));
  g_assert_true (gt_until (shows_form, f, WAIT_MS));
  g_assert_false (shows_texts (f));
}

static void
test_texts_stand_before_the_form (Desk *f, gconstpointer data)
{
  receive_texts (f);
  show_desk (f, 1000, 700);
  g_assert_true (gt_until (shows_texts, f, WAIT_MS));
  g_assert_false (shows_form (f));
  read_and_accept (f);
}

/* On a new computer the page may be open before the catalogue has come. */
static void
test_texts_that_come_late (Desk *f, gconstpointer data)
{
  show_desk (f, 1000, 700);
  g_assert_true (gt_until (shows_form, f, WAIT_MS));
  receive_texts (f);
  g_assert_true (gt_until (shows_texts, f, WAIT_MS));
  g_assert_false (shows_form (f));
  read_and_accept (f);
  receive_texts (f);
  gt_run (300);
  g_assert_true (shows_form (f));
}

/* -- what the carrier is known by goes into what it enters -- */

static void
test_a_new_instrument_stands_at_the_carrier (Desk *f, gconstpointer data)
{
  YqValues *values;
  YqPage *page;

  receive (
    f->place.store, YQ_SCOPE_MINE, 1,
    "{\"entity\":\"organisation\",\"id\":\"" BUYER "\",\"revision\":2,\"state\":\"active\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"370202\",\"fields\":{\"name\":\"青岛海蓝传感技术有限公司\","
    "\"nature\":\"enterprise\",\"region\":\"370202\",\"latitude\":36066600,"
    "\"longitude\":120382600}}");
  show_desk (f, 1000, 700);
  page = yq_frame_show_page (f->frame, "catalogue");
  gtk_widget_activate_action (GTK_WIDGET (page), "page.new", NULL);
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_true (yq_frame_top (f->frame) != page);
  values =
    yq_record_form_values (yq_record_page_form (yq_record_page_of (yq_frame_top (f->frame))));
  g_assert_cmpint (yq_values_int (values, INSTRUMENT_LATITUDE), ==, 36066600);
  g_assert_cmpint (yq_values_int (values, INSTRUMENT_LONGITUDE), ==, 120382600);
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/own-pages/" name, Desk, NULL, set_up, func, tear_down)
  ADD ("reading/before-the-form", test_texts_stand_before_the_form);
  ADD ("reading/late", test_texts_that_come_late);
  ADD ("catalogue/place", test_a_new_instrument_stands_at_the_carrier);
  return g_test_run ();
}
