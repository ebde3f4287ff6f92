/* Instruments of other systems: read from a real HTTP server, page by page, whatever it answers. */
#define G_LOG_DOMAIN "test-instrument-system"

#include "gateway.h"
#include "instrument-system.h"
#include "office.h"
#include "records-server.h"

#include <string.h>

#define SECRET "what the system gave"
#define MINUTES 30
#define UNIT "12330400471400218M"  /* of CARRIER */
#define OTHER "12330100470080332F" /* of CARRIER2, another city */
#define N_MANY 1250
#define PAGE 500

typedef struct
{
  Server s; /* first */
  Gateway *gateway;
  gint64 now;
  /* What the gateway answers, under its lock. */
  char *answer;   /* JSON with single quotes; NULL: pages of many */
  char *asked_by; /* "Authorization" and the query of the last question */
  char *since;
  guint n_asked, fail_at;
} Test;

static char *
double_quoted (const char *text)
{
  return g_strdelimit (g_strdup (text), "'", '"');
}

/* -- the other system -- */

static void
append_many (GString *out, guint page)
{
  for (guint i = page * PAGE; i < MIN ((page + 1) * PAGE, N_MANY); i++)
    g_string_append_printf (out, "%s{'uscc':'" UNIT "','external_id':'N-%u','name':'仪器%u'}",
                            i > page * PAGE ? "," : "", i, i);
}

static char *
many (GHashTable *query)
{
  const char *text = query != NULL ? g_hash_table_lookup (query, "page") : NULL;
  guint page = text != NULL ? atoi (text) : 0;
  GString *out = g_string_new ("{'items':[");

  append_many (out, page);
  g_string_append (out, "]");
  if ((page + 1) * PAGE < N_MANY)
    g_string_append_printf (out, ",'next':'?page=%u'", page + 1);
  g_string_append (out, ",'until':'2026-11-01T00:00:00 +8'}");
  return g_string_free (out, FALSE);
}

static void
respond (Gateway *gateway, SoupServerMessage *message, const char *path, GHashTable *query)
{
  Test *t = gateway->respond_data;
  g_autofree char *said = t->answer != NULL ? g_strdup (t->answer) : many (query);
  g_autofree char *json = double_quoted (said);
  const char *since = query != NULL ? g_hash_table_lookup (query, "since") : NULL;

  g_free (t->asked_by);
  t->asked_by = gateway_header (message, "Authorization");
  g_free (t->since);
  t->since = g_strdup (since);
  t->n_asked++;
  if (t->n_asked == t->fail_at)
    {
      soup_server_message_set_status (message, 503, NULL);
      return;
    }
  soup_server_message_set_status (message, gateway->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, json,
                                    strlen (json));
}

static void
says (Test *t, const char *answer)
{
  g_mutex_lock (&t->gateway->lock);
  g_free (t->answer);
  t->answer = g_strdup (answer);
  g_mutex_unlock (&t->gateway->lock);
}

/* -- the server -- */

static gboolean
add_units (YqTx *tx, gpointer data, GError **error)
{
  static const struct
  {
    int who;
    const char *uscc;
  } units[] = { { CARRIER, UNIT }, { CARRIER2, OTHER } };
  Server *s = data;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr(YqRecord) before =
        yq_world_get (tx->world, &yq_organisation, s->f.organisation[units[i].who]);
      g_autoptr(YqRecord) record = yq_record_copy (before);

      yq_record_set_text (record, ORGANISATION_USCC, units[i].uscc);
      if (!yq_tx_update (tx, before, record, "derive", NULL, error))
        return FALSE;
    }
  return TRUE;
}

static void
configure (Test *t)
{
  YqInstrumentSystem *system = yq_config_add_system (t->s.http->config, "jiaxing");

  system->title = g_strdup ("嘉兴市科学仪器管理系统");
  system->url = gateway_url (t->gateway);
  system->secret = g_strdup (SECRET);
  system->region = g_strdup ("330400");
  system->minutes = MINUTES;
}

static void
set_up (Test *t, gconstpointer data)
{
  t->now = START;
  yq_clock_set (t->now);
  t->gateway = gateway_new ();
  t->gateway->respond_data = t;
  t->gateway->respond = respond;
  server_set_up (&t->s, NULL);
  server_write (&t->s, add_units, &t->s);
}

static void
tear_down (Test *t, gconstpointer data)
{
  server_tear_down (&t->s, NULL);
  g_clear_pointer (&t->gateway, gateway_free);
  g_clear_pointer (&t->answer, g_free);
  g_clear_pointer (&t->asked_by, g_free);
  g_clear_pointer (&t->since, g_free);
  yq_clock_set (0);
}

