/* The page of statistics: filters on top, a card for each question. */
#define G_LOG_DOMAIN "yiquan-statistics"

#include "statistics-page.h"

#include "bits.h"
#include "clock.h"
#include "face.h"
#include "model.h"
#include "office.h"
#include "region-picker.h"
#include "region.h"
#include "stat-card.h"
#include "statistics.h"
#include "tooltip.h"
#include "wrap-box.h"

#define QUIET_MS 800 /* records arrive in crowds: count once they have */

typedef struct
{
  YqFrame *frame;
  YqStore *store;
  YqPage *page;
  GCancellable *cancellable;
  GtkWidget *face, *years, *region, *measure, *kind;
  GtkWidget *funnel, *months, *regions, *categories, *times, *spans;
  guint kind_decision;    /* what the spans are of: kept while the list of kinds changes */
  const char *kind_level; /* of YqStatTimes */
  YqStatScope *scope;
  YqStatistics *statistics;
  int first_year, this_year;
  guint reload;
  gboolean is_stale, quiet;
} Statistics;

static void load (Statistics *self);

static void
statistics_page_free (gpointer data)
{
  Statistics *self = data;

  g_clear_handle_id (&self->reload, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->store);
  g_clear_pointer (&self->scope, yq_stat_scope_free);
  g_clear_pointer (&self->statistics, yq_statistics_free);
  g_free (self);
}

/* -- what is looked at -- */

static char **
own_regions (const YqWho *who)
{
  g_autoptr(GStrvBuilder) regions = g_strv_builder_new ();

  for (guint i = 0; i < who->n_grants; i++)
    if (who->grants[i].role == YQ_ROLE_REVIEWER)
      g_strv_builder_add (regions, who->grants[i].scope);
  return g_strv_builder_end (regions);
}

static YqStatScope *
chosen_scope (Statistics *self)
{
  const char *code = yq_region_picker_code (YQ_REGION_PICKER (self->region));
  const char *const one[] = { code, NULL };
  g_auto(GStrv) own = own_regions (yq_frame_who (self->frame));
  guint year = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->years));

  return yq_stat_scope_new (year == 0 ? 0 : self->this_year - (int) year + 1,
                            code != NULL ? one : (const char *const *) own);
}

static void
fill_years (Statistics *self, int first)
{
  GtkStringList *titles = gtk_string_list_new (NULL);
  guint selected =
    self->first_year != 0 ? gtk_drop_down_get_selected (GTK_DROP_DOWN (self->years)) : 1;

  self->first_year = first;
  gtk_string_list_append (titles, _("All years"));
  for (int year = self->this_year; year >= first; year--)
    {
      g_autofree char *title = g_strdup_printf (_("Year %d"), year);

      gtk_string_list_append (titles, title);
    }
  self->quiet = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->years), G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->years), selected);
  self->quiet = FALSE;
  g_object_unref (titles);
}

/* -- the way of the money -- */

static YqStatCell
count_of (Statistics *self, YqStat stat, YqStatBy by, const char *key)
{
  const YqStatGroup *group = yq_statistics_find (self->statistics, stat, by, key);

  return (YqStatCell){ .number = group ? group->count : 0,
                       .query = group && group->count > 0
                                  ? yq_stat_query (self->scope, stat, by, key)
                                  : NULL };
}

static YqStatCell
sum_of (Statistics *self, YqStat stat, YqStatBy by, const char *key)
{
  const YqStatGroup *group = yq_statistics_find (self->statistics, stat, by, key);

  return (YqStatCell){ .number = group ? group->sum : 0,
                       .query = group && group->count > 0
                                  ? yq_stat_query (self->scope, stat, by, key)
                                  : NULL };
}

static gint64
sum_number (Statistics *self, YqStat stat, YqStatBy by, const char *key)
{
  const YqStatGroup *group = yq_statistics_find (self->statistics, stat, by, key);

  return group != NULL ? group->sum : 0;
}

