/* POST /v1/commands without HTTP: every outcome, once, in order, merged or in conflict. */
#include "audit.h"
#include "office.h"
#include "records-fixture.h"
#include "server.h"

#define DAYS_30 (30 * YQ_DAY)

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  fixture_write (f, add_category, NULL);
}

#define test(path, func) g_test_add (path, Fixture, NULL, set_up, func, fixture_tear_down)

static void
count_in (const char *line, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static guint
count_wrong_lines (Fixture *f)
{
  g_autoptr(GError) error = NULL;
  guint n = 0;

  yq_audit_verify (f->conn, count_in, &n, &error);
  g_assert_no_error (error);
  return n;
}

static gint64
count (Fixture *f, const char *sql)
{
  g_autoptr(GError) error = NULL;
  gint64 n;

  sql_get_int (f->conn, sql, SQL_NO_ARGS, &n, &error);
  g_assert_no_error (error);
  return n;
}

static void
assert_text (Fixture *f, const char *id, guint field, const char *expected)
{
  g_autoptr(YqRecord) record = load (f, &yq_instrument, id);

  g_assert_nonnull (record);
  g_assert_cmpstr (yq_record_text (record, field), ==, expected);
}

static char *
add_instrument (Fixture *f)
{
  char *id = yq_id_new ();

  assert_sent (f, CARRIER, "instrument", id, "save", 0, INSTRUMENT_FIELDS, "applied");
  return id;
}

/* -- the life of a record -- */

static void
test_a_record_is_created_edited_and_stepped (Fixture *f, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();
  g_autoptr(YqRecord) record = NULL;

  assert_sent (f, CARRIER, "instrument", id, "save", 0, "{\"name\":\"电镜\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, INSTRUMENT_FIELDS, "applied");
  assert_sent (f, CARRIER, "instrument", id, "submit", 2, "{}", "applied");
  record = load (f, &yq_instrument, id);
  g_assert_cmpint (yq_record_revision (record), ==, 3);
  g_assert_cmpstr (yq_record_state (record), ==, "pending");
  g_assert_cmpstr (yq_record_carrier (record), ==, f->organisation[CARRIER]);
  g_assert_cmpstr (yq_record_region (record), ==, "330400");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_REVIEWED_BY), ==, "330400");
  g_assert_cmpint (yq_record_int (record, INSTRUMENT_STAGE), ==, 1);
  g_assert_cmpint (yq_record_int (record, INSTRUMENT_SUBMITTED_AT), ==, START);
  assert_sent (f, REVIEWER, "instrument", id, "approve", 3, "{}", "applied");
  g_clear_object (&record);
  record = load (f, &yq_instrument, id);
  g_assert_cmpstr (yq_record_state (record), ==, "listed");
  g_assert_cmpint (count_wrong_lines (f), ==, 0);
}

static void
test_a_step_may_create (Fixture *f, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();
  g_autoptr(YqRecord) record = NULL;

  assert_sent (f, CARRIER, "instrument", id, "submit", 0, INSTRUMENT_FIELDS, "applied");
  record = load (f, &yq_instrument, id);
  g_assert_cmpint (yq_record_revision (record), ==, 1);
  g_assert_cmpstr (yq_record_state (record), ==, "pending");
}

