/* What may be done with a record: interprets the step tables. */
#define G_LOG_DOMAIN "yiquan-workflow"

#include "workflow.h"

#include "model.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "record-check.h"
#include "region.h"

static gboolean
is_any_actor (YqWorld *world, const YqWho *who, YqRecord *record, const char *actors)
{
  g_auto(GStrv) names = g_strsplit (actors, "|", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (yq_access_is_actor (world, who, record, yq_actor_from_name (names[i], strlen (names[i]))))
      return TRUE;
  return FALSE;
}

static YqProblem *
check_state (YqRecord *record, const YqStep *step)
{
  if (yq_word_in (step->from, yq_record_state (record)))
    return NULL;
  return yq_problem_new (YQ_PROBLEM_STATE, _("“%s” is not possible now: the state is “%s”"),
                         _(step->title), yq_record_state_title (record));
}

/* 若单位用户超过365天未更新单位基本信息，期间无法进行其他操作 (shandong 1.1.1). */
static YqProblem *
check_fresh (YqWorld *world, const YqWho *who, const YqEntity *entity)
{
  g_autoptr(YqRecord) own = NULL;
  int days;

  if (world == NULL || who->organisation == NULL || who->is_clock || entity->while_stale)
    return NULL;
  own = yq_world_get (world, &yq_organisation, who->organisation);
  if (own == NULL || !yq_record_in_state (own, "stale"))
    return NULL;
  days = yq_policy_refresh_days (world, yq_record_region (own));
  return yq_problem_new (YQ_PROBLEM_STATE,
                         _("The profile of “%s” has not been updated for %d days: check it and "
                           "save it first; until then nothing else is possible"),
                         yq_record_title (own), days);
}

static YqProblem *
check_fields (YqWorld *world, YqRecord *record, const YqStep *step, const YqValues *args)
{
  YqProblem *problem = NULL;

  if (step->flags & YQ_STEP_COMPLETE)
    problem = yq_check_record (world, record, TRUE);
  if (problem == NULL && args != NULL && step->fields != NULL)
    problem = yq_check_values (args, TRUE);
  return problem;
}

YqProblem *
yq_workflow_check (YqWorld *world, const YqWho *who, YqRecord *record, const YqStep *step,
                   const YqValues *args)
{
  YqProblem *problem;

  if (!is_any_actor (world, who, record, step->actors))
    return yq_problem_new (YQ_PROBLEM_FORBIDDEN, _("“%s” is not yours to do here"), _(step->title));
  if ((problem = check_state (record, step)) != NULL ||
      (problem = check_fresh (world, who, yq_record_entity (record))) != NULL ||
      (problem = check_fields (world, record, step, args)) != NULL)
    return problem;
  return step->guard != NULL ? step->guard (world, who, record, args) : NULL;
}

/* The level (1 …) a record waits at; 0 where it has none. */
static gint64
stage_of (YqRecord *record)
{
  int field = yq_entity_find_field (yq_record_entity (record), "stage");

  return field >= 0 ? yq_record_int (record, field) : 0;
}

const char *
yq_workflow_next (YqWorld *world, YqRecord *record, const YqStep *step, const YqValues *args)
{
  const YqEntity *entity = yq_record_entity (record);
  g_auto(GStrv) states = NULL;

  if (step->flags & YQ_STEP_REVIEW)
    {
      g_auto(GStrv) levels = yq_workflow_levels (world, record);

      if (stage_of (record) < (gint64) g_strv_length (levels))
        return yq_record_state (record);
    }
  if (step->choose != NULL)
    return step->choose (world, record, args);
  if (g_str_equal (step->to, "="))
    return yq_record_state (record);
  states = g_strsplit (step->to, "|", 2);
  return yq_entity_state (entity, states[0])->name;
}

YqProblem *
yq_workflow_check_save (YqWorld *world, const YqWho *who, YqRecord *before, const GArray *touched)
{
  const YqEntity *entity = yq_record_entity (before);
  guint edits = yq_access_edits (world, who, before);
  YqProblem *problem = NULL;

  if (edits == 0)
    return yq_problem_new (YQ_PROBLEM_FORBIDDEN, _("%s cannot be changed by you in the state “%s”"),
                           _(entity->title), yq_record_state_title (before));
  for (guint i = 0; i < touched->len; i++)
    {
      const YqField *field = &entity->fields[g_array_index (touched, guint, i)];
      g_autofree char *why = field->fixed != NULL ? field->fixed (world, before) : NULL;

      if ((field->edit & edits) && why == NULL)
        continue;
      if (problem == NULL)
        problem = yq_problem_new (YQ_PROBLEM_FORBIDDEN, _("Some values cannot be changed now"));
      if (why != NULL)
        yq_problem_add_error (problem, field->name, YQ_PROBLEM_FORBIDDEN, "%s", why);
      else
        yq_problem_add_error (problem, field->name, YQ_PROBLEM_FORBIDDEN,
                              _("“%s” cannot be changed in the state “%s”"), _(field->title),
                              yq_record_state_title (before));
    }
  if (problem == NULL)
    problem = check_fresh (world, who, entity);
  if (problem == NULL && entity->may_save != NULL)
    problem = entity->may_save (world, before);
  return problem;
}

const char *
yq_workflow_state_after_save (YqWorld *world, YqRecord *before, const GArray *touched)
{
  const YqEntity *entity = yq_record_entity (before);
  const YqState *state = yq_entity_state (entity, yq_record_state (before));
  const char *saved = g_strcmp0 (state->name, "stale") == 0 ? "active" : state->name;

  if (!(state->flags & YQ_STATE_REVIEWED))
    return state->name;
  for (guint i = 0; i < touched->len; i++)
    if (entity->fields[g_array_index (touched, guint, i)].flags & YQ_REVIEWED)
      {
        g_auto(GStrv) levels = yq_workflow_levels (world, before);

        return levels[0] == NULL ? saved : "pending";
      }
  return saved;
}

static void
open_step_free (gpointer data)
{
  YqOpenStep *open = data;

  yq_problem_free (open->why);
  g_free (open);
}

static gboolean
is_offered (const YqStep *step, YqRecord *record)
{
  return step->offered == NULL || step->offered (record);
}

gboolean
yq_workflow_may_step (const YqWho *who, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);

  for (guint i = 0; i < entity->n_steps; i++)
    if (!(entity->steps[i].flags & YQ_STEP_HIDDEN) && is_offered (&entity->steps[i], record) &&
        yq_word_in (entity->steps[i].from, yq_record_state (record)) &&
        is_any_actor (NULL, who, record, entity->steps[i].actors))
      return TRUE;
  return FALSE;
}

