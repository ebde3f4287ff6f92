/* Signing in: throttle, queue, one hash at a time, a session written. */
#define G_LOG_DOMAIN "yiquand-sign-in"

#include "sign-in.h"

#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "account-desk.h"
#include "clock.h"
#include "record-json.h"
#include "record-key.h"
#include "sealed.h"
#include "server.h"
#include "sign-on.h"
#include "throttle.h"

#define MAX_WAITING 32
#define MAX_NAME 128
#define MAX_PASSWORD 1024
#define NICE 10

typedef struct
{
  YqJob job;
  YqRequest *request;
  YqSignIns *owner;
  char *username;
  char *password;
  char *name_key; /* what failures are counted by */
  char *address_key;
  char *account;
  char *token;
  gint64 now;
  YqSession *session;
  JsonObject *body; /* what came, with its picture code */
} SignIn;

struct _YqSignIns
{
  YqServer *server;
  SqlConn *conn;
  char *dummy; /* an unknown name costs as much as a known one */
  YqThrottle *throttle;
  GThread *thread;
  GMutex lock;
  GCond wake;
  GQueue waiting;  /* SignIn */
  int is_stopping; /* set under lock */
};

static void
sign_in_free (SignIn *sign_in)
{
  if (sign_in->password != NULL)
    sodium_memzero (sign_in->password, strlen (sign_in->password));
  g_free (sign_in->username);
  g_free (sign_in->password);
  g_free (sign_in->name_key);
  g_free (sign_in->address_key);
  g_free (sign_in->account);
  g_free (sign_in->token);
  g_clear_pointer (&sign_in->body, json_object_unref);
  g_clear_pointer (&sign_in->session, yq_session_unref);
  g_free (sign_in);
}

/* -- answers -- */

static void
refuse_throttled (SignIn *sign_in, gint64 wait_ms)
{
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, (wait_ms + 999) / 1000);

  yq_metrics_add (yq_server_metrics (sign_in->owner->server), YQ_METRIC_SIGN_INS_THROTTLED, 1);
  yq_request_add_header (sign_in->request, "Retry-After", seconds);
  yq_request_refuse (sign_in->request,
                     yq_problem_new (YQ_PROBLEM_THROTTLED,
                                     _("Too many attempts. Please try again in %s seconds."),
                                     seconds));
}

