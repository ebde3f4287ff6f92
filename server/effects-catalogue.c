/* What saves and steps of instruments and closures do. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include "catalogue.h"
#include "instrument-system.h"
#include "party.h"
#include "place.h"
#include "slots.h"

static YqProblem *
fill_instrument (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) carrier =
    yq_world_get (e->tx->world, &yq_organisation, yq_record_carrier (e->after));

  if (carrier != NULL)
    yq_record_set_text (e->after, INSTRUMENT_CARRIER_NAME, yq_record_title (carrier));
  if (yq_record_desk (e->after) != NULL)
    {
      g_autofree char *desk = yq_effect_title (e->tx, &yq_desk, yq_record_desk (e->after));

      yq_record_set_text (e->after, INSTRUMENT_DESK_NAME, desk);
    }
  else
    yq_values_clear (yq_record_values (e->after), INSTRUMENT_DESK_NAME);
  if (!yq_record_has (e->after, INSTRUMENT_CONDITION))
    yq_record_set_text (e->after, INSTRUMENT_CONDITION, "normal");
  return NULL;
}

/* The calendar of an instrument as everybody sees it. */
static gboolean
touch_taken (YqTx *tx, const char *id, GError **error)
{
  g_autoptr(YqRecord) instrument = yq_effect_get (tx, &yq_instrument, id);
  JsonArray *taken = yq_slots_taken (tx->conn, id, tx->now, error);

  if (taken == NULL)
    return FALSE;
  if (instrument == NULL)
    {
      json_array_unref (taken);
      return TRUE;
    }
  yq_record_take_array (instrument, INSTRUMENT_TAKEN, taken);
  return yq_tx_touch (tx, instrument, error);
}

static YqProblem *
closure_saved (const YqEffect *e, GError **error)
{
  const char *instrument = yq_record_text (e->after, CLOSURE_INSTRUMENT);
  const char *former = e->before ? yq_record_text (e->before, CLOSURE_INSTRUMENT) : instrument;

  if (yq_slots_close (e->tx->conn, yq_record_id (e->after), instrument,
                      yq_record_int (e->after, CLOSURE_FROM), yq_record_int (e->after, CLOSURE_TO),
                      error) &&
      touch_taken (e->tx, instrument, error) && g_strcmp0 (former, instrument) != 0)
    touch_taken (e->tx, former, error);
  return NULL;
}

YqProblem *
yq_effect_delete_closure (YqTx *tx, YqRecord *closure, GError **error)
{
  if (yq_slots_open (tx->conn, yq_record_id (closure), error))
    touch_taken (tx, yq_record_text (closure, CLOSURE_INSTRUMENT), error);
  return NULL;
}

static YqProblem *
pick (const YqEffect *e, GError **error)
{
  yq_record_set_desk (e->after, yq_who_desk (e->tx->who));
  return NULL;
}

static YqProblem *
unpick (const YqEffect *e, GError **error)
{
  yq_record_set_desk (e->after, NULL);
  return NULL;
}

static YqProblem *
read_system (const YqEffect *e, GError **error)
{
  yq_instrument_system_ask (e->tx, e->after);
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_catalogue[] = {
  { &yq_instrument, "pick",   pick, NULL },
  { &yq_instrument, "unpick", unpick, NULL },
  { &yq_instrument, "*",    fill_instrument, NULL },
  { &yq_instrument_system, "read", read_system, NULL },
  { &yq_region,    "*",     yq_effect_derive, NULL },
  { &yq_favourite, "*",     yq_effect_derive, NULL },
  { &yq_closure,    "save", NULL, closure_saved },
  { NULL },
};
/* clang-format on */
