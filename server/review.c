/* Review levels of a record. */
#define G_LOG_DOMAIN "yiquan-review"

#include "review.h"

#include "clock.h"
#include "office.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "region.h"

static void
set_int (YqRecord *record, const char *name, gint64 value)
{
  int i = yq_entity_find_field (yq_record_entity (record), name);

  if (i >= 0)
    yq_record_set_int (record, i, value);
}

static void
set_text (YqRecord *record, const char *name, const char *value)
{
  int i = yq_entity_find_field (yq_record_entity (record), name);

  if (i >= 0)
    yq_record_set_text (record, i, value);
}

static gint64
get_int (YqRecord *record, const char *name)
{
  int i = yq_entity_find_field (yq_record_entity (record), name);

  return i < 0 ? 0 : yq_record_int (record, i);
}

static gboolean
waits (YqRecord *record)
{
  const YqState *state =
    record != NULL ? yq_entity_state (yq_record_entity (record), yq_record_state (record)) : NULL;

  return state != NULL && (state->flags & YQ_STATE_WAITS);
}

static gboolean
has_reviewer (YqWorld *world, const char *code)
{
  g_autoptr(GPtrArray) grants =
    yq_world_list (world, &yq_grant, yq_grant.fields[GRANT_REGION].name, code);

  for (guint i = 0; i < grants->len; i++)
    if (g_strcmp0 (yq_record_text (grants->pdata[i], GRANT_ROLE), "reviewer") == 0)
      return TRUE;
  return FALSE;
}

/* A level without a reviewer goes to the nearest ancestor that has one. */
static const char *
find_reviewing (YqWorld *world, const char *code)
{
  const YqRegion *region = yq_region_find (code);

  for (int level = region != NULL ? region->level : 0; level >= 1; level--)
    {
      const char *ancestor = yq_region_ancestor (code, level);

      if (ancestor != NULL && has_reviewer (world, ancestor))
        return ancestor;
    }
  return code;
}

static gboolean
is_experts (const char *level)
{
  return g_str_equal (level, YQ_LEVEL_EXPERTS);
}

/* Stages count from 1.  Levels that fall to the same reviewer are one decision: the last of them.
 * Experts are assigned by whoever decides after them. */
static void
set_level (YqTx *tx, YqRecord *after, gint64 stage)
{
  g_auto(GStrv) levels = yq_workflow_levels (tx->world, after);
  gint64 n = g_strv_length (levels);
  const char *region = NULL;

  stage = CLAMP (stage, MIN (n, 1), n);
  for (gint64 i = MAX (stage, 1); i <= n && region == NULL; i++)
    if (!is_experts (levels[i - 1]))
      region = find_reviewing (tx->world, levels[i - 1]);
  while (stage >= 1 && stage < n && !is_experts (levels[stage - 1]) &&
         !is_experts (levels[stage]) &&
         g_strcmp0 (find_reviewing (tx->world, levels[stage]), region) == 0)
    stage++;
  set_int (after, "stage", stage);
  set_text (after, "reviewed_by", region);
}

/* After a return it goes on where it was, unless its programme says that it begins again.  What was
 * approved once (and comes back from its notice) is for the last level. */
static gint64
resumed_stage (YqTx *tx, YqRecord *before, YqRecord *after)
{
  int i = yq_entity_find_field (yq_record_entity (after), "programme");
  g_autoptr(YqRecord) programme = NULL;

  if (before != NULL && yq_record_in_state (before, "approved|noticed"))
    return G_MAXINT64;
  if (before == NULL || !yq_record_in_state (before, "returned|consenting"))
    return 1;
  programme = i < 0 ? NULL : yq_world_get (tx->world, &yq_programme, yq_record_text (after, i));
  if (programme != NULL && g_strcmp0 (yq_record_text (programme, PROGRAMME_RESUME), "first") == 0)
    return 1;
  return get_int (before, "stage");
}

static void
begin (YqTx *tx, YqRecord *before, YqRecord *after)
{
  g_autofree char *today = yq_date_of (tx->now);
  g_autofree char *due = NULL;
  int days = yq_policy_review_days_of (tx->world, after);

  set_level (tx, after, resumed_stage (tx, before, after));
  due = days > 0 ? yq_date_add_workdays (today, days) : NULL;
  if (before == NULL || !yq_record_in_state (before, "approved|noticed"))
    set_int (after, "submitted_at", tx->now);
  set_text (after, "due_on", due);
}

