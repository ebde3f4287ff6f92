/* Takes the rows of an instrument management system over: a merge of three, what it says now, what
 * it said before, and what stands here. */
#define G_LOG_DOMAIN "yiquand-instruments"

#include "instrument-rows.h"

#include <string.h>

#include "catalogue.h"
#include "owners.h"
#include "party.h"
#include "put-record.h"
#include "record-json.h"
#include "record-sheet.h"
#include "region.h"
#include "world-sql.h"
#include "writer.h"

#define MAX_BAD_ROWS 100
#define MAX_WHY 280
#define MAX_TOLD 3 /* reasons in a message */
#define MAX_NUMBER 64

static const char *const uscc_names[] = { "uscc", "统一社会信用代码", "所属单位统一社会信用代码",
                                          NULL };

/* What one organisation is told. */
typedef struct
{
  guint n_new, n_changed, n_bad;
  char *first; /* instrument */
  GString *reasons;
} News;

typedef struct
{
  YqReadingCounts counts;
  JsonArray *bad_rows;
  GHashTable *news; /* organisation -> News */
} Outcome;

struct _YqReading
{
  char *name, *title, *region;
  YqSheetNames *names;       /* of the classes of instruments; NULL until the first row */
  GHashTable *organisations; /* credit code -> id, or "" where there is none */
  Outcome all, portion;
};

/* One row on its way. */
typedef struct
{
  YqReading *reading;
  YqTx *tx;
  const char *number, *organisation;
  YqValues *now, *before; /* what the system says, and said */
  char *linked;           /* the instrument it was taken into before, or NULL */
  gboolean known;         /* it was here before, taken or not */
  char *why_before;
  gboolean kept;
} Row;

static const char tables[] =
  "CREATE TABLE IF NOT EXISTS instrument_said ("
  " system TEXT NOT NULL, external_id TEXT NOT NULL, organisation TEXT NOT NULL, record TEXT,"
  " said TEXT NOT NULL, why TEXT, PRIMARY KEY (system, organisation, external_id)) WITHOUT ROWID;"
  "CREATE UNIQUE INDEX IF NOT EXISTS instrument_said_record ON instrument_said (record)"
  " WHERE record IS NOT NULL;";

gboolean
yq_instrument_rows_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (conn, tables, error);
}

static void
news_free (gpointer data)
{
  News *news = data;

  g_free (news->first);
  g_string_free (news->reasons, TRUE);
  g_free (news);
}

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->bad_rows, json_array_unref);
  g_clear_pointer (&outcome->news, g_hash_table_unref);
}

static void
outcome_init (Outcome *outcome)
{
  memset (&outcome->counts, 0, sizeof outcome->counts);
  outcome->bad_rows = json_array_new ();
  outcome->news = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, news_free);
}

YqReading *
yq_reading_new (const char *name, const char *title, const char *region)
{
  YqReading *self = g_new0 (YqReading, 1);

  self->name = g_strdup (name);
  self->title = g_strdup (title);
  self->region = g_strdup (region);
  self->organisations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  outcome_init (&self->all);
  outcome_init (&self->portion);
  return self;
}

void
yq_reading_free (YqReading *self)
{
  g_free (self->name);
  g_free (self->title);
  g_free (self->region);
  g_clear_pointer (&self->names, yq_sheet_names_free);
  g_hash_table_unref (self->organisations);
  outcome_clear (&self->all);
  outcome_clear (&self->portion);
  g_free (self);
}

const YqReadingCounts *
yq_reading_counts (YqReading *self)
{
  return &self->all.counts;
}

JsonArray *
yq_reading_bad_rows (YqReading *self)
{
  return self->all.bad_rows;
}

static News *
news_of (Outcome *outcome, const char *organisation)
{
  News *news = g_hash_table_lookup (outcome->news, organisation);

  if (news != NULL)
    return news;
  news = g_new0 (News, 1);
  news->reasons = g_string_new (NULL);
  g_hash_table_insert (outcome->news, g_strdup (organisation), news);
  return news;
}

/* -- portions -- */

void
yq_reading_begin (YqReading *self)
{
  outcome_clear (&self->portion);
  outcome_init (&self->portion);
}