static void
test_a_draft_may_lack_anything_a_submit_nothing (Fixture *f, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();

  assert_sent (f, CARRIER, "instrument", id, "save", 0, "{}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "submit", 1, "{}", "refused/required");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, INSTRUMENT_FIELDS, "applied");
  assert_sent (f, CARRIER, "instrument", id, "submit", 2, "{}", "applied");
}

static void
test_a_return_tells_why (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);
  g_autoptr(GPtrArray) reviews = NULL;
  g_autoptr(GError) error = NULL;

  assert_sent (f, CARRIER, "instrument", id, "submit", 1, "{}", "applied");
  assert_sent (f, REVIEWER, "instrument", id, "return", 2, "{}", "refused/required");
  assert_sent (f, REVIEWER, "instrument", id, "return", 2,
               "{\"comment\":\"请补充\",\"field_comments\":[{\"field\":\"model\","
               "\"comment\":\"型号不全\"}]}",
               "applied");
  reviews = yq_record_sql_list (f->conn, &yq_review, "record", id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reviews->len, ==, 1);
  g_assert_cmpstr (yq_record_text (reviews->pdata[0], REVIEW_COMMENT), ==, "请补充");
  g_assert_cmpstr (yq_record_text (reviews->pdata[0], REVIEW_ACTION), ==, "return");
  g_assert_cmpstr (yq_record_carrier (reviews->pdata[0]), ==, f->organisation[CARRIER]);
  g_assert_cmpuint (
    json_array_get_length (yq_record_array (reviews->pdata[0], REVIEW_FIELD_COMMENTS)), ==, 1);
  assert_sent (f, CARRIER, "instrument", id, "save", 3, "{\"model\":\"S-4800 II\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "submit", 4, "{}", "applied");
}

static void
test_a_deleted_record_is_gone_for_good (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);
  g_autoptr(YqRecord) record = NULL;

  assert_sent (f, CARRIER2, "instrument", id, "delete", 1, "{}", "refused/not_found");
  assert_sent (f, CARRIER, "instrument", id, "delete", 1, "{}", "applied");
  record = load (f, &yq_instrument, id);
  g_assert_null (record);
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{}", "refused/not_found");
  assert_sent (f, CARRIER, "instrument", id, "save", 0, "{}", "conflict/changed");
  g_assert_cmpint (count_wrong_lines (f), ==, 0);
}

/* -- levels -- */

static gboolean
let_the_province_review (YqTx *tx, gpointer data, GError **error)
{
  Fixture *f = data;
  g_autoptr(GPtrArray) all = yq_world_list (tx->world, &yq_jurisdiction, "region", "330000");
  g_autoptr(YqRecord) after = yq_record_copy (all->pdata[0]);
  g_autoptr(YqRecord) grant = yq_record_new (&yq_grant, NULL);

  yq_record_take_array (
    after, JURISDICTION_REVIEWS,
    array_of ("[{\"kind\":\"instrument\",\"levels\":\"city,province\",\"days\":5}]"));
  yq_record_set_text (grant, GRANT_ACCOUNT, f->account[BUYER2]);
  yq_record_set_text (grant, GRANT_ROLE, "reviewer");
  yq_record_set_text (grant, GRANT_REGION, "330000");
  f->grants[BUYER2] = (YqGrant){ .role = YQ_ROLE_REVIEWER, .scope = "330000" };
  return yq_tx_update (tx, all->pdata[0], after, "derive", NULL, error) &&
         yq_tx_insert (tx, grant, "derive", error);
}

static gboolean
dismiss_the_city (YqTx *tx, gpointer data, GError **error)
{
  g_autoptr(GPtrArray) grants = yq_world_list (tx->world, &yq_grant, "scope_region", "330400");

  g_assert_cmpuint (grants->len, ==, 1);
  return yq_tx_delete (tx, grants->pdata[0], error);
}

static void
assert_waits (Fixture *f, const char *id, gint64 stage, const char *region)
{
  g_autoptr(YqRecord) record = load (f, &yq_instrument, id);

  g_assert_cmpstr (yq_record_state (record), ==, "pending");
  g_assert_cmpint (yq_record_int (record, INSTRUMENT_STAGE), ==, stage);
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_REVIEWED_BY), ==, region);
  g_assert_nonnull (yq_record_text (record, INSTRUMENT_DUE_ON));
}

