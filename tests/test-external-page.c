/* A sheet of what was granted on another platform: the dry run names each row that would be
 * refused, what is imported waits to be issued, and the same sheet again changes nothing. */
#define G_LOG_DOMAIN "test-external-page"

#include "frame-fixture.h"

#include "external-page.h"
#include "external.h"
#include "party.h"
#include "sheet-file.h"
#include "sheet-records.h"

#define PROGRAMME "018f3c00-0000-7000-8000-0000000000c1"
#define HOLDER "018f3c00-0000-7000-8000-0000000000d1"

typedef struct
{
  Desk desk;
  char *path;
} Fixture;

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, yq_external_desk.name, yq_external_desk.icon, "外部平台申领",
                     yq_external_page_new, NULL);
}

static void
receive_one (Fixture *f, YqScope scope, const char *entity, const char *id, const char *state,
             const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"%s\",\"id\":\"%s\",\"revision\":1,\"state\":\"%s\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"310118\",\"fields\":{%s}}",
    entity, id, state, fields);

  receive (f->desk.place.store, scope, 1, json);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_REVIEWER, "310118" } };
  const YqWho who = { ACCOUNT, NULL, grants, 1, FALSE };

  yq_clock_set (yq_date_start ("2026-11-21"));
  open_desk (&f->desk, &who, build_window);
  receive_one (f, YQ_SCOPE_CATALOGUE, "programme", PROGRAMME, "open",
               "\"name\":\"青浦区2026年长三角科技创新券（通兑券）\",\"seat\":\"310118\","
               "\"year\":2026,\"claim\":\"external\",\"budget\":100000000,"
               "\"cap_claim\":50000000,\"regions\":[{\"region\":\"310118\"}]");
  receive_one (f, YQ_SCOPE_MINE, "organisation", HOLDER, "active",
               "\"name\":\"上海青西环保科技有限公司\",\"nature\":\"enterprise\","
               "\"uscc\":\"91310118MA1JL5T93F\",\"region\":\"310118\","
               "\"first_approved_at\":\"2026-01-02T00:00:00.000Z\"");
  receive_one (f, YQ_SCOPE_MINE, "external_claim", "018f3c00-0000-7000-8000-0000000000e1", "issued",
               "\"number\":\"沪券2026-0001\",\"programme\":\"" PROGRAMME "\",\"holder\":\"" HOLDER
               "\",\"holder_name\":\"上海青西环保科技有限公司\","
               "\"amount\":5000000,\"voucher_number\":\"2026UMA1JL5T9301\"");
  show_desk (&f->desk, 1270, 780);
  f->path = g_build_filename (f->desk.place.dir, "qingpu.csv", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_free (f->path);
  close_desk (&f->desk);
  yq_clock_set (0);
}

static gboolean
is_checked (gpointer data)
{
  return gt_find_button (GTK_WIDGET (((Fixture *) data)->desk.frame), "换一个文件") != NULL;
}

static gboolean
has_result (gpointer data)
{
  return gt_find_button (GTK_WIDGET (((Fixture *) data)->desk.frame), "撤销本次导入") != NULL;
}

/* No step asks for more room than the page has: the sidebar stays. */
static void
assert_room (Fixture *f)
{
  int least;

  gtk_widget_measure (GTK_WIDGET (yq_frame_top (f->desk.frame)), GTK_ORIENTATION_HORIZONTAL, -1,
                      &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 720);
}

/* The page of import over the desk, with the file checked. */
static GtkWidget *
check_file (Fixture *f, const char *rows)
{
  GtkWidget *page = GTK_WIDGET (yq_frame_show_page (f->desk.frame, yq_external_desk.name));

  g_assert_true (g_file_set_contents (f->path, rows, -1, NULL));
  gtk_widget_activate_action (page, "page.import", NULL);
  gt_settle (GTK_WIDGET (f->desk.frame));
  page = gt_find_button (GTK_WIDGET (f->desk.frame), "选择文件");
  g_assert_nonnull (page);
  shoot_desk (&f->desk, "1-choose.png");
  gtk_widget_activate_action (page, "page.open", "s", f->path);
  shoot_desk (&f->desk, "2-columns.png");
  assert_room (f);
  page = gt_find_button (GTK_WIDGET (f->desk.frame), "开始预检");
  g_assert_nonnull (page);
  gtk_widget_activate_action (page, "page.check", NULL);
  g_assert_true (gt_until (is_checked, f, WAIT_MS));
  return gt_find_button (GTK_WIDGET (f->desk.frame), "换一个文件");
}

#define HEADINGS "外部平台申领编号,统一社会信用代码,发放金额（元）,外部平台批准日期,备注\n"

