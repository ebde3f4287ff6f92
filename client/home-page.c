/* Home of a window. */
#define G_LOG_DOMAIN "yiquan-home"

#include "home-page.h"

#include "announcement-page.h"
#include "announcement.h"
#include "bits.h"
#include "clock.h"
#include "list-page.h"
#include "office.h"
#include "party.h"
#include "policy.h"
#include "posts-page.h"
#include "programme.h"
#include "region.h"
#include "voucher.h"

typedef struct
{
  YqFrame *frame;
  const YqHome *home;
  YqStore *store;
  gulong changed_id;
  guint refreshing, took; /* ms */
  /* NULL where only badges are kept */
  GtkWidget *balance, *lines, *windows, *notices, *posts, *messages;
} HomePage;

static void
home_page_free (gpointer data)
{
  HomePage *self = data;

  g_clear_handle_id (&self->refreshing, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_object (&self->store);
  g_free (self);
}

/* ---- the balance ---- */

static GtkWidget *
balance_bar (gint64 available, gint64 held, gint64 redeemed)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  const gint64 parts[] = { available, held, redeemed };
  static const char *const classes[] = { "bar-available", "bar-held", "bar-redeemed" };
  gint64 total = MAX (available + held + redeemed, 1);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      GtkWidget *part = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

      gtk_widget_set_size_request (part, (int) (parts[i] * 600 / total), 8);
      gtk_widget_add_css_class (part, classes[i]);
      gtk_box_append (GTK_BOX (bar), part);
    }
  gtk_widget_set_halign (bar, GTK_ALIGN_START);
  gtk_widget_add_css_class (bar, "balance-bar");
  return bar;
}

static void
append_figure (GtkWidget *box, const char *caption, gint64 fen, YqTone tone)
{
  g_autofree char *text = yq_money_text (fen);

  gtk_box_append (GTK_BOX (box), yq_figure_new (caption, text, tone));
}

static void
fill_balance (HomePage *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_voucher);
  g_autoptr(GPtrArray) vouchers = NULL;
  YqWorld *world = yq_store_world (self->store);
  GtkWidget *figures = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 36);
  gint64 available = 0, held = 0, redeemed = 0;

  yq_query_add (query, "buyer", yq_frame_who (self->frame)->organisation);
  vouchers = yq_store_list (self->store, query, 0);
  for (guint i = 0; i < vouchers->len; i++)
    {
      const char *id = yq_record_id (vouchers->pdata[i]);

      if (yq_record_in_state (vouchers->pdata[i], "active"))
        available += world->balance (world, "available", id);
      held += world->balance (world, "held", id);
      redeemed += yq_record_int (vouchers->pdata[i], VOUCHER_REDEEMED);
    }
  yq_remove_children (self->balance);
  append_figure (figures, _("Available"), available, YQ_TONE_DONE);
  append_figure (figures, _("Held"), held, YQ_TONE_WAITING);
  append_figure (figures, _("Redeemed"), redeemed, YQ_TONE_NEUTRAL);
  gtk_box_append (GTK_BOX (self->balance), figures);
  gtk_box_append (GTK_BOX (self->balance), balance_bar (available, held, redeemed));
}

/* ---- what waits for me ---- */

static char *
line_text (const YqHomeLine *line, guint n)
{
  GString *text = g_string_new (yq_ngettext (line->title, line->titles, n));
  g_autofree char *number = g_strdup_printf ("%u", n);

  g_string_replace (text, "%u", number, 1);
  return g_string_free (text, FALSE);
}

static void
fill_lines (HomePage *self)
{
  guint waiting = 0;

  if (self->lines != NULL)
    yq_remove_children (self->lines);
  for (const YqHomeLine *line = self->home->lines; line->title != NULL; line++)
    {
      const char *page = line->page != NULL ? yq_frame_first_page (self->frame, line->page) : NULL;
      g_autofree char *text = NULL, *action = NULL;
      guint n;

      if (line->page != NULL && page == NULL)
        continue; /* not for somebody who works at a desk only */
      n = yq_list_count (self->frame, line->entity, line->mine, line->states);
      text = line_text (line, n);
      action = page != NULL
                 ? g_strdup_printf ("win.page::%s", page)
                 : g_strdup_printf ("page.show-line(%d)", (int) (line - self->home->lines));
      if (page != NULL)
        yq_frame_set_badge (self->frame, page, n);
      if (self->lines == NULL || n == 0)
        continue;
      waiting++;
      gtk_list_box_append (GTK_LIST_BOX (self->lines),
                           yq_row_new (line->icon, text, NULL, NULL, action));
    }
  if (self->lines != NULL && waiting == 0)
    gtk_list_box_append (
      GTK_LIST_BOX (self->lines),
      yq_row_new ("emblem-ok-symbolic", _("Nothing waits for you"), NULL, NULL, NULL));
}

/* ---- deadlines ---- */