static void
add_mark (YqStatCard *card, const char *label, gint64 fen, const char *note, guint column)
{
  g_autofree char *text = yq_money_text (fen);

  yq_chart_add (yq_stat_card_chart (card), label, (double) fen / 100, text, note);
  yq_stat_card_link_mark (card, column);
}

static void
fill_funnel (Statistics *self)
{
  const YqStatColumn columns[] = { { _("Station"), YQ_SHEET_TEXT },
                                   { _("Records"), YQ_SHEET_NUMBER },
                                   { _("Amount (CNY)"), YQ_SHEET_MONEY } };
  YqStatCard *card = YQ_STAT_CARD (self->funnel);
  gint64 claimed = sum_number (self, YQ_STAT_CLAIMED, YQ_BY_ALL, "");

  yq_stat_card_begin (card, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < YQ_N_STATS; i++)
    {
      gint64 sum = sum_number (self, i, YQ_BY_ALL, "");
      g_autofree char *note =
        claimed > 0 ? g_strdup_printf (_("%.0f%% of what was claimed"), 100.0 * sum / claimed)
                    : NULL;
      const YqStatCell cells[] = { { .text = _(yq_stats[i].title) },
                                   count_of (self, i, YQ_BY_ALL, ""),
                                   sum_of (self, i, YQ_BY_ALL, "") };

      yq_stat_card_add_row (card, cells);
      add_mark (card, _(yq_stats[i].title), sum, i > 0 ? note : NULL, 2);
    }
}

/* All months of the year that is looked at up to now; the last twelve where it is none. */
static char **
months_shown (Statistics *self)
{
  g_autoptr(GStrvBuilder) months = g_strv_builder_new ();
  g_autofree char *today = yq_date_of (yq_clock_now ());
  int year = self->this_year, month = atoi (today + 5);
  int n = 12;

  if (self->scope->year != 0 && self->scope->year < year)
    {
      year = self->scope->year;
      month = 12;
    }
  else if (self->scope->year != 0)
    n = month;
  for (int i = n - 1; i >= 0; i--)
    {
      int at = year * 12 + month - 1 - i;
      g_autofree char *text = g_strdup_printf ("%04d-%02d", at / 12, at % 12 + 1);

      g_strv_builder_add (months, text);
    }
  return g_strv_builder_end (months);
}

static void
add_month_row (Statistics *self, const char *month)
{
  YqStatCell cells[YQ_N_STATS + 1] = { { .text = month } };

  for (guint i = 0; i < YQ_N_STATS; i++)
    cells[i + 1] = sum_of (self, i, YQ_BY_MONTH, month);
  yq_stat_card_add_row (YQ_STAT_CARD (self->months), cells);
}

static void
fill_months (Statistics *self)
{
  YqStatColumn columns[YQ_N_STATS + 1] = { { _("Month"), YQ_SHEET_TEXT } };
  YqStatCard *card = YQ_STAT_CARD (self->months);
  g_auto(GStrv) months = months_shown (self);

  for (guint i = 0; i < YQ_N_STATS; i++)
    columns[i + 1] = (YqStatColumn){ _(yq_stats[i].title), YQ_SHEET_MONEY };
  yq_stat_card_begin (card, columns, G_N_ELEMENTS (columns));
  for (guint m = 0; months[m] != NULL; m++)
    add_month_row (self, months[m]);
  for (guint i = 0; i < YQ_N_STATS; i++)
    {
      yq_chart_add_series (yq_stat_card_chart (card), _(yq_stats[i].title));
      for (guint m = 0; months[m] != NULL; m++)
        {
          gint64 sum = sum_number (self, i, YQ_BY_MONTH, months[m]);
          g_autofree char *text = yq_money_text (sum);

          yq_chart_add (yq_stat_card_chart (card), months[m], (double) sum / 100, text, NULL);
          yq_stat_card_link_cell (card, m, i + 1);
        }
    }
}

/* -- groups of one station -- */

