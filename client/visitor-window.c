/* The window of a visitor: home, find, carriers, the rules, the board. */
#define G_LOG_DOMAIN "yiquan-visitor"

#include "visitor-window.h"

#include "announcement-page.h"
#include "announcement.h"
#include "bits.h"
#include "catalogue.h"
#include "clock.h"
#include "find-page.h"
#include "list-page.h"
#include "party.h"
#include "payout-page.h"
#include "policy.h"
#include "posts-page.h"
#include "programme.h"
#include "region.h"
#include "service-hall.h"
#include "service-page.h"

#define SHOWN_NOTICES 5

/* clang-format off */
static const YqListPage carriers = {
  "visitor-carriers", N_("Carriers"), &yq_organisation, NULL, "nature|region", NULL, "name|nature|region|website", "yq-store-symbolic",
  N_("No carriers yet"), N_("The catalogue comes with the first synchronisation; afterwards it can be searched without a network."), N_("Synchronise now"), "win.sync", "is_carrier",
};

static const YqListPage programmes = {
  "visitor-programmes", N_("Voucher programmes"), &yq_programme, NULL, NULL, NULL, NULL, "yq-voucher-symbolic",
  N_("No programme yet"), N_("The programmes of the regions come with the first synchronisation."), N_("Synchronise now"), "win.sync",
};

static const char *const searched[] = { "instrument", "service", "organisation", "store", "announcement", "post", NULL };
/* clang-format on */

typedef struct
{
  YqFrame *frame;
  YqStore *store;
  gulong changed_id;
  guint refreshing;
  GtkWidget *instruments, *carriers, *notices, *posts, *windows, *helps;
} Home;

static void
home_free (gpointer data)
{
  Home *self = data;

  g_clear_handle_id (&self->refreshing, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_object (&self->store);
  g_free (self);
}

static guint
count (Home *self, const YqEntity *entity)
{
  g_autoptr(YqQuery) query = yq_query_new (entity);

  if (entity == &yq_organisation)
    yq_query_add (query, "is_carrier", "true");
  return yq_store_count (self->store, query);
}

/* What the bureaus have published, the newest first. */
static void
fill_notices (Home *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_announcement);
  g_autoptr(GPtrArray) all = NULL;
  g_autofree char *today = yq_date_of (yq_clock_now ());

  yq_query_set_sort (query, "shown_from", TRUE);
  yq_query_add_shown (query, today);
  all = yq_store_list (self->store, query, SHOWN_NOTICES);
  yq_remove_children (self->notices);
  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *action = g_strdup_printf ("page.notice::%s", yq_record_id (all->pdata[i]));

      gtk_list_box_append (GTK_LIST_BOX (self->notices),
                           yq_announcement_row_new (all->pdata[i], action));
    }
  gtk_widget_set_visible (gtk_widget_get_parent (self->notices), all->len > 0);
}

/* Regions that take redemptions now, in red as the bureaus show them. */
static void
fill_windows (Home *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_programme);
  g_autoptr(GPtrArray) all = NULL;
  guint n = 0;

  yq_query_add (query, "state", "open");
  all = yq_store_list (self->store, query, 0);
  yq_remove_children (self->windows);
  for (guint i = 0; i < all->len; i++)
    {
      const char *region = yq_record_region (all->pdata[i]);
      YqWindow window = yq_policy_window (all->pdata[i], region, yq_clock_now ());
      g_autofree char *text =
        window.open && !window.unlimited
          ? g_strdup_printf (_("Redemption until %s"), window.to)
          : g_strdup_printf (_("Valid until %s"),
                             yq_record_text (all->pdata[i], PROGRAMME_VALID_UNTIL));

      gtk_list_box_append (GTK_LIST_BOX (self->windows),
                           yq_row_new ("yq-voucher-symbolic", yq_record_title (all->pdata[i]), text,
                                       window.open && !window.unlimited
                                         ? yq_pill_new (_("Redemption open"), YQ_TONE_BAD)
                                         : NULL,
                                       NULL));
      n++;
    }
  if (n == 0)
    gtk_list_box_append (
      GTK_LIST_BOX (self->windows),
      yq_row_new ("yq-voucher-symbolic", _("No programme is open"), NULL, NULL, NULL));
}

static void
fill_helps (Home *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_jurisdiction);
  g_autoptr(GPtrArray) all = yq_store_list (self->store, query, 0);

  yq_remove_children (self->helps);
  for (guint i = 0; i < all->len; i++)
    {
      const char *help = yq_record_text (all->pdata[i], JURISDICTION_HELP_LINE);
      g_autofree char *regions =
        yq_policy_regions_text (yq_record_array (all->pdata[i], JURISDICTION_REGIONS), G_MAXUINT);
      g_autofree char *text = g_strdup_printf (_("Serves %s"), regions);
      g_autofree char *line = help != NULL ? g_strdup_printf (_("Help line %s"), help) : NULL;

      gtk_list_box_append (GTK_LIST_BOX (self->helps),
                           yq_row_new ("help-about-symbolic", yq_record_title (all->pdata[i]), text,
                                       line != NULL ? yq_label_new (line, "number") : NULL, NULL));
    }
}