static void
test_levels_decide_one_after_another (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);
  g_autoptr(YqRecord) record = NULL;

  fixture_write (f, let_the_province_review, f);
  assert_sent (f, CARRIER, "instrument", id, "submit", 1, "{}", "applied");
  assert_waits (f, id, 1, "330400");
  assert_sent (f, BUYER2, "instrument", id, "approve", 2, "{}", "refused/forbidden");
  assert_sent (f, REVIEWER, "instrument", id, "approve", 2, "{}", "applied");
  assert_waits (f, id, 2, "330000");
  assert_sent (f, REVIEWER, "instrument", id, "approve", 3, "{}", "refused/forbidden");
  /* What was returned goes on where it was. */
  assert_sent (f, BUYER2, "instrument", id, "return", 3, "{\"comment\":\"补充\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "submit", 4, "{}", "applied");
  assert_waits (f, id, 2, "330000");
  assert_sent (f, BUYER2, "instrument", id, "approve", 5, "{}", "applied");
  record = load (f, &yq_instrument, id);
  g_assert_cmpstr (yq_record_state (record), ==, "listed");
  g_assert_null (yq_record_text (record, INSTRUMENT_REVIEWED_BY));
}

static void
test_a_level_without_a_reviewer_goes_up (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);
  g_autoptr(YqRecord) record = NULL;

  fixture_write (f, let_the_province_review, f);
  fixture_write (f, dismiss_the_city, NULL);
  assert_sent (f, CARRIER, "instrument", id, "submit", 1, "{}", "applied");
  assert_waits (f, id, 2, "330000"); /* one decision for both levels */
  assert_sent (f, BUYER2, "instrument", id, "approve", 2, "{}", "applied");
  record = load (f, &yq_instrument, id);
  g_assert_cmpstr (yq_record_state (record), ==, "listed");
}

/* -- refusals -- */

static void
test_what_cannot_be_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);
  g_autofree char *other = yq_id_new ();

  assert_sent (f, CARRIER, "spaceship", other, "save", 0, "{}", "refused/unknown_entity");
  assert_sent (f, CARRIER, "instrument", id, "fly", 1, "{}", "refused/unknown_action");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"wings\":2}", "refused/unknown_field");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"name\":2}", "refused/invalid");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"service_count\":2}",
               "refused/forbidden");
  assert_sent (f, CARRIER, "instrument", id, "approve", 1, "{}", "refused/forbidden");
  assert_sent (f, CARRIER, "instrument", id, "stop", 1, "{}", "refused/state");
  assert_sent (f, CARRIER2, "instrument", id, "save", 1, "{}", "refused/not_found");
  assert_sent (f, REVIEWER, "instrument", id, "save", 1, "{}", "refused/not_found");
  assert_sent (f, BUYER, "instrument", other, "stop", 0, "{}", "refused/not_found");
  assert_sent (f, REVIEWER, "instrument", other, "save", 0, "{}", "refused/forbidden");
  assert_sent (f, CARRIER, "instrument", other, "save", 0,
               "{\"category\":\"00000003-0000-4000-8000-000000000099\"}", "refused/not_found");
  assert_text (f, id, INSTRUMENT_NAME, "场发射扫描电镜");
}

static void
test_a_value_is_unique_within_its_owner (Fixture *f, gconstpointer data)
{
  g_autofree char *a = yq_id_new ();
  g_autofree char *b = yq_id_new ();
  g_autofree char *c = yq_id_new ();
  const char *fields = "{\"asset_number\":\"A-1\"}";

  assert_sent (f, CARRIER, "instrument", a, "save", 0, fields, "applied");
  assert_sent (f, CARRIER, "instrument", b, "save", 0, fields, "refused/duplicate");
  assert_sent (f, CARRIER2, "instrument", c, "save", 0, fields, "applied");
  assert_sent (f, CARRIER, "instrument", a, "save", 1, fields, "applied");
}

