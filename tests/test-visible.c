/* The server says four times who reads what: the pure function, a condition in SQL, a row on its
 * way to the wire, and the audiences of the feed.  All must agree, for everybody and every record.
 */
#define G_LOG_DOMAIN "test-visible"

#include <glib/gstdio.h>
#include <string.h>

#include "access-cases.h"
#include "audience.h"
#include "list-visible.h"
#include "record-json.h"
#include "record-row.h"
#include "record-sql.h"

typedef struct
{
  char *folder;
  SqlConn *conn;
  GPtrArray *records;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = NULL;

  f->folder = g_dir_make_tmp ("yiquan-visible-XXXXXX", &error);
  g_assert_no_error (error);
  uri = g_strdup_printf ("sqlite:%s/records.db", f->folder);
  f->conn = sql_open (uri, SQL_OPEN_READ_WRITE, &error);
  g_assert_no_error (error);
  yq_record_sql_load_key (f->conn, &error);
  g_assert_no_error (error);
  yq_record_sql_migrate (f->conn, &error);
  g_assert_no_error (error);
  f->records = g_ptr_array_new_with_free_func (g_object_unref);
  g_assert_true (sql_begin (f->conn, TRUE, &error));
  for (guint e = 0; e < yq_model_count (); e++)
    for (guint s = 0; s < yq_model_nth (e)->n_states; s++)
      for (guint v = 0; v < G_N_ELEMENTS (variants); v++)
        {
          YqRecord *record = make_held_record (yq_model_nth (e), &yq_model_nth (e)->states[s], v);

          yq_record_sql_insert (f->conn, record, 0, &error);
          g_assert_no_error (error);
          g_ptr_array_add (f->records, record);
        }
  g_assert_true (sql_commit (f->conn, &error));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr(GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;

  g_ptr_array_unref (f->records);
  sql_close (f->conn);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
}

static void
for_every_pair (Fixture *f, void (*check) (Fixture *f, const Person *person, const YqWho *who,
                                           YqRecord *record, guint readers))
{
  g_assert_cmpuint (f->records->len, >, 300);
  for (guint p = 0; p < G_N_ELEMENTS (people); p++)
    {
      YqWho who = who_is (&people[p]);

      for (guint i = 0; i < f->records->len; i++)
        check (f, &people[p], &who, f->records->pdata[i],
               yq_access_readers (NULL, &who, f->records->pdata[i]));
    }
}

#define FAULT(person, record, format, ...)                                                      \
  g_error ("%s, %s %s of buyer %s, carrier %s, region %s: " format, (person)->name,             \
           yq_record_entity (record)->name, yq_record_state (record), yq_record_buyer (record), \
           yq_record_carrier (record), yq_record_region (record), __VA_ARGS__)

/* -- the row on its way to the wire -- */

static SqlRows *
select_row (Fixture *f, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\" WHERE \"id\" = $1",
                                          yq_record_sql_columns (entity), entity->name);
  g_autoptr(GError) error = NULL;
  SqlRows *rows = sql_query (f->conn, sql, SQL_ARGS (SQL_TEXT (yq_record_id (record))), &error);

  g_assert_no_error (error);
  g_assert_true (sql_rows_next (rows, &error));
  return rows;
}

static void
check_row (Fixture *f, const Person *person, const YqWho *who, YqRecord *record, guint readers)
{
  const YqEntity *entity = yq_record_entity (record);
  g_autoptr(SqlRows) rows = select_row (f, record);
  guint told = yq_record_row_readers (rows, entity, 0, who);

  if (told != readers)
    FAULT (person, record, "the row is read as %#x, not %#x", told, readers);
}

static void
test_rows_agree (Fixture *f, gconstpointer data)
{
  for_every_pair (f, check_row);
}

/* -- the quick wire -- */

static void
test_the_quick_wire_is_the_slow_one (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < f->records->len; i++)
    {
      YqRecord *record = f->records->pdata[i];
      g_autoptr(SqlRows) rows = select_row (f, record);

      for (guint readers = 0; readers <= YQ_EVERYBODY; readers++)
        {
          g_autoptr(GString) quick = g_string_new (NULL);
          g_autoptr(GString) slow = g_string_new (NULL);
          g_autoptr(JsonNode) first = NULL;
          g_autoptr(JsonNode) second = NULL;

          yq_record_sql_append_json (quick, rows, yq_record_entity (record), 0, readers);
          g_string_append_c (quick, '}');
          yq_json_append_record (slow, record, readers);
          first = yq_json_parse (quick->str, quick->len, NULL);
          second = yq_json_parse (slow->str, slow->len, NULL);
          if (first == NULL || !json_node_equal (first, second))
            g_error ("%s for %#x:\n%s\n%s", yq_record_entity (record)->name, readers, quick->str,
                     slow->str);
        }
    }
}

/* -- the condition in SQL -- */

