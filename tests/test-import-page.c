/* The result of an import says what is on the disk, and names what is not. */
#define G_LOG_DOMAIN "test-import-page"

#include "import-fixture.h"

static gboolean
is_checked (gpointer data)
{
  Fixture *f = data;

  return gt_find_button (GTK_WIDGET (f->desk.frame), "导入 2 行") != NULL;
}

static gboolean
has_result (gpointer data)
{
  Fixture *f = data;

  return gt_find_button (GTK_WIDGET (f->desk.frame), "撤销本次导入") != NULL;
}

static void
import (Fixture *f)
{
  GtkWidget *window = GTK_WIDGET (f->desk.frame);
  GtkWidget *page = GTK_WIDGET (yq_frame_show_page (f->desk.frame, "import"));

  gtk_widget_activate_action (page, "page.open", "s", f->path);
  gt_settle (window);
  gtk_widget_activate_action (page, "page.check", NULL);
  g_assert_true (gt_until (is_checked, f, WAIT_MS));
  gtk_widget_activate_action (page, "page.apply", NULL);
  g_assert_true (gt_until (has_result, f, WAIT_MS));
  gt_settle (window);
}

static void
test_rows_that_were_not_kept_are_named (Fixture *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->desk.frame);
  const char *shot = g_getenv ("YQ_SHOT");

  make_conflict (f);
  g_assert_true (g_file_set_contents (f->path,
                                      "资产编号,仪器名称,型号\nA-1,表里的电镜,SU1\n"
                                      "A-2,新的电镜,SU2\n",
                                      -1, NULL));
  import (f);
  if (shot != NULL)
    gt_shot (window, shot, NULL);
  g_assert_true (gt_comes (window, "新增 1 行，变更 0 行"));
  g_assert_true (gt_comes (window, "1 行未能保存"));
  g_assert_nonnull (gt_find_label (window, "第 2 行"));
}

static void
test_what_was_kept_is_counted (Fixture *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->desk.frame);

  receive_instrument (f->desk.place.store, A, 1, "电镜", "\"asset_number\":\"A-1\"");
  settle ();
  g_assert_true (g_file_set_contents (f->path,
                                      "资产编号,仪器名称,型号\nA-1,表里的电镜,SU1\n"
                                      "A-2,新的电镜,SU2\n",
                                      -1, NULL));
  import (f);
  g_assert_true (gt_comes (window, "新增 1 行，变更 1 行"));
  g_assert_false (gt_has_text (window, "未能保存"));
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/import-page/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("kept", test_what_was_kept_is_counted);
  ADD ("lost", test_rows_that_were_not_kept_are_named);
  return g_test_run ();
}
