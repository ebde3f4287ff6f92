/* The desk where errands about accounts wait, and what they have in common. */
#define G_LOG_DOMAIN "yiquand-accounts"

#include "account-desk.h"

#include <sodium.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "json-text.h"
#include "notify.h"
#include "record-json.h"
#include "throttle.h"
#include "world-sql.h"

#define MAX_WAITING 64
#define PICTURE_AFTER 3
#define MAX_PASSWORD 1024
#define MIN_PASSWORD 8
#define NICE 10

struct _YqAccountDesk
{
  YqServer *server;
  SqlConn *conn;
  YqThrottle *throttle;
  YqPictureCodes *pictures;
  GThread *thread;
  GMutex lock;
  GCond wake;
  GQueue waiting; /* YqErrand */
  gboolean is_stopping;
};

static void
errand_free (gpointer data)
{
  YqErrand *errand = data;

  g_clear_pointer (&errand->body, json_object_unref);
  g_clear_pointer (&errand->session, yq_session_unref);
  g_clear_pointer (&errand->problem, yq_problem_free);
  g_clear_pointer (&errand->person, yq_values_free);
  g_clear_pointer (&errand->organisation, yq_values_free);
  if (errand->answer != NULL)
    g_string_free (errand->answer, TRUE);
  g_free (errand->address_key);
  g_free (errand->subject_key);
  g_free (errand->touched[0]);
  g_free (errand->touched[1]);
  g_free (errand->hash);
  g_free (errand->account);
  g_free (errand->subject);
  g_free (errand->phone);
  g_free (errand);
}

/* -- answers -- */

static void
refuse_for (YqErrand *errand, gint64 wait_ms)
{
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, (wait_ms + 999) / 1000);

  yq_request_add_header (errand->request, "Retry-After", seconds);
  yq_request_refuse (errand->request,
                     yq_problem_new (YQ_PROBLEM_THROTTLED,
                                     _("Too many attempts. Please try again in %s seconds."),
                                     seconds));
}

static void
refuse_unavailable (YqErrand *errand)
{
  yq_request_add_header (errand->request, "Retry-After", "5");
  yq_request_refuse (errand->request, yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s",
                                                      _("The server cannot write at the moment.")));
}

static void
count_failure (YqErrand *errand)
{
  YqThrottle *throttle = errand->desk->throttle;

  yq_throttle_fail (throttle, errand->address_key, errand->now);
  if (errand->subject_key != NULL)
    yq_throttle_fail (throttle, errand->subject_key, errand->now);
}

static void
answer (YqErrand *errand)
{
  if (errand->is_wrong)
    count_failure (errand);
  if (errand->problem != NULL)
    {
      if (yq_problem_code (errand->problem) == YQ_PROBLEM_THROTTLED)
        yq_request_add_header (errand->request, "Retry-After", "60");
      yq_request_refuse (errand->request, g_steal_pointer (&errand->problem));
    }
  else if (errand->answer != NULL)
    yq_request_reply_json (errand->request, errand->status, g_steal_pointer (&errand->answer));
  else
    yq_request_reply (errand->request, errand->status, NULL, NULL);
}

/* -- the writer's part -- */

static gboolean
run_errand (YqJob *job, guint unit, SqlConn *conn, GError **error)
{
  YqErrand *errand = (YqErrand *) job;
  YqWorld *world = yq_world_sql_new (conn, errand->now);
  gboolean keep;
  YqTx tx;

  yq_text_set_language (yq_request_language (errand->request));
  g_clear_pointer (&errand->problem, yq_problem_free);
  if (errand->answer != NULL)
    g_string_free (g_steal_pointer (&errand->answer), TRUE);
  errand->is_wrong = FALSE;
  yq_tx_init (&tx, conn, world, errand->session ? yq_session_who (errand->session) : NULL,
              errand->now);
  keep = errand->kind->run (errand, &tx, error);
  yq_world_sql_free (world);
  return keep;
}

static void
errand_done (YqJob *job, const GError *error)
{
  YqErrand *errand = (YqErrand *) job;

  yq_text_set_language (yq_request_language (errand->request));
  for (guint i = 0; error == NULL && i < G_N_ELEMENTS (errand->touched); i++)
    if (errand->touched[i] != NULL)
      yq_sessions_drop_account (yq_server_sessions (errand->desk->server), errand->touched[i]);
  if (error == NULL)
    answer (errand);
  else
    refuse_unavailable (errand);
  yq_request_resume (errand->request);
}

