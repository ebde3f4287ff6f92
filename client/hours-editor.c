/* The opening hours of a week. */
#define G_LOG_DOMAIN "yiquan-hours"

#include "hours-editor.h"

#include <string.h>

#include "bits.h"
#include "text.h"

#define N_DAYS 7
#define MAX_SPANS 3

struct _YqHoursEditor
{
  GtkWidget parent_instance;
  GtkWidget *box, *days[N_DAYS]; /* boxes of spans */
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (YqHoursEditor, yq_hours_editor, GTK_TYPE_WIDGET)

const char *
yq_weekday_name (guint weekday)
{
  static const char *const names[] = {
    N_("Monday"), N_("Tuesday"),  N_("Wednesday"), N_("Thursday"),
    N_("Friday"), N_("Saturday"), N_("Sunday"),
  };

  return weekday >= 1 && weekday <= N_DAYS ? _(names[weekday - 1]) : "";
}

static void
emit_changed (YqHoursEditor *self)
{
  if (!self->loading)
    g_signal_emit_by_name (self, "changed");
}

/* "830", "8:30" and "０８：３０" are 08:30. */
static char *
read_time (const char *typed)
{
  g_autofree char *text = g_utf8_normalize (typed, -1, G_NORMALIZE_ALL);
  int hour = -1, minute = 0;
  gsize digits = strspn (g_strstrip (text), "0123456789");

  if (text[digits] == '\0' && digits >= 3 && digits <= 4)
    {
      minute = atoi (text + digits - 2);
      text[digits - 2] = '\0';
      hour = atoi (text);
    }
  else if (text[digits] == '\0' && digits > 0)
    hour = atoi (text);
  else if (sscanf (text, "%d:%d", &hour, &minute) != 2)
    return NULL;
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || (hour == 24 && minute > 0))
    return NULL;
  return g_strdup_printf ("%02d:%02d", hour, minute);
}

static void
time_left_cb (GtkEventControllerFocus *controller, gpointer data)
{
  GtkWidget *entry = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  g_autofree char *time = read_time (gtk_editable_get_text (GTK_EDITABLE (entry)));

  if (time != NULL)
    gtk_editable_set_text (GTK_EDITABLE (entry), time);
}

static void
typed_cb (GtkEditable *entry, YqHoursEditor *self)
{
  g_autofree char *time = read_time (gtk_editable_get_text (entry));

  if (time == NULL)
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  emit_changed (self);
}

static GtkWidget *
build_time (YqHoursEditor *self, const char *time, const char *name)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 5);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 6);
  gtk_editable_set_text (GTK_EDITABLE (entry), time);
  gtk_widget_add_css_class (entry, "number");
  yq_set_name (entry, name);
  g_signal_connect (entry, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (time_left_cb), NULL);
  gtk_widget_add_controller (entry, focus);
  return entry;
}

static void
remove_clicked_cb (GtkButton *button, YqHoursEditor *self)
{
  GtkWidget *span = gtk_widget_get_parent (GTK_WIDGET (button));

  gtk_box_remove (GTK_BOX (gtk_widget_get_parent (span)), span);
  emit_changed (self);
}

static void
add_span (YqHoursEditor *self, guint day, const char *from, const char *to)
{
  GtkWidget *span = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  g_autofree char *from_name = g_strdup_printf (_("%s from"), yq_weekday_name (day));
  g_autofree char *to_name = g_strdup_printf (_("%s to"), yq_weekday_name (day));
  GtkWidget *remove = yq_icon_button_new ("window-close-symbolic", _("Take this span away"), NULL);

  gtk_box_append (GTK_BOX (span), build_time (self, from, from_name));
  gtk_box_append (GTK_BOX (span), yq_label_new ("–", NULL));
  gtk_box_append (GTK_BOX (span), build_time (self, to, to_name));
  gtk_box_append (GTK_BOX (span), remove);
  g_signal_connect (remove, "clicked", G_CALLBACK (remove_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->days[day - 1]), span);
}

static guint
count_spans (YqHoursEditor *self, guint day)
{
  guint n = 0;
  GtkWidget *span = gtk_widget_get_first_child (self->days[day - 1]);

  for (; span != NULL; span = gtk_widget_get_next_sibling (span))
    n++;
  return n;
}

static void
add_clicked_cb (GtkButton *button, YqHoursEditor *self)
{
  guint day = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "yq-day"));
  guint n = count_spans (self, day);

  if (n >= MAX_SPANS)
    return;
  add_span (self, day, n == 0 ? "08:30" : "13:30", "17:00");
  emit_changed (self);
}

/* Copies Monday to the other working days. */
static void
copy_clicked_cb (YqHoursEditor *self)
{
  g_autoptr(JsonArray) hours = yq_hours_editor_dup (self);

  self->loading = TRUE;
  for (guint day = 2; day <= 5; day++)
    {
      yq_remove_children (self->days[day - 1]);
      for (guint i = 0; i < json_array_get_length (hours); i++)
        {
          JsonObject *row = json_array_get_object_element (hours, i);

          if (json_object_get_int_member_with_default (row, "weekday", 0) == 1)
            add_span (self, day, json_object_get_string_member_with_default (row, "opens", ""),
                      json_object_get_string_member_with_default (row, "closes", ""));
        }
    }
  self->loading = FALSE;
  emit_changed (self);
}

