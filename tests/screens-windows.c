/* Every page of the three windows: full, with a record open, and as somebody sees it who has
 * nothing yet. */
#include "screens-windows.h"

#include <glib/gstdio.h>

#include <string.h>

#include "guitest.h"
#include "login.h"
#include "model.h"
#include "party.h"
#include "record-page.h"
#include "record-table.h"

#define PASSWORD "yiquan-demo"
#define PATIENCE 60000

struct _ScreenDesk
{
  const ScreenPerson *person;
  const char *world;
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

static void
sign_in (ScreenDesk *self)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  if (self->person->user == NULL)
    yq_login_visit (self->login, &error);
  else
    {
      yq_login_sign_in_async (self->login, self->person->user, PASSWORD, NULL, done_cb, &result);
      g_assert_true (gt_until (is_done, &result, PATIENCE));
      yq_login_sign_in_finish (self->login, result, &error);
    }
  g_assert_no_error (error);
  g_assert_true (gt_until (is_synced, self->login, PATIENCE));
}

ScreenDesk *
screen_desk_new (const char *server, const char *world, const ScreenPerson *person)
{
  ScreenDesk *self = g_new0 (ScreenDesk, 1);
  g_autoptr(GError) error = NULL;

  self->person = person;
  self->world = world;
  self->kind = yq_window_kind_find (person->window);
  self->dir = g_dir_make_tmp ("yiquan-screens-XXXXXX", &error);
  g_assert_no_error (error);
  self->login = yq_login_new (self->dir, server);
  sign_in (self);
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

static gboolean
is_wanted (const char *tag, const char *name, const char *only)
{
  g_autofree char *whole = g_strdup_printf ("%s-%s", tag, name);

  return only == NULL || strstr (whole, only) != NULL;
}

static GtkWidget *
open_frame (ScreenDesk *self, YqStore *store, YqOutbox *outbox, YqSync *sync)
{
  GtkWidget *frame = GTK_WIDGET (yq_frame_new (NULL, self->kind, store, outbox, sync));
  g_autoptr(YqRecord) own = yq_store_get (yq_login_store (self->login), &yq_organisation,
                                          yq_frame_who (YQ_FRAME (frame))->organisation);

  yq_frame_set_identity (
    YQ_FRAME (frame), own ? yq_record_title (own) : _("Innovation vouchers and shared instruments"),
    _(self->kind->title));
  g_object_set_data (G_OBJECT (frame), "yq-api", yq_login_api (self->login));
  gtk_window_present (GTK_WINDOW (frame));
  return frame;
}

static void
close_frame (GtkWidget *frame)
{
  gtk_window_set_focus (GTK_WINDOW (frame), NULL);
  gt_close (frame);
}

/* Dialogs stand beside the window: the newest is drawn. */
static GtkWidget *
newest_dialog (GtkWidget *frame)
{
  g_autoptr(GList) all = gtk_window_list_toplevels ();
  GtkWidget *found = NULL;

  for (GList *at = all; at != NULL; at = at->next)
    if (at->data != frame && gtk_widget_get_mapped (at->data) &&
        gtk_window_get_transient_for (at->data) == GTK_WINDOW (frame))
      found = at->data;
  return found;
}

GtkWidget *
screen_desk_open (ScreenDesk *self)
{
  return open_frame (self, yq_login_store (self->login), yq_login_outbox (self->login),
                     yq_login_sync (self->login));
}

void
screen_desk_close (GtkWidget *frame)
{
  GtkWidget *dialog;

  while ((dialog = newest_dialog (frame)) != NULL)
    {
      gtk_window_set_focus (GTK_WINDOW (dialog), NULL);
      gtk_window_destroy (GTK_WINDOW (dialog));
    }
  close_frame (frame);
}

static guint
draw_pages (ScreenDesk *self, YqStore *store, YqOutbox *outbox, YqSync *sync, const char *dir,
            const char *suffix, const char *only)
{
  GtkWidget *frame = open_frame (self, store, outbox, sync);
  g_auto(GStrv) pages = yq_frame_dup_pages (YQ_FRAME (frame));
  guint n = 0;

  for (guint i = 0; pages[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%s", self->person->tag, pages[i]);

      if (!is_wanted (self->person->tag, pages[i], only) ||
          (self->person->pages != NULL && !yq_word_in (self->person->pages, pages[i])))
        continue;
      yq_frame_show_page (YQ_FRAME (frame), pages[i]);
      shoot (frame, dir, name, suffix, &n);
      if (sync != NULL)
        open_first_record (frame, dir, name, &n);
    }
  close_frame (frame);
  return n;
}

/* -- scenes -- */

static const ScreenScene *
scenes_of (const char *tag)
{
  static const ScreenScene none = { NULL };

  for (const ScreenScenes *of = screen_scenes; of->tag != NULL; of++)
    if (g_str_equal (of->tag, tag))
      return of->scenes;
  return &none;
}

static YqRecord *
first_record (YqStore *store, const ScreenScene *scene)
{
  g_autoptr(YqQuery) query = yq_query_new (yq_model_find (scene->entity));
  g_autoptr(GPtrArray) all = NULL;

  if (scene->state != NULL)
    yq_query_add (query, "state", scene->state);
  all = yq_store_list (store, query, 1);
  return all->len > 0 ? g_object_ref (all->pdata[0]) : NULL;
}

static void
play_scene (ScreenDesk *self, GtkWidget *frame, const ScreenScene *scene)
{
  YqFrame *at = YQ_FRAME (frame);

  if (scene->entity != NULL)
    {
      g_autoptr(YqRecord) record = first_record (yq_frame_store (at), scene);

      if (record == NULL)
        {
          g_printerr ("%s: nothing to show\n", scene->name);
          return;
        }
      yq_frame_open_record (at, scene->entity, yq_record_id (record));
      if (scene->step != NULL)
        yq_step_run (frame, yq_frame_outbox (at), record, scene->step, NULL, NULL, NULL);
    }
  else if (scene->page != NULL)
    yq_frame_show_page (at, scene->page);
  if (scene->go != NULL)
    {
      gt_settle (frame);
      scene->go (at, self->world);
    }
}

static guint
draw_scenes (ScreenDesk *self, const char *dir, const char *only)
{
  guint n = 0;

  for (const ScreenScene *scene = scenes_of (self->person->tag); scene->name != NULL; scene++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%s", self->person->tag, scene->name);
      GtkWidget *frame, *dialog;

      if (!is_wanted (self->person->tag, scene->name, only))
        continue;
      frame = screen_desk_open (self);
      play_scene (self, frame, scene);
      shoot (frame, dir, name, "", &n);
      if ((dialog = newest_dialog (frame)) != NULL)
        shoot (dialog, dir, name, "-dialog", &n);
      screen_desk_close (frame);
    }
  return n;
}

guint
screen_desk_draw (ScreenDesk *self, const char *dir, const char *only, gboolean whole)
{
  guint n = draw_pages (self, yq_login_store (self->login), yq_login_outbox (self->login),
                        yq_login_sync (self->login), dir, "", only);

  if (!whole)
    return n + draw_scenes (self, dir, only);
  if (self->person->pages == NULL)
    n += draw_pages (self, self->empty, self->empty_outbox, NULL, dir, "-first", only);
  return n + draw_scenes (self, dir, only);
}
