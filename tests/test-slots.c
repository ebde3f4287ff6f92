/* The calendar: two bookings never share a cell, hours and closures count, alternatives are free.
 */
#define G_LOG_DOMAIN "test-slots"

#include "slots.h"

#include <glib/gstdio.h>
#include <string.h>

#include "api.h"
#include "catalogue.h"
#include "clock.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))

typedef struct
{
  char *folder;
  SqlConn *conn;
  YqRecord *sem, *xrd;
  gint64 monday; /* 00:00 in Shanghai of a Monday */
  gint64 now;    /* a week before */
} Fixture;

static YqRecord *
make_instrument (const char *name, gboolean office_hours)
{
  YqRecord *instrument = yq_record_new (&yq_instrument, NULL);
  JsonArray *hours = json_array_new ();

  yq_record_set_state (instrument, "listed");
  yq_record_set_text (instrument, INSTRUMENT_NAME, name);
  for (int day = 1; office_hours && day <= 5; day++)
    {
      JsonObject *row = json_object_new ();

      json_object_set_int_member (row, "weekday", day);
      json_object_set_string_member (row, "opens", "08:45");
      json_object_set_string_member (row, "closes", "17:00");
      json_array_add_object_element (hours, row);
    }
  yq_record_take_array (instrument, INSTRUMENT_OPENING_HOURS, hours);
  return instrument;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;

  f->folder = g_dir_make_tmp ("yq-slots-XXXXXX", &error);
  g_assert_no_error (error);
  uri = g_strdup_printf ("sqlite:%s/slots.db", f->folder);
  f->conn = sql_open (uri, SQL_OPEN_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (yq_slots_create_tables (f->conn, &error));
  f->sem = make_instrument ("场发射扫描电子显微镜", TRUE);
  f->xrd = make_instrument ("X射线衍射仪", FALSE);
  f->monday = yq_date_start ("2026-11-23");
  f->now = f->monday - 7 * YQ_DAY;
  g_assert_true (sql_begin (f->conn, TRUE, &error));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  const char *const names[] = { "slots.db", "slots.db-wal", "slots.db-shm" };

  sql_rollback (f->conn);
  sql_close (f->conn);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  g_assert_finalize_object (f->sem);
  g_assert_finalize_object (f->xrd);
}

/* Takes in a savepoint of its own; TRUE: it was had. */
static gboolean
take (Fixture *f, YqRecord *instrument, const char *order, gint64 from, gint64 to)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(YqProblem) problem = NULL;

  g_assert_true (sql_savepoint (f->conn, NULL));
  problem = yq_slots_take (f->conn, instrument, order, from, to, f->now, &error);
  g_assert_no_error (error);
  if (problem != NULL)
    g_assert_cmpint (yq_problem_code (problem), ==, YQ_PROBLEM_SLOT_TAKEN);
  g_assert_true (problem ? sql_rollback_to (f->conn, NULL) : sql_release (f->conn, NULL));
  return problem == NULL;
}

static void
test_random_bookings_never_overlap (Fixture *f, gconstpointer data)
{
  enum
  {
    CELLS = 400
  };
  int holder[CELLS] = { 0 };
  gint64 base = f->monday;

  for (int n = 1; n <= 2000; n++)
    {
      int from = g_test_rand_int_range (0, CELLS - 1);
      int end = from + g_test_rand_int_range (1, 40);
      int to = MIN (CELLS, end);
      g_autofree char *order = g_strdup_printf ("order-%d", n);
      g_autofree char *other = g_strdup_printf ("order-%d", g_test_rand_int_range (1, n + 1));
      gboolean free = TRUE;

      if (n % 5 == 0)
        {
          g_assert_true (yq_slots_free (f->conn, other, NULL));
          for (int i = 0; i < CELLS; i++)
            if (holder[i] == atoi (other + strlen ("order-")))
              holder[i] = 0;
          continue;
        }
      for (int i = from; i < to; i++)
        free &= holder[i] == 0;
      g_assert_cmpint (
        yq_slots_is_free (f->conn, f->xrd, base + from * YQ_SLOT_MS, base + to * YQ_SLOT_MS, NULL),
        ==, free);
      g_assert_cmpint (take (f, f->xrd, order, base + from * YQ_SLOT_MS, base + to * YQ_SLOT_MS),
                       ==, free);
      for (int i = from; free && i < to; i++)
        holder[i] = n;
    }
}

static void
test_hours_closures_and_condition_count_as_taken (Fixture *f, gconstpointer data)
{
  gint64 nine = f->monday + 9 * HOUR;

  g_assert_true (yq_slots_is_free (f->conn, f->sem, nine, nine + 8 * HOUR, NULL));
  /* Half an hour that is open only in part is closed. */
  g_assert_false (yq_slots_is_free (f->conn, f->sem, nine - HOUR / 2, nine + HOUR, NULL));
  g_assert_false (yq_slots_is_free (f->conn, f->sem, nine, nine + 9 * HOUR, NULL));
  g_assert_false (
    yq_slots_is_free (f->conn, f->sem, nine + 5 * YQ_DAY, nine + 5 * YQ_DAY + HOUR, NULL));

  g_assert_true (
    yq_slots_close (f->conn, "closure", yq_record_id (f->sem), nine + HOUR, nine + 2 * HOUR, NULL));
  g_assert_false (yq_slots_is_free (f->conn, f->sem, nine, nine + 2 * HOUR, NULL));
  g_assert_true (yq_slots_is_free (f->conn, f->sem, nine, nine + HOUR, NULL));
  g_assert_true (yq_slots_open (f->conn, "closure", NULL));
  g_assert_true (yq_slots_is_free (f->conn, f->sem, nine, nine + 2 * HOUR, NULL));

  yq_record_set_text (f->sem, INSTRUMENT_CONDITION, "repair");
  g_assert_false (yq_slots_is_free (f->conn, f->sem, nine, nine + HOUR, NULL));
  yq_record_set_text (f->sem, INSTRUMENT_CONDITION, "normal");
  yq_record_set_state (f->sem, "stopped");
  g_assert_false (yq_slots_is_free (f->conn, f->sem, nine, nine + HOUR, NULL));
}

