/* What is committed and not yet on the disk: the next transaction runs, but nobody outside hears of
 * it.  The disk is this program's: it syncs when it is let. */
#define G_LOG_DOMAIN "test-durable"

#include "demo-fixture.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* -- the disk -- */

static GMutex disk_lock;
static GCond disk_free;
static gboolean disk_is_held;
static int n_syncs; /* of logs, begun on a thread that only syncs */

static gboolean
is_log (int fd)
{
  char link[64], path[4096];
  ssize_t n;

  g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  if (n < 0)
    return FALSE;
  path[n] = '\0';
  return g_str_has_suffix (path, ".db-wal");
}

/* Instead of the library's. */
int
fdatasync (int fd)
{
  if (is_log (fd))
    {
      g_atomic_int_inc (&n_syncs);
      g_mutex_lock (&disk_lock);
      while (disk_is_held)
        g_cond_wait (&disk_free, &disk_lock);
      g_mutex_unlock (&disk_lock);
    }
  return (int) syscall (SYS_fdatasync, fd);
}

/* A thread that wakes a loop, and is slow: what it wakes must be there when it has. */
static int wakes_slowly, has_woken, has_missed;

ssize_t
write (int fd, const void *data, size_t size)
{
  char name[16] = "";

  prctl (PR_GET_NAME, name);
  if (g_atomic_int_get (&wakes_slowly) && size == sizeof (guint64) && g_str_equal (name, "durable"))
    {
      ssize_t n = syscall (SYS_write, fd, data, size);

      g_atomic_int_set (&has_woken, TRUE);
      g_usleep (500000);
      if (fcntl (fd, F_GETFD) < 0)
        g_atomic_int_set (&has_missed, TRUE);
      return n;
    }
  return syscall (SYS_write, fd, data, size);
}

static void
hold_disk (gboolean held)
{
  g_mutex_lock (&disk_lock);
  disk_is_held = held;
  g_cond_broadcast (&disk_free);
  g_mutex_unlock (&disk_lock);
}

/* -- jobs -- */

typedef struct
{
  YqJob job;
  int has_run, is_done; /* the latter: as the how manieth */
} Step;

static int n_done;

static gboolean
run_step (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  if (sql_exec (conn, "INSERT INTO t (x) VALUES (1)", SQL_NO_ARGS, error) != 1)
    return FALSE;
  g_atomic_int_set (&((Step *) job)->has_run, TRUE);
  return TRUE;
}

static void
step_done (YqJob *job, const GError *error)
{
  g_assert_no_error (error);
  g_atomic_int_set (&((Step *) job)->is_done, g_atomic_int_add (&n_done, 1) + 1);
}

static gboolean
has_run (gpointer step)
{
  return g_atomic_int_get (&((Step *) step)->has_run);
}

static gboolean
is_done (gpointer step)
{
  return g_atomic_int_get (&((Step *) step)->is_done);
}

static void
push (YqWriter *writer, Step *step)
{
  *step = (Step){ .job = { .n_units = 1, .run = run_step, .done = step_done } };
  g_assert_true (yq_writer_push (writer, &step->job));
}

static gboolean
make_table (SqlConn *conn, gpointer user_data, GError **error)
{
  return sql_script (conn, "CREATE TABLE t (x BIGINT)", error);
}

/* -- the writer -- */

typedef struct
{
  char *folder, *uri;
  YqWriter *writer;
} Disk;

/* Perhaps the database is somewhere else, and a link leads there: so does its log. */
static void
set_up (Disk *f, gconstpointer is_linked)
{
  YqWriterHooks hooks = { .syncs_beside = TRUE };
  g_autoptr(GError) error = NULL;
  g_autofree char *link = NULL;

  f->folder = g_dir_make_tmp ("yiquan-test-XXXXXX", &error);
  f->uri = g_strdup_printf ("sqlite:%s/t.db", f->folder);
  link = g_build_filename (f->folder, "t.db", NULL);
  if (is_linked != NULL)
    g_assert_cmpint (symlink ("elsewhere.db", link), ==, 0);
  f->writer = yq_writer_start (f->uri, &hooks, &error);
  g_assert_no_error (error);
  yq_writer_call (f->writer, make_table, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Disk *f, gconstpointer data)
{
  g_clear_pointer (&f->writer, yq_writer_stop);
  yq_test_remove_folder (f->folder);
  g_free (f->folder);
  g_free (f->uri);
}

static gint64
count_rows (Disk *f)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlConn) conn = sql_open (f->uri, SQL_OPEN_READ_ONLY, &error);
  gint64 n = -1;

  g_assert_no_error (error);
  sql_get_int (conn, "SELECT count (*) FROM t", SQL_NO_ARGS, &n, &error);
  g_assert_no_error (error);
  return n;
}

