/* The administrator's window: accounts and their grants, organisations, policy, categories, what is
 * announced and sent, and how everything is. */
#define G_LOG_DOMAIN "yiquan-admin"

#include "admin-window.h"

#include "access.h"
#include "announcement.h"
#include "catalogue.h"
#include "health-page.h"
#include "list-page.h"
#include "office.h"
#include "own-pages.h"
#include "party.h"
#include "place.h"
#include "programme.h"
#include "record-page.h"

/* clang-format off */
static const YqListPage pages[] = {
  { "accounts", N_("Accounts"), &yq_account, NULL, NULL, NULL, "username|real_name|state|updated_at", "avatar-default-symbolic",
    N_("No accounts"), N_("Everybody who signs in stands here; open an account to give or withdraw grants."), NULL, NULL },
  { "grants", N_("Grants"), &yq_grant, NULL, "role|scope_region", NULL, "account|role|organisation|scope_region|created_at", "yq-seal-symbolic",
    N_("No grants"), N_("A grant says what an account may do and how far: for an organisation, a region or the whole platform."), N_("Give a grant"), "page.new" },
  { "organisations", N_("Organisations"), &yq_organisation, NULL, "nature|region|size", NULL, NULL, "yq-organisation-symbolic",
    N_("No organisations"), N_("Registered organisations stand here; open one to suspend it or let it go on."), NULL, NULL },
  { "regions", N_("Regions"), &yq_region, NULL, NULL, NULL, NULL, "yq-pin-symbolic",
    N_("No regions were added"), N_("All regions of GB/T 2260 are known already. Add a zone that has a code of its own here, or a region that the standard has renamed or withdrawn since."), N_("Add a region"), "page.new" },
  { "jurisdictions", N_("Jurisdictions"), &yq_jurisdiction, NULL, NULL, NULL, NULL, "yq-pin-symbolic",
    N_("No jurisdictions"), N_("A jurisdiction says which regions it is in force in, which levels review and which texts are accepted."), N_("Add a jurisdiction"), "page.new" },
  { "programmes", N_("Voucher programmes"), &yq_programme, NULL, NULL, NULL, NULL, "yq-voucher-symbolic",
    N_("No programmes"), N_("A programme says who gets vouchers, for what and how much."), N_("Add a programme"), "page.new" },
  { "categories", N_("Categories"), &yq_category, NULL, "kind", NULL, NULL, "yq-record-symbolic",
    N_("No categories"), N_("Instruments and services are sorted by these categories."), N_("Add a category"), "page.new" },
  { "announcements", N_("Announcements"), &yq_announcement, NULL, NULL, NULL, NULL, "yq-board-symbolic",
    N_("No announcements"), N_("What is announced is read by everybody, also before signing in."), N_("Announce something"), "page.new" },
  { "systems", N_("Instrument systems"), &yq_instrument_system, NULL, NULL, NULL, "title|state|read_at|n_rows|n_new|n_changed|n_bad|failure", "yq-instrument-symbolic",
    N_("No instrument systems"), N_("Instruments can be read from a system where organisations keep them already. Name it in the group [instruments NAME] of the server's configuration; how each reading went stands here then."), NULL, NULL },
  { "sms", N_("Text messages"), &yq_sms, NULL, NULL, NULL, "state|type|text|phone|tries|failure|sent_at", "mail-send-symbolic",
    N_("No text messages"), N_("Every text message the server sent or could not send stands here, codes left out."), NULL, NULL },
};
/* clang-format on */

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  YqFrame *frame = yq_frame_of (page);
  const YqListPage *spec = g_object_get_data (G_OBJECT (page), "yq-spec");
  g_autoptr(YqRecord) record = NULL;

  if (frame == NULL)
    return;
  record = yq_store_new_record (yq_frame_store (frame), spec->entity);
  yq_frame_push (frame, yq_record_page_open (frame, record));
}

static const GActionEntry actions[] = { { "new", new_cb } };

/* A list, with a button for a new record where the administrator may make one. */
static YqPage *
admin_list_new (YqFrame *frame, gpointer user_data)
{
  const YqListPage *spec = user_data;
  YqPage *page = yq_list_page_new (frame, user_data);

  g_object_set_data (G_OBJECT (page), "yq-spec", user_data);
  if (spec->button == NULL || !yq_access_may_create (yq_store_world (yq_frame_store (frame)),
                                                     yq_frame_who (frame), spec->entity))
    return page;
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), NULL);
  yq_page_add_button (page, "list-add-symbolic", _(spec->button), "page.new");
  yq_page_add_key (page, "<Control>n", _(spec->button), "page.new");
  return page;
}

static const char *const searched[] = { "account",  "organisation", "programme",
                                        "category", "announcement", NULL };

void
yq_admin_window_build (YqFrame *frame)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      if (pages[i].entity == &yq_organisation || pages[i].entity == &yq_announcement)
        yq_frame_add_separator (frame);
      yq_frame_add_page (frame, pages[i].name, pages[i].icon, _(pages[i].title), admin_list_new,
                         (gpointer) &pages[i]);
    }
  yq_frame_add_separator (frame);
  yq_frame_add_page (frame, "health", "yq-chart-symbolic", _("Health"), yq_health_page_new, NULL);
  yq_frame_add_page (frame, "messages", "mail-unread-symbolic", _("Messages"), yq_list_page_new,
                     (gpointer) &yq_list_messages);
  yq_frame_add_page (frame, "account", "avatar-default-symbolic", _("My account"),
                     yq_account_page_new, NULL);
  yq_frame_set_open_record (frame, searched, yq_open_record);
}
