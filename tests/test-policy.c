/* Zhejiang's rules, one by one: what they allow, what they refuse, and with which numbers. */
#define G_LOG_DOMAIN "test-policy"

#include "clock.h"
#include "money.h"
#include "policy-world.h"
#include "region.h"

#define NONE (-1)
#define ELIGIBLE YQ_PROBLEM_NOT_ELIGIBLE

/* -- caps -- */

/* claims: "YEAR:STATE:FEN …" of acme in Jiashan. */
static void
add_claims (YqWorld *world, const char *claims)
{
  g_auto(GStrv) words = g_strsplit (claims != NULL ? claims : "", " ", -1);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_auto(GStrv) parts = g_strsplit (words[i], ":", 3);
      g_autofree char *name = g_strdup_printf ("claim%u", i);
      g_autofree char *fields =
        g_strdup_printf ("{'programme':'@" JIASHAN "','year':%s,'amount':%s}", parts[0], parts[2]);

      memory_add (world, &yq_claim, name, parts[1], "buyer=acme region=330421", fields);
    }
}

/* clang-format off */
static const struct
{
  const char *name;
  const char *programme; /* a patch */
  const char *claims;
  gint64 held, budget, amount;
  int code;
  const char *text;
} claims[] = {
  { "all of it at once", "{'cap_claim':null}", NULL, 0, 500000000, 20000000, NONE, NULL },
  { "one fen", NULL, NULL, 0, 500000000, 1, NONE, NULL },
  { "nothing", NULL, NULL, 0, 500000000, 0, YQ_PROBLEM_INVALID, "above zero" },
  { "less than nothing", NULL, NULL, 0, 500000000, -1, YQ_PROBLEM_INVALID, "above zero" },
  { "the cap per claim", NULL, NULL, 0, 500000000, 10000000, NONE, NULL },
  { "a fen above the cap per claim", NULL, NULL, 0, 500000000, 10000001, YQ_PROBLEM_CAP_CLAIM, "One claim may be at most 100,000.00; you ask for 100,000.01. Now at most 100,000.00" },
  { "claimed before", NULL, "2026:granted:18000000", 0, 500000000, 2000000, NONE, NULL },
  { "a fen above the cap per year", NULL, "2026:granted:18000000", 0, 500000000, 2000001, YQ_PROBLEM_CAP_TOTAL, "You already claimed 180,000.00 of at most 200,000.00 for 2026; this claim may be at most 20,000.00" },
  { "what waits counts too", NULL, "2026:granted:10000000 2026:pending:8000000", 0, 500000000, 2000001, YQ_PROBLEM_CAP_TOTAL, "180,000.00" },
  { "what was returned does not", NULL, "2026:granted:10000000 2026:returned:10000000", 0, 500000000, 10000000, NONE, NULL },
  { "a draft does not", NULL, "2026:granted:10000000 2026:draft:10000000", 0, 500000000, 10000000, NONE, NULL },
  { "last year does not", NULL, "2025:granted:20000000", 0, 500000000, 10000000, NONE, NULL },
  { "next year does not", NULL, "2027:granted:20000000", 0, 500000000, 10000000, NONE, NULL },
  { "all of the year is claimed", NULL, "2026:granted:20000000", 0, 500000000, 1, YQ_PROBLEM_CAP_TOTAL, "this claim may be at most 0.00" },
  { "more than the cap was granted before it was lowered", "{'cap_total':10000000}", "2026:granted:15000000", 0, 500000000, 1, YQ_PROBLEM_CAP_TOTAL, "150,000.00 of at most 100,000.00" },
  { "held at once", NULL, NULL, 15000000, 500000000, 5000000, NONE, NULL },
  { "a fen more held at once", NULL, NULL, 15000000, 500000000, 5000001, YQ_PROBLEM_CAP_HELD, "unused vouchers of 150,000.00; at most 200,000.00 may be held at once. Now at most 50,000.00" },
  { "more held than the cap", NULL, NULL, 30000000, 500000000, 1, YQ_PROBLEM_CAP_HELD, "Now at most 0.00" },
  { "no cap on what is held", "{'cap_held':null}", NULL, 900000000, 500000000, 10000000, NONE, NULL },
  { "no cap per claim", "{'cap_claim':null}", NULL, 0, 500000000, 20000000, NONE, NULL },
  { "no cap per year", "{'cap_total':null,'cap_held':null}", "2026:granted:90000000", 0, 500000000, 10000000, NONE, NULL },
  { "no cap at all", "{'cap_total':null,'cap_claim':null,'cap_held':null}", "2026:granted:90000000", 0, 500000000, 500000000, NONE, NULL },
  { "a cap of zero", "{'cap_claim':0}", NULL, 0, 500000000, 1, YQ_PROBLEM_CAP_CLAIM, "at most 0.00" },
  { "the last of the budget", NULL, NULL, 0, 3000000, 3000000, NONE, NULL },
  { "a fen above the budget", NULL, NULL, 0, 3000000, 3000001, YQ_PROBLEM_BUDGET, "has 30,000.00 left; you ask for 30,000.01" },
  { "no budget", NULL, NULL, 0, 0, 1, YQ_PROBLEM_BUDGET, "0.00 left" },
  { "the narrowest limit speaks: the year", NULL, "2026:granted:19000000", 12000000, 2000000, 3000000, YQ_PROBLEM_CAP_TOTAL, "at most 10,000.00" },
  { "more than any claim may be, and the year has less", NULL, "2026:granted:19000000", 0, 2000000, 10000001, YQ_PROBLEM_CAP_CLAIM, "Now at most 10,000.00" },
  { "the narrowest limit speaks: the budget", NULL, "2026:granted:15000000", 0, 2000000, 9000000, YQ_PROBLEM_BUDGET, "20,000.00 left" },
  { "the narrowest limit speaks: what is held", NULL, "2026:granted:15000000", 19000000, 2000000, 9000000, YQ_PROBLEM_CAP_HELD, "Now at most 10,000.00" },
};
/* clang-format on */

static void
test_claims (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (jiashan (world), claims[i].programme);
      add_claims (world, claims[i].claims);
      memory_set_balance (world, "available", "voucher", claims[i].held / 3);
      memory_set_balance (world, "held", "voucher", claims[i].held - claims[i].held / 3);
      memory_set_balance (world, "budget", JIASHAN, claims[i].budget);
      problem =
        yq_policy_check_claim (world, jiashan (world), memory_get (world, &yq_organisation, "acme"),
                               claims[i].amount, NULL);
      assert_problem (claims[i].name, problem, claims[i].code, claims[i].code < 0 ? NULL : "amount",
                      claims[i].text);
    }
}

/* The sentence names the limit that is meant. */
static const char *
limit_of (YqProblemCode code)
{
  if (code == YQ_PROBLEM_CAP_TOTAL)
    return "cap_total";
  if (code == YQ_PROBLEM_CAP_CLAIM)
    return "cap_claim";
  return code == YQ_PROBLEM_CAP_HELD ? "cap_held" : "budget";
}

static gint64
knob (GRand *rand, gint64 fen)
{
  return g_rand_int_range (rand, 0, 4) == 0 ? -1 : g_rand_int_range (rand, 0, fen);
}

static void
set_knob (YqRecord *programme, guint field, gint64 value)
{
  if (value < 0)
    yq_values_clear (yq_record_values (programme), field);
  else
    yq_record_set_int (programme, field, value);
}

/* Whatever is said to be claimable is accepted, and one fen more is refused with that number. */
static void
test_claimable_is_exact (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (20261121);

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *acme = memory_get (world, &yq_organisation, "acme");
      g_autofree char *claimed =
        g_strdup_printf ("2026:granted:%d 2026:pending:%d", g_rand_int_range (rand, 100, 9000000),
                         g_rand_int_range (rand, 100, 9000000));
      g_autoptr(YqProblem) accepted = NULL, refused = NULL;
      g_autofree char *most = NULL;
      YqCaps caps;

      set_knob (jiashan (world), PROGRAMME_CAP_TOTAL, knob (rand, 30000000));
      set_knob (jiashan (world), PROGRAMME_CAP_CLAIM, knob (rand, 20000000));
      set_knob (jiashan (world), PROGRAMME_CAP_HELD, knob (rand, 30000000));
      memory_set_balance (world, "available", "voucher", g_rand_int_range (rand, 0, 20000000));
      memory_set_balance (world, "budget", JIASHAN, g_rand_int_range (rand, 0, 40000000));
      add_claims (world, claimed);
      caps = yq_policy_caps (world, jiashan (world), acme, NULL);
      g_assert_cmpint (caps.claimable, >=, 0);
      most = yq_money_format (caps.claimable);
      if (caps.claimable > 0)
        accepted = yq_policy_check_claim (world, jiashan (world), acme, caps.claimable, NULL);
      assert_problem ("what is claimable", accepted, NONE, NULL, NULL);
      refused = yq_policy_check_claim (world, jiashan (world), acme, caps.claimable + 1, NULL);
      g_assert_nonnull (refused);
      if (yq_problem_code (refused) != YQ_PROBLEM_BUDGET || caps.budget >= 0)
        g_assert_nonnull (strstr (yq_problem_detail (refused), most));
      g_assert_cmpstr (limit_of (yq_problem_code (refused)), ==, caps.limit);
    }
}

