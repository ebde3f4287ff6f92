/* The frame and the small widgets: pages, keys, palette, tray, faces, pills, times, regions, hours,
 * codes. */
#include "client-fixture.h"
#include "guitest.h"

#include "batch-bar.h"
#include "bits.h"
#include "face.h"
#include "fact-flow.h"
#include "frame.h"
#include "hours-editor.h"
#include "key-help.h"
#include "palette.h"
#include "prompt.h"
#include "qr-code.h"
#include "region-picker.h"
#include "sign-in-window.h"
#include "split.h"
#include "step-bar.h"
#include "tooltip.h"
#include "voucher-card.h"

/* -- the frame -- */
static guint built, shown, saved;

static void
save_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  saved++;
}

static void
shown_cb (YqPage *page, gpointer data)
{
  shown++;
}

static YqPage *
build_page (YqFrame *frame, gpointer name)
{
  static const GActionEntry actions[] = { { "save", save_cb } };
  YqPage *page = yq_page_new (name, gtk_label_new (name));

  built++;
  yq_page_add_actions (page, actions, 1, NULL);
  yq_page_add_key (page, "<Control>s", "保存本页", "page.save");
  yq_page_add_button (page, NULL, "页面按钮", "page.save");
  g_signal_connect (page, "shown", G_CALLBACK (shown_cb), NULL);
  return page;
}

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "first", "user-home-symbolic", "第一页", build_page, (gpointer) "甲");
  yq_frame_add_page (frame, "second", "view-list-symbolic", "第二页", build_page, (gpointer) "乙");
}

static gboolean
is_for_all (const YqWho *who)
{
  return TRUE;
}

static const YqWindowKind kind = { "test", N_("As a buyer"), is_for_all, build_window };

typedef struct
{
  Place place;
  YqOutbox *outbox;
  YqFrame *frame;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  built = shown = saved = 0;
  open_place (&f->place);
  f->outbox = yq_outbox_new (f->place.store, &error);
  g_assert_no_error (error);
  f->frame = yq_frame_new (NULL, &kind, f->place.store, f->outbox, NULL);
  gtk_window_present (GTK_WINDOW (f->frame));
  gt_settle (GTK_WIDGET (f->frame));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_set_focus (GTK_WINDOW (f->frame), NULL);
  gt_close (GTK_WIDGET (f->frame));
  g_clear_object (&f->outbox);
  settle ();
  close_place (&f->place);
}

static void
test_pages_are_built_when_shown (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (built, ==, 1);
  g_assert_cmpstr (yq_frame_current (f->frame), ==, "first");
  yq_frame_show_page (f->frame, "second");
  g_assert_cmpuint (built, ==, 2);
  yq_frame_show_page (f->frame, "first");
  g_assert_cmpuint (built, ==, 2);
  g_assert_cmpuint (shown, ==, 3);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (f->frame)), ==, "甲 — 使用方");
}

/* Who has not all of the pages that are left is shown the first she has. */
static void
test_only_some_pages_are_shown (Fixture *f, gconstpointer data)
{
  yq_frame_set_only (f->frame, "missing|second|first");
  g_assert_cmpstr (yq_frame_current (f->frame), ==, "first");
  yq_frame_set_only (f->frame, "missing|second");
  g_assert_cmpstr (yq_frame_current (f->frame), ==, "second");
  yq_frame_show_page (f->frame, "first");
  g_assert_cmpstr (yq_frame_current (f->frame), ==, "second");
  g_assert_cmpstr (yq_page_title (yq_frame_top (f->frame)), ==, "乙");
  yq_frame_set_only (f->frame, NULL);
  yq_frame_show_page (f->frame, "first");
  g_assert_cmpstr (yq_frame_current (f->frame), ==, "first");
}

static void
test_pushed_pages_go_back (Fixture *f, gconstpointer data)
{
  YqPage *page = yq_page_new ("丙", gtk_label_new ("丙"));

  yq_frame_push (f->frame, page);
  g_assert_true (yq_frame_top (f->frame) == page);
  gt_settle (GTK_WIDGET (f->frame));
  gt_click (gt_find_named (GTK_WIDGET (f->frame), "返回"));
  g_assert_cmpstr (yq_page_title (yq_frame_top (f->frame)), ==, "甲");
  yq_frame_push (f->frame, yq_page_new ("丁", gtk_label_new ("丁")));
  yq_frame_show_page (f->frame, "second");
  g_assert_cmpstr (yq_page_title (yq_frame_top (f->frame)), ==, "乙");
  yq_frame_pop (f->frame);
  g_assert_cmpstr (yq_page_title (yq_frame_top (f->frame)), ==, "乙");
}

