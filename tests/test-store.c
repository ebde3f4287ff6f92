/* The local store: layers of a record, drafts and conflicts, queries, lists, ticks, files, sealing.
 */
#include "client-fixture.h"

#include <string.h>

#include "access.h"
#include "file-cases.h"
#include "party.h"
#include "place.h"
#include "record-list.h"
#include "redemption.h"
#include "region.h"
#include "splice.h"
#include "storefront.h"

#define A "018f3c00-0000-7000-8000-00000000a001"
#define B "018f3c00-0000-7000-8000-00000000a002"
#define C "018f3c00-0000-7000-8000-00000000a003"

static void
set_up (Place *place, gconstpointer data)
{
  open_place (place);
}

static void
tear_down (Place *place, gconstpointer data)
{
  settle ();
  close_place (place);
}

static void
reopen (Place *place)
{
  settle ();
  g_assert_finalize_object (place->store);
  open_place (place);
}

static guint
count (YqStore *store, const YqEntity *entity, const char *text)
{
  g_autoptr(YqQuery) query = yq_query_new (entity);

  yq_query_set_text (query, text);
  return yq_store_count (store, query);
}

static void
test_what_came_is_there_again (Place *place, gconstpointer data)
{
  g_autoptr(YqRecord) record = NULL;

  receive_instrument (place->store, A, 3, "场发射扫描电镜", "\"unit_price\":20000");
  reopen (place);
  record = yq_store_get (place->store, &yq_instrument, A);
  g_assert_nonnull (record);
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_NAME), ==, "场发射扫描电镜");
  g_assert_cmpint (yq_record_int (record, INSTRUMENT_UNIT_PRICE), ==, 20000);
  g_assert_cmpint (yq_record_revision (record), ==, 3);
  g_assert_cmpstr (yq_record_carrier (record), ==, CARRIER);
  g_assert_null (yq_store_get (place->store, &yq_instrument, B));
}

/* A rule asks for all, or for the newest of them. */
static void
test_what_a_rule_is_told (Place *place, gconstpointer data)
{
  YqWorld *world = yq_store_world (place->store);
  g_autoptr(GPtrArray) all = NULL, two = NULL, none = NULL;

  receive_instrument (place->store, A, 1, "第一台", "\"asset_number\":\"N-1\"");
  receive_instrument (place->store, B, 1, "第二台", "\"asset_number\":\"N-1\"");
  receive_instrument (place->store, C, 1, "第三台", "\"asset_number\":\"N-1\"");
  all = yq_world_list (world, &yq_instrument, "asset_number", "N-1");
  two = yq_world_sample (world, &yq_instrument, "carrier", CARRIER, 2);
  none = yq_world_sample (world, &yq_instrument, "asset_number", "N-2", 2);
  g_assert_cmpuint (all->len, ==, 3);
  g_assert_cmpstr (yq_record_id (all->pdata[0]), ==, A);
  g_assert_cmpuint (two->len, ==, 2);
  g_assert_cmpstr (yq_record_id (two->pdata[0]), ==, C);
  g_assert_cmpstr (yq_record_id (two->pdata[1]), ==, B);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_search_follows_the_record (Place *place, gconstpointer data)
{
  receive_instrument (place->store, A, 1, "场发射扫描电镜", "");
  g_assert_cmpuint (count (place->store, &yq_instrument, "扫描电镜"), ==, 1);
  g_assert_cmpuint (count (place->store, &yq_instrument, "电"), ==, 1);
  g_assert_cmpuint (count (place->store, &yq_order, "电镜"), ==, 0);
  receive_instrument (place->store, A, 2, "质谱仪", "");
  g_assert_cmpuint (count (place->store, &yq_instrument, "扫描电镜"), ==, 0);
  g_assert_cmpuint (count (place->store, &yq_instrument, "质谱"), ==, 1);
  receive (place->store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"instrument\",\"id\":\"" A "\",\"gone\":true}");
  g_assert_cmpuint (count (place->store, &yq_instrument, "质谱"), ==, 0);
  g_assert_cmpuint (count (place->store, &yq_instrument, NULL), ==, 0);
}

static void
test_conditions_and_orders (Place *place, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(GPtrArray) found = NULL;

  receive_instrument (place->store, A, 1, "质谱仪", "\"unit_price\":300,\"condition\":\"normal\"");
  receive_instrument (place->store, B, 1, "电镜", "\"unit_price\":20,\"condition\":\"repair\"");
  receive_instrument (place->store, C, 1, "安捷伦色谱", "\"condition\":\"normal\"");

  yq_query_add (query, "condition", "normal");
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 2);
  yq_query_add (query, "condition", "repair");
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 3);
  yq_query_add (query, "region", "330000");
  yq_query_add (query, "carrier", CARRIER);
  yq_query_add (query, "state", "listed");
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 3);
  yq_query_remove (query, "region");
  yq_query_add (query, "region", "320000");
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 0);
  yq_query_remove (query, "region");
  yq_query_add (query, "region", "=330000"); /* that level alone */
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 0);
  yq_query_add (query, "region", "=330421");
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 3);
  yq_query_remove (query, "region");

  yq_query_set_sort (query, "name", FALSE);
  found = yq_store_list (place->store, query, 0);
  g_assert_cmpuint (found->len, ==, 3);
  g_assert_cmpstr (yq_record_id (found->pdata[0]), ==, C); /* an */
  g_assert_cmpstr (yq_record_id (found->pdata[1]), ==, B); /* dian */
  g_assert_cmpstr (yq_record_id (found->pdata[2]), ==, A); /* zhi */
  yq_query_set_ids (query, (const char *[]){ A, C, NULL });
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 2);
}

