/* Who may read, write and do what: every person × record × state × step × field, generated from the
 * tables and compared with facts written down by hand for each person. */
#define G_LOG_DOMAIN "test-access"

#include <string.h>

#include "access-cases.h"
#include "record-check.h"
#include "record-json.h"
#include "workflow.h"

typedef struct
{
  const YqEntity *entity;
  const YqState *state;
  const Variant *variant;
  const Person *person;
  YqWho who;
  YqRecord *record;
} Case;

static guint n_cases;

/* A world with nothing in it: no guard may fall over that. */
static YqRecord *
get_none (YqWorld *world, const YqEntity *entity, const char *id)
{
  return NULL;
}

static GPtrArray *
list_none (YqWorld *world, const YqEntity *entity, const char *field, const char *value)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static gint64
balance_none (YqWorld *world, const char *what, const char *id)
{
  return 0;
}

static gboolean
slot_is_free (YqWorld *world, const char *instrument, gint64 from_ms, gint64 to_ms,
              const char *except_order)
{
  return TRUE;
}

static YqWorld world = { .get = get_none,
                         .list = list_none,
                         .balance = balance_none,
                         .slot_free = slot_is_free,
                         .now = 1780286400000 };

static void
for_every_case (void (*check) (const Case *c))
{
  n_cases = 0;
  for (guint e = 0; e < yq_model_count (); e++)
    for (guint s = 0; s < yq_model_nth (e)->n_states; s++)
      for (guint v = 0; v < G_N_ELEMENTS (variants); v++)
        {
          const YqEntity *entity = yq_model_nth (e);
          g_autoptr(YqRecord) record = make_record (entity, &entity->states[s], &variants[v]);

          for (guint p = 0; p < G_N_ELEMENTS (people); p++)
            {
              const Person *person = &people[p];
              Case c = { entity, &entity->states[s], &variants[v], person };

              c.who = who_is (person);
              c.record = record;
              n_cases++;
              check (&c);
            }
        }
  g_test_message ("%u cases", n_cases);
  g_assert_cmpuint (n_cases, >, 10000);
}

#define FAULT(c, format, ...)                                                            \
  g_error ("%s %s, %s: " format, (c)->entity->name, (c)->state->name, (c)->person->name, \
           __VA_ARGS__)

/* -- the facts that make an actor: any one of them -- */

static guint
facts_of_redeemer (const Case *c, gboolean other)
{
  gboolean is_carrier = yq_entity_find_field (c->entity, "redeemer") >= 0 &&
                        g_strcmp0 (c->variant->redeemer, "carrier") == 0;

  if (c->entity->owned == YQ_OWNED_BY_SELF)
    return 0;
  return is_carrier != other ? IN_CARRIER : IN_BUYER;
}

static guint
facts_of_owner (const Case *c)
{
  switch (c->entity->owned)
    {
    case YQ_OWNED_BY_SELF:
    case YQ_OWNED_BY_BUYER:
      return IN_BUYER;
    case YQ_OWNED_BY_CARRIER:
      return c->variant->has_desk ? IN_CARRIER | AT_DESK : IN_CARRIER;
    case YQ_OWNED_BY_REDEEMER:
      return facts_of_redeemer (c, FALSE);
    case YQ_OWNED_BY_ACCOUNT:
    case YQ_OWNED_BY_PLATFORM:
    default:
      return IS_OWNER;
    }
}

static guint
facts_of_manager (const Case *c)
{
  guint owner = facts_of_owner (c);

  if (c->entity->owned == YQ_OWNED_BY_PLATFORM)
    return 0;
  if (c->entity->owned == YQ_OWNED_BY_ACCOUNT)
    return MANAGES_BUYER; /* the organisation a membership is about */
  return (owner & IN_BUYER) != 0 ? MANAGES_BUYER : MANAGES_CARRIER;
}

static guint
facts_of_reviewer (const Case *c)
{
  const char *level = c->variant->reviewed_by;

  if (level == NULL || yq_entity_find_field (c->entity, "reviewed_by") < 0)
    return REVIEWS;
  return strcmp (level, COUNTY) == 0     ? AT_COUNTY
         : strcmp (level, CITY) == 0     ? AT_CITY
         : strcmp (level, PROVINCE) == 0 ? AT_PROVINCE
                                         : 0;
}

