/* Sessions in SQL and, for the loops, in memory. */
#define G_LOG_DOMAIN "yiquand-session"

#include "session.h"

#include <sodium.h>
#include <string.h>

#include "clock.h"
#include "server.h"
#include "sign-in.h"

#define TOKEN_BYTES 32
#define HASH_BYTES 32

struct _YqSession
{
  gatomicrefcount refs;
  YqWho who;
  char *account;
  char *organisation;
  GArray *grants; /* YqGrant */
  guint8 hash[HASH_BYTES];
  gint64 used_at, expires_at;
};

struct _YqSessions
{
  YqServer *server;
  YqSignIns *sign_ins;
  GMutex lock;
  GHashTable *cache; /* hash -> YqSession */
  guint generation;  /* counts drops: what was read before one is not kept after it */
};

static guint64 cost_operations;
static gsize cost_memory;

/* -- one session -- */

static YqSession *
session_new (const char *account)
{
  YqSession *session = g_new0 (YqSession, 1);

  g_atomic_ref_count_init (&session->refs);
  session->account = g_strdup (account);
  session->grants = g_array_new (FALSE, TRUE, sizeof (YqGrant));
  return session;
}

YqSession *
yq_session_ref (YqSession *session)
{
  g_atomic_ref_count_inc (&session->refs);
  return session;
}

void
yq_session_unref (YqSession *session)
{
  if (!g_atomic_ref_count_dec (&session->refs))
    return;
  g_array_unref (session->grants);
  g_free (session->account);
  g_free (session->organisation);
  g_free (session);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqSession, yq_session_unref)

const YqWho *
yq_session_who (YqSession *session)
{
  return &session->who;
}

/* -- reading: the tables of the entities account, grant and membership -- */

static gboolean
read_grants (SqlConn *conn, YqSession *session, GError **error)
{
  g_autoptr(SqlRows) rows = NULL;
  g_autoptr(GError) failure = NULL;

  rows = sql_query (conn,
                    "SELECT \"role\", coalesce (\"organisation\", \"desk_\", \"scope_region\", '')"
                    " FROM \"grant\" WHERE \"account_\" = $1 ORDER BY \"created_at\", \"id\"",
                    SQL_ARGS (SQL_TEXT (session->account)), error);
  while (rows != NULL && sql_rows_next (rows, &failure))
    {
      YqGrant grant = { 0 };
      int role = yq_role_from_name (sql_rows_text (rows, 0));

      if (role < 0)
        continue;
      grant.role = role;
      g_strlcpy (grant.scope, sql_rows_text (rows, 1), sizeof grant.scope);
      g_array_append_val (session->grants, grant);
    }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return rows != NULL && (error == NULL || *error == NULL);
}

