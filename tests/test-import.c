/* Spreadsheet rows and records: cells by the field table, the dry run, importing twice. */
#define G_LOG_DOMAIN "yiquan-test-import"

#include <string.h>

#include "catalogue.h"
#include "clock.h"
#include "import.h"
#include "model.h"
#include "region.h"

#define CARRIER "01890000-0000-7000-8000-000000000001"

/* -- cells -- */

static void
check_cell (guint field, const char *text, const char *read)
{
  g_autoptr(YqValues) values = yq_values_new (yq_instrument.fields, yq_instrument.n_fields);
  g_autofree char *why = yq_sheet_read (values, field, text, 1, NULL);
  g_autofree char *back = yq_sheet_write (values, field, NULL);

  if (read == NULL)
    {
      if (why == NULL)
        g_error ("“%s” was read as “%s”", text, back);
      g_assert_cmpstr (why, !=, "");
      g_assert_false (yq_values_has (values, field));
    }
  else
    {
      g_assert_cmpstr (why, ==, NULL);
      g_assert_cmpstr (back, ==, read);
    }
}

static void
test_money (void)
{
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "12345.6", "12345.60");
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "１２，３４５．６０", "12345.60");
  check_cell (INSTRUMENT_ORIGINAL_VALUE, " ¥ 1,234,567 元 ", "1234567.00");
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "128.5万元", "1285000.00");
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "３万", "30000.00");
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "0.123456万元", "1234.56");
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "", "");
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "1,2345", NULL);
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "12.345", NULL);
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "0.1234567万元", NULL);
  check_cell (INSTRUMENT_ORIGINAL_VALUE, "面议", NULL);
}

static void
test_money_in_ten_thousands (void)
{
  g_autoptr(YqValues) values = yq_values_new (yq_instrument.fields, yq_instrument.n_fields);
  int scale = yq_sheet_heading_scale ("仪器原值（万元）");

  g_assert_cmpint (scale, ==, 10000);
  g_assert_cmpint (yq_sheet_heading_scale ("仪器原值（元）"), ==, 1);
  g_assert_null (yq_sheet_read (values, INSTRUMENT_ORIGINAL_VALUE, "1,234.5678", scale, NULL));
  g_assert_cmpint (yq_values_int (values, INSTRUMENT_ORIGINAL_VALUE), ==, 1234567800);
}

static void
test_dates (void)
{
  static const char *const same[] = {
    "2024-03-05",           "2024/3/5", "2024年3月5日", "2024.03.05",        "20240305",
    "２０２４－０３－０５", "45356",    "45356.75",     "2024-3-5 00:00:00", "2024-03-05T08:30:00",
    " 2024年03月05日 ",
  };
  static const char *const bad[] = {
    "2024-02-30", "2024-03", "3/5/2024",    "2024年",           "5 March 2024", "20241301",
    "123",        "999999",  "2024-03-05x", "2024-03-05 25:00", "24-03-05",
  };

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    check_cell (INSTRUMENT_BOUGHT_ON, same[i], "2024-03-05");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    check_cell (INSTRUMENT_BOUGHT_ON, bad[i], NULL);
}

static void
test_choices (void)
{
  check_cell (INSTRUMENT_CONDITION, "normal", "正常");
  check_cell (INSTRUMENT_CONDITION, "Normal", "正常");
  check_cell (INSTRUMENT_CONDITION, "正常", "正常");
  check_cell (INSTRUMENT_CONDITION, " 正 常 ", "正常");
  check_cell (INSTRUMENT_CONDITION, "坏了", NULL);
}

static void
test_numbers (void)
{
  check_cell (INSTRUMENT_LATITUDE, "30.841", "30.841000");
  check_cell (INSTRUMENT_LATITUDE, "-30.8410004", "-30.841000");
  check_cell (INSTRUMENT_LATITUDE, "−0.5", "-0.500000");
  check_cell (INSTRUMENT_LATITUDE, "30.8410009999", "30.841001");
  check_cell (INSTRUMENT_LATITUDE, "91", NULL);
  check_cell (INSTRUMENT_LATITUDE, "北纬30", NULL);
}

static void
test_texts (void)
{
  check_cell (INSTRUMENT_MODEL, "　ＳＵ８０１０（进口）\n二代 ", "SU8010（进口） 二代");
  check_cell (INSTRUMENT_INDICATORS, " 一行\r\n二行 ", "一行\n二行");
  check_cell (INSTRUMENT_MODEL, "=1+1", "=1+1");
}

