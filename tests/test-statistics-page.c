/* The page of statistics: whatever a card shows stands in its spreadsheet, and every number opens
 * the list behind it. */
#define G_LOG_DOMAIN "test-statistics-page"

#include <stdlib.h>

#include "frame-fixture.h"

#include "sheet-file.h"
#include "stat-card.h"
#include "statistics-page.h"

#define PROGRAMME "018f3c00-0000-7000-8000-0000000000c1"

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "statistics", "yq-chart-symbolic", "统计", yq_statistics_page_new,
                     NULL);
}

static void
add (Desk *f, const char *entity, guint n, const char *state, const char *region,
     const char *fields)
{
  g_autofree char *json = g_strdup_printf (
    "{\"entity\":\"%s\",\"id\":\"018f3c00-0000-7000-8000-%012u\",\"revision\":1,\"state\":\"%s\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-02T00:00:00.000Z\","
    "\"buyer\":\"" BUYER "\",\"carrier\":\"" CARRIER "\",\"region\":\"%s\",\"fields\":{%s}}",
    entity, n, state, region, fields);

  receive (f->place.store, YQ_SCOPE_MINE, 1, json);
}

static void
add_programme (Desk *f)
{
  receive (f->place.store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"programme\",\"id\":\"" PROGRAMME
           "\",\"revision\":1,\"state\":\"open\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"region\":\"330000\",\"fields\":{"
           "\"name\":\"浙江省创新券（2026）\",\"seat\":\"330000\"}}");
}

static void
add_review (Desk *f, guint n, const char *entity, const char *action, const char *level, int days)
{
  g_autofree char *fields = g_strdup_printf (
    "\"entity\":\"%s\",\"record\":\"018f3c00-0000-7000-8000-000000000001\",\"title\":\"申请 %u\","
    "\"action\":\"%s\",\"waited_from\":\"2026-04-30T01:00:00.000Z\",\"decided_by\":\"沈丽\","
    "\"decided_at\":\"2026-05-06T01:00:00.000Z\",\"level\":\"%s\",\"workdays\":%d,\"late\":%s",
    entity, n, action, level, days, days > 9 ? "true" : "false");

  add (f, "review", n, "active", "330421", fields);
}

static const char *const categories[] = { "testing", "design", "research" };
static const char *const regions[] = { "330421", "330402", "330106", "330000" };

/* Amounts of many digits, some of them odd. */
static void
fill (Desk *f)
{
  add_programme (f);
  for (guint i = 0; i < 24; i++)
    {
      const char *region = regions[i % 4], *category = categories[i % 3];
      g_autofree char *claim = g_strdup_printf ("\"amount\":%u,\"programme\":\"" PROGRAMME
                                                "\",\"granted_at\":\"2026-%02u-11T01:00:00Z\"",
                                                123456789 + i, i % 11 + 1);
      g_autofree char *use = g_strdup_printf (
        "\"amount\":%u,\"redeemed_amount\":%u,\"category\":\"%s\",\"submitted_at\":"
        "\"2026-03-03T01:00:00Z\",\"confirmed_at\":\"2026-03-04T01:00:00Z\",\"redeemed_at\":"
        "\"2026-05-04T01:00:00Z\",\"paid_on\":\"2026-05-06\"",
        3000001 + i, 2000003 + i, category);
      g_autofree char *redemption =
        g_strdup_printf ("\"approved_amount\":%u,\"redeemed_at\":\"2026-05-04T01:00:00Z\","
                         "\"paid_on\":\"2026-05-06\"",
                         2000003 + i);

      add (f, "claim", 100 + i, i % 5 ? "granted" : "pending", region, claim);
      add (f, "voucher_use", 200 + i, i % 2 ? "redeemed" : "served", region, use);
      add (f, "redemption", 300 + i, i % 3 ? "paid" : "payable", region, redemption);
    }
  for (guint i = 0; i < 12; i++)
    {
      add_review (f, 400 + i, "claim", i % 4 ? "approve" : "return", "county", (int) i / 2);
      add_review (f, 500 + i, "redemption", "approve", i % 2 ? "city" : "province", (int) i + 1);
    }
}

static gboolean
shows_numbers (gpointer data)
{
  Desk *f = data;

  return gt_find_type (GTK_WIDGET (f->frame), YQ_TYPE_STAT_CARD) != NULL;
}