static void
refuse_unavailable (SignIn *sign_in)
{
  yq_request_add_header (sign_in->request, "Retry-After", "5");
  yq_request_refuse (
    sign_in->request,
    yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s", _("The server cannot write at the moment.")));
}

static const char *const scopes[] = {
  [YQ_ROLE_REVIEWER] = "region",
  [YQ_ROLE_EXPERT] = "region",
  [YQ_ROLE_DESK] = "desk",
};

static void
append_grants (GString *body, const YqWho *who)
{
  for (guint i = 0; i < who->n_grants; i++)
    {
      const YqGrant *grant = &who->grants[i];
      const char *scope = grant->role < G_N_ELEMENTS (scopes) ? scopes[grant->role] : NULL;

      g_string_append_printf (body, "%s{\"role\":\"%s\"", i > 0 ? "," : "",
                              yq_role_name (grant->role));
      if (*grant->scope != '\0')
        {
          g_string_append_printf (body, ",\"%s\":", scope != NULL ? scope : "organisation");
          yq_json_append_string (body, grant->scope);
        }
      g_string_append_c (body, '}');
    }
}

/* What opens a store that this account has locked on a computer, whatever its password has been:
 * the same for ever, and only whoever signs in learns it. */
static void
append_unlock (GString *body, const char *account)
{
  g_autofree char *text = g_strconcat ("unlock ", account, NULL);
  g_autofree char *hash = yq_sealed_hash (yq_record_key (), text);

  g_string_append_printf (body, ",\"unlock\":\"%s\"", hash);
}

void
yq_session_reply (YqRequest *request, YqSession *session, const char *username, const char *token,
                  gint64 now)
{
  const YqWho *who = yq_session_who (session);
  const char *public_url = yq_server_config (yq_request_server (request))->public_url;
  g_autofree char *expires = yq_time_format (now + YQ_SESSION_LIFE);
  GString *body = g_string_new (NULL);

  g_string_printf (body, "{\"token\":\"%s\",\"expires_at\":\"%s\",\"account\":\"%s\"", token,
                   expires, who->account);
  g_string_append (body, ",\"username\":");
  yq_json_append_string (body, username);
  append_unlock (body, who->account);
  if (public_url != NULL)
    {
      g_string_append (body, ",\"public_url\":");
      yq_json_append_string (body, public_url);
    }
  if (who->organisation != NULL)
    g_string_append_printf (body, ",\"organisation\":\"%s\"", who->organisation);
  else
    g_string_append (body, ",\"organisation\":null");
  g_string_append (body, ",\"grants\":[");
  append_grants (body, who);
  g_string_append (body, "]}");
  yq_request_reply_json (request, 201, body);
}

/* -- the writer's part -- */

static gboolean
run_sign_in (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  SignIn *sign_in = (SignIn *) job;

  g_clear_pointer (&sign_in->token, g_free);
  g_clear_pointer (&sign_in->session, yq_session_unref);
  if (!(sign_in->token = yq_session_write (conn, sign_in->account, sign_in->now, error)))
    return FALSE;
  sign_in->session = yq_session_read (conn, sign_in->account, error);
  return sign_in->session != NULL;
}

static void
sign_in_done (YqJob *job, const GError *error)
{
  SignIn *sign_in = (SignIn *) job;

  yq_text_set_language (yq_request_language (sign_in->request));
  if (error == NULL && sign_in->session != NULL)
    yq_session_reply (sign_in->request, sign_in->session, sign_in->username, sign_in->token,
                      sign_in->now);
  else
    refuse_unavailable (sign_in);
  yq_request_resume (sign_in->request);
}

/* -- the thread -- */

static void
fail (YqSignIns *self, SignIn *sign_in)
{
  yq_metrics_add (yq_server_metrics (self->server), YQ_METRIC_SIGN_IN_FAILURES, 1);
  yq_throttle_fail (self->throttle, sign_in->name_key, sign_in->now);
  yq_throttle_fail (self->throttle, sign_in->address_key, sign_in->now);
  yq_request_refuse (sign_in->request,
                     yq_problem_new (YQ_PROBLEM_UNAUTHENTICATED, "%s",
                                     _("The user name or the password is wrong.")));
  yq_request_resume (sign_in->request);
}

static gint64
throttled_for (YqSignIns *self, SignIn *sign_in)
{
  return MAX (yq_throttle_wait (self->throttle, sign_in->name_key, sign_in->now),
              yq_throttle_wait (self->throttle, sign_in->address_key, sign_in->now));
}

static guint
count_failures (YqSignIns *self, SignIn *sign_in)
{
  return MAX (yq_throttle_count (self->throttle, sign_in->name_key, sign_in->now),
              yq_throttle_count (self->throttle, sign_in->address_key, sign_in->now));
}

static void
verify (YqSignIns *self, SignIn *sign_in)
{
  g_autofree char *hash = NULL;
  g_autoptr(GError) error = NULL;
  gint64 wait = throttled_for (self, sign_in); /* others failed while this one waited */
  gboolean is_right;
  YqProblem *picture;

  yq_text_set_language (yq_request_language (sign_in->request));
  if (wait > 0)
    {
      refuse_throttled (sign_in, wait);
      yq_request_resume (sign_in->request);
      return;
    }
  if ((picture = yq_account_check_picture (self->server, sign_in->body,
                                           count_failures (self, sign_in), sign_in->now)) != NULL)
    {
      yq_request_refuse (sign_in->request, picture);
      yq_request_resume (sign_in->request);
      return;
    }
  if (!yq_session_find_account (self->conn, sign_in->username, &sign_in->account, &hash, &error))
    g_message ("Cannot look an account up: %s", error->message);
  is_right = crypto_pwhash_str_verify (hash != NULL ? hash : self->dummy, sign_in->password,
                                       strlen (sign_in->password)) == 0;
  if (!is_right || hash == NULL)
    {
      fail (self, sign_in);
      return;
    }
  yq_metrics_add (yq_server_metrics (self->server), YQ_METRIC_SIGN_INS, 1);
  yq_throttle_forget (self->throttle, sign_in->name_key);
  if (!yq_writer_push (yq_server_writer (self->server), &sign_in->job))
    {
      refuse_unavailable (sign_in);
      yq_request_resume (sign_in->request);
    }
}

static SignIn *
take_next (YqSignIns *self)
{
  SignIn *sign_in;

  g_mutex_lock (&self->lock);
  while (self->waiting.length == 0 && !self->is_stopping)
    g_cond_wait (&self->wake, &self->lock);
  sign_in = g_queue_pop_head (&self->waiting);
  g_mutex_unlock (&self->lock);
  return sign_in;
}

static gpointer
verify_all (gpointer user_data)
{
  YqSignIns *self = user_data;
  SignIn *sign_in;

  setpriority (PRIO_PROCESS, gettid (), NICE);
  while ((sign_in = take_next (self)) != NULL)
    if (g_atomic_int_get (&self->is_stopping))
      {
        yq_text_set_language (yq_request_language (sign_in->request));
        refuse_unavailable (sign_in);
        yq_request_resume (sign_in->request);
      }
    else
      verify (self, sign_in);
  return NULL;
}

/* -- the handler -- */

static const char *
text_member (JsonObject *object, const char *name, gsize max)
{
  JsonNode *node = json_object_get_member (object, name);
  const char *text;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  text = json_node_get_string (node);
  return strlen (text) <= max ? text : NULL;
}

static SignIn *
read_sign_in (YqRequest *request, JsonNode *node, YqProblem **problem)
{
  const char *username = NULL, *password = NULL;
  SignIn *sign_in;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      username = text_member (json_node_get_object (node), "username", MAX_NAME);
      password = text_member (json_node_get_object (node), "password", MAX_PASSWORD);
    }
  if (username == NULL || password == NULL)
    {
      *problem =
        yq_problem_new (YQ_PROBLEM_MALFORMED, "%s", _("A user name and a password are needed."));
      return NULL;
    }
  sign_in = g_new0 (SignIn, 1);
  sign_in->job = (YqJob){ .n_units = 1, .run = run_sign_in, .done = sign_in_done };
  sign_in->request = request;
  sign_in->body = json_object_ref (json_node_get_object (node));
  sign_in->owner = yq_sessions_sign_ins (yq_request_server (request));
  sign_in->username = g_strdup (username);
  sign_in->password = g_strdup (password);
  sign_in->name_key = g_strconcat ("name ", username, NULL);
  sign_in->address_key = g_strconcat ("address ", yq_request_address (request), NULL);
  sign_in->now = yq_clock_now ();
  return sign_in;
}