static void
add_reasons (News *news, const News *more)
{
  if (news->reasons->len > 0 && more->reasons->len > 0)
    g_string_append (news->reasons, "；");
  g_string_append (news->reasons, more->reasons->str);
}

void
yq_reading_end (YqReading *self)
{
  YqReadingCounts *all = &self->all.counts;
  const YqReadingCounts *more = &self->portion.counts;
  GHashTableIter iter;
  gpointer organisation, data;

  *all =
    (YqReadingCounts){ all->n_rows + more->n_rows,       all->n_new + more->n_new,
                       all->n_changed + more->n_changed, all->n_kept + more->n_kept,
                       all->n_bad + more->n_bad,         all->n_elsewhere + more->n_elsewhere };
  for (guint i = 0; i < json_array_get_length (self->portion.bad_rows) &&
                    json_array_get_length (self->all.bad_rows) < MAX_BAD_ROWS;
       i++)
    json_array_add_element (self->all.bad_rows, json_array_dup_element (self->portion.bad_rows, i));
  g_hash_table_iter_init (&iter, self->portion.news);
  while (g_hash_table_iter_next (&iter, &organisation, &data))
    {
      News *news = news_of (&self->all, organisation), *portion = data;

      if (news->n_bad < MAX_TOLD)
        add_reasons (news, portion);
      news->n_new += portion->n_new;
      news->n_changed += portion->n_changed;
      news->n_bad += portion->n_bad;
      if (news->first == NULL)
        news->first = g_steal_pointer (&portion->first);
    }
  yq_reading_begin (self);
}

/* -- whose it is -- */

static gboolean
is_in_region (YqReading *self, YqRecord *organisation)
{
  const char *place = yq_record_text (organisation, ORGANISATION_REGION);

  return self->region == NULL || (place != NULL && yq_region_holds (self->region, place));
}

/* The id, or NULL where no verified organisation of the region has this code. */
static const char *
find_organisation (YqReading *self, YqTx *tx, const char *uscc)
{
  const char *known = g_hash_table_lookup (self->organisations, uscc);
  g_autoptr(GPtrArray) list = NULL;
  const char *id = "";

  if (known == NULL)
    {
      list = yq_world_list (tx->world, &yq_organisation, "uscc", uscc);
      for (guint i = 0; i < list->len; i++)
        if (yq_record_in_state (list->pdata[i], "active|stale") &&
            is_in_region (self, list->pdata[i]))
          id = yq_record_id (list->pdata[i]);
      known = g_strdup (id);
      g_hash_table_insert (self->organisations, g_strdup (uscc), (char *) known);
    }
  return *known != '\0' ? known : NULL;
}

/* -- what the row says -- */

/* A value as the cell of a sheet; NULL: neither text nor number. */
static char *
cell_of (JsonNode *node)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("");
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      return g_strdup (
        g_ascii_formatd (digits, sizeof digits, "%.15g", json_node_get_double (node)));
    }
  return g_strdup (json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                    : NULL);
}

static char *
member_of (JsonObject *object, const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (json_object_has_member (object, names[i]))
      {
        char *cell = cell_of (json_object_get_member (object, names[i]));

        return cell != NULL ? g_strstrip (cell) : NULL;
      }
  return NULL;
}

static void
load_names (YqReading *self, YqTx *tx)
{
  g_autoptr(GPtrArray) classes = NULL;

  if (self->names != NULL)
    return;
  self->names = yq_sheet_names_new ();
  classes = yq_world_list (tx->world, &yq_category, "kind", "instrument");
  for (guint i = 0; i < classes->len; i++)
    yq_sheet_names_add (self->names, classes->pdata[i]);
}

static gboolean
is_taken_over (int field)
{
  return field >= 0 && field != INSTRUMENT_EXTERNAL_ID && field != INSTRUMENT_SOURCE &&
         (yq_instrument.fields[field].flags & YQ_SHEET);
}

