/* The list of messages: what each is about, and many read or deleted at once. */
#define G_LOG_DOMAIN "test-message-list"

#include "frame-fixture.h"

#include "list-page.h"
#include "office.h"
#include "record-table.h"
#include "stem-choice.h"

#define N 5

static const struct
{
  const char *type, *text;
} messages[N] = {
  { "order.accept", "预约甲" },        { "order.refuse", "预约乙" },
  { "voucher_use.confirm", "使用丙" }, { "account.password", "密码丁" },
  { "voucher.expire", "到期戊" },
};

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "messages", "mail-unread-symbolic", "消息", yq_list_page_new,
                     (gpointer) &yq_list_messages);
}

static char *
nth_id (guint i)
{
  return g_strdup_printf ("018f3c00-0000-7000-8000-%012u", 700 + i);
}

static void
receive_message (Desk *f, guint i)
{
  g_autofree char *id = nth_id (i);
  g_autofree char *json =
    g_strdup_printf ("{\"entity\":\"message\",\"id\":\"%s\",\"revision\":1,\"state\":\"unread\","
                     "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":"
                     "\"2026-01-02T00:00:00.000Z\",\"account\":\"" ACCOUNT "\",\"fields\":{"
                     "\"account\":\"" ACCOUNT "\",\"type\":\"%s\",\"text\":\"%s\","
                     "\"sent_at\":\"2026-01-0%uT00:00:00.000Z\"}}",
                     id, messages[i].type, messages[i].text, i + 1);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

static YqRecordTable *
table (Desk *f)
{
  return YQ_RECORD_TABLE (gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_RECORD_TABLE));
}

static guint
count (Desk *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (yq_record_table_list (table (f))));
}

static gboolean
shows_all (gpointer data)
{
  return count (data) == N && gt_has_text (GTK_WIDGET (table (data)), "使用丙");
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, BUYER } };
  const YqWho who = { ACCOUNT, BUYER, grants, 1, FALSE };

  open_desk (f, &who, build_window);
  for (guint i = 0; i < N; i++)
    receive_message (f, i);
  show_desk (f, 1200, 700);
  g_assert_true (gt_until (shows_all, f, WAIT_MS));
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

/* -- what it is about -- */

static void
test_the_kind_is_said_in_words (Desk *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->frame);

  g_assert_true (gt_comes (window, "预约 · 受理"));
  g_assert_true (gt_comes (window, "账号 · 密码已修改"));
  for (guint i = 0; i < N; i++)
    g_assert_false (gt_has_text (window, messages[i].type));
}

static GtkDropDown *
kinds (Desk *f)
{
  GtkWidget *choice = gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_STEM_CHOICE);

  return GTK_DROP_DOWN (gt_find_type (choice, GTK_TYPE_DROP_DOWN));
}

static guint
find_kind (Desk *f, const char *title)
{
  GListModel *model = gtk_drop_down_get_model (kinds (f));

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    if (g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (model), i), title))
      return i;
  return 0;
}

static gboolean
has_voucher_kind (gpointer data)
{
  return find_kind (data, "创新券") > 0;
}

static gboolean
shows_one (gpointer data)
{
  return count (data) == 1;
}

/* 创新券 is not 创新券使用, and what nothing is about is not offered. */
static void
test_one_filters_by_what_it_is_about (Desk *f, gconstpointer data)
{
  g_assert_true (gt_until (has_voucher_kind, f, WAIT_MS));
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (kinds (f))), ==, 5);
  gtk_drop_down_set_selected (kinds (f), find_kind (f, "创新券"));
  g_assert_true (gt_until (shows_one, f, WAIT_MS));
  g_assert_true (gt_comes (GTK_WIDGET (f->frame), "到期戊"));
  gtk_widget_activate_action (GTK_WIDGET (table (f)), "table.clear-filter", NULL);
  g_assert_true (gt_until (shows_all, f, WAIT_MS));
}

/* -- many at once -- */

static void
tick (Desk *f, guint i)
{
  g_autofree char *id = nth_id (i);

  yq_tick_set_set (yq_record_table_ticks (table (f)), id, TRUE);
}

