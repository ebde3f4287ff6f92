/* One command: judged, applied, answered. */
#define G_LOG_DOMAIN "yiquan-commands"

#include "command-run.h"

#include <string.h>

#include "command-conflict.h"
#include "effects.h"
#include "file-record.h"
#include "file-use.h"
#include "model.h"
#include "owners.h"
#include "put-record.h"
#include "record-check.h"
#include "record-json.h"
#include "record-row.h"
#include "record-sql.h"
#include "review.h"
#include "world-sql.h"

static const char *const outcome_names[] = {
  [YQ_OUTCOME_APPLIED] = "applied",
  [YQ_OUTCOME_REFUSED] = "refused",
  [YQ_OUTCOME_CONFLICT] = "conflict",
  [YQ_OUTCOME_SKIPPED] = "skipped",
};

/* One run: what is known while a command is judged.  Every check answers a problem, or NULL. */
typedef struct
{
  YqTx *tx;
  YqFiles *files;
  const YqCommand *command;
  const YqEntity *entity;
  const YqStep *step; /* NULL: save or delete */
  YqRecord *before;   /* NULL: there is none, or none the caller may see */
  YqRecord *after;
  YqValues *args; /* of a step on an existing record */
  GArray *touched;
  gboolean conflicts; /* the problem is a conflict, not a refusal */
  GError *error;
} Run;

const char *
yq_outcome_name (YqOutcome outcome)
{
  return outcome_names[outcome];
}

void
yq_command_result_clear (YqCommandResult *result)
{
  g_clear_pointer (&result->problem, yq_problem_free);
}

