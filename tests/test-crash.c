/* The server is killed under load, and its power is cut: no acknowledged command may be missing,
 * nothing that somebody has read, none may be done twice, and money and audit chain stay right. The
 * power cut must find losses where synchronous is not FULL: else it would prove nothing. */
#define G_LOG_DOMAIN "test-crash"

#include "demo-fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_CLIENTS 6
#define LOAD_ACKS 150  /* of all clients, before the blow */
#define LOAD_MAX_MS 60 /* and a little longer, by chance */
#define RESEND 250

/* -- the server: this program once more, so that only tests can ask for less than FULL -- */

static int
serve (const char *folder, gboolean is_normal)
{
  g_autoptr(YqConfig) config = yq_config_new ();
  g_autoptr(GError) error = NULL;
  YqServer *server;

  yq_clock_set (DEMO_NOW);
  yq_session_set_cost (1, 8192);
  g_free (config->data);
  g_free (config->listen);
  config->data = g_strdup (folder);
  config->listen = g_strdup ("127.0.0.1:0");
  config->loops = 2;
  config->never_syncs = is_normal;
  server = yq_server_start (config, &error);
  if (server == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  printf ("%u\n", yq_server_port (server));
  fflush (stdout);
  for (;;)
    pause ();
}

typedef struct
{
  char *self; /* this program */
  char *folder;
  const char *shim; /* LD_PRELOAD, or NULL */
  gboolean is_normal;
  GPid pid;
  guint port;
} Process;

static void
process_start (Process *process)
{
  const char *const argv[] = { process->self, "--serve", process->folder,
                               process->is_normal ? "normal" : "full", NULL };
  g_auto(GStrv) env = g_get_environ ();
  g_autoptr(GError) error = NULL;
  char line[32] = "";
  int out;

  if (process->shim != NULL)
    {
      env = g_environ_setenv (env, "LD_PRELOAD", process->shim, TRUE);
      env = g_environ_setenv (env, "ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", TRUE);
    }
  g_spawn_async_with_pipes (NULL, (char **) argv, env, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &process->pid, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  for (gsize n = 0; n + 1 < sizeof line && strchr (line, '\n') == NULL; n++)
    if (read (out, &line[n], 1) != 1)
      break;
  close (out);
  process->port = atoi (line);
  g_assert_cmpuint (process->port, >, 0);
}

static void
process_end (Process *process, int number)
{
  int status;

  g_assert_cmpint (kill (process->pid, number), ==, 0);
  g_assert_cmpint (waitpid (process->pid, &status, 0), ==, process->pid);
  if (number == SIGUSR1)
    {
      /* It ended by itself, and there was something to undo. */
      g_assert_true (WIFEXITED (status));
      g_assert_true (WEXITSTATUS (status) == 137 || WEXITSTATUS (status) == 136);
    }
}

/* -- the load: claims by enterprises, and long chains of edits by carriers -- */

typedef struct
{
  char *id;
  char *record;
  char *text;   /* the whole command */
  char *result; /* as it was answered; NULL: nobody knows */
} Command;

typedef struct
{
  const char *user;
  gboolean edits;
  char *token;
  char *record; /* what is edited */
  gint64 revision;
  gint64 seen;         /* the newest revision that somebody has read */
  GPtrArray *commands; /* Command, as they were sent */
  guint n_known;       /* of commands that stand in the database for certain */
} Client;

typedef struct
{
  Process process;
  Client clients[N_CLIENTS];
  int n_acks; /* of this round */
} Crash;

static void
command_free (gpointer data)
{
  Command *command = data;

  g_free (command->id);
  g_free (command->record);
  g_free (command->text);
  g_free (command->result);
  g_free (command);
}

static Command *
next_command (Client *client)
{
  Command *command = g_new0 (Command, 1);
  g_autofree char *fields = NULL;

  command->id = yq_id_new ();
  command->record = client->edits ? g_strdup (client->record) : yq_id_new ();
  fields = client->edits
             ? g_strdup_printf ("{\"name\":\"仪器 %" G_GINT64_FORMAT "\"}", client->revision + 1)
             : demo_claim (100);
  command->text = g_strdup_printf (
    "{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\","
    "\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}",
    command->id, client->edits ? "instrument" : "claim", command->record,
    client->edits ? "save" : "submit", client->edits ? client->revision : 0, fields);
  return command;
}

/* The one result of an answer: what stands between the brackets. */
static char *
only_result (const YqAnswer *answer)
{
  static const char head[] = "{\"results\":[";
  gsize n = strlen (head);

  if (answer->status != 200 || !g_str_has_prefix (answer->body->str, head) ||
      !g_str_has_suffix (answer->body->str, "]}"))
    return NULL;
  return g_strndup (answer->body->str + n, answer->body->len - n - 2);
}

static gboolean
send_one (int fd, Client *client, Command *command)
{
  g_autofree char *body = g_strdup_printf ("{\"commands\":[%s]}", command->text);
  g_autofree char *head = g_strdup_printf (
    "POST /v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: "
    "%" G_GSIZE_FORMAT "\r\n\r\n%s",
    client->token, strlen (body), body);
  g_autoptr(YqAnswer) answer = NULL;

  if (!yq_test_write (fd, head, -1))
    return FALSE;
  answer = yq_test_read (fd, TRUE);
  command->result = only_result (answer);
  return command->result != NULL;
}

typedef struct
{
  Crash *crash;
  Client *client;
} Load;

static gpointer
put_under_load (gpointer data)
{
  Load *load = data;
  Client *client = load->client;
  int fd = yq_test_connect (load->crash->process.port);
  Command *last =
    client->commands->len > 0 ? client->commands->pdata[client->commands->len - 1] : NULL;

  /* What got no answer is sent again, with the same id. */
  if (last != NULL && last->result == NULL && !send_one (fd, client, last))
    return NULL;
  for (;;)
    {
      Command *command;

      if (last != NULL)
        client->revision++;
      last = command = next_command (client);
      g_ptr_array_add (client->commands, command);
      if (!send_one (fd, client, command))
        break;
      g_assert_nonnull (strstr (command->result, "\"outcome\":\"applied\""));
      g_atomic_int_inc (&load->crash->n_acks);
    }
  if (fd >= 0)
    close (fd);
  return NULL;
}

/* Somebody who looks at what a client edits, as fast as she can. */
static gpointer
watch (gpointer data)
{
  Load *load = data;
  Client *client = load->client;
  int fd = yq_test_connect (load->crash->process.port);
  g_autofree char *text = g_strdup_printf (
    "GET /v1/instruments/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
    client->record, client->token);

  while (yq_test_write (fd, text, -1))
    {
      g_autoptr(YqAnswer) answer = yq_test_read (fd, TRUE);
      g_autoptr(JsonNode) node = NULL;

      if (answer->status == 0)
        break;
      if (answer->status == 404)
        continue;
      g_assert_cmpuint (answer->status, ==, 200);
      node = yq_answer_json (answer);
      client->seen =
        MAX (client->seen, json_object_get_int_member (json_node_get_object (node), "revision"));
    }
  if (fd >= 0)
    close (fd);
  return NULL;
}

static gboolean
is_loaded (gpointer crash)
{
  return g_atomic_int_get (&((Crash *) crash)->n_acks) >= LOAD_ACKS;
}

/* -- what must be there afterwards -- */

/* Of an answer is kept what the command itself does not say. */
static gboolean
is_stored (SqlConn *conn, const Client *client, const Command *command)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *result = sql_get_text (conn, "SELECT result FROM command WHERE id = $1",
                                          SQL_ARGS (SQL_TEXT (command->id)), &error);
  gint64 revision = 0;

  g_assert_no_error (error);
  sql_get_int (conn,
               client->edits ? "SELECT revision FROM \"instrument\" WHERE id = $1"
                             : "SELECT revision FROM \"claim\" WHERE id = $1",
               SQL_ARGS (SQL_TEXT (command->record)), &revision, &error);
  g_assert_no_error (error);
  return result != NULL && g_str_has_suffix (command->result, result) && revision >= 1;
}

static gboolean
has_what_was_seen (SqlConn *conn, const Client *client)
{
  g_autoptr(GError) error = NULL;
  gint64 revision = 0;

  sql_get_int (conn, "SELECT revision FROM \"instrument\" WHERE id = $1",
               SQL_ARGS (SQL_TEXT (client->record)), &revision, &error);
  g_assert_no_error (error);
  return revision >= client->seen;
}

/* Before a server starts again: it would answer a lost command as if it were new. */
static guint
count_missing (Crash *crash)
{
  g_autofree char *uri = g_strdup_printf ("sqlite:%s/yiquan.db", crash->process.folder);
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlConn) conn = sql_open (uri, SQL_OPEN_READ_ONLY, &error);
  g_autofree char *sound = NULL;
  guint n = 0;

  g_assert_no_error (error);
  sound = sql_get_text (conn, "PRAGMA integrity_check", SQL_NO_ARGS, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sound, ==, "ok");
  for (guint c = 0; c < N_CLIENTS; c++)
    {
      Client *client = &crash->clients[c];

      n += !has_what_was_seen (conn, client);
      for (guint i = client->n_known; i < client->commands->len; i++)
        {
          Command *command = client->commands->pdata[i];

          if (command->result != NULL)
            n += !is_stored (conn, client, command);
        }
      client->n_known = client->commands->len > 0 ? client->commands->len - 1 : 0;
    }
  return n;
}