static void
test_actions_belong_to_the_page_on_top (Fixture *f, gconstpointer data)
{
  gt_click (gt_find_button (GTK_WIDGET (f->frame), "页面按钮"));
  g_assert_cmpuint (saved, ==, 1);
  yq_frame_push (f->frame, yq_page_new ("丙", gtk_label_new ("丙")));
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_null (gt_find_button (GTK_WIDGET (f->frame), "页面按钮"));
  g_assert_false (gtk_widget_activate_action (GTK_WIDGET (f->frame), "page.save", NULL));
  yq_frame_pop (f->frame);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (f->frame), "page.save", NULL));
  g_assert_cmpuint (saved, ==, 2);
}

static void
test_counts_stand_in_the_sidebar (Fixture *f, gconstpointer data)
{
  yq_frame_set_badge (f->frame, "second", 12345);
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_nonnull (gt_find_label (GTK_WIDGET (f->frame), "12,345"));
  yq_frame_set_badge (f->frame, "second", 0);
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_null (gt_find_label (GTK_WIDGET (f->frame), "12,345"));
}

static void
test_the_palette_opens_pages (Fixture *f, gconstpointer data)
{
  GtkWidget *entry, *row;

  yq_frame_open_palette (f->frame, NULL);
  gt_settle (GTK_WIDGET (f->frame));
  entry = gt_find_type (gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_PALETTE), GTK_TYPE_ENTRY);
  gt_type (entry, "第二");
  gt_settle (GTK_WIDGET (f->frame));
  row = gt_find_named (gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_PALETTE), "第二页");
  g_assert_nonnull (row);
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (yq_frame_current (f->frame), ==, "second");
  g_assert_null (gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_PALETTE));
}

static void
opened_record_cb (YqFrame *frame, const char *entity, const char *id)
{
  g_object_set_data_full (G_OBJECT (frame), "opened", g_strdup (id), g_free);
}

static gboolean
has_found (gpointer frame)
{
  return gt_find_named (GTK_WIDGET (frame), "场发射扫描电镜") != NULL;
}

static void
test_the_palette_finds_records (Fixture *f, gconstpointer data)
{
  static const char *const entities[] = { "instrument", NULL };
  GtkWidget *entry;

  receive_instrument (f->place.store, BUYER, 1, "场发射扫描电镜", "");
  settle ();
  yq_frame_set_open_record (f->frame, entities, opened_record_cb);
  yq_frame_open_palette (f->frame, "扫描电镜");
  g_assert_true (gt_until (has_found, f->frame, 5000));
  entry = gt_find_type (gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_PALETTE), GTK_TYPE_ENTRY);
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (g_object_get_data (G_OBJECT (f->frame), "opened"), ==, BUYER);
}

static void
undo_cb (gpointer data)
{
  ++*(guint *) data;
}

static void
test_toasts_can_be_undone (Fixture *f, gconstpointer data)
{
  guint undone = 0;

  yq_frame_toast_undo (f->frame, "已通过 & 发送", 10, G_CALLBACK (undo_cb), &undone, NULL);
  gt_run (300);
  gt_settle (GTK_WIDGET (f->frame));
  gt_click (gt_find_button (GTK_WIDGET (f->frame), "撤销（10）"));
  g_assert_cmpuint (undone, ==, 1);
}

static void
test_keys_are_told (Fixture *f, gconstpointer data)
{
  GtkWidget *help = yq_key_help_new (GTK_WIDGET (f->frame), yq_frame_top (f->frame));

  gtk_window_present (GTK_WINDOW (help));
  gt_settle (help);
  g_assert_true (gt_comes (help, "保存本页"));
  g_assert_true (gt_comes (help, "Ctrl+K"));
  gt_close (help);
}

static void
test_narrow_windows_fold_the_sidebar (Fixture *f, gconstpointer data)
{
  YqSplit *split = YQ_SPLIT (gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_SPLIT));

  g_assert_false (yq_split_is_collapsed (split));
  yq_split_set_threshold (split, 1000);
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_true (yq_split_is_collapsed (split));
  g_assert_null (gt_find_label (GTK_WIDGET (f->frame), "第二页"));
  gtk_widget_activate_action (GTK_WIDGET (f->frame), "win.sidebar", NULL);
  gt_settle (GTK_WIDGET (f->frame));
  g_assert_nonnull (gt_find_label (GTK_WIDGET (f->frame), "第二页"));
}

