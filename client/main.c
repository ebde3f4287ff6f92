/* Starts the client. */
#include "application.h"

int
main (int argc, char **argv)
{
  g_autoptr(YqApplication) application = NULL;

  g_set_prgname (YQ_APPLICATION_ID);
  if (!yq_application_start (argc, argv))
    return 2;
  application = yq_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
