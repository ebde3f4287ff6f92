/* GET /v1/changes over HTTP: who gets what, when, and that nobody misses anything. */
#include <sys/socket.h>
#include <unistd.h>

#include "records-server.h"

#define test(path, func) g_test_add (path, Server, NULL, server_set_up, func, server_tear_down)

/* What a client knows: id -> revision, gone ones left out. */
typedef struct
{
  GHashTable *known;
  gint64 after;
  guint n_gone;
} Reader;

static void
reader_init (Reader *r)
{
  *r = (Reader){ .known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
}

static void
reader_clear (Reader *r)
{
  g_hash_table_unref (r->known);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static guint
take_page (Reader *r, JsonObject *page)
{
  JsonArray *records = json_object_get_array_member (page, "records");

  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);
      const char *id = json_object_get_string_member (record, "id");

      if (json_object_has_member (record, "gone"))
        {
          g_hash_table_remove (r->known, id);
          r->n_gone++;
        }
      else
        g_hash_table_insert (
          r->known, g_strdup (id),
          GSIZE_TO_POINTER ((gsize) json_object_get_int_member (record, "revision")));
    }
  r->after = json_object_get_int_member (page, "next");
  return json_array_get_length (records);
}

/* Reads until there is no more; answers how many records came. */
static guint
read_all (Server *s, int who, Reader *r, const char *scope, guint limit, const char *more)
{
  guint n = 0;

  for (;;)
    {
      g_autofree char *path = g_strdup_printf (
        "/v1/changes?scope=%s&after=%" G_GINT64_FORMAT "&limit=%u%s", scope, r->after, limit, more);
      g_autoptr(JsonNode) node = http_get (s, who, path, 200);
      JsonObject *page = json_node_get_object (node);

      n += take_page (r, page);
      if (!json_object_get_boolean_member (page, "more"))
        return n;
    }
}

static gboolean
knows (Reader *r, const char *id)
{
  return g_hash_table_contains (r->known, id);
}

static gint64
knows_revision (Reader *r, const char *id)
{
  return (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (r->known, id));
}

static char *
list_instrument (Server *s, int carrier, int reviewer)
{
  char *id = yq_id_new ();

  assert_http (s, carrier, "instrument", id, "submit", 0, INSTRUMENT_FIELDS, "applied");
  assert_http (s, reviewer, "instrument", id, "approve", 1, "{}", "applied");
  return id;
}

/* -- who gets what -- */

static void
test_each_gets_what_she_may_see (Server *s, gconstpointer data)
{
  g_auto(Reader) owner, other, reviewer, stranger, visitor;
  g_autofree char *id = yq_id_new ();

  reader_init (&owner);
  reader_init (&other);
  reader_init (&reviewer);
  reader_init (&stranger);
  reader_init (&visitor);
  assert_http (s, CARRIER, "instrument", id, "save", 0, INSTRUMENT_FIELDS, "applied");
  read_all (s, CARRIER, &owner, "mine", 1000, "");
  read_all (s, REVIEWER, &reviewer, "mine", 1000, "");
  g_assert_true (knows (&owner, id));
  g_assert_false (knows (&reviewer, id)); /* a draft */

  assert_http (s, CARRIER, "instrument", id, "submit", 1, "{}", "applied");
  read_all (s, CARRIER2, &other, "mine", 1000, "");
  read_all (s, REVIEWER, &reviewer, "mine", 1000, "");
  read_all (s, REVIEWER2, &stranger, "mine", 1000, "");
  read_all (s, 0, &visitor, "catalogue", 1000, "");
  g_assert_false (knows (&other, id));
  g_assert_true (knows (&reviewer, id));
  g_assert_false (knows (&stranger, id));
  g_assert_false (knows (&visitor, id));

  assert_http (s, REVIEWER, "instrument", id, "approve", 2, "{}", "applied");
  read_all (s, 0, &visitor, "catalogue", 1000, "");
  g_assert_cmpint (knows_revision (&visitor, id), ==, 3);
}

