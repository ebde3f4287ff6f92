/* Claims made elsewhere: the desk, with import. */
#define G_LOG_DOMAIN "yiquan-external"

#include "external-page.h"

#include "external.h"
#include "import-page.h"
#include "party.h"
#include "programme.h"
#include "record-page.h"

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

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqFrame *frame = data;
  g_autoptr(YqRecord) external = yq_store_new_record (yq_frame_store (frame), &yq_external_claim);

  yq_external_fill (frame, external);
  yq_frame_push (frame, yq_record_page_open (frame, external));
}

static void
import_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  yq_frame_push (data, yq_import_page_new (data, &yq_external_claim));
}

static const GActionEntry actions[] = {
  { "new", new_cb },
  { "import", import_cb },
};

YqPage *
yq_external_page_new (YqFrame *frame, gpointer user_data)
{
  YqPage *page = yq_review_desk_page_new (frame, (gpointer) &yq_external_desk);

  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), frame);
  yq_page_add_button (page, "list-add-symbolic", _("Enter a claim made elsewhere"), "page.new");
  yq_page_add_button (page, "document-open-symbolic", _("Import"), "page.import");
  yq_page_add_key (page, "<Control>n", _("Enter a claim made elsewhere"), "page.new");
  return page;
}
