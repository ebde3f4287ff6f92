/* The record table: what it shows, search, sorting, ticks, keys, columns, export. */
#include "client-fixture.h"
#include "guitest.h"

#include "face.h"
#include "filter-bar.h"
#include "record-table.h"
#include "sheet-file.h"
#include "tooltip.h"

#define N 24

typedef struct
{
  Place place;
  YqRecordList *list;
  GtkWidget *table, *window;
  guint activated, beside;
} Fixture;

static YqRecordTable *
table (Fixture *f)
{
  return YQ_RECORD_TABLE (f->table);
}

static char *
nth_id (guint i)
{
  return g_strdup_printf ("018f3c00-0000-7000-8000-%012u", 1000 + i);
}

static void
fill (Fixture *f)
{
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = nth_id (i);
      g_autofree char *name = g_strdup_printf (i % 2 ? "扫描电镜 %02u" : "质谱仪 %02u", i);
      g_autofree char *fields =
        g_strdup_printf ("\"original_value\":%u,\"condition\":\"%s\",\"model\":\"M-%02u\"",
                         (i + 1) * 1000000, i < 10 ? "repair" : "normal", i);

      receive_instrument (f->place.store, id, 1, name, fields);
    }
}

static void
activated_cb (YqRecordTable *self, YqRecord *record, guint *n)
{
  ++*n;
}

static void
ready (Fixture *f)
{
  yq_record_list_wait (f->list);
  settle ();
  gt_settle (f->window);
}

static gboolean
shows (gpointer data)
{
  Fixture *f = data;

  return gtk_widget_get_mapped (f->table);
}

static void
set_up (Fixture *f, gconstpointer with_records)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);

  open_place (&f->place);
  yq_settings_open (f->place.dir);
  if (with_records)
    fill (f);
  f->list = yq_record_list_new (f->place.store, query);
  f->table = yq_record_table_new (f->place.store, f->list, "test");
  yq_record_table_set_ticks (table (f), TRUE);
  yq_record_table_set_filters (table (f), "condition|region");
  g_signal_connect (f->table, "activate", G_CALLBACK (activated_cb), &f->activated);
  g_signal_connect (f->table, "beside", G_CALLBACK (activated_cb), &f->beside);
  f->window = gt_window (f->table, 1200, 700);
  g_assert_true (gt_until (shows, f, 5000));
  ready (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gt_close (f->window);
  yq_record_list_wait (f->list); /* a reading under way keeps it */
  g_assert_finalize_object (f->list);
  settle ();
  close_place (&f->place);
}

static guint
count (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->list));
}

static gboolean
search_is_over (gpointer data)
{
  Fixture *f = data;

  return count (f) < N;
}

static void
test_rows_are_read (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (count (f), ==, N);
  g_assert_true (gt_comes (f->table, "扫描电镜"));
  g_assert_true (gt_comes (f->table, "共 24 条"));
  g_assert_true (gt_comes (f->table, "仪器原值（元）"));
  g_assert_true (gt_comes (f->table, "已上架"));
}

static gboolean
is_empty (gpointer data)
{
  return count (data) == 0;
}

static void
test_search_and_clear (Fixture *f, gconstpointer data)
{
  yq_record_table_search (table (f), "扫描电镜");
  g_assert_true (gt_until (search_is_over, f, 5000));
  ready (f);
  g_assert_cmpuint (count (f), ==, N / 2);
  yq_record_table_search (table (f), "没有这种仪器");
  g_assert_true (gt_until (is_empty, f, 5000));
  g_assert_true (gt_comes (f->table, "没有相符的记录"));
  gt_click (gt_find_button (f->table, "显示全部"));
  ready (f);
  g_assert_cmpuint (count (f), ==, N);
}

