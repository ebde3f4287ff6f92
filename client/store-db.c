/* Opening the store's file: tables, the key for private fields, names of indexed fields, small
 * values. */
#define G_LOG_DOMAIN "yiquan-store"

#include "store-db.h"

#include <sodium.h>
#include <string.h>

#include "model.h"
#include "sealed.h"
#include "store-layout.h"
#include "store.h"
#include "world-store.h"

/* Raised when tables change: see store-layout.h. */
#define LAYOUT 2
/* Raised when keys or search text are made differently: the indexes are built anew. */
#define INDEXES "5"

/* record.server is the JSON as it came, overlay what this computer makes of it, other the public
 * copy of a record that also comes as mine.  mine and catalogue are the generation that last showed
 * it, 0: none. draft.step is '' for the record's own fields; theirs holds the conflicts.
 * outbox.sent: the server may have it, whether or not an answer came back. */
static const char schema[] =
  "CREATE TABLE IF NOT EXISTS record (row INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL,"
  " id TEXT NOT NULL, revision BIGINT NOT NULL, created_at BIGINT NOT NULL,"
  " updated_at BIGINT NOT NULL,"
  " hidden BIGINT NOT NULL, mine BIGINT NOT NULL, catalogue BIGINT NOT NULL, server BLOB,"
  " overlay BLOB, other BLOB, UNIQUE (id, entity));"
  "CREATE INDEX IF NOT EXISTS record_recent ON record (entity, updated_at, row) WHERE hidden = 0;"
  "CREATE TABLE IF NOT EXISTS name (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
  "CREATE TABLE IF NOT EXISTS field_key (name BIGINT NOT NULL, value BLOB NOT NULL,"
  " row BIGINT NOT NULL, PRIMARY KEY (name, value, row)) WITHOUT ROWID;"
  "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5 (pairs, singles, initials, filters,"
  " content = '', columnsize = 0, tokenize = 'unicode61');"
  "CREATE TABLE IF NOT EXISTS draft (entity TEXT NOT NULL, record TEXT NOT NULL,"
  " step TEXT NOT NULL, base BLOB, patch BLOB NOT NULL, theirs BLOB,"
  " created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (record, entity, step));"
  "CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
  " id TEXT NOT NULL UNIQUE, batch TEXT NOT NULL, entity TEXT NOT NULL, record TEXT NOT NULL,"
  " action TEXT NOT NULL, revision BIGINT NOT NULL, fields BLOB NOT NULL, base BLOB,"
  " status BIGINT NOT NULL, held BIGINT NOT NULL, not_before BIGINT NOT NULL,"
  " sent BIGINT NOT NULL DEFAULT 0,"
  " created_at BIGINT NOT NULL, is_conflict BIGINT NOT NULL DEFAULT 0, problem TEXT,"
  " result_revision BIGINT NOT NULL DEFAULT 0, answered_at BIGINT NOT NULL DEFAULT 0);"
  "CREATE INDEX IF NOT EXISTS outbox_record ON outbox (record, seq);"
  "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);";

/* -- sealing -- */

gboolean
yq_entity_has_secrets (const YqEntity *entity)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if (entity->fields[i].flags & YQ_SECRET)
      return TRUE;
  return FALSE;
}

SqlValue
yq_store_db_seal (YqStoreDb *db, const YqEntity *entity, const char *text, char **holder)
{
  if (text == NULL || !yq_entity_has_secrets (entity))
    return SQL_TEXT (text);
  *holder = yq_sealed_write (db->key, text);
  return SQL_TEXT (*holder);
}

char *
yq_store_db_unseal (YqStoreDb *db, SqlRows *rows, guint column)
{
  const char *text = sql_rows_text (rows, column);

  return yq_sealed_is (text) ? yq_sealed_read (db->key, text) : g_strdup (text);
}

/* -- small values -- */

char *
yq_store_db_get_meta (YqStoreDb *db, const char *name)
{
  return sql_get_text (db->conn, "SELECT value FROM meta WHERE name = $1",
                       SQL_ARGS (SQL_TEXT (name)), NULL);
}