static void
test_what_is_listed_cannot_be_emptied (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);

  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"model\":null}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 2, "{\"model\":\"S\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "submit", 3, "{}", "applied");
  assert_sent (f, REVIEWER, "instrument", id, "approve", 4, "{}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 5, "{\"model\":null}", "refused/required");
  assert_sent (f, CARRIER, "instrument", id, "save", 5, "{\"model\":\"T\"}", "applied");
}

static void
test_what_is_refused_leaves_nothing_behind (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);
  gint64 events = count (f, "SELECT count(*) FROM event");
  gint64 seq = count (f, "SELECT value FROM counter WHERE name = 'seq'");
  gint64 commands = count (f, "SELECT count(*) FROM command");

  assert_sent (f, CARRIER, "instrument", id, "stop", 1, "{}", "refused/state");
  g_assert_cmpint (count (f, "SELECT count(*) FROM event"), ==, events);
  g_assert_cmpint (count (f, "SELECT value FROM counter WHERE name = 'seq'"), ==, seq);
  g_assert_cmpint (count (f, "SELECT count(*) FROM command"), ==, commands + 1);
}

/* -- databases of before -- */

static gboolean
touch_one (YqTx *tx, gpointer data, GError **error)
{
  g_autoptr(YqRecord) record = yq_record_sql_get (tx->conn, &yq_instrument, data, error);

  yq_record_set_int (record, INSTRUMENT_SERVICE_COUNT, 7);
  return yq_tx_touch (tx, record, error);
}

#define LINES "count(*) * 1000000 + sum(seq) FROM feed_line"

/* Lines were kept in another table, by audience and record.  They are moved, and what comes then
 * replaces them, also those of what was touched. */
static void
test_lines_of_before_are_moved (Fixture *f, gconstpointer data)
{
  g_autofree char *saved = add_instrument (f);
  g_autofree char *touched = add_instrument (f);
  g_autoptr(GError) error = NULL;
  gint64 before, n;

  fixture_write (f, touch_one, touched);
  before = count (f, "SELECT " LINES);
  n = count (f, "SELECT count(*) FROM feed_line");
  sql_script (f->conn,
              "CREATE TABLE feed (audience BIGINT NOT NULL, record TEXT NOT NULL,"
              " entity TEXT NOT NULL, region TEXT, gone BIGINT NOT NULL, seq BIGINT NOT NULL,"
              " PRIMARY KEY (audience, record));"
              "CREATE INDEX feed_by_seq ON feed (audience, seq);"
              "INSERT INTO feed (audience, record, entity, region, gone, seq)"
              " SELECT audience, record, entity, region, gone, seq FROM feed_line;"
              "DROP TABLE feed_line; DROP TABLE feed_touch",
              &error);
  g_assert_no_error (error);
  g_assert_true (yq_server_prepare (f->conn, &error));
  g_assert_cmpint (count (f, "SELECT " LINES), ==, before);
  g_assert_cmpint (count (f, "SELECT count(*) FROM feed_touch"), ==, 1);
  assert_sent (f, CARRIER, "instrument", saved, "save", 1, "{\"model\":\"B\"}", "applied");
  assert_sent (f, CARRIER, "instrument", touched, "save", 1, "{\"model\":\"B\"}", "applied");
  g_assert_cmpint (count (f, "SELECT count(*) FROM feed_line"), ==, n);
  g_assert_cmpint (count (f, "SELECT count(*) FROM feed_touch"), ==, 0);
  g_assert_true (yq_server_prepare (f->conn, &error));
  g_assert_cmpint (count (f, "SELECT count(*) FROM feed_line"), ==, n);
}

/* What only its owner reads had an index of its own. */
static void
test_an_index_of_before_goes (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  sql_script (f->conn,
              "CREATE VIRTUAL TABLE \"message_search\" USING fts5 (pairs, singles, initials,"
              " filters, tokenize = 'unicode61');"
              "INSERT INTO search_made (entity, signature) VALUES ('message', '2 text')",
              &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (yq_server_prepare (f->conn, &error));
      g_assert_cmpint (count (f, "SELECT count(*) FROM pragma_table_info('message_search')"), ==,
                       0);
      g_assert_cmpint (count (f, "SELECT count(*) FROM search_made WHERE entity = 'message'"), ==,
                       0);
    }
}

