/* The result of an import says what is on the disk, and names what is not. */
#define G_LOG_DOMAIN "test-import-page"

#include "frame-fixture.h"

#include "import-page.h"

#define A "018f3c00-0000-7000-8000-00000000000a"

typedef struct
{
  Desk desk;
  char *path;
} Fixture;

static YqPage *
build_page (YqFrame *frame, gpointer data)
{
  return yq_import_page_new (frame, &yq_instrument);
}

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "import", "document-open-symbolic", "导入", build_page, NULL);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_MANAGER, CARRIER } };
  const YqWho who = { ACCOUNT, CARRIER, grants, 1, FALSE };

  open_desk (&f->desk, &who, build_window);
  show_desk (&f->desk, 1270, 780);
  f->path = g_build_filename (f->desk.place.dir, "rows.csv", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_free (f->path);
  close_desk (&f->desk);
}

/* Somebody else changed what was typed here: which of the two holds is open. */
static void
make_conflict (Fixture *f)
{
  g_autoptr(YqRecord) mine = NULL;

  receive_instrument (f->desk.place.store, A, 1, "电镜", "\"asset_number\":\"A-1\"");
  mine = yq_store_get (f->desk.place.store, &yq_instrument, A);
  yq_record_set_text (mine, INSTRUMENT_NAME, "我的电镜");
  g_assert_true (yq_store_save_draft (f->desk.place.store, mine, NULL));
  receive_instrument (f->desk.place.store, A, 2, "他的电镜", "\"asset_number\":\"A-1\"");
  settle ();
  g_assert_true (yq_store_is_in_conflict (f->desk.place.store, &yq_instrument, A));
}

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
  g_assert_true (gt_has_text (window, "新增 1 行，变更 0 行"));
  g_assert_true (gt_has_text (window, "1 行未能保存"));
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
  g_assert_true (gt_has_text (window, "新增 1 行，变更 1 行"));
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