static guint
run_round (Crash *crash, int number)
{
  GThread *threads[N_CLIENTS], *watchers[N_CLIENTS];
  Load loads[N_CLIENTS];

  crash->n_acks = 0;
  process_start (&crash->process);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      loads[i] = (Load){ crash, &crash->clients[i] };
      threads[i] = g_thread_new ("load", put_under_load, &loads[i]);
      watchers[i] = g_thread_new ("watch", watch, &loads[i]);
    }
  yq_test_wait_until (is_loaded, crash);
  g_usleep (1000 * g_test_rand_int_range (0, LOAD_MAX_MS));
  process_end (&crash->process, number);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_thread_join (threads[i]);
      g_thread_join (watchers[i]);
    }
  return count_missing (crash);
}

/* Everything once more: the same answers. */
static void
send_again (Crash *crash, Client *client)
{
  for (guint from = 0; from < client->commands->len; from += RESEND)
    {
      guint to = MIN (from + RESEND, client->commands->len);
      g_autoptr(GString) body = g_string_new ("{\"commands\":[");
      g_autoptr(GString) expected = g_string_new ("{\"results\":[");
      g_autoptr(YqAnswer) answer = NULL;

      for (guint i = from; i < to; i++)
        {
          Command *command = client->commands->pdata[i];

          if (command->result == NULL && i + 1 == to) /* the last of all */
            to--;
          else
            {
              g_string_append_printf (body, "%s%s", i > from ? "," : "", command->text);
              g_string_append_printf (expected, "%s%s", i > from ? "," : "", command->result);
            }
        }
      g_string_append (body, "]}");
      g_string_append (expected, "]}");
      answer = yq_test_send (crash->process.port, "POST", "/v1/commands", client->token, NULL,
                             body->str, -1);
      g_assert_cmpuint (answer->status, ==, 200);
      g_assert_cmpstr (answer->body->str, ==, expected->str);
    }
}