/* -- once -- */

static void
test_a_command_sent_again_gets_the_same_bytes (Fixture *f, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *good = yq_id_new ();
  g_autofree char *bad = yq_id_new ();
  g_autofree char *first = command_text (good, "instrument", id, "save", 0, INSTRUMENT_FIELDS);
  g_autofree char *second = command_text (bad, "instrument", id, "stop", 1, "{}");
  g_autofree char *body = g_strdup_printf ("{\"commands\":[%s,%s]}", first, second);
  g_autofree char *answer = send_body (f, CARRIER, body);
  gint64 events = count (f, "SELECT count(*) FROM event");

  g_assert_nonnull (strstr (answer, "\"applied\""));
  g_assert_nonnull (strstr (answer, "\"refused\""));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *again = NULL;

      yq_clock_set (START + i * DAYS_30);
      again = send_body (f, CARRIER, body);
      g_assert_cmpstr (again, ==, answer);
    }
  g_assert_cmpint (count (f, "SELECT count(*) FROM event"), ==, events);
}

/* Servers before kept the whole answer. */
static void
test_an_answer_kept_whole_is_sent_again (Fixture *f, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();
  g_autofree char *once = yq_id_new ();
  g_autofree char *command = command_text (once, "instrument", id, "save", 0, INSTRUMENT_FIELDS);
  g_autofree char *body = g_strdup_printf ("{\"commands\":[%s]}", command);
  g_autofree char *answer = send_body (f, CARRIER, body);
  g_autofree char *whole =
    g_strndup (answer + strlen ("{\"results\":["), strlen (answer) - strlen ("{\"results\":[]}"));
  g_autofree char *kept = NULL;
  g_autofree char *again = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (sql_begin (f->conn, TRUE, &error));
  g_assert_cmpint (sql_exec (f->conn, "UPDATE command SET result = $2 WHERE id = $1",
                             SQL_ARGS (SQL_TEXT (once), SQL_TEXT (whole)), &error),
                   ==, 1);
  g_assert_true (sql_commit (f->conn, &error));
  again = send_body (f, CARRIER, body);
  g_assert_cmpstr (again, ==, answer);
  kept = sql_get_text (f->conn, "SELECT result FROM command WHERE id = $1",
                       SQL_ARGS (SQL_TEXT (once)), &error);
  g_assert_cmpstr (kept, ==, whole);
}

static void
test_an_id_cannot_be_used_again (Fixture *f, gconstpointer data)
{
  g_autofree char *record = yq_id_new ();
  g_autofree char *id = yq_id_new ();
  g_autofree char *text =
    command_text (id, "instrument", record, "save", 0, "{\"name\":\"a\",\"model\":\"b\"}");
  g_autofree char *same = g_strdup_printf (
    "{\"fields\":{\"model\":\"b\",\"name\":\"\\u0061\"},\"revision\":0,"
    "\"action\":\"save\",\"record\":\"%s\",\"entity\":\"instrument\",\"id\":\"%s\"}",
    record, id);
  g_autofree char *other = command_text (id, "instrument", record, "save", 0, "{\"name\":\"c\"}");
  g_autoptr(JsonNode) first = send_commands (f, CARRIER, text);
  g_autoptr(JsonNode) second = send_commands (f, CARRIER, same);
  g_autoptr(JsonNode) third = send_commands (f, CARRIER, other);
  g_autoptr(JsonNode) fourth = send_commands (f, CARRIER2, text);
  g_autoptr(JsonNode) fifth = send_commands (f, CARRIER, text);

  g_assert_cmpstr (nth_outcome (first, 0), ==, "applied");
  g_assert_cmpstr (nth_outcome (second, 0), ==, "applied"); /* the same, written differently */
  g_assert_cmpstr (nth_code (third, 0), ==, "id_reused");
  g_assert_cmpstr (nth_code (fourth, 0), ==, "id_reused");
  g_assert_cmpstr (nth_outcome (fifth, 0), ==, "applied");
  assert_text (f, record, INSTRUMENT_NAME, "a");
}

