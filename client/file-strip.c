/* The files of a record. */
#define G_LOG_DOMAIN "yiquan-files"

#include "file-strip.h"

#include <glib/gstdio.h>

#include "bits.h"
#include "frame.h"
#include "prompt.h"
#include "tooltip.h"

#define THUMB 48
#define INLINE_WIDTH 520

struct _YqFileStrip
{
  GtkWidget parent_instance;
  YqStore *store;
  GtkWidget *box;
  gboolean editable, show_inline;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (YqFileStrip, yq_file_strip, GTK_TYPE_WIDGET)

static gboolean
is_picture (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_str_has_suffix (lower, ".jpg") || g_str_has_suffix (lower, ".jpeg") ||
         g_str_has_suffix (lower, ".png") || g_str_has_suffix (lower, ".bmp");
}

static const char *
icon_for (const char *name)
{
  return is_picture (name) ? "image-x-generic-symbolic" : "emblem-documents-symbolic";
}

/* -- opening -- */
typedef struct
{
  GtkWidget *parent;
  YqStore *store;
  char *name;
} Opening;

static void
free_opening (Opening *opening)
{
  g_object_unref (opening->parent);
  g_object_unref (opening->store);
  g_free (opening->name);
  g_free (opening);
}

/* Folders of copies made for other programs, until this one ends. */
static GPtrArray *copies;

/* Where the desktop empties it when the person signs out, if there is such a place. */
static char *
make_copy_folder (void)
{
  g_autofree char *pattern = g_build_filename (g_get_user_runtime_dir (), "yiquan-XXXXXX", NULL);

  if (g_mkdtemp (pattern) != NULL)
    return g_steal_pointer (&pattern);
  return g_dir_make_tmp ("yiquan-XXXXXX", NULL);
}

/* The store keeps files sealed and without their endings; other programs get a copy of their own.
 */
static void
launch (GtkWidget *parent, GBytes *content, const char *name)
{
  g_autofree char *dir = make_copy_folder ();
  g_autofree char *base = g_path_get_basename (name);
  g_autoptr(GFile) to = dir ? g_file_new_build_filename (dir, base, NULL) : NULL;
  g_autofree char *uri = NULL;
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  if (copies == NULL)
    copies = g_ptr_array_new_with_free_func (g_free);
  if (dir != NULL)
    g_ptr_array_add (copies, g_strdup (dir));
  if (to == NULL || !g_file_set_contents_full (g_file_peek_path (to), data, (gssize) size,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL))
    {
      yq_prompt_tell (parent, _("The file cannot be opened"),
                      _("There is no room for a copy of it on this computer."));
      return;
    }
  uri = g_file_get_uri (to);
  yq_prompt_launch (parent, uri);
}

static void
remove_copy (gpointer data, gpointer user_data)
{
  g_autoptr(GDir) dir = g_dir_open (data, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (data, name, NULL);

      g_unlink (path);
    }
  g_rmdir (data);
}

void
yq_file_forget_copies (void)
{
  if (copies != NULL)
    g_ptr_array_foreach (copies, remove_copy, NULL);
  g_clear_pointer (&copies, g_ptr_array_unref);
}

static void
open_content (Opening *opening, GBytes *content, const GError *error)
{
  if (content != NULL)
    launch (opening->parent, content, opening->name);
  else
    yq_prompt_tell (opening->parent, _("The file could not be fetched"), error->message);
  free_opening (opening);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) content = yq_sync_fetch_file_finish (YQ_SYNC (source), result, &error);

  open_content (data, content, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) content = yq_store_read_file_finish (YQ_STORE (source), result, &error);

  open_content (data, content, error);
}

void
yq_file_open (GtkWidget *parent, YqStore *store, const char *sha256, const char *name)
{
  YqFrame *frame = yq_frame_of (parent);
  YqSync *sync = frame != NULL ? yq_frame_sync (frame) : NULL;
  Opening *opening;

  if (sync == NULL && !yq_store_has_file (store, sha256))
    {
      yq_prompt_tell (parent, _("The file is not on this computer"),
                      _("It is fetched when there is a network again."));
      return;
    }
  opening = g_new0 (Opening, 1);
  opening->parent = g_object_ref (parent);
  opening->store = g_object_ref (store);
  opening->name = g_strdup (name);
  if (sync != NULL)
    yq_sync_fetch_file_async (sync, sha256, NULL, fetched_cb, opening);
  else
    yq_store_read_file_async (store, sha256, NULL, read_cb, opening);
}

static void
open_clicked_cb (GtkButton *button, YqFileStrip *self)
{
  yq_file_open (GTK_WIDGET (self), self->store, g_object_get_data (G_OBJECT (button), "yq-sha256"),
                g_object_get_data (G_OBJECT (button), "yq-file"));
}

static void
remove_clicked_cb (GtkButton *button, YqFileStrip *self)
{
  g_signal_emit_by_name (self, "remove",
                         GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "yq-index")));
}

/* -- pictures -- */
static void
pixels_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GtkPicture) picture = data;
  g_autoptr(GdkPixbuf) pixels = gdk_pixbuf_new_from_stream_finish (result, NULL);
  g_autoptr(GdkTexture) texture = NULL;

  if (pixels == NULL)
    return;
  texture = gdk_texture_new_for_pixbuf (pixels);
  gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
}