static char *
region_title (Statistics *self, const char *key)
{
  g_autofree char *code = g_strndup (key, 6);
  const YqRegion *region;
  const char *name;
  char padded[7] = "000000";

  if (*key == '\0')
    return g_strdup (_("Without a region"));
  memcpy (padded, code, strlen (code));
  region = yq_region_find (padded);
  name = region != NULL ? region->name : code;
  /* What belongs to the region as a whole, to nothing below it. */
  return 2 * (guint) yq_region_level (padded) < self->scope->digits
           ? g_strdup_printf (_("%s itself"), name)
           : g_strdup (name);
}

static const YqField *
category_of (YqStat stat)
{
  return yq_entity_field (yq_stat_source (stat, YQ_BY_CATEGORY)->entity, yq_stats[stat].category);
}

static char *
category_title (Statistics *self, YqStat stat, const char *key)
{
  const YqField *field = category_of (stat);
  g_autofree char *named = NULL;

  if (*key == '\0')
    return g_strdup (_("Without a category"));
  if (field->choices != NULL)
    return g_strdup (yq_choice_title (field, key));
  named = yq_store_title (self->store, yq_model_find (field->refers), key);
  return named != NULL ? g_steal_pointer (&named) : g_strdup (_("Not on this computer"));
}

static int
compare_sum (gconstpointer a, gconstpointer b)
{
  const YqStatGroup *one = *(const YqStatGroup *const *) a, *two = *(const YqStatGroup *const *) b;

  return one->sum != two->sum ? (one->sum < two->sum ? 1 : -1) : g_strcmp0 (one->key, two->key);
}

static void
fill_groups (Statistics *self, GtkWidget *widget, YqStat stat, YqStatBy by, const char *heading)
{
  const YqStatColumn columns[] = { { heading, YQ_SHEET_TEXT },
                                   { _(yq_stat_source (stat, by)->entity->title_plural),
                                     YQ_SHEET_NUMBER },
                                   { _("Amount (CNY)"), YQ_SHEET_MONEY } };
  YqStatCard *card = YQ_STAT_CARD (widget);
  g_autoptr(GPtrArray) groups = g_ptr_array_new ();

  for (guint i = 0; i < self->statistics->groups[stat][by]->len; i++)
    g_ptr_array_add (groups, self->statistics->groups[stat][by]->pdata[i]);
  g_ptr_array_sort (groups, compare_sum);
  yq_stat_card_begin (card, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < groups->len; i++)
    {
      const YqStatGroup *group = groups->pdata[i];
      g_autofree char *title = by == YQ_BY_REGION ? region_title (self, group->key)
                                                  : category_title (self, stat, group->key);
      const YqStatCell cells[] = { { .text = title },
                                   count_of (self, stat, by, group->key),
                                   sum_of (self, stat, by, group->key) };

      yq_stat_card_add_row (card, cells);
      add_mark (card, title, group->sum, NULL, 2);
    }
}

static void
fill_measured (Statistics *self)
{
  YqStat stat = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->measure));

  if (self->statistics == NULL || stat >= YQ_N_STATS)
    return;
  fill_groups (self, self->regions, stat, YQ_BY_REGION, _("Region"));
  fill_groups (self, self->categories, stat, YQ_BY_CATEGORY, _(category_of (stat)->title));
}

/* -- how long decisions take -- */

static char *
span_title (guint i)
{
  int from = i == 0 ? 0 : yq_stat_spans[i - 1] + 1;

  if (yq_stat_spans[i] == G_MAXINT)
    return g_strdup_printf (_("%d working days or more"), from);
  if (from == yq_stat_spans[i])
    return g_strdup_printf (_("%d working days"), from);
  return g_strdup_printf (_("%d to %d working days"), from, yq_stat_spans[i]);
}

/* "Claims", "Redemptions · City level". */
static char *
times_title (const YqStatTimes *times)
{
  const char *kind = _(yq_stat_decisions[times->decision].title);

  if (times->level == NULL)
    return g_strdup (kind);
  return g_strdup_printf ("%s · %s", kind,
                          yq_choice_title (yq_entity_field (&yq_review, "level"), times->level));
}

