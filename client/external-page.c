/* Claims made elsewhere: the desk, with import. */
#define G_LOG_DOMAIN "yiquan-external"

#include "external-page.h"

#include "external.h"
#include "import-page.h"
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
