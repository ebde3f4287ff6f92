/* Pages about oneself: the commitment is read before the form, whenever it comes; what one is known
 * by goes into what one enters. */
#define G_LOG_DOMAIN "test-own-pages"

#include "frame-fixture.h"

#include "catalogue-page.h"
#include "own-pages.h"
#include "party.h"
#include "record-page.h"

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "organisation", "yq-organisation-symbolic", "单位",
                     yq_organisation_page_new, NULL);
  yq_frame_add_page (frame, "account", "avatar-default-symbolic", "账号", yq_account_page_new,
                     NULL);
  yq_frame_add_page (frame, "catalogue", "yq-instrument-symbolic", "仪器", yq_catalogue_page_new,
                     NULL);
}

/* fields begins with a comma, or is empty. */
static void
receive_own (Desk *f, int revision, const char *state, const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"organisation\",\"id\":\"" BUYER "\",\"revision\":%d,\"state\":\"%s\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"region\":\"370202\",\"fields\":{\"name\":\"青岛海蓝传感技术有限公司\","
    "\"nature\":\"enterprise\",\"region\":\"370202\"%s}}",
    revision, state, fields);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

static void
receive_text (Desk *f, int version, const char *text)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"jurisdiction\",\"id\":\"018f3c00-0000-7000-8000-0000000000b1\","
    "\"revision\":%d,\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"370000\",\"fields\":{"
    "\"name\":\"山东\",\"code\":\"shandong\",\"seat\":\"370000\",\"prefix\":\"SD\","
    "\"regions\":[{\"region\":\"370000\"}],"
    "\"texts\":[{\"kind\":\"commitment\",\"version\":%d,\"text\":\"%s\"}]}}",
    version, version, text);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static void
receive_texts (Desk *f)
{
  receive_text (f, 2, "本单位承诺如实填报");
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, BUYER, grants, 1, FALSE };

  open_desk (f, &who, build_window);
  receive_own (f, 1, "draft", "");
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

#define ACCEPTED(version)                                             \
  ",\"commitment_accepted\":true,\"commitment_version\":" version "," \
  "\"commitment_accepted_at\":\"2026-01-02T00:00:00.000Z\""

/* The version that goes into the outbox with the form. */
static gint64
form_version (Desk *f)
{
  GtkWidget *page = gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_RECORD_PAGE);

  return yq_values_int (yq_record_form_values (yq_record_page_form (YQ_RECORD_PAGE (page))),
                        ORGANISATION_COMMITMENT_VERSION);
}

static void
test_the_version_shown_is_accepted (Desk *f, gconstpointer data)
{
  receive_texts (f);
  show_desk (f, 1000, 700);
  g_assert_true (gt_until (shows_texts, f, WAIT_MS));
  /* It comes while the older one is being read. */
  receive_text (f, 3, "并接受抽查");
  gt_run (100);
  gtk_check_button_set_active (
    GTK_CHECK_BUTTON (gt_find_type (GTK_WIDGET (f->frame), GTK_TYPE_CHECK_BUTTON)), TRUE);
  gt_click (gt_find_button (GTK_WIDGET (f->frame), "开始填写"));
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_true (gt_comes (GTK_WIDGET (f->frame), "并接受抽查"));
  g_assert_false (gt_has_text (GTK_WIDGET (f->frame), "本单位承诺如实填报"));
  read_and_accept (f);
  g_assert_cmpint (form_version (f), ==, 3);
}

static void
test_a_refresh_asks_again (Desk *f, gconstpointer data)
{
  receive_text (f, 1, "本单位承诺如实填报");
  receive_own (f, 2, "stale", ACCEPTED ("1"));
  show_desk (f, 1000, 700);
  g_assert_true (gt_comes (GTK_WIDGET (f->frame), "年度更新：请重新阅读并同意"));
  g_assert_null (gt_find_button (GTK_WIDGET (f->frame), "以后再说"));
  g_assert_false (shows_form (f));
  read_and_accept (f);
}

