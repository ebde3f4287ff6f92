/* People who do something at random, one after another, and many requests at the same time. */
#pragma once

#include "demo-fixture.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))
#define PICK(array) array[g_test_rand_int_range (0, G_N_ELEMENTS (array))]

typedef struct
{
  Demo *d;
  gint64 now;
  GHashTable *applied; /* "entity action" -> count */
} Walk;

/* -- somebody does something -- */

static inline void
attempt (Walk *w, const char *user, const YqEntity *entity, const char *id, const char *action,
         char *fields)
{
  g_autofree char *outcome = demo_send (w->d, user, entity, id, action, fields);
  char *key = g_strdup_printf ("%s %s", entity->name, action);

  if (strcmp (outcome, "applied") == 0)
    g_hash_table_replace (
      w->applied, key,
      GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (w->applied, key)) + 1));
  else
    g_free (key);
  /* Refusing is fine; failing is not. */
  g_assert_null (strstr (outcome, "internal"));
  g_free (fields);
}

/* A random record of the entity in one of the states ("a|b"; NULL: any); NULL: there is none. */
static inline char *
any_of (Walk *w, const YqEntity *entity, const char *states)
{
  g_autoptr(GString) where = g_string_new (states ? " WHERE state IN ('" : "");
  g_autofree char *count = NULL;
  g_autofree char *select = NULL;
  gint64 n;

  if (states != NULL)
    {
      g_string_append (where, states);
      g_string_replace (where, "|", "', '", 0);
      g_string_append (where, "')");
    }
  count = g_strdup_printf ("SELECT COUNT (*) FROM \"%s\"%s", entity->name, where->str);
  if ((n = demo_count (w->d, count, NULL)) == 0)
    return NULL;
  select = g_strdup_printf ("SELECT id FROM \"%s\"%s ORDER BY id LIMIT 1 OFFSET %d", entity->name,
                            where->str, g_test_rand_int_range (0, n));
  return demo_text (w->d, select, NULL);
}

static inline void
let_time_pass (Walk *w, gint64 hours)
{
  w->now += hours * HOUR;
  yq_clock_set (w->now);
  g_assert_true (sql_begin (w->d->conn, TRUE, NULL));
  g_assert_cmpint (yq_jobs_run_due (w->d->conn, w->now, 100, NULL), >=, 0);
  g_assert_true (sql_commit (w->d->conn, NULL));
}

/* -- many at once, over HTTP -- */

typedef struct
{
  Demo *d;
  const char *token;
  char *body;
  gboolean applied;
} Request;

static inline gpointer
send_request (gpointer user_data)
{
  Request *request = user_data;
  g_autoptr(YqAnswer) answer =
    yq_fixture_send (request->d->server, "POST", "/v1/commands", request->token, request->body);

  g_assert_cmpuint (answer->status, ==, 200);
  request->applied = strstr (answer->body->str, "\"applied\"") != NULL;
  return NULL;
}

static inline char *
make_body (const char *entity, const char *id, const char *action, int revision, const char *fields)
{
  g_autofree char *command = yq_id_new ();

  return g_strdup_printf ("{\"commands\":[{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\","
                          "\"action\":\"%s\",\"revision\":%d,\"fields\":%s}]}",
                          command, entity, id, action, revision, fields);
}

/* All at the same time; how many were applied. */
static inline guint
send_all (Request *requests, guint n)
{
  g_autofree GThread **threads = g_new (GThread *, n);
  guint applied = 0;

  for (guint i = 0; i < n; i++)
    threads[i] = g_thread_new ("request", send_request, &requests[i]);
  for (guint i = 0; i < n; i++)
    {
      g_thread_join (threads[i]);
      applied += requests[i].applied;
      g_clear_pointer (&requests[i].body, g_free);
    }
  return applied;
}
