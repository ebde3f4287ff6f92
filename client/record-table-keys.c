/* Letters, Enter, Ctrl+A and Ctrl+F over a record table. */
#define G_LOG_DOMAIN "yiquan-table"

#include "record-table-keys.h"

static gboolean
is_typing (YqRecordTable *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus));
}

static void
open_selected (YqRecordTable *self, const char *signal)
{
  YqRecord *record = yq_record_table_selected (self);

  if (record != NULL)
    g_signal_emit_by_name (self, signal, record);
}

gboolean
yq_record_table_key (YqRecordTable *self, guint key, GdkModifierType state)
{
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK) || is_typing (self))
    return FALSE;
  switch (key)
    {
    case GDK_KEY_j:
      yq_record_table_move (self, 1);
      return TRUE;
    case GDK_KEY_k:
      yq_record_table_move (self, -1);
      return TRUE;
    case GDK_KEY_x:
      yq_record_table_tick_selected (self, FALSE);
      return yq_record_table_ticks (self) != NULL;
    case GDK_KEY_X:
      yq_record_table_tick_selected (self, TRUE);
      return yq_record_table_ticks (self) != NULL;
    case GDK_KEY_o:
      open_selected (self, "beside");
      return TRUE;
    case GDK_KEY_slash:
      yq_record_table_focus_search (self);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
                YqRecordTable *self)
{
  return yq_record_table_key (self, key, state);
}

/* GTK's Enter opens the focused row; here the selected one is what a person looks at.  Its Ctrl+A
 * would do nothing. */
static gboolean
enter_pressed_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
                  YqRecordTable *self)
{
  if (key == GDK_KEY_a && state & GDK_CONTROL_MASK && yq_record_table_ticks (self) != NULL)
    {
      yq_record_table_tick_all (self);
      return TRUE;
    }
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || state & GDK_CONTROL_MASK ||
      yq_record_table_selected (self) == NULL)
    return FALSE;
  open_selected (self, "activate");
  return TRUE;
}

static gboolean
find_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  yq_record_table_focus_search (YQ_RECORD_TABLE (widget));
  return TRUE;
}

void
yq_record_table_add_keys (YqRecordTable *self, GtkWidget *view)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *enter = gtk_event_controller_key_new ();
  GtkEventController *find = gtk_shortcut_controller_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (enter, "key-pressed", G_CALLBACK (enter_pressed_cb), self);
  gtk_event_controller_set_propagation_phase (enter, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (view, enter);
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (find), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (find),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_f, GDK_CONTROL_MASK),
                      gtk_callback_action_new (find_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), find);
}
