/* The tables of shared/model/ as JSON. */
#define G_LOG_DOMAIN "yiquand"

#include "schema-json.h"

#include <string.h>

#include "json-text.h"
#include "model.h"
#include "problem.h"

static void
append_choices (GString *out, const YqChoice *choice)
{
  yq_json_open (out, "choices", '[');
  for (; choice->code != NULL; choice++)
    {
      yq_json_open (out, NULL, '{');
      yq_json_text (out, "code", choice->code);
      yq_json_text (out, "title", _(choice->title));
      yq_json_close (out, '}');
    }
  yq_json_close (out, ']');
}

static void
append_sees (GString *out, guint sees)
{
  static const char *const names[] = { "public",   "parties", "owner",
                                       "reviewer", "expert",  "administrator" };

  yq_json_open (out, "sees", '[');
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if ((sees & 1u << i) != 0)
      yq_json_text (out, NULL, names[i]);
  yq_json_close (out, ']');
}

static void append_fields (GString *out, const char *name, const YqField *fields, guint n,
                           gboolean with_sees);

static void
append_field (GString *out, const YqField *field, gboolean with_sees)
{
  yq_json_open (out, NULL, '{');
  yq_json_text (out, "name", field->name);
  yq_json_text (out, "title", _(field->title));
  yq_json_text (out, "type", yq_type_name (field->type));
  yq_json_boolean (out, "required", (field->flags & YQ_REQUIRED) != 0);
  if (field->max != 0)
    yq_json_int (out, "max", field->max);
  if (field->decimals != 0)
    yq_json_int (out, "decimals", field->decimals);
  if (field->choices != NULL)
    append_choices (out, field->choices);
  if (field->refers != NULL)
    yq_json_text (out, "refers", field->refers);
  if (field->columns != NULL)
    append_fields (out, "columns", field->columns, yq_fields_count (field->columns), FALSE);
  if (with_sees)
    append_sees (out, field->sees);
  yq_json_close (out, '}');
}

static void
append_fields (GString *out, const char *name, const YqField *fields, guint n, gboolean with_sees)
{
  yq_json_open (out, name, '[');
  for (guint i = 0; i < n; i++)
    append_field (out, &fields[i], with_sees);
  yq_json_close (out, ']');
}

static void
append_states (GString *out, const YqEntity *entity)
{
  yq_json_open (out, "states", '[');
  for (guint i = 0; i < entity->n_states; i++)
    {
      yq_json_open (out, NULL, '{');
      yq_json_text (out, "name", entity->states[i].name);
      yq_json_text (out, "title", _(entity->states[i].title));
      yq_json_boolean (out, "final", (entity->states[i].flags & YQ_STATE_FINAL) != 0);
      yq_json_close (out, '}');
    }
  yq_json_close (out, ']');
}

static void
append_editable (GString *out, const YqEntity *entity)
{
  yq_json_open (out, "editable", '[');
  for (guint i = 0; i < entity->n_editable; i++)
    {
      const YqEditable *row = &entity->editable[i];

      yq_json_open (out, NULL, '{');
      yq_json_text (out, "state", row->state);
      yq_json_text (out, "actor", yq_actor_name (row->actor));
      yq_json_open (out, "fields", '[');
      for (guint j = 0; j < entity->n_fields; j++)
        if ((entity->fields[j].edit & row->edit) != 0)
          yq_json_text (out, NULL, entity->fields[j].name);
      yq_json_close (out, ']');
      yq_json_close (out, '}');
    }
  yq_json_close (out, ']');
}

/* to and actor are the usual ones; may_lead_to and actors name all. */
static void
append_step (GString *out, const YqEntity *entity, const YqStep *step)
{
  g_autofree char *to = g_strndup (step->to, strcspn (step->to, "|"));
  g_autofree char *actor = g_strndup (step->actors, strcspn (step->actors, "|"));

  yq_json_open (out, NULL, '{');
  yq_json_text (out, "action", step->action);
  yq_json_text (out, "title", _(step->title));
  yq_json_open (out, "from", '[');
  for (guint i = 0; i < entity->n_states; i++)
    if (yq_word_in (step->from, entity->states[i].name))
      yq_json_text (out, NULL, entity->states[i].name);
  yq_json_close (out, ']');
  yq_json_text (out, "to", to);
  yq_json_words (out, "may_lead_to", step->to);
  yq_json_text (out, "actor", actor);
  yq_json_words (out, "actors", step->actors);
  append_fields (out, "fields", step->fields, yq_fields_count (step->fields), FALSE);
  yq_json_close (out, '}');
}

static void
append_entity (GString *out, const YqEntity *entity)
{
  yq_json_open (out, NULL, '{');
  yq_json_text (out, "name", entity->name);
  yq_json_text (out, "plural", entity->plural);
  yq_json_text (out, "title", _(entity->title));
  append_fields (out, "fields", entity->fields, entity->n_fields, TRUE);
  append_states (out, entity);
  append_editable (out, entity);
  yq_json_open (out, "steps", '[');
  for (guint i = 0; i < entity->n_steps; i++)
    append_step (out, entity, &entity->steps[i]);
  yq_json_close (out, ']');
  yq_json_close (out, '}');
}

void
yq_schema_append_json (GString *out)
{
  yq_json_open (out, NULL, '{');
  yq_json_open (out, "problems", '[');
  for (guint i = 0; i < YQ_N_PROBLEMS; i++)
    yq_json_text (out, NULL, yq_problem_code_name (i));
  yq_json_close (out, ']');
  yq_json_open (out, "entities", '[');
  for (guint i = 0; i < yq_model_count (); i++)
    append_entity (out, yq_model_nth (i));
  yq_json_close (out, ']');
  yq_json_close (out, '}');
}
