/* Who somebody is, what she may read and as whom she may act. */
#define G_LOG_DOMAIN "yiquan-access"

#include "access.h"

#include "region.h"
#include "world.h"

static const char *const role_names[] = {
  [YQ_ROLE_MEMBER] = "member",
  [YQ_ROLE_MANAGER] = "manager",
  [YQ_ROLE_DESK] = "desk",
  [YQ_ROLE_ENTREPRENEUR] = "entrepreneur",
  [YQ_ROLE_REVIEWER] = "reviewer",
  [YQ_ROLE_EXPERT] = "expert",
  [YQ_ROLE_ADMINISTRATOR] = "administrator",
};

const char *
yq_role_name (YqRole role)
{
  g_return_val_if_fail (role < YQ_N_ROLES, NULL);
  return role_names[role];
}

int
yq_role_from_name (const char *name)
{
  for (guint i = 0; i < YQ_N_ROLES; i++)
    if (g_strcmp0 (role_names[i], name) == 0)
      return (int) i;
  return -1;
}

static gboolean
has_grant (const YqWho *who, YqRole role, const char *scope)
{
  for (guint i = 0; i < who->n_grants; i++)
    if (who->grants[i].role == role &&
        (scope == NULL || g_strcmp0 (who->grants[i].scope, scope) == 0))
      return TRUE;
  return FALSE;
}

gboolean
yq_who_has_role (const YqWho *who, YqRole role)
{
  return has_grant (who, role, NULL);
}

gboolean
yq_who_is_in (const YqWho *who, const char *organisation)
{
  return organisation != NULL && (has_grant (who, YQ_ROLE_MEMBER, organisation) ||
                                  has_grant (who, YQ_ROLE_MANAGER, organisation) ||
                                  has_grant (who, YQ_ROLE_ENTREPRENEUR, organisation));
}

gboolean
yq_who_manages (const YqWho *who, const char *organisation)
{
  return organisation != NULL && (has_grant (who, YQ_ROLE_MANAGER, organisation) ||
                                  has_grant (who, YQ_ROLE_ENTREPRENEUR, organisation));
}

const char *
yq_who_desk (const YqWho *who)
{
  for (guint i = 0; i < who->n_grants; i++)
    if (who->grants[i].role == YQ_ROLE_DESK)
      return who->grants[i].scope;
  return NULL;
}

gboolean
yq_who_reviews (const YqWho *who, const char *code)
{
  for (guint i = 0; code != NULL && i < who->n_grants; i++)
    if (who->grants[i].role == YQ_ROLE_REVIEWER && yq_region_holds (who->grants[i].scope, code))
      return TRUE;
  return FALSE;
}

static const char *
redeeming_organisation (YqRecord *record)
{
  int field = yq_entity_find_field (yq_record_entity (record), "redeemer");
  const char *redeemer = field >= 0 ? yq_record_text (record, field) : NULL;

  return g_strcmp0 (redeemer, "carrier") == 0 ? yq_record_carrier (record)
                                              : yq_record_buyer (record);
}

/* The organisation a record belongs to; NULL where it belongs to an account or to the platform. */
static const char *
owning_organisation (YqRecord *record)
{
  switch (yq_record_entity (record)->owned)
    {
    case YQ_OWNED_BY_SELF:
      return yq_record_id (record);
    case YQ_OWNED_BY_BUYER:
      return yq_record_buyer (record);
    case YQ_OWNED_BY_CARRIER:
      return yq_record_carrier (record);
    case YQ_OWNED_BY_REDEEMER:
      return redeeming_organisation (record);
    case YQ_OWNED_BY_ACCOUNT:
      return NULL;
    case YQ_OWNED_BY_PLATFORM:
      return NULL;
    }
  return NULL;
}

static gboolean
is_own_desk (const YqWho *who, YqRecord *record)
{
  return yq_record_desk (record) != NULL && has_grant (who, YQ_ROLE_DESK, yq_record_desk (record));
}