static void
test_money_sorts_as_numbers_and_unset_last (Place *place, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  const char *name = "original_value";

  if (!yq_query_can_sort (&yq_instrument, name))
    name = "unit_price";
  g_assert_true (yq_query_can_sort (&yq_instrument, name));
  for (guint i = 0; i < 3; i++)
    {
      static const char *const ids[] = { A, B, C };
      static const char *const values[] = { "900", "10000", NULL };
      g_autofree char *fields = values[i] ? g_strdup_printf ("\"%s\":%s", name, values[i]) : NULL;

      receive_instrument (place->store, ids[i], 1, "仪", fields ? fields : "");
    }
  for (guint down = 0; down < 2; down++)
    {
      g_autoptr(GPtrArray) found = NULL;

      yq_query_set_sort (query, name, down);
      found = yq_store_list (place->store, query, 0);
      g_assert_cmpstr (yq_record_id (found->pdata[0]), ==, down ? B : A);
      g_assert_cmpstr (yq_record_id (found->pdata[1]), ==, down ? A : B);
      g_assert_cmpstr (yq_record_id (found->pdata[2]), ==, C);
    }
  g_assert_cmpint (yq_store_sum (place->store, query, name), ==, 10900);
}

/* -- drafts -- */

static void
save (YqStore *store, YqRecord *record)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_store_save_draft (store, record, &error));
  g_assert_no_error (error);
}

static void
test_a_new_draft_survives (Place *place, gconstpointer data)
{
  g_autoptr(YqRecord) order = yq_store_new_record (place->store, &yq_order);
  g_autoptr(YqRecord) again = NULL;
  g_autofree char *id = g_strdup (yq_record_id (order));

  g_assert_cmpstr (yq_record_buyer (order), ==, BUYER);
  yq_record_set_text (order, ORDER_PURPOSE, "测定纳米颗粒");
  save (place->store, order);
  reopen (place);
  again = yq_store_get (place->store, &yq_order, id);
  g_assert_nonnull (again);
  g_assert_cmpstr (yq_record_text (again, ORDER_PURPOSE), ==, "测定纳米颗粒");
  g_assert_cmpstr (yq_record_state (again), ==, "draft");
  g_assert_cmpstr (yq_record_buyer (again), ==, BUYER);
  g_assert_cmpint (yq_record_revision (again), ==, 0);
  g_assert_true (yq_store_has_draft (place->store, &yq_order, id));
  g_assert_cmpuint (count (place->store, &yq_order, NULL), ==, 1);
  g_assert_true (yq_store_discard_draft (place->store, &yq_order, id, NULL));
  g_assert_null (yq_store_get (place->store, &yq_order, id));
  g_assert_cmpuint (count (place->store, &yq_order, NULL), ==, 0);
}

static void
test_edits_of_different_fields_merge (Place *place, gconstpointer data)
{
  g_autoptr(YqRecord) mine = NULL;
  g_autoptr(YqRecord) merged = NULL;
  g_autoptr(GPtrArray) conflicts = NULL;
  g_auto(GStrv) fields = NULL;

  receive_order (place->store, A, 1, "draft", "\"purpose\":\"旧\",\"need\":\"旧\"");
  mine = yq_store_get (place->store, &yq_order, A);
  yq_record_set_text (mine, ORDER_PURPOSE, "我的");
  save (place->store, mine);
  receive_order (place->store, A, 2, "draft", "\"purpose\":\"旧\",\"need\":\"别人的\"");

  merged = yq_store_get (place->store, &yq_order, A);
  g_assert_cmpstr (yq_record_text (merged, ORDER_PURPOSE), ==, "我的");
  g_assert_cmpstr (yq_record_text (merged, ORDER_NEED), ==, "别人的");
  conflicts = yq_store_conflicts (place->store, &yq_order, A);
  g_assert_cmpuint (conflicts->len, ==, 0);
  fields = yq_store_draft_fields (place->store, &yq_order, A);
  g_assert_cmpuint (g_strv_length (fields), ==, 1);
  g_assert_cmpstr (fields[0], ==, "purpose");

  /* The open form takes over the other's field and keeps what was typed meanwhile. */
  yq_record_set_text (mine, ORDER_CONTACT_NAME, "王工");
  g_assert_true (yq_store_reload (place->store, mine));
  g_assert_cmpstr (yq_record_text (mine, ORDER_NEED), ==, "别人的");
  g_assert_cmpstr (yq_record_text (mine, ORDER_CONTACT_NAME), ==, "王工");
  g_assert_cmpint (yq_record_revision (mine), ==, 2);
}

