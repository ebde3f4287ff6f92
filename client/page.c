/* One page of a frame. */
#define G_LOG_DOMAIN "yiquan-page"

#include "page.h"

#include "bits.h"

typedef struct
{
  char *accelerator, *title, *action;
} Key;

struct _YqPage
{
  GtkWidget parent_instance;
  char *title, *subtitle;
  GtkWidget *content, *header;
  GSimpleActionGroup *actions;
  GPtrArray *keys;
};

G_DEFINE_FINAL_TYPE (YqPage, yq_page, GTK_TYPE_WIDGET)

enum
{
  PROP_TITLE = 1,
  PROP_SUBTITLE
};

static void
free_key (gpointer data)
{
  Key *key = data;

  g_free (key->accelerator);
  g_free (key->title);
  g_free (key->action);
  g_free (key);
}

static void
yq_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YqPage *self = YQ_PAGE (object);

  g_value_set_string (value, id == PROP_TITLE ? self->title : self->subtitle);
}

static void
yq_page_dispose (GObject *object)
{
  YqPage *self = YQ_PAGE (object);

  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->header);
  G_OBJECT_CLASS (yq_page_parent_class)->dispose (object);
}

static void
yq_page_finalize (GObject *object)
{
  YqPage *self = YQ_PAGE (object);

  g_free (self->title);
  g_free (self->subtitle);
  g_object_unref (self->actions);
  g_ptr_array_unref (self->keys);
  G_OBJECT_CLASS (yq_page_parent_class)->finalize (object);
}

static void
yq_page_class_init (YqPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yq_page_get_property;
  object_class->dispose = yq_page_dispose;
  object_class->finalize = yq_page_finalize;
  g_object_class_install_property (object_class, PROP_TITLE,
                                   g_param_spec_string ("title", NULL, NULL, NULL, flags));
  g_object_class_install_property (object_class, PROP_SUBTITLE,
                                   g_param_spec_string ("subtitle", NULL, NULL, NULL, flags));
  g_signal_new ("shown", YQ_TYPE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("hidden", YQ_TYPE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
yq_page_init (YqPage *self)
{
  self->header = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6));
  self->actions = g_simple_action_group_new ();
  self->keys = g_ptr_array_new_with_free_func (free_key);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "page", G_ACTION_GROUP (self->actions));
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
}

YqPage *
yq_page_new (const char *title, GtkWidget *content)
{
  YqPage *self = g_object_new (YQ_TYPE_PAGE, NULL);

  yq_page_set_title (self, title);
  yq_page_set_content (self, content);
  return self;
}

void
yq_page_set_title (YqPage *self, const char *title)
{
  if (g_strcmp0 (self->title, title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  yq_set_name (GTK_WIDGET (self), title ? title : "");
  g_object_notify (G_OBJECT (self), "title");
}

void
yq_page_set_subtitle (YqPage *self, const char *subtitle)
{
  if (g_strcmp0 (self->subtitle, subtitle) == 0)
    return;
  g_free (self->subtitle);
  self->subtitle = g_strdup (subtitle);
  g_object_notify (G_OBJECT (self), "subtitle");
}

const char *
yq_page_title (YqPage *self)
{
  return self->title;
}

const char *
yq_page_subtitle (YqPage *self)
{
  return self->subtitle;
}

void
yq_page_set_content (YqPage *self, GtkWidget *content)
{
  g_clear_pointer (&self->content, gtk_widget_unparent);
  self->content = content;
  if (content != NULL)
    gtk_widget_set_parent (content, GTK_WIDGET (self));
}

GtkWidget *
yq_page_content (YqPage *self)
{
  return self->content;
}

void
yq_page_set_content_clamped (YqPage *self, GtkWidget *content, int width)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), width);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), width);
  adw_clamp_set_child (ADW_CLAMP (clamp), content);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  yq_page_set_content (self, scroller);
}

GtkWidget *
yq_page_header_box (YqPage *self)
{
  return self->header;
}

void
yq_page_add_header_widget (YqPage *self, GtkWidget *widget)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->header), widget);
}

GtkWidget *
yq_page_add_button (YqPage *self, const char *icon, const char *label, const char *detailed_action)
{
  GtkWidget *button;

  if (icon != NULL && label != NULL)
    {
      GtkWidget *content = adw_button_content_new ();

      adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
      adw_button_content_set_label (ADW_BUTTON_CONTENT (content), label);
      button = gtk_button_new ();
      gtk_button_set_child (GTK_BUTTON (button), content); /* which names the button, too */
    }
  else
    button = icon ? gtk_button_new_from_icon_name (icon) : gtk_button_new_with_label (label);
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), detailed_action);
  yq_page_add_header_widget (self, button);
  return button;
}

void
yq_page_add_actions (YqPage *self, const GActionEntry *entries, int n_entries, gpointer user_data)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, n_entries,
                                   user_data ? user_data : self);
}

GActionMap *
yq_page_action_map (YqPage *self)
{
  return G_ACTION_MAP (self->actions);
}

void
yq_page_add_key (YqPage *self, const char *accelerator, const char *title,
                 const char *detailed_action)
{
  Key *key = g_new0 (Key, 1);

  key->accelerator = g_strdup (accelerator);
  key->title = g_strdup (title);
  key->action = g_strdup (detailed_action);
  g_ptr_array_add (self->keys, key);
}

guint
yq_page_n_keys (YqPage *self)
{
  return self->keys->len;
}

const char *
yq_page_key (YqPage *self, guint i, const char **title, const char **detailed_action)
{
  Key *key = g_ptr_array_index (self->keys, i);

  if (title != NULL)
    *title = key->title;
  if (detailed_action != NULL)
    *detailed_action = key->action;
  return key->accelerator;
}
