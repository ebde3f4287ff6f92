/* Event loops.  libmicrohttpd runs in external epoll mode: its own polling thread waits with a full
 * batch of events in hand, and a resume from another thread would not wake it.  So the loop polls
 * itself, with an eventfd beside. */
#define G_LOG_DOMAIN "yiquand-loop"

#include "http-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "search-index.h"

#define SWEEP_MS 200       /* parked requests and slow peers are looked at so often */
#define IDLE_SWEEP_MS 1000 /* where nothing is parked */
#define STOP_MS 10000
#define MEMORY_PER_CONNECTION (16 * 1024) /* also bounds the head of a request */
#define WORTH_COMPRESSING 1400            /* fits one packet anyway */

struct _YqLoop
{
  YqServer *server;
  struct MHD_Daemon *daemon;
  GThread *thread;
  int listener;
  int epoll;
  int event;
  SqlConn *conn;
  guint n_commits; /* when its transaction began */
  SqlConn *files_conn;
  GQueue peers;  /* YqPeer.link */
  GQueue parked; /* YqRequest.link */
  gint64 next_sweep;
  z_stream zip;
  gboolean can_zip;
  char *certificate, *key;

  GMutex lock;
  GPtrArray *ready; /* requests that were resumed, continued; under lock */
  GPtrArray *taken; /* the loop's own half of the pair */
  int is_stopping;
  gint64 stop_at;
};

/* Connections per address, over all loops of all servers in the process. */
static GMutex address_lock;
static GHashTable *address_counts;

/* -- connections -- */

static char *
address_text (const struct sockaddr *address)
{
  g_autoptr(GSocketAddress) parsed = NULL;
  socklen_t size =
    address->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);

  parsed = g_socket_address_new_from_native ((gpointer) address, size);
  if (!G_IS_INET_SOCKET_ADDRESS (parsed))
    return NULL;
  return g_inet_address_to_string (
    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (parsed)));
}

char *
yq_loop_address (struct MHD_Connection *connection)
{
  return address_text (
    MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
}

static guint
count_address (const char *address, int change)
{
  guint n;

  g_mutex_lock (&address_lock);
  if (address_counts == NULL)
    address_counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (address_counts, address)) + change;
  if (n > 0)
    g_hash_table_replace (address_counts, g_strdup (address), GUINT_TO_POINTER (n));
  else
    g_hash_table_remove (address_counts, address);
  g_mutex_unlock (&address_lock);
  return n;
}

/* Looks only; the connection is counted when it starts. */
static enum MHD_Result
accept_cb (void *user_data, const struct sockaddr *address, socklen_t size)
{
  YqLoop *loop = user_data;
  int limit = yq_server_config (loop->server)->per_ip_connections;
  g_autofree char *text = limit > 0 ? address_text (address) : NULL;

  if (text == NULL || count_address (text, 0) < (guint) limit)
    return MHD_YES;
  yq_metrics_add (yq_server_metrics (loop->server), YQ_METRIC_CONNECTIONS_CUT, 1);
  return MHD_NO;
}

static gint64
seconds_from_now (guint seconds)
{
  return g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
}

static void
connection_cb (void *user_data, struct MHD_Connection *connection, void **context,
               enum MHD_ConnectionNotificationCode what)
{
  YqLoop *loop = user_data;
  const YqConfig *config = yq_server_config (loop->server);
  YqPeer *peer = *context;
  g_autofree char *address = NULL;

  if (config->per_ip_connections > 0)
    address = yq_loop_address (connection);
  if (address != NULL)
    count_address (address, what == MHD_CONNECTION_NOTIFY_STARTED ? 1 : -1);
  yq_metrics_add (yq_server_metrics (loop->server), YQ_METRIC_CONNECTIONS,
                  what == MHD_CONNECTION_NOTIFY_STARTED ? 1 : -1);
  if (what == MHD_CONNECTION_NOTIFY_CLOSED)
    {
      g_queue_unlink (&loop->peers, &peer->link);
      g_free (peer);
      *context = NULL;
      return;
    }
  peer = g_new0 (YqPeer, 1);
  peer->loop = loop;
  peer->link.data = peer;
  peer->fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  peer->deadline = seconds_from_now (config->header_seconds);
  g_queue_push_tail_link (&loop->peers, &peer->link);
  *context = peer;
}

