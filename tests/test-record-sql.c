/* Records in their SQL tables: there and back, only what changed, columns that come later. */
#include "ledger.h"
#include "order.h"
#include "record-row.h"
#include "records-fixture.h"
#include "search-index.h"

#define test(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

/* -- records of every entity with every field set -- */

static JsonArray *
make_array (const YqField *field)
{
  JsonArray *array = json_array_new ();
  JsonObject *object;

  if (field->type == YQ_REFERENCES)
    {
      json_array_add_string_element (array, "00000009-0000-4000-8000-000000000001");
      json_array_add_string_element (array, "00000009-0000-4000-8000-000000000002");
      return array;
    }
  object = json_object_new ();
  json_object_set_string_member (object, "name", "检测报告 \"1\" \\ é 😀.pdf");
  json_object_set_int_member (object, "amount", -5);
  json_array_add_object_element (array, object);
  return array;
}

static void
set_field (YqRecord *record, const YqField *field, guint i, guint turn)
{
  g_autofree char *text = NULL;

  switch (field->type)
    {
    case YQ_INTEGER:
    case YQ_MONEY:
    case YQ_TIME:
      yq_record_set_int (record, i, G_GINT64_CONSTANT (1795000000123) + i + turn);
      break;
    case YQ_BOOLEAN:
      yq_record_set_int (record, i, turn % 2);
      break;
    case YQ_CHOICE:
      yq_record_set_text (record, i, field->choices[0].code);
      break;
    case YQ_DATE:
      yq_record_set_text (record, i, turn % 2 ? "2026-02-28" : "2026-03-01");
      break;
    case YQ_REGION:
      yq_record_set_text (record, i, "330421");
      break;
    case YQ_REFERENCE:
      text = g_strdup_printf ("00000009-0000-4000-8000-%012u", turn);
      yq_record_set_text (record, i, text);
      break;
    case YQ_TEXT:
      text = g_strdup_printf ("场发射 \"%u\"\n\\ 'é' 😀 %u", i, turn);
      yq_record_set_text (record, i, text);
      break;
    case YQ_REFERENCES:
    case YQ_FILES:
    case YQ_ROWS:
    default:
      yq_record_take_array (record, i, make_array (field));
    }
}

static YqRecord *
make_record (const YqEntity *entity, guint turn)
{
  YqRecord *record = yq_record_new (entity, NULL);

  for (guint i = 0; i < entity->n_fields; i++)
    set_field (record, &entity->fields[i], i, turn);
  yq_record_set_revision (record, 7);
  yq_record_set_times (record, START, START + 5);
  yq_record_set_buyer (record, "00000002-0000-4000-8000-000000000001");
  yq_record_set_region (record, "330421");
  return record;
}

static char *
whole (YqRecord *record)
{
  GString *out = g_string_new (NULL);

  yq_json_append_record (out, record, YQ_EVERYBODY);
  g_string_append_printf (out, " account %s", yq_record_account (record));
  yq_json_append_fields (out, yq_record_values (record), NULL, NULL);
  return g_string_free (out, FALSE);
}

static void
assert_stored (Fixture *f, YqRecord *record)
{
  g_autoptr(YqRecord) stored = load (f, yq_record_entity (record), yq_record_id (record));
  g_autofree char *a = whole (record);
  g_autofree char *b = NULL;

  g_assert_nonnull (stored);
  b = whole (stored);
  g_assert_cmpstr (a, ==, b);
}

static void
test_every_field_comes_back (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < yq_model_count (); i++)
    {
      g_autoptr(YqRecord) full = make_record (yq_model_nth (i), 2 * i);
      g_autoptr(YqRecord) empty = yq_record_new (yq_model_nth (i), NULL);

      g_assert_true (yq_record_sql_insert (f->conn, full, 0, &error));
      g_assert_no_error (error);
      g_assert_true (yq_record_sql_insert (f->conn, empty, 0, &error));
      assert_stored (f, full);
      assert_stored (f, empty);
    }
}