static void
test_every_region_by_its_whole_name (void)
{
  for (guint i = 0; i < yq_region_count (); i++)
    {
      const char *code = yq_region_nth (i)->code;
      g_autofree char *path = yq_region_path (code);

      /* 北京市 is the whole name of 110100 too. */
      if (yq_region_can_choose (code) && !g_str_has_suffix (path, "市辖区") &&
          strstr (path, "直辖") == NULL && !g_str_equal (path, "重庆市县"))
        g_assert_cmpstr (yq_region_parse (path), ==, code);
    }
}

static void
test_regions_as_people_write_them (void)
{
  check_cell (INSTRUMENT_REGION, "330421", "浙江省嘉兴市嘉善县");
  check_cell (INSTRUMENT_REGION, "浙江 嘉兴 嘉善", "浙江省嘉兴市嘉善县");
  check_cell (INSTRUMENT_REGION, "浙江省/嘉兴市/嘉善县", "浙江省嘉兴市嘉善县");
  check_cell (INSTRUMENT_REGION, "嘉善县", "浙江省嘉兴市嘉善县");
  check_cell (INSTRUMENT_REGION, "嘉善", "浙江省嘉兴市嘉善县");
  check_cell (INSTRUMENT_REGION, "上海市青浦区", "上海市青浦区");
  check_cell (INSTRUMENT_REGION, "上海", "上海市");
  check_cell (INSTRUMENT_REGION, "朝阳区", NULL);
  check_cell (INSTRUMENT_REGION, "亚特兰蒂斯", NULL);
  check_cell (INSTRUMENT_REGION, "33042", NULL);
}

/* -- headings -- */

static void
test_headings (void)
{
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "仪器中文名称"), ==, INSTRUMENT_NAME);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "* 仪器中文名称："), ==, INSTRUMENT_NAME);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "仪器原值（万元）"), ==,
                   INSTRUMENT_ORIGINAL_VALUE);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "仪器 原值 [元]"), ==,
                   INSTRUMENT_ORIGINAL_VALUE);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "asset_number"), ==,
                   INSTRUMENT_ASSET_NUMBER);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "Model"), ==, INSTRUMENT_MODEL);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "仪器图片"), ==, -1);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "photos"), ==, -1);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, ""), ==, -1);
  g_assert_cmpint (yq_sheet_find_field (&yq_instrument, "（）"), ==, -1);
}

static void
test_the_template_is_understood (void)
{
  g_autoptr(GArray) fields = yq_sheet_fields (&yq_instrument);

  g_assert_cmpuint (fields->len, >, 20);
  for (guint i = 0; i < fields->len; i++)
    {
      guint field = g_array_index (fields, guint, i);

      g_assert_cmpint (
        yq_sheet_find_field (&yq_instrument, yq_sheet_heading (&yq_instrument.fields[field])), ==,
        (int) field);
    }
}

/* A sheet that a colleague's window wrote in Chinese, in a window that speaks English: every
 * heading, every word of a choice. */
static void
test_chinese_sheets_in_an_english_window (void)
{
  guint n_headings = 0, n_words = 0;

  for (guint e = 0; e < yq_model_count (); e++)
    {
      const YqEntity *entity = yq_model_nth (e);
      g_autoptr(GArray) fields = yq_sheet_fields (entity);

      for (guint i = 0; i < fields->len; i++)
        {
          guint field = g_array_index (fields, guint, i);
          const YqField *row = &entity->fields[field];
          const char *heading = _(row->title);

          yq_text_set_language (YQ_LANGUAGE_EN);
          if (!(row->flags & (YQ_COMPUTED | YQ_HIDDEN)))
            g_assert_cmpint (yq_sheet_find_field (entity, heading), ==, (int) field);
          n_headings++;
          for (const YqChoice *choice = row->choices; choice != NULL && choice->code != NULL;
               choice++, n_words++)
            {
              g_autoptr(YqValues) values = yq_values_new (entity->fields, entity->n_fields);
              g_autofree char *why = NULL;
              const char *word;

              yq_text_set_language (YQ_LANGUAGE_DEFAULT);
              word = _(choice->title);
              yq_text_set_language (YQ_LANGUAGE_EN);
              why = yq_sheet_read (values, field, word, 1, NULL);
              g_assert_cmpstr (why, ==, NULL);
              g_assert_cmpstr (yq_values_text (values, field), ==, choice->code);
            }
          yq_text_set_language (YQ_LANGUAGE_DEFAULT);
        }
    }
  g_assert_cmpuint (n_headings, >, 20);
  g_assert_cmpuint (n_words, >, 10);
}