static void
set_up (Desk *f, gconstpointer data)
{
  static const YqGrant grants[] = { { YQ_ROLE_REVIEWER, "330000" } };
  const YqWho who = { ACCOUNT, NULL, grants, 1, FALSE };

  yq_text_set_language (data != NULL ? YQ_LANGUAGE_DEFAULT : YQ_LANGUAGE_EN);
  yq_clock_set (yq_date_start ("2026-11-21"));
  open_desk (f, &who, build_window);
  fill (f);
  show_desk (f, 1270, 900);
  g_assert_true (gt_until (shows_numbers, f, WAIT_MS));
  gt_settle (GTK_WIDGET (f->frame));
}

static void
tear_down (Desk *f, gconstpointer data)
{
  close_desk (f);
  yq_text_set_language (YQ_LANGUAGE_DEFAULT);
  yq_clock_set (0);
}

/* -- the cards -- */

static void
collect (GtkWidget *widget, GPtrArray *cards)
{
  if (YQ_IS_STAT_CARD (widget))
    g_ptr_array_add (cards, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, cards);
}

static GPtrArray *
cards_of (Desk *f)
{
  GPtrArray *cards = g_ptr_array_new ();

  collect (GTK_WIDGET (f->frame), cards);
  g_assert_cmpuint (cards->len, ==, 6);
  return cards;
}

/* What stands in the table of the card; NULL: nothing. */
static const char *
shown (GtkGrid *grid, guint row, guint column)
{
  GtkWidget *cell = gtk_grid_get_child_at (grid, (int) column, (int) row);

  if (cell == NULL)
    return NULL;
  return GTK_IS_BUTTON (cell) ? gtk_button_get_label (GTK_BUTTON (cell))
                              : gtk_label_get_text (GTK_LABEL (cell));
}

/* "¥ 1,234.50" */
static double
number_of (const char *text)
{
  g_autoptr(GString) plain = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text) || *text == '.')
      g_string_append_c (plain, *text);
  g_assert_cmpuint (plain->len, >, 0);
  return g_ascii_strtod (plain->str, NULL);
}

/* -- the spreadsheet -- */

static gboolean
take_row (guint number, const char *const *cells, guint n_cells, gpointer rows, GError **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < n_cells; i++)
    g_strv_builder_add (builder, cells[i]);
  g_ptr_array_add (rows, g_strv_builder_end (builder));
  return TRUE;
}

static GPtrArray *
exported (Desk *f, YqStatCard *card)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autofree char *path = g_build_filename (f->place.dir, "card.xlsx", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_stat_card_export_to (card, path, &error));
  g_assert_no_error (error);
  g_assert_true (yq_sheet_file_read (path, take_row, rows, NULL, &error));
  g_assert_no_error (error);
  return rows;
}

static void
assert_same_row (GtkGrid *grid, guint row, char **cells)
{
  guint n = g_strv_length (cells);

  g_assert_null (shown (grid, row, n));
  for (guint i = 0; i < n; i++)
    if (row == 0 || i == 0)
      g_assert_cmpstr (cells[i], ==, shown (grid, row, i));
    else
      g_assert_cmpfloat (number_of (cells[i]), ==, number_of (shown (grid, row, i)));
}

static void
test_spreadsheets (Desk *f, gconstpointer data)
{
  g_autoptr(GPtrArray) cards = cards_of (f);
  guint n = 0;

  for (guint i = 0; i < cards->len; i++)
    {
      GtkGrid *grid = GTK_GRID (gt_find_type (cards->pdata[i], GTK_TYPE_GRID));
      g_autoptr(GPtrArray) rows = exported (f, cards->pdata[i]);

      g_assert_cmpuint (rows->len, >, 1);
      for (guint row = 0; row < rows->len; row++, n++)
        assert_same_row (grid, row, rows->pdata[row]);
      g_assert_null (shown (grid, rows->len, 0));
    }
  g_assert_cmpuint (n, >, 30);
}

/* -- what stands behind the numbers -- */

static gboolean
is_money (const char *text)
{
  return strchr (text, '.') != NULL;
}