static void
test_filters (Fixture *f, gconstpointer data)
{
  GtkWidget *condition = gt_find_named (f->table, "仪器状态");

  g_assert_nonnull (condition);
  gtk_widget_activate_action (condition, "dropdown.next", NULL);
  ready (f);
  g_assert_cmpuint (count (f), ==, N - 10);
  gtk_widget_activate_action (condition, "dropdown.next", NULL);
  ready (f);
  g_assert_cmpuint (count (f), ==, 10);
}

/* As they wait in an inbox: sent at random times of the last weeks, the first six with signs. */
static void
send_all (Fixture *f, gint64 now, gint64 sent[N])
{
  static const char *const signs[] = { "asset_number", "price" };

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *id = nth_id (i);
      g_autofree char *when = NULL;
      g_autofree char *fields = NULL;

      sent[i] = now - g_test_rand_int_range (0, 40 * 24 * 60) * G_GINT64_CONSTANT (60000);
      when = yq_time_format (sent[i]);
      fields = g_strdup_printf ("\"submitted_at\":\"%s\"%s%s%s", when, i < 6 ? ",\"risk\":\"" : "",
                                i < 6 ? signs[i < 2] : "", i < 6 ? "\"" : "");
      receive_instrument (f->place.store, id, 2, "仪器", fields);
    }
}

static guint
count_ages (const gint64 sent[N], gint64 now, int least, int below)
{
  guint n = 0;

  for (guint i = 0; i < N; i++)
    {
      int age = yq_workdays_between (sent[i], now);

      n += age >= least && (below == 0 || age < below);
    }
  return n;
}

/* The inbox: by age in working days, and by what should be looked at twice. */
static void
test_filters_of_an_inbox (Fixture *f, gconstpointer data)
{
  static const int ages[][2] = { { 0, 2 }, { 2, 0 }, { 5, 0 }, { 10, 0 } };
  gint64 now, sent[N];
  GtkWidget *age, *risk;

  g_assert_true (yq_time_parse ("2026-10-20T02:00:00Z", &now)); /* after the long holiday */
  yq_clock_set (now);
  send_all (f, now, sent);
  yq_record_table_set_filters (table (f), "submitted_at|risk+");
  ready (f);
  age = gt_find_named (f->table, "提交时间");
  risk = gt_find_named (f->table, "风险提示");
  for (guint i = 0; i < G_N_ELEMENTS (ages); i++)
    {
      gtk_drop_down_set_selected (GTK_DROP_DOWN (age), i + 1);
      ready (f);
      g_assert_cmpuint (count (f), ==, count_ages (sent, now, ages[i][0], ages[i][1]));
    }
  gtk_drop_down_set_selected (GTK_DROP_DOWN (age), 0);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (risk), 1);
  ready (f);
  g_assert_cmpuint (count (f), ==, 6);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (risk), 2); /* the asset number */
  ready (f);
  g_assert_cmpuint (count (f), ==, 4);
  gtk_widget_activate_action (f->table, "table.clear-filter", NULL);
  ready (f);
  g_assert_cmpuint (count (f), ==, N);
  yq_clock_set (0);
}

static void
receive_of (Fixture *f, guint i, const char *carrier, const char *name)
{
  g_autofree char *id = nth_id (i);
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"instrument\",\"id\":\"%s\",\"revision\":2,\"state\":\"listed\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"carrier\":\"%s\",\"region\":\"330421\",\"fields\":{\"name\":\"仪器\",\"carrier_name\":\"%"
    "s\"}}",
    id, carrier, name);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

#define OTHER "018f3c00-0000-7000-8000-000000000003"

typedef struct
{
  Fixture *f;
  guint n;
} Parties;

static GListModel *
parties_of (Fixture *f)
{
  GtkWidget *party = gt_find_named (f->table, "载体");

  return party != NULL ? gtk_drop_down_get_model (GTK_DROP_DOWN (party)) : NULL;
}

static gboolean
has_parties (gpointer data)
{
  Parties *wanted = data;
  GListModel *titles = parties_of (wanted->f);

  return titles != NULL && g_list_model_get_n_items (titles) == wanted->n;
}