void
yq_review_move (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step)
{
  const YqEntity *entity = yq_record_entity (after);
  int decided_at = yq_entity_find_field (entity, "decided_at");

  if (entity->kind == NULL || yq_entity_find_field (entity, "reviewed_by") < 0)
    return;
  if (waits (after) && !waits (before))
    begin (tx, before, after);
  else if (waits (after) && step != NULL && (step->flags & YQ_STEP_REVIEW))
    set_level (tx, after, get_int (after, "stage") + 1);
  else if (!waits (after) && waits (before))
    {
      set_text (after, "reviewed_by", NULL);
      set_text (after, "due_on", NULL);
    }
  if (decided_at >= 0 && step != NULL && (step->flags & YQ_STEP_DECISION) && waits (before))
    yq_record_set_int (after, decided_at, tx->now);
}

void
yq_review_advance (YqTx *tx, YqRecord *after)
{
  set_level (tx, after, get_int (after, "stage") + 1);
}

/* -- what was decided -- */

static void
copy_args (YqRecord *review, const YqValues *args)
{
  static const struct
  {
    const char *name;
    guint field;
    YqType type;
  } copied[] = {
    { "comment", REVIEW_COMMENT, YQ_TEXT },
    { "field_comments", REVIEW_FIELD_COMMENTS, YQ_ROWS },
    { "amount", REVIEW_AMOUNT, YQ_MONEY },
  };

  for (guint i = 0; args != NULL && i < G_N_ELEMENTS (copied); i++)
    {
      int k = yq_values_find (args, copied[i].name);

      if (k < 0 || !yq_values_has (args, k) ||
          yq_values_fields (args, NULL)[k].type != copied[i].type)
        continue;
      if (copied[i].type == YQ_TEXT)
        yq_record_set_text (review, copied[i].field, yq_values_text (args, k));
      else if (copied[i].type == YQ_MONEY)
        yq_record_set_int (review, copied[i].field, yq_values_int (args, k));
      else
        yq_record_take_array (review, copied[i].field, json_array_ref (yq_values_array (args, k)));
    }
}

static void
copy_owners (YqRecord *review, YqRecord *record)
{
  gboolean is_organisation = yq_record_entity (record)->owned == YQ_OWNED_BY_SELF;

  yq_record_set_buyer (review, is_organisation ? yq_record_id (record) : yq_record_buyer (record));
  yq_record_set_carrier (review, yq_record_carrier (record));
  yq_record_set_desk (review, yq_record_desk (record));
  yq_record_set_region (review, yq_record_region (record));
  yq_record_set_account (review, yq_record_account (record));
}

gboolean
yq_review_append (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                  const YqValues *args, GError **error)
{
  g_autoptr(YqRecord) review = NULL;
  g_autoptr(YqRecord) account = NULL;

  if (step == NULL || !(step->flags & YQ_STEP_DECISION) || before == NULL)
    return TRUE;
  review = yq_record_new (&yq_review, NULL);
  account = yq_world_get (tx->world, &yq_account, tx->who->account);
  yq_record_set_text (review, REVIEW_ENTITY, yq_record_entity (after)->name);
  yq_record_set_text (review, REVIEW_RECORD, yq_record_id (after));
  yq_record_set_text (review, REVIEW_TITLE, yq_record_title (after));
  yq_record_set_int (review, REVIEW_RECORD_REVISION, yq_record_revision (before));
  yq_record_set_int (review, REVIEW_REVIEW_STAGE, get_int (before, "stage"));
  yq_record_set_text (review, REVIEW_ACTION, step->action);
  yq_record_set_int (review, REVIEW_DECIDED_AT, tx->now);
  if (account != NULL)
    yq_record_set_text (review, REVIEW_DECIDED_BY, yq_record_text (account, ACCOUNT_REAL_NAME));
  copy_args (review, args);
  copy_owners (review, after);
  return yq_tx_insert (tx, review, "derive", error);
}