static void
yq_hours_editor_dispose (GObject *object)
{
  g_clear_pointer (&YQ_HOURS_EDITOR (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (yq_hours_editor_parent_class)->dispose (object);
}

static void
yq_hours_editor_class_init (YqHoursEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yq_hours_editor_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  g_signal_new ("changed", YQ_TYPE_HOURS_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
yq_hours_editor_init (YqHoursEditor *self)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *copy = gtk_button_new_with_label (_("Tuesday to Friday as Monday"));

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  for (guint day = 1; day <= N_DAYS; day++)
    {
      g_autofree char *name = g_strdup_printf (_("Add hours on %s"), yq_weekday_name (day));
      GtkWidget *add = yq_icon_button_new ("list-add-symbolic", name, NULL);

      self->days[day - 1] = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      g_object_set_data (G_OBJECT (add), "yq-day", GUINT_TO_POINTER (day));
      g_signal_connect (add, "clicked", G_CALLBACK (add_clicked_cb), self);
      gtk_grid_attach (GTK_GRID (grid), yq_label_new (yq_weekday_name (day), "fact-title"), 0,
                       (int) day, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), add, 1, (int) day, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), self->days[day - 1], 2, (int) day, 1, 1);
    }
  gtk_widget_set_halign (copy, GTK_ALIGN_START);
  g_signal_connect_swapped (copy, "clicked", G_CALLBACK (copy_clicked_cb), self);
  gtk_box_append (GTK_BOX (self->box), grid);
  gtk_box_append (GTK_BOX (self->box), copy);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
yq_hours_editor_new (void)
{
  return g_object_new (YQ_TYPE_HOURS_EDITOR, NULL);
}

void
yq_hours_editor_show (YqHoursEditor *self, JsonArray *hours)
{
  g_autoptr(JsonArray) now = yq_hours_editor_dup (self);
  g_autoptr(JsonNode) a = json_node_init_array (json_node_alloc (), now);
  g_autoptr(JsonNode) b = hours ? json_node_init_array (json_node_alloc (), hours) : NULL;

  if (b != NULL ? json_node_equal (a, b) : json_array_get_length (now) == 0)
    return;
  self->loading = TRUE;
  for (guint day = 0; day < N_DAYS; day++)
    yq_remove_children (self->days[day]);
  for (guint i = 0; hours != NULL && i < json_array_get_length (hours); i++)
    {
      JsonObject *row = json_array_get_object_element (hours, i);
      gint64 day = json_object_get_int_member_with_default (row, "weekday", 0);

      if (day >= 1 && day <= N_DAYS)
        add_span (self, (guint) day, json_object_get_string_member_with_default (row, "opens", ""),
                  json_object_get_string_member_with_default (row, "closes", ""));
    }
  self->loading = FALSE;
}

JsonArray *
yq_hours_editor_dup (YqHoursEditor *self)
{
  JsonArray *hours = json_array_new ();

  for (guint day = 1; day <= N_DAYS; day++)
    {
      GtkWidget *span = gtk_widget_get_first_child (self->days[day - 1]);

      for (; span != NULL; span = gtk_widget_get_next_sibling (span))
        {
          GtkWidget *from = gtk_widget_get_first_child (span);
          GtkWidget *to = gtk_widget_get_prev_sibling (gtk_widget_get_last_child (span));
          const char *from_typed = gtk_editable_get_text (GTK_EDITABLE (from));
          const char *to_typed = gtk_editable_get_text (GTK_EDITABLE (to));
          g_autofree char *from_time = read_time (from_typed);
          g_autofree char *to_time = read_time (to_typed);
          JsonObject *row = json_object_new ();

          json_object_set_int_member (row, "weekday", day);
          json_object_set_string_member (row, "opens", from_time ? from_time : from_typed);
          json_object_set_string_member (row, "closes", to_time ? to_time : to_typed);
          json_array_add_object_element (hours, row);
        }
    }
  return hours;
}

/* -- in words -- */
static char *
day_text (JsonArray *hours, guint day)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (hours); i++)
    {
      JsonObject *row = json_array_get_object_element (hours, i);

      if (json_object_get_int_member_with_default (row, "weekday", 0) == day)
        g_string_append_printf (text, "%s%s–%s", text->len ? _(", ") : "",
                                json_object_get_string_member_with_default (row, "opens", ""),
                                json_object_get_string_member_with_default (row, "closes", ""));
    }
  return g_string_free (text, FALSE);
}

char *
yq_hours_text (JsonArray *hours)
{
  GString *text = g_string_new (NULL);
  guint last;

  for (guint day = 1; hours != NULL && day <= N_DAYS; day = last + 1)
    {
      g_autofree char *spans = day_text (hours, day);

      for (last = day; last < N_DAYS; last++)
        {
          g_autofree char *next = day_text (hours, last + 1);

          if (!g_str_equal (next, spans))
            break;
        }
      if (*spans == '\0')
        continue;
      g_string_append (text, text->len ? _("; ") : "");
      if (last > day)
        g_string_append_printf (text, _("%s to %s"), yq_weekday_name (day), yq_weekday_name (last));
      else
        g_string_append (text, yq_weekday_name (day));
      g_string_append_printf (text, " %s", spans);
    }
  return g_string_free (text, FALSE);
}
