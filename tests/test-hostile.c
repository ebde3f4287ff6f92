/* What no client of ours would send: broken bodies, endless ones, slow ones, too many, and a
 * machine that is full.  The server answers clearly, stays small and goes on serving. */
#define G_LOG_DOMAIN "test-hostile"

#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1024 * 1024)
#define GIB (1024 * G_GINT64_CONSTANT (1048576))

static void
assert_serves (YqFixture *fixture)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/healthz", NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
}

/* AddressSanitizer keeps what was freed: nothing can be said there. */
static void
assert_flat (gsize before, gsize more)
{
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (yq_test_resident (), <, before + more);
#endif
}

/* -- broken bodies -- */

static void
test_broken_json (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  g_autofree char *id = yq_fixture_add_account (fixture, "clerk", "pass");
  g_autofree char *token = yq_fixture_sign_in (fixture, "clerk", "pass");
  g_autofree char *brackets = g_strnfill (100000, '[');
  g_autofree char *braces = g_strnfill (100000, '{');
  const char *const bodies[] = { "",
                                 "{",
                                 "nul",
                                 "{}x",
                                 "{\"a\":1,}",
                                 "\"x",
                                 "[1,2",
                                 "{'a':1}",
                                 "\xff\xfe",
                                 "{\"a\":\"\xc3\"}",
                                 "01",
                                 "{\"a\":NaN}",
                                 "\"\\ud800\"",
                                 "{\"a\":1,\"a\":2}",
                                 brackets,
                                 braces,
                                 "true",
                                 "[]",
                                 "-" };
  const char *const paths[] = { "/v1/sessions", "/v1/commands" };

  for (guint p = 0; p < G_N_ELEMENTS (paths); p++)
    for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
      {
        g_autoptr(YqAnswer) answer =
          yq_fixture_send (fixture, "POST", paths[p], p > 0 ? token : NULL, bodies[i]);
        g_autofree char *code = yq_answer_code (answer);

        g_assert_cmpuint (answer->status, ==, 400);
        g_assert_cmpstr (code, ==, "malformed");
      }
  assert_serves (fixture);
}

/* -- endless bodies -- */

/* Sends up to total bytes of body, until the server has enough; the answer. */
static YqAnswer *
flood (YqFixture *fixture, const char *head, gboolean is_chunked, gint64 total)
{
  g_autofree char *block = g_malloc (MIB + 32);
  int fd = yq_fixture_connect (fixture);
  YqAnswer *answer;
  gsize size = MIB;

  memset (block, 'x', MIB + 32);
  if (is_chunked)
    {
      memcpy (block, "100000\r\n", 8);
      memcpy (block + 8 + MIB, "\r\n", 2);
      size = MIB + 10;
    }
  yq_test_write (fd, head, -1);
  for (gint64 sent = 0; sent < total; sent += MIB)
    if (!yq_test_write (fd, block, size))
      {
        g_test_message ("cut after %d MiB", (int) (sent / MIB));
        break;
      }
  if (is_chunked)
    yq_test_write (fd, "0\r\n\r\n", -1);
  answer = yq_test_read (fd, TRUE);
  close (fd);
  return answer;
}

static void
assert_flood (const char *head, gboolean is_chunked, gint64 total)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  gsize before = yq_test_resident ();
  g_autoptr(YqAnswer) answer = flood (fixture, head, is_chunked, total);
  g_autofree char *code = yq_answer_code (answer);

  g_assert_cmpuint (answer->status, ==, 413);
  g_assert_cmpstr (code, ==, "too_large");
  assert_flat (before, 16 * MIB);
  assert_serves (fixture);
}

static void
test_a_gigabyte_with_its_length (void)
{
  assert_flood ("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n",
                FALSE, GIB);
}

static void
test_a_gigabyte_in_chunks (void)
{
  assert_flood ("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", TRUE,
                GIB);
}

