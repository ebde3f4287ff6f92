/* The demo fills an empty folder, everything in it is sound, and filling again changes nothing. */
#define G_LOG_DOMAIN "test-demo"

#include "demo.h"

#include <glib/gstdio.h>
#include <string.h>

#include "audit.h"
#include "clock.h"
#include "commands.h"
#include "effects.h"
#include "ledger.h"
#include "model.h"
#include "record-check.h"
#include "record-sql.h"
#include "session.h"
#include "verify-page.h"
#include "world-sql.h"

typedef struct
{
  char *folder;
  SqlConn *conn;
  gint64 now;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;

  f->folder = g_dir_make_tmp ("yq-demo-XXXXXX", &error);
  uri = g_strdup_printf ("sqlite:%s/yiquan.db", f->folder);
  f->conn = sql_open (uri, SQL_OPEN_READ_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (yq_token_init (f->folder, &error));
  g_assert_true (yq_records_create_tables (f->conn, &error));
  g_assert_true (yq_effects_create_tables (f->conn, &error));
  g_assert_true (yq_sessions_prepare (f->conn, &error));
  g_assert_no_error (error);
  /* Passwords are cheap here, and nobody cuts the power. */
  yq_session_set_cost (1, 8192);
  g_assert_true (sql_script (f->conn, "PRAGMA synchronous = OFF", &error));
  f->now = yq_date_start (data) + 11 * 3600 * YQ_SECOND;
  yq_clock_set (f->now);
  yq_demo_fill (f->conn, f->now, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr(GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  sql_close (f->conn);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  yq_clock_set (0);
}

static gint64
count (Fixture *f, const char *sql)
{
  gint64 n = -1;
  g_autoptr(GError) error = NULL;

  sql_get_int (f->conn, sql, SQL_NO_ARGS, &n, &error);
  g_assert_no_error (error);
  return n;
}

static void
report_cb (const char *line, gpointer user_data)
{
  g_test_message ("%s", line);
}

static void
test_it_is_sound (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_ledger_verify (f->conn, report_cb, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (yq_audit_verify (f->conn, report_cb, NULL, &error));
  g_assert_no_error (error);
}

/* Each record passes the checks that its own people's entries pass. */
static void
test_every_value_is_valid (Fixture *f, gconstpointer data)
{
  YqWorld *world = yq_world_sql_new (f->conn, f->now);

  for (guint i = 0; i < yq_model_count (); i++)
    for (guint s = 0; s < yq_model_nth (i)->n_states; s++)
      {
        g_autoptr(GPtrArray) records =
          yq_world_list (world, yq_model_nth (i), "state", yq_model_nth (i)->states[s].name);

        for (guint r = 0; r < records->len; r++)
          {
            g_autoptr(YqProblem) problem =
              yq_check_values (yq_record_values (records->pdata[r]), FALSE);
            g_autoptr(GString) text = g_string_new (NULL);

            if (problem == NULL)
              continue;
            yq_problem_append_json (problem, text);
            g_error ("%s %s: %s", yq_model_nth (i)->name, yq_record_id (records->pdata[r]),
                     text->str);
          }
      }
  yq_world_sql_free (world);
}

static void
test_it_looks_alive (Fixture *f, gconstpointer data)
{
  static const char *const users[] = { "enterprise1", "enterprise2", "carrier1",  "carrier2",
                                       "reviewer1",   "reviewer2",   "reviewer3", "admin" };

  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *account = NULL;
      g_autofree char *hash = NULL;

      g_assert_true (yq_session_find_account (f->conn, users[i], &account, &hash, &error));
      g_assert_nonnull (account);
      g_assert_nonnull (hash);
    }
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"instrument\" WHERE state = 'listed'"), >,
                   270);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"instrument\" WHERE state = 'pending'"
                             " AND region LIKE '33%'"),
                   ==, 6);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"order\" WHERE state = 'submitted'"
                             " AND region LIKE '33%'"),
                   ==, 3);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"order\" WHERE state = 'accepted'"), >, 15);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"redemption\" WHERE state = 'reviewing'"
                             " AND region LIKE '33%'"),
                   ==, 3);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"redemption\" WHERE state = 'paid'"), ==, 1);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"redemption\" WHERE state = 'returned'"), ==,
                   1);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"evaluation\" WHERE state = 'open'"), >, 2);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"evaluation\" WHERE state = 'defaulted'"), >,
                   0);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"voucher_use\" WHERE state = 'pending'"), ==,
                   2);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"message\" WHERE state = 'unread'"), >, 5);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"voucher\" WHERE token IS NULL"), ==, 0);
}