/* What no desk has taken yet is there for every desk of the organisation. */
static gboolean
is_sharing_desk (const YqWho *who, YqRecord *record)
{
  return yq_record_entity (record)->shared_with_desks && yq_record_desk (record) == NULL &&
         who->organisation != NULL && yq_who_has_role (who, YQ_ROLE_DESK) &&
         g_strcmp0 (who->organisation, yq_record_carrier (record)) == 0;
}

static gboolean
is_desk (const YqWho *who, YqRecord *record)
{
  return is_own_desk (who, record) || is_sharing_desk (who, record);
}

/* An organisation that nobody manages yet belongs to the account that fills it in. */
static gboolean
is_first_manager (const YqWho *who, YqRecord *record)
{
  return yq_record_entity (record)->owned == YQ_OWNED_BY_SELF && yq_record_revision (record) == 0 &&
         who->account != NULL && who->organisation == NULL;
}

static gboolean
is_owner (const YqWho *who, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const char *account =
    entity->account_is_self ? yq_record_id (record) : yq_record_account (record);

  if (who->account == NULL)
    return FALSE;
  if (entity->owned == YQ_OWNED_BY_ACCOUNT || entity->owned == YQ_OWNED_BY_PLATFORM)
    return g_strcmp0 (account, who->account) == 0;
  return yq_who_is_in (who, owning_organisation (record)) || is_first_manager (who, record) ||
         (entity->owned == YQ_OWNED_BY_CARRIER && is_own_desk (who, record));
}

static gboolean
is_reviewer (const YqWho *who, YqRecord *record)
{
  int field = yq_entity_find_field (yq_record_entity (record), "reviewed_by");
  const char *decides = field >= 0 ? yq_record_text (record, field) : NULL;

  if (decides != NULL && !has_grant (who, YQ_ROLE_REVIEWER, decides))
    return FALSE;
  return yq_who_reviews (who, yq_record_region (record));
}

/* It is assigned to her, and she is (still) an expert. */
static gboolean
is_expert (const YqWho *who, YqRecord *record)
{
  int field = yq_entity_find_field (yq_record_entity (record), "experts");
  JsonArray *experts = field >= 0 ? yq_record_array (record, field) : NULL;

  if (experts == NULL || !yq_who_has_role (who, YQ_ROLE_EXPERT))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (experts); i++)
    if (g_strcmp0 (json_array_get_string_element (experts, i), who->account) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_manager (const YqWho *who, YqRecord *record)
{
  const char *organisation = yq_record_entity (record)->owned == YQ_OWNED_BY_ACCOUNT
                               ? yq_record_buyer (record)
                               : owning_organisation (record);

  return yq_who_manages (who, organisation) || is_first_manager (who, record);
}

static gboolean
is_other (const YqWho *who, YqRecord *record)
{
  const char *redeemer = redeeming_organisation (record);
  const char *other = g_strcmp0 (redeemer, yq_record_buyer (record)) == 0
                        ? yq_record_carrier (record)
                        : yq_record_buyer (record);

  return yq_who_is_in (who, other);
}

gboolean
yq_access_is_actor (YqWorld *world, const YqWho *who, YqRecord *record, YqActor actor)
{
  switch (actor)
    {
    case YQ_ACTOR_OWNER:
      return is_owner (who, record);
    case YQ_ACTOR_MANAGER:
      return is_manager (who, record);
    case YQ_ACTOR_BUYER:
      return yq_who_is_in (who, yq_record_buyer (record));
    case YQ_ACTOR_CARRIER:
      return yq_who_is_in (who, yq_record_carrier (record));
    case YQ_ACTOR_DESK:
      return is_desk (who, record);
    case YQ_ACTOR_REDEEMER:
      return yq_who_is_in (who, redeeming_organisation (record));
    case YQ_ACTOR_OTHER:
      return is_other (who, record);
    case YQ_ACTOR_REVIEWER:
      return is_reviewer (who, record);
    case YQ_ACTOR_EXPERT:
      return is_expert (who, record);
    case YQ_ACTOR_ADMINISTRATOR:
      return yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR);
    case YQ_ACTOR_ACCOUNT:
      return who->account != NULL;
    case YQ_ACTOR_CLOCK:
      return who->is_clock;
    case YQ_ACTOR_NONE:
      break;
    }
  return FALSE;
}