static void
test_the_chinese_of_a_text (void)
{
  yq_text_set_language (YQ_LANGUAGE_EN);
  g_assert_cmpstr (_("Instrument name"), ==, "Instrument name");
  g_assert_cmpstr (yq_gettext_zh ("Instrument name"), ==, "仪器名称");
  g_assert_cmpstr (yq_gettext_zh ("in no catalogue"), ==, "in no catalogue");
  g_assert_cmpstr (yq_gettext_zh (""), ==, "");
  yq_text_set_language (YQ_LANGUAGE_DEFAULT);
  for (guint e = 0; e < yq_model_count (); e++)
    for (guint i = 0; i < yq_model_nth (e)->n_fields; i++)
      g_assert_cmpstr (yq_gettext_zh (yq_model_nth (e)->fields[i].title), ==,
                       _(yq_model_nth (e)->fields[i].title));
}

static void
test_the_template_asks_where_it_stands (void)
{
  static const guint wanted[] = { INSTRUMENT_LATITUDE, INSTRUMENT_LONGITUDE };
  static const char *const headings[] = { "纬度", "经度" };
  g_autoptr(GArray) fields = yq_sheet_fields (&yq_instrument);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      guint at = 0;

      while (at < fields->len && g_array_index (fields, guint, at) != wanted[i])
        at++;
      g_assert_cmpuint (at, <, fields->len);
      g_assert_cmpstr (yq_sheet_heading (&yq_instrument.fields[wanted[i]]), ==, headings[i]);
      check_cell (wanted[i], "30.7627", "30.762700");
    }
}

/* -- the dry run -- */

typedef struct
{
  YqSheetNames *names;
  YqRecord *prototype;
  YqRecord *category;
  GPtrArray *stored;
  YqImport *import;
} Fixture;

static const char *const header[] = {
  "所在单位内仪器编号", "仪器中文名称", "仪器型号规格", "仪器原值（万元）",
  "启用日期",           "仪器分类编码", "备注"
};

static void
set_header (Fixture *fixture)
{
  yq_import_set_header (fixture->import, header, G_N_ELEMENTS (header));
  g_assert_null (yq_import_check_header (fixture->import));
}

