/* What happened to a record. */
#define G_LOG_DOMAIN "yiquan-history"

#include "record-history.h"

#include "bits.h"
#include "clock.h"

struct _YqRecordHistory
{
  GtkWidget parent_instance;

  YqFrame *frame; /* not owned */
  YqRecord *record;
  GCancellable *cancellable;
  GtkWidget *expander, *list;
  gboolean loaded;
};

G_DEFINE_FINAL_TYPE (YqRecordHistory, yq_record_history, GTK_TYPE_WIDGET)

static const char *
action_title (const YqEntity *entity, const char *action)
{
  const YqStep *step = yq_entity_step (entity, action);

  if (step != NULL)
    return _(step->title);
  if (g_strcmp0 (action, "save") == 0)
    return _("Changed");
  return _("By the system");
}

static void
append_names (GString *text, const YqEntity *entity, JsonObject *changed)
{
  g_autoptr(GList) names = json_object_get_members (changed);
  guint n = 0;

  for (GList *at = names; at != NULL && n < 6; at = at->next)
    {
      const YqField *field = yq_entity_field (entity, at->data);

      if (field == NULL || (field->flags & (YQ_HIDDEN | YQ_COMPUTED)))
        continue;
      g_string_append_printf (text, "%s%s", n++ > 0 ? _(", ") : "", _(field->title));
    }
}

static void
append_event (YqRecordHistory *self, JsonObject *event)
{
  const YqEntity *entity = yq_record_entity (self->record);
  const char *action = json_object_get_string_member_with_default (event, "action", "");
  const char *by = json_object_get_string_member_with_default (event, "by", NULL);
  g_autofree char *title = g_strdup_printf ("%s%s%s", action_title (entity, action),
                                            by != NULL ? " · " : "", by != NULL ? by : "");
  g_autoptr(GString) subtitle = g_string_new (NULL);
  gint64 at = 0;

  yq_time_parse (json_object_get_string_member_with_default (event, "at", ""), &at);
  if (json_object_has_member (event, "fields"))
    g_string_append (subtitle, json_object_get_string_member_with_default (
                                 json_object_get_object_member (event, "fields"), "comment", ""));
  else if (json_object_has_member (event, "changed"))
    append_names (subtitle, entity, json_object_get_object_member (event, "changed"));
  gtk_list_box_prepend (GTK_LIST_BOX (self->list),
                        yq_row_new (NULL, title, subtitle->len > 0 ? subtitle->str : NULL,
                                    yq_time_label_new (at), NULL));
}

static void
fetched_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqRecordHistory) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = yq_sync_fetch_history_finish (YQ_SYNC (object), result, &error);
  JsonObject *answer =
    node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *events;

  if (self->list == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  yq_remove_children (self->list);
  if (answer == NULL || !json_object_has_member (answer, "items"))
    {
      gtk_list_box_append (GTK_LIST_BOX (self->list),
                           yq_row_new (NULL,
                                       _("The history is shown as soon as there is a network"),
                                       NULL, NULL, NULL));
      return;
    }
  events = json_object_get_array_member (answer, "items");
  for (guint i = 0; i < json_array_get_length (events); i++)
    append_event (self, json_array_get_object_element (events, i));
}

void
yq_record_history_reload (YqRecordHistory *self)
{
  YqSync *sync = yq_frame_sync (self->frame);

  if (!gtk_expander_get_expanded (GTK_EXPANDER (self->expander)))
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (sync != NULL && yq_record_revision (self->record) > 0)
    yq_sync_fetch_history_async (sync, yq_record_entity (self->record), yq_record_id (self->record),
                                 self->cancellable, fetched_cb, g_object_ref (self));
}

static void
expanded_cb (GObject *object, GParamSpec *pspec, YqRecordHistory *self)
{
  yq_record_history_reload (self);
}

static void
yq_record_history_dispose (GObject *object)
{
  YqRecordHistory *self = YQ_RECORD_HISTORY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->record);
  g_clear_pointer (&self->expander, gtk_widget_unparent);
  self->list = NULL;
  G_OBJECT_CLASS (yq_record_history_parent_class)->dispose (object);
}

static void
yq_record_history_class_init (YqRecordHistoryClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yq_record_history_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
yq_record_history_init (YqRecordHistory *self)
{
}

GtkWidget *
yq_record_history_new (YqFrame *frame, YqRecord *record)
{
  YqRecordHistory *self = g_object_new (YQ_TYPE_RECORD_HISTORY, NULL);

  self->frame = frame;
  self->record = g_object_ref (record);
  self->expander = gtk_expander_new (_("History"));
  self->list = yq_boxed_list_new ();
  gtk_widget_set_margin_top (self->list, 9);
  gtk_list_box_append (
    GTK_LIST_BOX (self->list),
    yq_row_new (NULL, _("The history is shown as soon as there is a network"), NULL, NULL, NULL));
  gtk_expander_set_child (GTK_EXPANDER (self->expander), self->list);
  g_signal_connect (self->expander, "notify::expanded", G_CALLBACK (expanded_cb), self);
  gtk_widget_set_parent (self->expander, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
