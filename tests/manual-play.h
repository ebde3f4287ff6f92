/* Plays a manual over HTTP in the demo's world: people who register, sign in, upload, send commands
 * and look at what came of them. */
#pragma once

#include "demo-fixture.h"
#include "gateway.h"

#include "account-desk.h"
#include "notify.h"

#define PASSWORD "correct horse 7"

typedef struct
{
  Demo demo;
  Gateway *gateway;
  guint n_codes;
  gint64 now;
  JsonNode *answer; /* of the last call */
} Play;

/* -- the world -- */

static inline void
set_up (Play *p, gconstpointer data)
{
  demo_set_up (&p->demo, NULL);
  g_clear_pointer (&p->demo.conn, sql_close);
  p->now = DEMO_NOW;
  p->gateway = gateway_new ();
  p->demo.server->config->sms_gateway = gateway_url (p->gateway);
  p->demo.server->config->sms_secret = g_strdup (GATEWAY_SECRET);
  yq_fixture_start (p->demo.server);
}

static inline void
tear_down (Play *p, gconstpointer data)
{
  g_clear_pointer (&p->answer, json_node_unref);
  demo_tear_down (&p->demo, NULL);
  g_clear_pointer (&p->gateway, gateway_free);
}

static inline void
pass (Play *p, gint64 ms)
{
  p->now += ms;
  yq_clock_set (p->now);
}

/* -- calls -- */

static inline guint
call (Play *p, const char *method, const char *path, const char *token, const char *body)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (p->demo.server, method, path, token, body);

  g_clear_pointer (&p->answer, json_node_unref);
  p->answer = answer->body->len > 0 ? json_from_string (answer->body->str, NULL) : NULL;
  if (answer->status >= 400)
    g_test_message ("%s %s: %u %s", method, path, answer->status, answer->body->str);
  return answer->status;
}

static inline JsonObject *
body_of (Play *p)
{
  g_assert_nonnull (p->answer);
  return json_node_get_object (p->answer);
}

static inline char *
member (Play *p, const char *name)
{
  return g_strdup (json_object_get_string_member (body_of (p), name));
}

static inline char *
sign_in (Play *p, const char *username, const char *password)
{
  g_autofree char *body =
    g_strdup_printf ("{\"username\":\"%s\",\"password\":\"%s\"}", username, password);

  g_assert_cmpuint (call (p, "POST", "/v1/sessions", NULL, body), ==, 201);
  return member (p, "token");
}

/* One record as its reader sees it; NULL where it does not exist for her. */
static inline JsonObject *
look (Play *p, const char *token, const YqEntity *entity, const char *id)
{
  g_autofree char *path = g_strdup_printf ("/v1/%s/%s", entity->plural, id);
  guint status = call (p, "GET", path, token, NULL);

  g_assert_true (status == 200 || status == 404);
  return status == 200 ? body_of (p) : NULL;
}

static inline JsonObject *
fields_of (Play *p, const char *token, const YqEntity *entity, const char *id)
{
  JsonObject *record = look (p, token, entity, id);

  g_assert_nonnull (record);
  return json_object_get_object_member (record, "fields");
}

static inline char *
state_of (Play *p, const char *token, const YqEntity *entity, const char *id)
{
  JsonObject *record = look (p, token, entity, id);

  return g_strdup (record != NULL ? json_object_get_string_member (record, "state") : "gone");
}

#define assert_is(p, token, entity, id, expected)              \
  G_STMT_START                                                 \
  {                                                            \
    g_autofree char *_state = state_of (p, token, entity, id); \
    g_assert_cmpstr (_state, ==, expected);                    \
  }                                                            \
  G_STMT_END

/* "applied" or "refused/CODE".  ' stands for " in fields. */
static inline char *
command (Play *p, const char *token, const YqEntity *entity, const char *id, const char *action,
         const char *fields)
{
  JsonObject *record = look (p, token, entity, id);
  gint64 revision = record != NULL ? json_object_get_int_member (record, "revision") : 0;
  g_autofree char *quoted = g_strdup (fields != NULL ? fields : "{}");
  g_autofree char *number = yq_id_new ();
  g_autofree char *body = NULL;
  JsonObject *result;

  for (char *at = quoted; *at != '\0'; at++)
    if (*at == '\'')
      *at = '"';
  body = g_strdup_printf ("{\"commands\":[{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\","
                          "\"action\":\"%s\",\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}]}",
                          number, entity->name, id, action, revision, quoted);
  g_assert_cmpuint (call (p, "POST", "/v1/commands", token, body), ==, 200);
  result = json_array_get_object_element (json_object_get_array_member (body_of (p), "results"), 0);
  if (!json_object_has_member (result, "problem"))
    return g_strdup (json_object_get_string_member (result, "outcome"));
  g_test_message (
    "%s.%s: %s", entity->name, action,
    json_object_get_string_member (json_object_get_object_member (result, "problem"), "detail"));
  return g_strdup_printf (
    "%s/%s", json_object_get_string_member (result, "outcome"),
    json_object_get_string_member (json_object_get_object_member (result, "problem"), "code"));
}

