/* What may be done with a record, by whom and when: the step tables with Zhejiang's records. */
#define G_LOG_DOMAIN "test-workflow"

#include "clock.h"
#include "office.h"
#include "policy-world.h"

#define NONE (-1)

/* -- people -- */

enum
{
  MEMBER, /* of acme */
  MANAGER,
  SELLER, /* of the laboratory */
  COUNTY,
  CITY,
  PROVINCE,
  ADMINISTRATOR,
  STRANGER,
  VISITOR,
  CLOCK,
};

static YqWho
who_is (int person)
{
  static YqGrant grants[CLOCK + 1];
  static const struct
  {
    int role;
    const char *scope;
    const char *organisation;
  } rows[] = {
    [MEMBER] = { YQ_ROLE_MEMBER, "acme", "acme" },
    [MANAGER] = { YQ_ROLE_MANAGER, "acme", "acme" },
    [SELLER] = { YQ_ROLE_MANAGER, "lab", "lab" },
    [COUNTY] = { YQ_ROLE_REVIEWER, "330421", NULL },
    [CITY] = { YQ_ROLE_REVIEWER, "330400", NULL },
    [PROVINCE] = { YQ_ROLE_REVIEWER, "330000", NULL },
    [ADMINISTRATOR] = { YQ_ROLE_ADMINISTRATOR, "", NULL },
    [STRANGER] = { -1, NULL, NULL },
    [VISITOR] = { -1, NULL, NULL },
    [CLOCK] = { -1, NULL, NULL },
  };
  const char *scope = rows[person].scope;
  YqWho who = { 0 };

  if (person == CLOCK)
    return (YqWho){ .is_clock = TRUE };
  if (person == VISITOR)
    return who;
  who.account = memory_id ("somebody");
  who.organisation =
    rows[person].organisation != NULL ? memory_id (rows[person].organisation) : NULL;
  if (rows[person].role < 0)
    return who;
  grants[person].role = (YqRole) rows[person].role;
  g_strlcpy (grants[person].scope, rows[person].organisation != NULL ? memory_id (scope) : scope,
             sizeof grants[person].scope);
  who.grants = &grants[person];
  who.n_grants = 1;
  return who;
}

static const YqStep *
step_of (YqRecord *record, const char *action)
{
  const YqStep *step = yq_entity_step (yq_record_entity (record), action);

  if (step == NULL)
    g_error ("%s has no step %s", yq_record_entity (record)->name, action);
  return step;
}

/* args NULL: as for greying a button; "{}": none given. */
static YqProblem *
try_step (YqWorld *world, int person, YqRecord *record, const char *action, const char *args)
{
  const YqStep *step = step_of (record, action);
  YqWho who = who_is (person);
  g_autoptr(YqValues) values = args != NULL ? memory_args (step, args) : NULL;

  return yq_workflow_check (world, &who, record, step, values);
}

static const char *
next_state (YqWorld *world, YqRecord *record, const char *action)
{
  const YqStep *step = step_of (record, action);
  g_autoptr(YqValues) args = memory_args (step, NULL);

  return yq_workflow_next (world, record, step, args);
}

/* -- records -- */

#define INSTRUMENT(name) "{'name':'" name "','condition':'normal'}"
#define WISH(from, to) "{'from':'" from "','to':'" to "'}"
#define MONDAY WISH ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z")
#define ORDER                                           \
  "{'instruments':['@microscope'],'wished':[" MONDAY    \
  "],'purpose':'成分分析','contact_name':'李雷'," \
  "'contact_phone':'0573-84250001'}"
#define DIGEST_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define CLAIM "{'programme':'@" JIASHAN "','amount':1000000,'pledge':true,'year':2026}"

static YqWorld *
world_new (void)
{
  YqWorld *world = policy_world_new ();

  memory_add (world, &yq_instrument, "microscope", "listed", "carrier=lab region=330402",
              INSTRUMENT ("扫描电镜"));
  memory_add (world, &yq_instrument, "balance", "listed", "carrier=lab region=330402",
              INSTRUMENT ("天平"));
  memory_add (world, &yq_instrument, "elsewhere", "listed", "carrier=acme region=330421",
              INSTRUMENT ("光谱仪"));
  return world;
}

static YqRecord *
order_in (YqWorld *world, const char *state)
{
  return memory_add (world, &yq_order, "order", state, "buyer=acme carrier=lab region=330421",
                     ORDER);
}

static YqRecord *
use_in (YqWorld *world, const char *state)
{
  return memory_add (world, &yq_voucher_use, "use", state, "buyer=acme carrier=lab region=330421",
                     USE_FIELDS);
}

static YqRecord *
redemption_in (YqWorld *world, const char *state)
{
  use_in (world, "confirmed");
  memory_add (world, &yq_invoice, "invoice", "active", "buyer=acme",
              "{'number':'26332000000000000001','amount':1000000,'uses':['@use']}");
  return memory_add (world, &yq_redemption, "redemption", state, "buyer=acme region=330421",
                     "{'programme':'@" JIASHAN "','redeemer':'enterprise','place':'330421',"
                     "'stage':1,'lines':[{'use':'@use','fee':1000000,'asked':500000}]}");
}

/* -- the order of problems -- */

/* clang-format off */
static const struct
{
  const char *name;
  int person;
  const char *state, *patch, *action, *args;
  int code;
} orders_of_problems[] = {
  { "all is well", MEMBER, "draft", NULL, "submit", "{}", NONE },
  { "not hers, in the wrong state, incomplete, not eligible", STRANGER, "granted", "{'amount':null,'programme':null}", "submit", "{}", YQ_PROBLEM_FORBIDDEN },
  { "a visitor", VISITOR, "draft", NULL, "submit", "{}", YQ_PROBLEM_FORBIDDEN },
  { "the other party", SELLER, "draft", NULL, "submit", "{}", YQ_PROBLEM_FORBIDDEN },
  { "the reviewer", COUNTY, "draft", NULL, "submit", "{}", YQ_PROBLEM_FORBIDDEN },
  { "in the wrong state, incomplete, not eligible", MEMBER, "granted", "{'amount':null}", "submit", "{}", YQ_PROBLEM_STATE },
  { "waits already", MEMBER, "pending", NULL, "submit", "{}", YQ_PROBLEM_STATE },
  { "returned, sent again", MEMBER, "returned", NULL, "submit", "{}", NONE },
  { "incomplete, not eligible", MEMBER, "draft", "{'amount':null}", "submit", "{}", YQ_PROBLEM_REQUIRED },
  { "one is too little", MEMBER, "draft", "{'amount':99}", "submit", "{}", YQ_PROBLEM_INVALID },
  { "without pledge, above the cap", MEMBER, "draft", "{'pledge':false,'amount':90000000}", "submit", "{}", YQ_PROBLEM_REQUIRED },
  { "above the cap", MEMBER, "draft", "{'amount':10000001}", "submit", "{}", YQ_PROBLEM_CAP_CLAIM },
  { "approve: not a reviewer", MEMBER, "pending", NULL, "approve", "{}", YQ_PROBLEM_FORBIDDEN },
  { "approve: not waiting", COUNTY, "draft", NULL, "approve", "{}", YQ_PROBLEM_STATE },
  { "approve", COUNTY, "pending", NULL, "approve", "{}", NONE },
  { "approve: judged again", COUNTY, "pending", "{'amount':10000001}", "approve", "{}", YQ_PROBLEM_CAP_CLAIM },
  { "return: without a reason", COUNTY, "pending", NULL, "return", "{}", YQ_PROBLEM_REQUIRED },
  { "return: grey it?", COUNTY, "pending", NULL, "return", NULL, NONE },
  { "return", COUNTY, "pending", NULL, "return", "{'comment':'合同缺页'}", NONE },
};
/* clang-format on */

static void
test_problems_come_in_order (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (orders_of_problems); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *claim = memory_add (world, &yq_claim, "claim", orders_of_problems[i].state,
                                    "buyer=acme region=330421", CLAIM);
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (claim, orders_of_problems[i].patch);
      problem = try_step (world, orders_of_problems[i].person, claim, orders_of_problems[i].action,
                          orders_of_problems[i].args);
      assert_problem (orders_of_problems[i].name, problem, orders_of_problems[i].code, NULL, NULL);
    }
}

/* -- levels -- */

#define STAGES(rows) "{'redemption_stages':[" rows "]}"
#define LEVEL(word) "{'level':'" word "'}"

