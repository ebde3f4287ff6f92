/* What the bureau tells everybody. */
#include "announcement.h"

#include <string.h>

/* clang-format off */
static const YqChoice kinds[] = {
  { "notice",    N_("Notice") },
  { "policy",    N_("Policy") },
  { "download",  N_("Download") },
  { "admission", N_("Admission notice") },
  { NULL },
};

static const YqField announcement_fields[] = {
  [ANNOUNCEMENT_KIND]       = { "kind", N_("Kind"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST | YQ_INDEX, PUBLIC_OFFICE, .choices = kinds },
  [ANNOUNCEMENT_TITLE]      = { "title", N_("Title"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_OFFICE, .max = 200 },
  [ANNOUNCEMENT_TEXT]       = { "text", N_("Text"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SEARCH, PUBLIC_OFFICE, .max = 10000 },
  [ANNOUNCEMENT_FILES]      = { "files", N_("Attachments"), YQ_FILES, 0, PUBLIC_OFFICE, .max = 20 },
  [ANNOUNCEMENT_SEAT]       = { "seat", N_("For the people of"), YQ_REGION, YQ_REQUIRED | YQ_LIST, PUBLIC_OFFICE },
  [ANNOUNCEMENT_SHOWN_FROM] = { "shown_from", N_("Shown from"), YQ_DATE, YQ_LIST | YQ_INDEX, PUBLIC_OFFICE },
  [ANNOUNCEMENT_SHOWN_TO]   = { "shown_to", N_("Shown until"), YQ_DATE, 0, PUBLIC_OFFICE },
  [ANNOUNCEMENT_ABOUT]      = { "about", N_("Carrier"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, PUBLIC_FACT, .refers = "organisation" },
};

static const YqState announcement_states[] = {
  { "published", N_("Published"), YQ_TONE_DONE, YQ_STATE_PUBLIC },
};

static const YqEditable announcement_editable[] = {
  { "published", YQ_ACTOR_REVIEWER,      YQ_EDIT_OFFICE },
  { "published", YQ_ACTOR_ADMINISTRATOR, YQ_EDIT_OFFICE },
};
/* clang-format on */

static YqProblem *
announcement_check (YqWorld *world, YqRecord *record)
{
  const char *from = yq_record_text (record, ANNOUNCEMENT_SHOWN_FROM);
  const char *to = yq_record_text (record, ANNOUNCEMENT_SHOWN_TO);

  if (from == NULL || to == NULL || strcmp (from, to) <= 0)
    return NULL;
  return yq_problem_add_error (
    yq_problem_new (YQ_PROBLEM_INVALID, _("The last day lies before the first")), "shown_to",
    YQ_PROBLEM_INVALID, _("It is shown from %s: choose that day or a later one"), from);
}

/* clang-format off */
const YqEntity yq_announcement = {
  "announcement", "announcements", N_("Announcement"), N_("Announcements"),
  TABLE (announcement_fields), TABLE (announcement_states), NULL, 0, TABLE (announcement_editable),
  .owned = YQ_OWNED_BY_PLATFORM, .region_from = "seat", .reads = YQ_SEES_REVIEWER | YQ_SEES_ADMINISTRATOR,
  .title_field = "title", .since = "shown_from", .until = "shown_to", .deletable = TRUE, .check = announcement_check, .check_on_save = TRUE,
};
/* clang-format on */

gboolean
yq_announcement_is_shown (YqRecord *announcement, const char *day)
{
  const char *from = yq_record_text (announcement, ANNOUNCEMENT_SHOWN_FROM);
  const char *to = yq_record_text (announcement, ANNOUNCEMENT_SHOWN_TO);

  return (from == NULL || strcmp (from, day) <= 0) && (to == NULL || strcmp (day, to) <= 0);
}