static gboolean
is_public (YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqState *state = yq_entity_state (entity, yq_record_state (record));

  if (state == NULL || !(state->flags & YQ_STATE_PUBLIC))
    return FALSE;
  if (entity->public_if == NULL)
    return TRUE;
  return yq_record_int (record, yq_entity_find_field (entity, entity->public_if)) != 0;
}

guint
yq_access_readers (YqWorld *world, const YqWho *who, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqState *state = yq_entity_state (entity, yq_record_state (record));
  guint readers = 0;

  if (is_public (record))
    readers |= YQ_SEES_PUBLIC;
  if (who->account == NULL)
    return readers;
  if ((entity->reads & YQ_SEES_OWNER) && (is_owner (who, record) || is_sharing_desk (who, record)))
    readers |= YQ_SEES_OWNER;
  if (state != NULL && (state->flags & YQ_STATE_PRIVATE))
    return readers;
  if ((entity->reads & YQ_SEES_PARTIES) &&
      (yq_who_is_in (who, yq_record_buyer (record)) ||
       yq_who_is_in (who, yq_record_carrier (record)) || is_own_desk (who, record)))
    readers |= YQ_SEES_PARTIES;
  if ((entity->reads & YQ_SEES_REVIEWER) && yq_who_reviews (who, yq_record_region (record)))
    readers |= YQ_SEES_REVIEWER;
  if ((entity->reads & YQ_SEES_EXPERT) && is_expert (who, record))
    readers |= YQ_SEES_EXPERT;
  if ((entity->reads & YQ_SEES_ADMINISTRATOR) && yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR))
    readers |= YQ_SEES_ADMINISTRATOR;
  return readers;
}

guint
yq_access_edits (YqWorld *world, const YqWho *who, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  int approved = yq_entity_find_field (entity, "first_approved_at");
  guint edits = 0;

  for (guint i = 0; i < entity->n_editable; i++)
    if (g_strcmp0 (entity->editable[i].state, yq_record_state (record)) == 0 &&
        yq_access_is_actor (world, who, record, entity->editable[i].actor))
      edits |= entity->editable[i].edit;
  /* What was approved once is no draft any more: only what stays editable after approval. */
  if ((edits & YQ_EDIT_FORM) && approved >= 0 && yq_record_has (record, approved))
    edits = (edits & ~YQ_EDIT_FORM) | YQ_EDIT_UPKEEP;
  return edits;
}

/* Could who be this actor on a record of her own making? */
static gboolean
could_create_as (const YqWho *who, const YqEntity *entity, YqActor actor)
{
  if (actor == YQ_ACTOR_ADMINISTRATOR)
    return yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR);
  if (actor == YQ_ACTOR_REVIEWER)
    return yq_who_has_role (who, YQ_ROLE_REVIEWER);
  if (actor == YQ_ACTOR_ACCOUNT || entity->owned == YQ_OWNED_BY_ACCOUNT)
    return who->account != NULL;
  if (entity->owned == YQ_OWNED_BY_SELF)
    return who->account != NULL && who->organisation == NULL;
  if (actor == YQ_ACTOR_MANAGER)
    return yq_who_manages (who, who->organisation);
  return yq_who_is_in (who, who->organisation) ||
         (entity->owned == YQ_OWNED_BY_CARRIER && yq_who_has_role (who, YQ_ROLE_DESK));
}

gboolean
yq_access_may_create (YqWorld *world, const YqWho *who, const YqEntity *entity)
{
  if (who->account == NULL || entity->account_is_self)
    return FALSE;
  for (guint i = 0; i < entity->n_editable; i++)
    if (g_str_equal (entity->editable[i].state, entity->states[0].name) &&
        could_create_as (who, entity, entity->editable[i].actor))
      return TRUE;
  return FALSE;
}