static void
test_a_little_too_much (void)
{
  assert_flood ("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5242880\r\n\r\n", FALSE,
                5 * MIB);
  assert_flood ("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", TRUE,
                5 * MIB);
}

static void
test_a_client_that_asks_first_is_told_at_once (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  int fd = yq_fixture_connect (fixture);
  g_autoptr(YqAnswer) answer = NULL;

  yq_test_write (fd,
                 "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n"
                 "Expect: 100-continue\r\n\r\n",
                 -1);
  answer = yq_test_read (fd, TRUE);
  close (fd);
  g_assert_cmpuint (answer->status, ==, 413);
}

/* -- broken heads -- */

static void
test_broken_heads (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new ();
  g_autofree char *long_value = g_strnfill (100000, 'h');
  g_autofree char *long_header =
    g_strconcat ("GET /healthz HTTP/1.1\r\nHost: x\r\nX: ", long_value, "\r\n\r\n", NULL);
  g_autofree char *long_path =
    g_strconcat ("GET /", long_value, " HTTP/1.1\r\nHost: x\r\n\r\n", NULL);
  const char *const heads[] = {
    long_header,
    long_path,
    "GET\r\n\r\n",
    "GET /healthz\r\n\r\n",
    "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
    "GET healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /healthz HTTP/1.1\r\nno colon here\r\n\r\n",
    "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 1x\r\n\r\nx",
    "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "ffffffffffffffffff\r\n",
    "\x16\x03\x01\x02\x01\x01\xfc\x03\x03",
    "GET /v1/files/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n",
  };

  fixture->config->header_seconds = 1; /* some say half a line and nothing more */
  yq_fixture_start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      gint64 start = g_get_monotonic_time ();
      int fd = yq_fixture_connect (fixture);
      g_autoptr(YqAnswer) answer = NULL;

      yq_test_write (fd, heads[i], -1);
      shutdown (fd, SHUT_WR);
      answer = yq_test_read (fd, TRUE);
      close (fd);
      g_test_message ("%u: %u after %.3f s", i, answer->status,
                      (g_get_monotonic_time () - start) / 1e6);
      g_assert_true (answer->status == 0 || (answer->status >= 400 && answer->status < 500) ||
                     answer->status == 505);
    }
  assert_serves (fixture);
}

/* -- slow clients -- */

typedef struct
{
  YqFixture *fixture;
  const char *head;
  const char *more; /* NULL: says nothing at all */
  double seconds;   /* until the server closed */
} Drip;

static gpointer
drip (gpointer data)
{
  Drip *self = data;
  gint64 start = g_get_monotonic_time ();
  int fd = yq_fixture_connect (self->fixture);
  char buffer[4096];

  yq_test_write (fd, self->head, -1);
  while (g_get_monotonic_time () < start + 15 * G_USEC_PER_SEC)
    {
      gssize n;

      if (self->more != NULL && !yq_test_write (fd, self->more, -1))
        break;
      n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);
      if (n == 0 || (n < 0 && errno != EAGAIN))
        break;
      g_usleep (20000);
    }
  close (fd);
  self->seconds = (g_get_monotonic_time () - start) / 1e6;
  return NULL;
}

static void
test_slow_clients_are_cut (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new ();
  Drip drips[] = {
    { fixture, "GET /healthz HTTP/1.1\r\n", "X-A: b\r\n", 0 },
    { fixture, "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", "x", 0 },
    { fixture, "", NULL, 0 },
  };
  GThread *threads[G_N_ELEMENTS (drips)];

  fixture->config->header_seconds = 1;
  fixture->config->body_seconds = 1;
  yq_fixture_start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (drips); i++)
    threads[i] = g_thread_new ("drip", drip, &drips[i]);
  for (guint i = 0; i < G_N_ELEMENTS (drips); i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpfloat (drips[i].seconds, >=, 0.9);
      g_assert_cmpfloat (drips[i].seconds, <, 10);
    }
  g_assert_cmpint (yq_metrics_get (yq_server_metrics (fixture->server), YQ_METRIC_CONNECTIONS_CUT),
                   ==, 3);
  assert_serves (fixture);
}