static void
test_the_same_field_asks (Place *place, gconstpointer data)
{
  g_autoptr(YqRecord) mine = NULL;
  g_autoptr(GPtrArray) conflicts = NULL;
  const YqConflict *conflict;

  receive_order (place->store, A, 1, "draft", "\"purpose\":\"旧\"");
  mine = yq_store_get (place->store, &yq_order, A);
  yq_record_set_text (mine, ORDER_PURPOSE, "我的");
  save (place->store, mine);
  receive_order (place->store, A, 2, "draft", "\"purpose\":\"别人的\"");
  reopen (place);

  g_assert_cmpuint (yq_store_n_conflicts (place->store), ==, 1);
  conflicts = yq_store_conflicts (place->store, &yq_order, A);
  g_assert_cmpuint (conflicts->len, ==, 1);
  conflict = conflicts->pdata[0];
  g_assert_cmpstr (conflict->field, ==, "purpose");
  g_assert_cmpstr (yq_values_text (conflict->base, ORDER_PURPOSE), ==, "旧");
  g_assert_cmpstr (yq_values_text (conflict->mine, ORDER_PURPOSE), ==, "我的");
  g_assert_cmpstr (yq_values_text (conflict->theirs, ORDER_PURPOSE), ==, "别人的");
}

static void
test_choosing_ends_a_conflict (Place *place, gconstpointer data)
{
  gboolean keep_mine = GPOINTER_TO_INT (data);
  g_autoptr(YqRecord) mine = NULL;
  g_autoptr(YqRecord) after = NULL;

  receive_order (place->store, A, 1, "draft", "\"purpose\":\"旧\"");
  mine = yq_store_get (place->store, &yq_order, A);
  yq_record_set_text (mine, ORDER_PURPOSE, "我的");
  save (place->store, mine);
  receive_order (place->store, A, 2, "draft", "\"purpose\":\"别人的\"");
  g_assert_true (yq_store_resolve (place->store, &yq_order, A, "purpose", keep_mine, NULL));
  g_assert_cmpuint (yq_store_n_conflicts (place->store), ==, 0);
  after = yq_store_get (place->store, &yq_order, A);
  g_assert_cmpstr (yq_record_text (after, ORDER_PURPOSE), ==, keep_mine ? "我的" : "别人的");
  g_assert_true (yq_store_has_draft (place->store, &yq_order, A) == keep_mine);
  /* and what comes again does not ask again */
  receive_order (place->store, A, 3, "draft", "\"purpose\":\"别人的\",\"need\":\"又\"");
  g_assert_cmpuint (yq_store_n_conflicts (place->store), ==, 0);
}

static void
test_typed_arguments_survive (Place *place, gconstpointer data)
{
  const YqStep *step = yq_entity_step (&yq_order, "refuse");
  g_autoptr(YqValues) args = yq_values_new (step->fields, yq_fields_count (step->fields));
  g_autoptr(YqValues) again = NULL;
  int field = yq_values_find (args, "comment");

  g_assert_cmpint (field, >=, 0);
  yq_values_set_text (args, field, "样品不合适");
  g_assert_true (yq_store_save_args (place->store, &yq_order, A, step, args, NULL));
  reopen (place);
  again = yq_store_load_args (place->store, &yq_order, A, step);
  g_assert_cmpstr (yq_values_text (again, field), ==, "样品不合适");
  g_assert_true (yq_store_save_args (place->store, &yq_order, A, step, NULL, NULL));
  g_assert_null (yq_store_load_args (place->store, &yq_order, A, step));
}

/* -- generations -- */

static void
sweep (YqStore *store, gint64 generation)
{
  g_autoptr(GHashTable) entities = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GError) error = NULL;

  g_assert_true (yq_store_begin (store, yq_store_db (store), &error));
  g_assert_true (yq_store_end (
    store, yq_store_db (store),
    yq_store_db_sweep (yq_store_db (store), YQ_SCOPE_MINE, generation, entities, &error), &error));
  g_assert_no_error (error);
}

static void
test_what_is_not_shown_again_goes_but_drafts_stay (Place *place, gconstpointer data)
{
  g_autoptr(YqRecord) mine = NULL;
  g_autoptr(YqRecord) kept = NULL;
  g_autofree char *again = order_json (C, 1, "draft", "");

  receive_order (place->store, A, 1, "draft", "\"purpose\":\"旧\"");
  receive_order (place->store, B, 1, "draft", "");
  receive_order (place->store, C, 1, "draft", "");
  mine = yq_store_get (place->store, &yq_order, A);
  yq_record_set_text (mine, ORDER_PURPOSE, "我的");
  save (place->store, mine);
  receive (place->store, YQ_SCOPE_MINE, 2, again);
  sweep (place->store, 2);
  g_assert_null (yq_store_get (place->store, &yq_order, B));
  kept = yq_store_get (place->store, &yq_order, A);
  g_assert_nonnull (kept);
  g_assert_cmpstr (yq_record_text (kept, ORDER_PURPOSE), ==, "我的");
  g_assert_cmpuint (count (place->store, &yq_order, NULL), ==, 2);
}