static guint
facts_of (const Case *c, YqActor actor)
{
  gboolean has_parties = c->entity->owned != YQ_OWNED_BY_SELF;

  switch (actor)
    {
    case YQ_ACTOR_OWNER:
      return facts_of_owner (c);
    case YQ_ACTOR_MANAGER:
      return facts_of_manager (c);
    case YQ_ACTOR_BUYER:
      return has_parties ? IN_BUYER : 0;
    case YQ_ACTOR_CARRIER:
      return has_parties ? IN_CARRIER : 0;
    case YQ_ACTOR_DESK:
      return c->variant->has_desk ? AT_DESK : c->entity->shared_with_desks ? AT_A_DESK : 0;
    case YQ_ACTOR_REDEEMER:
      return facts_of_redeemer (c, FALSE);
    case YQ_ACTOR_OTHER:
      return facts_of_redeemer (c, TRUE);
    case YQ_ACTOR_REVIEWER:
      return facts_of_reviewer (c);
    case YQ_ACTOR_ADMINISTRATOR:
      return IS_ADMINISTRATOR;
    case YQ_ACTOR_ACCOUNT:
      return HAS_ACCOUNT;
    case YQ_ACTOR_CLOCK:
      return IS_CLOCK;
    case YQ_ACTOR_EXPERT:
    case YQ_ACTOR_NONE:
    default:
      return 0;
    }
}

static gboolean
is_actor (const Case *c, YqActor actor)
{
  return (facts_of (c, actor) & c->person->facts) != 0;
}

static gboolean
is_one_of (const Case *c, const char *actors)
{
  for (YqActor actor = YQ_ACTOR_OWNER; actor <= YQ_ACTOR_CLOCK; actor++)
    if (yq_word_in (actors, yq_actor_name (actor)) && is_actor (c, actor))
      return TRUE;
  return FALSE;
}

static guint
expected_readers (const Case *c)
{
  guint flags = c->state->flags;
  guint facts = c->person->facts;
  guint parties = c->entity->owned == YQ_OWNED_BY_SELF ? 0 : IN_BUYER | IN_CARRIER;
  guint readers = 0;

  if ((flags & YQ_STATE_PUBLIC) != 0 && (c->entity->public_if == NULL || c->variant->is_public))
    readers |= YQ_SEES_PUBLIC;
  if ((facts & facts_of_owner (c)) != 0 ||
      (c->entity->shared_with_desks && !c->variant->has_desk && (facts & AT_A_DESK) != 0))
    readers |= c->entity->reads & YQ_SEES_OWNER;
  if ((flags & YQ_STATE_PRIVATE) != 0)
    return readers;
  if (c->variant->has_desk)
    parties |= AT_DESK;
  if ((facts & parties) != 0)
    readers |= c->entity->reads & YQ_SEES_PARTIES;
  if ((facts & REVIEWS) != 0)
    readers |= c->entity->reads & YQ_SEES_REVIEWER;
  if ((facts & IS_ADMINISTRATOR) != 0)
    readers |= c->entity->reads & YQ_SEES_ADMINISTRATOR;
  return readers;
}

static guint
expected_edits (const Case *c)
{
  guint edits = 0;

  for (guint i = 0; i < c->entity->n_editable; i++)
    if (strcmp (c->entity->editable[i].state, c->state->name) == 0 &&
        is_actor (c, c->entity->editable[i].actor))
      edits |= c->entity->editable[i].edit;
  return edits;
}

/* -- the checks -- */

static void
check_actors (const Case *c)
{
  for (YqActor actor = YQ_ACTOR_NONE; actor <= YQ_ACTOR_CLOCK; actor++)
    if (yq_access_is_actor (&world, &c->who, c->record, actor) != is_actor (c, actor))
      FAULT (c, "%s", yq_actor_name (actor));
}

static void
check_readers (const Case *c)
{
  guint readers = yq_access_readers (&world, &c->who, c->record);

  if (readers != expected_readers (c))
    FAULT (c, "reads as %#x, not %#x", readers, expected_readers (c));
}

