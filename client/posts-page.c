/* Supply and demand: the board, and one's own posts. */
#define G_LOG_DOMAIN "yiquan-board"

#include "posts-page.h"

#include "bits.h"
#include "board.h"
#include "clock.h"
#include "list-page.h"
#include "party.h"
#include "record-page.h"
#include "record-table.h"

static const YqListPage own_posts = {
  "posts",
  N_("Our supply and demand"),
  &yq_post,
  "buyer",
  "kind",
  NULL,
  "kind|title|state|until|published_at|updated_at",
  "yq-inbox-symbolic",
  N_("Nothing published yet"),
  N_("Say what your organisation looks for or offers; the science bureau reviews it and it goes on "
     "the board."),
  N_("New post"),
  "page.new",
};

#define NEWEST 5

static char *
day_of (YqRecord *post)
{
  gint64 at = yq_record_int (post, POST_PUBLISHED_AT);

  return at > 0 ? yq_date_of (at) : g_strdup ("");
}

void
yq_posts_show_newest (GtkWidget *list, YqStore *store, const char *action)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_post);
  g_autoptr(GPtrArray) posts = NULL;

  yq_query_add (query, "state", "published");
  yq_query_set_sort (query, "published_at", TRUE);
  posts = yq_store_list (store, query, NEWEST);
  yq_remove_children (list);
  for (guint i = 0; i < posts->len; i++)
    {
      YqRecord *post = posts->pdata[i];
      g_autofree char *target = g_strdup_printf ("%s::%s", action, yq_record_id (post));
      g_autofree char *kind = yq_values_format (yq_record_values (post), POST_KIND);
      const char *by = yq_record_text (post, POST_ORGANISATION_NAME);
      g_autofree char *below = g_strdup_printf ("%s · %s", kind, by != NULL ? by : "—");
      g_autofree char *day = day_of (post);

      gtk_list_box_append (GTK_LIST_BOX (list),
                           yq_row_new ("yq-board-symbolic", yq_record_title (post), below,
                                       yq_label_new (day, "dim-label number"), target));
    }
  gtk_widget_set_visible (gtk_widget_get_parent (list), posts->len > 0);
}

static void
activated_cb (YqRecordTable *table, YqRecord *post, YqFrame *frame)
{
  yq_frame_push (frame, yq_record_page_open (frame, post));
}

static void
focus_search_cb (GSimpleAction *action, GVariant *parameter, gpointer table)
{
  yq_record_table_focus_search (table);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer table)
{
  yq_record_table_export (table);
}

static const GActionEntry board_actions[] = {
  { "focus-search", focus_search_cb },
  { "export", export_cb },
};

YqPage *
yq_board_page_new (YqFrame *frame, gpointer user_data)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_post);
  g_autoptr(YqRecordList) list = NULL;
  GtkWidget *table;
  YqPage *page;

  yq_query_add (query, "state", "published");
  list = yq_record_list_new (yq_frame_store (frame), query);
  table = yq_record_table_new (yq_frame_store (frame), list, "board");
  yq_record_table_set_columns (YQ_RECORD_TABLE (table),
                               "kind|title|organisation_name|until|published_at");
  yq_record_table_set_filters (YQ_RECORD_TABLE (table), "kind");
  yq_record_table_set_states (YQ_RECORD_TABLE (table), "");
  yq_record_table_set_first_use (
    YQ_RECORD_TABLE (table), "yq-inbox-symbolic", _("The board is empty"),
    _("What organisations look for and offer stands here once it has been reviewed."), NULL, NULL);
  g_signal_connect (table, "activate", G_CALLBACK (activated_cb), frame);
  page = yq_page_new (_("Supply and demand"), table);
  yq_page_add_actions (page, board_actions, G_N_ELEMENTS (board_actions), table);
  yq_page_add_key (page, "<Control>f", _("Search"), "page.focus-search");
  yq_page_add_key (page, "<Control>e", _("Export the list"), "page.export");
  g_signal_connect_swapped (page, "shown", G_CALLBACK (yq_record_table_focus), table);
  return page;
}

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YqFrame *frame = data;
  YqStore *store = yq_frame_store (frame);
  g_autoptr(YqRecord) post = yq_store_new_record (store, &yq_post);
  g_autoptr(YqRecord) own =
    yq_store_get (store, &yq_organisation, yq_frame_who (frame)->organisation);

  if (own != NULL)
    {
      yq_record_set_text (post, POST_CONTACT_NAME, yq_record_text (own, ORGANISATION_CONTACT_NAME));
      yq_record_set_text (post, POST_CONTACT_PHONE,
                          yq_record_text (own, ORGANISATION_CONTACT_PHONE));
    }
  yq_record_set_text (post, POST_KIND, "demand");
  yq_frame_push (frame, yq_record_page_open (frame, post));
}

static const GActionEntry actions[] = {
  { "new", new_cb },
};

YqPage *
yq_posts_page_new (YqFrame *frame, gpointer user_data)
{
  YqPage *page = yq_list_page_new (frame, (gpointer) &own_posts);

  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), frame);
  yq_page_add_button (page, "list-add-symbolic", _("New post"), "page.new");
  yq_page_add_key (page, "<Control>n", _("New post"), "page.new");
  return page;
}