static GPtrArray *
list (Test *t, const YqEntity *entity, const char *column, const char *value)
{
  SqlConn *conn = yq_fixture_read (t->s.http);
  g_autoptr(GError) error = NULL;
  GPtrArray *records = yq_record_sql_list (conn, entity, column, value, &error);

  g_assert_no_error (error);
  sql_close (conn);
  return records;
}

static GPtrArray *
instruments_of (Test *t, int who)
{
  return list (t, &yq_instrument, "carrier", t->s.f.organisation[who]);
}

static YqRecord *
one_of (Test *t, const YqEntity *entity, const char *column, const char *value)
{
  g_autoptr(GPtrArray) records = list (t, entity, column, value);

  g_assert_cmpuint (records->len, ==, 1);
  return g_object_ref (records->pdata[0]);
}

static YqRecord *
system_of (Test *t)
{
  return one_of (t, &yq_instrument_system, "name", "jiaxing");
}

/* A reading came to its end, well or not. */
static gboolean
is_over (gpointer data)
{
  Test *t = data;
  g_autoptr(YqRecord) system = system_of (t);

  return yq_record_int (system, SYSTEM_NEXT_AT) > t->now;
}

static void
start_reading (Test *t)
{
  yq_fixture_stop (t->s.http);
  configure (t);
  yq_fixture_start (t->s.http);
  yq_test_wait_until (is_over, t);
}

static void
read_again (Test *t)
{
  t->now += MINUTES * 60 * 1000;
  yq_clock_set (t->now);
  yq_instrument_systems_wake (t->s.http->server);
  yq_test_wait_until (is_over, t);
}

static void
assert_counts (Test *t, guint rows, guint is_new, guint changed, guint kept, guint bad,
               guint elsewhere)
{
  g_autoptr(YqRecord) system = system_of (t);

  g_assert_cmpstr (yq_record_text (system, SYSTEM_FAILURE), ==, NULL);
  g_assert_cmpstr (yq_record_state (system), ==, "active");
  g_assert_cmpint (yq_record_int (system, SYSTEM_READ_AT), ==, t->now);
  g_assert_cmpint (yq_record_int (system, SYSTEM_N_ROWS), ==, rows);
  g_assert_cmpint (yq_record_int (system, SYSTEM_N_NEW), ==, is_new);
  g_assert_cmpint (yq_record_int (system, SYSTEM_N_CHANGED), ==, changed);
  g_assert_cmpint (yq_record_int (system, SYSTEM_N_KEPT), ==, kept);
  g_assert_cmpint (yq_record_int (system, SYSTEM_N_BAD), ==, bad);
  g_assert_cmpint (yq_record_int (system, SYSTEM_N_ELSEWHERE), ==, elsewhere);
}

static const char *
bad_why (YqRecord *system, guint i)
{
  return json_object_get_string_member (
    json_array_get_object_element (yq_record_array (system, SYSTEM_BAD_ROWS), i), "why");
}

static guint
n_messages (Test *t, int who)
{
  g_autoptr(GPtrArray) messages = list (t, &yq_message, "account", t->s.f.account[who]);

  return messages->len;
}

#define ROW(rest) "{'uscc':'" UNIT "','external_id':'JX-1'," rest "}"
#define FULL                                                                                                         \
  "{'统一社会信用代码':'" UNIT                                                                                       \
  "','仪器编号':'JX-1','仪器中文名称':'扫描电镜','仪器型号规格':'S-4800',"                       \
  "'仪器分类编码':'030101','仪器原值(万元)':350.5,'place':'嘉兴市南湖区','bought_on':'2019-05-01'" \
  ","                                                                                                                \
  "'condition':null,'color':'blue','所在单位内仪器编号':'A-1'}"

/* -- what comes in -- */