static YqStatCell
decided (Statistics *self, const YqStatTimes *times, int span, guint count)
{
  return (YqStatCell){ .number = count,
                       .query = count > 0 ? yq_stat_times_query (self->scope, times, span) : NULL };
}

static YqStatCell
took (Statistics *self, const YqStatTimes *times, int days)
{
  return (YqStatCell){ .number = days, .query = yq_stat_days_query (self->scope, times, days) };
}

static void
fill_times (Statistics *self)
{
  const YqStatColumn columns[] = { { _("Kind of record"), YQ_SHEET_TEXT },
                                   { _("Cases decided"), YQ_SHEET_NUMBER },
                                   { _("Median (working days)"), YQ_SHEET_NUMBER },
                                   { _("Longest (working days)"), YQ_SHEET_NUMBER },
                                   { _("Later than promised"), YQ_SHEET_NUMBER } };
  YqStatCard *card = YQ_STAT_CARD (self->times);

  yq_stat_card_begin (card, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < self->statistics->times->len; i++)
    {
      const YqStatTimes *times = self->statistics->times->pdata[i];
      g_autofree char *title = times_title (times);
      g_autofree char *mean = g_strdup_printf (_("%.1f working days"), times->mean);
      g_autofree char *note =
        g_strdup_printf (yq_ngettext ("%u decision", "%u decisions", times->count), times->count);
      const YqStatCell cells[] = { { .text = title },
                                   decided (self, times, -1, times->count),
                                   took (self, times, times->median),
                                   took (self, times, times->longest),
                                   decided (self, times, YQ_N_STAT_SPANS, times->late) };

      yq_stat_card_add_row (card, cells);
      yq_chart_add (yq_stat_card_chart (card), title, times->mean, mean, note);
      yq_stat_card_link_mark (card, 1);
    }
}

static void
fill_spans (Statistics *self, const YqStatTimes *times)
{
  const YqStatColumn columns[] = { { _("Decided within"), YQ_SHEET_TEXT },
                                   { _("Cases decided"), YQ_SHEET_NUMBER } };
  YqStatCard *card = YQ_STAT_CARD (self->spans);

  yq_stat_card_begin (card, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; times != NULL && i < YQ_N_STAT_SPANS; i++)
    {
      guint n = times->spans[i];
      g_autofree char *title = span_title (i);
      g_autofree char *text = yq_count_text (n);
      const YqStatCell cells[] = { { .text = title }, decided (self, times, (int) i, n) };

      yq_stat_card_add_row (card, cells);
      yq_chart_add (yq_stat_card_chart (card), title, n, text, NULL);
      yq_stat_card_link_mark (card, 1);
    }
}

static void
kind_chosen_cb (Statistics *self)
{
  guint kind = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->kind));
  const YqStatTimes *times = NULL;

  if (self->quiet || self->statistics == NULL)
    return;
  if (kind < self->statistics->times->len)
    {
      times = self->statistics->times->pdata[kind];
      self->kind_decision = times->decision;
      self->kind_level = times->level;
    }
  fill_spans (self, times);
}

/* Whatever has been decided, with what was looked at before still chosen where it is there. */
static void
fill_kinds (Statistics *self)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = 0;

  for (guint i = 0; i < self->statistics->times->len; i++)
    {
      const YqStatTimes *times = self->statistics->times->pdata[i];
      g_autofree char *title = times_title (times);

      gtk_string_list_append (titles, title);
      if (times->decision == self->kind_decision && g_strcmp0 (times->level, self->kind_level) == 0)
        selected = i;
    }
  self->quiet = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->kind), G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->kind), selected);
  self->quiet = FALSE;
  gtk_widget_set_visible (gtk_widget_get_parent (self->kind), self->statistics->times->len > 0);
  kind_chosen_cb (self);
}

