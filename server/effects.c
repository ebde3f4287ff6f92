/* Runs the effects of each business area: static tables keyed by entity and action. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "catalogue.h"
#include "ids.h"
#include "jobs.h"
#include "ledger.h"
#include "notify.h"
#include "order.h"
#include "party.h"
#include "redemption.h"
#include "slots.h"
#include "sms-code.h"

static const YqEffectRow *const areas[] = {
  yq_effects_board,   yq_effects_party,      yq_effects_catalogue, yq_effects_order,
  yq_effects_voucher, yq_effects_redemption, yq_effects_programme, yq_effects_qualification,
  yq_effects_store,   yq_effects_payout,     yq_effects_risk,      yq_effects_service,
};

static const char tables[] =
  "CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL);"
  "CREATE TABLE IF NOT EXISTS invoice_used ("
  " code TEXT NOT NULL, number TEXT NOT NULL, redemption TEXT NOT NULL, invoice TEXT NOT NULL,"
  " PRIMARY KEY (code, number));"
  "CREATE INDEX IF NOT EXISTS invoice_used_redemption ON invoice_used (redemption);"
  "CREATE TABLE IF NOT EXISTS digest ("
  " organisation TEXT NOT NULL, type TEXT NOT NULL, waiting BIGINT NOT NULL,"
  " told_at BIGINT NOT NULL, PRIMARY KEY (organisation, type));";

gboolean
yq_effects_create_tables (SqlConn *conn, GError **error)
{
  return sql_script (conn, tables, error) && yq_notify_create_tables (conn, error) &&
         yq_codes_create_tables (conn, error) && yq_ledger_create_tables (conn, error) &&
         yq_slots_create_tables (conn, error) && yq_jobs_create_tables (conn, error);
}

/* -- what the areas share -- */

gboolean
yq_effect_entered (const YqEffect *effect, const char *states)
{
  return yq_record_in_state (effect->after, states) &&
         (effect->before == NULL ||
          strcmp (yq_record_state (effect->before), yq_record_state (effect->after)) != 0);
}

const char *
yq_effect_comment (const YqEffect *effect)
{
  int field = effect->args ? yq_values_find (effect->args, "comment") : -1;

  return field < 0 ? NULL : yq_values_text (effect->args, field);
}

/* Records that were deleted keep their id: their events stand there. */
static gboolean
was_ever (const YqEffect *effect, const char *id, GError **error)
{
  gint64 found;

  return g_strcmp0 (id, yq_record_id (effect->after)) == 0 ||
         sql_get_int (effect->tx->conn, "SELECT 1 FROM event WHERE record = $1 LIMIT 1",
                      SQL_ARGS (SQL_TEXT (id)), &found, error);
}

gboolean
yq_effect_id_is_new (const YqEffect *effect, guint field, const char *improper,
                     const char *duplicate, YqProblem **problem, GError **error)
{
  const char *id = yq_values_text (effect->args, field);
  GError *failure = NULL;

  if (id == NULL || !yq_id_is_valid (id))
    *problem = yq_problem_add_error (yq_problem_new (YQ_PROBLEM_INVALID, "%s", improper), "id",
                                     YQ_PROBLEM_INVALID, _("A UUID in lower case"));
  else if (was_ever (effect, id, &failure))
    *problem = yq_problem_new (YQ_PROBLEM_DUPLICATE, "%s", duplicate);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return *problem == NULL && failure == NULL;
}

YqRecord *
yq_effect_get (YqTx *tx, const YqEntity *entity, const char *id)
{
  g_autoptr(YqRecord) record = yq_world_get (tx->world, entity, id);

  return record ? yq_record_copy (record) : NULL;
}

char *
yq_effect_title (YqTx *tx, const YqEntity *entity, const char *id)
{
  g_autoptr(YqRecord) record = yq_world_get (tx->world, entity, id);

  return g_strdup (record ? yq_record_title (record) : "");
}

YqProblem *
yq_effect_derive (const YqEffect *effect, GError **error)
{
  yq_record_entity (effect->after)->derive (effect->tx->world, effect->after);
  return NULL;
}

gboolean
yq_effect_update (YqTx *tx, YqRecord *record, GError **error)
{
  g_autoptr(YqRecord) before =
    yq_world_get (tx->world, yq_record_entity (record), yq_record_id (record));

  return yq_tx_update (tx, before, record, "derive", NULL, error);
}

gboolean
yq_effect_step (YqTx *tx, YqRecord *record, const char *action, const char *comment, GError **error)
{
  g_autoptr(JsonObject) args = json_object_new ();

  if (comment != NULL)
    json_object_set_string_member (args, "comment", comment);

  return yq_tx_step (tx, record, action, args, error);
}

gint64
yq_effect_count (SqlConn *conn, const char *name, GError **error)
{
  gint64 value = 0;

  return sql_get_int (conn,
                      "INSERT INTO counter (name, value) VALUES ($1, 1)"
                      " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1"
                      " RETURNING value",
                      SQL_ARGS (SQL_TEXT (name)), &value, error)
           ? value
           : 0;
}

/* -- the engine -- */

static gboolean
matches (const YqEffectRow *row, const YqEffect *effect)
{
  const char *action = effect->step ? effect->step->action : "save";

  return row->entity == yq_record_entity (effect->after) &&
         (strcmp (row->action, "*") == 0 || strcmp (row->action, action) == 0);
}

static YqProblem *
run (const YqEffect *effect, gboolean written, GError **error)
{
  for (guint a = 0; a < G_N_ELEMENTS (areas); a++)
    for (const YqEffectRow *row = areas[a]; row->entity != NULL; row++)
      {
        YqEffectFunc func = written ? row->after_write : row->before_write;
        GError *failure = NULL;
        YqProblem *problem;

        if (func == NULL || !matches (row, effect))
          continue;
        problem = func (effect, &failure);
        if (failure != NULL)
          {
            g_clear_pointer (&problem, yq_problem_free);
            g_propagate_error (error, failure);
            return NULL;
          }
        if (problem != NULL)
          return problem;
      }

  return NULL;
}

YqProblem *
yq_effects_before_write (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                         const YqValues *args, GError **error)
{
  const YqEffect effect = { tx, before, after, step, args };

  return run (&effect, FALSE, error);
}

YqProblem *
yq_effects_after_write (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                        const YqValues *args, GError **error)
{
  const YqEffect effect = { tx, before, after, step, args };
  GError *failure = NULL;
  YqProblem *problem = run (&effect, TRUE, &failure);

  if (problem != NULL || failure != NULL || step == NULL)
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return problem;
    }
  if (yq_effects_tell (&effect, error))
    yq_notify_event (tx, after, step->action, error);
  return NULL;
}

YqProblem *
yq_effects_before_delete (YqTx *tx, YqRecord *record, GError **error)
{
  static const struct
  {
    const YqEntity *entity;
    YqProblem *(*func) (YqTx *tx, YqRecord *record, GError **error);
  } rows[] = { { &yq_invoice, yq_effect_delete_invoice },
               { &yq_closure, yq_effect_delete_closure },
               { &yq_grant, yq_effect_delete_grant } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].entity == yq_record_entity (record))
      return rows[i].func (tx, record, error);
  return NULL;
}

void
yq_effects_explain (YqTx *tx, YqRecord *record, const YqStep *step, const YqValues *args,
                    YqProblem *problem)
{
  if (yq_record_entity (record) == &yq_order &&
      yq_problem_code (problem) == YQ_PROBLEM_SLOT_TAKEN &&
      yq_problem_n_alternatives (problem) == 0)
    yq_effect_explain_order (tx, record, step, args, problem);
}
