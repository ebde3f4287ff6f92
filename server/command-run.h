/* One command: judged, applied, answered.  Writer thread, inside a savepoint. */
#pragma once

#include "files.h"
#include "tx.h"

typedef struct
{
  const char *id;
  const char *entity;
  const char *record;
  const char *action;
  gint64 revision;
  JsonObject *fields; /* borrowed; never NULL */
} YqCommand;

typedef enum
{
  YQ_OUTCOME_APPLIED,
  YQ_OUTCOME_REFUSED,
  YQ_OUTCOME_CONFLICT,
  YQ_OUTCOME_SKIPPED,
} YqOutcome;

typedef struct
{
  YqOutcome outcome;
  YqProblem *problem; /* NULL where applied */
  gint64 revision;    /* of the record now; 0 where it is none of the caller's business */
  const char *state;  /* of the model's tables, or NULL */
} YqCommandResult;

const char *yq_outcome_name (YqOutcome outcome);
void yq_command_result_clear (YqCommandResult *result);

/* tx->command and tx->seen are set from the command.  files may be NULL: no file is checked then
 * (imports).  FALSE with an error is a failure of the database; otherwise result is filled, and
 * where its outcome is not applied, the caller undoes what was written. */
gboolean yq_command_run (YqTx *tx, YqFiles *files, const YqCommand *command,
                         YqCommandResult *result, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (YqCommandResult, yq_command_result_clear)
