/* What carriers offer and what enterprises mark. */
#include "catalogue.h"

#include "api.h"
#include "clock.h"
#include "party.h"
#include "storefront.h"

/* clang-format off */
static const YqChoice conditions[] = {
  { "normal",  N_("Normal") },
  { "repair",  N_("Under repair") },
  { "stopped", N_("Out of use") },
  { NULL },
};

static const YqChoice origins[] = {
  { "CN", N_("China") },
  { "US", N_("United States") },
  { "JP", N_("Japan") },
  { "DE", N_("Germany") },
  { "GB", N_("United Kingdom") },
  { "CH", N_("Switzerland") },
  { "FR", N_("France") },
  { "NL", N_("Netherlands") },
  { "KR", N_("Korea") },
  { "other", N_("Other country") },
  { NULL },
};

const YqChoice yq_domains[] = {
  { "electronics", N_("Electronic information") },
  { "biomedicine", N_("Biology and medicine") },
  { "materials",   N_("New materials") },
  { "manufacturing", N_("Advanced manufacturing") },
  { "energy",      N_("Energy and environment") },
  { "food",        N_("Food and agriculture") },
  { "chemistry",   N_("Chemistry and chemical engineering") },
  { "measurement", N_("Measurement and testing") },
  { "other",       N_("Other field") },
  { NULL },
};

static const YqChoice fee_units[] = {
  { "hour",   N_("per hour") },
  { "sample", N_("per sample") },
  { "item",   N_("per test item") },
  { "day",    N_("per day") },
  { NULL },
};

static const YqChoice sources[] = {
  { "own",    N_("Entered here") },
  { "sheet",  N_("Spreadsheet") },
  { "system", N_("Instrument management system") },
  { NULL },
};

static const YqChoice category_kinds[] = {
  { "instrument", N_("Instruments") },
  { "service",    N_("Services") },
  { NULL },
};

static const YqChoice favourite_kinds[] = {
  { "instrument",   N_("Instrument") },
  { "organisation", N_("Carrier") },
  { "service",      N_("Service") },
  { NULL },
};

