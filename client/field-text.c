/* Editors of text, numbers, money, dates and times. */
#define G_LOG_DOMAIN "yiquan-field-text"

#include <string.h>

#include "field-kinds.h"

#include "bits.h"
#include "clock.h"
#include "money.h"
#include "table-columns.h"
#include "tooltip.h"

static void
entry_set (GtkWidget *entry, const char *text)
{
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (entry)), text))
    gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static void
show_count (YqFieldEditor *self, const char *text)
{
  const YqField *field = yq_field_editor_table (self);
  gint64 n = g_utf8_strlen (text, -1);
  g_autofree char *count = NULL;

  if (field->max <= 0)
    return;
  if (field->flags & YQ_LONG || n > field->max || (field->max > 20 && n * 10 >= field->max * 8))
    count = g_strdup_printf ("%d / %d", (int) n, (int) field->max);
  yq_field_editor_set_count (self, count, n > field->max);
}

/* -- one line -- */
static void
text_typed_cb (GtkEditable *entry, YqFieldEditor *self)
{
  const char *text = gtk_editable_get_text (entry);

  show_count (self, text);
  if (yq_field_editor_is_loading (self))
    return;
  yq_values_set_text (yq_field_editor_values (self), yq_field_editor_field (self), text);
  yq_field_editor_changed (self);
}

static GtkWidget *
build_entry (YqFieldEditor *self, GCallback typed)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_widget_set_hexpand (entry, TRUE);
  yq_field_editor_watch (self, entry);
  yq_field_editor_set_state (self, entry, NULL);
  g_signal_connect (entry, "changed", typed, self);
  return entry;
}

static GtkWidget *
build_text (YqFieldEditor *self)
{
  const YqField *field = yq_field_editor_table (self);
  GtkWidget *entry = build_entry (self, G_CALLBACK (text_typed_cb));

  if (field->max > 0 && field->max <= 20 && !yq_field_editor_is_bare (self))
    {
      gtk_editable_set_width_chars (GTK_EDITABLE (entry), 24);
      gtk_widget_set_hexpand (entry, FALSE);
      gtk_widget_set_halign (entry, GTK_ALIGN_START);
    }
  else if (yq_field_editor_is_bare (self))
    gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  return entry;
}

static void
load_text (YqFieldEditor *self)
{
  const char *text = yq_values_text (yq_field_editor_values (self), yq_field_editor_field (self));

  entry_set (yq_field_editor_state (self), text ? text : "");
}

const YqEditorKind yq_editor_text = { build_text, load_text, FALSE };

/* -- several lines -- */
static void
long_typed_cb (GtkTextBuffer *buffer, YqFieldEditor *self)
{
  g_autofree char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  show_count (self, text);
  if (yq_field_editor_is_loading (self))
    return;
  yq_values_set_text (yq_field_editor_values (self), yq_field_editor_field (self), text);
  yq_field_editor_changed (self);
}

static GtkWidget *
build_long (YqFieldEditor *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_text_view_new ();
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), yq_scaled (66));
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), yq_scaled (180));
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_widget_add_css_class (scroller, "text-area");
  yq_field_editor_watch (self, view);
  yq_field_editor_set_state (self, buffer, NULL);
  g_signal_connect (buffer, "changed", G_CALLBACK (long_typed_cb), self);
  return scroller;
}

static void
load_long (YqFieldEditor *self)
{
  GtkTextBuffer *buffer = yq_field_editor_state (self);
  const char *text = yq_values_text (yq_field_editor_values (self), yq_field_editor_field (self));
  g_autofree char *now = NULL;

  g_object_get (buffer, "text", &now, NULL);
  if (g_strcmp0 (now, text ? text : "") != 0)
    gtk_text_buffer_set_text (buffer, text ? text : "", -1);
  show_count (self, text ? text : "");
}

const YqEditorKind yq_editor_long_text = { build_long, load_long, FALSE };

/* -- numbers and money -- */
static gboolean
parse_number (const YqField *field, const char *text, gint64 *value)
{
  g_autofree char *plain = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  gboolean negative;
  guint decimals = 0, digits = 0;
  gboolean point = FALSE;
  const char *at;

  g_strstrip (plain);
  negative = *plain == '-';
  *value = 0;
  for (at = plain + negative; *at != '\0'; at++)
    {
      if (*at == ',' && !point)
        continue;
      if (*at == '.' && !point && field->decimals > 0)
        point = TRUE;
      else if (g_ascii_isdigit (*at) && ++digits <= 15 && (!point || decimals < field->decimals))
        {
          *value = *value * 10 + g_ascii_digit_value (*at);
          decimals += point;
        }
      else
        return FALSE;
    }
  for (; decimals < field->decimals; decimals++)
    *value *= 10;
  if (negative)
    *value = -*value;
  return digits > 0;
}

