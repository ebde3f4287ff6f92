/* Lists, search, single records and their history over HTTP. */
#include "records-server.h"

#define CATEGORY "00000003-0000-4000-8000-000000000001"

typedef struct
{
  Server s;
  char *ids[12];
} Lists;

static const struct
{
  const char *name, *model;
  gint64 value;
  const char *place;
  int carrier;
} instruments[] = {
  { "场发射扫描电镜", "S-4800", 350000000, "330402", CARRIER },
  { "透射电子显微镜", "JEM-2100", 500000000, "330402", CARRIER },
  { "气相色谱仪", "GC-2010", 30000000, "330411", CARRIER },
  { "液相色谱质谱联用仪", "LCMS-8050", 250000000, "330411", CARRIER },
  { "扫描探针显微镜", "Dimension Icon", 150000000, "330402", CARRIER },
  { "阿贝折射仪", "2WAJ", 300000, "330402", CARRIER },
  { "原子力显微镜", "MultiMode 8", 120000000, "330106", CARRIER2 },
  { "扫描电镜", "SU8010", 280000000, "330106", CARRIER2 },
};

/* The last two stay drafts. */
static gboolean
add_instruments (YqTx *tx, gpointer data, GError **error)
{
  Lists *l = data;

  for (guint i = 0; i < G_N_ELEMENTS (l->ids); i++)
    {
      guint k = i % G_N_ELEMENTS (instruments);
      g_autoptr(YqRecord) record = NULL;

      number_id (l->ids[i], 5, (int) i);
      record = yq_record_new (&yq_instrument, l->ids[i]);
      yq_record_set_text (record, INSTRUMENT_NAME, instruments[k].name);
      yq_record_set_text (record, INSTRUMENT_MODEL, instruments[k].model);
      yq_record_set_text (record, INSTRUMENT_CATEGORY, CATEGORY);
      yq_record_set_text (record, INSTRUMENT_ASSET_NUMBER, i < 8 ? "A-7" : NULL);
      yq_record_set_text (record, INSTRUMENT_CONTACT_PHONE, "13812345678");
      yq_record_set_int (record, INSTRUMENT_ORIGINAL_VALUE, instruments[k].value);
      yq_record_set_carrier (record, l->s.f.organisation[instruments[k].carrier]);
      yq_record_set_region (record, instruments[k].place);
      yq_record_set_state (record, i < 8 ? "listed" : i < 10 ? "stopped" : "draft");
      if (i == 8 || i == 9)
        yq_record_set_text (record, INSTRUMENT_NAME, "停用");
      if (!yq_tx_insert (tx, record, "derive", error))
        return FALSE;
      tx->now++;
    }
  return TRUE;
}

static gboolean
forget_asset_numbers (YqTx *tx, gpointer data, GError **error)
{
  return sql_script (tx->conn, "DROP INDEX \"instrument_one_asset_number\"", error);
}

static void
set_up (Lists *l, gconstpointer data)
{
  server_set_up (&l->s, data);
  for (guint i = 0; i < G_N_ELEMENTS (l->ids); i++)
    l->ids[i] = g_malloc0 (YQ_ID_SIZE);
  server_write (&l->s, forget_asset_numbers, NULL);
  server_write (&l->s, add_instruments, l);
}

static void
tear_down (Lists *l, gconstpointer data)
{
  server_tear_down (&l->s, data);
  for (guint i = 0; i < G_N_ELEMENTS (l->ids); i++)
    g_free (l->ids[i]);
}

#define test(path, func) g_test_add (path, Lists, NULL, set_up, func, tear_down)

/* The numbers of the instruments of a list in its order, "0 3 5"; and its count. */
static char *
numbers_of (JsonNode *node, gint64 *found)
{
  JsonArray *items = json_object_get_array_member (json_node_get_object (node), "items");
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      const char *id =
        json_object_get_string_member (json_array_get_object_element (items, i), "id");

      g_string_append_printf (out, "%s%d", i > 0 ? " " : "", atoi (id + 24));
    }
  if (found != NULL)
    *found = json_object_get_int_member (json_node_get_object (node), "count");
  return g_string_free (out, FALSE);
}

static void
assert_list (Lists *l, int who, const char *question, const char *expected)
{
  g_autofree char *path = g_strconcat ("/v1/instruments?", question, NULL);
  g_autoptr(JsonNode) node = http_get (&l->s, who, path, 200);
  gint64 found;
  g_autofree char *numbers = numbers_of (node, &found);
  g_auto(GStrv) each = g_strsplit (expected, " ", -1);

  if (g_strcmp0 (numbers, expected) != 0)
    g_test_message ("%s", question);
  g_assert_cmpstr (numbers, ==, expected);
  g_assert_cmpint (found, ==, *expected == '\0' ? 0 : g_strv_length (each));
}

