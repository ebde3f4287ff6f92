/* Why something was refused: an RFC 9457 problem with a code of design/api.md's closed list.  Title
 * and detail are whole translated sentences that name the rule and its numbers. */
#pragma once

#include <json-glib/json-glib.h>

#include "schema.h"

typedef enum
{
  YQ_PROBLEM_MALFORMED,
  YQ_PROBLEM_UNKNOWN_ENTITY,
  YQ_PROBLEM_UNKNOWN_ACTION,
  YQ_PROBLEM_UNKNOWN_FIELD,
  YQ_PROBLEM_UNKNOWN_PARAMETER,
  YQ_PROBLEM_REQUIRED,
  YQ_PROBLEM_INVALID,
  YQ_PROBLEM_NOT_FOUND,
  YQ_PROBLEM_FORBIDDEN,
  YQ_PROBLEM_STATE,
  YQ_PROBLEM_CHANGED,
  YQ_PROBLEM_ID_REUSED,
  YQ_PROBLEM_SLOT_TAKEN,
  YQ_PROBLEM_CAP_TOTAL,
  YQ_PROBLEM_CAP_CLAIM,
  YQ_PROBLEM_CAP_HELD,
  YQ_PROBLEM_BALANCE,
  YQ_PROBLEM_BUDGET,
  YQ_PROBLEM_NOT_ELIGIBLE,
  YQ_PROBLEM_WINDOW_CLOSED,
  YQ_PROBLEM_PAPERS_MISSING,
  YQ_PROBLEM_INVOICE_USED,
  YQ_PROBLEM_INVOICE_SUM,
  YQ_PROBLEM_FILE_MISSING,
  YQ_PROBLEM_DUPLICATE,
  YQ_PROBLEM_OFFSET,
  YQ_PROBLEM_DIGEST,
  YQ_PROBLEM_TOO_MANY,
  YQ_PROBLEM_TOO_LARGE,
  YQ_PROBLEM_THROTTLED,
  YQ_PROBLEM_UNAUTHENTICATED,
  YQ_PROBLEM_CURSOR_EXPIRED,
  YQ_PROBLEM_METHOD,
  YQ_PROBLEM_UNAVAILABLE,
  YQ_PROBLEM_INTERNAL,
  YQ_N_PROBLEMS
} YqProblemCode;

/* detail is a printf format, already translated: yq_problem_new (CODE, _("… %s"), x). */
YqProblem *yq_problem_new (YqProblemCode code, const char *detail, ...) G_GNUC_PRINTF (2, 3);
YqProblem *yq_problem_copy (const YqProblem *problem);
void yq_problem_free (YqProblem *problem);
/* Returns problem, so that calls chain. */
YqProblem *yq_problem_add_error (YqProblem *problem, const char *field, YqProblemCode code,
                                 const char *detail, ...) G_GNUC_PRINTF (4, 5);
/* Adds an error to *problem, which is made where it is still NULL: then with this error's code, and
 * "title: detail" as its detail. */
void yq_problem_collect (YqProblem **problem, const char *field, const char *title,
                         YqProblemCode code, const char *detail);
/* The record on whose page the way out is; entity is static.  Returns problem. */
YqProblem *yq_problem_lead_to (YqProblem *problem, const char *entity, const char *record);
YqProblem *yq_problem_add_alternative (YqProblem *problem, const char *instrument, gint64 from_ms,
                                       gint64 to_ms);

YqProblemCode yq_problem_code (const YqProblem *problem);
const char *yq_problem_code_name (YqProblemCode code); /* "slot_taken" */
int yq_problem_code_from_name (const char *name);      /* -1 if unknown */
guint yq_problem_status (const YqProblem *problem);    /* the HTTP status that goes with the code */
const char *yq_problem_code_title (YqProblemCode code); /* translated, short */
const char *yq_problem_detail (const YqProblem *problem);
guint yq_problem_n_errors (const YqProblem *problem);
const char *yq_problem_error (const YqProblem *problem, guint i, const char **field,
                              YqProblemCode *code); /* its detail */
/* Its id, borrowed, and *entity (the name of a known one); NULL where it leads nowhere. */
const char *yq_problem_lead (const YqProblem *problem, const char **entity);
guint yq_problem_n_alternatives (const YqProblem *problem);
void yq_problem_alternative (const YqProblem *problem, guint i, const char **instrument,
                             gint64 *from_ms, gint64 *to_ms);

void yq_problem_append_json (const YqProblem *problem, GString *out);
YqProblem *yq_problem_from_json (JsonObject *object); /* tolerant; never NULL */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YqProblem, yq_problem_free)