static void
completed_cb (void *user_data, struct MHD_Connection *connection, void **context,
              enum MHD_RequestTerminationCode code)
{
  YqLoop *loop = user_data;
  YqRequest *request = *context;

  *context = NULL;
  if (request == NULL)
    return;
  request->peer->request = NULL;
  request->peer->deadline = seconds_from_now (yq_server_config (loop->server)->header_seconds);
  yq_request_free (request);
}

static enum MHD_Result
access_cb (void *user_data, struct MHD_Connection *connection, const char *url, const char *method,
           const char *version, const char *data, size_t *size, void **context)
{
  YqLoop *loop = user_data;
  YqRequest *request = *context;
  enum MHD_Result result;

  if (request == NULL)
    {
      YqPeer *peer =
        MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;

      *context = request = yq_request_new (loop, peer, connection);
      peer->request = request;
      result = yq_request_begin (request, url, method);
    }
  else if (*size > 0)
    {
      result = yq_request_take (request, data, *size);
      *size = 0;
    }
  else
    result = yq_request_finish (request);

  if (request->is_parked)
    MHD_suspend_connection (connection);
  return result;
}

/* Paths and parameters are decoded by http.c, segment by segment and strictly. */
static size_t
keep_escapes (void *user_data, struct MHD_Connection *connection, char *text)
{
  return strlen (text);
}

/* What libmicrohttpd has to say is mostly about what clients do: an operator does not want it. */
static void
log_cb (void *user_data, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  g_debug ("%s", g_strchomp (text));
}

/* -- parked requests -- */

YqServer *
yq_loop_server (YqLoop *loop)
{
  return loop->server;
}

/* All that is read in one turn of the loop is read in one transaction, unless something was
 * committed meanwhile: to begin and end one takes longer than to read a record. */
SqlConn *
yq_loop_conn (YqLoop *loop)
{
  guint n_commits = yq_server_commits (loop->server);
  g_autoptr(GError) error = NULL;

  if (sql_in_transaction (loop->conn))
    {
      if (loop->n_commits == n_commits)
        return loop->conn;
      sql_rollback (loop->conn);
    }
  loop->n_commits = n_commits;
  if (!sql_begin (loop->conn, FALSE, &error))
    g_message ("Beginning to read: %s", error->message);
  return loop->conn;
}

static void
end_reading (YqLoop *loop)
{
  g_autoptr(GError) error = NULL;

  if (sql_in_transaction (loop->conn) && !sql_commit (loop->conn, &error))
    {
      g_message ("Ending to read: %s", error->message);
      sql_rollback (loop->conn);
    }
}

SqlConn *
yq_loop_files_conn (YqLoop *loop)
{
  return loop->files_conn;
}

gboolean
yq_loop_is_stopping (YqLoop *loop)
{
  return g_atomic_int_get (&loop->is_stopping);
}

void
yq_loop_park (YqLoop *loop, YqRequest *request)
{
  request->link.data = request;
  g_queue_push_tail_link (&loop->parked, &request->link);
}

void
yq_loop_unpark (YqLoop *loop, YqRequest *request)
{
  g_queue_unlink (&loop->parked, &request->link);
}

static void
poke (YqLoop *loop)
{
  guint64 one = 1;

  if (write (loop->event, &one, sizeof one) < 0 && errno != EAGAIN)
    g_warning ("Cannot wake a loop: %s", g_strerror (errno));
}