/* NULL, or why the row cannot be read. */
static char *
read_cells (Row *row, JsonObject *object)
{
  g_autoptr(GList) names = json_object_get_members (object);

  for (GList *l = names; l != NULL; l = l->next)
    {
      const char *name = l->data;
      int field = yq_sheet_find_field (&yq_instrument, name);
      g_autofree char *cell = NULL;
      g_autofree char *why = NULL;

      if (g_strv_contains (uscc_names, name) || !is_taken_over (field))
        continue;
      if ((cell = cell_of (json_object_get_member (object, name))) == NULL)
        return g_strdup_printf (_("%s: this is neither a text nor a number"), name);
      if (*cell == '\0')
        continue;
      why =
        yq_sheet_read (row->now, field, cell, yq_sheet_heading_scale (name), row->reading->names);
      if (why != NULL)
        return g_strdup_printf (_("%s: %s"), yq_sheet_heading (&yq_instrument.fields[field]), why);
    }
  return NULL;
}

/* -- what is known of it -- */

static gboolean
load_before (Row *row, GError **error)
{
  g_autoptr(SqlRows) rows = sql_query (
    row->tx->conn,
    "SELECT record, said, why FROM instrument_said"
    " WHERE system = $1 AND organisation = $2 AND external_id = $3",
    SQL_ARGS (SQL_TEXT (row->reading->name), SQL_TEXT (row->organisation), SQL_TEXT (row->number)),
    error);
  g_autoptr(JsonNode) said = NULL;
  YqProblem *problem = NULL;
  GError *failure = NULL;

  if (rows == NULL)
    return FALSE;
  if (!sql_rows_next (rows, &failure))
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return failure == NULL;
    }
  row->known = TRUE;
  row->linked = g_strdup (sql_rows_text (rows, 0));
  row->why_before = g_strdup (sql_rows_text (rows, 2));
  said = yq_json_parse (sql_rows_text (rows, 1), -1, &problem);
  if (said != NULL && JSON_NODE_HOLDS_OBJECT (said))
    yq_json_read_fields (json_node_get_object (said), row->before, NULL, &problem);
  g_clear_pointer (&problem, yq_problem_free); /* a field that is no more: it was not said */
  return TRUE;
}

/* taken: what is said now stands in that record; NULL: it does not, and why. */
static gboolean
keep_said (Row *row, const char *record, const char *why, GError **error)
{
  g_autoptr(GString) said = g_string_new (NULL);

  for (guint i = 0; why == NULL && i < yq_instrument.n_fields; i++)
    if (yq_values_has (row->now, i))
      yq_values_copy_field (row->before, row->now, i);
  yq_json_append_fields (said, row->before, NULL, NULL);
  return sql_exec (row->tx->conn,
                   "INSERT INTO instrument_said (system, organisation, external_id, record, said,"
                   " why) VALUES ($1, $2, $3, $4, $5, $6)"
                   " ON CONFLICT (system, organisation, external_id) DO UPDATE"
                   " SET record = excluded.record, said = excluded.said, why = excluded.why",
                   SQL_ARGS (SQL_TEXT (row->reading->name), SQL_TEXT (row->organisation),
                             SQL_TEXT (row->number), SQL_TEXT (record), SQL_TEXT (said->str),
                             SQL_TEXT (why)),
                   error) >= 0;
}

/* May an instrument that was entered here be the one that is told? */
static gboolean
is_free (Row *row, YqRecord *instrument, GError **error)
{
  gint64 found;

  return g_strcmp0 (yq_record_carrier (instrument), row->organisation) == 0 &&
         !sql_get_int (row->tx->conn, "SELECT 1 FROM instrument_said WHERE record = $1",
                       SQL_ARGS (SQL_TEXT (yq_record_id (instrument))), &found, error);
}

/* One that was typed or imported here before the system told it: the same number there, or the same
 * asset number and no number yet. */
static YqRecord *
find_entered (Row *row, GError **error)
{
  const char *asset = yq_values_text (row->now, INSTRUMENT_ASSET_NUMBER);
  g_autoptr(GPtrArray) list =
    yq_world_list (row->tx->world, &yq_instrument, "external_id", row->number);
  g_autoptr(GPtrArray) twins =
    asset != NULL ? yq_world_list (row->tx->world, &yq_instrument, "asset_number", asset) : NULL;

  for (guint i = 0; i < list->len; i++)
    if (is_free (row, list->pdata[i], error))
      return g_object_ref (list->pdata[i]);
  for (guint i = 0; twins != NULL && i < twins->len; i++)
    if (!yq_record_has (twins->pdata[i], INSTRUMENT_EXTERNAL_ID) &&
        is_free (row, twins->pdata[i], error))
      return g_object_ref (twins->pdata[i]);
  return NULL;
}

