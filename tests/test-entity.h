/* A small entity with a field of every type, for the tests of the engines. */
#pragma once

#include "record-check.h"

enum
{
  THING_NAME,
  THING_NOTE,
  THING_COUNT,
  THING_LATITUDE,
  THING_PRICE,
  THING_BOUGHT_ON,
  THING_SEEN_AT,
  THING_OPEN,
  THING_KIND,
  THING_PLACE,
  THING_MAKER,
  THING_FRIENDS,
  THING_PAPERS,
  THING_LINES,
  THING_PHONE,
  THING_EMAIL,
  THING_BANK_ACCOUNT,
  THING_ID_NUMBER,
  THING_USCC,
  THING_POSTCODE,
  THING_WEBSITE,
  THING_DEPTH,
  THING_SERVER_ONLY,
  THING_CONTACT,
  THING_N_FIELDS
};

enum
{
  LINE_ITEM,
  LINE_FEE,
  LINE_AT,
  LINE_SURE,
  LINE_SUM
};

static inline gboolean
thing_is_deep (const YqValues *values)
{
  return g_strcmp0 (yq_values_text (values, THING_KIND), "deep") == 0;
}

/* clang-format off */
static const YqChoice thing_kinds[] = { { "flat", "Flat" }, { "deep", "Deep" }, { NULL } };

static const YqField thing_lines[] = {
  [LINE_ITEM] = { "item", "Item", YQ_TEXT, YQ_REQUIRED, .max = 10 },
  [LINE_FEE]  = { "fee", "Fee", YQ_MONEY, YQ_REQUIRED, .max = 100000 },
  [LINE_AT]   = { "at", "At", YQ_TIME },
  [LINE_SURE] = { "sure", "Sure", YQ_BOOLEAN },
  [LINE_SUM]  = { "sum", "Sum", YQ_MONEY, YQ_COMPUTED },
  { NULL },
};

static const YqField thing_fields[] = {
  [THING_NAME]         = { "name", "Name", YQ_TEXT, YQ_REQUIRED | YQ_SEARCH, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .min = 2, .max = 8 },
  [THING_NOTE]         = { "note", "Note", YQ_TEXT, YQ_LONG, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .max = 100 },
  [THING_COUNT]        = { "count", "Count", YQ_INTEGER, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .max = 500 },
  [THING_LATITUDE]     = { "latitude", "Latitude", YQ_INTEGER, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .decimals = 6, .min = -90000000, .max = 90000000 },
  [THING_PRICE]        = { "price", "Price", YQ_MONEY, YQ_REQUIRED, YQ_INVOLVED, .edit = YQ_EDIT_FORM, .max = 100000000 },
  [THING_BOUGHT_ON]    = { "bought_on", "Bought on", YQ_DATE, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .check = yq_check_not_future },
  [THING_SEEN_AT]      = { "seen_at", "Seen at", YQ_TIME, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .check = yq_check_not_future },
  [THING_OPEN]         = { "open", "Open", YQ_BOOLEAN, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM },
  [THING_KIND]         = { "kind", "Kind", YQ_CHOICE, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .choices = thing_kinds },
  [THING_PLACE]        = { "place", "Place", YQ_REGION, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM },
  [THING_MAKER]        = { "maker", "Maker", YQ_REFERENCE, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .refers = "thing" },
  [THING_FRIENDS]      = { "friends", "Friends", YQ_REFERENCES, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .refers = "thing", .max = 3 },
  [THING_PAPERS]       = { "papers", "Papers", YQ_FILES, 0, YQ_OFFICIAL, .edit = YQ_EDIT_FORM, .accept = "pdf|jpg", .max = 2 },
  [THING_LINES]        = { "lines", "Lines", YQ_ROWS, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .columns = thing_lines, .max = 3 },
  [THING_PHONE]        = { "phone", "Phone", YQ_TEXT, 0, YQ_OFFICIAL, .masked = YQ_SEES_PARTIES, .edit = YQ_EDIT_FORM, .check = yq_check_phone },
  [THING_EMAIL]        = { "email", "E-mail", YQ_TEXT, 0, YQ_OFFICIAL, .masked = YQ_SEES_PARTIES, .edit = YQ_EDIT_FORM, .check = yq_check_email },
  [THING_BANK_ACCOUNT] = { "bank_account", "Bank account", YQ_TEXT, YQ_SECRET, YQ_OFFICIAL, .masked = YQ_SEES_PARTIES, .edit = YQ_EDIT_FORM },
  [THING_ID_NUMBER]    = { "id_number", "ID number", YQ_TEXT, YQ_SECRET, YQ_OFFICIAL, .masked = YQ_SEES_PARTIES, .edit = YQ_EDIT_FORM, .check = yq_check_resident_id },
  [THING_USCC]         = { "uscc", "USCC", YQ_TEXT, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .check = yq_check_uscc },
  [THING_POSTCODE]     = { "postcode", "Postcode", YQ_TEXT, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .check = yq_check_postcode },
  [THING_WEBSITE]      = { "website", "Website", YQ_TEXT, 0, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .check = yq_check_url },
  [THING_DEPTH]        = { "depth", "Depth", YQ_INTEGER, YQ_REQUIRED, YQ_EVERYBODY, .edit = YQ_EDIT_FORM, .shown = thing_is_deep },
  [THING_SERVER_ONLY]  = { "server_only", "Server only", YQ_TEXT, YQ_COMPUTED, YQ_NOBODY },
  [THING_CONTACT]      = { "contact", "Contact", YQ_TEXT, 0, YQ_OFFICIAL, .masked = YQ_SEES_PARTIES, .edit = YQ_EDIT_FORM },
};

static const YqState thing_states[] = {
  { "draft", "Draft", YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "listed", "Listed", YQ_TONE_DONE, YQ_STATE_PUBLIC },
  { "gone", "Gone", YQ_TONE_BAD, YQ_STATE_FINAL },
};

static const YqStep thing_steps[] = {
  { "list", "List", "draft", "listed", "carrier", YQ_STEP_COMPLETE },
  { "drop", "Drop", "draft|listed", "gone", "carrier", YQ_STEP_REASON },
};

static inline YqProblem *
thing_check (YqWorld *world, YqRecord *record)
{
  if (yq_record_int (record, THING_COUNT) == 13)
    return yq_problem_new (YQ_PROBLEM_INVALID, "%d is unlucky.", 13);
  return NULL;
}

static const YqEntity yq_thing = {
  .name = "thing", .plural = "things", .title = "Thing", .title_plural = "Things",
  .fields = thing_fields, .n_fields = G_N_ELEMENTS (thing_fields),
  .states = thing_states, .n_states = G_N_ELEMENTS (thing_states),
  .steps = thing_steps, .n_steps = G_N_ELEMENTS (thing_steps),
  .owned = YQ_OWNED_BY_CARRIER, .title_field = "name", .check = thing_check,
};
/* clang-format on */

#define THING_ID "0192a4c8-1f00-7000-8000-000000000001"
#define OTHER_ID "0192a4c8-1f00-7000-8000-000000000002"
#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
