/* Finding instruments and carriers: ticks, regions, who offers what. */
#define G_LOG_DOMAIN "test-find-ticks"

#include "frame-fixture.h"

#include "find-page.h"
#include "find-units.h"
#include "instrument-row.h"
#include "region-picker.h"

#define N 6

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "find", "system-search-symbolic", "查找仪器", yq_find_page_new, NULL);
}

static char *
nth_id (guint i)
{
  return g_strdup_printf ("018f3c00-0000-7000-8000-%012u", 3000 + i);
}

static void
receive_mark (Desk *f, guint i)
{
  g_autofree char *instrument = nth_id (i);
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"preselection\",\"id\":\"018f3c00-0000-7000-8000-%012u\",\"revision\":1,"
    "\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER
    "\",\"fields\":{\"instrument\":\"%s\"}}",
    3100 + i, instrument);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

static void
open_as (Desk *f, const YqWho *who)
{
  open_desk (f, who, build_window);
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = nth_id (i);
      g_autofree char *name = g_strdup_printf ("仪器%u号", i);

      receive_instrument (f->place.store, id, 1, name, "\"carrier_name\":\"测试中心\"");
    }
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, BUYER, grants, 1, FALSE };

  open_as (f, &who);
  receive_mark (f, 0);
  show_desk (f, 1200, 900);
}

static void
set_up_visitor (Desk *f, gconstpointer data)
{
  const YqWho who = { NULL, NULL, NULL, 0, FALSE };

  open_as (f, &who);
  show_desk (f, 1200, 900);
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

static GtkWidget *
window (Desk *f)
{
  return GTK_WIDGET (f->frame);
}

static gboolean
shows_rows (gpointer data)
{
  return gt_has_text (window (data), "仪器3号");
}

/* -- several on the preselection list at once -- */

static void
tick (Desk *f, const char *name)
{
  g_autofree char *label = g_strdup_printf ("勾选 %s", name);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (gt_find_named (window (f), label)), TRUE);
}

static gboolean
offers_two (gpointer data)
{
  return gt_find_button (window (data), "加入预选 2 台") != NULL;
}

static gboolean
has_three (gpointer data)
{
  Desk *f = data;

  return yq_preselection_count (f->frame) == 3;
}

static gboolean
tells_why (gpointer data)
{
  g_autoptr(GList) all = gtk_window_list_toplevels ();

  for (GList *at = all; at != NULL; at = at->next)
    if (gtk_widget_get_mapped (at->data) && gt_has_text (at->data, "仪器0号") &&
        gt_has_text (at->data, "已在预选清单中"))
      return TRUE;
  return FALSE;
}

static void
test_several_are_added_at_once (Desk *f, gconstpointer data)
{
  g_assert_true (gt_until (shows_rows, f, WAIT_MS));
  tick (f, "仪器0号");
  tick (f, "仪器1号");
  tick (f, "仪器2号");
  g_assert_true (gt_until (offers_two, f, WAIT_MS));
  g_assert_true (gt_comes (window (f), "已选 3 项"));
  gt_click (gt_find_button (window (f), "加入预选 2 台"));
  g_assert_true (gt_until (has_three, f, WAIT_MS));
  g_assert_true (gt_until (tells_why, f, WAIT_MS));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *id = nth_id (i);

      g_assert_true (yq_preselection_has (f->frame, id));
    }
  g_assert_cmpuint (yq_outbox_n_waiting (f->outbox), ==, 2);
}

static gboolean
has_all (gpointer data)
{
  Desk *f = data;

  return yq_preselection_count (f->frame) == N;
}

/* Ctrl+A and Ctrl+Return. */
static void
test_keys_add_everything_that_matches (Desk *f, gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (yq_frame_top (f->frame));

  g_assert_true (gt_until (shows_rows, f, WAIT_MS));
  gtk_widget_activate_action (page, "page.tick-all", NULL);
  gtk_widget_activate_action (page, "page.preselect", NULL);
  g_assert_true (gt_until (has_all, f, WAIT_MS));
  gtk_widget_activate_action (page, "page.preselect", NULL);
  gt_run (200);
  g_assert_cmpuint (yq_preselection_count (f->frame), ==, N);
}

/* Who has no organisation has no such list. */
static void
test_a_visitor_ticks_nothing (Desk *f, gconstpointer data)
{
  g_assert_true (gt_until (shows_rows, f, WAIT_MS));
  g_assert_null (gt_find_type (window (f), GTK_TYPE_CHECK_BUTTON));
}