static void
begin_again (Fixture *fixture)
{
  g_clear_pointer (&fixture->import, yq_import_free);
  fixture->import = yq_import_new (&yq_instrument, fixture->prototype, fixture->names);
  for (guint i = 0; i < fixture->stored->len; i++)
    yq_import_add_existing (fixture->import, fixture->stored->pdata[i]);
  set_header (fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->names = yq_sheet_names_new ();
  fixture->category = yq_record_new (&yq_category, NULL);
  yq_record_set_text (fixture->category, CATEGORY_CODE, "010100");
  yq_record_set_text (fixture->category, CATEGORY_NAME, "电子光学仪器");
  yq_sheet_names_add (fixture->names, fixture->category);
  fixture->prototype = yq_record_new (&yq_instrument, NULL);
  yq_record_set_carrier (fixture->prototype, CARRIER);
  yq_record_set_text (fixture->prototype, INSTRUMENT_REGION, "330421");
  fixture->stored = g_ptr_array_new_with_free_func (g_object_unref);
  begin_again (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  yq_import_free (fixture->import);
  yq_sheet_names_free (fixture->names);
  g_object_unref (fixture->prototype);
  g_object_unref (fixture->category);
  g_ptr_array_unref (fixture->stored);
}

static void
add (Fixture *fixture, const char *number, const char *name, const char *value, const char *date,
     const char *category)
{
  const char *cells[] = { number, name, "SU8010", value, date, category, "无" };

  yq_import_add_row (fixture->import, yq_import_n_rows (fixture->import) + 2, cells,
                     G_N_ELEMENTS (cells));
}

/* What a program does with the result: everything that changed is saved. */
static void
save_all (Fixture *fixture)
{
  for (guint i = 0; i < yq_import_n_rows (fixture->import); i++)
    {
      const YqImportRow *row = yq_import_row (fixture->import, i);
      guint at;

      if (row->kind == YQ_IMPORT_NEW)
        g_ptr_array_add (fixture->stored, g_object_ref (row->record));
      else if (row->kind == YQ_IMPORT_CHANGED &&
               g_ptr_array_find (fixture->stored, row->before, &at))
        {
          g_object_unref (fixture->stored->pdata[at]);
          fixture->stored->pdata[at] = g_object_ref (row->record);
        }
    }
}

static void
check_counts (Fixture *fixture, guint n_new, guint n_changed, guint n_unchanged, guint n_bad)
{
  g_assert_cmpuint (yq_import_count (fixture->import, YQ_IMPORT_NEW), ==, n_new);
  g_assert_cmpuint (yq_import_count (fixture->import, YQ_IMPORT_CHANGED), ==, n_changed);
  g_assert_cmpuint (yq_import_count (fixture->import, YQ_IMPORT_UNCHANGED), ==, n_unchanged);
  g_assert_cmpuint (yq_import_count (fixture->import, YQ_IMPORT_BAD), ==, n_bad);
}

static void
test_a_new_row (Fixture *fixture, gconstpointer data)
{
  const YqImportRow *row;

  add (fixture, "A-1", "扫描电镜", "350.5", "2020/1/2", "010100");
  row = yq_import_row (fixture->import, 0);
  check_counts (fixture, 1, 0, 0, 0);
  g_assert_cmpuint (row->number, ==, 2);
  g_assert_cmpstr (yq_record_text (row->record, INSTRUMENT_NAME), ==, "扫描电镜");
  g_assert_cmpint (yq_record_int (row->record, INSTRUMENT_ORIGINAL_VALUE), ==, 350500000);
  g_assert_cmpstr (yq_record_text (row->record, INSTRUMENT_USED_SINCE), ==, "2020-01-02");
  g_assert_cmpstr (yq_record_text (row->record, INSTRUMENT_CATEGORY), ==,
                   yq_record_id (fixture->category));
  g_assert_cmpstr (yq_record_text (row->record, INSTRUMENT_REGION), ==, "330421");
  g_assert_cmpstr (yq_record_carrier (row->record), ==, CARRIER);
  g_assert_cmpstr (yq_record_id (row->record), !=, yq_record_id (fixture->prototype));
  g_assert_cmpint (yq_record_revision (row->record), ==, 0);
  g_assert_cmpuint (row->n_missing, >, 0); /* a contact, for one */
  g_assert_null (yq_import_reason (fixture->import, 2));
}

static void
test_only_what_differs_is_a_change (Fixture *fixture, gconstpointer data)
{
  const YqImportRow *row;

  add (fixture, "A-1", "扫描电镜", "350.5", "2020-01-02", "010100");
  add (fixture, "A-2", "质谱仪", "10", "2020-01-02", "电子光学仪器");
  save_all (fixture);
  begin_again (fixture);
  add (fixture, "ａ-1", "扫描电镜", "３５０．５", "2020年1月2日", "10100");
  add (fixture, "A-2", "质谱仪", "11", "", "010100");
  check_counts (fixture, 0, 1, 1, 0);
  row = yq_import_row (fixture->import, 1);
  g_assert_cmpuint (row->changed->len, ==, 1);
  g_assert_cmpuint (g_array_index (row->changed, guint, 0), ==, INSTRUMENT_ORIGINAL_VALUE);
  g_assert_cmpint (yq_record_int (row->before, INSTRUMENT_ORIGINAL_VALUE), ==, 10000000);
  g_assert_cmpint (yq_record_int (row->record, INSTRUMENT_ORIGINAL_VALUE), ==, 11000000);
  g_assert_cmpstr (yq_record_text (row->record, INSTRUMENT_USED_SINCE), ==, "2020-01-02");
  g_assert_cmpstr (yq_record_id (row->record), ==, yq_record_id (row->before));
}

/* Only spelling of the key differs: letters' case and width are the same asset. */
static void
test_the_key_ignores_case_but_keeps_what_is_stored (Fixture *fixture, gconstpointer data)
{
  add (fixture, "zj-01", "扫描电镜", "1", "", "");
  save_all (fixture);
  begin_again (fixture);
  add (fixture, "ZJ-01", "扫描电镜", "1", "", "");
  check_counts (fixture, 0, 0, 1, 0);
}

static void
test_bad_cells_are_all_named (Fixture *fixture, gconstpointer data)
{
  g_autofree char *reason = NULL;
  const YqImportRow *row;

  add (fixture, "A-1", "扫描电镜", "很多", "2020-13-01", "999999");
  check_counts (fixture, 0, 0, 0, 1);
  row = yq_import_row (fixture->import, 0);
  g_assert_cmpuint (row->errors->len, ==, 3);
  g_assert_null (row->record);
  g_assert_cmpint (((YqImportError *) row->errors->pdata[0])->column, ==, 3);
  g_assert_cmpint (((YqImportError *) row->errors->pdata[2])->column, ==, 5);
  reason = yq_import_reason (fixture->import, 2);
  g_assert_nonnull (strstr (reason, "仪器原值（万元）"));
  g_assert_nonnull (strstr (reason, "很多"));
  g_assert_nonnull (strstr (reason, "2020-13-01"));
  g_assert_nonnull (strstr (reason, "999999"));
}

static void
test_duplicates_name_each_other (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  add (fixture, "A-1", "扫描电镜", "1", "", "");
  add (fixture, "A-2", "质谱仪", "1", "", "");
  add (fixture, " ａ-1 ", "扫描电镜二", "1", "", "");
  check_counts (fixture, 1, 0, 0, 2);
  first = yq_import_reason (fixture->import, 2);
  second = yq_import_reason (fixture->import, 4);
  g_assert_nonnull (strstr (first, "4"));
  g_assert_nonnull (strstr (second, "2"));
  g_assert_null (yq_import_row (fixture->import, 0)->record);
}

static void
test_a_key_is_needed (Fixture *fixture, gconstpointer data)
{
  const char *without[] = { "仪器中文名称", "备注" };
  g_autofree char *why = NULL;

  add (fixture, " ", "扫描电镜", "1", "", "");
  check_counts (fixture, 0, 0, 0, 1);
  yq_import_set_header (fixture->import, without, 2);
  why = yq_import_check_header (fixture->import);
  g_assert_nonnull (strstr (why, "所在单位内仪器编号"));
}

static void
test_columns_can_be_mapped (Fixture *fixture, gconstpointer data)
{
  const char *foreign[] = { "Gerätename", "Nr." };
  const char *cells[] = { "REM", "7" };

  yq_import_set_header (fixture->import, foreign, 2);
  g_assert_cmpint (yq_import_column_field (fixture->import, 0), ==, -1);
  yq_import_map (fixture->import, 0, INSTRUMENT_NAME);
  yq_import_map (fixture->import, 1, INSTRUMENT_NAME);
  g_assert_cmpint (yq_import_column_field (fixture->import, 0), ==, -1);
  yq_import_map (fixture->import, 0, INSTRUMENT_NAME);
  yq_import_map (fixture->import, 1, INSTRUMENT_ASSET_NUMBER);
  g_assert_null (yq_import_check_header (fixture->import));
  yq_import_add_row (fixture->import, 2, cells, 2);
  check_counts (fixture, 1, 0, 0, 0);
}

static char *
refuse_listed (YqRecord *before, const GArray *changed, gpointer user_data)
{
  return yq_record_in_state (before, "listed") ? g_strdup ("listed") : NULL;
}

static void
test_a_guard_may_refuse (Fixture *fixture, gconstpointer data)
{
  g_autofree char *reason = NULL;

  add (fixture, "A-1", "扫描电镜", "1", "", "");
  save_all (fixture);
  yq_record_set_state (fixture->stored->pdata[0], "listed");
  begin_again (fixture);
  yq_import_set_guard (fixture->import, refuse_listed, NULL);
  add (fixture, "A-1", "透射电镜", "1", "", "");
  check_counts (fixture, 0, 0, 0, 1);
  reason = yq_import_reason (fixture->import, 2);
  g_assert_cmpstr (reason, ==, "listed");
}

/* Any rows at all: what is imported is unchanged when it comes again. */
static void
test_importing_twice_changes_nothing (Fixture *fixture, gconstpointer data)
{
  static const char *const values[] = { "", "1", "0.5", "１２．５", "x", "1,000" };
  static const char *const dates[] = { "", "2020-01-02", "45356", "2020年1月2日", "昨天" };
  static const char *const categories[] = { "", "010100", "10100", "电子光学仪器", "没有" };
  guint32 seed = g_test_rand_int ();

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr(GRand) random = g_rand_new_with_seed (seed);
      guint n_bad = round == 0 ? 0 : yq_import_count (fixture->import, YQ_IMPORT_BAD);

      if (round > 0)
        save_all (fixture);
      begin_again (fixture);
      for (guint i = 0; i < 2000; i++)
        {
          g_autofree char *number = g_strdup_printf ("N-%d", g_rand_int_range (random, 0, 4000));
          g_autofree char *name = g_strdup_printf ("仪器%u ", g_rand_int_range (random, 0, 100));

          add (fixture, number, name, values[g_rand_int_range (random, 0, G_N_ELEMENTS (values))],
               dates[g_rand_int_range (random, 0, G_N_ELEMENTS (dates))],
               categories[g_rand_int_range (random, 0, G_N_ELEMENTS (categories))]);
        }
      if (round == 0)
        g_assert_cmpuint (yq_import_count (fixture->import, YQ_IMPORT_NEW), >, 100);
      else
        check_counts (fixture, 0, 0, 2000 - n_bad, n_bad);
    }
}

static void
test_an_import_can_be_undone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *note = NULL;
  g_autoptr(GPtrArray) undos = NULL;
  g_autoptr(GPtrArray) records = NULL;
  YqRecord *changed;

  add (fixture, "A-1", "扫描电镜 \"一\"", "350.5", "", "010100");
  save_all (fixture);
  begin_again (fixture);
  yq_import_set_stamp (fixture->import, INSTRUMENT_IMPORTED_BY, "second");
  add (fixture, "A-1", "透射电镜", "12", "2020-01-02", "010100");
  add (fixture, "A-2", "质谱仪", "1", "", "");
  add (fixture, "A-3", "质谱仪", "x", "", "");
  check_counts (fixture, 1, 1, 0, 1);
  records = yq_import_records (fixture->import);
  g_assert_cmpuint (records->len, ==, 2);
  g_assert_cmpstr (yq_record_text (records->pdata[0], INSTRUMENT_IMPORTED_BY), ==, "second");

  note = yq_import_note (fixture->import);
  undos = yq_import_read_note (&yq_instrument, note);
  g_assert_cmpuint (undos->len, ==, 2);
  g_assert_true (((YqImportUndo *) undos->pdata[1])->is_new);
  g_assert_cmpstr (((YqImportUndo *) undos->pdata[1])->id, ==, yq_record_id (records->pdata[1]));
  /* Somebody corrected the value after the import: that stays. */
  changed = records->pdata[0];
  yq_record_set_int (changed, INSTRUMENT_ORIGINAL_VALUE, 77);
  g_assert_cmpuint (yq_import_undo (undos->pdata[0], changed), ==, 2);
  g_assert_cmpstr (yq_record_text (changed, INSTRUMENT_NAME), ==, "扫描电镜 \"一\"");
  g_assert_cmpint (yq_record_int (changed, INSTRUMENT_ORIGINAL_VALUE), ==, 77);
  g_assert_false (yq_record_has (changed, INSTRUMENT_USED_SINCE));
  g_assert_null (yq_import_read_note (&yq_instrument, "{}"));
  g_assert_null (yq_import_read_note (&yq_instrument, "[{\"id\":\"x\"}]"));
}