/* -- loading -- */

static gboolean
is_empty (const YqStatistics *statistics)
{
  for (guint i = 0; i < YQ_N_STATS; i++)
    {
      const YqStatGroup *group = yq_statistics_find (statistics, i, YQ_BY_ALL, "");

      if (group != NULL && group->count > 0)
        return FALSE;
    }
  return statistics->times->len == 0 && statistics->first_year == 0;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(YqPage) page = data; /* keeps the statistics alive */
  Statistics *self = g_object_get_data (G_OBJECT (page), "yq-statistics");
  g_autoptr(GError) error = NULL;
  YqStatistics *statistics = yq_statistics_load_finish (YQ_STORE (source), result, &error);

  if (statistics == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        yq_face_fail (YQ_FACE (self->face), _("The statistics cannot be computed"), error->message,
                      "page.reload");
      return;
    }
  g_clear_pointer (&self->statistics, yq_statistics_free);
  self->statistics = statistics;
  if (statistics->first_year != 0 && statistics->first_year < self->first_year)
    fill_years (self, statistics->first_year);
  fill_funnel (self);
  fill_months (self);
  fill_measured (self);
  fill_times (self);
  fill_kinds (self);
  yq_face_show (YQ_FACE (self->face), is_empty (statistics) ? YQ_FACE_FIRST : YQ_FACE_CONTENT);
}

static void
load (Statistics *self)
{
  g_clear_handle_id (&self->reload, g_source_remove);
  self->is_stale = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->scope, yq_stat_scope_free);
  self->scope = chosen_scope (self);
  yq_statistics_load_async (self->store, self->scope, self->cancellable, loaded_cb,
                            g_object_ref (self->page));
}

static void
filter_changed_cb (Statistics *self)
{
  if (!self->quiet)
    load (self);
}

static gboolean
reload_cb (gpointer data)
{
  Statistics *self = data;

  self->reload = 0;
  load (self);
  return G_SOURCE_REMOVE;
}

static void
shown_cb (YqPage *page)
{
  Statistics *self = g_object_get_data (G_OBJECT (page), "yq-statistics");

  if (self->is_stale)
    load (self);
}

/* Only a page that is looked at counts anew. */
static void
store_changed_cb (YqStore *store, const char *entity, const char *id, YqPage *page)
{
  Statistics *self = g_object_get_data (G_OBJECT (page), "yq-statistics");

  if (!yq_statistics_count (entity))
    return;
  self->is_stale = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (page)) && self->reload == 0)
    self->reload = g_timeout_add (QUIET_MS, reload_cb, self);
}

static void
reload_action_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  load (data);
}

static const GActionEntry actions[] = { { "reload", reload_action_cb } };

/* -- building -- */

static GtkWidget *
build_choice (const char *name, const char *const *titles, GCallback changed, gpointer data)
{
  GtkWidget *choice = gtk_drop_down_new_from_strings (titles);

  yq_set_name (choice, name);
  yq_set_tooltip (choice, name);
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (choice, "notify::selected", changed, data);
  return choice;
}

/* Said before the choice what it is of. */
static GtkWidget *
captioned (GtkWidget *choice, const char *caption)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  gtk_box_append (GTK_BOX (box), yq_label_new (caption, "dim-label"));
  gtk_box_append (GTK_BOX (box), choice);
  return box;
}

static GtkWidget *
build_bar (Statistics *self)
{
  GtkWidget *bar = yq_wrap_box_new (6);
  g_auto(GStrv) own = own_regions (yq_frame_who (self->frame));

  self->years =
    build_choice (_("Period"), (const char *const[]){ NULL }, G_CALLBACK (filter_changed_cb), self);
  self->region = yq_region_picker_new (_("The whole region"));
  if (own[0] != NULL && own[1] == NULL)
    yq_region_picker_set_within (YQ_REGION_PICKER (self->region), own[0]);
  yq_set_name (yq_region_picker_button (YQ_REGION_PICKER (self->region)), _("Region"));
  g_signal_connect_swapped (self->region, "changed", G_CALLBACK (filter_changed_cb), self);
  fill_years (self, self->this_year);
  yq_wrap_box_append (YQ_WRAP_BOX (bar), self->years);
  yq_wrap_box_append (YQ_WRAP_BOX (bar), self->region);
  return bar;
}

