/* What qualification and name_change do once they are decided: who is a carrier, where it stands,
 * what it is called. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "catalogue.h"
#include "party.h"
#include "policy.h"
#include "qualification.h"
#include "storefront.h"

/* An institution from where no jurisdiction is in force has no bureau at home: the one it applied
 * to has seen its papers with the application. */
static gboolean
verify_with_it (const YqEffect *e, YqRecord *organisation, GError **error)
{
  g_autoptr(YqRecord) home = yq_policy_jurisdiction (e->tx->world, yq_record_region (organisation));

  if (home != NULL || !yq_record_in_state (organisation, "draft|returned"))
    return TRUE;
  yq_record_set_state (organisation, "active");
  yq_effect_verify (organisation, e->tx->now);
  return yq_effect_update (e->tx, organisation, error);
}

gboolean
yq_effect_touch_carrier (YqTx *tx, const char *organisation, GError **error)
{
  g_autoptr(YqRecord) record = yq_effect_get (tx, &yq_organisation, organisation);
  gboolean carries;

  if (record == NULL)
    return TRUE;
  carries = yq_organisation_may_carry (tx->world, record);
  if (carries == (yq_record_int (record, ORGANISATION_IS_CARRIER) != 0))
    return TRUE;
  yq_record_set_int (record, ORGANISATION_IS_CARRIER, carries);
  return yq_tx_touch (tx, record, error);
}

/* -- where the carrier stands -- */

/* The same place, as the two kinds of record keep it. */
static const struct
{
  guint organisation, qualification;
} place[] = {
  { ORGANISATION_LATITUDE, QUALIFICATION_LATITUDE },
  { ORGANISATION_LONGITUDE, QUALIFICATION_LONGITUDE },
};

static gboolean
is_placed (YqRecord *organisation)
{
  return yq_record_has (organisation, ORGANISATION_LATITUDE) &&
         yq_record_has (organisation, ORGANISATION_LONGITUDE);
}

static gboolean
has_moved (YqRecord *before, YqRecord *after, guint latitude, guint longitude)
{
  return before == NULL ||
         !yq_values_equal (yq_record_values (before), yq_record_values (after), latitude) ||
         !yq_values_equal (yq_record_values (before), yq_record_values (after), longitude);
}

/* What was approved, and is kept up afterwards, is where the map shows the carrier and those of its
 * instruments that name no place of their own.  Keeping up a phone number moves nobody. */
static gboolean
place_carrier (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) organisation =
    yq_effect_get (e->tx, &yq_organisation, yq_record_carrier (e->after));
  gboolean differs = FALSE;

  if (organisation == NULL || !yq_record_in_state (e->after, "approved") ||
      !(yq_effect_entered (e, "approved") || !is_placed (organisation) ||
        has_moved (e->before, e->after, QUALIFICATION_LATITUDE, QUALIFICATION_LONGITUDE)))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (place); i++)
    {
      gint64 to = yq_record_int (e->after, place[i].qualification);

      if (!yq_record_has (e->after, place[i].qualification))
        return TRUE;
      differs |= !yq_record_has (organisation, place[i].organisation) ||
                 yq_record_int (organisation, place[i].organisation) != to;
      yq_record_set_int (organisation, place[i].organisation, to);
    }
  return !differs || yq_effect_update (e->tx, organisation, error);
}

/* Kept up on the page of the organisation, it is the place of its qualifications too: the two never
 * say different things. */
static YqProblem *
carrier_moved (const YqEffect *e, GError **error)
{
  g_autoptr(GPtrArray) all = NULL;

  if (!is_placed (e->after) ||
      !has_moved (e->before, e->after, ORGANISATION_LATITUDE, ORGANISATION_LONGITUDE))
    return NULL;
  all = yq_world_list (e->tx->world, &yq_qualification, "carrier", yq_record_id (e->after));
  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr(YqRecord) qualification = yq_record_copy (all->pdata[i]);

      if (!yq_record_in_state (qualification, "approved"))
        continue;
      for (guint f = 0; f < G_N_ELEMENTS (place); f++)
        yq_record_set_int (qualification, place[f].qualification,
                           yq_record_int (e->after, place[f].organisation));
      if (!yq_effect_update (e->tx, qualification, error))
        return NULL;
    }
  return NULL;
}

static YqProblem *
qualified (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) organisation =
    yq_effect_get (e->tx, &yq_organisation, yq_record_carrier (e->after));

  if (organisation == NULL ||
      (yq_effect_entered (e, "approved") && !verify_with_it (e, organisation, error)) ||
      !place_carrier (e, error))
    return NULL;
  yq_effect_touch_carrier (e->tx, yq_record_id (organisation), error);
  return NULL;
}

/* Another step that a jurisdiction may demand has been taken, or taken back. */
static YqProblem *
onboarded (const YqEffect *e, GError **error)
{
  yq_effect_touch_carrier (e->tx, yq_record_carrier (e->after), error);
  return NULL;
}

/* -- a new name -- */

/* Where the name is shown for what is there now; what was agreed under the old one keeps it. */
static gboolean
rename_copies (const YqEffect *e, const char *organisation, const char *name, GError **error)
{
  static const struct
  {
    const YqEntity *entity;
    const char *owner;
    guint field;
  } copies[] = {
    { &yq_membership, "organisation", MEMBERSHIP_ORGANISATION_NAME },
    { &yq_qualification, "carrier", QUALIFICATION_ORGANISATION_NAME },
    { &yq_instrument, "carrier", INSTRUMENT_CARRIER_NAME },
    { &yq_store, "carrier", STORE_CARRIER_NAME },
    { &yq_service, "carrier", SERVICE_CARRIER_NAME },
    { &yq_institution, "carrier", INSTITUTION_CARRIER_NAME },
    { &yq_voucher_service, "carrier", VOUCHER_SERVICE_CARRIER_NAME },
  };

  for (guint c = 0; c < G_N_ELEMENTS (copies); c++)
    {
      g_autoptr(GPtrArray) all =
        yq_world_list (e->tx->world, copies[c].entity, copies[c].owner, organisation);

      for (guint i = 0; i < all->len; i++)
        {
          g_autoptr(YqRecord) copy = yq_record_copy (all->pdata[i]);

          yq_record_set_text (copy, copies[c].field, name);
          if (!yq_tx_touch (e->tx, copy, error))
            return FALSE;
        }
    }
  return TRUE;
}

static YqProblem *
renamed (const YqEffect *e, GError **error)
{
  const char *name = yq_record_text (e->after, NAME_CHANGE_NEW_NAME);
  g_autoptr(YqRecord) organisation = NULL;

  if (!yq_effect_entered (e, "done"))
    return NULL;
  organisation = yq_effect_get (e->tx, &yq_organisation, yq_record_buyer (e->after));
  if (organisation == NULL)
    return NULL;
  yq_record_set_text (organisation, ORGANISATION_NAME, name);
  if (yq_effect_update (e->tx, organisation, error))
    rename_copies (e, yq_record_id (organisation), name, error);
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_qualification[] = {
  { &yq_qualification, "*", yq_effect_derive, qualified },
  { &yq_organisation,  "save", NULL, carrier_moved },
  { &yq_name_change,   "*", yq_effect_derive, renamed },
  { &yq_store,         "*", NULL, onboarded },
  { &yq_institution,   "*", NULL, onboarded },
  { NULL },
};
/* clang-format on */
