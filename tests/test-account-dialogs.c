/* The dialogs of who is signed in, against a real server: another password after too many failures,
 * another phone with and without codes. */
#define G_LOG_DOMAIN "test-account-dialogs"

#include "account-fixture.h"
#include "guitest.h"

#include "account-dialog.h"
#include "bits.h"
#include "register-dialog.h"

#define OTHER_PASSWORD "another horse 8"
#define NEW_PHONE "13900002222"
#define WAIT_MS 20000

typedef struct
{
  Test *test;
  GtkWidget *parent, *window;
  YqApiClient *api;
  guint n_done;
} Desk;

static void
done_cb (const char *username, const char *password, gpointer user_data)
{
  Desk *desk = user_data;

  desk->n_done++;
  desk->window = NULL;
}

static YqAccountDialog *
dialog_of (Desk *desk)
{
  return yq_account_dialog_of (desk->window);
}

/* The one window over the parent. */
static void
find_dialog (Desk *desk)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      if (window != desk->parent)
        desk->window = window;
    }
  g_assert_nonnull (desk->window);
  gt_settle (desk->window);
}

static void
sit_down (Desk *desk, Test *t)
{
  g_autofree char *server = g_strdup_printf ("http://127.0.0.1:%u", t->http->port);
  g_autofree char *token = NULL;

  register_enterprise (t, "zhaoyi");
  pass (t, 61);
  token = yq_fixture_sign_in (t->http, "zhaoyi", PASSWORD);
  desk->test = t;
  desk->parent = gt_window (gtk_label_new ("zhaoyi"), 800, 700);
  desk->api = yq_api_client_new (server);
  yq_api_client_set_token (desk->api, token);
}

static void
stand_up (Desk *desk)
{
  if (desk->window != NULL)
    gtk_window_destroy (GTK_WINDOW (desk->window));
  gt_close (desk->parent);
  g_object_unref (desk->api);
}

static void
type (Desk *desk, const char *title, const char *text)
{
  GtkWidget *label = gt_find_label (desk->window, title);

  g_assert_nonnull (label);
  gt_type (gtk_widget_get_ancestor (label, ADW_TYPE_ENTRY_ROW), text);
}

static gboolean
has_picture (gpointer user_data)
{
  Desk *desk = user_data;
  YqAccountDialog *dialog = dialog_of (desk);

  return dialog->picture != NULL && gtk_widget_get_mapped (dialog->picture) &&
         gtk_picture_get_paintable (GTK_PICTURE (dialog->picture)) != NULL;
}

static void
type_picture (Desk *desk)
{
  g_autofree char *text = NULL;

  g_assert_true (gt_until (has_picture, desk, WAIT_MS));
  text = yq_picture_codes_peek (yq_account_desk_pictures (desk->test->http->server),
                                dialog_of (desk)->picture_id);
  g_assert_nonnull (text);
  gt_type (dialog_of (desk)->picture_text, text);
}

static gboolean
is_answered (gpointer user_data)
{
  Desk *desk = user_data;

  return desk->n_done > 0 || (gtk_widget_get_sensitive (dialog_of (desk)->box) &&
                              gtk_widget_get_visible (dialog_of (desk)->notice));
}

static void
send_off (Desk *desk)
{
  gtk_widget_set_visible (dialog_of (desk)->notice, FALSE);
  gt_click (dialog_of (desk)->button);
  g_assert_true (gt_until (is_answered, desk, WAIT_MS));
}

static void
test_after_three_failures_the_password_changes_with_a_picture (Test *t, gconstpointer data)
{
  g_autofree char *token = NULL;
  Desk desk = { 0 };

  sit_down (&desk, t);
  yq_password_dialog_open (desk.parent, desk.api, "zhaoyi", done_cb, &desk);
  find_dialog (&desk);
  type (&desk, "New password", OTHER_PASSWORD);
  type (&desk, "The password again", OTHER_PASSWORD);
  for (guint i = 0; i < 3; i++)
    {
      type (&desk, "Present password", "guess");
      send_off (&desk);
      g_assert_false (has_picture (&desk));
    }
  type (&desk, "Present password", PASSWORD);
  send_off (&desk);
  g_assert_cmpuint (desk.n_done, ==, 0);
  g_assert_true (gt_until (has_picture, &desk, WAIT_MS));
  g_assert_cmpstr (yq_widget_why (dialog_of (&desk)->button), ==,
                   "Type what the picture shows first");
  type_picture (&desk);
  send_off (&desk);
  g_assert_cmpuint (desk.n_done, ==, 1);
  token = yq_fixture_sign_in (t->http, "zhaoyi", OTHER_PASSWORD);
  g_assert_nonnull (token);
  stand_up (&desk);
}

static gboolean
has_code (gpointer user_data)
{
  return dialog_of (user_data)->code_id != NULL;
}

/* Nothing of a dialog that is low enough is out of sight. */
static gboolean
is_whole (gpointer data)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (dialog_of (data)->box, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));

  return gtk_adjustment_get_upper (adjustment) <= gtk_adjustment_get_page_size (adjustment);
}

static void
test_a_dialog_grows_with_its_notice (Test *t, gconstpointer data)
{
  Desk desk = { 0 };

  sit_down (&desk, t);
  yq_password_dialog_open (desk.parent, desk.api, "zhaoyi", done_cb, &desk);
  find_dialog (&desk);
  g_assert_true (gt_until (is_whole, &desk, WAIT_MS));
  g_assert_cmpint (gtk_widget_get_height (desk.window), <, 500);
  gtk_label_set_text (GTK_LABEL (dialog_of (&desk)->notice), "A rule, a number\nand what to do");
  gtk_widget_set_visible (dialog_of (&desk)->notice, TRUE);
  gt_settle (desk.window);
  g_assert_true (gt_until (is_whole, &desk, WAIT_MS));
  stand_up (&desk);
}

