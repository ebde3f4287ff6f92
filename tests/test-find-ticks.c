/* Finding instruments and carriers: ticks, regions, who offers what. */
#define G_LOG_DOMAIN "test-find-ticks"

#include "frame-fixture.h"

#include "find-page.h"
#include "instrument-row.h"

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
  g_assert_true (gt_has_text (window (f), "已选 3 项"));
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

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, up, func) g_test_add ("/find-ticks/" name, Desk, NULL, up, func, tear_down)
  ADD ("preselect", set_up, test_several_are_added_at_once);
  ADD ("preselect-keys", set_up, test_keys_add_everything_that_matches);
  ADD ("visitor", set_up_visitor, test_a_visitor_ticks_nothing);
  return g_test_run ();
}
