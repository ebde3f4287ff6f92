/* A load generator: keep-alive connections on one epoll loop, each with one request under way.
 * Prints one line of figures.  A body may hold @uuid (a fresh UUIDv7 each time) and @line (the next
 * line of --lines).  With --tokens each request is somebody else's. */
#define G_LOG_DOMAIN "yiquan-bench"

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_ANSWER (1 << 22)

typedef struct
{
  int fd;
  GString *out;
  gsize sent;
  GString *in;
  gint64 began;
} Connection;

static struct
{
  int port;
  int connections;
  double seconds;
  gint64 requests;
  int idle;
  gint64 churn;
  char *path;
  char *paths_file;
  char *body;
  char *lines_file;
  char *token;
  char *tokens_file;
  char *expect;
  gboolean gzip;
} options = { .port = 8180, .connections = 32, .seconds = 5, .path = (char *) "/healthz" };

static GStrv paths, lines, tokens;
static guint next_path, next_line, next_token;
static int epoll_fd;
static gint64 deadline, done, started, failed, answer_bytes;
static GArray *latencies;
static gboolean closing;

/* Version 7: 48 bits of milliseconds, a counter, and chance. */
static void
append_uuid (GString *out)
{
  static guint64 counter;
  guint64 ms = g_get_real_time () / 1000;
  guint64 chance = ((guint64) g_random_int () << 32) | g_random_int ();

  counter++;
  g_string_append_printf (out, "%08x-%04x-7%03x-%04x-%012" G_GINT64_MODIFIER "x",
                          (guint) (ms >> 16), (guint) (ms & 0xffff), (guint) (counter & 0xfff),
                          (guint) (0x8000 | ((counter >> 12) & 0x3fff)),
                          chance & G_GUINT64_CONSTANT (0xffffffffffff));
}

static void
append_body (GString *out)
{
  const char *p = options.body;

  while (*p != '\0')
    {
      if (g_str_has_prefix (p, "@uuid"))
        {
          append_uuid (out);
          p += strlen ("@uuid");
        }
      else if (lines != NULL && g_str_has_prefix (p, "@line"))
        {
          if (lines[next_line] == NULL || *lines[next_line] == '\0')
            next_line = 0;
          g_string_append (out, lines[next_line++]);
          p += strlen ("@line");
        }
      else
        {
          g_string_append_c (out, *p++);
        }
    }
}

static void
write_request (GString *out)
{
  const char *path = options.path;

  g_string_truncate (out, 0);
  if (paths != NULL)
    {
      if (paths[next_path] == NULL || *paths[next_path] == '\0')
        next_path = 0;
      path = paths[next_path++];
    }
  g_string_append_printf (out, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n",
                          options.body != NULL ? "POST" : "GET", path);
  if (tokens != NULL)
    {
      if (tokens[next_token] == NULL)
        next_token = 0;
      g_string_append_printf (out, "Authorization: Bearer %s\r\n", tokens[next_token++]);
    }
  else if (options.token != NULL)
    {
      g_string_append_printf (out, "Authorization: Bearer %s\r\n", options.token);
    }
  if (options.gzip)
    g_string_append (out, "Accept-Encoding: gzip\r\n");
  if (options.body != NULL)
    {
      g_autoptr(GString) body = g_string_new (NULL);

      append_body (body);
      g_string_append_printf (
        out, "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
        body->len, body->str);
    }
  else
    {
      g_string_append (out, "\r\n");
    }
}

static gboolean
connect_to_server (Connection *c)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (options.port) };
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c };
  int one = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  c->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (c->fd < 0 || connect (c->fd, (struct sockaddr *) &address, sizeof address) != 0)
    return FALSE;
  setsockopt (c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  g_string_truncate (c->in, 0);
  g_string_truncate (c->out, 0);
  c->sent = 0;
  return epoll_ctl (epoll_fd, EPOLL_CTL_ADD, c->fd, &event) == 0;
}