static void
refresh (Home *self)
{
  g_autofree char *instruments = yq_count_text (count (self, &yq_instrument));
  g_autofree char *organisations = yq_count_text (count (self, &yq_organisation));

  yq_figure_set (self->instruments, instruments);
  yq_figure_set (self->carriers, organisations);
  fill_notices (self);
  yq_posts_show_newest (self->posts, self->store, "page.post");
  fill_windows (self);
  fill_helps (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  Home *self = user_data;

  self->refreshing = 0;
  refresh (self);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (YqStore *store, const char *entity, const char *id, Home *self)
{
  if (self->refreshing == 0)
    self->refreshing = g_timeout_add (300, refresh_cb, self);
}

static GtkWidget *
build_welcome (Home *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *figures = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 36);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  self->instruments = yq_figure_new (_("Instruments"), "0", YQ_TONE_WAITING);
  self->carriers = yq_figure_new (_("Carriers"), "0", YQ_TONE_DONE);
  gtk_box_append (GTK_BOX (figures), self->instruments);
  gtk_box_append (GTK_BOX (figures), self->carriers);
  gtk_box_append (GTK_BOX (buttons),
                  yq_button_new (_("Find instruments"), "win.page::find", "suggested-action"));
  gtk_box_append (GTK_BOX (buttons), yq_button_new (_("Sign in or register"), "app.sign-in", NULL));
  gtk_box_append (GTK_BOX (box),
                  yq_label_new_wrapped (
                    _("Look at what carriers offer, without an account.  To book, to claim and "
                      "to use vouchers, sign in."),
                    NULL));
  gtk_box_append (GTK_BOX (box), figures);
  gtk_box_append (GTK_BOX (box), buttons);
  return yq_card_new (_("Welcome"), NULL, box);
}

static void
notice_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Home *self = data;

  yq_frame_open_record (self->frame, "announcement", g_variant_get_string (parameter, NULL));
}

static void
post_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Home *self = data;

  yq_frame_open_record (self->frame, "post", g_variant_get_string (parameter, NULL));
}

static const GActionEntry actions[] = {
  { "notice", notice_cb, "s" },
  { "post", post_cb, "s" },
};

static YqPage *
home_page_new (YqFrame *frame, gpointer user_data)
{
  Home *self = g_new0 (Home, 1);
  GtkWidget *box = yq_page_box_new ();
  YqPage *page = yq_page_new (_("Home"), NULL);

  self->frame = frame;
  self->store = g_object_ref (yq_frame_store (frame));
  self->notices = yq_boxed_list_new ();
  self->posts = yq_boxed_list_new ();
  self->windows = yq_boxed_list_new ();
  self->helps = yq_boxed_list_new ();
  gtk_box_append (GTK_BOX (box), build_welcome (self));
  gtk_box_append (GTK_BOX (box), yq_section_new_more (_("Announcements"), self->notices,
                                                      "win.page::announcements"));
  gtk_box_append (GTK_BOX (box),
                  yq_section_new_more (_("Supply and demand"), self->posts, "win.page::board"));
  gtk_box_append (GTK_BOX (box), yq_section_new (_("Voucher programmes"), self->windows));
  gtk_box_append (GTK_BOX (box), yq_section_new (_("Who is in charge"), self->helps));
  yq_page_set_content_clamped (page, box, 960);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
  self->changed_id = g_signal_connect (self->store, "changed", G_CALLBACK (changed_cb), self);
  g_object_set_data_full (G_OBJECT (page), "yq-visitor-home", self, home_free);
  refresh (self);
  return page;
}

void
yq_visitor_window_build (YqFrame *frame)
{
  yq_frame_add_page (frame, "home", "user-home-symbolic", _("Home"), home_page_new, NULL);
  yq_frame_add_page (frame, "find", "system-search-symbolic", _("Find instruments"),
                     yq_find_page_new, NULL);
  yq_frame_add_page (frame, "services", "yq-find-service-symbolic", _("Find services"),
                     yq_list_page_new, (gpointer) &yq_list_find_services);
  yq_frame_add_page (frame, "carriers", "yq-store-symbolic", _("Carriers"), yq_list_page_new,
                     (gpointer) &carriers);
  yq_frame_add_page (frame, "programmes", "yq-voucher-symbolic", _("Voucher programmes"),
                     yq_list_page_new, (gpointer) &programmes);
  yq_frame_add_page (frame, "board", "yq-board-symbolic", _("Supply and demand"), yq_board_page_new,
                     NULL);
  yq_frame_add_page (frame, "announcements", "emblem-documents-symbolic",
                     _("Announcements and policies"), yq_list_page_new,
                     (gpointer) &yq_list_announcements);
  yq_frame_add_page (frame, "notices", "yq-notice-symbolic", _("Public notices"), yq_list_page_new,
                     (gpointer) &yq_list_notices);
  yq_frame_add_command (frame, "avatar-default-symbolic", _("Sign in or register"), "login",
                        "app.sign-in");
  yq_frame_set_open_record (frame, searched, yq_open_record);
  yq_service_hall_add (frame);
}