gboolean
yq_store_db_set_meta (YqStoreDb *db, const char *name, const char *value, GError **error)
{
  if (value == NULL)
    return sql_exec (db->conn, "DELETE FROM meta WHERE name = $1", SQL_ARGS (SQL_TEXT (name)),
                     error) >= 0;
  return sql_exec (db->conn,
                   "INSERT INTO meta (name, value) VALUES ($1, $2)"
                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                   " WHERE value <> excluded.value", /* a full disk can still be read */
                   SQL_ARGS (SQL_TEXT (name), SQL_TEXT (value)), error) >= 0;
}

gint64
yq_store_db_get_number (YqStoreDb *db, const char *name)
{
  g_autofree char *text = yq_store_db_get_meta (db, name);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

gboolean
yq_store_db_set_number (YqStoreDb *db, const char *name, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return yq_store_db_set_meta (db, name, text, error);
}

/* -- names of indexed fields -- */

static const char *const owner_names[] = { "@state",   "@buyer",   "@carrier", "@desk", "@region",
                                           "@account", "@created", "@place",   NULL };

static gboolean
add_name (YqStoreDb *db, const YqEntity *entity, const char *name, GError **error)
{
  g_autofree char *full = g_strconcat (entity->name, "/", name, NULL);

  return sql_exec (db->conn, "INSERT INTO name (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
                   SQL_ARGS (SQL_TEXT (full)), error) >= 0;
}

static gboolean
add_names (YqStoreDb *db, GError **error)
{
  for (guint i = 0; i < yq_model_count (); i++)
    {
      const YqEntity *entity = yq_model_nth (i);

      for (guint f = 0; f < entity->n_fields; f++)
        if (yq_field_is_keyed (&entity->fields[f]) &&
            !add_name (db, entity, entity->fields[f].name, error))
          return FALSE;
      for (guint n = 0; owner_names[n] != NULL; n++)
        if (!add_name (db, entity, owner_names[n], error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
load_names (YqStoreDb *db, GError **error)
{
  g_autoptr(SqlRows) rows = NULL;

  if (!(rows = sql_query (db->conn, "SELECT name, number FROM name", SQL_NO_ARGS, error)))
    return FALSE;
  while (sql_rows_next (rows, NULL))
    g_hash_table_insert (db->names, g_strdup (sql_rows_text (rows, 0)),
                         GINT_TO_POINTER ((int) sql_rows_int (rows, 1)));
  return TRUE;
}

gint64
yq_store_db_name (YqStoreDb *db, const YqEntity *entity, const char *name)
{
  char full[128];

  g_strlcpy (full, entity->name, sizeof full); /* as printf would, several times per record */
  g_strlcat (full, "/", sizeof full);
  if (g_strlcat (full, name, sizeof full) >= sizeof full)
    return 0;
  return GPOINTER_TO_INT (g_hash_table_lookup (db->names, full));
}

/* -- opening -- */

void
yq_store_db_explain (GError **error)
{
  if (error == NULL || !g_error_matches (*error, SQL_ERROR, SQL_ERROR_FULL))
    return;
  g_clear_error (error);
  g_set_error_literal (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FULL,
                       _("This computer's disk is full: please make room, what you wrote cannot be "
                         "kept until then"));
}

/* The indexes hold what this program's tables say; another version of them starts anew. */
static gboolean
check_indexes (YqStoreDb *db, GError **error)
{
  g_autoptr(GString) about = g_string_new (INDEXES " ");
  g_autofree char *found = yq_store_db_get_meta (db, "indexes");
  g_autofree char *wanted = NULL;

  for (guint i = 0; i < yq_model_count (); i++)
    {
      const YqEntity *entity = yq_model_nth (i);

      for (guint f = 0; f < entity->n_fields; f++)
        g_string_append_printf (about, "%s/%s %d %u;", entity->name, entity->fields[f].name,
                                entity->fields[f].type, entity->fields[f].flags);
    }
  wanted = g_compute_checksum_for_string (G_CHECKSUM_SHA256, about->str, -1);
  if (g_strcmp0 (found, wanted) == 0)
    return TRUE;
  return yq_store_db_index_all (db, error) && yq_store_db_set_meta (db, "indexes", wanted, error);
}

/* A sealed word says whether this is the key the store was made with. */
static gboolean
check_key (YqStoreDb *db, GError **error)
{
  g_autofree char *found = yq_store_db_get_meta (db, "key");
  g_autofree char *text = NULL;

  if (found == NULL)
    {
      text = yq_sealed_write (db->key, "yiquan");
      return yq_store_db_set_meta (db, "key", text, error);
    }
  text = yq_sealed_read (db->key, found);
  if (g_strcmp0 (text, "yiquan") == 0)
    return TRUE;
  g_set_error_literal (error, YQ_STORE_ERROR, YQ_STORE_ERROR_KEY,
                       _("The records on this computer cannot be opened with this key"));
  return FALSE;
}

static gboolean
has_meta (YqStoreDb *db)
{
  gint64 found;

  return sql_get_int (db->conn, "SELECT 1 FROM sqlite_master WHERE name = 'meta'", SQL_NO_ARGS,
                      &found, NULL);
}

/* Tables as this program wants them, whoever made the file. */
static gboolean
make_tables (YqStoreDb *db, GError **error)
{
  g_autofree char *layout = has_meta (db) ? yq_store_db_get_meta (db, "layout") : NULL;
  gint64 number = layout != NULL ? g_ascii_strtoll (layout, NULL, 10) : LAYOUT;

  if (number > LAYOUT)
    {
      g_set_error (error, YQ_STORE_ERROR, YQ_STORE_ERROR_FAILED,
                   _("This store was made by a newer version of the program (%s): please install "
                     "that"),
                   layout);
      return FALSE;
    }
  if (number == LAYOUT)
    return sql_script (db->conn, schema, error) && check_key (db, error);
  return check_key (db, error) && yq_store_layout_move (db->conn, schema, error);
}

static gboolean
set_up (YqStoreDb *db, GError **error)
{
  return sql_begin (db->conn, TRUE, error) && make_tables (db, error) &&
         yq_store_db_set_number (db, "layout", LAYOUT, error) && add_names (db, error) &&
         load_names (db, error) && check_indexes (db, error) && sql_commit (db->conn, error);
}

YqStoreDb *
yq_store_db_open (const char *dir, GBytes *key, gboolean create, GError **error)
{
  static const YqWho visitor = { 0 };
  g_autoptr(YqStoreDb) db = g_new0 (YqStoreDb, 1);
  g_autofree char *uri = g_strdup_printf ("sqlite:%s/store.db", dir);

  g_return_val_if_fail (g_bytes_get_size (key) == sizeof db->key, NULL);

  memcpy (db->key, g_bytes_get_data (key, NULL), sizeof db->key);
  db->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  db->who = &visitor;
  db->conn = sql_open (uri, SQL_OPEN_READ_WRITE, error);
  if (db->conn != NULL)
    db->world = yq_world_store_new (db);
  if (db->conn == NULL || (create ? !set_up (db, error) : !load_names (db, error)))
    {
      yq_store_db_explain (error);
      return NULL;
    }
  for (guint i = 0; create && i < yq_model_count (); i++)
    if (yq_model_nth (i)->known != NULL)
      yq_store_db_make_known (db, yq_model_nth (i));
  return g_steal_pointer (&db);
}

void
yq_store_db_close (YqStoreDb *db)
{
  if (db == NULL)
    return;
  yq_store_db_set_bulk (db, FALSE);
  g_clear_pointer (&db->world, yq_world_store_free);
  g_clear_pointer (&db->conn, sql_close);
  g_clear_pointer (&db->names, g_hash_table_unref);
  sodium_memzero (db->key, sizeof db->key);
  g_free (db);
}