/* -- small widgets -- */
static void
test_times_in_words (void)
{
  const gint64 now = yq_date_start ("2026-11-21") + 10 * 3600 * YQ_SECOND;
  static const struct
  {
    gint64 back; /* seconds */
    const char *words;
  } cases[] = {
    { 20, "刚刚" },        { 300, "5 分钟前" },     { 7200, "2 小时前" },
    { 90000, "昨天" },     { 3 * 86400, "3 天前" }, { 40 * 86400, "2026-10-12" },
    { -7200, "2 小时后" }, { -90000, "明天" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = yq_time_ago (now - cases[i].back * YQ_SECOND, now);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_amounts_and_sizes (void)
{
  g_autofree char *money = yq_money_text (5000000);
  g_autofree char *count = yq_count_text (2318);
  g_autofree char *five = yq_size_text (5 * 1024 * 1024);
  g_autofree char *some = yq_size_text (150 * 1024);

  g_assert_cmpstr (money, ==, "¥ 50,000.00");
  g_assert_cmpstr (count, ==, "2,318");
  g_assert_cmpstr (five, ==, "5 MB");
  g_assert_cmpstr (some, ==, "150 KB");
}

static void
test_faces (void)
{
  GtkWidget *face = yq_face_new (gtk_label_new ("内容"));
  GtkWidget *window = gt_window (face, 500, 400);

  yq_face_set_first (YQ_FACE (face), "user-home-symbolic", "第一次", "说明 <b>", "开始", "x.y");
  yq_face_show (YQ_FACE (face), YQ_FACE_CONTENT);
  g_assert_true (gt_comes (window, "内容"));
  yq_face_show (YQ_FACE (face), YQ_FACE_FIRST);
  g_assert_true (gt_comes (window, "说明 <b>"));
  g_assert_nonnull (gt_find_button (window, "开始"));
  yq_face_fail (YQ_FACE (face), "失败了", "原因", "x.y");
  g_assert_true (gt_comes (window, "原因"));
  g_assert_nonnull (gt_find_button (window, "重试"));
  gt_close (window);
}

/* Where a line is too short for both, what a fact says stands below its title. */
static void
test_narrow_facts_are_stacked (void)
{
  static const int widths[] = { 600, 240 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      GtkWidget *line = yq_fact_line_new (250);
      GtkWidget *title = yq_label_new ("兑付编号", NULL);
      GtkWidget *body = yq_label_new_wrapped ("CSJDF-20261124-000001", NULL), *window;
      double x, y;

      gtk_widget_set_size_request (title, 120, -1);
      gtk_box_append (GTK_BOX (line), title);
      gtk_box_append (GTK_BOX (line), body);
      window = gt_window (line, widths[i], 200);
      g_assert_true (gtk_widget_translate_coordinates (body, title, 0, 0, &x, &y));
      g_assert_true (i == 0 ? x >= 120 && y < 1 : x < 1 && y >= gtk_widget_get_height (title));
      gt_close (window);
    }
}

static void
test_regions_are_chosen (void)
{
  GtkWidget *picker = yq_region_picker_new ("选择地区");
  GtkWidget *window = gt_window (picker, 700, 500);
  GtkWidget *popover, *search;

  yq_region_picker_set (YQ_REGION_PICKER (picker), "330421");
  g_assert_nonnull (gt_find_button (picker, "浙江省嘉兴市嘉善县"));
  gt_click (yq_region_picker_button (YQ_REGION_PICKER (picker)));
  gt_settle (window);
  popover = GTK_WIDGET (gtk_menu_button_get_popover (
    GTK_MENU_BUTTON (yq_region_picker_button (YQ_REGION_PICKER (picker)))));
  g_assert_nonnull (gt_find_label (popover, "嘉善县"));
  search = gt_find_type (popover, GTK_TYPE_SEARCH_ENTRY);
  gt_type (search, "昆山");
  g_assert_true (gt_comes (popover, "江苏省苏州市昆山市"));
  g_signal_emit_by_name (search, "activate");
  g_assert_cmpstr (yq_region_picker_code (YQ_REGION_PICKER (picker)), ==, "320583");
  yq_region_picker_set_within (YQ_REGION_PICKER (picker), "33");
  gt_click (yq_region_picker_button (YQ_REGION_PICKER (picker)));
  gt_type (search, "昆山");
  gt_run (400);
  g_assert_null (gt_find_label (popover, "江苏省苏州市昆山市"));
  g_signal_emit_by_name (search, "stop-search"); /* Escape */
  g_assert_false (gtk_widget_get_visible (popover));
  gt_close (window);
}

static void
test_hours_in_words (void)
{
  g_autoptr(JsonNode) node =
    json_from_string ("[{\"weekday\":1,\"opens\":\"08:30\",\"closes\":\"17:00\"},"
                      "{\"weekday\":2,\"opens\":\"08:30\",\"closes\":\"17:00\"},"
                      "{\"weekday\":6,\"opens\":\"09:00\",\"closes\":\"12:00\"}]",
                      NULL);
  g_autofree char *words = yq_hours_text (json_node_get_array (node));
  GtkWidget *editor = yq_hours_editor_new ();
  GtkWidget *window = gt_window (editor, 600, 400);
  g_autoptr(JsonArray) back = NULL;

  g_assert_cmpstr (words, ==, "周一至周二 08:30–17:00；周六 09:00–12:00");
  yq_hours_editor_show (YQ_HOURS_EDITOR (editor), json_node_get_array (node));
  gt_settle (window);
  gt_click (gt_find_button (editor, "周二至周五与周一相同"));
  back = yq_hours_editor_dup (YQ_HOURS_EDITOR (editor));
  g_assert_cmpuint (json_array_get_length (back), ==, 6);
  gt_close (window);
}

static void
test_codes_are_read_by_others (void)
{
  const char *text = "https://quan.example/v/测试-0123456789abcdef";
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "yiquan-qr.png", NULL);
  g_autofree char *zbar = g_find_program_in_path ("zbarimg");
  g_autofree char *read = NULL;
  g_autoptr(GError) error = NULL;
  GtkWidget *code = yq_qr_code_new (text, 200);
  GtkWidget *window = gt_window (code, 260, 260);
  const char *const command[] = { "zbarimg", "-q", "--raw", path, NULL };

  g_assert_true (gt_shot (window, path, &error));
  g_assert_no_error (error);
  gt_close (window);
  if (zbar == NULL)
    {
      g_test_skip ("zbarimg is not installed");
      return;
    }
  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &read,
                               NULL, NULL, &error));
  g_assert_no_error (error);
  g_strchomp (read);
  g_assert_cmpstr (read, ==, text);
  g_remove (path);
}