/* The organisations that stand in the list, by their names. */
static void
test_filters_by_party (Fixture *f, gconstpointer data)
{
  Parties wanted = { f, 3 };
  GtkWidget *party;
  GListModel *titles;

  for (guint i = 0; i < N; i++)
    receive_of (f, i, i < 5 ? OTHER : CARRIER, i < 5 ? "阿尔法检测" : "贝塔大学");
  yq_record_table_set_filters (table (f), "carrier=carrier_name");
  g_assert_true (gt_until (has_parties, &wanted, 10000));
  party = gt_find_named (f->table, "载体");
  titles = parties_of (f);
  g_assert_cmpstr (gtk_string_list_get_string (GTK_STRING_LIST (titles), 1), ==, "阿尔法检测");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (party), 1);
  ready (f);
  g_assert_cmpuint (count (f), ==, 5);
  /* One that comes later is added, and the choice stays. */
  receive_of (f, 20, "018f3c00-0000-7000-8000-000000000004", "新来的");
  wanted.n = 4;
  g_assert_true (gt_until (has_parties, &wanted, 10000));
  ready (f);
  g_assert_cmpuint (count (f), ==, 5);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (party), 3);
  ready (f);
  g_assert_cmpuint (count (f), ==, 1);
  gtk_widget_activate_action (f->table, "table.clear-filter", NULL);
  ready (f);
  g_assert_cmpuint (count (f), ==, N);
}

static void
test_ticks_survive_a_row_click (Fixture *f, gconstpointer data)
{
  GtkWidget *check = gt_find_type (f->table, GTK_TYPE_CHECK_BUTTON);

  gt_click (check);
  g_assert_cmpuint (yq_record_table_n_ticked (table (f)), ==, 1);
  yq_record_table_select (table (f), 5);
  yq_record_table_select (table (f), 7);
  g_assert_cmpuint (yq_record_table_n_ticked (table (f)), ==, 1);
  g_assert_true (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)));
  yq_record_table_search (table (f), "扫描电镜");
  g_assert_true (gt_until (search_is_over, f, 5000));
  ready (f);
  g_assert_cmpuint (yq_record_table_n_ticked (table (f)), ==, 1);
  yq_record_table_untick_all (table (f));
  g_assert_cmpuint (yq_record_table_n_ticked (table (f)), ==, 0);
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  gtk_window_set_focus (GTK_WINDOW (f->window), NULL);
  g_assert_null (yq_record_table_selected (table (f)));
  g_assert_true (yq_record_table_key (table (f), GDK_KEY_j, 0));
  g_assert_cmpuint (yq_record_table_position (table (f)), ==, 0);
  yq_record_table_key (table (f), GDK_KEY_j, 0);
  g_assert_cmpuint (yq_record_table_position (table (f)), ==, 1);
  yq_record_table_key (table (f), GDK_KEY_x, 0);
  for (guint i = 0; i < 9; i++)
    yq_record_table_key (table (f), GDK_KEY_j, 0);
  yq_record_table_key (table (f), GDK_KEY_X, GDK_SHIFT_MASK);
  g_assert_cmpuint (yq_record_table_n_ticked (table (f)), ==, 10);
  yq_record_table_key (table (f), GDK_KEY_k, 0);
  g_assert_cmpuint (yq_record_table_position (table (f)), ==, 9);
  yq_record_table_key (table (f), GDK_KEY_o, 0);
  g_assert_cmpuint (f->beside, ==, 1);
  yq_record_table_tick_all (table (f));
  g_assert_cmpuint (yq_record_table_n_ticked (table (f)), ==, N);
  g_assert_true (yq_record_table_key (table (f), GDK_KEY_slash, 0));
  g_assert_false (yq_record_table_key (table (f), GDK_KEY_j, 0));
  /* Enter in the search gives the keyboard back to the rows. */
  g_signal_emit_by_name (gt_find_type (f->table, GTK_TYPE_SEARCH_ENTRY), "activate");
  g_assert_true (yq_record_table_key (table (f), GDK_KEY_j, 0));
}

