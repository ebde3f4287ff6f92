/* A real server with the demo's people and catalogue, real clients that sign in to it, and between
 * them a wire that can be cut. */
#pragma once

#include <glib/gstdio.h>
#include <string.h>

#include "catalogue.h"
#include "clock.h"
#include "demo.h"
#include "fixture.h"
#include "login.h"
#include "order.h"
#include "outbox-private.h"
#include "party.h"
#include "verify-page.h"
#include "wire.h"

typedef struct
{
  YqFixture *http;
  Wire *wire;
  char *url; /* of the wire */
} Bench;

typedef struct
{
  char *dir;
  YqLogin *login;
  YqStore *store; /* borrowed */
  YqOutbox *outbox;
  YqSync *sync;
} Client;

/* -- the server; its folder is filled once and copied for each test -- */

static char *template_folder;

static inline void
fill_template (void)
{
  g_autoptr(YqFixture) fixture = yq_fixture_new ();
  g_autofree char *uri = NULL;
  g_autoptr(SqlConn) conn = NULL;
  g_autoptr(GError) error = NULL;

  template_folder = g_dir_make_tmp ("yiquan-demo-XXXXXX", NULL);
  uri = g_strdup_printf ("sqlite:%s/yiquan.db", template_folder);
  conn = sql_open (uri, SQL_OPEN_NORMAL, &error);
  g_assert_no_error (error);
  g_assert_true (yq_token_init (template_folder, &error));
  g_assert_true (sql_begin (conn, TRUE, &error));
  g_assert_true (yq_server_prepare (conn, &error));
  g_assert_true (sql_commit (conn, &error));
  g_assert_true (yq_demo_fill (conn, yq_clock_now (), &error));
  g_assert_no_error (error);
  yq_session_set_cost (1, 8192);
}

static inline void
copy_folder (const char *from, const char *to)
{
  g_autoptr(GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_mkdir_with_parents (to, 0700);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);
      g_autofree char *data = NULL;
      gsize size;

      g_assert_true (g_file_get_contents (source, &data, &size, NULL));
      g_assert_true (g_file_set_contents (target, data, (gssize) size, NULL));
    }
}

static inline void
bench_set_up (Bench *bench, gconstpointer data)
{
  if (template_folder == NULL)
    fill_template ();
  bench->http = yq_fixture_new ();
  copy_folder (template_folder, bench->http->config->data);
  yq_fixture_start (bench->http);
  bench->wire = wire_new (bench->http->port);
  bench->url = g_strdup_printf ("http://127.0.0.1:%u", wire_port (bench->wire));
}

static inline void
bench_tear_down (Bench *bench, gconstpointer data)
{
  wire_free (bench->wire);
  g_clear_pointer (&bench->http, yq_fixture_free);
  g_free (bench->url);
}

/* -- waiting -- */

static inline gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

#define PATIENCE_S 30

#define wait_for(condition)                                                      \
  G_STMT_START                                                                   \
  {                                                                              \
    gint64 _end = g_get_monotonic_time () + PATIENCE_S * G_USEC_PER_SEC;         \
    guint _timer = g_timeout_add (5, wake_cb, NULL);                             \
    while (!(condition) && g_get_monotonic_time () < _end)                       \
      g_main_context_iteration (NULL, TRUE);                                     \
    g_source_remove (_timer);                                                    \
    if (!(condition))                                                            \
      g_error ("%s:%d: %s does not come true", G_STRFUNC, __LINE__, #condition); \
  }                                                                              \
  G_STMT_END

static inline void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* -- clients -- */

typedef struct
{
  gboolean done, good;
  GError *error;
} Outcome;

static inline void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->good = yq_login_sign_in_finish (YQ_LOGIN (source), result, &outcome->error);
  outcome->done = TRUE;
}

static inline void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->good = yq_login_restore_finish (YQ_LOGIN (source), result, &outcome->error);
  outcome->done = TRUE;
}

static inline void
look_up_parts (Client *client)
{
  client->store = yq_login_store (client->login);
  client->outbox = yq_login_outbox (client->login);
  client->sync = yq_login_sync (client->login);
}

static inline gboolean
sign_in (Client *client, const char *url, const char *name, const char *password, GError **error)
{
  Outcome outcome = { 0 };

  if (client->dir == NULL)
    client->dir = g_dir_make_tmp ("yiquan-client-XXXXXX", NULL);
  if (client->login == NULL)
    client->login = yq_login_new (client->dir, url);
  yq_login_sign_in_async (client->login, name, password, NULL, signed_in_cb, &outcome);
  wait_for (outcome.done);
  look_up_parts (client);
  if (outcome.error != NULL)
    g_propagate_error (error, outcome.error);
  return outcome.good;
}

static inline gboolean
restore (Client *client, const char *url, const char *name)
{
  Outcome outcome = { 0 };

  client->login = yq_login_new (client->dir, url);
  yq_login_restore_async (client->login, name, NULL, restored_cb, &outcome);
  wait_for (outcome.done);
  g_assert_no_error (outcome.error);
  look_up_parts (client);
  return outcome.good;
}

static inline gboolean
is_current (Client *client)
{
  return yq_sync_state (client->sync) == YQ_SYNC_UP_TO_DATE;
}

static inline void
start_client (Client *client, Bench *bench, const char *name)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (sign_in (client, bench->url, name, YQ_DEMO_PASSWORD, &error));
  g_assert_no_error (error);
  wait_for (is_current (client));
}

/* As if the program ended: nothing is asked. */
static inline void
end_client (Client *client)
{
  if (client->login != NULL)
    {
      yq_login_close (client->login);
      settle ();
      g_assert_finalize_object (client->login);
    }
  client->login = NULL;
}

static inline void
restart_client (Client *client, Bench *bench, const char *name)
{
  end_client (client);
  g_assert_true (restore (client, bench->url, name));
}

static inline void
remove_client (Client *client)
{
  end_client (client);
  if (client->dir != NULL)
    yq_test_remove_folder (client->dir);
  g_clear_pointer (&client->dir, g_free);
}

/* -- what the server has -- */

static inline gint64
server_count (Bench *bench, const char *sql, const char *arg)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (bench->http);
  g_autoptr(GError) error = NULL;
  gint64 n = -1;

  sql_get_int (conn, sql, SQL_ARGS (SQL_TEXT (arg)), &n, &error);
  g_assert_no_error (error);
  return n;
}

static inline char *
server_text (Bench *bench, const char *sql, const char *arg)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (bench->http);

  return sql_get_text (conn, sql, SQL_ARGS (SQL_TEXT (arg)), NULL);
}