/* -- order -- */

static char **
new_ids (guint n)
{
  char **ids = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    ids[i] = yq_id_new ();
  return ids;
}

static void
test_what_builds_on_a_refusal_is_skipped (Fixture *f, gconstpointer data)
{
  g_autofree char *record = add_instrument (f);
  g_autofree char *unrelated = yq_id_new ();
  g_auto(GStrv) ids = new_ids (3);
  g_autofree char *a = command_text (ids[0], "instrument", record, "stop", 1, "{}");
  g_autofree char *b = command_text (ids[1], "instrument", record, "save", 2, "{\"model\":\"x\"}");
  g_autofree char *c = command_text (ids[2], "instrument", unrelated, "save", 0, "{}");
  g_autofree char *all = g_strjoin (",", a, b, c, NULL);
  g_autofree char *mended =
    command_text (ids[1], "instrument", record, "save", 2, "{\"model\":\"x\"}");
  g_autoptr(JsonNode) answer = send_commands (f, CARRIER, all);
  g_autoptr(JsonNode) later = NULL;

  g_assert_cmpstr (nth_outcome (answer, 0), ==, "refused");
  g_assert_cmpstr (nth_outcome (answer, 1), ==, "skipped");
  g_assert_cmpstr (nth_outcome (answer, 2), ==, "applied");
  /* It was not stored: now it is judged, and names a revision that never came. */
  later = send_commands (f, CARRIER, mended);
  g_assert_cmpstr (nth_outcome (later, 0), ==, "conflict");
}

static void
test_what_names_a_refused_creation_is_skipped (Fixture *f, gconstpointer data)
{
  g_autofree char *instrument = yq_id_new ();
  g_autofree char *closure = yq_id_new ();
  g_auto(GStrv) ids = new_ids (2);
  g_autofree char *fields =
    g_strdup_printf ("{\"instrument\":\"%s\",\"from_time\":\"2027-01-01T00:00:00Z\",\"to_time\":"
                     "\"2027-01-02T00:00:00Z\"}",
                     instrument);
  g_autofree char *a = command_text (ids[0], "instrument", instrument, "save", 0, "{\"x\":1}");
  g_autofree char *b = command_text (ids[1], "closure", closure, "save", 0, fields);
  g_autofree char *both = g_strjoin (",", a, b, NULL);
  g_autoptr(JsonNode) answer = send_commands (f, CARRIER, both);
  g_autoptr(JsonNode) alone = send_commands (f, CARRIER, b);

  g_assert_cmpstr (nth_outcome (answer, 0), ==, "refused");
  g_assert_cmpstr (nth_outcome (answer, 1), ==, "skipped");
  g_assert_cmpstr (nth_code (alone, 0), ==, "not_found");
}

/* -- merging -- */

static void
test_disjoint_edits_merge_and_the_same_field_asks (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);
  g_autoptr(YqRecord) record = NULL;

  /* Three saw revision 1. */
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"model\":\"A\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"manufacturer\":\"日立\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"model\":\"B\"}", "conflict/changed");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"model\":\"A\"}", "applied");
  record = load (f, &yq_instrument, id);
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_MODEL), ==, "A");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_MANUFACTURER), ==, "日立");
  g_assert_cmpint (yq_record_revision (record), ==, 4);
}