/* -- the merge -- */

static YqRecord *
new_instrument (Row *row)
{
  YqRecord *record = yq_record_new (&yq_instrument, NULL);

  yq_record_set_state (record, "draft");
  yq_record_set_carrier (record, row->organisation);
  yq_owners_fill (row->tx->world, NULL, record);
  return record;
}

/* How many fields changed. */
static guint
merge (Row *row, YqRecord *record)
{
  YqValues *here = yq_record_values (record);
  guint n = 0;

  for (guint i = 0; i < yq_instrument.n_fields; i++)
    {
      gboolean told_before = yq_values_has (row->before, i);

      if (!yq_values_has (row->now, i) || yq_values_equal (row->now, here, i) ||
          (told_before && yq_values_equal (row->now, row->before, i)))
        continue;
      if (yq_values_has (here, i) && (!told_before || !yq_values_equal (here, row->before, i)))
        {
          row->kept = TRUE; /* somebody typed this */
          continue;
        }
      yq_values_copy_field (here, row->now, i);
      n++;
    }
  if (!yq_record_has (record, INSTRUMENT_EXTERNAL_ID))
    {
      yq_record_set_text (record, INSTRUMENT_EXTERNAL_ID, row->number);
      yq_record_set_text (record, INSTRUMENT_SOURCE, "system");
      n++;
    }
  return n;
}

static char *
why_not (YqProblem *problem)
{
  const char *field = NULL;
  int i;

  if (yq_problem_n_errors (problem) == 0)
    return g_strdup (yq_problem_detail (problem));
  yq_problem_error (problem, 0, &field, NULL);
  i = field != NULL ? yq_entity_find_field (&yq_instrument, field) : -1;
  return g_strdup_printf (_("%s: %s"), i >= 0 ? yq_sheet_heading (&yq_instrument.fields[i]) : "",
                          yq_problem_error (problem, 0, &field, NULL));
}

