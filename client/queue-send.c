/* Rows of the outbox on their way: what may go now, and what the server's answers do to it. */
#define G_LOG_DOMAIN "yiquan-outbox"

#include "queue.h"

#include <string.h>

#include "api.h"
#include "clock.h"
#include "problem.h"
#include "record-json.h"

/* Room for the envelope below YQ_MAX_BODY. */
#define MAX_BYTES (YQ_MAX_BODY - 64 * 1024)

void
yq_due_clear (YqDue *due)
{
  g_clear_pointer (&due->commands, g_ptr_array_unref);
  g_clear_pointer (&due->files, g_ptr_array_unref);
}

/* -- what may go -- */

typedef struct
{
  YqDue *due;
  gint64 now;
  gboolean (*has_file) (const char *, gpointer);
  gpointer user_data;
  GHashTable *stopped;   /* records whose later commands wait */
  GHashTable *uncreated; /* and those nobody else may name yet */
  gsize bytes;
  gboolean is_full;
} Chooser;

static gboolean
names_uncreated (Chooser *chooser, const YqQueued *queued)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, chooser->uncreated);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (yq_queue_names (queued, id))
      return TRUE;
  return FALSE;
}

static gboolean
waits_for_file (Chooser *chooser, const YqQueued *queued)
{
  g_autoptr(GPtrArray) files = NULL;
  gboolean waits = FALSE;

  if (chooser->has_file == NULL)
    return FALSE;
  files = yq_queue_files (queued);
  for (guint i = 0; i < files->len; i++)
    {
      const char *sha256 = g_ptr_array_index (files, i);

      if (chooser->has_file (sha256, chooser->user_data))
        continue;
      waits = TRUE;
      if (!g_ptr_array_find_with_equal_func (chooser->due->files, sha256, g_str_equal, NULL))
        g_ptr_array_add (chooser->due->files, g_strdup (sha256));
    }
  return waits;
}

static gboolean
may_go (Chooser *chooser, const YqQueued *queued)
{
  YqDue *due = chooser->due;

  if (queued->status != YQ_ROW_ONLY_HERE ||
      g_hash_table_contains (chooser->stopped, queued->record) || names_uncreated (chooser, queued))
    return FALSE;
  if (queued->is_held && queued->not_before > chooser->now &&
      queued->not_before <= chooser->now + YQ_UNDO_MS)
    {
      due->next = due->next == 0 ? queued->not_before : MIN (due->next, queued->not_before);
      return FALSE;
    }
  if (waits_for_file (chooser, queued))
    return FALSE;
  chooser->bytes += strlen (queued->fields) + 256;
  if (due->commands->len > 0 &&
      (due->commands->len >= YQ_MAX_COMMANDS || chooser->bytes > MAX_BYTES))
    chooser->is_full = TRUE;
  return !chooser->is_full;
}

void
yq_queue_due (YqStoreDb *db, gint64 now, gboolean (*has_file) (const char *, gpointer),
              gpointer user_data, YqDue *due)
{
  g_autoptr(GPtrArray) commands = yq_queue_all (db);
  g_autoptr(GHashTable) stopped = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) uncreated = g_hash_table_new (g_str_hash, g_str_equal);
  Chooser chooser = { due, now, has_file, user_data, stopped, uncreated, 0, FALSE };

  due->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) yq_queued_free);
  due->files = g_ptr_array_new_with_free_func (g_free);
  due->next = 0;
  for (guint i = 0; i < commands->len && !chooser.is_full; i++)
    {
      YqQueued *queued = g_ptr_array_index (commands, i);

      if (queued->status == YQ_ROW_DELIVERED)
        continue;
      if (may_go (&chooser, queued))
        {
          g_ptr_array_add (due->commands, queued);
          commands->pdata[i] = NULL;
          continue;
        }
      g_hash_table_add (stopped, queued->record);
      if (queued->revision == 0)
        g_hash_table_add (uncreated, queued->record);
    }
}