static GtkWidget *
build_measure (Statistics *self)
{
  const char *titles[YQ_N_STATS + 1] = { NULL };

  for (guint i = 0; i < YQ_N_STATS; i++)
    titles[i] = _(yq_stats[i].title);
  self->measure =
    build_choice (_("Amounts of this station"), titles, G_CALLBACK (fill_measured), self);
  return captioned (self->measure, _("Amounts of this station"));
}

static GtkWidget *
build_kind (Statistics *self)
{
  self->kind = build_choice (_("Kind of record"), (const char *const[]){ NULL },
                             G_CALLBACK (kind_chosen_cb), self);
  return captioned (self->kind, _("Kind of record"));
}

static GtkWidget *
build_cards (Statistics *self)
{
  GtkWidget *box = yq_page_box_new ();
  YqFrame *frame = self->frame;

  self->funnel = yq_stat_card_new (frame, _("From claim to payment"), NULL, YQ_CHART_FUNNEL);
  self->months = yq_stat_card_new (frame, _("Month by month"), NULL, YQ_CHART_LINES);
  self->regions = yq_stat_card_new (frame, _("By region"), NULL, YQ_CHART_BARS);
  self->categories = yq_stat_card_new (frame, _("By category"), NULL, YQ_CHART_BARS);
  self->times = yq_stat_card_new (
    frame, _("How long decisions take"),
    _("From when a record comes to a level to its decision there, in working days of the official"
      " calendar."),
    YQ_CHART_BARS);
  self->spans = yq_stat_card_new (frame, _("Decided within"), NULL, YQ_CHART_BARS);
  gtk_box_append (GTK_BOX (box), build_bar (self));
  gtk_box_append (GTK_BOX (box), self->funnel);
  gtk_box_append (GTK_BOX (box), self->months);
  gtk_box_append (GTK_BOX (box), build_measure (self));
  gtk_box_append (GTK_BOX (box), self->regions);
  gtk_box_append (GTK_BOX (box), self->categories);
  gtk_box_append (GTK_BOX (box), self->times);
  gtk_box_append (GTK_BOX (box), build_kind (self));
  gtk_box_append (GTK_BOX (box), self->spans);
  return box;
}

YqPage *
yq_statistics_page_new (YqFrame *frame, gpointer user_data)
{
  Statistics *self = g_new0 (Statistics, 1);
  GtkWidget *cards;

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->this_year = yq_year_of (yq_clock_now ());
  cards = build_cards (self);
  self->face = yq_face_new (cards);
  yq_face_set_skeleton (YQ_FACE (self->face), YQ_SKELETON_CARDS);
  yq_face_set_first (YQ_FACE (self->face), "view-list-symbolic", _("Nothing to count yet"),
                     _("Once claims, uses and redemptions of your region arrive, their sums, months"
                       " and processing times stand here."),
                     _("Synchronise now"), "win.sync");
  yq_face_show (YQ_FACE (self->face), YQ_FACE_LOADING);
  self->page = yq_page_new (_("Statistics"), NULL);
  yq_page_set_content_clamped (self->page, self->face, 1080);
  yq_page_add_actions (self->page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_key (self->page, "<Control>r", _("Count again"), "page.reload");
  g_object_set_data_full (G_OBJECT (self->page), "yq-statistics", self, statistics_page_free);
  g_signal_connect (self->page, "shown", G_CALLBACK (shown_cb), NULL);
  g_signal_connect_object (self->store, "changed", G_CALLBACK (store_changed_cb), self->page, 0);
  load (self);
  return self->page;
}
