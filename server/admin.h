/* The verbs of the yiquand command, in one table (main.c): yiquand VERB --data DIR …. */
#pragma once

#include "config.h"
#include "sql.h"

typedef struct
{
  const char *name;
  const char *arguments; /* what stands behind the options, for --help; NULL: nothing */
  const char *summary;
  const GOptionEntry *entries; /* of its own; NULL: none */
  guint min_arguments, max_arguments;
  /* args are what stood behind the options.  The exit status; failures are told on stderr. */
  int (*run) (const YqConfig *config, char **args);
} YqVerb;

extern const YqVerb yq_verb_serve, yq_verb_init;              /* admin.c */
extern const YqVerb yq_verb_backup, yq_verb_restore;          /* backup.c */
extern const YqVerb yq_verb_demo, yq_verb_user, yq_verb_jobs; /* admin-records.c */
extern const YqVerb yq_verb_import, yq_verb_export, yq_verb_verify;

/* Serves until SIGTERM or SIGINT: serve, and demo after it has filled the folder. */
int yq_admin_run_server (const YqConfig *config);
/* Opens the records database of a folder, prepared (tables are there), also beside a serving
 * process. */
SqlConn *yq_admin_open (const YqConfig *config, GError **error);
int yq_admin_fail (const char *what, const GError *error); /* says so; returns 1 */
