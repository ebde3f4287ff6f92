/* yiquand init, demo, user, jobs and verify. */
#define G_LOG_DOMAIN "yiquand"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin.h"
#include "audit.h"
#include "clock.h"
#include "demo.h"
#include "ids.h"
#include "jobs.h"
#include "ledger.h"
#include "load-data.h"
#include "party.h"
#include "record-sql.h"
#include "region.h"
#include "server.h"
#include "session.h"
#include "verify-page.h"
#include "world-sql.h"

typedef gboolean (*Work) (YqTx *tx, gpointer data, GError **error);

/* One transaction of its own, also beside a serving process. */
static gboolean
work_on (const YqConfig *config, Work work, gpointer data, GError **error)
{
  g_autoptr(SqlConn) conn = yq_admin_open (config, error);
  YqWorld *world;
  gboolean done;
  YqTx tx;

  if (conn == NULL || !yq_token_init (config->data, error) || !sql_begin (conn, TRUE, error))
    return FALSE;
  world = yq_world_sql_new (conn, yq_clock_now ());
  yq_tx_init (&tx, conn, world, NULL, world->now);
  done = work (&tx, data, error) && sql_commit (conn, error);
  if (!done && sql_in_transaction (conn))
    sql_rollback (conn);
  yq_world_sql_free (world);
  return done;
}

/* -- init -- */

static gboolean
load_data (YqTx *tx, gpointer data, GError **error)
{
  return yq_load_data (tx, error);
}

static int
init (const YqConfig *config, char **args)
{
  g_autoptr(GError) error = NULL;

  if (work_on (config, load_data, NULL, &error))
    return 0;
  return yq_admin_fail ("init", error);
}

const YqVerb yq_verb_init = {
  .name = "init",
  .summary = "Makes the folder, its keys and tables, and loads regions' rules and categories.",
  .run = init,
};

/* -- demo -- */

/* Files are written by a running server. */
static gboolean
add_papers (const YqConfig *config, GError **error)
{
  g_autoptr(YqConfig) quiet = yq_config_copy (config);
  YqServer *server;
  gboolean done;

  g_free (quiet->listen);
  quiet->listen = g_strdup ("127.0.0.1:0");
  if ((server = yq_server_start (quiet, error)) == NULL)
    return FALSE;
  done = yq_demo_add_files (yq_server_files (server), error);
  yq_server_stop (server);
  return done;
}

static gboolean
fill (const YqConfig *config, GError **error)
{
  g_autoptr(SqlConn) conn = yq_admin_open (config, error);
  gint64 there;

  if (conn == NULL || !yq_token_init (config->data, error))
    return FALSE;
  if (sql_get_int (conn, "SELECT 1 FROM \"account\" LIMIT 1", SQL_NO_ARGS, &there, NULL))
    return TRUE;
  if (!yq_demo_fill (conn, yq_clock_now (), error))
    return FALSE;
  g_clear_pointer (&conn, sql_close);
  return add_papers (config, error);
}

static int
demo (const YqConfig *config, char **args)
{
  g_autoptr(GError) error = NULL;

  if (fill (config, &error))
    return yq_admin_run_server (config);
  return yq_admin_fail ("cannot fill the folder with demo data", error);
}

const YqVerb yq_verb_demo = {
  .name = "demo",
  .summary = "Fills an empty folder with demo data and serves it; goes on with a filled one.",
  .run = demo,
};

/* -- user -- */

static char *password_file, *real_name;

/* clang-format off */
static const GOptionEntry user_entries[] = {
  { "real-name", 0, 0, G_OPTION_ARG_FILENAME, &real_name, "Name of the person", "NAME" },
  { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &password_file, "Its first line is the password; - is the input", "FILE" },
  { NULL },
};
/* clang-format on */

static char *
read_password (GError **error)
{
  g_autofree char *text = NULL;
  char line[512] = "";

  if (strcmp (password_file, "-") != 0)
    {
      if (!g_file_get_contents (password_file, &text, NULL, error))
        return NULL;
      g_strlcpy (line, text, sizeof line);
    }
  else if (fgets (line, sizeof line, stdin) == NULL)
    *line = '\0';
  line[strcspn (line, "\r\n")] = '\0';
  if (strlen (line) >= 8)
    return g_strdup (line);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "A password has at least 8 characters");
  return NULL;
}

/* "reviewer:330421", "manager:ORGANISATION", "administrator". */
static gboolean
add_grant (YqTx *tx, const char *account, const char *word, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (word, ":", 2);
  const char *scope = parts[1] ? parts[1] : "";
  int role = yq_role_from_name (parts[0]);
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);
  g_autoptr(YqRecord) organisation = NULL;

  if (role == YQ_ROLE_REVIEWER && yq_region_find (scope) != NULL)
    {
      yq_record_set_text (grant, GRANT_REGION, scope);
      yq_record_set_region (grant, scope);
    }
  else if (role == YQ_ROLE_MEMBER || role == YQ_ROLE_MANAGER || role == YQ_ROLE_ENTREPRENEUR)
    organisation = yq_world_get (tx->world, &yq_organisation, scope);
  if (role < 0 || role == YQ_ROLE_DESK ||
      (role == YQ_ROLE_REVIEWER && !yq_record_has (grant, GRANT_REGION)) ||
      (role <= YQ_ROLE_ENTREPRENEUR && organisation == NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s is no grant: write reviewer:REGION, manager:ORGANISATION or administrator",
                   word);
      return FALSE;
    }
  if (organisation != NULL)
    yq_record_set_text (grant, GRANT_ORGANISATION, scope);
  yq_record_set_account (grant, account);
  yq_record_set_text (grant, GRANT_ACCOUNT, account);
  yq_record_set_text (grant, GRANT_ROLE, yq_role_name (role));
  return yq_tx_insert (tx, grant, "save", error);
}

