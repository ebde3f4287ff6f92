/* Chinese search through a real FTS5 table: every part of a name finds it. */
#define G_LOG_DOMAIN "yiquan-test-search-text"

#include <string.h>

#include "search-text.h"
#include "sql.h"

#define N_NAMES 3000

static const char *const heads[] = {
  "场发射",   "环境",       "双束聚焦离子束", "冷冻",     "高分辨",       "台式",
  "等离子体", "五轴",       "浙江省",         "（进口）", "超高速",       "衢州市",
  "Ⅲ型",      "三重四极杆", "Micro-",         "𠮷田",     "ハイスピード",
};
static const char *const middles[] = {
  "扫描电镜",    "透射电子显微镜", "气相色谱质谱联用仪", "核磁共振谱仪",
  "X射线衍射仪", "流式细胞仪",     "激光共聚焦显微镜",   "电感耦合",
  "万能试验机",  "风洞",           "、镜头检测",         " 萃取 装置",
};
static const char *const tails[] = {
  "",     "SU8010",   "（JEM-2100F）", " Tecnai G2 F20", "7890B/5977A",  "，ZEISS Sigma 300",
  "镜片", "ＡＢ１２", "·2号",          " 0.5nm",         "（嘉兴学院）", "Φ600㎜",
};

static SqlConn *
open_index (void)
{
  SqlConn *conn = sql_open ("sqlite::memory:", SQL_OPEN_READ_WRITE, NULL);

  g_assert_nonnull (conn);
  g_assert_true (sql_script (conn,
                             "CREATE VIRTUAL TABLE words USING fts5 (pairs, singles, initials, "
                             "filters, tokenize = 'unicode61', prefix = '2 3')",
                             NULL));
  return conn;
}

static void
add_text (SqlConn *conn, gint64 id, const char *text, const char *filters)
{
  g_autofree char *pairs = yq_search_pairs (text);
  g_autofree char *singles = yq_search_singles (text);
  g_autofree char *initials = yq_search_initials (text);
  g_autoptr(GError) error = NULL;

  sql_exec (conn,
            "INSERT INTO words (rowid, pairs, singles, initials, filters) "
            "VALUES ($1, $2, $3, $4, $5)",
            SQL_ARGS (SQL_INT (id), SQL_TEXT (pairs), SQL_TEXT (singles), SQL_TEXT (initials),
                      SQL_TEXT (filters)),
            &error);
  g_assert_no_error (error);
}

static gint64
count_found (SqlConn *conn, const char *typed, const char *const *filters)
{
  g_autofree char *match = yq_search_query (typed, filters);
  g_autoptr(GError) error = NULL;
  gint64 n = 0;

  if (match == NULL)
    return -1;
  g_assert_true (sql_get_int (conn, "SELECT count (*) FROM words WHERE words MATCH $1",
                              SQL_ARGS (SQL_TEXT (match)), &n, &error));
  g_assert_no_error (error);
  return n;
}

static gboolean
finds (SqlConn *conn, gint64 id, const char *typed)
{
  g_autofree char *match = yq_search_query (typed, NULL);
  g_autoptr(GError) error = NULL;
  gint64 n = 0;

  if (match == NULL)
    return FALSE;
  sql_get_int (conn, "SELECT count (*) FROM words WHERE words MATCH $1 AND rowid = $2",
               SQL_ARGS (SQL_TEXT (match), SQL_INT (id)), &n, &error);
  g_assert_no_error (error);
  return n == 1;
}

/* Inside a Latin word a search begins where letters and digits part, not in their middle. */
static gboolean
may_begin (gunichar before, gunichar c)
{
  gboolean latin = g_unichar_isalnum (c) && c < 0x2e80;

  if (!latin || !g_unichar_isalnum (before) || before >= 0x2e80)
    return TRUE;
  return g_unichar_isdigit (before) != g_unichar_isdigit (c);
}