gboolean
yq_queue_set_sending (YqStoreDb *db, GPtrArray *commands, gboolean sending, GError **error)
{
  for (guint i = 0; i < commands->len;)
    {
      const YqQueued *queued = g_ptr_array_index (commands, i);
      gint64 n = sql_exec (
        db->conn, "UPDATE outbox SET status = $1, held = 0, sent = 1 WHERE id = $2 AND status = $3",
        SQL_ARGS (SQL_INT (sending ? YQ_ROW_SENDING : YQ_ROW_ONLY_HERE), SQL_TEXT (queued->id),
                  SQL_INT (sending ? YQ_ROW_ONLY_HERE : YQ_ROW_SENDING)),
        error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        g_ptr_array_remove_index (commands, i); /* undone in this moment */
      else
        i++;
    }
  return TRUE;
}

void
yq_queue_append_json (GString *out, const YqQueued *queued)
{
  g_string_append_printf (out,
                          "{\"id\":\"%s\",\"entity\":\"%s\",\"record\":\"%s\",\"action\":\"%s\"",
                          queued->id, queued->entity->name, queued->record, queued->action);
  g_string_append_printf (out, ",\"revision\":%" G_GINT64_FORMAT ",\"fields\":%s}",
                          queued->revision, queued->fields);
}

/* -- answers -- */

static gboolean
accept_answer (YqStoreDb *db, const YqQueued *queued, gint64 revision, gint64 now, GError **error)
{
  return sql_exec (db->conn,
                   "UPDATE outbox SET status = $1, result_revision = $2, answered_at = $3, held = 0"
                   " WHERE seq = $4",
                   SQL_ARGS (SQL_INT (YQ_ROW_DELIVERED), SQL_INT (revision), SQL_INT (now),
                             SQL_INT (queued->seq)),
                   error) >= 0 &&
         sql_exec (db->conn,
                   "DELETE FROM outbox WHERE seq = $1 AND result_revision <="
                   " (SELECT revision FROM record WHERE id = $2 AND entity = $3)"
                   " AND action <> 'delete'",
                   SQL_ARGS (SQL_INT (queued->seq), SQL_TEXT (queued->record),
                             SQL_TEXT (queued->entity->name)),
                   error) >= 0 &&
         yq_store_db_rebuild (db, queued->entity, queued->record, error);
}

/* The person has deleted meanwhile what the server would not take. */
static gboolean
is_deleted_behind (YqStoreDb *db, const YqQueued *queued)
{
  gint64 found;

  return queued->revision == 0 &&
         sql_get_int (db->conn,
                      "SELECT 1 FROM outbox WHERE record = $1 AND entity = $2 AND seq > $3"
                      " AND action = 'delete' AND status IN ($4, $5) LIMIT 1",
                      SQL_ARGS (SQL_TEXT (queued->record), SQL_TEXT (queued->entity->name),
                                SQL_INT (queued->seq), SQL_INT (YQ_ROW_ONLY_HERE),
                                SQL_INT (YQ_ROW_SENDING)),
                      &found, NULL);
}

static gboolean
forget_all (YqStoreDb *db, const YqQueued *queued, GError **error)
{
  return sql_exec (db->conn, "DELETE FROM outbox WHERE record = $1 AND entity = $2",
                   SQL_ARGS (SQL_TEXT (queued->record), SQL_TEXT (queued->entity->name)),
                   error) >= 0 &&
         yq_draft_delete (db, queued->entity, queued->record, "", error) &&
         yq_store_db_rebuild (db, queued->entity, queued->record, error);
}

static gboolean
refuse (YqStoreDb *db, const YqQueued *queued, const char *problem, gboolean is_conflict,
        GError **error)
{
  if (!is_conflict && is_deleted_behind (db, queued))
    return forget_all (db, queued, error);
  return sql_exec (db->conn, "UPDATE outbox SET problem = $1, is_conflict = $2 WHERE seq = $3",
                   SQL_ARGS (SQL_TEXT (problem), SQL_INT (is_conflict), SQL_INT (queued->seq)),
                   error) >= 0 &&
         yq_queue_take_back (db, queued->entity, queued->record, queued->seq, FALSE, error);
}

static char *
problem_text (JsonObject *result)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(YqProblem) problem = NULL;

  if (json_object_has_member (result, "problem") &&
      JSON_NODE_HOLDS_OBJECT (json_object_get_member (result, "problem")))
    problem = yq_problem_from_json (json_object_get_object_member (result, "problem"));
  else
    problem = yq_problem_new (YQ_PROBLEM_INTERNAL, "%s", _("The server gave no reason"));
  yq_problem_append_json (problem, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
yq_queue_answer (YqStoreDb *db, JsonObject *result, gint64 now, GError **error)
{
  const char *id = json_object_get_string_member_with_default (result, "id", "");
  const char *outcome = json_object_get_string_member_with_default (result, "outcome", "");
  g_autoptr(YqQueued) queued = yq_queue_find (db, id);
  g_autofree char *problem = NULL;

  if (queued == NULL || queued->status == YQ_ROW_DELIVERED)
    return TRUE;
  if (g_str_equal (outcome, "applied"))
    return accept_answer (
      db, queued, json_object_get_int_member_with_default (result, "revision", 0), now, error);
  if (g_str_equal (outcome, "skipped"))
    return queued->status != YQ_ROW_SENDING ||
           sql_exec (db->conn, "UPDATE outbox SET status = $1, sent = 0 WHERE seq = $2",
                     SQL_ARGS (SQL_INT (YQ_ROW_ONLY_HERE), SQL_INT (queued->seq)), error) >= 0;
  problem = problem_text (result);
  return refuse (db, queued, problem, g_str_equal (outcome, "conflict"), error);
}

gboolean
yq_queue_refuse_file (YqStoreDb *db, const char *sha256, const YqProblem *problem, GError **error)
{
  g_autoptr(GPtrArray) commands = yq_queue_all (db);
  g_autoptr(GString) text = g_string_new (NULL);

  yq_problem_append_json (problem, text);
  for (guint i = 0; i < commands->len; i++)
    {
      const YqQueued *queued = g_ptr_array_index (commands, i);

      if (queued->status == YQ_ROW_ONLY_HERE && strstr (queued->fields, sha256) != NULL &&
          !refuse (db, queued, text->str, FALSE, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
yq_queue_finish (YqStoreDb *db, gint64 before, GError **error)
{
  g_autoptr(GPtrArray) commands = yq_queue_all (db);

  if (sql_exec (db->conn, "DELETE FROM outbox WHERE status = $1 AND answered_at < $2",
                SQL_ARGS (SQL_INT (YQ_ROW_DELIVERED), SQL_INT (before)), error) < 0)
    return FALSE;
  for (guint i = 0; i < commands->len; i++)
    {
      const YqQueued *queued = g_ptr_array_index (commands, i);

      if (queued->status == YQ_ROW_DELIVERED &&
          !yq_store_db_rebuild (db, queued->entity, queued->record, error))
        return FALSE;
    }
  return TRUE;
}