/* clang-format off */
static const struct
{
  const char *name, *entity, *region;
  const char *programme, *jurisdiction;
  const char *levels;
} levels[] = {
  { "an organisation of the county", "organisation", "330421", NULL, NULL, "330421" },
  { "an organisation of the city", "organisation", "330400", NULL, NULL, "330400" },
  { "an instrument: its city", "instrument", "330421", NULL, NULL, "330400" },
  { "an instrument of a province-wide carrier", "instrument", "330000", NULL, NULL, "330000" },
  { "outside every jurisdiction", "instrument", "110101", NULL, NULL, "" },
  { "a claim that is instant", "claim", "330421", NULL, NULL, "" },
  { "a claim that is reviewed", "claim", "330421", "{'claim':'reviewed'}", NULL, "330421" },
  { "a claim reviewed as its jurisdiction says", "claim", "330421", "{'claim':'reviewed'}", "{'reviews':[{'kind':'claim','levels':'county,city'}]}", "330421 330400" },
  { "a claim at the level of its programme", "claim", "330421", "{'claim':'reviewed'}", "{'reviews':[{'kind':'claim','levels':'own'}]}", "330421" },
  { "a redemption: its programme's own level", "redemption", "330421", NULL, NULL, "330421" },
  { "city, then province", "redemption", "330421", STAGES (LEVEL ("city") "," LEVEL ("province")), NULL, "330400 330000" },
  { "county, city, province", "redemption", "330421", STAGES (LEVEL ("county") "," LEVEL ("city") "," LEVEL ("province")), NULL, "330421 330400 330000" },
  { "own and county are the same", "redemption", "330421", STAGES (LEVEL ("own") "," LEVEL ("county")), NULL, "330421" },
  { "a level that the place lacks", "redemption", "330400", STAGES (LEVEL ("county") "," LEVEL ("city") "," LEVEL ("province")), NULL, "330400 330000" },
  { "experts are a level without a region", "redemption", "330421", STAGES (LEVEL ("experts") "," LEVEL ("own")), NULL, "experts 330421" },
  { "no stages", "redemption", "330421", "{'redemption_stages':null}", NULL, "" },
  { "a message is never reviewed", "message", "330421", NULL, NULL, "" },
  { "spaces between", "instrument", "330421", NULL, "{'reviews':[{'kind':'instrument','levels':' county , province '}]}", "330421 330000" },
  { "nobody", "instrument", "330421", NULL, "{'reviews':null}", "" },
  { "twice the same, not side by side", "instrument", "330421", NULL, "{'reviews':[{'kind':'instrument','levels':'city,county,city'}]}", "330400 330421 330400" },
};
/* clang-format on */

static void
test_levels (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      const YqEntity *entity = yq_model_find (levels[i].entity);
      YqRecord *record = memory_add (world, entity, "record", NULL, NULL, NULL);
      g_auto(GStrv) found = NULL;
      g_autofree char *line = NULL;

      memory_patch (jiashan (world), levels[i].programme);
      memory_patch (memory_get (world, &yq_jurisdiction, "zhejiang"), levels[i].jurisdiction);
      yq_record_set_region (record, levels[i].region);
      if (yq_entity_field (entity, "programme") != NULL)
        memory_patch (record, "{'programme':'@" JIASHAN "'}");
      found = yq_workflow_levels (world, record);
      line = g_strjoinv (" ", found);
      if (strcmp (line, levels[i].levels) != 0)
        g_error ("%s: %s", levels[i].name, line);
    }
}

/* Approving moves along the levels; only the last one takes effect. */
static void
test_approval_climbs (void)
{
  g_autoptr(YqWorld) world = world_new ();
  YqRecord *redemption = redemption_in (world, "reviewing");

  g_assert_cmpstr (next_state (world, redemption, "approve"), ==, "payable");
  memory_patch (jiashan (world), STAGES (LEVEL ("city") "," LEVEL ("province")));
  g_assert_cmpstr (next_state (world, redemption, "approve"), ==, "reviewing");
  memory_patch (redemption, "{'stage':2}");
  g_assert_cmpstr (next_state (world, redemption, "approve"), ==, "payable");
  memory_patch (jiashan (world), "{'public_notice_days':7}");
  g_assert_cmpstr (next_state (world, redemption, "approve"), ==, "approved");
}

/* Who decides is who holds the level that the record waits at. */
static void
test_the_level_decides (void)
{
  static const struct
  {
    const char *reviewed_by;
    gboolean county, city, province;
  } rows[] = {
    { "330421", TRUE, FALSE, FALSE },  { "330400", FALSE, TRUE, FALSE },
    { "330000", FALSE, FALSE, TRUE },  { NULL, TRUE, TRUE, TRUE },
    { "330402", FALSE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *redemption = redemption_in (world, "reviewing");
      const gboolean allowed[] = { rows[i].county, rows[i].city, rows[i].province };

      yq_record_set_text (redemption, REDEMPTION_REVIEWED_BY, rows[i].reviewed_by);
      for (guint p = 0; p < G_N_ELEMENTS (allowed); p++)
        {
          g_autoptr(YqProblem) problem =
            try_step (world, COUNTY + (int) p, redemption, "approve", "{}");

          assert_problem ("level", problem, allowed[p] ? NONE : YQ_PROBLEM_FORBIDDEN, NULL, NULL);
        }
    }
}

/* -- where steps lead -- */

/* clang-format off */
static const struct
{
  const char *name, *entity, *state, *action, *programme, *jurisdiction, *record;
  const char *next;
} nexts[] = {
  { "an instant claim", "claim", "draft", "submit", NULL, NULL, CLAIM, "granted" },
  { "a reviewed claim", "claim", "draft", "submit", "{'claim':'reviewed'}", NULL, CLAIM, "pending" },
  { "a reviewed claim is approved", "claim", "pending", "approve", "{'claim':'reviewed'}", NULL, "{'programme':'@" JIASHAN "','stage':1}", "granted" },
  { "a redemption", "redemption", "draft", "submit", NULL, NULL, "{'programme':'@" JIASHAN "','redeemer':'enterprise'}", "reviewing" },
  { "a redemption sent again", "redemption", "returned", "submit", NULL, NULL, "{'programme':'@" JIASHAN "','redeemer':'enterprise'}", "reviewing" },
  { "the enterprise consents", "redemption", "draft", "submit", "{'consent':'enterprise'}", NULL, "{'programme':'@" JIASHAN "','redeemer':'carrier'}", "consenting" },
  { "its own redemption needs no consent", "redemption", "draft", "submit", "{'consent':'enterprise'}", NULL, "{'programme':'@" JIASHAN "','redeemer':'enterprise'}", "reviewing" },
  { "consented", "redemption", "consenting", "consent", NULL, NULL, "{'programme':'@" JIASHAN "'}", "reviewing" },
  { "declined", "redemption", "consenting", "decline", NULL, NULL, "{'programme':'@" JIASHAN "'}", "returned" },
  { "an instrument", "instrument", "draft", "submit", NULL, NULL, NULL, "pending" },
  { "an instrument nobody reviews", "instrument", "draft", "submit", NULL, "{'reviews':null}", NULL, "listed" },
  { "an organisation", "organisation", "draft", "submit", NULL, NULL, NULL, "pending" },
  { "an organisation nobody reviews", "organisation", "draft", "submit", NULL, "{'reviews':null}", NULL, "active" },
  { "an organisation never approved resumes", "organisation", "suspended", "resume", NULL, NULL, NULL, "pending" },
  { "an approved organisation resumes", "organisation", "suspended", "resume", NULL, NULL, ACME_FIELDS, "active" },
  { "one whose letter was never approved resumes", "organisation", "suspended", "resume", NULL, NULL, "{'employees':50,'approved_employees':50,'revenue':1,'approved_revenue':1,'first_approved_at':'2026-01-05T00:00:00Z','commitment_file':[{'sha256':'" DIGEST_B "','name':'b.pdf'}],'approved_commitment':'" DIGEST_A "'}", "pending" },
  { "one whose letter was approved resumes", "organisation", "suspended", "resume", NULL, NULL, "{'employees':50,'approved_employees':50,'revenue':1,'approved_revenue':1,'first_approved_at':'2026-01-05T00:00:00Z','commitment_file':[{'sha256':'" DIGEST_A "','name':'a.pdf'}],'approved_commitment':'" DIGEST_A "'}", "active" },
  { "one whose change was never approved resumes", "organisation", "suspended", "resume", NULL, NULL, "{'employees':51,'approved_employees':50,'revenue':1,'approved_revenue':1,'first_approved_at':'2026-01-05T00:00:00Z'}", "pending" },
  { "a booking is accepted", "order", "submitted", "accept", NULL, NULL, NULL, "accepted" },
  { "with a quota to confirm", "order", "submitted", "accept", "{'quota_confirmed_by_region':true}", NULL, "{'programme':'@" JIASHAN "','voucher':'@voucher'}", "confirming" },
  { "with a quota, but without voucher", "order", "submitted", "agree", "{'quota_confirmed_by_region':true}", NULL, "{'programme':'@" JIASHAN "'}", "accepted" },
  { "another time stays", "order", "submitted", "propose_time", NULL, NULL, NULL, "submitted" },
  { "a service is recorded", "voucher_use", "confirmed", "add_service_record", NULL, NULL, NULL, "served" },
  { "another service is recorded", "voucher_use", "served", "add_service_record", NULL, NULL, NULL, "served" },
  { "a service is recorded late", "voucher_use", "redeemed", "add_service_record", NULL, NULL, NULL, "redeemed" },
};
/* clang-format on */

static void
test_next_states (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (nexts); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *record = memory_add (world, yq_model_find (nexts[i].entity), "record",
                                     nexts[i].state, "buyer=acme carrier=lab region=330421", NULL);
      const char *next;

      memory_patch (jiashan (world), nexts[i].programme);
      memory_patch (memory_get (world, &yq_jurisdiction, "zhejiang"), nexts[i].jurisdiction);
      memory_patch (record, nexts[i].record);
      next = next_state (world, record, nexts[i].action);
      if (g_strcmp0 (next, nexts[i].next) != 0)
        g_error ("%s: %s", nexts[i].name, next);
    }
}