static void
test_rows_become_drafts (Test *t, gconstpointer data)
{
  g_autoptr(GPtrArray) instruments = NULL;
  g_autoptr(YqRecord) message = NULL;
  YqRecord *record;

  says (t, "[" FULL "]");
  start_reading (t);
  assert_counts (t, 1, 1, 0, 0, 0, 0);
  g_assert_cmpstr (t->asked_by, ==, "Bearer " SECRET);
  g_assert_null (t->since);

  instruments = instruments_of (t, CARRIER);
  g_assert_cmpuint (instruments->len, ==, 1);
  record = instruments->pdata[0];
  g_assert_cmpstr (yq_record_state (record), ==, "draft");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_NAME), ==, "扫描电镜");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_MODEL), ==, "S-4800");
  g_assert_cmpint (yq_record_int (record, INSTRUMENT_ORIGINAL_VALUE), ==, 350500000);
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_CATEGORY), ==,
                   "00000003-0000-4000-8000-000000000001");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_REGION), ==, "330402");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_EXTERNAL_ID), ==, "JX-1");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_SOURCE), ==, "system");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_CARRIER_NAME), ==, "嘉兴单位3");
  g_assert_cmpstr (yq_record_region (record), ==, "330400");
  message = one_of (t, &yq_message, "account", t->s.f.account[CARRIER]);
  g_assert_nonnull (strstr (yq_record_text (message, MESSAGE_TEXT), "新增 1 台，更新 0 台"));
  g_assert_cmpstr (yq_record_text (message, MESSAGE_RECORD), ==, yq_record_id (record));
}

static void
test_the_same_again_changes_nothing (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) before = NULL;
  g_autoptr(YqRecord) after = NULL;

  says (t, "[" FULL "]");
  start_reading (t);
  before = one_of (t, &yq_instrument, "carrier", t->s.f.organisation[CARRIER]);
  read_again (t);
  assert_counts (t, 1, 0, 0, 0, 0, 0);
  /* Another start reads at once, and tells nobody about nothing. */
  yq_fixture_stop (t->s.http);
  yq_fixture_start (t->s.http);
  yq_test_wait_until (is_over, t);
  after = one_of (t, &yq_instrument, "carrier", t->s.f.organisation[CARRIER]);
  g_assert_cmpint (yq_record_revision (before), ==, yq_record_revision (after));
  g_assert_cmpuint (n_messages (t, CARRIER), ==, 1);
}

/* What was typed here stays; what nobody touched follows the system. */
static void
test_typed_values_stay (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) record = NULL;

  says (t, "[" ROW ("'name':'电镜','model':'A','rules':'预约'") "]");
  start_reading (t);
  record = one_of (t, &yq_instrument, "carrier", t->s.f.organisation[CARRIER]);
  assert_http (&t->s, CARRIER, "instrument", yq_record_id (record), "save",
               yq_record_revision (record), "{\"name\":\"我们的电镜\",\"manufacturer\":\"日立\"}",
               "applied");
  says (t, "[" ROW ("'name':'扫描电子显微镜','model':'B','manufacturer':'HITACHI','rules':''") "]");
  read_again (t);
  assert_counts (t, 1, 0, 1, 1, 0, 0);
  g_clear_object (&record);
  record = one_of (t, &yq_instrument, "carrier", t->s.f.organisation[CARRIER]);
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_NAME), ==, "我们的电镜");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_MANUFACTURER), ==, "日立");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_MODEL), ==, "B");
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_RULES), ==, "预约");
  /* The same again: what it had said is known, nothing is in dispute any more. */
  read_again (t);
  assert_counts (t, 1, 0, 0, 0, 0, 0);
}

/* Typed or imported here before: not a second record. */
static void
test_what_was_here_is_found (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) by_number = NULL;
  g_autoptr(YqRecord) by_asset = NULL;
  char first[YQ_ID_SIZE], second[YQ_ID_SIZE];

  number_id (first, 9, 1);
  number_id (second, 9, 2);
  assert_http (&t->s, CARRIER, "instrument", first, "save", 0,
               "{\"name\":\"一\",\"external_id\":\"JX-1\",\"asset_number\":\"A-1\"}", "applied");
  assert_http (&t->s, CARRIER, "instrument", second, "save", 0,
               "{\"name\":\"二\",\"asset_number\":\"A-2\"}", "applied");
  says (
    t,
    "[" ROW (
      "'name':'一号','model':'M1'") ",{'uscc':'" UNIT
                                    "','external_id':'JX-2','asset_number':'A-2','model':'M2'}]");
  start_reading (t);
  assert_counts (t, 2, 0, 2, 1, 0, 0);
  by_number = one_of (t, &yq_instrument, "external_id", "JX-1");
  by_asset = one_of (t, &yq_instrument, "external_id", "JX-2");
  g_assert_cmpstr (yq_record_id (by_number), ==, first);
  g_assert_cmpstr (yq_record_text (by_number, INSTRUMENT_NAME), ==, "一");
  g_assert_cmpstr (yq_record_text (by_number, INSTRUMENT_MODEL), ==, "M1");
  g_assert_cmpstr (yq_record_id (by_asset), ==, second);
  g_assert_cmpstr (yq_record_text (by_asset, INSTRUMENT_SOURCE), ==, "system");
}