YqSession *
yq_session_read (SqlConn *conn, const char *account, GError **error)
{
  g_autoptr(YqSession) session = session_new (account);
  g_autoptr(GError) failure = NULL;
  g_autofree char *id =
    sql_get_text (conn, "SELECT \"id\" FROM \"account\" WHERE \"id\" = $1 AND \"state\" = 'active'",
                  SQL_ARGS (SQL_TEXT (account)), &failure);

  if (id != NULL)
    session->organisation =
      sql_get_text (conn,
                    "SELECT \"organisation\" FROM \"membership\" WHERE \"account_\" = $1"
                    " AND \"state\" IN ('active', 'leaving') ORDER BY \"created_at\" LIMIT 1",
                    SQL_ARGS (SQL_TEXT (account)), &failure);
  /* A secondary account belongs to nobody's members, but to its desk's organisation. */
  if (id != NULL && failure == NULL && session->organisation == NULL)
    session->organisation = sql_get_text (
      conn,
      "SELECT d.\"carrier\" FROM \"grant\" g JOIN \"desk\" d ON d.\"id\" = g.\"desk_\""
      " WHERE g.\"account_\" = $1 AND g.\"role\" = 'desk' ORDER BY g.\"created_at\", g.\"id\" "
      "LIMIT 1",
      SQL_ARGS (SQL_TEXT (account)), &failure);
  if (id != NULL && failure == NULL && read_grants (conn, session, &failure))
    {
      session->who.account = session->account;
      session->who.organisation = session->organisation;
      session->who.grants = (const YqGrant *) session->grants->data;
      session->who.n_grants = session->grants->len;
      return g_steal_pointer (&session);
    }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

gboolean
yq_session_find_account (SqlConn *conn, const char *username, char **account, char **hash,
                         GError **error)
{
  g_autoptr(GError) failure = NULL;

  *hash = NULL;
  *account = sql_get_text (
    conn, "SELECT \"id\" FROM \"account\" WHERE \"username\" = $1 AND \"state\" = 'active'",
    SQL_ARGS (SQL_TEXT (username)), &failure);
  if (*account != NULL)
    *hash = sql_get_text (conn, "SELECT hash FROM password WHERE account = $1",
                          SQL_ARGS (SQL_TEXT (*account)), &failure);
  if (failure == NULL)
    return TRUE;
  g_clear_pointer (account, g_free);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* -- tokens -- */

static void
hash_token (const guint8 *token, guint8 *hash)
{
  crypto_generichash (hash, HASH_BYTES, token, TOKEN_BYTES, NULL, 0);
}

static gboolean
read_token (const char *text, guint8 *hash)
{
  guint8 token[TOKEN_BYTES];
  gsize size;

  if (sodium_base642bin (token, sizeof token, text, strlen (text), NULL, &size, NULL,
                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      size != sizeof token)
    return FALSE;
  hash_token (token, hash);
  sodium_memzero (token, sizeof token);
  return TRUE;
}

char *
yq_session_write (SqlConn *conn, const char *account, gint64 now, GError **error)
{
  gsize size = sodium_base64_ENCODED_LEN (TOKEN_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  g_autofree char *text = g_malloc (size);
  guint8 token[TOKEN_BYTES], hash[HASH_BYTES];

  randombytes_buf (token, sizeof token);
  hash_token (token, hash);
  sodium_bin2base64 (text, size, token, sizeof token, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero (token, sizeof token);
  if (sql_exec (conn, "DELETE FROM session WHERE account = $1 AND expires_at < $2",
                SQL_ARGS (SQL_TEXT (account), SQL_INT (now)), error) < 0 ||
      sql_exec (conn,
                "INSERT INTO session (token_hash, account, created_at, used_at, expires_at)"
                " VALUES ($1, $2, $3, $3, $4)",
                SQL_ARGS (SQL_BLOB (hash, sizeof hash), SQL_TEXT (account), SQL_INT (now),
                          SQL_INT (now + YQ_SESSION_LIFE)),
                error) < 0)
    return NULL;
  return g_steal_pointer (&text);
}

/* -- passwords -- */

void
yq_session_set_cost (guint64 operations, gsize memory)
{
  cost_operations = operations;
  cost_memory = memory;
}

char *
yq_session_hash (const char *password, GError **error)
{
  g_autofree char *hash = g_malloc0 (crypto_pwhash_STRBYTES);

  if (sodium_init () >= 0 &&
      crypto_pwhash_str (hash, password, strlen (password),
                         cost_operations ? cost_operations : crypto_pwhash_OPSLIMIT_INTERACTIVE,
                         cost_memory ? cost_memory : crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0)
    return g_steal_pointer (&hash);
  g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "Not enough memory to hash a password");
  return NULL;
}

gboolean
yq_session_store_hash (SqlConn *conn, const char *account, const char *hash, GError **error)
{
  return sql_exec (conn,
                   "INSERT INTO password (account, hash) VALUES ($1, $2)"
                   " ON CONFLICT (account) DO UPDATE SET hash = excluded.hash",
                   SQL_ARGS (SQL_TEXT (account), SQL_TEXT (hash)), error) >= 0 &&
         sql_exec (conn, "DELETE FROM session WHERE account = $1", SQL_ARGS (SQL_TEXT (account)),
                   error) >= 0;
}

gboolean
yq_session_set_password (SqlConn *conn, const char *account, const char *password, GError **error)
{
  g_autofree char *hash = yq_session_hash (password, error);

  return hash != NULL && yq_session_store_hash (conn, account, hash, error);
}

gboolean
yq_session_is_live (SqlConn *conn, YqSession *session, GError **error)
{
  gint64 there = 0;

  return sql_get_int (conn, "SELECT 1 FROM session WHERE token_hash = $1",
                      SQL_ARGS (SQL_BLOB (session->hash, HASH_BYTES)), &there, error);
}

gboolean
yq_session_end_others (SqlConn *conn, YqSession *session, GError **error)
{
  return sql_exec (conn, "DELETE FROM session WHERE account = $1 AND token_hash <> $2",
                   SQL_ARGS (SQL_TEXT (session->account), SQL_BLOB (session->hash, HASH_BYTES)),
                   error) >= 0;
}

/* -- the cache -- */

static guint
hash_of (gconstpointer key)
{
  guint value;

  memcpy (&value, key, sizeof value);
  return value;
}

static gboolean
equal_hash (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, HASH_BYTES) == 0;
}

static YqSession *
read_session (SqlConn *conn, const guint8 *hash, gint64 now)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlRows) rows =
    sql_query (conn, "SELECT account, used_at, expires_at FROM session WHERE token_hash = $1",
               SQL_ARGS (SQL_BLOB (hash, HASH_BYTES)), &error);
  g_autoptr(YqSession) session = NULL;

  if (rows != NULL && sql_rows_next (rows, &error) && sql_rows_int (rows, 2) > now)
    session = yq_session_read (conn, sql_rows_text (rows, 0), &error);
  if (error != NULL)
    g_message ("Cannot read a session: %s", error->message);
  if (session == NULL)
    return NULL;
  memcpy (session->hash, hash, HASH_BYTES);
  session->used_at = sql_rows_int (rows, 1);
  session->expires_at = sql_rows_int (rows, 2);
  return g_steal_pointer (&session);
}

/* -- the sliding end: written at most once a day -- */

typedef struct
{
  YqJob job;
  YqSessions *sessions;
  guint8 hash[HASH_BYTES];
  gint64 now;
} Touch;

static gboolean
run_touch (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  Touch *touch = (Touch *) job;

  return sql_exec (conn,
                   "UPDATE session SET used_at = $1, expires_at = $2"
                   " WHERE token_hash = $3 AND used_at < $1",
                   SQL_ARGS (SQL_INT (touch->now), SQL_INT (touch->now + YQ_SESSION_LIFE),
                             SQL_BLOB (touch->hash, HASH_BYTES)),
                   error) >= 0;
}

static void
touch_done (YqJob *job, const GError *error)
{
  Touch *touch = (Touch *) job;

  g_mutex_lock (&touch->sessions->lock);
  g_hash_table_remove (touch->sessions->cache, touch->hash);
  g_mutex_unlock (&touch->sessions->lock);
  g_free (touch);
}

static void
touch_session (YqSessions *sessions, YqSession *session, gint64 now)
{
  Touch *touch = g_new0 (Touch, 1);

  touch->job = (YqJob){ .n_units = 1, .run = run_touch, .done = touch_done };
  touch->sessions = sessions;
  memcpy (touch->hash, session->hash, HASH_BYTES);
  touch->now = now;
  if (!yq_writer_push (yq_server_writer (sessions->server), &touch->job))
    g_free (touch);
}

YqSession *
yq_sessions_find (YqSessions *sessions, SqlConn *conn, const char *token)
{
  g_autoptr(YqSession) session = NULL;
  gint64 now = yq_clock_now ();
  guint8 hash[HASH_BYTES];
  guint generation;

  if (!read_token (token, hash))
    return NULL;
  g_mutex_lock (&sessions->lock);
  generation = sessions->generation;
  if ((session = g_hash_table_lookup (sessions->cache, hash)) != NULL)
    yq_session_ref (session);
  g_mutex_unlock (&sessions->lock);

  if (session == NULL)
    {
      if ((session = read_session (conn, hash, now)) == NULL)
        return NULL;
      g_mutex_lock (&sessions->lock);
      if (generation == sessions->generation)
        g_hash_table_replace (sessions->cache, session->hash, yq_session_ref (session));
      g_mutex_unlock (&sessions->lock);
      if (session->used_at + YQ_DAY < now)
        touch_session (sessions, session, now);
    }
  else if (session->used_at + YQ_DAY < now)
    {
      /* It is read again, and written, once: by whoever finds it old first. */
      g_mutex_lock (&sessions->lock);
      g_hash_table_remove (sessions->cache, hash);
      g_mutex_unlock (&sessions->lock);
    }
  return session->expires_at > now ? g_steal_pointer (&session) : NULL;
}

static gboolean
is_of_account (gpointer hash, gpointer session, gpointer account)
{
  return account == NULL || g_str_equal (((YqSession *) session)->account, account);
}

void
yq_sessions_drop_account (YqSessions *sessions, const char *account)
{
  g_mutex_lock (&sessions->lock);
  sessions->generation++;
  g_hash_table_foreach_remove (sessions->cache, is_of_account, (gpointer) account);
  g_mutex_unlock (&sessions->lock);
}

/* -- signing out -- */

typedef struct
{
  YqJob job;
  YqRequest *request;
  guint8 hash[HASH_BYTES];
} End;

static gboolean
run_end (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  return sql_exec (conn, "DELETE FROM session WHERE token_hash = $1",
                   SQL_ARGS (SQL_BLOB (((End *) job)->hash, HASH_BYTES)), error) >= 0;
}

static void
end_done (YqJob *job, const GError *error)
{
  YqRequest *request = ((End *) job)->request;

  yq_text_set_language (yq_request_language (request));
  if (error != NULL)
    yq_request_refuse (request, yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s",
                                                _("The server cannot write at the moment.")));
  else
    {
      yq_sessions_drop_account (yq_server_sessions (yq_request_server (request)),
                                yq_request_who (request)->account);
      yq_request_reply (request, 204, NULL, NULL);
    }
  yq_request_resume (request);
}

void
yq_sessions_end (YqRequest *request)
{
  const char *header = yq_request_header (request, "Authorization");
  End *end = g_new0 (End, 1);

  end->job = (YqJob){ .n_units = 1, .run = run_end, .done = end_done };
  end->request = request;
  read_token (header + strlen ("Bearer "), end->hash);
  yq_request_set_data (request, end, g_free);
  yq_server_write (request, &end->job);
}

/* -- life -- */

gboolean
yq_sessions_prepare (SqlConn *conn, GError **error)
{
  return sql_script (conn,
                     "CREATE TABLE IF NOT EXISTS password (account TEXT PRIMARY KEY,"
                     " hash TEXT NOT NULL);"
                     "CREATE TABLE IF NOT EXISTS session (token_hash BLOB PRIMARY KEY,"
                     " account TEXT NOT NULL, created_at BIGINT NOT NULL, used_at BIGINT NOT NULL,"
                     " expires_at BIGINT NOT NULL);"
                     "CREATE INDEX IF NOT EXISTS session_account ON session (account);",
                     error);
}

YqSessions *
yq_sessions_new (YqServer *server, GError **error)
{
  YqSessions *sessions = g_new0 (YqSessions, 1);

  sessions->server = server;
  g_mutex_init (&sessions->lock);
  sessions->cache =
    g_hash_table_new_full (hash_of, equal_hash, NULL, (GDestroyNotify) yq_session_unref);
  if ((sessions->sign_ins = yq_sign_ins_new (server, error)) != NULL)
    return sessions;
  yq_sessions_free (sessions);
  return NULL;
}

YqSignIns *
yq_sessions_sign_ins (YqServer *server)
{
  return yq_server_sessions (server)->sign_ins;
}

void
yq_sessions_stop (YqSessions *sessions)
{
  yq_sign_ins_stop (sessions->sign_ins);
}

void
yq_sessions_free (YqSessions *sessions)
{
  g_clear_pointer (&sessions->sign_ins, yq_sign_ins_free);
  g_hash_table_unref (sessions->cache);
  g_mutex_clear (&sessions->lock);
  g_free (sessions);
}