GPtrArray *
yq_workflow_open_steps (YqWorld *world, const YqWho *who, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  GPtrArray *open = g_ptr_array_new_with_free_func (open_step_free);

  for (guint i = 0; i < entity->n_steps; i++)
    {
      const YqStep *step = &entity->steps[i];
      YqOpenStep *item;

      if ((step->flags & YQ_STEP_HIDDEN) || !is_offered (step, record) ||
          !yq_word_in (step->from, yq_record_state (record)) ||
          !is_any_actor (world, who, record, step->actors))
        continue;
      item = g_new0 (YqOpenStep, 1);
      item->step = step;
      item->why = yq_workflow_check (world, who, record, step, NULL);
      g_ptr_array_add (open, item);
    }
  return open;
}

/* The region of a level word above (or at) a region. */
static const char *
region_of_level (const char *level, const char *region, const char *own)
{
  static const char *const words[] = { "province", "city", "county" };

  if (g_str_equal (level, YQ_LEVEL_EXPERTS))
    return level;
  if (g_str_equal (level, "own"))
    return own != NULL ? own : region;
  for (int i = 0; i < (int) G_N_ELEMENTS (words); i++)
    if (g_str_equal (level, words[i]))
      {
        const char *found = yq_region_ancestor (region, i + 1);

        return found != NULL ? found : region;
      }
  return NULL;
}

static void
add_level (GPtrArray *levels, const char *level, const char *region, const char *own)
{
  const char *code = level != NULL && *level != '\0' ? region_of_level (level, region, own) : NULL;

  if (code == NULL || (levels->len > 0 && g_str_equal (levels->pdata[levels->len - 1], code)))
    return;
  g_ptr_array_add (levels, g_strdup (code));
}

static void
add_programme_levels (GPtrArray *levels, YqRecord *programme, const char *region)
{
  JsonArray *stages = yq_record_array (programme, PROGRAMME_STAGES);

  for (guint i = 0; stages != NULL && i < json_array_get_length (stages); i++)
    add_level (levels,
               json_object_get_string_member_with_default (
                 json_array_get_object_element (stages, i), "level", NULL),
               region, yq_record_region (programme));
}

static void
add_jurisdiction_levels (GPtrArray *levels, YqRecord *jurisdiction, const char *kind,
                         const char *region, const char *own)
{
  JsonArray *reviews = yq_record_array (jurisdiction, JURISDICTION_REVIEWS);

  for (guint i = 0; reviews != NULL && i < json_array_get_length (reviews); i++)
    {
      JsonObject *row = json_array_get_object_element (reviews, i);
      g_auto(GStrv) words = NULL;

      if (g_strcmp0 (json_object_get_string_member_with_default (row, "kind", NULL), kind) != 0)
        continue;
      words = g_strsplit (json_object_get_string_member_with_default (row, "levels", ""), ",", -1);
      for (guint w = 0; words[w] != NULL; w++)
        add_level (levels, g_strstrip (words[w]), region, own);
    }
}

/* A new reference; NULL where the record names no programme. */
static YqRecord *
programme_of (YqWorld *world, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  int field =
    yq_entity_find_field (entity, entity->stages_from != NULL ? entity->stages_from : "programme");

  return field >= 0 ? yq_world_get (world, &yq_programme, yq_record_text (record, field)) : NULL;
}