static void
assert_status (Lists *l, int who, const char *path, guint status)
{
  json_node_unref (http_get (&l->s, who, path, status));
}

static void
test_filters (Lists *l, gconstpointer data)
{
  assert_list (l, 0, "", "9 8 7 6 5 4 3 2 1 0");
  assert_list (l, 0, "state=stopped", "9 8");
  assert_list (l, 0, "state=stopped&state=listed&region=3301", "7 6");
  assert_list (l, 0, "region=330400", "9 8 5 4 3 2 1 0");
  assert_list (l, 0, "region=330411&region=33", "9 8 7 6 5 4 3 2 1 0");
  assert_list (l, 0, "model=GC-2010", "2");
  assert_list (l, 0, "original_value_from=250000000&original_value_to=350000000&state=listed",
               "7 3 0");
  assert_list (l, 0, "category=" CATEGORY "&region=330411", "3 2");
  assert_list (l, 0, "category=00000003-0000-4000-8000-000000000002", "");
  assert_list (l, 0, "region=44", "");
}

static void
test_sorts (Lists *l, gconstpointer data)
{
  assert_list (l, 0, "sort=original_value&state=listed", "5 2 6 4 3 7 0 1");
  assert_list (l, 0, "sort=-original_value&state=listed", "1 0 7 3 4 6 2 5");
  /* By pinyin: abei, changfashe, qixiang, saomiao dian, saomiao tan, toushe, yexiang, yuanzi */
  assert_list (l, 0, "sort=name&state=listed", "5 0 2 7 4 1 3 6");
  assert_list (l, 0, "sort=-updated_at&limit=200", "9 8 7 6 5 4 3 2 1 0");
  assert_list (l, 0, "sort=updated_at", "0 1 2 3 4 5 6 7 8 9");
}

static void
test_text (Lists *l, gconstpointer data)
{
  assert_list (l, 0, "q=%E6%89%AB%E6%8F%8F%E7%94%B5%E9%95%9C", "7 0"); /* 扫描电镜 */
  assert_list (l, 0, "q=%E9%95%9C", "7 6 4 1 0");                      /* 镜 */
  assert_list (l, 0, "q=%E7%94%B5%E9%95%9C&region=3304", "0");         /* 电镜 */
  assert_list (l, 0, "q=gc-2010", "2");
  assert_list (l, 0, "q=su80", "7");
  assert_list (l, 0, "q=%E9%95%9C&sort=original_value", "6 4 7 0 1");
  assert_list (l, 0, "q=%E9%95%9C&category=" CATEGORY "&original_value_from=280000000", "7 1 0");
  assert_list (l, 0, "q=%E5%81%9C%E7%94%A8&state=listed", ""); /* 停用 */
  assert_list (l, 0, "q=%E9%A3%9E%E8%88%B9", "");
  assert_list (l, 0, "q=%22%20*%28", "9 8 7 6 5 4 3 2 1 0"); /* nothing but signs */
}