static void
test_what_leaves_sight_is_gone (Server *s, gconstpointer data)
{
  g_auto(Reader) owner, reviewer;
  g_autofree char *id = yq_id_new ();

  reader_init (&owner);
  reader_init (&reviewer);
  assert_http (s, CARRIER, "instrument", id, "submit", 0, INSTRUMENT_FIELDS, "applied");
  read_all (s, REVIEWER, &reviewer, "mine", 1000, "");
  read_all (s, CARRIER, &owner, "mine", 1000, "");
  g_assert_true (knows (&reviewer, id));
  assert_http (s, CARRIER, "instrument", id, "withdraw", 1, "{}", "applied");
  read_all (s, REVIEWER, &reviewer, "mine", 1000, "");
  read_all (s, CARRIER, &owner, "mine", 1000, "");
  g_assert_false (knows (&reviewer, id));
  g_assert_cmpuint (reviewer.n_gone, ==, 1);
  g_assert_cmpint (knows_revision (&owner, id), ==, 2);
  assert_http (s, CARRIER, "instrument", id, "delete", 2, "{}", "applied");
  read_all (s, CARRIER, &owner, "mine", 1000, "");
  g_assert_false (knows (&owner, id));
  g_assert_cmpuint (owner.n_gone, ==, 1);
}

static void
test_a_snapshot_holds_no_dead (Server *s, gconstpointer data)
{
  g_auto(Reader) owner;
  g_autofree char *id = yq_id_new ();

  reader_init (&owner);
  assert_http (s, CARRIER, "instrument", id, "save", 0, "{}", "applied");
  assert_http (s, CARRIER, "instrument", id, "delete", 1, "{}", "applied");
  read_all (s, CARRIER, &owner, "mine", 1000, "");
  g_assert_cmpuint (owner.n_gone, ==, 0);
}

static void
test_small_pages_tell_the_same (Server *s, gconstpointer data)
{
  g_auto(Reader) large, small;
  GHashTableIter iter;
  gpointer id;

  for (guint i = 0; i < 7; i++)
    g_free (list_instrument (s, CARRIER, REVIEWER));
  reader_init (&large);
  reader_init (&small);
  read_all (s, REVIEWER, &large, "mine", 1000, "");
  read_all (s, REVIEWER, &small, "mine", 2, "");
  g_assert_cmpuint (g_hash_table_size (large.known), >=, 7);
  g_assert_cmpuint (g_hash_table_size (large.known), ==, g_hash_table_size (small.known));
  g_hash_table_iter_init (&iter, large.known);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_assert_cmpint (knows_revision (&small, id), ==, knows_revision (&large, id));
  g_assert_cmpint (large.after, ==, small.after);
}

static void
test_the_catalogue_of_a_region (Server *s, gconstpointer data)
{
  g_autofree char *jiaxing = list_instrument (s, CARRIER, REVIEWER);
  g_autofree char *hangzhou = list_instrument (s, CARRIER2, REVIEWER2);
  g_auto(Reader) r;

  reader_init (&r);
  read_all (s, 0, &r, "catalogue", 3, "&region=3304");
  g_assert_true (knows (&r, jiaxing));
  g_assert_false (knows (&r, hangzhou));
  assert_http (s, CARRIER2, "instrument", hangzhou, "save", 2, "{\"model\":\"x\"}", "applied");
  g_assert_cmpuint (read_all (s, 0, &r, "catalogue", 3, "&region=3304"), ==, 0);
}

static void
test_fields_are_what_the_reader_sees (Server *s, gconstpointer data)
{
  g_autofree char *id = list_instrument (s, CARRIER, REVIEWER);
  static const struct
  {
    int who;
    gboolean sees_phone, sees_asset;
  } readers[] = { { 0, FALSE, FALSE }, { BUYER, FALSE, FALSE }, { CARRIER, TRUE, TRUE } };

  assert_http (s, CARRIER, "instrument", id, "save", 2, "{\"asset_number\":\"Z9\"}", "applied");
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      g_autoptr(JsonNode) node = http_get (s, readers[i].who, "/v1/changes?scope=catalogue", 200);
      JsonArray *records = json_object_get_array_member (json_node_get_object (node), "records");
      JsonObject *found = NULL;

      for (guint k = 0; k < json_array_get_length (records); k++)
        if (g_str_equal (
              json_object_get_string_member (json_array_get_object_element (records, k), "id"), id))
          found = json_array_get_object_element (records, k);
      g_assert_nonnull (found);
      g_assert_cmpint (
        json_object_has_member (json_object_get_object_member (found, "fields"), "contact_phone"),
        ==, readers[i].sees_phone);
      g_assert_cmpint (
        json_object_has_member (json_object_get_object_member (found, "fields"), "asset_number"),
        ==, readers[i].sees_asset);
      if (!readers[i].sees_phone)
        g_assert_cmpstr (json_object_get_string_member (
                           json_object_get_object_member (found, "masked"), "contact_phone"),
                         ==, "138****5678");
    }
}