static void
add_text (gpointer query, GString *sql, const char *value)
{
  GPtrArray *texts = query;

  g_ptr_array_add (texts, g_strdup (value));
  g_string_append_printf (sql, "$%u", texts->len);
}

/* The ids the condition finds. */
static GHashTable *
find_visible (Fixture *f, const YqEntity *entity, const YqWho *who, guint classes)
{
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GString) sql = g_string_new (NULL);
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GArray) args = g_array_new (FALSE, FALSE, sizeof (SqlValue));
  g_autoptr(SqlRows) rows = NULL;
  g_autoptr(GError) error = NULL;

  g_string_printf (sql, "SELECT t.\"id\" FROM \"%s\" t WHERE ", entity->name);
  yq_list_visible (sql, entity, who, classes, add_text, texts);
  for (guint i = 0; i < texts->len; i++)
    g_array_append_vals (args, &SQL_TEXT (texts->pdata[i]), 1);
  rows = sql_query (f->conn, sql->str, (const SqlValue *) args->data, args->len, &error);
  g_assert_no_error (error);
  while (sql_rows_next (rows, &error))
    g_hash_table_add (found, g_strdup (sql_rows_text (rows, 0)));
  g_assert_no_error (error);
  return found;
}

static void
check_list (Fixture *f, const Person *person, const YqEntity *entity, guint classes)
{
  YqWho who = who_is (person);
  g_autoptr(GHashTable) found = find_visible (f, entity, &who, classes);

  for (guint i = 0; i < f->records->len; i++)
    {
      YqRecord *record = f->records->pdata[i];
      guint readers;

      if (yq_record_entity (record) != entity)
        continue;
      readers = yq_access_readers (NULL, &who, record);
      if (((readers & classes) != 0) != g_hash_table_contains (found, yq_record_id (record)))
        FAULT (person, record, "a list for %#x %s it, read as %#x", classes,
               (readers & classes) != 0 ? "misses" : "shows", readers);
      if ((readers & ~yq_list_classes (entity, &who)) != 0)
        FAULT (person, record, "read as %#x, beyond %#x", readers, yq_list_classes (entity, &who));
    }
}

static void
test_lists_agree (Fixture *f, gconstpointer data)
{
  static const guint classes[] = {
    YQ_EVERYBODY,  YQ_INVOLVED,      YQ_OFFICIAL,           YQ_SEES_PUBLIC, YQ_SEES_PARTIES,
    YQ_SEES_OWNER, YQ_SEES_REVIEWER, YQ_SEES_ADMINISTRATOR, YQ_DECIDERS,    YQ_NOBODY,
  };

  for (guint p = 0; p < G_N_ELEMENTS (people); p++)
    for (guint e = 0; e < yq_model_count (); e++)
      for (guint c = 0; c < G_N_ELEMENTS (classes); c++)
        check_list (f, &people[p], yq_model_nth (e), classes[c]);
}

/* -- the feed -- */

static gboolean
have_common (GArray *a, GArray *b)
{
  for (guint i = 0; i < a->len; i++)
    for (guint j = 0; j < b->len; j++)
      if (g_array_index (a, gint64, i) == g_array_index (b, gint64, j))
        return TRUE;
  return FALSE;
}

/* Who reads a record beyond what is public must hear of it; she may hear of more. */
static void
check_audience (Fixture *f, const Person *person, const YqWho *who, YqRecord *record, guint readers)
{
  g_autoptr(GArray) of_record = yq_audience_of_record (record);
  g_autoptr(GArray) of_reader = yq_audience_of_reader (who);
  gint64 public = YQ_AUDIENCE_PUBLIC;
  gboolean in_public = FALSE;

  for (guint i = 0; i < of_record->len; i++)
    in_public |= g_array_index (of_record, gint64, i) == public;
  if (in_public != ((readers & YQ_SEES_PUBLIC) != 0) || in_public != yq_audience_is_public (record))
    FAULT (person, record, "%s", "the public's feed and its sight differ");
  if ((readers & ~YQ_SEES_PUBLIC) != 0 && !have_common (of_record, of_reader))
    FAULT (person, record, "reads it as %#x and never hears of it", readers);
}

static void
test_audiences_miss_nobody (Fixture *f, gconstpointer data)
{
  for_every_pair (f, check_audience);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  yq_text_set_language (YQ_LANGUAGE_EN);
  g_test_add ("/visible/rows", Fixture, NULL, set_up, test_rows_agree, tear_down);
  g_test_add ("/visible/wire", Fixture, NULL, set_up, test_the_quick_wire_is_the_slow_one,
              tear_down);
  g_test_add ("/visible/lists", Fixture, NULL, set_up, test_lists_agree, tear_down);
  g_test_add ("/visible/audiences", Fixture, NULL, set_up, test_audiences_miss_nobody, tear_down);
  return g_test_run ();
}
