/* A carrier and its stores as those see them who look for services. */
#define G_LOG_DOMAIN "test-storefront"

#include "frame-fixture.h"

#include "list-page.h"

#define QUALIFICATION "018f3c00-0000-7000-8000-000000000a01"
#define STORE1 "018f3c00-0000-7000-8000-000000000a11"
#define STORE2 "018f3c00-0000-7000-8000-000000000a12"
#define DESK1 "018f3c00-0000-7000-8000-000000000a21"
#define DESK2 "018f3c00-0000-7000-8000-000000000a22"

static void
build_window (YqFrame *frame)
{
  yq_window_kind_find ("visitor")->build (frame);
}

/* desk may be NULL. */
static void
receive_one (Desk *f, const char *entity, const char *id, gint64 revision, const char *state,
             const char *desk, const char *fields)
{
  g_autofree char *of = desk != NULL ? g_strdup_printf ("\"desk\":\"%s\",", desk) : g_strdup ("");
  g_autofree char *json =
    g_strdup_printf ("{\"entity\":\"%s\",\"id\":\"%s\",\"revision\":%" G_GINT64_FORMAT
                     ",\"state\":\"%s\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
                     "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"carrier\":\"" CARRIER
                     "\",%s\"region\":\"320506\",\"fields\":{%s}}",
                     entity, id, revision, state, of, fields);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
receive_qualification (Desk *f, gint64 revision, const char *state, const char *phone)
{
  g_autofree char *fields =
    g_strdup_printf ("\"kind\":\"carrier\",\"to_region\":\"320506\",\"organisation_name\":\"苏检\","
                     "\"service_scope\":\"材料检测与失效分析\",\"phone\":\"%s\","
                     "\"hours\":\"工作日九点到五点\",\"website\":\"https://su.example\","
                     "\"address\":\"吴中大道一号\"",
                     phone);

  receive_one (f, "qualification", QUALIFICATION, revision, state, NULL, fields);
}

static void
receive_store (Desk *f, const char *id, const char *desk, const char *name)
{
  g_autofree char *fields = g_strdup_printf (
    "\"name\":\"%s\",\"introduction\":\"%s的简介\",\"scope\":\"光谱\",\"address\":\"%s楼\","
    "\"contact_name\":\"陆老师\",\"desk_name\":\"%s系\"",
    name, name, name, name);

  receive_one (f, "store", id, 1, "approved", desk, fields);
}

static void
receive_service (Desk *f, guint i, const char *desk, const char *name)
{
  g_autofree char *id = g_strdup_printf ("018f3c00-0000-7000-8000-%012u", 2000 + i);
  g_autofree char *fields =
    g_strdup_printf ("\"name\":\"%s\",\"track\":\"testing\",\"price_mode\":\"negotiable\"", name);

  receive_one (f, "service", id, 1, "listed", desk, fields);
}

static void
set_up (Desk *f, gconstpointer data)
{
  const YqWho who = { NULL, NULL, NULL, 0, FALSE };

  open_desk (f, &who, build_window);
  f->kind.buys = TRUE;
  receive_one (f, "organisation", CARRIER, 1, "active", NULL,
               "\"name\":\"苏检技术公司\",\"nature\":\"enterprise\",\"is_carrier\":true,"
               "\"address\":\"苏州市一号楼\",\"website\":\"https://org.example\","
               "\"introduction\":\"第三方机构\"");
  receive_qualification (f, 1, "approved", "0512-1111111");
  receive_store (f, STORE1, DESK1, "物理店");
  receive_store (f, STORE2, DESK2, "化学店");
  receive_service (f, 1, DESK1, "拉曼测试");
  receive_service (f, 2, DESK2, "滴定分析");
  receive_service (f, 3, NULL, "管理咨询");
  show_desk (f, 1200, 1600);
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

static gboolean
shows (Desk *f, const char *text)
{
  return gt_has_text (GTK_WIDGET (yq_frame_top (f->frame)), text);
}

static gboolean
shows_new_phone (gpointer data)
{
  return shows (data, "0512-2222222");
}

static gboolean
shows_no_phone (gpointer data)
{
  return !shows (data, "0512-");
}

/* -- the carrier -- */

static void
test_a_carrier_tells_what_it_keeps_up (Desk *f, gconstpointer data)
{
  static const char *const told[] = { "材料检测与失效分析",  "0512-1111111", "工作日九点到五点",
                                      "https://su.example",  "吴中大道一号", "苏州市一号楼",
                                      "https://org.example", "第三方机构" };

  yq_open_record (f->frame, "organisation", CARRIER);
  gt_settle (GTK_WIDGET (f->frame));
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    if (!shows (f, told[i]))
      g_error ("not told: %s", told[i]);
  receive_qualification (f, 2, "approved", "0512-2222222");
  g_assert_true (gt_until (shows_new_phone, f, WAIT_MS));
  receive_qualification (f, 3, "withdrawn", "0512-2222222");
  g_assert_true (gt_until (shows_no_phone, f, WAIT_MS));
}

static void
test_offers_stand_by_their_store (Desk *f, gconstpointer data)
{
  yq_open_record (f->frame, "organisation", CARRIER);
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_true (shows (f, "物理店 · 服务项目"));
  g_assert_true (shows (f, "化学店 · 服务项目"));
  g_assert_true (shows (f, "苏检技术公司 · 服务项目"));
}

/* -- a store -- */

static void
test_a_store_has_a_page_of_its_own (Desk *f, gconstpointer data)
{
  yq_open_record (f->frame, "store", STORE1);
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_cmpstr (yq_page_title (yq_frame_top (f->frame)), ==, "物理店");
  g_assert_true (shows (f, "物理店的简介"));
  g_assert_true (shows (f, "物理店楼"));
  g_assert_true (shows (f, "陆老师"));
  g_assert_true (shows (f, "拉曼测试"));
  g_assert_false (shows (f, "滴定分析"));
  g_assert_false (shows (f, "管理咨询"));
  receive_service (f, 4, DESK1, "光谱标定");
  g_assert_true (gt_comes (GTK_WIDGET (yq_frame_top (f->frame)), "光谱标定"));
  gt_click (gt_find_button (GTK_WIDGET (f->frame), "所属机构"));
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_cmpstr (yq_page_title (yq_frame_top (f->frame)), ==, "苏检技术公司");
}

/* More than the page shows are one click away. */
static void
test_many_offers_are_not_cut_in_silence (Desk *f, gconstpointer data)
{
  for (guint i = 0; i < 70; i++)
    {
      g_autofree char *name = g_strdup_printf ("项目%02u", i);

      receive_service (f, 100 + i, DESK1, name);
    }
  yq_open_record (f->frame, "store", STORE1);
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_true (shows (f, "查看全部 71 项"));
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/storefront/" name, Desk, NULL, set_up, func, tear_down)
  ADD ("public-information", test_a_carrier_tells_what_it_keeps_up);
  ADD ("groups", test_offers_stand_by_their_store);
  ADD ("store", test_a_store_has_a_page_of_its_own);
  ADD ("many", test_many_offers_are_not_cut_in_silence);
  return g_test_run ();
}