void
yq_loop_ready (YqLoop *loop, YqRequest *request)
{
  gboolean was_empty;

  /* Woken under the lock: once the request is answered, the loop may end and be freed. */
  g_mutex_lock (&loop->lock);
  was_empty = loop->ready->len == 0;
  g_ptr_array_add (loop->ready, request);
  if (was_empty)
    poke (loop);
  g_mutex_unlock (&loop->lock);
}

/* Goes on with a suspended request, unless its handler has parked it again. */
static void
wake_request (YqRequest *request, YqHandler handler)
{
  yq_request_wake (request, handler);
  if (!request->is_parked)
    MHD_resume_connection (request->connection);
}

static void
wake_ready (YqLoop *loop)
{
  GPtrArray *ready;
  guint64 n;

  if (read (loop->event, &n, sizeof n) < 0)
    return;
  g_mutex_lock (&loop->lock);
  ready = loop->ready;
  loop->ready = loop->taken;
  loop->taken = ready;
  g_mutex_unlock (&loop->lock);

  for (guint i = 0; i < ready->len; i++)
    {
      YqRequest *request = ready->pdata[i];
      YqHandler handler = request->next;

      request->next = NULL;
      wake_request (request, handler);
    }
  g_ptr_array_set_size (ready, 0);
}

/* -- the sweep -- */

static void
sweep_parked (YqLoop *loop, gint64 now)
{
  for (GList *link = loop->parked.head; link != NULL; link = link->next)
    {
      YqRequest *request = link->data;

      if (request->deadline == 0 || request->deadline > now)
        continue;
      request->deadline = 0;
      yq_text_set_language (request->language);
      request->on_deadline (request);
      if (request->is_replied)
        yq_request_resume (request);
    }
}

static void
sweep_peers (YqLoop *loop, gint64 now)
{
  gboolean stopping = yq_loop_is_stopping (loop);

  for (GList *link = loop->peers.head; link != NULL; link = link->next)
    {
      YqPeer *peer = link->data;

      if (peer->request != NULL && peer->request->is_parked)
        continue;
      if (stopping && (peer->request == NULL || now > loop->stop_at))
        shutdown (peer->fd, SHUT_RDWR);
      else if (peer->deadline != 0 && peer->deadline < now)
        {
          yq_metrics_add (yq_server_metrics (loop->server), YQ_METRIC_CONNECTIONS_CUT, 1);
          peer->deadline = 0;
          shutdown (peer->fd, SHUT_RDWR);
        }
    }
}

/* FALSE: it is not time yet. */
static gboolean
sweep (YqLoop *loop)
{
  gint64 now = g_get_monotonic_time ();

  if (now < loop->next_sweep)
    return FALSE;
  sweep_parked (loop, now);
  sweep_peers (loop, now);
  loop->next_sweep =
    now + 1000 * (loop->parked.length > 0 || yq_loop_is_stopping (loop) ? SWEEP_MS : IDLE_SWEEP_MS);
  return TRUE;
}

static guint
limit_of (YqLoop *loop)
{
  const YqConfig *config = yq_server_config (loop->server);

  return MAX (config->connections / MAX (config->loops, 1), 1);
}

/* Where descriptors ran out, libmicrohttpd accepts nobody until a connection of this loop ends, and
 * that may be one that stays: others may have given descriptors back meanwhile. */
static void
accept_what_waits (YqLoop *loop)
{
  struct pollfd waiting = { .fd = loop->listener, .events = POLLIN };

  while (loop->peers.length < limit_of (loop) && poll (&waiting, 1, 0) > 0)
    {
      struct sockaddr_storage address;
      struct sockaddr *plain = (struct sockaddr *) &address;
      socklen_t size = sizeof address;
      int fd = accept4 (loop->listener, plain, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd < 0 || MHD_add_connection (loop->daemon, fd, plain, size) != MHD_YES)
        break;
    }
}

/* -- the thread -- */

