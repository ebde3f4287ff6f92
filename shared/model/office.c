/* What is said about records. */
#include "office.h"

#include "model.h"

/* What happens without a step of an entity. */
static const YqChoice events[] = {
  { "account.bind", N_("Accounts bound") },
  { "account.password", N_("Password changed") },
  { "account.phone", N_("Mobile phone changed") },
  { "desk.assign_account", N_("Secondary account assigned") },
  { "instrument.read", N_("Read from another system") },
  { "code", N_("Verification code") },
  { NULL },
};

static const char *
event_title (const char *code)
{
  for (const YqChoice *event = events; event->code != NULL; event++)
    if (g_str_equal (event->code, code))
      return _(event->title);
  return NULL;
}

/* "order.accept": 预约订单 · 接单. */
static char *
event_words (const char *code)
{
  g_auto(GStrv) parts = g_strsplit (code, ".", 2);
  const YqEntity *entity = yq_model_find (parts[0]);
  const YqStep *step =
    entity != NULL && parts[1] != NULL ? yq_entity_step (entity, parts[1]) : NULL;
  const char *title = step != NULL ? _(step->title) : event_title (code);

  if (entity == NULL)
    return g_strdup (event_title (parts[0]) != NULL ? event_title (parts[0]) : _("Other"));
  return title != NULL ? g_strdup_printf ("%s · %s", _(entity->title), title)
                       : g_strdup (_(entity->title));
}

/* clang-format off */
static const YqChoice levels[] = {
  { "county",   N_("County level") },
  { "city",     N_("City level") },
  { "province", N_("Province level") },
  { "experts",  N_("Experts") },
  { NULL },
};

/* How long it took is said of decisions on what waited for one: from when the record came to this
 * level in full working days by the official calendar; late is after the day that was promised. */