static const YqField category_fields[] = {
  [CATEGORY_CODE]   = { "code", N_("Code"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_INDEX, PUBLIC_OFFICE, .max = 20 },
  [CATEGORY_NAME]   = { "name", N_("Name"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH, PUBLIC_OFFICE, .max = 100 },
  [CATEGORY_PARENT] = { "parent", N_("Belongs to"), YQ_REFERENCE, YQ_LIST | YQ_INDEX, PUBLIC_OFFICE, .refers = "category" },
  [CATEGORY_LEVEL]  = { "level", N_("Level"), YQ_INTEGER, YQ_REQUIRED, PUBLIC_OFFICE, .min = 1, .max = 3 },
  [CATEGORY_KIND]   = { "kind", N_("Kind"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST, PUBLIC_OFFICE, .choices = category_kinds },
};

static const YqState live_states[] = {
  { "active", N_("Active"), YQ_TONE_DONE, YQ_STATE_PUBLIC },
};

static const YqState own_states[] = {
  { "active", N_("Active"), YQ_TONE_DONE },
};

static const YqEditable office_editable[] = {
  { "active", YQ_ACTOR_ADMINISTRATOR, YQ_EDIT_OFFICE },
};

static const YqEditable own_editable[] = {
  { "active", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
};

const YqEntity yq_category = {
  "category", "categories", N_("Category"), N_("Categories"),
  TABLE (category_fields), TABLE (live_states), NULL, 0, TABLE (office_editable),
  .owned = YQ_OWNED_BY_PLATFORM, .reads = YQ_SEES_ADMINISTRATOR, .title_field = "name", .subtitle_field = "code", .deletable = TRUE,
};

const YqField yq_opening_columns[] = {
  { "weekday", N_("Day of the week"), YQ_INTEGER, YQ_REQUIRED, .sees = YQ_EVERYBODY, .min = 1, .max = 7 },
  { "opens",   N_("Opens"),  YQ_TEXT, YQ_REQUIRED, .sees = YQ_EVERYBODY, .max = 5 },
  { "closes",  N_("Closes"), YQ_TEXT, YQ_REQUIRED, .sees = YQ_EVERYBODY, .max = 5 },
  { NULL },
};

static const YqField operator_columns[] = {
  { "name",  N_("Name of the person"),   YQ_TEXT, YQ_REQUIRED, .sees = YQ_INVOLVED, .max = 50 },
  { "duty",  N_("Duty"),   YQ_TEXT, 0, .sees = YQ_INVOLVED, .max = 50 },
  { "phone", N_("Phone"),  YQ_TEXT, 0, .sees = YQ_INVOLVED, .max = 30 },
  { "email", N_("E-mail"), YQ_TEXT, 0, .sees = YQ_INVOLVED, .max = 100 },
  { NULL },
};

static const YqField instrument_fields[] = {
  [INSTRUMENT_NAME]          = { "name", N_("Instrument name"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH | YQ_SHEET, PUBLIC_UPKEEP, .max = 100, .group = N_("Basic information"), .sheet = "仪器中文名称" },
  [INSTRUMENT_NAME_EN]       = { "name_en", N_("Name in English"), YQ_TEXT, YQ_SEARCH | YQ_SHEET, PUBLIC_UPKEEP, .max = 200, .sheet = "仪器英文名称" },
  [INSTRUMENT_CATEGORY]      = { "category", N_("Instrument class"), YQ_REFERENCE, YQ_REQUIRED | YQ_LIST | YQ_INDEX | YQ_SHEET, PUBLIC_UPKEEP, .refers = "category", .refers_if = "kind=instrument", .sheet = "仪器分类编码" },
  [INSTRUMENT_DOMAIN]        = { "domain", N_("Field of service"), YQ_CHOICE, YQ_INDEX | YQ_SHEET, PUBLIC_UPKEEP, .choices = yq_domains },
  [INSTRUMENT_MODEL]         = { "model", N_("Model"), YQ_TEXT, YQ_REQUIRED | YQ_LIST | YQ_SEARCH | YQ_SHEET, PUBLIC_UPKEEP, .max = 100, .sheet = "仪器型号规格" },
  [INSTRUMENT_MANUFACTURER]  = { "manufacturer", N_("Manufacturer"), YQ_TEXT, YQ_LIST | YQ_SEARCH | YQ_SHEET, PUBLIC_UPKEEP, .max = 100, .sheet = "生产厂商" },
  [INSTRUMENT_ORIGIN]        = { "origin", N_("Country of origin"), YQ_CHOICE, YQ_SHEET, PUBLIC_UPKEEP, .choices = origins, .sheet = "产地国别" },
  [INSTRUMENT_ASSET_NUMBER]  = { "asset_number", N_("Asset number"), YQ_TEXT, YQ_LIST | YQ_INDEX | YQ_UNIQUE | YQ_SEARCH | YQ_SHEET, UPKEEP, .max = 64, .sheet = "所在单位内仪器编号" },
  [INSTRUMENT_SOURCE]        = { "source", N_("Source"), YQ_CHOICE, 0, OFFICIAL_UPKEEP, .choices = sources },
  [INSTRUMENT_EXTERNAL_ID]   = { "external_id", N_("Number in the source system"), YQ_TEXT, YQ_INDEX | YQ_SHEET, OFFICIAL_UPKEEP, .max = 64, .sheet = "仪器编号" },
  [INSTRUMENT_ORIGINAL_VALUE] = { "original_value", N_("Original value"), YQ_MONEY, YQ_REQUIRED | YQ_LIST | YQ_SHEET, PUBLIC_UPKEEP, .min = 0, .max = G_GINT64_CONSTANT (100000000000), .sheet = "仪器原值" },
  [INSTRUMENT_BOUGHT_ON]     = { "bought_on", N_("Date of purchase"), YQ_DATE, YQ_REQUIRED | YQ_LIST | YQ_SHEET, PUBLIC_UPKEEP, .check = yq_check_not_future },
  [INSTRUMENT_USED_SINCE]    = { "used_since", N_("In use since"), YQ_DATE, YQ_SHEET, PUBLIC_UPKEEP, .check = yq_check_not_future, .sheet = "启用日期" },
  [INSTRUMENT_CONDITION]     = { "condition", N_("Condition"), YQ_CHOICE, YQ_LIST | YQ_SHEET, PUBLIC_UPKEEP, .choices = conditions, .sheet = "仪器状态" },
  [INSTRUMENT_REGION]        = { "place", N_("Place"), YQ_REGION, YQ_REQUIRED | YQ_SHEET, PUBLIC_UPKEEP, .group = N_("Where it stands") },
  [INSTRUMENT_ADDRESS]       = { "address", N_("Address"), YQ_TEXT, YQ_SHEET, PUBLIC_UPKEEP, .max = 200, .sheet = "仪器安放地址" },
  [INSTRUMENT_LATITUDE]      = { "latitude", N_("Latitude"), YQ_INTEGER, YQ_SHEET, PUBLIC_UPKEEP, .min = -90000000, .max = 90000000, .decimals = 6, .sheet = "纬度" },
  [INSTRUMENT_LONGITUDE]     = { "longitude", N_("Longitude"), YQ_INTEGER, YQ_SHEET, PUBLIC_UPKEEP, .min = -180000000, .max = 180000000, .decimals = 6, .sheet = "经度" },
  [INSTRUMENT_INDICATORS]    = { "indicators", N_("Main technical indicators"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SEARCH | YQ_SHEET, PUBLIC_UPKEEP, .max = 2000, .group = N_("What it can do"), .sheet = "主要技术指标" },
  [INSTRUMENT_FUNCTIONS]     = { "functions", N_("Functions and accessories"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SEARCH | YQ_SHEET, PUBLIC_UPKEEP, .max = 2000, .sheet = "主要附件及功能" },
  [INSTRUMENT_SERVICE_CONTENT] = { "service_content", N_("Services offered"), YQ_TEXT, YQ_LONG | YQ_SEARCH | YQ_SHEET, PUBLIC_UPKEEP, .max = 2000, .sheet = "主要测试和研究领域" },
  [INSTRUMENT_FEE_STANDARD]  = { "fee_standard", N_("Fee standard"), YQ_TEXT, YQ_REQUIRED | YQ_LONG | YQ_SHEET, PUBLIC_UPKEEP, .max = 1000, .group = N_("Fees and rules"), .sheet = "参考收费标准" },
  [INSTRUMENT_UNIT_PRICE]    = { "unit_price", N_("Unit price"), YQ_MONEY, YQ_LIST | YQ_SHEET, PUBLIC_UPKEEP, .min = 0, .max = G_GINT64_CONSTANT (10000000000) },
  [INSTRUMENT_FEE_UNIT]      = { "fee_unit", N_("Price unit"), YQ_CHOICE, YQ_SHEET, PUBLIC_UPKEEP, .choices = fee_units },
  [INSTRUMENT_RULES]         = { "rules", N_("Notes for users"), YQ_TEXT, YQ_LONG | YQ_SHEET, PUBLIC_UPKEEP, .max = 2000 },
  [INSTRUMENT_OPENING_HOURS] = { "opening_hours", N_("Opening hours"), YQ_ROWS, 0, PUBLIC_UPKEEP, .max = 21, .columns = yq_opening_columns, .hint = N_("Nothing entered means round the clock") },
  [INSTRUMENT_CONTACT_NAME]  = { "contact_name", N_("Contact"), YQ_TEXT, YQ_REQUIRED | YQ_SHEET, PUBLIC_UPKEEP, .max = 50, .group = N_("People"), .sheet = "仪器联系人" },
  [INSTRUMENT_CONTACT_PHONE] = { "contact_phone", N_("Contact phone"), YQ_TEXT, YQ_REQUIRED | YQ_SHEET, CONTACT_UPKEEP, .max = 30, .check = yq_check_phone, .sheet = "电话" },
  [INSTRUMENT_CONTACT_EMAIL] = { "contact_email", N_("Contact e-mail"), YQ_TEXT, YQ_SHEET, CONTACT_UPKEEP, .max = 100, .check = yq_check_email, .sheet = "电子邮件" },
  [INSTRUMENT_OPERATORS]     = { "operators", N_("Operators and maintainers"), YQ_ROWS, 0, OFFICIAL_UPKEEP, .max = 20, .columns = operator_columns },
  [INSTRUMENT_PHOTOS]        = { "photos", N_("Photos"), YQ_FILES, 0, PUBLIC_UPKEEP, .max = 10, .accept = YQ_FILES_PHOTOS, .group = N_("Photos and papers") },
  [INSTRUMENT_PAPERS]        = { "papers", N_("Papers"), YQ_FILES, 0, OFFICIAL_UPKEEP, .max = 10 },
  [INSTRUMENT_CARRIER_NAME]  = { "carrier_name", N_("Carrier"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, PUBLIC_FACT, .max = 100, .group = N_("Service") },
  [INSTRUMENT_SERVICE_COUNT] = { "service_count", N_("Times served"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, PUBLIC_FACT },
  [INSTRUMENT_TAKEN]         = { "taken", N_("Taken times"), YQ_ROWS, YQ_COMPUTED | YQ_HIDDEN, PUBLIC_FACT, .max = 2000, .columns = yq_period_columns },
  [INSTRUMENT_IMPORTED_BY]   = { "import_batch", N_("Import"), YQ_TEXT, YQ_HIDDEN | YQ_INDEX, OFFICIAL_UPKEEP, .max = 36 },
  [INSTRUMENT_DESK_NAME]     = { "desk_name", N_("Department"), YQ_TEXT, YQ_COMPUTED | YQ_SEARCH, PUBLIC_FACT, .max = 100 },
  REVIEW_FIELDS (INSTRUMENT),
  RISK_FIELDS (INSTRUMENT),
};

static const YqState instrument_states[] = {
  { "draft",    N_("Draft"),            YQ_TONE_NEUTRAL, YQ_STATE_PRIVATE },
  { "pending",  N_("Waits for review"), YQ_TONE_WAITING, YQ_STATE_WAITS },
  { "returned", N_("Returned"),         YQ_TONE_YOURS,   YQ_STATE_SIDE },
  { "listed",   N_("Listed"),           YQ_TONE_DONE,    YQ_STATE_PUBLIC },
  { "stopped",  N_("Stopped"),          YQ_TONE_BAD,     YQ_STATE_PUBLIC | YQ_STATE_SIDE },
};
/* clang-format on */

static const char *
instrument_submitted (YqWorld *world, YqRecord *record, const YqValues *args)
{
  return yq_choose_pending_or (world, record, "listed");
}

/* "08:30" as minutes of the day; 24:00 is the end of it. */
static gboolean
read_clock (const char *text, int *minutes)
{
  if (text == NULL || strlen (text) != 5 || text[2] != ':' || !g_ascii_isdigit (text[0]) ||
      !g_ascii_isdigit (text[1]) || !g_ascii_isdigit (text[3]) || !g_ascii_isdigit (text[4]))
    return FALSE;
  *minutes = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
  return text[3] < '6' && *minutes <= 24 * 60;
}

static YqProblem *
instrument_check (YqWorld *world, YqRecord *record)
{
  JsonArray *hours = yq_record_array (record, INSTRUMENT_OPENING_HOURS);

  for (guint i = 0; hours != NULL && i < json_array_get_length (hours); i++)
    {
      JsonObject *row = json_array_get_object_element (hours, i);
      int opens, closes;

      if (!read_clock (json_object_get_string_member_with_default (row, "opens", NULL), &opens) ||
          !read_clock (json_object_get_string_member_with_default (row, "closes", NULL), &closes) ||
          opens >= closes)
        {
          YqProblem *problem =
            yq_problem_new (YQ_PROBLEM_INVALID, _("The opening hours are not complete"));

          return yq_problem_add_error (problem, "opening_hours", YQ_PROBLEM_INVALID,
                                       _("Row %u: write the hours as 08:30 and 17:00, the opening "
                                         "before the closing"),
                                       i + 1);
        }
    }
  return NULL;
}

/* One that no desk has taken yet, or is on nobody's shelf any more. */
static YqProblem *
instrument_can_pick (YqWorld *world, const YqWho *who, YqRecord *instrument, const YqValues *args)
{
  if (yq_record_desk (instrument) == NULL)
    return NULL;
  return yq_problem_new (YQ_PROBLEM_STATE, _("It stands on the shelf of a department already"));
}

static gboolean
is_in_no_desk (YqRecord *instrument)
{
  return yq_record_desk (instrument) == NULL;
}

static gboolean
is_in_a_desk (YqRecord *instrument)
{
  return !is_in_no_desk (instrument);
}

/* What a service stands on stays on the shelf. */
static YqProblem *
instrument_can_unpick (YqWorld *world, const YqWho *who, YqRecord *instrument, const YqValues *args)
{
  g_autoptr(GPtrArray) services = NULL;

  if (yq_record_desk (instrument) == NULL)
    return yq_problem_new (YQ_PROBLEM_STATE, _("It does not stand on the shelf of a department"));
  services = yq_world_list (world, &yq_service, "carrier", yq_record_carrier (instrument));
  for (guint i = 0; i < services->len; i++)
    {
      JsonArray *ids = yq_record_array (services->pdata[i], SERVICE_INSTRUMENTS);

      for (guint k = 0; ids != NULL && k < json_array_get_length (ids); k++)
        if (yq_record_in_state (services->pdata[i], "pending|listed") &&
            g_strcmp0 (json_array_get_string_element (ids, k), yq_record_id (instrument)) == 0)
          return yq_problem_new (YQ_PROBLEM_STATE,
                                 _("The service “%s” uses it: stop that service first"),
                                 yq_record_title (services->pdata[i]));
    }
  if (yq_record_has (instrument, INSTRUMENT_TAKEN) &&
      json_array_get_length (yq_record_array (instrument, INSTRUMENT_TAKEN)) > 0)
    return yq_problem_new (YQ_PROBLEM_STATE,
                           _("It is booked or closed for times to come: it stays until then"));
  return NULL;
}

/* clang-format off */
static const YqStep instrument_steps[] = {
  { "submit",   N_("Submit for review"), "draft|returned", "pending|listed", "owner", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY | YQ_STEP_CREATES, .choose = instrument_submitted },
  { "withdraw", N_("Withdraw"), "pending", "draft", "owner", 0 },
  { "approve",  N_("Approve"), "pending", "listed", "reviewer", YQ_STEP_DECISION | YQ_STEP_REVIEW | YQ_STEP_PRIMARY | YQ_STEP_COMPLETE, yq_comment_fields },
  { "return",   N_("Return"),  "pending", "returned", "reviewer", YQ_STEP_DECISION | YQ_STEP_REASON, yq_return_fields },
  { "stop",     N_("Stop"),  "listed", "stopped", "owner", YQ_STEP_DANGER, yq_comment_fields },
  { "start",    N_("Start again"), "stopped", "listed", "owner", 0 },
  { "pick",     N_("Take on the shelf"), "draft|listed|stopped", "listed", "desk", YQ_STEP_COMPLETE | YQ_STEP_PRIMARY, NULL, instrument_can_pick, .offered = is_in_no_desk },
  { "unpick",   N_("Take off the shelf"), "listed|stopped", "draft", "desk", YQ_STEP_DANGER, NULL, instrument_can_unpick, .offered = is_in_a_desk },
};

static const YqEditable instrument_editable[] = {
  { "draft",    YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "pending",  YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "returned", YQ_ACTOR_OWNER, YQ_EDIT_FORM },
  { "listed",   YQ_ACTOR_OWNER, YQ_EDIT_UPKEEP },
  { "stopped",  YQ_ACTOR_OWNER, YQ_EDIT_UPKEEP },
};

const YqEntity yq_instrument = {
  "instrument", "instruments", N_("Instrument"), N_("Instruments"),
  TABLE (instrument_fields), TABLE (instrument_states), TABLE (instrument_steps), TABLE (instrument_editable),
  .owned = YQ_OWNED_BY_CARRIER, .shared_with_desks = TRUE, .region_from = "carrier", .reads = YQ_OFFICIAL, .kind = "instrument",
  .title_field = "name", .subtitle_field = "model", .check = instrument_check,
};

#define ADMINISTRATOR_FACT .sees = YQ_SEES_ADMINISTRATOR

static const YqField bad_row_columns[] = {
  { "external_id",  N_("Number in the source system"), YQ_TEXT, 0, .sees = YQ_SEES_ADMINISTRATOR, .max = 64 },
  { "organisation", N_("Unit"),          YQ_TEXT, 0, .sees = YQ_SEES_ADMINISTRATOR, .max = 100 },
  { "why",          N_("What is wrong"), YQ_TEXT, 0, .sees = YQ_SEES_ADMINISTRATOR, .max = 300 },
  { NULL },
};

static const YqField system_fields[] = {
  [SYSTEM_NAME]      = { "name", N_("Name in the configuration"), YQ_TEXT, YQ_COMPUTED | YQ_INDEX, ADMINISTRATOR_FACT, .max = 12, .group = N_("Where it is") },
  [SYSTEM_TITLE]     = { "title", N_("System"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, ADMINISTRATOR_FACT, .max = 100 },
  [SYSTEM_ADDRESS]   = { "address", N_("Address of the system"), YQ_TEXT, YQ_COMPUTED | YQ_LIST, ADMINISTRATOR_FACT, .max = 1000 },
  [SYSTEM_PLACE]     = { "place", N_("Units registered in"), YQ_REGION, YQ_COMPUTED, ADMINISTRATOR_FACT },
  [SYSTEM_MINUTES]   = { "minutes", N_("Read every so many minutes"), YQ_INTEGER, YQ_COMPUTED, ADMINISTRATOR_FACT },
  [SYSTEM_READ_AT]   = { "read_at", N_("Last read"), YQ_TIME, YQ_COMPUTED | YQ_LIST, ADMINISTRATOR_FACT, .group = N_("The last reading") },
  [SYSTEM_NEXT_AT]   = { "next_at", N_("Read again"), YQ_TIME, YQ_COMPUTED, ADMINISTRATOR_FACT },
  [SYSTEM_FAILURE]   = { "failure", N_("Last failure"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_LONG, ADMINISTRATOR_FACT, .max = 300 },
  [SYSTEM_TRIES]     = { "tries", N_("Failures in a row"), YQ_INTEGER, YQ_COMPUTED, ADMINISTRATOR_FACT },
  [SYSTEM_N_ROWS]    = { "n_rows", N_("Instruments told"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, ADMINISTRATOR_FACT },
  [SYSTEM_N_NEW]     = { "n_new", N_("New here"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, ADMINISTRATOR_FACT },
  [SYSTEM_N_CHANGED] = { "n_changed", N_("Changed here"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, ADMINISTRATOR_FACT },
  [SYSTEM_N_KEPT]    = { "n_kept", N_("Left as they were typed here"), YQ_INTEGER, YQ_COMPUTED, ADMINISTRATOR_FACT },
  [SYSTEM_N_BAD]     = { "n_bad", N_("Not taken"), YQ_INTEGER, YQ_COMPUTED | YQ_LIST, ADMINISTRATOR_FACT },
  [SYSTEM_N_ELSEWHERE] = { "n_elsewhere", N_("Of units that are not here"), YQ_INTEGER, YQ_COMPUTED, ADMINISTRATOR_FACT },
  [SYSTEM_BAD_ROWS]  = { "bad_rows", N_("What was not taken"), YQ_ROWS, YQ_COMPUTED, ADMINISTRATOR_FACT, .max = 100, .columns = bad_row_columns },
  [SYSTEM_CURSOR]    = { "read_up_to", N_("Read up to"), YQ_TEXT, YQ_COMPUTED | YQ_HIDDEN, ADMINISTRATOR_FACT, .max = 1000 },
};

static const YqState system_states[] = {
  { "active",  N_("Read regularly"), YQ_TONE_DONE },
  { "failing", N_("Could not be read"), YQ_TONE_BAD, YQ_STATE_SIDE },
  { "off",     N_("Not configured any more"), YQ_TONE_NEUTRAL, YQ_STATE_SIDE },
};

static const YqStep system_steps[] = {
  { "read", N_("Read now"), "active|failing", "=", "administrator", YQ_STEP_PRIMARY },
  { "fail",       N_("Reading failed"), "active|failing", "failing", "clock", YQ_STEP_HIDDEN },
  { "succeed",    N_("Reading succeeded"), "active|failing", "active", "clock", YQ_STEP_HIDDEN },
  { "configure",  N_("Configured"), "active|failing|off", "active", "clock", YQ_STEP_HIDDEN },
  { "switch_off", N_("Not configured any more"), "active|failing", "off", "clock", YQ_STEP_HIDDEN },
};

/* Other systems that instruments are read from (Jiangsu: “科学仪器管理系统”), as yiquand.conf names them. */
const YqEntity yq_instrument_system = {
  "instrument_system", "instrument_systems", N_("Instrument management system"), N_("Instrument management systems"),
  TABLE (system_fields), TABLE (system_states), TABLE (system_steps), NULL, 0,
  .owned = YQ_OWNED_BY_PLATFORM, .reads = YQ_SEES_ADMINISTRATOR, .title_field = "title",
};

static const YqField closure_fields[] = {
  [CLOSURE_INSTRUMENT] = { "instrument", N_("Instrument"), YQ_REFERENCE, YQ_REQUIRED | YQ_LIST | YQ_INDEX, FORM, .refers = "instrument" },
  [CLOSURE_FROM]       = { "from_time", N_("From"), YQ_TIME, YQ_REQUIRED | YQ_LIST, FORM },
  [CLOSURE_TO]         = { "to_time", N_("To"), YQ_TIME, YQ_REQUIRED | YQ_LIST, FORM },
  [CLOSURE_REASON]     = { "reason", N_("Reason"), YQ_TEXT, YQ_LIST, OFFICIAL_FORM, .max = 200 },
};
/* clang-format on */

static YqProblem *
closure_check (YqWorld *world, YqRecord *record)
{
  gint64 from = yq_record_int (record, CLOSURE_FROM);
  gint64 to = yq_record_int (record, CLOSURE_TO);
  YqProblem *problem;

  if (from < to && to - from <= YQ_SLOT_MAX_DAYS * YQ_DAY)
    return NULL;
  problem = yq_problem_new (YQ_PROBLEM_INVALID, _("The closed time is not one"));
  return yq_problem_add_error (problem, "to_time", YQ_PROBLEM_INVALID,
                               _("The end lies after the beginning, at most %d days later"),
                               YQ_SLOT_MAX_DAYS);
}

/* clang-format off */
const YqEntity yq_closure = {
  "closure", "closures", N_("Closed time"), N_("Closed times"),
  TABLE (closure_fields), TABLE (own_states), NULL, 0, TABLE (own_editable),
  .owned = YQ_OWNED_BY_CARRIER, .carrier_from = "instrument", .reads = YQ_SEES_OWNER | YQ_SEES_ADMINISTRATOR,
  .title_field = "reason", .deletable = TRUE, .check = closure_check, .check_on_save = TRUE,
};

static const YqField preselection_fields[] = {
  [PRESELECTION_INSTRUMENT] = { "instrument", N_("Instrument"), YQ_REFERENCE, YQ_REQUIRED | YQ_LIST | YQ_INDEX | YQ_UNIQUE, FORM, .refers = "instrument" },
};

const YqEntity yq_preselection = {
  "preselection", "preselections", N_("Preselected instrument"), N_("Preselection list"),
  TABLE (preselection_fields), TABLE (own_states), NULL, 0, TABLE (own_editable),
  .owned = YQ_OWNED_BY_BUYER, .reads = YQ_SEES_OWNER, .title_field = "instrument", .deletable = TRUE, .check_on_save = TRUE,
};

static const YqField favourite_fields[] = {
  [FAVOURITE_KIND]         = { "kind", N_("Kind"), YQ_CHOICE, YQ_REQUIRED | YQ_LIST, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .choices = favourite_kinds },
  [FAVOURITE_INSTRUMENT]   = { "instrument", N_("Instrument"), YQ_REFERENCE, YQ_INDEX, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .refers = "instrument" },
  [FAVOURITE_ORGANISATION] = { "organisation", N_("Carrier"), YQ_REFERENCE, YQ_INDEX, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .refers = "organisation" },
  [FAVOURITE_SERVICE]      = { "service", N_("Service"), YQ_REFERENCE, YQ_INDEX, .sees = YQ_SEES_OWNER, .edit = YQ_EDIT_FORM, .refers = "service" },
  [FAVOURITE_TITLE]        = { "title", N_("Favourite"), YQ_TEXT, YQ_COMPUTED | YQ_LIST | YQ_SEARCH, .sees = YQ_SEES_OWNER, .max = 200 },
};
/* clang-format on */

static const struct
{
  guint field;
  const YqEntity *entity;
} marked[] = {
  { FAVOURITE_INSTRUMENT, &yq_instrument },
  { FAVOURITE_ORGANISATION, &yq_organisation },
  { FAVOURITE_SERVICE, &yq_service },
};

/* What is called as the kind is is marked, and nothing else. */
static YqProblem *
favourite_check (YqWorld *world, YqRecord *favourite)
{
  const char *kind = yq_record_text (favourite, FAVOURITE_KIND);
  YqProblem *problem = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (marked); i++)
    {
      const YqField *field = &favourite_fields[marked[i].field];
      gboolean needed = g_strcmp0 (kind, field->name) == 0;

      if (needed != yq_record_has (favourite, marked[i].field))
        yq_problem_collect (&problem, field->name, _(field->title),
                            needed ? YQ_PROBLEM_REQUIRED : YQ_PROBLEM_INVALID,
                            needed ? _("This must be filled in.")
                                   : _("A favourite of another kind does not name it"));
    }
  return problem;
}

static void
favourite_derive (YqWorld *world, YqRecord *favourite)
{
  for (guint i = 0; i < G_N_ELEMENTS (marked); i++)
    {
      g_autoptr(YqRecord) record =
        yq_world_get (world, marked[i].entity, yq_record_text (favourite, marked[i].field));

      if (record != NULL)
        yq_record_set_text (favourite, FAVOURITE_TITLE, yq_record_title (record));
    }
}

/* clang-format off */

const YqEntity yq_favourite = {
  "favourite", "favourites", N_("Favourite"), N_("Favourites"),
  TABLE (favourite_fields), TABLE (own_states), NULL, 0, TABLE (own_editable),
  .owned = YQ_OWNED_BY_ACCOUNT, .reads = YQ_SEES_OWNER, .title_field = "title", .subtitle_field = "kind", .deletable = TRUE,
  .check = favourite_check, .check_on_save = TRUE, .derive = favourite_derive,
};
/* clang-format on */

/* Minutes of the Shanghai week, Monday 00:00 first. */
static int
week_minute (gint64 ms)
{
  gint64 minutes = (ms + 8 * 3600 * YQ_SECOND) / (60 * YQ_SECOND);

  /* 1 January 1970 was a Thursday. */
  return (int) ((minutes + 3 * 24 * 60) % (7 * 24 * 60));
}

static gboolean
minute_is_open (JsonArray *hours, int minute)
{
  for (guint i = 0; i < json_array_get_length (hours); i++)
    {
      JsonObject *row = json_array_get_object_element (hours, i);
      int day = (int) json_object_get_int_member_with_default (row, "weekday", 1) - 1;
      int opens, closes;

      if (read_clock (json_object_get_string_member_with_default (row, "opens", NULL), &opens) &&
          read_clock (json_object_get_string_member_with_default (row, "closes", NULL), &closes) &&
          minute >= day * 1440 + opens && minute < day * 1440 + closes)
        return TRUE;
    }
  return FALSE;
}

gboolean
yq_instrument_is_open (YqRecord *instrument, gint64 from_ms, gint64 to_ms)
{
  JsonArray *hours = yq_record_array (instrument, INSTRUMENT_OPENING_HOURS);

  if (hours == NULL || to_ms - from_ms > YQ_SLOT_MAX_DAYS * YQ_DAY)
    return hours == NULL;
  for (gint64 at = from_ms; at < to_ms; at += YQ_SLOT_MS)
    if (!minute_is_open (hours, week_minute (at)))
      return FALSE;
  return TRUE;
}

gboolean
yq_instrument_is_in_order (YqRecord *instrument)
{
  const char *condition = yq_record_text (instrument, INSTRUMENT_CONDITION);

  return condition == NULL || strcmp (condition, "normal") == 0;
}

gboolean
yq_instrument_can_be_booked (YqRecord *instrument)
{
  return yq_record_in_state (instrument, "listed") && yq_instrument_is_in_order (instrument);
}

gboolean
yq_instrument_is_taken (YqRecord *instrument, gint64 from_ms, gint64 to_ms)
{
  JsonArray *taken = yq_record_array (instrument, INSTRUMENT_TAKEN);

  for (guint i = 0; taken != NULL && i < json_array_get_length (taken); i++)
    {
      JsonObject *row = json_array_get_object_element (taken, i);
      gint64 from, to;

      if (yq_time_parse (json_object_get_string_member_with_default (row, "from", ""), &from) &&
          yq_time_parse (json_object_get_string_member_with_default (row, "to", ""), &to) &&
          from < to_ms && to > from_ms)
        return TRUE;
    }
  return FALSE;
}
