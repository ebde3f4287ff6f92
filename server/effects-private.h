/* What the files of effects share.  Each business area exports one table; effects.c runs them. */
#pragma once

#include "effects.h"
#include "model.h"

typedef struct
{
  YqTx *tx;
  YqRecord *before;     /* NULL: a creation */
  YqRecord *after;      /* being written, or just written */
  const YqStep *step;   /* NULL: a save */
  const YqValues *args; /* of the step; may be NULL */
} YqEffect;

typedef YqProblem *(*YqEffectFunc) (const YqEffect *effect, GError **error);

typedef struct
{
  const YqEntity *entity;
  const char *action; /* "save" too; "*": every write */
  YqEffectFunc before_write, after_write;
} YqEffectRow;

/* End with { NULL }. */
extern const YqEffectRow yq_effects_board[];
extern const YqEffectRow yq_effects_party[], yq_effects_catalogue[], yq_effects_order[],
  yq_effects_voucher[], yq_effects_redemption[], yq_effects_programme[], yq_effects_qualification[],
  yq_effects_store[], yq_effects_payout[], yq_effects_risk[], yq_effects_service[];

/* Did this write bring the record into one of the states ("granted|active")? */
gboolean yq_effect_entered (const YqEffect *effect, const char *states);
/* The step's "comment", or NULL. */
const char *yq_effect_comment (const YqEffect *effect);
/* A copy of its own, to be changed and written back; NULL where there is none. */
YqRecord *yq_effect_get (YqTx *tx, const YqEntity *entity, const char *id);
/* Its title, or "".  Free it. */
char *yq_effect_title (YqTx *tx, const YqEntity *entity, const char *id);
/* Before the write: what the tables derive from the record's own fields. */
YqProblem *yq_effect_derive (const YqEffect *effect, GError **error);
/* Writes a record that an effect changed besides the state: a new revision, action "derive". */
gboolean yq_effect_update (YqTx *tx, YqRecord *record, GError **error);
/* Takes a step on another record; comment may be NULL. */
gboolean yq_effect_step (YqTx *tx, YqRecord *record, const char *action, const char *comment,
                         GError **error);
/* May a record made beside this one have the id that the command brings (field)?  No record of any
 * kind ever had it.  FALSE: a problem, improper or duplicate, or an error. */
gboolean yq_effect_id_is_new (const YqEffect *effect, guint field, const char *improper,
                              const char *duplicate, YqProblem **problem, GError **error);
/* The next number of a named counter: 1, 2, …; 0 with an error. */
gint64 yq_effect_count (SqlConn *conn, const char *name, GError **error);
/* "ZJSY-20261121-000001": the jurisdiction's prefix, a word, the day, a running number of the day.
 */
char *yq_effect_number (YqTx *tx, YqRecord *record, const char *word, GError **error);

/* party */
/* What stands in the organisation now is what was approved. */
void yq_effect_verify (YqRecord *organisation, gint64 now);
/* Is it a carrier now?  Whatever an onboarding step hangs on calls it after its state changed. */
gboolean yq_effect_touch_carrier (YqTx *tx, const char *organisation, GError **error);

/* order */
gboolean yq_effect_open_evaluation (YqTx *tx, YqRecord *order, YqRecord *use, GError **error);
gboolean yq_effect_touch_instruments (YqTx *tx, YqRecord *order, int served, GError **error);
/* One service more of what was ordered: of its instruments, of the service. */
gboolean yq_effect_count_service (YqTx *tx, YqRecord *order, GError **error);
/* How many service records a booking has. */
guint yq_effect_count_records (YqTx *tx, YqRecord *order);
void yq_effect_explain_order (YqTx *tx, YqRecord *order, const YqStep *step, const YqValues *args,
                              YqProblem *problem);

/* The clock: an order from before that field gets its kind of voucher. */
gboolean yq_effect_name_voucher_kind (YqTx *tx, const char *order, GError **error);

/* voucher */
/* Names, numbers and the programme of a use. The use is not written. */
YqProblem *yq_effect_number_use (YqTx *tx, YqRecord *use, GError **error);
/* The same, and holds its money. */
YqProblem *yq_effect_hold_use (YqTx *tx, YqRecord *use, GError **error);
/* Closes the hold: approved becomes redeemed, the rest goes back to the voucher, or to the budget
 * where the voucher is no longer valid. */
YqProblem *yq_effect_release_use (YqTx *tx, YqRecord *use, gint64 approved, GError **error);
/* Sends the balances of a voucher again, and moves it to used_up or back. */
gboolean yq_effect_touch_voucher (YqTx *tx, const char *voucher, GError **error);
/* Is point ("order.accept") where the programme holds money? */
gboolean yq_effect_holds_at (YqRecord *programme, const char *point);

/* deletions: NULL lets it happen */
YqProblem *yq_effect_delete_invoice (YqTx *tx, YqRecord *invoice, GError **error);
YqProblem *yq_effect_delete_closure (YqTx *tx, YqRecord *closure, GError **error);
YqProblem *yq_effect_delete_grant (YqTx *tx, YqRecord *grant, GError **error);

/* payout */
/* The clock: ends the notice of a redemption, unless an objection is still open. */
gboolean yq_effect_close_notice (YqTx *tx, const char *redemption, GError **error);
/* The clock: a redemption from before it and its uses said when they were redeemed and paid. */
gboolean yq_effect_date_redemption (YqTx *tx, const char *redemption, GError **error);

/* messages */
/* text and what comes next, where the jurisdiction's text "next.TYPE" says so.  Free it. */
char *yq_effect_next_step (YqTx *tx, const char *region, const char *type, const char *text);
gboolean yq_effects_tell (const YqEffect *effect, GError **error);
/* The job that sends what has gathered; key is "ORGANISATION TYPE". */
gboolean yq_effects_tell_digest (YqTx *tx, const char *key, GError **error);