static void
assert_all_is_right (Crash *crash)
{
  g_autoptr(YqConfig) config = yq_config_new ();
  g_autoptr(SqlConn) conn = NULL;
  g_autoptr(GError) error = NULL;

  process_start (&crash->process);
  for (guint i = 0; i < N_CLIENTS; i++)
    send_again (crash, &crash->clients[i]);
  process_end (&crash->process, SIGKILL);

  g_free (config->data);
  config->data = g_strdup (crash->process.folder);
  conn = yq_admin_open (config, &error);
  g_assert_no_error (error);
  g_assert_true (yq_ledger_verify (conn, demo_print, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (yq_audit_verify (conn, demo_print, NULL, &error));
  g_assert_no_error (error);
}

/* -- the tests -- */

static const char *program;

static void
sign_in_all (Crash *crash)
{
  static const char *const users[] = { "enterprise1", "carrier1", "enterprise2", "carrier2" };

  process_start (&crash->process);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      Client *client = &crash->clients[i];
      g_autofree char *body = NULL;
      g_autoptr(YqAnswer) answer = NULL;
      g_autoptr(JsonNode) node = NULL;

      client->user = users[i % G_N_ELEMENTS (users)];
      client->edits = g_str_has_prefix (client->user, "carrier");
      client->record = yq_id_new ();
      client->commands = g_ptr_array_new_with_free_func (command_free);
      body = g_strdup_printf ("{\"username\":\"%s\",\"password\":\"%s\"}", client->user,
                              YQ_DEMO_PASSWORD);
      answer = yq_test_send (crash->process.port, "POST", "/v1/sessions", NULL, NULL, body, -1);
      g_assert_cmpuint (answer->status, ==, 201);
      node = yq_answer_json (answer);
      client->token =
        g_strdup (json_object_get_string_member (json_node_get_object (node), "token"));
    }
  process_end (&crash->process, SIGKILL);
}

static void
set_up (Crash *crash, gconstpointer shim)
{
  Demo demo = { NULL };

  yq_session_set_cost (1, 8192);
  demo_set_up (&demo, NULL);
  crash->process.self = g_strdup (program);
  crash->process.folder = g_build_filename (demo.server->folder, "kept", NULL);
  g_clear_pointer (&demo.conn, sql_close);
  g_assert_cmpint (g_rename (demo.server->config->data, crash->process.folder), ==, 0);
  g_clear_pointer (&demo.sessions, g_hash_table_unref);
  /* The folder stays; the fixture around it goes. */
  g_free (demo.server->folder);
  yq_config_free (demo.server->config);
  g_free (demo.server);
  if (shim != NULL)
    crash->process.shim = g_getenv (shim);
  sign_in_all (crash);
}

static void
tear_down (Crash *crash, gconstpointer shim)
{
  g_autofree char *parent = g_path_get_dirname (crash->process.folder);

  yq_test_remove_folder (parent);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_ptr_array_unref (crash->clients[i].commands);
      g_free (crash->clients[i].record);
      g_free (crash->clients[i].token);
    }
  g_free (crash->process.self);
  g_free (crash->process.folder);
  yq_clock_set (0);
}