/* -- memory -- */

static void
test_memory_stays_flat (void)
{
  static const char *const requests[] = {
    "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /nothing?a=1&b=%e4%b8%ad HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{\"a\":[[[[",
    "DELETE /v1/sessions/current HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer abc\r\n\r\n",
    "PUT /v1/sessions HTTP/1.1\r\nHost: x\r\n\r\n",
  };
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  gsize before = 0;

  for (guint round = 0; round < 60; round++)
    {
      int fd = yq_fixture_connect (fixture);

      for (guint i = 0; i < 100; i++)
        {
          g_autoptr(YqAnswer) answer = NULL;

          yq_test_write (fd, requests[i % G_N_ELEMENTS (requests)], -1);
          answer = yq_test_read (fd, TRUE);
          g_assert_cmpuint (answer->status, !=, 0);
        }
      close (fd);
      if (round == 20)
        before = yq_test_resident ();
    }
  assert_flat (before, 2 * MIB);
}

/* -- exhausted descriptors -- */

/* In a process of its own: connects more often than the server can accept, and holds all. */
static pid_t
start_crowd (guint port, guint n, int tell)
{
  pid_t pid = fork ();

  if (pid != 0)
    return pid;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (guint i = 0; i < n; i++)
    {
      struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
      int fd = socket (AF_INET, SOCK_STREAM, 0);

      address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
      if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
        _exit (1);
    }
  if (write (tell, "x", 1) != 1)
    _exit (1);
  pause ();
  _exit (0);
}

static void
set_soft_limit (guint n)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = MIN (n, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

/* Also where the kernel gives the next connections to the other loop. */
static gboolean
serves_again (gpointer fixture)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "GET", "/healthz", NULL, NULL);

      if (answer->status != 200)
        return FALSE;
    }
  return TRUE;
}

