/* The client's side of tests/bench, with the real store, sync and widgets: first load of a server's
 * catalogue, search, start, scrolling; with --inbox the desk of a reviewer for whom a hundred
 * thousand records wait.  Prints KEY=VALUE lines. */
#define G_LOG_DOMAIN "yiquan-bench"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "catalogue.h"
#include "frame.h"
#include "login.h"
#include "look.h"
#include "map-view.h"
#include "record-table.h"
#include "region.h"
#include "reviewer-window.h"
#include "workflow.h"

#define FRAMES 300
#define SEARCHES 400
#define MARKERS 50000
#define DECISIONS 10000

static struct
{
  char *server;
  char *store;
  char *inbox;     /* the name of a reviewer */
  gboolean window; /* the part that has one, run as a process of its own */
} options;

static GMainLoop *loop;

static void
must (gboolean good, const char *what, GError *error)
{
  if (!good)
    g_error ("%s: %s", what, error != NULL ? error->message : "no");
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
percentile_ms (GArray *times, double share)
{
  g_array_sort (times, compare_times);
  return g_array_index (times, gint64, (guint) ((times->len - 1) * share)) / 1000.0;
}

static double
resident_mb (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmRSS:");
  return line != NULL ? g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024 : 0;
}

/* Of all threads: what counts where other programs share the machine. */
static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* -- the first load -- */

static YqStore *
open_store (void)
{
  g_autoptr(GError) error = NULL;
  guint8 zeros[YQ_STORE_KEY_SIZE] = { 0 };
  g_autoptr(GBytes) key = g_bytes_new (zeros, sizeof zeros);
  YqStore *store = yq_store_open (options.store, key, &error);

  must (store != NULL, "store", error);
  return store;
}

static void
state_changed_cb (YqSync *sync, GParamSpec *pspec, gpointer user_data)
{
  if (yq_sync_state (sync) == YQ_SYNC_UP_TO_DATE)
    g_main_loop_quit (loop);
}

static gboolean
too_late_cb (gpointer user_data)
{
  g_error ("the first load does not end");
  return G_SOURCE_REMOVE;
}

static void
load_catalogue (YqStore *store)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(YqOutbox) outbox = yq_outbox_new (store, &error);
  g_autoptr(YqSync) sync = yq_sync_new (store, outbox, options.server);
  g_autoptr(YqQuery) all = yq_query_new (&yq_instrument);
  guint limit = g_timeout_add_seconds (300, too_late_cb, NULL);
  gint64 began = g_get_monotonic_time ();

  must (outbox != NULL, "outbox", error);
  g_signal_connect (sync, "notify::state", G_CALLBACK (state_changed_cb), NULL);
  yq_sync_start (sync, NULL);
  g_main_loop_run (loop);
  printf ("sync_s=%.2f\n", (g_get_monotonic_time () - began) / (double) G_USEC_PER_SEC);
  printf ("sync_cpu_s=%.2f\n", cpu_seconds ());
  printf ("records=%u\n", yq_store_count (store, all));
  yq_sync_stop (sync);
  g_source_remove (limit);
}

/* -- searching -- */

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) found = yq_store_list_finish (YQ_STORE (source), result, &error);

  must (found != NULL, "search", error);
  *(guint *) user_data += found->len;
  g_main_loop_quit (loop);
}