static GtkWidget *
header_of (Fixture *f, guint i)
{
  GtkWidget *view = gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW);
  GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_first_child (view));

  for (; i > 0; i--)
    title = gtk_widget_get_next_sibling (title);
  return title;
}

static void
sort_by (Fixture *f, const char *name, GtkSortType order)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW));
  GListModel *columns = gtk_column_view_get_columns (view);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_strcmp0 (gtk_column_view_column_get_title (column), name) == 0)
        {
          gtk_column_view_sort_by_column (view, column, order);
          g_assert_nonnull (header_of (f, i));
          return;
        }
    }
  g_assert_not_reached ();
}

static void
test_sorting_by_a_heading (Fixture *f, gconstpointer data)
{
  g_autofree char *first = nth_id (0);
  g_autofree char *last = nth_id (N - 1);

  sort_by (f, "仪器原值（元）", GTK_SORT_ASCENDING);
  ready (f);
  g_assert_cmpstr (yq_record_list_id (f->list, 0), ==, first);
  sort_by (f, "仪器原值（元）", GTK_SORT_DESCENDING);
  ready (f);
  g_assert_cmpstr (yq_record_list_id (f->list, 0), ==, last);
}

static void
test_columns_are_chosen_and_kept (Fixture *f, gconstpointer data)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW));
  g_autofree char *kept = NULL;
  GtkWidget *button;
  guint n;

  yq_record_table_set_columns (table (f), "name|state");
  n = g_list_model_get_n_items (gtk_column_view_get_columns (view));
  g_assert_cmpuint (n, ==, 3);
  button = gt_find_named (f->table, "选择显示的列");
  gt_click (button);
  gt_settle (f->window);
  gt_click (gt_find_type (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button))),
                          GTK_TYPE_CHECK_BUTTON));
  g_assert_cmpuint (g_list_model_get_n_items (gtk_column_view_get_columns (view)), ==, 2);
  kept = yq_settings_get ("columns", "test");
  g_assert_cmpstr (kept, ==, "state");
}

typedef struct
{
  guint rows;
  char *first;
} Sheet;

static gboolean
row_cb (guint number, const char *const *cells, guint n_cells, gpointer user_data, GError **error)
{
  Sheet *sheet = user_data;

  if (sheet->rows++ == 1)
    {
      GString *line = g_string_new (NULL);

      for (guint i = 0; i < n_cells; i++)
        g_string_append_printf (line, "%s|", cells[i]);
      sheet->first = g_string_free (line, FALSE);
    }
  return TRUE;
}

static void
test_export (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->place.dir, "out.xlsx", NULL);
  g_autoptr(GError) error = NULL;
  Sheet sheet = { 0 };

  yq_record_table_set_columns (table (f), "name|original_value|state");
  sort_by (f, "仪器原值（元）", GTK_SORT_ASCENDING);
  ready (f);
  g_assert_true (yq_record_table_export_to (table (f), path, &error));
  g_assert_no_error (error);
  g_assert_true (yq_sheet_file_read (path, row_cb, &sheet, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sheet.rows, ==, N + 1);
  g_assert_nonnull (strstr (sheet.first, "质谱仪 00|10000"));
  g_assert_nonnull (strstr (sheet.first, "已上架"));
  g_free (sheet.first);
}

static gboolean
shows_content (gpointer face)
{
  return yq_face_shown (YQ_FACE (face)) == YQ_FACE_CONTENT;
}