static void
assert_serves_on (int fd)
{
  g_autoptr(YqAnswer) answer = NULL;

  yq_test_write (fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", -1);
  answer = yq_test_read (fd, TRUE);
  g_assert_cmpuint (answer->status, ==, 200);
}

static void
test_exhausted_descriptors (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
  struct rlimit old;
  guint n = yq_test_count_fds ();
  int held = yq_fixture_connect (fixture), tell[2];
  char byte;
  pid_t crowd;

  /* A connection from before keeps working while no other can be accepted. */
  assert_serves_on (held);
  g_assert_cmpint (pipe2 (tell, O_CLOEXEC), ==, 0);
  getrlimit (RLIMIT_NOFILE, &old);
  crowd = start_crowd (fixture->port, 200, tell[1]);
  set_soft_limit (n + 30);
  g_assert_cmpint (read (tell[0], &byte, 1), ==, 1);
  for (guint i = 0; i < 20; i++)
    assert_serves_on (held);
  kill (crowd, SIGKILL);
  waitpid (crowd, NULL, 0);
  setrlimit (RLIMIT_NOFILE, &old); /* this process is also the client, and needs one */
  yq_test_wait_until (serves_again, fixture);
  close (held);
  close (tell[0]);
  close (tell[1]);
  assert_serves (fixture);
}

/* -- a full disk -- */

static gboolean
fill (SqlConn *conn, gpointer user_data, GError **error)
{
  g_autofree char *filling = g_malloc0 (20000);

  return sql_script (conn, "CREATE TABLE IF NOT EXISTS filling (x BLOB)", error) &&
         sql_exec (conn, "INSERT INTO filling (x) VALUES ($1)",
                   SQL_ARGS (SQL_BLOB (filling, 20000)), error) == 1;
}

static gboolean
make_room (SqlConn *conn, gpointer user_data, GError **error)
{
  return sql_exec (conn, "DELETE FROM filling", SQL_NO_ARGS, error) > 0;
}

static YqAnswer *
sign_in (YqFixture *fixture)
{
  return yq_fixture_send (fixture, "POST", "/v1/sessions", NULL,
                          "{\"username\":\"clerk\",\"password\":\"pass\"}");
}

static void
test_a_full_database (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new ();
  g_autofree char *id = NULL;
  guint n_before = 0, status = 201;

  fixture->config->max_pages = 1500;
  yq_fixture_start (fixture);
  id = yq_fixture_add_account (fixture, "clerk", "pass");
  while (yq_writer_call (yq_server_writer (fixture->server), fill, NULL, NULL))
    g_assert_cmpuint (++n_before, <, 1000);
  for (guint i = 0; i < 2000 && status == 201; i++)
    {
      g_autoptr(YqAnswer) answer = sign_in (fixture);

      status = answer->status;
      if (status != 201)
        {
          g_autofree char *code = yq_answer_code (answer);

          g_assert_cmpstr (code, ==, "unavailable");
          g_assert_nonnull (yq_answer_header (answer, "retry-after"));
        }
    }
  g_assert_cmpuint (status, ==, 503);
  assert_serves (fixture);
  yq_fixture_write (fixture, make_room, NULL);
  {
    g_autoptr(YqAnswer) answer = sign_in (fixture);

    g_assert_cmpuint (answer->status, ==, 201);
  }
}

/* Writes fail beyond a size, as they do on a full disk; in a process of its own, as the limit
 * stays. */
static void
test_a_full_disk (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr(YqFixture) fixture = yq_fixture_new_started ();
      g_autofree char *id = yq_fixture_add_account (fixture, "clerk", "pass");
      g_autofree char *token = yq_fixture_sign_in (fixture, "clerk", "pass");
      struct rlimit limit = { 3 * MIB, RLIM_INFINITY };
      guint status = 204;

      signal (SIGXFSZ, SIG_IGN);
      setrlimit (RLIMIT_FSIZE, &limit);
      for (guint i = 0; i < 20 && status == 204; i++)
        {
          g_autofree char *data = g_malloc0 (MIB);
          g_autofree char *sum = NULL, *path = NULL;

          data[0] = i + 1;
          sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) data, MIB);
          path = g_strconcat ("/v1/files/", sum, NULL);
          {
            g_autoptr(YqAnswer) answer =
              yq_fixture_send_full (fixture, "PATCH", path, token,
                                    "Upload-Offset: 0\r\nUpload-Length: 1048576\r\n", data, MIB);

            status = answer->status;
          }
        }
      g_assert_cmpuint (status, ==, 503);
      assert_serves (fixture);
      limit.rlim_cur = RLIM_INFINITY;
      setrlimit (RLIMIT_FSIZE, &limit);
      {
        g_autoptr(YqAnswer) answer = sign_in (fixture);

        g_assert_cmpuint (answer->status, ==, 201);
      }
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/broken-json", test_broken_json);
  g_test_add_func ("/hostile/gigabyte-length", test_a_gigabyte_with_its_length);
  g_test_add_func ("/hostile/gigabyte-chunks", test_a_gigabyte_in_chunks);
  g_test_add_func ("/hostile/little-too-much", test_a_little_too_much);
  g_test_add_func ("/hostile/expect", test_a_client_that_asks_first_is_told_at_once);
  g_test_add_func ("/hostile/broken-heads", test_broken_heads);
  g_test_add_func ("/hostile/slow", test_slow_clients_are_cut);
  g_test_add_func ("/hostile/memory", test_memory_stays_flat);
  g_test_add_func ("/hostile/descriptors", test_exhausted_descriptors);
  g_test_add_func ("/hostile/full-database", test_a_full_database);
  g_test_add_func ("/hostile/full-disk", test_a_full_disk);
  return g_test_run ();
}