static void
append_window (HomePage *self, YqRecord *programme, const char *region, gboolean only_open)
{
  YqWindow window = yq_policy_window (programme, region, yq_clock_now ());
  g_autofree char *place = region != NULL ? yq_region_path (region) : NULL;
  g_autofree char *text = NULL, *title = NULL;

  if (window.unlimited || window.from[0] == '\0' || (only_open && !window.open))
    return;
  title = g_strdup_printf ("%s · %s", place != NULL ? place : "", yq_record_title (programme));
  if (window.open)
    text =
      g_strdup_printf (yq_ngettext ("Redemption window: %d day left (until %s)",
                                    "Redemption window: %d days left (until %s)", window.days_left),
                       window.days_left, window.to);
  else
    text = g_strdup_printf (_("Next redemption window from %s to %s"), window.from, window.to);
  gtk_list_box_append (
    GTK_LIST_BOX (self->windows),
    yq_row_new ("alarm-symbolic", title, NULL,
                yq_pill_new (text, window.open ? YQ_TONE_BAD : YQ_TONE_NEUTRAL),
                yq_frame_has_page (self->frame, "redemption") ? "win.page::redemption" : NULL));
}

static void
fill_windows (HomePage *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_programme);
  g_autoptr(GPtrArray) programmes = NULL;
  g_autoptr(YqRecord) own =
    yq_store_get (self->store, &yq_organisation, yq_frame_who (self->frame)->organisation);

  yq_query_add (query, "state", "open");
  programmes = yq_store_list (self->store, query, 0);
  yq_remove_children (self->windows);
  for (guint i = 0; i < programmes->len; i++)
    {
      YqRecord *programme = programmes->pdata[i];
      const char *mine = own != NULL ? yq_record_text (own, ORGANISATION_REGION) : NULL;
      gboolean is_mine = mine != NULL && yq_policy_regions_hold (
                                           yq_record_array (programme, PROGRAMME_REGIONS), mine);

      if (is_mine || !self->home->shows_balance)
        append_window (self, programme,
                       is_mine ? mine : yq_record_text (programme, PROGRAMME_REGION), !is_mine);
    }
  gtk_widget_set_visible (gtk_widget_get_parent (self->windows),
                          gtk_widget_get_first_child (self->windows) != NULL);
}

/* ---- announcements ---- */

/* Is it for the people of her region, or of a region she reviews? */
static gboolean
is_for_me (HomePage *self, YqRecord *notice)
{
  const char *seat = yq_record_text (notice, ANNOUNCEMENT_SEAT);
  const YqWho *who = yq_frame_who (self->frame);
  g_autoptr(YqRecord) own = yq_store_get (self->store, &yq_organisation, who->organisation);

  if (seat == NULL)
    return FALSE;
  if (own != NULL && yq_record_region (own) != NULL &&
      yq_region_holds (seat, yq_record_region (own)))
    return TRUE;
  for (guint i = 0; i < who->n_grants; i++)
    if (who->grants[i].role == YQ_ROLE_REVIEWER && (yq_region_holds (seat, who->grants[i].scope) ||
                                                    yq_region_holds (who->grants[i].scope, seat)))
      return TRUE;
  return yq_who_has_role (who, YQ_ROLE_ADMINISTRATOR);
}

static void
fill_notices (HomePage *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_announcement);
  g_autoptr(GPtrArray) notices = NULL;
  g_autofree char *today = yq_date_of (yq_clock_now ());
  guint n = 0;

  yq_query_set_sort (query, "shown_from", TRUE);
  yq_query_add_shown (query, today);
  notices = yq_store_list (self->store, query, 0);
  yq_remove_children (self->notices);
  for (guint i = 0; i < notices->len && n < 5; i++)
    if (is_for_me (self, notices->pdata[i]))
      {
        g_autofree char *action =
          g_strdup_printf ("page.open-notice::%s", yq_record_id (notices->pdata[i]));

        gtk_list_box_append (GTK_LIST_BOX (self->notices),
                             yq_announcement_row_new (notices->pdata[i], action));
        n++;
      }
  gtk_widget_set_visible (gtk_widget_get_parent (self->notices), n > 0);
}

static void
fill_messages (HomePage *self)
{
  g_autoptr(YqQuery) query = yq_query_new (&yq_message);
  g_autoptr(GPtrArray) messages = NULL;

  yq_query_set_sort (query, "sent_at", TRUE);
  messages = yq_store_list (self->store, query, 5);
  yq_remove_children (self->messages);
  for (guint i = 0; i < messages->len; i++)
    {
      YqRecord *message = messages->pdata[i];
      g_autofree char *target = g_strdup_printf ("page.open-message::%s", yq_record_id (message));

      gtk_list_box_append (
        GTK_LIST_BOX (self->messages),
        yq_row_new (yq_record_in_state (message, "unread") ? "mail-unread-symbolic"
                                                           : "mail-read-symbolic",
                    yq_record_title (message), NULL,
                    yq_time_label_new (yq_record_int (message, MESSAGE_SENT_AT)), target));
    }
  if (messages->len == 0)
    gtk_list_box_append (GTK_LIST_BOX (self->messages),
                         yq_row_new ("mail-read-symbolic", _("No messages"), NULL, NULL, NULL));
}

