/* A real server with the people of records-fixture.h, signed in: for tests over HTTP. */
#pragma once

#include "fixture.h"
#include "records-fixture.h"

typedef struct
{
  Fixture f; /* people only: its conn stays NULL */
  YqFixture *http;
  char *token[N_PEOPLE];
} Server;

typedef struct
{
  Server *server;
  Write func;
  gpointer data;
} ServerWrite;

static inline gboolean
server_write_cb (SqlConn *conn, gpointer data, GError **error)
{
  ServerWrite *write = data;

  write_in (&write->server->f, conn, write->func, write->data);
  return TRUE;
}

static inline void
server_write (Server *s, Write func, gpointer data)
{
  ServerWrite write = { s, func, data };

  yq_fixture_write (s->http, server_write_cb, &write);
}

static inline gboolean
set_passwords (YqTx *tx, gpointer data, GError **error)
{
  Server *s = data;

  for (int i = 1; i < N_PEOPLE; i++)
    if (!yq_session_set_password (tx->conn, s->f.account[i], "geheim-geheim", error))
      return FALSE;
  return TRUE;
}

static inline void
server_set_up (Server *s, gconstpointer data)
{
  s->http = yq_fixture_new_started ();
  number_people (&s->f);
  server_write (s, add_people, &s->f);
  server_write (s, add_jurisdiction, NULL);
  server_write (s, add_category, NULL);
  server_write (s, set_passwords, s);
  for (int i = 1; i < N_PEOPLE; i++)
    {
      g_autofree char *name = g_strdup_printf ("person%d", i);

      s->token[i] = yq_fixture_sign_in (s->http, name, "geheim-geheim");
    }
}

static inline void
server_tear_down (Server *s, gconstpointer data)
{
  for (int i = 1; i < N_PEOPLE; i++)
    g_clear_pointer (&s->token[i], g_free);
  g_clear_pointer (&s->http, yq_fixture_free);
}

/* who 0 is a visitor. */
static inline JsonNode *
http_get (Server *s, int who, const char *path, guint status)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (s->http, "GET", path, s->token[who], NULL);

  if (answer->status != status)
    g_test_message ("%s: %s", path, answer->body->str);
  g_assert_cmpuint (answer->status, ==, status);
  return yq_answer_json (answer);
}

/* "refused/code" or the outcome. */
static inline char *
http_command (Server *s, int who, const char *entity, const char *record, const char *action,
              gint64 revision, const char *fields)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *text = command_text (id, entity, record, action, revision, fields);
  g_autofree char *body = g_strdup_printf ("{\"commands\":[%s]}", text);
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (s->http, "POST", "/v1/commands", s->token[who], body);
  g_autoptr(JsonNode) node = NULL;
  const char *code;

  if (answer->status != 200)
    return g_strdup_printf ("%u", answer->status);
  node = yq_answer_json (answer);
  code = nth_code (node, 0);
  return *code == '\0' ? g_strdup (nth_outcome (node, 0))
                       : g_strdup_printf ("%s/%s", nth_outcome (node, 0), code);
}

#define assert_http(s, who, entity, record, action, revision, fields, expected)                  \
  G_STMT_START                                                                                   \
  {                                                                                              \
    g_autofree char *_outcome = http_command (s, who, entity, record, action, revision, fields); \
    g_assert_cmpstr (_outcome, ==, expected);                                                    \
  }                                                                                              \
  G_STMT_END