/* A claim is not counted against itself when it is decided. */
static void
test_claim_except_itself (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *acme = memory_get (world, &yq_organisation, "acme");
  g_autoptr(YqProblem) twice = NULL, once = NULL;

  add_claims (world, "2026:pending:10000000 2026:granted:10000000");
  once = yq_policy_check_claim (world, jiashan (world), acme, 10000000, memory_id ("claim0"));
  assert_problem ("itself", once, NONE, NULL, NULL);
  twice = yq_policy_check_claim (world, jiashan (world), acme, 10000000, NULL);
  assert_problem ("twice", twice, YQ_PROBLEM_CAP_TOTAL, "amount", "at most 0.00");
}

/* A claim that waits in the outbox has no year yet: it counts in the year it was made. */
static void
test_queued_claim_counts (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *acme = memory_get (world, &yq_organisation, "acme");

  memory_add (world, &yq_claim, "queued", "pending", "buyer=acme region=330421",
              "{'programme':'@" JIASHAN "','amount':1500000}");
  g_assert_cmpint (yq_policy_caps (world, jiashan (world), acme, NULL).claimed, ==, 1500000);
}

/* Claims in another programme and of another enterprise leave the caps alone. */
static void
test_caps_are_per_programme (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *acme = memory_get (world, &yq_organisation, "acme");
  YqCaps caps;

  memory_add (world, &yq_claim, "elsewhere", "granted", "buyer=acme region=330421",
              "{'programme':'@zhejiang-2026-330402','year':2026,'amount':5000000}");
  memory_add (world, &yq_claim, "others", "granted", "buyer=lab region=330421",
              "{'programme':'@" JIASHAN "','year':2026,'amount':5000000}");
  memory_add (world, &yq_voucher, "elsewhere-voucher", "active", "buyer=acme region=330421",
              "{'programme':'@zhejiang-2026-330402'}");
  memory_set_balance (world, "available", "elsewhere-voucher", 5000000);
  caps = yq_policy_caps (world, jiashan (world), acme, NULL);
  g_assert_cmpint (caps.claimed, ==, 0);
  g_assert_cmpint (caps.held, ==, 1000000);
  g_assert_cmpint (caps.year, ==, 2026);
}

/* -- when and where a programme can be claimed -- */

/* clang-format off */
static const struct
{
  const char *name, *now, *state, *programme;
  int code;
  const char *text;
} openings[] = {
  { "the first minute of the year", "2025-12-31T16:00:00Z", "open", NULL, NONE, NULL },
  { "a minute before it", "2025-12-31T15:59:59Z", "open", NULL, ELIGIBLE, "from 2026-01-01 to 2026-12-31; today is 2025-12-31" },
  { "the last minute of the year", "2026-12-31T15:59:59Z", "open", NULL, NONE, NULL },
  { "the first minute of the next", "2026-12-31T16:00:00Z", "open", NULL, ELIGIBLE, "today is 2027-01-01" },
  { "a draft", NOW, "draft", NULL, ELIGIBLE, "is not open: Draft" },
  { "closed", NOW, "closed", NULL, ELIGIBLE, "is not open: Closed" },
  { "no first day", "2020-01-01T00:00:00Z", "open", "{'valid_from':null}", NONE, NULL },
  { "no last day", "2030-01-01T00:00:00Z", "open", "{'valid_until':null}", NONE, NULL },
  { "granted at settlement", NOW, "open", "{'claim':'none'}", ELIGIBLE, "cannot be claimed here: None: granted at settlement" },
  { "decided outside", NOW, "open", "{'claim':'external'}", ELIGIBLE, "cannot be claimed here: Decided outside" },
  { "reviewed", NOW, "open", "{'claim':'reviewed'}", NONE, NULL },
};
/* clang-format on */

static void
test_openings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (openings); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      g_autoptr(YqProblem) problem = NULL;

      memory_world_set_now (world, openings[i].now);
      memory_patch (jiashan (world), openings[i].programme);
      yq_record_set_state (jiashan (world), openings[i].state);
      problem = yq_policy_check_claim (world, jiashan (world),
                                       memory_get (world, &yq_organisation, "acme"), 100, NULL);
      assert_problem (openings[i].name, problem, openings[i].code, NULL, openings[i].text);
    }
}

/* -- eligibility -- */

#define RULES(rules) "{'eligible':[" rules "]}"
#define RULE(word, value) "{'rule':'" word "','value':'" value "'}"

/* clang-format off */
static const struct
{
  const char *name, *programme, *state, *organisation;
  int code;
  const char *field, *text;
} eligibles[] = {
  { "verified", NULL, "active", NULL, NONE, NULL, NULL },
  { "a draft", NULL, "draft", NULL, ELIGIBLE, NULL, "yours is “Draft”" },
  { "waits for the first review", NULL, "pending", "{'first_approved_at':null}", ELIGIBLE, NULL, "yours is “Waits for review”" },
  { "waits for a later review", NULL, "pending", NULL, NONE, NULL, NULL },
  { "returned", NULL, "returned", NULL, ELIGIBLE, NULL, "“Returned”" },
  { "stale", NULL, "stale", NULL, ELIGIBLE, NULL, "“Profile to be refreshed”" },
  { "suspended", NULL, "suspended", NULL, ELIGIBLE, NULL, "“Suspended”" },
  { "of the county", NULL, "active", "{'region':'330421'}", NONE, NULL, NULL },
  { "of the next county", NULL, "active", "{'region':'330402'}", ELIGIBLE, "region", "浙江省嘉兴市南湖区" },
  { "of the city above", NULL, "active", "{'region':'330400'}", ELIGIBLE, "region", "浙江省嘉兴市" },
  { "of another province", NULL, "active", "{'region':'310115'}", ELIGIBLE, "region", "not for organisations registered in" },
  { "of a county in a programme of the city", "{'regions':[{'region':'330400'}]}", "active", NULL, NONE, NULL, NULL },
  { "of a county in a programme of the province", "{'regions':[{'region':'330000'}]}", "active", NULL, NONE, NULL, NULL },
  { "of the second region", "{'regions':[{'region':'310000'},{'region':'330421'}]}", "active", NULL, NONE, NULL, NULL },
  { "the regions bind without a row", "{'eligible':null}", "active", "{'region':'330402'}", ELIGIBLE, "region", NULL },
  { "verification binds without a row", "{'eligible':null}", "returned", NULL, ELIGIBLE, NULL, "Returned" },
  { "no region", NULL, "active", "{'region':null}", ELIGIBLE, "region", NULL },
  { "the right nature", RULES (RULE ("nature", "enterprise")), "active", NULL, NONE, NULL, NULL },
  { "one of two natures", RULES (RULE ("nature", "institute|enterprise")), "active", NULL, NONE, NULL, NULL },
  { "the wrong nature", RULES (RULE ("nature", "enterprise|individual")), "active", "{'nature':'university'}", ELIGIBLE, "nature", "Nature has to be one of: Enterprise, Individual entrepreneur; yours is: University" },
  { "no nature", RULES (RULE ("nature", "enterprise")), "active", "{'nature':null}", ELIGIBLE, "nature", "yours is: —" },
  { "small", RULES (RULE ("sizes", "small|micro")), "active", NULL, NONE, NULL, NULL },
  { "medium-sized", RULES (RULE ("sizes", "small|micro")), "active", "{'employees':300,'revenue':2000000000,'approved_employees':300,'approved_revenue':2000000000}", ELIGIBLE, "size", "yours is: Medium-sized" },
  { "smaller, but not yet approved", RULES (RULE ("sizes", "small|micro")), "pending", "{'employees':10,'size':'micro','approved_employees':300,'approved_revenue':2000000000}", ELIGIBLE, "size", "Medium-sized" },
  { "larger, but not yet approved", RULES (RULE ("sizes", "small|micro")), "pending", "{'employees':3000,'revenue':900000000000,'size':'large'}", NONE, NULL, NULL },
  { "no industry, no size", RULES (RULE ("sizes", "small|micro")), "active", "{'industry':null}", ELIGIBLE, "size", "—" },
  { "assets not stated are not small", RULES (RULE ("sizes", "small|micro")), "active", "{'industry':'E'}", ELIGIBLE, "size", "—" },
  { "assets stated", RULES (RULE ("sizes", "small|micro")), "active", "{'industry':'E','total_assets':1000000}", NONE, NULL, NULL },
  { "as many employees", RULES (RULE ("max_employees", "50")), "active", NULL, NONE, NULL, NULL },
  { "one employee too many", RULES (RULE ("max_employees", "49")), "active", NULL, ELIGIBLE, "employees", "At most 49 employees; you state 50" },
  { "fewer, but not yet approved", RULES (RULE ("max_employees", "49")), "pending", "{'employees':10}", ELIGIBLE, "employees", "you state 50" },
  { "more, but not yet approved", RULES (RULE ("max_employees", "50")), "pending", "{'employees':900}", NONE, NULL, NULL },
  { "never approved: what is stated", RULES (RULE ("max_employees", "500")), "active", "{'employees':501,'approved_employees':null}", ELIGIBLE, "employees", "501" },
  { "a limit that is no number", RULES (RULE ("max_employees", "many")), "active", NULL, ELIGIBLE, "employees", "At most 0" },
  { "as much revenue", RULES (RULE ("max_revenue", "100000000")), "active", NULL, NONE, NULL, NULL },
  { "a fen too much revenue", RULES (RULE ("max_revenue", "99999999")), "active", NULL, ELIGIBLE, "revenue", "Revenue of at most 999,999.99; you state 1,000,000.00" },
  { "less revenue, not yet approved", RULES (RULE ("max_revenue", "99999999")), "pending", "{'revenue':1}", ELIGIBLE, "revenue", "1,000,000.00" },
  { "an SME number", RULES (RULE ("sme_number", "")), "active", "{'sme_number':'202633042100000001'}", NONE, NULL, NULL },
  { "no SME number", RULES (RULE ("sme_number", "")), "active", NULL, ELIGIBLE, "sme_number", "has none" },
  { "opted in", RULES (RULE ("wants_vouchers", "")), "active", "{'wants_vouchers':true}", NONE, NULL, NULL },
  { "opted out", RULES (RULE ("wants_vouchers", "")), "active", "{'wants_vouchers':false}", ELIGIBLE, "wants_vouchers", "does not say" },
  { "did not say", RULES (RULE ("wants_vouchers", "")), "active", NULL, ELIGIBLE, "wants_vouchers", "does not say" },
  { "a rule about bookings", RULES (RULE ("not_subsidised", "")), "active", NULL, NONE, NULL, NULL },
  { "the second rule refuses", RULES (RULE ("wants_vouchers", "") "," RULE ("max_employees", "1")), "active", "{'wants_vouchers':true}", ELIGIBLE, "employees", "At most 1" },
  { "the first of two that refuse", RULES (RULE ("sme_number", "") "," RULE ("max_employees", "1")), "active", NULL, ELIGIBLE, "sme_number", NULL },
};
/* clang-format on */

