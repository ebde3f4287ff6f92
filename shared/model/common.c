/* Pieces that the tables of several business areas share. */
#include "common.h"

#include "party.h"

/* clang-format off */
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