static void
test_mine_wins_over_the_public_copy (Place *place, gconstpointer data)
{
  g_autofree char *full = instrument_json (A, 1, "电镜", "\"asset_number\":\"S-1\"");
  g_autoptr(YqRecord) record = NULL;
  g_autoptr(YqRecord) left = NULL;

  receive_instrument (place->store, A, 1, "电镜", "");
  receive (place->store, YQ_SCOPE_MINE, 1, full);
  receive_instrument (place->store, A, 1, "电镜", "\"service_count\":5");
  record = yq_store_get (place->store, &yq_instrument, A);
  g_assert_cmpstr (yq_record_text (record, INSTRUMENT_ASSET_NUMBER), ==, "S-1");
  receive (place->store, YQ_SCOPE_MINE, 1,
           "{\"entity\":\"instrument\",\"id\":\"" A "\",\"gone\":true}");
  left = yq_store_get (place->store, &yq_instrument, A);
  g_assert_null (yq_record_text (left, INSTRUMENT_ASSET_NUMBER));
  g_assert_cmpint (yq_record_int (left, INSTRUMENT_SERVICE_COUNT), ==, 5);
}

/* -- private fields -- */

static void
test_private_fields_are_not_on_the_disk (Place *place, gconstpointer data)
{
  static const char json[] =
    "{\"entity\":\"organisation\",\"id\":\"" A "\",\"revision\":1,\"state\":\"active\","
    "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-01T00:00:00.000Z\","
    "\"fields\":{\"name\":\"嘉善某厂\",\"bank_account\":\"6222020000001234567\"}}";
  g_autofree char *path = g_build_filename (place->dir, "store.db", NULL);
  g_autofree char *wal = g_build_filename (place->dir, "store.db-wal", NULL);
  g_autoptr(YqRecord) record = NULL;
  g_autoptr(GBytes) other = g_bytes_new_static ("01234567890123456789012345678901", 32);
  g_autoptr(GError) error = NULL;

  receive (place->store, YQ_SCOPE_MINE, 1, json);
  record = yq_store_get (place->store, &yq_organisation, A);
  g_assert_cmpstr (yq_record_text (record, ORGANISATION_BANK_ACCOUNT), ==, "6222020000001234567");
  g_clear_object (&record);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *bytes = NULL;
      gsize size;

      if (g_file_get_contents (i ? wal : path, &bytes, &size, NULL))
        g_assert_null (memmem (bytes, size, "62220200000012", 14));
    }
  settle ();
  g_assert_finalize_object (g_steal_pointer (&place->store));
  g_assert_null (yq_store_open (place->dir, other, &error));
  g_assert_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_KEY);
  open_place (place);
}

/* -- files -- */

static void
test_files_are_copied_and_checked (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->dir, "合同.pdf", NULL);
  g_autofree char *bad = g_build_filename (place->dir, "tool.exe", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFile) bad_file = g_file_new_for_path (bad);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) element = NULL;
  g_autoptr(GBytes) copy = NULL;

  g_assert_true (g_file_set_contents (path, "%PDF-1.4 x", -1, NULL));
  g_assert_true (g_file_set_contents (bad, "MZ", -1, NULL));
  element = yq_store_add_file (place->store, file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (element, "name"), ==, "合同.pdf");
  g_unlink (path);
  copy =
    yq_store_read_file (place->store, json_object_get_string_member (element, "sha256"), &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (copy, NULL), g_bytes_get_size (copy), "%PDF-1.4 x", 10);
  g_assert_null (yq_store_add_file (place->store, bad_file, NULL, &error));
  g_assert_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE);
  g_assert_false (yq_store_has_file (place->store, "../../etc/passwd"));
  g_assert_null (yq_store_read_file (place->store, "../../etc/passwd", NULL));
}

static gboolean
is_taken (Place *place, const char *name, const char *content, gsize size, guint at)
{
  const YqField *field = &file_fields[at].entity->fields[file_fields[at].field];
  g_autofree char *path = g_build_filename (place->dir, name, NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) element = NULL;

  g_assert_true (g_file_set_contents (path, content, (gssize) size, NULL));
  element = yq_store_add_file (place->store, file, field, &error);
  if (element == NULL)
    {
      g_assert_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE);
      g_assert_nonnull (strstr (error->message, name));
    }
  g_unlink (path);
  return element != NULL;
}

/* As the server judges them: what it would refuse is not picked here. */
static void
test_each_field_takes_its_kinds (Place *place, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (file_cases); i++)
    for (guint k = 0; k < G_N_ELEMENTS (file_fields); k++)
      {
        const FileCase *file = &file_cases[i];
        gboolean takes = yq_word_in (file->takers, file_fields[k].taker);

        if (is_taken (place, file->name, file->content, file->size, k) != takes)
          g_error ("%s in %s: %d", file->name, file_fields[k].taker, takes);
      }
  /* Names lie. */
  g_assert_false (is_taken (place, "合同.pdf", "MZ", 2, 0));
  g_assert_false (is_taken (place, "合同", "%PDF-1.4 x", 10, 0));
  g_assert_false (is_taken (place, "合同.", "%PDF-1.4 x", 10, 0));
  g_assert_false (is_taken (place, "清单.pdf", file_cases[9].content, file_cases[9].size, 0));
}

