/* What waits to be paid, gathered into batches. */
#define G_LOG_DOMAIN "yiquan-payout"

#include "payout-batch.h"

#include "payout.h"
#include "redemption.h"

/* Redemptions of batches that are neither paid nor cancelled. */
static GHashTable *
taken (YqStore *store)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_disbursement);
  g_autoptr(GPtrArray) open = NULL;
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  yq_query_add (query, "state", "draft");
  open = yq_store_list (store, query, 0);
  for (guint i = 0; i < open->len; i++)
    {
      JsonArray *batch = yq_record_array (open->pdata[i], DISBURSEMENT_REDEMPTIONS);

      for (guint k = 0; batch != NULL && k < json_array_get_length (batch); k++)
        g_hash_table_add (ids, g_strdup (json_array_get_string_element (batch, k)));
    }
  return ids;
}

static GPtrArray *
payable (YqStore *store, const YqWho *who)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_redemption);

  yq_query_add (query, "state", "payable");
  for (guint i = 0; i < who->n_grants; i++)
    if (who->grants[i].role == YQ_ROLE_REVIEWER)
      {
        g_autofree char *level = g_strconcat ("=", who->grants[i].scope, NULL);

        yq_query_add (query, "reviewed_by", level);
      }
  yq_query_set_sort (query, "number", FALSE);
  return yq_store_list (store, query, 0);
}

/* The last batch of the programme, or NULL where it has no room. */
static YqRecord *
batch_of (GPtrArray *batches, const char *programme)
{
  const guint room = (guint) yq_disbursement.fields[DISBURSEMENT_REDEMPTIONS].max;

  for (guint i = batches->len; i > 0; i--)
    {
      YqRecord *batch = batches->pdata[i - 1];

      if (g_strcmp0 (yq_record_text (batch, DISBURSEMENT_PROGRAMME), programme) == 0)
        return json_array_get_length (yq_record_array (batch, DISBURSEMENT_REDEMPTIONS)) < room
                 ? batch
                 : NULL;
    }
  return NULL;
}

static void
add_to_batch (YqStore *store, GPtrArray *batches, YqRecord *redemption)
{
  const char *programme = yq_record_text (redemption, REDEMPTION_PROGRAMME);
  YqRecord *batch = batch_of (batches, programme);
  JsonArray *ids =
    batch != NULL ? yq_record_array (batch, DISBURSEMENT_REDEMPTIONS) : json_array_new ();

  json_array_add_string_element (ids, yq_record_id (redemption));
  if (batch != NULL)
    return;
  batch = yq_store_new_record (store, &yq_disbursement);
  yq_record_set_text (batch, DISBURSEMENT_PROGRAMME, programme);
  yq_record_take_array (batch, DISBURSEMENT_REDEMPTIONS, ids);
  g_ptr_array_add (batches, batch);
}

GPtrArray *
yq_payout_batches (YqStore *store, const YqWho *who)
{
  g_autoptr(GPtrArray) waiting = payable (store, who);
  g_autoptr(GHashTable) others = taken (store);
  GPtrArray *batches = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < waiting->len; i++)
    if (!g_hash_table_contains (others, yq_record_id (waiting->pdata[i])))
      add_to_batch (store, batches, waiting->pdata[i]);
  return batches;
}