static void
test_first_use (Fixture *f, gconstpointer data)
{
  GtkWidget *face = gt_find_type (f->table, YQ_TYPE_FACE);

  g_assert_cmpint (yq_face_shown (YQ_FACE (face)), ==, YQ_FACE_FIRST);
  yq_record_table_set_first_use (table (f), "yq-instrument-symbolic", "仪器", "还没有仪器", "新建",
                                 "table.export");
  gt_settle (f->window);
  g_assert_true (gt_comes (f->table, "还没有仪器"));
  receive_instrument (f->place.store, "018f3c00-0000-7000-8000-00000000a001", 1, "电镜", "");
  g_assert_true (gt_until (shows_content, face, 5000));
}

static gboolean
has_new_name (gpointer data)
{
  Fixture *f = data;

  return gt_has_text (f->table, "改名后的电镜");
}

static void
test_a_change_shows_at_once (Fixture *f, gconstpointer data)
{
  g_autofree char *id = g_strdup (yq_record_list_id (f->list, 3));

  g_assert_false (has_new_name (f));
  receive_instrument (f->place.store, id, 2, "改名后的电镜", "");
  g_assert_true (gt_until (has_new_name, f, 5000));
}

static void
receive_newest (Fixture *f, guint i, const char *name)
{
  g_autofree char *id = nth_id (i);
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"instrument\",\"id\":\"%s\",\"revision\":1,\"state\":\"listed\","
    "\"created_at\":\"2026-02-01T00:00:00.000Z\",\"updated_at\":\"2026-02-01T00:00:%02u.000Z\","
    "\"carrier\":\"" CARRIER "\",\"region\":\"330421\",\"fields\":{\"name\":\"%s\"}}",
    id, i % 60, name);

  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1, json);
}

static gboolean
has_one_more (gpointer data)
{
  Fixture *f = data;

  return count (f) > N;
}

static gboolean
has_two_more (gpointer data)
{
  Fixture *f = data;

  return count (f) > N + 1;
}

static void
test_what_arrives_at_the_top_is_seen (Fixture *f, gconstpointer data)
{
  GtkScrollable *view = GTK_SCROLLABLE (gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW));
  GtkAdjustment *along = gtk_scrollable_get_vadjustment (view);

  g_assert_cmpfloat (gtk_adjustment_get_upper (along), >, gtk_adjustment_get_page_size (along));
  receive_newest (f, N, "刚刚到的电镜");
  g_assert_true (gt_until (has_one_more, f, 5000));
  ready (f);
  g_assert_cmpfloat (gtk_adjustment_get_value (along), ==, 0);

  /* Who has scrolled goes on reading where she is. */
  gtk_adjustment_set_value (along, 90);
  ready (f);
  receive_newest (f, N + 1, "又到的电镜");
  g_assert_true (gt_until (has_two_more, f, 5000));
  ready (f);
  g_assert_cmpfloat (gtk_adjustment_get_value (along), >, 90);
}

static GtkColumnViewColumn *
column_of (Fixture *f, const char *title)
{
  GtkWidget *view = gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW);
  GListModel *columns = gtk_column_view_get_columns (GTK_COLUMN_VIEW (view));

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_strcmp0 (gtk_column_view_column_get_title (column), title) == 0)
        return column;
    }
  g_assert_not_reached ();
}

static GHashTable *
row_widgets (Fixture *f)
{
  GtkWidget *rows = gtk_widget_get_last_child (gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW));
  GHashTable *widgets = g_hash_table_new (NULL, NULL);

  for (GtkWidget *row = gtk_widget_get_first_child (rows); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    g_hash_table_add (widgets, row);
  return widgets;
}

/* Another question is answered from its top; rows that stay keep their widgets: making cells anew
 * takes longer than the search. */