static void
test_past_and_endless_times_are_refused (Fixture *f, gconstpointer data)
{
  g_autoptr(YqProblem) past =
    yq_slots_check (f->conn, f->xrd, f->monday, f->monday + HOUR, f->monday + 2 * HOUR);
  g_autoptr(YqProblem) endless =
    yq_slots_check (f->conn, f->xrd, f->monday, f->monday + 32 * YQ_DAY, f->now);

  g_assert_cmpint (yq_problem_code (past), ==, YQ_PROBLEM_SLOT_TAKEN);
  g_assert_cmpint (yq_problem_code (endless), ==, YQ_PROBLEM_INVALID);
  g_assert_true (take (f, f->xrd, "month", f->monday, f->monday + 31 * YQ_DAY));
}

static void
test_alternatives_are_near_free_and_apart (Fixture *f, gconstpointer data)
{
  g_autoptr(GPtrArray) both = g_ptr_array_new ();
  g_autoptr(YqProblem) problem = yq_problem_new (YQ_PROBLEM_SLOT_TAKEN, "%s", "taken");
  gint64 ten = f->monday + 10 * HOUR, last = 0;

  g_ptr_array_add (both, f->sem);
  g_ptr_array_add (both, f->xrd);
  g_assert_true (take (f, f->sem, "a", ten, ten + 2 * HOUR));
  g_assert_true (take (f, f->xrd, "b", ten + 2 * HOUR, ten + 5 * HOUR));
  yq_slots_add_alternatives (f->conn, problem, both, ten, ten + 2 * HOUR, f->now);

  g_assert_cmpuint (yq_problem_n_alternatives (problem), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const char *instrument;
      gint64 from, to;

      yq_problem_alternative (problem, i, &instrument, &from, &to);
      g_assert_cmpstr (instrument, ==, yq_record_id (f->sem));
      g_assert_cmpint (to - from, ==, 2 * HOUR);
      g_assert_true (yq_slots_is_free (f->conn, f->sem, from, to, NULL));
      g_assert_true (yq_slots_is_free (f->conn, f->xrd, from, to, NULL));
      g_assert_cmpint (ABS (from - ten), >=, last);
      last = ABS (from - ten);
    }
  /* 15:00 the same day is the nearest: before 10:00 there is only one hour. */
  g_assert_cmpint (last, <=, 5 * YQ_DAY);
}

static void
test_taken_shows_live_bookings_and_closures (Fixture *f, gconstpointer data)
{
  g_autoptr(JsonArray) before = NULL;
  g_autoptr(JsonArray) after = NULL;
  gint64 from, to, nine = f->monday + 9 * HOUR;

  g_assert_true (take (f, f->xrd, "a", nine, nine + HOUR));
  g_assert_true (take (f, f->xrd, "b", nine + HOUR, nine + 2 * HOUR));
  g_assert_true (
    yq_slots_close (f->conn, "c", yq_record_id (f->xrd), nine + 30 * HOUR, nine + 31 * HOUR, NULL));
  before = yq_slots_taken (f->conn, yq_record_id (f->xrd), f->now, NULL);
  g_assert_cmpuint (json_array_get_length (before), ==, 3);
  g_assert_true (yq_time_parse (
    json_object_get_string_member (json_array_get_object_element (before, 1), "from"), &from));
  g_assert_true (yq_time_parse (
    json_object_get_string_member (json_array_get_object_element (before, 1), "to"), &to));
  g_assert_cmpint (from, ==, nine + HOUR);
  g_assert_cmpint (to, ==, nine + 2 * HOUR);

  after = yq_slots_taken (f->conn, yq_record_id (f->xrd), nine + HOUR, NULL);
  g_assert_cmpuint (json_array_get_length (after), ==, 2);
}

static void
test_rivals_are_those_who_wish_for_the_same (Fixture *f, gconstpointer data)
{
  const char *sem = yq_record_id (f->sem), *xrd = yq_record_id (f->xrd);
  g_autoptr(GPtrArray) rivals = NULL;
  gint64 nine = f->monday + 9 * HOUR;

  g_assert_true (yq_slots_wish (f->conn, sem, "winner", NULL));
  g_assert_true (yq_slots_wish (f->conn, sem, "rival", NULL));
  g_assert_true (yq_slots_wish (f->conn, xrd, "rival", NULL));
  g_assert_true (yq_slots_wish (f->conn, xrd, "elsewhere", NULL));
  g_assert_true (yq_slots_wish (f->conn, sem, "gone", NULL));
  g_assert_true (yq_slots_unwish (f->conn, "gone", NULL));
  g_assert_true (take (f, f->sem, "winner", nine, nine + HOUR));
  rivals = yq_slots_rivals (f->conn, "winner", NULL);
  g_assert_cmpuint (rivals->len, ==, 1);
  g_assert_cmpstr (rivals->pdata[0], ==, "rival");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/slots/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("random", test_random_bookings_never_overlap);
  ADD ("rules", test_hours_closures_and_condition_count_as_taken);
  ADD ("bounds", test_past_and_endless_times_are_refused);
  ADD ("alternatives", test_alternatives_are_near_free_and_apart);
  ADD ("taken", test_taken_shows_live_bookings_and_closures);
  ADD ("rivals", test_rivals_are_those_who_wish_for_the_same);

  return g_test_run ();
}