/* -- bookings -- */

/* clang-format off */
static const struct
{
  const char *name, *patch, *now;
  const char *taken_from, *taken_to; /* of the microscope */
  int code;
  const char *field, *text;
} submits[] = {
  { "as it should be", NULL, NOW, NULL, NULL, NONE, NULL, NULL },
  { "not on the half hour", "{'wished':[" WISH ("2026-11-23T01:15:00Z", "2026-11-23T04:00:00Z") "]}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "wished", "Wished time 1 does not begin and end on the half hour" },
  { "ends not on the half hour", "{'wished':[" MONDAY "," WISH ("2026-11-23T01:00:00Z", "2026-11-23T04:00:01Z") "]}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "wished", "Wished time 2" },
  { "ends before it begins", "{'wished':[" WISH ("2026-11-23T04:00:00Z", "2026-11-23T01:00:00Z") "]}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "wished", "ends before it begins" },
  { "of no length", "{'wished':[" WISH ("2026-11-23T01:00:00Z", "2026-11-23T01:00:00Z") "]}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "wished", "ends before it begins" },
  { "too long", "{'wished':[" WISH ("2026-11-23T00:00:00Z", "2027-11-23T00:00:00Z") "]}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "wished", "longer than" },
  { "no wish", "{'wished':null}", NOW, NULL, NULL, YQ_PROBLEM_REQUIRED, "wished", NULL },
  { "no instrument", "{'instruments':null}", NOW, NULL, NULL, YQ_PROBLEM_REQUIRED, "instruments", NULL },
  { "all in the past", NULL, "2026-11-23T01:00:00Z", NULL, NULL, YQ_PROBLEM_INVALID, "wished", "lie in the past" },
  { "a minute before it begins", NULL, "2026-11-23T00:59:00Z", NULL, NULL, NONE, NULL, NULL },
  { "one of two in the past", "{'wished':[" MONDAY "," WISH ("2026-11-24T01:00:00Z", "2026-11-24T04:00:00Z") "]}", "2026-11-23T08:00:00Z", NULL, NULL, NONE, NULL, NULL },
  { "taken", NULL, NOW, "2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z", YQ_PROBLEM_SLOT_TAKEN, "wished", "None of the wished times" },
  { "half an hour of it is taken", NULL, NOW, "2026-11-23T03:30:00Z", "2026-11-23T06:00:00Z", YQ_PROBLEM_SLOT_TAKEN, "wished", NULL },
  { "what ends where it begins takes nothing", NULL, NOW, "2026-11-22T22:00:00Z", "2026-11-23T01:00:00Z", NONE, NULL, NULL },
  { "what begins where it ends takes nothing", NULL, NOW, "2026-11-23T04:00:00Z", "2026-11-23T09:00:00Z", NONE, NULL, NULL },
  { "one of two is free", "{'wished':[" MONDAY "," WISH ("2026-11-24T01:00:00Z", "2026-11-24T04:00:00Z") "]}", NOW, "2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z", NONE, NULL, NULL },
  { "the free one is past", "{'wished':[" MONDAY "," WISH ("2026-11-20T01:00:00Z", "2026-11-20T04:00:00Z") "]}", NOW, "2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z", YQ_PROBLEM_SLOT_TAKEN, "wished", NULL },
  { "two instruments of one carrier", "{'instruments':['@microscope','@balance']}", NOW, NULL, NULL, NONE, NULL, NULL },
  { "the other instrument is taken", "{'instruments':['@balance','@microscope']}", NOW, "2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z", YQ_PROBLEM_SLOT_TAKEN, "wished", NULL },
  { "instruments of two carriers", "{'instruments':['@microscope','@elsewhere']}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "instruments", "“光谱仪” belongs to another" },
  { "the same instrument twice", "{'instruments':['@microscope','@microscope']}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "instruments", "twice" },
  { "an instrument that is gone", "{'instruments':['@nothing']}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "instruments", "Instrument 1" },
  { "no purpose", "{'purpose':null}", NOW, NULL, NULL, YQ_PROBLEM_REQUIRED, "purpose", NULL },
  { "a phone that is none", "{'contact_phone':'call me'}", NOW, NULL, NULL, YQ_PROBLEM_INVALID, "contact_phone", NULL },
};
/* clang-format on */

static void
test_bookings_are_sent (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (submits); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *order = order_in (world, "draft");
      g_autoptr(YqProblem) problem = NULL;

      memory_world_set_now (world, submits[i].now);
      memory_patch (order, submits[i].patch);
      if (submits[i].taken_from != NULL)
        memory_take_slot (world, "microscope", submits[i].taken_from, submits[i].taken_to, NULL);
      problem = try_step (world, MEMBER, order, "submit", "{}");
      assert_problem (submits[i].name, problem, submits[i].code, submits[i].field, submits[i].text);
    }
}

/* clang-format off */
static const struct
{
  const char *name, *state, *instrument, *organisation;
  int code;
  const char *text;
} bookables[] = {
  { "listed", "listed", NULL, "active", NONE, NULL },
  { "stopped", "stopped", NULL, "active", YQ_PROBLEM_SLOT_TAKEN, "cannot be booked now: Stopped" },
  { "waits for review", "pending", NULL, "active", YQ_PROBLEM_SLOT_TAKEN, "Waits for review" },
  { "under repair", "listed", "{'condition':'repair'}", "active", YQ_PROBLEM_SLOT_TAKEN, "under repair" },
  { "out of use", "listed", "{'condition':'stopped'}", "active", YQ_PROBLEM_SLOT_TAKEN, "out of use" },
  { "condition not said", "listed", "{'condition':null}", "active", NONE, NULL },
  { "the buyer is stale", "listed", NULL, "stale", YQ_PROBLEM_STATE, "has not been updated for 365 days" },
  { "the buyer is suspended", "listed", NULL, "suspended", YQ_PROBLEM_NOT_ELIGIBLE, "Suspended" },
  { "the buyer is reviewed again", "listed", NULL, "pending", NONE, NULL },
};
/* clang-format on */

static void
test_what_can_be_booked (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bookables); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *order = order_in (world, "draft");
      YqRecord *microscope = memory_get (world, &yq_instrument, "microscope");
      g_autoptr(YqProblem) problem = NULL;

      yq_record_set_state (microscope, bookables[i].state);
      memory_patch (microscope, bookables[i].instrument);
      yq_record_set_state (memory_get (world, &yq_organisation, "acme"), bookables[i].organisation);
      problem = try_step (world, MEMBER, order, "submit", "{}");
      assert_problem (bookables[i].name, problem, bookables[i].code, NULL, bookables[i].text);
    }
}

#define CONFIRM(from, to) "{'confirmed_from':'" from "','confirmed_to':'" to "'}"
#define PROPOSE(from, to) "{'proposed_from':'" from "','proposed_to':'" to "'}"

/* clang-format off */
static const struct
{
  const char *name;
  int person;
  const char *state, *patch, *action, *args, *now;
  gboolean taken; /* Monday, by another booking */
  int code;
  const char *text;
} answers[] = {
  { "the whole wish", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), NOW, FALSE, NONE, NULL },
  { "a part of it", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T02:00:00Z", "2026-11-23T02:30:00Z"), NOW, FALSE, NONE, NULL },
  { "half an hour too early", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T00:30:00Z", "2026-11-23T04:00:00Z"), NOW, FALSE, YQ_PROBLEM_INVALID, "does not lie inside a wished one" },
  { "half an hour too late", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T01:00:00Z", "2026-11-23T04:30:00Z"), NOW, FALSE, YQ_PROBLEM_INVALID, "propose another time" },
  { "not on the half hour", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T01:10:00Z", "2026-11-23T04:00:00Z"), NOW, FALSE, YQ_PROBLEM_INVALID, "half hour" },
  { "backwards", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T04:00:00Z", "2026-11-23T01:00:00Z"), NOW, FALSE, YQ_PROBLEM_INVALID, "after the beginning" },
  { "no time", SELLER, "submitted", NULL, "accept", "{}", NOW, FALSE, YQ_PROBLEM_REQUIRED, NULL },
  { "grey it?", SELLER, "submitted", NULL, "accept", NULL, NOW, FALSE, NONE, NULL },
  { "taken meanwhile", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), NOW, TRUE, YQ_PROBLEM_SLOT_TAKEN, "no longer free" },
  { "in its first half hour", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), "2026-11-23T01:29:00Z", FALSE, NONE, NULL },
  { "after its first half hour", SELLER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), "2026-11-23T01:30:00Z", FALSE, YQ_PROBLEM_SLOT_TAKEN, "begun or passed" },
  { "by the buyer", MEMBER, "submitted", NULL, "accept", CONFIRM ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), NOW, FALSE, YQ_PROBLEM_FORBIDDEN, NULL },
  { "a draft", SELLER, "draft", NULL, "accept", CONFIRM ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), NOW, FALSE, YQ_PROBLEM_STATE, NULL },
  { "accepted already", SELLER, "accepted", NULL, "accept", CONFIRM ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), NOW, FALSE, YQ_PROBLEM_STATE, "To be tested" },
  { "propose", SELLER, "submitted", NULL, "propose_time", PROPOSE ("2026-11-25T01:00:00Z", "2026-11-25T04:00:00Z"), NOW, FALSE, NONE, NULL },
  { "propose the past", SELLER, "submitted", NULL, "propose_time", PROPOSE ("2026-11-20T01:00:00Z", "2026-11-20T04:00:00Z"), NOW, FALSE, YQ_PROBLEM_INVALID, "lies in the past" },
  { "propose what is taken", SELLER, "submitted", NULL, "propose_time", PROPOSE ("2026-11-23T02:00:00Z", "2026-11-23T03:00:00Z"), NOW, TRUE, YQ_PROBLEM_SLOT_TAKEN, "not free" },
  { "propose a year", SELLER, "submitted", NULL, "propose_time", PROPOSE ("2026-11-25T01:00:00Z", "2027-11-25T01:00:00Z"), NOW, FALSE, YQ_PROBLEM_INVALID, NULL },
  { "propose ten past", SELLER, "submitted", NULL, "propose_time", PROPOSE ("2026-11-25T01:10:00Z", "2026-11-25T04:00:00Z"), NOW, FALSE, YQ_PROBLEM_INVALID, "half hour" },
  { "agree", MEMBER, "submitted", PROPOSE ("2026-11-25T01:00:00Z", "2026-11-25T04:00:00Z"), "agree", "{}", NOW, FALSE, NONE, NULL },
  { "agree to nothing", MEMBER, "submitted", NULL, "agree", "{}", NOW, FALSE, YQ_PROBLEM_STATE, "has not proposed" },
  { "agree to what is taken", MEMBER, "submitted", PROPOSE ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), "agree", "{}", NOW, TRUE, YQ_PROBLEM_SLOT_TAKEN, "no longer free" },
  { "agree too late", MEMBER, "submitted", PROPOSE ("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), "agree", "{}", "2026-11-23T05:00:00Z", FALSE, YQ_PROBLEM_SLOT_TAKEN, "begun or passed" },
  { "the carrier agrees with itself", SELLER, "submitted", PROPOSE ("2026-11-25T01:00:00Z", "2026-11-25T04:00:00Z"), "agree", "{}", NOW, FALSE, YQ_PROBLEM_FORBIDDEN, NULL },
  { "cancel", MEMBER, "submitted", NULL, "cancel", "{}", NOW, FALSE, NONE, NULL },
  { "cancel after acceptance", MEMBER, "accepted", NULL, "cancel", "{}", NOW, FALSE, YQ_PROBLEM_STATE, NULL },
  { "the carrier cancels", SELLER, "submitted", NULL, "cancel", "{}", NOW, FALSE, YQ_PROBLEM_FORBIDDEN, NULL },
  { "refuse without a reason", SELLER, "submitted", NULL, "refuse", "{}", NOW, FALSE, YQ_PROBLEM_REQUIRED, NULL },
  { "refuse", SELLER, "submitted", NULL, "refuse", "{'comment':'仪器维修'}", NOW, FALSE, NONE, NULL },
  { "deliver nothing", SELLER, "accepted", NULL, "deliver", "{}", NOW, FALSE, YQ_PROBLEM_REQUIRED, "Results and fees" },
  { "deliver without fees", SELLER, "accepted", "{'results':'合格'}", "deliver", "{}", NOW, FALSE, YQ_PROBLEM_REQUIRED, NULL },
  { "deliver without results", SELLER, "accepted", "{'fees':[{'fee':100000}]}", "deliver", "{}", NOW, FALSE, YQ_PROBLEM_REQUIRED, NULL },
  { "deliver", SELLER, "accepted", "{'results':'合格','fees':[{'fee':100000}]}", "deliver", "{}", NOW, FALSE, NONE, NULL },
  { "deliver a file", SELLER, "accepted", "{'result_files':" FILES ",'fees':[{'fee':0}]}", "deliver", "{}", NOW, FALSE, NONE, NULL },
  { "settle", MEMBER, "delivered", NULL, "settle", "{}", NOW, FALSE, NONE, NULL },
  { "settle before delivery", MEMBER, "accepted", NULL, "settle", "{}", NOW, FALSE, YQ_PROBLEM_STATE, NULL },
  { "terminate", MEMBER, "accepted", NULL, "terminate", "{'comment':'样品损坏'}", NOW, FALSE, NONE, NULL },
  { "the carrier terminates", SELLER, "delivered", NULL, "terminate", "{'comment':'样品损坏'}", NOW, FALSE, NONE, NULL },
  { "terminate what is done", SELLER, "completed", NULL, "terminate", "{'comment':'样品损坏'}", NOW, FALSE, YQ_PROBLEM_STATE, NULL },
  { "lower the quota", COUNTY, "confirming", "{'voucher_amount':500000}", "confirm_quota", "{'amount':400000}", NOW, FALSE, NONE, NULL },
  { "keep the quota", COUNTY, "confirming", "{'voucher_amount':500000}", "confirm_quota", "{}", NOW, FALSE, NONE, NULL },
  { "raise the quota", COUNTY, "confirming", "{'voucher_amount':500000}", "confirm_quota", "{'amount':500001}", NOW, FALSE, YQ_PROBLEM_INVALID, "not raised" },
  { "complete is the clock's", MEMBER, "delivered", NULL, "complete", "{}", NOW, FALSE, YQ_PROBLEM_FORBIDDEN, NULL },
  { "the clock completes", CLOCK, "delivered", NULL, "complete", "{}", NOW, FALSE, NONE, NULL },
};
/* clang-format on */

static void
test_bookings_are_answered (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *order = order_in (world, answers[i].state);
      g_autoptr(YqProblem) problem = NULL;

      memory_world_set_now (world, answers[i].now);
      memory_patch (order, answers[i].patch);
      if (answers[i].taken)
        memory_take_slot (world, "microscope", "2026-11-23T00:00:00Z", "2026-11-23T09:00:00Z",
                          "another");
      memory_take_slot (world, "microscope", "2026-11-23T00:00:00Z", "2026-11-23T09:00:00Z",
                        "order");
      problem = try_step (world, answers[i].person, order, answers[i].action, answers[i].args);
      assert_problem (answers[i].name, problem, answers[i].code, NULL, answers[i].text);
    }
}

static void
test_settling_waits_for_the_voucher (void)
{
  static const struct
  {
    const char *state;
    gboolean settles;
  } rows[] = { { "draft", TRUE },     { "pending", FALSE },   { "confirmed", FALSE },
               { "served", FALSE },   { "redeeming", FALSE }, { "redeemed", TRUE },
               { "terminated", TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *order = order_in (world, "delivered");
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (use_in (world, rows[i].state), "{'order':'@order'}");
      problem = try_step (world, MEMBER, order, "settle", "{}");
      assert_problem (rows[i].state, problem, rows[i].settles ? NONE : YQ_PROBLEM_STATE, NULL,
                      NULL);
    }
}

/* -- uses of vouchers -- */

/* clang-format off */
static const struct
{
  const char *name;
  int person;
  const char *state, *patch, *order_state, *order_owners, *other_use, *action, *args;
  int code;
  const char *text;
} use_steps[] = {
  { "offline", MEMBER, "draft", NULL, "accepted", NULL, NULL, "submit", "{}", NONE, NULL },
  { "for an accepted booking", MEMBER, "draft", "{'order':'@order'}", "accepted", NULL, NULL, "submit", "{}", NONE, NULL },
  { "for a delivered booking", MEMBER, "draft", "{'order':'@order'}", "delivered", NULL, NULL, "submit", "{}", NONE, NULL },
  { "for a completed booking", MEMBER, "draft", "{'order':'@order'}", "completed", NULL, NULL, "submit", "{}", NONE, NULL },
  { "for a booking not accepted", MEMBER, "draft", "{'order':'@order'}", "submitted", NULL, NULL, "submit", "{}", YQ_PROBLEM_STATE, "accepted by the carrier" },
  { "for a terminated booking", MEMBER, "draft", "{'order':'@order'}", "terminated", NULL, NULL, "submit", "{}", YQ_PROBLEM_STATE, NULL },
  { "for a booking that is gone", MEMBER, "draft", "{'order':'@nothing'}", "accepted", NULL, NULL, "submit", "{}", YQ_PROBLEM_STATE, NULL },
  { "for somebody else's booking", MEMBER, "draft", "{'order':'@order'}", "accepted", "buyer=other carrier=lab", NULL, "submit", "{}", YQ_PROBLEM_INVALID, "not one of yours" },
  { "for a booking at another carrier", MEMBER, "draft", "{'order':'@order'}", "accepted", "buyer=acme carrier=other", NULL, "submit", "{}", YQ_PROBLEM_INVALID, "another carrier" },
  { "the second one for a booking", MEMBER, "draft", "{'order':'@order'}", "accepted", NULL, "confirmed", "submit", "{}", YQ_PROBLEM_STATE, "already used" },
  { "after the first was terminated", MEMBER, "draft", "{'order':'@order'}", "accepted", NULL, "terminated", "submit", "{}", NONE, NULL },
  { "while another draft lies there", MEMBER, "draft", "{'order':'@order'}", "accepted", NULL, "draft", "submit", "{}", NONE, NULL },
  { "above the contract", MEMBER, "draft", "{'contract_amount':499999}", "accepted", NULL, NULL, "submit", "{}", YQ_PROBLEM_INVALID, "above the contract amount" },
  { "as much as the contract", MEMBER, "draft", "{'contract_amount':500000}", "accepted", NULL, NULL, "submit", "{}", NONE, NULL },
  { "a contract of tomorrow", MEMBER, "draft", "{'contract_date':'2026-11-22'}", "accepted", NULL, NULL, "submit", "{}", YQ_PROBLEM_INVALID, NULL },
  { "without pledge", MEMBER, "draft", "{'pledge':false}", "accepted", NULL, NULL, "submit", "{}", YQ_PROBLEM_REQUIRED, "pledge" },
  { "somebody else's voucher", MEMBER, "draft", "{'voucher':'@nothing'}", "accepted", NULL, NULL, "submit", "{}", YQ_PROBLEM_NOT_ELIGIBLE, "not one of yours" },
  { "no contract", MEMBER, "draft", "{'contract_files':null}", "accepted", NULL, NULL, "submit", "{}", YQ_PROBLEM_PAPERS_MISSING, NULL },
  { "the carrier sends it", SELLER, "draft", NULL, "accepted", NULL, NULL, "submit", "{}", YQ_PROBLEM_FORBIDDEN, NULL },
  { "confirm", SELLER, "pending", NULL, "accepted", NULL, NULL, "confirm", "{}", NONE, NULL },
  { "confirm twice", SELLER, "confirmed", NULL, "accepted", NULL, NULL, "confirm", "{}", YQ_PROBLEM_STATE, NULL },
  { "the buyer confirms", MEMBER, "pending", NULL, "accepted", NULL, NULL, "confirm", "{}", YQ_PROBLEM_FORBIDDEN, NULL },
  { "the reviewer confirms", COUNTY, "pending", NULL, "accepted", NULL, NULL, "confirm", "{}", YQ_PROBLEM_FORBIDDEN, NULL },
  { "terminate without a reason", SELLER, "pending", NULL, "accepted", NULL, NULL, "terminate", "{}", YQ_PROBLEM_REQUIRED, NULL },
  { "terminate", SELLER, "confirmed", NULL, "accepted", NULL, NULL, "terminate", "{'comment':'信息有误'}", NONE, NULL },
  { "terminate under review", SELLER, "redeeming", NULL, "accepted", NULL, NULL, "terminate", "{'comment':'信息有误'}", YQ_PROBLEM_STATE, NULL },
  { "record a service", SELLER, "confirmed", NULL, "accepted", NULL, NULL, "add_service_record", "{'id':'@record','started_at':'2026-11-20T01:00:00Z','ended_at':'2026-11-20T03:00:00Z','hours':20,'fee':1000000}", NONE, NULL },
  { "a service backwards", SELLER, "confirmed", NULL, "accepted", NULL, NULL, "add_service_record", "{'id':'@record','started_at':'2026-11-20T03:00:00Z','ended_at':'2026-11-20T01:00:00Z','hours':20,'fee':1000000}", YQ_PROBLEM_INVALID, "ends before it begins" },
  { "a service before confirmation", SELLER, "pending", NULL, "accepted", NULL, NULL, "add_service_record", "{}", YQ_PROBLEM_STATE, NULL },
};
/* clang-format on */

static void
test_uses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (use_steps); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *use = use_in (world, use_steps[i].state);
      const char *owners = use_steps[i].order_owners;
      g_autoptr(YqProblem) problem = NULL;

      memory_add (world, &yq_order, "order", use_steps[i].order_state,
                  owners != NULL ? owners : "buyer=acme carrier=lab region=330421", ORDER);
      memory_patch (use, use_steps[i].patch);
      if (use_steps[i].other_use != NULL)
        memory_add (world, &yq_voucher_use, "other-use", use_steps[i].other_use,
                    "buyer=acme carrier=lab", "{'order':'@order'}");
      problem = try_step (world, use_steps[i].person, use, use_steps[i].action, use_steps[i].args);
      assert_problem (use_steps[i].name, problem, use_steps[i].code, NULL, use_steps[i].text);
    }
}

/* -- redemptions -- */

/* clang-format off */
static const struct
{
  const char *name;
  int person;
  const char *state, *patch, *action, *args;
  int code;
  const char *text;
} redemption_steps[] = {
  { "submit", MEMBER, "draft", NULL, "submit", "{}", NONE, NULL },
  { "submit again", MEMBER, "returned", NULL, "submit", "{}", NONE, NULL },
  { "submit under review", MEMBER, "reviewing", NULL, "submit", "{}", YQ_PROBLEM_STATE, NULL },
  { "the carrier submits the enterprise's", SELLER, "draft", NULL, "submit", "{}", YQ_PROBLEM_FORBIDDEN, NULL },
  { "no lines", MEMBER, "draft", "{'lines':null}", "submit", "{}", YQ_PROBLEM_REQUIRED, NULL },
  { "no programme", MEMBER, "draft", "{'programme':'@nothing'}", "submit", "{}", YQ_PROBLEM_NOT_ELIGIBLE, "does not exist any more" },
  { "withdraw", MEMBER, "reviewing", NULL, "withdraw", "{}", NONE, NULL },
  { "withdraw after a decision", MEMBER, "reviewing", "{'decided_at':'2026-11-20T00:00:00Z'}", "withdraw", "{}", YQ_PROBLEM_STATE, "no longer be withdrawn" },
  { "withdraw what is payable", MEMBER, "payable", NULL, "withdraw", "{}", YQ_PROBLEM_STATE, NULL },
  { "approve as asked", COUNTY, "reviewing", NULL, "approve", "{}", NONE, NULL },
  { "approve all of it", COUNTY, "reviewing", NULL, "approve", "{'lines':[{'use':'@use','approved':500000}]}", NONE, NULL },
  { "approve less", COUNTY, "reviewing", NULL, "approve", "{'lines':[{'use':'@use','approved':1}]}", NONE, NULL },
  { "approve nothing of it", COUNTY, "reviewing", NULL, "approve", "{'lines':[{'use':'@use','approved':0}]}", NONE, NULL },
  { "approve a fen more", COUNTY, "reviewing", NULL, "approve", "{'lines':[{'use':'@use','approved':500001}]}", YQ_PROBLEM_INVALID, "between 0 and the amount asked" },
  { "approve another use", COUNTY, "reviewing", NULL, "approve", "{'lines':[{'use':'@other','approved':1}]}", YQ_PROBLEM_INVALID, "not in this redemption" },
  { "approve one line twice", COUNTY, "reviewing", NULL, "approve", "{'lines':[{'use':'@use','approved':1},{'use':'@use','approved':500000}]}", YQ_PROBLEM_INVALID, "approved twice" },
  { "the applicant approves", MEMBER, "reviewing", NULL, "approve", "{}", YQ_PROBLEM_FORBIDDEN, NULL },
  { "the administrator approves", ADMINISTRATOR, "reviewing", NULL, "approve", "{}", YQ_PROBLEM_FORBIDDEN, NULL },
  { "approve a draft", COUNTY, "draft", NULL, "approve", "{}", YQ_PROBLEM_STATE, NULL },
  { "return without a reason", COUNTY, "reviewing", NULL, "return", "{}", YQ_PROBLEM_REQUIRED, NULL },
  { "return with comments", COUNTY, "reviewing", NULL, "return", "{'comment':'请补充','field_comments':[{'field':'papers','comment':'缺页'}]}", NONE, NULL },
  { "reject without a reason", COUNTY, "reviewing", NULL, "reject", "{}", YQ_PROBLEM_REQUIRED, NULL },
  { "pay", COUNTY, "payable", NULL, "pay", "{'paid_on':'2026-11-21'}", NONE, NULL },
  { "pay tomorrow", COUNTY, "payable", NULL, "pay", "{'paid_on':'2026-11-22'}", YQ_PROBLEM_INVALID, NULL },
  { "pay without a day", COUNTY, "payable", NULL, "pay", "{}", YQ_PROBLEM_REQUIRED, NULL },
  { "pay before approval", COUNTY, "reviewing", NULL, "pay", "{'paid_on':'2026-11-21'}", YQ_PROBLEM_STATE, NULL },
  { "pay twice", COUNTY, "paid", NULL, "pay", "{'paid_on':'2026-11-21'}", YQ_PROBLEM_STATE, NULL },
  { "the other party consents", SELLER, "consenting", NULL, "consent", "{}", NONE, NULL },
  { "the redeemer consents to itself", MEMBER, "consenting", NULL, "consent", "{}", YQ_PROBLEM_FORBIDDEN, NULL },
};
/* clang-format on */

static void
test_redemptions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (redemption_steps); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *redemption = redemption_in (world, redemption_steps[i].state);
      g_autoptr(YqProblem) problem = NULL;

      yq_record_set_carrier (redemption, memory_id ("lab"));
      memory_patch (redemption, redemption_steps[i].patch);
      problem = try_step (world, redemption_steps[i].person, redemption, redemption_steps[i].action,
                          redemption_steps[i].args);
      assert_problem (redemption_steps[i].name, problem, redemption_steps[i].code, NULL,
                      redemption_steps[i].text);
    }
}