static gboolean
has_three (gpointer f)
{
  return count_rows (f) == 3;
}

static void
set_flag (gpointer flag)
{
  g_atomic_int_set ((int *) flag, TRUE);
}

static gboolean
is_set (gpointer flag)
{
  return g_atomic_int_get ((int *) flag);
}

static void
test_the_next_runs_while_the_disk_works (Disk *f, gconstpointer data)
{
  YqDurable *durable = yq_writer_durable (f->writer);
  Step steps[3];
  int told = FALSE, late = FALSE;

  n_done = 0;
  hold_disk (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      push (f->writer, &steps[i]);
      yq_test_wait_until (has_run, &steps[i]);
    }
  yq_test_wait_until (has_three, f);
  g_assert_true (yq_durable_wait (durable, yq_durable_seen (durable), set_flag, &told));
  g_usleep (50000);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_false (is_done (&steps[i]));
  g_assert_false (is_set (&told));

  hold_disk (FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    yq_test_wait_until (is_done, &steps[i]);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_cmpint (steps[i].is_done, ==, i + 1);
  yq_test_wait_until (is_set, &told);
  /* Once all is there, nobody waits. */
  yq_durable_settle (durable);
  g_assert_false (yq_durable_wait (durable, yq_durable_seen (durable), set_flag, &late));
  g_assert_false (is_set (&late));
}

/* What comes while the disk works is synced together. */
static void
test_one_sync_is_for_all_that_waits (Disk *f, gconstpointer data)
{
  Step first, more[20];
  int before;

  hold_disk (TRUE);
  push (f->writer, &first);
  yq_test_wait_until (has_run, &first);
  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    {
      push (f->writer, &more[i]);
      yq_test_wait_until (has_run, &more[i]);
    }
  before = g_atomic_int_get (&n_syncs);
  hold_disk (FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    yq_test_wait_until (is_done, &more[i]);
  g_assert_cmpint (g_atomic_int_get (&n_syncs) - before, <=, 2);
}

static void
test_stopping_waits_for_the_disk (Disk *f, gconstpointer data)
{
  Step steps[10];

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    push (f->writer, &steps[i]);
  g_clear_pointer (&f->writer, yq_writer_stop);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_true (is_done (&steps[i]));
  g_assert_cmpint (count_rows (f), ==, 10);
}

/* What was given up was announced: who may have seen it is not left waiting. */
static gboolean
fail (SqlConn *conn, gpointer user_data, GError **error)
{
  g_set_error_literal (error, SQL_ERROR, SQL_ERROR_FAILED, "a failure");
  return FALSE;
}

static void
test_what_fails_keeps_nobody_waiting (Disk *f, gconstpointer data)
{
  YqDurable *durable = yq_writer_durable (f->writer);
  g_autoptr(GError) error = NULL;
  int told = FALSE;

  yq_writer_call (f->writer, fail, NULL, &error);
  g_assert_error (error, SQL_ERROR, SQL_ERROR_FAILED);
  if (yq_durable_wait (durable, yq_durable_seen (durable), set_flag, &told))
    yq_test_wait_until (is_set, &told);
  yq_durable_settle (durable);
}

/* -- over HTTP -- */

static int
ask (Demo *d, const char *method, const char *path, const char *token, const char *body)
{
  int fd = yq_fixture_connect (d->server);
  g_autofree char *text = g_strdup_printf (
    "%s %s HTTP/1.1\r\nHost: x\r\n%s%s%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", method,
    path, token != NULL ? "Authorization: Bearer " : "", token != NULL ? token : "",
    token != NULL ? "\r\n" : "", strlen (body), body);

  g_assert_true (yq_test_write (fd, text, -1));
  return fd;
}

static gboolean
has_answer (int fd, int ms)
{
  struct pollfd one = { .fd = fd, .events = POLLIN };

  return poll (&one, 1, ms) > 0;
}

static YqAnswer *
take_answer (int fd)
{
  YqAnswer *answer = yq_test_read (fd, TRUE);

  close (fd);
  g_assert_cmpuint (answer->status, ==, 200);
  return answer;
}

/* -- a carrier adds an instrument, and the disk works -- */

typedef struct
{
  Demo *d;
  char *id, *token;
  int fd;       /* on which she waits */
  char *before; /* the hash of her password */
} Edit;

static gboolean
is_committed (gpointer data)
{
  Edit *edit = data;
  g_autoptr(SqlConn) conn = yq_fixture_read (edit->d->server);
  gint64 n = 0;

  return sql_get_int (conn, "SELECT 1 FROM instrument WHERE id = $1",
                      SQL_ARGS (SQL_TEXT (edit->id)), &n, NULL);
}

static void
begin (Demo *d, Edit *edit)
{
  g_autofree char *command = yq_id_new ();
  g_autofree char *body = NULL;

  *edit = (Edit){ .d = d, .id = yq_id_new () };
  body =
    g_strdup_printf ("{\"commands\":[{\"id\":\"%s\",\"entity\":\"instrument\",\"record\":\"%s\","
                     "\"action\":\"save\",\"revision\":0,\"fields\":{\"name\":\"新到的电镜\"}}]}",
                     command, edit->id);
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  edit->token = yq_fixture_sign_in (d->server, "carrier1", YQ_DEMO_PASSWORD);
  hold_disk (TRUE);
  edit->fd = ask (d, "POST", "/v1/commands", edit->token, body);
  yq_test_wait_until (is_committed, edit);
}

static void
end (Edit *edit)
{
  g_free (edit->id);
  g_free (edit->token);
  g_free (edit->before);
}

/* Neither she nor anybody who asks for the record, for a list or for changes is told of it. */
static void
test_nobody_is_told_what_may_be_lost (Demo *d, gconstpointer data)
{
  char *paths[3];
  int fds[G_N_ELEMENTS (paths)];
  Edit edit;

  begin (d, &edit);
  paths[0] = g_strconcat ("/v1/instruments/", edit.id, NULL);
  paths[1] = g_strdup ("/v1/instruments?limit=50&sort=-updated_at");
  paths[2] = g_strdup ("/v1/changes?scope=mine");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    fds[i] = ask (d, "GET", paths[i], edit.token, "");
  g_assert_false (has_answer (edit.fd, 300));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_assert_false (has_answer (fds[i], 0));

  hold_disk (FALSE);
  yq_answer_free (take_answer (edit.fd));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr(YqAnswer) answer = take_answer (fds[i]);

      g_assert_nonnull (strstr (answer->body->str, "新到的电镜"));
      g_free (paths[i]);
    }
  end (&edit);
}

static gpointer
stop_cb (gpointer fixture)
{
  yq_fixture_stop (fixture);
  return NULL;
}

static void
test_a_server_that_stops_answers_first (Demo *d, gconstpointer data)
{
  g_autofree char *path = NULL;
  GThread *thread;
  Edit edit;
  int reader;

  begin (d, &edit);
  path = g_strconcat ("/v1/instruments/", edit.id, NULL);
  reader = ask (d, "GET", path, edit.token, "");
  g_assert_false (has_answer (reader, 300));
  thread = g_thread_new ("stop", stop_cb, d->server);
  g_assert_false (has_answer (edit.fd, 300));
  hold_disk (FALSE);
  yq_answer_free (take_answer (edit.fd));
  yq_answer_free (take_answer (reader));
  g_thread_join (thread);
  end (&edit);
}

static void
test_a_loop_outlives_who_wakes_it (Demo *d, gconstpointer data)
{
  GThread *thread;
  Edit edit;

  begin (d, &edit);
  g_atomic_int_set (&wakes_slowly, TRUE);
  hold_disk (FALSE);
  yq_test_wait_until (is_set, &has_woken);
  thread = g_thread_new ("stop", stop_cb, d->server);
  yq_answer_free (take_answer (edit.fd));
  g_thread_join (thread);
  g_atomic_int_set (&wakes_slowly, FALSE);
  g_assert_false (is_set (&has_missed));
  end (&edit);
}

/* -- answers from other threads' reading -- */

static gboolean
has_new_password (gpointer data)
{
  Edit *edit = data;
  g_autoptr(SqlConn) conn = yq_fixture_read (edit->d->server);
  g_autofree char *hash = sql_get_text (conn, "SELECT hash FROM password WHERE account = $1",
                                        SQL_ARGS (SQL_TEXT (edit->id)), NULL);

  return g_strcmp0 (hash, edit->before) != 0;
}

/* The password was changed, and that is not on the disk: the old one is not yet wrong. */
static void
test_a_refusal_waits_too (Demo *d, gconstpointer data)
{
  g_autofree char *old =
    g_strdup_printf ("{\"username\":\"carrier1\",\"password\":\"%s\"}", YQ_DEMO_PASSWORD);
  g_autofree char *body = g_strdup_printf (
    "{\"old_password\":\"%s\",\"password\":\"quite another 77\"}", YQ_DEMO_PASSWORD);
  Edit edit = { .d = d, .id = yq_demo_id ("account", "carrier1") };
  g_autoptr(YqAnswer) answer = NULL;
  int fd;

  edit.before = demo_text (d, "SELECT hash FROM password WHERE account = $1", edit.id);
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  edit.token = yq_fixture_sign_in (d->server, "carrier1", YQ_DEMO_PASSWORD);
  hold_disk (TRUE);
  edit.fd = ask (d, "POST", "/v1/passwords", edit.token, body);
  yq_test_wait_until (has_new_password, &edit);
  fd = ask (d, "POST", "/v1/sessions", NULL, old);
  g_assert_false (has_answer (fd, 1000));
  hold_disk (FALSE);
  answer = yq_test_read (fd, TRUE);
  g_assert_cmpuint (answer->status, ==, 401);
  close (fd);
  close (edit.fd);
  end (&edit);
}

/* -- who goes away, who asks for much at once -- */

/* Of several on one connection, as many as are wanted. */
static guint
count_answers (int fd, guint wanted)
{
  g_autoptr(GString) in = g_string_new (NULL);
  char piece[4096];
  ssize_t size;
  guint n = 0;

  while (n < wanted && has_answer (fd, 10000) && (size = read (fd, piece, sizeof piece)) > 0)
    {
      g_string_append_len (in, piece, size);
      n = 0;
      for (const char *at = in->str; (at = strstr (at, "HTTP/1.1 200")) != NULL; at++)
        n++;
    }
  return n;
}

static void
test_nobody_hangs (Demo *d, gconstpointer data)
{
  struct linger at_once = { 1, 0 };
  g_autofree char *path = NULL, *one = NULL, *many = NULL;
  int gone[20], fd;
  Edit edit;

  begin (d, &edit);
  path = g_strconcat ("/v1/instruments/", edit.id, NULL);
  one = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", path,
                         edit.token);
  many = g_strdup_printf ("%s%sGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n%s", one, one, one);
  for (guint i = 0; i < G_N_ELEMENTS (gone); i++)
    gone[i] = ask (d, "GET", path, edit.token, "");
  fd = yq_fixture_connect (d->server);
  g_assert_true (yq_test_write (fd, many, -1));
  g_assert_false (has_answer (fd, 300));
  for (guint i = 0; i < G_N_ELEMENTS (gone); i++)
    {
      setsockopt (gone[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      close (gone[i]);
    }
  g_assert_false (has_answer (fd, 100));
  hold_disk (FALSE);
  g_assert_cmpuint (count_answers (fd, 4), ==, 4);
  close (fd);
  yq_answer_free (take_answer (edit.fd));
  end (&edit);
}

/* -- what is written down -- */

typedef struct
{
  Demo *d;
  char *path; /* of what it writes */
  int is_done;
} Export;

/* As "yiquand export" beside the server. */
static gpointer
export_cb (gpointer data)
{
  Export *export = data;
  char *args[] = { (char *) "instrument", NULL };

  g_assert_cmpint (demo_run_verb (&yq_verb_export, export->d->server->config, args, export->path),
                   ==, 0);
  g_atomic_int_set (&export->is_done, TRUE);
  return NULL;
}

static void
test_an_export_is_on_the_disk (Demo *d, gconstpointer data)
{
  g_autofree char *path = g_build_filename (d->server->folder, "export", NULL);
  g_autofree char *text = NULL;
  Export export = { d, path, FALSE };
  GThread *thread;
  Edit edit;

  begin (d, &edit);
  thread = g_thread_new ("export", export_cb, &export);
  g_usleep (500000);
  g_assert_false (is_set (&export.is_done));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "");
  g_free (text);
  hold_disk (FALSE);
  g_thread_join (thread);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, edit.id));
  yq_answer_free (take_answer (edit.fd));
  end (&edit);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/durable/" name, Disk, NULL, set_up, func, tear_down)
  ADD ("overlap", test_the_next_runs_while_the_disk_works);
  ADD ("shared", test_one_sync_is_for_all_that_waits);
  ADD ("stopping", test_stopping_waits_for_the_disk);
  ADD ("failing", test_what_fails_keeps_nobody_waiting);
  g_test_add ("/durable/link", Disk, "link", set_up, test_the_next_runs_while_the_disk_works,
              tear_down);
  g_test_add ("/durable/http/readers", Demo, NULL, demo_set_up,
              test_nobody_is_told_what_may_be_lost, demo_tear_down);
  g_test_add ("/durable/http/waking", Demo, NULL, demo_set_up, test_a_loop_outlives_who_wakes_it,
              demo_tear_down);
  g_test_add ("/durable/http/refusals", Demo, NULL, demo_set_up, test_a_refusal_waits_too,
              demo_tear_down);
  g_test_add ("/durable/http/gone", Demo, NULL, demo_set_up, test_nobody_hangs, demo_tear_down);
  g_test_add ("/durable/export", Demo, NULL, demo_set_up, test_an_export_is_on_the_disk,
              demo_tear_down);
  g_test_add ("/durable/http/stopping", Demo, NULL, demo_set_up,
              test_a_server_that_stops_answers_first, demo_tear_down);
  return g_test_run ();
}