static gboolean
says_something (const char *text)
{
  g_autofree char *folded = yq_search_fold (text);

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static guint
check_every_part (SqlConn *conn, gint64 id, const char *name)
{
  g_autofree char *folded = yq_search_fold (name);
  glong length = g_utf8_strlen (folded, -1);
  guint n = 0;

  for (glong from = 0; from < length; from++)
    {
      const char *begin = g_utf8_offset_to_pointer (folded, from);

      if (from > 0 &&
          !may_begin (g_utf8_get_char (g_utf8_prev_char (begin)), g_utf8_get_char (begin)))
        continue;
      for (glong to = from + 1; to <= length; to++)
        {
          g_autofree char *part = g_utf8_substring (folded, from, to);

          if (!says_something (part))
            continue;
          if (!finds (conn, id, part))
            g_error ("“%s” does not find “%s”", part, name);
          n++;
        }
    }
  return n;
}

static void
test_every_part_of_a_name_finds_it (void)
{
  g_autoptr(SqlConn) conn = open_index ();
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint checked = 0;

  sql_begin (conn, TRUE, NULL);
  for (gint64 id = 0; id < N_NAMES; id++)
    {
      g_ptr_array_add (names,
                       g_strconcat (heads[id % G_N_ELEMENTS (heads)],
                                    middles[id / 17 % G_N_ELEMENTS (middles)],
                                    tails[g_test_rand_int_range (0, G_N_ELEMENTS (tails))], NULL));
      add_text (conn, id + 1, names->pdata[id], "");
    }
  sql_commit (conn, NULL);
  for (guint i = 0; i < names->len; i += 7)
    checked += check_every_part (conn, i + 1, names->pdata[i]);
  g_assert_cmpuint (checked, >, 30000);
}

static void
test_what_a_clerk_types (void)
{
  static const struct
  {
    const char *typed;
    gint64 found;
  } cases[] = {
    { "扫描电镜", 1 },       { "su80", 1 },       { "SU8010", 1 },
    { "ｓｕ－８０１０", 1 }, { "su 8010", 1 },    { "8010", 1 },
    { "电镜 su8010", 1 },    { "镜", 2 },         { "su8010 电镜 嘉善", 1 },
    { "smdj", 1 },           { "SMDJ", 1 },       { "dj", 1 },
    { "jem2100", 1 },        { "JEM-2100F", 1 },  { "2100f", 1 },
    { "jem 2100", 1 },       { "gc-ms", 1 },      { "gcms", 1 },
    { "质谱", 1 },           { "电子镜", 0 },     { "透射扫描", 0 },
    { "u8010", 0 },          { "电镜，镜头", 0 }, { "qz", 1 },
    { "cqzz", 1 },           { "g2 f20", 1 },     { "镜头镜片", 0 },
    { "嘉善 衢州", 0 },
  };
  g_autoptr(SqlConn) conn = open_index ();

  add_text (conn, 1, "场发射扫描电镜 SU8010（日立）嘉善县", "r3304");
  add_text (conn, 2, "透射电子显微镜 JEM-2100F G2 F20", "r3304");
  add_text (conn, 3, "气相色谱质谱联用仪 GC/MS，衢州 萃取装置", "r3308");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (count_found (conn, cases[i].typed, NULL) != cases[i].found)
      g_test_message ("“%s”", cases[i].typed), g_test_fail ();
}

static void
test_no_phrase_across_a_comma (void)
{
  g_autoptr(SqlConn) conn = open_index ();

  add_text (conn, 1, "电镜，镜头", "");
  g_assert_cmpint (count_found (conn, "电镜头", NULL), ==, 0);
  g_assert_cmpint (count_found (conn, "镜头", NULL), ==, 1);
  g_assert_cmpint (count_found (conn, "电镜", NULL), ==, 1);
}

static void
test_filters_are_all_needed (void)
{
  const char *jiaxing[] = { "r3304", NULL };
  const char *both[] = { "r3304", "c010100", NULL };
  const char *quoted[] = { "r3304\" OR \"r3308", NULL };
  g_autoptr(SqlConn) conn = open_index ();

  add_text (conn, 1, "扫描电镜", "r33 r3304 c010100");
  add_text (conn, 2, "扫描电镜", "r33 r3304 c020100");
  add_text (conn, 3, "扫描电镜", "r33 r3308");
  g_assert_cmpint (count_found (conn, "电镜", jiaxing), ==, 2);
  g_assert_cmpint (count_found (conn, "电镜", both), ==, 1);
  g_assert_cmpint (count_found (conn, "", jiaxing), ==, 2);
  g_assert_cmpint (count_found (conn, NULL, both), ==, 1);
  g_assert_cmpint (count_found (conn, NULL, quoted), ==, 0);
}

/* -- without an index -- */

#define N_TEXTS 200

static char *
any_text (void)
{
  static const char *const between[] = { "", " ", "，", "\n", "-", "镜", "A" };
  GString *text = g_string_new (NULL);

  for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
    {
      g_string_append (text, heads[g_test_rand_int_range (0, G_N_ELEMENTS (heads))]);
      g_string_append (text, between[g_test_rand_int_range (0, G_N_ELEMENTS (between))]);
      g_string_append (text, middles[g_test_rand_int_range (0, G_N_ELEMENTS (middles))]);
      g_string_append (text, tails[g_test_rand_int_range (0, G_N_ELEMENTS (tails))]);
      g_string_append (text, between[g_test_rand_int_range (0, G_N_ELEMENTS (between))]);
    }
  return g_string_free (text, FALSE);
}

/* A part of a text, of its initials, or of two texts. */
static char *
any_typed (GPtrArray *texts)
{
  const char *text = texts->pdata[g_test_rand_int_range (0, texts->len)];
  const char *other = texts->pdata[g_test_rand_int_range (0, texts->len)];
  g_autofree char *letters = yq_search_letters (text);
  const char *from = g_test_rand_int_range (0, 4) == 0 ? letters : text;
  glong length = g_utf8_strlen (from, -1);
  glong begin = g_test_rand_int_range (0, length + 1);
  glong end = MIN (length, begin + g_test_rand_int_range (1, 6));
  g_autofree char *part = g_utf8_substring (from, begin, MAX (begin, end));
  g_autofree char *more = g_utf8_substring (other, 0, g_test_rand_int_range (0, 3));

  return g_strdup_printf ("%s%s%s", part, g_test_rand_int_range (0, 2) ? " " : "",
                          g_test_rand_int_range (0, 3) == 0 ? more : "");
}

static void
test_one_text_is_found_as_in_the_index (void)
{
  g_autoptr(SqlConn) conn = open_index ();
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  guint n_found = 0, n_missed = 0;

  for (guint i = 0; i < N_TEXTS; i++)
    {
      g_ptr_array_add (texts, any_text ());
      add_text (conn, i, texts->pdata[i], "");
    }
  for (guint i = 0; i < 1500; i++)
    {
      g_autofree char *typed = any_typed (texts);
      g_autofree char *query = yq_search_query (typed, NULL);
      gboolean found[N_TEXTS] = { FALSE };
      g_autoptr(SqlRows) rows = NULL;

      if (query == NULL)
        continue;
      rows = sql_query (conn, "SELECT rowid FROM words WHERE words MATCH $1",
                        SQL_ARGS (SQL_TEXT (query)), NULL);
      while (sql_rows_next (rows, NULL))
        found[sql_rows_int (rows, 0)] = TRUE;
      for (guint k = 0; k < N_TEXTS; k++)
        {
          if (yq_search_matches (query, texts->pdata[k]) != found[k])
            g_error ("“%s” (%s) and “%s”: %d in the index", typed, query, (char *) texts->pdata[k],
                     found[k]);
          *(found[k] ? &n_found : &n_missed) += 1;
        }
    }
  g_assert_cmpuint (n_found, >, 5000);
  g_assert_cmpuint (n_missed, >, 50000);
}

static void
test_nothing_typed_is_no_query (void)
{
  g_assert_null (yq_search_query (NULL, NULL));
  g_assert_null (yq_search_query ("", NULL));
  g_assert_null (yq_search_query (" ，。\"*()-:^ ", NULL));
}

static void
assert_same (SqlConn *conn, const char *typed)
{
  g_autofree char *query = yq_search_query (typed, NULL);

  if (query != NULL)
    g_assert_cmpint (count_found (conn, typed, NULL), ==, yq_search_matches (query, "扫描电镜"));
}

/* Whatever is typed, SQLite accepts the query. */
static void
test_any_bytes_can_be_typed (void)
{
  static const char *const bits[] = { "\"", "*", "(", ")",  "AND", "OR", "NOT",  "NEAR",
                                      ":",  "^", "-", "电", "镜",  "a",  "\xff", "\xe7\x94",
                                      " ",  "'", "1", "　", "{",   "}",  "+" };
  g_autoptr(SqlConn) conn = open_index ();

  add_text (conn, 1, "扫描电镜", "r33");
  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr(GString) typed = g_string_new (NULL);

      for (int n = g_test_rand_int_range (0, 300); n > 0; n--)
        g_string_append (typed, bits[g_test_rand_int_range (0, G_N_ELEMENTS (bits))]);
      assert_same (conn, typed->str);
    }
}