/* -- saves -- */

/* clang-format off */
static const struct
{
  const char *name;
  int person;
  const char *entity, *state, *record, *touched;
  int code;
  const char *next; /* the state after it */
} saves[] = {
  { "a draft", MANAGER, "organisation", "draft", NULL, "name employees", NONE, "draft" },
  { "the region of a draft", MANAGER, "organisation", "draft", "{'region':'330421'}", "region", YQ_PROBLEM_FORBIDDEN, NULL },
  { "the region of a draft where no scheme is in force", MANAGER, "organisation", "draft", "{'region':'650104'}", "region", NONE, "draft" },
  { "a region never given", MANAGER, "organisation", "draft", "{'region':null}", "region", NONE, "draft" },
  { "a member's hands are tied", MEMBER, "organisation", "draft", NULL, "name", YQ_PROBLEM_FORBIDDEN, NULL },
  { "while it waits", MANAGER, "organisation", "pending", NULL, "address", YQ_PROBLEM_FORBIDDEN, NULL },
  { "returned", MANAGER, "organisation", "returned", NULL, "name region", NONE, "returned" },
  { "returned after an approval: the name", MANAGER, "organisation", "returned", "{'first_approved_at':'2026-01-05T00:00:00Z'}", "name", YQ_PROBLEM_FORBIDDEN, NULL },
  { "returned after an approval: the region", MANAGER, "organisation", "returned", "{'first_approved_at':'2026-01-05T00:00:00Z'}", "region", YQ_PROBLEM_FORBIDDEN, NULL },
  { "returned after an approval: the employees", MANAGER, "organisation", "returned", "{'first_approved_at':'2026-01-05T00:00:00Z'}", "employees", NONE, "returned" },
  { "an address", MANAGER, "organisation", "active", NULL, "address", NONE, "active" },
  { "nothing", MANAGER, "organisation", "active", NULL, "", NONE, "active" },
  { "the employees", MANAGER, "organisation", "active", NULL, "employees", NONE, "pending" },
  { "the revenue among others", MANAGER, "organisation", "active", NULL, "address revenue website", NONE, "pending" },
  { "the commitment", MANAGER, "organisation", "active", NULL, "commitment_accepted", NONE, "pending" },
  { "the letter of commitment", MANAGER, "organisation", "active", NULL, "commitment_file", NONE, "pending" },
  { "a refresh of the letter of commitment", MANAGER, "organisation", "stale", NULL, "address commitment_file", NONE, "pending" },
  { "the name", MANAGER, "organisation", "active", NULL, "name", YQ_PROBLEM_FORBIDDEN, NULL },
  { "the region", MANAGER, "organisation", "active", NULL, "region", YQ_PROBLEM_FORBIDDEN, NULL },
  { "what the server computes", MANAGER, "organisation", "active", NULL, "is_carrier", YQ_PROBLEM_FORBIDDEN, NULL },
  { "a refresh without change", MANAGER, "organisation", "stale", NULL, "", NONE, "active" },
  { "a refresh", MANAGER, "organisation", "stale", NULL, "address", NONE, "active" },
  { "a refresh of the employees", MANAGER, "organisation", "stale", NULL, "employees", NONE, "pending" },
  { "a suspended one", MANAGER, "organisation", "suspended", NULL, "address", YQ_PROBLEM_FORBIDDEN, NULL },
  { "another organisation", SELLER, "organisation", "active", NULL, "address", YQ_PROBLEM_FORBIDDEN, NULL },
  { "a reviewer", COUNTY, "organisation", "active", NULL, "address", YQ_PROBLEM_FORBIDDEN, NULL },
  { "a draft claim", MEMBER, "claim", "draft", NULL, "amount pledge", NONE, "draft" },
  { "a waiting claim", MEMBER, "claim", "pending", NULL, "amount", YQ_PROBLEM_FORBIDDEN, NULL },
  { "a granted claim", MEMBER, "claim", "granted", NULL, "amount", YQ_PROBLEM_FORBIDDEN, NULL },
  { "the year of a claim", MEMBER, "claim", "draft", NULL, "year", YQ_PROBLEM_FORBIDDEN, NULL },
  { "a draft booking", MEMBER, "order", "draft", NULL, "wished purpose", NONE, "draft" },
  { "a sent booking", MEMBER, "order", "submitted", NULL, "wished", YQ_PROBLEM_FORBIDDEN, NULL },
  { "results by the carrier", SELLER, "order", "accepted", NULL, "results fees", NONE, "accepted" },
  { "results by the buyer", MEMBER, "order", "accepted", NULL, "results", YQ_PROBLEM_FORBIDDEN, NULL },
  { "the amount of a supplementary order", MEMBER, "order", "draft", NULL, "price", NONE, "draft" },
  { "the price of a sent booking", MEMBER, "order", "submitted", NULL, "price", YQ_PROBLEM_FORBIDDEN, NULL },
  { "the wish by the carrier", SELLER, "order", "accepted", NULL, "results wished", YQ_PROBLEM_FORBIDDEN, NULL },
  { "a use after submission: its amount", MEMBER, "voucher_use", "pending", NULL, "amount", YQ_PROBLEM_FORBIDDEN, NULL },
  { "a use after submission: its papers", MEMBER, "voucher_use", "pending", NULL, "result_files", NONE, "pending" },
  { "papers by the carrier", SELLER, "voucher_use", "confirmed", "{'redeemer':'carrier'}", "result_files", NONE, "confirmed" },
  { "papers under review", MEMBER, "voucher_use", "redeeming", "{'redeemer':'enterprise','redemption':'@reviewing'}", "result_files", YQ_PROBLEM_STATE, NULL },
  { "papers of a returned redemption", MEMBER, "voucher_use", "redeeming", "{'redeemer':'enterprise','redemption':'@returned'}", "result_files", NONE, "redeeming" },
  { "papers of a paid redemption", MEMBER, "voucher_use", "redeeming", "{'redeemer':'enterprise','redemption':'@paid'}", "result_files", YQ_PROBLEM_STATE, NULL },
  { "papers by who does not redeem", SELLER, "voucher_use", "redeeming", "{'redeemer':'enterprise','redemption':'@returned'}", "result_files", YQ_PROBLEM_FORBIDDEN, NULL },
  { "papers of what is redeemed", MEMBER, "voucher_use", "redeemed", "{'redeemer':'enterprise'}", "result_files", YQ_PROBLEM_FORBIDDEN, NULL },
  { "an invoice", MEMBER, "invoice", "active", "{'redeemer':'enterprise'}", "amount", NONE, "active" },
  { "an invoice of a returned redemption", MEMBER, "invoice", "active", "{'redeemer':'enterprise','redemption':'@returned'}", "amount", NONE, "active" },
  { "an invoice under review", MEMBER, "invoice", "active", "{'redeemer':'enterprise','redemption':'@reviewing'}", "amount", YQ_PROBLEM_STATE, NULL },
  { "an invoice that was paid", MEMBER, "invoice", "active", "{'redeemer':'enterprise','redemption':'@paid'}", "amount", YQ_PROBLEM_STATE, NULL },
  { "the window of a programme", COUNTY, "programme", "open", NULL, "redemption_windows cap_total", NONE, "open" },
  { "a programme of below", PROVINCE, "programme", "open", NULL, "redemption_windows", NONE, "open" },
  { "a programme by an enterprise", MANAGER, "programme", "open", NULL, "budget", YQ_PROBLEM_FORBIDDEN, NULL },
  { "a closed programme", COUNTY, "programme", "closed", NULL, "budget", YQ_PROBLEM_FORBIDDEN, NULL },
};
/* clang-format on */

