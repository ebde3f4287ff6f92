/* Claims made elsewhere: the desk, with import. */
#define G_LOG_DOMAIN "yiquan-external"

#include "external-page.h"

#include "entry-desk.h"
#include "external.h"
#include "party.h"
#include "programme.h"

/* clang-format off */
const YqReviewDesk yq_external_desk = {
  "desk-external", N_("Claims made elsewhere"), &yq_external_claim, "draft|issued",
  "number|holder_name|amount|state|granted_on|voucher_number|programme_name", "issued_at",
  "issue", "take_back", NULL, "yq-voucher-symbolic",
  N_("Where enterprises claim on another platform, import what was granted there; each number is issued here as one voucher."),
  NULL, N_("No claims made elsewhere"), N_("Import a spreadsheet"), "page.import", .is_wide = TRUE,
};
/* clang-format on */

void
yq_external_fill (YqFrame *frame, YqRecord *external)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_programme);
  g_autoptr(GPtrArray) found = NULL;
  YqRecord *only = NULL;
  guint n = 0;

  yq_query_add (query, "claim", "external");
  yq_query_add (query, "state", "open");
  found = yq_store_list (yq_frame_store (frame), query, 0);
  for (guint i = 0; i < found->len; i++)
    if (yq_who_reviews (yq_frame_who (frame), yq_record_region (found->pdata[i])))
      {
        only = found->pdata[i];
        n++;
      }
  if (n != 1)
    return;
  yq_record_set_text (external, EXTERNAL_PROGRAMME, yq_record_id (only));
  yq_record_set_region (external, yq_record_region (only));
}

static gint64 *
sum_of (GHashTable *sums, const char *key)
{
  gint64 *sum = g_hash_table_lookup (sums, key);

  if (sum == NULL)
    {
      sum = g_new0 (gint64, 1);
      g_hash_table_insert (sums, g_strdup (key), sum);
    }
  return sum;
}

YqProblem *
yq_external_add_up (YqFrame *frame, YqRecord *external, GHashTable *sums)
{
  YqWorld *world = yq_store_world (yq_frame_store (frame));
  const char *programme_id = yq_record_text (external, EXTERNAL_PROGRAMME);
  const char *holder_id = yq_record_text (external, EXTERNAL_HOLDER);
  g_autoptr(YqRecord) programme = yq_world_get (world, &yq_programme, programme_id);
  g_autoptr(YqRecord) holder = yq_world_get (world, &yq_organisation, holder_id);
  gint64 amount = yq_record_int (external, EXTERNAL_AMOUNT);
  g_autofree char *both = g_strdup_printf ("%s %s", programme_id, holder_id);
  gint64 *of_holder = sum_of (sums, both);
  gint64 *of_programme = sum_of (sums, programme_id != NULL ? programme_id : "");
  YqProblem *problem = NULL;

  if (programme != NULL && holder != NULL)
    problem =
      yq_external_check_besides (world, programme, holder, amount, *of_holder, *of_programme);
  if (problem != NULL)
    return problem;
  *of_holder += amount;
  *of_programme += amount;
  return NULL;
}

YqPage *
yq_external_page_new (YqFrame *frame, gpointer user_data)
{
  static const YqEntryDesk entry = { &yq_external_desk, N_("Enter a claim made elsewhere"),
                                     yq_external_fill };

  return yq_entry_desk_page_new (frame, &entry);
}
