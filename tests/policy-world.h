/* Zhejiang as it is shipped, with an enterprise, a laboratory and a voucher between them: where the
 * tests of policy and workflow begin. */
#pragma once

#include <string.h>

#include "catalogue.h"
#include "memory-world.h"
#include "order.h"
#include "party.h"
#include "policy.h"
#include "problem.h"
#include "programme.h"
#include "redemption.h"
#include "voucher.h"
#include "workflow.h"

#define NOW "2026-11-21T03:33:55Z" /* a Saturday morning in Jiashan */
#define JIASHAN "zhejiang-2026-330421"

#define ACME_FIELDS                                                                             \
  "{'name':'嘉善晶科','nature':'enterprise','uscc':'91330421MA28A00001','region':'330421'," \
  "'legal_person':'王芳','industry':'BCD','employees':50,'revenue':100000000,"                \
  "'approved_employees':50,'approved_revenue':100000000,'first_approved_at':'2026-01-05T00:"    \
  "00:00Z','contact_name':'李雷','contact_phone':'0573-84250001','bank_account':"             \
  "'6222000011112222','licences':[{'sha256':"                                                   \
  "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','name':'a.pdf'}],"        \
  "'commitment_accepted':true}"
#define LAB_FIELDS                                                                            \
  "{'name':'嘉兴检测院','nature':'institute','region':'330402','legal_person':'陈伟'," \
  "'is_carrier':true,'contact_phone':'0573-82000002','bank_account':'6222000033334444'}"
#define FILES \
  "[{'sha256':'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','name':'b.pdf'}]"
#define USE_FIELDS                                                                       \
  "{'programme':'@" JIASHAN "','voucher':'@voucher','carrier':'@lab','category':"        \
  "'testing','contract_name':'成分分析','contract_amount':1000000,'contract_date':"  \
  "'2026-11-02','amount':500000,'redeemer':'enterprise','contract_files':" FILES ",'res" \
  "ult_files':" FILES ",'pledge':true,'number':'ZJSY-20261102-000001'}"

static inline YqWorld *
policy_world_new (void)
{
  YqWorld *world = memory_world_new (NOW);
  const char *source = g_getenv ("YQ_SOURCE_DIR");
  g_autofree char *jurisdiction =
    g_build_filename (source, "data", "jurisdictions", "zhejiang.json", NULL);
  g_autofree char *programmes =
    g_build_filename (source, "data", "programmes", "zhejiang-2026.json", NULL);

  memory_load (world, jurisdiction);
  memory_load (world, programmes);
  memory_add (world, &yq_organisation, "acme", "active", "region=330421", ACME_FIELDS);
  memory_add (world, &yq_organisation, "lab", "active", "region=330402", LAB_FIELDS);
  memory_add (world, &yq_voucher, "voucher", "active", "buyer=acme region=330421",
              "{'number':'2026TMA28A00001AB','programme':'@" JIASHAN
              "','amount':1000000,'valid_until':'2026-12-31'}");
  memory_set_balance (world, "available", "voucher", 1000000);
  memory_set_balance (world, "budget", JIASHAN, 500000000);
  return world;
}

static inline YqRecord *
jiashan (YqWorld *world)
{
  return memory_get (world, &yq_programme, JIASHAN);
}

/* The problem is code at field (NULL: any) and says text; code -1: there is none. */
static inline void
assert_problem (const char *name, const YqProblem *problem, int code, const char *field,
                const char *text)
{
  gboolean found = field == NULL;

  if ((problem == NULL) != (code < 0))
    g_error ("%s: %s", name, problem != NULL ? yq_problem_detail (problem) : "allowed");
  if (problem == NULL)
    return;
  if ((int) yq_problem_code (problem) != code)
    g_error ("%s: %s, not %s: %s", name, yq_problem_code_name (yq_problem_code (problem)),
             yq_problem_code_name (code), yq_problem_detail (problem));
  for (guint i = 0; i < yq_problem_n_errors (problem); i++)
    {
      const char *at;

      yq_problem_error (problem, i, &at, NULL);
      found |= g_strcmp0 (at, field) == 0;
    }
  if (!found)
    g_error ("%s: not at %s: %s", name, field, yq_problem_detail (problem));
  if (text != NULL && strstr (yq_problem_detail (problem), text) == NULL)
    g_error ("%s: “%s” does not say “%s”", name, yq_problem_detail (problem), text);
}
