/* The sidebar of a frame. */
#define G_LOG_DOMAIN "yiquan-sidebar"

#include "sidebar.h"

#include "bits.h"
#include "table-columns.h"
#include "tooltip.h"

#define SIDEBAR_WIDTH 228

struct _YqSidebar
{
  GtkWidget parent_instance;
  GtkWidget *box, *list, *identity, *words, *organisation, *person;
  gboolean quiet;
};

G_DEFINE_FINAL_TYPE (YqSidebar, yq_sidebar, GTK_TYPE_WIDGET)

static GtkListBoxRow *
find_row (YqSidebar *self, const char *name)
{
  GtkWidget *row = gtk_widget_get_first_child (self->list);

  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "yq-name"), name) == 0)
      return GTK_LIST_BOX_ROW (row);
  return NULL;
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, YqSidebar *self)
{
  if (row != NULL && !self->quiet)
    g_signal_emit_by_name (self, "chosen", g_object_get_data (G_OBJECT (row), "yq-name"));
}

/* A click on the page that is shown already goes back to it from what was pushed on it. */
static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, YqSidebar *self)
{
  g_signal_emit_by_name (self, "chosen", g_object_get_data (G_OBJECT (row), "yq-name"));
}

/* -- the menu under the name -- */
static void
add_item (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autofree char *detailed =
    target ? g_strdup_printf ("%s::%s", action, target) : g_strdup (action);

  g_menu_append (menu, label, detailed);
}

static GMenuModel *
build_menu (const YqWindowKind *kind, const YqWho *who)
{
  g_autoptr(GMenu) menu = g_menu_new ();
  g_autoptr(GMenu) windows = g_menu_new ();
  g_autoptr(GMenu) looks = g_menu_new ();
  g_autoptr(GMenu) language = g_menu_new ();
  g_autoptr(GMenu) colour = g_menu_new ();
  g_autoptr(GMenu) size = g_menu_new ();
  g_autoptr(GMenu) end = g_menu_new ();

  for (const YqWindowKind *other = yq_window_kinds; other->name != NULL; other++)
    if (other == kind || other->is_for == NULL || other->is_for (who))
      add_item (windows, _(other->title), "app.window", other->name);
  g_menu_append_section (menu, _("Work as"), G_MENU_MODEL (windows));
  add_item (language, "简体中文", "app.language", "zh");
  add_item (language, "English", "app.language", "en");
  add_item (colour, _("As the desktop"), "app.colour", "system");
  add_item (colour, _("Light"), "app.colour", "light");
  add_item (colour, _("Dark"), "app.colour", "dark");
  add_item (colour, _("High contrast"), "app.high-contrast", NULL);
  for (guint percent = 100; percent <= 200; percent += percent < 150 ? 25 : 50)
    {
      g_autofree char *label = g_strdup_printf ("%u %%", percent);
      g_autofree char *target = g_strdup_printf ("%u", percent);

      add_item (size, label, "app.text-size", target);
    }
  g_menu_append_submenu (looks, _("Language"), G_MENU_MODEL (language));
  g_menu_append_submenu (looks, _("Colours"), G_MENU_MODEL (colour));
  g_menu_append_submenu (looks, _("Text size"), G_MENU_MODEL (size));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (looks));
  add_item (end, _("Keys"), "win.help", NULL);
  add_item (end, _("About Yiquan"), "app.about", NULL);
  add_item (end, _("Sign out…"), "app.sign-out", NULL);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (end));
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static GtkWidget *
build_identity (YqSidebar *self, const YqWindowKind *kind, const YqWho *who)
{
  g_autoptr(GMenuModel) menu = build_menu (kind, who);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->organisation = yq_label_new (_(kind->title), "organisation");
  self->person = yq_label_new (_(kind->title), "dim-label small");
  gtk_label_set_ellipsize (GTK_LABEL (self->organisation), PANGO_ELLIPSIZE_END);
  /* A long name does not push the page aside; the tooltip has all of it. */
  gtk_label_set_max_width_chars (GTK_LABEL (self->organisation), 28);
  gtk_label_set_max_width_chars (GTK_LABEL (self->person), 28);
  gtk_label_set_ellipsize (GTK_LABEL (self->person), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (words), self->organisation);
  gtk_box_append (GTK_BOX (words), self->person);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("pan-down-symbolic"));
  self->identity = gtk_menu_button_new ();
  /* The menu button would put it in its middle. */
  self->words = box;
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->identity), box);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->identity), menu);
  yq_add_classes (self->identity, "flat frame-identity");
  gtk_widget_set_margin_start (self->identity, 8);
  gtk_widget_set_margin_end (self->identity, 8);
  gtk_widget_set_margin_top (self->identity, 6);
  gtk_widget_set_margin_bottom (self->identity, 6);
  yq_set_name (self->identity, _("Window, language, look, signing out"));
  return self->identity;
}