static void
test_columns (void)
{
  g_autofree char *pairs = yq_search_pairs ("场发射，ＳＵ８０１０　x");
  g_autofree char *singles = yq_search_singles ("镜镜片A镜");
  g_autofree char *initials = yq_search_initials ("扫描电镜");
  g_autofree char *fold = yq_search_fold ("Ｓｕ－８０１０ ﾊﾞ Ⅲ É");

  g_assert_cmpstr (pairs, ==, "场发 发射 su8010 8010 x");
  g_assert_cmpstr (singles, ==, "镜 片");
  g_assert_cmpstr (initials, ==, "sm md dj");
  g_assert_cmpstr (fold, ==, "su-8010 バ iii é");
}

/* Beside a ligature a text folds by all of Unicode's rules; alone, most characters take a short
 * way. */
static void
test_the_short_way_leads_to_the_same (void)
{
  for (gunichar c = 1; c < 0x10000; c++)
    {
      char text[16] = { 0 };
      g_autofree char *alone = NULL, *beside = NULL, *expected = NULL;
      int length = g_unichar_validate (c) ? g_unichar_to_utf8 (c, text) : 0;

      alone = yq_search_fold (text);
      expected = g_strconcat (alone, "fi", NULL);
      memcpy (text + length, "\xef\xac\x81", 3);
      beside = yq_search_fold (text);
      g_assert_cmpstr (beside, ==, expected);
    }
}