static void
test_another_answer_begins_at_the_top (Fixture *f, gconstpointer data)
{
  GtkWidget *view = gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW);
  GtkAdjustment *along = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  g_autoptr(GHashTable) before = NULL;
  g_autoptr(GHashTable) after = NULL;
  GHashTableIter iter;
  gpointer widget;
  guint n_kept = 0;

  gtk_adjustment_set_value (along, 90);
  ready (f);
  g_assert_cmpfloat (gtk_adjustment_get_value (along), ==, 90);
  before = row_widgets (f);
  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (view), column_of (f, "仪器原值（元）"),
                                  GTK_SORT_DESCENDING);
  ready (f);
  g_assert_cmpfloat (gtk_adjustment_get_value (along), ==, 0);
  after = row_widgets (f);
  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &widget, NULL))
    n_kept += g_hash_table_contains (before, widget);
  g_assert_cmpuint (n_kept, ==, g_hash_table_size (after));
}

/* The row that had the focus is another record's now: who goes on with the keyboard begins at the
 * first of what was found. */
static void
test_the_keyboard_begins_at_the_first (Fixture *f, gconstpointer data)
{
  GtkWidget *rows = gtk_widget_get_last_child (gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW));
  GtkWidget *tenth = gtk_widget_get_first_child (rows);

  for (guint i = 0; i < 9; i++)
    tenth = gtk_widget_get_next_sibling (tenth);
  yq_record_table_select (table (f), 9);
  gtk_widget_grab_focus (tenth);
  ready (f);
  yq_filter_bar_focus (YQ_FILTER_BAR (gt_find_type (f->table, YQ_TYPE_FILTER_BAR)));
  yq_record_table_search (table (f), "扫描电镜");
  g_assert_true (gt_until (search_is_over, f, 5000));
  ready (f);
  g_assert_null (yq_record_table_selected (table (f)));
  yq_record_table_focus (table (f));
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (f->window)),
                                         gtk_widget_get_first_child (rows)));
}

/* -- widths -- */

static GtkAdjustment *
across (Fixture *f)
{
  GtkWidget *view = gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW);
  GtkWidget *scroller = gtk_widget_get_ancestor (view, GTK_TYPE_SCROLLED_WINDOW);

  return gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (scroller));
}

static gboolean
all_columns_fit (gpointer data)
{
  GtkAdjustment *adjustment = across (data);

  return gtk_adjustment_get_page_size (adjustment) < 1120 &&
         gtk_adjustment_get_upper (adjustment) <= gtk_adjustment_get_page_size (adjustment);
}

static void
test_widths_follow_the_window (Fixture *f, gconstpointer data)
{
  g_autofree char *id = nth_id (N);
  g_autoptr(PangoLayout) money = gtk_widget_create_pango_layout (f->table, "888,000,000.00");
  GtkColumnViewColumn *drawn = column_of (f, "规格型号");
  int width;

  receive_instrument (f->place.store, id, 1,
                      "高分辨率多功能全自动扫描透射场发射电子显微镜与能谱联用分析系统及其附属设备",
                      "\"original_value\":88800000000,\"condition\":\"normal\"");
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1110, 600);
  g_assert_true (gt_until (all_columns_fit, f, 5000));
  /* Words give way, figures do not. */
  pango_layout_get_pixel_size (money, &width, NULL);
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (column_of (f, "仪器原值（元）")), >,
                   width);
  /* A width that a person has drawn stays. */
  gtk_column_view_column_set_fixed_width (drawn, 222);
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1080, 600);
  ready (f);
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (drawn), ==, 222);
}

