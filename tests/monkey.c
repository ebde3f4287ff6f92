/* Pokes at random at one window of the demo: monkey SERVER WORLD USER WINDOW SEED STEPS.  Shows
 * pages, takes their actions, types what nobody should, clicks and leaves in the middle, as fast as
 * the window lets it, and sometimes faster than what it reads.  What it does stands on the standard
 * output, a line each; a critical message or a crash ends it.  What is answered in between is not
 * the same each time, so a seed leads to the same place often, not always. */
#include <adwaita.h>

#include "face.h"
#include "guitest.h"
#include "record-table.h"
#include "screens-windows.h"

static GRand *chance;

static guint
below (guint n)
{
  return (guint) g_rand_int_range (chance, 0, (gint32) n);
}

static void G_GNUC_PRINTF (1, 2) say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  putchar ('\n');
  fflush (stdout);
}

/* -- what can be poked at -- */

static char *
odd_text (void)
{
  static const char *const texts[] = {
    "",
    "1",
    "0",
    "-1",
    "99999999999999999999",
    "12.345",
    "0.001",
    "300000",
    "扫描电镜",
    "五百元",
    "2026-12-01",
    "2026-02-30",
    "2026-11-30 10:00",
    "09:00-12:00",
    "13905730101",
    "91330421MA28A1234X",
    "<b>&amp;",
    "%s%n",
    "👩‍🔬𠮷",
    "  ",
    "\t",
    "a'b\"c;--",
    "x@y",
    "http://x",
  };
  GString *many;

  if (below (20) > 0)
    return g_strdup (texts[below (G_N_ELEMENTS (texts))]);
  many = g_string_new (NULL);
  for (guint i = 0; i < 3000; i++)
    g_string_append (many, "长");
  return g_string_free (many, FALSE);
}

static void
poke_text (GtkWidget *widget)
{
  g_autofree char *text = odd_text ();

  say ("types %.40s", text);
  if (gtk_editable_get_editable (GTK_EDITABLE (widget)))
    gtk_editable_set_text (GTK_EDITABLE (widget), text);
}

static void
poke_text_view (GtkWidget *widget)
{
  g_autofree char *text = odd_text ();

  say ("writes %.40s", text);
  if (gtk_text_view_get_editable (GTK_TEXT_VIEW (widget)))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), text, -1);
}

static void
poke_drop_down (GtkWidget *widget)
{
  GListModel *model = gtk_drop_down_get_model (GTK_DROP_DOWN (widget));
  guint n = model != NULL ? g_list_model_get_n_items (model) : 0;

  say ("chooses one of %u", n);
  if (n > 0)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (widget), below (n));
}

static void
poke_switch (GtkWidget *widget)
{
  say ("switches");
  gtk_switch_set_active (GTK_SWITCH (widget), !gtk_switch_get_active (GTK_SWITCH (widget)));
}

static void
poke_check (GtkWidget *widget)
{
  GtkCheckButton *button = GTK_CHECK_BUTTON (widget);

  say ("ticks");
  gtk_check_button_set_active (button, !gtk_check_button_get_active (button));
}

static void
poke_menu (GtkWidget *widget)
{
  say ("opens a menu");
  gtk_menu_button_popup (GTK_MENU_BUTTON (widget));
}

static void
poke_calendar (GtkWidget *widget)
{
  g_autoptr(GDateTime) day =
    g_date_time_new_local (2026, (int) below (12) + 1, (int) below (28) + 1, 0, 0, 0);

  say ("chooses a day");
  gtk_calendar_select_day (GTK_CALENDAR (widget), day);
}

static void
poke_table (GtkWidget *widget)
{
  YqRecordTable *table = YQ_RECORD_TABLE (widget);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (yq_record_table_list (table)));
  guint what = below (5);
  YqRecord *record;

  say ("takes a row of %u", n);
  if (n == 0)
    return;
  yq_record_table_select (table, below (MIN (n, 12)));
  record = yq_record_table_selected (table);
  if (what == 0 && yq_record_table_ticks (table) != NULL)
    yq_record_table_tick_all (table);
  else if (what == 1 && yq_record_table_ticks (table) != NULL)
    yq_record_table_untick_all (table);
  else if (what > 2 && record != NULL)
    {
      g_autoptr(YqRecord) kept = g_object_ref (record);

      g_signal_emit_by_name (table, "activate", kept);
    }
}

static void
poke_button (GtkWidget *widget)
{
  const char *label = GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget)) : NULL;
  const char *tooltip = gtk_widget_get_tooltip_text (widget);

  say ("activates %s %s", G_OBJECT_TYPE_NAME (widget),
       label != NULL     ? label
       : tooltip != NULL ? tooltip
                         : "");
  gtk_widget_activate (widget);
}