static void
load_picture (GtkWidget *picture, GBytes *content)
{
  GtkWidget *strip = gtk_widget_get_ancestor (picture, YQ_TYPE_FILE_STRIP);
  int size = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (picture), "yq-size"));
  g_autoptr(GInputStream) stream = NULL;

  if (content == NULL || strip == NULL)
    return;
  stream = g_memory_input_stream_new_from_bytes (content);
  gdk_pixbuf_new_from_stream_at_scale_async (stream, size, size, TRUE,
                                             YQ_FILE_STRIP (strip)->cancellable, pixels_read_cb,
                                             g_object_ref (picture));
}

static void
picture_fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GtkWidget) picture = data;
  g_autoptr(GBytes) content = yq_sync_fetch_file_finish (YQ_SYNC (source), result, NULL);

  load_picture (picture, content);
}

static void
picture_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GtkWidget) picture = data;
  g_autoptr(GBytes) content = yq_store_read_file_finish (YQ_STORE (source), result, NULL);

  load_picture (picture, content);
}

static GtkWidget *
build_picture (YqFileStrip *self, const char *sha256, const char *name, int size)
{
  YqFrame *frame = yq_frame_of (GTK_WIDGET (self));
  GtkWidget *picture = gtk_picture_new ();

  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_widget_add_css_class (picture, "file-thumb");
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_size_request (picture, size <= THUMB * 2 ? THUMB : -1,
                               size <= THUMB * 2 ? THUMB : 240);
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), name);
  g_object_set_data (G_OBJECT (picture), "yq-size", GINT_TO_POINTER (size));
  if (self->store != NULL && yq_store_has_file (self->store, sha256))
    yq_store_read_file_async (self->store, sha256, self->cancellable, picture_read_cb,
                              g_object_ref (picture));
  else if (frame != NULL && yq_frame_sync (frame) != NULL)
    yq_sync_fetch_file_async (yq_frame_sync (frame), sha256, self->cancellable, picture_fetched_cb,
                              g_object_ref (picture));
  return picture;
}

/* -- rows -- */
static void
add_buttons (YqFileStrip *self, GtkWidget *row, const char *sha256, const char *name, guint index)
{
  g_autofree char *open_name = g_strdup_printf (_("Open %s"), name);
  g_autofree char *remove_name = g_strdup_printf (_("Take %s away"), name);
  GtkWidget *open = yq_icon_button_new ("document-open-symbolic", open_name, NULL);

  gtk_widget_set_sensitive (open, self->store != NULL);
  g_object_set_data_full (G_OBJECT (open), "yq-sha256", g_strdup (sha256), g_free);
  g_object_set_data_full (G_OBJECT (open), "yq-file", g_strdup (name), g_free);
  g_signal_connect (open, "clicked", G_CALLBACK (open_clicked_cb), self);
  gtk_box_append (GTK_BOX (row), open);
  if (self->editable)
    {
      GtkWidget *remove = yq_icon_button_new ("user-trash-symbolic", remove_name, NULL);

      g_object_set_data (G_OBJECT (remove), "yq-index", GUINT_TO_POINTER (index));
      g_signal_connect (remove, "clicked", G_CALLBACK (remove_clicked_cb), self);
      gtk_box_append (GTK_BOX (row), remove);
    }
}

static void
add_file (YqFileStrip *self, JsonObject *file, guint index)
{
  const char *sha256 = json_object_get_string_member_with_default (file, "sha256", "");
  const char *name = json_object_get_string_member_with_default (file, "name", "");
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = yq_label_new (name, NULL);

  if (is_picture (name) && !self->show_inline)
    gtk_box_append (GTK_BOX (row), build_picture (self, sha256, name, THUMB * 2));
  else
    gtk_box_append (GTK_BOX (row), gtk_image_new_from_icon_name (icon_for (name)));
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  yq_set_tooltip (label, name);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), label);
  add_buttons (self, row, sha256, name, index);
  gtk_box_append (GTK_BOX (self->box), row);
  if (is_picture (name) && self->show_inline)
    gtk_box_append (GTK_BOX (self->box), build_picture (self, sha256, name, INLINE_WIDTH));
}

static void
yq_file_strip_dispose (GObject *object)
{
  YqFileStrip *self = YQ_FILE_STRIP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->store);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_file_strip_parent_class)->dispose (object);
}

static void
yq_file_strip_class_init (YqFileStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_file_strip_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("remove", YQ_TYPE_FILE_STRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_UINT);
}

static void
yq_file_strip_init (YqFileStrip *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
yq_file_strip_new (YqStore *store, gboolean editable)
{
  YqFileStrip *self = g_object_new (YQ_TYPE_FILE_STRIP, NULL);

  g_set_object (&self->store, store);
  self->editable = editable;
  return GTK_WIDGET (self);
}

void
yq_file_strip_show (YqFileStrip *self, JsonArray *files)
{
  guint n = files ? json_array_get_length (files) : 0;

  yq_remove_children (self->box);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  for (guint i = 0; i < n; i++)
    add_file (self, json_array_get_object_element (files, i), i);
}

void
yq_file_strip_set_inline (YqFileStrip *self, gboolean show_inline)
{
  self->show_inline = show_inline;
}