static void
yq_sidebar_dispose (GObject *object)
{
  g_clear_pointer (&YQ_SIDEBAR (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_sidebar_parent_class)->dispose (object);
}

static void
yq_sidebar_class_init (YqSidebarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_sidebar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_NAVIGATION);
  g_signal_new ("chosen", YQ_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
}

static void
yq_sidebar_init (YqSidebar *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  yq_add_classes (self->box, "frame-sidebar");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

/* As wide as its words need at the present text size. */
static void
fit_text (YqSidebar *self)
{
  int width = MIN (yq_scaled (SIDEBAR_WIDTH), 420);

  gtk_widget_set_size_request (self->box, width, -1);
  gtk_widget_set_size_request (self->words, width - 36, -1);
}

GtkWidget *
yq_sidebar_new (const YqWindowKind *kind, const YqWho *who)
{
  YqSidebar *self = g_object_new (YQ_TYPE_SIDEBAR, NULL);
  GtkWidget *handle = gtk_window_handle_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_window_handle_set_child (GTK_WINDOW_HANDLE (handle), build_identity (self, kind, who));
  self->list = gtk_list_box_new ();
  yq_set_name (self->list, _("Pages"));
  g_signal_connect (self->list, "row-selected", G_CALLBACK (row_selected_cb), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self->box), handle);
  gtk_box_append (GTK_BOX (self->box), scroller);
  fit_text (self);
  g_signal_connect_object (gtk_settings_get_default (), "notify::gtk-xft-dpi",
                           G_CALLBACK (fit_text), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
yq_sidebar_set_identity (YqSidebar *self, const char *organisation, const char *person)
{
  gtk_label_set_text (GTK_LABEL (self->organisation), organisation);
  gtk_label_set_text (GTK_LABEL (self->person), person);
  yq_set_tooltip (self->identity, organisation);
}

void
yq_sidebar_add (YqSidebar *self, const char *name, const char *icon, const char *title)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *label = yq_label_new (title, NULL);
  GtkWidget *count = yq_label_new ("", "count");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), count);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  yq_set_name (row, title);
  g_object_set_data_full (G_OBJECT (row), "yq-name", g_strdup (name), g_free);
  g_object_set_data_full (G_OBJECT (row), "yq-title", g_strdup (title), g_free);
  g_object_set_data (G_OBJECT (row), "yq-count", count);
  self->quiet = TRUE;
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  self->quiet = FALSE;
}

void
yq_sidebar_add_separator (YqSidebar *self)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_widget_add_css_class (row, "gap");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row),
                              gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

void
yq_sidebar_set_count (YqSidebar *self, const char *name, guint count)
{
  GtkListBoxRow *row = find_row (self, name);
  g_autofree char *text = count > 0 ? yq_count_text (count) : g_strdup ("");
  g_autofree char *spoken = NULL;

  g_return_if_fail (row != NULL);
  gtk_label_set_text (g_object_get_data (G_OBJECT (row), "yq-count"), text);
  spoken = g_strdup_printf (_("%u wait for you"), count);
  yq_set_description (GTK_WIDGET (row), count > 0 ? spoken : NULL);
}

void
yq_sidebar_select (YqSidebar *self, const char *name)
{
  self->quiet = TRUE;
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), find_row (self, name));
  self->quiet = FALSE;
}