static void
number_typed_cb (GtkEditable *entry, YqFieldEditor *self)
{
  const YqField *field = yq_field_editor_table (self);
  const char *text = gtk_editable_get_text (entry);
  gint64 value;
  gboolean ok;

  if (yq_field_editor_is_loading (self))
    return;
  ok = field->type == YQ_MONEY ? yq_money_parse (text, &value) : parse_number (field, text, &value);
  yq_field_editor_set_unreadable (self, ok || *text == '\0' ? NULL
                                        : field->type == YQ_MONEY
                                          ? _("Type an amount such as 12,345.60")
                                        : field->decimals > 0 ? _("Type a number such as 12.5")
                                                              : _("Type a whole number"));
  if (ok)
    yq_values_set_int (yq_field_editor_values (self), yq_field_editor_field (self), value);
  else
    yq_values_clear (yq_field_editor_values (self), yq_field_editor_field (self));
  yq_field_editor_changed (self);
}

static void
load_number (YqFieldEditor *self)
{
  YqValues *values = yq_field_editor_values (self);
  guint field = yq_field_editor_field (self);
  g_autofree char *text = NULL;

  if (!yq_values_has (values, field))
    text = g_strdup ("");
  else if (yq_field_editor_table (self)->type == YQ_MONEY)
    text = yq_money_format (yq_values_int (values, field));
  else
    text = yq_values_format (values, field);
  entry_set (yq_field_editor_state (self), text);
}

/* Left alone, a number shows itself as it is read: 12345.6 becomes 12,345.60. */
static void
number_left_cb (GtkEventControllerFocus *controller, YqFieldEditor *self)
{
  if (yq_values_has (yq_field_editor_values (self), yq_field_editor_field (self)))
    yq_field_editor_reload (self);
}

static GtkWidget *
build_number (YqFieldEditor *self)
{
  gboolean money = yq_field_editor_table (self)->type == YQ_MONEY;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *entry = build_entry (self, G_CALLBACK (number_typed_cb));
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_entry_set_alignment (GTK_ENTRY (entry), 1);
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), yq_field_editor_is_bare (self) ? 10 : 16);
  gtk_widget_set_hexpand (entry, FALSE);
  gtk_widget_add_css_class (entry, "number");
  g_signal_connect (focus, "leave", G_CALLBACK (number_left_cb), self);
  gtk_widget_add_controller (entry, focus);
  gtk_box_append (GTK_BOX (box), entry);
  if (money && !yq_field_editor_is_bare (self))
    gtk_box_append (GTK_BOX (box), yq_label_new (_("CNY"), "dim-label"));
  return box;
}

const YqEditorKind yq_editor_number = { build_number, load_number, FALSE };

/* -- dates -- */

/* 2026-3-1, 2026/3/1, 20260301 and 2026年3月1日 are the same day. */
static char *
read_date (const char *text, const char **rest)
{
  g_autoptr(GRegex) regex = g_regex_new (
    "^\\s*(\\d{4})(?:\\s*[-/.年]\\s*(\\d{1,2})\\s*[-/.月]\\s*(\\d{1,2})\\s*日?|(\\d\\d)(\\d\\d))",
    0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *year = NULL;
  g_autofree char *month = NULL;
  g_autofree char *day = NULL;
  char *date;
  int end;

  if (!g_regex_match (regex, text, 0, &match))
    return NULL;
  year = g_match_info_fetch (match, 1);
  month = g_match_info_fetch (match, 2);
  day = g_match_info_fetch (match, 3);
  if (month == NULL || *month == '\0')
    {
      g_free (month);
      g_free (day);
      month = g_match_info_fetch (match, 4);
      day = g_match_info_fetch (match, 5);
    }
  date = g_strdup_printf ("%s-%02d-%02d", year, atoi (month), atoi (day));
  g_match_info_fetch_pos (match, 0, NULL, &end);
  if (rest != NULL)
    *rest = text + end;
  if (!yq_date_is_valid (date))
    g_clear_pointer (&date, g_free);
  return date;
}

static void
date_typed_cb (GtkEditable *entry, YqFieldEditor *self)
{
  const char *text = gtk_editable_get_text (entry), *rest = "";
  g_autofree char *date = read_date (text, &rest);

  if (yq_field_editor_is_loading (self))
    return;
  if (date != NULL && strspn (rest, " ") != strlen (rest))
    g_clear_pointer (&date, g_free);
  yq_field_editor_set_unreadable (
    self, date != NULL || *text == '\0' ? NULL : _("Type a day such as 2026-03-01"));
  yq_values_set_text (yq_field_editor_values (self), yq_field_editor_field (self), date);
  yq_field_editor_changed (self);
}

static void
day_picked_cb (GtkCalendar *calendar, YqFieldEditor *self)
{
  g_autoptr(GDateTime) day = gtk_calendar_get_date (calendar);
  GtkWidget *entry = yq_field_editor_state (self);
  const char *now = gtk_editable_get_text (GTK_EDITABLE (entry)), *rest = NULL;
  g_autofree char *old = read_date (now, &rest);
  g_autofree char *text = g_date_time_format (day, "%Y-%m-%d");
  g_autofree char *all = NULL;

  if (yq_field_editor_table (self)->type == YQ_TIME)
    all = g_strconcat (text, old && *rest ? rest : " 09:00", NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), all ? all : text);
  gtk_popover_popdown (
    GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (calendar), GTK_TYPE_POPOVER)));
}

