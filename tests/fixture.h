/* A real server for tests: in this process, on a free port, with a folder of its own; and a
 * blocking HTTP client over a bare socket, so that tests can also say what no library would. */
#pragma once

#include "server.h"

/* -- the server -- */
typedef struct
{
  YqConfig *config; /* change it before a start */
  YqServer *server; /* NULL while stopped */
  char *folder;
  guint port; /* stays the same over restarts */
} YqFixture;

YqFixture *yq_fixture_new (void);           /* not started: cheap passwords, 2 loops, port 0 */
void yq_fixture_start (YqFixture *fixture); /* asserts that it works */
void yq_fixture_stop (YqFixture *fixture);
void yq_fixture_free (YqFixture *fixture); /* stops, removes the folder */
YqFixture *yq_fixture_new_started (void);

/* Worlds that stand ready in the build folder, made by tests/make-worlds.c: "empty", which every
 * fixture begins with, and "demo", the demo's at YQ_WORLDS_NOW (21 November 2026, a Saturday, 11:00
 * in Shanghai).  Copies its files into folder, which is made. */
#define YQ_WORLDS_NOW (G_GINT64_CONSTANT (1795230000000))
void yq_worlds_copy (const char *name, const char *folder);

/* Runs func in the writer and asserts that it works. */
void yq_fixture_write (YqFixture *fixture,
                       gboolean (*func) (SqlConn *conn, gpointer user_data, GError **error),
                       gpointer user_data);
SqlConn *yq_fixture_read (YqFixture *fixture); /* a new read-only connection */
/* A bare account row with a password; the id is made of the name and is returned. */
char *yq_fixture_add_account (YqFixture *fixture, const char *username, const char *password);
void yq_fixture_add_grant (YqFixture *fixture, const char *account, const char *role,
                           const char *scope);
char *yq_fixture_sign_in (YqFixture *fixture, const char *username, const char *password);

/* -- answers -- */
typedef struct
{
  guint status;        /* 0: the connection ended without an answer */
  GHashTable *headers; /* names in lower case */
  GString *body;       /* chunks put together, not unpacked */
} YqAnswer;

void yq_answer_free (YqAnswer *answer);
const char *yq_answer_header (const YqAnswer *answer, const char *name); /* name in lower case */
JsonNode *yq_answer_json (const YqAnswer *answer); /* asserts that it is JSON */
char *yq_answer_code (const YqAnswer *answer);     /* "code" of a problem; asserts the media type */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqAnswer, yq_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqFixture, yq_fixture_free)

/* One request on a connection of its own.  token and body may be NULL. */
YqAnswer *yq_fixture_send (YqFixture *fixture, const char *method, const char *path,
                           const char *token, const char *body);
/* extra: whole header lines, each with its \r\n, or NULL.  size -1 is strlen. */
YqAnswer *yq_fixture_send_full (YqFixture *fixture, const char *method, const char *path,
                                const char *token, const char *extra, const char *body,
                                gssize size);

/* -- bare connections -- */
int yq_fixture_connect (YqFixture *fixture);
int yq_test_connect (guint port);
/* FALSE: the peer has closed. */
gboolean yq_test_write (int fd, const char *data, gssize size);
/* Reads one answer; has_body FALSE after a HEAD. */
YqAnswer *yq_test_read (int fd, gboolean has_body);
YqAnswer *yq_test_send (guint port, const char *method, const char *path, const char *token,
                        const char *extra, const char *body, gssize size);

/* -- looking at this process -- */
guint yq_test_count_fds (void);
gsize yq_test_resident (void); /* bytes */
/* Waits until check is TRUE, 10 s at most, then asserts it. */
void yq_test_wait_until (gboolean (*check) (gpointer), gpointer user_data);
void yq_test_remove_folder (const char *path);
