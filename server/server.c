/* Starts and stops everything, in the order in which one thing needs another. */
#define G_LOG_DOMAIN "yiquand"

#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "account-desk.h"
#include "changes.h"
#include "instrument-system.h"
#include "loop.h"
#include "notify.h"
#include "schedule.h"
#include "sign-on.h"

#define RESERVED_FDS 128 /* databases, files, logs */

struct _YqServer
{
  YqConfig *config;
  char *uri;
  guint port;
  int lock;
  YqMetrics *metrics;
  YqSessions *sessions;
  YqFiles *files;
  YqWriter *writer;
  GPtrArray *loops;
  gpointer *parts;
  guint n_parts; /* started */
  int is_stopping;
  int n_commits;
};

/* What keeps a state of its own.  Order: prepared and started from the top, stopped from the
 * bottom. */
static const YqPart *const parts[] = {
  &yq_records_part,
  &yq_effects_part,
  &yq_notify_part,
  &yq_accounts_part,
  &yq_sign_on_part,
  &yq_instrument_systems_part,
  NULL,
};

static gboolean
prepare_all (SqlConn *conn, gpointer user_data, GError **error)
{
  if (!yq_sessions_prepare (conn, error))
    return FALSE;
  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i]->prepare != NULL && !parts[i]->prepare (conn, error))
      {
        g_prefix_error (error, "%s: ", parts[i]->name);
        return FALSE;
      }
  return TRUE;
}

static void
committed_cb (gpointer user_data)
{
  YqServer *server = user_data;

  g_atomic_int_inc (&server->n_commits);
  for (guint i = 0; i < server->n_parts; i++)
    if (parts[i]->after_commit != NULL)
      parts[i]->after_commit (server->parts[i]);
}

static void
rolled_back_cb (gpointer user_data)
{
  YqServer *server = user_data;

  for (guint i = 0; i < server->n_parts; i++)
    if (parts[i]->after_rollback != NULL)
      parts[i]->after_rollback (server->parts[i]);
}

/* Somebody ran a verb beside us: what is kept in memory may be old. */
static void
foreign_commit_cb (gpointer user_data)
{
  YqServer *server = user_data;

  g_atomic_int_inc (&server->n_commits);
  if (server->sessions != NULL)
    yq_sessions_drop_account (server->sessions, NULL);
}

/* -- start -- */

/* Two servers on one folder would each believe to be the only writer. */
static gboolean
lock_folder (YqServer *server, GError **error)
{
  g_autofree char *path = g_build_filename (server->config->data, "yiquand.lock", NULL);

  if (g_mkdir_with_parents (server->config->data, 0700) != 0 ||
      (server->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Cannot use the folder %s: %s",
                   server->config->data, g_strerror (errno));
      return FALSE;
    }
  if (flock (server->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "Another yiquand is serving %s",
               server->config->data);
  return FALSE;
}

/* Clients never get so many descriptors that the databases lack one. */
static void
bound_connections (YqConfig *config)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  if (limit.rlim_cur < limit.rlim_max && limit.rlim_cur < config->connections + RESERVED_FDS)
    {
      limit.rlim_cur = MIN (limit.rlim_max, config->connections + RESERVED_FDS);
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  if (limit.rlim_cur != RLIM_INFINITY && config->connections + RESERVED_FDS > limit.rlim_cur)
    config->connections =
      limit.rlim_cur > 2 * RESERVED_FDS ? limit.rlim_cur - RESERVED_FDS : limit.rlim_cur / 2;
}

static void
settle_config (YqConfig *config)
{
  gboolean is_local =
    g_str_has_prefix (config->listen, "127.") || g_str_has_prefix (config->listen, "[::1]");

  if (config->loops == 0)
    config->loops = MIN (g_get_num_processors (), 64);
  if (config->per_ip_connections < 0)
    config->per_ip_connections = is_local ? 0 : 256;
  bound_connections (config);
}

static gboolean
start_writer (YqServer *server, GError **error)
{
  YqWriterHooks hooks = { .after_commit = committed_cb,
                          .after_rollback = rolled_back_cb,
                          .foreign_commit = foreign_commit_cb,
                          .user_data = server,
                          .metrics = server->metrics,
                          .syncs_beside = TRUE,
                          .never_syncs = server->config->never_syncs,
                          .max_pages = server->config->max_pages };

  return (server->writer = yq_writer_start (server->uri, &hooks, error)) &&
         yq_writer_call (server->writer, prepare_all, NULL, error);
}

static gboolean
start_parts (YqServer *server, GError **error)
{
  server->parts = g_new0 (gpointer, G_N_ELEMENTS (parts));
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr(GError) failure = NULL;

      if (parts[i]->start != NULL)
        server->parts[i] = parts[i]->start (server, &failure);
      if (failure != NULL)
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&failure), "%s: ", parts[i]->name);
          return FALSE;
        }
      server->n_parts = i + 1;
    }
  return TRUE;
}

