/* A desk with the ways records come onto it. */
#define G_LOG_DOMAIN "yiquan-lists"

#include "entry-desk.h"

#include "import-page.h"
#include "record-page.h"

typedef struct
{
  YqFrame *frame; /* holds the page */
  const YqEntryDesk *entry;
} Entry;

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const Entry *self = data;
  g_autoptr(YqRecord) record =
    yq_store_new_record (yq_frame_store (self->frame), self->entry->desk->entity);

  if (self->entry->fill != NULL)
    self->entry->fill (self->frame, record);
  yq_frame_push (self->frame, yq_record_page_open (self->frame, record));
}

static void
import_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const Entry *self = data;

  yq_frame_push (self->frame, yq_import_page_new (self->frame, self->entry->desk->entity));
}

static const GActionEntry actions[] = {
  { "new", new_cb },
  { "import", import_cb },
};

YqPage *
yq_entry_desk_page_new (YqFrame *frame, const YqEntryDesk *entry)
{
  YqPage *page = yq_review_desk_page_new (frame, (gpointer) entry->desk);
  Entry *self = g_new (Entry, 1);

  *self = (Entry){ frame, entry };
  g_object_set_data_full (G_OBJECT (page), "yq-entry", self, g_free);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
  yq_page_add_button (page, "list-add-symbolic", _(entry->button), "page.new");
  yq_page_add_button (page, "document-open-symbolic", _("Import"), "page.import");
  yq_page_add_key (page, "<Control>n", _(entry->button), "page.new");
  return page;
}
