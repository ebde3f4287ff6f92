/* Walks the tables of shared/model/: what nobody would notice while reading them is an error here.
 */
#define G_LOG_DOMAIN "test-model"

#include "model.h"

#include <string.h>

#include "problem.h"
#include "record.h"

static guint faults;

static void complain (const char *entity, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* All faults are told, then the test fails. */
static void
complain (const char *entity, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_test_message ("%s: %s", entity, text);
  faults++;
}

static void
walk (void (*visit) (const YqEntity *entity))
{
  faults = 0;
  g_assert_cmpuint (yq_model_count (), >, 20);
  for (guint i = 0; i < yq_model_count (); i++)
    visit (yq_model_nth (i));
  g_assert_cmpuint (faults, ==, 0);
}

/* Lower case, digits and underscores: the same in C, SQL, JSON and a URL. */
static gboolean
is_plain_name (const char *name)
{
  return name != NULL && g_ascii_islower (*name) && strlen (name) <= 40 &&
         strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen (name) &&
         strstr (name, "__") == NULL;
}

static gboolean
is_number (const YqField *field)
{
  return field->type == YQ_INTEGER || field->type == YQ_MONEY;
}

static gboolean
is_list (const YqField *field)
{
  return field->type == YQ_REFERENCES || field->type == YQ_FILES || field->type == YQ_ROWS;
}

static gboolean
is_one_of (const char *name, const char *const *names)
{
  return g_strv_contains (names, name);
}

/* -- names -- */

static GHashTable *seen_names;

static void
visit_names (const YqEntity *entity)
{
  static const char *const head[] = { "id", "revision", "state", "created_at", "updated_at", NULL };
  static const char *const parameters[] = { "q", "sort", "limit", "cursor", NULL };

  if (!is_plain_name (entity->name) || !is_plain_name (entity->plural))
    complain (entity->name, "its name or plural is no plain name");
  if (!g_hash_table_add (seen_names, (gpointer) entity->name) ||
      !g_hash_table_add (seen_names, (gpointer) entity->plural))
    complain (entity->name, "its name or plural is taken");
  if (yq_model_find (entity->name) != entity || yq_model_find_plural (entity->plural) != entity)
    complain (entity->name, "is not found by its name or plural");
  for (guint i = 0; i < entity->n_fields; i++)
    {
      const char *name = entity->fields[i].name;

      if (name == NULL)
        {
          complain (entity->name, "field %u is a hole in the enum", i);
          continue;
        }
      if (!is_plain_name (name) || is_one_of (name, head) || is_one_of (name, parameters))
        complain (entity->name, "“%s” cannot be a field's name", name);
      if (yq_entity_find_field (entity, name) != (int) i)
        complain (entity->name, "the field %s occurs twice", name);
      for (guint j = 0; j < entity->n_fields; j++)
        {
          g_autofree char *from = g_strconcat (name, "_from", NULL);
          g_autofree char *to = g_strconcat (name, "_to", NULL);

          if (g_strcmp0 (entity->fields[j].name, from) == 0 ||
              g_strcmp0 (entity->fields[j].name, to) == 0)
            complain (entity->name, "%s is also the range parameter of %s", entity->fields[j].name,
                      name);
        }
    }
}

static void
test_names_are_plain_and_unique (void)
{
  seen_names = g_hash_table_new (g_str_hash, g_str_equal);
  walk (visit_names);
  g_clear_pointer (&seen_names, g_hash_table_unref);
}

/* -- fields, also those of steps and the columns of rows -- */

static void
visit_choices (const YqEntity *entity, const YqField *field)
{
  /* Of a text they are what a form offers. */
  if (field->type == YQ_CHOICE ? field->choices == NULL
                               : field->type != YQ_TEXT && field->choices != NULL)
    {
      complain (entity->name, "%s: choices and type do not fit", field->name);
      return;
    }
  for (const YqChoice *one = field->choices; one != NULL && one->code != NULL; one++)
    {
      if (one->code[strcspn (one->code, " |\"'\\")] != '\0' || *one->code == '\0' ||
          one->title == NULL)
        complain (entity->name, "%s: bad choice “%s”", field->name, one->code);
      for (const YqChoice *other = field->choices; other != one; other++)
        if (strcmp (one->code, other->code) == 0)
          complain (entity->name, "%s: the choice %s occurs twice", field->name, one->code);
    }
}

static void
visit_limits (const YqEntity *entity, const YqField *field)
{
  if (field->max < 0 || (field->max != 0 && field->max < field->min))
    complain (entity->name, "%s: its limits are not in order", field->name);
  if (field->min > 0 && field->type != YQ_TEXT && !is_number (field) && !is_list (field))
    complain (entity->name, "%s: this type has no limits", field->name);
  if (field->type == YQ_TEXT && field->max == 0 && (field->flags & YQ_COMPUTED) == 0)
    complain (entity->name, "%s: a text without a greatest length", field->name);
  if (is_list (field) && field->max == 0 && (field->flags & YQ_COMPUTED) == 0)
    complain (entity->name, "%s: a list without a greatest length", field->name);
  if (field->decimals > 0 && field->type != YQ_INTEGER)
    complain (entity->name, "%s: decimals belong to integers", field->name);
  if ((field->accept != NULL || field->max_bytes != 0) && field->type != YQ_FILES)
    complain (entity->name, "%s: accept and max_bytes belong to files", field->name);
}

static void visit_table (const YqEntity *entity, const YqField *fields, guint n, const char *where);

static void
visit_field (const YqEntity *entity, const YqField *field, const char *where)
{
  gboolean refers = field->type == YQ_REFERENCE || field->type == YQ_REFERENCES;

  if (!is_plain_name (field->name) || field->title == NULL || *field->title == '\0')
    complain (entity->name, "%s: a field without a plain name or a title", where);
  if (field->type > YQ_ROWS)
    complain (entity->name, "%s: unknown type", field->name);
  if (refers != (field->refers != NULL) || (refers && yq_model_find (field->refers) == NULL))
    complain (entity->name, "%s: refers to nothing that exists", field->name);
  if ((field->type == YQ_ROWS) != (field->columns != NULL))
    complain (entity->name, "%s: columns and type do not fit", field->name);
  if (field->columns != NULL)
    visit_table (entity, field->columns, yq_fields_count (field->columns), field->name);
  visit_choices (entity, field);
  visit_limits (entity, field);
}

static void
visit_table (const YqEntity *entity, const YqField *fields, guint n, const char *where)
{
  if (n == 0)
    complain (entity->name, "%s: an empty table", where);
  for (guint i = 0; i < n; i++)
    {
      if (fields[i].name == NULL)
        continue; /* told by visit_names */
      visit_field (entity, &fields[i], where);
      for (guint j = 0; j < i; j++)
        if (g_strcmp0 (fields[i].name, fields[j].name) == 0)
          complain (entity->name, "%s: %s occurs twice", where, fields[i].name);
    }
}

static void
visit_fields (const YqEntity *entity)
{
  visit_table (entity, entity->fields, entity->n_fields, "fields");
  for (guint i = 0; i < entity->n_steps; i++)
    if (entity->steps[i].fields != NULL)
      visit_table (entity, entity->steps[i].fields, yq_fields_count (entity->steps[i].fields),
                   entity->steps[i].action);
}

static void
test_fields_say_what_they_must (void)
{
  walk (visit_fields);
}

/* -- who sees and who writes -- */

static guint
granted_edits (const YqEntity *entity)
{
  guint edits = 0;

  for (guint i = 0; i < entity->n_editable; i++)
    edits |= entity->editable[i].edit;
  return edits;
}

static void
visit_sight (const YqEntity *entity)
{
  guint used = 0;

  for (guint i = 0; i < entity->n_fields; i++)
    {
      const YqField *field = &entity->fields[i];
      gboolean computed = (field->flags & YQ_COMPUTED) != 0;

      used |= field->edit;
      if ((field->sees & field->masked) != 0)
        complain (entity->name, "%s: seen and masked at once", field->name);
      if ((field->masked & YQ_SEES_PUBLIC) != 0 && field->type != YQ_TEXT)
        complain (entity->name, "%s: only text can be masked", field->name);
      if (computed == (field->edit != 0))
        complain (entity->name, "%s: %s", field->name,
                  computed ? "computed and editable" : "neither computed nor editable");
      if ((field->edit & ~granted_edits (entity)) != 0)
        complain (entity->name, "%s: in an edit group (%#x) that nobody may write", field->name,
                  field->edit & ~granted_edits (entity));
      if (computed && (field->flags & YQ_REQUIRED) != 0)
        complain (entity->name, "%s: computed, yet the client must fill it in", field->name);
      if ((field->flags & YQ_SECRET) != 0 &&
          (field->type != YQ_TEXT || (field->flags & (YQ_INDEX | YQ_SEARCH | YQ_UNIQUE)) != 0 ||
           (field->sees & YQ_SEES_PUBLIC) != 0))
        complain (entity->name, "%s: a secret must be text, not searched, not public", field->name);
      if ((field->flags & YQ_SEARCH) != 0 && field->type != YQ_TEXT)
        complain (entity->name, "%s: only text is searched", field->name);
      if ((field->flags & YQ_LONG) != 0 && field->type != YQ_TEXT)
        complain (entity->name, "%s: only text is long", field->name);
    }
  for (guint i = 0; i < entity->n_editable; i++)
    if ((entity->editable[i].edit & ~used) != 0)
      complain (entity->name, "%s may write groups (%#x) without fields in %s",
                yq_actor_name (entity->editable[i].actor), entity->editable[i].edit & ~used,
                entity->editable[i].state);
  if (entity->reads == 0 && entity->n_states > 0 &&
      (entity->states[0].flags & YQ_STATE_PUBLIC) == 0)
    complain (entity->name, "nobody reads it");
}

static void
test_sight_and_edits_agree (void)
{
  walk (visit_sight);
}

/* What a complete step demands must be writable before it. */
static void
visit_required (const YqEntity *entity)
{
  guint edits = 0;
  gboolean completes = FALSE;

  for (guint i = 0; i < entity->n_steps; i++)
    completes |= (entity->steps[i].flags & YQ_STEP_COMPLETE) != 0;
  for (guint i = 0; i < entity->n_editable; i++)
    if (g_strcmp0 (entity->editable[i].state, entity->states[0].name) == 0)
      edits |= entity->editable[i].edit;
  for (guint i = 0; completes && i < entity->n_fields; i++)
    if ((entity->fields[i].flags & YQ_REQUIRED) != 0 && (entity->fields[i].edit & edits) == 0)
      complain (entity->name, "%s: required, but not writable in %s", entity->fields[i].name,
                entity->states[0].name);
}

static void
test_required_fields_can_be_filled_in (void)
{
  walk (visit_required);
}

/* -- states and steps -- */

static gboolean
all_states (const YqEntity *entity, const char *words)
{
  g_auto(GStrv) names = g_strsplit (words, "|", -1);

  if (strcmp (words, "*") == 0)
    return TRUE;
  for (guint i = 0; names[i] != NULL; i++)
    if (yq_entity_state (entity, names[i]) == NULL)
      return FALSE;
  return names[0] != NULL;
}

static void
visit_step (const YqEntity *entity, const YqStep *step)
{
  static const char *const taken[] = { "save", "delete", NULL };
  g_auto(GStrv) actors = g_strsplit (step->actors != NULL ? step->actors : "", "|", -1);
  int comment = -1;

  if (!is_plain_name (step->action) || is_one_of (step->action, taken) || step->title == NULL)
    complain (entity->name, "a step without a good name or title: %s", step->action);
  if (yq_entity_step (entity, step->action) != step)
    complain (entity->name, "the step %s occurs twice", step->action);
  if (!all_states (entity, step->from))
    complain (entity->name, "%s: comes from unknown states %s", step->action, step->from);
  if (strcmp (step->to, "=") != 0 && !all_states (entity, step->to))
    complain (entity->name, "%s: leads to unknown states %s", step->action, step->to);
  if (strchr (step->to, '|') != NULL && step->choose == NULL && (step->flags & YQ_STEP_HIDDEN) == 0)
    complain (entity->name, "%s: several ends and nothing that chooses", step->action);
  if (actors[0] == NULL)
    complain (entity->name, "%s: no actor", step->action);
  for (guint i = 0; actors[i] != NULL; i++)
    if (yq_actor_from_name (actors[i], strlen (actors[i])) == YQ_ACTOR_NONE)
      complain (entity->name, "%s: unknown actor %s", step->action, actors[i]);
  for (guint i = 0; i < yq_fields_count (step->fields); i++)
    if (strcmp (step->fields[i].name, "comment") == 0)
      comment = i;
  if (((step->flags & YQ_STEP_REASON) != 0) !=
      (comment >= 0 && (step->fields[comment].flags & YQ_REQUIRED) != 0))
    complain (entity->name, "%s: YQ_STEP_REASON and its own comment do not agree", step->action);
  if ((step->flags & YQ_STEP_CREATES) != 0 && !yq_word_in (step->from, entity->states[0].name))
    complain (entity->name, "%s: creates, but not from the first state", step->action);
  if ((step->flags & YQ_STEP_REVIEW) != 0 &&
      (entity->kind == NULL || yq_entity_find_field (entity, "stage") < 0 ||
       yq_entity_find_field (entity, "reviewed_by") < 0))
    complain (entity->name, "%s: reviews a record that has no levels", step->action);
}

static void
visit_steps (const YqEntity *entity)
{
  for (guint i = 0; i < entity->n_steps; i++)
    visit_step (entity, &entity->steps[i]);
  for (guint i = 0; i < entity->n_editable; i++)
    {
      const YqEditable *row = &entity->editable[i];

      if (yq_entity_state (entity, row->state) == NULL || row->actor == YQ_ACTOR_NONE ||
          row->edit == 0)
        complain (entity->name, "row %u of the editable ones is not complete", i);
      for (guint j = 0; j < i; j++)
        if (g_strcmp0 (entity->editable[j].state, row->state) == 0 &&
            entity->editable[j].actor == row->actor)
          complain (entity->name, "%s may edit %s in two rows", yq_actor_name (row->actor),
                    row->state);
    }
}

static void
test_steps_name_states_and_actors (void)
{
  walk (visit_steps);
}

/* Saving a reviewed field and refreshing a stale profile move a record without a step. */
static gboolean
saving_leads_to (const YqEntity *entity, const char *state)
{
  for (guint i = 0; i < entity->n_fields; i++)
    if ((entity->fields[i].flags & YQ_REVIEWED) != 0)
      return strcmp (state, "pending") == 0 || strcmp (state, "active") == 0;
  return FALSE;
}

static void
spread (const YqEntity *entity, gboolean *reached)
{
  for (gboolean more = TRUE; more;)
    {
      more = FALSE;
      for (guint i = 0; i < entity->n_steps; i++)
        for (guint from = 0; from < entity->n_states; from++)
          for (guint to = 0; to < entity->n_states; to++)
            if (reached[from] && !reached[to] &&
                yq_word_in (entity->steps[i].from, entity->states[from].name) &&
                yq_word_in (entity->steps[i].to, entity->states[to].name))
              more = reached[to] = TRUE;
    }
}

static gboolean
is_left (const YqEntity *entity, const char *state, gboolean by_reviewer)
{
  for (guint i = 0; i < entity->n_steps; i++)
    if (yq_word_in (entity->steps[i].from, state) && strcmp (entity->steps[i].to, "=") != 0 &&
        strcmp (entity->steps[i].to, state) != 0 &&
        (!by_reviewer || yq_word_in (entity->steps[i].actors, "reviewer")))
      return TRUE;
  return FALSE;
}

static void
visit_states (const YqEntity *entity)
{
  g_autofree gboolean *reached = g_new0 (gboolean, entity->n_states + 1);

  if (entity->n_states == 0)
    {
      complain (entity->name, "no state");
      return;
    }
  reached[0] = TRUE;
  spread (entity, reached);
  for (guint i = 0; i < entity->n_states; i++)
    {
      const YqState *state = &entity->states[i];
      gboolean final = (state->flags & YQ_STATE_FINAL) != 0;

      if (!is_plain_name (state->name) || state->title == NULL)
        complain (entity->name, "state %u has no plain name or no title", i);
      if (yq_entity_state (entity, state->name) != state)
        complain (entity->name, "the state %s occurs twice", state->name);
      if (!reached[i] && !saving_leads_to (entity, state->name))
        complain (entity->name, "the state %s is never reached", state->name);
      if (!final && entity->n_states > 1 && !is_left (entity, state->name, FALSE) &&
          !saving_leads_to (entity, state->name))
        complain (entity->name, "the state %s is neither left nor final", state->name);
      if (final && is_left (entity, state->name, FALSE) &&
          !yq_word_in ("redeemed", state->name)) /* service records may come late */
        complain (entity->name, "the final state %s is left", state->name);
      if ((state->flags & YQ_STATE_WAITS) != 0 && !is_left (entity, state->name, TRUE))
        complain (entity->name, "%s waits for a reviewer who can do nothing", state->name);
      if ((state->flags & YQ_STATE_PRIVATE) != 0 && (state->flags & YQ_STATE_PUBLIC) != 0)
        complain (entity->name, "%s is private and public", state->name);
    }
}

static void
test_states_are_reached_and_left (void)
{
  walk (visit_states);
}

/* -- what entities say about themselves -- */

static void
visit_owner (const YqEntity *entity, const char *what, const char *names)
{
  static const char *const owners[] = { "buyer", "carrier", NULL };
  g_auto(GStrv) list = g_strsplit (names != NULL ? names : "", "|", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      const YqField *field = yq_entity_field (entity, list[i]);

      if (field == NULL ? !is_one_of (list[i], owners) || strcmp (what, "region") != 0
                        : field->type != YQ_REFERENCE && field->type != YQ_REFERENCES &&
                            !(field->type == YQ_REGION && strcmp (what, "region") == 0))
        complain (entity->name, "%s comes from %s, which cannot say it", what, list[i]);
      if (field != NULL && strcmp (what, "account") == 0 &&
          g_strcmp0 (field->refers, "account") != 0)
        complain (entity->name, "account comes from %s, which is none", list[i]);
    }
}

/* A field called as an owner column is holds the same value. */
static void
visit_namesake (const YqEntity *entity, const char *what, const char *names)
{
  if (yq_entity_field (entity, what) != NULL && g_strcmp0 (names, what) != 0 &&
      !(strcmp (what, "account") == 0 && entity->owned == YQ_OWNED_BY_ACCOUNT && names == NULL))
    complain (entity->name, "the field %s and the owner column of that name differ", what);
}

static gboolean
is_reviewed_kind (const char *kind)
{
  const YqField *reviews = yq_entity_field (yq_model_find ("jurisdiction"), "reviews");

  for (const YqField *column = reviews->columns; column->name != NULL; column++)
    for (const YqChoice *choice = column->choices; choice != NULL && choice->code != NULL; choice++)
      if (strcmp (choice->code, kind) == 0)
        return TRUE;
  return FALSE;
}

static void
visit_entity (const YqEntity *entity)
{
  const YqField *title = yq_entity_field (entity, entity->title_field);

  if (entity->title == NULL || entity->title_plural == NULL)
    complain (entity->name, "no title");
  if (title == NULL)
    complain (entity->name, "its title_field does not exist");
  if (entity->subtitle_field != NULL && yq_entity_field (entity, entity->subtitle_field) == NULL)
    complain (entity->name, "its subtitle_field does not exist");
  if (entity->public_if != NULL &&
      (yq_entity_field (entity, entity->public_if) == NULL ||
       yq_entity_field (entity, entity->public_if)->type != YQ_BOOLEAN))
    complain (entity->name, "public_if names no boolean");
  if (entity->stages_from != NULL &&
      (yq_entity_field (entity, entity->stages_from) == NULL ||
       g_strcmp0 (yq_entity_field (entity, entity->stages_from)->refers, "programme") != 0))
    complain (entity->name, "stages_from names no programme");
  if (entity->kind != NULL && !is_reviewed_kind (entity->kind))
    complain (entity->name, "a jurisdiction cannot say who reviews “%s”", entity->kind);
  if (entity->may_delete != NULL && !entity->deletable)
    complain (entity->name, "may_delete without deletable");
  visit_owner (entity, "account", entity->account_from);
  visit_owner (entity, "buyer", entity->buyer_from);
  visit_owner (entity, "carrier", entity->carrier_from);
  visit_owner (entity, "desk", entity->desk_from);
  visit_owner (entity, "region", entity->region_from);
  visit_namesake (entity, "account", entity->account_from);
  visit_namesake (entity, "buyer", entity->buyer_from);
  visit_namesake (entity, "carrier", entity->carrier_from);
  visit_namesake (entity, "region", entity->region_from);
}

static void
test_entities_name_fields_that_exist (void)
{
  walk (visit_entity);
}

/* What a fresh database is filled with refers to what is there already, or to itself. */
static void
test_the_order_fits_references (void)
{
  for (guint i = 0; i < yq_model_count (); i++)
    for (guint j = 0; j < yq_model_nth (i)->n_fields; j++)
      {
        const YqField *field = &yq_model_nth (i)->fields[j];
        guint k = 0;

        if (field->refers == NULL || (field->flags & YQ_REQUIRED) == 0)
          continue;
        while (strcmp (yq_model_nth (k)->name, field->refers) != 0)
          k++;
        g_assert_cmpuint (k, <=, i);
      }
}

/* -- Chinese -- */

static void
check_chinese (const YqEntity *entity, const char *msgid)
{
  if (msgid != NULL && strcmp (yq_gettext (msgid), msgid) == 0)
    complain (entity->name, "no Chinese for “%s”", msgid);
}

static void
check_chinese_fields (const YqEntity *entity, const YqField *fields, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      check_chinese (entity, fields[i].title);
      check_chinese (entity, fields[i].group);
      check_chinese (entity, fields[i].hint);
      for (const YqChoice *one = fields[i].choices; one != NULL && one->code != NULL; one++)
        check_chinese (entity, one->title);
      check_chinese_fields (entity, fields[i].columns, yq_fields_count (fields[i].columns));
    }
}