static void
test_vouchers_print (void)
{
  const YqVoucherFacts facts = { .number = "2026TMA2BC1D44YY",
                                 .programme = "嘉善县2026年科技创新券",
                                 .holder = "嘉善云帆新材料有限公司",
                                 .amount = 5000000,
                                 .available = 5000000,
                                 .valid_until = "2027-04-20",
                                 .state = "可使用",
                                 .tone = YQ_TONE_DONE,
                                 .token = "https://quan.example/v/abc" };
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "yiquan-voucher.pdf", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr(GError) error = NULL;
  gsize size;

  g_assert_true (yq_voucher_export_pdf (path, &facts, 1, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpuint (size, >, 2000);
  g_assert_true (g_str_has_prefix (bytes, "%PDF"));
  g_remove (path);
  g_assert_false (yq_voucher_export_pdf ("/nowhere/at/all.pdf", &facts, 1, &error));
  g_assert_nonnull (error);
}

static void
signed_in_cb (YqSignInWindow *window, const char *server, const char *user, const char *password,
              char **said)
{
  *said = g_strjoin ("|", server, user, password, NULL);
}

static void
test_signing_in (void)
{
  GtkWidget *window = yq_sign_in_window_new (NULL, "http://127.0.0.1:1", "enterprise1");
  g_autofree char *said = NULL;
  GtkWidget *button;

  gtk_window_present (GTK_WINDOW (window));
  gt_settle (window);
  g_signal_connect (window, "sign-in", G_CALLBACK (signed_in_cb), &said);
  button = gt_find_named (window, "登录");
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_cmpstr (yq_widget_why (button), ==, "请先填写密码");
  gt_type (gt_find_type (window, ADW_TYPE_PASSWORD_ENTRY_ROW), "secret");
  gt_click (button);
  g_assert_cmpstr (said, ==, "http://127.0.0.1:1|enterprise1|secret");
  yq_sign_in_window_fail (YQ_SIGN_IN_WINDOW (window), "连接不上服务器", "没有网络");
  gt_settle (window);
  g_assert_true (gt_comes (window, "连接不上服务器"));
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  gt_close (window);
}

static void
test_side_states_stand_where_the_road_was_left (void)
{
  GtkWidget *bar = yq_step_bar_new ();
  GtkWidget *window = gt_window (bar, 700, 120);
  g_autoptr(YqRecord) order = yq_record_new (&yq_order, NULL);

  yq_record_set_state (order, "refused");
  yq_step_bar_show (YQ_STEP_BAR (bar), order);
  gt_settle (window);
  g_assert_nonnull (gt_find_label (bar, "已拒绝"));
  g_assert_null (gt_find_label (bar, "已完成"));
  yq_record_set_state (order, "accepted");
  yq_step_bar_show (YQ_STEP_BAR (bar), order);
  gt_settle (window);
  g_assert_null (gt_find_label (bar, "已拒绝"));
  g_assert_true (gtk_widget_has_css_class (gt_find_label (bar, "待测试"), "now"));
  gt_close (window);
}

/* The ticks of what is decided go while it is sent, and may be told of after the outcome. */
static void
test_an_outcome_outlasts_the_ticks (void)
{
  GtkWidget *widget = yq_batch_bar_new (), *window = gt_window (widget, 900, 120);
  YqBatchBar *bar = YQ_BATCH_BAR (widget);

  yq_batch_bar_set_preview (bar, 3, 3, 0, "通过");
  gt_settle (window);
  g_assert_true (gt_comes (window, "已选 3 项"));
  yq_batch_bar_set_preview (bar, 0, 0, 0, "通过");
  gt_settle (window);
  g_assert_false (gt_has_text (window, "已选"));
  yq_batch_bar_set_progress (bar, "通过", 0, 3);
  yq_batch_bar_set_preview (bar, 0, 0, 0, "通过");
  gt_settle (window);
  g_assert_true (gt_comes (window, "通过 · 0 / 3"));
  yq_batch_bar_set_outcome (bar, "已完成 3 项 · 未完成 0 项", 0);
  yq_batch_bar_set_preview (bar, 0, 0, 0, "通过");
  gt_settle (window);
  g_assert_true (gt_comes (window, "已完成 3 项"));
  yq_batch_bar_set_preview (bar, 1, 1, 0, "通过");
  gt_settle (window);
  g_assert_true (gt_comes (window, "已选 1 项"));
  yq_batch_bar_set_preview (bar, 0, 0, 0, "通过");
  gt_settle (window);
  g_assert_false (gt_has_text (window, "已选"));
  gt_close (window);
}

static void
test_settings_are_kept (void)
{
  g_autofree char *dir = g_dir_make_tmp ("yiquan-look-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "settings.ini", NULL);
  g_autoptr(GError) error = NULL;
  YqLook look = { .chinese = FALSE, .colour = YQ_LOOK_DARK, .text_percent = 150 }, again;

  g_assert_true (yq_look_load (dir).chinese);
  g_assert_true (yq_look_save (&look, dir, &error));
  g_assert_no_error (error);
  again = yq_look_load (dir);
  g_assert_false (again.chinese);
  g_assert_cmpint (again.colour, ==, YQ_LOOK_DARK);
  g_assert_cmpuint (again.text_percent, ==, 150);
  g_remove (file);
  g_rmdir (dir);
}

/* A button says why it is grey also where its action comes later, with the window. */
static void
test_grey_outlasts_the_action (void)
{
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr(GSimpleAction) action = g_simple_action_new ("go", NULL);
  GtkWidget *button = yq_button_new ("提交", "test.go", NULL);
  GtkWidget *window;

  yq_widget_set_why (button, "请先选择");
  window = gt_window (button, 200, 100);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (window, "test", G_ACTION_GROUP (group));
  gt_settle (window);
  g_assert_false (gtk_widget_get_sensitive (button));
  yq_widget_set_why (button, NULL);
  g_assert_true (gtk_widget_get_sensitive (button));
  gt_close (window);
}

/* -- files -- */
static void
file_cb (GFile *file, gpointer told)
{
  *(int *) told = file != NULL ? 2 : 1;
}

static gboolean
is_told (gpointer told)
{
  return *(int *) told != 0;
}

static gboolean
names_a_file (gpointer dialog)
{
  g_autoptr(GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  return file != NULL;
}

/* Who asked may have left with her page, which a sync can take away. */
static void
test_a_file_for_nobody (void)
{
  for (guint leaves = 0; leaves < 2; leaves++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *label = gtk_label_new ("页");
      GtkWidget *window = gt_window (box, 300, 200), *dialog;
      int told = 0;

      gtk_box_append (GTK_BOX (box), label);
      yq_prompt_save_file (label, "另存", "单.csv", file_cb, &told);
      gt_settle (window);
      dialog = gt_find_dialog (window);
      g_assert_true (gt_until (names_a_file, dialog, 10000));
      if (leaves)
        gtk_box_remove (GTK_BOX (box), label);
      gtk_dialog_response (GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT);
      g_assert_true (gt_until (is_told, &told, 10000));
      g_assert_cmpint (told, ==, leaves ? 1 : 2);
      gt_close (window);
    }
}

/* -- tooltips -- */
static int
text_width (GtkWidget *label)
{
  g_autoptr(PangoLayout) layout =
    gtk_widget_create_pango_layout (label, gtk_label_get_text (GTK_LABEL (label)));
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

static void
test_tooltips_are_as_wide_as_their_text (void)
{
  const char *short_ones[] = { "江南工大分析测试中心店", "导出为电子表格（筛选出的全部记录）",
                               "Export as a spreadsheet", "选" };
  GtkWidget *button = gtk_button_new (), *window = gt_window (button, 200, 100), *label;
  g_autoptr(GtkTooltip) tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  g_autoptr(GString) many = g_string_new (NULL);
  gboolean is_told;
  int natural;

  for (guint i = 0; i < G_N_ELEMENTS (short_ones); i++)
    {
      yq_set_tooltip (button, short_ones[i]);
      g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, short_ones[i]);
      g_signal_emit_by_name (button, "query-tooltip", 1, 1, FALSE, tooltip, &is_told);
      g_assert_true (is_told);
      label = yq_tooltip_label (tooltip);
      g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, short_ones[i]);
      g_assert_nonnull (gtk_widget_get_parent (label));
      gtk_widget_measure (label, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      g_assert_cmpint (natural, >=, text_width (label));
    }
  for (guint i = 0; i < 60; i++)
    g_string_append (many, "仪器");
  yq_set_tooltip (button, many->str);
  g_signal_emit_by_name (button, "query-tooltip", 1, 1, FALSE, tooltip, &is_told);
  gtk_widget_measure (label, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  g_assert_cmpint (natural * 2, <, text_width (label));
  yq_set_tooltip (button, NULL);
  g_signal_emit_by_name (button, "query-tooltip", 1, 1, FALSE, tooltip, &is_told);
  g_assert_false (is_told);
  gt_close (window);
}

int
main (int argc, char **argv)
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/frame/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("pages", test_pages_are_built_when_shown);
  ADD ("only", test_only_some_pages_are_shown);
  ADD ("pushed", test_pushed_pages_go_back);
  ADD ("actions", test_actions_belong_to_the_page_on_top);
  ADD ("counts", test_counts_stand_in_the_sidebar);
  ADD ("palette-pages", test_the_palette_opens_pages);
  ADD ("palette-records", test_the_palette_finds_records);
  ADD ("toast-undo", test_toasts_can_be_undone);
  ADD ("keys", test_keys_are_told);
  ADD ("narrow", test_narrow_windows_fold_the_sidebar);
  g_test_add_func ("/bits/times", test_times_in_words);
  g_test_add_func ("/bits/amounts", test_amounts_and_sizes);
  g_test_add_func ("/bits/faces", test_faces);
  g_test_add_func ("/bits/facts", test_narrow_facts_are_stacked);
  g_test_add_func ("/bits/regions", test_regions_are_chosen);
  g_test_add_func ("/bits/hours", test_hours_in_words);
  g_test_add_func ("/bits/qr", test_codes_are_read_by_others);
  g_test_add_func ("/bits/voucher-pdf", test_vouchers_print);
  g_test_add_func ("/bits/sign-in", test_signing_in);
  g_test_add_func ("/bits/side-states", test_side_states_stand_where_the_road_was_left);
  g_test_add_func ("/bits/grey", test_grey_outlasts_the_action);
  g_test_add_func ("/bits/outcome", test_an_outcome_outlasts_the_ticks);
  g_test_add_func ("/bits/file-for-nobody", test_a_file_for_nobody);
  g_test_add_func ("/bits/tooltips", test_tooltips_are_as_wide_as_their_text);
  g_test_add_func ("/bits/settings", test_settings_are_kept);
  return g_test_run ();
}