static Connection *
open_connection (void)
{
  Connection *c = g_new0 (Connection, 1);

  c->out = g_string_new (NULL);
  c->in = g_string_sized_new (4096);
  if (!connect_to_server (c))
    {
      g_printerr ("bench-load: cannot connect: %s\n", g_strerror (errno));
      exit (1);
    }
  return c;
}

static void
flush (Connection *c)
{
  while (c->sent < c->out->len)
    {
      gssize n =
        send (c->fd, c->out->str + c->sent, c->out->len - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0)
        return;
      c->sent += n;
    }
}

static void
begin_request (Connection *c)
{
  if (closing || (options.requests > 0 && started >= options.requests))
    return;
  started++;
  write_request (c->out);
  c->sent = 0;
  c->began = g_get_monotonic_time ();
  flush (c);
}

/* The length of the whole answer, or 0 while it is not all there. */
static gsize
answer_length (const GString *in)
{
  const char *end = strstr (in->str, "\r\n\r\n");
  const char *length = end != NULL ? strcasestr (in->str, "\r\ncontent-length:") : NULL;
  gsize whole;

  if (end == NULL)
    return 0;
  if (length == NULL || length > end)
    return strcasestr (in->str, "HTTP/1.1 204") == in->str ? (gsize) (end + 4 - in->str) : 0;
  whole = (gsize) (end + 4 - in->str) + strtoul (length + strlen ("\r\ncontent-length:"), NULL, 10);
  return in->len >= whole ? whole : 0;
}

static void
take_answer (Connection *c, gsize length)
{
  gint64 took = g_get_monotonic_time () - c->began;
  gboolean good = g_str_has_prefix (c->in->str, "HTTP/1.1 2");

  if (good && options.expect != NULL)
    good = strstr (c->in->str, options.expect) != NULL;
  if (!good && failed++ == 0)
    g_printerr ("bench-load: %.600s\n", c->in->str);
  g_array_append_val (latencies, took);
  answer_bytes += length;
  done++;
  g_string_erase (c->in, 0, length);
}

static void
reopen (Connection *c)
{
  close (c->fd);
  if (!connect_to_server (c))
    {
      failed++;
      closing = TRUE;
    }
}