static void
test_each_field_takes_its_size (Place *place, gconstpointer data)
{
  for (guint k = 0; k < G_N_ELEMENTS (file_fields); k++)
    {
      gsize size = file_fields[k].max_bytes;
      g_autofree char *bytes = g_malloc0 (size + 1);

      memcpy (bytes, "\xff\xd8\xff\xe0", 4);
      g_assert_true (is_taken (place, "照片.jpg", bytes, size, k));
      g_assert_false (is_taken (place, "照片.jpg", bytes, size + 1, k));
      g_assert_false (is_taken (place, "照片.jpg", bytes, 0, k));
    }
}

/* Whether any file below the store's folder holds these bytes. */
static gboolean
is_on_the_disk (Place *place, const char *bytes)
{
  const char *const folders[] = { "", "files" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (place->dir, folders[i], NULL);
      g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);
          g_autofree char *content = NULL;
          gsize size;

          if (g_file_get_contents (path, &content, &size, NULL) &&
              memmem (content, size, bytes, strlen (bytes)) != NULL)
            return TRUE;
        }
    }
  return FALSE;
}

#define PAPER "%PDF-1.4 身份证 330421199001011234"

static char *
keep_paper (Place *place)
{
  g_autoptr(GBytes) content = g_bytes_new_static (PAPER, strlen (PAPER));
  g_autoptr(GError) error = NULL;
  char *sha256 = NULL;

  g_assert_true (yq_store_keep_file (place->store, content, &sha256, &error));
  g_assert_no_error (error);
  return sha256;
}

static void
assert_paper (Place *place, const char *sha256)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) content = yq_store_read_file (place->store, sha256, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), PAPER,
                   strlen (PAPER));
}

static void
test_files_are_sealed (Place *place, gconstpointer data)
{
  g_autofree char *sha256 = keep_paper (place);
  g_autofree char *name = g_strconcat (sha256, ".sealed", NULL);
  g_autofree char *path = g_build_filename (place->dir, "files", name, NULL);
  g_autofree char *sealed = NULL;
  g_autoptr(GError) error = NULL;
  gsize size;
  GStatBuf info;

  assert_paper (place, sha256);
  g_assert_false (is_on_the_disk (place, "330421199001011234"));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  /* Damaged, and another one's content under this name. */
  g_assert_true (g_file_get_contents (path, &sealed, &size, NULL));
  sealed[size - 1] ^= 1;
  g_assert_true (g_file_set_contents (path, sealed, (gssize) size, NULL));
  g_assert_null (yq_store_read_file (place->store, sha256, &error));
  g_assert_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FILE);
  {
    g_autoptr(GBytes) other = g_bytes_new_static ("x", 1);
    g_autofree char *other_sha256 = NULL;
    g_autofree char *other_name = NULL;
    g_autofree char *other_path = NULL;

    g_assert_true (yq_store_keep_file (place->store, other, &other_sha256, NULL));
    other_name = g_strconcat (other_sha256, ".sealed", NULL);
    other_path = g_build_filename (place->dir, "files", other_name, NULL);
    g_assert_cmpint (g_rename (other_path, path), ==, 0);
    g_assert_null (yq_store_read_file (place->store, sha256, NULL));
  }
}

static gboolean
has_plain_file (Place *place)
{
  g_autofree char *folder = g_build_filename (place->dir, "files", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (!g_str_has_suffix (name, ".sealed"))
      return TRUE;
  return FALSE;
}

/* As versions before left them. */
static void
test_plain_files_of_before_are_sealed (Place *place, gconstpointer data)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, PAPER, -1);
  g_autofree char *path = g_build_filename (place->dir, "files", sha256, NULL);

  g_assert_true (g_file_set_contents (path, PAPER, -1, NULL));
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s %u", PAPER, i);
      g_autofree char *name = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
      g_autofree char *other = g_build_filename (place->dir, "files", name, NULL);

      g_assert_true (g_file_set_contents (other, text, -1, NULL));
    }
  assert_paper (place, sha256); /* also before its turn */
  g_assert_finalize_object (g_steal_pointer (&place->store));
  open_place (place);
  while (has_plain_file (place))
    g_main_context_iteration (NULL, TRUE);
  settle ();
  assert_paper (place, sha256);
  g_assert_false (is_on_the_disk (place, "330421199001011234"));
}

/* -- lists -- */

typedef struct
{
  guint n;
  guint last[3];
} Changes;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, Changes *changes)
{
  changes->n++;
  changes->last[0] = position;
  changes->last[1] = removed;
  changes->last[2] = added;
}

