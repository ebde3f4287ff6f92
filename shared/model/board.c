/* What organisations look for and offer beside the catalogue (shandong 5.1). */
#include "board.h"

#include "clock.h"
#include "party.h"

/* clang-format off */
static const YqChoice kinds[] = {
  { "demand", N_("Demand") },
  { "supply", N_("Supply") },
  { NULL },
};

static const YqField post_fields[] = {
  [POST_KIND]          = { "kind", N_("Kind"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST | YQ_REVIEWED, PUBLIC_UPKEEP, .choices = kinds },
  [POST_TITLE]         = { "title", N_("Title"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH | YQ_REVIEWED, PUBLIC_UPKEEP, .max = 100 },
  [POST_TEXT]          = { "text", N_("Content"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SEARCH | YQ_REVIEWED, PUBLIC_UPKEEP, .max = 4000 },
  [POST_UNTIL]         = { "until", N_("Valid until"), YQ_DATE, YQ_REQUIRED | YQ_LIST | YQ_REVIEWED, PUBLIC_UPKEEP, .hint = N_("Afterwards it is taken off the board by itself") },
  [POST_CONTACT_NAME]  = { "contact_name", N_("Contact"), YQ_TEXT, YQ_REQUIRED | YQ_REVIEWED, PUBLIC_UPKEEP, .max = 50, .group = N_("Contact") },
  [POST_CONTACT_PHONE] = { "contact_phone", N_("Contact phone"), YQ_TEXT, YQ_REQUIRED | YQ_REVIEWED, PUBLIC_UPKEEP, .max = 30, .check = yq_check_phone, .hint = N_("Everybody can read it on the board") },
  [POST_ORGANISATION_NAME] = { "organisation_name", N_("Organisation"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 100, .group = N_("Publication") },
  [POST_PUBLISHED_AT]  = { "published_at", N_("Published on"), YQ_TIME, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
  REVIEW_FIELDS (POST),
};

static const YqState post_states[] = {
  { "draft",     N_("Draft"),            YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",   N_("Waits for review"), YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "returned",  N_("Returned"),         YQ_TONE_YOURS,   YQ_STATE_SIDE },
  { "published", N_("Published"),        YQ_TONE_DONE,    YQ_STATE_PUBLIC | YQ_STATE_REVIEWED },
  { "stopped",   N_("Taken off"),        YQ_TONE_NEUTRAL, YQ_STATE_SIDE },
};
/* clang-format on */

static const char *
post_submitted (YqWorld *world, YqRecord *post, const YqValues *args)
{
  return yq_choose_pending_or (world, post, "published");
}

static YqProblem *
post_can_publish (YqWorld *world, const YqWho *who, YqRecord *post, const YqValues *args)
{
  const char *until = yq_record_text (post, POST_UNTIL);
  g_autofree char *today = yq_date_of (world->now);
  g_autoptr(YqRecord) own = yq_world_get (world, &yq_organisation, yq_record_buyer (post));
  YqProblem *problem;

  if (own != NULL && !yq_organisation_is_verified (own))
    return yq_problem_new (YQ_PROBLEM_NOT_ELIGIBLE,
                           _("Only verified organisations can publish; yours is: %s"),
                           yq_record_state_title (own));
  if (until == NULL || strcmp (until, today) >= 0)
    return NULL;
  problem =
    yq_problem_new (YQ_PROBLEM_INVALID, _("It was valid until %s; today is %s"), until, today);
  return yq_problem_add_error (problem, "until", YQ_PROBLEM_INVALID,
                               _("Choose a day from today on"));
}

static void
post_derive (YqWorld *world, YqRecord *post)
{
  yq_derive_name (world, post, POST_ORGANISATION_NAME, yq_record_buyer (post));
}

/* clang-format off */
static const YqStep post_steps[] = {
  { "submit",   N_("Submit for review"), "draft|returned", "pending|published", "owner", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, .guard = post_can_publish, .choose = post_submitted },
  { "withdraw", N_("Withdraw"), "pending", "draft", "owner", 0 },
  { "approve",  N_("Approve"), "pending", "published", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY | YQ_STEP_COMPLETE, yq_comment_fields, post_can_publish },
  { "return",   N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
  { "stop",     N_("Take off the board"), "published", "stopped", "owner", YQ_STEP_DANGER, yq_comment_fields },
  { "start",    N_("Publish again"), "stopped", "pending|published", "owner", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY, .guard = post_can_publish, .choose = post_submitted },
  { "expire",   N_("Expire"), "published", "stopped", "clock", YQ_STEP_HIDDEN },
};

static const YqEditable post_editable[] = {
  { "draft",     YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "returned",  YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "published", YQ_ACTOR_OWNER, YQ_EDIT_UPKEEP },
  { "stopped",   YQ_ACTOR_OWNER, YQ_EDIT_UPKEEP },
};

const YqEntity yq_post = {
  "post", "posts", N_("Supply or demand"), N_("Supply and demand"),
  TABLE (post_fields), TABLE (post_states), TABLE (post_steps), TABLE (post_editable),
  .owned = YQ_OWNED_BY_BUYER, .region_from = "buyer", .reads = YQ_OFFICIAL, .kind = "post",
  .title_field = "title", .subtitle_field = "organisation_name", .derive = post_derive,
};
/* clang-format on */