static GArray *
fields_of (const YqEntity *entity, const char *names)
{
  GArray *touched = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto(GStrv) words = g_strsplit (names, " ", -1);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      int field = yq_entity_find_field (entity, words[i]);
      guint index = (guint) field;

      if (field < 0)
        g_error ("%s has no %s", entity->name, words[i]);
      g_array_append_val (touched, index);
    }
  return touched;
}

static YqRecord *
saved_record (YqWorld *world, const YqEntity *entity, const char *state)
{
  memory_add (world, &yq_redemption, "reviewing", "reviewing", "buyer=acme", NULL);
  memory_add (world, &yq_redemption, "returned", "returned", "buyer=acme", NULL);
  memory_add (world, &yq_redemption, "paid", "paid", "buyer=acme", NULL);
  return memory_add (world, entity, entity == &yq_organisation ? "acme" : "record", state,
                     "buyer=acme carrier=lab region=330421", NULL);
}

static void
test_saves (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (saves); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      const YqEntity *entity = yq_model_find (saves[i].entity);
      YqRecord *record = saved_record (world, entity, saves[i].state);
      g_autoptr(GArray) touched = fields_of (entity, saves[i].touched);
      YqWho who = who_is (saves[i].person);
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (record, saves[i].record);
      problem = yq_workflow_check_save (world, &who, record, touched);
      assert_problem (saves[i].name, problem, saves[i].code, NULL, NULL);
      if (saves[i].next != NULL &&
          strcmp (yq_workflow_state_after_save (world, record, touched), saves[i].next) != 0)
        g_error ("%s: %s", saves[i].name, yq_workflow_state_after_save (world, record, touched));
    }
}