/* -- cursors -- */

static gboolean
give_grant (YqTx *tx, gpointer data, GError **error)
{
  Server *s = data;
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);

  yq_record_set_text (grant, GRANT_ACCOUNT, s->f.account[BUYER]);
  yq_record_set_text (grant, GRANT_ROLE, "reviewer");
  yq_record_set_text (grant, GRANT_REGION, "330400");
  yq_record_set_account (grant, s->f.account[BUYER]);
  return yq_tx_insert (tx, grant, "derive", error);
}

static void
test_a_grant_expires_the_cursor (Server *s, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *path = NULL;
  g_auto(Reader) r, anew;

  reader_init (&r);
  reader_init (&anew);
  assert_http (s, CARRIER, "instrument", id, "submit", 0, INSTRUMENT_FIELDS, "applied");
  read_all (s, BUYER, &r, "mine", 1000, "");
  g_assert_false (knows (&r, id));
  g_assert_cmpint (r.after, >, 0);
  server_write (s, give_grant, s);
  path = g_strdup_printf ("/v1/changes?scope=mine&after=%" G_GINT64_FORMAT, r.after);
  json_node_unref (http_get (s, BUYER, path, 410));
  read_all (s, BUYER, &anew, "mine", 2, "");
  g_assert_true (knows (&anew, id));
  g_assert_cmpuint (read_all (s, BUYER, &anew, "mine", 1000, ""), ==, 0);
}

static void
test_an_empty_page_keeps_the_cursor (Server *s, gconstpointer data)
{
  g_auto(Reader) r;
  gint64 after;

  reader_init (&r);
  read_all (s, BUYER, &r, "mine", 1000, "");
  after = r.after;
  g_assert_cmpuint (read_all (s, BUYER, &r, "mine", 1000, ""), ==, 0);
  g_assert_cmpint (r.after, ==, after);
}