static void
search_words (YqStore *store, guint length, const char *const *words, guint n_words)
{
  static const char *const regions[] = { "33", "3304", "330421", "3301", "330106", NULL };
  g_autoptr(GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(YqQuery) some = yq_query_new (&yq_category);
  g_autoptr(GPtrArray) categories = yq_store_list (store, some, 0);
  guint found = 0;

  for (guint i = 0; i < SEARCHES; i++)
    {
      g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
      const char *region = regions[i % G_N_ELEMENTS (regions)];
      gint64 began = g_get_monotonic_time (), took;

      yq_query_set_text (query, words[i % n_words]);
      if (region != NULL)
        yq_query_add (query, "region", region);
      if (i % 2 == 1 && categories->len > 0)
        yq_query_add (query, "category",
                      yq_record_id (g_ptr_array_index (categories, i % categories->len)));
      yq_store_list_async (store, query, 50, NULL, searched_cb, &found);
      g_main_loop_run (loop);
      took = g_get_monotonic_time () - began;
      g_array_append_val (times, took);
    }
  must (found > 0, "search found nothing", NULL);
  printf ("search%u_p99_ms=%.2f\n", length, percentile_ms (times, 0.99));
}

static void
search (YqStore *store)
{
  static const char *const one[] = { "镜", "仪", "色", "电", "光", "谱", "机", "质", "热", "显" };
  static const char *const two[] = { "电镜", "色谱", "质谱", "扫描", "光谱",
                                     "分析", "激光", "材料", "红外", "试验" };
  static const char *const four[] = { "扫描电镜", "气相色谱", "液相色谱", "红外光谱",
                                      "激光共焦", "疲劳试验", "原子吸收", "综合热分" };

  search_words (store, 1, one, G_N_ELEMENTS (one));
  search_words (store, 2, two, G_N_ELEMENTS (two));
  search_words (store, 4, four, G_N_ELEMENTS (four));
}

/* -- the window -- */

static YqRecordTable *table;
static GtkAdjustment *adjustment;
static GArray *frames;
static gint64 frame_began;
static double step;

static YqPage *
catalogue_page (YqFrame *frame, gpointer user_data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(YqRecordList) list = yq_record_list_new (yq_frame_store (frame), query);

  table = YQ_RECORD_TABLE (yq_record_table_new (yq_frame_store (frame), list, "catalogue"));
  yq_record_table_set_ticks (table, TRUE);
  return yq_page_new (_("Instruments"), GTK_WIDGET (table));
}

static gboolean
is_for_all (const YqWho *who)
{
  return TRUE;
}

static void
build_window (YqFrame *frame)
{
  yq_frame_add_page (frame, "catalogue", "system-search-symbolic", _("Instruments"), catalogue_page,
                     NULL);
}

static GtkAdjustment *
find_adjustment (GtkWidget *widget)
{
  GtkAdjustment *found = GTK_IS_SCROLLED_WINDOW (widget)
                           ? gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (widget))
                           : NULL;

  if (found != NULL && gtk_adjustment_get_upper (found) > 100000)
    return found;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if ((found = find_adjustment (child)) != NULL)
      return found;
  return NULL;
}

static void
before_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  frame_began = g_get_monotonic_time ();
}

static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  gint64 took = g_get_monotonic_time () - frame_began;
  YqRecordList *list = yq_record_table_list (table);

  if (adjustment == NULL)
    {
      if (yq_record_list_is_loading (list) || g_list_model_get_n_items (G_LIST_MODEL (list)) == 0 ||
          (adjustment = find_adjustment (GTK_WIDGET (table))) == NULL)
        return;
      printf ("usable\n");
      return;
    }
  g_array_append_val (frames, took);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + step);
  if (frames->len >= FRAMES)
    g_main_loop_quit (loop);
}

static gboolean
keep_painting_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static void
scroll (const char *key, double by)
{
  g_array_set_size (frames, 0);
  step = by;
  g_main_loop_run (loop);
  printf ("%s=%.2f\n", key, percentile_ms (frames, 0.95));
}

static void
show_window (void)
{
  static const YqWindowKind kind = { "bench", N_("Instruments"), is_for_all, build_window };
  g_autoptr(GError) error = NULL;
  g_autoptr(YqStore) store = open_store ();
  g_autoptr(YqOutbox) outbox = yq_outbox_new (store, &error);
  YqFrame *frame;
  GdkFrameClock *clock;

  must (outbox != NULL, "outbox", error);
  frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  frame = yq_frame_new (NULL, &kind, store, outbox, NULL);
  yq_frame_show_page (frame, "catalogue");
  gtk_window_set_default_size (GTK_WINDOW (frame), 1280, 860);
  gtk_widget_realize (GTK_WIDGET (frame));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (frame));
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), NULL);
  gtk_widget_add_tick_callback (GTK_WIDGET (frame), keep_painting_cb, NULL, NULL);
  gtk_window_present (GTK_WINDOW (frame));
  scroll ("frame_p95_ms", 37);
  printf ("resident_mb=%.1f\n", resident_mb ());
  scroll ("drag_p95_ms", gtk_adjustment_get_upper (adjustment) / (FRAMES + 10));
  gtk_window_destroy (GTK_WINDOW (frame));
  g_array_unref (frames);
}

/* -- the map -- */

static GtkWidget *map;

/* Eight pixels a frame, as somebody drags it. */
static void
after_map_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  gint64 took = g_get_monotonic_time () - frame_began;

  g_array_append_val (frames, took);
  yq_map_view_go (YQ_MAP_VIEW (map), 31 + frames->len * 0.002, 118 + frames->len * 0.02, 7);
  if (frames->len >= FRAMES)
    g_main_loop_quit (loop);
}

static GArray *
make_places (void)
{
  static const double towns[][2] = { { 31.23, 121.47 }, { 32.06, 118.79 }, { 30.27, 120.15 },
                                     { 36.07, 120.38 }, { 30.57, 104.07 }, { 22.54, 114.06 } };
  GArray *places = g_array_new (FALSE, FALSE, sizeof (YqPlace));
  g_autoptr(GRand) chance = g_rand_new_with_seed (2);

  for (guint i = 0; i < MARKERS; i++)
    {
      const double *town = towns[i % G_N_ELEMENTS (towns)];
      double spread = i % 5 == 0 ? 3 : 0.6;
      YqPlace place = { i + 1,
                        (int) ((town[0] + g_rand_double_range (chance, -spread, spread)) * 1e6),
                        (int) ((town[1] + g_rand_double_range (chance, -spread, spread)) * 1e6) };

      g_array_append_val (places, place);
    }
  return places;
}