static const YqField review_fields[] = {
  [REVIEW_ENTITY]         = { "entity", N_("Kind of record"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_HIDDEN, FACT, .max = 32, .words = event_words },
  [REVIEW_RECORD]         = { "record", N_("Record"), YQ_TEXT, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, FACT, .max = 36 },
  [REVIEW_TITLE]          = { "title", N_("Record"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, FACT, .max = 200 },
  [REVIEW_RECORD_REVISION] = { "record_revision", N_("Revision seen"), YQ_INTEGER, YQ_COMPUTED | YQ_HIDDEN, FACT },
  [REVIEW_REVIEW_STAGE]   = { "review_stage", N_("Review level"), YQ_INTEGER, YQ_COMPUTED, FACT },
  [REVIEW_ACTION]         = { "action", N_("Decision"), YQ_TEXT, YQ_COMPUTED | YQ_LIST, FACT, .max = 32 },
  [REVIEW_COMMENT]        = { "comment", N_("Comment"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_LONG, FACT, .max = 1000 },
  [REVIEW_FIELD_COMMENTS] = { "field_comments", N_("Comments on fields"), YQ_ROWS, YQ_COMPUTED, FACT, .max = 50, .columns = yq_field_comment_columns },
  [REVIEW_AMOUNT]         = { "amount", N_("Amount approved"), YQ_MONEY, YQ_COMPUTED, FACT },
  [REVIEW_SCORE]          = { "score", N_("Score"), YQ_INTEGER, YQ_COMPUTED, FACT, .min = 0, .max = 100 },
  [REVIEW_DECIDED_BY]     = { "decided_by", N_("Decided by"), YQ_TEXT, YQ_COMPUTED | YQ_LIST, .sees = YQ_DECIDERS, .max = 100 },
  [REVIEW_DECIDED_AT]     = { "decided_at", N_("Decided"), YQ_TIME, YQ_COMPUTED | YQ_LIST, FACT },
  [REVIEW_LEVEL]          = { "level", N_("Level"), YQ_CHOICE, YQ_COMPUTED, FACT, .choices = levels },
  [REVIEW_WAITED_FROM]    = { "waited_from", N_("Came to this level"), YQ_TIME, YQ_COMPUTED, FACT },
  [REVIEW_WORKDAYS]       = { "workdays", N_("Working days taken"), YQ_INTEGER, YQ_COMPUTED | YQ_INDEX, FACT, .min = 0 },
  [REVIEW_LATE]           = { "late", N_("Later than promised"), YQ_BOOLEAN, YQ_COMPUTED | YQ_INDEX, FACT },
};

static const YqState review_states[] = {
  { "active", N_("Given"), YQ_TONE_DONE },
};

/* Append-only: made by the review engine, owned by whom it is about. */
const YqEntity yq_review = {
  "review", "reviews", N_("Review"), N_("Reviews"),
  TABLE (review_fields), TABLE (review_states), NULL, 0, NULL, 0,
  .owned = YQ_OWNED_BY_PLATFORM, .reads = YQ_OFFICIAL | YQ_SEES_PARTIES, .title_field = "title",
};

static const YqField message_fields[] = {
  [MESSAGE_ACCOUNT] = { "account", N_("Account"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, .sees = YQ_SEES_OWNER, .refers = "account" },
  [MESSAGE_TYPE]    = { "type", N_("Kind"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_INDEX, .sees = YQ_SEES_OWNER, .max = 64, .words = event_words },
  [MESSAGE_TEXT]    = { "text", N_("Message"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH | YQ_LONG, .sees = YQ_SEES_OWNER, .max = 1000 },
  [MESSAGE_ENTITY]  = { "entity", N_("Kind of record"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_SEES_OWNER, .max = 32, .words = event_words },
  [MESSAGE_RECORD]  = { "record", N_("Record"), YQ_TEXT, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, .sees = YQ_SEES_OWNER, .max = 36 },
  [MESSAGE_COUNT]   = { "count", N_("Items"), YQ_INTEGER, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_SEES_OWNER },
  [MESSAGE_SENT_AT] = { "sent_at", N_("Sent"), YQ_TIME, YQ_COMPUTED | YQ_LIST, .sees = YQ_SEES_OWNER },
};

static const YqState message_states[] = {
  { "unread", N_("Unread"), YQ_TONE_YOURS },
  { "read",   N_("Read"),   YQ_TONE_NEUTRAL, YQ_STATE_FINAL },
};

static const YqStep message_steps[] = {
  { "read", N_("Mark as read"), "unread", "read", "owner", 0 },
};

const YqEntity yq_message = {
  "message", "messages", N_("Message"), N_("Messages"),
  TABLE (message_fields), TABLE (message_states), TABLE (message_steps), NULL, 0,
  .owned = YQ_OWNED_BY_ACCOUNT, .account_from = "account", .reads = YQ_SEES_OWNER, .title_field = "text", .deletable = TRUE, .while_stale = TRUE,
};

static const YqField sms_fields[] = {
  [SMS_ACCOUNT] = { "account", N_("Account"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, .sees = YQ_SEES_ADMINISTRATOR, .refers = "account" },
  [SMS_PHONE]   = { "phone", N_("Mobile phone"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SECRET, .masked = YQ_SEES_ADMINISTRATOR, .max = 30 },
  [SMS_TYPE]    = { "type", N_("Kind"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_INDEX, .sees = YQ_SEES_ADMINISTRATOR, .max = 64, .words = event_words },
  [SMS_TEXT]    = { "text", N_("Message"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH | YQ_LONG, .sees = YQ_SEES_ADMINISTRATOR, .max = 1000 },
  [SMS_RECORD]  = { "record", N_("Record"), YQ_TEXT, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, .sees = YQ_SEES_ADMINISTRATOR, .max = 36 },
  [SMS_TRIES]   = { "tries", N_("Tries"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, .sees = YQ_SEES_ADMINISTRATOR, .min = 0, .max = 1000 },
  [SMS_FAILURE] = { "failure", N_("Last failure"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_LONG, .sees = YQ_SEES_ADMINISTRATOR, .max = 300 },
  [SMS_SENT_AT] = { "sent_at", N_("Sent"), YQ_TIME, YQ_COMPUTED | YQ_LIST, .sees = YQ_SEES_ADMINISTRATOR },
};

static const YqState sms_states[] = {
  { "waiting", N_("Waits to be sent"), YQ_TONE_WAITING },
  { "sent",    N_("Sent"),             YQ_TONE_DONE, YQ_STATE_FINAL },
  { "failed",  N_("Not delivered"),    YQ_TONE_BAD, YQ_STATE_FINAL | YQ_STATE_SIDE },
};

static const YqStep sms_steps[] = {
  { "deliver", N_("Deliver"), "waiting", "sent", "clock", YQ_STEP_HIDDEN },
  { "give_up", N_("Give up"), "waiting", "failed", "clock", YQ_STEP_HIDDEN },
};

/* The log of text messages: what was sent to whom, codes left out. */
const YqEntity yq_sms = {
  "sms", "sms_messages", N_("Text message"), N_("Text messages"),
  TABLE (sms_fields), TABLE (sms_states), TABLE (sms_steps), NULL, 0,
  .owned = YQ_OWNED_BY_PLATFORM, .account_from = "account", .reads = YQ_SEES_ADMINISTRATOR, .title_field = "text",
};

static const YqField file_fields[] = {
  [FILE_ACCOUNT]  = { "account", N_("Account"), YQ_REFERENCE, YQ_COMPUTED | YQ_INDEX | YQ_HIDDEN, .sees = YQ_SEES_OWNER, .refers = "account" },
  [FILE_SHA256]   = { "sha256", N_("SHA-256"), YQ_TEXT, YQ_COMPUTED | YQ_INDEX, .sees = YQ_SEES_OWNER, .max = 64 },
  [FILE_NAME]     = { "name", N_("File name"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, .sees = YQ_SEES_OWNER, .max = 255 },
  [FILE_TYPE]     = { "type", N_("File type"), YQ_TEXT, YQ_COMPUTED | YQ_LIST, .sees = YQ_SEES_OWNER, .max = 100 },
  [FILE_SIZE]     = { "size", N_("File size (bytes)"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, .sees = YQ_SEES_OWNER, .min = 0, .max = G_MAXINT64 },
  [FILE_NAMED_BY] = { "named_by", N_("First used in"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, .sees = YQ_SEES_OWNER, .max = 36 },
};

static const YqState file_states[] = {
  { "active", N_("Uploaded"), YQ_TONE_DONE },
};

/* What an account has sent and put into a record: made by the server with the first record that names it. */
const YqEntity yq_file = {
  "file", "attachments", N_("Attachment"), N_("Attachments"),
  TABLE (file_fields), TABLE (file_states), NULL, 0, NULL, 0,
  .owned = YQ_OWNED_BY_ACCOUNT, .account_from = "account", .reads = YQ_SEES_OWNER, .title_field = "name",
};
/* clang-format on */