/* A search must not tell what she may not read. */
/* Every record anew, several times in one transaction. */
static gboolean
rename_instruments (YqTx *tx, gpointer data, GError **error)
{
  Lists *l = data;

  for (guint i = 0; i < 3 * G_N_ELEMENTS (l->ids); i++)
    {
      g_autofree char *name = g_strdup_printf ("离心机第%u台", i);
      g_autoptr(YqRecord) before =
        yq_record_sql_get (tx->conn, &yq_instrument, l->ids[i % G_N_ELEMENTS (l->ids)], error);
      g_autoptr(YqRecord) after = before != NULL ? yq_record_copy (before) : NULL;

      if (after == NULL)
        return FALSE;
      yq_record_set_text (after, INSTRUMENT_NAME, name);
      tx->now++;
      if (!yq_tx_update (tx, before, after, "derive", NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_index (SqlConn *conn, gpointer data, GError **error)
{
  return sql_script (
    conn, "INSERT INTO instrument_search (instrument_search) VALUES ('integrity-check')", error);
}

static void
test_the_index_holds_each_record_once (Lists *l, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SqlConn) conn = NULL;
  gint64 n = -1;

  server_write (&l->s, rename_instruments, l);
  conn = yq_fixture_read (l->s.http);
  sql_get_int (conn, "SELECT count(*) FROM instrument_search", SQL_NO_ARGS, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, G_N_ELEMENTS (l->ids));
  sql_get_int (conn,
               "SELECT count(*) FROM instrument_search s JOIN instrument t ON t.rank = s.rowid",
               SQL_NO_ARGS, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, G_N_ELEMENTS (l->ids));
  yq_fixture_write (l->s.http, check_index, NULL);
  assert_list (l, 0, "q=显微", "");
  assert_list (l, 0, "q=离心机", "9 8 7 6 5 4 3 2 1 0");
  assert_list (l, 0, "q=第24台", "0");
  assert_list (l, 0, "q=第5台", "");
}

static void
test_what_is_not_seen_is_not_found (Lists *l, gconstpointer data)
{
  assert_list (l, 0, "q=A-7", "");
  assert_list (l, CARRIER, "asset_number=A-7", "5 4 3 2 1 0");
  assert_list (l, CARRIER2, "asset_number=A-7", "7 6");
  assert_list (l, REVIEWER, "asset_number=A-7", "5 4 3 2 1 0");
  assert_list (l, ADMINISTRATOR, "asset_number=A-7", "7 6 5 4 3 2 1 0");
  assert_list (l, BUYER, "asset_number=A-7", "");
  assert_status (l, 0, "/v1/instruments?asset_number=A-7", 400);
  assert_status (l, 0, "/v1/instruments?sort=asset_number", 400);
  assert_status (l, BUYER, "/v1/accounts?phone=1", 400);
}

static void
test_drafts_are_their_owners (Lists *l, gconstpointer data)
{
  assert_list (l, CARRIER, "state=draft", "11 10");
  assert_list (l, CARRIER2, "state=draft", "");
  assert_list (l, REVIEWER, "state=draft", "");
  assert_list (l, ADMINISTRATOR, "state=draft", "");
}

static void
test_wrong_questions (Lists *l, gconstpointer data)
{
  assert_status (l, 0, "/v1/instruments?colour=red", 400);
  assert_status (l, 0, "/v1/instruments?sort=colour", 400);
  assert_status (l, 0, "/v1/instruments?sort=photos", 400);
  assert_status (l, 0, "/v1/instruments?limit=0", 422);
  assert_status (l, 0, "/v1/instruments?limit=x", 422);
  assert_status (l, 0, "/v1/instruments?region=3", 422);
  assert_status (l, 0, "/v1/instruments?original_value_from=abc", 422);
  assert_status (l, 0, "/v1/instruments?cursor=abc", 410);
  assert_status (l, 0, "/v1/spaceships", 404);
}

static void
test_pages_follow_each_other (Lists *l, gconstpointer data)
{
  static const char *const questions[] = { "limit=3",
                                           "limit=3&sort=original_value",
                                           "limit=3&sort=-name",
                                           "limit=2&q=%E9%95%9C",
                                           "limit=3&sort=manufacturer",
                                           "limit=2&q=%E9%95%9C&sort=name" };
  static const guint expected[] = { 10, 10, 10, 5, 10, 5 };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_autofree char *cursor = g_strdup ("");
      guint pages = 0;

      while (cursor != NULL)
        {
          g_autofree char *path =
            g_strdup_printf ("/v1/instruments?%s&cursor=%s", questions[i], cursor);
          g_autoptr(JsonNode) node = http_get (&l->s, 0, path, 200);
          JsonObject *page = json_node_get_object (node);
          JsonArray *items = json_object_get_array_member (page, "items");

          for (guint k = 0; k < json_array_get_length (items); k++)
            g_assert_true (
              g_hash_table_add (seen, g_strdup (json_object_get_string_member (
                                        json_array_get_object_element (items, k), "id"))));
          g_free (cursor);
          cursor = g_strdup (json_object_get_string_member_with_default (page, "next", NULL));
          g_assert_cmpuint (++pages, <, 20);
        }
      g_assert_cmpuint (g_hash_table_size (seen), ==, expected[i]);
    }
}

static void
test_one_record (Lists *l, gconstpointer data)
{
  g_autofree char *listed = g_strconcat ("/v1/instruments/", l->ids[0], NULL);
  g_autofree char *draft = g_strconcat ("/v1/instruments/", l->ids[10], NULL);
  g_autoptr(JsonNode) visitor = http_get (&l->s, 0, listed, 200);
  g_autoptr(JsonNode) owner = http_get (&l->s, CARRIER, listed, 200);
  JsonArray *actions;

  g_assert_false (json_object_has_member (
    json_object_get_object_member (json_node_get_object (visitor), "fields"), "asset_number"));
  actions = json_object_get_array_member (json_node_get_object (visitor), "actions");
  g_assert_cmpuint (json_array_get_length (actions), ==, 0);
  actions = json_object_get_array_member (json_node_get_object (owner), "actions");
  g_assert_cmpuint (json_array_get_length (actions), ==, 1);
  g_assert_cmpstr (
    json_object_get_string_member (json_array_get_object_element (actions, 0), "action"), ==,
    "stop");
  assert_status (l, CARRIER, draft, 200);
  assert_status (l, CARRIER2, draft, 404);
  assert_status (l, 0, draft, 404);
  assert_status (l, 0, "/v1/instruments/not-an-id", 404);
}

static void
test_history (Lists *l, gconstpointer data)
{
  g_autofree char *path = g_strdup_printf ("/v1/instruments/%s/history", l->ids[0]);
  g_autoptr(JsonNode) node = NULL;
  JsonArray *items;
  JsonObject *last;

  assert_http (&l->s, CARRIER, "instrument", l->ids[0], "stop", 1, "{\"comment\":\"检修\"}",
               "applied");
  assert_http (&l->s, CARRIER, "instrument", l->ids[0], "save", 2, "{\"model\":\"S-4801\"}",
               "applied");
  node = http_get (&l->s, CARRIER, path, 200);
  items = json_object_get_array_member (json_node_get_object (node), "items");
  g_assert_cmpuint (json_array_get_length (items), ==, 3);
  last = json_array_get_object_element (items, 1);
  g_assert_cmpstr (json_object_get_string_member (last, "action"), ==, "stop");
  g_assert_cmpstr (json_object_get_string_member (last, "state_to"), ==, "stopped");
  g_assert_cmpstr (
    json_object_get_string_member (json_object_get_object_member (last, "fields"), "comment"), ==,
    "检修");
  last = json_array_get_object_element (items, 2);
  g_assert_true (json_object_has_member (json_object_get_object_member (last, "changed"), "model"));
  assert_status (l, REVIEWER, path, 200);
  assert_status (l, BUYER, path, 403);
  assert_status (l, 0, path, 403);
}

/* The quick way to the wire writes what the slow one does. */
static void
test_rows_are_written_as_records_are (Lists *l, gconstpointer data)
{
  static const guint classes[] = { YQ_SEES_PUBLIC, YQ_SEES_OWNER, YQ_SEES_REVIEWER,
                                   YQ_SEES_ADMINISTRATOR, YQ_EVERYBODY };
  g_autoptr(SqlConn) conn = yq_fixture_read (l->s.http);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < yq_model_count (); i++)
    {
      const YqEntity *entity = yq_model_nth (i);
      g_autofree char *sql =
        g_strdup_printf ("SELECT %s FROM \"%s\"", yq_record_sql_columns (entity), entity->name);
      g_autoptr(SqlRows) rows = sql_query (conn, sql, SQL_NO_ARGS, &error);

      g_assert_no_error (error);
      while (sql_rows_next (rows, &error))
        {
          g_autoptr(YqRecord) record = yq_record_sql_read (rows, entity, 0);

          for (guint k = 0; k < G_N_ELEMENTS (classes); k++)
            {
              g_autoptr(GString) quick = g_string_new (NULL);
              g_autoptr(GString) slow = g_string_new (NULL);

              yq_record_sql_append_json (quick, rows, entity, 0, classes[k]);
              g_string_append_c (quick, '}');
              yq_json_append_record (slow, record, classes[k]);
              g_assert_cmpstr (quick->str, ==, slow->str);
            }
        }
      g_assert_no_error (error);
    }
}

/* -- what is one's own, and stands in no index -- */

static const char *const told[] = {
  "创新券申领成功，额度 3,000.00 元", "仪器“场发射扫描电镜”已通过审核",
  "预约单 SU8010 被退回：请补充说明", "订单已结算，扫描报告可以下载",
  "系统将于 12 月 1 日维护",
};

static gboolean
tell (YqTx *tx, gpointer data, GError **error)
{
  Lists *l = data;

  for (guint i = 0; i < G_N_ELEMENTS (told); i++, tx->now++)
    if (!yq_tx_tell_account (tx, l->s.f.account[BUYER], "order.accept", NULL, told[i], error) ||
        !yq_tx_tell_account (tx, l->s.f.account[CARRIER], "order.accept", NULL, told[4], error))
      return FALSE;
  return TRUE;
}

/* "3 1": which of the texts a list of messages shows, in its order. */
static char *
told_in (JsonNode *node)
{
  JsonArray *items = json_object_get_array_member (json_node_get_object (node), "items");
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonObject *fields =
        json_object_get_object_member (json_array_get_object_element (items, i), "fields");
      const char *text = json_object_get_string_member (fields, "text");
      guint k = 0;

      while (!g_str_equal (told[k], text))
        k++;
      g_string_append_printf (out, "%s%u", i > 0 ? " " : "", k);
    }
  return g_string_free (out, FALSE);
}

