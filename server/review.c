/* Review levels of a record. */
#define G_LOG_DOMAIN "yiquan-review"

#include "review.h"

#include <string.h>

#include "clock.h"
#include "model.h"
#include "office.h"
#include "party.h"
#include "policy.h"
#include "programme.h"
#include "record-json.h"
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

static const char *
get_text (YqRecord *record, const char *name)
{
  int i = yq_entity_find_field (yq_record_entity (record), name);

  return i < 0 ? NULL : yq_record_text (record, i);
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

/* -- how long it took -- */

/* When the record came to where it stood in that revision: its last move to another state or level;
 * 0 where no line tells. */
static gint64
moved_at (SqlConn *conn, const char *record, gint64 revision, GError **error)
{
  gint64 at = 0;

  sql_get_int (conn,
               "SELECT at FROM event WHERE record = $1 AND revision <= $2"
               " AND (state_from IS NULL OR state_from <> state_to"
               " OR changed LIKE '%\"stage\":[%') ORDER BY revision DESC LIMIT 1",
               SQL_ARGS (SQL_TEXT (record), SQL_INT (revision)), &at, error);
  return at;
}

/* Is a decision there the answer that was promised?  Notice and payment come after it. */
static gboolean
is_answered_from (const YqEntity *entity, const char *state)
{
  for (guint i = 0; i < entity->n_steps; i++)
    if ((entity->steps[i].flags & YQ_STEP_REVIEW) && yq_word_in (entity->steps[i].from, state))
      return TRUE;
  return FALSE;
}

/* state is the one it was decided in, due (may be NULL) the day that was promised then. */
static void
set_time (YqRecord *review, const YqEntity *entity, const char *state, gint64 since,
          const char *due)
{
  gint64 decided = yq_record_int (review, REVIEW_DECIDED_AT);
  const YqState *row = state != NULL ? yq_entity_state (entity, state) : NULL;
  g_autofree char *day = yq_date_of (decided);

  if (since == 0)
    return;
  yq_record_set_int (review, REVIEW_WAITED_FROM, since);
  if (row == NULL || !(row->flags & YQ_STATE_WAITS))
    return;
  yq_record_set_int (review, REVIEW_WORKDAYS, yq_workdays_between (since, decided));
  if (due != NULL && is_answered_from (entity, state))
    yq_record_set_int (review, REVIEW_LATE, strcmp (day, due) > 0);
}

/* region: whose reviewers decided, or NULL. */
static void
set_level_of (YqRecord *review, const YqStep *step, const char *region)
{
  static const char *const names[] = { NULL, "province", "city", "county" };
  int level = region != NULL ? yq_region_level (region) : 0;

  if (step != NULL && yq_word_in (step->actors, "expert"))
    yq_record_set_text (review, REVIEW_LEVEL, "experts");
  else
    yq_record_set_text (review, REVIEW_LEVEL, names[level]);
}

/* What a field said in that revision, by the event lines; NULL: nothing.  Free it. */
static char *
value_at (SqlConn *conn, const char *record, gint64 revision, const char *field, GError **error)
{
  g_autofree char *pattern = g_strdup_printf ("%%\"%s\":[%%", field);
  g_autofree char *changed =
    sql_get_text (conn,
                  "SELECT changed FROM event WHERE record = $1 AND revision <= $2"
                  " AND changed LIKE $3 ORDER BY revision DESC LIMIT 1",
                  SQL_ARGS (SQL_TEXT (record), SQL_INT (revision), SQL_TEXT (pattern)), error);
  g_autoptr(JsonNode) node = changed != NULL ? yq_json_parse (changed, -1, NULL) : NULL;
  JsonArray *pair = node != NULL && json_object_has_member (json_node_get_object (node), field)
                      ? json_object_get_array_member (json_node_get_object (node), field)
                      : NULL;
  JsonNode *value = pair != NULL ? json_array_get_element (pair, 1) : NULL;

  return value != NULL && json_node_get_value_type (value) == G_TYPE_STRING
           ? json_node_dup_string (value)
           : NULL;
}

gboolean
yq_review_measure (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) known = yq_world_get (tx->world, &yq_review, id);
  g_autoptr(YqRecord) review = known != NULL ? yq_record_copy (known) : NULL;
  const YqEntity *entity = known ? yq_model_find (yq_record_text (known, REVIEW_ENTITY)) : NULL;
  const char *record = known != NULL ? yq_record_text (known, REVIEW_RECORD) : NULL;
  gint64 seen = known != NULL ? yq_record_int (known, REVIEW_RECORD_REVISION) : 0;
  g_autofree char *state = NULL;
  g_autofree char *region = NULL;
  g_autofree char *due = NULL;

  if (entity == NULL || record == NULL || yq_record_has (known, REVIEW_WAITED_FROM))
    return TRUE;
  state =
    sql_get_text (tx->conn, "SELECT state_from FROM event WHERE record = $1 AND revision = $2",
                  SQL_ARGS (SQL_TEXT (record), SQL_INT (seen + 1)), NULL);
  region = value_at (tx->conn, record, seen, "reviewed_by", NULL);
  due = value_at (tx->conn, record, seen, "due_on", NULL);
  set_time (review, entity, state, moved_at (tx->conn, record, seen, NULL), due);
  set_level_of (review, yq_entity_step (entity, yq_record_text (review, REVIEW_ACTION)), region);
  return yq_tx_touch (tx, review, error);
}

YqRecord *
yq_review_new (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step, GError **error)
{
  g_autoptr(YqRecord) account =
    yq_world_get (tx->world, &yq_account, tx->who != NULL ? tx->who->account : NULL);
  YqRecord *review = yq_record_new (&yq_review, NULL);

  yq_record_set_text (review, REVIEW_ENTITY, yq_record_entity (after)->name);
  yq_record_set_text (review, REVIEW_RECORD, yq_record_id (after));
  yq_record_set_text (review, REVIEW_TITLE, yq_record_title (after));
  yq_record_set_int (review, REVIEW_RECORD_REVISION, yq_record_revision (before));
  yq_record_set_int (review, REVIEW_REVIEW_STAGE, get_int (before, "stage"));
  yq_record_set_text (review, REVIEW_ACTION, step->action);
  yq_record_set_int (review, REVIEW_DECIDED_AT, tx->now);
  if (account != NULL)
    yq_record_set_text (review, REVIEW_DECIDED_BY, yq_record_text (account, ACCOUNT_REAL_NAME));
  set_time (review, yq_record_entity (before), yq_record_state (before),
            moved_at (tx->conn, yq_record_id (before), yq_record_revision (before), error),
            get_text (before, "due_on"));
  set_level_of (review, step, get_text (before, "reviewed_by"));
  return review;
}

gboolean
yq_review_append (YqTx *tx, YqRecord *before, YqRecord *after, const YqStep *step,
                  const YqValues *args, GError **error)
{
  g_autoptr(YqRecord) review = NULL;
  GError *failure = NULL;

  if (step == NULL || !(step->flags & YQ_STEP_DECISION) || before == NULL)
    return TRUE;
  review = yq_review_new (tx, before, after, step, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  copy_args (review, args);
  copy_owners (review, after);
  return yq_tx_insert (tx, review, "derive", error);
}