#define ADD(name) g_test_add ("/import/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  yq_text_init (TRUE);
  yq_clock_set (1795232035120);

  g_test_add_func ("/sheet/money", test_money);
  g_test_add_func ("/sheet/ten-thousands", test_money_in_ten_thousands);
  g_test_add_func ("/sheet/dates", test_dates);
  g_test_add_func ("/sheet/choices", test_choices);
  g_test_add_func ("/sheet/numbers", test_numbers);
  g_test_add_func ("/sheet/texts", test_texts);
  g_test_add_func ("/sheet/every-region", test_every_region_by_its_whole_name);
  g_test_add_func ("/sheet/regions", test_regions_as_people_write_them);
  g_test_add_func ("/sheet/headings", test_headings);
  g_test_add_func ("/sheet/chinese", test_chinese_sheets_in_an_english_window);
  g_test_add_func ("/sheet/chinese-text", test_the_chinese_of_a_text);
  g_test_add_func ("/sheet/template", test_the_template_is_understood);
  g_test_add_func ("/sheet/template-place", test_the_template_asks_where_it_stands);
  ADD (a_new_row);
  ADD (only_what_differs_is_a_change);
  ADD (the_key_ignores_case_but_keeps_what_is_stored);
  ADD (bad_cells_are_all_named);
  ADD (duplicates_name_each_other);
  ADD (a_key_is_needed);
  ADD (columns_can_be_mapped);
  ADD (a_guard_may_refuse);
  ADD (an_import_can_be_undone);
  ADD (importing_twice_changes_nothing);

  return g_test_run ();
}