/* How many where it says how many, the amount where it says how much; a duration has its cases. */
static void
assert_behind (Desk *f, YqStatCard *card, guint row, guint column, const char *text)
{
  const YqQuery *query = yq_stat_card_query (card, row, column);
  GtkGrid *grid = GTK_GRID (gt_find_type (GTK_WIDGET (card), GTK_TYPE_GRID));
  const char *heading = shown (grid, 0, column);
  guint count;

  if (number_of (text) == 0 && query == NULL)
    return;
  g_assert_nonnull (query);
  count = yq_store_count (f->place.store, query);
  g_assert_cmpuint (count, >, 0);
  if (!is_money (text) && strstr (heading, "工作日") == NULL && strstr (heading, "working") == NULL)
    g_assert_cmpfloat (count, ==, number_of (text));
}

static void
test_lists (Desk *f, gconstpointer data)
{
  g_autoptr(GPtrArray) cards = cards_of (f);

  for (guint i = 0; i < cards->len; i++)
    {
      GtkGrid *grid = GTK_GRID (gt_find_type (cards->pdata[i], GTK_TYPE_GRID));

      for (guint row = 1; shown (grid, row, 0) != NULL; row++)
        for (guint column = 1; shown (grid, row, column) != NULL; column++)
          assert_behind (f, cards->pdata[i], row - 1, column, shown (grid, row, column));
    }
}

/* -- numbers stand below each other, whether they open a list or not -- */

static double
right_edge (GtkGrid *grid, guint row, guint column)
{
  GtkWidget *cell = gtk_grid_get_child_at (grid, (int) column, (int) row);
  GtkWidget *text = GTK_IS_BUTTON (cell) ? gt_find_type (cell, GTK_TYPE_LABEL) : cell;
  double width = gtk_widget_get_width (text);
  double x, y;
  int drawn;

  /* A label that is wider than its text holds it at its end. */
  pango_layout_get_pixel_size (gtk_label_get_layout (GTK_LABEL (text)), &drawn, NULL);
  g_assert_true (gtk_label_get_xalign (GTK_LABEL (text)) == 1 || width - drawn < 1.5);
  g_assert_true (gtk_widget_translate_coordinates (text, GTK_WIDGET (grid), width, 0, &x, &y));
  return x;
}

static void
test_alignment (Desk *f, gconstpointer data)
{
  g_autoptr(GPtrArray) cards = cards_of (f);

  for (guint i = 0; i < cards->len; i++)
    {
      GtkGrid *grid = GTK_GRID (gt_find_type (cards->pdata[i], GTK_TYPE_GRID));

      for (guint column = 1; shown (grid, 0, column) != NULL; column++)
        for (guint row = 1; shown (grid, row, column) != NULL; row++)
          g_assert_cmpfloat_with_epsilon (right_edge (grid, row, column),
                                          right_edge (grid, 0, column), 1);
    }
}

/* -- a click on how many decisions a level made -- */

static void
test_decisions_say_how_long (Desk *f, gconstpointer data)
{
  GtkWidget *window = GTK_WIDGET (f->frame);
  g_autoptr(GPtrArray) cards = cards_of (f);
  GtkGrid *grid = GTK_GRID (gt_find_type (cards->pdata[4], GTK_TYPE_GRID));
  const char *shot = g_getenv ("YQ_SHOT");
  GtkWidget *button = NULL;

  for (guint row = 1; shown (grid, row, 0) != NULL; row++)
    if (strstr (shown (grid, row, 0), "市级") != NULL)
      button = gtk_grid_get_child_at (grid, 1, (int) row);
  g_assert_nonnull (button);
  gt_click (button);
  gt_settle (window);
  if (shot != NULL)
    gt_shot (window, shot, NULL);
  g_assert_true (gt_comes (window, "申请 501"));
  g_assert_false (gt_has_text (window, "申请 500"));
  g_assert_true (gt_comes (window, "所用工作日"));
  g_assert_true (gt_comes (window, "通过"));
}

int
main (int argc, char *argv[])
{
  gt_init (&argc, &argv, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) \
  g_test_add ("/statistics-page/" name, Desk, data, set_up, func, tear_down)
  ADD ("spreadsheets-zh", "zh", test_spreadsheets);
  ADD ("spreadsheets-en", NULL, test_spreadsheets);
  ADD ("lists", "zh", test_lists);
  ADD ("alignment", "zh", test_alignment);
  ADD ("decisions", "zh", test_decisions_say_how_long);
  return g_test_run ();
}