static void
check_saves (const Case *c)
{
  guint edits = yq_access_edits (&world, &c->who, c->record);

  if (edits != expected_edits (c))
    FAULT (c, "edits %#x, not %#x", edits, expected_edits (c));
  for (guint i = 0; i < c->entity->n_fields; i++)
    {
      g_autoptr(GArray) touched = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autoptr(YqProblem) problem = NULL;
      gboolean allowed = (c->entity->fields[i].edit & edits) != 0;

      g_array_append_val (touched, i);
      problem = yq_workflow_check_save (&world, &c->who, c->record, touched);
      if ((problem == NULL) != allowed)
        FAULT (c, "%s: %s", c->entity->fields[i].name, allowed ? "refused" : "allowed");
      if (problem != NULL && yq_problem_code (problem) != YQ_PROBLEM_FORBIDDEN)
        FAULT (c, "%s: %s", c->entity->fields[i].name,
               yq_problem_code_name (yq_problem_code (problem)));
    }
}

static void
check_steps (const Case *c)
{
  for (guint i = 0; i < c->entity->n_steps; i++)
    {
      const YqStep *step = &c->entity->steps[i];
      gboolean may = is_one_of (c, step->actors);
      gboolean fits = yq_word_in (step->from, c->state->name);
      g_autoptr(YqProblem) problem = yq_workflow_check (&world, &c->who, c->record, step, NULL);
      int code = problem != NULL ? (int) yq_problem_code (problem) : -1;

      if ((code == YQ_PROBLEM_FORBIDDEN) == may)
        FAULT (c, "%s is %s", step->action, may ? "forbidden" : "not forbidden");
      if (may && !fits && code != YQ_PROBLEM_STATE)
        FAULT (c, "%s is not refused for its state", step->action);
    }
}

static void
check_open_steps (const Case *c)
{
  g_autoptr(GPtrArray) open = yq_workflow_open_steps (&world, &c->who, c->record);
  guint n = 0;

  for (guint i = 0; i < c->entity->n_steps; i++)
    {
      const YqStep *step = &c->entity->steps[i];

      if ((step->flags & YQ_STEP_HIDDEN) != 0 ||
          (step->offered != NULL && !step->offered (c->record)) || !is_one_of (c, step->actors) ||
          !yq_word_in (step->from, c->state->name))
        continue;
      if (n >= open->len || ((YqOpenStep *) open->pdata[n])->step != step)
        FAULT (c, "%s is not among the open steps", step->action);
      n++;
    }
  if (open->len != n)
    FAULT (c, "%u open steps too many", open->len - n);
}

/* What may be done may be seen; what may be written may be read. */
static void
check_sense (const Case *c)
{
  guint readers = yq_access_readers (&world, &c->who, c->record);
  guint edits = yq_access_edits (&world, &c->who, c->record);

  if (edits != 0 && readers == 0)
    FAULT (c, "edits (%#x) what does not exist for her", edits);
  for (guint i = 0; i < c->entity->n_fields; i++)
    if ((c->entity->fields[i].edit & edits) != 0 && (c->entity->fields[i].sees & readers) == 0)
      FAULT (c, "writes %s without seeing it", c->entity->fields[i].name);
  for (guint i = 0; i < c->entity->n_steps && c->person->account != NULL; i++)
    if (readers == 0 && (c->entity->steps[i].flags & YQ_STEP_CREATES) == 0 &&
        yq_word_in (c->entity->steps[i].from, c->state->name) &&
        is_one_of (c, c->entity->steps[i].actors))
      FAULT (c, "may %s what does not exist for her", c->entity->steps[i].action);
}

/* Whoever has nothing to do with a record sees what is public and does what any account may. */
static void
check_strangers (const Case *c)
{
  if ((c->person->facts & ~HAS_ACCOUNT & ~AT_A_DESK) != 0)
    return;
  if ((c->person->facts & AT_A_DESK) != 0 && c->entity->shared_with_desks)
    return;
  if ((yq_access_readers (&world, &c->who, c->record) & ~YQ_SEES_PUBLIC) != 0)
    FAULT (c, "%s", "a stranger reads more than the public");
  if (yq_access_edits (&world, &c->who, c->record) != 0)
    FAULT (c, "%s", "a stranger edits");
  for (guint i = 0; i < c->entity->n_steps; i++)
    {
      g_autoptr(YqProblem) problem =
        yq_workflow_check (&world, &c->who, c->record, &c->entity->steps[i], NULL);

      if (!yq_word_in (c->entity->steps[i].actors, "account") &&
          (problem == NULL || yq_problem_code (problem) != YQ_PROBLEM_FORBIDDEN))
        FAULT (c, "a stranger may %s", c->entity->steps[i].action);
    }
}