static void
wait_for_events (YqLoop *loop)
{
  struct pollfd fds[] = { { .fd = loop->epoll, .events = POLLIN },
                          { .fd = loop->event, .events = POLLIN } };
  MHD_UNSIGNED_LONG_LONG wanted;
  gint64 ms = (loop->next_sweep - g_get_monotonic_time ()) / 1000 + 1;

  if (loop->parked.length > 0)
    ms = MIN (ms, SWEEP_MS);
  if (MHD_get_timeout (loop->daemon, &wanted) == MHD_YES)
    ms = MIN (ms, (gint64) MIN (wanted, IDLE_SWEEP_MS));
  if (poll (fds, G_N_ELEMENTS (fds), MAX (ms, 0)) > 0 && fds[1].revents != 0)
    wake_ready (loop);
}

/* No more connections; the listening socket is ours to close. */
static void
begin_to_stop (YqLoop *loop)
{
  MHD_quiesce_daemon (loop->daemon);
  close (loop->listener);
  loop->listener = -1;
  loop->stop_at = g_get_monotonic_time () + STOP_MS * 1000;
  loop->next_sweep = 0;
}

static gpointer
run_loop (gpointer user_data)
{
  YqLoop *loop = user_data;
  gboolean is_swept;

  while (loop->listener >= 0 || loop->peers.length > 0)
    {
      if (loop->listener >= 0 && yq_loop_is_stopping (loop))
        begin_to_stop (loop);
      wait_for_events (loop);
      is_swept = sweep (loop);
      MHD_run (loop->daemon);
      if (is_swept && loop->listener >= 0)
        accept_what_waits (loop);
      end_reading (loop);
    }
  return NULL;
}

/* -- start and stop -- */

static gboolean
start_daemon (YqLoop *loop, GError **error)
{
  struct MHD_OptionItem tls[] = { { MHD_OPTION_HTTPS_MEM_CERT, 0, loop->certificate },
                                  { MHD_OPTION_HTTPS_MEM_KEY, 0, loop->key },
                                  { MHD_OPTION_END, 0, NULL } };
  struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };
  guint flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

  loop->daemon = MHD_start_daemon (
    flags | (loop->key != NULL ? MHD_USE_TLS : 0), 0, accept_cb, loop, access_cb, loop,
    MHD_OPTION_EXTERNAL_LOGGER, log_cb, NULL, MHD_OPTION_LISTEN_SOCKET, loop->listener,
    MHD_OPTION_CONNECTION_LIMIT, limit_of (loop), MHD_OPTION_CONNECTION_TIMEOUT, 0u,
    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) MEMORY_PER_CONNECTION,
    MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t) 1024, MHD_OPTION_NOTIFY_CONNECTION,
    connection_cb, loop, MHD_OPTION_NOTIFY_COMPLETED, completed_cb, loop,
    MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_ARRAY,
    loop->key != NULL ? tls : none, MHD_OPTION_END);
  if (loop->daemon == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   loop->key != NULL ? "Cannot serve with this certificate and key"
                                     : "Cannot start an HTTP daemon");
      return FALSE;
    }
  loop->epoll = MHD_get_daemon_info (loop->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
  return TRUE;
}

static gboolean
open_loop (YqLoop *loop, GError **error)
{
  const YqConfig *config = yq_server_config (loop->server);
  g_autofree char *files = yq_files_database (config);

  loop->can_zip =
    deflateInit2 (&loop->zip, Z_BEST_SPEED, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  if ((loop->event = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC)) < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No eventfd: %s", g_strerror (errno));
      return FALSE;
    }
  if (config->certificate != NULL &&
      (!g_file_get_contents (config->certificate, &loop->certificate, NULL, error) ||
       !g_file_get_contents (config->key, &loop->key, NULL, error)))
    return FALSE;
  return (loop->conn = sql_open (yq_server_uri (loop->server), SQL_OPEN_READ_ONLY, error)) &&
         yq_search_index_open (loop->conn, error) &&
         (loop->files_conn = sql_open (files, SQL_OPEN_READ_ONLY, error)) &&
         start_daemon (loop, error);
}