/* -- the desk's thread -- */

static gint64
throttled_for (YqErrand *errand)
{
  YqThrottle *throttle = errand->desk->throttle;

  return MAX (yq_throttle_wait (throttle, errand->address_key, errand->now),
              errand->subject_key != NULL
                ? yq_throttle_wait (throttle, errand->subject_key, errand->now)
                : 0);
}

static guint
n_failures (YqErrand *errand)
{
  YqThrottle *throttle = errand->desk->throttle;

  if (errand->kind->always_pictured || errand->is_pictured)
    return PICTURE_AFTER;
  return MAX (yq_throttle_count (throttle, errand->address_key, errand->now),
              errand->subject_key != NULL
                ? yq_throttle_count (throttle, errand->subject_key, errand->now)
                : 0);
}

/* What is wrong is said before the picture code is used up; whether a name is taken or a secret
 * right only afterwards. */
static void
handle (YqErrand *errand)
{
  YqAccountDesk *self = errand->desk;
  gint64 wait;

  yq_text_set_language (yq_request_language (errand->request));
  errand->kind->prepare (errand, self->conn);
  if (errand->problem == NULL && (wait = throttled_for (errand)) > 0)
    {
      refuse_for (errand, wait);
      yq_request_resume (errand->request);
      return;
    }
  if (errand->problem == NULL)
    errand->problem =
      yq_account_check_picture (self->server, errand->body, n_failures (errand), errand->now);
  if (errand->problem == NULL && errand->kind->verify != NULL)
    errand->kind->verify (errand, self->conn);
  if (errand->problem != NULL)
    {
      answer (errand);
      yq_request_resume (errand->request);
    }
  else if (!yq_writer_push (yq_server_writer (self->server), &errand->job))
    {
      refuse_unavailable (errand);
      yq_request_resume (errand->request);
    }
}

static YqErrand *
take_next (YqAccountDesk *self, gboolean *is_stopping)
{
  YqErrand *errand;

  g_mutex_lock (&self->lock);
  while (self->waiting.length == 0 && !self->is_stopping)
    g_cond_wait (&self->wake, &self->lock);
  errand = g_queue_pop_head (&self->waiting);
  *is_stopping = self->is_stopping;
  g_mutex_unlock (&self->lock);
  return errand;
}

static gpointer
handle_all (gpointer user_data)
{
  YqAccountDesk *self = user_data;
  gboolean is_stopping;
  YqErrand *errand;

  setpriority (PRIO_PROCESS, gettid (), NICE);
  while ((errand = take_next (self, &is_stopping)) != NULL)
    if (is_stopping)
      {
        yq_text_set_language (yq_request_language (errand->request));
        refuse_unavailable (errand);
        yq_request_resume (errand->request);
      }
    else
      handle (errand);
  return NULL;
}

/* -- what errands share -- */

const char *
yq_errand_text (JsonObject *object, const char *name, gsize max)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;
  const char *text;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  text = json_node_get_string (node);
  return strlen (text) <= max ? text : NULL;
}

static JsonObject *
object_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

YqPictureCodes *
yq_account_desk_pictures (YqServer *server)
{
  YqAccountDesk *self = yq_server_part (server, &yq_accounts_part);

  return self->pictures;
}

YqProblem *
yq_account_check_picture (YqServer *server, JsonObject *body, guint n_fails, gint64 now)
{
  JsonObject *brought = object_member (body, "captcha");
  const char *id = yq_errand_text (brought, "id", 64);
  const char *text = yq_errand_text (brought, "text", 64);
  YqProblem *problem;

  if (n_fails < PICTURE_AFTER)
    return NULL;
  if (id != NULL && text != NULL)
    {
      if (yq_picture_codes_try (yq_account_desk_pictures (server), id, text, now))
        return NULL;
      problem = yq_problem_new (YQ_PROBLEM_INVALID, "%s", _("The picture code is wrong"));
      return yq_problem_add_error (problem, "captcha", YQ_PROBLEM_INVALID,
                                   _("Type what the new picture shows"));
    }
  problem = yq_problem_new (YQ_PROBLEM_REQUIRED, "%s", _("A picture code is needed"));
  return yq_problem_add_error (problem, "captcha", YQ_PROBLEM_REQUIRED,
                               _("Type what the picture shows"));
}