static void
test_a_list_lives (Place *place, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(YqRecordList) list = NULL;
  g_autoptr(YqRecord) first = NULL;
  g_autoptr(YqRecord) again = NULL;
  Changes changes = { 0 };

  receive_instrument (place->store, A, 1, "甲", "");
  receive_instrument (place->store, B, 1, "乙", "");
  yq_query_set_sort (query, "name", FALSE);
  settle ();
  list = yq_record_list_new (place->store, query);
  yq_record_list_wait (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  first = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_cmpstr (yq_record_id (first), ==, A);
  g_assert_cmpuint (yq_record_list_find (list, B), ==, 1);

  g_signal_connect (list, "items-changed", G_CALLBACK (items_changed_cb), &changes);
  receive_instrument (place->store, C, 1, "安", "");
  receive_instrument (place->store, A, 2, "甲", "\"unit_price\":77");
  settle ();
  yq_record_list_wait (list);
  g_assert_cmpuint (changes.n, ==, 1);
  g_assert_cmpuint (changes.last[0], ==, 0);
  g_assert_cmpuint (changes.last[1], ==, 0);
  g_assert_cmpuint (changes.last[2], ==, 1);
  again = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_assert_true (again == first); /* the same object, brought up to date */
  g_assert_cmpint (yq_record_int (first, INSTRUMENT_UNIT_PRICE), ==, 77);
}

/* -- long lists: the first rows at once, the rest behind them -- */

#define MANY 2600 /* more than MANY_ROWS of the store's queries */

static void
receive_many (Place *place)
{
  YqStoreDb *db = yq_store_db (place->store);
  g_autoptr(GRand) chance = g_rand_new_with_seed (5);

  g_assert_true (yq_store_begin (place->store, db, NULL));
  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *id = g_strdup_printf ("018f3c00-0000-7000-8000-%012u", i);
      g_autofree char *json = g_strdup_printf (
        "{\"entity\":\"instrument\",\"id\":\"%s\",\"revision\":1,\"state\":\"%s\","
        "\"created_at\":\"2026-01-01T00:00:00.000Z\",\"updated_at\":\"2026-01-%02dT00:00:00.000Z\","
        "\"carrier\":\"" CARRIER "\",\"region\":\"330421\",\"fields\":{\"name\":\"电镜\","
        "\"original_value\":%d,\"condition\":\"%s\"}}",
        id, i % 50 == 7 ? "stopped" : "listed", g_rand_int_range (chance, 1, 28),
        g_rand_int_range (chance, 1, 90) * 100000, i % 300 == 9 ? "repair" : "normal");
      g_autoptr(JsonNode) node = yq_json_parse (json, -1, NULL);
      g_autoptr(YqReceived) received = yq_received_new (json_node_get_object (node));
      gboolean changed;

      g_assert_true (yq_store_db_receive (db, received, YQ_SCOPE_CATALOGUE, 1, &changed, NULL));
    }
  g_assert_true (yq_store_end (place->store, db, TRUE, NULL));
}

/* However a query is read, the first rows of it are the first of all. */
static void
check_first_rows (YqStore *store, guint i)
{
  YqStoreDb *db = yq_store_db (store);
  static const char *const sorts[] = { NULL, "updated_at", "original_value", "name", "state" };
  static const guint limits[] = { 1, 50, 256, MANY + 1 };
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(GArray) all = NULL;

  if (sorts[i % 5] != NULL)
    yq_query_set_sort (query, sorts[i % 5], i & 1);
  if (i & 1)
    yq_query_add (query, "state", i & 8 ? "stopped" : "listed");
  if (i & 2)
    yq_query_add (query, "condition", i & 16 ? "repair" : "normal");
  if (i & 4)
    yq_query_add (query, "region", "3304");
  if (i & 32)
    yq_query_set_text (query, "电镜");
  all = yq_query_rows (db, query, 0, NULL);
  g_assert_cmpuint (all->len, >, 0);
  g_assert_cmpuint (yq_store_count (store, query), ==, all->len);
  for (guint l = 0; l < G_N_ELEMENTS (limits); l++)
    {
      g_autoptr(GArray) first = yq_query_rows (db, query, limits[l], NULL);

      g_assert_cmpuint (first->len, ==, MIN (all->len, limits[l]));
      g_assert_cmpmem (first->data, first->len * sizeof (gint64), all->data,
                       first->len * sizeof (gint64));
    }
}

static void
test_the_first_rows_are_the_first (Place *place, gconstpointer data)
{
  receive_many (place);
  for (guint i = 0; i < 5 * 64; i += 7)
    if ((i & 25) != 25 || (i & 2) == 0) /* stopped and broken at once is nothing here */
      check_first_rows (place->store, i);
}

static void
assert_called (const char *code, const char *path)
{
  g_autofree char *found = yq_region_path (code);

  g_assert_cmpstr (found, ==, path);
}

/* A region is what the server says, not what somebody is typing. */
static void
test_what_is_typed_is_not_known (Place *place, gconstpointer data)
{
  g_autoptr(YqRecord) draft = NULL;

  receive (place->store, YQ_SCOPE_CATALOGUE, 1,
           "{\"entity\":\"region\",\"id\":\"018f3c00-0000-7000-8000-0000000000d1\","
           "\"revision\":1,\"state\":\"active\",\"created_at\":\"2026-01-01T00:00:00.000Z\","
           "\"updated_at\":\"2026-01-02T00:00:00.000Z\",\"fields\":{\"code\":\"330488\","
           "\"name\":\"滨海新区\"}}");
  assert_called ("330488", "浙江省嘉兴市滨海新区");

  draft = yq_store_new_record (place->store, &yq_region);
  yq_record_set_text (draft, REGION_CODE, "330421");
  yq_record_set_text (draft, REGION_NAME, "嘉");
  g_assert_true (yq_store_save_draft (place->store, draft, NULL));
  assert_called ("330421", "浙江省嘉兴市嘉善县");
  settle ();
  g_clear_object (&draft);
  g_assert_finalize_object (g_steal_pointer (&place->store));
  open_place (place);
  assert_called ("330421", "浙江省嘉兴市嘉善县");
  assert_called ("330488", "浙江省嘉兴市滨海新区");
}