static void
test_an_update_writes_everything_that_differs (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < yq_model_count (); i++)
    {
      const YqEntity *entity = yq_model_nth (i);
      g_autoptr(YqRecord) before = make_record (entity, 100 + 2 * i);

      g_assert_true (yq_record_sql_insert (f->conn, before, 0, &error));
      for (guint k = 0; k < entity->n_fields; k++)
        {
          g_autoptr(YqRecord) after = yq_record_copy (before);

          yq_values_clear (yq_record_values (after), k);
          g_assert_true (yq_record_sql_update (f->conn, before, after, 0, &error));
          assert_stored (f, after);
          g_assert_true (yq_record_sql_update (f->conn, after, before, 0, &error));
          g_assert_no_error (error);
        }
      assert_stored (f, before);
    }
}

static void
test_an_update_of_what_is_not_there_fails (Fixture *f, gconstpointer data)
{
  g_autoptr(YqRecord) record = make_record (&yq_instrument, 1);
  g_autoptr(GError) error = NULL;

  g_assert_false (yq_record_sql_update (f->conn, NULL, record, 0, &error));
  g_assert_error (error, SQL_ERROR, SQL_ERROR_FAILED);
}

static void
test_lists_by_field_and_by_owner (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) grants =
    yq_record_sql_list (f->conn, &yq_grant, "account", f->account[REVIEWER], &error);
  g_autoptr(GPtrArray) members =
    yq_record_sql_list (f->conn, &yq_membership, "buyer", f->organisation[BUYER], &error);
  g_autoptr(GPtrArray) active =
    yq_record_sql_list (f->conn, &yq_organisation, "state", "active", &error);
  g_autoptr(GPtrArray) carriers =
    yq_record_sql_list (f->conn, &yq_organisation, "is_carrier", "1", &error);
  g_autoptr(GPtrArray) secret =
    yq_record_sql_list (f->conn, &yq_account, "phone", "13800001234", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (grants->len, ==, 1);
  g_assert_cmpuint (members->len, ==, 2);
  g_assert_cmpuint (active->len, ==, 4);
  g_assert_cmpuint (carriers->len, ==, 2);
  g_assert_cmpuint (secret->len, ==, 0);
}

static void
test_names_of_sql_are_no_trouble (Fixture *f, gconstpointer data)
{
  g_assert_cmpstr (yq_record_sql_column (&yq_order, "state"), ==, "\"state\"");
  g_assert_cmpstr (yq_record_sql_column (&yq_organisation, "region"), ==, "\"region_\"");
  g_assert_cmpstr (yq_record_sql_column (&yq_organisation, "name"), ==, "\"name\"");
  g_assert_cmpstr (yq_record_sql_sort_column (&yq_organisation, "name"), ==, "\"name__sort\"");
  g_assert_null (yq_record_sql_column (&yq_organisation, "colour"));
}

/* -- migration -- */

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
test_columns_that_come_later_are_added (Fixture *f, gconstpointer data)
{
  g_autoptr(YqRecord) record = make_record (&yq_category, 3);
  g_autoptr(GError) error = NULL;
  g_autofree char *key = NULL;

  g_assert_true (yq_record_sql_insert (f->conn, record, 0, &error));
  g_assert_true (sql_script (f->conn,
                             "ALTER TABLE \"category\" DROP COLUMN \"name__sort\";"
                             "ALTER TABLE \"instrument\" DROP COLUMN \"address\";",
                             &error));
  g_assert_no_error (error);
  g_assert_true (yq_records_create_tables (f->conn, &error));
  g_assert_no_error (error);
  key = sql_get_text (f->conn, "SELECT \"name__sort\" FROM \"category\" WHERE id = $1",
                      SQL_ARGS (SQL_TEXT (yq_record_id (record))), &error);
  g_assert_nonnull (key);
  g_assert_cmpint (count (f, "SELECT count(\"address\") FROM \"instrument\""), ==, 0);
}