static void
test_eligibility (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (eligibles); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *acme = memory_get (world, &yq_organisation, "acme");
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (jiashan (world), eligibles[i].programme);
      memory_patch (acme, eligibles[i].organisation);
      yq_record_set_state (acme, eligibles[i].state);
      problem = yq_policy_check_eligible (world, jiashan (world), acme);
      assert_problem (eligibles[i].name, problem, eligibles[i].code, eligibles[i].field,
                      eligibles[i].text);
    }
}

/* 是否申请创新券: by the shipped programmes of Shandong; elsewhere nobody asks. */
/* clang-format off */
static const struct
{
  const char *name, *organisation;
  int code;
  const char *field, *text;
} opt_ins[] = {
  { "an enterprise of the province", NULL, NONE, NULL, NULL },
  { "where only the province has a programme", "{'region':'370602'}", NONE, NULL, NULL },
  { "as large as may be", "{'employees':500,'revenue':20000000000,'approved_employees':500,'approved_revenue':20000000000}", NONE, NULL, NULL },
  { "one employee too many", "{'employees':501,'approved_employees':501}", ELIGIBLE, "employees", "At most 500 employees; you state 501" },
  { "never approved: what is stated", "{'employees':501,'approved_employees':null}", ELIGIBLE, "employees", "501" },
  { "a fen too much revenue", "{'revenue':20000000001,'approved_revenue':20000000001}", ELIGIBLE, "revenue", "200,000,000.00" },
  { "an institute", "{'nature':'institute'}", ELIGIBLE, "nature", "Enterprise" },
  { "outside every scheme", "{'region':'650104'}", ELIGIBLE, "region", NULL },
  { "where no programme asks for it", "{'region':'330421','nature':'institute','employees':9000,'approved_employees':9000}", NONE, NULL, NULL },
  { "before anything is verified or opted", "{'first_approved_at':null,'wants_vouchers':null}", NONE, NULL, NULL },
};
/* clang-format on */

static void
load_shandong (YqWorld *world)
{
  static const char *const files[] = { "jurisdictions/shandong.json",
                                       "programmes/shandong-provincial-2026.json",
                                       "programmes/shandong-municipal-2026.json" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("YQ_SOURCE_DIR"), "data", files[i], NULL);

      memory_load (world, path);
    }
}

static void
test_opting_in (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (opt_ins); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *acme = memory_get (world, &yq_organisation, "acme");
      g_autoptr(YqProblem) problem = NULL;

      load_shandong (world);
      yq_record_set_text (acme, ORGANISATION_REGION, "370202");
      memory_patch (acme, opt_ins[i].organisation);
      problem = yq_policy_check_opt_in (world, acme);
      assert_problem (opt_ins[i].name, problem, opt_ins[i].code, opt_ins[i].field, opt_ins[i].text);
    }
}

/* A word that no program knows refuses; it never lets everybody pass. */
static void
test_unknown_rule_refuses (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  JsonArray *rows = json_array_new ();
  JsonObject *row = json_object_new ();
  g_autoptr(YqProblem) problem = NULL;

  json_object_set_string_member (row, "rule", "left_handed");
  json_array_add_object_element (rows, row);
  yq_record_take_array (jiashan (world), PROGRAMME_ELIGIBLE, rows);
  problem =
    yq_policy_check_eligible (world, jiashan (world), memory_get (world, &yq_organisation, "acme"));
  assert_problem ("unknown", problem, ELIGIBLE, NULL, "left_handed");
}

/* -- subsidies -- */

#define LOCAL                                                                           \
  "{'subsidy':[{'buyer_region':'330421','carrier_region':'330421','share':5000},"       \
  "{'buyer_region':'330421','share':4000,'cap':300000},{'carrier_region':'330421','sha" \
  "re':4000},{'share':2000}]}"

/* clang-format off */
static const struct
{
  const char *name, *programme, *buyer, *carrier;
  gint64 fee, most;
} subsidies[] = {
  { "no row: up to the fee", NULL, "330421", "330402", 1234567, 1234567 },
  { "a cap per use", "{'cap_use':1000000}", "330421", "330402", 1234567, 1000000 },
  { "below the cap per use", "{'cap_use':1000000}", "330421", "330402", 999999, 999999 },
  { "both local", LOCAL, "330421", "330421", 1000000, 500000 },
  { "local buyer", LOCAL, "330421", "330402", 500000, 200000 },
  { "local buyer, capped", LOCAL, "330421", "330402", 1000000, 300000 },
  { "local carrier", LOCAL, "330402", "330421", 1000000, 400000 },
  { "neither", LOCAL, "330402", "310115", 1000000, 200000 },
  { "rounded down", LOCAL, "330402", "310115", 4, 0 },
  { "rounded down to one", LOCAL, "330402", "310115", 9, 1 },
  { "no carrier region known", LOCAL, "330421", NULL, 500000, 200000 },
  { "nothing known", LOCAL, NULL, NULL, 500000, 100000 },
  { "no row fits", "{'subsidy':[{'buyer_region':'310000','share':5000}]}", "330421", "330421", 1000000, 0 },
  { "by the city above", "{'subsidy':[{'buyer_region':'330400','share':6000}]}", "330421", "330421", 1000000, 600000 },
  { "60 % and a cap per use", "{'subsidy':[{'share':6000,'cap':500000}],'cap_use':400000}", "330421", "330421", 1000000, 400000 },
  { "a cap of zero", "{'subsidy':[{'share':6000,'cap':0}]}", "330421", "330421", 1000000, 0 },
  { "all of it", "{'subsidy':[{'share':10000}]}", "330421", "330421", 1000001, 1000001 },
  { "a large fee", "{'subsidy':[{'share':3333}]}", "330421", "330421", G_GINT64_CONSTANT (100000000000), G_GINT64_CONSTANT (33330000000) },
};
/* clang-format on */

static void
test_subsidies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (subsidies); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      gint64 most;

      memory_patch (jiashan (world), subsidies[i].programme);
      most = yq_policy_subsidy (jiashan (world), subsidies[i].buyer, subsidies[i].carrier,
                                subsidies[i].fee);
      if (most != subsidies[i].most)
        g_error ("%s: %" G_GINT64_FORMAT, subsidies[i].name, most);
    }
}