static const struct
{
  GType (*type) (void);
  void (*poke) (GtkWidget *widget);
} pokes[] = {
  { gtk_text_get_type, poke_text },           { gtk_text_view_get_type, poke_text_view },
  { gtk_drop_down_get_type, poke_drop_down }, { gtk_switch_get_type, poke_switch },
  { gtk_check_button_get_type, poke_check },  { gtk_menu_button_get_type, poke_menu },
  { gtk_calendar_get_type, poke_calendar },   { yq_record_table_get_type, poke_table },
  { gtk_button_get_type, poke_button },       { gtk_list_box_row_get_type, poke_button },
};

static int
kind_of (GtkWidget *widget)
{
  for (guint i = 0; i < G_N_ELEMENTS (pokes); i++)
    if (g_type_is_a (G_OBJECT_TYPE (widget), pokes[i].type ()))
      return (int) i;
  return -1;
}

static void
collect (GtkWidget *widget, GPtrArray *found)
{
  if (!gtk_widget_get_mapped (widget) || GTK_IS_WINDOW_CONTROLS (widget))
    return;
  if (kind_of (widget) >= 0 && gtk_widget_is_sensitive (widget))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, found);
}

static void
poke_in (GtkWidget *window)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new ();
  GtkWidget *widget;

  collect (window, found);
  if (found->len == 0)
    return;
  widget = found->pdata[below (found->len)];
  pokes[kind_of (widget)].poke (widget);
}

/* -- where -- */

/* A modal window keeps everybody from what it stands over. */
static GtkWidget *
window_on_top (GtkWidget *frame)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget *top = frame;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (gtk_widget_get_mapped (GTK_WIDGET (window)) && gtk_window_get_modal (window))
        top = GTK_WIDGET (window);
    }
  return top;
}

static void
take_an_action (YqFrame *frame)
{
  YqPage *page = yq_frame_top (frame);
  GActionGroup *group = G_ACTION_GROUP (yq_page_action_map (page));
  g_auto(GStrv) names = group != NULL ? g_action_group_list_actions (group) : NULL;
  const char *name =
    names != NULL && names[0] != NULL ? names[below (g_strv_length (names))] : NULL;

  if (name == NULL || g_action_group_get_action_parameter_type (group, name) != NULL ||
      !g_action_group_get_action_enabled (group, name))
    return;
  say ("takes %s of %s", name, yq_page_title (page));
  g_action_group_activate_action (group, name, NULL);
}

static void
step (GtkWidget *frame, char **pages)
{
  GtkWidget *top = window_on_top (frame);
  guint what = below (100);

  if (top != frame && (GTK_IS_FILE_CHOOSER_DIALOG (top) || what > 92 ||
                       g_str_has_prefix (G_OBJECT_TYPE_NAME (top), "GtkPrint")))
    {
      say ("closes %s", G_OBJECT_TYPE_NAME (top));
      gtk_window_close (GTK_WINDOW (top));
    }
  else if (top == frame && what < 8)
    {
      const char *page = pages[below (g_strv_length (pages))];

      say ("goes to %s", page);
      yq_frame_show_page (YQ_FRAME (frame), page);
    }
  else if (top == frame && what < 12)
    {
      say ("goes back");
      gtk_widget_activate_action (frame, "win.back", NULL);
    }
  else if (top == frame && what < 30)
    take_an_action (YQ_FRAME (frame));
  else
    poke_in (top);
}

/* -- messages: GTK's own about a display without a window manager do not count -- */
static GLogWriterOutput
writer (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  const char *message = "";

  for (gsize i = 0; i < n; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      message = fields[i].value;
  if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR | G_LOG_LEVEL_WARNING))
    say ("MESSAGE %s", message);
  if ((level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR)) &&
      strstr (message, "GDK_IS_SURFACE") == NULL && strstr (message, "GDK_IS_MONITOR") == NULL)
    abort ();
  return G_LOG_WRITER_HANDLED;
}

int
main (int argc, char **argv)
{
  ScreenPerson person = { "monkey" };
  g_auto(GStrv) pages = NULL;
  ScreenDesk *desk;
  GtkWidget *frame;

  if (argc != 7)
    g_error ("monkey SERVER WORLD USER WINDOW SEED STEPS");
  person.user = g_str_equal (argv[3], "-") ? NULL : argv[3];
  person.window = argv[4];
  chance = g_rand_new_with_seed ((guint) g_ascii_strtoull (argv[5], NULL, 10));
  g_log_set_writer_func (writer, NULL, NULL);
  gt_init (&argc, &argv, TRUE);
  desk = screen_desk_new (argv[1], argv[2], &person);
  frame = screen_desk_open (desk);
  gtk_window_set_default_size (GTK_WINDOW (frame), 1280, 800);
  pages = yq_frame_dup_pages (YQ_FRAME (frame));
  gt_settle (frame);
  for (guint64 i = g_ascii_strtoull (argv[6], NULL, 10); i > 0; i--)
    {
      step (frame, pages);
      if (below (4) == 0)
        gt_run (below (120));
      else
        for (guint turns = below (4); turns > 0; turns--)
          g_main_context_iteration (NULL, FALSE);
    }
  screen_desk_close (frame);
  screen_desk_free (desk);
  g_rand_free (chance);
  return 0;
}
