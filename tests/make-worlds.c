/* make-worlds FOLDER STAMP: what tests begin with, filled once for a build and copied by each of
 * them: FOLDER/empty, the data of a server that has just been started for the first time, and
 * FOLDER/demo, the demo's world at YQ_WORLDS_NOW. */
#define G_LOG_DOMAIN "make-worlds"

#include "admin.h"
#include "clock.h"
#include "demo.h"
#include "fixture.h"
#include "session.h"
#include "verify-page.h"

static YqConfig *
config_for (const char *folder, const char *name)
{
  YqConfig *config = yq_config_new ();

  g_free (config->data);
  g_free (config->listen);
  config->data = g_build_filename (folder, name, NULL);
  config->listen = g_strdup ("127.0.0.1:0");
  config->loops = 1;
  yq_test_remove_folder (config->data);
  return config;
}

static gboolean
make_empty (const char *folder, GError **error)
{
  g_autoptr(YqConfig) config = config_for (folder, "empty");
  YqServer *server = yq_server_start (config, error);

  if (server == NULL)
    return FALSE;
  yq_server_stop (server);
  return TRUE;
}

static gboolean
make_demo (const char *folder, GError **error)
{
  g_autoptr(YqConfig) config = config_for (folder, "demo");
  g_autoptr(SqlConn) conn = NULL;

  yq_clock_set (YQ_WORLDS_NOW);
  return (conn = yq_admin_open (config, error)) != NULL && yq_token_init (config->data, error) &&
         yq_demo_fill (conn, YQ_WORLDS_NOW, error);
}

int
main (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;

  yq_session_set_cost (1, 8192); /* passwords of tests are cheap */
  if (argc == 3 && make_empty (argv[1], &error) && make_demo (argv[1], &error) &&
      g_file_set_contents (argv[2], "", 0, &error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "make-worlds FOLDER STAMP");
  return 1;
}