static guint
count_sent (const Crash *crash)
{
  guint n = 0;

  for (guint i = 0; i < N_CLIENTS; i++)
    n += crash->clients[i].commands->len;
  return n;
}

/* Under the sanitizer, which looks for other faults and is slow, not so many. */
static guint
n_rounds (guint n)
{
  return g_getenv ("YQ_SANITIZED") != NULL ? n / 2 : n;
}

static void
test_killed_under_load (Crash *crash, gconstpointer data)
{
  for (guint i = 0; i < n_rounds (20); i++)
    g_assert_cmpuint (run_round (crash, SIGKILL), ==, 0);
  g_test_message ("%u commands", count_sent (crash));
  assert_all_is_right (crash);
}

static void
test_power_cut (Crash *crash, gconstpointer data)
{
  if (crash->process.shim == NULL)
    {
      g_test_skip ("no shim");
      return;
    }
  for (guint i = 0; i < n_rounds (10); i++)
    g_assert_cmpuint (run_round (crash, SIGUSR1), ==, 0);
  g_test_message ("%u commands", count_sent (crash));
  assert_all_is_right (crash);
}

static void
test_power_cut_finds_what_is_not_synced (Crash *crash, gconstpointer data)
{
  guint n_missing = 0;

  if (crash->process.shim == NULL)
    {
      g_test_skip ("no shim");
      return;
    }
  crash->process.is_normal = TRUE;
  for (guint i = 0; i < 10 && n_missing == 0; i++)
    n_missing = run_round (crash, SIGUSR1);
  g_test_message ("%u of %u commands missing", n_missing, count_sent (crash));
  g_assert_cmpuint (n_missing, >, 0);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--serve"))
    return serve (argv[2], g_str_equal (argv[3], "normal"));
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/crash/kill", Crash, NULL, set_up, test_killed_under_load, tear_down);
  g_test_add ("/crash/power-cut", Crash, "YQ_POWERCUT", set_up, test_power_cut, tear_down);
  g_test_add ("/crash/power-cut-normal", Crash, "YQ_POWERCUT", set_up,
              test_power_cut_finds_what_is_not_synced, tear_down);
  return g_test_run ();
}
