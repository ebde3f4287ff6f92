/* The carrier's window of somebody who works at one desk of it and has fewer pages: nothing she is
 * shown leads to one she has not. */
#define G_LOG_DOMAIN "test-desk-account"

#include "frame-fixture.h"

#include <adwaita.h>

#include "carrier-window.h"

#define PLACE "018f3c00-0000-7000-8000-0000000000d1"

static void
receive_one (Desk *f, const char *entity, guint n, const char *state, const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"%s\",\"id\":\"018f3c00-0000-7000-8000-00000003%04u\",\"revision\":1,"
    "\"state\":\"%s\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
    "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"buyer\":\"" BUYER "\",\"carrier\":\"" CARRIER
    "\",\"desk\":\"" PLACE "\",\"region\":\"320200\",\"fields\":{%s}}",
    entity, n, state, fields);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_DESK, PLACE } };
  const YqWho who = { ACCOUNT, CARRIER, grants, 1, FALSE };

  open_desk (f, &who, yq_carrier_window_build);
  receive_one (f, "order", 1, "submitted", "\"number\":\"JS-1\"");
  receive_one (f, "instrument", 2, "returned", "\"name\":\"扫描电镜\"");
  receive_one (f, "voucher_use", 3, "pending", "\"number\":\"JS-2\"");
  receive_one (f, "qualification", 4, "returned", "\"kind\":\"unit\"");
  show_desk (f, 1200, 800);
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
}

static void
collect_rows (GtkWidget *widget, GPtrArray *rows)
{
  if (ADW_IS_ACTION_ROW (widget) && gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (widget)))
    g_ptr_array_add (rows, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect_rows (child, rows);
}

static GPtrArray *
rows_of_home (Desk *f)
{
  GPtrArray *rows = g_ptr_array_new ();
  YqPage *home = yq_frame_show_page (f->frame, "home");

  g_assert_true (gt_comes (GTK_WIDGET (home), "1 个预约待受理"));
  collect_rows (GTK_WIDGET (home), rows);
  return rows;
}

static void
test_each_line_of_home_opens_something (Desk *f, gconstpointer data)
{
  g_autoptr(GPtrArray) rows = rows_of_home (f);
  guint n = rows->len;

  shoot_desk (f, "desk-home.png");
  g_assert_cmpuint (n, >, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GPtrArray) again = rows_of_home (f);
      YqPage *home = yq_frame_top (f->frame);

      g_assert_cmpuint (again->len, ==, n);
      g_assert_true (gt_has_text (GTK_WIDGET (home), "1 台仪器被退回"));
      gtk_widget_activate (again->pdata[i]);
      gt_settle (GTK_WIDGET (f->frame));
      g_assert_true (yq_frame_top (f->frame) != home);
    }
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/desk-account/home", Desk, NULL, set_up, test_each_line_of_home_opens_something,
              tear_down);
  return g_test_run ();
}
