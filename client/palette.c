/* Ctrl+K. */
#define G_LOG_DOMAIN "yiquan-palette"

#include "palette.h"

#include "bits.h"
#include "clock.h"
#include "model.h"
#include "search-text.h"

#define N_OF_EACH 6
#define PAUSE_MS 120

typedef struct
{
  char *icon, *title, *folded, *action;
} Command;

struct _YqPalette
{
  GtkWidget parent_instance;
  YqStore *store;
  GtkWidget *shade, *box, *entry, *list, *scroller, *nothing;
  GPtrArray *commands;
  char **entities;
  GCancellable *running;
  guint pause_id;
};

G_DEFINE_FINAL_TYPE (YqPalette, yq_palette, GTK_TYPE_WIDGET)

static void
free_command (gpointer data)
{
  Command *command = data;

  g_free (command->icon);
  g_free (command->title);
  g_free (command->folded);
  g_free (command->action);
  g_free (command);
}

static GtkWidget *
build_row (const char *icon, const char *title, const char *detail)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = yq_label_new (title, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), label);
  if (detail != NULL)
    gtk_box_append (GTK_BOX (box), yq_label_new (detail, "dim-label small"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  yq_set_name (row, title);
  return row;
}

static void
select_first (YqPalette *self)
{
  GtkListBoxRow *first = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0);

  gtk_list_box_select_row (GTK_LIST_BOX (self->list), first);
  gtk_widget_set_visible (self->scroller, first != NULL);
  gtk_widget_set_visible (self->nothing, first == NULL);
}

static gboolean
holds_words (const char *folded, char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (folded, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

static void
list_commands (YqPalette *self, const char *text)
{
  g_autofree char *folded = yq_search_fold (text);
  g_auto(GStrv) words = g_strsplit (folded, " ", 0);

  yq_remove_children (self->list);
  for (guint i = 0; i < self->commands->len; i++)
    {
      Command *command = g_ptr_array_index (self->commands, i);
      GtkWidget *row;

      if (!holds_words (command->folded, words))
        continue;
      row = build_row (command->icon, command->title, NULL);
      g_object_set_data (G_OBJECT (row), "yq-command", command);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
    }
  select_first (self);
}

/* -- records -- */
static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqPalette) self = data;
  g_autoptr(GPtrArray) records = yq_store_list_finish (YQ_STORE (source), result, NULL);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      YqRecord *record = g_ptr_array_index (records, i);
      const YqEntity *entity = yq_record_entity (record);
      GtkWidget *row =
        build_row ("emblem-documents-symbolic", yq_record_title (record), _(entity->title));

      g_object_set_data_full (G_OBJECT (row), "yq-record", g_object_ref (record), g_object_unref);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
    }
  if (gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)) == NULL)
    select_first (self);
}

static gboolean
search_cb (gpointer data)
{
  YqPalette *self = data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autofree char *today = yq_date_of (yq_clock_now ());

  self->pause_id = 0;
  if (self->store == NULL || *text == '\0')
    return G_SOURCE_REMOVE;
  self->running = g_cancellable_new ();
  for (guint i = 0; self->entities != NULL && self->entities[i] != NULL; i++)
    {
      const YqEntity *entity = yq_model_find (self->entities[i]);
      g_autoptr(YqQuery) query = entity ? yq_query_new (entity) : NULL;

      if (query == NULL)
        continue;
      yq_query_set_text (query, text);
      if (!yq_who_has_role (yq_store_who (self->store), YQ_ROLE_REVIEWER) &&
          !yq_who_has_role (yq_store_who (self->store), YQ_ROLE_ADMINISTRATOR))
        yq_query_add_shown (query, today);
      yq_store_list_async (self->store, query, N_OF_EACH, self->running, found_cb,
                           g_object_ref (self));
    }
  return G_SOURCE_REMOVE;
}

static void
typed_cb (GtkEditable *entry, YqPalette *self)
{
  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  g_clear_handle_id (&self->pause_id, g_source_remove);
  list_commands (self, gtk_editable_get_text (entry));
  self->pause_id = g_timeout_add (PAUSE_MS, search_cb, self);
}

static void
open_row (YqPalette *self, GtkListBoxRow *row)
{
  Command *command = g_object_get_data (G_OBJECT (row), "yq-command");
  g_autoptr(YqRecord) record = g_object_get_data (G_OBJECT (row), "yq-record");

  if (record != NULL)
    g_object_ref (record);
  yq_palette_close (self);
  if (record != NULL)
    g_signal_emit_by_name (self, "open-record", yq_record_entity (record)->name,
                           yq_record_id (record));
  else if (command != NULL)
    {
      g_autofree char *name = NULL;
      g_autoptr(GVariant) target = NULL;

      if (g_action_parse_detailed_name (command->action, &name, &target, NULL))
        gtk_widget_activate_action_variant (gtk_widget_get_parent (GTK_WIDGET (self)), name,
                                            target);
    }
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, YqPalette *self)
{
  open_row (self, row);
}

