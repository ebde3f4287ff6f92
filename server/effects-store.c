/* What saves and steps of stores, services, voucher institutions and their voucher services do. */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include <string.h>

#include "announcement.h"
#include "catalogue.h"
#include "clock.h"
#include "order.h"
#include "party.h"
#include "programme.h"
#include "storefront.h"

#define ADMISSION_SHOWN_DAYS 90

static gboolean
has_left (const YqEffect *e, const char *state)
{
  return e->before != NULL && yq_record_in_state (e->before, state) &&
         !yq_record_in_state (e->after, state);
}

/* -- stores -- */

/* What the approval of a store, or its end, makes of its organisation. */
static YqProblem *
onboard (const YqEffect *e, GError **error)
{
  if (yq_effect_entered (e, "approved") || has_left (e, "approved"))
    yq_effect_touch_carrier (e->tx, yq_record_carrier (e->after), error);
  return NULL;
}

static YqProblem *
date_store (const YqEffect *e, GError **error)
{
  if (yq_effect_entered (e, "approved"))
    yq_record_set_int (e->after, STORE_APPROVED_AT, e->tx->now);
  return NULL;
}

/* -- institutions -- */

static YqProblem *
date_institution (const YqEffect *e, GError **error)
{
  g_autofree char *today = yq_date_of (e->tx->now);

  if (yq_effect_entered (e, "approved"))
    yq_record_set_text (e->after, INSTITUTION_ADMITTED_ON, today);
  return NULL;
}

static char *
admission_text (YqRecord *institution)
{
  const char *store = yq_record_text (institution, INSTITUTION_TITLE);
  const char *carrier = yq_record_text (institution, INSTITUTION_CARRIER_NAME);
  const char *desk = yq_record_text (institution, INSTITUTION_DESK_NAME);
  const char *programme = yq_record_text (institution, INSTITUTION_PROGRAMME_NAME);

  return g_strdup_printf ("经审核，同意“%s”（%s%s）入库，成为“%s”服务机构，自%s起可开展创新券服务。"
                          "企业可在商城查询其创新券服务并下单。",
                          store, carrier, desk ? desk : "", programme,
                          yq_record_text (institution, INSTITUTION_ADMITTED_ON));
}

/* 入库通知 */
static YqProblem *
publish_admission (const YqEffect *e, GError **error)
{
  g_autoptr(YqRecord) notice = NULL;
  g_autoptr(YqRecord) programme = NULL;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;
  g_autofree char *today = yq_date_of (e->tx->now);
  g_autofree char *last = yq_date_add_days (today, ADMISSION_SHOWN_DAYS);
  const char *seat;

  if (!yq_effect_entered (e, "approved"))
    return NULL;
  programme =
    yq_world_get (e->tx->world, &yq_programme, yq_record_text (e->after, INSTITUTION_PROGRAMME));
  seat = programme ? yq_record_region (programme) : yq_record_region (e->after);
  title = g_strdup_printf ("关于“%s”入库创新券服务机构的通知",
                           yq_record_text (e->after, INSTITUTION_TITLE));
  text = admission_text (e->after);
  notice = yq_record_new (&yq_announcement, NULL);
  yq_record_set_region (notice, seat);
  yq_record_set_text (notice, ANNOUNCEMENT_KIND, "admission");
  yq_record_set_text (notice, ANNOUNCEMENT_TITLE, title);
  yq_record_set_text (notice, ANNOUNCEMENT_TEXT, text);
  yq_record_set_text (notice, ANNOUNCEMENT_SEAT, seat);
  yq_record_set_text (notice, ANNOUNCEMENT_SHOWN_FROM, today);
  yq_record_set_text (notice, ANNOUNCEMENT_SHOWN_TO, last);
  yq_record_set_text (notice, ANNOUNCEMENT_ABOUT, yq_record_carrier (e->after));
  yq_tx_insert (e->tx, notice, "derive", error);
  return NULL;
}

static gboolean
is_beside (YqRecord *one, YqRecord *other)
{
  return g_strcmp0 (yq_record_carrier (one), yq_record_carrier (other)) == 0 &&
         g_strcmp0 (yq_record_desk (one), yq_record_desk (other)) == 0;
}

/* -- voucher services: they end with their institution and with the content of their service -- */