/* What reviewers write they take away again, where the table says that it may go. */
static gboolean
is_written_by_reviewer (const Case *c)
{
  for (guint i = 0; i < c->entity->n_editable; i++)
    if (c->entity->editable[i].actor == YQ_ACTOR_REVIEWER &&
        strcmp (c->entity->editable[i].state, c->state->name) == 0)
      return c->entity->deletable && is_actor (c, YQ_ACTOR_REVIEWER);
  return FALSE;
}

static void
check_deletes (const Case *c)
{
  g_autoptr(YqProblem) problem = yq_workflow_check_delete (&world, &c->who, c->record);
  gboolean is_office = c->entity->owned == YQ_OWNED_BY_PLATFORM;
  gboolean may = is_office
                   ? ((c->person->facts & IS_ADMINISTRATOR) != 0 && c->entity->n_editable > 0) ||
                       is_written_by_reviewer (c)
                   : is_actor (c, YQ_ACTOR_OWNER) || is_actor (c, YQ_ACTOR_MANAGER);
  gboolean fits = c->entity->deletable || strcmp (c->state->name, "draft") == 0;

  if ((problem == NULL) != (may && fits))
    FAULT (c, "delete is %s", problem == NULL ? "allowed" : yq_problem_detail (problem));
  if (!may && yq_problem_code (problem) != YQ_PROBLEM_FORBIDDEN)
    FAULT (c, "%s", "delete is refused for another reason than that it is not hers");
}

/* -- every field × class of reader, on the wire -- */

static gboolean
has_member (JsonObject *object, const char *part, const char *name)
{
  JsonNode *node = json_object_get_member (object, part);

  return node != NULL && json_object_has_member (json_node_get_object (node), name);
}

static void
check_wire (const YqEntity *entity, guint readers)
{
  g_autoptr(YqRecord) record = yq_record_new (entity, RECORD);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(JsonNode) node = NULL;
  JsonObject *object;

  fill (record);
  yq_json_append_record (text, record, readers);
  node = yq_json_parse (text->str, text->len, NULL);
  object = json_node_get_object (node);
  for (guint i = 0; i < entity->n_fields; i++)
    {
      const YqField *field = &entity->fields[i];
      gboolean whole = (field->sees & readers) != 0;
      gboolean masked = !whole && (field->masked & readers) != 0;

      if (has_member (object, "fields", field->name) != whole ||
          has_member (object, "masked", field->name) != masked)
        g_error ("%s.%s for %#x", entity->name, field->name, readers);
      if (masked)
        g_assert_cmpstr (json_object_get_string_member (
                           json_object_get_object_member (object, "masked"), field->name),
                         !=, "whole-secret-text");
    }
}

static void
test_each_class_of_reader_sees_its_fields (void)
{
  for (guint e = 0; e < yq_model_count (); e++)
    for (guint readers = 0; readers <= YQ_EVERYBODY; readers++)
      check_wire (yq_model_nth (e), readers);
}

/* -- creation -- */