static void
test_wrong_questions (Server *s, gconstpointer data)
{
  static const struct
  {
    int who;
    const char *path;
    guint status;
  } wrong[] = {
    { 0, "/v1/changes?scope=mine", 401 },
    { BUYER, "/v1/changes", 422 },
    { BUYER, "/v1/changes?scope=yours", 422 },
    { BUYER, "/v1/changes?scope=mine&after=x", 422 },
    { BUYER, "/v1/changes?scope=mine&after=-1", 422 },
    { BUYER, "/v1/changes?scope=mine&limit=0", 422 },
    { BUYER, "/v1/changes?scope=mine&colour=red", 400 },
    { BUYER, "/v1/changes?scope=catalogue&region=3", 422 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    json_node_unref (http_get (s, wrong[i].who, wrong[i].path, wrong[i].status));
}

/* -- waiting -- */

typedef struct
{
  Server *s;
  int who;
  char *path;
  JsonNode *answer;
} Waiter;

static gpointer
wait_thread (gpointer data)
{
  Waiter *waiter = data;

  waiter->answer = http_get (waiter->s, waiter->who, waiter->path, 200);
  return NULL;
}

static gboolean
somebody_waits (gpointer data)
{
  Server *s = data;

  return yq_metrics_get (yq_server_metrics (s->http->server), YQ_METRIC_FEED_WAITS) > 0;
}

static void
test_a_change_wakes_who_waits (Server *s, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();
  g_auto(Reader) r;
  Waiter waiter = { .s = s, .who = REVIEWER };
  gint64 began = g_get_monotonic_time ();
  GThread *thread;

  reader_init (&r);
  read_all (s, REVIEWER, &r, "mine", 1000, "");
  waiter.path = g_strdup_printf ("/v1/changes?scope=mine&wait=25&after=%" G_GINT64_FORMAT, r.after);
  thread = g_thread_new ("waiter", wait_thread, &waiter);
  yq_test_wait_until (somebody_waits, s);
  /* Not for her: */
  assert_http (s, CARRIER2, "instrument", id, "save", 0, "{}", "applied");
  g_assert_true (somebody_waits (s));
  g_free (id);
  id = yq_id_new ();
  assert_http (s, CARRIER, "instrument", id, "submit", 0, INSTRUMENT_FIELDS, "applied");
  g_thread_join (thread);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 20 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (take_page (&r, json_node_get_object (waiter.answer)), ==, 1);
  g_assert_true (knows (&r, id));
  json_node_unref (waiter.answer);
  g_free (waiter.path);
}

static void
test_a_wait_ends (Server *s, gconstpointer data)
{
  g_auto(Reader) r;
  g_autofree char *path = NULL;
  gint64 began = g_get_monotonic_time ();

  reader_init (&r);
  read_all (s, REVIEWER, &r, "mine", 1000, "");
  path = g_strdup_printf ("/v1/changes?scope=mine&wait=1&after=%" G_GINT64_FORMAT, r.after);
  json_node_unref (http_get (s, REVIEWER, path, 200));
  g_assert_cmpint (g_get_monotonic_time () - began, >=, G_TIME_SPAN_SECOND * 9 / 10);
}

static void
test_a_stop_answers_who_waits (Server *s, gconstpointer data)
{
  g_auto(Reader) r;
  Waiter waiter = { .s = s, .who = REVIEWER };
  GThread *thread;

  reader_init (&r);
  read_all (s, REVIEWER, &r, "mine", 1000, "");
  waiter.path = g_strdup_printf ("/v1/changes?scope=mine&wait=25&after=%" G_GINT64_FORMAT, r.after);
  thread = g_thread_new ("waiter", wait_thread, &waiter);
  yq_test_wait_until (somebody_waits, s);
  yq_fixture_stop (s->http);
  g_thread_join (thread);
  g_assert_cmpuint (take_page (&r, json_node_get_object (waiter.answer)), ==, 0);
  json_node_unref (waiter.answer);
  g_free (waiter.path);
}

/* Readers who follow while others write end with what a reader from the beginning sees. */
typedef struct
{
  Server *s;
  Reader r;
  int stop;
} Follower;

static gpointer
follow_thread (gpointer data)
{
  Follower *follower = data;

  while (!g_atomic_int_get (&follower->stop))
    read_all (follower->s, REVIEWER, &follower->r, "mine", 3, "&wait=1");
  read_all (follower->s, REVIEWER, &follower->r, "mine", 1000, "");
  return NULL;
}

static void
test_a_follower_misses_nothing (Server *s, gconstpointer data)
{
  Follower follower = { .s = s };
  GHashTableIter iter;
  g_auto(Reader) whole;
  gpointer id;
  GThread *thread;

  reader_init (&follower.r);
  reader_init (&whole);
  thread = g_thread_new ("follower", follow_thread, &follower);
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *instrument = yq_id_new ();

      assert_http (s, CARRIER, "instrument", instrument, "submit", 0, INSTRUMENT_FIELDS, "applied");
      if (i % 3 == 0)
        assert_http (s, CARRIER, "instrument", instrument, "withdraw", 1, "{}", "applied");
      else if (i % 3 == 1)
        assert_http (s, REVIEWER, "instrument", instrument, "approve", 1, "{}", "applied");
    }
  g_atomic_int_set (&follower.stop, 1);
  g_thread_join (thread);
  read_all (s, REVIEWER, &whole, "mine", 1000, "");
  g_assert_cmpuint (g_hash_table_size (whole.known), ==, g_hash_table_size (follower.r.known));
  g_hash_table_iter_init (&iter, whole.known);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_assert_cmpint (knows_revision (&follower.r, id), ==, knows_revision (&whole, id));
  reader_clear (&follower.r);
}

/* -- a record and its lines -- */

static gboolean
touch_one (YqTx *tx, gpointer data, GError **error)
{
  g_autoptr(YqRecord) record = yq_record_sql_get (tx->conn, &yq_instrument, data, error);

  g_assert_nonnull (record);
  yq_record_set_int (record, INSTRUMENT_SERVICE_COUNT,
                     yq_record_int (record, INSTRUMENT_SERVICE_COUNT) + 1);
  return yq_tx_touch (tx, record, error);
}

static gint64
count_of (Server *s, const char *sql)
{
  g_autoptr(SqlConn) conn = yq_fixture_read (s->http);
  g_autoptr(GError) error = NULL;
  gint64 n = 0;

  sql_get_int (conn, sql, SQL_NO_ARGS, &n, &error);
  g_assert_no_error (error);
  return n;
}

/* How often a snapshot names a record. */
static guint
count_in_snapshot (Server *s, int who, const char *id)
{
  g_autoptr(JsonNode) node = http_get (s, who, "/v1/changes?scope=mine", 200);
  JsonArray *records = json_object_get_array_member (json_node_get_object (node), "records");
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (records); i++)
    n += g_str_equal (
      json_object_get_string_member (json_array_get_object_element (records, i), "id"), id);
  return n;
}