static void
refresh (HomePage *self)
{
  fill_lines (self);
  if (self->balance != NULL)
    fill_balance (self);
  if (self->windows != NULL)
    fill_windows (self);
  if (self->notices != NULL)
    fill_notices (self);
  if (self->posts != NULL)
    yq_posts_show_newest (self->posts, self->store, "page.open-post");
  if (self->messages != NULL)
    fill_messages (self);
}

static gboolean
refresh_cb (gpointer data)
{
  HomePage *self = data;
  gint64 began = g_get_monotonic_time ();

  self->refreshing = 0;
  refresh (self);
  self->took = (guint) ((g_get_monotonic_time () - began) / 1000);
  return G_SOURCE_REMOVE;
}

/* Not again at once where there is much to count: a stream of changes costs a tenth of a core, and
 * less where nobody looks at more than the numbers in the sidebar. */
static void
store_changed_cb (YqStore *store, const char *entity, const char *id, HomePage *self)
{
  gboolean is_seen = self->lines != NULL && gtk_widget_get_mapped (self->lines);

  if (self->refreshing == 0)
    self->refreshing = g_timeout_add (MAX (100, (is_seen ? 9 : 39) * self->took), refresh_cb, self);
}

static HomePage *
home_new (YqFrame *frame, const YqHome *home)
{
  HomePage *self = g_new0 (HomePage, 1);

  self->frame = frame;
  self->home = home;
  self->store = g_object_ref (yq_frame_store (frame));
  self->changed_id = g_signal_connect (self->store, "changed", G_CALLBACK (store_changed_cb), self);
  return self;
}

void
yq_home_watch (YqFrame *frame, const YqHome *home)
{
  HomePage *self = home_new (frame, home);

  g_object_set_data_full (G_OBJECT (frame), "yq-home-watch", self, home_page_free);
  refresh (self);
}

/* What stands behind the number of a line that has no page in the sidebar. */
static void
show_line_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HomePage *self = data;
  const YqHomeLine *line = &self->home->lines[g_variant_get_int32 (parameter)];
  g_autoptr(YqQuery) query =
    yq_list_query_new (self->frame, line->entity, line->mine, line->states);
  g_autofree char *title = g_strdup_printf ("%s · %s", _(line->entity->title_plural),
                                            _(yq_entity_state (line->entity, line->states)->title));

  yq_frame_push (self->frame, yq_list_page_new_for_query (self->frame, title, query));
}

static void
open_message_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HomePage *self = data;

  yq_frame_open_record (self->frame, "message", g_variant_get_string (parameter, NULL));
}

static void
open_notice_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HomePage *self = data;

  yq_frame_open_record (self->frame, "announcement", g_variant_get_string (parameter, NULL));
}

static void
open_post_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HomePage *self = data;

  yq_frame_open_record (self->frame, "post", g_variant_get_string (parameter, NULL));
}

static const GActionEntry actions[] = {
  { "show-line", show_line_cb, "i" },
  { "open-post", open_post_cb, "s" },
  { "open-notice", open_notice_cb, "s" },
  { "open-message", open_message_cb, "s" },
};

YqPage *
yq_home_page_new (YqFrame *frame, gpointer user_data)
{
  HomePage *self = home_new (frame, user_data);
  GtkWidget *box = yq_page_box_new ();
  gboolean is_inbox = g_str_equal (yq_frame_kind (frame)->name, "reviewer");
  YqPage *page = yq_page_new (is_inbox ? _("Inbox") : _("Home"), NULL);

  if (self->home->shows_balance)
    {
      self->balance = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
      gtk_box_append (GTK_BOX (box), yq_card_new (_("Voucher balance"), NULL, self->balance));
    }
  self->lines = yq_boxed_list_new ();
  gtk_box_append (GTK_BOX (box), yq_section_new (_("What waits for me"), self->lines));
  if (self->home->shows_windows)
    {
      GtkWidget *section = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);

      self->windows = yq_boxed_list_new ();
      gtk_box_append (GTK_BOX (section), yq_heading_new (_("Deadlines")));
      gtk_box_append (GTK_BOX (section), self->windows);
      gtk_box_append (GTK_BOX (box), section);
    }
  self->notices = yq_boxed_list_new ();
  gtk_box_append (GTK_BOX (box), yq_section_new_more (_("Announcements"), self->notices,
                                                      "win.page::announcements"));
  if (self->home->shows_posts)
    {
      self->posts = yq_boxed_list_new ();
      gtk_box_append (GTK_BOX (box),
                      yq_section_new_more (_("Supply and demand"), self->posts, "win.page::board"));
    }
  self->messages = yq_boxed_list_new ();
  gtk_box_append (GTK_BOX (box), yq_section_new (_("Latest messages"), self->messages));
  yq_page_set_content_clamped (page, box, 960);
  yq_page_add_actions (page, actions, G_N_ELEMENTS (actions), self);
  g_object_set_data_full (G_OBJECT (page), "yq-home", self, home_page_free);
  refresh (self);
  return page;
}