gboolean
yq_errand_try_code (YqErrand *errand, YqTx *tx, YqCodePurpose purpose, char **phone_hash,
                    char **account, GError **error)
{
  JsonObject *code = object_member (errand->body, "code");
  const char *id = yq_errand_text (code, "id", 64);
  const char *text = yq_errand_text (code, "text", 64);

  if (id == NULL || text == NULL)
    {
      errand->problem = yq_problem_new (YQ_PROBLEM_REQUIRED, "%s", _("A code by SMS is needed"));
      yq_problem_add_error (errand->problem, "code", YQ_PROBLEM_REQUIRED,
                            _("Type the code that was sent to the phone"));
      return FALSE;
    }
  switch (yq_code_try (tx->conn, purpose, id, text, errand->now, phone_hash, account, error))
    {
    case YQ_CODE_RIGHT:
      return TRUE;
    case YQ_CODE_FAILED:
      return FALSE;
    case YQ_CODE_WRONG:
    default:
      errand->is_wrong = TRUE;
      errand->problem = yq_problem_new (YQ_PROBLEM_INVALID, "%s",
                                        _("The code is wrong, used up or no longer valid"));
      yq_problem_add_error (errand->problem, "code", YQ_PROBLEM_INVALID,
                            _("Ask for a new code if this one is more than 10 minutes old"));
      return FALSE;
    }
}

void
yq_errand_refuse (YqErrand *errand, YqProblemCode code, const char *field, const char *detail)
{
  errand->problem = yq_problem_new (code, "%s", detail);
  if (field != NULL)
    yq_problem_add_error (errand->problem, field, code, "%s", detail);
}

void
yq_errand_verify_password (YqErrand *errand, SqlConn *conn, const char *name)
{
  const char *password = yq_errand_text (errand->body, name, MAX_PASSWORD);
  g_autofree char *hash = sql_get_text (conn, "SELECT hash FROM password WHERE account = $1",
                                        SQL_ARGS (SQL_TEXT (errand->account)), NULL);

  if (hash != NULL && password != NULL &&
      crypto_pwhash_str_verify (hash, password, strlen (password)) == 0)
    return;
  errand->is_wrong = TRUE;
  yq_errand_refuse (errand, YQ_PROBLEM_INVALID, name, _("The present password is wrong"));
}

/* Long enough, not the name, and not one character over and over. */
static const char *
what_is_weak (const char *password, const char *username)
{
  static const char *const common[] = { "12345678", "123456789",  "1234567890", "password",
                                        "qwertyui", "qwertyuiop", "11111111",   "88888888",
                                        "abcd1234", "a1234567",   "admin123",   NULL };
  gboolean seen[256] = { FALSE };
  guint n = 0;

  if (g_utf8_strlen (password, -1) < MIN_PASSWORD)
    return _("A password has at least 8 characters");
  for (const char *at = password; *at != '\0'; at++)
    if (!seen[(guchar) *at])
      {
        seen[(guchar) *at] = TRUE;
        n++;
      }
  if (n < 4 || g_strv_contains (common, password))
    return _("This password is among the first that are tried");
  if (username != NULL && g_ascii_strcasecmp (password, username) == 0)
    return _("The password must not be the user name");
  return NULL;
}

gboolean
yq_errand_hash_password (YqErrand *errand, const char *username)
{
  const char *password = yq_errand_text (errand->body, "password", MAX_PASSWORD);
  const char *weak = password != NULL ? what_is_weak (password, username) : NULL;
  g_autoptr(GError) error = NULL;

  if (password == NULL || weak != NULL)
    {
      errand->problem = yq_problem_new (password ? YQ_PROBLEM_INVALID : YQ_PROBLEM_REQUIRED, "%s",
                                        weak ? weak : _("A password is needed"));
      yq_problem_add_error (errand->problem, "password",
                            password ? YQ_PROBLEM_INVALID : YQ_PROBLEM_REQUIRED, "%s",
                            weak ? weak : _("A password is needed"));
      return FALSE;
    }
  errand->hash = yq_session_hash (password, &error);
  if (errand->hash == NULL)
    errand->problem =
      yq_problem_new (YQ_PROBLEM_UNAVAILABLE, "%s", _("The server cannot write at the moment."));
  return errand->hash != NULL;
}

/* -- the handlers -- */