/* Saved, touched, shown to the reviewer and taken back, in any order: whoever reads now and then
 * ends with what she may see, and of what came before no line is left. */
static void
test_a_record_has_one_line_for_each_reader (Server *s, gconstpointer data)
{
  enum
  {
    N = 4
  };
  char *ids[N];
  gint64 revisions[N] = { 0 };
  gboolean is_pending[N] = { FALSE };
  g_auto(Reader) owner, reviewer;

  reader_init (&owner);
  reader_init (&reviewer);
  for (guint i = 0; i < N; i++)
    ids[i] = yq_id_new ();
  for (guint i = 0; i < 200; i++)
    {
      guint k = g_test_rand_int_range (0, N);
      int what = revisions[k] == 0 ? 0 : g_test_rand_int_range (0, 4);

      if (what == 0)
        assert_http (s, CARRIER, "instrument", ids[k], "save", revisions[k]++, INSTRUMENT_FIELDS,
                     "applied");
      else if (what == 1)
        server_write (s, touch_one, ids[k]);
      else
        {
          assert_http (s, CARRIER, "instrument", ids[k], is_pending[k] ? "withdraw" : "submit",
                       revisions[k]++, "{}", "applied");
          is_pending[k] = !is_pending[k];
        }
      if (g_test_rand_int_range (0, 5) == 0)
        read_all (s, CARRIER, &owner, "mine", g_test_rand_int_range (1, 5), "");
      if (g_test_rand_int_range (0, 9) == 0)
        read_all (s, REVIEWER, &reviewer, "mine", g_test_rand_int_range (1, 5), "");
    }
  read_all (s, CARRIER, &owner, "mine", 1000, "");
  read_all (s, REVIEWER, &reviewer, "mine", 1000, "");
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpint (knows_revision (&owner, ids[i]), ==, revisions[i]);
      g_assert_cmpint (knows_revision (&reviewer, ids[i]), ==, is_pending[i] ? revisions[i] : 0);
      g_assert_cmpuint (count_in_snapshot (s, CARRIER, ids[i]), ==, revisions[i] > 0);
      g_assert_cmpuint (count_in_snapshot (s, REVIEWER, ids[i]), ==, is_pending[i]);
      g_free (ids[i]);
    }
  g_assert_cmpint (count_of (s, "SELECT count(*) FROM (SELECT 1 FROM feed_line"
                                " GROUP BY audience, record HAVING count(*) > 1) AS twice"),
                   ==, 0);
}

/* -- another region -- */

typedef struct
{
  const char *id, *region;
} Move;

static gboolean
move_one (YqTx *tx, gpointer data, GError **error)
{
  Move *move = data;
  g_autoptr(YqRecord) before = yq_record_sql_get (tx->conn, &yq_instrument, move->id, error);
  g_autoptr(YqRecord) record = yq_record_copy (before);

  yq_record_set_region (record, move->region);
  return yq_tx_update (tx, before, record, "derive", NULL, error);
}

