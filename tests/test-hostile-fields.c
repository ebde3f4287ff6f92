/* Every field of every entity is sent what it is not: other types, endless and broken values, text
 * that would like to be something else.  The answer is always one of the contract, never a fault of
 * the server's, and what was stored is what was sent. */
#define G_LOG_DOMAIN "test-hostile-fields"

#include "demo-fixture.h"

#include "model.h"

#define BATCH 250

static const char *const users[] = { "enterprise1", "carrier1", "reviewer1", "admin" };

/* As JSON. */
static const char *const values[] = {
  "0",
  "-1",
  "9223372036854775807",
  "-9223372036854775808",
  "92233720368547758070",
  "1e300",
  "0.1",
  "true",
  "\"\"",
  "\" \"",
  "[]",
  "{}",
  "[null]",
  "[[[[]]]]",
  "[1,\"a\",{}]",
  "{\"sha256\":\"../../etc/passwd\",\"name\":\"/etc/passwd\"}",
  "[{\"sha256\":\"0000\",\"name\":\"x\"}]",
  "\"'; DROP TABLE instrument; --\"",
  "\"\\u202e\\u2066gnp.exe\"",
  "\"<script>alert(1)</script>\"",
  "\"%s%n%p\"",
  "\"2026-02-30\"",
  "\"999999\"",
  "\"=HYPERLINK(1)\"",
};

typedef struct
{
  Demo *demo;
  char *token;
  GString *body;
  guint n, n_sent;
  GHashTable *codes;
} Sender;

static void
judge (Sender *sender, JsonObject *result)
{
  const char *outcome = json_object_get_string_member (result, "outcome");
  JsonNode *problem = json_object_get_member (result, "problem");
  const char *code = problem != NULL && JSON_NODE_HOLDS_OBJECT (problem)
                       ? json_object_get_string_member (json_node_get_object (problem), "code")
                       : outcome;

  g_assert_true (g_str_equal (outcome, "applied") || g_str_equal (outcome, "refused") ||
                 g_str_equal (outcome, "conflict") || g_str_equal (outcome, "skipped"));
  g_assert_cmpstr (code, !=, "internal");
  g_hash_table_add (sender->codes, g_strdup (code));
}

static void
flush (Sender *sender)
{
  g_autoptr(YqAnswer) answer = NULL;
  g_autoptr(JsonNode) node = NULL;
  JsonArray *results;

  if (sender->n == 0)
    return;
  g_string_append (sender->body, "]}");
  answer = yq_fixture_send (sender->demo->server, "POST", "/v1/commands", sender->token,
                            sender->body->str);
  if (answer->status != 200)
    g_error ("%u: %s", answer->status, answer->body->str);
  node = yq_answer_json (answer);
  results = json_object_get_array_member (json_node_get_object (node), "results");
  g_assert_cmpuint (json_array_get_length (results), ==, sender->n);
  for (guint i = 0; i < sender->n; i++)
    judge (sender, json_array_get_object_element (results, i));
  sender->n_sent += sender->n;
  sender->n = 0;
  g_string_assign (sender->body, "{\"commands\":[");
}

static void
add (Sender *sender, const YqEntity *entity, const char *field, const char *value)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *record = yq_id_new ();

  g_string_append_printf (sender->body,
                          "%s{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\","
                          "\"action\":\"save\",\"revision\":0,\"fields\":{\"%s\":%s}}",
                          sender->n > 0 ? "," : "", id, entity->name, record, field, value);
  if (++sender->n == BATCH)
    flush (sender);
}

static void
send_everything (Sender *sender)
{
  g_autofree char *endless = g_strnfill (100000, 'x');
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", endless);

  for (guint e = 0; e < yq_model_count (); e++)
    {
      const YqEntity *entity = yq_model_nth (e);

      for (guint f = 0; f < entity->n_fields; f++)
        {
          for (guint v = 0; v < G_N_ELEMENTS (values); v++)
            add (sender, entity, entity->fields[f].name, values[v]);
          if (f % 8 == e % 8)
            add (sender, entity, entity->fields[f].name, quoted);
        }
      add (sender, entity, "no_such_field", "1");
      flush (sender);
    }
}

static void
assert_serves (Demo *d)
{
  g_autoptr(YqAnswer) answer = yq_fixture_send (d->server, "GET", "/healthz", NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
}

static void
test_every_field_refuses_nonsense (Demo *d, gconstpointer data)
{
  gint64 instruments = demo_count (d, "SELECT COUNT (*) FROM \"instrument\"", NULL);

  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
  for (guint u = 0; u < G_N_ELEMENTS (users); u++)
    {
      Sender sender = { d,
                        yq_fixture_sign_in (d->server, users[u], YQ_DEMO_PASSWORD),
                        g_string_new ("{\"commands\":["),
                        0,
                        0,
                        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };

      send_everything (&sender);
      g_test_message ("%s: %u commands, %u kinds of answer", users[u], sender.n_sent,
                      g_hash_table_size (sender.codes));
      g_assert_true (g_hash_table_contains (sender.codes, "unknown_field"));
      g_assert_true (g_hash_table_contains (sender.codes, "forbidden"));
      g_free (sender.token);
      g_string_free (sender.body, TRUE);
      g_hash_table_unref (sender.codes);
      assert_serves (d);
    }
  yq_fixture_stop (d->server);
  demo_open (d);
  g_assert_cmpint (demo_count (d, "SELECT COUNT (*) FROM \"instrument\"", NULL), >=, instruments);
  demo_verify (d);
  demo_verify_chain (d);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/hostile-fields/every-field", Demo, NULL, demo_set_up,
              test_every_field_refuses_nonsense, demo_tear_down);
  return g_test_run ();
}