static guint
n_commands (Desk *f, const char *action)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (f->outbox)); i++)
    {
      g_autoptr(YqCommand) command = g_list_model_get_item (G_LIST_MODEL (f->outbox), i);

      n += g_str_equal (yq_command_action (command), action);
    }
  return n;
}

static gboolean
offers_to_delete_two (gpointer data)
{
  Desk *f = data;

  return gt_find_button (GTK_WIDGET (f->frame), "删除 2 项") != NULL;
}

static gboolean
two_are_gone (gpointer data)
{
  return count (data) == N - 2 && n_commands (data, "delete") == 2;
}

static void
test_what_is_ticked_is_deleted_and_comes_back (Desk *f, gconstpointer data)
{
  tick (f, 0);
  tick (f, 2);
  g_assert_true (gt_until (offers_to_delete_two, f, WAIT_MS));
  gt_click (gt_find_button (GTK_WIDGET (f->frame), "删除 2 项"));
  g_assert_true (gt_until (two_are_gone, f, WAIT_MS));
  g_assert_cmpuint (yq_outbox_n_held (f->outbox), ==, 2);
  g_assert_cmpuint (yq_record_table_n_ticked (table (f)), ==, 0);
  gtk_widget_activate_action (GTK_WIDGET (yq_frame_top (f->frame)), "page.undo", NULL);
  g_assert_true (gt_until (shows_all, f, WAIT_MS));
  g_assert_true (yq_outbox_is_empty (f->outbox));
}

static gboolean
one_is_gone (gpointer data)
{
  return count (data) == N - 1 && n_commands (data, "delete") == 1;
}

/* Without ticks: the row of the cursor. */
static void
test_the_delete_key_deletes_the_row (Desk *f, gconstpointer data)
{
  YqPage *page = yq_frame_top (f->frame);
  gboolean has_key = FALSE;

  for (guint i = 0; i < yq_page_n_keys (page); i++)
    has_key |= g_str_equal (yq_page_key (page, i, NULL, NULL), "Delete");
  g_assert_true (has_key);
  gtk_widget_activate_action (GTK_WIDGET (page), "page.delete-ticked", NULL);
  gt_run (200);
  g_assert_cmpuint (n_commands (f, "delete"), ==, 0);
  yq_record_table_select (table (f), 1);
  gtk_widget_activate_action (GTK_WIDGET (page), "page.delete-ticked", NULL);
  g_assert_true (gt_until (one_is_gone, f, WAIT_MS));
}

static gboolean
offers_to_read_two (gpointer data)
{
  Desk *f = data;

  return gt_find_button (GTK_WIDGET (f->frame), "标为已读 2 项") != NULL;
}

static gboolean
offers_to_read_all (gpointer data)
{
  Desk *f = data;

  return gt_find_button (GTK_WIDGET (f->frame), "标为已读 3 项") != NULL;
}

static gboolean
two_are_read (gpointer data)
{
  Desk *f = data;

  return yq_list_count (f->frame, &yq_message, NULL, "unread") == N - 2 &&
         n_commands (f, "read") == 2;
}

/* What is read already is not read again. */
static void
test_many_are_read_at_once (Desk *f, gconstpointer data)
{
  tick (f, 1);
  tick (f, 3);
  g_assert_true (gt_until (offers_to_read_two, f, WAIT_MS));
  gt_click (gt_find_button (GTK_WIDGET (f->frame), "标为已读 2 项"));
  g_assert_true (gt_until (two_are_read, f, WAIT_MS));
  yq_record_table_tick_all (table (f));
  g_assert_true (gt_until (offers_to_read_all, f, WAIT_MS));
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/messages/" name, Desk, NULL, set_up, func, tear_down)
  ADD ("kind", test_the_kind_is_said_in_words);
  ADD ("filter", test_one_filters_by_what_it_is_about);
  ADD ("delete", test_what_is_ticked_is_deleted_and_comes_back);
  ADD ("delete-key", test_the_delete_key_deletes_the_row);
  ADD ("read", test_many_are_read_at_once);
  return g_test_run ();
}
