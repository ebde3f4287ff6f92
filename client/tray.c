/* The sync state in words, and under it the tray. */
#define G_LOG_DOMAIN "yiquan-tray"

#include "tray.h"

#include "bits.h"
#include "clock.h"
#include "prompt.h"
#include "tooltip.h"

#define MAX_ROWS 100

struct _YqTray
{
  GtkWidget parent_instance;
  YqOutbox *outbox;
  YqSync *sync;
  GtkWidget *button, *label, *icon, *popover, *state, *needs, *waiting, *needs_title;
};

G_DEFINE_FINAL_TYPE (YqTray, yq_tray, GTK_TYPE_WIDGET)

static char *
describe_state (YqTray *self)
{
  guint needs = yq_outbox_n_needs_you (self->outbox);
  guint waiting = yq_outbox_n_waiting (self->outbox);

  if (needs > 0)
    return g_strdup_printf (_("%u need you"), needs);
  if (self->sync != NULL)
    return g_strdup (yq_sync_text (self->sync));
  return waiting > 0 ? g_strdup_printf (_("Offline, %u to send"), waiting)
                     : g_strdup (_("Offline"));
}

static void
refresh_button (YqTray *self)
{
  gboolean needs = yq_outbox_n_needs_you (self->outbox) > 0;
  YqSyncState state = self->sync ? yq_sync_state (self->sync) : YQ_SYNC_OFFLINE;
  g_autofree char *text = describe_state (self);

  gtk_label_set_text (GTK_LABEL (self->label), text);
  yq_set_tooltip (self->button, text);
  yq_set_name (self->button, text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon),
                                needs                         ? "dialog-warning-symbolic"
                                : state == YQ_SYNC_OFFLINE    ? "network-offline-symbolic"
                                : state == YQ_SYNC_SIGNED_OUT ? "dialog-password-symbolic"
                                : state == YQ_SYNC_SYNCING    ? "emblem-synchronizing-symbolic"
                                                              : "emblem-ok-symbolic");
  if (needs)
    gtk_widget_add_css_class (self->button, "yours");
  else
    gtk_widget_remove_css_class (self->button, "yours");
}

/* -- one thing that needs a person -- */
static YqCommand *
command_of (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "yq-command");
}

static void
tell_failure (YqTray *self, GError *error)
{
  yq_prompt_tell (GTK_WIDGET (self), _("That did not work"), error->message);
}

static void
open_clicked_cb (GtkWidget *button, YqTray *self)
{
  YqCommand *command = command_of (button);

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  g_signal_emit_by_name (self, "open-record", yq_command_entity (command)->name,
                         yq_command_record (command));
}

static void
retry_clicked_cb (GtkWidget *button, YqTray *self)
{
  g_autoptr(GError) error = NULL;

  if (!yq_outbox_retry (self->outbox, command_of (button), &error))
    tell_failure (self, error);
}

typedef struct
{
  YqTray *tray;
  YqCommand *command;
} Drop;

static void
drop_answered_cb (const char *response, gpointer data)
{
  Drop *drop = data;
  g_autoptr(GError) error = NULL;

  if (!g_str_equal (response, "cancel") &&
      !yq_outbox_drop (drop->tray->outbox, drop->command, g_str_equal (response, "all"), &error))
    tell_failure (drop->tray, error);
  g_object_unref (drop->tray);
  g_object_unref (drop->command);
  g_free (drop);
}

static void
drop_clicked_cb (GtkWidget *button, YqTray *self)
{
  Drop *drop = g_new0 (Drop, 1);

  drop->tray = g_object_ref (self);
  drop->command = g_object_ref (command_of (button));
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  yq_prompt (GTK_WIDGET (self), _("Give up sending this?"),
             _("What you typed can stay as a draft on this computer, or go too."), NULL,
             drop_answered_cb, drop, "cancel", _("Cancel"), "keep", _("Keep the draft"), "!all",
             _("Drop everything"), NULL);
}

static GtkWidget *
build_button (YqTray *self, YqCommand *command, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_object_set_data_full (G_OBJECT (button), "yq-command", g_object_ref (command), g_object_unref);
  g_signal_connect (button, "clicked", callback, self);
  return button;
}

static GtkWidget *
build_row (YqTray *self, YqCommand *command)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const YqProblem *problem = yq_command_problem (command);
  g_autofree char *title = yq_store_title (
    yq_outbox_store (self->outbox), yq_command_entity (command), yq_command_record (command));
  g_autofree char *heading =
    g_strdup_printf ("%s · %s", yq_command_action_title (command),
                     title ? title : _(yq_command_entity (command)->title));
  GtkWidget *label = yq_label_new (heading, "heading");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (top), label);
  gtk_box_append (GTK_BOX (top), yq_time_label_new (yq_command_created_at (command)));
  gtk_box_append (GTK_BOX (box), top);
  if (problem != NULL)
    gtk_box_append (GTK_BOX (box), yq_label_new_wrapped (yq_problem_detail (problem), "small"));
  gtk_box_append (GTK_BOX (buttons),
                  build_button (self, command, _("Open"), G_CALLBACK (open_clicked_cb)));
  gtk_box_append (GTK_BOX (buttons),
                  build_button (self, command, _("Send again"), G_CALLBACK (retry_clicked_cb)));
  gtk_box_append (GTK_BOX (buttons),
                  build_button (self, command, _("Give up…"), G_CALLBACK (drop_clicked_cb)));
  gtk_widget_set_margin_top (buttons, 3);
  gtk_box_append (GTK_BOX (box), buttons);
  yq_set_margins (box, 12);
  return box;
}