/* -- what does not -- */

static void
test_bad_rows_are_told_and_the_others_come (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) system = NULL;
  g_autoptr(GPtrArray) mine = NULL;
  g_autoptr(GPtrArray) others = NULL;
  g_autofree char *text = NULL;

  says (t, "[" ROW ("'name':'好的','asset_number':'A-1'") /* the one that is good */
        ",{'uscc':'" UNIT "','external_id':'B-1','bought_on':'去年'}"
        ",{'uscc':'" UNIT "','external_id':'B-2','name':['x']}"
        ",{'uscc':'" UNIT "','external_id':'B-3','asset_number':'A-1'}"
        ",{'uscc':'" UNIT "','external_id':'B-4','仪器分类编码':'999999'}"
        ",{'uscc':'" UNIT "','external_id':'B-5','unit_price':-1}"
        ",{'uscc':'" UNIT "'}"
        ",{'external_id':'B-7'}"
        ",null,7,'text',[]"
        ",{'uscc':'" OTHER "','external_id':'O-1','name':'别处的'}"
        ",{'uscc':'91330421MA2BC1D44G','external_id':'O-2','name':'未注册的'}]");
  start_reading (t);
  assert_counts (t, 14, 1, 0, 0, 11, 2);
  system = system_of (t);
  g_assert_cmpuint (json_array_get_length (yq_record_array (system, SYSTEM_BAD_ROWS)), ==, 11);
  for (guint i = 0; i < 11; i++)
    g_assert_cmpstr (bad_why (system, i), !=, "");
  g_assert_nonnull (strstr (bad_why (system, 2), "所在单位内仪器编号"));
  mine = instruments_of (t, CARRIER);
  others = instruments_of (t, CARRIER2);
  g_assert_cmpuint (mine->len, ==, 1);
  g_assert_cmpuint (others->len, ==, 0);
  g_assert_cmpuint (n_messages (t, CARRIER), ==, 1);
  /* Told once; and once it is right, it comes. */
  read_again (t);
  g_assert_cmpuint (n_messages (t, CARRIER), ==, 1);
  says (t, "[{'uscc':'" UNIT "','external_id':'B-1','bought_on':'2025-01-02'}]");
  read_again (t);
  assert_counts (t, 1, 1, 0, 0, 0, 0);
  g_assert_cmpuint (n_messages (t, CARRIER), ==, 2);
}

/* Whatever it answers: nothing is written, and it is said why. */
static void
test_wrong_answers_are_told (Test *t, gconstpointer data)
{
  static const char *const answers[] = { "",
                                         "null",
                                         "'text'",
                                         "{'items':{}}",
                                         "{'rows':[]}",
                                         "[{'uscc':",
                                         "{'items':[],'next':'http://127.0.0.1:1/elsewhere'}",
                                         "{'items':[],'next':'https://example.org/'}",
                                         "{'items':[],'next':'http://x@127.0.0.1/'}" };

  says (t, answers[0]);
  start_reading (t);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr(YqRecord) system = NULL;
      g_autoptr(GPtrArray) instruments = NULL;

      says (t, answers[i]);
      if (i > 0)
        read_again (t);
      system = system_of (t);
      g_assert_cmpstr (yq_record_state (system), ==, "failing");
      g_assert_nonnull (yq_record_text (system, SYSTEM_FAILURE));
      g_assert_cmpint (yq_record_int (system, SYSTEM_TRIES), ==, i + 1);
      g_assert_cmpint (yq_record_int (system, SYSTEM_READ_AT), ==, 0);
      instruments = instruments_of (t, CARRIER);
      g_assert_cmpuint (instruments->len, ==, 0);
    }
  says (t, "[]");
  read_again (t);
  assert_counts (t, 0, 0, 0, 0, 0, 0);
}

/* It does not end: 16 MiB of one page are enough. */
static void
test_a_page_without_end (Test *t, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (17 * 1024 * 1024, 'x');
  g_autofree char *answer = g_strdup_printf ("['%s']", long_text);
  g_autoptr(YqRecord) system = NULL;

  says (t, answer);
  start_reading (t);
  system = system_of (t);
  g_assert_cmpstr (yq_record_text (system, SYSTEM_FAILURE), ==, "the answer is too long");
}

/* -- many -- */