static void
test_ones_own_is_found_by_words (Lists *l, gconstpointer data)
{
  static const struct
  {
    int who;
    const char *question, *expected;
    gint64 count;
  } cases[] = {
    { BUYER, "q=扫描", "3 1", 2 },
    { BUYER, "q=扫描电镜", "1", 1 },
    { BUYER, "q=镜", "1", 1 },
    { BUYER, "q=su80", "2", 1 },
    { BUYER, "q=smdj", "1", 1 },
    { BUYER, "q=维护 系统", "4", 1 },
    { BUYER, "q=领成", "0", 1 },
    { BUYER, "q=成领", "", 0 },
    { BUYER, "q=审核&state=read", "", 0 },
    { BUYER, "q=扫描&sort=sent_at", "1 3", 2 },
    { BUYER, "q=扫描&limit=1", "3", 2 },
    { BUYER, "q=“”", "4 3 2 1 0", 5 },
    { CARRIER, "q=扫描", "", 0 },
    { CARRIER, "q=维护", "4 4 4 4 4", 5 },
    { REVIEWER, "q=维护", "", 0 },
  };

  server_write (&l->s, tell, l);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *escaped = g_uri_escape_string (cases[i].question, "=&", FALSE);
      g_autofree char *path = g_strconcat ("/v1/messages?", escaped, NULL);
      g_autoptr(JsonNode) node = http_get (&l->s, cases[i].who, path, 200);
      g_autofree char *found = told_in (node);

      g_test_message ("%s", cases[i].question);
      g_assert_cmpstr (found, ==, cases[i].expected);
      g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "count"), ==,
                       cases[i].count);
    }
}