/* -- uses -- */

/* clang-format off */
static const struct
{
  const char *name, *programme, *use, *voucher_state, *voucher, *carrier_state, *carrier, *now;
  int code;
  const char *field, *text;
} uses[] = {
  { "as it should be", NULL, NULL, "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "used up", NULL, NULL, "used_up", NULL, "active", NULL, NOW, ELIGIBLE, "voucher", "cannot be used: Used up" },
  { "expired", NULL, NULL, "expired", NULL, "active", NULL, NOW, ELIGIBLE, "voucher", "Expired" },
  { "revoked", NULL, NULL, "revoked", NULL, "active", NULL, NOW, ELIGIBLE, "voucher", "Revoked" },
  { "the last minute of the voucher", NULL, NULL, "active", "{'valid_until':'2026-11-30'}", "active", NULL, "2026-11-30T15:59:59Z", NONE, NULL, NULL },
  { "a minute later", NULL, NULL, "active", "{'valid_until':'2026-11-30'}", "active", NULL, "2026-11-30T16:00:00Z", ELIGIBLE, "voucher", "was valid until 2026-11-30" },
  { "no last day of the voucher", NULL, NULL, "active", "{'valid_until':null}", "active", NULL, NOW, NONE, NULL, NULL },
  { "the last day of use", "{'use_until':'2026-11-21'}", NULL, "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "after the last day of use", "{'use_until':'2026-11-20'}", NULL, "active", NULL, "active", NULL, NOW, ELIGIBLE, "voucher", "last day of use was 2026-11-20" },
  { "not a carrier", NULL, NULL, "active", NULL, "active", "{'is_carrier':false}", NOW, ELIGIBLE, "carrier", "not a carrier" },
  { "a carrier of Shanghai", NULL, NULL, "active", NULL, "active", "{'region':'310115'}", NOW, NONE, NULL, NULL },
  { "a carrier of Shandong", NULL, NULL, "active", NULL, "active", "{'region':'370102'}", NOW, ELIGIBLE, "carrier", "山东省济南市历下区" },
  { "carriers from everywhere", "{'carriers_from':null}", NULL, "active", NULL, "active", "{'region':'370102'}", NOW, NONE, NULL, NULL },
  { "a suspended carrier", NULL, NULL, "active", NULL, "suspended", NULL, NOW, ELIGIBLE, "carrier", "is not verified: Suspended" },
  { "a carrier never approved", NULL, NULL, "active", NULL, "pending", NULL, NOW, ELIGIBLE, "carrier", "Waits for review" },
  { "a carrier reviewed again", NULL, NULL, "active", NULL, "pending", "{'first_approved_at':'2026-01-05T00:00:00Z'}", NOW, NONE, NULL, NULL },
  { "a carrier to refresh its profile", NULL, NULL, "active", NULL, "stale", NULL, NOW, NONE, NULL, NULL },
  { "itself", NULL, "{'carrier':'@acme'}", "active", NULL, "active", NULL, NOW, ELIGIBLE, "carrier", "one's own services" },
  { "more than the contract pays", "{'subsidy':[{'share':4000}]}", NULL, "active", NULL, "active", NULL, NOW, YQ_PROBLEM_CAP_CLAIM, "amount", "at most 4,000.00; you ask for 5,000.00" },
  { "as much as the contract pays", "{'subsidy':[{'share':5000}]}", NULL, "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "a cap per use", "{'cap_use':499999}", NULL, "active", NULL, "active", NULL, NOW, YQ_PROBLEM_CAP_CLAIM, "amount", "at most 4,999.99" },
  { "all that is available", NULL, "{'amount':1000000}", "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "a fen more", NULL, "{'amount':1000001,'contract_amount':2000000}", "active", NULL, "active", NULL, NOW, YQ_PROBLEM_BALANCE, "amount", "has 10,000.00 available; you ask for 10,000.01" },
  { "the carrier redeems", NULL, "{'redeemer':'carrier'}", "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "only enterprises redeem", "{'redeemer':'enterprise_redeems'}", "{'redeemer':'carrier'}", "active", NULL, "active", NULL, NOW, ELIGIBLE, "redeemer", "vouchers are: Redeemed by the enterprise" },
  { "only carriers redeem", "{'redeemer':'carrier_redeems'}", NULL, "active", NULL, "active", NULL, NOW, ELIGIBLE, "redeemer", "Redeemed by the carrier" },
  { "no contract", NULL, "{'contract_files':null}", "active", NULL, "active", NULL, NOW, YQ_PROBLEM_PAPERS_MISSING, "contract_files", "Papers are missing" },
  { "no contract demanded", "{'papers_at_use':null}", "{'contract_files':null}", "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "no result yet", NULL, "{'result_files':null}", "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "a result demanded at use", "{'papers_at_use':[{'paper':'result'}]}", "{'result_files':null}", "active", NULL, "active", NULL, NOW, YQ_PROBLEM_PAPERS_MISSING, "result_files", NULL },
  { "a subsidised project where that is allowed", NULL, "{'order':'@paid'}", "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "a subsidised project", RULES (RULE ("not_subsidised", "")), "{'order':'@paid'}", "active", NULL, "active", NULL, NOW, ELIGIBLE, "order", "subsidised otherwise" },
  { "no booking, no subsidised project", RULES (RULE ("not_subsidised", "")), NULL, "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "after acceptance, or offline", "{'used_at':'acceptance'}", NULL, "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "offline what is used with an order", "{'used_at':'order'}", NULL, "active", NULL, "active", NULL, NOW, ELIGIBLE, "voucher", "With the order. Order what you need" },
  { "offline what is used at settlement", "{'used_at':'settlement'}", NULL, "active", NULL, "active", NULL, NOW, ELIGIBLE, "voucher", "At settlement. Choose the voucher when you settle" },
  { "offline what is used without order", "{'used_at':'no_order'}", NULL, "active", NULL, "active", NULL, NOW, ELIGIBLE, "voucher", "Without order. Redeem it with a quick redemption" },
  { "with its order what is used with an order", "{'used_at':'order'}", "{'order':'@paid'}", "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "a programme from before the knob", "{'used_at':null}", NULL, "active", NULL, "active", NULL, NOW, NONE, NULL, NULL },
  { "a buyer no longer eligible", RULES (RULE ("max_employees", "10")), NULL, "active", NULL, "active", NULL, NOW, ELIGIBLE, "employees", "At most 10" },
};
/* clang-format on */

static void
test_uses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *voucher = memory_get (world, &yq_voucher, "voucher");
      YqRecord *use = memory_add (world, &yq_voucher_use, "use", "draft",
                                  "buyer=acme carrier=lab region=330421", USE_FIELDS);
      YqRecord *lab = memory_get (world, &yq_organisation, "lab");
      g_autoptr(YqRecord) carrier = NULL;
      g_autoptr(YqProblem) problem = NULL;

      memory_add (world, &yq_order, "paid", "accepted", "buyer=acme carrier=lab",
                  "{'subsidised':true}");
      memory_world_set_now (world, uses[i].now);
      memory_patch (jiashan (world), uses[i].programme);
      memory_patch (use, uses[i].use);
      memory_patch (voucher, uses[i].voucher);
      yq_record_set_state (voucher, uses[i].voucher_state);
      memory_patch (lab, uses[i].carrier);
      yq_record_set_state (lab, uses[i].carrier_state);
      memory_patch (memory_get (world, &yq_organisation, "acme"), "{'is_carrier':true}");
      carrier = yq_world_get (world, &yq_organisation, yq_record_text (use, VOUCHER_USE_CARRIER));
      problem = yq_policy_check_use (world, jiashan (world), voucher,
                                     memory_get (world, &yq_organisation, "acme"), carrier, use);
      assert_problem (uses[i].name, problem, uses[i].code, uses[i].field, uses[i].text);
    }
}

/* -- windows -- */

#define WINDOW(region, from, to) "{'region':'" region "','from':'" from "','to':'" to "'}"
#define WINDOWS(rows) "{'has_windows':true,'redemption_windows':[" rows "]}"
#define JUNE WINDOW ("330421", "2026-06-01", "2026-06-30")
#define NOVEMBER WINDOW ("330421", "2026-11-01", "2026-12-20")

/* clang-format off */
static const struct
{
  const char *name, *programme, *region, *now;
  gboolean open;
  const char *from, *to;
  int days_left;
} windows[] = {
  { "open", NULL, "330421", NOW, TRUE, "2026-11-01", "2026-12-20", 30 },
  { "the last minute before it", NULL, "330421", "2026-10-31T15:59:59Z", FALSE, "2026-11-01", "2026-12-20", 0 },
  { "the first minute", NULL, "330421", "2026-10-31T16:00:00Z", TRUE, "2026-11-01", "2026-12-20", 50 },
  { "the last day", NULL, "330421", "2026-12-19T16:00:00Z", TRUE, "2026-11-01", "2026-12-20", 1 },
  { "the last minute", NULL, "330421", "2026-12-20T15:59:59Z", TRUE, "2026-11-01", "2026-12-20", 1 },
  { "a minute later", NULL, "330421", "2026-12-20T16:00:00Z", FALSE, "", "", 0 },
  { "one day left becomes two at midnight of Shanghai", NULL, "330421", "2026-12-19T15:59:59Z", TRUE, "2026-11-01", "2026-12-20", 2 },
  { "the next one", NULL, "330421", "2026-03-01T00:00:00Z", FALSE, "2026-06-01", "2026-06-30", 0 },
  { "between the two", NULL, "330421", "2026-07-01T00:00:00Z", FALSE, "2026-11-01", "2026-12-20", 0 },
  { "another county", NULL, "330402", NOW, FALSE, "", "", 0 },
  { "no region", NULL, NULL, NOW, FALSE, "", "", 0 },
  { "of the city above", WINDOWS (WINDOW ("330400", "2026-11-01", "2026-11-21")), "330421", NOW, TRUE, "2026-11-01", "2026-11-21", 1 },
  { "over the new year", WINDOWS (WINDOW ("330421", "2026-12-15", "2027-01-15")), "330421", "2026-12-31T16:30:00Z", TRUE, "2026-12-15", "2027-01-15", 15 },
  { "the next one whatever the order", WINDOWS (WINDOW ("330421", "2027-06-01", "2027-06-30") "," WINDOW ("330421", "2027-03-01", "2027-03-31")), "330421", NOW, FALSE, "2027-03-01", "2027-03-31", 0 },
  { "an open one before a later one", WINDOWS (WINDOW ("330421", "2027-06-01", "2027-06-30") "," NOVEMBER), "330421", NOW, TRUE, "2026-11-01", "2026-12-20", 30 },
  { "of two open ones the longer", WINDOWS (WINDOW ("330421", "2026-11-10", "2026-11-25") "," WINDOW ("330400", "2026-11-20", "2026-12-01")), "330421", NOW, TRUE, "2026-11-20", "2026-12-01", 11 },
  { "of two open ones the longer, the other way", WINDOWS (WINDOW ("330400", "2026-11-20", "2026-12-01") "," WINDOW ("330421", "2026-11-10", "2026-11-25")), "330421", NOW, TRUE, "2026-11-20", "2026-12-01", 11 },
  { "one day", WINDOWS (WINDOW ("330421", "2026-11-21", "2026-11-21")), "330421", NOW, TRUE, "2026-11-21", "2026-11-21", 1 },
  { "windows, but none entered", "{'redemption_windows':null}", "330421", NOW, FALSE, "", "", 0 },
  { "no windows at all", "{'has_windows':false}", "330421", NOW, TRUE, "", "", 0 },
};
/* clang-format on */

static void
test_windows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqWindow window;

      memory_world_set_now (world, windows[i].now);
      memory_patch (jiashan (world), windows[i].programme);
      window = yq_policy_window (jiashan (world), windows[i].region, world->now);
      if (window.open != windows[i].open || window.days_left != windows[i].days_left ||
          strcmp (window.from, windows[i].from) != 0 || strcmp (window.to, windows[i].to) != 0)
        g_error ("%s: %s from %s to %s, %d days", windows[i].name, window.open ? "open" : "closed",
                 window.from, window.to, window.days_left);
    }
}

/* -- papers -- */

/* clang-format off */
static const struct
{
  const char *name, *programme, *state, *use, *invoice_owner;
  const char *missing;
} papers[] = {
  { "complete", NULL, "confirmed", NULL, "buyer=acme", "" },
  { "served", NULL, "served", NULL, "buyer=acme", "" },
  { "not confirmed", NULL, "pending", NULL, "buyer=acme", "consent" },
  { "no contract", NULL, "confirmed", "{'contract_files':null}", "buyer=acme", "contract" },
  { "no result", NULL, "confirmed", "{'result_files':null}", "buyer=acme", "result" },
  { "no invoice", NULL, "confirmed", NULL, NULL, "invoice" },
  { "the invoice of somebody else", NULL, "confirmed", NULL, "buyer=lab", "invoice" },
  { "the carrier's invoice where the enterprise redeems", NULL, "confirmed", NULL, "carrier=lab", "invoice" },
  { "the carrier's invoice where it redeems", NULL, "confirmed", "{'redeemer':'carrier'}", "carrier=lab", "" },
  { "the enterprise's invoice where the carrier redeems", NULL, "confirmed", "{'redeemer':'carrier'}", "buyer=acme", "invoice" },
  { "nothing at all", NULL, "pending", "{'contract_files':null,'result_files':null}", NULL, "consent contract result invoice" },
  { "nothing demanded", "{'papers_at_redemption':null}", "confirmed", "{'contract_files':null,'result_files':null}", NULL, "" },
  { "only the invoice", "{'papers_at_redemption':[{'paper':'invoice'}]}", "served", "{'result_files':null}", NULL, "invoice" },
};
/* clang-format on */

static void
test_papers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (papers); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *use = memory_add (world, &yq_voucher_use, "use", papers[i].state,
                                  "buyer=acme carrier=lab region=330421", USE_FIELDS);
      g_auto(GStrv) missing = NULL;
      g_autofree char *line = NULL;

      memory_patch (jiashan (world), papers[i].programme);
      memory_patch (use, papers[i].use);
      if (papers[i].invoice_owner != NULL)
        memory_add (world, &yq_invoice, "invoice", "active", papers[i].invoice_owner,
                    "{'number':'26332000000000000001','amount':1000000,'uses':['@use']}");
      missing = yq_policy_missing_papers (world, jiashan (world), use);
      line = g_strjoinv (" ", missing);
      if (strcmp (line, papers[i].missing) != 0)
        g_error ("%s: %s", papers[i].name, line);
      for (guint m = 0; missing[m] != NULL; m++)
        g_assert_cmpuint (strlen (yq_policy_paper_hint (missing[m])), >, 0);
    }
}

/* -- redemptions -- */

#define LINE(use, fee, asked) "{'use':'@" use "','fee':" fee ",'asked':" asked "}"
#define LINES(rows) "{'lines':[" rows "]}"
#define INVOICE_OF(uses) \
  "{'number':'26332000000000000001','date':'2026-11-03','amount':1000000,'uses':[" uses "]}"

/* clang-format off */
static const struct
{
  const char *name, *programme, *redemption, *use, *use_state, *invoice, *second_invoice, *now;
  int code;
  const char *field, *text;
} redemptions[] = {
  { "as it should be", NULL, NULL, NULL, "confirmed", NULL, NULL, NOW, NONE, NULL, NULL },
  { "served", NULL, NULL, NULL, "served", NULL, NULL, NOW, NONE, NULL, NULL },
  { "invoices not listed", NULL, "{'invoices':null}", NULL, "confirmed", NULL, NULL, NOW, NONE, NULL, NULL },
  { "less than the use", NULL, LINES (LINE ("use", "1000000", "1")), NULL, "confirmed", NULL, NULL, NOW, NONE, NULL, NULL },
  { "before the window", NULL, NULL, NULL, "confirmed", NULL, NULL, "2026-10-31T00:00:00Z", YQ_PROBLEM_WINDOW_CLOSED, NULL, "浙江省嘉兴市嘉善县 is closed; the next one is open from 2026-11-01 to 2026-12-20" },
  { "after the window", NULL, NULL, NULL, "confirmed", NULL, NULL, "2026-12-21T00:00:00Z", YQ_PROBLEM_WINDOW_CLOSED, NULL, "no next one is announced" },
  { "the last minute of the window", NULL, NULL, NULL, "confirmed", NULL, NULL, "2026-12-20T15:59:59Z", NONE, NULL, NULL },
  { "after the last day of redemption", "{'redeem_until':'2026-11-20'}", NULL, NULL, "confirmed", NULL, NULL, NOW, YQ_PROBLEM_WINDOW_CLOSED, NULL, "last day of redemption was 2026-11-20" },
  { "on the last day of redemption", "{'redeem_until':'2026-11-21'}", NULL, NULL, "confirmed", NULL, NULL, NOW, NONE, NULL, NULL },
  { "no windows", "{'has_windows':false,'redemption_windows':null}", NULL, NULL, "confirmed", NULL, NULL, "2026-09-01T00:00:00Z", NONE, NULL, NULL },
  { "the same use twice", NULL, LINES (LINE ("use", "1000000", "500000") "," LINE ("use", "1000000", "500000")), NULL, "confirmed", NULL, NULL, NOW, YQ_PROBLEM_DUPLICATE, "lines", "Line 2" },
  { "a use that does not exist", NULL, LINES (LINE ("nothing", "1000000", "500000")), NULL, "confirmed", NULL, NULL, NOW, ELIGIBLE, "lines", "Line 1" },
  { "a use of another programme", NULL, NULL, "{'programme':'@zhejiang-2026-330402'}", "confirmed", NULL, NULL, NOW, ELIGIBLE, "lines", "does not belong to this programme" },
  { "a use that the carrier redeems", NULL, NULL, "{'redeemer':'carrier'}", "confirmed", NULL, NULL, NOW, ELIGIBLE, "lines", "“成分分析” is not yours to redeem" },
  { "not yet confirmed", NULL, NULL, NULL, "pending", NULL, NULL, NOW, YQ_PROBLEM_STATE, "lines", "cannot be redeemed: To be confirmed" },
  { "a draft", NULL, NULL, NULL, "draft", NULL, NULL, NOW, YQ_PROBLEM_STATE, "lines", NULL },
  { "terminated", NULL, NULL, NULL, "terminated", NULL, NULL, NOW, YQ_PROBLEM_STATE, "lines", "Terminated" },
  { "redeemed", NULL, NULL, NULL, "redeemed", NULL, NULL, NOW, YQ_PROBLEM_STATE, "lines", "Redeemed" },
  { "redeemed by this one", NULL, NULL, "{'redemption':'@redemption'}", "redeemed", NULL, NULL, NOW, YQ_PROBLEM_STATE, "lines", "Redeemed" },
  { "in another redemption", NULL, NULL, "{'redemption':'@other'}", "redeeming", NULL, NULL, NOW, YQ_PROBLEM_STATE, "lines", "Redemption in review" },
  { "in this redemption", NULL, NULL, "{'redemption':'@redemption'}", "redeeming", NULL, NULL, NOW, NONE, NULL, NULL },
  { "asks for nothing", NULL, LINES (LINE ("use", "1000000", "0")), NULL, "confirmed", NULL, NULL, NOW, YQ_PROBLEM_BALANCE, "lines", "more than zero" },
  { "asks for all of the use", NULL, LINES (LINE ("use", "1000000", "500000")), NULL, "confirmed", NULL, NULL, NOW, NONE, NULL, NULL },
  { "asks for a fen more than the use", NULL, LINES (LINE ("use", "1000000", "500001")), NULL, "confirmed", NULL, NULL, NOW, YQ_PROBLEM_BALANCE, "lines", "at most 5,000.00 (voucher amount and fee); you ask for 5,000.01" },
  { "asks for more than the fee", NULL, LINES (LINE ("use", "300000", "300001")), NULL, "confirmed", NULL, NULL, NOW, YQ_PROBLEM_BALANCE, "lines", "at most 3,000.00" },
  { "no contract", NULL, NULL, "{'contract_files':null}", "confirmed", NULL, NULL, NOW, YQ_PROBLEM_PAPERS_MISSING, "lines", "Attach the contract" },
  { "no result", NULL, NULL, "{'result_files':null}", "confirmed", NULL, NULL, NOW, YQ_PROBLEM_PAPERS_MISSING, "lines", "Attach the proof of the result" },
  { "the invoice pays nothing", NULL, NULL, NULL, "confirmed", "{'uses':null}", NULL, NOW, YQ_PROBLEM_PAPERS_MISSING, "lines", "Enter the invoice number" },
  { "the fee is as much as the invoice", NULL, LINES (LINE ("use", "1000000", "500000")), NULL, "confirmed", NULL, NULL, NOW, NONE, NULL, NULL },
  { "the fee is a fen above the invoice", NULL, LINES (LINE ("use", "1000001", "500000")), NULL, "confirmed", NULL, NULL, NOW, YQ_PROBLEM_INVOICE_SUM, "invoices", "26332000000000000001 over 10,000.00 covers fees of 10,000.01" },
  { "no fee stated: the contract counts", NULL, LINES (LINE ("use", "0", "500000")), "{'contract_amount':1000001}", "confirmed", NULL, NULL, NOW, YQ_PROBLEM_INVOICE_SUM, "invoices", "10,000.01" },
  { "two uses share an invoice", NULL, LINES (LINE ("use", "600000", "500000") "," LINE ("second", "400000", "300000")), NULL, "confirmed", "{'uses':['@use','@second']}", NULL, NOW, NONE, NULL, NULL },
  { "two uses above their invoice", NULL, LINES (LINE ("use", "600000", "500000") "," LINE ("second", "400001", "300000")), NULL, "confirmed", "{'uses':['@use','@second']}", NULL, NOW, YQ_PROBLEM_INVOICE_SUM, "invoices", "10,000.01" },
  { "one use on two invoices", NULL, NULL, NULL, "confirmed", NULL, "buyer=acme", NOW, YQ_PROBLEM_INVOICE_SUM, "invoices", "supplementary order" },
  { "the invoice of somebody else, listed", NULL, "{'invoices':['@invoice','@second-invoice']}", NULL, "confirmed", NULL, "buyer=lab", NOW, ELIGIBLE, "invoices", "is not one of yours" },
  { "an invoice that was deleted", NULL, "{'invoices':['@nothing']}", NULL, "confirmed", NULL, NULL, NOW, YQ_PROBLEM_NOT_FOUND, "invoices", "Invoice 1" },
  { "an invoice of a redemption in review", NULL, NULL, NULL, "confirmed", "{'redemption':'@other'}", NULL, NOW, YQ_PROBLEM_INVOICE_USED, "invoices", "26332000000000000001 is already used" },
  { "an invoice of a rejected redemption", NULL, NULL, NULL, "confirmed", "{'redemption':'@rejected'}", NULL, NOW, NONE, NULL, NULL },
  { "a text demanded", "{'texts_at_redemption':[{'field':'effect'}]}", NULL, NULL, "confirmed", NULL, NULL, NOW, YQ_PROBLEM_REQUIRED, "effect", "Effect of the service" },
  { "a text given", "{'texts_at_redemption':[{'field':'effect'}]}", "{'effect':'缩短研发周期'}", NULL, "confirmed", NULL, NULL, NOW, NONE, NULL, NULL },
};
/* clang-format on */

static YqRecord *
redemption_in (YqWorld *world)
{
  YqRecord *invoice;

  memory_add (world, &yq_voucher_use, "use", "confirmed", "buyer=acme carrier=lab region=330421",
              USE_FIELDS);
  memory_add (world, &yq_voucher_use, "second", "confirmed", "buyer=acme carrier=lab region=330421",
              USE_FIELDS);
  memory_add (world, &yq_redemption, "other", "reviewing", "buyer=acme region=330421", NULL);
  memory_add (world, &yq_redemption, "rejected", "rejected", "buyer=acme region=330421", NULL);
  invoice = memory_add (world, &yq_invoice, "invoice", "active", "buyer=acme", NULL);
  memory_patch (invoice, INVOICE_OF ("'@use'"));
  return memory_add (world, &yq_redemption, "redemption", "draft", "buyer=acme region=330421",
                     "{'programme':'@" JIASHAN "','redeemer':'enterprise','place':'330421',"
                     "'invoices':['@invoice'],'lines':[" LINE ("use", "1000000", "500000") "]}");
}

static void
test_redemptions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (redemptions); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *redemption = redemption_in (world);
      YqRecord *use = memory_get (world, &yq_voucher_use, "use");
      g_autoptr(YqProblem) problem = NULL;

      memory_world_set_now (world, redemptions[i].now);
      memory_patch (jiashan (world), redemptions[i].programme);
      memory_patch (redemption, redemptions[i].redemption);
      memory_patch (use, redemptions[i].use);
      yq_record_set_state (use, redemptions[i].use_state);
      memory_patch (memory_get (world, &yq_invoice, "invoice"), redemptions[i].invoice);
      if (redemptions[i].second_invoice != NULL)
        memory_add (world, &yq_invoice, "second-invoice", "active", redemptions[i].second_invoice,
                    "{'number':'26332000000000000002','amount':9000000,'uses':['@use']}");
      problem = yq_policy_check_redemption (world, jiashan (world), redemption);
      assert_problem (redemptions[i].name, problem, redemptions[i].code, redemptions[i].field,
                      redemptions[i].text);
    }
}