static void
test_names_sort_by_pinyin (void)
{
  static const char *const order[] = { "",     "0.5",  "12",   "Agilent", "BRUKER", "zeiss",
                                       "安徽", "北京", "嘉善", "嘉兴",    "青浦",   "上海",
                                       "浙江", "衢州", "喆",   "𠮷" };
  g_autofree char *same = yq_search_sort_key (" ａｇｉｌｅｎｔ ");
  g_autofree char *agilent = yq_search_sort_key ("Agilent");

  for (guint i = 0; i + 1 < G_N_ELEMENTS (order); i++)
    {
      g_autofree char *a = yq_search_sort_key (order[i]);
      g_autofree char *b = yq_search_sort_key (order[i + 1]);

      g_assert_cmpuint (strspn (b, "0123456789abcdef"), ==, strlen (b));
      g_assert_cmpstr (a, <, b);
    }
  g_assert_cmpstr (same, ==, agilent);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/search/every-part", test_every_part_of_a_name_finds_it);
  g_test_add_func ("/search/clerk", test_what_a_clerk_types);
  g_test_add_func ("/search/comma", test_no_phrase_across_a_comma);
  g_test_add_func ("/search/filters", test_filters_are_all_needed);
  g_test_add_func ("/search/without-index", test_one_text_is_found_as_in_the_index);
  g_test_add_func ("/search/nothing", test_nothing_typed_is_no_query);
  g_test_add_func ("/search/any-bytes", test_any_bytes_can_be_typed);
  g_test_add_func ("/search/columns", test_columns);
  g_test_add_func ("/search/short-way", test_the_short_way_leads_to_the_same);
  g_test_add_func ("/search/sort", test_names_sort_by_pinyin);

  return g_test_run ();
}
