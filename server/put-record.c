/* A save without a command. */
#define G_LOG_DOMAIN "yiquand"

#include "put-record.h"

#include "effects.h"
#include "record-check.h"
#include "record-sql.h"

YqProblem *
yq_check_unique (YqTx *tx, YqRecord *before, YqRecord *after, GError **error)
{
  const YqEntity *entity = yq_record_entity (after);
  YqProblem *problem = NULL;

  for (guint i = 0; i < entity->n_fields; i++)
    {
      const YqField *field = &entity->fields[i];

      if (!(field->flags & YQ_UNIQUE) || !yq_record_has (after, i) ||
          (before != NULL &&
           yq_values_equal (yq_record_values (before), yq_record_values (after), i)) ||
          !yq_record_sql_has_twin (tx->conn, after, i, error))
        continue;
      if (problem == NULL)
        problem = yq_problem_new (YQ_PROBLEM_DUPLICATE, _("It exists already"));
      yq_problem_add_error (problem, field->name, YQ_PROBLEM_DUPLICATE,
                            _("“%s” is the same in another of your records"), _(field->title));
    }
  return problem;
}

YqProblem *
yq_put_record (YqTx *tx, YqRecord *stored, YqRecord *record, GError **error)
{
  YqProblem *problem = yq_check_values (yq_record_values (record), FALSE);
  GError *failure = NULL;

  if (problem == NULL)
    problem = yq_check_unique (tx, stored, record, &failure);
  if (problem == NULL && failure == NULL)
    problem = yq_effects_before_write (tx, stored, record, NULL, NULL, &failure);
  if (problem == NULL && failure == NULL &&
      (stored ? yq_tx_update (tx, stored, record, "save", NULL, &failure)
              : yq_tx_insert (tx, record, "save", &failure)))
    problem = yq_effects_after_write (tx, stored, record, NULL, NULL, &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return problem;
}