static void
test_pages_of_ones_own_follow_each_other (Lists *l, gconstpointer data)
{
  g_autofree char *escaped = g_uri_escape_string ("已", NULL, FALSE);
  g_autofree char *first = g_strdup_printf ("/v1/messages?q=%s&limit=1", escaped);
  g_autofree char *second = NULL;
  g_autofree char *found = NULL, *found_then = NULL;
  g_autoptr(JsonNode) page = NULL, next = NULL;

  server_write (&l->s, tell, l);
  page = http_get (&l->s, BUYER, first, 200);
  second = g_strdup_printf ("%s&cursor=%s", first,
                            json_object_get_string_member (json_node_get_object (page), "next"));
  next = http_get (&l->s, BUYER, second, 200);
  found = told_in (page);
  found_then = told_in (next);
  g_assert_cmpstr (found, ==, "3");
  g_assert_cmpstr (found_then, ==, "1");
}

/* Of when messages stood in an index, and a page ended at a rank. */
static void
test_a_cursor_of_before_is_no_place_here (Lists *l, gconstpointer data)
{
  g_autofree char *plain = NULL, *cursor = NULL, *path = NULL;
  g_autofree char *escaped = g_uri_escape_string ("扫描", NULL, FALSE);
  guint hash = 5387;

  hash = hash * 33 * 33 + g_str_hash ("q") * 33 + g_str_hash ("扫描");
  plain = g_strdup_printf ("%08x\n%s\n4711", hash, l->ids[0]);
  cursor = g_base64_encode ((const guchar *) plain, strlen (plain));
  g_strdelimit (g_strdelimit (cursor, "+", '-'), "/", '_');
  path = g_strdup_printf ("/v1/messages?q=%s&limit=1&cursor=%s", escaped, cursor);
  json_node_unref (http_get (&l->s, BUYER, path, 410));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test ("/lists/filters", test_filters);
  test ("/lists/sorts", test_sorts);
  test ("/lists/text", test_text);
  test ("/lists/index", test_the_index_holds_each_record_once);
  test ("/lists/own", test_ones_own_is_found_by_words);
  test ("/lists/own/pages", test_pages_of_ones_own_follow_each_other);
  test ("/lists/own/cursor", test_a_cursor_of_before_is_no_place_here);
  test ("/lists/unseen", test_what_is_not_seen_is_not_found);
  test ("/lists/drafts", test_drafts_are_their_owners);
  test ("/lists/wrong", test_wrong_questions);
  test ("/lists/pages", test_pages_follow_each_other);
  test ("/lists/record", test_one_record);
  test ("/lists/history", test_history);
  test ("/lists/wire", test_rows_are_written_as_records_are);
  return g_test_run ();
}