static void
test_each_row_is_judged (Fixture *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->desk.frame);
  GtkWidget *page =
    check_file (f, HEADINGS "沪券2026-0001,91310118MA1JL5T93F,50000,2026-11-02,\n"
                            "沪券2026-0002,91310118MA1JL5T93F,30000,2026-11-02,\n"
                            "沪券2026-0003,上海青西环保科技有限公司,20000.50,2026/11/3,首批\n"
                            "沪券2026-0004,91310000XXXXXXXXXX,10000,2026-11-02,\n"
                            "沪券2026-0005,91310118MA1JL5T93F,一万,2026-11-02,\n"
                            "沪券2026-0006,91310118MA1JL5T93F,500000.01,2026-11-02,\n"
                            "沪券2026-0007,91310118MA1JL5T93F,,2026-11-02,\n"
                            "沪券2026-0001,91310118MA1JL5T93F,50000,2026-11-02,\n");
  g_autoptr(YqQuery) drafts = yq_query_new (&yq_external_claim);

  shoot_desk (&f->desk, "3-dry-run.png");
  assert_room (f);
  g_assert_nonnull (gt_find_button (window, "导入 2 行"));
  g_assert_true (gt_comes (window, "91310000XXXXXXXXXX"));
  g_assert_true (gt_comes (window, "“一万”不是金额"));
  g_assert_true (gt_comes (window, "单次申领最多 500,000.00"));
  g_assert_true (gt_comes (window, "与第 9 行重复"));
  g_assert_nonnull (gt_find_label (window, "第 8 行"));
  gtk_widget_activate_action (page, "page.apply", NULL);
  g_assert_true (gt_until (has_result, f, WAIT_MS));
  shoot_desk (&f->desk, "4-result.png");
  assert_room (f);
  g_assert_true (gt_comes (window, "发放创新券"));
  yq_query_add (drafts, "state", "draft");
  g_assert_cmpuint (yq_store_count (f->desk.place.store, drafts), ==, 2);
  yq_frame_show_page (f->desk.frame, yq_external_desk.name);
  shoot_desk (&f->desk, "5-list.png");
  g_assert_true (gt_comes (window, "20,000.50"));
}

/* Each row alone would pass. */
static void
test_rows_add_up (Fixture *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->desk.frame);

  check_file (f, HEADINGS "沪券2026-0002,91310118MA1JL5T93F,400000,2026-11-02,\n"
                          "沪券2026-0003,91310118MA1JL5T93F,400000,2026-11-02,\n"
                          "沪券2026-0004,91310118MA1JL5T93F,100000,2026-11-02,\n"
                          "沪券2026-0005,91310118MA1JL5T93F,300000,2026-11-02,\n");
  g_assert_nonnull (gt_find_button (window, "导入 3 行"));
  g_assert_nonnull (gt_find_label (window, "第 5 行"));
  g_assert_true (gt_comes (window, "还剩 100,000.00 元"));
}

/* What is there is there; what was issued is not changed by a sheet that says otherwise. */
static void
test_the_same_again (Fixture *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->desk.frame);

  check_file (f, HEADINGS "沪券2026-0001,91310118MA1JL5T93F,50000,,\n");
  g_assert_nonnull (gt_find_button (window, "导入 0 行"));
  g_assert_false (gtk_widget_get_sensitive (gt_find_button (window, "导入 0 行")));
  g_assert_null (gt_find_label (window, "第 2 行"));
  gtk_widget_activate_action (gt_find_button (window, "换一个文件"), "page.again", NULL);
  yq_frame_pop (f->desk.frame);
  check_file (f, HEADINGS "沪券2026-0001,91310118MA1JL5T93F,60000,,\n");
  g_assert_nonnull (gt_find_button (window, "导入 0 行"));
  g_assert_nonnull (gt_find_label (window, "第 2 行"));
  g_assert_true (gt_comes (window, "已发放"));
}

static gboolean
take_headings (guint number, const char *const *cells, guint n_cells, gpointer data, GError **error)
{
  for (guint i = 0; i < n_cells; i++)
    g_string_append_printf (data, "%s%s", i > 0 ? "|" : "", cells[i]);
  return FALSE;
}

static void
test_template (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->desk.place.dir, "template.xlsx", NULL);
  g_autoptr(GString) headings = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_sheet_write_template (&yq_external_claim, path, &error));
  g_assert_no_error (error);
  g_assert_true (yq_sheet_file_read (path, take_headings, headings, NULL, &error));
  g_assert_cmpstr (
    headings->str, ==,
    "*外部平台申领编号|*创新券计划|*统一社会信用代码|*发放金额|外部平台批准日期|备注");
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/external-page/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("rows", test_each_row_is_judged);
  ADD ("sums", test_rows_add_up);
  ADD ("again", test_the_same_again);
  ADD ("template", test_template);
  return g_test_run ();
}