char **
yq_workflow_levels (YqWorld *world, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  g_autoptr(GPtrArray) levels = g_ptr_array_new ();
  const char *region = yq_record_region (record);

  if (entity->kind != NULL && region != NULL)
    {
      if (entity->stages_from != NULL)
        {
          g_autoptr(YqRecord) programme = programme_of (world, record);

          if (programme != NULL)
            add_programme_levels (levels, programme, region);
        }
      else
        {
          g_autoptr(YqRecord) jurisdiction = yq_policy_jurisdiction_of (world, record);
          g_autoptr(YqRecord) programme = programme_of (world, record);
          const char *own = programme != NULL ? yq_record_region (programme) : region;

          if (jurisdiction != NULL)
            add_jurisdiction_levels (levels, jurisdiction, entity->kind, region, own);
          /* Who says that claims are reviewed does not mean: by nobody. */
          if (levels->len == 0 && programme != NULL && g_str_equal (entity->kind, "claim") &&
              g_strcmp0 (yq_record_text (programme, PROGRAMME_CLAIM), "reviewed") == 0)
            add_level (levels, "own", region, own);
        }
    }
  g_ptr_array_add (levels, NULL);
  return (char **) g_ptr_array_steal (levels, NULL);
}

gboolean
yq_workflow_waits_for_experts (YqWorld *world, YqRecord *record)
{
  g_auto(GStrv) levels = yq_workflow_levels (world, record);
  gint64 stage = stage_of (record);

  return stage >= 1 && stage <= (gint64) g_strv_length (levels) &&
         g_str_equal (levels[stage - 1], YQ_LEVEL_EXPERTS);
}

static gboolean
is_owner_or_manager (YqWorld *world, const YqWho *who, YqRecord *record)
{
  return yq_access_is_actor (world, who, record, YQ_ACTOR_OWNER) ||
         yq_access_is_actor (world, who, record, YQ_ACTOR_MANAGER);
}

YqProblem *
yq_workflow_check_delete (YqWorld *world, const YqWho *who, YqRecord *record)
{
  const YqEntity *entity = yq_record_entity (record);
  const YqState *state = yq_entity_state (entity, yq_record_state (record));
  int decided = yq_entity_find_field (entity, "decided_at");
  /* What the office writes it takes away again, where that loses nothing else. */
  gboolean office =
    entity->owned == YQ_OWNED_BY_PLATFORM && entity->n_editable > 0 &&
    (yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR) ||
     (entity->deletable && (yq_access_edits (world, who, record) & YQ_EDIT_OFFICE) != 0));
  YqProblem *problem;

  if (!office &&
      (entity->owned == YQ_OWNED_BY_PLATFORM || !is_owner_or_manager (world, who, record)))
    return yq_problem_new (YQ_PROBLEM_FORBIDDEN, _("Only its owner deletes a record"));
  if ((problem = check_fresh (world, who, entity)) != NULL)
    return problem;
  if (entity->deletable)
    return entity->may_delete != NULL ? entity->may_delete (world, record) : NULL;
  if (!g_str_equal (state->name, "draft"))
    return yq_problem_new (YQ_PROBLEM_STATE, _("Only drafts can be deleted; the state is “%s”"),
                           yq_record_state_title (record));
  if (decided >= 0 && yq_record_has (record, decided))
    return yq_problem_new (YQ_PROBLEM_STATE,
                           _("It has been decided on once and stays for the record"));
  return NULL;
}

char *
yq_workflow_graph (void)
{
  GString *out = g_string_new ("digraph workflows {\n  rankdir=LR;\n");

  for (guint e = 0; e < yq_model_count (); e++)
    {
      const YqEntity *entity = yq_model_nth (e);

      g_string_append_printf (out, "  subgraph cluster_%s { label=\"%s\";\n", entity->name,
                              entity->name);
      for (guint s = 0; s < entity->n_states; s++)
        g_string_append_printf (out, "    \"%s.%s\" [label=\"%s\"];\n", entity->name,
                                entity->states[s].name, entity->states[s].name);
      for (guint i = 0; i < entity->n_steps; i++)
        {
          const YqStep *step = &entity->steps[i];
          g_auto(GStrv) from = g_strsplit (step->from, "|", -1);
          g_auto(GStrv) to = g_strsplit (step->to, "|", -1);

          for (guint f = 0; from[f] != NULL; f++)
            for (guint t = 0; to[t] != NULL; t++)
              g_string_append_printf (out, "    \"%s.%s\" -> \"%s.%s\" [label=\"%s (%s)\"];\n",
                                      entity->name, from[f], entity->name,
                                      g_str_equal (to[t], "=") ? from[f] : to[t], step->action,
                                      step->actors);
        }
      g_string_append (out, "  }\n");
    }
  g_string_append (out, "}\n");
  return g_string_free (out, FALSE);
}