/* A voucher that the carrier redeems, at every stage; what a carrier of Shanghai submits reaches
 * its bureau. */
static void
test_the_delta_looks_alive (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *from;
    int n;
  } counts[] = {
    { "\"claim\" WHERE state = 'granted' AND region = '320509'", 1 },
    { "\"order\" WHERE state = 'submitted' AND region = '320509'", 1 },
    { "\"order\" WHERE state = 'confirming' AND region = '320509'", 1 },
    { "\"order\" WHERE state = 'accepted' AND region = '320509'", 2 },
    { "\"order\" WHERE state = 'completed' AND region = '320509'", 1 },
    { "\"redemption\" WHERE state = 'reviewing' AND reviewed_by = '320509'", 1 },
    { "\"instrument\" WHERE state = 'pending' AND reviewed_by = '310000'", 1 },
    { "\"grant\" WHERE role = 'reviewer' AND scope_region = '310000'", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *sql = g_strconcat ("SELECT COUNT (*) FROM ", counts[i].from, NULL);

      g_test_message ("%s", sql);
      g_assert_cmpint (count (f, sql), ==, counts[i].n);
    }
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"instrument\" WHERE state = 'listed'"
                             " AND region = '310115'"),
                   >, 10);
}

/* One entity that has yet to open its stores, and a voucher institution that serves. */
static void
test_jiangsu_looks_alive (Fixture *f, gconstpointer data)
{
  static const char *const users[] = { "carrierjs", "deskjs", "testerjs", "enterprisejs",
                                       "reviewerjs" };

  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autofree char *account = NULL;
      g_autofree char *hash = NULL;

      g_assert_true (yq_session_find_account (f->conn, users[i], &account, &hash, &error));
      g_assert_nonnull (hash);
    }
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"instrument\" WHERE state = 'draft'"
                             " AND region LIKE '32%'"),
                   ==, 6);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"store\" WHERE state = 'approved'"), ==, 1);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"service\" WHERE state = 'listed'"), ==, 3);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"service\" WHERE state = 'pending'"), ==, 1);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"service\" WHERE for_vouchers = 1"), ==, 2);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"announcement\""), ==, 1);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM \"organisation\" WHERE is_carrier = 1"
                             " AND region LIKE '32%'"),
                   ==, 1);
}

static void
test_it_fills_once (Fixture *f, gconstpointer data)
{
  gint64 events = count (f, "SELECT COUNT (*) FROM event");
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_demo_fill (f->conn, f->now + YQ_DAY, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count (f, "SELECT COUNT (*) FROM event"), ==, events);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  /* A Saturday, a Monday in January, and the last day of a year. */
#define ADD(name, day, func) g_test_add ("/demo/" name, Fixture, day, set_up, func, tear_down)
  ADD ("sound", "2026-11-21", test_it_is_sound);
  ADD ("valid", "2026-11-21", test_every_value_is_valid);
  ADD ("alive", "2026-11-21", test_it_looks_alive);
  ADD ("alive-in-january", "2027-01-04", test_it_looks_alive);
  ADD ("alive-at-the-end", "2027-12-31", test_it_looks_alive);
  ADD ("jiangsu", "2026-11-21", test_jiangsu_looks_alive);
  ADD ("jiangsu-in-january", "2027-01-04", test_jiangsu_looks_alive);
  ADD ("delta", "2026-11-21", test_the_delta_looks_alive);
  ADD ("delta-in-january", "2027-01-04", test_the_delta_looks_alive);
  ADD ("once", "2026-11-21", test_it_fills_once);

  return g_test_run ();
}
