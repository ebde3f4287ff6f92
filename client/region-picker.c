/* Province, city, county. */
#define G_LOG_DOMAIN "yiquan-region"

#include "region-picker.h"

#include <string.h>

#include "bits.h"
#include "region.h"
#include "text.h"

#define MAX_FOUND 60
#define N_LEVELS 3

struct _YqRegionPicker
{
  GtkWidget parent_instance;
  GtkWidget *button, *popover, *search, *stack, *found, *lists[N_LEVELS], *take, *clear, *near;
  char *code, *within, *nothing;
  const char *at[N_LEVELS]; /* what is selected in each list while the popover is open */
};

G_DEFINE_FINAL_TYPE (YqRegionPicker, yq_region_picker, GTK_TYPE_WIDGET)

static gboolean
is_offered (YqRegionPicker *self, const YqRegion *region)
{
  if (region->withdrawn || region->statistics)
    return FALSE;
  return self->within == NULL || yq_region_holds (self->within, region->code) ||
         yq_region_holds (region->code, self->within);
}

static const char *
code_of (GtkListBoxRow *row)
{
  return row ? g_object_get_data (G_OBJECT (row), "yq-code") : NULL;
}

static GtkWidget *
build_row (const YqRegion *region, gboolean whole_path)
{
  GtkWidget *row = gtk_list_box_row_new ();
  g_autofree char *path = whole_path ? yq_region_path (region->code) : g_strdup (region->name);
  GtkWidget *label = yq_label_new (path, NULL);

  yq_set_margins (label, 6);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  yq_set_name (row, path);
  g_object_set_data (G_OBJECT (row), "yq-code", (gpointer) region->code);
  return row;
}

static void
show_code (YqRegionPicker *self)
{
  g_autofree char *path = self->code ? yq_region_path (self->code) : NULL;

  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), path ? path : self->nothing);
  gtk_widget_set_visible (self->clear, self->code != NULL);
}

static void
take_code (YqRegionPicker *self, const char *code)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  if (g_strcmp0 (code, self->code) == 0)
    return;
  yq_region_picker_set (self, code);
  g_signal_emit_by_name (self, "changed");
}

/* -- the three lists -- */
static void
fill_list (YqRegionPicker *self, guint level, const char *parent)
{
  GtkWidget *list = self->lists[level];

  for (guint i = level; i < N_LEVELS; i++)
    {
      yq_remove_children (self->lists[i]);
      self->at[i] = NULL;
    }
  if (level > 0 && parent == NULL)
    return;
  for (guint i = 0; i < yq_region_count (); i++)
    {
      const YqRegion *region = yq_region_nth (i);

      if (region->level == (int) level + 1 && is_offered (self, region) &&
          (level == 0 || g_strcmp0 (region->parent, parent) == 0))
        gtk_list_box_append (GTK_LIST_BOX (list), build_row (region, FALSE));
    }
}

static void
show_take (YqRegionPicker *self)
{
  const char *code = self->at[2] ? self->at[2] : self->at[1] ? self->at[1] : self->at[0];
  g_autofree char *path = code ? yq_region_path (code) : NULL;
  g_autofree char *label = g_strdup_printf (_("Choose %s"), path ? path : "");

  gtk_button_set_label (GTK_BUTTON (self->take), path ? label : _("Choose"));
  gtk_widget_set_sensitive (self->take, code != NULL);
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, YqRegionPicker *self)
{
  const char *code = code_of (row);

  for (guint i = 0; i < N_LEVELS; i++)
    if (self->lists[i] == GTK_WIDGET (list) && code != NULL)
      {
        if (i + 1 < N_LEVELS)
          fill_list (self, i + 1, code);
        self->at[i] = code;
      }
  show_take (self);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, YqRegionPicker *self)
{
  GtkWidget *last = self->lists[N_LEVELS - 1];

  if (GTK_WIDGET (list) == last || GTK_WIDGET (list) == self->found)
    take_code (self, code_of (row));
}

static void
take_clicked_cb (YqRegionPicker *self)
{
  take_code (self, self->at[2] ? self->at[2] : self->at[1] ? self->at[1] : self->at[0]);
}

static void
clear_clicked_cb (YqRegionPicker *self)
{
  take_code (self, NULL);
}

static void
select_code (GtkWidget *list, const char *code)
{
  GtkWidget *row = gtk_widget_get_first_child (list);

  for (; row != NULL; row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (code_of (GTK_LIST_BOX_ROW (row)), code) == 0)
      gtk_list_box_select_row (GTK_LIST_BOX (list), GTK_LIST_BOX_ROW (row));
}

static void
opened_cb (YqRegionPicker *self)
{
  const char *code = self->code ? self->code : self->within;

  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  fill_list (self, 0, NULL);
  for (guint i = 0; i < N_LEVELS && code != NULL; i++)
    {
      const char *ancestor = yq_region_ancestor (code, (int) i + 1);

      if (ancestor != NULL)
        select_code (self->lists[i], ancestor);
    }
  show_take (self);
  gtk_widget_grab_focus (self->search);
}

/* -- one's own -- */
static void
near_clicked_cb (GtkWidget *button, YqRegionPicker *self)
{
  take_code (self, g_object_get_data (G_OBJECT (button), "yq-code"));
}