static void
test_a_code_and_the_password_change_the_phone (Test *t, gconstpointer data)
{
  g_autofree char *digits = NULL;
  g_autoptr(YqRecord) account = NULL;
  Desk desk = { 0 };

  sit_down (&desk, t);
  yq_phone_dialog_open (desk.parent, desk.api, done_cb, &desk);
  find_dialog (&desk);
  type (&desk, "New mobile phone", NEW_PHONE);
  gt_click (dialog_of (&desk)->code_button);
  g_assert_true (gt_until (has_code, &desk, WAIT_MS));
  digits = read_code (t);
  gt_type (dialog_of (&desk)->code_text, digits);
  type (&desk, "Present password", "guess");
  send_off (&desk);
  g_assert_cmpuint (desk.n_done, ==, 0);
  type (&desk, "Present password", PASSWORD);
  send_off (&desk);
  g_assert_cmpuint (desk.n_done, ==, 1);
  account = find_record (t, &yq_account, "username", "zhaoyi");
  g_assert_cmpstr (yq_record_text (account, ACCOUNT_PHONE), ==, NEW_PHONE);
  stand_up (&desk);
}

static void
test_a_picture_stands_in_for_codes (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) account = NULL;
  Desk desk = { 0 };

  sit_down (&desk, t);
  yq_phone_dialog_open (desk.parent, desk.api, done_cb, &desk);
  find_dialog (&desk);
  type (&desk, "New mobile phone", NEW_PHONE);
  type (&desk, "Present password", PASSWORD);
  type_picture (&desk);
  g_assert_false (gtk_widget_get_visible (dialog_of (&desk)->code_list));
  send_off (&desk);
  g_assert_cmpuint (desk.n_done, ==, 1);
  account = find_record (t, &yq_account, "username", "zhaoyi");
  g_assert_cmpstr (yq_record_text (account, ACCOUNT_PHONE), ==, NEW_PHONE);
  stand_up (&desk);
}

static gboolean
shows_code (gpointer user_data)
{
  Desk *desk = user_data;

  return gt_find_named (desk->window, "Recovery code") != NULL;
}

static void
close_dialog (Desk *desk)
{
  gtk_window_destroy (GTK_WINDOW (desk->window));
  desk->window = NULL;
  gt_run (50);
}

/* A colleague of zhaoyi's; her id. */
static char *
add_colleague (Test *t)
{
  g_autoptr(YqRecord) manager = find_record (t, &yq_account, "username", "zhaoyi");
  g_autoptr(YqRecord) grant = find_record (t, &yq_grant, "account", yq_record_id (manager));
  char *id = yq_fixture_add_account (t->http, "qianer", PASSWORD);

  yq_fixture_add_grant (t->http, id, "member", yq_record_text (grant, GRANT_ORGANISATION));
  return id;
}

/* Issued in one window, used in another. */
static void
test_an_issued_code_sets_a_password (Test *t, gconstpointer data)
{
  g_autofree char *code = NULL;
  g_autofree char *account = NULL;
  g_autofree char *token = NULL;
  g_autoptr(GVariant) who = NULL;
  Desk desk = { 0 };

  sit_down (&desk, t);
  account = add_colleague (t);
  who = g_variant_ref_sink (g_variant_new ("(ss)", account, "钱二"));
  yq_recovery_dialog_open (desk.parent, desk.api, who);
  find_dialog (&desk);
  g_assert_cmpstr (yq_widget_why (dialog_of (&desk)->button), ==, "Type your own password first");
  type (&desk, "Your own password", "guess");
  send_off (&desk);
  g_assert_false (shows_code (&desk));
  type (&desk, "Your own password", PASSWORD);
  type (&desk, "Reason (optional)", "手机丢失");
  gtk_widget_set_visible (dialog_of (&desk)->notice, FALSE);
  gt_click (dialog_of (&desk)->button);
  g_assert_true (gt_until (shows_code, &desk, WAIT_MS));
  code = g_strdup (gtk_label_get_text (GTK_LABEL (gt_find_named (desk.window, "Recovery code"))));
  g_assert_cmpuint (strlen (code), ==, 14);
  g_assert_true (gt_comes (desk.window, "qianer"));
  close_dialog (&desk);

  yq_recover_dialog_open (desk.parent, desk.api, done_cb, &desk);
  find_dialog (&desk);
  type (&desk, "Mobile phone or user name", "qianer");
  gt_click (gt_find_button (desk.window, "I was given a recovery code…"));
  type (&desk, "Recovery code", "AAAA-BBBB-CCCC");
  type (&desk, "New password", OTHER_PASSWORD);
  type (&desk, "The password again", OTHER_PASSWORD);
  yq_api_client_set_token (desk.api, NULL); /* nobody is signed in there */
  send_off (&desk);
  g_assert_cmpuint (desk.n_done, ==, 0);
  type (&desk, "Recovery code", code);
  send_off (&desk);
  g_assert_cmpuint (desk.n_done, ==, 1);
  token = yq_fixture_sign_in (t->http, "qianer", OTHER_PASSWORD);
  g_assert_nonnull (token);
  stand_up (&desk);
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, FALSE);
  g_test_init (&argc, &argv, NULL);
  ADD ("height", NULL, test_a_dialog_grows_with_its_notice);
  ADD ("password", NULL, test_after_three_failures_the_password_changes_with_a_picture);
  ADD ("phone", WITH, test_a_code_and_the_password_change_the_phone);
  ADD ("phone-picture", NULL, test_a_picture_stands_in_for_codes);
  ADD ("recovery", NULL, test_an_issued_code_sets_a_password);
  return g_test_run ();
}