/* -- where, and at whom -- */

static void
receive_carrier (Desk *f, guint i, const char *region)
{
  g_autofree char *carrier = g_strdup_printf ("018f3c00-0000-7000-8000-%012u", 4000 + i);
  g_autofree char *instrument = g_strdup_printf ("018f3c00-0000-7000-8000-%012u", 5000 + i);
  g_autofree char *organisation = g_strdup_printf (
    "{\"entity\":\"organisation\",\"id\":\"%s\",\"revision\":1,\"state\":\"active\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"%s\",\"fields\":{\"name\":\"机构%03u所\",\"region\":\"%s\","
    "\"is_carrier\":true}}",
    carrier, region, i, region);
  g_autofree char *offered = g_strdup_printf (
    "{\"entity\":\"instrument\",\"id\":\"%s\",\"revision\":1,\"state\":\"listed\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"carrier\":\"%s\",\"region\":\"%s\",\"fields\":{\"name\":\"电镜%03u台\","
    "\"region\":\"%s\"}}",
    instrument, carrier, region, i, region);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, organisation);
  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, offered);
}

static gboolean
shows_one_instrument (gpointer data)
{
  return gt_has_text (window (data), "1 台仪器") && gt_has_text (window (data), "电镜001台");
}

/* Also for who has no place of her own. */
static void
test_one_finds_in_any_region (Desk *f, gconstpointer data)
{
  GtkWidget *picker;

  receive_carrier (f, 1, "320506");
  receive_carrier (f, 2, "370102");
  picker = gt_find_type (window (f), YQ_TYPE_REGION_PICKER);
  yq_region_picker_set (YQ_REGION_PICKER (picker), "320500");
  g_signal_emit_by_name (picker, "changed");
  g_assert_true (gt_until (shows_one_instrument, f, WAIT_MS));
}

static guint
n_units (Desk *f)
{
  GtkWidget *units = gt_find_type (window (f), YQ_TYPE_FIND_UNITS);
  GtkWidget *list = units != NULL ? gt_find_type (units, GTK_TYPE_LIST_BOX) : NULL;
  guint n = 0;

  while (list != NULL && gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int) n) != NULL)
    n++;
  return n;
}

static gboolean
shows_the_first (gpointer data)
{
  return n_units (data) == 201;
}

static gboolean
shows_them_all (gpointer data)
{
  return n_units (data) == 206;
}

static void
activate_unit (Desk *f, guint i)
{
  GtkWidget *units = gt_find_type (window (f), YQ_TYPE_FIND_UNITS);
  GtkWidget *list = gt_find_type (units, GTK_TYPE_LIST_BOX);

  g_signal_emit_by_name (list, "row-activated",
                         gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int) i));
}

/* The carrier of the first instruments is one more. */
static void
test_no_organisation_is_left_out (Desk *f, gconstpointer data)
{
  for (guint i = 1; i <= 205; i++)
    receive_carrier (f, i, "320506");
  gt_click (gt_find_button (window (f), "按单位"));
  g_assert_true (gt_until (shows_the_first, f, WAIT_MS));
  g_assert_true (gt_comes (window (f), "还有 6 家"));
  activate_unit (f, 200);
  g_assert_true (gt_until (shows_them_all, f, WAIT_MS));
  activate_unit (f, 1);
  g_assert_true (gt_until (shows_one_instrument, f, WAIT_MS));
}

/* -- in whose window -- */

static void
test_services_and_carriers_are_found_by_all (Desk *f, gconstpointer data)
{
  static const char *const kinds[] = { "enterprise", "person", "visitor" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      YqFrame *frame =
        yq_frame_new (NULL, yq_window_kind_find (kinds[i]), f->place.store, f->outbox, NULL);
      g_auto(GStrv) pages = yq_frame_dup_pages (frame);
      const char *const *names = (const char *const *) pages;

      if (!g_strv_contains (names, "services") || !g_strv_contains (names, "carriers"))
        g_error ("the window %s cannot find them", kinds[i]);
      yq_frame_show_page (frame, "services");
      gtk_window_present (GTK_WINDOW (frame));
      gt_settle (GTK_WIDGET (frame));
      g_assert_nonnull (gt_find_type (GTK_WIDGET (frame), YQ_TYPE_REGION_PICKER));
      yq_frame_show_page (frame, "carriers");
      gtk_window_destroy (GTK_WINDOW (frame));
    }
}

/* -- who is in charge where -- */