static void
show_map (void)
{
  GtkWidget *window = gtk_window_new ();
  g_autoptr(GArray) places = make_places ();
  GdkFrameClock *clock;

  map = yq_map_view_new ();
  gtk_window_set_child (GTK_WINDOW (window), map);
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  yq_map_view_set_places (YQ_MAP_VIEW (map), (const YqPlace *) (gpointer) places->data, MARKERS);
  gtk_widget_realize (window);
  clock = gtk_widget_get_frame_clock (window);
  frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_map_paint_cb), NULL);
  gtk_widget_add_tick_callback (window, keep_painting_cb, NULL, NULL);
  gtk_window_present (GTK_WINDOW (window));
  g_main_loop_run (loop);
  printf ("map_p95_ms=%.2f\n", percentile_ms (frames, 0.95));
  gtk_window_destroy (GTK_WINDOW (window));
  g_array_unref (frames);
}

/* -- the reviewer's inbox -- */

static guint n_expected;           /* rows that must be on the screen at least; 0: no table */
static const char *text_expected;  /* what they were searched by, or NULL */
static gboolean is_whole_expected; /* not the first rows only */
static guint n_shown;

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  must (yq_login_sign_in_finish (YQ_LOGIN (source), result, &error), "sign-in", error);
  g_main_loop_quit (loop);
}

static void
sign_in (YqLogin *login)
{
  guint limit = g_timeout_add_seconds (300, too_late_cb, NULL);
  gint64 began = g_get_monotonic_time ();

  yq_login_sign_in_async (login, options.inbox, "yiquan-demo", NULL, signed_in_cb, NULL);
  g_main_loop_run (loop);
  g_signal_connect (yq_login_sync (login), "notify::state", G_CALLBACK (state_changed_cb), NULL);
  if (yq_sync_state (yq_login_sync (login)) != YQ_SYNC_UP_TO_DATE)
    g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_func (yq_login_sync (login), state_changed_cb, NULL);
  printf ("inbox_sync_s=%.2f\n", (g_get_monotonic_time () - began) / (double) G_USEC_PER_SEC);
  g_source_remove (limit);
}

/* The table that is to be seen. */
static YqRecordTable *
find_table (GtkWidget *widget)
{
  YqRecordTable *found = NULL;

  if (YQ_IS_RECORD_TABLE (widget) && gtk_widget_get_mapped (widget))
    return YQ_RECORD_TABLE (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_table (child);
  return found;
}

static void
after_inbox_paint_cb (GdkFrameClock *clock, GtkWidget *frame)
{
  YqRecordList *list;
  guint n;

  if (n_expected == 0)
    g_main_loop_quit (loop);
  if ((table = find_table (frame)) == NULL)
    return;
  list = yq_record_table_list (table);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  if ((!yq_record_list_is_loading (list) || (yq_record_list_is_cut (list) && !is_whole_expected)) &&
      n >= n_expected &&
      g_strcmp0 (yq_query_text (yq_record_list_query (list)), text_expected) == 0)
    g_main_loop_quit (loop);
}

/* Until what was asked for has been painted. */
static gint64
run_until_painted (gint64 began, guint expected, const char *text)
{
  n_expected = expected;
  text_expected = text;
  g_main_loop_run (loop);
  n_shown = g_list_model_get_n_items (G_LIST_MODEL (yq_record_table_list (table)));
  return g_get_monotonic_time () - began;
}

static void
filter_inbox (void)
{
  static const char *const words[] = { "电镜", "色谱", "仪",   "岛津", "红外",
                                       "嘉兴", "试验", "AA-1", "质谱", "材料" };
  g_autoptr(GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < 4 * G_N_ELEMENTS (words); i++)
    {
      gint64 began = g_get_monotonic_time (), took;

      yq_record_table_search (table, words[i % G_N_ELEMENTS (words)]);
      took = run_until_painted (began, 1, words[i % G_N_ELEMENTS (words)]);
      g_array_append_val (times, took);
    }
  printf ("inbox_filter_ms=%.2f\n", percentile_ms (times, 0.95));
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) left_out = NULL;
  g_autofree char *batch =
    yq_outbox_submit_many_finish (YQ_OUTBOX (source), result, &left_out, &error);

  must (batch != NULL && yq_outbox_release_held (YQ_OUTBOX (source), &error), "decisions", error);
  *(gboolean *) user_data = TRUE;
}