static void
test_a_queue_of_edits_knows_its_own (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);

  /* One computer saw 1 and queued two edits; another one came between with a third. */
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"address\":\"甲楼\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"model\":\"A\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 2, "{\"model\":\"B\"}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 3, "{\"address\":\"乙楼\"}",
               "conflict/changed");
  assert_sent (f, CARRIER, "instrument", id, "save", 3, "{\"model\":\"C\"}", "applied");
  assert_text (f, id, INSTRUMENT_MODEL, "C");
  assert_text (f, id, INSTRUMENT_ADDRESS, "甲楼");
}

static void
test_a_decision_is_about_what_was_seen (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);

  assert_sent (f, CARRIER, "instrument", id, "submit", 1, "{}", "applied");
  assert_sent (f, CARRIER, "instrument", id, "save", 2, "{\"model\":\"B\"}", "applied");
  assert_sent (f, REVIEWER, "instrument", id, "approve", 2, "{}", "conflict/changed");
  assert_sent (f, REVIEWER, "instrument", id, "approve", 9, "{}", "conflict/changed");
  assert_sent (f, REVIEWER2, "instrument", id, "approve", 2, "{}", "refused/not_found");
  assert_sent (f, REVIEWER, "instrument", id, "approve", 3, "{}", "applied");
}

static void
test_a_conflict_names_the_fields (Fixture *f, gconstpointer data)
{
  g_autofree char *id = add_instrument (f);
  g_autofree char *command = yq_id_new ();
  g_autofree char *text =
    command_text (command, "instrument", id, "save", 1, "{\"model\":\"B\",\"address\":\"丙楼\"}");
  g_autoptr(JsonNode) answer = NULL;
  JsonObject *result;
  JsonArray *errors;

  assert_sent (f, CARRIER, "instrument", id, "save", 1, "{\"model\":\"A\"}", "applied");
  answer = send_commands (f, CARRIER, text);
  result = nth_result (answer, 0);
  g_assert_cmpstr (json_object_get_string_member (result, "outcome"), ==, "conflict");
  g_assert_cmpint (json_object_get_int_member (result, "revision"), ==, 2);
  errors =
    json_object_get_array_member (json_object_get_object_member (result, "problem"), "errors");
  g_assert_cmpuint (json_array_get_length (errors), ==, 1);
  g_assert_cmpstr (
    json_object_get_string_member (json_array_get_object_element (errors, 0), "field"), ==,
    "model");
}

/* -- the envelope -- */

static void
test_a_wrong_envelope_does_nothing (Fixture *f, gconstpointer data)
{
  static const char *const wrong[] = {
    "",
    "[]",
    "{}",
    "{\"commands\":{}}",
    "{\"commands\":[1]}",
    "{\"commands\":[{}]}",
    "{\"commands\":[],\"more\":1}",
    "{\"commands\":[{\"id\":\"x\",\"entity\":\"instrument\",\"record\":"
    "\"00000003-0000-4000-8000-000000000009\",\"action\":\"save\",\"revision\":0,\"fields\":{}}]}",
    "{\"commands\":[{\"id\":\"00000003-0000-4000-8000-000000000009\",\"entity\":\"instrument\","
    "\"record\":\"00000003-0000-4000-8000-000000000009\",\"action\":\"save\",\"revision\":\"0\","
    "\"fields\":{}}]}",
    "{\"commands\":[{\"id\":\"00000003-0000-4000-8000-000000000009\",\"entity\":\"instrument\","
    "\"record\":\"00000003-0000-4000-8000-000000000009\",\"action\":\"save\",\"revision\":-1}]}",
    "{\"commands\":[{\"id\":\"00000003-0000-4000-8000-000000000009\",\"entity\":\"instrument\","
    "\"record\":\"00000003-0000-4000-8000-000000000009\",\"action\":\"save\",\"revision\":0,"
    "\"extra\":1}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(YqProblem) problem = NULL;
      g_autofree char *answer =
        yq_commands_run (f->conn, &f->who[CARRIER], wrong[i], -1, &problem, &error);

      g_assert_no_error (error);
      g_assert_null (answer);
      g_assert_nonnull (problem);
      g_assert_cmpuint (yq_problem_status (problem), ==, 400);
    }
}

