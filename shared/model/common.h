/* Pieces that the tables of several business areas share. */
#pragma once

#include "file-kind.h"
#include "problem.h"
#include "record-check.h"
#include "record.h"
#include "schema.h"
#include "workflow.h"
#include "world.h"

/* clang-format off */
/* Who sees and who edits, said in one word per row. */
#define PUBLIC_FORM   .sees = YQ_EVERYBODY, .edit = YQ_EDIT_FORM
#define PUBLIC_UPKEEP .sees = YQ_EVERYBODY, .edit = YQ_EDIT_FORM | YQ_EDIT_UPKEEP
#define PUBLIC_OFFICE .sees = YQ_EVERYBODY, .edit = YQ_EDIT_OFFICE
#define PUBLIC_FACT   .sees = YQ_EVERYBODY
#define FORM          .sees = YQ_INVOLVED, .edit = YQ_EDIT_FORM
#define UPKEEP        .sees = YQ_INVOLVED, .edit = YQ_EDIT_FORM | YQ_EDIT_UPKEEP
#define BY_CARRIER    .sees = YQ_INVOLVED, .edit = YQ_EDIT_CARRIER
#define FACT          .sees = YQ_INVOLVED
#define OFFICIAL_FORM .sees = YQ_OFFICIAL, .edit = YQ_EDIT_FORM
#define OFFICIAL_UPKEEP .sees = YQ_OFFICIAL, .edit = YQ_EDIT_FORM | YQ_EDIT_UPKEEP
#define OFFICIAL_FACT .sees = YQ_OFFICIAL
/* phones and the like: whole for the people involved, masked for the public */
#define CONTACT_UPKEEP .sees = YQ_INVOLVED, .masked = YQ_SEES_PUBLIC, .edit = YQ_EDIT_FORM | YQ_EDIT_UPKEEP
/* ID numbers and bank accounts: whole for the owner, masked for officials */
#define PRIVATE_UPKEEP .sees = YQ_SEES_OWNER, .masked = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR, .edit = YQ_EDIT_FORM | YQ_EDIT_UPKEEP

/* The five fields of everything that is reviewed; written by the server's review engine. */
#define REVIEW_ENUM(P) P##_STAGE, P##_REVIEWED_BY, P##_SUBMITTED_AT, P##_DUE_ON, P##_DECIDED_AT
#define REVIEW_FIELDS(P) \
  [P##_STAGE]        = { "stage",        N_("Review level"),    YQ_INTEGER, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_INVOLVED }, \
  [P##_REVIEWED_BY]  = { "reviewed_by",  N_("Reviewed by"),     YQ_REGION,  YQ_COMPUTED | YQ_INDEX, .sees = YQ_OFFICIAL | YQ_SEES_PARTIES, .group = N_("Review") }, \
  [P##_SUBMITTED_AT] = { "submitted_at", N_("Submitted"),       YQ_TIME,    YQ_COMPUTED, .sees = YQ_OFFICIAL | YQ_SEES_PARTIES }, \
  [P##_DUE_ON]       = { "due_on",       N_("Answer promised"), YQ_DATE,    YQ_COMPUTED, .sees = YQ_OFFICIAL | YQ_SEES_PARTIES }, \
  [P##_DECIDED_AT]   = { "decided_at",   N_("Decided"),         YQ_TIME,    YQ_COMPUTED, .sees = YQ_OFFICIAL | YQ_SEES_PARTIES }

/* What a reviewer should look at twice, found by the server when the record was sent (risk.h): the
 * gravest kind, and all of them with the other records' numbers. */
#define RISK_ENUM(P) P##_RISK, P##_RISKS
#define RISK_FACT .sees = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR
#define RISK_FIELDS(P) \
  [P##_RISK]  = { "risk",  N_("Risk signs"), YQ_CHOICE, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, RISK_FACT, .choices = yq_risk_kinds }, \
  [P##_RISKS] = { "risks", N_("Risk signs"), YQ_ROWS,   YQ_COMPUTED | YQ_HIDDEN, RISK_FACT, .max = 50, .columns = yq_risk_columns }

#define TABLE(array) array, G_N_ELEMENTS (array)
#define STEP_COMMENT { "comment", N_("Comment"), YQ_TEXT, YQ_LONG, .sees = YQ_INVOLVED, .edit = YQ_EDIT_FORM, .max = 1000 }
#define STEP_REASON  { "comment", N_("Reason"), YQ_TEXT, YQ_REQUIRED | YQ_LONG, .sees = YQ_INVOLVED, .edit = YQ_EDIT_FORM, .max = 1000 }
/* clang-format on */

extern const YqChoice yq_risk_kinds[];    /* in the order of YqRiskKind, the gravest first */
extern const YqField yq_risk_columns[];   /* kind; of the other record: entity, record, number */
extern const YqField yq_period_columns[]; /* from, to: times */
extern const YqField yq_field_comment_columns[]; /* field, comment */
extern const YqField yq_comment_fields[];        /* a step's own: comment */
extern const YqField yq_reason_fields[];         /* a step's own: comment, demanded */
extern const YqField yq_return_fields[];         /* comment demanded, field_comments */
enum
{
  STEP_ARG_COMMENT, /* of all three tables above */
};

/* A state to come from the jurisdiction: "pending", or approved at once where no level reviews. */
const char *yq_choose_pending_or (YqWorld *world, YqRecord *record, const char *approved);
/* Writes the name of an organisation into a computed field; leaves it where the organisation is not
 * known. */
void yq_derive_name (YqWorld *world, YqRecord *record, guint field, const char *organisation);