static void
test_a_newer_version_asks_again (Desk *f, gconstpointer data)
{
  GtkWidget *window;

  receive_text (f, 1, "本单位承诺如实填报");
  receive_own (f, 2, "active", ACCEPTED ("1"));
  show_desk (f, 1000, 700);
  window = GTK_WIDGET (f->frame);
  g_assert_true (shows_form (f));
  g_assert_true (gt_comes (window, "已于 2026-01-02 同意承诺书第 1 版"));
  g_assert_nonnull (gt_find_named (window, "承诺书（第1版）"));
  receive_text (f, 2, "并接受抽查");
  gt_settle (window);
  g_assert_true (gt_comes (window, "文本已有新版本"));
  g_assert_true (gt_comes (window, "并接受抽查"));
  /* Nobody is kept from the profile; it can be read below. */
  gt_click (gt_find_button (window, "以后再说"));
  gt_settle (window);
  g_assert_true (shows_form (f));
  gt_click (gt_find_button (window, "阅读并同意第 2 版…"));
  gt_settle (window);
  read_and_accept (f);
  g_assert_cmpint (form_version (f), ==, 2);
}

/* -- 是否申请创新券 -- */

static void
receive_programme (Desk *f)
{
  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"programme\",\"id\":\"018f3c00-0000-7000-8000-0000000000b2\","
           "\"revision\":1,\"state\":\"open\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"370000\",\"fields\":{"
           "\"name\":\"山东省2026年省级科技创新券\","
           "\"jurisdiction\":\"018f3c00-0000-7000-8000-0000000000b1\","
           "\"regions\":[{\"region\":\"370000\"}],\"eligible\":[{\"rule\":\"nature\","
           "\"value\":\"enterprise\"},{\"rule\":\"max_employees\",\"value\":\"500\"},"
           "{\"rule\":\"wants_vouchers\"}]}}");
}

static YqRecordForm *
form_of (Desk *f)
{
  GtkWidget *page = gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_RECORD_PAGE);

  return yq_record_page_form (YQ_RECORD_PAGE (page));
}

static GtkWidget *
vouchers_switch (Desk *f)
{
  GtkWidget *found = gt_find_type (
    GTK_WIDGET (yq_record_form_editor (form_of (f), "wants_vouchers")), GTK_TYPE_SWITCH);

  g_assert_nonnull (found);
  return found;
}

static void
state_employees (Desk *f, gint64 n)
{
  YqRecordForm *form = form_of (f);

  yq_values_set_int (yq_record_form_values (form), ORGANISATION_EMPLOYEES, n);
  yq_record_form_reload (form);
  yq_record_form_touched (form, "employees");
  gt_settle (GTK_WIDGET (f->frame));
}

/* Grey with the condition that fails; it follows what is typed, and can always be taken back. */
static void
test_vouchers_where_the_conditions_hold (Desk *f, gconstpointer data)
{
  GtkWidget *window;

  receive_text (f, 1, "本单位承诺如实填报");
  receive_programme (f);
  receive_own (f, 2, "active", ACCEPTED ("1"));
  show_desk (f, 1000, 700);
  window = GTK_WIDGET (f->frame);
  state_employees (f, 501);
  g_assert_false (gtk_widget_is_sensitive (vouchers_switch (f)));
  g_assert_true (gt_comes (window, "贵单位暂不能申请创新券"));
  g_assert_true (gt_comes (window, "501"));
  state_employees (f, 500);
  g_assert_true (gtk_widget_is_sensitive (vouchers_switch (f)));
  g_assert_false (gt_has_text (window, "贵单位暂不能申请创新券"));
  gtk_switch_set_active (GTK_SWITCH (vouchers_switch (f)), TRUE);
  state_employees (f, 501);
  g_assert_true (gt_comes (window, "贵单位暂不能申请创新券"));
  g_assert_true (gtk_widget_is_sensitive (vouchers_switch (f)));
  gtk_switch_set_active (GTK_SWITCH (vouchers_switch (f)), FALSE);
  gt_settle (window);
  g_assert_false (gtk_widget_is_sensitive (vouchers_switch (f)));
}

/* -- 修改后须重审 -- */