static void
test_creating_is_for_those_who_would_own (void)
{
  static const struct
  {
    const char *entity;
    guint facts; /* any one of them */
  } makers[] = {
    { "order", IN_BUYER | IN_CARRIER }, /* every organisation may buy */
    { "instrument", IN_BUYER | IN_CARRIER | AT_DESK },
    { "store", IN_BUYER | IN_CARRIER | AT_DESK },
    { "service", IN_BUYER | IN_CARRIER | AT_DESK },
    { "institution", IN_BUYER | IN_CARRIER | AT_DESK },
    { "voucher_service", IN_BUYER | IN_CARRIER | AT_DESK },
    { "announcement", REVIEWS | IS_ADMINISTRATOR },
    { "desk", MANAGES_BUYER | MANAGES_CARRIER },
    { "grant", IS_ADMINISTRATOR },
    { "jurisdiction", IS_ADMINISTRATOR },
    { "favourite", HAS_ACCOUNT },
    { "voucher", 0 },
    { "review", 0 },
    { "message", 0 },
    { "service_record", 0 },
    { "evaluation", 0 },
    { "account", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (makers); i++)
    for (guint p = 0; p < G_N_ELEMENTS (people); p++)
      {
        const Person *person = &people[p];
        YqWho who = who_is (person);
        guint facts = person->facts;

        if (g_strcmp0 (person->organisation, OTHER) == 0)
          facts |= person->grants[0].role == YQ_ROLE_MANAGER ? IN_BUYER | MANAGES_BUYER : IN_BUYER;
        if (person->n_grants > 0 && person->grants[0].role == YQ_ROLE_REVIEWER)
          facts |= AT_COUNTY;
        if (strstr (person->name, "another desk") != NULL)
          facts |= AT_DESK;
        if (yq_access_may_create (&world, &who, yq_model_find (makers[i].entity)) !=
            ((facts & makers[i].facts) != 0))
          g_error ("%s creates one %s: not as expected", person->name, makers[i].entity);
      }
}

/* -- grants -- */

static void
test_a_grant_has_the_scope_of_its_role (void)
{
  static const struct
  {
    const char *role, *scope;
  } good[] = {
    { "member", "organisation" },       { "manager", "organisation" },  { "desk", "desk" },
    { "entrepreneur", "organisation" }, { "reviewer", "scope_region" }, { "expert", NULL },
    { "administrator", NULL },
  };
  static const char *const scopes[] = { NULL, "organisation", "desk", "scope_region" };
  const YqEntity *entity = yq_model_find ("grant");

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    for (guint j = 0; j < G_N_ELEMENTS (scopes); j++)
      {
        g_autoptr(YqRecord) grant = yq_record_new (entity, RECORD);
        g_autoptr(YqProblem) problem = NULL;

        set_field (grant, "account", OWNER);
        set_field (grant, "role", good[i].role);
        set_field (grant, scopes[j], g_strcmp0 (scopes[j], "scope_region") == 0 ? COUNTY : OTHER);
        problem = yq_check_record (&world, grant, TRUE);
        /* An expert may be one of a region, whose reviewers assign him. */
        if ((problem == NULL) !=
            (g_strcmp0 (scopes[j], good[i].scope) == 0 ||
             (strcmp (good[i].role, "expert") == 0 && g_strcmp0 (scopes[j], "scope_region") == 0)))
          g_error ("%s with %s is %s", good[i].role, scopes[j],
                   problem == NULL ? "accepted" : "refused");
      }
}

static void
test_actors (void)
{
  for_every_case (check_actors);
}

static void
test_readers (void)
{
  for_every_case (check_readers);
}

static void
test_saves (void)
{
  for_every_case (check_saves);
}

static void
test_steps (void)
{
  for_every_case (check_steps);
}

static void
test_open_steps (void)
{
  for_every_case (check_open_steps);
}

static void
test_sense (void)
{
  for_every_case (check_sense);
}

static void
test_strangers (void)
{
  for_every_case (check_strangers);
}

static void
test_deletes (void)
{
  for_every_case (check_deletes);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  yq_text_set_language (YQ_LANGUAGE_EN);
  g_test_add_func ("/access/actors", test_actors);
  g_test_add_func ("/access/readers", test_readers);
  g_test_add_func ("/access/saves", test_saves);
  g_test_add_func ("/access/steps", test_steps);
  g_test_add_func ("/access/open-steps", test_open_steps);
  g_test_add_func ("/access/sense", test_sense);
  g_test_add_func ("/access/strangers", test_strangers);
  g_test_add_func ("/access/deletes", test_deletes);
  g_test_add_func ("/access/fields", test_each_class_of_reader_sees_its_fields);
  g_test_add_func ("/access/create", test_creating_is_for_those_who_would_own);
  g_test_add_func ("/access/grants", test_a_grant_has_the_scope_of_its_role);
  return g_test_run ();
}