/* SO_REUSEPORT would let two servers of one user share a port in silence: so look first whether it
 * is free. */
static gboolean
start_loops (YqServer *server, GError **error)
{
  const YqConfig *config = server->config;
  int probe = yq_loop_listen (config->listen, &server->port, FALSE, error);

  if (probe < 0)
    return FALSE;
  close (probe);
  for (guint i = 0; i < config->loops; i++)
    {
      int listener = yq_loop_listen (config->listen, &server->port, TRUE, error);
      YqLoop *loop = listener >= 0 ? yq_loop_start (server, listener, error) : NULL;

      if (loop == NULL)
        return FALSE;
      g_ptr_array_add (server->loops, loop);
    }
  return TRUE;
}

YqServer *
yq_server_start (const YqConfig *config, GError **error)
{
  YqServer *server;

  if (sodium_init () < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No random numbers");
      return NULL;
    }
  if (!yq_config_check (config, error))
    return NULL;
  server = g_new0 (YqServer, 1);
  server->lock = -1;
  server->config = yq_config_copy (config);
  server->uri = yq_server_database (config);
  server->loops = g_ptr_array_new_with_free_func ((GDestroyNotify) yq_loop_free);
  server->metrics = yq_metrics_new ();
  settle_config (server->config);
  if (lock_folder (server, error) && start_writer (server, error) &&
      (server->files = yq_files_new (server, error)) &&
      (server->sessions = yq_sessions_new (server, error)) && start_parts (server, error) &&
      start_loops (server, error))
    return server;

  yq_server_stop (server);
  return NULL;
}

void
yq_server_stop (YqServer *server)
{
  g_atomic_int_set (&server->is_stopping, TRUE);
  for (guint i = 0; i < server->loops->len; i++)
    yq_loop_stop (server->loops->pdata[i]);
  for (guint i = 0; i < server->n_parts; i++)
    if (parts[i]->stopping != NULL)
      parts[i]->stopping (server->parts[i]);
  if (server->sessions != NULL)
    yq_sessions_stop (server->sessions);
  g_ptr_array_unref (server->loops);
  g_clear_pointer (&server->writer, yq_writer_stop);
  for (guint i = server->n_parts; i > 0; i--)
    if (parts[i - 1]->stop != NULL)
      parts[i - 1]->stop (server->parts[i - 1]);
  g_clear_pointer (&server->sessions, yq_sessions_free);
  g_clear_pointer (&server->files, yq_files_free);
  g_clear_pointer (&server->metrics, yq_metrics_free);
  if (server->lock >= 0)
    close (server->lock);
  g_free (server->parts);
  g_free (server->uri);
  yq_config_free (server->config);
  g_free (server);
}

/* -- looking -- */

guint
yq_server_port (YqServer *server)
{
  return server->port;
}

const YqConfig *
yq_server_config (YqServer *server)
{
  return server->config;
}

const char *
yq_server_uri (YqServer *server)
{
  return server->uri;
}

YqWriter *
yq_server_writer (YqServer *server)
{
  return server->writer;
}

YqSessions *
yq_server_sessions (YqServer *server)
{
  return server->sessions;
}

YqFiles *
yq_server_files (YqServer *server)
{
  return server->files;
}

YqMetrics *
yq_server_metrics (YqServer *server)
{
  return server->metrics;
}

gpointer
yq_server_part (YqServer *server, const YqPart *part)
{
  for (guint i = 0; i < server->n_parts; i++)
    if (parts[i] == part)
      return server->parts[i];
  return NULL;
}

gboolean
yq_server_is_stopping (YqServer *server)
{
  return g_atomic_int_get (&server->is_stopping);
}

guint
yq_server_commits (YqServer *server)
{
  return (guint) g_atomic_int_get (&server->n_commits);
}

gboolean
yq_server_prepare (SqlConn *conn, GError **error)
{
  return prepare_all (conn, NULL, error);
}

char *
yq_server_database (const YqConfig *config)
{
  return g_strdup_printf ("sqlite:%s/yiquan.db", config->data);
}

gboolean
yq_server_write (YqRequest *request, YqJob *job)
{
  yq_request_park (request, 0, NULL);
  yq_request_comes_from_disk (request);
  if (yq_writer_push (yq_request_server (request)->writer, job))
    return TRUE;
  yq_request_add_header (request, "Retry-After", "1");
  yq_request_refuse (request,
                     yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s",
                                     _("The server has too much to write at the moment.")));
  yq_request_resume (request);
  return FALSE;
}