static void
test_a_long_list_comes_in_two (Place *place, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_instrument);
  g_autoptr(YqQuery) other = yq_query_new (&yq_instrument);
  g_autoptr(YqRecordList) list = NULL;
  GListModel *model;

  receive_many (place);
  settle ();
  list = yq_record_list_new (place->store, query);
  model = G_LIST_MODEL (list);
  while (g_list_model_get_n_items (model) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (yq_record_list_is_cut (list));
  g_assert_true (yq_record_list_is_loading (list));
  g_assert_cmpuint (g_list_model_get_n_items (model), <, MANY);
  yq_record_list_wait (list);
  g_assert_false (yq_record_list_is_cut (list));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, MANY);

  /* Who means all of it gets all of it, also in the first moment. */
  yq_query_add (other, "condition", "normal");
  yq_record_list_set_query (list, other);
  yq_record_list_complete (list);
  g_assert_false (yq_record_list_is_cut (list));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, MANY - MANY / 300 - 1);
  yq_record_list_wait (list);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, MANY - MANY / 300 - 1);
}

static void
test_counts_for_chips (Place *place, gconstpointer data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_order);
  g_autoptr(YqRecordList) list = NULL;

  receive_order (place->store, A, 1, "draft", "");
  receive_order (place->store, B, 1, "submitted", "");
  receive_order (place->store, C, 1, "submitted", "");
  yq_query_add (query, "state", "draft");
  settle ();
  list = yq_record_list_new (place->store, query);
  yq_record_list_count_by (list, "state");
  yq_record_list_wait (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpuint (yq_record_list_count (list, "submitted"), ==, 2);
  g_assert_cmpuint (yq_record_list_count (list, ""), ==, 3);
}

static void
test_ticks_survive_filtering (Place *place, gconstpointer data)
{
  g_autoptr(YqQuery) all = yq_query_new (&yq_instrument);
  g_autoptr(YqQuery) some = yq_query_new (&yq_instrument);
  g_autoptr(YqRecordList) list = NULL;
  g_autoptr(YqTickSet) ticks = yq_tick_set_new ();
  g_auto(GStrv) ids = NULL;

  for (guint i = 0; i < 700; i++)
    {
      g_autofree char *id = g_strdup_printf ("018f3c00-0000-7000-8000-%012u", i);

      receive_instrument (place->store, id, 1, i % 7 == 0 ? "质谱" : "电镜", "");
    }
  settle ();
  list = yq_record_list_new (place->store, all);
  yq_record_list_wait (list);
  yq_tick_set_add_all (ticks, list);
  g_assert_cmpuint (yq_tick_set_size (ticks), ==, 700);
  yq_query_set_text (some, "质谱");
  yq_record_list_set_query (list, some);
  yq_record_list_wait (list);
  g_assert_cmpuint (yq_tick_set_size (ticks), ==, 700);
  g_assert_cmpuint (yq_tick_set_n_within (ticks, list), ==, 100);
  yq_tick_set_clear (ticks);
  yq_tick_set_add_range (ticks, list, 4, 2);
  g_assert_cmpuint (yq_tick_set_size (ticks), ==, 3);
  ids = yq_tick_set_dup_ids (ticks);
  g_assert_cmpstr (ids[0], ==, yq_record_list_id (list, 2));
  yq_tick_set_set (ticks, ids[0], FALSE);
  g_assert_false (yq_tick_set_has (ticks, ids[0]));
}

/* -- splices -- */

static void
check_splices (GRand *rand)
{
  gint64 old[40], new[40];
  guint n_old = 0, n_new = 0;
  g_autoptr(GArray) splices = NULL;
  g_autoptr(GArray) made = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (gint64 i = 0; i < 30; i++)
    {
      if (g_rand_boolean (rand))
        old[n_old++] = i;
      if (g_rand_boolean (rand))
        new[n_new++] = i;
    }
  for (guint i = 0; i < 3 && n_new > 1; i++)
    {
      guint a = g_rand_int_range (rand, 0, n_new), b = g_rand_int_range (rand, 0, n_new);
      gint64 swap = new[a];

      new[a] = new[b];
      new[b] = swap;
    }
  splices = yq_splices (old, n_old, new, n_new, g_rand_boolean (rand) ? 64 : 2);
  g_array_append_vals (made, old, n_old);
  for (guint i = 0; i < splices->len; i++)
    {
      YqSplice *splice = &g_array_index (splices, YqSplice, i);

      g_array_remove_range (made, splice->position, splice->n_removed);
      g_array_insert_vals (made, splice->position, new + splice->new_position, splice->n_added);
    }
  g_assert_cmpmem (made->data, made->len * sizeof (gint64), new, n_new * sizeof (gint64));
}

static void
test_splices_make_the_new_list (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (1);
  const gint64 old[] = { 1, 2, 3, 4, 5 }, moved[] = { 5, 1, 2, 3, 4 };
  g_autoptr(GArray) splices = yq_splices (old, 5, moved, 5, 64);

  g_assert_cmpuint (splices->len, ==, 2); /* one item moved, four stay */
  for (guint i = 0; i < 2000; i++)
    check_splices (rand);
}