static void
test_a_visitor_sees_who_serves_which_region (Desk *f, gconstpointer data)
{
  YqFrame *frame =
    yq_frame_new (NULL, yq_window_kind_find ("visitor"), f->place.store, f->outbox, NULL);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"jurisdiction\",\"id\":\"018f3c00-0000-7000-8000-0000000000b1\","
           "\"revision\":1,\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"370000\",\"fields\":{"
           "\"name\":\"两地联盟\",\"code\":\"two\",\"seat\":\"370000\",\"prefix\":\"SD\","
           "\"help_line\":\"0531-12345\","
           "\"regions\":[{\"region\":\"370000\"},{\"region\":\"330421\"}]}}");
  gtk_window_present (GTK_WINDOW (frame));
  g_assert_true (gt_comes (GTK_WIDGET (frame), "服务地区：山东省、浙江省嘉兴市嘉善县"));
  g_assert_true (gt_comes (GTK_WIDGET (frame), "0531-12345"));
  gtk_window_destroy (GTK_WINDOW (frame));
}

/* -- supply and demand -- */

static void
receive_post (Desk *f, guint i, const char *state)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"post\",\"id\":\"018f3c00-0000-7000-8000-0000000006%02u\",\"revision\":1,"
    "\"state\":\"%s\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"370100\",\"fields\":{"
    "\"kind\":\"demand\",\"title\":\"求购第%u台\",\"text\":\"求购\",\"until\":\"2027-01-01\","
    "\"contact_name\":\"李晓楠\",\"contact_phone\":\"13905310101\","
    "\"organisation_name\":\"济南云帆\",\"published_at\":\"2026-01-%02uT02:00:00.000Z\"}}",
    i, state, i, i);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

/* The newest five stand on the home pages, and the board in the same window; one opens there. */
static void
test_the_newest_posts_stand_at_home (Desk *f, gconstpointer data)
{
  static const char *const kinds[] = { "visitor", "enterprise", "carrier" };

  for (guint i = 1; i <= 7; i++)
    receive_post (f, i, i == 6 ? "stopped" : "published");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      YqFrame *frame =
        yq_frame_new (NULL, yq_window_kind_find (kinds[i]), f->place.store, f->outbox, NULL);
      g_auto(GStrv) pages = yq_frame_dup_pages (frame);
      GtkWidget *home, *row;

      g_assert_true (g_strv_contains ((const char *const *) pages, "board"));
      gtk_window_set_default_size (GTK_WINDOW (frame), 1200, 1400);
      gtk_window_present (GTK_WINDOW (frame));
      gt_settle (GTK_WIDGET (frame));
      home = GTK_WIDGET (yq_frame_show_page (frame, "home"));
      gt_settle (GTK_WIDGET (frame));
      g_assert_true (gt_comes (home, "求购第7台"));
      g_assert_true (gt_comes (home, "需求 · 济南云帆"));
      g_assert_true (gt_comes (home, "2026-01-07"));
      g_assert_false (gt_has_text (home, "求购第6台"));
      g_assert_true (gt_comes (home, "求购第2台"));
      g_assert_false (gt_has_text (home, "求购第1台"));
      row = gt_find_label (home, "求购第7台");
      row = gtk_widget_get_ancestor (row, GTK_TYPE_LIST_BOX_ROW);
      g_assert_true (gtk_widget_activate (row));
      gt_settle (GTK_WIDGET (frame));
      g_assert_true (GTK_WIDGET (yq_frame_top (frame)) != home);
      g_assert_true (gt_comes (GTK_WIDGET (yq_frame_top (frame)), "13905310101"));
      gtk_window_destroy (GTK_WINDOW (frame));
      settle ();
    }
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, up, func) g_test_add ("/find-ticks/" name, Desk, NULL, up, func, tear_down)
  ADD ("preselect", set_up, test_several_are_added_at_once);
  ADD ("preselect-keys", set_up, test_keys_add_everything_that_matches);
  ADD ("region", set_up_visitor, test_one_finds_in_any_region);
  ADD ("units", set_up_visitor, test_no_organisation_is_left_out);
  ADD ("windows", set_up, test_services_and_carriers_are_found_by_all);
  ADD ("posts", set_up, test_the_newest_posts_stand_at_home);
  ADD ("in-charge", set_up_visitor, test_a_visitor_sees_who_serves_which_region);
  ADD ("visitor", set_up_visitor, test_a_visitor_ticks_nothing);
  return g_test_run ();
}