/* Where nobody reviews organisations, a change of theirs is in force at once. */
static void
test_save_without_reviewers (void)
{
  g_autoptr(YqWorld) world = world_new ();
  g_autoptr(GArray) touched = fields_of (&yq_organisation, "employees");

  memory_patch (memory_get (world, &yq_jurisdiction, "zhejiang"), "{'reviews':null}");
  g_assert_cmpstr (
    yq_workflow_state_after_save (world, memory_get (world, &yq_organisation, "acme"), touched), ==,
    "active");
}

/* The first field that may not be written is named, and so is every other. */
static void
test_save_names_the_fields (void)
{
  g_autoptr(YqWorld) world = world_new ();
  g_autoptr(GArray) touched = fields_of (&yq_organisation, "name address region");
  YqWho who = who_is (MANAGER);
  g_autoptr(YqProblem) problem =
    yq_workflow_check_save (world, &who, memory_get (world, &yq_organisation, "acme"), touched);

  assert_problem ("name", problem, YQ_PROBLEM_FORBIDDEN, "name", NULL);
  assert_problem ("region", problem, YQ_PROBLEM_FORBIDDEN, "region", NULL);
  g_assert_cmpuint (yq_problem_n_errors (problem), ==, 2);
}

/* -- deletes -- */

/* clang-format off */
static const struct
{
  const char *name;
  int person;
  const char *entity, *state, *record;
  int code;
} deletes[] = {
  { "a draft booking", MEMBER, "order", "draft", NULL, NONE },
  { "a sent booking", MEMBER, "order", "submitted", NULL, YQ_PROBLEM_STATE },
  { "a refused booking", MEMBER, "order", "refused", NULL, YQ_PROBLEM_STATE },
  { "somebody else's draft", SELLER, "order", "draft", NULL, YQ_PROBLEM_FORBIDDEN },
  { "a stranger", STRANGER, "order", "draft", NULL, YQ_PROBLEM_FORBIDDEN },
  { "a reviewer", COUNTY, "order", "draft", NULL, YQ_PROBLEM_FORBIDDEN },
  { "a draft instrument", SELLER, "instrument", "draft", NULL, NONE },
  { "a draft instrument that was decided on", SELLER, "instrument", "draft", "{'decided_at':'2026-11-01T00:00:00Z'}", YQ_PROBLEM_STATE },
  { "a listed instrument", SELLER, "instrument", "listed", NULL, YQ_PROBLEM_STATE },
  { "a draft claim", MEMBER, "claim", "draft", NULL, NONE },
  { "a returned claim", MEMBER, "claim", "returned", NULL, YQ_PROBLEM_STATE },
  { "a granted claim", MEMBER, "claim", "granted", NULL, YQ_PROBLEM_STATE },
  { "a voucher", MEMBER, "voucher", "active", NULL, YQ_PROBLEM_STATE },
  { "a draft redemption", MEMBER, "redemption", "draft", "{'redeemer':'enterprise'}", NONE },
  { "a draft of the other redeemer", MEMBER, "redemption", "draft", "{'redeemer':'carrier'}", YQ_PROBLEM_FORBIDDEN },
  { "a withdrawn redemption", MEMBER, "redemption", "withdrawn", "{'redeemer':'enterprise'}", YQ_PROBLEM_STATE },
  { "a preselection", MEMBER, "preselection", "active", NULL, NONE },
  { "somebody else's preselection", SELLER, "preselection", "active", NULL, YQ_PROBLEM_FORBIDDEN },
  { "a closure", SELLER, "closure", "active", NULL, NONE },
  { "a closure by the buyer", MEMBER, "closure", "active", NULL, YQ_PROBLEM_FORBIDDEN },
  { "an invoice", MEMBER, "invoice", "active", "{'redeemer':'enterprise'}", NONE },
  { "an invoice of a returned redemption", MEMBER, "invoice", "active", "{'redeemer':'enterprise','redemption':'@returned'}", NONE },
  { "an invoice under review", MEMBER, "invoice", "active", "{'redeemer':'enterprise','redemption':'@reviewing'}", YQ_PROBLEM_STATE },
  { "an invoice that was paid", MEMBER, "invoice", "active", "{'redeemer':'enterprise','redemption':'@paid'}", YQ_PROBLEM_STATE },
  { "a review", COUNTY, "review", "active", NULL, YQ_PROBLEM_FORBIDDEN },
  { "a review by the administrator", ADMINISTRATOR, "review", "active", NULL, YQ_PROBLEM_FORBIDDEN },
  { "a grant by the administrator", ADMINISTRATOR, "grant", "active", NULL, NONE },
  { "a grant by a member", MEMBER, "grant", "active", NULL, YQ_PROBLEM_FORBIDDEN },
  { "a category by the administrator", ADMINISTRATOR, "category", "active", NULL, NONE },
  { "a jurisdiction by the administrator", ADMINISTRATOR, "jurisdiction", "active", NULL, YQ_PROBLEM_STATE },
  { "a draft programme by the administrator", ADMINISTRATOR, "programme", "draft", NULL, NONE },
  { "an open programme by the administrator", ADMINISTRATOR, "programme", "open", NULL, YQ_PROBLEM_STATE },
  { "a programme by its reviewer", COUNTY, "programme", "draft", NULL, YQ_PROBLEM_FORBIDDEN },
  { "an organisation by its manager", MANAGER, "organisation", "active", NULL, YQ_PROBLEM_STATE },
};
/* clang-format on */

