/* The four faces of a page. */
#define G_LOG_DOMAIN "yiquan-face"

#include "face.h"

#include <adwaita.h>

#include "bits.h"
#include "text.h"

struct _YqFace
{
  GtkWidget parent_instance;
  GtkWidget *stack;
  YqFaceKind kind;
};

G_DEFINE_FINAL_TYPE (YqFace, yq_face, GTK_TYPE_WIDGET)

static const char *const names[] = {
  [YQ_FACE_LOADING] = "loading", [YQ_FACE_CONTENT] = "content", [YQ_FACE_FIRST] = "first",
  [YQ_FACE_EMPTY] = "empty",     [YQ_FACE_FAILED] = "failed",
};

static GtkWidget *
bone (int width, int height)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "skeleton");
  gtk_widget_set_size_request (box, width, height);
  gtk_widget_set_halign (box, width < 0 ? GTK_ALIGN_FILL : GTK_ALIGN_START);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

/* Lines of differing lengths look like text; the lengths repeat, so that pictures are stable. */
static GtkWidget *
build_table_skeleton (void)
{
  static const int widths[][4] = {
    { 150, 90, 60, 80 }, { 110, 120, 60, 80 }, { 170, 70, 60, 80 }, { 130, 100, 60, 80 }
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  yq_set_margins (box, 18);
  for (guint i = 0; i < 12; i++)
    {
      GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);

      for (guint j = 0; j < 4; j++)
        gtk_box_append (GTK_BOX (line), bone (widths[i % 4][j], 14));
      gtk_box_append (GTK_BOX (box), line);
    }
  return box;
}

static GtkWidget *
build_block_skeleton (guint n, int height)
{
  GtkWidget *box = yq_page_box_new ();

  for (guint i = 0; i < n; i++)
    {
      gtk_box_append (GTK_BOX (box), bone (120 + 30 * (int) (i % 2), 14));
      gtk_box_append (GTK_BOX (box), bone (-1, height));
    }
  return box;
}

static GtkWidget *
build_status (YqFaceKind kind, const char *icon, const char *title, const char *text)
{
  GtkWidget *status = adw_status_page_new ();
  g_autofree char *safe_title = g_markup_escape_text (title ? title : "", -1);
  g_autofree char *safe_text = g_markup_escape_text (text ? text : "", -1);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), icon);
  adw_status_page_set_title (ADW_STATUS_PAGE (status), safe_title);
  adw_status_page_set_description (ADW_STATUS_PAGE (status), safe_text);
  gtk_widget_add_css_class (status, "compact");
  return status;
}

static void
put (YqFace *self, YqFaceKind kind, GtkWidget *child)
{
  GtkWidget *old = gtk_stack_get_child_by_name (GTK_STACK (self->stack), names[kind]);

  if (old != NULL)
    gtk_stack_remove (GTK_STACK (self->stack), old);
  gtk_stack_add_named (GTK_STACK (self->stack), child, names[kind]);
  if (self->kind == kind)
    gtk_stack_set_visible_child (GTK_STACK (self->stack), child);
}

static void
put_status (YqFace *self, YqFaceKind kind, GtkWidget *status, const char *button,
            const char *action, const char *classes)
{
  if (button != NULL)
    {
      GtkWidget *widget = yq_button_new (button, action, classes);

      gtk_widget_set_halign (widget, GTK_ALIGN_CENTER);
      adw_status_page_set_child (ADW_STATUS_PAGE (status), widget);
    }
  put (self, kind, status);
}

static void
yq_face_dispose (GObject *object)
{
  YqFace *self = YQ_FACE (object);

  g_clear_pointer (&self->stack, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_face_parent_class)->dispose (object);
}

static void
yq_face_class_init (YqFaceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_face_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
yq_face_init (YqFace *self)
{
  self->stack = gtk_stack_new ();
  gtk_stack_set_transition_type (GTK_STACK (self->stack), GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_stack_set_transition_duration (GTK_STACK (self->stack), 120);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  yq_face_set_skeleton (self, YQ_SKELETON_TABLE);
}

GtkWidget *
yq_face_new (GtkWidget *content)
{
  YqFace *self = g_object_new (YQ_TYPE_FACE, NULL);

  if (content != NULL)
    yq_face_set_content (self, content);
  return GTK_WIDGET (self);
}

void
yq_face_set_content (YqFace *self, GtkWidget *content)
{
  put (self, YQ_FACE_CONTENT, content);
}

void
yq_face_show (YqFace *self, YqFaceKind kind)
{
  self->kind = kind;
  if (gtk_stack_get_child_by_name (GTK_STACK (self->stack), names[kind]) != NULL)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), names[kind]);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY,
                               kind == YQ_FACE_LOADING, -1);
}

YqFaceKind
yq_face_shown (YqFace *self)
{
  return self->kind;
}

void
yq_face_set_first (YqFace *self, const char *icon, const char *title, const char *text,
                   const char *button, const char *detailed_action)
{
  put_status (self, YQ_FACE_FIRST, build_status (YQ_FACE_FIRST, icon, title, text), button,
              detailed_action, "pill-button suggested-action");
}

void
yq_face_set_empty (YqFace *self, const char *title, const char *text, const char *button,
                   const char *detailed_action)
{
  put_status (self, YQ_FACE_EMPTY, build_status (YQ_FACE_EMPTY, "edit-find-symbolic", title, text),
              button, detailed_action, NULL);
}

void
yq_face_fail (YqFace *self, const char *title, const char *why, const char *detailed_action)
{
  put_status (self, YQ_FACE_FAILED,
              build_status (YQ_FACE_FAILED, "dialog-warning-symbolic", title, why),
              detailed_action ? _("Try again") : NULL, detailed_action, NULL);
  yq_face_show (self, YQ_FACE_FAILED);
}

void
yq_face_set_skeleton (YqFace *self, YqSkeleton shape)
{
  GtkWidget *skeleton = shape == YQ_SKELETON_TABLE   ? build_table_skeleton ()
                        : shape == YQ_SKELETON_CARDS ? build_block_skeleton (3, 110)
                                                     : build_block_skeleton (6, 44);

  yq_set_name (skeleton, _("Loading"));
  put (self, YQ_FACE_LOADING, skeleton);
}
