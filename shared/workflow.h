/* What may be done with a record: one table per entity drives the server's checks, the client's
 * buttons, the progress bar and the offline prediction.  No input or output here. */
#pragma once

#include "access.h"
#include "problem.h"
#include "world.h"

/* In the order of design/api.md: forbidden, state, fields (complete steps check the record, and the
 * step's own required fields), guards.  NULL means allowed.  args may be NULL: then the step's own
 * fields and what depends on them are not checked (for greying a button). */
YqProblem *yq_workflow_check (YqWorld *world, const YqWho *who, YqRecord *record,
                              const YqStep *step, const YqValues *args);
/* Where the step leads.  YQ_STEP_REVIEW steps that have levels left stay where they are. */
const char *yq_workflow_next (YqWorld *world, YqRecord *record, const YqStep *step,
                              const YqValues *args);
/* May this save be done at all?  touched are field indexes.  NULL means yes. */
YqProblem *yq_workflow_check_save (YqWorld *world, const YqWho *who, YqRecord *before,
                                   const GArray *touched);
/* The state a save leads to: the present one, but an active organisation whose reviewed field
 * changed becomes pending, a stale one active. */
const char *yq_workflow_state_after_save (YqWorld *world, YqRecord *before, const GArray *touched);

typedef struct
{
  const YqStep *step;
  YqProblem *why; /* NULL: allowed.  Greyed otherwise */
} YqOpenStep;

/* Could who take any step now, as far as state and owners tell?  A record without its other fields
 * is enough. */
gboolean yq_workflow_may_step (const YqWho *who, YqRecord *record);
/* The steps that leave the present state and whose actor who could be; state and role mismatches
 * are left out.  Free with g_ptr_array_unref. */
GPtrArray *yq_workflow_open_steps (YqWorld *world, const YqWho *who, YqRecord *record);

/* Levels: the region codes that review this record one after another, nearest first, resolved by
 * its jurisdiction or programme (domain.md §3): ["330421"], ["330400", "330000"]; the level of
 * experts is the word ["experts", "330421"].  Empty: submitting approves.  Free with g_strfreev. */
#define YQ_LEVEL_EXPERTS "experts"
char **yq_workflow_levels (YqWorld *world, YqRecord *record);
/* Does the record wait for the opinions of experts? */
gboolean yq_workflow_waits_for_experts (YqWorld *world, YqRecord *record);
/* Does a delete by who take effect?  (domain.md §5) */
YqProblem *yq_workflow_check_delete (YqWorld *world, const YqWho *who, YqRecord *record);

/* All workflows as Graphviz. */
char *yq_workflow_graph (void);
