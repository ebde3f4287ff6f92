/* The yiquand command: finds the verb, its options and the configuration. */
#define G_LOG_DOMAIN "yiquand"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "admin.h"
#include "log.h"
#include "text.h"
#include "workflow.h"

static const YqVerb *const verbs[] = {
  &yq_verb_serve,  &yq_verb_init,   &yq_verb_demo,   &yq_verb_user,   &yq_verb_jobs,
  &yq_verb_verify, &yq_verb_import, &yq_verb_export, &yq_verb_backup, &yq_verb_restore,
};

static char *config_path, *data, *listen_on;

/* clang-format off */
static const GOptionEntry common_entries[] = {
  { "config", 0, 0, G_OPTION_ARG_FILENAME, &config_path, "Key file with the configuration", "FILE" },
  { "data", 0, 0, G_OPTION_ARG_FILENAME, &data, "Folder with records and files", "DIR" },
  { "listen", 0, 0, G_OPTION_ARG_STRING, &listen_on, "Where to serve", "ADDRESS:PORT" },
  { NULL },
};
/* clang-format on */

static int
usage (FILE *to)
{
  fprintf (to, "yiquand VERB [OPTION…]\n\n");
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    fprintf (to, "  %-8s %-10s %s\n", verbs[i]->name,
             verbs[i]->arguments != NULL ? verbs[i]->arguments : "", verbs[i]->summary);
  fprintf (to, "\n  --version           Says which version this is.\n"
               "  --print-workflows   Writes all workflows for Graphviz.\n"
               "\nyiquand VERB --help tells the options of a verb.\n");
  return to == stderr ? 2 : 0;
}

static const YqVerb *
find_verb (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i]->name, name))
      return verbs[i];
  return NULL;
}

/* argv[0] is the verb. */
static gboolean
parse_options (const YqVerb *verb, int *argc, char ***argv, GError **error)
{
  g_autofree char *parameters = g_strdup (verb->arguments);
  g_autofree char *program = g_strdup_printf ("yiquand %s", verb->name);
  g_autoptr(GOptionContext) context = g_option_context_new (parameters);

  g_set_prgname (program);
  g_option_context_set_summary (context, verb->summary);
  g_option_context_add_main_entries (context, common_entries, NULL);
  if (verb->entries != NULL)
    g_option_context_add_main_entries (context, verb->entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1 && g_str_equal ((*argv)[1], "--"))
    {
      (*argv)++;
      (*argc)--;
    }
  if ((guint) *argc - 1 >= verb->min_arguments && (guint) *argc - 1 <= verb->max_arguments)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "usage: yiquand %s [OPTION…] %s",
               verb->name, verb->arguments != NULL ? verb->arguments : "");
  return FALSE;
}

static YqConfig *
read_config (GError **error)
{
  g_autoptr(YqConfig) config =
    config_path != NULL ? yq_config_load (config_path, error) : yq_config_new ();

  if (config == NULL)
    return NULL;
  if (data != NULL)
    {
      g_free (config->data);
      config->data = g_steal_pointer (&data);
    }
  if (listen_on != NULL)
    {
      g_free (config->listen);
      config->listen = g_steal_pointer (&listen_on);
    }
  return yq_config_check (config, error) ? g_steal_pointer (&config) : NULL;
}

static int
run_verb (const YqVerb *verb, int argc, char **argv)
{
  g_autoptr(YqConfig) config = NULL;
  g_autoptr(GError) error = NULL;

  if (!parse_options (verb, &argc, &argv, &error))
    {
      yq_admin_fail (verb->name, error);
      return 2;
    }
  if (!(config = read_config (&error)))
    return yq_admin_fail ("broken configuration", error);
  umask (0077); /* what it writes is nobody else's */
  yq_log_init ();
  /* Answers are Chinese where nobody asks for English; the command itself speaks English. */
  yq_text_init (TRUE);
  return verb->run (config, argv + 1);
}

int
main (int argc, char **argv)
{
  const YqVerb *verb;

  if (argc < 2)
    return usage (stderr);
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "help"))
    return usage (stdout);
  if (g_str_equal (argv[1], "--version"))
    {
      printf ("yiquand %s\n", YQ_VERSION);
      return 0;
    }
  if (g_str_equal (argv[1], "--print-workflows"))
    {
      g_autofree char *graph = yq_workflow_graph ();

      fputs (graph, stdout);
      return 0;
    }
  if ((verb = find_verb (argv[1])) == NULL)
    {
      fprintf (stderr, "yiquand: there is no verb “%s”\n", argv[1]);
      return usage (stderr);
    }
  return run_verb (verb, argc - 1, argv + 1);
}