static void
test_deletes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (deletes); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *record = saved_record (world, yq_model_find (deletes[i].entity), deletes[i].state);
      YqWho who = who_is (deletes[i].person);
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (record, deletes[i].record);
      problem = yq_workflow_check_delete (world, &who, record);
      assert_problem (deletes[i].name, problem, deletes[i].code, NULL, NULL);
    }
}

/* -- buttons -- */

/* "submit cancel?": a question mark after what is greyed. */
static char *
open_steps (YqWorld *world, int person, YqRecord *record)
{
  YqWho who = who_is (person);
  g_autoptr(GPtrArray) open = yq_workflow_open_steps (world, &who, record);
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < open->len; i++)
    {
      const YqOpenStep *item = open->pdata[i];

      g_string_append_printf (line, "%s%s%s", i > 0 ? " " : "", item->step->action,
                              item->why != NULL ? "?" : "");
    }
  g_assert_cmpint (yq_workflow_may_step (&who, record), ==, open->len > 0);
  return g_string_free (line, FALSE);
}

/* clang-format off */
static const struct
{
  const char *entity, *state, *record;
  int person;
  const char *open;
} buttons[] = {
  { "order", "draft", ORDER, MEMBER, "submit" },
  { "order", "draft", "{'purpose':'无仪器'}", MEMBER, "submit?" },
  { "order", "draft", ORDER, SELLER, "" },
  { "order", "submitted", ORDER, MEMBER, "cancel" },
  { "order", "submitted", "{'instruments':['@microscope'],'proposed_from':'2026-11-25T01:00:00Z','proposed_to':'2026-11-25T02:00:00Z'}", MEMBER, "cancel agree" },
  { "order", "submitted", ORDER, SELLER, "accept propose_time refuse" },
  { "order", "accepted", ORDER, SELLER, "deliver? add_service_record terminate" },
  { "order", "accepted", "{'results':'合格','fees':[{'fee':1}]}", SELLER, "deliver add_service_record terminate" },
  { "order", "delivered", ORDER, MEMBER, "settle terminate" },
  { "order", "completed", ORDER, MEMBER, "" },
  { "order", "completed", ORDER, SELLER, "add_service_record" },
  { "order", "confirming", ORDER, COUNTY, "confirm_quota reject_quota" },
  { "claim", "pending", CLAIM, COUNTY, "approve return" },
  { "claim", "pending", "{'programme':'@" JIASHAN "','amount':90000000}", COUNTY, "approve? return" },
  { "claim", "pending", CLAIM, MEMBER, "" },
  { "voucher", "active", NULL, COUNTY, "revoke" },
  { "voucher", "active", NULL, MEMBER, "" },
  { "voucher", "expired", NULL, COUNTY, "" },
  { "voucher_use", "pending", NULL, SELLER, "confirm terminate" },
  { "voucher_use", "served", NULL, SELLER, "terminate add_service_record" },
  { "voucher_use", "served", NULL, MEMBER, "" },
  { "redemption", "reviewing", "{'redeemer':'enterprise'}", COUNTY, "assign? approve return reject" },
  { "redemption", "reviewing", "{'redeemer':'enterprise'}", MEMBER, "withdraw" },
  { "redemption", "reviewing", "{'redeemer':'enterprise','decided_at':'2026-11-01T00:00:00Z'}", MEMBER, "withdraw?" },
  { "redemption", "payable", "{'redeemer':'enterprise'}", COUNTY, "pay" },
  { "redemption", "approved", "{'redeemer':'enterprise'}", COUNTY, "publish_notice" },
  { "instrument", "pending", NULL, SELLER, "withdraw" },
  { "instrument", "listed", NULL, SELLER, "stop" },
  { "instrument", "stopped", NULL, SELLER, "start" },
  { "organisation", "suspended", NULL, ADMINISTRATOR, "resume" },
  { "organisation", "active", NULL, ADMINISTRATOR, "suspend" },
  { "evaluation", "open", NULL, MEMBER, "evaluate" },
  { "evaluation", "done", NULL, MEMBER, "" },
  { "programme", "open", NULL, COUNTY, "import_claim? close" },
  { "programme", "draft", NULL, COUNTY, "open?" },
};
/* clang-format on */