static void
entered_cb (GtkEntry *entry, YqPalette *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  if (row != NULL)
    open_row (self, row);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
                YqPalette *self)
{
  GtkListBox *list = GTK_LIST_BOX (self->list);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list);
  int by = key == GDK_KEY_Down ? 1 : key == GDK_KEY_Up ? -1 : 0;

  if (key == GDK_KEY_Escape)
    {
      yq_palette_close (self);
      return TRUE;
    }
  if (by == 0)
    return FALSE;
  row = gtk_list_box_get_row_at_index (list, row ? gtk_list_box_row_get_index (row) + by : 0);
  if (row != NULL)
    {
      gtk_list_box_select_row (list, row);
      gtk_widget_grab_focus (GTK_WIDGET (row));
      gtk_widget_grab_focus (self->entry);
      gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
    }
  return TRUE;
}

static void
shade_pressed_cb (GtkGestureClick *gesture, int n, double x, double y, YqPalette *self)
{
  yq_palette_close (self);
}

static void
yq_palette_dispose (GObject *object)
{
  YqPalette *self = YQ_PALETTE (object);

  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  g_clear_handle_id (&self->pause_id, g_source_remove);
  g_clear_object (&self->store);
  yq_remove_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (yq_palette_parent_class)->dispose (object);
}

static void
yq_palette_finalize (GObject *object)
{
  YqPalette *self = YQ_PALETTE (object);

  g_ptr_array_unref (self->commands);
  g_strfreev (self->entities);
  G_OBJECT_CLASS (yq_palette_parent_class)->finalize (object);
}

static void
yq_palette_class_init (YqPaletteClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_palette_dispose;
  G_OBJECT_CLASS (klass)->finalize = yq_palette_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_DIALOG);
  g_signal_new ("open-record", YQ_TYPE_PALETTE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
build_entry (YqPalette *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->entry = gtk_entry_new ();
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_PRIMARY,
                                     "edit-find-symbolic");
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _("What would you like to open or do?"));
  yq_set_name (self->entry, _("Search everything"));
  g_signal_connect (self->entry, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect (self->entry, "activate", G_CALLBACK (entered_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (self->entry, keys);
}

static void
yq_palette_init (YqPalette *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->commands = g_ptr_array_new_with_free_func (free_command);
  self->shade = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->shade, "frame-shade");
  g_signal_connect (click, "pressed", G_CALLBACK (shade_pressed_cb), self);
  gtk_widget_add_controller (self->shade, GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_parent (self->shade, GTK_WIDGET (self));

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  yq_add_classes (self->box, "palette");
  gtk_widget_set_halign (self->box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->box, GTK_ALIGN_START);
  gtk_widget_set_size_request (self->box, 560, -1);
  yq_set_margins (self->box, 12);
  gtk_widget_set_margin_top (self->box, 72);
  gtk_widget_set_overflow (self->box, GTK_OVERFLOW_HIDDEN);
  build_entry (self);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  yq_set_name (self->list, _("What was found"));
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), 420);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  self->nothing = yq_label_new_wrapped (_("Nothing is called so here."), "dim-label");
  yq_set_margins (self->nothing, 18);
  gtk_box_append (GTK_BOX (self->box), self->entry);
  gtk_box_append (GTK_BOX (self->box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (self->box), self->scroller);
  gtk_box_append (GTK_BOX (self->box), self->nothing);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
yq_palette_new (YqStore *store)
{
  YqPalette *self = g_object_new (YQ_TYPE_PALETTE, NULL);

  g_set_object (&self->store, store);
  yq_set_name (GTK_WIDGET (self), _("Search everything"));
  return GTK_WIDGET (self);
}

void
yq_palette_add (YqPalette *self, const char *icon, const char *title, const char *keywords,
                const char *detailed_action)
{
  Command *command = g_new0 (Command, 1);
  g_autofree char *initials = yq_search_letters (title);
  g_autofree char *all = g_strjoin (" ", title, keywords ? keywords : "", initials, NULL);

  command->icon = g_strdup (icon);
  command->title = g_strdup (title);
  command->folded = yq_search_fold (all);
  command->action = g_strdup (detailed_action);
  g_ptr_array_add (self->commands, command);
}

void
yq_palette_set_entities (YqPalette *self, const char *const *entities)
{
  g_strfreev (self->entities);
  self->entities = g_strdupv ((char **) entities);
}

void
yq_palette_open (YqPalette *self, const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text ? text : "");
  list_commands (self, text ? text : "");
  gtk_widget_grab_focus (self->entry);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

void
yq_palette_close (YqPalette *self)
{
  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  g_clear_handle_id (&self->pause_id, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