/* The edge of what shows stands between two columns. */
static gboolean
no_column_is_cut (gpointer data)
{
  Fixture *f = data;
  GtkColumnView *view = GTK_COLUMN_VIEW (gt_find_type (f->table, GTK_TYPE_COLUMN_VIEW));
  GListModel *columns = gtk_column_view_get_columns (view);
  int edge = (int) gtk_adjustment_get_page_size (across (f)), at = 0;

  for (guint i = 0; i < g_list_model_get_n_items (columns) && at < edge; i++)
    {
      g_autoptr(GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      at += MAX (0, gtk_column_view_column_get_fixed_width (column));
    }
  return edge < 700 && at == edge;
}

static void
test_narrow_windows_cut_no_column (Fixture *f, gconstpointer data)
{
  gtk_window_set_default_size (GTK_WINDOW (f->window), 500, 600);
  g_assert_true (gt_until (no_column_is_cut, f, 5000));
  g_assert_cmpfloat (gtk_adjustment_get_upper (across (f)), >,
                     gtk_adjustment_get_page_size (across (f)));
  gtk_window_set_default_size (GTK_WINDOW (f->window), 640, 600);
  g_assert_true (gt_until (no_column_is_cut, f, 5000));
}

/* Filters go on below the search, from the edge. */
static void
test_filters_go_on_below_the_search (Fixture *f, gconstpointer data)
{
  GtkWidget *search = gt_find_type (f->table, GTK_TYPE_SEARCH_ENTRY);
  gboolean is_below = FALSE;

  gtk_window_set_default_size (GTK_WINDOW (f->window), 430, 600);
  ready (f);
  for (GtkWidget *at = search; at != NULL; at = gtk_widget_get_next_sibling (at))
    {
      double x, y;

      g_assert_true (gtk_widget_translate_coordinates (at, search, 0, 0, &x, &y));
      is_below = is_below || (y >= gtk_widget_get_height (search) && x < 1);
    }
  g_assert_true (is_below);
}

/* What is seen whole is not said again over it; what is cut can be read. */
static void
test_what_is_cut_has_a_tooltip (Fixture *f, gconstpointer data)
{
  g_autoptr(GtkTooltip) tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  g_autoptr(GString) name = g_string_new ("长名");
  g_autofree char *id = nth_id (N - 1);
  GtkWidget *cell;
  gboolean is_told;

  g_assert_true (gt_comes (f->table, "扫描电镜"));
  cell = gt_find_text (f->table, "扫描电镜");
  g_signal_emit_by_name (cell, "query-tooltip", 1, 1, FALSE, tooltip, &is_told);
  g_assert_false (is_told);
  for (guint i = 0; i < 60; i++)
    g_string_append (name, "仪器");
  receive_instrument (f->place.store, id, 2, name->str, "\"original_value\":4000000");
  ready (f);
  g_assert_true (gt_comes (f->table, "长名"));
  cell = gt_find_text (f->table, "长名");
  g_signal_emit_by_name (cell, "query-tooltip", 1, 1, FALSE, tooltip, &is_told);
  g_assert_true (is_told);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (yq_tooltip_label (tooltip))), ==, name->str);
}

int
main (int argc, char **argv)
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func, records) \
  g_test_add ("/table/" name, Fixture, GINT_TO_POINTER (records), set_up, func, tear_down)
  ADD ("rows", test_rows_are_read, TRUE);
  ADD ("search", test_search_and_clear, TRUE);
  ADD ("filters", test_filters, TRUE);
  ADD ("filters/parties", test_filters_by_party, TRUE);
  ADD ("filters/inbox", test_filters_of_an_inbox, TRUE);
  ADD ("ticks", test_ticks_survive_a_row_click, TRUE);
  ADD ("keys", test_keys, TRUE);
  ADD ("sorting", test_sorting_by_a_heading, TRUE);
  ADD ("columns", test_columns_are_chosen_and_kept, TRUE);
  ADD ("widths", test_widths_follow_the_window, TRUE);
  ADD ("widths/narrow", test_narrow_windows_cut_no_column, TRUE);
  ADD ("filters/narrow", test_filters_go_on_below_the_search, TRUE);
  ADD ("export", test_export, TRUE);
  ADD ("first-use", test_first_use, FALSE);
  ADD ("a-change", test_a_change_shows_at_once, TRUE);
  ADD ("cut", test_what_is_cut_has_a_tooltip, TRUE);
  ADD ("top", test_what_arrives_at_the_top_is_seen, TRUE);
  ADD ("another-answer", test_another_answer_begins_at_the_top, TRUE);
  ADD ("another-answer/focus", test_the_keyboard_begins_at_the_first, TRUE);
  return g_test_run ();
}