#define assert_done(p, token, entity, id, action, fields, expected)              \
  G_STMT_START                                                                   \
  {                                                                              \
    g_autofree char *_fields = fields;                                           \
    g_autofree char *_outcome = command (p, token, entity, id, action, _fields); \
    g_assert_cmpstr (_outcome, ==, expected);                                    \
  }                                                                              \
  G_STMT_END

/* How many records a list finds. */
static inline gint64
find (Play *p, const char *token, const char *path)
{
  g_assert_cmpuint (call (p, "GET", path, token, NULL), ==, 200);
  return json_object_get_int_member (body_of (p), "count");
}

/* [{"sha256","name"}] of a small PDF that is uploaded. */
static inline char *
upload (Play *p, const char *token, const char *name)
{
  static guint n;
  g_autofree char *content = g_strdup_printf ("%%PDF-1.4\n%% %s %u\n%%%%EOF\n", name, n++);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, content, -1);
  g_autofree char *path = g_strdup_printf ("/v1/files/%s", digest);
  g_autofree char *extra = g_strdup_printf ("Upload-Offset: 0\r\nUpload-Length: %u\r\n"
                                            "Content-Type: application/offset+octet-stream\r\n",
                                            (guint) strlen (content));
  g_autoptr(YqAnswer) answer =
    yq_fixture_send_full (p->demo.server, "PATCH", path, token, extra, content, -1);

  g_assert_cmpuint (answer->status, ==, 204);
  return g_strdup_printf ("[{'sha256':'%s','name':'%s'}]", digest, name);
}

/* -- registering -- */

static inline char *
picture (Play *p)
{
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpuint (call (p, "GET", "/v1/captcha", NULL, NULL), ==, 200);
  id = member (p, "id");
  text = yq_picture_codes_peek (yq_account_desk_pictures (p->demo.server->server), id);
  return g_strdup_printf ("{\"id\":\"%s\",\"text\":\"%s\"}", id, text);
}

static inline gboolean
has_code (gpointer data)
{
  Play *p = data;
  guint n = 0;

  g_mutex_lock (&p->gateway->lock);
  for (guint i = 0; i < p->gateway->deliveries->len; i++)
    n += strstr (((Delivery *) p->gateway->deliveries->pdata[i])->body, "\"code.") != NULL;
  g_mutex_unlock (&p->gateway->lock);
  return n > p->n_codes;
}

/* The digits of the last code that was sent. */
static inline char *
read_code (Play *p)
{
  g_autofree char *text = NULL;

  yq_test_wait_until (has_code, p);
  p->n_codes++;
  for (guint i = gateway_count (p->gateway); i > 0 && text == NULL; i--)
    {
      g_autofree char *type = gateway_member (p->gateway, i - 1, "type");

      if (g_str_has_prefix (type, "code."))
        text = gateway_member (p->gateway, i - 1, "text");
    }
  return g_strndup (strstr (text, "验证码：") + strlen ("验证码："), 6);
}

static inline char *
code_for (Play *p, const char *purpose, const char *phone, const char *token)
{
  g_autofree char *image = picture (p);
  g_autofree char *body =
    phone != NULL ? g_strdup_printf ("{\"purpose\":\"%s\",\"phone\":\"%s\",\"captcha\":%s}",
                                     purpose, phone, image)
                  : g_strdup_printf ("{\"purpose\":\"%s\"}", purpose);
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;

  g_assert_cmpuint (call (p, "POST", "/v1/codes", token, body), ==, 201);
  id = member (p, "id");
  digits = read_code (p);
  return g_strdup_printf ("{\"id\":\"%s\",\"text\":\"%s\"}", id, digits);
}

/* Registers, signs in; organisation receives the id. */
static inline char *
register_user (Play *p, const char *class, const char *username, const char *phone,
               const char *organisation_fields, char **organisation)
{
  g_autofree char *code = code_for (p, "register", phone, NULL);
  g_autofree char *body = g_strdup_printf (
    "{\"class\":\"%s\",\"account\":{\"username\":\"%s\",\"real_name\":\"经办人\",\"phone\":\"%s\"},"
    "\"organisation\":%s,\"password\":\"" PASSWORD "\",\"code\":%s}",
    class, username, phone, organisation_fields, code);

  g_assert_cmpuint (call (p, "POST", "/v1/accounts", NULL, body), ==, 201);
  *organisation = member (p, "organisation");
  return sign_in (p, username, PASSWORD);
}
