/* The verbs of the yiquand command: yiquand VERB --data DIR ….  main.c holds their table. */
#pragma once

#include "config.h"

/* argv[0] is the verb.  config is loaded and checked.  Returns the exit status; says on stderr what
 * went wrong. */
typedef int (*YqVerb) (YqConfig *config, int argc, char **argv);

int yq_admin_serve (YqConfig *config, int argc, char **argv);
int yq_admin_init (YqConfig *config, int argc, char **argv);
int yq_admin_demo (YqConfig *config, int argc, char **argv);
int yq_admin_user (YqConfig *config, int argc, char **argv);
int yq_admin_import (YqConfig *config, int argc, char **argv);
int yq_admin_export (YqConfig *config, int argc, char **argv);
int yq_admin_backup (YqConfig *config, int argc, char **argv);
int yq_admin_restore (YqConfig *config, int argc, char **argv);
int yq_admin_verify (YqConfig *config, int argc, char **argv);
int yq_admin_jobs (YqConfig *config, int argc, char **argv);

/* Serves until SIGTERM or SIGINT: serve, and demo after it has filled the folder. */
int yq_admin_run_server (const YqConfig *config);