static void
test_the_index_is_made_again_where_it_must (Fixture *f, gconstpointer data)
{
  static const char *const matches = "SELECT count(*) FROM \"organisation_search\" WHERE "
                                     "\"organisation_search\" MATCH 'pairs : 嘉兴'";
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (count (f, matches), ==, 4);
  g_assert_true (sql_script (f->conn,
                             "DELETE FROM \"organisation_search\";"
                             "UPDATE search_made SET signature = 'old' WHERE entity = "
                             "'organisation';",
                             &error));
  g_assert_cmpint (count (f, matches), ==, 0);
  g_assert_true (yq_records_create_tables (f->conn, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count (f, matches), ==, 4);
  g_assert_cmpint (count (f, "SELECT count(*) FROM \"organisation\" o JOIN"
                             " \"organisation_search\" s ON s.rowid = o.\"rank\""),
                   ==, 4);
}

/* -- the world -- */

/* Nothing forbids two kinds of records one id: neither is taken for the other, nor kept too long.
 */
static void
test_two_records_may_have_one_id (Fixture *f, gconstpointer data)
{
  g_autofree char *id = yq_id_new ();
  g_autoptr(YqRecord) category = yq_record_new (&yq_category, id);
  g_autoptr(YqRecord) favourite = yq_record_new (&yq_favourite, id);
  g_autoptr(YqWorld) world = yq_world_sql_new (f->conn, START);
  g_autoptr(GError) error = NULL;

  g_assert_true (sql_begin (f->conn, TRUE, &error));
  yq_record_set_text (category, CATEGORY_NAME, "甲");
  g_assert_true (yq_record_sql_insert (f->conn, category, 0, &error));
  g_assert_true (yq_record_sql_insert (f->conn, favourite, 0, &error));
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("第%u次", i);
      g_autofree char *sql =
        g_strdup_printf ("UPDATE \"category\" SET \"name\" = '%s' WHERE \"id\" = '%s'", name, id);
      g_autoptr(YqRecord) one = yq_world_get (world, &yq_favourite, id);
      g_autoptr(YqRecord) other = NULL;

      g_assert_true (yq_record_entity (one) == &yq_favourite);
      g_assert_true (sql_script (f->conn, sql, &error));
      other = yq_world_get (world, &yq_category, id);
      g_assert_cmpstr (yq_record_text (other, CATEGORY_NAME), ==, name);
      g_clear_object (&one);
      one = yq_world_get (world, &yq_category, id);
      g_assert_true (one == other);
      yq_world_sql_forget (world, other);
      g_clear_object (&one);
      one = yq_world_get (world, &yq_favourite, id);
      g_assert_true (yq_record_entity (one) == &yq_favourite);
      yq_world_sql_forget (world, one);
    }
  sql_rollback (f->conn);
}

/* -- twins -- */

static void
test_a_twin_is_found_within_its_owner (Fixture *f, gconstpointer data)
{
  g_autoptr(YqRecord) a = yq_record_new (&yq_instrument, NULL);
  g_autoptr(YqRecord) b = yq_record_new (&yq_instrument, NULL);
  g_autoptr(GError) error = NULL;

  yq_record_set_text (a, INSTRUMENT_ASSET_NUMBER, "1");
  yq_record_set_carrier (a, f->organisation[CARRIER]);
  g_assert_true (yq_record_sql_insert (f->conn, a, 0, &error));
  yq_record_set_text (b, INSTRUMENT_ASSET_NUMBER, "1");
  yq_record_set_carrier (b, f->organisation[CARRIER2]);
  g_assert_false (yq_record_sql_has_twin (f->conn, b, INSTRUMENT_ASSET_NUMBER, &error));
  yq_record_set_carrier (b, f->organisation[CARRIER]);
  g_assert_true (yq_record_sql_has_twin (f->conn, b, INSTRUMENT_ASSET_NUMBER, &error));
  g_assert_false (yq_record_sql_has_twin (f->conn, a, INSTRUMENT_ASSET_NUMBER, &error));
  g_assert_no_error (error);
  g_assert_false (yq_record_sql_insert (f->conn, b, 0, &error));
  g_assert_error (error, SQL_ERROR, SQL_ERROR_CONSTRAINT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test ("/record-sql/round-trip", test_every_field_comes_back);
  test ("/record-sql/update", test_an_update_writes_everything_that_differs);
  test ("/record-sql/missing", test_an_update_of_what_is_not_there_fails);
  test ("/record-sql/lists", test_lists_by_field_and_by_owner);
  test ("/record-sql/names", test_names_of_sql_are_no_trouble);
  test ("/record-sql/columns", test_columns_that_come_later_are_added);
  test ("/record-sql/index", test_the_index_is_made_again_where_it_must);
  test ("/record-sql/one-id", test_two_records_may_have_one_id);
  test ("/record-sql/twins", test_a_twin_is_found_within_its_owner);
  return g_test_run ();
}