static void
receive (Connection *c)
{
  char buffer[65536];
  gssize n;
  gsize length;

  while ((n = recv (c->fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
    {
      g_string_append_len (c->in, buffer, n);
      if (c->in->len > MAX_ANSWER)
        g_error ("an answer of more than %d bytes", MAX_ANSWER);
    }
  while (c->in->len > 0 && (length = answer_length (c->in)) > 0)
    {
      take_answer (c, length);
      if (options.churn > 0 && done < options.churn)
        reopen (c);
      begin_request (c);
      n = -1;
      errno = EAGAIN;
    }
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    {
      failed++;
      reopen (c);
      begin_request (c);
    }
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
percentile_ms (double share)
{
  guint i = (guint) (latencies->len * share);

  if (latencies->len == 0)
    return 0;
  return g_array_index (latencies, gint64, MIN (i, latencies->len - 1)) / 1000.0;
}

static gboolean
is_over (void)
{
  if (options.churn > 0)
    return done >= options.churn;
  if (options.requests > 0)
    return done >= options.requests;
  return g_get_monotonic_time () >= deadline;
}

static void
run_load (void)
{
  g_autofree Connection **connections = g_new0 (Connection *, options.connections);
  gint64 began = g_get_monotonic_time ();
  double seconds;

  deadline = began + (gint64) (options.seconds * G_USEC_PER_SEC);
  for (int i = 0; i < options.connections; i++)
    connections[i] = open_connection ();
  for (int i = 0; i < options.connections; i++)
    begin_request (connections[i]);
  while (!is_over ())
    {
      struct epoll_event events[256];
      int n = epoll_wait (epoll_fd, events, G_N_ELEMENTS (events), 100);

      for (int i = 0; i < n; i++)
        {
          if (events[i].events & EPOLLOUT)
            flush (events[i].data.ptr);
          if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            receive (events[i].data.ptr);
        }
    }
  seconds = (g_get_monotonic_time () - began) / (double) G_USEC_PER_SEC;
  g_array_sort (latencies, compare_times);
  g_print ("requests=%" G_GINT64_FORMAT
           " seconds=%.3f rate=%.1f p50_ms=%.3f p95_ms=%.3f p99_ms=%.3f "
           "max_ms=%.3f bytes=%" G_GINT64_FORMAT " failed=%" G_GINT64_FORMAT "\n",
           done, seconds, done / seconds, percentile_ms (0.5), percentile_ms (0.95),
           percentile_ms (0.99), percentile_ms (1), answer_bytes, failed);
}

/* Opens connections, uses each once, says so, and keeps them until standard input ends. */
static void
hold_idle (void)
{
  char byte;

  for (int i = 0; i < options.idle; i++)
    {
      Connection *c = open_connection ();

      write_request (c->out);
      flush (c);
      while (answer_length (c->in) == 0)
        {
          char buffer[16384];
          gssize n = recv (c->fd, buffer, sizeof buffer, 0);

          if (n <= 0)
            g_error ("connection %d was closed", i);
          g_string_append_len (c->in, buffer, n);
        }
    }
  g_print ("idle=%d\n", options.idle);
  while (read (STDIN_FILENO, &byte, 1) > 0)
    continue;
}

static GStrv
read_lines (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  return g_strsplit (g_strchomp (text), "\n", -1);
}

static const GOptionEntry entries[] = {
  { "port", 'p', 0, G_OPTION_ARG_INT, &options.port, "Port on 127.0.0.1", "N" },
  { "connections", 'c', 0, G_OPTION_ARG_INT, &options.connections, "At a time", "N" },
  { "seconds", 's', 0, G_OPTION_ARG_DOUBLE, &options.seconds, "How long", "S" },
  { "requests", 'n', 0, G_OPTION_ARG_INT64, &options.requests, "Stop after so many", "N" },
  { "idle", 0, 0, G_OPTION_ARG_INT, &options.idle, "Only hold idle connections", "N" },
  { "churn", 0, 0, G_OPTION_ARG_INT64, &options.churn, "A connection for each request", "N" },
  { "path", 0, 0, G_OPTION_ARG_STRING, &options.path, "What to ask for", "PATH" },
  { "paths", 0, 0, G_OPTION_ARG_FILENAME, &options.paths_file, "One path a line, in turn", "FILE" },
  { "body", 0, 0, G_OPTION_ARG_STRING, &options.body, "POST this", "TEXT" },
  { "lines", 0, 0, G_OPTION_ARG_FILENAME, &options.lines_file, "Values of @line", "FILE" },
  { "token", 0, 0, G_OPTION_ARG_STRING, &options.token, "Bearer token", "TOKEN" },
  { "tokens", 0, 0, G_OPTION_ARG_FILENAME, &options.tokens_file, "One token a line, in turn",
    "FILE" },
  { "expect", 0, 0, G_OPTION_ARG_STRING, &options.expect, "Must be in each answer", "TEXT" },
  { "gzip", 0, 0, G_OPTION_ARG_NONE, &options.gzip, "Accept gzip", NULL },
  { NULL },
};

int
main (int argc, char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new ("- a load generator");
  g_autoptr(GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (options.paths_file != NULL)
    paths = read_lines (options.paths_file);
  if (options.lines_file != NULL)
    lines = read_lines (options.lines_file);
  if (options.tokens_file != NULL)
    tokens = read_lines (options.tokens_file);
  epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  latencies = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (options.idle > 0)
    hold_idle ();
  else
    run_load ();
  return failed > 0;
}
