/* yiquand serve and init. */
#define G_LOG_DOMAIN "yiquand"

#include "admin.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>

#include "server.h"

int
yq_admin_fail (const char *what, const GError *error)
{
  g_printerr ("yiquand: %s%s%s\n", what, error != NULL ? ": " : "",
              error != NULL ? error->message : "");
  return 1;
}

static gboolean
quit_cb (gpointer loop)
{
  g_message ("Stopping");
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

int
yq_admin_run_server (const YqConfig *config)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr(GError) error = NULL;
  YqServer *server;

  signal (SIGPIPE, SIG_IGN); /* a reader that goes away is no reason to end */
  if (!(server = yq_server_start (config, &error)))
    return yq_admin_fail ("cannot serve", error);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  /* For people, and for scripts that asked for port 0. */
  printf ("%s on port %u\n", config->certificate != NULL ? "https" : "http",
          yq_server_port (server));
  fflush (stdout);
  g_main_loop_run (loop);
  yq_server_stop (server);
  g_message ("Stopped");
  return 0;
}

SqlConn *
yq_admin_open (const YqConfig *config, GError **error)
{
  g_autofree char *uri = yq_server_database (config);
  g_autoptr(SqlConn) conn = NULL;

  if (g_mkdir_with_parents (config->data, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                   "Cannot make the folder %s: %s", config->data, g_strerror (errno));
      return NULL;
    }
  if (!(conn = sql_open (uri, SQL_OPEN_READ_WRITE, error)) || !sql_begin (conn, TRUE, error))
    return NULL;
  if (yq_server_prepare (conn, error) && sql_commit (conn, error))
    return g_steal_pointer (&conn);
  sql_rollback (conn);
  return NULL;
}

static int
serve (const YqConfig *config, char **args)
{
  return yq_admin_run_server (config);
}

const YqVerb yq_verb_serve = {
  .name = "serve",
  .summary = "Serves until SIGTERM.",
  .run = serve,
};