void
yq_region_picker_set_near (YqRegionPicker *self, const char *code)
{
  yq_remove_children (self->near);
  for (int level = 1; code != NULL && level <= 2; level++)
    {
      const char *ancestor = yq_region_ancestor (code, level);
      const YqRegion *region = ancestor != NULL ? yq_region_find (ancestor) : NULL;
      g_autofree char *label = NULL;
      GtkWidget *button;

      if (region == NULL)
        continue;
      label = g_strdup_printf (level == 1 ? _("My province: %s") : _("My city: %s"), region->name);
      button = yq_button_new (label, NULL, NULL);
      g_object_set_data (G_OBJECT (button), "yq-code", (gpointer) region->code);
      g_signal_connect (button, "clicked", G_CALLBACK (near_clicked_cb), self);
      gtk_box_append (GTK_BOX (self->near), button);
    }
  gtk_widget_set_visible (self->near, gtk_widget_get_first_child (self->near) != NULL);
}

/* -- the search -- */
static void
search_changed_cb (YqRegionPicker *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  guint n = 0;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), *text ? "found" : "lists");
  yq_remove_children (self->found);
  for (guint i = 0; *text != '\0' && i < yq_region_count () && n < MAX_FOUND; i++)
    {
      const YqRegion *region = yq_region_nth (i);

      if (!is_offered (self, region) ||
          (strstr (region->name, text) == NULL && !g_str_has_prefix (region->code, text)))
        continue;
      gtk_list_box_append (GTK_LIST_BOX (self->found), build_row (region, TRUE));
      n++;
    }
  gtk_list_box_select_row (GTK_LIST_BOX (self->found),
                           gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->found), 0));
}

static void
search_entered_cb (YqRegionPicker *self)
{
  const char *code = code_of (gtk_list_box_get_selected_row (GTK_LIST_BOX (self->found)));

  if (code != NULL)
    take_code (self, code);
}

/* -- life -- */
static void
yq_region_picker_dispose (GObject *object)
{
  YqRegionPicker *self = YQ_REGION_PICKER (object);

  yq_remove_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (yq_region_picker_parent_class)->dispose (object);
}

static void
yq_region_picker_finalize (GObject *object)
{
  YqRegionPicker *self = YQ_REGION_PICKER (object);

  g_free (self->code);
  g_free (self->within);
  g_free (self->nothing);
  G_OBJECT_CLASS (yq_region_picker_parent_class)->finalize (object);
}

static void
yq_region_picker_class_init (YqRegionPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yq_region_picker_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_region_picker_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  g_signal_new ("changed", YQ_TYPE_REGION_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static GtkWidget *
build_list (YqRegionPicker *self, const char *name, GtkWidget **list)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  *list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (*list), GTK_SELECTION_BROWSE);
  gtk_widget_add_css_class (*list, "navigation-sidebar");
  yq_set_name (*list, name);
  g_signal_connect (*list, "row-selected", G_CALLBACK (row_selected_cb), self);
  g_signal_connect (*list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), *list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (scroller, 168, 280);
  return scroller;
}

static GtkWidget *
build_popover_content (YqRegionPicker *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *lists = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  const char *const names[] = { _("Provinces"), _("Cities"), _("Counties") };

  self->search = gtk_search_entry_new ();
  yq_set_name (self->search, _("Search a region"));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect_swapped (self->search, "activate", G_CALLBACK (search_entered_cb), self);
  for (guint i = 0; i < N_LEVELS; i++)
    gtk_box_append (GTK_BOX (lists), build_list (self, names[i], &self->lists[i]));
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), lists, "lists");
  gtk_stack_add_named (GTK_STACK (self->stack), build_list (self, _("Found"), &self->found),
                       "found");
  self->take = gtk_button_new_with_label (_("Choose"));
  g_signal_connect_swapped (self->take, "clicked", G_CALLBACK (take_clicked_cb), self);
  self->near = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_visible (self->near, FALSE);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), self->near);
  gtk_box_append (GTK_BOX (box), self->stack);
  gtk_box_append (GTK_BOX (box), self->take);
  return box;
}

static void
yq_region_picker_init (YqRegionPicker *self)
{
  self->button = gtk_menu_button_new ();
  self->popover = gtk_popover_new ();
  self->clear = yq_icon_button_new ("edit-clear-symbolic", _("No region"), NULL);
  gtk_popover_set_child (GTK_POPOVER (self->popover), build_popover_content (self));
  /* The entry takes Escape for itself. */
  g_signal_connect_swapped (self->search, "stop-search", G_CALLBACK (gtk_popover_popdown),
                            self->popover);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->button), TRUE);
  gtk_widget_add_css_class (self->button, "picker");
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (opened_cb), self);
  g_signal_connect_swapped (self->clear, "clicked", G_CALLBACK (clear_clicked_cb), self);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_widget_set_parent (self->clear, GTK_WIDGET (self));
}

GtkWidget *
yq_region_picker_new (const char *nothing)
{
  YqRegionPicker *self = g_object_new (YQ_TYPE_REGION_PICKER, NULL);

  self->nothing = g_strdup (nothing);
  show_code (self);
  return GTK_WIDGET (self);
}

void
yq_region_picker_set (YqRegionPicker *self, const char *code)
{
  char *kept = g_strdup (code);

  g_free (self->code);
  self->code = kept;
  show_code (self);
}

const char *
yq_region_picker_code (YqRegionPicker *self)
{
  return self->code;
}

void
yq_region_picker_set_within (YqRegionPicker *self, const char *code)
{
  g_free (self->within);
  self->within = g_strdup (code);
}

GtkWidget *
yq_region_picker_button (YqRegionPicker *self)
{
  return self->button;
}
