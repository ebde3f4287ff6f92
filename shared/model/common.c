/* Pieces that the tables of several business areas share. */
#include "common.h"

#include "party.h"

/* clang-format off */
const YqChoice yq_risk_kinds[] = {
  { "asset_number", N_("Asset number used twice") },
  { "credit_code",  N_("Credit code used twice") },
  { "invoice",      N_("Invoice entered twice") },
  { "scanned",      N_("Invoice differs from its QR code") },
  { "related",      N_("Buyer and carrier are related") },
  { "price",        N_("Price far above the median") },
  { "burst",        N_("Many in a short time") },
  { "bank_changed", N_("Bank data changed") },
  { NULL },
};

const YqField yq_risk_columns[] = {
  { "kind",   N_("Kind"),   YQ_CHOICE, YQ_REQUIRED, RISK_FACT, .choices = yq_risk_kinds },
  { "entity", N_("Kind of record"), YQ_TEXT, 0, RISK_FACT, .max = 32 },
  { "record", N_("Record"), YQ_TEXT, 0, RISK_FACT, .max = 36 },
  { "number", N_("Number"), YQ_TEXT, 0, RISK_FACT, .max = 64 },
  { NULL },
};

const YqField yq_period_columns[] = {
  { "from", N_("From"), YQ_TIME, YQ_REQUIRED, .sees = YQ_EVERYBODY },
  { "to",   N_("To"),   YQ_TIME, YQ_REQUIRED, .sees = YQ_EVERYBODY },
  { NULL },
};

const YqField yq_field_comment_columns[] = {
  { "field",   N_("Field"),   YQ_TEXT, YQ_REQUIRED, .sees = YQ_INVOLVED, .max = 64 },
  { "comment", N_("Comment"), YQ_TEXT, YQ_REQUIRED | YQ_LONG, .sees = YQ_INVOLVED, .max = 500 },
  { NULL },
};

const YqField yq_comment_fields[] = {
  STEP_COMMENT,
  { NULL },
};

const YqField yq_reason_fields[] = {
  STEP_REASON,
  { NULL },
};

const YqField yq_return_fields[] = {
  STEP_REASON,
  { "field_comments", N_("Comments on fields"), YQ_ROWS, 0, .sees = YQ_INVOLVED, .max = 50, .columns = yq_field_comment_columns },
  { NULL },
};
/* clang-format on */

const char *
yq_choose_pending_or (YqWorld *world, YqRecord *record, const char *approved)
{
  g_auto(GStrv) levels = yq_workflow_levels (world, record);

  return levels[0] == NULL ? approved : "pending";
}

void
yq_derive_name (YqWorld *world, YqRecord *record, guint field, const char *organisation)
{
  g_autoptr(YqRecord) found = yq_world_get (world, &yq_organisation, organisation);

  if (found != NULL)
    yq_record_set_text (record, field, yq_record_title (found));
}
