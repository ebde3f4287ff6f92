/* The list of all entities. */
#include "model.h"

#include "announcement.h"
#include "board.h"
#include "catalogue.h"
#include "external.h"
#include "office.h"
#include "order.h"
#include "party.h"
#include "payout.h"
#include "place.h"
#include "programme.h"
#include "qualification.h"
#include "redemption.h"
#include "storefront.h"
#include "voucher.h"
#include "world.h"

/* In the order in which a fresh database is filled: what is referred to first. */
/* clang-format off */
static const YqEntity *const entities[] = {
  &yq_organisation,
  &yq_account,
  &yq_grant,
  &yq_membership,
  &yq_desk,
  &yq_name_change,
  &yq_region,
  &yq_jurisdiction,
  &yq_programme,
  &yq_category,
  &yq_qualification,
  &yq_instrument_system,
  &yq_instrument,
  &yq_closure,
  &yq_store,
  &yq_service,
  &yq_institution,
  &yq_voucher_service,
  &yq_preselection,
  &yq_favourite,
  &yq_order,
  &yq_claim,
  &yq_external_claim,
  &yq_voucher,
  &yq_voucher_use,
  &yq_service_record,
  &yq_redemption,
  &yq_invoice,
  &yq_evaluation,
  &yq_announcement,
  &yq_review,
  &yq_message,
  &yq_sms,
  &yq_file,
  &yq_notice,
  &yq_objection,
  &yq_disbursement,
  &yq_post,
};
/* clang-format on */

guint
yq_model_count (void)
{
  return G_N_ELEMENTS (entities);
}

const YqEntity *
yq_model_nth (guint i)
{
  g_return_val_if_fail (i < G_N_ELEMENTS (entities), NULL);
  return entities[i];
}

const YqEntity *
yq_model_find (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (entities); i++)
    if (g_str_equal (entities[i]->name, name))
      return entities[i];
  return NULL;
}

const YqEntity *
yq_model_find_plural (const char *plural)
{
  for (guint i = 0; plural != NULL && i < G_N_ELEMENTS (entities); i++)
    if (g_str_equal (entities[i]->plural, plural))
      return entities[i];
  return NULL;
}

void
yq_model_make_known (YqWorld *world)
{
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    for (guint k = 0; entities[i]->known != NULL && k < entities[i]->n_states; k++)
      {
        g_autoptr(GPtrArray) found =
          yq_world_list (world, entities[i], "state", entities[i]->states[k].name);

        for (guint n = 0; n < found->len; n++)
          entities[i]->known (found->pdata[n]);
      }
}
