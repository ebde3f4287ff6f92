/* The windows there are, and who may open them. */
#define G_LOG_DOMAIN "yiquan-windows"

#include "admin-window.h"
#include "carrier-window.h"
#include "enterprise-window.h"
#include "expert-window.h"
#include "person-window.h"
#include "reviewer-window.h"
#include "visitor-window.h"

static gboolean
is_in_an_organisation (const YqWho *who)
{
  return yq_who_has_role (who, YQ_ROLE_MEMBER) || yq_who_has_role (who, YQ_ROLE_MANAGER) ||
         yq_who_has_role (who, YQ_ROLE_ENTREPRENEUR);
}

static gboolean
is_of_a_carrier (const YqWho *who)
{
  return yq_who_has_role (who, YQ_ROLE_MEMBER) || yq_who_has_role (who, YQ_ROLE_MANAGER) ||
         yq_who_has_role (who, YQ_ROLE_DESK);
}

static gboolean
is_on_her_own (const YqWho *who)
{
  return who->account != NULL && who->n_grants == 0;
}

static gboolean
is_reviewer (const YqWho *who)
{
  return yq_who_has_role (who, YQ_ROLE_REVIEWER);
}

static gboolean
is_administrator (const YqWho *who)
{
  return yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR);
}

static gboolean
is_expert (const YqWho *who)
{
  return yq_who_has_role (who, YQ_ROLE_EXPERT);
}

static gboolean
is_visitor (const YqWho *who)
{
  return who->account == NULL;
}

/* clang-format off */
const YqWindowKind yq_window_kinds[] = {
  { "enterprise",    N_("As a buyer"),     is_in_an_organisation, yq_enterprise_window_build, TRUE },
  { "carrier",       N_("As a carrier"),   is_of_a_carrier,       yq_carrier_window_build },
  { "reviewer",      N_("Science bureau"), is_reviewer,           yq_reviewer_window_build },
  { "expert",        N_("Expert"),         is_expert,             yq_expert_window_build },
  { "administrator", N_("Platform"),       is_administrator,      yq_admin_window_build },
  { "person",        N_("Personal"),       is_on_her_own,         yq_person_window_build, TRUE },
  { "visitor",       N_("Visitor"),        is_visitor,            yq_visitor_window_build, TRUE },
  { NULL },
};
/* clang-format on */

const YqWindowKind *
yq_window_kind_find (const char *name)
{
  for (const YqWindowKind *kind = yq_window_kinds; kind->name != NULL; kind++)
    if (g_strcmp0 (kind->name, name) == 0)
      return kind;
  return NULL;
}