/* From the click, without the time in which they could be undone, to the last answer. */
static void
decide (YqLogin *login)
{
  YqOutbox *outbox = yq_login_outbox (login);
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gboolean are_kept = FALSE;
  gint64 began;

  is_whole_expected = TRUE;
  yq_record_table_search (table, "");
  run_until_painted (g_get_monotonic_time (), DECISIONS, NULL);
  for (guint i = 0; i < DECISIONS; i++)
    g_ptr_array_add (ids, g_strdup (yq_record_list_id (yq_record_table_list (table), i)));
  g_ptr_array_add (ids, NULL);
  began = g_get_monotonic_time ();
  yq_outbox_submit_many_async (outbox, &yq_instrument, (const char *const *) ids->pdata,
                               yq_entity_step (&yq_instrument, "approve"), NULL, NULL, decided_cb,
                               &are_kept);
  while (!are_kept || yq_outbox_n_waiting (outbox) > 0)
    g_main_context_iteration (NULL, TRUE);
  printf ("decisions_s=%.2f\n", (g_get_monotonic_time () - began) / (double) G_USEC_PER_SEC);
  printf ("decisions_refused=%u\n", yq_outbox_n_needs_you (outbox));
}

static void
show_inbox (void)
{
  static const YqWindowKind kind = { "reviewer", N_("Reviewer"), is_for_all,
                                     yq_reviewer_window_build };
  g_autoptr(YqLogin) login = yq_login_new (options.store, options.server);
  YqFrame *frame;
  GdkFrameClock *clock;
  gint64 began;

  sign_in (login);
  frame = yq_frame_new (NULL, &kind, yq_login_store (login), yq_login_outbox (login),
                        yq_login_sync (login));
  yq_frame_show_page (frame, "home");
  gtk_window_set_default_size (GTK_WINDOW (frame), 1280, 860);
  gtk_widget_realize (GTK_WIDGET (frame));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (frame));
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_inbox_paint_cb), frame);
  gtk_widget_add_tick_callback (GTK_WIDGET (frame), keep_painting_cb, NULL, NULL);
  gtk_window_present (GTK_WINDOW (frame));
  n_expected = 0;
  g_main_loop_run (loop);

  began = g_get_monotonic_time ();
  yq_frame_show_page (frame, "desk-instruments");
  printf ("inbox_open_ms=%.2f\n", run_until_painted (began, 1, NULL) / 1000.0);
  is_whole_expected = TRUE;
  printf ("inbox_whole_ms=%.2f\n", run_until_painted (began, DECISIONS, NULL) / 1000.0);
  printf ("inbox_records=%u\n", n_shown);
  is_whole_expected = FALSE;
  filter_inbox ();
  decide (login);
  gtk_window_destroy (GTK_WINDOW (frame));
  yq_login_close (login);
}

/* Runs the window as a process of its own and takes the time until it says "usable". */
static void
start_window (const char *program)
{
  g_autoptr(GError) error = NULL;
  gint64 began = g_get_monotonic_time ();
  g_autoptr(GSubprocess) window = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program,
                                                    "--window", "--store", options.store, NULL);
  g_autoptr(GDataInputStream) output = NULL;
  char *line;

  must (window != NULL, "window", error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (window));
  while ((line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error)) != NULL)
    {
      if (g_str_equal (line, "usable"))
        printf ("start_s=%.2f\n", (g_get_monotonic_time () - began) / (double) G_USEC_PER_SEC);
      else
        printf ("%s\n", line);
      g_free (line);
    }
  must (g_subprocess_wait_check (window, NULL, &error), "window", error);
}

static const GOptionEntry entries[] = {
  { "server", 0, 0, G_OPTION_ARG_STRING, &options.server, "Where the catalogue comes from", "URL" },
  { "store", 0, 0, G_OPTION_ARG_FILENAME, &options.store, "An empty folder", "DIR" },
  { "inbox", 0, 0, G_OPTION_ARG_STRING, &options.inbox, "Only the desk of a reviewer", "NAME" },
  { "window", 0, 0, G_OPTION_ARG_NONE, &options.window, "Only the window", NULL },
  { NULL },
};

int
main (int argc, char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new ("- measures the client");
  g_autoptr(GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  must (g_option_context_parse (context, &argc, &argv, &error), "options", error);
  setvbuf (stdout, NULL, _IOLBF, 0);
  loop = g_main_loop_new (NULL, FALSE);
  if (options.window || options.inbox != NULL)
    {
      yq_look_start (TRUE);
      adw_init ();
      yq_look_init ();
      if (options.inbox != NULL)
        {
          show_inbox ();
          return 0;
        }
      show_window ();
      show_map ();
      return 0;
    }

  {
    g_autoptr(YqStore) store = open_store ();

    load_catalogue (store);
    search (store);
    yq_store_close (store);
  }
  start_window (argv[0]);
  return 0;
}
