/* Every change of a record: row, event, audit chain, feed and search index together. */
#define G_LOG_DOMAIN "yiquan-tx"

#include "tx.h"

#include "audit.h"
#include "effects.h"
#include "feed.h"
#include "file-use.h"
#include "notify.h"
#include "office.h"
#include "party.h"
#include "record-json.h"
#include "record-sql.h"
#include "review.h"
#include "search-index.h"
#include "world-sql.h"

G_DEFINE_QUARK (yq_tx_error, yq_tx_error)

void
yq_tx_init (YqTx *tx, SqlConn *conn, YqWorld *world, const YqWho *who, gint64 now)
{
  *tx = (YqTx){ .conn = conn, .world = world, .who = who, .now = now, .seen = -1 };
}

/* -- writing -- */

static gint64
rank_of (YqRecord *record, gint64 seq)
{
  return yq_search_index_has (yq_record_entity (record)) ? seq : 0;
}

static gboolean
append_event (YqTx *tx, YqRecord *before, YqRecord *after, const char *action, JsonObject *args,
              gint64 seq, GError **error)
{
  YqEvent event = {
    .seq = seq,
    .at = tx->now,
    .action = action,
    .account = tx->who != NULL ? tx->who->account : NULL,
    .command = tx->command,
    .seen = tx->seen,
    .args = args,
  };

  return yq_audit_append (tx->conn, &event, before, after, error);
}

/* What an account may do and see hangs on its grants and on itself. */
static gboolean
bump_epoch (YqTx *tx, YqRecord *before, YqRecord *after, GError **error)
{
  YqRecord *any = after != NULL ? after : before;
  const YqEntity *entity = yq_record_entity (any);
  gboolean moves =
    before == NULL || after == NULL || yq_record_state (before) != yq_record_state (after);
  const char *account = NULL;

  if (entity == &yq_grant)
    account = yq_record_text (any, GRANT_ACCOUNT);
  else if (entity == &yq_membership && moves)
    account = yq_record_text (any, MEMBERSHIP_ACCOUNT);
  else if (entity == &yq_account && moves)
    account = yq_record_id (any);
  if (account == NULL)
    return TRUE;
  return yq_feed_bump_epoch (tx->conn, account, error);
}

static gboolean
follow_up (YqTx *tx, YqRecord *before, YqRecord *after, gint64 seq, GError **error)
{
  yq_world_sql_forget (tx->world, after != NULL ? after : before);
  if (after != NULL && yq_record_entity (after)->known != NULL)
    yq_record_entity (after)->known (after);
  return yq_feed_write (tx->conn, before, after, seq, error) &&
         yq_file_use_write (tx->conn, before, after, error) &&
         bump_epoch (tx, before, after, error);
}

gboolean
yq_tx_insert (YqTx *tx, YqRecord *record, const char *action, GError **error)
{
  gint64 seq = yq_feed_next_seq (tx->conn, error);
  gint64 created_at = yq_record_created_at (record);

  if (seq < 0)
    return FALSE;
  yq_record_set_revision (record, 1);
  yq_record_set_times (record, created_at != 0 ? created_at : tx->now, tx->now);
  return yq_search_index_write (tx->conn, NULL, record, seq, error) &&
         yq_record_sql_insert (tx->conn, record, rank_of (record, seq), error) &&
         append_event (tx, NULL, record, action, NULL, seq, error) &&
         follow_up (tx, NULL, record, seq, error);
}

gboolean
yq_tx_update (YqTx *tx, YqRecord *before, YqRecord *record, const char *action, JsonObject *args,
              GError **error)
{
  gint64 seq = yq_feed_next_seq (tx->conn, error);

  if (seq < 0)
    return FALSE;
  g_return_val_if_fail (before != record, FALSE);
  yq_record_set_revision (record, yq_record_revision (before) + 1);
  yq_record_set_times (record, yq_record_created_at (before), tx->now);
  return yq_search_index_write (tx->conn, before, record, seq, error) &&
         yq_record_sql_update (tx->conn, before, record, rank_of (record, seq), error) &&
         append_event (tx, before, record, action, args, seq, error) &&
         follow_up (tx, before, record, seq, error);
}

gboolean
yq_tx_touch (YqTx *tx, YqRecord *record, GError **error)
{
  gint64 seq = yq_feed_next_seq (tx->conn, error);
  g_autoptr(YqRecord) before = NULL;

  if (seq < 0)
    return FALSE;
  before = yq_record_sql_get (tx->conn, yq_record_entity (record), yq_record_id (record), error);
  if (before == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, SQL_ERROR, SQL_ERROR_FAILED, "There is no %s %s to touch",
                     yq_record_entity (record)->name, yq_record_id (record));
      return FALSE;
    }
  yq_record_set_revision (record, yq_record_revision (before));
  /* What is found by text and filters as before keeps its place among what was changed. */
  if (!yq_search_index_has (yq_record_entity (record)) || !yq_search_index_differs (before, record))
    return yq_record_sql_update (tx->conn, before, record, 0, error) &&
           follow_up (tx, before, record, seq, error) &&
           yq_feed_note_touch (tx->conn, record, seq, error);
  return yq_search_index_write (tx->conn, before, record, seq, error) &&
         yq_record_sql_update (tx->conn, before, record, seq, error) &&
         follow_up (tx, before, record, seq, error) &&
         yq_feed_note_touch (tx->conn, record, seq, error);
}

