/* What the record of a service does, of a use of a voucher or of a booking: duration and charge,
 * for both sides (zhejiang-carrier 5, shandong 3.1). */
#define G_LOG_DOMAIN "yiquand"

#include "effects-private.h"

#include "order.h"
#include "record-json.h"
#include "voucher.h"

#define LIVE "confirmed|served|redeeming|redeemed"

/* What was done for whom: order, where there is one, else the use; one of them may be NULL. */
static void
describe (YqRecord *record, YqRecord *order, YqRecord *use)
{
  static const guint copied[] = { SERVICE_RECORD_NUMBER, SERVICE_RECORD_BUYER_NAME,
                                  SERVICE_RECORD_CARRIER_NAME };
  YqRecord *from = order != NULL ? order : use;

  yq_record_set_buyer (record, yq_record_buyer (from));
  yq_record_set_carrier (record, yq_record_carrier (from));
  yq_record_set_desk (record, yq_record_desk (from));
  yq_record_set_region (record, yq_record_region (from));
  yq_record_set_text (record, SERVICE_RECORD_ORDER, order != NULL ? yq_record_id (order) : NULL);
  yq_record_set_text (record, SERVICE_RECORD_VOUCHER_USE, use != NULL ? yq_record_id (use) : NULL);
  yq_record_set_text (record, SERVICE_RECORD_TITLE, yq_record_title (from));
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    {
      const char *name = yq_service_record.fields[copied[i]].name;
      int field = yq_entity_find_field (yq_record_entity (from), name);

      yq_record_set_text (record, copied[i], yq_record_text (from, (guint) field));
    }
}

static YqRecord *
make_record (const YqEffect *e, YqRecord *order, YqRecord *use)
{
  YqRecord *record = yq_record_new (&yq_service_record, yq_values_text (e->args, ADD_SERVICE_ID));
  const struct
  {
    guint to, from;
  } numbers[] = { { SERVICE_RECORD_STARTED_AT, ADD_SERVICE_STARTED_AT },
                  { SERVICE_RECORD_ENDED_AT, ADD_SERVICE_ENDED_AT },
                  { SERVICE_RECORD_HOURS, ADD_SERVICE_HOURS },
                  { SERVICE_RECORD_FEE, ADD_SERVICE_FEE } };

  describe (record, order, use);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    yq_record_set_int (record, numbers[i].to, yq_values_int (e->args, numbers[i].from));
  yq_record_set_text (record, SERVICE_RECORD_NOTE, yq_values_text (e->args, ADD_SERVICE_NOTE));
  return record;
}

static gboolean
id_is_new (const YqEffect *e, YqProblem **problem, GError **error)
{
  return yq_effect_id_is_new (e, ADD_SERVICE_ID, _("The service record has no proper identifier"),
                              _("This service record has been added already"), problem, error);
}

/* A delivered booking counts as one service of its instruments, one that has records as so many. */
static gboolean
count (YqTx *tx, YqRecord *order, GError **error)
{
  guint before = order != NULL ? yq_effect_count_records (tx, order) : 0;

  if (order == NULL || (before == 0 && yq_record_has (order, ORDER_DELIVERED_AT)))
    return TRUE;
  return yq_effect_count_service (tx, order, error);
}

static void
add (const YqEffect *e, YqRecord *order, YqRecord *use, GError **error)
{
  g_autoptr(YqRecord) record = make_record (e, order, use);

  if (count (e->tx, order, error) && yq_tx_insert (e->tx, record, "derive", error))
    yq_effect_open_evaluation (e->tx, order, use, error);
}

static YqProblem *
record_of_use (const YqEffect *e, GError **error)
{
  YqProblem *problem = NULL;
  g_autoptr(YqRecord) order = NULL;

  if (!id_is_new (e, &problem, error))
    return problem;
  order = yq_world_get (e->tx->world, &yq_order, yq_record_text (e->after, VOUCHER_USE_ORDER));
  add (e, order, e->after, error);
  return NULL;
}

/* The use that pays for it, once its carrier has confirmed it. */
static YqRecord *
use_of (YqTx *tx, YqRecord *order)
{
  g_autoptr(GPtrArray) uses =
    yq_world_list (tx->world, &yq_voucher_use, "order", yq_record_id (order));

  for (guint i = 0; i < uses->len; i++)
    if (yq_record_in_state (uses->pdata[i], LIVE))
      return yq_record_copy (uses->pdata[i]);
  return NULL;
}

static JsonObject *
args_of (const YqEffect *e)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(JsonNode) node = NULL;

  yq_json_append_fields (text, e->args, NULL, NULL);
  node = json_from_string (text->str, NULL);
  return json_node_dup_object (node);
}

/* With a voucher it is the service of the use too: that goes on as if its carrier had recorded it
 * there. */
static YqProblem *
record_of_order (const YqEffect *e, GError **error)
{
  YqProblem *problem = NULL;
  g_autoptr(YqRecord) use = NULL;
  g_autoptr(JsonObject) args = NULL;
  GError *failure = NULL;

  if (!id_is_new (e, &problem, error))
    return problem;
  if ((use = use_of (e->tx, e->after)) != NULL)
    {
      args = args_of (e);
      yq_tx_step (e->tx, use, "add_service_record", args, error);
      return NULL;
    }
  add (e, e->after, NULL, &failure);
  if (failure == NULL)
    yq_tx_tell_organisation (e->tx, yq_record_buyer (e->after), "order.add_service_record",
                             e->after, "机构已登记服务记录（时长与收费），请在“服务记录”中查看。",
                             &failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return NULL;
}

/* clang-format off */
const YqEffectRow yq_effects_service[] = {
  { &yq_voucher_use, "add_service_record", NULL, record_of_use },
  { &yq_order,       "add_service_record", NULL, record_of_order },
  { NULL },
};
/* clang-format on */