static void
visit_chinese (const YqEntity *entity)
{
  check_chinese (entity, entity->title);
  check_chinese (entity, entity->title_plural);
  check_chinese_fields (entity, entity->fields, entity->n_fields);
  for (guint i = 0; i < entity->n_states; i++)
    check_chinese (entity, entity->states[i].title);
  for (guint i = 0; i < entity->n_steps; i++)
    {
      check_chinese (entity, entity->steps[i].title);
      check_chinese_fields (entity, entity->steps[i].fields,
                            yq_fields_count (entity->steps[i].fields));
    }
}

static void
test_every_title_speaks_chinese (void)
{
  for (guint i = 0; i < YQ_N_PROBLEMS; i++)
    {
      const char *english, *chinese;

      yq_text_set_language (YQ_LANGUAGE_EN);
      english = yq_problem_code_title (i);
      yq_text_set_language (YQ_LANGUAGE_DEFAULT);
      chinese = yq_problem_code_title (i);
      g_assert_cmpstr (chinese, !=, english);
    }
  walk (visit_chinese);
}

/* The wire of every entity goes there and back with nothing in it and with everything unset. */
static void
visit_record (const YqEntity *entity)
{
  g_autoptr(YqRecord) record = yq_record_new (entity, NULL);

  for (guint i = 0; i < entity->n_fields; i++)
    {
      g_autofree char *text = yq_values_format (yq_record_values (record), i);

      g_assert_cmpstr (text, ==, "");
    }
  g_assert_nonnull (yq_record_title (record));
  g_assert_cmpstr (yq_record_state (record), ==, entity->states[0].name);
}

static void
test_records_of_every_entity_begin_empty (void)
{
  walk (visit_record);
}

int
main (int argc, char *argv[])
{
  yq_text_init (TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/names", test_names_are_plain_and_unique);
  g_test_add_func ("/model/fields", test_fields_say_what_they_must);
  g_test_add_func ("/model/sight", test_sight_and_edits_agree);
  g_test_add_func ("/model/required", test_required_fields_can_be_filled_in);
  g_test_add_func ("/model/steps", test_steps_name_states_and_actors);
  g_test_add_func ("/model/states", test_states_are_reached_and_left);
  g_test_add_func ("/model/entities", test_entities_name_fields_that_exist);
  g_test_add_func ("/model/order", test_the_order_fits_references);
  g_test_add_func ("/model/chinese", test_every_title_speaks_chinese);
  g_test_add_func ("/model/records", test_records_of_every_entity_begin_empty);
  return g_test_run ();
}