static void
run_clear (Run *run)
{
  g_clear_object (&run->before);
  g_clear_object (&run->after);
  g_clear_pointer (&run->args, yq_values_free);
  g_array_unref (run->touched);
  g_clear_error (&run->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* -- what exists -- */

static YqProblem *
not_found (Run *run)
{
  return yq_problem_new (YQ_PROBLEM_NOT_FOUND, _("There is no such record: %s"),
                         _(run->entity->title));
}

/* Records that were deleted keep their id: their events stand there. */
static gboolean
existed (Run *run)
{
  gint64 found;

  return sql_get_int (run->tx->conn, "SELECT 1 FROM event WHERE record = $1 LIMIT 1",
                      SQL_ARGS (SQL_TEXT (run->command->record)), &found, &run->error);
}

static YqProblem *
conflict (Run *run)
{
  run->conflicts = TRUE;
  return yq_problem_new (YQ_PROBLEM_CHANGED,
                         _("%s has been changed by somebody else since you saw it"),
                         _(run->entity->title));
}

static gboolean
load (Run *run)
{
  YqTx *tx = run->tx;
  g_autoptr(YqRecord) record =
    yq_record_sql_get (tx->conn, run->entity, run->command->record, &run->error);

  if (record != NULL && yq_access_readers (tx->world, tx->who, record) != 0)
    run->before = g_steal_pointer (&record);
  return run->error == NULL;
}

/* -- conflicts -- */

static gboolean
is_touched (Run *run, const char *name)
{
  int i = yq_entity_find_field (run->entity, name);

  for (guint k = 0; i >= 0 && k < run->touched->len; k++)
    if (g_array_index (run->touched, guint, k) == (guint) i)
      return !yq_values_equal (yq_record_values (run->before), yq_record_values (run->after), i);
  return run->args != NULL && yq_values_find (run->args, name) >= 0 &&
         yq_values_has (run->args, yq_values_find (run->args, name));
}

/* all: whatever somebody else changed is a conflict, not only what this command changes, too. */
static YqProblem *
check_changed (Run *run, gboolean all)
{
  gint64 now = yq_record_revision (run->before);
  g_autoptr(GHashTable) names = NULL;
  YqProblem *problem = NULL;
  GHashTableIter iter;
  gpointer name;

  if (run->command->revision == now)
    return NULL;
  if (run->command->revision > now)
    return conflict (run);
  names = yq_command_changed_since (run->tx->conn, run->before, run->tx->who->account,
                                    run->command->revision, &run->error);
  if (names == NULL)
    return NULL; /* run->error says why */
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (all || is_touched (run, name))
      {
        const YqField *field = yq_entity_field (run->entity, name);

        if (problem == NULL)
          problem = conflict (run);
        if (field != NULL &&
            (field->sees & yq_access_readers (run->tx->world, run->tx->who, run->before)))
          yq_problem_add_error (problem, name, YQ_PROBLEM_CHANGED,
                                _("“%s” has been changed meanwhile"), _(field->title));
      }
  return problem;
}

/* A decision must be about what was seen, the whole of it. */
static YqProblem *
check_revision (Run *run)
{
  YqProblem *problem;

  if (run->step != NULL && !(run->step->flags & YQ_STEP_DECISION))
    return check_changed (run, FALSE);
  problem = check_changed (run, TRUE);
  if (problem == NULL && run->error == NULL && run->step != NULL &&
      run->command->revision != yq_record_revision (run->before))
    problem = conflict (run);
  return problem;
}

/* Puts the revision where it belongs in the order of checks: after forbidden, before the rest. */
static YqProblem *
judge (Run *run, YqProblem *problem, YqProblem *(*check) (Run *run))
{
  YqProblem *changed;

  if (problem != NULL && yq_problem_code (problem) == YQ_PROBLEM_FORBIDDEN)
    return problem;
  changed = check (run);
  if (changed == NULL && run->error == NULL)
    return problem;
  yq_problem_free (problem);
  return changed;
}

/* -- values -- */

static YqProblem *
ensure (YqProblem **problem, YqProblemCode code, const char *detail)
{
  if (*problem == NULL)
    *problem = yq_problem_new (code, "%s", detail);
  return *problem;
}

/* Accounts are named by people who may not read them: their colleagues. */
static gboolean
may_name (Run *run, const YqEntity *entity, const char *id)
{
  YqTx *tx = run->tx;
  g_autoptr(YqRecord) named = NULL;

  if (entity == run->entity && g_strcmp0 (id, run->command->record) == 0)
    return TRUE;
  named = yq_world_get (tx->world, entity, id);
  return named != NULL &&
         (entity->account_is_self || yq_access_readers (NULL, tx->who, named) != 0);
}

static void
check_reference (Run *run, const YqField *field, const YqField *column, const char *id,
                 YqProblem **problem)
{
  const YqEntity *entity = yq_model_find (column->refers);

  if (id == NULL || entity == NULL || may_name (run, entity, id))
    return;
  yq_problem_add_error (
    ensure (problem, YQ_PROBLEM_NOT_FOUND, _("A record that is named does not exist")), field->name,
    YQ_PROBLEM_NOT_FOUND, _("There is no %s %s"), _(entity->title), id);
}

static void
check_row (Run *run, const YqField *field, JsonObject *row, YqProblem **problem)
{
  for (const YqField *column = field->columns; column != NULL && column->name != NULL; column++)
    if (column->type == YQ_REFERENCE)
      check_reference (run, field, column,
                       json_object_get_string_member_with_default (row, column->name, NULL),
                       problem);
}

static void
check_references (Run *run, const YqValues *values, guint i, YqProblem **problem)
{
  const YqField *field = &yq_values_fields (values, NULL)[i];
  JsonArray *array;

  if (field->type == YQ_REFERENCE)
    check_reference (run, field, field, yq_values_text (values, i), problem);
  if (field->type != YQ_REFERENCES && field->type != YQ_ROWS)
    return;
  array = yq_values_array (values, i);
  for (guint k = 0; array != NULL && k < json_array_get_length (array); k++)
    if (field->type == YQ_REFERENCES)
      check_reference (run, field, field, json_array_get_string_element (array, k), problem);
    else
      check_row (run, field, json_array_get_object_element (array, k), problem);
}

static gboolean
is_new (const YqValues *old, const YqValues *values, guint i)
{
  return yq_values_has (values, i) && (old == NULL || !yq_values_equal (old, values, i));
}

/* Records named that old (may be NULL) did not name. */
static YqProblem *
check_named (Run *run, const YqValues *old, const YqValues *values)
{
  YqProblem *problem = NULL;
  guint n;

  yq_values_fields (values, &n);
  for (guint i = 0; i < n; i++)
    if (is_new (old, values, i))
      check_references (run, values, i, &problem);
  return problem;
}

static YqProblem *
check_files (Run *run, const YqValues *old, const YqValues *values)
{
  YqProblem *problem = NULL;
  guint n;
  const YqField *fields = yq_values_fields (values, &n);

  for (guint i = 0; run->files != NULL && i < n; i++)
    if (fields[i].type == YQ_FILES && is_new (old, values, i))
      yq_file_use_check (run->files, run->tx->conn, run->tx->who, old, values, i, &problem);
  return problem;
}

/* Is a submit still to come in this state, so that a draft may lack anything? */
static gboolean
may_lack (Run *run, const char *state)
{
  /* What everybody reads has been submitted, whatever step may complete it once more. */
  if (yq_entity_state (run->entity, state)->flags & YQ_STATE_PUBLIC)
    return FALSE;
  for (guint i = 0; i < run->entity->n_steps; i++)
    if ((run->entity->steps[i].flags & (YQ_STEP_COMPLETE | YQ_STEP_DECISION)) == YQ_STEP_COMPLETE &&
        yq_word_in (run->entity->steps[i].from, state))
      return TRUE;
  return FALSE;
}

static YqProblem *
check_not_emptied (Run *run)
{
  YqProblem *problem = NULL;

  if (run->before == NULL || may_lack (run, yq_record_state (run->before)))
    return NULL;
  for (guint k = 0; k < run->touched->len; k++)
    {
      guint i = g_array_index (run->touched, guint, k);
      const YqField *field = &run->entity->fields[i];

      if ((field->flags & YQ_REQUIRED) && yq_record_has (run->before, i) &&
          !yq_record_has (run->after, i) &&
          (field->shown == NULL || field->shown (yq_record_values (run->after))))
        yq_problem_add_error (ensure (&problem, YQ_PROBLEM_REQUIRED, _("A value is missing")),
                              field->name, YQ_PROBLEM_REQUIRED, _("“%s” cannot be emptied now"),
                              _(field->title));
    }
  return problem;
}

static YqProblem *
check_saved (Run *run)
{
  YqValues *values = yq_record_values (run->after);
  YqProblem *problem = run->entity->check_on_save
                         ? yq_check_record (run->tx->world, run->after, TRUE)
                         : yq_check_values (values, FALSE);

  /* What is public is never a draft: it has to stay as its submit demanded it. */
  if (problem == NULL && run->before != NULL && run->entity->check != NULL &&
      (yq_entity_state (run->entity, yq_record_state (run->before))->flags & YQ_STATE_PUBLIC))
    problem = run->entity->check (run->tx->world, run->after);
  if (problem == NULL)
    problem = check_not_emptied (run);
  if (problem == NULL)
    problem =
      check_files (run, run->before != NULL ? yq_record_values (run->before) : NULL, values);
  return problem != NULL ? problem
                         : yq_check_unique (run->tx, run->before, run->after, &run->error);
}

/* -- writing -- */

static YqProblem *
write_down (Run *run, const char *action)
{
  YqTx *tx = run->tx;
  YqProblem *problem;
  gboolean done;

  yq_review_move (tx, run->before, run->after, run->step);
  problem =
    yq_effects_before_write (tx, run->before, run->after, run->step, run->args, &run->error);
  if (problem != NULL || run->error != NULL)
    return problem;
  tx->seen = run->command->revision;
  done = run->before == NULL
           ? yq_tx_insert (tx, run->after, action, &run->error)
           : yq_tx_update (tx, run->before, run->after, action,
                           run->args != NULL ? run->command->fields : NULL, &run->error);
  tx->seen = -1;
  if (!done || !yq_file_use_keep (tx, run->files, run->before, run->after, &run->error) ||
      !yq_review_append (tx, run->before, run->after, run->step, run->args, &run->error))
    return NULL;
  return yq_effects_after_write (tx, run->before, run->after, run->step, run->args, &run->error);
}

/* -- the three kinds of commands -- */

static YqProblem *
create (Run *run)
{
  YqTx *tx = run->tx;
  YqProblem *problem = NULL;

  if (existed (run))
    {
      load (run);
      return conflict (run);
    }
  run->after = yq_record_new (run->entity, run->command->record);
  if (!yq_json_read_fields (run->command->fields, yq_record_values (run->after), run->touched,
                            &problem) ||
      (problem = check_named (run, NULL, yq_record_values (run->after))) != NULL)
    return problem;
  if (!yq_access_may_create (tx->world, tx->who, run->entity))
    return yq_problem_new (YQ_PROBLEM_FORBIDDEN, _("You may not create this: %s"),
                           _(run->entity->title));
  yq_owners_fill (tx->world, tx->who, run->after);
  if ((problem = yq_workflow_check_save (tx->world, tx->who, run->after, run->touched)) != NULL ||
      (problem = check_saved (run)) != NULL)
    return problem;
  if (run->step != NULL)
    {
      run->args = yq_values_new (run->step->fields, yq_fields_count (run->step->fields));
      problem = yq_workflow_check (tx->world, tx->who, run->after, run->step, run->args);
      if (problem != NULL)
        return problem;
      yq_record_set_state (run->after,
                           yq_workflow_next (tx->world, run->after, run->step, run->args));
    }
  return write_down (run, run->command->action);
}

/* The touched fields that are not what they were. */
static GArray *
really_changed (Run *run)
{
  GArray *changed = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint k = 0; k < run->touched->len; k++)
    {
      guint i = g_array_index (run->touched, guint, k);

      if (!yq_values_equal (yq_record_values (run->before), yq_record_values (run->after), i))
        g_array_append_val (changed, i);
    }
  return changed;
}

static YqProblem *
check_revision_of_save (Run *run)
{
  return check_changed (run, FALSE);
}

static YqProblem *
save (Run *run)
{
  YqTx *tx = run->tx;
  g_autoptr(GArray) changed = NULL;
  YqProblem *problem = NULL;

  run->after = yq_record_copy (run->before);
  if (!yq_json_read_fields (run->command->fields, yq_record_values (run->after), run->touched,
                            &problem) ||
      (problem =
         check_named (run, yq_record_values (run->before), yq_record_values (run->after))) != NULL)
    return problem;
  problem = yq_workflow_check_save (tx->world, tx->who, run->before, run->touched);
  if ((problem = judge (run, problem, check_revision_of_save)) != NULL || run->error != NULL)
    return problem;
  changed = really_changed (run);
  yq_owners_refill (tx->world, run->after, changed);
  if ((problem = check_saved (run)) != NULL)
    return problem;
  yq_record_set_state (run->after, yq_workflow_state_after_save (tx->world, run->before, changed));
  return write_down (run, "save");
}

static YqProblem *
take_step (Run *run)
{
  YqTx *tx = run->tx;
  YqProblem *problem = NULL;

  run->args = yq_values_new (run->step->fields, yq_fields_count (run->step->fields));
  if (!yq_json_read_fields (run->command->fields, run->args, NULL, &problem) ||
      (problem = check_named (run, NULL, run->args)) != NULL)
    return problem;
  run->after = yq_record_copy (run->before);
  problem = yq_workflow_check (tx->world, tx->who, run->before, run->step, run->args);
  if ((problem = judge (run, problem, check_revision)) != NULL || run->error != NULL)
    return problem;
  if ((problem = check_named (run, NULL, run->args)) != NULL ||
      (problem = check_files (run, NULL, run->args)) != NULL)
    return problem;
  yq_record_set_state (run->after, yq_workflow_next (tx->world, run->before, run->step, run->args));
  return write_down (run, run->step->action);
}

static YqProblem *delete (Run *run)
{
  YqTx *tx = run->tx;
  YqProblem *problem = yq_workflow_check_delete (tx->world, tx->who, run->before);

  if ((problem = judge (run, problem, check_revision)) != NULL || run->error != NULL)
    return problem;
  problem = yq_effects_before_delete (tx, run->before, &run->error);
  if (problem != NULL || run->error != NULL)
    return problem;
  tx->seen = run->command->revision;
  yq_tx_delete (tx, run->before, &run->error);
  tx->seen = -1;
  return NULL;
}

static YqProblem *
dispatch (Run *run)
{
  const YqCommand *command = run->command;
  gboolean saves = g_str_equal (command->action, "save");
  gboolean deletes = g_str_equal (command->action, "delete");

  run->entity = yq_model_find (command->entity);
  if (run->entity == NULL)
    return yq_problem_new (YQ_PROBLEM_UNKNOWN_ENTITY, _("There is no kind of record “%s”"),
                           command->entity);
  run->step = saves || deletes ? NULL : yq_entity_step (run->entity, command->action);
  if (run->step == NULL && !saves && !deletes)
    return yq_problem_new (YQ_PROBLEM_UNKNOWN_ACTION, _("There is no action “%s” for %s"),
                           command->action, _(run->entity->title));
  if (command->revision == 0 &&
      (saves || (run->step != NULL && (run->step->flags & YQ_STEP_CREATES))))
    return create (run);
  if (!load (run))
    return NULL;
  if (run->before == NULL)
    return not_found (run);
  if (saves)
    return save (run);
  return deletes ? delete (run) : take_step (run);
}

/* -- the answer -- */

/* A refusal from an inner step comes as an error of its own; a constraint that no check foresaw is
 * a mistake here, but no reason to ask for ever. */
static YqProblem *
problem_of_error (Run *run)
{
  YqProblem *problem = NULL;

  if (g_error_matches (run->error, YQ_TX_ERROR, YQ_TX_ERROR_REFUSED))
    problem = g_steal_pointer (&run->tx->problem);
  else if (g_error_matches (run->error, SQL_ERROR, SQL_ERROR_CONSTRAINT))
    {
      g_critical ("Command %s of %s: %s", run->command->action, run->command->entity,
                  run->error->message);
      problem = yq_problem_new (YQ_PROBLEM_INTERNAL,
                                _("The server could not do this; its operator has been told"));
    }
  if (problem != NULL)
    g_clear_error (&run->error);
  return problem;
}

static void
fill_result (Run *run, YqProblem *problem, YqCommandResult *result)
{
  YqRecord *record = problem == NULL && run->after != NULL ? run->after : run->before;

  result->problem = problem;
  result->outcome = problem == NULL  ? YQ_OUTCOME_APPLIED
                    : run->conflicts ? YQ_OUTCOME_CONFLICT
                                     : YQ_OUTCOME_REFUSED;
  result->revision = record != NULL ? yq_record_revision (record) : 0;
  result->state = record != NULL ? yq_record_state (record) : NULL;
  if (problem == NULL && run->after == NULL)
    result->revision++; /* deleted */
  record = run->before != NULL ? run->before : run->after;
  if (problem != NULL && record != NULL && !run->conflicts)
    yq_effects_explain (run->tx, record, run->step, run->args, problem);
}

gboolean
yq_command_run (YqTx *tx, YqFiles *files, const YqCommand *command, YqCommandResult *result,
                GError **error)
{
  g_auto(Run) run = { .tx = tx, .files = files, .command = command };
  YqProblem *problem;

  run.touched = g_array_new (FALSE, FALSE, sizeof (guint));
  tx->command = command->id;
  tx->seen = -1;
  problem = dispatch (&run);
  tx->command = NULL;
  if (run.error == NULL && yq_world_sql_check (tx->world, &run.error))
    {
      fill_result (&run, problem, result);
      return TRUE;
    }
  yq_problem_free (problem);
  if ((problem = problem_of_error (&run)) != NULL)
    {
      fill_result (&run, problem, result);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&run.error));
  return FALSE;
}