static gboolean
write_account (YqTx *tx, const char *id, const char *username, GError **error)
{
  g_autoptr(YqRecord) stored = yq_world_get (tx->world, &yq_account, id);
  g_autoptr(YqRecord) account = stored ? yq_record_copy (stored) : yq_record_new (&yq_account, id);

  if (stored != NULL && real_name == NULL)
    return TRUE;
  yq_record_set_text (account, ACCOUNT_USERNAME, username);
  yq_record_set_text (account, ACCOUNT_REAL_NAME, real_name ? real_name : username);
  yq_record_set_account (account, id);
  return stored ? yq_tx_update (tx, stored, account, "save", NULL, error)
                : yq_tx_insert (tx, account, "save", error);
}

/* args: the user name, then grants. */
static gboolean
change_user (YqTx *tx, gpointer data, GError **error)
{
  char **args = data;
  g_autofree char *password = password_file ? read_password (error) : NULL;
  g_autofree char *hash = NULL;
  g_autofree char *id = NULL;

  if ((password_file != NULL && password == NULL) ||
      !yq_session_find_account (tx->conn, args[0], &id, &hash, error))
    return FALSE;
  if (id == NULL)
    id = yq_id_new ();
  if (!write_account (tx, id, args[0], error) ||
      (password != NULL && !yq_session_set_password (tx->conn, id, password, error)))
    return FALSE;
  for (guint i = 1; args[i] != NULL; i++)
    if (!add_grant (tx, id, args[i], error))
      return FALSE;
  return TRUE;
}

static int
user (const YqConfig *config, char **args)
{
  g_autoptr(GError) error = NULL;

  /* Read as it is: the locale of a server's shell is often C. */
  if (real_name != NULL && !g_utf8_validate (real_name, -1, NULL))
    return yq_admin_fail ("--real-name is not UTF-8", NULL);
  if (work_on (config, change_user, args, &error))
    return 0;
  return yq_admin_fail ("user", error);
}

const YqVerb yq_verb_user = {
  .name = "user",
  .arguments = "NAME [GRANT…]",
  .summary = "Adds an account, sets its password, gives it grants: reviewer:330421, administrator.",
  .entries = user_entries,
  .min_arguments = 1,
  .max_arguments = 50,
  .run = user,
};

/* -- jobs -- */

static char *as_of;

/* clang-format off */
static const GOptionEntry jobs_entries[] = {
  { "as-of", 0, 0, G_OPTION_ARG_STRING, &as_of, "As if it were that time: 2026-12-24 or RFC 3339", "TIME" },
  { NULL },
};
/* clang-format on */

#define PORTION 100

static gboolean
run_portion (YqTx *tx, gpointer data, GError **error)
{
  int *n = data;

  *n = yq_jobs_run_due (tx->conn, tx->now, PORTION, error);
  return *n >= 0;
}

static int
jobs (const YqConfig *config, char **args)
{
  g_autoptr(GError) error = NULL;
  gint64 now = 0;
  int n, sum = 0;

  if (as_of != NULL && !yq_time_parse (as_of, &now) && (now = yq_date_start (as_of)) < 0)
    return yq_admin_fail ("--as-of wants a date or a time", NULL);
  yq_clock_set (now);
  do
    {
      if (!work_on (config, run_portion, &n, &error))
        return yq_admin_fail ("jobs", error);
      sum += n;
    }
  while (n == PORTION);
  printf ("%d jobs\n", sum);
  return 0;
}

const YqVerb yq_verb_jobs = {
  .name = "jobs",
  .summary = "Runs what is due: default evaluations, expiry, stale profiles, notices.",
  .entries = jobs_entries,
  .run = jobs,
};

/* -- verify -- */

static void
print_line (const char *line, gpointer user_data)
{
  guint *n = user_data;

  printf ("%s\n", line);
  *n += 1;
}

static int
verify (const YqConfig *config, char **args)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlConn) conn = yq_admin_open (config, &error);
  guint n = 0;
  gboolean good;

  /* One snapshot, so that a serving process may go on writing. */
  if (conn == NULL || !sql_begin (conn, FALSE, &error))
    return yq_admin_fail ("verify", error);
  good = yq_ledger_verify (conn, print_line, &n, &error);
  if (error == NULL)
    good = yq_audit_verify (conn, print_line, &n, &error) && good;
  sql_rollback (conn);
  if (error != NULL)
    return yq_admin_fail ("verify", error);
  if (good)
    printf ("All lines are right.\n");
  else
    printf ("%u lines are wrong.\n", n);
  return good ? 0 : 1;
}

const YqVerb yq_verb_verify = {
  .name = "verify",
  .summary = "Recomputes the ledger and the audit chain; names each line that is wrong.",
  .run = verify,
};
