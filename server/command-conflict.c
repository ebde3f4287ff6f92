/* What others did to a record since somebody saw it. */
#define G_LOG_DOMAIN "yiquan-commands"

#include "command-conflict.h"

#include <json-glib/json-glib.h>

/* The revision she saw, and which of the later ones are her own.  A command of hers names the
 * revision she saw plus one for each command she had queued before it: so the one queued just
 * before named one less.  As long as nobody came between, what it made is the number it named plus
 * one, and all before it is known to her. */
static gboolean
find_seen (SqlConn *conn, const char *record, const char *account, gint64 *revision,
           GHashTable *own, GError **error)
{
  while (*revision > 1)
    {
      g_autoptr(GError) failure = NULL;
      gint64 made;

      if (!sql_get_int (conn,
                        "SELECT max(revision) FROM event"
                        " WHERE record = $1 AND account = $2 AND seen = $3",
                        SQL_ARGS (SQL_TEXT (record), SQL_TEXT (account), SQL_INT (*revision - 1)),
                        &made, &failure))
        {
          if (failure == NULL)
            return TRUE;
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      if (made <= *revision)
        return TRUE;
      g_hash_table_add (own, GSIZE_TO_POINTER ((gsize) made));
      (*revision)--;
    }
  return TRUE;
}

static void
add_names (GHashTable *names, const char *changed)
{
  g_autoptr(JsonNode) node = changed != NULL ? json_from_string (changed, NULL) : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member))
    g_hash_table_add (names, g_strdup (name));
}

GHashTable *
yq_command_changed_since (SqlConn *conn, YqRecord *record, const char *account, gint64 revision,
                          GError **error)
{
  g_autoptr(GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) own = g_hash_table_new (NULL, NULL);
  g_autoptr(GError) failure = NULL;
  g_autoptr(SqlRows) rows = NULL;

  if (revision == yq_record_revision (record))
    return g_steal_pointer (&names);
  if (!find_seen (conn, yq_record_id (record), account, &revision, own, error))
    return NULL;
  rows = sql_query (conn, "SELECT revision, changed FROM event WHERE record = $1 AND revision > $2",
                    SQL_ARGS (SQL_TEXT (yq_record_id (record)), SQL_INT (revision)), error);
  if (rows == NULL)
    return NULL;
  while (sql_rows_next (rows, &failure))
    if (!g_hash_table_contains (own, GSIZE_TO_POINTER ((gsize) sql_rows_int (rows, 0))))
      add_names (names, sql_rows_text (rows, 1));
  if (failure == NULL)
    return g_steal_pointer (&names);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