void
yq_sessions_create (YqRequest *request)
{
  YqProblem *problem = NULL;
  gsize size;
  const char *body = g_bytes_get_data (yq_request_body (request), &size);
  g_autoptr(JsonNode) node = yq_json_parse (body != NULL ? body : "", size, &problem);
  SignIn *sign_in = NULL;
  YqSignIns *self;
  gboolean fits;
  gint64 wait;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node) &&
      json_object_has_member (json_node_get_object (node), "ticket"))
    {
      yq_sign_on_create_session (request, json_node_get_object (node));
      return;
    }
  if (node != NULL)
    sign_in = read_sign_in (request, node, &problem);
  if (sign_in == NULL)
    {
      yq_request_refuse (request, problem);
      return;
    }
  yq_request_set_data (request, sign_in, (GDestroyNotify) sign_in_free);
  self = sign_in->owner;
  if ((wait = throttled_for (self, sign_in)) > 0)
    {
      refuse_throttled (sign_in, wait);
      return;
    }
  yq_request_park (request, 0, NULL);
  g_mutex_lock (&self->lock);
  if ((fits = self->waiting.length < MAX_WAITING && !self->is_stopping))
    g_queue_push_tail (&self->waiting, sign_in);
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  if (fits)
    return;
  refuse_throttled (sign_in, 5 * YQ_SECOND);
  yq_request_resume (request);
}

/* -- life -- */

YqSignIns *
yq_sign_ins_new (YqServer *server, GError **error)
{
  YqSignIns *self = g_new0 (YqSignIns, 1);

  self->server = server;
  self->throttle = yq_throttle_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_queue_init (&self->waiting);
  if ((self->conn = sql_open (yq_server_uri (server), SQL_OPEN_READ_ONLY, error)) &&
      (self->dummy = yq_session_hash ("nobody has this password", error)))
    {
      self->thread = g_thread_new ("sign-in", verify_all, self);
      return self;
    }
  yq_sign_ins_free (self);
  return NULL;
}

void
yq_sign_ins_stop (YqSignIns *self)
{
  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->is_stopping, TRUE);
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
}

void
yq_sign_ins_free (YqSignIns *self)
{
  yq_sign_ins_stop (self);
  g_clear_pointer (&self->conn, sql_close);
  yq_throttle_free (self->throttle);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self->dummy);
  g_free (self);
}