YqLoop *
yq_loop_start (YqServer *server, int listener, GError **error)
{
  YqLoop *loop = g_new0 (YqLoop, 1);

  loop->server = server;
  loop->listener = listener;
  loop->event = -1;
  loop->ready = g_ptr_array_new ();
  loop->taken = g_ptr_array_new ();
  g_mutex_init (&loop->lock);
  if (open_loop (loop, error))
    {
      loop->thread = g_thread_new ("loop", run_loop, loop);
      return loop;
    }
  yq_loop_free (loop);
  return NULL;
}

void
yq_loop_stop (YqLoop *loop)
{
  g_atomic_int_set (&loop->is_stopping, TRUE);
  poke (loop);
}

void
yq_loop_free (YqLoop *loop)
{
  if (loop->thread != NULL)
    g_thread_join (loop->thread);
  g_mutex_lock (&loop->lock); /* whoever woke it last has let go */
  g_mutex_unlock (&loop->lock);
  g_clear_pointer (&loop->daemon, MHD_stop_daemon);
  if (loop->listener >= 0)
    close (loop->listener);
  if (loop->event >= 0)
    close (loop->event);
  if (loop->can_zip)
    deflateEnd (&loop->zip);
  g_clear_pointer (&loop->conn, sql_close);
  g_clear_pointer (&loop->files_conn, sql_close);
  g_ptr_array_unref (loop->ready);
  g_ptr_array_unref (loop->taken);
  g_mutex_clear (&loop->lock);
  g_free (loop->certificate);
  g_free (loop->key);
  g_free (loop);
}

int
yq_loop_listen (const char *address, guint *port, gboolean is_shared, GError **error)
{
  g_autoptr(GSocketConnectable) where = g_network_address_parse (address, 0, error);
  g_autoptr(GSocketAddressEnumerator) all = NULL;
  g_autoptr(GSocketAddress) found = NULL;
  struct sockaddr_storage native;
  socklen_t size = sizeof native;
  int fd, one = 1, shared = is_shared;

  if (where == NULL)
    return -1;
  all = g_socket_connectable_enumerate (where);
  if (!(found = g_socket_address_enumerator_next (all, NULL, error)) ||
      !g_socket_address_to_native (found, &native, sizeof native, error))
    return -1;
  if (*port != 0)
    ((struct sockaddr_in *) &native)->sin_port = htons (*port); /* the same place in sockaddr_in6 */
  fd = socket (native.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  /* By hand: g_socket_bind() takes SO_REUSEPORT away again. */
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
      setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &shared, sizeof shared) != 0 ||
      bind (fd, (struct sockaddr *) &native, g_socket_address_get_native_size (found)) != 0 ||
      listen (fd, 1024) != 0 || getsockname (fd, (struct sockaddr *) &native, &size) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot listen on %s: %s",
                   address, g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return -1;
    }
  *port = ntohs (((struct sockaddr_in *) &native)->sin_port);
  return fd;
}

GBytes *
yq_loop_compress (YqLoop *loop, gconstpointer data, gsize size)
{
  gsize bound;
  g_autofree guint8 *out = NULL;

  if (size < WORTH_COMPRESSING || !loop->can_zip || deflateReset (&loop->zip) != Z_OK)
    return NULL;
  bound = deflateBound (&loop->zip, size);
  out = g_malloc (bound);
  loop->zip.next_in = (gpointer) data;
  loop->zip.avail_in = size;
  loop->zip.next_out = out;
  loop->zip.avail_out = bound;
  if (deflate (&loop->zip, Z_FINISH) != Z_STREAM_END)
    return NULL;
  bound -= loop->zip.avail_out;
  return g_bytes_new_take (g_realloc (g_steal_pointer (&out), bound), bound);
}