/* The way out of a second invoice is at the order of the use. */
static void
test_a_second_invoice_leads_to_the_order (void)
{
  g_autoptr(YqWorld) world = policy_world_new ();
  YqRecord *redemption = redemption_in (world);
  YqRecord *use = memory_get (world, &yq_voucher_use, "use");
  g_autoptr(YqProblem) offline = NULL;
  g_autoptr(YqProblem) problem = NULL;
  const char *entity;

  memory_add (world, &yq_invoice, "second-invoice", "active", "buyer=acme",
              "{'number':'26332000000000000002','amount':9000000,'uses':['@use']}");
  offline = yq_policy_check_redemption (world, jiashan (world), redemption);
  g_assert_null (yq_problem_lead (offline, NULL));
  memory_add (world, &yq_order, "first", "completed", "buyer=acme carrier=lab", NULL);
  memory_patch (use, "{'order':'@first'}");
  problem = yq_policy_check_redemption (world, jiashan (world), redemption);
  assert_problem ("leads", problem, YQ_PROBLEM_INVOICE_SUM, "invoices", "supplementary order");
  g_assert_cmpstr (yq_problem_lead (problem, &entity), ==, yq_record_text (use, VOUCHER_USE_ORDER));
  g_assert_cmpstr (entity, ==, "order");
}