static JsonObject *
read_body (YqRequest *request, YqProblem **problem)
{
  gsize size;
  const char *body = g_bytes_get_data (yq_request_body (request), &size);
  g_autoptr(JsonNode) node = yq_json_parse (body != NULL ? body : "", size, problem);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_object_ref (json_node_get_object (node));
  if (node != NULL)
    *problem = yq_problem_new (YQ_PROBLEM_MALFORMED, "%s", _("The body is no JSON object."));
  return NULL;
}

static YqErrand *
errand_new (YqRequest *request, const YqErrandKind *kind, JsonObject *body)
{
  YqErrand *errand = g_new0 (YqErrand, 1);
  const char *header = yq_request_header (request, "Authorization");
  YqServer *server = yq_request_server (request);

  errand->job = (YqJob){ .n_units = 1, .run = run_errand, .done = errand_done };
  errand->kind = kind;
  errand->desk = yq_server_part (server, &yq_accounts_part);
  errand->request = request;
  errand->body = body;
  errand->now = yq_clock_now ();
  errand->status = 204;
  errand->address_key = g_strconcat ("address ", yq_request_address (request), NULL);
  if (yq_request_who (request)->account != NULL)
    errand->session = yq_sessions_find (yq_server_sessions (server), yq_request_conn (request),
                                        header + strlen ("Bearer "));
  return errand;
}

void
yq_errand_start (YqRequest *request, const YqErrandKind *kind)
{
  YqProblem *problem = NULL;
  JsonObject *body = read_body (request, &problem);
  YqErrand *errand;
  YqAccountDesk *self;
  gboolean fits;

  if (body == NULL)
    {
      yq_request_refuse (request, problem);
      return;
    }
  errand = errand_new (request, kind, body);
  self = errand->desk;
  yq_request_set_data (request, errand, errand_free);
  yq_request_park (request, 0, NULL);
  g_mutex_lock (&self->lock);
  if ((fits = self->waiting.length < MAX_WAITING && !self->is_stopping))
    g_queue_push_tail (&self->waiting, errand);
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  if (fits)
    return;
  refuse_for (errand, 5 * YQ_SECOND);
  yq_request_resume (request);
}

void
yq_captcha_handle (YqRequest *request)
{
  YqPictureCodes *pictures = yq_account_desk_pictures (yq_request_server (request));
  gint64 now = yq_clock_now ();
  g_autoptr(GBytes) png = NULL;
  g_autofree char *id = yq_picture_codes_add (pictures, now, &png);
  g_autofree char *data = g_base64_encode (g_bytes_get_data (png, NULL), g_bytes_get_size (png));
  g_autofree char *image = g_strconcat ("data:image/png;base64,", data, NULL);
  g_autofree char *expires = yq_time_format (now + yq_picture_codes_life ());
  GString *body = g_string_new (NULL);

  yq_json_open (body, NULL, '{');
  yq_json_text (body, "id", id);
  yq_json_text (body, "image", image);
  yq_json_text (body, "expires_at", expires);
  yq_json_boolean (body, "sms", yq_notify_has_sms (yq_request_conn (request)));
  yq_json_close (body, '}');
  yq_request_add_header (request, "Cache-Control", "no-store");
  yq_request_reply_json (request, 200, body);
}

/* -- the part -- */

static gpointer
desk_start (YqServer *server, GError **error)
{
  YqAccountDesk *self;
  SqlConn *conn = sql_open (yq_server_uri (server), SQL_OPEN_READ_ONLY, error);

  if (conn == NULL)
    return NULL;
  self = g_new0 (YqAccountDesk, 1);
  self->server = server;
  self->conn = conn;
  self->throttle = yq_throttle_new ();
  self->pictures = yq_picture_codes_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_queue_init (&self->waiting);
  self->thread = g_thread_new ("accounts", handle_all, self);
  return self;
}

static void
desk_stopping (gpointer part)
{
  YqAccountDesk *self = part;

  g_mutex_lock (&self->lock);
  self->is_stopping = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->thread, g_thread_join);
}

static void
desk_stop (gpointer part)
{
  YqAccountDesk *self = part;

  sql_close (self->conn);
  yq_throttle_free (self->throttle);
  yq_picture_codes_free (self->pictures);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self);
}

const YqPart yq_accounts_part = {
  .name = "accounts",
  .prepare = yq_codes_prepare,
  .start = desk_start,
  .stopping = desk_stopping,
  .stop = desk_stop,
};