static void
calendar_opened_cb (GtkWidget *popover, YqFieldEditor *self)
{
  GtkWidget *calendar = gtk_popover_get_child (GTK_POPOVER (popover));
  g_autofree char *date =
    read_date (gtk_editable_get_text (GTK_EDITABLE (yq_field_editor_state (self))), NULL);
  g_autoptr(GDateTime) day = NULL;

  if (date == NULL)
    return;
  day = g_date_time_new_utc (atoi (date), atoi (date + 5), atoi (date + 8), 12, 0, 0);
  g_signal_handlers_block_by_func (calendar, day_picked_cb, self);
  gtk_calendar_select_day (GTK_CALENDAR (calendar), day);
  g_signal_handlers_unblock_by_func (calendar, day_picked_cb, self);
}

static GtkWidget *
build_calendar_button (YqFieldEditor *self)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *calendar = gtk_calendar_new ();

  gtk_popover_set_child (GTK_POPOVER (popover), calendar);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "yq-calendar-symbolic");
  gtk_widget_add_css_class (button, "flat");
  yq_set_tooltip (button, _("Choose the day"));
  yq_set_name (button, _("Choose the day"));
  g_signal_connect (calendar, "day-selected", G_CALLBACK (day_picked_cb), self);
  g_signal_connect (popover, "show", G_CALLBACK (calendar_opened_cb), self);
  return button;
}

static GtkWidget *
build_day (YqFieldEditor *self, GCallback typed, const char *example, int chars)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *entry = build_entry (self, typed);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), example);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), chars);
  gtk_widget_set_hexpand (entry, FALSE);
  gtk_widget_add_css_class (entry, "number");
  g_signal_connect (focus, "leave", G_CALLBACK (number_left_cb), self);
  gtk_widget_add_controller (entry, focus);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), build_calendar_button (self));
  return box;
}

static GtkWidget *
build_date (YqFieldEditor *self)
{
  return build_day (self, G_CALLBACK (date_typed_cb), "2026-03-01", 12);
}

const YqEditorKind yq_editor_date = { build_date, load_text, FALSE };

/* -- times: a day and a time of day in Shanghai -- */
static void
time_typed_cb (GtkEditable *entry, YqFieldEditor *self)
{
  const char *text = gtk_editable_get_text (entry), *rest = "";
  g_autofree char *date = read_date (text, &rest);
  int hour = -1, minute = -1;
  char end = '\0';
  gboolean ok;

  if (yq_field_editor_is_loading (self))
    return;
  ok = date != NULL && sscanf (rest, " %2d:%2d %c", &hour, &minute, &end) == 2 && hour >= 0 &&
       hour < 24 && minute >= 0 && minute < 60;
  yq_field_editor_set_unreadable (
    self, ok || *text == '\0' ? NULL : _("Type a day and a time such as 2026-03-01 09:30"));
  if (ok)
    yq_values_set_int (yq_field_editor_values (self), yq_field_editor_field (self),
                       yq_date_start (date) + (hour * 60 + minute) * 60 * YQ_SECOND);
  else
    yq_values_clear (yq_field_editor_values (self), yq_field_editor_field (self));
  yq_field_editor_changed (self);
}

static GtkWidget *
build_time (YqFieldEditor *self)
{
  return build_day (self, G_CALLBACK (time_typed_cb), "2026-03-01 09:30", 17);
}

static void
load_time (YqFieldEditor *self)
{
  YqValues *values = yq_field_editor_values (self);
  guint field = yq_field_editor_field (self);
  g_autofree char *text = NULL;

  text =
    yq_values_has (values, field) ? yq_time_local (yq_values_int (values, field)) : g_strdup ("");
  entry_set (yq_field_editor_state (self), text);
}

const YqEditorKind yq_editor_time = { build_time, load_time, FALSE };