static JsonArray *
files_of (const char *name)
{
  JsonObject *file = json_object_new ();
  JsonArray *files = json_array_new ();

  json_object_set_string_member (
    file, "sha256", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  json_object_set_string_member (file, "name", name);
  json_array_add_object_element (files, file);
  return files;
}

#define JINAN_REVIEWS ",\"reviews\":[{\"kind\":\"organisation\",\"levels\":\"city\"}]"
#define AGAIN "将重新送审"

static void
receive_reviews (Desk *f)
{
  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"jurisdiction\",\"id\":\"018f3c00-0000-7000-8000-0000000000b1\","
           "\"revision\":9,\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"370000\",\"fields\":{"
           "\"name\":\"山东\",\"code\":\"shandong\",\"seat\":\"370000\",\"prefix\":\"SD\","
           "\"regions\":[{\"region\":\"370000\"}]" JINAN_REVIEWS "}}");
}

/* Before it is saved the form says what saving does, and because of which fields; mended again, it
 * says nothing. */
static void
test_the_form_says_what_is_reviewed_again (Desk *f, gconstpointer data)
{
  GtkWidget *window;
  YqRecordForm *form;

  receive_reviews (f);
  receive_own (f, 2, "active", ",\"employees\":30,\"revenue\":100" ACCEPTED ("1"));
  show_desk (f, 1000, 700);
  window = GTK_WIDGET (f->frame);
  form = form_of (f);
  yq_values_set_text (yq_record_form_values (form), ORGANISATION_ADDRESS, "市南区1号");
  yq_record_form_touched (form, "address");
  g_assert_false (gt_has_text (window, AGAIN));
  state_employees (f, 31);
  g_assert_true (gt_comes (window, AGAIN "：从业人员数"));
  yq_record_form_flush (form);
  yq_values_take_array (yq_record_form_values (form), ORGANISATION_COMMITMENT_FILE,
                        files_of ("承诺书.pdf"));
  yq_record_form_reload (form);
  yq_record_form_touched (form, "commitment_file");
  gt_settle (window);
  g_assert_true (gt_comes (window, AGAIN "：从业人员数、承诺书"));
  state_employees (f, 30);
  g_assert_true (gt_comes (window, AGAIN "：承诺书"));
  yq_values_take_array (yq_record_form_values (form), ORGANISATION_COMMITMENT_FILE, NULL);
  yq_record_form_reload (form);
  yq_record_form_touched (form, "commitment_file");
  gt_settle (window);
  g_assert_false (gt_has_text (window, AGAIN));
}

/* -- 注册所在地 -- */

static gboolean
region_is_locked (Desk *f)
{
  return yq_field_editor_is_locked (yq_record_form_editor (form_of (f), "region"));
}

/* It stays, with the way out beside it; sent back by the bureau, it can be chosen again. */
static void
test_the_region_is_fixed_at_registration (Desk *f, gconstpointer data)
{
  receive_text (f, 1, "本单位承诺如实填报");
  receive_own (f, 2, "draft", ACCEPTED ("1"));
  show_desk (f, 1000, 700);
  g_assert_true (region_is_locked (f));
  g_assert_true (gt_comes (GTK_WIDGET (f->frame), "山东省青岛市市南区"));
  g_assert_true (gt_comes (GTK_WIDGET (f->frame), "退回后可重新选择"));
  receive_own (f, 3, "returned", ACCEPTED ("1"));
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_false (region_is_locked (f));
  g_assert_false (gt_has_text (GTK_WIDGET (f->frame), "退回后可重新选择"));
}

/* -- 个人信息 -- */

static YqCommand *
only_command (Desk *f)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->outbox)), ==, 1);
  return g_list_model_get_item (G_LIST_MODEL (f->outbox), 0);
}