/* Why the row is not taken, or NULL; error is the database's. */
static char *
write_row (Row *row, GError **error)
{
  YqTx *tx = row->tx;
  g_autoptr(YqRecord) stored =
    row->linked != NULL ? yq_world_get (tx->world, &yq_instrument, row->linked) : NULL;
  g_autoptr(YqRecord) record = NULL;
  g_autoptr(YqProblem) problem = NULL;
  Outcome *outcome = &row->reading->portion;
  GError *failure = NULL;
  News *news;

  if (row->linked != NULL && stored == NULL)
    return NULL; /* it was deleted here: nobody wants it back */
  if (stored == NULL)
    stored = find_entered (row, &failure);
  record = stored != NULL ? yq_record_copy (stored) : new_instrument (row);
  if (failure == NULL && merge (row, record) > 0)
    {
      problem = yq_put_record (tx, stored, record, &failure);
      if (problem == NULL && failure == NULL)
        {
          news = news_of (outcome, row->organisation);
          *(stored == NULL ? &news->n_new : &news->n_changed) += 1;
          *(stored == NULL ? &outcome->counts.n_new : &outcome->counts.n_changed) += 1;
          if (news->first == NULL)
            news->first = g_strdup (yq_record_id (record));
        }
    }
  if (problem == NULL && failure == NULL)
    keep_said (row, yq_record_id (record), NULL, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem != NULL ? why_not (problem) : NULL;
}

/* -- one row -- */

static void
add_bad_row (Outcome *outcome, const char *number, const char *unit, const char *why)
{
  JsonObject *bad;
  g_autofree char *short_why = g_utf8_substring (why, 0, MIN (g_utf8_strlen (why, -1), MAX_WHY));

  outcome->counts.n_bad++;
  if (json_array_get_length (outcome->bad_rows) >= MAX_BAD_ROWS)
    return;
  bad = json_object_new ();
  json_object_set_string_member (bad, "external_id", number);
  json_object_set_string_member (bad, "organisation", unit);
  json_object_set_string_member (bad, "why", short_why);
  json_array_add_object_element (outcome->bad_rows, bad);
}

/* The organisation hears of it once, not at every reading. */
static gboolean
refuse_row (Row *row, const char *unit, const char *why, GError **error)
{
  add_bad_row (&row->reading->portion, row->number, unit, why);
  if (g_strcmp0 (row->why_before, why) != 0)
    {
      News *news = news_of (&row->reading->portion, row->organisation);

      if (news->n_bad++ < MAX_TOLD)
        g_string_append_printf (news->reasons, "%s%s：%s", news->reasons->len > 0 ? "；" : "",
                                row->number, why);
    }
  return keep_said (row, row->linked, why, error);
}

static gboolean
take_row (Row *row, JsonObject *object, const char *unit, GError **error)
{
  SqlConn *conn = row->tx->conn;
  g_autofree char *why = NULL;
  GError *failure = NULL;
  guint mark;

  load_names (row->reading, row->tx);
  if (!load_before (row, error) || !yq_writer_savepoint (conn, &mark, error))
    return FALSE;
  if ((why = read_cells (row, object)) == NULL)
    why = write_row (row, &failure);
  if (failure != NULL && !g_error_matches (failure, SQL_ERROR, SQL_ERROR_CONSTRAINT))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (failure != NULL)
    why = g_strdup (failure->message);
  g_clear_error (&failure);
  if (why == NULL)
    {
      row->reading->portion.counts.n_kept += row->kept;
      return sql_release (conn, error);
    }
  if (!yq_writer_rollback_to (conn, mark, error))
    return FALSE;
  yq_world_sql_forget (row->tx->world, NULL);
  return refuse_row (row, unit, why, error);
}

gboolean
yq_reading_take (YqReading *self, YqTx *tx, JsonNode *node, GError **error)
{
  static const char *const number_names[] = { "external_id", "仪器编号", NULL };
  JsonObject *object =
    node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autofree char *uscc = object != NULL ? member_of (object, uscc_names) : NULL;
  g_autofree char *number = object != NULL ? member_of (object, number_names) : NULL;
  g_autoptr(YqValues) now = yq_values_new (yq_instrument.fields, yq_instrument.n_fields);
  g_autoptr(YqValues) before = yq_values_new (yq_instrument.fields, yq_instrument.n_fields);
  Row row = { .reading = self, .tx = tx, .number = number, .now = now, .before = before };
  gboolean done;

  self->portion.counts.n_rows++;
  if (uscc == NULL || *uscc == '\0' || number == NULL || *number == '\0' ||
      g_utf8_strlen (number, -1) > MAX_NUMBER)
    {
      add_bad_row (&self->portion, number != NULL && strlen (number) < 64 ? number : "",
                   uscc != NULL && strlen (uscc) < 64 ? uscc : "",
                   _("The unit's credit code or the instrument's number is missing or too long"));
      return TRUE;
    }
  if ((row.organisation = find_organisation (self, tx, uscc)) == NULL)
    {
      self->portion.counts.n_elsewhere++;
      return yq_world_sql_check (tx->world, error);
    }
  done = take_row (&row, object, uscc, error);
  g_free (row.linked);
  g_free (row.why_before);
  return done;
}

/* -- telling -- */

static char *
news_text (YqReading *self, News *news)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "从“%s”读入仪器：新增 %u 台，更新 %u 台。", self->title,
                          news->n_new, news->n_changed);
  if (news->n_new > 0)
    g_string_append (text, "新增的仪器为草稿，请补全信息后提交或上架。");
  if (news->n_bad > 0)
    g_string_append_printf (text, "%u 台未能读入，请在该系统中更正：%s%s。", news->n_bad,
                            news->reasons->str, news->n_bad > MAX_TOLD ? "……" : "");
  return g_string_free (text, FALSE);
}

gboolean
yq_reading_tell (YqReading *self, YqTx *tx, GError **error)
{
  GHashTableIter iter;
  gpointer organisation, data;

  g_hash_table_iter_init (&iter, self->all.news);
  while (g_hash_table_iter_next (&iter, &organisation, &data))
    {
      News *news = data;
      g_autofree char *text = news_text (self, news);
      g_autofree char *fitting = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), 1000));
      g_autoptr(YqRecord) about = yq_world_get (tx->world, &yq_instrument, news->first);

      if (!yq_tx_tell_organisation (tx, organisation, "instrument.read", about, fitting, error))
        return FALSE;
    }
  return TRUE;
}