/* clang-format off */
static const struct
{
  const char *name, *state, *owners, *redemption_owners;
  int code;
  const char *text;
} applicants[] = {
  { "verified", "active", "buyer=acme carrier=lab region=330421", NULL, NONE, NULL },
  { "stale", "stale", "buyer=acme carrier=lab region=330421", NULL, ELIGIBLE, "Only verified organisations can redeem; yours is: Profile to be refreshed" },
  { "suspended", "suspended", "buyer=acme carrier=lab region=330421", NULL, ELIGIBLE, "Suspended" },
  { "the use of another enterprise", "active", "buyer=lab carrier=lab region=330421", NULL, ELIGIBLE, "not yours to redeem" },
  { "a use of another region", "active", "buyer=acme carrier=lab region=330402", NULL, ELIGIBLE, "belongs to another region" },
};
/* clang-format on */

static void
test_applicants (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (applicants); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *redemption = redemption_in (world);
      g_autoptr(YqProblem) problem = NULL;

      memory_add (world, &yq_voucher_use, "use", "confirmed", applicants[i].owners, USE_FIELDS);
      yq_record_set_state (memory_get (world, &yq_organisation, "acme"), applicants[i].state);
      problem = yq_policy_check_redemption (world, jiashan (world), redemption);
      assert_problem (applicants[i].name, problem, applicants[i].code, NULL, applicants[i].text);
    }
}

