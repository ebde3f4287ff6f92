/* The server and the HTTP client of the server's tests. */
#define G_LOG_DOMAIN "fixture"

#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_S 20 /* of a read: a test fails, it does not hang */

/* -- worlds -- */

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *content = NULL;
  g_autoptr(GError) error = NULL;
  gsize size;

  g_file_get_contents (from, &content, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents_full (to, content, size, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

void
yq_worlds_copy (const char *name, const char *folder)
{
  g_autofree char *world =
    g_build_filename (g_getenv ("YQ_BUILD_DIR"), "tests", "worlds", name, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) dir = g_dir_open (world, 0, &error);
  const char *file;

  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (world, file, NULL);
      g_autofree char *to = g_build_filename (folder, file, NULL);

      copy_file (from, to);
    }
}

/* -- the server -- */

YqFixture *
yq_fixture_new (void)
{
  YqFixture *fixture = g_new0 (YqFixture, 1);
  g_autoptr(GError) error = NULL;

  yq_session_set_cost (1, 8192);
  fixture->folder = g_dir_make_tmp ("yiquan-test-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->config = yq_config_new ();
  g_free (fixture->config->data);
  g_free (fixture->config->listen);
  fixture->config->data = g_build_filename (fixture->folder, "data", NULL);
  fixture->config->listen = g_strdup ("127.0.0.1:0");
  fixture->config->loops = 2;
  yq_worlds_copy ("empty", fixture->config->data);
  return fixture;
}

void
yq_fixture_start (YqFixture *fixture)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (fixture->server);

  fixture->server = yq_server_start (fixture->config, &error);
  g_assert_no_error (error);
  fixture->port = yq_server_port (fixture->server);
  g_free (fixture->config->listen);
  fixture->config->listen = g_strdup_printf ("127.0.0.1:%u", fixture->port);
}

YqFixture *
yq_fixture_new_started (void)
{
  YqFixture *fixture = yq_fixture_new ();

  yq_fixture_start (fixture);
  return fixture;
}

void
yq_fixture_stop (YqFixture *fixture)
{
  g_clear_pointer (&fixture->server, yq_server_stop);
}

void
yq_test_remove_folder (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        yq_test_remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
yq_fixture_free (YqFixture *fixture)
{
  yq_fixture_stop (fixture);
  yq_test_remove_folder (fixture->folder);
  yq_config_free (fixture->config);
  g_free (fixture->folder);
  g_free (fixture);
}

void
yq_fixture_write (YqFixture *fixture,
                  gboolean (*func) (SqlConn *conn, gpointer user_data, GError **error),
                  gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  yq_writer_call (yq_server_writer (fixture->server), func, user_data, &error);
  g_assert_no_error (error);
}

SqlConn *
yq_fixture_read (YqFixture *fixture)
{
  g_autoptr(GError) error = NULL;
  SqlConn *conn = sql_open (yq_server_uri (fixture->server), SQL_OPEN_READ_ONLY, &error);

  g_assert_no_error (error);
  return conn;
}

/* -- accounts, as bare rows: enough for sessions -- */

typedef struct
{
  const char *id, *username, *password, *role, *scope;
} Person;

static gboolean
make_tables (SqlConn *conn, GError **error)
{
  return sql_script (
    conn,
    "CREATE TABLE IF NOT EXISTS \"account\" (\"id\" TEXT PRIMARY KEY, \"revision\" BIGINT,"
    " \"state\" TEXT, \"created_at\" BIGINT, \"updated_at\" BIGINT, \"username\" TEXT);"
    "CREATE TABLE IF NOT EXISTS \"grant\" (\"id\" TEXT PRIMARY KEY, \"revision\" BIGINT,"
    " \"state\" TEXT, \"created_at\" BIGINT, \"updated_at\" BIGINT, \"account_\" TEXT,"
    " \"role\" TEXT, \"organisation\" TEXT, \"desk_\" TEXT, \"scope_region\" TEXT);"
    "CREATE TABLE IF NOT EXISTS \"membership\" (\"id\" TEXT PRIMARY KEY, \"revision\" BIGINT,"
    " \"state\" TEXT, \"created_at\" BIGINT, \"updated_at\" BIGINT, \"account_\" TEXT,"
    " \"organisation\" TEXT, \"role\" TEXT);",
    error);
}

static gboolean
write_account (SqlConn *conn, gpointer user_data, GError **error)
{
  const Person *person = user_data;

  return make_tables (conn, error) &&
         sql_exec (conn,
                   "INSERT INTO \"account\" (\"id\", \"revision\", \"state\", \"created_at\","
                   " \"updated_at\", \"username\") VALUES ($1, 1, 'active', 1, 1, $2)",
                   SQL_ARGS (SQL_TEXT (person->id), SQL_TEXT (person->username)), error) == 1 &&
         yq_session_set_password (conn, person->id, person->password, error);
}

static gboolean
write_grant (SqlConn *conn, gpointer user_data, GError **error)
{
  const Person *person = user_data;
  const char *column = g_str_equal (person->role, "reviewer") ? "scope_region"
                       : g_str_equal (person->role, "desk")   ? "desk_"
                                                              : "organisation";
  g_autofree char *sql = g_strdup_printf (
    "INSERT INTO \"grant\" (\"id\", \"revision\", \"state\", \"created_at\", \"updated_at\","
    " \"account_\", \"role\", \"%s\") VALUES ($1, 1, 'active', 1, 1, $2, $3, $4)",
    column);

  return sql_exec (conn, sql,
                   SQL_ARGS (SQL_TEXT (person->id), SQL_TEXT (person->username),
                             SQL_TEXT (person->role), SQL_TEXT (person->scope)),
                   error) == 1;
}

char *
yq_fixture_add_account (YqFixture *fixture, const char *username, const char *password)
{
  char *id = g_uuid_string_random ();
  Person person = { id, username, password, NULL, NULL };

  yq_fixture_write (fixture, write_account, &person);
  return id;
}

void
yq_fixture_add_grant (YqFixture *fixture, const char *account, const char *role, const char *scope)
{
  g_autofree char *id = g_uuid_string_random ();
  Person person = { id, account, NULL, role, scope };

  yq_fixture_write (fixture, write_grant, &person);
  yq_sessions_drop_account (yq_server_sessions (fixture->server), account);
}

char *
yq_fixture_sign_in (YqFixture *fixture, const char *username, const char *password)
{
  g_autofree char *body =
    g_strdup_printf ("{\"username\":\"%s\",\"password\":\"%s\"}", username, password);
  g_autoptr(YqAnswer) answer = yq_fixture_send (fixture, "POST", "/v1/sessions", NULL, body);
  g_autoptr(JsonNode) node = NULL;

  g_assert_cmpuint (answer->status, ==, 201);
  node = yq_answer_json (answer);
  return g_strdup (json_object_get_string_member (json_node_get_object (node), "token"));
}

/* -- bare connections -- */

int
yq_test_connect (guint port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct timeval patience = { .tv_sec = PATIENCE_S };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

  g_assert_cmpint (fd, >=, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

int
yq_fixture_connect (YqFixture *fixture)
{
  int fd = yq_test_connect (fixture->port);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

gboolean
yq_test_write (int fd, const char *data, gssize size)
{
  if (size < 0)
    size = strlen (data);
  while (size > 0)
    {
      gssize n = send (fd, data, size, MSG_NOSIGNAL);

      if (n <= 0)
        return FALSE;
      data += n;
      size -= n;
    }
  return TRUE;
}

/* Appends what comes; FALSE at the end. */
static gboolean
read_more (int fd, GString *in)
{
  char buffer[65536];
  gssize n = recv (fd, buffer, sizeof buffer, 0);

  if (n <= 0)
    return FALSE;
  g_string_append_len (in, buffer, n);
  return TRUE;
}

static gboolean
read_to (int fd, GString *in, gsize size)
{
  while (in->len < size)
    if (!read_more (fd, in))
      return FALSE;
  return TRUE;
}

static void
read_headers (YqAnswer *answer, const char *head)
{
  g_auto(GStrv) lines = g_strsplit (head, "\r\n", -1);

  answer->status = g_str_has_prefix (head, "HTTP/1.1 ") ? atoi (head + 9) : 0;
  for (guint i = 1; lines[i] != NULL; i++)
    {
      char *colon = strchr (lines[i], ':');

      if (colon != NULL)
        g_hash_table_replace (answer->headers, g_ascii_strdown (lines[i], colon - lines[i]),
                              g_strstrip (g_strdup (colon + 1)));
    }
}

static void
read_chunks (int fd, GString *in, YqAnswer *answer)
{
  for (;;)
    {
      char *end;
      gsize size, head;

      while (memmem (in->str, in->len, "\r\n", 2) == NULL)
        if (!read_more (fd, in))
          return;
      size = g_ascii_strtoull (in->str, &end, 16);
      head = strstr (in->str, "\r\n") + 2 - in->str;
      if (!read_to (fd, in, head + size + 2))
        return;
      g_string_append_len (answer->body, in->str + head, size);
      g_string_erase (in, 0, head + size + 2);
      if (size == 0)
        return;
    }
}

YqAnswer *
yq_test_read (int fd, gboolean has_body)
{
  YqAnswer *answer = g_new0 (YqAnswer, 1);
  g_autoptr(GString) in = g_string_new (NULL);
  const char *length;
  char *end;

  answer->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  answer->body = g_string_new (NULL);
  while ((end = memmem (in->str, in->len, "\r\n\r\n", 4)) == NULL)
    if (!read_more (fd, in))
      return answer;
  *end = '\0';
  read_headers (answer, in->str);
  g_string_erase (in, 0, end + 4 - in->str);
  if (answer->status == 100)
    {
      yq_answer_free (answer);
      return yq_test_read (fd, has_body);
    }
  if (!has_body || answer->status == 204)
    return answer;
  if ((length = yq_answer_header (answer, "content-length")) != NULL)
    {
      gsize size = g_ascii_strtoull (length, NULL, 10);

      read_to (fd, in, size);
      g_string_append_len (answer->body, in->str, MIN (in->len, size));
    }
  else if (yq_answer_header (answer, "transfer-encoding") != NULL)
    read_chunks (fd, in, answer);
  return answer;
}

YqAnswer *
yq_test_send (guint port, const char *method, const char *path, const char *token,
              const char *extra, const char *body, gssize size)
{
  g_autoptr(GString) head = g_string_new (NULL);
  YqAnswer *answer;
  int fd = yq_test_connect (port);

  if (body != NULL && size < 0)
    size = strlen (body);
  g_string_printf (head, "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n", method, path);
  if (token != NULL)
    g_string_append_printf (head, "Authorization: Bearer %s\r\n", token);
  if (body != NULL)
    g_string_append_printf (head, "Content-Length: %" G_GSSIZE_FORMAT "\r\n", size);
  g_string_append_printf (head, "%s\r\n", extra != NULL ? extra : "");
  if (body != NULL)
    g_string_append_len (head, body, size);
  if (fd >= 0)
    yq_test_write (fd, head->str, head->len);
  answer = yq_test_read (fd, !g_str_equal (method, "HEAD"));
  if (fd >= 0)
    close (fd);
  return answer;
}

YqAnswer *
yq_fixture_send_full (YqFixture *fixture, const char *method, const char *path, const char *token,
                      const char *extra, const char *body, gssize size)
{
  return yq_test_send (fixture->port, method, path, token, extra, body, size);
}

YqAnswer *
yq_fixture_send (YqFixture *fixture, const char *method, const char *path, const char *token,
                 const char *body)
{
  return yq_fixture_send_full (fixture, method, path, token, NULL, body, -1);
}

/* -- answers -- */

void
yq_answer_free (YqAnswer *answer)
{
  g_hash_table_unref (answer->headers);
  g_string_free (answer->body, TRUE);
  g_free (answer);
}

const char *
yq_answer_header (const YqAnswer *answer, const char *name)
{
  return g_hash_table_lookup (answer->headers, name);
}

JsonNode *
yq_answer_json (const YqAnswer *answer)
{
  g_autoptr(GError) error = NULL;
  JsonNode *node = json_from_string (answer->body->str, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  return node;
}

char *
yq_answer_code (const YqAnswer *answer)
{
  g_autoptr(JsonNode) node = yq_answer_json (answer);

  g_assert_cmpstr (yq_answer_header (answer, "content-type"), ==, "application/problem+json");
  return g_strdup (json_object_get_string_member (json_node_get_object (node), "code"));
}

/* -- looking at this process -- */

guint
yq_test_count_fds (void)
{
  g_autoptr(GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

gsize
yq_test_resident (void)
{
  g_autofree char *text = NULL;
  unsigned long total, resident;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%lu %lu", &total, &resident), ==, 2);
  return resident * sysconf (_SC_PAGESIZE);
}

void
yq_test_wait_until (gboolean (*check) (gpointer), gpointer user_data)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC; /* a sanitizer on a busy machine */
  gboolean came;

  while (!(came = check (user_data)) && g_get_monotonic_time () < end)
    g_usleep (2000);
  g_assert_true (came);
}
