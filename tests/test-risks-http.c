/* What a reviewer should look at twice comes from the server where her own world does not show it,
 * and only to her. */
#define G_LOG_DOMAIN "test-risks-http"

#include "demo-fixture.h"

#include "model.h"

#define HOUR (3600 * G_GINT64_CONSTANT (1000))

/* The fields of a record as user sees it over HTTP. */
static JsonObject *
look (Demo *d, const char *user, const YqEntity *entity, const char *id)
{
  g_autofree char *token = yq_fixture_sign_in (d->server, user, YQ_DEMO_PASSWORD);
  g_autofree char *path = g_strdup_printf ("/v1/%s/%s", entity->plural, id);
  g_autoptr(YqAnswer) answer = yq_fixture_send (d->server, "GET", path, token, NULL);
  g_autoptr(JsonNode) node = yq_answer_json (answer);

  g_assert_cmpuint (answer->status, ==, 200);
  return json_object_ref (json_object_get_object_member (json_node_get_object (node), "fields"));
}

static const char *
text_of (JsonObject *fields, const char *name)
{
  return json_object_get_string_member_with_default (fields, name, NULL);
}

static void
serve (Demo *d)
{
  g_clear_pointer (&d->conn, sql_close);
  yq_fixture_start (d->server);
}

static void
stop (Demo *d)
{
  yq_fixture_stop (d->server);
  demo_open (d);
}

static void
save_account (Demo *d, const char *user, const char *account)
{
  g_autofree char *id = yq_demo_id ("organisation", user);

  assert_sent (d, user, &yq_organisation, id, "save",
               g_strdup_printf ("{\"bank_account\":\"%s\"}", account), "applied");
}

static char *
submit_order (Demo *d, int days)
{
  g_autofree char *instrument = demo_instrument (d, "carrier1", "场发射扫描电子显微镜");
  gint64 from = yq_demo_time (DEMO_NOW, days, 9, 0);
  g_autofree char *wish = demo_period (from, from + HOUR);
  char *id = yq_id_new ();

  assert_sent (d, "enterprise2", &yq_order, id, "submit", demo_order (instrument, wish), "applied");
  return id;
}

/* Equal marks for equal accounts, whatever their spaces; the number itself stays masked. */
static void
test_marks_are_compared_without_the_number (Demo *d, gconstpointer data)
{
  g_autofree char *buyer = yq_demo_id ("organisation", "enterprise2");
  g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");
  g_autoptr(JsonObject) one = NULL, other = NULL, own = NULL, third = NULL;
  g_autofree char *plain = NULL;

  save_account (d, "enterprise2", "6222021204001234567");
  save_account (d, "carrier1", "6222 0212 0400 1234 567");
  save_account (d, "enterprise1", "6222021204001234568");
  serve (d);
  one = look (d, "reviewer1", &yq_organisation, buyer);
  other = look (d, "reviewer2", &yq_organisation, carrier);
  own = look (d, "enterprise2", &yq_organisation, buyer);
  plain = yq_demo_id ("organisation", "enterprise1");
  third = look (d, "reviewer2", &yq_organisation, plain);
  g_assert_nonnull (text_of (one, "bank_mark"));
  g_assert_cmpstr (text_of (one, "bank_mark"), ==, text_of (other, "bank_mark"));
  g_assert_cmpstr (text_of (one, "bank_mark"), !=, text_of (third, "bank_mark"));
  g_assert_null (text_of (one, "bank_account")); /* the masked one stands apart */
  /* Made with the server's key: whoever knows the number cannot try it. */
  for (GChecksumType type = G_CHECKSUM_MD5; type <= G_CHECKSUM_SHA384; type++)
    {
      g_autofree char *tried = g_compute_checksum_for_string (type, "6222021204001234567", -1);

      g_assert_cmpstr (text_of (one, "bank_mark"), !=, tried);
    }
  /* Its owner has the number, and no use for the mark. */
  g_assert_cmpstr (text_of (own, "bank_account"), ==, "6222021204001234567");
  g_assert_null (text_of (own, "bank_mark"));
  stop (d);
}

static void
assert_kept (JsonObject *fields, const char *kind, const char *record)
{
  JsonArray *rows = json_object_has_member (fields, "risks")
                      ? json_object_get_array_member (fields, "risks")
                      : NULL;
  JsonObject *row;

  g_assert_cmpstr (text_of (fields, "risk"), ==, kind);
  g_assert_nonnull (rows);
  row = json_array_get_object_element (rows, 0);
  g_assert_cmpstr (text_of (row, "kind"), ==, kind);
  g_assert_cmpstr (text_of (row, "record"), ==, record);
  g_assert_cmpstr (text_of (row, "entity"), ==, "organisation");
  g_assert_nonnull (text_of (row, "number"));
}

static void
test_the_server_tells_the_reviewer_alone (Demo *d, gconstpointer data)
{
  static const char *const parties[] = { "enterprise2", "carrier1" };
  g_autofree char *before = submit_order (d, 20);
  g_autofree char *carrier = yq_demo_id ("organisation", "carrier1");
  g_autofree char *id = NULL;
  g_autoptr(JsonObject) clean = NULL;
  g_autoptr(JsonObject) seen = NULL;

  save_account (d, "enterprise2", "6222021204001234567");
  save_account (d, "carrier1", "6222021204001234567");
  id = submit_order (d, 21);
  serve (d);
  clean = look (d, "reviewer1", &yq_order, before);
  seen = look (d, "reviewer1", &yq_order, id);
  g_assert_null (text_of (clean, "risk"));
  assert_kept (seen, "related", carrier);
  for (guint i = 0; i < G_N_ELEMENTS (parties); i++)
    {
      g_autoptr(JsonObject) own = look (d, parties[i], &yq_order, id);
      g_autofree char *token = yq_fixture_sign_in (d->server, parties[i], YQ_DEMO_PASSWORD);
      g_autoptr(YqAnswer) answer =
        yq_fixture_send (d->server, "GET", "/v1/orders?risk=related", token, NULL);

      g_assert_false (json_object_has_member (own, "risk"));
      g_assert_false (json_object_has_member (own, "risks"));
      /* Nor by asking for it. */
      g_test_message ("%s", answer->body->str);
      g_assert_null (strstr (answer->body->str, id));
    }
  stop (d);
}

/* The newest of a list, newest first. */
static void
test_a_sample_is_the_newest (Demo *d, gconstpointer data)
{
  g_autofree char *buyer = yq_demo_id ("organisation", "enterprise2");
  g_autofree char *first = submit_order (d, 20);
  g_autofree char *second = submit_order (d, 21);
  YqWorld *world = yq_world_sql_new (d->conn, DEMO_NOW);
  g_autoptr(GPtrArray) all = yq_world_list (world, &yq_order, "buyer", buyer);
  g_autoptr(GPtrArray) two = yq_world_sample (world, &yq_order, "buyer", buyer, 2);

  g_assert_cmpuint (all->len, >, 2);
  g_assert_cmpuint (two->len, ==, 2);
  g_assert_cmpstr (yq_record_id (two->pdata[0]), ==, second);
  g_assert_cmpstr (yq_record_id (two->pdata[1]), ==, first);
  yq_world_sql_free (world);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/risks-http/" name, Demo, NULL, demo_set_up, func, demo_tear_down)
  ADD ("marks", test_marks_are_compared_without_the_number);
  ADD ("sample", test_a_sample_is_the_newest);
  ADD ("told", test_the_server_tells_the_reviewer_alone);
  return g_test_run ();
}