/* -- the numbers of invoices -- */

/* clang-format off */
static const struct
{
  const char *code, *number;
  gboolean valid;
} numbers[] = {
  { NULL, "26332000000000000001", TRUE },
  { NULL, "2633200000000000001", FALSE },
  { NULL, "263320000000000000011", FALSE },
  { NULL, "2633200000000000000A", FALSE },
  { NULL, "12345678", FALSE },
  { "3300204130", "12345678", TRUE },
  { "033002200113", "12345678", TRUE },
  { "33002041301", "12345678", FALSE },
  { "330020413", "12345678", FALSE },
  { "3300204130", "1234567", FALSE },
  { "3300204130", "123456789", FALSE },
  { "3300204130", "26332000000000000001", FALSE },
  { "33002O4130", "12345678", FALSE },
};
/* clang-format on */

static void
test_invoice_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr(YqRecord) invoice = yq_record_new (&yq_invoice, NULL);
      g_autoptr(YqProblem) problem = NULL;

      yq_record_set_text (invoice, INVOICE_CODE, numbers[i].code);
      yq_record_set_text (invoice, INVOICE_NUMBER, numbers[i].number);
      problem = yq_invoice.check (NULL, invoice);
      assert_problem (numbers[i].number, problem, numbers[i].valid ? NONE : YQ_PROBLEM_INVALID,
                      numbers[i].valid ? NULL : "number", NULL);
    }
}

/* -- jurisdictions -- */

static void
test_jurisdictions (void)
{
  static const struct
  {
    const char *region, *name;
  } rows[] = {
    { "330421", "zhejiang" }, { "330000", "zhejiang" }, { "330400", "jiaxing" },
    { "330481", "jiaxing" },  { "310115", NULL },       { NULL, NULL },
    { "320505", NULL },
  };
  g_autoptr(YqWorld) world = policy_world_new ();

  memory_add (world, &yq_jurisdiction, "jiaxing", "active", NULL,
              "{'regions':[{'region':'330400'}],'refresh_days':180,'evaluation_days':15}");
  memory_add (world, &yq_jurisdiction, "another-zhejiang", "active", NULL,
              "{'regions':[{'region':'330421'}]}");
  memory_remove (world, "another-zhejiang");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(YqRecord) found = yq_policy_jurisdiction (world, rows[i].region);
      const char *name = rows[i].name;

      /* Jiashan lies in Jiaxing: the narrower one rules there. */
      if (g_strcmp0 (rows[i].region, "330421") == 0)
        name = "jiaxing";
      g_assert_cmpstr (found != NULL ? yq_record_id (found) : NULL, ==,
                       name != NULL ? memory_id (name) : NULL);
    }
  g_assert_cmpint (yq_policy_evaluation_days (world, "330421"), ==, 15);
  g_assert_cmpint (yq_policy_evaluation_days (world, "330102"), ==, 30);
  g_assert_cmpint (yq_policy_evaluation_days (world, "310115"), ==, 30);
  g_assert_cmpint (yq_policy_refresh_days (world, "330421"), ==, 180);
  g_assert_cmpint (yq_policy_refresh_days (world, "330102"), ==, 365);
  g_assert_cmpint (yq_policy_refresh_days (world, "310115"), ==, 0);
  g_assert_cmpint (yq_policy_review_days (world, "330102", "redemption"), ==, 15);
  g_assert_cmpint (yq_policy_review_days (world, "330102", "instrument"), ==, 5);
  g_assert_cmpint (yq_policy_review_days (world, "330102", "evaluation"), ==, 0);
}

/* -- sizes of enterprises -- */

#define WAN G_GINT64_CONSTANT (1000000)

static gint64
threshold (const char *cell, const char *indicator)
{
  return g_ascii_strtoll (cell, NULL, 10) * (g_str_equal (indicator, "employees") ? 1 : WAN);
}

static const char *
size_of (const char *industry, const char *a, gint64 va, const char *b, gint64 vb)
{
  gint64 employees = 0, revenue = 0, assets = 0;

  for (guint i = 0; i < 2; i++)
    {
      const char *word = i == 0 ? a : b;
      gint64 value = i == 0 ? va : vb;

      if (g_str_equal (word, "employees"))
        employees = value;
      else if (g_str_equal (word, "revenue_wan"))
        revenue = value;
      else if (g_str_equal (word, "assets_wan"))
        assets = value;
    }
  return yq_organisation_size (industry, employees, revenue, assets, NULL);
}

/* Both thresholds reached, and each just missed, of one row of the standard. */
static void
check_size (const char *industry, const char *a, const char *b, const char *cell_a,
            const char *cell_b, const char *above, const char *below)
{
  gint64 ta = threshold (cell_a, a), tb = threshold (cell_b, b);

  g_assert_cmpstr (size_of (industry, a, ta, b, tb), ==, above);
  if (*a != '\0')
    g_assert_cmpstr (size_of (industry, a, ta - 1, b, tb), ==, below);
  if (*b != '\0')
    g_assert_cmpstr (size_of (industry, a, ta, b, tb - 1), ==, below);
}

static void
test_sizes_by_the_standard (void)
{
  static const char *const industries[] = { "A",   "BCD", "E",   "F51", "F52", "G",    "G59", "G60",
                                            "H61", "H62", "I63", "I65", "K70", "K702", "L",   "M" };
  g_autofree char *path =
    g_build_filename (g_getenv ("YQ_SOURCE_DIR"), "data", "sme-size.csv", NULL);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++, n++)
    {
      /* The third column may hold commas between quotation marks; what counts stands behind it. */
      const char *rest = strchr (lines[i], '"') != NULL ? strrchr (lines[i], '"') + 2 : NULL;
      g_auto(GStrv) cells = g_strsplit (rest != NULL ? rest : lines[i], ",", -1);
      char **cell = rest != NULL ? cells : cells + 3;

      g_assert_cmpuint (n, <, G_N_ELEMENTS (industries));
      g_assert_cmpuint (g_strv_length (cell), ==, 8);
      check_size (industries[n], cell[0], cell[1], cell[2], cell[3], "large", "medium");
      check_size (industries[n], cell[0], cell[1], cell[4], cell[5], "medium", "small");
      check_size (industries[n], cell[0], cell[1], cell[6], cell[7], "small", "micro");
      g_assert_cmpint (yq_organisation_size_needs_assets (industries[n]), ==,
                       g_str_equal (cell[0], "assets_wan") || g_str_equal (cell[1], "assets_wan"));
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (industries));
}