static void
test_personal_data_are_sent (Desk *f, gconstpointer data)
{
  g_autoptr(YqCommand) command = NULL;
  YqRecordForm *form;
  YqPage *page;

  receive (
    f->place.store, YQ_SCOPE_MINE, 1,
    "{\"entity\":\"account\",\"id\":\"" ACCOUNT "\",\"revision\":3,\"state\":\"active\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"account\":\"" ACCOUNT "\",\"fields\":{\"username\":\"hailan\","
    "\"real_name\":\"周子涵\",\"email\":\"old@hailan.example\"}}");
  show_desk (f, 1000, 700);
  page = yq_frame_show_page (f->frame, "account");
  gt_settle (GTK_WIDGET (f->frame));
  form = yq_record_page_form (yq_record_page_of (page));
  gt_type (gt_find_type (GTK_WIDGET (yq_record_form_editor (form, "email")), GTK_TYPE_ENTRY),
           "new@hailan.example");
  gt_type (gt_find_type (GTK_WIDGET (yq_record_form_editor (form, "address")), GTK_TYPE_ENTRY),
           "青岛市市南区");
  gt_click (gt_find_button (GTK_WIDGET (page), "保存"));
  gt_settle (GTK_WIDGET (f->frame));
  command = only_command (f);
  g_assert_cmpstr (yq_command_action (command), ==, "save");
  g_assert_cmpstr (yq_command_record (command), ==, ACCOUNT);
  g_assert_cmpuint (json_object_get_size (yq_command_fields (command)), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (yq_command_fields (command), "email"), ==,
                   "new@hailan.example");
  g_assert_cmpstr (json_object_get_string_member (yq_command_fields (command), "address"), ==,
                   "青岛市市南区");
}

/* -- what the carrier is known by goes into what it enters -- */

static void
test_a_new_instrument_stands_at_the_carrier (Desk *f, gconstpointer data)
{
  YqValues *values;
  YqPage *page;

  receive_own (f, 2, "active", ",\"latitude\":36066600,\"longitude\":120382600");
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

/* A page that has gone (its account may see it no more) while its dialog is open: the answer
 * counts, and nothing of the page is touched. */
static void
test_a_dialog_outlives_its_page (Desk *f, gconstpointer data)
{
  const char *answers[] = { "delete", "discard" };
  const char *buttons[] = { "删除", "放弃修改" };
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);

  receive_own (f, 2, "active", "");
  show_desk (f, 1000, 700);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      YqPage *list = yq_frame_show_page (f->frame, "catalogue"), *page;
      YqRecordForm *form;
      g_autofree char *action = g_strconcat ("page.", answers[i], NULL);
      g_autoptr(GPtrArray) before = NULL, after = NULL;
      g_autoptr(YqRecordPage) kept = NULL;

      gtk_widget_activate_action (GTK_WIDGET (list), "page.new", NULL);
      gt_settle (GTK_WIDGET (f->frame));
      page = yq_frame_top (f->frame);
      form = yq_record_page_form (yq_record_page_of (page));
      gt_type (gt_find_type (GTK_WIDGET (yq_record_form_editor (form, "name")), GTK_TYPE_ENTRY),
               "电镜");
      yq_record_form_flush (form);
      kept = g_object_ref (yq_record_page_of (page)); /* as a step does that is under way */
      before = yq_store_list (f->place.store, query, 0);
      gtk_widget_activate_action (GTK_WIDGET (page), action, NULL);
      gt_settle (GTK_WIDGET (f->frame));
      g_assert_nonnull (gt_find_dialog (GTK_WIDGET (f->frame)));
      yq_frame_pop (f->frame);
      gt_settle (GTK_WIDGET (f->frame));
      gt_click (gt_find_button (gt_find_dialog (GTK_WIDGET (f->frame)), buttons[i]));
      gt_settle (GTK_WIDGET (f->frame));
      settle ();
      after = yq_store_list (f->place.store, query, 0);
      g_assert_cmpuint (after->len + 1, ==, before->len);
      g_assert_true (yq_frame_top (f->frame) == list);
    }
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/own-pages/" name, Desk, NULL, set_up, func, tear_down)
  ADD ("reading/before-the-form", test_texts_stand_before_the_form);
  ADD ("reading/late", test_texts_that_come_late);
  ADD ("commitment/shown", test_the_version_shown_is_accepted);
  ADD ("commitment/refresh", test_a_refresh_asks_again);
  ADD ("commitment/newer", test_a_newer_version_asks_again);
  ADD ("vouchers", test_vouchers_where_the_conditions_hold);
  ADD ("reviewed-again", test_the_form_says_what_is_reviewed_again);
  ADD ("region", test_the_region_is_fixed_at_registration);
  ADD ("account/save", test_personal_data_are_sent);
  ADD ("catalogue/gone", test_a_dialog_outlives_its_page);
  ADD ("catalogue/place", test_a_new_instrument_stands_at_the_carrier);
  return g_test_run ();
}
