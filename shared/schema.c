/* Look-ups in the tables of shared/model/. */
#define G_LOG_DOMAIN "yiquan-schema"

#include "schema.h"

#include <string.h>

/* clang-format off */
static const char *const type_names[] = {
  [YQ_TEXT] = "text", [YQ_INTEGER] = "integer", [YQ_MONEY] = "money", [YQ_DATE] = "date",
  [YQ_TIME] = "time", [YQ_BOOLEAN] = "boolean", [YQ_CHOICE] = "choice", [YQ_REGION] = "region",
  [YQ_REFERENCE] = "reference", [YQ_REFERENCES] = "references", [YQ_FILES] = "files",
  [YQ_ROWS] = "rows",
};

static const char *const actor_names[] = {
  [YQ_ACTOR_NONE] = "none", [YQ_ACTOR_OWNER] = "owner", [YQ_ACTOR_MANAGER] = "manager",
  [YQ_ACTOR_BUYER] = "buyer", [YQ_ACTOR_CARRIER] = "carrier", [YQ_ACTOR_DESK] = "desk",
  [YQ_ACTOR_REDEEMER] = "redeemer", [YQ_ACTOR_OTHER] = "other", [YQ_ACTOR_REVIEWER] = "reviewer",
  [YQ_ACTOR_EXPERT] = "expert", [YQ_ACTOR_ADMINISTRATOR] = "administrator",
  [YQ_ACTOR_ACCOUNT] = "account", [YQ_ACTOR_CLOCK] = "clock",
};
/* clang-format on */

int
yq_entity_find_field (const YqEntity *entity, const char *name)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if (g_strcmp0 (entity->fields[i].name, name) == 0)
      return i;
  return -1;
}

const YqField *
yq_entity_field (const YqEntity *entity, const char *name)
{
  int i = yq_entity_find_field (entity, name);

  return i < 0 ? NULL : &entity->fields[i];
}

const YqState *
yq_entity_state (const YqEntity *entity, const char *name)
{
  for (guint i = 0; i < entity->n_states; i++)
    if (g_strcmp0 (entity->states[i].name, name) == 0)
      return &entity->states[i];
  return NULL;
}

const YqStep *
yq_entity_step (const YqEntity *entity, const char *action)
{
  for (guint i = 0; i < entity->n_steps; i++)
    if (g_strcmp0 (entity->steps[i].action, action) == 0)
      return &entity->steps[i];
  return NULL;
}

guint
yq_fields_count (const YqField *fields)
{
  guint n = 0;

  while (fields != NULL && fields[n].name != NULL)
    n++;
  return n;
}

gboolean
yq_word_in (const char *words, const char *word)
{
  gsize length;

  if (words == NULL || word == NULL)
    return FALSE;
  if (strcmp (words, "*") == 0)
    return TRUE;
  length = strlen (word);
  for (const char *at = words; at != NULL; at = strchr (at, '|'))
    {
      if (*at == '|')
        at++;
      if (strncmp (at, word, length) == 0 && (at[length] == '|' || at[length] == '\0'))
        return length > 0;
    }
  return FALSE;
}

const char *
yq_choice_title (const YqField *field, const char *code)
{
  for (const YqChoice *choice = field->choices; choice != NULL && choice->code != NULL; choice++)
    if (g_strcmp0 (choice->code, code) == 0)
      return _(choice->title);
  return code;
}

const char *
yq_type_name (YqType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (type_names), NULL);

  return type_names[type];
}

const char *
yq_actor_name (YqActor actor)
{
  g_return_val_if_fail (actor < G_N_ELEMENTS (actor_names), NULL);

  return actor_names[actor];
}

YqActor
yq_actor_from_name (const char *name, gsize length)
{
  for (guint i = 1; i < G_N_ELEMENTS (actor_names); i++)
    if (strlen (actor_names[i]) == length && memcmp (actor_names[i], name, length) == 0)
      return i;
  return YQ_ACTOR_NONE;
}