gboolean
yq_tx_delete (YqTx *tx, YqRecord *record, GError **error)
{
  gint64 seq = yq_feed_next_seq (tx->conn, error);

  if (seq < 0)
    return FALSE;
  return yq_search_index_write (tx->conn, record, NULL, seq, error) &&
         yq_record_sql_delete (tx->conn, record, error) &&
         append_event (tx, record, NULL, "delete", NULL, seq, error) &&
         follow_up (tx, record, NULL, seq, error);
}

/* -- steps from inside an effect -- */

static gboolean
refuse (YqTx *tx, YqProblem *problem, GError **error)
{
  if (problem == NULL)
    return FALSE; /* error is set */
  g_clear_pointer (&tx->problem, yq_problem_free);
  tx->problem = problem;
  if (error != NULL && *error == NULL)
    g_set_error_literal (error, YQ_TX_ERROR, YQ_TX_ERROR_REFUSED, yq_problem_detail (problem));
  return FALSE;
}

static YqValues *
read_args (const YqStep *step, JsonObject *args, YqProblem **problem)
{
  g_autoptr(YqValues) values = yq_values_new (step->fields, yq_fields_count (step->fields));

  if (args == NULL || yq_json_read_fields (args, values, NULL, problem))
    return g_steal_pointer (&values);
  return NULL;
}

gboolean
yq_tx_step (YqTx *tx, YqRecord *record, const char *action, JsonObject *args, GError **error)
{
  const YqStep *step = yq_entity_step (yq_record_entity (record), action);
  /* As stored: the caller may have changed values already. */
  g_autoptr(YqRecord) before =
    yq_record_sql_get (tx->conn, yq_record_entity (record), yq_record_id (record), error);
  g_autoptr(YqValues) values = NULL;
  g_autoptr(GError) failure = NULL;
  YqProblem *problem = NULL;

  g_return_val_if_fail (step != NULL && before != NULL, FALSE);

  if ((values = read_args (step, args, &problem)) == NULL)
    return refuse (tx, problem, error);
  yq_record_set_state (record, yq_workflow_next (tx->world, record, step, values));
  yq_review_move (tx, before, record, step);
  problem = yq_effects_before_write (tx, before, record, step, values, &failure);
  if (problem == NULL && failure == NULL &&
      yq_tx_update (tx, before, record, action, args, &failure))
    problem = yq_effects_after_write (tx, before, record, step, values, &failure);
  if (problem == NULL && failure == NULL)
    return TRUE;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return refuse (tx, problem, error);
}

/* -- messages -- */

gboolean
yq_tx_tell_account (YqTx *tx, const char *account, const char *type, YqRecord *about,
                    const char *text_zh, GError **error)
{
  g_autoptr(YqRecord) message = yq_record_new (&yq_message, NULL);

  yq_record_set_text (message, MESSAGE_ACCOUNT, account);
  yq_record_set_text (message, MESSAGE_TYPE, type);
  yq_record_set_text (message, MESSAGE_TEXT, text_zh);
  yq_record_set_int (message, MESSAGE_SENT_AT, tx->now);
  if (about != NULL)
    {
      yq_record_set_text (message, MESSAGE_ENTITY, yq_record_entity (about)->name);
      yq_record_set_text (message, MESSAGE_RECORD, yq_record_id (about));
    }
  yq_record_set_account (message, account);
  return yq_tx_insert (tx, message, "derive", error) &&
         yq_notify_message (tx, account, type, about, text_zh, error);
}

/* How many were told; -1 with an error. */
static int
tell_grantees (YqTx *tx, const char *field, const char *scope, const char *type, YqRecord *about,
               const char *text_zh, GError **error)
{
  g_autoptr(GPtrArray) grants = yq_world_list (tx->world, &yq_grant, field, scope);
  g_autoptr(GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < grants->len; i++)
    {
      const char *account = yq_record_text (grants->pdata[i], GRANT_ACCOUNT);

      if (account != NULL && g_hash_table_add (told, g_strdup (account)) &&
          !yq_tx_tell_account (tx, account, type, about, text_zh, error))
        return -1;
    }
  return yq_world_sql_check (tx->world, error) ? (int) g_hash_table_size (told) : -1;
}

gboolean
yq_tx_tell_organisation (YqTx *tx, const char *organisation, const char *type, YqRecord *about,
                         const char *text_zh, GError **error)
{
  return tell_grantees (tx, "organisation", organisation, type, about, text_zh, error) >= 0;
}

gboolean
yq_tx_tell_carrier (YqTx *tx, const char *type, YqRecord *about, const char *text_zh,
                    GError **error)
{
  const char *desk = yq_record_desk (about);
  int told = desk != NULL ? tell_grantees (tx, "desk", desk, type, about, text_zh, error) : 0;

  if (told != 0 || yq_record_carrier (about) == NULL)
    return told >= 0;
  return yq_tx_tell_organisation (tx, yq_record_carrier (about), type, about, text_zh, error);
}