static void
test_size_says_why (void)
{
  g_autofree char *rule = NULL;
  g_autofree char *nothing = NULL;

  g_assert_cmpstr (yq_organisation_size ("BCD", 300, 1999 * WAN, 0, &rule), ==, "small");
  g_assert_cmpstr (rule, ==,
                   "Small by the 2011 standard: employees 300 (threshold 20); revenue "
                   "19,990,000.00 (threshold 3,000,000.00)");
  g_assert_null (yq_organisation_size (NULL, 1, 1, 1, &nothing));
  g_assert_null (yq_organisation_size ("Z", 1, 1, 1, &nothing));
  g_assert_null (nothing);
}

/* -- the shipped data -- */

static void
test_shipped_policies_hold (void)
{
  static const char *const folders[] = { "jurisdictions", "programmes" };
  g_autoptr(YqWorld) world = memory_world_new (NOW);
  g_autoptr(GPtrArray) open = NULL;
  guint n = 0;

  for (guint f = 0; f < G_N_ELEMENTS (folders); f++)
    {
      g_autofree char *folder =
        g_build_filename (g_getenv ("YQ_SOURCE_DIR"), "data", folders[f], NULL);
      g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);

      for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
        if (g_str_has_suffix (name, ".json"))
          {
            g_autofree char *path = g_build_filename (folder, name, NULL);

            n += memory_load (world, path);
          }
    }
  g_assert_cmpuint (n, >=, 4);
  open = yq_world_list (world, &yq_programme, "state", "open");
  g_assert_cmpuint (open->len, >=, 3);
  for (guint i = 0; i < open->len; i++)
    {
      YqRecord *programme = open->pdata[i];
      g_autoptr(YqProblem) problem = yq_check_record (world, programme, TRUE);
      g_autoptr(YqRecord) jurisdiction =
        yq_world_get (world, &yq_jurisdiction, yq_record_text (programme, PROGRAMME_JURISDICTION));

      assert_problem (yq_record_title (programme), problem, NONE, NULL, NULL);
      g_assert_nonnull (jurisdiction);
      g_clear_pointer (&problem, yq_problem_free);
      problem = yq_check_record (world, jurisdiction, TRUE);
      assert_problem (yq_record_title (jurisdiction), problem, NONE, NULL, NULL);
      g_assert_true (yq_region_can_choose (yq_record_text (programme, PROGRAMME_REGION)));
    }
}

/* -- policies that nobody could follow -- */

/* clang-format off */
static const struct
{
  const char *name, *patch, *field;
} faults[] = {
  { "as shipped", NULL, NULL },
  { "no review", "{'redemption_stages':null}", "redemption_stages" },
  { "only experts", "{'redemption_stages':[{'level':'experts'}]}", "redemption_stages" },
  { "experts and the region", "{'redemption_stages':[{'level':'experts'},{'level':'own'}]}", NULL },
  { "a level misspelt", "{'redemption_stages':[{'level':'own'},{'level':'ctiy'}]}", "redemption_stages" },
  { "city, then province", "{'redemption_stages':[{'level':'city'},{'level':'province'}]}", NULL },
  { "ends before it begins", "{'valid_until':'2025-12-31'}", "valid_until" },
  { "used before it is claimed", "{'use_until':'2026-06-30'}", "use_until" },
  { "redeemed before it is used", "{'redeem_until':'2026-12-30'}", "redeem_until" },
  { "no last days", "{'use_until':null,'redeem_until':null}", NULL },
  { "a window backwards", WINDOWS (WINDOW ("330421", "2026-12-01", "2026-11-30")), "redemption_windows" },
  { "windows that do not bind", "{'has_windows':false}", "has_windows" },
  { "no windows", "{'has_windows':false,'redemption_windows':null}", NULL },
  { "a nature misspelt", RULES (RULE ("nature", "enterprize")), "eligible" },
  { "two natures", RULES (RULE ("nature", "enterprise|hospital")), NULL },
  { "sizes without value", RULES (RULE ("sizes", "")), "eligible" },
  { "a size misspelt", RULES (RULE ("sizes", "small|tiny")), "eligible" },
  { "employees in words", RULES (RULE ("max_employees", "many")), "eligible" },
  { "employees without number", RULES (RULE ("max_employees", "")), "eligible" },
  { "revenue with a comma", RULES (RULE ("max_revenue", "200,000")), "eligible" },
  { "a value where none belongs", RULES (RULE ("verified", "yes")), "eligible" },
  { "a text that is none", "{'texts_at_redemption':[{'field':'lines'}]}", "texts_at_redemption" },
  { "texts", "{'texts_at_redemption':[{'field':'effect'},{'field':'novelty'}]}", NULL },
};
/* clang-format on */

static void
test_programmes_are_checked (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (jiashan (world), faults[i].patch);
      problem = yq_check_record (world, jiashan (world), TRUE);
      assert_problem (faults[i].name, problem, faults[i].field != NULL ? YQ_PROBLEM_INVALID : NONE,
                      faults[i].field, NULL);
    }
}

static void
test_jurisdictions_are_checked (void)
{
  static const struct
  {
    const char *levels;
    gboolean fine;
  } rows[] = { { "", TRUE },
               { "county", TRUE },
               { "city, province", TRUE },
               { "own", TRUE },
               { "city,,county", TRUE },
               { "cuonty", FALSE },
               { "province;city", FALSE },
               { "experts", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr(YqWorld) world = policy_world_new ();
      YqRecord *zhejiang = memory_get (world, &yq_jurisdiction, "zhejiang");
      g_autofree char *patch =
        g_strdup_printf ("{'reviews':[{'kind':'instrument','levels':'%s'}]}", rows[i].levels);
      g_autoptr(YqProblem) problem = NULL;

      memory_patch (zhejiang, patch);
      problem = yq_check_record (world, zhejiang, TRUE);
      assert_problem (rows[i].levels, problem, rows[i].fine ? NONE : YQ_PROBLEM_INVALID,
                      rows[i].fine ? NULL : "reviews", NULL);
    }
}

/* Conditions as people read them: no codes, and money in yuan beside the fen that are stored. */
static void
test_conditions_in_words (void)
{
  static const struct
  {
    const char *rule, *value, *words;
  } cases[] = {
    { "nature", "enterprise", "Enterprise" },
    { "sizes", "micro|small", "Micro, Small" },
    { "max_revenue", "20000000000", "20000000000 (200,000,000.00 yuan)" },
    { "max_employees", "500", NULL },
    { "verified", NULL, NULL },
  };
  const YqField *columns = yq_programme.fields[PROGRAMME_ELIGIBLE].columns;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(YqValues) row = yq_values_new (columns, yq_fields_count (columns));
      g_autofree char *words = NULL;

      yq_values_set_text (row, yq_values_find (row, "rule"), cases[i].rule);
      yq_values_set_text (row, yq_values_find (row, "value"), cases[i].value);
      words = columns[yq_values_find (row, "value")].row_words (row);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  yq_text_set_language (YQ_LANGUAGE_EN);
  g_test_add_func ("/policy/claims", test_claims);
  g_test_add_func ("/policy/claimable-is-exact", test_claimable_is_exact);
  g_test_add_func ("/policy/claim-except-itself", test_claim_except_itself);
  g_test_add_func ("/policy/queued-claim-counts", test_queued_claim_counts);
  g_test_add_func ("/policy/caps-are-per-programme", test_caps_are_per_programme);
  g_test_add_func ("/policy/openings", test_openings);
  g_test_add_func ("/policy/eligibility", test_eligibility);
  g_test_add_func ("/policy/opt-in", test_opting_in);
  g_test_add_func ("/policy/unknown-rule-refuses", test_unknown_rule_refuses);
  g_test_add_func ("/policy/subsidies", test_subsidies);
  g_test_add_func ("/policy/uses", test_uses);
  g_test_add_func ("/policy/windows", test_windows);
  g_test_add_func ("/policy/papers", test_papers);
  g_test_add_func ("/policy/redemptions", test_redemptions);
  g_test_add_func ("/policy/applicants", test_applicants);
  g_test_add_func ("/policy/second-invoice", test_a_second_invoice_leads_to_the_order);
  g_test_add_func ("/policy/invoice-numbers", test_invoice_numbers);
  g_test_add_func ("/policy/jurisdictions", test_jurisdictions);
  g_test_add_func ("/policy/sizes-by-the-standard", test_sizes_by_the_standard);
  g_test_add_func ("/policy/size-says-why", test_size_says_why);
  g_test_add_func ("/policy/shipped-policies-hold", test_shipped_policies_hold);
  g_test_add_func ("/policy/programmes-are-checked", test_programmes_are_checked);
  g_test_add_func ("/policy/jurisdictions-are-checked", test_jurisdictions_are_checked);
  g_test_add_func ("/policy/conditions-in-words", test_conditions_in_words);
  return g_test_run ();
}