/* -- what is kept -- */

static void
test_secrets_are_sealed_and_masked (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *stored = NULL;
  g_autofree char *changed = NULL;
  g_autoptr(YqRecord) record = NULL;

  assert_sent (f, BUYER, "account", f->account[BUYER], "save", 1,
               "{\"id_number\":\"11010519491231002X\"}", "applied");
  stored = sql_get_text (f->conn, "SELECT id_number FROM account WHERE id = $1",
                         SQL_ARGS (SQL_TEXT (f->account[BUYER])), &error);
  changed = sql_get_text (f->conn, "SELECT changed FROM event WHERE record = $1 AND revision = 2",
                          SQL_ARGS (SQL_TEXT (f->account[BUYER])), &error);
  g_assert_no_error (error);
  g_assert_null (strstr (stored, "949123100"));
  g_assert_null (strstr (changed, "949123100"));
  record = load (f, &yq_account, f->account[BUYER]);
  g_assert_cmpstr (yq_record_text (record, ACCOUNT_ID_NUMBER), ==, "11010519491231002X");
}

static void
test_the_chain_shows_every_change (Fixture *f, gconstpointer data)
{
  static const char *const changes[] = {
    "UPDATE event SET account = 'x' WHERE seq = 3",
    "UPDATE event SET changed = '{}' WHERE seq = 5",
    "DELETE FROM event WHERE seq = 4",
  };
  g_autofree char *id = add_instrument (f);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (count_wrong_lines (f), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_assert_true (sql_begin (f->conn, TRUE, &error));
      g_assert_cmpint (sql_exec (f->conn, changes[i], SQL_NO_ARGS, &error), ==, 1);
      g_assert_cmpint (count_wrong_lines (f), >, 0);
      sql_rollback (f->conn);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test ("/commands/before/lines", test_lines_of_before_are_moved);
  test ("/commands/before/index", test_an_index_of_before_goes);
  test ("/commands/life", test_a_record_is_created_edited_and_stepped);
  test ("/commands/step-creates", test_a_step_may_create);
  test ("/commands/complete", test_a_draft_may_lack_anything_a_submit_nothing);
  test ("/commands/return", test_a_return_tells_why);
  test ("/commands/levels", test_levels_decide_one_after_another);
  test ("/commands/no-reviewer", test_a_level_without_a_reviewer_goes_up);
  test ("/commands/delete", test_a_deleted_record_is_gone_for_good);
  test ("/commands/refused", test_what_cannot_be_is_refused);
  test ("/commands/unique", test_a_value_is_unique_within_its_owner);
  test ("/commands/not-emptied", test_what_is_listed_cannot_be_emptied);
  test ("/commands/undone", test_what_is_refused_leaves_nothing_behind);
  test ("/commands/again", test_a_command_sent_again_gets_the_same_bytes);
  test ("/commands/again/kept-whole", test_an_answer_kept_whole_is_sent_again);
  test ("/commands/id-reused", test_an_id_cannot_be_used_again);
  test ("/commands/skipped", test_what_builds_on_a_refusal_is_skipped);
  test ("/commands/skipped-creation", test_what_names_a_refused_creation_is_skipped);
  test ("/commands/merge", test_disjoint_edits_merge_and_the_same_field_asks);
  test ("/commands/queue", test_a_queue_of_edits_knows_its_own);
  test ("/commands/decision", test_a_decision_is_about_what_was_seen);
  test ("/commands/conflict", test_a_conflict_names_the_fields);
  test ("/commands/envelope", test_a_wrong_envelope_does_nothing);
  test ("/commands/secrets", test_secrets_are_sealed_and_masked);
  test ("/commands/chain", test_the_chain_shows_every_change);
  return g_test_run ();
}
