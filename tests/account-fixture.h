/* What the tests about accounts share: a server that may have a gateway for text messages, pictures
 * read as a person would, codes read from the gateway. */
#pragma once

#include "fixture.h"
#include "gateway.h"

#include <string.h>

#include "account-desk.h"
#include "clock.h"
#include "notify.h"
#include "party.h"
#include "record-sql.h"
#include "tx.h"
#include "world-sql.h"

#define START G_GINT64_CONSTANT (1790000000000)
#define PASSWORD "correct horse 7"

typedef struct
{
  YqFixture *http;
  Gateway *gateway;
  guint n_codes; /* read from the gateway so far */
  gint64 now;
} Test;

static inline void
set_up (Test *t, gconstpointer with_gateway)
{
  t->now = START;
  yq_clock_set (t->now);
  t->http = yq_fixture_new ();
  if (with_gateway != NULL)
    {
      t->gateway = gateway_new ();
      t->http->config->sms_gateway = gateway_url (t->gateway);
      t->http->config->sms_secret = g_strdup (GATEWAY_SECRET);
    }
  yq_fixture_start (t->http);
}

static inline void
tear_down (Test *t, gconstpointer with_gateway)
{
  g_clear_pointer (&t->http, yq_fixture_free);
  g_clear_pointer (&t->gateway, gateway_free);
  yq_clock_set (0);
}

static inline void
pass (Test *t, gint64 seconds)
{
  t->now += seconds * YQ_SECOND;
  yq_clock_set (t->now);
}

/* ' stands for ". */
static inline YqAnswer *post (Test *t, const char *path, const char *token, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

static inline YqAnswer *
post (Test *t, const char *path, const char *token, const char *format, ...)
{
  g_autofree char *body = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);
  for (char *at = body; *at != '\0'; at++)
    if (*at == '\'')
      *at = '"';
  return yq_fixture_send (t->http, "POST", path, token, body);
}

static inline void
assert_refused (const YqAnswer *answer, guint status, const char *code, const char *field)
{
  g_autofree char *found = NULL;
  g_autoptr(JsonNode) node = NULL;

  if (answer->status != status)
    g_test_message ("%s", answer->body->str);
  g_assert_cmpuint (answer->status, ==, status);
  found = yq_answer_code (answer);
  g_assert_cmpstr (found, ==, code);
  if (field == NULL)
    return;
  node = yq_answer_json (answer);
  g_assert_cmpstr (json_object_get_string_member (
                     json_array_get_object_element (
                       json_object_get_array_member (json_node_get_object (node), "errors"), 0),
                     "field"),
                   ==, field);
}

static inline char *
member (const YqAnswer *answer, const char *name)
{
  g_autoptr(JsonNode) node = yq_answer_json (answer);

  return g_strdup (json_object_get_string_member (json_node_get_object (node), name));
}

/* {"id":…,"text":…} of a new picture, read as a person would. */
static inline char *
solve_picture (Test *t)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (t->http, "GET", "/v1/captcha", NULL, NULL);
  g_autofree char *id = member (answer, "id");
  g_autofree char *text = yq_picture_codes_peek (yq_account_desk_pictures (t->http->server), id);

  return g_strdup_printf ("{'id':'%s','text':'%s'}", id, text);
}

static inline char *
ask_code (Test *t, const char *purpose, const char *what, const char *value)
{
  g_autofree char *picture = solve_picture (t);
  g_autoptr(YqAnswer) answer = post (
    t, "/v1/codes", NULL, "{'purpose':'%s','%s':'%s','captcha':%s}", purpose, what, value, picture);

  if (answer->status != 201)
    g_test_message ("%s", answer->body->str);
  g_assert_cmpuint (answer->status, ==, 201);
  return member (answer, "id");
}

/* The six digits of the next text message. */
static inline char *
read_code (Test *t)
{
  GatewayWait wait = { t->gateway, t->n_codes + 1 };
  g_autofree char *text = NULL;

  yq_test_wait_until (gateway_has, &wait);
  text = gateway_member (t->gateway, t->n_codes, "text");
  t->n_codes++;
  return g_strndup (strstr (text, "验证码：") + strlen ("验证码："), 6);
}

#define ENTERPRISE \
  "'organisation':{'name':'嘉善试验材料有限公司','uscc':'91330421MA2BC1D44G','region':'330421'}"

static inline YqAnswer *
try_register (Test *t, const char *class, const char *username, const char *organisation,
              const char *code)
{
  g_autofree char *picture = solve_picture (t);

  return post (t, "/v1/accounts", NULL,
               "{'class':'%s','account':{'username':'%s','real_name':'赵一','phone':'13800001111'},"
               "%s%s'password':'" PASSWORD "','captcha':%s%s%s}",
               class, username, organisation ? organisation : "", organisation ? "," : "", picture,
               code ? ",'code':" : "", code ? code : "");
}

static inline void
register_enterprise (Test *t, const char *username)
{
  g_autofree char *id = NULL;
  g_autofree char *digits = NULL;
  g_autofree char *code = NULL;
  g_autoptr(YqAnswer) answer = NULL;

  if (t->gateway != NULL)
    {
      id = ask_code (t, "register", "phone", "13800001111");
      digits = read_code (t);
      code = g_strdup_printf ("{'id':'%s','text':'%s'}", id, digits);
    }
  answer = try_register (t, "enterprise", username, ENTERPRISE, code);
  if (answer->status != 201)
    g_test_message ("%s", answer->body->str);
  g_assert_cmpuint (answer->status, ==, 201);
}

static inline YqRecord *
find_record (Test *t, const YqEntity *entity, const char *field, const char *value)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (t->http);
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) all = yq_record_sql_list (conn, entity, field, value, &error);

  g_assert_no_error (error);
  return all->len > 0 ? g_object_ref (all->pdata[0]) : NULL;
}

#define WITH "gateway"
#define ADD(name, gateway, func) \
  g_test_add ("/" G_LOG_DOMAIN "/" name, Test, gateway, set_up, func, tear_down)