/* Those of field = value; only beside the record, and of this programme unless it is NULL. */
static YqProblem *
withdraw_voucher_services (const YqEffect *e, const char *field, const char *value,
                           const char *programme, GError **error)
{
  g_autoptr(GPtrArray) all = yq_world_list (e->tx->world, &yq_voucher_service, field, value);

  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr(YqRecord) one = yq_record_copy (all->pdata[i]);

      if (!yq_record_in_state (one, "pending|approved") || !is_beside (one, e->after) ||
          (programme != NULL &&
           g_strcmp0 (yq_record_text (one, VOUCHER_SERVICE_PROGRAMME), programme) != 0))
        continue;
      if (!yq_effect_step (e->tx, one, "withdraw", NULL, error))
        return NULL;
    }
  return NULL;
}

static YqProblem *
end_institution (const YqEffect *e, GError **error)
{
  if (!has_left (e, "approved"))
    return NULL;
  return withdraw_voucher_services (e, "carrier", yq_record_carrier (e->after),
                                    yq_record_text (e->after, INSTITUTION_PROGRAMME), error);
}

static YqProblem *
take_service_back (const YqEffect *e, GError **error)
{
  return withdraw_voucher_services (e, "service", yq_record_id (e->after), NULL, error);
}

static gboolean
takes_vouchers (YqTx *tx, const char *service)
{
  g_autoptr(GPtrArray) all = yq_world_list (tx->world, &yq_voucher_service, "service", service);

  for (guint i = 0; i < all->len; i++)
    if (yq_record_in_state (all->pdata[i], "approved"))
      return TRUE;
  return FALSE;
}

/* Says so on the service itself. */
static YqProblem *
mark_service (const YqEffect *e, GError **error)
{
  const char *id = yq_record_text (e->after, VOUCHER_SERVICE_SERVICE);
  g_autoptr(YqRecord) service = NULL;
  gboolean takes;

  if (!yq_effect_entered (e, "approved") && !has_left (e, "approved"))
    return NULL;
  service = yq_effect_get (e->tx, &yq_service, id);
  takes = takes_vouchers (e->tx, id);
  if (service == NULL || takes == (yq_record_int (service, SERVICE_FOR_VOUCHERS) != 0))
    return NULL;
  yq_record_set_int (service, SERVICE_FOR_VOUCHERS, takes);
  yq_tx_touch (e->tx, service, error);
  return NULL;
}

/* -- departments -- */

/* Where the name of a department is shown for what is there now; what was agreed under the old one
 * keeps it.  Whoever reads these may not read the department itself. */
static YqProblem *
rename_department (const YqEffect *e, GError **error)
{
  static const struct
  {
    const YqEntity *entity;
    guint field;
    const char *states; /* NULL: all */
  } copies[] = {
    { &yq_instrument, INSTRUMENT_DESK_NAME, NULL },
    { &yq_store, STORE_DESK_NAME, NULL },
    { &yq_service, SERVICE_DESK_NAME, NULL },
    { &yq_institution, INSTITUTION_DESK_NAME, NULL },
    { &yq_order, ORDER_DESK_NAME, "draft|submitted" },
  };
  const char *name = yq_record_title (e->after);

  if (e->before == NULL || g_strcmp0 (yq_record_title (e->before), name) == 0)
    return NULL;
  for (guint c = 0; c < G_N_ELEMENTS (copies); c++)
    {
      g_autoptr(GPtrArray) all =
        yq_world_list (e->tx->world, copies[c].entity, "desk", yq_record_id (e->after));

      for (guint i = 0; i < all->len; i++)
        {
          g_autoptr(YqRecord) copy = yq_record_copy (all->pdata[i]);

          if (copies[c].states != NULL && !yq_record_in_state (copy, copies[c].states))
            continue;
          yq_record_set_text (copy, copies[c].field, name);
          if (!yq_tx_touch (e->tx, copy, error))
            return NULL;
        }
    }
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_store[] = {
  { &yq_desk, "save", NULL, rename_department },
  { &yq_store, "*",              date_store, NULL },
  { &yq_store, "*",              yq_effect_derive, onboard },
  { &yq_service, "*",            yq_effect_derive, NULL },
  { &yq_service, "withdraw",     NULL, take_service_back },
  { &yq_institution, "*",        date_institution, NULL },
  { &yq_institution, "*",        yq_effect_derive, publish_admission },
  { &yq_institution, "withdraw", NULL, end_institution },
  { &yq_voucher_service, "*",    yq_effect_derive, mark_service },
  { NULL },
};
/* clang-format on */