/* Three pages; the second fails the first time.  What came stays, nothing comes twice. */
static void
test_pages_and_a_failure_between (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) failed = NULL;
  g_autoptr(GPtrArray) some = NULL;
  g_autoptr(GPtrArray) all = NULL;

  t->fail_at = 2;
  start_reading (t);
  failed = system_of (t);
  g_assert_nonnull (strstr (yq_record_text (failed, SYSTEM_FAILURE), "503"));
  g_assert_cmpint (yq_record_int (failed, SYSTEM_NEXT_AT), ==, t->now + 60000);
  g_assert_null (yq_record_text (failed, SYSTEM_CURSOR));
  some = instruments_of (t, CARRIER);
  g_assert_cmpuint (some->len, ==, PAGE);

  read_again (t);
  assert_counts (t, N_MANY, N_MANY - PAGE, 0, 0, 0, 0);
  all = instruments_of (t, CARRIER);
  g_assert_cmpuint (all->len, ==, N_MANY);
  /* The next time it goes on from where it was. */
  says (t, "{'items':[]}");
  read_again (t);
  g_assert_cmpstr (t->since, ==, "2026-11-01T00:00:00 +8");
}

static gboolean
has_asked (gpointer data)
{
  Test *t = data;
  guint n;

  g_mutex_lock (&t->gateway->lock);
  n = t->gateway->silenced->len;
  g_mutex_unlock (&t->gateway->lock);
  return n > 0;
}

/* A system that never answers holds up nobody, and no stop. */
static void
test_a_silent_system (Test *t, gconstpointer data)
{
  gint64 began;

  t->gateway->is_silent = TRUE;
  yq_fixture_stop (t->s.http);
  configure (t);
  yq_fixture_start (t->s.http);
  yq_test_wait_until (has_asked, t);
  assert_http (&t->s, CARRIER, "instrument", "00000009-0000-4000-8000-000000000009", "save", 0,
               "{\"name\":\"一\"}", "applied");
  began = g_get_monotonic_time ();
  yq_fixture_stop (t->s.http);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
}

/* -- who may -- */

static void
test_an_administrator_reads_it_now (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) system = NULL;
  g_autoptr(JsonNode) seen = NULL;
  g_autofree char *text = NULL;

  says (t, "[]");
  start_reading (t);
  system = system_of (t);
  for (int who = 1; who < N_PEOPLE; who++)
    if (who != ADMINISTRATOR)
      assert_http (&t->s, who, "instrument_system", yq_record_id (system), "read",
                   yq_record_revision (system), "{}", "refused/not_found");
  says (t, "[" FULL "]");
  assert_http (&t->s, ADMINISTRATOR, "instrument_system", yq_record_id (system), "read",
               yq_record_revision (system), "{}", "applied");
  yq_test_wait_until (is_over, t);
  assert_counts (t, 1, 1, 0, 0, 0, 0);
  seen = http_get (&t->s, ADMINISTRATOR, "/v1/instrument_systems", 200);
  text = json_to_string (seen, FALSE);
  g_assert_null (strstr (text, SECRET));
}

static void
test_what_is_not_configured_any_more (Test *t, gconstpointer data)
{
  g_autoptr(YqRecord) system = NULL;
  guint asked;

  says (t, "[]");
  start_reading (t);
  yq_fixture_stop (t->s.http);
  g_ptr_array_set_size (t->s.http->config->systems, 0);
  asked = t->n_asked;
  yq_fixture_start (t->s.http);
  system = system_of (t);
  g_assert_cmpstr (yq_record_state (system), ==, "off");
  assert_http (&t->s, ADMINISTRATOR, "instrument_system", yq_record_id (system), "read",
               yq_record_revision (system), "{}", "refused/state");
  g_assert_cmpuint (t->n_asked, ==, asked);
}

#define ADD(name, func) g_test_add ("/instrument-system/" name, Test, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("drafts", test_rows_become_drafts);
  ADD ("same-again", test_the_same_again_changes_nothing);
  ADD ("typed", test_typed_values_stay);
  ADD ("found", test_what_was_here_is_found);
  ADD ("bad-rows", test_bad_rows_are_told_and_the_others_come);
  ADD ("wrong-answers", test_wrong_answers_are_told);
  ADD ("endless", test_a_page_without_end);
  ADD ("pages", test_pages_and_a_failure_between);
  ADD ("silent", test_a_silent_system);
  ADD ("read-now", test_an_administrator_reads_it_now);
  ADD ("not-configured", test_what_is_not_configured_any_more);
  return g_test_run ();
}