static void
test_buttons (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *record =
        memory_add (world, yq_model_find (buttons[i].entity), "record", buttons[i].state,
                    "buyer=acme carrier=lab region=330421", buttons[i].record);
      g_autofree char *open = open_steps (world, buttons[i].person, record);

      if (strcmp (open, buttons[i].open) != 0)
        g_error ("%s %s: %s, not %s", buttons[i].entity, buttons[i].state, open, buttons[i].open);
    }
}

/* -- what an organisation needs -- */

/* clang-format off */
static const struct
{
  const char *name, *patch;
  int code;
  const char *field;
} profiles[] = {
  { "complete", NULL, NONE, NULL },
  { "no licence", "{'licences':null}", YQ_PROBLEM_REQUIRED, "licences" },
  { "no commitment", "{'commitment_accepted':false}", YQ_PROBLEM_REQUIRED, "commitment_accepted" },
  { "a credit code that is none", "{'uscc':'91330421'}", YQ_PROBLEM_INVALID, "uscc" },
  { "a credit code whose check character fails is the reviewer's to judge", "{'uscc':'91330421MA28A00009'}", NONE, NULL },
  { "a withdrawn region", "{'region':'330204','first_approved_at':null}", YQ_PROBLEM_INVALID, "region" },
  { "assets where they decide", "{'industry':'E'}", YQ_PROBLEM_REQUIRED, "total_assets" },
  { "assets given", "{'industry':'E','total_assets':100}", NONE, NULL },
  { "an individual needs no credit code", "{'nature':'individual','uscc':null,'legal_person':null,'industry':null,'employees':null,'revenue':null,'id_number':'11010518800101007X'}", YQ_PROBLEM_INVALID, "id_number" },
  { "an individual without ID number", "{'nature':'individual','uscc':null}", YQ_PROBLEM_REQUIRED, "id_number" },
};
/* clang-format on */

static void
test_profiles (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      g_autoptr(YqWorld) world = world_new ();
      YqRecord *acme =
        memory_add (world, &yq_organisation, "acme", "draft", "region=330421", ACME_FIELDS);
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (acme, profiles[i].patch);
      problem = try_step (world, MANAGER, acme, "submit", "{}");
      assert_problem (profiles[i].name, problem, profiles[i].code, profiles[i].field, NULL);
    }
}

/* The picture of all workflows names every state and step. */
static void
test_graph_is_whole (void)
{
  g_autofree char *graph = yq_workflow_graph ();

  for (guint e = 0; e < yq_model_count (); e++)
    for (guint i = 0; i < yq_model_nth (e)->n_steps; i++)
      {
        g_autofree char *label =
          g_strdup_printf ("label=\"%s (%s)\"", yq_model_nth (e)->steps[i].action,
                           yq_model_nth (e)->steps[i].actors);

        g_assert_nonnull (strstr (graph, label));
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  yq_text_set_language (YQ_LANGUAGE_EN);
  g_test_add_func ("/workflow/problems-come-in-order", test_problems_come_in_order);
  g_test_add_func ("/workflow/levels", test_levels);
  g_test_add_func ("/workflow/approval-climbs", test_approval_climbs);
  g_test_add_func ("/workflow/the-level-decides", test_the_level_decides);
  g_test_add_func ("/workflow/next-states", test_next_states);
  g_test_add_func ("/workflow/bookings-are-sent", test_bookings_are_sent);
  g_test_add_func ("/workflow/what-can-be-booked", test_what_can_be_booked);
  g_test_add_func ("/workflow/bookings-are-answered", test_bookings_are_answered);
  g_test_add_func ("/workflow/settling-waits-for-the-voucher", test_settling_waits_for_the_voucher);
  g_test_add_func ("/workflow/uses", test_uses);
  g_test_add_func ("/workflow/redemptions", test_redemptions);
  g_test_add_func ("/workflow/saves", test_saves);
  g_test_add_func ("/workflow/save-without-reviewers", test_save_without_reviewers);
  g_test_add_func ("/workflow/save-names-the-fields", test_save_names_the_fields);
  g_test_add_func ("/workflow/deletes", test_deletes);
  g_test_add_func ("/workflow/buttons", test_buttons);
  g_test_add_func ("/workflow/profiles", test_profiles);
  g_test_add_func ("/workflow/graph-is-whole", test_graph_is_whole);
  return g_test_run ();
}