/* Who follows both regions keeps it, who follows the old one alone loses it. */
static void
test_what_moves_goes_only_where_it_was (Server *s, gconstpointer data)
{
  static const char *const followed[] = { "33", "3304", "330421", "330110" };
  static const char *const places[] = { "330402", "330421", "330110", "330421", "330110" };
  g_autofree char *id = list_instrument (s, CARRIER, REVIEWER);
  Reader readers[G_N_ELEMENTS (followed)];

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      Move move = { id, places[i] };

      for (guint k = 0; i == 0 && k < G_N_ELEMENTS (readers); k++)
        reader_init (&readers[k]);
      server_write (s, move_one, &move);
      if (i == 2) /* nobody has read in between */
        continue;
      for (guint k = 0; k < G_N_ELEMENTS (readers); k++)
        {
          g_autofree char *more = g_strdup_printf ("&region=%s", followed[k]);

          read_all (s, 0, &readers[k], "catalogue", 2, more);
          g_test_message ("in %s, followed from %s", places[i], followed[k]);
          g_assert_cmpint (knows (&readers[k], id), ==, g_str_has_prefix (places[i], followed[k]));
        }
    }
  for (guint k = 0; k < G_N_ELEMENTS (readers); k++)
    reader_clear (&readers[k]);
  g_assert_cmpint (count_of (s, "SELECT count(*) FROM (SELECT 1 FROM feed_line"
                                " GROUP BY audience, record HAVING count(*) > 1) AS twice"),
                   ==, 0);
}

/* -- once, over a wire that is cut -- */

static void
test_a_cut_answer_is_answered_again (Server *s, gconstpointer data)
{
  g_autofree char *record = yq_id_new ();
  g_autofree char *id = yq_id_new ();
  g_autofree char *command = command_text (id, "instrument", record, "save", 0, "{\"name\":\"a\"}");
  g_autofree char *body = g_strdup_printf ("{\"commands\":[%s]}", command);
  g_autofree char *request =
    g_strdup_printf ("POST /v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     s->token[CARRIER], strlen (body), body);
  g_autoptr(YqAnswer) whole =
    yq_fixture_send (s->http, "POST", "/v1/commands", s->token[CARRIER], body);
  g_autoptr(SqlConn) conn = yq_fixture_read (s->http);
  gint64 n;

  g_assert_cmpuint (whole->status, ==, 200);
  for (gsize cut = 0; cut < whole->body->len + 100; cut++)
    {
      g_autoptr(YqAnswer) again = NULL;
      int fd = yq_fixture_connect (s->http);
      g_autofree char *part = g_malloc (cut + 1);

      g_assert_true (yq_test_write (fd, request, -1));
      for (gsize got = 0; got < cut;)
        {
          gssize k = recv (fd, part, cut - got, 0);

          if (k <= 0)
            break;
          got += k;
        }
      close (fd);
      again = yq_fixture_send (s->http, "POST", "/v1/commands", s->token[CARRIER], body);
      g_assert_cmpstr (again->body->str, ==, whole->body->str);
    }
  g_assert_true (sql_get_int (conn, "SELECT count(*) FROM event WHERE record = $1",
                              SQL_ARGS (SQL_TEXT (record)), &n, NULL));
  g_assert_cmpint (n, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test ("/changes/sight", test_each_gets_what_she_may_see);
  test ("/changes/gone", test_what_leaves_sight_is_gone);
  test ("/changes/snapshot", test_a_snapshot_holds_no_dead);
  test ("/changes/pages", test_small_pages_tell_the_same);
  test ("/changes/region", test_the_catalogue_of_a_region);
  test ("/changes/fields", test_fields_are_what_the_reader_sees);
  test ("/changes/epoch", test_a_grant_expires_the_cursor);
  test ("/changes/empty", test_an_empty_page_keeps_the_cursor);
  test ("/changes/wrong", test_wrong_questions);
  test ("/changes/wake", test_a_change_wakes_who_waits);
  test ("/changes/timeout", test_a_wait_ends);
  test ("/changes/stop", test_a_stop_answers_who_waits);
  test ("/changes/follow", test_a_follower_misses_nothing);
  test ("/changes/moved", test_what_moves_goes_only_where_it_was);
  test ("/changes/lines", test_a_record_has_one_line_for_each_reader);
  test ("/commands/cut", test_a_cut_answer_is_answered_again);
  return g_test_run ();
}
