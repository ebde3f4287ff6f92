/* Every page of the three windows: full, with a record open, and as somebody sees it who has
 * nothing yet. */
#include "screens-windows.h"

#include <glib/gstdio.h>

#include "guitest.h"
#include "login.h"
#include "record-table.h"

#define PASSWORD "yiquan-demo"
#define PATIENCE 60000

struct _ScreenDesk
{
  const YqWindowKind *kind;
  char *dir, *empty_dir;
  YqLogin *login;
  YqStore *empty;
  YqOutbox *empty_outbox;
};

static gboolean
is_done (gpointer result)
{
  return *(GAsyncResult **) result != NULL;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_synced (gpointer login)
{
  YqSync *sync = yq_login_sync (login);

  return yq_sync_state (sync) == YQ_SYNC_UP_TO_DATE && yq_sync_last (sync) > 0;
}

static void
open_empty (ScreenDesk *self)
{
  g_autoptr(GError) error = NULL;
  guint8 key[YQ_STORE_KEY_SIZE] = { 1 };
  g_autoptr(GBytes) bytes = g_bytes_new (key, sizeof key);

  self->empty_dir = g_dir_make_tmp ("yiquan-screens-XXXXXX", &error);
  g_assert_no_error (error);
  self->empty = yq_store_open (self->empty_dir, bytes, &error);
  g_assert_no_error (error);
  yq_store_set_who (self->empty, yq_login_who (self->login));
  self->empty_outbox = yq_outbox_new (self->empty, &error);
  g_assert_no_error (error);
}

ScreenDesk *
screen_desk_new (const char *server, const char *user, const char *window)
{
  ScreenDesk *self = g_new0 (ScreenDesk, 1);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  self->kind = yq_window_kind_find (window);
  self->dir = g_dir_make_tmp ("yiquan-screens-XXXXXX", &error);
  g_assert_no_error (error);
  self->login = yq_login_new (self->dir, server);
  yq_login_sign_in_async (self->login, user, PASSWORD, NULL, done_cb, &result);
  g_assert_true (gt_until (is_done, &result, PATIENCE));
  yq_login_sign_in_finish (self->login, result, &error);
  g_assert_no_error (error);
  g_assert_true (gt_until (is_synced, self->login, PATIENCE));
  open_empty (self);
  return self;
}

static void
remove_tree (const char *dir)
{
  const char *const command[] = { "rm", "-rf", dir, NULL };

  g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
}

void
screen_desk_free (ScreenDesk *self)
{
  g_clear_object (&self->empty_outbox);
  g_clear_object (&self->empty);
  yq_login_close (self->login);
  g_clear_object (&self->login);
  remove_tree (self->dir);
  remove_tree (self->empty_dir);
  g_free (self->dir);
  g_free (self->empty_dir);
  g_free (self);
}

static void
shoot (GtkWidget *frame, const char *dir, const char *name, const char *what, guint *n)
{
  g_autofree char *path = g_strdup_printf ("%s/%s%s.png", dir, name, what);
  g_autoptr(GError) error = NULL;

  gt_settle (frame);
  gt_run (350);
  if (!gt_shot (frame, path, &error))
    g_error ("%s", error->message);
  ++*n;
}

static void
open_first_record (GtkWidget *frame, const char *dir, const char *name, guint *n)
{
  GtkWidget *table =
    gt_find_type (GTK_WIDGET (yq_frame_top (YQ_FRAME (frame))), YQ_TYPE_RECORD_TABLE);
  g_autoptr(YqRecord) record = NULL;
  YqPage *before = yq_frame_top (YQ_FRAME (frame));

  if (table == NULL)
    return;
  yq_record_table_select (YQ_RECORD_TABLE (table), 0);
  record = yq_record_table_selected (YQ_RECORD_TABLE (table));
  if (record == NULL)
    return;
  g_object_ref (record);
  shoot (frame, dir, name, "-chosen", n);
  g_signal_emit_by_name (table, "activate", record);
  if (yq_frame_top (YQ_FRAME (frame)) == before)
    return;
  shoot (frame, dir, name, "-record", n);
  yq_frame_pop (YQ_FRAME (frame));
}

static guint
draw_frame (ScreenDesk *self, YqStore *store, YqOutbox *outbox, YqSync *sync, const char *dir,
            const char *suffix, const char *only)
{
  GtkWidget *frame = GTK_WIDGET (yq_frame_new (NULL, self->kind, store, outbox, sync));
  g_auto(GStrv) pages = yq_frame_dup_pages (YQ_FRAME (frame));
  guint n = 0;

  yq_frame_set_identity (YQ_FRAME (frame), "嘉善云帆新材料有限公司", _(self->kind->title));
  gtk_window_present (GTK_WINDOW (frame));
  for (guint i = 0; pages[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%s", self->kind->name, pages[i]);

      if (only != NULL && strstr (name, only) == NULL)
        continue;
      yq_frame_show_page (YQ_FRAME (frame), pages[i]);
      shoot (frame, dir, name, suffix, &n);
      if (sync != NULL)
        open_first_record (frame, dir, name, &n);
    }
  gtk_window_set_focus (GTK_WINDOW (frame), NULL);
  gt_close (frame);
  return n;
}

guint
screen_desk_draw (ScreenDesk *self, const char *dir, const char *only)
{
  return draw_frame (self, yq_login_store (self->login), yq_login_outbox (self->login),
                     yq_login_sync (self->login), dir, "", only) +
         draw_frame (self, self->empty, self->empty_outbox, NULL, dir, "-first", only);
}
