/* The relay: one thread accepts, one per connection passes bytes on. */
#define G_LOG_DOMAIN "wire"

#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _Wire
{
  int listener;
  guint port, server_port;
  GThread *thread;
  GMutex lock;
  GPtrArray *threads;
  int ending[2]; /* readable: end everything */
  gboolean is_up;
  guint n_downs; /* connections of before the last fall end */
  WireCut cut;
  char *start;
  guint n_bytes;
  gboolean was_cut;
  guint64 reply_bytes;
  void (*cut_cb) (gpointer);
  gpointer user_data;
};

typedef struct
{
  Wire *wire;
  int client, server;
  guint n_downs;
  gboolean is_matched; /* the present request */
  gint64 left;         /* reply bytes until the cut; -1: no cut */
} Link;

static int
connect_to (guint port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons ((guint16) port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

static gboolean
write_all (int fd, const char *data, gsize size)
{
  while (size > 0)
    {
      gssize n = send (fd, data, size, MSG_NOSIGNAL);

      if (n <= 0)
        return FALSE;
      data += n;
      size -= (gsize) n;
    }
  return TRUE;
}

static void
tell_cut (Wire *wire)
{
  void (*cut_cb) (gpointer);
  gpointer user_data;

  g_mutex_lock (&wire->lock);
  wire->was_cut = TRUE;
  wire->cut = WIRE_WHOLE;
  cut_cb = wire->cut_cb;
  user_data = wire->user_data;
  g_mutex_unlock (&wire->lock);
  if (cut_cb != NULL)
    cut_cb (user_data);
}

/* FALSE: the connection ends before the server sees this. */
static gboolean
look_at_request (Link *link, const char *data, gsize size)
{
  Wire *wire = link->wire;
  WireCut cut;

  g_mutex_lock (&wire->lock);
  cut = wire->cut;
  if (wire->start != NULL && size > strlen (wire->start) &&
      strncmp (data, wire->start, strlen (wire->start)) == 0)
    {
      link->is_matched = TRUE;
      wire->reply_bytes = 0;
      link->left = cut == WIRE_REPLY ? (gint64) wire->n_bytes : -1;
    }
  else if (size > 4 && (strncmp (data, "GET ", 4) == 0 || strncmp (data, "HEAD", 4) == 0 ||
                        strncmp (data, "PATC", 4) == 0 || strncmp (data, "POST", 4) == 0))
    {
      link->is_matched = FALSE;
      link->left = -1;
    }
  g_mutex_unlock (&wire->lock);
  if (!link->is_matched || cut != WIRE_REQUEST)
    return TRUE;
  tell_cut (wire);
  return FALSE;
}

/* FALSE: the connection ends here. */
static gboolean
pass_reply (Link *link, const char *data, gsize size)
{
  Wire *wire = link->wire;

  if (link->is_matched)
    {
      gboolean tells;

      g_mutex_lock (&wire->lock);
      wire->reply_bytes += size;
      tells = wire->cut == WIRE_TELL;
      g_mutex_unlock (&wire->lock);
      if (tells)
        tell_cut (wire);
    }
  if (link->left < 0 || (gint64) size <= link->left)
    {
      if (link->left >= 0)
        link->left -= (gint64) size;
      return write_all (link->client, data, size);
    }
  write_all (link->client, data, (gsize) link->left);
  tell_cut (wire);
  return FALSE;
}

static gboolean
is_over (Link *link)
{
  gboolean over;

  g_mutex_lock (&link->wire->lock);
  over = link->n_downs != link->wire->n_downs;
  g_mutex_unlock (&link->wire->lock);
  return over;
}

static gboolean
pass_on (Link *link, struct pollfd *polled)
{
  char data[16384];

  for (int side = 0; side < 2; side++)
    if (polled[side].revents != 0)
      {
        gssize n = recv (polled[side].fd, data, sizeof data, 0);

        if (n <= 0)
          return FALSE;
        if (side == 0 ? !look_at_request (link, data, (gsize) n) ||
                          !write_all (link->server, data, (gsize) n)
                      : !pass_reply (link, data, (gsize) n))
          return FALSE;
      }
  return TRUE;
}

static gpointer
run_link (gpointer data)
{
  Link *link = data;
  struct linger hard = { 1, 0 };

  for (;;)
    {
      struct pollfd polled[3] = { { link->client, POLLIN, 0 },
                                  { link->server, POLLIN, 0 },
                                  { link->wire->ending[0], POLLIN, 0 } };

      if (poll (polled, 3, 20) < 0 && errno != EINTR)
        break;
      if (polled[2].revents != 0 || is_over (link) || !pass_on (link, polled))
        break;
    }
  setsockopt (link->client, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close (link->client);
  close (link->server);
  g_free (link);
  return NULL;
}

static void
take_connection (Wire *wire, int client)
{
  Link *link;
  int server = -1;

  g_mutex_lock (&wire->lock);
  if (wire->is_up)
    server = connect_to (wire->server_port);
  if (server >= 0)
    {
      link = g_new0 (Link, 1);
      link->wire = wire;
      link->client = client;
      link->server = server;
      link->n_downs = wire->n_downs;
      link->left = -1;
      g_ptr_array_add (wire->threads, g_thread_new ("wire", run_link, link));
    }
  g_mutex_unlock (&wire->lock);
  if (server < 0)
    close (client);
}

static gpointer
run_wire (gpointer data)
{
  Wire *wire = data;

  for (;;)
    {
      struct pollfd polled[2] = { { wire->listener, POLLIN, 0 }, { wire->ending[0], POLLIN, 0 } };
      int client;

      if (poll (polled, 2, -1) < 0 && errno != EINTR)
        return NULL;
      if (polled[1].revents != 0)
        return NULL;
      if ((client = accept4 (wire->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
        take_connection (wire, client);
    }
}

Wire *
wire_new (guint server_port)
{
  Wire *wire = g_new0 (Wire, 1);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;

  wire->server_port = server_port;
  wire->is_up = TRUE;
  wire->threads = g_ptr_array_new ();
  g_mutex_init (&wire->lock);
  g_assert_cmpint (pipe (wire->ending), ==, 0);
  wire->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (wire->listener, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (wire->listener, 64), ==, 0);
  g_assert_cmpint (getsockname (wire->listener, (struct sockaddr *) &address, &size), ==, 0);
  wire->port = ntohs (address.sin_port);
  wire->thread = g_thread_new ("wire-accept", run_wire, wire);
  return wire;
}

void
wire_free (Wire *wire)
{
  g_assert_cmpint (write (wire->ending[1], "x", 1), ==, 1);
  g_thread_join (wire->thread);
  for (guint i = 0; i < wire->threads->len; i++)
    g_thread_join (wire->threads->pdata[i]);
  g_ptr_array_unref (wire->threads);
  close (wire->listener);
  close (wire->ending[0]);
  close (wire->ending[1]);
  g_mutex_clear (&wire->lock);
  g_free (wire->start);
  g_free (wire);
}

guint
wire_port (Wire *wire)
{
  return wire->port;
}

void
wire_cut (Wire *wire, WireCut cut, const char *start, guint n_bytes, void (*cut_cb) (gpointer),
          gpointer user_data)
{
  g_mutex_lock (&wire->lock);
  g_free (wire->start);
  wire->start = g_strdup (start);
  wire->cut = cut;
  wire->n_bytes = n_bytes;
  wire->was_cut = FALSE;
  wire->cut_cb = cut_cb;
  wire->user_data = user_data;
  g_mutex_unlock (&wire->lock);
}

gboolean
wire_was_cut (Wire *wire)
{
  gboolean was_cut;

  g_mutex_lock (&wire->lock);
  was_cut = wire->was_cut;
  g_mutex_unlock (&wire->lock);
  return was_cut;
}

void
wire_set_up (Wire *wire, gboolean up)
{
  g_mutex_lock (&wire->lock);
  wire->is_up = up;
  wire->n_downs += !up;
  g_mutex_unlock (&wire->lock);
}

guint64
wire_n_reply_bytes (Wire *wire)
{
  guint64 n;

  g_mutex_lock (&wire->lock);
  n = wire->reply_bytes;
  g_mutex_unlock (&wire->lock);
  return n;
}
