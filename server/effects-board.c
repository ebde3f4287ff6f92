/* What saves and steps of posts on the board do. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include "board.h"
#include "clock.h"
#include "jobs.h"

static YqProblem *
fill_post (const YqEffect *e, GError **error)
{
  yq_post.derive (e->tx->world, e->after);
  if (yq_effect_entered (e, "published"))
    yq_record_set_int (e->after, POST_PUBLISHED_AT, e->tx->now);
  return NULL;
}

/* Off the board by itself, the day after its last. */
static YqProblem *
plan_expiry (const YqEffect *e, GError **error)
{
  const char *until = yq_record_text (e->after, POST_UNTIL);

  if (yq_effect_entered (e, "published") && until != NULL)
    yq_jobs_add (e->tx->conn, "post_expire", yq_record_id (e->after),
                 yq_date_start (until) + YQ_DAY, error);
  else if (!yq_record_in_state (e->after, "published"))
    yq_jobs_drop (e->tx->conn, "post_expire", yq_record_id (e->after), error);
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_board[] = {
  { &yq_post, "*", fill_post, plan_expiry },
  { NULL },
};
/* clang-format on */
