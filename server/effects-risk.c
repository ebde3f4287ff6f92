/* What a reviewer should look at twice, found where all regions are seen. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include "catalogue.h"
#include "order.h"
#include "party.h"
#include "redemption.h"
#include "risk.h"
#include "storefront.h"
#include "voucher.h"

static YqProblem *
keep (const YqEffect *e, GError **error)
{
  YqLanguage asked = yq_text_swap_language (YQ_LANGUAGE_DEFAULT);

  yq_risks_keep (e->tx->world, e->after);
  yq_text_swap_language (asked);
  return NULL;
}

/* When it is sent, and again whenever it is sent again. */
const YqEffectRow yq_effects_risk[] = {
  { &yq_instrument, "submit", keep, NULL },
  { &yq_service, "submit", keep, NULL },
  { &yq_organisation, "submit", keep, NULL },
  { &yq_order, "submit", keep, NULL },
  { &yq_voucher_use, "submit", keep, NULL },
  { &yq_redemption, "submit", keep, NULL },
  { NULL },
};