static guint
fill_rows (YqTray *self)
{
  GListModel *model = G_LIST_MODEL (self->outbox);
  guint n = g_list_model_get_n_items (model), shown = 0;

  yq_remove_children (self->needs);
  for (guint i = 0; i < n && shown < MAX_ROWS; i++)
    {
      g_autoptr(YqCommand) command = g_list_model_get_item (model, i);
      GtkWidget *row;

      if (yq_command_status (command) != YQ_OUTBOX_NEEDS_YOU)
        continue;
      row = gtk_list_box_row_new ();
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), build_row (self, command));
      gtk_list_box_append (GTK_LIST_BOX (self->needs), row);
      shown++;
    }
  return shown;
}

static void
refresh_popover (YqTray *self)
{
  guint needs = yq_outbox_n_needs_you (self->outbox);
  guint waiting = yq_outbox_n_waiting (self->outbox);
  guint shown = fill_rows (self);
  g_autofree char *title = g_strdup_printf (_("%u things need you"), needs);
  g_autofree char *rest = g_strdup_printf (_("%u are waiting to be sent."), waiting);

  gtk_label_set_text (GTK_LABEL (self->state),
                      self->sync ? yq_sync_text (self->sync) : _("Offline"));
  gtk_label_set_text (GTK_LABEL (self->needs_title), title);
  gtk_widget_set_visible (self->needs_title, shown > 0);
  gtk_widget_set_visible (gtk_widget_get_ancestor (self->needs, GTK_TYPE_SCROLLED_WINDOW),
                          shown > 0);
  gtk_label_set_text (GTK_LABEL (self->waiting),
                      waiting > 0 ? rest : _("Nothing is waiting to be sent."));
}

static void
changed_cb (YqTray *self)
{
  refresh_button (self);
  if (gtk_widget_get_visible (self->popover))
    refresh_popover (self);
}

static void
popover_shown_cb (YqTray *self)
{
  refresh_popover (self);
}

static void
sync_clicked_cb (YqTray *self)
{
  if (self->sync != NULL)
    yq_sync_now (self->sync);
}

static void
export_chosen_cb (GFile *file, gpointer data)
{
  g_autoptr(YqTray) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = file ? g_file_get_path (file) : NULL;

  if (path != NULL && !yq_outbox_export (self->outbox, path, &error))
    tell_failure (self, error);
}

static void
export_clicked_cb (YqTray *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  yq_prompt_save_file (GTK_WIDGET (self), _("Export what is not delivered"), "yiquan-outbox.json",
                       export_chosen_cb, g_object_ref (self));
}

static void
yq_tray_dispose (GObject *object)
{
  YqTray *self = YQ_TRAY (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->outbox);
  g_clear_object (&self->sync);
  G_OBJECT_CLASS (yq_tray_parent_class)->dispose (object);
}

static void
yq_tray_class_init (YqTrayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_tray_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("open-record", YQ_TYPE_TRAY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_STRING, G_TYPE_STRING);
}

static GtkWidget *
build_popover_content (YqTray *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *now = gtk_button_new_with_label (_("Sync now"));
  GtkWidget *export = gtk_button_new_with_label (_("Export…"));

  self->state = yq_label_new_wrapped ("", "heading");
  self->needs_title = yq_label_new ("", "section-title text-yours");
  self->needs = yq_boxed_list_new ();
  self->waiting = yq_label_new_wrapped ("", "dim-label");
  yq_set_name (self->needs, _("What needs you"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->needs);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 420);
  g_signal_connect_swapped (now, "clicked", G_CALLBACK (sync_clicked_cb), self);
  g_signal_connect_swapped (export, "clicked", G_CALLBACK (export_clicked_cb), self);
  gtk_box_append (GTK_BOX (foot), now);
  gtk_box_append (GTK_BOX (foot), export);
  gtk_box_append (GTK_BOX (box), self->state);
  gtk_box_append (GTK_BOX (box), self->needs_title);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), self->waiting);
  gtk_box_append (GTK_BOX (box), foot);
  gtk_widget_set_size_request (box, 380, -1);
  yq_set_margins (box, 12);
  return box;
}

static void
yq_tray_init (YqTray *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->icon = gtk_image_new ();
  self->label = gtk_label_new (NULL);
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->label);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), box);
  yq_add_classes (self->button, "flat frame-sync-button");
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), build_popover_content (self));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (popover_shown_cb), self);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
yq_tray_new (YqOutbox *outbox, YqSync *sync)
{
  YqTray *self = g_object_new (YQ_TYPE_TRAY, NULL);

  g_set_object (&self->outbox, outbox);
  g_set_object (&self->sync, sync);
  g_signal_connect_object (outbox, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  if (sync != NULL)
    g_signal_connect_object (sync, "notify", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  refresh_button (self);
  return GTK_WIDGET (self);
}

void
yq_tray_popup (YqTray *self)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->button));
}

void
yq_tray_set_narrow (YqTray *self, gboolean narrow)
{
  gtk_widget_set_visible (self->label, !narrow);
}