/* Whoever begins a record that others only give an owner later can fill it in meanwhile. */
static void
test_a_new_record_is_ones_own (Place *place, gconstpointer data)
{
  static const struct
  {
    const YqEntity *entity;
    guint field;
  } kinds[] = {
    { &yq_redemption, REDEMPTION_NOTE },
    { &yq_invoice, INVOICE_NOTE },
    { &yq_voucher_service, VOUCHER_SERVICE_NOTE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr(YqRecord) fresh = yq_store_new_record (place->store, kinds[i].entity);
      g_autoptr(YqRecord) kept = NULL;
      g_autoptr(GError) error = NULL;

      g_assert_cmpuint (
        yq_access_edits (yq_store_world (place->store), yq_store_who (place->store), fresh), !=, 0);
      yq_record_set_text (fresh, kinds[i].field, "…");
      yq_store_save_draft (place->store, fresh, &error);
      g_assert_no_error (error);
      kept = yq_store_get (place->store, kinds[i].entity, yq_record_id (fresh));
      g_assert_cmpuint (
        yq_access_edits (yq_store_world (place->store), yq_store_who (place->store), kept), !=, 0);
    }
}

/* The one who redeems is the carrier where it says so. */
static void
test_a_carrier_redeems_for_itself (Place *place, gconstpointer data)
{
  g_autoptr(YqRecord) fresh = yq_store_new_record (place->store, &yq_redemption);
  g_autoptr(YqRecord) kept = NULL;
  g_autoptr(GError) error = NULL;

  yq_record_set_text (fresh, REDEMPTION_REDEEMER, "carrier");
  yq_store_save_draft (place->store, fresh, &error);
  g_assert_no_error (error);
  kept = yq_store_get (place->store, &yq_redemption, yq_record_id (fresh));
  g_assert_cmpstr (yq_record_carrier (kept), ==, BUYER);
  g_assert_null (yq_record_buyer (kept));
}

static void
test_an_invoice_is_found_by_its_number (Place *place, gconstpointer data)
{
  g_autoptr(YqRecord) invoice = yq_store_new_record (place->store, &yq_invoice);
  g_autoptr(YqQuery) query = yq_query_new (&yq_invoice);

  yq_record_set_text (invoice, INVOICE_NUMBER, "26342000000700000001");
  yq_record_set_text (invoice, INVOICE_REDEEMER, "enterprise");
  g_assert_true (yq_store_save_draft (place->store, invoice, NULL));
  yq_query_set_text (query, "26342000000700000001");
  g_assert_cmpuint (yq_store_count (place->store, query), ==, 1);
}

#define ADD(path, func, data) g_test_add (path, Place, data, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  yq_clock_set (G_GINT64_CONSTANT (1790000000000));

  ADD ("/store/what-came-is-there-again", test_what_came_is_there_again, NULL);
  ADD ("/store/told", test_what_a_rule_is_told, NULL);
  ADD ("/store/search-follows", test_search_follows_the_record, NULL);
  ADD ("/store/conditions-and-orders", test_conditions_and_orders, NULL);
  ADD ("/store/money-sorts", test_money_sorts_as_numbers_and_unset_last, NULL);
  ADD ("/store/new-draft", test_a_new_draft_survives, NULL);
  ADD ("/store/new-record-is-own", test_a_new_record_is_ones_own, NULL);
  ADD ("/store/carrier-redeems", test_a_carrier_redeems_for_itself, NULL);
  ADD ("/store/different-fields-merge", test_edits_of_different_fields_merge, NULL);
  ADD ("/store/same-field-asks", test_the_same_field_asks, NULL);
  ADD ("/store/choose/mine", test_choosing_ends_a_conflict, GINT_TO_POINTER (TRUE));
  ADD ("/store/choose/theirs", test_choosing_ends_a_conflict, GINT_TO_POINTER (FALSE));
  ADD ("/store/arguments", test_typed_arguments_survive, NULL);
  ADD ("/store/generations", test_what_is_not_shown_again_goes_but_drafts_stay, NULL);
  ADD ("/store/mine-wins", test_mine_wins_over_the_public_copy, NULL);
  ADD ("/store/private", test_private_fields_are_not_on_the_disk, NULL);
  ADD ("/store/files", test_files_are_copied_and_checked, NULL);
  ADD ("/store/file-kinds", test_each_field_takes_its_kinds, NULL);
  ADD ("/store/file-sizes", test_each_field_takes_its_size, NULL);
  ADD ("/store/files/sealed", test_files_are_sealed, NULL);
  ADD ("/store/files/plain", test_plain_files_of_before_are_sealed, NULL);
  ADD ("/store/invoice-number", test_an_invoice_is_found_by_its_number, NULL);
  ADD ("/store/list-lives", test_a_list_lives, NULL);
  ADD ("/store/long/first-rows", test_the_first_rows_are_the_first, NULL);
  ADD ("/store/long/in-two", test_a_long_list_comes_in_two, NULL);
  ADD ("/store/known", test_what_is_typed_is_not_known, NULL);
  ADD ("/store/counts", test_counts_for_chips, NULL);
  ADD ("/store/ticks", test_ticks_survive_filtering, NULL);
  g_test_add_func ("/store/splices", test_splices_make_the_new_list);

  return g_test_run ();
}
